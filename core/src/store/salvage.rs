//! A damaged file is moved aside, never deleted; what can be read of it goes into a sound one that takes its place.
//!
//! **The journal.** Entries are read from the pages ([`pages`]), each checked by its hash, also those beyond a hole. The
//! small tables are copied from a copy, row by row until one cannot be read. Then the next epoch begins: it carries the
//! unsent entries, and a gateway that is ahead of what was saved learns that the chain goes on elsewhere. Tables of own
//! numbers are taken whole or not at all, so that no number is given twice.
//!
//! **The picture.** What can be read is kept, so that capture goes on; its cursor is not, so the next sync fetches a new one.
//!
//! A crash in between: the sound journal is built beside the damaged one, [`finish`] throws it away as long as the damaged
//! one is in its place, and completes the exchange afterwards.

use super::cipher::Cipher;
use super::open::{JOURNAL, SITE, migrate};
use super::pages::{Log, Pages};
use super::queue::{acknowledged, device, meta, set_meta};
use super::{epoch, pages, storage};
use crate::platform::Now;
use crate::{Error, Remedy};
use lotline_record::entry::{Envelope, Position, Sealed, genesis};
use lotline_record::wire::SITE_SCHEMA;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params, params_from_iter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The stable word of an error that a damaged file causes.
pub(super) const DAMAGED: &str = "damaged";

/// The row of `meta` that says what was saved, until it was told.
const TOLD: &str = "salvaged";

/// What became of the unsent entries of a journal that was damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Salvaged {
    /// Unsent entries that were read and go up.
    pub(crate) saved: u64,
    /// Entries that were not sent, as far as is known, and cannot be read.
    pub(crate) lost: u64,
    /// What the damaged file is called now.
    pub(crate) file: String,
}

/// What was salvaged and not told yet.
pub(super) fn salvaged(connection: &Connection) -> Result<Option<Salvaged>, Error> {
    Ok(meta(connection, TOLD)?.and_then(|text| serde_json::from_str(&text).ok()))
}

/// It was told.
pub(super) fn told(connection: &Connection) -> Result<(), Error> {
    connection
        .execute("DELETE FROM main.meta WHERE key = ?1", [TOLD])
        .map(|_| ())
        .map_err(storage("keep what was told"))
}

/// Opens a file; where it stays damaged on a second look, `mend` puts a sound one in its place.
pub(super) fn sound_or<T>(
    open: impl Fn() -> Result<T, Error>,
    mend: impl FnOnce() -> Result<(), Error>,
) -> Result<T, Error> {
    let is_damaged = |opened: &Result<T, Error>| opened.as_ref().is_err_and(is_damage);
    let mut opened = open();
    if is_damaged(&opened) {
        opened = open();
    }
    if !is_damaged(&opened) {
        return opened;
    }
    mend()?;
    open()
}

/// Whether it says that a file is damaged.
pub(super) fn is_damage(error: &Error) -> bool {
    error.fault().code == DAMAGED
}

pub(super) fn damaged(what: impl Into<String>) -> Error {
    Error::new(Remedy::Retry, DAMAGED, what)
}

/// Looks at every page of the main database.
///
/// # Errors
/// `damaged`, `storage`.
pub(super) fn check_pages(connection: &Connection) -> Result<(), Error> {
    let word: String = connection
        .query_row("PRAGMA main.quick_check(1)", [], |r| r.get(0))
        .map_err(storage("look through a file"))?;
    if word == "ok" { Ok(()) } else { Err(damaged(word)) }
}

/// Looks at every page of the journal, and at the bytes of every entry that was not sent.
///
/// # Errors
/// `damaged`, `storage`.
pub(super) fn check_journal(connection: &Connection) -> Result<(), Error> {
    check_pages(connection)?;
    let mark = acknowledged(connection, &device(connection)?)?;
    let mut statement = connection
        .prepare("SELECT position, hash, bytes FROM main.entry WHERE position > ?1")
        .map_err(storage("look through the queue"))?;
    let mut rows = statement
        .query([Position::new(mark.epoch, mark.seq).raw()])
        .map_err(storage("look through the queue"))?;
    while let Some(row) = rows.next().map_err(storage("look through the queue"))? {
        let read = || Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?, row.get(2)?));
        let (position, hash, bytes) = read().map_err(storage("look through the queue"))?;
        whole(Sealed::from_stored(Position::from_raw(position), bytes), &hash)?;
    }
    Ok(())
}

