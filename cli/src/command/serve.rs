//! `lotline serve`: the gateway, until it is told to stop.

use super::seed::{self, Site};
use super::{oidc, tls};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::web::guard::Door;
use crate::web::room::{Ground, Limits, Room};
use crate::web::{self, Web};
use crate::{edge, out, traces};
use lotline_record::model::SiteId;
use lotline_record::wire::Pin;
use lotline_server::{Config as ServerConfig, Ledger, LedgerError, Running, Server};
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  lotline serve                                    with the site that is there, on 127.0.0.1:7400
  lotline serve --seed                             make the site to learn with first, if there is none
  lotline serve --seed --try                       that site, and handhelds for everybody in the browser
  lotline serve --listen 127.0.0.1:0 --json        on a free port, and say which
  lotline serve --wms http://127.0.0.1:9000/in     tell the warehouse's own system of movements
  lotline serve --listen 0.0.0.0:7400 --tls self --tls-name 10.0.0.5
                                                   over TLS, with a certificate of its own making
  lotline serve --postgres postgres://lotline@db/lotline
                                                   keep the ledger there, not in the folder";

/// What to serve, and where.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The gateway's folder: its database and its key
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "LOTLINE_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// The site; made if the folder has none
    #[arg(long, env = "LOTLINE_SITE")]
    site: Option<SiteId>,
    /// The site's time zone, as Europe/Berlin
    #[arg(long, env = "LOTLINE_ZONE")]
    zone: Option<String>,
    /// Where the warehouse's own system takes movements
    #[arg(long, env = "LOTLINE_WMS_URL", value_name = "URL")]
    wms: Option<String>,
    /// What devices call this gateway where a proxy with TLS stands in front
    #[arg(long, env = "LOTLINE_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Where a collector takes traces: its address for OTLP over HTTP
    #[arg(long, env = "LOTLINE_OTLP_ENDPOINT", value_name = "URL")]
    otlp_endpoint: Option<String>,
    #[command(flatten)]
    tls: tls::Args,
    #[command(flatten)]
    oidc: oidc::Args,
    /// Make the site to learn with first, if the folder has none
    #[arg(long)]
    seed: bool,
    #[command(flatten)]
    hands: Hands,
    /// Stop when standard input ends, so that it never outlives who started it
    #[arg(long, hide = true)]
    tied: bool,
    #[command(flatten)]
    form: out::Form,
}

/// Handhelds in the browser.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Handhelds in the browser")]
struct Hands {
    /// Hand out handhelds to try at /try; they enrol by themselves, so the site must be one made by the seed
    #[arg(long = "try", env = "LOTLINE_TRY", conflicts_with = "public_url")]
    on: bool,
    /// Hand them out to other machines too: whoever reaches the address may use them
    #[arg(long, requires = "on")]
    try_open: bool,
    /// How many at once
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    try_sessions: u16,
    /// Put one away that nobody has used for so long
    #[arg(long, default_value_t = 30, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(1..))]
    try_idle: u16,
    /// Put one away that is so old
    #[arg(long, default_value_t = 480, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(1..))]
    try_age: u16,
}

/// How often somebody looks for handhelds that nobody uses.
const SWEEP: Duration = Duration::from_secs(20);

#[derive(Serialize)]
struct Started {
    listening: SocketAddr,
    url: String,
    site: SiteId,
    console: bool,
    #[serde(rename = "try", skip_serializing_if = "Option::is_none")]
    hands: Option<String>,
    pid: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pins: Vec<Pin>,
}

