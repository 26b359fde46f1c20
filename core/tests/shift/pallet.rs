//! Building a pallet, adding to it, taking off it, breaking it down.

use crate::site::{
    EACH, Floor, MONITOR, accepted, bin_with_digits, case, each, is_refused, kinds, monitor, person, policy, row, rows,
    stop, text, together, unit_at,
};
use lotline_core::Input;
use lotline_core::platform::{Printed, Printer};
use lotline_core::screen::{ScanSource, Screen, Tone};
use lotline_record::entry::Body;
use lotline_record::model::DeviceId;
use lotline_record::numbering::{CompanyPrefix, Lease, LeaseId, Series};
use lotline_record::wire::{Cell, Included, Row};

/// A printed label that nobody used, and two others.
pub const ONE: &str = "003456789012345670";
const TWO: &str = "003456789012345687";
const THREE: &str = "003456789012345694";

pub fn sscc(plate: &str) -> String {
    format!("]C100{plate}")
}

pub fn plate(name: &str, account: &str, known: &str) -> Row {
    let cells = [
        text("S1"),
        text(name),
        text("ACME"),
        text(account),
        text(known),
        Cell::Null,
    ];
    row("plate", &cells)
}

pub fn on(account: &str, owner: &str, item: &str, lot: &str, n: i64) -> Row {
    row(
        "stock",
        &[
            text("S1"),
            text(owner),
            text(item),
            text(lot),
            text(""),
            text("each"),
            text(account),
            Cell::Int(n * 1_000_000),
        ],
    )
}

pub fn standing_unit(serial: &str, account: &str) -> Row {
    unit_at(serial, account, "here")
}

fn block(scope_of: &str, key: &str, kind: &str) -> Row {
    row(
        "block",
        &[
            text("S1"),
            text("B-1"),
            text(kind),
            text(scope_of),
            text(key),
            text("{}"),
            text("smells"),
            text("open"),
        ],
    )
}

pub fn late() -> Row {
    recalled_late("hold")
}

fn recalled_late(kind: &str) -> Row {
    let scope = lotline_record::model::Scope::Lot {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        lot: "LATE".parse().unwrap(),
    };
    let (of, key) = scope.key();
    block(of, &key, kind)
}

/// Five SSCCs for this device.
pub fn lease(floor: &Floor, first: u64) {
    let lease = Lease {
        id: LeaseId(first),
        series: Series::sscc(3, CompanyPrefix::new("9506000").unwrap()).unwrap(),
        device: DeviceId::new("d1").unwrap(),
        epoch: 1,
        first,
        last: first + 4,
    };
    floor.handheld().store().grant(&lease).unwrap();
}

/// The `n`-th of them.
pub fn leased(n: u64) -> String {
    let mut digits = format!("39506000{n:09}");
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 3 } else { 1 })
        .sum();
    digits.push_str(&((10 - sum % 10) % 10).to_string());
    digits
}

fn at_a_01(more: Vec<Row>) -> Floor {
    let mut all = rows();
    all.extend(more);
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("pallet").id, "pallet.place");
    assert_eq!(floor.scan("]C0A-01").id, "pallet.plate");
    floor
}

fn begun(more: Vec<Row>) -> Floor {
    let floor = at_a_01(more);
    let screen = floor.scan(&sscc(ONE));
    accepted(&screen);
    assert_eq!(screen.id, "pallet.put");
    floor
}

fn one() -> String {
    format!("plate:{ONE}")
}

fn held(floor: &Floor) -> (i64, i64) {
    (floor.held("place:A-01"), floor.held(&one()))
}

fn stands(floor: &Floor, plate: &str) -> String {
    floor.choose("look_up");
    let screen = floor.scan(&sscc(plate));
    let at = screen.fields.iter().find(|field| field.label == "At").unwrap();
    let at = at.value.clone();
    floor.choose("back");
    at
}

