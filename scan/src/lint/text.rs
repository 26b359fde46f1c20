//! Linters about characters: company prefix, percent-encoding, hyphens, importer index.

use super::{LintResult, refuse, refuse_all};
use crate::code::Code;
use crate::cset::{self, Cset};

/// The shortest GS1 Company Prefix has four digits; who owns it cannot be told without GS1's registry.
const SHORTEST_PREFIX: usize = 4;

/// A GS1 Company Prefix after `skip` characters.
#[inline]
pub(super) fn company_prefix(value: &[u8], skip: usize) -> LintResult {
    let Some(prefix) = value.get(skip..skip + SHORTEST_PREFIX) else {
        // The reference engine counts what is there from behind the skipped character, if there is anything at all.
        let from = if value.len() > skip { skip } else { 0 };
        return refuse(Code::TooShortForGcp, from, value.len() - from);
    };
    match prefix.iter().position(|b| !b.is_ascii_digit()) {
        None => Ok(()),
        Some(at) => refuse(Code::InvalidGcpPrefix, skip + at, 1),
    }
}

/// At least one character that is no digit.
pub(super) fn has_non_digit(value: &[u8]) -> LintResult {
    if value.iter().all(u8::is_ascii_digit) {
        refuse_all(Code::RequiresNonDigitCharacter, value)
    } else {
        Ok(())
    }
}

/// Hyphens only, at least one.
pub(super) fn hyphen(value: &[u8]) -> LintResult {
    if !value.is_empty() && value.iter().all(|&b| b == b'-') {
        Ok(())
    } else {
        refuse_all(Code::NotHyphen, value)
    }
}

/// One character of base64url, without padding.
pub(super) fn importer_index(value: &[u8]) -> LintResult {
    match value {
        &[byte] if cset::contains(Cset::Z, byte) => Ok(()),
        [_] => refuse_all(Code::InvalidImportIdxCharacter, value),
        _ => refuse_all(Code::ImporterIdxMustBeOneCharacter, value),
    }
}

/// Every `%` introduces two hexadecimal digits, RFC 3986 section 2.1.
pub(super) fn percent_encoded(value: &[u8]) -> LintResult {
    let mut at = 0;
    while at < value.len() {
        if value[at] != b'%' {
            at += 1;
            continue;
        }
        match value.get(at + 1..at + 3) {
            None => return refuse(Code::InvalidPercentSequence, at, value.len() - at),
            Some(hex) if !hex.iter().all(u8::is_ascii_hexdigit) => {
                return refuse(Code::InvalidPercentSequence, at, 3);
            }
            Some(_) => at += 3,
        }
    }
    Ok(())
}
