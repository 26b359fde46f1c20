//! Receiving against a purchase order and without papers; damaged goods; goods that wait for inspection.

use crate::site::{
    CASE, EACH, Floor, accepted, bin_with_digits, case, each, is_refused, kinds, monitor, row, rows, stop, text,
    together,
};
use lotline_core::Input;
use lotline_core::screen::{Screen, Tone};
use lotline_record::entry::{Body, Entry};
use lotline_record::model::{BlockKind, DocumentKind, Policy, Scope};
use lotline_record::rules;
use lotline_record::wire::{Cell, Included, Row};

const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Purchase order 4711 of 30 paracetamol and 2 monitors, from a vendor whose key is P1.
fn purchase(place: Cell) -> Vec<Row> {
    let line = |line: &str, item: &str, units: i64| {
        row(
            "document_line",
            &[
                text("S1"),
                text("purchase"),
                text("4711"),
                text(line),
                text("ACME"),
                text(item),
                text("EA"),
                Cell::Int(1),
                Cell::Int(units * 1_000_000),
                Cell::Int(0),
                Cell::Null,
                Cell::Null,
                Cell::Null,
                Cell::Int(0),
            ],
        )
    };
    let head = [
        text("S1"),
        text("purchase"),
        text("4711"),
        text("ACME"),
        text("P1"),
        place,
        text("open"),
    ];
    vec![row("document", &head), line("1", "P500", 30), line("2", "MON", 2)]
}

fn policy(receipt: &str) -> Row {
    let json = format!(r#"{{"receipt":{{"flag_bare_notices":false,{receipt}}}}}"#);
    crate::site::policy(&json)
}

fn floor_with(more: Vec<Row>) -> Floor {
    let floor = Floor::new();
    if !more.is_empty() {
        floor.page(more, Included::default());
    }
    floor.sign_in("B-1", "1111");
    floor
}

fn under(receipt: &str) -> Floor {
    let floor = floor_with(vec![policy(receipt)]);
    floor.receive();
    floor
}

/// Ana at the dock with purchase order 4711 open.
fn ordered(more: Vec<Row>) -> Floor {
    let mut all = purchase(Cell::Null);
    all.extend(more);
    let floor = floor_with(all);
    floor.choose("receive");
    assert_eq!(floor.choose("purchase:4711").id, "receive.dock");
    assert_eq!(floor.scan("]C0DOCK-1").id, "receive.scan");
    floor
}

/// Ana at the dock with goods of which nobody told, from a supplier called Nord.
fn blind() -> Floor {
    let floor = floor_with(vec![]);
    floor.choose("more");
    assert_eq!(floor.choose("blind").id, "receive.dock");
    assert_eq!(floor.scan("]C0DOCK-1").id, "receive.supplier");
    assert_eq!(floor.enter("supplier", "Nord").id, "receive.scan");
    floor
}

fn photo(floor: &Floor) -> Screen {
    let photo = Input::Photo {
        name: "IMG-1.jpg".into(),
        sha256: SHA.into(),
        size: 4_096,
    };
    floor.handheld().act(photo).unwrap()
}

fn new_case() -> String {
    case("NEW", "280331")
}

fn field<'a>(screen: &'a Screen, label: &str) -> Option<&'a str> {
    screen
        .fields
        .iter()
        .find(|f| f.label == label)
        .map(|f| f.value.as_str())
}

fn closed(entry: &Entry) -> (DocumentKind, String, String) {
    let Body::Closed {
        of, document, outcome, ..
    } = &entry.body
    else {
        panic!("{:?}", entry.body)
    };
    (*of, document.to_string(), outcome.clone())
}

