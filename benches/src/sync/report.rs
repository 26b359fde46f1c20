//! The tables: medians with their spread, and what must hold.

use super::contender::{Contender, Seen};
use super::{Asked, Played};
use crate::load::load_average;
use std::process::ExitCode;
use std::time::Duration;

/// Least, middle and most of some times, in seconds.
fn spread(seen: &[Seen], of: impl Fn(&Seen) -> Duration) -> (f64, f64, f64) {
    let mut all: Vec<f64> = seen.iter().map(|one| of(one).as_secs_f64()).collect();
    all.sort_by(f64::total_cmp);
    let at = |n: usize| all.get(n).copied().unwrap_or_default();
    (at(0), at(all.len() / 2), at(all.len().saturating_sub(1)))
}

fn told(seen: &[Seen], of: impl Fn(&Seen) -> Duration) -> String {
    let (least, middle, most) = spread(seen, of);
    format!("{middle:.2} ({least:.2}–{most:.2})")
}

/// The middle of the ratios of each run to ours of the same round.
fn ratio(seen: &[Seen], ours: &[Seen], of: impl Fn(&Seen) -> Duration) -> String {
    let mut all: Vec<f64> = seen
        .iter()
        .zip(ours)
        .map(|(one, own)| of(one).as_secs_f64() / of(own).as_secs_f64().max(1e-6))
        .collect();
    all.sort_by(f64::total_cmp);
    match all.get(all.len() / 2) {
        Some(ratio) => format!("{ratio:.2}×"),
        None => String::new(),
    }
}

