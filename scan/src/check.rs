//! Check digits and check character pairs, General Specifications 7.9.

use crate::code::Code;
use crate::lint::{LintResult, digits, refuse, refuse_all};

/// The check digit that follows these digits: weights 3 and 1 from the right, filled up to a multiple of ten
/// (General Specifications 7.9.1). `None` if there is a byte that is no digit.
#[must_use]
pub fn check_digit(body: &[u8]) -> Option<u8> {
    if !crate::cset::all_digits(body) {
        return None;
    }
    Some(b"0987654321"[(weighted(body) % 10) as usize])
}

/// Sum with weight 3 on the last digit, 1 before it, and so on.
#[inline]
fn weighted(body: &[u8]) -> u32 {
    let mut sum = 0;
    let mut pairs = body.rchunks_exact(2);
    for pair in &mut pairs {
        sum += u32::from(pair[0] - b'0') + 3 * u32::from(pair[1] - b'0');
    }
    pairs.remainder().iter().fold(sum, |sum, byte| sum + 3 * u32::from(byte - b'0'))
}

/// Do these digits end in their check digit?
#[must_use]
#[inline]
pub fn has_check_digit(value: &[u8]) -> bool {
    crate::cset::all_digits(value) && ends_in_check_digit(value)
}

#[inline]
fn ends_in_check_digit(digits: &[u8]) -> bool {
    match digits {
        [] => false,
        [body @ .., last] => (weighted(body) + u32::from(last - b'0')).is_multiple_of(10),
    }
}

/// The linter `csum`.
#[inline]
pub(crate) fn csum(value: &[u8]) -> LintResult {
    if value.is_empty() {
        return refuse(Code::TooShortForCheckDigit, 0, 0);
    }
    digits(value)?;
    if ends_in_check_digit(value) { Ok(()) } else { refuse(Code::IncorrectCheckDigit, value.len() - 1, 1) }
}

/// The characters of set 82 in the order of their values.
const VALUES: &[u8; 82] = b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
/// The characters of a check pair in the order of their values.
const PAIR: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// The longest body: 97 characters, as AIs hold at most 99.
const LONGEST: usize = 97;

static PRIMES: [u16; LONGEST] = primes();

const fn primes() -> [u16; LONGEST] {
    let mut found = [0_u16; LONGEST];
    let mut count = 0;
    let mut candidate = 2;
    while count < LONGEST {
        let mut i = 0;
        let mut prime = true;
        while i < count {
            if candidate % found[i] == 0 {
                prime = false;
                break;
            }
            i += 1;
        }
        if prime {
            found[count] = candidate;
            count += 1;
        }
        candidate += 1;
    }
    found
}

/// The pair that follows this body: values times primes from the right, modulo 1021, five bits a character (General
/// Specifications 7.9.5).
///
/// # Errors
/// The position of the first character outside set 82.
fn check_pair(body: &[u8]) -> Result<[u8; 2], usize> {
    let mut sum = 0_u32;
    for (at, (byte, prime)) in body.iter().zip(PRIMES[..body.len()].iter().rev()).enumerate() {
        let value = VALUES.iter().position(|v| v == byte).ok_or(at)?;
        // `value` is below 82, the sum below 82 · 509 · 97.
        sum += u32::try_from(value).unwrap_or(0) * u32::from(*prime);
    }
    let sum = (sum % 1021) as usize;
    Ok([PAIR[sum >> 5], PAIR[sum & 31]])
}

/// The linter `csumalpha`.
pub(crate) fn csumalpha(value: &[u8]) -> LintResult {
    if value.len() > LONGEST + 2 {
        return refuse_all(Code::TooLongForCheckPairImplementation, value);
    }
    let Some((body, pair)) = value.split_last_chunk::<2>() else {
        return refuse_all(Code::TooShortForCheckPair, value);
    };
    match check_pair(body) {
        Err(at) => refuse(Code::InvalidCset82Character, at, 1),
        Ok(right) if right == *pair => Ok(()),
        Ok(_) => refuse(Code::IncorrectCheckPair, body.len(), 2),
    }
}

#[cfg(test)]
mod tests {
    use super::{check_digit, check_pair, has_check_digit};

    #[test]
    fn the_examples_of_the_general_specifications_hold() {
        // 7.9.1 (GTIN-13 and SSCC) and 7.9.5 (GMN).
        assert_eq!(check_digit(b"629104150021"), Some(b'3'));
        assert_eq!(check_digit(b"37610425002123456"), Some(b'9'));
        assert_eq!(check_pair(b"1987654Ad4X4bL5ttr2310c"), Ok(*b"2K"));
        assert_eq!(check_digit(b"62910A"), None);
        assert!(!has_check_digit(b""));
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let good = *b"09506000134352";
        assert!(has_check_digit(&good));
        for at in 0..good.len() {
            for digit in b'0'..=b'9' {
                let mut other = good;
                other[at] = digit;
                assert_eq!(has_check_digit(&other), other == good);
            }
        }
    }
}
