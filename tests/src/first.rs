//! First use of a large site: how long a device takes to the whole picture, against copying and hashing the same file on the
//! same disk; behind `cargo xtask bench pull`. A real gateway in its own process, a real handheld, plain HTTP on loopback.

use crate::gateway::{Gateway, SITE};
use crate::held;
use lotline_benches::site::{self, Size};
use lotline_record::model::DeviceId;
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// First use takes at most so many times the floor.
const LIMIT: f64 = 3.0;
/// So many devices come after the one for which the file is made.
const TURNS: usize = 5;

/// What was measured.
#[derive(Debug)]
pub struct First {
    /// Bytes of the picture.
    pub bytes: u64,
    /// From enrolment to the whole picture, the file being made for this device.
    pub made: Duration,
    /// The same for each device after it, and right after it the floor: a copy of the same file, synced, and its hash.
    pub pairs: Vec<(Duration, Duration)>,
}

#[allow(clippy::disallowed_methods, reason = "a bench is the place that reads a clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let out = work();
    (out, begun.elapsed())
}

/// Reads a file, writes it beside, hashes it, and has the disk take it.
fn floor(from: &Path, to: &Path) {
    let (mut from, mut copy) = (File::open(from).unwrap(), File::create(to).unwrap());
    let (mut sha, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let length = from.read(&mut buffer).unwrap();
        if length == 0 {
            break;
        }
        sha.update(&buffer[..length]);
        copy.write_all(&buffer[..length]).unwrap();
    }
    copy.sync_all().unwrap();
    assert_ne!(sha.finalize().as_slice(), [0; 32]);
}

fn first_use(gateway: &Gateway, n: usize, folder: &Path) -> Duration {
    let device = DeviceId::new(format!("HH-{n}")).unwrap();
    let code = gateway.code(&device, &format!("CART-{n}"));
    let handheld = held::sound(folder);
    let url = format!("http://{}", gateway.address());
    let (done, took) = timed(|| handheld.enrol(&url, &code, device.as_str()));
    done.unwrap();
    took
}

/// Plays it; `binary` is the gateway's.
pub fn run(binary: &str, size: &Size, mut tell: impl FnMut(&str)) -> First {
    let mut gateway = Gateway::start(binary);
    gateway.kill();
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("bench.db");
    site::build(&picture, size, |percent| tell(&format!("the site: {percent} %"))).unwrap();
    site::import(&gateway.data().join("ledger.db"), &picture, SITE).unwrap();
    gateway.restart();
    tell("the gateway has it");
    let (mut made, mut pairs, mut bytes) = (Duration::ZERO, Vec::new(), 0);
    for n in 0..=TURNS {
        let own = tempfile::tempdir_in(folder.path()).unwrap();
        let took = first_use(&gateway, n, own.path());
        if n == 0 {
            made = took;
            continue;
        }
        let site = own.path().join("site.db");
        bytes = std::fs::metadata(&site).unwrap().len();
        let ((), least) = timed(|| floor(&site, &own.path().join("copy")));
        tell(&format!("{took:.2?} against {least:.2?}"));
        pairs.push((took, least));
    }
    First { bytes, made, pairs }
}

impl First {
    fn ratio(&self) -> f64 {
        let mut ratios: Vec<f64> = self
            .pairs
            .iter()
            .map(|(took, least)| took.as_secs_f64() / least.as_secs_f64())
            .collect();
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    }

    /// Whether the limit held.
    pub fn held(&self) -> bool {
        self.ratio() <= LIMIT
    }
}

impl fmt::Display for First {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = self.bytes / 1_000_000;
        writeln!(
            f,
            "| picture | first use | copy and SHA-256 | ratio |\n|---|---|---|---|"
        )?;
        for (took, least) in &self.pairs {
            let (took, least) = (took.as_secs_f64(), least.as_secs_f64());
            writeln!(
                f,
                "| {megabytes} MB | {took:.2} s | {least:.2} s | {:.2}× |",
                took / least
            )?;
        }
        let made = self.made.as_secs_f64();
        writeln!(
            f,
            "median {:.2}×, limit {LIMIT}×; {made:.1} s where the file is made for the device",
            self.ratio()
        )
    }
}
