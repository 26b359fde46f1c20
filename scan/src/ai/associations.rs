//! Which AIs may stand together on one label, General Specifications 4.14 (mandatory and invalid pairs of element
//! strings), as the dictionary's `ex` and `req`, and what repeated AIs must look like (section 4.15).
//!
//! A bit for each AI seen; rules are looked at only for those. AIs ascend, so the lowest offending AI is named, as the
//! reference engine does.

use super::AiText;
use super::table::{self, COUNT, Entry, Pattern};
use crate::code::Code;
use crate::elements::{Elements, Slot};
use crate::error::ScanError;

const WORDS: usize = COUNT.div_ceil(64);

/// The AIs of one label.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    bits: [u64; WORDS],
    /// Some AI came twice.
    pub repeated: bool,
    /// Some AI is not in the dictionary.
    pub unknown: bool,
    /// A separator stood behind an element.
    pub separator: bool,
    /// A separator stood before the first element.
    pub leading: bool,
    /// A separator stood where there was one already.
    pub doubled: bool,
}

impl Seen {
    pub const fn new() -> Self {
        Self {
            bits: [0; WORDS],
            repeated: false,
            unknown: false,
            separator: false,
            leading: false,
            doubled: false,
        }
    }

    #[inline]
    pub fn add(&mut self, index: u16) {
        let (word, bit) = (usize::from(index) / 64, 1 << (index % 64));
        self.repeated |= self.bits[word] & bit != 0;
        self.bits[word] |= bit;
    }

    #[inline]
    fn has(&self, index: u16) -> bool {
        self.bits[usize::from(index) / 64] >> (index % 64) & 1 == 1
    }

    /// The lowest AI in a pattern, itself left out.
    #[inline]
    fn first_in(&self, pattern: &Pattern, itself: u16) -> Option<u16> {
        if pattern.to == pattern.from + 1 {
            // `build.rs` makes sure that no AI is paired with itself by name.
            return self.has(pattern.from).then_some(pattern.from);
        }
        (pattern.from..pattern.to).find(|&index| index != itself && self.has(index))
    }

    fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.bits.iter().zip((0_u16..).step_by(64)).flat_map(|(&word, start)| {
            let mut rest = word;
            core::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                // A u64 has at most 63 trailing zeros below its lowest bit.
                let bit = u16::try_from(rest.trailing_zeros()).unwrap_or(0);
                rest &= rest - 1;
                Some(start + bit)
            })
        })
    }
}

/// Checks a whole label. `requisites` may be switched off, the other rules may not.
#[inline]
pub(crate) fn check(elements: &Elements, data: &[u8], seen: &Seen, requisites: bool) -> Result<(), ScanError> {
    let rare = seen.repeated || seen.unknown || seen.has(table::SIGNATURE);
    let fine = !rare
        && elements
            .iter()
            .all(|slot| slot.index().is_none_or(|index| holds(seen, index, requisites)));
    if fine {
        Ok(())
    } else {
        check_in_order(elements, data, seen, requisites)
    }
}

/// Do the rules of one AI hold? Without unallocated AIs bits alone tell.
#[inline]
fn holds(seen: &Seen, index: u16, requisites: bool) -> bool {
    let entry = table::entry(index);
    let there = |pattern: &Pattern| seen.first_in(pattern, index).is_some();
    !entry.exclusive.iter().any(there)
        && (!requisites
            || entry
                .requisite
                .iter()
                .all(|one| one.any_of.iter().any(|group| group.iter().all(there))))
}

/// As [`check`], rule by rule and AI by AI in the order that decides which refusal is named.
#[cold]
fn check_in_order(elements: &Elements, data: &[u8], seen: &Seen, requisites: bool) -> Result<(), ScanError> {
    for index in seen.iter() {
        for pattern in table::entry(index).exclusive {
            if let Some(other) = partner(elements, data, seen, pattern, index) {
                return Err(pair(elements, index, other));
            }
        }
    }
    if requisites {
        for index in seen.iter() {
            for requisite in table::entry(index).requisite {
                let met = |group: &&[Pattern]| group.iter().all(|p| partner(elements, data, seen, p, index).is_some());
                if !requisite.any_of.iter().any(met) {
                    let mut error = owner(elements, index, Code::RequiredAisNotSatisfied);
                    error.requires = Some(requisite.text);
                    return Err(error);
                }
            }
        }
    }
    if seen.repeated || seen.unknown {
        repeats(elements, data)?;
    }
    if seen.has(table::SIGNATURE) {
        signature(elements, seen)?;
    }
    Ok(())
}

/// An AI on the label that a pattern names.
#[inline]
fn partner(elements: &Elements, data: &[u8], seen: &Seen, pattern: &Pattern, itself: u16) -> Option<AiText> {
    match seen.first_in(pattern, itself) {
        Some(index) => Some(AiText::new(table::entry(index).ai.as_bytes())),
        None if seen.unknown => unknown_partner(elements, data, pattern),
        None => None,
    }
}

/// Unallocated AIs meet patterns such as `31nn` as well.
#[cold]
fn unknown_partner(elements: &Elements, data: &[u8], pattern: &Pattern) -> Option<AiText> {
    let digits = pattern.text.trim_end_matches('n').as_bytes();
    elements
        .iter()
        .filter(|slot| slot.index().is_none())
        .map(|slot| slot.ai(data))
        .find(|ai| ai.len() == pattern.text.len() && ai.starts_with(digits))
        .map(AiText::new)
}

#[cold]
fn owner(elements: &Elements, index: u16, code: Code) -> ScanError {
    let at = elements
        .iter()
        .find(|slot| slot.index() == Some(index))
        .map_or(0, Slot::start);
    let mut error = ScanError::at(code, at);
    error.ai = Some(AiText::new(table::entry(index).ai.as_bytes()));
    error
}

#[cold]
fn pair(elements: &Elements, index: u16, other: AiText) -> ScanError {
    let mut error = owner(elements, index, Code::InvalidAiPairs);
    error.with = Some(other);
    error
}

/// The same AI again must bring the same value.
#[cold]
fn repeats(elements: &Elements, data: &[u8]) -> Result<(), ScanError> {
    let mut wrong: Option<(AiText, usize)> = None;
    for (i, first) in elements.iter().enumerate() {
        for second in elements.iter().skip(i + 1) {
            if first.ai(data) == second.ai(data) && first.value(data) != second.value(data) {
                let ai = AiText::new(second.ai(data));
                if wrong.is_none_or(|(lowest, _)| ai < lowest) {
                    wrong = Some((ai, second.start()));
                }
            }
        }
    }
    match wrong {
        None => Ok(()),
        Some((ai, at)) => {
            let mut error = ScanError::at(Code::InstancesOfAiHaveDifferentValues, at);
            error.ai = Some(ai);
            Err(error)
        }
    }
}

/// A digital signature (AI 8030) signs one thing, so keys with an optional serial part must have it.
#[cold]
fn signature(elements: &Elements, seen: &Seen) -> Result<(), ScanError> {
    for index in [table::DOCUMENT, table::COUPON, table::ASSET] {
        let entry: &Entry = table::entry(index);
        let bare = |slot: Slot| slot.index() == Some(index) && slot.len() == usize::from(entry.min);
        if seen.has(index) && elements.iter().any(bare) {
            return Err(owner(elements, index, Code::SerialNotPresent));
        }
    }
    Ok(())
}
