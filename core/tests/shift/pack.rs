//! Packing a picked order into cartons, and comparing it with the order.

use crate::pallet::{self, lease, leased, plate, sscc};
use crate::ship;
use crate::site::{EACH, Floor, accepted, each, is_refused, kinds, monitor, policy, row, stop, text, together};
use lotline_core::Input;
use lotline_core::screen::{AwaitKind, Screen, Tone};
use lotline_record::entry::Body;
use lotline_record::wire::{Cell, Included, Row};

const ONE: &str = pallet::ONE;
const TWO: &str = "003456789012345687";

/// Another device picked this for the order.
fn picked(position: i64, document: &str, item: &str, lot: Cell, serial: Cell, eaches: i64) -> Row {
    row(
        "history",
        &[
            text("S1"),
            text("d7"),
            Cell::Int(position),
            Cell::Int(1_795_240_000_000),
            Cell::Int(0),
            text("ola"),
            text("picked"),
            text("ACME"),
            text(item),
            lot,
            serial,
            Cell::Null,
            text("place:A-02"),
            text("place:CART-7"),
            Cell::Int(eaches * 1_000_000),
            text(document),
        ],
    )
}

/// Order 5512 asks for three of paracetamol and one monitor; SOON and SN1 were picked for it.
fn on(more: Vec<Row>) -> Floor {
    let mut all = ship::picture();
    all.extend([
        picked(1, "5512", "P500", text("SOON"), Cell::Null, 3),
        picked(2, "5512", "MON", Cell::Null, text("SN1"), 1),
        picked(3, "5513", "P500", text("OLD"), Cell::Null, 3),
    ]);
    all.extend(more);
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("pack").id, "pack.choose");
    floor
}

fn packing(more: Vec<Row>) -> Floor {
    let floor = on(more);
    assert_eq!(floor.choose("document:5512").id, "pack.carton");
    let screen = floor.scan(&sscc(ONE));
    accepted(&screen);
    assert_eq!(screen.id, "pack.scan");
    floor
}

fn soon() -> String {
    each("SOON", "270331")
}

fn one() -> String {
    format!("plate:{ONE}")
}

fn counted(screen: &Screen) {
    assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
}

fn refused(floor: &Floor, label: &str, title: &str) {
    assert_eq!(stop(&floor.scan(label)), title);
    assert!(is_refused(&floor.last()));
    assert_eq!(floor.last().refs.document.unwrap().as_str(), "5512");
    floor.choose("acknowledge");
}

