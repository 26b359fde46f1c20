//! The servers that the scans go to, and what really stands in them afterwards.

use super::contender::{Contender, Setup};
use super::process::{Process, own};
use super::{Done, endpoint};
use crate::load;
use crate::site::{self, Size};
use lotline_record::model::{DeviceId, PinCost, PinHash, PlaceId};
use lotline_server::Ledger;
use rusqlite::{Connection, OpenFlags, params};
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The ledger's file.
const LEDGER: &str = "ledger.db";
/// The one device.
const DEVICE: &str = "bench";
/// What takes longer than this stands still.
const PATIENCE: Duration = Duration::from_mins(10);

/// What was read back from a server's disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Stands {
    /// Scans, each time one is there.
    pub(super) rows: usize,
    /// Scans with different serials.
    pub(super) distinct: usize,
    /// Units that the stock has by them, where there is a stock.
    pub(super) units: Option<usize>,
}

/// A server's process and folder.
pub(super) struct Server {
    kind: Contender,
    folder: PathBuf,
    address: SocketAddr,
    // Ends with this.
    _process: Process,
}

/// Makes the site of the bench in `folder`, as if it had been imported, for [`Server::start`] to copy.
///
/// # Errors
/// Those of the disk, as text.
pub(super) fn furnish(folder: &Path) -> Done<()> {
    std::fs::create_dir_all(folder).map_err(text)?;
    let file = folder.join(LEDGER);
    let ledger = Ledger::open(&file).map_err(text)?;
    ledger.create_site(&load::site(), "Europe/Berlin").map_err(text)?;
    let pepper = ledger.pepper().map_err(text)?;
    drop(ledger);
    let picture = folder.join("picture.db");
    let size = Size {
        items: site::LEAST_ITEMS,
        lots: 2 * site::LEAST_ITEMS,
        serials: 0,
    };
    site::build(&picture, &size, |_| ()).map_err(text)?;
    site::import(&file, &picture, load::site().as_str()).map_err(text)?;
    // The site keeps PINs with a pepper of its own.
    let pin = PinHash::new(site::PIN, [1; 16], &pepper, PinCost::LEAST).map_err(text)?;
    let ledger = Connection::open(&file).map_err(text)?;
    ledger
        .execute("UPDATE person SET pin = ?1", params![pin.to_string()])
        .map_err(text)?;
    drop(ledger);
    Ledger::settle(&file).map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Server {
    /// Starts the server of `contender` on a new folder. `syncs`: see [`Process::start`].
    ///
    /// # Errors
    /// When it does not start.
    pub(super) fn start(setup: &Setup, contender: Contender, folder: PathBuf, syncs: Option<&Path>) -> Done<Self> {
        std::fs::create_dir_all(&folder).map_err(text)?;
        let name = folder.to_string_lossy().into_owned();
        let (process, address) = match contender {
            Contender::Ours => {
                std::fs::copy(setup.site.join(LEDGER), folder.join(LEDGER)).map_err(text)?;
                said(Process::start(own(&["gateway", &name, "127.0.0.1:0"])?, syncs)?)?
            }
            Contender::OutboxSingle | Contender::OutboxBatched | Contender::PowerSync => {
                said(Process::start(own(&[endpoint::WORD, &name])?, syncs)?)?
            }
            Contender::PouchDb => pouchdb(setup, &folder, syncs)?,
        };
        Ok(Server {
            kind: contender,
            folder,
            address,
            _process: process,
        })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the device must know to join, reaching the server at `url`.
    ///
    /// # Errors
    /// The ledger's, as text.
    pub(super) fn invitation(&self, url: &str) -> Done<String> {
        if self.kind != Contender::Ours {
            return Ok(url.to_owned());
        }
        let ledger = Ledger::open(&self.folder.join(LEDGER)).map_err(text)?;
        let device = DeviceId::new(DEVICE).map_err(text)?;
        let cart = PlaceId::new("CART-1").map_err(text)?;
        let code = ledger.issue_code_for(&device, DEVICE, &cart).map_err(text)?;
        Ok(format!("{url} {code}"))
    }

    /// Reads its disk, or, where only the server itself can, asks it for all it has.
    ///
    /// # Errors
    /// Those of disk and server, as text.
    pub(super) fn stands(&self) -> Done<Stands> {
        match self.kind {
            Contender::Ours => self.in_the_ledger(),
            Contender::PouchDb => self.in_couch(),
            _ => {
                let database = read_only(&self.folder.join(endpoint::FILE))?;
                let mut statement = database.prepare("SELECT body FROM event").map_err(text)?;
                let bodies = statement.query_map([], |row| row.get::<_, String>(0)).map_err(text)?;
                let mut found = Found::default();
                for body in bodies {
                    found.event(&serde_json::from_str(&body.map_err(text)?).map_err(text)?);
                }
                Ok(found.stands(None))
            }
        }
    }

    /// Entries that received a unit, by their serials; and the stock, once all of them are applied.
    fn in_the_ledger(&self) -> Done<Stands> {
        let database = read_only(&self.folder.join(LEDGER))?;
        let number = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(text);
        let began = super::now();
        while number("SELECT count(*) FROM entry WHERE change IS NULL")? > 0 {
            if super::now() - began > PATIENCE {
                return Err("the gateway does not apply what it has received".into());
            }
            super::pause(Duration::from_millis(20));
        }
        let mut statement = database.prepare("SELECT bytes FROM entry").map_err(text)?;
        let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).map_err(text)?;
        let mut found = Found::default();
        for bytes in rows {
            let entry: Value = serde_json::from_slice(&bytes.map_err(text)?).map_err(text)?;
            if entry["body"]["kind"] == "received" {
                found.serial(entry["body"]["goods"]["serial"]["serial"].as_str());
            }
        }
        let units = number(
            "SELECT CAST(coalesce(sum(amount), 0) / 1000000 AS INTEGER) FROM stock
             WHERE lot = 'SYNC' AND account LIKE 'place:%'",
        )?;
        Ok(found.stands(usize::try_from(units).ok()))
    }

    fn in_couch(&self) -> Done<Stands> {
        let mut http = load::http::Http::new(self.address);
        let answer = http
            .ask(
                "GET",
                "/scans/_all_docs?include_docs=true",
                "connection: close\r\n",
                b"",
            )
            .map_err(text)?;
        let all: Value = serde_json::from_slice(&answer.body).map_err(text)?;
        let mut found = Found::default();
        for row in all["rows"].as_array().into_iter().flatten() {
            found.event(&row["doc"]);
        }
        Ok(found.stands(None))
    }
}

/// Scans as they are found.
#[derive(Default)]
struct Found {
    rows: usize,
    serials: BTreeSet<String>,
}

impl Found {
    fn event(&mut self, event: &Value) {
        self.serial(event["serial"].as_str());
    }

    fn serial(&mut self, serial: Option<&str>) {
        self.rows += 1;
        self.serials.extend(serial.map(ToOwned::to_owned));
    }

    fn stands(&self, units: Option<usize>) -> Stands {
        Stands {
            rows: self.rows,
            distinct: self.serials.len(),
            units,
        }
    }
}

fn read_only(file: &Path) -> Done<Connection> {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(text)
}

/// A server that says where it listens.
fn said(mut process: Process) -> Done<(Process, SocketAddr)> {
    let line = process.hear()?;
    let address = line.parse().map_err(|_| format!("a server said {line:?}"))?;
    Ok((process, address))
}

/// `pouchdb-server` on `LevelDB`, as its package starts it. It is told a port that was free a moment ago.
fn pouchdb(setup: &Setup, folder: &Path, syncs: Option<&Path>) -> Done<(Process, SocketAddr)> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(text)?;
    let address = free.local_addr().map_err(text)?;
    drop(free);
    let mut node = Command::new("node");
    node.arg(setup.peers.join("node_modules/pouchdb-server/bin/pouchdb-server"))
        .args(["--port", &address.port().to_string(), "--host", "127.0.0.1"])
        .args(["--no-stdout-logs", "--dir"])
        .arg(folder)
        .arg("--config")
        .arg(folder.join("config.json"))
        .current_dir(folder)
        .stderr(Stdio::null());
    let process = Process::start(node, syncs)?;
    let began = super::now();
    while TcpStream::connect(address).is_err() {
        if super::now() - began > Duration::from_mins(1) {
            return Err("pouchdb-server does not listen".into());
        }
        super::pause(Duration::from_millis(20));
    }
    Ok((process, address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::{event, serial};

    #[test]
    fn what_is_there_twice_and_what_is_missing_is_told_apart() {
        let mut found = Found::default();
        for scan in [0, 1, 1, 3] {
            found.event(&event("id", scan, 0));
        }
        assert!(found.serials.contains(&serial(3)) && !found.serials.contains(&serial(2)));
        let stands = found.stands(None);
        assert_eq!((stands.rows, stands.distinct), (4, 3));
    }
}
