//! What real devices do to data, read without a profile where it is harmless, always with a warning: line ends, blanks and
//! separators around the data, doubled separators, doubled reads, the identifier in the wrong case or missing, brackets in
//! the symbol. Nothing here is reached in strict mode, nor by a good label.

use crate::ai::associations::{self, Seen};
use crate::ai::table;
use crate::ambiguity;
use crate::bracketed;
use crate::carrier::{AimId, Carrier};
use crate::check::has_check_digit;
use crate::code::Code;
use crate::digital_link;
use crate::ean;
use crate::element_string::Rules;
use crate::elements::Elements;
use crate::error::ScanError;
use crate::hibc;
use crate::isbt128;
use crate::iso15434;
use crate::key::Gtin;
use crate::label::{Kind, Label};
use crate::options::Options;
use crate::reader::{self, GS};
use crate::warning::Flag;

/// More than so many bytes at the end are no accident of a device.
const MOST_AT_END: usize = 32;

/// Takes line ends, blanks and separators off the end.
#[cold]
pub(crate) fn trim_end(label: &mut Label<'_>, data: &[u8]) {
    for last in (data.len().saturating_sub(MOST_AT_END)..data.len()).rev() {
        label.flags.add(match data[last] {
            b'\r' | b'\n' => Flag::TrailingLineEnd,
            b' ' | b'\t' => Flag::SurroundingBlanks,
            GS => Flag::TrailingSeparator,
            _ => return,
        });
        label.to = last;
    }
}

/// Data that does not begin with an identifier.
#[cold]
pub(crate) fn without_identifier(
    label: &mut Label<'_>,
    data: &[u8],
    symbology: Option<AimId>,
    options: Options,
) -> Result<(), ScanError> {
    let text = &data[..label.to];
    let from = text.iter().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
    if from > 0 {
        label.flags.add(Flag::SurroundingBlanks);
        label.from = from;
        if let Some(id) = AimId::at_start(&text[from..]) {
            return reader::carried(label, data, id, from + 3, options);
        }
    }
    if text[from..].len() >= 3 && text[from] == b']' {
        return Err(ScanError::at(Code::UnsupportedSymbologyIdentifier, from));
    }
    match symbology {
        Some(id) => reader::carried(label, data, id, from, options),
        None => undecided(label, data, options, true),
    }
}

/// A symbol that is not GS1's own, its content beginning at `label.from`.
#[cold]
pub(crate) fn carried(
    label: &mut Label<'_>,
    data: &[u8],
    id: AimId,
    carrier: Carrier,
    options: Options,
) -> Result<(), ScanError> {
    match carrier {
        Carrier::Plain | Carrier::Other => plain(label, data, options),
        Carrier::Undecided => match undecided(label, data, options, !matches!(id.letter(), b'd' | b'Q' | b'J')) {
            Err(error) if error.code == Code::MissingSymbologyIdentifier => Ok(()),
            result => result,
        },
        carrier => match ean::read(label, data, carrier, options) {
            Ok(()) => Ok(()),
            Err(error) if error.code == Code::Ambiguous => Err(error),
            Err(error) => doubled(label, data, id, options)
                .or_else(|| databar_in_capitals(label, data, id, options))
                .unwrap_or(Err(error)),
        },
    }
}

/// An identifier that is none, unless its letter has the wrong case.
#[cold]
pub(crate) fn other_case(label: &mut Label<'_>, data: &[u8], id: AimId, options: Options) -> Result<(), ScanError> {
    let Some(meant) = id.other_case() else {
        return Err(ScanError::at(Code::UnsupportedSymbologyIdentifier, 0));
    };
    label.flags.add(Flag::IdentifierCase);
    reader::carried(label, data, meant, label.from, options)
}

/// `]e0` in capitals is the identifier of EAN-13; more digits than such a symbol has can only be GS1 `DataBar`.
fn databar_in_capitals(
    label: &mut Label<'_>,
    data: &[u8],
    id: AimId,
    options: Options,
) -> Option<Result<(), ScanError>> {
    if id != AimId::EAN13 || label.to - label.from < 16 {
        return None;
    }
    let mut other = *label;
    other.restart();
    other.flags.add(Flag::IdentifierCase);
    let result = reader::carried(&mut other, data, AimId::GS1_DATABAR, label.from, options);
    match result {
        Ok(()) => *label = other,
        Err(error) if error.code == Code::Ambiguous => {}
        Err(_) => return None,
    }
    Some(result)
}

