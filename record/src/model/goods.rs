//! Goods: what a label says is in the hand, once it is matched to an item.

use super::{Day, ItemId, Level, LotNumber, MakerId, OwnerId, PlateId, Quantity, SerialNumber};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A lot within an owner's item: the number as printed, and who made it where that is known (two makers may print the
/// same number).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LotKey {
    /// The number as printed.
    pub number: LotNumber,
    /// Maker or traceability-lot-code source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<MakerId>,
}

impl LotKey {
    /// A lot whose maker is not told.
    pub fn of(number: LotNumber) -> Self {
        LotKey { number, maker: None }
    }
}

impl fmt::Display for LotKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

/// Which numbering a serial belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SerialScheme {
    /// GTIN + AI 21.
    Gtin,
    /// HIBC: labeler, product, unit of measure + serial.
    Hibc,
    /// Manufacturer + part number + serial.
    Part,
    /// A unit identifier of the site's own (AI 8004), whoever made the goods; the maker's key is the GTIN of what it is on.
    Own,
}

impl SerialScheme {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            SerialScheme::Gtin => "gtin",
            SerialScheme::Hibc => "hibc",
            SerialScheme::Part => "part",
            SerialScheme::Own => "own",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [
            SerialScheme::Gtin,
            SerialScheme::Hibc,
            SerialScheme::Part,
            SerialScheme::Own,
        ]
        .into_iter()
        .find(|s| s.as_str() == word)
    }
}

/// A serial number with the key that makes it unique (domain §2): a case's serial is not an each's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SerialKey {
    /// The numbering.
    pub scheme: SerialScheme,
    /// The maker's key within it: a GTIN of 14 digits, for instance.
    pub maker_key: String,
    /// The number as printed.
    pub serial: SerialNumber,
}

impl fmt::Display for SerialKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serial.fmt(f)
    }
}

/// How the contents of a handling unit are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContentsKnown {
    /// Each unit was scanned.
    Scanned,
    /// Told by the ship notice.
    Inferred,
    /// Nobody told.
    Unknown,
}

impl ContentsKnown {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            ContentsKnown::Scanned => "scanned",
            ContentsKnown::Inferred => "inferred",
            ContentsKnown::Unknown => "unknown",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [ContentsKnown::Scanned, ContentsKnown::Inferred, ContentsKnown::Unknown]
            .into_iter()
            .find(|c| c.as_str() == word)
    }
}

/// What is in the hand: an item of an owner at a pack level, with what the label says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goods {
    /// Whose.
    pub owner: OwnerId,
    /// Which item.
    pub item: ItemId,
    /// At which pack level.
    pub level: Level,
    /// How many, with unit and factor at capture.
    pub quantity: Quantity,
    /// Catch weight, where the item is sold by weight; a second quantity, conserved apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Quantity>,
    /// Which lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotKey>,
    /// The supplier's own lot number, kept beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier_lot: Option<LotNumber>,
    /// Expiry as the label says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Day>,
    /// Production date as the label says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub produced: Option<Day>,
    /// Which serial; then the quantity is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<SerialKey>,
    /// The handling unit it is on, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plate: Option<PlateId>,
    /// The pack level that was opened to get at it: an each out of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of: Option<Level>,
}
