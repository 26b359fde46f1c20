//! From the bytes of a scanner to a label: what the carrier says, then the reader for it.

use crate::ai::associations::{self, Seen};
use crate::ambiguity::Readings;
use crate::bracketed;
use crate::carrier::{AimId, Carrier};
use crate::code::Code;
use crate::digital_link;
use crate::ean;
use crate::element_string::{self, Rules};
use crate::elements::Elements;
use crate::epc;
use crate::error::ScanError;
use crate::label::{Kind, Label};
use crate::lenient;
use crate::options::Options;
use crate::typed;

/// GS, which scanners send for FNC1 between elements.
pub(crate) const GS: u8 = 0x1D;
/// The longest message of a scan, as in the reference engine; no GS1 symbol holds as much.
pub(crate) const LONGEST: usize = 8190;
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
    /// By a person: brackets or none, blanks anywhere.
    Typed,
    /// The memory of an RFID tag from bit 20h of its EPC bank on, in hexadecimal digits.
    Epc,
}

/// Room for text that must be rewritten before values can be borrowed from it.
pub struct Scratch(pub(crate) [u8; LONGEST + 4 + digital_link::ROOM]);

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
/// refused with [`Code::ScratchNeeded`], see [`read_with`]. So is a tag, whose elements stand nowhere in its memory, and what a person typed.
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
        Form::Epc | Form::Typed => Err(ScanError::at(Code::ScratchNeeded, 0)),
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
    if form == Form::Typed {
        return typed::read(data, symbology, *options, scratch);
    }
    if form == Form::Bracketed {
        return bracketed(data, symbology, *options, &mut scratch.0);
    }
    let mut label = Label::new(data, symbology, *options);
    if form == Form::Epc {
        if !options.strict {
            lenient::trim_end(&mut label, data);
        }
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
pub(crate) fn rules(options: Options, separator: u8) -> Rules {
    Rules {
        separator,
        unknown_ais: options.unknown_ais,
        lenient: !options.strict,
        year: options.lint_year(),
    }
}

/// Fills the label where it lies: it is large, and copies would cost as much as reading.
#[inline]
pub(crate) fn scan(
    label: &mut Label<'_>,
    data: &[u8],
    symbology: Option<AimId>,
    options: Options,
) -> Result<(), ScanError> {
    if !options.strict && data.last().is_some_and(|&byte| byte <= b' ') {
        lenient::trim_end(label, data);
    }
    if let Some(id) = AimId::at_start(data) {
        return carried(label, data, id, 3, options);
    }
    if options.strict {
        let Some(id) = symbology.filter(|_| data.len() < 3 || data[0] != b']') else {
            return Err(ScanError::at(no_identifier(data), 0));
        };
        return carried(label, data, id, 0, options);
    }
    lenient::without_identifier(label, data, symbology, options)
}

#[cold]
fn no_identifier(data: &[u8]) -> Code {
    if data.len() >= 3 && data[0] == b']' {
        Code::UnsupportedSymbologyIdentifier
    } else {
        Code::MissingSymbologyIdentifier
    }
}

/// What a symbol of this kind holds, from byte `from` on.
#[inline]
pub(crate) fn carried(
    label: &mut Label<'_>,
    data: &[u8],
    id: AimId,
    from: usize,
    options: Options,
) -> Result<(), ScanError> {
    let to = label.to;
    if to - from > LONGEST {
        return Err(match id.carrier() {
            None => ScanError::at(Code::UnsupportedSymbologyIdentifier, 0),
            Some(_) => ScanError::at(Code::DataTooLong, from + LONGEST),
        });
    }
    (label.symbology, label.from) = (Some(id), from);
    match id.carrier() {
        Some(Carrier::Gs1) => {
            label.kind = Kind::Gs1;
            let mut seen = Seen::new();
            let result = elements(label, data, from, to, options, &mut seen);
            if options.strict || result.is_ok() && seen.separator && !seen.doubled && !seen.leading {
                return result;
            }
            lenient::elements(label, data, id, &seen, options, result)
        }
        Some(Carrier::Plain) if options.strict => {
            if digital_link::is_uri(&data[from..to]) {
                return digital_link::read(label, data, options);
            }
            Ok(())
        }
        Some(Carrier::Ean13) if options.strict => ean::read(label, data, Carrier::Ean13, options),
        Some(Carrier::Ean8) if options.strict => ean::read(label, data, Carrier::Ean8, options),
        Some(carrier) if !options.strict => lenient::carried(label, data, id, carrier, options),
        None if !options.strict => lenient::other_case(label, data, id, options),
        _ => Err(ScanError::at(Code::UnsupportedSymbologyIdentifier, 0)),
    }
}

/// The element string in `data[from..to]` with GS as the separator, and what its AIs say about each other.
#[inline]
pub(crate) fn elements(
    label: &mut Label<'_>,
    data: &[u8],
    from: usize,
    to: usize,
    options: Options,
    seen: &mut Seen,
) -> Result<(), ScanError> {
    let result = element_string::read(data, from, to, rules(options, GS), &mut label.elements, seen)
        .and_then(|()| associations::check(&label.elements, data, seen, options.associations));
    // `^` stands for FNC1 in other forms and is in no character set, so only refused data can hold it.
    result.map_err(|error| match data[from..to].iter().position(|&byte| byte == b'^') {
        Some(at) => ScanError::at(Code::ScanDataContainsIllegalCarat, from + at),
        None => error,
    })
}

/// Bracketed text, with room for it without its escapes.
pub(crate) fn bracketed<'a>(
    text: &'a [u8],
    symbology: Option<AimId>,
    options: Options,
    room: &'a mut [u8],
) -> Result<Label<'a>, ScanError> {
    if !bracketed::has_escape(text) {
        return bracketed_text(text, None, symbology, options);
    }
    let most = room.len().min(LONGEST + 1);
    let Some(len) = bracketed::unescape(text, &mut room[..most]) else {
        return Err(ScanError::at(Code::DataTooLong, LONGEST));
    };
    bracketed_text(text, Some(&mut room[..len]), symbology, options)
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
        Some(data) => cut_escaped(data, options).and_then(|(elements, seen)| {
            let data: &'a [u8] = data;
            let mut label = Label::new(data, symbology, options);
            label.elements = elements;
            finish_brackets(label, data, &seen, options)
        }),
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
    let mut seen = Seen::new();
    if let Some(bar) = cut_linear(data, &mut label.elements, &mut seen, options)? {
        cut_composite(data, bar, &mut label.elements, &mut seen, options)?;
    }
    finish_brackets(label, data, &seen, options)
}

