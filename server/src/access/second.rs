//! The second factor: codes of 30 seconds (RFC 6238), and codes on paper for when the telephone is gone.

use crate::edge;
use lotline_record::entry::{Instant, hex};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, TOTP};

/// How many recovery codes are given out at once.
pub const RECOVERY_CODES: usize = 10;
const STEP: u64 = 30;
const NONCE: usize = 12;

/// What the telephone and the gateway share: 20 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A new one.
    pub fn draw() -> Self {
        Secret(edge::random::<20>().to_vec())
    }

    fn totp(&self) -> TOTP {
        TOTP::new_unchecked(Algorithm::SHA1, 6, 1, STEP, self.0.clone())
    }

    /// The code at `at`.
    pub fn code(&self, at: Instant) -> String {
        self.totp().generate(seconds(at))
    }

    /// The step whose code `given` is: that of `at`, or the one before or after it. Steps up to `last` were taken.
    pub fn step(&self, given: &str, at: Instant, last: u64) -> Option<u64> {
        let given: String = given.chars().filter(|c| !c.is_whitespace()).collect();
        let totp = self.totp();
        let now = seconds(at) / STEP;
        (now.saturating_sub(1)..=now + 1)
            .filter(|step| *step > last)
            .find(|step| super::same(&totp.generate(step * STEP), &given))
    }

    /// As it is typed where no camera is at hand: base 32 in groups of four.
    pub fn typed(&self) -> String {
        let text: Vec<char> = self.totp().get_secret_base32().chars().collect();
        let groups: Vec<String> = text.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join(" ")
    }

    /// What was typed off [`Secret::typed`].
    pub fn from_typed(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        totp_rs::Secret::Encoded(plain).to_bytes().ok().map(Secret)
    }

    /// What the QR code holds (Key Uri Format of the authenticators).
    pub fn uri(&self, user: &str, site: &str) -> String {
        let plain = |text: &str| -> String {
            let fine = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            text.chars().map(|c| if fine(c) { c } else { '-' }).collect()
        };
        let (user, site) = (plain(user), plain(site));
        let secret = self.totp().get_secret_base32();
        format!("otpauth://totp/Lotline-{site}:{user}?secret={secret}&issuer=Lotline-{site}")
    }

    /// Sealed for the ledger with `key`, for `user` alone.
    ///
    /// # Panics
    /// When the operating system has no randomness.
    pub fn seal(&self, key: &[u8; 32], user: &str) -> Vec<u8> {
        seal(key, user, &self.0)
    }

    /// What was sealed; `None` with another key, for another user, or damaged.
    pub fn open(key: &[u8; 32], user: &str, sealed: &[u8]) -> Option<Self> {
        open(key, user, sealed).map(Secret)
    }
}

/// `plain`, sealed with `key` for `context` alone: what was sealed for one purpose opens for no other.
///
/// # Panics
/// When the operating system has no randomness.
pub(crate) fn seal(key: &[u8; 32], context: &str, plain: &[u8]) -> Vec<u8> {
    let nonce = edge::random::<NONCE>();
    let mut sealed = plain.to_vec();
    aead(key)
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(context.as_bytes()),
            &mut sealed,
        )
        .expect("invariant: a few hundred bytes can be sealed");
    [&nonce[..], &sealed].concat()
}

/// What [`seal`] sealed; `None` with another key, for another context, or damaged.
pub(crate) fn open(key: &[u8; 32], context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let mut bytes = sealed.to_vec();
    let plain = aead(key)
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(context.as_bytes()),
            &mut bytes,
        )
        .ok()?;
    Some(plain.to_vec())
}

fn aead(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("invariant: a key of 32 bytes"))
}

fn seconds(at: Instant) -> u64 {
    u64::try_from(at.unix_ms() / 1000).unwrap_or(0)
}

/// Ten codes of 120 bits, each good once, in place of a code from the telephone. So long that a plain hash keeps them (ASVS
/// 5.0, 6.5.2).
pub fn recovery_codes() -> Vec<String> {
    let half = crate::ledger::draw_code;
    (0..RECOVERY_CODES).map(|_| format!("{}-{}", half(), half())).collect()
}

/// What the ledger knows one by. Case, blanks and dashes do not matter.
pub fn recovery_digest(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    hex(&Sha256::digest(plain.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_unix_ms(seconds * 1000)
    }

    /// RFC 6238, appendix B (SHA-1), the last six digits.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = Secret(b"12345678901234567890".to_vec());
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(secret.code(at(seconds)), code);
        }
        assert_eq!(secret.typed(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn a_code_is_taken_once_and_no_older_one_after_it() {
        let secret = Secret::draw();
        let (before, now) = (secret.code(at(3_000)), secret.code(at(3_030)));
        assert_eq!(
            secret.step(&before, at(3_030), 0),
            Some(100),
            "a clock half a minute off"
        );
        assert_eq!(secret.step(&now, at(3_030), 0), Some(101));
        assert_eq!(secret.step(&now, at(3_030), 101), None, "taken");
        assert_eq!(secret.step(&before, at(3_030), 101), None, "older than one taken");
        assert_eq!(secret.step(&before, at(3_090), 0), None, "two steps old");
    }

    #[test]
    fn a_sealed_secret_opens_with_its_key_and_for_its_user_alone() {
        let secret = Secret::draw();
        let sealed = secret.seal(&[7; 32], "ana");
        assert_eq!(Secret::open(&[7; 32], "ana", &sealed), Some(secret.clone()));
        assert_eq!(Secret::open(&[8; 32], "ana", &sealed), None);
        assert_eq!(Secret::open(&[7; 32], "bo", &sealed), None);
        assert_eq!(Secret::open(&[7; 32], "ana", &sealed[1..]), None);
        assert!(
            !sealed.windows(20).any(|part| part == secret.0),
            "it stands there in the clear"
        );
    }
}
