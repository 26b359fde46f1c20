//! Events of EPCIS in the ledger: captured from partners, and made of entries once these are applied.

mod found;
mod told;

pub use found::Page;

use super::Result;
use super::sqlite::Sqlite;
use lotline_exchange::epcis::{Event, Fault, hash, query};
use lotline_record::entry::Instant;
use rusqlite::{Connection, OptionalExtension, params};

pub(super) use found::{all_keys, by_id, page};
pub(super) use told::tell;

/// Which of a batch's events are taken where one of them is not good (EPCIS 2.0 section 12.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// None.
    Rollback,
    /// The good ones.
    Proceed,
}

impl Behaviour {
    /// The word of the standard.
    pub const fn as_str(self) -> &'static str {
        match self {
            Behaviour::Rollback => "rollback",
            Behaviour::Proceed => "proceed",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Behaviour::Rollback, Behaviour::Proceed]
            .into_iter()
            .find(|behaviour| behaviour.as_str() == word)
    }
}

/// What became of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name.
    pub job: String,
    /// When it came.
    pub created: Instant,
    /// What was asked for.
    pub behaviour: Behaviour,
    /// Whether nothing was wrong.
    pub success: bool,
    /// Events that are new here.
    pub captured: u64,
    /// Events that were here before.
    pub known: u64,
    /// What was wrong: a JSON list.
    pub faults: String,
}

/// What became of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It is new, and has this name.
    New(String),
    /// It was here before: it says the same.
    Known(String),
    /// Another event has its name.
    Taken(String),
}

/// Keeps an event; its name is filled in where it has none, and when it was captured always.
fn keep(db: &Connection, event: &mut Event, now: Instant) -> Result<Kept> {
    let says = hash::event_id(event);
    if event.id().is_none() {
        event.set_id(&says);
    }
    let id = event.id().unwrap_or(&says).to_owned();
    let declared = event
        .get("errorDeclaration")
        .and_then(|declared| declared.get("declarationTime"));
    let declared = declared
        .and_then(|time| time.as_str())
        .and_then(|time| time.parse::<Instant>().ok());
    // Of a declaration at the very beginning of 1970 nobody will hear.
    let declared_ms = declared.map_or(0, Instant::unix_ms);
    let there: Option<String> = db
        .prepare_cached("SELECT says FROM epcis_event WHERE event_id = ?1 AND declared_ms = ?2")?
        .query_row(params![id, declared_ms], |row| row.get(0))
        .optional()?;
    match there {
        Some(there) if there == says => return Ok(Kept::Known(id)),
        Some(_) => return Ok(Kept::Taken(id)),
        None => {}
    }
    event.set_record_time(now);
    db.prepare_cached(
        "INSERT INTO epcis_event (event_id, declared_ms, says, recorded_ms, event_ms, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        id,
        declared_ms,
        says,
        now.unix_ms(),
        event.at().timestamp_millis(),
        event.to_json_alone().to_string()
    ])?;
    let number = db.last_insert_rowid();
    let mut statement = db.prepare_cached("INSERT INTO epcis_key (name, number) VALUES (?1, ?2)")?;
    for key in query::keys_of(event) {
        statement.execute(params![key, number])?;
    }
    Ok(Kept::New(id))
}

/// One event, at once.
pub(super) fn capture_one(store: &Sqlite, event: &Event, now: Instant) -> Result<Kept> {
    store.write(|tx| keep(tx, &mut event.clone(), now))
}

/// A batch, in one transaction with the job that tells of it.
pub(super) fn capture(
    store: &Sqlite,
    job: &str,
    events: &[std::result::Result<Event, Vec<Fault>>],
    behaviour: Behaviour,
    now: Instant,
) -> Result<Job> {
    store.write(|tx| {
        let (mut faults, mut captured, mut known) = (Vec::new(), 0_u32, 0_u32);
        let mut batch = tx.savepoint()?;
        for (number, event) in events.iter().enumerate() {
            match event {
                Err(wrong) => faults.extend(wrong.iter().map(|fault| told_of(number, fault))),
                Ok(event) => match keep(&batch, &mut event.clone(), now)? {
                    Kept::New(_) => captured += 1,
                    Kept::Known(_) => known += 1,
                    Kept::Taken(id) => faults.push(serde_json::json!({
                        "type": "epcisException:ResourceAlreadyExistsException",
                        "title": "another event has this eventID",
                        "status": 409,
                        "detail": id,
                        "event": number,
                    })),
                },
            }
        }
        if !faults.is_empty() && behaviour == Behaviour::Rollback {
            batch.rollback()?;
            (captured, known) = (0, 0);
        }
        batch.commit()?;
        let success = faults.is_empty();
        let faults = serde_json::Value::Array(faults).to_string();
        tx.prepare_cached(
            "INSERT INTO epcis_job (job, created_ms, behaviour, success, captured, known, faults) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![job, now.unix_ms(), behaviour.as_str(), success, captured, known, faults])?;
        Ok(Job {
            job: job.to_owned(),
            created: now,
            behaviour,
            success,
            captured: captured.into(),
            known: known.into(),
            faults,
        })
    })
}

/// A fault as a problem of a job (EPCIS 2.0 section 12.6; RFC 9457).
fn told_of(number: usize, fault: &Fault) -> serde_json::Value {
    serde_json::json!({
        "type": "epcisException:ValidationException",
        "title": fault.rule.as_str(),
        "status": 400,
        "detail": fault.to_string(),
        "pointer": fault.pointer,
        "event": number,
    })
}

/// A job by its name, or all of the newest.
pub(super) fn jobs(store: &Sqlite, name: Option<&str>, most: u32) -> Result<Vec<Job>> {
    store.read(|tx| {
        let mut statement = tx.prepare_cached(
            "SELECT job, created_ms, behaviour, success, captured, known, faults FROM epcis_job
              WHERE ?1 IS NULL OR job = ?1 ORDER BY created_ms DESC, job LIMIT ?2",
        )?;
        let rows = statement.query_map(params![name, most], |row| {
            let behaviour: String = row.get(2)?;
            Ok(Job {
                job: row.get(0)?,
                created: Instant::from_unix_ms(row.get(1)?),
                behaviour: Behaviour::from_word(&behaviour).unwrap_or(Behaviour::Rollback),
                success: row.get(3)?,
                captured: row.get::<_, i64>(4)?.cast_unsigned(),
                known: row.get::<_, i64>(5)?.cast_unsigned(),
                faults: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}
