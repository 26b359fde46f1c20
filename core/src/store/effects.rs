//! Own effects: what own entries change in the picture until the server's rows include them.

use super::storage;
use crate::Error;
use lotline_record::entry::{Body, Entry};
use lotline_record::model::{Block, DeviceId, LotKey, PersonId, TaskState};
use lotline_record::stock::{Effect, effects};
use lotline_record::trace;
use rusqlite::types::Value;
use rusqlite::{Connection, ToSql, params, params_from_iter};

/// Every table of own effects; each has a `position`. The sums beside two of them follow by trigger.
pub(super) const OWN_TABLES: [&str; 11] = [
    "own_stock",
    "own_lot",
    "own_serial",
    "own_plate",
    "own_line",
    "own_document",
    "own_exception",
    "own_block",
    "own_task",
    "own_setting",
    "own_history",
];

/// Their running sums.
pub(super) const OWN_SUMS: [&str; 2] = ["own_stock_sum", "own_line_sum"];

fn run(connection: &Connection, sql: &str, values: &[&dyn ToSql]) -> Result<(), Error> {
    connection
        .prepare_cached(sql)
        .and_then(|mut s| s.execute(values))
        .map(|_| ())
        .map_err(storage("keep own effects"))
}

pub(super) fn lot_parts(lot: Option<&LotKey>) -> (&str, &str) {
    lot.map_or(("", ""), |lot| {
        (lot.number.as_str(), lot.maker.as_ref().map_or("", |m| m.as_str()))
    })
}

/// Writes what `entry` changes, and returns it. Called in the transaction that appends it, and when own effects are
/// rebuilt.
pub(super) fn write_effects(connection: &Connection, entry: &Entry) -> Result<Vec<Effect>, Error> {
    let position = entry.position().raw();
    let all = effects(&entry.body);
    write_stock(connection, position, &all)?;
    for (n, effect) in all.iter().enumerate() {
        let n = number(n);
        match effect {
            Effect::Stock { .. } => {}
            Effect::Lot {
                owner,
                item,
                lot,
                expiry,
                produced,
                correct,
            } => {
                let (number, maker) = lot_parts(Some(lot));
                run(
                    connection,
                    "INSERT INTO own_lot (position, n, owner, item, lot, maker, expiry, produced, received_on, correct)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                    params![
                        position,
                        n,
                        owner.as_str(),
                        item.as_str(),
                        number,
                        maker,
                        expiry.map(|d| d.to_string()),
                        produced.map(|d| d.to_string()),
                        entry.at.wall.day(entry.at.zone_min).to_string(),
                        correct
                    ],
                )?;
            }
            Effect::Serial {
                serial,
                owner,
                item,
                lot,
                account,
                lifecycle,
                ..
            } => run(
                connection,
                "INSERT INTO own_serial (position, n, scheme, maker_key, serial, owner, item, lot, account, lifecycle)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    position,
                    n,
                    serial.scheme.as_str(),
                    serial.maker_key,
                    serial.serial.as_str(),
                    owner.as_str(),
                    item.as_str(),
                    lot_parts(lot.as_ref()).0,
                    account.to_string(),
                    lifecycle.as_str()
                ],
            )?,
            Effect::Plate {
                plate,
                owner,
                account,
                known,
            } => run(
                connection,
                "INSERT INTO own_plate (position, n, plate, owner, account, known) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    position,
                    n,
                    plate.as_str(),
                    owner.as_ref().map(lotline_record::model::OwnerId::as_str),
                    account.to_string(),
                    known.map(lotline_record::model::ContentsKnown::as_str)
                ],
            )?,
            Effect::Line { line, delta } => run(
                connection,
                "INSERT INTO own_line (position, n, kind, document, line, delta) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    position,
                    n,
                    line.kind.as_str(),
                    line.document.as_str(),
                    line.line.as_str(),
                    delta.micros()
                ],
            )?,
            Effect::Closed {
                kind,
                document,
                outcome,
            } => run(
                connection,
                "INSERT INTO own_document (position, n, kind, document, state) VALUES (?1, ?2, ?3, ?4, ?5)",
                &[&position, &n, &kind.as_str(), &document.as_str(), outcome],
            )?,
            Effect::Opened { exception } => {
                let detail = serde_json::to_string(entry).map_err(|e| Error::bug(e.to_string()))?;
                run(
                    connection,
                    "INSERT INTO own_exception (position, n, exception, state, detail) VALUES (?1, ?2, ?3, 'open', ?4)",
                    params![position, n, exception.as_str(), detail],
                )?;
            }
            Effect::Settled { exception, how } => {
                let (by, at) = match &entry.body {
                    Body::Resolved { signature, .. } => (Some(signature.person.as_str()), Some(signature.at.unix_ms())),
                    _ => (None, None),
                };
                run(
                    connection,
                    "INSERT INTO own_exception (position, n, exception, state, resolution, signed_by, signed_ms)
                     VALUES (?1, ?2, ?3, 'settled', ?4, ?5, ?6)",
                    params![position, n, exception.as_str(), how, by, at],
                )?;
            }
            Effect::Block(block) => {
                let (of, key) = block.scope.key();
                let block = Block {
                    // A part of which less stays is still that of who placed it.
                    placed_by: block.placed_by.clone().or_else(|| entry.placed_by().cloned()),
                    ..block.clone()
                };
                let detail = serde_json::to_string(&block).map_err(|e| Error::bug(e.to_string()))?;
                run(
                    connection,
                    "INSERT INTO own_block (position, n, block, scope_of, scope_key, detail, state)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open')",
                    params![position, n, block.block.as_str(), of, key, detail],
                )?;
            }
            Effect::Task { task, assigned, .. } => {
                let handed = assigned.state == TaskState::Handed;
                let person = entry.who.as_ref().map(|who| &who.person);
                let person = if handed { assigned.person.as_ref() } else { person };
                let device = if handed {
                    assigned.device.as_ref()
                } else {
                    Some(&entry.device)
                };
                run(
                    connection,
                    "INSERT INTO own_task (position, n, task, state, person, device, until_ms)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![
                        position,
                        n,
                        task.as_str(),
                        assigned.state.as_str(),
                        person.map(PersonId::as_str),
                        device.map(DeviceId::as_str),
                        assigned.until_ms
                    ],
                )?;
            }
            Effect::Unblock(block) => run(
                connection,
                "INSERT INTO own_block (position, n, block, state) VALUES (?1, ?2, ?3, 'released')",
                params![position, n, block.as_str()],
            )?,
        }
    }
    write_setting(connection, entry)?;
    write_history(connection, entry)?;
    Ok(all)
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Both legs of a transfer go in by one statement.
fn write_stock(connection: &Connection, position: i64, all: &[Effect]) -> Result<(), Error> {
    const LEG: usize = 9;
    let mut values: Vec<Value> = Vec::new();
    for (n, effect) in all.iter().enumerate() {
        if let Effect::Stock { key, account, delta } = effect {
            let (lot, maker) = lot_parts(key.lot.as_ref());
            values.extend([Value::Integer(position), Value::Integer(number(n))]);
            values.extend(
                [
                    key.owner.as_str(),
                    key.item.as_str(),
                    lot,
                    maker,
                    key.level.as_str(),
                    &account.to_string(),
                ]
                .map(|text| Value::Text(text.to_owned())),
            );
            values.push(Value::Integer(delta.micros()));
        }
    }
    for legs in values.chunks(2 * LEG) {
        let sql = if legs.len() > LEG {
            "INSERT INTO own_stock (position, n, owner, item, lot, maker, level, account, delta)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        } else {
            "INSERT INTO own_stock (position, n, owner, item, lot, maker, level, account, delta)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        };
        connection
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(params_from_iter(legs)))
            .map_err(storage("keep own effects"))?;
    }
    Ok(())
}

