//! GS1 keys that a warehouse works with: GTIN (General Specifications 2.1) and SSCC (2.2). In hand they are good ones.

use core::fmt;
use core::str::FromStr;

use crate::check::{check_digit, has_check_digit};
use crate::cset::all_digits;

/// A Global Trade Item Number in fourteen digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin([u8; 14]);

/// A Serial Shipping Container Code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sscc([u8; 18]);

/// Why text is no such key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// There is something else than digits.
    NotDigits,
    /// The number of digits is none that this key has.
    WrongLength,
    /// The check digit is wrong.
    CheckDigit,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyError::NotDigits => "only digits may stand here",
            KeyError::WrongLength => "the number of digits is wrong",
            KeyError::CheckDigit => "the check digit is wrong",
        })
    }
}

impl core::error::Error for KeyError {}

fn checked(text: &[u8], lengths: &[usize]) -> Result<(), KeyError> {
    if !all_digits(text) {
        Err(KeyError::NotDigits)
    } else if !lengths.contains(&text.len()) {
        Err(KeyError::WrongLength)
    } else if !has_check_digit(text) {
        Err(KeyError::CheckDigit)
    } else {
        Ok(())
    }
}

impl Gtin {
    /// Takes 8, 12, 13 or 14 digits, the last being the check digit, and fills up with zeros from the left.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(text.as_bytes())
    }

    /// As [`Gtin::parse`], from bytes.
    pub fn from_bytes(text: &[u8]) -> Result<Self, KeyError> {
        checked(text, &[8, 12, 13, 14])?;
        let mut digits = [b'0'; 14];
        digits[14 - text.len()..].copy_from_slice(text);
        Ok(Self(digits))
    }

    /// The item of a UPC-E symbol (General Specifications 7.10): number system 0 or 1, six digits, check digit. Seven digits
    /// lack one of the two, six digits both; where seven can be meant in two ways, it is not known which.
    pub fn from_upc_e(text: &[u8]) -> Result<Self, KeyError> {
        if !all_digits(text) {
            return Err(KeyError::NotDigits);
        }
        match *text {
            [system @ (b'0' | b'1'), ref six @ .., check] if six.len() == 6 => Self::expanded(system, six, Some(check)),
            [_, _, _, _, _, _, _] => {
                let with_check = Self::expanded(b'0', &text[..6], text.last().copied());
                let with_system = match text[0] {
                    system @ (b'0' | b'1') => Self::expanded(system, &text[1..], None),
                    _ => Err(KeyError::CheckDigit),
                };
                match (with_check, with_system) {
                    (Ok(one), Ok(other)) if one != other => Err(KeyError::WrongLength),
                    (Ok(one), _) | (Err(_), Ok(one)) => Ok(one),
                    (error, _) => error,
                }
            }
            [_, _, _, _, _, _] => Self::expanded(b'0', text, None),
            [_, _, _, _, _, _, _, _] => Err(KeyError::CheckDigit),
            _ => Err(KeyError::WrongLength),
        }
    }

    fn expanded(system: u8, six: &[u8], check: Option<u8>) -> Result<Self, KeyError> {
        let (Some(&last), Ok(six)) = (six.last(), <&[u8; 6]>::try_from(six)) else {
            return Err(KeyError::WrongLength);
        };
        let zero = b'0';
        // The last digit tells where the zeros were: so many digits of the company, zeros, the rest.
        let (company, tail): (usize, &[u8]) = match last {
            b'0'..=b'2' => (2, &six[2..5]),
            b'3' => (3, &six[3..5]),
            b'4' => (4, &six[4..5]),
            _ => (5, &six[5..]),
        };
        let mut ten = [zero; 10];
        ten[..company].copy_from_slice(&six[..company]);
        if company == 2 {
            ten[2] = last;
        }
        ten[10 - tail.len()..].copy_from_slice(tail);
        let mut digits = [zero; 12];
        digits[0] = system;
        digits[1..11].copy_from_slice(&ten);
        digits[11] = check_digit(&digits[..11]).ok_or(KeyError::NotDigits)?;
        match check {
            Some(check) if check != digits[11] => Err(KeyError::CheckDigit),
            _ => Self::from_bytes(&digits),
        }
    }

    /// The fourteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("")
    }

    /// Is the number given out by a company or region for its own use (General Specifications 1.4.2: prefixes 02, 04 and 20
    /// to 29, of GTIN-8 also 0)? Another company uses the same number for another item.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        match self.0 {
            [b'0', b'0', b'0', b'0', b'0', b'0', first, ..] => matches!(first, b'0' | b'2'),
            [_, b'0', second, ..] => matches!(second, b'2' | b'4'),
            [_, first, ..] => first == b'2',
        }
    }

    /// The International Standard Book Number, thirteen digits, if it is one: prefix 978, or 979 other than 979-0, which is
    /// printed music.
    #[must_use]
    pub fn isbn(&self) -> Option<&str> {
        let number = self.as_str().strip_prefix('0')?;
        let book = number.starts_with("978") || number.starts_with("979") && !number.starts_with("9790");
        book.then_some(number)
    }

    /// The ten digits of the US National Drug Code of which this GTIN is made, if it is: GTINs that begin with 003.
    /// How the ten digits are split cannot be known from the code.
    #[must_use]
    pub fn ndc(&self) -> Option<&str> {
        self.as_str().strip_prefix("003").map(|rest| &rest[..10])
    }
}

