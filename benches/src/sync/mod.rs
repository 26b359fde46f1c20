//! 10,000 scans that wait on a device until they are durable at the server: ours, against outboxes written by hand, `PouchDB` with
//! pouchdb-server, and `PowerSync`'s client with a stub of its service. Behind `cargo xtask bench sync`.
//!
//! Each run: capture, SIGKILL, reopen, drain, drain again; on a network that loses nothing, then on one that loses one answer of
//! five after the server gave it. Devices and servers are processes of their own; a proxy between them counts. What is lost or
//! double is read from the server's disk. The runs of all contenders take turns, so that a slow moment slows all of them.

mod command;
mod contender;
mod endpoint;
mod handheld;
mod message;
mod outbox;
mod peers;
mod process;
mod proxy;
mod report;
mod server;

use crate::site;
use contender::{Contender, Seen, Setup, Variant, play};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

pub use command::run;

/// What cannot go on, in words for whoever started the bench.
type Done<T> = Result<T, String>;

/// The clock of the bench.
#[allow(clippy::disallowed_methods, reason = "what is measured here is time")]
fn now() -> Instant {
    Instant::now()
}

/// The clock of an outbox, in milliseconds since 1970.
#[allow(clippy::disallowed_methods, reason = "a device's clock")]
fn wall_ms() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn pause(time: Duration) {
    let until = now() + time;
    while let Some(left) = until.checked_duration_since(now()).filter(|left| !left.is_zero()) {
        std::thread::park_timeout(left);
    }
}

/// The item of a scan: the lines of one notice, in turns.
fn item(scan: usize) -> usize {
    scan % site::NOTICE_LINES
}

/// The label of a scan: an each with a serial that no other has.
fn label(scan: usize) -> String {
    site::each_label(item(scan), "SYNC", scan)
}

/// The serial on it.
fn serial(scan: usize) -> String {
    format!("N{scan:09}")
}

/// What a team that writes its own outbox keeps of a scan. The peers from npm keep the same (`benches/sync/device.mjs`).
fn event(id: &str, scan: usize, wall_ms: i64) -> Value {
    json!({
        "id": id,
        "at": wall_ms,
        "device": "bench",
        "person": "p1",
        "document": "80000",
        "line": (item(scan) + 1).to_string(),
        "item": format!("I{}", item(scan)),
        "lot": "SYNC",
        "serial": serial(scan),
        "expiry": "2031-06-30",
        "quantity": 1,
        "unit": "EA",
        "to": "DOCK-1",
        "label": label(scan),
    })
}

/// Plays a role that this program has in the bench besides; `None`: it has no such role.
pub fn role(what: &str, words: &[String]) -> Option<ExitCode> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match (what, &words[..]) {
        (endpoint::WORD, [folder]) => endpoint::serve(Path::new(folder)),
        (handheld::WORD, [folder]) => handheld::serve(Path::new(folder)),
        (outbox::WORD, [folder, address, batch]) => outbox::serve(Path::new(folder), address, batch),
        _ => return None,
    };
    Some(match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error} ({what}): see what is in the way");
            ExitCode::from(1)
        }
    })
}

/// How much.
struct Asked {
    scans: usize,
    runs: usize,
    contenders: Vec<Contender>,
    counted: bool,
}

/// Everything that was seen of one contender.
struct Played {
    contender: Contender,
    sound: Vec<Seen>,
    lossy: Vec<Seen>,
    counted: Option<Seen>,
    /// Why it is not there, or did not come to the end.
    missing: Option<String>,
}

/// Plays all of it, the contenders in turns.
fn compare(setup: &Setup, peers: &peers::Peers, asked: &Asked) -> Vec<Played> {
    let mut all: Vec<Played> = asked
        .contenders
        .iter()
        .map(|contender| Played {
            contender: *contender,
            sound: Vec::new(),
            lossy: Vec::new(),
            counted: None,
            missing: match contender {
                Contender::PowerSync => peers.none.clone().or_else(|| peers.no_sqlite.clone()),
                Contender::PouchDb => peers.none.clone(),
                _ => None,
            },
        })
        .collect();
    let mut rounds: Vec<Variant> = (0..asked.runs).flat_map(|_| [Variant::Sound, Variant::Lossy]).collect();
    rounds.extend(asked.counted.then_some(Variant::Counted));
    for (n, variant) in rounds.iter().enumerate() {
        for played in all.iter_mut().filter(|played| played.missing.is_none()) {
            let name = played.contender.name();
            eprintln!("{} of {}: {name}, {variant:?} …", n + 1, rounds.len());
            match play(setup, played.contender, *variant) {
                Ok(seen) if *variant == Variant::Sound => played.sound.push(seen),
                Ok(seen) if *variant == Variant::Lossy => played.lossy.push(seen),
                Ok(seen) => played.counted = Some(seen),
                Err(why) => played.missing = Some(why),
            }
        }
    }
    all
}
