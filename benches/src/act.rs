//! Scan to screen: `act` on a large site, against the bare commit of an entry's bytes on the same disk.
//!
//! A shift of receiving, putting away and picking, entry after entry, none of them sent: the queue only grows. Every
//! scan is followed by a bare commit, so that a slow disk slows both: the difference and the ratio are what is judged.
//! The same shift on a memory disk shows what `act` costs without the disk, and a third, watched, counts what it does.
//! Time that a scan or a commit waited for a core that the kernel gave to others is taken off, where the kernel tells it.

pub mod jna;
mod serials;
pub(crate) mod shift;
mod twin;

use crate::site::{self, Size};
use shift::{BARE, Kind, ROUND, Sample, Shift, open, timed};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

/// `act` at the median may cost so much more than the bare commit.
const MEDIAN_OVER: Duration = Duration::from_micros(150);
/// At the 99th of a hundred, so many times the bare commit's.
const TAIL_RATIO: f64 = 2.0;
/// The same without the disk.
const TAIL_IN_MEMORY: Duration = Duration::from_micros(500);
/// The longest without the disk.
const MOST_IN_MEMORY: Duration = Duration::from_millis(2);
/// What one scan may do.
const STATEMENTS: u64 = 12;
const FRAMES: u64 = 24;
const FSYNCS: f64 = 1.0;
/// From closed files to the interrupted step.
const COLD: Duration = Duration::from_millis(60);
/// Memory that no file backs.
const RSS_KIB: u64 = 48 * 1024;
/// A serial's history on the screen.
const HISTORY: Duration = Duration::from_millis(10);

