//! The gateway in a process of its own, so that what it uses is counted apart and a signal can end it.

use lotline_record::model::SiteId;
use lotline_server::{Config, Ledger, Server};
use std::error::Error;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use tokio::signal::unix::{SignalKind, signal};

/// The word that makes this program a gateway.
pub(super) const WORD: &str = "gateway";
/// Where it finds its ledger's database.
const POSTGRES: &str = "LOTLINE_POSTGRES";

/// The site of the load.
pub(crate) fn site() -> SiteId {
    SiteId::new("DC-1").unwrap()
}

/// Serves `data` at `address` until SIGTERM comes or standard input ends; says where it listens.
///
/// # Errors
/// What keeps it from starting or from being stopped.
pub fn serve(data: &Path, address: SocketAddr) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut config = Config::new(address, data.into(), site(), "Europe/Berlin");
    config.postgres = std::env::var(POSTGRES).ok();
    let running = runtime.block_on(Server::start(config))?;
    let (end, ended) = channel();
    let told = end.clone();
    // Nobody hears of a second reason to end.
    std::thread::spawn(move || drop(told.send(std::io::stdin().read_to_end(&mut Vec::new()).map(drop))));
    let mut asked = runtime.block_on(async { signal(SignalKind::terminate()) })?;
    runtime.spawn(async move {
        asked.recv().await;
        drop(end.send(Ok(())));
    });
    println!("{}", running.addr());
    ended.recv()??;
    runtime.block_on(running.stop());
    Ok(())
}

/// Its process and data folder.
#[derive(Debug)]
pub(super) struct Gateway {
    program: PathBuf,
    data: tempfile::TempDir,
    address: SocketAddr,
    postgres: Option<String>,
    child: Option<Child>,
}

impl Gateway {
    /// Starts `program` as a gateway on a new folder and a free port, its ledger in the database `postgres` or in a file.
    pub(super) fn start(program: PathBuf, postgres: Option<String>) -> Self {
        let mut gateway = Gateway {
            program,
            data: tempfile::tempdir().unwrap(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            postgres,
            child: None,
        };
        gateway.restart();
        gateway
    }

    /// Starts the process again, on the port it had.
    pub(super) fn restart(&mut self) {
        let mut child = Command::new(&self.program)
            .arg(WORD)
            .arg(self.data.path())
            .arg(self.address.to_string())
            .envs(self.postgres.iter().map(|url| (POSTGRES, url)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        self.address = line.trim().parse().expect("it says where it listens");
        self.child = Some(child);
    }

    /// SIGTERM; gives how it ended, once it has.
    pub(super) fn terminate(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("it runs");
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        child.wait().unwrap()
    }

    /// The process's number.
    pub(super) fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data folder.
    pub(super) fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its ledger's database where that stands in PostgreSQL.
    pub(super) fn postgres(&self) -> Option<&str> {
        self.postgres.as_deref()
    }

    /// Its ledger, opened beside it.
    pub(super) fn ledger(&self) -> Ledger {
        match &self.postgres {
            Some(url) => Ledger::open_postgres(url, &site(), &self.data.path().join("observer.db")).unwrap(),
            None => Ledger::open(&self.data.path().join("ledger.db")).unwrap(),
        }
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
