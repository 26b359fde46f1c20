//! Finding one unit by the strength of its tag, as one walks.

use super::{Find, One, Sweep};
use crate::Error;
use crate::store::Draft;
use crate::work::goods::identify;
use crate::work::label::tag;
use crate::work::{Context, Feedback, Scanned, Step};
use lotline_record::entry::{Body, Seen};
use lotline_record::rules::Judge;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A change of the signal below this many decibels says nothing.
const SAME: i32 = 3;
/// A tag at arm's length is at least this strong, in dBm.
const NEAR: i32 = -40;
/// So many strengths are kept.
const KEPT: usize = 6;

/// A unit that is looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Finding {
    pub(super) one: One,
    /// How strong its tag was with each pull of the trigger, in dBm, the newest last; absent where it was not seen.
    pub(super) heard: Vec<Option<i32>>,
}

impl Finding {
    pub(super) fn of(one: One) -> Self {
        Finding { one, heard: Vec::new() }
    }

    pub(super) fn is(&self, one: &One) -> bool {
        self.one.serial == one.serial
    }

    /// What the last pull says against the one before it.
    pub(super) fn word(&self) -> &'static str {
        let last = self.heard.last().copied().flatten();
        let before = self.heard.iter().rev().skip(1).copied().flatten().next();
        match (last, before) {
            (None, _) => "sweep-silent",
            (Some(now), _) if now >= NEAR => "sweep-near",
            (Some(_), None) => "sweep-heard",
            (Some(now), Some(before)) if now - before >= SAME => "sweep-warmer",
            (Some(now), Some(before)) if before - now >= SAME => "sweep-colder",
            _ => "sweep-same",
        }
    }
}

impl Sweep {
    /// The trigger was pulled while one unit is looked for. What else is near is not of interest now.
    pub(super) fn walked(
        mut self,
        mut finding: Finding,
        epcs: &[String],
        strongest: &HashMap<String, i32>,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let mut heard = None;
        for epc in epcs {
            let hand = match tag(epc, context.year()) {
                Scanned::Label(label) => identify(&label, None, &mut Judge::new(), context)?,
                Scanned::Text(_) | Scanned::Unreadable(_) => None,
            };
            if hand
                .and_then(|hand| One::of(&hand.goods))
                .is_some_and(|one| finding.is(&one))
            {
                heard = Some(epc.clone());
            }
        }
        let strength = heard
            .as_ref()
            .map(|epc| strongest.get(epc).copied().unwrap_or_default());
        let first = strength.is_some() && finding.heard.iter().all(Option::is_none);
        finding.heard.push(strength);
        let old = finding.heard.len().saturating_sub(KEPT);
        finding.heard.drain(..old);
        let said = Message::new(finding.word()).with("signal", Arg::Number(i64::from(strength.unwrap_or_default())));
        let good = matches!(finding.word(), "sweep-near" | "sweep-warmer" | "sweep-heard");
        self.find = Some(Find::Walk(finding));
        let place = self.place.clone();
        let mut step = Step::to(self).say(if good {
            Feedback::Accept(said)
        } else {
            Feedback::Warn(said)
        });
        // That it is near is worth an entry; each step towards it is not.
        if let (true, Some(epc), Some(place)) = (first, heard, place) {
            let mut draft = Draft::new(Body::Seen(Seen::Sweep {
                place: place.clone(),
                epcs: vec![epc],
            }));
            draft.place = Some(place);
            step.drafts.push(draft);
        }
        Ok(step)
    }
}