#[test]
fn a_purchase_order_is_received_at_the_dock_that_is_scanned_whatever_its_lots_are() {
    let floor = ordered(vec![]);
    accepted(&floor.scan(&new_case()));
    accepted(&floor.scan(&each("OTHER", "280430")));
    accepted(&floor.scan(&monitor("SN1")));
    assert_eq!((floor.held("place:DOCK-1"), floor.held("virtual:supplier")), (13, -13));
    let entry = floor.last_of("received");
    assert_eq!(entry.refs.document.unwrap().as_str(), "4711");
    assert_eq!(floor.choose("short").id, "home");
    let (of, document, outcome) = closed(&floor.last());
    assert_eq!(
        (of, document.as_str(), outcome.as_str()),
        (DocumentKind::Purchase, "4711", "short")
    );
    floor.choose("receive");
    assert_eq!(stop(&floor.scan("4711")), "Unknown document", "it is closed");
    floor.choose("acknowledge");
    assert_eq!(
        stop(&floor.scan(&new_case())),
        "Not a document",
        "goods before their notice"
    );
}

#[test]
fn a_purchase_order_is_found_by_its_number_and_one_with_a_dock_begins_there() {
    let floor = floor_with(purchase(text("DOCK-1")));
    floor.choose("receive");
    assert_eq!(floor.scan("4711").id, "receive.scan");
}

#[test]
fn what_stands_before_a_receipt_is_asked_for_in_turn() {
    let floor = floor_with(vec![bin_with_digits()]);
    floor.choose("more");
    floor.choose("blind");
    let after = |screen: Screen| {
        let title = stop(&screen).to_owned();
        assert!(is_refused(&floor.last()), "the scan is in the record");
        floor.choose("acknowledge");
        title
    };
    assert_eq!(after(floor.scan(&new_case())), "Dock first");
    assert_eq!(after(floor.scan("]C0NOWHERE")), "Unknown place");
    assert_eq!(after(floor.scan("]C0A-01")), "Not a dock");
    floor.handheld().act(Input::enter("place", "A-03")).unwrap();
    assert_eq!(floor.handheld().screen().unwrap().id, "receive.check");
    assert_eq!(after(floor.scan(&new_case())), "Digits first");
    assert_eq!(after(floor.enter("check", "999")), "Other digits");
    floor.choose("back");
    floor.scan("]C0DOCK-1");
    assert_eq!(after(floor.scan(&new_case())), "Supplier first");
    assert_eq!(floor.choose("back").id, "receive.dock");
    assert_eq!(floor.choose("back").id, "home");
}

#[test]
fn without_papers_every_lot_that_comes_is_a_line_and_the_supplier_is_named() {
    let floor = blind();
    let opened = floor.last_of("opened");
    let Body::Opened { partner, .. } = &opened.body else {
        panic!()
    };
    assert_eq!(partner.as_deref(), Some("Nord"));
    accepted(&floor.scan(&new_case()));
    accepted(&floor.scan(&new_case()));
    let screen = floor.scan(&each("OTHER", "280430"));
    let details: Vec<_> = screen.lines.iter().map(|l| l.detail.as_str()).collect();
    assert_eq!(details, ["24 EA came  NEW", "1 EA came  OTHER"]);
    assert_eq!(floor.held("place:DOCK-1"), 25);
    accepted(&floor.choose("undo"));
    let screen = floor.choose("undo");
    assert_eq!(screen.lines.len(), 1, "the lot that went is no line");
    assert_eq!(screen.lines[0].detail, "12 EA came  NEW");
    let document = opened.refs.document.unwrap();
    assert_eq!(floor.choose("done").id, "home");
    let (of, closed_document, outcome) = closed(&floor.last());
    assert_eq!(
        (of, closed_document, outcome.as_str()),
        (DocumentKind::Blind, document.to_string(), "done")
    );
}

#[test]
fn without_papers_a_label_is_asked_for_all_that_is_asked_with_them() {
    let floor = blind();
    let after = |label: &str| {
        let title = stop(&floor.scan(label)).to_owned();
        floor.choose("acknowledge");
        title
    };
    assert_eq!(after(&format!("]d201{CASE}17280331")), "No lot number");
    assert_eq!(after(&case("SHORT", "261231")), "Too little shelf life");
    assert_eq!(after(&case("LATE", "270101")), "Another expiry");
    assert_eq!(after("]C100003456789012345670"), "Pallet not announced");
    accepted(&floor.scan(&monitor("SN1")));
    assert_eq!(after(&monitor("SN1")), "Serial already here");
    assert_eq!(floor.held("place:DOCK-1"), 0);
}

