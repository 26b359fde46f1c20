//! Own numbers: the series of the site, and what each device has leased of them (domain §2).
//!
//! What keeps numbers apart stands in [`lotline_record::numbering`]. A lease that is in doubt ends: its numbers are lost,
//! which costs nothing, where given out twice they would cost a recall.

use super::intake::alarm;
use super::sqlite::{Sqlite, int, noun};
use super::{LedgerError, Result, site};
use lotline_record::entry::{Hash, Instant};
use lotline_record::model::DeviceId;
use lotline_record::numbering::{Held, Lease, LeaseId, NumberError, Pool, RESTORE_GAP, Series};
use lotline_record::wire::{NumbersReply, NumbersRequest, ShownLease, StoredThrough};
use rusqlite::{Connection, OptionalExtension, params};

/// A series and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesLine {
    /// What is leased.
    pub series: Series,
    /// Numbers in a lease.
    pub block: u32,
    /// Numbers that were never leased.
    pub left: u64,
    /// Leases that devices work from.
    pub open_leases: u64,
    /// Nothing more is leased from it.
    pub closed: bool,
}

pub(super) fn open_series(store: &Sqlite, series: &Series, block: u32) -> Result<()> {
    store.write(|tx| {
        site::load(tx)?;
        for other in all(tx)? {
            if other.pool.series() != series && other.pool.series().meets(series) {
                return Err(LedgerError::SeriesMeet(Box::new((
                    series.clone(),
                    other.pool.series().clone(),
                ))));
            }
        }
        tx.execute(
            "INSERT INTO number_series (series, block, next) VALUES (?1, ?2, 1)
             ON CONFLICT (series) DO UPDATE SET block = excluded.block, closed = 0",
            params![text(series)?, block.max(1)],
        )?;
        Ok(())
    })
}

pub(super) fn close_series(store: &Sqlite, series: &Series) -> Result<bool> {
    let text = text(series)?;
    store.write(|tx| Ok(tx.execute("UPDATE number_series SET closed = 1 WHERE series = ?1", [&text])? > 0))
}

pub(super) fn lines(store: &Sqlite) -> Result<Vec<SeriesLine>> {
    store.read(|tx| {
        all(tx)?
            .into_iter()
            .map(|Row { pool, block, closed }| {
                let open_leases: i64 = tx
                    .prepare_cached("SELECT count(*) FROM number_lease WHERE series = ?1 AND ended IS NULL")?
                    .query_row([text(pool.series())?], |row| row.get(0))?;
                Ok(SeriesLine {
                    left: pool.left(),
                    series: pool.series().clone(),
                    block,
                    open_leases: open_leases.cast_unsigned(),
                    closed,
                })
            })
            .collect()
    })
}

/// The numbers of a device that is gone never come back; its leases say why.
pub(super) fn lost(tx: &Connection, device: &DeviceId) -> Result<()> {
    tx.execute(
        "UPDATE number_lease SET ended = 'device_lost' WHERE device = ?1 AND ended IS NULL",
        [device.as_str()],
    )?;
    Ok(())
}

pub(super) fn exchange(
    store: &Sqlite,
    device: &DeviceId,
    asked: &NumbersRequest,
    now: Instant,
) -> Result<NumbersReply> {
    store.write(|tx| {
        let mut next_lease = count(tx)?;
        let mut reply = NumbersReply::default();
        let head = head(tx, device)?;
        let (tip, mark) = (asked.tip, asked.mark);
        if (tip.epoch, tip.seq) < (head.epoch, head.seq) {
            let ended = end_all(tx, device, "restored")?;
            if ended > 0 {
                let detail = format!("{ended} leases of numbers end: the chain is behind what was received");
                alarm(tx, now, "numbers_restored", Some(device), &detail)?;
            }
        }
        for shown in &asked.held {
            if !take_note(tx, device, shown, &mut next_lease, now)? {
                reply.void.push(shown.lease.id);
            }
        }
        not_shown(tx, device, &asked.held)?;
        // Only a device whose chain is this very one is known to be itself, as it was.
        if mark == head {
            for row in all(tx)?.iter().filter(|row| !row.closed) {
                grant(tx, device, row, (head.epoch, now), &mut next_lease, &mut reply)?;
            }
        }
        tx.execute("UPDATE numbering SET next_lease = ?1", [int(next_lease.0)])?;
        Ok(reply)
    })
}

struct Row {
    pool: Pool,
    block: u32,
    closed: bool,
}

fn text(series: &Series) -> Result<String> {
    serde_json::to_string(series).map_err(|error| LedgerError::Damaged(error.to_string()))
}

fn series_of(text: &str) -> Result<Series> {
    serde_json::from_str(text).map_err(|error| LedgerError::Damaged(format!("series {text}: {error}")))
}

