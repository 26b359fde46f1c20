//! Peers from npm: installed once, by the lock file, into the cache folder.

use super::Done;
use crate::read::{cache, output};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Node's headers where Debian's packages put them: nothing is downloaded then to compile against.
const HEADERS: &str = "/usr/include/node/node.h";
const SCRIPTS: [&str; 3] = ["device.mjs", "pouchdb.mjs", "powersync.mjs"];

/// Where the peers are, or why they are not.
#[derive(Debug)]
pub(super) struct Peers {
    /// The folder they are run in.
    pub(super) folder: PathBuf,
    /// Why none of them can run.
    pub(super) none: Option<String>,
    /// Why `better-sqlite3`, which `PowerSync` needs, cannot.
    pub(super) no_sqlite: Option<String>,
}

/// Installs what is not there yet.
pub(super) fn install() -> Peers {
    let folder = cache().join("npm-sync-1");
    let none = packages(&folder).err();
    let no_sqlite = if none.is_none() { sqlite(&folder).err() } else { None };
    Peers {
        folder,
        none,
        no_sqlite,
    }
}

fn packages(folder: &Path) -> Done<()> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("sync");
    let text = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(text)?;
    let is_same = |file: &str| fs::read(source.join(file)).ok() == fs::read(folder.join(file)).ok();
    let is_there = folder.join("node_modules/pouchdb-server").exists() && is_same("package-lock.json");
    if !is_there {
        for file in ["package.json", ".npmrc"] {
            fs::copy(source.join(file), folder.join(file)).map_err(text)?;
        }
        // Marks what is installed: it comes last.
        let lock = folder.join("package-lock.json");
        fs::copy(source.join("package-lock.json"), &lock).map_err(text)?;
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(folder);
        output(&mut npm).inspect_err(|_| drop(fs::remove_file(&lock)))?;
    }
    for file in SCRIPTS {
        fs::copy(source.join(file), folder.join(file)).map_err(text)?;
    }
    Ok(())
}

/// Of all install scripts only this one runs: it fetches, or compiles, SQLite.
fn sqlite(folder: &Path) -> Done<()> {
    if folder
        .join("node_modules/better-sqlite3/build/Release/better_sqlite3.node")
        .exists()
    {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["rebuild", "better-sqlite3"]).current_dir(folder);
    if Path::new(HEADERS).exists() {
        npm.env("npm_config_nodedir", "/usr");
    }
    output(&mut npm).map(drop)
}
