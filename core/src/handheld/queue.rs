//! The work queue as values, for a shell that has room for it beside the step.

use super::desk::Gate;
use super::{Handheld, context, render};
use crate::Error;
use crate::screen::Line;
use crate::work::beside;
use crate::work::facts::Facts;
use lotline_record::text::Message;

/// What waits for whoever is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct WorkQueue {
    /// What it is called, in the person's language.
    pub title: String,
    /// Tasks, the next one first, at most 20: what is done now looks `Current`, what is overdue `Alert`.
    pub lines: Vec<Line>,
    /// How many more there are.
    pub more: u64,
}

impl Handheld {
    /// What waits, whatever the person does now; none while nobody is signed in. To be asked for after a screen, where it is shown.
    ///
    /// # Errors
    /// `storage`.
    pub fn work_queue(&self) -> Result<Option<WorkQueue>, Error> {
        if let Some(practice) = self.practice() {
            return practice.work_queue();
        }
        let text = self.text();
        self.guarded(|desk| {
            let Gate::In(session) = &desk.gate else {
                return Ok(None);
            };
            let moment = self.moment(desk)?;
            self.with_picture(|picture| {
                let Some(person) = picture.person(&session.person)? else {
                    return Ok(None);
                };
                let (lines, more) = beside(&desk.work, &context(picture, &person, &moment, None))?;
                Ok(Some(WorkQueue {
                    title: text.say(&Message::new("queue-title")),
                    lines: lines.iter().map(|line| render::line(&text, line)).collect(),
                    more,
                }))
            })
        })
    }
}
