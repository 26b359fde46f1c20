//! From a URI to a label.
//!
//! Values are borrowed from the URI. One that has escapes, or a GTIN without its leading zeros, is written behind a copy
//! of the URI in a scratch buffer, and the label borrows from there: then [`read`] only marks the label, and [`rewrite`]
//! reads it.

use core::ops::Range;

use super::cut::{Cut, Decoded, Parameter, cut, pairs, parameters};
use super::is_sequence;
use crate::ai::AiText;
use crate::ai::associations::{self, Seen};
use crate::ai::table::{self, Found};
use crate::bracketed;
use crate::code::Code;
use crate::element_string::Rules;
use crate::elements::{Elements, MOST, Slot};
use crate::error::ScanError;
use crate::label::{Kind, Label};
use crate::options::Options;

/// Reads the URI in the label's content. If values cannot be borrowed from it, the label is marked as one to [`rewrite`].
pub(crate) fn read(label: &mut Label<'_>, data: &[u8], options: Options) -> Result<(), ScanError> {
    let data = &data[..label.to];
    if data.len() - label.from > LONGEST {
        return Err(ScanError::at(Code::DataTooLong, label.from + LONGEST));
    }
    let cut = cut(data, label.from, label.to, options.unknown_ais)?;
    let mut gathered = Gathered::new(data, options, &mut label.elements, &mut []);
    match gathered.all(&cut) {
        Err(error) if error.code == Code::ScratchNeeded => {
            label.to_rewrite = true;
            return Ok(());
        }
        other => other?,
    }
    let (seen, path_len) = (gathered.seen, gathered.path_len);
    finish(label, data, data, &cut, (&seen, path_len), options)
}

/// As [`read`], with room to write values in. `label` is one that was marked; `data` is what it was read from.
///
/// # Errors
/// As [`read`]; [`Code::DataTooLong`] if the scratch buffer is too small for the data.
#[cold]
pub(crate) fn rewrite<'a>(
    label: &Label<'_>,
    data: &[u8],
    scratch: &'a mut [u8],
    options: Options,
) -> Result<Label<'a>, ScanError> {
    let data = &data[..label.to];
    if data.len() + ROOM > scratch.len() {
        return Err(ScanError::at(Code::DataTooLong, data.len()));
    }
    let (copy, room) = scratch.split_at_mut(data.len());
    copy.copy_from_slice(data);
    let cut = cut(copy, label.from, label.to, options.unknown_ais)?;
    let mut elements = Elements::new();
    let mut gathered = Gathered::new(copy, options, &mut elements, room);
    gathered.all(&cut)?;
    let (seen, path_len) = (gathered.seen, gathered.path_len);
    let mut label = label.over(scratch, &elements);
    label.to_rewrite = false;
    finish(&mut label, scratch, data, &cut, (&seen, path_len), options)?;
    Ok(label)
}

/// The longest URI, as in the reference engine.
const LONGEST: usize = 8191;
/// The longest value of any AI.
const LONGEST_VALUE: usize = 90;
/// Room for all values of a URI; for each one that is written the longest must fit.
pub(crate) const ROOM: usize = MOST * LONGEST_VALUE;

/// What the AIs and values of a URI are put into.
struct Gathered<'g> {
    data: &'g [u8],
    options: Options,
    elements: &'g mut Elements,
    seen: Seen,
    /// So many elements, from the first on, stand in the path.
    path_len: usize,
    /// Parameters that are no elements take places, like in the reference engine.
    ignored: usize,
    room: &'g mut [u8],
    used: usize,
}

impl<'g> Gathered<'g> {
    fn new(data: &'g [u8], options: Options, elements: &'g mut Elements, room: &'g mut [u8]) -> Self {
        Self {
            data,
            options,
            elements,
            seen: Seen::new(),
            path_len: 0,
            ignored: 0,
            room,
            used: 0,
        }
    }

    /// Cuts every element out of the URI.
    fn all(&mut self, cut: &Cut) -> Result<(), ScanError> {
        for (ai, value) in pairs(self.data, cut.path.clone()) {
            // The walk to the primary key met them all.
            let Some(found) = table::exact(&self.data[ai.clone()], self.options.unknown_ais) else {
                return Err(ScanError::at(Code::NoGs1DlKeysFoundInPathInfo, ai.start));
            };
            self.element(&found, ai, value, false, cut.escaped)?;
        }
        self.path_len = self.elements.len();
        for parameter in parameters(self.data, cut.query.clone()) {
            match parameter {
                Parameter::Numbered(ai, value) => {
                    let Some(found) = table::exact(&self.data[ai.clone()], self.options.unknown_ais) else {
                        return Err(self.wrong(Code::UnknownAiInQueryParams, &ai, ai.start));
                    };
                    self.element(&found, ai, value, true, cut.escaped)?;
                }
                Parameter::Other(range) => {
                    if self.elements.len() + self.ignored >= MOST {
                        return Err(ScanError::at(Code::TooManyAis, range.start));
                    }
                    self.ignored += 1;
                }
            }
        }
        Ok(())
    }