/// Runs the gateway.
///
/// # Errors
/// When it cannot start.
pub fn run(args: Args, config: &Config) -> Outcome {
    let data = config.server_data(args.data);
    let site = config.site(args.site)?;
    let endpoint = args.otlp_endpoint.as_ref().or(config.otlp_endpoint.as_ref());
    let (traces, _sending) = endpoint.map(|at| traces::begin(at, site.as_str())).transpose()?.unzip();
    out::log("warn", config.log_format.unwrap_or_default(), traces);
    let listen = config.listen(args.listen);
    if args.seed && is_new(&data, &site, config)? {
        let ledger = create(&data, &site, &config.zone(args.zone.clone()), config)?;
        seed::fill(&ledger, &Site::new(site.clone()), &data)?;
    }
    let mut wanted = ServerConfig::new(listen, data.clone(), site.clone(), config.zone(args.zone));
    wanted.postgres.clone_from(&config.postgres);
    wanted.back_ends = config.back_ends(args.wms)?;
    wanted.inbound = config.inbound()?;
    wanted.metrics_token = config.metrics_token()?;
    wanted.epcis_token = config.epcis_token()?;
    wanted.gln = config.gln()?;
    wanted.public_url = args.public_url.or_else(|| config.public_url.clone());
    args.tls.set(&mut wanted, config)?;
    wanted.oidc = args.oidc.wanted(config)?;
    let encrypted = wanted.tls.is_some();
    let own = listen.ip().is_loopback();
    let console = own
        || encrypted
        || wanted
            .public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"));
    let web = args
        .hands
        .on
        .then(|| args.hands.web(&wanted, own, config))
        .transpose()?;
    if let Some(web) = &web {
        wanted.mounted = web::routes(Arc::clone(web));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::io(&e, "serve"))?;
    runtime.block_on(async {
        let running = Server::start(wanted).await.map_err(|e| Failure::server(&e, &data))?;
        let scheme = if encrypted { "https" } else { "http" };
        let url = format!("{scheme}://{}", running.addr());
        let sweeper = web.clone().map(|web| tokio::spawn(sweep(web)));
        if let Some(web) = &web {
            web.room.open(Ground {
                gateway: near(running.addr()),
                ledger: running.ledger().clone(),
                program: std::env::current_exe().map_err(|e| Failure::io(&e, "lotline"))?,
            });
        }
        let started = Started {
            listening: running.addr(),
            hands: web.is_some().then(|| format!("{url}/try")),
            url,
            site,
            console,
            pid: std::process::id(),
            pins: running.pins(),
        };
        args.form.print(&started, |s| {
            let console = if s.console {
                format!("\nconsole: {}/", s.url)
            } else {
                String::new()
            };
            let hands = s.hands.as_ref().map(|at| format!("\nhandhelds to try: {at}"));
            let hands = hands.unwrap_or_default();
            format!("gateway of {} on {}{console}{hands}\nCtrl-C stops it", s.site, s.url)
        })?;
        tokio::select! {
            told = told_to_stop() => told.map_err(|e| Failure::io(&e, "signals"))?,
            () = input_ends(), if args.tied => {}
            error = reload(&running) => return Err(Failure::io(&error, "signals")),
        }
        if let (Some(web), Some(sweeper)) = (web, sweeper) {
            sweeper.abort();
            // A task that failed has nothing left to close.
            let _ = tokio::task::spawn_blocking(move || web.room.close()).await;
        }
        running.stop().await;
        Ok(())
    })
}

impl Hands {
    /// Prepares the room: labels of the day on which the site was made, and limits.
    fn web(&self, wanted: &ServerConfig, own: bool, config: &Config) -> Outcome<Arc<Web>> {
        if wanted.public_url.is_some() || wanted.tls.is_some() || !(own || self.try_open) {
            return Err(Failure::usage(
                "handhelds in the browser are for this machine: with them goes neither TLS, a proxy in front nor another address",
                "--try",
                "leave out --tls and --public-url and listen on 127.0.0.1, or add --try-open if everybody around may use them",
            ));
        }
        let today = seed::day(&wanted.data).ok_or_else(|| {
            Failure::usage(
                "handhelds in the browser enrol by themselves, and this site was not made by the seed",
                wanted.data.display(),
                "make one to learn with: `lotline serve --seed --try --data FRESH-FOLDER`",
            )
        })?;
        let site = Site {
            today,
            ..Site::new(wanted.site.clone())
        };
        let minutes = |n: u16| Duration::from_mins(u64::from(n));
        let limits = Limits {
            most: usize::from(self.try_sessions),
            idle: minutes(self.try_idle),
            age: minutes(self.try_age),
        };
        let folder = wanted.data.join("try");
        let room =
            Room::new(folder.clone(), limits, config.language(None)).map_err(|e| Failure::io(&e, folder.display()))?;
        let wall = web::wall::hang(crate::seed::labels(&site.options(Vec::new())))
            .map_err(|e| Failure::usage(e, "seed", "report it: the tables of the seed are wrong"))?;
        Ok(Arc::new(Web {
            room,
            site: wanted.site.to_string(),
            wall,
            door: Door { open: self.try_open },
        }))
    }
}

