//! What the record says of people: who is locked out, and how devices are to be for whom.

use super::picture::Scene;
use super::sqlite::{Sqlite, noun};
use super::{Result, site};
use lotline_record::entry::{Body, Instant};
use lotline_record::model::{PersonId, Policy};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

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

/// What somebody chose. The later choice holds, of two at the same time that of the greater device: in whatever order devices
/// tell, all come to the same. A clock that is ahead counts from when the entry came, so that it does not win for ever.
pub(super) fn choose(scene: &Scene<'_>, received: Instant) -> Result<()> {
    let Body::Preferred { setting, at } = &scene.entry.body else {
        return Ok(());
    };
    let Some(who) = scene.entry.who.as_ref().filter(|_| setting.is_in_range()) else {
        return Ok(());
    };
    scene
        .db
        .prepare_cached(
            "INSERT INTO setting (site, person, name, value, changed_ms, device, cursor) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (site, person, name) DO UPDATE SET value = excluded.value, changed_ms = excluded.changed_ms,
               device = excluded.device, cursor = excluded.cursor, gone = 0
             WHERE gone OR (changed_ms, device) <= (excluded.changed_ms, excluded.device)",
        )?
        .execute(params![
            scene.site,
            who.person.as_str(),
            setting.name(),
            setting.value(),
            at.unix_ms().min(received.unix_ms()),
            scene.entry.device.as_str(),
            scene.change
        ])?;
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

/// Everybody's printed name, with its version: those who left, too.
pub(super) fn names(store: &Sqlite) -> Result<BTreeMap<PersonId, (u32, String)>> {
    store.read(|db| {
        let site = site::load(db)?.site;
        let mut statement = db.prepare_cached("SELECT person, name_version, name FROM person WHERE site = ?1")?;
        let mut rows = statement.query([site.as_str()])?;
        let mut names = BTreeMap::new();
        while let Some(row) = rows.next()? {
            names.insert(noun(&row.get::<_, String>(0)?)?, (row.get(1)?, row.get(2)?));
        }
        Ok(names)
    })
}
