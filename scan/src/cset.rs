//! The character sets of AIs: `N` digits, `X` GS1 character set 82, `Y` character set 39, `Z` base64url.
//!
//! General Specifications 7.11 (ISO/IEC 646 invariant) and RFC 4648 section 5. One byte of [`CLASSES`] holds a bit for
//! each set, so that a character is judged with one load.

use crate::code::Code;
use crate::lint::{LintResult, refuse};

/// A character set of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cset {
    /// Digits.
    N,
    /// GS1 character set 82.
    X,
    /// GS1 character set 39.
    Y,
    /// base64url.
    Z,
}

impl Cset {
    const fn bit(self) -> u8 {
        match self {
            Cset::N => 1,
            Cset::X => 2,
            Cset::Y => 4,
            Cset::Z => 8,
        }
    }

    const fn code(self) -> Code {
        match self {
            Cset::N => Code::NonDigitCharacter,
            Cset::X => Code::InvalidCset82Character,
            Cset::Y => Code::InvalidCset39Character,
            Cset::Z => Code::InvalidCset64Character,
        }
    }
}

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0_u8; 256];
    let mut i = 0;
    while i < 256 {
        // `as` because const functions know no TryFrom; `i` stays below 256.
        #[allow(clippy::cast_possible_truncation)]
        let byte = i as u8;
        let letter = byte.is_ascii_alphabetic();
        if byte.is_ascii_digit() {
            table[i] |= Cset::N.bit();
        }
        if byte.is_ascii_digit() || letter || in_text(b"!\"%&'()*+,-./_:;<=>?", byte) {
            table[i] |= Cset::X.bit();
        }
        if byte.is_ascii_digit() || byte.is_ascii_uppercase() || in_text(b"#-/", byte) {
            table[i] |= Cset::Y.bit();
        }
        if byte.is_ascii_digit() || letter || in_text(b"-_", byte) {
            table[i] |= Cset::Z.bit();
        }
        i += 1;
    }
    table
}

const fn in_text(text: &[u8], byte: u8) -> bool {
    let mut i = 0;
    while i < text.len() {
        if text[i] == byte {
            return true;
        }
        i += 1;
    }
    false
}

/// Is the byte in the set?
#[inline]
pub(crate) fn contains(set: Cset, byte: u8) -> bool {
    CLASSES[usize::from(byte)] & set.bit() != 0
}

/// Refuses the first byte outside the set; for base64url the padding is checked before.
#[inline]
pub(crate) fn check(set: Cset, value: &[u8]) -> LintResult {
    match set {
        Cset::N => {
            if all_digits(value) {
                return Ok(());
            }
            first_outside(set, value)
        }
        Cset::X | Cset::Y => first_outside(set, value),
        Cset::Z => base64url(value),
    }
}

#[inline]
fn first_outside(set: Cset, value: &[u8]) -> LintResult {
    match value.iter().position(|&byte| !contains(set, byte)) {
        None => Ok(()),
        Some(at) => refuse(set.code(), at, 1),
    }
}

fn base64url(value: &[u8]) -> LintResult {
    let body = value.len() - value.iter().rev().take_while(|&&byte| byte == b'=').count();
    let padding = value.len() - body;
    // The reference engine wants padded text to be a multiple of three characters long.
    if padding > 2 || (padding > 0 && !value.len().is_multiple_of(3)) {
        return refuse(Code::InvalidCset64Padding, body, padding);
    }
    first_outside(Cset::Z, &value[..body])
}

/// How many bytes at the start are in the set.
#[inline]
pub(crate) fn run(set: Cset, value: &[u8]) -> usize {
    let bit = set.bit();
    value
        .iter()
        .position(|&byte| CLASSES[usize::from(byte)] & bit == 0)
        .unwrap_or(value.len())
}

/// Digits only?
#[inline]
pub(crate) fn all_digits(value: &[u8]) -> bool {
    // Whole words from the left; the last word may overlap the one before.
    if let Some(last) = value.last_chunk() {
        let (words, _) = value.as_chunks();
        return words.iter().all(|word| digits_in(u64::from_le_bytes(*word))) && digits_in(u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (value.first_chunk(), value.last_chunk()) {
        let halves = u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
        return digits_in(halves);
    }
    value.iter().all(u8::is_ascii_digit)
}

/// Eight digits? A byte is one if its upper half is 3 and stays so when 6 is added.
#[inline]
fn digits_in(word: u64) -> bool {
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    const THREES: u64 = 0x3030_3030_3030_3030;
    const SIXES: u64 = 0x0606_0606_0606_0606;
    word & HIGH == THREES && word.wrapping_add(SIXES) & HIGH == THREES
}

#[cfg(test)]
mod tests {
    use super::{Cset, all_digits, contains};

    #[test]
    fn the_sets_have_the_sizes_their_names_say() {
        let size = |set| (0..=255).filter(|&b| contains(set, b)).count();
        assert_eq!(
            [size(Cset::N), size(Cset::X), size(Cset::Y), size(Cset::Z)],
            [10, 82, 39, 64]
        );
    }

    #[test]
    fn eight_at_a_time_agrees_with_one_at_a_time() {
        for at in 0..17 {
            for byte in 0..=255_u8 {
                let mut value = [b'5'; 17];
                value[at] = byte;
                for len in at + 1..=17 {
                    assert_eq!(
                        all_digits(&value[..len]),
                        byte.is_ascii_digit(),
                        "{byte} at {at} of {len}"
                    );
                }
            }
        }
        assert!(all_digits(b""));
    }
}
