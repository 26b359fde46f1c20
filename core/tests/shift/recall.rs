//! Recalls: what they stop, where what they cover lies, collecting it, and revising them.

use crate::pick::{late, soon};
use crate::run::{at, comes_out, goes_in, item as run_item, kit};
use crate::site::{
    Floor, MONITOR, accepted, bin_with_digits, case, each, is_refused, person, row, stop, text, together, unit_at,
};
use lotline_core::Input;
use lotline_core::screen::{AwaitKind, Look, Screen, Tone};
use lotline_record::entry::Position;
use lotline_record::entry::{Body, Revision};
use lotline_record::model::{BlockKind, PlacedScope, RecallPart, Scope, SerialOrder};
use lotline_record::rules;
use lotline_record::wire::{Cell, Included, Row};

const OUTER: &str = "003456789012345670";
const MIDDLE: &str = "003456789012345687";
const INNER: &str = "003456789012345694";

fn lot(number: &str) -> Scope {
    Scope::Lot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: number.parse().unwrap(),
    }
}

fn item() -> Scope {
    Scope::Item {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
    }
}

/// A part of a recall as the gateway tells of it.
fn told(name: &str, scope: &Scope, part: Option<(&str, u32, bool)>, state: &str) -> Row {
    let (of, key) = scope.key();
    let placed = PlacedScope {
        scope: scope.clone(),
        placed_by: "eva".parse().ok(),
        part: part.map(|(recall, revision, mock)| RecallPart {
            recall: recall.parse().unwrap(),
            revision,
            mock,
        }),
    };
    let json = serde_json::to_string(&placed).unwrap();
    let cells = ["S1", name, "recall", of, &key, &json, "maker", state].map(text);
    row("block", &cells)
}

fn recall(scope: &Scope) -> Row {
    told("R-1", scope, None, "open")
}

fn plate(name: &str, at: &str, known: &str) -> Row {
    let mut cells: Vec<Cell> = ["S1", name, "ACME", at, known].map(text).into();
    cells.push(Cell::Null);
    row("plate", &cells)
}

fn stock(item: &str, lot: &str, at: &str, n: i64) -> Row {
    let mut cells: Vec<Cell> = ["S1", "ACME", item, lot, "", "each", at].map(text).into();
    cells.push(Cell::Int(n * 1_000_000));
    row("stock", &cells)
}

fn serial(number: &str, at: &str) -> Row {
    unit_at(number, at, "here")
}

/// Six of SOON on a pallet on a pallet on a pallet at A-02.
fn nested() -> Vec<Row> {
    vec![
        plate(OUTER, "place:A-02", "scanned"),
        plate(MIDDLE, &format!("plate:{OUTER}"), "scanned"),
        plate(INNER, &format!("plate:{MIDDLE}"), "scanned"),
        stock("P500", "SOON", &format!("plate:{INNER}"), 6),
    ]
}

fn floor_as(badge: &str, pin: &str, rows: Vec<Row>) -> Floor {
    let floor = Floor::new();
    let people = vec![
        person("eva", "B-5", "5555", "quality"),
        person("ivo", "B-7", "7777", "quality"),
    ];
    floor.page([people, rows].concat(), Included::default());
    floor.sign_in(badge, pin);
    floor
}

/// A supervisor at the list of recalls.
fn floor(rows: Vec<Row>) -> Floor {
    let floor = floor_as("B-2", "2222", rows);
    list(&floor);
    floor
}

fn list(floor: &Floor) -> Screen {
    floor.choose("more");
    let screen = floor.choose("recall");
    assert_eq!(screen.id, "recall.list", "{}", screen.to_json());
    screen
}

fn home(floor: &Floor) {
    for _ in 0..6 {
        if floor.handheld().screen().unwrap().id == "home" {
            return;
        }
        floor.choose("back");
    }
    panic!("{}", floor.handheld().screen().unwrap().to_json());
}

/// Begins a recall of what is scanned, as `of` names it; gives its name.
fn begin(floor: &Floor, new: &str, label: &str, of: &str) -> String {
    assert_eq!(floor.choose(&format!("new:{new}")).id, "recall.scan");
    assert_eq!(floor.scan(label).id, "recall.choose");
    assert_eq!(floor.choose(&format!("hold:{of}")).id, "recall.reason");
    let screen = floor.choose("reason:maker");
    assert_eq!(
        (screen.id.as_str(), screen.tone),
        ("recall.open", Tone::Accept),
        "{}",
        screen.to_json()
    );
    match floor.last().body {
        Body::Recalled {
            recall,
            change: Revision::Open,
            ..
        } => recall.to_string(),
        other => panic!("{other:?}"),
    }
}

