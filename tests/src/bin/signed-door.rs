//! A gateway with an enrolled device, and a door that signs: whatever is sent there goes on to the gateway with the device's
//! token and a proof for that very request, and the gateway's answer comes back as it is. So a tool that knows nothing of
//! DPoP meets the real gateway: `cargo xtask test --openapi`.
//!
//! Says the door's address, and ends with its standard input.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lotline_record::model::{DeviceId, PlaceId, SiteId};
use lotline_record::numbering::{CompanyPrefix, Series};
use lotline_record::wire::proof::{Claims, PublicKey, Unsigned, token_hash};
use lotline_record::wire::{Cell, EnrolRequest, Row, TokenReply};
use lotline_server::{Config, Limits, Running, Server};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use std::error::Error;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Longest answer to an enrolment or a token.
const MOST: usize = 16 << 20;
const PROOF: HeaderName = HeaderName::from_static("dpop");
/// What partners and back-ends show instead of a device's proof.
const BEARER: &str = "signed-door-of-the-tests";

struct Door {
    gateway: String,
    http: Client<HttpConnector, Body>,
    key: SigningKey,
    public: PublicKey,
    token: String,
    proofs: AtomicU64,
}

impl Door {
    fn proof(
        &self,
        method: &str,
        url: &str,
        token: Option<&str>,
        nonce: Option<String>,
    ) -> Result<String, Box<dyn Error>> {
        let claims = Claims {
            jti: format!("door-{}", self.proofs.fetch_add(1, Ordering::Relaxed)),
            htm: method.to_owned(),
            htu: url.to_owned(),
            iat: 60,
            nonce,
            ath: token.map(token_hash),
            epoch: None,
            seq: None,
            head: None,
            after: None,
        };
        let unsigned = Unsigned::new(&self.public, &claims);
        let signature: Signature = self.key.sign(unsigned.message());
        Ok(unsigned.sign(signature.to_der().as_bytes())?)
    }

    async fn ask(&self, request: Request) -> Result<Response, Box<dyn Error>> {
        Ok(self.http.request(request).await?.map(Body::new))
    }

    /// The gateway's nonce of now.
    async fn nonce(&self) -> Result<Option<String>, Box<dyn Error>> {
        let url = format!("{}/v1/token", self.gateway);
        let proof = self.proof("POST", &url, None, None)?;
        let request = Request::post(url).header(PROOF, proof).body(Body::empty())?;
        let refused = self.ask(request).await?;
        let nonce = refused
            .headers()
            .get("dpop-nonce")
            .and_then(|value| value.to_str().ok());
        Ok(nonce.map(str::to_owned))
    }

    /// One request without a token, with the body given.
    async fn buy(&self, path: &str, body: Vec<u8>) -> Result<Vec<u8>, Box<dyn Error>> {
        let url = format!("{}{path}", self.gateway);
        let proof = self.proof("POST", &url, None, self.nonce().await?)?;
        let request = Request::post(url).header(PROOF, proof).body(Body::from(body))?;
        let answer = self.ask(request).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("{path}: {}", answer.status()).into());
        }
        Ok(to_bytes(answer.into_body(), MOST).await?.to_vec())
    }

    async fn pass(&self, request: Request) -> Result<Response, Box<dyn Error>> {
        let (mut parts, body) = request.into_parts();
        let target = parts
            .uri
            .path_and_query()
            .map_or("/", axum::http::uri::PathAndQuery::as_str);
        let bare = format!("{}{}", self.gateway, parts.uri.path());
        let (token, nonce) = if matches!(parts.uri.path(), "/v1/enrol" | "/v1/token") {
            (None, self.nonce().await?)
        } else {
            (Some(self.token.as_str()), None)
        };
        let proof = self.proof(parts.method.as_str(), &bare, token, nonce)?;
        parts.uri = format!("{}{target}", self.gateway).parse()?;
        // Whose connection it is, and what is signed here.
        for own in [header::HOST, header::CONNECTION, header::AUTHORIZATION] {
            parts.headers.remove(own);
        }
        parts.headers.insert(PROOF, proof.parse()?);
        let path = parts.uri.path();
        let shown = if path.starts_with("/epcis") || path == "/v1/inbound" {
            Some(format!("Bearer {BEARER}"))
        } else {
            token.map(|token| format!("DPoP {token}"))
        };
        if let Some(shown) = shown {
            parts.headers.insert(header::AUTHORIZATION, shown.parse()?);
        }
        let mut response = self.ask(Request::from_parts(parts, body)).await?;
        response.headers_mut().remove(header::CONNECTION);
        Ok(response)
    }
}

async fn pass(State(door): State<Arc<Door>>, request: Request) -> Response {
    match door.pass(request).await {
        Ok(response) => response,
        // No status of the gateway's: whoever checks its answers sees that this is none.
        Err(error) => (StatusCode::BAD_GATEWAY, format!("the door: {error}")).into_response(),
    }
}

/// The gateway, with a row to pull and a series to lease from.
async fn gateway(folder: &std::path::Path) -> Result<Running, Box<dyn Error>> {
    let site = SiteId::new("DC-1")?;
    let mut config = Config::new("127.0.0.1:0".parse()?, folder.into(), site, "Europe/Berlin");
    // What is looked at here is what each answer looks like, not how many there may be.
    config.limits = Limits {
        device: 100_000,
        address: 100_000,
    };
    config.epcis_token = Some(BEARER.to_owned());
    config.inbound = vec![("erp".to_owned(), BEARER.to_owned())];
    let running = Server::start(config).await?;
    let text = |text: &str| Cell::Text(text.to_owned());
    running.ledger().put_rows(&[Row {
        t: "partner".into(),
        c: 0,
        gone: false,
        r: vec![text("DC-1"), text("P-1"), text("Acme"), Cell::Null],
    }])?;
    running
        .ledger()
        .open_series(&Series::sscc(3, CompanyPrefix::new("9506000")?)?, 100)?;
    Ok(running)
}

async fn run() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let running = gateway(folder.path()).await?;
    let key = SigningKey::from_slice(&[7; 32])?;
    let spki = key.verifying_key().to_public_key_der()?.as_bytes().to_vec();
    let mut door = Door {
        gateway: format!("http://{}", running.addr()),
        http: Client::builder(TokioExecutor::new()).build_http(),
        public: PublicKey::from_spki(&spki)?,
        key,
        token: String::new(),
        proofs: AtomicU64::new(1),
    };
    let code = running
        .ledger()
        .issue_code_for(&DeviceId::new("door")?, "door", &PlaceId::new("CART-1")?)?;
    let enrol = EnrolRequest {
        code,
        public_key: spki,
        name: "door".into(),
    };
    door.buy("/v1/enrol", serde_json::to_vec(&enrol)?).await?;
    let token: TokenReply = serde_json::from_slice(&door.buy("/v1/token", Vec::new()).await?)?;
    door.token = token.access_token;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let router = Router::new().fallback(pass).with_state(Arc::new(door));
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        served = async { axum::serve(listener, router).await } => served?,
        ended = ended => { ended??; }
    }
    running.stop().await;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Runtime::new()?.block_on(run())
}
