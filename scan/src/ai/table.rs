//! The AIs of the GS1 Syntax Dictionary, made by `build.rs`, and the way from data to an entry.
//!
//! All AIs that share their first two digits have the same length (General Specifications 3.2), so two digits give the
//! length and the remaining one or two pick the slot: no search.

use crate::cset::Cset;
use crate::lint::Linter;

/// One AI.
pub(crate) struct Entry {
    pub ai: &'static str,
    /// Predefined length: no separator follows (General Specifications 7.8.5).
    pub fixed: bool,
    /// Shortest and longest value, optional parts left out and put in.
    pub min: u8,
    pub max: u8,
    pub components: &'static [Component],
    /// AIs that may not stand on the same label.
    pub exclusive: &'static [Pattern],
    /// Each of these must be met.
    pub requisite: &'static [Requisite],
    /// Permitted in the query of a Digital Link URI.
    pub attribute: bool,
    /// A primary key of Digital Link URIs, and by position the qualifiers that may follow it: any of one sequence, in its
    /// order. An empty sequence takes none.
    pub qualifiers: Option<&'static [&'static [u16]]>,
    /// The data title of General Specifications 3.2, such as `BATCH/LOT`.
    pub title: &'static str,
}

/// One part of a value.
pub(crate) struct Component {
    pub cset: Cset,
    pub min: u8,
    pub max: u8,
    pub optional: bool,
    pub linters: &'static [Linter],
}

/// AIs by position in the table, `from..to`, and as the dictionary writes them (`31nn`).
pub(crate) struct Pattern {
    pub from: u16,
    pub to: u16,
    pub text: &'static str,
}

/// At least one group must be there as a whole.
pub(crate) struct Requisite {
    pub any_of: &'static [&'static [Pattern]],
    pub text: &'static str,
}

/// What the first two digits tell.
pub(crate) struct Prefix {
    /// 2 to 4, or 0 where no AI begins so.
    pub ai_len: u8,
    pub slots: u16,
}

#[allow(clippy::unreadable_literal)]
mod generated {
    use super::{Component, Cset, Entry, Linter, Pattern, Prefix, Requisite};
    include!(concat!(env!("OUT_DIR"), "/ai_table.rs"));
}

pub(crate) use generated::{ASSET, COUNT, COUPON, DOCUMENT, ENTRIES, GTIN, SIGNATURE};
use generated::{PREFIXES, SLOTS};

/// What data begins with.
pub(crate) enum Found {
    /// An AI of the dictionary, by position.
    Known(u16),
    /// An AI that is not allocated, but whose length (2 to 4) is known; the entry says how its value is read.
    Unknown(u8, &'static Entry),
}

const fn pseudo(fixed: bool, min: u8, max: u8, components: &'static [Component]) -> Entry {
    Entry {
        ai: "",
        fixed,
        min,
        max,
        components,
        exclusive: &[],
        requisite: &[],
        attribute: false,
        qualifiers: None,
        title: "",
    }
}

macro_rules! any {
    ($min:literal, $max:literal) => {
        &[Component {
            cset: Cset::X,
            min: $min,
            max: $max,
            optional: false,
            linters: &[],
        }]
    };
}

static UNKNOWN: Entry = pseudo(false, 1, 90, any!(1, 90));
static UNKNOWN_13: Entry = pseudo(true, 13, 13, any!(13, 13));
static UNKNOWN_6: Entry = pseudo(true, 6, 6, any!(6, 6));

#[inline]
fn prefix(text: &[u8]) -> Option<(usize, &'static Prefix)> {
    let [a @ b'0'..=b'9', b @ b'0'..=b'9', ..] = *text else {
        return None;
    };
    let number = usize::from(a - b'0') * 10 + usize::from(b - b'0');
    Some((number, &PREFIXES[number]))
}

/// The position of the AI that data begins with.
#[inline]
pub(crate) fn known(text: &[u8]) -> Option<u16> {
    let (_, prefix) = prefix(text)?;
    let mut slot = usize::from(prefix.slots);
    match prefix.ai_len {
        2 => {}
        3 => slot += digit(text, 2)?,
        4 => slot += digit(text, 2)? * 10 + digit(text, 3)?,
        _ => return None,
    }
    let index = SLOTS[slot];
    (index != u16::MAX).then_some(index)
}

#[inline]
fn digit(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at) {
        Some(byte @ b'0'..=b'9') => Some(usize::from(byte - b'0')),
        _ => None,
    }
}

