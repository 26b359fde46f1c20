//! A copy of the ledger as it stands at one moment, what is looked at before one is trusted, and its beginning as another
//! history.

use super::sqlite::{Sqlite, hash, int, noun};
use super::{LedgerError, Result, archive, audit};
use crate::access::By;
use crate::edge;
use lotline_record::entry::{Envelope, Hash, Position, Sealed, hex};
use lotline_record::model::DeviceId;
use lotline_record::wire::Receipt;
use lotline_record::wire::proof::PublicKey;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params, params_from_iter};
use std::path::Path;

/// The last entry that the ledger has of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whose.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: u32,
    /// Its sequence; 0 where nothing of the epoch has come.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

/// What a look through the whole ledger found sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// Entries, each with its hash and linked to the one before.
    pub entries: u64,
    /// Rows of the audit trail.
    pub audit: u64,
    /// The heads, by device.
    pub heads: Vec<Head>,
}

fn damaged(what: impl Into<String>) -> LedgerError {
    LedgerError::Damaged(what.into())
}

/// Writes what is committed now to `to`, which must not be there. Readers and the writer go on meanwhile.
pub(super) fn copy(store: &Sqlite, to: &Path) -> Result<()> {
    store.freshen()?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = Connection::open_with_flags(store.path(), flags)?;
    from.busy_timeout(std::time::Duration::from_secs(20))?;
    let name = to.to_str().ok_or_else(|| {
        let why = format!("{}: SQLite takes names in UTF-8 alone", to.display());
        std::io::Error::new(std::io::ErrorKind::InvalidInput, why)
    })?;
    from.execute("VACUUM INTO ?1", [name])?;
    drop(from);
    // A replica says which one it is; a copy is a ledger of its own.
    let copy = Connection::open(to)?;
    copy.execute_batch("DROP TABLE IF EXISTS replica")?;
    copy.close().map_err(|(_, error)| error)?;
    // VACUUM INTO leaves syncing to whoever asked.
    std::fs::OpenOptions::new().write(true).open(to)?.sync_all()?;
    Ok(())
}

/// Makes one file of a ledger that nobody has open: its write-ahead log goes into it. The last to close a ledger may be a
/// reader, which leaves the log beside the file; whoever then takes the file alone takes an older ledger.
pub(super) fn settle(path: &Path) -> Result<()> {
    let file = Connection::open(path)?;
    let mode: String = file.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    if mode != "delete" {
        return Err(damaged(format!("{}: somebody has it open", path.display())));
    }
    file.close().map_err(|(_, error)| error)?;
    std::fs::OpenOptions::new().write(true).open(path)?.sync_all()?;
    Ok(())
}

/// Brings every row of the ledger file `from`, which is of this format, into a ledger without a site, in one transaction.
pub(super) fn fill(store: &Sqlite, from: &Path) -> Result<()> {
    let from = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    store.write(|tx| {
        if let Some(site) = tx
            .query_row("SELECT site FROM site", [], |row| row.get::<_, String>(0))
            .optional()?
        {
            return Err(LedgerError::Taken(noun(&site)?));
        }
        tx.pragma_update(None, "defer_foreign_keys", true)?;
        let tables: Vec<String> = {
            let mut named = from.prepare(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'replica'
                  ORDER BY name",
            )?;
            let named = named.query_map([], |row| row.get(0))?;
            named.collect::<rusqlite::Result<_>>()?
        };
        for table in tables {
            let mut read = from.prepare(&format!("SELECT * FROM \"{table}\""))?;
            let width = read.column_count();
            let marks = vec!["?"; width].join(", ");
            let mut put = tx.prepare(&format!("INSERT INTO \"{table}\" VALUES ({marks})"))?;
            let mut rows = read.query([])?;
            while let Some(row) = rows.next()? {
                let cells = (0..width)
                    .map(|at| row.get(at))
                    .collect::<rusqlite::Result<Vec<rusqlite::types::Value>>>()?;
                put.execute(params_from_iter(cells))?;
            }
        }
        Ok(())
    })
}

/// Looks through all of it: the file, each entry's hash and link, each head, the audit trail, and whether `key` signed the
/// newest receipt.
pub(super) fn check(store: &Sqlite, key: &PublicKey) -> Result<Sound> {
    let (entries, heads) = store.read(|tx| {
        let said: String = tx.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if said != "ok" {
            return Err(damaged(said));
        }
        let heads = heads(tx)?;
        let entries = chains(tx)?;
        for Head {
            device,
            epoch,
            seq,
            hash: head,
        } in heads.iter().filter(|head| head.seq > 0)
        {
            let stored = tx
                .prepare_cached("SELECT hash FROM entry WHERE device = ?1 AND epoch = ?2 AND seq = ?3")?
                .query_row(params![device.as_str(), epoch, int(*seq)], |row| {
                    row.get::<_, Vec<u8>>(0)
                })
                .optional()?;
            if stored.map(|bytes| hash(&bytes)).transpose()? != Some(*head) {
                return Err(damaged(format!(
                    "the head of {device}, {epoch}/{seq}, is not its last entry"
                )));
            }
        }
        signed(tx, key)?;
        Ok((entries, heads))
    })?;
    let audit = audit::check(store)?;
    Ok(Sound { entries, audit, heads })
}

