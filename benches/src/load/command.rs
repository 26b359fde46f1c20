//! The command line, behind `cargo xtask load`.

use super::{Asked, play};
use clap::Parser;
use std::process::ExitCode;
use std::time::Duration;

/// Names the cluster that `with-postgres` has made.
const CLUSTER: &str = "LOTLINE_TEST_POSTGRES";

/// What `cargo xtask load` hands on.
#[derive(Parser)]
#[command(name = "lotline-benches load", no_binary_name = true)]
struct Load {
    /// Devices, each with its key and connection
    #[arg(long)]
    devices: Option<usize>,
    /// Minutes of the steady phase; parts of one may be given
    #[arg(long)]
    minutes: Option<f64>,
    /// Entries a second in the steady phase, of all devices together
    #[arg(long)]
    rate: Option<f64>,
    /// Entries that each device has to send at first
    #[arg(long)]
    queue: Option<usize>,
    /// Entries of one push in that phase
    #[arg(long)]
    batch: Option<usize>,
    /// Few devices for seconds, and only what must hold on any machine is judged
    #[arg(long)]
    quick: bool,
}

/// A new database in the cluster of `url`.
fn database(url: &str) -> String {
    let name = format!("load_{}", std::process::id());
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    format!("{url} dbname={name}")
}

/// Plays it as `args` say; exit code 1: a budget was missed.
pub fn run(args: &[String]) -> ExitCode {
    let given = match Load::try_parse_from(args) {
        Ok(given) => given,
        Err(error) => {
            // A closed output is nothing to tell anybody.
            let _ = error.print();
            return ExitCode::from(2);
        }
    };
    let Ok(program) = std::env::current_exe() else {
        eprintln!("error: this program does not know where it is (lotline-benches): call it by its path");
        return ExitCode::from(3);
    };
    let mut asked = if given.quick { Asked::quick() } else { Asked::default() };
    asked.devices = given.devices.unwrap_or(asked.devices).max(2);
    asked.queue = given.queue.unwrap_or(asked.queue).max(4);
    asked.batch = given.batch.unwrap_or(asked.batch).max(1);
    asked.rate = given.rate.unwrap_or(asked.rate).max(0.1);
    if let Some(minutes) = given.minutes {
        asked.steady = Duration::from_secs_f64(minutes.max(0.01) * 60.0);
    }
    let cluster = std::env::var(CLUSTER).ok();
    let postgres = cluster.map(|url| database(&url));
    let report = play(program, &asked, postgres, &|said| eprintln!("{said} …"));
    print!("{report}");
    let missed = report.missed(given.quick);
    if missed.is_empty() {
        println!(
            "{}",
            if given.quick {
                "all held that no clock judges: a quick run is too short for the rest"
            } else {
                "all budgets held"
            }
        );
        return ExitCode::SUCCESS;
    }
    for line in missed {
        println!("missed: {}", line.what);
    }
    ExitCode::from(1)
}
