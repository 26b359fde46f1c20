//! `cargo xtask fuzz`: random bytes for every reader of foreign bytes, from seeds that are cut from the fixtures.
//!
//! The targets live in `fuzz/`, a workspace of its own: they need a nightly compiler with its sanitizers.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::{install, run, tree};

const VERSION: &str = "0.13.2";
/// Needs the core, with SQLite and TLS: built last, and only if it is run.
const FRAME: &str = "frame";

/// What to run, and for how long.
#[derive(clap::Args)]
pub struct Fuzz {
    /// Targets, as `fuzz/targets` has them; all if none is named
    targets: Vec<String>,
    /// Seconds for each target
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Name the targets and do nothing
    #[arg(long)]
    list: bool,
}

/// Runs them one after another; what a target finds is kept in `fuzz/artifacts`.
///
/// # Errors
/// An unknown target, a missing toolchain, or what a target found.
pub fn run(fuzz: &Fuzz) -> Result<(), Failure> {
    let all = targets(&tree::root().join("fuzz/targets"))?;
    if fuzz.list {
        println!("{}", all.join("\n"));
        return Ok(());
    }
    if let Some(unknown) = fuzz.targets.iter().find(|name| !all.contains(name)) {
        return Err(Failure::usage(
            format!("no target is called {unknown}"),
            "fuzz/targets",
            format!("take one of {}", all.join(", ")),
        ));
    }
    let named = if fuzz.targets.is_empty() { &all } else { &fuzz.targets };
    let program = install::cargo_tool("cargo-fuzz", VERSION)?;
    nightly()?;
    let manifest = tree::root().join("fuzz/Cargo.toml");
    run::quietly(
        "fuzz-seeds",
        tree::cargo()
            .args(["run", "--locked", "--quiet", "--example", "seeds", "--manifest-path"])
            .arg(&manifest),
    )?;
    let mut found = Vec::new();
    for (at, name) in named.iter().enumerate() {
        eprintln!("== {name} ({} of {}), {} s", at + 1, named.len(), fuzz.seconds);
        let mut command = std::process::Command::new(&program);
        command
            .current_dir(tree::root())
            .env("RUSTUP_TOOLCHAIN", "nightly")
            .args(["run", "--fuzz-dir", "fuzz", name]);
        if name == FRAME {
            command.args(["--features", "frame"]);
        }
        command
            .args(["--", "-print_final_stats=1", "-max_len=4096", "-rss_limit_mb=2048"])
            .arg(format!("-max_total_time={}", fuzz.seconds));
        if let Err(failure) = run::check(&mut command) {
            eprintln!("{failure}");
            found.push(name.as_str());
        }
    }
    if found.is_empty() {
        eprintln!("fuzz: {} targets, nothing found", named.len());
        return Ok(());
    }
    Err(Failure::check(
        format!(
            "{} of {} targets failed: {}",
            found.len(),
            named.len(),
            found.join(", ")
        ),
        "fuzz/artifacts",
        "cargo fuzz run TARGET FILE shows one again",
    ))
}

/// The names of the targets; the one that costs the most to build is the last.
fn targets(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| {
        Failure::check(
            error.to_string(),
            folder.display().to_string(),
            "run this from a whole clone",
        )
    })?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort_by_key(|name| (name == FRAME, name.clone()));
    Ok(names)
}

/// Sanitizers want a nightly compiler; rustup brings one where there is none.
fn nightly() -> Result<(), Failure> {
    let there = run::output(std::process::Command::new("rustup").args(["toolchain", "list"]))
        .is_some_and(|list| list.lines().any(|line| line.starts_with("nightly")));
    if there {
        return Ok(());
    }
    eprintln!("installing a nightly compiler (rustup)");
    run::quietly(
        "rustup-nightly",
        std::process::Command::new("rustup").args(["toolchain", "install", "nightly", "--profile", "minimal"]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_a_binary_of_the_fuzz_package_and_the_dearest_is_last() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
        let names = targets(&folder.join("targets")).unwrap();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        for name in &names {
            assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "{name}");
        }
        assert_eq!(manifest.matches("[[bin]]").count(), names.len());
        assert_eq!(names.last().map(String::as_str), Some(FRAME));
    }
}
