//! Events as XML of EPCIS 1.2, for partners that read no JSON.
//!
//! What 1.2 has no place for is left out and named: association events, lasting dispositions, sensors, certificates. It
//! knows no Digital Links: GS1 keys become URNs, for which somebody must know how long each company prefix is
//! ([`Prefixes`]); a key of an unknown prefix stays a link, and is named, too. Sections are those of EPCIS 1.2.

use super::event::{Event, Kind};
use super::ident::Key;
use super::words::{self, Vocabulary};
use lotline_record::entry::Instant;
use serde_json::Value;
use std::fmt::Write as _;

/// A document, and what it does not say.
#[derive(Debug)]
pub struct Older {
    /// The document.
    pub text: String,
    /// What was left out: number of the event, and which field or key.
    pub left_out: Vec<(usize, String)>,
}

/// GS1 Company Prefixes that somebody knows: a key does not say how long its own is.
#[derive(Debug, Clone, Default)]
pub struct Prefixes(Vec<String>);

/// A text that is no GS1 Company Prefix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no GS1 Company Prefix: 6 to 12 digits")]
pub struct BadPrefix(pub String);

impl Prefixes {
    /// Of the digits of each, 6 to 12 (GS1 General Specifications, section 1.4.4).
    ///
    /// # Errors
    /// At the first text that is none.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, BadPrefix> {
        let mut known = Vec::new();
        for text in texts {
            let good = (6..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            if !good {
                return Err(BadPrefix(text.to_owned()));
            }
            known.push(text.to_owned());
        }
        // The longest that fits counts.
        known.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Ok(Prefixes(known))
    }

    fn urn(&self, key: &Key) -> Option<String> {
        let (ai, value) = (key.primary.0, key.primary.1.as_str());
        // Before the prefix stands an indicator, or the extension digit of an SSCC, or the filler of a GRAI.
        let digits = if ["00", "01", "8003"].contains(&ai) {
            value.get(1..)?
        } else {
            value
        };
        let prefix = self.0.iter().find(|prefix| digits.starts_with(prefix.as_str()))?;
        key.urn(u8::try_from(prefix.len()).ok()?)
    }
}

/// A document of EPCIS 1.2. `created` is when it is made.
#[must_use]
pub fn write_1_2(events: &[Event], created: Instant, prefixes: &Prefixes) -> Older {
    let mut writer = Writer {
        text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
        left_out: Vec::new(),
        number: 0,
        prefixes,
    };
    let _ = writeln!(
        writer.text,
        "<epcis:EPCISDocument xmlns:epcis=\"urn:epcglobal:epcis:xsd:1\" schemaVersion=\"1.2\" creationDate=\"{created}\"><EPCISBody><EventList>"
    );
    for (number, event) in events.iter().enumerate() {
        writer.number = number;
        writer.event(event);
        writer.text.push('\n');
    }
    writer.text.push_str("</EventList></EPCISBody></epcis:EPCISDocument>\n");
    Older {
        text: writer.text,
        left_out: writer.left_out,
    }
}

struct Writer<'w> {
    text: String,
    left_out: Vec<(usize, String)>,
    number: usize,
    prefixes: &'w Prefixes,
}

