//! A site out of nothing but a seed: the same options give the same rows, byte for byte.
//!
//! The hand-made part is small and tells a story (an expired lot beside a good one, a recall, a case whose label
//! contradicts the record, a pallet on its way); [`Size`] adds a crowd for measuring. Every stock row has its other side
//! in `virtual:opening`, so the sum over all accounts is zero for each owner, item, lot and level.

mod bulk;
mod floor;
mod goods;
mod labels;
mod numbers;
mod papers;
mod people;
mod table;
mod tasks;

pub use bulk::Size;
pub use labels::{Sample, label, labels};
pub use people::{PEOPLE, Person, by_badge};

use goods::{GOODS, Goods, find};
use lotline_record::model::{
    Account, Block, BlockId, BlockKind, ContentsKnown, Day, DocumentKind, ItemId, Level, Lifecycle, LotNumber,
    NameError, OwnerId, PinCost, PinError, PlaceId, PlateId, Policy, Scope, SerialScheme, SiteId, Virtual,
};
use lotline_record::wire::Row;
use std::collections::BTreeMap;
use table::{Line, null};

const MICROS: i64 = 1_000_000;

/// What the site is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Its name: the first key of every row.
    pub site: SiteId,
    /// Everything that is drawn is drawn from it.
    pub seed: u64,
    /// The site's day, from which expiries count.
    pub today: Day,
    /// The site's pepper for PINs.
    pub pepper: Vec<u8>,
    /// How hard PINs are to guess.
    pub pin_cost: PinCost,
    /// The crowd beside the hand-made part.
    pub bulk: Size,
}

impl Options {
    /// Site `S1` by seed 1, as it stands on `today`, with PINs as hard as in the field.
    ///
    /// # Errors
    /// Never: `S1` is a good name.
    pub fn new(today: Day, pepper: Vec<u8>) -> Result<Self, NameError> {
        Ok(Options {
            site: SiteId::new("S1")?,
            seed: 1,
            today,
            pepper,
            pin_cost: PinCost::FIELD,
            bulk: Size::default(),
        })
    }
}

/// Why no site could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// A name in the tables is not one.
    #[error("{0}")]
    Name(#[from] NameError),
    /// A PIN could not be hashed at that cost.
    #[error("{0}")]
    Pin(#[from] PinError),
    /// Policy or block could not be written.
    #[error("a value cannot be written as JSON: {0}")]
    Json(String),
}

/// The whole site as rows.
///
/// # Errors
/// [`SeedError::Pin`] when the cost of PINs is out of range.
pub fn site(options: &Options) -> Result<Vec<Row>, SeedError> {
    Ok(stream(options)?.collect())
}

/// As [`site`], one row at a time: the crowd is never held in memory.
///
/// # Errors
/// As [`site`].
pub fn stream(options: &Options) -> Result<impl Iterator<Item = Row> + '_, SeedError> {
    Ok(story(options)?.into_iter().chain(bulk::rows(options)))
}

/// The hand-made part.
fn story(options: &Options) -> Result<Vec<Row>, SeedError> {
    let mut rows = Vec::new();
    rows.push(policy_row(&options.site, &Policy::default())?);
    rows.push(recall(options)?);
    people_rows(options, &mut rows)?;
    for goods in GOODS {
        item_rows(options, goods, &mut rows);
    }
    place_rows(options, &mut rows);
    paper_rows(options, &mut rows);
    task_rows(options, &mut rows);
    stock_rows(options, &mut rows)?;
    Ok(rows)
}

fn json(value: &impl serde::Serialize) -> Result<String, SeedError> {
    serde_json::to_string(value).map_err(|e| SeedError::Json(e.to_string()))
}

/// A policy as a site's row.
///
/// # Errors
/// [`SeedError`] when it cannot be written down.
pub fn policy_row(site: &SiteId, policy: &Policy) -> Result<Row, SeedError> {
    let version = i64::try_from(policy.version).unwrap_or(1);
    Ok(Line::of_site(site, "policy").add(version).add(json(policy)?).row())
}

fn recall(options: &Options) -> Result<Row, SeedError> {
    let block = Block {
        through: Vec::new(),
        block: BlockId::new("R-2026-014")?,
        kind: BlockKind::Recall,
        scope: Scope::Lot {
            owner: OwnerId::new("ACME")?,
            item: ItemId::new("INSU3")?,
            lot: LotNumber::new("S-99")?,
        },
        reason: "Recalled by the maker: cracked cartridges".into(),
        placed_by: None,
        part: None,
    };
    let (of, key) = block.scope.key();
    Ok(Line::of(options, "block")
        .add(block.block.as_str())
        .add(block.kind.as_str())
        .add(of)
        .add(key)
        .add(json(&block.scope)?)
        .add(block.reason.as_str())
        .add("open")
        .row())
}

