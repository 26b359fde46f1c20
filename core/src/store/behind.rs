//! Own effects are written behind the entries: an input waits for its entries and the desk alone.
//!
//! Nothing of `effects.db` is a source. An input leaves its entries here; what they change is written before somebody reads
//! own effects ([`settle`]), when the store is tidied, or when [`MOST`] wait. `mark` says up to which entry the rows go, and
//! is committed with them. A process that dies in between, or a power cut, which may take the last commits of a file that is
//! never synced at a commit, leaves rows that end earlier: the entries above the mark are then read again. Where the mark's
//! hash is not that of the entry there, another epoch has begun, or the picture does not include what was dropped for it, all
//! rows are made anew.
//!
//! Lock order: the journal, then this.

use super::effects::{OWN_SUMS, OWN_TABLES, Sums, write_effects};
use super::open::{EFFECTS, Store, WAL_MOST, lock};
use super::picture::included_through;
use super::{reserve, storage};
use crate::Error;
use crate::points::{Point, reached};
use lotline_record::entry::{Entry, Hash, Position, Sealed};
use lotline_record::model::SerialKey;
use lotline_record::stock::{Effect, effects};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Mutex;

/// So many entries may wait; with one more the capture writes what they change.
const MOST: usize = 256;

/// An entry that is on disk, and what it changes.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) entry: Entry,
    pub(super) hash: Hash,
    pub(super) effects: Vec<Effect>,
}

/// What is not written yet.
#[derive(Debug, Default)]
pub(super) struct Behind {
    left: Vec<Left>,
    serials: HashSet<SerialKey>,
    /// Whether `left` is all of it. Otherwise the entries on disk say what is.
    known: bool,
}

impl Behind {
    /// Taken off while the disk may be ahead: whatever goes wrong, the next look is at the disk.
    pub(super) fn take_off(&mut self) -> Behind {
        std::mem::take(self)
    }

    /// Entries were committed.
    pub(super) fn leave(&mut self, entries: Vec<Left>) {
        if !self.known {
            return;
        }
        for left in &entries {
            self.serials
                .extend(left.effects.iter().filter_map(|effect| match effect {
                    Effect::Serial { serial, .. } => Some(serial.clone()),
                    _ => None,
                }));
        }
        self.left.extend(entries);
    }

    /// Whether so much waits that it is time to write it.
    pub(super) fn is_full(&self) -> bool {
        self.left.len() >= MOST
    }

    /// Whether nothing of what waits is about this serial. Each scan of one asks it.
    pub(super) fn is_silent_on(&self, serial: &SerialKey) -> bool {
        self.known && !self.serials.contains(serial)
    }

    /// Whether nothing of what waits bears on a question.
    pub(super) fn is_silent(&self, bears: impl Fn(&Effect) -> bool) -> bool {
        self.known && !self.left.iter().flat_map(|left| &left.effects).any(bears)
    }
}

/// Up to where the rows go.
struct Mark {
    position: Position,
    hash: Vec<u8>,
}

fn mark(connection: &Connection) -> Result<Option<Mark>, Error> {
    connection
        .prepare_cached("SELECT position, hash FROM effects.mark")
        .and_then(|mut s| {
            s.query_row([], |r| {
                Ok(Mark {
                    position: Position::from_raw(r.get(0)?),
                    hash: r.get(1)?,
                })
            })
            .optional()
        })
        .map_err(storage("read how far own effects go"))
}

/// Moves the mark on.
fn set_mark(connection: &Connection, position: Position, hash: &[u8]) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO effects.mark (id, position, hash, pruned) VALUES (1, ?1, ?2, 0)
             ON CONFLICT (id) DO UPDATE SET position = excluded.position, hash = excluded.hash",
        )
        .and_then(|mut s| s.execute(params![position.raw(), hash]))
        .map(|_| ())
        .map_err(storage("keep how far own effects go"))
}

