//! Users of the console and their sessions. Each change is told in the audit trail by the same transaction.

use super::sqlite::Sqlite;
use super::{LedgerError, Result, audit, identity};
use crate::access::{
    By, HALF_MINUTES, IDLE_MINUTES, LOCKED_MINUTES, Role, SESSION_HOURS, Ticket, User, UserName, WRONG_AT_MOST,
    recovery_digest,
};
use crate::edge;
use lotline_record::entry::Instant;
use rusqlite::{Connection, OptionalExtension, Row, params};

const MINUTE: i64 = 60_000;
/// A session is written as seen at most so often: reading a page is not a durable write.
const SEEN: i64 = MINUTE;

/// What a sign-in is judged by.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The user.
    pub user: User,
    /// PHC string of the password.
    pub password: String,
    /// The second factor's secret, sealed.
    pub secret: Option<Vec<u8>>,
    /// The step of the last code taken.
    pub step: u64,
}

impl Credentials {
    /// Whether the account may sign in at `now`.
    pub fn open(&self, now: Instant) -> bool {
        self.user.active && self.user.locked_until.is_none_or(|until| until <= now)
    }
}

/// A session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Whose.
    pub user: User,
    /// Whether all factors were given; otherwise the password alone.
    pub complete: bool,
    /// A second factor that is being set up, sealed.
    pub pending: Option<Vec<u8>>,
    /// Its hash.
    pub hash: String,
    /// Since when.
    pub made: Instant,
    /// Last used.
    pub seen: Instant,
    /// From where.
    pub came_from: String,
    /// By which browser, as it calls itself.
    pub agent: String,
}

pub(super) const USER: &str = "u.user, u.role, u.state = 'active', u.secret IS NOT NULL, u.locked_until_ms, u.made_by,
    (SELECT i.issuer FROM console_identity i WHERE i.user = u.user)";

pub(super) fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let bad =
        |at: usize, why: String| rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, why.into());
    let (name, role): (String, String) = (row.get(0)?, row.get(1)?);
    Ok(User {
        user: name.parse().map_err(|why| bad(0, why))?,
        role: role.parse().map_err(|why| bad(1, why))?,
        active: row.get(2)?,
        second: row.get(3)?,
        locked_until: Some(row.get::<_, i64>(4)?)
            .filter(|ms| *ms > 0)
            .map(Instant::from_unix_ms),
        made_by: row.get(5)?,
        issuer: row.get(6)?,
    })
}

