//! Status on four axes (domain §6): lifecycle × a set of blocks × verification × expiry (derived, never stored).

use super::{BlockId, ItemId, LotNumber, OwnerId, PlaceId, PlateId};
use serde::{Deserialize, Serialize};

/// Where a serial or lot stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// Announced, not seen.
    Expected,
    /// In the warehouse.
    Here,
    /// Left to a customer.
    Shipped,
    /// Came back.
    Returned,
    /// Used up.
    Consumed,
    /// Destroyed.
    Disposed,
}

impl Lifecycle {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Lifecycle::Expected => "expected",
            Lifecycle::Here => "here",
            Lifecycle::Shipped => "shipped",
            Lifecycle::Returned => "returned",
            Lifecycle::Consumed => "consumed",
            Lifecycle::Disposed => "disposed",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        use Lifecycle::{Consumed, Disposed, Expected, Here, Returned, Shipped};
        [Expected, Here, Shipped, Returned, Consumed, Disposed]
            .into_iter()
            .find(|l| l.as_str() == word)
    }
}

/// Why something must not move on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// Held back.
    Hold,
    /// Put aside until judged.
    Quarantine,
    /// Called back by maker or authority: nobody overrides.
    Recall,
    /// Waiting for a quality decision.
    Quality,
    /// Was too warm or too cold.
    Temperature,
}

impl BlockKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            BlockKind::Hold => "hold",
            BlockKind::Quarantine => "quarantine",
            BlockKind::Recall => "recall",
            BlockKind::Quality => "quality",
            BlockKind::Temperature => "temperature",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        use BlockKind::{Hold, Quality, Quarantine, Recall, Temperature};
        [Hold, Quarantine, Recall, Quality, Temperature]
            .into_iter()
            .find(|k| k.as_str() == word)
    }
}

/// What a block covers. It matches on the label, so a lot that was never stocked is stopped at the dock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Scope {
    /// Every unit of an item.
    Item {
        /// Whose.
        owner: OwnerId,
        /// Which.
        item: ItemId,
    },
    /// One lot, by the number printed.
    Lot {
        /// Whose.
        owner: OwnerId,
        /// Which item.
        item: ItemId,
        /// The number as printed.
        lot: LotNumber,
    },
    /// One unit.
    Serial {
        /// The maker's key, a GTIN for instance.
        maker_key: String,
        /// The number as printed.
        serial: String,
    },
    /// Everything in a place.
    Place {
        /// Which.
        place: PlaceId,
    },
    /// A handling unit and all on it.
    Plate {
        /// Which.
        plate: PlateId,
    },
}

impl Scope {
    /// The word for the kind of scope and the text key it is looked up by: one index answers "is this blocked?".
    pub fn key(&self) -> (&'static str, String) {
        match self {
            Scope::Item { owner, item } => ("item", format!("{owner}\u{1f}{item}")),
            Scope::Lot { owner, item, lot } => ("lot", format!("{owner}\u{1f}{item}\u{1f}{lot}")),
            Scope::Serial { maker_key, serial } => ("serial", format!("{maker_key}\u{1f}{serial}")),
            Scope::Place { place } => ("place", place.to_string()),
            Scope::Plate { plate } => ("plate", plate.to_string()),
        }
    }
}

/// A block: one reason why something must not move on. Several may cover one unit; a release names one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its name.
    pub block: BlockId,
    /// Why.
    pub kind: BlockKind,
    /// What it covers.
    pub scope: Scope,
    /// The reason in the words of who placed it, or the authority's reference.
    pub reason: String,
}
