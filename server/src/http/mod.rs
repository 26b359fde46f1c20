//! The devices' door. Errors are problem+json (`wire::Problem`).
//!
//! | request | who | answer |
//! |---|---|---|
//! | `POST /v1/enrol` | proof by the new key | `EnrolReply` |
//! | `POST /v1/token` | proof by the enrolled key | `TokenReply`: 15 minutes, void when the server starts |
//! | `POST /v1/entries` | token + proof with epoch, seq, head | `PushReply`, or 409 `gap`, `fork`, 400 `bad_envelope` |
//! | `GET /v1/changes?cursor&limit[&server_epoch]` | token + proof | `Page` |
//! | `GET /v1/urgent?cursor&limit[&server_epoch]` | token + proof | `Page` of what goes ahead of everything else |
//! | `GET /v1/focus` | token + proof | `Page` of today's work, for a device without a picture |
//! | `GET /v1/site`, by ranges | token + proof | a `site.db`; headers `ETag`, `lotline-cursor`, `lotline-sha256`, `lotline-included`, `lotline-counts` |
//! | `POST /v1/numbers` | token + proof | `NumbersReply`: leases of own numbers |
//! | `GET /v1/live[?urgent&server_epoch]` | token + proof | events `changed` with the cursor, `urgent` with a `Page` |
//! | `POST /v1/inbound` | a token of `inbound` | what became of each record that a back-end brings |
//! | `/epcis/…` | whoever shows `epcis_token` | EPCIS 2.0: capture and query (`epcis`) |
//! | `GET /openapi.json` | anyone | what this table says, for programs |
//! | `GET /metrics` | this machine, or whoever shows `metrics_token` | text as Prometheus reads it |
//! | `GET /v1/health` | anyone | 204: the process lives |
//! | `GET /v1/ready` | anyone | 204, or 503 `unavailable` that names what is not ready |

mod auth;
mod bring;
mod devices;
mod entries;
mod failure;
mod limit;
mod live;
mod metrics;
mod nonce;
mod numbers;
mod pull;
mod ready;
mod request;
mod route;
mod site;

pub(crate) use failure::Failure;
pub use limit::Limits;
pub(crate) use live::events;
pub(crate) use route::routes;

use crate::console::Checks;
use crate::epcis::Door;
use crate::key;
use crate::ledger::{Ledger, LedgerError};
use crate::metrics::Metrics;
use crate::oidc::Oidc;
use crate::openapi;
use crate::shelf::Shelf;
use crate::tls::Certificate;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::get;
use lotline_record::model::DeviceId;
use lotline_record::wire::Code;
use p256::ecdsa::SigningKey;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, watch};

/// Where the document of all routes is.
const OPENAPI: &str = "/openapi.json";

/// On which terms it is asked.
pub(crate) struct Terms {
    /// What devices and browsers call this server, where a proxy stands in front.
    pub origin: Option<String>,
    /// Whether it listens on this machine's own address alone.
    pub near: bool,
    /// How much devices may ask.
    pub limits: Limits,
    /// What opens the metrics.
    pub metrics_token: Option<String>,
    /// Who may bring records, and the token that each shows.
    pub inbound: Vec<(String, String)>,
    /// What partners show to capture EPCIS events and ask for them; without it they may not.
    pub epcis_token: Option<String>,
    /// The site's GLN, by which its places are named in EPCIS events.
    pub gln: Option<String>,
    /// Who vouches for people at the console.
    pub oidc: Option<Oidc>,
    /// An applier that begins no round for so long stands still.
    pub apply_silence: Duration,
}

/// How far the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The last change.
    pub cursor: u64,
    /// The last one of a table whose rows go ahead of everything else.
    pub urgent: u64,
}

impl Moved {
    /// As the ledger has it.
    pub(crate) fn of(ledger: &Ledger) -> Result<Self, LedgerError> {
        Ok(Moved {
            cursor: ledger.cursor()?,
            urgent: ledger.urgent_cursor()?,
        })
    }
}

/// What every request and task shares.
pub(crate) struct App {
    ledger: Ledger,
    key: SigningKey,
    site_key: Vec<u8>,
    origin: Option<String>,
    seen: auth::Seen,
    wrong_codes: auth::Brake,
    nonces: nonce::Nonces,
    devices: limit::Limit<DeviceId>,
    addresses: limit::Limit<IpAddr>,
    certificate: Arc<Certificate>,
    /// Woken when something was received.
    pub received: Notify,
    moved: watch::Sender<Moved>,
    listening: Mutex<HashMap<DeviceId, usize>>,
    stop: watch::Receiver<bool>,
    shelf: Arc<Shelf>,
    /// Passwords that are hashed at once: each takes 64 MiB.
    pub hashing: Semaphore,
    /// Of the record, asked for at the console.
    pub checks: Checks,
    sealing: [u8; 32],
    near: bool,
    /// What it counts of itself.
    pub metrics: Metrics,
    metrics_token: Option<[u8; 32]>,
    epcis: Door,
    gln: Option<String>,
    readiness: ready::Readiness,
    oidc: Option<Oidc>,
    /// Who may bring records, by the digest of the token they show.
    sources: Vec<(String, [u8; 32])>,
}