#[test]
fn a_new_number_begins_a_pallet_and_units_of_the_place_go_onto_it() {
    let floor = at_a_01(vec![]);
    lease(&floor, 1);
    let screen = floor.choose("new");
    accepted(&screen);
    assert_eq!(screen.message, format!("Begun: {}", leased(1)));
    let built = floor.last();
    assert!(matches!(
        &built.body,
        Body::PlateBuilt {
            own: Some(_),
            was: None,
            ..
        }
    ));
    assert_eq!(built.refs.plate.unwrap().as_str(), leased(1));
    accepted(&floor.scan(&each("LATE", "280331")));
    let screen = floor.scan(&case("LATE", "280331"));
    assert_eq!(screen.tone, Tone::Warn, "a person who holds it is right");
    assert_eq!(screen.lines.len(), 2, "each pack level: {}", screen.to_json());
    let on_it = format!("plate:{}", leased(1));
    assert_eq!((floor.held("place:A-01"), floor.held(&on_it)), (4, 13));
    let screen = floor.choose("close");
    assert_eq!((screen.id.as_str(), screen.tone), ("pallet.plate", Tone::Accept));
    // A partial pallet keeps its label: it goes on later.
    let screen = floor.scan(&sscc(&leased(1)));
    assert_eq!(screen.message, format!("Goes on: {}", leased(1)));
    assert_eq!(floor.last().body.kind(), "seen");
    accepted(&floor.scan(&each("OLD", "261101")));
    assert_eq!(floor.held(&on_it), 14);
}

#[test]
fn without_a_number_left_nothing_begins() {
    let floor = at_a_01(vec![]);
    assert_eq!(stop(&floor.choose("new")), "No number left");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    assert_eq!(floor.scan(&sscc(ONE)).id, "pallet.put", "a printed label will do");
}

#[test]
fn a_build_that_is_taken_back_burns_its_number() {
    let floor = at_a_01(vec![]);
    lease(&floor, 1);
    floor.choose("new");
    assert_eq!(floor.handheld().open_labels().unwrap().len(), 1);
    floor.scan(&each("LATE", "280331"));
    floor.choose("undo");
    assert_eq!(floor.choose("undo").id, "pallet.plate");
    assert!(floor.handheld().open_labels().unwrap().is_empty(), "burnt");
    assert_eq!(stop(&floor.scan(&sscc(&leased(1)))), "Label used before");
    floor.choose("acknowledge");
    assert_eq!(floor.choose("new").message, format!("Begun: {}", leased(2)));
    assert_eq!(floor.held("place:A-01"), 17);
}

struct Paper(Printed);

impl Printer for Paper {
    fn print_zpl(&self, _: Vec<u8>) -> Printed {
        self.0.clone()
    }
}

#[test]
fn the_label_of_a_new_pallet_is_printed_once_and_then_counts_as_printed() {
    let floor = at_a_01(vec![]);
    lease(&floor, 1);
    floor.choose("new");
    let open = floor.handheld().open_labels().unwrap().remove(0);
    assert_eq!(open.label, format!("(00){}", leased(1)));
    let print = |says| {
        floor
            .handheld()
            .print_open_label(open.lease, open.number, "", &Paper(says))
    };
    assert_eq!(print(Printed::Unknown).unwrap().times, 0);
    assert_eq!(floor.handheld().open_labels().unwrap().len(), 1, "nobody knows");
    assert_eq!(print(Printed::Done).unwrap().times, 1);
    assert_eq!(print(Printed::Done).unwrap_err().fault().code, "not_open");
    // Printed, and taken back all the same: the number stays used up.
    floor.choose("undo");
    assert_eq!(floor.choose("new").message, format!("Begun: {}", leased(2)));
}

#[test]
fn a_tote_of_the_site_comes_back_and_another_text_is_no_pallet() {
    let floor = at_a_01(vec![]);
    assert_eq!(stop(&floor.scan("]C0SOMETHING")), "Not a pallet");
    floor.choose("acknowledge");
    accepted(&floor.scan("]C0TOTE-7"));
    floor.scan(&each("LATE", "280331"));
    assert_eq!(floor.held("plate:TOTE-7"), 1);
    floor.choose("break");
    assert_eq!(floor.scan("]C0A-02").id, "pallet.plate", "on to another place");
    accepted(&floor.scan("]C0TOTE-7"));
    let built = floor.last();
    let Body::PlateBuilt { was: Some(was), .. } = &built.body else {
        panic!("{built:?}")
    };
    assert_eq!(was.to_string(), "place:A-01");
}

