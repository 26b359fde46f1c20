//! The opening balance: what lies in a warehouse when its record begins, counted wall to wall in walk order (requirement
//! B2, domain §3: the account `virtual:opening`).

use super::Count;
use crate::Error;
use crate::work::{Context, View, ViewAction, ViewField};
use lotline_record::model::{Account, Place, PlaceId, Virtual};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// Skipped places that are named; the rest is counted.
const MOST_NAMED: usize = 20;

/// How far somebody is on the way through the places.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Opening {
    /// Places that were counted on this way.
    counted: u64,
    /// Where the way stands: the last place that was counted in its turn, or skipped.
    at: Option<(u32, PlaceId)>,
    /// How many were skipped, and the first of them.
    skipped: u64,
    named: Vec<PlaceId>,
}

impl Opening {
    /// The next place in walk order. `None` before the first one was scanned, which says where the way begins, and
    /// behind the last one.
    pub(super) fn next(&self, context: &Context<'_>) -> Result<Option<Place>, Error> {
        match &self.at {
            Some((walk, place)) => context.facts.bin_after(*walk, place),
            None => Ok(None),
        }
    }

    /// `place` was counted. Out of turn, the way stays where it is: what it passes is still to be counted.
    pub(super) fn counted(&mut self, place: &PlaceId, context: &Context<'_>) -> Result<(), Error> {
        self.counted += 1;
        let in_turn = self.at.is_none() || self.next(context)?.is_some_and(|next| next.place == *place);
        if in_turn && let Some(place) = context.facts.place(place)? {
            self.at = Some((place.walk, place.place));
        }
        Ok(())
    }

    /// The next place cannot be counted now.
    pub(super) fn skip(&mut self, context: &Context<'_>) -> Result<(), Error> {
        if let Some(next) = self.next(context)? {
            self.skipped += 1;
            if self.named.len() < MOST_NAMED {
                self.named.push(next.place.clone());
            }
            self.at = Some((next.walk, next.place));
        }
        Ok(())
    }

    /// Whether the way is at its end.
    fn is_through(&self, context: &Context<'_>) -> Result<bool, Error> {
        Ok(self.at.is_some() && self.next(context)?.is_none())
    }

    /// How far it went, once it is through or left.
    pub(super) fn told(&self) -> Message {
        let mut names: Vec<_> = self.named.iter().map(ToString::to_string).collect();
        if self.skipped > names.len() as u64 {
            names.push("…".to_owned());
        }
        Message::new("opening-passed")
            .with("count", Arg::Number(i64::try_from(self.counted).unwrap_or(i64::MAX)))
            .with("skipped", Arg::Number(i64::try_from(self.skipped).unwrap_or(i64::MAX)))
            .with("names", Arg::Text(names.join(", ")))
    }
}

impl Count {
    /// A count of all places, of which the record knows nothing yet.
    pub(crate) fn opening() -> Self {
        Count {
            opening: Some(Opening::default()),
            ..Count::default()
        }
    }

    /// Where what the record does not know comes from.
    pub(super) fn origin(&self) -> Account {
        Account::Virtual(if self.opening.is_some() {
            Virtual::Opening
        } else {
            Virtual::Unexplained
        })
    }

    /// The same count at the next place.
    pub(super) fn further(self) -> Self {
        Count {
            opening: self.opening,
            ..Count::default()
        }
    }

    /// What the way adds to the screen on which a place is awaited.
    pub(super) fn way(&self, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
        let Some(opening) = &self.opening else { return Ok(()) };
        view.title = Message::new("opening-title");
        if self.place.is_some() || self.checking.is_some() {
            return Ok(());
        }
        if let Some(next) = opening.next(context)? {
            view.fields
                .push(ViewField::alert("field-next-place", Arg::text(&next.place)));
            view.actions.push(ViewAction::numbered("skip", "action-skip-place", 1));
        }
        let count = |n: u64| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
        view.fields
            .push(ViewField::new("field-counted-places", count(opening.counted)));
        if opening.skipped > 0 {
            view.fields
                .push(ViewField::new("field-skipped-places", count(opening.skipped)));
        }
        if opening.is_through(context)? {
            view.prompt = Message::new("opening-through-prompt");
        }
        Ok(())
    }
}