/// Where this machine itself reaches the gateway.
fn near(listening: SocketAddr) -> SocketAddr {
    match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::from((Ipv4Addr::LOCALHOST, listening.port())),
        IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::from((Ipv6Addr::LOCALHOST, listening.port())),
        _ => listening,
    }
}

async fn sweep(web: Arc<Web>) {
    let mut beat = tokio::time::interval(SWEEP);
    loop {
        beat.tick().await;
        let web = Arc::clone(&web);
        // A sweep that failed is followed by the next one.
        let _ = tokio::task::spawn_blocking(move || web.room.sweep(edge::mono())).await;
    }
}

async fn told_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            told = tokio::signal::ctrl_c() => told,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Reads the certificate again on each SIGHUP. Ends only with what keeps it from hearing of one.
async fn reload(running: &Running) -> std::io::Error {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut hangup = match signal(SignalKind::hangup()) {
            Ok(hangup) => hangup,
            Err(error) => return error,
        };
        while hangup.recv().await.is_some() {
            match running.reload_tls() {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => tracing::error!(%error, "the new certificate cannot be used; the old one stays"),
            }
        }
    }
    std::future::pending().await
}

/// Waits on a thread of its own: the runtime must not wait for it when it shuts down.
async fn input_ends() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = sender.send(());
    });
    let _ = receiver.await;
}

/// Opens the ledger of the gateway in `data`, making folder, ledger and site where they are missing.
///
/// # Errors
/// When the folder holds something else, or PostgreSQL is away.
pub fn create(data: &Path, site: &SiteId, zone: &str, config: &Config) -> Outcome<Ledger> {
    std::fs::create_dir_all(data).map_err(|e| Failure::io(&e, data.display()))?;
    let path = data.join("ledger.db");
    let ledger = match &config.postgres {
        Some(url) => beside(url, data, site)?,
        None => Ledger::open(&path).map_err(|e| Failure::ledger(&e, &path))?,
    };
    ledger.create_site(site, zone).map_err(|e| Failure::ledger(&e, &path))?;
    Ok(ledger)
}

/// Opens the ledger of the gateway in `data`, which must be there.
///
/// # Errors
/// When there is none, it holds something else, or PostgreSQL is away.
pub fn open(data: &Path, config: &Config) -> Outcome<Ledger> {
    if let Some(url) = &config.postgres {
        std::fs::create_dir_all(data).map_err(|e| Failure::io(&e, data.display()))?;
        return beside(url, data, &config.site(None)?);
    }
    let path = data.join("ledger.db");
    if !path.is_file() {
        return Err(Failure::usage(
            "there is no gateway's database",
            path.display(),
            "make a site with `lotline seed`, or name its folder with --data",
        ));
    }
    Ledger::open(&path).map_err(|e| Failure::ledger(&e, &path))
}

/// The ledger in PostgreSQL, with a replica of the commands' own: a gateway may run on its.
fn beside(url: &str, data: &Path, site: &SiteId) -> Outcome<Ledger> {
    Ledger::open_postgres(url, site, &data.join("commands.db")).map_err(|e| Failure::ledger(&e, data))
}

/// Whether no site was made yet where the gateway will look for it.
fn is_new(data: &Path, site: &SiteId, config: &Config) -> Outcome<bool> {
    let Some(url) = &config.postgres else {
        return Ok(!data.join("ledger.db").exists());
    };
    std::fs::create_dir_all(data).map_err(|e| Failure::io(&e, data.display()))?;
    match beside(url, data, site)?.site() {
        Ok(_) => Ok(false),
        Err(LedgerError::NoSite) => Ok(true),
        Err(error) => Err(Failure::ledger(&error, data)),
    }
}
