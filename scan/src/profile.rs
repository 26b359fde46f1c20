//! What one device does to every read, and how to undo it.
//!
//! Keyboard wedges and intents send FNC1 as another character or text, leave symbology identifiers out or change their
//! case, put texts around the data, or deliver a read twice. A [`Profile`] says what a device does. It is learned from one
//! scan of the [calibration label](CALIBRATION), whose content is known.
//!
//! ```
//! use lotline_scan::{AimHabit, Form, Options, Scratch, profile, read};
//!
//! let learned = profile::learn(b"91Lotline{GS}92Calibration{GS}93aZ09\r")?;
//! assert_eq!((learned.separator, learned.aim, learned.suffix), (&b"{GS}"[..], AimHabit::Never, &b"\r"[..]));
//!
//! let mut room = Scratch::new();
//! let data = learned.restore(b"010950600013435210A1{GS}2177\r", &mut room)?;
//! let label = read(data, None, Form::Scan, &learned.options(Options::new(2026)))?;
//! assert_eq!((label.lot(), label.serial()), (Some("A1"), Some("77")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::fmt;

use crate::carrier::{AimId, Carrier};
use crate::code::Code;
use crate::error::ScanError;
use crate::key::Gtin;
use crate::options::Options;
use crate::reader::{GS, LONGEST, Scratch};

/// The elements of the calibration label, GS for the FNC1 between them: company-internal AIs, letters of both cases, digits.
/// To be printed in a GS1 symbol: there FNC1 stands in front, twice between elements, and nowhere at the end.
pub const CALIBRATION: &str = "91Lotline\u{1d}92Calibration\u{1d}93aZ09";
/// The same in brackets.
pub const CALIBRATION_TEXT: &str = "(91)Lotline(92)Calibration(93)aZ09";

/// The longest text that can stand for a separator.
const LONGEST_SEPARATOR: usize = 16;

/// What a device does with symbology identifiers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AimHabit {
    /// Sends them as they are, or it is not known.
    #[default]
    AsIs,
    /// Sends none.
    Never,
    /// Sends them in small letters.
    Lower,
    /// Sends them in capitals.
    Upper,
}

/// What a device does to every read. The default changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile<'p> {
    /// What stands for FNC1 wherever it appears; empty if it is GS.
    pub separator: &'p [u8],
    /// Symbology identifiers.
    pub aim: AimHabit,
    /// The FNC1 at the start of a GS1 symbol is sent, too.
    pub leading_fnc1: bool,
    /// In front of everything.
    pub prefix: &'p [u8],
    /// Behind everything.
    pub suffix: &'p [u8],
    /// How often each read is delivered in one piece; 0 and 1 mean once.
    pub count: u8,
    /// That separators reach us was proven by a calibration label.
    pub separator_works: bool,
}

