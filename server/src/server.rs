//! Starting and stopping.

use crate::handoff::{self, BackEnd, BackEndConfig};
use crate::http::{App, Limits, Terms};
use crate::ledger::{Hook, Ledger, LedgerError};
use crate::oidc::{Oidc, OidcConfig, OidcError};
use crate::tls::{Certificate, Door, Tls, TlsError};
use crate::{applier, edge, http, key};
use axum::serve::{Listener, ListenerExt};
use lotline_record::model::SiteId;
use lotline_record::wire::Pin;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How the gateway runs.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The certificate; without one it speaks plain HTTP, and TLS ends in front of it.
    pub tls: Option<Tls>,
    /// Certificates (PEM) whose keys devices are told besides: the one to come, or a proxy's in front.
    pub pin_certificates: Vec<PathBuf>,
    /// How much devices may ask.
    pub limits: Limits,
    /// The data folder: `ledger.db` (with PostgreSQL `replica.db`) and `site_key.pem`. Made if it is not there.
    pub data: PathBuf,
    /// Where the ledger is kept, as `postgres://user@host/database`; without it in the data folder.
    pub postgres: Option<String>,
    /// The site; made in the ledger if it has none yet.
    pub site: SiteId,
    /// Its time zone, as `Europe/Berlin`.
    pub zone: String,
    /// The warehouse's own systems; without any movements stay "at the gateway".
    pub back_ends: Vec<BackEndConfig>,
    /// Who shows this may read `/metrics`; without one it is read on this machine alone. At least 16 bytes that nobody guesses.
    pub metrics_token: Option<String>,
    /// Who may bring records (`POST /v1/inbound`), and the token that each shows: at least 16 bytes that nobody guesses.
    pub inbound: Vec<(String, String)>,
    /// What partners show to capture EPCIS events and to ask for them; without one nobody may. At least 16 bytes that nobody
    /// guesses.
    pub epcis_token: Option<String>,
    /// The site's GLN, 13 digits, by which its places are named in EPCIS events.
    pub gln: Option<String>,
    /// Who vouches for people at the console, beside passwords.
    pub oidc: Option<OidcConfig>,
    /// What devices call this server (`https://host`), where a proxy stands in front and changes `Host`. Proofs must
    /// then name this origin; otherwise they must name the `Host` of the request.
    pub public_url: Option<String>,
    /// Routes that stand beside the gateway's own, for the program around it. They must begin with a path that the
    /// gateway has not: routes that meet end the start with a panic. They guard themselves.
    pub mounted: axum::Router,
    /// Runs before each entry is applied; tests panic there.
    #[doc(hidden)]
    pub apply_hook: Option<Arc<Hook>>,
    /// An applier that begins no round for so long counts as standing still; tests take less.
    #[doc(hidden)]
    pub apply_silence: Duration,
}

impl Config {
    /// The defaults: no back-end, plain HTTP.
    pub fn new(listen: SocketAddr, data: PathBuf, site: SiteId, zone: impl Into<String>) -> Self {
        Config {
            listen,
            tls: None,
            pin_certificates: Vec::new(),
            limits: Limits::default(),
            data,
            postgres: None,
            site,
            zone: zone.into(),
            back_ends: Vec::new(),
            metrics_token: None,
            inbound: Vec::new(),
            epcis_token: None,
            gln: None,
            oidc: None,
            public_url: None,
            mounted: axum::Router::new(),
            apply_hook: None,
            apply_silence: Duration::from_mins(1),
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}

/// Why the gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The data folder or the site key.
    #[error("the data folder: {0}")]
    Disk(#[source] std::io::Error),
    /// The certificate or its key.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's word.
        source: std::io::Error,
    },
    /// The identity provider cannot be one.
    #[error("the identity provider: {0}")]
    Oidc(#[from] OidcError),
    /// A back-end cannot be spoken to as configured.
    #[error("back-end {0}")]
    BackEnd(String),
}

/// The gateway.
#[derive(Debug)]
pub struct Server;

/// A gateway that runs. Dropping it stops at once, as a crash would; [`Running::stop`] finishes what it has begun.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    ledger: Ledger,
    certificate: Arc<Certificate>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    following: JoinHandle<()>,
}

async fn serve<L: Listener<Addr = SocketAddr>>(listener: L, router: axum::Router, mut told: watch::Receiver<bool>) {
    // Tapping is how axum hands on the peer's address of a listener that is not its own.
    let listener = listener.tap_io(|_| {});
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, router).with_graceful_shutdown(async move {
        // An error means that the other side is gone, which is a stop as well.
        let _ = told.wait_for(|stop| *stop).await;
    });
    if let Err(error) = served.await {
        tracing::error!(%error, "the listener failed");
    }
}

