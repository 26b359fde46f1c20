//! A notice that tells its units by their serials.

use crate::site::{Floor, MONITOR, accepted, expecting_monitors, monitor, policy, row, rows, stop, text};
use lotline_core::Screen;
use lotline_core::screen::Tone;
use lotline_record::entry::Body;
use lotline_record::model::ContentsKnown;
use lotline_record::rules::{self, Facts};
use lotline_record::wire::{Included, Row};

const PALLET: &str = "395011100000000017";

/// Notices tell of these units, on line 2.
fn told(notice: &str, serials: &[&str]) -> Vec<Row> {
    let told = |serial: &&str| {
        let cells = ["S1", notice, "ACME", "MON", "gtin", MONITOR, serial, "2"];
        row("notice_serial", &cells.map(text))
    };
    serials.iter().map(told).collect()
}

fn another_notice() -> Row {
    let cells = ["S1", "notice", "80050", "ACME", "P1", "DOCK-1", "open"];
    row("document", &cells.map(text))
}

/// Ana at the dock with notice 80041, which tells of SN1, SN2 and SN3.
fn open(more: Vec<Row>) -> Floor {
    let mut all = rows();
    all.extend(told("80041", &["SN1", "SN2", "SN3"]));
    all.extend(more);
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor
}

fn warned(screen: &Screen) -> &str {
    assert_eq!(screen.tone, Tone::Warn, "{}", screen.to_json());
    &screen.message
}

fn monitors(floor: &Floor, account: &str) -> i64 {
    floor.held_of("MON", account)
}

#[test]
fn b3_a_unit_whose_serial_the_notice_does_not_tell_is_put_aside_until_a_supervisor_accepts_it() {
    let floor = open(vec![]);
    accepted(&floor.scan(&monitor("SN1")));
    let screen = floor.scan(&monitor("SN9"));
    assert_eq!(stop(&screen), "Serial not announced");
    assert!(
        screen.message.contains("80041") && screen.message.contains("SN9"),
        "{}",
        screen.message
    );
    let screen = floor.choose("put_aside");
    let unplanned = screen.fields.iter().find(|f| f.label == "Unplanned");
    assert_eq!(unplanned.unwrap().value, "1 in the cage, for a supervisor");
    let raised = floor.last_of("raised");
    let Body::Raised { exception, code, .. } = &raised.body else {
        panic!()
    };
    assert_eq!(code, "listed_serial");
    assert!(rules::recheck(&raised.verdict).is_ok());
    assert_eq!(
        (monitors(&floor, "place:DOCK-1"), monitors(&floor, "place:CAGE-1")),
        (1, 1)
    );
    floor.choose("sign_out");
    floor.sign_in("B-2", "2222");
    floor.choose("exceptions");
    floor.choose(&format!("exception:{exception}"));
    floor.choose("resolve:accept");
    floor.scan("B-2");
    accepted(&floor.enter("pin", "2222"));
    floor.choose("back");
    assert_eq!(floor.receive().lines[1].detail, "2 of 3 EA  ");
}

#[test]
fn b3_a_unit_whose_serial_the_notice_does_not_tell_only_warns_where_policy_says_so() {
    let says = r#"{"receipt":{"flag_bare_notices":false,"unexpected_serial":"warn"}}"#;
    let floor = open(vec![]);
    floor.page(vec![policy(says)], Included::default());
    let screen = floor.scan(&monitor("SN9"));
    assert_eq!(warned(&screen), "80041 does not tell of serial SN9. It counted.");
    assert_eq!(monitors(&floor, "place:DOCK-1"), 1);
}

#[test]
fn b3_a_unit_that_another_notice_tells_of_names_it() {
    let mut more = told("80050", &["SN7", "SN2"]);
    more.push(another_notice());
    let floor = open(more);
    let screen = floor.scan(&monitor("SN7"));
    assert_eq!(stop(&screen), "Serial of another notice");
    assert!(screen.message.contains("80050"), "{}", screen.message);
    floor.choose("acknowledge");
    // SN2 was told twice: it is here once, and somebody knows.
    let screen = floor.scan(&monitor("SN2"));
    assert_eq!(warned(&screen), "80050 tells of serial SN2, too. It counted for 80041.");
    assert_eq!(monitors(&floor, "place:DOCK-1"), 1);
    assert_eq!(stop(&floor.scan(&monitor("SN2"))), "Serial already here");
}

