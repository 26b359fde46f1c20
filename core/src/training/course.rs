//! A trainee in a lesson: how far they are, and what they did on the way. Time is no part of it.

use super::{Event, LessonStep, Wanted, label, lesson};
use crate::screen::{Input, ScanSource, Screen};
use lotline_record::model::Day;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a trainee did in a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Score {
    /// Scans.
    pub scans: u32,
    /// Of them, those that were stopped although the lesson did not ask for a stop.
    pub wrong_scans: u32,
    /// Stops.
    pub stops: u32,
    /// Of them, those that were left another way than the lesson asks: scanned again instead of put aside.
    pub bypassed: u32,
    /// Times something was taken back that the lesson did not ask to take back.
    pub undone: u32,
}

/// What became of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LessonReport {
    /// Its name.
    pub lesson: String,
    /// Whether it is about something that goes wrong.
    pub exception: bool,
    /// Steps it has.
    pub steps: usize,
    /// Of them, those done.
    pub done: usize,
    /// Whether all are, and the entries it must have written are there.
    pub passed: bool,
    /// What was done on the way.
    pub score: Score,
}

/// Kinds of entries that a lesson need not ask for: they move nothing, and are counted where they are mistakes.
const ASIDE: &[&str] = &[
    "closed",
    "opened",
    "refused",
    "seen",
    "sign_in_refused",
    "signed_in",
    "signed_out",
];

/// A trainee in a lesson.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Course {
    lesson: String,
    /// The day on which it began: its labels count from it, however the clock goes on.
    began: Day,
    /// The step that is asked for, from 0; the number of steps once all are done.
    at: usize,
    score: Score,
    /// Entries by kind, since it began.
    wrote: BTreeMap<String, u32>,
    /// Entries written since the network was cut.
    waiting: u64,
}

/// What one input came to.
pub(crate) struct Came<'a> {
    /// Kinds of the entries it wrote.
    pub(crate) kinds: &'a [&'static str],
    /// Whether a stop stood before it.
    pub(crate) was_stopped: bool,
    /// Whether one stands after it.
    pub(crate) is_stopped: bool,
}

impl Course {
    pub(crate) fn of(lesson: &str, began: Day) -> Self {
        Course {
            lesson: lesson.to_owned(),
            began,
            ..Course::default()
        }
    }

