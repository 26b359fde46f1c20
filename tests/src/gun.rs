//! A device reduced to its queue: entries that a test writes, kept in an SQLite file, driven by the real sync client.
//!
//! Flows and screens are left out on purpose, so that a test decides what an entry says. Rows that are about capture
//! use the real handheld.

use crate::gateway::{Arrived, Gateway, site};
use lotline_core::Error;
use lotline_core::platform::{MemoryKey, Platform, SystemClock, system_ids};
use lotline_core::sync::{Contact, Cursor, Link, OwnMark, Queue, SyncStore, Syncer};
use lotline_record::entry::{Body, Entry, FORMAT, Hash, Instant, Position, Refs, Sealed, Stamp, Tip, genesis, link};
use lotline_record::model::{Account, BootId, ContentsKnown, DeviceId, EntryId, Goods, PlaceId, SiteId};
use lotline_record::rules::Verdict;
use lotline_record::wire::{EnrolReply, Page, Pin, Receipt, StoredThrough};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// Long enough for anything that comes to an end.
pub const LONG: Duration = Duration::from_mins(1);

/// Where a device's file lies.
#[derive(Debug)]
pub enum Folder {
    /// Removed with the device.
    Own(tempfile::TempDir),
    /// Somebody else's.
    Of(PathBuf),
}

impl Folder {
    /// Its path.
    pub fn path(&self) -> &Path {
        match self {
            Folder::Own(folder) => folder.path(),
            Folder::Of(path) => path,
        }
    }
}

/// The file and what the sync client last said.
#[derive(Debug)]
pub struct GunStore {
    device: DeviceId,
    folder: Folder,
    connection: Mutex<Connection>,
    contacts: Mutex<Vec<Contact>>,
    dies_before_the_mark: bool,
}

/// A device with its queue and its sync client.
#[derive(Debug)]
pub struct Gun {
    /// Its queue.
    pub store: Arc<GunStore>,
    /// Its sync client.
    pub syncer: Syncer,
}

const SCHEMA: &str = "
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS entry (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);";

#[allow(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn failed(error: rusqlite::Error) -> Error {
    Error::bug(error.to_string())
}

impl GunStore {
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap()
    }

    fn get<T: std::str::FromStr>(&self, key: &str) -> Option<T> {
        let sql = "SELECT value FROM meta WHERE key = ?1";
        let found: Option<String> = self
            .connection()
            .query_row(sql, [key], |row| row.get(0))
            .optional()
            .unwrap();
        found.and_then(|text| text.parse().ok())
    }

    fn set(&self, key: &str, value: &str) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)";
        self.connection().execute(sql, [key, value]).map(|_| ()).map_err(failed)
    }

    /// Where its file lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Every entry, read afresh from the file.
    pub fn entries(&self) -> Vec<Sealed> {
        let connection = Connection::open(self.folder.path().join("gun.db")).unwrap();
        let mut statement = connection
            .prepare("SELECT position, bytes FROM entry ORDER BY position")
            .unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap)
            .map(|(at, bytes)| Sealed::from_stored(Position::from_raw(at), bytes))
            .collect()
    }

    fn tip(&self) -> Tip {
        let mut tip = Tip::start(self.device.clone(), 1, None);
        if let Some(last) = self.entries().pop() {
            (tip.seq, tip.hash) = (last.position.seq(), last.hash);
        }
        tip
    }

    fn last(&self) -> Tip {
        let sql = "SELECT position, bytes FROM entry ORDER BY position DESC LIMIT 1";
        let last = self
            .connection()
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .unwrap();
        let mut tip = Tip::start(self.device.clone(), 1, None);
        if let Some((position, bytes)) = last {
            let sealed = Sealed::from_stored(Position::from_raw(position), bytes);
            (tip.seq, tip.hash) = (sealed.position.seq(), sealed.hash);
        }
        tip
    }

    /// What was last heard of the way to the gateway.
    pub fn contact(&self) -> Option<Contact> {
        self.contacts.lock().unwrap().last().cloned()
    }
}

