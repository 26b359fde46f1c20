//! Food traceability out of the ledger: the rows of a period.

use super::sqlite::Sqlite;
use super::{Ledger, Result, archive, site};
use lotline_exchange::regulation::fsma::{self, Facts, Row};
use lotline_exchange::regulation::name_of;
use lotline_record::entry::{Entry, Position, Sealed};
use lotline_record::model::{Day, DocumentKind, Goods, ItemId, Level, LotNumber, OwnerId};
use rusqlite::{Connection, OptionalExtension, Params, params};
use std::collections::{BTreeMap, BTreeSet};

/// What of the record is asked for. Days are those of the place where an entry was written.
#[derive(Debug, Clone, Default)]
pub struct FoodAsked {
    /// From this day on.
    pub since: Option<Day>,
    /// Up to this day, which counts.
    pub until: Option<Day>,
    /// Of these items alone; none: of all.
    pub items: Vec<ItemId>,
    /// Of this traceability lot code alone.
    pub lot: Option<LotNumber>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct FoodFound {
    /// In the order of receipt. Of entries that stand in an archive there are none.
    pub rows: Vec<Row>,
    /// Entries that cannot be read, or do not count in the picture: they wait, or were kept aside.
    pub left_out: u64,
}

struct Known<'k> {
    db: &'k Connection,
    site: &'k str,
    locations: &'k BTreeMap<String, String>,
}

impl Known<'_> {
    // What cannot be read is not known, and the row says so.
    fn text(&self, sql: &str, given: impl Params) -> Option<String> {
        let mut statement = self.db.prepare_cached(sql).ok()?;
        statement.query_row(given, |row| row.get(0)).optional().ok()?
    }
}

impl Facts for Known<'_> {
    fn product(&self, owner: &OwnerId, item: &ItemId) -> Option<String> {
        self.text(
            "SELECT name FROM item WHERE site = ?1 AND owner = ?2 AND item = ?3",
            params![self.site, owner.as_str(), item.as_str()],
        )
    }

    fn gtin(&self, owner: &OwnerId, item: &ItemId, level: Level) -> Option<String> {
        self.text(
            "SELECT gtin FROM pack_level WHERE site = ?1 AND owner = ?2 AND item = ?3 AND level = ?4 AND gtin IS NOT NULL
              ORDER BY gone, valid_from DESC LIMIT 1",
            params![self.site, owner.as_str(), item.as_str(), level.as_str()],
        )
    }

    fn partner(&self, kind: DocumentKind, document: &str) -> Option<String> {
        self.text(
            "SELECT partner FROM document WHERE site = ?1 AND kind = ?2 AND document = ?3 AND partner IS NOT NULL",
            params![self.site, kind.as_str(), document],
        )
    }

    fn location(&self, key: &str) -> Option<String> {
        self.locations.get(key).cloned()
    }
}

pub(super) fn rows(ledger: &Ledger, asked: &FoodAsked, locations: &BTreeMap<String, String>) -> Result<FoodFound> {
    let mut found = FoodFound::default();
    let mut taken_back: BTreeSet<String> = BTreeSet::new();
    let mut after = 0;
    loop {
        let piece = ledger.entries(None, after, PIECE)?;
        let Some(last) = piece.last() else { break };
        after = last.arrival;
        let opened = piece.into_iter().filter_map(|stored| {
            if archive::guard::is_gone(&stored.bytes) {
                return None;
            }
            let entry = Sealed::from_stored(Position::new(stored.epoch, stored.seq), stored.bytes).open();
            if entry.is_err() || !stored.counted {
                found.left_out += 1;
            }
            entry.ok().filter(|_| stored.counted)
        });
        let opened: Vec<_> = opened.collect();
        for of in opened.iter().filter_map(fsma::takes_back) {
            taken_back.insert(name_of(of));
        }
        rows_of(ledger.store(), &opened, asked, locations, &mut found.rows)?;
    }
    for row in &mut found.rows {
        row.taken_back = taken_back.contains(&row.entry);
    }
    Ok(found)
}

/// Entries looked at in one transaction.
const PIECE: usize = 1_000;

fn rows_of(
    store: &Sqlite,
    entries: &[Entry],
    asked: &FoodAsked,
    locations: &BTreeMap<String, String>,
    rows: &mut Vec<Row>,
) -> Result<()> {
    store.read(|db| {
        let site = site::load(db)?.site;
        let known = Known {
            db,
            site: site.as_str(),
            locations,
        };
        for entry in entries {
            let day = entry.at.wall.day(entry.at.zone_min);
            if asked.since.is_some_and(|since| day < since) || asked.until.is_some_and(|until| day > until) {
                continue;
            }
            let wanted = |goods: &Goods| {
                let item = asked.items.is_empty() || asked.items.contains(&goods.item);
                let lot = goods.lot.as_ref().map(|lot| &lot.number);
                item && (asked.lot.is_none() || asked.lot.as_ref() == lot)
            };
            if fsma::goods(entry).is_some_and(wanted) {
                rows.extend(fsma::row(entry, &known));
            }
        }
        Ok(())
    })
}
