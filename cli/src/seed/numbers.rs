//! Numbers with right check digits, and everything that is drawn: from the seed alone, so the same seed gives the same
//! site to the byte.

use lotline_record::entry::Hash;

/// GS1's prefix for demonstrations and examples; no real product carries it.
const DEMONSTRATION: &str = "952";

/// The last digit of a GS1 key (General Specifications 7.9.1): weights 3 and 1 from the right.
fn check_digit(body: &str) -> char {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, b)| u32::from(b - b'0') * if at % 2 == 0 { 3 } else { 1 })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

/// GTIN-14 of an owner's item: `indicator` 0 for the each, 1 to 8 for what packs it.
///
/// `company` has three digits, `item` up to six.
pub fn gtin(indicator: u32, company: u32, item: u32) -> String {
    let body = format!("{indicator}{DEMONSTRATION}{company:03}{item:06}");
    format!("{body}{}", check_digit(&body))
}

/// SSCC of an owner's pallet: `company` has three digits, `number` up to ten.
pub fn sscc(company: u32, number: u64) -> String {
    let body = format!("3{DEMONSTRATION}{company:03}{number:010}");
    format!("{body}{}", check_digit(&body))
}

/// GLN of a company.
pub fn gln(company: u32) -> String {
    let body = format!("{DEMONSTRATION}{company:03}000000");
    format!("{body}{}", check_digit(&body))
}

/// Sixteen bytes of salt for a person's PIN.
pub fn salt(seed: u64, person: &str) -> [u8; 16] {
    let hash = Hash::of(&[b"lotline seed salt v1\n", &seed.to_be_bytes(), person.as_bytes()]);
    let mut salt = [0; 16];
    salt.copy_from_slice(&hash.0[..16]);
    salt
}

/// A number below `below` that depends on the seed and on what it is for, and on nothing else: rows can be made in any
/// order, or left out, and the others stay the same.
pub fn draw(seed: u64, purpose: u64, at: u64, below: u64) -> u64 {
    // SplitMix64 over the three numbers.
    let mut z = seed ^ purpose.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ at.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % below.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_scan::{Gtin, Sscc};

    #[test]
    fn keys_are_good_by_the_readers_own_check() {
        for item in 0..500 {
            for indicator in 0..3 {
                let key = gtin(indicator, 100 + item % 7, item);
                assert_eq!(Gtin::parse(&key).map(|g| g.to_string()), Ok(key));
            }
            let key = sscc(300, u64::from(item) * 7_919);
            assert_eq!(Sscc::parse(&key).map(|s| s.to_string()), Ok(key));
        }
        assert_eq!(gln(100).len(), 13);
    }
}
