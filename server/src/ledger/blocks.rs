//! Blocks, in whatever order their placing and their release arrive: a gateway restored from a backup is told by each device
//! again, and who released a block may come before who placed it. Until then nobody can say whether the release holds: it
//! is an exception, and judged again once the block is known.

use super::picture::{self, Scene, json};
use super::sqlite::hash;
use super::{LedgerError, Result, apply, archive, found, inspected};
use lotline_record::entry::{Body, Position, Sealed};
use lotline_record::model::{Block, BlockId, PlacedScope};
use lotline_record::stock::{Effect, effects};
use rusqlite::params;

/// What an exception is called whose block nobody placed yet.
pub(super) const UNKNOWN: &str = "block_unknown";

/// A block is placed; or closed again by an inspection that failed what another one released.
pub(super) fn placed(scene: &Scene<'_>, block: &Block) -> Result<()> {
    let (of, key) = block.scope.key();
    scene
        .db
        .prepare_cached(
            "INSERT INTO block (site, block, kind, scope_of, scope_key, scope, reason, state, cursor)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'open', ?8)
             ON CONFLICT (site, block) DO UPDATE SET state = 'open', cursor = excluded.cursor, gone = 0",
        )?
        .execute(params![
            scene.site,
            block.block.as_str(),
            block.kind.as_str(),
            of,
            key,
            json(&PlacedScope {
                scope: block.scope.clone(),
                // A part of which less stays is still that of who placed it.
                placed_by: block.placed_by.clone().or_else(|| scene.entry.placed_by().cloned()),
                part: block.part.clone(),
            }),
            block.reason,
            scene.change
        ])?;
    heal(scene, &block.block)
}

/// A block is released.
pub(super) fn released(scene: &Scene<'_>, block: &BlockId) -> Result<()> {
    scene
        .db
        .prepare_cached("UPDATE block SET state = 'released', cursor = ?3 WHERE site = ?1 AND block = ?2")?
        .execute(params![scene.site, block.as_str(), scene.change])?;
    Ok(())
}

/// The blocks that an entry releases, or decides on.
fn decided(body: &Body) -> Vec<&BlockId> {
    match body {
        Body::Released { block, .. } | Body::Verified { block, .. } => vec![block],
        Body::Inspected(inspected) => inspected.blocks.iter().map(|block| &block.block).collect(),
        _ => Vec::new(),
    }
}

fn is_known(scene: &Scene<'_>, block: &BlockId) -> Result<bool> {
    Ok(scene
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM block WHERE site = ?1 AND block = ?2)")?
        .query_row(params![scene.site, block.as_str()], |row| row.get(0))?)
}

/// Keeps in mind that the entry decides on a block nobody told of yet.
pub(super) fn await_placing(scene: &Scene<'_>, arrival: i64, exception: &str) -> Result<()> {
    for block in decided(&scene.entry.body) {
        if !is_known(scene, block)? {
            scene
                .db
                .prepare_cached("INSERT INTO released_ahead (block, arrival, exception) VALUES (?1, ?2, ?3)")?
                .execute(params![block.as_str(), arrival, exception])?;
        }
    }
    Ok(())
}

/// Who released the block before it was known is heard now.
fn heal(scene: &Scene<'_>, block: &BlockId) -> Result<()> {
    let mut statement = scene
        .db
        .prepare_cached("DELETE FROM released_ahead WHERE block = ?1 RETURNING arrival, exception")?;
    let ahead = statement.query_map([block.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut ahead: Vec<(i64, String)> = ahead.collect::<rusqlite::Result<_>>()?;
    ahead.sort();
    for (arrival, exception) in ahead {
        let (epoch, seq, own_hash, bytes): (u32, i64, Vec<u8>, Vec<u8>) = scene
            .db
            .prepare_cached("SELECT epoch, seq, hash, bytes FROM entry WHERE arrival = ?1")?
            .query_row([arrival], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        let own_hash = hash(&own_hash)?;
        let position = Position::new(epoch, seq.cast_unsigned());
        if archive::guard::is_gone(&bytes) {
            // No month goes while a release of it waits.
            return Err(LedgerError::Damaged(format!(
                "the release of {block} that waits is in an archive"
            )));
        }
        // What cannot be read again stays an exception for a person.
        let Ok(entry) = Sealed::from_stored(position, bytes).open() else {
            continue;
        };
        let then = Scene {
            entry: &entry,
            hash: own_hash,
            ..*scene
        };
        if apply::claim(&then)?.is_some() {
            continue;
        }
        let mut all = effects(&entry.body);
        // What was done by hand counted at once.
        all.retain(|effect| matches!(effect, Effect::Unblock(_)));
        let against = inspected::more_restrictive(&then, &mut all)?;
        for effect in &all {
            picture::put(&then, effect)?;
        }
        scene
            .db
            .prepare_cached("UPDATE entry SET counted = 1 WHERE arrival = ?1")?
            .execute([arrival])?;
        // The block is known now, whatever else contradicts the entry.
        found::settle(scene, &exception, "explained")?;
        if let Some(found) = against {
            found.later().open(&then)?;
        }
    }
    Ok(())
}
