//! The desk: who is signed in, which work is open, what was said last. One row of the journal, written with the entries.

use super::time::Look;
use crate::Error;
use crate::platform::Now;
use crate::screen::{AwaitKind, Input};
use crate::store::Draft;
use crate::training::course::{Came, Course};
use crate::work::{Feedback, Habits, Half, Stop, View, ViewAction, Work};
use lotline_record::entry::{Evidence, Hash, Source};
use lotline_record::model::{PersonId, SessionId};
use lotline_record::text::{Arg, Message};
use lotline_scan::profile;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Desk {
    pub(super) gate: Gate,
    pub(super) work: Work,
    pub(super) stop: Option<Stop>,
    pub(super) feedback: Option<Feedback>,
    pub(super) parked: Option<Parked>,
    pub(super) badge_scan: Option<Evidence>,
    pub(super) last: Option<LastScan>,
    /// The first code of a split label, until the other one comes.
    pub(super) half: Option<Half>,
    /// The last calibration label of each source: what it taught is learned from it again, as the raw bytes are what is
    /// kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) calibrations: Vec<Evidence>,
    /// Labels that wait to be printed again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) print: Vec<String>,
    /// In training: the lesson somebody is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) course: Option<Course>,
    /// In training: what became of each lesson when it was last done.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) lessons: BTreeMap<String, bool>,
    /// In a lesson: the input that is being answered, and whether a stop stood before it.
    #[serde(skip)]
    pub(super) said: Option<Input>,
    #[serde(skip)]
    pub(super) was_stopped: bool,
    /// Who wants to train: the one thing the desk of the record hears of it.
    #[serde(skip)]
    pub(super) trainee: Option<PersonId>,
    touched: Option<(String, u64)>,
    /// Between which times the last input was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) look: Option<Look>,
    /// The last policy that was said not to take effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refused_policy: Option<i64>,
}

/// Who may act.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Gate {
    /// Nobody: a badge is awaited.
    #[default]
    Badge,
    /// A badge was scanned: its PIN is awaited.
    Pin(PersonId),
    /// Someone.
    In(Session),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) person: PersonId,
    pub(super) name_version: u32,
    pub(super) session: SessionId,
}

/// Work left open when a session ended: the same person lands on it, another is offered to take it over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Parked {
    pub(super) person: PersonId,
    pub(super) work: Work,
    pub(super) stop: Option<Stop>,
}

/// The last read, to know a double fire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LastScan {
    hash: Hash,
    boot: String,
    mono_ms: u64,
    /// How many equal reads in a row this is; double fires do not count.
    #[serde(default = "one")]
    times: u32,
}

const fn one() -> u32 {
    1
}

fn fingerprint(evidence: &Evidence) -> Hash {
    let source = format!("{:?}", evidence.source);
    let whole = evidence.sha256.map_or_else(Vec::new, |h| h.0.to_vec());
    Hash::of(&[source.as_bytes(), &evidence.raw, &whole])
}

impl LastScan {
    /// A read that counts, after `last`.
    pub(super) fn after(last: Option<LastScan>, evidence: &Evidence, now: &Now) -> Self {
        let hash = fingerprint(evidence);
        LastScan {
            times: match last {
                Some(last) if last.hash == hash => last.times.saturating_add(1),
                _ => 1,
            },
            hash,
            boot: now.boot.clone(),
            mono_ms: now.mono_ms,
        }
    }
}

/// How reads from `source` are read, by its last calibration.
pub(super) fn habits(calibrations: &[Evidence], source: Source, year: u16) -> Habits<'_> {
    let last = calibrations.iter().find(|scan| scan.source == source);
    Habits {
        year,
        profile: last.and_then(|scan| profile::learn(&scan.raw).ok()).unwrap_or_default(),
    }
}

impl Desk {
    pub(super) fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|e| Error::bug(e.to_string()))
    }

    /// Tells the lesson what the input came to, before it is kept together with that.
    pub(super) fn learn(&mut self, drafts: &[Draft]) {
        if let (Some(course), Some(said)) = (&mut self.course, self.said.take()) {
            let kinds: Vec<_> = drafts.iter().map(|draft| draft.body.kind()).collect();
            let came = Came {
                kinds: &kinds,
                was_stopped: self.was_stopped,
                is_stopped: self.stop.is_some(),
            };
            course.observe(&said, &came);
        }
    }

    /// Whose PIN is meant: of the badge just scanned, or of who is signed in and signs, or of who signs with
    /// them.
    pub(super) fn person(&self) -> Option<&PersonId> {
        match &self.gate {
            Gate::Badge => None,
            Gate::Pin(person) => Some(person),
            Gate::In(session) => Some(self.work.signer(&session.person).unwrap_or(&session.person)),
        }
    }

    /// Ends the session and keeps its work for the same person.
    pub(super) fn park(&mut self) {
        if let Gate::In(session) = std::mem::take(&mut self.gate) {
            let work = std::mem::take(&mut self.work);
            if work != Work::Home {
                self.parked = Some(Parked::of(session.person, work, self.stop.take()));
            }
        }
        self.stop = None;
        self.feedback = None;
    }

    pub(super) fn touched(&mut self, now: &Now) {
        self.touched = Some((now.boot.clone(), now.mono_ms));
    }

    pub(super) fn is_idle(&self, now: &Now, minutes: u32) -> bool {
        matches!(self.gate, Gate::In(_))
            && self.touched.as_ref().is_some_and(|(boot, at)| {
                *boot != now.boot || now.mono_ms.saturating_sub(*at) > u64::from(minutes) * 60_000
            })
    }

    /// The same bytes from the same source within the policy's time of the read before are one scan, however many such
    /// reads follow each other: a trigger held down is one pull.
    pub(super) fn is_repeat(&mut self, evidence: &Evidence, now: &Now, within_ms: u32) -> bool {
        let Some(last) = &mut self.last else { return false };
        let again = last.boot == now.boot
            && now.mono_ms.saturating_sub(last.mono_ms) < u64::from(within_ms)
            && last.hash == fingerprint(evidence);
        if again {
            last.mono_ms = now.mono_ms;
        }
        again
    }

    /// How many equal reads in a row the last one made: 2 is the second equal label.
    pub(super) fn equal_reads(&self) -> u32 {
        self.last.as_ref().map_or(0, |last| last.times)
    }
}

pub(super) fn badge_view(parked: Option<&Parked>) -> View {
    let mut view = View::new(
        "sign_in.badge",
        Message::new("sign-in-title"),
        Message::new("sign-in-badge-prompt"),
    );
    if parked.is_some() {
        view.fields.push(crate::work::ViewField::new(
            "field-open-work",
            Arg::Message(Box::new(Message::new("open-work-waits"))),
        ));
    }
    view.awaits_scan();
    view
}

pub(super) fn pin_view(name: &str) -> View {
    let prompt = Message::new("sign-in-pin-prompt");
    let mut view = View::new("sign_in.pin", Message::new("sign-in-title"), prompt);
    view.fields
        .push(crate::work::ViewField::new("field-person", Arg::text(name)));
    view.actions = vec![ViewAction::other("back", "action-back")];
    view.awaits = (AwaitKind::Pin, "pin");
    view
}
