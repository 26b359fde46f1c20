//! The queue, the mark and the pulls: the store as the sync client sees it.

use super::journal::{hash_from, tip};
use super::open::{SITE, Store, lock};
use super::training::{TRAINING, live_only};
use super::{ahead, behind, epoch, picture, salvage, standing, storage};
use crate::handheld::Anchor;
use crate::points::{Point, reached};
use crate::sync::{Contact, Cursor, Fetched, Link, OwnMark, Queue, SyncStore};
use crate::{Error, Remedy};
use lotline_record::entry::{Hash, Position, Sealed, Tip, genesis};
use lotline_record::model::{DeviceId, SiteId};
use lotline_record::wire::{self, Cell, EnrolReply, NumbersReply, NumbersRequest, Page, Pin, Receipt, StoredThrough};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use std::path::{Path, PathBuf};

pub(crate) fn meta(connection: &Connection, key: &str) -> Result<Option<String>, Error> {
    connection
        .prepare_cached("SELECT value FROM main.meta WHERE key = ?1")
        .and_then(|mut s| s.query_row([key], |r| r.get(0)).optional())
        .map_err(storage("read what the device is"))
}

pub(crate) fn set_meta(connection: &Connection, key: &str, value: &str) -> Result<(), Error> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO main.meta (key, value) VALUES (?1, ?2)")
        .and_then(|mut s| s.execute([key, value]))
        .map(|_| ())
        .map_err(storage("keep what the device is"))
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    // Writing to a String cannot fail.
    let written = lotline_record::entry::write_hex(&mut out, bytes);
    debug_assert!(written.is_ok());
    out
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| {
            std::str::from_utf8(pair)
                .ok()
                .and_then(lotline_record::entry::read_hex::<1>)
                .map(|b| b[0])
        })
        .collect()
}

pub(super) fn device(connection: &Connection) -> Result<DeviceId, Error> {
    let name = meta(connection, "device")?.unwrap_or_else(|| "unenrolled".to_owned());
    DeviceId::new(name).map_err(|e| Error::bug(e.to_string()))
}

pub(super) fn acknowledged(connection: &Connection, device: &DeviceId) -> Result<StoredThrough, Error> {
    let (position, hash) = (
        meta(connection, "acknowledged")?,
        meta(connection, "acknowledged_hash")?,
    );
    Ok(acknowledged_of(device, position.as_deref(), hash.as_deref()))
}

/// The mark as `meta` has it; before the first entry when it has none.
pub(super) fn acknowledged_of(device: &DeviceId, position: Option<&str>, hash: Option<&str>) -> StoredThrough {
    let position = position.and_then(|p| p.parse().ok()).map(Position::from_raw);
    match (position, hash.and_then(|h| h.parse().ok())) {
        (Some(position), Some(hash)) => StoredThrough {
            epoch: position.epoch(),
            seq: position.seq(),
            hash,
        },
        _ => StoredThrough {
            epoch: 1,
            seq: 0,
            hash: genesis(device, 1, None),
        },
    }
}

pub(super) fn set_acknowledged(connection: &Connection, through: &StoredThrough) -> Result<(), Error> {
    set_meta(
        connection,
        "acknowledged",
        &Position::new(through.epoch, through.seq).raw().to_string(),
    )?;
    set_meta(connection, "acknowledged_hash", &through.hash.to_string())
}

/// Entries whose effects are pruned in one transaction.
const PRUNED_AT_ONCE: i64 = 200;

impl Store {
    /// Gives the device its name, site and cart, and the wrapped pepper.
    pub(crate) fn become_device(
        &self,
        device: &DeviceId,
        site: &SiteId,
        resource: &str,
        pepper: &[u8],
    ) -> Result<(), Error> {
        self.with_journal(|connection| live_only(connection))?;
        self.settle(device, site, resource, pepper, genesis(device, 1, None), None)
    }

