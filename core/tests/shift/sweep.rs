//! RFID sweeps: what is here, what is missing, what is a stray; and finding one unit by its signal.

use crate::site::{Floor, MONITOR, accepted, bin_with_digits, each, is_refused, row, stop, text, unit_at};
use lotline_core::screen::{Screen, Tone};
use lotline_core::{Input, Tag};
use lotline_record::entry::{Body, Load, Seen};
use lotline_record::wire::{Cell, Included, Row};
use lotline_scan::Epc;

fn epc(serial: u64) -> String {
    let company = &MONITOR[1..8];
    let item = format!("{}{}", &MONITOR[..1], &MONITOR[8..13]);
    let uri = format!("urn:epc:tag:sgtin-96:1.{company}.{item}.{serial}");
    Epc::from_tag_uri(&uri).unwrap().encode().to_string()
}

fn burst_at(floor: &Floor, tags: &[(String, i32)]) -> Screen {
    let tags = tags.iter().map(|(epc, rssi_dbm)| Tag {
        epc: epc.clone(),
        rssi_dbm: *rssi_dbm,
        ..Tag::default()
    });
    let tags = tags.collect();
    floor.handheld().act(Input::Tags { tags }).unwrap()
}

fn burst(floor: &Floor, serials: &[u64]) -> Screen {
    let tags: Vec<_> = serials.iter().map(|serial| (epc(*serial), -60)).collect();
    burst_at(floor, &tags)
}

fn serial(number: u64, at: &str, lifecycle: &str) -> Row {
    unit_at(&number.to_string(), at, lifecycle)
}

fn stock(at: &str, n: i64) -> Row {
    let mut cells: Vec<Cell> = ["S1", "ACME", "MON", "", "", "each", at].map(text).into();
    cells.push(Cell::Int(n * 1_000_000));
    row("stock", &cells)
}

/// Monitors 1 to 3 in A-01, 4 on a pallet there, 5 and 6 in A-02, 7 with a customer.
fn floor(rows: Vec<Row>) -> Floor {
    let floor = Floor::new();
    let plate: Vec<Cell> = ["S1", "PAL-1", "ACME", "place:A-01", "scanned"].map(text).into();
    let mut all = vec![
        row("plate", &[plate, vec![Cell::Null]].concat()),
        stock("place:A-01", 3),
        stock("plate:PAL-1", 1),
        stock("place:A-02", 2),
        serial(4, "plate:PAL-1", "here"),
        serial(7, "virtual:customer", "shipped"),
    ];
    all.extend([1, 2, 3].map(|n| serial(n, "place:A-01", "here")));
    all.extend([5, 6].map(|n| serial(n, "place:A-02", "here")));
    all.extend(rows);
    floor.page(all, Included::default());
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("sweep").id, "sweep.place");
    floor
}

fn at_a01(floor: &Floor) -> Screen {
    let screen = floor.scan("]C0A-01");
    accepted(&screen);
    assert_eq!(
        (screen.id.as_str(), screen.message.as_str()),
        ("sweep.read", "Expected here: 4")
    );
    screen
}

fn counts(screen: &Screen) -> [&str; 5] {
    ["Expected", "Read", "Missing", "Strays", "Other tags"].map(|label| {
        let found = screen.fields.iter().find(|f| f.label == label);
        found.unwrap_or_else(|| panic!("{}", screen.to_json())).value.as_str()
    })
}

fn lines(screen: &Screen) -> Vec<(String, String)> {
    screen
        .lines
        .iter()
        .map(|l| (l.text.clone(), l.detail.clone()))
        .collect()
}

fn line(n: u64, detail: &str) -> (String, String) {
    (format!("Monitor  {n}"), detail.to_owned())
}

#[test]
fn misses_and_strays_are_named_and_a_second_sweep_adds_to_the_first() {
    let floor = floor(vec![]);
    at_a01(&floor);
    // Each tag as often as the sled saw it; one of another item's company, which names nothing here.
    let strange = "3034257BF7194E4000001A85".to_owned();
    let mut tags: Vec<_> = [1, 1, 4, 5, 7, 9, 1].iter().map(|n| (epc(*n), -60)).collect();
    tags.push((strange, -70));
    let screen = burst_at(&floor, &tags);
    assert_eq!(screen.tone, Tone::Warn, "there are strays");
    assert_eq!(counts(&screen), ["4", "2", "2", "3", "1"]);
    assert_eq!(
        lines(&screen),
        [
            line(5, "stray, in the record at A-02"),
            line(7, "stray, in the record at customer"),
            line(9, "stray, not in the record"),
            line(2, "not read"),
            line(3, "not read"),
        ]
    );
    let Body::Seen(Seen::Sweep { place, epcs }) = floor.last().body else {
        panic!("{:?}", floor.last().body)
    };
    assert_eq!((place.as_str(), epcs.len()), ("A-01", 6), "each tag once");
    let screen = burst(&floor, &[2, 4, 5]);
    assert_eq!(screen.message, "New: 1, again: 2, missing: 1");
    assert_eq!(counts(&screen), ["4", "3", "1", "3", "1"]);
    let Body::Seen(Seen::Sweep { epcs, .. }) = floor.last().body else {
        panic!()
    };
    assert_eq!(epcs, [epc(2)], "what was read before is not written again");
}

