//! Errors over HTTP.

use crate::ledger::LedgerError;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lotline_record::wire::{Code, PROBLEM_JSON, Problem, StoredThrough};

/// The header with the nonce to use next (RFC 9449, section 8).
pub(super) const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// An answer that is not what was asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    problem: Box<Problem>,
    retry_after: Option<u64>,
    nonce: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Failure {
            problem: Box::new(Problem::new(code, detail)),
            retry_after: None,
            nonce: None,
        }
    }

    pub(crate) fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub(crate) fn with_nonce(mut self, nonce: String) -> Self {
        self.nonce = Some(nonce);
        self
    }

    pub(crate) fn gap(resume_from: StoredThrough) -> Self {
        let mut failure = Failure::new(Code::Gap, "entries are missing before these");
        failure.problem.resume_from = Some(resume_from);
        failure
    }

    pub(crate) fn fork(common: StoredThrough) -> Self {
        let mut failure = Failure::new(Code::Fork, "other bytes stand at a known sequence");
        failure.problem.common = Some(common);
        failure
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        tracing::error!(%error, "the ledger failed");
        if matches!(error.kind(), "busy" | "disk_full" | "away" | "untrusted" | "contended") {
            return Failure::new(Code::Unavailable, "the ledger cannot be written now").after(5);
        }
        // What exactly is the operator's, in the log.
        Failure::new(Code::Internal, "the ledger failed; it is logged")
    }
}

impl IntoResponse for Failure {
    fn into_response(mut self) -> Response {
        self.problem.request = super::request::current();
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.problem).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let challenge = if self.problem.code == Code::UseDpopNonce {
                r#"DPoP error="use_dpop_nonce", algs="ES256""#
            } else {
                r#"DPoP algs="ES256""#
            };
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(nonce) = self.nonce.and_then(|nonce| HeaderValue::try_from(nonce).ok()) {
            response.headers_mut().insert(NONCE, nonce);
        }
        response
    }
}
