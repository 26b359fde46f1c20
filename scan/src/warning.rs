//! What was read although it is not as it should be.

use core::fmt;

/// A reason for a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningCode {
    /// Nothing said what was scanned; the digits are a trade item by their check digit.
    SymbologyAssumed,
    /// Line ends behind the data were left out.
    TrailingLineEnd,
    /// Blanks or tabs around the data were left out.
    SurroundingBlanks,
    /// Blanks between what a person typed were left out.
    BlanksLeftOut,
    /// The letter of the symbology identifier came in the wrong case.
    IdentifierCase,
    /// There was more than one separator where one belongs.
    DoubledSeparator,
    /// A separator stood before the first element.
    LeadingSeparator,
    /// A separator stood behind the last element.
    TrailingSeparator,
    /// The same read came twice in one delivery.
    DoubledRead,
    /// The symbol holds the brackets of the human readable text instead of separators.
    BracketsInData,
    /// The digits are those of a UPC-E symbol and were expanded.
    UpcEExpanded,
    /// The tag announces data behind its EPC, which is not read.
    MoreDataOnTag,
    /// A date without a day counts to the end of its month. Since 2025 health care labels must give the day (GSCN 21-040).
    DayNotGiven,
}

impl WarningCode {
    /// The name in reports, such as `DAY_NOT_GIVEN`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            WarningCode::SymbologyAssumed => "SYMBOLOGY_ASSUMED",
            WarningCode::TrailingLineEnd => "TRAILING_LINE_END",
            WarningCode::SurroundingBlanks => "SURROUNDING_BLANKS",
            WarningCode::BlanksLeftOut => "BLANKS_LEFT_OUT",
            WarningCode::IdentifierCase => "IDENTIFIER_CASE",
            WarningCode::DoubledSeparator => "DOUBLED_SEPARATOR",
            WarningCode::LeadingSeparator => "LEADING_SEPARATOR",
            WarningCode::TrailingSeparator => "TRAILING_SEPARATOR",
            WarningCode::DoubledRead => "DOUBLED_READ",
            WarningCode::BracketsInData => "BRACKETS_IN_DATA",
            WarningCode::UpcEExpanded => "UPC_E_EXPANDED",
            WarningCode::MoreDataOnTag => "MORE_DATA_ON_TAG",
            WarningCode::DayNotGiven => "DAY_NOT_GIVEN",
        }
    }
}

impl fmt::Display for WarningCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A warning, and the AI it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning<'l> {
    /// What it is.
    pub code: WarningCode,
    /// The AI, if it is about one.
    pub ai: Option<&'l str>,
}

/// A warning about the data as a whole, noted while reading.
#[derive(Clone, Copy)]
pub(crate) enum Flag {
    SymbologyAssumed = 1,
    TrailingLineEnd = 1 << 1,
    MoreDataOnTag = 1 << 2,
    SurroundingBlanks = 1 << 3,
    BlanksLeftOut = 1 << 4,
    IdentifierCase = 1 << 5,
    DoubledSeparator = 1 << 6,
    LeadingSeparator = 1 << 7,
    TrailingSeparator = 1 << 8,
    DoubledRead = 1 << 9,
    BracketsInData = 1 << 10,
    UpcEExpanded = 1 << 11,
}

/// The flags of one label.
#[derive(Clone, Copy, Default)]
pub(crate) struct Flags(u16);

impl Flags {
    pub fn add(&mut self, flag: Flag) {
        self.0 |= flag as u16;
    }

    pub fn has(self, flag: Flag) -> bool {
        self.0 & flag as u16 != 0
    }

    pub fn iter(self) -> impl Iterator<Item = WarningCode> {
        [
            (Flag::SymbologyAssumed, WarningCode::SymbologyAssumed),
            (Flag::TrailingLineEnd, WarningCode::TrailingLineEnd),
            (Flag::MoreDataOnTag, WarningCode::MoreDataOnTag),
            (Flag::SurroundingBlanks, WarningCode::SurroundingBlanks),
            (Flag::BlanksLeftOut, WarningCode::BlanksLeftOut),
            (Flag::IdentifierCase, WarningCode::IdentifierCase),
            (Flag::DoubledSeparator, WarningCode::DoubledSeparator),
            (Flag::LeadingSeparator, WarningCode::LeadingSeparator),
            (Flag::TrailingSeparator, WarningCode::TrailingSeparator),
            (Flag::DoubledRead, WarningCode::DoubledRead),
            (Flag::BracketsInData, WarningCode::BracketsInData),
            (Flag::UpcEExpanded, WarningCode::UpcEExpanded),
        ]
        .into_iter()
        .filter(move |(flag, _)| self.has(*flag))
        .map(|(_, code)| code)
    }
}
