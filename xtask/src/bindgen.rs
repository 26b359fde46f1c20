//! `cargo xtask bindgen`: Kotlin and Swift from the built library.

use std::path::PathBuf;
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
    Ok(out)
}
