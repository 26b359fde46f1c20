//! `lotline doctor`: each thing that must be so, whether it is, and what to do where it is not.

mod gateway;
mod handheld;

use crate::command::oidc;
use crate::config::Config;
use crate::edge;
use crate::failure::{Failure, Outcome};
use crate::out;
use serde::Serialize;
use std::fmt::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline doctor                                      the gateway of this machine, running or not
  lotline doctor --postgres postgres://lotline@db/lotline
  lotline doctor --handheld --folder hh --json        a handheld's folder, for programs

Nothing is changed. Exit code 1: something is bad; a warning alone ends with 0.";

/// Whom to look at.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Look at a handheld, not at the gateway
    #[arg(long)]
    handheld: bool,
    /// The handheld's folder
    #[arg(long, value_name = "FOLDER", requires = "handheld")]
    folder: Option<PathBuf>,
    /// The gateway's folder
    #[arg(long, env = "LOTLINE_SERVER_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Where the gateway listens
    #[arg(long, env = "LOTLINE_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    oidc: oidc::Args,
    #[command(flatten)]
    form: out::Form,
}

/// How it stands with one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As it must be.
    Ok,
    /// It works, and somebody should look at it.
    Warn,
    /// Something does not work, or will be lost.
    Bad,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Bad => "BAD",
        })
    }
}

/// One row of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    /// What was looked at.
    check: &'static str,
    /// How it stands.
    state: State,
    /// What was seen.
    seen: String,
    /// What to do; nothing where all is well.
    #[serde(skip_serializing_if = "String::is_empty")]
    to_do: String,
}

impl Finding {
    fn ok(check: &'static str, seen: impl fmt::Display) -> Self {
        Self::new(check, State::Ok, seen, "")
    }

    fn warn(check: &'static str, seen: impl fmt::Display, to_do: impl fmt::Display) -> Self {
        Self::new(check, State::Warn, seen, to_do)
    }

    fn bad(check: &'static str, seen: impl fmt::Display, to_do: impl fmt::Display) -> Self {
        Self::new(check, State::Bad, seen, to_do)
    }

    fn new(check: &'static str, state: State, seen: impl fmt::Display, to_do: impl fmt::Display) -> Self {
        Finding {
            check,
            state,
            seen: seen.to_string(),
            to_do: to_do.to_string(),
        }
    }
}

/// Looks at everything and prints it.
///
/// # Errors
/// When anything is bad.
pub fn run(args: &Args, config: Outcome<Config>) -> Outcome {
    let findings = if args.handheld {
        let folder = args.folder.clone();
        let own = || config.clone().unwrap_or_default().data().join("handheld");
        handheld::look(&folder.unwrap_or_else(own), edge::now())
    } else {
        gateway::look(args, config, edge::now())
    };
    args.form.print(&findings, |findings| table(findings))?;
    let bad = findings.iter().filter(|finding| finding.state == State::Bad).count();
    if bad == 0 {
        return Ok(());
    }
    let names: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.state == State::Bad)
        .map(|finding| finding.check)
        .collect();
    Err(Failure::check(
        format_args!("{bad} of {} checks are bad", findings.len()),
        names.join(", "),
        "do what stands beside them",
    ))
}

fn table(findings: &[Finding]) -> String {
    let mut out = format!("{:<14} {:<5} what was seen; what to do", "check", "state");
    // Writing to a String cannot fail.
    for Finding {
        check,
        state,
        seen,
        to_do,
    } in findings
    {
        let _ = write!(out, "\n{check:<14} {state:<5} {seen}");
        if !to_do.is_empty() {
            let _ = write!(out, "\n{:<20} -> {to_do}", "");
        }
    }
    out
}

const MIB: u64 = 1 << 20;

/// Room on the disk that `folder` is on.
fn room(folder: &Path) -> Finding {
    let check = "room";
    let Some((free, whole)) = edge::space(folder) else {
        return Finding::warn(
            check,
            "this system does not say how much room there is",
            "look at the disk yourself",
        );
    };
    let seen = format!("{} MiB free of {}", free / MIB, whole / MIB);
    judged_room(check, free, whole, seen)
}

fn judged_room(check: &'static str, free: u64, whole: u64, seen: String) -> Finding {
    if free < 256 * MIB {
        Finding::bad(check, seen, "make room now: what cannot be written is refused")
    } else if free < 2_048 * MIB || free < whole / 20 {
        Finding::warn(check, seen, "make room soon, or move the folder to a larger disk")
    } else {
        Finding::ok(check, seen)
    }
}

/// Minutes, hours or days, for people.
fn long(ms: i64) -> String {
    let minutes = ms / 60_000;
    match minutes {
        0..120 => format!("{minutes} min"),
        120..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

/// Whether others than its owner may read a file; always `false` where the system has no such thing.
fn others_read(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_judged_by_what_is_free_and_by_its_share() {
        let of = |free, whole| judged_room("room", free * MIB, whole * MIB, String::new()).state;
        assert_eq!(of(255, 1_000_000), State::Bad);
        assert_eq!(of(1_000, 10_000), State::Warn);
        assert_eq!(of(40_000, 1_000_000), State::Warn);
        assert_eq!(of(100_000, 1_000_000), State::Ok);
    }
}
