//! A stand-in for an identity provider that signs wrong things on demand. The real one stands in `tests/oidc`.

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub use crate::oidc::{CLIENT, SECRET};

/// What it does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Twist {
    #[default]
    None,
    OtherKey,
    UnknownKey,
    Unsigned,
    SharedSecret,
    Expired,
    OtherNonce,
    NoNonce,
    OtherIssuer,
    OtherAudience,
    OtherParty,
    OtherAccessToken,
    NoSubject,
    NoToken,
    Nonsense,
    SaysNo,
    Breaks,
    Silent,
}

struct Inside {
    issuer: String,
    key: SigningKey,
    other: SigningKey,
    claims: Value,
    twist: Twist,
    /// What was asked for, by the code that was given for it.
    codes: HashMap<String, HashMap<String, String>>,
    /// What it says of itself.
    told: Value,
}

/// The stand-in.
#[derive(Clone)]
pub struct StandIn {
    pub issuer: String,
    inside: Arc<Mutex<Inside>>,
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_slice(&[n; 32]).unwrap()
}

fn random() -> String {
    crate::device::unique().to_string()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

impl StandIn {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let told = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize?tenant=1"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256", "none"],
            "authorization_response_iss_parameter_supported": true,
        });
        let inside = Arc::new(Mutex::new(Inside {
            issuer: issuer.clone(),
            key: key(7),
            other: key(8),
            claims: json!({}),
            twist: Twist::None,
            codes: HashMap::new(),
            told,
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&inside));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        StandIn { issuer, inside }
    }

    /// Whom it vouches for from now on, and what it does wrong.
    pub fn set(&self, claims: Value, twist: Twist) {
        let mut inside = self.inside.lock().unwrap();
        inside.claims = claims;
        inside.twist = twist;
    }

    /// From now on it signs with another key, and says so to whoever asks.
    pub fn change_keys(&self) {
        self.inside.lock().unwrap().key = key(9);
    }

    /// What it says of itself.
    pub fn tell(&self, name: &str, value: Value) {
        self.inside.lock().unwrap().told[name] = value;
    }

    /// The person said yes: the code for what was asked for.
    pub fn agree(&self, asked: &HashMap<String, String>) -> String {
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let code = random();
        self.inside.lock().unwrap().codes.insert(code.clone(), asked.clone());
        code
    }
}

async fn metadata(State(inside): State<Arc<Mutex<Inside>>>) -> Response {
    let twist = inside.lock().unwrap().twist;
    match twist {
        Twist::Breaks => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Twist::Silent => std::future::pending().await,
        Twist::Nonsense => "<html>".into_response(),
        _ => Json(inside.lock().unwrap().told.clone()).into_response(),
    }
}

async fn keys(State(inside): State<Arc<Mutex<Inside>>>) -> Json<Value> {
    let inside = inside.lock().unwrap();
    let point = inside.key.verifying_key().to_sec1_point(false);
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Json(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": named(&inside.key),
        "x": part(point.x().unwrap()), "y": part(point.y().unwrap()),
    }] }))
}

fn named(key: &SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(key.verifying_key().to_sec1_point(true).as_bytes())[..6])
}

async fn token(
    State(inside): State<Arc<Mutex<Inside>>>,
    headers: HeaderMap,
    Form(given): Form<HashMap<String, String>>,
) -> Response {
    let mut inside = inside.lock().unwrap();
    let no = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let encode = |text: &str| serde_urlencoded::to_string([("", text)]).unwrap()[1..].to_owned();
    let client = STANDARD.encode(format!("{}:{}", encode(CLIENT), encode(SECRET)));
    if headers["authorization"] != format!("Basic {client}").as_str() {
        return no("invalid_client");
    }
    let Some(asked) = inside.codes.remove(&given["code"]) else {
        return no("invalid_grant");
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(given["code_verifier"].as_bytes()));
    if asked["code_challenge"] != challenge || asked["redirect_uri"] != given["redirect_uri"] {
        return no("invalid_grant");
    }
    match inside.twist {
        Twist::SaysNo => return no("unauthorized_client"),
        Twist::Nonsense => return "<html>".into_response(),
        _ => {}
    }
    let access = random();
    let mut answer = json!({ "access_token": access, "token_type": "Bearer", "expires_in": 60 });
    if inside.twist != Twist::NoToken {
        answer["id_token"] = id_token(&inside, &asked["nonce"], &access).into();
    }
    Json(answer).into_response()
}

fn id_token(inside: &Inside, nonce: &str, access: &str) -> String {
    let now = crate::console::now().unix_ms() / 1000;
    let mut claims = json!({
        "iss": inside.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce,
        "at_hash": URL_SAFE_NO_PAD.encode(&Sha256::digest(access.as_bytes())[..16]),
    });
    for (name, value) in inside.claims.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let mut header = json!({ "alg": "ES256", "kid": named(&inside.key) });
    let mut key = &inside.key;
    match inside.twist {
        Twist::OtherKey => key = &inside.other,
        Twist::UnknownKey => {
            key = &inside.other;
            header["kid"] = named(key).into();
        }
        Twist::Unsigned => header = json!({ "alg": "none" }),
        Twist::SharedSecret => header = json!({ "alg": "HS256" }),
        Twist::Expired => claims["exp"] = (now - 1).into(),
        Twist::OtherNonce => claims["nonce"] = "of another journey".into(),
        Twist::NoNonce => drop(claims.as_object_mut().unwrap().remove("nonce")),
        Twist::OtherIssuer => claims["iss"] = "https://login.example".into(),
        Twist::OtherAudience => claims["aud"] = "another-program".into(),
        Twist::OtherParty => claims["azp"] = "another-program".into(),
        Twist::OtherAccessToken => claims["at_hash"] = URL_SAFE_NO_PAD.encode([7; 16]).into(),
        Twist::NoSubject => claims["sub"] = "".into(),
        _ => {}
    }
    let signed = format!("{}.{}", encoded(&header), encoded(&claims));
    let signature = match inside.twist {
        Twist::Unsigned => Vec::new(),
        Twist::SharedSecret => hmac(SECRET.as_bytes(), signed.as_bytes()),
        _ => {
            let signature: Signature = key.sign(signed.as_bytes());
            signature.to_bytes().to_vec()
        }
    };
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}