impl App {
    pub(crate) fn new(
        ledger: Ledger,
        key: SigningKey,
        certificate: Arc<Certificate>,
        terms: Terms,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, LedgerError> {
        let metrics = Metrics::new();
        let Terms {
            origin,
            near,
            limits,
            metrics_token,
            inbound,
            epcis_token,
            gln,
            oidc,
            apply_silence,
        } = terms;
        let (moved, _) = watch::channel(Moved::of(&ledger)?);
        Ok(App {
            ledger,
            site_key: key::public(&key),
            sealing: key::sealing(&key),
            near,
            key,
            origin,
            seen: auth::Seen::default(),
            wrong_codes: auth::Brake::default(),
            nonces: nonce::Nonces::new(),
            devices: limit::Limit::new(limits.device),
            addresses: limit::Limit::new(limits.address),
            certificate,
            received: Notify::new(),
            moved,
            listening: Mutex::default(),
            stop,
            shelf: Arc::new(Shelf::counting(metrics.snapshots.clone())),
            hashing: Semaphore::new(2),
            checks: Checks::default(),
            metrics,
            metrics_token: metrics_token.as_deref().map(metrics::digest),
            epcis: Door::new(epcis_token.as_deref()),
            gln,
            readiness: ready::Readiness::new(apply_silence),
            oidc,
            sources: inbound
                .iter()
                .map(|(name, token)| (name.clone(), metrics::digest(token)))
                .collect(),
        })
    }

    /// Who may ask for EPCIS events.
    pub(crate) fn epcis(&self) -> &Door {
        &self.epcis
    }

    /// The site's GLN.
    pub(crate) fn gln(&self) -> Option<&str> {
        self.gln.as_deref()
    }

    /// The public key that counter-signs, SPKI DER.
    pub(crate) fn site_key(&self) -> &[u8] {
        &self.site_key
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What devices and browsers call this server, where a proxy stands in front.
    pub(crate) fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// Who vouches for people at the console, beside passwords.
    pub(crate) fn oidc(&self) -> Option<&Oidc> {
        self.oidc.as_ref()
    }

    /// Whether it listens on this machine's own address alone.
    pub(crate) fn is_near(&self) -> bool {
        self.near
    }

    /// Whether browsers reach it over TLS.
    pub(crate) fn https(&self) -> bool {
        self.certificate.is_own_door() || self.origin().is_some_and(|origin| origin.starts_with("https://"))
    }

    /// The key that seals second factors.
    pub(crate) fn sealing(&self) -> &[u8; 32] {
        &self.sealing
    }

    /// Tells whoever listens how far the picture is.
    pub(crate) fn tell(&self, moved: Moved) {
        self.moved.send_if_modified(|now| {
            let news = *now != moved;
            *now = moved;
            news
        });
    }

    /// The applier begins a round.
    pub(crate) fn beat(&self) {
        self.readiness.beat();
    }

    /// Whether a device has a live stream open here now.
    pub(crate) fn listens(&self, device: &DeviceId) -> bool {
        self.listening().contains_key(device)
    }

    fn listening(&self) -> MutexGuard<'_, HashMap<DeviceId, usize>> {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn stopped(&self) -> watch::Receiver<bool> {
        self.stop.clone()
    }

    pub(crate) fn moved(&self) -> watch::Receiver<Moved> {
        self.moved.subscribe()
    }

    /// What the ledger did not do: counted, logged, and as an answer.
    fn failed(&self, error: LedgerError) -> Failure {
        self.metrics.ledger_failed(&error);
        error.into()
    }

    /// Runs `work` on the ledger off the runtime's threads.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, Failure> {
        let app = Arc::clone(self);
        let span = tracing::Span::current();
        match tokio::task::spawn_blocking(move || span.in_scope(|| work(&app))).await {
            Ok(out) => out.map_err(|error| self.failed(error)),
            Err(error) => {
                tracing::error!(%error, "a request failed");
                Err(Failure::new(Code::Internal, "a bug in the gateway; it is logged"))
            }
        }
    }
}

/// All routes, and those `mounted` beside them: each request with its name.
pub(crate) fn router(app: Arc<App>, mounted: Router) -> Router {
    let https = app.https();
    let counted = Arc::clone(&app);
    let document = openapi::document(&routes()).to_string();
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.to);
    }
    router
        .route(
            OPENAPI,
            get(async move || ([(header::CONTENT_TYPE, "application/json")], document)),
        )
        .merge(crate::console::routes(&app))
        .fallback(|| async { Failure::new(Code::NotFound, "there is nothing at this address") })
        .method_not_allowed_fallback(|| async { Failure::new(Code::NotFound, "this address knows another method") })
        .layer(map_response(move |response| std::future::ready(guard(response, https))))
        .with_state(app)
        .merge(mounted)
        .layer(from_fn_with_state(counted, request::observe))
}

/// What every answer carries, whoever asks (OWASP Secure Headers); pages add what they need.
fn guard(mut response: Response, https: bool) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // With `no-referrer` a browser would send its own forms with `Origin: null`.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if https {
        // This host alone: a gateway has no say over others under its name.
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cache-control", "no-store"),
    ] {
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
