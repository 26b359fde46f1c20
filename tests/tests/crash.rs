//! The real handheld in a process of its own, killed again and again: at each named point and anywhere, while it captures,
//! writes back and syncs with the real gateway.

use crate::handhelds::{World, device, expect_units, sync, world_where};
use lotline_core::points::Point;
use lotline_record::entry::{Position, Sealed, Tip, link};
use lotline_tests::dice::Dice;
use lotline_tests::held::{Process, audit, check_record, sound};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::Path;

/// Kills in all.
const KILLS: usize = 500;
/// At each point, at least.
const LEAST: usize = 20;
/// What makes a run the same again, but for where the kills anywhere strike.
const SEED: u64 = 20_261_121;

/// The chain as it was read so far.
struct Chain {
    tip: Tip,
    received: i64,
}

impl Chain {
    /// Reads on, and gives what was scanned: each entry hangs on the one before it.
    fn read_on(&mut self, folder: &Path) -> Vec<Vec<u8>> {
        let journal = Connection::open_with_flags(folder.join("journal.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let mut statement = journal
            .prepare("SELECT position, bytes FROM entry WHERE position > ?1 ORDER BY position")
            .unwrap();
        let from = Position::new(self.tip.epoch, self.tip.seq);
        let rows = statement.query_map([from.raw()], |row| {
            Ok(Sealed::from_stored(Position::from_raw(row.get(0)?), row.get(1)?))
        });
        let mut scanned = Vec::new();
        for sealed in rows.unwrap().map(Result::unwrap) {
            link(&mut self.tip, &sealed.bytes).unwrap();
            assert_eq!(self.tip.seq, sealed.position.seq(), "no hole");
            let entry = sealed.open().unwrap();
            self.received += i64::from(entry.body.kind() == "received");
            scanned.extend(entry.scan.map(|scan| scan.raw));
        }
        scanned
    }
}

/// Up to where the handheld of `folder` takes the gateway for durable.
fn mark(folder: &Path) -> Position {
    let journal = Connection::open_with_flags(folder.join("journal.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql = "SELECT value FROM meta WHERE key = 'acknowledged'";
    let found: Result<String, _> = journal.query_row(sql, [], |row| row.get(0));
    found.map_or(Position::new(1, 0), |text| Position::from_raw(text.parse().unwrap()))
}

/// The picture is of another history of the gateway's: the next sync fetches a new one.
fn estrange(folder: &Path) {
    let site = Connection::open(folder.join("site.db")).unwrap();
    site.execute("UPDATE meta SET value = 'other' WHERE key = 'server_epoch'", [])
        .unwrap();
}

struct Round<'a> {
    world: &'a World,
    scans: &'a mut usize,
    promised: Vec<String>,
}

/// What a process said last.
enum Said {
    /// A tone, or that it is done: not looked at.
    Word,
    /// Where it stands still.
    At(String),
}

fn say(process: &mut Process, line: &str) -> Said {
    let word = process.say(line).expect("it lives");
    match word.strip_prefix("at ") {
        Some(point) => Said::At(point.to_owned()),
        None => Said::Word,
    }
}

impl Round<'_> {
    fn begun(&self) -> Process {
        let mut process = Process::start(env!("CARGO_BIN_EXE_handheld"), self.world.folder.path());
        for line in [
            "scan B-1042",
            "enter pin 4711",
            "choose receive",
            "choose document:80041",
        ] {
            process.say(line).expect("it lives");
        }
        process
    }

    /// Works until it is killed; gives the point, if it stood still at one.
    fn until(&mut self, stop: &str, count: usize) -> Option<String> {
        let mut process = self.begun();
        say(&mut process, &format!("stop {stop} {count}"));
        let mut stood = None;
        for step in ["scan", "scan", "tidy", "scan", "sync", "scan", "scan", "sync"] {
            let mut line = step.to_owned();
            if step == "scan" {
                *self.scans += 1;
                line = format!("scan {}", self.world.unit(*self.scans));
            }
            match say(&mut process, &line) {
                Said::Word if step == "scan" => self.promised.push(line["scan ".len()..].to_owned()),
                Said::Word => {}
                Said::At(point) => {
                    stood = Some(point);
                    break;
                }
            }
        }
        process.kill();
        stood
    }

    /// Is killed somewhere while it does the last of so many steps.
    fn anywhere(&mut self, steps: usize) {
        let mut process = self.begun();
        for step in 0..steps {
            *self.scans += 1;
            let label = self.world.unit(*self.scans);
            let line = if step % 3 == 2 {
                "sync".to_owned()
            } else {
                format!("scan {label}")
            };
            if step + 1 == steps {
                process.tell(&line);
            } else {
                process.say(&line).expect("it lives");
                if step % 3 != 2 {
                    self.promised.push(label);
                }
            }
        }
        process.kill();
    }
}

#[test]
fn five_hundred_kills_at_each_point_and_anywhere_lose_nothing_and_count_nothing_twice() {
    // The gateway hands out a picture again for some minutes: what was changed after it would be over the notice by that one.
    let world = world_where(None, |gateway| expect_units(gateway, 100_000));
    let folder = world.folder.path();
    assert!(!sync(&sound(folder)).more, "it knows how many are to come");
    let mut chain = Chain {
        tip: Tip::start(device(), 1, None),
        received: 0,
    };
    let mut random = Dice(SEED);
    let mut scans = 0;
    let mut kills: BTreeMap<String, usize> = Point::ALL.iter().map(|point| (format!("{point:?}"), 0)).collect();
    while kills.values().sum::<usize>() < KILLS {
        let mut round = Round {
            world: &world,
            scans: &mut scans,
            promised: Vec::new(),
        };
        let rare = Point::ALL
            .into_iter()
            .map(|point| format!("{point:?}"))
            .filter(|point| kills[point] < LEAST)
            .min_by_key(|point| kills[point]);
        let point = if let Some(rare) = rare {
            if rare == "InsideSwap" {
                estrange(folder);
            }
            // A round writes back and syncs twice; pages and pictures may come once.
            let often = ["Commit", "Behind", "Checkpoint"]
                .iter()
                .any(|name| rare.ends_with(name));
            let count = if often { 1 + random.below(2) } else { 1 };
            round.until(&rare, count)
        } else if random.below(2) == 0 {
            let count = 1 + random.below(40);
            round.until("Any", count)
        } else {
            round.anywhere(1 + random.below(6));
            Some("anywhere".to_owned())
        };
        // One that got to its end was killed while it waited.
        *kills.entry(point.unwrap_or_else(|| "idle".to_owned())).or_default() += 1;
        let promised = round.promised;
        let scanned = chain.read_on(folder);
        for label in promised {
            let times = scanned.iter().filter(|raw| **raw == label.as_bytes()).count();
            assert_eq!(times, 1, "{label} was answered");
        }
        let stored =
            "SELECT coalesce(max(epoch * 1099511627776 + seq), 1099511627776) FROM entry WHERE device = 'HH-1'";
        assert!(mark(folder).raw() <= world.gateway.number(stored), "I4");
    }
    println!("{} entries", chain.tip.seq);
    for (point, count) in &kills {
        println!("{count:5}  {point}");
    }
    for point in Point::ALL {
        assert!(kills[&format!("{point:?}")] >= LEAST, "{point:?}: {kills:?}");
    }
    let handheld = sound(folder);
    assert!(!sync(&handheld).more);
    drop(handheld);
    chain.read_on(folder);
    check_record(&world.gateway, folder);
    assert_eq!(
        audit(folder).entries.len() as u64,
        chain.tip.seq,
        "one epoch, from its beginning"
    );
    let amount = "SELECT coalesce(sum(amount), 0) FROM stock WHERE lot = 'AX44' AND account = 'place:DOCK-1'";
    assert!(chain.received > 500, "{}", chain.received);
    assert_eq!(
        world.gateway.number(amount),
        chain.received * 1_000_000,
        "each effect once"
    );
}
