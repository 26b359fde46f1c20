//! A handheld that carries a part of the site.

use crate::site::{Floor, accepted, database, each, is_refused, monitor, row, rows, stop, text};
use lotline_core::Screen;
use lotline_record::wire::{Cell, Row, WORKING_SET};

/// Each of an item of BETA.
const SYRUP: &str = "09506000134994";

fn syrup(lot: &str) -> String {
    format!("]d201{SYRUP}1728033110{lot}")
}

/// What BETA has here: an item, and three of it in A-03.
fn of_beta() -> Vec<Row> {
    let mut item: Vec<Cell> = ["S1", "BETA", "SYR", "Syrup", "lot", "fefo", "EA"].map(text).into();
    item.extend([Cell::Int(1), Cell::Null, Cell::Null]);
    let mut level: Vec<Cell> = ["S1", "BETA", "SYR", "each", "2020-01-01", SYRUP, "EA"]
        .map(text)
        .into();
    level.extend([Cell::Int(1), Cell::Null]);
    let mut stock: Vec<Cell> = ["S1", "BETA", "SYR", "B7", "", "each", "place:A-03"].map(text).into();
    stock.push(Cell::Int(3_000_000));
    let mut plate: Vec<Cell> = ["S1", "395011100000000017", "BETA", "place:A-03", "scanned"]
        .map(text)
        .into();
    plate.push(Cell::Null);
    vec![
        row("item", &item),
        row("pack_level", &level),
        row("stock", &stock),
        row("plate", &plate),
    ]
}

/// A handheld that carries ACME's goods, or all.
fn floor(set: Option<&str>) -> Floor {
    let mut floor = Floor::on(rows().into_iter().chain(of_beta()).collect());
    if let Some(set) = set {
        // As it stands in the file that the gateway makes.
        database(floor.path(), "site.db")
            .execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", [WORKING_SET, set])
            .unwrap();
    }
    floor.restart();
    floor
}

const ACME: &str = r#"{"devices":["d1"],"owners":["ACME"],"zones":["COLD"]}"#;

fn field<'a>(screen: &'a Screen, label: &str) -> Option<&'a str> {
    let found = screen.fields.iter().find(|field| field.label == label);
    found.map(|field| field.value.as_str())
}

#[test]
fn a_place_with_goods_of_an_owner_that_is_not_carried_is_not_counted_here() {
    let floor = floor(Some(ACME));
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("count");
    let screen = floor.scan("]C0A-03");
    assert_eq!(stop(&screen), "Not on this device");
    assert!(screen.message.contains("BETA"), "{}", screen.message);
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    // Where only ACME's lie one counts, and BETA's that turn up there are left to who carries them.
    accepted(&floor.scan("]C0A-01"));
    assert_eq!(stop(&floor.scan(&syrup("B7"))), "Not on this device");
    floor.choose("acknowledge");
    assert_eq!(floor.scan(&each("LATE", "280331")).id, "count.quantity");
}

#[test]
fn a_report_of_what_is_not_carried_is_refused_instead_of_empty() {
    let floor = floor(Some(ACME));
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("report");
    floor.choose("report:history");
    for unknown in [syrup("B7"), "]C100395011100000000017".to_owned()] {
        assert_eq!(stop(&floor.scan(&unknown)), "Not on this device", "{unknown}");
        floor.choose("acknowledge");
    }
    assert_eq!(floor.scan(&monitor("SN1")).id, "report.read");
}

#[test]
fn a_look_up_says_what_is_known_elsewhere() {
    let floor = floor(Some(ACME));
    floor.sign_in("B-1", "1111");
    floor.choose("look_up");
    let screen = floor.scan(&syrup("B7"));
    assert_eq!(
        field(&screen, "Not carried"),
        Some("Units and histories of BETA are at the gateway")
    );
    // Where goods lie is always complete.
    assert!(
        screen.lines.iter().any(|line| line.text.contains("A-03")),
        "{}",
        screen.to_json()
    );
    assert_eq!(field(&floor.scan(&each("LATE", "280331")), "Not carried"), None);
}

#[test]
fn a_recall_says_of_whom_the_units_and_histories_are_that_it_finds() {
    let floor = floor(Some(ACME));
    floor.sign_in("B-2", "2222");
    floor.choose("more");
    floor.choose("recall");
    floor.choose("new:recall");
    floor.scan(&syrup("B7"));
    floor.choose("hold:lot");
    floor.choose("reason:complaint");
    let screen = floor.handheld().screen().unwrap();
    assert_eq!(
        field(&screen, "Not carried"),
        Some("Units and histories of ACME alone; the gateway has all"),
        "{}",
        screen.to_json()
    );
}

#[test]
fn out_of_its_set_a_scan_still_works_from_the_label() {
    let floor = floor(Some(ACME));
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("move");
    floor.scan("]C0A-03");
    floor.scan(&syrup("B7"));
    floor.scan("]C0A-02");
    let moved = floor.held_of("SYR", "place:A-02");
    assert_eq!(moved, 1, "{}", floor.handheld().screen().unwrap().to_json());
}

#[test]
fn a_handheld_that_carries_all_says_nothing_of_it() {
    let floor = floor(None);
    floor.sign_in("B-1", "1111");
    floor.choose("look_up");
    assert_eq!(field(&floor.scan(&syrup("B7")), "Not carried"), None);
    floor.choose("back");
    floor.choose("more");
    floor.choose("count");
    accepted(&floor.scan("]C0A-03"));
}
