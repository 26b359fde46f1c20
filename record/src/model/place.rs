//! Places, and the accounts that stock moves between.

use super::{PlaceId, PlateId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A storage bin.
    Bin,
    /// Where loads wait for their trailer.
    Staging,
    /// A dock door.
    Dock,
    /// A trailer.
    Trailer,
    /// Locked away: quarantine, recall.
    Cage,
    /// A cart, fork, hand or tote: what carries goods between places.
    Resource,
}

impl PlaceKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            PlaceKind::Bin => "bin",
            PlaceKind::Staging => "staging",
            PlaceKind::Dock => "dock",
            PlaceKind::Trailer => "trailer",
            PlaceKind::Cage => "cage",
            PlaceKind::Resource => "resource",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        use PlaceKind::{Bin, Cage, Dock, Resource, Staging, Trailer};
        [Bin, Staging, Dock, Trailer, Cage, Resource]
            .into_iter()
            .find(|k| k.as_str() == word)
    }
}

/// A place in the warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name, as printed on the bin label.
    pub place: PlaceId,
    /// What it is.
    pub kind: PlaceKind,
    /// Zone, for working sets and routes.
    pub zone: Option<String>,
    /// Position on the walk: lower first.
    pub walk: u32,
    /// Digits printed at the bin that prove a person stands there.
    pub check_digits: Option<String>,
}

/// An account that is not a place: where goods come from and go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Virtual {
    /// Came from a supplier.
    Supplier,
    /// Went to a customer.
    Customer,
    /// Made here.
    Produced,
    /// Used up here.
    Consumed,
    /// Destroyed.
    Disposed,
    /// Was here when the record began.
    Opening,
    /// Nobody knows: the other side of a count or an adjustment.
    Unexplained,
}

impl Virtual {
    const ALL: [Virtual; 7] = [
        Virtual::Supplier,
        Virtual::Customer,
        Virtual::Produced,
        Virtual::Consumed,
        Virtual::Disposed,
        Virtual::Opening,
        Virtual::Unexplained,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Virtual::Supplier => "supplier",
            Virtual::Customer => "customer",
            Virtual::Produced => "produced",
            Virtual::Consumed => "consumed",
            Virtual::Disposed => "disposed",
            Virtual::Opening => "opening",
            Virtual::Unexplained => "unexplained",
        }
    }
}

/// Where stock is booked. Every physical fact moves a quantity from one account to another, so the sum over all
/// accounts is zero at every prefix of the record (domain §3).
///
/// Written as `place:A-14-03`, `plate:003456789012345675`, `virtual:supplier`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Account {
    /// A place or a resource.
    Place(PlaceId),
    /// A handling unit; where it stands is the plate's own fact.
    Plate(PlateId),
    /// Outside the four walls.
    Virtual(Virtual),
}

/// A text that names no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an account: expected place:…, plate:… or virtual:…")]
pub struct AccountError {
    /// What was given, cut to 60 characters.
    pub text: String,
}

impl Account {
    /// The place, when it is one.
    pub fn place(&self) -> Option<&PlaceId> {
        if let Account::Place(place) = self {
            Some(place)
        } else {
            None
        }
    }

    /// Inside the four walls: a place, a resource or a plate.
    pub const fn is_physical(&self) -> bool {
        !matches!(self, Account::Virtual(_))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Account::Place(place) => write!(f, "place:{place}"),
            Account::Plate(plate) => write!(f, "plate:{plate}"),
            Account::Virtual(v) => write!(f, "virtual:{}", v.as_str()),
        }
    }
}

impl FromStr for Account {
    type Err = AccountError;
    fn from_str(text: &str) -> Result<Self, AccountError> {
        let bad = || AccountError {
            text: text.chars().take(60).collect(),
        };
        let (kind, name) = text.split_once(':').ok_or_else(bad)?;
        match kind {
            "place" => PlaceId::new(name).map(Account::Place).map_err(|_| bad()),
            "plate" => PlateId::new(name).map(Account::Plate).map_err(|_| bad()),
            "virtual" => Virtual::ALL
                .into_iter()
                .find(|v| v.as_str() == name)
                .map(Account::Virtual)
                .ok_or_else(bad),
            _ => Err(bad()),
        }
    }
}

impl TryFrom<String> for Account {
    type Error = AccountError;
    fn try_from(text: String) -> Result<Self, AccountError> {
        text.parse()
    }
}

impl From<Account> for String {
    fn from(account: Account) -> String {
        account.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_reads_back_as_written() {
        for text in [
            "place:A-14-03",
            "plate:003456789012345675",
            "virtual:supplier",
            "virtual:unexplained",
        ] {
            assert_eq!(text.parse::<Account>().unwrap().to_string(), text);
        }
        for text in ["A-14-03", "place:", "virtual:moon", "shelf:1"] {
            assert!(text.parse::<Account>().is_err(), "{text}");
        }
    }
}