impl Profile<'_> {
    /// The data as the symbol holds it, written to `room`.
    ///
    /// # Errors
    /// Reads that should be the same and are not, or data longer than any symbol.
    pub fn restore<'a>(&self, data: &[u8], room: &'a mut Scratch) -> Result<&'a [u8], ScanError> {
        let body = &data[self.body(data)?];
        let mut len = 0;
        for (at, (byte, _)) in self.pieces(body).enumerate() {
            let place = room.0[..LONGEST + 4].get_mut(len);
            *place.ok_or(ScanError::at(Code::DataTooLong, at))? = byte;
            len += 1;
        }
        if let Some(letter) = self.letter(&room.0[..len]) {
            room.0[1] = letter;
        }
        Ok(&room.0[..len])
    }

    /// The options by which this device's data is read.
    #[must_use]
    pub fn options(&self, options: Options) -> Options {
        let mut device = options.device;
        if self.separator_works {
            device = device.separator_works();
        }
        if self.aim == AimHabit::Never {
            device = device.sends_no_identifier();
        }
        if self.leading_fnc1 {
            device = device.sends_leading_fnc1();
        }
        Options { device, ..options }
    }

    /// Where in `data` the byte number `at` of the restored data stands.
    #[must_use]
    pub fn position(&self, data: &[u8], at: usize) -> usize {
        let Ok(body) = self.body(data) else {
            return at.min(data.len());
        };
        let begin = body.start;
        begin + self.pieces(&data[body]).take(at).map(|(_, len)| len).sum::<usize>()
    }

    /// The part of the data that is one read without what stands around it.
    fn body(&self, data: &[u8]) -> Result<core::ops::Range<usize>, ScanError> {
        let count = usize::from(self.count.max(1));
        let whole = 0..data.len();
        let inside = |range: core::ops::Range<usize>| {
            let text = &data[range.clone()];
            let begin = if text.starts_with(self.prefix) {
                self.prefix.len()
            } else {
                0
            };
            let text = &text[begin..];
            let plain = text.strip_suffix(self.suffix).map(<[u8]>::len);
            // A line end may follow the suffix.
            let trimmed = || text.trim_ascii_end().strip_suffix(self.suffix).map(<[u8]>::len);
            let len = plain.or_else(trimmed).unwrap_or(text.len());
            range.start + begin..range.start + begin + len
        };
        if count == 1 {
            return Ok(inside(whole));
        }
        let once = |range: core::ops::Range<usize>| {
            let len = range.len() / count;
            let text = &data[range.clone()];
            let same = len > 0 && text.len().is_multiple_of(count) && text.chunks(len).all(|part| part == &text[..len]);
            same.then(|| range.start..range.start + len)
        };
        // Each read with its surroundings, or the reads between them, or a line end behind all of it.
        let trimmed = 0..data.trim_ascii_end().len();
        once(whole.clone())
            .or_else(|| once(trimmed))
            .map(inside)
            .or_else(|| once(inside(whole)))
            .ok_or(ScanError::at(Code::ReadsDiffer, 0))
    }

    /// The bytes of the restored data, each with how many bytes it came as.
    fn pieces<'d>(&self, body: &'d [u8]) -> impl Iterator<Item = (u8, usize)> + use<'d, '_> {
        let separator = self.separator;
        let mut at = 0;
        let identifier = if AimId::at_start(body).is_some() { 3 } else { 0 };
        core::iter::from_fn(move || {
            let rest = &body[at..];
            let (&first, _) = rest.split_first()?;
            // The mark of a composite part stays, whatever stands for FNC1.
            let composite = rest.get(..4).is_some_and(|four| four.eq_ignore_ascii_case(b"|]e0"));
            let replaced = at >= identifier && !separator.is_empty() && rest.starts_with(separator) && !composite;
            let piece = if replaced { (GS, separator.len()) } else { (first, 1) };
            at += piece.1;
            Some(piece)
        })
    }

    /// The letter of the symbology identifier as it should be, if this device changes its case.
    fn letter(&self, data: &[u8]) -> Option<u8> {
        if !matches!(self.aim, AimHabit::Lower | AimHabit::Upper) {
            return None;
        }
        let sent = AimId::at_start(data)?;
        let other = sent.other_case();
        let digits = &data[3..];
        let digits = &digits[..digits.iter().position(|&byte| byte == b'|').unwrap_or(digits.len())];
        let digits = digits.trim_ascii_end();
        let meant = match (sent.carrier(), other) {
            // `]E0` and `]e0` are both in use; thirteen digits with their check digit are EAN/UPC.
            (Some(Carrier::Ean13 | Carrier::Gs1), Some(other)) if sent.letter().eq_ignore_ascii_case(&b'e') => {
                let ean = matches!(digits.len(), 12 | 13) && Gtin::from_bytes(digits).is_ok();
                let wanted = if ean { b'E' } else { b'e' };
                if sent.letter() == wanted { sent } else { other }
            }
            (None, Some(other)) => other,
            _ => sent,
        };
        Some(meant.letter())
    }
}

