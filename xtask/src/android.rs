//! `cargo xtask android`: how far the device build can be checked on Linux, without Android's SDK and NDK and without a device.
//! What each part shows and where the line is: docs/guides/android-build.md.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::failure::Failure;
use crate::install::{self, Tool};
use crate::run::Checks;
use crate::test::Summary;
use crate::{device, gradle, kotlin, run, tree};

/// What to check; all of it where nothing is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Gradle's files name only what exists, and the versions that the tests use
    Gradle,
    /// Manifest and resources, compiled against Android 14's own
    Resources,
    /// JNA's libraries for the four ABIs
    Jna,
    /// The library's code for Android, for each of the four ABIs
    Check,
    /// The core's tests on ARM64, in an emulator
    Arm,
    /// The library for ARM64, linked as a device's is
    Link,
}

/// Run the parts.
pub fn run(named: &[Part]) -> Result<(), Failure> {
    let all = <Part as clap::ValueEnum>::value_variants();
    let mut checks = Checks::default();
    for part in if named.is_empty() { all } else { named } {
        checks.check(&format!("{part:?}").to_lowercase(), || part.run());
    }
    checks.close()
}

impl Part {
    fn run(self) -> Result<(), Failure> {
        match self {
            Self::Gradle => gradle::check(),
            Self::Resources => resources(),
            Self::Jna => jna(),
            Self::Check => check(),
            Self::Arm => arm(),
            Self::Link => link(),
        }
    }
}

fn failed(what: impl Into<String>, place: impl Into<String>) -> Failure {
    Failure::check(what, place, "see docs/guides/android-build.md")
}

/// A folder of the target folder, empty.
fn fresh(name: &str) -> Result<PathBuf, Failure> {
    let folder = tree::target_dir().join("android").join(name);
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|e| failed(e.to_string(), folder.display().to_string()))?;
    Ok(folder)
}

/// By Debian's aapt. Its own framework is Android 10's and does not know all that the manifest says; Robolectric's Android 14 has
/// the system's resources in it, compiled as on a device.
fn resources() -> Result<(), Failure> {
    install::ensure(&[Tool::Aapt])?;
    let framework = kotlin::framework()?;
    let app = tree::root().join("android/app/src/main");
    let folder = fresh("resources")?;
    let package = folder.join("app.apk");
    run::check(
        Command::new("aapt")
            .args([
                "package",
                "-f",
                "-m",
                "--min-sdk-version",
                device::PLATFORM,
                "--target-sdk-version",
                "34",
            ])
            .arg("-J")
            .arg(&folder)
            .arg("-M")
            .arg(app.join("AndroidManifest.xml"))
            .arg("-S")
            .arg(app.join("res"))
            .arg("-I")
            .arg(&framework)
            .arg("-F")
            .arg(&package),
    )?;
    let badging = run::said(Command::new("aapt").args(["dump", "badging"]).arg(&package))?;
    for wanted in [
        "package: name='lotline.app'",
        "sdkVersion:'26'",
        "targetSdkVersion:'34'",
        "launchable-activity: name='lotline.app.HandheldActivity'",
        "application: label='Lotline' icon='res/",
    ] {
        if !badging.contains(wanted) {
            return Err(failed(
                format!("the compiled app does not say {wanted}"),
                "AndroidManifest.xml",
            ));
        }
    }
    // A store or a fleet's management offers the app to no device that lacks what is only implied.
    let implied = badging.lines().filter(|line| line.contains("uses-implied-feature"));
    let implied: Vec<&str> = implied.filter(|line| !line.contains("faketouch")).collect();
    if !implied.is_empty() {
        return Err(failed(implied.join("; "), "AndroidManifest.xml"));
    }
    println!("{}", badging.lines().next().unwrap_or_default());
    Ok(())
}

