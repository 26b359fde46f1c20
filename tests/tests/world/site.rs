//! A gateway's ledger and handhelds in this process, joined by a pipe that a test opens and closes.

use lotline_core::platform::{Clock, Ids, MemoryKey, Now, Platform};
use lotline_core::sync::{Contact, SyncStore};
use lotline_core::{Config, Handheld, Input, Screen};
use lotline_record::entry::Instant;
use lotline_record::model::{DeviceId, PinCost, PinHash, PlaceId, SiteId};
use lotline_record::numbering::{CompanyPrefix, Lease, LeaseId, Series};
use lotline_record::wire::{Cell, EnrolRequest, Row, table};
use lotline_server::Ledger;
use lotline_server::ledger::{Outcome, Push};
use p256::ecdsa::SigningKey;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub const SITE: &str = "S1";
pub const CASE: &str = "19506000134359";
pub const EACH: &str = "09506000134352";
pub const MONITOR: &str = "09506000134369";
/// A kit, of the own company.
pub const KIT: &str = "09521000000018";
/// Lots with their expiry as labels print it, the first to expire first.
pub const LOTS: [(&str, &str); 3] = [("SOON", "270331"), ("MID", "270930"), ("LATE", "280331")];
pub const BINS: [&str; 3] = ["A-01", "A-02", "A-03"];
pub const DOCK: &str = "DOCK-1";
pub const STAGE: &str = "STAGE-1";
pub const CAGE: &str = "CAGE-1";
/// Where goods wait for quality.
pub const INSPECTION: &str = "QA-1";
/// Badge and PIN of two associates, the supervisor and quality.
pub const PEOPLE: [(&str, &str, &str, &str); 4] = [
    ("ana", "B-1", "1111", "associate"),
    ("ola", "B-3", "3333", "associate"),
    ("sam", "B-2", "2222", "supervisor"),
    ("eva", "B-5", "5555", "quality"),
];

/// One of the bins is a pick face, what is here when the record begins may be counted, and one vendor is not trusted.
const POLICY: &str = r#"{"faces":[{"place":"A-03","owner":"ACME","item":"P500","min":3,"max":9}],"opening":true,
  "receipt":{"inspection_place":"QA-1","rules":[{"vendor":"P2","inspect":true}]}}"#;

/// A row by the names of its columns; what is not named is null, or 1 for a version and for active.
fn row(name: &str, cells: &[(&str, Cell)]) -> Row {
    let columns = table(name).unwrap().columns;
    for (told, _) in cells {
        assert!(columns.contains(told), "{name} has no column {told}");
    }
    let cell = |column: &&str| match cells.iter().find(|(told, _)| told == column) {
        Some((_, cell)) => cell.clone(),
        None if *column == "site" => Cell::Text(SITE.to_owned()),
        None => Cell::Null,
    };
    Row {
        t: name.to_owned(),
        c: 0,
        gone: false,
        r: columns.iter().map(cell).collect(),
    }
}

fn text(value: &str) -> Cell {
    Cell::Text(value.to_owned())
}

