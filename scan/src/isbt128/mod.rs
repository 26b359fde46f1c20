//! ISBT 128: medical products of human origin, ICCBBA ST-001 (data structures, section 2.4; check characters, appendix A)
//! and ST-017 (their unique device identifiers).
//!
//! Data is a chain of data structures, each with an identifier of two or three characters that tells its length. So a
//! compound message, an ICCBBA device identifier and a single linear code are read by the same walk.

mod structures;

pub use structures::{Isbt128Structure, Isbt128Structures};

use crate::code::Code;
use crate::date::{Date, Moment, Time};
use crate::error::ScanError;
use crate::label::{Kind, Label};
use structures::{Structure, cut};

/// What an ISBT 128 label says that a warehouse works with. Everything else is among [`Isbt128::structures`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Isbt128<'a> {
    /// Donation Identification Number, thirteen characters: facility, year, sequence number (structure 001).
    pub din: Option<&'a str>,
    /// The two flag characters behind it.
    pub flags: Option<&'a str>,
    /// Its check character (ISO/IEC 7064 modulo 37-2), which is printed behind it and not encoded.
    pub check: Option<char>,
    /// Product Code: description, kind of collection, division (003).
    pub product: Option<&'a str>,
    /// Product Divisions, the serial number of a device identifier (032).
    pub division: Option<&'a str>,
    /// Processor Product Identification Code, the device identifier itself: facility, its product code, description (034).
    pub processor_product: Option<&'a str>,
    /// Container manufacturer and catalog number, the device identifier of a blood bag (017).
    pub container: Option<&'a str>,
    /// The lot: of the product (035), else of the container (018), else of another item (022).
    pub lot: Option<&'a str>,
    /// The last day of use (004, 005, 026).
    pub expiry: Option<Moment>,
    /// The day it was made (008, 009).
    pub production_date: Option<Moment>,
    /// The day it was collected (006, 007).
    pub collection_date: Option<Moment>,
    text: &'a str,
}

impl<'a> Isbt128<'a> {
    /// Reads a whole chain of data structures.
    pub fn parse(data: &'a str) -> Result<Self, ScanError> {
        parse(data.as_bytes())
    }

    /// The data structures in the order read; none of a donation number that was typed, which is no chain of them.
    #[must_use]
    pub fn structures(&self) -> Isbt128Structures<'a> {
        Isbt128Structures::new(self.text)
    }
}

/// Reads the label's content.
#[cold]
pub(crate) fn read(label: &mut Label<'_>, data: &[u8]) -> Result<(), ScanError> {
    match parse(&data[label.from..label.to]) {
        Ok(_) => {
            label.kind = Kind::Isbt128;
            Ok(())
        }
        Err(mut error) => {
            error.at = error.at.saturating_add(u32::try_from(label.from).unwrap_or(u32::MAX));
            Err(error)
        }
    }
}

pub(crate) fn parse(data: &[u8]) -> Result<Isbt128<'_>, ScanError> {
    if data.is_empty() {
        return Err(ScanError::at(Code::IsbtTooShort, 0));
    }
    if is_typed_number(data) {
        return Ok(typed(data));
    }
    if let Some(at) = data.iter().position(|byte| !(b' '..=b'~').contains(byte)) {
        return Err(ScanError::at(Code::IsbtInvalidCharacter, at));
    }
    let mut found = Isbt128 {
        text: core::str::from_utf8(data).unwrap_or(""),
        ..Isbt128::default()
    };
    let (mut at, mut count, mut announced) = (0, 0_usize, None);
    let mut lots = [None; 3];
    while at < data.len() {
        let (structure, begin, end) = cut(data, at)?;
        let content = &found.text[begin..end];
        let date = |moment: Option<Moment>| moment.ok_or(ScanError::at(Code::IsbtInvalidDate, begin)).map(Some);
        match structure {
            Structure::Din => {
                donation(content, begin)?;
                found.din = content.get(..13);
                found.flags = content.get(13..);
                found.check = check_character(&content[..13]);
            }
            Structure::Product => found.product = Some(content),
            Structure::Division => found.division = Some(content),
            Structure::ProcessorProduct => found.processor_product = Some(content),
            Structure::Container => found.container = Some(content),
            Structure::Lot => lots[0] = Some(content),
            Structure::ContainerLot => lots[1] = Some(content),
            Structure::OtherLot => lots[2] = Some(content),
            Structure::Expiry => found.expiry = date(moment(content))?,
            Structure::ExpiryMonth => found.expiry = date(month(content))?,
            Structure::Production => found.production_date = date(moment(content))?,
            Structure::Collection => found.collection_date = date(moment(content))?,
            Structure::Message => {
                let digits: Option<usize> = content.get(..2).and_then(|digits| digits.parse().ok());
                announced = Some((
                    begin,
                    digits.ok_or(ScanError::at(Code::IsbtInvalidCharacter, begin))?,
                    count + 1,
                ));
            }
            Structure::Other => {}
        }
        count += 1;
        at = end;
    }
    if let Some((begin, structures, before)) = announced
        && count - before != structures
    {
        return Err(ScanError::at(Code::IsbtIncompleteMessage, begin));
    }
    found.lot = lots.into_iter().flatten().next();
    Ok(found)
}

