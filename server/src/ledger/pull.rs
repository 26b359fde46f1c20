//! Pull: rows that changed after a cursor, whole changes only, with the mark up to which own entries are counted. A device
//! gets what it carries ([`Carried`]).

use super::carried::{self, Carried, Narrowed};
use super::sqlite::{Sqlite, int, noun};
use super::{LedgerError, Result, site};
use lotline_record::entry::{Instant, Position};
use lotline_record::model::DeviceId;
use lotline_record::wire::{Cell, Included, Page, Row, TABLES, Table, WmsCounts};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// The device's mark and how far its movements got.
pub(super) fn marks(tx: &Connection, device: &DeviceId) -> Result<(Position, WmsCounts)> {
    let found = tx
        .prepare_cached("SELECT applied, movements, in_wms FROM device WHERE device = ?1")?
        .query_row([device.as_str()], |row| {
            let (movements, in_wms): (i64, i64) = (row.get(1)?, row.get(2)?);
            let counts = WmsCounts {
                at_gateway: (movements - in_wms).max(0).cast_unsigned(),
                in_wms: in_wms.cast_unsigned(),
            };
            Ok((Position::from_raw(row.get(0)?), counts))
        })
        .optional()?;
    found.ok_or_else(|| LedgerError::UnknownDevice(device.to_string()))
}

/// The marks of all devices.
pub(super) fn all_marks(tx: &Connection) -> Result<BTreeMap<DeviceId, (Position, WmsCounts)>> {
    let mut statement = tx.prepare("SELECT device FROM device")?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    names
        .map(|name| {
            let device: DeviceId = noun(&name?)?;
            let mark = marks(tx, &device)?;
            Ok((device, mark))
        })
        .collect()
}

/// A page of every table, or only of those that `wanted` says.
pub(super) fn page(
    store: &Sqlite,
    device: &DeviceId,
    cursor: u64,
    limit: usize,
    now: Instant,
    wanted: impl Fn(&Table) -> bool,
) -> Result<Page> {
    let limit = limit.max(1);
    let tables: Vec<&Table> = TABLES.iter().filter(|table| wanted(table)).collect();
    store.read(|tx| {
        let site = site::load(tx)?;
        let (included, counts) = marks(tx, device)?;
        let carried = carried::of(tx, site.site.as_str(), device)?;
        let mut to = site.change.max(cursor);
        let mut rows = Vec::new();
        // A table that gives all it was asked for may have more of its last change: the page ends before that change,
        // unless it is the only one.
        for table in &tables {
            let some = select(tx, table, (device, &carried), cursor, u64::MAX, limit + 1)?;
            if let (true, Some(last)) = (some.len() > limit, some.last()) {
                to = to.min(last.c - 1);
            }
            rows.push(some);
        }
        if to <= cursor && site.change > cursor {
            to = rows.iter().flatten().map(|row| row.c).min().unwrap_or(site.change);
            rows = tables
                .iter()
                .map(|table| select(tx, table, (device, &carried), cursor, to, usize::MAX >> 1))
                .collect::<Result<_>>()?;
        }
        let mut rows: Vec<Row> = rows.into_iter().flatten().filter(|row| row.c <= to).collect();
        // Stable: within a change, rows keep the order of the tables.
        rows.sort_by_key(|row| row.c);
        if let Some(last) = rows.get(limit - 1).map(|row| row.c)
            && rows.len() > limit
        {
            let end = rows.partition_point(|row| row.c <= last);
            if end < rows.len() {
                rows.truncate(end);
                to = last;
            }
        }
        Ok(Page {
            server_epoch: carried.epoch(&site.server_epoch),
            from: cursor,
            to,
            more: to < site.change,
            included: Included {
                epoch: included.epoch(),
                seq: included.seq(),
            },
            counts,
            now,
            rows,
        })
    })
}

/// Rows of a table that `wanted` says (SQL of our own, in which `?2` is the device), at most so many.
pub(super) fn rows(tx: &Connection, table: &Table, device: &DeviceId, wanted: &str, most: usize) -> Result<Vec<Row>> {
    let columns = table.columns.join(", ");
    let sql = format!(
        "SELECT cursor, gone, {columns} FROM {} WHERE ?2 = ?2 AND {wanted} LIMIT ?1",
        table.name
    );
    read(tx, table, &sql, params![int(most as u64), device.as_str()])
}

fn select(
    tx: &Connection,
    table: &Table,
    (device, carried): (&DeviceId, &Carried),
    after: u64,
    to: u64,
    most: usize,
) -> Result<Vec<Row>> {
    let whose = if table.own_only { "device = ?1" } else { "?1 = ?1" };
    let narrowed = carried.narrows(table);
    let carried = narrowed.condition();
    let (gone, rest, wanted) = match &narrowed {
        // What was somebody else's all along is nobody's to read: only the key of it goes out.
        Narrowed::Gone(_) => (
            format!("(gone OR NOT {carried})"),
            format!("CASE WHEN {carried} THEN $ END"),
            "TRUE",
        ),
        Narrowed::Not | Narrowed::Never(_) => ("gone".to_owned(), "$".to_owned(), carried),
    };
    let (key, others) = table.columns.split_at(table.key);
    let others = others.iter().map(|column| rest.replace('$', column));
    let columns: Vec<String> = key.iter().map(ToString::to_string).chain(others).collect();
    let sql = format!(
        "SELECT cursor, {gone}, {columns} FROM {} WHERE {whose} AND {wanted} AND cursor > ?2 AND cursor <= ?3
          ORDER BY cursor LIMIT ?4",
        table.name,
        columns = columns.join(", "),
    );
    let limits = params![device.as_str(), int(after), int(to), int(most as u64)];
    read(tx, table, &sql, limits)
}

fn read(tx: &Connection, table: &Table, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Row>> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (2..2 + table.columns.len())
            .map(|at| match row.get_ref(at)? {
                ValueRef::Null => Ok(Cell::Null),
                ValueRef::Integer(n) => Ok(Cell::Int(n)),
                ValueRef::Text(text) => Ok(Cell::Text(String::from_utf8_lossy(text).into_owned())),
                ValueRef::Real(_) | ValueRef::Blob(_) => Err(LedgerError::Damaged(format!(
                    "{}.{} is no text or integer",
                    table.name,
                    table.columns[at - 2]
                ))),
            })
            .collect::<Result<_>>()?;
        out.push(Row {
            t: table.name.to_owned(),
            c: row.get::<_, i64>(0)?.cast_unsigned(),
            gone: row.get(1)?,
            r: cells,
        });
    }
    Ok(out)
}
