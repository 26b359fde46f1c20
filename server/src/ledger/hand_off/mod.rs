//! The hand-off: each movement that counts, on its way to each back-end that gets it (ADR 21).
//!
//! | `state` | means | then |
//! |---|---|---|
//! | `queued` | not told, or told and known not to be done | told |
//! | `sent` | the request may have left; nobody knows what became of it | **asked** for, told again only where it is not there |
//! | `accepted` | the back-end will decide later | asked for |
//! | `applied` | the back-end has it | nothing |
//! | `rejected` | the back-end will not have it, and says why | a person decides: accepts it, or has it told again |
//! | `dead` | it failed too often | the same |
//!
//! `turn` says whose it is: of movements that keep an order among each other (`unit`) the oldest open one has its turn.

use super::sqlite::{Sqlite, hash, int, noun};
use super::{Result, site};
use lotline_record::entry::{Entry, EntryRef, Instant, Position, Sealed};
use lotline_record::text::{Arg, Message};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

mod door;
mod lines;
mod person;
mod register;
#[cfg(test)]
mod tests;

pub use lines::{BackEndLine, RefusedLine};
pub use register::Terms;

/// The name of the back-end that `wms_url` configures, and of the one that ledgers of format 6 had.
pub const FIRST: &str = "wms";

/// How long a gateway that tells a back-end keeps others from it, where several share a ledger: longer than any request takes.
const HELD_MS: i64 = 60_000;

/// What keeps its order on the way to a back-end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Movements of a handling unit, else of a task, else of a device.
    Unit,
    /// Movements of a device.
    Device,
}

impl Order {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Order::Unit => "unit",
            Order::Device => "device",
        }
    }
}

/// How far a movement got that is not settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// To be told. It counts as sent from here on.
    Queued,
    /// It may be there: to be asked for.
    Sent,
    /// The back-end decides later: to be asked for.
    Accepted,
}

/// A movement whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which back-end gets it.
    pub back_end: String,
    /// Its number in the ledger.
    pub arrival: i64,
    /// Which entry.
    pub entry: EntryRef,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// What was booked, where a count made that another thing than the entry says: JSON.
    pub legs: Option<String>,
    /// How far it got before.
    pub stage: Stage,
    /// How often it was tried.
    pub tries: u32,
    /// How often it was answered that it was not done.
    pub failed: u32,
    /// What the back-end calls it, if it said.
    pub reference: Option<String>,
}

/// What became of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The back-end has it.
    Applied {
        /// What it calls it.
        reference: Option<String>,
    },
    /// It decides later; asked for then.
    Accepted {
        /// What it calls it.
        reference: Option<String>,
        /// When to ask.
        at: Instant,
    },
    /// It will not have it, and why: comes back as an exception (failure matrix, row 50).
    Rejected(String),
    /// It failed too often, the last time for that reason: the same.
    Dead(String),
    /// It is not there, and why: told again then.
    NotDone {
        /// What was said.
        reason: String,
        /// When to tell it again.
        at: Instant,
        /// Whether it was the movement's own fault, as far as anybody knows.
        failed: bool,
    },
    /// Nobody knows whether it is there, and why: asked for then.
    Unknown {
        /// What is known.
        reason: String,
        /// When to ask.
        at: Instant,
    },
}

/// What keeps its order on the way to a back-end: the handling unit, else the task, else the device.
pub(super) fn unit(entry: &Entry) -> String {
    let of_goods = || entry.body.goods().and_then(|goods| goods.plate.as_ref());
    let plate = entry
        .refs
        .plate
        .as_ref()
        .or_else(|| entry.body.plate())
        .or_else(of_goods);
    if let Some(plate) = plate {
        return format!("plate:{plate}");
    }
    match &entry.refs.task {
        Some(task) => format!("task:{task}"),
        None => format!("device:{}", entry.device),
    }
}

/// A movement of the entry that arrived as `arrival` counts. False: it did already.
pub(super) fn queue(
    tx: &Connection,
    arrival: i64,
    device: &str,
    kind: &str,
    unit: &str,
    legs: Option<&str>,
) -> Result<bool> {
    let new = tx
        .prepare_cached("INSERT INTO movement (arrival, device, kind, unit, legs) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")?
        .execute(params![arrival, device, kind, unit, legs])?;
    tx.prepare_cached(
        "INSERT INTO delivery (back_end, arrival, unit, state, turn)
         SELECT b.back_end, ?1, u.unit, 'queued',
                iif(EXISTS (SELECT 1 FROM delivery d WHERE d.back_end = b.back_end AND d.unit = u.unit AND d.turn IN (1, 2)), 1, 2)
           FROM back_end b JOIN (SELECT 'unit' AS ordering, ?4 AS unit UNION ALL SELECT 'device', 'device:' || ?2) u USING (ordering)
          WHERE b.retired_ms IS NULL AND (b.kinds = '' OR instr(b.kinds, ' ' || ?3 || ' ') > 0)
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![arrival, device, kind, unit])?;
    Ok(new > 0)
}