fn master(pepper: &[u8]) -> Vec<Row> {
    let mut rows: Vec<Row> = PEOPLE
        .iter()
        .map(|(name, badge, pin, role)| {
            let hash = PinHash::new(pin, [1; 16], pepper, PinCost::LEAST).unwrap().to_string();
            row(
                "person",
                &[
                    ("person", text(name)),
                    ("badge", text(badge)),
                    ("name", text(name)),
                    ("name_version", Cell::Int(1)),
                    ("role", text(role)),
                    ("pin", text(&hash)),
                    ("language", text("en")),
                    ("active", Cell::Int(1)),
                ],
            )
        })
        .collect();
    let item = |key: &str, name: &str, tracking: &str, rotation: &str, expires: i64| {
        row(
            "item",
            &[
                ("owner", text("ACME")),
                ("item", text(key)),
                ("name", text(name)),
                ("tracking", text(tracking)),
                ("rotation", text(rotation)),
                ("base_unit", text("EA")),
                ("expires", Cell::Int(expires)),
            ],
        )
    };
    let level = |item: &str, level: &str, gtin: &str, unit: &str, factor: i64| {
        row(
            "pack_level",
            &[
                ("owner", text("ACME")),
                ("item", text(item)),
                ("level", text(level)),
                ("valid_from", text("")),
                ("gtin", text(gtin)),
                ("unit", text(unit)),
                ("factor", Cell::Int(factor)),
            ],
        )
    };
    let places = BINS
        .map(|bin| (bin, "bin"))
        .into_iter()
        .chain([
            (DOCK, "dock"),
            (STAGE, "staging"),
            (CAGE, "cage"),
            (INSPECTION, "staging"),
        ])
        .chain(["CART-1", "CART-2", "CART-3"].map(|cart| (cart, "resource")))
        .chain(["TRAILER-1", "TRAILER-2", "TRAILER-3"].map(|trailer| (trailer, "trailer")));
    rows.extend(places.enumerate().map(|(n, (name, kind))| {
        let walk = i64::try_from(n).unwrap();
        row(
            "place",
            &[("place", text(name)), ("kind", text(kind)), ("walk", Cell::Int(walk))],
        )
    }));
    rows.extend([
        item("P500", "Paracetamol 500 mg", "lot", "fefo", 1),
        item("MON", "Monitor", "serial", "none", 0),
        level("P500", "each", EACH, "EA", 1),
        level("P500", "case", CASE, "CS", 12),
        level("MON", "each", MONITOR, "EA", 1),
        item("KIT", "First-aid kit", "lot", "fefo", 1),
        level("KIT", "each", KIT, "EA", 1),
        row("policy", &[("version", Cell::Int(2)), ("policy", text(POLICY))]),
        row("partner", &[("partner", text("P1")), ("name", text("Nord Pharma"))]),
        row("partner", &[("partner", text("P2")), ("name", text("Farma Sur"))]),
    ]);
    rows.extend(tasks());
    let documents = [
        ("notice", "N-1", DOCK, 6_000),
        ("notice", "N-2", DOCK, 6_000),
        ("notice", "N-3", DOCK, 6_000),
    ]
    .into_iter()
    .chain((1..=9).map(|n| {
        (
            "order",
            ["O-1", "O-2", "O-3", "O-4", "O-5", "O-6", "O-7", "O-8", "O-9"][n - 1],
            STAGE,
            3,
        )
    }));
    for (kind, name, at, asked) in documents {
        rows.push(row(
            "document",
            &[
                ("kind", text(kind)),
                ("document", text(name)),
                ("owner", text("ACME")),
                ("partner", text(if name == "N-3" { "P2" } else { "P1" })),
                ("place", text(at)),
                ("state", text("open")),
            ],
        ));
        let lines = if kind == "notice" || ["O-2", "O-5", "O-8"].contains(&name) {
            &["P500", "MON"][..]
        } else {
            &["P500"][..]
        };
        for (n, item) in lines.iter().enumerate() {
            rows.push(row(
                "document_line",
                &[
                    ("kind", text(kind)),
                    ("document", text(name)),
                    ("line", text(&(n + 1).to_string())),
                    ("owner", text("ACME")),
                    ("item", text(item)),
                    ("unit", text("EA")),
                    ("factor", Cell::Int(1)),
                    ("expected", Cell::Int(asked * 1_000_000)),
                    ("done", Cell::Int(0)),
                    ("allocated", Cell::Int(0)),
                ],
            ));
        }
    }
    rows
}

/// What the warehouse's own system asks for: goods to be moved, orders to be picked.
fn tasks() -> Vec<Row> {
    let task = |name: &str, kind: &str, more: &[(&str, Cell)]| {
        let basic = [
            ("task", text(name)),
            ("kind", text(kind)),
            ("owner", text("ACME")),
            ("priority", Cell::Int(2)),
            ("state", text("open")),
        ];
        row("task", &[&basic[..], more].concat())
    };
    let moves = BINS.iter().enumerate().map(|(n, bin)| {
        let cells = [
            ("place", text(bin)),
            ("to_place", text(CAGE)),
            ("item", text("P500")),
            ("amount", Cell::Int(2_000_000)),
        ];
        task(&format!("T-{n}"), "move", &cells)
    });
    let picks = ["O-8", "O-9"].map(|order| {
        let cells = [("place", text(BINS[0])), ("document", text(order))];
        task(&format!("T-{order}"), "pick", &cells)
    });
    moves.chain(picks).collect()
}

/// The gateway's side.
pub struct Site {
    pub ledger: Ledger,
    key: SigningKey,
    time: Arc<AtomicU64>,
    folder: tempfile::TempDir,
}

/// A device that only looks.
fn onlooker() -> DeviceId {
    DeviceId::new("d0").unwrap()
}

/// A folder in memory where there is one: what is tested here is not the disk.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

impl Site {
    pub fn new() -> Self {
        let folder = folder();
        let ledger = Ledger::open(&folder.path().join("ledger.db")).unwrap();
        ledger
            .create_site(&SiteId::new(SITE).unwrap(), "Europe/Berlin")
            .unwrap();
        ledger.put_rows(&master(&ledger.pepper().unwrap())).unwrap();
        let site = Site {
            ledger,
            key: SigningKey::from_slice(&[9; 32]).unwrap(),
            time: Arc::new(AtomicU64::new(60_000)),
            folder,
        };
        site.enrol(&onlooker(), &PlaceId::new("CART-9").unwrap());
        site
    }

