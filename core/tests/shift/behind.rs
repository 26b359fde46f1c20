//! Own effects come after the entries, in a file that follows from them: whatever becomes of it, the same is shown.

use crate::site::{Floor, MONITOR, audit, case, database};
use lotline_core::screen::Tone;
use lotline_core::sync::SyncStore;
use lotline_record::entry::Position;
use lotline_record::wire::{Included, StoredThrough};
use std::path::PathBuf;

/// Does something to the file of own effects.
type Spoil = fn(&Floor);

fn effects(floor: &Floor) -> PathBuf {
    floor.path().join("effects.db")
}

/// Every row of own effects, once all is written.
fn rows(floor: &Floor) -> Vec<String> {
    floor.handheld().tidy().unwrap();
    let db = database(floor.path(), "effects.db");
    let mut all = Vec::new();
    for table in [
        "own_change",
        "own_stock_sum",
        "own_line_sum",
        "own_lot",
        "own_serial",
        "own_history",
    ] {
        let mut statement = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let read = statement.query_map([], |r| {
            let cells = (0..columns).map(|n| r.get::<_, rusqlite::types::Value>(n));
            cells.collect::<Result<Vec<_>, _>>()
        });
        all.extend(read.unwrap().map(|row| format!("{table} {:?}", row.unwrap())));
    }
    all
}

fn written(floor: &Floor) -> i64 {
    let db = database(floor.path(), "effects.db");
    db.query_row("SELECT count(*) FROM own_change", [], |r| r.get(0))
        .unwrap()
}

/// A shift that leaves entries behind: three cases, one taken back, and two monitors.
fn shift() -> Floor {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    for lot in ["A", "A", "B"] {
        floor.scan(&case(lot, "280331"));
        floor.choose("acknowledge");
    }
    floor.choose("undo");
    for serial in 1..=2 {
        floor.scan(&format!("]d201{MONITOR}21SN{serial}"));
    }
    floor
}

/// What the person finds of the goods, and the rows beneath it.
fn found(floor: &Floor) -> (Vec<String>, Vec<String>) {
    floor.sign_in("B-1", "1111");
    floor.choose("look_up");
    let mut lines = Vec::new();
    for label in [case("A", "280331"), format!("]d201{MONITOR}21SN2")] {
        let screen = floor.scan(&label);
        lines.extend(screen.lines.iter().map(|line| format!("{} {}", line.text, line.detail)));
    }
    (lines, rows(floor))
}

#[test]
fn a_scan_waits_for_its_entry_alone_and_what_it_left_behind_is_read_all_the_same() {
    let mut floor = shift();
    assert!(written(&floor) < 5, "the last monitor waits: nobody asked since");
    let kept = rows(&floor);
    assert_eq!(written(&floor), 5);
    floor.restart();
    assert_eq!(rows(&floor), kept);
}

#[test]
fn what_a_dead_battery_left_unwritten_is_made_from_the_entries() {
    let (mut killed, mut tidied) = (shift(), shift());
    assert!(written(&killed) < 5);
    tidied.handheld().tidy().unwrap();
    killed.restart();
    tidied.restart();
    let (one, other) = (found(&killed), found(&tidied));
    assert!(one.0.iter().any(|line| line.contains("DOCK-1")), "{:?}", one.0);
    assert_eq!(one, other);
}

#[test]
fn own_effects_that_are_missing_damaged_or_older_than_the_chain_are_made_anew() {
    let whole = {
        let mut floor = shift();
        floor.handheld().tidy().unwrap();
        floor.restart();
        found(&floor)
    };
    let spoilt: [(&str, Spoil); 4] = [
        ("missing", |floor| std::fs::remove_file(effects(floor)).unwrap()),
        ("damaged", |floor| {
            std::fs::write(effects(floor), "no database ".repeat(900)).unwrap();
        }),
        ("of another format", |floor| {
            let db = database(floor.path(), "effects.db");
            db.execute_batch("DROP TABLE own_lot; PRAGMA user_version = 99")
                .unwrap();
        }),
        ("of another chain", |floor| {
            let db = database(floor.path(), "effects.db");
            db.execute_batch("UPDATE mark SET hash = x'00'; DELETE FROM own_serial")
                .unwrap();
        }),
    ];
    for (what, spoil) in spoilt {
        let mut floor = shift();
        floor.handheld().suspend();
        spoil(&floor);
        floor.restart();
        assert_eq!(found(&floor), whole, "{what}");
    }
}

#[test]
fn what_an_epoch_carried_counts_once_when_own_effects_are_made_anew() {
    let floor = shift();
    let stock = || audit(floor.path()).stock;
    let before = stock();
    let store = floor.handheld().store();
    let hash = store.hash_at(Position::new(1, 3)).unwrap().unwrap();
    let common = StoredThrough { epoch: 1, seq: 3, hash };
    store.begin_epoch(Some(&common)).unwrap();
    assert_eq!(stock(), before);
    let carried = rows(&floor);
    store.rebuild_effects().unwrap();
    assert_eq!(rows(&floor), carried);
    let sum = |row: &&String| row.starts_with("own_stock_sum") && row.contains("\"A\"") && row.contains("DOCK-1");
    let sums: Vec<_> = carried.iter().filter(sum).collect();
    // Twice received, once taken back.
    assert!(
        matches!(sums[..], [row] if row.ends_with("Integer(12000000), Integer(3)]")),
        "{sums:?}"
    );
}

#[test]
fn own_effects_that_were_dropped_for_a_page_come_back_where_the_picture_has_lost_it() {
    let mut floor = shift();
    let (stock, kept) = (audit(floor.path()).stock, rows(&floor));
    let tip = floor.handheld().store().queue().unwrap().tip;
    let (epoch, seq) = (tip.epoch, tip.seq);
    floor.page(Vec::new(), Included { epoch, seq });
    assert_eq!(rows(&floor), Vec::<String>::new());
    floor.handheld().suspend();
    let site = database(floor.path(), "site.db");
    site.execute("DELETE FROM meta WHERE key = 'included'", []).unwrap();
    drop(site);
    floor.restart();
    assert_eq!(rows(&floor), kept);
    assert_eq!(audit(floor.path()).stock, stock);
}

#[test]
fn what_waits_is_known_of_its_lot_when_a_page_has_made_memory_forget() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    let half_a_page = || floor.told(Vec::new(), Included::default(), true);
    floor.scan(&case("NEW", "280331"));
    half_a_page();
    let screen = floor.scan(&case("NEW", "270930"));
    assert_eq!(
        screen.tone,
        Tone::Stop,
        "the first label told another expiry of this lot"
    );
    floor.choose("acknowledge");
    floor.scan(&case("NEW", "280331"));
    half_a_page();
    floor.choose("look_up");
    let screen = floor.scan(&case("NEW", "280331"));
    assert!(
        screen
            .lines
            .iter()
            .any(|line| line.text == "DOCK-1" && line.detail == "24  NEW"),
        "{}",
        screen.to_json()
    );
}
