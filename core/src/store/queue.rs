//! The queue, the mark and the pulls: the store as the sync client sees it.

use super::aside::Aside;
use super::journal::{hash_from, tip};
use super::open::{SITE, Store, lock};
use super::pull::{apply_row, picture_cursor};
use super::training::{TRAINING, live_only};
use super::{ahead, epoch, salvage, standing, storage};
use crate::handheld::Anchor;
use crate::points::{Point, reached};
use crate::sync::{Contact, Cursor, Fetched, Keeping, Link, OwnMark, Queue, SyncStore};
use crate::{Error, Remedy};
use lotline_record::entry::{Hash, Position, Sealed, Tip, genesis, hex};
use lotline_record::model::{DeviceId, SiteId};
use lotline_record::wire::{self, EnrolReply, NumbersReply, NumbersRequest, Page, Pin, Receipt, StoredThrough};
use rusqlite::{Connection, OptionalExtension, params};
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

    fn before(&self, first: Position) -> Result<StoredThrough, Error> {
        self.with_journal(|c| {
            let device = device(c)?;
            let found = c
                .prepare_cached(
                    "SELECT e.position, e.hash FROM entry e LEFT JOIN epoch p ON p.epoch = e.position >> 40
                     WHERE e.position < ?1 AND (p.ended_at IS NULL OR e.position <= p.ended_at)
                     ORDER BY e.position DESC LIMIT 1",
                )
                .and_then(|mut s| {
                    s.query_row([first.raw()], |r| Ok((r.get(0)?, r.get::<_, Vec<u8>>(1)?)))
                        .optional()
                })
                .map_err(storage("read the chain"))?;
            let (position, hash) = match found {
                Some((position, hash)) => (Position::from_raw(position), hash_from(&hash)?),
                None => (Position::new(1, 0), genesis(&device, 1, None)),
            };
            Ok(StoredThrough {
                epoch: position.epoch(),
                seq: position.seq(),
                hash,
            })
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
        let Some(picture) = self.with_site(|c| picture_cursor(c))? else {
            return Ok(None);
        };
        let mut aside = lock(&self.aside);
        if !std::mem::replace(&mut aside.looked, true) {
            aside.pages = Aside::left(&self.folder, &self.cipher, &picture);
        }
        let goes_on = aside.pages.as_ref().and_then(|waiting| waiting.goes_on(&picture));
        Ok(Some(goes_on.unwrap_or(picture)))
    }

    fn apply_page(&self, page: &Page) -> Result<(), Error> {
        if page.more && self.put_aside(page)? {
            return Ok(());
        }
        self.put_in(page)?;
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

    fn is_blank(&self) -> Result<bool, Error> {
        self.with_site(|site| {
            site.query_row(
                "SELECT NOT EXISTS (SELECT 1 FROM meta WHERE key IN ('cursor', 'included'))
                    AND NOT EXISTS (SELECT 1 FROM item)",
                [],
                |row| row.get(0),
            )
            .map_err(storage("look at the picture"))
        })
    }

    fn apply_focus(&self, page: &Page) -> Result<(), Error> {
        self.put_in_focus(page)
    }

    fn download_path(&self) -> PathBuf {
        self.folder.join(format!("{SITE}.download"))
    }

    fn keeping(&self, begun: Option<&Path>) -> Result<Option<Box<dyn Keeping>>, Error> {
        self.cipher.keeping(begun)
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
