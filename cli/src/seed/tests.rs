use super::*;
use lotline_record::model::PinHash;
use lotline_record::wire::{Cell, TABLES, table};
use lotline_scan::{Form, Gtin, Options as ReadOptions, Scratch, Sscc, read_with};
use std::collections::{BTreeMap, HashSet};

fn options() -> Options {
    Options {
        pin_cost: PinCost::LEAST,
        bulk: Size {
            items: 30,
            lots: 3,
            serials: 100,
        },
        ..Options::new("2026-11-21".parse().unwrap(), b"pepper".to_vec()).unwrap()
    }
}

fn column<'a>(row: &'a Row, name: &str) -> &'a Cell {
    let at = table(&row.t).unwrap().columns.iter().position(|c| *c == name).unwrap();
    &row.r[at]
}

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    match column(row, name) {
        Cell::Text(text) => text,
        other => panic!("{}.{name} is {other:?}", row.t),
    }
}

fn number(row: &Row, name: &str) -> i64 {
    match column(row, name) {
        Cell::Int(n) => *n,
        other => panic!("{}.{name} is {other:?}", row.t),
    }
}

#[test]
fn the_same_seed_gives_the_same_site_to_the_byte() {
    let bytes = |options: &Options| serde_json::to_vec(&site(options).unwrap()).unwrap();
    assert_eq!(bytes(&options()), bytes(&options()));
    assert_ne!(bytes(&options()), bytes(&Options { seed: 2, ..options() }));
}

#[test]
fn every_row_fits_its_table_and_no_key_stands_twice() {
    let rows = site(&options()).unwrap();
    let mut keys = HashSet::new();
    for row in &rows {
        let table = table(&row.t).unwrap_or_else(|| panic!("no table {}", row.t));
        assert_eq!(row.r.len(), table.columns.len(), "{row:?}");
        assert_eq!(row.r[0], Cell::Text("S1".into()));
        assert!(keys.insert(format!("{} {:?}", row.t, &row.r[..table.key])), "{row:?}");
    }
    let filled: HashSet<&str> = rows.iter().map(|r| r.t.as_str()).collect();
    let empty: Vec<&str> = TABLES.iter().map(|t| t.name).filter(|t| !filled.contains(t)).collect();
    assert_eq!(
        empty,
        [
            "setting",
            "lockout",
            "assignment",
            "reservation",
            "exception",
            "verdict",
            "history"
        ],
        "what only the record writes"
    );
}

#[test]
fn stock_sums_to_zero_for_every_lot_and_level_and_serials_count_as_stock() {
    let rows = site(&options()).unwrap();
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    let mut places: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows.iter().filter(|r| r.t == "stock") {
        let key = format!("{}/{}/{}", text(row, "owner"), text(row, "item"), text(row, "lot"));
        *sums.entry(format!("{key}/{}", text(row, "level"))).or_default() += number(row, "amount");
        *places.entry(format!("{key}@{}", text(row, "account"))).or_default() += number(row, "amount");
    }
    assert!(sums.len() > 30);
    assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    let mut serials: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows.iter().filter(|r| r.t == "serial") {
        let key = format!(
            "{}/{}/{}@{}",
            text(row, "owner"),
            text(row, "item"),
            text(row, "lot"),
            text(row, "account")
        );
        *serials.entry(key).or_default() += MICROS;
    }
    assert!(serials.len() > 20);
    for (key, count) in serials {
        assert_eq!(places.get(&key), Some(&count), "{key}");
    }
}

#[test]
fn every_gtin_and_sscc_has_its_check_digit() {
    for row in site(&options()).unwrap() {
        match row.t.as_str() {
            "pack_level" => assert!(Gtin::parse(text(&row, "gtin")).is_ok(), "{row:?}"),
            "plate" => assert!(Sscc::parse(text(&row, "plate")).is_ok(), "{row:?}"),
            "serial" => assert!(Gtin::parse(text(&row, "maker_key")).is_ok(), "{row:?}"),
            _ => {}
        }
    }
}

#[test]
fn everybody_can_sign_in_with_the_pin_on_their_label() {
    for row in site(&options()).unwrap().iter().filter(|r| r.t == "person") {
        let person = by_badge(text(row, "badge")).unwrap();
        let hash: PinHash = text(row, "pin").parse().unwrap();
        assert!(hash.matches(person.pin, b"pepper").unwrap(), "{}", person.name);
    }
}

#[test]
fn every_goods_label_reads_strictly_and_names_an_item_of_the_site() {
    let rows = site(&options()).unwrap();
    let gtins: HashSet<&str> = rows
        .iter()
        .filter(|r| r.t == "pack_level")
        .map(|r| text(r, "gtin"))
        .collect();
    let plates: HashSet<&str> = rows
        .iter()
        .filter(|r| r.t == "plate")
        .map(|r| text(r, "plate"))
        .collect();
    let mut scratch = Box::new(Scratch::new());
    let mut goods = 0;
    for sample in labels(&options()) {
        if sample.data.starts_with("]C0") {
            continue;
        }
        let label = read_with(
            sample.data.as_bytes(),
            None,
            Form::Scan,
            &ReadOptions::strict(2026),
            &mut scratch,
        )
        .unwrap_or_else(|e| panic!("{}: {e}", sample.id));
        match (label.gtin(), label.sscc()) {
            (Some(gtin), _) => assert_eq!(gtins.contains(gtin.as_str()), sample.id != "unknown", "{}", sample.id),
            (_, Some(sscc)) => assert!(plates.contains(sscc.as_str()), "{}", sample.id),
            _ => panic!("{} names nothing", sample.id),
        }
        goods += 1;
    }
    assert!(goods > 25);
}

#[test]
fn a_crowd_is_made_row_by_row() {
    let large = Options {
        bulk: Size {
            items: 999_999,
            lots: 5,
            serials: 2_000_000,
        },
        ..options()
    };
    // Only what is asked for is made.
    assert_eq!(stream(&large).unwrap().take(5_000).count(), 5_000);
}
