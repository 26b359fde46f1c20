//! Kotlin on the JVM: Maven's tests of `android/`.

use std::path::{Path, PathBuf};
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
    )?;
    for android in ANDROIDS {
        fetch(
            "Android for Robolectric",
            &format!("org.robolectric:android-all-instrumented:{android}"),
        )?;
    }
    Ok(())
}

/// One file, without what it rests on, into Maven's own folder.
fn fetch(name: &str, artifact: &str) -> Result<(), Failure> {
    run::quietly(
        name,
        maven().args([
            "--quiet",
            "--non-recursive",
            "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get",
            "-Dtransitive=false",
            &format!("-Dartifact={artifact}"),
        ]),
    )
}

/// Android 14 as the tests compile against it, with the system's resources.
pub fn framework() -> Result<PathBuf, Failure> {
    repository("org/robolectric", "android-all", "14-robolectric-10818077", "jar")
}

/// JNA as apps take it: with its libraries for Android.
pub fn jna_for_android() -> Result<PathBuf, Failure> {
    repository("net/java/dev/jna", "jna", "5.19.1", "aar")
}

/// A file of Maven's own folder, fetched where it is not there.
fn repository(group: &str, artifact: &str, version: &str, kind: &str) -> Result<PathBuf, Failure> {
    install::ensure(&[Tool::Jdk, Tool::Maven])?;
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folder = home.join(".m2/repository").join(group).join(artifact).join(version);
    let file = folder.join(format!("{artifact}-{version}.{kind}"));
    if !file.is_file() {
        fetch(
            artifact,
            &format!("{}:{artifact}:{version}:{kind}", group.replace('/', ".")),
        )?;
    }
    Ok(file)
}

/// Compiles the Kotlin side of `cargo xtask bench jna` for the library in the folder `release`, and gives its class path.
pub fn bench(release: &Path) -> Result<String, Failure> {
    let built = bindgen::build()?;
    let bindings = tree::target_dir().join("bindings/release");
    bindgen::write("kotlin", &built, &bindgen::library_in(release), &bindings)?;
    let list = tree::target_dir().join("bench.classpath");
    run::check(
        maven()
            .args([
                "--quiet",
                "--activate-profiles",
                "bench",
                "--projects",
                "bench",
                "--also-make",
            ])
            .args([
                "process-classes",
                "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath",
            ])
            .arg(format!("-Dmdep.outputFile={}", list.display()))
            .arg(format!("-Dlotline.bindings={}", bindings.display())),
    )?;
    let named = std::fs::read_to_string(&list)
        .map_err(|e| Failure::check(e.to_string(), list.display().to_string(), "see what Maven said"))?;
    let own = tree::root().join("android/bench/target/classes");
    Ok(format!("{}:{}", own.display(), named.trim()))
}

/// The Androids that Robolectric 4.17 runs for SDK 34 and 29. It takes them from Maven's own folder, and fetches them itself where
/// they are not there.
const ANDROIDS: [&str; 2] = ["14-robolectric-10818077-i7", "10-robolectric-5803371-i7"];

/// Contact sheets of every flow on the Android app, in English, German and Arabic; gives their folder.
pub fn sheets() -> Result<PathBuf, Failure> {
    install()?;
    let folder = tree::target_dir().join("pictures/android");
    let asked = format!("-Dlotline.sheets={}", folder.display());
    let only = ["-Dtest=PicturesTest", "-Dsurefire.failIfNoSpecifiedTests=false", &asked];
    test_with(&mut Summary::default(), &tree::target_dir().join("debug"), &only)?;
    Ok(folder)
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
