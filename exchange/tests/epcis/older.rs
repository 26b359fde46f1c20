//! Events as XML of EPCIS 1.2.

use crate::fixture;
use lotline_exchange::epcis::older::{BadPrefix, Prefixes, write_1_2};
use lotline_exchange::epcis::{Bounds, Event, read};
use lotline_record::entry::Instant;
use proptest::prelude::*;
use serde_json::{Value, json};

fn now() -> Instant {
    Instant::from_unix_ms(1_772_000_000_000)
}

fn events(document: &Value) -> Vec<Event> {
    read(document.to_string().as_bytes(), &Bounds::default())
        .expect("a document")
        .all()
        .expect("good events")
}

fn one(mut event: Value) -> Vec<Event> {
    let fields = event.as_object_mut().expect("an event");
    for (name, value) in [
        ("type", "ObjectEvent"),
        ("action", "OBSERVE"),
        ("eventTime", "2026-03-02T09:30:00Z"),
        ("eventTimeZoneOffset", "+01:00"),
    ] {
        fields.entry(name).or_insert_with(|| value.into());
    }
    let context =
        json!(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "https://example.com/ext/"}]);
    events(&json!({
        "@context": context, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-02T10:00:00Z",
        "epcisBody": { "eventList": [event] }
    }))
}

fn prefixes() -> Prefixes {
    Prefixes::of(["9521141", "0614141"]).expect("good ones")
}

#[test]
fn the_events_of_the_fixtures_are_this_document() {
    let document: Value = serde_json::from_str(&fixture("events.json")).expect("json");
    let older = write_1_2(&events(&document), now(), &prefixes());
    assert_eq!(older.text, fixture("events-1.2.xml"), "{}", older.text);
    let mut lacking: Vec<String> = older
        .left_out
        .into_iter()
        .map(|(at, what)| format!("{at} {what}"))
        .collect();
    lacking.sort();
    let lacking = lacking.join("\n") + "\n";
    assert_eq!(lacking, fixture("events-1.2.txt"), "{lacking}");
}

#[test]
fn a_digital_link_becomes_a_urn_where_the_prefix_is_known_and_is_named_where_not() {
    let event = one(json!({"epcList": [
        "https://id.gs1.org/01/09521141123454/21/S1", "https://id.gs1.org/00/395211410000000015", "https://id.gs1.org/01/04012345111118/21/9"
    ]}));
    let older = write_1_2(&event, now(), &prefixes());
    for epc in [
        "<epc>urn:epc:id:sgtin:9521141.012345.S1</epc>",
        "<epc>urn:epc:id:sscc:9521141.3000000001</epc>",
        "<epc>https://id.gs1.org/01/04012345111118/21/9</epc>",
    ] {
        assert!(older.text.contains(epc), "{epc} in {}", older.text);
    }
    assert_eq!(
        older.left_out,
        [(0, "https://id.gs1.org/01/04012345111118/21/9".to_owned())]
    );
}

#[test]
fn what_1_2_has_no_place_for_is_named_and_left_out() {
    let older = write_1_2(
        &one(json!({
            "epcList": ["urn:epc:id:sscc:9521141.3000000001"], "persistentDisposition": {"set": ["damaged"]},
            "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 4.5, "uom": "CEL"}]}],
        })),
        now(),
        &prefixes(),
    );
    let named: Vec<&str> = older.left_out.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(named, ["persistentDisposition", "sensorElementList"]);
    assert!(
        !older.text.contains("damaged") && !older.text.contains("Temperature"),
        "{}",
        older.text
    );
}

#[test]
fn a_text_that_is_no_company_prefix_is_refused() {
    for text in ["", "12345", "1234567890123", "95211a1", "952 114"] {
        assert_eq!(Prefixes::of([text]).unwrap_err(), BadPrefix(text.to_owned()));
    }
}

proptest! {
    #[test]
    fn no_text_from_outside_leaves_its_element(text in "\\PC{0,12}[<>&\"'\\]\u{1}\u{b}\u{85}]{0,4}.{0,12}") {
        let events = one(json!({"epcList": ["urn:epc:id:sscc:9521141.3000000001"], "ex:note": text}));
        let older = write_1_2(&events, now(), &prefixes());
        let tree = roxmltree::Document::parse(&older.text).unwrap();
        let note = tree.descendants().find(|node| node.tag_name().name() == "note").unwrap();
        prop_assert_eq!(note.tag_name().namespace(), Some("https://example.com/ext/"));
        // Characters that XML has no place for are replaced.
        let expected: String = text.chars().map(|c| if is_xml(c) { c } else { '\u{fffd}' }).collect();
        prop_assert_eq!(note.text().unwrap_or_default(), expected);
    }
}

fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
