//! `lotline serve`: the gateway, until it is told to stop.

use super::seed::{self, Site};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_record::model::SiteId;
use lotline_server::{Config as ServerConfig, Ledger, Server, WmsConfig};
use serde::Serialize;
use std::net::SocketAddr;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  lotline serve                                    with the site that is there, on 127.0.0.1:7400
  lotline serve --seed                             make the site to learn with first, if there is none
  lotline serve --listen 127.0.0.1:0 --json        on a free port, and say which
  lotline serve --wms http://127.0.0.1:9000/in     tell the warehouse's own system of movements";

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
    /// Show the console on an address that is not this machine's own (it has no sign-in yet)
    #[arg(long)]
    console_open: bool,
    /// Make the site to learn with first, if the folder has none
    #[arg(long)]
    seed: bool,
    /// Stop when standard input ends, so that it never outlives who started it
    #[arg(long, hide = true)]
    tied: bool,
    #[command(flatten)]
    form: out::Form,
}

#[derive(Serialize)]
struct Started {
    listening: SocketAddr,
    url: String,
    site: SiteId,
    console: bool,
    pid: u32,
}

/// Runs the gateway.
///
/// # Errors
/// When it cannot start.
pub fn run(args: Args, config: &Config) -> Outcome {
    log();
    let data = config.server_data(args.data);
    let site = config.site(args.site)?;
    let listen = config.listen(args.listen);
    if args.seed && !data.join("ledger.db").exists() {
        let ledger = create(&data, &site, &config.zone(args.zone.clone()))?;
        seed::fill(&ledger, &Site::new(site.clone()), &data)?;
    }
    let mut wanted = ServerConfig::new(listen, data.clone(), site.clone(), config.zone(args.zone));
    wanted.wms = args.wms.or_else(|| config.wms_url.clone()).map(|url| WmsConfig { url });
    wanted.public_url = args.public_url.or_else(|| config.public_url.clone());
    wanted.console_open = args.console_open;
    let console = args.console_open || listen.ip().is_loopback();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::io(&e, "serve"))?;
    runtime.block_on(async {
        let running = Server::start(wanted).await.map_err(|e| Failure::server(&e, &data))?;
        let started = Started {
            listening: running.addr(),
            url: format!("http://{}", running.addr()),
            site,
            console,
            pid: std::process::id(),
        };
        args.form.print(&started, |s| {
            let console = if s.console {
                format!("\nconsole: {}/", s.url)
            } else {
                String::new()
            };
            format!("gateway of {} on {}{console}\nCtrl-C stops it", s.site, s.url)
        })?;
        tokio::select! {
            told = told_to_stop() => told.map_err(|e| Failure::io(&e, "signals"))?,
            () = input_ends(), if args.tied => {}
        }
        running.stop().await;
        Ok(())
    })
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

/// Waits on a thread of its own: the runtime must not wait for it when it shuts down.
async fn input_ends() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = sender.send(());
    });
    let _ = receiver.await;
}

fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LOTLINE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    // A second subscriber in one process (tests) is no reason not to serve.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// Opens the ledger in `data`, making folder, ledger and site where they are missing.
///
/// # Errors
/// When the folder holds something else.
pub fn create(data: &std::path::Path, site: &SiteId, zone: &str) -> Outcome<Ledger> {
    std::fs::create_dir_all(data).map_err(|e| Failure::io(&e, data.display()))?;
    let path = data.join("ledger.db");
    let ledger = Ledger::open(&path).map_err(|e| Failure::ledger(&e, &path))?;
    ledger.create_site(site, zone).map_err(|e| Failure::ledger(&e, &path))?;
    Ok(ledger)
}

/// Opens the ledger in `data`, which must be there.
///
/// # Errors
/// When there is none, or it holds something else.
pub fn open(data: &std::path::Path) -> Outcome<Ledger> {
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
