//! `cargo xtask test --openapi`: schemathesis asks the running gateway what its own document says can be asked, and holds each
//! answer against the document: no 5xx, no status, media type, header or body that is not told.
//!
//! Between them stands `signed-door` (`tests/src/bin`), which signs each request for a device that was really enrolled. The
//! seed is fixed and the examples are bounded, so a run asks the same each time, in less than two minutes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::failure::Failure;
use crate::test::Summary;
use crate::{install, tree};

/// What is installed, each package pinned.
const PINNED: &str = include_str!("../scripts/schemathesis.txt");

/// Requests an operation, beside those that its schema alone makes.
const EXAMPLES: &str = "40";

/// Where schemathesis stands; `install` puts it there.
fn program() -> PathBuf {
    let key = tree::key_of(PINNED.as_bytes());
    tree::cache_dir()
        .join("tools")
        .join(format!("schemathesis-{key}/bin/schemathesis"))
}

/// An environment of its own in the cache folder. Built once; a new clone finds it.
///
/// # Errors
/// When Python is not there and cannot be installed, or the packages cannot.
pub fn install() -> Result<(), Failure> {
    let program = program();
    if program.is_file() {
        return Ok(());
    }
    eprintln!("installing schemathesis (pip, once)");
    let home = program.ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
    let list = tree::root().join("xtask/scripts/schemathesis.txt");
    install::from_pypi(
        "schemathesis",
        &home,
        &["--no-deps".as_ref(), "-r".as_ref(), list.as_os_str()],
    )
}

/// The door's process; it ends when its input does.
struct Door(Child);

impl Drop for Door {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It may have ended already.
        _ = self.0.wait();
    }
}

/// Runs it against a gateway of this tree.
///
/// # Errors
/// An answer that the document does not tell, or what did not start.
pub fn test(summary: &mut Summary) -> Result<(), Failure> {
    let unready = |why: String| Failure::check(why, "signed-door", "see its output above");
    let mut door = Command::new(tree::target_dir().join("debug/signed-door"))
        // Every refusal would be a line.
        .env("LOTLINE_LOG", "off")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map(Door)
        .map_err(|error| unready(error.to_string()))?;
    let mut url = String::new();
    let said = door.0.stdout.take().map(BufReader::new);
    let heard = said.map_or(Ok(0), |mut said| said.read_line(&mut url));
    heard.map_err(|error| unready(error.to_string()))?;
    let url = url.trim();
    if url.is_empty() {
        return Err(unready("it said no address".to_owned()));
    }
    let work = tree::target_dir().join("schemathesis");
    fs::create_dir_all(&work).map_err(|error| unready(error.to_string()))?;
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";
    let mut command = Command::new(program());
    command
        .current_dir(&work)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", tree::root().join("tests/openapi"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["run", &format!("{url}/openapi.json"), "--checks", checks])
        .args([
            "--phases",
            "coverage,fuzzing",
            "--max-examples",
            EXAMPLES,
            "--seed",
            "1",
        ])
        .args(["--request-timeout", "10", "--continue-on-failure", "--no-color"])
        // A stream without an end has no answer to look at.
        .args(["--exclude-path", "/v1/live"]);
    summary.watch(&mut command)
}
