//! Many devices that sign live against one gateway in its own process: how fast it receives and applies, what it does at ten times
//! a large site's mean for minutes, and whether a stop in the middle loses anything. Behind `cargo xtask load`.
//!
//! Rates count rows that were read back from the database, with every hash, link and signature checked: an answer proves nothing.

#![allow(clippy::cast_precision_loss, reason = "counts and rates stay far below 2^53")]
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a load that cannot go on stops"
)]

mod check;
mod command;
pub mod day;
mod device;
mod entries;
mod gateway;
pub(crate) mod http;
mod process;
mod report;
mod steady;

use check::Database;
use device::{Device, Stopped};
use entries::Shift;
use gateway::Gateway;
use http::Http;
use lotline_record::entry::Instant as Stamp;
use lotline_record::model::PlaceId;
use lotline_record::wire::proof::PublicKey;
use process::Used;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub use command::run;
pub use gateway::serve;
pub(crate) use gateway::site;
pub(crate) use process::load_average;
pub use report::{Budget, Line, Report};

/// Entries a second that must be received.
const RECEIVED: f64 = 10_000.0;
/// Entries a second that must be applied.
const APPLIED: f64 = 2_500.0;
/// What one device has not sent after a long time without a network.
const QUEUE: usize = 10_000;

/// How much.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Devices.
    pub devices: usize,
    /// Entries that each of them has to send at first.
    pub queue: usize,
    /// Entries of one push in the first phase.
    pub batch: usize,
    /// Entries a second of all devices in the steady phase.
    pub rate: f64,
    /// How long that lasts.
    pub steady: Duration,
    /// Entries that one device sends after a long time alone.
    pub alone: usize,
}

impl Default for Asked {
    fn default() -> Self {
        Asked {
            devices: 500,
            queue: 200,
            batch: 100,
            rate: 1_160.0,
            steady: Duration::from_mins(30),
            alone: QUEUE,
        }
    }
}

impl Asked {
    /// Few devices for seconds: what must hold on any machine.
    pub fn quick() -> Self {
        Asked {
            devices: 12,
            queue: 50,
            batch: 10,
            rate: 60.0,
            steady: Duration::from_secs(4),
            alone: 1_500,
        }
    }
}

/// The clock of the load.
#[allow(clippy::disallowed_methods, reason = "what is measured here is time")]
fn now() -> Instant {
    Instant::now()
}

/// The devices' clock.
#[allow(clippy::disallowed_methods, reason = "the devices' clock")]
fn wall() -> Stamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Stamp::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn pause(time: Duration) {
    let until = now() + time;
    while let Some(left) = until.checked_duration_since(now()).filter(|left| !left.is_zero()) {
        std::thread::park_timeout(left);
    }
}

/// All devices at once, each on a thread of its own.
fn together<T: Send>(devices: &mut [Device], work: impl Fn(&mut Device) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let work = &work;
        let all: Vec<_> = devices
            .iter_mut()
            .map(|device| {
                let small = std::thread::Builder::new().stack_size(512 * 1024);
                small.spawn_scoped(scope, move || work(device)).unwrap()
            })
            .collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// What must have gone well.
fn well<T>(all: Vec<Result<T, Stopped>>) -> Vec<T> {
    all.into_iter()
        .map(|one| one.unwrap_or_else(|stopped| panic!("a device stopped: {stopped}")))
        .collect()
}

/// How far the gateway is, by its own metrics.
#[derive(Debug, Clone, Copy, Default)]
struct Behind {
    entries: f64,
    seconds: f64,
}

fn behind(http: &mut Http) -> Option<Behind> {
    let answer = http.ask("GET", "/metrics", "", &[]).ok()?;
    let text = String::from_utf8_lossy(&answer.body);
    let of = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().parse().ok()
    };
    Some(Behind {
        entries: of("lotline_apply_lag_entries ")?,
        seconds: of("lotline_apply_lag_seconds ")?,
    })
}

/// Waits until everything received is applied; gives how long that took.
fn applied(gateway: &Gateway) -> Duration {
    let (began, mut http) = (now(), Http::new(gateway.address()));
    while behind(&mut http).is_none_or(|behind| behind.entries > 0.0) {
        pause(Duration::from_millis(50));
        assert!(now() - began < Duration::from_mins(20), "the applier stands still");
    }
    now() - began
}

fn used(used: Used, took: Duration) -> String {
    let share = |seconds: f64| 100.0 * seconds / took.as_secs_f64().max(0.001);
    format!(
        "gateway {:.0} %, PostgreSQL {:.0} %, clients {:.0} % of a core",
        share(used.gateway),
        share(used.postgres),
        share(used.clients)
    )
}

