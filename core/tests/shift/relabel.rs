//! Printing a label again, and giving goods a new one.

use crate::pallet::{ONE, lease, leased, on, plate, sscc, standing_unit};
use crate::site::{
    CASE, EACH, Floor, MONITOR, accepted, bin_with_digits, each, is_refused, kinds, monitor, row, rows, stop, text,
    together,
};
use lotline_core::Input;
use lotline_core::platform::{Printed, Printer};
use lotline_core::screen::{AwaitKind, ScanSource, Screen, Tone};
use lotline_record::entry::{Body, Entry};
use lotline_record::model::{DeviceId, SerialScheme};
use lotline_record::numbering::{CompanyPrefix, Lease, LeaseId, Series};
use lotline_record::wire::{Cell, Included, Row};
use std::sync::Mutex;

fn prefix() -> CompanyPrefix {
    CompanyPrefix::new("9506000").unwrap()
}

/// Numbers of another company: its GTIN is not ours.
fn ours(floor: &Floor, id: u64, series: Series) {
    let lease = Lease {
        id: LeaseId(id),
        series,
        device: DeviceId::new("d1").unwrap(),
        epoch: 1,
        first: 1,
        last: 5,
    };
    floor.handheld().store().grant(&lease).unwrap();
}

fn units(floor: &Floor) {
    ours(floor, 80, Series::asset("ACME".parse().unwrap(), prefix()));
}

/// The `n`-th own unit identifier.
fn giai(n: u64) -> String {
    format!("9506000{n:011}")
}

fn own(n: u64) -> String {
    format!("]C18004{}", giai(n))
}

fn floor(more: Vec<Row>) -> Floor {
    let mut all = rows();
    all.extend(more);
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("relabel").id, "relabel.scan");
    floor
}

fn with_monitor() -> Vec<Row> {
    vec![
        standing_unit("SN1", "place:A-01"),
        on("place:A-01", "ACME", "MON", "", 1),
    ]
}

#[derive(Default)]
struct Paper(Mutex<Vec<String>>);

impl Printer for Paper {
    fn print_zpl(&self, zpl: Vec<u8>) -> Printed {
        self.0.lock().unwrap().push(String::from_utf8(zpl).unwrap());
        Printed::Done
    }
}

struct Jammed;

impl Printer for Jammed {
    fn print_zpl(&self, _: Vec<u8>) -> Printed {
        Printed::Failed {
            reason: "no paper".into(),
        }
    }
}

fn printed(entry: &Entry) -> (String, bool, Option<String>, String) {
    match &entry.body {
        Body::Printed {
            label,
            copy,
            of,
            reason,
            ..
        } => (label.clone(), *copy, of.clone(), reason.clone()),
        other => panic!("{other:?}"),
    }
}

fn history(floor: &Floor, label: &str) -> String {
    floor.choose("look_up");
    let said: Vec<String> = floor.scan(label).lines.into_iter().map(|line| line.text).collect();
    floor.choose("back");
    said.join("\n")
}

#[test]
fn goods_without_a_readable_label_get_a_number_of_our_own_and_both_histories_tell() {
    let floor = floor(with_monitor());
    units(&floor);
    accepted(&floor.scan(&monitor("SN1")));
    let screen = floor.handheld().screen().unwrap();
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("relabel.reason", AwaitKind::Text)
    );
    let before = floor.entries().len();
    let screen = floor.choose("reason:unreadable");
    accepted(&screen);
    assert_eq!(kinds(&floor.entries()[before..]), ["relabelled", "printed"]);
    assert_eq!(
        printed(&floor.last()),
        (
            format!("(8004){}", giai(1)),
            false,
            Some("SN1".into()),
            "unreadable".into()
        )
    );
    // The new number is the unit, in every flow; the old serial has ended and leads to it.
    let told = history(&floor, &own(1));
    assert!(told.contains("labelled in place of SN1"), "{told}");
    let told = history(&floor, &monitor("SN1"));
    assert!(told.contains(&format!("now labelled {}", giai(1))), "{told}");
    let open = floor.handheld().open_labels().unwrap();
    assert_eq!(open[0].label, format!("(8004){}", giai(1)));
    let paper = Paper::default();
    floor
        .handheld()
        .print_open_label(open[0].lease, open[0].number, "Monitor", &paper)
        .unwrap();
    let zpl = paper.0.lock().unwrap().pop().unwrap();
    assert!(
        zpl.contains(&giai(1)) && !zpl.contains(MONITOR),
        "no serial under the maker's GTIN: {zpl}"
    );
    floor.handheld().act(Input::Back).unwrap();
    floor.choose("more");
    floor.choose("move");
    floor.scan("]C0A-01");
    assert_eq!(stop(&floor.scan(&monitor("SN1"))), "No longer here");
    floor.choose("acknowledge");
    accepted(&floor.scan(&own(1)));
    accepted(&floor.scan("]C0A-02"));
    let Body::Dropped { load, .. } = floor.last().body else {
        panic!()
    };
    let lotline_record::entry::Load::Goods(goods) = load else {
        panic!()
    };
    let serial = goods.serial.unwrap();
    assert_eq!(
        (serial.scheme, serial.serial.as_str()),
        (SerialScheme::Own, giai(1).as_str())
    );
    assert_eq!(floor.held_of("MON", "place:A-02"), 1);
}

