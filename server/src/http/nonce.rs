//! Nonces for proofs (RFC 9449, section 8): a proof that buys something must be of the last minutes, by *this* machine's clock.
//!
//! A nonce is its time and a seal over it; nothing is kept per nonce. The seal's key is drawn at the start, so that a nonce
//! of an earlier run is old, as its tokens are.

use crate::edge;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::time::Instant;

/// Seconds in which the same nonce is given; it is good until the end of the next such time.
const PERIOD: u64 = 300;

pub(super) struct Nonces {
    key: [u8; 32],
    started: Instant,
}

impl Nonces {
    pub(super) fn new() -> Self {
        Nonces {
            key: edge::random(),
            started: Instant::now(),
        }
    }

    fn period(&self) -> u64 {
        self.started.elapsed().as_secs() / PERIOD
    }

    fn sealed(&self, period: u64) -> Option<Hmac<Sha256>> {
        let mut seal = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        seal.update(b"lotline nonce v1");
        seal.update(&period.to_be_bytes());
        Some(seal)
    }

    fn of(&self, period: u64) -> String {
        let mut bytes = period.to_be_bytes().to_vec();
        if let Some(seal) = self.sealed(period) {
            bytes.extend(seal.finalize().into_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The one to use now.
    pub(super) fn current(&self) -> String {
        self.of(self.period())
    }

    /// Whether this run gave it, not longer ago than two periods.
    pub(super) fn is_good(&self, nonce: &str) -> bool {
        let Some((period, seal)) = URL_SAFE_NO_PAD.decode(nonce).ok().and_then(|bytes| {
            let (period, seal) = bytes.split_first_chunk::<8>()?;
            Some((u64::from_be_bytes(*period), seal.to_vec()))
        }) else {
            return false;
        };
        let now = self.period();
        // In constant time: a seal must not be found byte by byte.
        (now.saturating_sub(1)..=now).contains(&period)
            && self.sealed(period).is_some_and(|own| own.verify_slice(&seal).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_good_for_two_periods_and_in_one_run() {
        let nonces = Nonces::new();
        assert!(nonces.is_good(&nonces.current()));
        let ago = |seconds| Nonces {
            key: nonces.key,
            started: nonces
                .started
                .checked_sub(std::time::Duration::from_secs(seconds))
                .unwrap(),
        };
        let first = nonces.of(0);
        assert!(ago(PERIOD).is_good(&first));
        assert!(!ago(2 * PERIOD).is_good(&first));
        assert!(!nonces.is_good(&nonces.of(1)), "nor before its time");
        assert!(!Nonces::new().is_good(&first), "another run");
    }

    #[test]
    fn a_nonce_of_somebody_else_is_none() {
        let nonces = Nonces::new();
        let mut forged = nonces.current();
        forged.pop();
        for bad in ["", "AAAA", "not base64url!", &forged, &URL_SAFE_NO_PAD.encode([0; 40])] {
            assert!(!nonces.is_good(bad), "{bad}");
        }
    }
}
