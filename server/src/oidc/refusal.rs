//! Each way a sign-in by the provider can end without anybody getting in. The error's own text is for the log; the page has
//! plain words.

use crate::ledger::Shut;
use axum::http::StatusCode;

/// Why nobody got in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Not reached, or too slow.
    #[error("the provider does not answer: {0}")]
    Away(String),
    /// Answers that are none.
    #[error("the provider's answer cannot be read: {0}")]
    Nonsense(String),
    /// Another provider than the one configured (RFC 9207; `OpenID` Connect Discovery 1.0, section 4.3).
    #[error("another issuer: {0}")]
    OtherIssuer(String),
    /// No cookie, or one that was not sealed by this process.
    #[error("no journey was begun here by this browser, or the gateway was started again meanwhile")]
    NoJourney,
    /// A state that belongs to no journey of this browser.
    #[error("the state is not that of the journey that this browser began")]
    OtherState,
    /// Begun too long ago.
    #[error("the journey was begun too long ago")]
    TooLate,
    /// A state that was taken before.
    #[error("the state was taken before")]
    Replayed,
    /// More journeys end than are remembered.
    #[error("too many journeys end at once")]
    TooMany,
    /// The provider said no to the person.
    #[error("the provider refused: {0}")]
    Denied(String),
    /// The provider said no to the gateway: code, secret or address.
    #[error("the provider gave no token: {0}")]
    NoToken(String),
    /// `alg: none`.
    #[error("the ID token is not signed")]
    Unsigned,
    /// An algorithm that is not taken.
    #[error("the ID token is signed by an algorithm that is not taken: {0}")]
    Algorithm(String),
    /// A signature by another key than the provider's.
    #[error("the ID token is not signed by a key of the provider: {0}")]
    OtherKey(String),
    /// A token of the past.
    #[error("the ID token has expired: {0}")]
    Expired(String),
    /// A token of another journey.
    #[error("the ID token belongs to another sign-in: {0}")]
    OtherNonce(String),
    /// A token for somebody else.
    #[error("the ID token is meant for another program: {0}")]
    OtherAudience(String),
    /// What else can be wrong with one.
    #[error("the ID token is not one: {0}")]
    BadToken(String),
    /// Known there, not let in here.
    #[error("{0}")]
    Shut(#[from] Shut),
}

impl Refusal {
    /// For the page: what happened, and what to do.
    pub fn text(&self) -> &'static str {
        match self {
            Refusal::Away(_) => {
                "The identity provider does not answer. Try again in a minute; accounts with a password of this console still open."
            }
            Refusal::Nonsense(_) => {
                "The identity provider answered with something that is no answer. Tell an administrator of this site: its address may be wrong."
            }
            Refusal::OtherIssuer(_) => {
                "The answer is another identity provider's than this console's. Nobody was signed in. Tell an administrator of this site."
            }
            Refusal::NoJourney => {
                "This browser has not begun to sign in here, or keeps no cookies. Begin again from the sign-in page."
            }
            Refusal::OtherState => {
                "The answer belongs to another sign-in than the one this browser began. Nobody was signed in. Begin again from the sign-in page."
            }
            Refusal::TooLate => "The sign-in was begun more than ten minutes ago. Begin again from the sign-in page.",
            Refusal::Replayed => {
                "This answer of the identity provider was used already; each opens one session. Begin again from the sign-in page."
            }
            Refusal::TooMany => "Too many people sign in at this moment. Try again in a few minutes.",
            Refusal::Denied(_) => {
                "The identity provider did not sign you in: you said no there, or it does not let you use this console."
            }
            Refusal::NoToken(_) => {
                "The identity provider did not accept this console. Tell an administrator of this site: its name or secret there may be wrong."
            }
            Refusal::Unsigned => {
                "The identity provider's answer is not signed, so anybody could have written it. Nobody was signed in. Tell an administrator of this site."
            }
            Refusal::Algorithm(_) => {
                "The identity provider's answer is signed in a way that this console does not take. Nobody was signed in. Tell an administrator of this site."
            }
            Refusal::OtherKey(_) => {
                "The answer is not signed by the identity provider. Nobody was signed in. Tell an administrator of this site."
            }
            Refusal::Expired(_) => {
                "The identity provider's answer has expired: its clock and this gateway's may differ. Tell an administrator of this site."
            }
            Refusal::OtherNonce(_) => {
                "The identity provider's answer was made for another sign-in. Nobody was signed in. Begin again from the sign-in page."
            }
            Refusal::OtherAudience(_) => {
                "The identity provider's answer was made for another program. Nobody was signed in. Tell an administrator of this site."
            }
            Refusal::BadToken(_) => {
                "The identity provider's answer does not say who you are. Nobody was signed in. Tell an administrator of this site."
            }
            Refusal::Shut(Shut::NoRole) => {
                "The identity provider knows you, and none of your groups there has a role at this console. Ask an administrator of this site."
            }
            Refusal::Shut(Shut::NoName) => {
                "The identity provider tells no name that an account could have here: 2 to 64 letters, digits and . _ @ + -. Tell an administrator of this site."
            }
            Refusal::Shut(Shut::NameTaken) => {
                "Another account of this console already has your name, and it stays whose it is. Ask an administrator of this site."
            }
            Refusal::Shut(Shut::Off) => "Your account here is switched off. Ask an administrator of this site.",
            Refusal::Shut(Shut::Locked) => {
                "Your account here is locked after wrong codes. Try again in a quarter of an hour, or ask an administrator of this site."
            }
        }
    }

    /// Never 500: nothing of it is a fault of the gateway.
    pub fn status(&self) -> StatusCode {
        match self {
            Refusal::Away(_) | Refusal::Nonsense(_) | Refusal::NoToken(_) => StatusCode::BAD_GATEWAY,
            Refusal::TooMany => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::NoJourney | Refusal::TooLate => StatusCode::BAD_REQUEST,
            Refusal::Shut(_) => StatusCode::FORBIDDEN,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    /// Whether the audit trail is told of it. What anybody can bring about without having been at the provider is for the log
    /// alone; whom the ledger shuts out it has written down itself.
    pub fn is_told(&self) -> bool {
        !matches!(
            self,
            Refusal::Away(_)
                | Refusal::NoJourney
                | Refusal::OtherState
                | Refusal::TooLate
                | Refusal::TooMany
                | Refusal::Shut(_)
        )
    }
}
