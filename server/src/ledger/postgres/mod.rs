//! PostgreSQL as the ledger's durable store.
//!
//! The gateway judges on a replica: the very SQLite file that the embedded ledger is, in the data folder, never synced to
//! disk. What a transaction changed in it is written to PostgreSQL in one transaction of PostgreSQL's, and only when that
//! is committed does the replica commit. So PostgreSQL alone says what is durable, and a replica that is behind, torn or
//! gone is made anew from it (ADR 13).
//!
//! Whoever writes holds the site's row of `lotline.ledger`. Its `version` counts the transactions: a replica of another
//! version catches up before it writes, so several gateways of a site, and the commands beside one, write one after the
//! other and never on a stale picture.

mod address;
mod load;
mod mirror;
mod months;
mod session;
mod shape;

use super::export::Durable;
use super::sqlite::{self, FORMAT, hash, noun};
use super::{LedgerError, Result};
use crate::edge;
use address::Address;
use lotline_record::entry::hex;
use lotline_record::model::SiteId;
pub(super) use months::{Kept, Partition};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use session::Worker;
use shape::Shape;
use std::path::Path;
use std::sync::Arc;

const SCHEMA: &str = include_str!("schema.sql");
/// What a site of a format before [`HANDED_OFF`] moves, statement by statement.
const HAND_OFF: &str = include_str!("../hand_off/postgres_7.sql");
/// The first format with an outbox for each back-end.
const HANDED_OFF: i64 = 7;
/// How often a transaction is tried that PostgreSQL rolled back for the sake of another.
const TRIES: usize = 8;
/// The oldest format that gains what came later by new tables, and by moving what [`HAND_OFF`] moves.
const OLDEST: i64 = 4;
/// Transactions that a replica may be behind and still catch up row by row.
const LOGGED: i64 = 10_000;

/// The durable store behind a replica.
pub(super) struct Postgres {
    /// The connection that writes. Between taking the site's row and giving it up its transaction belongs to whoever took it.
    worker: Worker,
    /// The connection of those who read without the site's row, and of the archive: a transaction of theirs on the other one
    /// would end a writer's.
    beside: Worker,
    /// How it is reached, as an operator is told.
    way: [(String, String); 2],
    site: String,
    shapes: Arc<Vec<Shape>>,
    keeping: Arc<Vec<Vec<shape::Keeping>>>,
}

/// How far a ledger is, in PostgreSQL or in a replica of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    version: i64,
    stamp: String,
}

impl Mark {
    fn of(row: &postgres::Row) -> Self {
        Mark {
            version: row.get(0),
            stamp: row.get(1),
        }
    }
}

