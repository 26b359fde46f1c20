//! How much of what stands in the ledger: for whoever watches the gateway.

use super::Result;
use super::sqlite::Sqlite;
use lotline_record::entry::Instant;
use rusqlite::{Connection, OptionalExtension, params};

/// What a moment's look at the ledger counts. What may grow without end is counted up to a million.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Pushes that wait to be written.
    pub pushes_waiting: u64,
    /// Transactions that wrote pushes since this process began.
    pub push_transactions: u64,
    /// Entries received and not yet applied.
    pub to_apply: u64,
    /// When the oldest of them came.
    pub oldest: Option<Instant>,
    /// Entries that wait for another version of the gateway.
    pub kept_aside: u64,
    /// Open exceptions.
    pub exceptions: u64,
    /// Movements for back-ends: `queued` (not settled by one that the gateway runs with), `in_wms`, and those `refused` that nobody has settled.
    pub outbox: [(&'static str, u64); 3],
    /// When the entry of the oldest queued movement came.
    pub outbox_oldest: Option<Instant>,
    /// Devices by when they were last heard of; each stands in one: `10_minutes`, `hour`, `day`, `longer` ago, `cut_off`.
    pub devices: [(&'static str, u64); 5],
}

const MINUTE_MS: i64 = 60_000;

pub(super) fn at(store: &Sqlite, now: Instant) -> Result<Counts> {
    store.read(|tx| {
        let open = "SELECT count(*) FROM exception WHERE state = 'open' AND gone = 0";
        Ok(Counts {
            pushes_waiting: store.group.waiting(),
            push_transactions: store.group.transactions(),
            to_apply: count(tx, "SELECT count(*) FROM (SELECT 1 FROM entry WHERE change IS NULL LIMIT 1000000)")?,
            oldest: when(
                tx,
                "SELECT received_ms FROM entry WHERE change IS NULL ORDER BY arrival LIMIT 1",
            )?,
            kept_aside: count(tx, "SELECT count(*) FROM entry WHERE kept_by IS NOT NULL")?,
            exceptions: count(tx, open)?,
            // The whole outbox is never counted: it grows with the record, and so does its queue where nobody takes it.
            outbox: [
                (
                    "queued",
                    count(
                        tx,
                        "SELECT count(*) FROM (SELECT 1 FROM back_end b JOIN delivery o ON o.back_end = b.back_end AND o.turn IN (1, 2)
                                                WHERE b.retired_ms IS NULL LIMIT 1000000)",
                    )?,
                ),
                ("in_wms", count(tx, "SELECT coalesce(sum(in_wms), 0) FROM device")?),
                ("refused", count(tx, &format!("{open} AND code = 'wms_refused'"))?),
            ],
            outbox_oldest: when(
                tx,
                "SELECT e.received_ms FROM entry e WHERE e.arrival = (
                   SELECT min((SELECT min(o.arrival) FROM delivery o WHERE o.back_end = b.back_end AND o.turn IN (1, 2)))
                     FROM back_end b WHERE b.retired_ms IS NULL)",
            )?,
            devices: devices(tx, now)?,
        })
    })
}

fn count(tx: &Connection, sql: &str) -> Result<u64> {
    Ok(tx
        .prepare_cached(sql)?
        .query_row([], |row| row.get::<_, i64>(0))?
        .cast_unsigned())
}

fn when(tx: &Connection, sql: &str) -> Result<Option<Instant>> {
    let found = tx.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(found.map(Instant::from_unix_ms))
}

fn devices(tx: &Connection, now: Instant) -> Result<[(&'static str, u64); 5]> {
    let mut out = ["10_minutes", "hour", "day", "longer", "cut_off"].map(|state| (state, 0));
    let mut statement = tx.prepare_cached(
        "SELECT CASE WHEN revoked_ms IS NOT NULL THEN 4 WHEN contact_ms > ?1 THEN 0 WHEN contact_ms > ?2 THEN 1
                     WHEN contact_ms > ?3 THEN 2 ELSE 3 END, count(*)
           FROM device GROUP BY 1",
    )?;
    let since = |minutes: i64| now.unix_ms() - minutes * MINUTE_MS;
    let mut rows = statement.query(params![since(10), since(60), since(24 * 60)])?;
    while let Some(row) = rows.next()? {
        let at: u32 = row.get(0)?;
        out[at as usize].1 = row.get::<_, i64>(1)?.cast_unsigned();
    }
    Ok(out)
}
