//! Moving anything from any place to any other.

use crate::site::{
    CASE, EACH, Floor, MONITOR, accepted, bin_with_digits, case, digits_always, each, is_refused, kinds, row, stop,
    text, together, unit_at,
};
use lotline_core::Input;
use lotline_core::screen::{AwaitKind, ScanSource, Tone};
use lotline_record::entry::Body;
use lotline_record::wire::{Cell, Included, Row};

/// The pallet that stands there with a case of LATE on it, EMPTY at the dock.
const PALLET: &str = "003456789012345670";

fn pallet(account: &str) -> Row {
    row(
        "plate",
        &[
            text("S1"),
            text(PALLET),
            text("ACME"),
            text(account),
            text("scanned"),
            Cell::Null,
        ],
    )
}

fn on_pallet(lot: &str, n: i64) -> Row {
    row(
        "stock",
        &[
            text("S1"),
            text("ACME"),
            text("P500"),
            text(lot),
            text(""),
            text("case"),
            text(&format!("plate:{PALLET}")),
            Cell::Int(n * 1_000_000),
        ],
    )
}

fn block(scope_of: &str, key: &str) -> Row {
    row(
        "block",
        &[
            text("S1"),
            text("B-1"),
            text("hold"),
            text(scope_of),
            text(key),
            text("{}"),
            text("smells"),
            text("open"),
        ],
    )
}

fn serial(at: &str, lifecycle: &str) -> Row {
    unit_at("SN1", at, lifecycle)
}

/// The key of a block on the lot LATE, as the gateway writes it.
fn late() -> (&'static str, String) {
    let scope = lotline_record::model::Scope::Lot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: "LATE".parse().unwrap(),
    };
    scope.key()
}

fn floor(rows: Vec<Row>) -> Floor {
    let floor = Floor::new();
    if !rows.is_empty() {
        floor.page(rows, Included::default());
    }
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("move").id, "move.from");
    floor
}

#[test]
fn loose_goods_are_lifted_at_one_place_and_put_down_at_another() {
    let floor = floor(vec![]);
    accepted(&floor.scan("]C0A-01"));
    accepted(&floor.scan(&each("LATE", "280331")));
    let screen = floor.scan(&each("LATE", "280331"));
    accepted(&screen);
    assert_eq!((screen.id.as_str(), screen.lines.len()), ("move.drop", 2));
    assert_eq!((floor.held("place:A-01"), floor.held("place:CART-1")), (15, 2));
    let screen = floor.scan("]C0A-02");
    accepted(&screen);
    assert_eq!(screen.message, "Put down at A-02");
    assert_eq!((floor.held("place:CART-1"), floor.held("place:A-02")), (0, 4));
    assert_eq!(screen.id, "move.from");
    assert_eq!(floor.choose("done").id, "home");
}

#[test]
fn loads_of_two_places_go_down_together() {
    let floor = floor(vec![]);
    floor.scan("]C0A-01");
    floor.scan(&each("LATE", "280331"));
    assert_eq!(floor.choose("another").id, "move.from");
    assert_eq!(stop(&floor.scan(&each("SOON", "270331"))), "Place first");
    floor.choose("acknowledge");
    assert_eq!(floor.scan("]C0A-02").id, "move.drop");
    accepted(&floor.scan(&each("SOON", "270331")));
    floor.scan("]C0STAGE-1");
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:CART-1")), (2, 0));
}

#[test]
fn item_and_lot_on_two_codes_are_one_label_here_too() {
    let floor = floor(vec![]);
    floor.scan("]C0A-01");
    floor.scan(&format!("]C101{EACH}"));
    assert_eq!(floor.scan("]C11728033110LATE").id, "move.drop");
    assert_eq!(floor.held("place:CART-1"), 1);
}

#[test]
fn more_than_the_record_has_is_moved_with_a_warning() {
    let floor = floor(vec![]);
    floor.scan("]C0A-02");
    let screen = floor.scan(&case("SOON", "270331"));
    assert_eq!(screen.tone, Tone::Warn, "a person who holds it is right");
    assert_eq!(floor.held("place:A-02"), -10);
}

#[test]
fn a_pallet_is_lifted_from_where_it_stands_and_needs_no_place() {
    let floor = floor(vec![pallet("place:A-01"), on_pallet("LATE", 12)]);
    let label = format!("]C100{PALLET}");
    accepted(&floor.scan(&label));
    assert_eq!(stop(&floor.scan(&label)), "Already on the cart");
    floor.choose("acknowledge");
    floor.scan("]C0A-02");
    let screen = floor.choose("look_up");
    assert_eq!(screen.id, "look_up.scan");
    let screen = floor.scan(&label);
    assert!(
        screen.fields.iter().any(|f| f.value.contains("A-02")),
        "{}",
        screen.to_json()
    );
}

