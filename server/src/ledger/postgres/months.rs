//! Months of receipt as partitions: what each holds, what still waits in it, and the change for one without bytes.

use super::session::Session;
use super::{FORMAT, Postgres, noun};
use crate::edge;
use crate::ledger::archive::{Month, Stays, Written};
use crate::ledger::export::Durable;
use crate::ledger::sqlite::hash;
use crate::ledger::{LedgerError, Result};
use lotline_record::archive::{Line, Spki};
use lotline_record::entry::{Hash, Instant, hex};
use lotline_record::model::{DeviceId, SiteId};
use lotline_record::wire::{Receipt, StoredThrough};
use std::collections::BTreeMap;

/// Signatures that are read at a time.
const PIECE: i64 = 500;

/// A month of receipt in the database.
pub(in crate::ledger) struct Partition {
    pub(in crate::ledger) month: Month,
    /// What it takes, with what was put aside.
    pub(in crate::ledger) bytes: u64,
    pub(in crate::ledger) sites: Vec<Kept>,
}

/// A site's entries of a month.
#[derive(Debug, Clone)]
pub(in crate::ledger) struct Kept {
    pub(in crate::ledger) site: SiteId,
    pub(in crate::ledger) entries: u64,
    /// Of the site's ledger.
    format: i64,
    /// The archive's file, where the bytes are there.
    pub(in crate::ledger) file: Option<String>,
    /// SHA-256 of it, in hex.
    pub(in crate::ledger) sha256: Option<String>,
}

fn count(row: &postgres::Row, at: usize) -> u64 {
    row.get::<_, i64>(at).unsigned_abs()
}

/// One number.
fn number(session: &mut Session, sql: &str, site: &str) -> Result<u64> {
    let rows = session.query(sql, &[&site])?;
    Ok(rows.first().map_or(0, |row| count(row, 0)))
}

/// What of the site's entries of the month waits for somebody. `all`: also what can't come back once it was done.
fn waits(session: &mut Session, month: &str, kept: &Kept, all: bool) -> Result<Vec<Stays>> {
    let mut why = Vec::new();
    if kept.format != i64::from(FORMAT) {
        why.push(Stays::Format(kept.site.clone()));
    }
    let waiting = |session: &mut Session, sql: &str| -> Result<Option<(SiteId, u64)>> {
        let count = number(session, sql, kept.site.as_str())?;
        Ok((count > 0).then(|| (kept.site.clone(), count)))
    };
    if all {
        let of_state = |state: &str| {
            format!(
                "SELECT count(*) FROM lotline.entry_{month} e
                   LEFT JOIN lotline.entry_state s ON s.site = e.site AND s.arrival = e.arrival WHERE e.site = $1 AND {state}"
            )
        };
        let unapplied = waiting(session, &of_state("s.change IS NULL"))?;
        why.extend(unapplied.map(|(site, count)| Stays::Unapplied { site, count }));
        let kept_aside = waiting(session, &of_state("s.change IS NOT NULL AND s.kept_by IS NOT NULL"))?;
        why.extend(kept_aside.map(|(site, count)| Stays::KeptAside { site, count }));
    }
    let queued = format!(
        "SELECT count(DISTINCT o.arrival) FROM lotline.delivery o
           JOIN lotline.back_end b ON b.site = o.site AND b.back_end = o.back_end AND b.retired_ms IS NULL
           JOIN lotline.entry_{month} e ON e.site = o.site AND e.arrival = o.arrival
          WHERE o.site = $1 AND o.turn IN (1, 2)"
    );
    let queued = waiting(session, &queued)?;
    why.extend(queued.map(|(site, count)| Stays::Queued { site, count }));
    let ahead = format!(
        "SELECT count(*) FROM lotline.released_ahead o
           JOIN lotline.entry_{month} e ON e.site = o.site AND e.arrival = o.arrival WHERE o.site = $1"
    );
    let ahead = waiting(session, &ahead)?;
    why.extend(ahead.map(|(site, count)| Stays::ReleasedAhead { site, count }));
    Ok(why)
}

fn in_transaction<T>(session: &mut Session, work: impl FnOnce(&mut Session) -> Result<T>) -> Result<T> {
    session.batch("BEGIN")?;
    let done = work(session).and_then(|out| session.batch("COMMIT").map(|()| out));
    if done.is_err() {
        session.roll_back();
    }
    done
}

fn is_table(session: &mut Session, name: &str) -> Result<bool> {
    let rows = session.query("SELECT to_regclass($1) IS NOT NULL", &[&name])?;
    Ok(rows.first().is_some_and(|row| row.get(0)))
}

