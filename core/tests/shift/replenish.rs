//! Filling pick faces from the reserve.

use crate::pick::{block, late, offers, refused, soon, stock};
use crate::site::{CASE, Floor, MONITOR, accepted, bin_with_digits, case, each, policy, rows, stop, together};
use lotline_core::Input;
use lotline_core::screen::{Look, Tone};
use lotline_record::wire::{Included, Row};

/// Face A-03 for paracetamol, from 5 to 10, and face A-01, which has 17 and needs nothing.
const FACES: &str = r#"{"faces":[
    {"place":"A-01","owner":"ACME","item":"P500","min":5,"max":20},
    {"place":"A-03","owner":"ACME","item":"P500","min":5,"max":10}]}"#;

fn floor_of(more: Vec<Row>) -> Floor {
    let floor = Floor::on(rows().into_iter().chain(more).collect());
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("replenish").id, "replenish.list");
    floor
}

/// The reserve: a case of SOON and one of LATE in A-02, besides two of SOON by the unit.
fn floor() -> Floor {
    let mut more = vec![policy(FACES)];
    more.extend(stock("SOON", "case", "A-02", 12));
    more.extend(stock("LATE", "case", "A-02", 12));
    floor_of(more)
}

fn at_the_reserve() -> Floor {
    let floor = floor();
    assert_eq!(floor.choose("face:A-03/ACME/P500").id, "replenish.from");
    assert_eq!(floor.scan("]C0A-02").id, "replenish.lift");
    floor
}

#[test]
fn faces_below_their_least_are_listed_the_empty_one_first() {
    let faces = r#"{"faces":[
        {"place":"A-02","owner":"ACME","item":"P500","min":3,"max":9},
        {"place":"A-03","owner":"ACME","item":"P500","min":1,"max":9},
        {"place":"A-01","owner":"ACME","item":"P500","min":17,"max":20},
        {"place":"GONE","owner":"ACME","item":"P500","min":17,"max":20}]}"#;
    let floor = floor_of(vec![policy(faces)]);
    let screen = floor.handheld().screen().unwrap();
    let lines: Vec<_> = screen.lines.iter().map(|l| (l.text.as_str(), l.state)).collect();
    assert_eq!(lines, [("A-03", Look::Alert), ("A-02", Look::Plain)]);
    assert!(
        screen.lines[1].detail.contains("2, from 3 to 9"),
        "{}",
        screen.lines[1].detail
    );
    assert!(offers(&screen, "face:A-02/ACME/P500") && !offers(&screen, "face:A-01/ACME/P500"));
    let floor = floor_of(vec![]);
    assert_eq!(floor.handheld().screen().unwrap().prompt, "Every face has enough");
    assert_eq!(floor.choose("done").id, "home");
}

#[test]
fn a_face_is_filled_from_the_lot_that_leaves_first() {
    let floor = floor();
    let screen = floor.choose("face:A-03/ACME/P500");
    assert_eq!(
        screen.prompt, "Go to A-02, scan the bin",
        "not A-01, which is a face itself"
    );
    floor.scan("]C0A-02");
    accepted(&floor.scan(&soon()));
    assert_eq!((floor.held("place:A-02"), floor.held("place:CART-1")), (25, 1));
    let screen = floor.scan(&soon());
    assert_eq!(screen.prompt, "Scan more, or A-03");
    let screen = floor.scan("]C0A-03");
    accepted(&screen);
    assert_eq!((screen.id.as_str(), floor.held("place:A-03")), ("replenish.list", 2));
    let tasks: Vec<_> = floor.entries().into_iter().filter(|e| e.body.is_movement()).collect();
    assert_eq!(tasks.len(), 4);
    assert!(tasks.iter().all(|e| e.refs.task.as_deref() == Some("replenish")));
    assert!(offers(&screen, "face:A-03/ACME/P500"), "two are still less than five");
}