fn find(floor: &Floor, name: &str) -> Screen {
    floor.choose(&format!("recall:{name}"));
    let screen = floor.choose("find");
    assert_eq!(screen.id, "recall.find", "{}", screen.to_json());
    screen
}

fn sign(floor: &Floor, badge: &str, pin: &str) -> Screen {
    let screen = floor.scan(badge);
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("recall.pin", AwaitKind::Pin),
        "{}",
        screen.to_json()
    );
    floor.enter("pin", pin)
}

fn shown(screen: &Screen) -> Vec<(String, String, bool)> {
    let lines = screen.lines.iter();
    lines
        .map(|l| (l.text.clone(), l.detail.trim().to_owned(), l.done))
        .collect()
}

fn field<'a>(screen: &'a Screen, label: &str) -> &'a str {
    let found = screen.fields.iter().find(|f| f.label == label);
    &found.unwrap_or_else(|| panic!("{label}: {}", screen.to_json())).value
}

fn picked(floor: &Floor, label: &str) -> Screen {
    floor.pick();
    floor.scan("]C0A-02");
    floor.scan(label)
}

#[test]
fn a_lot_that_was_never_here_is_recalled_by_its_label_and_stops_at_the_dock() {
    let floor = floor(vec![]);
    let name = begin(&floor, "recall", &case("NEW9", "290331"), "lot");
    let Body::Recalled {
        adds, drops, revision, ..
    } = floor.last().body
    else {
        unreachable!()
    };
    assert_eq!((adds.len(), drops.len(), revision), (1, 0, 1));
    assert_eq!((adds[0].kind, &adds[0].scope), (BlockKind::Recall, &lot("NEW9")));
    assert_eq!((adds[0].recall().as_str(), adds[0].is_mock()), (name.as_str(), false));
    home(&floor);
    floor.receive();
    assert_eq!(stop(&floor.scan(&case("NEW9", "290331"))), "Recalled");
    floor.choose("acknowledge");
    floor.choose("look_up");
    let screen = floor.scan(&case("NEW9", "290331"));
    assert_eq!(field(&screen, "Blocked"), "recall: recalled by the maker");
}

#[test]
fn what_is_recalled_is_neither_picked_nor_put_into_a_bin_and_may_go_to_a_cage() {
    let floor = floor(vec![recall(&lot("SOON"))]);
    home(&floor);
    assert_eq!(stop(&picked(&floor, &each("SOON", "270331"))), "Recalled");
    let floor = floor_as("B-1", "1111", vec![recall(&lot("SOON"))]);
    floor.choose("put_away");
    let screen = floor.scan(&each("SOON", "270331"));
    assert_eq!(screen.tone, Tone::Warn, "{}", screen.to_json());
    assert_eq!(stop(&floor.scan("]C0A-01")), "Only to a cage");
    floor.choose("acknowledge");
    floor.scan("]C0CAGE-1");
    assert_eq!(floor.held("place:CAGE-1"), 1);
}

#[test]
fn it_is_found_in_walk_order_on_pallets_three_deep_and_on_open_lines() {
    let mut asked = row(
        "document_line",
        &[
            text("S1"),
            text("order"),
            text("5512"),
            text("9"),
            text("ACME"),
            text("P500"),
            text("EA"),
            Cell::Int(1),
            Cell::Int(4_000_000),
            Cell::Int(0),
            text("SOON"),
            Cell::Null,
            Cell::Null,
            Cell::Int(0),
        ],
    );
    asked.c = 2;
    // The cage stands at the entrance.
    let cage: Vec<Cell> = ["S1", "CAGE-1", "cage"].map(text).into();
    let cage = row("place", &[cage, vec![Cell::Null, Cell::Int(2), Cell::Null]].concat());
    let more = vec![
        cage,
        recall(&lot("SOON")),
        asked,
        stock("P500", "SOON", "place:STAGE-1", 1),
        stock("P500", "SOON", "place:CAGE-1", 3),
        stock("P500", "SOON", "virtual:customer", 9),
    ];
    let floor = floor([nested(), more].concat());
    let screen = find(&floor, "R-1");
    let name = "Paracetamol 500 mg";
    let line = |at: &str, n: i64, done| (at.to_owned(), format!("{name}  {n}  SOON"), done);
    assert_eq!(
        shown(&screen),
        [
            line("A-02", 2, false),
            line(&format!("A-02  {OUTER} › {MIDDLE} › {INNER}"), 6, false),
            line("STAGE-1", 1, false),
            line("CAGE-1", 3, true),
            line("Order 5512 asks for it", 4, false),
        ]
    );
    assert_eq!(screen.lines[0].state, Look::Current, "the first to go to");
    assert_eq!(
        ["Recalled stock", "In cages", "To collect"].map(|label| field(&screen, label)),
        ["12", "3", "9"]
    );
    let progress = screen.progress.unwrap();
    assert_eq!((progress.done.as_str(), progress.total.as_str()), ("3", "12"));
}

