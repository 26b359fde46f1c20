//! The names of events as PyPI `epcis-event-hash-generator` 1.9.3 gives them: frozen here; docs/epcis.md says how to
//! make them anew.

use crate::fixture;
use lotline_exchange::epcis::{Bounds, hash, read};

#[test]
fn an_event_has_the_name_that_the_reference_gives_it() {
    let document = fixture("events.json");
    let events = read(document.as_bytes(), &Bounds::default()).expect("a document").all();
    let events = events.unwrap_or_else(|faults| panic!("{faults:?}"));
    let hashes = fixture("hashes.txt");
    let expected: Vec<&str> = hashes.lines().collect();
    assert_eq!(events.len(), expected.len());
    for (event, expected) in events.iter().zip(expected) {
        assert_eq!(hash::event_id(event), expected, "{}", hash::text(event));
    }
}

#[test]
fn a_name_does_not_depend_on_how_an_event_is_written() {
    let event = |fields: &str| {
        let text = format!(
            r#"{{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"ObjectEvent","action":"OBSERVE","eventTimeZoneOffset":"+01:00",{fields}}}"#
        );
        let incoming = read(text.as_bytes(), &Bounds::default()).expect("an event");
        hash::event_id(&incoming.all().expect("good")[0])
    };
    let one = event(
        r#""eventTime":"2026-03-02T09:30:00+01:00","epcList":["urn:epc:id:sgtin:9521141.012345.2","urn:epc:id:sgtin:9521141.012345.10"],"bizStep":"receiving""#,
    );
    let other = event(
        r#""bizStep":"https://ref.gs1.org/cbv/BizStep-receiving","epcList":["https://example.com/01/09521141123454/21/10","https://id.gs1.org/01/09521141123454/10/L/21/2?17=300101"],"eventTime":"2026-03-02T08:30:00.000Z","recordTime":"2026-03-02T08:30:00.000Z","eventID":"urn:uuid:1","errorDeclaration":{"declarationTime":"2026-03-02T08:30:00Z"}"#,
    );
    assert_eq!(one, other);
    let later = event(
        r#""eventTime":"2026-03-02T09:30:00.001+01:00","epcList":["urn:epc:id:sgtin:9521141.012345.2","urn:epc:id:sgtin:9521141.012345.10"],"bizStep":"receiving""#,
    );
    assert_ne!(one, later);
}
