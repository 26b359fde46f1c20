//! `cargo xtask bench`: side by side with peers, in release mode.

use crate::failure::Failure;
use crate::install::{self, Tool};
use crate::{run, tree};

/// Which comparison to run.
#[derive(clap::Args)]
pub struct Bench {
    /// What to measure
    #[arg(value_enum)]
    what: What,
    /// Passed on to the bench
    #[arg(last = true)]
    args: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// Reading labels, against parsers from npm and PyPI
    Read,
    /// Scan to screen, against the bare commit of the same disk
    Act,
    /// A recall in a store of many handhelds: who has it when, and a scan's way to the console
    Live,
    /// The queue to the server, against hand-written outboxes
    Sync,
}

/// Build the benches and become the one that was asked for.
pub fn run(bench: &Bench) -> Result<(), Failure> {
    let what = match bench.what {
        What::Read => {
            install::ensure(&[Tool::Node, Tool::Python])?;
            "read"
        }
        What::Act => "act",
        What::Sync => "sync",
        What::Live => return live(&bench.args),
    };
    let mut command = tree::cargo();
    command
        .args([
            "run",
            "--quiet",
            "--release",
            "--locked",
            "--package",
            "lotline-benches",
            "--",
            what,
        ])
        .args(&bench.args);
    Err(run::replace_with(&mut command))
}

/// Real handhelds and a real gateway, which the tests have.
fn live(args: &[String]) -> Result<(), Failure> {
    run::check(tree::cargo().args(["build", "--locked", "--workspace", "--bins"]))?;
    let mut command = std::process::Command::new(tree::target_dir().join("debug/live"));
    command.args(args);
    Err(run::replace_with(&mut command))
}