#[test]
fn a_pallet_nobody_knows_the_contents_of_is_put_down_with_a_warning() {
    let floor = floor(vec![pallet("place:DOCK-1")]);
    floor.scan(&format!("]C100{PALLET}"));
    let screen = floor.scan("]C0A-02");
    assert_eq!(screen.tone, Tone::Warn);
    assert!(
        screen.message.contains("no recall could be checked"),
        "{}",
        screen.message
    );
}

#[test]
fn blocked_goods_go_down_in_a_cage_only_and_stay_on_the_cart_until_then() {
    let (of, key) = late();
    let floor = floor(vec![block(of, &key)]);
    floor.scan("]C0A-01");
    assert_eq!(floor.scan(&each("LATE", "280331")).tone, Tone::Warn, "told at the lift");
    assert_eq!(stop(&floor.scan("]C0A-02")), "Only to a cage");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    assert_eq!((floor.held("place:CART-1"), floor.held("place:A-02")), (1, 2));
    accepted(&floor.scan("]C0CAGE-1"));
    assert_eq!((floor.held("place:CART-1"), floor.held("place:CAGE-1")), (0, 1));
}

#[test]
fn a_blocked_lot_on_a_pallet_keeps_the_whole_pallet_out_of_the_bins() {
    let (of, key) = late();
    let floor = floor(vec![block(of, &key), pallet("place:DOCK-1"), on_pallet("LATE", 12)]);
    assert_eq!(floor.scan(&format!("]C100{PALLET}")).tone, Tone::Warn);
    assert_eq!(stop(&floor.scan("]C0A-02")), "Only to a cage");
}

#[test]
fn what_is_taken_out_of_a_blocked_place_is_blocked_and_nothing_is_added_to_it() {
    let floor = floor(vec![block("place", "A-01")]);
    floor.scan("]C0A-01");
    floor.scan(&each("LATE", "280331"));
    assert_eq!(stop(&floor.scan("]C0A-02")), "Only to a cage");
    floor.choose("acknowledge");
    floor.scan("]C0CAGE-1");
    floor.scan("]C0A-02");
    floor.scan(&each("SOON", "270331"));
    assert_eq!(stop(&floor.scan("]C0A-01")), "Blocked place");
}

#[test]
fn a_serial_that_has_left_is_not_moved_and_one_recorded_elsewhere_is_with_a_warning() {
    let label = format!("]d201{MONITOR}21SN1");
    let shipped = floor(vec![serial("virtual:customer", "shipped")]);
    shipped.scan("]C0A-01");
    assert_eq!(stop(&shipped.scan(&label)), "Serial was shipped");
    let gone = floor(vec![serial("virtual:disposed", "disposed")]);
    gone.scan("]C0A-01");
    let screen = gone.scan(&label);
    assert_eq!(stop(&screen), "No longer here");
    assert!(screen.message.contains("destroyed"), "{}", screen.message);
    let here = floor(vec![serial("place:A-02", "here")]);
    here.scan("]C0A-01");
    let screen = here.scan(&label);
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("recorded at A-02"), "{}", screen.message);
}

#[test]
fn a_unit_whose_serial_is_on_a_pallet_that_stands_here_is_taken_off_the_pallet() {
    let at_pallet = format!("plate:{PALLET}");
    let floor = floor(vec![pallet("place:A-01"), serial(&at_pallet, "here")]);
    floor.scan("]C0A-01");
    let screen = floor.scan(&format!("]d201{MONITOR}21SN1"));
    assert!(!screen.message.contains("recorded at"), "{}", screen.message);
    let Body::Lifted { from, .. } = floor.last().body else {
        panic!("{:?}", kinds(&floor.entries()))
    };
    assert_eq!(from.to_string(), at_pallet);
}

#[test]
fn a_bin_with_check_digits_is_confirmed_by_them() {
    let floor = floor(vec![bin_with_digits(), digits_always()]);
    floor.scan("]C0A-01");
    floor.scan(&each("LATE", "280331"));
    let screen = floor.scan("]C0A-03");
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("move.check", AwaitKind::Text)
    );
    assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "Digits first");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.enter("check", "999")), "Other digits");
    assert!(!floor.handheld().screen().unwrap().message.contains("417"), "not told");
    floor.choose("acknowledge");
    assert_eq!((floor.held("place:CART-1"), floor.held("place:A-03")), (1, 0));
    accepted(&floor.enter("check", "417"));
    assert_eq!((floor.held("place:CART-1"), floor.held("place:A-03")), (0, 1));
    // Another place may be scanned instead of the digits.
    floor.scan("]C0A-03");
    assert_eq!(floor.scan("]C0A-01").id, "move.lift");
}

