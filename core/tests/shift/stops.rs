//! Stops that flows share: each of them says the same of the same label, and keeps the scan.

use crate::site::*;
use lotline_core::screen::Tone;
use lotline_record::wire::{Cell, Included, Row};

/// The code of a vitamin that two owners keep, and monitors that have left.
fn picture() -> Vec<Row> {
    let shared = |owner: &str| {
        let mut item = ["S1", owner, "VIT", "Vitamin C", "none", "none", "EA"]
            .map(text)
            .to_vec();
        item.extend([Cell::Int(0), Cell::Null, Cell::Null]);
        let mut level = ["S1", owner, "VIT", "each", "", SHARED, "EA"].map(text).to_vec();
        level.extend([Cell::Int(1), Cell::Null]);
        [row("item", &item), row("pack_level", &level)]
    };
    let mut rows = vec![
        unit_at("GONE", "virtual:disposed", "disposed"),
        unit_at("SENT", "virtual:customer", "shipped"),
        bin_with_digits(),
        digits_always(),
    ];
    rows.extend(shared("ACME").into_iter().chain(shared("ZETA")));
    rows
}

const SHARED: &str = "09506000134376";

/// The flow at the step where goods are scanned.
fn at(flow: &str) -> Floor {
    let floor = Floor::new();
    floor.page(picture(), Included::default());
    floor.sign_in("B-1", "1111");
    match flow {
        "put_away" | "look_up" => {
            floor.choose(flow);
        }
        "receive" => {
            floor.receive();
        }
        "pick" => {
            floor.pick();
            floor.scan("]C0A-02");
        }
        "ship" => return crate::ship::loading(picture()),
        other => {
            floor.choose("more");
            floor.choose(other);
            floor.scan("]C0A-01");
        }
    }
    if flow == "adjust" {
        floor.choose("reason:lost");
    }
    floor
}

/// Scans it, twice where the first waits for its other half, and sees the stop, which is kept.
fn stops_at(floor: &Floor, label: &str, title: &str) {
    let first = floor.scan(label);
    let screen = if first.tone == Tone::Stop {
        first
    } else {
        floor.scan(label)
    };
    assert_eq!(stop(&screen), title, "{label}");
    assert!(is_refused(&floor.last()), "{label}");
    floor.choose("acknowledge");
}

#[test]
fn a_code_of_no_item_or_of_several_owners_is_stopped_in_every_flow() {
    for flow in [
        "move", "put_away", "adjust", "count", "hold", "receive", "pick", "ship", "look_up",
    ] {
        let floor = at(flow);
        stops_at(&floor, "]d20109506000999999", "Unknown item");
        if !["receive", "pick", "ship"].contains(&flow) {
            stops_at(&floor, &format!("]d201{SHARED}"), "Whose goods?");
        }
    }
}

#[test]
fn a_document_of_one_owner_says_whose_goods_they_are() {
    for flow in ["receive", "ship"] {
        stops_at(
            &at(flow),
            &format!("]d201{SHARED}"),
            if flow == "receive" {
                "Not on 80041"
            } else {
                "Not on 5512"
            },
        );
    }
    stops_at(&at("pick"), &format!("]d201{SHARED}"), "Wrong item");
}

#[test]
fn what_the_tracking_of_an_item_asks_for_is_missed_in_every_flow_that_moves_goods() {
    for flow in ["move", "adjust", "count", "receive", "ship"] {
        let floor = at(flow);
        stops_at(&floor, &format!("]d201{EACH}17280331"), "No lot number");
        stops_at(&floor, &format!("]d201{MONITOR}"), "No serial number");
        stops_at(&floor, &format!("]d201{EACH}10NEW"), "No expiry date");
    }
    let floor = at("pick");
    stops_at(&floor, &format!("]d201{EACH}17280331"), "No lot number");
    stops_at(&floor, &format!("]d201{EACH}10NEW"), "No expiry date");
}

#[test]
fn a_known_lot_with_another_expiry_is_stopped_in_every_flow_that_moves_goods() {
    for flow in ["move", "adjust", "count", "receive", "pick", "ship"] {
        stops_at(&at(flow), &each("SOON", "270930"), "Another expiry");
    }
}