    fn step(&self) -> Option<&'static LessonStep> {
        lesson(&self.lesson)?.steps.get(self.at)
    }

    /// Counts `input`, which came to `came`, and goes on if it was the one asked for.
    pub(crate) fn observe(&mut self, input: &Input, came: &Came<'_>) {
        let step = self.step();
        let asked = step.is_some_and(|step| is(&step.wanted, input, self.began));
        let as_asked = asked && step.is_some_and(|step| step.stops == (came.is_stopped && !came.was_stopped));
        let stopped_now = came.is_stopped && !came.was_stopped;
        self.score.stops += u32::from(stopped_now);
        match input {
            Input::Scan { .. } => {
                self.score.scans += 1;
                let refused = stopped_now || (came.was_stopped && came.is_stopped);
                self.score.wrong_scans += u32::from(refused && !as_asked);
            }
            Input::Choose { id } if id == "undo" => self.score.undone += u32::from(!asked),
            _ => {}
        }
        // A stop that is over: by the way the lesson asks for, or by another.
        if came.was_stopped && !came.is_stopped && !asked {
            let wants_other = step.is_some_and(|step| matches!(&step.wanted, Wanted::Choose(id) if id == "put_aside"));
            self.score.bypassed += u32::from(wants_other);
        }
        for kind in came.kinds {
            *self.wrote.entry((*kind).to_owned()).or_default() += 1;
        }
        self.waiting = if self.is_cut() {
            self.waiting + came.kinds.len() as u64
        } else {
            0
        };
        self.at += usize::from(as_asked);
    }

    /// What happened up to now, from the first step on: doing it again changes nothing.
    pub(crate) fn events(&self) -> impl Iterator<Item = &'static Event> {
        let steps = lesson(&self.lesson).map_or(&[][..], |lesson| &lesson.steps);
        steps.iter().take(self.at + 1).flat_map(|step| &step.before)
    }

    /// Whether the network is cut.
    fn is_cut(&self) -> bool {
        self.events().fold(false, |cut, event| match event {
            Event::Cut => true,
            Event::Mend => false,
            Event::Recall(_) | Event::Clock(_) => cut,
        })
    }

    /// While the network is cut: how many entries wait to be sent.
    pub(crate) fn cut_with(&self) -> Option<u64> {
        self.is_cut().then_some(self.waiting)
    }

    /// How far the clock is ahead, in milliseconds.
    pub(crate) fn ahead_ms(&self) -> i64 {
        let minutes = self.events().map(|event| match event {
            Event::Clock(minutes) => *minutes,
            _ => 0,
        });
        minutes.sum::<i64>() * 60_000
    }

    /// The input that is asked for: what the step's key sends. `None` once all is done.
    pub(crate) fn next_input(&self) -> Option<Input> {
        Some(match &self.step()?.wanted {
            Wanted::Scan(name) => Input::scan(label(name, self.began)?.1),
            Wanted::Choose(id) => Input::choose(id),
            Wanted::Back(_) => Input::Back,
        })
    }

    /// What to tell the trainee to do on `screen`.
    pub(crate) fn ask(&self, screen: &Screen) -> Message {
        let Some(step) = self.step() else {
            let Score {
                wrong_scans,
                bypassed,
                undone,
                ..
            } = self.score;
            let id = if self.passed() {
                "lesson-done"
            } else {
                "lesson-done-otherwise"
            };
            return Message::new(id)
                .with("wrong", Arg::Number(wrong_scans.into()))
                .with("bypassed", Arg::Number(bypassed.into()))
                .with("undone", Arg::Number(undone.into()));
        };
        match &step.wanted {
            Wanted::Scan(name) => {
                let what = label(name, self.began).map_or_else(|| Message::new("lesson-lost"), |(what, _)| what);
                Message::new("lesson-ask-scan").with("what", Arg::Message(Box::new(what)))
            }
            Wanted::Choose(id) => match screen.actions.iter().find(|action| action.id == *id) {
                Some(action) => Message::new("lesson-ask-choose")
                    .with("what", Arg::text(&action.label))
                    .with("key", Arg::text(&action.key)),
                None => Message::new("lesson-lost"),
            },
            Wanted::Back(_) => Message::new("lesson-ask-back"),
        }
    }

    /// Whether a label is asked for.
    pub(crate) fn asks_scan(&self) -> bool {
        self.step().is_some_and(|step| matches!(step.wanted, Wanted::Scan(_)))
    }

    /// Its name and how far it is.
    pub(crate) fn title(&self) -> Message {
        let (title, steps) = lesson(&self.lesson).map_or((Message::new("lesson-lost"), 0), |lesson| {
            (lesson.title(), lesson.steps.len())
        });
        Message::new("lesson-title")
            .with("lesson", Arg::Message(Box::new(title)))
            .with("done", Arg::count(self.at))
            .with("steps", Arg::count(steps))
    }

    fn passed(&self) -> bool {
        lesson(&self.lesson).is_some_and(|lesson| {
            let of = |kind: &String| lesson.wrote.get(kind);
            self.at == lesson.steps.len()
                && lesson.wrote.keys().all(|kind| of(kind) == self.wrote.get(kind))
                && self
                    .wrote
                    .keys()
                    .all(|kind| of(kind).is_some() || ASIDE.contains(&kind.as_str()))
        })
    }

    pub(crate) fn report(&self) -> LessonReport {
        let lesson = lesson(&self.lesson);
        LessonReport {
            lesson: self.lesson.clone(),
            exception: lesson.is_some_and(|lesson| lesson.exception),
            steps: lesson.map_or(0, |lesson| lesson.steps.len()),
            done: self.at,
            passed: self.passed(),
            score: self.score,
        }
    }
}

fn is(wanted: &Wanted, input: &Input, began: Day) -> bool {
    match (wanted, input) {
        (Wanted::Scan(name), Input::Scan { bytes, source, .. }) => {
            *source != ScanSource::Rfid && label(name, began).is_some_and(|(_, data)| data.as_bytes() == &bytes[..])
        }
        (Wanted::Choose(asked), Input::Choose { id }) => asked == id,
        (Wanted::Back(_), Input::Back) => true,
        // The same way, by its action.
        (Wanted::Back(_), Input::Choose { id }) => id == "back",
        _ => false,
    }
}
