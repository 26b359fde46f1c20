//! Training: lessons as data, what a trainee made of one, and the small site they practise on.
//!
//! Everything here is pure: `course::Course` is told what a person did and what came of it. The door opens and closes
//! a training (`handheld::training`), the store keeps it apart: a journal of its own in the folder [`FOLDER`], whose
//! chain begins otherwise than any live one and which is never sent.

pub(crate) mod course;
mod lesson;
pub(crate) mod site;

pub use course::{LessonReport, Score};
pub(crate) use lesson::{Event, LessonStep, Wanted, label, lesson};
pub use lesson::{Lesson, labels, lessons};

/// The folder of a training, within the handheld's.
pub const FOLDER: &str = "training";

#[cfg(test)]
mod tests;
