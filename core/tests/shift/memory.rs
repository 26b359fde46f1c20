//! Running sums and what is kept in memory: faster ways to the same answers.

use crate::site::{Floor, MONITOR, case, database, each};
use lotline_core::Input;
use lotline_core::screen::Screen;
use lotline_core::sync::SyncStore;
use lotline_record::entry::Position;
use lotline_record::wire::{Included, StoredThrough};

/// Rows of a query on own effects, as texts, with what waited to be written.
fn rows(floor: &Floor, sql: &str) -> Vec<String> {
    floor.handheld().tidy().unwrap();
    let effects = database(floor.path(), "effects.db");
    let mut statement = effects.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement
        .query_map([], |r| {
            (0..columns)
                .map(|n| r.get::<_, rusqlite::types::Value>(n))
                .collect::<Result<Vec<_>, _>>()
        })
        .unwrap();
    rows.map(|r| format!("{:?}", r.unwrap())).collect()
}

fn sums_are_right(floor: &Floor, when: &str) -> usize {
    let stock = rows(floor, "SELECT * FROM own_stock_sum ORDER BY 1, 2, 3, 4, 5, 6");
    let added = "SELECT owner, item, lot, maker, level, account, sum(delta), count(*) FROM own_stock
                 GROUP BY owner, item, lot, maker, level, account ORDER BY 1, 2, 3, 4, 5, 6";
    assert_eq!(stock, rows(floor, added), "stock, {when}");
    let lines = rows(floor, "SELECT * FROM own_line_sum ORDER BY 1, 2, 3");
    let added = "SELECT kind, document, line, sum(delta), count(*) FROM own_line GROUP BY kind, document, line
                 ORDER BY 1, 2, 3";
    assert_eq!(lines, rows(floor, added), "lines, {when}");
    stock.len() + lines.len()
}

fn include(floor: &Floor, seq: u64) {
    floor.page(Vec::new(), Included { epoch: 1, seq });
}

#[test]
fn own_sums_are_what_the_own_rows_come_to_through_append_prune_fork_and_rebuild() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    for lot in ["A", "A", "B"] {
        floor.scan(&case(lot, "280331"));
        floor.choose("acknowledge");
    }
    floor.choose("undo");
    floor.scan(&format!("]d201{MONITOR}21SN1"));
    assert!(sums_are_right(&floor, "after scans") > 4);
    // Sign-in and opening are the first two entries: half of the cases is included now.
    include(&floor, 3);
    assert!(sums_are_right(&floor, "after a page") > 3);
    let kept = rows(&floor, "SELECT * FROM own_stock_sum");
    floor.handheld().store().rebuild_effects().unwrap();
    assert_eq!(rows(&floor, "SELECT * FROM own_stock_sum"), kept, "rebuilt");
    floor.scan(&case("C", "280331"));
    let store = floor.handheld().store();
    let hash = store.hash_at(Position::new(1, 4)).unwrap().unwrap();
    store
        .begin_epoch(Some(&StoredThrough { epoch: 1, seq: 4, hash }))
        .unwrap();
    sums_are_right(&floor, "after a fork");
    let tip = store.queue().unwrap().tip;
    let (epoch, seq) = (tip.epoch, tip.seq);
    floor.page(Vec::new(), Included { epoch, seq });
    assert_eq!(sums_are_right(&floor, "after all is included"), 0);
}

#[test]
fn more_entries_than_are_pruned_at_once_are_all_pruned() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    // Some of these lots could be a lot and a serial number whose separator was lost.
    floor.scan(&format!("]d2{}", lotline_scan::profile::CALIBRATION));
    for n in 0..230 {
        floor.scan(&case(&format!("L{n}"), "280331"));
        floor.choose("undo");
        floor.choose("acknowledge");
    }
    let tip = floor.handheld().store().queue().unwrap().tip;
    assert!(tip.seq > 400);
    include(&floor, tip.seq - 1);
    assert_eq!(rows(&floor, "SELECT DISTINCT position FROM own_stock").len(), 1);
    sums_are_right(&floor, "after a long page");
}