/// The entry, if its bytes are those that were written.
///
/// # Errors
/// `damaged`.
pub(super) fn whole(sealed: Sealed, hash: &[u8]) -> Result<Sealed, Error> {
    if sealed.hash.0 == hash {
        return Ok(sealed);
    }
    let at = sealed.position;
    Err(damaged(format!(
        "entry {}/{} is not what was written",
        at.epoch(),
        at.seq()
    )))
}

fn beside(folder: &Path, name: &str, suffix: &str) -> PathBuf {
    folder.join(format!("{name}{suffix}"))
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> Error + '_ {
    move |error| {
        let remedy = match error.kind() {
            std::io::ErrorKind::StorageFull => Remedy::FreeSpace,
            _ => Remedy::CallSupervisor,
        };
        Error::new(remedy, "storage", format!("{}: {error}", path.display()))
    }
}

fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    if from.exists() {
        std::fs::rename(from, to).map_err(failed(from))?;
    }
    Ok(())
}

const BUILT: &str = ".salvaged";
const COPY: &str = ".copy";

/// The first name that nothing moved aside has yet.
fn aside(folder: &Path, name: &str) -> String {
    let mut n = 1;
    while beside(folder, name, &format!(".corrupt-{n}")).exists() {
        n += 1;
    }
    format!("{name}.corrupt-{n}")
}

/// Moves a file and its log aside and puts the one that was built in its place.
fn exchange(folder: &Path, name: &str, aside: &str) -> Result<(), Error> {
    rename(&folder.join(name), &folder.join(aside))?;
    finish(folder, name, aside)
}

fn finish(folder: &Path, name: &str, aside: &str) -> Result<(), Error> {
    rename(&beside(folder, name, "-wal"), &beside(folder, aside, "-wal"))?;
    remove(&beside(folder, name, "-shm"))?;
    rename(&beside(folder, name, BUILT), &folder.join(name))?;
    // What the folder says is on disk before anything is built on it; where folders cannot be synced, they need not be.
    if let Err(error) = std::fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(%error, "the folder was not synced");
    }
    Ok(())
}

/// Completes or takes back what a crash interrupted.
///
/// # Errors
/// `storage`.
pub(super) fn recover(folder: &Path) -> Result<(), Error> {
    for name in [JOURNAL, SITE] {
        let built = beside(folder, name, BUILT);
        for suffix in ["", "-wal", "-shm", "-journal"] {
            remove(&beside(folder, name, &format!("{COPY}{suffix}")))?;
        }
        if !built.exists() {
            continue;
        }
        if folder.join(name).exists() {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                remove(&beside(folder, name, &format!("{BUILT}{suffix}")))?;
            }
            continue;
        }
        // The last name that is taken is the one that it was being moved to.
        let next = aside(folder, name);
        let n: u32 = next.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(1);
        finish(folder, name, &format!("{name}.corrupt-{}", n.saturating_sub(1).max(1)))?;
    }
    Ok(())
}

/// A copy of a damaged database that SQLite may write to, with what its log has committed; its first hundred bytes are put
/// right where they are not SQLite's.
fn copied(folder: &Path, name: &str, sound: &Path, cipher: &Cipher) -> Result<Connection, Error> {
    let copy = beside(folder, name, COPY);
    let right = Pages::of(sound, &beside(folder, name, "-none"), Log::Sound, cipher).page(1);
    let mut pages = Pages::of(&folder.join(name), &beside(folder, name, "-wal"), Log::Sound, cipher);
    let mut write = || -> Result<(), Error> {
        let mut file = std::io::BufWriter::new(std::fs::File::create(&copy).map_err(failed(&copy))?);
        let sealer = cipher.sealer()?;
        for number in 1..=pages.last() {
            let mut page = pages.page(number).unwrap_or_else(|| vec![0; pages.size()]);
            if number == 1
                && let Some(right) = right.as_ref().filter(|right| right.len() >= 100 && page.len() >= 100)
                && (page[..18] != right[..18] || page[20..24] != right[20..24])
            {
                page[..100].copy_from_slice(&right[..100]);
                // The number of pages, which is not believed where these two differ.
                page[24..28].copy_from_slice(&[0, 0, 0, 1]);
                page[92..96].fill(0);
            }
            sealer.seal(number, &mut page)?;
            file.write_all(&page).map_err(failed(&copy))?;
        }
        file.flush().map_err(failed(&copy))
    };
    write()?;
    cipher
        .open(&copy, OpenFlags::default())
        .map_err(storage("look at what is damaged"))
}

