//! Holding back by what a person scans, and releasing with a signature.

use crate::site::{
    CASE, EACH, Floor, MONITOR, accepted, case, each, is_refused, kinds, monitor, person, row, stop, text, together,
};
use lotline_core::Input;
use lotline_core::screen::{AwaitKind, Screen, Tone};
use lotline_record::entry::Body;
use lotline_record::model::{Block, BlockKind, PlacedScope, Scope, SerialOrder};
use lotline_record::rules;
use lotline_record::wire::{Cell, Included, Row};

const PALLET: &str = "003456789012345670";

/// A supervisor, somebody of quality, and a second supervisor who works for another owner alone.
fn people() -> Vec<Row> {
    let mut other = person("tom", "B-6", "6666", "supervisor");
    other.r[8] = text("OTHER");
    vec![person("eva", "B-5", "5555", "quality"), other]
}

fn floor_as(badge: &str, pin: &str, rows: Vec<Row>) -> Floor {
    let floor = Floor::new();
    floor.page([people(), rows].concat(), Included::default());
    floor.sign_in(badge, pin);
    open(&floor);
    floor
}

fn floor(rows: Vec<Row>) -> Floor {
    floor_as("B-1", "1111", rows)
}

fn open(floor: &Floor) {
    floor.choose("more");
    assert_eq!(floor.choose("hold").id, "hold.scan");
}

fn leave(floor: &Floor) {
    assert_eq!(floor.choose("done").id, "home");
}

/// Scans it and holds what `of` names.
fn hold(floor: &Floor, label: &str, of: &str) -> Block {
    accepted(&floor.scan(label));
    assert_eq!(floor.choose(&format!("hold:{of}")).id, "hold.kind");
    assert_eq!(floor.choose("kind:hold").id, "hold.reason");
    accepted(&floor.choose("reason:damaged"));
    last_block(floor)
}

fn last_block(floor: &Floor) -> Block {
    match floor.last().body {
        Body::Blocked { block } => block,
        other => panic!("{other:?}"),
    }
}

/// A block as the gateway tells of it.
fn told(name: &str, kind: &str, scope: &Scope, placed_by: Option<&str>) -> Row {
    let (of, key) = scope.key();
    let placed = PlacedScope {
        scope: scope.clone(),
        placed_by: placed_by.map(|name| name.parse().unwrap()),
        part: None,
    };
    row(
        "block",
        &[
            text("S1"),
            text(name),
            text(kind),
            text(of),
            text(&key),
            text(&serde_json::to_string(&placed).unwrap()),
            text("smells"),
            text("open"),
        ],
    )
}

fn lot(number: &str) -> Scope {
    Scope::Lot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: number.parse().unwrap(),
    }
}

/// Puts the block's release before whoever signs.
fn to_sign(floor: &Floor, label: &str, block: &str) -> Screen {
    floor.scan(label);
    assert_eq!(floor.choose(&format!("release:{block}")).id, "hold.release");
    let screen = floor.choose("reason:inspected");
    assert_eq!(screen.id, "hold.badge");
    screen
}

fn sign(floor: &Floor, badge: &str, pin: &str) -> Screen {
    let screen = floor.scan(badge);
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("hold.pin", AwaitKind::Pin),
        "{}",
        screen.to_json()
    );
    floor.enter("pin", pin)
}

/// How a pick of LATE ends here.
fn picked(floor: &Floor, label: &str) -> Screen {
    floor.pick();
    floor.scan("]C0A-02");
    floor.scan(label)
}

