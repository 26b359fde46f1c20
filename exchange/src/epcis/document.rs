//! Documents: a list of events with an envelope (EPCIS 2.0 section 10), as JSON-LD.

use super::event::{Context, Event};
use super::json::{self, Bounds};
use super::{Fault, Rule, uri};
use lotline_record::entry::Instant;
use serde_json::{Map, Value, json};

/// A document as it came: each event read or refused by itself, so that whoever takes it may take the good ones.
#[derive(Debug)]
pub struct Incoming {
    /// The header, with master data where it has any.
    pub header: Option<Value>,
    /// The events in their order, each good or with its faults.
    pub events: Vec<Result<Event, Vec<Fault>>>,
    /// Whether they came as an answer to a query.
    pub is_answer: bool,
}

impl Incoming {
    /// All events, or everything that is wrong with any.
    ///
    /// # Errors
    /// One of them is not good.
    pub fn all(self) -> Result<Vec<Event>, Vec<Fault>> {
        let (mut good, mut faults) = (Vec::new(), Vec::new());
        for event in self.events {
            match event {
                Ok(event) => good.push(event),
                Err(mut more) => faults.append(&mut more),
            }
        }
        if faults.is_empty() { Ok(good) } else { Err(faults) }
    }
}

/// Reads a document, an answer or an event that stands by itself, as JSON or JSON-LD.
///
/// # Errors
/// The envelope is not good; what is wrong with an event stands in its place.
pub fn read(bytes: &[u8], bounds: &Bounds) -> Result<Incoming, Vec<Fault>> {
    let value = json::read(bytes, bounds).map_err(|fault| vec![fault])?;
    let Value::Object(mut map) = value else {
        return Err(vec![Fault::new("", Rule::WrongKind, "not an object")]);
    };
    let word = map.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let answer = match word.as_str() {
        "EPCISDocument" => false,
        "EPCISQueryDocument" => true,
        "" => return Err(vec![Fault::new("/type", Rule::Missing, "type")]),
        _ => {
            return Ok(Incoming {
                header: None,
                events: vec![Event::of(Value::Object(map), None, "")],
                is_answer: false,
            });
        }
    };
    let faults = envelope(&map, answer);
    if !faults.is_empty() {
        return Err(faults);
    }
    let context = Context::read(map.get("@context"));
    let (pointer, list) = if answer {
        let pointer = "/epcisBody/queryResults/resultsBody/eventList";
        let results = map.get_mut("epcisBody").and_then(|body| body.get_mut("queryResults"));
        (
            pointer,
            results.and_then(|results| results.get_mut("resultsBody")?.get_mut("eventList")),
        )
    } else {
        let body = map.get_mut("epcisBody");
        ("/epcisBody/eventList", body.and_then(|body| body.get_mut("eventList")))
    };
    let Some(Value::Array(list)) = list.map(Value::take) else {
        return Err(vec![Fault::new(pointer, Rule::WrongKind, "not a list")]);
    };
    if list.len() > bounds.events {
        let found = format!("{} events, at most {}", list.len(), bounds.events);
        return Err(vec![Fault::new(pointer, Rule::TooLarge, found)]);
    }
    let events = list.into_iter().enumerate();
    Ok(Incoming {
        header: map.remove("epcisHeader"),
        events: events
            .map(|(number, event)| Event::of(event, Some(&context), &format!("{pointer}/{number}")))
            .collect(),
        is_answer: answer,
    })
}

