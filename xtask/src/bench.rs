//! `cargo xtask bench`: side by side with peers, in release mode.

use crate::failure::Failure;
use crate::install::{self, Tool};
use crate::{kotlin, run, tree};

/// Which comparison to run.
#[derive(clap::Args)]
pub struct Bench {
    /// What to measure
    #[arg(value_enum)]
    what: What,
    /// With the device's files encrypted, for `act`: built apart, some ten minutes at first
    #[arg(long)]
    encrypted: bool,
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
    /// The same acts in Rust and in Kotlin: what the way through JNA costs
    Jna,
    /// First use of a large site, against copying and hashing its file
    Pull,
    /// What a day of a large store costs each device in bytes
    Day,
    /// A recall in a store of many handhelds: who has it when, and a scan's way to the console
    Live,
    /// 10,000 scans to the server, against hand-written outboxes, `PouchDB` and `PowerSync`
    Sync,
}

/// Build the benches and become the one that was asked for.
pub fn run(bench: &Bench) -> Result<(), Failure> {
    if bench.encrypted && bench.what != What::Act {
        return Err(Failure::usage(
            "only `act` is measured with encrypted files",
            "bench --encrypted",
            "say `cargo xtask bench act --encrypted`",
        ));
    }
    let what = match bench.what {
        What::Read => {
            install::ensure(&[Tool::Node, Tool::Python])?;
            "read"
        }
        What::Act => "act",
        What::Day => "day",
        What::Sync => {
            // Without the peers nothing else is needed.
            if !bench.args.iter().any(|arg| arg == "--own" || arg == "--quick") {
                install::ensure(&[Tool::Node])?;
            }
            "sync"
        }
        What::Jna => return jna(&bench.args),
        What::Pull => return played("pull", &bench.args),
        What::Live => return played("live", &bench.args),
    };
    let mut command = tree::cargo();
    command.args([
        "run",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        "lotline-benches",
    ]);
    if bench.encrypted {
        // SQLCipher in the place of SQLite: a folder of its own, so that neither is built again for the other.
        command
            .args(["--features", "encrypted", "--target-dir"])
            .arg(tree::target_dir().join("encrypted"));
    }
    command.args(["--", what]).args(&bench.args);
    Err(run::replace_with(&mut command))
}

/// Real handhelds and a real gateway, which the tests have.
fn played(what: &str, args: &[String]) -> Result<(), Failure> {
    run::check(tree::cargo().args([
        "build",
        "--profile",
        "played",
        "--locked",
        "--package",
        "lotline-tests",
        "--bins",
    ]))?;
    let mut command = std::process::Command::new(tree::target_dir().join("played").join(what));
    command.args(args);
    Err(run::replace_with(&mut command))
}

/// Both sides in release mode, from one build: the library that Kotlin calls, and the bench that drives them.
fn jna(args: &[String]) -> Result<(), Failure> {
    install::ensure(&[Tool::Cc, Tool::Jdk, Tool::Maven])?;
    // Without the generator, and without the tests' scenarios, which do not compile in release mode.
    run::check(tree::cargo().args([
        "build",
        "--release",
        "--locked",
        "--package",
        "lotline-benches",
        "--package",
        "lotline-ffi",
        "--no-default-features",
    ]))?;
    let release = tree::target_dir().join("release");
    let classes = kotlin::bench(&release)?;
    let mut command = std::process::Command::new(release.join("lotline-benches"));
    command
        .arg("jna")
        .args(args)
        .args(["--", "java"])
        .arg(format!("-Djna.library.path={}", release.display()))
        .args(["-cp", &classes, "lotline.bench.TwinKt"]);
    Err(run::replace_with(&mut command))
}
