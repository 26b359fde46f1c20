//! Using goods up and making others, and what was made of what.

use crate::pick::{block, late, offers, refused, serial, soon};
use crate::site::{
    CASE, EACH, Floor, MONITOR, accepted, bin_with_digits, case, each, policy, row, rows, text, together,
};
use lotline_core::Input;
use lotline_core::screen::{Screen, Tone};
use lotline_record::entry::Body;
use lotline_record::model::DeviceId;
use lotline_record::numbering::{CompanyPrefix, Lease, LeaseId, Series};
use lotline_record::rules;
use lotline_record::wire::{Cell, Included, Row};

/// A first-aid kit, of the own company.
const KIT: &str = "09521000000018";

pub fn item(key: &str, name: &str, gtin: &str) -> [Row; 2] {
    let mut cells = ["S1", "ACME", key, name, "lot", "fefo", "EA"].map(text).to_vec();
    cells.extend([Cell::Int(1), Cell::Null, Cell::Null]);
    let mut level = ["S1", "ACME", key, "each", "", gtin, "EA"].map(text).to_vec();
    level.extend([Cell::Int(1), Cell::Null]);
    [row("item", &cells), row("pack_level", &level)]
}

pub fn floor_of(more: Vec<Row>) -> Floor {
    let more = more.into_iter().chain(item("KIT", "First-aid kit", KIT));
    let floor = Floor::on(rows().into_iter().chain(more).collect());
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("run").id, "run.kind");
    floor
}

/// At A-01, where the goods lie.
pub fn at(kind: &str, more: Vec<Row>) -> Floor {
    let floor = floor_of(more);
    assert_eq!(floor.choose(kind).id, "run.place");
    assert_eq!(floor.scan("]C0A-01").id, "run.input");
    floor
}

pub fn goes_in(floor: &Floor, label: &str, n: &str) {
    assert_eq!(floor.scan(label).id, "run.quantity");
    let screen = floor.enter("quantity", n);
    assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
}

pub fn comes_out(floor: &Floor, label: &str, n: &str) -> Screen {
    floor.choose("outputs");
    let screen = floor.scan(label);
    assert_eq!(screen.id, "run.quantity", "{}", screen.to_json());
    floor.enter("quantity", n)
}

pub fn kit(lot: &str, expiry: &str) -> String {
    format!("]d201{KIT}17{expiry}10{lot}")
}

fn lines(floor: &Floor, label: &str) -> String {
    floor.choose("look_up");
    let screen = floor.scan(label);
    let lines: Vec<_> = screen
        .lines
        .iter()
        .map(|l| format!("{} | {}", l.text, l.detail))
        .collect();
    floor.choose("back");
    lines.join("\n")
}

#[test]
fn a_kit_is_made_of_what_goes_in_and_each_knows_the_other() {
    let floor = at("kind:kit", vec![]);
    goes_in(&floor, &late(), "2");
    goes_in(&floor, &soon(), "1");
    accepted(&comes_out(&floor, &kit("K1", "270331"), "1"));
    let made = |item: &str, at: &str| floor.held_of(item, at);
    assert_eq!(
        (made("P500", "place:A-01"), made("P500", "virtual:consumed")),
        (14, 3),
        "seventeen less three"
    );
    assert_eq!((made("KIT", "place:A-01"), made("KIT", "virtual:produced")), (1, -1));
    let entries = floor.entries();
    let runs: Vec<_> = entries.iter().filter_map(|e| e.body.run()).collect();
    assert_eq!(runs.len(), 3);
    assert!(runs.iter().all(|run| *run == runs[0]), "{runs:?}");
    let first = entries.iter().find(|e| e.body.kind() == "consumed").unwrap();
    assert_eq!(runs[0].as_str(), format!("d1-{}-{}", first.epoch, first.seq));
    let told = lines(&floor, &kit("K1", "270331"));
    assert!(told.contains("Made of Paracetamol 500 mg LATE: 2"), "{told}");
    assert!(told.contains("Made of Paracetamol 500 mg SOON: 1"), "{told}");
    let told = lines(&floor, &soon());
    assert!(told.contains("Used for First-aid kit K1: 1"), "{told}");
    assert!(told.contains("Generation 1"), "{told}");
    assert_eq!(floor.choose("done").id, "home");
}

