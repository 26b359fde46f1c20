//! A small site, and a person who works on it.

use lotline_core::audit::{Audit, read_folder_with};
use lotline_core::platform::{Clock, Ids, MemoryKey, Now, Platform};
use lotline_core::screen::{Screen, Tone};
use lotline_core::sync::{Contact, SyncStore};
use lotline_core::{Config, Handheld, Input};
use lotline_record::entry::{Body, Entry, Instant, Position};
use lotline_record::model::{DeviceId, PinCost, PinHash, PlaceId, SiteId};
use lotline_record::stock::{Effect, effects};
use lotline_record::wire::{self, Cell, Included, Page, Row, WmsCounts};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

pub const PEPPER: &[u8] = b"a pepper of the tests";
/// Paracetamol: each and case of 12.
pub const EACH: &str = "09506000134352";
pub const CASE: &str = "19506000134359";
/// A monitor with serials.
pub const MONITOR: &str = "09506000134369";

pub fn text(t: &str) -> Cell {
    Cell::Text(t.to_owned())
}

pub fn row(table: &str, values: &[Cell]) -> Row {
    let columns = wire::table(table).unwrap().columns.len();
    assert_eq!(values.len(), columns, "{table}");
    Row {
        t: table.to_owned(),
        c: 1,
        gone: false,
        r: values.to_vec(),
    }
}

fn int(n: i64) -> Cell {
    Cell::Int(n)
}

fn units(n: i64) -> Cell {
    Cell::Int(n * 1_000_000)
}

pub fn stock(lot: &str, account: &str, n: i64) -> Row {
    row(
        "stock",
        &[
            text("S1"),
            text("ACME"),
            text("P500"),
            text(lot),
            text(""),
            text("each"),
            text(account),
            units(n),
        ],
    )
}

fn lot(lot: &str, expiry: &str) -> Row {
    row(
        "lot",
        &[
            text("S1"),
            text("ACME"),
            text("P500"),
            text(lot),
            text(""),
            text(expiry),
            Cell::Null,
            Cell::Null,
            text("2026-10-01"),
        ],
    )
}

pub fn person(name: &str, badge: &str, pin: &str, role: &str) -> Row {
    let hash = PinHash::new(pin, [1; 16], PEPPER, PinCost::LEAST).unwrap().to_string();
    row(
        "person",
        &[
            text("S1"),
            text(name),
            text(badge),
            text(name),
            int(1),
            text(role),
            text(&hash),
            text("en"),
            Cell::Null,
            int(1),
        ],
    )
}

fn place(name: &str, kind: &str, walk: i64) -> Row {
    row(
        "place",
        &[text("S1"), text(name), text(kind), Cell::Null, int(walk), Cell::Null],
    )
}

/// Bin A-03, whose check digits are 417.
pub fn bin_with_digits() -> Row {
    let cells = [text("S1"), text("A-03"), text("bin"), Cell::Null, int(30), text("417")];
    row("place", &cells)
}

/// A second policy of the site, as JSON; what it does not say is the default.
pub fn policy(json: &str) -> Row {
    row("policy", &[text("S1"), int(2), text(json)])
}