impl Server {
    /// Opens the ledger, takes up applying where it stopped, and listens. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`ServerError`] says what is in the way; nothing then runs.
    pub async fn start(config: Config) -> Result<Running, ServerError> {
        let Config {
            listen,
            tls,
            pin_certificates,
            limits,
            data,
            postgres,
            site,
            zone,
            back_ends,
            metrics_token,
            inbound,
            epcis_token,
            gln,
            oidc,
            public_url,
            mounted,
            apply_hook,
            apply_silence,
        } = config;
        std::fs::create_dir_all(&data).map_err(ServerError::Disk)?;
        let ledger = match &postgres {
            Some(url) => Ledger::open_postgres(url, &site, &data.join("replica.db"))?,
            None => Ledger::open(&data.join("ledger.db"))?,
        };
        ledger.create_site(&site, &zone)?;
        ledger.void_tokens()?;
        ledger.clear_snapshots()?;
        ledger.retry_kept_aside(false)?;
        let key = key::load(&data).map_err(ServerError::Disk)?;
        let encrypted = tls.is_some();
        let certificate = Arc::new(Certificate::open(tls, pin_certificates, &data)?);
        let oidc = oidc.map(Oidc::new).transpose()?;
        let back_ends: Vec<BackEnd> = back_ends
            .into_iter()
            .map(BackEnd::open)
            .collect::<Result<_, _>>()
            .map_err(ServerError::BackEnd)?;
        let terms: Vec<_> = back_ends.iter().map(BackEnd::terms).collect();
        if let Some(twice) = terms
            .iter()
            .enumerate()
            .find(|(n, one)| terms[..*n].iter().any(|other| other.name == one.name))
        {
            return Err(ServerError::BackEnd(format!("{}: two are called so", twice.1.name)));
        }
        ledger.register_back_ends(&terms, edge::now())?;
        let holder = handoff::holder(&data).map_err(ServerError::Disk)?;
        let listener = TcpListener::bind(listen).await.map_err(|source| ServerError::Listen {
            address: listen,
            source,
        })?;
        let addr = listener.local_addr().map_err(|source| ServerError::Listen {
            address: listen,
            source,
        })?;
        let (stop, stopped) = watch::channel(false);
        let app = Arc::new(App::new(
            ledger.clone(),
            key,
            Arc::clone(&certificate),
            Terms {
                origin: public_url,
                near: addr.ip().is_loopback(),
                limits,
                metrics_token,
                inbound,
                epcis_token,
                gln,
                oidc,
                apply_silence,
            },
            stopped.clone(),
        )?);
        let mut tasks = vec![tokio::spawn(applier::run(Arc::clone(&app), apply_hook))];
        for back_end in back_ends {
            tasks.push(tokio::spawn(handoff::run(Arc::clone(&app), back_end, holder.clone())));
        }
        let router = http::router(app, mounted);
        tasks.push(if encrypted {
            let door = Door::new(listener, Arc::clone(&certificate))?;
            tokio::spawn(serve(door, router, stopped))
        } else {
            tokio::spawn(serve(listener, router, stopped))
        });
        let following = tokio::spawn(Arc::clone(&certificate).follow());
        tracing::info!(%addr, site = site.as_str(), "listening");
        Ok(Running {
            addr,
            ledger,
            certificate,
            stop,
            tasks,
            following,
        })
    }
}

impl Running {
    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The keys that devices may pin, the one in use first; empty without TLS.
    pub fn pins(&self) -> Vec<Pin> {
        self.certificate.pins()
    }

    /// Reads certificate and key again, for connections to come; it happens by itself within a minute of a change.
    ///
    /// # Errors
    /// [`TlsError`] says which file is wrong; the old certificate then stays in use.
    pub fn reload_tls(&self) -> Result<(), TlsError> {
        self.certificate.reload()
    }

    /// Takes no new requests, finishes those it has (for up to five seconds) and closes.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        for task in std::mem::take(&mut self.tasks) {
            let abort = task.abort_handle();
            if tokio::time::timeout(Duration::from_secs(5), task).await.is_err() {
                abort.abort();
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.following.abort();
        for task in &self.tasks {
            task.abort();
        }
    }
}
