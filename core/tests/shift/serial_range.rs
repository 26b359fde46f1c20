//! Serials in a row, told by the first and the last one.

use crate::site::{Floor, MONITOR, accepted, case, expecting_monitors, is_refused, monitor, stop};
use lotline_core::Screen;
use lotline_core::screen::Tone;
use lotline_record::entry::Body;
use lotline_record::model::ContentsKnown;

fn open(monitors: i64) -> Floor {
    let floor = Floor::on(expecting_monitors(monitors));
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.choose("range");
    floor
}

fn row(floor: &Floor, first: &str, last: &str) -> Screen {
    floor.scan(&monitor(first));
    floor.scan(&monitor(last))
}

fn at_dock(floor: &Floor) -> i64 {
    floor.held_of("MON", "place:DOCK-1")
}

#[test]
fn b5_first_and_last_serial_are_shown_with_their_count_and_count_once_confirmed() {
    let floor = open(100);
    let screen = row(&floor, "SN0098", "SN0145");
    assert_eq!(
        (screen.id.as_str(), screen.prompt.as_str()),
        ("receive.range_count", "Count 48 units")
    );
    assert_eq!(at_dock(&floor), 0, "not before it is confirmed");
    let screen = floor.choose("count");
    accepted(&screen);
    assert_eq!(screen.message, "48 units counted");
    assert_eq!(screen.progress.unwrap().text, "48 of 100 EA");
    assert_eq!(at_dock(&floor), 48);
    let known: Vec<ContentsKnown> = floor
        .entries()
        .into_iter()
        .filter_map(|entry| match entry.body {
            Body::Received { known, .. } => Some(known),
            _ => None,
        })
        .collect();
    assert_eq!(known.len(), 48);
    assert_eq!(
        (known[0], known[1], known[47]),
        (ContentsKnown::Scanned, ContentsKnown::Inferred, ContentsKnown::Scanned)
    );
    assert_eq!(stop(&floor.scan(&monitor("SN0100"))), "Serial already here");
}

#[test]
fn b5_one_serial_that_is_here_already_stops_the_whole_row() {
    let floor = open(100);
    floor.choose("back");
    accepted(&floor.scan(&monitor("SN0007")));
    floor.choose("range");
    row(&floor, "SN0001", "SN0010");
    assert_eq!(stop(&floor.choose("count")), "Serial already here");
    assert_eq!(at_dock(&floor), 1, "none of the row");
}

#[test]
fn b5_a_row_longer_than_the_line_expects_stops_and_counts_nothing() {
    let floor = open(5);
    row(&floor, "SN1", "SN6");
    assert_eq!(stop(&floor.choose("count")), "Too many");
    assert_eq!(at_dock(&floor), 0);
}

#[test]
fn b5_what_is_no_row_is_said_and_the_range_stays_open() {
    let floor = open(100);
    assert_eq!(stop(&floor.scan(&case("NEW", "280331"))), "No serial number");
    floor.choose("acknowledge");
    let screen = row(&floor, "SN9", "SN10");
    assert_eq!(stop(&screen), "Not a row of serials");
    assert!(is_refused(&floor.last()));
    let screen = floor.choose("acknowledge");
    assert_eq!(screen.id, "receive.range_last", "the first serial is still known");
    assert_eq!(floor.scan(&monitor("SN12")).tone, Tone::Stop);
    floor.choose("acknowledge");
    assert_eq!(
        stop(&floor.scan(&format!("]d201{MONITOR}21SN9\u{1d}10X"))),
        "Other goods"
    );
    floor.choose("acknowledge");
    assert_eq!(floor.scan("]C0A-01").tone, Tone::Stop);
    floor.choose("acknowledge");
    let screen = floor.choose("back");
    assert_eq!(screen.id, "receive.scan");
}

#[test]
fn b5_a_scan_while_the_count_is_to_be_confirmed_is_stopped() {
    let floor = open(100);
    row(&floor, "SN1", "SN4");
    assert_eq!(stop(&floor.scan(&monitor("SN5"))), "Count the row first");
    floor.choose("acknowledge");
    accepted(&floor.choose("count"));
    assert_eq!(at_dock(&floor), 4);
}

#[test]
fn b6_undo_takes_a_row_back_as_one() {
    let floor = open(100);
    row(&floor, "SN1", "SN4");
    floor.choose("count");
    accepted(&floor.choose("undo"));
    assert_eq!(at_dock(&floor), 0);
    floor.choose("range");
    row(&floor, "SN1", "SN4");
    accepted(&floor.choose("count"));
}

#[test]
fn b6_a_killed_process_lands_on_the_same_end_of_the_row() {
    let mut floor = open(100);
    for (label, id) in [
        (None, "receive.range_first"),
        (Some("SN1"), "receive.range_last"),
        (Some("SN3"), "receive.range_count"),
    ] {
        if let Some(serial) = label {
            floor.scan(&monitor(serial));
        }
        floor.killed_at(id);
    }
    accepted(&floor.choose("count"));
    assert_eq!(at_dock(&floor), 3);
}
