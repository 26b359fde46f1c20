//! `cargo xtask device`: what Gradle takes from cargo on a machine with Android's NDK: the library for each ABI, and the Kotlin
//! that calls it. docs/guides/android-build.md.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{bindgen, install, run, tree};

/// What cargo-ndk 4 does: it finds the NDK, and sets its compilers and linker for the C libraries and for ours.
const CARGO_NDK: &str = "4.1.2";

/// Android 8: the least that the app runs on. `minSdk` of the version catalogue says the same.
pub const PLATFORM: &str = "26";

/// Android's name of each kind of processor, and Rust's.
pub const ABIS: [(&str, &str); 4] = [
    ("arm64-v8a", "aarch64-linux-android"),
    ("armeabi-v7a", "armv7-linux-androideabi"),
    ("x86_64", "x86_64-linux-android"),
    ("x86", "i686-linux-android"),
];

/// How the library is built for a device: small, its files encrypted, without the generator of bindings and the tests' scenarios.
pub const BUILD: [&str; 8] = [
    "--locked",
    "--profile",
    "device",
    "--package",
    "lotline-ffi",
    "--lib",
    "--no-default-features",
    "--features=encrypted",
];

/// What to lay down, and where.
#[derive(clap::Args)]
#[group(required = true, multiple = true)]
pub struct Device {
    /// `liblotline.so` for each ABI, in folders of their names
    #[arg(long, value_name = "DIR")]
    libraries: Option<PathBuf>,
    /// The generated Kotlin
    #[arg(long, value_name = "DIR")]
    bindings: Option<PathBuf>,
}

/// Lay down what was asked for.
pub fn run(device: &Device) -> Result<(), Failure> {
    if let Some(folder) = &device.bindings {
        bindings(folder)?;
    }
    device.libraries.as_deref().map_or(Ok(()), libraries)
}

/// Kotlin for the library as a device has it. It is read from a library of this machine: in a device's own, names are stripped.
pub fn bindings(folder: &Path) -> Result<(), Failure> {
    install::ensure(&[install::Tool::Cc])?;
    // A folder of its own: the workspace's library has the tests' scenarios in it.
    let target = tree::target_dir().join("device");
    run::check(
        tree::cargo()
            .args(["build", "--locked", "--package", "lotline-ffi"])
            .arg("--target-dir")
            .arg(&target),
    )?;
    let built = target.join("debug");
    bindgen::write("kotlin", &built, &bindgen::library_in(&built), folder)
}

fn libraries(folder: &Path) -> Result<(), Failure> {
    run::check(&mut cargo_ndk(folder, &ABIS.map(|(abi, _)| abi))?)
}

/// The call of cargo-ndk that builds for `abis`. `ANDROID_NDK_HOME` says where the NDK is.
pub fn cargo_ndk(folder: &Path, abis: &[&str]) -> Result<Command, Failure> {
    let program = install::cargo_tool("cargo-ndk", CARGO_NDK)?;
    let mut command = Command::new(program);
    command.current_dir(tree::root()).arg("ndk");
    for (abi, target) in ABIS.iter().filter(|(abi, _)| abis.contains(abi)) {
        rust_for(target)?;
        command.args(["--target", abi]);
    }
    command
        .args(["--platform", PLATFORM, "--output-dir"])
        .arg(folder)
        .arg("build")
        .args(BUILD)
        .arg("--target-dir")
        .arg(tree::target_dir());
    Ok(command)
}

/// Rust's standard library for `target`, by rustup.
pub fn rust_for(target: &str) -> Result<(), Failure> {
    run::quietly(
        "rustup",
        Command::new("rustup")
            .current_dir(tree::root())
            .args(["target", "add", target]),
    )
}