#[test]
fn a_label_that_left_or_stands_elsewhere_with_goods_begins_nothing() {
    let floor = at_a_01(vec![
        plate(TWO, "place:A-02", "scanned"),
        on(&format!("plate:{TWO}"), "ACME", "P500", "LATE", 3),
        plate(THREE, "virtual:customer", "scanned"),
    ]);
    assert_eq!(stop(&floor.scan(&sscc(TWO))), "Stands elsewhere");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&sscc(THREE))), "Label used before");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "Pallet first");
}

#[test]
fn units_come_from_the_cart_where_a_person_says_so() {
    let floor = begun(vec![on("place:CART-1", "ACME", "P500", "LATE", 2)]);
    floor.choose("cart");
    accepted(&floor.scan(&each("LATE", "280331")));
    assert_eq!((floor.held("place:CART-1"), floor.held(&one())), (1, 1));
    floor.choose("cart");
    floor.scan(&each("LATE", "280331"));
    assert_eq!((floor.held("place:A-01"), floor.held(&one())), (16, 2));
}

#[test]
fn one_is_taken_off_and_the_pallet_keeps_the_rest() {
    let floor = begun(vec![]);
    for _ in 0..3 {
        floor.scan(&each("LATE", "280331"));
    }
    assert_eq!(floor.choose("take").id, "pallet.take");
    let screen = floor.scan(&each("LATE", "280331"));
    accepted(&screen);
    assert!(screen.message.starts_with("Taken off: "), "{}", screen.message);
    assert_eq!(held(&floor), (15, 2));
    // More than is on it is a warning: whoever holds it is right.
    assert_eq!(floor.scan(&case("LATE", "280331")).tone, Tone::Warn);
    floor.choose("undo");
    assert_eq!(floor.choose("take").id, "pallet.put");
    assert_eq!(held(&floor), (15, 2));
}

#[test]
fn a_broken_down_pallet_is_empty_and_all_of_it_stands_at_the_place() {
    let floor = begun(vec![
        standing_unit("SN1", "place:A-01"),
        on("place:A-01", "ACME", "MON", "", 1),
        plate("TOTE-7", "place:A-01", "scanned"),
    ]);
    floor.scan(&each("LATE", "280331"));
    floor.scan(&each("OLD", "261101"));
    accepted(&floor.scan(&monitor("SN1")));
    floor.scan("]C0TOTE-7");
    let before = floor.entries().len();
    let screen = floor.choose("break");
    assert_eq!((screen.id.as_str(), screen.tone), ("pallet.plate", Tone::Accept));
    assert_eq!(
        kinds(&floor.entries()[before..]),
        ["dropped", "dropped", "dropped", "dropped", "plate_broken"]
    );
    assert_eq!((held(&floor), floor.held_of("MON", "place:A-01")), ((17, 0), 1));
    assert_eq!(stands(&floor, ONE), "A-01");
    // Taken back as one.
    assert_eq!(floor.choose("undo").id, "pallet.put");
    assert_eq!((held(&floor), floor.held_of("MON", &one())), ((15, 2), 1));
}

#[test]
fn pallets_stand_on_pallets_three_deep_and_are_moved_as_one() {
    let floor = begun(vec![]);
    floor.scan(&each("LATE", "280331"));
    floor.choose("close");
    for (upper, lower) in [(ONE, TWO), (TWO, THREE)] {
        floor.scan(&sscc(lower));
        accepted(&floor.scan(&sscc(upper)));
        floor.choose("close");
    }
    let screen = floor.scan(&sscc(THREE));
    assert_eq!(screen.lines.len(), 3, "two pallets and the lot: {}", screen.to_json());
    assert_eq!(stop(&floor.scan(&sscc(THREE))), "Not onto itself");
    floor.choose("acknowledge");
    floor.choose("close");
    // Onto what is on it.
    floor.scan(&sscc(ONE));
    assert_eq!(stop(&floor.scan(&sscc(THREE))), "Not onto itself");
    floor.choose("acknowledge");
    // A recall on the lot is found three deep when the whole is moved.
    floor.page(vec![late()], Included::default());
    while floor.handheld().screen().unwrap().id != "home" {
        floor.handheld().act(Input::Back).unwrap();
    }
    floor.choose("more");
    floor.choose("move");
    assert_eq!(floor.scan(&sscc(THREE)).tone, Tone::Warn, "told at the lift");
    assert_eq!(stop(&floor.scan("]C0A-02")), "Only to a cage");
}

