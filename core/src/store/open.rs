//! Opening, creating and swapping the files.

use super::ahead;
use super::aside::Waiting;
use super::behind::Behind;
use super::cipher::Cipher;
use super::effects::EFFECTS_SCHEMA;
use super::known::Known;
use super::queue::meta;
use super::salvage::{self, Salvaged};
use super::{reserve, storage};
use crate::platform::Platform;
use crate::points::{Point, reached};
use crate::sync::{Contact, Fetched, OwnMark};
use crate::{Error, Remedy};
use lotline_record::entry::Position;
use lotline_record::wire::{SITE_FORMAT, SITE_INDEXES, SITE_SCHEMA};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// File name of the journal.
pub const JOURNAL: &str = "journal.db";
/// File name of the picture.
pub const SITE: &str = "site.db";

/// File name of own effects, which are made anew from the journal where it is missing.
pub(crate) const EFFECTS: &str = "effects.db";

/// The format of own effects: with another one they are made anew.
const EFFECTS_FORMAT: u32 = 1;

/// The journal's migrations in order; the number of the last is its `user_version`.
const MIGRATIONS: &[&str] = &[include_str!("journal.sql"), crate::numbering::MIGRATION];

/// How large the journal's write-ahead log may grow where nobody tidies: beyond it the next capture pays for a
/// checkpoint.
pub(super) const WAL_MOST: u64 = 16 * 1024 * 1024;

/// Up to how many bytes the files are looked through, page by page, when the process starts: some ten milliseconds.
const LOOKED_THROUGH_MOST: u64 = 16 * 1024 * 1024;

/// The device's storage.
pub struct Store {
    pub(super) folder: PathBuf,
    pub(super) platform: Platform,
    pub(super) cipher: Cipher,
    pub(super) journal: Mutex<Option<Connection>>,
    pub(super) site: Mutex<Option<Connection>>,
    pub(super) reach: Mutex<Reach>,
    pub(super) known: Mutex<Known>,
    pub(super) behind: Mutex<Behind>,
    pub(super) salvaged: Mutex<Option<Salvaged>>,
    pub(super) aside: Mutex<Waiting>,
}

/// What the last requests said about the way to the server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    pub(crate) contact: Option<Contact>,
    pub(crate) lost_since_ms: Option<i64>,
    pub(crate) page_at_ms: Option<i64>,
    /// The picture's file, while it comes.
    pub(crate) fetching: Option<Fetched>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.folder.display())
    }
}

/// Locks, and goes on after a panic elsewhere: SQLite's own transaction has rolled back.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn suspended() -> Error {
    Error::new(Remedy::Retry, "suspended", "the app is suspended: call resume first")
}

