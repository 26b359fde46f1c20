//! Status on four axes (domain §6): lifecycle × a set of blocks × verification × expiry (derived, never stored).

use super::{BlockId, Goods, ItemId, LotNumber, Made, Member, OwnerId, PersonId, PlaceId, PlateId, SerialNumber};
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
    /// Came back, and nobody verified yet that it is genuine: only an answer from outside releases it.
    Verification,
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
            BlockKind::Verification => "verification",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        use BlockKind::{Hold, Quality, Quarantine, Recall, Temperature, Verification};
        [Hold, Quarantine, Recall, Quality, Temperature, Verification]
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
    /// Whatever came under a supplier's own lot number.
    SupplierLot {
        /// Whose.
        owner: OwnerId,
        /// Which item.
        item: ItemId,
        /// The supplier's number.
        lot: LotNumber,
    },
    /// One unit.
    Serial {
        /// The maker's key, a GTIN for instance.
        maker_key: String,
        /// The number as printed.
        serial: String,
    },
    /// Every unit from one number to another, both included.
    SerialRange {
        /// The maker's key, a GTIN for instance.
        maker_key: String,
        /// The lowest number.
        first: SerialNumber,
        /// The highest number.
        last: SerialNumber,
        /// What lowest and highest mean.
        order: SerialOrder,
    },
    /// Goods of an item, or of one lot of it, as long as they are in one place.
    Stock {
        /// Whose.
        owner: OwnerId,
        /// Which item.
        item: ItemId,
        /// The lot, as printed; absent for goods without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lot: Option<LotNumber>,
        /// Where.
        place: PlaceId,
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
    /// A lot and all that was made of it, generation by generation, by the runs that a record knows.
    FromLot {
        /// Whose.
        owner: OwnerId,
        /// Which item.
        item: ItemId,
        /// The lot as printed.
        lot: LotNumber,
    },
    /// A unit and all that was made of it.
    FromSerial {
        /// Whose.
        owner: OwnerId,
        /// Which item.
        item: ItemId,
        /// The maker's key.
        maker_key: String,
        /// The serial as printed.
        serial: String,
    },
}

/// In which order a range of serials runs. It is said, never guessed at a match: in letters `9` comes after `10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SerialOrder {
    /// As numbers; a serial with anything but digits is in no such range.
    Numeric,
    /// Letter by letter, as printed.
    Lexical,
}

impl SerialOrder {
    /// The order that two serials have in common, and the two in it: numbers if both are, else letters.
    pub fn of(one: SerialNumber, other: SerialNumber) -> (Self, SerialNumber, SerialNumber) {
        let order = match (number(one.as_str()), number(other.as_str())) {
            (Some(_), Some(_)) => SerialOrder::Numeric,
            _ => SerialOrder::Lexical,
        };
        if order.is_within(one.as_str(), other.as_str(), one.as_str()) {
            (order, one, other)
        } else {
            (order, other, one)
        }
    }

    /// Whether a serial lies between two others, both ends included.
    pub fn is_within(self, first: &str, last: &str, serial: &str) -> bool {
        match self {
            SerialOrder::Lexical => (first..=last).contains(&serial),
            SerialOrder::Numeric => match (number(first), number(last), number(serial)) {
                (Some(first), Some(last), Some(serial)) => (first..=last).contains(&serial),
                _ => false,
            },
        }
    }
}

/// A serial of digits alone, as how many count and which: longer than any integer is fine.
fn number(serial: &str) -> Option<(usize, &str)> {
    let digits = serial.bytes().all(|b| b.is_ascii_digit()) && !serial.is_empty();
    let counting = serial.trim_start_matches('0');
    digits.then_some((counting.len(), counting))
}

impl Scope {
    /// Whose goods it covers, where it says so.
    pub const fn owner(&self) -> Option<&OwnerId> {
        match self {
            Scope::Item { owner, .. }
            | Scope::Lot { owner, .. }
            | Scope::SupplierLot { owner, .. }
            | Scope::Stock { owner, .. }
            | Scope::FromLot { owner, .. }
            | Scope::FromSerial { owner, .. } => Some(owner),
            Scope::Serial { .. } | Scope::SerialRange { .. } | Scope::Place { .. } | Scope::Plate { .. } => None,
        }
    }

    /// Whether it covers all that was made of something, too: a record is asked for its genealogy.
    pub const fn follows_runs(&self) -> bool {
        matches!(self, Scope::FromLot { .. } | Scope::FromSerial { .. })
    }

