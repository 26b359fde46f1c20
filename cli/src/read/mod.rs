//! `lotline read`: labels in, one JSON line each out. No database, no network, no configuration.
//!
//! Input is JSON Lines; only `data` is required:
//!
//! ```text
//! {"data": "]d2010950600013435210ABC", "form": "scan", "options": {"strict": true}, "reference_year": 2026}
//! ```
//!
//! A label that cannot be read is an answer (`"ok": false`), not a failure; only input that is not JSON Lines ends the run.
//! One buffer is used again for every line, so that a million of them need no more memory than one.
//!
//! Characters up to U+00FF stand for the byte of that number, so that any bytes of a scanner can be written in JSON; text
//! with other characters counts as its UTF-8 bytes.

pub mod image;
mod reply;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::{self, BufRead, Read, Write};

use lotline_scan::{AimHabit, AimId, Form, Linter, Options, Profile, ScanError, Scratch, lint, read_with, readings};
use serde::Deserialize;

use reply::{Accepted, Ambiguous, Passed, Refusal, write_line};

/// The longest line taken in: far more than 64 KiB of data with every byte escaped.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// Why the run ended early.
#[derive(Debug)]
pub enum ReadError {
    /// A line is not JSON. The caller exits with 2.
    NotJson {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Input or output failed.
    Io(io::Error),
}

impl Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::NotJson { line, reason } => {
                write!(f, "not JSON Lines (line {line}): give one JSON object a line; {reason}")
            }
            ReadError::Io(error) => write!(f, "input or output failed (lotline read): {error}"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ReadError::NotJson { .. } => None,
            ReadError::Io(error) => Some(error),
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        ReadError::Io(error)
    }
}

/// Reads labels from `input` and answers on `output`, line by line and in order. `default_year` decides the century of
/// two-digit years where a line has no `reference_year`.
///
/// # Errors
/// The first line that is not JSON, or what failed while reading or writing. Answers given before stay given.
pub fn run(mut input: impl BufRead, mut output: impl Write, default_year: u16) -> Result<(), ReadError> {
    let mut line = Vec::new();
    let mut room = Room::default();
    for number in 1.. {
        line.clear();
        let taken = input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if taken == 0 {
            break;
        }
        if line.len() as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
            let reason = format!("it is longer than {LONGEST_LINE} bytes");
            return Err(ReadError::NotJson { line: number, reason });
        }
        match serde_json::from_slice::<Request<'_>>(&line) {
            Ok(request) => answer(&request, default_year, &mut room, &mut output)?,
            Err(error) if error.is_data() => write_line(&mut output, &Refusal::plain("BAD_REQUEST", &error))?,
            Err(error) => {
                return Err(ReadError::NotJson {
                    line: number,
                    reason: error.to_string(),
                });
            }
        }
    }
    output.flush()?;
    Ok(())
}

/// Buffers that every line uses again.
#[derive(Default)]
struct Room {
    bytes: Vec<u8>,
    /// For the data as the symbol holds it, where a profile changes it.
    restored: Box<Scratch>,
    scratch: Box<Scratch>,
}

/// One line of input. What is not known is left aside: later versions may send more.
#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    data: Cow<'a, str>,
    #[serde(borrow, default)]
    form: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    symbology: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    profile: Option<Habits<'a>>,
    #[serde(borrow, default)]
    options: Option<Switches<'a>>,
    #[serde(default)]
    reference_year: Option<u16>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Switches<'a> {
    strict: bool,
    unknown_ais: bool,
    unknown_dl_attributes: bool,
    zero_suppressed_gtin: bool,
    associations: Option<bool>,
    #[serde(borrow)]
    linter: Option<Cow<'a, str>>,
}

/// What this device does to every read; see [`Profile`].
#[derive(Deserialize, Default)]
#[serde(default)]
struct Habits<'a> {
    #[serde(borrow)]
    separator: Option<Cow<'a, str>>,
    aim: Option<Aim>,
    leading_fnc1: Option<bool>,
    #[serde(borrow)]
    prefix: Option<Cow<'a, str>>,
    #[serde(borrow)]
    suffix: Option<Cow<'a, str>>,
    count: Option<u8>,
    separator_works: Option<bool>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(untagged)]
enum Aim {
    Sent(bool),
    Case(Case),
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Case {
    Lower,
    Upper,
}

impl Habits<'_> {
    /// The texts as the bytes they stand for.
    fn texts(&self) -> [Vec<u8>; 3] {
        [&self.separator, &self.prefix, &self.suffix].map(|text| {
            let mut buffer = Vec::new();
            text.as_ref()
                .map_or_else(Vec::new, |text| data_bytes(text, &mut buffer).to_vec())
        })
    }

