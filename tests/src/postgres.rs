//! A private PostgreSQL cluster: made for one run in a folder of its own, reached through a socket there, killed on demand.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Names the cluster (`host=… user=… dbname=postgres`) on which the suites that hold for both ledgers run.
pub const CLUSTER: &str = "LOTLINE_TEST_POSTGRES";

/// The cluster and its server process.
#[derive(Debug)]
pub struct Cluster {
    folder: tempfile::TempDir,
    server: Option<Child>,
    /// On loopback besides, with whether it speaks TLS.
    port: Option<(u16, bool)>,
    /// What was written is synced to the disk before it counts.
    synced: bool,
}

/// Where Debian keeps the newest version's programs; elsewhere they are on the path.
fn program(name: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}

/// PostgreSQL refuses to run as root: then as the user that its package makes.
fn servant() -> Option<(u32, u32)> {
    let own = std::fs::metadata("/proc/self").ok()?;
    if std::os::unix::fs::MetadataExt::uid(&own) != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn command(name: &str) -> Command {
    let mut command = Command::new(program(name));
    if let Some((user, group)) = servant() {
        command.uid(user).gid(group);
    }
    // A folder that the other user may enter.
    command.current_dir("/").stdin(Stdio::null());
    command
}

impl Cluster {
    /// Makes one and starts it.
    pub fn start() -> Self {
        let mut cluster = Cluster::make();
        cluster.restart();
        cluster
    }

    /// One for many small databases that come and go: with each that goes it would sync the whole disk. Killed, it loses no more
    /// than another; only a power cut would show the difference.
    pub fn unsynced() -> Self {
        let mut cluster = Cluster::make();
        cluster.synced = false;
        cluster.restart();
        cluster
    }

    /// One that listens on loopback besides, over TLS with that certificate and key (PEM), or in the clear without.
    pub fn listening(tls: Option<(&str, &str)>) -> Self {
        let mut cluster = Cluster::make();
        if let Some(tls) = tls {
            cluster.certify(tls);
        }
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        cluster.port = Some((free.local_addr().unwrap().port(), tls.is_some()));
        drop(free);
        cluster.restart();
        cluster
    }

    /// Gives it that certificate and key (PEM), with which it starts next.
    pub fn certify(&self, (certificate, key): (&str, &str)) {
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let path = self.folder.path().join("data").join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            if let Some((user, group)) = servant() {
                chown(&path, Some(user), Some(group)).unwrap();
            }
        }
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.port.expect("it listens there").0
    }

    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some((user, group)) = servant() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let made = command("initdb")
            .args([
                "--username=lotline",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(folder.path().join("data"))
            .output()
            .unwrap_or_else(|error| panic!("initdb of PostgreSQL: {error}; `cargo xtask install postgres` brings it"));
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Cluster {
            folder,
            server: None,
            port: None,
            synced: true,
        }
    }

    /// Starts the server, after a kill or at first, and waits until it takes connections.
    pub fn restart(&mut self) {
        assert!(self.server.is_none(), "it runs already");
        let socket = format!("unix_socket_directories={}", self.folder.path().display());
        let port = self.port;
        let listening = format!("listen_addresses={}", port.map_or("", |_| "127.0.0.1"));
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .unwrap();
        let server = command("postgres")
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args(["-c", &listening, "-c", &socket, "-c", "max_connections=200"])
            .args((!self.synced).then_some(["-c", "fsync=off"]).into_iter().flatten())
            .args(port.iter().flat_map(|(port, tls)| {
                let tls = if *tls { "ssl=on" } else { "ssl=off" };
                ["-c".to_owned(), format!("port={port}"), "-c".to_owned(), tls.to_owned()]
            }))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.server = Some(server);
        for _ in 0..600 {
            let ready = command("pg_isready")
                .args(["-q", "-U", "lotline", "-d", "postgres", "-h"])
                .arg(self.folder.path())
                .args(port.iter().flat_map(|(port, _)| ["-p".to_owned(), port.to_string()]))
                .status()
                .unwrap();
            if ready.success() {
                return;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("PostgreSQL did not start:\n{log}");
    }

    /// SIGKILL to the server: its children go with it, nothing is written any more.
    pub fn kill(&mut self) {
        let mut server = self.server.take().expect("it runs");
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// Its folder, where the socket is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What its own log says of an end that nobody asked for, a full disk or a process that was killed; nothing otherwise.
    pub fn troubles(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let trouble = |line: &&str| {
            ["PANIC:", "was terminated by signal", "No space left"]
                .iter()
                .any(|sign| line.contains(sign))
        };
        log.lines().filter(trouble).map(str::to_owned).collect()
    }

    /// How to reach its first database.
    pub fn url(&self) -> String {
        let port = self.port.map_or_else(String::new, |(port, _)| format!(" port={port}"));
        format!(
            "host={} user=lotline dbname=postgres{port}",
            self.folder.path().display()
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        // By its own pid: an immediate stop. It may be gone already.
        let _ = server.kill();
        let _ = server.wait();
    }
}

/// What `pg_dump` says of the ledger's schema in the database of `url`.
pub fn dump(url: &str) -> Vec<u8> {
    let said = command("pg_dump")
        .args(["--schema=lotline", "-d", url])
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    said.stdout
}

/// Puts the database of `url` back to a [`dump`].
pub fn put_back(url: &str, dump: &[u8]) {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    client.batch_execute("DROP SCHEMA lotline CASCADE").unwrap();
    let mut psql = command("psql");
    psql.args(["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "-d", url]);
    let mut psql = psql.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    std::io::Write::write_all(psql.stdin.as_mut().unwrap(), dump).unwrap();
    assert!(psql.wait().unwrap().success());
}

/// A database of its own in the cluster that these tests share.
pub fn shared() -> String {
    let cluster = std::env::var(CLUSTER);
    database(&cluster.expect("a cluster: run `cargo xtask test --postgres`"))
}

/// A new database in the cluster of `url`.
pub fn database(url: &str) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("t_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    format!("{url} dbname={name}")
}