/// What Maven Central has of JNA for Android: a library for each of our ABIs, laid out for pages of 16 KB where they are 64-bit.
fn jna() -> Result<(), Failure> {
    install::ensure(&[Tool::Cc])?;
    let folder = fresh("jna")?;
    let archive = kotlin::jna_for_android()?;
    run::check(Command::new("jar").arg("xf").arg(archive).current_dir(&folder))?;
    for (abi, _) in device::ABIS {
        paged(&folder.join("jni").join(abi).join("libjnidispatch.so"))?;
    }
    Ok(())
}

/// The alignment of the segments that are loaded, and whether it will do for the library's word size.
fn paged(library: &Path) -> Result<(), Failure> {
    let headers = run::said(Command::new("readelf").arg("-lW").arg(library))?;
    let wide = run::said(Command::new("readelf").arg("-h").arg(library))?.contains("ELF64");
    let least = if wide { 0x4000 } else { 0x1000 };
    let alignments = alignments(&headers);
    println!("{}: {alignments:x?}", library.display());
    if alignments.is_empty() || alignments.iter().any(|&found| found < least) {
        return Err(failed(
            format!("a segment is aligned to less than {least:#x}"),
            library.display().to_string(),
        ));
    }
    Ok(())
}

/// Of each `LOAD` in what `readelf -lW` says.
fn alignments(headers: &str) -> Vec<u64> {
    let loads = headers.lines().filter(|line| line.trim_start().starts_with("LOAD"));
    loads
        .filter_map(|line| u64::from_str_radix(line.split_whitespace().last()?.trim_start_matches("0x"), 16).ok())
        .collect()
}

/// For each ABI of [`device::ABIS`] the compiler whose headers stand for the NDK's. For 32-bit ARM it is the one whose C library takes
/// floats in either way: the usual one has no headers for Android's.
const STAND_INS: [&str; 4] = [
    "aarch64-linux-gnu",
    "arm-linux-gnueabi",
    "x86_64-linux-gnu",
    "i686-linux-gnu",
];

/// `cargo check` in the features of a device build, for all four ABIs. Nothing is linked: the C code is compiled with glibc's headers,
/// and thrown away.
fn check() -> Result<(), Failure> {
    install::ensure(&[Tool::Cc, Tool::Arm64, Tool::Arm32, Tool::X86])?;
    for ((abi, target), compiler) in device::ABIS.into_iter().zip(STAND_INS) {
        let start = Instant::now();
        device::rust_for(target)?;
        let build = device::BUILD
            .iter()
            .filter(|word| !["--profile", "device"].contains(word));
        let mut command = tree::cargo();
        command.arg("check").args(build).args(["--target", target]);
        for (name, tool) in [("CC", "gcc"), ("AR", "ar"), ("RANLIB", "ranlib")] {
            command.env(
                format!("{name}_{}", target.replace('-', "_")),
                format!("{compiler}-{tool}"),
            );
        }
        run::check(&mut command)?;
        println!("{abi}: passed ({:.0} s)", start.elapsed().as_secs_f64());
    }
    Ok(())
}

/// Unit tests of the three rooms that a device has.
fn arm() -> Result<(), Failure> {
    install::ensure(&[Tool::Cc, Tool::Arm64, Tool::Qemu])?;
    device::rust_for(ARM64)?;
    let mut summary = Summary::default();
    summary.watch(
        tree::cargo()
            .args(["test", "--locked", "--target", ARM64, "--package", "lotline-scan"])
            .args(["--package", "lotline-record", "--package", "lotline-core"])
            .args(["--lib", "--no-fail-fast"])
            .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "aarch64-linux-gnu-gcc")
            .env(
                "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER",
                "qemu-aarch64 -L /usr/aarch64-linux-gnu",
            )
            .env("CC_aarch64_unknown_linux_gnu", "aarch64-linux-gnu-gcc"),
    )
}

const ARM64: &str = "aarch64-unknown-linux-gnu";

