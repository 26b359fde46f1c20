//! ISO/IEC 15434 messages: format 06 with the IFA's Pharmacy Product Number (IFA coding system, PPN-Code specification for
//! retail packaging; data identifiers of ANSI MH10.8.2), format 05 with GS1 elements. A scanner expands Macro 05 and
//! Macro 06 of a Data Matrix to the same envelope.
//!
//! `[)>` RS `06` GS `9N…` GS `1T…` GS `D…` GS `S…` RS EOT

use crate::ai::associations::Seen;
use crate::code::Code;
use crate::date::{Date, Moment};
use crate::error::ScanError;
use crate::key::Gtin;
use crate::label::{Kind, Label};
use crate::lenient;
use crate::options::Options;
use crate::reader::{self, GS};

const RS: u8 = 0x1E;
const EOT: u8 = 0x04;

/// What an IFA label says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ppn<'a> {
    /// Pharmacy Product Number: two characters for the numbering system, the national number, two check digits (9N).
    pub ppn: Option<&'a str>,
    /// The German national number in it (numbering system 11): seven digits and a check digit.
    pub pzn: Option<&'a str>,
    /// The item as a GTIN (8P).
    pub gtin: Option<Gtin>,
    /// The lot (1T).
    pub lot: Option<&'a str>,
    /// The serial number (S).
    pub serial: Option<&'a str>,
    /// The last day of use (D).
    pub expiry: Option<Moment>,
    /// False where it gives month and year only: then it is the last day of that month.
    pub day_given: bool,
    /// The day it was made (16D).
    pub production_date: Option<Moment>,
    /// How many (Q).
    pub quantity: Option<u64>,
}

impl<'a> Ppn<'a> {
    /// Reads a whole message of format 06. `reference_year` decides the century.
    pub fn parse(data: &'a str, reference_year: u16) -> Result<Self, ScanError> {
        parse(data.as_bytes(), reference_year)
    }
}

/// Reads the label's content.
#[cold]
pub(crate) fn read(label: &mut Label<'_>, data: &[u8], options: Options) -> Result<(), ScanError> {
    let (from, to) = (label.from, label.to);
    if let Some(body) = data[from..to].strip_prefix(b"[)>\x1E05\x1D") {
        let Some(body) = body.strip_suffix(&[RS, EOT]) else {
            return Err(ScanError::at(Code::Iso15434Incomplete, to));
        };
        let start = to - 2 - body.len();
        (label.from, label.to, label.kind) = (start, to - 2, Kind::Gs1);
        let mut seen = Seen::new();
        let result = reader::elements(label, data, start, to - 2, options, &mut seen);
        return lenient::settle(label, data, start, &seen, options, result);
    }
    match parse(&data[from..to], options.reference_year) {
        Ok(_) => {
            label.kind = Kind::Ppn;
            Ok(())
        }
        Err(mut error) => {
            error.at = error.at.saturating_add(u32::try_from(from).unwrap_or(u32::MAX));
            Err(error)
        }
    }
}

pub(crate) fn parse(data: &[u8], reference_year: u16) -> Result<Ppn<'_>, ScanError> {
    let Some(message) = data.strip_prefix(b"[)>\x1E") else {
        return Err(ScanError::at(Code::Iso15434Incomplete, 3.min(data.len())));
    };
    let Some(message) = message.strip_prefix(b"06\x1D") else {
        return Err(ScanError::at(Code::Iso15434UnknownFormat, 4));
    };
    let Some(fields) = message.strip_suffix(&[RS, EOT]) else {
        return Err(ScanError::at(Code::Iso15434Incomplete, data.len()));
    };
    let mut found = Ppn {
        day_given: true,
        ..Ppn::default()
    };
    let mut at = data.len() - message.len();
    for field in fields.split(|&byte| byte == GS) {
        found.take(field, at, reference_year)?;
        at += field.len() + 1;
    }
    if found.ppn.is_none() && found.gtin.is_none() {
        return Err(ScanError::at(Code::PpnMissing, 4));
    }
    Ok(found)
}

