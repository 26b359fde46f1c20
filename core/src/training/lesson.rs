//! A lesson as it is written down: what the trainee is asked to do, step by step, and what happens meanwhile.

use chrono::Datelike;
use lotline_record::model::{Day, day_from};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// One lesson.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its name: `recall`. The message `lesson-NAME` says what it is about.
    pub id: String,
    /// Whether it is about something that goes wrong.
    pub exception: bool,
    /// How many entries of each kind it must have written when it is done.
    pub(crate) wrote: BTreeMap<String, u32>,
    pub(crate) steps: Vec<LessonStep>,
}

/// What the trainee is asked to do next.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct LessonStep {
    #[serde(flatten)]
    pub(crate) wanted: Wanted,
    /// Whether the handheld must stop at it.
    #[serde(default)]
    pub(crate) stops: bool,
    /// What happens before it.
    #[serde(default)]
    pub(crate) before: Vec<Event>,
}

/// The input that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wanted {
    /// A label of the lessons, by its name.
    Scan(String),
    /// An action of the screen.
    Choose(String),
    /// A way back.
    Back(bool),
}

/// What happens to the trainee without their doing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// The network goes.
    Cut,
    /// It comes back.
    Mend,
    /// A recall of that lot arrives.
    Recall(String),
    /// The clock goes on by so many minutes.
    Clock(i64),
}

/// A label to scan in a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    is: What,
    #[serde(default)]
    of: String,
    /// What a scanner delivers; `{+N}` stands for the day N days from today as YYMMDD.
    data: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Case,
    Each,
    Unit,
    Damaged,
    Unknown,
    Place,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    labels: BTreeMap<String, Written>,
    lessons: Vec<Lesson>,
}

fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| {
        serde_json::from_str(include_str!("lessons.json")).expect("invariant: the built-in lessons are read by a test")
    })
}

/// Every lesson, in the order in which they are offered.
pub fn lessons() -> &'static [Lesson] {
    &book().lessons
}

pub(crate) fn lesson(id: &str) -> Option<&'static Lesson> {
    lessons().iter().find(|lesson| lesson.id == id)
}

impl Lesson {
    /// What it is about.
    pub fn title(&self) -> Message {
        Message {
            id: format!("lesson-{}", self.id).into(),
            args: Vec::new(),
        }
    }
}

/// Every label of the lessons: its name, what it is on, and what a scanner delivers of it `today`.
pub fn labels(today: Day) -> Vec<(&'static str, Message, String)> {
    let all = book().labels.keys();
    all.filter_map(|name| label(name, today).map(|(what, data)| (name.as_str(), what, data)))
        .collect()
}

/// What a label of the lessons is on, and the bytes that a scanner delivers of it `today`.
pub(crate) fn label(name: &str, today: Day) -> Option<(Message, String)> {
    let Written { is, of, data } = book().labels.get(name)?;
    let id = match is {
        What::Case => "lesson-label-case",
        What::Each => "lesson-label-each",
        What::Unit => "lesson-label-unit",
        What::Damaged => "lesson-label-damaged",
        What::Unknown => "lesson-label-unknown",
        What::Place => "lesson-label-place",
    };
    Some((Message::new(id).with("of", Arg::text(of)), dated(data, today)))
}

/// The same text with its days filled in.
fn dated(data: &str, today: Day) -> String {
    let Some((before, rest)) = data.split_once('{') else {
        return data.to_owned();
    };
    let Some((days, after)) = rest.split_once('}') else {
        return data.to_owned();
    };
    let day = day_from(today, days.parse().unwrap_or_default());
    format!(
        "{before}{:02}{:02}{:02}{after}",
        day.year().rem_euclid(100),
        day.month(),
        day.day()
    )
}