#[test]
fn it_is_lifted_where_it_lies_and_put_down_in_a_cage_alone() {
    let floor = floor([nested(), vec![recall(&lot("SOON"))]].concat());
    find(&floor, "R-1");
    assert_eq!(stop(&floor.scan(&each("SOON", "270331"))), "Place first");
    floor.choose("acknowledge");
    assert_eq!(floor.scan("]C0A-02").id, "recall.lift");
    assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "Not recalled");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    accepted(&floor.scan(&each("SOON", "270331")));
    let screen = floor.scan(&each("SOON", "270331"));
    accepted(&screen);
    assert_eq!(screen.id, "recall.cage");
    assert_eq!(field(&screen, "On the cart"), "2");
    let screen = floor.scan(&format!("]C100{OUTER}"));
    accepted(&screen);
    assert_eq!(field(&screen, "On the cart"), "8", "with all that is on it");
    // Another bin is one to collect at: nothing is put down there.
    assert_eq!(floor.scan("]C0A-01").id, "recall.cage");
    assert_eq!(floor.held("place:A-01"), 17);
    let screen = floor.scan("]C0CAGE-1");
    accepted(&screen);
    assert_eq!(screen.id, "recall.find");
    assert_eq!(
        ["In cages", "To collect"].map(|label| field(&screen, label)),
        ["8", "0"]
    );
    assert_eq!((floor.held("place:CAGE-1"), floor.held("place:CART-1")), (2, 0));
    let dropped = floor.last_of("dropped");
    assert_eq!(
        dropped.refs.document.unwrap().as_str(),
        "R-1",
        "the record says what for"
    );
    assert!(!dropped.verdict.grounds.is_empty());
}

#[test]
fn a_pallet_that_was_partly_broken_down_elsewhere_is_collected_with_what_is_left_and_the_rest_is_found() {
    let a = floor([nested(), vec![recall(&lot("SOON"))]].concat());
    // Another device that knew of no recall took one off the innermost pallet into a bin, and has not told it yet.
    let one = stock("P500", "SOON", "place:A-03", 1);
    find(&a, "R-1");
    accepted(&a.scan(&format!("]C100{OUTER}")));
    accepted(&a.scan("]C0CAGE-1"));
    assert_eq!(field(&a.handheld().screen().unwrap(), "In cages"), "6");
    // Now its facts come: one of the six stands in A-03.
    a.page(
        vec![stock("P500", "SOON", &format!("plate:{INNER}"), 5), one],
        Included::default(),
    );
    let screen = a.handheld().screen().unwrap();
    assert_eq!(
        ["In cages", "To collect"].map(|label| field(&screen, label)),
        ["5", "3"],
        "{}",
        screen.to_json()
    );
    let open: Vec<_> = shown(&screen).into_iter().filter(|l| !l.2).map(|l| l.0).collect();
    assert_eq!(open, ["A-02", "A-03"]);
}

#[test]
fn two_devices_that_collect_for_one_recall_bring_what_there_is() {
    let rows = || vec![recall(&lot("SOON"))];
    let (a, b) = (floor(rows()), floor(rows()));
    for floor in [&a, &b] {
        find(floor, "R-1");
        floor.scan("]C0A-02");
        accepted(&floor.scan(&each("SOON", "270331")));
        accepted(&floor.scan("]C0CAGE-1"));
    }
    let sums = together(&[&a, &b]);
    assert_eq!((sums["place:A-02"], sums["place:CAGE-1"]), (-2, 2));
    // Two devices that widen it at the same time have both widened it.
    for (floor, label) in [(&a, each("LATE", "280331")), (&b, each("OLD", "261101"))] {
        floor.choose("back");
        floor.choose("widen");
        floor.scan(&label);
        floor.choose("hold:lot");
        accepted(&floor.choose("reason:authority"));
    }
    let parts = |floor: &Floor| match floor.last_of("recalled").body {
        Body::Recalled { adds, revision, .. } => (adds, revision),
        _ => unreachable!(),
    };
    let ((of_a, two), (of_b, again)) = (parts(&a), parts(&b));
    assert_eq!((two, again), (2, 2));
    let other = &of_b[0];
    a.page(
        vec![told("R-B", &other.scope, Some(("R-1", 2, false)), "open")],
        Included::default(),
    );
    let screen = a.handheld().screen().unwrap();
    let texts: Vec<_> = screen.lines.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(texts, ["lot SOON", "lot OLD", "lot LATE"], "{of_a:?}");
}