#[test]
fn a_case_that_does_not_fit_is_opened_and_no_more_is_put_there_than_fits() {
    let floor = at_the_reserve();
    assert_eq!(floor.scan(&case("SOON", "270331")).id, "replenish.quantity");
    refused(&floor, &floor.enter("quantity", "0"), "Not a quantity");
    refused(&floor, &floor.scan(&soon()), "How many?");
    refused(&floor, &floor.enter("quantity", "11"), "No more fits");
    floor.scan(&case("SOON", "270331"));
    accepted(&floor.enter("quantity", "10"));
    refused(&floor, &floor.scan(&soon()), "No more fits");
    floor.scan("]C0A-03");
    assert_eq!((floor.held("place:A-02"), floor.held("place:A-03")), (16, 10));
    assert_eq!(floor.handheld().screen().unwrap().prompt, "Every face has enough");
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry() {
    let floor = floor();
    refused(&floor, &floor.scan(&soon()), "Face first");
    refused(&floor, &floor.scan("]C0NOWHERE"), "Unknown place");
    refused(&floor, &floor.scan("]C0A-01"), "Nothing to fill here");
    assert_eq!(
        floor.scan("]C0A-03").id,
        "replenish.from",
        "a face is chosen by its label, too"
    );
    refused(&floor, &floor.scan(&soon()), "Scan the bin first");
    refused(&floor, &floor.scan("]C0STAGE-1"), "Wrong place");
    floor.scan("]C0A-02");
    refused(&floor, &floor.scan("]d20109506000999999"), "Unknown item");
    refused(&floor, &floor.scan(&format!("]d201{MONITOR}21SN1")), "Wrong item");
    refused(&floor, &floor.scan(&format!("]d201{CASE}17280331")), "No lot number");
    refused(&floor, &floor.scan(&each("SOON", "270930")), "Another expiry");
    refused(&floor, &floor.scan(&each("OLD", "261101")), "Expired");
    refused(&floor, &floor.scan(&late()), "Another lot goes first");
    accepted(&floor.scan(&soon()));
    refused(&floor, &floor.scan("]C0STAGE-1"), "Wrong place");
    assert_eq!(
        floor.handheld().act(Input::Back).unwrap().tone,
        Tone::Warn,
        "something is on the cart"
    );
    assert_eq!(floor.held("place:CART-1"), 1);
}

#[test]
fn blocked_goods_fill_no_face_and_nothing_is_added_to_a_blocked_one() {
    for (kind, title) in [("hold", "Blocked"), ("recall", "Recalled")] {
        let floor = at_the_reserve();
        floor.page(vec![block(kind, "SOON")], Included::default());
        refused(&floor, &floor.scan(&soon()), title);
    }
    let floor = at_the_reserve();
    floor.scan(&soon());
    floor.page(vec![block("hold", "SOON")], Included::default());
    assert_eq!(stop(&floor.scan("]C0A-03")), "Only to a cage");
}

#[test]
fn without_reserve_the_face_waits() {
    let faces = r#"{"faces":[{"place":"A-01","owner":"ACME","item":"P500","min":50,"max":10}]}"#;
    let floor = floor_of(vec![policy(faces), block("hold", "SOON")]);
    let screen = floor.choose("face:A-01/ACME/P500");
    assert_eq!(
        (screen.id.as_str(), screen.prompt.as_str()),
        ("replenish.none", "Nothing left in reserve")
    );
    assert_eq!(
        screen.progress.map(|p| p.total),
        Some("50".into()),
        "the least is the least"
    );
    assert_eq!(floor.choose("list").id, "replenish.list");
}

#[test]
fn the_drop_and_then_the_lifts_are_taken_back() {
    let floor = at_the_reserve();
    floor.scan(&soon());
    floor.scan(&soon());
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:A-02"), floor.held("place:CART-1")), (25, 1));
    floor.scan("]C0A-03");
    accepted(&floor.choose("undo"));
    let screen = floor.handheld().screen().unwrap();
    assert_eq!((screen.id.as_str(), floor.held("place:CART-1")), ("replenish.drop", 1));
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:A-02"), floor.held("place:A-03")), (26, 0));
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
}

#[test]
fn b6_a_replenishment_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor();
    let steps: [(&str, Input); 5] = [
        ("replenish.from", Input::choose("face:A-03/ACME/P500")),
        ("replenish.lift", Input::scan("]C0A-02")),
        ("replenish.quantity", Input::scan(case("SOON", "270331"))),
        ("replenish.drop", Input::enter("quantity", "3")),
        ("replenish.list", Input::scan("]C0A-03")),
    ];
    for (id, input) in steps {
        floor.handheld().act(input).unwrap();
        floor.killed_at(id);
    }
    assert_eq!(floor.held("place:A-03"), 3);
}

#[test]
fn a_face_with_check_digits_is_confirmed_by_them_where_it_is_typed() {
    let floor = at_the_reserve();
    floor.page(vec![bin_with_digits()], Included::default());
    floor.scan(&soon());
    assert_eq!(floor.enter("scan", "A-03").id, "replenish.check");
    refused(&floor, &floor.scan(&soon()), "Digits first");
    refused(&floor, &floor.enter("check", "000"), "Other digits");
    accepted(&floor.enter("check", "417"));
    assert_eq!(floor.held("place:A-03"), 1);
}

#[test]
fn two_devices_that_fill_the_same_face_have_both_filled_it() {
    let (here, there) = (at_the_reserve(), at_the_reserve());
    for floor in [&here, &there] {
        floor.scan(&case("SOON", "270331"));
        floor.enter("quantity", "8");
        accepted(&floor.scan("]C0A-03"));
    }
    let sums: Vec<_> = together(&[&here, &there]).into_iter().collect();
    let wanted = [("place:A-02", -16), ("place:A-03", 16)];
    assert_eq!(sums, wanted.map(|(account, n)| (account.to_owned(), n)));
}