/// Runs the comparison. Arguments: `--scans N`, `--items N`, `--lots N`, `--serials N`.
pub fn run(args: &[String]) -> ExitCode {
    let done = Plan::parse(args).and_then(|plan| match &plan.part {
        Part::All => measure(&plan),
        Part::Build(path) => build(path, &plan.size).map(|()| true),
        Part::Probe(site) => probe(&plan, site).map(|()| true),
        Part::Line(site) => line(&plan, site).map(|()| true),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

/// Parts that run in a process of their own: building leaves memory behind, and system calls are counted from outside.
enum Part {
    All,
    Build(PathBuf),
    Probe(PathBuf),
    Line(PathBuf),
}

struct Plan {
    scans: usize,
    size: Size,
    part: Part,
}

impl Plan {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut plan = Plan {
            scans: 6_000,
            size: Size {
                items: 100_000,
                lots: 500_000,
                serials: 2_000_000,
            },
            part: Part::All,
        };
        let mut args = args.iter();
        while let Some(name) = args.next() {
            let value = args
                .next()
                .ok_or_else(|| format!("{name} wants a value (bench act): say `--scans 6000`"))?;
            if name == "--build" {
                plan.part = Part::Build(value.into());
                continue;
            }
            if name == "--probe" {
                plan.part = Part::Probe(value.into());
                continue;
            }
            if name == "--line" {
                plan.part = Part::Line(value.into());
                continue;
            }
            let number = value
                .parse::<usize>()
                .map_err(|_| format!("{name} wants a number, not {value} (bench act): say `--scans 6000`"))?;
            match name.as_str() {
                "--scans" => plan.scans = number.max(ROUND),
                "--items" => plan.size.items = number.max(site::LEAST_ITEMS),
                "--lots" => plan.size.lots = number,
                "--serials" => plan.size.serials = number,
                _ => return Err(format!("no such option (bench act): {name}")),
            }
        }
        plan.size.lots = plan.size.lots.max(2 * plan.size.items);
        Ok(plan)
    }

    fn sizes(&self) -> [String; 6] {
        let Size { items, lots, serials } = self.size;
        [
            "--items".into(),
            items.to_string(),
            "--lots".into(),
            lots.to_string(),
            "--serials".into(),
            serials.to_string(),
        ]
    }
}

fn text(e: impl std::fmt::Display) -> String {
    e.to_string()
}

fn build(path: &Path, size: &Size) -> Result<(), String> {
    site::build(path, size, |percent| eprintln!("site: {percent} %")).map_err(|e| format!("the site: {e}"))
}

/// A shift for somebody who counts from outside.
fn probe(plan: &Plan, site: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(text)?;
    // A shift that is counted is never written back, which would sync as well.
    let mut shift = Shift::begin(folder.path(), site, true)?;
    run_shift(&mut shift, plan.scans)?;
    println!("{} {}", shift.acts(), shift.samples.len());
    Ok(())
}

/// Eaches with serials into one line, for somebody who counts instructions from outside.
fn line(plan: &Plan, site: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(text)?;
    // Watching statements costs instructions.
    let mut shift = Shift::begin(folder.path(), site, false)?;
    shift.line(plan.scans)?;
    let sum = |of: fn(&Sample) -> Duration| shift.samples.iter().map(of).sum::<Duration>();
    let (acts, bare) = (sum(|s| s.act), sum(|s| s.bare));
    println!(
        "{} {}; frames {}, of own effects {} in all; {:.0} ms, {:.2}× as many bare commits",
        shift.acts(),
        shift.samples.len(),
        middle(&shift.samples, |s| s.frames),
        shift.samples.iter().map(|s| s.unsynced).sum::<u64>(),
        ms(acts),
        acts.as_secs_f64() / bare.as_secs_f64()
    );
    Ok(())
}

/// This program, to run one of its parts.
fn again(plan: &Plan, part: &str, path: &Path) -> Result<Command, String> {
    let mut command = Command::new(std::env::current_exe().map_err(text)?);
    command.arg("act").arg(part).arg(path).args(plan.sizes());
    Ok(command)
}

fn measure(plan: &Plan) -> Result<bool, String> {
    let folder = tempfile::tempdir().map_err(text)?;
    let site = folder.path().join("picture.db");
    let size = &plan.size;
    println!(
        "site: {} items, {} lots, {} serials; load {}",
        size.items,
        size.lots,
        size.serials,
        load()
    );
    let ((), built) = timed(|| {
        let status = again(plan, "--build", &site)?.status().map_err(text)?;
        if status.success() {
            Ok(())
        } else {
            Err("the site could not be built".into())
        }
    })?;
    println!("built in {:.1} s", built.as_secs_f64());

    let device = folder.path().join("device");
    std::fs::create_dir(&device).map_err(text)?;
    let mut shift = Shift::begin(&device, &site, false)?;
    run_shift(&mut shift, plan.scans)?;
    let (history, lines) = shift.look_up(size)?;
    let on_disk = std::mem::take(&mut shift.samples);
    let rss = shift.rss_kib.max(shift::anonymous_kib());
    shift.interrupt()?;
    let files = ["journal.db", "journal.db-wal"].map(|name| length(&device.join(name)));
    let cold = cold_start(&device)?;

    let in_memory = memory_disk()
        .map(|disk| shift_in(&disk, &site, plan.scans, false))
        .transpose()?;
    let counted = shift_in(folder.path(), &site, plan.scans.min(20 * ROUND), true)?;
    let fsyncs = fsyncs(plan, &site)?;
    let serials = serials::measure(folder.path(), &site, size)?;

    println!(
        "{} scans, none of them sent, each followed by a bare commit of {BARE} bytes; load {}",
        on_disk.len(),
        load()
    );
    table("on the disk", &on_disk, &counted);
    if let Some(samples) = &in_memory {
        table("on a memory disk: no fsync", samples, &counted);
    }
    println!(
        "files: site {:.1} MB, journal {:.1} MB and {:.1} MB of log",
        megabytes(length(&site)),
        megabytes(files[0]),
        megabytes(files[1])
    );
    let mut limits = judge_disk(&on_disk);
    limits.extend(judge_memory(in_memory.as_deref()));
    println!(
        "frames of own effects, not synced: {:.1} a scan",
        mean(&counted, |s| s.unsynced)
    );
    limits.extend(judge_counts(&counted, fsyncs));
    limits.push(limit(
        "10,000 serials into one line, scan by scan",
        serials.ratio() <= serials::RATIO,
        format!(
            "{:.2} s, {:.2}× as many bare commits, at most {}×",
            serials.one_by_one.as_secs_f64(),
            serials.ratio(),
            serials::RATIO
        ),
    ));
    limits.push(limit(
        "10,000 tags into one line, in bursts of 100",
        serials.burst_ratio() <= serials::RATIO,
        format!(
            "{:.2} s, {:.2}×",
            serials.in_bursts.as_secs_f64(),
            serials.burst_ratio()
        ),
    ));
    limits.push(limit(
        "the same as a row, first and last scanned",
        serials.row_ratio() <= serials::RATIO,
        format!("{:.2} s, {:.2}×", serials.as_a_row.as_secs_f64(), serials.row_ratio()),
    ));
    limits.push(limit(
        "cold start to the interrupted step",
        cold <= COLD,
        format!("{:.1} ms, at most {:.0}", ms(cold), ms(COLD)),
    ));
    limits.push(limit(
        "anonymous memory",
        rss <= RSS_KIB,
        format!("{:.1} MiB, at most {}", mebibytes(rss), RSS_KIB / 1024),
    ));
    limits.push(limit(
        "history of a serial",
        history <= HISTORY && lines >= 4,
        format!(
            "{:.2} ms at most for {lines} lines, at most {:.0}",
            ms(history),
            ms(HISTORY)
        ),
    ));
    for Limit { what, held, figure } in &limits {
        let word = match held {
            Some(true) => "ok     ",
            Some(false) => "MISSED ",
            None => "MISSING",
        };
        println!("{word} {what}: {figure}");
    }
    Ok(limits.iter().all(|l| l.held != Some(false)))
}

fn run_shift(shift: &mut Shift, scans: usize) -> Result<(), String> {
    while shift.samples.len() < scans {
        shift.round()?;
    }
    Ok(())
}

fn shift_in(parent: &Path, site: &Path, scans: usize, count: bool) -> Result<Vec<Sample>, String> {
    let folder = tempfile::tempdir_in(parent).map_err(text)?;
    let mut shift = Shift::begin(folder.path(), site, count)?;
    run_shift(&mut shift, scans)?;
    Ok(std::mem::take(&mut shift.samples))
}

/// Where a file's bytes stay in memory, so that a sync is a call and no wait.
fn memory_disk() -> Option<PathBuf> {
    let disk = PathBuf::from("/dev/shm");
    disk.is_dir().then_some(disk)
}

/// Both files opened, the first screen, badge and PIN (hashed at the least cost), and the step of before.
fn cold_start(device: &Path) -> Result<Duration, String> {
    let (screen, took) = timed(|| {
        let handheld = open(device)?;
        handheld.screen().map_err(text)?;
        let act = |input| handheld.act(input).map_err(text);
        act(lotline_core::Input::scan("B-1"))?;
        act(lotline_core::Input::enter("pin", site::PIN))
    })?;
    if screen.id == "put_away.drop" {
        Ok(took)
    } else {
        Err(format!("the cold start came to {}", screen.id))
    }
}

/// fsync calls an input, as the kernel saw them: the difference of two shifts, so that opening does not count, less one
/// for each bare commit. `None` without `strace`.
fn fsyncs(plan: &Plan, site: &Path) -> Result<Option<f64>, String> {
    let mut points = Vec::new();
    for scans in [ROUND, 5 * ROUND] {
        let part = again(plan, "--probe", site)?;
        let mut strace = Command::new("strace");
        strace
            .args(["-f", "-qq", "-c", "-U", "calls", "-e", "trace=fsync,fdatasync"])
            .arg(part.get_program())
            .args(part.get_args())
            .args(["--scans", &scans.to_string()]);
        let Ok(output) = strace.output() else { return Ok(None) };
        if !output.status.success() {
            return Ok(None);
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let numbers: Vec<f64> = said.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        let [acts, bare] = numbers[..] else {
            return Err("the probe did not say what it did".into());
        };
        let table = String::from_utf8_lossy(&output.stderr).into_owned();
        let calls = table
            .lines()
            .filter_map(|line| line.strip_suffix("total")?.trim().parse::<f64>().ok())
            .fold(0.0, f64::max);
        points.push((acts, calls - bare));
    }
    let [(few, before), (many, after)] = points[..] else {
        return Ok(None);
    };
    Ok(Some((after - before) / (many - few)))
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |m| m.len())
}

fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1_000.0
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn mebibytes(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

/// Durations in order.
fn sorted(samples: &[Sample], of: impl Fn(&Sample) -> Duration) -> Vec<Duration> {
    let mut all: Vec<_> = samples.iter().map(of).collect();
    all.sort();
    all
}

fn at(sorted: &[Duration], permille: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((sorted.len() * permille / 1000).min(last))
        .copied()
        .unwrap_or_default()
}

fn most(samples: &[Sample], of: impl Fn(&Sample) -> u64) -> u64 {
    samples.iter().map(of).max().unwrap_or(0)
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn mean(samples: &[Sample], of: impl Fn(&Sample) -> u64) -> f64 {
    samples.iter().map(of).sum::<u64>() as f64 / samples.len().max(1) as f64
}

fn middle(samples: &[Sample], of: impl Fn(&Sample) -> u64) -> u64 {
    let mut all: Vec<_> = samples.iter().map(of).collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or(0)
}

fn table(title: &str, samples: &[Sample], counted: &[Sample]) {
    println!("\n{title}");
    println!("| scan | number | p50 ms | p99 ms | max ms | bare p50 | bare p99 | statements | frames |");
    println!("|---|---|---|---|---|---|---|---|---|");
    let row = |name: &str, samples: &[Sample], counted: &[Sample]| {
        let (act, bare) = (sorted(samples, |s| s.act), sorted(samples, |s| s.bare));
        println!(
            "| {name} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {}, most {} | {}, most {} |",
            samples.len(),
            ms(at(&act, 500)),
            ms(at(&act, 990)),
            ms(at(&act, 1000)),
            ms(at(&bare, 500)),
            ms(at(&bare, 990)),
            middle(counted, |s| s.statements),
            most(counted, |s| s.statements),
            middle(counted, |s| s.frames),
            most(counted, |s| s.frames),
        );
    };
    for kind in Kind::ALL {
        let of = |all: &[Sample]| all.iter().filter(|s| s.kind == kind).copied().collect::<Vec<_>>();
        row(kind.name(), &of(samples), &of(counted));
    }
    row("all", samples, counted);
}

struct Limit {
    what: &'static str,
    held: Option<bool>,
    figure: String,
}

fn limit(what: &'static str, held: bool, figure: String) -> Limit {
    Limit {
        what,
        held: Some(held),
        figure,
    }
}

fn judge_disk(samples: &[Sample]) -> Vec<Limit> {
    let (act, bare) = (sorted(samples, |s| s.act), sorted(samples, |s| s.bare));
    let over = at(&act, 500).saturating_sub(at(&bare, 500));
    let tail = at(&act, 990).as_secs_f64() / at(&bare, 990).as_secs_f64().max(1e-9);
    vec![
        limit(
            "p50 over the bare commit",
            over <= MEDIAN_OVER,
            format!("{:.3} ms, at most {:.3}", ms(over), ms(MEDIAN_OVER)),
        ),
        limit(
            "p99 against the bare commit",
            tail <= TAIL_RATIO,
            format!("{tail:.2}×, at most {TAIL_RATIO}×"),
        ),
    ]
}

fn judge_memory(samples: Option<&[Sample]>) -> Vec<Limit> {
    let Some(samples) = samples else {
        return vec![Limit {
            what: "without fsync",
            held: None,
            figure: "there is no memory disk at /dev/shm".into(),
        }];
    };
    let act = sorted(samples, |s| s.act);
    let (tail, most) = (at(&act, 990), at(&act, 1000));
    vec![
        limit(
            "p99 without fsync",
            tail <= TAIL_IN_MEMORY,
            format!("{:.3} ms, at most {:.3}", ms(tail), ms(TAIL_IN_MEMORY)),
        ),
        limit(
            "max without fsync",
            most <= MOST_IN_MEMORY,
            format!("{:.3} ms, at most {:.3}", ms(most), ms(MOST_IN_MEMORY)),
        ),
    ]
}

fn judge_counts(counted: &[Sample], fsyncs: Option<f64>) -> Vec<Limit> {
    let (statements, frames) = (most(counted, |s| s.statements), most(counted, |s| s.frames));
    vec![
        limit(
            "statements of a scan",
            (1..=STATEMENTS).contains(&statements),
            format!("at most {statements}, allowed {STATEMENTS}"),
        ),
        limit(
            "WAL frames of a scan",
            (1..=FRAMES).contains(&frames),
            format!("at most {frames}, allowed {FRAMES}"),
        ),
        Limit {
            what: "fsyncs a scan",
            held: fsyncs.map(|n| n <= FSYNCS + 0.05),
            figure: fsyncs.map_or_else(
                || "strace is not at hand".to_owned(),
                |n| format!("{n:.2}, at most {FSYNCS}"),
            ),
        },
    ]
}
