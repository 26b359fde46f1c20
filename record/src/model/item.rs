//! Items and their pack levels.

use super::{Day, ItemId, OwnerId, Unit};
use lotline_scan::Gtin;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What a scan of this item must carry (requirement B1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tracking {
    /// Quantity only.
    None,
    /// A lot number.
    Lot,
    /// A serial number.
    Serial,
    /// Both.
    LotAndSerial,
}

impl Tracking {
    /// Whether a lot number is mandatory.
    pub const fn needs_lot(self) -> bool {
        matches!(self, Tracking::Lot | Tracking::LotAndSerial)
    }

    /// Whether a serial number is mandatory on the each.
    pub const fn needs_serial(self) -> bool {
        matches!(self, Tracking::Serial | Tracking::LotAndSerial)
    }

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Tracking::None => "none",
            Tracking::Lot => "lot",
            Tracking::Serial => "serial",
            Tracking::LotAndSerial => "lot_and_serial",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Tracking::None, Tracking::Lot, Tracking::Serial, Tracking::LotAndSerial]
            .into_iter()
            .find(|t| t.as_str() == word)
    }
}

/// In which order stock leaves (requirement C1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// First expired, first out.
    Fefo,
    /// First received, first out.
    Fifo,
    /// Last received, first out.
    Lifo,
    /// Any order.
    None,
}

impl Rotation {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Rotation::Fefo => "fefo",
            Rotation::Fifo => "fifo",
            Rotation::Lifo => "lifo",
            Rotation::None => "none",
        }
    }

    /// Which of two lots leaves first, by their days: `Less` is the first one. A lot without a day leaves last.
    pub fn order(self, one: Option<Day>, other: Option<Day>) -> Ordering {
        match (one, other) {
            (Some(one), Some(other)) if self == Rotation::Lifo => other.cmp(&one),
            (Some(one), Some(other)) => one.cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Rotation::Fefo, Rotation::Fifo, Rotation::Lifo, Rotation::None]
            .into_iter()
            .find(|t| t.as_str() == word)
    }
}

/// A level of packaging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The unit that is sold or given.
    Each,
    /// An inner pack.
    Inner,
    /// A case.
    Case,
    /// A layer of a pallet.
    Layer,
    /// A pallet.
    Pallet,
}

impl Level {
    /// All levels, smallest first.
    pub const ALL: [Level; 5] = [Level::Each, Level::Inner, Level::Case, Level::Layer, Level::Pallet];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Each => "each",
            Level::Inner => "inner",
            Level::Case => "case",
            Level::Layer => "layer",
            Level::Pallet => "pallet",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.as_str() == word)
    }
}

/// An item of an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Whose item.
    pub owner: OwnerId,
    /// The owner's key.
    pub item: ItemId,
    /// What people call it.
    pub name: String,
    /// What a scan must carry.
    pub tracking: Tracking,
    /// In which order it leaves.
    pub rotation: Rotation,
    /// The unit amounts are kept in.
    pub base_unit: Unit,
    /// Days of shelf life it must have left at receipt.
    pub shelf_in_days: Option<u32>,
    /// Days of shelf life it must have left when it leaves.
    pub shelf_out_days: Option<u32>,
}

/// How an item is packed, from one day to another (a case of 12 becomes one of 10 while old ones are in stock).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackLevel {
    /// Which level.
    pub level: Level,
    /// Its GTIN, if it has one.
    pub gtin: Option<Gtin>,
    /// Its unit code.
    pub unit: Unit,
    /// Base units in one.
    pub factor: u32,
    /// First day it is packed so.
    pub valid_from: Option<Day>,
    /// Last day it was packed so.
    pub valid_to: Option<Day>,
}
