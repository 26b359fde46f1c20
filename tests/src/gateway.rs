//! The real gateway as a child process, and what its database says when it is opened afresh.

use crate::postgres;
use lotline_record::entry::{Hash, Position};
use lotline_record::model::{DeviceId, PlaceId, SiteId};
use lotline_server::Ledger;
use rusqlite::{Connection, OpenFlags};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The site of all tests.
pub const SITE: &str = "DC-1";

/// A gateway's process and data folder.
#[derive(Debug)]
pub struct Gateway {
    binary: PathBuf,
    data: tempfile::TempDir,
    address: SocketAddr,
    wms: Option<String>,
    /// The ledger's database where it stands in PostgreSQL.
    postgres: Option<String>,
    /// The issuer of its identity provider.
    provider: Option<String>,
    child: Option<Child>,
}

/// An entry as the gateway has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its place in the device's chain.
    pub position: Position,
    /// Its hash.
    pub hash: Hash,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What became of it, once that is known.
    pub verdict: Option<String>,
}

impl Gateway {
    /// Starts `binary` (the test's `CARGO_BIN_EXE_gateway`) on a new folder and a free port.
    pub fn start(binary: &str) -> Self {
        Gateway::telling(binary, None)
    }

    /// As [`Gateway::start`]; movements go to the URL `wms`.
    pub fn telling(binary: &str, wms: Option<&str>) -> Self {
        let cluster = std::env::var(postgres::CLUSTER).ok();
        Gateway::keeping(binary, wms, cluster.map(|url| postgres::database(&url)))
    }

    /// As [`Gateway::telling`], with its ledger in the PostgreSQL database `postgres`.
    pub fn keeping(binary: &str, wms: Option<&str>, postgres: Option<String>) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut gateway = Gateway {
            binary: binary.into(),
            data,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            wms: wms.map(ToOwned::to_owned),
            postgres,
            provider: None,
            child: None,
        };
        gateway.ledger().create_site(&site(), "Europe/Berlin").unwrap();
        gateway.restart();
        gateway
    }

    /// Starts the process again, with people of the provider `issuer` at its console.
    pub fn vouched_for_by(&mut self, issuer: &str) {
        self.kill();
        self.provider = Some(issuer.to_owned());
        self.restart();
    }

    /// Starts the process again, on the port it had.
    pub fn restart(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let mut child = Command::new(&self.binary)
            .arg(self.data.path())
            .arg(self.address.to_string())
            .args(&self.wms)
            .envs(self.provider.iter().map(|url| ("LOTLINE_OIDC_ISSUER", url)))
            .envs(self.postgres.iter().map(|url| ("LOTLINE_POSTGRES", url)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        self.address = line
            .trim()
            .parse()
            .unwrap_or_else(|_| panic!("the gateway did not start: {line:?}"));
        self.child = Some(child);
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Its machine burns: the process, its folder and its database are gone. What comes next finds an empty folder and, where
    /// its ledger stood in PostgreSQL, an empty database.
    pub fn lose(&mut self) {
        self.kill();
        std::fs::remove_dir_all(self.data.path()).unwrap();
        std::fs::create_dir(self.data.path()).unwrap();
        if self.postgres.is_some() {
            let cluster = std::env::var(postgres::CLUSTER).unwrap();
            self.postgres = Some(postgres::database(&cluster));
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its ledger's database where that stands in PostgreSQL.
    pub fn postgres(&self) -> Option<&str> {
        self.postgres.as_deref()
    }

    /// Its ledger, opened afresh.
    pub fn ledger(&self) -> Ledger {
        match &self.postgres {
            // A replica of its own, beside the gateway's.
            Some(url) => Ledger::open_postgres(url, &site(), &self.data.path().join("observer.db")).unwrap(),
            None => Ledger::open(&self.data.path().join("ledger.db")).unwrap(),
        }
    }

    /// A one-time code for a device of that name.
    pub fn code(&self, device: &DeviceId, resource: &str) -> String {
        self.ledger()
            .issue_code_for(device, device.as_str(), &PlaceId::new(resource).unwrap())
            .unwrap()
    }

    /// Its database, read only, opened afresh.
    pub fn database(&self) -> Connection {
        let file = if self.postgres.is_some() {
            // Brought up to what PostgreSQL has.
            drop(self.ledger());
            "observer.db"
        } else {
            "ledger.db"
        };
        database(&self.data.path().join(file))
    }

    /// What it has of a device, in the order of receipt.
    pub fn arrived(&self, device: &DeviceId) -> Vec<Arrived> {
        let database = self.database();
        let mut statement = database
            .prepare(
                "SELECT e.epoch, e.seq, e.hash, e.bytes, v.verdict FROM entry e LEFT JOIN verdict v
                   ON v.device = e.device AND v.position = e.epoch * 1099511627776 + e.seq
                  WHERE e.device = ?1 ORDER BY e.arrival",
            )
            .unwrap();
        let rows = statement.query_map([device.as_str()], |row| {
            Ok(Arrived {
                position: Position::new(row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()),
                hash: Hash::from_slice(&row.get::<_, Vec<u8>>(2)?).unwrap(),
                bytes: row.get(3)?,
                verdict: row.get(4)?,
            })
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// Waits until every received entry has its verdict.
    pub fn settled(&self) {
        wait_until_settled(|| self.database());
    }

    /// One number from its database.
    pub fn number(&self, sql: &str) -> i64 {
        self.database().query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may be gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn database(file: &Path) -> Connection {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// Waits until every entry that the gateway of this data folder has received has its verdict.
pub fn settled(data: &Path) {
    wait_until_settled(|| database(&data.join("ledger.db")));
}

fn wait_until_settled(opened: impl Fn() -> Connection) {
    let open = || -> i64 {
        let sql = "SELECT count(*) FROM entry WHERE change IS NULL";
        opened().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    for _ in 0..3_000 {
        if open() == 0 {
            return;
        }
        // Nothing is ever sent: this waits.
        let _ = never.recv_timeout(std::time::Duration::from_millis(10));
    }
    panic!("{} entries were never applied", open());
}

/// The site of all tests.
pub fn site() -> SiteId {
    SiteId::new(SITE).unwrap()
}
