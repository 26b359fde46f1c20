use crate::platform::{MemoryKey, Now, Platform, system_ids};
use crate::store::{Cipher, Store};
use lotline_record::entry::{Position, Sealed};
use lotline_record::model::DeviceId;
use lotline_record::numbering::{CompanyPrefix, Lease, LeaseId, Pool, Series};
use std::path::Path;
use std::sync::Arc;

struct Stopped;

impl crate::platform::Clock for Stopped {
    fn now(&self) -> Now {
        Now {
            wall_ms: 0,
            zone_min: 0,
            mono_ms: 0,
            boot: "b".into(),
        }
    }
}

fn keys() -> Arc<MemoryKey> {
    Arc::new(MemoryKey::from_bytes([7; 32]).unwrap())
}

fn open(folder: &Path) -> Store {
    let platform = Platform {
        clock: Arc::new(Stopped),
        keys: keys(),
        ids: system_ids(),
        trust_roots: Vec::new(),
    };
    Store::open(folder, platform).unwrap()
}

/// A store that is enrolled as `name`.
fn enrolled(folder: &Path, name: &str) -> Store {
    let store = open(folder);
    run(
        &store,
        &format!("INSERT INTO meta (key, value) VALUES ('device', '{name}')"),
    );
    store
}

fn run(store: &Store, sql: &str) {
    store
        .with_journal(|c| c.execute_batch(sql).map_err(crate::store::storage("test")))
        .unwrap();
}

fn series() -> Series {
    Series::sscc(3, CompanyPrefix::new("9506000").unwrap()).unwrap()
}

fn lease(pool: &mut Pool, device: &str, epoch: u32, count: u64) -> Lease {
    pool.lease(DeviceId::new(device).unwrap(), epoch, count).unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, crate::Error>) -> String {
    result.unwrap_err().fault().code.clone()
}

#[test]
fn a_number_is_used_up_before_it_is_printed_and_survives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut pool = Pool::new(series(), LeaseId(1));
    let first = {
        let store = enrolled(folder.path(), "fork-1");
        store.grant(&lease(&mut pool, "fork-1", 1, 10)).unwrap();
        store.take_number(&series()).unwrap()
        // The process dies before anything is printed.
    };
    let store = open(folder.path());
    let open_numbers = store.open_numbers().unwrap();
    assert_eq!(open_numbers.len(), 1);
    assert_eq!(
        (open_numbers[0].number, open_numbers[0].label.as_str()),
        (1, "(00)395060000000000016")
    );
    store.burnt(first.lease, first.number, "nothing came out").unwrap();
    assert!(store.open_numbers().unwrap().is_empty());
    assert_eq!(store.take_number(&series()).unwrap().number, 2);
    assert_eq!(store.numbers_left(&series()).unwrap(), (8, false));
}

#[test]
fn a_settled_number_is_settled_for_good_and_a_reprint_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let store = enrolled(folder.path(), "fork-1");
    store
        .grant(&lease(&mut Pool::new(series(), LeaseId(1)), "fork-1", 1, 10))
        .unwrap();
    let own = store.take_number(&series()).unwrap();
    assert_eq!(code(store.reprinted(own.lease, own.number, 5, "torn")), "not_printed");
    assert_eq!(store.printed(own.lease, own.number, 5).unwrap(), 1);
    assert_eq!(code(store.printed(own.lease, own.number, 6)), "number_settled");
    assert_eq!(code(store.burnt(own.lease, own.number, "late")), "number_settled");
    assert_eq!(code(store.reprinted(own.lease, own.number, 7, "  ")), "reason_needed");
    assert_eq!(store.reprinted(own.lease, own.number, 7, "torn").unwrap(), 2);
    assert_eq!(store.reprinted(own.lease, own.number, 8, "wet").unwrap(), 3);
    let burnt = store.take_number(&series()).unwrap();
    store.burnt(burnt.lease, burnt.number, "ribbon").unwrap();
    assert_eq!(
        code(store.reprinted(burnt.lease, burnt.number, 9, "again")),
        "not_printed"
    );
    assert_eq!(code(store.reprinted(own.lease, 77, 9, "again")), "not_printed");
}

