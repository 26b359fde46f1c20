//! The outbox to the warehouse's own system: movements once applied, in each device's order.

use super::sqlite::{Sqlite, hash, noun};
use super::{Result, site};
use lotline_record::entry::{EntryRef, Instant, Position, Sealed};
use lotline_record::text::{Arg, Message};
use rusqlite::params;

/// A movement to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its number in the ledger.
    pub arrival: i64,
    /// Which entry.
    pub entry: EntryRef,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// What was booked, where a count made that another thing than the entry says: JSON.
    pub legs: Option<String>,
    /// How often it was tried.
    pub tries: u32,
}

/// What the warehouse's own system said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It has it.
    InWms,
    /// It will not have it, and why: comes back as an exception (failure matrix, row 50).
    Refused(String),
    /// Nobody knows: tried again then.
    Later(Instant),
}

pub(super) fn due(store: &Sqlite, now: Instant) -> Result<Vec<Due>> {
    store.read(|tx| {
        let mut statement = tx.prepare_cached(
            "SELECT o.arrival, e.device, e.epoch, e.seq, e.hash, e.bytes, o.tries, o.legs
               FROM (SELECT min(arrival) AS arrival FROM wms_outbox WHERE state = 'queued' GROUP BY device) oldest
               JOIN wms_outbox o USING (arrival) JOIN entry e USING (arrival)
              WHERE o.due_ms <= ?1 ORDER BY o.arrival",
        )?;
        let mut rows = statement.query([now.unix_ms()])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(Due {
                arrival: row.get(0)?,
                entry: EntryRef {
                    device: noun(&row.get::<_, String>(1)?)?,
                    epoch: row.get(2)?,
                    seq: row.get::<_, i64>(3)?.cast_unsigned(),
                    hash: hash(&row.get::<_, Vec<u8>>(4)?)?,
                },
                bytes: row.get(5)?,
                tries: row.get(6)?,
                legs: row.get(7)?,
            });
        }
        Ok(out)
    })
}

pub(super) fn settle(store: &Sqlite, due: &Due, taken: &Taken) -> Result<()> {
    let Due { arrival, entry, .. } = due;
    store.write(|tx| {
        let (state, reason) = match taken {
            Taken::Later(at) => {
                tx.prepare_cached("UPDATE wms_outbox SET tries = tries + 1, due_ms = ?2 WHERE arrival = ?1")?
                    .execute(params![arrival, at.unix_ms()])?;
                return Ok(());
            }
            Taken::InWms => ("in_wms", None),
            Taken::Refused(reason) => ("refused", Some(reason)),
        };
        let settled = tx
            .prepare_cached(
                "UPDATE wms_outbox SET state = ?2, reason = ?3, tries = tries + 1 WHERE arrival = ?1 AND state = 'queued'",
            )?
            .execute(params![arrival, state, reason])?;
        if settled == 0 {
            return Ok(());
        }
        let site = site::load(tx)?.site;
        let change = site::next_change(tx)?;
        let position = Position::new(entry.epoch, entry.seq);
        tx.prepare_cached(
            "UPDATE verdict SET wms = ?4, wms_reason = ?5, cursor = ?6
              WHERE site = ?1 AND device = ?2 AND position = ?3",
        )?
        .execute(params![site.as_str(), entry.device.as_str(), position.raw(), state, reason, change])?;
        let Some(reason) = reason else {
            tx.prepare_cached("UPDATE device SET in_wms = in_wms + 1 WHERE device = ?1")?
                .execute([entry.device.as_str()])?;
            return Ok(());
        };
        let Ok(said) = Sealed::from_stored(position, due.bytes.clone()).open() else { return Ok(()) };
        let scene = super::picture::Scene {
            db: tx,
            site: site.as_str(),
            change,
            entry: &said,
            hash: entry.hash,
        };
        let name = format!("srv-wms-{}-{}-{}", entry.device, entry.epoch, entry.seq);
        super::found::insert(
            &scene,
            &super::found::Row {
                exception: &name,
                code: "wms_refused",
                message: &Message::new("found-wms-refused").with("reason", Arg::text(reason)),
                goods: said.body.goods(),
                account: None,
                line: None,
                known_expiry: None,
                evidence: std::slice::from_ref(entry),
            },
        )?;
        tx.prepare_cached("UPDATE verdict SET exception = ?4 WHERE site = ?1 AND device = ?2 AND position = ?3")?
            .execute(params![site.as_str(), entry.device.as_str(), position.raw(), name])?;
        Ok(())
    })
}
