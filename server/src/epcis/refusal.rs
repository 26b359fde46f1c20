//! What is wrong, as the standard's problems (EPCIS 2.0 section 12.6; RFC 9457).

use crate::http::Failure;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lotline_exchange::epcis::{Fault, Rule};
use lotline_record::wire::PROBLEM_JSON;
use serde_json::{Value, json};

/// An answer that is not what was asked for.
pub(super) enum Refusal {
    /// In the standard's words.
    Said {
        status: u16,
        kind: &'static str,
        title: String,
        faults: Vec<Value>,
    },
    /// The gateway's own: it is stopping, or the ledger failed.
    Own(Failure),
}

impl Refusal {
    fn said(status: u16, kind: &'static str, title: impl Into<String>) -> Self {
        Refusal::Said {
            status,
            kind,
            title: title.into(),
            faults: Vec::new(),
        }
    }

    pub(super) fn security(title: &str) -> Self {
        Refusal::said(401, "SecurityException", title)
    }

    pub(super) fn parameter(title: impl Into<String>) -> Self {
        Refusal::said(400, "QueryParameterException", title)
    }

    pub(super) fn missing(title: &str) -> Self {
        Refusal::said(404, "NoSuchResourceException", title)
    }

    pub(super) fn exists(title: impl Into<String>) -> Self {
        Refusal::said(409, "ResourceAlreadyExistsException", title)
    }

    pub(super) fn too_large(title: impl Into<String>) -> Self {
        Refusal::said(413, "CaptureLimitExceededException", title)
    }

    pub(super) fn too_many() -> Self {
        Refusal::said(413, "QueryTooLargeException", "more events than maxEventCount")
    }

    pub(super) fn media(title: impl Into<String>) -> Self {
        Refusal::said(415, "UnsupportedMediaTypeException", title)
    }

    pub(super) fn faults(faults: &[Fault]) -> Self {
        let large = faults.iter().any(|fault| fault.rule == Rule::TooLarge);
        let told = faults
            .iter()
            .map(|fault| json!({ "pointer": fault.pointer, "rule": fault.rule.as_str(), "found": fault.found }));
        let title = faults.first().map_or_else(|| "nothing".to_owned(), ToString::to_string);
        Refusal::Said {
            status: if large { 413 } else { 400 },
            kind: if large {
                "CaptureLimitExceededException"
            } else {
                "ValidationException"
            },
            title,
            faults: told.collect(),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Refusal::Own(failure)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, kind, title, faults) = match self {
            Refusal::Own(failure) => return super::with_headers(failure.into_response()),
            Refusal::Said {
                status,
                kind,
                title,
                faults,
            } => (status, kind, title, faults),
        };
        let mut body = json!({ "type": format!("epcisException:{kind}"), "title": title, "status": status });
        if !faults.is_empty() {
            body["faults"] = faults.into();
        }
        let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (code, [(header::CONTENT_TYPE, PROBLEM_JSON)], body.to_string()).into_response();
        if code == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        super::with_headers(response)
    }
}