/// An AI that is not allocated but begins like allocated ones, so that its length is known.
#[cold]
pub(crate) fn unknown(text: &[u8]) -> Option<Found> {
    let (number, prefix) = prefix(text)?;
    let len = prefix.ai_len;
    if len < 3 || !crate::cset::all_digits(text.get(..usize::from(len))?) {
        return None;
    }
    // Predefined lengths hold for AIs to come, too (General Specifications figure 7.8.5-2).
    let entry = match number {
        31..=36 => &UNKNOWN_6,
        41 => &UNKNOWN_13,
        _ => &UNKNOWN,
    };
    Some(Found::Unknown(len, entry))
}

/// The AI that is exactly this text.
pub(crate) fn exact(text: &[u8], unknown_ais: bool) -> Option<Found> {
    let len = u8::try_from(text.len()).ok().filter(|len| matches!(len, 2..=4))?;
    if !crate::cset::all_digits(text) {
        return None;
    }
    let (_, prefix) = prefix(text)?;
    if prefix.ai_len == len {
        if let Some(index) = known(text) {
            return Some(Found::Known(index));
        }
        return if unknown_ais { unknown(text) } else { None };
    }
    (prefix.ai_len == 0 && unknown_ais).then_some(Found::Unknown(len, &UNKNOWN))
}

/// The entry at a position that [`known`] gave.
#[inline]
pub(crate) fn entry(index: u16) -> &'static Entry {
    &ENTRIES[usize::from(index)]
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::{COUNT, ENTRIES, Found, entry, exact, known, unknown};
    use crate::lint::Linter;

    #[test]
    fn all_541_ais_are_found_by_their_digits() {
        assert_eq!(COUNT, 541);
        for (index, e) in ENTRIES.iter().enumerate() {
            assert_eq!(known(e.ai.as_bytes()).map(usize::from), Some(index), "{}", e.ai);
            assert!(matches!(exact(e.ai.as_bytes(), false), Some(Found::Known(_))));
            assert_eq!(known(&e.ai.as_bytes()[..e.ai.len() - 1]), None, "{} cut short", e.ai);
        }
        assert!(ENTRIES.is_sorted_by_key(|e| e.ai));
    }

    #[test]
    fn the_dictionary_s_own_words_arrive_in_the_table() {
        let e = entry(known(b"8026").expect("8026"));
        assert_eq!((e.min, e.max, e.fixed, e.title), (18, 18, false, "ITIP CONTENT"));
        assert_eq!(e.components[0].linters, &[Linter::Csum, Linter::Gcppos2]);
        assert_eq!(e.components[1].linters, &[Linter::Pieceoftotal]);
        assert!(e.exclusive.iter().map(|p| p.text).eq(["02", "8006"]));
        assert_eq!(e.requisite[0].text, "37");
    }

    #[test]
    fn the_roles_in_digital_link_arrive_in_the_table() {
        let role = |ai: &[u8]| {
            let e = entry(known(ai).expect("an AI"));
            let names = |one: &&[u16]| one.iter().map(|&i| entry(i).ai).collect::<Vec<_>>().join(",");
            (
                e.attribute,
                e.qualifiers
                    .map(|all| all.iter().map(names).collect::<Vec<_>>().join("|")),
            )
        };
        assert_eq!(role(b"01"), (true, Some("22,10,21|235".into())));
        assert_eq!(role(b"414"), (true, Some("254|7040".into())));
        assert_eq!(role(b"00"), (true, Some(String::new())));
        assert_eq!(role(b"10"), (true, None));
        assert_eq!(role(b"21"), (false, None));
        assert_eq!(role(b"03"), (false, None));
    }

    #[test]
    fn predefined_length_goes_by_the_first_two_digits() {
        // General Specifications figure 7.8.5-2.
        for e in &ENTRIES {
            let listed = matches!(e.ai[..2].parse(), Ok(0..=4_u8 | 11..=20 | 31..=36 | 41));
            assert_eq!(e.fixed, listed, "{}", e.ai);
        }
    }

    #[test]
    fn unallocated_ais_are_read_only_where_their_length_is_known() {
        let len = |text: &[u8]| match unknown(text) {
            Some(Found::Unknown(len, entry)) => Some((len, entry.fixed, entry.max)),
            _ => None,
        };
        assert_eq!(len(b"236ABC"), Some((3, false, 90)));
        assert_eq!(len(b"3199"), Some((4, true, 6)));
        assert_eq!(len(b"3699"), Some((4, true, 6)));
        assert_eq!(len(b"3999"), Some((4, false, 90)));
        assert_eq!(len(b"419"), Some((3, true, 13)));
        assert_eq!(len(b"89ABC"), None);
        assert_eq!(len(b"23X"), None);
        assert!(exact(b"89", true).is_some());
        assert!(exact(b"800", true).is_none());
        assert!(exact(b"011", true).is_none());
    }
}
