use super::tool::{Home, text};
use std::collections::BTreeMap;

const FIXED: [&str; 9] = [
    "seed",
    "--rows",
    "--quick-pins",
    "--today",
    "2026-11-21",
    "--items",
    "20",
    "--serials",
    "50",
];

#[test]
fn the_same_seed_gives_the_same_bytes_in_every_process() {
    let home = Home::new();
    let first = home.run(&FIXED).good();
    assert_eq!(first, home.run(&FIXED).good());
    let other: Vec<&str> = FIXED.iter().copied().chain(["--seed", "2"]).collect();
    assert_ne!(first, home.run(&other).good());
    let pepper: Vec<&str> = FIXED.iter().copied().chain(["--pepper", "beef"]).collect();
    assert_ne!(first, home.run(&pepper).good(), "PINs depend on the site's pepper");
    home.run(&["seed", "--rows", "--pepper", "odd"]).fails(2);
}

#[test]
fn a_seeded_gateway_holds_every_row_and_seeding_twice_changes_nothing() {
    let home = Home::new();
    let data = text(&home.path("server"));
    let arguments = ["seed", "--data", &data, "--quick-pins", "--items", "6000", "--json"];
    let first = home.run(&arguments).json();
    let second = home.run(&arguments).json();
    assert_eq!(first["rows"], second["rows"]);
    assert_eq!(first["cursor"], second["cursor"], "no row was touched again");
    let db = rusqlite::Connection::open(home.path("server/ledger.db")).unwrap();
    let items: i64 = db
        .query_row("SELECT count(*) FROM item WHERE owner = 'BULK'", [], |r| r.get(0))
        .unwrap();
    assert_eq!(items, 6000);
    let unbalanced: i64 = db
        .query_row(
            "SELECT count(*) FROM (SELECT sum(amount) AS s FROM stock GROUP BY owner, item, lot, maker, level) WHERE s != 0",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(unbalanced, 0);
    home.run(&["seed", "--data", &data, "--site", "S2"]).fails(2);
}

#[test]
fn every_sample_label_that_is_gs1_reads() {
    let home = Home::new();
    let labels = home.run(&["seed", "--labels", "--json"]).good();
    let mut input = String::new();
    let mut expected = BTreeMap::new();
    for line in labels.lines() {
        let label: serde_json::Value = serde_json::from_str(line).unwrap();
        let data = label["data"].as_str().unwrap();
        if !data.starts_with("]C0") {
            expected.insert(expected.len(), label["id"].clone());
            input.push_str(&serde_json::json!({ "data": data, "options": { "strict": true } }).to_string());
            input.push('\n');
        }
    }
    let answers = home.feed(&["read"], input).good();
    assert_eq!(answers.lines().count(), expected.len());
    assert!(expected.len() > 25);
    for (at, answer) in answers.lines().enumerate() {
        assert!(answer.starts_with("{\"ok\":true"), "{}: {answer}", expected[&at]);
    }
}
