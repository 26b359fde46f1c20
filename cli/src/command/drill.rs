//! `lotline drill`: the offline drills of a record, as they were signed.

use super::source::From;
use crate::config::Config;
use crate::failure::Outcome;
use crate::out;
use lotline_record::entry::{Body, Drilled, Instant};
use lotline_record::model::DeviceId;
use serde::Serialize;
use std::fmt::Write;

const EXAMPLES: &str = "\
Examples:
  lotline drill                    every drill the gateway knows of
  lotline drill --from hh --json   those of one handheld

The drill itself is done on the handheld: More work, Offline drill. Exit code 0 also where a drill found differences:
the report says so.";

/// Of which record.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    form: out::Form,
}

#[derive(Serialize)]
struct Report {
    device: DeviceId,
    at: Instant,
    entry: String,
    clean: bool,
    entries: u64,
    lost: u64,
    #[serde(flatten)]
    drilled: Drilled,
}

/// Prints them, the oldest of each device first.
///
/// # Errors
/// When the record cannot be read.
pub fn run(args: &Args, config: &Config) -> Outcome {
    let mut found = Vec::new();
    let source = args.from.open(config)?;
    source.tell_reach()?;
    source.each(|kept| {
        // An entry of a newer format is no drill that this version could tell of.
        let Ok(entry) = kept.open() else { return Ok(true) };
        let name = kept.name();
        if let Body::Drilled(drilled) = entry.body {
            found.push(Report {
                device: entry.device,
                at: entry.at.wall,
                entry: name,
                clean: drilled.is_clean(),
                entries: drilled.entries(),
                lost: drilled.lost(),
                drilled: *drilled,
            });
        }
        Ok(true)
    })?;
    args.form.print(&found, |found| words(found))
}

fn words(found: &[Report]) -> String {
    if found.is_empty() {
        return "no offline drill is in this record".to_owned();
    }
    let mut out = String::new();
    for report in found {
        let drilled = &report.drilled;
        let word = if report.clean { "clean" } else { "DIFFERENCES" };
        let seconds = drilled
            .seconds
            .map_or_else(|| "never".to_owned(), |seconds| format!("after {seconds} s"));
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "{} {}: {word}\n  {} scans, {} entries, {} waited offline; received {seconds}: {} lost, {} twice; chain {}, \
             picture {}\n  signed by {} ({})",
            report.at,
            report.device,
            drilled.scans,
            report.entries,
            drilled.waited,
            report.lost,
            drilled.twice,
            if drilled.chain { "unbroken" } else { "BROKEN" },
            if drilled.included {
                "reconciled"
            } else {
                "NOT reconciled"
            },
            drilled.signature.person,
            report.entry,
        );
    }
    out
}
