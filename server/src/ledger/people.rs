//! What the record says of people: who is locked out.

use super::Result;
use super::picture::Scene;
use lotline_record::entry::Instant;
use lotline_record::model::Policy;
use rusqlite::{Connection, params};

/// Who is locked out on one device is on all. The latest end wins, so the order in which devices tell does not matter; and
/// none is later than the policy's minutes after the entry came, so that no clock locks anybody out for ever.
pub(super) fn lock_out(scene: &Scene<'_>, received: Instant) -> Result<()> {
    let Some(locks) = scene.entry.body.locks() else {
        return Ok(());
    };
    let minutes = policy(scene.db, scene.site)?.lockout_minutes;
    let most_ms = received.unix_ms() + i64::from(minutes) * 60_000;
    let until_ms = locks.until.unix_ms().min(most_ms);
    if until_ms <= received.unix_ms() {
        return Ok(());
    }
    scene
        .db
        .prepare_cached(
            "INSERT INTO lockout (site, person, until_ms, cursor) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (site, person) DO UPDATE SET until_ms = excluded.until_ms, cursor = excluded.cursor, gone = 0
             WHERE gone OR until_ms < excluded.until_ms",
        )?
        .execute(params![scene.site, locks.person.as_str(), until_ms, scene.change])?;
    Ok(())
}

/// The newest policy that reads, as handhelds take it; the defaults where there is none.
pub(super) fn policy(db: &Connection, site: &str) -> Result<Policy> {
    let mut statement =
        db.prepare_cached("SELECT policy FROM policy WHERE site = ?1 AND gone = 0 ORDER BY version DESC")?;
    let mut rows = statement.query([site])?;
    while let Some(row) = rows.next()? {
        if let Ok(policy) = Policy::read(&row.get::<_, String>(0)?) {
            return Ok(policy);
        }
    }
    Ok(Policy::default())
}
