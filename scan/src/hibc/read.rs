//! Reading: flag character, check character, then the data structures that `/` divides.

use super::{CHARACTERS, Hibc, HibcPrimary, value};
use crate::code::Code;
use crate::cset::all_digits;
use crate::date::{Date, Moment, Time, full_year};
use crate::error::ScanError;
use crate::label::{Kind, Label};
use crate::options::Options;

/// The longest lot, serial number and product number.
const LONGEST_FIELD: usize = 18;

/// Reads the label's content.
pub(crate) fn read(label: &mut Label<'_>, data: &[u8], options: Options) -> Result<(), ScanError> {
    let (from, to) = (label.from, label.to);
    let at = |mut error: ScanError| {
        error.at = error.at.saturating_add(u32::try_from(from).unwrap_or(u32::MAX));
        error
    };
    match parse(&data[from..to], options.reference_year) {
        Ok(_) => {}
        // A blank is a check character, too, and may have been taken off the end.
        Err(_) if data.get(to) == Some(&b' ') && parse(&data[from..=to], options.reference_year).is_ok() => {
            label.to += 1;
        }
        Err(error) => return Err(at(error)),
    }
    label.kind = Kind::Hibc;
    Ok(())
}

pub(super) fn parse(data: &[u8], reference_year: u16) -> Result<Hibc<'_>, ScanError> {
    if data.len() < 4 || data[0] != b'+' {
        return Err(ScanError::at(Code::HibcTooShort, data.len()));
    }
    let mut sum = 0;
    for (at, &byte) in data[..data.len() - 1].iter().enumerate() {
        sum += value(byte).ok_or(ScanError::at(Code::HibcInvalidCharacter, at))?;
    }
    let last = data.len() - 1;
    if data[last] != CHARACTERS[sum % 43] {
        let code = match value(data[last]) {
            Some(_) => Code::HibcIncorrectCheckCharacter,
            None => Code::HibcInvalidCharacter,
        };
        return Err(ScanError::at(code, last));
    }
    let mut hibc = Hibc {
        primary: None,
        lot: None,
        serial: None,
        expiry: None,
        production_date: None,
        quantity: None,
        link: None,
    };
    let mut parser = Parser {
        data,
        at: 1,
        to: last,
        year: reference_year,
    };
    if data[1].is_ascii_alphabetic() {
        let part = parser.part();
        hibc.primary = Some(primary(part).ok_or(ScanError::at(Code::HibcInvalidStructure, 1))?);
        if parser.next_part() {
            parser.secondary_or_more(&mut hibc)?;
        }
    } else {
        // A secondary code: in front of the check character stands the link to its primary code.
        parser.to -= 1;
        hibc.link = Some(char::from(data[parser.to]));
        parser.secondary(&mut hibc)?;
    }
    while parser.next_part() {
        parser.more(&mut hibc)?;
    }
    Ok(hibc)
}

/// `A123` `BJC5D6E7` `1`: labeler, product, unit of measure.
fn primary(part: &[u8]) -> Option<HibcPrimary<'_>> {
    let (lic, rest) = part.split_at_checked(4)?;
    let (&unit, pcn) = rest.split_last()?;
    let good = part.iter().all(u8::is_ascii_alphanumeric) && unit.is_ascii_digit();
    (good && (1..=LONGEST_FIELD).contains(&pcn.len())).then(|| HibcPrimary {
        lic: text(lic),
        pcn: text(pcn),
        unit_of_measure: unit - b'0',
    })
}

/// Everything that passed the check is ASCII.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or("")
}

struct Parser<'a> {
    data: &'a [u8],
    at: usize,
    to: usize,
    year: u16,
}

impl<'a> Parser<'a> {
    fn wrong(&self, code: Code) -> ScanError {
        ScanError::at(code, self.at)
    }

