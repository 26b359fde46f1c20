//! A serial is in at most one place (B4). Two devices that were offline may both claim it: both entries stand in the
//! record, one exception shows both, and it counts once (failure matrix, row 44).
//!
//! A move may also report before the receipt it builds on (domain §8): the serial is then taken as told, with its origin
//! outstanding, and what leads to that origin heals it instead of disputing it.

use super::Result;
use super::found::{self, Found};
use super::picture::Scene;
use super::sqlite::noun;
use lotline_record::model::{Account, Goods, Lifecycle, SerialKey};
use lotline_record::rules::Facts;
use lotline_record::stock::Effect;
use rusqlite::{OptionalExtension, params};

struct Known {
    account: Account,
    lifecycle: Lifecycle,
}

fn known(scene: &Scene<'_>, serial: &SerialKey) -> Result<Option<Known>> {
    let row = scene
        .db
        .prepare_cached(
            "SELECT account, lifecycle FROM serial
              WHERE site = ?1 AND scheme = ?2 AND maker_key = ?3 AND serial = ?4 AND gone = 0",
        )?
        .query_row(
            params![
                scene.site,
                serial.scheme.as_str(),
                serial.maker_key,
                serial.serial.as_str()
            ],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        )
        .optional()?;
    let Some((account, lifecycle)) = row else {
        return Ok(None);
    };
    let lifecycle = Lifecycle::from_word(&lifecycle)
        .ok_or_else(|| super::LedgerError::Damaged(format!("lifecycle {lifecycle:?}")))?;
    Ok(Some(Known {
        account: noun(&account)?,
        lifecycle,
    }))
}

fn outstanding(scene: &Scene<'_>, serial: &SerialKey) -> Result<Option<Account>> {
    let row = scene
        .db
        .prepare_cached("SELECT leads_to FROM serial_origin WHERE scheme = ?1 AND maker_key = ?2 AND serial = ?3")?
        .query_row(
            params![serial.scheme.as_str(), serial.maker_key, serial.serial.as_str()],
            |row| row.get::<_, String>(0),
        )
        .optional()?;
    row.map(|text| noun(&text)).transpose()
}

enum Step {
    /// From where the picture has it, or new.
    Onward,
    /// Tells where it came from; it stays where it is.
    Origin,
    /// New here, and nobody told of its receipt.
    OriginUnknown,
    /// It is elsewhere.
    Disputed(Account),
}

fn step(scene: &Scene<'_>, serial: &SerialKey, from: &Account, to: &Account) -> Result<Step> {
    let here = known(scene, serial)?.filter(|known| known.lifecycle == Lifecycle::Here && known.account.is_physical());
    let Some(here) = here else {
        return Ok(if from.is_physical() {
            Step::OriginUnknown
        } else {
            Step::Onward
        });
    };
    if here.account == *from {
        return Ok(Step::Onward);
    }
    if outstanding(scene, serial)?.as_ref() == Some(to) {
        return Ok(Step::Origin);
    }
    Ok(Step::Disputed(here.account))
}

/// Whether the entry claims a serial that is elsewhere; if so the second place is written down.
pub(super) fn dispute(scene: &Scene<'_>, all: &[Effect]) -> Result<Option<Found>> {
    for effect in all {
        let Effect::Serial {
            serial,
            from,
            account,
            item,
            owner,
            ..
        } = effect
        else {
            continue;
        };
        let Step::Disputed(at) = step(scene, serial, from, account)? else {
            continue;
        };
        let claimed = if account.is_physical() { account } else { from };
        scene
            .db
            .prepare_cached(
                "UPDATE serial SET claimed = ?5, cursor = ?6
                  WHERE site = ?1 AND scheme = ?2 AND maker_key = ?3 AND serial = ?4",
            )?
            .execute(params![
                scene.site,
                serial.scheme.as_str(),
                serial.maker_key,
                serial.serial.as_str(),
                claimed.to_string(),
                scene.change
            ])?;
        let message = Facts::SerialUnique {
            serial: serial.serial.to_string(),
            at: Some(at),
            lifecycle: Some(Lifecycle::Here),
        }
        .judge()
        .message;
        let mut found = Found::new("disputed_serial", scene.entry).saying(message).at(claimed);
        let first = found::touched(
            scene,
            "owner = ?2 AND item = ?3 AND serial = ?4",
            [owner.as_str(), item.as_str(), serial.serial.as_str()],
        )?;
        if let Some(first) = &first {
            found = found.against(first);
        }
        if let Some(open) = open_dispute(scene, serial)? {
            found = found.joining(open);
        }
        return Ok(Some(found));
    }
    Ok(None)
}

