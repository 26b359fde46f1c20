//! `lotline back-end`: the warehouse's own systems, how far their movements are, and what a person decides of them.

use super::{serve, user};
use crate::config::Config;
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use lotline_server::ledger::{BackEndLine, RefusedLine};
use serde::Serialize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  lotline back-end                          each one, how far its movements are, and what it refused
  lotline back-end --pause erp              tell it nothing until --resume
  lotline back-end --resume erp
  lotline back-end --replay erp             have it told once more of all that it refused or that failed too often
  lotline back-end --replay erp --arrival 812

What may be there is asked for before it is told again.";

/// What to do with which.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Tell it nothing until it is resumed
    #[arg(long, value_name = "NAME", group = "act")]
    pause: Option<String>,
    /// Let it go on
    #[arg(long, value_name = "NAME", group = "act")]
    resume: Option<String>,
    /// Have it told once more of what it refused or what failed too often
    #[arg(long, value_name = "NAME", group = "act")]
    replay: Option<String>,
    /// Of this movement alone, by its number in the list
    #[arg(long, value_name = "N", requires = "replay")]
    arrival: Option<i64>,
    /// The gateway's folder
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(flatten)]
    form: out::Form,
}

/// Refused movements that are listed.
const LISTED: usize = 200;

#[derive(Debug, Serialize)]
struct Listed {
    back_ends: Vec<Line>,
    refused: Vec<Refused>,
}

#[derive(Debug, Serialize)]
struct Line {
    name: String,
    kind: String,
    /// `runs`, `paused`, or `retired`: the gateway is not started with it.
    is: &'static str,
    queued: u64,
    sent: u64,
    accepted: u64,
    applied: u64,
    rejected: u64,
    dead: u64,
    says: Option<String>,
}

#[derive(Debug, Serialize)]
struct Refused {
    back_end: String,
    arrival: i64,
    entry: String,
    kind: String,
    state: String,
    reason: String,
}

#[derive(Debug, Serialize)]
struct Done {
    done: String,
}

fn line(line: BackEndLine) -> Line {
    let [(_, queued), (_, sent), (_, accepted)] = line.open;
    let [(_, rejected), (_, dead)] = line.refused;
    Line {
        is: match (line.retired, line.paused) {
            (Some(_), _) => "retired",
            (None, Some(_)) => "paused",
            (None, None) => "runs",
        },
        name: line.name,
        kind: line.kind,
        queued,
        sent,
        accepted,
        applied: line.applied,
        rejected,
        dead,
        says: line.says,
    }
}

fn refused(line: RefusedLine) -> Refused {
    Refused {
        back_end: line.back_end,
        arrival: line.arrival,
        entry: format!("{}/{}/{}", line.device, line.position.epoch(), line.position.seq()),
        kind: line.kind,
        state: line.state,
        reason: line.reason,
    }
}

fn table(listed: &Listed) -> String {
    let mut lines: Vec<String> = Vec::new();
    for l in &listed.back_ends {
        lines.push(format!(
            "{} ({}, {}): {} queued, {} sent, {} accepted, {} applied, {} rejected, {} dead",
            l.name, l.kind, l.is, l.queued, l.sent, l.accepted, l.applied, l.rejected, l.dead
        ));
        lines.extend(l.says.iter().map(|says| format!("  says: {says}")));
    }
    if lines.is_empty() {
        lines.push("no back-end: movements stay at the gateway".into());
    }
    for r in &listed.refused {
        lines.push(format!(
            "{}  {}  {}  {}  {}: {}",
            r.arrival, r.back_end, r.entry, r.kind, r.state, r.reason
        ));
    }
    lines.join("\n")
}

/// Lists them, or does what was asked.
///
/// # Errors
/// When the ledger cannot be opened, or none is called so.
pub fn run(args: Args, config: &Config) -> Outcome {
    let ledger = serve::open(&config.server_data(args.data), config)?;
    let failed = |e: lotline_server::LedgerError| Failure::ledger(&e, ledger.file());
    let (name, hold) = match (&args.pause, &args.resume, &args.replay) {
        (Some(name), _, _) => (name, true),
        (_, Some(name), _) => (name, false),
        (_, _, Some(name)) => {
            let n = ledger.replay(&user::by()?, name, args.arrival).map_err(failed)?;
            let done = format!("{n} of {name} are told once more");
            return args.form.print(&Done { done }, |done| done.done.clone());
        }
        _ => {
            let listed = Listed {
                back_ends: ledger.back_ends().map_err(failed)?.into_iter().map(line).collect(),
                refused: ledger
                    .refused_movements(LISTED)
                    .map_err(failed)?
                    .into_iter()
                    .map(refused)
                    .collect(),
            };
            return args.form.print(&listed, table);
        }
    };
    ledger
        .pause_back_end(&user::by()?, name, hold, edge::now())
        .map_err(failed)?;
    let done = format!("{name} {}", if hold { "is told nothing now" } else { "goes on" });
    args.form.print(&Done { done }, |done| done.done.clone())
}