#[test]
fn a_held_lot_is_stopped_at_pick_and_named_where_it_is_looked_up() {
    let floor = floor(vec![]);
    let screen = floor.scan(&each("SOON", "270331"));
    assert_eq!(screen.id, "hold.choose");
    let ids: Vec<_> = screen.actions.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(
        ids,
        ["hold:lot", "hold:supplier_lot", "hold:item", "back", "undo", "look_up"],
        "the narrowest first, and no serial where there is none"
    );
    let block = hold(&floor, &each("SOON", "270331"), "lot");
    assert_eq!((block.kind, &block.scope), (BlockKind::Hold, &lot("SOON")));
    assert_eq!((block.reason.as_str(), block.placed_by), ("damaged", None));
    assert_eq!(floor.last().owner.unwrap().as_str(), "ACME");
    let screen = floor.choose("look_up");
    assert_eq!(screen.id, "look_up.scan");
    let screen = floor.scan(&each("SOON", "270331"));
    assert!(screen.to_json().contains("damaged"), "{}", screen.to_json());
    assert!(
        screen.lines.iter().any(|l| l.text.contains("blocked")),
        "{}",
        screen.to_json()
    );
    floor.choose("back");
    leave(&floor);
    let screen = picked(&floor, &each("SOON", "270331"));
    assert_eq!(stop(&screen), "Blocked");
    assert!(screen.message.contains("damaged"), "{}", screen.message);
    assert!(is_refused(&floor.last()));
}

#[test]
fn each_scope_covers_what_it_names_and_nothing_beside_it() {
    let covers = |of: &str, label: &str, inside: &str, outside: &str| {
        let floor = floor(vec![]);
        hold(&floor, label, of);
        for (label, lines) in [(inside, 1), (outside, 0)] {
            let screen = floor.scan(label);
            assert_eq!(screen.lines.len(), lines, "{of}: {label}: {}", screen.to_json());
        }
        last_scope(&floor)
    };
    let (soon, late) = (each("SOON", "270331"), each("LATE", "280331"));
    covers("lot", &soon, &case("SOON", "270331"), &late);
    covers("item", &soon, &late, &monitor("SN1"));
    covers("serial", &monitor("SN1"), &monitor("SN1"), &monitor("SN2"));
    covers("place", "]C0A-01", "]C0A-01", "]C0A-02");
    covers("plate", &format!("]C100{PALLET}"), &format!("]C100{PALLET}"), &soon);
}

fn last_scope(floor: &Floor) -> Scope {
    let entries = floor.entries();
    let found = entries.iter().rev().find_map(|e| e.body.blocks().cloned());
    found.unwrap()
}

#[test]
fn a_range_of_serials_runs_by_number_or_by_letter_and_the_screen_says_which() {
    let ranged = |one: &str, other: &str, says: &str| {
        let floor = floor(vec![]);
        floor.scan(&monitor(one));
        assert_eq!(floor.choose("hold:range").id, "hold.range");
        let screen = floor.scan(&monitor(other));
        accepted(&screen);
        assert!(screen.message.contains(says), "{}", screen.message);
        floor.choose("kind:quarantine");
        accepted(&floor.choose("reason:contaminated"));
        assert_eq!(last_block(&floor).kind, BlockKind::Quarantine);
        floor
    };
    let held = |floor: &Floor, serial: &str| floor.scan(&monitor(serial)).lines.len() == 1;
    let floor = ranged("10", "8", "8 to 10 by number");
    let Scope::SerialRange { order, .. } = last_scope(&floor) else {
        panic!("{:?}", last_scope(&floor))
    };
    assert_eq!(order, SerialOrder::Numeric);
    let inside = ["8", "9", "10", "009"].map(|serial| held(&floor, serial));
    assert_eq!(inside, [true; 4]);
    assert_eq!(["7", "11", "9A"].map(|serial| held(&floor, serial)), [false; 3]);
    let floor = ranged("A8", "B1", "A8 to B1 by letter");
    assert_eq!(["A8", "A9", "B1"].map(|serial| held(&floor, serial)), [true; 3]);
    assert_eq!(["A10", "B10", "8"].map(|serial| held(&floor, serial)), [false; 3]);
}

#[test]
fn a_range_that_the_gateway_tells_of_covers_the_units_within_it() {
    let scope = Scope::SerialRange {
        maker_key: MONITOR.to_owned(),
        first: "100".parse().unwrap(),
        last: "200".parse().unwrap(),
        order: SerialOrder::Numeric,
    };
    let floor = floor(vec![told("R-1", "hold", &scope, None)]);
    let lines = ["100", "150", "200", "99", "201"].map(|serial| floor.scan(&monitor(serial)).lines.len());
    assert_eq!(lines, [1, 1, 1, 0, 0]);
}