    /// The ledger's file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    /// Lets a device of that name send.
    pub fn enrol(&self, device: &DeviceId, resource: &PlaceId) {
        let code = self.ledger.issue_code_for(device, device.as_str(), resource).unwrap();
        let request = EnrolRequest {
            code,
            public_key: device.as_str().as_bytes().to_vec(),
            name: device.to_string(),
        };
        self.ledger.enrol(&request, device.as_str()).unwrap().unwrap();
    }

    /// Takes entries, line by line, and applies all that wait.
    pub fn take(&self, device: &DeviceId, lines: &[Vec<u8>], head: (u32, u64, lotline_record::entry::Hash)) -> Outcome {
        let body: Vec<u8> = lines
            .iter()
            .flat_map(|line| [line.as_slice(), b"\n"].concat())
            .collect();
        let push = Push {
            device,
            body: &body,
            head: Some(head),
            follows: None,
            proof: "proof",
            received: Instant::from_unix_ms(NOW + 86_400_000),
        };
        let outcome = self.ledger.receive(&push, &self.key).unwrap();
        while self.ledger.apply(1_000, None).unwrap().entries > 0 {}
        outcome
    }

    /// Every row of these tables, as a sorted set of lines, without cursors.
    pub fn picture(&self, tables: &[&str]) -> BTreeSet<String> {
        let page = self
            .ledger
            .page(&onlooker(), 0, 1_000_000, Instant::from_unix_ms(NOW))
            .unwrap();
        lines(page.rows, tables)
    }
}

/// Rows as lines. A stock of nothing says what no row says.
fn lines(rows: Vec<Row>, tables: &[&str]) -> BTreeSet<String> {
    rows.into_iter()
        .filter(|row| tables.contains(&row.t.as_str()) && !row.gone)
        .filter(|row| row.t != "stock" || row.r[7] != Cell::Int(0))
        .map(|row| format!("{} {:?}", row.t, row.r))
        .collect()
}

/// 2026-11-21T08:00Z.
const NOW: i64 = 1_795_248_000_000;

/// How far the wall clocks of the handhelds are ahead of the gateway's, in milliseconds.
const AHEAD: [i64; 3] = [0, 1_500_000, -4_000_000];

/// One time for the whole site, as a clock shows it that is off.
struct Ticking {
    time: Arc<AtomicU64>,
    ahead_ms: i64,
}

impl Clock for Ticking {
    fn now(&self) -> Now {
        let mono_ms = self.time.fetch_add(1_000, Ordering::SeqCst);
        Now {
            wall_ms: NOW + i64::try_from(mono_ms).unwrap() + self.ahead_ms,
            zone_min: 60,
            mono_ms,
            boot: "boot-1".into(),
        }
    }
}

struct Counted(AtomicU64);

impl Ids for Counted {
    fn entry(&self, _: i64) -> String {
        format!("id-{}", self.0.fetch_add(1, Ordering::SeqCst))
    }
    fn below(&self, _: u64) -> u64 {
        0
    }
}

/// A handheld and the cart it stands for.
pub struct Hand {
    pub device: DeviceId,
    pub cart: String,
    clock: Arc<Ticking>,
    folder: tempfile::TempDir,
    handheld: Option<Handheld>,
    /// Killed ones: they are told nothing until the shift is over, and close their files then.
    dead: Vec<Handheld>,
}

impl Hand {
    pub fn new(site: &Site, number: usize) -> Self {
        let device = DeviceId::new(format!("d{number}")).unwrap();
        let cart = format!("CART-{number}");
        let resource = PlaceId::new(&cart).unwrap();
        site.enrol(&device, &resource);
        let mut hand = Hand {
            device,
            cart,
            clock: Arc::new(Ticking {
                time: site.time.clone(),
                ahead_ms: AHEAD[number - 1],
            }),
            folder: folder(),
            handheld: None,
            dead: Vec::new(),
        };
        hand.open();
        hand.get()
            .become_device(
                &hand.device,
                &SiteId::new(SITE).unwrap(),
                &resource,
                &site.ledger.pepper().unwrap(),
            )
            .unwrap();
        hand.pull(site);
        let lease = Lease {
            id: LeaseId(number as u64),
            series: Series::asset("ACME".parse().unwrap(), CompanyPrefix::new("9506000").unwrap()),
            device: hand.device.clone(),
            epoch: 1,
            first: 1_000 * number as u64,
            last: 1_000 * number as u64 + 999,
        };
        hand.get().store().grant(&lease).unwrap();
        let cartons = Lease {
            id: LeaseId(100 + number as u64),
            series: Series::sscc(3, CompanyPrefix::new("9506000").unwrap()).unwrap(),
            ..lease
        };
        hand.get().store().grant(&cartons).unwrap();
        hand
    }

