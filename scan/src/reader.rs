//! From the bytes of a scanner to a label: what the carrier says, then the reader for it.

use crate::ai::associations::{self, Seen};
use crate::ai::table;
use crate::bracketed;
use crate::carrier::{AimId, Carrier};
use crate::check::has_check_digit;
use crate::code::Code;
use crate::digital_link;
use crate::element_string::{self, Rules};
use crate::elements::Elements;
use crate::epc;
use crate::error::ScanError;
use crate::key::Gtin;
use crate::label::{Kind, Label};
use crate::options::Options;
use crate::warning::Flag;

/// GS, which scanners send for FNC1 between elements.
const GS: u8 = 0x1D;
/// The longest message of a scan, as in the reference engine; no GS1 symbol holds as much.
const LONGEST: usize = 8190;
/// Starts the composite part behind EAN/UPC digits.
const COMPOSITE: &[u8] = b"|]e0";

/// How the data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// What a scanner sends: GS for FNC1, an AIM symbology identifier in front or given apart.
    Scan,
    /// Text with AIs in brackets.
    Bracketed,
    /// Data as it is encoded: `^` stands for FNC1, `https://` begins a GS1 Digital Link URI, anything else is plain.
    Raw,
    /// The memory of an RFID tag from bit 20h of its EPC bank on, in hexadecimal digits.
    Epc,
}

/// Room for text that must be rewritten before values can be borrowed from it.
pub struct Scratch([u8; LONGEST + 4 + digital_link::ROOM]);

impl Scratch {
    /// An empty one: 14 KiB, on the stack or wherever the caller keeps it.
    #[must_use]
    pub const fn new() -> Self {
        Self([0; LONGEST + 4 + digital_link::ROOM])
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads one label. Nothing is allocated; the label borrows from `data`.
///
/// `data` may be any bytes. If it begins with an AIM symbology identifier, that one counts, otherwise `symbology`.
/// Bracketed text with `\(` in a value, and a Digital Link URI with escapes in one, cannot be borrowed from: they are
/// refused with [`Code::ScratchNeeded`], see [`read_with`]. So is a tag, whose elements stand nowhere in its memory.
///
/// # Errors
/// What is wrong, and where.
#[inline]
pub fn read<'a>(
    data: &'a [u8],
    symbology: Option<AimId>,
    form: Form,
    options: &Options,
) -> Result<Label<'a>, ScanError> {
    match form {
        Form::Scan => {
            let mut label = Label::new(data, symbology, *options);
            match scan(&mut label, data, symbology, *options) {
                Ok(()) if label.to_rewrite => Err(ScanError::at(Code::ScratchNeeded, label.from)),
                Ok(()) => Ok(label),
                Err(error) => Err(error),
            }
        }
        Form::Bracketed => match data.windows(2).position(|pair| pair == b"\\(") {
            Some(at) => Err(ScanError::at(Code::ScratchNeeded, at)),
            None => bracketed_text(data, None, symbology, *options),
        },
        Form::Epc => Err(ScanError::at(Code::ScratchNeeded, 0)),
        Form::Raw => {
            let mut label = Label::new(data, symbology, *options);
            raw(&mut label, data, *options)?;
            if label.to_rewrite {
                return Err(ScanError::at(Code::ScratchNeeded, label.from));
            }
            Ok(label)
        }
    }
}

/// As [`read`], with room to rewrite text in.
///
/// # Errors
/// What is wrong, and where in `data`.
pub fn read_with<'a>(
    data: &'a [u8],
    symbology: Option<AimId>,
    form: Form,
    options: &Options,
    scratch: &'a mut Scratch,
) -> Result<Label<'a>, ScanError> {
    if form == Form::Bracketed && bracketed::has_escape(data) {
        let Some(len) = bracketed::unescape(data, &mut scratch.0[..=LONGEST]) else {
            return Err(ScanError::at(Code::DataTooLong, LONGEST));
        };
        return bracketed_text(data, Some(&mut scratch.0[..len]), symbology, *options);
    }
    if form == Form::Bracketed {
        return read(data, symbology, form, options);
    }
    let mut label = Label::new(data, symbology, *options);
    if form == Form::Epc {
        without_line_end(&mut label, data, *options);
        return epc::read(&label, data, &mut scratch.0);
    }
    if form == Form::Raw {
        raw(&mut label, data, *options)?;
    } else {
        scan(&mut label, data, symbology, *options)?;
    }
    if label.to_rewrite {
        return digital_link::rewrite(&label, data, &mut scratch.0, *options);
    }
    Ok(label)
}

#[inline]
fn rules(options: Options, separator: u8) -> Rules {
    Rules {
        separator,
        unknown_ais: options.unknown_ais,
        year: options.lint_year(),
    }
}