#[test]
fn undo_takes_back_a_lift_in_the_middle_and_the_line_is_open_again() {
    let floor = floor(vec![recall(&lot("SOON"))]);
    find(&floor, "R-1");
    floor.scan("]C0A-02");
    floor.scan(&each("SOON", "270331"));
    floor.scan(&each("SOON", "270331"));
    let screen = floor.choose("undo");
    accepted(&screen);
    assert_eq!((floor.held("place:A-02"), floor.held("place:CART-1")), (1, 1));
    floor.scan("]C0CAGE-1");
    let screen = floor.choose("undo");
    accepted(&screen);
    assert_eq!((floor.held("place:CAGE-1"), floor.held("place:CART-1")), (0, 1));
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held("place:A-02"), 2);
    assert_eq!(
        floor.choose("undo").tone,
        Tone::Warn,
        "a recall itself is revised, not undone"
    );
    assert_eq!(floor.entries().iter().filter(|e| e.body.kind() == "undone").count(), 3);
}

#[test]
fn b6_a_recall_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor(vec![bin_with_digits(), recall(&lot("SOON"))]);
    let at = |floor: &mut Floor, id: &str| floor.killed_at_by(id, "B-2", "2222");
    at(&mut floor, "recall.list");
    floor.choose("new:recall");
    at(&mut floor, "recall.scan");
    floor.scan(&each("LATE", "280331"));
    at(&mut floor, "recall.choose");
    floor.choose("hold:supplier_lot");
    at(&mut floor, "recall.number");
    floor.choose("back");
    floor.choose("hold:lot");
    at(&mut floor, "recall.reason");
    floor.choose("reason:complaint");
    at(&mut floor, "recall.open");
    floor.choose("report");
    at(&mut floor, "recall.report");
    floor.choose("back");
    floor.choose("narrow");
    at(&mut floor, "recall.part");
    let part = floor.handheld().screen().unwrap().actions[0].id.clone();
    floor.choose(&part);
    at(&mut floor, "recall.narrow");
    floor.choose("whole");
    at(&mut floor, "recall.free");
    floor.choose("reason:by_mistake");
    at(&mut floor, "recall.badge");
    floor.scan("B-5");
    at(&mut floor, "recall.pin");
    accepted(&floor.enter("pin", "5555"));
    find(&floor, "R-1");
    at(&mut floor, "recall.find");
    floor.enter("place", "A-03");
    at(&mut floor, "recall.check");
    floor.choose("back");
    floor.scan("]C0A-02");
    at(&mut floor, "recall.lift");
    floor.scan(&each("SOON", "270331"));
    at(&mut floor, "recall.cage");
    floor.scan("]C0CAGE-1");
    assert_eq!(floor.held("place:CAGE-1"), 1);
    floor.choose("back");
    floor.choose("back");
    floor.choose("new:recall");
    floor.scan(&format!("]d201{MONITOR}21SN1"));
    floor.choose("hold:range");
    at(&mut floor, "recall.range");
}

