//! What stands on a trailer, at a packing bench or on a handling unit, and what the rules say of it when it is to leave.

use super::dated::ask_clock;
use super::facts::{DocumentLine, StockFacts, Subject};
use super::goods::{ask_blocks, of_stock};
use super::{Context, KeptLine, ViewProgress, plates, receive};
use crate::Error;
use crate::screen::Look;
use crate::store::Draft;
use lotline_record::entry::{Body, Load};
use lotline_record::model::{Account, Amount, Day, DeviceId, DocumentId, Goods, Item, ItemId, OwnerId, PlateId};
use lotline_record::rules::{Facts, Judge, Purpose};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of a lot's or pallet's history in which another device is looked for.
const LOOKED_AT: usize = 200;

/// What an order is judged by when its goods leave.
pub(super) struct Leaving<'a> {
    pub(super) document: &'a DocumentId,
    pub(super) owner: &'a OwnerId,
    pub(super) partner: Option<&'a str>,
    pub(super) lines: &'a [DocumentLine],
}

impl Leaving<'_> {
    /// Base units of an item that the order asks for.
    pub(super) fn asked(&self, item: &ItemId) -> Amount {
        self.lines.iter().filter(|l| l.item == *item).map(|l| l.expected).sum()
    }

    /// The order asks for the item.
    pub(super) fn ask_listed(&self, item: &Item, judge: &mut Judge) -> bool {
        let listed = item.owner == *self.owner && self.lines.iter().any(|l| l.item == item.item);
        judge.ask(Facts::OnDocument {
            document: self.document.clone(),
            item: item.name.clone(),
            listed,
        })
    }

    /// What leaves is neither expired nor too old for the item or this customer (C2).
    pub(super) fn ask_expiry(
        &self,
        item: &Item,
        goods: &Goods,
        expiry: Option<Day>,
        judge: &mut Judge,
        context: &Context<'_>,
    ) -> bool {
        let Some(expiry) = expiry else { return true };
        if !ask_clock(Some(expiry), judge, context) {
            return false;
        }
        let customer = self
            .partner
            .and_then(|partner| context.policy.customer_shelf_days.get(partner));
        judge.ask(Facts::Expiry {
            lot: goods.lot.as_ref().map(|l| l.number.clone()),
            expiry,
            today: context.latest,
            min_days: item.shelf_out_days.unwrap_or(0).max(customer.copied().unwrap_or(0)),
            purpose: Purpose::Ship,
            alert_days: context.policy.expiry_alert_days,
        })
    }

    /// No more of the item leaves than the order asks for.
    pub(super) fn ask_quantity(&self, item: &Item, loaded: Amount, adding: Amount, judge: &mut Judge) -> bool {
        judge.ask(Facts::OpenLoad {
            item: item.name.clone(),
            asked: self.asked(&item.item),
            loaded,
            adding,
        })
    }
}

/// Stock with the handling unit it is on, if it is on one.
struct Row {
    stock: StockFacts,
    plate: Option<PlateId>,
}

/// What stands in an account, by the unit and on handling units, however deep.
#[derive(Default)]
pub(super) struct Cargo {
    rows: Vec<Row>,
    plates: Vec<PlateId>,
}

impl Cargo {
    pub(super) fn in_account(account: &Account, context: &Context<'_>) -> Result<Self, Error> {
        let all = plates::under(account, context)?;
        let rows = all.rows.into_iter().map(|stock| Row {
            plate: plates::plate_of(&stock.account),
            stock,
        });
        Ok(Cargo {
            rows: rows.collect(),
            plates: all.plates,
        })
    }

    /// What is on these handling units, and on nothing that stands on them but is not among them.
    pub(super) fn on_plates(plates: &[PlateId], context: &Context<'_>) -> Result<Self, Error> {
        let mut cargo = Cargo::default();
        for plate in plates {
            let rows = context.facts.stock_in(&Account::Plate(plate.clone()))?.into_iter();
            cargo
                .rows
                .extend(rows.filter(|row| row.amount.is_positive()).map(|stock| Row {
                    stock,
                    plate: Some(plate.clone()),
                }));
        }
        cargo.plates = plates.to_vec();
        Ok(cargo)
    }