impl SyncStore for GunStore {
    fn link(&self) -> Result<Option<Link>, Error> {
        let (Some(server), Some(key)) = (self.get::<String>("server"), self.get::<String>("site_key")) else {
            return Ok(None);
        };
        let site_key = serde_json::from_str(&key).unwrap();
        Ok(Some(Link {
            server,
            device: self.device.clone(),
            site: site(),
            site_key,
            pins: Vec::new(),
        }))
    }

    fn save_link(&self, server: &str, _pins: &[Pin], reply: &EnrolReply) -> Result<(), Error> {
        assert_eq!((&reply.device, &reply.site), (&self.device, &site()));
        self.set("site_key", &serde_json::to_string(&reply.site_key).unwrap())?;
        self.set("server", server)
    }

    fn save_pins(&self, _pins: &[Pin]) -> Result<(), Error> {
        Ok(())
    }

    fn queue(&self) -> Result<Queue, Error> {
        let Tip { epoch, seq, hash, .. } = self.last();
        let tip = StoredThrough { epoch, seq, hash };
        let start = StoredThrough {
            epoch: 1,
            seq: 0,
            hash: genesis(&self.device, 1, None),
        };
        let mark: Option<String> = self.get("acknowledged");
        let acknowledged = mark.map_or(start, |text| serde_json::from_str(&text).unwrap());
        Ok(Queue {
            tip,
            acknowledged,
            pending: seq - acknowledged.seq,
        })
    }

    fn batch(&self, after: Position, entries: usize, bytes: usize) -> Result<Vec<Sealed>, Error> {
        let connection = self.connection();
        let sql = "SELECT position, bytes FROM entry WHERE position > ?1 ORDER BY position LIMIT ?2";
        let mut statement = connection.prepare(sql).map_err(failed)?;
        let most = i64::try_from(entries).unwrap();
        let rows = statement.query_map(params![after.raw(), most], |row| {
            Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))
        });
        let mut size = 0;
        let all = rows.map_err(failed)?.map(Result::unwrap);
        let fits = all.take_while(|(_, entry)| {
            let first = size == 0;
            size += entry.len() + 1;
            first || size <= bytes
        });
        Ok(fits
            .map(|(at, entry)| Sealed::from_stored(Position::from_raw(at), entry))
            .collect())
    }

    fn before(&self, _first: Position) -> Result<StoredThrough, Error> {
        unreachable!("one epoch")
    }

    fn hash_at(&self, position: Position) -> Result<Option<Hash>, Error> {
        if position.seq() == 0 {
            return Ok((position.epoch() == 1).then(|| genesis(&self.device, 1, None)));
        }
        let sql = "SELECT bytes FROM entry WHERE position = ?1";
        let found: Option<Vec<u8>> = self
            .connection()
            .query_row(sql, [position.raw()], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        Ok(found.map(|bytes| Sealed::from_stored(position, bytes).hash))
    }

    fn acknowledge(&self, through: &StoredThrough, _: Option<&Receipt>) -> Result<(), Error> {
        if self.dies_before_the_mark {
            let own = std::process::id().to_string();
            std::process::Command::new("kill").args(["-9", &own]).status().unwrap();
        }
        self.set("acknowledged", &serde_json::to_string(through).unwrap())
    }

    fn begin_epoch(&self, _: Option<&StoredThrough>) -> Result<(), Error> {
        Err(Error::bug("these rows do not fork"))
    }

    fn cursor(&self) -> Result<Option<Cursor>, Error> {
        let (epoch, at) = (self.get("server_epoch"), self.get("cursor"));
        Ok(epoch.zip(at).map(|(server_epoch, at)| Cursor { server_epoch, at }))
    }

    fn apply_page(&self, page: &Page) -> Result<(), Error> {
        self.set("cursor", &page.to.to_string())
    }

    fn urgent(&self) -> Result<Option<Cursor>, Error> {
        let ahead = self.get("urgent").zip(self.get("urgent_epoch"));
        let ahead = ahead.map(|(at, server_epoch)| Cursor { server_epoch, at });
        let picture = self.cursor()?;
        Ok(
            if picture
                .as_ref()
                .is_some_and(|picture| ahead.as_ref().is_none_or(|ahead| ahead.at < picture.at))
            {
                picture
            } else {
                ahead
            },
        )
    }

    fn apply_urgent(&self, page: &Page) -> Result<(), Error> {
        self.set("urgent_epoch", &page.server_epoch)?;
        self.set("urgent", &page.to.to_string())
    }

    fn download_path(&self) -> PathBuf {
        self.folder.path().join("site.part")
    }

    fn adopt_site(&self, file: &Path, _: Option<&OwnMark>) -> Result<(), Error> {
        let picture = Connection::open(file).map_err(failed)?;
        for key in ["server_epoch", "cursor"] {
            let sql = "SELECT value FROM meta WHERE key = ?1";
            let value: String = picture.query_row(sql, [key], |row| row.get(0)).map_err(failed)?;
            self.set(key, &value)?;
        }
        Ok(())
    }

    fn contact(&self, contact: Contact) {
        self.contacts.lock().unwrap().push(contact);
    }
}

