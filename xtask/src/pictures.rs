//! `cargo xtask pictures`: the README's pictures, made from what runs.
//!
//! The terminal's screens come from a scenario's run: the real handheld against the seeded site on the real gateway, with
//! the scenario's clock, so the same sources give the same SVGs. The console is the page of that gateway after the run,
//! seen by headless Chromium; its PNG differs where Chromium or its fonts do.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::install::{self, Tool};
use crate::{kotlin, run, tree};

const SCENARIO: &str = "tests/fixtures/pictures/shift.json";
const FOLDER: &str = "docs/pictures";

/// Makes all of them.
///
/// # Errors
/// When a picture's moment never comes up, Chromium is missing, or a picture cannot be written.
pub fn make() -> Result<(), Failure> {
    install::ensure(&[Tool::Cc, Tool::Chromium])?;
    run::check(tree::cargo().args(["build", "--locked", "--workspace", "--bins"]))?;
    let folder = tree::root().join(FOLDER);
    let program = tree::target_dir().join("debug/pictures");
    run::check(Command::new(program).arg(tree::root().join(SCENARIO)).arg(&folder))?;
    report(&folder)
}

/// Makes the Android app's contact sheets: one a flow and language, for people to look through. They are not committed.
///
/// # Errors
/// When a scenario cannot be played, or a sheet cannot be written.
pub fn android() -> Result<(), Failure> {
    report(&kotlin::sheets()?)
}

fn report(folder: &Path) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::check(
            error.to_string(),
            folder.display().to_string(),
            "see what the system says",
        )
    };
    let mut files: Vec<(String, u64)> = fs::read_dir(folder)
        .map_err(unreadable)?
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.metadata().ok()?.len())))
        .collect();
    files.sort();
    for (name, bytes) in &files {
        println!("{}  {bytes} bytes", folder.join(name).display());
    }
    Ok(())
}