impl Postgres {
    /// Every month, the oldest first.
    pub(in crate::ledger) fn months(&self) -> Result<Vec<Partition>> {
        self.beside.ask(|session| {
            let tables = session.query(
                "SELECT c.relname::text, pg_total_relation_size(c.oid)
                        + coalesce(pg_total_relation_size(to_regclass('lotline.archived_' || substr(c.relname, 7))), 0)
                   FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                  WHERE i.inhparent = 'lotline.entry'::regclass ORDER BY 1",
                &[],
            )?;
            let sites = session.query("SELECT site, format FROM lotline.ledger ORDER BY site", &[])?;
            let mut out = Vec::new();
            for table in tables {
                let name: String = table.get(0);
                let Some(month) = name.strip_prefix("entry_").and_then(Month::of_table) else {
                    return Err(LedgerError::Damaged(format!("a partition of entries called {name}")));
                };
                let mut found = Vec::new();
                for row in &sites {
                    let (site, format): (String, i64) = (row.get(0), row.get(1));
                    let entries = number(
                        session,
                        &format!("SELECT count(*) FROM lotline.entry_{} WHERE site = $1", month.table()),
                        &site,
                    )?;
                    if entries == 0 {
                        continue;
                    }
                    let archived = session.query(
                        "SELECT file, sha256 FROM lotline.archived WHERE site = $1 AND from_ms = $2",
                        &[&site, &month.begins().unix_ms()],
                    )?;
                    found.push(Kept {
                        site: noun(&site)?,
                        entries,
                        format,
                        file: archived.first().map(|row| row.get(0)),
                        sha256: archived.first().map(|row| row.get(1)),
                    });
                }
                out.push(Partition {
                    month,
                    bytes: count(&table, 1),
                    sites: found,
                });
            }
            Ok(out)
        })
    }

    /// Whether what a month was before it was archived still stands aside.
    pub(in crate::ledger) fn is_aside(&self, month: Month) -> Result<bool> {
        let name = format!("lotline.archived_{}", month.table());
        self.beside.ask(move |session| is_table(session, &name))
    }

    /// What of a site's month waits for somebody. `all`: also what can't come back once it was done.
    pub(in crate::ledger) fn waits(&self, month: Month, kept: &Kept, all: bool) -> Result<Vec<Stays>> {
        let kept = kept.clone();
        self.beside
            .ask(move |session| waits(session, &month.table(), &kept, all))
    }

    /// The keys of a site's devices, as enrolled.
    pub(in crate::ledger) fn device_keys(&self, site: &SiteId) -> Result<BTreeMap<DeviceId, Spki>> {
        let site = site.to_string();
        self.beside.ask(move |session| {
            let rows = session.query(
                "SELECT device, public_key FROM lotline.device WHERE site = $1",
                &[&site],
            )?;
            rows.iter()
                .map(|row| Ok((noun(row.get(0))?, Spki(row.get(1)))))
                .collect()
        })
    }

    /// A site's entries of a month after `after`, in order of receipt.
    pub(in crate::ledger) fn month_entries(
        &self,
        month: Month,
        site: &SiteId,
        after: i64,
        most: i64,
    ) -> Result<Vec<Durable>> {
        let table = format!("lotline.entry_{}", month.table());
        self.entries_of(table, site.to_string(), after, most)
    }

    /// As [`Postgres::month_entries`], their numbers and hashes alone.
    pub(in crate::ledger) fn month_hashes(
        &self,
        month: Month,
        site: &SiteId,
        after: i64,
        most: i64,
    ) -> Result<Vec<(i64, Hash)>> {
        let site = site.to_string();
        self.beside.ask(move |session| {
            let sql = format!(
                "SELECT arrival, hash FROM lotline.entry_{} WHERE site = $1 AND arrival > $2 ORDER BY arrival LIMIT $3",
                month.table()
            );
            let rows = session.query(&sql, &[&site, &after, &most])?;
            rows.iter().map(|row| Ok((row.get(0), hash(row.get(1))?))).collect()
        })
    }

    /// The last entry of a device before that place in its chain.
    pub(in crate::ledger) fn before(
        &self,
        site: &SiteId,
        device: &DeviceId,
        epoch: u32,
        seq: u64,
    ) -> Result<Option<StoredThrough>> {
        let (site, device) = (site.to_string(), device.to_string());
        self.beside.ask(move |session| {
            let rows = session.query(
                "SELECT epoch, seq, hash FROM lotline.entry WHERE site = $1 AND device = $2 AND (epoch, seq) < ($3, $4)
                  ORDER BY epoch DESC, seq DESC LIMIT 1",
                &[&site, &device, &i64::from(epoch), &seq.cast_signed()],
            )?;
            let found = rows.first().map(|row| {
                Ok(StoredThrough {
                    epoch: epoch_of(row.get(0))?,
                    seq: row.get::<_, i64>(1).cast_unsigned(),
                    hash: hash(row.get(2))?,
                })
            });
            found.transpose()
        })
    }

