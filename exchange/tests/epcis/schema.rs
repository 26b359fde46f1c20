//! Our validator beside the standard's schema: what the schema refuses we refuse, and what we refuse beyond it is told.

use crate::fixture;
use lotline_exchange::epcis::{Bounds, Fault, Rule, read};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(&fixture("EPCIS-JSON-Schema.json")).expect("the schema");
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft7)
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema")
});

static EVENTS: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(&fixture("events.json")).expect("events"));

/// Whether the standard's schema takes it.
pub fn is_valid(document: &Value) -> bool {
    SCHEMA.is_valid(document)
}

fn faults(document: &Value) -> Vec<Fault> {
    let bytes = document.to_string().into_bytes();
    match read(&bytes, &Bounds::default()) {
        Ok(incoming) => incoming.all().err().unwrap_or_default(),
        Err(faults) => faults,
    }
}

/// Both say the same, but for what only we refuse.
fn agree(document: &Value) -> Result<(), String> {
    let (valid, faults) = (SCHEMA.is_valid(document), faults(document));
    let by_schema = faults.iter().any(|fault| !fault.rule.is_beyond_schema());
    match (valid, by_schema) {
        (true, true) => Err(format!("the schema takes it: {faults:?}\n{document:#}")),
        // An event of no known kind is refused before it is looked at.
        (false, false) if !faults.iter().any(|fault| fault.rule == Rule::UnknownEvent) => {
            let error = SCHEMA.iter_errors(document).next().map(|error| error.to_string());
            Err(format!(
                "the schema refuses it: {error:?}, we say {faults:?}\n{document:#}"
            ))
        }
        _ => Ok(()),
    }
}

/// What a value is replaced by.
fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!(7.5)),
        Just(json!([])),
        Just(json!({})),
        Just(json!(["urn:x:1", "urn:x:1"])),
        Just(json!([{"id": "urn:x:1"}])),
        Just(json!({"id": "urn:x:1"})),
        Just(json!({"type": "Temperature"})),
        Just(json!("ADD")),
        Just(json!("DELETE")),
        Just(json!("shiping")),
        Just(json!("shipping")),
        Just(json!("urn:epcglobal:cbv:bizstep:shipping")),
        Just(json!("https://ns.gs1.org/cbv/x")),
        Just(json!("https://gs1.org/voc/Temperature")),
        Just(json!("sscc 123")),
        Just(json!("urn:x:1")),
        Just(json!("http://[::1]:80/a?b#c")),
        Just(json!("http://a b/")),
        Just(json!("http://a/%zz")),
        Just(json!("1a:b")),
        Just(json!("urn:x:ü")),
        Just(json!("2026-03-02 09:00")),
        Just(json!("2026-03-02T09:00:00")),
        Just(json!("2026-02-30T09:00:00Z")),
        Just(json!("2026-03-02T09:00:00.123456+05:30")),
        Just(json!("+14:00")),
        Just(json!("+14:01")),
        Just(json!("-13:59")),
        Just(json!("01:00")),
        Just(json!("KGM")),
        Just(json!("kg")),
        "[a-z:/.@%#?-]{0,12}".prop_map(Value::from),
    ]
}

/// Where in a value; how deep is drawn step by step.
fn reach<'v>(mut value: &'v mut Value, steps: &[u8]) -> &'v mut Value {
    for step in steps {
        let step = usize::from(*step);
        let is_leaf = match value {
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => true,
        };
        if is_leaf {
            break;
        }
        value = match value {
            Value::Object(map) => {
                let at = step % map.len();
                map.values_mut().nth(at).expect("a member")
            }
            other => {
                let len = other.as_array().map_or(1, Vec::len);
                &mut other[step % len]
            }
        };
    }
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_validators_say_the_same_of_events_with_something_changed(
        number in 0..14_usize,
        steps in prop::collection::vec(any::<u8>(), 0..6),
        how in 0..3_u8,
        name in prop_oneof![Just("ex:more"), Just("more"), Just("nobody:more"), Just("ilmd"), Just("action"), Just("parentID"), Just("epcList"), Just("type")],
        junk in junk(),
    ) {
        let mut document = EVENTS.clone();
        let event = document["epcisBody"]["eventList"][number].clone();
        document["epcisBody"]["eventList"] = json!([event]);
        let target = reach(&mut document["epcisBody"]["eventList"][0], &steps);
        match (how, target) {
            (0, Value::Object(map)) => { map.insert(name.to_owned(), junk); }
            (1, Value::Object(map)) => {
                let at = steps.iter().fold(0, |sum, step| sum + usize::from(*step));
                if let Some(name) = map.keys().nth(at % map.len().max(1)).cloned() {
                    map.remove(&name);
                }
            }
            (_, target) => *target = junk,
        }
        prop_assert!(agree(&document).is_ok(), "{}", agree(&document).unwrap_err());
    }
}

#[test]
fn good_events_are_good_to_both() {
    assert!(SCHEMA.is_valid(&EVENTS));
    assert_eq!(faults(&EVENTS), []);
}

fn with(change: impl Fn(&mut Value)) -> Value {
    let mut document = EVENTS.clone();
    change(&mut document);
    document
}

