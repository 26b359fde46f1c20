//! `cargo xtask lint`: all that is checked without running the project.
//!
//! Two checks of this kind are tests of the workspace, because they need its code: that the dump of each schema is the
//! checked-in one (`core`, `record`, `server`), and that no message is missing in a language (`record`, `text`).

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::install::{Kit, on_path};
use crate::run::{Background, Checks};
use crate::{deny, flows, gradle, run, swift, tree};

/// Longer files are named, as a reminder: a room is about 500 lines.
const LONG_FILE: usize = 600;

/// Folders that stand at the top of one person's or one machine's disk.
const MACHINE_FOLDERS: [&str; 4] = ["/home/", "/Users/", "/root/", "/work/"];

/// Files that may name such a folder, each with its reason.
const MACHINE_PATHS_ALLOWED: [(&str, &str); 1] = [("xtask/src/lint.rs", "names the folders it looks for")];

/// Run every check, or with `quick` those that compile nothing.
pub fn run(quick: bool) -> Result<(), Failure> {
    Kit::Rust.install()?;
    let files = tracked_files()?;
    let swift_files: Vec<String> = files.iter().filter(|file| is_swift(file)).cloned().collect();
    // Both arrive while clippy compiles.
    let deny_tool = Background::start(|| Kit::Lint.install());
    let swift_tools = if swift_files.is_empty() {
        Background::idle()
    } else {
        Background::start(|| Kit::Swift.install())
    };

    let mut checks = Checks::default();
    checks.check("rustfmt", || {
        run::check(tree::cargo().args(["fmt", "--all", "--check"]))
    });
    checks.check("machine paths", || machine_paths(&files));
    checks.check("lock files", || lock_files(&files));
    checks.check("flows", flows::run);
    checks.check("Gradle's files", gradle::check);
    checks.check("systemd unit", systemd_unit);
    long_files(&files);
    if !quick {
        checks.check("clippy", || {
            run::check(tree::cargo().args([
                "clippy",
                "--locked",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ]))
        });
        checks.check("documentation", || {
            run::check(
                tree::cargo()
                    .args(["doc", "--locked", "--workspace", "--no-deps"])
                    .env("RUSTDOCFLAGS", "-D warnings"),
            )
        });
    }
    checks.check("licences, sources, bans", || {
        deny_tool.wait()?;
        deny::check()
    });
    if !swift_files.is_empty() {
        checks.check("swift format", || {
            swift_tools.wait()?;
            swift::lint(&swift_files)
        });
    }

    println!();
    checks.close()?;
    println!("lint passed");
    Ok(())
}

/// What systemd itself says of the gateway's unit; a machine without it is told so.
fn systemd_unit() -> Result<(), Failure> {
    const UNIT: &str = "packaging/lotline.service";
    let failed = |why: String| Failure::check(why, UNIT, "correct the unit");
    if !on_path("systemd-analyze") {
        println!("not looked at: this machine has no systemd-analyze");
        return Ok(());
    }
    let unit = fs::read_to_string(tree::root().join(UNIT)).map_err(|error| failed(error.to_string()))?;
    // The program is not installed here, and a unit without its program is wrong.
    let program = "ExecStart=/usr/bin/lotline ";
    if !unit.contains(program) {
        return Err(failed("it does not start /usr/bin/lotline".to_owned()));
    }
    let folder = tree::target_dir().join("systemd");
    let copy = folder.join("lotline.service");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&copy, unit.replace(program, "ExecStart=/bin/true ")))
        .map_err(|error| failed(error.to_string()))?;
    run::check(Command::new("systemd-analyze").arg("verify").arg(&copy))?;
    // 0 is no exposure, 10 all of it, in tenths.
    let mut security = Command::new("systemd-analyze");
    security
        .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
        .arg(&copy);
    run::quietly("systemd-security", &mut security)
}

/// Files that git tracks or would track, relative to the clone: what is generated or ignored is not ours to judge.
fn tracked_files() -> Result<Vec<String>, Failure> {
    let mut git = Command::new("git");
    git.current_dir(tree::root()).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--deduplicate",
    ]);
    run::output(&mut git)
        .map(|names| {
            names
                .split('\0')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        })
        .ok_or_else(|| {
            Failure::missing(
                "git does not list the files",
                "git ls-files",
                "install git and run this in a clone",
            )
        })
}

fn has_extension(file: &str, extension: &str) -> bool {
    Path::new(file).extension().is_some_and(|found| found == extension)
}

fn is_swift(file: &str) -> bool {
    has_extension(file, "swift")
}

/// A text file's content; binaries and files that are gone give nothing.
fn text_of(file: &str) -> Option<String> {
    String::from_utf8(fs::read(tree::root().join(file)).ok()?).ok()
}

