//! What the console shows.

use super::Result;
use super::sqlite::Sqlite;
use lotline_record::entry::{Instant, Position};
use lotline_record::model::Amount;
use lotline_record::text::Message;
use rusqlite::{Row, params};

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceLine {
    /// Its name.
    pub device: String,
    /// What people call it.
    pub name: String,
    /// What it stands for.
    pub resource: String,
    /// Durable up to here.
    pub epoch: u32,
    /// Durable up to here.
    pub seq: u64,
    /// Received and not yet applied.
    pub to_apply: u64,
    /// Its movements that the warehouse's own system has not taken.
    pub at_gateway: u64,
    /// Those it has.
    pub in_wms: u64,
    /// When it last pushed or fetched a token.
    pub contact: Option<Instant>,
    /// Whether it was cut off.
    pub revoked: bool,
}

/// An entry, by its history line or its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryLine {
    /// Its number in the order of receipt.
    pub arrival: i64,
    /// Which device.
    pub device: String,
    /// Where in its chain.
    pub epoch: u32,
    /// Where in its chain.
    pub seq: u64,
    /// When it came.
    pub received: Instant,
    /// The exact bytes.
    pub bytes: Vec<u8>,
    /// What became of it; `None` while it is not applied.
    pub verdict: Option<String>,
    /// How far it got beyond the gateway.
    pub wms: Option<String>,
}

/// An open exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionLine {
    /// Its name.
    pub exception: String,
    /// Which rule.
    pub code: String,
    /// The explanation.
    pub message: Option<Message>,
    /// Whose goods.
    pub owner: Option<String>,
    /// Which item.
    pub item: Option<String>,
    /// Which lot.
    pub lot: Option<String>,
    /// Which serial.
    pub serial: Option<String>,
    /// Who saw it, printed name.
    pub raised_by: Option<String>,
    /// On which device.
    pub device: String,
    /// When, by the device's clock.
    pub raised: Instant,
    /// The entries on both sides, as JSON.
    pub evidence: Option<String>,
}

/// One line of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// When, by the device's clock.
    pub at: Instant,
    /// Minutes local time was ahead of UTC.
    pub zone_min: i32,
    /// What.
    pub kind: String,
    /// Who, printed name where known.
    pub person: Option<String>,
    /// Which device.
    pub device: String,
    /// Where in its chain.
    pub position: Position,
    /// Which item.
    pub item: Option<String>,
    /// Which lot.
    pub lot: Option<String>,
    /// Which serial.
    pub serial: Option<String>,
    /// Which handling unit.
    pub plate: Option<String>,
    /// From where.
    pub from: Option<String>,
    /// Where to.
    pub to: Option<String>,
    /// How much, in base units.
    pub amount: Amount,
    /// For which document.
    pub document: Option<String>,
}

/// Stock in one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockLine {
    /// Whose.
    pub owner: String,
    /// Which item.
    pub item: String,
    /// Its name.
    pub name: Option<String>,
    /// Which lot.
    pub lot: String,
    /// When it expires.
    pub expiry: Option<String>,
    /// At which pack level.
    pub level: String,
    /// Where.
    pub account: String,
    /// How much, in base units.
    pub amount: Amount,
}

