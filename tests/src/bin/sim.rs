//! The seeded simulator from the command line, behind `cargo xtask sim`. Exit code 1: a world broke.

use clap::Parser;
use lotline_tests::sim::{Mutation, play, play_all, seeds};
use std::process::ExitCode;
use std::time::Duration;

#[derive(Parser)]
struct Sim {
    /// So many seeds from nought, after the kept ones
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// No new seed after so many minutes
    #[arg(long)]
    minutes: Option<u64>,
    /// This seed alone, with every event
    #[arg(long)]
    seed: Option<u64>,
    /// With a fault put in on purpose
    #[arg(long, value_parser = Mutation::ALL.map(|(name, _)| name))]
    mutate: Option<String>,
}

fn main() -> ExitCode {
    let asked = Sim::parse();
    let mutation = asked.mutate.as_deref().and_then(Mutation::named);
    if let Some(seed) = asked.seed {
        let (trace, end) = match play(seed, mutation) {
            Ok((report, trace)) => (trace, Ok(report)),
            Err(failure) => (failure.trace, Err(failure.broken.0)),
        };
        for line in trace {
            println!("{line}");
        }
        return match end {
            Ok(report) => {
                println!("{report}");
                ExitCode::SUCCESS
            }
            Err(broken) => {
                println!("seed {seed}: {broken}");
                ExitCode::FAILURE
            }
        };
    }
    let most = asked.minutes.map(|minutes| Duration::from_secs(60 * minutes));
    match play_all(&seeds(asked.seeds), mutation, most) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}
