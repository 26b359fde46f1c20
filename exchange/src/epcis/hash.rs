//! The event hash: a name that follows from what an event says (CBV 2.0 section 8.9.2).
//!
//! Whoever hashes the same event gets the same name, however it is written: two captures of one fact are one. The fields
//! are written one after the other in a fixed order, lists sorted, times in UTC to the millisecond, words of the
//! vocabulary as web URIs, GS1 keys as Digital Links. When it was captured, its name and an error declaration do not count:
//! the correction of an event hashes to the event's own name.
//!
//! Where the text of the method and its reference (PyPI `epcis-event-hash-generator` 1.9.3) differ, the reference counts,
//! because others compare with it: lists with types (`bizTransactionList`, `sourceList`, `destinationList`) and `ilmd` stand
//! behind the sensors, sorted together with the extensions. A flag is `true`, as in XML, where the reference has Python's
//! `True` of JSON; a number below 0.0001 is written without exponent.

use super::event::{Context, Event};
use super::words::{self, Vocabulary};
use super::{ident, uri};
use chrono::{DurationRound, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The name of an event: `ni:///sha-256;` and 64 digits, `?ver=CBV2.0` (RFC 6920).
#[must_use]
pub fn event_id(event: &Event) -> String {
    let digest = Sha256::digest(text(event).as_bytes());
    let mut id = String::from("ni:///sha-256;");
    for byte in digest {
        // Writing to text cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id.push_str("?ver=CBV2.0");
    id
}

/// What is hashed.
#[must_use]
pub fn text(event: &Event) -> String {
    let (map, context) = (event.fields(), event.context());
    let mut out = format!("eventType={}", event.kind().as_str());
    members(map, ORDER, context, &mut out);
    let mut rest = Vec::new();
    for (name, value) in map {
        match name.as_str() {
            "recordTime" | "eventID" | "errorDeclaration" | "type" => {}
            "bizTransactionList" => typed(name, value, "bizTransaction", &words::TRANSACTION, &mut rest),
            "sourceList" => typed(name, value, "source", &words::SOURCE, &mut rest),
            "destinationList" => typed(name, value, "destination", &words::SOURCE, &mut rest),
            _ if ORDER.iter().any(|(ordered, _)| ordered == name) => {}
            _ => extension(name, value, context, &mut rest),
        }
    }
    rest.sort_unstable();
    out.extend(rest);
    out
}

/// How a field is written.
#[derive(Clone, Copy)]
enum How {
    Plain,
    Time,
    Word(&'static Vocabulary),
    /// Members in their order, and extensions behind them.
    Members(&'static [(&'static str, How)]),
    /// A list whose members are called so.
    List(&'static str, &'static How),
}

const EPCS: How = How::List("epc", &How::Plain);
const QUANTITIES: How = How::List(
    "quantityElement",
    &How::Members(&[("epcClass", How::Plain), ("quantity", How::Plain), ("uom", How::Plain)]),
);
const PLACE: How = How::Members(&[("id", How::Plain)]);

const ORDER: &[(&str, How)] = &[
    ("eventTime", How::Time),
    ("eventTimeZoneOffset", How::Plain),
    ("certificationInfo", How::Plain),
    ("parentID", How::Plain),
    ("epcList", EPCS),
    ("inputEPCList", EPCS),
    ("childEPCs", EPCS),
    ("quantityList", QUANTITIES),
    ("childQuantityList", QUANTITIES),
    ("inputQuantityList", QUANTITIES),
    ("outputEPCList", EPCS),
    ("outputQuantityList", QUANTITIES),
    ("action", How::Plain),
    ("transformationID", How::Plain),
    ("bizStep", How::Word(&words::BIZ_STEP)),
    ("disposition", How::Word(&words::DISPOSITION)),
    (
        "persistentDisposition",
        How::Members(&[
            ("set", How::Word(&words::DISPOSITION)),
            ("unset", How::Word(&words::DISPOSITION)),
        ]),
    ),
    ("readPoint", PLACE),
    ("bizLocation", PLACE),
    (
        "sensorElementList",
        How::List(
            "sensorElement",
            &How::Members(&[
                (
                    "sensorMetadata",
                    How::Members(&[
                        ("time", How::Time),
                        ("startTime", How::Time),
                        ("endTime", How::Time),
                        ("deviceID", How::Plain),
                        ("deviceMetadata", How::Plain),
                        ("rawData", How::Plain),
                        ("dataProcessingMethod", How::Plain),
                        ("bizRules", How::Plain),
                    ]),
                ),
                (
                    "sensorReport",
                    How::Members(&[
                        ("type", How::Word(&words::MEASUREMENT)),
                        ("exception", How::Word(&words::ALERT)),
                        ("deviceID", How::Plain),
                        ("deviceMetadata", How::Plain),
                        ("rawData", How::Plain),
                        ("dataProcessingMethod", How::Plain),
                        ("time", How::Time),
                        ("microorganism", How::Plain),
                        ("chemicalSubstance", How::Plain),
                        ("value", How::Plain),
                        ("component", How::Word(&words::COMPONENT)),
                        ("stringValue", How::Plain),
                        ("booleanValue", How::Plain),
                        ("hexBinaryValue", How::Plain),
                        ("uriValue", How::Plain),
                        ("minValue", How::Plain),
                        ("maxValue", How::Plain),
                        ("meanValue", How::Plain),
                        ("sDev", How::Plain),
                        ("percRank", How::Plain),
                        ("percValue", How::Plain),
                        ("uom", How::Plain),
                        ("coordinateReferenceSystem", How::Plain),
                        ("bizRules", How::Plain),
                    ]),
                ),
            ]),
        ),
    ),
];

fn members(map: &Map<String, Value>, order: &[(&str, How)], context: &Context, out: &mut String) {
    for (name, how) in order {
        if let Some(value) = map.get(*name) {
            field(name, value, *how, context, out);
        }
    }
}

/// A field, once or, of a list, as often as it has values, sorted.
fn field(name: &str, value: &Value, how: How, context: &Context, out: &mut String) {
    let (how, inner, values) = match (how, value) {
        (How::List(member, how), Value::Array(list)) => (*how, member, list.as_slice()),
        (how, Value::Array(list)) => (how, name, list.as_slice()),
        (how, one) => (how, name, std::slice::from_ref(one)),
    };
    let mut parts: Vec<String> = values
        .iter()
        .map(|value| one(inner, value, how, context))
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        return;
    }
    parts.sort_unstable();
    if inner != name {
        out.push_str(name);
    }
    out.extend(parts);
}

