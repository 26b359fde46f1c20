//! Devices that hold something and have not been heard of for too long: somebody takes their work over, or looks for them.

use super::Result;
use super::people;
use super::sqlite::Sqlite;
use lotline_record::entry::Instant;
use lotline_record::model::Amount;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

/// A device that is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// Its name.
    pub device: String,
    /// What people call it.
    pub name: String,
    /// The cart, fork or hand it stands for.
    pub resource: String,
    /// When it was last heard of.
    pub since: Instant,
    /// Whether it was cut off.
    pub revoked: bool,
    /// Tasks it has or that were handed over to it, the most urgent first.
    pub tasks: Vec<String>,
    /// Goods on its cart: item, lot or nothing, base units.
    pub goods: Vec<(String, String, Amount)>,
    /// Handling units on its cart.
    pub plates: Vec<String>,
}

impl Silent {
    fn holds(&self) -> bool {
        !(self.tasks.is_empty() && self.goods.is_empty() && self.plates.is_empty())
    }
}

/// Those that were not heard of for longer than the policy's `hold_minutes` and hold something, the longest silent first.
pub(super) fn devices(store: &Sqlite, now: Instant) -> Result<Vec<Silent>> {
    store.read(|tx| {
        let site = super::site::load(tx)?.site;
        let minutes = people::policy(tx, site.as_str())?.queue.hold_minutes;
        let before_ms = now.unix_ms() - i64::from(minutes) * 60_000;
        let quiet: Vec<Silent> = all(
            tx,
            "SELECT device, name, resource, coalesce(contact_ms, enrolled_ms) AS since, revoked_ms IS NOT NULL FROM device
              WHERE since < ?1 ORDER BY since, device",
            params![before_ms],
            |row| {
                Ok(Silent {
                    device: row.get(0)?,
                    name: row.get(1)?,
                    resource: row.get(2)?,
                    since: Instant::from_unix_ms(row.get(3)?),
                    revoked: row.get(4)?,
                    tasks: Vec::new(),
                    goods: Vec::new(),
                    plates: Vec::new(),
                })
            },
        )?;
        // One look at all that is open: what was done stays in the table for good.
        let mut tasks: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let open: Vec<(String, String)> = all(
            tx,
            "SELECT a.device, a.task FROM assignment a LEFT JOIN task t ON t.site = a.site AND t.task = a.task
              WHERE a.site = ?1 AND a.device IS NOT NULL AND a.gone = 0 AND a.state IN ('taken', 'handed')
                AND coalesce(t.state, 'open') <> 'withdrawn' ORDER BY t.priority, a.task",
            params![site.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for (device, task) in open {
            tasks.entry(device).or_default().push(task);
        }
        let mut found = Vec::new();
        for mut silent in quiet {
            silent.tasks = tasks.remove(&silent.device).unwrap_or_default();
            let cart = format!("place:{}", silent.resource);
            silent.goods = all(
                tx,
                "SELECT item, lot, sum(amount) FROM stock WHERE site = ?1 AND account = ?2 AND gone = 0
                  GROUP BY owner, item, lot ORDER BY item, lot",
                params![site.as_str(), cart],
                |row| Ok((row.get(0)?, row.get(1)?, Amount::from_micros(row.get(2)?))),
            )?;
            silent.plates = all(
                tx,
                "SELECT plate FROM plate WHERE site = ?1 AND account = ?2 AND gone = 0 ORDER BY plate",
                params![site.as_str(), cart],
                |row| row.get(0),
            )?;
            if silent.holds() {
                found.push(silent);
            }
        }
        Ok(found)
    })
}

fn all<T>(
    tx: &Connection,
    sql: &str,
    args: impl rusqlite::Params,
    make: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map(args, make)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
