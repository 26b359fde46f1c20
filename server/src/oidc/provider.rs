//! What is asked of the provider, and how its answers are judged. The tokens are openidconnect's business; what it means here
//! is decided here.

use super::journey::Journeys;
use super::{Journey, OidcConfig, OidcError, Refusal};
use crate::access::{Role, UserName};
use crate::edge;
use crate::ledger::Identity;
use lotline_record::entry::Instant;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AdditionalProviderMetadata, AsyncHttpClient, AuthType, AuthenticationFlow,
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, DiscoveryError,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenClaims,
    IdTokenFields, IssuerUrl, JsonWebKey, JsonWebKeyUse, JwsSigningAlgorithm, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::pin::Pin;
use tokio::sync::Mutex;

/// Longest answer of the provider, in bytes.
const ANSWER: usize = 1024 * 1024;
/// What a provider says of itself and its keys is asked again after so long.
const FRESH_MS: i64 = 5 * 60_000;
/// Signatures that are taken: by keys that the provider publishes, never by a shared secret, never none (RFC 8725, 3.1).
const TAKEN: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Claims that no standard names: groups and roles.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Others(Map<String, Value>);
impl AdditionalClaims for Others {}

/// Whether answers say whose they are (RFC 9207, section 3).
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Says {
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    issuer: bool,
}
impl AdditionalProviderMetadata for Says {}

type Metadata = ProviderMetadata<
    Says,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Client = openidconnect::Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
type Token =
    openidconnect::IdToken<Others, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What came back in the address.
#[derive(Debug, Default, Clone)]
pub(crate) struct Answer {
    pub code: Option<String>,
    pub state: String,
    pub issuer: Option<String>,
    pub error: Option<String>,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone)]
pub(crate) struct Proven {
    pub identity: Identity,
    /// The name that a new account would get, if it is fit for one.
    pub name: Option<UserName>,
    /// By the claim; the one that may most.
    pub role: Option<Role>,
    /// Whether the provider saw a second factor.
    pub second: bool,
}

#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("{0} is in the clear")]
    Clear(String),
    #[error("an answer of more than {ANSWER} bytes")]
    Long,
    #[error("{0}")]
    Form(#[from] openidconnect::http::Error),
}