/// The open exception about that serial: a third claim joins it.
fn open_dispute(scene: &Scene<'_>, serial: &SerialKey) -> Result<Option<String>> {
    let mut statement = scene.db.prepare_cached(
        "SELECT exception, goods FROM exception
          WHERE site = ?1 AND code = 'disputed_serial' AND state = 'open' AND serial = ?2",
    )?;
    let mut rows = statement.query(params![scene.site, serial.serial.as_str()])?;
    while let Some(row) = rows.next()? {
        let goods: Option<Goods> = row
            .get::<_, Option<String>>(1)?
            .and_then(|text| serde_json::from_str(&text).ok());
        if goods.and_then(|goods| goods.serial).as_ref() == Some(serial) {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}

/// Books a move of a serial that is not disputed: `write` sets its new place.
pub(super) fn moved(
    scene: &Scene<'_>,
    serial: &SerialKey,
    from: &Account,
    to: &Account,
    write: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let key = params![serial.scheme.as_str(), serial.maker_key, serial.serial.as_str()];
    match step(scene, serial, from, to)? {
        Step::Onward => write(),
        Step::OriginUnknown => {
            scene
                .db
                .prepare_cached(
                    "INSERT INTO serial_origin (scheme, maker_key, serial, leads_to) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET leads_to = excluded.leads_to",
                )?
                .execute(params![
                    serial.scheme.as_str(),
                    serial.maker_key,
                    serial.serial.as_str(),
                    from.to_string()
                ])?;
            write()
        }
        Step::Origin if from.is_physical() => {
            scene
                .db
                .prepare_cached(
                    "UPDATE serial_origin SET leads_to = ?4 WHERE scheme = ?1 AND maker_key = ?2 AND serial = ?3",
                )?
                .execute(params![
                    serial.scheme.as_str(),
                    serial.maker_key,
                    serial.serial.as_str(),
                    from.to_string()
                ])?;
            Ok(())
        }
        Step::Origin => {
            scene
                .db
                .prepare_cached("DELETE FROM serial_origin WHERE scheme = ?1 AND maker_key = ?2 AND serial = ?3")?
                .execute(key)?;
            Ok(())
        }
        // `dispute` looked before; nothing was applied in between.
        Step::Disputed(_) => Ok(()),
    }
}

/// A settled dispute: the serial has one place again.
pub(super) fn settled(scene: &Scene<'_>, exception: &str) -> Result<()> {
    let goods: Option<String> = scene
        .db
        .prepare_cached("SELECT goods FROM exception WHERE site = ?1 AND exception = ?2 AND code = 'disputed_serial'")?
        .query_row(params![scene.site, exception], |row| row.get(0))
        .optional()?
        .flatten();
    let goods: Option<Goods> = goods.and_then(|text| serde_json::from_str(&text).ok());
    let Some(serial) = goods.and_then(|goods| goods.serial) else {
        return Ok(());
    };
    scene
        .db
        .prepare_cached(
            "UPDATE serial SET claimed = NULL, cursor = ?5
              WHERE site = ?1 AND scheme = ?2 AND maker_key = ?3 AND serial = ?4",
        )?
        .execute(params![
            scene.site,
            serial.scheme.as_str(),
            serial.maker_key,
            serial.serial.as_str(),
            scene.change
        ])?;
    Ok(())
}
