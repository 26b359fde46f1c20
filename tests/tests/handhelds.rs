//! Rows of the failure matrix with the real handheld on the site to learn with: people, forks, labels, the warehouse's system.

use lotline::command::seed::{Site, fill};
use lotline::seed;
use lotline_core::platform::{Clock, Now, SystemClock};
use lotline_core::sync::SyncStore;
use lotline_core::{Handheld, Input, Screen, SyncReport};
use lotline_record::entry::{Envelope, Instant, Sealed};
use lotline_record::model::DeviceId;
use lotline_record::wire::{Cell, Row, table};
use lotline_tests::gateway::{Gateway, site};
use lotline_tests::held::{Stepped, audit, check_record, sound, with_clock};
use lotline_tests::proxy::FaultProxy;
use lotline_tests::wms::Wms;
use rusqlite::types::Value;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

pub(crate) struct World {
    pub(crate) gateway: Gateway,
    pub(crate) proxy: FaultProxy,
    pub(crate) folder: tempfile::TempDir,
    made: Site,
}

pub(crate) fn world(wms: Option<&str>) -> World {
    world_where(wms, |_| ())
}

/// One of which the first picture shows already what was `done` at the gateway.
pub(crate) fn world_where(wms: Option<&str>, done: impl FnOnce(&Gateway)) -> World {
    let gateway = Gateway::telling(env!("CARGO_BIN_EXE_gateway"), wms);
    let made = Site::new(site()).quick();
    fill(&gateway.ledger(), &made, gateway.data()).unwrap();
    done(&gateway);
    let proxy = FaultProxy::start(gateway.address());
    let folder = tempfile::tempdir().unwrap();
    let handheld = sound(folder.path());
    handheld
        .enrol(&proxy.url(), &gateway.code(&device(), "CART-1"), "HH-1")
        .unwrap();
    assert!(!sync(&handheld).more);
    World {
        gateway,
        proxy,
        folder,
        made,
    }
}

pub(crate) fn device() -> DeviceId {
    DeviceId::new("HH-1").unwrap()
}

pub(crate) fn sync(handheld: &Handheld) -> SyncReport {
    handheld.sync_now(60_000).unwrap()
}

pub(crate) fn sign_in(handheld: &Handheld, badge: &str) -> Screen {
    let person = seed::by_badge(badge).unwrap();
    handheld.act(Input::scan(badge)).unwrap();
    handheld.act(Input::enter("pin", person.pin)).unwrap()
}

/// Signs in and opens the notice of the site to learn with.
pub(crate) fn receiving(handheld: &Handheld) {
    sign_in(handheld, "B-1042");
    handheld.act(Input::choose("receive")).unwrap();
    handheld.act(Input::choose("document:80041")).unwrap();
}

/// So many units of [`World::unit`] are to come in.
pub(crate) fn expect_units(gateway: &Gateway, count: i64) {
    let table = table("document_line").unwrap();
    let sql = format!(
        "SELECT {} FROM document_line WHERE document = '80041' AND lot = 'AX44'",
        table.columns.join(", ")
    );
    let mut line: Vec<Cell> = gateway
        .database()
        .query_row(&sql, [], |row| {
            let cell = |n| match row.get::<_, Value>(n)? {
                Value::Integer(number) => Ok(Cell::Int(number)),
                Value::Text(text) => Ok(Cell::Text(text)),
                _ => Ok(Cell::Null),
            };
            (0..table.columns.len()).map(cell).collect()
        })
        .unwrap();
    let expected = table.columns.iter().position(|column| *column == "expected").unwrap();
    line[expected] = Cell::Int(count * 1_000_000);
    let row = Row {
        t: table.name.to_owned(),
        c: 0,
        gone: false,
        r: line,
    };
    gateway.ledger().put_rows(&[row]).unwrap();
}

impl World {
    /// What the scanner reads from the label of a unit that is to come in, which no other label of the site is about.
    pub(crate) fn unit(&self, n: usize) -> String {
        let label = self.data("amox-in-1");
        assert!(label.contains("AX44S00001"));
        label.replace("AX44S00001", &format!("AX44S{:05}", 10_000 + n))
    }

    fn data(&self, id: &str) -> String {
        let labels = seed::labels(&self.made.options(Vec::new()));
        labels.into_iter().find(|label| label.id == id).unwrap().data
    }

