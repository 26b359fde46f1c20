//! What an effect does to the picture's rows. Every row touched gets the number of the change.

use super::{Result, blocks, found, plates, serial, tasks};
use lotline_record::entry::{Body, Entry, Hash, Instant};
use lotline_record::model::{ItemId, LotKey, LotNumber, OwnerId, PersonId, PlateId};
use lotline_record::stock::Effect;
use lotline_record::trace::Line;
use rusqlite::{Connection, params};

/// One entry being applied: where, under which change, from what.
pub(super) struct Scene<'a> {
    pub db: &'a Connection,
    pub site: &'a str,
    pub change: i64,
    pub entry: &'a Entry,
    pub hash: Hash,
}

impl Scene<'_> {
    /// When the entry was written, by the gateway's clock as far as its device had measured that.
    pub(super) fn told_ms(&self) -> i64 {
        let at = &self.entry.at;
        at.wall.unix_ms().saturating_add(at.offset_ms.unwrap_or_default())
    }
}

/// Lot and maker as the picture's key has them: an absent one is the empty text.
pub(super) fn lot_key(lot: Option<&LotKey>) -> (&str, &str) {
    lot.map_or(("", ""), |lot| {
        (
            lot.number.as_str(),
            lot.maker.as_ref().map_or("", |maker| maker.as_str()),
        )
    })
}

/// JSON of what is always writable.
pub(super) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn put(scene: &Scene<'_>, effect: &Effect) -> Result<()> {
    let Scene {
        db,
        site,
        change,
        entry,
        ..
    } = scene;
    match effect {
        Effect::Stock { key, account, delta } => {
            let (lot, maker) = lot_key(key.lot.as_ref());
            // A row that reaches zero is a tombstone; devices then drop it, and a later transfer brings it back.
            db.prepare_cached(
                "INSERT INTO stock (site, owner, item, lot, maker, level, account, amount, cursor, gone)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?8 = 0)
                 ON CONFLICT (site, owner, item, lot, maker, level, account) DO UPDATE SET
                   amount = amount + excluded.amount, gone = amount + excluded.amount = 0, cursor = excluded.cursor",
            )?
            .execute(params![
                site,
                key.owner.as_str(),
                key.item.as_str(),
                lot,
                maker,
                key.level.as_str(),
                account.to_string(),
                delta.micros(),
                change
            ])?;
        }
        Effect::Lot {
            owner,
            item,
            lot,
            expiry,
            produced,
            correct,
        } => {
            let (number, maker) = lot_key(Some(lot));
            let (expiry, produced) = (expiry.map(|d| d.to_string()), produced.map(|d| d.to_string()));
            db.prepare_cached(
                "INSERT INTO lot (site, owner, item, lot, maker, expiry, produced, cursor)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (site, owner, item, lot, maker) DO UPDATE SET gone = 0, cursor = excluded.cursor,
                   expiry = CASE WHEN ?9 THEN coalesce(excluded.expiry, expiry) ELSE coalesce(expiry, excluded.expiry) END,
                   produced = coalesce(produced, excluded.produced)
                 WHERE gone OR (expiry IS NULL AND excluded.expiry IS NOT NULL)
                    OR (produced IS NULL AND excluded.produced IS NOT NULL)
                    OR (?9 AND excluded.expiry IS NOT NULL AND expiry IS NOT excluded.expiry)",
            )?
            .execute(params![site, owner.as_str(), item.as_str(), number, maker, expiry, produced, change, correct])?;
        }
        Effect::Serial {
            serial,
            owner,
            item,
            lot,
            from,
            account,
            lifecycle,
        } => {
            let lot = lot.as_ref();
            serial::moved(
                scene,
                serial,
                &serial::Of { owner, item, lot },
                (from, account),
                *lifecycle,
            )?;
        }
        Effect::Plate {
            plate,
            owner,
            account,
            known,
        } => plates::told(scene, plate, owner.as_ref(), account, *known)?,
        Effect::Line { line, delta } => {
            // A line this site was never told of has no row: the goods count as stock all the same.
            db.prepare_cached(
                "UPDATE document_line SET done = done + ?5, cursor = ?6
                  WHERE site = ?1 AND kind = ?2 AND document = ?3 AND line = ?4",
            )?
            .execute(params![
                site,
                line.kind.as_str(),
                line.document.as_str(),
                line.line.as_str(),
                delta.micros(),
                change
            ])?;
        }
        Effect::Closed {
            kind,
            document,
            outcome,
        } => {
            db.prepare_cached(
                "UPDATE document SET state = ?4, cursor = ?5 WHERE site = ?1 AND kind = ?2 AND document = ?3",
            )?
            .execute(params![site, kind.as_str(), document.as_str(), outcome, change])?;
        }
        Effect::Task { task, owner, assigned } => tasks::assign(scene, task, owner, assigned)?,
        Effect::Opened { exception } => opened(scene, exception.as_str())?,
        Effect::Settled { exception, how } => {
            let Body::Resolved { reason, signature, .. } = &entry.body else {
                // Nobody signs a count: two people counted.
                return found::settle(scene, exception.as_str(), how);
            };
            db.prepare_cached(
                "UPDATE exception SET state = 'settled', resolution = ?3, reason = ?4, signed_by = ?5, signed_ms = ?6,
                   cursor = ?7 WHERE site = ?1 AND exception = ?2",
            )?
            .execute(params![
                site,
                exception.as_str(),
                how,
                reason,
                signature.person.as_str(),
                signature.at.unix_ms(),
                change
            ])?;
            serial::settled(scene, exception.as_str())?;
        }
        Effect::Block(block) => blocks::placed(scene, block)?,
        Effect::Unblock(block) => blocks::released(scene, block)?,
    }
    Ok(())
}