    /// An error about the AI at that place.
    #[cold]
    fn wrong(&self, code: Code, ai: &Range<usize>, at: usize) -> ScanError {
        let mut error = ScanError::at(code, at);
        error.ai = Some(AiText::new(&self.data[ai.clone()]));
        error
    }

    fn element(
        &mut self,
        found: &Found,
        ai: Range<usize>,
        value: Range<usize>,
        query: bool,
        escaped: bool,
    ) -> Result<(), ScanError> {
        let (entry, is_gtin) = match *found {
            Found::Known(index) => (table::entry(index), index == table::GTIN),
            Found::Unknown(_, entry) => (entry, false),
        };
        if value.is_empty() {
            let code = if query {
                Code::AiValueQueryElementInEmpty
            } else {
                Code::AiValuePathElementIsEmpty
            };
            return Err(self.wrong(code, &ai, value.start));
        }
        let has_escape = |byte: &u8| *byte == b'%' || query && *byte == b'+';
        let escaped = escaped && self.data[value.clone()].iter().any(has_escape);
        let short = is_gtin && self.options.zero_suppressed_gtin;
        let (start, len) = if escaped || short && matches!(value.len(), 8 | 12 | 13) {
            self.written(&ai, value.clone(), query, short)?
        } else {
            (value.start, value.len())
        };
        if len < usize::from(entry.min) {
            return Err(self.wrong(Code::AiValueIsTooShort, &ai, value.start));
        }
        if len > usize::from(entry.max) {
            return Err(self.wrong(Code::AiValueIsTooLong, &ai, value.start));
        }
        // Escaped it may be there.
        if escaped && self.room[self.used..][..len].contains(&b'^') {
            return Err(self.wrong(Code::AiContainsIllegalCaratCharacter, &ai, value.start));
        }
        if start >= self.data.len() {
            self.used += len;
        }
        if self.elements.len() + self.ignored >= MOST || !self.elements.push(Slot::new(found, ai.start, start, len)) {
            return Err(ScanError::at(Code::TooManyAis, ai.start));
        }
        match *found {
            Found::Known(index) => self.seen.add(index),
            Found::Unknown(..) => self.seen.unknown = true,
        }
        Ok(())
    }

    /// Writes a value with its escapes resolved, a GTIN (`short`) with its leading zeros. Gives where it begins, counted
    /// with the data in front, and its length; of what is too long for any AI only the length is right.
    fn written(
        &mut self,
        ai: &Range<usize>,
        value: Range<usize>,
        query: bool,
        short: bool,
    ) -> Result<(usize, usize), ScanError> {
        let Some(room) = self.room.get_mut(self.used..) else {
            return Err(ScanError::at(Code::ScratchNeeded, value.start));
        };
        if room.len() < LONGEST_VALUE {
            return Err(ScanError::at(Code::ScratchNeeded, value.start));
        }
        let mut len = 0;
        for (byte, at) in Decoded::new(self.data, value, query) {
            if byte == 0 {
                let code = if query {
                    Code::DecodedAiValueFromQueryParamsContainsIllegalNull
                } else {
                    Code::DecodedAiFromDlPathInfoContainsIllegalNull
                };
                return Err(self.wrong(code, ai, at));
            }
            if len < LONGEST_VALUE {
                room[len] = byte;
            }
            len += 1;
        }
        if short && matches!(len, 8 | 12 | 13) {
            room.copy_within(..len, 14 - len);
            room[..14 - len].fill(b'0');
            len = 14;
        }
        Ok((self.data.len() + self.used, len))
    }
}

