//! What must hold, whatever happened.

use super::Broken;
use super::device::{Device, Fact};
use super::door::{Door, instant};
use lotline_core::sync::SyncStore;
use lotline_record::entry::{Body, Envelope, Hash, Sealed, Tip, link};
use lotline_record::model::Account;
use lotline_record::wire::{Cell, Row, TABLES, table};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::{BTreeMap, BTreeSet};

/// One unit.
const UNIT: i64 = 1_000_000;

/// Says what is broken, unless it holds.
pub fn hold(holds: bool, what: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken(what())) }
}

/// Row 43: whatever was captured stands in the device's own picture, once: before, while and after the gateway counts it.
pub fn shows_its_own(device: &Device) -> Result<(), Broken> {
    let plain = device.facts.iter().filter(|fact| fact.plain);
    let (lost, own): (Vec<&Fact>, Vec<&Fact>) = plain.partition(|fact| fact.lost);
    let shown = device.kept().store.stands_in(&device.bin).unwrap();
    let least = i64::try_from(own.len()).unwrap() * UNIT;
    // It cannot know which of the entries it carries the gateway has from an epoch that the backup lacks.
    let twice = if device.carries_blindly() { own.len() } else { 0 };
    let most = least + i64::try_from(lost.len() + twice).unwrap() * UNIT;
    hold((least..=most).contains(&shown), || {
        format!(
            "the picture of {} shows {} of its {} units",
            device.name,
            shown / UNIT,
            own.len()
        )
    })
}

/// After everything: the five invariants for a device, and its picture.
pub fn at_the_end(door: &Door, device: &Device, now_ms: u64) -> Result<(), Broken> {
    let name = &device.name;
    let stored = door.ledger().entries(Some(name), 0, usize::MAX >> 1).unwrap();
    let mut order: Vec<Hash> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut tip: Option<Tip> = None;
    for entry in &stored {
        // I1: visible.
        let verdict = entry.verdict.as_deref();
        hold(verdict.is_some_and(|word| word != "kept_aside"), || {
            format!("I1: {name} {}/{} is {verdict:?}", entry.epoch, entry.seq)
        })?;
        // I3: one chain an epoch, without a hole.
        let envelope: Envelope = serde_json::from_slice(&entry.bytes).unwrap();
        let mut at = match tip.take() {
            Some(tip) if tip.epoch == envelope.epoch => tip,
            before => {
                let next = before.map_or(1, |tip| tip.epoch + 1);
                hold(envelope.epoch >= next && envelope.seq == 1, || {
                    format!("I3: {name} begins at {}/{}", envelope.epoch, envelope.seq)
                })?;
                let mut start = Tip::start(name.clone(), envelope.epoch, None);
                start.hash = envelope.prev;
                start
            }
        };
        if let Err(error) = link(&mut at, &entry.bytes) {
            return Err(Broken(format!("I3: {name} {}/{}: {error}", entry.epoch, entry.seq)));
        }
        tip = Some(at);
        let position = lotline_record::entry::Position::new(entry.epoch, entry.seq);
        let original = match Sealed::from_stored(position, entry.bytes.clone()).open().unwrap().body {
            Body::Carried { hash, .. } => hash,
            _ => entry.hash,
        };
        if seen.insert(original) {
            order.push(original);
        }
    }
    // I1: there, once; I3: in the order of capture.
    let came: BTreeMap<Hash, usize> = order.iter().enumerate().map(|(n, hash)| (*hash, n)).collect();
    let mut last = None;
    for (n, fact) in device.facts.iter().enumerate() {
        let at = came.get(&fact.hash).copied();
        let kept_back = fact.lost || device.revoked.is_some();
        hold(at.is_some() || kept_back, || {
            format!("I1: {name}'s capture {n} never came")
        })?;
        hold(at.is_none() || at > last, || {
            format!("I3: {name}'s capture {n} came before an earlier one")
        })?;
        last = at.or(last);
    }
    // I2: effects are as many as distinct facts.
    let plain = device
        .facts
        .iter()
        .filter(|fact| fact.plain && came.contains_key(&fact.hash));
    let counted = i64::try_from(plain.count()).unwrap();
    let stands = standing(door, &device.bin);
    hold(stands == counted * UNIT, || {
        format!("I2: {} of {name}'s {counted} units stand at the gateway", stands / UNIT)
    })?;
    let queue = device.kept().queue().unwrap();
    if let Some(before) = device.revoked {
        hold(stored.len() <= before, || format!("{name} sent after it was cut off"))?;
        return Ok(());
    }
    // I4, and nothing is left to send.
    let head = stored.last().map(|entry| (entry.epoch, entry.seq, entry.hash));
    let mark = queue.acknowledged;
    // Of an epoch that has just begun there is nothing to send; the mark may stand in one before it.
    let stands = |entry: &lotline_server::ledger::Stored| {
        (entry.epoch, entry.seq, entry.hash) == (mark.epoch, mark.seq, mark.hash)
    };
    let empty = queue.tip.seq == 0
        && head.is_none_or(|(epoch, ..)| epoch < queue.tip.epoch)
        && (mark.seq == 0 || stored.iter().any(stands));
    hold(
        queue.pending == 0 && (empty || head == Some((mark.epoch, mark.seq, mark.hash))),
        || {
            format!(
                "I4: {name} has {} to send, its mark is {}/{}, the gateway has {head:?}",
                queue.pending, mark.epoch, mark.seq
            )
        },
    )?;
    // The picture is the gateway's.
    let page = door.ledger().page(name, 0, usize::MAX >> 1, instant(now_ms)).unwrap();
    let theirs: BTreeSet<String> = page
        .rows
        .iter()
        .filter(|row| !row.gone)
        .map(|row| format!("{} {:?}", row.t, row.r))
        .collect();
    let own = rows(device);
    // What became of own entries before the picture was fetched is not in the file.
    let known = |row: &Row| {
        let line = format!("{} {:?}", row.t, row.r);
        let own_only = table(&row.t).is_some_and(|table| table.own_only);
        (own_only && row.c <= device.adopted && !own.contains(&line)).then_some(line)
    };
    let left_out: BTreeSet<String> = page.rows.iter().filter_map(known).collect();
    let theirs: BTreeSet<String> = theirs.difference(&left_out).cloned().collect();
    let differ = || {
        let more: Vec<_> = theirs.difference(&own).take(3).collect();
        let less: Vec<_> = own.difference(&theirs).take(3).collect();
        format!("the picture of {name} is not the gateway's: it lacks {more:?}, it has {less:?}")
    };
    hold(theirs == own, differ)?;
    hold(!device.carries_blindly(), || {
        format!("what {name} carried is not counted")
    })?;
    shows_its_own(device)
}