impl Postgres {
    /// Connects, makes the schema if it is not there, and gives a replica in `path` that is up to date.
    pub(super) fn open(url: &str, site: &SiteId, path: &Path) -> Result<(Self, Connection)> {
        let address = Address::read(url)?;
        let way = address.told();
        let (worker, beside) = (Worker::start(address.clone())?, Worker::seldom(address)?);
        let shapes = Arc::new(shape::of(&sqlite::empty()?)?);
        let name = site.to_string();
        let id = {
            let (shapes, name) = (Arc::clone(&shapes), name.clone());
            worker.ask(move |session| prepare(session, &shapes, &name))?
        };
        if !ours(path, &id) {
            remove(path)?;
        }
        let mut replica = sqlite::open(path)?;
        // PostgreSQL says what is durable; after a crash of the machine the replica is made anew.
        replica.pragma_update(None, "synchronous", "OFF")?;
        replica.pragma_update(None, "temp_store", "MEMORY")?;
        replica.execute_batch(
            "CREATE TABLE IF NOT EXISTS replica (only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL, boot TEXT NOT NULL,
               version INTEGER NOT NULL, stamp TEXT NOT NULL);",
        )?;
        replica.execute(
            "INSERT OR IGNORE INTO replica (only, id, boot, version, stamp) VALUES (1, ?1, ?2, -1, '')",
            [&id, &boot()],
        )?;
        mirror::watch(&replica, &shapes)?;
        let keeping = Arc::new(shapes.iter().map(Shape::keeping).collect());
        let store = Postgres {
            worker,
            beside,
            way,
            site: name,
            shapes,
            keeping,
        };
        store.freshen(&mut replica)?;
        Ok((store, replica))
    }

    /// What its configuration says, not what this session has set for itself; and how this session came there: `sslmode`
    /// and `way` as the address says, `tls` as PostgreSQL sees it, empty in the clear.
    pub(super) fn settings(&self) -> Result<Vec<(String, String)>> {
        let way = self.way.clone();
        self.beside.ask(move |session| {
            let rows = session.query(
                "SELECT name, reset_val FROM pg_settings WHERE name IN
                   ('server_version', 'server_version_num', 'fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name",
                &[],
            )?;
            let tls = session.query(
                "SELECT coalesce(version || ' ' || cipher, '') FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                &[],
            )?;
            let tls = tls.first().map_or_else(String::new, |row| row.get(0));
            let set = rows.iter().map(|row| (row.get(0), row.get(1)));
            Ok(set.chain(way).chain([("tls".to_owned(), tls)]).collect())
        })
    }

    /// Some tables as they are durable at one moment, put into the empty ledger `into`; gives the newest arrival.
    pub(super) fn tables(&self, into: &Connection, names: &'static [&'static str]) -> Result<i64> {
        load::tables(&self.beside, into, &self.shapes, &self.site, names)
    }

    /// Durable entries after `after`, in order of receipt.
    pub(super) fn entries(&self, after: i64, most: i64) -> Result<Vec<Durable>> {
        self.entries_of("lotline.entry".to_owned(), self.site.clone(), after, most)
    }

    fn entries_of(&self, table: String, site: String, after: i64, most: i64) -> Result<Vec<Durable>> {
        self.beside.ask(move |session| {
            let sql = format!(
                "SELECT arrival, device, epoch, seq, bytes, hash FROM {table}
                  WHERE site = $1 AND arrival > $2 ORDER BY arrival LIMIT $3"
            );
            let rows = session.query(&sql, &[&site, &after, &most])?;
            rows.iter()
                .map(|row| {
                    Ok(Durable {
                        arrival: row.get(0),
                        device: noun(row.get(1))?,
                        epoch: u32::try_from(row.get::<_, i64>(2))
                            .map_err(|_| LedgerError::Damaged("an epoch is out of range".to_owned()))?,
                        seq: row.get::<_, i64>(3).cast_unsigned(),
                        bytes: row.get(4),
                        hash: hash(row.get(5))?,
                    })
                })
                .collect()
        })
    }

    /// One transaction: durable in PostgreSQL when it returns. `work` may run again where PostgreSQL rolled it back.
    pub(super) fn write<T>(
        &self,
        replica: &mut Connection,
        mut work: impl FnMut(&mut Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.attempt(replica, &mut work) {
                Err(LedgerError::Contended(why)) if tries < TRIES => {
                    tracing::info!(%why, tries, "rolled back by PostgreSQL, tried again");
                }
                other => return other,
            }
        }
    }

    fn attempt<T>(
        &self,
        replica: &mut Connection,
        work: &mut impl FnMut(&mut Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mark = self.take()?;
        let done = (|| {
            self.catch_up(replica, &mark)?;
            let mut tx = replica.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let out = work(&mut tx)?;
            let touched = mirror::collect(&tx, &self.shapes)?;
            if touched.is_empty() {
                self.give_up();
                tx.commit()?;
                return Ok(out);
            }
            let mark = self.flush(touched, mark.version + 1)?;
            // A commit that fails here leaves a replica that is behind: the next transaction catches up.
            set_mark(&tx, &mark)?;
            tx.commit()?;
            Ok(out)
        })();
        if done.is_err() {
            self.give_up();
        }
        done
    }

    /// Brings the replica up to what is durable.
    pub(super) fn freshen(&self, replica: &mut Connection) -> Result<()> {
        let mark = self.take()?;
        let caught = self.catch_up(replica, &mark);
        self.give_up();
        caught
    }

    /// Whether somebody else wrote since the replica was brought up to date.
    pub(super) fn moved_on(&self, replica: &Connection) -> Result<bool> {
        let site = self.site.clone();
        let mark = self.beside.ask(move |session| {
            let rows = session.query("SELECT version, stamp FROM lotline.ledger WHERE site = $1", &[&site])?;
            Ok(rows.first().map(Mark::of))
        })?;
        Ok(known(replica)? != mark)
    }

    /// Begins, and holds the site's row: nobody else writes until the end. Gives how far it is.
    fn take(&self) -> Result<Mark> {
        let site = self.site.clone();
        self.worker.ask(move |session| {
            let begin = |session: &mut session::Session| {
                session.batch("BEGIN")?;
                session.query(
                    "SELECT version, stamp FROM lotline.ledger WHERE site = $1 FOR UPDATE",
                    &[&site],
                )
            };
            let rows = match begin(session) {
                // The connection had gone while nobody used it: nothing was begun, so nothing is done twice.
                Err(LedgerError::Away(_)) => {
                    session.forget();
                    begin(session)
                }
                other => other,
            };
            let rows = rows.inspect_err(|_| session.roll_back())?;
            let row = rows.first().ok_or_else(|| {
                session.roll_back();
                LedgerError::Damaged(format!("PostgreSQL has no ledger of {site} any more"))
            })?;
            Ok(Mark::of(row))
        })
    }

    fn give_up(&self) {
        // Whoever cannot be told has lost its connection, which rolls back as well.
        let _ = self.worker.begin(session::Session::roll_back);
    }

    fn catch_up(&self, replica: &mut Connection, mark: &Mark) -> Result<()> {
        let known = known(replica)?;
        if known.as_ref() == Some(mark) {
            return Ok(());
        }
        let tx = replica.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.pragma_update(None, "defer_foreign_keys", true)?;
        let since = known.filter(|known| (0..mark.version).contains(&known.version));
        let caught = match &since {
            Some(known) => load::log(&self.worker, &tx, &self.shapes, &self.site, known, mark)?,
            None => false,
        };
        if !caught {
            tracing::info!(version = mark.version, "the replica is made anew from PostgreSQL");
            load::all(&self.worker, &tx, &self.shapes, &self.site)?;
        }
        tx.execute("DELETE FROM temp.touched", [])?;
        set_mark(&tx, mark)?;
        tx.commit()?;
        Ok(())
    }

    fn flush(&self, touched: Vec<mirror::Touched>, version: i64) -> Result<Mark> {
        let mark = Mark {
            version,
            stamp: hex(&edge::random::<8>()),
        };
        let new = mark.clone();
        let (site, shapes, keeping) = (self.site.clone(), Arc::clone(&self.shapes), Arc::clone(&self.keeping));
        self.worker.ask(move |session| {
            mirror::flush(session, &site, &shapes, &keeping, &touched, &new)?;
            // Where the reply is lost nobody knows whether it was done: the mark tells the next transaction.
            session.batch("COMMIT")?;
            Ok(mark)
        })
    }
}

