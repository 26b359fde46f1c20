//! The encrypted variant (ADR 7): the core's tests on encrypted files, and one round of each shell. In a target folder of its
//! own, because one feature of SQLite would build the whole tree again.

use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::test::Summary;
use crate::{kotlin, run, swift, tree};

/// The folder of its libraries and programs.
fn debug() -> PathBuf {
    tree::target_dir().join("encrypted/debug")
}

/// Cargo for the core and the shells' library, in one feature set.
fn cargo(command: &str) -> Command {
    let mut cargo = tree::cargo();
    cargo
        .args([
            command,
            "--locked",
            "--package",
            "lotline-core",
            "--package",
            "lotline-ffi",
        ])
        .args([
            "--no-default-features",
            "--features",
            "lotline-ffi/encrypted,lotline-ffi/scenario",
        ])
        .arg("--target-dir")
        .arg(tree::target_dir().join("encrypted"));
    cargo
}

/// What is compiled in this variant alone is linted here.
pub fn lint() -> Result<(), Failure> {
    run::check(cargo("clippy").args(["--all-targets", "--", "--deny", "warnings"]))
}

/// The core's own tests.
pub fn core(summary: &mut Summary) -> Result<(), Failure> {
    summary.watch(cargo("test").args(["--lib", "--test", "shift"]))
}

/// The library for the shells, and beside it the program that their tests start.
pub fn library() -> Result<(), Failure> {
    run::check(cargo("build").arg("--lib"))?;
    let (from, to) = (
        tree::target_dir().join("debug/scenario-site"),
        debug().join("scenario-site"),
    );
    std::fs::copy(&from, &to)
        .map(|_| ())
        .map_err(|e| Failure::check(e.to_string(), from.display().to_string(), "build the workspace first"))
}

/// The ports' tests in Kotlin.
pub fn kotlin(summary: &mut Summary) -> Result<(), Failure> {
    kotlin::test_with(
        summary,
        &debug(),
        &[
            "-Dlotline.encrypts=true",
            "-Dtest=PortsTest",
            "-Dsurefire.failIfNoSpecifiedTests=false",
        ],
    )
}

/// The ports' tests in Swift.
pub fn swift(summary: &mut Summary) -> Result<(), Failure> {
    swift::test_with(summary, &debug(), |command| {
        command.args(["--filter", "PortTests"]).env("LOTLINE_ENCRYPTS", "1");
    })
}