fn verified(floor: &Floor) -> (String, usize, Vec<String>) {
    match floor.last().body {
        Body::PackVerified {
            outcome,
            cartons,
            missing,
            ..
        } => (
            outcome,
            cartons.len(),
            missing
                .iter()
                .map(|m| format!("{}:{}", m.line.line, m.amount))
                .collect(),
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_picked_is_packed_into_cartons_and_compared_line_by_line() {
    let floor = on(vec![]);
    lease(&floor, 1);
    floor.choose("document:5512");
    let screen = floor.choose("new");
    accepted(&screen);
    assert_eq!(screen.message, format!("Carton {}", leased(1)));
    for _ in 0..2 {
        counted(&floor.scan(&soon()));
    }
    let screen = floor.choose("close");
    assert_eq!((screen.id.as_str(), screen.tone), ("pack.carton", Tone::Accept));
    floor.scan("]C0CTN-1");
    counted(&floor.scan(&soon()));
    let screen = floor.scan(&monitor("SN1"));
    accepted(&screen);
    assert!(screen.lines.iter().all(|line| line.done), "{}", screen.to_json());
    floor.choose("close");
    let screen = floor.choose("verify");
    assert_eq!((screen.id.as_str(), screen.tone), ("home", Tone::Accept));
    assert_eq!(screen.message, "5512 is packed");
    assert_eq!(verified(&floor), ("done".to_owned(), 2, vec![]));
    let said = floor.entries();
    let facts: Vec<_> = kinds(&said)
        .into_iter()
        .filter(|k| *k == "packed" || *k == "carton_closed")
        .collect();
    assert_eq!(
        facts,
        ["packed", "packed", "carton_closed", "packed", "packed", "carton_closed"]
    );
    assert_eq!((floor.held("place:STAGE-1"), floor.held("plate:CTN-1")), (3, 1));
    // The cartons are loaded and leave as what they are.
    floor.page(vec![ship_trailer()], Included::default());
    floor.choose("more");
    floor.choose("ship");
    floor.choose("document:5512");
    floor.scan("]C0TRAILER-1");
    accepted(&floor.scan(&sscc(&leased(1))));
    accepted(&floor.scan("]C0CTN-1"));
}

fn ship_trailer() -> Row {
    ship::picture()
        .into_iter()
        .find(|row| row.t == "place" && row.r[1] == text("TRAILER-1"))
        .unwrap()
}

#[test]
fn what_the_order_does_not_ask_for_or_was_not_picked_for_it_goes_into_no_carton() {
    let floor = packing(vec![]);
    refused(&floor, &each("LATE", "280331"), "Not picked for it");
    refused(&floor, &each("OLD", "261101"), "Not picked for it");
    refused(&floor, &monitor("SN2"), "Not picked for it");
    for _ in 0..3 {
        counted(&floor.scan(&soon()));
    }
    refused(&floor, &soon(), "More than ordered");
    accepted(&floor.scan(&monitor("SN1")));
    refused(&floor, &monitor("SN1"), "On it already");
    assert_eq!(floor.held(&one()), 3);
}

#[test]
fn another_item_is_not_on_the_order() {
    let mut all = ship::picture();
    all.retain(|row| !(row.t == "document_line" && row.r[3] == text("2")));
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("pack");
    floor.choose("document:5512");
    floor.scan(&sscc(ONE));
    refused(&floor, &monitor("SN1"), "Not on 5512");
    refused(&floor, &format!("]d201{EACH}17270331"), "No lot number");
    refused(&floor, &each("SOON", "280331"), "Another expiry");
}

#[test]
fn without_a_word_of_the_pick_the_lots_in_staging_count_as_picked() {
    let mut all = ship::picture();
    all.retain(|row| !(row.t == "stock" && row.r[3] == text("OLD") && row.r[6] == text("place:STAGE-1")));
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("pack");
    floor.choose("document:5512");
    floor.scan(&sscc(ONE));
    counted(&floor.scan(&soon()));
    refused(&floor, &each("LATE", "280331"), "Not picked for it");
}

#[test]
fn recalled_blocked_and_expired_goods_are_not_packed_and_no_order_with_them_is() {
    let floor = packing(vec![]);
    counted(&floor.scan(&soon()));
    floor.page(vec![ship::recall_of("SOON")], Included::default());
    refused(&floor, &soon(), "Recalled");
    floor.choose("close");
    assert_eq!(
        stop(&floor.choose("verify")),
        "Recalled",
        "what lies in a carton is asked again"
    );
    let floor = packing(vec![picked(9, "5512", "P500", text("OLD"), Cell::Null, 3)]);
    refused(&floor, &each("OLD", "261101"), "Expired");
}

#[test]
fn less_than_ordered_is_named_and_confirmed() {
    let floor = packing(vec![]);
    counted(&floor.scan(&soon()));
    floor.choose("close");
    let before = floor.entries().len();
    let screen = floor.choose("verify");
    assert_eq!((screen.id.as_str(), screen.tone), ("pack.confirm", Tone::Warn));
    assert_eq!(
        screen.lines.len(),
        2,
        "the lines that are not full: {}",
        screen.to_json()
    );
    assert_eq!(floor.entries().len(), before);
    assert_eq!(floor.handheld().act(Input::Back).unwrap().id, "pack.carton");
    floor.choose("verify");
    let screen = floor.choose("verify");
    assert_eq!((screen.id.as_str(), screen.tone), ("home", Tone::Warn));
    assert_eq!(
        verified(&floor),
        ("short".to_owned(), 1, vec!["1:2".to_owned(), "2:1".to_owned()])
    );
}

#[test]
fn a_carton_takes_one_order() {
    let on_it = pallet::on(&format!("plate:{TWO}"), "ACME", "P500", "SOON", 1);
    let floor = on(vec![plate(TWO, "place:STAGE-1", "scanned"), on_it]);
    floor.choose("document:5512");
    assert_eq!(stop(&floor.scan(&sscc(TWO))), "Another order's carton");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&soon())), "Carton first");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("]C0THING")), "Not a pallet");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.choose("new")), "No number left");
    floor.choose("acknowledge");
    // One that was packed for this order goes on.
    floor.scan(&sscc(ONE));
    counted(&floor.scan(&soon()));
    floor.choose("close");
    accepted(&floor.scan(&sscc(ONE)));
    assert_eq!(floor.last().body.kind(), "seen");
}