fn write_setting(connection: &Connection, entry: &Entry) -> Result<(), Error> {
    let carried = match &entry.body {
        Body::Carried { bytes, .. } => serde_json::from_slice::<Entry>(bytes).ok(),
        _ => None,
    };
    let said = carried.as_ref().unwrap_or(entry);
    let (Body::Preferred { setting, at }, Some(who)) = (&said.body, &said.who) else {
        return Ok(());
    };
    run(
        connection,
        "INSERT INTO own_setting (position, n, person, name, value, changed_ms) VALUES (?1, 0, ?2, ?3, ?4, ?5)",
        params![
            entry.position().raw(),
            who.person.as_str(),
            setting.name(),
            setting.value(),
            at.unix_ms()
        ],
    )
}

fn write_history(connection: &Connection, entry: &Entry) -> Result<(), Error> {
    let Some(line) = trace::line(entry) else { return Ok(()) };
    run(
        connection,
        "INSERT INTO own_history (position, at_ms, zone_min, person, kind, owner, item, lot, serial, plate,
           from_account, to_account, amount, document)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            line.position.raw(),
            line.at_ms,
            line.zone_min,
            line.person.as_ref().map(lotline_record::model::PersonId::as_str),
            line.kind,
            line.owner.as_ref().map(lotline_record::model::OwnerId::as_str),
            line.item.as_ref().map(lotline_record::model::ItemId::as_str),
            line.lot.as_ref().map(lotline_record::model::LotNumber::as_str),
            line.serial,
            line.plate.as_ref().map(lotline_record::model::PlateId::as_str),
            line.from.map(|a| a.to_string()),
            line.to.map(|a| a.to_string()),
            line.amount.micros(),
            line.document
        ],
    )
}