    /// The devices' signatures and the site's counter-signatures of a month, as lines of an export.
    pub(in crate::ledger) fn month_signatures(
        &self,
        month: Month,
        site: &SiteId,
        mut each: impl FnMut(&Line) -> Result<()>,
    ) -> Result<()> {
        for table in ["push_proof", "receipt"] {
            let mut after = (String::new(), 0, 0);
            loop {
                let lines = self.signatures(month, site, table, after.clone())?;
                let Some((_, last)) = lines.last() else { break };
                after = last.clone();
                for (line, _) in &lines {
                    each(line)?;
                }
            }
        }
        Ok(())
    }

    fn signatures(&self, month: Month, site: &SiteId, table: &'static str, after: Key) -> Result<Vec<(Line, Key)>> {
        let site = site.to_string();
        let (from, until) = (month.begins().unix_ms(), month.next().begins().unix_ms());
        self.beside.ask(move |session| {
            let (key, rest) = match table {
                "receipt" => ("from_seq", "to_seq, hash, received_ms, signature"),
                _ => ("seq", "seq, hash, received_ms, convert_to(proof, 'UTF8')"),
            };
            let sql = format!(
                "SELECT device, epoch, {key}, {rest} FROM lotline.{table}
                  WHERE site = $1 AND received_ms >= $2 AND received_ms < $3 AND (device, epoch, {key}) > ($4, $5, $6)
                  ORDER BY device, epoch, {key} LIMIT $7"
            );
            let rows = session.query(&sql, &[&site, &from, &until, &after.0, &after.1, &after.2, &PIECE])?;
            rows.iter()
                .map(|row| {
                    let place: Key = (row.get(0), row.get(1), row.get(2));
                    let device: DeviceId = noun(&place.0)?;
                    let epoch = epoch_of(place.1)?;
                    let line = match table {
                        "receipt" => Line::Receipt(Receipt {
                            device,
                            epoch,
                            from: place.2.cast_unsigned(),
                            to: row.get::<_, i64>(3).cast_unsigned(),
                            head: hash(row.get(4))?,
                            received_at: Instant::from_unix_ms(row.get(5)),
                            signature: row.get(6),
                        }),
                        _ => Line::Proof {
                            device,
                            epoch,
                            seq: place.2.cast_unsigned(),
                            head: hash(row.get(4))?,
                            proof: String::from_utf8(row.get(6))
                                .map_err(|error| LedgerError::Damaged(format!("a proof: {error}")))?,
                        },
                    };
                    Ok((line, place))
                })
                .collect()
        })
    }

    /// Copies a month without its bytes into a table that nobody reads yet; one that was left over is made anew.
    pub(in crate::ledger) fn copy_month(&self, month: Month) -> Result<()> {
        let (from, until) = (month.begins().unix_ms(), month.next().begins().unix_ms());
        let month = month.table();
        self.beside.ask(move |session| {
            in_transaction(session, |session| {
                // Attaching it later asks for the keys that the partitions have, and for a check that makes a look at each row
                // needless.
                session.batch(&format!(
                    "DROP TABLE IF EXISTS lotline.thin_{month};
                     CREATE TABLE lotline.thin_{month} (LIKE lotline.entry);
                     INSERT INTO lotline.thin_{month} (site, arrival, device, epoch, seq, bytes, hash, received_ms)
                       SELECT e.site, e.arrival, e.device, e.epoch, e.seq, ''::bytea, e.hash, e.received_ms
                         FROM lotline.entry_{month} e ORDER BY e.site, e.arrival;
                     ALTER TABLE lotline.thin_{month} ADD PRIMARY KEY (site, device, epoch, seq, received_ms);
                     CREATE INDEX ON lotline.thin_{month} (site, arrival);
                     ALTER TABLE lotline.thin_{month}
                       ADD CONSTRAINT of_the_month CHECK (received_ms >= {from} AND received_ms < {until})"
                ))
            })
        })
    }