fn many<T>(
    store: &Sqlite,
    sql: &str,
    args: impl rusqlite::Params,
    make: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    store.read(|tx| {
        let mut statement = tx.prepare_cached(sql)?;
        let rows = statement.query_map(args, make)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

fn most_rows(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

pub(super) fn devices(store: &Sqlite) -> Result<Vec<DeviceLine>> {
    many(
        store,
        "SELECT d.device, d.name, d.resource, d.epoch, d.seq,
                (SELECT count(*) FROM entry e WHERE e.change IS NULL AND e.device = d.device),
                max(d.movements - d.in_wms, 0), d.in_wms, d.contact_ms, d.revoked_ms IS NOT NULL
           FROM device d ORDER BY d.name, d.device",
        [],
        |row| {
            Ok(DeviceLine {
                device: row.get(0)?,
                name: row.get(1)?,
                resource: row.get(2)?,
                epoch: row.get(3)?,
                seq: row.get::<_, i64>(4)?.cast_unsigned(),
                to_apply: row.get::<_, i64>(5)?.cast_unsigned(),
                at_gateway: row.get::<_, i64>(6)?.cast_unsigned(),
                in_wms: row.get::<_, i64>(7)?.cast_unsigned(),
                contact: row.get::<_, Option<i64>>(8)?.map(Instant::from_unix_ms),
                revoked: row.get(9)?,
            })
        },
    )
}

pub(super) fn newest(store: &Sqlite, most: usize) -> Result<Vec<EntryLine>> {
    many(
        store,
        "SELECT e.arrival, e.device, e.epoch, e.seq, e.received_ms, e.bytes, v.verdict, v.wms
           FROM (SELECT * FROM entry ORDER BY arrival DESC LIMIT ?1) e
           LEFT JOIN verdict v ON v.site = (SELECT site FROM site) AND v.device = e.device
            AND v.position = (e.epoch << 40 | e.seq)
          ORDER BY e.arrival DESC",
        [most_rows(most)],
        |row| {
            Ok(EntryLine {
                arrival: row.get(0)?,
                device: row.get(1)?,
                epoch: row.get(2)?,
                seq: row.get::<_, i64>(3)?.cast_unsigned(),
                received: Instant::from_unix_ms(row.get(4)?),
                bytes: row.get(5)?,
                verdict: row.get(6)?,
                wms: row.get(7)?,
            })
        },
    )
}

pub(super) fn open_exceptions(store: &Sqlite) -> Result<Vec<ExceptionLine>> {
    many(
        store,
        "SELECT x.exception, x.code, x.message, x.owner, x.item, x.lot, x.serial, coalesce(p.name, x.raised_by), x.device,
                x.raised_ms, x.evidence
           FROM exception x LEFT JOIN person p ON p.site = x.site AND p.person = x.raised_by
          WHERE x.state = 'open' AND x.gone = 0 ORDER BY x.raised_ms LIMIT 200",
        [],
        |row| {
            Ok(ExceptionLine {
                exception: row.get(0)?,
                code: row.get(1)?,
                message: serde_json::from_str(&row.get::<_, String>(2)?).ok(),
                owner: row.get(3)?,
                item: row.get(4)?,
                lot: row.get(5)?,
                serial: row.get(6)?,
                raised_by: row.get(7)?,
                device: row.get(8)?,
                raised: Instant::from_unix_ms(row.get(9)?),
                evidence: row.get(10)?,
            })
        },
    )
}

pub(super) fn history(store: &Sqlite, printed: &str, most: usize) -> Result<Vec<HistoryLine>> {
    // Each branch has its index; a number printed on a lot and on a plate shows both.
    many(
        store,
        "WITH found AS (
           SELECT * FROM history WHERE site = (SELECT site FROM site) AND lot = ?1
             AND (owner, item) IN (SELECT owner, item FROM lot WHERE lot = ?1)
           UNION SELECT * FROM history WHERE site = (SELECT site FROM site) AND serial = ?1
           UNION SELECT * FROM history WHERE site = (SELECT site FROM site) AND plate = ?1)
         SELECT h.at_ms, h.zone_min, h.kind, coalesce(p.name, h.person), h.device, h.position, h.item, h.lot, h.serial,
                h.plate, h.from_account, h.to_account, h.amount, h.document
           FROM found h LEFT JOIN person p ON p.site = h.site AND p.person = h.person
          ORDER BY h.cursor LIMIT ?2",
        params![printed, most_rows(most)],
        |row| {
            Ok(HistoryLine {
                at: Instant::from_unix_ms(row.get(0)?),
                zone_min: row.get(1)?,
                kind: row.get(2)?,
                person: row.get(3)?,
                device: row.get(4)?,
                position: Position::from_raw(row.get(5)?),
                item: row.get(6)?,
                lot: row.get(7)?,
                serial: row.get(8)?,
                plate: row.get(9)?,
                from: row.get(10)?,
                to: row.get(11)?,
                amount: Amount::from_micros(row.get(12)?),
                document: row.get(13)?,
            })
        },
    )
}

pub(super) fn stock(store: &Sqlite, asked: &str, most: usize) -> Result<Vec<StockLine>> {
    many(
        store,
        "SELECT s.owner, s.item, i.name, s.lot, l.expiry, s.level, s.account, s.amount
           FROM stock s
           LEFT JOIN item i ON (i.site, i.owner, i.item) = (s.site, s.owner, s.item)
           LEFT JOIN lot l ON (l.site, l.owner, l.item, l.lot, l.maker) = (s.site, s.owner, s.item, s.lot, s.maker)
          WHERE s.gone = 0 AND s.account NOT LIKE 'virtual:%'
            AND (s.item = ?1 OR s.lot = ?1 OR s.account = 'place:' || ?1 OR s.account = 'plate:' || ?1)
          ORDER BY s.owner, s.item, l.expiry, s.lot, s.account LIMIT ?2",
        params![asked, most_rows(most)],
        |row| {
            Ok(StockLine {
                owner: row.get(0)?,
                item: row.get(1)?,
                name: row.get(2)?,
                lot: row.get(3)?,
                expiry: row.get(4)?,
                level: row.get(5)?,
                account: row.get(6)?,
                amount: Amount::from_micros(row.get(7)?),
            })
        },
    )
}
