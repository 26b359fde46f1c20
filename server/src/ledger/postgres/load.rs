//! From PostgreSQL into a replica: all of it, or what changed since.

use super::Mark;
use super::mirror::{Keys, Log};
use super::session::{Session, Worker, said};
use super::shape::{Cells, Kind, Shape};
use crate::ledger::{LedgerError, Result};
use postgres::fallible_iterator::FallibleIterator;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// Rows that travel from one thread to the other at a time.
const CHUNK: usize = 2_000;

fn cells(shape: &Shape, row: &postgres::Row) -> Cells {
    let cell = |(at, kind): (usize, Kind)| match kind {
        Kind::Int => row.get::<_, Option<i64>>(at).map_or(Value::Null, Value::Integer),
        Kind::Text => row.get::<_, Option<String>>(at).map_or(Value::Null, Value::Text),
        Kind::Blob => row.get::<_, Option<Vec<u8>>>(at).map_or(Value::Null, Value::Blob),
    };
    shape.columns.iter().map(|c| c.kind).enumerate().map(cell).collect()
}

/// Replaces everything.
pub(super) fn all(worker: &Worker, replica: &Connection, shapes: &Arc<Vec<Shape>>, site: &str) -> Result<()> {
    for shape in shapes.iter() {
        replica.execute(&format!("DELETE FROM main.{}", super::shape::quote(&shape.name)), [])?;
    }
    for (at, shape) in shapes.iter().enumerate() {
        let (rows, come) = sync_channel::<Result<Vec<Cells>>>(2);
        let (shapes, site) = (Arc::clone(shapes), site.to_owned());
        worker.begin(move |session| {
            let read = (|| -> Result<()> {
                let mut found = session
                    .client()?
                    .query_raw(&shapes[at].select(), [&site])
                    .map_err(said)?;
                let mut chunk = Vec::with_capacity(CHUNK);
                while let Some(row) = found.next().map_err(said)? {
                    chunk.push(cells(&shapes[at], &row));
                    if chunk.len() == CHUNK && rows.send(Ok(std::mem::take(&mut chunk))).is_err() {
                        return Ok(());
                    }
                }
                let _ = rows.send(Ok(chunk));
                Ok(())
            })();
            if let Err(error) = read {
                let _ = rows.send(Err(error));
            }
        })?;
        let mut put = replica.prepare_cached(&shape.put())?;
        while let Ok(chunk) = come.recv() {
            for cells in chunk? {
                put.execute(params_from_iter(cells))?;
            }
        }
    }
    Ok(())
}

/// The rows of some tables as they stand in PostgreSQL at one moment, and the newest arrival of that moment.
pub(super) fn tables(
    worker: &Worker,
    into: &Connection,
    shapes: &Arc<Vec<Shape>>,
    site: &str,
    names: &'static [&'static str],
) -> Result<i64> {
    let (of, site) = (Arc::clone(shapes), site.to_owned());
    let (found, through) = worker.ask(move |session| {
        session.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let read = (|| {
            let mut found = Vec::with_capacity(names.len());
            for (at, shape) in of
                .iter()
                .enumerate()
                .filter(|(_, shape)| names.contains(&shape.name.as_str()))
            {
                let rows = session.query(&shape.select(), &[&site])?;
                found.push((at, rows.iter().map(|row| cells(shape, row)).collect::<Vec<_>>()));
            }
            let last = session.query(
                "SELECT coalesce(max(arrival), 0) FROM lotline.entry WHERE site = $1",
                &[&site],
            )?;
            Ok((found, last.first().map_or(0, |row| row.get(0))))
        })();
        session.roll_back();
        read
    })?;
    for (at, rows) in found {
        let mut put = into.prepare(&shapes[at].put())?;
        for cells in rows {
            put.execute(params_from_iter(cells))?;
        }
    }
    Ok(through)
}

/// Brings over what the transactions above `known` touched. False: the log does not reach back so far.
pub(super) fn log(
    worker: &Worker,
    replica: &Connection,
    shapes: &Arc<Vec<Shape>>,
    site: &str,
    known: &Mark,
    mark: &Mark,
) -> Result<bool> {
    let (of, site, known, mark) = (Arc::clone(shapes), site.to_owned(), known.clone(), mark.clone());
    let found = worker.ask(move |session| since(session, &of, &site, &known, &mark))?;
    let Some(tables) = found else { return Ok(false) };
    for (at, keys, rows) in tables {
        let shape = &shapes[at];
        let mut take = replica.prepare_cached(&shape.take())?;
        for key in keys {
            take.execute(params_from_iter(key))?;
        }
        let mut put = replica.prepare_cached(&shape.put())?;
        for cells in rows {
            put.execute(params_from_iter(cells))?;
        }
    }
    Ok(true)
}

/// Which shape, the keys that were touched, and the rows that stand under them now.
type Since = Vec<(usize, Vec<Cells>, Vec<Cells>)>;

fn since(session: &mut Session, shapes: &[Shape], site: &str, known: &Mark, mark: &Mark) -> Result<Option<Since>> {
    let logs = session.query(
        "SELECT stamp, rows FROM lotline.change_log WHERE site = $1 AND version BETWEEN $2 AND $3 ORDER BY version",
        &[&site, &known.version, &mark.version],
    )?;
    // The first is the one the replica has: another stamp is another history of the same numbers.
    let whole = i64::try_from(logs.len()) == Ok(mark.version - known.version + 1);
    if !whole || logs[0].get::<_, String>(0) != known.stamp {
        return Ok(None);
    }
    let mut touched: BTreeMap<String, Vec<Cells>> = BTreeMap::new();
    for row in &logs[1..] {
        for (table, keys) in Log::unpack(row.get(1))?.tables {
            let keys = keys
                .iter()
                .map(|key| key.iter().map(super::mirror::Part::cell).collect());
            touched.entry(table).or_default().extend(keys);
        }
    }
    let mut out = Vec::with_capacity(touched.len());
    for (table, keys) in touched {
        let at = shapes
            .iter()
            .position(|shape| shape.name == table)
            .ok_or_else(|| LedgerError::Damaged(format!("the log of changes names a table {table:?}")))?;
        let arrays = Keys::of(&shapes[at], &keys)?;
        let mut values: Vec<&(dyn postgres::types::ToSql + Sync)> = vec![&site];
        values.extend(arrays.sql());
        let found = session.query(&shapes[at].select_keys(), &values)?;
        let rows = found.iter().map(|row| cells(&shapes[at], row)).collect();
        out.push((at, keys, rows));
    }
    Ok(Some(out))
}
