//! What a ship notice says, whichever standard it came by.

use super::finding::Place;
use lotline_record::model::{Amount, Day, LotNumber, SerialNumber};
use lotline_scan::{Gtin, Sscc};
use serde::{Deserialize, Serialize};

/// Where something stood in the document that told it. Two things that say the same are the same, wherever they stood.
#[derive(Debug, Clone, Default)]
pub struct Origin(pub Place);

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

/// What the document does to earlier ones (X12 353, UN/EDIFACT 1225).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It is the first.
    #[default]
    Original,
    /// It takes an earlier one back.
    Cancel,
    /// It stands in for an earlier one.
    Replace,
}

/// A day, and a time of it where one is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// The day.
    pub day: Day,
    /// Hours and minutes, four digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The zone, by X12 623: `UT`, `ET`. Absent: of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

impl Moment {
    /// A day without a time.
    pub fn day(day: Day) -> Self {
        Moment {
            day,
            time: None,
            zone: None,
        }
    }
}

/// A number by which somebody else knows the shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Which: a word of the mapping (`bill`, `carrier`), or else the partner's own code.
    pub kind: String,
    /// The number.
    pub value: String,
}

/// Somebody who takes part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// As what: a word of the mapping (`ship_from`, `ship_to`, `buyer`, `seller`), or else the partner's own code.
    pub role: String,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The Global Location Number, 13 digits with a good check digit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gln: Option<String>,
    /// Another number, where the partner uses no GLN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Lines of the street, at most two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub street: Vec<String>,
    /// The city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Country, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Who carries it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carrier {
    /// Standard Carrier Alpha Code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scac: Option<String>,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By what, as X12 91 codes it: `M` road, `R` rail, `A` air, `S` ocean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

/// How many packages of a kind there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Packages {
    /// Which: a word of the mapping (`pallet`, `carton`), or else the partner's own code.
    pub kind: String,
    /// How many.
    pub count: u32,
    /// What they weigh together.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "as_text")]
    pub weight: Option<Amount>,
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_unit: Option<String>,
}

/// An order that is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The buyer's number of it.
    pub number: String,
    /// Its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
}

/// What a handling unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// A pallet or another carrier of packs.
    Tare,
    /// A carton or another pack.
    Pack,
}

/// A handling unit, with what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// What it is.
    pub kind: UnitKind,
    /// Its SSCC.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "key_text")]
    pub sscc: Option<Sscc>,
    /// Units in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Unit>,
    /// Lines in it, but in none of its units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    /// Where it stood.
    #[serde(skip)]
    pub origin: Origin,
}

/// Goods: one item of one lot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The partner's number of it.
    pub number: String,
    /// The order it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The Global Trade Item Number.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "key_text")]
    pub gtin: Option<Gtin>,
    /// The US National Drug Code as written; where its parts end cannot be computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ndc: Option<String>,
    /// The buyer's number of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_item: Option<String>,
    /// The vendor's number of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor_item: Option<String>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How many.
    #[serde(with = "as_text", default)]
    pub quantity: Option<Amount>,
    /// Of which unit; ours where the mapping names it, the partner's code elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotNumber>,
    /// The supplier's own number of the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_lot: Option<LotNumber>,
    /// It may be used until.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Day>,
    /// It is at its best until.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best_before: Option<Day>,
    /// It was made on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Day>,
    /// Country of origin, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Its serials.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub serials: Vec<SerialNumber>,
    /// Where it stood.
    #[serde(skip)]
    pub origin: Origin,
}

/// An advance ship notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The sender's number of it (BSN02, BGN C106).
    pub number: String,
    /// What it does to earlier ones.
    #[serde(default)]
    pub purpose: Purpose,
    /// When it was made.
    pub created: Moment,
    /// When the goods left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped: Option<Moment>,
    /// When they are due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Moment>,
    /// How many packages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<Packages>,
    /// Who carries them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<Carrier>,
    /// Numbers of the shipment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Who takes part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// The transaction statement of 21 USC 360eee (27), as the sender words it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// The orders that are delivered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
    /// Its handling units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Unit>,
    /// Lines that are in no handling unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

impl Notice {
    /// Every line, with the units it is in, the outermost first.
    pub fn each_line<'a>(&'a self, mut visit: impl FnMut(&[&'a Unit], &'a Line)) {
        fn inside<'a>(unit: &'a Unit, path: &mut Vec<&'a Unit>, visit: &mut impl FnMut(&[&'a Unit], &'a Line)) {
            path.push(unit);
            for line in &unit.lines {
                visit(path, line);
            }
            for unit in &unit.units {
                inside(unit, path, visit);
            }
            path.pop();
        }
        for line in &self.lines {
            visit(&[], line);
        }
        let mut path = Vec::new();
        for unit in &self.units {
            inside(unit, &mut path, &mut visit);
        }
    }

    /// Every unit, with the units it is in, the outermost first.
    pub fn each_unit<'a>(&'a self, mut visit: impl FnMut(&[&'a Unit], &'a Unit)) {
        fn inside<'a>(unit: &'a Unit, path: &mut Vec<&'a Unit>, visit: &mut impl FnMut(&[&'a Unit], &'a Unit)) {
            visit(path, unit);
            path.push(unit);
            for unit in &unit.units {
                inside(unit, path, visit);
            }
            path.pop();
        }
        let mut path = Vec::new();
        for unit in &self.units {
            inside(unit, &mut path, &mut visit);
        }
    }
}

/// An amount from digits with at most six decimals behind a point; nothing else is a number here.
pub fn amount(text: &str) -> Option<Amount> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 12 && part.len() <= 6 && !text.ends_with('.');
    if !fits || !digits(whole) || !digits(part) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    let most = i64::try_from(Amount::MOST).ok()?;
    (whole <= most).then(|| Amount::from_micros(whole * Amount::SCALE + part))
}

mod as_text {
    use super::{Amount, amount};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    // serde asks for this reference.
    #[allow(clippy::ref_option)]
    pub fn serialize<S: Serializer>(value: &Option<Amount>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.collect_str(value),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Amount>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        text.map(|text| amount(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no quantity"))))
            .transpose()
    }
}

mod key_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::fmt::Display;
    use std::str::FromStr;

    // serde asks for this reference.
    #[allow(clippy::ref_option)]
    pub fn serialize<S: Serializer, K: Display>(value: &Option<K>, to: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.collect_str(value),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>, K: FromStr<Err: Display>>(from: D) -> Result<Option<K>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}
