//! Swift: the root it runs in, and the tests of the package in `ios`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::install::{self, Tool};
use crate::test::Summary;
use crate::{run, tree};

const SCRIPT: &str = include_str!("../scripts/swift-root.sh");

/// Where the root stands: a changed script makes a new one.
fn root() -> PathBuf {
    tree::cache_dir().join(format!("swift-root-{}", tree::key_of(SCRIPT.as_bytes())))
}

fn script() -> Command {
    let mut command = Command::new("bash");
    command.arg(tree::root().join("xtask/scripts/swift-root.sh"));
    command
}

/// Make the Swift root (about two minutes and 2.7 GB, once), or find it made. A Mac has its own Swift.
pub fn install() -> Result<(), Failure> {
    if cfg!(target_os = "macos") || root().join(".complete").exists() {
        return Ok(());
    }
    if !install::is_root() {
        return Err(Failure::missing(
            "Swift needs a folder of its own that only root can make and enter",
            root().display().to_string(),
            "run as root, or run the other parts: --rust --kotlin --browser",
        ));
    }
    install::ensure(&[Tool::Debootstrap])?;
    eprintln!("making the Swift root (debootstrap; two minutes, once)");
    run::quietly("swift-root", script().arg("make").arg(root()))
}

/// A command of the Swift toolchain, run in `folder`. The root sees the clone, the target folder and every folder in a
/// `*_LIB_DIR` variable at their own paths; `LOTLINE_*` variables pass.
pub fn swift(folder: &Path) -> Command {
    program("swift", folder)
}

/// The same for another program of the toolchain.
pub fn program(name: &str, folder: &Path) -> Command {
    if cfg!(target_os = "macos") {
        let mut command = Command::new(name);
        command.current_dir(folder);
        return command;
    }
    let mut command = script();
    command
        .arg("run")
        .arg(root())
        .arg(folder)
        .arg(name)
        .env("TARGET_BIND_DIR", tree::target_dir());
    command
}

/// `swift format lint --strict` on hand-written files; `files` are relative to the clone.
pub fn lint(files: &[String]) -> Result<(), Failure> {
    run::check(swift(&tree::root()).args(["format", "lint", "--strict"]).args(files))
}

/// Whether the tree has the iPhone shell's package.
pub fn exists() -> bool {
    package().join("Package.swift").exists()
}

fn package() -> PathBuf {
    tree::root().join("ios")
}

/// `swift test` in `ios`.
pub fn test(summary: &mut Summary) -> Result<(), Failure> {
    test_with(summary, &tree::target_dir().join("debug"), |_| {})
}

/// The same with the library in another folder.
pub fn test_with(summary: &mut Summary, library: &Path, more: impl FnOnce(&mut Command)) -> Result<(), Failure> {
    if !exists() {
        return Err(Failure::check(
            "no Swift package",
            "ios/Package.swift",
            "add it, or run the other parts",
        ));
    }
    crate::bindgen::generate()?;
    // This toolchain's libswiftObservation lacks one symbol that nothing calls: without the flag no bundle links.
    let mut command = swift(&package());
    command
        .args(["test", "-Xlinker", "--allow-shlib-undefined"])
        .env("LOTLINE_LIB_DIR", library);
    more(&mut command);
    summary.watch(&mut command)
}
