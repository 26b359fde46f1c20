//! Entries as events: each kind is told, or says why not.

use crate::{fixture, schema};
use lotline_exchange::epcis::entry::{Facts, Untold, events};
use lotline_exchange::epcis::{Event, Kind, hash, write};
use lotline_record::entry::{Body, Entry, EntryRef, Hash, Instant};
use lotline_record::model::{ItemId, Level, OwnerId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A site that knows its GLN, its items and one earlier entry.
struct Known(Option<Entry>);

impl Facts for Known {
    fn gtin(&self, _: &OwnerId, item: &ItemId, level: Level) -> Option<String> {
        (item.as_str() == "P500" && level == Level::Each).then(|| "09521141123454".to_owned())
    }

    fn gln(&self) -> Option<&str> {
        Some("9521141000014")
    }

    fn partner(&self, _: &str) -> Option<String> {
        Some("https://id.gs1.org/417/0614141000005".to_owned())
    }

    fn entry(&self, _: &EntryRef) -> Option<Entry> {
        self.0.clone()
    }
}

fn entry(body: &Value) -> Entry {
    serde_json::from_value(json!({
        "v": 1, "id": "0199f1a0-0000-7000-8000-000000000001", "site": "DC1", "device": "d1", "epoch": 1, "seq": 7,
        "prev": Hash([0; 32]), "at": { "wall": "2026-11-21T08:00:00.123Z", "zone_min": 60, "mono_ms": 1, "boot": "b1" },
        "policy": 1, "core": "0", "app": "0", "cursor": 0, "refs": {}, "place": "DOCK-1", "body": body,
    }))
    .expect("an entry")
}

fn bodies() -> impl Iterator<Item = Value> {
    let lines = fixture("bodies.jsonl");
    let bodies: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a body"))
        .collect();
    bodies.into_iter()
}

fn short(told: &Result<Vec<Event>, Untold>) -> String {
    let one = |event: &Event| {
        let words = [event.text("action"), event.text("bizStep"), event.text("disposition")];
        format!(
            "{} {}",
            event.kind().as_str(),
            words.into_iter().flatten().collect::<Vec<_>>().join(" ")
        )
    };
    match told {
        Ok(events) => events.iter().map(one).collect::<Vec<_>>().join("; "),
        Err(untold) => format!("none: {untold}"),
    }
}

#[test]
fn every_kind_of_entry_is_told_or_says_why_not() {
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for body in bodies() {
        let entry = entry(&body);
        let events = events(&entry, &Known(None));
        told.entry(entry.body.kind().to_owned())
            .or_insert_with(|| short(&events));
        for event in events.iter().flatten() {
            assert_eq!(event.id(), Some(hash::event_id(event).as_str()));
        }
        let document = write(events.as_deref().unwrap_or_default(), entry.at.wall, None);
        assert!(schema::is_valid(&document), "{document:#}");
    }
    let list: Vec<String> = told
        .iter()
        .map(|(kind, events)| format!("{kind}: {events}\n"))
        .collect();
    let list = list.concat();
    assert_eq!(list, fixture("entries.txt"), "{list}");
}

#[test]
fn goods_are_named_by_lot_serial_or_handling_unit() {
    let of = |body: &str| events(&entry(&serde_json::from_str(body).expect("a body")), &Known(None)).expect("events");
    let counted = of(
        r#"{"kind":"counted","owner":"ACME","item":"P500","lot":{"number":"L/1"},"level":"each","at":"place:A-01","counted":10500000,"expected":0,"confirmed":true}"#,
    );
    let event = &counted[0];
    assert_eq!(
        event.get("quantityList"),
        Some(&json!([{"epcClass": "https://id.gs1.org/01/09521141123454/10/L%2F1", "quantity": 10.5}]))
    );
    assert_eq!(
        event.get("readPoint"),
        Some(&json!({"id": "https://id.gs1.org/414/9521141000014/254/A-01"}))
    );
    assert_eq!(
        (event.text("eventTime"), event.text("eventTimeZoneOffset")),
        (Some("2026-11-21T08:00:00.123Z"), Some("+01:00"))
    );
    let unknown = of(
        r#"{"kind":"counted","owner":"ACME","item":"X 1","level":"each","at":"place:A-01","counted":1000000,"expected":0,"confirmed":true}"#,
    );
    assert_eq!(
        unknown[0].classes("quantityList").collect::<Vec<_>>(),
        ["urn:x-lotline:class:ACME:X%201"]
    );
}

#[test]
fn taking_an_entry_back_repeats_its_event_with_a_declaration() {
    let body = bodies().find(|body| body["kind"] == "received").expect("one");
    let received = entry(&body);
    let first = events(&received, &Known(None)).expect("events").remove(0);
    let mut undone = entry(
        &json!({"kind": "undone", "entry": {"device": "d1", "epoch": 1, "seq": 7, "hash": Hash([1; 32])}, "body": body}),
    );
    undone.at.wall = Instant::from_unix_ms(1_800_000_000_000);
    assert!(matches!(undone.body, Body::Undone { .. }));
    let repeat = events(&undone, &Known(Some(received))).expect("events").remove(0);
    assert_eq!(repeat.id(), first.id());
    assert_eq!(repeat.kind(), Kind::Object);
    let declared = repeat.get("errorDeclaration").expect("a declaration");
    assert_eq!(
        declared,
        &json!({"declarationTime": "2027-01-15T08:00:00.000Z", "reason": "did_not_occur"})
    );
    assert_eq!(events(&undone, &Known(None)), Err(Untold::NotHere));
}

#[test]
fn training_is_never_told() {
    let mut training = entry(&bodies().next().expect("a body"));
    training.training = true;
    assert_eq!(events(&training, &Known(None)), Err(Untold::Training));
}
