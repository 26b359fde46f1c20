//! What a browser carries while it is at the provider: sealed, so that it can neither be read nor made, and good once.

use crate::access::{open, same, seal};
use crate::edge;
use crate::oidc::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lotline_record::entry::{Instant, hex};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Minutes that somebody may take at the provider.
pub(crate) const MINUTES: i64 = 10;
/// States that are remembered as taken, at most: a hundred a second for as long as a journey lasts.
const TAKEN: usize = 60_000;
const CONTEXT: &str = "a journey to the identity provider";

/// One way to the provider and back.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Journey {
    /// Comes back in the address (RFC 6749, section 10.12).
    pub state: String,
    /// Comes back in the ID token (`OpenID` Connect Core 1.0, section 15.5.2).
    pub nonce: String,
    /// Proves that who asks for the token is who began (RFC 7636).
    pub verifier: String,
    /// Where the provider sends the browser.
    pub back: String,
    /// Milliseconds since 1970.
    until: i64,
}

impl Journey {
    /// A new one that leads back to `back`.
    pub fn begin(back: String) -> Self {
        let draw = || hex(&edge::random::<32>());
        Journey {
            state: draw(),
            nonce: draw(),
            verifier: draw(),
            back,
            until: edge::now().unix_ms() + MINUTES * 60_000,
        }
    }
}

/// The journeys of this process.
pub(super) struct Journeys {
    key: [u8; 32],
    taken: Mutex<HashMap<String, i64>>,
}

impl Journeys {
    pub fn new() -> Self {
        Journeys {
            key: edge::random(),
            taken: Mutex::default(),
        }
    }

    /// As a cookie holds it.
    pub fn seal(&self, journey: &Journey) -> String {
        // Five short texts always have a JSON.
        let plain = serde_json::to_vec(journey).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(seal(&self.key, CONTEXT, &plain))
    }

    /// The journey that `cookie` holds, if `state` came back with it, now and for the first time.
    pub fn end(&self, cookie: Option<&str>, state: &str, now: Instant) -> Result<Journey, Refusal> {
        let sealed = cookie.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let plain = sealed.and_then(|sealed| open(&self.key, CONTEXT, &sealed));
        let journey: Journey = plain
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or(Refusal::NoJourney)?;
        if !same(&journey.state, state) {
            return Err(Refusal::OtherState);
        }
        let now = now.unix_ms();
        if journey.until <= now {
            return Err(Refusal::TooLate);
        }
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= TAKEN {
            taken.retain(|_, until| *until > now);
        }
        if taken.len() >= TAKEN {
            return Err(Refusal::TooMany);
        }
        match taken.insert(journey.state.clone(), journey.until) {
            Some(_) => Err(Refusal::Replayed),
            None => Ok(journey),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journey_ends_once_with_its_own_state_in_its_time_and_in_its_process() {
        let journeys = Journeys::new();
        let (one, other) = (Journey::begin("b".into()), Journey::begin("b".into()));
        let cookie = journeys.seal(&one);
        assert!(!cookie.contains(&one.verifier));
        let now = edge::now();
        let end = |cookie: Option<&str>, state: &str, now| journeys.end(cookie, state, now).err();
        assert_eq!(end(None, &one.state, now), Some(Refusal::NoJourney));
        assert_eq!(end(Some("AAAA"), &one.state, now), Some(Refusal::NoJourney));
        assert_eq!(end(Some(&cookie), &other.state, now), Some(Refusal::OtherState));
        assert_eq!(end(Some(&cookie), "", now), Some(Refusal::OtherState));
        let late = Instant::from_unix_ms(now.unix_ms() + (MINUTES + 1) * 60_000);
        assert_eq!(end(Some(&cookie), &one.state, late), Some(Refusal::TooLate));
        assert_eq!(end(Some(&cookie), &one.state, now), None);
        assert_eq!(end(Some(&cookie), &one.state, now), Some(Refusal::Replayed));
        let elsewhere = Journeys::new();
        assert_eq!(
            elsewhere.end(Some(&cookie), &one.state, now).err(),
            Some(Refusal::NoJourney)
        );
    }
}