/// Copies the rows of `table` until one cannot be read. Gives whether that were all.
fn copy_rows(from: &Connection, into: &Connection, table: &str) -> rusqlite::Result<bool> {
    let columns: Vec<String> = into
        .prepare("SELECT name FROM pragma_table_info(?1)")?
        .query_map([table], |r| r.get(0))?
        .collect::<Result<_, _>>()?;
    let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    let columns = columns.join(", ");
    let mut insert = into.prepare(&format!(
        "INSERT OR IGNORE INTO {table} ({columns}) VALUES ({})",
        marks.join(", ")
    ))?;
    let Ok(mut select) = from.prepare(&format!("SELECT {columns} FROM {table}")) else {
        return Ok(false);
    };
    let width = marks.len();
    let mut rows = select.query([])?;
    loop {
        let values = match rows.next() {
            Ok(Some(row)) => (0..width)
                .map(|n| row.get::<_, Value>(n))
                .collect::<Result<Vec<_>, _>>(),
            Ok(None) => return Ok(true),
            Err(_) => return Ok(false),
        };
        let Ok(values) = values else { return Ok(false) };
        insert.execute(params_from_iter(values))?;
    }
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
        .query_map([], |r| r.get(0))?
        .collect()
}

/// Tables that are copied whole or not at all, all of them together: a number must never be given twice.
const NUMBERS: [&str; 3] = ["label_print", "own_number", "lease"];

/// Copies what can be read of all tables but `entry`.
fn copy_tables(folder: &Path, name: &str, built: &Path, into: &Connection, cipher: &Cipher) -> Result<(), Error> {
    let from = match copied(folder, name, built, cipher) {
        Ok(from) => from,
        Err(error) => {
            tracing::error!(%error, name, "what stands beside the entries cannot be read");
            return Ok(());
        }
    };
    let copy = || -> rusqlite::Result<()> {
        let mut all_numbers = true;
        for table in tables(into)?.iter().filter(|table| *table != "entry") {
            let whole = copy_rows(&from, into, table)?;
            all_numbers &= whole || !NUMBERS.contains(&table.as_str());
        }
        if !all_numbers {
            for table in NUMBERS {
                into.execute(&format!("DELETE FROM {table}"), [])?;
            }
        }
        Ok(())
    };
    copy().map_err(storage("copy what is left"))?;
    drop(from);
    for suffix in ["", "-wal", "-shm"] {
        remove(&beside(folder, name, &format!("{COPY}{suffix}")))?;
    }
    Ok(())
}

/// Puts a sound journal in the place of the damaged one.
///
/// # Errors
/// `storage`: then nothing has changed, or [`recover`] goes on from there.
pub(super) fn mend_journal(folder: &Path, cipher: &Cipher, now: Now) -> Result<(), Error> {
    let (path, built) = (folder.join(JOURNAL), beside(folder, JOURNAL, BUILT));
    let mut connection = cipher
        .open(&built, OpenFlags::default())
        .map_err(storage("build a sound journal"))?;
    connection
        .execute_batch("PRAGMA synchronous = FULL; PRAGMA fullfsync = 1;")
        .map_err(storage("build a sound journal"))?;
    migrate(&mut connection)?;
    copy_tables(folder, JOURNAL, &built, &connection, cipher)?;
    let file = aside(folder, JOURNAL);
    if super::training::is_training(&connection)? {
        // What was practised is not kept: the next training begins anew.
        for table in tables(&connection).map_err(storage("build a sound journal"))? {
            connection
                .execute(&format!("DELETE FROM {table}"), [])
                .map_err(storage("build a sound journal"))?;
        }
    } else {
        let entries = pages::entries(&path, &beside(folder, JOURNAL, "-wal"), cipher);
        put_entries(&connection, &entries)?;
        go_on(&mut connection, now, &file)?;
    }
    drop(connection);
    exchange(folder, JOURNAL, &file)
}

