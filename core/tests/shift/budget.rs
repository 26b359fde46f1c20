//! What an input may cost: counted work, so that a loaded machine changes nothing.

use crate::site::{CASE, Floor, MONITOR, accepted, case, each, keys, row, rows, text};
use lotline_core::screen::{Screen, Tone};
use lotline_core::sync::SyncStore;
use lotline_record::wire::{Cell, Included, Row};
use std::sync::{Arc, Mutex};

/// Statements that one input may run on the journal's connection, which reads the site too.
const STATEMENTS: usize = 12;
/// Frames that it may append to the write-ahead log.
const FRAMES: u64 = 24;

/// Counts what inputs cost.
struct Till<'f> {
    floor: &'f Floor,
    seen: Arc<Mutex<Vec<String>>>,
    most: usize,
    /// Inputs, and the statements of all, those that wrote behind the entries among them.
    all: (usize, usize),
}

/// What an input ran for itself: not what wrote own effects behind the entries, without a sync, for several inputs at once.
fn for_itself(run: &[&String]) -> Vec<String> {
    let mut own = Vec::new();
    let mut open: Option<Vec<String>> = None;
    for sql in run {
        match &mut open {
            None if sql.starts_with("BEGIN") => open = Some(vec![(*sql).clone()]),
            None => own.push((*sql).clone()),
            Some(all) => {
                all.push((*sql).clone());
                if sql.starts_with("COMMIT") {
                    let writes = |sql: &&String| sql.starts_with("INSERT") || sql.starts_with("UPDATE");
                    if !all.iter().filter(writes).all(|sql| sql.contains(" effects.")) {
                        own.append(all);
                    }
                    open = None;
                }
            }
        }
    }
    assert_eq!(open, None, "a transaction stayed open");
    own
}

impl<'f> Till<'f> {
    fn new(floor: &'f Floor) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let watched = seen.clone();
        floor
            .handheld()
            .store()
            .watch_statements(move |sql| watched.lock().unwrap().push(sql.to_owned()))
            .unwrap();
        Till {
            floor,
            seen,
            most: 0,
            all: (0, 0),
        }
    }

    fn frames(&self) -> u64 {
        let of = |name: &str| {
            let wal = std::fs::metadata(self.floor.path().join(name)).map_or(0, |m| m.len());
            wal.saturating_sub(32) / (4_096 + 24)
        };
        of("journal.db-wal") + of("effects.db-wal")
    }

    fn scan(&mut self, label: &str) -> Screen {
        self.seen.lock().unwrap().clear();
        let before = self.frames();
        let screen = self.floor.scan(label);
        assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
        let seen = self.seen.lock().unwrap();
        // A trigger runs inside the statement that fires it and tells itself as a comment.
        let run: Vec<_> = seen.iter().filter(|sql| !sql.starts_with("--")).collect();
        self.all = (self.all.0 + 1, self.all.1 + run.len());
        let run = for_itself(&run);
        let frames = self.frames() - before;
        assert!(
            run.len() <= STATEMENTS,
            "{label}: {} statements on {}\n{run:#?}",
            run.len(),
            screen.id
        );
        assert!(frames <= FRAMES, "{label}: {frames} frames on {}", screen.id);
        assert!(frames > 0, "{label}: nothing was written");
        let commits = run.iter().filter(|sql| sql.starts_with("COMMIT")).count();
        assert_eq!(commits, 1, "{label}: one commit is one fsync\n{run:#?}");
        self.most = self.most.max(run.len());
        screen
    }
}

fn units(n: i64) -> Cell {
    Cell::Int(n * 1_000_000)
}

fn line(kind: &str, document: &str, n: usize, factor: i64, asked: i64, lot: Cell, plate: Cell) -> Row {
    let number = text(&n.to_string());
    let unit = text(if factor == 1 { "EA" } else { "CS" });
    let head = [
        text("S1"),
        text(kind),
        text(document),
        number,
        text("ACME"),
        text("P500"),
        unit,
    ];
    let tail = [
        Cell::Int(factor),
        units(asked),
        units(0),
        lot,
        Cell::Null,
        plate,
        Cell::Int(0),
    ];
    row("document_line", &[head.as_slice(), &tail].concat())
}

fn notice(document: &str) -> Row {
    let names = [
        text("S1"),
        text("notice"),
        text(document),
        text("ACME"),
        text("P1"),
        text("DOCK-1"),
    ];
    row("document", &[names.as_slice(), &[text("open")]].concat())
}