#[test]
fn narrowing_frees_exactly_what_it_lets_go_and_keeps_what_stays() {
    let floor = floor(vec![recall(&item()), told("R-9", &lot("OLD"), None, "open")]);
    floor.choose("recall:R-1");
    floor.choose("narrow");
    floor.choose("part:R-1");
    floor.choose("less");
    floor.scan(&each("SOON", "270331"));
    // The same item again is no narrower; its lot is.
    assert_eq!(stop(&floor.choose("hold:item")), "Not narrower");
    floor.choose("acknowledge");
    floor.choose("less");
    floor.scan(&each("SOON", "270331"));
    let screen = floor.choose("hold:lot");
    assert_eq!(screen.id, "recall.free", "{}", screen.to_json());
    assert_eq!(field(&screen, "Stays recalled"), "lot SOON");
    floor.enter("reason", "only one line was affected");
    // It takes quality, and never who placed it.
    assert_eq!(stop(&floor.scan("B-2")), "Not yours to decide");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("B-5")), "Your own block");
    floor.choose("acknowledge");
    accepted(&sign(&floor, "B-7", "7777"));
    let Body::Recalled {
        recall,
        revision,
        change,
        adds,
        drops,
        signature,
        ..
    } = floor.last().body
    else {
        panic!()
    };
    assert_eq!((recall.as_str(), revision, change), ("R-1", 2, Revision::Narrow));
    assert_eq!(signature.unwrap().person.as_str(), "ivo");
    assert_eq!((drops[0].block.as_str(), &adds[0].scope), ("R-1", &lot("SOON")));
    assert_eq!(adds[0].placed_by.as_ref().unwrap().as_str(), "eva", "still hers");
    home(&floor);
    let blocked = |label: &str| {
        floor.choose("look_up");
        let screen = floor.scan(label);
        let n = screen.fields.iter().filter(|f| f.label == "Blocked").count();
        floor.choose("back");
        n
    };
    assert_eq!(blocked(&each("SOON", "270331")), 1, "it stays");
    assert_eq!(blocked(&each("LATE", "280331")), 0, "it is free");
    assert_eq!(blocked(&each("OLD", "261101")), 1, "the other recall is not touched");
    // The gateway's rows say the same once they include it.
    let rows = vec![
        told("R-1", &item(), None, "released"),
        told(adds[0].block.as_str(), &lot("SOON"), Some(("R-1", 2, false)), "open"),
    ];
    let through = floor.last_of("recalled").position();
    floor.page(
        rows,
        Included {
            epoch: through.epoch(),
            seq: through.seq(),
        },
    );
    assert_eq!(blocked(&each("SOON", "270331")), 1);
    assert_eq!(blocked(&each("LATE", "280331")), 0);
    // And back again by closing it.
    list(&floor);
    floor.choose("recall:R-1");
    floor.choose("close");
    floor.choose("reason:inspected");
    accepted(&sign(&floor, "B-7", "7777"));
    assert_eq!(floor.handheld().screen().unwrap().id, "recall.list");
    home(&floor);
    assert_eq!(blocked(&each("SOON", "270331")), 0);
    assert_eq!(blocked(&each("OLD", "261101")), 1);
}

#[test]
fn a_wrong_pin_frees_nothing_and_a_recall_closed_meanwhile_is_said_to_be() {
    let floor = floor(vec![recall(&lot("SOON"))]);
    floor.choose("recall:R-1");
    floor.choose("close");
    floor.choose("reason:collected");
    floor.scan("B-7");
    assert_eq!(stop(&floor.enter("pin", "0000")), "Wrong PIN");
    let screen = floor.choose("acknowledge");
    assert_eq!(screen.id, "recall.badge");
    floor.page(vec![told("R-1", &lot("SOON"), None, "released")], Included::default());
    let screen = floor.scan("B-7");
    assert_eq!(stop(&screen), "No scan needed", "{}", screen.to_json());
    assert!(floor.entries().iter().all(|e| e.body.kind() != "recalled"));
}

#[test]
fn a_range_of_serials_and_a_suppliers_lot_are_found_and_collected() {
    let range = Scope::SerialRange {
        maker_key: MONITOR.into(),
        first: "8".parse().unwrap(),
        last: "10".parse().unwrap(),
        order: SerialOrder::Numeric,
    };
    let mut soon = row(
        "lot",
        &["S1", "ACME", "P500", "SOON", "", "2027-03-31"]
            .map(text)
            .into_iter()
            .chain([Cell::Null, text("SUP-7"), text("2026-10-01")])
            .collect::<Vec<_>>(),
    );
    soon.c = 2;
    let supplied = Scope::SupplierLot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: "SUP-7".parse().unwrap(),
    };
    let monitors = vec![
        serial("7", "place:A-01"),
        serial("8", "place:A-01"),
        serial("9", "place:A-02"),
        serial("10", "virtual:customer"),
        stock("MON", "", "place:A-01", 2),
        stock("MON", "", "place:A-02", 1),
    ];
    let recalls = vec![recall(&range), told("R-2", &supplied, None, "open"), soon];
    let floor = floor([monitors, recalls].concat());
    let screen = find(&floor, "R-1");
    let places: Vec<_> = shown(&screen).into_iter().map(|l| l.0).collect();
    assert_eq!(places, ["A-01", "A-02"]);
    assert_eq!(field(&screen, "Recalled stock"), "2", "what was shipped is not here");
    floor.scan("]C0A-01");
    assert_eq!(stop(&floor.scan(&format!("]d201{MONITOR}217"))), "Not recalled");
    floor.choose("acknowledge");
    accepted(&floor.scan(&format!("]d201{MONITOR}218")));
    accepted(&floor.scan("]C0CAGE-1"));
    floor.choose("back");
    floor.choose("back");
    let screen = find(&floor, "R-2");
    assert_eq!(field(&screen, "To collect"), "2");
    floor.scan("]C0A-02");
    accepted(&floor.scan(&each("SOON", "270331")));
}