/// Whether any account is there: without one the console knows nobody.
pub(super) fn any(store: &Sqlite) -> Result<bool> {
    store.read(|tx| {
        let sql = "SELECT EXISTS (SELECT 1 FROM console_user)";
        Ok(tx.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    })
}

pub(super) fn all(store: &Sqlite) -> Result<Vec<User>> {
    store.read(|tx| {
        let mut statement = tx.prepare(&format!("SELECT {USER} FROM console_user u ORDER BY u.user"))?;
        let users = statement.query_map([], user)?;
        Ok(users.collect::<rusqlite::Result<_>>()?)
    })
}

/// Makes an account.
pub(super) fn add(store: &Sqlite, by: &By, name: &UserName, role: Role, password: &str) -> Result<()> {
    store.write(|tx| {
        super::site::load(tx)?;
        let sql = "INSERT INTO console_user (user, role, state, password, made_by, made_ms)
                   VALUES (?1, ?2, 'active', ?3, ?4, ?5) ON CONFLICT DO NOTHING";
        let now = edge::now().unix_ms();
        if tx.execute(sql, params![name.as_str(), role.as_str(), password, by.actor, now])? == 0 {
            return Err(LedgerError::UserTaken(name.to_string()));
        }
        audit::append(tx, by, "user_add", &format!("{name} {role}"), true)
    })
}

fn must(changed: usize, name: &UserName) -> Result<()> {
    if changed == 0 {
        return Err(LedgerError::UnknownUser(name.to_string()));
    }
    Ok(())
}

/// Lets somebody sign in, or no longer; their sessions end.
pub(super) fn set_active(store: &Sqlite, by: &By, name: &UserName, active: bool) -> Result<()> {
    store.write(|tx| {
        let sql = "UPDATE console_user SET state = ?2, failed = 0, locked_until_ms = 0 WHERE user = ?1";
        let state = if active { "active" } else { "disabled" };
        must(tx.execute(sql, params![name.as_str(), state])?, name)?;
        end(tx, name, None)?;
        let act = if active { "user_enable" } else { "user_disable" };
        audit::append(tx, by, act, name.as_str(), true)
    })
}

/// Gives another role; sessions end, because each was opened for the old one.
pub(super) fn set_role(store: &Sqlite, by: &By, name: &UserName, role: Role) -> Result<()> {
    store.write(|tx| {
        identity::own(tx, name)?;
        let sql = "UPDATE console_user SET role = ?2 WHERE user = ?1";
        must(tx.execute(sql, params![name.as_str(), role.as_str()])?, name)?;
        end(tx, name, None)?;
        audit::append(tx, by, "user_role", &format!("{name} {role}"), true)
    })
}

/// Sets the password and unlocks; every session but `keep` ends.
pub(super) fn set_password(store: &Sqlite, by: &By, name: &UserName, hash: &str, keep: Option<&Ticket>) -> Result<()> {
    store.write(|tx| {
        identity::own(tx, name)?;
        let sql = "UPDATE console_user SET password = ?2, failed = 0, locked_until_ms = 0 WHERE user = ?1";
        must(tx.execute(sql, params![name.as_str(), hash])?, name)?;
        end(tx, name, keep)?;
        audit::append(tx, by, "user_password", name.as_str(), true)
    })
}

/// Sets the second factor with its recovery codes, or takes it away; sessions end. `step`: of the code that confirmed it.
pub(super) fn set_second(
    store: &Sqlite,
    by: &By,
    name: &UserName,
    second: Option<(&[u8], &[String])>,
    step: u64,
) -> Result<()> {
    store.write(|tx| {
        let sql = "UPDATE console_user SET secret = ?2, step = ?3, failed = 0, locked_until_ms = 0 WHERE user = ?1";
        let secret = second.map(|(secret, _)| secret);
        must(
            tx.execute(sql, params![name.as_str(), secret, step.cast_signed()])?,
            name,
        )?;
        tx.execute("DELETE FROM console_recovery WHERE user = ?1", [name.as_str()])?;
        for code in second.map_or(&[][..], |(_, codes)| codes) {
            tx.execute(
                "INSERT INTO console_recovery (user, hash) VALUES (?1, ?2)",
                params![name.as_str(), recovery_digest(code)],
            )?;
        }
        end(tx, name, None)?;
        let act = if second.is_some() {
            "second_factor_set"
        } else {
            "second_factor_removed"
        };
        audit::append(tx, by, act, name.as_str(), true)
    })
}

pub(super) fn end(tx: &Connection, name: &UserName, keep: Option<&Ticket>) -> Result<()> {
    let keep = keep.map_or_else(String::new, Ticket::hash);
    let sql = "DELETE FROM console_session WHERE user = ?1 AND hash <> ?2";
    tx.execute(sql, params![name.as_str(), keep])?;
    Ok(())
}

pub(super) fn credentials(store: &Sqlite, name: &UserName) -> Result<Option<Credentials>> {
    store.read(|tx| {
        let sql = format!("SELECT {USER}, u.password, u.secret, u.step FROM console_user u WHERE u.user = ?1");
        let found = tx.prepare_cached(&sql)?.query_row([name.as_str()], |row| {
            Ok(Credentials {
                user: user(row)?,
                password: row.get(7)?,
                secret: row.get(8)?,
                step: row.get::<_, i64>(9)?.cast_unsigned(),
            })
        });
        Ok(found.optional()?)
    })
}

/// Writes a failed sign-in down; with enough of them in a row the account is locked. `name` need not be a user's.
pub(super) fn failed(store: &Sqlite, by: &By, name: &str, why: &str) -> Result<()> {
    store.write(|tx| {
        let now = edge::now().unix_ms();
        audit::append(tx, by, why, name, false)?;
        // What comes while it is locked changes nothing: nobody keeps an account locked for ever.
        // An account without a password has none to guess: whoever types one only wants its owner locked out.
        let sql = "UPDATE console_user SET failed = failed + 1
                    WHERE user = ?1 AND locked_until_ms <= ?2 AND (password <> '' OR ?3 <> 'sign_in')";
        tx.execute(sql, params![name, now, why])?;
        let sql = "UPDATE console_user SET failed = 0, locked_until_ms = ?2 WHERE user = ?1 AND failed >= ?3";
        if tx.execute(sql, params![name, now + LOCKED_MINUTES * MINUTE, WRONG_AT_MOST])? > 0 {
            audit::append(tx, by, "user_locked", name, true)?;
        }
        Ok(())
    })
}

/// Takes the code of `step`, which must be later than any taken before. False: somebody took it in between.
pub(super) fn take_step(store: &Sqlite, name: &UserName, step: u64) -> Result<bool> {
    store.write(|tx| {
        let sql = "UPDATE console_user SET step = ?2 WHERE user = ?1 AND step < ?2";
        Ok(tx.execute(sql, params![name.as_str(), step.cast_signed()])? == 1)
    })
}

/// Takes a recovery code, once.
pub(super) fn take_recovery(store: &Sqlite, by: &By, name: &UserName, code: &str) -> Result<bool> {
    store.write(|tx| {
        let sql = "DELETE FROM console_recovery WHERE user = ?1 AND hash = ?2";
        let taken = tx.execute(sql, params![name.as_str(), recovery_digest(code)])? == 1;
        if taken {
            audit::append(tx, by, "recovery_code_used", name.as_str(), true)?;
        }
        Ok(taken)
    })
}

/// Opens a session under a ticket of its own. `instead` is the one it takes the place of: an id from before a factor was
/// given is good for nothing after it.
pub(super) fn open_session(
    store: &Sqlite,
    by: &By,
    name: &UserName,
    complete: bool,
    agent: &str,
    instead: Option<&Ticket>,
) -> Result<Ticket> {
    let ticket = Ticket::draw();
    store.write(|tx| {
        let now = edge::now().unix_ms();
        tx.execute(
            "DELETE FROM console_session WHERE seen_ms <= ?1 OR made_ms <= ?2 OR hash = ?3",
            params![
                now - IDLE_MINUTES * MINUTE,
                now - SESSION_HOURS * 60 * MINUTE,
                instead.map(Ticket::hash)
            ],
        )?;
        let agent: String = agent.chars().filter(|c| !c.is_control()).take(120).collect();
        tx.execute(
            "INSERT INTO console_session (hash, user, complete, made_ms, seen_ms, came_from, agent)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
            params![ticket.hash(), name.as_str(), complete, now, by.came_from, agent],
        )?;
        if complete {
            tx.execute("UPDATE console_user SET failed = 0 WHERE user = ?1", [name.as_str()])?;
            audit::append(tx, by, "sign_in", name.as_str(), true)?;
        }
        Ok(ticket.clone())
    })
}

const SESSION: &str = "s.complete, s.pending, s.hash, s.made_ms, s.seen_ms, s.came_from, s.agent";

fn session_of(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        user: user(row)?,
        complete: row.get(7)?,
        pending: row.get(8)?,
        hash: row.get(9)?,
        made: Instant::from_unix_ms(row.get(10)?),
        seen: Instant::from_unix_ms(row.get(11)?),
        came_from: row.get(12)?,
        agent: row.get(13)?,
    })
}

