//! Serials in a row, told by the first and the last one (requirement B5).

use super::SerialNumber;
use std::fmt;

/// The most serials that one range may name.
pub const MOST_IN_RANGE: u64 = 10_000;

/// Why two serials are no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeError {
    /// They differ in more than the digits at the end, or these are not equally many.
    NotInARow,
    /// The last one comes before the first one.
    Backwards,
    /// They would be more than [`MOST_IN_RANGE`].
    TooLong {
        /// How many.
        serials: u64,
    },
}

impl RangeError {
    /// The word that messages choose by.
    pub const fn code(self) -> &'static str {
        match self {
            RangeError::NotInARow => "not_in_a_row",
            RangeError::Backwards => "backwards",
            RangeError::TooLong { .. } => "too_long",
        }
    }
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RangeError::NotInARow => f.write_str("the serials differ in more than the digits at their end"),
            RangeError::Backwards => f.write_str("the last serial comes before the first one"),
            RangeError::TooLong { serials } => write!(f, "{serials} serials are more than {MOST_IN_RANGE}"),
        }
    }
}

impl std::error::Error for RangeError {}

/// Serials that differ in the digits at their end only: `SN0007` to `SN0019`.
///
/// Digits keep their number, leading zeros included: `SN9` and `SN10` are no range, since nobody can say whether `SN010`
/// belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialRange {
    stem: String,
    digits: usize,
    first: u64,
    last: u64,
}

impl SerialRange {
    /// The range from `first` to `last`, both in it.
    ///
    /// # Errors
    /// [`RangeError`].
    pub fn new(first: &SerialNumber, last: &SerialNumber) -> Result<Self, RangeError> {
        let (first, last) = (first.as_str(), last.as_str());
        let same = first.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
        let tail = |text: &str| text.len() - text.bytes().rev().take_while(u8::is_ascii_digit).count();
        // As many digits as a u64 surely holds; what stands before them is the stem.
        let stem = tail(first).max(first.len().saturating_sub(18));
        if first.len() != last.len() || tail(last) > stem || same < stem || stem == first.len() && first != last {
            return Err(RangeError::NotInARow);
        }
        let number = |text: &str| match &text[stem..] {
            "" => Ok(0),
            digits => digits.parse::<u64>().map_err(|_| RangeError::NotInARow),
        };
        let (from, to) = (number(first)?, number(last)?);
        if to < from {
            return Err(RangeError::Backwards);
        }
        let serials = to - from + 1;
        if serials > MOST_IN_RANGE {
            return Err(RangeError::TooLong { serials });
        }
        Ok(SerialRange {
            stem: first[..stem].to_owned(),
            digits: first.len() - stem,
            first: from,
            last: to,
        })
    }

    /// How many: at least one.
    pub fn count(&self) -> u64 {
        self.last - self.first + 1
    }

    /// Each of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = SerialNumber> + '_ {
        let Self { stem, digits, .. } = self;
        (self.first..=self.last).filter_map(move |n| {
            // As long as the first one, which is a good name.
            let text = if *digits == 0 {
                stem.clone()
            } else {
                format!("{stem}{n:0digits$}")
            };
            SerialNumber::new(text).ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(first: &str, last: &str) -> Result<SerialRange, RangeError> {
        SerialRange::new(&SerialNumber::new(first).unwrap(), &SerialNumber::new(last).unwrap())
    }

    fn all(first: &str, last: &str) -> Vec<String> {
        range(first, last).unwrap().iter().map(|s| s.to_string()).collect()
    }

    #[test]
    fn serials_in_a_row_keep_their_stem_and_their_leading_zeros() {
        assert_eq!(all("SN0098", "SN0101"), ["SN0098", "SN0099", "SN0100", "SN0101"]);
        assert_eq!(all("7", "7"), ["7"]);
        assert_eq!(all("ABC", "ABC"), ["ABC"]);
        assert_eq!(all("123456789012345678999", "123456789012345679001").len(), 3);
    }

    #[test]
    fn what_is_no_row_is_refused_and_says_why() {
        assert_eq!(
            range("SN9", "SN10"),
            Err(RangeError::NotInARow),
            "SN010 might belong to it"
        );
        assert_eq!(range("SN01", "SM02"), Err(RangeError::NotInARow));
        assert_eq!(range("A1B", "A2B"), Err(RangeError::NotInARow), "letters at the end");
        assert_eq!(range("AB1", "A21"), Err(RangeError::NotInARow));
        assert_eq!(range("SN2", "SN1"), Err(RangeError::Backwards));
        assert_eq!(range("00000", "10000"), Err(RangeError::TooLong { serials: 10_001 }));
        assert_eq!(all("00001", "10000").len(), 10_000);
    }

    proptest! {
        #[test]
        fn any_two_serials_are_a_range_of_so_many_or_an_error(first in "[A-C0-2]{1,24}", last in "[A-C0-2]{1,24}") {
            if let Ok(range) = range(&first, &last) {
                let all: Vec<String> = range.iter().map(|s| s.to_string()).collect();
                prop_assert_eq!(u64::try_from(all.len()).unwrap(), range.count());
                prop_assert_eq!(all.first(), Some(&first));
                prop_assert_eq!(all.last(), Some(&last));
                prop_assert!(all.is_sorted());
            }
        }
    }
}