#[test]
fn a_notice_that_is_closed_tells_of_nothing_any_more() {
    let mut more = told("80050", &["SN2"]);
    let mut closed = another_notice();
    closed.r[6] = text("closed");
    more.push(closed);
    accepted(&open(more).scan(&monitor("SN2")));
}

#[test]
fn an_item_of_which_the_notice_tells_no_serials_takes_any() {
    let floor = Floor::on(rows());
    floor.sign_in("B-1", "1111");
    floor.receive();
    accepted(&floor.scan(&monitor("SN9")));
}

#[test]
fn b3_serials_that_did_not_come_are_named_when_the_notice_is_closed() {
    let floor = open(vec![]);
    accepted(&floor.scan(&monitor("SN2")));
    let screen = floor.choose("short");
    let said = "80041 closed short. Serials that did not come: 2 (SN1, SN3).";
    assert_eq!(warned(&screen), said);
    let closed = floor.last_of("closed");
    let Body::Closed { outcome, .. } = &closed.body else {
        panic!()
    };
    assert_eq!(outcome, "short");
    let missing = closed.verdict.grounds.iter().find_map(|ground| match &ground.facts {
        Facts::SerialsCame { serials, .. } => Some(serials.clone()),
        _ => None,
    });
    assert_eq!(missing.unwrap(), ["SN1", "SN3"]);
    assert!(rules::recheck(&closed.verdict).is_ok());
}

#[test]
fn a_unit_that_was_taken_back_did_not_come() {
    let floor = open(vec![]);
    accepted(&floor.scan(&monitor("SN2")));
    accepted(&floor.choose("undo"));
    assert!(warned(&floor.choose("short")).contains("3 (SN1, SN2, SN3)"));
}

#[test]
fn a_unit_that_is_put_aside_or_damaged_has_come() {
    let floor = open(vec![]);
    floor.choose("damaged");
    floor.scan(&monitor("SN1"));
    floor.choose("no_photo");
    assert!(warned(&floor.choose("short")).contains("2 (SN2, SN3)"));
}

#[test]
fn a_row_of_serials_stops_at_the_first_that_the_notice_does_not_tell() {
    let floor = open(vec![]);
    floor.choose("range");
    floor.scan(&monitor("SN2"));
    floor.scan(&monitor("SN4"));
    assert_eq!(stop(&floor.choose("count")), "Serial not announced");
    assert_eq!(monitors(&floor, "place:DOCK-1"), 0);
}

#[test]
fn a_pallet_brings_the_units_that_its_line_tells_each_by_its_serial() {
    let mut all = rows();
    for row in all.iter_mut().filter(|row| row.t == "document_line") {
        if row.r[2..4] == [text("80041"), text("2")] {
            row.r[12] = text(PALLET);
        }
    }
    all.extend(told("80041", &["SN1", "SN2"]));
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.receive();
    accepted(&floor.scan(&format!("]C100{PALLET}")));
    let came: Vec<_> = floor
        .entries()
        .into_iter()
        .filter_map(|entry| match entry.body {
            Body::Received { goods, known, .. } => Some((goods.serial.map(|s| s.to_string()), known)),
            _ => None,
        })
        .collect();
    let inferred = |serial: Option<&str>| (serial.map(ToOwned::to_owned), ContentsKnown::Inferred);
    // The third of the line has no number that anybody told.
    assert_eq!(came, [inferred(Some("SN1")), inferred(Some("SN2")), inferred(None)]);
    assert_eq!(stop(&floor.scan(&monitor("SN1"))), "Serial already here");
    floor.choose("acknowledge");
    floor.choose("undo");
    assert_eq!(monitors(&floor, &format!("plate:{PALLET}")), 0);
    accepted(&floor.scan(&format!("]C100{PALLET}")));
}

#[test]
fn ten_thousand_serials_of_a_notice_are_asked_for_one_by_one() {
    let serials: Vec<String> = (0..10_000).map(|n| format!("SN{n:05}")).collect();
    let names: Vec<&str> = serials.iter().map(String::as_str).collect();
    let mut all = expecting_monitors(10_000);
    all.extend(told("80041", &names));
    let floor = Floor::on(all);
    floor.sign_in("B-1", "1111");
    floor.receive();
    accepted(&floor.scan(&monitor("SN00007")));
    let screen = floor.choose("short");
    assert!(
        warned(&screen).contains("9999 (SN00000, SN00001, SN00002, …)"),
        "{}",
        screen.message
    );
}
