//! The audit trail: who did what, when and from where. Appended to only; each row's hash is over the row and the hash
//! before it, so a row that was changed, taken out or put between shows.

use super::sqlite::{Sqlite, int};
use super::{LedgerError, Result};
use crate::access::By;
use crate::edge;
use lotline_record::entry::{Instant, hex};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// A row of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// Its number, from 1 without a gap.
    pub n: u64,
    /// When.
    pub at: Instant,
    /// Who: a user of the console, or `os:` and the system's user.
    pub actor: String,
    /// From where: an address, or `command line`.
    pub came_from: String,
    /// What was done.
    pub act: String,
    /// To whom or to what.
    pub what: String,
    /// Whether it was done; else it was refused.
    pub done: bool,
    /// Its hash, in hex.
    pub hash: String,
}

/// Longest text of a cell: what strangers send does not fill the trail.
const LONGEST: usize = 200;

fn outcome(done: bool) -> &'static str {
    if done { "done" } else { "refused" }
}

/// Over each cell with its length before it, so that no two rows say the same bytes.
fn chained(before: &[u8], n: u64, at_ms: i64, cells: [&str; 5]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(n.to_be_bytes());
    hash.update(at_ms.to_be_bytes());
    for cell in cells {
        hash.update((cell.len() as u64).to_be_bytes());
        hash.update(cell.as_bytes());
    }
    hash.finalize().to_vec()
}

/// Appends a row within the transaction of what it tells.
pub(super) fn append(tx: &Connection, by: &By, act: &str, what: &str, done: bool) -> Result<()> {
    let last = tx
        .prepare_cached("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    let (n, before) = last.map_or((1, Vec::new()), |(n, hash)| (n.cast_unsigned() + 1, hash));
    let at_ms = edge::now().unix_ms();
    let cut = |text: &str| -> String {
        let plain = text.chars().filter(|c| !c.is_control());
        plain.take(LONGEST).collect()
    };
    let (actor, came_from, what) = (cut(&by.actor), cut(&by.came_from), cut(what));
    let hash = chained(&before, n, at_ms, [&actor, &came_from, act, &what, outcome(done)]);
    tx.execute(
        "INSERT INTO audit (n, at_ms, actor, came_from, act, what, outcome, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![int(n), at_ms, actor, came_from, act, what, outcome(done), hash],
    )?;
    Ok(())
}

pub(super) fn note(store: &Sqlite, by: &By, act: &str, what: &str, done: bool) -> Result<()> {
    store.write(|tx| append(tx, by, act, what, done))
}

/// The newest rows, newest first.
pub(super) fn newest(store: &Sqlite, most: usize) -> Result<Vec<Audited>> {
    store.read(|tx| {
        let mut statement = tx.prepare_cached(
            "SELECT n, at_ms, actor, came_from, act, what, outcome, hash FROM audit ORDER BY n DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([int(most as u64)], |row| {
            Ok(Audited {
                n: row.get::<_, i64>(0)?.cast_unsigned(),
                at: Instant::from_unix_ms(row.get(1)?),
                actor: row.get(2)?,
                came_from: row.get(3)?,
                act: row.get(4)?,
                what: row.get(5)?,
                done: row.get::<_, String>(6)? == "done",
                hash: hex(&row.get::<_, Vec<u8>>(7)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

/// Walks the whole chain; gives how many rows it has.
pub(super) fn check(store: &Sqlite) -> Result<u64> {
    store.read(|tx| {
        let mut statement =
            tx.prepare("SELECT n, at_ms, actor, came_from, act, what, outcome, hash FROM audit ORDER BY n")?;
        let mut rows = statement.query([])?;
        let (mut n, mut before) = (0, Vec::new());
        while let Some(row) = rows.next()? {
            n += 1;
            let cell = |at: usize| row.get::<_, String>(at);
            let (actor, came_from, act, what, outcome) = (cell(2)?, cell(3)?, cell(4)?, cell(5)?, cell(6)?);
            let hash = chained(&before, n, row.get(1)?, [&actor, &came_from, &act, &what, &outcome]);
            if row.get::<_, i64>(0)? != int(n) || row.get::<_, Vec<u8>>(7)? != hash {
                return Err(LedgerError::Damaged(format!(
                    "the audit trail does not hold together at row {n}: it was changed, or a row is missing"
                )));
            }
            before = hash;
        }
        Ok(n)
    })
}