/// Makes the schema and the site's row; gives the ledger's identity.
fn prepare(session: &mut session::Session, shapes: &[Shape], site: &str) -> Result<String> {
    session.batch("BEGIN; SELECT pg_advisory_xact_lock(hashtext('lotline schema'))")?;
    let done = (|| {
        session.batch("CREATE SCHEMA IF NOT EXISTS lotline")?;
        session.batch(&schema(shapes))?;
        session.execute(
            "INSERT INTO lotline.ledger (site, id, format, version, stamp) VALUES ($1, $2, $3, 0, '') ON CONFLICT (site) DO NOTHING",
            &[&site, &hex(&edge::random::<16>()), &i64::from(FORMAT)],
        )?;
        let rows = session.query("SELECT id, format FROM lotline.ledger WHERE site = $1", &[&site])?;
        let row = rows
            .first()
            .ok_or_else(|| LedgerError::Damaged("PostgreSQL kept no row of the ledger".to_owned()))?;
        let format: i64 = row.get(1);
        if (OLDEST..i64::from(FORMAT)).contains(&format) {
            if format < HANDED_OFF {
                hand_off(session, site)?;
            }
            // The new tables are there; each replica is made anew with them.
            session.execute(
                "UPDATE lotline.ledger SET format = $2 WHERE site = $1",
                &[&site, &i64::from(FORMAT)],
            )?;
            months::anew(session, site)?;
        } else if format != i64::from(FORMAT) {
            return Err(LedgerError::Newer {
                found: u32::try_from(format).unwrap_or(u32::MAX),
                known: FORMAT,
            });
        }
        Ok(row.get(0))
    })();
    match &done {
        Ok(_) => session.batch("COMMIT")?,
        Err(_) => session.roll_back(),
    }
    done
}