    fn profile<'t>(&self, [separator, prefix, suffix]: &'t [Vec<u8>; 3]) -> Profile<'t> {
        Profile {
            separator,
            aim: match self.aim {
                None | Some(Aim::Sent(true)) => AimHabit::AsIs,
                Some(Aim::Sent(false)) => AimHabit::Never,
                Some(Aim::Case(Case::Lower)) => AimHabit::Lower,
                Some(Aim::Case(Case::Upper)) => AimHabit::Upper,
            },
            leading_fnc1: self.leading_fnc1.unwrap_or(false),
            prefix,
            suffix,
            count: self.count.unwrap_or(1),
            separator_works: self.separator_works.unwrap_or(false),
        }
    }
}

fn answer(request: &Request<'_>, default_year: u16, room: &mut Room, output: &mut impl Write) -> Result<(), ReadError> {
    let none = Switches::default();
    let switches = request.options.as_ref().unwrap_or(&none);
    let year = request.reference_year.unwrap_or(default_year);
    let data = data_bytes(&request.data, &mut room.bytes);
    if let Some(name) = &switches.linter {
        return match Linter::from_name(name) {
            None => write_line(
                output,
                &Refusal::plain("UNKNOWN_LINTER", &format_args!("no linter is named {name}")),
            ),
            Some(linter) => match lint(linter, data, year) {
                Ok(()) => write_line(output, &Passed { ok: true }),
                Err(error) => write_line(output, &Refusal::of_linter(linter, error)),
            },
        };
    }
    let form = match request.form.as_deref() {
        None | Some("scan") => Form::Scan,
        Some("bracketed") => Form::Bracketed,
        Some("raw") => Form::Raw,
        Some("typed") => Form::Typed,
        Some("epc") => Form::Epc,
        Some(other) => {
            let message = format_args!("form {other} is not read: scan, bracketed, raw, typed and epc are");
            return write_line(output, &Refusal::plain("UNSUPPORTED_FORM", &message));
        }
    };
    let mut options = if switches.strict {
        Options::strict(year)
    } else {
        Options::new(year)
    };
    options.unknown_ais = switches.unknown_ais;
    options.unknown_dl_attributes = switches.unknown_dl_attributes;
    options.zero_suppressed_gtin = switches.zero_suppressed_gtin;
    options.associations = switches.associations.unwrap_or(true);
    let texts = request.profile.as_ref().map(Habits::texts).unwrap_or_default();
    let profile = request.profile.as_ref().map(|habits| habits.profile(&texts));
    let symbol = match &profile {
        Some(profile) => {
            options = profile.options(options);
            // A device spoils what it scans; the other forms are written by people and programs.
            match form {
                Form::Scan => match profile.restore(data, &mut room.restored) {
                    Ok(restored) => restored,
                    Err(error) => return write_line(output, &Refusal::of_label(&error)),
                },
                _ => data,
            }
        }
        None => data,
    };
    let symbology = match request.symbology.as_deref().map(AimId::parse) {
        None => None,
        Some(Ok(id)) => Some(id),
        // What the data itself says counts first.
        Some(Err(_)) if form == Form::Scan && AimId::at_start(symbol).is_some() => None,
        Some(Err(error)) => {
            return write_line(output, &Refusal::plain("UNSUPPORTED_SYMBOLOGY_IDENTIFIER", &error));
        }
    };
    // Places are those in what was given.
    let placed = |mut error: ScanError| {
        if let Some(profile) = profile.filter(|_| form == Form::Scan) {
            let at = usize::try_from(error.at).map_or(data.len(), |at| profile.position(data, at));
            error.at = u32::try_from(at).unwrap_or(u32::MAX);
        }
        error
    };
    let error = match read_with(symbol, symbology, form, &options, &mut room.scratch) {
        Ok(label) => return write_line(output, &Accepted::new(&label)),
        Err(error) => error,
    };
    match readings(symbol, symbology, form, &options, &mut room.scratch) {
        Some(readings) => write_line(output, &Ambiguous::new(&placed(error), readings)),
        None => write_line(output, &Refusal::of_label(&placed(error))),
    }
}

/// The bytes that the text stands for.
fn data_bytes<'a>(text: &'a str, buffer: &'a mut Vec<u8>) -> &'a [u8] {
    if text.is_ascii() {
        return text.as_bytes();
    }
    buffer.clear();
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            Ok(byte) => buffer.push(byte),
            Err(_) => return text.as_bytes(),
        }
    }
    buffer
}