    /// Puts the copy in the month's place, and the month aside, in one transaction that holds every site of the database. Nothing is
    /// done where something waits in it after all.
    pub(in crate::ledger) fn swap_month(
        &self,
        month: Month,
        written: &[Written],
        now: Instant,
    ) -> Result<Option<Stays>> {
        let written = written.to_vec();
        self.beside.ask(move |session| {
            session.batch("BEGIN")?;
            let done = swap(session, month, &written, now);
            match done {
                Ok(None) => session.batch("COMMIT").map(|()| None),
                other => {
                    session.roll_back();
                    other
                }
            }
        })
    }

    /// Drops what was put aside.
    pub(in crate::ledger) fn drop_month(&self, month: Month) -> Result<()> {
        let month = month.table();
        self.beside
            .ask(move |session| session.batch(&format!("DROP TABLE IF EXISTS lotline.archived_{month}")))
    }
}

/// Device, epoch and sequence.
type Key = (String, i64, i64);

fn epoch_of(stored: i64) -> Result<u32> {
    u32::try_from(stored).map_err(|_| LedgerError::Damaged("an epoch is out of range".to_owned()))
}

fn swap(session: &mut Session, of: Month, written: &[Written], now: Instant) -> Result<Option<Stays>> {
    let (from, until) = (of.begins().unix_ms(), of.next().begins().unix_ms());
    let month = of.table();
    // Nobody writes until the end: neither to the month nor what would have it wait.
    let sites = session.query("SELECT site, format FROM lotline.ledger ORDER BY site FOR UPDATE", &[])?;
    for row in &sites {
        let site: String = row.get(0);
        let last = session.query(
            &format!("SELECT arrival FROM lotline.entry_{month} WHERE site = $1 ORDER BY arrival DESC LIMIT 1"),
            &[&site],
        )?;
        let Some(last) = last.first().map(|row| row.get::<_, i64>(0)) else {
            continue;
        };
        let archived = session.query(
            "SELECT 1 FROM lotline.archived WHERE site = $1 AND from_ms = $2",
            &[&site, &from],
        )?;
        let of_it = written.iter().find(|written| written.site.as_str() == site);
        // Numbers of receipt only grow: with the same last one there is nothing new.
        if of_it.map_or(archived.is_empty(), |written| written.last != last) {
            return Ok(Some(Stays::Moved(noun(&site)?)));
        }
        let Some(of_it) = of_it else { continue };
        let kept = Kept {
            site: of_it.site.clone(),
            entries: of_it.entries,
            format: row.get(1),
            file: None,
            sha256: None,
        };
        if let Some(why) = waits(session, &month, &kept, false)?.into_iter().next() {
            return Ok(Some(why));
        }
    }
    let moved = session.query(
        &format!("SELECT (SELECT count(*) FROM lotline.entry_{month}), (SELECT count(*) FROM lotline.thin_{month})"),
        &[],
    )?;
    if moved.first().is_none_or(|row| count(row, 0) != count(row, 1)) {
        return Err(LedgerError::Damaged(format!(
            "the copy of {of} has not as many rows: try again"
        )));
    }
    session.batch(&format!(
        "ALTER TABLE lotline.entry DETACH PARTITION lotline.entry_{month};
         ALTER TABLE lotline.entry_{month} RENAME TO archived_{month};
         ALTER TABLE lotline.thin_{month} RENAME TO entry_{month};
         ALTER TABLE lotline.entry ATTACH PARTITION lotline.entry_{month} FOR VALUES FROM ({from}) TO ({until});
         ALTER TABLE lotline.entry_{month} DROP CONSTRAINT of_the_month"
    ))?;
    for written in written {
        let site = written.site.as_str();
        session.execute(
            "INSERT INTO lotline.archived (site, from_ms, until_ms, through_ms, entries, file, sha256, archived_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &site,
                &from,
                &until,
                &written.through.unix_ms(),
                &written.entries.cast_signed(),
                &written.file,
                &written.sha256,
                &now.unix_ms(),
            ],
        )?;
        for (device, epoch, prev) in &written.begins {
            session.execute(
                "INSERT INTO lotline.archived_epoch (site, device, epoch, prev) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING",
                &[&site, &device.as_str(), &i64::from(*epoch), &&prev.0[..]],
            )?;
        }
        anew(session, site)?;
    }
    Ok(None)
}

/// Another version with no log of what it changed: every replica of the site is made anew.
pub(super) fn anew(session: &mut Session, site: &str) -> Result<()> {
    session.execute("DELETE FROM lotline.change_log WHERE site = $1", &[&site])?;
    let stamp = hex(&edge::random::<8>());
    session.execute(
        "UPDATE lotline.ledger SET version = version + 1, stamp = $2 WHERE site = $1",
        &[&site, &stamp],
    )?;
    Ok(())
}
