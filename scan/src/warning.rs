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
    TrailingLineEnd = 2,
    MoreDataOnTag = 4,
}

/// The flags of one label.
#[derive(Clone, Copy, Default)]
pub(crate) struct Flags(u8);

impl Flags {
    pub fn add(&mut self, flag: Flag) {
        self.0 |= flag as u8;
    }

    pub fn iter(self) -> impl Iterator<Item = WarningCode> {
        [
            (Flag::SymbologyAssumed, WarningCode::SymbologyAssumed),
            (Flag::TrailingLineEnd, WarningCode::TrailingLineEnd),
            (Flag::MoreDataOnTag, WarningCode::MoreDataOnTag),
        ]
        .into_iter()
        .filter(move |(flag, _)| self.0 & *flag as u8 != 0)
        .map(|(_, code)| code)
    }
}
