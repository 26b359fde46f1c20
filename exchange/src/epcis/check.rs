//! Is this an event? What the standard's JSON schema asks with formats checked, and what the standard says beyond it.

use super::event::{Context, Kind};
use super::fault::At;
use super::fields::{COMMON, DECLARATION, Field, Fields, METADATA, REPORT, Voc, own};
use super::ident::Key;
use super::{Fault, Rule, uri};
use serde_json::{Map, Value};
use std::fmt;

/// At most so many faults of an event are told.
const MOST_FAULTS: usize = 20;

/// What holds while a document is checked.
pub(super) struct Checker<'c> {
    context: &'c Context,
    faults: Vec<Fault>,
}

/// Checks one event. `context` is the one around it.
pub(super) fn event(value: &Value, context: &Context, pointer: &str) -> Vec<Fault> {
    let mut checker = Checker {
        context,
        faults: Vec::new(),
    };
    checker.event(value, At::root(pointer));
    checker.faults
}

fn list_len(map: &Map<String, Value>, name: &str) -> Option<usize> {
    map.get(name)?.as_array().map(Vec::len)
}

impl Checker<'_> {
    fn wrong(&mut self, at: At<'_>, rule: Rule, found: impl fmt::Display) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault::new(at.to_string(), rule, found));
        }
    }

    fn object<'v>(&mut self, value: &'v Value, at: At<'_>) -> Option<&'v Map<String, Value>> {
        let map = value.as_object();
        if map.is_none() {
            self.wrong(at, Rule::WrongKind, format_args!("{}, not an object", kind_of(value)));
        }
        map
    }

    fn list<'v>(&mut self, value: &'v Value, at: At<'_>) -> &'v [Value] {
        value.as_array().map_or_else(
            || {
                self.wrong(at, Rule::WrongKind, format_args!("{}, not a list", kind_of(value)));
                &[][..]
            },
            Vec::as_slice,
        )
    }

    fn text<'v>(&mut self, value: &'v Value, at: At<'_>) -> Option<&'v str> {
        let text = value.as_str();
        if text.is_none() {
            self.wrong(at, Rule::WrongKind, format_args!("{}, not a text", kind_of(value)));
        }
        text
    }

    fn event(&mut self, value: &Value, at: At<'_>) {
        let Some(map) = self.object(value, at) else { return };
        let Some(word) = map.get("type") else {
            return self.wrong(at.name("type"), Rule::Missing, "type");
        };
        let Some(kind) = word.as_str().and_then(Kind::from_word) else {
            let rule = if word.as_str().is_some_and(uri::is_uri) {
                Rule::UnknownEvent
            } else {
                Rule::WrongKind
            };
            return self.wrong(at.name("type"), rule, word);
        };
        for name in ["eventTime", "eventTimeZoneOffset"] {
            self.need(map, name, at);
        }
        if kind != Kind::Transformation {
            self.need(map, "action", at);
        }
        for (name, value) in map {
            let at = at.name(name);
            let field = own(kind).iter().chain(COMMON).find(|(field, _)| field == name);
            match field {
                Some((_, field)) => self.field(value, *field, at),
                None => self.extension(name, Rule::Unknown, at),
            }
        }
        self.sense(map, kind, at);
    }

    fn need(&mut self, map: &Map<String, Value>, name: &str, at: At<'_>) {
        if !map.contains_key(name) {
            self.wrong(at.name(name), Rule::Missing, name);
        }
    }

    /// What fields mean together.
    fn sense(&mut self, map: &Map<String, Value>, kind: Kind, at: At<'_>) {
        let some = |name: &str| list_len(map, name).is_some_and(|len| len > 0);
        let action = map.get("action").and_then(Value::as_str).unwrap_or_default();
        match kind {
            Kind::Object => {
                let sensed = some("sensorElementList") && map.contains_key("readPoint");
                if !some("epcList") && !some("quantityList") && !sensed {
                    let rule = if map.contains_key("epcList") {
                        Rule::NoSubject
                    } else {
                        Rule::Missing
                    };
                    self.wrong(at, rule, "epcList or quantityList");
                }
                if map.contains_key("ilmd") && action != "ADD" {
                    self.wrong(at.name("ilmd"), Rule::IlmdNotHere, action);
                }
            }
            Kind::Aggregation | Kind::Association => {
                if !some("childEPCs") && !some("childQuantityList") && action != "DELETE" {
                    self.wrong(at, Rule::Missing, "childEPCs or childQuantityList");
                }
                if !map.contains_key("parentID") {
                    match kind {
                        Kind::Association => self.wrong(at.name("parentID"), Rule::Missing, "parentID"),
                        _ if action != "OBSERVE" => self.wrong(at.name("parentID"), Rule::ParentMissing, action),
                        _ => {}
                    }
                }
            }
            Kind::Transaction => {
                if !some("bizTransactionList") {
                    self.wrong(at.name("bizTransactionList"), Rule::Missing, "bizTransactionList");
                }
                if !some("epcList") && !some("quantityList") && action != "DELETE" {
                    let rule = if map.contains_key("epcList") {
                        Rule::NoSubject
                    } else {
                        Rule::Missing
                    };
                    self.wrong(at, rule, "epcList or quantityList");
                }
            }
            Kind::Transformation => {
                let inputs = some("inputEPCList") || some("inputQuantityList");
                let outputs = some("outputEPCList") || some("outputQuantityList");
                if !(inputs && outputs || map.contains_key("transformationID") && (inputs || outputs)) {
                    self.wrong(
                        at,
                        Rule::Missing,
                        "inputs and outputs, or one of them and transformationID",
                    );
                }
            }
        }
    }

    /// A name that is not the standard's: it needs a prefix, and the prefix a meaning.
    fn extension(&mut self, name: &str, rule: Rule, at: At<'_>) {
        if !uri::is_uri(name) {
            return self.wrong(at, rule, name);
        }
        if self.context.expand(name).is_none() {
            self.wrong(at, Rule::UndeclaredPrefix, name);
        }
    }

    fn field(&mut self, value: &Value, field: Field, at: At<'_>) {
        match field {
            Field::Text => {
                self.text(value, at);
            }
            Field::Flag if value.is_boolean() => {}
            Field::Number if value.is_number() => {}
            Field::Flag | Field::Number => self.wrong(at, Rule::WrongKind, kind_of(value)),
            Field::Context => match value {
                Value::Object(_) => {}
                Value::String(_) => {
                    self.uri(value, at);
                }
                _ => {
                    for (number, part) in self.list(value, at).iter().enumerate() {
                        if !part.is_object() {
                            self.uri(part, at.number(number));
                        }
                    }
                }
            },
            Field::Time => {
                if let Some(text) = self.text(value, at)
                    && uri::time(text).is_none()
                {
                    self.wrong(at, Rule::NotTime, text);
                }
            }
            Field::Offset => {
                if let Some(text) = self.text(value, at)
                    && !uri::is_offset(text)
                {
                    self.wrong(at, Rule::NotOffset, text);
                }
            }
            Field::Hex => {
                if let Some(text) = self.text(value, at)
                    && (text.is_empty() || !text.bytes().all(|b| b.is_ascii_hexdigit()))
                {
                    self.wrong(at, Rule::WrongKind, text);
                }
            }
            Field::Uri => {
                self.uri(value, at);
            }
            Field::Uris if value.is_string() => {
                self.uri(value, at);
            }
            Field::Uris => {
                for (number, one) in self.list(value, at).iter().enumerate() {
                    self.uri(one, at.number(number));
                }
            }
            Field::Thing => self.thing(value, at),
            Field::Things(once) => {
                let list = self.list(value, at);
                for (number, one) in list.iter().enumerate() {
                    self.thing(one, at.number(number));
                }
                if once {
                    self.once(list, at);
                }
            }
            Field::Quantities => {
                for (number, one) in self.list(value, at).iter().enumerate() {
                    self.quantity(one, at.number(number));
                }
            }
            Field::Action => {
                if !matches!(value.as_str(), Some("ADD" | "OBSERVE" | "DELETE")) {
                    self.wrong(at, Rule::NoSuchWord, value);
                }
            }
            Field::Word(voc) => self.word(value, voc, at),
            Field::Persistent => self.persistent(value, at),
            Field::Place => {
                let Some(map) = self.object(value, at) else { return };
                self.need(map, "id", at);
                for (name, value) in map {
                    let at = at.name(name);
                    if name == "id" {
                        self.identifier(value, at);
                    } else {
                        self.extension(name, Rule::UndeclaredPrefix, at);
                    }
                }
            }
            Field::Transactions => self.typed(value, "bizTransaction", Voc::Transaction, false, at),
            Field::Sources => self.typed(value, "source", Voc::Source, true, at),
            Field::Destinations => self.typed(value, "destination", Voc::Source, true, at),
            Field::Sensors => {
                for (number, one) in self.list(value, at).iter().enumerate() {
                    self.sensor(one, at.number(number));
                }
            }
            Field::Ilmd => {
                let Some(map) = self.object(value, at) else { return };
                for name in map.keys() {
                    self.extension(name, Rule::Unknown, at.name(name));
                }
            }
            Field::Declaration => {
                let Some(map) = self.object(value, at) else { return };
                self.need(map, "declarationTime", at);
                self.members(map, DECLARATION, at);
                if map.get("correctiveEventIDs").is_some_and(Value::is_string) {
                    self.wrong(at.name("correctiveEventIDs"), Rule::WrongKind, "a text, not a list");
                }
            }
        }
    }

    fn members(&mut self, map: &Map<String, Value>, fields: Fields, at: At<'_>) {
        for (name, value) in map {
            let at = at.name(name);
            match fields.iter().find(|(field, _)| field == name) {
                Some((_, field)) => self.field(value, *field, at),
                None => self.extension(name, Rule::Unknown, at),
            }
        }
    }

    /// A URI, and a good key where it is one of GS1.
    fn uri<'v>(&mut self, value: &'v Value, at: At<'_>) -> Option<&'v str> {
        let text = self.text(value, at)?;
        if !uri::is_uri(text) {
            self.wrong(at, Rule::NotUri, text);
            return None;
        }
        Some(text)
    }

    fn identifier(&mut self, value: &Value, at: At<'_>) -> Option<Key> {
        let text = self.uri(value, at)?;
        match Key::parse(text) {
            Ok(key) => key,
            Err(error) => {
                self.wrong(at, Rule::BadIdentifier, error);
                None
            }
        }
    }

    fn thing(&mut self, value: &Value, at: At<'_>) {
        if self.identifier(value, at).is_some_and(|key| key.is_class()) {
            self.wrong(at, Rule::ClassAsInstance, value);
        }
    }

    fn once(&mut self, list: &[Value], at: At<'_>) {
        let mut seen = std::collections::HashSet::new();
        for (number, one) in list.iter().enumerate() {
            if let Some(text) = one.as_str()
                && !seen.insert(text)
            {
                self.wrong(at.number(number), Rule::Twice, text);
            }
        }
    }

    fn quantity(&mut self, value: &Value, at: At<'_>) {
        let Some(map) = self.object(value, at) else { return };
        self.need(map, "epcClass", at);
        for (name, value) in map {
            let at = at.name(name);
            match name.as_str() {
                "epcClass" => {
                    if self.identifier(value, at).is_some_and(|key| !key.is_class()) {
                        self.wrong(at, Rule::InstanceAsClass, value);
                    }
                }
                "quantity" => self.field(value, Field::Number, at),
                "uom" => {
                    let good = |text: &str| {
                        (2..=3).contains(&text.len())
                            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                    };
                    if let Some(text) = self.text(value, at)
                        && !good(text)
                    {
                        self.wrong(at, Rule::NotUnit, text);
                    }
                }
                _ => self.wrong(at, Rule::Unknown, name),
            }
        }
        if map.contains_key("uom") && !map.contains_key("quantity") {
            self.wrong(at.name("uom"), Rule::UnitWithoutQuantity, "uom");
        }
    }

    fn word(&mut self, value: &Value, voc: Voc, at: At<'_>) {
        let Some(text) = self.text(value, at) else { return };
        if voc.vocabulary().has(text) {
            return;
        }
        // The vocabulary's own words stand short in JSON-LD; a URI is a word of somebody else.
        let own = match voc {
            Voc::Measurement | Voc::Alert => [
                "https://gs1.org/voc/",
                "http://gs1.org/voc/",
                "https://www.gs1.org/voc/",
                "http://www.gs1.org/voc/",
            ]
            .iter()
            .any(|stem| text.starts_with(stem)),
            _ => {
                text.starts_with("urn:epcglobal:cbv")
                    || text.starts_with("https://ns.gs1.org/cbv/")
                    || text.starts_with("http://ns.gs1.org/cbv/")
            }
        };
        if own || !uri::is_uri(text) {
            self.wrong(at, Rule::NoSuchWord, text);
        }
    }

    fn persistent(&mut self, value: &Value, at: At<'_>) {
        let Some(map) = self.object(value, at) else { return };
        if map.is_empty() {
            self.wrong(at, Rule::Missing, "set or unset");
        }
        for (name, value) in map {
            let at = at.name(name);
            if name != "set" && name != "unset" {
                self.wrong(at, Rule::Unknown, name);
                continue;
            }
            let list = self.list(value, at);
            if value.as_array().is_some_and(Vec::is_empty) {
                self.wrong(at, Rule::Missing, name);
            }
            for (number, one) in list.iter().enumerate() {
                self.word(one, Voc::Disposition, at.number(number));
            }
            self.once(list, at);
        }
        if let (Some(Value::Array(set)), Some(Value::Array(unset))) = (map.get("set"), map.get("unset"))
            && let Some(both) = set.iter().find(|one| unset.contains(one))
        {
            self.wrong(at, Rule::SetAndUnset, both);
        }
    }

    fn typed(&mut self, value: &Value, noun: &str, voc: Voc, need_type: bool, at: At<'_>) {
        for (number, one) in self.list(value, at).iter().enumerate() {
            let at = at.number(number);
            let Some(map) = self.object(one, at) else { continue };
            self.need(map, noun, at);
            if need_type {
                self.need(map, "type", at);
            }
            for (name, value) in map {
                let at = at.name(name);
                if name == "type" {
                    self.word(value, voc, at);
                } else if name == noun {
                    self.identifier(value, at);
                } else {
                    self.wrong(at, Rule::Unknown, name);
                }
            }
        }
    }

    fn sensor(&mut self, value: &Value, at: At<'_>) {
        let Some(map) = self.object(value, at) else { return };
        self.need(map, "sensorReport", at);
        for (name, value) in map {
            let at = at.name(name);
            match name.as_str() {
                "sensorMetadata" => {
                    if let Some(map) = self.object(value, at) {
                        self.members(map, METADATA, at);
                    }
                }
                "sensorReport" => {
                    if value.as_array().is_some_and(Vec::is_empty) {
                        self.wrong(at, Rule::Missing, name);
                    }
                    for (number, one) in self.list(value, at).iter().enumerate() {
                        let at = at.number(number);
                        let Some(map) = self.object(one, at) else { continue };
                        self.need(map, "type", at);
                        self.members(map, REPORT, at);
                    }
                }
                _ => self.extension(name, Rule::Unknown, at),
            }
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
