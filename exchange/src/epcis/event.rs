//! One event: checked, its words short, its names resolvable.

use super::words::{self, Vocabulary};
use super::{Fault, Rule, check, uri};
use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The standard's JSON-LD context, as events and documents name it (EPCIS 2.0 section 10).
pub const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/// Prefixes that the standard's context brings along. A context beside it must not say them again.
const KNOWN: &[(&str, &str)] = &[
    ("cbvmda", "urn:epcglobal:cbv:mda"),
    ("cbv", "https://ref.gs1.org/cbv/"),
    ("epcis", "https://ref.gs1.org/epcis/"),
    ("gs1", "https://gs1.org/voc/"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("dcterms", "http://purl.org/dc/terms/"),
];

/// What prefixes mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    prefixes: BTreeMap<String, String>,
}

impl Context {
    /// Of a JSON-LD `@context`: what its objects map to texts. Contexts at addresses are not fetched.
    pub(super) fn read(value: Option<&Value>) -> Self {
        let mut context = Context::default();
        let parts = match value {
            Some(Value::Array(parts)) => parts.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        for (prefix, namespace) in parts.iter().filter_map(Value::as_object).flatten() {
            let namespace = namespace.as_str().or_else(|| namespace.get("@id")?.as_str());
            if let Some(namespace) = namespace {
                context.declare(prefix, namespace);
            }
        }
        context
    }

    /// Says what a prefix means. Those of the standard stay what they are.
    pub(super) fn declare(&mut self, prefix: &str, namespace: &str) {
        if !KNOWN.iter().any(|(known, _)| *known == prefix) && !prefix.starts_with('@') {
            self.prefixes.insert(prefix.to_owned(), namespace.to_owned());
        }
    }

    /// This one, and what the other says beside and instead.
    fn with(&self, other: &Context) -> Self {
        let mut both = self.clone();
        both.prefixes
            .extend(other.prefixes.iter().map(|(k, v)| (k.clone(), v.clone())));
        both
    }

    /// The namespace of a prefix.
    pub(super) fn namespace(&self, prefix: &str) -> Option<&str> {
        let known = KNOWN.iter().find(|(known, _)| *known == prefix);
        known
            .map(|(_, namespace)| *namespace)
            .or_else(|| self.prefixes.get(prefix).map(String::as_str))
    }

    /// Namespace and local name of an extension's name. A name that is a whole URI has no namespace.
    pub(super) fn expand<'n>(&'n self, name: &'n str) -> Option<(&'n str, &'n str)> {
        let (prefix, local) = name.split_once(':')?;
        if let Some(namespace) = self.namespace(prefix) {
            return Some((namespace, local));
        }
        ["http", "https", "urn"].contains(&prefix).then_some(("", name))
    }

    /// Only what the value makes use of.
    fn of_use(&self, value: &Value, used: &mut Context) {
        let mut look = |text: &str| {
            if let Some((prefix, _)) = text.split_once(':')
                && let Some(namespace) = self.prefixes.get(prefix)
            {
                used.prefixes.insert(prefix.to_owned(), namespace.clone());
            }
        };
        match value {
            Value::String(text) => look(text),
            Value::Array(list) => list.iter().for_each(|one| self.of_use(one, used)),
            Value::Object(map) => {
                map.keys().for_each(|name| look(name));
                map.values().for_each(|one| self.of_use(one, used));
            }
            _ => {}
        }
    }

    /// As `@context`.
    pub(super) fn to_json(&self) -> Value {
        if self.prefixes.is_empty() {
            json!([CONTEXT])
        } else {
            json!([CONTEXT, self.prefixes])
        }
    }
}

/// What kind of event it is (EPCIS 2.0 section 7.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Something happened to things.
    Object,
    /// Things were put into or taken out of something.
    Aggregation,
    /// Things were tied to a document.
    Transaction,
    /// Things were used up and others made.
    Transformation,
    /// Things were fastened to something.
    Association,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] = [
        Kind::Object,
        Kind::Aggregation,
        Kind::Transaction,
        Kind::Transformation,
        Kind::Association,
    ];

    /// The word of the standard.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Object => "ObjectEvent",
            Kind::Aggregation => "AggregationEvent",
            Kind::Transaction => "TransactionEvent",
            Kind::Transformation => "TransformationEvent",
            Kind::Association => "AssociationEvent",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A good event. Its fields keep the standard's names and order of meaning; words of the vocabulary stand short, names of
/// extensions have their prefixes explained in its context.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    kind: Kind,
    fields: Map<String, Value>,
    context: Context,
    at: DateTime<FixedOffset>,
}

