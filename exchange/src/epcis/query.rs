//! Queries over events: the parameters of the standard's simple event query (EPCIS 2.0 section 8.2.7.1), judged on one
//! event at a time.
//!
//! Parameters with different names must all hold, of one parameter's values any. Identifiers are compared as keys, so a
//! Digital Link finds what was captured as a URN; a pattern (`urn:epc:idpat:sgtin:….*`) finds every unit. `WD_…` finds
//! the places that extend a GLN beside it (`…/414/…/254/…`); hierarchies of master data are not followed.

use super::event::{Event, Kind};
use super::{ident, uri, words};
use chrono::{DateTime, FixedOffset};
use serde_json::Value;
use std::cmp::Ordering;

/// A parameter that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {why}")]
pub struct BadParameter {
    /// Its name, cut to 80 characters.
    pub name: String,
    /// Why.
    pub why: &'static str,
}

/// By what events are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderBy {
    /// When it happened.
    EventTime,
    /// When it was captured; the ledger's own order.
    #[default]
    RecordTime,
}

/// A query, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Query {
    tests: Vec<Test>,
    /// By what the answer is ordered.
    pub order_by: OrderBy,
    /// The earliest first.
    pub ascending: bool,
    /// At most so many events; the rest is cut off.
    pub event_count_limit: Option<usize>,
    /// More events than that are an error.
    pub max_event_count: Option<usize>,
    /// Events a page.
    pub per_page: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Eq,
    Gt,
    Ge,
    Lt,
    Le,
    Exists,
    Match,
    Within,
}

#[derive(Debug, Clone)]
struct Test {
    op: Op,
    field: String,
    values: Vec<String>,
}

/// The greatest number that a count may be asked for.
const MOST: usize = 100_000;

impl Query {
    /// Of names and values; a name may come more than once.
    ///
    /// # Errors
    /// A parameter is none of the standard's, or its value is not good.
    pub fn of<'p>(parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Self, BadParameter> {
        let mut query = Query::default();
        for (name, value) in parameters {
            let bad = |why| BadParameter {
                name: name.chars().take(80).collect(),
                why,
            };
            let count = || match value.parse::<usize>() {
                Ok(count @ 1..=MOST) => Ok(Some(count)),
                _ => Err(bad("a number from 1 to 100000 is expected")),
            };
            match name {
                "orderBy" => {
                    query.order_by = match value {
                        "eventTime" => OrderBy::EventTime,
                        "recordTime" => OrderBy::RecordTime,
                        _ => return Err(bad("eventTime or recordTime is expected")),
                    }
                }
                "orderDirection" => {
                    query.ascending = match value {
                        "ASC" => true,
                        "DESC" => false,
                        _ => return Err(bad("ASC or DESC is expected")),
                    }
                }
                "eventCountLimit" => query.event_count_limit = count()?,
                "maxEventCount" => query.max_event_count = count()?,
                "perPage" => query.per_page = count()?,
                _ => query.add(name, value).map_err(bad)?,
            }
        }
        if query.event_count_limit.is_some() && query.max_event_count.is_some() {
            return Err(BadParameter {
                name: "maxEventCount".to_owned(),
                why: "not together with eventCountLimit (EPCIS 2.0 section 8.2.7.1)",
            });
        }
        Ok(query)
    }

    fn add(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let (op, field) = if name == "eventType" {
            (Op::Eq, "type")
        } else {
            let (op, field) = name.split_once('_').ok_or("no such parameter")?;
            let op = match op {
                "EQ" => Op::Eq,
                "GT" => Op::Gt,
                "GE" => Op::Ge,
                "LT" => Op::Lt,
                "LE" => Op::Le,
                "EXISTS" => Op::Exists,
                "MATCH" => Op::Match,
                "WD" => Op::Within,
                _ => return Err("no such parameter"),
            };
            (op, field)
        };
        let known = match op {
            Op::Match => MATCHES.iter().any(|(name, _, _)| *name == field),
            Op::Within => matches!(field, "readPoint" | "bizLocation"),
            _ => is_field(field),
        };
        if !known {
            return Err("no such parameter");
        }
        if matches!(
            field,
            "eventTime" | "recordTime" | "errorDeclarationTime" | "errorDeclaration_Time"
        ) && op != Op::Exists
            && uri::time(value).is_none()
        {
            return Err("a time with its offset is expected");
        }
        if field == "type" && Kind::from_word(value).is_none() && op == Op::Eq && name == "eventType" {
            return Err("no such type of event");
        }
        let value = if op == Op::Match || op == Op::Within {
            ident::canonical(value)
        } else {
            value.to_owned()
        };
        // An event type and a sensor report's type are two things.
        let field = if name == "eventType" { "eventType" } else { field };
        match self
            .tests
            .iter_mut()
            .find(|test| test.op == op && test.field == field && matches!(op, Op::Eq | Op::Match | Op::Within))
        {
            Some(test) => test.values.push(value),
            None => self.tests.push(Test {
                op,
                field: field.to_owned(),
                values: vec![value],
            }),
        }
        Ok(())
    }

    /// Whether an event is one that is asked for.
    #[must_use]
    pub fn takes(&self, event: &Event) -> bool {
        self.tests.iter().all(|test| test.holds(event))
    }

    /// Keys of which a taken event must have one, in canonical form: what a store looks up first. Empty: any.
    /// A key that ends with a slash stands for all that begin with it.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let tests = self.tests.iter().filter(|test| test.op == Op::Match);
        let narrowest = tests.min_by_key(|test| test.values.len());
        narrowest.map_or_else(Vec::new, |test| test.values.clone())
    }

    /// Puts events into the order that is asked for; those that are equal stay as they are.
    pub fn sort(&self, events: &mut [Event]) {
        let recorded = |event: &Event| event.text("recordTime").and_then(uri::time);
        events.sort_by(|one, other| {
            let order = match self.order_by {
                OrderBy::EventTime => one.at().cmp(&other.at()),
                OrderBy::RecordTime => recorded(one).cmp(&recorded(other)),
            };
            if self.ascending { order } else { order.reverse() }
        });
    }
}

