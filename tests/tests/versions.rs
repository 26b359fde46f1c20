//! Rows of the failure matrix where the app and the files it finds are of different versions.

use crate::handhelds::{World, device, receiving, sync, world};
use lotline_core::{Input, Remedy};
use lotline_record::entry::Sealed;
use lotline_tests::disk::{Broken, Disk, Keeps};
use lotline_tests::held::{audit, check_record, sound, try_open};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;

/// The journal as the first version kept it: without what later ones brought.
const FIRST: &str = "DROP TABLE label_print; DROP TABLE own_number; DROP TABLE lease; PRAGMA user_version = 1;";

fn journal(folder: &Path) -> Connection {
    Connection::open(folder.join("journal.db")).unwrap()
}

fn version(folder: &Path) -> u32 {
    journal(folder)
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap()
}

/// So many unsent scans, and the journal put back to the first version.
fn left_by_the_first_version(world: &World, scans: usize) -> Vec<Sealed> {
    let handheld = sound(world.folder.path());
    receiving(&handheld);
    for n in 1..=scans {
        handheld.act(Input::scan(world.unit(n).as_bytes())).unwrap();
    }
    drop(handheld);
    journal(world.folder.path()).execute_batch(FIRST).unwrap();
    audit(world.folder.path()).entries
}

/// Every file of a folder but those that SQLite makes and removes by itself.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(name, path)| path.is_file() && !name.ends_with("-wal") && !name.ends_with("-shm"))
        .map(|(name, path)| (name, std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn row_5_a_migration_cut_off_at_any_operation_is_completed_later_or_was_never_begun_and_no_byte_of_the_queue_changes() {
    let world = world(None);
    let folder = world.folder.path();
    let queue = left_by_the_first_version(&world, 5);
    let disk = Disk::watch(folder);
    let mut seen = BTreeMap::<u32, u64>::new();
    for n in 1.. {
        disk.plan(Broken::Dark, n, false);
        let opened = try_open(folder);
        let cut = opened.is_err();
        disk.power_cut();
        drop(opened);
        disk.power_up(match n % 3 {
            0 => Keeps::Nothing,
            1 => Keeps::APrefix(n),
            _ => Keeps::Any(n),
        });
        let found = version(folder);
        *seen.entry(found).or_default() += 1;
        assert!(
            audit(folder).entries.starts_with(&queue),
            "operation {n}, version {found}"
        );
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('lease', 'own_number', 'label_print')";
        let tables: u32 = journal(folder).query_row(tables, [], |row| row.get(0)).unwrap();
        assert_eq!(
            tables,
            if found == 1 { 0 } else { 3 },
            "operation {n}: all of a version or nothing of it"
        );
        // It opens, at this version, and writes behind the queue that whoever was signed in is so no more.
        drop(sound(folder));
        assert_eq!(version(folder), 2, "operation {n}");
        assert!(audit(folder).entries.starts_with(&queue), "operation {n}");
        if !cut {
            break;
        }
        journal(folder).execute_batch(FIRST).unwrap();
    }
    assert!(seen[&1] > 3 && seen[&2] > 3, "cut before and after: {seen:?}");
    let handheld = sound(folder);
    receiving(&handheld);
    handheld.act(Input::scan(world.unit(6).as_bytes())).unwrap();
    assert!(!sync(&handheld).more);
    drop(handheld);
    check_record(&world.gateway, folder);
}

#[test]
fn row_22_files_of_a_newer_app_are_refused_and_left_as_they_are_and_can_still_be_read() {
    let world = world(None);
    let folder = world.folder.path();
    let handheld = sound(folder);
    receiving(&handheld);
    handheld.act(Input::scan(world.unit(1).as_bytes())).unwrap();
    drop(handheld);
    journal(folder)
        .execute_batch("CREATE TABLE of_tomorrow (what TEXT); PRAGMA user_version = 3;")
        .unwrap();
    let before = files(folder);
    for _ in 0..2 {
        let error = try_open(folder).unwrap_err();
        let fault = error.fault();
        assert_eq!(
            (fault.code.as_str(), fault.remedy),
            ("newer_database", Remedy::UpdateApp)
        );
        assert!(fault.message.contains("version 3"), "{}", fault.message);
    }
    let scanned = audit(folder)
        .entries
        .iter()
        .filter(|entry| entry.open().unwrap().scan.is_some())
        .count();
    assert!(scanned > 0, "what is in them is read");
    assert_eq!(files(folder), before, "nothing is deleted, nothing changed");
}

#[test]
fn row_23_what_an_older_app_left_in_the_queue_is_sent_as_it_is() {
    let world = world(None);
    let folder = world.folder.path();
    let queue = left_by_the_first_version(&world, 3);
    let handheld = sound(folder);
    receiving(&handheld);
    handheld.act(Input::scan(world.unit(4).as_bytes())).unwrap();
    assert!(!sync(&handheld).more);
    drop(handheld);
    let arrived = world.gateway.arrived(&device());
    assert!(arrived.len() > queue.len());
    for (sent, came) in queue.iter().zip(&arrived) {
        assert_eq!(sent.bytes, came.bytes, "{:?}", sent.position);
    }
    check_record(&world.gateway, folder);
}