    /// Whether goods in a genealogy are what it begins at.
    pub fn begins_at(&self, member: &Member) -> bool {
        match self {
            Scope::FromLot { owner, item, lot } => {
                (owner, item, Some(lot)) == (&member.owner, &member.item, member.lot.as_ref())
            }
            Scope::FromSerial {
                owner, item, serial, ..
            } => (owner, item, Some(serial)) == (&member.owner, &member.item, member.serial.as_ref()),
            _ => false,
        }
    }

    /// Whether it covers these goods or this place, what was made of something left out. `supplier_lot` is what the record knows of the goods' lot; the label's
    /// own word counts too.
    pub fn covers(&self, goods: Option<&Goods>, supplier_lot: Option<&LotNumber>, place: Option<&PlaceId>) -> bool {
        let Some(goods) = goods else {
            return matches!(self, Scope::Place { place: blocked } if place == Some(blocked));
        };
        let same = |owner: &OwnerId, item: &ItemId| *owner == goods.owner && *item == goods.item;
        match self {
            Scope::Item { owner, item } => same(owner, item),
            Scope::Lot { owner, item, lot } => {
                same(owner, item) && goods.lot.as_ref().is_some_and(|key| key.number == *lot)
            }
            Scope::SupplierLot { owner, item, lot } => {
                same(owner, item) && (goods.supplier_lot.as_ref() == Some(lot) || supplier_lot == Some(lot))
            }
            Scope::Serial { maker_key, serial } => goods
                .serial
                .as_ref()
                .is_some_and(|key| key.maker_key == *maker_key && key.serial.as_str() == serial),
            Scope::SerialRange {
                maker_key,
                first,
                last,
                order,
            } => goods.serial.as_ref().is_some_and(|key| {
                key.maker_key == *maker_key && order.is_within(first.as_str(), last.as_str(), key.serial.as_str())
            }),
            Scope::Stock {
                owner,
                item,
                lot,
                place: blocked,
            } => {
                same(owner, item) && goods.lot.as_ref().map(|key| &key.number) == lot.as_ref() && place == Some(blocked)
            }
            Scope::Place { place: blocked } => place == Some(blocked),
            Scope::Plate { plate } => goods.plate.as_ref() == Some(plate),
            Scope::FromSerial { maker_key, .. } => {
                self.begins_at(&Member::of(goods))
                    && goods.serial.as_ref().is_some_and(|key| key.maker_key == *maker_key)
            }
            Scope::FromLot { .. } => self.begins_at(&Member::of(goods)),
        }
    }

    /// Whether it can lie inside of `wider` and is narrower than that: what stays of a recall when it is narrowed. Goods of
    /// both are asked for apart, since a serial does not say which lot it is of.
    pub fn narrows(&self, wider: &Scope) -> bool {
        match (self, wider) {
            (
                Scope::SerialRange {
                    maker_key,
                    first,
                    last,
                    order,
                },
                Scope::SerialRange {
                    maker_key: of,
                    first: from,
                    last: to,
                    order: by,
                },
            ) => {
                let within = |serial: &SerialNumber| by.is_within(from.as_str(), to.as_str(), serial.as_str());
                maker_key == of && order == by && within(first) && within(last) && (first, last) != (from, to)
            }
            _ => self.width() < wider.width(),
        }
    }

    const fn width(&self) -> u8 {
        match self {
            Scope::Serial { .. } => 0,
            Scope::SerialRange { .. } => 1,
            Scope::Lot { .. } | Scope::Stock { .. } => 2,
            Scope::SupplierLot { .. } => 3,
            Scope::Item { .. } | Scope::Plate { .. } | Scope::FromLot { .. } | Scope::FromSerial { .. } => 4,
            Scope::Place { .. } => 5,
        }
    }

