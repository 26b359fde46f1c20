//! Who is measured, and the way of one of them through one run.

use super::process::{Process, count, own};
use super::proxy::{Counts, Proxy};
use super::server::{Server, Stands};
use super::{Done, handheld, now, outbox};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What the runs have in common.
pub(super) struct Setup {
    /// The gateway's site, to be copied.
    pub(super) site: PathBuf,
    /// Where the peers from npm are installed.
    pub(super) peers: PathBuf,
    /// Where files are made.
    pub(super) folder: PathBuf,
    /// Scans of a run.
    pub(super) scans: usize,
    /// Scans that one request carries at most, where there is a choice.
    pub(super) batch: usize,
}

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Contender {
    /// The core and the gateway.
    Ours,
    /// A request an event.
    OutboxSingle,
    /// Many events a request.
    OutboxBatched,
    /// `PouchDB`, replicating to pouchdb-server.
    PouchDb,
    /// `PowerSync`'s client, uploading to the outboxes' endpoint.
    PowerSync,
}

/// When something outlives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Before the call returns.
    Synced,
    /// When the write-ahead log is next written back.
    Checkpoint,
    /// When the operating system writes its pages.
    System,
}

impl Class {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Class::Synced => "synced before it is told",
            Class::Checkpoint => "at the next checkpoint",
            Class::System => "when the system writes it",
        }
    }
}

impl Contender {
    pub(super) const ALL: [Contender; 5] = [
        Contender::Ours,
        Contender::OutboxSingle,
        Contender::OutboxBatched,
        Contender::PowerSync,
        Contender::PouchDb,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Contender::Ours => "lotline",
            Contender::OutboxSingle => "outbox, one by one",
            Contender::OutboxBatched => "outbox, batched",
            Contender::PouchDb => "PouchDB 9.0.0 → pouchdb-server 4.2.0",
            Contender::PowerSync => "@powersync/node 1.1.0",
        }
    }

    /// When a scan outlives a power cut of the device, and of the server.
    pub(super) const fn classes(self) -> (Class, Class) {
        match self {
            // journal.db; ledger.db. outbox.db; events.db. All `synchronous=FULL`.
            Contender::Ours | Contender::OutboxSingle | Contender::OutboxBatched => (Class::Synced, Class::Synced),
            // WAL with better-sqlite3's default, `synchronous=NORMAL`; the endpoint of the outboxes.
            Contender::PowerSync => (Class::Checkpoint, Class::Synced),
            // LevelDB without `sync` on both sides.
            Contender::PouchDb => (Class::System, Class::System),
        }
    }

    /// Whether it comes from npm.
    pub(super) const fn is_foreign(self) -> bool {
        matches!(self, Contender::PouchDb | Contender::PowerSync)
    }

    fn device(self, setup: &Setup, folder: &Path, proxy: &Proxy) -> Done<Command> {
        let (name, batch) = (folder.to_string_lossy(), setup.batch.to_string());
        let url = proxy.url();
        let address = url.trim_start_matches("http://");
        match self {
            Contender::Ours => own(&[handheld::WORD, &name]),
            Contender::OutboxSingle => own(&[outbox::WORD, &name, address, "1"]),
            Contender::OutboxBatched => own(&[outbox::WORD, &name, address, &batch]),
            Contender::PouchDb => Ok(node(setup, "pouchdb.mjs", &[&name, &url, &batch])),
            Contender::PowerSync => Ok(node(setup, "powersync.mjs", &[&name, &url, &batch])),
        }
    }
}

fn node(setup: &Setup, script: &str, words: &[&str]) -> Command {
    let mut node = Command::new("node");
    node.arg(script).args(words).current_dir(&setup.peers);
    node
}

/// What a run looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    /// Times, on a network that loses nothing.
    Sound,
    /// One answer of five is lost after the server gave it.
    Lossy,
    /// Calls that sync a file; nothing is timed, as watching slows.
    Counted,
}

