//! Split labels (A4): the item on one code, lot and expiry on another.
//!
//! A code that says nothing but its item, where the item needs more, is kept as a half. It joins only with the very next
//! read, within the policy's time and from the same source; any other read in between drops it. So codes of two units
//! that arrive in turns (A1, B1, A2, B2) are never joined across: at B1 there are two items open, which is a stop, and
//! A2 and B2 then find nothing to join with.

use super::goods::{ask_tracking, identify};
use super::label::Habits;
use super::{Context, LabelData, Scanned, Work};
use crate::Error;
use crate::platform::Now;
use lotline_record::entry::{Evidence, Position, Source};
use lotline_record::rules::Judge;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// The code of an item whose other code is awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Half {
    scan: Evidence,
    /// Its entry.
    at: Position,
    boot: String,
    mono_ms: u64,
}

/// What a read means beside the half before it.
#[derive(Debug)]
pub(crate) enum Joined {
    /// It stands for itself.
    Alone(Scanned),
    /// It completes the half whose entry stands there.
    Whole(Scanned, Position),
    /// It is a half; the message says what is missing.
    Half(Half, Message),
    /// It cannot count, and says why.
    Apart(Message),
}

/// Judges `scanned` beside `half`.
pub(crate) fn join(
    half: Option<Half>,
    scanned: Scanned,
    work: &Work,
    context: &Context<'_>,
    now: &Now,
    habits: Habits<'_>,
) -> Result<Joined, Error> {
    let (
        Scanned::Label(label),
        Work::Receive(_)
        | Work::PutAway(_)
        | Work::Pick(_)
        | Work::Move(_)
        | Work::Adjust(_)
        | Work::Count(_)
        | Work::Ship(_)
        | Work::Pallet(_)
        | Work::Pack(_)
        | Work::Relabel(_),
        Some(evidence),
    ) = (&scanned, work, context.evidence)
    else {
        return Ok(Joined::Alone(scanned));
    };
    let within = u64::from(context.policy.join_window_ms);
    let open = half.filter(|half| {
        half.boot == now.boot
            && now.mono_ms.saturating_sub(half.mono_ms) <= within
            && half.scan.source == evidence.source
    });
    let first = open.as_ref().and_then(|half| half.item(habits));
    if is_rest(label) {
        return Ok(match (open, first) {
            (Some(half), Some(first)) => Joined::Whole(Scanned::Label(Box::new(merge(&first, label))), half.at),
            _ => Joined::Apart(Message::new("stop-second-code-alone")),
        });
    }
    if !says_only_its_item(label) {
        return Ok(Joined::Alone(scanned));
    }
    match first {
        // The same code once more: a person who has no other code gets the flow's own stop, and its ways out.
        Some(first) if first.gtin == label.gtin => return Ok(Joined::Alone(scanned)),
        Some(_) => return Ok(Joined::Apart(Message::new("stop-two-halves"))),
        None => {}
    }
    Ok(match missing(label, context)? {
        Some(message) if within > 0 => {
            let half = Half {
                scan: evidence.clone(),
                at: context.position(0),
                boot: now.boot.clone(),
                mono_ms: now.mono_ms,
            };
            Joined::Half(half, message)
        }
        _ => Joined::Alone(scanned),
    })
}

impl Half {
    /// The label that was read then, read again: the raw bytes are what is kept.
    pub(super) fn item(&self, habits: Habits<'_>) -> Option<LabelData> {
        if self.scan.source == Source::Typed && self.scan.raw.is_empty() {
            return None;
        }
        match Scanned::read(&self.scan.raw, self.scan.symbology.as_deref(), habits) {
            Scanned::Label(label) => Some(*label),
            Scanned::Text(_) | Scanned::Unreadable(_) => None,
        }
    }
}

/// Neither item nor handling unit, but something that belongs to one.
fn is_rest(label: &LabelData) -> bool {
    label.gtin.is_none()
        && label.sscc.is_none()
        && (label.lot.is_some() || label.serial.is_some() || label.expiry.is_some())
}

fn says_only_its_item(label: &LabelData) -> bool {
    label.gtin.is_some()
        && label.sscc.is_none()
        && label.lot.is_none()
        && label.serial.is_none()
        && label.expiry.is_none()
        && label.produced.is_none()
        && label.count.is_none()
}

fn merge(first: &LabelData, rest: &LabelData) -> LabelData {
    LabelData {
        gtin: first.gtin,
        text: format!("{}{}", first.text, rest.text),
        ..rest.clone()
    }
}

/// What the item needs and the label does not say; `None` when nothing is missing or the item is not known here, which
/// is the flow's to say.
fn missing(label: &LabelData, context: &Context<'_>) -> Result<Option<Message>, Error> {
    let Some(hand) = identify(label, None, &mut Judge::new(), context)? else {
        return Ok(None);
    };
    if ask_tracking(&hand, &mut Judge::new(), context)? {
        return Ok(None);
    }
    let tracking = hand.item.tracking;
    let each = hand.goods.level == lotline_record::model::Level::Each;
    let expires = context.facts.expires(&hand.item.owner, &hand.item.item)?;
    let parts: Vec<Message> = [
        (tracking.needs_lot(), "part-lot"),
        (tracking.needs_serial() && each, "part-serial"),
        (expires, "part-expiry"),
    ]
    .into_iter()
    .filter(|(needed, _)| *needed)
    .map(|(_, id)| Message::new(id))
    .collect();
    let list = match parts.as_slice() {
        [a] => a.clone(),
        [a, b] => listed("list-two", &[a, b]),
        [a, b, c] => listed("list-three", &[a, b, c]),
        _ => return Ok(None),
    };
    Ok(Some(
        Message::new("half-label")
            .with("item", Arg::text(&hand.item.name))
            .with("missing", Arg::Message(Box::new(list))),
    ))
}

fn listed(id: &'static str, parts: &[&Message]) -> Message {
    let names = ["a", "b", "c"];
    parts.iter().zip(names).fold(Message::new(id), |message, (part, name)| {
        message.with(name, Arg::Message(Box::new((*part).clone())))
    })
}