#[test]
fn a_genealogy_is_followed_through_more_than_one_run_both_ways() {
    let floor = at("kind:kit", item("BOX", "Ambulance box", "09521000000025").to_vec());
    goes_in(&floor, &late(), "2");
    comes_out(&floor, &kit("K1", "280331"), "2");
    floor.choose("done");
    floor.choose("more");
    floor.choose("run");
    floor.choose("kind:kit");
    floor.scan("]C0A-01");
    goes_in(&floor, &kit("K1", "280331"), "1");
    let large = "]d201095210000000251728033110B9";
    accepted(&comes_out(&floor, large, "1"));
    let told = lines(&floor, large);
    assert!(told.contains("Made of First-aid kit K1: 1 | Generation 1"), "{told}");
    assert!(
        told.contains("Made of Paracetamol 500 mg LATE: 2 | Generation 2"),
        "{told}"
    );
    let told = lines(&floor, &late());
    assert!(told.contains("Used for Ambulance box B9: 1 | Generation 2"), "{told}");
}

#[test]
fn what_other_devices_made_is_known_from_the_sites_history() {
    let history = |position: i64, kind: &str, item: &str, lot: &str, run: &str| {
        let mut cells = vec![
            text("S1"),
            text("d7"),
            Cell::Int(position),
            Cell::Int(1),
            Cell::Int(0),
            Cell::Null,
        ];
        cells.extend([kind, "ACME", item, lot].map(text));
        cells.extend([
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Int(4_000_000),
            text(run),
        ]);
        row("history", &cells)
    };
    let at = |seq: u64| lotline_record::entry::Position::new(3, seq).raw();
    let floor = floor_of(vec![
        history(at(5), "consumed", "P500", "LATE", "d7-3-5"),
        history(at(6), "produced", "KIT", "K7", "d7-3-5"),
        history(at(7), "produced", "KIT", "K8", "d7-3-5"),
        history(at(8), "undone:produced", "KIT", "K8", "d7-3-5"),
        history(at(9), "consumed", "P500", "SOON", "d7-3-9"),
    ]);
    let told = lines(&floor, &late());
    assert!(
        told.contains("Used for First-aid kit K7: 4") && !told.contains("K8"),
        "{told}"
    );
    let told = lines(&floor, &kit("K7", "280331"));
    assert!(told.contains("Made of Paracetamol 500 mg LATE: 4"), "{told}");
    assert!(!told.contains("SOON"), "another run: {told}");
}

#[test]
fn goods_that_are_only_repacked_keep_their_lot() {
    let floor = at("kind:repack", vec![]);
    goes_in(&floor, &late(), "12");
    floor.choose("outputs");
    refused(&floor, &floor.scan(&each("NEW", "280331")), "The lot stays");
    refused(&floor, &floor.scan(&kit("K1", "270331")), "Another item");
    accepted(&comes_out(&floor, &case("LATE", "280331"), "1"));
    assert_eq!(rules::recheck(&floor.last().verdict), Ok(()));
    assert_eq!(floor.held("place:A-01"), 17);
    // As a kit, too: it is the same goods that come out.
    let floor = at("kind:kit", vec![]);
    goes_in(&floor, &late(), "1");
    floor.choose("outputs");
    refused(&floor, &floor.scan(&each("NEW", "280331")), "The lot stays");
    // Two lots in one pack would have no lot of their own.
    let floor = at("kind:repack", vec![]);
    goes_in(&floor, &late(), "1");
    goes_in(&floor, &soon(), "1");
    floor.choose("outputs");
    refused(&floor, &floor.scan(&late()), "The lot stays");
}

#[test]
fn repacking_makes_no_more_of_it() {
    let floor = at("kind:repack", vec![]);
    goes_in(&floor, &late(), "12");
    floor.choose("outputs");
    floor.scan(&case("LATE", "280331"));
    refused(&floor, &floor.enter("quantity", "2"), "More out than in");
    accepted(&comes_out(&floor, &late(), "5"));
    floor.scan(&late());
    refused(&floor, &floor.enter("quantity", "8"), "More out than in");
    assert_eq!(floor.held("virtual:produced"), -5);
}