/// One run: its gateway, its devices, and what was seen.
struct Run<'a> {
    asked: &'a Asked,
    gateway: Gateway,
    devices: Vec<Device>,
    site_key: PublicKey,
    shift: Shift,
    report: Report,
    say: &'a dyn Fn(&str),
}

/// All phases. `postgres`: the database the ledger stands in; without one it is a file.
pub fn play(program: PathBuf, asked: &Asked, postgres: Option<String>, say: &dyn Fn(&str)) -> Report {
    let mut report = Report::default();
    let ledger = if postgres.is_some() { "PostgreSQL" } else { "SQLite" };
    report.tell(
        "ledger, load average at the start",
        format!("{ledger}, {}", process::load_average()),
    );
    let gateway = Gateway::start(program, postgres);
    // One more writes while others work, and one forges.
    let mut devices: Vec<Device> = (0..asked.devices + 2)
        .map(|number| Device::new(number, gateway.address()))
        .collect();
    say("enrolling");
    let ledger = gateway.ledger();
    let codes: Vec<String> = (devices.iter().enumerate())
        .map(|(number, device)| {
            let resource = PlaceId::new(format!("CART-{number}")).unwrap();
            let name = &device.tip.device;
            ledger.issue_code_for(name, name.as_str(), &resource).unwrap()
        })
        .collect();
    drop(ledger);
    let began = now();
    let keys = well(together(&mut devices, |device| {
        let key = device.enrol(&codes[device.number()])?;
        device.sign_in().map(|()| key)
    }));
    let site_key = keys.into_iter().next().expect("there are devices");
    let held: u64 = devices.iter().map(|device| device.held_back).sum();
    let asked_for: u64 = devices.iter().map(|device| device.requests).sum();
    report.tell(
        "enrolled at once, behind one address",
        format!(
            "{} devices, {asked_for} requests, {held} answered 429 and sent again after `Retry-After`, {:.1} s",
            devices.len(),
            (now() - began).as_secs_f64()
        ),
    );
    let mut run = Run {
        asked,
        gateway,
        devices,
        site_key,
        shift: Shift::recorded(),
        report,
        say,
    };
    run.received();
    run.alone();
    run.steady();
    run.stopped();
    run.whole();
    run.report
}