/// One contender in one run.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) capture: Duration,
    pub(super) reopen: Duration,
    /// Scans that were told good and did not wait to be sent after the kill.
    pub(super) gone: u64,
    /// Until the last scan was told to be durable at the server.
    pub(super) durable: Duration,
    /// Until the device had nothing more to do.
    pub(super) drained: Duration,
    pub(super) counts: Counts,
    pub(super) stands: Stands,
    /// Rows more after a second drain, and requests that it took.
    pub(super) second: (usize, u64),
    /// Calls that sync a file: the device while it captures, the device while it drains, the server while it drains.
    pub(super) syncs: [u64; 3],
}

impl Seen {
    /// Scans that the server does not have.
    pub(super) fn lost(&self, scans: usize) -> usize {
        scans.saturating_sub(self.stands.distinct)
    }

    /// Scans that it has once too often, as rows or in the stock.
    pub(super) fn doubled(&self, scans: usize) -> usize {
        let rows = self.stands.rows - self.stands.distinct;
        rows.max(self.stands.units.unwrap_or(0).saturating_sub(scans))
    }

    /// Scans that are there and have no effect.
    pub(super) fn without_effect(&self, scans: usize) -> usize {
        self.stands.units.map_or(0, |units| scans.saturating_sub(units))
    }

    /// Whether nothing is lost, doubled, or added by the second drain.
    pub(super) fn is_exact(&self, scans: usize) -> bool {
        self.lost(scans) + self.doubled(scans) + self.without_effect(scans) + self.second.0 == 0 && self.gone == 0
    }
}

/// Plays one run: capture, SIGKILL, reopen, drain, drain again.
///
/// # Errors
/// What a device or server says that cannot go on.
pub(super) fn play(setup: &Setup, contender: Contender, variant: Variant) -> Done<Seen> {
    let text = |error: std::io::Error| error.to_string();
    let folder = tempfile::tempdir_in(&setup.folder).map_err(text)?;
    let at = |name: &str| folder.path().join(name);
    let is_counted = variant == Variant::Counted;
    let files = [at("first.calls"), at("second.calls"), at("server.calls")];
    let watch = |file: usize| is_counted.then(|| files[file].as_path());
    let device_folder = at("device");
    std::fs::create_dir(&device_folder).map_err(text)?;

    let server = Server::start(setup, contender, at("server"), watch(2))?;
    let proxy = Proxy::to(server.address()).map_err(text)?;
    let mut seen = Seen::default();

    let mut device = Process::start(contender.device(setup, &device_folder, &proxy)?, watch(0))?;
    device.hear_of("ready")?;
    device.tell(&format!("prepare {}", server.invitation(&proxy.url())?))?;
    device.hear_of("prepared")?;
    let before = count(&files[0]);
    let began = now();
    device.tell(&format!("capture {}", setup.scans))?;
    device.hear_of("captured")?;
    seen.capture = now() - began;
    seen.syncs[0] = count(&files[0]) - before;
    device.kill()?;
    drop(device);

    let began = now();
    let mut device = Process::start(contender.device(setup, &device_folder, &proxy)?, watch(1))?;
    let waiting = device.hear_of("ready")?;
    seen.reopen = now() - began;
    let waiting: u64 = waiting.parse().map_err(|_| format!("ready {waiting}?"))?;
    seen.gone = (setup.scans as u64).saturating_sub(waiting);

    proxy.take();
    proxy.lose(variant == Variant::Lossy);
    let before = [count(&files[1]), count(&files[2])];
    let began = now();
    device.tell("drain")?;
    device.hear_of("durable")?;
    seen.durable = now() - began;
    device.hear_of("drained")?;
    seen.drained = now() - began;
    seen.counts = proxy.take();
    proxy.lose(false);
    seen.syncs[1] = count(&files[1]) - before[0];
    seen.stands = server.stands()?;
    seen.syncs[2] = count(&files[2]) - before[1];

    proxy.take();
    device.tell("drain")?;
    device.hear_of("durable")?;
    device.hear_of("drained")?;
    let after = server.stands()?;
    seen.second = (after.rows - seen.stands.rows, proxy.take().requests);
    Ok(seen)
}