impl Store {
    /// Opens both files in `folder`, creating what is missing. A damaged one is moved aside, and what can be read of it is in
    /// the one that takes its place.
    ///
    /// # Errors
    /// `newer_database` when a newer app wrote the journal; what [`super::KEY_FILE`] lists where the files are, or should
    /// be, encrypted; `storage` for the rest. Nothing is deleted.
    pub fn open(folder: &Path, platform: Platform) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)
            .map_err(|e| Error::new(Remedy::FreeSpace, "storage", format!("{}: {e}", folder.display())))?;
        let cipher = Cipher::of(folder, platform.keys.as_ref())?;
        let store = Store {
            folder: folder.to_owned(),
            platform,
            cipher,
            journal: Mutex::new(None),
            site: Mutex::new(None),
            reach: Mutex::default(),
            known: Mutex::default(),
            behind: Mutex::default(),
            salvaged: Mutex::default(),
            aside: Mutex::default(),
        };
        store.open_files(true)?;
        reserve::keep(folder);
        Ok(store)
    }

    /// The folder of the two files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens the files again after [`Store::suspend`].
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn resume(&self) -> Result<(), Error> {
        self.open_files(false)
    }

    /// At the start of the process the files are looked through, as long as that is quick.
    fn open_files(&self, starts: bool) -> Result<(), Error> {
        let mut journal = lock(&self.journal);
        let mut site = lock(&self.site);
        if journal.is_some() {
            return Ok(());
        }
        let length = |name| std::fs::metadata(self.folder.join(name)).map_or(0, |m| m.len());
        let thorough = starts && length(JOURNAL) + length(SITE) <= LOOKED_THROUGH_MOST;
        self.take_on(&mut journal, &mut site, thorough)
    }

    fn take_on(
        &self,
        journal: &mut Option<Connection>,
        site: &mut Option<Connection>,
        thorough: bool,
    ) -> Result<(), Error> {
        let (folder, cipher) = (&self.folder, &self.cipher);
        salvage::recover(folder)?;
        let look_at_site = || {
            let site = open_site(&folder.join(SITE), cipher)?;
            if thorough {
                salvage::check_pages(&site)?;
            }
            Ok(site)
        };
        *site = Some(salvage::sound_or(look_at_site, || salvage::mend_site(folder, cipher))?);
        let look_at_journal = || {
            let journal = open_journal(folder, cipher)?;
            if thorough {
                salvage::check_journal(&journal)?;
            }
            let lost_since_ms = meta(&journal, "lost_since_ms")?.and_then(|ms| ms.parse().ok());
            let salvaged = salvage::salvaged(&journal)?;
            Ok((journal, lost_since_ms, salvaged))
        };
        let mend = || salvage::mend_journal(folder, cipher, self.platform.clock.now());
        let (opened, lost_since_ms, salvaged) = salvage::sound_or(look_at_journal, mend)?;
        lock(&self.reach).lost_since_ms = lost_since_ms;
        *lock(&self.salvaged) = salvaged;
        *journal = Some(opened);
        lock(&self.known).forget();
        lock(&self.behind).take_off();
        Ok(())
    }

    /// What was saved of a damaged journal, until it was told.
    pub(crate) fn salvaged(&self) -> Option<Salvaged> {
        lock(&self.salvaged).clone()
    }

    /// It was told.
    pub(crate) fn salvage_told(&self) -> Result<(), Error> {
        self.with_journal(|c| salvage::told(c))?;
        *lock(&self.salvaged) = None;
        Ok(())
    }

    /// Something that was read is not what was written: all files are looked through, and what is damaged is moved aside, so
    /// that the next call works.
    fn mend(&self, journal: &mut Option<Connection>, site: &mut Option<Connection>) {
        drop((journal.take(), site.take()));
        remove_effects(&self.folder.join(EFFECTS));
        if let Err(error) = self.take_on(journal, site, true) {
            tracing::error!(%error, "the damaged files cannot be opened again");
        }
    }

    /// Closes both files, so that no lock is held while the app is frozen.
    pub fn suspend(&self) {
        let journal = lock(&self.journal).take();
        if let Some(connection) = &journal
            && let Err(error) = self.write_behind(connection)
        {
            // They follow from the entries when the files are open again.
            tracing::warn!(%error, "own effects stay behind");
        }
        let site = lock(&self.site).take();
        // Dropping a connection closes it; an error on close has no remedy and loses nothing that was committed.
        drop((journal, site));
        lock(&self.known).forget();
    }

    /// Runs `f` with the journal's connection (the site attached for reading).
    pub(crate) fn with_journal<T>(&self, f: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        let mut journal = lock(&self.journal);
        let done = f(journal.as_mut().ok_or_else(suspended)?);
        if done.as_ref().is_err_and(salvage::is_damage) {
            self.mend(&mut journal, &mut lock(&self.site));
        }
        done
    }

    /// Runs `f` with the site's writing connection.
    pub(crate) fn with_site<T>(&self, f: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        let done = f(lock(&self.site).as_mut().ok_or_else(suspended)?);
        if done.as_ref().is_err_and(salvage::is_damage) {
            // The journal's lock comes first.
            let mut journal = lock(&self.journal);
            self.mend(&mut journal, &mut lock(&self.site));
        }
        done
    }

    /// Tells `watch` the text of every statement that the journal's connection begins; a run of a trigger begins with
    /// `--`. For benches and tests that count work; ends when the files are closed.
    ///
    /// # Errors
    /// `suspended`, `storage`.
    #[cfg(feature = "trace")]
    pub fn watch_statements(&self, mut watch: impl FnMut(&str) + Send + 'static) -> Result<(), Error> {
        use rusqlite::trace::{TraceEvent, TraceEventCodes};
        let tell = move |event: TraceEvent<'_>| {
            if let TraceEvent::Stmt(_, text) = event {
                watch(text);
            }
        };
        self.with_journal(|connection| {
            connection
                .trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(tell))
                .map_err(storage("watch statements"))
        })
    }

    /// Counts the steps of SQLite's virtual machine on the journal's connection from now on: what a statement costs,
    /// whatever the machine. For tests; ends when the files are closed.
    ///
    /// # Errors
    /// `suspended`, `storage`.
    #[cfg(feature = "trace")]
    pub fn count_steps(&self) -> Result<std::sync::Arc<std::sync::atomic::AtomicU64>, Error> {
        use std::sync::Arc;
        use std::sync::atomic::{AtomicU64, Ordering};
        let counter = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&counter);
        let tell = move || {
            count.fetch_add(1, Ordering::Relaxed);
            false
        };
        self.with_journal(|connection| {
            connection
                .progress_handler(1, Some(tell))
                .map_err(storage("count steps"))
        })?;
        Ok(counter)
    }

    /// Writes back what the WAL holds. Called by the sync thread, after the screen is back.
    pub(crate) fn checkpoint(&self) -> Result<(), Error> {
        let sql = "PRAGMA main.wal_checkpoint(PASSIVE)";
        let run = |c: &mut Connection| c.query_row(sql, [], |_| Ok(())).map_err(storage("checkpoint"));
        self.with_journal(|c| self.write_behind(c))?;
        reached(Point::BeforeCheckpoint);
        self.with_journal(run)?;
        reached(Point::InsideCheckpoint);
        self.with_site(run)?;
        reserve::keep(&self.folder);
        Ok(())
    }

    /// Keeps the journal's write-ahead log below its limit. Called with the lock held, after a commit.
    pub(super) fn limit_wal(&self, journal: &Connection) -> Result<(), Error> {
        // The file's own length: after a checkpoint the log begins anew and is cut to `journal_size_limit`.
        let length = std::fs::metadata(self.folder.join(format!("{JOURNAL}-wal"))).map_or(0, |m| m.len());
        if length <= WAL_MOST {
            return Ok(());
        }
        journal
            .query_row("PRAGMA main.wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(storage("limit the write-ahead log"))
    }

    /// Swaps `file` in as the picture.
    pub(super) fn swap_site(&self, file: &Path, own: Option<&OwnMark>) -> Result<(), Error> {
        check_site(file, &self.cipher)?;
        if let Some(own) = own {
            write_own_mark(file, own, &self.cipher)?;
        }
        // Without it the pull that follows brings the same: it is no reason to refuse the file.
        if let Err(error) = ahead::carry(file, &self.folder.join(SITE)) {
            tracing::warn!(%error, "what went ahead of the new picture comes again");
        }
        let path = self.folder.join(SITE);
        let mut journal = lock(&self.journal);
        let mut site = lock(&self.site);
        let connection = journal.as_mut().ok_or_else(suspended)?;
        connection
            .execute("DETACH site", [])
            .map_err(storage("detach the picture"))?;
        drop(site.take());
        let moved = (|| {
            for suffix in ["-wal", "-shm"] {
                let side = self.folder.join(format!("{SITE}{suffix}"));
                if side.exists() {
                    std::fs::remove_file(side)?;
                }
            }
            reached(Point::InsideSwap);
            std::fs::rename(file, &path)
        })();
        *site = Some(open_site(&path, &self.cipher)?);
        lock(&self.known).forget();
        lock(&self.behind).take_off();
        attach(connection, &path, &self.cipher)?;
        moved.map_err(|e| Error::new(Remedy::Retry, "storage", format!("{}: {e}", path.display())))
    }
}

