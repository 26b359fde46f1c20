//! EPCIS 2.0 over HTTP (section 12, the REST binding): partners capture events here and ask for them.
//!
//! Whoever shows `epcis_token` may ask; without one configured this door is shut. What is told of a route stands where it is
//! mounted; docs/epcis.md says which parts of the standard are here and which are not.

mod ask;
mod browse;
mod capture;
mod refusal;
mod route;

pub(crate) use route::routes;

use crate::http::App;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use lotline_exchange::epcis::Bounds;
use refusal::Refusal;
use sha2::{Digest, Sha256};

/// What one request may bring.
pub(crate) const BOUNDS: Bounds = Bounds {
    bytes: 16 * 1024 * 1024,
    depth: 32,
    values: 2_000_000,
    events: 10_000,
};

/// Who may ask.
pub(crate) struct Door {
    token: Option<[u8; 32]>,
}

impl Door {
    pub(crate) fn new(token: Option<&str>) -> Self {
        Door {
            token: token.map(|token| Sha256::digest(token.as_bytes()).into()),
        }
    }

    /// Whether partners may ask at all.
    pub(crate) fn is_open(&self) -> bool {
        self.token.is_some()
    }
}

/// A part of the path; what cannot be decoded is refused after the token was seen.
type Segment = Result<Path<String>, PathRejection>;
/// Its parts in their order.
type Segments = Result<Path<Vec<(String, String)>>, PathRejection>;

fn first(segment: Segment) -> Result<String, Refusal> {
    segment
        .map(|Path(text)| text)
        .map_err(|_| Refusal::parameter("the address cannot be read"))
}

fn all(segments: Segments) -> Result<Vec<String>, Refusal> {
    segments
        .map(|Path(parts)| parts.into_iter().map(|(_, value)| value).collect())
        .map_err(|_| Refusal::parameter("the address cannot be read"))
}

/// Digests are compared, so that how long it takes tells nothing of the token.
fn admit(app: &App, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(token) = app.epcis().token else {
        return Err(Refusal::security("epcis_token is not set: nobody may ask here"));
    };
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match shown {
        Some((_, shown)) if <[u8; 32]>::from(Sha256::digest(shown.trim().as_bytes())) == token => Ok(()),
        _ => Err(Refusal::security(
            "Authorization: Bearer with the token of epcis_token is needed",
        )),
    }
}

/// What the standard wants every answer to say of the server (section 12.4).
fn with_headers(mut response: Response) -> Response {
    let limit = BOUNDS.events.to_string();
    let size = BOUNDS.bytes.to_string();
    for (name, value) in [
        ("gs1-epcis-version", "2.0.0"),
        ("gs1-epcis-min", "2.0.0"),
        ("gs1-epcis-max", "2.0.0"),
        ("gs1-cbv-version", "2.0.0"),
        ("gs1-cbv-min", "2.0.0"),
        ("gs1-cbv-max", "2.0.0"),
        ("gs1-epc-format", "Never_Translates"),
        ("gs1-vendor-version", env!("CARGO_PKG_VERSION")),
        ("gs1-capture-error-behaviour", "rollback, proceed"),
        ("gs1-epcis-capture-limit", limit.as_str()),
        ("gs1-epcis-capture-file-size-limit", size.as_str()),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response
                .headers_mut()
                .entry(HeaderName::from_static(name))
                .or_insert(value);
        }
    }
    response
}
