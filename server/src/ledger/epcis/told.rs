//! Entries as events of EPCIS: each once it is applied, in the order of receipt.

use super::keep;
use crate::ledger::sqlite::Sqlite;
use crate::ledger::{Result, site};
use lotline_exchange::epcis::entry::{Facts, events};
use lotline_record::entry::{Entry, EntryRef, Instant, Position, Sealed};
use lotline_record::model::{ItemId, Level, OwnerId};
use rusqlite::{Connection, OptionalExtension, params};

/// What the ledger knows beside an entry.
struct Known<'k> {
    db: &'k Connection,
    site: &'k str,
    gln: Option<&'k str>,
}

impl Facts for Known<'_> {
    fn gtin(&self, owner: &OwnerId, item: &ItemId, level: Level) -> Option<String> {
        // What cannot be read is not known: the event then names the item in our own words.
        self.db
            .prepare_cached(
                "SELECT gtin FROM pack_level WHERE site = ?1 AND owner = ?2 AND item = ?3 AND level = ?4 AND gone = 0
                    AND gtin IS NOT NULL ORDER BY valid_from DESC LIMIT 1",
            )
            .and_then(|mut statement| {
                statement.query_row(
                    params![self.site, owner.as_str(), item.as_str(), level.as_str()],
                    |row| row.get(0),
                )
            })
            .ok()
    }

    fn gln(&self) -> Option<&str> {
        self.gln
    }

    fn partner(&self, document: &str) -> Option<String> {
        let gln: String = self
            .db
            .prepare_cached(
                "SELECT p.gln FROM document d JOIN partner p ON p.site = d.site AND p.partner = d.partner
                  WHERE d.site = ?1 AND d.document = ?2 AND p.gln IS NOT NULL AND d.kind IN ('notice', 'order') LIMIT 1",
            )
            .and_then(|mut statement| statement.query_row(params![self.site, document], |row| row.get(0)))
            .ok()?;
        Some(format!("https://id.gs1.org/417/{gln}"))
    }

    fn entry(&self, of: &EntryRef) -> Option<Entry> {
        let bytes: Vec<u8> = self
            .db
            .prepare_cached("SELECT bytes FROM entry WHERE device = ?1 AND epoch = ?2 AND seq = ?3")
            .and_then(|mut statement| {
                statement.query_row(params![of.device.as_str(), of.epoch, of.seq.cast_signed()], |row| {
                    row.get(0)
                })
            })
            .ok()?;
        Sealed::from_stored(Position::new(of.epoch, of.seq), bytes).open().ok()
    }
}

/// What became of an entry's turn.
enum Turn {
    Told,
    Waits,
}

fn take(known: &Known<'_>, arrival: i64, now: Instant) -> Result<Option<Turn>> {
    let row = known
        .db
        .prepare_cached(
            "SELECT e.device, e.epoch, e.seq, e.bytes, e.change, e.counted, v.verdict FROM entry e
               LEFT JOIN verdict v ON v.site = ?2 AND v.device = e.device AND v.position = (e.epoch << 40) | e.seq
              WHERE e.arrival = ?1",
        )?
        .query_row(params![arrival, known.site], |row| {
            Ok((
                row.get::<_, u32>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, Vec<u8>>(3)?,
                row.get::<_, Option<i64>>(4)?,
                row.get::<_, Option<bool>>(5)?.unwrap_or(false),
                row.get::<_, Option<String>>(6)?,
            ))
        })
        .optional()?;
    let Some((epoch, seq, bytes, change, counted, verdict)) = row else {
        return Ok(None);
    };
    if change.is_none() {
        return Ok(None);
    }
    match verdict.as_deref() {
        Some("waiting" | "kept_aside") => return Ok(Some(Turn::Waits)),
        Some("applied") => {}
        // A person decides what it means; what was physically done counts already.
        _ if counted => {}
        _ => return Ok(Some(Turn::Told)),
    }
    let position = Position::new(epoch, seq.cast_unsigned());
    let Ok(entry) = Sealed::from_stored(position, bytes).open() else {
        return Ok(Some(Turn::Told));
    };
    // Why an entry is no event, its kind says.
    for mut event in events(&entry, known).unwrap_or_default() {
        keep(known.db, &mut event, now)?;
    }
    Ok(Some(Turn::Told))
}

/// Tells up to `most` entries that were applied since. Gives how many were looked at.
pub(in crate::ledger) fn tell(store: &Sqlite, gln: Option<&str>, most: u32, now: Instant) -> Result<usize> {
    let (from, open) = store.read(|tx| {
        let from: i64 = tx.query_row("SELECT coalesce(max(arrival), 0) FROM epcis_told", [], |row| row.get(0))?;
        let mut statement = tx.prepare_cached(
            "SELECT arrival FROM (SELECT arrival FROM entry WHERE arrival > ?1 ORDER BY arrival LIMIT 1)
              UNION ALL SELECT arrival FROM epcis_late LIMIT 2",
        )?;
        let rows = statement.query_map([from], |row| row.get::<_, i64>(0))?;
        Ok((from, rows.count()))
    })?;
    if open == 0 {
        return Ok(0);
    }
    store.write(|tx| {
        let site = site::load(tx)?.site;
        let known = Known {
            db: tx,
            site: site.as_str(),
            gln,
        };
        let list = |sql: &str, from: i64| -> Result<Vec<i64>> {
            let mut statement = tx.prepare_cached(sql)?;
            let rows = statement.query_map(params![from, most], |row| row.get(0))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        let late = list("SELECT arrival FROM epcis_late WHERE arrival > ?1 LIMIT ?2", 0)?;
        for arrival in late {
            if let Some(Turn::Told) = take(&known, arrival, now)? {
                tx.prepare_cached("DELETE FROM epcis_late WHERE arrival = ?1")?
                    .execute([arrival])?;
            }
        }
        let (mut seen, mut last) = (0, from);
        for arrival in list("SELECT arrival FROM entry WHERE arrival > ?1 ORDER BY arrival LIMIT ?2", from)? {
            match take(&known, arrival, now)? {
                None => break,
                Some(Turn::Told) => {}
                Some(Turn::Waits) => {
                    tx.prepare_cached("INSERT INTO epcis_late (arrival) VALUES (?1)")?
                        .execute([arrival])?;
                }
            }
            (seen, last) = (seen + 1, arrival);
        }
        if seen > 0 {
            tx.prepare_cached(
                "INSERT INTO epcis_told (site, arrival) VALUES (?1, ?2) ON CONFLICT (site) DO UPDATE SET arrival = excluded.arrival",
            )?
            .execute(params![site.as_str(), last])?;
        }
        Ok(seen)
    })
}
