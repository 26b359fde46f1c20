//! What a transaction changed, from the replica to PostgreSQL.

use super::session::Session;
use super::shape::{Cells, ENTRY, Keeping, Kind, Shape, WIDEST_KEY};
use super::{LOGGED, Mark};
use crate::ledger::{LedgerError, Result};
use lotline_record::entry::Instant;
use postgres::types::ToSql;
use rusqlite::Connection;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Notes from now on what `replica`'s transactions touch.
pub(super) fn watch(replica: &Connection, shapes: &[Shape]) -> Result<()> {
    let keys: Vec<String> = (1..=WIDEST_KEY).map(|n| format!("k{n}")).collect();
    replica.execute_batch(&format!(
        "CREATE TEMP TABLE touched (t INTEGER NOT NULL, new INTEGER NOT NULL, {})",
        keys.join(", ")
    ))?;
    for (number, shape) in shapes.iter().enumerate() {
        replica.execute_batch(&shape.watch(number))?;
    }
    Ok(())
}

/// What became of the rows of one table.
#[derive(Debug)]
pub(super) struct Touched {
    /// Which of the shapes.
    shape: usize,
    /// Rows as they are now; true: new.
    kept: Vec<(bool, Cells)>,
    /// Keys of rows that are gone.
    gone: Vec<Cells>,
}

/// What the open transaction has touched; forgets it.
pub(super) fn collect(replica: &Connection, shapes: &[Shape]) -> Result<Vec<Touched>> {
    let tables = {
        let mut statement = replica.prepare_cached("SELECT DISTINCT t FROM temp.touched ORDER BY t")?;
        let rows = statement.query_map([], |row| row.get::<_, u32>(0))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    let mut out = Vec::with_capacity(tables.len());
    for number in tables {
        let shape = number as usize;
        let of = &shapes[shape];
        let mut touched = Touched {
            shape,
            kept: Vec::new(),
            gone: Vec::new(),
        };
        let mut statement = replica.prepare_cached(&of.touched())?;
        let mut rows = statement.query([number])?;
        let keys = of.key.len();
        while let Some(row) = rows.next()? {
            let key = (1..=keys).map(|at| row.get(at)).collect::<rusqlite::Result<Cells>>()?;
            let cells = (0..of.columns.len())
                .map(|at| row.get(1 + keys + at))
                .collect::<rusqlite::Result<Cells>>()?;
            if cells[of.key[0]] == Value::Null {
                touched.gone.push(key);
            } else {
                touched.kept.push((row.get(0)?, cells));
            }
        }
        out.push(touched);
    }
    if !out.is_empty() {
        replica.execute("DELETE FROM temp.touched", [])?;
    }
    Ok(out)
}

/// Writes it all in the transaction that is open, and moves the version.
pub(super) fn flush(
    session: &mut Session,
    site: &str,
    shapes: &[Shape],
    keeping: &[Vec<Keeping>],
    touched: &[Touched],
    mark: &Mark,
) -> Result<()> {
    let mut log = Log::default();
    for Touched { shape, kept, gone } in touched {
        let of = &shapes[*shape];
        log.note(of, kept, gone);
        if of.name == ENTRY {
            partitions(session, of, kept)?;
        }
        if !gone.is_empty() {
            let arrays: Vec<Array> = (of.key.iter().enumerate())
                .map(|(n, at)| Array::of(of.columns[*at].kind, gone.iter().map(|key| &key[n])))
                .collect::<Result<_>>()?;
            let mut values: Vec<&(dyn ToSql + Sync)> = vec![&site];
            values.extend(arrays.iter().map(Array::sql));
            session.execute(&of.drop_rows(), &values)?;
        }
        for keep in &keeping[*shape] {
            let rows: Vec<&Cells> = (kept.iter())
                .filter(|(new, _)| *new || !keep.new_only)
                .map(|(_, cells)| cells)
                .collect();
            if rows.is_empty() {
                continue;
            }
            let arrays: Vec<Array> = (keep.columns.iter())
                .map(|at| Array::of(of.columns[*at].kind, rows.iter().map(|cells| &cells[*at])))
                .collect::<Result<_>>()?;
            let mut values: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(arrays.len() + 1);
            if !of.has_site {
                values.push(&site);
            }
            values.extend(arrays.iter().map(Array::sql));
            session.execute(&keep.sql, &values)?;
        }
    }
    session.execute(
        "INSERT INTO lotline.change_log (site, version, stamp, rows) VALUES ($1, $2, $3, $4)",
        &[&site, &mark.version, &mark.stamp, &log.pack()?],
    )?;
    if mark.version % (LOGGED / 10) == 0 {
        session.execute(
            "DELETE FROM lotline.change_log WHERE site = $1 AND version <= $2",
            &[&site, &(mark.version - LOGGED)],
        )?;
    }
    let moved = session.execute(
        "UPDATE lotline.ledger SET version = $2, stamp = $3 WHERE site = $1 AND version = $4",
        &[&site, &mark.version, &mark.stamp, &(mark.version - 1)],
    )?;
    if moved == 1 {
        Ok(())
    } else {
        Err(LedgerError::Contended("another gateway wrote in between".to_owned()))
    }
}

/// The month of receipt: its first instant and the next one's, and its name.
fn month(received_ms: i64) -> (i64, i64, String) {
    use chrono::{Datelike, Months, NaiveDate};
    let day = Instant::from_unix_ms(received_ms).day(0);
    let first = NaiveDate::from_ymd_opt(day.year(), day.month(), 1).unwrap_or(NaiveDate::MIN);
    let next = first.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
    let ms = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    (ms(first), ms(next), first.format("%Y_%m").to_string())
}

/// Every month of receipt among the new rows has its partition.
fn partitions(session: &mut Session, entry: &Shape, kept: &[(bool, Cells)]) -> Result<()> {
    let Some(at) = entry.at("received_ms") else {
        return Ok(());
    };
    for (new, cells) in kept {
        let (true, Value::Integer(received)) = (*new, &cells[at]) else {
            continue;
        };
        let (from, to, name) = month(*received);
        if session.months.contains(&from) {
            continue;
        }
        session.batch(&format!(
            "CREATE TABLE IF NOT EXISTS lotline.entry_{name} PARTITION OF lotline.entry FOR VALUES FROM ({from}) TO ({to})"
        ))?;
        session.months.insert(from);
    }
    Ok(())
}

/// A column of many rows, as PostgreSQL takes it.
enum Array {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Blob(Vec<Option<Vec<u8>>>),
}

impl Array {
    fn of<'a>(kind: Kind, cells: impl Iterator<Item = &'a Value>) -> Result<Self> {
        let odd = |cell: &Value| LedgerError::Damaged(format!("a {} in a column of {}", cell.data_type(), kind.sql()));
        Ok(match kind {
            Kind::Int => Array::Int(
                cells
                    .map(|cell| match cell {
                        Value::Null => Ok(None),
                        Value::Integer(n) => Ok(Some(*n)),
                        other => Err(odd(other)),
                    })
                    .collect::<Result<_>>()?,
            ),
            Kind::Text => Array::Text(
                cells
                    .map(|cell| match cell {
                        Value::Null => Ok(None),
                        // PostgreSQL's text holds no NUL; what it looks like is kept.
                        Value::Text(text) => Ok(Some(text.replace('\0', "\u{2400}"))),
                        other => Err(odd(other)),
                    })
                    .collect::<Result<_>>()?,
            ),
            Kind::Blob => Array::Blob(
                cells
                    .map(|cell| match cell {
                        Value::Null => Ok(None),
                        Value::Blob(bytes) => Ok(Some(bytes.clone())),
                        other => Err(odd(other)),
                    })
                    .collect::<Result<_>>()?,
            ),
        })
    }

    fn sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Array::Int(cells) => cells,
            Array::Text(cells) => cells,
            Array::Blob(cells) => cells,
        }
    }
}

