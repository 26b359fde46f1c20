//! Put-away: what several lifts, several people and a dead battery make of it. The shared cart is shown in `move_goods`.

use crate::site::*;
use lotline_record::wire::Included;

fn floor() -> Floor {
    let floor = Floor::new();
    floor.page(
        vec![bin_with_digits(), digits_always(), stock("LATE", "place:DOCK-1", 5)],
        Included::default(),
    );
    floor.sign_in("B-1", "1111");
    floor.choose("put_away");
    floor
}

#[test]
fn the_last_drop_then_the_lift_before_it_are_taken_back_and_the_first_load_stays() {
    let floor = floor();
    floor.scan(&each("LATE", "280331"));
    floor.scan("]C0A-02");
    floor.scan(&each("LATE", "280331"));
    floor.scan("]C0A-02");
    assert_eq!((floor.held("place:DOCK-1"), floor.held("place:A-02")), (3, 4));
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:CART-1"), floor.held("place:A-02")), (1, 3));
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:DOCK-1"), floor.held("place:CART-1")), (4, 0));
    assert_eq!(floor.held("place:A-02"), 3, "the load put down first stays");
}

#[test]
fn b6_a_put_away_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor();
    floor.killed_at("put_away.lift");
    floor.scan(&each("LATE", "280331"));
    floor.killed_at("put_away.drop");
    floor.scan("]C0A-03");
    floor.killed_at("put_away.check");
    floor.enter("check", "417");
    floor.killed_at("put_away.lift");
    assert_eq!((floor.held("place:CART-1"), floor.held("place:A-03")), (0, 1));
}

#[test]
fn two_devices_that_put_away_one_lot_have_both_put_it_away() {
    let devices = [floor(), floor()];
    for (floor, bin) in devices.iter().zip(["]C0A-02", "]C0STAGE-1"]) {
        floor.scan(&each("LATE", "280331"));
        floor.scan(bin);
    }
    let sums = together(&[&devices[0], &devices[1]]);
    assert_eq!(sums["place:DOCK-1"], -2);
    assert_eq!((sums["place:A-02"], sums["place:STAGE-1"]), (1, 1));
}

#[test]
fn what_stands_in_a_bin_is_not_taken_for_what_arrived() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.choose("put_away");
    let screen = floor.scan(&each("LATE", "280331"));
    assert_eq!(screen.tone, lotline_core::screen::Tone::Warn, "{}", screen.to_json());
    assert_eq!(
        (floor.held("place:A-01"), floor.held("place:DOCK-1")),
        (17, -1),
        "another device tells of it later"
    );
}

/// A floor whose record has the lot in staging and not at the dock.
fn staged() -> Floor {
    let floor = Floor::new();
    floor.page(
        vec![bin_with_digits(), digits_always(), stock("LATE", "place:STAGE-1", 5)],
        Included::default(),
    );
    floor.sign_in("B-1", "1111");
    floor.choose("put_away");
    floor
}

#[test]
fn where_staging_has_the_lot_and_the_dock_does_not_the_person_says_once_where_it_stands() {
    let mut floor = staged();
    assert_eq!(floor.scan(&each("LATE", "280331")).id, "put_away.from");
    floor.killed_at("put_away.from");
    let screen = floor.scan(&each("LATE", "280331"));
    assert!(screen.title == "Place first", "{}", screen.to_json());
    floor.choose("acknowledge");
    // It has just come, and whoever received it has not told yet.
    let screen = floor.scan("]C0DOCK-1");
    assert_eq!(
        (screen.id.as_str(), screen.tone),
        ("put_away.drop", lotline_core::screen::Tone::Warn)
    );
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:DOCK-1")), (5, -1));
    // The next one of this load stands there too.
    assert_eq!(floor.scan(&each("LATE", "280331")).id, "put_away.drop");
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:DOCK-1")), (5, -2));
    assert_eq!(floor.scan("]C0A-02").id, "put_away.lift");
    // The next load is asked for anew.
    assert_eq!(floor.scan(&each("LATE", "280331")).id, "put_away.from");
    accepted(&floor.scan("]C0STAGE-1"));
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:DOCK-1")), (4, -2));
}

#[test]
fn what_is_asked_where_it_stands_can_be_left_alone() {
    let floor = staged();
    floor.scan(&each("LATE", "280331"));
    accepted(&floor.choose("undo"));
    assert_eq!(floor.handheld().screen().unwrap().id, "put_away.lift");
    floor.scan(&each("LATE", "280331"));
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    assert_eq!(floor.handheld().screen().unwrap().id, "put_away.lift");
    assert_eq!(floor.held("place:CART-1"), 0);
}