    fn open(&mut self) {
        let platform = Platform {
            clock: self.clock.clone(),
            keys: Arc::new(MemoryKey::from_bytes([7; 32]).unwrap()),
            ids: Arc::new(Counted(AtomicU64::new(0))),
            trust_roots: Vec::new(),
        };
        let config = Config {
            folder: self.folder.path().to_owned(),
            app: "test".into(),
            language: "en".into(),
        };
        self.handheld = Some(Handheld::open(config, platform).unwrap());
    }

    pub fn get(&self) -> &Handheld {
        self.handheld.as_ref().unwrap()
    }

    /// The battery dies: nothing is told to the handheld, its files are opened again.
    pub fn kill(&mut self) {
        self.dead.extend(self.handheld.take());
        self.open();
    }

    pub fn act(&self, input: Input) -> Screen {
        self.get().act(input).unwrap()
    }

    /// Sends what it has and fetches what is new.
    pub fn sync(&self, site: &Site) {
        loop {
            let store = self.get().store();
            let queue = store.queue().unwrap();
            let mark = lotline_record::entry::Position::new(queue.acknowledged.epoch, queue.acknowledged.seq);
            let batch = store.batch(mark, 1_000, 1 << 20).unwrap();
            let Some(last) = batch.last() else { break };
            let head = (last.position.epoch(), last.position.seq(), last.hash);
            let bytes: Vec<Vec<u8>> = batch.iter().map(|entry| entry.bytes.clone()).collect();
            let Outcome::Stored(reply) = site.take(&self.device, &bytes, head) else {
                panic!("{} was not taken", self.device)
            };
            store
                .acknowledge(&reply.stored_through, reply.receipt.as_ref())
                .unwrap();
        }
        self.pull(site);
    }

    fn pull(&self, site: &Site) {
        let store = self.get().store();
        store.contact(Contact::Reached {
            offset_ms: Some(-self.clock.ahead_ms),
        });
        let cursor = store.cursor().unwrap().map_or(0, |cursor| cursor.at);
        let page = site
            .ledger
            .page(&self.device, cursor, 1_000_000, Instant::from_unix_ms(NOW))
            .unwrap();
        store.apply_page(&page).unwrap();
    }

    /// The effects of its own entries, as it keeps them.
    pub fn own(&self) -> Vec<String> {
        self.get().tidy().unwrap();
        let file = Connection::open(self.folder.path().join("effects.db")).unwrap();
        let mut all = Vec::new();
        for name in [
            "own_stock",
            "own_lot",
            "own_serial",
            "own_plate",
            "own_line",
            "own_exception",
            "own_block",
            "own_task",
            "own_setting",
            "own_history",
            "own_stock_sum",
            "own_line_sum",
        ] {
            let mut statement = file.prepare(&format!("SELECT * FROM {name}")).unwrap();
            let columns = statement.column_count();
            let rows = statement
                .query_map([], |row| {
                    (0..columns)
                        .map(|n| row.get::<_, rusqlite::types::Value>(n))
                        .collect::<rusqlite::Result<Vec<_>>>()
                })
                .unwrap();
            all.extend(rows.map(|row| format!("{name} {:?}", row.unwrap())));
        }
        all.sort();
        all
    }

    /// What its own picture has, once nothing of its own is outstanding.
    pub fn picture(&self, tables: &[&str]) -> BTreeSet<String> {
        let file = Connection::open(self.folder.path().join("site.db")).unwrap();
        let mut all = Vec::new();
        for name in tables {
            let columns = table(name).unwrap().columns;
            let mut statement = file
                .prepare(&format!("SELECT {} FROM {name}", columns.join(", ")))
                .unwrap();
            let rows = statement
                .query_map([], |row| {
                    (0..columns.len())
                        .map(|n| {
                            Ok(match row.get_ref(n)? {
                                rusqlite::types::ValueRef::Null => Cell::Null,
                                rusqlite::types::ValueRef::Integer(n) => Cell::Int(n),
                                other => Cell::Text(other.as_str()?.to_owned()),
                            })
                        })
                        .collect::<rusqlite::Result<Vec<_>>>()
                })
                .unwrap();
            all.extend(rows.map(|r| Row {
                t: (*name).to_owned(),
                c: 0,
                gone: false,
                r: r.unwrap(),
            }));
        }
        lines(all, tables)
    }
}
