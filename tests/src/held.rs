//! The real handheld, in this process or one of its own that can be killed.

use crate::gateway::{Gateway, SITE};
use lotline_core::audit::{Audit, read_folder};
use lotline_core::platform::{Clock, Ids, MemoryKey, Now, Platform, SystemClock, system_ids};
use lotline_core::{Config, Error, Handheld, Input, Screen};
use lotline_record::model::{DeviceId, PinCost, PinHash, PlacedScope, Scope};
use lotline_record::wire::{Cell, Row};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// The badge of the one person of these tests.
pub const BADGE: &str = "B-1";
/// Their PIN.
pub const PIN: &str = "4711";
/// A label of the one item.
pub const LABEL: &str = "]d20104012345678901";

fn row(table: &str, cells: &[&str]) -> Row {
    let cell = |text: &&str| match text.strip_prefix('#') {
        _ if *text == "-" => Cell::Null,
        Some(number) => Cell::Int(number.parse().unwrap()),
        None => Cell::Text((*text).to_owned()),
    };
    Row {
        t: table.to_owned(),
        c: 0,
        gone: false,
        r: cells.iter().map(cell).collect(),
    }
}

/// Gives the site a person and an item.
pub fn furnish(gateway: &Gateway) {
    let ledger = gateway.ledger();
    let pin = PinHash::new(PIN, [3; 16], &ledger.pepper().unwrap(), PinCost::LEAST)
        .unwrap()
        .to_string();
    let rows = [
        row(
            "person",
            &[
                SITE,
                "p-1",
                BADGE,
                "A. Associate",
                "#1",
                "associate",
                &pin,
                "en",
                "-",
                "#1",
            ],
        ),
        row(
            "item",
            &[SITE, "ACME", "SKU-1", "Gloves", "none", "none", "EA", "#0", "-", "-"],
        ),
        row(
            "pack_level",
            &[
                SITE,
                "ACME",
                "SKU-1",
                "each",
                "0001-01-01",
                "04012345678901",
                "EA",
                "#1",
                "-",
            ],
        ),
    ];
    ledger.put_rows(&rows).unwrap();
}

/// All of the one item is recalled. The change that it is.
pub fn recall(gateway: &Gateway) -> u64 {
    let scope = Scope::Item {
        owner: "ACME".parse().unwrap(),
        item: "SKU-1".parse().unwrap(),
    };
    let (of, key) = scope.key();
    let placed = PlacedScope {
        scope,
        placed_by: None,
        part: None,
    };
    let placed = serde_json::to_string(&placed).unwrap();
    let cells = [SITE, "R-1", "recall", of, &key, &placed, "glass in it", "open"];
    gateway.ledger().put_rows(&[row("block", &cells)]).unwrap()
}

/// Gives the site so many more items.
pub fn furnish_items(gateway: &Gateway, count: usize) {
    furnish_more(gateway, 0, count);
}

/// Gives the site so many more items, of a turn of their own.
pub fn furnish_more(gateway: &Gateway, turn: usize, count: usize) {
    let rows: Vec<Row> = (0..count)
        .map(|n| {
            let (item, name) = (format!("MORE-{turn}-{n}"), format!("One of many, number {n}"));
            let cells = [SITE, "ACME", &item, &name, "none", "none", "EA", "#0", "-", "-"];
            row("item", &cells)
        })
        .collect();
    gateway.ledger().put_rows(&rows).unwrap();
}

/// SIGKILL to this very process.
pub fn kill_self() -> ! {
    let own = std::process::id().to_string();
    Command::new("kill").args(["-9", &own]).status().unwrap();
    std::process::abort()
}

// Names come from here just before an entry is written: an armed device dies between decode and commit.
struct DoomedIds(Arc<dyn Ids>, Arc<AtomicBool>);

impl Ids for DoomedIds {
    fn entry(&self, wall_ms: i64) -> String {
        if self.1.load(Ordering::SeqCst) {
            kill_self();
        }
        self.0.entry(wall_ms)
    }
    fn below(&self, below: u64) -> u64 {
        self.0.below(below)
    }
}

