//! Scan to screen: `act` on a large site, against the bare commit of the same bytes on the same disk.
//!
//! One receipt line takes case after case, each a new lot label that is fully read, judged, chained and durable before
//! the screen is back. Every `act` is followed by a bare commit of as many bytes, so that a slow disk slows both: the
//! difference and the ratio are what is judged, never the time.

use crate::site::{self, Size};
use lotline_core::platform::{MemoryKey, Platform, SystemClock, system_ids};
use lotline_core::screen::Tone;
use lotline_core::{Config, Handheld, Input};
use lotline_record::model::{DeviceId, PlaceId, SiteId};
use rusqlite::Connection;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// `act` at the median may cost so much more than the bare commit.
const MEDIAN_OVER: Duration = Duration::from_micros(150);
/// At the 99th of a hundred, so many times the bare commit's.
const TAIL_RATIO: f64 = 2.0;
/// WAL frames that one scan may write.
const FRAMES: f64 = 24.0;

/// Runs the comparison. Arguments: `--scans N`, `--items N`, `--lots N`, `--serials N`.
pub fn run(args: &[String]) -> ExitCode {
    match Plan::parse(args).and_then(|plan| measure(&plan)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

struct Plan {
    scans: usize,
    size: Size,
}

impl Plan {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut plan = Plan {
            scans: 2_000,
            size: Size {
                items: 100_000,
                lots: 500_000,
                serials: 2_000_000,
            },
        };
        let mut args = args.iter();
        while let Some(name) = args.next() {
            let value = args.next().and_then(|v| v.parse::<usize>().ok());
            let value = value.ok_or_else(|| format!("{name} wants a number (bench act): say `--scans 2000`"))?;
            match name.as_str() {
                "--scans" => plan.scans = value.max(100),
                "--items" => plan.size.items = value.max(1),
                "--lots" => plan.size.lots = value,
                "--serials" => plan.size.serials = value,
                _ => return Err(format!("no such option (bench act): {name}")),
            }
        }
        Ok(plan)
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a bench reads the clock; nothing else here does"
)]
fn now() -> Instant {
    Instant::now()
}

fn timed(work: impl FnOnce() -> Result<(), String>) -> Result<Duration, String> {
    let start = now();
    work()?;
    Ok(now().duration_since(start))
}

fn measure(plan: &Plan) -> Result<bool, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let size = &plan.size;
    println!(
        "site: {} items, {} lots, {} serials",
        size.items, size.lots, size.serials
    );
    let built = timed(|| site::build(&folder.path().join("site.db"), size).map_err(|e| format!("the site: {e}")))?;
    println!("built in {:.1} s", built.as_secs_f64());

    let cold = now();
    let handheld = open(folder.path())?;
    let cold = now().duration_since(cold);
    let device = DeviceId::new("bench").map_err(|e| e.to_string())?;
    let site = SiteId::new(site::SITE).map_err(|e| e.to_string())?;
    let cart = PlaceId::new("CART-1").map_err(|e| e.to_string())?;
    handheld
        .become_device(&device, &site, &cart, site::PEPPER)
        .map_err(|e| e.to_string())?;
    let act = |input: Input| handheld.act(input).map_err(|e| e.to_string());
    act(Input::scan("B-1"))?;
    act(Input::enter("pin", site::PIN))?;
    act(Input::choose("receive"))?;
    act(Input::choose("document:80041"))?;

    let bare = bare_database(folder.path())?;
    let bytes = vec![b'x'; 1_800];
    let wal = folder.path().join("journal.db-wal");
    let (mut ours, mut theirs, mut frames) = (Vec::new(), Vec::new(), 0u64);
    for n in 0..plan.scans {
        let label = site::case_label(n);
        let before = wal_bytes(&wal);
        ours.push(timed(|| {
            let screen = act(Input::scan(label))?;
            if screen.tone == Tone::Accept {
                Ok(())
            } else {
                Err(format!("scan {n} did not count: {}", screen.message))
            }
        })?);
        frames += wal_bytes(&wal).saturating_sub(before) / 4_120;
        theirs.push(timed(|| {
            bare.execute("INSERT INTO bare (bytes) VALUES (?1)", [&bytes])
                .map(|_| ())
                .map_err(|e| e.to_string())
        })?);
        if n % 500 == 499 {
            // As the sync thread does, after the screen is back.
            handheld.tidy().map_err(|e| e.to_string())?;
        }
    }
    report(plan.scans, ours, theirs, frames, cold)
}

fn open(folder: &Path) -> Result<Handheld, String> {
    let platform = Platform {
        clock: Arc::new(SystemClock::new()),
        keys: Arc::new(MemoryKey::from_bytes([7; 32]).map_err(|e| e.to_string())?),
        ids: system_ids(),
        trust_roots: Vec::new(),
    };
    let config = Config {
        folder: folder.to_owned(),
        app: "bench".into(),
        language: "en".into(),
    };
    Handheld::open(config, platform).map_err(|e| e.to_string())
}

fn bare_database(folder: &Path) -> Result<Connection, String> {
    let bare = Connection::open(folder.join("bare.db")).map_err(|e| e.to_string())?;
    bare.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
         CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);",
    )
    .map_err(|e| e.to_string())?;
    Ok(bare)
}

fn wal_bytes(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |m| m.len())
}

fn at(sorted: &[Duration], permille: usize) -> Duration {
    sorted[(sorted.len() * permille / 1000).min(sorted.len() - 1)]
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn report(
    scans: usize,
    mut ours: Vec<Duration>,
    mut theirs: Vec<Duration>,
    frames: u64,
    cold: Duration,
) -> Result<bool, String> {
    ours.sort();
    theirs.sort();
    let ms = |d: Duration| d.as_secs_f64() * 1_000.0;
    println!("{scans} scans, each followed by a bare commit of 1,800 bytes");
    println!("| | p50 ms | p99 ms | max ms |");
    println!("|---|---|---|---|");
    for (name, times) in [
        ("act: scan to durable to screen", &ours),
        ("bare SQLite commit", &theirs),
    ] {
        println!(
            "| {name} | {:.3} | {:.3} | {:.3} |",
            ms(at(times, 500)),
            ms(at(times, 990)),
            ms(at(times, 1000))
        );
    }
    let over = at(&ours, 500).saturating_sub(at(&theirs, 500));
    let tail = at(&ours, 990).as_secs_f64() / at(&theirs, 990).as_secs_f64().max(1e-9);
    let frames = frames as f64 / scans as f64;
    let limits = [
        (
            "p50 over the bare commit",
            over <= MEDIAN_OVER,
            format!("{:.3} ms, at most {:.3}", ms(over), ms(MEDIAN_OVER)),
        ),
        (
            "p99 against the bare commit",
            tail <= TAIL_RATIO,
            format!("{tail:.2}×, at most {TAIL_RATIO}×"),
        ),
        (
            "WAL frames a scan",
            frames <= FRAMES,
            format!("{frames:.1}, at most {FRAMES}"),
        ),
    ];
    println!("cold open of both files: {:.1} ms", ms(cold));
    for (what, held, figure) in &limits {
        println!("{} {what}: {figure}", if *held { "ok    " } else { "MISSED" });
    }
    Ok(limits.iter().all(|(_, held, _)| *held))
}