#[test]
fn a_pallet_of_which_nobody_knows_what_is_on_it_is_named_and_collected_with_a_warning() {
    let floor = floor(vec![plate(OUTER, "place:A-02", "unknown"), recall(&lot("SOON"))]);
    let screen = find(&floor, "R-1");
    let last = screen.lines.last().unwrap();
    assert_eq!(last.detail, format!("{OUTER}: nobody knows what is on it"));
    assert_eq!(floor.scan(&format!("]C100{OUTER}")).tone, Tone::Warn);
    accepted(&floor.scan("]C0CAGE-1"));
    // One that carries other goods too is lifted, and that is said; one that carries none of it is left.
    let rows = [
        nested(),
        vec![
            stock("P500", "LATE", &format!("plate:{OUTER}"), 1),
            recall(&lot("SOON")),
        ],
    ]
    .concat();
    let floor = self::floor(rows);
    find(&floor, "R-1");
    let screen = floor.scan(&format!("]C100{OUTER}"));
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("Other goods"), "{}", screen.message);
    let floor = self::floor([nested(), vec![recall(&lot("OLD"))]].concat());
    find(&floor, "R-1");
    assert_eq!(stop(&floor.scan(&format!("]C100{OUTER}"))), "Not recalled");
}

#[test]
fn a_recall_of_a_pallet_stops_what_stands_on_pallets_on_it() {
    let scope = Scope::Plate {
        plate: OUTER.parse().unwrap(),
    };
    let floor = floor([nested(), vec![recall(&scope)]].concat());
    let screen = find(&floor, "R-1");
    assert_eq!(field(&screen, "To collect"), "6");
    home(&floor);
    floor.choose("put_away");
    let screen = floor.scan(&format!("]C100{INNER}"));
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("blocked"), "{}", screen.message);
}

#[test]
fn a_drill_says_so_on_each_screen_and_stops_nothing_and_moves_nothing() {
    let floor = floor(vec![]);
    let name = begin(&floor, "mock", &each("SOON", "270331"), "lot");
    let ids = ["find", "back", "report", "back"];
    for id in ids {
        let screen = floor.choose(id);
        assert_eq!(screen.title, "MOCK RECALL", "{}", screen.to_json());
    }
    floor.choose("find");
    floor.scan("]C0A-02");
    let screen = floor.scan(&each("SOON", "270331"));
    accepted(&screen);
    assert!(screen.message.starts_with("Found:"), "{}", screen.message);
    assert!(screen.lines[0].done, "seen where the record has it");
    assert_eq!((floor.held("place:A-02"), floor.held("place:CART-1")), (2, 0));
    assert_eq!(floor.last().refs.document.unwrap().as_str(), name);
    floor.choose("back");
    let screen = floor.choose("back");
    let label = &screen.actions[0].label;
    assert!(label.starts_with("MOCK "), "{label}");
    home(&floor);
    floor.choose("look_up");
    let screen = floor.scan(&each("SOON", "270331"));
    assert!(field(&screen, "Recall").starts_with("MOCK "));
    assert!(screen.fields.iter().all(|f| f.label != "Blocked"));
    floor.choose("back");
    let screen = picked(&floor, &each("SOON", "270331"));
    assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
}

