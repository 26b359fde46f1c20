//! `cargo xtask load`: hundreds of devices that sign live against one gateway (`benches/src/load`).

use std::process::Command;

use crate::failure::Failure;
use crate::install::{self, Tool};
use crate::{run, tree};

/// How many devices, how long, and which ledger.
#[derive(clap::Args)]
pub struct Load {
    /// Devices, each with its key and connection: 500, with --quick 12
    #[arg(long)]
    devices: Option<usize>,
    /// Minutes of the steady phase: 30, with --quick a few seconds
    #[arg(long)]
    minutes: Option<f64>,
    /// Entries a second in the steady phase, of all devices together: 1,160, with --quick 60
    #[arg(long)]
    rate: Option<f64>,
    /// Entries that each device has to send at first
    #[arg(long)]
    queue: Option<usize>,
    /// Entries of one push in that phase
    #[arg(long)]
    batch: Option<usize>,
    /// The ledger in a private PostgreSQL cluster; so it is where neither is named
    #[arg(long, conflicts_with = "sqlite")]
    postgres: bool,
    /// The ledger in a file
    #[arg(long)]
    sqlite: bool,
    /// Few devices for seconds; only what must hold on any machine is judged
    #[arg(long)]
    quick: bool,
}

/// Builds gateway and load in release mode and becomes the load.
///
/// # Errors
/// What is missing or does not build; a missed budget ends this process with its exit code.
pub fn run(load: &Load) -> Result<(), Failure> {
    if !load.sqlite {
        install::ensure(&[Tool::Postgres])?;
    }
    // The cluster's keeper is no part of what is measured.
    if !load.sqlite {
        run::check(tree::cargo().args(["build", "--locked", "--workspace", "--bin", "with-postgres"]))?;
    }
    run::check(tree::cargo().args(["build", "--release", "--locked", "--package", "lotline-benches"]))?;
    let built = tree::target_dir();
    let program = built.join("release/lotline-benches");
    let mut command = if load.sqlite {
        let mut alone = Command::new(program);
        alone.env_remove("LOTLINE_TEST_POSTGRES");
        alone
    } else {
        let mut beside = Command::new(built.join("debug/with-postgres"));
        beside.arg(program);
        beside
    };
    command.arg("load");
    let numbers = [
        ("--devices", load.devices),
        ("--queue", load.queue),
        ("--batch", load.batch),
    ];
    for (name, number) in numbers {
        command.args(number.map(|number| format!("{name}={number}")));
    }
    for (name, number) in [("--minutes", load.minutes), ("--rate", load.rate)] {
        command.args(number.map(|number| format!("{name}={number}")));
    }
    if load.quick {
        command.arg("--quick");
    }
    Err(run::replace_with(&mut command))
}
