//! Exceptions on the floor: found open, settled or left, on this device or another.

use crate::site::*;
use lotline_record::wire::{Cell, Included, Row};

/// An exception that another device put aside: a case of LATE with another expiry on it, in the cage.
fn told(state: &str) -> Row {
    let columns = lotline_record::wire::table("exception").unwrap().columns;
    let cell = |column: &str| match column {
        "site" => text("S1"),
        "exception" => text("d9-1-4"),
        "code" => text("expiry_contradiction"),
        "state" => text(state),
        "message" => text(r#"{"id":"stop-recalled"}"#),
        "account" => text("place:CAGE-1"),
        "raised_by" => text("ola"),
        "device" => text("d9"),
        "raised_ms" => Cell::Int(1_795_248_000_000),
        _ => Cell::Null,
    };
    row(
        "exception",
        &columns.iter().map(|column| cell(column)).collect::<Vec<_>>(),
    )
}

fn floor(badge: &str, pin: &str) -> Floor {
    let floor = Floor::new();
    floor.page(vec![told("open")], Included::default());
    floor.sign_in(badge, pin);
    floor.choose("exceptions");
    floor
}

#[test]
fn b6_settling_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor("B-2", "2222");
    floor.killed_at_by("exceptions", "B-2", "2222");
    floor.choose("exception:d9-1-4");
    floor.killed_at_by("exception.choose", "B-2", "2222");
    floor.choose("resolve:reject");
    floor.killed_at_by("exception.badge", "B-2", "2222");
    floor.scan("B-2");
    floor.killed_at_by("exception.pin", "B-2", "2222");
    accepted(&floor.enter("pin", "2222"));
    assert_eq!(floor.choose("exceptions").prompt, "Nothing is open");
}

#[test]
fn what_another_device_settled_meanwhile_is_not_settled_again() {
    let floor = floor("B-2", "2222");
    floor.choose("exception:d9-1-4");
    floor.choose("resolve:reject");
    floor.scan("B-2");
    floor.page(vec![told("settled")], Included::default());
    let screen = floor.enter("pin", "2222");
    assert_eq!(screen.id, "exceptions");
    assert_eq!(screen.prompt, "Nothing is open");
    assert!(!kinds(&floor.entries()).contains(&"resolved"));
}

#[test]
fn nobody_settles_what_they_scanned_themselves_or_what_is_not_of_their_owner() {
    let floor = Floor::new();
    floor.sign_in("B-2", "2222");
    floor.receive();
    floor.scan(&case("LATE", "270930"));
    floor.choose("put_aside");
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    let name = floor.choose("exceptions").actions[0].id.clone();
    floor.choose(&name);
    assert_eq!(stop(&floor.choose("resolve:quarantine")), "Your own scan");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    floor.choose("sign_out");
    let mut other = person("tom", "B-6", "6666", "supervisor");
    other.r[8] = text("OTHER");
    floor.page(vec![other], Included::default());
    floor.sign_in("B-6", "6666");
    floor.choose("exceptions");
    floor.choose(&name);
    assert_eq!(stop(&floor.choose("resolve:quarantine")), "Not your owner");
}

#[test]
fn a_scan_where_something_has_to_be_chosen_is_stopped_and_kept() {
    let floor = floor("B-2", "2222");
    assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "No scan needed");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    floor.choose("exception:d9-1-4");
    floor.choose("resolve:reject");
    assert_eq!(stop(&floor.scan("B-1")), "Another badge");
    assert!(is_refused(&floor.last()));
}