#[test]
fn a_suppliers_lot_is_matched_by_what_the_record_knows_of_the_own_lot() {
    let mut soon = row(
        "lot",
        &[
            text("S1"),
            text("ACME"),
            text("P500"),
            text("SOON"),
            text(""),
            text("2027-03-31"),
            Cell::Null,
            text("SUP-7"),
            text("2026-10-01"),
        ],
    );
    let floor_one = floor(vec![soon.clone()]);
    // Known: held at once. Not known: asked for.
    let block = hold(&floor_one, &each("SOON", "270331"), "supplier_lot");
    let wanted = Scope::SupplierLot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: "SUP-7".parse().unwrap(),
    };
    assert_eq!(block.scope, wanted);
    assert_eq!(floor_one.scan(&each("SOON", "270331")).lines.len(), 1);
    assert_eq!(floor_one.scan(&each("LATE", "280331")).lines.len(), 0);

    let floor = floor(vec![]);
    floor.scan(&each("LATE", "280331"));
    let screen = floor.choose("hold:supplier_lot");
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("hold.number", AwaitKind::Text)
    );
    assert_eq!(stop(&floor.enter("supplier_lot", "")), "Not a lot number");
    floor.choose("acknowledge");
    assert_eq!(floor.enter("supplier_lot", "SUP-7").id, "hold.kind");
    floor.choose("kind:hold");
    accepted(&floor.enter("reason", "cracked vials"));
    assert_eq!(last_block(&floor).scope, wanted);
    assert_eq!(floor.scan(&each("SOON", "270331")).lines.len(), 0, "not told yet");
    soon.c = 2;
    floor.page(vec![soon], Included::default());
    assert_eq!(floor.scan(&each("SOON", "270331")).lines.len(), 1, "the page told");
}

#[test]
fn a_block_on_a_pallet_keeps_it_out_of_the_bins_whatever_is_on_it() {
    let plate = row(
        "plate",
        &[
            text("S1"),
            text(PALLET),
            text("ACME"),
            text("place:DOCK-1"),
            text("unknown"),
            Cell::Null,
        ],
    );
    let floor = floor(vec![plate]);
    hold(&floor, &format!("]C100{PALLET}"), "plate");
    leave(&floor);
    floor.choose("more");
    floor.choose("move");
    floor.scan(&format!("]C100{PALLET}"));
    assert_eq!(stop(&floor.scan("]C0A-02")), "Only to a cage");
}

#[test]
fn a_release_names_one_block_and_the_others_stay() {
    let floor = floor(vec![
        told("H-1", "hold", &lot("SOON"), Some("ola")),
        told("H-2", "quarantine", &lot("SOON"), Some("ola")),
    ]);
    let label = each("SOON", "270331");
    assert_eq!(floor.scan(&label).lines.len(), 2);
    to_sign(&floor, &label, "H-1");
    let screen = sign(&floor, "B-2", "2222");
    accepted(&screen);
    assert_eq!(screen.message, "Signed by sam: released");
    assert_eq!(screen.lines.len(), 1);
    assert!(screen.lines[0].detail.contains("H-2"), "{}", screen.to_json());
    let last = floor.last();
    assert!(
        matches!(
            last.verdict.grounds.last().map(|g| &g.facts),
            Some(rules::Facts::Release { own: false, .. })
        ),
        "{last:?}"
    );
    let Body::Released {
        block,
        scope,
        reason,
        signature,
        ..
    } = last.body
    else {
        panic!("{:?}", kinds(&floor.entries()))
    };
    assert_eq!((block.as_str(), scope), ("H-1", Some(lot("SOON"))));
    assert_eq!((reason.as_str(), signature.person.as_str()), ("inspected", "sam"));
    assert_eq!(signature.components, ["badge", "pin"]);
    assert_eq!(signature.meaning, "meaning-release");
    assert_eq!(last.who.unwrap().person.as_str(), "ana", "whose device it is");
    floor.choose("back");
    leave(&floor);
    assert_eq!(stop(&picked(&floor, &label)), "Blocked", "the other block still holds");
}

