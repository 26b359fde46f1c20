//! A shift at one handheld: receive cases and serialised eaches, put away, pick; every scan timed against a bare commit.

use super::twin::Twin;
use crate::site::{self, Size};
use lotline_core::platform::{KeyStore, MemoryKey, Platform, SystemClock, system_ids};
use lotline_core::screen::{ScanSource, Screen, Tone};
use lotline_core::{Config, Handheld, Input, Tag};
use lotline_record::model::{DeviceId, PlaceId, SiteId};
use lotline_record::wire::TABLES;
use lotline_scan::profile::CALIBRATION;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of a bare commit: about an entry's.
pub const BARE: usize = 1_800;
/// Scans of one round through all flows, about.
pub const ROUND: usize = 128;
/// After so many scans the write-ahead log is written back, as the sync thread does it after a screen.
const TIDY: usize = 250;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A case came in.
    Case,
    /// A serialised each came in.
    Each,
    /// A case was lifted.
    Lift,
    /// It was put down.
    Drop,
    /// A bin was scanned.
    Bin,
    /// A case was picked.
    Pick,
}

impl Kind {
    /// All, in the order of a round.
    pub const ALL: [Kind; 6] = [Kind::Case, Kind::Each, Kind::Lift, Kind::Drop, Kind::Bin, Kind::Pick];

    /// For the table.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Case => "receive a case",
            Kind::Each => "receive an each with serial",
            Kind::Lift => "lift",
            Kind::Drop => "put down",
            Kind::Bin => "scan the bin",
            Kind::Pick => "pick a case",
        }
    }
}

/// One scan.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// What.
    pub kind: Kind,
    /// Until the screen was back.
    pub act: Duration,
    /// The bare commit that followed.
    pub bare: Duration,
    /// The same by the twin; none where nobody does the same.
    pub twin: Duration,
    /// Frames it appended to the write-ahead log; counted with the statements.
    pub frames: u64,
    /// Frames of own effects, which no commit syncs.
    pub unsynced: u64,
    /// Statements it began; 0 when nobody watches.
    pub statements: u64,
}

/// Counts statements from another room: set to zero before a scan, read after it.
pub type Counter = Arc<std::sync::atomic::AtomicU64>;

/// A handheld on a folder, and a bare database beside it.
pub struct Shift {
    handheld: Handheld,
    bare: Connection,
    logs: [PathBuf; 2],
    statements: Option<Counter>,
    received: usize,
    order: usize,
    acts: std::cell::Cell<usize>,
    twin: Option<Twin>,
    /// What was measured.
    pub samples: Vec<Sample>,
    /// The most anonymous memory seen, in KiB.
    pub rss_kib: u64,
}

#[allow(
    clippy::disallowed_methods,
    reason = "a bench reads the clock; nothing else here does"
)]
fn now() -> Instant {
    Instant::now()
}

