//! The list of lessons. Only a training holds it: on the handheld of the record, choosing it begins a training.

use super::{Context, Event, LookUp, Step, View, ViewAction, Work};
use crate::Error;
use crate::training::lessons;
use lotline_record::text::Message;
use serde::{Deserialize, Serialize};

/// So many lessons on a page: each has a digit, and 9 turns the page.
const PAGE: usize = 8;

/// The list of lessons.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Train {
    page: usize,
}

impl Train {
    pub(crate) fn step(self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Choose(id) if id == "next" => Ok(Step::to(Train {
                page: (self.page + 1) % lessons().len().div_ceil(PAGE),
            })),
            // Without a lesson: the whole practice site is open.
            Event::Choose(id) if id == "free" => Ok(Step::to(Work::Home)),
            scan @ Event::Scan(_) => LookUp::over(Work::from(self)).step(scan, context),
            _ => Ok(Step::to(self)),
        }
    }

    pub(crate) fn view(self) -> View {
        let mut view = View::new(
            "training",
            Message::new("training-title"),
            Message::new("training-prompt"),
        );
        for (n, lesson) in lessons().iter().skip(self.page * PAGE).take(PAGE).enumerate() {
            view.actions.push(ViewAction {
                label: lesson.title(),
                ..ViewAction::numbered(format!("lesson:{}", lesson.id), "training-title", n + 1)
            });
        }
        if lessons().len() > PAGE {
            view.actions
                .push(ViewAction::numbered("next", "action-next-page", PAGE + 1));
        }
        view.actions.push(ViewAction::other("free", "action-train-freely"));
        view.awaits_scan();
        view
    }
}