#[test]
fn two_devices_offline_give_out_different_numbers_until_theirs_are_used_up() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut pool = Pool::new(series(), LeaseId(1));
    let mut seen = std::collections::BTreeSet::new();
    for (folder, name) in folders.iter().zip(["fork-1", "fork-2"]) {
        let store = enrolled(folder.path(), name);
        assert_eq!(code(store.take_number(&series())), "no_number_left");
        store.grant(&lease(&mut pool, name, 1, 5)).unwrap();
        store.grant(&lease(&mut pool, name, 1, 3)).unwrap();
        for _ in 0..8 {
            assert!(seen.insert(store.take_number(&series()).unwrap().value));
        }
        assert_eq!(code(store.take_number(&series())), "no_number_left");
        assert_eq!(store.numbers_left(&series()).unwrap(), (0, true));
    }
    assert_eq!(seen.len(), 16);
}

#[test]
fn leases_that_are_not_ours_or_cover_one_twice_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = enrolled(folder.path(), "fork-1");
    let mut pool = Pool::new(series(), LeaseId(1));
    assert_eq!(code(store.grant(&lease(&mut pool, "fork-2", 1, 5))), "bad_lease");
    assert_eq!(code(store.grant(&lease(&mut pool, "fork-1", 2, 5))), "bad_lease");
    let good = lease(&mut pool, "fork-1", 1, 5);
    store.grant(&good).unwrap();
    store.take_number(&series()).unwrap();
    // A repeated reply is no second lease, and does not wind it back.
    store.grant(&good).unwrap();
    assert_eq!(store.take_number(&series()).unwrap().number, good.first + 1);
    let overlapping = Lease {
        id: LeaseId(9),
        ..good.clone()
    };
    assert_eq!(code(store.grant(&overlapping)), "bad_lease");
    let same_name = Lease {
        first: 100,
        last: 200,
        ..good.clone()
    };
    assert_eq!(code(store.grant(&same_name)), "bad_lease");
    let empty = Lease {
        first: 9,
        last: 8,
        id: LeaseId(9),
        ..good
    };
    assert_eq!(code(store.grant(&empty)), "bad_lease");
    assert_eq!(store.leases().unwrap().len(), 1);
}

#[test]
fn a_new_epoch_voids_the_leases_of_a_restored_journal() {
    let folder = tempfile::tempdir().unwrap();
    let store = enrolled(folder.path(), "fork-1");
    let mut pool = Pool::new(series(), LeaseId(1));
    store.grant(&lease(&mut pool, "fork-1", 1, 5)).unwrap();
    run(
        &store,
        "INSERT INTO epoch (epoch, genesis) VALUES (1, x'00'), (2, x'00')",
    );
    assert_eq!(code(store.take_number(&series())), "no_number_left");
    store.grant(&lease(&mut pool, "fork-1", 2, 5)).unwrap();
    assert_eq!(store.take_number(&series()).unwrap().number, 6);
    // The gateway still learns of the void one.
    assert_eq!(store.leases().unwrap().len(), 2);
}

#[test]
fn a_journal_from_before_numbers_gains_them_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let old = Cipher::of(folder.path(), keys().as_ref())
        .unwrap()
        .open(&folder.path().join("journal.db"), rusqlite::OpenFlags::default())
        .unwrap();
    old.execute_batch(include_str!("../store/journal.sql")).unwrap();
    old.execute_batch("PRAGMA user_version = 1").unwrap();
    let entry = Sealed::from_stored(Position::new(1, 1), vec![2]);
    old.execute(
        "INSERT INTO entry VALUES (?1, ?2, ?3)",
        rusqlite::params![entry.position.raw(), entry.hash.0.as_slice(), entry.bytes],
    )
    .unwrap();
    drop(old);
    let store = enrolled(folder.path(), "fork-1");
    store
        .grant(&lease(&mut Pool::new(series(), LeaseId(1)), "fork-1", 1, 5))
        .unwrap();
    assert_eq!(store.take_number(&series()).unwrap().number, 1);
    let entries: i64 = store
        .with_journal(|c| {
            c.query_row("SELECT count(*) FROM entry", [], |r| r.get(0))
                .map_err(crate::store::storage("test"))
        })
        .unwrap();
    assert_eq!(entries, 1);
}
