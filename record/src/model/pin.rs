//! PINs: argon2id, peppered with the site's secret, verified offline.

use argon2::{Algorithm, Argon2, Params, Version};
use std::fmt;
use std::str::FromStr;

/// How hard a PIN is to guess from a stolen hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl PinCost {
    /// What devices use: OWASP's argon2id minimum (19 MiB, 2 passes).
    pub const FIELD: PinCost = PinCost {
        memory_kib: 19_456,
        passes: 2,
    };
    /// The least argon2 takes, for tests and demonstrations where hundreds of sign-ins run.
    pub const LEAST: PinCost = PinCost {
        memory_kib: 8,
        passes: 1,
    };
}

/// Why a PIN could not be hashed or a hash not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Not 4 to 12 digits.
    #[error("a PIN has 4 to 12 digits")]
    NotAPin,
    /// The stored hash is damaged.
    #[error("the stored PIN hash cannot be read")]
    BadHash,
}

/// A hashed PIN, written as `argon2id:MEMORY:PASSES:SALT:HASH` (salt and hash in lower-case hex).
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash {
    cost: PinCost,
    salt: [u8; 16],
    hash: [u8; 32],
}

impl PinHash {
    /// Hashes `pin` with 16 random bytes of salt and the site's pepper.
    ///
    /// # Errors
    /// [`PinError::NotAPin`] unless it has 4 to 12 digits.
    pub fn new(pin: &str, salt: [u8; 16], pepper: &[u8], cost: PinCost) -> Result<Self, PinError> {
        if !(4..=12).contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PinError::NotAPin);
        }
        Ok(PinHash {
            cost,
            salt,
            hash: digest(pin, &salt, pepper, cost)?,
        })
    }

    /// Whether `pin` is the one. Takes the same time for every wrong PIN.
    ///
    /// # Errors
    /// [`PinError::BadHash`] when the stored cost is out of argon2's range.
    pub fn matches(&self, pin: &str, pepper: &[u8]) -> Result<bool, PinError> {
        let got = digest(pin, &self.salt, pepper, self.cost)?;
        let difference = got.iter().zip(&self.hash).fold(0u8, |acc, (a, b)| acc | (a ^ b));
        Ok(difference == 0)
    }
}

fn digest(pin: &str, salt: &[u8; 16], pepper: &[u8], cost: PinCost) -> Result<[u8; 32], PinError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(|_| PinError::BadHash)?;
    let argon =
        Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).map_err(|_| PinError::BadHash)?;
    let mut out = [0; 32];
    argon
        .hash_password_into(pin.as_bytes(), salt, &mut out)
        .map_err(|_| PinError::BadHash)?;
    Ok(out)
}

impl fmt::Display for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "argon2id:{}:{}:", self.cost.memory_kib, self.cost.passes)?;
        crate::entry::write_hex(f, &self.salt)?;
        f.write_str(":")?;
        crate::entry::write_hex(f, &self.hash)
    }
}

impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinHash(…)")
    }
}

impl FromStr for PinHash {
    type Err = PinError;
    fn from_str(text: &str) -> Result<Self, PinError> {
        let mut parts = text.split(':');
        let mut next = || parts.next().ok_or(PinError::BadHash);
        if next()? != "argon2id" {
            return Err(PinError::BadHash);
        }
        let memory_kib = next()?.parse().map_err(|_| PinError::BadHash)?;
        let passes = next()?.parse().map_err(|_| PinError::BadHash)?;
        let salt = crate::entry::read_hex(next()?).ok_or(PinError::BadHash)?;
        let hash = crate::entry::read_hex(next()?).ok_or(PinError::BadHash)?;
        if parts.next().is_some() {
            return Err(PinError::BadHash);
        }
        Ok(PinHash {
            cost: PinCost { memory_kib, passes },
            salt,
            hash,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_pin_with_the_right_pepper_matches() {
        let hash = PinHash::new("4711", [7; 16], b"pepper", PinCost::LEAST).unwrap();
        let hash: PinHash = hash.to_string().parse().unwrap();
        assert!(hash.matches("4711", b"pepper").unwrap());
        assert!(!hash.matches("4712", b"pepper").unwrap());
        assert!(!hash.matches("4711", b"salt").unwrap());
    }

    #[test]
    fn the_field_cost_verifies() {
        let hash = PinHash::new("123456", [1; 16], b"p", PinCost::FIELD).unwrap();
        assert!(hash.matches("123456", b"p").unwrap());
    }

    #[test]
    fn what_is_not_a_pin_or_not_a_hash_is_refused() {
        assert_eq!(
            PinHash::new("12a4", [0; 16], b"", PinCost::LEAST),
            Err(PinError::NotAPin)
        );
        assert_eq!(
            PinHash::new("123", [0; 16], b"", PinCost::LEAST),
            Err(PinError::NotAPin)
        );
        assert_eq!("argon2id:8:1:00:11".parse::<PinHash>(), Err(PinError::BadHash));
    }

    #[test]
    fn a_pin_hash_never_shows_itself_in_debug_output() {
        let hash = PinHash::new("4711", [7; 16], b"", PinCost::LEAST).unwrap();
        assert_eq!(format!("{hash:?}"), "PinHash(…)");
    }
}