/// As [`in_brackets`] for data whose escaped brackets are hidden: each part is restored once it is cut, before anybody
/// looks into its values.
fn cut_escaped(data: &mut [u8], options: Options) -> Result<(Elements, Seen), ScanError> {
    let (mut elements, mut seen) = (Elements::new(), Seen::new());
    if let Some(bar) = cut_linear(data, &mut elements, &mut seen, options)? {
        bracketed::restore(&mut data[..bar]);
        cut_composite(data, bar, &mut elements, &mut seen, options)?;
    }
    bracketed::restore(data);
    Ok((elements, seen))
}

/// Cuts the linear part. Gives where the `|` stands behind which the composite part begins, if there is one.
fn cut_linear(
    data: &[u8],
    elements: &mut Elements,
    seen: &mut Seen,
    options: Options,
) -> Result<Option<usize>, ScanError> {
    let bar = data.iter().position(|&byte| byte == b'|');
    bracketed::cut(data, 0, bar.unwrap_or(data.len()), rules(options, b'^'), elements, seen)?;
    Ok(bar)
}

/// Cuts the composite part. The reference engine looks into the values of the linear part before it goes on.
fn cut_composite(
    data: &[u8],
    bar: usize,
    elements: &mut Elements,
    seen: &mut Seen,
    options: Options,
) -> Result<(), ScanError> {
    let rules = rules(options, b'^');
    bracketed::check_values(data, elements, 0, rules)?;
    if !elements.begin_composite() {
        return Err(ScanError::at(Code::TooManyAis, bar));
    }
    bracketed::cut(data, bar + 1, data.len(), rules, elements, seen)
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
pub(crate) fn raw(label: &mut Label<'_>, data: &[u8], options: Options) -> Result<(), ScanError> {
    if data.len() > LONGEST + 1 {
        return Err(ScanError::at(Code::DataTooLong, LONGEST + 1));
    }
    if digital_link::is_uri(data) {
        return digital_link::read(label, data, options);
    }
    let bar = data.iter().position(|&byte| byte == b'|');
    let mut seen = Seen::new();
    let result = raw_elements(label, data, bar, options, &mut seen);
    if !label.elements.is_empty() {
        label.kind = Kind::Gs1;
    }
    if options.strict {
        return result;
    }
    lenient::raw(label, data, bar, &seen, options, result)
}

fn raw_elements(
    label: &mut Label<'_>,
    data: &[u8],
    bar: Option<usize>,
    options: Options,
    seen: &mut Seen,
) -> Result<(), ScanError> {
    let rules = rules(options, b'^');
    if data.first() == Some(&b'^') {
        element_string::read(data, 1, bar.unwrap_or(data.len()), rules, &mut label.elements, seen)?;
    }
    if let Some(bar) = bar {
        if !label.elements.begin_composite() {
            return Err(ScanError::at(Code::TooManyAis, bar));
        }
        if data.get(bar + 1) != Some(&b'^') {
            return Err(ScanError::at(Code::MissingFnc1InFirstPosition, bar + 1));
        }
        element_string::read(data, bar + 2, data.len(), rules, &mut label.elements, seen)?;
    }
    associations::check(&label.elements, data, seen, options.associations)
}

/// The readings of data whose separators may be lost, as it was given to [`read_with`], which refused it: with
/// [`Code::Ambiguous`] two or more, of which [`MOST_READINGS`](crate::MOST_READINGS) should be shown, or those found until
/// the search was given up, perhaps none; with another code
/// the one way in which the data is complete, if there is one. `None` if nothing says that a separator was lost.
#[cold]
pub fn readings<'a>(
    data: &'a [u8],
    symbology: Option<AimId>,
    form: Form,
    options: &Options,
    scratch: &'a mut Scratch,
) -> Option<Readings<'a>> {
    let data = match form {
        Form::Scan | Form::Raw => data,
        Form::Typed => typed::without_blanks(data, &mut scratch.0).ok()?.0,
        Form::Bracketed | Form::Epc => return None,
    };
    let mut label = Label::new(data, symbology, *options);
    let (result, separator) = match form {
        Form::Raw => (raw(&mut label, data, *options), b'^'),
        _ => (scan(&mut label, data, symbology, *options), GS),
    };
    let error = result.err()?;
    let (from, to) = if error.code == Code::Ambiguous {
        let from = usize::try_from(error.at).ok()?;
        (from, from + usize::try_from(error.len).ok()?)
    } else {
        let from = label.from + usize::from(form == Form::Raw && data.first() == Some(&separator));
        let lost = label.kind == Kind::Gs1 && !options.strict && !options.device.is_separator_working();
        if !lost || data.get(from..label.to)?.contains(&separator) {
            return None;
        }
        (from, label.to)
    };
    let found = Readings::new(
        data.get(..to)?,
        from,
        rules(*options, separator),
        *options,
        label.primary,
    );
    (error.code == Code::Ambiguous || found.clone().next().is_some()).then_some(found)
}