#[test]
fn a_pallet_that_was_picked_as_it_is_goes_into_the_carton_whole() {
    let on_it = pallet::on(&format!("plate:{TWO}"), "ACME", "P500", "SOON", 2);
    let floor = packing(vec![plate(TWO, "place:STAGE-1", "scanned"), on_it]);
    accepted(&floor.scan(&sscc(TWO)));
    counted(&floor.scan(&soon()));
    refused(&floor, &soon(), "More than ordered");
    assert_eq!(stop(&floor.scan(&sscc(ONE))), "Not onto itself");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("]C0CTN-9")), "Unknown contents");
}

#[test]
fn a_carton_is_weighed_where_the_site_asks_for_it() {
    let floor = packing(vec![policy(r#"{"pack_weight":true}"#)]);
    assert_eq!(floor.choose("close").tone, Tone::Warn, "nothing is in it");
    counted(&floor.scan(&soon()));
    let screen = floor.choose("close");
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("pack.weigh", AwaitKind::Text)
    );
    refused(&floor, &soon(), "Weight first");
    assert_eq!(stop(&floor.enter("weight", "heavy")), "Not a weight");
    floor.choose("acknowledge");
    assert_eq!(floor.enter("weight", "1.25").id, "pack.carton");
    let Body::CartonClosed {
        weight: Some(weight), ..
    } = floor.last().body
    else {
        panic!()
    };
    assert_eq!(weight.to_string(), "1.25 KG");
}

#[test]
fn a_customer_may_want_one_lot_in_a_carton() {
    let floor = packing(vec![policy(r#"{"customer_mixing":{"P1":{"item":false}}}"#)]);
    counted(&floor.scan(&soon()));
    refused(&floor, &monitor("SN1"), "May not stand together");
}

#[test]
fn an_undo_in_the_middle_takes_back_one_after_the_other_and_burns_the_number() {
    let floor = on(vec![]);
    lease(&floor, 1);
    floor.choose("document:5512");
    floor.choose("new");
    counted(&floor.scan(&soon()));
    accepted(&floor.scan(&monitor("SN1")));
    let on_it = format!("plate:{}", leased(1));
    assert_eq!(floor.choose("undo").id, "pack.scan");
    assert_eq!((floor.held(&on_it), floor.held_of("MON", "place:STAGE-1")), (1, 1));
    accepted(&floor.scan(&monitor("SN1")));
    floor.choose("close");
    assert_eq!(floor.choose("undo").id, "pack.scan", "the carton is open again");
    for _ in 0..2 {
        floor.choose("undo");
    }
    assert_eq!(floor.held("place:STAGE-1"), 6);
    assert_eq!(floor.choose("undo").id, "pack.carton");
    assert!(floor.handheld().open_labels().unwrap().is_empty());
    assert_eq!(floor.choose("undo").tone, Tone::Warn, "nothing left");
}

#[test]
fn a_kill_at_every_step_keeps_the_packing() {
    let mut floor = on(vec![policy(r#"{"pack_weight":true}"#)]);
    floor.killed_at("pack.choose");
    floor.choose("document:5512");
    floor.killed_at("pack.carton");
    floor.scan(&sscc(ONE));
    counted(&floor.scan(&soon()));
    floor.killed_at("pack.scan");
    floor.choose("close");
    floor.killed_at("pack.weigh");
    floor.enter("weight", "2");
    floor.choose("verify");
    floor.killed_at("pack.confirm");
    floor.choose("verify");
    assert_eq!(verified(&floor).0, "short");
}

#[test]
fn what_two_devices_pack_adds_up_and_the_claim_names_the_other_one() {
    let (a, b) = (packing(vec![]), packing(vec![]));
    counted(&a.scan(&soon()));
    counted(&b.scan(&soon()));
    assert_eq!(together(&[&a, &b])[&one()], 2);
    // A carton of this order that another device packed counts in the comparison.
    let mut line = picked(20, "5512", "P500", text("SOON"), Cell::Null, 2);
    line.r[6] = text("packed");
    line.r[11] = text(TWO);
    line.r[13] = text(&format!("plate:{TWO}"));
    let on_it = pallet::on(&format!("plate:{TWO}"), "ACME", "P500", "SOON", 2);
    let floor = packing(vec![plate(TWO, "place:STAGE-1", "scanned"), on_it, line]);
    counted(&floor.scan(&soon()));
    refused(&floor, &soon(), "More than ordered");
    accepted(&floor.scan(&monitor("SN1")));
    floor.choose("close");
    let screen = floor.choose("verify");
    assert_eq!((screen.id.as_str(), screen.tone), ("home", Tone::Warn));
    assert!(screen.message.contains("d7 packed for it too"), "{}", screen.message);
    assert_eq!(verified(&floor), ("done".to_owned(), 2, vec![]));
}