    /// Writes what the device is, and where its chain begins.
    pub(super) fn settle(
        &self,
        device: &DeviceId,
        site: &SiteId,
        resource: &str,
        pepper: &[u8],
        begins: Hash,
        training: Option<&str>,
    ) -> Result<(), Error> {
        let wrapped = self
            .platform
            .keys
            .wrap(pepper.to_vec())
            .map_err(|e| Error::new(Remedy::CallSupervisor, "wrong_key", e.to_string()))?;
        self.change_standing(|connection| {
            let transaction = connection.transaction().map_err(storage("begin"))?;
            let known = meta(&transaction, "device")?;
            let started = transaction
                .query_row("SELECT EXISTS (SELECT 1 FROM entry)", [], |r| r.get::<_, bool>(0))
                .map_err(storage("read the chain"))?;
            if started && known.as_deref() != Some(device.as_str()) {
                return Err(Error::new(
                    Remedy::CallSupervisor,
                    "other_device",
                    format!("this folder holds the record of device {}", known.unwrap_or_default()),
                ));
            }
            set_meta(&transaction, "device", device.as_str())?;
            set_meta(&transaction, "site", site.as_str())?;
            set_meta(&transaction, "resource", resource)?;
            set_meta(&transaction, "pepper", &hex(&wrapped))?;
            transaction
                .execute(
                    "INSERT OR IGNORE INTO epoch (epoch, genesis) VALUES (1, ?1)",
                    [begins.0.as_slice()],
                )
                .map_err(storage("begin the chain"))?;
            if let Some(state) = training {
                set_meta(&transaction, TRAINING, state)?;
            }
            transaction.commit().map_err(storage("commit"))
        })
    }

    /// The site's pepper, unwrapped by the key store.
    pub(crate) fn pepper(&self) -> Result<Vec<u8>, Error> {
        let wrapped = self
            .with_journal(|c| meta(c, "pepper"))?
            .and_then(|text| unhex(&text))
            .unwrap_or_default();
        self.platform
            .keys
            .unwrap(wrapped)
            .map_err(|e| Error::new(Remedy::CallSupervisor, "wrong_key", e.to_string()))
    }

    /// Runs `f` on the journal; what is known of the device is read again after it, whether it worked or not.
    pub(super) fn change_standing<T>(&self, f: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        self.with_journal(|connection| {
            let done = f(connection);
            lock(&self.known).forget_standing();
            done
        })
    }

    /// Drops own effects that the picture includes, some hundred entries at a time, so that an input waits for few.
    /// With the last of them the recall list counts as complete at `recall_list_ms`.
    fn prune(&self, recall_list_ms: i64) -> Result<(), Error> {
        loop {
            let more = self.with_journal(|connection| {
                self.write_behind(connection)?;
                let transaction = connection.transaction().map_err(storage("begin"))?;
                let included = picture::included_through(&transaction)?.raw();
                let pruned = behind::pruned(&transaction)?.raw();
                let until: Option<i64> = transaction
                    .prepare_cached(
                        "SELECT position FROM entry WHERE position > ?1 AND position <= ?2
                         ORDER BY position LIMIT 1 OFFSET ?3",
                    )
                    .and_then(|mut s| {
                        s.query_row(params![pruned, included, PRUNED_AT_ONCE], |r| r.get(0))
                            .optional()
                    })
                    .map_err(storage("prune own effects"))?;
                let upto = until.unwrap_or(included);
                behind::prune(&transaction, Position::from_raw(upto))?;
                if until.is_none() {
                    set_meta(&transaction, "recall_list_ms", &recall_list_ms.to_string())?;
                }
                transaction.commit().map_err(storage("commit"))?;
                if until.is_none() {
                    lock(&self.known).recalls_at(recall_list_ms);
                }
                Ok(until.is_some())
            })?;
            if !more {
                return Ok(());
            }
        }
    }
}