/// How long this thread has waited for a core so far; zero where the kernel does not say.
fn waited() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split_whitespace().nth(1).and_then(|n| n.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// Runs `work` and says how long it took, without the time that other programs had the core.
///
/// # Errors
/// Those of `work`.
pub fn timed<T>(work: impl FnOnce() -> Result<T, String>) -> Result<(T, Duration), String> {
    let before = waited();
    let start = now();
    let done = work()?;
    let took = now().duration_since(start);
    Ok((done, took.saturating_sub(waited().saturating_sub(before))))
}

/// Opens the handheld in `folder`.
///
/// # Errors
/// The core's, as text.
pub fn open(folder: &Path) -> Result<Handheld, String> {
    open_with(folder, Arc::new(key()?))
}

/// The key of a bench's device.
///
/// # Errors
/// When those bytes are no key.
pub fn key() -> Result<MemoryKey, String> {
    MemoryKey::from_bytes([7; 32]).map_err(|e| e.to_string())
}

fn open_with(folder: &Path, keys: Arc<dyn KeyStore>) -> Result<Handheld, String> {
    let platform = Platform {
        clock: Arc::new(SystemClock::new()),
        keys,
        ids: system_ids(),
        trust_roots: Vec::new(),
    };
    let config = Config {
        folder: folder.to_owned(),
        app: "bench".into(),
        language: "en".into(),
    };
    Handheld::open(config, platform).map_err(|e| e.to_string())
}

/// A new device in `folder` on the picture at `site`.
///
/// # Errors
/// Those of the disk and the core, as text.
pub fn enlist(folder: &Path, site: &Path, keys: Arc<dyn KeyStore>) -> Result<Handheld, String> {
    if cfg!(feature = "encrypted") {
        lay_in(folder, site, &keys)?;
    } else {
        std::os::unix::fs::symlink(site, folder.join("site.db")).map_err(|e| e.to_string())?;
    }
    let handheld = open_with(folder, keys)?;
    let text = |e: lotline_record::model::NameError| e.to_string();
    handheld
        .become_device(
            &DeviceId::new("bench").map_err(text)?,
            &SiteId::new(site::SITE).map_err(text)?,
            &PlaceId::new("CART-1").map_err(text)?,
            site::PEPPER,
        )
        .map_err(|e| e.to_string())?;
    Ok(handheld)
}

/// Brings the rows of `site`, which anybody can read, into a picture that is encrypted as the device's other files are.
fn lay_in(folder: &Path, site: &Path, keys: &Arc<dyn KeyStore>) -> Result<(), String> {
    drop(open_with(folder, Arc::clone(keys))?);
    let picture = lotline_core::audit::database(folder, "site.db", keys.as_ref()).map_err(|e| e.to_string())?;
    let lay = || -> rusqlite::Result<()> {
        picture.execute("ATTACH ?1 AS plain KEY ''", [site.to_string_lossy()])?;
        let tables = TABLES.iter().map(|table| table.name).chain(["meta"]);
        for table in tables {
            picture.execute_batch(&format!(
                "INSERT OR REPLACE INTO main.{table} SELECT * FROM plain.{table}"
            ))?;
        }
        picture.execute_batch("DETACH plain; PRAGMA wal_checkpoint(TRUNCATE)")
    };
    lay().map_err(|e| format!("the encrypted picture: {e}"))
}

/// Memory of this process that no file backs, in KiB; 0 where nobody says.
pub fn anonymous_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

impl Shift {
    /// A new device in `folder` on the picture at `site`, signed in.
    ///
    /// # Errors
    /// Those of the disk and the core, as text.
    pub fn begin(folder: &Path, site: &Path, count: bool) -> Result<Self, String> {
        Self::begin_beside(folder, site, count, None)
    }

    /// As [`Shift::begin`]; a twin does all that this one does.
    ///
    /// # Errors
    /// Those of the disk, the core and the twin, as text.
    pub fn begin_beside(folder: &Path, site: &Path, count: bool, twin: Option<Twin>) -> Result<Self, String> {
        let handheld = enlist(folder, site, Arc::new(key()?))?;
        let statements = count.then(Counter::default);
        if let Some(counter) = statements.clone() {
            handheld
                .store()
                .watch_statements(move |sql| {
                    // The run of a trigger tells itself as a comment: it is part of its statement. Own effects are written for
                    // many scans at once.
                    let behind = sql.contains(" effects.") && !sql.starts_with("SELECT");
                    if !sql.starts_with("--") && !behind {
                        counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                })
                .map_err(|e| e.to_string())?;
        }
        let shift = Shift {
            handheld,
            bare: bare_database(folder)?,
            logs: ["journal.db-wal", "effects.db-wal"].map(|name| folder.join(name)),
            statements,
            received: 0,
            order: 0,
            acts: std::cell::Cell::new(0),
            twin,
            samples: Vec::new(),
            rss_kib: 0,
        };
        shift.act(Input::scan("B-1"))?;
        shift.act(Input::enter("pin", site::PIN))?;
        // As a device is set up: from here on it knows that separators come through.
        for source in [ScanSource::Scan, ScanSource::Camera] {
            shift.act(Input::Scan {
                bytes: format!("]d2{CALIBRATION}").into_bytes(),
                symbology: None,
                source,
            })?;
        }
        Ok(shift)
    }

    /// An input that is not measured.
    ///
    /// # Errors
    /// The core's, as text.
    pub fn act(&self, input: Input) -> Result<Screen, String> {
        let done = self.twin.as_ref().map(|twin| twin.act(&input)).transpose()?;
        let screen = self.own(input)?;
        done.map_or(Ok(()), |done| done.shows(&screen))?;
        Ok(screen)
    }

    fn own(&self, input: Input) -> Result<Screen, String> {
        self.acts.set(self.acts.get() + 1);
        self.handheld.act(input).map_err(|e| e.to_string())
    }

    /// One after the other, the twin first at every second scan: the screen, how long it took, and how long the twin.
    fn both(&self, input: Input) -> Result<(Screen, Duration, Duration), String> {
        let Some(twin) = &self.twin else {
            let (screen, act) = timed(|| self.own(input))?;
            return Ok((screen, act, Duration::ZERO));
        };
        let ((screen, act), done) = if self.samples.len() % 4 < 2 {
            let done = twin.act(&input)?;
            (timed(|| self.own(input))?, done)
        } else {
            let same = input.clone();
            let own = timed(|| self.own(input))?;
            (own, twin.act(&same)?)
        };
        done.shows(&screen)?;
        Ok((screen, act, done.took))
    }

    fn scan(&mut self, kind: Kind, label: &str) -> Result<Screen, String> {
        let frames = self.frames();
        if let Some(counter) = &self.statements {
            counter.store(0, std::sync::atomic::Ordering::Relaxed);
        }
        // Two reads of the same label are a double fire unless they come from two sources: nobody here waits 300 ms.
        let input = Input::Scan {
            bytes: label.as_bytes().to_vec(),
            symbology: None,
            source: if self.samples.len().is_multiple_of(2) {
                ScanSource::Scan
            } else {
                ScanSource::Camera
            },
        };
        let (screen, act, twin) = self.both(input)?;
        if screen.tone == Tone::Stop {
            return Err(format!("{label:?} was stopped: {} {}", screen.title, screen.message));
        }
        let statements = self
            .statements
            .as_ref()
            .map_or(0, |c| c.load(std::sync::atomic::Ordering::Relaxed));
        let now = self.frames();
        let [frames, unsynced] = [0, 1].map(|log| now[log].saturating_sub(frames[log]));
        let bytes = [b'x'; BARE];
        let insert = || self.bare.execute("INSERT INTO bare (bytes) VALUES (?1)", [bytes]);
        let ((), bare) = timed(|| insert().map(|_| ()).map_err(|e| e.to_string()))?;
        self.samples.push(Sample {
            kind,
            act,
            bare,
            twin,
            frames,
            unsynced,
            statements,
        });
        // Written back, the log begins again at its old length: while frames are counted it grows.
        if self.statements.is_none() && self.samples.len().is_multiple_of(TIDY) {
            self.rss_kib = self.rss_kib.max(anonymous_kib());
            self.handheld.tidy().map_err(|e| e.to_string())?;
            self.twin.as_ref().map_or(Ok(()), Twin::tidy)?;
            let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
            self.bare
                .query_row(checkpoint, [], |_| Ok(()))
                .map_err(|e| e.to_string())?;
        }
        Ok(screen)
    }

    /// Frames in the write-ahead logs, as long as nothing is written back: those that are synced, and those of own effects.
    fn frames(&self) -> [u64; 2] {
        self.logs.each_ref().map(|log| {
            let length = std::fs::metadata(log).map_or(0, |m| m.len());
            length.saturating_sub(32) / (4_096 + 24)
        })
    }

    /// Inputs so far, measured or not.
    pub fn acts(&self) -> usize {
        self.acts.get()
    }

    /// One round: receive, put away, pick.
    ///
    /// # Errors
    /// The core's, and a scan that was stopped.
    pub fn round(&mut self) -> Result<(), String> {
        self.receive()?;
        self.put_away()?;
        self.pick()
    }

    /// Two pallets side by side, case by case; then eaches of two items with their serials.
    fn receive(&mut self) -> Result<(), String> {
        let notice = self.received % site::NOTICES;
        let pair = self.received / site::NOTICES % (site::NOTICE_LINES / 2);
        self.open_notice(notice)?;
        let item = |side: usize| notice * site::NOTICE_LINES + 2 * pair + side;
        for n in 0..30 {
            let lot = format!("R{:05}{}", self.received, n % 2);
            self.scan(Kind::Case, &site::case_label(item(n % 2), &lot))?;
        }
        for n in 0..30 {
            let lot = format!("E{:05}{}", self.received, n % 2);
            let serial = self.received * 30 + n;
            self.scan(Kind::Each, &site::each_label(item(n % 2), &lot, serial))?;
        }
        self.act(Input::Back)?;
        Ok(())
    }

    /// What came in last goes to where its item lies.
    fn put_away(&mut self) -> Result<(), String> {
        let notice = self.received % site::NOTICES;
        let pair = self.received / site::NOTICES % (site::NOTICE_LINES / 2);
        self.act(Input::choose("put_away"))?;
        for n in 0..10 {
            let item = notice * site::NOTICE_LINES + 2 * pair + n % 2;
            let lot = format!("R{:05}{}", self.received, n % 2);
            let screen = self.scan(Kind::Lift, &site::case_label(item, &lot))?;
            let bin = field(&screen, "Go to")?;
            self.scan(Kind::Drop, &format!("]C0{bin}"))?;
        }
        self.act(Input::Back)?;
        self.received += 1;
        Ok(())
    }

    /// One order: to the bin of the lot that leaves first, its two cases, to the next.
    fn pick(&mut self) -> Result<(), String> {
        self.act(Input::choose("pick"))?;
        let mut screen = self.act(Input::choose(format!(
            "document:{}",
            70_000 + self.order % site::ORDERS
        )))?;
        self.order += 1;
        loop {
            screen = match screen.id.as_str() {
                "pick.bin" => {
                    let bin = field(&screen, "Go to")?;
                    self.scan(Kind::Bin, &format!("]C0{bin}"))?
                }
                "pick.item" => {
                    let item = field(&screen, "Item")?;
                    let item: usize = item
                        .strip_prefix("Item ")
                        .and_then(|n| n.parse().ok())
                        .ok_or_else(|| format!("no such item: {item}"))?;
                    let label = site::stock_label(item, &field(&screen, "Lot")?);
                    self.scan(Kind::Pick, &label)?
                }
                "pick.stage" => self.act(Input::scan("]C0STAGE-1"))?,
                "home" => return Ok(()),
                other => return Err(format!("the pick came to {other}: {}", screen.to_json())),
            };
        }
    }

    /// So many serials of one item into one line of a notice, a scan each.
    ///
    /// # Errors
    /// The core's, and a scan that was stopped.
    pub fn line(&mut self, serials: usize) -> Result<(), String> {
        self.open_notice(0)?;
        for n in 0..serials {
            self.scan(Kind::Each, &site::each_label(0, "LINE", n))?;
        }
        self.act(Input::Back)?;
        Ok(())
    }

    /// As many of another item, told by the first and the last: how long until all are durable and shown.
    ///
    /// # Errors
    /// The core's, and a count that was stopped.
    pub fn row(&mut self, serials: usize) -> Result<Duration, String> {
        self.open_notice(0)?;
        let label = |n| Input::scan(site::each_label(1, "ROW", n));
        let (screen, took) = timed(|| {
            self.act(Input::choose("range"))?;
            self.act(label(0))?;
            self.act(label(serials - 1))?;
            self.act(Input::choose("count"))
        })?;
        if screen.tone != Tone::Accept {
            return Err(format!("the row was not counted: {}", screen.to_json()));
        }
        self.act(Input::Back)?;
        Ok(took)
    }

    /// So many tagged units into one line, `burst` of them in an input: how long until all are durable and shown.
    ///
    /// # Errors
    /// The core's, and a burst of which some did not count.
    pub fn bursts(&self, size: &Size, tags: usize, burst: usize) -> Result<Duration, String> {
        self.act(Input::choose("receive"))?;
        self.act(Input::choose(format!("document:{}", site::TAGGED)))?;
        let mut all = Duration::ZERO;
        for first in (0..tags).step_by(burst) {
            let tags = (first..first + burst)
                .map(|serial| {
                    Ok(Tag {
                        epc: site::tag(size, serial + 1)?,
                        ..Tag::default()
                    })
                })
                .collect::<Result<Vec<_>, String>>()?;
            let (screen, took) = timed(|| self.act(Input::Tags { tags }))?;
            if screen.tone != Tone::Accept || !screen.message.contains(&burst.to_string()) {
                return Err(format!("the burst did not count: {}", screen.to_json()));
            }
            all += took;
            // As after so many scans.
            self.handheld.tidy().map_err(|e| e.to_string())?;
        }
        self.act(Input::Back)?;
        Ok(all)
    }

    fn open_notice(&self, notice: usize) -> Result<Screen, String> {
        self.act(Input::choose("receive"))?;
        self.act(Input::choose(format!("document:{}", 80_000 + notice)))
    }

    /// Leaves the shift in the middle of a put-away.
    ///
    /// # Errors
    /// The core's, as text.
    pub fn interrupt(self) -> Result<(), String> {
        self.open_notice(0)?;
        self.act(Input::scan(site::case_label(0, "INTERRUPTED")))?;
        self.act(Input::Back)?;
        self.act(Input::choose("put_away"))?;
        let screen = self.act(Input::scan(site::case_label(0, "INTERRUPTED")))?;
        if screen.id == "put_away.drop" {
            Ok(())
        } else {
            Err(format!("the lift came to {}", screen.id))
        }
    }

    /// The longest time of looking up a serial with its history, and the lines shown.
    ///
    /// # Errors
    /// The core's, as text.
    pub fn look_up(&self, size: &Size) -> Result<(Duration, usize), String> {
        let mut most = (Duration::ZERO, usize::MAX);
        for n in (0..site::WITH_HISTORY.min(size.serials)).step_by(4_999) {
            self.act(Input::choose("look_up"))?;
            let (screen, took) = timed(|| self.act(Input::scan(site::known_each(size, n))))?;
            most = (most.0.max(took), most.1.min(screen.lines.len()));
            self.act(Input::choose("back"))?;
        }
        Ok(most)
    }
}

fn field(screen: &Screen, label: &str) -> Result<String, String> {
    let found = screen.fields.iter().find(|f| f.label == label);
    found
        .map(|f| f.value.clone())
        .ok_or_else(|| format!("no field {label:?} on {}", screen.to_json()))
}

fn bare_database(folder: &Path) -> Result<Connection, String> {
    let bare = Connection::open(folder.join("bare.db")).map_err(|e| e.to_string())?;
    bare.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
         CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);",
    )
    .map_err(|e| e.to_string())?;
    Ok(bare)
}
