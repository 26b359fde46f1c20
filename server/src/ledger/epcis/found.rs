//! Events that a query asks for, page by page.

use crate::ledger::sqlite::Sqlite;
use crate::ledger::{LedgerError, Result};
use lotline_exchange::epcis::query::{OrderBy, Query};
use lotline_exchange::epcis::{Bounds, Event, read};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

/// Rows that are looked at before others may read again.
const CHUNK: i64 = 500;

/// A part of an answer.
#[derive(Debug, Default)]
pub struct Page {
    /// The events, in the order that was asked for.
    pub events: Vec<Event>,
    /// Where the next page begins, if there is one: order value and number of the last event here.
    pub next: Option<(i64, i64)>,
    /// There are more events than the query bears (`maxEventCount`).
    pub too_many: bool,
}

fn stored(body: &str) -> Result<Event> {
    let damaged = || LedgerError::Damaged("an event of EPCIS".to_owned());
    let incoming = read(body.as_bytes(), &Bounds::default()).map_err(|_| damaged())?;
    incoming
        .events
        .into_iter()
        .next()
        .and_then(std::result::Result::ok)
        .ok_or_else(damaged)
}

/// The newest event of that name: a correction before what it corrects.
pub(in crate::ledger) fn by_id(store: &Sqlite, id: &str) -> Result<Option<Event>> {
    store.read(|tx| {
        let body: Option<String> = tx
            .prepare_cached("SELECT body FROM epcis_event WHERE event_id = ?1 ORDER BY declared_ms DESC LIMIT 1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        body.as_deref().map(stored).transpose()
    })
}

/// The identifiers that events are found by, in their order, after one of them.
pub(in crate::ledger) fn all_keys(store: &Sqlite, after: &str, most: u32) -> Result<Vec<String>> {
    store.read(|tx| {
        let mut statement =
            tx.prepare_cached("SELECT DISTINCT name FROM epcis_key WHERE name > ?1 ORDER BY name LIMIT ?2")?;
        let rows = statement.query_map(rusqlite::params![after, most], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

/// Numbers of events that have one of the keys, or anything behind it; `None`: any event may.
fn with_keys(db: &Connection, keys: &[String]) -> Result<Option<Vec<i64>>> {
    if keys.is_empty() {
        return Ok(None);
    }
    let mut out = Vec::new();
    // What stands behind a key begins with a slash; the next character is a zero.
    let mut statement = db.prepare_cached(
        "SELECT number FROM epcis_key WHERE name = ?1 UNION SELECT number FROM epcis_key WHERE name > ?1 || '/' AND name < ?1 || '0'",
    )?;
    for key in keys {
        let rows = statement.query_map([key], |row| row.get::<_, i64>(0))?;
        for number in rows {
            out.push(number?);
        }
    }
    out.sort_unstable();
    out.dedup();
    Ok(Some(out))
}

/// A page of at most `most` events after the place `after`.
pub(in crate::ledger) fn page(store: &Sqlite, query: &Query, after: Option<(i64, i64)>, most: usize) -> Result<Page> {
    store.read(|tx| {
        let by = match query.order_by {
            OrderBy::EventTime => "event_ms",
            OrderBy::RecordTime => "recorded_ms",
        };
        let (way, order) = if query.ascending { (">", "ASC") } else { ("<", "DESC") };
        let wanted = with_keys(tx, &query.keys())?;
        // One by one by their keys, or all of them in order.
        let list = wanted.as_ref().map(|numbers| {
            let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
            format!("[{}]", numbers.join(","))
        });
        let among = if list.is_some() {
            "number IN (SELECT value FROM json_each(?4))"
        } else {
            "?4 IS NULL"
        };
        let sql = format!(
            "SELECT {by}, number, body FROM epcis_event
              WHERE ({by}, number) {way} (?1, ?2) AND {among} ORDER BY {by} {order}, number {order} LIMIT ?3"
        );
        let mut statement = tx.prepare_cached(&sql)?;
        let start = if query.ascending { i64::MIN } else { i64::MAX };
        let mut place = after.unwrap_or((start, start));
        let mut page = Page::default();
        // One more is looked for, to know whether there is another page.
        let bound = query.event_count_limit.map_or(most, |limit| limit.min(most));
        loop {
            let values = [
                Value::Integer(place.0),
                Value::Integer(place.1),
                Value::Integer(CHUNK),
                list.clone().map_or(Value::Null, Value::Text),
            ];
            let mut rows = statement.query(params_from_iter(values))?;
            let mut seen = 0;
            let mut last = place;
            while let Some(row) = rows.next()? {
                seen += 1;
                let before = last;
                last = (row.get(0)?, row.get(1)?);
                let event = stored(row.get_ref(2)?.as_str().unwrap_or_default())?;
                if !query.takes(&event) {
                    continue;
                }
                if query.max_event_count.is_some_and(|max| page.events.len() >= max) {
                    page.too_many = true;
                    return Ok(page);
                }
                if page.events.len() == bound && query.max_event_count.is_none() {
                    if query.event_count_limit.is_none() {
                        page.next = Some(before);
                    }
                    return Ok(page);
                }
                page.events.push(event);
            }
            if seen < CHUNK {
                return Ok(page);
            }
            place = last;
        }
    })
}