/// Up to which entry own effects are dropped.
pub(super) fn pruned(connection: &Connection) -> Result<Position, Error> {
    connection
        .prepare_cached("SELECT pruned FROM effects.mark")
        .and_then(|mut s| s.query_row([], |r| r.get(0)).optional())
        .map(|found| Position::from_raw(found.unwrap_or(0)))
        .map_err(storage("read how far own effects go"))
}

/// Drops what goes up to `position`.
pub(super) fn prune(connection: &Connection, position: Position) -> Result<(), Error> {
    Sums::less(connection, position)?.write(connection)?;
    for table in OWN_TABLES {
        connection
            .prepare_cached(&format!("DELETE FROM effects.{table} WHERE position <= ?1"))
            .and_then(|mut s| s.execute([position.raw()]))
            .map_err(storage("prune own effects"))?;
    }
    connection
        .prepare_cached("UPDATE effects.mark SET pruned = max(pruned, ?1)")
        .and_then(|mut s| s.execute([position.raw()]))
        .map(|_| ())
        .map_err(storage("prune own effects"))
}

/// Drops what the picture includes, at once: for a question that would look at it again and again.
pub(super) fn prune_included(connection: &Connection, behind: &Mutex<Behind>) -> Result<(), Error> {
    settle(connection, behind)?;
    let included = included_through(connection)?;
    if pruned(connection)? >= included {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction().map_err(storage("begin"))?;
    prune(&transaction, included)?;
    transaction.commit().map_err(storage("commit"))
}

/// Writes what waits, so that own effects may be read. Called with the journal's lock held and no transaction open.
pub(super) fn settle(connection: &Connection, behind: &Mutex<Behind>) -> Result<(), Error> {
    let mut behind = lock(behind);
    if behind.known && behind.left.is_empty() {
        return Ok(());
    }
    reserve::or_with(beside(connection), || write_what_waits(connection, &mut behind))
}

/// The folder of the journal that is open.
fn beside(connection: &Connection) -> &Path {
    let journal = connection.path().unwrap_or_default();
    Path::new(journal).parent().unwrap_or(Path::new(""))
}

fn write_what_waits(connection: &Connection, behind: &mut Behind) -> Result<(), Error> {
    let transaction = connection.unchecked_transaction().map_err(storage("begin"))?;
    if behind.known {
        let mut sums = Sums::default();
        for left in &behind.left {
            write_effects(&transaction, &left.entry, &left.effects, &mut sums)?;
        }
        sums.write(&transaction)?;
        if let Some(last) = behind.left.last() {
            set_mark(&transaction, last.entry.position(), &last.hash.0)?;
        }
    } else {
        catch_up(&transaction)?;
    }
    reached(Point::BeforeBehind);
    transaction.commit().map_err(storage("commit"))?;
    reached(Point::AfterBehind);
    *behind = Behind {
        known: true,
        ..Behind::default()
    };
    Ok(())
}

/// Writes what the entries above the mark change; everything anew where the mark is of no use.
fn catch_up(connection: &Connection) -> Result<(), Error> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT position FROM main.entry ORDER BY position DESC LIMIT 1")
        .and_then(|mut s| s.query_row([], |r| r.get(0)).optional())
        .map_err(storage("read the chain"))?;
    if let Some(mark) = mark(connection)? {
        let there: Option<Vec<u8>> = connection
            .prepare_cached("SELECT hash FROM main.entry WHERE position = ?1")
            .and_then(|mut s| s.query_row([mark.position.raw()], |r| r.get(0)).optional())
            .map_err(storage("read the chain"))?;
        let same_epoch = last.is_some_and(|last| Position::from_raw(last).epoch() == mark.position.epoch());
        // A picture that does not include what was dropped for it: a power cut took its last page, or it is an older one.
        let gap = pruned(connection)? > included_through(connection)?;
        if same_epoch && !gap && there.as_ref() == Some(&mark.hash) {
            return write_above(connection, mark.position);
        }
    }
    rebuild(connection)
}