#[test]
fn own_effects_that_a_page_includes_count_once_before_they_are_pruned() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&case("NEW", "280331"));
    floor.scan(&case("NEW", "280331"));
    floor.handheld().suspend();
    // The page is committed, and the process was killed before it pruned.
    let site = database(floor.path(), "site.db");
    let included = Position::new(1, 3).raw().to_string();
    site.execute("INSERT OR REPLACE INTO meta VALUES ('included', ?1)", [included])
        .unwrap();
    site.execute(
        "UPDATE document_line SET done = 12000000 WHERE document = '80041' AND line = '1'",
        [],
    )
    .unwrap();
    let held = "INSERT INTO stock VALUES ('S1', 'ACME', 'P500', 'NEW', '', 'case', 'place:DOCK-1', 12000000, 1, 0)";
    site.execute(held, []).unwrap();
    drop(site);
    floor.handheld().resume().unwrap();
    assert!(!rows(&floor, "SELECT * FROM own_line WHERE position <= (1 << 40) + 3").is_empty());
    let screen = floor.handheld().screen().unwrap();
    assert_eq!(
        screen.progress.unwrap().done,
        "2",
        "one by the site, one by this device"
    );
    floor.choose("look_up");
    let screen = floor.scan(&case("NEW", "280331"));
    let at_the_dock = screen.lines.iter().find(|l| l.text == "DOCK-1").unwrap();
    assert_eq!(at_the_dock.detail, "24  NEW", "stock counts once as well");
}

/// One step of a shift, chosen by a number.
fn step(floor: &Floor, n: u64) -> Screen {
    let act = |input| floor.handheld().act(input).unwrap();
    match n % 16 {
        0 => floor.choose("receive"),
        1 => floor.choose("document:80041"),
        2..=4 => {
            // Now and then a label contradicts what another told of the lot.
            let expiry = if (n / 48).is_multiple_of(4) { "270930" } else { "280331" };
            floor.scan(&case(["NEW", "LATE", "TWO"][(n / 16 % 3) as usize], expiry))
        }
        5 => floor.scan(&case("LATE", "270930")),
        6 => floor.choose("put_aside"),
        7 => floor.choose("undo"),
        8 => act(Input::Back),
        9 => floor.choose("put_away"),
        10 => floor.scan(["]C0A-01", "]C0A-02", "]C0A-03"][(n / 16 % 3) as usize]),
        11 => {
            floor.choose("pick");
            floor.choose("document:5512")
        }
        12 => floor.scan(&each("SOON", "270331")),
        13 => floor.scan(&format!("]d201{MONITOR}21SN{}", n / 16 % 4)),
        14 => {
            let tip = floor.handheld().store().queue().unwrap().tip;
            floor.handheld().store().acknowledge(&tip, None).unwrap();
            include(floor, tip.seq.saturating_sub(n / 16 % 4));
            floor.handheld().screen().unwrap()
        }
        _ => floor.choose("acknowledge"),
    }
}

#[test]
fn what_is_kept_in_memory_changes_nothing_that_is_shown_or_written() {
    let (keeps, forgets) = (Floor::new(), Floor::new());
    for floor in [&keeps, &forgets] {
        floor.sign_in("B-1", "1111");
    }
    let mut random: u64 = 2_026;
    for turn in 0..300 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let n = random >> 33;
        let kept = step(&keeps, n);
        // Closed and opened again: nothing is in memory.
        forgets.handheld().suspend();
        forgets.handheld().resume().unwrap();
        let fresh = step(&forgets, n);
        assert_eq!(kept.to_json(), fresh.to_json(), "turn {turn}");
    }
    let tips = [&keeps, &forgets].map(|f| f.handheld().store().queue().unwrap().tip);
    assert!(tips[0].seq > 75, "{}", tips[0].seq);
    assert_eq!(tips[0], tips[1], "the same entries to the last byte");
}
