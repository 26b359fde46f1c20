//! Goods that just came in and go straight to the order that waits for them.

use crate::pick::{block, late, line, offers, refused, soon, stock};
use crate::site::{Floor, accepted, each, policy, rows, together};
use lotline_core::Input;
use lotline_core::screen::Tone;
use lotline_record::wire::Row;

/// Two of SOONER and two of LATE at the dock; nothing else in reach is better than SOONER.
fn floor_of(more: Vec<Row>) -> Floor {
    let mut all = rows();
    all.extend(stock("SOON", "each", "DOCK-1", 2));
    all.extend(stock("LATE", "each", "DOCK-1", 2));
    all.extend(more);
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("cross_dock").id, "cross_dock.scan");
    floor
}

fn at_the_dock(more: Vec<Row>) -> Floor {
    let floor = floor_of(more);
    let screen = floor.scan(&soon());
    assert_eq!(screen.id, "cross_dock.order", "{}", screen.to_json());
    assert!(offers(&screen, "order:5512"));
    assert_eq!(floor.choose("order:5512").id, "pick.item");
    floor
}

#[test]
fn what_just_came_in_goes_straight_to_the_order_that_waits_for_it() {
    let floor = at_the_dock(vec![line("5512", "1", "P500", 2, None, false)]);
    accepted(&floor.scan(&soon()));
    assert_eq!((floor.held("place:DOCK-1"), floor.held("place:CART-1")), (3, 1));
    accepted(&floor.scan(&soon()));
    let screen = floor.scan("]C0STAGE-1");
    assert_eq!((screen.id.as_str(), floor.held("place:STAGE-1")), ("home", 2));
    assert_eq!(floor.last().body.kind(), "closed", "the order is full");
}

#[test]
fn an_order_that_is_not_full_stays_open_for_what_lies_in_the_bins() {
    let floor = at_the_dock(vec![line("5512", "1", "P500", 4, None, false), block("hold", "LATE")]);
    floor.scan(&soon());
    let screen = floor.scan(&soon());
    assert_eq!(screen.id, "pick.stage", "nothing more at this dock is good for it");
    floor.scan("]C0STAGE-1");
    assert_eq!(floor.last().body.kind(), "dropped", "and no closing");
    floor.choose("pick");
    let screen = floor.choose("document:5512");
    assert_eq!(
        screen.progress.map(|p| format!("{}/{}", p.done, p.total)),
        Some("2/4".into())
    );
}

#[test]
fn the_rules_of_picking_hold_at_the_dock() {
    let floor = at_the_dock(vec![]);
    refused(&floor, &floor.scan(&late()), "Another lot goes first");
    assert!(offers(&floor.handheld().screen().unwrap(), "override"));
    refused(&floor, &floor.scan(&each("OLD", "261101")), "Expired");
    let floor = at_the_dock(vec![policy(r#"{"customer_shelf_days":{"P1":200}}"#)]);
    refused(&floor, &floor.scan(&soon()), "Too little shelf life");
    for (kind, title) in [("hold", "Blocked"), ("recall", "Recalled")] {
        let floor = at_the_dock(vec![block(kind, "SOON")]);
        refused(&floor, &floor.scan(&soon()), title);
    }
}

#[test]
fn what_lies_in_a_bin_and_should_leave_first_is_not_passed_by() {
    let floor = floor_of(vec![line("5512", "1", "P500", 3, None, false)]);
    floor.scan(&late());
    floor.choose("order:5512");
    refused(&floor, &floor.scan(&late()), "Another lot goes first");
}

#[test]
fn what_is_not_at_a_dock_or_nobody_waits_for_is_put_away() {
    let floor = floor_of(vec![]);
    refused(&floor, &floor.scan(&each("OLD", "261101")), "Not at a dock");
    refused(&floor, &floor.scan("5512"), "Goods first");
    refused(&floor, &floor.scan("]d20109506000999999"), "Unknown item");
    floor.scan(&soon());
    refused(&floor, &floor.scan("9999"), "Unknown document");
    assert_eq!(floor.handheld().act(Input::Back).unwrap().id, "cross_dock.scan");
    let floor = floor_of(vec![line("5512", "1", "MON", 1, None, false)]);
    refused(&floor, &floor.scan(&soon()), "No order waits for it");
    assert_eq!(floor.choose("done").id, "home");
}

#[test]
fn a_scan_at_the_dock_is_taken_back() {
    let floor = at_the_dock(vec![]);
    floor.scan(&soon());
    floor.scan(&soon());
    accepted(&floor.choose("undo"));
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:DOCK-1"), floor.held("place:CART-1")), (4, 0));
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
}

#[test]
fn b6_a_cross_dock_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor_of(vec![line("5512", "1", "P500", 2, None, false)]);
    floor.killed_at("cross_dock.scan");
    let steps: [(&str, Input); 4] = [
        ("cross_dock.order", Input::scan(soon())),
        ("pick.item", Input::choose("order:5512")),
        ("pick.item", Input::scan(soon())),
        ("pick.stage", Input::scan(soon())),
    ];
    for (id, input) in steps {
        floor.handheld().act(input).unwrap();
        floor.killed_at(id);
    }
}

#[test]
fn two_devices_at_one_dock_have_both_taken_what_they_took() {
    let (here, there) = (at_the_dock(vec![]), at_the_dock(vec![]));
    for floor in [&here, &there] {
        accepted(&floor.scan(&soon()));
    }
    let sums: Vec<_> = together(&[&here, &there]).into_iter().collect();
    let wanted = [("place:CART-1", 2), ("place:DOCK-1", -2)];
    assert_eq!(sums, wanted.map(|(account, n)| (account.to_owned(), n)));
}