/// Drops all and writes what the entries above `included` change.
fn rebuild(connection: &Connection) -> Result<(), Error> {
    for table in OWN_TABLES.iter().chain(&OWN_SUMS) {
        connection
            .execute(&format!("DELETE FROM effects.{table}"), [])
            .map_err(storage("drop own effects"))?;
    }
    connection
        .execute("DELETE FROM effects.mark", [])
        .map_err(storage("drop own effects"))?;
    let included = included_through(connection)?;
    write_above(connection, included)?;
    // Where nothing is above it, the rows go up to the last entry all the same.
    connection
        .execute(
            "INSERT OR IGNORE INTO effects.mark (id, position, hash, pruned)
             SELECT 1, position, hash, 0 FROM main.entry ORDER BY position DESC LIMIT 1",
            [],
        )
        .map_err(storage("keep how far own effects go"))?;
    prune(connection, included)
}

fn write_above(connection: &Connection, position: Position) -> Result<(), Error> {
    // What lies beyond the end of its epoch travels inside `carried` entries, and counts there.
    let mut statement = connection
        .prepare(
            "SELECT e.position, e.hash, e.bytes, p.ended_at IS NULL OR e.position <= p.ended_at FROM main.entry e
             LEFT JOIN main.epoch p ON p.epoch = e.position >> 40
             WHERE e.position > ?1 ORDER BY e.position",
        )
        .map_err(storage("read entries"))?;
    let mut rows = statement.query([position.raw()]).map_err(storage("read entries"))?;
    let (mut sums, mut last) = (Sums::default(), None);
    while let Some(row) = rows.next().map_err(storage("read entries"))? {
        let read = || Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?, row.get(2)?, row.get(3)?));
        let (at, hash, bytes, counts) = read().map_err(storage("read entries"))?;
        let at = Position::from_raw(at);
        // One of a format that this version does not know changes nothing here.
        if counts && let Ok(entry) = Sealed::from_stored(at, bytes).open() {
            write_effects(connection, &entry, &effects(&entry.body), &mut sums)?;
        }
        last = Some((at, hash));
    }
    sums.write(connection)?;
    last.map_or(Ok(()), |(at, hash)| set_mark(connection, at, &hash))
}

impl Store {
    /// Drops the own effects and makes them anew from the entries above `included`: the same rows again.
    ///
    /// # Errors
    /// `storage`.
    pub fn rebuild_effects(&self) -> Result<(), Error> {
        self.with_journal(|connection| {
            let transaction = connection.transaction().map_err(storage("begin"))?;
            rebuild(&transaction)?;
            transaction.commit().map_err(storage("commit"))?;
            *lock(&self.behind) = Behind {
                known: true,
                ..Behind::default()
            };
            lock(&self.known).forget();
            Ok(())
        })
    }

    /// Writes what waits, and cuts the log where nobody else does.
    pub(super) fn write_behind(&self, connection: &Connection) -> Result<(), Error> {
        settle(connection, &self.behind)?;
        limit(&self.folder, connection)
    }
}

/// Keeps the log of `effects.db` below its limit.
fn limit(folder: &Path, connection: &Connection) -> Result<(), Error> {
    let length = std::fs::metadata(folder.join(format!("{EFFECTS}-wal"))).map_or(0, |m| m.len());
    if length <= WAL_MOST / 4 {
        return Ok(());
    }
    connection
        .query_row("PRAGMA effects.wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(storage("limit the write-ahead log"))
}

/// What own entries change and the picture at the attached `site` does not include yet, as the tables of `effects.db` in a
/// database in memory, attached as `effects`: for readers that only look at a device's files, of which `effects.db` may end
/// before the entries do. The connection takes URIs; its main database is the journal.
///
/// # Errors
/// `storage`.
pub fn attach_own_effects(connection: &Connection) -> Result<(), Error> {
    connection
        .execute_batch(&format!(
            "ATTACH 'file:effects?mode=memory' AS effects; {}",
            super::effects::EFFECTS_SCHEMA
        ))
        .map_err(storage("read own effects"))?;
    write_above(connection, included_through(connection)?)
}