/// Checks the path, the attributes, the values and what the AIs say about each other. `data` is what the elements borrow
/// from: `uri`, perhaps with values behind it.
fn finish(
    label: &mut Label<'_>,
    data: &[u8],
    uri: &[u8],
    cut: &Cut,
    (seen, path_len): (&Seen, usize),
    options: Options,
) -> Result<(), ScanError> {
    let elements = &label.elements;
    let path = elements.iter().take(path_len);
    let key = elements.get(0).and_then(Slot::index).unwrap_or(0);
    let known = path.clone().all(|slot| slot.index().is_some());
    if !known || !is_sequence(key, &path.skip(1).filter_map(Slot::index)) {
        return Err(ScanError::at(Code::InvalidKeyQualifierSequence, cut.path.start));
    }
    let result = if seen.repeated || seen.unknown {
        duplicate(elements, data)
    } else {
        Ok(())
    };
    let result = result
        .and_then(|()| attributes(elements, data, path_len, key, options))
        .and_then(|()| {
            let rules = Rules {
                separator: b'^',
                unknown_ais: options.unknown_ais,
                lenient: false,
                year: options.lint_year(),
            };
            bracketed::check_values(data, elements, 0, rules)
        })
        .and_then(|()| associations::check(elements, data, seen, options.associations));
    if let Err(error) = result {
        return Err(in_uri(error, elements, uri, cut));
    }
    label.kind = Kind::Gs1;
    label.path_len = u8::try_from(path_len).unwrap_or(0);
    Ok(())
}

/// An AI may stand in a URI once. The lowest one that does not is named.
#[cold]
fn duplicate(elements: &Elements, data: &[u8]) -> Result<(), ScanError> {
    let again = |(number, slot): (usize, Slot)| {
        let earlier = elements
            .iter()
            .take(number)
            .any(|first| first.ai(data) == slot.ai(data));
        earlier.then_some(slot)
    };
    let lowest = elements
        .iter()
        .enumerate()
        .filter_map(again)
        .min_by_key(|slot| slot.ai(data));
    match lowest {
        None => Ok(()),
        Some(slot) => Err(about(slot, data, Code::DuplicateAi)),
    }
}

#[cold]
fn about(slot: Slot, data: &[u8], code: Code) -> ScanError {
    let mut error = ScanError::at(code, slot.start());
    error.ai = Some(AiText::new(slot.ai(data)));
    error
}

/// What stands in the query must be permitted there and must not belong into the path. The lowest AI is named.
fn attributes(elements: &Elements, data: &[u8], path_len: usize, key: u16, options: Options) -> Result<(), ScanError> {
    let sequences = table::entry(key).qualifiers.unwrap_or(&[]);
    let path = elements.iter().take(path_len).skip(1).filter_map(Slot::index);
    let belongs_into_path = |index: u16| {
        let takes = |sequence: &&[u16]| {
            sequence.contains(&index) && path.clone().all(|qualifier| sequence.contains(&qualifier))
        };
        sequences.iter().any(takes)
    };
    let wrong = |slot: Slot| match slot.index() {
        None if options.unknown_dl_attributes => None,
        None => Some(Code::AiIsNotValidDataAttribute),
        Some(index) if !table::entry(index).attribute => Some(Code::AiIsNotValidDataAttribute),
        Some(index) if belongs_into_path(index) => Some(Code::AiShouldBeInPathInfo),
        Some(_) => None,
    };
    let found = elements
        .iter()
        .skip(path_len)
        .filter_map(|slot| Some((slot, wrong(slot)?)));
    match found.min_by_key(|(slot, _)| slot.ai(data)) {
        None => Ok(()),
        Some((slot, code)) => Err(about(slot, data, code)),
    }
}

/// Errors count from the start of the URI that was given, not from where a value was written to.
#[cold]
fn in_uri(mut error: ScanError, elements: &Elements, uri: &[u8], cut: &Cut) -> ScanError {
    let at = usize::try_from(error.at).unwrap_or(0);
    if at < uri.len() {
        return error;
    }
    let path = pairs(uri, cut.path.clone()).map(|(_, value)| (value, false));
    let query = parameters(uri, cut.query.clone()).filter_map(|parameter| match parameter {
        Parameter::Numbered(_, value) => Some((value, true)),
        Parameter::Other(_) => None,
    });
    // Values were written one behind the other.
    let written = elements
        .iter()
        .zip(path.chain(query))
        .filter(|(slot, _)| slot.start() >= uri.len() && slot.start() <= at);
    if let Some((slot, (value, query))) = written.last() {
        // Zeros that were filled in stand for the first digit given.
        let filled = slot
            .len()
            .saturating_sub(Decoded::new(uri, value.clone(), query).count());
        let place = |at: usize| {
            let number = (at - slot.start()).saturating_sub(filled);
            let found = Decoded::new(uri, value.clone(), query).nth(number);
            found.map_or(value.end, |(_, at)| at)
        };
        let len = usize::try_from(error.len).unwrap_or(0);
        let (start, end) = (place(at), place(at + len));
        error.at = u32::try_from(start).unwrap_or(u32::MAX);
        error.len = u32::try_from(end - start).unwrap_or(u32::MAX);
    }
    error
}
