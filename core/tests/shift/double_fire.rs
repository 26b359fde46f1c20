//! Which reads are one scan and which are two, by the time between their deliveries (`Policy::double_fire_ms`, 300 ms).

use crate::site::{Floor, accepted, case, expecting_cases, stop};
use lotline_core::Screen;
use lotline_record::entry::{Body, Seen};
use std::sync::atomic::Ordering;

/// A read delivered at this time since the start of the device.
fn read_at(floor: &Floor, ms: u64, label: &str) -> Screen {
    floor.clock.0.store(200_000 + ms, Ordering::SeqCst);
    floor.scan(label)
}

fn receiving() -> Floor {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor
}

#[test]
fn two_deliveries_less_than_t1_apart_are_one_scan_and_two_pulls_t1_apart_are_two() {
    let floor = receiving();
    let label = case("NEW", "280331");
    let first = read_at(&floor, 0, &label);
    accepted(&first);
    assert!(!first.message.contains("equal label"), "{}", first.message);
    accepted(&read_at(&floor, 299, &label));
    assert_eq!(floor.held("place:DOCK-1"), 12, "299 ms after the first: the same pull");
    assert!(
        matches!(floor.last().body, Body::Seen(Seen::Repeat)),
        "both reads are in the record"
    );
    let second = read_at(&floor, 599, &label);
    accepted(&second);
    assert_eq!(
        floor.held("place:DOCK-1"),
        24,
        "300 ms after the read before: another pull"
    );
    assert!(second.message.ends_with("· second equal label"), "{}", second.message);
}

#[test]
fn a_trigger_held_down_is_one_scan_for_as_long_as_it_is_held() {
    let floor = receiving();
    let label = case("NEW", "280331");
    for n in 0..10 {
        read_at(&floor, n * 200, &label);
    }
    assert_eq!(floor.held("place:DOCK-1"), 12);
}

#[test]
fn another_label_or_a_key_between_two_equal_labels_ends_the_row() {
    let floor = receiving();
    let label = case("NEW", "280331");
    read_at(&floor, 0, &label);
    floor.choose("undo");
    let again = read_at(&floor, 9_000, &label);
    accepted(&again);
    assert!(!again.message.contains("equal label"), "{}", again.message);
}

#[test]
fn a_restart_between_two_equal_labels_leaves_them_two_equal_labels() {
    let mut floor = receiving();
    let label = case("NEW", "280331");
    read_at(&floor, 0, &label);
    floor.restart();
    floor.sign_in("B-1", "1111");
    accepted(&read_at(&floor, 60_000, &label));
    assert_eq!(floor.held("place:DOCK-1"), 24);
}

#[test]
fn a_hundred_equal_cases_at_two_a_second_count_exactly_a_hundred() {
    let floor = Floor::on(expecting_cases(100));
    floor.sign_in("B-1", "1111");
    floor.receive();
    let label = case("NEW", "280331");
    for n in 0..100_u64 {
        // Each pull is delivered twice, as a wedge with a bad cable does.
        accepted(&read_at(&floor, n * 500, &label));
        read_at(&floor, n * 500 + 90, &label);
    }
    assert_eq!(floor.held("place:DOCK-1"), 1_200);
    let counted = floor.entries().iter().filter(|e| e.body.kind() == "received").count();
    assert_eq!(counted, 100);
    assert_eq!(
        stop(&read_at(&floor, 99_000, &label)),
        "Too many",
        "the hundred and first"
    );
}
