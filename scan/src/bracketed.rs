//! Bracketed text, `(01)09506000134352(10)ABC`: the human readable form with every AI in brackets (General
//! Specifications 4.14.3). A `(` that belongs to a value is written `\(`.

use crate::ai::AiText;
use crate::ai::associations::Seen;
use crate::ai::table::{self, Found};
use crate::code::Code;
use crate::element_string::{self, Rules, ValueError};
use crate::elements::{Elements, Slot};
use crate::error::ScanError;

/// Does the text need [`unescape`] before it can be borrowed from?
pub(crate) fn has_escape(text: &[u8]) -> bool {
    text.windows(2).any(|pair| pair == b"\\(")
}

/// Stands for a bracket that belongs to a value. No character set holds it.
const OPEN: u8 = 0x01;

/// Copies the text with every `\(` as one byte, so that values lie in one piece; gives the length. The byte is turned
/// into a bracket by [`restore`] once the elements are cut.
pub(crate) fn unescape(text: &[u8], into: &mut [u8]) -> Option<usize> {
    let mut len = 0;
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        let (byte, tail) = match (byte, tail) {
            (b'\\', [b'(', tail @ ..]) => (OPEN, tail),
            // A stray control byte must stay an error.
            (&OPEN, tail) => (0x02, tail),
            (byte, tail) => (*byte, tail),
        };
        *into.get_mut(len)? = byte;
        len += 1;
        rest = tail;
    }
    Some(len)
}

/// Turns the marks of [`unescape`] into brackets.
pub(crate) fn restore(text: &mut [u8]) {
    for byte in text {
        if *byte == OPEN {
            *byte = b'(';
        }
    }
}

/// Where a position after [`unescape`] was before.
#[cold]
pub(crate) fn position_before(text: &[u8], at: usize) -> usize {
    let mut rest = 0;
    for _ in 0..at {
        rest += if text[rest..].starts_with(b"\\(") { 2 } else { 1 };
    }
    rest
}

/// Cuts `data[from..to]` into elements: brackets, lengths, nothing about content yet. The value `(` of an escape is the
/// mark of [`unescape`] here.
pub(crate) fn cut(
    data: &[u8],
    from: usize,
    to: usize,
    rules: Rules,
    elements: &mut Elements,
    seen: &mut Seen,
) -> Result<(), ScanError> {
    let text = &data[..to];
    let mut at = from;
    if at >= to {
        return Err(ScanError::at(Code::MissingFnc1InFirstPosition, at));
    }
    while at < to {
        if text[at] != b'(' {
            return Err(ScanError::at(Code::AiParseFailed, at));
        }
        let ai_at = at + 1;
        let Some(close) = text[ai_at..].iter().position(|&byte| byte == b')') else {
            return Err(ScanError::at(Code::AiParseFailed, at));
        };
        let ai = &text[ai_at..ai_at + close];
        let Some(found) = table::exact(ai, rules.unknown_ais) else {
            return Err(ScanError::at(Code::AiUnrecognised, ai_at));
        };
        let value_at = ai_at + close + 1;
        if value_at == to {
            return Err(ScanError::at(Code::AiParseFailed, value_at));
        }
        let len = text[value_at..]
            .iter()
            .position(|&byte| byte == b'(')
            .unwrap_or(to - value_at);
        let value = &text[value_at..value_at + len];
        let entry = match found {
            Found::Known(index) => table::entry(index),
            Found::Unknown(_, entry) => entry,
        };
        let wrong = |code, at: usize, len: usize| {
            element_string::in_ai(
                &ValueError {
                    code,
                    at,
                    len,
                    linter: None,
                },
                ai,
                value_at,
            )
        };
        if len < usize::from(entry.min) {
            return Err(wrong(Code::AiValueIsTooShort, 0, len));
        }
        if len > usize::from(entry.max) {
            return Err(wrong(
                Code::AiValueIsTooLong,
                usize::from(entry.max),
                len - usize::from(entry.max),
            ));
        }
        if let Some(carat) = value.iter().position(|&byte| byte == b'^') {
            return Err(wrong(Code::AiContainsIllegalCaratCharacter, carat, 1));
        }
        if !elements.push(Slot::new(&found, ai_at, value_at, len)) {
            return Err(ScanError::at(Code::TooManyAis, ai_at));
        }
        match found {
            Found::Known(index) => seen.add(index),
            Found::Unknown(..) => seen.unknown = true,
        }
        at = value_at + len;
    }
    Ok(())
}

/// Checks the content of the elements from number `first` on.
pub(crate) fn check_values(data: &[u8], elements: &Elements, first: usize, rules: Rules) -> Result<(), ScanError> {
    for slot in elements.iter().skip(first) {
        let (ai, value) = (slot.ai(data), slot.value(data));
        let entry = match slot.index() {
            Some(index) if element_string::quick(table::entry(index), value, rules) == Some(value.len()) => continue,
            Some(index) => table::entry(index),
            None => match table::exact(ai, true) {
                Some(Found::Unknown(_, entry)) => entry,
                _ => continue,
            },
        };
        if let Err(error) = element_string::check_value(entry, value, rules.year) {
            return Err(element_string::in_ai(&error, ai, slot.start()));
        }
        // An AI of unknown length is checked together with its value by the reference engine, so they share 90 places.
        if slot.index().is_none() && !entry.fixed && table::known(ai).is_none() && table::unknown(ai).is_none() {
            let room = 90 - ai.len();
            if value.len() > room {
                let mut error = ScanError::at(Code::AiDataIsTooLong, slot.start() + room);
                error.ai = Some(AiText::new(ai));
                return Err(error);
            }
        }
    }
    Ok(())
}
