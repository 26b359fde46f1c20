//! Back-ends and refused movements, as people and metrics see them.

use crate::ledger::Result;
use crate::ledger::sqlite::{Sqlite, int};
use lotline_record::entry::{Instant, Position};
use rusqlite::OptionalExtension;

/// A back-end, as the console and the metrics show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackEndLine {
    /// Its name.
    pub name: String,
    /// Which connector.
    pub kind: String,
    /// Since when a person holds it.
    pub paused: Option<Instant>,
    /// Since when the gateway is not started with it.
    pub retired: Option<Instant>,
    /// Open movements by state, each counted to a million: `queued`, `sent`, `accepted`.
    pub open: [(&'static str, u64); 3],
    /// Movements that it has.
    pub applied: u64,
    /// Movements that wait for a person: `rejected`, `dead`.
    pub refused: [(&'static str, u64); 2],
    /// When the entry of the oldest open one came.
    pub oldest: Option<Instant>,
    /// What was said last of the one whose turn it is, where it was tried.
    pub says: Option<String>,
}

/// A movement that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLine {
    /// Which back-end.
    pub back_end: String,
    /// Its number in the ledger.
    pub arrival: i64,
    /// Whose.
    pub device: String,
    /// Which entry.
    pub position: Position,
    /// What kind of movement.
    pub kind: String,
    /// `rejected` or `dead`.
    pub state: String,
    /// In the back-end's own words.
    pub reason: String,
    /// When.
    pub at: Instant,
}

/// Name, connector, since when it is held, since when it is retired, and how many movements it has.
type Known = (String, String, Option<i64>, Option<i64>, i64);

/// Every back-end, by name.
pub(super) fn lines(store: &Sqlite) -> Result<Vec<BackEndLine>> {
    store.read(|tx| {
        let mut statement =
            tx.prepare_cached("SELECT back_end, kind, paused_ms, retired_ms, applied FROM back_end ORDER BY back_end")?;
        let rows: Vec<Known> = statement
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        rows.into_iter()
            .map(|(name, kind, paused, retired, applied)| {
                let count = |sql: &str, state: &'static str| -> Result<(&'static str, u64)> {
                    let n: i64 = tx.prepare_cached(sql)?.query_row([&name, state], |row| row.get(0))?;
                    Ok((state, n.cast_unsigned()))
                };
                let open = "SELECT count(*) FROM (SELECT 1 FROM delivery o
                             WHERE o.back_end = ?1 AND o.turn IN (1, 2) AND o.state = ?2 LIMIT 1000000)";
                let refused = "SELECT count(*) FROM delivery o WHERE o.back_end = ?1 AND o.turn = 3 AND o.state = ?2";
                let oldest: Option<i64> = tx
                    .prepare_cached(
                        "SELECT e.received_ms FROM entry e WHERE e.arrival =
                          (SELECT min(o.arrival) FROM delivery o WHERE o.back_end = ?1 AND o.turn IN (1, 2))",
                    )?
                    .query_row([&name], |row| row.get(0))
                    .optional()?;
                let says: Option<String> = tx
                    .prepare_cached(
                        "SELECT o.reason FROM delivery o WHERE o.back_end = ?1 AND o.turn = 2 AND o.reason IS NOT NULL
                          ORDER BY o.due_ms DESC LIMIT 1",
                    )?
                    .query_row([&name], |row| row.get(0))
                    .optional()?;
                Ok(BackEndLine {
                    open: [count(open, "queued")?, count(open, "sent")?, count(open, "accepted")?],
                    refused: [count(refused, "rejected")?, count(refused, "dead")?],
                    kind,
                    paused: paused.map(Instant::from_unix_ms),
                    retired: retired.map(Instant::from_unix_ms),
                    applied: applied.cast_unsigned(),
                    oldest: oldest.map(Instant::from_unix_ms),
                    says,
                    name,
                })
            })
            .collect()
    })
}

/// Movements that wait for a person, the newest first.
pub(super) fn refusals(store: &Sqlite, most: usize) -> Result<Vec<RefusedLine>> {
    store.read(|tx| {
        let mut statement = tx.prepare_cached(
            "SELECT o.back_end, o.arrival, e.device, e.epoch, e.seq, m.kind, o.state, coalesce(o.reason, ''),
                    coalesce(o.settled_ms, e.received_ms)
               FROM back_end b JOIN delivery o ON o.back_end = b.back_end AND o.turn = 3
               JOIN movement m ON m.arrival = o.arrival JOIN entry e ON e.arrival = o.arrival
              ORDER BY o.arrival DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([int(most as u64)], |row| {
            Ok(RefusedLine {
                back_end: row.get(0)?,
                arrival: row.get(1)?,
                device: row.get(2)?,
                position: Position::new(row.get(3)?, row.get::<_, i64>(4)?.cast_unsigned()),
                kind: row.get(5)?,
                state: row.get(6)?,
                reason: row.get(7)?,
                at: Instant::from_unix_ms(row.get(8)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}
