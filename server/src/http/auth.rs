//! Who asks: a DPoP proof (RFC 9449) by the device's key and, but for enrolment and token, a token bound to that key.
//!
//! **Clocks.** A handheld's clock may be a day off, or stand in 1970 (failure matrix, row 31), so `iat` is not judged.
//! What keeps an overheard proof from being used again is that it names its token by `ath`, that a token lives 15 minutes
//! by *this* clock, and that each `jti` of a key is taken once within 20 minutes. Tokens are void when the server starts,
//! so forgetting the `jti`s then is safe. A proof without `ath` buys a token, or an enrolment: it must name a nonce of the
//! last minutes. So proofs made in advance, by somebody who held the device for a while, are worth nothing later: they lack
//! the nonce or the token.

use super::{App, Failure};
use crate::ledger::{Caller, TOKEN_SECONDS};
use axum::http::{HeaderMap, Method, Uri, header};
use lotline_record::entry::Hash;
use lotline_record::model::DeviceId;
use lotline_record::wire::Code;
use lotline_record::wire::proof::{self, Claims, PublicKey};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

const REMEMBER: Duration = Duration::from_secs(TOKEN_SECONDS as u64 + 300);
/// What came within so long is forgotten together.
const SPAN: Duration = Duration::from_secs(REMEMBER.as_secs() / 5);
const WRONG_CODES: u32 = 30;

/// Proofs seen. A thousand a second are remembered for twenty minutes, so each by eight bytes of a hash over key and `jti`:
/// that two of them fall together costs the later one a refusal, once in some 400 years at that rate.
#[derive(Default)]
pub(super) struct Seen(Mutex<VecDeque<Age>>);

/// Those of one span of time. Kept apart, the oldest goes as a whole, and none grows so large that growing shows.
struct Age {
    began: Instant,
    names: HashSet<u64>,
}

impl Seen {
    /// Whether it is the first time.
    fn first(&self, key: &str, jti: &str, now: Instant) -> bool {
        let mut name = [0; 8];
        // No thumbprint has a zero byte: it is base64url.
        name.copy_from_slice(&Hash::of(&[key.as_bytes(), &[0], jti.as_bytes()]).0[..8]);
        let name = u64::from_le_bytes(name);
        let mut ages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while ages.front().is_some_and(|oldest| oldest.began + SPAN + REMEMBER <= now) {
            ages.pop_front();
        }
        if ages.iter().any(|age| age.names.contains(&name)) {
            return false;
        }
        if ages.back().is_none_or(|newest| newest.began + SPAN <= now) {
            ages.push_back(Age {
                began: now,
                names: HashSet::new(),
            });
        }
        if let Some(newest) = ages.back_mut() {
            newest.names.insert(name);
        }
        true
    }
}

/// Wrong one-time codes a minute, from anywhere: guessing 60 bits stays hopeless.
#[derive(Default)]
pub(super) struct Brake(Mutex<Option<(Instant, u32)>>);

