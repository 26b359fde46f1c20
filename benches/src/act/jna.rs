//! What the way through JNA costs: a shift at two handhelds on the same picture, one called in Rust, one in Kotlin, act after act in
//! turns. Both come to the same screens, or it ends.

use super::shift::{Kind, Sample, Shift, enlist, key};
use super::twin::Twin;
use super::{at, load, memory_disk, ms, sorted, text};
use crate::site::{self, Size};
use lotline_core::platform::{KeyError, KeyStore};
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;

/// Measured on each disk.
const SCANS: usize = 6_000;
/// Not measured, before them: the virtual machine compiles what is called often.
const WARM: usize = 3_000;
/// Large enough for the shift. What is asked here is not how a large site is searched.
const SIZE: Size = Size {
    items: 10_000,
    lots: 50_000,
    serials: 100_000,
};

/// Runs the comparison. Arguments: `--scans N`, and behind `--` the command of the twin, which gets its folder and its public key in
/// two words more.
pub fn run(args: &[String]) -> ExitCode {
    match parse(args).and_then(|(scans, twin)| measure(scans, twin)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why} (bench jna): say `cargo xtask bench jna -- --scans 6000`");
            ExitCode::from(2)
        }
    }
}

fn parse(args: &[String]) -> Result<(usize, &[String]), String> {
    let split = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    let scans = match &args[..split] {
        [] => SCANS,
        [name, number] if name == "--scans" => number.parse().map_err(|_| format!("{number} is no number"))?,
        other => return Err(format!("no such words: {}", other.join(" "))),
    };
    match args.get(split + 1..) {
        Some(twin @ [_, ..]) => Ok((scans, twin)),
        _ => Err("there is no command for the twin".to_owned()),
    }
}

/// The twin keeps no secret: nothing is sent, so nothing is signed.
struct NoSecret(Vec<u8>);

impl KeyStore for NoSecret {
    fn public_key(&self) -> Result<Vec<u8>, KeyError> {
        Ok(self.0.clone())
    }

    fn sign(&self, _: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let reason = "nobody asked for a signature in this bench".to_owned();
        Err(KeyError::Failed { reason })
    }

    fn wrap(&self, secret: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        Ok(secret)
    }

    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        Ok(wrapped)
    }
}

fn measure(scans: usize, twin: &[String]) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(text)?;
    let picture = folder.path().join("picture.db");
    site::build(&picture, &SIZE, |_| ()).map_err(|e| format!("the site: {e}"))?;
    println!(
        "{} items, {} lots, {} serials; {scans} scans behind {WARM} that are not counted; load {}",
        SIZE.items,
        SIZE.lots,
        SIZE.serials,
        load()
    );
    if cfg!(debug_assertions) {
        println!("debug build");
    }
    table("on the disk", &beside(folder.path(), &picture, scans, twin)?);
    match memory_disk() {
        Some(disk) => table("on a memory disk: no fsync", &beside(&disk, &picture, scans, twin)?),
        None => println!("MISSING a memory disk at /dev/shm"),
    }
    println!("load {}", load());
    Ok(())
}

fn beside(parent: &Path, picture: &Path, scans: usize, twin: &[String]) -> Result<Vec<Sample>, String> {
    let [own, other] = [(); 2].map(|()| tempfile::tempdir_in(parent).map_err(text));
    let (own, other) = (own?, other?);
    let public = key()?.public_key().map_err(text)?;
    drop(enlist(other.path(), picture, Arc::new(NoSecret(public.clone())))?);
    let hex = public.iter().fold(String::new(), |mut hex, byte| {
        _ = write!(hex, "{byte:02x}");
        hex
    });
    let (program, words) = twin.split_first().ok_or("there is no command for the twin")?;
    let twin = Twin::start(Command::new(program).args(words).arg(other.path()).arg(hex))?;
    let mut shift = Shift::begin_beside(own.path(), picture, false, Some(twin))?;
    while shift.samples.len() < WARM {
        shift.round()?;
    }
    shift.samples.clear();
    while shift.samples.len() < scans {
        shift.round()?;
    }
    Ok(std::mem::take(&mut shift.samples))
}

fn table(title: &str, samples: &[Sample]) {
    println!("\n{title}");
    println!("| scan | number | Rust p50 ms | p99 | Kotlin p50 ms | p99 | more at p50 | ratio at p50 | at p99 |");
    println!("|---|---|---|---|---|---|---|---|---|");
    let row = |name: &str, samples: &[Sample]| {
        let (rust, kotlin) = (sorted(samples, |s| s.act), sorted(samples, |s| s.twin));
        let both = |permille| (at(&rust, permille), at(&kotlin, permille));
        let ((rust_p50, kotlin_p50), (rust_p99, kotlin_p99)) = (both(500), both(990));
        println!(
            "| {name} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} ms | {:.2}× | {:.2}× |",
            samples.len(),
            ms(rust_p50),
            ms(rust_p99),
            ms(kotlin_p50),
            ms(kotlin_p99),
            ms(kotlin_p50) - ms(rust_p50),
            ratio(kotlin_p50, rust_p50),
            ratio(kotlin_p99, rust_p99),
        );
    };
    for kind in Kind::ALL {
        let of: Vec<_> = samples.iter().filter(|s| s.kind == kind).copied().collect();
        row(kind.name(), &of);
    }
    row("all", samples);
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64().max(1e-9)
}
