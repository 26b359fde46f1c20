//! `cargo xtask bindgen`: Kotlin and Swift from the built library.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{run, tree};

/// Generate both languages into `target/bindings/{kotlin,swift}` and say where that is.
pub fn generate() -> Result<PathBuf, Failure> {
    let (target, out) = (tree::target_dir(), tree::target_dir().join("bindings"));
    // The whole workspace, for the feature set that lint and test have built already.
    run::check(tree::cargo().args([
        "build",
        "--locked",
        "--quiet",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
    ]))?;
    let library = target.join("debug").join(format!(
        "{}lotline{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    ));
    for language in ["kotlin", "swift"] {
        let mut bindgen = Command::new(target.join("debug/uniffi-bindgen"));
        bindgen.current_dir(tree::root()).arg("generate").arg(&library);
        run::check(
            bindgen
                .args(["--language", language, "--no-format", "--out-dir"])
                .arg(out.join(language)),
        )?;
    }
    lay_down_swift(&out.join("swift"))?;
    Ok(out)
}

/// Swift packages keep their sources inside: one folder a module, and the C half under the name SwiftPM looks for.
fn lay_down_swift(from: &Path) -> Result<(), Failure> {
    let package = tree::root().join("ios/LotlineKit/Generated");
    for module in ["Lotline", "LotlineCore"] {
        let ffi = format!("{module}FFI");
        for (file, to) in [
            (format!("{module}.swift"), format!("{module}/{module}.swift")),
            (format!("{ffi}.h"), format!("{ffi}/{ffi}.h")),
            (format!("{ffi}.modulemap"), format!("{ffi}/module.modulemap")),
        ] {
            let from = from.join(file);
            let text = std::fs::read(&from).map_err(|e| failed(&from, &e))?;
            write_if_new(&package.join(to), &text)?;
        }
    }
    // The generated code names the core's types as if they were of its own module.
    write_if_new(
        &package.join("Lotline/Imports.swift"),
        b"@_exported import LotlineCore\n",
    )
}

fn failed(path: &Path, e: &std::io::Error) -> Failure {
    Failure::check(e.to_string(), path.display().to_string(), "see above")
}

/// An unchanged file keeps its time, and the package is not built again for it.
fn write_if_new(to: &Path, text: &[u8]) -> Result<(), Failure> {
    if std::fs::read(to).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
    }
    std::fs::write(to, text).map_err(|e| failed(to, &e))
}
