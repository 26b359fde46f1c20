//! Taking goods back: shipped by us, to them, and verified before they leave again.

use crate::site::{
    Floor, MONITOR, accepted, bin_with_digits, each, is_refused, monitor, row, stop, text, together, unit_at,
};
use lotline_core::Input;
use lotline_core::platform::{AskedUnit, Genuine, NoAnswer, Verifier};
use lotline_core::screen::{Screen, Tone};
use lotline_record::entry::Body;
use lotline_record::model::BlockKind;
use lotline_record::rules;
use lotline_record::wire::{Cell, Included, Row};

fn policy(verify: bool) -> Row {
    let json = format!(r#"{{"receipt":{{"flag_bare_notices":false,"verify_returns":{verify}}}}}"#);
    crate::site::policy(&json)
}

fn order(name: &str, partner: &str) -> Row {
    let cells = [
        text("S1"),
        text("order"),
        text(name),
        text("ACME"),
        text(partner),
        text("STAGE-1"),
        text("shipped"),
    ];
    row("document", &cells)
}

/// Serial `name` left with `order`, as the gateway tells it.
fn shipped(position: i64, item: &str, lot: Cell, serial: Cell, order: &str) -> Row {
    row(
        "history",
        &[
            text("S1"),
            text("d9"),
            Cell::Int(position),
            Cell::Int(1_790_000_000_000 + position),
            Cell::Int(0),
            Cell::Null,
            text("shipped"),
            text("ACME"),
            text(item),
            lot,
            serial,
            Cell::Null,
            text("place:STAGE-1"),
            text("virtual:customer"),
            Cell::Int(1_000_000),
            text(order),
        ],
    )
}

fn unit(name: &str, lifecycle: &str, at: &str) -> Row {
    unit_at(name, at, lifecycle)
}

/// SN1 and lot LATE went to Nord Pharma with 700, SN2 to P2 with 701; SN3 left, nobody here knows with what.
fn rows(verify: bool) -> Vec<Row> {
    vec![
        policy(verify),
        order("700", "P1"),
        order("701", "P2"),
        unit("SN1", "shipped", "virtual:customer"),
        unit("SN2", "shipped", "virtual:customer"),
        unit("SN3", "shipped", "virtual:customer"),
        unit("SN5", "here", "place:A-01"),
        unit("SN6", "disposed", "virtual:disposed"),
        shipped(1, "MON", Cell::Null, text("SN1"), "700"),
        shipped(2, "MON", Cell::Null, text("SN2"), "701"),
        shipped(3, "P500", text("LATE"), Cell::Null, "700"),
        shipped(4, "P500", text("OLD"), Cell::Null, "700"),
    ]
}

fn floor_with(more: Vec<Row>) -> Floor {
    let floor = Floor::new();
    floor.page(more, Included::default());
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("returns").id, "returns.place");
    floor
}

/// Ana at the dock, with what Nord Pharma sends back.
fn floor(verify: bool) -> Floor {
    let floor = floor_with(rows(verify));
    assert_eq!(floor.scan("]C0DOCK-1").id, "returns.sender");
    assert_eq!(floor.enter("sender", "700").id, "returns.scan");
    floor
}

fn after(floor: &Floor, screen: &Screen) -> String {
    let title = stop(screen).to_owned();
    assert!(is_refused(&floor.last()), "{title}");
    floor.choose("acknowledge");
    title
}

/// Someone who answers, or nobody.
struct Answers(Option<Genuine>);

impl Verifier for Answers {
    fn verify(&self, unit: AskedUnit) -> Result<Genuine, NoAnswer> {
        assert_eq!(unit.maker_key, MONITOR);
        let reason = "no network".to_owned();
        self.0.ok_or(NoAnswer::Now { reason })
    }

    fn name(&self) -> String {
        "stand-in".into()
    }
}

fn blocked(floor: &Floor, label: &str) -> bool {
    while floor.handheld().screen().unwrap().id != "home" {
        floor.handheld().act(Input::Back).unwrap();
    }
    let screen = floor.scan(label);
    let blocked = screen.fields.iter().any(|f| f.label == "Blocked");
    floor.handheld().act(Input::Back).unwrap();
    blocked
}

#[test]
fn a_unit_that_we_shipped_to_them_comes_back_to_stock() {
    let floor = floor(false);
    assert_eq!(floor.scan(&monitor("SN1")).id, "returns.decide");
    let screen = floor.choose("stock");
    accepted(&screen);
    assert_eq!(
        (screen.id.as_str(), floor.held_of("MON", "place:DOCK-1")),
        ("returns.scan", 1)
    );
    let entry = floor.last();
    assert!(
        matches!(&entry.body, Body::Returned { customer, blocks, .. } if customer == "Nord Pharma" && blocks.is_empty())
    );
    assert_eq!(entry.refs.document.as_ref().unwrap().as_str(), "700");
    assert!(rules::recheck(&entry.verdict).is_ok());
    assert_eq!(after(&floor, &floor.scan(&monitor("SN1"))), "Serial already here");
    assert!(!blocked(&floor, &monitor("SN1")));
}