/// The same read, identifier and all, more than once: the first one.
fn doubled(label: &mut Label<'_>, data: &[u8], id: AimId, options: Options) -> Option<Result<(), ScanError>> {
    let text = &data[..label.to];
    let from = label.from.checked_sub(3)?;
    let mark = text
        .get(from..from + 3)
        .filter(|mark| AimId::at_start(mark) == Some(id))?;
    let part = |bytes: &'_ [u8]| bytes.trim_ascii_end().len();
    let next = |at: usize| {
        text[at + 3..]
            .windows(3)
            .position(|three| three == mark)
            .map(|found| at + 3 + found)
    };
    let second = next(from)?;
    let first = &text[from..from + part(&text[from..second])];
    let mut at = second;
    loop {
        let end = next(at);
        let this = &text[at..end.unwrap_or(text.len())];
        if &this[..part(this)] != first {
            return None;
        }
        match end {
            Some(end) => at = end,
            None => break,
        }
    }
    label.restart();
    label.flags.add(Flag::DoubledRead);
    label.to = from + first.len();
    Some(reader::carried(label, data, id, from + 3, options))
}

/// The end of reading GS1 elements, whose carrier said that they are.
#[cold]
pub(crate) fn elements(
    label: &mut Label<'_>,
    data: &[u8],
    id: AimId,
    seen: &Seen,
    options: Options,
    result: Result<(), ScanError>,
) -> Result<(), ScanError> {
    let (from, to) = (label.from, label.to);
    if result.is_err() {
        if begins_with_brackets(&data[from..to]) {
            return brackets(label, data, options);
        }
        if let Some(result) = doubled(label, data, id, options) {
            return result;
        }
    }
    settle(label, data, from, seen, options, result)
}

/// Notes superfluous separators, and refuses data that can be read in more than one way since no separator was seen.
#[cold]
pub(crate) fn settle(
    label: &mut Label<'_>,
    data: &[u8],
    from: usize,
    seen: &Seen,
    options: Options,
    result: Result<(), ScanError>,
) -> Result<(), ScanError> {
    settle_by(label, data, from, seen, reader::rules(options, GS), options, result)
}

fn settle_by(
    label: &mut Label<'_>,
    data: &[u8],
    from: usize,
    seen: &Seen,
    rules: Rules,
    options: Options,
    result: Result<(), ScanError>,
) -> Result<(), ScanError> {
    if seen.leading && !options.device.is_with_leading_fnc1() {
        label.flags.add(Flag::LeadingSeparator);
    }
    if seen.doubled {
        label.flags.add(Flag::DoubledSeparator);
    }
    let text = &data[..label.to];
    let begin = from + text[from..].iter().take_while(|&&byte| byte == rules.separator).count();
    let separated = label.flags.has(Flag::TrailingSeparator) || text[begin..].contains(&rules.separator);
    if separated || options.device.is_separator_working() {
        return result;
    }
    // An AI's first digits tell a predefined length: such elements can be cut in one way only.
    let fixed = || {
        label
            .elements
            .iter()
            .all(|slot| slot.index().is_some_and(|index| table::entry(index).fixed))
    };
    if result.is_ok() && fixed() {
        return result;
    }
    if begin < text.len() && ambiguity::is_ambiguous(text, begin, rules, options, label.primary) {
        let mut error = ScanError::at(Code::Ambiguous, begin);
        error.len = u32::try_from(text.len() - begin).unwrap_or(u32::MAX);
        return Err(error);
    }
    result
}

/// The end of reading data with `^` for FNC1.
#[cold]
pub(crate) fn raw(
    label: &mut Label<'_>,
    data: &[u8],
    bar: Option<usize>,
    seen: &Seen,
    options: Options,
    result: Result<(), ScanError>,
) -> Result<(), ScanError> {
    if data.first() == Some(&b'^') && bar.is_none() {
        return settle_by(label, data, 1, seen, reader::rules(options, b'^'), options, result);
    }
    if result.is_ok() && label.kind == Kind::Plain {
        return plain(label, data, options);
    }
    result
}

/// A symbol that may hold anything: what it begins with tells. `label.from` is where.
fn plain(label: &mut Label<'_>, data: &[u8], options: Options) -> Result<(), ScanError> {
    let text = &data[label.from..label.to];
    if digital_link::is_uri(text) {
        return digital_link::read(label, data, options);
    }
    agency(label, data, options).unwrap_or(Ok(()))
}

