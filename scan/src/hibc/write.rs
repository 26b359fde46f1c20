//! Writing: the data of a symbol, check character included, made while it is written.

use core::fmt::{self, Display, Write};

use super::{CHARACTERS, Hibc, HibcPrimary, value};
use crate::date::{Date, Moment};

/// The data of a HIBC symbol; see [`Hibc::primary_code`] and its sisters.
#[derive(Clone, Copy, Debug)]
pub struct HibcText<'h> {
    hibc: &'h Hibc<'h>,
    primary: Option<HibcPrimary<'h>>,
    link: Option<char>,
    secondary: bool,
}

impl Hibc<'_> {
    /// The primary code alone. `None` if there is no primary data.
    #[must_use]
    pub fn primary_code(&self) -> Option<HibcText<'_>> {
        Some(HibcText {
            hibc: self,
            primary: Some(self.primary?),
            link: None,
            secondary: false,
        })
    }

    /// The secondary code alone, linked to its primary code by that one's check character. `None` without primary data or
    /// link.
    #[must_use]
    pub fn secondary_code(&self) -> Option<HibcText<'_>> {
        let link = match self.primary_code() {
            Some(primary) => primary.check_character(),
            None => self.link,
        };
        Some(HibcText {
            hibc: self,
            primary: None,
            link: Some(link?),
            secondary: true,
        })
    }

    /// Both in one code. `None` if there is no primary data.
    #[must_use]
    pub fn concatenated_code(&self) -> Option<HibcText<'_>> {
        Some(HibcText {
            secondary: true,
            ..self.primary_code()?
        })
    }
}

impl HibcText<'_> {
    /// The check character, if all the texts are such that a HIBC can hold them.
    #[must_use]
    pub fn check_character(&self) -> Option<char> {
        let mut sum = Sum(Some(0));
        self.body(&mut sum).ok()?;
        Some(char::from(CHARACTERS[sum.0? % 43]))
    }

    fn body(&self, f: &mut impl Write) -> fmt::Result {
        f.write_char('+')?;
        if let Some(primary) = &self.primary {
            write!(f, "{}{}{}", primary.lic, primary.pcn, primary.unit_of_measure)?;
        }
        if self.secondary {
            self.secondary(f)?;
        }
        if let Some(link) = self.link {
            f.write_char(link)?;
        }
        Ok(())
    }

    /// Lot or serial number behind quantity and expiry; what finds no place there as additional data.
    fn secondary(&self, f: &mut impl Write) -> fmt::Result {
        let hibc = self.hibc;
        let anything = hibc.lot.is_some() || hibc.serial.is_some() || hibc.expiry.is_some() || hibc.quantity.is_some();
        // A secondary code must begin with a flag; behind a primary part additional data may come at once.
        let begins = anything || self.primary.is_none();
        if begins {
            if self.primary.is_some() {
                f.write_char('/')?;
            }
            let serial = hibc.lot.is_none() && hibc.serial.is_some();
            f.write_str(if serial { "$$+" } else { "$$" })?;
            match hibc.quantity {
                Some(few @ 0..=99) => write!(f, "8{few:02}")?,
                Some(many @ 100..=99_999) => write!(f, "9{many:05}")?,
                _ => {}
            }
            match hibc.expiry {
                None => f.write_char('7')?,
                Some(Moment {
                    date, month_only: true, ..
                }) => write!(f, "{:02}{:02}", date.month(), date.year() % 100)?,
                Some(Moment { date, time: None, .. }) => write!(f, "3{}", Short(date))?,
                Some(Moment {
                    date, time: Some(time), ..
                }) => write!(f, "4{}{:02}", Short(date), time.hour)?,
            }
            f.write_str(hibc.lot.or(hibc.serial).unwrap_or(""))?;
        }
        if let (Some(_), Some(serial)) = (hibc.lot, hibc.serial) {
            write!(f, "/S{serial}")?;
        }
        if let Some(Moment { date, .. }) = hibc.production_date {
            write!(f, "/16D{:04}{:02}{:02}", date.year(), date.month(), date.day())?;
        }
        match hibc.quantity {
            Some(many @ 100_000..) => write!(f, "/Q{many}"),
            _ => Ok(()),
        }
    }
}

/// YYMMDD.
struct Short(Date);

impl Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.0;
        write!(f, "{:02}{:02}{:02}", date.year() % 100, date.month(), date.day())
    }
}

/// Adds the values up; nothing once a character has none.
struct Sum(Option<usize>);

impl Write for Sum {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = self.0.and_then(|sum| Some(sum + value(byte)?));
        }
        Ok(())
    }
}

impl Display for HibcText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.body(f)?;
        match self.check_character() {
            Some(check) => f.write_char(check),
            None => Ok(()),
        }
    }
}