/// The command that Gradle calls, with a stand-in for the NDK that links against nothing: what comes out cannot be loaded, and shows
/// its segments, its names and about its size.
fn link() -> Result<(), Failure> {
    install::ensure(&[Tool::Cc, Tool::Arm64])?;
    let ndk = fresh("ndk")?;
    let lay = |path: &str, text: &str| {
        let path = ndk.join(path);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, text))
            .map_err(|e| failed(e.to_string(), path.display().to_string()))
    };
    lay("source.properties", "Pkg.Revision = 28.2.13676358\n")?;
    let prebuilt = "toolchains/llvm/prebuilt/linux-x86_64";
    lay(&format!("{prebuilt}/sysroot/usr/lib/empty"), "")?;
    let bin = ndk.join(prebuilt).join("bin");
    fs::create_dir_all(&bin).map_err(|e| failed(e.to_string(), bin.display().to_string()))?;
    let tools = [
        ("clang", tree::root().join("xtask/scripts/ndk/clang")),
        ("clang++", tree::root().join("xtask/scripts/ndk/clang")),
        ("llvm-ar", PathBuf::from("/usr/bin/aarch64-linux-gnu-ar")),
        ("llvm-ranlib", PathBuf::from("/usr/bin/aarch64-linux-gnu-ranlib")),
    ];
    for (name, tool) in tools {
        std::os::unix::fs::symlink(&tool, bin.join(name))
            .map_err(|e| failed(e.to_string(), tool.display().to_string()))?;
    }
    let stubs = fresh("stubs")?;
    for name in ["c", "m", "dl", "log", "unwind"] {
        run::check(
            Command::new("aarch64-linux-gnu-gcc")
                .args(["-shared", "-nostdlib", "-x", "c", "/dev/null", "-o"])
                .arg(stubs.join(format!("lib{name}.so"))),
        )?;
    }
    let folder = fresh("libraries")?;
    let mut command = device::cargo_ndk(&folder, &["arm64-v8a"])?;
    run::check(command.env("ANDROID_NDK_HOME", &ndk).env("LOTLINE_STUBS", &stubs))?;

    let library = folder.join("arm64-v8a/liblotline.so");
    paged(&library)?;
    let names = run::said(Command::new("readelf").args(["--dyn-syms", "-W"]).arg(&library))?;
    let doors = |of: &str| {
        of.lines()
            .filter(|line| line.contains("uniffi_lotline") && !line.contains(" UND "))
            .count()
    };
    let dynamic = run::said(Command::new("readelf").arg("-dW").arg(&library))?;
    let bytes = fs::metadata(&library).map_or(0, |about| about.len());
    println!("{} doors, {} kB", doors(&names), bytes / 1000);
    if doors(&names) < 100 {
        return Err(failed("the doors of UniFFI are not among its names", "liblotline.so"));
    }
    if !dynamic.contains("soname: [liblotline.so]") || dynamic.contains("TEXTREL") {
        return Err(failed(
            "no name of its own, or relocations in its text",
            "liblotline.so",
        ));
    }
    if names.contains("scenario") {
        return Err(failed("the tests' scenarios are in it", "liblotline.so"));
    }
    // ADR 7.
    if bytes > MOST_BYTES {
        return Err(failed(
            format!("{bytes} bytes, and at most {MOST_BYTES} were promised"),
            "liblotline.so",
        ));
    }
    Ok(())
}

/// Of the encrypted library (ADR 7).
const MOST_BYTES: u64 = 10_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alignment_of_each_loaded_segment_is_read() {
        let headers = "  PHDR           0x000040 0x0040 0x0040 0x000230 0x000230 R   0x8\n\
                       LOAD           0x000000 0x0000 0x0000 0x0bb6e4 0x0bb6e4 R   0x4000\n  \
                       LOAD           0x0bb700 0x0bf700 0x0bf700 0x23 0x23 R E 0x1000\n";
        assert_eq!(alignments(headers), [0x4000, 0x1000]);
    }
}
