//! What is kept for the tasks of others (domain §8).

use super::Context;
use super::facts::StockFacts;
use crate::Error;
use lotline_record::model::{Amount, ItemId, LotKey, OwnerId, PlaceId, Reservation};
use lotline_record::rules::{Facts, is_held};

/// What of an item other devices keep, as long as their time is not over.
pub(super) struct Kept(Vec<Reservation>);

impl Kept {
    pub(super) fn of(owner: &OwnerId, item: &ItemId, context: &Context<'_>) -> Result<Self, Error> {
        let mut all = context.facts.reservations(owner, item)?;
        all.retain(|kept| kept.device != *context.device && is_held(Some(kept.until_ms), context.now_ms));
        Ok(Kept(all))
    }

    /// How much of a lot is kept at a place.
    fn at(&self, lot: Option<&LotKey>, place: &PlaceId) -> Amount {
        let same = |kept: &&Reservation| {
            // A task may name a lot by its number alone.
            let lots = match (&kept.lot, lot) {
                (Some(kept), Some(lot)) => {
                    kept.number == lot.number && (kept.maker.is_none() || kept.maker == lot.maker)
                }
                (kept, lot) => kept.is_none() && lot.is_none(),
            };
            lots && kept.place == *place
        };
        self.0.iter().filter(same).map(|kept| kept.amount).sum()
    }

    /// What is left of the lot where `row` lies, at all its pack levels, once others have theirs.
    pub(super) fn free(&self, row: &StockFacts, all: &[StockFacts]) -> Amount {
        let same = |s: &&StockFacts| s.account == row.account && s.lot == row.lot;
        let here: Amount = all.iter().filter(same).map(|s| s.amount).sum();
        match row.account.place() {
            Some(place) if !self.0.is_empty() => here.minus(self.at(row.lot.as_ref(), place)),
            _ => here,
        }
    }

    /// The facts of taking some of it; `None` where nothing is kept there.
    pub(super) fn taking(
        &self,
        subject: String,
        lot: Option<&LotKey>,
        place: &PlaceId,
        here: Amount,
        taking: Amount,
    ) -> Option<Facts> {
        let kept = self.at(lot, place);
        kept.is_positive().then(|| Facts::Reserved {
            subject,
            place: place.clone(),
            here,
            kept,
            taking,
        })
    }
}
