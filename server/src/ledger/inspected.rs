//! Two inspections of the same goods by devices that knew nothing of each other: the more restrictive holds (domain §4).
//! What one of them failed stays blocked, whichever was told first.

use super::found::Found;
use super::picture::Scene;
use super::sqlite::{hash, noun};
use super::{Result, archive};
use lotline_record::entry::{Body, EntryRef, Inspected, InspectionOutcome, Position, Sealed};
use lotline_record::model::Block;
use lotline_record::stock::Effect;
use rusqlite::params;

/// Keeps closed what another device's inspection failed, of an inspection that passes; and closes again, of one that fails,
/// what another device's has released. What stands where is as was done: only the blocks change.
pub(super) fn more_restrictive(scene: &Scene<'_>, all: &mut Vec<Effect>) -> Result<Option<Found>> {
    let Body::Inspected(own) = &scene.entry.body else {
        return Ok(None);
    };
    if own.blocks.is_empty() {
        return Ok(None);
    }
    let failed = own.outcome == InspectionOutcome::Fail;
    let mut against = None;
    for (reference, other) in unseen(scene)? {
        if failed == (other.outcome == InspectionOutcome::Fail) {
            continue;
        }
        let both = |block: &&Block| other.blocks.iter().any(|b| b.block == block.block);
        for block in own.blocks.iter().filter(both) {
            if failed {
                all.push(Effect::Block(block.clone()));
            } else {
                all.retain(|effect| !matches!(effect, Effect::Unblock(name) if *name == block.block));
            }
            against = Some(reference.clone());
        }
    }
    Ok(against.map(|other| Found::new("inspection_failed", scene.entry).against(&other)))
}

/// Inspections by other devices that this one had not seen, and that took effect.
fn unseen(scene: &Scene<'_>) -> Result<Vec<(EntryRef, Inspected)>> {
    let mut statement = scene.db.prepare_cached(
        "SELECT h.device, h.position, e.hash, e.bytes FROM history h
           JOIN entry e ON e.device = h.device AND e.epoch = h.position >> 40 AND e.seq = (h.position & 0xffffffffff)
          WHERE h.site = ?1 AND h.kind IN ('inspected:pass', 'inspected:partial', 'inspected:fail')
            AND h.device <> ?2 AND h.cursor > ?3 AND e.counted ORDER BY h.cursor",
    )?;
    let mut rows = statement.query(params![
        scene.site,
        scene.entry.device.as_str(),
        scene.entry.cursor.cast_signed()
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let position = Position::from_raw(row.get(1)?);
        let bytes: Vec<u8> = row.get(3)?;
        archive::guard::here(&bytes, &row.get::<_, String>(0)?, position)?;
        // What cannot be read again has had no effect of its own.
        let Ok(entry) = Sealed::from_stored(position, bytes).open() else {
            continue;
        };
        if let Body::Inspected(inspected) = entry.body {
            let reference = EntryRef {
                device: noun(&row.get::<_, String>(0)?)?,
                epoch: position.epoch(),
                seq: position.seq(),
                hash: hash(&row.get::<_, Vec<u8>>(2)?)?,
            };
            found.push((reference, *inspected));
        }
    }
    Ok(found)
}