impl Run<'_> {
    fn at_work(&mut self) -> &mut [Device] {
        &mut self.devices[..self.asked.devices]
    }

    fn read_back(&mut self) -> check::Found {
        Database::of(&self.gateway).read_back(&self.devices, &self.site_key)
    }

    /// Everybody comes back at once with a queue.
    fn received(&mut self) {
        (self.say)("received, then applied");
        let (queue, batch, pid) = (self.asked.queue, self.asked.batch, self.gateway.pid());
        let shift = Shift::recorded();
        together(self.at_work(), |device| {
            for _ in 0..queue {
                device.capture(&shift, wall());
            }
        });
        let (began, before) = (now(), Used::now(pid));
        well(together(self.at_work(), |device| device.drain(batch)));
        let took = now() - began;
        let receiving = Used::now(pid).since(before);
        let left = behind(&mut Http::new(self.gateway.address()))
            .unwrap_or_default()
            .entries;
        let (since, before) = (now(), Used::now(pid));
        applied(&self.gateway);
        let draining = now() - since;
        let applying = Used::now(pid).since(before);
        let found = self.read_back();
        let whole = found.is_all_of(&self.devices);
        let bytes: u64 = self.devices.iter().map(|device| device.bytes).sum();
        let rows = found.entries as f64;
        let rate = rows / took.as_secs_f64();
        self.report.timed(
            "received: rows read back, hash, link and signatures checked",
            format!(
                "{rate:.0}/s ({} rows of {:.0} bytes in {:.1} s, {} pushes)",
                found.entries,
                bytes as f64 / rows.max(1.0),
                took.as_secs_f64(),
                found.proofs
            ),
            "≥ 10,000/s",
            rate >= RECEIVED,
        );
        self.report.must(
            "of what was sent, there once and whole",
            format!("{} of {}", found.entries, self.sent()),
            "all",
            whole,
        );
        self.wrong(&found);
        self.report.tell("while receiving", used(receiving, took));
        let rate = left / draining.as_secs_f64().max(0.001);
        self.report.timed(
            "applied, once nobody sends",
            format!("{rate:.0}/s ({left:.0} entries in {:.1} s)", draining.as_secs_f64()),
            "≥ 2,500/s",
            rate >= APPLIED,
        );
        self.report.tell("while applying", used(applying, draining));
        self.report.tell(
            "received and applied, from the first push on",
            format!("{:.0}/s", rows / (took + draining).as_secs_f64()),
        );
    }

    fn sent(&self) -> u64 {
        self.devices.iter().map(|device| device.tip.seq).sum()
    }

    fn wrong(&mut self, found: &check::Found) {
        for wrong in found.wrong.iter().take(3) {
            self.report
                .must("in the database", wrong.clone(), "nothing wrong", false);
        }
    }

    /// One device has been without a network for long.
    fn alone(&mut self) {
        (self.say)("one long queue");
        let (queue, shift) = (self.asked.alone, Shift::recorded());
        let device = &mut self.devices[self.asked.devices];
        for _ in 0..queue {
            device.capture(&shift, wall());
        }
        let (began, before, held) = (now(), device.requests, device.held_back);
        well(vec![device.drain(lotline_record::wire::BATCH_ENTRIES)]);
        let (requests, held) = (device.requests - before, device.held_back - held);
        self.report.must(
            "one device drains a long queue",
            format!(
                "{queue} entries by {requests} requests in {:.1} s, {held} answered 429 (limit: 1,000 at once, then 50/s)",
                (now() - began).as_secs_f64()
            ),
            "no 429",
            held == 0,
        );
        applied(&self.gateway);
    }

    /// SIGTERM while everybody sends.
    fn stopped(&mut self) {
        (self.say)("SIGTERM in the middle");
        let shift = Shift::recorded();
        let queue = self.asked.queue.div_ceil(4);
        together(self.at_work(), |device| {
            for _ in 0..queue {
                device.capture(&shift, wall());
            }
        });
        let half = (queue * self.asked.devices / 2) as u64;
        let stored = AtomicU64::new(0);
        let pushing = self.asked.devices;
        let (normal, _) = self.devices.split_at_mut(pushing);
        let gateway = &mut self.gateway;
        let (status, took, ends) = std::thread::scope(|scope| {
            let stored = &stored;
            let sending = scope.spawn(move || {
                together(normal, |device| {
                    while device.waiting() > 0 {
                        device.push(5)?;
                        stored.fetch_add(5, Ordering::Relaxed);
                    }
                    Ok(())
                })
            });
            while stored.load(Ordering::Relaxed) < half && !sending.is_finished() {
                pause(Duration::from_millis(1));
            }
            let began = now();
            let status = gateway.terminate();
            (status, now() - began, sending.join().unwrap())
        });
        let away = ends.iter().filter(|end: &&Result<(), Stopped>| end.is_err()).count();
        let found = self.read_back();
        let lost = self
            .devices
            .iter()
            .filter(|device| found.end(device) < device.acknowledged.0)
            .count();
        let unsent: usize = self.devices.iter().map(Device::waiting).sum();
        self.report.must(
            "SIGTERM while all send",
            format!(
                "{status} after {:.1} s; {away} devices were cut off with {unsent} entries; {lost} have less stored than acknowledged",
                took.as_secs_f64()
            ),
            "exit 0, nothing lost",
            status.success() && lost == 0 && away > 0,
        );
        self.wrong(&found);
        self.gateway.restart();
        well(together(self.at_work(), |device| {
            device.drain(lotline_record::wire::BATCH_ENTRIES)
        }));
        applied(&self.gateway);
    }

    /// Everything, at the end.
    fn whole(&mut self) {
        (self.say)("reading all of it back");
        let found = self.read_back();
        self.report.must(
            "in the end, rows there once and whole",
            format!(
                "{} of {}; {} signatures of devices, {} of the gateway hold",
                found.entries,
                self.sent(),
                found.proofs,
                found.receipts
            ),
            "all",
            found.is_all_of(&self.devices) && found.proofs > 0 && found.receipts > 0,
        );
        self.wrong(&found);
        let mut database = Database::of(&self.gateway);
        let verdicts = database.counted("coalesce(reason, verdict)", "verdict");
        let twice = self.twice();
        let open = database.number("count(*)", "exception", "WHERE state = 'open' AND gone = 0");
        self.report.must(
            "serials that two devices claim, each in one exception",
            format!("{open} of {twice}; verdicts {verdicts:?}"),
            "all, and no other",
            u64::try_from(open) == Ok(twice),
        );
        let units: u64 = self.devices.iter().map(Device::units).sum::<u64>() - twice;
        let stock = database.number("coalesce(sum(amount), 0)", "stock", "WHERE account LIKE 'place:%'");
        let balance = database.number("coalesce(sum(amount), 0)", "stock", "");
        self.report.must(
            "units in stock, each counted once",
            format!("{} of {units}, all accounts together {balance}", stock / 1_000_000),
            "all, 0",
            u64::try_from(stock) == Ok(units * 1_000_000) && balance == 0,
        );
    }

    /// Serials that two neighbours both have claimed.
    fn twice(&self) -> u64 {
        let mut claimed = BTreeSet::new();
        let mut twice = 0;
        for device in &self.devices {
            for seq in device.contested() {
                twice += u64::from(!claimed.insert((device.number() / 2, seq)));
            }
        }
        twice
    }
}
