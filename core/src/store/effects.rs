//! Own effects: what own entries change in the picture until the server's rows include them.

use super::storage;
use crate::Error;
use lotline_record::entry::{Body, Entry, Position};
use lotline_record::model::{Block, DeviceId, LotKey, PersonId, TaskState};
use lotline_record::stock::Effect;
use lotline_record::trace;
use rusqlite::{Connection, ToSql, params};
use std::collections::BTreeMap;

/// The tables of own effects, in a database attached as `effects`.
pub(super) const EFFECTS_SCHEMA: &str = include_str!("effects.sql");

/// Every table of own effects; each has a `position`. The sums follow by [`Sums`].
pub(super) const OWN_TABLES: [&str; 10] = [
    "own_change",
    "own_lot",
    "own_serial",
    "own_plate",
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

/// By how much running sums move, and how many parts come or go: put together for many entries, written once.
#[derive(Debug, Default)]
pub(super) struct Sums {
    stock: BTreeMap<[String; 6], (i64, i64)>,
    line: BTreeMap<[String; 3], (i64, i64)>,
}

impl Sums {
    /// Takes out what [`OWN_TABLES`] have up to `position`: for the time when those rows go.
    pub(super) fn less(connection: &Connection, position: Position) -> Result<Self, Error> {
        let mut sums = Sums::default();
        let read = |sql: &str, take: &mut dyn FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>| {
            connection
                .prepare_cached(sql)
                .and_then(|mut s| {
                    let mut rows = s.query([position.raw()])?;
                    while let Some(row) = rows.next()? {
                        take(row)?;
                    }
                    Ok(())
                })
                .map_err(storage("read own effects"))
        };
        read(
            "SELECT owner, item, lot, maker, level, account, delta FROM effects.own_stock WHERE position <= ?1",
            &mut |r| {
                let key = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?];
                add(&mut sums.stock, key, -r.get::<_, i64>(6)?, -1);
                Ok(())
            },
        )?;
        read(
            "SELECT kind, document, line, delta FROM effects.own_line WHERE position <= ?1",
            &mut |r| {
                add(
                    &mut sums.line,
                    [r.get(0)?, r.get(1)?, r.get(2)?],
                    -r.get::<_, i64>(3)?,
                    -1,
                );
                Ok(())
            },
        )?;
        Ok(sums)
    }

    /// Moves the sums; one without parts goes.
    pub(super) fn write(&self, connection: &Connection) -> Result<(), Error> {
        write_sums(
            connection,
            &self.stock,
            "INSERT INTO effects.own_stock_sum (owner, item, lot, maker, level, account, delta, parts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (owner, item, lot, maker, level, account)
             DO UPDATE SET delta = delta + excluded.delta, parts = parts + excluded.parts",
            "DELETE FROM effects.own_stock_sum
             WHERE owner = ?1 AND item = ?2 AND lot = ?3 AND maker = ?4 AND level = ?5 AND account = ?6 AND parts = 0",
        )?;
        write_sums(
            connection,
            &self.line,
            "INSERT INTO effects.own_line_sum (kind, document, line, delta, parts) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (kind, document, line) DO UPDATE SET delta = delta + excluded.delta, parts = parts + excluded.parts",
            "DELETE FROM effects.own_line_sum WHERE kind = ?1 AND document = ?2 AND line = ?3 AND parts = 0",
        )
    }
}

fn add<const N: usize>(sums: &mut BTreeMap<[String; N], (i64, i64)>, key: [String; N], delta: i64, parts: i64) {
    let sum = sums.entry(key).or_default();
    *sum = (sum.0 + delta, sum.1 + parts);
}

fn write_sums<const N: usize>(
    connection: &Connection,
    sums: &BTreeMap<[String; N], (i64, i64)>,
    change: &str,
    drop: &str,
) -> Result<(), Error> {
    for (key, (delta, parts)) in sums {
        let mut values: Vec<&dyn ToSql> = key.iter().map(|text| text as &dyn ToSql).collect();
        let name = values.len();
        values.extend([delta as &dyn ToSql, parts]);
        run(connection, change, &values)?;
        if *parts < 0 {
            run(connection, drop, &values[..name])?;
        }
    }
    Ok(())
}

