//! GS1 keys that a warehouse works with: GTIN (General Specifications 2.1) and SSCC (2.2). In hand they are good ones.

use core::fmt;
use core::str::FromStr;

use crate::check::has_check_digit;
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

    /// The fourteen digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("")
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
