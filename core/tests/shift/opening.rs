//! The opening balance: a warehouse counted wall to wall.

use crate::site::{Floor, accepted, case, each, is_refused, monitor, row, stop, text};
use lotline_core::Input;
use lotline_core::screen::Screen;
use lotline_record::entry::Body;
use lotline_record::wire::{Cell, Included, Row};

fn policy(opening: bool) -> Row {
    let version = if opening { 2 } else { 3 };
    row(
        "policy",
        &[
            text("S1"),
            Cell::Int(version),
            text(&format!(r#"{{"opening":{opening}}}"#)),
        ],
    )
}

fn bin(name: &str, walk: i64) -> Row {
    row(
        "place",
        &[
            text("S1"),
            text(name),
            text("bin"),
            Cell::Null,
            Cell::Int(walk),
            Cell::Null,
        ],
    )
}

/// A site that is being opened, with three more bins in walk order behind those of the floor.
fn floor() -> Floor {
    let floor = Floor::new();
    let rows = vec![policy(true), bin("Z-01", 901), bin("Z-02", 902), bin("Z-03", 903)];
    floor.page(rows, Included::default());
    begin(&floor);
    floor
}

fn begin(floor: &Floor) {
    floor.sign_in("B-1", "1111");
    goes_on(floor);
}

fn goes_on(floor: &Floor) {
    assert!(floor.further().contains(&"opening".to_owned()));
    assert_eq!(floor.choose("opening").id, "count.place");
}

fn shows(floor: &Floor) -> Screen {
    floor.handheld().screen().unwrap()
}

fn shown(screen: &Screen, label: &str) -> Option<String> {
    let field = screen.fields.iter().find(|f| f.label == label);
    field.map(|f| f.value.clone())
}

/// So many of a lot at a place, and done.
fn counted(floor: &Floor, place: &str, label: &str, n: &str) -> Screen {
    assert_eq!(floor.scan(&format!("]C0{place}")).id, "count.scan");
    floor.scan(label);
    floor.handheld().act(Input::enter("quantity", n)).unwrap();
    floor.choose("done")
}

#[test]
fn what_lies_there_is_the_opening_balance_and_nothing_is_unexplained() {
    let floor = floor();
    let opened = floor.held("virtual:opening");
    accepted(&counted(&floor, "Z-01", &each("NEW", "280331"), "40"));
    assert_eq!(
        floor.held("place:Z-01"),
        40,
        "no tolerance: the record knew nothing of it"
    );
    assert_eq!(floor.held("virtual:opening"), opened - 40);
    assert_eq!(floor.held("virtual:unexplained"), 0);
    let entries = floor.entries();
    assert!(
        entries
            .iter()
            .any(|e| matches!(e.body, Body::Counted { opening: true, .. }))
    );
    floor.scan("]C0Z-02");
    accepted(&floor.scan(&monitor("OPEN-1")));
    accepted(&floor.choose("done"));
    assert_eq!(floor.held_of("MON", "place:Z-02"), 1);
    assert_eq!(floor.held_of("MON", "virtual:unexplained"), 0);
    floor.choose("look_up");
    assert_eq!(shown(&floor.scan(&monitor("OPEN-1")), "At").as_deref(), Some("Z-02"));
}

#[test]
fn the_way_leads_through_all_bins_and_says_what_was_skipped() {
    let floor = floor();
    assert_eq!(
        shown(&shows(&floor), "Next place"),
        None,
        "it begins where the first is scanned"
    );
    let screen = counted(&floor, "Z-01", &case("NEW", "280331"), "2");
    assert_eq!(shown(&screen, "Next place").as_deref(), Some("Z-02"));
    let screen = floor.choose("skip");
    assert_eq!(shown(&screen, "Next place").as_deref(), Some("Z-03"));
    assert_eq!(shown(&screen, "Skipped").as_deref(), Some("1"));
    // Out of its turn: what the way leads to is still to be counted.
    let screen = counted(&floor, "A-02", &case("NEW", "280331"), "1");
    assert_eq!(shown(&screen, "Next place").as_deref(), Some("Z-03"));
    floor.scan("]C0Z-03");
    floor.choose("done");
    let screen = floor.choose("empty");
    assert_eq!(
        (screen.prompt.as_str(), shown(&screen, "Next place")),
        ("All passed: finish", None)
    );
    let screen = floor.choose("done");
    assert_eq!(screen.id, "home");
    assert!(
        screen.message.contains("3 places are counted, 1 skipped: Z-02"),
        "{}",
        screen.message
    );
}

#[test]
fn what_was_loaded_before_is_counted_against_and_another_person_counts_what_differs() {
    let floor = floor();
    // A-01 holds 5 OLD and 12 LATE by the load.
    let opened = floor.held("virtual:opening");
    let screen = counted(&floor, "A-01", &each("OLD", "261101"), "5");
    assert!(screen.message.contains("another person"), "{}", screen.message);
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:opening")), (17, opened));
    assert_eq!(stop(&floor.scan("]C0A-01")), "Your own count");
    floor.choose("acknowledge");
    floor.choose("sign_out");
    floor.sign_in("B-3", "3333");
    goes_on(&floor);
    accepted(&counted(&floor, "A-01", &each("OLD", "261101"), "5"));
    assert_eq!(
        (floor.held("place:A-01"), floor.held("virtual:opening")),
        (5, opened + 12)
    );
    assert_eq!(floor.held("virtual:unexplained"), 0);
}

#[test]
fn once_the_site_is_open_nothing_is_an_opening_balance() {
    let floor = floor();
    floor.page(vec![policy(false)], Included::default());
    assert_eq!(stop(&floor.scan("]C0Z-01")), "Opening is over");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    floor.choose("done");
    assert!(!floor.further().contains(&"opening".to_owned()));
}

#[test]
fn undo_takes_back_the_last_scan_of_the_open_place() {
    let floor = floor();
    floor.scan("]C0Z-01");
    for n in ["40", "7"] {
        floor.scan(&each("NEW", "280331"));
        floor.handheld().act(Input::enter("quantity", n)).unwrap();
    }
    assert_eq!(floor.choose("undo").lines.len(), 1);
    floor.choose("done");
    assert_eq!(floor.held("place:Z-01"), 40);
}

#[test]
fn b6_a_handheld_that_dies_goes_on_at_the_same_place_of_the_way() {
    let mut floor = floor();
    counted(&floor, "Z-01", &each("NEW", "280331"), "40");
    floor.scan("]C0Z-02");
    floor.scan(&each("NEW", "280331"));
    floor.restart();
    floor.sign_in("B-1", "1111");
    assert_eq!(shows(&floor).id, "count.quantity");
    floor.handheld().act(Input::enter("quantity", "3")).unwrap();
    let screen = floor.choose("done");
    assert_eq!(shown(&screen, "Next place").as_deref(), Some("Z-03"));
    assert_eq!((floor.held("place:Z-01"), floor.held("place:Z-02")), (40, 3));
}