impl Session {
    fn alive(&self, now: Instant) -> bool {
        let age = now.unix_ms() - self.made.unix_ms();
        let idle = now.unix_ms() - self.seen.unix_ms();
        let most = if self.complete {
            SESSION_HOURS * 60
        } else {
            HALF_MINUTES
        };
        self.user.active && idle < IDLE_MINUTES * MINUTE && age < most * MINUTE
    }
}

/// The session of a ticket, if it still lives. `used`: by a person, not by a page that looks for news on its own.
pub(super) fn session(store: &Sqlite, ticket: &Ticket, used: bool) -> Result<Option<Session>> {
    let now = edge::now();
    let hash = ticket.hash();
    let found = store.read(|tx| {
        let sql = format!(
            "SELECT {USER}, {SESSION} FROM console_session s JOIN console_user u ON u.user = s.user WHERE s.hash = ?1"
        );
        Ok(tx.prepare_cached(&sql)?.query_row([&hash], session_of).optional()?)
    })?;
    let Some(found) = found.filter(|session| session.alive(now)) else {
        return Ok(None);
    };
    if used && now.unix_ms() - found.seen.unix_ms() >= SEEN {
        store.write(|tx| {
            let sql = "UPDATE console_session SET seen_ms = ?2 WHERE hash = ?1";
            tx.execute(sql, params![hash, now.unix_ms()])?;
            Ok(())
        })?;
    }
    Ok(Some(found))
}

/// Keeps a second factor that is being set up.
pub(super) fn set_pending(store: &Sqlite, ticket: &Ticket, sealed: &[u8]) -> Result<()> {
    store.write(|tx| {
        let sql = "UPDATE console_session SET pending = ?2 WHERE hash = ?1";
        tx.execute(sql, params![ticket.hash(), sealed])?;
        Ok(())
    })
}

/// Living sessions of a user, the newest first.
pub(super) fn sessions(store: &Sqlite, name: &UserName) -> Result<Vec<Session>> {
    let now = edge::now();
    store.read(|tx| {
        let mut statement = tx.prepare_cached(&format!(
            "SELECT {USER}, {SESSION} FROM console_session s JOIN console_user u ON u.user = s.user
              WHERE s.user = ?1 ORDER BY s.made_ms DESC, s.hash"
        ))?;
        let found = statement.query_map([name.as_str()], session_of)?;
        let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(found.into_iter().filter(|session| session.alive(now)).collect())
    })
}

/// Ends one session, or all of the user's.
pub(super) fn sign_out(store: &Sqlite, by: &By, name: &UserName, only: Option<&Ticket>) -> Result<()> {
    store.write(|tx| {
        let ended = match only {
            Some(ticket) => tx.execute("DELETE FROM console_session WHERE hash = ?1", [ticket.hash()])?,
            None => tx.execute("DELETE FROM console_session WHERE user = ?1", [name.as_str()])?,
        };
        let act = if only.is_some() {
            "sign_out"
        } else {
            "sign_out_everywhere"
        };
        audit::append(tx, by, act, &format!("{name}, sessions ended: {ended}"), true)
    })
}
