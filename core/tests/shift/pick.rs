//! Picking in all its ways: another lot, short, a case that is opened, how many, by weight, several orders in one walk.

use crate::site::{
    CASE, EACH, Floor, MONITOR, accepted, case, each, is_refused, kinds, policy, row, rows, stop, text, together,
    unit_at,
};
use lotline_core::Input;
use lotline_core::screen::{AwaitKind, Screen, Tone};
use lotline_record::entry::Body;
use lotline_record::model::Level;
use lotline_record::rules;
use lotline_record::wire::{Cell, Included, Row};

pub fn int(n: i64) -> Cell {
    Cell::Int(n)
}

pub fn order(document: &str, partner: &str) -> Row {
    row(
        "document",
        &[
            text("S1"),
            text("order"),
            text(document),
            text("ACME"),
            text(partner),
            text("STAGE-1"),
            text("open"),
        ],
    )
}

pub fn line(document: &str, line: &str, item: &str, n: i64, lot: Option<&str>, allocated: bool) -> Row {
    row(
        "document_line",
        &[
            text("S1"),
            text("order"),
            text(document),
            text(line),
            text("ACME"),
            text(item),
            text("EA"),
            int(1),
            int(n * 1_000_000),
            int(0),
            lot.map_or(Cell::Null, text),
            Cell::Null,
            Cell::Null,
            int(i64::from(allocated)),
        ],
    )
}

pub fn stock(lot: &str, level: &str, place: &str, n: i64) -> [Row; 2] {
    let row = |account: &str, n: i64| {
        row(
            "stock",
            &[
                text("S1"),
                text("ACME"),
                text("P500"),
                text(lot),
                text(""),
                text(level),
                text(account),
                int(n * 1_000_000),
            ],
        )
    };
    [row(&format!("place:{place}"), n), row("virtual:opening", -n)]
}

pub fn serial(at: &str, lifecycle: &str) -> Row {
    unit_at("SN1", at, lifecycle)
}

pub fn tote(name: &str) -> Row {
    row(
        "place",
        &[text("S1"), text(name), text("resource"), Cell::Null, int(0), Cell::Null],
    )
}

/// Ana, picking order 5512 of a site with these rows besides.
fn floor(more: Vec<Row>) -> Floor {
    let floor = Floor::on(rows().into_iter().chain(more).collect());
    floor.sign_in("B-1", "1111");
    floor.choose("pick");
    floor.choose("document:5512");
    floor
}

fn at(floor: &Floor, bin: &str) {
    let screen = floor.scan(bin);
    assert_eq!(screen.id, "pick.item", "{}", screen.to_json());
}

pub fn soon() -> String {
    each("SOON", "270331")
}

pub fn late() -> String {
    each("LATE", "280331")
}

fn progress(screen: &Screen) -> String {
    let shown = screen.progress.as_ref();
    shown.map(|p| format!("{}/{}", p.done, p.total)).unwrap_or_default()
}

pub fn offers(screen: &Screen, id: &str) -> bool {
    screen.actions.iter().any(|action| action.id == id)
}

/// A stop, acknowledged, with the refused scan in the record.
pub fn refused(floor: &Floor, screen: &Screen, title: &str) {
    assert_eq!(stop(screen), title);
    assert!(is_refused(&floor.last()), "{title}: {:?}", kinds(&floor.entries()));
    floor.choose("acknowledge");
}

#[test]
fn a_lot_that_leaves_no_later_than_the_one_the_office_chose_is_as_good() {
    let floor = floor(vec![line("5512", "1", "P500", 3, Some("LATE"), true)]);
    let screen = floor.handheld().screen().unwrap();
    assert_eq!(screen.prompt, "Go to A-01, scan the bin", "where lot LATE lies");
    at(&floor, "]C0A-02");
    let screen = floor.scan(&soon());
    assert_eq!(screen.tone, Tone::Warn);
    assert!(
        screen.message.contains("The office chose lot LATE"),
        "{}",
        screen.message
    );
    assert_eq!(progress(&screen), "1/3");
}

#[test]
fn a_lot_that_leaves_later_than_the_one_the_office_chose_is_stopped() {
    let floor = floor(vec![line("5512", "1", "P500", 3, Some("SOON"), true)]);
    at(&floor, "]C0A-01");
    refused(&floor, &floor.scan(&late()), "Another lot than chosen");
    assert!(offers(&floor.handheld().screen().unwrap(), "override"));
    assert_eq!(floor.held("place:CART-1"), 0);
}

