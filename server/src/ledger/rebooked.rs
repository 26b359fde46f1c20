//! An entry that was applied already, and counts after all, or does not any more: what it moved is booked, or booked back.

use super::picture::{self, Scene};
use super::{Result, archive, hand_off};
use lotline_record::entry::{Position, Sealed};
use lotline_record::stock::{Effect, effects};
use rusqlite::{OptionalExtension, params};

/// Books what the entry moved, or books it back.
pub(super) fn rebook(scene: &Scene<'_>, device: &str, position: Position, counts: bool) -> Result<()> {
    let stored = scene
        .db
        .prepare_cached(
            "SELECT arrival, bytes FROM entry WHERE device = ?1 AND epoch = ?2 AND seq = ?3 AND counted <> ?4",
        )?
        .query_row(
            params![device, position.epoch(), position.seq().cast_signed(), counts],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)),
        )
        .optional()?;
    let Some((arrival, bytes)) = stored else {
        return Ok(());
    };
    archive::guard::here(&bytes, device, position)?;
    // What cannot be read again has had no effect of its own.
    let Ok(entry) = Sealed::from_stored(position, bytes).open() else {
        return Ok(());
    };
    for effect in effects(&entry.body) {
        let sign = |amount: lotline_record::model::Amount| if counts { amount } else { -amount };
        match effect {
            Effect::Stock { key, account, delta } => {
                let delta = sign(delta);
                picture::put(scene, &Effect::Stock { key, account, delta })?;
            }
            Effect::Line { line, delta } => {
                let delta = sign(delta);
                picture::put(scene, &Effect::Line { line, delta })?;
            }
            _ => {}
        }
    }
    scene
        .db
        .prepare_cached("UPDATE entry SET counted = ?2 WHERE arrival = ?1")?
        .execute(params![arrival, counts])?;
    let changed = if counts {
        let unit = hand_off::unit(&entry);
        hand_off::queue(scene.db, arrival, device, entry.body.kind(), &unit, None)?
    } else {
        // What a back-end has, it has: somebody looks at the exception.
        hand_off::withdraw(scene.db, arrival)?
    };
    if changed {
        scene
            .db
            .prepare_cached(
                "UPDATE verdict SET wms = ?4, cursor = ?5 WHERE site = ?1 AND device = ?2 AND position = ?3",
            )?
            .execute(params![
                scene.site,
                device,
                position.raw(),
                counts.then_some("queued"),
                scene.change
            ])?;
    }
    Ok(())
}
