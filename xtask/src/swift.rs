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

/// The folder of the iPhone shell's package.
pub fn package() -> PathBuf {
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

/// The app's sources are only compiled, against stand-ins: so it is shown that a call which `LotlineKit` does not have is found. They are
/// checked as they are, and then with one method misspelt.
pub fn app() -> Result<(), Failure> {
    let copies = tree::target_dir().join("swift-misspelt");
    let (sound, wrong) = (
        sources(&copies.join("sound"), str::to_owned),
        sources(&copies.join("wrong"), misspelt),
    );
    let (sound, wrong) = (sound?, wrong?);
    let (good, said) = checks("LotlineApp", &sound)?;
    if !good {
        return Err(Failure::check("the app's sources do not compile", said, "see above"));
    }
    let (good, said) = checks("LotlineApp", &wrong)?;
    if good || !said.contains("no member 'chose'") {
        return Err(Failure::check(
            "a misspelt method was not found",
            said,
            "see xtask/src/swift.rs",
        ));
    }
    Ok(())
}

/// Pages that show whole Swift files, and the most lines that each may have.
const SHOWN: [(&str, usize); 2] = [
    ("docs/guides/ios.md", 20),
    ("ios/LotlineKit/Sources/LotlineKit/LotlineKit.docc/LotlineKit.md", 20),
];

/// What the pages show compiles as it stands there, against the same stand-ins.
pub fn shown() -> Result<(), Failure> {
    let folder = tree::target_dir().join("swift-shown");
    std::fs::create_dir_all(&folder).map_err(|e| failed(&folder, &e))?;
    for (page, most) in SHOWN {
        let path = tree::root().join(page);
        let text = std::fs::read_to_string(&path).map_err(|e| failed(&path, &e))?;
        let blocks = blocks(&text);
        if blocks.is_empty() {
            return Err(Failure::check("shows no Swift", page, "see xtask/src/swift.rs"));
        }
        for (n, block) in blocks.iter().enumerate() {
            let lines = block.lines().filter(|line| !line.trim().is_empty()).count();
            if lines > most {
                let what = format!("shows {lines} lines of Swift, and promises {most}");
                return Err(Failure::check(what, page, "make them fewer"));
            }
            let file = folder.join(format!("Shown{n}.swift"));
            std::fs::write(&file, block).map_err(|e| failed(&file, &e))?;
            let (good, said) = checks("Mine", &[file])?;
            if !good {
                return Err(Failure::check("the Swift that it shows does not compile", page, said));
            }
        }
    }
    Ok(())
}

/// The blocks of a page that are marked as Swift.
fn blocks(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    for line in page.lines() {
        match (&mut open, line) {
            (None, "```swift") => open = Some(String::new()),
            (Some(_), "```") => found.extend(open.take()),
            (Some(block), line) => {
                block.push_str(line);
                block.push('\n');
            }
            _ => {}
        }
    }
    found
}

fn failed(path: &Path, e: &std::io::Error) -> Failure {
    Failure::check(e.to_string(), path.display().to_string(), "see above")
}

fn misspelt(text: &str) -> String {
    text.replace("shell.choose(", "shell.chose(")
}

/// The app's sources, copied into `folder` through `change`.
fn sources(folder: &Path, change: impl Fn(&str) -> String) -> Result<Vec<PathBuf>, Failure> {
    let from = package().join("LotlineApp/Sources");
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, &e))?;
    let mut copies = Vec::new();
    for entry in std::fs::read_dir(&from).map_err(|e| failed(&from, &e))?.flatten() {
        let path = entry.path();
        let text = std::fs::read_to_string(&path).map_err(|e| failed(&path, &e))?;
        let copy = folder.join(entry.file_name());
        std::fs::write(&copy, change(&text)).map_err(|e| failed(&copy, &e))?;
        copies.push(copy);
    }
    copies.sort();
    Ok(copies)
}

/// Has a program of the toolchain find the package's built modules.
pub fn against(program: &mut Command, package: &Path) {
    program.arg("-I").arg(package.join(".build/debug/Modules"));
    for module in ["LotlineFFI", "LotlineCoreFFI"] {
        let map = package.join("Generated").join(module).join("module.modulemap");
        program.args(["-Xcc", &format!("-fmodule-map-file={}", map.display())]);
    }
}

/// Whether the compiler takes `files` as a module of that name, and what it says.
fn checks(module: &str, files: &[PathBuf]) -> Result<(bool, String), Failure> {
    let package = package();
    let mut compiler = program("swiftc", &package);
    compiler.args([
        "-typecheck",
        "-parse-as-library",
        "-swift-version",
        "6",
        "-module-name",
        module,
    ]);
    against(&mut compiler, &package);
    let output = compiler
        .args(files)
        .output()
        .map_err(|e| Failure::missing(e.to_string(), "swiftc", "cargo xtask install swift"))?;
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_marked_as_swift_is_taken_from_a_page() {
        let page =
            "text\n```swift\nimport A\n\nlet a = 1\n```\n```sh\nls\n```\n```swift\nlet b = 2\n```\n```swift\nopen";
        assert_eq!(blocks(page), ["import A\n\nlet a = 1\n", "let b = 2\n"]);
    }
}