fn heads(tx: &Connection) -> Result<Vec<Head>> {
    let mut statement = tx.prepare_cached("SELECT device, epoch, seq, hash FROM device ORDER BY device")?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Head {
            device: noun(&row.get::<_, String>(0)?)?,
            epoch: row.get(1)?,
            seq: row.get::<_, i64>(2)?.cast_unsigned(),
            hash: hash(&row.get::<_, Vec<u8>>(3)?)?,
        });
    }
    Ok(out)
}

/// Walks every chain; gives how many entries there are.
fn chains(tx: &Connection) -> Result<u64> {
    let mut statement = tx.prepare(
        "SELECT device, epoch, seq, hash, bytes,
                EXISTS (SELECT 1 FROM archived a WHERE received_ms >= a.from_ms AND received_ms < a.until_ms)
           FROM entry ORDER BY device, epoch, seq",
    )?;
    let mut rows = statement.query([])?;
    let (mut count, mut before) = (0, None::<(String, u32, u64, Hash)>);
    while let Some(row) = rows.next()? {
        let (device, epoch): (String, u32) = (row.get(0)?, row.get(1)?);
        let seq = row.get::<_, i64>(2)?.cast_unsigned();
        let stored = hash(&row.get::<_, Vec<u8>>(3)?)?;
        let at = || format!("entry {epoch}/{seq} of {device}");
        let bytes: Vec<u8> = row.get(4)?;
        if row.get(5)? && archive::guard::is_gone(&bytes) {
            // Its archive proves what it says and what it follows; here is that none is left out.
            let last = before.filter(|(of, in_epoch, ..)| (of, *in_epoch) == (&device, epoch));
            if seq != last.map_or(1, |(_, _, last, _)| last + 1) {
                return Err(damaged(format!("{} does not follow the one before it", at())));
            }
            before = Some((device, epoch, seq, stored));
            count += 1;
            continue;
        }
        let sealed = Sealed::from_stored(Position::new(epoch, seq), bytes);
        if sealed.hash != stored {
            return Err(damaged(format!("{}: its bytes are not those of its hash", at())));
        }
        let envelope: Envelope =
            serde_json::from_slice(&sealed.bytes).map_err(|error| damaged(format!("{}: {error}", at())))?;
        let next = before
            .filter(|(of, in_epoch, ..)| (of, *in_epoch) == (&device, epoch))
            .map_or(1, |(_, _, last, hash)| if envelope.prev == hash { last + 1 } else { 0 });
        if seq != next {
            return Err(damaged(format!("{} does not follow the one before it", at())));
        }
        before = Some((device, epoch, seq, stored));
        count += 1;
    }
    Ok(count)
}

fn signed(tx: &Connection, key: &PublicKey) -> Result<()> {
    let newest = tx
        .prepare_cached(
            "SELECT device, epoch, from_seq, to_seq, hash, received_ms, signature FROM receipt
              ORDER BY received_ms DESC LIMIT 1",
        )?
        .query_row([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get(1)?,
                row.get::<_, i64>(2)?.cast_unsigned(),
                row.get::<_, i64>(3)?.cast_unsigned(),
                row.get::<_, Vec<u8>>(4)?,
                row.get(5)?,
                row.get::<_, Vec<u8>>(6)?,
            ))
        })
        .optional()?;
    let Some((device, epoch, from, to, head, received, signature)) = newest else {
        return Ok(());
    };
    let receipt = Receipt {
        device: noun(&device)?,
        epoch,
        from,
        to,
        head: hash(&head)?,
        received_at: lotline_record::entry::Instant::from_unix_ms(received),
        signature,
    };
    if key.verifies(&receipt.message(), &receipt.signature) {
        Ok(())
    } else {
        Err(damaged(
            "the site key did not sign the newest receipt: it is another site's key",
        ))
    }
}

/// Another history from here on: devices notice by it that entries were lost and fill them in again. Whatever was given out
/// before, tokens, sessions and unused codes, opens nothing any more. Gives the history's new name.
pub(super) fn renew(store: &Sqlite, by: &By, what: &str) -> Result<String> {
    let epoch = hex(&edge::random::<8>());
    store.write(|tx| {
        if tx.execute("UPDATE site SET server_epoch = ?1", [&epoch])? == 0 {
            return Err(LedgerError::NoSite);
        }
        tx.execute("DELETE FROM token", [])?;
        tx.execute("DELETE FROM console_session", [])?;
        tx.execute("DELETE FROM code WHERE used_by IS NULL", [])?;
        audit::append(tx, by, "restore", what, true)?;
        Ok(())
    })?;
    Ok(epoch)
}
