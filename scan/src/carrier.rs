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
    /// UPC-E as DataWedge sends it, six to eight digits: no identifier, the label type `UPCE` only.
    UpcE,
    /// Thirteen digits and an add-on of two or five: `]E3`.
    EanWithAddOn,
    /// Interleaved 2 of 5 with a check digit: `]I1`. Fourteen digits are a trade item (ITF-14).
    Itf14,
    /// Any data, in a symbology that holds no GS1 data: Code 39, Code 128 without FNC1, PDF417, Aztec, add-ons …
    Other,
    /// The label type does not say whether FNC1 stood in front: `DATAMATRIX`, `QRCODE`, `DOTCODE`.
    Undecided,
}

/// In the place of the modifier where a label type does not tell it; no data can hold such an identifier.
const NOT_TOLD: u8 = b'?';

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
    /// Interleaved 2 of 5 whose check digit the scanner has checked: ITF-14.
    pub const ITF14: AimId = AimId {
        letter: b'I',
        modifier: b'1',
    };
    /// Code 128 without FNC1.
    pub const CODE128: AimId = AimId {
        letter: b'C',
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
    /// not tell what is inside give an identifier that says so: see [`Carrier::Undecided`].
    pub fn parse(text: &str) -> Result<Self, UnknownSymbology> {
        if text.starts_with(']') {
            return match text.len() {
                3 => Self::at_start(text.as_bytes()).ok_or(UnknownSymbology),
                _ => Err(UnknownSymbology),
            };
        }
        let of = |letter, modifier| Ok(Self { letter, modifier });
        // The names of DataWedge's guide; where it has one for many symbologies, the plain member stands for them.
        match text.strip_prefix("LABEL-TYPE-").unwrap_or(text) {
            "EAN13" | "UPCA" | "BOOKLAND" => Ok(Self::EAN13),
            "EAN8" => Ok(Self::EAN8),
            "UPCE" | "UPCE0" | "UPCE1" => of(b'E', NOT_TOLD),
            "EAN128" | "GS1-128" => Ok(Self::GS1_128),
            "GS1-DATAMATRIX" => Ok(Self::GS1_DATAMATRIX),
            "GS1-QRCODE" => Ok(Self::GS1_QR),
            "GS1-DATABAR" | "GS1-DATABAR-LIM" | "GS1-DATABAR-EXP" => Ok(Self::GS1_DATABAR),
            "ITF14" => Ok(Self::ITF14),
            "I2OF5" => of(b'I', b'0'),
            "CODE128" | "ISBT128" => Ok(Self::CODE128),
            "CODE39" | "CODE32" | "TRIOPTIC39" => of(b'A', b'0'),
            "CODABAR" => of(b'F', b'0'),
            "CODE93" => of(b'G', b'0'),
            "CODE11" => of(b'H', b'0'),
            "PDF417" | "MICROPDF" => of(b'L', b'0'),
            "MSI" => of(b'M', b'0'),
            "D2OF5" => of(b'S', b'0'),
            "MAXICODE" => of(b'U', b'0'),
            "AZTEC" => of(b'z', b'0'),
            "MICROQR" => of(b'Q', b'1'),
            "DATAMATRIX" => of(b'd', NOT_TOLD),
            "QRCODE" => of(b'Q', NOT_TOLD),
            "DOTCODE" => of(b'J', NOT_TOLD),
            "COMPOSITE-AB" | "COMPOSITE-C" => of(b'e', NOT_TOLD),
            "UNDEFINED" => of(b'X', NOT_TOLD),
            _ => Err(UnknownSymbology),
        }
    }

    /// What such a symbol holds, if it is read here. The reference engine knows the first four kinds only.
    #[must_use]
    #[inline]
    pub fn carrier(self) -> Option<Carrier> {
        match (self.letter, self.modifier) {
            (b'd', b'2') | (b'Q', b'3') | (b'C' | b'J', b'1') | (b'e', b'0') => Some(Carrier::Gs1),
            (b'd' | b'Q', b'1') | (b'J', b'0') => Some(Carrier::Plain),
            (b'E', b'0') => Some(Carrier::Ean13),
            (b'E', b'4') => Some(Carrier::Ean8),
            _ => self.other(),
        }
    }

    /// ISO/IEC 15424: the symbologies in use that the reference engine does not take.
    #[cold]
    fn other(self) -> Option<Carrier> {
        match (self.letter, self.modifier) {
            (b'E', NOT_TOLD) => Some(Carrier::UpcE),
            (b'E', b'3') => Some(Carrier::EanWithAddOn),
            (b'I', b'1') => Some(Carrier::Itf14),
            (_, NOT_TOLD) => Some(Carrier::Undecided),
            // An add-on alone.
            (b'E', b'1' | b'2')
            // FNC1 elsewhere than in front, extended channels, older versions.
            | (b'C', b'0' | b'2' | b'4') | (b'd', b'0' | b'3'..=b'6') | (b'Q', b'0' | b'2' | b'4'..=b'6') | (b'J', b'2'..=b'5')
            | (b'A' | b'F' | b'G' | b'H' | b'I' | b'K' | b'L' | b'M' | b'O' | b'R' | b'S' | b'U' | b'z', b'0'..=b'9' | b'A'..=b'C') => {
                Some(Carrier::Other)
            }
            _ => None,
        }
    }

    pub(crate) fn letter(self) -> u8 {
        self.letter
    }

    /// The identifier whose letter has the other case, if it is one that is read: wedges that send capitals only, or none.
    pub(crate) fn other_case(self) -> Option<Self> {
        let other = Self {
            letter: self.letter ^ 0x20,
            modifier: self.modifier,
        };
        other.carrier().is_some().then_some(other)
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
            ("]C0", Some(Carrier::Other)),
            ("]A0", Some(Carrier::Other)),
            ("]E3", Some(Carrier::EanWithAddOn)),
            ("]I1", Some(Carrier::Itf14)),
            ("]X0", None),
            ("ITF14", Some(Carrier::Itf14)),
            ("UPCE", Some(Carrier::UpcE)),
            ("LABEL-TYPE-UPCE0", Some(Carrier::UpcE)),
            ("LABEL-TYPE-DATAMATRIX", Some(Carrier::Undecided)),
            ("LABEL-TYPE-UNDEFINED", Some(Carrier::Undecided)),
            ("LABEL-TYPE-CODE128", Some(Carrier::Other)),
            ("LABEL-TYPE-EAN128", Some(Carrier::Gs1)),
            ("LABEL-TYPE-GS1-DATAMATRIX", Some(Carrier::Gs1)),
            ("EAN13", Some(Carrier::Ean13)),
            ("UPCA", Some(Carrier::Ean13)),
        ] {
            assert_eq!(AimId::parse(text).expect(text).carrier(), carrier, "{text}");
        }
        for text in ["", "]d", "d2]", "]é", "]d?", "LABEL-TYPE-NEW", "ean13"] {
            assert_eq!(AimId::parse(text), Err(UnknownSymbology), "{text}");
        }
    }
}
