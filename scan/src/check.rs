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
fn weighted(body: &[u8]) -> u32 {
    body.iter()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(byte, weight)| weight * u32::from(byte - b'0'))
        .sum()
}

/// Do these digits end in their check digit?
#[must_use]
#[inline]
pub fn has_check_digit(value: &[u8]) -> bool {
    crate::cset::all_digits(value) && ends_in_check_digit(value)
}

/// As [`has_check_digit`] for what is known to be digits.
#[inline]
pub(crate) fn ends_in_check_digit(digits: &[u8]) -> bool {
    // Nearly every label has a GTIN: with its length known, there is little left to do.
    match digits.first_chunk::<14>() {
        Some(gtin) if digits.len() == 14 => eight_at_a_time(gtin),
        _ => of_any_length(digits),
    }
}

#[inline(never)]
fn of_any_length(digits: &[u8]) -> bool {
    eight_at_a_time(digits)
}

#[inline]
fn eight_at_a_time(digits: &[u8]) -> bool {
    if let (Some(head), Some(tail)) = (digits.first_chunk(), digits.last_chunk())
        && digits.len() < 24
    {
        // The last digit counts once, the one before three times, and so on: eight at a time from the right, and of the
        // first eight only those that are left.
        let left = digits.len() - 8;
        let middle = if left < 8 {
            None
        } else {
            digits[left - 8..].first_chunk()
        };
        let sum = sum_of_eight(*tail, 8, 0)
            + middle.map_or(0, |eight| sum_of_eight(*eight, 8, 0))
            + sum_of_eight(*head, left % 8, left % 2);
        return sum.is_multiple_of(10);
    }
    match digits {
        [] => false,
        [body @ .., last] => (weighted(body) + u32::from(last - b'0')).is_multiple_of(10),
    }
}

/// The first `count` of eight digits with weights 3 and 1; `odd` is 1 where the first of them counts once.
#[inline]
fn sum_of_eight(digits: [u8; 8], count: usize, odd: usize) -> u32 {
    const EVERY_OTHER: u64 = 0x00FF_00FF_00FF_00FF;
    const ONES: u64 = 0x0001_0001_0001_0001;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let kept = if count == 8 { u64::MAX } else { (1 << (8 * count)) - 1 };
    let word = (u64::from_le_bytes(digits) ^ ZEROS) & kept;
    let (first, second) = (word & EVERY_OTHER, (word >> 8) & EVERY_OTHER);
    let (thrice, once) = if odd == 1 { (second, first) } else { (first, second) };
    // Each of four lanes holds at most 36, so that one product adds them up in the highest lane.
    let lanes = thrice + (thrice << 1) + once;
    (lanes.wrapping_mul(ONES) >> 48) as u32
}

/// The linter `csum`.
#[inline]
pub(crate) fn csum(value: &[u8]) -> LintResult {
    if value.is_empty() {
        return refuse(Code::TooShortForCheckDigit, 0, 0);
    }
    digits(value)?;
    if ends_in_check_digit(value) {
        Ok(())
    } else {
        refuse(Code::IncorrectCheckDigit, value.len() - 1, 1)
    }
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
    fn sums_of_eight_agree_with_sums_of_one() {
        let digits = *b"8417360952840173652904817365";
        for len in 1..=digits.len() {
            for start in 0..=digits.len() - len {
                let mut value = digits[start..start + len].to_vec();
                let right = super::check_digit(&value[..len - 1]).expect("digits");
                for digit in b'0'..=b'9' {
                    value[len - 1] = digit;
                    assert_eq!(has_check_digit(&value), digit == right, "{len} digits");
                }
            }
        }
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