#[test]
fn closing_writes_the_counts_with_what_is_missing_and_moves_nothing() {
    let floor = floor(vec![]);
    at_a01(&floor);
    burst(&floor, &[1, 2, 4, 5]);
    let screen = floor.choose("close");
    assert_eq!((screen.id.as_str(), screen.tone), ("sweep.place", Tone::Warn));
    assert_eq!(screen.message, "A-01: read 3, missing 1, strays 1");
    let Body::Swept {
        at,
        expected,
        missing,
        strays,
        missing_serials,
        stray_serials,
    } = floor.last().body
    else {
        panic!()
    };
    assert_eq!((at.as_str(), expected, missing, strays), ("A-01", 4, 1, 1));
    assert_eq!(missing_serials[0].serial.as_str(), "3");
    assert_eq!(stray_serials[0].serial.as_str(), "5");
    assert_eq!(
        (floor.held_of("MON", "place:A-01"), floor.held_of("MON", "place:A-02")),
        (3, 2)
    );
    // A place where all is read is closed with a good word.
    floor.scan("]C0A-02");
    burst(&floor, &[5, 6]);
    accepted(&floor.choose("close"));
}

#[test]
fn strays_that_the_record_has_elsewhere_are_moved_here_by_choice_and_no_others() {
    let floor = floor(vec![]);
    at_a01(&floor);
    burst(&floor, &[1, 2, 3, 4, 5, 6, 7, 9]);
    let screen = floor.choose("bring");
    accepted(&screen);
    assert_eq!(screen.message, "Moved here: 2");
    assert_eq!(
        counts(&screen),
        ["6", "6", "0", "2", "0"],
        "what left, or never was here, stays a stray"
    );
    assert_eq!(
        (floor.held_of("MON", "place:A-01"), floor.held_of("MON", "place:A-02")),
        (5, 0)
    );
    assert_eq!(floor.held_of("MON", "place:CART-1"), 0);
    let moved = floor.entries().into_iter().filter_map(|e| match e.body {
        Body::Dropped {
            load: Load::Goods(goods),
            ..
        } => goods.serial.map(|s| s.serial.to_string()),
        _ => None,
    });
    assert_eq!(moved.collect::<Vec<_>>(), ["5", "6"]);
}

#[test]
fn undo_takes_back_the_last_stray_that_was_moved_then_the_one_before() {
    let floor = floor(vec![]);
    at_a01(&floor);
    burst(&floor, &[5, 6]);
    floor.choose("bring");
    let screen = floor.choose("undo");
    accepted(&screen);
    assert_eq!(
        (floor.held_of("MON", "place:A-01"), floor.held_of("MON", "place:A-02")),
        (4, 1)
    );
    assert_eq!(counts(&screen), ["5", "1", "4", "1", "0"], "it is a stray again");
    assert!(lines(&screen).contains(&line(6, "stray, in the record at A-02")));
    accepted(&floor.choose("undo"));
    assert_eq!(
        (floor.held_of("MON", "place:A-01"), floor.held_of("MON", "place:A-02")),
        (3, 2)
    );
    assert_eq!(floor.choose("undo").tone, Tone::Warn, "reads are not undone");
}