fn write_pins(pins: &[Pin]) -> String {
    pins.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

// A pin that cannot be read must not turn into a device without pins, which would trust more.
fn read_pins(text: Option<&str>) -> Result<Vec<Pin>, Error> {
    let damaged = |e: lotline_record::wire::BadPin| Error::new(Remedy::CallSupervisor, "storage", e.to_string());
    let pins = text.unwrap_or_default().split_whitespace();
    pins.map(|pin| pin.parse().map_err(damaged)).collect()
}

impl SyncStore for Store {
    fn link(&self) -> Result<Option<Link>, Error> {
        self.with_journal(|c| {
            live_only(c)?;
            let (Some(server), Some(name), Some(site), Some(key)) = (
                meta(c, "server")?,
                meta(c, "device")?,
                meta(c, "site")?,
                meta(c, "site_key")?,
            ) else {
                return Ok(None);
            };
            let bug = |e: lotline_record::model::NameError| Error::bug(e.to_string());
            Ok(Some(Link {
                server,
                device: DeviceId::new(name).map_err(bug)?,
                site: SiteId::new(site).map_err(bug)?,
                site_key: unhex(&key).unwrap_or_default(),
                pins: read_pins(meta(c, "pins")?.as_deref())?,
            }))
        })
    }

    fn save_link(&self, server: &str, pins: &[Pin], reply: &EnrolReply) -> Result<(), Error> {
        self.with_journal(|connection| live_only(connection))?;
        self.become_device(&reply.device, &reply.site, reply.resource.as_str(), &reply.pepper)?;
        self.change_standing(|c| {
            let transaction = c.transaction().map_err(storage("begin"))?;
            set_meta(&transaction, "server", server)?;
            set_meta(&transaction, "pins", &write_pins(pins))?;
            set_meta(&transaction, "site_key", &hex(&reply.site_key))?;
            transaction.commit().map_err(storage("commit"))
        })
    }

    fn save_pins(&self, pins: &[Pin]) -> Result<(), Error> {
        self.with_journal(|connection| {
            live_only(connection)?;
            set_meta(connection, "pins", &write_pins(pins))
        })
    }

    fn queue(&self) -> Result<Queue, Error> {
        self.with_journal(|c| {
            let device = device(c)?;
            let Tip { epoch, seq, hash, .. } = tip(c, &device)?;
            let acknowledged = acknowledged(c, &device)?;
            let pending = standing::pending(c, epoch, seq, &acknowledged)?;
            Ok(Queue {
                tip: StoredThrough { epoch, seq, hash },
                acknowledged,
                pending,
            })
        })
    }

    fn numbers(&self) -> Result<Option<(NumbersRequest, bool)>, Error> {
        let Queue { tip, acknowledged, .. } = self.queue()?;
        self.numbers_shown(tip, acknowledged).map(Some)
    }

    fn keep_numbers(&self, reply: &NumbersReply) -> Result<(), Error> {
        Store::keep_numbers(self, reply)
    }

    fn batch(&self, after: Position, entries: usize, bytes: usize) -> Result<Vec<Sealed>, Error> {
        self.with_journal(|c| {
            live_only(c)?;
            let limit = i64::try_from(entries.max(1)).unwrap_or(i64::MAX);
            let mut statement = c
                .prepare_cached(
                    "SELECT e.position, e.bytes, e.hash FROM entry e LEFT JOIN epoch p ON p.epoch = e.position >> 40
                     WHERE e.position > ?1 AND (p.ended_at IS NULL OR e.position <= p.ended_at)
                     ORDER BY e.position LIMIT ?2",
                )
                .map_err(storage("read the queue"))?;
            let mut rows = statement
                .query(params![after.raw(), limit])
                .map_err(storage("read the queue"))?;
            let mut batch: Vec<Sealed> = Vec::new();
            let mut size = 0;
            while let Some(row) = rows.next().map_err(storage("read the queue"))? {
                let position = Position::from_raw(row.get(0).map_err(storage("read the queue"))?);
                let body: Vec<u8> = row.get(1).map_err(storage("read the queue"))?;
                let expected = batch.last().map_or(after, |last| last.position);
                let continues = position.epoch() == expected.epoch() && position.seq() == expected.seq() + 1;
                let begins = batch.is_empty() && position.epoch() > expected.epoch() && position.seq() == 1;
                if !(continues || begins) {
                    break;
                }
                size += body.len() + 1;
                if !batch.is_empty() && size > bytes {
                    break;
                }
                let hash: Vec<u8> = row.get(2).map_err(storage("read the queue"))?;
                batch.push(salvage::whole(Sealed::from_stored(position, body), &hash)?);
            }
            Ok(batch)
        })
    }

    fn hash_at(&self, position: Position) -> Result<Option<Hash>, Error> {
        self.with_journal(|c| {
            let (sql, key) = if position.seq() == 0 {
                (
                    "SELECT genesis FROM epoch WHERE epoch = ?1",
                    i64::from(position.epoch()),
                )
            } else {
                ("SELECT hash FROM entry WHERE position = ?1", position.raw())
            };
            let found: Option<Vec<u8>> = c
                .prepare_cached(sql)
                .and_then(|mut s| s.query_row([key], |r| r.get(0)).optional())
                .map_err(storage("read the chain"))?;
            found.map(|bytes| hash_from(&bytes)).transpose()
        })
    }

    fn acknowledge(&self, through: &StoredThrough, receipt: Option<&Receipt>) -> Result<(), Error> {
        self.with_journal(|connection| {
            live_only(connection)?;
            let transaction = connection.transaction().map_err(storage("begin"))?;
            set_acknowledged(&transaction, through)?;
            if let Some(receipt) = receipt {
                let text = serde_json::to_string(receipt).map_err(|e| Error::bug(e.to_string()))?;
                transaction
                    .execute(
                        "INSERT OR REPLACE INTO receipt (position, receipt) VALUES (?1, ?2)",
                        params![Position::new(receipt.epoch, receipt.to).raw(), text],
                    )
                    .map_err(storage("keep the receipt"))?;
            }
            reached(Point::InsideMark);
            transaction.commit().map_err(storage("commit"))?;
            lock(&self.known).acknowledged(through);
            Ok(())
        })
    }

    fn begin_epoch(&self, common: Option<&StoredThrough>) -> Result<(), Error> {
        let now = self.platform.clock.now();
        self.with_journal(|connection| {
            live_only(connection)?;
            lock(&self.behind).take_off();
            let begun = epoch::begin(connection, now, common);
            lock(&self.known).forget();
            begun
        })
    }

    fn cursor(&self) -> Result<Option<Cursor>, Error> {
        self.with_site(|c| {
            let get = |key: &str| {
                c.prepare_cached("SELECT value FROM meta WHERE key = ?1")
                    .and_then(|mut s| s.query_row([key], |r| r.get::<_, String>(0)).optional())
                    .map_err(storage("read the cursor"))
            };
            let (Some(server_epoch), Some(at)) = (get("server_epoch")?, get("cursor")?) else {
                return Ok(None);
            };
            Ok(at.parse().ok().map(|at| Cursor { server_epoch, at }))
        })
    }

    fn apply_page(&self, page: &Page) -> Result<(), Error> {
        self.with_site(|connection| {
            let transaction = connection.transaction().map_err(storage("begin"))?;
            for row in &page.rows {
                apply_row(&transaction, row)?;
            }
            let included = Position::new(page.included.epoch, page.included.seq);
            for (key, value) in [
                ("cursor", page.to.to_string()),
                ("server_epoch", page.server_epoch.clone()),
                ("included", included.raw().to_string()),
                ("at_gateway", page.counts.at_gateway.to_string()),
                ("in_wms", page.counts.in_wms.to_string()),
            ] {
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")
                    .and_then(|mut s| s.execute([key, &value]))
                    .map_err(storage("keep the cursor"))?;
            }
            reached(Point::InsidePage);
            transaction.commit().map_err(storage("commit"))?;
            reached(Point::AfterPage);
            lock(&self.known).paged(page);
            if !page.more {
                // Own effects may be pruned only up to an `included` that is safely on disk.
                connection
                    .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
                    .map_err(storage("make the picture durable"))?;
            }
            Ok(())
        })?;
        if page.more {
            return Ok(());
        }
        lock(&self.reach).page_at_ms = Some(page.now.unix_ms());
        self.prune(page.now.unix_ms())
    }

    fn urgent(&self) -> Result<Option<Cursor>, Error> {
        let (ahead, picture) = (self.with_site(|c| ahead::cursor(c))?, self.cursor()?);
        Ok(match (ahead, picture) {
            (Some(ahead), Some(picture)) if ahead.server_epoch == picture.server_epoch && ahead.at > picture.at => {
                Some(ahead)
            }
            (ahead, None) => ahead,
            (_, picture) => picture,
        })
    }

    fn apply_urgent(&self, page: &Page) -> Result<(), Error> {
        self.with_site(|connection| {
            let transaction = connection.transaction().map_err(storage("begin"))?;
            for row in page
                .rows
                .iter()
                .filter(|row| wire::table(&row.t).is_some_and(wire::Table::is_urgent))
            {
                apply_row(&transaction, row)?;
            }
            ahead::keep(&transaction, page)?;
            transaction.commit().map_err(storage("commit"))?;
            lock(&self.known).went_ahead(page);
            Ok(())
        })?;
        if page.more {
            return Ok(());
        }
        // Every block and recall up to now is here.
        let at_ms = page.now.unix_ms();
        self.with_journal(|connection| {
            set_meta(connection, "recall_list_ms", &at_ms.to_string())?;
            lock(&self.known).recalls_at(at_ms);
            Ok(())
        })
    }

    fn download_path(&self) -> PathBuf {
        self.folder.join(format!("{SITE}.download"))
    }

    fn adopt_site(&self, file: &Path, own: Option<&OwnMark>) -> Result<(), Error> {
        self.swap_site(file, own)?;
        let now = self.platform.clock.now().wall_ms;
        self.change_standing(|c| set_meta(c, "recall_list_ms", &now.to_string()))
    }

    fn fetching(&self, so_far: Option<Fetched>) {
        lock(&self.reach).fetching = so_far;
    }

    fn tidy(&self) {
        if let Err(error) = self.checkpoint() {
            tracing::warn!(%error, "the write-ahead logs could not be written back");
        }
    }

    fn contact(&self, contact: Contact) {
        let clocks = self.platform.clock.now();
        let now = clocks.wall_ms;
        let mut reach = lock(&self.reach);
        let before = reach.lost_since_ms;
        match &contact {
            Contact::Reached { .. } | Contact::Blocked(_) => reach.lost_since_ms = None,
            Contact::Lost => reach.lost_since_ms = reach.lost_since_ms.or(Some(now)),
        }
        let since = reach.lost_since_ms;
        let offset = if let Contact::Reached { offset_ms } = contact {
            offset_ms
        } else {
            None
        };
        reach.contact = Some(contact);
        drop(reach);
        if since != before {
            // A restart must not read as being on line; failing to keep it must not fail the request.
            let text = since.map_or_else(String::new, |ms| ms.to_string());
            if let Err(error) = self.change_standing(|c| set_meta(c, "lost_since_ms", &text)) {
                tracing::warn!(%error, "since when the server is lost could not be kept");
            }
        }
        if let Some(offset) = offset {
            // The offset only helps to correct times later; failing to keep it must not fail the request.
            let kept = self.change_standing(|c| {
                set_meta(c, "offset_ms", &offset.to_string())?;
                let anchor = serde_json::to_string(&Anchor::new(&clocks, offset));
                set_meta(c, "anchor", &anchor.map_err(|e| Error::bug(e.to_string()))?)
            });
            if let Err(error) = kept {
                tracing::warn!(%error, "the clock's offset could not be kept");
            }
        }
    }
}

fn apply_row(connection: &Connection, row: &wire::Row) -> Result<(), Error> {
    let Some(table) = wire::table(&row.t) else {
        // A newer server may have tables this version does not know; they are not needed to go on.
        return Ok(());
    };
    if row.r.len() < table.columns.len() {
        return Err(Error::new(
            Remedy::Bug,
            "bad_page",
            format!("a row of {} has {} values", row.t, row.r.len()),
        ));
    }
    let cells = row.r.iter().take(table.columns.len()).map(|cell| match cell {
        Cell::Null => rusqlite::types::Value::Null,
        Cell::Int(n) => rusqlite::types::Value::Integer(*n),
        Cell::Text(text) => rusqlite::types::Value::Text(text.clone()),
    });
    let (sql, values): (String, Vec<_>) = if row.gone {
        let keys: Vec<String> = table.columns[..table.key]
            .iter()
            .enumerate()
            .map(|(n, c)| format!("{c} = ?{}", n + 1))
            .collect();
        (
            format!("DELETE FROM {} WHERE {}", table.name, keys.join(" AND ")),
            cells.take(table.key).collect(),
        )
    } else {
        let marks: Vec<String> = (1..=table.columns.len() + 1).map(|n| format!("?{n}")).collect();
        let sql = format!(
            "INSERT OR REPLACE INTO {} ({}, cursor) VALUES ({})",
            table.name,
            table.columns.join(", "),
            marks.join(", ")
        );
        let cursor = rusqlite::types::Value::Integer(row.c.cast_signed());
        (sql, cells.chain([cursor]).collect())
    };
    connection
        .prepare_cached(&sql)
        .and_then(|mut s| s.execute(params_from_iter(values)))
        .map(|_| ())
        .map_err(storage("apply a page"))
}