    fn label(&self, id: &str) -> Input {
        Input::scan(self.data(id).as_bytes())
    }

    fn number(&self, sql: &str) -> i64 {
        self.gateway.settled();
        self.gateway.number(sql)
    }
}

const RECEIVED: &str = "SELECT coalesce(sum(amount), 0) FROM stock WHERE lot = 'AX44' AND account = 'place:DOCK-1'";

#[test]
fn row_20_what_one_person_scanned_offline_is_sent_as_theirs_after_another_signed_in() {
    let world = world(None);
    let handheld = sound(world.folder.path());
    world.proxy.cut();
    receiving(&handheld);
    handheld.act(world.label("amox-in-1")).unwrap();
    handheld.act(Input::choose("short")).unwrap();
    handheld.act(Input::choose("sign_out")).unwrap();
    sign_in(&handheld, "B-2001");
    world.proxy.restore();
    assert!(!sync(&handheld).more);
    check_record(&world.gateway, world.folder.path());
    let people: Vec<(String, Option<String>)> = world
        .gateway
        .arrived(&device())
        .iter()
        .map(|arrived| {
            let entry: serde_json::Value = serde_json::from_slice(&arrived.bytes).unwrap();
            let person = entry["who"]["person"].as_str().map(ToOwned::to_owned);
            (entry["body"]["kind"].as_str().unwrap_or_default().to_owned(), person)
        })
        .collect();
    let of = |kind: &str| {
        people
            .iter()
            .find(|(found, _)| found == kind)
            .and_then(|(_, who)| who.clone())
    };
    let (received, last) = (of("received"), people.last().and_then(|(_, who)| who.clone()));
    assert!(received.is_some() && last.is_some() && received != last, "{people:?}");
}