/// What is wrong around the events.
fn envelope(map: &Map<String, Value>, answer: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    let needed: &[&str] = if answer {
        &["@context", "epcisBody"]
    } else {
        &["@context", "schemaVersion", "creationDate", "epcisBody"]
    };
    for name in needed {
        if !map.contains_key(*name) {
            faults.push(Fault::new(format!("/{name}"), Rule::Missing, name));
        }
    }
    let mut wrong = |name: &str, rule: Rule, found: &Value| {
        let name = name.replace('~', "~0").replace('/', "~1");
        faults.push(Fault::new(format!("/{name}"), rule, found));
    };
    for (name, value) in map {
        let text = value.as_str();
        match name.as_str() {
            "type" | "epcisBody" => {}
            "@context" => {
                let good = |part: &Value| part.is_object() || part.as_str().is_some_and(uri::is_uri);
                let parts = value.as_array();
                if !parts.map_or_else(|| good(value), |parts| parts.iter().all(good)) {
                    wrong(name, Rule::NotUri, value);
                }
            }
            "id" => {
                if !text.is_some_and(uri::is_uri) {
                    wrong(name, Rule::NotUri, value);
                }
            }
            "schemaVersion" => match text {
                Some(text) if text == "2" || text.starts_with("2.") => {}
                Some(_) => wrong(name, Rule::WrongVersion, value),
                None => wrong(name, Rule::WrongKind, value),
            },
            "creationDate" => {
                if text.is_none_or(|text| uri::time(text).is_none()) {
                    wrong(name, Rule::NotTime, value);
                }
            }
            "instanceIdentifier" | "sender" | "receiver" if !answer => {
                if text.is_none() {
                    wrong(name, Rule::WrongKind, value);
                }
            }
            "epcisHeader" if !answer => {
                if !value
                    .as_object()
                    .is_some_and(|header| header.keys().all(|name| name == "epcisMasterData" || uri::is_uri(name)))
                {
                    wrong(name, Rule::Unknown, value);
                }
            }
            _ if uri::is_uri(name) => {}
            _ => wrong(name, Rule::Unknown, value),
        }
    }
    if let Some(found) = map.get("epcisHeader").and_then(master_data) {
        wrong("epcisHeader", Rule::WrongKind, found);
    }
    let mut at = String::from("/epcisBody");
    let mut body = map.get("epcisBody");
    let path: &[&str] = if answer {
        &["queryResults", "resultsBody", "eventList"]
    } else {
        &["eventList"]
    };
    for name in path {
        if body.is_some_and(|body| !body.is_object()) {
            faults.push(Fault::new(at.as_str(), Rule::WrongKind, "not an object"));
            break;
        }
        let inner = body.and_then(|body| body.get(*name));
        at = format!("{at}/{name}");
        if body.is_some() && inner.is_none() {
            faults.push(Fault::new(at.as_str(), Rule::Missing, name));
        }
        if *name == "queryResults"
            && inner.is_some_and(|results| !results.get("queryName").is_some_and(Value::is_string))
        {
            faults.push(Fault::new(format!("{at}/queryName"), Rule::Missing, "queryName"));
        }
        body = inner;
    }
    if body.is_some_and(|list| !list.is_array()) {
        faults.push(Fault::new(at, Rule::WrongKind, "not a list"));
    }
    faults
}

/// A list that may be absent.
fn list<'v>(value: &'v Value, name: &str) -> Result<&'v [Value], ()> {
    match value.get(name) {
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(()),
        None => Ok(&[]),
    }
}

/// What is wrong in a header's master data (EPCIS 2.0 section 7.2): each vocabulary has a type, each element an id, each
/// attribute an id, all of them URIs.
fn master_data(header: &Value) -> Option<&Value> {
    let data = header.get("epcisMasterData")?;
    let named = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).is_some_and(uri::is_uri);
    if !data.is_object() {
        return Some(data);
    }
    let Ok(vocabularies) = list(data, "vocabularyList") else {
        return Some(data);
    };
    for vocabulary in vocabularies {
        let Ok(elements) = list(vocabulary, "vocabularyElementList") else {
            return Some(vocabulary);
        };
        if !named(vocabulary, "type") {
            return Some(vocabulary);
        }
        for element in elements {
            let (Ok(attributes), Ok(children)) = (list(element, "attributes"), list(element, "children")) else {
                return Some(element);
            };
            let uris = |child: &Value| child.as_str().is_some_and(uri::is_uri);
            if !named(element, "id")
                || !children.iter().all(uris)
                || !attributes.iter().all(|attribute| named(attribute, "id"))
            {
                return Some(element);
            }
        }
    }
    None
}

/// A document for capture elsewhere. `created` is when it is made.
#[must_use]
pub fn write(events: &[Event], created: Instant, header: Option<Value>) -> Value {
    let mut document = json!({
        "@context": [super::event::CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created.to_string(),
        "epcisBody": { "eventList": events.iter().map(Event::to_json).collect::<Vec<_>>() },
    });
    if let Some(header) = header {
        document["epcisHeader"] = header;
    }
    document
}

/// An answer to a query, or what a subscription found.
#[must_use]
pub fn answer(query: &str, subscription: Option<&str>, events: &[Event], created: Instant) -> Value {
    let mut results = json!({
        "queryName": query,
        "resultsBody": { "eventList": events.iter().map(Event::to_json).collect::<Vec<_>>() },
    });
    if let Some(subscription) = subscription {
        results["subscriptionID"] = subscription.into();
    }
    json!({
        "@context": [super::event::CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": created.to_string(),
        "epcisBody": { "queryResults": results },
    })
}