/// Data that names its own agency by its first characters; damaged data of these is refused, never plain.
fn agency(label: &mut Label<'_>, data: &[u8], options: Options) -> Option<Result<(), ScanError>> {
    let text = &data[label.from..label.to];
    match text {
        [b'+', ..] => Some(hibc::read(label, data, options)),
        [b'=' | b'&', ..] => Some(isbt128::read(label, data)),
        [b'[', b')', b'>', ..] => Some(iso15434::read(label, data, options)),
        text if begins_with_brackets(text) => Some(brackets(label, data, options)),
        _ => None,
    }
}

/// `(` and the digits of an AI and `)`.
fn begins_with_brackets(text: &[u8]) -> bool {
    let Some(inside) = text.strip_prefix(b"(") else {
        return false;
    };
    let len = inside.iter().take_while(|byte| byte.is_ascii_digit()).count();
    inside.get(len) == Some(&b')') && table::exact(&inside[..len], false).is_some()
}

/// The human readable text with its brackets as the data of a symbol.
fn brackets(label: &mut Label<'_>, data: &[u8], options: Options) -> Result<(), ScanError> {
    let rules = reader::rules(options, b'^');
    let mut seen = Seen::new();
    label.elements = Elements::new();
    label.kind = Kind::Gs1;
    label.flags.add(Flag::BracketsInData);
    bracketed::cut(data, label.from, label.to, rules, &mut label.elements, &mut seen)?;
    bracketed::check_values(data, &label.elements, 0, rules)?;
    associations::check(&label.elements, data, &seen, options.associations)
}

/// Nothing says what was scanned. Digits that end in their check digit can only be a trade item; what is GS1 data beyond
/// doubt is read so.
fn undecided(label: &mut Label<'_>, data: &[u8], options: Options, may_be_ean: bool) -> Result<(), ScanError> {
    let text = &data[label.from..label.to];
    if digital_link::is_uri(text) {
        label.flags.add(Flag::SymbologyAssumed);
        return digital_link::read(label, data, options);
    }
    if let Some(result) = agency(label, data, options) {
        return result;
    }
    if may_be_ean && is_item(text) {
        label.flags.add(Flag::SymbologyAssumed);
        label.kind = Kind::Ean;
        label.primary = Gtin::from_bytes(text).ok();
        label.primary_listed = true;
        return Ok(());
    }
    elements_beyond_doubt(label, data, options).unwrap_or(Err(ScanError::at(Code::MissingSymbologyIdentifier, 0)))
}

/// Eight digits may be those of a UPC-E symbol, which are another item.
fn is_item(digits: &[u8]) -> bool {
    let item = matches!(digits.len(), 8 | 12..=14) && has_check_digit(digits);
    item && !(digits.len() == 8 && Gtin::from_upc_e(digits).is_ok())
}

/// Element strings without an identifier. Beyond doubt is what reads completely and either has a separator, which no other
/// data has, or begins with a key whose check digit is right and goes on.
fn elements_beyond_doubt(label: &mut Label<'_>, data: &[u8], options: Options) -> Option<Result<(), ScanError>> {
    let (from, to) = (label.from, label.to);
    let mut seen = Seen::new();
    let mut trial = *label;
    trial.kind = Kind::Gs1;
    let result = reader::elements(&mut trial, data, from, to, options, &mut seen);
    let result = settle(&mut trial, data, from, &seen, options, result);
    let key = seen_key(&data[from..to]);
    match result {
        Ok(()) => {
            let more = trial.elements.len() > 1 || options.device.is_without_identifier();
            if !(seen.separator || seen.leading || key && more) {
                return None;
            }
            trial.flags.add(Flag::SymbologyAssumed);
            *label = trial;
            Some(Ok(()))
        }
        Err(error) if error.code == Code::Ambiguous && key => Some(Err(error)),
        Err(_) => None,
    }
}

/// Does the data begin with an SSCC or GTIN whose check digit is right?
fn seen_key(text: &[u8]) -> bool {
    let digits = match text {
        [b'0', b'0', rest @ ..] => rest.get(..18),
        [b'0', b'1' | b'2', rest @ ..] => rest.get(..14),
        _ => None,
    };
    digits.is_some_and(has_check_digit)
}
