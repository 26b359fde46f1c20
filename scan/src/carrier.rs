//! Which symbol data came from: AIM symbology identifiers (ISO/IEC 15424) and DataWedge's names for them.

use core::fmt;
use core::str::FromStr;

/// An AIM symbology identifier such as `]d2`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AimId {
    letter: u8,
    modifier: u8,
}

/// What a symbol holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Carrier {
    /// GS1 element strings: `]d2 ]Q3 ]C1 ]e0 ]J1`.
    Gs1,
    /// Any data: `]d1 ]Q1 ]J0`.
    Plain,
    /// Thirteen digits: `]E0`. UPC-A and UPC-E are sent as EAN-13.
    Ean13,
    /// Eight digits: `]E4`.
    Ean8,
}

impl AimId {
    /// EAN-13, UPC-A and UPC-E.
    pub const EAN13: AimId = AimId {
        letter: b'E',
        modifier: b'0',
    };
    /// EAN-8.
    pub const EAN8: AimId = AimId {
        letter: b'E',
        modifier: b'4',
    };
    /// GS1 `DataMatrix`.
    pub const GS1_DATAMATRIX: AimId = AimId {
        letter: b'd',
        modifier: b'2',
    };
    /// GS1-128.
    pub const GS1_128: AimId = AimId {
        letter: b'C',
        modifier: b'1',
    };
    /// GS1 QR Code.
    pub const GS1_QR: AimId = AimId {
        letter: b'Q',
        modifier: b'3',
    };
    /// GS1 `DataBar` and GS1 Composite.
    pub const GS1_DATABAR: AimId = AimId {
        letter: b'e',
        modifier: b'0',
    };

    /// The identifier that data begins with: `]`, a letter, a letter or digit.
    #[must_use]
    #[inline]
    pub fn at_start(data: &[u8]) -> Option<Self> {
        match *data {
            [b']', letter, modifier, ..] if letter.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() => {
                Some(Self { letter, modifier })
            }
            _ => None,
        }
    }

    /// An identifier (`]d2`), a plain name (`EAN13`) or a DataWedge label type (`LABEL-TYPE-EAN128`). Label types that do
    /// not tell what is inside, such as `LABEL-TYPE-DATAMATRIX`, are not among them.
    pub fn parse(text: &str) -> Result<Self, UnknownSymbology> {
        if text.len() == 3 {
            return Self::at_start(text.as_bytes()).ok_or(UnknownSymbology);
        }
        match text.strip_prefix("LABEL-TYPE-").unwrap_or(text) {
            "EAN13" | "UPCA" => Ok(Self::EAN13),
            "EAN8" => Ok(Self::EAN8),
            "EAN128" => Ok(Self::GS1_128),
            "GS1-DATAMATRIX" => Ok(Self::GS1_DATAMATRIX),
            "GS1-QRCODE" => Ok(Self::GS1_QR),
            "GS1-DATABAR" | "GS1-DATABAR-LIM" | "GS1-DATABAR-EXP" => Ok(Self::GS1_DATABAR),
            _ => Err(UnknownSymbology),
        }
    }

    /// What such a symbol holds, if it is read here.
    #[must_use]
    #[inline]
    pub fn carrier(self) -> Option<Carrier> {
        match (self.letter, self.modifier) {
            (b'd', b'2') | (b'Q', b'3') | (b'C' | b'J', b'1') | (b'e', b'0') => Some(Carrier::Gs1),
            (b'd' | b'Q', b'1') | (b'J', b'0') => Some(Carrier::Plain),
            (b'E', b'0') => Some(Carrier::Ean13),
            (b'E', b'4') => Some(Carrier::Ean8),
            _ => None,
        }
    }
}

impl fmt::Display for AimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "]{}{}", char::from(self.letter), char::from(self.modifier))
    }
}

impl fmt::Debug for AimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AimId({self})")
    }
}

impl FromStr for AimId {
    type Err = UnknownSymbology;

    fn from_str(text: &str) -> Result<Self, UnknownSymbology> {
        Self::parse(text)
    }
}

/// The text names no symbology that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownSymbology;

impl fmt::Display for UnknownSymbology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither an AIM symbology identifier nor a known label type")
    }
}

impl core::error::Error for UnknownSymbology {}

#[cfg(test)]
mod tests {
    use super::{AimId, Carrier, UnknownSymbology};

    #[test]
    fn identifiers_and_label_types_name_the_same_carriers() {
        for (text, carrier) in [
            ("]d2", Some(Carrier::Gs1)),
            ("]Q3", Some(Carrier::Gs1)),
            ("]C1", Some(Carrier::Gs1)),
            ("]e0", Some(Carrier::Gs1)),
            ("]J1", Some(Carrier::Gs1)),
            ("]d1", Some(Carrier::Plain)),
            ("]Q1", Some(Carrier::Plain)),
            ("]J0", Some(Carrier::Plain)),
            ("]E0", Some(Carrier::Ean13)),
            ("]E4", Some(Carrier::Ean8)),
            ("]C0", None),
            ("LABEL-TYPE-EAN128", Some(Carrier::Gs1)),
            ("LABEL-TYPE-GS1-DATAMATRIX", Some(Carrier::Gs1)),
            ("EAN13", Some(Carrier::Ean13)),
            ("UPCA", Some(Carrier::Ean13)),
        ] {
            assert_eq!(AimId::parse(text).expect(text).carrier(), carrier, "{text}");
        }
        for text in ["", "]d", "d2]", "]é", "LABEL-TYPE-DATAMATRIX", "ean13"] {
            assert_eq!(AimId::parse(text), Err(UnknownSymbology), "{text}");
        }
    }
}
