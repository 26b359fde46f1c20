//! What a person typed or pasted: held to the same rules as a scan, but blanks mean nothing.
//!
//! `(01) 0950 6000 1343 52 (10) ABC` is bracketed text (General Specifications 4.14.3), digits alone are a trade item or a
//! logistic unit by their length and check digit, and everything else is read like a scan without an identifier. No GS1
//! value holds a blank; a HIBC may, so it is tried as it stands first.

use crate::ai::table::{self, Found};
use crate::carrier::AimId;
use crate::check::has_check_digit;
use crate::code::Code;
use crate::digital_link;
use crate::elements::Slot;
use crate::error::ScanError;
use crate::isbt128;
use crate::key::{Gtin, Sscc};
use crate::label::{Kind, Label};
use crate::options::Options;
use crate::reader::{self, Form, Scratch};
use crate::warning::Flag;

/// The longest text a person types or pastes; the rest of the scratch is for what it is rewritten to.
const LONGEST: usize = 2048;

/// Reads what a person typed; positions of errors are those in `data`.
#[cold]
pub(crate) fn read<'a>(
    data: &'a [u8],
    symbology: Option<AimId>,
    options: Options,
    scratch: &'a mut Scratch,
) -> Result<Label<'a>, ScanError> {
    // The one thing in which a blank counts.
    if let trimmed @ [b'+', ..] = data.trim_ascii_start() {
        let result = other(trimmed, symbology, options);
        if result.is_ok() {
            return result;
        }
    }
    let begin = data.len() - data.trim_ascii_start().len();
    if digital_link::is_uri(&data[begin..]) {
        return reader::read_with(data[begin..].trim_ascii_end(), None, Form::Raw, &options, scratch).map_err(
            |mut error| {
                error.at = error.at.saturating_add(u32::try_from(begin).unwrap_or(0));
                error
            },
        );
    }
    let (text, blanks, rest) = without_blanks(data, &mut scratch.0)?;
    let mut label = match text {
        [b'(', ..] => reader::bracketed(text, symbology, options, rest),
        text if !text.is_empty() && text.iter().all(u8::is_ascii_digit) => digits(text, options),
        text => other(text, symbology, options),
    }
    .map_err(|mut error| {
        let at = usize::try_from(error.at).unwrap_or(usize::MAX);
        error.at = u32::try_from(position_before(data, at)).unwrap_or(u32::MAX);
        error
    })?;
    if blanks {
        label.flags.add(Flag::BlanksLeftOut);
    }
    Ok(label)
}

/// The text without blanks at the start of the room, whether there were any inside, and the rest of the room.
pub(crate) fn without_blanks<'a>(data: &[u8], room: &'a mut [u8]) -> Result<(&'a [u8], bool, &'a mut [u8]), ScanError> {
    let (room, rest) = room.split_at_mut(LONGEST);
    let mut len = 0;
    let mut blanks = false;
    for (at, &byte) in data.iter().enumerate() {
        if byte.is_ascii_whitespace() || is_no_break_space(data, at) {
            blanks |= len > 0 && !data[at..].trim_ascii().is_empty();
        } else {
            *room.get_mut(len).ok_or(ScanError::at(Code::DataTooLong, at))? = byte;
            len += 1;
        }
    }
    Ok((in_round_brackets(&mut room[..len]), blanks, rest))
}

/// U+00A0, which comes with pasted text: one byte, or two in UTF-8.
fn is_no_break_space(data: &[u8], at: usize) -> bool {
    match data[at] {
        0xC2 => data.get(at + 1) == Some(&0xA0),
        byte => byte == 0xA0,
    }
}

/// `[01]…[10]…` as `(01)…(10)…`.
fn in_round_brackets(text: &mut [u8]) -> &[u8] {
    if text.first() == Some(&b'[') && text.get(1).is_some_and(u8::is_ascii_digit) {
        for byte in text.iter_mut() {
            match byte {
                b'[' => *byte = b'(',
                b']' => *byte = b')',
                _ => {}
            }
        }
    }
    text
}

/// A key by its length. What is typed wrong must not pass for something else, so a wrong check digit is refused here.
fn digits(text: &[u8], options: Options) -> Result<Label<'_>, ScanError> {
    let (kind, wrong) = match text.len() {
        8 | 12..=14 => (Kind::Ean, Gtin::from_bytes(text).is_err()),
        18 => (Kind::Gs1, Sscc::from_bytes(text).is_err()),
        _ => return other(text, None, options),
    };
    if wrong || !has_check_digit(text) {
        return Err(ScanError::at(Code::PrimaryMessageCheckDigitIsIncorrect, text.len() - 1));
    }
    let mut label = Label::new(text, None, options);
    label.kind = kind;
    if kind == Kind::Ean {
        label.primary = Gtin::from_bytes(text).ok();
        label.primary_listed = true;
    } else {
        let sscc = table::known(b"00").ok_or(ScanError::at(Code::AiUnrecognised, 0))?;
        label.elements.push(Slot::new(&Found::Known(sscc), 0, 0, text.len()));
    }
    Ok(label)
}

/// As a scan without an identifier; a donation identification number also by its check character.
fn other(text: &[u8], symbology: Option<AimId>, options: Options) -> Result<Label<'_>, ScanError> {
    let lenient = Options {
        strict: false,
        ..options
    };
    if isbt128::is_typed_number(text) {
        let mut label = Label::new(text, symbology, lenient);
        label.kind = Kind::Isbt128;
        return Ok(label);
    }
    reader::read(text, symbology, Form::Scan, &lenient)
}

/// Where the byte number `at` of the text without blanks stands in `data`.
fn position_before(data: &[u8], at: usize) -> usize {
    (0..data.len())
        .filter(|&i| !data[i].is_ascii_whitespace() && !is_no_break_space(data, i))
        .nth(at)
        .unwrap_or(data.len())
}