impl Sscc {
    /// Takes 18 digits, the last being the check digit.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(text.as_bytes())
    }

    /// As [`Sscc::parse`], from bytes.
    pub fn from_bytes(text: &[u8]) -> Result<Self, KeyError> {
        checked(text, &[18])?;
        let mut digits = [b'0'; 18];
        digits.copy_from_slice(text);
        Ok(Self(digits))
    }

    /// The eighteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("")
    }
}

macro_rules! text_of {
    ($key:ident) => {
        impl FromStr for $key {
            type Err = KeyError;

            fn from_str(text: &str) -> Result<Self, KeyError> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $key {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $key {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($key), "({})"), self.as_str())
            }
        }
    };
}

text_of!(Gtin);
text_of!(Sscc);

#[cfg(test)]
mod tests {
    use super::{Gtin, KeyError, Sscc};

    #[test]
    fn every_length_of_a_gtin_becomes_fourteen_digits() {
        for (text, full) in [
            ("02345673", "00000002345673"),
            ("036000291452", "00036000291452"),
            ("9506000134352", "09506000134352"),
            ("19506000134359", "19506000134359"),
        ] {
            assert_eq!(Gtin::parse(text).expect(text).as_str(), full);
        }
        assert_eq!(Gtin::parse("9506000134353"), Err(KeyError::CheckDigit));
        assert_eq!(Gtin::parse("950600013435"), Err(KeyError::CheckDigit));
        assert_eq!(Gtin::parse("95060001343"), Err(KeyError::WrongLength));
        assert_eq!(Gtin::parse("950600013435X"), Err(KeyError::NotDigits));
        assert_eq!(Gtin::parse(""), Err(KeyError::WrongLength));
    }

    #[test]
    fn an_sscc_has_eighteen_digits() {
        assert_eq!(
            Sscc::parse("376104250021234569").expect("good").as_str(),
            "376104250021234569"
        );
        assert_eq!(Sscc::parse("376104250021234568"), Err(KeyError::CheckDigit));
        assert_eq!(Sscc::parse("37610425002123456"), Err(KeyError::WrongLength));
    }

    #[test]
    fn a_us_drug_code_is_found_in_its_gtin() {
        assert_eq!(Gtin::parse("00312345678906").expect("good").ndc(), Some("1234567890"));
        assert_eq!(Gtin::parse("09506000134352").expect("good").ndc(), None);
    }
}
