//! The seeded simulator: one gateway and 1 to 50 devices of a store on a clock of their own, between them pipes that lose,
//! delay, double, cut and reorder. The engine, the device's store and the ledger are the real ones; the network, the clock
//! and the processes' lives are not. A run follows from its seed.
//!
//! | room | what lives there |
//! |---|---|
//! | [`clock`] | one time, and what a device's clocks make of it |
//! | [`pipe`] | what becomes of a request and of its answer |
//! | [`door`] | the gateway behind its door |
//! | [`device`] | the engine over the store, and what was captured |
//! | [`world`] | who does what when |
//! | [`invariants`] | what must hold, whatever happened |
//!
//! A [`Mutation`] lets one part err on purpose: a simulator that notices none of them shows nothing. They stand in wrappers
//! here; what ships has no switch.

pub mod clock;
pub mod device;
pub mod door;
pub mod invariants;
pub mod pipe;
pub mod world;

use crate::dice;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Seeds of worlds that failed once, one a line. They are played first.
pub const KEPT: &str = include_str!("kept.txt");

/// Seeds of worlds that break by a fault that is known and not mended, one a line.
pub const OPEN: &str = include_str!("open.txt");

/// The kept seeds and then so many from nought, without those that are [`OPEN`].
pub fn seeds(most: u64) -> Vec<u64> {
    let open = dice::seeds(OPEN, 0);
    let all = dice::seeds(KEPT, most);
    all.into_iter().filter(|seed| !open.contains(seed)).collect()
}

/// Something that must never be, said in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

/// A fault put in on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    /// The gateway says `stored_through` and dies before its commit.
    AckBeforeCommit,
    /// Intake stores what comes after a gap.
    SkipPrev,
    /// Intake answers a fork as if it were a repeat.
    IgnoreFork,
    /// A page is applied and the cursor stays.
    LoseCursor,
    /// Every failure is the first.
    ResetBackoff,
    /// Own effects are dropped when they are acknowledged, not when the picture includes them.
    PruneEarly,
    /// A resent entry is applied again.
    CountTwice,
}

impl Mutation {
    /// All, by their names.
    pub const ALL: [(&'static str, Mutation); 7] = [
        ("ack-before-commit", Mutation::AckBeforeCommit),
        ("skip-prev", Mutation::SkipPrev),
        ("ignore-fork", Mutation::IgnoreFork),
        ("lose-cursor", Mutation::LoseCursor),
        ("reset-backoff", Mutation::ResetBackoff),
        ("prune-early", Mutation::PruneEarly),
        ("count-twice", Mutation::CountTwice),
    ];

    /// By its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(word, _)| *word == name)
            .map(|(_, mutation)| *mutation)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, mutation)| *mutation == self)
            .map_or("", |(word, _)| word)
    }
}

/// What runs came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Worlds.
    pub worlds: u64,
    /// Devices in them.
    pub devices: u64,
    /// Milliseconds of devices' time.
    pub device_ms: u64,
    /// Captures.
    pub captures: u64,
    /// Requests.
    pub requests: u64,
    /// Faults by their kind.
    pub faults: BTreeMap<&'static str, u64>,
}

impl Report {
    fn add(&mut self, other: &Report) {
        self.worlds += other.worlds;
        self.devices += other.devices;
        self.device_ms += other.device_ms;
        self.captures += other.captures;
        self.requests += other.requests;
        for (what, times) in &other.faults {
            *self.faults.entry(what).or_default() += times;
        }
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hours = self.device_ms / 3_600_000;
        let faults: u64 = self.faults.values().sum();
        writeln!(
            f,
            "{} seeds, {} devices, {hours} device-hours, {} captures, {} requests, {faults} faults:",
            self.worlds, self.devices, self.captures, self.requests
        )?;
        let faults: Vec<String> = self
            .faults
            .iter()
            .map(|(what, times)| format!("{what} {times}"))
            .collect();
        write!(f, "{}", faults.join(", "))
    }
}

/// A world that broke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// What broke.
    pub broken: Broken,
    /// What happened, line by line.
    pub trace: Vec<String>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Failure { seed, broken, trace } = self;
        for line in &trace[trace.len().saturating_sub(40)..] {
            writeln!(f, "{line}")?;
        }
        writeln!(f, "seed {seed}: {}", broken.0)?;
        write!(f, "again, with every event: cargo xtask sim --seed {seed}")
    }
}

/// Plays a world.
///
/// # Errors
/// The first thing that broke.
pub fn play(seed: u64, mutation: Option<Mutation>) -> Result<(Report, Vec<String>), Failure> {
    let mut world = world::World::new(seed, mutation);
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.run())) {
        Ok(Ok(report)) => Ok((report, world.trace())),
        Ok(Err(broken)) => Err(Failure {
            seed,
            broken,
            trace: world.trace(),
        }),
        Err(panic) => {
            let word = panic.downcast_ref::<&str>().map(ToString::to_string);
            let word = word.or_else(|| panic.downcast_ref::<String>().cloned());
            Err(Failure {
                seed,
                broken: Broken(format!("panic: {}", word.unwrap_or_default())),
                trace: world.trace(),
            })
        }
    }
}

/// Plays these seeds on all cores until one fails or the time is up.
///
/// # Errors
/// The failure with the least seed of those that were met.
#[allow(
    clippy::disallowed_methods,
    reason = "how long to go on is told in minutes of this machine"
)]
pub fn play_all(seeds: &[u64], mutation: Option<Mutation>, most: Option<Duration>) -> Result<Report, Box<Failure>> {
    let begun = Instant::now();
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (report, failures) = (Mutex::new(Report::default()), Mutex::new(Vec::new()));
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) && most.is_none_or(|most| begun.elapsed() < most) {
                    let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)) else {
                        break;
                    };
                    match play(*seed, mutation) {
                        Ok((played, _)) => report.lock().unwrap().add(&played),
                        Err(failure) => {
                            failures.lock().unwrap().push(failure);
                            stop.store(true, Ordering::SeqCst);
                        }
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    match failures.into_iter().min_by_key(|failure| failure.seed) {
        Some(failure) => Err(Box::new(failure)),
        None => Ok(report.into_inner().unwrap()),
    }
}