/// A unit received from the supplier into a bin.
pub fn received(serial: Option<&str>, bin: &str) -> Body {
    // From JSON, as old entries are read: a later optional field changes nothing here.
    let mut goods = json!({ "owner": "ACME", "item": "SKU-1", "level": "each", "quantity": { "n": "1", "u": "EA" } });
    if let Some(serial) = serial {
        goods["serial"] = json!({ "scheme": "gtin", "maker_key": "04012345678901", "serial": serial });
    }
    let goods: Goods = serde_json::from_value(goods).unwrap();
    let to = Account::Place(PlaceId::new(bin).unwrap());
    Body::Received {
        goods,
        to,
        known: ContentsKnown::Scanned,
        line: None,
    }
}

/// An entry that nobody signed in for, under its epoch, sequence and what comes before it; its clock's offset was never measured.
pub fn plain(
    site: &SiteId,
    device: &DeviceId,
    (epoch, seq, prev): (u32, u64, Hash),
    wall: Instant,
    body: Body,
) -> Entry {
    Entry {
        v: FORMAT,
        id: EntryId::new(format!("{device}-{epoch}-{seq}")).unwrap(),
        site: site.clone(),
        owner: None,
        device: device.clone(),
        epoch,
        seq,
        prev,
        who: None,
        at: Stamp {
            wall,
            zone_min: 60,
            mono_ms: seq,
            boot: BootId::new("b").unwrap(),
            offset_ms: None,
        },
        policy: 1,
        core: "0.1.0".into(),
        app: "0.1.0".into(),
        cursor: 0,
        training: false,
        place: None,
        refs: Refs::default(),
        scan: None,
        verdict: Verdict::default(),
        body,
    }
}

impl Gun {
    /// A device of that name whose sync client asks `server`, and which is enrolled at the gateway behind it.
    pub fn enrolled(name: &str, gateway: &Gateway, server: &str) -> Self {
        let device = DeviceId::new(name).unwrap();
        let gun = Gun::open(&device, Folder::Own(tempfile::tempdir().unwrap()));
        gun.syncer
            .enrol(server, &gateway.code(&device, &format!("CART-{name}")), name)
            .unwrap();
        gun
    }

    /// A device as its folder has it, with a new sync client.
    pub fn open(device: &DeviceId, folder: Folder) -> Self {
        Gun::start(device, folder, false)
    }

    /// As [`Gun::open`], but its process is killed when it is about to move its mark.
    pub fn doomed(device: &DeviceId, folder: Folder) -> Self {
        Gun::start(device, folder, true)
    }

    fn start(device: &DeviceId, folder: Folder, dies_before_the_mark: bool) -> Self {
        let connection = Connection::open(folder.path().join("gun.db")).unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        let (connection, contacts) = (Mutex::new(connection), Mutex::default());
        let device = device.clone();
        let key = device.as_str().bytes().fold(1, u8::wrapping_add).max(1);
        let store = Arc::new(GunStore {
            device,
            folder,
            connection,
            contacts,
            dies_before_the_mark,
        });
        Gun {
            syncer: Syncer::new(store.clone(), platform(key)),
            store,
        }
    }