#[test]
fn a_recalled_lot_that_was_never_here_is_stopped_at_the_dock() {
    let recall = row(
        "block",
        &[
            text("S1"),
            text("R-1"),
            text("recall"),
            text("lot"),
            text("ACME\u{1f}P500\u{1f}BAD"),
            text(r#"{"of":"lot","owner":"ACME","item":"P500","lot":"BAD"}"#),
            text("R 12/26"),
            text("open"),
        ],
    );
    let floor = ordered(vec![recall]);
    assert_eq!(stop(&floor.scan(&case("BAD", "280331"))), "Recalled");
    floor.choose("acknowledge");
    floor.choose("damaged");
    assert_eq!(stop(&floor.scan(&case("BAD", "280331"))), "Recalled", "broken or not");
    assert_eq!(floor.held("place:DOCK-1"), 0);
}

#[test]
fn a_vendor_may_send_more_of_one_item_than_the_site_allows() {
    let lax = r#""rules":[{"vendor":"P1","item":"P500","over_percent":20},{"vendor":"P2","over_percent":100}]"#;
    let floor = ordered(vec![policy(lax)]);
    for _ in 0..3 {
        accepted(&floor.scan(&new_case()));
    }
    assert_eq!(
        stop(&floor.scan(&each("NEW", "280331"))),
        "Too many",
        "36 are 30 and a fifth"
    );
    floor.choose("acknowledge");
    accepted(&floor.scan(&monitor("SN1")));
    accepted(&floor.scan(&monitor("SN2")));
    assert_eq!(
        stop(&floor.scan(&monitor("SN3"))),
        "Too many",
        "the rule is for the other item"
    );
}

#[test]
fn what_is_over_is_parked_unplanned_and_counts_once_a_supervisor_accepts_it() {
    let floor = ordered(vec![]);
    floor.scan(&new_case());
    floor.scan(&new_case());
    assert_eq!(stop(&floor.scan(&new_case())), "Too many");
    let screen = floor.choose("put_aside");
    assert_eq!(field(&screen, "Unplanned"), Some("1 in the cage, for a supervisor"));
    assert_eq!((floor.held("place:DOCK-1"), floor.held("place:CAGE-1")), (24, 12));
    let line = |screen: &Screen| screen.lines[0].detail.clone();
    assert_eq!(line(&screen), "24 of 30 EA  ", "the line does not count it");
    floor.choose("sign_out");
    floor.sign_in("B-2", "2222");
    floor.choose("exceptions");
    let name = floor.last_of("raised");
    let Body::Raised { exception, code, .. } = &name.body else {
        panic!()
    };
    assert_eq!(code, "tolerance");
    floor.choose(&format!("exception:{exception}"));
    floor.choose("resolve:accept");
    floor.scan("B-2");
    accepted(&floor.enter("pin", "2222"));
    floor.choose("back");
    floor.choose("receive");
    floor.choose("purchase:4711");
    assert_eq!(line(&floor.scan("]C0DOCK-1")), "36 of 30 EA  ");
}

#[test]
fn a_line_that_is_short_within_its_tolerance_closes_as_complete() {
    for (percent, outcome) in [(20, "done"), (19, "short")] {
        let floor = ordered(vec![policy(&format!(
            r#""rules":[{{"vendor":"P1","under_percent":{percent}}},{{"item":"MON","under_percent":100}}]"#
        ))]);
        floor.scan(&new_case());
        floor.scan(&new_case());
        let screen = floor.choose("short");
        assert_eq!(screen.tone, if outcome == "done" { Tone::Accept } else { Tone::Warn });
        assert_eq!(closed(&floor.last()).2, outcome, "24 of 30, {percent} % may be missing");
        let facts = &floor.last().verdict;
        assert!(rules::recheck(facts).is_ok() && facts.grounds.len() == 2, "{facts:?}");
    }
}

#[test]
fn damaged_goods_count_as_come_and_stand_blocked_in_the_cage_with_the_hash_of_their_photo() {
    let floor = ordered(vec![]);
    assert_eq!(floor.choose("damaged").id, "receive.damaged");
    assert_eq!(floor.scan(&each("NEW", "280331")).id, "receive.damaged_quantity");
    assert_eq!(floor.held("virtual:supplier"), 0, "not before it is known how many");
    let screen = floor.enter("quantity", "3");
    assert_eq!(
        (screen.id.as_str(), screen.awaits.field.as_str()),
        ("receive.damaged_photo", "photo")
    );
    let screen = photo(&floor);
    assert_eq!((screen.id.as_str(), screen.tone), ("receive.scan", Tone::Warn));
    assert!(
        screen.message.contains("3 EA") && screen.message.contains("CAGE-1"),
        "{}",
        screen.message
    );
    assert_eq!((floor.held("place:CAGE-1"), floor.held("place:DOCK-1")), (3, 0));
    assert_eq!(screen.lines[0].detail, "3 of 30 EA  ", "they came");
    let entry = floor.last();
    let Body::Damaged {
        photo: Some(kept),
        block,
        ..
    } = &entry.body
    else {
        panic!("{:?}", entry.body)
    };
    assert_eq!(
        (kept.sha256.to_string().as_str(), kept.size, kept.name.as_str()),
        (SHA, 4_096, "IMG-1.jpg")
    );
    assert_eq!((block.kind, block.reason.as_str()), (BlockKind::Quality, "damaged"));
    // Good ones of the same lot are free, those in the cage are not.
    floor.scan(&each("NEW", "280331"));
    floor.choose("done");
    floor.handheld().act(Input::Back).unwrap();
    let screen = floor.scan(&each("NEW", "280331"));
    assert!(field(&screen, "Blocked").is_some(), "{}", screen.to_json());
    floor.choose("undo");
}

#[test]
fn damaged_goods_in_the_cage_do_not_go_back_to_a_bin() {
    let floor = ordered(vec![]);
    floor.choose("damaged");
    floor.scan(&each("NEW", "280331"));
    floor.enter("quantity", "1");
    photo(&floor);
    floor.handheld().act(Input::Back).unwrap();
    floor.choose("more");
    floor.choose("move");
    floor.scan("]C0CAGE-1");
    floor.scan(&each("NEW", "280331"));
    assert_eq!(stop(&floor.scan("]C0A-01")), "Stays where it is");
    floor.choose("acknowledge");
    accepted(&floor.scan("]C0CAGE-1"));
}

#[test]
fn a_damaged_unit_with_a_serial_is_blocked_itself_and_a_photo_may_be_left_out_unless_policy_asks_for_it() {
    let floor = ordered(vec![]);
    floor.choose("damaged");
    let screen = floor.scan(&monitor("SN1"));
    assert_eq!(screen.id, "receive.damaged_photo", "a serial is one");
    let screen = floor.choose("no_photo");
    assert_eq!(screen.tone, Tone::Warn);
    let entry = floor.last();
    let Body::Damaged { photo: none, block, .. } = &entry.body else {
        panic!("{:?}", entry.body)
    };
    assert!(none.is_none() && matches!(block.scope, Scope::Serial { .. }));
    assert_eq!(floor.held_of("MON", "place:CAGE-1"), 1);
    let strict = ordered(vec![policy(r#""damage_needs_photo":true"#)]);
    strict.choose("damaged");
    let screen = strict.scan(&monitor("SN1"));
    assert!(screen.actions.iter().all(|a| a.id != "no_photo"));
    assert_eq!(stop(&strict.choose("no_photo")), "Photo first");
    strict.choose("acknowledge");
    assert_eq!(stop(&strict.scan(&monitor("SN2"))), "Photo first");
    strict.choose("acknowledge");
    assert_eq!(photo(&strict).id, "receive.scan");
}

#[test]
fn a_photo_that_nobody_asked_for_and_one_without_a_hash_change_nothing() {
    let floor = ordered(vec![]);
    let before = floor.entries().len();
    assert_eq!(photo(&floor).tone, Tone::Warn);
    floor.choose("damaged");
    assert_eq!(photo(&floor).id, "receive.scan", "nothing is damaged yet");
    floor.choose("damaged");
    floor.scan(&monitor("SN1"));
    for (sha256, size) in [("", 1), (&SHA[..63], 1), ("G".repeat(64).as_str(), 1), (SHA, 0)] {
        let input = Input::Photo {
            name: String::new(),
            sha256: sha256.into(),
            size,
        };
        assert_eq!(floor.handheld().act(input).unwrap_err().fault().code, "bad_photo");
    }
    assert_eq!(
        floor.handheld().screen().unwrap().id,
        "receive.damaged_photo",
        "it still waits"
    );
    assert_eq!(floor.entries().len(), before + 1, "the scan alone is in the record");
}

#[test]
fn damaged_goods_are_asked_what_good_ones_are_and_no_more_of_them_come_than_asked_for() {
    let floor = ordered(vec![]);
    floor.choose("damaged");
    assert_eq!(stop(&floor.scan(&case("GONE", "260101"))), "Expired");
    floor.choose("acknowledge");
    floor.choose("damaged");
    floor.scan(&each("NEW", "280331"));
    assert_eq!(stop(&floor.enter("quantity", "0")), "Not a quantity");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&new_case())), "How many?");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.enter("quantity", "31")), "Too many");
    floor.choose("put_aside");
    assert_eq!(floor.held("place:CAGE-1"), 31, "unplanned");
    assert_eq!(floor.handheld().screen().unwrap().lines[0].detail, "0 of 30 EA  ");
}

