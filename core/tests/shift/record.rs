//! The record under the flows: chain, own effects, bad input, other versions.

use crate::site::{Floor, accepted, audit, case, database, each, stop};
use lotline_core::sync::{Contact, SyncStore};
use lotline_core::{Handheld, Input};
use lotline_record::entry::{Body, Entry, Position, Tip, link};
use lotline_record::model::DeviceId;
use lotline_record::rules;
use lotline_record::stock::{balance, effects};
use lotline_record::wire::{Included, StoredThrough};

fn busy() -> Floor {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&case("NEW", "280331"));
    floor.scan(&case("LATE", "270930"));
    floor.choose("put_aside");
    floor.choose("undo");
    floor.scan(&case("NEW", "280331"));
    floor.handheld().act(Input::Back).unwrap();
    floor.pick();
    floor.scan("]C0A-02");
    floor.scan(&each("SOON", "270331"));
    floor
}

#[test]
fn g1_the_chain_continues_from_entry_to_entry_and_every_prefix_is_balanced() {
    let floor = busy();
    let sealed = floor
        .handheld()
        .store()
        .batch(Position::new(1, 0), 1000, usize::MAX)
        .unwrap();
    let mut tip = Tip::start(DeviceId::new("d1").unwrap(), 1, None);
    for entry in &sealed {
        assert_eq!(link(&mut tip, &entry.bytes).unwrap().hash, entry.hash);
        assert_eq!(balance(&effects(&entry.open().unwrap().body)).micros(), 0);
    }
    assert!(sealed.len() > 8);
}

#[test]
fn every_stored_verdict_follows_from_its_own_facts() {
    for entry in busy().entries() {
        assert_eq!(rules::recheck(&entry.verdict), Ok(()), "{:?}", entry.body);
    }
}

#[test]
fn dropping_own_effects_and_rebuilding_them_gives_the_same_rows() {
    let floor = busy();
    let dump = || {
        floor.handheld().tidy().unwrap();
        let c = database(floor.path(), "effects.db");
        let mut all = Vec::new();
        for table in [
            "own_stock",
            "own_lot",
            "own_serial",
            "own_plate",
            "own_line",
            "own_exception",
            "own_block",
            "own_task",
            "own_setting",
            "own_history",
            "own_stock_sum",
            "own_line_sum",
        ] {
            let mut statement = c.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = statement.column_count();
            let rows = statement
                .query_map([], |r| {
                    (0..columns)
                        .map(|n| r.get::<_, rusqlite::types::Value>(n))
                        .collect::<Result<Vec<_>, _>>()
                })
                .unwrap();
            all.push((table, rows.map(|r| format!("{:?}", r.unwrap())).collect::<Vec<_>>()));
        }
        all
    };
    let kept = dump();
    assert!(kept.iter().map(|(_, rows)| rows.len()).sum::<usize>() > 10);
    floor.handheld().store().rebuild_effects().unwrap();
    assert_eq!(dump(), kept);
}

#[test]
fn a_page_that_includes_own_entries_changes_nothing_in_the_picture() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&case("NEW", "280331"));
    let before = audit(floor.path()).stock;
    let tip = floor.handheld().store().queue().unwrap().tip;
    let stock = |account: &str, n: i64| {
        use crate::site::{row, text};
        use lotline_record::wire::Cell;
        row(
            "stock",
            &[
                text("S1"),
                text("ACME"),
                text("P500"),
                text("NEW"),
                text(""),
                text("case"),
                text(account),
                Cell::Int(n * 1_000_000),
            ],
        )
    };
    let page = vec![stock("place:DOCK-1", 12), stock("virtual:supplier", -12)];
    floor.page(
        page,
        Included {
            epoch: tip.epoch,
            seq: tip.seq,
        },
    );
    assert_eq!(audit(floor.path()).stock, before);
}

#[test]
fn only_an_acknowledgement_moves_the_mark() {
    let floor = busy();
    let store = floor.handheld().store();
    let queue = store.queue().unwrap();
    assert_eq!(queue.pending, queue.tip.seq);
    let hash = store.hash_at(Position::new(1, 3)).unwrap().unwrap();
    store
        .acknowledge(&StoredThrough { epoch: 1, seq: 3, hash }, None)
        .unwrap();
    assert_eq!(store.queue().unwrap().pending, queue.tip.seq - 3);
}

#[test]
fn a_fork_carries_unsent_entries_verbatim_into_the_new_epoch() {
    let floor = busy();
    let store = floor.handheld().store();
    let (tip, hash) = (
        store.queue().unwrap().tip,
        store.hash_at(Position::new(1, 4)).unwrap().unwrap(),
    );
    let before = audit(floor.path()).stock;
    store
        .begin_epoch(Some(&StoredThrough { epoch: 1, seq: 4, hash }))
        .unwrap();
    let queue = store.queue().unwrap();
    assert_eq!(
        (queue.tip.epoch, queue.tip.seq, queue.pending),
        (2, tip.seq - 4, tip.seq - 4)
    );
    let carried = store.batch(Position::new(2, 0), 1000, usize::MAX).unwrap();
    let mut chain = Tip::start(DeviceId::new("d1").unwrap(), 2, Some(hash));
    for entry in &carried {
        link(&mut chain, &entry.bytes).unwrap();
    }
    assert_eq!(audit(floor.path()).stock, before, "the effects were kept, once");
    accepted(&floor.scan(&each("SOON", "270331")));
}

