//! What a run of numbers stands for, and how a number becomes an element of a label.

use super::NumberError;
use crate::model::{ItemId, OwnerId};
use lotline_scan::{Gtin, check_digit};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A GS1 Company Prefix: 4 to 12 digits (General Specifications 1.4.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CompanyPrefix(String);

impl CompanyPrefix {
    /// Takes the digits.
    ///
    /// # Errors
    /// [`NumberError::Prefix`]. `0000` and `00000…` are nobody's: GTIN-8 begin so when they are padded (1.4.2).
    pub fn new(text: impl Into<String>) -> Result<Self, NumberError> {
        let text = text.into();
        let nobody = text == "0000" || text.starts_with("00000");
        if (4..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) && !nobody {
            Ok(Self(text))
        } else {
            Err(NumberError::Prefix(text))
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the GTIN was made with this prefix: behind the indicator digit of its fourteen.
    pub fn owns(&self, gtin: &Gtin) -> bool {
        gtin.as_str().get(1..).is_some_and(|rest| rest.starts_with(&self.0))
    }
}

impl std::str::FromStr for CompanyPrefix {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::new(text)
    }
}

impl TryFrom<String> for CompanyPrefix {
    type Error = NumberError;
    fn try_from(text: String) -> Result<Self, NumberError> {
        Self::new(text)
    }
}

impl From<CompanyPrefix> for String {
    fn from(prefix: CompanyPrefix) -> String {
        prefix.0
    }
}

/// How many digits a serial number has; all of them, so that text and number sort alike.
const SERIAL_DIGITS: u32 = 12;
/// How many digits follow a lot's stem.
const LOT_DIGITS: u32 = 8;
/// An own unit identifier, company prefix and reference together (domain §2).
const ASSET_LENGTH: usize = 18;
/// The longest stem: with the digits it makes the twenty characters of AI 10.
const STEM: usize = 12;

/// A run of own numbers. Its parts are checked when it is made, so every number of it is a good one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Plain", into = "Plain")]
pub struct Series(Plain);

/// A series as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
enum Plain {
    /// AI 21 under an own GTIN.
    Serial {
        owner: OwnerId,
        prefix: CompanyPrefix,
        gtin: String,
    },
    /// AI 10 of an own item.
    Lot {
        owner: OwnerId,
        item: ItemId,
        prefix: CompanyPrefix,
        gtin: String,
        stem: String,
    },
    /// AI 00.
    Sscc { extension: u8, prefix: CompanyPrefix },
    /// AI 8004: a unit of anybody's goods under the own prefix.
    Asset { owner: OwnerId, prefix: CompanyPrefix },
}

fn ours(prefix: &CompanyPrefix, gtin: &Gtin) -> Result<(), NumberError> {
    if prefix.owns(gtin) {
        Ok(())
    } else {
        Err(NumberError::NotOurs(*gtin))
    }
}

impl Series {
    /// Serial numbers (AI 21) of an own item.
    ///
    /// # Errors
    /// [`NumberError::NotOurs`] for another company's GTIN: only its maker may serialise it.
    pub fn serial(owner: OwnerId, prefix: CompanyPrefix, gtin: Gtin) -> Result<Self, NumberError> {
        ours(&prefix, &gtin)?;
        let gtin = gtin.to_string();
        Ok(Self(Plain::Serial { owner, prefix, gtin }))
    }

    /// Lot numbers (AI 10) of an own item: a stem of at most twelve characters, and eight digits.
    ///
    /// # Errors
    /// [`NumberError::NotOurs`] for another company's GTIN: an own lot is never printed over the maker's;
    /// [`NumberError::Stem`].
    pub fn lot(
        owner: OwnerId,
        item: ItemId,
        prefix: CompanyPrefix,
        gtin: Gtin,
        stem: impl Into<String>,
    ) -> Result<Self, NumberError> {
        ours(&prefix, &gtin)?;
        let (stem, gtin) = (stem.into(), gtin.to_string());
        let set_82 = |byte: u8| byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./_:;<=>?".contains(&byte);
        if stem.len() > STEM || !stem.bytes().all(set_82) {
            return Err(NumberError::Stem(stem));
        }
        Ok(Self(Plain::Lot {
            owner,
            item,
            prefix,
            gtin,
            stem,
        }))
    }

    /// Logistic units (AI 00), with an extension digit of 0 to 9.
    ///
    /// # Errors
    /// [`NumberError::Extension`].
    pub fn sscc(extension: u8, prefix: CompanyPrefix) -> Result<Self, NumberError> {
        if extension > 9 {
            return Err(NumberError::Extension(extension));
        }
        Ok(Self(Plain::Sscc { extension, prefix }))
    }

    /// Identifiers of single units, whoever made them: a GIAI (AI 8004) under the own prefix, 18 characters.
    pub fn asset(owner: OwnerId, prefix: CompanyPrefix) -> Self {
        Self(Plain::Asset { owner, prefix })
    }

    /// The highest number; the lowest is 1.
    pub fn last(&self) -> u64 {
        let digits = match &self.0 {
            Plain::Serial { .. } => SERIAL_DIGITS,
            Plain::Lot { .. } => LOT_DIGITS,
            // Seventeen digits with extension and prefix, then the check digit.
            Plain::Sscc { prefix, .. } => room(16, prefix),
            Plain::Asset { prefix, .. } => room(ASSET_LENGTH, prefix),
        };
        10_u64.pow(digits) - 1
    }

    /// The AI that carries its numbers.
    pub const fn ai(&self) -> &'static str {
        match &self.0 {
            Plain::Serial { .. } => "21",
            Plain::Lot { .. } => "10",
            Plain::Sscc { .. } => "00",
            Plain::Asset { .. } => "8004",
        }
    }

    /// Whose goods its labels are on, where it is for one owner's alone.
    pub const fn owner(&self) -> Option<&OwnerId> {
        match &self.0 {
            Plain::Serial { owner, .. } | Plain::Lot { owner, .. } | Plain::Asset { owner, .. } => Some(owner),
            Plain::Sscc { .. } => None,
        }
    }

    /// Whether a label with this element, beside this GTIN where it has one, is of this series: one that this site gives out.
    pub fn covers(&self, gtin: Option<&str>, ai: &str, value: &str) -> bool {
        if ai != self.ai() || self.gtin() != gtin.filter(|_| self.gtin().is_some()) {
            return false;
        }
        let digits = |rest: &str, count: u32| {
            u32::try_from(rest.len()) == Ok(count) && rest.bytes().all(|byte| byte.is_ascii_digit())
        };
        match &self.0 {
            Plain::Serial { .. } => digits(value, SERIAL_DIGITS),
            Plain::Lot { stem, .. } => value
                .strip_prefix(stem.as_str())
                .is_some_and(|rest| digits(rest, LOT_DIGITS)),
            Plain::Sscc { extension, prefix } => value
                .strip_prefix(&format!("{extension}{}", prefix.as_str()))
                .is_some_and(|rest| digits(rest, room(16, prefix) + 1)),
            Plain::Asset { prefix, .. } => value
                .strip_prefix(prefix.as_str())
                .is_some_and(|rest| digits(rest, room(ASSET_LENGTH, prefix))),
        }
    }

    /// A number as an element: AI and value.
    pub(super) fn element(&self, number: u64) -> (&'static str, String) {
        match &self.0 {
            Plain::Serial { .. } => ("21", format!("{number:0width$}", width = SERIAL_DIGITS as usize)),
            Plain::Lot { stem, .. } => ("10", format!("{stem}{number:0width$}", width = LOT_DIGITS as usize)),
            Plain::Sscc { extension, prefix } => {
                let width = room(16, prefix) as usize;
                let mut text = format!("{extension}{}{number:0width$}", prefix.as_str());
                // Digits have a check digit.
                text.extend(check_digit(text.as_bytes()).map(char::from));
                ("00", text)
            }
            Plain::Asset { prefix, .. } => {
                let width = room(ASSET_LENGTH, prefix) as usize;
                ("8004", format!("{}{number:0width$}", prefix.as_str()))
            }
        }
    }

    /// What its labels look like, in any language: `(01)09506000134352(21)…`.
    pub fn pattern(&self) -> String {
        match &self.0 {
            Plain::Serial { gtin, .. } => format!("(01){gtin}(21)…"),
            Plain::Lot { gtin, stem, .. } => format!("(01){gtin}(10){stem}…"),
            Plain::Sscc { extension, prefix } => format!("(00){extension}{}…", prefix.as_str()),
            Plain::Asset { prefix, .. } => format!("(8004){}…", prefix.as_str()),
        }
    }

    /// Whether a number of the one can be the label of a number of the other: two such series must not be leased side by
    /// side. Owner and item do not stand on the label, so they do not keep labels apart.
    pub fn meets(&self, other: &Series) -> bool {
        let within = |a: &CompanyPrefix, b: &CompanyPrefix| a.0.starts_with(&b.0) || b.0.starts_with(&a.0);
        match (&self.0, &other.0) {
            (Plain::Serial { gtin: a, .. }, Plain::Serial { gtin: b, .. }) => a == b,
            (Plain::Lot { gtin: a, stem: x, .. }, Plain::Lot { gtin: b, stem: y, .. }) => a == b && x == y,
            (
                Plain::Sscc {
                    extension: a,
                    prefix: x,
                },
                Plain::Sscc {
                    extension: b,
                    prefix: y,
                },
            ) => a == b && within(x, y),
            (Plain::Asset { prefix: x, .. }, Plain::Asset { prefix: y, .. }) => within(x, y),
            _ => false,
        }
    }

    /// The GTIN that the label carries beside the number, where there is one.
    pub fn gtin(&self) -> Option<&str> {
        match &self.0 {
            Plain::Serial { gtin, .. } | Plain::Lot { gtin, .. } => Some(gtin),
            Plain::Sscc { .. } | Plain::Asset { .. } => None,
        }
    }
}

/// How many digits are left behind a prefix: 4 to 14.
fn room(length: usize, prefix: &CompanyPrefix) -> u32 {
    u32::try_from(length - prefix.as_str().len()).unwrap_or(0)
}

impl TryFrom<Plain> for Series {
    type Error = NumberError;

    fn try_from(plain: Plain) -> Result<Self, NumberError> {
        let key = |gtin: &str, prefix: &CompanyPrefix| {
            Gtin::parse(gtin).map_err(|_| NumberError::Prefix(format!("{} of GTIN {gtin}", prefix.as_str())))
        };
        match plain {
            Plain::Serial { owner, prefix, gtin } => {
                let gtin = key(&gtin, &prefix)?;
                Self::serial(owner, prefix, gtin)
            }
            Plain::Lot {
                owner,
                item,
                prefix,
                gtin,
                stem,
            } => {
                let gtin = key(&gtin, &prefix)?;
                Self::lot(owner, item, prefix, gtin, stem)
            }
            Plain::Sscc { extension, prefix } => Self::sscc(extension, prefix),
            Plain::Asset { owner, prefix } => Ok(Self::asset(owner, prefix)),
        }
    }
}

impl From<Series> for Plain {
    fn from(series: Series) -> Plain {
        series.0
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Plain::Serial { owner, gtin, .. } => write!(f, "serials of {owner}'s GTIN {gtin}"),
            Plain::Lot { owner, item, stem, .. } => write!(f, "lots {stem}… of {owner}'s item {item}"),
            Plain::Sscc { extension, prefix } => write!(f, "SSCCs {extension}{}…", prefix.as_str()),
            Plain::Asset { owner, prefix } => write!(f, "{owner}'s units {}…", prefix.as_str()),
        }
    }
}