    /// What is left before the next `/`.
    fn part(&self) -> &'a [u8] {
        let rest = &self.data[self.at..self.to];
        let len = rest.iter().position(|&byte| byte == b'/').unwrap_or(rest.len());
        &rest[..len]
    }

    /// Goes on behind the next `/`, if there is one.
    fn next_part(&mut self) -> bool {
        let end = self.at + self.part().len();
        self.at = (end + 1).min(self.to);
        end < self.to
    }

    fn digits(&mut self, len: usize) -> Result<&'a [u8], ScanError> {
        let digits = self.part().get(..len).filter(|digits| all_digits(digits));
        let digits = digits.ok_or(self.wrong(Code::HibcInvalidStructure))?;
        self.at += len;
        Ok(digits)
    }

    fn number(&mut self, len: usize) -> Result<u32, ScanError> {
        let digits = self.digits(len)?;
        Ok(digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    }

    fn small(&mut self, len: usize) -> Result<u16, ScanError> {
        self.number(len).map(|number| u16::try_from(number).unwrap_or(u16::MAX))
    }

    fn two(&mut self) -> Result<u8, ScanError> {
        self.number(2).map(|number| u8::try_from(number).unwrap_or(u8::MAX))
    }

    fn year(&mut self) -> Result<u16, ScanError> {
        Ok(full_year(self.two()?, self.year))
    }

    /// Behind a primary part: a secondary part or, without one, additional data.
    fn secondary_or_more(&mut self, hibc: &mut Hibc<'a>) -> Result<(), ScanError> {
        match self.part() {
            [b'1', b'4' | b'6', b'D', ..] => self.more(hibc),
            [b'$' | b'0'..=b'9', ..] => self.secondary(hibc),
            _ => self.more(hibc),
        }
    }

    /// Secondary data (ANSI/HIBC 2.6 table 2), with all its flags.
    fn secondary(&mut self, hibc: &mut Hibc<'a>) -> Result<(), ScanError> {
        match self.part() {
            [b'$', b'$', b'+', ..] => {
                self.at += 3;
                self.flagged(hibc)?;
                hibc.serial = self.field()?;
            }
            [b'$', b'$', ..] => {
                self.at += 2;
                self.flagged(hibc)?;
                hibc.lot = self.field()?;
            }
            [b'$', b'+', ..] => {
                self.at += 2;
                hibc.serial = self.field()?;
            }
            [b'$', ..] => {
                self.at += 1;
                hibc.lot = self.field()?;
            }
            // Without a flag: the day of the year and a lot.
            _ => {
                hibc.expiry = Some(self.ordinal_day()?);
                hibc.lot = self.field()?;
            }
        }
        Ok(())
    }

    /// Quantity and expiry by the digit that stands first.
    fn flagged(&mut self, hibc: &mut Hibc<'a>) -> Result<(), ScanError> {
        let quantity = match self.part().first() {
            Some(b'8') => Some(2),
            Some(b'9') => Some(5),
            Some(b'0'..=b'7') => None,
            _ => return Err(self.wrong(Code::HibcInvalidStructure)),
        };
        if let Some(len) = quantity {
            self.at += 1;
            hibc.quantity = Some(self.number(len)?);
        }
        hibc.expiry = match self.part().first() {
            Some(b'0' | b'1') => {
                let start = self.at;
                let (month, year) = (self.two()?, self.year()?);
                let date = Date::end_of_month(year, month);
                Some(Moment::month(date.ok_or(ScanError::at(Code::HibcInvalidDate, start))?))
            }
            Some(flag @ b'2'..=b'6') => {
                self.at += 1;
                Some(self.date(*flag)?)
            }
            Some(b'7') => {
                self.at += 1;
                None
            }
            // Behind a quantity there may be no date at all.
            Some(b'8' | b'9') => return Err(self.wrong(Code::HibcInvalidStructure)),
            _ => None,
        };
        Ok(())
    }

    fn date(&mut self, flag: u8) -> Result<Moment, ScanError> {
        let start = self.at;
        let wrong = ScanError::at(Code::HibcInvalidDate, start);
        let mut moment = match flag {
            b'2' => {
                let (month, day, year) = (self.two()?, self.two()?, self.year()?);
                Moment::day(Date::new(year, month, day).ok_or(wrong)?)
            }
            b'3' | b'4' => {
                let (year, month, day) = (self.year()?, self.two()?, self.two()?);
                Moment::day(Date::new(year, month, day).ok_or(wrong)?)
            }
            _ => self.ordinal_day()?,
        };
        if matches!(flag, b'4' | b'6') {
            let hour = self.two()?;
            if hour > 23 {
                return Err(wrong);
            }
            moment.time = Some(Time {
                hour,
                minute: None,
                second: None,
            });
        }
        Ok(moment)
    }

    /// YYJJJ.
    fn ordinal_day(&mut self) -> Result<Moment, ScanError> {
        let start = self.at;
        let (year, day) = (self.year()?, self.small(3)?);
        let date = Date::from_ordinal(year, day).ok_or(ScanError::at(Code::HibcInvalidDate, start))?;
        Ok(Moment::day(date))
    }

    /// Additional data behind `/`: serial number, dates, quantity (ANSI/HIBC 2.6 table 3).
    fn more(&mut self, hibc: &mut Hibc<'a>) -> Result<(), ScanError> {
        match self.part() {
            [b'S', _, ..] => {
                self.at += 1;
                let wrong = self.wrong(Code::HibcInvalidStructure);
                let serial = self.field()?.ok_or(wrong)?;
                hibc.serial = Some(agreed(hibc.serial, serial).ok_or(wrong)?);
            }
            [b'1', b'4', b'D', ..] => {
                self.at += 3;
                let date = self.long_date()?;
                // The secondary part may say the month and this the day, or that one the hour.
                hibc.expiry = match hibc.expiry {
                    Some(other) if !covers(other, date) => return Err(self.wrong(Code::HibcInvalidDate)),
                    Some(other) if !other.month_only => Some(other),
                    _ => Some(date),
                };
            }
            [b'1', b'6', b'D', ..] => {
                self.at += 3;
                let date = self.long_date()?;
                let date = agreed(hibc.production_date, date);
                hibc.production_date = Some(date.ok_or(self.wrong(Code::HibcInvalidStructure))?);
            }
            [b'Q', digits @ ..] if (1..=8).contains(&digits.len()) => {
                self.at += 1;
                let number = self.number(digits.len())?;
                let quantity = agreed(hibc.quantity, number);
                hibc.quantity = Some(quantity.ok_or(self.wrong(Code::HibcInvalidStructure))?);
            }
            _ => return Err(self.wrong(Code::HibcInvalidStructure)),
        }
        if self.part().is_empty() {
            Ok(())
        } else {
            Err(self.wrong(Code::HibcInvalidStructure))
        }
    }

    /// YYYYMMDD.
    fn long_date(&mut self) -> Result<Moment, ScanError> {
        let start = self.at;
        let (year, month, day) = (self.small(4)?, self.two()?, self.two()?);
        let date = Date::new(year, month, day).ok_or(ScanError::at(Code::HibcInvalidDate, start))?;
        Ok(Moment::day(date))
    }

    /// The rest of the part as a lot or serial number, if there is any.
    fn field(&mut self) -> Result<Option<&'a str>, ScanError> {
        let part = self.part();
        let wrong = |byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b' '));
        let good = part.len() <= LONGEST_FIELD && !part.iter().any(wrong);
        if !good {
            let at = part.iter().position(wrong).unwrap_or(LONGEST_FIELD);
            return Err(ScanError::at(Code::HibcInvalidStructure, self.at + at));
        }
        self.at += part.len();
        Ok((!part.is_empty()).then(|| text(part)))
    }
}

/// What is said twice must be the same.
fn agreed<T: PartialEq>(before: Option<T>, now: T) -> Option<T> {
    before.is_none_or(|before| before == now).then_some(now)
}

fn covers(other: Moment, date: Moment) -> bool {
    let day = other.date == date.date;
    let month = (other.date.year(), other.date.month()) == (date.date.year(), date.date.month());
    day || other.month_only && month
}