/// `MATCH_` parameters: lists of things, lists of classes.
const MATCHES: &[(&str, &[&str], &[&str])] = &[
    ("epc", &["epcList", "childEPCs"], &[]),
    ("parentID", &["parentID"], &[]),
    ("inputEPC", &["inputEPCList"], &[]),
    ("outputEPC", &["outputEPCList"], &[]),
    (
        "anyEPC",
        &["epcList", "childEPCs", "inputEPCList", "outputEPCList", "parentID"],
        &[],
    ),
    ("epcClass", &[], &["quantityList", "childQuantityList"]),
    ("inputEPCClass", &[], &["inputQuantityList"]),
    ("outputEPCClass", &[], &["outputQuantityList"]),
    (
        "anyEPCClass",
        &[],
        &[
            "quantityList",
            "childQuantityList",
            "inputQuantityList",
            "outputQuantityList",
        ],
    ),
];

/// Every key that an event can be found by, in canonical form, each once.
#[must_use]
pub fn keys_of(event: &Event) -> Vec<String> {
    let things = ["epcList", "childEPCs", "inputEPCList", "outputEPCList"];
    let classes = [
        "quantityList",
        "childQuantityList",
        "inputQuantityList",
        "outputQuantityList",
    ];
    let mut keys: Vec<String> = things
        .iter()
        .flat_map(|name| event.list(name))
        .chain(classes.iter().flat_map(|name| event.classes(name)))
        .chain(event.text("parentID"))
        .map(ident::canonical)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Fields of sensor reports and their metadata that can be asked for (EPCIS 2.0 section 8.2.7.1).
const SENSOR: &[&str] = &[
    "type",
    "exception",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
    "time",
    "startTime",
    "endTime",
    "microorganism",
    "chemicalSubstance",
    "coordinateReferenceSystem",
    "component",
    "stringValue",
    "booleanValue",
    "hexBinaryValue",
    "uriValue",
    "value",
    "minValue",
    "maxValue",
    "meanValue",
    "sDev",
    "percRank",
    "percValue",
];

fn is_field(field: &str) -> bool {
    let plain = [
        "type",
        "eventTime",
        "recordTime",
        "action",
        "bizStep",
        "disposition",
        "persistentDisposition_set",
        "persistentDisposition_unset",
        "readPoint",
        "bizLocation",
        "transformationID",
        "eventID",
        "quantity",
        "errorDeclaration",
        "errorDeclarationTime",
        "errorDeclaration_Time",
        "errorReason",
        "correctiveEventID",
        "certificationInfo",
        "sensorElementList",
        "ilmd",
    ];
    let typed = ["bizTransaction", "source", "destination"]
        .iter()
        .any(|noun| field == *noun || field.strip_prefix(noun).is_some_and(|rest| rest.starts_with('_')));
    let sensor = SENSOR
        .iter()
        .any(|name| field == *name || field.strip_prefix(name).is_some_and(|rest| rest.starts_with('_')));
    // An extension has a prefix or is a URI.
    plain.contains(&field) || typed || sensor || field.contains(':')
}

impl Test {
    fn holds(&self, event: &Event) -> bool {
        match self.op {
            Op::Match => self.matches(event),
            Op::Within => {
                let id = event
                    .get(&self.field)
                    .and_then(|place| place.get("id"))
                    .and_then(Value::as_str);
                id.map(ident::canonical).is_some_and(|id| {
                    self.values.iter().any(|wanted| {
                        id == *wanted
                            || id
                                .strip_prefix(wanted.as_str())
                                .is_some_and(|rest| rest.starts_with('/'))
                    })
                })
            }
            Op::Exists => !self.found(event).is_empty() || event.get(&self.field).is_some(),
            _ => self.found(event).iter().any(|found| self.compares(found)),
        }
    }

    fn matches(&self, event: &Event) -> bool {
        let Some((_, things, classes)) = MATCHES.iter().find(|(name, _, _)| *name == self.field) else {
            return false;
        };
        let fits = |id: &str| {
            let id = ident::canonical(id);
            self.values.iter().any(|wanted| {
                // A class among things stands for every unit of it.
                id == *wanted
                    || !things.is_empty()
                        && id
                            .strip_prefix(wanted.as_str())
                            .is_some_and(|rest| rest.starts_with('/'))
            })
        };
        things
            .iter()
            .any(|name| event.text(name).is_some_and(fits) || event.list(name).any(fits))
            || classes.iter().any(|name| event.classes(name).any(fits))
    }

    /// The values that the event has for the field.
    fn found(&self, event: &Event) -> Vec<Value> {
        let text = |value: Option<&Value>| value.cloned().into_iter().collect::<Vec<_>>();
        let declared = |name: &str| event.get("errorDeclaration").and_then(|declared| declared.get(name));
        match self.field.as_str() {
            "eventType" => vec![event.kind().as_str().into()],
            "errorDeclarationTime" | "errorDeclaration_Time" => text(declared("declarationTime")),
            "errorReason" => text(declared("reason")),
            "correctiveEventID" => {
                let ids = declared("correctiveEventIDs").and_then(Value::as_array);
                ids.cloned().unwrap_or_default()
            }
            "readPoint" | "bizLocation" => text(event.get(&self.field).and_then(|place| place.get("id"))),
            "persistentDisposition_set" | "persistentDisposition_unset" => {
                let how = if self.field.ends_with("unset") { "unset" } else { "set" };
                let lasting = event.get("persistentDisposition").and_then(|lasting| lasting.get(how));
                lasting.and_then(Value::as_array).cloned().unwrap_or_default()
            }
            "quantity" => [
                "quantityList",
                "childQuantityList",
                "inputQuantityList",
                "outputQuantityList",
            ]
            .iter()
            .filter_map(|name| event.get(name)?.as_array())
            .flatten()
            .filter_map(|element| element.get("quantity").cloned())
            .collect(),
            field => {
                let (noun, kind) = field
                    .split_once('_')
                    .map_or((field, None), |(noun, kind)| (noun, Some(kind)));
                match noun {
                    "bizTransaction" => typed(event, "bizTransactionList", noun, kind),
                    "source" => typed(event, "sourceList", noun, kind),
                    "destination" => typed(event, "destinationList", noun, kind),
                    "ILMD" => text(event.get("ilmd").and_then(|made| made.get(kind?))),
                    _ if SENSOR.contains(&noun) => sensed(event, noun, kind),
                    _ => match event.get(field) {
                        Some(Value::Array(list)) => list.clone(),
                        other => text(other),
                    },
                }
            }
        }
    }

    fn compares(&self, found: &Value) -> bool {
        let Some(wanted) = self.values.first() else {
            return false;
        };
        let order = |wanted: &str| -> Option<Ordering> {
            if let Some(number) = found.as_f64() {
                return number.partial_cmp(&wanted.parse::<f64>().ok()?);
            }
            let text = found.as_str()?;
            let time = |text: &str| -> Option<DateTime<FixedOffset>> { uri::time(text) };
            match (time(text), time(wanted)) {
                (Some(one), Some(other)) => Some(one.cmp(&other)),
                _ => match (text.parse::<f64>(), wanted.parse::<f64>()) {
                    (Ok(one), Ok(other)) => one.partial_cmp(&other),
                    _ => Some(text.cmp(wanted)),
                },
            }
        };
        match self.op {
            Op::Eq => self.values.iter().any(|wanted| match found {
                Value::String(text) => same(text, wanted),
                Value::Bool(flag) => wanted.parse() == Ok(*flag),
                _ => order(wanted) == Some(Ordering::Equal),
            }),
            Op::Gt => order(wanted) == Some(Ordering::Greater),
            Op::Ge => order(wanted).is_some_and(Ordering::is_ge),
            Op::Lt => order(wanted) == Some(Ordering::Less),
            Op::Le => order(wanted).is_some_and(Ordering::is_le),
            Op::Exists | Op::Match | Op::Within => false,
        }
    }
}

/// Equal as texts, as words of the vocabulary in any form, or as identifiers.
fn same(found: &str, wanted: &str) -> bool {
    let short = |vocabulary: &words::Vocabulary| vocabulary.short(wanted) == found;
    found == wanted
        || [
            &words::BIZ_STEP,
            &words::DISPOSITION,
            &words::REASON,
            &words::MEASUREMENT,
            &words::ALERT,
            &words::COMPONENT,
        ]
        .iter()
        .any(|vocabulary| short(vocabulary))
        || found.contains(':') && ident::canonical(found) == ident::canonical(wanted)
}

fn typed(event: &Event, list: &str, noun: &str, kind: Option<&str>) -> Vec<Value> {
    let list = event.get(list).and_then(Value::as_array);
    let vocabulary = if noun == "bizTransaction" {
        &words::TRANSACTION
    } else {
        &words::SOURCE
    };
    list.into_iter()
        .flatten()
        .filter(|one| kind.is_none_or(|kind| one.get("type").and_then(Value::as_str) == Some(vocabulary.short(kind))))
        .filter_map(|one| one.get(noun).cloned())
        .collect()
}

/// Values of sensor reports; `unit`: only those in that unit.
fn sensed(event: &Event, name: &str, unit: Option<&str>) -> Vec<Value> {
    let elements = event.get("sensorElementList").and_then(Value::as_array);
    let mut out = Vec::new();
    for element in elements.into_iter().flatten() {
        out.extend(element.get("sensorMetadata").and_then(|data| data.get(name)).cloned());
        let reports = element.get("sensorReport").and_then(Value::as_array);
        let fits = |report: &&Value| unit.is_none() || report.get("uom").and_then(Value::as_str) == unit;
        out.extend(
            reports
                .into_iter()
                .flatten()
                .filter(fits)
                .filter_map(|report| report.get(name).cloned()),
        );
    }
    out
}