fn copy(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap().flatten() {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[test]
fn row_39_a_backup_restored_on_a_second_device_goes_on_in_a_new_epoch_and_nothing_counts_twice() {
    let world = world(None);
    let first = sound(world.folder.path());
    receiving(&first);
    first.act(world.label("amox-in-1")).unwrap();
    assert!(!sync(&first).more);
    drop(first);
    let restored = tempfile::tempdir().unwrap();
    copy(world.folder.path(), restored.path());
    let common = audit(world.folder.path()).entries.len();

    // Both go on from the same entry, and neither knows of the other.
    let (first, second) = (sound(world.folder.path()), sound(restored.path()));
    for (handheld, label) in [(&first, "amox-in-2"), (&second, "amox-in-3")] {
        sign_in(handheld, "B-1042");
        handheld.act(world.label(label)).unwrap();
    }
    assert!(!sync(&first).more);
    assert!(!sync(&second).more);
    let own = audit(restored.path());
    let lone = own.entries.iter().filter(|entry| entry.position.epoch() == 1).count() - common;
    assert!(
        own.entries.iter().any(|entry| entry.position.epoch() == 2),
        "a new epoch"
    );
    assert_eq!(world.number(RECEIVED), 3_000_000, "three cases, each once");
    assert_eq!(
        world.number("SELECT count(*) FROM carried"),
        i64::try_from(lone).unwrap(),
        "what the second wrote alone came wrapped"
    );
    // What the gateway has begins as both remember it.
    let arrived = world.gateway.arrived(&device());
    let envelope: Envelope = serde_json::from_slice(&arrived[0].bytes).unwrap();
    assert_eq!((envelope.epoch, envelope.seq), (1, 1));
    // Sending all of it again changes nothing.
    assert!(!sync(&second).more);
    assert_eq!(world.number(RECEIVED), 3_000_000);
}

#[test]
fn row_45_a_trigger_that_fires_twice_counts_once_and_both_scans_are_kept() {
    let world = world(None);
    let handheld = sound(world.folder.path());
    receiving(&handheld);
    let before = audit(world.folder.path()).entries.len();
    // A case without a serial: nothing but the time tells one trigger from two.
    for _ in 0..2 {
        handheld.act(world.label("p500-case")).unwrap();
    }
    assert!(audit(world.folder.path()).entries.len() >= before + 2, "both raw scans");
    assert!(!sync(&handheld).more);
    check_record(&world.gateway, world.folder.path());
    let received = "SELECT sum(amount) FROM stock WHERE lot = 'L2604D' AND account = 'place:DOCK-1'";
    assert_eq!(world.number(received), 12_000_000, "one effect: a case of 12");
}

#[test]
fn a_movement_whose_answer_was_lost_is_told_again_under_its_reference_and_booked_once() {
    let mut wms = Wms::start(env!("CARGO_BIN_EXE_wms"));
    let world = world(Some(&wms.url));
    let handheld = sound(world.folder.path());
    receiving(&handheld);
    for label in ["amox-in-1", "amox-in-2"] {
        wms.order(r#"{"do":"drop"}"#);
        handheld.act(world.label(label)).unwrap();
        assert!(!sync(&handheld).more);
    }
    let in_wms = "SELECT count(*) FROM delivery WHERE state = 'applied'";
    for _ in 0..600 {
        if world.gateway.number(in_wms) == 2 {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert_eq!(world.gateway.number(in_wms), 2);
    let mut booked: Vec<u64> = wms.book().iter().map(|booked| booked.entry.seq).collect();
    let all = booked.len();
    booked.dedup();
    assert_eq!((all, booked.len()), (2, 2), "each movement once: {booked:?}");
    check_record_later(&world, &handheld);
}

#[test]
fn row_51_a_gateway_killed_between_telling_and_hearing_finds_out_and_nothing_is_booked_twice() {
    let mut wms = Wms::start(env!("CARGO_BIN_EXE_wms"));
    let mut world = world(Some(&wms.url));
    let handheld = sound(world.folder.path());
    receiving(&handheld);
    // It books the movement, and answers long after the gateway is dead.
    wms.order(r#"{"do":"delay","ms":60000}"#);
    handheld.act(world.label("amox-in-1")).unwrap();
    assert!(!sync(&handheld).more);
    let until = |done: &dyn Fn() -> bool| {
        for _ in 0..600 {
            if done() {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        panic!("it never came to that");
    };
    until(&|| wms.book().len() == 1);
    let of = |state: &str| format!("SELECT count(*) FROM delivery WHERE state = '{state}'");
    assert_eq!(world.gateway.number(&of("sent")), 1, "written down before it left");
    world.gateway.kill();
    world.gateway.restart();
    until(&|| world.gateway.number(&of("applied")) == 1);
    assert_eq!(wms.book().len(), 1, "{:?}", wms.book());
    check_record_later(&world, &handheld);
}

// The device hears of the WMS by its next pull.
fn check_record_later(world: &World, handheld: &Handheld) {
    assert!(!sync(handheld).more);
    check_record(&world.gateway, world.folder.path());
}

#[test]
fn row_53_a_hostile_label_is_refused_in_words_kept_with_its_length_and_reaches_the_gateway() {
    let world = world(None);
    let handheld = sound(world.folder.path());
    receiving(&handheld);
    let long = [b"]d2\x1d10".to_vec(), vec![0; 64 * 1024]].concat();
    let labels: [&[u8]; 5] = [
        &long,
        b"\0",
        b"]d201040123456789",
        b"]d2\x1d\x1d\x1d",
        &[0xff, 0xfe, 0x1d],
    ];
    for label in labels {
        let before = audit(world.folder.path()).entries.len();
        let screen = handheld.act(Input::scan(label)).unwrap();
        assert_eq!(format!("{:?}", screen.tone), "Stop", "{label:?}");
        assert!(!screen.message.is_empty());
        handheld.act(Input::choose("acknowledge")).unwrap();
        assert!(audit(world.folder.path()).entries.len() > before, "it is on the record");
    }
    assert!(!sync(&handheld).more);
    check_record(&world.gateway, world.folder.path());
    let arrived = world.gateway.arrived(&device());
    let kept = arrived
        .iter()
        .map(|arrived| serde_json::from_slice::<serde_json::Value>(&arrived.bytes).unwrap())
        .find(|entry| entry["scan"]["length"].as_u64() == Some(long.len() as u64))
        .expect("the long one says how long it was");
    assert!(kept["scan"]["sha256"].is_string(), "{kept}");
    assert_eq!(world.number(RECEIVED), 0);
}

#[test]
fn row_31_a_wall_clock_that_steps_changes_neither_order_nor_pacing_and_stays_as_it_was_read() {
    const DAY: i64 = 86_400;
    let world = world(None);
    let clock = Arc::new(Stepped::default());
    let handheld = with_clock(world.folder.path(), clock.clone());
    sign_in(&handheld, "B-1042");
    handheld.act(Input::choose("look_up")).unwrap();
    for step in [DAY, -DAY, -56 * 365 * DAY, 0] {
        clock.set_ahead(step);
        handheld.act(world.label("p500-case")).unwrap();
        let report = sync(&handheld);
        assert!(report.reached && !report.more, "{step}: {report:?}");
    }
    check_record(&world.gateway, world.folder.path());
    let walls: Vec<i64> = world
        .gateway
        .arrived(&device())
        .iter()
        .rev()
        .take(4)
        .map(|arrived| {
            let entry = Sealed::from_stored(arrived.position, arrived.bytes.clone())
                .open()
                .unwrap();
            entry.at.wall.unix_ms() / 1_000 / DAY
        })
        .collect();
    let today = walls[0];
    assert_eq!(
        walls,
        [today, today - 56 * 365, today - 1, today + 1],
        "as the clock said it, in the order of the scans"
    );
}

/// The machine's clock in a zone that a test sets.
struct Zoned(SystemClock, Arc<AtomicI64>);

impl Clock for Zoned {
    fn now(&self) -> Now {
        let mut now = self.0.now();
        now.zone_min = i32::try_from(self.1.load(Ordering::SeqCst)).unwrap();
        now
    }
}

#[test]
fn row_33_daylight_saving_that_ends_in_mid_shift_keeps_the_order_and_each_day_is_that_of_its_zone() {
    let world = world(None);
    // Half an hour after midnight in summer time, so that the hour that is put back is of the day before.
    let minute = SystemClock::new().now().wall_ms / 60_000 % 1_440;
    let summer = (30 - minute + 720).rem_euclid(1_440) - 720;
    let zone = Arc::new(AtomicI64::new(summer));
    let handheld = with_clock(
        world.folder.path(),
        Arc::new(Zoned(SystemClock::new(), Arc::clone(&zone))),
    );
    receiving(&handheld);
    let begun = audit(world.folder.path()).entries.len();
    handheld.act(world.label("amox-in-1")).unwrap();
    zone.store(summer - 60, Ordering::SeqCst);
    handheld.act(world.label("amox-in-2")).unwrap();
    assert!(!sync(&handheld).more);
    check_record(&world.gateway, world.folder.path());

    let own = audit(world.folder.path()).entries;
    let scans: Vec<_> = own[begun..].iter().map(|entry| entry.open().unwrap()).collect();
    assert!(scans.is_sorted_by_key(|entry| (entry.seq, entry.at.wall.unix_ms())));
    let mut days = Vec::new();
    for entry in &scans {
        let here = entry.at.wall.day(entry.at.zone_min).to_string();
        for ground in &entry.verdict.grounds {
            let facts = serde_json::to_value(&ground.facts).unwrap().to_string();
            assert!(
                !facts.contains("today") || facts.contains(&format!("\"today\":\"{here}\"")),
                "{facts}"
            );
            if facts.contains("today") {
                days.push(here.clone());
            }
        }
    }
    days.dedup();
    assert_eq!(days.len(), 2, "judged on two days: {days:?}");
    assert!(days[1] < days[0], "the later scan is of the day before");
}

#[test]
fn row_43_a_page_that_comes_while_own_facts_wait_leaves_the_picture_as_it_was() {
    let world = world(None);
    let handheld = sound(world.folder.path());
    receiving(&handheld);
    let at_the_dock = || -> i64 {
        let stock = audit(world.folder.path()).stock;
        let here = stock
            .iter()
            .filter(|(key, _)| key[2] == "AX44" && key[5] == "place:DOCK-1");
        here.map(|(_, amount)| amount).sum()
    };
    let before = at_the_dock();
    handheld.act(world.label("amox-in-1")).unwrap();
    let shown = at_the_dock();
    assert!(shown > before, "at once");

    // Somebody else's change comes down; the gateway has nothing of this device's.
    let ledger = world.gateway.ledger();
    let (queue, cursor) = (
        handheld.store().queue().unwrap(),
        handheld.store().cursor().unwrap().unwrap(),
    );
    assert!(queue.pending > 0);
    let row = Row {
        t: "partner".into(),
        c: 0,
        gone: false,
        r: vec![
            Cell::Text(site().to_string()),
            Cell::Text("CUS-43".into()),
            Cell::Text("A new customer".into()),
            Cell::Null,
        ],
    };
    ledger.put_rows(&[row]).unwrap();
    let page = ledger
        .page(&device(), cursor.at, 500, Instant::from_unix_ms(0))
        .unwrap();
    assert!(page.to > cursor.at && page.included.seq < queue.tip.seq);
    handheld.store().apply_page(&page).unwrap();
    assert_eq!(at_the_dock(), shown, "while it waits");

    assert!(!sync(&handheld).more);
    assert_eq!(world.number(RECEIVED), shown - before, "the gateway counts it");
    assert!(!sync(&handheld).more);
    assert_eq!(at_the_dock(), shown, "and after the page that includes it");
    check_record(&world.gateway, world.folder.path());
}

#[test]
fn row_36_a_log_that_a_reader_pins_lets_captures_on_and_stops_growing_once_it_is_let_go() {
    let world = world(None);
    let handheld = sound(world.folder.path());
    sign_in(&handheld, "B-1042");
    handheld.act(Input::choose("look_up")).unwrap();
    let log = || {
        std::fs::metadata(world.folder.path().join("journal.db-wal"))
            .unwrap()
            .len()
    };
    let scan = |times: usize| {
        for _ in 0..times {
            handheld.act(world.label("p500-case")).unwrap();
            handheld.tidy().unwrap();
        }
    };
    scan(20);
    let usual = log();
    let reader = rusqlite::Connection::open(world.folder.path().join("journal.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM entry").unwrap();
    scan(60);
    let pinned = log();
    assert!(pinned > 2 * usual, "the reader pins it: {usual} and then {pinned}");
    reader.execute_batch("COMMIT").unwrap();
    handheld.tidy().unwrap();
    scan(60);
    assert!(
        log() <= pinned,
        "{} after {pinned}: it is written from the beginning again",
        log()
    );
    assert!(!sync(&handheld).more);
    check_record(&world.gateway, world.folder.path());
}

#[test]
fn row_47_a_suspend_in_the_middle_finishes_or_refuses_and_nothing_is_half_done() {
    let world = world(None);
    let handheld = sound(world.folder.path());
    sign_in(&handheld, "B-1042");
    handheld.act(Input::choose("look_up")).unwrap();
    let before = audit(world.folder.path()).entries.len();
    let done = std::thread::scope(|scope| {
        let acting = scope.spawn(|| {
            let mut done = 0;
            for _ in 0..150 {
                match handheld.act(world.label("p500-case")) {
                    Ok(_) => done += 1,
                    Err(error) => assert_eq!(error.fault().code, "suspended", "{error}"),
                }
            }
            done
        });
        while !acting.is_finished() {
            handheld.suspend();
            std::thread::yield_now();
            handheld.resume().unwrap();
            std::thread::park_timeout(Duration::from_millis(2));
        }
        acting.join().unwrap()
    });
    assert_eq!(
        audit(world.folder.path()).entries.len(),
        before + done,
        "one entry for each that was answered"
    );
    assert_eq!(handheld.screen().unwrap().id.split('.').next(), Some("look_up"));
    assert!(!sync(&handheld).more);
    check_record(&world.gateway, world.folder.path());
}

#[test]
fn row_49_airplane_mode_on_and_off_during_checkpoints_and_syncs_starves_no_capture() {
    let world = world(None);
    let handheld = sound(world.folder.path());
    sign_in(&handheld, "B-1042");
    handheld.act(Input::choose("look_up")).unwrap();
    let before = audit(world.folder.path()).entries.len();
    let scanning = AtomicBool::new(true);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while scanning.load(Ordering::SeqCst) {
                world.proxy.cut();
                std::thread::park_timeout(Duration::from_millis(15));
                world.proxy.restore();
                std::thread::park_timeout(Duration::from_millis(15));
            }
        });
        scope.spawn(|| {
            while scanning.load(Ordering::SeqCst) {
                // Cut off as often as not.
                let _ = handheld.sync_now(200);
                handheld.tidy().unwrap();
            }
        });
        for _ in 0..120 {
            handheld.act(world.label("p500-case")).unwrap();
        }
        scanning.store(false, Ordering::SeqCst);
    });
    assert_eq!(audit(world.folder.path()).entries.len(), before + 120);
    while sync(&handheld).more {
        std::thread::park_timeout(Duration::from_millis(50));
    }
    check_record(&world.gateway, world.folder.path());
}
