//! Queries over the events of the fixtures.

use crate::fixture;
use lotline_exchange::epcis::query::{Query, keys_of};
use lotline_exchange::epcis::{Bounds, Event, read};

fn events() -> Vec<Event> {
    let document = fixture("events.json");
    read(document.as_bytes(), &Bounds::default())
        .expect("a document")
        .all()
        .expect("good")
}

/// The numbers of the events that a query takes.
fn taken(parameters: &[(&str, &str)]) -> Vec<usize> {
    let query = Query::of(parameters.iter().copied()).expect("a query");
    let events = events();
    events
        .iter()
        .enumerate()
        .filter(|(_, event)| query.takes(event))
        .map(|(number, _)| number)
        .collect()
}

#[test]
fn a_urn_and_a_digital_link_find_the_same() {
    for id in [
        "urn:epc:id:sgtin:9521141.012345.2",
        "https://id.gs1.org/01/09521141123454/21/2",
        "https://example.com/01/09521141123454/10/L/21/2",
    ] {
        assert_eq!(taken(&[("MATCH_epc", id)]), [5, 10], "{id}");
        assert_eq!(taken(&[("MATCH_anyEPC", id)]), [5, 8, 10], "{id}");
    }
    assert_eq!(
        taken(&[("MATCH_epc", "urn:epc:idpat:sgtin:9521141.012345.*")]),
        [2, 3, 5, 10]
    );
    assert_eq!(
        taken(&[("MATCH_anyEPCClass", "https://id.gs1.org/01/09521141123454/10/L7")]),
        [1, 5, 8]
    );
    assert_eq!(
        taken(&[("MATCH_parentID", "urn:epc:id:sscc:9521141.0000000111")]),
        [5, 6]
    );
}

#[test]
fn each_parameter_narrows_and_values_of_one_widen() {
    assert_eq!(taken(&[("eventType", "AggregationEvent")]), [5, 6]);
    assert_eq!(taken(&[("eventType", "AggregationEvent"), ("EQ_action", "ADD")]), [5]);
    assert_eq!(
        taken(&[
            ("EQ_bizStep", "packing"),
            ("EQ_bizStep", "https://ref.gs1.org/cbv/BizStep-unpacking")
        ]),
        [5, 6]
    );
    assert_eq!(taken(&[("EQ_persistentDisposition_set", "damaged")]), [2]);
    assert_eq!(
        taken(&[("WD_readPoint", "https://id.gs1.org/414/9521141000014")]),
        [0, 4]
    );
    assert_eq!(
        taken(&[("EQ_readPoint", "https://id.gs1.org/414/9521141000014")]),
        [] as [usize; 0]
    );
    assert_eq!(taken(&[("EQ_bizTransaction_po", "https://example.com/po/1")]), [7]);
    assert_eq!(
        taken(&[("EQ_source_owning_party", "https://id.gs1.org/417/0614141000005")]),
        [0]
    );
    assert_eq!(taken(&[("GE_quantity", "24")]), [1]);
    assert_eq!(taken(&[("EXISTS_errorDeclaration", "")]), [10]);
    assert_eq!(taken(&[("EQ_errorReason", "did_not_occur")]), [10]);
    assert_eq!(taken(&[("EQ_type", "Temperature"), ("GT_value_CEL", "25.5")]), [4]);
    assert_eq!(taken(&[("EQ_ex:reason", "broken")]), [3]);
    assert_eq!(taken(&[("GE_eventTime", "2026-12-31T00:00:00Z")]), [12]);
    assert_eq!(taken(&[("LT_eventTime", "2026-03-02T08:30:00.125Z")]), [14]);
}

#[test]
fn a_parameter_that_is_not_good_is_refused_by_name() {
    for (name, value) in [
        ("EQ_nothing", "x"),
        ("FOO_bizStep", "x"),
        ("GE_eventTime", "yesterday"),
        ("orderBy", "size"),
        ("perPage", "0"),
        ("perPage", "many"),
        ("eventType", "SomeEvent"),
        ("MATCH_epcs", "x"),
        ("x", "y"),
    ] {
        assert_eq!(Query::of([(name, value)]).expect_err(name).name, name);
    }
    assert!(Query::of([("eventCountLimit", "1"), ("maxEventCount", "1")]).is_err());
}

#[test]
fn an_event_is_found_by_each_of_its_keys() {
    for event in events() {
        for key in keys_of(&event) {
            let any = Query::of([("MATCH_anyEPC", key.as_str())]).expect("a query");
            let class = Query::of([("MATCH_anyEPCClass", key.as_str())]).expect("a query");
            assert!(any.takes(&event) || class.takes(&event), "{key}");
        }
    }
}
