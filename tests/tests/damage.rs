//! Row 37 of the failure matrix: files whose bytes are not what was written.

use crate::handhelds::{World, device, receiving, sync, world};
use lotline_core::{Handheld, Screen};
use lotline_record::entry::Body;
use lotline_tests::held::{audit, check_record, sound};
use std::path::Path;

const PAGE: usize = 4_096;

/// A handheld that has been enrolled, has sent what it captured up to then, and has more in its queue.
fn with_a_queue(scans: usize) -> (World, Vec<String>) {
    let world = world(None);
    let handheld = sound(world.folder.path());
    receiving(&handheld);
    assert!(!sync(&handheld).more);
    let labels = scan(&world, &handheld, 0, scans);
    // Everything in the file, nothing in its log: where the damage is done counts.
    handheld.tidy().unwrap();
    drop(handheld);
    (world, labels)
}

/// Scans units that nobody scanned before; gives their labels.
fn scan(world: &World, handheld: &Handheld, from: usize, count: usize) -> Vec<String> {
    (from..from + count)
        .map(|n| {
            let label = world.unit(n);
            handheld.act(lotline_core::Input::scan(label.as_bytes())).unwrap();
            label
        })
        .collect()
}

fn damage(folder: &Path, name: &str, how: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let path = folder.join(name);
    let mut bytes = std::fs::read(&path).unwrap();
    how(&mut bytes);
    std::fs::write(&path, &bytes).unwrap();
    bytes
}

fn told(screen: &Screen) -> String {
    format!("{screen:?}")
}

/// Takes away the page that has the twentieth entry from the end. Gives the bytes of the damaged file.
fn lose_a_page(folder: &Path) -> Vec<u8> {
    let entries = audit(folder).entries;
    let needle = &entries[entries.len() - 20].bytes;
    damage(folder, "journal.db", |bytes| {
        let at = bytes.windows(needle.len()).position(|part| part == needle).unwrap();
        let page = at / PAGE * PAGE;
        bytes[page..page + PAGE].fill(0);
    })
}

/// How many of these labels the chain has, wrapped or not.
fn there(folder: &Path, labels: &[String]) -> usize {
    let has = |body: &str| labels.iter().filter(|label| body.contains(label.as_str())).count();
    let all: Vec<String> = audit(folder)
        .entries
        .iter()
        .filter_map(|entry| match entry.open().unwrap().body {
            Body::Carried { bytes, .. } => Some(bytes),
            _ => None,
        })
        .map(|bytes| {
            let inner: lotline_record::entry::Entry = serde_json::from_slice(&bytes).unwrap();
            inner
                .scan
                .map_or_else(String::new, |scan| String::from_utf8_lossy(&scan.raw).into_owned())
        })
        .collect();
    has(&all.join("\n"))
}

/// The handheld goes on, the gateway gets everything, and what was raised is told there.
fn goes_on(world: &World, saved: u64) {
    let folder = world.folder.path();
    let handheld = sound(folder);
    receiving(&handheld);
    let later = scan(world, &handheld, 500, 2);
    assert!(!sync(&handheld).more);
    drop(handheld);
    let last = audit(folder).entries.pop().unwrap();
    assert_eq!(last.position.epoch(), 2, "a new epoch");
    assert_eq!(later.len(), 2);
    world.gateway.settled();
    let raised = "SELECT count(*) FROM exception WHERE code = 'journal_damaged'";
    assert_eq!(world.gateway.number(raised), 1);
    let carried = i64::try_from(saved).unwrap();
    assert_eq!(world.gateway.number("SELECT count(*) FROM carried"), carried);
    // What the handheld has of the new epoch is what the gateway has.
    let arrived = world.gateway.arrived(&device());
    assert_eq!(arrived.last().unwrap().hash, last.hash);
    assert!(arrived.iter().all(|arrived| arrived.verdict.is_some()));
}

