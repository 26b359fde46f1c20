//! What the project needs beside rustup's toolchain, and how a bare Debian machine gets it.
//!
//! Look first, install second: a machine that has everything is never touched and needs neither root nor the network.
//! Packages come from the machine's own apt sources. Where nothing can be installed, the packages are named and the
//! command ends with exit code 3.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::failure::Failure;
use crate::{deny, kotlin, openapi, run, swift, tree};

/// A tool of the system, found by what it puts on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// A C compiler: bundled SQLite and zstd are compiled from source.
    Cc,
    /// A Java development kit, 17 or newer.
    Jdk,
    /// Maven.
    Maven,
    /// Chromium with its driver, and fonts so that pages look the same everywhere.
    Chromium,
    /// Makes the Swift root.
    Debootstrap,
    /// Node.js with npm: peers in the benches.
    Node,
    /// Python with venv: peers in the benches.
    Python,
    /// PostgreSQL's server: the ledger of a large site.
    Postgres,
    /// Compiles Android's resources.
    Aapt,
    /// A C compiler for ARM64, and its binutils.
    Arm64,
    /// C for 32-bit ARM.
    Arm32,
    /// C for both kinds of Intel's processors.
    X86,
    /// Runs programs of another processor.
    Qemu,
}

/// What must be there (a program on the path, or a file, `*` for one folder of any name), and the package that brings it.
struct Need {
    seen_as: &'static str,
    package: &'static str,
}

const fn need(seen_as: &'static str, package: &'static str) -> Need {
    Need { seen_as, package }
}

impl Tool {
    fn needs(self) -> &'static [Need] {
        const CC: &[Need] = &[need("cc", "gcc"), need("c++", "g++"), need("make", "make")];
        const JDK: &[Need] = &[need("javac", "default-jdk-headless")];
        const MAVEN: &[Need] = &[need("mvn", "maven")];
        const CHROMIUM: &[Need] = &[
            need("chromium", "chromium"),
            need("chromedriver", "chromium-driver"),
            need(
                "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
                "fonts-dejavu-core",
            ),
        ];
        const DEBOOTSTRAP: &[Need] = &[
            need("debootstrap", "debootstrap"),
            need(
                "/usr/share/keyrings/debian-archive-keyring.gpg",
                "debian-archive-keyring",
            ),
        ];
        const NODE: &[Need] = &[need("node", "nodejs"), need("npm", "npm")];
        const PYTHON: &[Need] = &[
            need("python3", "python3"),
            need("/usr/share/python-wheels", "python3-venv"),
        ];
        const POSTGRES: &[Need] = &[need("/usr/lib/postgresql/*/bin/initdb", "postgresql")];
        const AAPT: &[Need] = &[need("aapt", "aapt")];
        const ARM64: &[Need] = &[
            need("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
            need("/usr/aarch64-linux-gnu/include/stdio.h", "libc6-dev-arm64-cross"),
        ];
        const ARM32: &[Need] = &[
            need("arm-linux-gnueabi-gcc", "gcc-arm-linux-gnueabi"),
            need("/usr/arm-linux-gnueabi/include/stdio.h", "libc6-dev-armel-cross"),
        ];
        // On a machine with such a processor the first is the system's own.
        const X86: &[Need] = &[
            need("x86_64-linux-gnu-gcc", "gcc-x86-64-linux-gnu"),
            need("i686-linux-gnu-gcc", "gcc-i686-linux-gnu"),
            need("/usr/i686-linux-gnu/include/stdio.h", "libc6-dev-i386-cross"),
        ];
        const QEMU: &[Need] = &[need("qemu-aarch64", "qemu-user")];
        match self {
            Self::Aapt => AAPT,
            Self::Arm64 => ARM64,
            Self::Arm32 => ARM32,
            Self::X86 => X86,
            Self::Qemu => QEMU,
            Self::Postgres => POSTGRES,
            Self::Cc => CC,
            Self::Jdk => JDK,
            Self::Maven => MAVEN,
            Self::Chromium => CHROMIUM,
            Self::Debootstrap => DEBOOTSTRAP,
            Self::Node => NODE,
            Self::Python => PYTHON,
        }
    }
}

/// What a part of the tests needs, for `cargo xtask install`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kit {
    /// C compiler
    Rust,
    /// JDK, Maven and what the Maven projects download
    Kotlin,
    /// Debian trixie root with Swift
    Swift,
    /// Chromium and its driver
    Browser,
    /// PostgreSQL's server
    Postgres,
    /// Schemathesis, in Python
    Openapi,
    /// An identity provider, from npm
    Oidc,
    /// cargo-deny
    Lint,
}

impl Kit {
    /// Install it; nothing happens where it is there already.
    pub fn install(self) -> Result<(), Failure> {
        match self {
            Self::Rust => ensure(&[Tool::Cc]),
            Self::Kotlin => kotlin::install(),
            Self::Swift => swift::install(),
            Self::Browser => ensure(&[Tool::Chromium]),
            Self::Postgres => ensure(&[Tool::Postgres]),
            Self::Openapi => openapi::install(),
            Self::Oidc => oidc_provider(),
            Self::Lint => deny::install().map(|_| ()),
        }
    }
}

/// `cargo xtask install`: the named kits, or all.
pub fn kits(named: &[Kit]) -> Result<(), Failure> {
    let all = <Kit as clap::ValueEnum>::value_variants();
    for kit in if named.is_empty() { all } else { named } {
        kit.install()?;
        println!("{}: ready", format!("{kit:?}").to_lowercase());
    }
    Ok(())
}

