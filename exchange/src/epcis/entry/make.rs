//! The parts that events are made of: names of things, times, places.

use super::{Facts, Untold};
use crate::epcis::ident::Key;
use crate::epcis::{CONTEXT, Event, hash};
use lotline_record::entry::{Entry, Instant};
use lotline_record::model::{Account, Amount, Goods, Level, PlaceId, PlateId, SerialKey, SerialScheme};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The namespace of what we add to events.
pub const NAMESPACE: &str = "https://github.com/lotline/lotline/epcis/";

/// A name of our own: each part behind a colon, escaped.
pub fn own(parts: &[&str]) -> String {
    let mut urn = String::from("urn:x-lotline");
    for part in parts {
        urn.push(':');
        for byte in part.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                urn.push(char::from(byte));
            } else {
                // Writing to text cannot fail.
                let _ = write!(urn, "%{byte:02X}");
            }
        }
    }
    urn
}

/// The canonical link of a key, if it is a good one; else a name of our own.
fn link_or(key: &Key, parts: &[&str]) -> String {
    let link = key.link();
    match Key::parse(&link) {
        Ok(Some(same)) if same == *key => link,
        _ => own(parts),
    }
}

/// The name of a handling unit: its SSCC, or a plate of the site.
pub fn plate(entry: &Entry, plate: &PlateId) -> String {
    let key = Key::new("00", plate.as_str(), None);
    link_or(&key, &["plate", entry.site.as_str(), plate.as_str()])
}

/// The name of one unit.
pub fn serial(serial: &SerialKey) -> String {
    let parts = [
        "serial",
        serial.scheme.as_str(),
        serial.maker_key.as_str(),
        serial.serial.as_str(),
    ];
    match serial.scheme {
        SerialScheme::Gtin => link_or(
            &Key::new("01", &serial.maker_key, Some(("21", serial.serial.as_str()))),
            &parts,
        ),
        SerialScheme::Own => link_or(&Key::new("8004", serial.serial.as_str(), None), &parts),
        SerialScheme::Hibc | SerialScheme::Part => own(&parts),
    }
}

/// The class of goods: a lot of an item, or the item.
pub fn class(owner: &str, item: &str, gtin: Option<&str>, lot: Option<&str>) -> String {
    let mut parts = vec!["class", owner, item];
    parts.extend(lot);
    let Some(gtin) = gtin else { return own(&parts) };
    link_or(&Key::new("01", gtin, lot.map(|lot| ("10", lot))), &parts)
}

/// Things by name and classes by quantity: the what of an event.
#[derive(Debug, Default, Clone)]
pub struct What {
    /// Names of single things.
    pub things: Vec<String>,
    /// Quantity elements.
    pub quantities: Vec<Value>,
}

impl What {
    /// One thing.
    pub fn thing(name: String) -> Self {
        What {
            things: vec![name],
            quantities: Vec::new(),
        }
    }

    /// A class without a quantity.
    pub fn class(name: &str) -> Self {
        What {
            things: Vec::new(),
            quantities: vec![json!({ "epcClass": name })],
        }
    }

    /// Goods: their unit where it has a serial, else so many of their lot, at the pack level that has a GTIN.
    pub fn goods(goods: &Goods, facts: &dyn Facts) -> Self {
        if let Some(key) = &goods.serial {
            return What::thing(serial(key));
        }
        let lot = goods.lot.as_ref().map(|lot| lot.number.as_str());
        let (owner, item) = (goods.owner.as_str(), goods.item.as_str());
        let gtin = |level| facts.gtin(&goods.owner, &goods.item, level);
        let whole = gtin(goods.level);
        // A level without a number of its own counts in units.
        let (gtin, count) = match (&whole, goods.quantity.base()) {
            (None, Ok(base)) => (gtin(Level::Each), base.decimal()),
            _ => (whole, goods.quantity.n),
        };
        let mut element = json!({ "epcClass": class(owner, item, gtin.as_deref(), lot) });
        let (count, unit) = match &goods.weight {
            Some(weight) => (weight.n, Some(weight.u.0.as_str())),
            None => (count, None),
        };
        if let Ok(number) = serde_json::from_str::<Value>(&count.normalize().to_string()) {
            element["quantity"] = number;
        }
        // Only variable measures have a unit (EPCIS 2.0 section 7.3.3.3).
        if let Some(unit) = unit.filter(|unit| (2..=3).contains(&unit.len())) {
            element["uom"] = unit.to_uppercase().into();
        }
        What {
            things: Vec::new(),
            quantities: vec![element],
        }
    }

    /// So many base units of a class.
    pub fn amount(name: &str, amount: Amount) -> Self {
        let mut what = What::class(name);
        if let Ok(number) = serde_json::from_str::<Value>(&amount.decimal().normalize().to_string()) {
            what.quantities[0]["quantity"] = number;
        }
        what
    }

