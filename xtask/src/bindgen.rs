//! `cargo xtask bindgen`: Kotlin and Swift from the built library.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{run, tree};

/// Generate both languages into `target/bindings/{kotlin,swift}` and say where that is.
pub fn generate() -> Result<PathBuf, Failure> {
    let (built, out) = (build()?, tree::target_dir().join("bindings"));
    for language in ["kotlin", "swift"] {
        write(language, &built, &library_in(&built), &out.join(language))?;
    }
    lay_down_swift(&out.join("swift"))?;
    Ok(out)
}

/// Builds the library and the generator, and says in which folder they are: the whole workspace, for the feature set that lint
/// and test have built already.
pub fn build() -> Result<PathBuf, Failure> {
    run::check(tree::cargo().args([
        "build",
        "--locked",
        "--quiet",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
    ]))?;
    Ok(tree::target_dir().join("debug"))
}

/// The library that a build left in `folder`.
pub fn library_in(folder: &Path) -> PathBuf {
    let (before, after) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    folder.join(format!("{before}lotline{after}"))
}

/// Writes `language` for `library` into `folder`, by the generator that stands in `built`.
pub fn write(language: &str, built: &Path, library: &Path, folder: &Path) -> Result<(), Failure> {
    run::check(
        Command::new(built.join("uniffi-bindgen"))
            .current_dir(tree::root())
            .arg("generate")
            .arg(library)
            .args(["--language", language, "--no-format", "--out-dir"])
            .arg(folder),
    )
}

/// Swift packages keep their sources inside: one folder a module, and the C half under the name SwiftPM looks for.
pub fn lay_down_swift(from: &Path) -> Result<(), Failure> {
    let package = tree::root().join("ios/Generated");
    let mut changed = false;
    for module in ["Lotline", "LotlineCore"] {
        let ffi = format!("{module}FFI");
        for (file, to) in [
            (format!("{module}.swift"), format!("{module}/{module}.swift")),
            (format!("{ffi}.h"), format!("{ffi}/{ffi}.h")),
            (format!("{ffi}.modulemap"), format!("{ffi}/module.modulemap")),
        ] {
            let from = from.join(file);
            let text = std::fs::read(&from).map_err(|e| failed(&from, &e))?;
            changed |= write_if_new(&package.join(to), &text)?;
        }
    }
    // The generated code names the core's types as if they were of its own module.
    changed |= write_if_new(
        &package.join("Lotline/Imports.swift"),
        b"@_exported import LotlineCore\n",
    )?;
    let built = tree::root().join("ios/.build");
    // Swift's incremental build keeps objects that were compiled for the old layout of a generated type, and a new case of
    // `Input` then shifts all that follow: a PIN was sent as something else.
    if changed && built.exists() {
        std::fs::remove_dir_all(&built).map_err(|e| failed(&built, &e))?;
    }
    Ok(())
}

fn failed(path: &Path, e: &std::io::Error) -> Failure {
    Failure::check(e.to_string(), path.display().to_string(), "see above")
}

/// Whether the file changed. An unchanged one keeps its time, and the package is not built again for it.
fn write_if_new(to: &Path, text: &[u8]) -> Result<bool, Failure> {
    if std::fs::read(to).is_ok_and(|there| there == text) {
        return Ok(false);
    }
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
    }
    std::fs::write(to, text).map_err(|e| failed(to, &e))?;
    Ok(true)
}