#[inline]
fn without_line_end(label: &mut Label<'_>, data: &[u8], options: Options) {
    if !options.strict && matches!(data.last(), Some(b'\r' | b'\n')) {
        let ends = data
            .iter()
            .rev()
            .take_while(|&&byte| matches!(byte, b'\r' | b'\n'))
            .count();
        label.to -= ends;
        label.flags.add(Flag::TrailingLineEnd);
    }
}

/// Fills the label where it lies: it is large, and copies would cost as much as reading.
#[inline]
fn scan(label: &mut Label<'_>, data: &[u8], symbology: Option<AimId>, options: Options) -> Result<(), ScanError> {
    without_line_end(label, data, options);
    let to = label.to;
    let (id, from) = match AimId::at_start(data) {
        Some(id) => (id, 3),
        None if data.len() >= 3 && data[0] == b']' => {
            return Err(ScanError::at(Code::UnsupportedSymbologyIdentifier, 0));
        }
        None => match symbology {
            Some(id) => (id, 0),
            None => return without_identifier(label, data, options),
        },
    };
    let Some(carrier) = id.carrier() else {
        return Err(ScanError::at(Code::UnsupportedSymbologyIdentifier, 0));
    };
    if to - from > LONGEST {
        return Err(ScanError::at(Code::DataTooLong, from + LONGEST));
    }
    (label.symbology, label.from) = (Some(id), from);
    match carrier {
        Carrier::Gs1 => {
            label.kind = Kind::Gs1;
            elements(label, data, from, to, options, Seen::new())
        }
        Carrier::Plain if digital_link::is_uri(&data[from..to]) => digital_link::read(label, data, options),
        Carrier::Plain => Ok(()),
        Carrier::Ean13 => ean(label, data, from, to, options, 13),
        Carrier::Ean8 => ean(label, data, from, to, options, 8),
    }
}

/// The element string in `data[from..to]` with GS as the separator, and what its AIs say about each other.
#[inline]
fn elements(
    label: &mut Label<'_>,
    data: &[u8],
    from: usize,
    to: usize,
    options: Options,
    mut seen: Seen,
) -> Result<(), ScanError> {
    let result = element_string::read(data, from, to, rules(options, GS), &mut label.elements, &mut seen)
        .and_then(|()| associations::check(&label.elements, data, &seen, options.associations));
    // `^` stands for FNC1 in other forms and is in no character set, so only refused data can hold it.
    result.map_err(|error| match data[from..to].iter().position(|&byte| byte == b'^') {
        Some(at) => ScanError::at(Code::ScanDataContainsIllegalCarat, from + at),
        None => error,
    })
}

/// EAN/UPC, General Specifications 5.2, and the composite part behind it, 5.11.
#[cold]
fn ean(
    label: &mut Label<'_>,
    data: &[u8],
    from: usize,
    to: usize,
    options: Options,
    len: usize,
) -> Result<(), ScanError> {
    let rest = &data[from..to];
    let given = rest.iter().position(|&byte| byte == b'|').unwrap_or(rest.len());
    // Scanners that are told to send UPC-A as such leave out the leading zero.
    let len = if !options.strict && len == 13 && given == 12 {
        12
    } else {
        len
    };
    let Some(digits) = rest.get(..len) else {
        return Err(ScanError::at(Code::PrimaryScanDataIsTooShort, to));
    };
    let composite = rest[len..].starts_with(COMPOSITE);
    if rest.len() > len && !composite {
        return Err(ScanError::at(Code::PrimaryMessageIsTooLong, from + len));
    }
    if let Some(at) = digits.iter().position(|byte| !byte.is_ascii_digit()) {
        return Err(ScanError::at(Code::PrimaryMessageMayOnlyContainDigits, from + at));
    }
    let Ok(gtin) = Gtin::from_bytes(digits) else {
        return Err(ScanError::at(Code::PrimaryMessageCheckDigitIsIncorrect, from + len - 1));
    };
    label.kind = Kind::Ean;
    label.primary = Some(gtin);
    label.primary_listed = !options.strict;
    if composite {
        let mut seen = Seen::new();
        if !options.strict {
            // The EAN/UPC digits are the item's AI 01, so that what depends on it is satisfied.
            seen.add(table::GTIN);
        }
        elements(label, data, from + len + COMPOSITE.len(), to, options, seen)?;
    }
    Ok(())
}