/// A cell of a key, in the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Part {
    Int(i64),
    Text(String),
    Blob { hex: Vec<u8> },
}

impl Part {
    fn of(cell: &Value) -> Self {
        match cell {
            Value::Integer(n) => Part::Int(*n),
            Value::Text(text) => Part::Text(text.clone()),
            Value::Blob(bytes) => Part::Blob { hex: bytes.clone() },
            // No key has either.
            Value::Null | Value::Real(_) => Part::Int(0),
        }
    }

    pub(super) fn cell(&self) -> Value {
        match self {
            Part::Int(n) => Value::Integer(*n),
            Part::Text(text) => Value::Text(text.clone()),
            Part::Blob { hex } => Value::Blob(hex.clone()),
        }
    }
}

/// Keys of the rows that a transaction touched, by table. A replica that is behind reads those rows as they are.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Log {
    #[serde(flatten)]
    pub(super) tables: BTreeMap<String, Vec<Vec<Part>>>,
}

impl Log {
    fn note(&mut self, of: &Shape, kept: &[(bool, Cells)], gone: &[Cells]) {
        let kept = kept
            .iter()
            .map(|(_, cells)| of.key.iter().map(|at| Part::of(&cells[*at])).collect());
        let gone = gone.iter().map(|key| key.iter().map(Part::of).collect());
        self.tables.entry(of.name.clone()).or_default().extend(kept.chain(gone));
    }

    fn pack(&self) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(self).map_err(|error| LedgerError::Damaged(error.to_string()))?;
        Ok(zstd::encode_all(&json[..], 1)?)
    }

    pub(super) fn unpack(bytes: &[u8]) -> Result<Self> {
        let json = zstd::decode_all(bytes)?;
        serde_json::from_slice(&json).map_err(|error| LedgerError::Damaged(format!("a log of changes: {error}")))
    }
}

/// Many keys, as arrays a column.
pub(super) struct Keys(Vec<Array>);

impl Keys {
    pub(super) fn of(shape: &Shape, keys: &[Cells]) -> Result<Self> {
        shape
            .key
            .iter()
            .enumerate()
            .map(|(n, at)| Array::of(shape.columns[*at].kind, keys.iter().map(|key| &key[n])))
            .collect::<Result<_>>()
            .map(Keys)
    }

    pub(super) fn sql(&self) -> impl Iterator<Item = &(dyn ToSql + Sync)> {
        self.0.iter().map(Array::sql)
    }
}