/// A site that asks for check digits even where the label was scanned.
pub fn digits_always() -> Row {
    policy(r#"{"digits_after_scan":true}"#)
}

/// A monitor that the record has there.
pub fn unit_at(serial: &str, at: &str, lifecycle: &str) -> Row {
    let mut cells = ["S1", "gtin", MONITOR, serial, "ACME", "MON", "", at, lifecycle]
        .map(text)
        .to_vec();
    cells.push(Cell::Null);
    row("serial", &cells)
}

fn level(item: &str, level: &str, gtin: &str, unit: &str, factor: i64) -> Row {
    row(
        "pack_level",
        &[
            text("S1"),
            text("ACME"),
            text(item),
            text(level),
            text(""),
            text(gtin),
            text(unit),
            int(factor),
            Cell::Null,
        ],
    )
}

pub fn rows() -> Vec<Row> {
    let line = |kind: &str, document: &str, line: &str, item: &str, factor: i64, n: i64| {
        let unit = if factor == 1 { "EA" } else { "CS" };
        row(
            "document_line",
            &[
                text("S1"),
                text(kind),
                text(document),
                text(line),
                text("ACME"),
                text(item),
                text(unit),
                int(factor),
                units(n),
                units(0),
                Cell::Null,
                Cell::Null,
                Cell::Null,
                int(0),
            ],
        )
    };
    let document = |kind: &str, name: &str, place: &str| {
        row(
            "document",
            &[
                text("S1"),
                text(kind),
                text(name),
                text("ACME"),
                text("P1"),
                text(place),
                text("open"),
            ],
        )
    };
    vec![
        // Its notice tells no lots; whether that is an exception at once is tested where it is meant.
        row(
            "policy",
            &[text("S1"), int(1), text(r#"{"receipt":{"flag_bare_notices":false}}"#)],
        ),
        person("ana", "B-1", "1111", "associate"),
        person("sam", "B-2", "2222", "supervisor"),
        person("ola", "B-3", "3333", "associate"),
        row(
            "item",
            &[
                text("S1"),
                text("ACME"),
                text("P500"),
                text("Paracetamol 500 mg"),
                text("lot"),
                text("fefo"),
                text("EA"),
                int(1),
                int(90),
                int(30),
            ],
        ),
        row(
            "item",
            &[
                text("S1"),
                text("ACME"),
                text("MON"),
                text("Monitor"),
                text("serial"),
                text("none"),
                text("EA"),
                int(0),
                Cell::Null,
                Cell::Null,
            ],
        ),
        level("P500", "each", EACH, "EA", 1),
        level("P500", "case", CASE, "CS", 12),
        level("MON", "each", MONITOR, "EA", 1),
        place("DOCK-1", "dock", 1),
        place("A-01", "bin", 10),
        place("A-02", "bin", 20),
        place("A-03", "bin", 30),
        place("STAGE-1", "staging", 90),
        place("CAGE-1", "cage", 99),
        place("CART-1", "resource", 0),
        row("partner", &[text("S1"), text("P1"), text("Nord Pharma"), Cell::Null]),
        document("notice", "80041", "DOCK-1"),
        line("notice", "80041", "1", "P500", 12, 24),
        line("notice", "80041", "2", "MON", 1, 3),
        document("order", "5512", "STAGE-1"),
        line("order", "5512", "1", "P500", 1, 3),
        lot("OLD", "2026-11-01"),
        lot("SOON", "2027-03-31"),
        lot("LATE", "2028-03-31"),
        stock("OLD", "place:A-01", 5),
        stock("SOON", "place:A-02", 2),
        stock("LATE", "place:A-01", 12),
        stock("OLD", "virtual:opening", -5),
        stock("SOON", "virtual:opening", -2),
        stock("LATE", "virtual:opening", -12),
    ]
}

/// The same site, whose notice tells of so many cases.
pub fn expecting_cases(cases: i64) -> Vec<Row> {
    expecting("1", 12 * cases)
}

/// The same site, whose notice tells of so many monitors.
pub fn expecting_monitors(monitors: i64) -> Vec<Row> {
    expecting("2", monitors)
}

fn expecting(line: &str, amount: i64) -> Vec<Row> {
    let mut rows = rows();
    for row in rows.iter_mut().filter(|row| row.t == "document_line") {
        if row.r[2..4] == [text("80041"), text(line)] {
            row.r[8] = units(amount);
        }
    }
    rows
}

/// 2026-11-21T08:00Z, a second later at each look, so that no two scans are a double fire.
pub struct TestClock(pub AtomicU64, pub Started);

/// Which boot it is, and how far its wall clock is off.
#[derive(Default)]
pub struct Started {
    boots: AtomicU64,
    off_ms: AtomicI64,
}

impl Clock for TestClock {
    fn now(&self) -> Now {
        let mono_ms = self.0.fetch_add(1_000, Ordering::SeqCst);
        Now {
            wall_ms: 1_795_248_000_000 + i64::try_from(mono_ms).unwrap() + self.1.off_ms.load(Ordering::SeqCst),
            zone_min: 0,
            mono_ms,
            boot: format!("boot-{}", 1 + self.1.boots.load(Ordering::SeqCst)),
        }
    }
}

#[derive(Default)]
struct Counting(AtomicU64);

impl Ids for Counting {
    fn entry(&self, _: i64) -> String {
        format!("id-{}", self.0.fetch_add(1, Ordering::SeqCst))
    }
    fn below(&self, _: u64) -> u64 {
        0
    }
}

pub struct Floor {
    pub folder: tempfile::TempDir,
    pub clock: Arc<TestClock>,
    handheld: Option<Handheld>,
}

impl Floor {
    /// A handheld with the picture of the small site and nobody signed in.
    pub fn new() -> Self {
        Self::on(rows())
    }

    /// The same with another picture.
    pub fn on(rows: Vec<Row>) -> Self {
        let floor = Self::without_picture();
        floor.page(rows, Included::default());
        floor
    }

    /// The same with a picture of which more is to come.
    pub fn half_told(rows: Vec<Row>) -> Self {
        let floor = Self::without_picture();
        floor.told(rows, Included::default(), true);
        floor
    }

    fn without_picture() -> Self {
        let mut floor = Floor {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(TestClock(AtomicU64::new(60_000), Started::default())),
            handheld: None,
        };
        floor.open();
        let handheld = floor.handheld();
        let device = DeviceId::new("d1").unwrap();
        handheld
            .become_device(
                &device,
                &SiteId::new("S1").unwrap(),
                &PlaceId::new("CART-1").unwrap(),
                PEPPER,
            )
            .unwrap();
        floor
    }

    pub fn page(&self, rows: Vec<Row>, included: Included) {
        self.told(rows, included, false);
    }

    pub fn told(&self, rows: Vec<Row>, included: Included, more: bool) {
        self.told_from(0, rows, included, more);
    }

    /// A page that begins at that change.
    pub fn told_from(&self, from: u64, rows: Vec<Row>, included: Included, more: bool) {
        let page = Page {
            server_epoch: "e".into(),
            from,
            to: from + 1,
            more,
            included,
            counts: WmsCounts::default(),
            now: Instant::from_unix_ms(1_795_248_000_000),
            rows,
        };
        self.handheld().store().apply_page(&page).unwrap();
    }

    fn open(&mut self) {
        let platform = Platform {
            clock: self.clock.clone(),
            keys: keys(),
            ids: Arc::new(Counting::default()),
            trust_roots: Vec::new(),
        };
        let config = Config {
            folder: self.folder.path().to_owned(),
            app: "test".into(),
            language: "en".into(),
        };
        self.handheld = Some(Handheld::open(config, platform).unwrap());
    }

    pub fn handheld(&self) -> &Handheld {
        self.handheld.as_ref().unwrap()
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// As after a dead battery: nothing is told to the handheld, the files are opened again.
    pub fn restart(&mut self) {
        self.die();
        self.open();
    }

    /// The battery is dead: nothing is told to the handheld.
    pub fn die(&mut self) {
        std::mem::forget(self.handheld.take());
    }

    pub fn scan(&self, label: &str) -> Screen {
        self.handheld().act(Input::scan(label)).unwrap()
    }

    /// The gateway answers, and says what time it is: what the wall clock says.
    pub fn told_the_time(&self) {
        self.handheld().store().contact(Contact::Reached { offset_ms: Some(0) });
    }

    /// The device starts anew, and its wall clock is `off_ms` off.
    pub fn reboot(&mut self, off_ms: i64) {
        self.clock.1.boots.fetch_add(1, Ordering::SeqCst);
        self.set_clock(off_ms);
        self.restart();
    }

    pub fn set_clock(&self, off_ms: i64) {
        self.clock.1.off_ms.store(off_ms, Ordering::SeqCst);
    }

    pub fn wait_ms(&self, ms: u64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn choose(&self, id: &str) -> Screen {
        self.handheld().act(Input::choose(id)).unwrap()
    }

    pub fn enter(&self, field: &str, what: &str) -> Screen {
        self.handheld().act(Input::enter(field, what)).unwrap()
    }

    /// The battery dies at step `id`; the same person signs in and finds everything as it was (B6).
    pub fn killed_at(&mut self, id: &str) {
        self.killed_at_by(id, "B-1", "1111");
    }

    pub fn killed_at_by(&mut self, id: &str, badge: &str, pin: &str) {
        let shown = |mut screen: Screen| {
            // Ages grow while the battery is changed.
            screen.fields.retain(|field| field.label != "Recall list");
            (
                screen.id,
                screen.prompt,
                screen.lines,
                screen.fields,
                screen.actions,
                screen.awaits,
            )
        };
        let before = shown(self.handheld().screen().unwrap());
        assert_eq!(before.0, id);
        self.restart();
        assert_eq!(shown(self.sign_in(badge, pin)), before);
    }

    /// What is offered under more work, on all its pages; nothing where that is not offered.
    pub fn further(&self) -> Vec<String> {
        let mut offered = Vec::new();
        let mut screen = self.choose("more");
        while screen.id == "more" && !offered.contains(&screen.actions[0].id) {
            let digits = screen.actions.iter().filter(|a| a.key.len() == 1 && a.id != "next");
            offered.extend(digits.map(|a| a.id.clone()));
            screen = self.choose("next");
        }
        offered
    }

    pub fn sign_in(&self, badge: &str, pin: &str) -> Screen {
        self.scan(badge);
        self.enter("pin", pin)
    }

    pub fn receive(&self) -> Screen {
        self.choose("receive");
        self.choose("document:80041")
    }

    pub fn pick(&self) -> Screen {
        self.choose("pick");
        self.choose("document:5512")
    }

    pub fn entries(&self) -> Vec<Entry> {
        let sealed = self
            .handheld()
            .store()
            .batch(Position::new(1, 0), 100_000, usize::MAX)
            .unwrap();
        sealed.iter().map(|s| s.open().unwrap()).collect()
    }

    pub fn last(&self) -> Entry {
        self.entries().pop().unwrap()
    }

    /// The last entry of a kind.
    pub fn last_of(&self, kind: &str) -> Entry {
        self.entries().into_iter().rfind(|e| e.body.kind() == kind).unwrap()
    }

    /// Stock of paracetamol in an account, in eaches.
    pub fn held(&self, account: &str) -> i64 {
        self.held_of("P500", account)
    }

    pub fn held_of(&self, item: &str, account: &str) -> i64 {
        let audit = audit(self.path());
        let of = |key: &[String; 6]| key[1] == item && key[5] == account;
        audit
            .stock
            .iter()
            .filter(|(key, _)| of(key))
            .map(|(_, n)| n / 1_000_000)
            .sum()
    }
}

/// The key store of every floor's handheld.
pub fn keys() -> Arc<MemoryKey> {
    Arc::new(MemoryKey::from_bytes([7; 32]).unwrap())
}

/// The files of a floor's handheld, read by somebody else.
pub fn audit(folder: &Path) -> Audit {
    read_folder_with(folder, keys().as_ref()).unwrap()
}

/// One of their databases.
pub fn database(folder: &Path, name: &str) -> Connection {
    lotline_core::audit::database(folder, name, keys().as_ref()).unwrap()
}

/// What the entries of several handhelds come to together, as the gateway adds them up: eaches of paracetamol by account.
pub fn together(floors: &[&Floor]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for effect in floors.iter().flat_map(|f| f.entries()).flat_map(|e| effects(&e.body)) {
        if let Effect::Stock { key, account, delta } = effect
            && key.item.as_str() == "P500"
        {
            *sums.entry(account.to_string()).or_default() += delta.micros() / 1_000_000;
        }
    }
    sums.retain(|_, n| *n != 0);
    sums
}

/// A DataMatrix of a case of paracetamol.
pub fn case(lot: &str, expiry: &str) -> String {
    format!("]d201{CASE}17{expiry}10{lot}")
}

pub fn each(lot: &str, expiry: &str) -> String {
    format!("]d201{EACH}17{expiry}10{lot}")
}

/// A DataMatrix of a monitor.
pub fn monitor(serial: &str) -> String {
    format!("]d201{MONITOR}21{serial}")
}

pub fn stop(screen: &Screen) -> &str {
    assert_eq!(screen.tone, Tone::Stop, "{}", screen.to_json());
    &screen.title
}

pub fn accepted(screen: &Screen) {
    assert_eq!(screen.tone, Tone::Accept, "{}", screen.to_json());
}

pub fn kinds(entries: &[Entry]) -> Vec<&'static str> {
    entries.iter().map(|e| e.body.kind()).collect()
}

pub fn is_refused(entry: &Entry) -> bool {
    matches!(entry.body, Body::Refused { .. })
}
