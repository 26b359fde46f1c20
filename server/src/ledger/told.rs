//! Who has which block or recall: what each device said that it has, by the cursor it asked from.

use super::sqlite::{Sqlite, int, noun};
use super::{Result, site};
use lotline_record::entry::Instant;
use lotline_record::model::{BlockId, DeviceId};
use lotline_record::wire::TABLES;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What a device said stays so long; the last of it for ever.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// An open block, and the devices that do not have it as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockReach {
    /// Its name.
    pub block: BlockId,
    /// `recall`, `quarantine` and so on.
    pub kind: String,
    /// What it is about: `lot`, `serial_range`, `place` and so on.
    pub scope_of: String,
    /// Which one.
    pub scope_key: String,
    /// Why it was placed.
    pub reason: String,
    /// The change that it stands as now since.
    pub change: u64,
    /// How many devices have it.
    pub has: usize,
    /// Those that do not, by name.
    pub missing: Vec<DeviceReach>,
}

/// A device, and since when it has a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceReach {
    /// Its id.
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// When it said that it has the block; `None`: it did not.
    pub since: Option<Instant>,
    /// When it last pushed or fetched a token.
    pub contact: Option<Instant>,
}

/// The newest change of an urgent table up to `cursor`; 0: none.
fn newest_up_to(tx: &Connection, cursor: u64) -> Result<u64> {
    let mut newest = 0;
    for table in TABLES.iter().filter(|table| table.is_urgent()) {
        let found: Option<i64> = tx
            .prepare_cached(&format!("SELECT max(cursor) FROM {} WHERE cursor <= ?1", table.name))?
            .query_row([int(cursor)], |row| row.get(0))?;
        newest = newest.max(found.unwrap_or(0));
    }
    Ok(newest.cast_unsigned())
}

/// The newest change of an urgent table.
pub(super) fn newest(store: &Sqlite) -> Result<u64> {
    store.read(|tx| newest_up_to(tx, i64::MAX.cast_unsigned()))
}

/// A device asked from `cursor`: it has what came before. Written down where it brought something urgent.
pub(super) fn note(store: &Sqlite, device: &DeviceId, cursor: u64, now: Instant) -> Result<()> {
    let is_news = store.read(|tx| {
        let told: Option<i64> = tx
            .prepare_cached("SELECT max(cursor) FROM told WHERE device = ?1")?
            .query_row([device.as_str()], |row| row.get(0))?;
        Ok(told.unwrap_or(0).cast_unsigned() < newest_up_to(tx, cursor)?)
    })?;
    if !is_news {
        return Ok(());
    }
    store.write(|tx| {
        tx.prepare_cached(
            "INSERT INTO told (device, cursor, at_ms) SELECT device, ?2, ?3 FROM device WHERE device = ?1
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![device.as_str(), int(cursor), now.unix_ms()])?;
        tx.prepare_cached("DELETE FROM told WHERE device = ?1 AND at_ms < ?2 AND cursor < ?3")?
            .execute(params![device.as_str(), now.unix_ms() - KEPT_MS, int(cursor)])?;
        Ok(())
    })
}

fn device(row: &Row<'_>) -> rusqlite::Result<(String, String, Option<i64>, Option<i64>)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

/// Every device that may ask, and since when it has what changed by `change`.
fn devices(tx: &Connection, change: u64) -> Result<Vec<DeviceReach>> {
    let mut statement = tx.prepare_cached(
        "SELECT d.device, d.name, (SELECT min(t.at_ms) FROM told t WHERE t.device = d.device AND t.cursor >= ?1),
                d.contact_ms
           FROM device d WHERE d.revoked_ms IS NULL ORDER BY d.name, d.device",
    )?;
    let rows = statement.query_map([int(change)], device)?;
    rows.map(|row| {
        let (id, name, since, contact) = row?;
        Ok(DeviceReach {
            device: noun(&id)?,
            name,
            since: since.map(Instant::from_unix_ms),
            contact: contact.map(Instant::from_unix_ms),
        })
    })
    .collect()
}

/// The newest open blocks, at most so many, each with the devices that do not have it.
pub(super) fn blocks(store: &Sqlite, most: usize) -> Result<Vec<BlockReach>> {
    store.read(|tx| {
        let site = site::load(tx)?.site;
        let mut statement = tx.prepare_cached(
            "SELECT block, kind, scope_of, scope_key, reason, cursor FROM block
              WHERE site = ?1 AND state = 'open' AND gone = 0 ORDER BY cursor DESC, block LIMIT ?2",
        )?;
        let found: Vec<([String; 5], i64)> = statement
            .query_map(params![site.as_str(), int(most as u64)], |row| {
                let texts = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
                Ok((texts, row.get(5)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let mut all = Vec::new();
        for ([block, kind, scope_of, scope_key, reason], change) in found {
            let change = change.cast_unsigned();
            let (have, missing): (Vec<_>, Vec<_>) = devices(tx, change)?.into_iter().partition(|d| d.since.is_some());
            all.push(BlockReach {
                block: noun(&block)?,
                kind,
                scope_of,
                scope_key,
                reason,
                change,
                has: have.len(),
                missing,
            });
        }
        Ok(all)
    })
}

/// Every device and since when it has that block as it stands now; `None`: there is no such block.
pub(super) fn block(store: &Sqlite, block: &BlockId) -> Result<Option<Vec<DeviceReach>>> {
    store.read(|tx| {
        let site = site::load(tx)?.site;
        let change: Option<i64> = tx
            .prepare_cached("SELECT cursor FROM block WHERE site = ?1 AND block = ?2 AND gone = 0")?
            .query_row(params![site.as_str(), block.as_str()], |row| row.get(0))
            .optional()?;
        change.map(|change| devices(tx, change.cast_unsigned())).transpose()
    })
}
