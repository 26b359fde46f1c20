//! GS1 element strings: AI, value, and a separator where the length is not predefined (General Specifications 7.8).

use crate::ai::AiText;
use crate::ai::associations::Seen;
use crate::ai::table::{self, Entry, Found};
use crate::code::Code;
use crate::cset::{self, Cset};
use crate::elements::{Elements, Slot};
use crate::error::{Finding, ScanError};
use crate::lint::{self, LintError, Linter};

/// What a reader of elements needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// The byte that stands for FNC1 between elements.
    pub separator: u8,
    pub unknown_ais: bool,
    /// Superfluous separators are passed over.
    pub lenient: bool,
    /// For the century of two-digit years.
    pub year: u16,
}

/// What is wrong with a value, counted from its start.
pub(crate) struct ValueError {
    pub code: Code,
    pub at: usize,
    pub len: usize,
    pub linter: Option<Finding>,
}

/// Reads the elements in `data[from..to]`, the FNC1 at the start already taken off.
#[inline]
pub(crate) fn read(
    data: &[u8],
    from: usize,
    to: usize,
    rules: Rules,
    elements: &mut Elements,
    seen: &mut Seen,
) -> Result<(), ScanError> {
    let data = &data[..to];
    let mut at = from;
    if at >= to {
        return Err(ScanError::at(Code::AiDataEmpty, at));
    }
    while at < to {
        let ai_at = at;
        let rest = &data[at..];
        let (found, entry) = match table::known(rest) {
            Some(index) => (Found::Known(index), table::entry(index)),
            None => match table::unknown(rest) {
                Some(Found::Unknown(len, entry)) if rules.unknown_ais => (Found::Unknown(len, entry), entry),
                _ if rules.lenient && rest[0] == rules.separator => {
                    superfluous(seen, at == from);
                    at += 1;
                    if at == to && seen.leading && !seen.separator {
                        return Err(ScanError::at(Code::AiDataEmpty, at));
                    }
                    continue;
                }
                _ => return Err(no_ai(rest, at)),
            },
        };
        let ai_len = if let Found::Unknown(len, _) = found {
            usize::from(len)
        } else {
            entry.ai.len()
        };
        at += ai_len;
        let rest = &data[at..];
        let taken = match value(entry, rest, rules) {
            Ok(taken) => taken,
            Err(error) => return Err(in_ai(&error, &data[ai_at..at], at)),
        };
        if !elements.push(Slot::new(&found, ai_at, at, taken)) {
            return Err(ScanError::at(Code::TooManyAis, ai_at));
        }
        match found {
            Found::Known(index) => seen.add(index),
            Found::Unknown(..) => seen.unknown = true,
        }
        at += taken;
        if data.get(at) == Some(&rules.separator) {
            at += 1;
            seen.separator = true;
        }
    }
    Ok(())
}

/// A separator with no element before it: at the start, or where one stood already.
#[cold]
fn superfluous(seen: &mut Seen, first: bool) {
    if first || seen.leading && !seen.separator {
        seen.leading = true;
    } else {
        seen.doubled = true;
    }
}

/// How many bytes of `rest` are the value.
#[inline]
fn value(entry: &'static Entry, rest: &[u8], rules: Rules) -> Result<usize, ValueError> {
    match quick(entry, rest, rules) {
        Some(taken) => Ok(taken),
        None => thorough(entry, rest, rules),
    }
}

/// Says yes to a good value of an AI that has one part, in one pass; everything else is left to [`thorough`], which says
/// the same of these (a property of the tests).
#[inline]
pub(crate) fn quick(entry: &'static Entry, rest: &[u8], rules: Rules) -> Option<usize> {
    let [part] = entry.components else {
        return None;
    };
    if entry.fixed {
        let value = rest.get(..usize::from(part.max))?;
        let good = part.cset == Cset::N
            && cset::all_digits(value)
            && part
                .linters
                .iter()
                .all(|&linter| lint::passes_digits(linter, value, rules.year));
        return good.then_some(value.len());
    }
    let len = cset::run(part.cset, rest);
    let ends = len == rest.len() || rest[len] == rules.separator;
    let fits = len >= usize::from(part.min) && len <= usize::from(part.max);
    let good = ends
        && fits
        && part
            .linters
            .iter()
            .all(|&linter| lint::lint(linter, &rest[..len], rules.year).is_ok());
    good.then_some(len)
}