/// Moves the site's movements out of the one outbox that ledgers before [`HANDED_OFF`] had.
fn hand_off(session: &mut session::Session, site: &str) -> Result<()> {
    let rows = session.query("SELECT to_regclass('lotline.wms_outbox') IS NOT NULL", &[])?;
    if !rows.first().is_some_and(|row| row.get(0)) {
        return Ok(());
    }
    let told: String = HAND_OFF
        .lines()
        .filter(|line| !line.starts_with("--"))
        .collect::<Vec<_>>()
        .join("\n");
    for statement in told.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        session.execute(statement, &[&site])?;
    }
    Ok(())
}

/// The whole schema in PostgreSQL's words.
fn schema(shapes: &[Shape]) -> String {
    let mirrored = shapes
        .iter()
        .filter(|shape| shape.name != shape::ENTRY)
        .map(Shape::create);
    std::iter::once(SCHEMA.to_owned())
        .chain(mirrored)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Names this start of the machine: what was not synced before it may be torn. Empty where that is not known.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map_or(String::new(), |id| id.trim().to_owned())
}

/// How far the replica is; -1: nothing was brought over yet.
fn known(replica: &Connection) -> Result<Option<Mark>> {
    Ok(replica
        .prepare_cached("SELECT version, stamp FROM replica")?
        .query_row([], |row| {
            Ok(Mark {
                version: row.get(0)?,
                stamp: row.get(1)?,
            })
        })
        .optional()?)
}

fn set_mark(replica: &Connection, mark: &Mark) -> Result<()> {
    replica
        .prepare_cached("UPDATE replica SET version = ?1, stamp = ?2")?
        .execute((mark.version, &mark.stamp))?;
    Ok(())
}

/// Whether the file in `path` is a replica of the ledger `id` from this start of the machine.
fn ours(path: &Path, id: &str) -> bool {
    let boot = boot();
    let found = || -> Result<bool> {
        let replica = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let found: (String, String) =
            replica.query_row("SELECT id, boot FROM replica", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let format: u32 = replica.pragma_query_value(None, "user_version", |row| row.get(0))?;
        Ok(found == (id.to_owned(), boot.clone()) && format == FORMAT)
    };
    !boot.is_empty() && found().unwrap_or(false)
}

/// A replica holds nothing that PostgreSQL has not.
fn remove(path: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dump that is checked in is the schema that is made. Record with `LOTLINE_BLESS=1`.
    #[test]
    fn the_schema_dump_is_current() {
        let dump = schema(&shape::of(&sqlite::empty().unwrap()).unwrap());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/postgres.sql");
        if std::env::var_os("LOTLINE_BLESS").is_some() {
            std::fs::write(&path, &dump).unwrap();
        }
        let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(checked_in, dump, "schema/postgres.sql is out of date");
    }

    #[test]
    fn a_replica_of_another_ledger_or_another_start_of_the_machine_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("replica.db");
        assert!(!ours(&path, "a"), "there is none");
        let replica = sqlite::open(&path).unwrap();
        replica
            .execute_batch("CREATE TABLE replica (id TEXT, boot TEXT); INSERT INTO replica VALUES ('a', 'before')")
            .unwrap();
        assert!(!ours(&path, "a"), "what was not synced may be torn");
        replica.execute("UPDATE replica SET boot = ?1", [boot()]).unwrap();
        assert_eq!(ours(&path, "a"), !boot().is_empty());
        assert!(!ours(&path, "b"));
    }
}