    pub(super) fn on_plate(plate: &PlateId, context: &Context<'_>) -> Result<Self, Error> {
        Cargo::in_account(&Account::Plate(plate.clone()), context)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Handling units in it of which nobody knows what is on them.
    pub(super) fn unknown(&self, context: &Context<'_>) -> Result<Vec<PlateId>, Error> {
        let mut found = Vec::new();
        for plate in &self.plates {
            if plates::contents_unknown(plate, &plates::on_plate(plate, context)?, context)? {
                found.push(plate.clone());
            }
        }
        Ok(found)
    }

    /// Base units of each item.
    pub(super) fn sums(&self) -> BTreeMap<ItemId, Amount> {
        let mut sums: BTreeMap<ItemId, Amount> = BTreeMap::new();
        for Row { stock, .. } in &self.rows {
            let sum = sums.entry(stock.item.clone()).or_default();
            *sum = sum.plus(stock.amount);
        }
        sums
    }

    /// Asks of everything in it whether it may leave beside `loaded` of each item. False when the judge stopped.
    pub(super) fn ask(
        &self,
        leaving: &Leaving<'_>,
        loaded: &BTreeMap<ItemId, Amount>,
        from: Option<&Account>,
        judge: &mut Judge,
        context: &Context<'_>,
    ) -> Result<bool, Error> {
        let mut sums: BTreeMap<ItemId, (Item, Amount)> = BTreeMap::new();
        for Row { stock, plate } in &self.rows {
            let Some(item) = context.facts.item(&stock.owner, &stock.item)? else {
                return Ok(judge.ask(Facts::KnownItem {
                    key: stock.item.to_string(),
                    owners: Vec::new(),
                }));
            };
            let goods = Goods {
                plate: plate.clone(),
                ..of_stock(stock)
            };
            let expiry = match &stock.lot {
                Some(lot) => context
                    .facts
                    .lot(&stock.owner, &stock.item, lot)?
                    .and_then(|l| l.expiry),
                None => None,
            };
            if !leaving.ask_listed(&item, judge)
                || !ask_blocks(&goods, from, Purpose::Ship, judge, context)?
                || !leaving.ask_expiry(&item, &goods, expiry, judge, context)
            {
                return Ok(false);
            }
            if item.tracking.needs_serial() {
                for unit in plates::serials(stock, context)? {
                    if !ask_blocks(&unit, None, Purpose::Ship, judge, context)? {
                        return Ok(false);
                    }
                }
            }
            let sum = sums.entry(item.item.clone()).or_insert((item, Amount::ZERO));
            sum.1 = sum.1.plus(stock.amount);
        }
        Ok(sums.values().all(|(item, adding)| {
            let loaded = loaded.get(&item.item).copied().unwrap_or_default();
            leaving.ask_quantity(item, loaded, *adding, judge)
        }))
    }

    /// One fact for everything that leaves: each serial, what has none by lot and pack level, each handling unit.
    pub(super) fn shipped(&self, leaving: &Leaving<'_>, context: &Context<'_>) -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::new();
        let mut ship = |load, from: &Account| {
            drafts.push(Draft::new(Body::Shipped {
                load,
                from: from.clone(),
                document: leaving.document.clone(),
            }));
        };
        for Row { stock, plate } in &self.rows {
            for unit in plates::units(stock, context)? {
                let plate = plate.clone();
                ship(Load::Goods(Goods { plate, ..unit }), &stock.account);
            }
        }
        for plate in &self.plates {
            if let Some(known) = context.facts.plate(plate)? {
                ship(Load::Plate(plate.clone()), &known.account);
            }
        }
        Ok(drafts)
    }

    /// Devices other than this one that put some of it on for the order.
    /// `did` is the kind of their facts: `loaded`, `packed`.
    pub(super) fn other_devices(
        &self,
        did: &str,
        document: &DocumentId,
        context: &Context<'_>,
    ) -> Result<Vec<DeviceId>, Error> {
        let lots = self.rows.iter().map(|row| Subject::Lot {
            owner: row.stock.owner.clone(),
            item: row.stock.item.clone(),
            lot: row.stock.lot.as_ref().map(|l| l.number.clone()),
        });
        let plates = self.plates.iter().cloned().map(Subject::Plate);
        let mut found = BTreeSet::new();
        for subject in lots.chain(plates) {
            for line in context.facts.history(&subject, LOOKED_AT)? {
                let same = line.kind == did && line.document.as_deref() == Some(document.as_str());
                if let Some(device) = line.device.filter(|device| same && device != context.device) {
                    found.insert(device);
                }
            }
        }
        Ok(found.into_iter().collect())
    }
}

/// The order's lines with what is there as done: the first line of an item is filled first.
pub(super) fn filled(lines: &[DocumentLine], mut loaded: BTreeMap<ItemId, Amount>) -> Vec<DocumentLine> {
    let fill = |line: &DocumentLine| {
        let rest = loaded.entry(line.item.clone()).or_default();
        let done = (*rest).min(line.expected);
        *rest = rest.minus(done);
        DocumentLine { done, ..line.clone() }
    };
    lines.iter().map(fill).collect()
}

/// How many lines are not full, and how many base units that is.
pub(super) fn missing(lines: &[DocumentLine]) -> (usize, Amount) {
    let short = lines.iter().filter(|l| l.done < l.expected);
    (short.clone().count(), short.map(|l| l.expected.minus(l.done)).sum())
}

/// A line for each line of the order; while short shipping is confirmed only those that are not full.
pub(super) fn view_lines(lines: &[DocumentLine], short: bool) -> Vec<KeptLine> {
    let shown = lines.iter().filter(|l| !short || l.done < l.expected);
    let line = |line: &DocumentLine| KeptLine {
        words: receive::line_words(line),
        done: line.done >= line.expected,
        state: if short { Look::Alert } else { Look::Plain },
    };
    shown.map(line).collect()
}

/// How much of all lines is there, in base units.
pub(super) fn progress(lines: &[DocumentLine]) -> Option<ViewProgress> {
    let first = lines.first()?;
    let one_unit = lines.iter().all(|l| l.unit == first.unit && l.factor == first.factor);
    let factor = if one_unit { i64::from(first.factor.max(1)) } else { 1 };
    let sum = |of: fn(&DocumentLine) -> Amount| {
        let sum: Amount = lines.iter().map(of).sum();
        Amount::from_micros(sum.micros() / factor)
    };
    Some(ViewProgress {
        done: sum(|l| l.done),
        total: sum(|l| l.expected),
        unit: if one_unit {
            first.unit.to_string()
        } else {
            String::new()
        },
    })
}