/// I2: every transfer has two sides.
pub fn balances(door: &Door) -> Result<(), Broken> {
    let page = door
        .ledger()
        .page(&onlooker(door), 0, usize::MAX >> 1, instant(0))
        .unwrap();
    let amounts = page
        .rows
        .iter()
        .filter(|row| row.t == "stock")
        .map(|row| match row.r[7] {
            Cell::Int(micros) => micros,
            _ => 0,
        });
    let sum: i64 = amounts.sum();
    hold(sum == 0, || format!("I2: stock adds up to {sum}"))
}

fn onlooker(door: &Door) -> lotline_record::model::DeviceId {
    door.ledger().devices().unwrap()[0].device.parse().unwrap()
}

fn standing(door: &Door, account: &Account) -> i64 {
    let page = door
        .ledger()
        .page(&onlooker(door), 0, usize::MAX >> 1, instant(0))
        .unwrap();
    let at = Cell::Text(account.to_string());
    let amounts = page
        .rows
        .iter()
        .filter(|row| row.t == "stock" && row.r[6] == at)
        .map(|row| match row.r[7] {
            Cell::Int(micros) => micros,
            _ => 0,
        });
    amounts.sum()
}

fn rows(device: &Device) -> BTreeSet<String> {
    let file = Connection::open(device.folder().join("site.db")).unwrap();
    let mut all = BTreeSet::new();
    for table in TABLES {
        let sql = format!("SELECT {} FROM {} WHERE gone = 0", table.columns.join(", "), table.name);
        let mut statement = file.prepare(&sql).unwrap();
        let cells = statement.query_map([], |row| {
            (0..table.columns.len())
                .map(|n| {
                    Ok(match row.get_ref(n)? {
                        ValueRef::Null => Cell::Null,
                        ValueRef::Integer(n) => Cell::Int(n),
                        other => Cell::Text(other.as_str()?.to_owned()),
                    })
                })
                .collect::<rusqlite::Result<Vec<Cell>>>()
        });
        all.extend(cells.unwrap().map(|row| format!("{} {:?}", table.name, row.unwrap())));
    }
    all
}
