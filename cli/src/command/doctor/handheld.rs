//! What a handheld needs, seen in its folder without opening it for work.

use super::{Finding, long, room};
use lotline_core::audit::{Audit, read_folder};
use lotline_record::entry::{Envelope, Instant};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::Path;

pub(super) fn look(folder: &Path, now: Instant) -> Vec<Finding> {
    let journal = folder.join("journal.db");
    if !journal.is_file() {
        return vec![Finding::bad(
            "folder",
            format_args!("{} holds no handheld", folder.display()),
            "name its folder with --folder",
        )];
    }
    let mut out = vec![Finding::ok("folder", folder.display()), room(folder)];
    for (check, file, to_do) in [
        (
            "journal",
            "journal.db",
            "start the handheld: it moves the file aside and saves what can be read",
        ),
        (
            "picture",
            "site.db",
            "start the handheld and sync: the picture is fetched anew",
        ),
    ] {
        out.push(whole(check, &folder.join(file), to_do));
    }
    out.push(aside(folder));
    out.push(key(folder));
    match read_folder(folder) {
        Err(error) => out.push(Finding::bad(
            "chain",
            &error.fault().message,
            "start the handheld: it saves what can be read",
        )),
        Ok(audit) => {
            out.push(chain(&audit));
            out.push(queue(&audit, now));
        }
    }
    let Ok(journal) = open(&journal) else { return out };
    out.extend(contact(&journal, now));
    out
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

fn whole(check: &'static str, path: &Path, to_do: &str) -> Finding {
    let said = open(path).and_then(|db| db.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0)));
    match said {
        Ok(said) if said == "ok" => Finding::ok(check, format_args!("{} is whole", path.display())),
        Ok(said) => Finding::bad(check, format_args!("{}: {said}", path.display()), to_do),
        Err(error) => Finding::bad(check, format_args!("{}: {error}", path.display()), to_do),
    }
}

/// Files that were damaged once and moved aside.
fn aside(folder: &Path) -> Finding {
    let check = "moved aside";
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<String> = names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains(".corrupt-"))
        .collect();
    found.sort();
    if found.is_empty() {
        Finding::ok(check, "nothing was ever damaged")
    } else {
        Finding::warn(
            check,
            found.join(", "),
            "see the exception journal_damaged at the gateway; keep the files until it is settled",
        )
    }
}

fn key(folder: &Path) -> Finding {
    let (check, path) = ("key", folder.join("device.key"));
    match std::fs::metadata(&path) {
        Ok(_) if super::others_read(&path) => Finding::bad(
            check,
            format_args!("{} can be read by others", path.display()),
            format_args!("chmod 600 {}", path.display()),
        ),
        Ok(_) => Finding::ok(check, "it is there, for its owner alone"),
        Err(error) => Finding::bad(
            check,
            format_args!("{}: {error}", path.display()),
            "enrol the handheld again: without its key the gateway does not know it; the queue is kept",
        ),
    }
}

fn chain(audit: &Audit) -> Finding {
    let check = "chain";
    let to_do = "start the handheld: it looks the journal through, and begins another epoch where it must";
    let mut before = None;
    for (sealed, stored) in audit.entries.iter().zip(&audit.stored_hashes) {
        let at = format!("{}/{}", sealed.position.epoch(), sealed.position.seq());
        if sealed.hash != *stored {
            return Finding::bad(
                check,
                format_args!("entry {at}: its bytes are not those of its hash"),
                to_do,
            );
        }
        let envelope = match serde_json::from_slice::<Envelope>(&sealed.bytes) {
            Ok(envelope) => envelope,
            Err(error) => return Finding::bad(check, format_args!("entry {at}: {error}"), to_do),
        };
        // The first that is here may follow pruned ones, and the first of an epoch its genesis.
        let linked = match before {
            Some((epoch, hash)) if epoch == sealed.position.epoch() => envelope.prev == hash,
            _ => true,
        };
        if !linked {
            return Finding::bad(
                check,
                format_args!("entry {at} does not follow the one before it"),
                to_do,
            );
        }
        before = Some((sealed.position.epoch(), sealed.hash));
    }
    Finding::ok(check, format_args!("{} entries hold together", audit.entries.len()))
}

fn queue(audit: &Audit, now: Instant) -> Finding {
    let check = "queue";
    let waiting = audit.entries.iter().filter(|entry| entry.position > audit.acknowledged);
    let count = waiting.clone().count();
    let oldest = waiting
        .filter_map(|entry| entry.open().ok())
        .map(|entry| entry.at.wall)
        .min();
    let Some(oldest) = oldest else {
        return Finding::ok(check, "nothing waits");
    };
    let age = (now.unix_ms() - oldest.unix_ms()).max(0);
    let seen = format!("{count} entries wait, the oldest for {}", long(age));
    if age > 86_400_000 || count > 10_000 {
        Finding::warn(
            check,
            seen,
            "bring the handheld where it reaches the gateway; it sends by itself",
        )
    } else {
        Finding::ok(check, seen)
    }
}

/// What the journal keeps of the way to the gateway.
fn contact(journal: &Connection, now: Instant) -> Vec<Finding> {
    let meta = |key: &str| -> Option<String> {
        let found = journal
            .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
            .optional();
        found.ok().flatten().filter(|text: &String| !text.is_empty())
    };
    let Some(server) = meta("server") else {
        return vec![Finding::bad(
            "enrolled",
            "it is not",
            "enrol it with a code of `lotline enrol`",
        )];
    };
    let name = meta("device").unwrap_or_default();
    let mut out = vec![Finding::ok("enrolled", format_args!("as {name} at {server}"))];
    out.push(match meta("lost_since_ms").and_then(|text| text.parse::<i64>().ok()) {
        None => Finding::ok("contact", "the gateway answered last"),
        Some(since) => {
            let ago = (now.unix_ms() - since).max(0);
            let seen = format!("no answer for {}", long(ago));
            let to_do = format!("see that {server} can be reached from here, and that the gateway runs");
            if ago > 3_600_000 {
                Finding::warn("contact", seen, to_do)
            } else {
                Finding::ok("contact", seen)
            }
        }
    });
    let offset: i64 = meta("offset_ms").and_then(|text| text.parse().ok()).unwrap_or(0);
    out.push(if offset.abs() > 120_000 {
        Finding::warn(
            "clock",
            format_args!("{} s apart from the gateway's", offset / 1_000),
            "set the clock: work goes on, and times are corrected at the gateway",
        )
    } else {
        Finding::ok("clock", format_args!("{} s apart from the gateway's", offset / 1_000))
    });
    out.push(if meta("pins").is_some() {
        Finding::ok("pin", "it takes the gateway's own key alone")
    } else if server.starts_with("https://") {
        Finding::warn(
            "pin",
            "any certificate of a known authority is taken",
            "enrol it with the QR code of `lotline enrol`",
        )
    } else {
        Finding::ok("pin", "none is needed on this machine itself")
    });
    out
}
