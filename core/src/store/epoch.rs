//! After a fork: the next epoch, and what it carries.
//!
//! Unsent entries go up verbatim, wrapped in `carried` entries; their effect is keyed by the original hash, so an entry
//! that was carried before is carried once more as the original it was, never as a wrapping of a wrapping.

use super::journal::{Author, Draft, seal, tip, write};
use super::queue::{acknowledged, device, meta, set_acknowledged};
use super::storage;
use crate::Error;
use crate::platform::Now;
use lotline_record::entry::{Body, Hash, Position, Sealed, Tip};
use lotline_record::model::SiteId;
use lotline_record::wire::StoredThrough;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Entries after `mark` that still go up: those beyond the end of their epoch travel inside `carried` entries.
pub(super) fn pending_after(connection: &Connection, mark: Position) -> Result<u64, Error> {
    connection
        .query_row(
            "SELECT count(*) FROM entry e LEFT JOIN epoch p ON p.epoch = e.position >> 40
             WHERE e.position > ?1 AND (p.ended_at IS NULL OR e.position <= p.ended_at)",
            [mark.raw()],
            |r| r.get::<_, i64>(0).map(i64::cast_unsigned),
        )
        .map_err(storage("count the queue"))
}

/// Ends the epoch at `common` (at the mark, when nothing is in common) and begins the next.
/// From then on what an original changed counts with the entry that carries it: own effects are made anew.
pub(super) fn begin(connection: &mut Connection, now: Now, common: Option<&StoredThrough>) -> Result<(), Error> {
    let transaction = connection.transaction().map_err(storage("begin"))?;
    let device = device(&transaction)?;
    let mark = acknowledged(&transaction, &device)?;
    let last = tip(&transaction, &device)?;
    let from = common.unwrap_or(&mark);
    let from = Position::new(from.epoch, from.seq);
    let unsent = after(&transaction, from)?;
    let mut next = Tip::start(device.clone(), last.epoch + 1, common.map(|c| c.hash));
    transaction
        .execute(
            "UPDATE epoch SET ended_at = CASE epoch WHEN ?1 >> 40 THEN ?1 ELSE epoch << 40 END WHERE epoch >= ?1 >> 40",
            [from.raw()],
        )
        .map_err(storage("end the epoch"))?;
    transaction
        .execute(
            "INSERT INTO epoch (epoch, genesis) VALUES (?1, ?2)",
            params![next.epoch, next.hash.0.as_slice()],
        )
        .map_err(storage("begin the epoch"))?;
    let through = StoredThrough {
        epoch: next.epoch,
        seq: 0,
        hash: next.hash,
    };
    set_acknowledged(&transaction, &through)?;
    let site = meta(&transaction, "site")?.unwrap_or_default();
    let author = Author {
        site: SiteId::new(site).map_err(|e| Error::bug(e.to_string()))?,
        device,
        who: None,
        now,
        offset_ms: None,
        policy: 0,
        app: String::new(),
        cursor: 0,
    };
    let mut carried: BTreeSet<Hash> = BTreeSet::new();
    for original in unsent {
        let (hash, body) = wrap(original);
        if !carried.insert(hash) {
            continue;
        }
        let id = format!("carried-{}", &hash.to_string()[..24]);
        let (entry, sealed) = seal(&author, &next, Draft::new(body), &id)?;
        write(&transaction, &sealed)?;
        next.seq = entry.seq;
        next.hash = sealed.hash;
    }
    transaction.commit().map_err(storage("commit"))
}

fn after(connection: &Connection, from: Position) -> Result<Vec<Sealed>, Error> {
    let mut statement = connection
        .prepare("SELECT position, bytes FROM entry WHERE position > ?1 ORDER BY position")
        .map_err(storage("read the queue"))?;
    let rows = statement
        .query_map([from.raw()], |r| {
            Ok(Sealed::from_stored(Position::from_raw(r.get(0)?), r.get(1)?))
        })
        .map_err(storage("read the queue"))?;
    rows.collect::<Result<_, _>>().map_err(storage("read the queue"))
}

/// The original an entry stands for, and the body that carries it.
fn wrap(entry: Sealed) -> (Hash, Body) {
    if let Ok(open) = entry.open()
        && let body @ Body::Carried { hash, .. } = open.body
    {
        return (hash, body);
    }
    let hash = entry.hash;
    let body = Body::Carried {
        epoch: entry.position.epoch(),
        seq: entry.position.seq(),
        hash,
        bytes: entry.bytes,
    };
    (hash, body)
}
