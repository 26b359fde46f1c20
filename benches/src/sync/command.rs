//! The command line, behind `cargo xtask bench sync`.

use super::contender::{Contender, Setup};
use super::{Asked, compare, peers, process, report, server};
use clap::Parser;
use lotline_record::wire::BATCH_ENTRIES;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cargo xtask bench sync --` hands on.
#[derive(Parser)]
#[command(name = "lotline-benches sync", no_binary_name = true)]
struct Sync {
    /// Scans that wait on the device
    #[arg(long)]
    scans: Option<usize>,
    /// Runs of each contender and network; medians are told
    #[arg(long)]
    runs: Option<usize>,
    /// Leave out the peers from npm
    #[arg(long)]
    own: bool,
    /// Few scans once, ours and the outboxes; only what must hold on any machine is judged
    #[arg(long)]
    quick: bool,
}

/// Compares as `args` say. Exit code 1: something was lost or double; 3: a peer was missing.
#[must_use]
pub fn run(args: &[String]) -> ExitCode {
    let given = match Sync::try_parse_from(args) {
        Ok(given) => given,
        Err(error) => {
            // A closed output is nothing to tell anybody.
            let _ = error.print();
            return ExitCode::from(2);
        }
    };
    let asked = Asked {
        scans: given.scans.unwrap_or(if given.quick { 200 } else { 10_000 }).max(1),
        runs: given.runs.unwrap_or(if given.quick { 1 } else { 5 }).max(1),
        contenders: Contender::ALL
            .into_iter()
            .filter(|contender| !(contender.is_foreign() && (given.own || given.quick)))
            .collect(),
        counted: !given.quick && process::can_count(),
    };
    let peers = if given.own || given.quick {
        peers::Peers {
            folder: PathBuf::new(),
            none: None,
            no_sqlite: None,
        }
    } else {
        peers::install()
    };
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => {
            eprintln!("error: {error} (bench sync): see that there is room for temporary files");
            return ExitCode::from(2);
        }
    };
    let setup = Setup {
        site: folder.path().join("site"),
        peers: peers.folder.clone(),
        folder: folder.path().to_owned(),
        scans: asked.scans,
        batch: BATCH_ENTRIES,
    };
    if let Err(error) = server::furnish(&setup.site) {
        eprintln!("error: {error} (bench sync): the site could not be made");
        return ExitCode::from(2);
    }
    let all = compare(&setup, &peers, &asked);
    report::print(&asked, &all)
}