#[test]
fn goods_of_a_lot_come_back_by_quantity_and_some_of_them_go_to_the_cage() {
    let floor = floor(false);
    assert_eq!(floor.scan(&each("LATE", "280331")).id, "returns.quantity");
    assert_eq!(after(&floor, &floor.enter("quantity", "0")), "Not a quantity");
    assert_eq!(after(&floor, &floor.scan(&monitor("SN1"))), "How many?");
    assert_eq!(floor.enter("quantity", "3").id, "returns.decide");
    assert_eq!(after(&floor, &floor.scan(&monitor("SN1"))), "Decide first");
    accepted(&floor.choose("stock"));
    floor.scan(&each("LATE", "280331"));
    floor.enter("quantity", "2");
    assert_eq!(floor.choose("dispose").tone, Tone::Warn);
    assert_eq!(
        (
            floor.held("place:DOCK-1"),
            floor.held("place:CAGE-1"),
            floor.held("virtual:customer")
        ),
        (3, 2, -5)
    );
}

#[test]
fn what_we_never_shipped_or_shipped_to_somebody_else_is_put_aside_for_a_supervisor() {
    let floor = floor(false);
    assert_eq!(after(&floor, &floor.scan(&monitor("SN9"))), "Never shipped by us");
    assert_eq!(after(&floor, &floor.scan(&monitor("SN6"))), "Never shipped by us");
    assert_eq!(
        after(&floor, &floor.scan(&each("SOON", "270331"))),
        "Never shipped by us"
    );
    let screen = floor.scan(&monitor("SN2"));
    assert!(screen.message.contains("P2"), "{}", screen.message);
    assert_eq!(stop(&screen), "Shipped to somebody else");
    floor.choose("put_aside");
    assert_eq!(floor.held_of("MON", "place:CAGE-1"), 1);
    let screen = floor.scan(&monitor("SN3"));
    assert_eq!(
        (screen.id.as_str(), screen.tone),
        ("returns.decide", Tone::Warn),
        "to whom is not known here"
    );
}

#[test]
fn the_customer_may_be_named_instead_of_the_order() {
    let floor = floor_with(rows(false));
    floor.scan("]C0DOCK-1");
    floor.enter("sender", "nord pharma");
    floor.scan(&monitor("SN1"));
    accepted(&floor.choose("stock"));
    assert_eq!(
        floor.last().refs.document.unwrap().as_str(),
        "700",
        "found by the shipment"
    );
    assert_eq!(after(&floor, &floor.scan(&monitor("SN2"))), "Shipped to somebody else");
}