#[test]
fn a_lot_that_the_customer_asked_for_is_not_exchanged_for_a_better_one() {
    let floor = floor(vec![line("5512", "1", "P500", 3, Some("LATE"), false)]);
    at(&floor, "]C0A-02");
    refused(&floor, &floor.scan(&soon()), "The customer asked for a lot");
    at(&floor, "]C0A-01");
    let screen = floor.scan(&late());
    assert_eq!(screen.tone, Tone::Warn, "lot SOON would go first");
    assert_eq!(progress(&screen), "1/3");
}

#[test]
fn when_the_chosen_lot_is_nowhere_the_next_best_is_suggested() {
    let floor = floor(vec![line("5512", "1", "P500", 3, Some("GONE"), true)]);
    assert_eq!(floor.handheld().screen().unwrap().prompt, "Go to A-02, scan the bin");
}

#[test]
fn a_later_lot_is_taken_with_a_reason_and_a_supervisors_signature() {
    let floor = floor(vec![]);
    at(&floor, "]C0A-01");
    assert!(!offers(&floor.handheld().screen().unwrap(), "override"));
    refused(&floor, &floor.scan(&late()), "Another lot goes first");
    assert!(offers(&floor.handheld().screen().unwrap(), "override"));
    assert_eq!(floor.choose("override").id, "pick.why");
    assert_eq!(floor.choose("reason:nonsense").id, "pick.why");
    refused(&floor, &floor.scan(&late()), "No scan needed");
    assert_eq!(floor.choose("reason:buried").id, "pick.badge");
    refused(&floor, &floor.scan("B-99"), "Unknown badge");
    refused(&floor, &floor.scan("B-1"), "Another person signs");
    refused(&floor, &floor.scan("B-3"), "Not yours to decide");
    assert_eq!(floor.scan("B-2").id, "pick.pin");
    refused(&floor, &floor.enter("pin", "1111"), "Wrong PIN");
    floor.scan("B-2");
    let screen = floor.enter("pin", "2222");
    assert_eq!((screen.id.as_str(), screen.tone), ("pick.item", Tone::Warn));
    assert!(screen.message.contains("out of turn"), "{}", screen.message);
    assert_eq!((floor.held("place:A-01"), floor.held("place:CART-1")), (16, 1));
    let entry = floor.last_of("overridden");
    let Body::Overridden {
        rule,
        reason,
        signature: Some(signature),
        ..
    } = &entry.body
    else {
        panic!("{:?}", entry.body)
    };
    assert_eq!((rule.as_str(), reason.as_str()), ("rotation", "buried"));
    assert_eq!(signature.person.as_str(), "sam");
    assert_eq!(rules::recheck(&entry.verdict), Ok(()));
    assert_eq!(floor.last().body.kind(), "picked");
    accepted(&floor.scan(&late()));
    assert_eq!(floor.held("place:CART-1"), 2, "signed for the line, not for the unit");
}