#[test]
fn what_cannot_be_scanned_is_chosen_among_what_the_record_has_at_its_place() {
    let floor = floor(vec![]);
    units(&floor);
    let screen = floor.scan("]C0A-01");
    assert_eq!(screen.id, "relabel.choose");
    let late = screen
        .actions
        .iter()
        .find(|action| action.label.contains("LATE"))
        .unwrap();
    let screen = floor.choose(&late.id.clone());
    accepted(&screen);
    accepted(&floor.enter("reason", "label torn off"));
    assert_eq!(printed(&floor.last()).2.as_deref(), Some("LATE"));
    // It stands for one of that lot: nothing moved, and it is read with lot and expiry.
    assert_eq!(floor.held("place:A-01"), 17);
    floor.choose("look_up");
    let screen = floor.scan(&own(1));
    assert!(
        screen.fields.iter().any(|field| field.value == "LATE"),
        "{}",
        screen.to_json()
    );
    assert!(screen.fields.iter().any(|field| field.value.contains("31 Mar 2028")));
}

#[test]
fn an_own_label_is_printed_again_as_a_copy_with_its_reason() {
    let floor = floor(vec![
        standing_unit("000000000007", "place:A-01"),
        on("place:A-01", "ACME", "MON", "", 1),
        plate(&leased(2), "place:A-01", "scanned"),
    ]);
    lease(&floor, 1);
    ours(
        &floor,
        81,
        Series::serial(
            "ACME".parse().unwrap(),
            prefix(),
            lotline_scan::Gtin::parse(MONITOR).unwrap(),
        )
        .unwrap(),
    );
    // A pallet, scanned and typed.
    accepted(&floor.scan(&sscc(&leased(2))));
    assert_eq!(stop(&floor.scan(&sscc(&leased(2)))), "Reason first");
    floor.choose("acknowledge");
    accepted(&floor.choose("reason:damaged"));
    let copy = (format!("(00){}", leased(2)), true, None, "damaged".to_owned());
    assert_eq!(printed(&floor.last()), copy);
    accepted(&floor.handheld().act(Input::enter("", leased(2))).unwrap());
    floor.choose("reason:lost");
    // A serial under our own GTIN.
    accepted(&floor.scan(&monitor("000000000007")));
    accepted(&floor.choose("reason:wrong"));
    assert_eq!(printed(&floor.last()).0, format!("(01){MONITOR}(21)000000000007"));
    let told = history(&floor, &monitor("000000000007"));
    assert!(told.contains("label printed again (wrong)"), "{told}");
    // The shell prints what waits, in order; a jammed printer loses none.
    let waiting = floor.handheld().waiting_copies().unwrap();
    assert_eq!(waiting.len(), 3);
    floor.handheld().print_copy("", &Jammed).unwrap();
    assert_eq!(floor.handheld().waiting_copies().unwrap(), waiting);
    let paper = Paper::default();
    for _ in 0..3 {
        assert_eq!(floor.handheld().print_copy("", &paper).unwrap(), Printed::Done);
    }
    assert!(paper.0.lock().unwrap()[2].contains("000000000007"));
    assert_eq!(
        floor.handheld().print_copy("", &paper).unwrap_err().fault().code,
        "not_open"
    );
}

#[test]
fn an_own_unit_number_is_printed_again_and_a_lot_of_our_own_too() {
    let floor = floor(with_monitor());
    units(&floor);
    let lots = Series::lot(
        "ACME".parse().unwrap(),
        "P500".parse().unwrap(),
        prefix(),
        lotline_scan::Gtin::parse(EACH).unwrap(),
        "OWN",
    );
    ours(&floor, 82, lots.unwrap());
    floor.page(
        vec![row(
            "lot",
            &[
                text("S1"),
                text("ACME"),
                text("P500"),
                text("OWN00000003"),
                text(""),
                text("2028-03-31"),
                Cell::Null,
                Cell::Null,
                text("2026-10-01"),
            ],
        )],
        Included::default(),
    );
    floor.scan(&monitor("SN1"));
    floor.choose("reason:unreadable");
    accepted(&floor.scan(&own(1)));
    accepted(&floor.choose("reason:damaged"));
    assert_eq!(
        printed(&floor.last()),
        (format!("(8004){}", giai(1)), true, None, "damaged".into())
    );
    // Typed, it is found too.
    accepted(&floor.handheld().act(Input::enter("", giai(1))).unwrap());
    floor.handheld().act(Input::Back).unwrap();
    accepted(&floor.scan(&each("OWN00000003", "280331")));
    accepted(&floor.choose("reason:damaged"));
    assert!(printed(&floor.last()).1, "a copy");
}