/// A device's exception, whole. One that stands already stays as it is.
fn opened(scene: &Scene<'_>, exception: &str) -> Result<()> {
    let Body::Raised {
        code,
        message,
        goods,
        at,
        line,
        known_expiry,
        ..
    } = &scene.entry.body
    else {
        return Ok(());
    };
    found::insert(
        scene,
        &found::Row {
            exception,
            code,
            message,
            goods: goods.as_ref(),
            account: at.as_ref(),
            line: line.as_ref(),
            known_expiry: *known_expiry,
            evidence: &[scene.entry.reference(scene.hash)],
        },
    )
}

/// What a receipt tells of its lot beyond the label: the first day it came, and the supplier's own number.
pub(super) fn first_receipt(scene: &Scene<'_>) -> Result<()> {
    let (Body::Received { goods, .. } | Body::Damaged { goods, .. }) = &scene.entry.body else {
        return Ok(());
    };
    let Some(lot) = &goods.lot else { return Ok(()) };
    let at = &scene.entry.at;
    let corrected = Instant::from_unix_ms(scene.told_ms());
    let (number, maker) = lot_key(Some(lot));
    scene
        .db
        .prepare_cached(
            "UPDATE lot SET received_on = min(coalesce(received_on, ?6), ?6), supplier_lot = coalesce(supplier_lot, ?7),
               cursor = ?8
              WHERE site = ?1 AND owner = ?2 AND item = ?3 AND lot = ?4 AND maker = ?5
                AND (received_on IS NULL OR received_on > ?6 OR (supplier_lot IS NULL AND ?7 IS NOT NULL))",
        )?
        .execute(params![
            scene.site,
            goods.owner.as_str(),
            goods.item.as_str(),
            number,
            maker,
            corrected.day(at.zone_min).to_string(),
            goods.supplier_lot.as_ref().map(LotNumber::as_str),
            scene.change
        ])?;
    Ok(())
}

pub(super) fn history(scene: &Scene<'_>, line: &Line) -> Result<()> {
    scene
        .db
        .prepare_cached(
            "INSERT INTO history (site, device, position, at_ms, zone_min, person, kind, owner, item, lot, serial, plate,
               from_account, to_account, amount, document, cursor)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
             ON CONFLICT (site, device, position) DO NOTHING",
        )?
        .execute(params![
            scene.site,
            line.device.as_str(),
            line.position.raw(),
            line.at_ms,
            line.zone_min,
            line.person.as_ref().map(PersonId::as_str),
            line.kind,
            line.owner.as_ref().map(OwnerId::as_str),
            line.item.as_ref().map(ItemId::as_str),
            line.lot.as_ref().map(LotNumber::as_str),
            line.serial,
            line.plate.as_ref().map(PlateId::as_str),
            line.from.as_ref().map(ToString::to_string),
            line.to.as_ref().map(ToString::to_string),
            line.amount.micros(),
            line.document,
            scene.change
        ])?;
    Ok(())
}
