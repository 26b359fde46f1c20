//! The embedded store: one writer, readers beside it, every transaction durable (`synchronous=FULL`).

use super::group::Group;
use super::postgres::Postgres;
use super::{LedgerError, Result, plan};
use lotline_record::model::SiteId;
use lotline_record::wire::{SITE_INDEXES, SITE_SCHEMA, TABLES};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Number of the ledger's schema, in `PRAGMA user_version`.
pub const FORMAT: u32 = 8;
/// Marks the file as a ledger, in `PRAGMA application_id`: `LoTL`.
const APPLICATION: i32 = 0x4c6f_544c;
const OWN_SCHEMA: &str = include_str!("schema.sql");
/// What each format added to the one before: the first brings format 1 to 2.
const MIGRATIONS: &[&str] = &[
    include_str!("numbers.sql"),
    concat!(include_str!("format_3.sql"), include_str!("access.sql")),
    include_str!("told.sql"),
    include_str!("identity.sql"),
    include_str!("archived.sql"),
    include_str!("hand_off/format_7.sql"),
    include_str!("epcis/schema.sql"),
];
const SPARE_READERS: usize = 8;

/// The ledger in one SQLite file: the durable store itself, or a replica of one in PostgreSQL.
pub struct Sqlite {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    behind: Option<Postgres>,
    /// Pushes that wait to be written.
    pub(super) group: Group,
    /// Moves on with each device that is cut off here.
    pub(super) revoked: watch::Sender<()>,
}

/// A panic inside a transaction drops it, which rolls it back: what a lock guards is whole at every moment.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn settings(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(Duration::from_secs(20))?;
    conn.set_prepared_statement_cache_capacity(128);
    // No statement is planned anew because another value was bound to it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "cache_size", -16_000)
}

/// The schema of format 1: own tables, the picture, and the indexes that pulls need.
pub(super) fn schema() -> String {
    let mut text = format!("{OWN_SCHEMA}\n{SITE_SCHEMA}\n");
    for table in TABLES {
        let columns = if table.own_only { "device, cursor" } else { "cursor" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "CREATE INDEX {0}_cursor ON {0} ({columns});", table.name);
    }
    text
}

/// The schema of this version, in a file that has format `found`; 0: nothing yet.
fn migrate(conn: &Connection, found: u32) -> Result<()> {
    if found == 0 {
        conn.execute_batch(&schema())?;
        conn.pragma_update(None, "application_id", APPLICATION)?;
    }
    for migration in MIGRATIONS.iter().skip((found as usize).saturating_sub(1)) {
        conn.execute_batch(migration)?;
    }
    conn.execute_batch(SITE_INDEXES)?;
    plan::tell(conn)?;
    if found < FORMAT {
        conn.pragma_update(None, "user_version", FORMAT)?;
    }
    Ok(())
}

/// A new ledger of an older format, not yet a file's.
#[cfg(test)]
pub(super) fn of_format(path: &Path, format: u32) -> Connection {
    let old = Connection::open(path).unwrap();
    old.execute_batch(&schema()).unwrap();
    for migration in &MIGRATIONS[..format as usize - 1] {
        old.execute_batch(migration).unwrap();
    }
    old.pragma_update(None, "application_id", APPLICATION).unwrap();
    old.pragma_update(None, "user_version", format).unwrap();
    old
}

/// An empty ledger in memory: what its tables look like.
pub(super) fn empty() -> Result<Connection> {
    let conn = Connection::open_in_memory()?;
    migrate(&conn, 0)?;
    Ok(conn)
}

/// The ledger's file with its settings, made or brought to this version's schema.
pub(super) fn open(path: &Path) -> Result<Connection> {
    let mut conn = Connection::open(path)?;
    // The first statement that touches the file tells a foreign one.
    let found = settings(&conn).and_then(|()| conn.pragma_query_value(None, "user_version", |row| row.get(0)));
    let found: u32 = found.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => LedgerError::NotALedger,
        _ => error.into(),
    })?;
    if found > FORMAT {
        return Err(LedgerError::Newer { found, known: FORMAT });
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i32 = tx.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let foreign = if found == 0 {
        tx.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0))? > 0
    } else {
        application != APPLICATION
    };
    if foreign {
        return Err(LedgerError::NotALedger);
    }
    migrate(&tx, found)?;
    tx.commit()?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    private(path)?;
    Ok(conn)
}

impl Sqlite {
    /// Opens `path` as the durable store.
    pub(super) fn open(path: &Path) -> Result<Self> {
        Ok(Sqlite {
            path: path.to_owned(),
            writer: Mutex::new(open(path)?),
            readers: Mutex::new(Vec::new()),
            behind: None,
            group: Group::default(),
            revoked: watch::Sender::new(()),
        })
    }

