//! One connection to PostgreSQL on a thread of its own, so that whoever calls may or may not be on a runtime.

use super::address::Address;
use crate::ledger::{LedgerError, Result};
use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, Statement};
use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// How long a connection that lay idle may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(5);

type Job = Box<dyn FnOnce(&mut Session) + Send>;

/// Hands work to the connection's thread, which ends when this is dropped.
pub(super) struct Worker {
    jobs: Sender<Job>,
}

impl Worker {
    pub(super) fn start(address: Address) -> Result<Self> {
        Worker::of(address, |_| {})
    }

    /// For a connection that may lie idle for days: whether it is still there is asked before each job, which a job that is
    /// on its way can't ask any more.
    pub(super) fn seldom(address: Address) -> Result<Self> {
        Worker::of(address, Session::look)
    }

    fn of(address: Address, before: fn(&mut Session)) -> Result<Self> {
        let (jobs, asked) = channel::<Job>();
        std::thread::Builder::new()
            .name("ledger-postgres".to_owned())
            .spawn(move || {
                let mut session = Session {
                    address,
                    client: None,
                    statements: HashMap::new(),
                    months: HashSet::new(),
                };
                while let Ok(job) = asked.recv() {
                    before(&mut session);
                    job(&mut session);
                }
            })?;
        Ok(Worker { jobs })
    }

    /// Runs `job` on the connection's thread and waits for it.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Session) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = channel();
        self.begin(move |session| {
            // Nobody waits any more: nothing to tell.
            let _ = reply.send(job(session));
        })?;
        answer.recv().map_err(|_| ended())?
    }

    /// Hands over `job` without waiting.
    pub(super) fn begin(&self, job: impl FnOnce(&mut Session) + Send + 'static) -> Result<()> {
        // What is said on that thread is said of the request that asked for it.
        let span = tracing::Span::current();
        let job = move |session: &mut Session| span.in_scope(|| job(session));
        self.jobs.send(Box::new(job)).map_err(|_| ended())
    }
}

fn ended() -> LedgerError {
    LedgerError::Away("the connection's thread has ended".to_owned())
}

/// The connection, made anew after it was lost.
pub(super) struct Session {
    address: Address,
    client: Option<Client>,
    statements: HashMap<String, Statement>,
    /// Months of receipt whose partition is there.
    pub(super) months: HashSet<i64>,
}

impl Session {
    pub(super) fn client(&mut self) -> Result<&mut Client> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.forget();
            let mut client = self.address.connect()?;
            client
                .batch_execute(
                    "SET synchronous_commit = on; SET lock_timeout = '20s'; SET client_min_messages = warning;
                     SET idle_in_transaction_session_timeout = '2min'; SET TIME ZONE 'UTC'",
                )
                .map_err(said)?;
            self.client = Some(client);
        }
        self.client.as_mut().ok_or_else(ended)
    }

    /// The connection is made anew by the next word.
    pub(super) fn forget(&mut self) {
        self.client = None;
        self.statements.clear();
        self.months.clear();
    }

    /// Lets go of a connection that was lost while nobody used it.
    fn look(&mut self) {
        let there = |client: &mut Client| client.is_valid(PATIENCE).is_ok();
        if !self.client.as_mut().is_none_or(there) {
            self.forget();
        }
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<()> {
        self.client()?.batch_execute(sql).map_err(said)
    }

    fn statement(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client()?.prepare(sql).map_err(said)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) fn execute(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64> {
        let statement = self.statement(sql)?;
        self.client()?.execute(&statement, values).map_err(said)
    }

    pub(super) fn query(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<postgres::Row>> {
        let statement = self.statement(sql)?;
        self.client()?.query(&statement, values).map_err(said)
    }

    /// Takes a transaction back; what cannot be rolled back goes with its connection.
    pub(super) fn roll_back(&mut self) {
        // A partition that the transaction made is not there any more.
        self.months.clear();
        if let Some(client) = self.client.as_mut()
            && client.batch_execute("ROLLBACK").is_err()
        {
            self.forget();
        }
    }
}

/// PostgreSQL's word as ours.
#[allow(clippy::needless_pass_by_value, reason = "stands where an error is mapped")]
pub(super) fn said(error: postgres::Error) -> LedgerError {
    let Some(state) = error.code() else {
        let of_the_way = error.is_closed()
            || std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        return if of_the_way {
            LedgerError::Away(words(&error))
        } else {
            LedgerError::Postgres(words(&error))
        };
    };
    // Class 40: rolled back for the sake of another transaction; 55: a lock was not to be had.
    let contended = state.code().starts_with("40") || *state == SqlState::LOCK_NOT_AVAILABLE;
    // 08 connection, 53 resources, 57 shut down, 58 system, 25P03 idle too long.
    let away = ["08", "53", "57", "58"]
        .iter()
        .any(|class| state.code().starts_with(class))
        || *state == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT;
    match (contended, away) {
        (true, _) => LedgerError::Contended(words(&error)),
        (_, true) => LedgerError::Away(words(&error)),
        _ => LedgerError::Postgres(words(&error)),
    }
}

/// The error with what it rests on: the crate's own text says only "db error".
pub(super) fn words(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