#[test]
fn what_is_made_lasts_no_longer_than_what_it_is_made_of() {
    let floor = at("kind:kit", vec![]);
    goes_in(&floor, &late(), "1");
    goes_in(&floor, &soon(), "1");
    floor.choose("outputs");
    refused(&floor, &floor.scan(&kit("K1", "270401")), "Expires too late");
    accepted(&comes_out(&floor, &kit("K1", "270331"), "1"));
    let floor = at("kind:kit", vec![policy(r#"{"output_expiry_stops":false}"#)]);
    goes_in(&floor, &soon(), "1");
    assert_eq!(comes_out(&floor, &kit("K1", "270401"), "1").tone, Tone::Warn);
    assert_eq!(floor.held_of("KIT", "place:A-01"), 1);
}

#[test]
fn what_is_blocked_recalled_or_expired_is_not_used() {
    for (kind, title) in [("hold", "Blocked"), ("quality", "Blocked"), ("recall", "Recalled")] {
        let floor = at("kind:kit", vec![block(kind, "LATE")]);
        refused(&floor, &floor.scan(&late()), title);
    }
    let floor = at("kind:consume", vec![]);
    refused(&floor, &floor.scan(&each("OLD", "261101")), "Expired");
    floor.scan(&late());
    floor.page(vec![block("recall", "LATE")], Included::default());
    refused(&floor, &floor.enter("quantity", "1"), "Recalled");
    assert_eq!(floor.held("virtual:consumed"), 0);
}

#[test]
fn a_serial_is_used_up_once_and_made_once() {
    let label = format!("]d201{MONITOR}21SN1");
    let floor = at("kind:consume", vec![serial("place:A-01", "here")]);
    assert_eq!(floor.scan(&label).id, "run.input", "a serial is one");
    assert_eq!(floor.held_of("MON", "virtual:consumed"), 1);
    refused(&floor, &floor.scan(&label), "No longer here");
    assert!(
        !offers(&floor.handheld().screen().unwrap(), "outputs"),
        "nothing comes out"
    );
    assert_ne!(floor.choose("done").tone, Tone::Warn);
    let floor = at("kind:kit", vec![]);
    goes_in(&floor, &late(), "1");
    floor.choose("outputs");
    accepted(&floor.scan(&label));
    refused(&floor, &floor.scan(&label), "Serial already here");
    let told = lines(&floor, &label);
    assert!(told.contains("Made of Paracetamol 500 mg LATE: 1"), "{told}");
}

#[test]
fn a_new_lot_is_an_own_number_and_burnt_where_the_lot_stays() {
    let prefix = CompanyPrefix::new("9521000").unwrap();
    let gtin = lotline_scan::Gtin::parse(KIT).unwrap();
    let series = Series::lot("ACME".parse().unwrap(), "KIT".parse().unwrap(), prefix, gtin, "KT").unwrap();
    let floor = at("kind:kit", vec![]);
    goes_in(&floor, &late(), "1");
    floor.choose("outputs");
    let label = format!("]d201{KIT}");
    let open = |floor: &Floor| {
        let screen = floor.scan(&label);
        assert_eq!(screen.id, "run.lot", "{}", screen.to_json());
    };
    open(&floor);
    refused(&floor, &floor.choose("new_lot"), "No number left");
    refused(&floor, &floor.scan(&late()), "Lot first");
    let lease = Lease {
        id: LeaseId(1),
        device: DeviceId::new("d1").unwrap(),
        series: series.clone(),
        epoch: 1,
        first: 1,
        last: 2,
    };
    floor.handheld().store().grant(&lease).unwrap();
    assert_eq!(floor.choose("new_lot").id, "run.quantity");
    accepted(&floor.enter("quantity", "1"));
    let goods = floor.last().body.goods().unwrap().clone();
    assert_eq!(goods.lot.unwrap().to_string(), "KT00000001");
    assert_eq!(
        goods.expiry.unwrap().to_string(),
        "2028-03-31",
        "that of what it is made of"
    );
    assert_eq!(floor.handheld().store().numbers_left(&series).unwrap().0, 1);
    open(&floor);
    assert_eq!(floor.enter("lot", "K-77").id, "run.quantity", "or typed");
    floor.choose("undo");
    // A kit out of kits is the same goods: no new lot, and the number that was taken for it is burnt.
    let floor = at("kind:kit", vec![]);
    floor.handheld().store().grant(&lease).unwrap();
    goes_in(&floor, &kit("K1", "280331"), "1");
    floor.choose("outputs");
    open(&floor);
    refused(&floor, &floor.choose("new_lot"), "The lot stays");
    assert_eq!(floor.handheld().store().open_numbers().unwrap().len(), 0);
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry() {
    let floor = floor_of(vec![bin_with_digits()]);
    refused(&floor, &floor.scan("]C0A-01"), "What is done?");
    refused(&floor, &floor.scan(&late()), "Place first");
    floor.choose("kind:kit");
    refused(&floor, &floor.scan("]C0NOWHERE"), "Unknown place");
    assert_eq!(floor.enter("scan", "A-03").id, "run.check");
    refused(&floor, &floor.scan(&late()), "Digits first");
    refused(&floor, &floor.enter("check", "000"), "Other digits");
    floor.scan("]C0A-01");
    refused(&floor, &floor.scan("]d20109506000999999"), "Unknown item");
    refused(&floor, &floor.scan(&format!("]d201{CASE}17280331")), "No lot number");
    refused(&floor, &floor.scan(&format!("]d201{MONITOR}10X")), "No serial number");
    refused(&floor, &floor.scan(&format!("]d201{EACH}10NEW")), "No expiry date");
    refused(&floor, &floor.scan(&each("LATE", "270930")), "Another expiry");
    floor.scan(&late());
    refused(&floor, &floor.scan(&late()), "How many?");
    refused(&floor, &floor.enter("quantity", "0"), "Not a quantity");
    floor.choose("undo");
    assert_eq!(floor.choose("outputs").id, "run.output");
    refused(&floor, &floor.scan(&kit("K1", "270331")), "Nothing went in");
    floor.choose("inputs");
    goes_in(&floor, &late(), "1");
    assert_eq!(
        floor.handheld().act(Input::Back).unwrap().tone,
        Tone::Warn,
        "something went in"
    );
    assert_eq!(floor.choose("done").tone, Tone::Warn, "and nothing came out");
}

#[test]
fn more_than_the_record_has_may_be_used() {
    let floor = at("kind:consume", vec![]);
    goes_in(&floor, &late(), "20");
    assert_eq!(floor.handheld().screen().unwrap().tone, Tone::Warn);
    assert_eq!(floor.held("virtual:consumed"), 20);
}

#[test]
fn what_came_out_and_then_what_went_in_is_taken_back() {
    let floor = at("kind:kit", vec![]);
    goes_in(&floor, &late(), "2");
    goes_in(&floor, &soon(), "1");
    comes_out(&floor, &kit("K1", "270331"), "1");
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held_of("KIT", "place:A-01"), 0);
    let told = lines(&floor, &soon());
    assert!(!told.contains("Used for"), "{told}");
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held("virtual:consumed"), 2);
    // What is no longer in it no longer bounds its expiry.
    accepted(&comes_out(&floor, &kit("K2", "280331"), "1"));
    let told = lines(&floor, &kit("K2", "280331"));
    assert!(told.contains("LATE: 2") && !told.contains("SOON"), "{told}");
    for _ in 0..2 {
        accepted(&floor.choose("undo"));
    }
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:consumed")), (17, 0));
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
}

#[test]
fn b6_a_run_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor_of(vec![]);
    let steps: [(&str, Input); 8] = [
        ("run.place", Input::choose("kind:kit")),
        ("run.input", Input::scan("]C0A-01")),
        ("run.quantity", Input::scan(late())),
        ("run.input", Input::enter("quantity", "2")),
        ("run.output", Input::choose("outputs")),
        ("run.quantity", Input::scan(kit("K1", "280331"))),
        ("run.output", Input::enter("quantity", "1")),
        ("run.input", Input::choose("inputs")),
    ];
    for (id, input) in steps {
        floor.handheld().act(input).unwrap();
        floor.killed_at(id);
    }
    let runs: Vec<_> = floor.entries().iter().filter_map(|e| e.body.run().cloned()).collect();
    assert_eq!((runs.len(), &runs[0]), (2, &runs[1]), "one run");
}

#[test]
fn two_devices_that_use_the_same_lot_have_both_used_it() {
    let (here, there) = (at("kind:consume", vec![]), at("kind:consume", vec![]));
    for floor in [&here, &there] {
        goes_in(floor, &late(), "2");
        assert!(matches!(floor.last().body, Body::Consumed { .. }));
    }
    let sums: Vec<_> = together(&[&here, &there]).into_iter().collect();
    let wanted = [("place:A-01", -4), ("virtual:consumed", 4)];
    assert_eq!(sums, wanted.map(|(account, n)| (account.to_owned(), n)));
}