    /// Opens `path` as a replica of the site's ledger in the PostgreSQL of `url`.
    pub(super) fn replica(path: &Path, url: &str, site: &SiteId) -> Result<Self> {
        let (behind, writer) = Postgres::open(url, site, path)?;
        Ok(Sqlite {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            behind: Some(behind),
            group: Group::default(),
            revoked: watch::Sender::new(()),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// One durable transaction; rolled back when `work` fails. `work` may run more than once, each time on what stands.
    pub(super) fn write<T>(&self, mut work: impl FnMut(&mut Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut conn = lock(&self.writer);
        if let Some(behind) = &self.behind {
            return behind.write(&mut conn, work);
        }
        let mut tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let out = work(&mut tx)?;
        tx.commit()?;
        Ok(out)
    }

    /// How PostgreSQL is set; empty without one.
    pub(super) fn settings(&self) -> Result<Vec<(String, String)>> {
        self.behind.as_ref().map_or_else(|| Ok(Vec::new()), Postgres::settings)
    }

    /// One transaction that changes nothing. In a file of its own it is written and synced; in PostgreSQL it holds the site's
    /// row, which a server that is away or only reads does not give.
    pub(super) fn touch(&self) -> Result<()> {
        self.write(|tx| {
            if self.behind.is_none() {
                // There and back: SQLite writes no page for a row that is set to what it is.
                tx.prepare_cached("UPDATE site SET change = change + 1")?.execute([])?;
                tx.prepare_cached("UPDATE site SET change = change - 1")?.execute([])?;
            }
            Ok(())
        })
    }

    /// PostgreSQL, where this is a replica of it.
    pub(super) fn behind(&self) -> Option<&Postgres> {
        self.behind.as_ref()
    }

    /// Brings a replica up to what other processes wrote; the durable store itself always is.
    pub(super) fn freshen(&self) -> Result<()> {
        let Some(behind) = &self.behind else { return Ok(()) };
        let mut conn = lock(&self.writer);
        if behind.moved_on(&conn)? {
            behind.freshen(&mut conn)?;
        }
        Ok(())
    }

    /// One consistent view; writers do not wait for it.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let spare = lock(&self.readers).pop();
        let mut conn = if let Some(conn) = spare {
            conn
        } else {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let conn = Connection::open_with_flags(&self.path, flags)?;
            settings(&conn)?;
            conn
        };
        let out = conn.transaction().map_err(LedgerError::from).and_then(|tx| work(&tx));
        let mut readers = lock(&self.readers);
        if readers.len() < SPARE_READERS {
            readers.push(conn);
        }
        out
    }
}

/// The ledger holds the site's pepper: nobody else on this machine reads it.
#[cfg(unix)]
fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match std::fs::set_permissions(Path::new(&name), std::fs::Permissions::from_mode(0o600)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn private(_: &Path) -> Result<()> {
    Ok(())
}

/// A stored text as one of the record's nouns.
pub(super) fn noun<T: std::str::FromStr>(text: &str) -> Result<T>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error| LedgerError::Damaged(format!("{text:?}: {error}")))
}

/// A stored hash.
pub(super) fn hash(bytes: &[u8]) -> Result<lotline_record::entry::Hash> {
    lotline_record::entry::Hash::from_slice(bytes)
        .ok_or_else(|| LedgerError::Damaged(format!("a hash of {} bytes", bytes.len())))
}

/// Sequence numbers and cursors stay below 2^53: nothing is lost on the way to SQLite's integers.
pub(super) fn int(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dump that is checked in is the schema that is made. Record with `LOTLINE_BLESS=1`.
    #[test]
    fn the_schema_dump_is_current() {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(&folder.path().join("ledger.db")).unwrap();
        let dump = store
            .read(|tx| {
                // What SQLite keeps for itself is no schema of ours.
                let mut statement = tx.prepare(
                    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name",
                )?;
                let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
                Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.join(";\n\n") + ";\n")
            })
            .unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/ledger.sql");
        if std::env::var_os("LOTLINE_BLESS").is_some() {
            std::fs::write(&path, &dump).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&path).unwrap_or_default(),
            dump,
            "schema/ledger.sql is out of date"
        );
    }

    #[test]
    fn a_ledger_of_format_1_gains_what_came_later_and_keeps_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let old = Connection::open(&path).unwrap();
        old.execute_batch(&schema()).unwrap();
        old.pragma_update(None, "application_id", APPLICATION).unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        old.execute_batch("INSERT INTO site VALUES ('DC1', 'UTC', 'e', x'00', 7, 41)")
            .unwrap();
        drop(old);
        for _ in 0..2 {
            let store = Sqlite::open(&path).unwrap();
            let change: i64 = store
                .read(|tx| {
                    let series: i64 = tx.query_row("SELECT count(*) FROM number_series", [], |row| row.get(0))?;
                    assert_eq!(series, 0);
                    Ok(tx.query_row("SELECT change FROM site", [], |row| row.get(0))?)
                })
                .unwrap();
            assert_eq!(change, 41);
        }
    }

    #[test]
    fn a_ledger_of_a_newer_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        drop(Sqlite::open(&path).unwrap());
        Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", FORMAT + 1)
            .unwrap();
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(Sqlite::open(&path), Err(LedgerError::Newer { found, known }) if found == known + 1));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_file_that_is_no_ledger_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        std::fs::write(&path, vec![7; 4096]).unwrap();
        assert!(matches!(Sqlite::open(&path), Err(LedgerError::NotALedger)));
        let path = folder.path().join("y.db");
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE t (a)")
            .unwrap();
        assert!(matches!(Sqlite::open(&path), Err(LedgerError::NotALedger)));
    }
}