impl Event {
    /// Reads an event that stands by itself, with its `@context`, or one of a document with the context around it.
    /// `pointer` is where it stands, for what is told of faults.
    ///
    /// # Errors
    /// Everything that is wrong with it, as far as that can be told; at most 20 faults.
    pub fn of(value: Value, around: Option<&Context>, pointer: &str) -> Result<Self, Vec<Fault>> {
        let own = value.get("@context");
        if around.is_none() && own.is_none() {
            let at = format!("{pointer}/@context");
            return Err(vec![Fault::new(at, Rule::Missing, "@context")]);
        }
        let own = Context::read(own);
        let context = around.map_or_else(|| own.clone(), |around| around.with(&own));
        let faults = check::event(&value, &context, pointer);
        if !faults.is_empty() {
            return Err(faults);
        }
        let broken = || vec![Fault::new(pointer, Rule::WrongKind, "no event")];
        let Value::Object(mut fields) = value else {
            return Err(broken());
        };
        fields.remove("@context");
        let word = fields.remove("type");
        let kind = word.as_ref().and_then(Value::as_str).and_then(Kind::from_word);
        let time = fields.get("eventTime").and_then(Value::as_str);
        let (Some(kind), Some(at)) = (kind, time.and_then(uri::time)) else {
            return Err(broken());
        };
        shorten(&mut fields);
        let mut used = Context::default();
        fields.iter().for_each(|(name, value)| {
            context.of_use(&Value::String(name.clone()), &mut used);
            context.of_use(value, &mut used);
        });
        Ok(Event {
            kind,
            fields,
            context: used,
            at,
        })
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// All its fields but type and context.
    #[must_use]
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// A field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// A field that is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    /// When it happened.
    #[must_use]
    pub fn at(&self) -> DateTime<FixedOffset> {
        self.at
    }

    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    /// Its name, if it has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.text("eventID")
    }

    /// Gives it a name; it must be a URI.
    pub fn set_id(&mut self, id: &str) {
        self.fields.insert("eventID".to_owned(), id.into());
    }

    /// Notes when it was captured, by whoever captured it (EPCIS 2.0 section 7.4.1.1): what it brought along counts for
    /// nothing.
    pub fn set_record_time(&mut self, at: lotline_record::entry::Instant) {
        self.fields.insert("recordTime".to_owned(), at.to_string().into());
    }

    /// The texts of a list.
    pub fn list<'e>(&'e self, name: &str) -> impl Iterator<Item = &'e str> {
        self.fields
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    /// The classes in a list of quantities.
    pub fn classes<'e>(&'e self, name: &str) -> impl Iterator<Item = &'e str> {
        let list = self.fields.get(name).and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(|one| one.get("epcClass")?.as_str())
    }

    /// As it stands in a document's list; the context of its extensions goes along.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut map = self.fields.clone();
        map.insert("type".to_owned(), self.kind.as_str().into());
        if !self.context.prefixes.is_empty() {
            map.insert("@context".to_owned(), self.context.to_json());
        }
        Value::Object(map)
    }

    /// As it stands by itself.
    #[must_use]
    pub fn to_json_alone(&self) -> Value {
        let mut value = self.to_json();
        if let Value::Object(map) = &mut value {
            map.insert("@context".to_owned(), self.context.to_json());
        }
        value
    }
}

fn shorten(fields: &mut Map<String, Value>) {
    let word = |value: Option<&mut Value>, vocabulary: &Vocabulary| {
        if let Some(Value::String(text)) = value {
            let short = vocabulary.short(text);
            if short.len() != text.len() {
                *text = short.to_owned();
            }
        }
    };
    word(fields.get_mut("bizStep"), &words::BIZ_STEP);
    word(fields.get_mut("disposition"), &words::DISPOSITION);
    if let Some(Value::Object(lasting)) = fields.get_mut("persistentDisposition") {
        for one in lasting.values_mut().filter_map(Value::as_array_mut).flatten() {
            word(Some(one), &words::DISPOSITION);
        }
    }
    for (list, vocabulary) in [
        ("bizTransactionList", &words::TRANSACTION),
        ("sourceList", &words::SOURCE),
        ("destinationList", &words::SOURCE),
    ] {
        for one in fields.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            word(one.get_mut("type"), vocabulary);
        }
    }
    if let Some(declared) = fields.get_mut("errorDeclaration") {
        word(declared.get_mut("reason"), &words::REASON);
    }
    let sensors = fields.get_mut("sensorElementList").and_then(Value::as_array_mut);
    for sensor in sensors.into_iter().flatten() {
        let reports = sensor.get_mut("sensorReport").and_then(Value::as_array_mut);
        for report in reports.into_iter().flatten() {
            word(report.get_mut("type"), &words::MEASUREMENT);
            word(report.get_mut("exception"), &words::ALERT);
            word(report.get_mut("component"), &words::COMPONENT);
        }
    }
}
