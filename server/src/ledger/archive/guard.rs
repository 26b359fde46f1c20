//! Where entries are judged: one that needs an entry whose bytes are in an archive is kept aside and shown, never judged on half
//! of what there is.

use super::Month;
use crate::ledger::{LedgerError, Result};
use lotline_record::entry::{Entry, Hash, Instant, Position};
use rusqlite::{Connection, OptionalExtension, params};

/// An entry of the record always has bytes: where there are none they are in an archive.
pub(in crate::ledger) fn is_gone(bytes: &[u8]) -> bool {
    bytes.is_empty()
}

/// Refuses to judge by an entry whose bytes are in an archive.
pub(in crate::ledger) fn here(bytes: &[u8], device: &str, position: Position) -> Result<()> {
    if is_gone(bytes) {
        Err(needs(device, position))
    } else {
        Ok(())
    }
}

/// Why an entry is not judged that needs this one.
pub(in crate::ledger) fn needs(device: &str, position: Position) -> LedgerError {
    LedgerError::Archived(format!(
        "it needs entry {device}/{}/{}, which is in an archive",
        position.epoch(),
        position.seq()
    ))
}

/// Up to when entries may be of an archive, or absorbed by a count in one, by the site's clock.
pub(in crate::ledger) fn through(db: &Connection) -> Result<Option<i64>> {
    Ok(db
        .prepare_cached("SELECT max(through_ms) FROM archived")?
        .query_row([], |row| row.get(0))?)
}

/// Refuses to judge what was captured before an archive's end: what it met then may be there. A device that never measured how
/// far its clock is off has no such time; what it names is looked at where it is named.
pub(in crate::ledger) fn in_time(db: &Connection, entry: &Entry) -> Result<()> {
    let Some(through) = through(db)? else { return Ok(()) };
    let captured = entry
        .at
        .offset_ms
        .map(|offset| entry.at.wall.unix_ms().saturating_add(offset));
    match captured {
        Some(at) if at < through => Err(LedgerError::Archived(format!(
            "it was captured at {}, and what it met then may be in an archive: months to {} are",
            Instant::from_unix_ms(at),
            Month::of(Instant::from_unix_ms(through - 1))
        ))),
        _ => Ok(()),
    }
}

/// What the first entry of an epoch names as the one before it, where its bytes are in an archive.
pub(in crate::ledger) fn epoch_begins(db: &Connection, device: &str, epoch: u32) -> Result<Option<Hash>> {
    let found = db
        .prepare_cached("SELECT prev FROM archived_epoch WHERE device = ?1 AND epoch = ?2")?
        .query_row(params![device, epoch], |row| row.get::<_, Vec<u8>>(0))
        .optional()?;
    found.map(|bytes| crate::ledger::sqlite::hash(&bytes)).transpose()
}