fn people_rows(options: &Options, rows: &mut Vec<Row>) -> Result<(), SeedError> {
    for person in PEOPLE {
        let pin = person.pin_hash(options.seed, &options.pepper, options.pin_cost)?;
        rows.push(
            Line::of(options, "person")
                .add(person.person)
                .add(person.badge)
                .add(person.name)
                .add(1)
                .add(person.role.as_str())
                .add(pin.to_string())
                .add(person.language)
                .add(person.owners)
                .add(1)
                .row(),
        );
    }
    Ok(())
}

fn day(options: &Options, days: Option<i64>) -> Option<String> {
    days.map(|days| lotline_record::model::day_from(options.today, days).to_string())
}

fn item_rows(options: &Options, goods: &Goods, rows: &mut Vec<Row>) {
    let owner = goods.owner().key;
    let expires = goods.lots.iter().any(|lot| lot.expires.is_some());
    rows.push(
        Line::of(options, "item")
            .add(owner)
            .add(goods.item)
            .add(goods.name)
            .add(goods.tracking.as_str())
            .add(goods.rotation.as_str())
            .add("EA")
            .add(i64::from(expires))
            .add(goods.shelf_in.map(i64::from))
            .add(goods.shelf_out.map(i64::from))
            .row(),
    );
    for pack in goods.packs {
        rows.push(
            Line::of(options, "pack_level")
                .add(owner)
                .add(goods.item)
                .add(pack.level.as_str())
                .add("")
                .add(goods.gtin(pack.level))
                .add(pack.unit)
                .add(i64::from(pack.factor))
                .add(null())
                .row(),
        );
    }
    // A lot that is only announced is told by its notice; the record learns it from the first label.
    for lot in goods.lots.iter().filter(|lot| lot.received.is_some()) {
        rows.push(
            Line::of(options, "lot")
                .add(owner)
                .add(goods.item)
                .add(lot.number)
                .add("")
                .add(day(options, lot.expires))
                .add(null())
                .add(null())
                .add(day(options, lot.received))
                .row(),
        );
    }
}

fn place_rows(options: &Options, rows: &mut Vec<Row>) {
    for (at, place) in (0_i64..).zip(floor::places()) {
        let digits = numbers::draw(options.seed, 9, at.cast_unsigned(), 100);
        rows.push(
            Line::of(options, "place")
                .add(place.name)
                .add(place.kind.as_str())
                .add(place.zone)
                .add((at + 1) * 10)
                .add((place.kind == lotline_record::model::PlaceKind::Bin).then(|| format!("{digits:02}")))
                .row(),
        );
    }
    let owners = goods::OWNERS.iter().map(|owner| (owner.company, owner.key, owner.name));
    let others = (800..)
        .zip(papers::PARTNERS)
        .map(|(company, (partner, name))| (company, *partner, *name));
    for (company, partner, name) in owners.chain(others) {
        rows.push(
            Line::of(options, "partner")
                .add(partner)
                .add(name)
                .add(numbers::gln(company))
                .row(),
        );
    }
}

fn paper_rows(options: &Options, rows: &mut Vec<Row>) {
    for paper in papers::PAPERS {
        rows.push(
            Line::of(options, "document")
                .add(paper.kind.as_str())
                .add(paper.document)
                .add(paper.owner)
                .add(paper.partner)
                .add(paper.place)
                .add("open")
                .row(),
        );
        for (number, line) in (1..).zip(paper.lines) {
            let goods = find(line.item);
            let pack = goods.pack(line.level);
            let expiry = line.lot.and_then(|lot| goods.lot(lot).expires);
            let plate = line.plate.map(|number| numbers::sscc(goods.owner().company, number));
            rows.push(
                Line::of(options, "document_line")
                    .add(paper.kind.as_str())
                    .add(paper.document)
                    .add(format!("{number}"))
                    .add(paper.owner)
                    .add(line.item)
                    .add(pack.unit)
                    .add(i64::from(pack.factor))
                    .add(i64::from(line.count) * i64::from(pack.factor) * MICROS)
                    .add(0)
                    .add(line.lot)
                    .add(if paper.kind == DocumentKind::Notice {
                        day(options, expiry)
                    } else {
                        None
                    })
                    .add(plate.clone())
                    .add(i64::from(line.allocated))
                    .row(),
            );
            for n in line.serials.into_iter().flat_map(|_| 1..=line.count) {
                rows.push(
                    Line::of(options, "notice_serial")
                        .add(paper.document)
                        .add(paper.owner)
                        .add(line.item)
                        .add("gtin")
                        .add(goods.gtin(line.level))
                        .add(labels::serial(line.serials.unwrap_or_default(), n))
                        .add(format!("{number}"))
                        .row(),
                );
            }
            if let Some(plate) = plate {
                rows.push(plate_row(
                    options,
                    &plate,
                    paper.owner,
                    &Account::Virtual(Virtual::Supplier),
                ));
            }
        }
    }
}