#[test]
fn wrong_documents_are_refused_by_both() {
    let event = "/epcisBody/eventList/0";
    let cases: &[(&str, Value, Rule)] = &[
        ("/eventTime", json!("2026-03-02 09:00"), Rule::NotTime),
        ("/bizStep", json!("shiping"), Rule::NoSuchWord),
        ("/epcList/0", json!("sscc 123"), Rule::NotUri),
        ("/eventTimeZoneOffset", json!("1:00"), Rule::NotOffset),
        ("/action", json!("MOVE"), Rule::NoSuchWord),
        ("/bizLocation", json!("D4"), Rule::WrongKind),
    ];
    for (pointer, value, rule) in cases {
        let pointer = format!("{event}{pointer}");
        let document = with(|d| *d.pointer_mut(&pointer).expect("a place") = value.clone());
        assert!(!SCHEMA.is_valid(&document), "{pointer}");
        let told = faults(&document);
        assert!(told.iter().any(|f| f.rule == *rule && f.pointer == pointer), "{told:?}");
    }
    for name in ["schemaVersion", "creationDate", "@context", "epcisBody"] {
        let document = with(|d| drop(d.as_object_mut().map(|map| map.remove(name))));
        assert!(!SCHEMA.is_valid(&document), "{name}");
        assert!(faults(&document).iter().any(|f| f.rule == Rule::Missing), "{name}");
    }
    let header = |element: Value| {
        with(
            |d| d["epcisHeader"] = json!({"epcisMasterData": {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [element]}]}}),
        )
    };
    let good = header(json!({"id": "urn:x:1", "attributes": [{"id": "cbvmda:lotNumber", "attribute": "L7"}]}));
    assert!(SCHEMA.is_valid(&good) && faults(&good).is_empty());
    for wrong in [
        json!({"attributes": []}),
        json!({"id": "urn:x:1", "attributes": [{"id": "lot"}]}),
        json!(7),
    ] {
        let wrong = header(wrong);
        assert!(!SCHEMA.is_valid(&wrong) && !faults(&wrong).is_empty());
    }
    let ilmd = with(|d| d["epcisBody"]["eventList"][0]["ilmd"] = json!({"cbvmda:lotNumber": "L7"}));
    assert!(!SCHEMA.is_valid(&ilmd));
    assert!(faults(&ilmd).iter().any(|f| f.rule == Rule::IlmdNotHere));
}

/// Each rule beyond the schema, with a document that the schema takes.
#[test]
fn what_only_we_refuse_is_told_by_rule_and_place() {
    let cases: Vec<(&str, Value, Rule, &str)> = vec![
        (
            "0",
            json!({"epcList": ["urn:epc:id:sscc:9521141.00000001"]}),
            Rule::BadIdentifier,
            "/epcList/0",
        ),
        (
            "0",
            json!({"epcList": ["https://id.gs1.org/00/095211410000001111"]}),
            Rule::BadIdentifier,
            "/epcList/0",
        ),
        (
            "0",
            json!({"epcList": ["https://id.gs1.org/01/09521141123454/10/L7"]}),
            Rule::ClassAsInstance,
            "/epcList/0",
        ),
        ("0", json!({"epcList": []}), Rule::NoSubject, ""),
        ("0", json!({"nobody:knows": 1}), Rule::UndeclaredPrefix, "/nobody:knows"),
        (
            "1",
            json!({"quantityList": [{"epcClass": "urn:epc:id:sgtin:9521141.012345.2"}]}),
            Rule::InstanceAsClass,
            "/quantityList/0/epcClass",
        ),
        (
            "1",
            json!({"quantityList": [{"epcClass": "urn:x:1", "uom": "KGM"}]}),
            Rule::UnitWithoutQuantity,
            "/quantityList/0/uom",
        ),
        (
            "2",
            json!({"persistentDisposition": {"set": ["damaged"], "unset": ["damaged"]}}),
            Rule::SetAndUnset,
            "/persistentDisposition",
        ),
        ("5", json!({"parentID": null}), Rule::ParentMissing, "/parentID"),
        ("0", json!({"type": "ex:Event"}), Rule::UnknownEvent, "/type"),
    ];
    for (number, change, rule, place) in cases {
        let document = with(|d| {
            let at = format!("/epcisBody/eventList/{number}");
            let event = d.pointer_mut(&at).and_then(Value::as_object_mut).expect("an event");
            for (name, value) in change.as_object().expect("fields") {
                if value.is_null() {
                    event.remove(name);
                } else {
                    event.insert(name.clone(), value.clone());
                }
            }
        });
        assert!(SCHEMA.is_valid(&document), "{rule:?}");
        let pointer = format!("/epcisBody/eventList/{number}{place}");
        let told = faults(&document);
        assert!(
            told.iter().any(|f| f.rule == rule && f.pointer == pointer),
            "{rule:?}: {told:?}"
        );
        assert!(rule.is_beyond_schema());
    }
}

#[test]
fn a_document_beyond_its_bounds_is_refused_without_reading_on() {
    let bounds = Bounds {
        bytes: 10_000,
        depth: 8,
        values: 50,
        events: 2,
    };
    let rule = |text: &str| read(text.as_bytes(), &bounds).expect_err("refused")[0].rule;
    assert_eq!(rule(&"[".repeat(9_999)), Rule::TooLarge);
    assert_eq!(rule(&" ".repeat(10_001)), Rule::TooLarge);
    assert_eq!(rule(&format!("[{}1]", "1,".repeat(60))), Rule::TooLarge);
    assert_eq!(
        rule(r#"{"type":"ObjectEvent","type":"EPCISDocument"}"#),
        Rule::TwiceNamed
    );
    assert_eq!(rule("{"), Rule::Malformed);
    assert_eq!(rule("{} {}"), Rule::Malformed);
    let many = r#"{"@context":"urn:x:1","type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-02T10:00:00Z","epcisBody":{"eventList":[{},{},{}]}}"#;
    assert_eq!(rule(many), Rule::TooLarge);
}
