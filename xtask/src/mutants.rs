//! `cargo xtask mutants`: changes the code in small ways, one at a time, and sees whether a test notices.
//!
//! Which changes mean nothing, and why, stands in `.cargo/mutants.toml`.

use std::fs;

use crate::failure::Failure;
use crate::{install, run, tree};

const VERSION: &str = "27.1.0";
/// What the tool ends with if a change made a test run for ever: that one was noticed.
const TIMED_OUT: i32 = 3;
/// Where a silent mistake would become a wrong lot: linters with their character sets, dates, check digits, separators.
const FILES: &[&str] = &[
    "scan/src/lint/*.rs",
    "scan/src/cset.rs",
    "scan/src/date.rs",
    "scan/src/check.rs",
    "scan/src/element_string.rs",
    "scan/src/ambiguity.rs",
];

/// Which part of the code.
#[derive(clap::Args)]
pub struct Mutants {
    /// Files to change, as globs; by default linters, dates, check digits and separators
    files: Vec<String>,
    /// How many changes are tried at the same time
    #[arg(long, default_value_t = 2)]
    jobs: u8,
    /// Name the changes and try none
    #[arg(long)]
    list: bool,
}

/// Tries them; a change that no test notices fails the run.
///
/// # Errors
/// Survivors, which the output names, or a tool that cannot be installed.
pub fn run(mutants: &Mutants) -> Result<(), Failure> {
    let program = install::cargo_tool("cargo-mutants", VERSION)?;
    let mut command = std::process::Command::new(program);
    command
        .current_dir(tree::root())
        // Each job works in a copy of the tree: with one target folder for all they would wait for each other.
        .env_remove("CARGO_TARGET_DIR")
        // Linking is most of what a change costs.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .args(["mutants", "--package", "lotline-scan"]);
    if mutants.files.is_empty() {
        command.args(FILES.iter().flat_map(|file| ["--file", file]));
    } else {
        command.args(mutants.files.iter().flat_map(|file| ["--file", file]));
    }
    if mutants.list {
        return run::check(command.arg("--list"));
    }
    let output = tree::target_dir().join("mutants");
    command
        .args(["--no-shuffle", "--jobs", &mutants.jobs.to_string(), "--output"])
        .arg(&output);
    let status = command.status().map_err(|error| {
        Failure::missing(
            format!("cargo-mutants does not start: {error}"),
            "cargo-mutants",
            "see the output above",
        )
    })?;
    let survivors = fs::read_to_string(output.join("mutants.out/missed.txt")).unwrap_or_default();
    if status.success() || (status.code() == Some(TIMED_OUT) && survivors.is_empty()) {
        return Ok(());
    }
    Err(Failure::check(
        format!("{status}: {} survivors", survivors.lines().count()),
        output.join("mutants.out").display().to_string(),
        "write a test that notices each, or say in .cargo/mutants.toml why it means nothing",
    ))
}
