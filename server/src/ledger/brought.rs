//! What back-ends brought: each record in its own savepoint, so that none is half taken and a bad one keeps no other out.
//!
//! | a record | becomes of it |
//! |---|---|
//! | of a greater revision, or the first of its key | taken: its rows, and tombstones for lines, levels and serials it no longer names |
//! | of the revision that holds, saying the same | `same`: nothing changes |
//! | of a smaller revision | `older`: nothing changes |
//! | of the revision that holds, saying another thing | kept aside |
//! | that cannot be read, or names what is not known | kept aside, byte for byte, with why |

use super::sqlite::{Sqlite, int, noun};
use super::{Ledger, LedgerError, Result, Site, site};
use crate::inbound::{Brought, Document, Item, Line, Lot, Partner, Record, Serial, Task, read};
use lotline_record::entry::Instant;
use lotline_record::model::{Account, Level};
use lotline_record::model::{ContentsKnown, DocumentKind, ItemId, OwnerId, Quantity, SiteId, Unit, Virtual};
use lotline_record::wire::{Cell, Row, table};
use lotline_scan::Gtin;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fate")]
pub enum Fate {
    /// It holds now.
    Taken,
    /// It held already.
    Same,
    /// A newer one holds.
    Older,
    /// Kept aside.
    Aside {
        /// Kind and key, as far as they could be read.
        name: String,
        /// What is wrong.
        why: String,
    },
}

/// A record that was kept aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AsideLine {
    /// Who brought it.
    pub source: String,
    /// Kind and key, as far as they could be read.
    pub name: String,
    /// What is wrong.
    pub why: String,
    /// How often these very bytes came.
    pub times: u64,
    /// When first.
    pub first: Instant,
}

/// Records of a transaction: devices and the applier wait no longer than these take.
const BATCH: usize = 200;

/// Why a record is kept aside; an error of the ledger itself ends the whole call.
enum Bad {
    Record(String),
    Ledger(LedgerError),
}

impl From<LedgerError> for Bad {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::BadRow { why, .. } => Bad::Record(why),
            other => Bad::Ledger(other),
        }
    }
}

impl From<rusqlite::Error> for Bad {
    fn from(error: rusqlite::Error) -> Self {
        Bad::Ledger(error.into())
    }
}

fn bad<T>(why: impl Into<String>) -> std::result::Result<T, Bad> {
    Err(Bad::Record(why.into()))
}

impl Ledger {
    /// Takes records that `source` brings, each its own bytes. Gives what became of each, in their order. The same records
    /// again change nothing.
    pub fn bring(&self, source: &str, records: &[Vec<u8>], now: Instant) -> Result<Vec<Fate>> {
        let mut fates = Vec::with_capacity(records.len());
        for batch in records.chunks(BATCH) {
            let read: Vec<_> = batch.iter().map(|bytes| read(bytes)).collect();
            fates.extend(bring(self.store(), source, batch, &read, now)?);
        }
        Ok(fates)
    }