/// Writes what `entry` changes, which is `all`; what that comes to goes into `sums`.
pub(super) fn write_effects(
    connection: &Connection,
    entry: &Entry,
    all: &[Effect],
    sums: &mut Sums,
) -> Result<(), Error> {
    let position = entry.position().raw();
    write_change(connection, position, all, sums)?;
    for (n, effect) in all.iter().enumerate() {
        let n = number(n);
        match effect {
            Effect::Stock { .. } | Effect::Line { .. } => {}
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
                    "INSERT INTO effects.own_lot (position, n, owner, item, lot, maker, expiry, produced, received_on, correct)
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
                "INSERT INTO effects.own_serial (position, n, scheme, maker_key, serial, owner, item, lot, account, lifecycle)
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
                "INSERT INTO effects.own_plate (position, n, plate, owner, account, known) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    position,
                    n,
                    plate.as_str(),
                    owner.as_ref().map(lotline_record::model::OwnerId::as_str),
                    account.to_string(),
                    known.map(lotline_record::model::ContentsKnown::as_str)
                ],
            )?,
            Effect::Closed {
                kind,
                document,
                outcome,
            } => run(
                connection,
                "INSERT INTO effects.own_document (position, n, kind, document, state) VALUES (?1, ?2, ?3, ?4, ?5)",
                &[&position, &n, &kind.as_str(), &document.as_str(), outcome],
            )?,
            Effect::Opened { exception } => {
                let detail = serde_json::to_string(entry).map_err(|e| Error::bug(e.to_string()))?;
                run(
                    connection,
                    "INSERT INTO effects.own_exception (position, n, exception, state, detail) VALUES (?1, ?2, ?3, 'open', ?4)",
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
                    "INSERT INTO effects.own_exception (position, n, exception, state, resolution, signed_by, signed_ms)
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
                    "INSERT INTO effects.own_block (position, n, block, scope_of, scope_key, detail, state)
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
                    "INSERT INTO effects.own_task (position, n, task, state, person, device, until_ms)
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
                "INSERT INTO effects.own_block (position, n, block, state) VALUES (?1, ?2, ?3, 'released')",
                params![position, n, block.as_str()],
            )?,
        }
    }
    write_setting(connection, entry)?;
    write_history(connection, entry)
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What the entry moves, in one row.
fn write_change(connection: &Connection, position: i64, all: &[Effect], sums: &mut Sums) -> Result<(), Error> {
    let (mut stock, mut lines) = (Vec::new(), Vec::new());
    for effect in all {
        match effect {
            Effect::Stock { key, account, delta } => {
                let (lot, maker) = lot_parts(key.lot.as_ref());
                let account = account.to_string();
                let texts = [
                    key.owner.as_str(),
                    key.item.as_str(),
                    lot,
                    maker,
                    key.level.as_str(),
                    &account,
                ];
                let texts = texts.map(str::to_owned);
                add(&mut sums.stock, texts.clone(), delta.micros(), 1);
                let [owner, item, lot, maker, level, account] = texts;
                stock.push((owner, item, lot, maker, level, account, delta.micros()));
            }
            Effect::Line { line, delta } => {
                let texts = [line.kind.as_str(), line.document.as_str(), line.line.as_str()];
                add(&mut sums.line, texts.map(str::to_owned), delta.micros(), 1);
                lines.push((texts[0], texts[1], texts[2], delta.micros()));
            }
            _ => {}
        }
    }
    if stock.is_empty() && lines.is_empty() {
        return Ok(());
    }
    let bug = |e: serde_json::Error| Error::bug(e.to_string());
    run(
        connection,
        "INSERT INTO effects.own_change (position, stock, line) VALUES (?1, ?2, ?3)",
        params![
            position,
            serde_json::to_string(&stock).map_err(bug)?,
            serde_json::to_string(&lines).map_err(bug)?
        ],
    )
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
        "INSERT INTO effects.own_setting (position, n, person, name, value, changed_ms) VALUES (?1, 0, ?2, ?3, ?4, ?5)",
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
        "INSERT INTO effects.own_history (position, at_ms, zone_min, person, kind, owner, item, lot, serial, plate,
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
