//! A device: the real engine over the real store, and what the world remembers of it.

use super::Mutation;
use super::clock::{DeviceClock, SeededIds, Time};
use super::door::{Ask, copy};
use super::pipe::Weather;
use crate::dice::Dice;
use lotline_core::Error;
use lotline_core::platform::{MemoryKey, Platform};
use lotline_core::store::Store;
use lotline_core::sync::engine::Engine;
use lotline_core::sync::{Contact, Cursor, Link, OwnMark, Queue, SyncStore};
use lotline_record::entry::{Hash, Position, Sealed};
use lotline_record::model::{Account, DeviceId, PlaceId};
use lotline_record::wire::{EnrolReply, Page, Pin, Receipt, StoredThrough};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The device's files, as a backup of the device has them.
const FILES: [&str; 6] = [
    "journal.db",
    "journal.db-wal",
    "site.db",
    "site.db-wal",
    "effects.db",
    "effects.db-wal",
];

/// The real store; a mutation lets it err.
#[derive(Debug)]
pub struct Kept {
    /// It.
    pub store: Store,
    folder: PathBuf,
    mutation: Option<Mutation>,
}

impl Kept {
    /// Applies a page as if the process died before it pruned.
    pub fn apply_page_and_die(&self, page: &Page) {
        self.store.apply_page_and_die(page).unwrap();
    }

    fn sql(&self, file: &str, text: &str) {
        let connection = Connection::open(self.folder.join(file)).unwrap();
        connection.execute_batch(text).unwrap();
    }
}

impl SyncStore for Kept {
    fn link(&self) -> Result<Option<Link>, Error> {
        self.store.link()
    }

    fn save_link(&self, server: &str, pins: &[Pin], reply: &EnrolReply) -> Result<(), Error> {
        self.store.save_link(server, pins, reply)
    }

    fn save_pins(&self, pins: &[Pin]) -> Result<(), Error> {
        self.store.save_pins(pins)
    }

    fn queue(&self) -> Result<Queue, Error> {
        self.store.queue()
    }

    fn batch(&self, after: Position, entries: usize, bytes: usize) -> Result<Vec<Sealed>, Error> {
        self.store.batch(after, entries, bytes)
    }

    fn before(&self, first: Position) -> Result<StoredThrough, Error> {
        self.store.before(first)
    }

    fn hash_at(&self, position: Position) -> Result<Option<Hash>, Error> {
        self.store.hash_at(position)
    }

    fn acknowledge(&self, through: &StoredThrough, receipt: Option<&Receipt>) -> Result<(), Error> {
        self.store.acknowledge(through, receipt)?;
        if self.mutation == Some(Mutation::PruneEarly) {
            self.store.tidy();
            let upto = Position::new(through.epoch, through.seq).raw();
            let text = format!("DELETE FROM own_change WHERE position <= {upto}; DELETE FROM own_stock_sum;");
            self.sql("effects.db", &text);
        }
        Ok(())
    }

    fn begin_epoch(&self, common: Option<&StoredThrough>) -> Result<(), Error> {
        self.store.begin_epoch(common)
    }

    fn cursor(&self) -> Result<Option<Cursor>, Error> {
        self.store.cursor()
    }

    fn apply_page(&self, page: &Page) -> Result<(), Error> {
        self.store.apply_page(page)?;
        if self.mutation == Some(Mutation::LoseCursor) && page.to > page.from {
            let text = format!("UPDATE meta SET value = '{}' WHERE key = 'cursor'", page.from);
            self.sql("site.db", &text);
        }
        Ok(())
    }

    fn urgent(&self) -> Result<Option<Cursor>, Error> {
        self.store.urgent()
    }

    fn apply_urgent(&self, page: &Page) -> Result<(), Error> {
        self.store.apply_urgent(page)
    }

    fn is_blank(&self) -> Result<bool, Error> {
        self.store.is_blank()
    }

    fn apply_focus(&self, page: &Page) -> Result<(), Error> {
        self.store.apply_focus(page)
    }

    fn download_path(&self) -> PathBuf {
        self.store.download_path()
    }

    fn adopt_site(&self, file: &Path, own: Option<&OwnMark>) -> Result<(), Error> {
        self.store.adopt_site(file, own)
    }

    fn tidy(&self) {
        self.store.tidy();
    }

    fn contact(&self, contact: Contact) {
        self.store.contact(contact);
    }
}

/// What was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// The hash of the entry as it was captured.
    pub hash: Hash,
    /// Whether it puts one unit into the device's own bin. Others put a serial that several devices saw.
    pub plain: bool,
    /// The device was restored from a backup that does not have it: it counts where it was sent in time.
    pub lost: bool,
}

/// When a device dies while it handles an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doom {
    /// Before the store changed.
    Before,
    /// Between the page and the pruning.
    Between,
    /// After the store changed, before anything else.
    After,
}

/// A request that is on the way.
#[derive(Debug, Clone)]
pub struct Flight {
    /// Its number.
    pub number: u64,
    /// What was asked.
    pub ask: Ask,
    /// How often before, in the same breath.
    pub attempt: u32,
}

