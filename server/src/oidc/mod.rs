//! Signing in by an identity provider: `OpenID` Connect Core 1.0, section 3.1 (authorization code), with PKCE (RFC 7636) and
//! the advice of RFC 9700.
//!
//! | room | what lives there |
//! |---|---|
//! | `asked` | whether anybody could sign in by it |
//! | `journey` | what a browser carries while it is at the provider, good once and for ten minutes |
//! | `provider` | what is asked of the provider, and how its answers are judged |
//! | `refusal` | each way it can end without anybody getting in |

mod asked;
mod journey;
mod provider;
mod refusal;

pub use asked::{OidcAnswer, OidcFault, ask_provider};
pub(crate) use journey::{Journey, MINUTES};
pub(crate) use provider::{Answer, Oidc};
pub(crate) use refusal::Refusal;

use crate::access::Role;
use std::collections::BTreeMap;
use std::time::Duration;

/// The provider, and what its words mean here.
#[derive(Clone)]
pub struct OidcConfig {
    /// Its issuer, as it writes itself: `https://…`; `http://` on this machine alone.
    pub issuer: String,
    /// What this gateway is called there.
    pub client_id: String,
    /// What this gateway proves itself with there; without one it is a public client.
    pub client_secret: Option<String>,
    /// Which value of [`claim`](OidcConfig::claim) gives which role; of several the one that may most.
    pub roles: BTreeMap<String, Role>,
    /// The claim of the ID token whose values give roles.
    pub claim: String,
    /// The claim of the ID token that names a new account.
    pub name: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Values of `amr` or `acr` that tell of a second factor (RFC 8176; `OpenID` Connect Core 1.0, section 2).
    pub second: Vec<String>,
    /// The provider has so long for each answer; tests take less.
    #[doc(hidden)]
    pub patience: Duration,
}

impl OidcConfig {
    /// The usual words: roles by `groups`, the name by `preferred_username`, `mfa` as a second factor. No roles yet.
    pub fn new(issuer: impl Into<String>, client_id: impl Into<String>) -> Self {
        OidcConfig {
            issuer: issuer.into(),
            client_id: client_id.into(),
            client_secret: None,
            roles: BTreeMap::new(),
            claim: "groups".into(),
            name: "preferred_username".into(),
            scopes: vec!["profile".into()],
            second: vec!["mfa".into()],
            patience: Duration::from_secs(10),
        }
    }
}

// The secret is not for logs.
impl std::fmt::Debug for OidcConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcConfig")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Why a provider cannot be one.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// No address, or one with a query or fragment.
    #[error("the issuer {0:?} is no address: {1}")]
    Issuer(String, String),
    /// In the clear over a network.
    #[error("the issuer {0:?} is not https: whoever stands between could sign in as anybody")]
    Clear(String),
    /// Nobody could get in.
    #[error("no value of the claim {0:?} gives a role")]
    NoRoles(String),
    /// This gateway has no name there.
    #[error("the client id is empty")]
    NoClient,
    /// No TLS or no roots on this machine.
    #[error("cannot call the provider from here: {0}")]
    Http(String),
}