fn task_rows(options: &Options, rows: &mut Vec<Row>) {
    for task in tasks::TASKS {
        let zone = floor::places()
            .into_iter()
            .find(|place| place.name == task.place)
            .and_then(|place| place.zone);
        let (item, lot, amount) = task.goods.map_or((None, None, None), |(item, lot, n)| {
            (Some(item), Some(lot), Some(n * MICROS))
        });
        rows.push(
            Line::of(options, "task")
                .add(task.task)
                .add(task.kind.as_str())
                .add(task.owner)
                .add(task.priority)
                .add(task.place)
                .add(zone)
                .add(task.to)
                .add(task.equipment)
                .add(task.document)
                .add(item)
                .add(lot)
                .add(amount)
                .add(null())
                .add("open")
                .row(),
        );
    }
}

fn plate_row(options: &Options, plate: &str, owner: &str, account: &Account) -> Row {
    Line::of(options, "plate")
        .add(plate)
        .add(owner)
        .add(account.to_string())
        .add(ContentsKnown::Inferred.as_str())
        .add(null())
        .row()
}

/// Owner, item, lot and level.
type Key = (&'static str, &'static str, &'static str, Level);

/// Stock by key and account; the opening account takes the other side of every row.
#[derive(Default)]
struct Opening(BTreeMap<(Key, Account), i64>);

impl Opening {
    fn add(&mut self, goods: &'static Goods, lot: &'static str, level: Level, micros: i64, account: Account) {
        let key = (goods.owner().key, goods.item, lot, level);
        *self.0.entry((key, account)).or_default() += micros;
        *self.0.entry((key, Account::Virtual(Virtual::Opening))).or_default() -= micros;
    }
}

fn stock_rows(options: &Options, rows: &mut Vec<Row>) -> Result<(), SeedError> {
    let mut opening = Opening::default();
    for (item, lot, level, count, place) in floor::STOCK {
        let goods = find(item);
        let micros = i64::from(*count) * i64::from(goods.pack(*level).factor) * MICROS;
        opening.add(goods, lot, *level, micros, Account::Place(PlaceId::new(place)?));
    }
    for (item, lot, prefix, count, place) in floor::SERIALS {
        let goods = find(item);
        let account = Account::Place(PlaceId::new(place)?);
        opening.add(goods, lot, Level::Each, i64::from(*count) * MICROS, account.clone());
        for n in 1..=*count {
            rows.push(
                Line::of(options, "serial")
                    .add(SerialScheme::Gtin.as_str())
                    .add(goods.gtin(Level::Each))
                    .add(labels::serial(prefix, n))
                    .add(goods.owner().key)
                    .add(*item)
                    .add(*lot)
                    .add(account.to_string())
                    .add(Lifecycle::Here.as_str())
                    .add(null())
                    .row(),
            );
        }
    }
    for (item, lot, cases, place, number) in floor::PALLETS {
        let goods = find(item);
        let sscc = numbers::sscc(goods.owner().company, *number);
        rows.push(plate_row(
            options,
            &sscc,
            goods.owner().key,
            &Account::Place(PlaceId::new(place)?),
        ));
        let micros = i64::from(*cases) * i64::from(goods.pack(Level::Case).factor) * MICROS;
        opening.add(goods, lot, Level::Case, micros, Account::Plate(PlateId::new(sscc)?));
    }
    for (((owner, item, lot, level), account), amount) in opening.0 {
        rows.push(
            Line::of(options, "stock")
                .add(owner)
                .add(item)
                .add(lot)
                .add("")
                .add(level.as_str())
                .add(account.to_string())
                .add(amount)
                .row(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests;
