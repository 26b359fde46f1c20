//! HIBC supplier labels: ANSI/HIBC 2.6, the format of the Health Industry Business Communications Council.
//!
//! A label is a primary code (who made what), a secondary code (lot or serial number, expiry, quantity) or both in one.
//! Two separate codes belong together if the link character of the second is the check character of the first.

mod read;
mod write;

pub(crate) use read::read;
pub use write::HibcText;

use crate::date::Moment;

/// What a HIBC supplier label says. Texts are capitals and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hibc<'a> {
    /// Who made what; a secondary code lacks it.
    pub primary: Option<HibcPrimary<'a>>,
    /// The lot, 1 to 18 characters.
    pub lot: Option<&'a str>,
    /// The serial number, 1 to 18 characters.
    pub serial: Option<&'a str>,
    /// The last day of use, as precise as its format.
    pub expiry: Option<Moment>,
    /// The day it was made.
    pub production_date: Option<Moment>,
    /// How many units of measure.
    pub quantity: Option<u32>,
    /// Of a secondary code: the check character of the primary code it belongs to.
    pub link: Option<char>,
}

/// The identifier of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HibcPrimary<'a> {
    /// Labeler Identification Code: a letter and three letters or digits.
    pub lic: &'a str,
    /// Product or Catalog Number, 1 to 18 letters or digits.
    pub pcn: &'a str,
    /// The level of packaging: 0 the single unit, 1 to 8 packs of it, 9 a variable quantity.
    pub unit_of_measure: u8,
}

impl<'a> Hibc<'a> {
    /// Reads the whole data of a symbol, the flag character `+` in front. `reference_year` decides the century.
    pub fn parse(data: &'a str, reference_year: u16) -> Result<Self, crate::ScanError> {
        read::parse(data.as_bytes(), reference_year)
    }
}

/// The characters of the modulo 43 check, in the order of their values: those of Code 39.
const CHARACTERS: &[u8; 43] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

/// The value of a character.
fn value(byte: u8) -> Option<usize> {
    CHARACTERS.iter().position(|&one| one == byte)
}

/// The check character behind this data (ANSI/HIBC 2.6 appendix B). `None` if a HIBC cannot hold it.
#[must_use]
pub fn check_character(data: &str) -> Option<char> {
    let sum = data.bytes().try_fold(0, |sum, byte| Some(sum + value(byte)?))?;
    Some(char::from(CHARACTERS[sum % 43]))
}
