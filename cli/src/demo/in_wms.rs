//! The third state, proved: what the gateway's ledger says is in the WMS, and what each handheld was told of it, against
//! the book of the stand-in. Where the two sides differ the movement is named.

use super::Plan;
use crate::failure::{Failure, Outcome};
use crate::stand_in::{self, Booked, Said};
use lotline_record::entry::Hash;
use lotline_record::model::DeviceId;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::Path;

/// A movement as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    device: String,
    epoch: u32,
    seq: u64,
    hash: Hash,
    state: String,
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Third {
    /// Movements that the stand-in has.
    pub held: usize,
    /// Movements that it refused.
    pub refused: usize,
    /// What does not fit.
    pub problems: Vec<String>,
}

type Key = (String, u32, u64);

/// Opens the ledger, the handhelds' pictures and the book, and compares them.
///
/// # Errors
/// When one of them cannot be read.
pub(super) fn check(folder: &Path, plan: &Plan) -> Outcome<Third> {
    let path = folder.join(Plan::SERVER).join("ledger.db");
    let told = told(&path).map_err(|e| Failure::usage(e, path.display(), "see what the database says"))?;
    let book = stand_in::read(&folder.join(Plan::WMS_BOOK))?;
    let mut third = compare(&told, &book);
    for (device, place) in &plan.hands {
        let path = folder.join(place).join("site.db");
        let seen = seen(&path).map_err(|e| Failure::usage(e, path.display(), "see what the database says"))?;
        third.problems.extend(shown(device, seen, &book));
    }
    Ok(third)
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn told(path: &Path) -> rusqlite::Result<Vec<Told>> {
    let ledger = open(path)?;
    let mut statement = ledger.prepare(
        "SELECT e.device, e.epoch, e.seq, e.hash,
                CASE o.state WHEN 'applied' THEN 'in_wms' WHEN 'rejected' THEN 'refused' ELSE 'queued' END
           FROM delivery o JOIN entry e USING (arrival) ORDER BY arrival",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Told {
            device: row.get(0)?,
            epoch: row.get(1)?,
            seq: row.get::<_, i64>(2)?.cast_unsigned(),
            hash: Hash::from_slice(&row.get::<_, Vec<u8>>(3)?).unwrap_or(Hash([0; 32])),
            state: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// How many of its movements a handheld shows as in the WMS.
fn seen(path: &Path) -> rusqlite::Result<usize> {
    let text: String = open(path)?.query_row("SELECT value FROM meta WHERE key = 'in_wms'", [], |row| row.get(0))?;
    Ok(text.parse().unwrap_or(usize::MAX))
}

fn compare(told: &[Told], book: &[Booked]) -> Third {
    let mut third = Third::default();
    let mut booked: BTreeMap<Key, Vec<&Booked>> = BTreeMap::new();
    let mut last: BTreeMap<(&str, u32), u64> = BTreeMap::new();
    for line in book {
        match line.said {
            Said::Taken => third.held += 1,
            Said::Refused => third.refused += 1,
        }
        let entry = &line.entry;
        let before = last
            .insert((entry.device.as_str(), entry.epoch), entry.seq)
            .unwrap_or(0);
        if before > entry.seq {
            third.problems.push(format!(
                "WMS: entry {}-{}-{} came after entry {before}: out of order",
                entry.device, entry.epoch, entry.seq
            ));
        }
        let key = (entry.device.to_string(), entry.epoch, entry.seq);
        booked.entry(key).or_default().push(line);
    }
    for line in told {
        let name = format!("{}-{}-{}", line.device, line.epoch, line.seq);
        let key = (line.device.clone(), line.epoch, line.seq);
        let lines = booked.remove(&key).unwrap_or_default();
        let says = match lines.first().map(|b| b.said) {
            None => "queued",
            Some(Said::Taken) => "in_wms",
            Some(Said::Refused) => "refused",
        };
        if line.state == "queued" {
            third.problems.push(format!("WMS: entry {name} was never taken"));
        } else if line.state != says {
            let there = if says == "queued" { "not there" } else { says };
            third.problems.push(format!(
                "WMS: entry {name} is {} in the ledger, and {there} in the WMS",
                line.state
            ));
        }
        if lines.len() > 1 {
            third
                .problems
                .push(format!("WMS: entry {name} is there {} times", lines.len()));
        }
        if lines.iter().any(|b| b.entry.hash != line.hash) {
            third.problems.push(format!("WMS: entry {name} is another one there"));
        }
    }
    for (device, epoch, seq) in booked.into_keys() {
        third.problems.push(format!(
            "WMS: entry {device}-{epoch}-{seq} is there, and not in the ledger"
        ));
    }
    third
}

fn shown(device: &DeviceId, seen: usize, book: &[Booked]) -> Option<String> {
    let there = book
        .iter()
        .filter(|b| b.entry.device == *device && b.said == Said::Taken)
        .count();
    (seen != there).then(|| format!("WMS: {device} shows {seen} movements there, it has {there}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lotline_record::entry::EntryRef;

    fn told(seq: u64, state: &str) -> Told {
        Told {
            device: "d".into(),
            epoch: 1,
            seq,
            hash: Hash([1; 32]),
            state: state.into(),
        }
    }

    fn booked(seq: u64, said: Said) -> Booked {
        Booked {
            id: seq.to_string(),
            entry: EntryRef {
                device: "d".parse().unwrap(),
                epoch: 1,
                seq,
                hash: Hash([1; 32]),
            },
            kind: "picked".into(),
            said,
            reason: None,
        }
    }

    fn problem(told: &[Told], book: &[Booked]) -> String {
        compare(told, book).problems.join("; ")
    }

    #[test]
    fn equal_sides_have_no_problem_and_are_counted() {
        let third = compare(
            &[told(1, "in_wms"), told(2, "refused"), told(4, "in_wms")],
            &[booked(1, Said::Taken), booked(2, Said::Refused), booked(4, Said::Taken)],
        );
        assert_eq!((third.held, third.refused, third.problems), (2, 1, Vec::new()));
    }

    #[test]
    fn a_wms_that_lies_repeats_or_mixes_up_is_found_and_the_entry_named() {
        assert!(problem(&[told(1, "in_wms")], &[]).contains("d-1-1 is in_wms in the ledger, and not there"));
        assert!(problem(&[told(1, "queued")], &[]).contains("d-1-1 was never taken"));
        let refused = problem(&[told(1, "in_wms")], &[booked(1, Said::Refused)]);
        assert!(
            refused.contains("in_wms in the ledger, and refused in the WMS"),
            "{refused}"
        );
        let twice = [booked(1, Said::Taken), booked(1, Said::Taken)];
        assert!(problem(&[told(1, "in_wms")], &twice).contains("d-1-1 is there 2 times"));
        assert!(problem(&[], &twice[..1]).contains("d-1-1 is there, and not in the ledger"));
        let turned = [booked(2, Said::Taken), booked(1, Said::Taken)];
        assert!(problem(&[told(1, "in_wms"), told(2, "in_wms")], &turned).contains("d-1-1 came after entry 2"));
        let mut other = booked(1, Said::Taken);
        other.entry.hash = Hash([2; 32]);
        assert!(problem(&[told(1, "in_wms")], &[other]).contains("another one there"));
        assert!(shown(&"d".parse().unwrap(), 2, &twice[..1]).is_some());
        assert_eq!(shown(&"d".parse().unwrap(), 1, &twice[..1]), None);
    }
}