/// The movement does not count any more. What was told, was told: somebody looks at the exception. False: it was told, or is none.
pub(super) fn withdraw(tx: &Connection, arrival: i64) -> Result<bool> {
    let units: Vec<(String, String)> = tx
        .prepare_cached("DELETE FROM delivery WHERE arrival = ?1 AND state = 'queued' RETURNING back_end, unit")?
        .query_map([arrival], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (back_end, unit) in units {
        give_turn(tx, &back_end, &unit)?;
    }
    let gone = tx
        .prepare_cached(
            "DELETE FROM movement WHERE arrival = ?1 AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.arrival = movement.arrival)",
        )?
        .execute([arrival])?;
    Ok(gone > 0)
}

/// The oldest open one of a unit has its turn.
fn give_turn(tx: &Connection, back_end: &str, unit: &str) -> Result<()> {
    tx.prepare_cached(
        "UPDATE delivery SET turn = 2
          WHERE back_end = ?1 AND turn = 1
            AND arrival = (SELECT min(d.arrival) FROM delivery d WHERE d.back_end = ?1 AND d.unit = ?2 AND d.turn IN (1, 2))",
    )?
    .execute([back_end, unit])?;
    Ok(())
}

fn due(tx: &Connection, back_end: &str, now: Instant, most: usize) -> Result<Vec<Due>> {
    let mut statement = tx.prepare_cached(
        "SELECT o.arrival, e.device, e.epoch, e.seq, e.hash, e.bytes, m.legs, o.state, o.tries, o.failed, o.reference
           FROM delivery o JOIN movement m USING (arrival) JOIN entry e USING (arrival)
          WHERE o.back_end = ?1 AND o.turn = 2 AND o.due_ms <= ?2
          ORDER BY o.due_ms, o.arrival LIMIT ?3",
    )?;
    let mut rows = statement.query(params![back_end, now.unix_ms(), int(most as u64)])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Due {
            back_end: back_end.to_owned(),
            arrival: row.get(0)?,
            entry: EntryRef {
                device: noun(&row.get::<_, String>(1)?)?,
                epoch: row.get(2)?,
                seq: row.get::<_, i64>(3)?.cast_unsigned(),
                hash: hash(&row.get::<_, Vec<u8>>(4)?)?,
            },
            bytes: row.get(5)?,
            legs: row.get(6)?,
            stage: match row.get::<_, String>(7)?.as_str() {
                "sent" => Stage::Sent,
                "accepted" => Stage::Accepted,
                _ => Stage::Queued,
            },
            tries: row.get(8)?,
            failed: row.get(9)?,
            reference: row.get(10)?,
        });
    }
    Ok(out)
}

/// Takes up to `most` movements whose turn it is, but those `in_hand`. What is queued is written down as sent before it is given:
/// a request that was on its way when everything stopped is asked for, never told twice.
pub(super) fn take(
    store: &Sqlite,
    back_end: &str,
    holder: &str,
    now: Instant,
    most: usize,
    in_hand: &BTreeSet<i64>,
) -> Result<Vec<Due>> {
    let look = |tx: &Connection| -> Result<Vec<Due>> {
        let mut found = due(tx, back_end, now, most + in_hand.len())?;
        found.retain(|due| !in_hand.contains(&due.arrival));
        found.truncate(most);
        Ok(found)
    };
    let free =
        "SELECT paused_ms IS NULL AND retired_ms IS NULL AND (holder IS NULL OR holder = ?2 OR held_until_ms < ?3)
                  FROM back_end WHERE back_end = ?1";
    let shared = store.behind().is_some();
    let found = store.read(|tx| {
        let may: Option<bool> = tx
            .prepare_cached(free)?
            .query_row(params![back_end, holder, now.unix_ms()], |row| row.get(0))
            .optional()?;
        if may == Some(true) { look(tx) } else { Ok(Vec::new()) }
    })?;
    let told = found.iter().any(|due| due.stage == Stage::Queued);
    if found.is_empty() || !(told || shared) {
        return Ok(found);
    }
    store.write(|tx| {
        let may: bool = tx
            .prepare_cached(free)?
            .query_row(params![back_end, holder, now.unix_ms()], |row| row.get(0))?;
        if !may {
            return Ok(Vec::new());
        }
        if shared {
            tx.prepare_cached("UPDATE back_end SET holder = ?2, held_until_ms = ?3 WHERE back_end = ?1")?
                .execute(params![back_end, holder, now.unix_ms() + HELD_MS])?;
        }
        let found = look(tx)?;
        for due in found.iter().filter(|due| due.stage == Stage::Queued) {
            tx.prepare_cached(
                "UPDATE delivery SET state = 'sent', told_ms = coalesce(told_ms, ?3) WHERE back_end = ?1 AND arrival = ?2",
            )?
            .execute(params![back_end, due.arrival, now.unix_ms()])?;
        }
        Ok(found)
    })
}

/// Lets other gateways of the ledger tell the back-end.
pub(super) fn let_go(store: &Sqlite, back_end: &str, holder: &str) -> Result<()> {
    if store.behind().is_none() {
        return Ok(());
    }
    store.write(|tx| {
        tx.execute(
            "UPDATE back_end SET holder = NULL, held_until_ms = 0 WHERE back_end = ?1 AND holder = ?2",
            [back_end, holder],
        )?;
        Ok(())
    })
}

