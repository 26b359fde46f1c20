//! A handheld's folder with a gateway of its own beside it: the way from a clone to a scanned label needs nothing else.
//!
//! It is the real gateway, in this process, on a free port of this machine that it keeps for the folder. While the
//! handheld is closed the gateway is too; where the port was taken meanwhile, the handheld simply works offline.

use crate::command::seed::{self, Site, fill};
use crate::command::serve;
use crate::failure::{Failure, Outcome};
use crate::{out, terminal};
use lotline_core::Handheld;
use lotline_record::model::PlaceId;
use lotline_server::{Config, Ledger, Running, Server, ServerError};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// The gateway's folder within the handheld's.
pub const FOLDER: &str = "gateway";
const ADDRESS: &str = "address";
const CART: &str = "CART-1";

/// The gateway beside a handheld. Dropping it stops it.
pub struct Gateway {
    runtime: Runtime,
    running: Option<Running>,
    ledger: Ledger,
    data: PathBuf,
    /// Its address.
    pub url: String,
}

/// Makes site and gateway where there are none and starts it. `None` when its port is taken by somebody else.
///
/// # Errors
/// When the folder cannot be used.
pub fn start(folder: &Path, site: &Site) -> Outcome<Option<Gateway>> {
    let data = folder.join(FOLDER);
    let fresh = !data.join("ledger.db").is_file();
    let ledger = serve::create(&data, &site.site, "UTC", &crate::config::Config::default())?;
    if fresh {
        fill(&ledger, site, &data)?;
    }
    let kept: Option<SocketAddr> = std::fs::read_to_string(data.join(ADDRESS))
        .ok()
        .and_then(|a| a.trim().parse().ok());
    let listen = kept.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| Failure::io(&e, "gateway"))?;
    let config = Config::new(listen, data.clone(), site.site.clone(), "UTC");
    let running = match runtime.block_on(Server::start(config)) {
        Ok(running) => running,
        Err(ServerError::Listen { .. }) if kept.is_some() => return Ok(None),
        Err(error) => return Err(Failure::server(&error, &data)),
    };
    if kept.is_none() {
        write(&data.join(ADDRESS), &running.addr().to_string())?;
    }
    let url = format!("http://{}", running.addr());
    Ok(Some(Gateway {
        runtime,
        running: Some(running),
        ledger,
        data,
        url,
    }))
}

/// The day the folder's site was made on: its labels carry expiries that count from it.
pub fn day(folder: &Path) -> Option<lotline_record::model::Day> {
    seed::day(&folder.join(FOLDER))
}

fn write(path: &Path, text: &str) -> Outcome {
    std::fs::write(path, text).map_err(|e| Failure::io(&e, path.display()))
}

impl Gateway {
    /// Enrols the handheld beside it.
    ///
    /// # Errors
    /// When the gateway does not take it.
    pub fn enrol(&self, handheld: &Handheld) -> Outcome {
        let cart = PlaceId::new(CART).map_err(|e| Failure::usage(e, CART, "report it"))?;
        let code = self
            .ledger
            .issue_code("terminal", &cart)
            .map_err(|e| Failure::ledger(&e, &self.data.join("ledger.db")))?;
        terminal::enrol(handheld, &self.url, &code, "terminal")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

/// `lotline seed --handheld`: prepares the folder and says what is next.
///
/// # Errors
/// When the folder cannot be used.
pub fn make(folder: &Path, site: &Site) -> Outcome {
    let gateway = start(folder, site)?.ok_or_else(|| {
        Failure::missing(
            "another program has this folder's port",
            folder.display(),
            "use a fresh folder",
        )
    })?;
    if !terminal::is_enrolled(folder) {
        let handheld = terminal::open(folder, "en")?;
        gateway.enrol(&handheld)?;
    }
    out::line_out(&format!(
        "a handheld in {} with a gateway of its own\nnext: lotline handheld --folder {}",
        folder.display(),
        folder.display()
    ))
}
