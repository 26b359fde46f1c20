//! Errors over HTTP: problem+json (RFC 9457) with `type` = `urn:lotline:problem:CODE`.

use super::StoredThrough;
use serde::{Deserialize, Serialize};

/// What went wrong, in one word. The same words are used by the core's public error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request is not understood.
    BadRequest,
    /// An entry's envelope, `prev` or the head's signature is wrong; the bytes are kept and an alarm is raised.
    BadEnvelope,
    /// An entry was written in training, which is no part of the record; the bytes are kept and an alarm is raised.
    Training,
    /// The push jumps ahead; resume from `resume_from`.
    Gap,
    /// Other bytes stand at a known sequence; the device opens a new epoch that names `common`.
    Fork,
    /// The one-time code is unknown, used or out of date.
    BadCode,
    /// No token, a wrong one, or a proof that does not fit.
    Unauthorized,
    /// The proof names no nonce of the gateway, or an old one; the same once more with that of `DPoP-Nonce`.
    UseDpopNonce,
    /// The device was never enrolled.
    UnknownDevice,
    /// The device was cut off.
    Revoked,
    /// The batch is over the limit; halve it.
    TooLarge,
    /// The app is too old for this server.
    UpgradeRequired,
    /// Too many requests; wait.
    RateLimited,
    /// The cursor belongs to another history; fetch a snapshot.
    CursorUnknown,
    /// No such thing.
    NotFound,
    /// The server is starting, stopping or overloaded.
    Unavailable,
    /// A bug in the server; kept and alarmed.
    Internal,
}

impl Code {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Code::BadRequest => "bad_request",
            Code::BadEnvelope => "bad_envelope",
            Code::Training => "training",
            Code::Gap => "gap",
            Code::Fork => "fork",
            Code::BadCode => "bad_code",
            Code::Unauthorized => "unauthorized",
            Code::UseDpopNonce => "use_dpop_nonce",
            Code::UnknownDevice => "unknown_device",
            Code::Revoked => "revoked",
            Code::TooLarge => "too_large",
            Code::UpgradeRequired => "upgrade_required",
            Code::RateLimited => "rate_limited",
            Code::CursorUnknown => "cursor_unknown",
            Code::NotFound => "not_found",
            Code::Unavailable => "unavailable",
            Code::Internal => "internal",
        }
    }

    /// The HTTP status it travels under.
    pub const fn status(self) -> u16 {
        match self {
            Code::BadRequest | Code::BadEnvelope | Code::Training | Code::BadCode => 400,
            Code::Unauthorized | Code::UseDpopNonce | Code::UnknownDevice => 401,
            Code::Revoked => 403,
            Code::NotFound => 404,
            Code::Gap | Code::Fork => 409,
            Code::CursorUnknown => 410,
            Code::TooLarge => 413,
            Code::UpgradeRequired => 426,
            Code::RateLimited => 429,
            Code::Internal => 500,
            Code::Unavailable => 503,
        }
    }
}

/// The body of an error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:lotline:problem:CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What and where.
    pub detail: String,
    /// The code.
    pub code: Code,
    /// Where to resume after a gap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume_from: Option<StoredThrough>,
    /// The last entry both sides agree on, after a fork.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub common: Option<StoredThrough>,
    /// How the request is called in the gateway's log; a gateway from before it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

impl Problem {
    /// A problem of that code; `detail` says what and where.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem {
            kind: format!("urn:lotline:problem:{}", code.as_str()),
            title: code.as_str().replace('_', " "),
            status: code.status(),
            detail: detail.into(),
            code,
            resume_from: None,
            common: None,
            request: None,
        }
    }
}