#[test]
fn once_the_last_block_is_released_the_goods_go() {
    let floor = floor(vec![told("H-1", "hold", &lot("SOON"), Some("ola"))]);
    let label = each("SOON", "270331");
    to_sign(&floor, &label, "H-1");
    accepted(&sign(&floor, "B-2", "2222"));
    floor.choose("back");
    leave(&floor);
    let screen = picked(&floor, &label);
    assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
}

#[test]
fn quality_decisions_belong_to_quality_and_nobody_releases_their_own_block() {
    let rows = |kind: &str, by| vec![told("H-1", kind, &lot("SOON"), by)];
    let label = each("SOON", "270331");
    let refused = |rows: Vec<Row>, badge: &str, title: &str| {
        let floor = floor(rows);
        to_sign(&floor, &label, "H-1");
        assert_eq!(stop(&floor.scan(badge)), title);
        assert!(is_refused(&floor.last()));
        floor.choose("acknowledge");
        assert_eq!(floor.handheld().screen().unwrap().id, "hold.badge");
    };
    refused(rows("hold", Some("sam")), "B-2", "Your own block");
    refused(rows("hold", None), "B-1", "Not yours to decide");
    refused(rows("quality", None), "B-2", "Not yours to decide");
    refused(rows("recall", None), "B-2", "Not yours to decide");
    refused(rows("hold", None), "B-6", "Not your owner");
    refused(rows("hold", None), "B-77", "Unknown badge");
    let floor = floor(rows("quality", Some("sam")));
    to_sign(&floor, &label, "H-1");
    accepted(&sign(&floor, "B-5", "5555"));
}

#[test]
fn who_held_it_on_this_device_does_not_release_it_here() {
    let floor = floor_as("B-2", "2222", vec![]);
    let label = each("SOON", "270331");
    let block = hold(&floor, &label, "lot");
    to_sign(&floor, &label, block.block.as_str());
    assert_eq!(stop(&floor.scan("B-2")), "Your own block");
    floor.choose("acknowledge");
    accepted(&sign(&floor, "B-5", "5555"));
}

