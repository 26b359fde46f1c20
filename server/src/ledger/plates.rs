//! Handling units whose facts contradict each other: two devices that were offline gave one label to two pallets, or put
//! two pallets onto one another. Also on what a unit stands, through all that is under it.

use super::Result;
use super::found::{self, Found};
use super::picture::Scene;
use super::sqlite::noun;
use lotline_record::entry::Body;
use lotline_record::model::{Account, ContentsKnown, OwnerId, PlateId};
use lotline_record::stock::Effect;
use rusqlite::{OptionalExtension, params};

/// So deep is looked for what something stands on.
const DEEPEST: usize = 32;

/// Whether the entry contradicts what stands: it then has no effect on where the handling unit is. What was scanned onto one
/// label on two devices adds up, as both happened.
pub(super) fn contradicts(scene: &Scene<'_>, all: &[Effect]) -> Result<Option<Found>> {
    if let Body::PlateBuilt { plate, at, was, .. } = &scene.entry.body {
        let known = account_of(scene, plate)?.filter(Account::is_physical);
        let twice = known.is_some_and(|known| Some(&known) != was.as_ref()) && built_by_another(scene, plate)?;
        if twice {
            return against(scene, plate, "plate_built_twice", at).map(Some);
        }
    }
    for effect in all {
        if let Effect::Plate { plate, account, .. } = effect
            && stands_on(scene, account, plate)?
        {
            return against(scene, plate, "plate_cycle", account).map(Some);
        }
    }
    Ok(None)
}

/// An entry says where the handling unit stands. It stands where who told last says, by the clocks.
pub(super) fn told(
    scene: &Scene<'_>,
    plate: &PlateId,
    owner: Option<&OwnerId>,
    account: &Account,
    known: Option<ContentsKnown>,
) -> Result<()> {
    scene
        .db
        .prepare_cached(
            "INSERT INTO plate_told (plate, device, wall_ms, account, contents_known) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (plate, device) DO UPDATE SET wall_ms = max(wall_ms, excluded.wall_ms),
               account = excluded.account, contents_known = coalesce(excluded.contents_known, contents_known)",
        )?
        .execute(params![
            plate.as_str(),
            scene.entry.device.as_str(),
            scene.told_ms(),
            account.to_string(),
            known.map(ContentsKnown::as_str)
        ])?;
    let (account, known): (String, Option<String>) = scene
        .db
        .prepare_cached(
            "SELECT account, (SELECT contents_known FROM plate_told WHERE plate = ?1 AND contents_known IS NOT NULL
                                ORDER BY wall_ms DESC, device DESC LIMIT 1)
               FROM plate_told WHERE plate = ?1 ORDER BY wall_ms DESC, device DESC LIMIT 1",
        )?
        .query_row([plate.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    scene
        .db
        .prepare_cached(
            "INSERT INTO plate (site, plate, owner, account, contents_known, cursor)
             VALUES (?1, ?2, ?3, ?4, coalesce(?5, 'unknown'), ?6)
             ON CONFLICT (site, plate) DO UPDATE SET owner = coalesce(excluded.owner, owner),
               account = excluded.account, contents_known = coalesce(?5, contents_known),
               cursor = excluded.cursor, gone = 0",
        )?
        .execute(params![
            scene.site,
            plate.as_str(),
            owner.map(OwnerId::as_str),
            account,
            known,
            scene.change
        ])?;
    Ok(())
}

fn against(scene: &Scene<'_>, plate: &PlateId, code: &'static str, at: &Account) -> Result<Found> {
    let found = Found::new(code, scene.entry).at(at);
    Ok(
        match found::touched(scene, "plate = ?2 AND plate = ?3 AND plate = ?4", [plate.as_str(); 3])? {
            Some(first) => found.against(&first),
            None => found,
        },
    )
}

fn account_of(scene: &Scene<'_>, plate: &PlateId) -> Result<Option<Account>> {
    let account = scene
        .db
        .prepare_cached("SELECT account FROM plate WHERE site = ?1 AND plate = ?2 AND gone = 0")?
        .query_row(params![scene.site, plate.as_str()], |row| row.get::<_, String>(0))
        .optional()?;
    account.map(|text| noun(&text)).transpose()
}

/// Whether another device began that handling unit, and this entry's did not know.
fn built_by_another(scene: &Scene<'_>, plate: &PlateId) -> Result<bool> {
    Ok(scene
        .db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM history WHERE site = ?1 AND plate = ?2 AND kind = 'plate_built'
               AND device <> ?3 AND cursor > ?4)",
        )?
        .query_row(
            params![
                scene.site,
                plate.as_str(),
                scene.entry.device.as_str(),
                scene.entry.cursor.cast_signed()
            ],
            |row| row.get(0),
        )?)
}

/// Whether an account is `plate`, or stands on it.
fn stands_on(scene: &Scene<'_>, account: &Account, plate: &PlateId) -> Result<bool> {
    let mut below = account.clone();
    for _ in 0..DEEPEST {
        let Account::Plate(parent) = &below else {
            return Ok(false);
        };
        if parent == plate {
            return Ok(true);
        }
        match account_of(scene, parent)? {
            Some(account) => below = account,
            None => return Ok(false),
        }
    }
    Ok(true)
}
