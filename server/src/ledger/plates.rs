//! Handling units whose facts contradict each other: two devices that were offline gave one label to two pallets, or put
//! two pallets onto one another.

use super::Result;
use super::found::{self, Found};
use super::picture::Scene;
use super::sqlite::noun;
use lotline_record::entry::Body;
use lotline_record::model::{Account, PlateId};
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