#[test]
fn a_wrong_pin_signs_nothing_and_asks_for_the_badge_again() {
    let floor = floor(vec![told("H-1", "hold", &lot("SOON"), None)]);
    to_sign(&floor, &each("SOON", "270331"), "H-1");
    assert_eq!(stop(&sign(&floor, "B-2", "1111")), "Wrong PIN");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    assert_eq!(floor.handheld().screen().unwrap().id, "hold.badge");
    assert!(!kinds(&floor.entries()).contains(&"released"));
    accepted(&sign(&floor, "B-2", "2222"));
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry() {
    let floor = floor(vec![]);
    let refused = |label: &str, title: &str| {
        assert_eq!(stop(&floor.scan(label)), title, "{label}");
        assert!(is_refused(&floor.last()));
        floor.choose("acknowledge");
    };
    refused("]d20109506000999999", "Unknown item");
    refused("]C0NOWHERE", "Nothing found");
    floor.scan(&monitor("10"));
    floor.choose("hold:range");
    refused(&each("SOON", "270331"), "Not the other end");
    refused("]C0A-01", "No scan needed");
    floor.scan(&monitor("12"));
    refused(&monitor("13"), "No scan needed");
    floor.choose("kind:hold");
    refused(&monitor("13"), "No scan needed");
    // What was not offered is not done.
    assert_eq!(floor.choose("reason:inspected").id, "hold.reason");
    assert_eq!(floor.enter("reason", "  ").id, "hold.reason");
    assert_eq!(floor.choose("release:H-1").id, "hold.reason");
    assert!(!kinds(&floor.entries()).contains(&"blocked"));
}

#[test]
fn undo_takes_back_the_last_block_then_the_one_before_and_no_other() {
    let floor = floor(vec![told("H-1", "hold", &lot("SOON"), None)]);
    let label = each("SOON", "270331");
    let first = hold(&floor, &label, "item");
    let second = hold(&floor, &label, "lot");
    let open = |floor: &Floor| {
        let screen = floor.scan(&label);
        let lines = screen.lines.iter();
        lines
            .map(|l| l.detail.split("  ").next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(open(&floor).len(), 3);
    accepted(&floor.choose("undo"));
    let left = open(&floor);
    assert!(
        left.contains(&first.block.to_string()) && !left.contains(&second.block.to_string()),
        "{left:?}"
    );
    accepted(&floor.choose("undo"));
    assert_eq!(open(&floor), ["H-1"]);
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
    assert_eq!(open(&floor), ["H-1"]);
}

#[test]
fn b6_holding_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor(vec![told("H-1", "hold", &lot("SOON"), None)]);
    floor.scan(&monitor("10"));
    floor.killed_at("hold.choose");
    floor.choose("hold:range");
    floor.killed_at("hold.range");
    floor.scan(&monitor("12"));
    floor.killed_at("hold.kind");
    floor.choose("kind:hold");
    floor.killed_at("hold.reason");
    floor.choose("reason:damaged");
    floor.killed_at("hold.scan");
    floor.scan(&each("SOON", "270331"));
    floor.choose("release:H-1");
    floor.killed_at("hold.release");
    floor.choose("reason:inspected");
    floor.killed_at("hold.badge");
    floor.scan("B-2");
    floor.killed_at("hold.pin");
    accepted(&floor.enter("pin", "2222"));
    assert_eq!(
        floor.scan(&monitor("11")).lines.len(),
        1,
        "the block before the kill holds"
    );
}

#[test]
fn back_goes_one_step_at_a_time() {
    let floor = floor(vec![]);
    floor.scan(&each("SOON", "270331"));
    floor.choose("hold:lot");
    floor.choose("kind:hold");
    let ids = [(); 4].map(|()| floor.handheld().act(Input::Back).unwrap().id);
    assert_eq!(ids, ["hold.kind", "hold.choose", "hold.scan", "home"]);
}

#[test]
fn two_devices_that_hold_one_lot_have_two_blocks_and_one_release_leaves_the_other() {
    let (here, there) = (floor(vec![]), floor(vec![]));
    let label = each("SOON", "270331");
    let mine = hold(&here, &label, "lot");
    let other = hold(&there, &label, "lot");
    // The other device's block comes down, with a name of its own.
    here.page(
        vec![told("B-d2-1-5", "hold", &other.scope, Some("ana"))],
        Included::default(),
    );
    assert_eq!(here.scan(&label).lines.len(), 2);
    to_sign(&here, &label, mine.block.as_str());
    let screen = sign(&here, "B-2", "2222");
    assert_eq!(screen.lines.len(), 1, "{}", screen.to_json());
    assert!(screen.lines[0].detail.contains("B-d2-1-5"));
    assert!(together(&[&here, &there]).is_empty(), "a block moves nothing");
}

#[test]
fn a_block_that_somebody_released_meanwhile_is_not_signed() {
    let row = told("H-1", "hold", &lot("SOON"), None);
    let floor = floor(vec![row.clone()]);
    to_sign(&floor, &each("SOON", "270331"), "H-1");
    let mut released = row;
    released.r[7] = text("released");
    floor.page(vec![released], Included::default());
    let screen = floor.scan("B-2");
    assert_eq!((screen.tone, screen.id.as_str()), (Tone::Warn, "hold.choose"));
    assert!(screen.message.contains("no longer open"), "{}", screen.message);
    assert!(is_refused(&floor.last()), "the scan is kept");
}

#[test]
fn holding_is_for_those_who_work_on_the_floor() {
    let offered = |role: &str| {
        let floor = Floor::new();
        floor.page(vec![person("kim", "B-9", "9999", role)], Included::default());
        let screen = floor.sign_in("B-9", "9999");
        screen.actions.iter().any(|a| a.id == "more") && floor.further().contains(&"hold".to_owned())
    };
    assert_eq!(
        ["associate", "supervisor", "quality", "auditor", "administrator"].map(offered),
        [true, true, true, false, false]
    );
    // Another owner's goods are not among those that may be held.
    let floor = floor_as("B-6", "6666", vec![]);
    assert_eq!(stop(&floor.scan(&format!("]d201{EACH}17270331"))), "Unknown item");
    assert_eq!(CASE.len(), EACH.len());
}