impl Writer<'_> {
    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                // A reader makes a line end of it (XML 1.0, section 2.11), unless it is written so.
                '\r' => self.text.push_str("&#13;"),
                // Section 2.2 has no place for these.
                '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                    self.text.push('\u{fffd}');
                }
                c => self.text.push(c),
            }
        }
    }

    fn element(&mut self, name: &str, text: &str) {
        let _ = write!(self.text, "<{name}>");
        self.escaped(text);
        let _ = write!(self.text, "</{name}>");
    }

    fn within(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        let _ = write!(self.text, "<{name}>");
        write(self);
        let _ = write!(self.text, "</{name}>");
    }

    fn lacks(&mut self, what: &str) {
        self.left_out.push((self.number, what.to_owned()));
    }

    /// An identifier: a URN where one can be made.
    fn id(&mut self, text: &str) -> String {
        if text.starts_with("urn:") {
            return text.to_owned();
        }
        let Ok(Some(key)) = Key::parse(text) else {
            return text.to_owned();
        };
        if let Some(urn) = self.prefixes.urn(&key) {
            return urn;
        }
        self.lacks(text);
        text.to_owned()
    }

    fn text_of(&mut self, event: &Event, name: &str) {
        if let Some(text) = event.text(name) {
            self.element(name, text);
        }
    }

    fn word(&mut self, event: &Event, name: &str, vocabulary: &Vocabulary) {
        if let Some(text) = event.text(name) {
            self.element(name, &vocabulary.as_urn(text));
        }
    }

    fn place(&mut self, event: &Event, name: &str) {
        if let Some(id) = event
            .get(name)
            .and_then(|place| place.get("id"))
            .and_then(Value::as_str)
        {
            let id = self.id(id);
            self.within(name, |w| w.element("id", &id));
        }
    }

    fn things(&mut self, event: &Event, name: &str, always: bool) {
        let ids: Vec<String> = event.list(name).map(str::to_owned).collect();
        if ids.is_empty() && !always {
            return;
        }
        self.within(name, |w| {
            for id in ids {
                let id = w.id(&id);
                w.element("epc", &id);
            }
        });
    }

    fn quantities(&mut self, event: &Event, name: &str) {
        let Some(list) = event.get(name).and_then(Value::as_array) else {
            return;
        };
        self.within(name, |w| {
            for element in list {
                w.within("quantityElement", |w| {
                    let class = element.get("epcClass").and_then(Value::as_str).unwrap_or_default();
                    let class = w.id(class);
                    w.element("epcClass", &class);
                    if let Some(quantity) = element.get("quantity") {
                        w.element("quantity", &quantity.to_string());
                    }
                    if let Some(unit) = element.get("uom").and_then(Value::as_str) {
                        w.element("uom", unit);
                    }
                });
            }
        });
    }

    fn typed(&mut self, event: &Event, list: &str, noun: &str, vocabulary: &Vocabulary) {
        let Some(members) = event.get(list).and_then(Value::as_array) else {
            return;
        };
        self.within(list, |w| {
            for member in members {
                let text = |name: &str| member.get(name).and_then(Value::as_str);
                let _ = write!(w.text, "<{noun}");
                if let Some(word) = text("type") {
                    w.text.push_str(" type=\"");
                    w.escaped(&vocabulary.as_urn(word));
                    w.text.push('"');
                }
                w.text.push('>');
                let id = w.id(text(noun).unwrap_or_default());
                w.escaped(&id);
                let _ = write!(w.text, "</{noun}>");
            }
        });
    }

    fn sides(&mut self, event: &Event) {
        self.typed(event, "sourceList", "source", &words::SOURCE);
        self.typed(event, "destinationList", "destination", &words::SOURCE);
    }

    /// An extension, or a member of `ilmd`, in its namespace.
    fn extension(&mut self, event: &Event, name: &str, value: &Value) {
        let Some((namespace, local)) = event
            .context()
            .expand(name)
            .filter(|(namespace, _)| !namespace.is_empty())
        else {
            return self.lacks(name);
        };
        let plain = local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        if !plain || !local.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return self.lacks(name);
        }
        let namespace = namespace.to_owned();
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let _ = write!(self.text, "<x:{local} xmlns:x=\"");
            self.escaped(&namespace);
            self.text.push_str("\">");
            match value {
                Value::String(text) => self.escaped(text),
                Value::Object(map) => map.iter().for_each(|(name, value)| self.extension(event, name, value)),
                Value::Null | Value::Array(_) => {}
                other => self.escaped(&other.to_string()),
            }
            let _ = write!(self.text, "</x:{local}>");
        }
    }

    fn made(&mut self, event: &Event) {
        if let Some(Value::Object(map)) = event.get("ilmd") {
            self.within("ilmd", |w| {
                map.iter().for_each(|(name, value)| w.extension(event, name, value));
            });
        }
    }

    fn event(&mut self, event: &Event) {
        let kind = event.kind();
        if kind == Kind::Association {
            return self.lacks(kind.as_str());
        }
        for name in ["persistentDisposition", "sensorElementList", "certificationInfo"] {
            if event.get(name).is_some() {
                self.lacks(name);
            }
        }
        let name = kind.as_str();
        // 1.1 brought transformations, and hid them from readers of 1.0.
        if kind == Kind::Transformation {
            self.text.push_str("<extension>");
        }
        self.within(name, |w| {
            for name in ["eventTime", "recordTime", "eventTimeZoneOffset"] {
                w.text_of(event, name);
            }
            w.base(event);
            w.body(event, kind);
            let extensions: Vec<&String> = event.fields().keys().filter(|name| name.contains(':')).collect();
            for name in extensions {
                if let Some(value) = event.get(name) {
                    w.extension(event, name, value);
                }
            }
        });
        if kind == Kind::Transformation {
            self.text.push_str("</extension>");
        }
    }

    /// Its name and, of a correction, what is declared: 1.2 put them where readers of 1.1 pass over.
    fn base(&mut self, event: &Event) {
        let declared = event.get("errorDeclaration");
        if event.id().is_none() && declared.is_none() {
            return;
        }
        self.within("baseExtension", |w| {
            w.text_of(event, "eventID");
            let Some(declared) = declared else { return };
            w.within("errorDeclaration", |w| {
                let text = |name: &str| declared.get(name).and_then(Value::as_str);
                w.element("declarationTime", text("declarationTime").unwrap_or_default());
                if let Some(reason) = text("reason") {
                    w.element("reason", &words::REASON.as_urn(reason));
                }
                if let Some(ids) = declared.get("correctiveEventIDs").and_then(Value::as_array) {
                    w.within("correctiveEventIDs", |w| {
                        ids.iter()
                            .filter_map(Value::as_str)
                            .for_each(|id| w.element("correctiveEventID", id));
                    });
                }
            });
        });
    }

    fn where_and_why(&mut self, event: &Event) {
        self.word(event, "bizStep", &words::BIZ_STEP);
        self.word(event, "disposition", &words::DISPOSITION);
        self.place(event, "readPoint");
        self.place(event, "bizLocation");
    }

    fn parent(&mut self, event: &Event) {
        if let Some(parent) = event.text("parentID") {
            let parent = self.id(parent);
            self.element("parentID", &parent);
        }
    }

    fn transactions(&mut self, event: &Event) {
        self.typed(event, "bizTransactionList", "bizTransaction", &words::TRANSACTION);
    }

    /// The fields in the order of the 1.2 schema (sections 7.4 and 9.5).
    fn body(&mut self, event: &Event, kind: Kind) {
        let extended = |names: &[&str]| names.iter().any(|name| event.get(name).is_some());
        match kind {
            Kind::Object => {
                self.things(event, "epcList", true);
                self.text_of(event, "action");
                self.where_and_why(event);
                self.transactions(event);
                if extended(&["quantityList", "sourceList", "destinationList", "ilmd"]) {
                    self.within("extension", |w| {
                        w.quantities(event, "quantityList");
                        w.sides(event);
                        w.made(event);
                    });
                }
            }
            Kind::Aggregation | Kind::Association => {
                self.parent(event);
                self.things(event, "childEPCs", true);
                self.text_of(event, "action");
                self.where_and_why(event);
                self.transactions(event);
                if extended(&["childQuantityList", "sourceList", "destinationList"]) {
                    self.within("extension", |w| {
                        w.quantities(event, "childQuantityList");
                        w.sides(event);
                    });
                }
            }
            Kind::Transaction => {
                self.transactions(event);
                self.parent(event);
                self.things(event, "epcList", true);
                self.text_of(event, "action");
                self.where_and_why(event);
                if extended(&["quantityList", "sourceList", "destinationList"]) {
                    self.within("extension", |w| {
                        w.quantities(event, "quantityList");
                        w.sides(event);
                    });
                }
            }
            Kind::Transformation => {
                self.things(event, "inputEPCList", false);
                self.quantities(event, "inputQuantityList");
                self.things(event, "outputEPCList", false);
                self.quantities(event, "outputQuantityList");
                self.text_of(event, "transformationID");
                self.where_and_why(event);
                self.transactions(event);
                self.sides(event);
                self.made(event);
            }
        }
    }
}