#[test]
fn expired_and_recalled_goods_do_not_go_back_to_stock() {
    let recall = row(
        "block",
        &[
            text("S1"),
            text("R-1"),
            text("recall"),
            text("lot"),
            text("ACME\u{1f}P500\u{1f}LATE"),
            text(r#"{"of":"lot","owner":"ACME","item":"P500","lot":"LATE"}"#),
            text("R 12/26"),
            text("open"),
        ],
    );
    let floor = floor_with([rows(false), vec![recall]].concat());
    floor.scan("]C0DOCK-1");
    floor.enter("sender", "700");
    assert_eq!(floor.scan(&each("LATE", "280331")).tone, Tone::Warn);
    floor.enter("quantity", "1");
    assert_eq!(after(&floor, &floor.choose("stock")), "Recalled: not to stock");
    floor.choose("quarantine");
    assert_eq!(floor.held("place:CAGE-1"), 1, "a recall allows to collect");
    floor.scan(&each("OLD", "261101"));
    floor.enter("quantity", "1");
    assert_eq!(after(&floor, &floor.choose("stock")), "Expired: not to stock");
}

#[test]
fn dscsa_a_unit_that_came_back_is_unpickable_until_it_is_verified() {
    let floor = floor(true);
    floor.scan(&monitor("SN1"));
    let screen = floor.choose("stock");
    assert!(
        screen.tone == Tone::Warn && screen.message.contains("waits for verification"),
        "{}",
        screen.message
    );
    let entry = floor.last();
    assert!(matches!(&entry.body, Body::Returned { blocks, .. } if blocks[0].kind == BlockKind::Verification));
    let offline = floor.handheld().verify_now(&Answers(None)).unwrap();
    assert_eq!((offline.waiting, offline.unanswered, offline.active), (1, 1, 0));
    assert!(blocked(&floor, &monitor("SN1")));
    let online = floor.handheld().verify_now(&Answers(Some(Genuine::Active))).unwrap();
    assert_eq!((online.active, online.refused), (1, 0));
    assert!(matches!(&floor.last_of("verified").body, Body::Verified { by, .. } if by == "stand-in"));
    assert!(!blocked(&floor, &monitor("SN1")));
    let again = floor.handheld().verify_now(&Answers(Some(Genuine::Active))).unwrap();
    assert_eq!(again.waiting, 0, "asked once");
}

#[test]
fn dscsa_a_unit_that_is_not_genuine_stays_blocked_and_is_an_exception() {
    let floor = floor(true);
    floor.scan(&monitor("SN1"));
    floor.choose("stock");
    let report = floor.handheld().verify_now(&Answers(Some(Genuine::Alert))).unwrap();
    assert_eq!((report.active, report.refused), (0, 1));
    assert!(blocked(&floor, &monitor("SN1")));
    let Body::Raised { code, .. } = floor.last_of("raised").body else {
        panic!()
    };
    assert_eq!(code, "verification");
    assert!(
        rules::ways_out("verification", lotline_record::model::Role::Supervisor)
            .next()
            .is_none()
    );
}

#[test]
fn undo_of_a_middle_line_sends_the_unit_back_to_where_it_was() {
    let floor = floor(true);
    floor.scan(&each("LATE", "280331"));
    floor.enter("quantity", "2");
    floor.choose("stock");
    floor.scan(&monitor("SN1"));
    floor.choose("stock");
    floor.scan(&monitor("SN3"));
    floor.choose("quarantine");
    accepted(&floor.choose("undo"));
    accepted(&floor.choose("undo"));
    assert_eq!(
        (floor.held_of("MON", "place:DOCK-1"), floor.held("place:DOCK-1")),
        (0, 2)
    );
    assert_eq!(floor.handheld().verify_now(&Answers(None)).unwrap().waiting, 0);
    let screen = floor.scan(&monitor("SN3"));
    assert_eq!(
        screen.id,
        "returns.decide",
        "it is with the customer again: {}",
        screen.to_json()
    );
    floor.choose("undo");
    floor.scan(&monitor("SN1"));
    assert_eq!(floor.choose("stock").id, "returns.scan", "it may come back again");
}

#[test]
fn what_stands_before_the_first_label_is_asked_for_in_turn() {
    let floor = floor_with([rows(false), vec![bin_with_digits()]].concat());
    assert_eq!(after(&floor, &floor.scan(&monitor("SN1"))), "Place first");
    assert_eq!(after(&floor, &floor.scan("]C0NOWHERE")), "Unknown place");
    floor.enter("place", "A-03");
    assert_eq!(after(&floor, &floor.scan(&monitor("SN1"))), "Digits first");
    assert_eq!(after(&floor, &floor.enter("check", "999")), "Other digits");
    floor.choose("back");
    floor.scan("]C0DOCK-1");
    assert_eq!(after(&floor, &floor.scan(&monitor("SN1"))), "Customer first");
    floor.enter("sender", "700");
    assert_eq!(after(&floor, &floor.scan("]d20109506000999999")), "Unknown item");
    assert_eq!(after(&floor, &floor.scan("]C0WHAT")), "Not a label of goods");
    for id in ["returns.sender", "returns.place", "home"] {
        assert_eq!(floor.choose("back").id, id);
    }
}

#[test]
fn b6_a_return_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor_with([rows(true), vec![bin_with_digits()]].concat());
    floor.killed_at("returns.place");
    floor.enter("place", "A-03");
    floor.killed_at("returns.check");
    floor.choose("back");
    floor.scan("]C0DOCK-1");
    floor.killed_at("returns.sender");
    floor.enter("sender", "700");
    floor.killed_at("returns.scan");
    floor.scan(&each("LATE", "280331"));
    floor.killed_at("returns.quantity");
    floor.enter("quantity", "4");
    floor.killed_at("returns.decide");
    floor.choose("stock");
    assert_eq!(floor.held("place:DOCK-1"), 4);
}

#[test]
fn two_devices_that_take_back_one_lot_have_both_taken_it_back() {
    let (a, b) = (floor(false), floor(false));
    for floor in [&a, &b] {
        floor.scan(&each("LATE", "280331"));
        floor.enter("quantity", "2");
        floor.choose("stock");
    }
    let sums = together(&[&a, &b]);
    assert_eq!((sums["place:DOCK-1"], sums["virtual:customer"]), (4, -4));
}