#[test]
fn what_is_not_ours_or_not_known_is_not_printed() {
    let floor = floor(vec![plate(ONE, "place:A-01", "scanned")]);
    lease(&floor, 1);
    units(&floor);
    let refused = |label: &str, title: &str| {
        assert_eq!(stop(&floor.scan(label)), title);
        assert!(is_refused(&floor.last()));
        floor.choose("acknowledge");
    };
    refused(&sscc(ONE), "Not our label");
    refused(&sscc(&leased(3)), "Nothing found");
    refused("]C0NOWHERE", "Unknown place");
    refused("]C0A-0", "Unknown place");
    refused(&format!("]d201{EACH}1729033110NEW"), "Unknown lot");
    refused(&each("LATE", "290331"), "Another expiry");
    refused("]d20109506000134383", "Unknown item");
    refused(&own(9), "Unknown item");
    refused(&format!("]d201{EACH}10NEW"), "No expiry date");
    // The other code of a split label is awaited first.
    floor.scan(&format!("]d201{MONITOR}"));
    refused(&format!("]d201{MONITOR}"), "No serial number");
    refused(&format!("]d201{CASE}17280331"), "No lot number");
    assert!(floor.handheld().waiting_copies().unwrap().is_empty());
}

#[test]
fn a_unit_that_is_blocked_by_its_serial_keeps_its_label() {
    let mut more = with_monitor();
    more.push(row(
        "block",
        &[
            text("S1"),
            text("B-1"),
            text("hold"),
            text("serial"),
            text(&{
                let scope = lotline_record::model::Scope::Serial {
                    maker_key: MONITOR.into(),
                    serial: "SN1".into(),
                };
                scope.key().1
            }),
            text("{}"),
            text("smells"),
            text("open"),
        ],
    ));
    let floor = floor(more);
    units(&floor);
    assert_eq!(stop(&floor.scan(&monitor("SN1"))), "Unit is blocked");
    floor.choose("acknowledge");
    let screen = floor.scan("]C0A-01");
    let choice = screen
        .actions
        .iter()
        .find(|action| action.label.contains("SN1"))
        .unwrap();
    assert_eq!(stop(&floor.choose(&choice.id.clone())), "Unit is blocked");
}

#[test]
fn without_a_number_left_no_new_label_is_given() {
    let floor = floor(with_monitor());
    // Another owner's numbers are not taken.
    ours(&floor, 80, Series::asset("BETA".parse().unwrap(), prefix()));
    floor.scan(&monitor("SN1"));
    assert_eq!(stop(&floor.choose("reason:unreadable")), "No number left");
    let screen = floor.choose("acknowledge");
    assert_eq!(screen.id, "relabel.reason", "it is still there when numbers come");
    assert!(floor.handheld().open_labels().unwrap().is_empty());
}

#[test]
fn an_undo_takes_back_the_last_new_label_and_burns_its_number() {
    let mut more = with_monitor();
    more.extend([
        standing_unit("SN2", "place:A-01"),
        on("place:A-02", "ACME", "MON", "", 1),
    ]);
    let floor = floor(more);
    units(&floor);
    for serial in ["SN1", "SN2"] {
        floor.scan(&monitor(serial));
        floor.choose("reason:damaged");
    }
    accepted(&floor.choose("undo"));
    assert_eq!(floor.handheld().open_labels().unwrap().len(), 1, "of the first");
    assert_eq!(stop(&floor.scan(&own(2))), "No longer here");
    floor.choose("acknowledge");
    accepted(&floor.scan(&monitor("SN2")));
    floor.choose("reason:damaged");
    assert_eq!(printed(&floor.last()).0, format!("(8004){}", giai(3)));
    for _ in 0..2 {
        floor.choose("undo");
    }
    assert_eq!(floor.choose("undo").tone, Tone::Warn, "nothing left");
    accepted(&floor.scan(&monitor("SN1")));
}

#[test]
fn a_kill_at_every_step_keeps_what_is_labelled() {
    let mut floor = floor(vec![bin_with_digits()]);
    units(&floor);
    floor.killed_at("relabel.scan");
    // Nothing tells where it stands.
    accepted(&floor.scan(&each("LATE", "280331")));
    floor.killed_at("relabel.place");
    assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "Place first");
    floor.choose("acknowledge");
    let typed = Input::Scan {
        bytes: b"A-03".to_vec(),
        symbology: None,
        source: ScanSource::Typed,
    };
    floor.handheld().act(typed).unwrap();
    floor.killed_at("relabel.check");
    floor.scan("417");
    floor.killed_at("relabel.reason");
    accepted(&floor.choose("reason:lost"));
    floor.killed_at("relabel.choose");
    assert_eq!(floor.handheld().open_labels().unwrap().len(), 1);
    floor.choose("undo");
    assert!(floor.handheld().open_labels().unwrap().is_empty());
}

#[test]
fn two_devices_give_two_numbers_and_move_nothing() {
    let (a, b) = (floor(vec![]), floor(vec![]));
    for floor in [&a, &b] {
        units(floor);
        floor.scan("]C0A-01");
        let screen: Screen = floor.handheld().screen().unwrap();
        let late = screen
            .actions
            .iter()
            .find(|action| action.label.contains("LATE"))
            .unwrap();
        floor.choose(&late.id.clone());
        accepted(&floor.choose("reason:lost"));
    }
    assert!(together(&[&a, &b]).is_empty());
}