#[test]
fn the_report_says_what_left_and_for_whom() {
    let history = |position: i64, kind: &str, n: i64| {
        let mut cells: Vec<Cell> = vec![
            text("S1"),
            text("d9"),
            Cell::Int(position),
            Cell::Int(1_795_000_000_000),
        ];
        cells.extend([
            Cell::Int(0),
            text("ola"),
            text(kind),
            text("ACME"),
            text("P500"),
            text("SOON"),
        ]);
        cells.extend([Cell::Null, Cell::Null, text("place:DOCK-1"), text("virtual:customer")]);
        cells.extend([Cell::Int(n * 1_000_000), text("5512")]);
        row("history", &cells)
    };
    let floor = floor(vec![
        recall(&lot("SOON")),
        history(1, "shipped", 7),
        history(2, "undone:shipped", 3),
    ]);
    floor.choose("recall:R-1");
    let screen = floor.choose("report");
    let left = shown(&screen).into_iter().find(|l| l.0.contains("left for"));
    assert_eq!(left.unwrap(), ("5512 left for Nord Pharma".into(), "4".into(), false));
}

#[test]
fn recalls_are_offered_to_supervisors_and_quality_alone() {
    for (badge, pin, offered) in [("B-1", "1111", false), ("B-2", "2222", true), ("B-5", "5555", true)] {
        let floor = floor_as(badge, pin, vec![]);
        assert_eq!(floor.further().contains(&"recall".to_owned()), offered, "{badge}");
    }
    // Nor outside of the owners a person works for.
    let mut other = person("tom", "B-6", "6666", "supervisor");
    other.r[8] = text("ACME,OTHER");
    let floor = floor_as("B-2", "2222", vec![other.clone()]);
    home(&floor);
    floor.choose("sign_out");
    floor.sign_in("B-6", "6666");
    list(&floor);
    floor.choose("new:recall");
    floor.scan(&each("SOON", "270331"));
    floor.choose("hold:lot");
    other.r[8] = text("OTHER");
    other.c = 2;
    floor.page(vec![other], Included::default());
    assert_eq!(stop(&floor.choose("reason:maker")), "Not your owner");
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry() {
    let floor = floor(vec![recall(&lot("SOON"))]);
    let wrong = |title: &str, label: &str| {
        assert_eq!(stop(&floor.scan(label)), title);
        assert!(is_refused(&floor.last()), "{title}");
        floor.choose("acknowledge");
    };
    wrong("No scan needed", &each("SOON", "270331"));
    floor.choose("recall:R-1");
    wrong("No scan needed", &each("SOON", "270331"));
    floor.choose("report");
    wrong("No scan needed", "]C0A-02");
    floor.choose("back");
    floor.choose("find");
    wrong("Unknown place", "]C0NOWHERE");
    wrong("Carries only", "]C0CART-1");
    floor.scan("]C0A-02");
    wrong("Unknown item", "]d20100000000000017");
    let screen = floor.handheld().act(Input::scan("]d201")).unwrap();
    assert_eq!(screen.tone, Tone::Stop);
    floor.choose("acknowledge");
    accepted(&floor.scan(&each("SOON", "270331")));
    assert_eq!(floor.choose("back").tone, Tone::Warn, "it is still on the cart");
}

fn from_lot(number: &str) -> Scope {
    Scope::FromLot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: number.parse().unwrap(),
    }
}

/// Two kits K1 out of LATE, and a box B9 out of one of them, at A-01.
fn made(floor: &Floor) {
    goes_in(floor, &late(), "2");
    comes_out(floor, &kit("K1", "280331"), "2");
    floor.choose("done");
    run(floor, "kind:kit");
    goes_in(floor, &kit("K1", "280331"), "1");
    comes_out(floor, BOX_LABEL, "1");
    floor.choose("done");
    run(floor, "kind:consume");
}

/// A run at A-01.
fn run(floor: &Floor, kind: &str) {
    floor.choose("more");
    floor.choose("run");
    floor.choose(kind);
    assert_eq!(floor.scan("]C0A-01").id, "run.input");
}

const BOX_LABEL: &str = "]d201095210000000251728033110B9";