/// Nothing says what was scanned. Digits that end in their check digit can only be a trade item.
#[cold]
fn without_identifier(label: &mut Label<'_>, data: &[u8], options: Options) -> Result<(), ScanError> {
    let digits = &data[..label.to];
    if !options.strict && digital_link::is_uri(digits) {
        label.flags.add(Flag::SymbologyAssumed);
        return digital_link::read(label, data, options);
    }
    if options.strict || !matches!(digits.len(), 8 | 12..=14) || !has_check_digit(digits) {
        return Err(ScanError::at(Code::MissingSymbologyIdentifier, 0));
    }
    label.flags.add(Flag::SymbologyAssumed);
    label.kind = Kind::Ean;
    label.primary = Gtin::from_bytes(digits).ok();
    label.primary_listed = true;
    Ok(())
}

/// Bracketed text. `rewritten` is the text without escapes, if it had any.
fn bracketed_text<'a>(
    text: &'a [u8],
    rewritten: Option<&'a mut [u8]>,
    symbology: Option<AimId>,
    options: Options,
) -> Result<Label<'a>, ScanError> {
    if text.len() > LONGEST + 1 {
        return Err(ScanError::at(Code::DataTooLong, LONGEST + 1));
    }
    let escaped = rewritten.is_some();
    let result = match rewritten {
        None => in_brackets(text, symbology, options),
        Some(data) => {
            let mut elements = Elements::new();
            let cut = cut_parts(data, &mut elements, options);
            bracketed::restore(data);
            let data: &'a [u8] = data;
            cut.and_then(|seen| {
                let mut label = Label::new(data, symbology, options);
                label.elements = elements;
                finish_brackets(label, data, &seen, options)
            })
        }
    };
    result.map_err(|mut error| {
        if escaped {
            let at = bracketed::position_before(text, usize::try_from(error.at).unwrap_or(0));
            error.at = u32::try_from(at).unwrap_or(u32::MAX);
        }
        error
    })
}

fn in_brackets(data: &[u8], symbology: Option<AimId>, options: Options) -> Result<Label<'_>, ScanError> {
    let mut label = Label::new(data, symbology, options);
    let seen = cut_parts(data, &mut label.elements, options)?;
    finish_brackets(label, data, &seen, options)
}

/// Cuts the linear part and, behind `|`, the composite part.
fn cut_parts(data: &[u8], elements: &mut Elements, options: Options) -> Result<Seen, ScanError> {
    let rules = rules(options, b'^');
    let mut seen = Seen::new();
    let bar = data.iter().position(|&byte| byte == b'|');
    let linear = bar.unwrap_or(data.len());
    bracketed::cut(data, 0, linear, rules, elements, &mut seen)?;
    if let Some(bar) = bar {
        // The reference engine looks into the values of the linear part before it goes on.
        bracketed::check_values(data, elements, 0, rules)?;
        if !elements.begin_composite() {
            return Err(ScanError::at(Code::TooManyAis, bar));
        }
        bracketed::cut(data, bar + 1, data.len(), rules, elements, &mut seen)?;
    }
    Ok(seen)
}

/// Looks into the values that were cut, and at what the AIs say about each other.
#[allow(clippy::large_types_passed_by_value)] // it is given back
fn finish_brackets<'a>(
    mut label: Label<'a>,
    data: &'a [u8],
    seen: &Seen,
    options: Options,
) -> Result<Label<'a>, ScanError> {
    let elements = &label.elements;
    let first = elements.composite().unwrap_or(0);
    bracketed::check_values(data, elements, first, rules(options, b'^'))?;
    associations::check(elements, data, seen, options.associations)?;
    label.kind = Kind::Gs1;
    Ok(label)
}

/// Data with `^` for FNC1, a Digital Link URI, or anything else.
fn raw(label: &mut Label<'_>, data: &[u8], options: Options) -> Result<(), ScanError> {
    if data.len() > LONGEST + 1 {
        return Err(ScanError::at(Code::DataTooLong, LONGEST + 1));
    }
    if digital_link::is_uri(data) {
        return digital_link::read(label, data, options);
    }
    let rules = rules(options, b'^');
    let mut seen = Seen::new();
    let bar = data.iter().position(|&byte| byte == b'|');
    let linear = bar.unwrap_or(data.len());
    if data.first() == Some(&b'^') {
        element_string::read(data, 1, linear, rules, &mut label.elements, &mut seen)?;
    }
    if let Some(bar) = bar {
        if !label.elements.begin_composite() {
            return Err(ScanError::at(Code::TooManyAis, bar));
        }
        if data.get(bar + 1) != Some(&b'^') {
            return Err(ScanError::at(Code::MissingFnc1InFirstPosition, bar + 1));
        }
        element_string::read(data, bar + 2, data.len(), rules, &mut label.elements, &mut seen)?;
    }
    associations::check(&label.elements, data, &seen, options.associations)?;
    if !label.elements.is_empty() {
        label.kind = Kind::Gs1;
    }
    Ok(())
}
