//! Where a line can be picked, and which line comes next.

use super::{Order, Pick};
use crate::Error;
use crate::work::Context;
use crate::work::facts::{DocumentLine, LotFacts, StockFacts};
use crate::work::goods::of_stock;
use crate::work::reserved::Kept;
use lotline_record::entry::Reserve;
use lotline_record::model::{Amount, Day, Item, LotKey, Place, PlaceId, PlaceKind, Rotation};

/// A place where a line can be picked.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) lot: Option<LotKey>,
    /// Rotation day: expiry or receipt.
    pub(super) day: Option<Day>,
    pub(super) expiry: Option<Day>,
    pub(super) place: PlaceId,
    pub(super) walk: u32,
    /// What is there of the lot and not kept for others.
    pub(super) free: Amount,
}

impl Pick {
    /// The line whose picked units are not in their tote yet.
    pub(super) fn in_hand(&self) -> Option<&Order> {
        self.orders.iter().find(|order| !order.hand.is_empty())
    }

    /// The line that is picked now. Of several orders the nearest one on the walk, and one that was begun is ended first.
    pub(super) fn open_line<'l>(
        &self,
        lines: &'l [DocumentLine],
        context: &Context<'_>,
    ) -> Result<Option<&'l DocumentLine>, Error> {
        let last = || lines.iter().find(|l| Some(&l.key) == self.line.as_ref());
        if self.in_hand().is_some() {
            return Ok(last());
        }
        let is_open = |l: &&DocumentLine| l.done < l.expected && !self.short.contains(&l.key);
        if self.dock.is_some() {
            for line in lines.iter().filter(is_open) {
                if !self.candidates(line, context)?.is_empty() {
                    return Ok(Some(line));
                }
            }
            return Ok(None);
        }
        if !self.is_batch() {
            return Ok(lines.iter().find(is_open));
        }
        if let Some(line) = last().filter(is_open) {
            return Ok(Some(line));
        }
        let mut best: Option<(u32, &DocumentLine)> = None;
        for line in lines.iter().filter(is_open) {
            let first = self.candidates(line, context)?.into_iter().next();
            let walk = first.map_or(u32::MAX, |c| c.walk);
            if best.is_none_or(|(least, _)| walk < least) {
                best = Some((walk, line));
            }
        }
        Ok(best.map(|(_, line)| line))
    }

    /// Days of shelf life that must be left: the item's, or the customer's where those are more.
    pub(super) fn shelf_days(&self, line: &DocumentLine, item: &Item, context: &Context<'_>) -> u32 {
        let customer = self.order(&line.key).and_then(|order| order.customer.as_ref());
        let asked = customer.and_then(|key| context.policy.customer_shelf_days.get(key));
        item.shelf_out_days.unwrap_or(0).max(asked.copied().unwrap_or(0))
    }

    /// Where the line can be picked on this device's picture, the first to leave first. A lot that the line names comes
    /// alone, as long as it is there.
    pub(super) fn candidates(&self, line: &DocumentLine, context: &Context<'_>) -> Result<Vec<Candidate>, Error> {
        let mut all = self.all_candidates(line, context)?;
        if self.dock.is_some() {
            all.retain(|c| Some(&c.place) == self.dock.as_ref());
        }
        let Some(asked) = &line.lot else { return Ok(all) };
        let of_lot = |c: &Candidate| c.lot.as_ref().is_some_and(|lot| lot.number == *asked);
        if line.allocated && !all.iter().any(of_lot) {
            return Ok(all);
        }
        Ok(all.into_iter().filter(of_lot).collect())
    }

    /// Where the open lines will be picked, and how much there: what is kept for a task while it is held.
    pub(in crate::work) fn reserves(&self, context: &Context<'_>) -> Result<Vec<Reserve>, Error> {
        let mut all: Vec<Reserve> = Vec::new();
        for line in self.lines(context)? {
            let mut open = line.expected.minus(line.done);
            for candidate in self.candidates(&line, context)? {
                let same = |r: &&Reserve| r.item == line.item && r.lot == candidate.lot && r.place == candidate.place;
                // Two rows of one lot and place are two pack levels of the same.
                let taken: Amount = all.iter().filter(same).map(|r| r.amount).sum();
                let amount = open.min(candidate.free.minus(taken));
                if !amount.is_positive() {
                    continue;
                }
                open = open.minus(amount);
                match all
                    .iter_mut()
                    .find(|r| r.item == line.item && r.lot == candidate.lot && r.place == candidate.place)
                {
                    Some(same) => same.amount = same.amount.plus(amount),
                    None => all.push(Reserve {
                        item: line.item.clone(),
                        lot: candidate.lot.clone(),
                        place: candidate.place.clone(),
                        amount,
                    }),
                }
            }
        }
        Ok(all)
    }

    /// The same, whatever lot the line names.
    pub(super) fn all_candidates(&self, line: &DocumentLine, context: &Context<'_>) -> Result<Vec<Candidate>, Error> {
        let Some(item) = context.facts.item(&line.owner, &line.item)? else {
            return Ok(Vec::new());
        };
        let days = self.shelf_days(line, &item, context);
        let good_until = context.today + chrono::TimeDelta::days(i64::from(days));
        let mut found = Vec::new();
        let all = context.facts.stock_of(&line.owner, &line.item)?;
        let kept = Kept::of(&line.owner, &line.item, context)?;
        for row in all.iter().cloned() {
            let Some(place) = row
                .account
                .place()
                .filter(|p| row.amount.is_positive() && !self.empty.contains(p))
            else {
                continue;
            };
            // What is kept for another's task is theirs until its time is over.
            let free = kept.free(&row, &all);
            if !free.is_positive() {
                continue;
            }
            let is_here = |p: &Place| p.kind == PlaceKind::Bin || Some(&p.place) == self.dock.as_ref();
            let Some(bin) = context.facts.place(place)?.filter(is_here) else {
                continue;
            };
            let known = match &row.lot {
                Some(lot) => context.facts.lot(&line.owner, &line.item, lot)?.unwrap_or_default(),
                None => LotFacts::default(),
            };
            if known.expiry.is_some_and(|expiry| expiry < good_until) || is_blocked(&row, place, context)? {
                continue;
            }
            found.push(Candidate {
                day: rotation_day(&item, known.expiry, known.received_on),
                expiry: known.expiry,
                lot: row.lot,
                place: place.clone(),
                walk: bin.walk,
                free,
            });
        }
        found.sort_by(|a, b| {
            let days = item.rotation.order(a.day, b.day);
            days.then_with(|| (a.walk, &a.lot).cmp(&(b.walk, &b.lot)))
        });
        Ok(found)
    }
}

fn is_blocked(row: &StockFacts, place: &PlaceId, context: &Context<'_>) -> Result<bool, Error> {
    let goods = of_stock(row);
    Ok(!context.facts.blocks(Some(&goods), Some(place))?.is_empty())
}

pub(in crate::work) fn rotation_day(item: &Item, expiry: Option<Day>, received: Option<Day>) -> Option<Day> {
    match item.rotation {
        Rotation::Fefo => expiry,
        Rotation::Fifo | Rotation::Lifo => received,
        Rotation::None => None,
    }
}