#[test]
fn row_37_a_header_that_is_not_sqlites_costs_nothing_and_the_damaged_journal_is_kept() {
    let (world, labels) = with_a_queue(12);
    let folder = world.folder.path();
    let unsent = audit(folder).entries.len() as u64 - audit(folder).acknowledged.seq();
    let bytes = damage(folder, "journal.db", |bytes| bytes[..100].fill(0xa5));
    let handheld = sound(folder);
    let said = told(&handheld.screen().unwrap());
    for part in [
        "Storage was damaged",
        &format!("{unsent} scans"),
        "journal.db.corrupt-1",
        "no scan is known",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    drop(handheld);
    assert_eq!(
        std::fs::read(folder.join("journal.db.corrupt-1")).unwrap(),
        bytes,
        "kept as it was"
    );
    assert_eq!(there(folder, &labels), labels.len());
    goes_on(&world, unsent);
}

/// The battery dies while the sound journal takes the damaged one's place: before the damaged one was moved aside, and after.
#[test]
fn row_37_a_crash_between_the_damaged_journal_and_the_sound_one_is_gone_on_from() {
    for moved in [false, true] {
        let (world, labels) = with_a_queue(12);
        let folder = world.folder.path();
        damage(folder, "journal.db", |bytes| bytes[..100].fill(0xa5));
        drop(sound(folder));
        let entries = audit(folder).entries.len();
        // The exchange as it stood then.
        std::fs::rename(folder.join("journal.db"), folder.join("journal.db.salvaged")).unwrap();
        if !moved {
            std::fs::rename(folder.join("journal.db.corrupt-1"), folder.join("journal.db")).unwrap();
        }
        let handheld = sound(folder);
        assert!(
            told(&handheld.screen().unwrap()).contains("journal.db.corrupt-1"),
            "moved: {moved}"
        );
        drop(handheld);
        assert_eq!(there(folder, &labels), labels.len(), "moved: {moved}");
        assert!(audit(folder).entries.len() >= entries, "moved: {moved}");
        assert!(!folder.join("journal.db.salvaged").exists() && !folder.join("journal.db.corrupt-2").exists());
    }
}

#[test]
fn row_37_a_page_of_the_queue_that_is_gone_costs_its_entries_alone_and_they_are_counted() {
    let (world, labels) = with_a_queue(40);
    let folder = world.folder.path();
    let whole = audit(folder);
    let unsent = whole.entries.len() as u64 - whole.acknowledged.seq();
    let bytes = lose_a_page(folder);
    let handheld = sound(folder);
    let said = told(&handheld.screen().unwrap());
    assert!(said.contains("cannot be read"), "{said}");
    drop(handheld);
    assert_eq!(
        std::fs::read(folder.join("journal.db.corrupt-1")).unwrap(),
        bytes,
        "kept as it was"
    );
    let saved = there(folder, &labels);
    assert!(
        saved >= labels.len() - 10 && saved < labels.len(),
        "both sides of the hole: {saved}"
    );
    let entries = audit(folder).entries;
    let carried = entries
        .iter()
        .filter(|e| matches!(e.open().unwrap().body, Body::Carried { .. }))
        .count() as u64;
    assert!(carried < unsent);
    assert!(said.contains(&format!("{carried} scans")) || carried == 1, "{said}");
    assert!(
        said.contains(&format!("{} scans", unsent - carried)) || unsent - carried == 1,
        "{said}"
    );
    goes_on(&world, carried);
}

#[test]
fn row_37_an_entry_whose_bytes_changed_is_found_and_never_sent() {
    let (world, labels) = with_a_queue(6);
    let folder = world.folder.path();
    let changed = &labels[2];
    damage(folder, "journal.db", |bytes| {
        let needle = &audit(folder).entries.last().unwrap().bytes.clone();
        let at = bytes.windows(needle.len()).position(|part| part == needle).unwrap();
        bytes[at + needle.len() / 2] ^= 1;
    });
    let handheld = sound(folder);
    let said = told(&handheld.screen().unwrap());
    assert!(said.contains("Storage was damaged"), "{said}");
    drop(handheld);
    assert_eq!(there(folder, &labels), labels.len() - 1);
    assert_eq!(there(folder, std::slice::from_ref(changed)), 1);
}

#[test]
fn row_37_damage_that_comes_while_the_app_is_open_refuses_one_call_and_the_next_works() {
    let (world, labels) = with_a_queue(40);
    let folder = world.folder.path();
    let handheld = sound(folder);
    handheld.suspend();
    let bytes = lose_a_page(folder);
    // As after the app was frozen: the files are opened, not looked through.
    handheld.resume().unwrap();
    assert!(!folder.join("journal.db.corrupt-1").exists());
    let error = handheld.sync_now(60_000).unwrap_err();
    assert_eq!(error.fault().code, "damaged", "{error:?}");
    assert_eq!(
        std::fs::read(folder.join("journal.db.corrupt-1")).unwrap(),
        bytes,
        "kept as it was"
    );
    let said = told(&handheld.act(lotline_core::Input::Tick).unwrap());
    assert!(said.contains("Storage was damaged"), "{said}");
    drop(handheld);
    let saved = there(folder, &labels);
    assert!(saved >= labels.len() - 10 && saved < labels.len(), "{saved}");
    let handheld = sound(folder);
    assert!(!sync(&handheld).more, "the next call works");
}

#[test]
fn row_37_a_damaged_picture_is_fetched_again_and_capture_goes_on_meanwhile() {
    for header in [true, false] {
        let (world, _) = with_a_queue(3);
        let folder = world.folder.path();
        let bytes = damage(folder, "site.db", |bytes| {
            let (from, to) = if header {
                (0, 100)
            } else {
                (bytes.len() - 3 * PAGE, bytes.len())
            };
            bytes[from..to].fill(0xa5);
        });
        world.proxy.cut();
        let handheld = sound(folder);
        assert_eq!(std::fs::read(folder.join("site.db.corrupt-1")).unwrap(), bytes);
        receiving(&handheld);
        let before = audit(folder).entries.len();
        scan(&world, &handheld, 900, 2);
        assert!(audit(folder).entries.len() >= before + 2, "capture goes on");
        world.proxy.restore();
        assert!(!sync(&handheld).more);
        drop(handheld);
        check_record(&world.gateway, folder);
        let own = rusqlite::Connection::open(folder.join("site.db")).unwrap();
        let items: i64 = own.query_row("SELECT count(*) FROM item", [], |r| r.get(0)).unwrap();
        assert_eq!(
            items,
            world.gateway.number("SELECT count(*) FROM item"),
            "the whole picture"
        );
    }
}