#[test]
fn a_blocked_stray_is_moved_nowhere_but_to_a_cage() {
    let scope = format!(r#"{{"of":"serial","maker_key":"{MONITOR}","serial":"5"}}"#);
    let key = format!("{MONITOR}\u{1f}5");
    let cells = ["S1", "R-1", "recall", "serial", &key, &scope, "maker", "open"].map(text);
    let block = row("block", &cells);
    let floor = floor(vec![block]);
    at_a01(&floor);
    burst(&floor, &[5, 6]);
    assert_eq!(stop(&floor.choose("bring")), "Only to a cage");
    let screen = floor.choose("acknowledge");
    assert_eq!(counts(&screen)[3], "1", "the other one was moved");
    assert_eq!(floor.held_of("MON", "place:A-02"), 1);
    floor.choose("close");
    floor.scan("]C0CAGE-1");
    burst(&floor, &[5]);
    accepted(&floor.choose("bring"));
    assert_eq!(floor.held_of("MON", "place:CAGE-1"), 1);
}

#[test]
fn one_missing_unit_is_found_by_the_strength_of_its_tag() {
    let floor = floor(vec![]);
    at_a01(&floor);
    burst(&floor, &[1, 2, 4]);
    let screen = floor.choose("find");
    assert_eq!(screen.id, "sweep.choose");
    let offered: Vec<_> = screen.actions.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(offered, ["missing:3", "back"]);
    assert_eq!(floor.choose("missing:3").id, "sweep.find");
    let before = floor.entries().len();
    // With others near it, and itself seen twice in one pull: the best signal counts.
    let steps: [(&[(u64, i32)], &str); 7] = [
        (&[(1, -40)], "No signal"),
        (&[(3, -75), (1, -40), (3, -71)], "Signal: -71 dBm"),
        (&[(3, -60)], "Warmer: -60 dBm"),
        (&[(3, -61)], "No change: -61 dBm"),
        (&[(3, -80)], "Colder: -80 dBm"),
        (&[], "No signal"),
        (&[(3, -38)], "Very near: -38 dBm"),
    ];
    for (tags, says) in steps {
        let mut tags: Vec<_> = tags.iter().map(|(n, rssi)| (epc(*n), *rssi)).collect();
        tags.push((epc(99), -50));
        let screen = burst_at(&floor, &tags);
        assert_eq!(screen.message, says);
        assert_eq!(screen.id, "sweep.find");
    }
    let screen = floor.handheld().screen().unwrap();
    let first: Vec<_> = screen.lines.iter().take(3).map(|l| l.text.as_str()).collect();
    assert_eq!(first, ["-38 dBm", "No signal", "-80 dBm"], "the newest first");
    assert_eq!(
        floor.entries().len(),
        before + 1,
        "heard once is worth an entry, each step is not"
    );
    // Its label proves that it is the one.
    let screen = floor.scan(&format!("]d201{MONITOR}213"));
    accepted(&screen);
    assert_eq!((screen.id.as_str(), counts(&screen)[2]), ("sweep.read", "0"));
}

#[test]
fn b6_a_sweep_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor(vec![bin_with_digits()]);
    floor.killed_at("sweep.place");
    floor.enter("place", "A-03");
    floor.killed_at("sweep.check");
    floor.choose("back");
    floor.handheld().act(Input::Back).unwrap();
    let screen = floor.handheld().screen().unwrap();
    if screen.id == "home" {
        floor.choose("more");
        floor.choose("sweep");
    }
    at_a01(&floor);
    burst(&floor, &[1, 2]);
    floor.killed_at("sweep.read");
    floor.choose("find");
    floor.killed_at("sweep.choose");
    floor.choose("missing:3");
    burst_at(&floor, &[(epc(3), -66)]);
    floor.killed_at("sweep.find");
    floor.choose("back");
    floor.choose("back");
    let screen = burst(&floor, &[3, 4]);
    assert_eq!(counts(&screen)[2], "0");
    floor.choose("close");
    assert!(matches!(floor.last().body, Body::Swept { missing: 0, .. }));
}

#[test]
fn two_devices_that_sweep_one_place_move_one_stray_and_it_is_in_one_place() {
    let (a, b) = (floor(vec![]), floor(vec![]));
    for floor in [&a, &b] {
        at_a01(floor);
        burst(floor, &[1, 2, 3, 4, 5]);
        accepted(&floor.choose("bring"));
        accepted(&floor.choose("close"));
    }
    // Each says the same of where it was and where it is.
    let told = |floor: &Floor| {
        let entries = floor.entries().into_iter();
        let moves = entries.filter_map(|e| match e.body {
            Body::Lifted { from, .. } => Some(from.to_string()),
            Body::Dropped { to, .. } => Some(to.to_string()),
            _ => None,
        });
        moves.collect::<Vec<_>>()
    };
    assert_eq!(told(&a), ["place:A-02", "place:A-01"]);
    assert_eq!(told(&a), told(&b));
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry_and_tags_before_the_place_are_kept() {
    let floor = floor(vec![]);
    let screen = burst(&floor, &[1]);
    assert_eq!(screen.tone, Tone::Warn);
    assert!(matches!(floor.last().body, Body::Seen(Seen::Tags { .. })));
    let wrong = |title: &str, label: &str| {
        assert_eq!(stop(&floor.scan(label)), title);
        assert!(is_refused(&floor.last()), "{title}");
        floor.choose("acknowledge");
    };
    wrong("Place first", &each("SOON", "270331"));
    wrong("Unknown place", "]C0NOWHERE");
    at_a01(&floor);
    wrong("No scan needed", "]C0A-02");
    wrong("Unknown item", "]d20100000000000017");
    wrong("No serial number", &each("SOON", "270331"));
}
