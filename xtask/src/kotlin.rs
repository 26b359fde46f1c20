//! Kotlin on the JVM: Maven's tests of `android/`.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::install::{self, Tool};
use crate::test::Summary;
use crate::{bindgen, run, tree};

fn maven() -> Command {
    let mut command = Command::new("mvn");
    // The compiler's daemon would stay for two hours with 6 GB: not on a machine that builds other things.
    command
        .args([
            "--batch-mode",
            "--no-transfer-progress",
            "-Dkotlin.compiler.daemon=false",
        ])
        .current_dir(tree::root().join("android"));
    command
}

/// Whether the tree has the Android shell's project.
pub fn exists() -> bool {
    tree::root().join("android/pom.xml").exists()
}

/// JDK, Maven, and what Maven downloads.
pub fn install() -> Result<(), Failure> {
    install::ensure(&[Tool::Jdk, Tool::Maven])?;
    if !exists() {
        return Ok(());
    }
    run::quietly(
        "maven",
        maven().args([
            "--quiet",
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:go-offline",
        ]),
    )
}

/// `mvn test` in `android/`.
pub fn test(summary: &mut Summary) -> Result<(), Failure> {
    test_with(summary, &tree::target_dir().join("debug"), &[])
}

/// The same with the library in another folder.
pub fn test_with(summary: &mut Summary, library: &Path, more: &[&str]) -> Result<(), Failure> {
    if !exists() {
        return Err(Failure::check(
            "no Maven project",
            "android/pom.xml",
            "add it, or run the other parts",
        ));
    }
    let bindings = bindgen::generate()?;
    let property = |name: &str, path: &Path| format!("-D{name}={}", path.display());
    summary.watch(
        maven()
            .arg("test")
            .arg(property("lotline.bindings", &bindings.join("kotlin")))
            .arg(property("lotline.lib", library))
            .args(more),
    )
}