#[test]
fn a_serial_that_left_is_not_handled_as_if_it_were_here() {
    for flow in ["move", "adjust", "count", "ship"] {
        let floor = at(flow);
        stops_at(&floor, &monitor("SENT"), "Serial was shipped");
        stops_at(&floor, &monitor("GONE"), "No longer here");
    }
    stops_at(&at("receive"), &monitor("SENT"), "Serial was shipped");
}

#[test]
fn a_place_is_asked_for_by_its_name_and_its_digits_in_every_flow() {
    let trailer = [
        text("S1"),
        text("TRAILER-1"),
        text("trailer"),
        Cell::Null,
        Cell::Int(95),
        text("417"),
    ];
    for flow in ["move", "adjust", "count", "put_away", "ship"] {
        let (floor, place) = if flow == "ship" {
            let floor = crate::ship::on(vec![row("place", &trailer), digits_always()], "B-1", "1111");
            floor.choose("document:5512");
            (floor, "]C0TRAILER-1")
        } else {
            let floor = Floor::new();
            floor.page(picture(), Included::default());
            floor.sign_in("B-1", "1111");
            if flow == "put_away" {
                floor.choose(flow);
                floor.scan(&each("LATE", "280331"));
            } else {
                floor.choose("more");
                floor.choose(flow);
            }
            (floor, "]C0A-03")
        };
        stops_at(&floor, "]C0NOWHERE", "Unknown place");
        floor.scan(place);
        assert_eq!(stop(&floor.enter("check", "999")), "Other digits", "{flow}");
        floor.choose("acknowledge");
        assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "Digits first", "{flow}");
    }
}

#[test]
fn a_serial_that_two_places_claim_does_not_leave_until_that_is_settled_and_may_be_moved() {
    let disputed = || {
        let mut unit = unit_at("SN1", "place:STAGE-1", "here");
        unit.r[9] = text("place:A-01");
        unit
    };
    let floor = crate::ship::loading(vec![disputed()]);
    let screen = floor.scan(&monitor("SN1"));
    assert_eq!(stop(&screen), "Serial is disputed");
    let said = screen.to_json();
    for words in [
        "Two places claim serial",
        "The record has it at STAGE-1, and A-01 claims it too.",
        "take another one",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(is_refused(&floor.last()), "the scan is kept");
    let floor = Floor::new();
    floor.page(vec![disputed()], Included::default());
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    floor.choose("move");
    floor.scan("]C0STAGE-1");
    assert_ne!(
        floor.scan(&monitor("SN1")).tone,
        Tone::Stop,
        "it may be brought together"
    );
    assert_eq!(floor.held_of("MON", "place:CART-1"), 1);
    let mut settled = disputed();
    settled.r[9] = Cell::Null;
    assert_ne!(
        stop_of(&crate::ship::loading(vec![settled])),
        Some("Serial is disputed".to_owned())
    );
}

fn stop_of(floor: &Floor) -> Option<String> {
    let screen = floor.scan(&monitor("SN1"));
    (screen.tone == Tone::Stop).then(|| stop(&screen).to_owned())
}

#[test]
fn minus_one_and_a_million_millions_are_no_quantities_and_the_stop_says_so() {
    for typed in ["-1", "1000000000000"] {
        let floor = at("adjust");
        floor.scan(&each("SOON", "270331"));
        let entries = floor.entries().len();
        let screen = floor.enter("quantity", typed);
        assert_eq!(stop(&screen), "Not a quantity");
        let said = screen.to_json();
        assert!(said.contains(&format!("{typed} cannot be a quantity.")), "{said}");
        assert!(said.contains("Enter how many once more."), "{said}");
        assert!(
            floor.entries().len() > entries && is_refused(&floor.last()),
            "it is kept"
        );
    }
}

#[test]
fn a_place_that_does_not_exist_is_named_and_the_stop_says_what_to_do() {
    for flow in ["move", "adjust", "count", "dispose"] {
        let floor = Floor::new();
        floor.sign_in("B-1", "1111");
        floor.choose("more");
        floor.choose(flow);
        let screen = floor.scan("]C0A-99");
        assert_eq!(stop(&screen), "Unknown place", "{flow}");
        let said = screen.to_json();
        assert!(said.contains("A-99 is no place here."), "{said}");
        assert!(said.contains("Scan the label of the place."), "{said}");
        assert!(is_refused(&floor.last()), "{flow}");
    }
}