/// Why a scan taught nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotLearned {
    /// It is not the calibration label.
    OtherLabel,
    /// The device changes the case of letters, which no profile can undo.
    LettersChanged,
    /// What stands between the elements is not the same each time.
    SeparatorsDiffer,
    /// The label came more than once, and not each time the same.
    ReadsDiffer,
}

impl fmt::Display for NotLearned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotLearned::OtherLabel => "this is not the calibration label",
            NotLearned::LettersChanged => "the device changes the case of letters: switch that off",
            NotLearned::SeparatorsDiffer => "what the device sends for FNC1 is not the same each time",
            NotLearned::ReadsDiffer => "the device sent the label more than once, and not each time the same",
        })
    }
}

impl core::error::Error for NotLearned {}

/// Learns what a device does from what it sent for the calibration label. Where no separator came through, the profile says
/// so by `separator_works: false` and an empty `separator`.
pub fn learn(data: &[u8]) -> Result<Profile<'_>, NotLearned> {
    let mut pieces = CALIBRATION.split('\u{1d}').map(str::as_bytes);
    let (Some(first), Some(second), Some(third)) = (pieces.next(), pieces.next(), pieces.next()) else {
        return Err(NotLearned::OtherLabel);
    };
    let Some(begin) = find(data, first) else {
        let there = |piece: &[u8]| data.windows(piece.len()).any(|part| part.eq_ignore_ascii_case(piece));
        return Err(if [first, second, third].into_iter().all(there) {
            NotLearned::LettersChanged
        } else {
            NotLearned::OtherLabel
        });
    };
    let times = data.windows(first.len()).filter(|part| *part == first).count();
    let behind = &data[begin + first.len()..];
    let gap = find(behind, second)
        .filter(|&len| len <= LONGEST_SEPARATOR)
        .ok_or(NotLearned::OtherLabel)?;
    let separator = &behind[..gap];
    let behind = &behind[gap + second.len()..];
    let gap = find(behind, third)
        .filter(|&len| len <= LONGEST_SEPARATOR)
        .ok_or(NotLearned::OtherLabel)?;
    if separator != &behind[..gap] {
        return Err(NotLearned::SeparatorsDiffer);
    }
    let end = data.len() - behind.len() + gap + third.len();
    let mut head = &data[..begin];
    let leading_fnc1 = !separator.is_empty() && head.ends_with(separator);
    if leading_fnc1 {
        head = &head[..head.len() - separator.len()];
    }
    let (prefix, aim) = match head.split_last_chunk::<3>() {
        Some((prefix, id)) => match AimId::at_start(id) {
            Some(id) if id.carrier() == Some(Carrier::Gs1) => (prefix, AimHabit::AsIs),
            Some(id) if id.other_case().and_then(AimId::carrier) == Some(Carrier::Gs1) => {
                let capital = id.letter().is_ascii_uppercase();
                (prefix, if capital { AimHabit::Upper } else { AimHabit::Lower })
            }
            _ => (head, AimHabit::Never),
        },
        None => (head, AimHabit::Never),
    };
    let learned = Profile {
        separator: if separator == [GS] { &[] } else { separator },
        aim,
        leading_fnc1,
        prefix,
        suffix: &data[end..],
        count: 1,
        separator_works: !separator.is_empty(),
    };
    if times == 1 {
        return Ok(learned);
    }
    let count = u8::try_from(times).map_err(|_| NotLearned::ReadsDiffer)?;
    // Each read with what stands around it, or line ends behind all of them only.
    let unit = data.len() / times;
    let whole = data.len().is_multiple_of(times) && data.chunks(unit).all(|part| part == &data[..unit]);
    let reads = data.trim_ascii_end();
    let unit_of_reads = reads.len() / times;
    let bare =
        reads.len().is_multiple_of(times) && reads.chunks(unit_of_reads).all(|part| part == &reads[..unit_of_reads]);
    let suffix = match (whole, bare) {
        (true, _) => &data[end..unit],
        (false, true) => &data[end..unit_of_reads],
        _ => return Err(NotLearned::ReadsDiffer),
    };
    Ok(Profile {
        suffix,
        count,
        ..learned
    })
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