/// Why it failed, with what lay beneath: reqwest's own words alone say only that it did.
fn why(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

struct Http {
    client: reqwest::Client,
    /// Where the issuer is https, everything it names must be.
    encrypted: bool,
}

impl Http {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, CallError> {
        let request = reqwest::Request::try_from(request)?;
        if self.encrypted && request.url().scheme() != "https" {
            return Err(CallError::Clear(request.url().to_string()));
        }
        let mut answer = self.client.execute(request).await?;
        let mut response = openidconnect::http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await? {
            if body.len() + part.len() > ANSWER {
                return Err(CallError::Long);
            }
            body.extend_from_slice(&part);
        }
        Ok(response.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = CallError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, CallError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

/// The provider.
pub(crate) struct Oidc {
    config: OidcConfig,
    issuer: IssuerUrl,
    shown: String,
    http: Http,
    journeys: Journeys,
    /// What it said of itself, or why it did not, and when.
    known: Mutex<Option<(Instant, Result<Metadata, Refusal>)>>,
}

impl Oidc {
    /// Asks nothing yet: a gateway starts while its provider is down.
    pub fn new(config: OidcConfig) -> Result<Self, OidcError> {
        let bad = |why: &str| OidcError::Issuer(config.issuer.clone(), why.to_owned());
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|error| bad(&error.to_string()))?;
        let url = issuer.url();
        let host = url.host_str().ok_or_else(|| bad("it names no host"))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("it has a query or a fragment"));
        }
        let encrypted = url.scheme() == "https";
        let near = url.scheme() == "http" && crate::origin::is_loopback(host);
        if !(encrypted || near) {
            return Err(OidcError::Clear(config.issuer.clone()));
        }
        if config.roles.is_empty() {
            return Err(OidcError::NoRoles(config.claim.clone()));
        }
        if config.client_id.is_empty() {
            return Err(OidcError::NoClient);
        }
        let shown = url.port().map_or(host.to_owned(), |port| format!("{host}:{port}"));
        // Another room of this process may have chosen already; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(config.patience / 2)
            .timeout(config.patience)
            // Where it is asked is decided by the issuer, not by whoever answers there.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| OidcError::Http(why(&error)))?;
        Ok(Oidc {
            shown,
            issuer,
            http: Http { client, encrypted },
            config,
            journeys: Journeys::new(),
            known: Mutex::default(),
        })
    }

    /// As people know it: the host of its address.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The issuer.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// What it says of itself; asked anew when that is old, or where the keys of the one at hand did not do. Who waits for an
    /// answer that somebody else asked for takes that one, also where there is none: nobody stands in a queue of time-outs.
    async fn metadata(&self, again: bool) -> Result<Metadata, Refusal> {
        let asked = edge::now();
        let mut known = self.known.lock().await;
        if let Some((at, found)) = &*known {
            let age = asked.unix_ms() - at.unix_ms();
            if age < 0 || (found.is_ok() && !again && age < FRESH_MS) {
                return found.clone();
            }
        }
        let found = self.discover().await;
        *known = Some((edge::now(), found.clone()));
        found
    }

    async fn discover(&self) -> Result<Metadata, Refusal> {
        let found = Metadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = found.map_err(|error| match error {
            DiscoveryError::Request(error) => Refusal::Away(why(&error)),
            DiscoveryError::Response(status, _, _) if status.is_server_error() => {
                Refusal::Away(format!("it answers {status}"))
            }
            DiscoveryError::Validation(error) => Refusal::OtherIssuer(error),
            other => Refusal::Nonsense(why(&other)),
        })?;
        let entrance = metadata.authorization_endpoint().url();
        if self.http.encrypted && entrance.scheme() != "https" {
            return Err(Refusal::Nonsense(format!("{entrance} is in the clear")));
        }
        Ok(metadata)
    }

    /// How many of its keys fit an algorithm that it has and that is taken, and those algorithms.
    pub async fn signs_by(&self) -> Result<(usize, Vec<String>), Refusal> {
        let metadata = self.metadata(true).await?;
        let said = metadata.id_token_signing_alg_values_supported().iter();
        let taken: Vec<_> = said.filter(|algorithm| TAKEN.contains(algorithm)).collect();
        let fits = |key: &&CoreJsonWebKey| {
            key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
                && taken
                    .iter()
                    .any(|algorithm| algorithm.key_type().as_ref() == Some(key.key_type()))
        };
        let keys = metadata.jwks().keys().iter().filter(fits).count();
        let name =
            |algorithm: &&CoreJwsSigningAlgorithm| serde_json::to_value(algorithm).ok()?.as_str().map(str::to_owned);
        Ok((keys, taken.iter().filter_map(name).collect()))
    }

    fn client(&self, metadata: Metadata) -> Client {
        let basic = CoreClientAuthMethod::ClientSecretBasic;
        let methods = metadata.token_endpoint_auth_methods_supported();
        // Where nothing is said, the header is what there is (OpenID Connect Discovery 1.0, section 3).
        let in_header = methods.is_none_or(|methods| methods.contains(&basic));
        let client = Client::from_provider_metadata(
            metadata,
            ClientId::new(self.config.client_id.clone()),
            self.config.client_secret.clone().map(ClientSecret::new),
        );
        client.set_auth_type(if in_header {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        })
    }

    /// Begins a journey that leads back to `back`: where the browser goes, and what its cookie holds meanwhile.
    pub async fn begin(&self, back: String) -> Result<(String, String), Refusal> {
        let client = self.client(self.metadata(false).await?);
        let journey = Journey::begin(back);
        let verifier = PkceCodeVerifier::new(journey.verifier.clone());
        let redirect = RedirectUrl::new(journey.back.clone()).map_err(|error| Refusal::Nonsense(error.to_string()))?;
        let client = client.set_redirect_uri(redirect);
        let (state, nonce) = (journey.state.clone(), journey.nonce.clone());
        let mut asked = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in &self.config.scopes {
            asked = asked.add_scope(Scope::new(scope.clone()));
        }
        let (url, _, _) = asked.url();
        Ok((url.to_string(), self.journeys.seal(&journey)))
    }

    /// Who came back, by the answer in the address and the journey in the cookie.
    pub async fn end(&self, cookie: Option<&str>, answer: Answer) -> Result<Proven, Refusal> {
        let journey = self.journeys.end(cookie, &answer.state, edge::now())?;
        let metadata = self.metadata(false).await?;
        match &answer.issuer {
            Some(issuer) if *issuer != self.config.issuer => return Err(Refusal::OtherIssuer(issuer.clone())),
            None if metadata.additional_metadata().issuer => {
                return Err(Refusal::OtherIssuer("the answer does not say whose it is".into()));
            }
            _ => {}
        }
        if let Some(error) = answer.error {
            return Err(Refusal::Denied(error.chars().take(100).collect()));
        }
        let no_code = || Refusal::Nonsense("neither a code nor an error came back".into());
        let code = AuthorizationCode::new(answer.code.ok_or_else(no_code)?);
        let client = self.client(metadata);
        let redirect = RedirectUrl::new(journey.back.clone()).map_err(|error| Refusal::Nonsense(error.to_string()))?;
        let asked = client
            .exchange_code(code)
            .map_err(|error| Refusal::Nonsense(why(&error)))?;
        let given = asked
            .set_redirect_uri(std::borrow::Cow::Owned(redirect))
            .set_pkce_verifier(PkceCodeVerifier::new(journey.verifier.clone()))
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(error) => Refusal::Away(why(&error)),
                RequestTokenError::ServerResponse(said) => Refusal::NoToken(said.to_string()),
                other => Refusal::Nonsense(why(&other)),
            })?;
        let token = given
            .id_token()
            .ok_or_else(|| Refusal::BadToken("there is none".into()))?;
        let nonce = Nonce::new(journey.nonce);
        let access = given.access_token();
        let claims = match self.judge(&client, token, &nonce, access) {
            // Keys change: those at hand may be of yesterday.
            Err(Refusal::OtherKey(_)) => {
                let client = self.client(self.metadata(true).await?);
                self.judge(&client, token, &nonce, access)?
            }
            judged => judged?,
        };
        self.read(&claims)
    }

    /// The claims of a token that is the provider's, for us, of this journey and of now (`OpenID` Connect Core 1.0, 3.1.3.7).
    fn judge(
        &self,
        client: &Client,
        token: &Token,
        nonce: &Nonce,
        access: &openidconnect::AccessToken,
    ) -> Result<IdTokenClaims<Others, CoreGenderClaim>, Refusal> {
        let now = || chrono::DateTime::from_timestamp_millis(edge::now().unix_ms()).unwrap_or_default();
        let verifier = client.id_token_verifier().set_allowed_algs(TAKEN).set_time_fn(now);
        let claims = token.claims(&verifier, nonce).map_err(of_token)?;
        if let Some(party) = claims.authorized_party()
            && party.as_str() != self.config.client_id
        {
            return Err(Refusal::OtherAudience(format!("it was made for {}", party.as_str())));
        }
        if let Some(hash) = claims.access_token_hash() {
            let signed = |error: SignatureVerificationError| Refusal::OtherKey(why(&error));
            let algorithm = token.signing_alg().map_err(signed)?;
            let key = token.signing_key(&verifier).map_err(signed)?;
            let own = AccessTokenHash::from_token(access, algorithm, key);
            if own.map_err(|error| Refusal::BadToken(why(&error)))? != *hash {
                return Err(Refusal::BadToken("it belongs to another access token".into()));
            }
        }
        Ok(claims.clone())
    }

    fn read(&self, claims: &IdTokenClaims<Others, CoreGenderClaim>) -> Result<Proven, Refusal> {
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > 255 || !subject.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(Refusal::BadToken("`sub` is not 1 to 255 characters of ASCII".into()));
        }
        let all = serde_json::to_value(claims).map_err(|error| Refusal::BadToken(error.to_string()))?;
        let words = |claim: &str| -> Vec<&str> {
            match &all[claim] {
                Value::String(one) => vec![one],
                Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            }
        };
        let role = words(&self.config.claim)
            .into_iter()
            .filter_map(|value| self.config.roles.get(value))
            .max();
        let seen = [words("amr"), words("acr")].concat();
        Ok(Proven {
            identity: Identity {
                issuer: self.config.issuer.clone(),
                subject: subject.to_owned(),
            },
            name: all[&self.config.name].as_str().and_then(|name| name.parse().ok()),
            role: role.copied(),
            second: seen
                .iter()
                .any(|word| self.config.second.iter().any(|known| known == word)),
        })
    }
}

fn of_token(error: ClaimsVerificationError) -> Refusal {
    use ClaimsVerificationError as Wrong;
    match error {
        Wrong::Expired(text) => Refusal::Expired(text),
        Wrong::InvalidAudience(text) => Refusal::OtherAudience(text),
        Wrong::InvalidIssuer(text) => Refusal::OtherIssuer(text),
        Wrong::InvalidNonce(text) => Refusal::OtherNonce(text),
        Wrong::SignatureVerification(error) => match error {
            SignatureVerificationError::NoSignature => Refusal::Unsigned,
            SignatureVerificationError::DisallowedAlg(text) | SignatureVerificationError::UnsupportedAlg(text) => {
                Refusal::Algorithm(text)
            }
            other => Refusal::OtherKey(why(&other)),
        },
        other => Refusal::BadToken(why(&other)),
    }
}