/// Writes down what became of it.
pub(super) fn settle(store: &Sqlite, due: &Due, outcome: &Outcome, now: Instant) -> Result<()> {
    let (state, turn, reason, at) = match outcome {
        Outcome::Applied { .. } => ("applied", 0, None, None),
        Outcome::Accepted { at, .. } => ("accepted", 2, None, Some(at)),
        Outcome::Rejected(reason) => ("rejected", 3, Some(reason), None),
        Outcome::Dead(reason) => ("dead", 3, Some(reason), None),
        Outcome::NotDone { reason, at, .. } => ("queued", 2, Some(reason), Some(at)),
        // What is accepted stays so where asking for it failed.
        Outcome::Unknown { reason, at } if due.stage == Stage::Accepted => ("accepted", 2, Some(reason), Some(at)),
        Outcome::Unknown { reason, at } => ("sent", 2, Some(reason), Some(at)),
    };
    let reference = match outcome {
        Outcome::Applied { reference } | Outcome::Accepted { reference, .. } => reference.as_deref(),
        _ => None,
    };
    let failed = matches!(outcome, Outcome::NotDone { failed: true, .. });
    store.write(|tx| {
        let unit: Option<String> = tx
            .prepare_cached(
                "UPDATE delivery SET state = ?3, turn = ?4, reason = ?5, due_ms = ?6, tries = tries + 1, failed = failed + ?7,
                   reference = coalesce(?8, reference), settled_ms = iif(?4 = 2, NULL, ?9)
                  WHERE back_end = ?1 AND arrival = ?2 AND turn = 2 RETURNING unit",
            )?
            .query_row(
                params![
                    due.back_end,
                    due.arrival,
                    state,
                    turn,
                    reason,
                    at.map_or(0, |at| at.unix_ms()),
                    failed,
                    reference,
                    now.unix_ms()
                ],
                |row| row.get(0),
            )
            .optional()?;
        let Some(unit) = unit.filter(|_| turn != 2) else { return Ok(()) };
        give_turn(tx, &due.back_end, &unit)?;
        if turn == 0 {
            has(tx, due)
        } else {
            refused(tx, due, reason.map_or("", String::as_str))
        }
    })
}

/// One back-end has it. The movement is in the WMS once each that gets it has it.
fn has(tx: &Connection, due: &Due) -> Result<()> {
    tx.prepare_cached("UPDATE back_end SET applied = applied + 1 WHERE back_end = ?1")?
        .execute([&due.back_end])?;
    let missing: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM delivery WHERE arrival = ?1 AND turn <> 0)")?
        .query_row([due.arrival], |row| row.get(0))?;
    if missing {
        return Ok(());
    }
    tx.prepare_cached("UPDATE device SET in_wms = in_wms + 1 WHERE device = ?1")?
        .execute([due.entry.device.as_str()])?;
    tell(tx, due, "in_wms", None).map(drop)
}

/// Says by the verdict how far the movement is; gives the site and the change.
fn tell(tx: &Connection, due: &Due, word: &str, reason: Option<&str>) -> Result<(String, i64)> {
    let site = site::load(tx)?.site.to_string();
    let change = site::next_change(tx)?;
    let position = Position::new(due.entry.epoch, due.entry.seq);
    tx.prepare_cached(
        "UPDATE verdict SET wms = ?4, wms_reason = ?5, cursor = ?6 WHERE site = ?1 AND device = ?2 AND position = ?3",
    )?
    .execute(params![
        site,
        due.entry.device.as_str(),
        position.raw(),
        word,
        reason,
        change
    ])?;
    Ok((site, change))
}

fn refused(tx: &Connection, due: &Due, reason: &str) -> Result<()> {
    let entry = &due.entry;
    let (site, change) = tell(tx, due, "refused", Some(reason))?;
    let position = Position::new(entry.epoch, entry.seq);
    let Ok(said) = Sealed::from_stored(position, due.bytes.clone()).open() else {
        return Ok(());
    };
    let scene = super::picture::Scene {
        db: tx,
        site: &site,
        change,
        entry: &said,
        hash: entry.hash,
    };
    let mut name = format!("srv-wms-{}-{}-{}", entry.device, entry.epoch, entry.seq);
    let mut words = reason.to_owned();
    if due.back_end != FIRST {
        name = format!("{name}-{}", due.back_end);
        words = format!("{}: {reason}", due.back_end);
    }
    super::found::insert(
        &scene,
        &super::found::Row {
            exception: &name,
            code: "wms_refused",
            message: &Message::new("found-wms-refused").with("reason", Arg::text(&words)),
            goods: said.body.goods(),
            account: None,
            line: None,
            known_expiry: None,
            evidence: std::slice::from_ref(entry),
        },
    )?;
    tx.prepare_cached("UPDATE verdict SET exception = ?4 WHERE site = ?1 AND device = ?2 AND position = ?3")?
        .execute(params![site, entry.device.as_str(), position.raw(), name])?;
    Ok(())
}