#[test]
fn no_more_pallets_stand_on_one_another_than_the_site_allows() {
    let floor = begun(vec![
        policy(r#"{"plate_depth":2}"#),
        plate("TOTE-1", "place:A-01", "scanned"),
    ]);
    accepted(&floor.scan("]C0TOTE-1"));
    floor.choose("close");
    floor.scan(&sscc(TWO));
    assert_eq!(stop(&floor.scan(&sscc(ONE))), "Too many on one another");
}

#[test]
fn a_pallet_comes_off_another_and_one_that_is_not_on_it_does_not() {
    let floor = begun(vec![plate(TWO, "place:A-01", "scanned")]);
    accepted(&floor.scan(&sscc(TWO)));
    assert_eq!(stop(&floor.scan(&sscc(TWO))), "On it already");
    floor.choose("acknowledge");
    floor.choose("take");
    assert_eq!(stop(&floor.scan(&sscc(THREE))), "Not on it");
    floor.choose("acknowledge");
    accepted(&floor.scan(&sscc(TWO)));
    assert_eq!(stands(&floor, TWO), "A-01");
}

#[test]
fn what_nobody_scanned_is_put_on_with_a_warning() {
    let floor = begun(vec![plate(TWO, "place:A-01", "unknown")]);
    let screen = floor.scan(&sscc(TWO));
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("Nobody knows what is on"), "{}", screen.message);
    let screen = floor.scan(&sscc(THREE));
    assert_eq!(screen.tone, Tone::Warn, "nobody told of it");
}

#[test]
fn owners_do_not_mix_and_a_customer_may_want_one_lot_on_a_pallet() {
    let other = |table: &str, cells: &[Cell]| row(table, cells);
    let beta = vec![
        other(
            "item",
            &[
                text("S1"),
                text("BETA"),
                text("B1"),
                text("Bandage"),
                text("none"),
                text("none"),
                text("EA"),
                Cell::Int(0),
                Cell::Null,
                Cell::Null,
            ],
        ),
        other(
            "pack_level",
            &[
                text("S1"),
                text("BETA"),
                text("B1"),
                text("each"),
                text(""),
                text("09506000134376"),
                text("EA"),
                Cell::Int(1),
                Cell::Null,
            ],
        ),
    ];
    let floor = begun(beta);
    floor.scan(&each("LATE", "280331"));
    accepted(&floor.scan(&each("OLD", "261101")));
    let screen = floor.scan("]d20109506000134376");
    assert_eq!(stop(&screen), "May not stand together");
    assert!(screen.message.contains("another owner") || screen.to_json().contains("another owner"));
    // Staged for a customer who wants one lot on a pallet.
    let floor = Floor::on({
        let mut rows = rows();
        for row in rows
            .iter_mut()
            .filter(|row| row.t == "document" && row.r[2] == text("5512"))
        {
            row.r[6] = text("done");
        }
        rows.push(policy(r#"{"customer_mixing":{"P1":{"lot":false}}}"#));
        rows.push(on("place:STAGE-1", "ACME", "P500", "LATE", 2));
        rows.push(on("place:STAGE-1", "ACME", "P500", "SOON", 2));
        rows
    });
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("pallet");
    floor.scan("]C0STAGE-1");
    floor.scan(&sscc(ONE));
    accepted(&floor.scan(&each("LATE", "280331")));
    assert_eq!(stop(&floor.scan(&each("SOON", "270331"))), "May not stand together");
    floor.choose("acknowledge");
    accepted(&floor.scan(&each("LATE", "280331")));
}

#[test]
fn blocked_goods_stand_on_a_pallet_in_a_cage_only() {
    let floor = begun(vec![late()]);
    assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "Only to a cage");
    floor.choose("acknowledge");
    assert_eq!(held(&floor), (17, 0));
    while floor.handheld().screen().unwrap().id != "pallet.place" {
        floor.handheld().act(Input::Back).unwrap();
    }
    floor.scan("]C0CAGE-1");
    floor.scan(&sscc(TWO));
    let screen = floor.scan(&each("LATE", "280331"));
    assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
    assert_eq!(floor.held(&format!("plate:{TWO}")), 1);
}

#[test]
fn a_blocked_pallet_is_left_as_it_is() {
    let floor = at_a_01(vec![
        plate(TWO, "place:A-01", "scanned"),
        on(&format!("plate:{TWO}"), "ACME", "P500", "LATE", 3),
        block("plate", TWO, "quarantine"),
    ]);
    floor.scan(&sscc(TWO));
    assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "Blocked pallet");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.choose("break")), "Blocked pallet");
    floor.choose("acknowledge");
    floor.choose("take");
    assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "Blocked pallet");
    assert_eq!(floor.held(&format!("plate:{TWO}")), 3);
}