impl Brake {
    pub(super) fn hold(&self) -> Result<(), Failure> {
        let brake = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *brake {
            Some((since, n)) if n >= WRONG_CODES && since.elapsed() < Duration::from_mins(1) => {
                Err(Failure::new(Code::RateLimited, "too many wrong codes").after(60))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn wrong(&self) {
        let mut brake = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        *brake = match *brake {
            Some((since, n)) if now.duration_since(since) < Duration::from_mins(1) => Some((since, n + 1)),
            _ => Some((now, 1)),
        };
    }
}

/// A proof that holds for this request; whose it is comes next.
pub(super) struct Proven {
    pub key: PublicKey,
    pub thumbprint: String,
    pub claims: Claims,
    pub text: String,
}

/// A device that may ask.
pub(super) struct Authorized {
    pub device: DeviceId,
    pub claims: Claims,
    pub proof: String,
}

fn unauthorized(detail: &str) -> Failure {
    Failure::new(Code::Unauthorized, detail)
}

/// `https://host:port/path?query` as (`host:port` without a default port, `/path`).
fn target(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    Some((plain(authority), path))
}

fn plain(authority: &str) -> &str {
    authority
        .strip_suffix(":80")
        .or_else(|| authority.strip_suffix(":443"))
        .unwrap_or(authority)
}

/// Checks the proof's signature, and that it is for this request and new.
pub(super) fn prove(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Proven, Failure> {
    let mut proofs = headers.get_all("dpop").iter();
    let (Some(text), None) = (proofs.next().and_then(|v| v.to_str().ok()), proofs.next()) else {
        return Err(unauthorized("one DPoP header is needed"));
    };
    let (key, claims) = proof::verify(text).map_err(|error| unauthorized(&error.to_string()))?;
    let (authority, path) = target(&claims.htu).ok_or_else(|| unauthorized("the proof's htu is no URL"))?;
    let host = match &app.origin {
        Some(origin) => target(origin).map(|(authority, _)| authority),
        None => uri
            .authority()
            .map(axum::http::uri::Authority::as_str)
            .or_else(|| headers.get(header::HOST)?.to_str().ok())
            .map(plain),
    };
    if claims.htm != method.as_str() || path != uri.path() || !host.is_some_and(|h| h.eq_ignore_ascii_case(authority)) {
        return Err(unauthorized("the proof is for another request"));
    }
    if claims.jti.is_empty() || claims.jti.len() > 128 {
        return Err(unauthorized("the proof's jti is not 1 to 128 bytes"));
    }
    let thumbprint = key.thumbprint();
    Ok(Proven {
        key,
        thumbprint,
        claims,
        text: text.to_owned(),
    })
}

impl Proven {
    /// Whether the proof names a nonce of the last minutes.
    pub(super) fn fresh(&self, app: &App) -> Result<(), Failure> {
        if self
            .claims
            .nonce
            .as_ref()
            .is_some_and(|nonce| app.nonces.is_good(nonce))
        {
            return Ok(());
        }
        Err(
            Failure::new(Code::UseDpopNonce, "the proof needs the nonce of DPoP-Nonce")
                .with_nonce(app.nonces.current()),
        )
    }

    /// Takes the proof's `jti`; only for keys that are known, so that strangers fill no memory.
    pub(super) fn once(&self, app: &App) -> Result<(), Failure> {
        if app.seen.first(&self.thumbprint, &self.claims.jti, Instant::now()) {
            Ok(())
        } else {
            Err(unauthorized("the proof was used before"))
        }
    }
}

pub(super) fn known(caller: Option<Caller>) -> Result<Caller, Failure> {
    let caller = caller.ok_or_else(|| Failure::new(Code::UnknownDevice, "no device is enrolled with this key"))?;
    if caller.revoked {
        return Err(Failure::new(Code::Revoked, "this device was cut off"));
    }
    Ok(caller)
}

/// Checks proof and token.
pub(super) async fn authorize(
    app: &Arc<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Authorized, Failure> {
    let checked = Arc::clone(app);
    // Verifying a signature and reading the ledger both take their time: off the runtime's threads.
    let span = tracing::Span::current();
    let joined = tokio::task::spawn_blocking(move || {
        let (app, _in) = (checked, span.enter());
        let proven = prove(&app, &method, &uri, &headers)?;
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("dpop"))
            .map(|(_, token)| proof::token_hash(token.trim()));
        let caller = app.ledger.caller(&proven.thumbprint, token.as_deref());
        let caller = known(caller.map_err(|error| app.failed(error))?)?;
        super::request::asked_by(&caller.device);
        app.devices.count(caller.device.clone())?;
        let Some(token) = token else {
            return Err(unauthorized("a token is needed: Authorization: DPoP …"));
        };
        if !caller.token_good {
            return Err(unauthorized("the token is not this device's, or out of date"));
        }
        if proven.claims.ath.as_ref() != Some(&token) {
            return Err(unauthorized("the proof is not for this token"));
        }
        proven.once(&app)?;
        Ok(Authorized {
            device: caller.device,
            claims: proven.claims,
            proof: proven.text,
        })
    })
    .await;
    joined.unwrap_or_else(|_| Err(Failure::new(Code::Internal, "a bug in the gateway; it is logged")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_compared_without_query_and_default_port() {
        assert_eq!(target("https://a.example:443/v1/x?y=1#z"), Some(("a.example", "/v1/x")));
        assert_eq!(target("http://127.0.0.1:7400/v1/x"), Some(("127.0.0.1:7400", "/v1/x")));
        assert_eq!(target("ftp://a/b"), None);
        assert_eq!(target("http://a"), Some(("a", "")));
    }

    #[test]
    fn a_proof_is_new_once() {
        let (seen, now) = (Seen::default(), Instant::now());
        assert!(seen.first("key", "a", now));
        assert!(!seen.first("key", "a", now));
        assert!(seen.first("other", "a", now));
    }

    #[test]
    fn a_proof_is_remembered_as_long_as_a_token_may_live_and_memory_holds_no_more_than_a_few_minutes_beyond_it() {
        let (seen, start) = (Seen::default(), Instant::now());
        let at = |second: u64| start + Duration::from_secs(second);
        for second in 0..7_200 {
            assert!(seen.first("key", &second.to_string(), at(second)));
            if let Some(before) = second.checked_sub(REMEMBER.as_secs()) {
                let known = !seen.first("key", &before.to_string(), at(second));
                assert!(known, "the proof of second {before} is taken twice at {second}");
            }
            let held: usize = seen.0.lock().unwrap().iter().map(|age| age.names.len()).sum();
            assert!(held as u64 <= (REMEMBER + SPAN + SPAN).as_secs(), "{held} at {second}");
        }
        assert!(seen.first("key", "0", at(7_200)), "nothing is remembered for ever");
    }
}
