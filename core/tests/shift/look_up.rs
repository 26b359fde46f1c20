//! Look up anything, over every other step.

use crate::site::*;
use lotline_core::Input;
use lotline_core::screen::ScanSource;
use lotline_record::wire::{Cell, Included};

fn floor() -> Floor {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    assert_eq!(floor.choose("look_up").id, "look_up.scan");
    floor
}

#[test]
fn what_nobody_knows_of_is_said_to_be_unknown_and_the_scan_is_kept() {
    let floor = floor();
    assert_eq!(stop(&floor.scan("]d20109506000999999")), "Unknown item");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("]C0NOWHERE")), "Nothing found");
    floor.choose("acknowledge");
    let spoiled = Input::Scan {
        bytes: b"0109506000134353".to_vec(),
        symbology: Some("]d2".to_owned()),
        source: ScanSource::Scan,
    };
    assert_eq!(stop(&floor.handheld().act(spoiled).unwrap()), "Label cannot be read");
    assert_eq!(floor.entries().iter().filter(|entry| is_refused(entry)).count(), 3);
}

#[test]
fn a_label_that_cannot_be_read_says_which_part_of_it_and_from_where_on() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    let cases = [
        ("]d20109506000134353".to_owned(), "The item number", 19),
        (format!("]d201{EACH}10L1\u{1d}17281399"), "A date", 29),
        (format!("]d201{EACH}21A B"), "The serial number", 23),
        (format!("]d201{EACH}3103ABCDEF"), "What stands in field (3103)", 24),
    ];
    for (label, part, at) in cases {
        let screen = floor.scan(&label);
        assert_eq!(stop(&screen), "Label cannot be read");
        let why = format!(" {part} is not as the standard asks, from character {at} on.");
        assert!(screen.message.ends_with(&why), "{}", screen.message);
        floor.choose("acknowledge");
    }
}

#[test]
fn a_look_up_killed_at_any_step_goes_on_over_the_same_work() {
    let mut floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("move");
    floor.scan("]C0A-01");
    floor.choose("look_up");
    floor.killed_at("look_up.scan");
    floor.scan(&each("LATE", "280331"));
    floor.killed_at("look_up.found");
    floor.choose("back");
    floor.killed_at("move.lift");
}

#[test]
fn what_another_device_did_is_found_here_once_it_was_told() {
    let floor = floor();
    let lines = |floor: &Floor| {
        let screen = floor.scan(&each("SOON", "270331"));
        screen
            .lines
            .into_iter()
            .map(|line| line.text + &line.detail)
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(!lines(&floor).contains("A-03"));
    let mut moved = rows();
    let moved: Vec<_> = moved
        .iter_mut()
        .filter(|row| row.t == "stock" && row.r[3] == text("SOON") && row.r[6] == text("place:A-02"))
        .map(|row| {
            row.r[6] = text("place:A-03");
            row.clone()
        })
        .collect();
    floor.page(moved, Included::default());
    assert!(lines(&floor).contains("A-03"), "{}", lines(&floor));
}

#[test]
fn b7_a_serial_has_a_birth_number_and_a_ship_number() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&monitor("SN1"));
    let born = floor.last_of("received");
    floor.choose("look_up");
    let marks = |screen: &lotline_core::Screen| {
        let of = |label: &str| screen.fields.iter().find(|f| f.label == label).map(|f| f.value.clone());
        (of("Birth number"), of("Ship number"))
    };
    let name = format!("d1-{}-{}", born.epoch, born.seq);
    let wanted = Some(format!("{name} (received, 21 Nov 2026)"));
    assert_eq!(marks(&floor.scan(&monitor("SN1"))), (wanted.clone(), None));
    assert_eq!(marks(&floor.scan(&monitor("SN2"))), (None, None));
    // Another device ships it, and a unit of another item has the same serial.
    let line = |seq: u64, item: &str, kind: &str| {
        let position = lotline_record::entry::Position::new(3, seq).raw();
        let mut cells = vec![
            text("S1"),
            text("d7"),
            Cell::Int(position),
            Cell::Int(1_795_334_400_000),
            Cell::Int(0),
        ];
        cells.extend([
            Cell::Null,
            text(kind),
            text("ACME"),
            text(item),
            Cell::Null,
            text("SN1"),
        ]);
        cells.extend([Cell::Null, Cell::Null, Cell::Null, Cell::Int(1_000_000), text("5512")]);
        row("history", &cells)
    };
    floor.page(
        vec![line(9, "MON", "shipped"), line(10, "P500", "shipped")],
        Included::default(),
    );
    let shipped = Some("d7-3-9 (shipped, 22 Nov 2026)".to_owned());
    assert_eq!(marks(&floor.scan(&monitor("SN1"))), (wanted, shipped));
    floor.choose("back");
    floor.choose("back");
    floor.choose("more");
    floor.choose("report");
    floor.choose("report:history");
    let screen = floor.scan(&monitor("SN1"));
    assert!(
        screen
            .fields
            .iter()
            .any(|f| f.value.starts_with(&format!("Birth number {name}"))),
        "{:?}",
        screen.fields
    );
    assert!(
        screen.fields.iter().any(|f| f.value.starts_with("Ship number d7-3-9")),
        "{:?}",
        screen.fields
    );
}
