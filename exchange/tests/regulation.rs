//! What an authority asks for, out of entries of every kind.

use lotline_exchange::regulation::fsma::{Facts, Missing, Row, csv, row, takes_back};
use lotline_exchange::regulation::part11::{Names, Trail, header};
use lotline_record::entry::{Body, Entry, Hash, Instant};
use lotline_record::model::{DocumentKind, ItemId, Level, OwnerId, PersonId};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A site that knows its items, its partners, and where each of them is.
struct Known {
    located: bool,
}

impl Facts for Known {
    fn product(&self, _: &OwnerId, item: &ItemId) -> Option<String> {
        Some(format!("{item}, chopped, 500 g bag"))
    }

    fn gtin(&self, _: &OwnerId, item: &ItemId, level: Level) -> Option<String> {
        (item.as_str() == "P500" && level == Level::Each).then(|| "09521141123454".to_owned())
    }

    fn partner(&self, _: DocumentKind, _: &str) -> Option<String> {
        Some("FARM".to_owned())
    }

    fn location(&self, key: &str) -> Option<String> {
        self.located
            .then(|| format!("{key} Foods, +1 555 0100, 1 Main Street, Springfield, IL 62701"))
    }
}

fn fixture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    std::fs::read_to_string(path).expect("a fixture")
}

fn entry(body: &Value) -> Entry {
    serde_json::from_value(json!({
        "v": 1, "id": "0199f1a0-0000-7000-8000-000000000001", "site": "DC1", "device": "d1", "epoch": 1, "seq": 7,
        "prev": Hash([0; 32]), "at": { "wall": "2026-11-21T23:30:00.123Z", "zone_min": 60, "mono_ms": 1, "boot": "b1" },
        "policy": 1, "core": "0", "app": "0", "cursor": 0, "refs": {}, "place": "DOCK-1", "body": body,
    }))
    .expect("an entry")
}

fn bodies() -> Vec<Value> {
    let line = |line: &str| serde_json::from_str(line).expect("a body");
    fixture("epcis/bodies.jsonl").lines().map(line).collect()
}

fn rows(located: bool) -> Vec<Row> {
    let entries = bodies();
    entries
        .iter()
        .filter_map(|body| row(&entry(body), &Known { located }))
        .collect()
}

fn received(goods: &Value) -> Row {
    let mut body = bodies()
        .into_iter()
        .find(|body| body["kind"] == "received")
        .expect("one");
    for (name, value) in goods.as_object().expect("fields") {
        body["goods"][name] = value.clone();
    }
    row(&entry(&body), &Known { located: true }).expect("a row")
}

#[test]
fn every_critical_tracking_event_of_a_warehouse_is_a_row_and_nothing_else_is() {
    let found = csv(&rows(true));
    assert_eq!(found, fixture("regulation/fsma.csv"), "{found}");
}

#[test]
fn a_place_that_nobody_described_is_named_as_not_known_and_its_key_still_told() {
    for row in rows(false) {
        let known = row.to == "DC1" || row.from == "DC1";
        assert!(known && row.missing.contains(&Missing::From), "{row:?}");
    }
}

#[test]
fn a_lot_that_the_label_does_not_carry_is_named_and_none_is_made_up() {
    let row = received(&json!({ "lot": null }));
    assert_eq!((row.code.as_str(), row.source.as_str()), ("", ""));
    assert!(row.missing.contains(&Missing::Code) && row.missing.contains(&Missing::Source));
}

#[test]
fn the_maker_of_a_lot_is_its_source_by_location_where_that_is_known_and_by_reference_where_not() {
    let body = |located| {
        let mut body = bodies()
            .into_iter()
            .find(|body| body["kind"] == "received")
            .expect("one");
        body["goods"]["lot"] = json!({ "number": "L7", "maker": "PLANT" });
        row(&entry(&body), &Known { located }).expect("a row")
    };
    assert!(body(true).source.starts_with("PLANT Foods, +1"));
    assert_eq!(body(false).source, "PLANT");
    assert!(!body(false).missing.contains(&Missing::Source));
}

#[test]
fn no_cell_is_run_by_a_spreadsheet() {
    let mut row = received(&json!({}));
    row.product = "=HYPERLINK(\"http://x\")".to_owned();
    row.reference = "@SUM(1)".to_owned();
    let text = csv(&[row]);
    assert!(
        text.contains("\"'=HYPERLINK(\"\"http://x\"\")\"") && text.contains(",'@SUM(1),"),
        "{text}"
    );
}

#[test]
fn training_is_no_event() {
    let mut training = entry(
        &bodies()
            .into_iter()
            .find(|body| body["kind"] == "shipped")
            .expect("one"),
    );
    training.training = true;
    assert_eq!(row(&training, &Known { located: true }), None);
    let mut undone = entry(&json!({
        "kind": "undone", "entry": { "device": "d1", "epoch": 1, "seq": 7, "hash": Hash([1; 32]) }, "body": bodies()[0]
    }));
    assert!(takes_back(&undone).is_some());
    undone.training = true;
    assert_eq!(takes_back(&undone), None);
}

struct Printed;

impl Names for Printed {
    fn printed(&self, person: &PersonId, version: u32) -> Option<String> {
        (version == 1).then(|| format!("Name of {person}"))
    }

    fn meaning(&self, id: &str) -> String {
        format!("words of {id}")
    }
}

#[test]
fn the_trail_has_every_kind_of_entry_with_what_was_signed_and_what_was_taken_back() {
    let mut trail = Trail::default();
    let mut text = header() + "\r\n";
    for body in bodies() {
        text += &trail.row(&entry(&body), &Printed).csv();
        text += "\r\n";
    }
    assert_eq!(text, fixture("regulation/part11.csv"), "{text}");
}

#[test]
fn a_clock_that_was_set_between_two_entries_shows_and_a_restart_or_a_little_drift_does_not() {
    let at = |wall_ms: i64, mono_ms: u64, boot: &str| {
        let mut entry = entry(&bodies()[0]);
        entry.at.wall = Instant::from_unix_ms(1_800_000_000_000 + wall_ms);
        (entry.at.mono_ms, entry.at.boot) = (mono_ms, boot.parse().expect("a boot"));
        entry
    };
    let mut trail = Trail::default();
    let mut set = |wall_ms, mono_ms, boot| trail.row(&at(wall_ms, mono_ms, boot), &Printed).clock_set_ms;
    assert_eq!(set(0, 1_000, "b1"), None, "nothing before it");
    assert_eq!(set(60_500, 61_000, "b1"), None, "half a second of drift");
    assert_eq!(set(3_720_500, 121_000, "b1"), Some(3_600_000), "an hour ahead");
    assert_eq!(set(120_500, 121_000, "b1"), Some(-3_600_000), "and back");
    assert_eq!(set(500_000_000, 5, "b2"), None, "started anew");
}

#[test]
fn a_name_that_is_not_known_any_more_is_not_replaced_by_todays() {
    let mut signed = entry(
        &bodies()
            .into_iter()
            .find(|body| body["kind"] == "disposed")
            .expect("one"),
    );
    let printed = |entry: &Entry| Trail::default().row(entry, &Printed).signed_by[0].clone();
    let Body::Disposed { signature, .. } = &mut signed.body else {
        panic!("{:?}", signed.body)
    };
    signature.name_version = 1;
    let person = signature.person.clone();
    assert_eq!(printed(&signed), format!("Name of {person}"));
    let Body::Disposed { signature, .. } = &mut signed.body else {
        panic!("{:?}", signed.body)
    };
    signature.name_version = 2;
    assert_eq!(printed(&signed), format!("name 2 of {person} is not known"));
}