fn put_entries(connection: &Connection, entries: &BTreeMap<Position, Sealed>) -> Result<(), Error> {
    let transaction = connection.unchecked_transaction().map_err(storage("begin"))?;
    let mut last = None;
    for sealed in entries.values() {
        let envelope: Envelope = serde_json::from_slice(&sealed.bytes).map_err(|e| Error::bug(e.to_string()))?;
        super::journal::write(&transaction, sealed)?;
        // Where the epochs' own table was lost: the first entry names the beginning of its epoch.
        let begins = match (envelope.seq, envelope.epoch) {
            (1, _) => Some(envelope.prev),
            (_, 1) => Some(genesis(&envelope.device, 1, None)),
            _ => None,
        };
        if let Some(begins) = begins {
            transaction
                .execute(
                    "INSERT OR IGNORE INTO epoch (epoch, genesis) VALUES (?1, ?2)",
                    params![envelope.epoch, begins.0.as_slice()],
                )
                .map_err(storage("keep the epochs"))?;
        }
        last = Some(envelope);
    }
    if let Some(last) = last
        && meta(&transaction, "device")?.is_none()
    {
        set_meta(&transaction, "device", last.device.as_str())?;
        set_meta(&transaction, "site", last.site.as_str())?;
    }
    transaction.commit().map_err(storage("commit"))
}

/// Counts, and begins the next epoch.
fn go_on(connection: &mut Connection, now: Now, file: &str) -> Result<(), Error> {
    let begun: bool = connection
        .query_row("SELECT EXISTS (SELECT 1 FROM epoch)", [], |r| r.get(0))
        .map_err(storage("read the chain"))?;
    let (mut saved, mut lost) = (0, 0);
    if begun {
        let device = device(connection)?;
        let marked = meta(connection, "acknowledged_hash")?.is_some();
        let mark = acknowledged(connection, &device)?;
        let after = Position::new(mark.epoch, mark.seq);
        saved = epoch::pending_after(connection, after)?;
        lost = missing(connection, after)?;
        epoch::begin(connection, now, marked.then_some(&mark))?;
    }
    let salvaged = Salvaged {
        saved,
        lost,
        file: file.to_owned(),
    };
    tracing::error!(?salvaged, "the journal was damaged: moved aside");
    let text = serde_json::to_string(&salvaged).map_err(|e| Error::bug(e.to_string()))?;
    set_meta(connection, TOLD, &text)
}

/// Places after `mark` before the last entry that can be read, where none is.
fn missing(connection: &Connection, mark: Position) -> Result<u64, Error> {
    let rows: Vec<(i64, i64, i64)> = connection
        .prepare(
            "SELECT position >> 40, max(position), count(*) FROM entry WHERE position > ?1 GROUP BY position >> 40",
        )
        .and_then(|mut s| {
            s.query_map([mark.raw()], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                .collect()
        })
        .map_err(storage("count what is left"))?;
    Ok(rows
        .into_iter()
        .map(|(epoch, last, there)| {
            let before = if epoch == i64::from(mark.epoch()) {
                mark.seq()
            } else {
                0
            };
            (Position::from_raw(last).seq() - before).saturating_sub(there.cast_unsigned())
        })
        .sum())
}

/// Puts a sound picture in the place of the damaged one, with what can be read of it and without its cursor.
///
/// # Errors
/// `storage`: then nothing has changed, or [`recover`] goes on from there.
pub(super) fn mend_site(folder: &Path, cipher: &Cipher) -> Result<(), Error> {
    let built = beside(folder, SITE, BUILT);
    let connection = cipher
        .open(&built, OpenFlags::default())
        .map_err(storage("build a sound picture"))?;
    connection
        .execute_batch(&format!("BEGIN; {SITE_SCHEMA} COMMIT;"))
        .map_err(storage("build a sound picture"))?;
    copy_tables(folder, SITE, &built, &connection, cipher)?;
    connection
        .execute("DELETE FROM meta WHERE key = 'cursor'", [])
        .map_err(storage("build a sound picture"))?;
    drop(connection);
    // One of them is enough: everything in it comes again.
    let file = format!("{SITE}.corrupt-1");
    tracing::error!(file, "the picture was damaged: moved aside");
    exchange(folder, SITE, &file)
}
