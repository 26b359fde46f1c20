//! The site: one a ledger, with its pepper, its history of cursors and its master data.

use super::authority;
use super::sqlite::{Sqlite, noun};
use super::{LedgerError, Result};
use crate::edge;
use lotline_record::entry::hex;
use lotline_record::model::{Policy, SiteId};
use lotline_record::wire::{Cell, Row, Table, table};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql, params, params_from_iter};
use std::collections::HashMap;

/// What the ledger knows of its site.
#[derive(Clone, PartialEq, Eq)]
pub struct Site {
    /// Its name: the first key of every row.
    pub site: SiteId,
    /// Its time zone, as `Europe/Berlin`.
    pub zone: String,
    /// Which history the cursors belong to.
    pub server_epoch: String,
    /// Peppers PINs; 32 bytes.
    pub pepper: Vec<u8>,
    /// Number of the last change.
    pub change: u64,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site")
            .field("site", &self.site)
            .field("change", &self.change)
            .finish_non_exhaustive()
    }
}

pub(super) fn load(tx: &Connection) -> Result<Site> {
    let found = tx
        .prepare_cached("SELECT site, zone, server_epoch, pepper, change FROM site")?
        .query_row([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get::<_, i64>(4)?.cast_unsigned(),
            ))
        })
        .optional()?;
    let Some((site, zone, server_epoch, pepper, change)) = found else {
        return Err(LedgerError::NoSite);
    };
    Ok(Site {
        site: noun(&site)?,
        zone,
        server_epoch,
        pepper,
        change,
    })
}

pub(super) fn create(store: &Sqlite, site: &SiteId, zone: &str) -> Result<Site> {
    store.write(|tx| {
        match load(tx) {
            Ok(found) if found.site == *site => return Ok(found),
            Ok(found) => {
                return Err(LedgerError::OtherSite {
                    found: found.site,
                    asked: site.clone(),
                });
            }
            Err(LedgerError::NoSite) => {}
            Err(other) => return Err(other),
        }
        tx.execute(
            "INSERT INTO site (site, zone, server_epoch, pepper, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                site.as_str(),
                zone,
                hex(&edge::random::<8>()),
                edge::random::<32>().to_vec(),
                edge::now().unix_ms()
            ],
        )?;
        load(tx)
    })
}

/// Draws the number of the next change.
pub(super) fn next_change(tx: &Connection) -> Result<i64> {
    Ok(tx
        .prepare_cached("UPDATE site SET change = change + 1 RETURNING change")?
        .query_row([], |row| row.get(0))?)
}

struct CellSql<'a>(&'a Cell);

impl ToSql for CellSql<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Int(n) => ToSqlOutput::Owned(Value::Integer(*n)),
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// What the record itself says: an import sets where it begins and never overwrites what came after.
const FROM_THE_RECORD: &[&str] = &[
    "stock",
    "serial",
    "plate",
    "exception",
    "verdict",
    "history",
    "assignment",
    "reservation",
    "lockout",
    "setting",
];

/// `INSERT` that leaves a row alone which says the same already, or which the record owns.
fn upsert(table: &Table) -> String {
    let columns = table.columns.join(", ");
    let marks: Vec<String> = (1..=table.columns.len() + 2).map(|n| format!("?{n}")).collect();
    let rest: Vec<&str> = table.columns[table.key..]
        .iter()
        .copied()
        .filter(|c| *c != "done")
        .chain(["gone"])
        .collect();
    let set: Vec<String> = rest
        .iter()
        .chain(&["cursor"])
        .map(|c| format!("{c} = excluded.{c}"))
        .collect();
    let differs: Vec<String> = rest
        .iter()
        .map(|c| format!("{}.{c} IS NOT excluded.{c}", table.name))
        .collect();
    let key = table.columns[..table.key].join(", ");
    let otherwise = if FROM_THE_RECORD.contains(&table.name) {
        "NOTHING".to_owned()
    } else {
        format!("UPDATE SET {} WHERE {}", set.join(", "), differs.join(" OR "))
    };
    format!(
        "INSERT INTO {name} ({columns}, gone, cursor) VALUES ({marks}) ON CONFLICT ({key}) DO {otherwise}",
        name = table.name,
        marks = marks.join(", "),
    )
}

pub(super) fn put_rows(store: &Sqlite, rows: &[Row]) -> Result<u64> {
    store.write(|tx| put(tx, rows))
}

/// The same, within a transaction.
pub(super) fn put(tx: &Connection, rows: &[Row]) -> Result<u64> {
    let site = load(tx)?;
    let change = site.change + 1;
    let mut statements: HashMap<&str, (String, &Table)> = HashMap::new();
    let mut touched = 0;
    for (at, row) in rows.iter().enumerate() {
        let bad = |why: String| LedgerError::BadRow { at, why };
        if !statements.contains_key(row.t.as_str()) {
            let found = table(&row.t).ok_or_else(|| bad(format!("there is no table {:?}", row.t)))?;
            statements.insert(&row.t, (upsert(found), found));
        }
        let (sql, found) = &statements[row.t.as_str()];
        if row.r.len() != found.columns.len() {
            return Err(bad(format!(
                "{} has {} columns, {} given",
                row.t,
                found.columns.len(),
                row.r.len()
            )));
        }
        if row.r.first() != Some(&Cell::Text(site.site.to_string())) {
            return Err(bad(format!("its site is not {}", site.site)));
        }
        if let ("policy", false, Some(Cell::Text(policy))) = (row.t.as_str(), row.gone, row.r.get(2)) {
            // A policy that no handheld could keep is refused here, by name; the last good one stays.
            Policy::read(policy).map_err(|why| bad(why.to_string()))?;
        }
        if row.t == "person" {
            authority::keep(tx, row)?;
        }
        let (gone, cursor) = (Cell::Int(i64::from(row.gone)), Cell::Int(change.cast_signed()));
        let values = row.r.iter().chain([&gone, &cursor]).map(CellSql);
        touched += tx
            .prepare_cached(sql)?
            .execute(params_from_iter(values))
            .map_err(|error| match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::ConstraintViolation) => bad(error.to_string()),
                _ => error.into(),
            })?;
    }
    if touched == 0 {
        return Ok(site.change);
    }
    next_change(tx).map(i64::cast_unsigned)
}