/// Opens the handheld of `folder`; once `doomed` is set, its process is killed before the next commit.
pub fn open(folder: &Path, doomed: Arc<AtomicBool>) -> Handheld {
    opened(folder, doomed, Arc::new(SystemClock::new()))
}

/// The machine's clock with the wall set elsewhere.
#[derive(Default)]
pub struct Stepped(SystemClock, AtomicI64);

impl Stepped {
    /// Sets the wall `seconds` ahead of the truth; below zero: behind it.
    pub fn set_ahead(&self, seconds: i64) {
        self.1.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for Stepped {
    fn now(&self) -> Now {
        let mut now = self.0.now();
        now.wall_ms += self.1.load(Ordering::SeqCst) * 1_000;
        now
    }
}

/// Opens the handheld of `folder` on another clock.
pub fn with_clock(folder: &Path, clock: Arc<dyn Clock>) -> Handheld {
    opened(folder, Arc::default(), clock)
}

fn opened(folder: &Path, doomed: Arc<AtomicBool>, clock: Arc<dyn Clock>) -> Handheld {
    try_opened(folder, doomed, clock).unwrap()
}

/// Tries to open the handheld of `folder`.
///
/// # Errors
/// The handheld's own.
pub fn try_open(folder: &Path) -> Result<Handheld, Error> {
    try_opened(folder, Arc::default(), Arc::new(SystemClock::new()))
}

fn try_opened(folder: &Path, doomed: Arc<AtomicBool>, clock: Arc<dyn Clock>) -> Result<Handheld, Error> {
    let platform = Platform {
        clock,
        keys: Arc::new(MemoryKey::open(&folder.join("device.key")).unwrap()),
        ids: Arc::new(DoomedIds(system_ids(), doomed)),
        trust_roots: Vec::new(),
    };
    let config = Config {
        folder: folder.to_owned(),
        app: "0.1.0".into(),
        language: "en".into(),
    };
    Handheld::open(config, platform)
}

/// Opens the handheld of `folder`.
pub fn sound(folder: &Path) -> Handheld {
    open(folder, Arc::default())
}

/// Signs the one person in.
pub fn sign_in(handheld: &Handheld) -> Screen {
    handheld.act(Input::scan(BADGE)).unwrap();
    handheld.act(Input::enter("pin", PIN)).unwrap()
}

/// What the folder's files say, opened afresh.
pub fn audit(folder: &Path) -> Audit {
    read_folder(folder).unwrap()
}

/// Compares a handheld's files with the gateway's, both opened afresh: I1, I3 and I4.
pub fn check_record(gateway: &Gateway, folder: &Path) {
    gateway.settled();
    let audit = audit(folder);
    let device: DeviceId = audit.device.parse().unwrap();
    let arrived = gateway.arrived(&device);
    let hashes: Vec<_> = arrived.iter().map(|a| (a.position, a.hash)).collect();
    let captured: Vec<_> = audit.entries.iter().map(|e| (e.position, e.hash)).collect();
    assert_eq!(hashes, captured, "I1, I3: each entry once and in order");
    assert!(arrived.iter().all(|a| a.verdict.is_some()), "I1: each is visible");
    assert_eq!(Some(audit.acknowledged), hashes.last().map(|(at, _)| *at), "I4");
}

/// A handheld in a process of its own.
#[derive(Debug)]
pub struct Process {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Process {
    /// Starts `binary` (the test's `CARGO_BIN_EXE_handheld`) on a folder.
    pub fn start(binary: &str, folder: &Path) -> Self {
        let mut child = Command::new(PathBuf::from(binary))
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        Process { child, said }
    }

    /// Says a line to it: `scan TEXT`, `enter FIELD TEXT`, `choose ID`, `doom` and what else its binary knows. Gives the tone
    /// or word it answered with; `None` when it died instead.
    pub fn say(&mut self, line: &str) -> Option<String> {
        self.tell(line);
        let mut answer = String::new();
        self.said.read_line(&mut answer).unwrap();
        (!answer.is_empty()).then(|| answer.trim().to_owned())
    }

    /// Says a line to it and does not wait for the answer.
    pub fn tell(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// How it ended.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}