/// The middle of some counts.
fn middle(seen: &[Seen], of: impl Fn(&Seen) -> u64) -> u64 {
    let mut all: Vec<u64> = seen.iter().map(of).collect();
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// The most of some counts: one loss in one run is a loss.
fn most(seen: &[Seen], of: impl Fn(&Seen) -> usize) -> usize {
    seen.iter().map(of).max().unwrap_or_default()
}

/// Bytes by scan.
fn by_scan(bytes: u64, scans: usize) -> u64 {
    bytes / (scans as u64).max(1)
}

fn table(title: &str, head: &[&str]) {
    println!("\n{title}\n\n| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()));
}

fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

/// Prints everything; says how it went.
pub(super) fn print(asked: &Asked, all: &[Played]) -> ExitCode {
    println!(
        "{} scans on a device until they are durable at the server; medians of {} runs in turns (least–most); load average {}",
        asked.scans,
        asked.runs,
        load_average()
    );
    let there: Vec<&Played> = all.iter().filter(|played| played.missing.is_none()).collect();
    let ours = there.iter().find(|played| played.contender == Contender::Ours);
    sound(asked, &there, ours.map_or(&[], |ours| &ours.sound));
    lossy(asked, &there, ours.map_or(&[], |ours| &ours.lossy));
    if asked.counted {
        counted(asked, &there);
    } else {
        println!("\nfsyncs: MISSING (not asked for, or no strace)");
    }
    println!();
    judge(asked, all)
}

fn sound(asked: &Asked, there: &[&Played], ours: &[Seen]) {
    table(
        "A network that loses nothing. Times in seconds.",
        &[
            "",
            "a scan is durable on the device",
            "at the server",
            "capture",
            "reopen",
            "until durable there",
            "to ours",
            "requests",
            "bytes a scan up",
            "down",
            "lost",
            "double",
            "second drain adds (requests)",
        ],
    );
    for played in there {
        let (seen, (device, server)) = (&played.sound, played.contender.classes());
        row(&[
            played.contender.name().to_owned(),
            device.words().to_owned(),
            server.words().to_owned(),
            told(seen, |one| one.capture),
            told(seen, |one| one.reopen),
            told(seen, |one| one.durable),
            ratio(seen, ours, |one| one.durable),
            middle(seen, |one| one.counts.requests).to_string(),
            by_scan(middle(seen, |one| one.counts.up), asked.scans).to_string(),
            by_scan(middle(seen, |one| one.counts.down), asked.scans).to_string(),
            most(seen, |one| one.lost(asked.scans)).to_string(),
            most(seen, |one| one.doubled(asked.scans)).to_string(),
            format!(
                "{} ({})",
                most(seen, |one| one.second.0),
                middle(seen, |one| one.second.1)
            ),
        ]);
    }
    if let Some(one) = ours.first() {
        println!(
            "\nlotline goes on after that to fetch what the gateway made of the scans: {} s in all.",
            told(ours, |one| one.drained)
        );
        if let Some(units) = one.stands.units {
            println!("Units in the gateway's stock by {} scans: {units}.", asked.scans);
        }
    }
}

fn lossy(asked: &Asked, there: &[&Played], ours: &[Seen]) {
    table(
        "One answer of five is lost after the server committed. Times in seconds.",
        &[
            "",
            "answers lost",
            "requests",
            "until durable there",
            "to ours",
            "lost",
            "double",
            "second drain adds",
        ],
    );
    for played in there {
        let seen = &played.lossy;
        row(&[
            played.contender.name().to_owned(),
            middle(seen, |one| one.counts.lost).to_string(),
            middle(seen, |one| one.counts.requests).to_string(),
            told(seen, |one| one.durable),
            ratio(seen, ours, |one| one.durable),
            most(seen, |one| one.lost(asked.scans)).to_string(),
            most(seen, |one| one.doubled(asked.scans)).to_string(),
            most(seen, |one| one.second.0).to_string(),
        ]);
    }
}

fn counted(asked: &Asked, there: &[&Played]) {
    table(
        "fsync and fdatasync, counted by strace in a run of its own.",
        &["", "device, capture", "device, drain", "server, drain"],
    );
    for played in there {
        if let Some(Seen { syncs, .. }) = &played.counted {
            let [capture, drain, server] = syncs.map(|calls| calls.to_string());
            row(&[played.contender.name().to_owned(), capture, drain, server]);
        }
    }
    println!("\nscans in that run: {}", asked.scans);
}

/// What must hold of whoever is durable at both ends: nothing lost, nothing double, a second drain adds nothing. The others are told.
fn judge(asked: &Asked, all: &[Played]) -> ExitCode {
    let (mut missed, mut missing) = (false, false);
    for played in all {
        let name = played.contender.name();
        if let Some(why) = &played.missing {
            println!("MISSING {name}: {why}");
            missing |= played.contender.is_foreign();
            missed |= !played.contender.is_foreign();
            continue;
        }
        let runs = || played.sound.iter().chain(&played.lossy).chain(&played.counted);
        let is_exact = runs().all(|seen| seen.is_exact(asked.scans));
        let is_judged = !played.contender.is_foreign();
        let answers = played.lossy.iter().all(|seen| seen.counts.lost > 0);
        let word = match (is_exact && answers, is_judged) {
            (true, _) => "ok     ",
            (false, true) => "MISSED ",
            (false, false) => "told   ",
        };
        missed |= is_judged && !(is_exact && answers);
        println!(
            "{word} {name}: {} runs, gone after SIGKILL {}, lost {}, double {}, without effect {}, added by a second drain {}",
            runs().count(),
            runs().map(|seen| seen.gone).max().unwrap_or_default(),
            runs().map(|seen| seen.lost(asked.scans)).max().unwrap_or_default(),
            runs().map(|seen| seen.doubled(asked.scans)).max().unwrap_or_default(),
            runs()
                .map(|seen| seen.without_effect(asked.scans))
                .max()
                .unwrap_or_default(),
            runs().map(|seen| seen.second.0).max().unwrap_or_default(),
        );
    }
    match (missed, missing) {
        (true, _) => ExitCode::from(1),
        (false, true) => ExitCode::from(3),
        (false, false) => ExitCode::SUCCESS,
    }
}