fn open_journal(folder: &Path, cipher: &Cipher) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let mut connection = cipher
        .open(&folder.join(JOURNAL), flags)
        .map_err(storage("open the journal"))?;
    let version: u32 = connection
        .pragma_query_value(None, "user_version", |r| r.get(0))
        .map_err(storage("read the journal"))?;
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    if version > MIGRATIONS.len() {
        return Err(Error::new(
            Remedy::UpdateApp,
            "newer_database",
            format!(
                "{}: version {version}, this app knows {}",
                folder.join(JOURNAL).display(),
                MIGRATIONS.len()
            ),
        ));
    }
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA wal_autocheckpoint = 0;
             PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
        )
        .map_err(storage("open the journal"))?;
    migrate(&mut connection)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Without it SQLite may plan a statement anew because another value was bound to it: each look at a serial was parsed
    // again, a seventh of all instructions of a scan.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(storage("open the journal"))?;
    attach(&connection, &folder.join(SITE), cipher)?;
    attach_effects(&connection, &folder.join(EFFECTS), cipher).map_err(storage("attach own effects"))?;
    Ok(connection)
}

/// Brings a journal that is not newer to this version.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let version: u32 = connection
        .pragma_query_value(None, "user_version", |r| r.get(0))
        .map_err(storage("read the journal"))?;
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    if version >= MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.transaction().map_err(storage("migrate the journal"))?;
    for sql in &MIGRATIONS[version..] {
        transaction.execute_batch(sql).map_err(storage("migrate the journal"))?;
    }
    transaction
        .pragma_update(
            None,
            "user_version",
            u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX),
        )
        .map_err(storage("migrate the journal"))?;
    transaction.commit().map_err(storage("migrate the journal"))
}

