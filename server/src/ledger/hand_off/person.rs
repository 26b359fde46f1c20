//! What a person decides of the hand-off: to hold a back-end, and to have it told once more.

use super::give_turn;
use crate::access::By;
use crate::ledger::sqlite::Sqlite;
use crate::ledger::{LedgerError, Result, audit, site};
use lotline_record::entry::Instant;
use rusqlite::params;

/// Holds a back-end, or lets it go on.
pub(super) fn pause(store: &Sqlite, by: &By, back_end: &str, pause: bool, now: Instant) -> Result<()> {
    store.write(|tx| {
        let done = tx.execute(
            "UPDATE back_end SET paused_ms = iif(?2, coalesce(paused_ms, ?3), NULL) WHERE back_end = ?1",
            params![back_end, pause, now.unix_ms()],
        )?;
        if done == 0 {
            return Err(LedgerError::UnknownBackEnd(back_end.to_owned()));
        }
        let act = if pause { "back_end_paused" } else { "back_end_resumed" };
        audit::append(tx, by, act, back_end, true)
    })
}

/// Has what waits for a person told once more: one movement, or all of a back-end. What the back-end may have it is asked for
/// first. Gives how many.
///
/// # Errors
/// [`LedgerError::UnknownBackEnd`].
pub(super) fn replay(store: &Sqlite, by: &By, back_end: &str, arrival: Option<i64>) -> Result<usize> {
    store.write(|tx| {
        let known: bool = tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM back_end WHERE back_end = ?1)",
            [back_end],
            |row| row.get(0),
        )?;
        if !known {
            return Err(LedgerError::UnknownBackEnd(back_end.to_owned()));
        }
        let site = site::load(tx)?.site.to_string();
        let rows: Vec<(i64, String, i64, bool)> = tx
            .prepare_cached(
                "SELECT o.arrival, e.device, (e.epoch << 40) | e.seq, length(e.bytes) > 0
                   FROM delivery o JOIN entry e USING (arrival)
                  WHERE o.back_end = ?1 AND o.turn = 3 AND (?2 IS NULL OR o.arrival = ?2)",
            )?
            .query_map(params![back_end, arrival], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let mut told = 0;
        for (arrival, device, position, here) in rows {
            if !here {
                // It is told by its bytes: whoever wants that brings the month back first.
                continue;
            }
            let unit: String = tx
                .prepare_cached(
                    "UPDATE delivery SET state = 'sent', turn = 1, due_ms = 0, failed = 0, settled_ms = NULL
                      WHERE back_end = ?1 AND arrival = ?2 RETURNING unit",
                )?
                .query_row(params![back_end, arrival], |row| row.get(0))?;
            let first: bool = tx
                .prepare_cached(
                    "SELECT NOT EXISTS (SELECT 1 FROM delivery d WHERE d.back_end = ?1 AND d.unit = ?2 AND d.turn = 2)",
                )?
                .query_row([back_end, &unit], |row| row.get(0))?;
            if first {
                give_turn(tx, back_end, &unit)?;
            }
            let change = site::next_change(tx)?;
            tx.prepare_cached(
                "UPDATE verdict SET wms = 'queued', wms_reason = NULL, cursor = ?4
                  WHERE site = ?1 AND device = ?2 AND position = ?3",
            )?
            .execute(params![site, device, position, change])?;
            audit::append(
                tx,
                by,
                "movement_replayed",
                &format!("{back_end}: {device} {position}"),
                true,
            )?;
            told += 1;
        }
        Ok(told)
    })
}