/// The digits of a key with its check digit (GS1 General Specifications, 7.9.1).
fn checked(body: &str) -> String {
    let weigh = |(n, b): (usize, u8)| u32::from(b - b'0') * if n % 2 == 0 { 3 } else { 1 };
    let sum: u32 = body.bytes().rev().enumerate().map(weigh).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn sscc(pallet: usize) -> String {
    checked(&format!("0031234567890123{pallet}"))
}

/// An item whose eaches carry lot, expiry and serial.
fn kit() -> String {
    checked("0950600013450")
}

/// A long notice, an order for it, and ten pallets of 500 announced cases each.
fn long_notice() -> Vec<Row> {
    let mut page = rows();
    page.push(notice("90000"));
    page.push(line("notice", "90000", 1, 12, 120_000, Cell::Null, Cell::Null));
    page.push(line("order", "5512", 1, 1, 9, Cell::Null, Cell::Null));
    let mut item = vec![
        text("S1"),
        text("ACME"),
        text("KIT"),
        text("Test kit"),
        text("lot_and_serial"),
    ];
    item.extend([text("fefo"), text("EA"), Cell::Int(1), Cell::Null, Cell::Null]);
    page.push(row("item", &item));
    let mut level = vec![text("S1"), text("ACME"), text("KIT"), text("each"), text("")];
    level.extend([text(&kit()), text("EA"), Cell::Int(1), Cell::Null]);
    page.push(row("pack_level", &level));
    let mut kits = line("notice", "90000", 2, 1, 1_000, Cell::Null, Cell::Null);
    kits.r[5] = text("KIT");
    page.push(kits);
    for pallet in 0..10 {
        let (document, plate) = (format!("9100{pallet}"), sscc(pallet));
        page.push(notice(&document));
        for n in 1..=500 {
            let lot = text(&format!("PAL{:02}", n % 50));
            page.push(line("notice", &document, n, 12, 12, lot, text(&plate)));
        }
    }
    page
}

fn floor() -> Floor {
    let floor = Floor::new();
    floor.page(long_notice(), Included::default());
    floor.sign_in("B-1", "1111");
    floor
}

/// Ten pallets, 500 entries each, and none of them included by the server.
fn queue_five_thousand(floor: &Floor) {
    for pallet in 0..10 {
        floor.choose("receive");
        floor.choose(&format!("document:9100{pallet}"));
        let screen = floor.scan(&format!("]C100{}", sscc(pallet)));
        assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
        floor.handheld().act(lotline_core::Input::Back).unwrap();
    }
    assert!(floor.handheld().store().queue().unwrap().pending >= 5_000);
}

fn receive_put_away_pick(floor: &Floor) -> usize {
    let mut till = Till::new(floor);
    floor.choose("receive");
    floor.choose("document:90000");
    for n in 0..6 {
        accepted(&till.scan(&case(&format!("NEW{}", n / 2), "280331")));
    }
    // An item's first scan reads its pack level and its stock, which the next ones know.
    floor.scan(&format!("]d201{}1728033110KITA\u{1d}21K0", kit()));
    for n in 1..4 {
        accepted(&till.scan(&format!("]d201{}1728033110KIT{n}\u{1d}21K{n}", kit())));
    }
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    floor.choose("receive");
    floor.choose("document:80041");
    for n in 0..3 {
        accepted(&till.scan(&format!("]d201{MONITOR}21SN{n}")));
    }
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    floor.choose("put_away");
    for n in 0..3 {
        accepted(&till.scan(&case(&format!("NEW{n}"), "280331")));
        assert_eq!(till.scan("]C0A-03").id, "put_away.lift");
    }
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    floor.pick();
    till.scan("]C0A-02");
    accepted(&till.scan(&each("SOON", "270331")));
    accepted(&till.scan(&each("SOON", "270331")));
    let (inputs, statements) = till.all;
    assert!(statements <= STATEMENTS * inputs, "{statements} in {inputs} inputs");
    till.most
}

#[test]
fn a_scan_runs_at_most_12_statements_and_writes_at_most_24_frames() {
    let most = receive_put_away_pick(&floor());
    assert!(most >= 7, "the count itself works: {most}");
}

/// Tables that are small, or read once into memory; and the bins, for the next empty one: a weakness that
/// `docs/benchmarks.md` states.
const READ_WHOLE: [&str; 4] = ["policy", "block", "exception", "place"];

#[test]
fn no_statement_of_a_shift_reads_all_rows_of_a_large_table() {
    let floor = floor();
    let till = Till::new(&floor);
    till.seen.lock().unwrap().clear();
    let seen = till.seen.clone();
    floor.choose("receive");
    floor.choose("document:80041");
    floor.scan(&case("NEW", "280331"));
    floor.scan(&format!("]d201{MONITOR}21SN1"));
    floor.choose("look_up");
    floor.scan(&format!("]d201{MONITOR}21SN1"));
    floor.scan(&format!("]C100{}", sscc(0)));
    floor.scan("]C0A-01");
    floor.choose("back");
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    floor.choose("put_away");
    floor.scan(&format!("]C100{}", sscc(0)));
    floor.scan(&format!("]d201{MONITOR}21SN1"));
    floor.scan("]C0A-03");
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    floor.pick();
    floor.scan("]C0A-02");
    floor.choose("sign_out");
    let journal = lotline_core::audit::databases(floor.path(), keys().as_ref()).unwrap();
    let mut explained = 0;
    for sql in seen.lock().unwrap().iter().filter(|sql| sql.starts_with("SELECT")) {
        let mut statement = journal.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let plan: String = row.get(3).unwrap();
            let whole = plan.ends_with("USING PRIMARY KEY (site=?)");
            assert!(
                !whole || READ_WHOLE.iter().any(|t| sql.contains(&format!("site.{t}"))),
                "{plan}\n{sql}"
            );
            explained += 1;
        }
    }
    assert!(explained > 20, "{explained}");
}

#[test]
fn a_scan_costs_no_more_statements_or_frames_with_5_000_entries_queued() {
    let short = receive_put_away_pick(&floor());
    let long = floor();
    queue_five_thousand(&long);
    let most = receive_put_away_pick(&long);
    assert!(most <= short, "{most} statements, {short} with a short queue");
}

#[test]
fn a_scan_keeps_to_its_budget_when_a_page_came_before_it() {
    let floor = floor();
    let mut till = Till::new(&floor);
    floor.choose("receive");
    floor.choose("document:90000");
    floor.scan(&case("FIRST", "280331"));
    for n in 0..4 {
        let tip = floor.handheld().store().queue().unwrap().tip;
        floor.handheld().store().acknowledge(&tip, None).unwrap();
        let (epoch, seq) = (tip.epoch, tip.seq);
        floor.page(Vec::new(), Included { epoch, seq });
        accepted(&till.scan(&format!("]d201{CASE}1728033110PAGE{n}")));
    }
}