/// Requests, and what keeps their number within bounds.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// All.
    pub requests: u64,
    /// Failures in a row, since when, and without anything that ends a back-off.
    pub failed: u64,
    /// When the row began.
    pub since_ms: u64,
    /// In this minute.
    pub minute: (u64, u64),
}

/// A device.
#[derive(Debug)]
pub struct Device {
    /// Its name.
    pub name: DeviceId,
    /// Where its own bin is.
    pub bin: Account,
    folder: PathBuf,
    /// Its clocks.
    pub clock: Arc<DeviceClock>,
    ids: Arc<Mutex<Dice>>,
    mutation: Option<Mutation>,
    /// Its store; `None` while it is switched off.
    pub kept: Option<Arc<Kept>>,
    // Killed processes: they are told nothing, and close their files when the files are replaced or the world ends.
    dead: Vec<Arc<Kept>>,
    /// What comes next.
    pub engine: Engine,
    /// The token in hand.
    pub token: Option<u64>,
    /// The request on the way.
    pub flight: Option<Flight>,
    /// The number of the next look at the engine; others are out of date.
    pub looks: u64,
    /// In the foreground.
    pub live: bool,
    /// A background job runs until then.
    pub job_until_ms: u64,
    /// Its stream, by its number.
    pub stream: Option<u64>,
    /// The way to the gateway.
    pub weather: Weather,
    /// What was captured on it.
    pub facts: Vec<Fact>,
    backup: Option<usize>,
    /// Where the next page must begin, where that is known.
    pub page_from: Option<(String, u64)>,
    /// The cursor of the whole picture that it fetched last; 0: none.
    pub adopted: u64,
    /// It dies at the next answer.
    pub doom: Option<Doom>,
    /// Cut off, with so many of its entries at the gateway.
    pub revoked: Option<usize>,
    /// Up to which entry it carries what was captured before, with nothing in common.
    pub blind: Option<Position>,
    /// Its requests.
    pub tally: Tally,
}

impl Device {
    /// A new device with its files in that folder.
    pub fn new(number: usize, folder: PathBuf, time: Time, dice: u64, mutation: Option<Mutation>) -> Self {
        std::fs::create_dir_all(&folder).unwrap();
        let mut device = Device {
            name: DeviceId::new(format!("D{number}")).unwrap(),
            bin: Account::Place(PlaceId::new(format!("BIN-{number}")).unwrap()),
            folder,
            clock: Arc::new(DeviceClock::new(time)),
            ids: Arc::new(Mutex::new(Dice(dice))),
            mutation,
            kept: None,
            dead: Vec::new(),
            engine: Engine::new(),
            token: None,
            flight: None,
            looks: 0,
            live: true,
            job_until_ms: 0,
            stream: None,
            weather: Weather::Fair,
            facts: Vec::new(),
            backup: None,
            page_from: None,
            adopted: 0,
            doom: None,
            revoked: None,
            blind: None,
            tally: Tally::default(),
        };
        device.start();
        device
    }

    /// Its store.
    ///
    /// # Panics
    /// While it is switched off.
    pub fn kept(&self) -> Arc<Kept> {
        self.kept.clone().unwrap()
    }

    /// Whether the picture does not count yet what it carries with nothing in common.
    ///
    /// # Panics
    /// Where its picture cannot be read.
    pub fn carries_blindly(&self) -> bool {
        self.blind.is_some_and(|carried| {
            let file = Connection::open(self.folder.join("site.db")).unwrap();
            let sql = "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'included'";
            let included: i64 = file.query_row(sql, [], |row| row.get(0)).unwrap_or(0);
            included < carried.raw()
        })
    }

    /// Its files' folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens its files.
    pub fn start(&mut self) {
        let platform = Platform {
            clock: self.clock.clone(),
            keys: Arc::new(MemoryKey::from_bytes([7; 32]).unwrap()),
            ids: Arc::new(SeededIds(self.ids.clone())),
            trust_roots: Vec::new(),
        };
        self.kept = Some(Arc::new(Kept {
            store: Store::open(&self.folder, platform).unwrap(),
            folder: self.folder.clone(),
            mutation: self.mutation,
        }));
        self.engine = Engine::new();
    }

    /// Its process is gone, with whatever it was about to do.
    pub fn kill(&mut self) {
        self.dead.extend(self.kept.take());
        (self.token, self.flight, self.stream) = (None, None, None);
        self.looks += 1;
    }

    /// Keeps a copy of its files.
    pub fn back_up(&mut self) {
        copy(&FILES, &self.folder, &self.folder.join("backup"));
        self.backup = Some(self.facts.len());
    }

    /// Puts the copy in place of its files, if there is one.
    pub fn restore(&mut self) -> bool {
        let Some(had) = self.backup else { return false };
        self.kill();
        self.dead.clear();
        for file in ["journal.db-shm", "site.db-shm", "effects.db-shm"] {
            // Not there where nobody had the file open.
            let _ = std::fs::remove_file(self.folder.join(file));
        }
        copy(&FILES, &self.folder.join("backup"), &self.folder);
        for fact in &mut self.facts[had..] {
            fact.lost = true;
        }
        (self.page_from, self.blind) = (None, None);
        true
    }
}