fn machine_paths(files: &[String]) -> Result<(), Failure> {
    let mut found = 0;
    for file in files
        .iter()
        .filter(|file| MACHINE_PATHS_ALLOWED.iter().all(|(allowed, _)| allowed != file))
    {
        for (number, line) in text_of(file).as_deref().unwrap_or_default().lines().enumerate() {
            if names_a_machine_path(line) {
                eprintln!(
                    "{file}:{}: {}",
                    number + 1,
                    line.trim().chars().take(160).collect::<String>()
                );
                found += 1;
            }
        }
    }
    if found == 0 {
        return Ok(());
    }
    Err(Failure::check(
        format!("{found} lines name a folder of one machine"),
        "see above",
        "use a path relative to the clone",
    ))
}

/// Whether `line` holds the absolute path of somebody's own folder: `/home/…`, not `src/home/…` or `https://x/home/…`.
fn names_a_machine_path(line: &str) -> bool {
    MACHINE_FOLDERS.iter().any(|folder| {
        line.match_indices(folder).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + folder.len()..].chars().next();
            !before.is_some_and(|c| c.is_alphanumeric() || "._-~}*".contains(c))
                && after.is_some_and(|c| c.is_alphanumeric() || c == '.')
        })
    })
}

/// Lock files and package managers' configurations name public registries, never the address of a mirror.
fn lock_files(files: &[String]) -> Result<(), Failure> {
    let mut found = Vec::new();
    for file in files {
        match file.rsplit('/').next().unwrap_or(file) {
            "Cargo.lock" => found.extend(
                text_of(file)
                    .unwrap_or_default()
                    .lines()
                    .filter(|line| is_foreign_source(line))
                    .map(|line| format!("{file}: {line}")),
            ),
            "package-lock.json" => found.extend(
                text_of(file)
                    .unwrap_or_default()
                    .lines()
                    .filter(|line| line.trim_start().starts_with("\"resolved\""))
                    .map(|line| format!("{file}: {}", line.trim())),
            ),
            ".npmrc" | "pip.conf" | "settings.xml" | ".pypirc" | "requirements.txt" => found.extend(
                text_of(file)
                    .unwrap_or_default()
                    .lines()
                    .filter(|line| names_a_mirror(line))
                    .map(|line| format!("{file}: {line}")),
            ),
            _ => {}
        }
    }
    for line in &found {
        eprintln!("{line}");
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(Failure::check(
        format!("{} entries name a source that is not the public registry", found.len()),
        "lock files",
        "lock again without a mirror (npm: --omit-lockfile-registry-resolved)",
    ))
}

fn is_foreign_source(line: &str) -> bool {
    line.starts_with("source = ") && line != "source = \"registry+https://github.com/rust-lang/crates.io-index\""
}

/// A registry's address or a token in a package manager's configuration belongs to a machine, not to the project.
fn names_a_mirror(line: &str) -> bool {
    [
        "registry=",
        "registry =",
        "index-url",
        "find-links",
        "<mirror>",
        "<server>",
        "_auth",
    ]
    .iter()
    .any(|mark| line.contains(mark))
}

/// A report, not a check.
fn long_files(files: &[String]) {
    for file in files {
        let written_by_hand = ["rs", "kt", "swift", "java"]
            .iter()
            .any(|extension| has_extension(file, extension));
        if written_by_hand {
            let lines = text_of(file).unwrap_or_default().lines().count();
            if lines > LONG_FILE {
                println!("long file: {file} has {lines} lines");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found() {
        for line in [
            "cd /home/ada/lotline",
            "let db = \"/root/site.db\";",
            "(/work/main)",
            "/Users/ada/x",
        ] {
            assert!(names_a_machine_path(line), "{line}");
        }
    }

    #[test]
    fn addresses_and_relative_paths_are_not_machine_paths() {
        for line in [
            "core/src/work/pick.rs",
            "https://example.com/home/start",
            "HOME=/root",
            "~/work/x",
            "$XDG/home",
            "a route \"/work/{id}\"",
        ] {
            assert!(!names_a_machine_path(line), "{line}");
        }
    }

    #[test]
    fn a_mirror_in_a_lock_file_is_found() {
        assert!(!is_foreign_source(
            "source = \"registry+https://github.com/rust-lang/crates.io-index\""
        ));
        assert!(is_foreign_source("source = \"registry+https://mirror.example/index\""));
        assert!(is_foreign_source("source = \"git+https://github.com/a/b#c0ffee\""));
        assert!(names_a_mirror("registry=https://mirror.example/npm/"));
        assert!(names_a_mirror("--extra-index-url https://mirror.example/simple"));
        assert!(!names_a_mirror("omit-lockfile-registry-resolved=true"));
    }
}