    /// Stops it and leaves its folder.
    pub fn close(self) -> Folder {
        drop(self.syncer);
        Arc::into_inner(self.store)
            .expect("the sync client has let go of the store")
            .folder
    }

    /// Its name.
    pub fn device(&self) -> &DeviceId {
        &self.store.device
    }

    /// Writes entries, each durable, and tells the sync client.
    pub fn capture(&self, bodies: impl IntoIterator<Item = Body>) {
        let mut tip = self.store.tip();
        for body in bodies {
            let wall = Instant::from_unix_ms(1_795_245_120_000);
            let entry = plain(
                &site(),
                &self.store.device,
                (tip.epoch, tip.seq + 1, tip.hash),
                wall,
                body,
            );
            let sealed = entry.seal().unwrap();
            let sql = "INSERT INTO entry (position, bytes) VALUES (?1, ?2)";
            self.store
                .connection()
                .execute(sql, params![sealed.position.raw(), sealed.bytes])
                .unwrap();
            (tip.seq, tip.hash) = (entry.seq, sealed.hash);
        }
        self.syncer.captured();
    }

    /// Entries that are not acknowledged.
    pub fn pending(&self) -> u64 {
        self.store.queue().unwrap().pending
    }
}

fn platform(key: u8) -> Platform {
    Platform {
        clock: Arc::new(SystemClock::new()),
        keys: Arc::new(MemoryKey::from_bytes([key; 32]).unwrap()),
        ids: system_ids(),
        trust_roots: Vec::new(),
    }
}

/// Checks the five invariants of the failure matrix, both databases opened afresh. The gateway must run.
pub fn check_invariants(gateway: &Gateway, guns: &[&Gun]) {
    gateway.settled();
    let mut counted = 0;
    for gun in guns {
        let (captured, arrived) = (gun.store.entries(), gateway.arrived(gun.device()));
        let sent: Vec<Sealed> = arrived
            .iter()
            .map(|a| Sealed {
                position: a.position,
                hash: a.hash,
                bytes: a.bytes.clone(),
            })
            .collect();
        // I1 and I3: each entry once, byte for byte, in the device's order; one chain.
        assert_eq!(
            sent,
            captured,
            "I1, I3: {} has the device's entries once and in order",
            gun.device()
        );
        let mut tip = Tip::start(gun.device().clone(), 1, None);
        for Arrived {
            bytes,
            verdict,
            position,
            ..
        } in &arrived
        {
            link(&mut tip, bytes).unwrap();
            let verdict = verdict.as_deref().unwrap_or("none");
            assert!(
                ["applied", "waiting", "exception", "kept_aside"].contains(&verdict),
                "I1: {position:?} is visible as {verdict}"
            );
            counted += i64::from(verdict == "applied");
        }
        // I4: what the device takes for durable is durable, with that hash.
        let mark = gun.store.queue().unwrap().acknowledged;
        assert!(
            mark.seq == 0
                || arrived
                    .iter()
                    .any(|a| a.position.seq() == mark.seq && a.hash == mark.hash),
            "I4"
        );
    }
    // I2: effects are as many as distinct entries that count, and stock is balanced.
    let sum = |where_| gateway.number(&format!("SELECT coalesce(sum(amount), 0) FROM stock {where_}"));
    assert_eq!(sum(""), 0, "I2: every transfer has two sides");
    assert_eq!(
        sum("WHERE account LIKE 'place:%'"),
        counted * 1_000_000,
        "I2: one unit an applied entry"
    );
    // I5: capture goes on, and what is captured arrives.
    for gun in guns {
        let before = gateway.arrived(gun.device()).len();
        gun.capture([received(None, "A-99")]);
        let report = gun.syncer.sync_now(LONG).unwrap();
        assert!(report.reached && !report.more, "I5: {report:?}");
        assert_eq!(gateway.arrived(gun.device()).len(), before + 1, "I5");
    }
}