impl<'a> Ppn<'a> {
    /// One field: digits and a letter say what it is.
    fn take(&mut self, field: &'a [u8], at: usize, reference_year: u16) -> Result<(), ScanError> {
        let wrong = ScanError::at(Code::PpnInvalidField, at);
        let digits = field.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !field.get(digits).is_some_and(u8::is_ascii_uppercase) {
            return Err(wrong);
        }
        let (identifier, value) = field.split_at(digits + 1);
        let at = at + identifier.len();
        let value = core::str::from_utf8(value)
            .ok()
            .filter(|value| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic()));
        let value = value.ok_or(wrong)?;
        // What is said twice must be the same; comparing texts is enough, as a field is written in one way only.
        match identifier {
            b"9N" => {
                number(value, at)?;
                self.ppn = Some(agreed(self.ppn, value).ok_or(wrong)?);
                self.pzn = pzn(value, at)?;
            }
            b"8P" => {
                let gtin = Gtin::parse(value).map_err(|_| ScanError::at(Code::PpnIncorrectCheck, at))?;
                self.gtin = Some(agreed(self.gtin, gtin).ok_or(wrong)?);
            }
            b"1T" if value.len() <= 20 => self.lot = Some(agreed(self.lot, value).ok_or(wrong)?),
            b"S" if value.len() <= 20 => self.serial = Some(agreed(self.serial, value).ok_or(wrong)?),
            b"D" => {
                let date = Date::from_short(value.as_bytes(), reference_year);
                let (date, no_day) = date.ok_or(ScanError::at(Code::PpnInvalidDate, at))?;
                self.expiry = Some(agreed(self.expiry, Moment::day(date)).ok_or(wrong)?);
                self.day_given = !no_day;
            }
            b"16D" => {
                let date = Date::from_long(value.as_bytes()).filter(|(_, no_day)| !no_day);
                let (date, _) = date.ok_or(ScanError::at(Code::PpnInvalidDate, at))?;
                self.production_date = Some(agreed(self.production_date, Moment::day(date)).ok_or(wrong)?);
            }
            b"Q" | b"27Q" => {
                let count = value.parse().map_err(|_| ScanError::at(Code::PpnInvalidField, at))?;
                self.quantity = Some(agreed(self.quantity, count).ok_or(wrong)?);
            }
            b"1T" | b"S" => return Err(wrong),
            // Other data identifiers say nothing that is asked for here.
            _ => {}
        }
        Ok(())
    }
}

fn agreed<T: PartialEq>(before: Option<T>, now: T) -> Option<T> {
    before.is_none_or(|before| before == now).then_some(now)
}

/// The check digits of a PPN: character codes with weights from 2 on, modulo 97 (IFA, PPN-Code specification, annex on check
/// digits).
fn number(ppn: &str, at: usize) -> Result<(), ScanError> {
    let good = (5..=22).contains(&ppn.len()) && ppn.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !good {
        return Err(ScanError::at(Code::PpnInvalidField, at));
    }
    let (body, check) = ppn.split_at(ppn.len() - 2);
    let sum: u32 = body
        .bytes()
        .zip(2..)
        .map(|(byte, weight)| u32::from(byte) * weight)
        .sum();
    if check.parse() == Ok(sum % 97) {
        Ok(())
    } else {
        Err(ScanError::at(Code::PpnIncorrectCheck, at + body.len()))
    }
}

/// The PZN in a PPN of numbering system 11, whose last digit is the sum of the others, weighted 1 to 7, modulo 11.
fn pzn(ppn: &str, at: usize) -> Result<Option<&str>, ScanError> {
    let Some(rest) = ppn.strip_prefix("11") else {
        return Ok(None);
    };
    let pzn = &rest[..rest.len() - 2];
    let digits = pzn.len() == 8 && pzn.bytes().all(|byte| byte.is_ascii_digit());
    let sum: u32 = pzn
        .bytes()
        .zip(1..8)
        .map(|(byte, weight)| u32::from(byte.wrapping_sub(b'0')) * weight)
        .sum();
    if digits && pzn.ends_with(char::from_digit(sum % 11, 10).unwrap_or('X')) {
        Ok(Some(pzn))
    } else {
        Err(ScanError::at(Code::PpnIncorrectCheck, at + 2))
    }
}