#[test]
fn a_site_may_ask_for_the_reason_alone_and_a_scan_of_the_right_lot_needs_neither() {
    let floor = floor(vec![policy(r#"{"rotation_override_signed":false}"#)]);
    at(&floor, "]C0A-01");
    floor.scan(&late());
    floor.choose("acknowledge");
    at(&floor, "]C0A-02");
    accepted(&floor.scan(&soon()));
    assert_eq!(
        floor.choose("override").id,
        "pick.item",
        "what was stopped is no longer in the hand"
    );
    at(&floor, "]C0A-01");
    floor.scan(&late());
    floor.choose("acknowledge");
    floor.choose("override");
    assert_eq!(floor.enter("reason", "pallet before it").tone, Tone::Warn);
    assert_eq!(progress(&floor.handheld().screen().unwrap()), "2/3");
    let Body::Overridden { reason, signature, .. } = floor.last_of("overridden").body else {
        panic!()
    };
    assert_eq!((reason.as_str(), signature), ("pallet before it", None));
    floor.choose("look_up");
    let screen = floor.scan(&late());
    let lines: Vec<_> = screen.lines.iter().map(|l| l.text.as_str()).collect();
    assert!(lines.join("\n").contains("taken out of turn"), "{lines:?}");
}

#[test]
fn nobody_overrides_an_expired_lot() {
    let floor = floor(vec![]);
    at(&floor, "]C0A-01");
    refused(&floor, &floor.scan(&each("OLD", "261101")), "Expired");
    assert_eq!(floor.choose("override").id, "pick.item");
    assert!(!offers(&floor.handheld().screen().unwrap(), "override"));
}

#[test]
fn a_customer_may_ask_for_more_shelf_life_than_the_item() {
    let floor = floor(vec![policy(r#"{"customer_shelf_days":{"P1":200}}"#)]);
    assert_eq!(
        floor.handheld().screen().unwrap().prompt,
        "Go to A-01, scan the bin",
        "SOON is left out"
    );
    at(&floor, "]C0A-02");
    refused(&floor, &floor.scan(&soon()), "Too little shelf life");
}

#[test]
fn a_line_ends_short_with_a_reason_that_is_taken_back_like_a_scan() {
    let floor = floor(vec![]);
    at(&floor, "]C0A-02");
    floor.scan(&soon());
    assert_eq!(floor.choose("short").id, "pick.short");
    assert_eq!(floor.choose("back").id, "pick.item");
    floor.choose("short");
    let screen = floor.choose("reason:not_there");
    assert_eq!((screen.id.as_str(), screen.tone), ("pick.stage", Tone::Warn));
    let Body::Shorted { missing, reason, .. } = floor.last().body else {
        panic!()
    };
    assert_eq!((missing.to_string().as_str(), reason.as_str()), ("2", "not_there"));
    accepted(&floor.choose("undo"));
    let screen = floor.handheld().screen().unwrap();
    assert_eq!((screen.id.as_str(), progress(&screen)), ("pick.bin", "1/3".to_owned()));
    floor.choose("short");
    floor.enter("reason", "torn");
    floor.scan("]C0STAGE-1");
    let Body::Closed { outcome, .. } = floor.last().body else {
        panic!()
    };
    assert_eq!(outcome, "short");
    assert_eq!(floor.held("place:STAGE-1"), 1);
}

#[test]
fn a_case_is_opened_for_the_eaches_that_are_asked() {
    let mut more = stock("CASES", "case", "A-03", 24).to_vec();
    let lot = [
        text("S1"),
        text("ACME"),
        text("P500"),
        text("CASES"),
        text(""),
        text("2027-02-28"),
        Cell::Null,
        Cell::Null,
        text("2026-10-01"),
    ];
    more.push(row("lot", &lot));
    more.extend(stock("CASES", "each", "A-03", 3));
    let floor = floor(more);
    at(&floor, "]C0A-03");
    let screen = floor.scan(&case("CASES", "270228"));
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("pick.quantity", AwaitKind::Quantity),
        "twelve are more than three"
    );
    assert_eq!(floor.held("place:A-03"), 27, "not before it is known how many");
    refused(&floor, &floor.enter("quantity", "4"), "More than asked");
    floor.scan(&case("CASES", "270228"));
    accepted(&floor.enter("quantity", "3"));
    assert_eq!((floor.held("place:A-03"), floor.held("place:CART-1")), (24, 3));
    let goods = floor.last().body.goods().unwrap().clone();
    assert_eq!((goods.level, goods.out_of), (Level::Each, Some(Level::Case)));
    assert_eq!(floor.handheld().screen().unwrap().id, "pick.stage");
    floor.scan("]C0STAGE-1");
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:CART-1")), (3, 0));
}

#[test]
fn how_many_is_entered_instead_of_scanned_and_taken_back_at_once() {
    let floor = floor(vec![]);
    at(&floor, "]C0A-02");
    floor.choose("many");
    assert_eq!(floor.scan(&soon()).id, "pick.quantity");
    for text in ["-1", "0", "many", "1000000000000", "0.0000001"] {
        refused(&floor, &floor.enter("quantity", text), "Not a quantity");
    }
    refused(&floor, &floor.scan(&soon()), "How many?");
    let screen = floor.enter("quantity", "2");
    accepted(&screen);
    assert_eq!((progress(&screen), floor.held("place:A-02")), ("2/3".to_owned(), 0));
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:A-02"), floor.held("place:CART-1")), (2, 0));
    floor.choose("many");
    floor.scan(&soon());
    assert_eq!(floor.choose("undo").id, "pick.item", "what is not booked is dropped");
    assert_eq!(floor.held("place:A-02"), 2);
    accepted(&floor.scan(&soon()));
    accepted(&floor.scan(&soon()));
    accepted(&floor.choose("undo"));
    assert_eq!(progress(&floor.handheld().screen().unwrap()), "1/3");
}

#[test]
fn what_is_sold_by_weight_is_counted_and_weighed() {
    let weighed = r#"{"catch_weight":{"ACME/P500":{"nominal_g":500,"tolerance_percent":10}}}"#;
    let floor = floor(vec![policy(weighed)]);
    at(&floor, "]C0A-02");
    accepted(&floor.scan(&format!("]d201{EACH}310300052017270331").replace("17270331", "1727033110SOON")));
    let goods = floor.last().body.goods().unwrap().clone();
    assert_eq!(goods.weight.map(|w| w.to_string()), Some("0.52 KG".to_owned()));
    let screen = floor.scan(&soon());
    assert_eq!(
        (screen.id.as_str(), screen.awaits.field.as_str()),
        ("pick.weight", "weight")
    );
    refused(&floor, &floor.enter("weight", "heavy"), "Not a weight");
    let screen = floor.enter("weight", "0.7");
    assert!(
        screen.message.contains("0.700") && screen.message.contains("0.500"),
        "{}",
        screen.message
    );
    refused(&floor, &screen, "Weight cannot be right");
    assert_eq!(floor.held("place:CART-1"), 1);
    floor.choose("many");
    floor.scan(&soon());
    assert_eq!(
        floor.enter("quantity", "1").id,
        "pick.weight",
        "how many, then how much"
    );
    accepted(&floor.enter("weight", "0,45"));
    assert_eq!(floor.held("place:CART-1"), 2);
    assert_eq!(rules::recheck(&floor.last().verdict), Ok(()));
    floor.scan("]C0A-01");
    floor.scan(&late());
    floor.enter("weight", "0.5");
    floor.scan("]C0STAGE-1");
    let dropped: Vec<_> = floor
        .entries()
        .into_iter()
        .filter(|e| e.body.kind() == "dropped")
        .filter_map(|e| e.body.goods().and_then(|g| g.weight.clone()))
        .map(|w| w.to_string())
        .collect();
    assert_eq!(dropped, ["0.52 KG", "0.45 KG", "0.5 KG"], "each with its weight");
}

#[test]
fn a_serial_is_picked_once_and_one_that_has_left_or_is_disputed_is_not() {
    let monitor = || line("5512", "1", "MON", 2, None, false);
    let mon_stock = |n: i64| {
        row(
            "stock",
            &[
                text("S1"),
                text("ACME"),
                text("MON"),
                text(""),
                text(""),
                text("each"),
                text("place:A-03"),
                int(n * 1_000_000),
            ],
        )
    };
    let label = format!("]d201{MONITOR}21SN1");
    let here = floor(vec![monitor(), mon_stock(2), serial("place:A-03", "here")]);
    at(&here, "]C0A-03");
    here.choose("many");
    let screen = here.scan(&label);
    accepted(&screen);
    assert_eq!(progress(&screen), "1/2", "a serial is one");
    refused(&here, &here.scan(&label), "Already on the cart");
    assert_eq!(here.held_of("MON", "place:CART-1"), 1);
    let gone = floor(vec![monitor(), mon_stock(2), serial("virtual:customer", "shipped")]);
    at(&gone, "]C0A-03");
    refused(&gone, &gone.scan(&label), "Serial was shipped");
    let gone = floor(vec![monitor(), mon_stock(2), serial("virtual:disposed", "disposed")]);
    at(&gone, "]C0A-03");
    refused(&gone, &gone.scan(&label), "No longer here");
    refused(&gone, &gone.scan(&format!("]d201{MONITOR}10X")), "No serial number");
    let elsewhere = floor(vec![monitor(), mon_stock(2), serial("place:A-01", "here")]);
    at(&elsewhere, "]C0A-03");
    assert_eq!(elsewhere.scan(&label).tone, Tone::Warn, "whoever holds it is right");
    let mut claimed = serial("place:A-03", "here");
    claimed.r[9] = text("place:A-01");
    let disputed = floor(vec![monitor(), mon_stock(2), claimed]);
    at(&disputed, "]C0A-03");
    refused(&disputed, &disputed.scan(&label), "Serial is disputed");
    assert_eq!(disputed.held_of("MON", "place:CART-1"), 0);
}

/// Two orders in one walk: two of SOON for 5512, two of it for 5513, in totes T-1 and T-2.
fn walk() -> Floor {
    let mut more = vec![
        order("5513", "P1"),
        line("5512", "1", "P500", 1, None, false),
        line("5513", "1", "P500", 2, None, false),
        tote("T-1"),
        tote("T-2"),
    ];
    more.extend(stock("SOON", "each", "A-02", 5));
    let floor = Floor::on(rows().into_iter().chain(more).collect());
    floor.sign_in("B-1", "1111");
    floor.choose("pick");
    assert_eq!(floor.choose("batch").id, "pick.gather");
    floor
}

fn gathered() -> Floor {
    let floor = walk();
    for (order, tote) in [("5512", "]C0T-1"), ("5513", "]C0T-2")] {
        assert_eq!(floor.scan(order).id, "pick.gather_tote");
        accepted(&floor.scan(tote));
    }
    assert_eq!(floor.choose("start").id, "pick.bin");
    floor
}

#[test]
fn several_orders_are_picked_in_one_walk_each_into_its_tote() {
    let floor = gathered();
    at(&floor, "]C0A-02");
    let screen = floor.scan(&soon());
    assert_eq!((screen.id.as_str(), floor.held("place:CART-1")), ("pick.tote", 1));
    assert_eq!(screen.prompt, "Put in T-1, scan the tote");
    refused(&floor, &floor.scan(&soon()), "Tote first");
    refused(&floor, &floor.scan("]C0T-2"), "Wrong tote");
    refused(&floor, &floor.scan("]C0A-02"), "Wrong tote");
    assert_eq!((floor.held("place:T-1"), floor.held("place:T-2")), (0, 0));
    let screen = floor.scan("]C0T-1");
    accepted(&screen);
    assert_eq!(
        (screen.id.as_str(), floor.held("place:T-1"), floor.held("place:CART-1")),
        ("pick.item", 1, 0),
        "the next order's line lies in the same bin"
    );
    assert!(screen.title.contains("5513"), "{}", screen.title);
    accepted(&floor.scan(&soon()));
    accepted(&floor.scan(&soon()));
    accepted(&floor.scan("]C0T-2"));
    assert_eq!(floor.handheld().screen().unwrap().id, "pick.stage");
    assert_eq!(floor.held("place:T-2"), 2);
    let screen = floor.scan("]C0STAGE-1");
    assert_eq!(screen.id, "home");
    assert!(screen.message.contains("5512, 5513"), "{}", screen.message);
    assert_eq!(
        (
            floor.held("place:T-1"),
            floor.held("place:T-2"),
            floor.held("place:STAGE-1")
        ),
        (0, 0, 3)
    );
    let closed: Vec<_> = floor
        .entries()
        .into_iter()
        .filter(|e| e.body.kind() == "closed")
        .collect();
    let names: Vec<_> = closed.iter().filter_map(|e| e.refs.document.as_ref()).collect();
    assert_eq!(names.iter().map(|d| d.as_str()).collect::<Vec<_>>(), ["5512", "5513"]);
}

#[test]
fn the_scan_that_filled_a_line_is_taken_back_where_it_was_picked_until_the_next_line_has_begun() {
    let floor = floor(vec![]);
    at(&floor, "]C0A-02");
    for _ in 0..2 {
        floor.scan(&soon());
    }
    assert_eq!(floor.scan(&soon()).id, "pick.stage", "the line is full");
    let screen = floor.choose("undo");
    accepted(&screen);
    assert_eq!((screen.id.as_str(), progress(&screen)), ("pick.item", "2/3".to_owned()));
    assert_eq!((floor.held("place:A-02"), floor.held("place:CART-1")), (0, 2));
    assert_eq!(floor.scan(&soon()).id, "pick.stage", "whoever stands there scans on");
    accepted(&floor.scan("]C0STAGE-1"));
    assert_eq!(floor.held("place:STAGE-1"), 3);
}

#[test]
fn in_a_walk_the_tote_and_then_the_scan_are_taken_back() {
    let floor = gathered();
    at(&floor, "]C0A-02");
    floor.scan(&soon());
    floor.scan("]C0T-1");
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:T-1"), floor.held("place:CART-1")), (0, 1));
    assert_eq!(floor.handheld().screen().unwrap().id, "pick.tote");
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:A-02"), floor.held("place:CART-1")), (5, 0));
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
    assert_eq!(floor.scan(&soon()).id, "pick.tote");
}

#[test]
fn a_walk_takes_open_orders_and_empty_totes_once_each() {
    let floor = walk();
    refused(&floor, &floor.scan("9999"), "Unknown document");
    refused(&floor, &floor.scan(&soon()), "Not a document");
    floor.scan("5512");
    refused(&floor, &floor.scan("]C0A-01"), "Not a tote");
    refused(&floor, &floor.scan("]C0CART-1"), "Not a tote");
    refused(&floor, &floor.scan("]C0NOWHERE"), "Unknown place");
    floor.scan("]C0T-1");
    refused(&floor, &floor.scan("5512"), "Order is in the walk");
    floor.choose("document:5513");
    refused(&floor, &floor.scan("]C0T-1"), "Tote is in use");
    assert_eq!(floor.handheld().act(Input::Back).unwrap().id, "pick.gather");
    accepted(&floor.choose("undo"));
    assert!(
        !offers(&floor.handheld().screen().unwrap(), "start"),
        "nothing is in the walk"
    );
    let mut full = stock("SOON", "each", "T-1", 1).to_vec();
    full.truncate(1);
    floor.page(full, Included::default());
    floor.scan("5512");
    refused(&floor, &floor.scan("]C0T-1"), "Tote is in use");
}

#[test]
fn b6_a_pick_killed_at_any_step_goes_on_at_that_step() {
    let weighed = r#"{"catch_weight":{"ACME/P500":{"nominal_g":500,"tolerance_percent":10}}}"#;
    let mut floor = floor(vec![policy(weighed)]);
    let steps: [(&str, Input); 13] = [
        ("pick.item", Input::scan("]C0A-01")),
        ("pick.item", Input::scan(late())),
        ("pick.why", Input::choose("override")),
        ("pick.badge", Input::choose("reason:buried")),
        ("pick.pin", Input::scan("B-2")),
        ("pick.weight", Input::enter("pin", "2222")),
        ("pick.item", Input::enter("weight", "0.5")),
        ("pick.item", Input::choose("many")),
        ("pick.quantity", Input::scan(late())),
        ("pick.weight", Input::enter("quantity", "1")),
        ("pick.item", Input::enter("weight", "0.5")),
        ("pick.short", Input::choose("short")),
        ("pick.stage", Input::choose("reason:damaged")),
    ];
    for (id, input) in steps {
        let screen = floor.handheld().act(input).unwrap();
        if screen.tone == Tone::Stop {
            floor.choose("acknowledge");
        }
        floor.killed_at(id);
    }
    assert_eq!(floor.held("place:CART-1"), 2);
    floor.scan("]C0STAGE-1");
    assert_eq!(floor.held("place:STAGE-1"), 2);
}

#[test]
fn b6_a_walk_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = walk();
    let steps: [(&str, Input); 9] = [
        ("pick.gather_tote", Input::scan("5512")),
        ("pick.gather", Input::scan("]C0T-1")),
        ("pick.gather_tote", Input::scan("5513")),
        ("pick.gather", Input::scan("]C0T-2")),
        ("pick.bin", Input::choose("start")),
        ("pick.item", Input::scan("]C0A-02")),
        ("pick.tote", Input::scan(soon())),
        ("pick.item", Input::scan("]C0T-1")),
        ("pick.item", Input::scan(soon())),
    ];
    for (id, input) in steps {
        floor.handheld().act(input).unwrap();
        floor.killed_at(id);
    }
    assert_eq!((floor.held("place:T-1"), floor.held("place:CART-1")), (1, 1));
}

#[test]
fn two_devices_that_pick_the_same_goods_have_both_taken_them() {
    let (here, there) = (floor(vec![]), gathered());
    for floor in [&here, &there] {
        at(floor, "]C0A-02");
        accepted(&floor.scan(&soon()));
    }
    there.scan("]C0T-1");
    let sums: Vec<_> = together(&[&here, &there]).into_iter().collect();
    let wanted = [("place:A-02", -2), ("place:CART-1", 1), ("place:T-1", 1)];
    assert_eq!(sums, wanted.map(|(account, n)| (account.to_owned(), n)));
}

#[test]
fn a_case_is_more_than_asked_only_when_it_cannot_be_opened_for_less() {
    let floor = floor(vec![]);
    at(&floor, "]C0A-01");
    // A whole case of the lot that goes first is not there: the record warns, the rules still hold.
    refused(&floor, &floor.scan(&case("LATE", "280331")), "Another lot goes first");
    let label = format!("]d202{CASE}37000002");
    assert_eq!(floor.scan(&label).tone, Tone::Stop, "no lot on it");
}

#[test]
fn goods_of_another_item_before_a_bin_or_after_the_last_line_are_stopped() {
    let floor = floor(vec![line("5512", "1", "P500", 1, None, false)]);
    refused(&floor, &floor.scan(&soon()), "Scan the bin first");
    refused(&floor, &floor.scan("]C0NOWHERE"), "Unknown place");
    refused(&floor, &floor.scan("]C0A-03"), "Wrong place");
    at(&floor, "]C0A-02");
    refused(&floor, &floor.scan(&format!("]d201{MONITOR}21SN1")), "Wrong item");
    accepted(&floor.scan(&soon()));
    refused(&floor, &floor.scan(&soon()), "All lines are done");
    refused(&floor, &floor.scan("]C0A-02"), "Wrong place");
    assert_eq!(floor.held("place:CART-1"), 1);
}

/// An open block on a lot of paracetamol.
pub fn block(kind: &str, lot: &str) -> Row {
    let key = format!("ACME\u{1f}P500\u{1f}{lot}");
    let scope = format!(r#"{{"of":"lot","owner":"ACME","item":"P500","lot":"{lot}"}}"#);
    let cells = ["S1", "R-1", kind, "lot", &key, &scope, "R-2026-014", "open"].map(text);
    row("block", &cells)
}

#[test]
fn a_blocked_or_recalled_lot_is_not_picked_and_never_offered() {
    for (kind, title) in [("hold", "Blocked"), ("recall", "Recalled")] {
        let floor = floor(vec![block(kind, "SOON")]);
        assert_eq!(floor.handheld().screen().unwrap().prompt, "Go to A-01, scan the bin");
        at(&floor, "]C0A-02");
        refused(&floor, &floor.scan(&soon()), title);
        assert_eq!(floor.choose("override").id, "pick.item", "{title}");
        assert_eq!(floor.held("place:CART-1"), 0);
    }
}

#[test]
fn c1_the_lot_that_came_in_last_or_first_leaves_first_where_the_item_says_so() {
    for (method, bin, lot, other) in [
        ("lifo", "A-01", ("LATE", "280331"), ("SOON", "270331")),
        ("fifo", "A-02", ("SOON", "270331"), ("LATE", "280331")),
    ] {
        let mut all = rows();
        for row in &mut all {
            if row.t == "item" && row.r[2] == text("P500") {
                row.r[5] = text(method);
            }
            if row.t == "lot" {
                row.r[8] = text(if row.r[3] == text("LATE") {
                    "2026-11-01"
                } else {
                    "2026-10-01"
                });
            }
        }
        let floor = Floor::on(all);
        floor.sign_in("B-1", "1111");
        let screen = floor.pick();
        assert_eq!(screen.prompt, format!("Go to {bin}, scan the bin"), "{method}");
        floor.scan(&format!("]C0{bin}"));
        // Held in the hand, from wherever it was carried.
        let stopped = floor.scan(&each(other.0, other.1));
        assert_eq!(stop(&stopped), "Another lot goes first", "{method}");
        let why = if method == "lifo" {
            "came in later"
        } else {
            "came in earlier"
        };
        assert!(stopped.message.contains(why), "{}", stopped.message);
        floor.choose("acknowledge");
        accepted(&floor.scan(&each(lot.0, lot.1)));
    }
}