#[test]
fn a_serial_that_the_record_has_on_a_pallet_elsewhere_is_taken_off_there_and_somebody_looks() {
    let floor = begun(vec![
        plate(TWO, "place:A-02", "scanned"),
        standing_unit("SN1", &format!("plate:{TWO}")),
        on(&format!("plate:{TWO}"), "ACME", "MON", "", 1),
    ]);
    let before = floor.entries().len();
    let screen = floor.scan(&monitor("SN1"));
    assert_eq!(screen.tone, Tone::Warn);
    assert!(
        screen.message.contains("counts as taken off there"),
        "{}",
        screen.message
    );
    assert_eq!(kinds(&floor.entries()[before..]), ["dropped", "raised"]);
    let on_two = format!("plate:{TWO}");
    assert_eq!((floor.held_of("MON", &on_two), floor.held_of("MON", &one())), (0, 1));
    assert!(matches!(&floor.last().body, Body::Raised { code, .. } if code == "child_elsewhere"));
    assert_eq!(stop(&floor.scan(&monitor("SN1"))), "On it already");
}

#[test]
fn a_carton_that_the_record_has_on_a_pallet_elsewhere_is_taken_off_there_too() {
    let floor = begun(vec![
        plate(THREE, "place:A-02", "scanned"),
        plate(TWO, &format!("plate:{THREE}"), "scanned"),
    ]);
    assert_eq!(floor.scan(&sscc(TWO)).tone, Tone::Warn);
    assert_eq!(floor.last().body.kind(), "raised");
    floor.choose("take");
    accepted(&floor.scan(&sscc(TWO)));
}

#[test]
fn an_undo_in_the_middle_takes_back_one_after_the_other() {
    let floor = begun(vec![]);
    floor.scan(&each("LATE", "280331"));
    floor.scan(&each("OLD", "261101"));
    assert_eq!(floor.choose("undo").id, "pallet.put");
    assert_eq!(held(&floor), (16, 1));
    floor.scan(&each("OLD", "261101"));
    assert_eq!(held(&floor), (15, 2));
    for _ in 0..2 {
        floor.choose("undo");
    }
    assert_eq!(held(&floor), (17, 0));
    assert_eq!(floor.choose("undo").id, "pallet.plate");
    assert_eq!(floor.choose("undo").tone, Tone::Warn, "nothing left");
    accepted(&floor.scan(&sscc(ONE)));
}

#[test]
fn a_kill_at_every_step_keeps_the_pallet() {
    let mut floor = Floor::new();
    floor.page(vec![bin_with_digits()], Included::default());
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("pallet");
    floor.killed_at("pallet.place");
    let typed = Input::Scan {
        bytes: b"A-03".to_vec(),
        symbology: None,
        source: ScanSource::Typed,
    };
    floor.handheld().act(typed).unwrap();
    floor.killed_at("pallet.check");
    floor.scan("417");
    floor.killed_at("pallet.plate");
    floor.scan(&sscc(ONE));
    floor.scan(&each("LATE", "280331"));
    floor.killed_at("pallet.put");
    floor.choose("take");
    floor.killed_at("pallet.take");
    assert_eq!(floor.held(&one()), 1);
    floor.choose("undo");
    assert_eq!((floor.held(&one()), floor.held("place:A-03")), (0, 0));
}

