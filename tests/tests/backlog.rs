//! A device that was alone for weeks: what a step costs does not grow with what waits.

use crate::handhelds::{device, receiving, sync, world};
use lotline_core::Input;
use lotline_core::sync::{Queue, SyncStore};
use lotline_record::entry::{Position, Sealed, Tip, link};
use lotline_record::wire::StoredThrough;
use lotline_tests::held::{audit, sound};
use rusqlite::{Connection, params};
use std::path::Path;

/// Writes `count` entries behind the last one, as the device would have: copies of it, each linked to the one before.
fn grow(folder: &Path, count: usize) {
    let entries = audit(folder).entries;
    let mut tip = Tip::start(device(), 1, None);
    for entry in &entries {
        link(&mut tip, &entry.bytes).unwrap();
    }
    let last = entries.last().unwrap();
    let text = String::from_utf8(last.bytes.clone()).unwrap();
    let before = last.open().unwrap().prev.to_string();
    let (seq, id) = (last.position.seq(), last.open().unwrap().id.to_string());
    let mut journal = Connection::open(folder.join("journal.db")).unwrap();
    let transaction = journal.transaction().unwrap();
    {
        let mut insert = transaction
            .prepare("INSERT INTO entry (position, hash, bytes) VALUES (?1, ?2, ?3)")
            .unwrap();
        for n in 1..=count as u64 {
            let next = text
                .replacen(&format!("\"seq\":{seq},"), &format!("\"seq\":{},", seq + n), 1)
                .replacen(&before, &tip.hash.to_string(), 1)
                .replacen(&id, &format!("copy-{n}"), 1);
            let Sealed { position, hash, bytes } = link(&mut tip, next.as_bytes()).unwrap();
            insert
                .execute(params![position.raw(), hash.0.as_slice(), bytes])
                .unwrap();
        }
    }
    transaction.commit().unwrap();
}

/// What SQLite did, in steps of its virtual machine.
#[derive(Debug)]
struct Steps {
    capture: u64,
    count: u64,
    batch: u64,
    acknowledge: u64,
}

fn steps_at(backlog: usize) -> Steps {
    let world = world(None);
    let folder = world.folder.path();
    let handheld = sound(folder);
    receiving(&handheld);
    assert!(!sync(&handheld).more);
    // Something that changes no stock is copied: what is own stock does not grow.
    handheld.act(Input::scan(b"something that is no label")).unwrap();
    drop(handheld);
    grow(folder, backlog);

    let handheld = sound(folder);
    receiving(&handheld);
    let store = handheld.store();
    let counter = store.count_steps().unwrap();
    let mut taken = 0;
    let mut since = || {
        let all = counter.load(std::sync::atomic::Ordering::Relaxed);
        all - std::mem::replace(&mut taken, all)
    };
    // The first ones read what is kept from then on.
    for n in 1..=3 {
        handheld.act(Input::scan(world.unit(n).as_bytes())).unwrap();
    }
    since();
    handheld.act(Input::scan(world.unit(4).as_bytes())).unwrap();
    let capture = since();
    let Queue {
        pending, acknowledged, ..
    } = store.queue().unwrap();
    let count = since();
    assert!(pending > backlog as u64, "{pending}");
    let mark = Position::new(acknowledged.epoch, acknowledged.seq);
    let sent = store.batch(mark, 200, 1 << 20).unwrap();
    let batch = since();
    assert_eq!(sent.len(), 200);
    let last = sent.last().unwrap();
    let through = StoredThrough::from(last);
    store.acknowledge(&through, None).unwrap();
    let acknowledge = since();
    assert_eq!(store.queue().unwrap().pending, pending - 200);
    Steps {
        capture,
        count,
        batch,
        acknowledge,
    }
}

#[test]
fn row_46_capture_count_and_batch_cost_the_same_with_ten_thousand_and_a_hundred_thousand_waiting() {
    let (few, many) = (steps_at(10_000), steps_at(100_000));
    for (what, few, many) in [
        ("capture", few.capture, many.capture),
        ("count", few.count, many.count),
        ("batch", few.batch, many.batch),
        ("acknowledge", few.acknowledge, many.acknowledge),
    ] {
        println!("{what}: {few} steps, {many} steps");
        // A tenth more for a deeper tree.
        assert!(many <= few + few / 10 + 20, "{what}: {few} steps, then {many}");
    }
    assert!(few.batch > 1_000, "they are counted");
}