/// Facility, year, sequence number and flags of a donation (ST-001 2.4.1), and the check if the flags hold it (appendix A.2).
fn donation(content: &str, at: usize) -> Result<(), ScanError> {
    let wrong = content.bytes().enumerate().find(|&(i, byte)| match i {
        0 => !is_facility(byte) || byte == b'0',
        1..=2 => !is_facility(byte),
        3..=12 => !byte.is_ascii_digit(),
        _ => !byte.is_ascii_digit() && !byte.is_ascii_uppercase(),
    });
    if let Some((i, _)) = wrong {
        return Err(ScanError::at(Code::IsbtInvalidCharacter, at + i));
    }
    // Flags 60 to 96 are 60 more than the value of the check character.
    let flag: Option<usize> = content.get(13..).and_then(|flags| flags.parse().ok());
    match flag {
        Some(flag @ 60..=96) if check_value(&content.as_bytes()[..13]) != Some(flag - 60) => {
            Err(ScanError::at(Code::IsbtIncorrectCheck, at + 13))
        }
        _ => Ok(()),
    }
}

/// A–N, P–Z, 0–9: there is no letter O in a facility's code.
fn is_facility(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase() && byte != b'O'
}

/// The characters of the check, in the order of their values.
const CHARACTERS: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

fn check_value(number: &[u8]) -> Option<usize> {
    let sum = number.iter().try_fold(0, |sum, byte| {
        let value = CHARACTERS.iter().position(|one| one == byte)?;
        Some((sum + value) * 2 % 37)
    })?;
    Some((38 - sum) % 37)
}

/// The check character of a donation identification number (ST-001 appendix A.1). `None` if it is not made of capitals and
/// digits.
#[must_use]
pub fn check_character(number: &str) -> Option<char> {
    check_value(number.as_bytes()).map(|value| char::from(CHARACTERS[value]))
}

/// A number as it is printed for the keyboard: thirteen characters, flags or none, check character. Only with a letter in
/// front it can't be another number.
pub(crate) fn is_typed_number(text: &[u8]) -> bool {
    let Some((&check, number)) = text.split_last() else {
        return false;
    };
    let whole = matches!(number.len(), 13 | 15) && number[0].is_ascii_uppercase();
    whole
        && core::str::from_utf8(number).is_ok_and(|number| donation(number, 0).is_ok())
        && check_value(&number[..13]).map(|value| CHARACTERS[value]) == Some(check)
}

fn typed(data: &[u8]) -> Isbt128<'_> {
    let text = core::str::from_utf8(data).unwrap_or("");
    Isbt128 {
        din: text.get(..13),
        flags: text.get(13..text.len() - 1).filter(|flags| !flags.is_empty()),
        check: text.chars().last(),
        ..Isbt128::default()
    }
}

/// CYYJJJ, and HHMM if it is longer. The first digit is the century: 9 the twentieth, 0 the one from 2000 on (ST-001 2.4.4).
fn moment(content: &str) -> Option<Moment> {
    let number = |range| -> Option<u16> {
        content
            .get(range)
            .filter(|text: &&str| text.bytes().all(|b| b.is_ascii_digit()))?
            .parse()
            .ok()
    };
    let year = match number(0..3)? {
        year @ 900.. => 1000 + year,
        year => 2000 + year,
    };
    let mut moment = Moment::day(Date::from_ordinal(year, number(3..6)?)?);
    if content.len() > 6 {
        let (hour, minute) = (number(6..8)?, number(8..10)?);
        if hour > 23 || minute > 59 {
            return None;
        }
        moment.time = Some(Time {
            hour: u8::try_from(hour).ok()?,
            minute: Some(u8::try_from(minute).ok()?),
            second: None,
        });
    }
    Some(moment)
}

/// YYYYMM.
fn month(content: &str) -> Option<Moment> {
    let digits = content.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month) = content.split_at_checked(4).filter(|_| digits)?;
    Some(Moment::month(Date::end_of_month(
        year.parse().ok()?,
        month.parse().ok()?,
    )?))
}

#[cfg(test)]
mod tests {
    use super::{check_character, moment, month};
    use std::string::ToString;

    #[test]
    fn the_example_of_the_standard_has_the_check_character_it_prints() {
        assert_eq!(check_character("G123498654321"), Some('H'));
        assert_eq!(check_character("g"), None);
    }

    #[test]
    fn days_of_the_year_know_centuries_and_leap_years() {
        let text = |content| moment(content).map(|moment| moment.to_string());
        assert_eq!(text("014032").as_deref(), Some("2014-02-01"));
        assert_eq!(text("0240602359").as_deref(), Some("2024-02-29T23:59"));
        assert_eq!(text("998001").as_deref(), Some("1998-01-01"));
        assert_eq!(
            (text("023366"), text("023000"), text("0230012400"), text("02300A")),
            (None, None, None, None)
        );
        assert_eq!(
            month("203212").map(|moment| moment.to_string()).as_deref(),
            Some("2032-12")
        );
        assert_eq!(month("203213"), None);
    }
}