#[test]
fn a_second_fork_carries_the_originals_once_and_not_their_wrappings() {
    let floor = busy();
    let store = floor.handheld().store();
    let before = audit(floor.path()).stock;
    let at = |n| StoredThrough {
        epoch: 1,
        seq: n,
        hash: store.hash_at(Position::new(1, n)).unwrap().unwrap(),
    };
    let tip = store.queue().unwrap().tip;
    store.begin_epoch(Some(&at(4))).unwrap();
    // The server, restored from an older backup, has even less in common than the first time.
    store.begin_epoch(Some(&at(2))).unwrap();
    let queue = store.queue().unwrap();
    assert_eq!((queue.tip.epoch, queue.pending), (3, tip.seq - 2));
    for entry in store.batch(Position::new(3, 0), 1000, usize::MAX).unwrap() {
        let Body::Carried { epoch, bytes, .. } = entry.open().unwrap().body else {
            panic!("not carried")
        };
        assert_eq!(epoch, 1);
        let original: Entry = serde_json::from_slice(&bytes).unwrap();
        assert!(!matches!(original.body, Body::Carried { .. }));
    }
    assert_eq!(audit(floor.path()).stock, before, "the effects were kept, once");
    store.acknowledge(&at(1), None).unwrap();
    assert_eq!(
        store.queue().unwrap().pending,
        1 + tip.seq - 2,
        "one of the first epoch, then the carried ones"
    );
}

#[test]
fn hostile_scans_get_a_stop_and_an_entry_and_never_a_panic() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    let long = vec![b'9'; 64 * 1024];
    for bytes in [
        vec![0u8; 100],
        long,
        b"]d2\x1d\x1d\x1d".to_vec(),
        vec![0xff, 0xfe],
        b"]d201".to_vec(),
        Vec::new(),
    ] {
        let before = floor.entries().len();
        let screen = floor.handheld().act(Input::scan(bytes.clone())).unwrap();
        stop(&screen);
        assert_eq!(floor.entries().len(), before + 1, "{} bytes", bytes.len());
        floor.choose("acknowledge");
    }
    let cut = floor
        .entries()
        .into_iter()
        .filter_map(|e| e.scan)
        .find(|s| s.length.is_some())
        .unwrap();
    assert_eq!(
        (cut.raw.len(), cut.length, cut.sha256.is_some()),
        (4096, Some(65536), true)
    );
}

#[test]
fn a_journal_of_a_newer_version_is_refused_and_left_alone() {
    let floor = Floor::new();
    let journal = || database(floor.path(), "journal.db");
    journal().pragma_update(None, "user_version", 99).unwrap();
    let config = lotline_core::Config {
        folder: floor.path().to_owned(),
        app: String::new(),
        language: "en".into(),
    };
    let platform = lotline_core::platform::Platform {
        clock: floor.clock.clone(),
        keys: std::sync::Arc::new(lotline_core::platform::MemoryKey::from_bytes([7; 32]).unwrap()),
        ids: lotline_core::platform::system_ids(),
        trust_roots: Vec::new(),
    };
    let error = Handheld::open(config, platform).unwrap_err();
    assert_eq!(error.fault().code, "newer_database");
    assert_eq!(error.fault().remedy, lotline_core::Remedy::UpdateApp);
    let version: u32 = journal()
        .pragma_query_value(None, "user_version", |r| r.get(0))
        .unwrap();
    assert_eq!(version, 99);
}

#[test]
fn a_suspended_handheld_holds_no_lock_and_resumes_at_the_same_step() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    let before = floor.receive();
    floor.handheld().suspend();
    let other = database(floor.path(), "journal.db");
    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;")
        .unwrap();
    drop(other);
    assert_eq!(floor.handheld().act(Input::Tick).unwrap_err().fault().code, "suspended");
    floor.handheld().resume().unwrap();
    assert_eq!(floor.handheld().screen().unwrap().id, before.id);
}

#[test]
fn a_restart_out_of_reach_still_says_since_when() {
    let mut floor = Floor::new();
    let store = floor.handheld().store();
    store.contact(Contact::Lost);
    let since = floor.handheld().screen().unwrap().status.offline_since;
    assert!(since.is_some());
    floor.restart();
    assert_eq!(floor.handheld().screen().unwrap().status.offline_since, since);
    floor.handheld().store().contact(Contact::Reached { offset_ms: None });
    floor.restart();
    assert_eq!(floor.handheld().screen().unwrap().status.offline_since, None);
}

#[test]
fn the_write_ahead_log_stays_below_its_limit_where_nobody_tidies() {
    const MIB: u64 = 1024 * 1024;
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.choose("look_up");
    let wal = floor.path().join("journal.db-wal");
    let (mut most, mut cut) = (0, false);
    for n in 0..1_200 {
        floor.scan(&format!("nothing we know {n} {}", "x".repeat(40_000)));
        let length = std::fs::metadata(&wal).unwrap().len();
        cut |= length < most;
        most = most.max(length);
    }
    assert!(cut, "the test must reach the limit: {most}");
    assert!(most < 17 * MIB, "{most}");
}