#[test]
fn undo_of_a_middle_line_takes_back_damage_with_its_block() {
    let floor = ordered(vec![]);
    floor.scan(&new_case());
    floor.choose("damaged");
    floor.scan(&each("NEW", "280331"));
    floor.enter("quantity", "2");
    photo(&floor);
    floor.scan(&monitor("SN1"));
    accepted(&floor.choose("undo"));
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:CAGE-1"), floor.held("place:DOCK-1")), (0, 12));
    let screen = floor.handheld().screen().unwrap();
    assert_eq!(screen.lines[0].detail, "12 of 30 EA  ");
    floor.handheld().act(Input::Back).unwrap();
    assert_eq!(field(&floor.scan(&each("NEW", "280331")), "Blocked"), None);
}

/// The notice asks for lot L1 of paracetamol, on line 1.
fn listing() -> Vec<Row> {
    let mut all = rows();
    for row in all.iter_mut().filter(|row| row.t == "document_line") {
        if row.r[2..4] == [text("80041"), text("1")] {
            row.r[10] = text("L1");
        }
    }
    all
}

#[test]
fn a_lot_that_the_notice_does_not_list_is_put_aside_until_a_supervisor_accepts_it() {
    let floor = Floor::on(listing());
    floor.sign_in("B-1", "1111");
    floor.receive();
    accepted(&floor.scan(&case("L1", "280331")));
    let screen = floor.scan(&new_case());
    assert_eq!(stop(&screen), "Lot not announced");
    assert!(
        screen.message.contains("L1") && screen.message.contains("NEW"),
        "{}",
        screen.message
    );
    let screen = floor.choose("put_aside");
    assert_eq!(field(&screen, "Unplanned"), Some("1 in the cage, for a supervisor"));
    let raised = floor.last_of("raised");
    let Body::Raised { exception, code, .. } = &raised.body else {
        panic!()
    };
    assert_eq!(code, "listed_lot");
    floor.choose("sign_out");
    floor.sign_in("B-2", "2222");
    floor.choose("exceptions");
    floor.choose(&format!("exception:{exception}"));
    floor.choose("resolve:accept");
    floor.scan("B-2");
    accepted(&floor.enter("pin", "2222"));
    floor.choose("back");
    assert_eq!(floor.receive().lines[0].detail, "2 of 2 CS  L1");
}

