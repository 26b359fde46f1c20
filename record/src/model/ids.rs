//! Identifiers: short printable texts, one newtype each, so that a lot is never passed where a serial belongs. A copy
//! shares the text: one scan copies hundreds of them, from facts to verdict, entry and screen.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Why a text is not a good identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is empty.
    #[error("{what} is empty")]
    Empty {
        /// The noun, such as `lot number`.
        what: &'static str,
    },
    /// The text has more than `most` characters.
    #[error("{what} has {length} characters, at most {most} are allowed")]
    TooLong {
        /// The noun.
        what: &'static str,
        /// Characters found.
        length: usize,
        /// Characters allowed.
        most: usize,
    },
    /// A control character, or a blank at either end.
    #[error("{what} has a character at {at} that cannot be printed")]
    Unprintable {
        /// The noun.
        what: &'static str,
        /// Offset in characters.
        at: usize,
    },
}

fn check(what: &'static str, most: usize, text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty { what });
    }
    let length = text.chars().count();
    if length > most {
        return Err(NameError::TooLong { what, length, most });
    }
    let last = length - 1;
    for (at, c) in text.chars().enumerate() {
        if c.is_control() || (c == ' ' && (at == 0 || at == last)) {
            return Err(NameError::Unprintable { what, at });
        }
    }
    Ok(())
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $most:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a printable text of 1 to the noun's limit of characters; case and leading zeros are kept.
            ///
            /// # Errors
            /// [`NameError`] when the text is empty, too long or holds a control character.
            pub fn new(text: impl AsRef<str>) -> Result<Self, NameError> {
                let text = text.as_ref();
                check($what, $most, text)?;
                Ok(Self(text.into()))
            }

            /// The text as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.as_str().to_owned()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

name!(
    /// A warehouse: the first key of every table.
    SiteId, "site", 40);
name!(
    /// Whose goods they are (the client of a third-party warehouse). Part of the key of item, stock and lot.
    OwnerId, "owner", 40);
name!(
    /// A handheld, named at enrolment.
    DeviceId, "device", 40);
name!(
    /// A person, as a pseudonym: a chain can't be erased, so it never holds a printed name.
    PersonId, "person", 40);
name!(
    /// One sign-in: from badge + PIN to lock, person change or restart.
    SessionId, "session", 64);
name!(
    /// One boot of the device, as the platform names it.
    BootId, "boot", 64);
name!(
    /// The name of an entry (a UUID, version 7). A name only: order and identity are (device, epoch, seq) and the hash.
    EntryId, "entry", 40);
name!(
    /// An owner's own key of an item (SKU).
    ItemId, "item", 60);
name!(
    /// A lot number as printed: case and leading zeros kept (GS1 AI 10 allows 20 characters, other schemes more).
    LotNumber, "lot number", 50);
name!(
    /// Who made the lot: a traceability lot code source, a plant, a GLN.
    MakerId, "maker", 60);
name!(
    /// A serial number as printed.
    SerialNumber, "serial number", 50);
name!(
    /// A bin, dock, staging lane, cage, trailer, cart, fork, hand or tote.
    PlaceId, "place", 40);
name!(
    /// A handling unit: an SSCC (18 digits) or an internal plate.
    PlateId, "plate", 40);
name!(
    /// A document of the warehouse's own system: ship notice, purchase order, order.
    DocumentId, "document", 60);
name!(
    /// A line of a document.
    LineId, "line", 40);
name!(
    /// An exception: `DEVICE-EPOCH-SEQ` of the entry that raised it, or `srv-…` for one the server found.
    ExceptionId, "exception", 80);
name!(
    /// A run of work that uses goods up and makes others: `DEVICE-EPOCH-SEQ` of its first entry.
    RunId, "run", 80);
name!(
    /// A block: hold, quarantine, recall, quality or temperature.
    BlockId, "block", 80);
name!(
    /// A task of the warehouse's own system, or one the gateway found: `BACK-DEVICE-TASK`.
    TaskId, "task", 120);

impl RunId {
    /// The device of a run, its first entry as (epoch, seq), and the epoch after that: its entries stand between the two in
    /// that device's chain. `None` where the name is of another making.
    pub fn stretch(&self) -> Option<(&str, (u32, u64), u32)> {
        let mut parts = self.as_str().rsplitn(3, '-');
        let seq = parts.next()?.parse().ok()?;
        let epoch: u32 = parts.next()?.parse().ok()?;
        Some((parts.next()?, (epoch, seq), epoch.checked_add(1)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_case_and_leading_zeros() {
        assert_eq!(LotNumber::new("00aB").unwrap().as_str(), "00aB");
    }

    #[test]
    fn a_name_with_a_control_character_or_of_wrong_length_is_refused() {
        assert_eq!(
            LotNumber::new("A\u{1d}B"),
            Err(NameError::Unprintable {
                what: "lot number",
                at: 1
            })
        );
        assert_eq!(LotNumber::new(""), Err(NameError::Empty { what: "lot number" }));
        assert!(matches!(
            LotNumber::new("x".repeat(51)),
            Err(NameError::TooLong {
                length: 51,
                most: 50,
                ..
            })
        ));
        assert!(LotNumber::new(" A").is_err());
    }

    #[test]
    fn a_bad_name_in_json_is_refused() {
        assert!(serde_json::from_str::<OwnerId>("\"\"").is_err());
        assert_eq!(
            serde_json::to_string(&OwnerId::new("ACME").unwrap()).unwrap(),
            "\"ACME\""
        );
    }
}