fn all(tx: &Connection) -> Result<Vec<Row>> {
    let mut statement = tx.prepare_cached("SELECT series, block, next, closed FROM number_series ORDER BY series")?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get(1)?,
            row.get::<_, i64>(2)?,
            row.get(3)?,
        ))
    })?;
    rows.map(|row| {
        let (series, block, next, closed) = row?;
        // Leases are named by the whole ledger, not by one series.
        let pool = Pool::resume(series_of(&series)?, next.cast_unsigned(), LeaseId(0));
        Ok(Row { pool, block, closed })
    })
    .collect()
}

fn keep(tx: &Connection, pool: &Pool) -> Result<()> {
    tx.prepare_cached("UPDATE number_series SET next = ?2 WHERE series = ?1")?
        .execute(params![text(pool.series())?, int(pool.state().0)])?;
    Ok(())
}

/// The next lease's name. Where the ledger is another history than the one it was counted in, a backup was restored:
/// every series jumps past what may have been leased since.
fn count(tx: &Connection) -> Result<LeaseId> {
    let epoch = site::load(tx)?.server_epoch;
    let found = tx
        .prepare_cached("SELECT server_epoch, next_lease FROM numbering")?
        .query_row([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
        .optional()?;
    let next = match found {
        None => 1,
        Some((counted_in, next)) if counted_in == epoch => return Ok(LeaseId(next.cast_unsigned())),
        Some((_, next)) => {
            for Row { pool, .. } in all(tx)? {
                keep(tx, &pool.restored(RESTORE_GAP, []))?;
            }
            next.cast_unsigned() + RESTORE_GAP
        }
    };
    tx.execute(
        "INSERT INTO numbering (only, server_epoch, next_lease) VALUES (1, ?1, ?2)
         ON CONFLICT (only) DO UPDATE SET server_epoch = excluded.server_epoch, next_lease = excluded.next_lease",
        params![epoch, int(next)],
    )?;
    Ok(LeaseId(next))
}

fn head(tx: &Connection, device: &DeviceId) -> Result<StoredThrough> {
    let found = tx
        .prepare_cached("SELECT epoch, seq, hash FROM device WHERE device = ?1")?
        .query_row([device.as_str()], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?))
        })
        .optional()?;
    let (epoch, seq, hash) = found.ok_or_else(|| LedgerError::UnknownDevice(device.to_string()))?;
    let hash = Hash::from_slice(&hash).ok_or_else(|| LedgerError::Damaged(format!("the head of {device}")))?;
    let seq = seq.cast_unsigned();
    Ok(StoredThrough { epoch, seq, hash })
}

fn end(tx: &Connection, lease: LeaseId, why: &str) -> Result<()> {
    tx.prepare_cached("UPDATE number_lease SET ended = ?2 WHERE lease = ?1 AND ended IS NULL")?
        .execute(params![int(lease.0), why])?;
    Ok(())
}

fn end_all(tx: &Connection, device: &DeviceId, why: &str) -> Result<usize> {
    Ok(tx.execute(
        "UPDATE number_lease SET ended = ?2 WHERE device = ?1 AND ended IS NULL",
        params![device.as_str(), why],
    )?)
}

/// A lease as it stands, and why it ended.
type Known = (Lease, u64, Option<String>);

fn known(tx: &Connection, lease: LeaseId) -> Result<Option<Known>> {
    let found = tx
        .prepare_cached("SELECT series, device, epoch, first, last, next, ended FROM number_lease WHERE lease = ?1")?
        .query_row([int(lease.0)], |row| {
            let numbers: [i64; 3] = [row.get(3)?, row.get(4)?, row.get(5)?];
            let names: (String, String) = (row.get(0)?, row.get(1)?);
            Ok((names, row.get(2)?, numbers.map(i64::cast_unsigned), row.get(6)?))
        })
        .optional()?;
    found
        .map(|((series, device), epoch, [first, last, next], ended)| {
            let lease = Lease {
                id: lease,
                series: series_of(&series)?,
                device: noun(&device)?,
                epoch,
                first,
                last,
            };
            Ok((lease, next, ended))
        })
        .transpose()
}