#[test]
fn two_devices_that_build_one_label_lose_nothing() {
    let (a, b) = (begun(vec![]), begun(vec![]));
    a.scan(&each("LATE", "280331"));
    b.scan(&each("LATE", "280331"));
    b.scan(&each("OLD", "261101"));
    let sums = together(&[&a, &b]);
    assert_eq!((sums[&one()], sums["place:A-01"]), (3, -3));
    a.choose("undo");
    assert_eq!(together(&[&a, &b])[&one()], 2);
}

#[test]
fn the_supervisor_settles_what_was_taken_off_elsewhere() {
    let floor = begun(vec![
        plate(TWO, "place:A-02", "scanned"),
        standing_unit("SN1", &format!("plate:{TWO}")),
        on(&format!("plate:{TWO}"), "ACME", "MON", "", 1),
        person("ben", "B-9", "9999", "supervisor"),
    ]);
    floor.scan(&monitor("SN1"));
    floor.choose("sign_out");
    floor.sign_in("B-9", "9999");
    let screen = floor.choose("exceptions");
    let choice = screen
        .actions
        .iter()
        .find(|a| a.id.starts_with("exception:"))
        .unwrap()
        .id
        .clone();
    floor.choose(&choice);
    floor.choose("resolve:accept");
    floor.scan("B-9");
    let screen: Screen = floor.enter("pin", "9999");
    accepted(&screen);
    assert_eq!(floor.last().body.kind(), "resolved");
    assert_eq!(floor.held_of("MON", &one()), 1);
}

#[test]
fn a_label_that_does_not_say_enough_goes_onto_no_pallet() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("pallet");
    let refused = |label: &str, title: &str| {
        assert_eq!(stop(&floor.scan(label)), title);
        floor.choose("acknowledge");
    };
    refused(&each("LATE", "280331"), "Place first");
    refused("]C0CART-1", "Carries only");
    refused("]C0NOWHERE", "Unknown place");
    floor.scan("]C0A-01");
    floor.scan(&sscc(ONE));
    refused("]d20109506000134383", "Unknown item");
    refused(&format!("]d201{EACH}17280331"), "No lot number");
    refused(&format!("]d201{EACH}10NEW"), "No expiry date");
    refused(&each("LATE", "290331"), "Another expiry");
    floor.scan(&format!("]d201{MONITOR}"));
    refused(&format!("]d201{MONITOR}"), "No serial number");
    assert_eq!(held(&floor), (17, 0));
}

#[test]
fn nothing_is_built_at_a_blocked_place() {
    let floor = at_a_01(vec![block("place", "A-01", "hold")]);
    assert_eq!(stop(&floor.scan(&sscc(ONE))), "Blocked place");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    // A number that was taken for it is not left lying about.
    lease(&floor, 1);
    assert_eq!(stop(&floor.choose("new")), "Blocked place");
    assert!(floor.handheld().open_labels().unwrap().is_empty());
}

#[test]
fn item_and_lot_on_two_codes_are_one_label_here_too() {
    let floor = begun(vec![]);
    floor.scan(&format!("]C101{EACH}"));
    accepted(&floor.scan("]C11728033110LATE"));
    assert_eq!(held(&floor), (16, 1));
}

#[test]
fn a_block_on_what_stands_on_a_pallet_is_told_when_the_whole_is_put_away() {
    let floor = begun(vec![
        late(),
        plate(TWO, "place:A-01", "scanned"),
        plate(THREE, &format!("plate:{TWO}"), "scanned"),
    ]);
    floor.page(
        vec![on(&format!("plate:{THREE}"), "ACME", "P500", "LATE", 3)],
        Included::default(),
    );
    while floor.handheld().screen().unwrap().id != "home" {
        floor.handheld().act(Input::Back).unwrap();
    }
    floor.choose("put_away");
    let screen = floor.scan(&sscc(TWO));
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("LATE is blocked"), "{}", screen.message);
}