#[test]
fn a_bin_with_check_digits_that_is_scanned_needs_none_and_one_that_is_typed_does() {
    let floor = floor(vec![bin_with_digits()]);
    floor.scan("]C0A-01");
    floor.scan(&each("LATE", "280331"));
    accepted(&floor.scan("]C0A-03"));
    assert_eq!(floor.held("place:A-03"), 1);
    let typed = Input::Scan {
        bytes: b"A-03".to_vec(),
        symbology: None,
        source: ScanSource::Typed,
    };
    assert_eq!(floor.handheld().act(typed).unwrap().id, "move.check");
    floor.choose("back");
    assert_eq!(floor.enter("place", "A-03").id, "move.check");
}

#[test]
fn put_away_lifts_a_pallet_once_and_puts_it_down_on_nothing_that_moves() {
    let floor = Floor::new();
    floor.page(vec![pallet("place:DOCK-1"), on_pallet("LATE", 12)], Included::default());
    floor.sign_in("B-1", "1111");
    floor.choose("put_away");
    floor.scan(&format!("]C100{PALLET}"));
    assert_eq!(stop(&floor.scan(&format!("]C100{PALLET}"))), "Already on the cart");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("]C0CART-1")), "Not a bin");
}

#[test]
fn put_away_asks_for_check_digits_too() {
    let floor = Floor::new();
    floor.page(vec![bin_with_digits(), digits_always()], Included::default());
    floor.sign_in("B-1", "1111");
    floor.choose("put_away");
    assert_eq!(stop(&floor.scan("]C0A-03")), "Nothing lifted");
    floor.choose("acknowledge");
    floor.scan(&each("LATE", "280331"));
    assert_eq!(floor.scan("]C0A-03").id, "put_away.check");
    assert_eq!(floor.held("place:A-03"), 0);
    assert_ne!(floor.enter("check", "417").tone, Tone::Stop);
    assert_eq!(floor.held("place:A-03"), 1);
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry() {
    let floor = floor(vec![]);
    let stops = [
        (case("LATE", "280331"), "Place first"),
        (format!("]C100{PALLET}"), "Place first"),
        ("]C0NOWHERE".to_owned(), "Unknown place"),
        ("]C0CART-1".to_owned(), "Carries only"),
    ];
    for (label, title) in stops {
        assert_eq!(stop(&floor.scan(&label)), title);
        assert!(is_refused(&floor.last()));
        floor.choose("acknowledge");
    }
    floor.scan("]C0A-01");
    let stops = [
        ("]d20109506000999999".to_owned(), "Unknown item"),
        (format!("]d201{CASE}17280331"), "No lot number"),
        (case("LATE", "270930"), "Another expiry"),
    ];
    for (label, title) in stops {
        let screen = floor.scan(&label);
        if screen.tone == Tone::Stop {
            assert_eq!(stop(&screen), title);
        } else {
            // A code that lacks its lot waits for the other code; a second one says what is missing.
            assert_eq!(stop(&floor.scan(&label)), title);
        }
        assert!(is_refused(&floor.last()), "{:?}", kinds(&floor.entries()));
        floor.choose("acknowledge");
    }
    assert_eq!(floor.held("place:CART-1"), 0);
}

#[test]
fn undo_takes_back_the_drop_then_the_lift() {
    let floor = floor(vec![]);
    floor.scan("]C0A-01");
    floor.scan(&each("LATE", "280331"));
    floor.scan(&each("LATE", "280331"));
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:A-01"), floor.held("place:CART-1")), (16, 1));
    floor.scan("]C0A-02");
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:CART-1"), floor.held("place:A-02")), (1, 2));
    let screen = floor.choose("undo");
    accepted(&screen);
    assert_eq!(screen.id, "move.lift", "back at the place it came from");
    assert_eq!(floor.held("place:A-01"), 17);
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
}

#[test]
fn loads_put_down_together_are_taken_back_one_by_one_each_to_where_it_was() {
    let floor = floor(vec![]);
    floor.scan("]C0A-01");
    floor.scan(&each("LATE", "280331"));
    floor.scan(&each("OLD", "261101"));
    floor.scan(&each("LATE", "280331"));
    floor.scan("]C0A-03");
    assert_eq!(floor.held("place:A-03"), 3);
    floor.choose("undo");
    let screen = floor.choose("undo");
    let lots: Vec<_> = screen.lines.iter().map(|l| l.text.contains("lot OLD")).collect();
    assert_eq!(lots, [true, false], "in the order in which they were lifted");
    // The last of the two goes on, the middle one back: one stays where it was put down.
    floor.choose("undo");
    let screen = floor.choose("undo");
    assert_eq!(screen.lines.len(), 2, "{}", screen.to_json());
    assert!(
        screen.lines[1].text.contains("lot OLD"),
        "the last lift was taken back, not another"
    );
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:A-01"), floor.held("place:CART-1")), (16, 1));
    accepted(&floor.scan("]C0A-02"));
    assert_eq!((floor.held("place:A-02"), floor.held("place:A-03")), (3, 0));
}

#[test]
fn a_load_that_was_taken_back_from_where_it_stood_still_comes_from_a_blocked_place() {
    let floor = floor(vec![block("place", "A-01")]);
    floor.scan("]C0A-01");
    floor.scan(&each("LATE", "280331"));
    accepted(&floor.scan("]C0CAGE-1"));
    floor.choose("undo");
    assert_eq!(stop(&floor.scan("]C0A-02")), "Only to a cage");
}

#[test]
fn two_devices_that_move_the_same_lot_have_both_moved_it() {
    let (here, there) = (floor(vec![]), floor(vec![]));
    for (floor, to) in [(&here, "]C0A-02"), (&there, "]C0A-03")] {
        floor.scan("]C0A-01");
        accepted(&floor.scan(&each("LATE", "280331")));
        accepted(&floor.scan(to));
    }
    let sums: Vec<_> = together(&[&here, &there]).into_iter().collect();
    let wanted = [("place:A-01", -2), ("place:A-02", 1), ("place:A-03", 1)];
    assert_eq!(sums, wanted.map(|(account, n)| (account.to_owned(), n)));
}

#[test]
fn what_another_device_told_meanwhile_never_stops_a_load_from_being_put_down() {
    let floor = floor(vec![
        pallet("place:A-01"),
        on_pallet("LATE", 12),
        serial("place:A-01", "here"),
    ]);
    floor.scan(&format!("]C100{PALLET}"));
    floor.scan("]C0A-01");
    floor.choose("another");
    floor.scan("]C0A-01");
    assert_ne!(floor.scan(&format!("]d201{MONITOR}21SN1")).tone, Tone::Stop);
    // Another device has both elsewhere.
    floor.page(
        vec![pallet("place:A-03"), serial("place:A-03", "here")],
        Included::default(),
    );
    assert_ne!(floor.scan("]C0A-02").tone, Tone::Stop);
    floor.scan("]C0A-01");
    let screen = floor.scan(&format!("]d201{MONITOR}21SN1"));
    assert!(
        screen.message.contains("recorded at A-02"),
        "own fact is the later: {}",
        screen.message
    );
}

#[test]
fn b6_a_move_killed_at_any_step_goes_on_at_that_step() {
    let steps: [(&str, String); 5] = [
        ("move.lift", "]C0A-01".to_owned()),
        ("move.drop", each("LATE", "280331")),
        ("move.check", "]C0A-03".to_owned()),
        ("move.from", "417".to_owned()),
        ("move.lift", "]C0A-02".to_owned()),
    ];
    let mut floor = floor(vec![bin_with_digits(), digits_always()]);
    for (id, input) in steps {
        floor.scan(&input);
        floor.killed_at(id);
    }
    assert_eq!((floor.held("place:A-03"), floor.held("place:CART-1")), (1, 0));
}

#[test]
fn leaving_with_something_on_the_cart_is_not_possible() {
    let floor = floor(vec![]);
    floor.scan("]C0A-01");
    floor.scan(&each("LATE", "280331"));
    let screen = floor.handheld().act(Input::Back).unwrap();
    assert_eq!((screen.id.as_str(), screen.tone), ("move.drop", Tone::Warn));
    assert_eq!(floor.choose("done").id, "move.drop");
}

#[test]
fn an_auditor_is_not_offered_to_move_goods() {
    let auditor = |role: &str| {
        let floor = Floor::new();
        floor.page(
            vec![crate::site::person("eva", "B-9", "9999", role)],
            Included::default(),
        );
        floor.sign_in("B-9", "9999");
        floor.further().contains(&"move".to_owned())
    };
    assert!(auditor("quality"));
    assert!(!auditor("auditor"));
}
