//! RFID bursts: hundreds of tags in one input, written in one transaction.
//!
//! A burst is no scan: a sled sees what stands beside the goods, too, and the same tag many times. So tags of something
//! else do not stop the work; they are kept, counted and said. A tag of the right goods that a rule stops is a stop.

use super::{Context, Feedback, Step, Work};
use crate::store::Draft;
use lotline_record::entry::{Body, MOST_TAGS, Photo, Seen};
use lotline_record::text::{Arg, Message};
use std::collections::HashMap;

/// Keeps tags that did not count: an entry for each [`MOST_TAGS`] of them.
pub(super) fn keep(step: &mut Step, epcs: Vec<String>) {
    let mut epcs = epcs.into_iter().peekable();
    while epcs.peek().is_some() {
        let epcs = epcs.by_ref().take(MOST_TAGS).collect();
        step.drafts.push(Draft::new(Body::Seen(Seen::Tags { epcs })));
    }
}

impl Work {
    /// Tags, each once, in the order seen; `strongest` is the best signal of each in dBm.
    pub(crate) fn tags(
        self,
        epcs: Vec<String>,
        strongest: &HashMap<String, i32>,
        context: &Context<'_>,
    ) -> Result<Step, crate::Error> {
        match self {
            Work::Sweep(flow) => flow.tags(epcs, strongest, context),
            Work::Receive(flow) => flow.tags(epcs, context),
            other => Ok(unwanted(other, epcs)),
        }
    }
}

impl Work {
    /// A picture that was taken.
    pub(crate) fn photo(self, photo: Photo, context: &Context<'_>) -> Result<Step, crate::Error> {
        match self {
            Work::Receive(flow) => flow.photo(photo, context),
            other => Ok(Step::to(other).say(Feedback::Warn(Message::new("warn-photo-unwanted")))),
        }
    }
}

/// Nothing awaits tags: they are kept all the same.
pub(crate) fn unwanted(work: Work, epcs: Vec<String>) -> Step {
    let said = Message::new("warn-tags-unwanted").with("count", Arg::count(epcs.len()));
    let mut step = Step::to(work).say(Feedback::Warn(said));
    keep(&mut step, epcs);
    step
}
