//! Which back-ends the site has.

use super::Order;
use crate::ledger::Result;
use crate::ledger::sqlite::Sqlite;
use lotline_record::entry::Instant;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// A back-end, as far as the ledger must know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Its name.
    pub name: String,
    /// Which connector.
    pub kind: &'static str,
    /// What keeps its order.
    pub order: Order,
    /// Which kinds of movements it gets; empty: all.
    pub kinds: Vec<String>,
    /// Whether it is told of all that the ledger has, also where it is not the site's first.
    pub from_start: bool,
}

/// Deliveries of a movement to one back-end or all, for the movements that `from` gives. `turn` is 1: whoever calls says whose it is.
fn insert_all(tx: &Connection, back_end: &str, after: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO delivery (back_end, arrival, unit, state, turn)
         SELECT b.back_end, m.arrival, iif(b.ordering = 'device', 'device:' || m.device, m.unit), 'queued', 1
           FROM back_end b, movement m JOIN entry e ON e.arrival = m.arrival
          WHERE b.back_end = ?1 AND m.arrival > ?2 AND length(e.bytes) > 0
            AND (b.kinds = '' OR m.kind = '' OR instr(b.kinds, ' ' || m.kind || ' ') > 0)
         ON CONFLICT DO NOTHING",
        params![back_end, after],
    )?;
    tx.execute(
        "UPDATE delivery SET turn = 2
          WHERE back_end = ?1 AND turn = 1 AND arrival IN (
                SELECT min(arrival) FROM delivery d WHERE d.back_end = ?1 AND d.turn IN (1, 2) GROUP BY d.unit)",
        [back_end],
    )?;
    Ok(())
}

/// The site's back-ends are these from now on.
pub(super) fn register(store: &Sqlite, all: &[Terms], now: Instant) -> Result<()> {
    store.write(|tx| {
        let newest: i64 = tx.query_row("SELECT coalesce(max(arrival), 0) FROM movement", [], |row| row.get(0))?;
        let first: bool = tx.query_row("SELECT NOT EXISTS (SELECT 1 FROM back_end)", [], |row| row.get(0))?;
        for terms in all {
            let kinds = if terms.kinds.is_empty() {
                String::new()
            } else {
                format!(" {} ", terms.kinds.join(" "))
            };
            // A retired one is told of what came meanwhile, a new one of what comes, the site's first of all there is.
            let known: Option<(i64, bool)> = tx
                .query_row(
                    "SELECT since, retired_ms IS NOT NULL FROM back_end WHERE back_end = ?1",
                    [&terms.name],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let since = match known {
                Some((since, _)) => since,
                None if first || terms.from_start => 0,
                None => newest,
            };
            tx.execute(
                "INSERT INTO back_end (back_end, kind, ordering, kinds, since) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (back_end) DO UPDATE SET kind = excluded.kind, ordering = excluded.ordering, kinds = excluded.kinds,
                   retired_ms = NULL",
                params![terms.name, terms.kind, terms.order.as_str(), kinds, since],
            )?;
            if known.is_none_or(|(_, retired)| retired) {
                insert_all(tx, &terms.name, since)?;
            }
        }
        let names: BTreeSet<&str> = all.iter().map(|terms| terms.name.as_str()).collect();
        let others: Vec<String> = tx
            .prepare("SELECT back_end FROM back_end WHERE retired_ms IS NULL")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for name in others.iter().filter(|name| !names.contains(name.as_str())) {
            tx.execute(
                "UPDATE back_end SET retired_ms = ?2 WHERE back_end = ?1",
                params![name, now.unix_ms()],
            )?;
        }
        Ok(())
    })
}