    /// As fields called so.
    pub fn put(self, map: &mut Map<String, Value>, things: &str, quantities: &str) {
        if !self.things.is_empty() {
            map.insert(things.to_owned(), self.things.into());
        }
        if !self.quantities.is_empty() {
            map.insert(quantities.to_owned(), self.quantities.into());
        }
    }
}

/// Where events of an entry are made.
pub struct Maker<'m> {
    pub entry: &'m Entry,
    pub facts: &'m dyn Facts,
    out: Vec<Event>,
    declaration: Option<Value>,
}

impl<'m> Maker<'m> {
    pub fn new(entry: &'m Entry, facts: &'m dyn Facts) -> Self {
        Maker {
            entry,
            facts,
            out: Vec::new(),
            declaration: None,
        }
    }

    /// From now on every event is a repeat that says it was wrong (EPCIS 2.0 section 7.4.1.3).
    pub fn declare(&mut self, at: Instant) {
        self.declaration = Some(json!({ "declarationTime": at.to_string(), "reason": "did_not_occur" }));
    }

    /// The URI of a place: an extension of the site's GLN, or a name of our own.
    pub fn place(&self, place: &PlaceId) -> String {
        let parts = ["place", self.entry.site.as_str(), place.as_str()];
        match self.facts.gln() {
            Some(gln) => link_or(&Key::new("414", gln, Some(("254", place.as_str()))), &parts),
            None => own(&parts),
        }
    }

    /// The URI of the site.
    pub fn site(&self) -> String {
        let parts = ["site", self.entry.site.as_str()];
        match self.facts.gln() {
            Some(gln) => link_or(&Key::new("414", gln, None), &parts),
            None => own(&parts),
        }
    }

    /// Adds an event: time, place and entry are filled in. `at` is where it happened, if that is a place.
    pub fn push(&mut self, kind: &str, step: &str, at: Option<&Account>, fields: Map<String, Value>) {
        let stamp = &self.entry.at;
        let time = Instant::from_unix_ms(stamp.wall.unix_ms().saturating_add(stamp.offset_ms.unwrap_or_default()));
        let sign = if stamp.zone_min < 0 { '-' } else { '+' };
        let zone = stamp.zone_min.unsigned_abs().min(14 * 60);
        let mut event = fields;
        let read = at.and_then(Account::place).or(self.entry.place.as_ref());
        if let Some(place) = read {
            event.insert("readPoint".to_owned(), json!({ "id": self.place(place) }));
        }
        event
            .entry("bizLocation")
            .or_insert_with(|| json!({ "id": self.site() }));
        event.insert("bizStep".to_owned(), step.into());
        event.insert("type".to_owned(), kind.into());
        event.insert("eventTime".to_owned(), time.to_string().into());
        let offset = format!("{sign}{:02}:{:02}", zone / 60, zone % 60);
        event.insert("eventTimeZoneOffset".to_owned(), offset.into());
        event.insert("lotline:entry".to_owned(), format!("urn:uuid:{}", self.entry.id).into());
        event.insert("@context".to_owned(), json!([CONTEXT, { "lotline": NAMESPACE }]));
        if let Some(declaration) = &self.declaration {
            event.insert("errorDeclaration".to_owned(), declaration.clone());
        }
        // What cannot be said well is not said: the caller finds that nothing came of it.
        if let Ok(mut event) = Event::of(Value::Object(event), None, "") {
            event.set_id(&hash::event_id(&event));
            self.out.push(event);
        }
    }

    /// An `ObjectEvent`.
    pub fn object(&mut self, action: &str, step: &str, what: What, at: Option<&Account>, more: Value) {
        let Value::Object(mut map) = more else { return };
        map.insert("action".to_owned(), action.into());
        what.put(&mut map, "epcList", "quantityList");
        self.push("ObjectEvent", step, at, map);
    }

    /// An `AggregationEvent`: `what` is put into or taken off a handling unit.
    pub fn aggregation(&mut self, action: &str, parent: &PlateId, what: What, at: Option<&Account>) {
        let mut map = Map::new();
        map.insert("action".to_owned(), action.into());
        map.insert("parentID".to_owned(), plate(self.entry, parent).into());
        what.put(&mut map, "childEPCs", "childQuantityList");
        let step = if action == "DELETE" { "unpacking" } else { "packing" };
        map.insert("disposition".to_owned(), "in_progress".into());
        self.push("AggregationEvent", step, at, map);
    }

    /// Off one account and onto another: what that means for handling units.
    pub fn moved(&mut self, what: &What, from: &Account, to: &Account) {
        if let Account::Plate(parent) = from {
            self.aggregation("DELETE", parent, what.clone(), Some(to));
        }
        if let Account::Plate(parent) = to {
            self.aggregation("ADD", parent, what.clone(), Some(from));
        }
    }

    pub fn done(self) -> Result<Vec<Event>, Untold> {
        if self.out.is_empty() {
            Err(Untold::Unreadable)
        } else {
            Ok(self.out)
        }
    }
}
