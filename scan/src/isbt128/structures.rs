//! Where one data structure ends and the next begins: ICCBBA ST-001 table 2 (RT003).

use crate::code::Code;
use crate::error::ScanError;

/// What a data structure is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Structure {
    Din,
    Product,
    Division,
    ProcessorProduct,
    Container,
    Lot,
    ContainerLot,
    OtherLot,
    Expiry,
    ExpiryMonth,
    Production,
    Collection,
    Message,
    Other,
}

/// Identifier, length of the content, what it is for.
#[rustfmt::skip]
const STRUCTURES: [(&[u8], usize, Structure); 36] = [
    (b"=%", 4, Structure::Other),             // 002 blood groups
    (b"=<", 8, Structure::Product),           // 003
    (b"=>", 6, Structure::Expiry),            // 004
    (b"&>", 10, Structure::Expiry),           // 005
    (b"=*", 6, Structure::Collection),        // 006
    (b"&*", 10, Structure::Collection),       // 007
    (b"=}", 6, Structure::Production),        // 008
    (b"&}", 10, Structure::Production),       // 009
    (b"&(", 5, Structure::Other),             // 010 special testing
    (b"={", 18, Structure::Other),            // 011
    (b"=\\", 18, Structure::Other),           // 012
    (b"&\\", 18, Structure::Other),           // 013
    (b"&{", 18, Structure::Other),            // 014
    (b"=[", 18, Structure::Other),            // 015
    (b"=\"", 18, Structure::Other),           // 016
    (b"=)", 10, Structure::Container),        // 017
    (b"&)", 10, Structure::ContainerLot),     // 018
    (b"=;", 21, Structure::Other),            // 019 donor
    (b"='", 11, Structure::Other),            // 020 staff
    (b"=-", 10, Structure::Other),            // 021 catalog number of other items
    (b"&-", 10, Structure::OtherLot),         // 022
    (b"=+", 5, Structure::Message),           // 023
    (b"=#", 10, Structure::Other),            // 024 date of birth
    (b"=]", 6, Structure::ExpiryMonth),       // 026
    (b"&\"", 18, Structure::Other),           // 027 infection markers
    (b"=$", 16, Structure::Other),            // 028 consignment
    (b"=(", 16, Structure::Other),            // 031 flexible date and time
    (b"=,", 6, Structure::Division),          // 032
    (b"&+", 11, Structure::Other),            // 033 processing facility
    (b"=/", 16, Structure::ProcessorProduct), // 034
    (b"&,1", 18, Structure::Lot),             // 035
    (b"&,2", 18, Structure::Other),           // 036 supplemental number
    (b"&,3", 19, Structure::Other),           // 037 donor registration, retired
    (b"&,4", 40, Structure::Other),           // 038 single European code
    (b"&:", 19, Structure::Other),            // 039 donor registration
    (b"&/", 15, Structure::Other),            // 040 chain of identity
];

/// The data structure at `at`: what it is for, where its content begins and ends.
pub(super) fn cut(data: &[u8], at: usize) -> Result<(Structure, usize, usize), ScanError> {
    let rest = &data[at..];
    let unknown = ScanError::at(Code::IsbtUnknownStructure, at);
    let sized = |begin: usize, len: usize, structure| {
        let end = at + begin + len;
        if end > data.len() {
            Err(ScanError::at(Code::IsbtTooShort, data.len()))
        } else {
            Ok((structure, at + begin, end))
        }
    };
    // How many pieces follow, or how long the piece is that follows: variable structures say so first.
    let counted = |from: usize, digits: usize| -> Result<usize, ScanError> {
        let text = rest
            .get(from..from + digits)
            .ok_or(ScanError::at(Code::IsbtTooShort, data.len()))?;
        let number = core::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        number.ok_or(ScanError::at(Code::IsbtInvalidCharacter, at + from))
    };
    match rest {
        // 001: the second character belongs to the number.
        [b'=', b'A'..=b'N' | b'P'..=b'Z' | b'1'..=b'9', ..] => sized(1, 15, Structure::Din),
        // 025, 029 and 030.
        [b'&', b'#', ..] => sized(2, 4 + counted(4, 2)?, Structure::Other),
        [b'&', b'$', ..] => sized(2, 2 + 14 * counted(2, 2)?, Structure::Other),
        [b'&', b'%', ..] => sized(2, 3 + 10 * counted(2, 3)?, Structure::Other),
        // Structures that ICCBBA does not define go on to the end (2.5).
        [b'&', b'a'..=b'z' | b';' | b'!', _, ..] => sized(2, rest.len() - 2, Structure::Other),
        _ => {
            let found = STRUCTURES.iter().find(|(identifier, ..)| rest.starts_with(identifier));
            let &(identifier, len, structure) = found.ok_or(unknown)?;
            sized(identifier.len(), len, structure)
        }
    }
}

/// One data structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isbt128Structure<'a> {
    /// Its identifier, `=` alone for the donation identification number.
    pub identifier: &'a str,
    /// Its content.
    pub content: &'a str,
}

/// The data structures of a label in the order read.
#[derive(Clone, Debug)]
pub struct Isbt128Structures<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Isbt128Structures<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for Isbt128Structures<'a> {
    type Item = Isbt128Structure<'a>;

    fn next(&mut self) -> Option<Isbt128Structure<'a>> {
        if self.at >= self.text.len() {
            return None;
        }
        let (_, begin, end) = cut(self.text.as_bytes(), self.at).ok()?;
        let found = Isbt128Structure {
            identifier: self.text.get(self.at..begin)?,
            content: self.text.get(begin..end)?,
        };
        self.at = end;
        Some(found)
    }
}