/// Notes how far the device is in a lease; false: nothing of it may be given out any more.
fn take_note(
    tx: &Connection,
    device: &DeviceId,
    shown: &ShownLease,
    next_lease: &mut LeaseId,
    now: Instant,
) -> Result<bool> {
    let lease = &shown.lease;
    if Held::resume(lease.clone(), shown.next).is_err() || lease.device != *device {
        return Ok(false);
    }
    let Some((stored, next, ended)) = known(tx, lease.id)? else {
        return remember(tx, shown, next_lease, now);
    };
    if stored != *lease || ended.as_deref().is_some_and(|why| why != "used_up") {
        return Ok(false);
    }
    if shown.next < next {
        end(tx, lease.id, "wound_back")?;
        let detail = format!(
            "lease {} was at number {next}, and is at {} again",
            lease.id, shown.next
        );
        alarm(tx, now, "numbers_restored", Some(device), &detail)?;
        return Ok(false);
    }
    tx.prepare_cached("UPDATE number_lease SET next = ?2 WHERE lease = ?1")?
        .execute([int(lease.id.0), int(shown.next)])?;
    if shown.next > lease.last {
        end(tx, lease.id, "used_up")?;
    }
    Ok(true)
}

/// A lease this ledger does not know: it was given after the backup this ledger was restored from. It stays good where it
/// covers no number of another one, and its series goes on behind it.
fn remember(tx: &Connection, shown: &ShownLease, next_lease: &mut LeaseId, now: Instant) -> Result<bool> {
    let (lease, series) = (&shown.lease, text(&shown.lease.series)?);
    let Some(Row { mut pool, .. }) = all(tx)?.into_iter().find(|row| *row.pool.series() == lease.series) else {
        return Ok(false);
    };
    let taken: bool = tx.query_row(
        "SELECT EXISTS (SELECT 1 FROM number_lease WHERE series = ?1 AND first <= ?3 AND last >= ?2)",
        params![series, int(lease.first), int(lease.last)],
        |row| row.get(0),
    )?;
    let detail = format!(
        "lease {} of numbers {} to {} was not known here",
        lease.id, lease.first, lease.last
    );
    alarm(tx, now, "numbers_unknown", Some(&lease.device), &detail)?;
    pool.observe(lease);
    keep(tx, &pool)?;
    *next_lease = (*next_lease).max(LeaseId(lease.id.0.saturating_add(1)));
    insert(tx, lease, shown.next, now.unix_ms())?;
    if taken {
        end(tx, lease.id, "restored")?;
    }
    Ok(!taken)
}

/// What a device does not show it does not have: the answer that brought it was lost, or its journal was restored. The
/// one is not told from the other.
fn not_shown(tx: &Connection, device: &DeviceId, held: &[ShownLease]) -> Result<()> {
    let mut statement = tx.prepare_cached("SELECT lease FROM number_lease WHERE device = ?1 AND ended IS NULL")?;
    let open: Vec<u64> = statement
        .query_map([device.as_str()], |row| row.get::<_, i64>(0).map(i64::cast_unsigned))?
        .collect::<rusqlite::Result<_>>()?;
    for lease in open {
        if !held.iter().any(|shown| shown.lease.id.0 == lease) {
            end(tx, LeaseId(lease), "not_shown")?;
        }
    }
    Ok(())
}

fn insert(tx: &Connection, lease: &Lease, next: u64, now_ms: i64) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO number_lease (lease, series, device, epoch, first, last, next, leased_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        int(lease.id.0),
        text(&lease.series)?,
        lease.device.as_str(),
        lease.epoch,
        int(lease.first),
        int(lease.last),
        int(next),
        now_ms
    ])?;
    Ok(())
}

/// Leases a block of the series, unless the device has enough of it.
fn grant(
    tx: &Connection,
    device: &DeviceId,
    row: &Row,
    (epoch, now): (u32, Instant),
    next_lease: &mut LeaseId,
    reply: &mut NumbersReply,
) -> Result<()> {
    let (block, (next, _)) = (row.block, row.pool.state());
    let mut pool = Pool::resume(row.pool.series().clone(), next, *next_lease);
    let mut statement = tx.prepare_cached(
        "SELECT lease FROM number_lease WHERE device = ?1 AND epoch = ?2 AND series = ?3 AND ended IS NULL",
    )?;
    let open: Vec<i64> = statement
        .query_map(params![device.as_str(), epoch, text(pool.series())?], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut held = Vec::new();
    for lease in open {
        if let Some((lease, next, _)) = known(tx, LeaseId(lease.cast_unsigned()))? {
            held.push(Held::resume(lease, next).map_err(|error| LedgerError::Damaged(error.to_string()))?);
        }
    }
    if !Held::run_low(&held) {
        return Ok(());
    }
    match pool.lease(device.clone(), epoch, u64::from(block)) {
        Ok(lease) => {
            insert(tx, &lease, lease.first, now.unix_ms())?;
            keep(tx, &pool)?;
            *next_lease = pool.state().1;
            reply.leases.push(lease);
        }
        Err(NumberError::Exhausted(series)) => reply.exhausted.push(series),
        Err(error) => return Err(LedgerError::Damaged(error.to_string())),
    }
    Ok(())
}
