//! Lock-out counters: they live in the journal, so that a new picture does not unlock anybody.

use super::open::{Reach, Store, lock};
use super::storage;
use crate::Error;
use crate::sync::{Blocked, Contact};
use lotline_record::model::PersonId;
use rusqlite::{OptionalExtension, params};

impl Store {
    /// Until when the person is locked out, in milliseconds since 1970; 0: not.
    pub(crate) fn locked_until(&self, person: &PersonId) -> Result<i64, Error> {
        self.with_journal(|c| {
            c.query_row(
                "SELECT until_ms FROM lockout WHERE person = ?1",
                [person.as_str()],
                |r| r.get(0),
            )
            .optional()
            .map(Option::unwrap_or_default)
            .map_err(storage("read the lock-outs"))
        })
    }

    /// Counts a wrong PIN; from the `most`-th in a row on the person is locked out until `until_ms`. True then.
    pub(crate) fn wrong_pin(&self, person: &PersonId, most: u32, until_ms: i64) -> Result<bool, Error> {
        self.with_journal(|c| {
            let wrong: u32 = c
                .query_row(
                    "INSERT INTO lockout (person, wrong, until_ms) VALUES (?1, 1, 0)
                     ON CONFLICT (person) DO UPDATE SET wrong = wrong + 1 RETURNING wrong",
                    [person.as_str()],
                    |r| r.get(0),
                )
                .map_err(storage("count a wrong PIN"))?;
            let locked = wrong >= most;
            if locked {
                c.execute(
                    "UPDATE lockout SET until_ms = ?2, wrong = 0 WHERE person = ?1",
                    params![person.as_str(), until_ms],
                )
                .map_err(storage("lock out"))?;
            }
            Ok(locked)
        })
    }

    /// The right PIN ends the count.
    pub(crate) fn right_pin(&self, person: &PersonId) -> Result<(), Error> {
        self.with_journal(|c| {
            c.execute("DELETE FROM lockout WHERE person = ?1", [person.as_str()])
                .map(|_| ())
                .map_err(storage("end a lock-out"))
        })
    }

    /// What the last requests said about the way to the server.
    pub(crate) fn reach(&self) -> Reach {
        lock(&self.reach).clone()
    }
}

impl Reach {
    /// Why nothing is sent although the server can be reached.
    pub(crate) fn blocked(&self) -> Option<Blocked> {
        match &self.contact {
            Some(Contact::Blocked(blocked)) => Some(blocked.clone()),
            _ => None,
        }
    }
}
