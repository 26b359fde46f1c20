//! Lock-outs: counters and own ones live in the journal, so that a new picture does not unlock anybody; those of other devices
//! come with the picture.

use super::open::{Reach, Store, lock};
use super::{standing, storage};
use crate::Error;
use crate::sync::{Blocked, Contact};
use lotline_record::model::PersonId;
use rusqlite::{Connection, OptionalExtension, ToSql, params};

impl Store {
    /// Until when the person is locked out, here or by another device, in milliseconds since 1970; 0: not.
    ///
    /// No own lock-out lasts beyond `most_ms`, when one ends that begins now: a clock that was wrong when it began and was set
    /// since would hold it for as long as it was off.
    pub(crate) fn locked_until(&self, person: &PersonId, most_ms: i64) -> Result<i64, Error> {
        let until = |c: &Connection, sql: &str, values: &[&dyn ToSql]| {
            c.prepare_cached(sql)
                .and_then(|mut s| s.query_row(values, |r| r.get::<_, i64>(0)).optional())
                .map(Option::unwrap_or_default)
                .map_err(storage("read the lock-outs"))
        };
        self.with_journal(|c| {
            let site = standing::load(c, &self.known)?;
            let mut own = until(
                c,
                "SELECT until_ms FROM main.lockout WHERE person = ?1",
                params![person.as_str()],
            )?;
            if own > most_ms {
                own = most_ms;
                c.execute(
                    "UPDATE main.lockout SET until_ms = ?2 WHERE person = ?1",
                    params![person.as_str(), own],
                )
                .map_err(storage("bound a lock-out"))?;
            }
            let told = until(
                c,
                "SELECT until_ms FROM site.lockout WHERE site = ?1 AND person = ?2 AND gone = 0",
                params![site.picture_site, person.as_str()],
            )?;
            Ok(own.max(told))
        })
    }

    /// Counts a wrong PIN; from the `most`-th in a row on the person is locked out until `until_ms`. True then.
    pub(crate) fn wrong_pin(&self, person: &PersonId, most: u32, until_ms: i64) -> Result<bool, Error> {
        self.with_journal(|c| {
            let wrong: u32 = c
                .query_row(
                    "INSERT INTO main.lockout (person, wrong, until_ms) VALUES (?1, 1, 0)
                     ON CONFLICT (person) DO UPDATE SET wrong = wrong + 1 RETURNING wrong",
                    [person.as_str()],
                    |r| r.get(0),
                )
                .map_err(storage("count a wrong PIN"))?;
            let locked = wrong >= most;
            if locked {
                c.execute(
                    "UPDATE main.lockout SET until_ms = ?2, wrong = 0 WHERE person = ?1",
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
            c.execute("DELETE FROM main.lockout WHERE person = ?1", [person.as_str()])
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