/// As [`value`], part by part, with the reason of a refusal.
#[cold]
fn thorough(entry: &'static Entry, rest: &[u8], rules: Rules) -> Result<usize, ValueError> {
    if entry.fixed {
        let value = &rest[..rest.len().min(usize::from(entry.max))];
        let result = check_value(entry, value, rules.year);
        // No character set holds the separator: a value that passes has none in it, one that fails may end there.
        return match result {
            Err(error) => match separator(value, rules) {
                Some(end) => check_value(entry, &value[..end], rules.year),
                None => Err(error),
            },
            ok => ok,
        };
    }
    let end = separator(rest, rules).unwrap_or(rest.len());
    let taken = check_value(entry, &rest[..end], rules.year)?;
    if taken < end {
        return Err(ValueError {
            code: Code::AiDataIsTooLong,
            at: taken,
            len: end - taken,
            linter: None,
        });
    }
    Ok(taken)
}

fn separator(rest: &[u8], rules: Rules) -> Option<usize> {
    rest.iter().position(|&byte| byte == rules.separator)
}

/// Checks a value part by part; it may be longer than its parts. Gives how much they take.
pub(crate) fn check_value(entry: &'static Entry, value: &[u8], year: u16) -> Result<usize, ValueError> {
    let wrong = |code| ValueError {
        code,
        at: 0,
        len: value.len(),
        linter: None,
    };
    if value.is_empty() {
        return Err(wrong(Code::AiDataIsEmpty));
    }
    let mut at = 0;
    for component in entry.components {
        let len = (value.len() - at).min(usize::from(component.max));
        if component.optional && len == 0 {
            continue;
        }
        if len < usize::from(component.min) {
            return Err(wrong(Code::AiDataHasIncorrectLength));
        }
        let part = &value[at..at + len];
        if let Err(error) = cset::check(component.cset, part) {
            return Err(lint_error(at, set_linter(component.cset), error));
        }
        for &linter in component.linters {
            if let Err(error) = lint::lint(linter, part, year) {
                return Err(lint_error(at, linter, error));
            }
        }
        at += len;
    }
    Ok(at)
}

#[cold]
fn lint_error(at: usize, linter: Linter, error: LintError) -> ValueError {
    ValueError {
        code: Code::AiLinterError,
        at: at + usize::from(error.at),
        len: usize::from(error.len),
        linter: Some(Finding {
            linter,
            code: error.code,
        }),
    }
}

fn set_linter(set: Cset) -> Linter {
    match set {
        Cset::N => Linter::Csetnumeric,
        Cset::X => Linter::Cset82,
        Cset::Y => Linter::Cset39,
        Cset::Z => Linter::Cset64,
    }
}

#[cold]
fn no_ai(rest: &[u8], at: usize) -> ScanError {
    let mut error = ScanError::at(Code::NoAiForPrefix, at);
    error.len = u32::try_from(rest.len().min(4)).unwrap_or(0);
    error
}

/// The error of a value as one of the data: `at` is where the value begins.
#[cold]
pub(crate) fn in_ai(error: &ValueError, ai: &[u8], at: usize) -> ScanError {
    let mut out = ScanError::at(error.code, at + error.at);
    out.ai = Some(AiText::new(ai));
    out.len = u32::try_from(error.len).unwrap_or(u32::MAX);
    out.linter = error.linter;
    out
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::{Rules, quick, thorough};
    use crate::ai::table::ENTRIES;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn the_quick_way_says_yes_only_where_the_thorough_way_does(
            number in 0..ENTRIES.len(),
            bytes in prop_oneof!["[0-9]{0,40}", "[0-2]{0,8}", "[ -~\u{1d}^]{0,40}", "[A-Z0-9]{0,20}\u{1d}[0-9]{0,9}"],
            reference_year in 1990..2100_u16,
        ) {
            let entry = &ENTRIES[number];
            let bytes: Vec<u8> = bytes.into_bytes();
            for separator in [0x1D, b'^'] {
                let rules = Rules { separator, unknown_ais: false, lenient: false, year: reference_year };
                if let Some(taken) = quick(entry, &bytes, rules) {
                    prop_assert_eq!(thorough(entry, &bytes, rules).ok(), Some(taken));
                }
            }
        }
    }

    #[test]
    fn the_quick_way_takes_what_nearly_every_label_has() {
        let rules = Rules {
            separator: 0x1D,
            unknown_ais: false,
            lenient: false,
            year: 2026,
        };
        for (ai, rest, taken) in [
            ("01", &b"0950600013435217260630"[..], 14),
            ("00", b"376104250021234569", 18),
            ("17", b"26063010A1", 6),
            ("10", b"ABC123\x1d21SN1", 6),
            ("21", b"SN1", 3),
            ("3103", b"00015010A", 6),
        ] {
            let entry = ENTRIES.iter().find(|entry| entry.ai == ai).expect(ai);
            assert_eq!(quick(entry, rest, rules), Some(taken), "{ai}");
        }
    }
}