    /// The word for the kind of scope and the text key it is looked up by: one index answers "is this blocked?".
    pub fn key(&self) -> (&'static str, String) {
        match self {
            Scope::Item { owner, item } => ("item", format!("{owner}\u{1f}{item}")),
            Scope::Lot { owner, item, lot } => ("lot", format!("{owner}\u{1f}{item}\u{1f}{lot}")),
            Scope::SupplierLot { owner, item, lot } => ("supplier_lot", format!("{owner}\u{1f}{item}\u{1f}{lot}")),
            Scope::SerialRange { maker_key, .. } => ("serial_range", maker_key.clone()),
            Scope::Serial { maker_key, serial } => ("serial", format!("{maker_key}\u{1f}{serial}")),
            Scope::Stock {
                owner,
                item,
                lot,
                place,
            } => {
                let lot = lot.as_ref().map_or("", LotNumber::as_str);
                ("stock", format!("{owner}\u{1f}{item}\u{1f}{lot}\u{1f}{place}"))
            }
            Scope::Place { place } => ("place", place.to_string()),
            Scope::Plate { plate } => ("plate", plate.to_string()),
            Scope::FromLot { owner, item, lot } => ("from_lot", format!("{owner}\u{1f}{item}\u{1f}{lot}")),
            Scope::FromSerial { maker_key, serial, .. } => ("from_serial", format!("{maker_key}\u{1f}{serial}")),
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
    /// Who placed it, once it stands in the picture; an entry leaves it out, since its author is who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_by: Option<PersonId>,
    /// Which revision of which recall it came with; absent for a block that is no recall, or one that was never revised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<RecallPart>,
    /// How goods came from what it begins at, where it covers what was made of something: the nearest generation first.
    /// Kept with a verdict, so that it follows from the entry alone; a block as it stands in the picture has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<Made>,
}

/// A recall covers what its open parts cover. Each is a block of its own: widening adds one, narrowing takes one away, so
/// that revisions of two devices add up in any order and none frees what another one covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallPart {
    /// Which recall: the name of its first part.
    pub recall: BlockId,
    /// The revision that added it, from 1.
    pub revision: u32,
    /// A drill: it is found and counted, and stops nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mock: bool,
}

impl Block {
    /// The recall that it is a part of: itself where it was never revised.
    pub fn recall(&self) -> &BlockId {
        self.part.as_ref().map_or(&self.block, |part| &part.recall)
    }

    /// The revision of the recall that added it, from 1.
    pub fn revision(&self) -> u32 {
        self.part.as_ref().map_or(1, |part| part.revision)
    }

    /// Whether it is a drill, which stops nothing.
    pub fn is_mock(&self) -> bool {
        self.part.as_ref().is_some_and(|part| part.mock)
    }
}

/// A scope as the picture's column `scope` holds it: JSON, with who placed the block beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedScope {
    /// What the block covers.
    #[serde(flatten)]
    pub scope: Scope,
    /// Who placed it; absent for a block of the warehouse's own system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_by: Option<PersonId>,
    /// Which revision of which recall it came with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<RecallPart>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serial(text: &str) -> SerialNumber {
        SerialNumber::new(text).unwrap()
    }

    #[test]
    fn a_range_of_numbers_runs_by_value_and_one_of_letters_by_print() {
        let (order, first, last) = SerialOrder::of(serial("10"), serial("0009"));
        assert_eq!(
            (order, first.as_str(), last.as_str()),
            (SerialOrder::Numeric, "0009", "10")
        );
        for (serial, inside) in [
            ("9", true),
            ("010", true),
            ("8", false),
            ("11", false),
            ("9A", false),
            ("", false),
        ] {
            assert_eq!(order.is_within("0009", "10", serial), inside, "{serial}");
        }
        let (order, first, last) = SerialOrder::of(serial("B2"), serial("A9"));
        assert_eq!(
            (order, first.as_str(), last.as_str()),
            (SerialOrder::Lexical, "A9", "B2")
        );
        for (serial, inside) in [("A9", true), ("B10", true), ("B2", true), ("B3", false), ("A10", false)] {
            assert_eq!(order.is_within("A9", "B2", serial), inside, "{serial}");
        }
        let long = "9".repeat(45);
        assert!(
            SerialOrder::Numeric.is_within("1", &long, &long[1..]),
            "longer than any integer"
        );
    }

    #[test]
    fn who_placed_a_block_stands_beside_its_scope_and_older_readers_see_the_scope() {
        let scope = Scope::Place {
            place: PlaceId::new("A-01").unwrap(),
        };
        let placed = PlacedScope {
            scope: scope.clone(),
            placed_by: PersonId::new("ana").ok(),
            part: None,
        };
        let json = serde_json::to_string(&placed).unwrap();
        assert_eq!(json, r#"{"of":"place","place":"A-01","placed_by":"ana"}"#);
        assert_eq!(serde_json::from_str::<Scope>(&json).unwrap(), scope);
        let plain = serde_json::to_string(&scope).unwrap();
        assert_eq!(serde_json::from_str::<PlacedScope>(&plain).unwrap().placed_by, None);
    }
}