fn uri(path: &Path) -> String {
    let name = path
        .to_string_lossy()
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    format!("file:{name}")
}

fn attach(connection: &Connection, site: &Path, cipher: &Cipher) -> Result<(), Error> {
    cipher
        .attach(connection, &read_only(site), "site")
        .map_err(storage("attach the picture"))
}

/// The URI of a database that nobody may write to.
pub(crate) fn read_only(path: &Path) -> String {
    format!("{}?mode=ro", uri(path))
}

/// Attaches a plain picture as `site`, read-only: nothing that is written beside it takes a lock on it.
///
/// # Errors
/// SQLite's.
pub fn attach_site(connection: &Connection, site: &Path) -> rusqlite::Result<()> {
    connection.execute("ATTACH ?1 AS site", [read_only(site)]).map(|_| ())
}

/// Attaches own effects. What cannot be read, or is of another format, is thrown away: the entries have it.
fn attach_effects(connection: &Connection, path: &Path, cipher: &Cipher) -> rusqlite::Result<()> {
    let open = || -> rusqlite::Result<u32> {
        cipher.attach(connection, &uri(path), "effects")?;
        connection.query_row("PRAGMA effects.journal_mode = WAL", [], |_| Ok(()))?;
        // A commit that a power cut takes is written again from the entries; so none is synced.
        connection.execute_batch("PRAGMA effects.synchronous = NORMAL")?;
        connection.query_row("PRAGMA effects.user_version", [], |r| r.get(0))
    };
    let found = open();
    if matches!(found, Ok(EFFECTS_FORMAT)) {
        return Ok(());
    }
    // Not attached where it was not even that.
    let detached = connection.execute("DETACH effects", []);
    tracing::info!(?found, ?detached, "own effects are made anew");
    remove_effects(path);
    open()?;
    connection.execute_batch(&format!(
        "BEGIN; {EFFECTS_SCHEMA} PRAGMA effects.user_version = {EFFECTS_FORMAT}; COMMIT;"
    ))
}

/// Throws own effects away: the entries have them.
fn remove_effects(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let removed = std::fs::remove_file(&name);
        tracing::debug!(?name, ?removed);
    }
}

fn open_site(path: &Path, cipher: &Cipher) -> Result<Connection, Error> {
    let connection = cipher
        .open(path, OpenFlags::default())
        .map_err(storage("open the picture"))?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;
             PRAGMA busy_timeout = 5000;",
        )
        .map_err(storage("open the picture"))?;
    let empty = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))
        .map_err(storage("read the picture"))?
        == 0;
    if empty {
        connection
            .execute_batch(&format!("BEGIN; {SITE_SCHEMA} COMMIT;"))
            .map_err(storage("create the picture"))?;
    } else {
        connection
            .execute_batch(&format!("BEGIN; {SITE_INDEXES} COMMIT;"))
            .map_err(storage("index the picture"))?;
    }
    Ok(connection)
}

/// Writes into a picture that was made for all what of this device it counts. Before it is swapped in: from its first moment
/// it must say so.
fn write_own_mark(file: &Path, own: &OwnMark, cipher: &Cipher) -> Result<(), Error> {
    let write = || -> rusqlite::Result<()> {
        let mut connection = cipher.open(file, OpenFlags::default())?;
        let transaction = connection.transaction()?;
        let included = Position::new(own.included.epoch, own.included.seq);
        for (key, value) in [
            ("included", included.raw().to_string()),
            ("at_gateway", own.counts.at_gateway.to_string()),
            ("in_wms", own.counts.in_wms.to_string()),
        ] {
            transaction.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
                [key, &value],
            )?;
        }
        transaction.commit()
    };
    write().map_err(storage("mark the downloaded picture"))
}

/// A downloaded picture must be of the format this version reads.
fn check_site(file: &Path, cipher: &Cipher) -> Result<(), Error> {
    let connection = cipher
        .open(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(storage("open the downloaded picture"))?;
    let format: String = connection
        .query_row("SELECT value FROM meta WHERE key = 'format'", [], |r| r.get(0))
        .map_err(storage("read the downloaded picture"))?;
    if format == SITE_FORMAT.to_string() {
        Ok(())
    } else {
        Err(Error::new(
            Remedy::UpdateApp,
            "newer_database",
            format!("the downloaded picture is of format {format}, this app reads {SITE_FORMAT}"),
        ))
    }
}