    /// The records that were kept aside, the newest first.
    pub fn brought_aside(&self, most: usize) -> Result<Vec<AsideLine>> {
        self.store().read(|tx| {
            let mut statement = tx.prepare_cached(
                "SELECT source, name, why, times, first_ms FROM brought_aside ORDER BY first_ms DESC, hash LIMIT ?1",
            )?;
            let rows = statement.query_map([int(most as u64)], |row| {
                Ok(AsideLine {
                    source: row.get(0)?,
                    name: row.get(1)?,
                    why: row.get(2)?,
                    times: row.get::<_, i64>(3)?.cast_unsigned(),
                    first: Instant::from_unix_ms(row.get(4)?),
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

type Read = std::result::Result<Brought, (String, String)>;

fn bring(store: &Sqlite, source: &str, batch: &[Vec<u8>], read: &[Read], now: Instant) -> Result<Vec<Fate>> {
    store.write(|tx| {
        let site = site::load(tx)?;
        let mut fates = Vec::with_capacity(batch.len());
        for (bytes, read) in batch.iter().zip(read) {
            let fate = match read {
                Err((name, why)) => Fate::Aside {
                    name: name.clone(),
                    why: why.clone(),
                },
                Ok(brought) => {
                    let savepoint = tx.savepoint()?;
                    match take(&savepoint, &site, source, brought, now) {
                        Ok(fate) => {
                            savepoint.commit()?;
                            fate
                        }
                        Err(Bad::Ledger(error)) => return Err(error),
                        // Dropping the savepoint rolls back.
                        Err(Bad::Record(why)) => {
                            let (kind, key) = brought.record.name();
                            Fate::Aside {
                                name: format!("{kind} {key}"),
                                why,
                            }
                        }
                    }
                }
            };
            if let Fate::Aside { name, why } = &fate {
                keep_aside(tx, source, bytes, name, why, now)?;
            }
            fates.push(fate);
        }
        Ok(fates)
    })
}

/// The most of a record's bytes that are kept aside.
const MOST_KEPT: usize = 64 * 1024;

fn keep_aside(tx: &Connection, source: &str, bytes: &[u8], name: &str, why: &str, now: Instant) -> Result<()> {
    let why: String = why.chars().filter(|c| !c.is_control()).take(400).collect();
    tx.prepare_cached(
        "INSERT INTO brought_aside (source, hash, name, why, bytes, first_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (source, hash) DO UPDATE SET times = times + 1, why = excluded.why",
    )?
    .execute(params![
        source,
        Sha256::digest(bytes).to_vec(),
        name,
        why,
        &bytes[..bytes.len().min(MOST_KEPT)],
        now.unix_ms()
    ])?;
    Ok(())
}

fn take(tx: &Connection, site: &Site, source: &str, brought: &Brought, now: Instant) -> std::result::Result<Fate, Bad> {
    let (kind, key) = brought.record.name();
    let hash = Sha256::digest(format!("{:?}", brought.record)).to_vec();
    let known: Option<(i64, Vec<u8>)> = tx
        .prepare_cached("SELECT revision, hash FROM brought WHERE source = ?1 AND kind = ?2 AND key = ?3")?
        .query_row([source, kind, &key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match &known {
        Some((revision, _)) if *revision > brought.revision => return Ok(Fate::Older),
        Some((revision, known)) if *revision == brought.revision => {
            return if *known == hash {
                Ok(Fate::Same)
            } else {
                bad(format!("revision {revision} came before and says another thing"))
            };
        }
        _ => {}
    }
    let rows = match &brought.record {
        Record::Item(item) => item_rows(tx, &site.site, item)?,
        Record::Lot(lot) => lot_rows(tx, &site.site, lot)?,
        Record::Partner(partner) => vec![partner_row(&site.site, partner)],
        Record::Document(paper) => document_rows(tx, &site.site, paper)?,
        Record::Task(task) => task_rows(tx, &site.site, task)?,
    };
    site::put(tx, &rows)?;
    tx.prepare_cached(
        "INSERT INTO brought (source, kind, key, revision, hash, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (source, kind, key) DO UPDATE SET revision = excluded.revision, hash = excluded.hash, at_ms = excluded.at_ms",
    )?
    .execute(params![source, kind, key, brought.revision, hash, now.unix_ms()])?;
    Ok(Fate::Taken)
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a cell is made of what is at hand, owned or not"
)]
fn text(value: impl ToString) -> Cell {
    Cell::Text(value.to_string())
}

fn maybe<T: std::fmt::Display>(value: Option<&T>) -> Cell {
    value.map_or(Cell::Null, text)
}

fn row(table: &str, site: &SiteId, cells: impl IntoIterator<Item = Cell>) -> Row {
    Row {
        t: table.to_owned(),
        c: 0,
        gone: false,
        r: std::iter::once(text(site)).chain(cells).collect(),
    }
}

/// Tombstones for the rows of a table that begin with `prefix` and are not among `new`.
fn no_longer(tx: &Connection, name: &str, prefix: &[&str], new: &[Row]) -> Result<Vec<Row>> {
    let Some(found) = table(name) else {
        return Ok(Vec::new());
    };
    let is = |(n, column): (usize, &&str)| format!("{column} = ?{}", n + 1);
    let keyed: Vec<String> = found.columns[..prefix.len()].iter().enumerate().map(is).collect();
    let sql = format!(
        "SELECT {} FROM {name} WHERE {} AND gone = 0",
        found.columns.join(", "),
        keyed.join(" AND ")
    );
    let kept: BTreeSet<String> = new
        .iter()
        .filter(|row| row.t == name)
        .map(|row| format!("{:?}", &row.r[..found.key]))
        .collect();
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(prefix))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (0..found.columns.len())
            .map(|at| {
                Ok(match row.get_ref(at)? {
                    ValueRef::Integer(n) => Cell::Int(n),
                    ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
                    _ => Cell::Null,
                })
            })
            .collect::<rusqlite::Result<Vec<Cell>>>()?;
        if !kept.contains(&format!("{:?}", &cells[..found.key])) {
            out.push(Row {
                t: name.to_owned(),
                c: 0,
                gone: true,
                r: cells,
            });
        }
    }
    Ok(out)
}

/// In fourteen digits; what was read is one.
fn fourteen(gtin: &str) -> String {
    Gtin::parse(gtin).map_or_else(|_| gtin.to_owned(), |gtin| gtin.to_string())
}

fn item_rows(tx: &Connection, site: &SiteId, item: &Item) -> Result<Vec<Row>> {
    let (owner, name) = (item.owner.to_string(), item.item.to_string());
    let mut rows: Vec<Row> = vec![row(
        "item",
        site,
        [
            text(&owner),
            text(&name),
            text(&item.name),
            text(item.tracking.as_str()),
            text(item.rotation.as_str()),
            text(&item.base_unit.0),
            Cell::Int(item.expires.into()),
            item.shelf_in_days.map_or(Cell::Null, |days| Cell::Int(days.into())),
            item.shelf_out_days.map_or(Cell::Null, |days| Cell::Int(days.into())),
        ],
    )];
    rows[0].gone = item.gone;
    for level in item.levels.iter().filter(|_| !item.gone) {
        rows.push(row(
            "pack_level",
            site,
            [
                text(&owner),
                text(&name),
                text(level.level.as_str()),
                text(level.valid_from.map_or_else(String::new, |day| day.to_string())),
                level.gtin.as_deref().map_or(Cell::Null, |gtin| text(fourteen(gtin))),
                text(&level.unit.0),
                Cell::Int(level.factor.into()),
                maybe(level.valid_to.as_ref()),
            ],
        ));
    }
    let gone = no_longer(tx, "pack_level", &[site.as_str(), &owner, &name], &rows)?;
    rows.extend(gone);
    Ok(rows)
}

/// An item that the site knows: else the record waits aside until it was brought.
fn known(tx: &Connection, site: &SiteId, owner: &OwnerId, item: &ItemId) -> std::result::Result<(), Bad> {
    let known: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM item WHERE site = ?1 AND owner = ?2 AND item = ?3 AND gone = 0)")?
        .query_row([site.as_str(), owner.as_str(), item.as_str()], |row| row.get(0))?;
    if known {
        Ok(())
    } else {
        bad(format!("item {item} of {owner} is not known"))
    }
}

fn lot_rows(tx: &Connection, site: &SiteId, lot: &Lot) -> std::result::Result<Vec<Row>, Bad> {
    known(tx, site, &lot.owner, &lot.item)?;
    let maker = lot.maker.as_ref().map_or_else(String::new, ToString::to_string);
    // What the floor found out stays where the back-end does not say it.
    let here: Option<[Option<String>; 4]> = tx
        .prepare_cached(
            "SELECT expiry, produced, supplier_lot, received_on FROM lot
              WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot = ?4 AND maker = ?5 AND gone = 0",
        )?
        .query_row(
            [
                site.as_str(),
                lot.owner.as_str(),
                lot.item.as_str(),
                lot.lot.as_str(),
                &maker,
            ],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
        )
        .optional()?;
    let [expiry, produced, supplier_lot, received_on] = here.unwrap_or_default();
    let or = |said: Cell, here: Option<String>| match said {
        Cell::Null => here.map_or(Cell::Null, Cell::Text),
        said => said,
    };
    Ok(vec![row(
        "lot",
        site,
        [
            text(&lot.owner),
            text(&lot.item),
            text(&lot.lot),
            text(maker),
            or(maybe(lot.expiry.as_ref()), expiry),
            or(maybe(lot.produced.as_ref()), produced),
            or(maybe(lot.supplier_lot.as_ref()), supplier_lot),
            or(maybe(lot.received_on.as_ref()), received_on),
        ],
    )])
}

fn partner_row(site: &SiteId, partner: &Partner) -> Row {
    let cells = [text(&partner.partner), text(&partner.name), maybe(partner.gln.as_ref())];
    Row {
        gone: partner.gone,
        ..row("partner", site, cells)
    }
}

/// A pack level, as a line counts in it.
struct Packed {
    item: ItemId,
    unit: String,
    factor: u32,
    gtin: Option<String>,
}

fn packed(tx: &Connection, site: &SiteId, owner: &OwnerId, line: &Line) -> std::result::Result<Packed, Bad> {
    let read = |row: &rusqlite::Row<'_>| -> rusqlite::Result<(String, String, u32, Option<String>, String)> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
    };
    let number = &line.line;
    let found = if let Some(gtin) = &line.gtin {
        let gtin = fourteen(gtin);
        let mut statement = tx.prepare_cached(
            "SELECT DISTINCT item, unit, factor, gtin, level FROM pack_level
              WHERE site = ?1 AND gtin = ?2 AND owner = ?3 AND gone = 0 LIMIT 2",
        )?;
        let found: Vec<_> = statement
            .query_map([site.as_str(), &gtin, owner.as_str()], read)?
            .collect::<rusqlite::Result<_>>()?;
        match <[_; 1]>::try_from(found) {
            Ok([one]) => one,
            Err(none) if none.is_empty() => return bad(format!("line {number}: GTIN {gtin} is not known of {owner}")),
            Err(_) => return bad(format!("line {number}: GTIN {gtin} is that of two pack levels")),
        }
    } else {
        let Some(item) = &line.item else {
            return bad(format!("line {number}: no item"));
        };
        known(tx, site, owner, item)?;
        let level = line.level.unwrap_or(Level::Each);
        let found = tx
            .prepare_cached(
                "SELECT item, unit, factor, gtin, level FROM pack_level
                  WHERE site = ?1 AND owner = ?2 AND item = ?3 AND level = ?4 AND gone = 0 ORDER BY valid_from DESC LIMIT 1",
            )?
            .query_row([site.as_str(), owner.as_str(), item.as_str(), level.as_str()], read)
            .optional()?;
        match found {
            Some(found) => found,
            None => return bad(format!("line {number}: {item} is not packed by the {}", level.as_str())),
        }
    };
    let (item, unit, factor, gtin, level) = found;
    if line.item.as_ref().is_some_and(|said| said.as_str() != item) {
        return bad(format!("line {number}: its GTIN is that of item {item}"));
    }
    if line.level.is_some_and(|said| said.as_str() != level) {
        return bad(format!("line {number}: its GTIN is that of the {level}"));
    }
    Ok(Packed {
        item: noun(&item)?,
        unit,
        factor,
        gtin,
    })
}

fn document_rows(tx: &Connection, site: &SiteId, paper: &Document) -> std::result::Result<Vec<Row>, Bad> {
    let (kind, document) = (paper.kind.as_str(), paper.document.to_string());
    let mut rows = vec![row(
        "document",
        site,
        [
            text(kind),
            text(&document),
            text(&paper.owner),
            maybe(paper.partner.as_ref()),
            maybe(paper.place.as_ref()),
            text(if paper.closed { "closed" } else { "open" }),
        ],
    )];
    let mut units = BTreeSet::new();
    for line in &paper.lines {
        let pack = packed(tx, site, &paper.owner, line)?;
        let amount = Quantity::parse(&line.quantity, Unit(pack.unit.clone()), pack.factor)
            .and_then(|quantity| quantity.base())
            .map_err(|error| Bad::Record(format!("line {}: {error}", line.line)))?;
        rows.push(row(
            "document_line",
            site,
            [
                text(kind),
                text(&document),
                text(&line.line),
                text(&paper.owner),
                text(&pack.item),
                text(&pack.unit),
                Cell::Int(pack.factor.into()),
                Cell::Int(amount.micros()),
                Cell::Int(0),
                maybe(line.lot.as_ref()),
                maybe(line.expiry.as_ref()),
                maybe(line.plate.as_ref()),
                Cell::Int(line.allocated.into()),
            ],
        ));
        for serial in &line.serials {
            let (scheme, maker, number) = match serial {
                Serial::Plain(number) => match &pack.gtin {
                    Some(gtin) => ("gtin", gtin.clone(), number),
                    None => {
                        return bad(format!(
                            "line {}: its pack level has no GTIN for its serials",
                            line.line
                        ));
                    }
                },
                Serial::Keyed {
                    scheme,
                    maker_key,
                    serial,
                } => (scheme.as_str(), maker_key.clone(), serial),
            };
            if !units.insert((scheme, maker.clone(), number.clone())) {
                return bad(format!("line {}: serial {number} is there twice", line.line));
            }
            let cells = [
                text(&document),
                text(&paper.owner),
                text(&pack.item),
                text(scheme),
                text(maker),
                text(number),
                text(&line.line),
            ];
            rows.push(row("notice_serial", site, cells));
        }
        if let Some(plate) = line.plate.as_ref().filter(|_| paper.kind == DocumentKind::Notice) {
            // Where the record knows the handling unit already, it stays where it is.
            let cells = [
                text(plate),
                text(&paper.owner),
                text(Account::Virtual(Virtual::Supplier)),
                text(ContentsKnown::Inferred.as_str()),
                Cell::Null,
            ];
            rows.push(row("plate", site, cells));
        }
    }
    let gone = no_longer(tx, "document_line", &[site.as_str(), kind, &document], &rows)?;
    rows.extend(gone);
    if paper.kind == DocumentKind::Notice {
        let gone = no_longer(tx, "notice_serial", &[site.as_str(), &document], &rows)?;
        rows.extend(gone);
    }
    Ok(rows)
}

fn task_rows(tx: &Connection, site: &SiteId, task: &Task) -> std::result::Result<Vec<Row>, Bad> {
    if let Some(item) = &task.item {
        known(tx, site, &task.owner, item)?;
    }
    let zone: Option<String> = match &task.place {
        None => None,
        Some(place) => {
            let found: Option<Option<String>> = tx
                .prepare_cached("SELECT zone FROM place WHERE site = ?1 AND place = ?2 AND gone = 0")?
                .query_row([site.as_str(), place.as_str()], |row| row.get(0))
                .optional()?;
            match found {
                Some(zone) => zone,
                None => return bad(format!("place {place} is not known")),
            }
        }
    };
    let amount = match &task.quantity {
        None => Cell::Null,
        Some(quantity) => {
            let base = Quantity::parse(quantity, Unit::each(), 1).and_then(|quantity| quantity.base());
            Cell::Int(base.map_err(|error| Bad::Record(error.to_string()))?.micros())
        }
    };
    Ok(vec![row(
        "task",
        site,
        [
            text(&task.task),
            text(task.kind.as_str()),
            text(&task.owner),
            Cell::Int(task.priority.into()),
            maybe(task.place.as_ref()),
            maybe(zone.as_ref()),
            maybe(task.to.as_ref()),
            maybe(task.equipment.as_ref()),
            maybe(task.document.as_ref()),
            maybe(task.item.as_ref()),
            maybe(task.lot.as_ref()),
            amount,
            task.due.map_or(Cell::Null, |due| Cell::Int(due.unix_ms())),
            text(if task.withdrawn { "withdrawn" } else { "open" }),
        ],
    )])
}
