//! Asking a provider whether people could sign in by it, before anybody tries.

use super::provider::Oidc;
use super::{OidcConfig, OidcError, Refusal};

/// What a provider that can be used says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcAnswer {
    /// Its keys whose signatures are taken.
    pub keys: usize,
    /// The algorithms of ID tokens that are taken and that it has, by their names in RFC 7518.
    pub algorithms: Vec<String>,
}

/// Why nobody could sign in by it.
#[derive(Debug, thiserror::Error)]
pub enum OidcFault {
    /// The settings themselves.
    #[error(transparent)]
    Config(#[from] OidcError),
    /// Not reached, or too slow.
    #[error("it does not answer: {0}")]
    Away(String),
    /// Its discovery document is another issuer's (`OpenID` Connect Discovery 1.0, section 4.3).
    #[error("it says that it is another issuer: {0}")]
    OtherIssuer(String),
    /// What it answers is no discovery document, or no keys.
    #[error("its answer cannot be read: {0}")]
    Nonsense(String),
    /// It signs in no way that is taken, or publishes no key for it.
    #[error("{0}")]
    NoKey(String),
}

/// Reads the provider's discovery document and keys, as a sign-in would.
///
/// # Errors
/// [`OidcFault`].
pub async fn ask_provider(config: OidcConfig) -> Result<OidcAnswer, OidcFault> {
    let provider = Oidc::new(config)?;
    let (keys, algorithms) = provider.signs_by().await.map_err(|refusal| match refusal {
        Refusal::Away(why) => OidcFault::Away(why),
        Refusal::OtherIssuer(why) => OidcFault::OtherIssuer(why),
        Refusal::Nonsense(why) => OidcFault::Nonsense(why),
        other => OidcFault::Nonsense(other.to_string()),
    })?;
    if algorithms.is_empty() {
        let why = "it signs ID tokens in no way that is taken: RS, PS, ES or EdDSA by a key of its own";
        return Err(OidcFault::NoKey(why.to_owned()));
    }
    if keys == 0 {
        let why = format!("it publishes no key for {}", algorithms.join(", "));
        return Err(OidcFault::NoKey(why));
    }
    Ok(OidcAnswer { keys, algorithms })
}