#[test]
fn a_lot_that_the_notice_does_not_list_only_warns_where_policy_says_so() {
    let floor = Floor::on(listing());
    floor.page(vec![policy(r#""unexpected_lot":"warn""#)], Included::default());
    floor.sign_in("B-1", "1111");
    floor.receive();
    assert_eq!(floor.scan(&new_case()).tone, Tone::Warn);
    assert_eq!(floor.held("place:DOCK-1"), 12);
}

#[test]
fn b3_a_notice_without_its_lots_is_an_exception_when_it_is_opened_and_only_then() {
    let floor = floor_with(vec![row("policy", &[text("S1"), Cell::Int(2), text("{}")])]);
    let screen = floor.receive();
    assert_eq!((screen.id.as_str(), screen.tone), ("receive.scan", Tone::Warn));
    assert!(screen.message.contains("80041"), "{}", screen.message);
    let raised = floor.last();
    let Body::Raised {
        exception, code, line, ..
    } = &raised.body
    else {
        panic!("{:?}", raised.body)
    };
    assert_eq!(
        (code.as_str(), line.as_ref().unwrap().line.as_str()),
        ("notice_details", "1")
    );
    assert!(rules::recheck(&raised.verdict).is_ok());
    floor.choose("back");
    assert_ne!(floor.receive().tone, Tone::Warn, "once");
    floor.choose("back");
    floor.choose("sign_out");
    floor.sign_in("B-2", "2222");
    floor.choose("exceptions");
    floor.choose(&format!("exception:{exception}"));
    floor.choose("resolve:accept");
    floor.scan("B-2");
    accepted(&floor.enter("pin", "2222"));
    let screen = floor.choose("exceptions");
    assert!(screen.lines.is_empty(), "{}", screen.to_json());
}

#[test]
fn c4_a_lot_larger_than_the_limit_is_pointed_out_and_counts() {
    let floor = under(r#""max_lot_size":12"#);
    accepted(&floor.scan(&new_case()));
    let screen = floor.scan(&new_case());
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("Lot NEW is now 24"), "{}", screen.message);
    assert_eq!(floor.held("place:DOCK-1"), 24);
}

const INSPECTED: &str = r#""inspection_place":"STAGE-1","rules":[{"item":"P500","inspect":true},{"item":"MON","vendor":"P1","inspect":true}]"#;

#[test]
fn goods_that_are_inspected_land_under_a_quality_block_where_they_wait() {
    let floor = under(INSPECTED);
    accepted(&floor.scan(&new_case()));
    let entries = floor.entries();
    assert_eq!(kinds(&entries[entries.len() - 2..]), ["received", "blocked"]);
    let Body::Blocked { block } = &entries.last().unwrap().body else {
        panic!()
    };
    assert_eq!((block.kind, block.reason.as_str()), (BlockKind::Quality, "inspection"));
    let screen = floor.scan(&new_case());
    assert_eq!(
        kinds(&floor.entries()).iter().filter(|k| **k == "blocked").count(),
        1,
        "one block a lot"
    );
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:DOCK-1")), (24, 0));
    assert!(screen.lines[0].done);
    floor.scan(&monitor("SN1"));
    assert_eq!(floor.held_of("MON", "place:STAGE-1"), 1);
    floor.handheld().act(Input::Back).unwrap();
    floor.choose("more");
    floor.choose("move");
    floor.scan("]C0STAGE-1");
    floor.scan(&new_case());
    assert_eq!(stop(&floor.scan("]C0A-01")), "Stays where it is");
    floor.choose("acknowledge");
    assert_eq!(
        stop(&floor.scan("]C0CAGE-1")),
        "Stays where it is",
        "its block would not go with it"
    );
    floor.choose("acknowledge");
    accepted(&floor.scan("]C0STAGE-1"));
}

#[test]
fn goods_that_are_inspected_at_the_dock_are_not_put_away() {
    let floor = under(r#""rules":[{"item":"P500","inspect":true}]"#);
    floor.scan(&new_case());
    assert_eq!(floor.held("place:DOCK-1"), 12);
    floor.handheld().act(Input::Back).unwrap();
    floor.choose("put_away");
    floor.scan(&new_case());
    assert_eq!(stop(&floor.scan("]C0A-02")), "Stays where it is");
    floor.choose("acknowledge");
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held("place:DOCK-1"), 12);
}

#[test]
fn undo_of_the_first_of_them_takes_back_the_block_and_the_next_one_places_it_again() {
    let floor = under(INSPECTED);
    floor.scan(&new_case());
    floor.scan(&new_case());
    accepted(&floor.choose("undo"));
    floor.handheld().act(Input::Back).unwrap();
    assert!(field(&floor.scan(&each("NEW", "280331")), "Blocked").is_some());
    floor.choose("back");
    floor.receive();
    let floor = under(INSPECTED);
    floor.scan(&new_case());
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held("place:STAGE-1"), 0);
    floor.scan(&new_case());
    assert_eq!(kinds(&floor.entries()).iter().filter(|k| **k == "blocked").count(), 2);
}

#[test]
fn serials_in_a_row_wait_for_inspection_together() {
    let floor = under(INSPECTED);
    floor.choose("range");
    floor.scan(&monitor("SN1"));
    floor.scan(&monitor("SN3"));
    let screen = floor.choose("count");
    assert!(screen.message.contains('3'), "{}", screen.message);
    assert_eq!(floor.held_of("MON", "place:STAGE-1"), 3);
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held_of("MON", "place:STAGE-1"), 0);
    let kinds = kinds(&floor.entries()).join(" ");
    assert_eq!(kinds.matches("undone").count(), 4, "three units and their block");
}

#[test]
fn a_killed_receipt_goes_on_at_the_same_step() {
    let mut floor = floor_with(vec![bin_with_digits(), policy(INSPECTED)]);
    floor.choose("more");
    floor.choose("blind");
    floor.killed_at("receive.dock");
    floor.enter("place", "A-03");
    floor.killed_at("receive.check");
    floor.choose("back");
    floor.scan("]C0DOCK-1");
    floor.killed_at("receive.supplier");
    floor.enter("supplier", "Nord");
    floor.scan(&new_case());
    floor.killed_at("receive.scan");
    floor.choose("damaged");
    floor.killed_at("receive.damaged");
    floor.scan(&each("NEW", "280331"));
    floor.killed_at("receive.damaged_quantity");
    floor.enter("quantity", "2");
    floor.killed_at("receive.damaged_photo");
    photo(&floor);
    assert_eq!((floor.held("place:CAGE-1"), floor.held("place:STAGE-1")), (2, 12));
    accepted(&floor.choose("undo"));
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:CAGE-1"), floor.held("place:STAGE-1")), (0, 0));
}

#[test]
fn two_devices_at_one_purchase_order_add_up_and_nothing_is_lost() {
    let (a, b) = (ordered(vec![]), ordered(vec![]));
    a.scan(&new_case());
    a.scan(&new_case());
    b.scan(&new_case());
    b.choose("damaged");
    b.scan(&each("NEW", "280331"));
    b.enter("quantity", "4");
    photo(&b);
    let sums = together(&[&a, &b]);
    assert_eq!(sums["place:DOCK-1"], 36);
    assert_eq!(sums["place:CAGE-1"], 4);
    assert_eq!(sums["virtual:supplier"], -40);
}

#[test]
fn a_policy_without_receipt_settings_reads_as_the_defaults() {
    let policy: Policy = serde_json::from_str(r#"{"over_receipt_percent":3}"#).unwrap();
    assert!(policy.receipt.flag_bare_notices && policy.receipt.rules.is_empty());
    assert_eq!(EACH.len(), 14);
}