#[test]
fn f2_what_was_made_of_a_recalled_lot_is_stopped_and_the_stop_tells_how_it_was_made() {
    let floor = at("kind:kit", run_item("BOX", "Ambulance box", "09521000000025").to_vec());
    made(&floor);
    floor.page(vec![recall(&from_lot("LATE"))], Included::default());
    for (label, chain) in [
        (late(), vec![]),
        (kit("K1", "280331"), vec!["K1 was made of LATE in run d1-1-"]),
        (
            BOX_LABEL.to_owned(),
            vec!["B9 was made of K1 in run d1-1-", ", K1 was made of LATE in run d1-1-"],
        ),
    ] {
        let screen = floor.scan(&label);
        assert_eq!(stop(&screen), "Recalled", "{label}");
        for link in &chain {
            assert!(screen.message.contains(link), "{}", screen.message);
        }
        let entry = floor.last();
        assert!(is_refused(&entry));
        assert_eq!(rules::recheck(&entry.verdict), Ok(()), "the chain stands in the entry");
        let kept = serde_json::to_string(&entry.verdict).unwrap();
        assert_eq!(kept.matches("\"made\":").count(), chain.len(), "{kept}");
        floor.choose("acknowledge");
    }
    // What it was not made of is free, and so is all of it once the recall is closed.
    assert_eq!(floor.scan(&soon()).id, "run.quantity");
    floor.choose("undo");
    floor.page(
        vec![told("R-1", &from_lot("LATE"), None, "released")],
        Included::default(),
    );
    assert_eq!(floor.scan(BOX_LABEL).id, "run.quantity");
}

#[test]
fn f2_a_run_that_arrives_late_is_covered_when_it_arrives() {
    let floor = at("kind:consume", vec![]);
    floor.page(vec![recall(&from_lot("LATE"))], Included::default());
    assert_eq!(floor.scan(&kit("K7", "280331")).id, "run.quantity", "nobody knows yet");
    floor.choose("undo");
    let line = |seq: u64, kind: &str, item: &str, lot: &str| {
        let mut cells = vec![
            text("S1"),
            text("d7"),
            Cell::Int(Position::new(3, seq).raw()),
            Cell::Int(1),
            Cell::Int(0),
        ];
        cells.extend([Cell::Null, text(kind), text("ACME"), text(item), text(lot)]);
        cells.extend([
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Int(1_000_000),
            text("d7-3-5"),
        ]);
        row("history", &cells)
    };
    let page = vec![line(5, "consumed", "P500", "LATE"), line(6, "produced", "KIT", "K7")];
    floor.page(page, Included::default());
    let screen = floor.scan(&kit("K7", "280331"));
    assert_eq!(stop(&screen), "Recalled");
    assert!(
        screen.message.contains("K7 was made of LATE in run d7-3-5"),
        "{}",
        screen.message
    );
}

#[test]
fn f2_a_recall_that_follows_runs_finds_and_collects_what_was_made_and_narrowing_frees_the_rest() {
    let floor = at("kind:kit", run_item("BOX", "Ambulance box", "09521000000025").to_vec());
    floor.page(
        vec![
            person("eva", "B-5", "5555", "quality"),
            person("ivo", "B-7", "7777", "quality"),
        ],
        Included::default(),
    );
    made(&floor);
    floor.choose("done");
    floor.choose("sign_out");
    floor.sign_in("B-5", "5555");
    list(&floor);
    let name = begin(&floor, "recall", &late(), "made_of");
    let screen = floor.choose("find");
    let lines = shown(&screen);
    let found = |what: &str| {
        lines
            .iter()
            .any(|(at, detail, _)| at.contains("A-01") && detail.contains(what))
    };
    assert!(
        found("First-aid kit") && found("Ambulance box") && found("LATE"),
        "{lines:?}"
    );
    assert!(!lines.iter().any(|(_, detail, _)| detail.contains("SOON")), "{lines:?}");
    floor.scan("]C0A-01");
    accepted(&floor.scan(BOX_LABEL));
    accepted(&floor.scan("]C0CAGE-1"));
    // Only the kits stay recalled.
    home(&floor);
    list(&floor);
    floor.choose(&format!("recall:{name}"));
    floor.choose("narrow");
    floor.choose(&format!("part:{name}"));
    floor.choose("less");
    floor.scan(&soon());
    is_stopped(&floor.choose("hold:lot"), "Not narrower");
    floor.choose("acknowledge");
    floor.choose("less");
    floor.scan(&kit("K1", "280331"));
    assert_eq!(floor.choose("hold:lot").id, "recall.free");
    floor.choose("reason:inspected");
    accepted(&sign(&floor, "B-7", "7777"));
    home(&floor);
    run(&floor, "kind:consume");
    assert_eq!(stop(&floor.scan(&kit("K1", "280331"))), "Recalled");
    floor.choose("acknowledge");
    assert_eq!(floor.scan(&late()).id, "run.quantity", "what it was made of is free");
}

fn is_stopped(screen: &Screen, title: &str) {
    assert_eq!(stop(screen), title, "{}", screen.to_json());
}