/// node-oidc-provider, by its lock file into the cache folder. Its tests look in the same place (`server/tests/gateway/real.rs`).
fn oidc_provider() -> Result<(), Failure> {
    let folder = tree::cache_dir().join("tools/oidc-provider-9.13.3");
    if folder.join("node_modules/oidc-provider").is_dir() {
        return Ok(());
    }
    ensure(&[Tool::Node])?;
    eprintln!("installing oidc-provider (npm, once)");
    let cannot = |error: std::io::Error| {
        Failure::check(
            error.to_string(),
            folder.display().to_string(),
            "make room or rights for it",
        )
    };
    // Half an installation is none.
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(cannot)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(tree::root().join("tests/oidc").join(name), folder.join(name)).map_err(cannot)?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(&folder);
    run::quietly("oidc-provider", &mut npm).inspect_err(|_| _ = fs::remove_dir_all(&folder))
}

/// One apt at a time, and its lists are fetched at most once a run.
static APT_UPDATED: Mutex<bool> = Mutex::new(false);

/// Install from PyPI what `what` says to pip, into an environment of its own in `home`. Half an installation is none.
///
/// # Errors
/// When Python is not there and cannot be installed, or pip fails.
pub fn from_pypi(name: &str, home: &Path, what: &[&OsStr]) -> Result<(), Failure> {
    ensure(&[Tool::Python])?;
    _ = fs::remove_dir_all(home);
    run::quietly("venv", Command::new("python3").args(["-m", "venv"]).arg(home))?;
    let mut pip = Command::new(home.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(what);
    run::quietly(name, &mut pip).inspect_err(|_| _ = fs::remove_dir_all(home))
}

/// Make sure that `tools` are there.
///
/// # Errors
/// Exit code 3 with the packages' names where they cannot be installed.
pub fn ensure(tools: &[Tool]) -> Result<(), Failure> {
    let mut updated = APT_UPDATED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let missing = missing_packages(tools);
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let refuse = |why: &str| {
        Failure::missing(
            format!("missing packages, and {why}"),
            names.clone(),
            "install them, then run this again",
        )
    };
    if !on_path("apt-get") {
        return Err(refuse("this machine has no apt-get"));
    }
    if !is_root() {
        return Err(refuse("only root can install them"));
    }
    eprintln!("installing {names} (apt-get)");
    if !*updated {
        // A third party's source that does not answer must not keep Debian's packages away: the install decides.
        _ = run::quietly("apt-update", apt().args(["update", "-qq"]));
        *updated = true;
    }
    run::quietly(
        "apt-install",
        apt().args(["install", "-y", "--no-install-recommends"]).args(&missing),
    )
    .map_err(|failure| refuse(&format!("apt-get failed: {failure}")))?;
    match missing_packages(tools).as_slice() {
        [] => Ok(()),
        still => Err(refuse(&format!("{} did not bring what was expected", still.join(" ")))),
    }
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"])
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn missing_packages(tools: &[Tool]) -> Vec<&'static str> {
    let mut missing = Vec::new();
    for need in tools.iter().flat_map(|tool| tool.needs()) {
        if !is_there(need.seen_as) && !missing.contains(&need.package) {
            missing.push(need.package);
        }
    }
    missing
}

fn is_there(seen_as: &str) -> bool {
    if let Some((above, below)) = seen_as.split_once("/*/") {
        let any = fs::read_dir(above);
        any.into_iter()
            .flatten()
            .flatten()
            .any(|folder| folder.path().join(below).exists())
    } else if seen_as.starts_with('/') {
        Path::new(seen_as).exists()
    } else {
        on_path(seen_as)
    }
}

/// Whether a program of that name is on the path.
pub fn on_path(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Whether this process may install packages and mount.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // The owner of one's own /proc entry is the effective user: no libc binding is needed for one number.
    fs::metadata("/proc/self").is_ok_and(|entry| entry.uid() == 0)
}

/// Install a Rust program into the cache folder and say where it stands. Built once; a new clone finds it.
pub fn cargo_tool(name: &str, version: &str) -> Result<PathBuf, Failure> {
    let home = tree::cache_dir().join("tools").join(format!("{name}-{version}"));
    let program = home.join("bin").join(name);
    if !program.is_file() {
        ensure(&[Tool::Cc])?;
        eprintln!("installing {name} {version} (cargo install; a few minutes, once)");
        let build = home.join("build");
        let mut cargo = tree::cargo();
        // Unoptimised: it runs for a second and is built on cold machines.
        cargo
            .args(["install", name, "--version", version, "--locked", "--debug", "--root"])
            .arg(&home)
            .env("CARGO_TARGET_DIR", &build)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0");
        run::quietly(name, &mut cargo)?;
        _ = fs::remove_dir_all(build);
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_asked_for() {
        assert!(on_path("sh"));
        assert!(!on_path("no-such-program-here"));
        assert!(is_there("/proc/self"));
        assert!(!is_there("/proc/no-such-file"));
    }

    #[test]
    fn every_tool_names_the_package_that_brings_it() {
        for tool in [
            Tool::Cc,
            Tool::Jdk,
            Tool::Maven,
            Tool::Chromium,
            Tool::Debootstrap,
            Tool::Node,
            Tool::Python,
            Tool::Aapt,
            Tool::Arm64,
            Tool::Arm32,
            Tool::X86,
            Tool::Qemu,
        ] {
            assert!(!tool.needs().is_empty(), "{tool:?}");
            assert!(
                tool.needs()
                    .iter()
                    .all(|need| !need.package.is_empty() && !need.seen_as.is_empty()),
                "{tool:?}"
            );
        }
    }
}