fn one(name: &str, value: &Value, how: How, context: &Context) -> String {
    if let (How::Members(order), Value::Object(map)) = (how, value) {
        let mut inner = String::new();
        members(map, order, context, &mut inner);
        let mut rest = Vec::new();
        for (name, value) in map {
            if !order.iter().any(|(ordered, _)| ordered == name) {
                extension(name, value, context, &mut rest);
            }
        }
        rest.sort_unstable();
        inner.extend(rest);
        return if inner.is_empty() {
            inner
        } else {
            format!("{name}{inner}")
        };
    }
    let text = scalar(value);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let value = match how {
        How::Time => in_utc(text),
        How::Word(vocabulary) if vocabulary.has(text) => vocabulary.long(text),
        _ => canonical(text, context),
    };
    format!("{name}={value}")
}

/// A list whose members are a reference and its type: the reference first (rule 13 of the method).
fn typed(name: &str, value: &Value, noun: &str, vocabulary: &Vocabulary, out: &mut Vec<String>) {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let context = Context::default();
    let mut parts: Vec<String> = list
        .iter()
        .map(|part| {
            let text = |name: &str| part.get(name).and_then(Value::as_str).map(str::trim);
            let mut out = text(noun).map_or_else(String::new, |id| format!("{noun}={}", canonical(id, &context)));
            if let Some(word) = text("type") {
                out.push_str("type=");
                out.push_str(&canonical(&vocabulary.long(word), &context));
            }
            out
        })
        .collect();
    if parts.is_empty() {
        return;
    }
    parts.sort_unstable();
    out.push(format!("{name}{}", parts.concat()));
}

/// `{namespace}name=value` of an extension, and what is within it.
fn extension(name: &str, value: &Value, context: &Context, out: &mut Vec<String>) {
    if matches!(name, "rdfs:comment" | "comment" | "@context") {
        return;
    }
    let full = match context.expand(name) {
        Some((namespace, local)) if !namespace.is_empty() => format!("{{{namespace}}}{local}"),
        _ => name.to_owned(),
    };
    let values = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    for value in values {
        let mut inner = Vec::new();
        if let Value::Object(map) = value {
            for (name, value) in map {
                extension(name, value, context, &mut inner);
            }
            inner.sort_unstable();
        }
        let text = scalar(value);
        let text = text.trim();
        let text = if text.is_empty() {
            String::new()
        } else {
            format!("={}", canonical(text, context))
        };
        out.push(format!("{full}{text}{}", inner.concat()));
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A value as it is hashed: old words of the vocabulary as web URIs, names resolved, numbers without needless zeros, GS1
/// keys as Digital Links (rules 6, 14 to 18).
fn canonical(text: &str, context: &Context) -> String {
    if let Some((prefix, rest)) = text.split_once(':')
        && !rest.starts_with("//")
        && let Some(namespace) = context.namespace(prefix)
    {
        return format!("{namespace}{rest}");
    }
    for vocabulary in [
        &words::BIZ_STEP,
        &words::DISPOSITION,
        &words::TRANSACTION,
        &words::SOURCE,
        &words::REASON,
    ] {
        if let Some(word) = vocabulary.urn.and_then(|urn| text.strip_prefix(urn)) {
            return format!("{}{word}", vocabulary.web);
        }
    }
    number(text).unwrap_or_else(|| ident::canonical(text))
}

/// A decimal number without leading or trailing zeros and without a plus.
fn number(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !plain || !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
    // Zero has no sign.
    Some(if value == 0.0 {
        "0".to_owned()
    } else {
        value.to_string()
    })
}

/// A time in UTC to the millisecond, rounded half to even as the reference does.
fn in_utc(text: &str) -> String {
    let Some(at) = uri::time(text).map(|at| at.with_timezone(&Utc)) else {
        return text.to_owned();
    };
    let micros = at.timestamp_subsec_micros() % 1000;
    let odd = at.timestamp_subsec_millis() % 2 == 1;
    let floor = at.duration_trunc(TimeDelta::milliseconds(1)).unwrap_or(at);
    let up = micros > 500 || micros == 500 && odd;
    let at = if up { floor + TimeDelta::milliseconds(1) } else { floor };
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
