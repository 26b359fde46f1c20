//! Passwords: what is accepted as one, and how it is kept.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// Characters at least and at most (ASVS 5.0, 6.2.1 and 6.2.9).
const LENGTH: std::ops::RangeInclusive<usize> = 12..=128;

/// Why a password is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Too short.
    #[error("a password has at least {} characters", LENGTH.start())]
    Short,
    /// Too long.
    #[error("a password has at most {} characters", LENGTH.end())]
    Long,
    /// Among the first that are tried: a known password, words, a pattern, or the name of the user or the site.
    #[error(
        "this password would be guessed soon: take several words that have nothing to do with each other or with you"
    )]
    Guessable,
}

/// How much work a guess costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// RFC 9106, section 4, the second recommended option: 64 MiB, 3 passes, 4 lanes.
    pub const FULL: Cost = Cost {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 4,
    };
    /// The least that argon2 takes: for tests with hundreds of sign-ins, nowhere else.
    #[doc(hidden)]
    pub const LEAST: Cost = Cost {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    fn argon2(self) -> Argon2<'static> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None);
        Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            params.expect("invariant: both costs are in argon2's range"),
        )
    }
}

/// A password that was accepted as one.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Takes `text` unless it is too short or too easily guessed; `context` are words that stand near: user, site. Any
    /// characters will do, blanks at the ends too.
    ///
    /// # Errors
    /// [`Weak`] says why not.
    pub fn new(text: &str, context: &[&str]) -> Result<Self, Weak> {
        let length = text.chars().count();
        if length < *LENGTH.start() {
            return Err(Weak::Short);
        }
        if length > *LENGTH.end() {
            return Err(Weak::Long);
        }
        let near: Vec<&str> = context.iter().copied().chain(["lotline", "warehouse"]).collect();
        if zxcvbn::zxcvbn(text, &near).score() < zxcvbn::Score::Three {
            return Err(Weak::Guessable);
        }
        Ok(Password(text.to_owned()))
    }

    /// What is kept of it: a PHC string of argon2id with 16 bytes of salt.
    ///
    /// # Panics
    /// When the operating system has no randomness, or no 64 MiB of memory.
    pub fn hash(&self, cost: Cost) -> String {
        let salt = crate::edge::random::<16>();
        let hash = cost.argon2().hash_password_with_salt(self.0.as_bytes(), &salt);
        hash.expect("invariant: any password of that length has a hash")
            .to_string()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// Whether `text` is the password of that hash. Without one it is never, and takes as long.
pub fn verify(text: &str, hash: Option<&str>) -> bool {
    if text.chars().count() > *LENGTH.end() {
        return false;
    }
    let Some(parsed) = hash.and_then(|hash| PasswordHash::new(hash).ok()) else {
        // Who is asked for must not show in the time the answer takes.
        let _ = Cost::FULL.argon2().hash_password_with_salt(text.as_bytes(), &[0; 16]);
        return false;
    };
    Argon2::default().verify_password(text.as_bytes(), &parsed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_by_argon2id_with_the_parameters_of_rfc_9106() {
        let password = Password::new("seven pallets under blue rain", &[]).unwrap();
        let hash = password.hash(Cost::FULL);
        assert!(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=4$"), "{hash}");
        assert!(verify("seven pallets under blue rain", Some(&hash)));
        assert!(!verify("seven pallets under blue rainy", Some(&hash)));
        assert!(!verify("seven pallets under blue rain", None));
        assert_ne!(hash, password.hash(Cost::FULL), "each has a salt of its own");
    }

    #[test]
    fn a_short_a_common_and_a_near_password_are_refused() {
        let why = |text: &str| Password::new(text, &["ana.lopez", "DC-BERLIN"]).err();
        assert_eq!(why("Tr0ub4dor&3"), Some(Weak::Short));
        assert_eq!(why(&"x1!y".repeat(33)), Some(Weak::Long));
        for near in [
            "password12345",
            "qwertyuiop123",
            "aaaaaaaaaaaaaaaa",
            "123456789012",
            "lotlinelotline",
            "warehouse2026",
            "ana.lopez2026",
            "dc-berlin-2026",
        ] {
            assert_eq!(why(near), Some(Weak::Guessable), "{near}");
        }
        // No rule says which characters: length and guessing alone count.
        for good in ["blue rain on seven pallets", "käse über alles im lager", "tQ9vLr2mXw8z"] {
            assert_eq!(why(good), None, "{good}");
        }
    }
}
