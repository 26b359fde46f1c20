//! Partners' ship notices: read, judged, answered and written by the real binary.

use super::tool::Home;
use serde_json::Value;

const SAMPLE: &str = include_str!("../../../exchange/tests/fixtures/edi/sotpi.x12");
const DESADV: &str = include_str!("../../../exchange/tests/fixtures/edi/sotpi.desadv");

#[test]
fn an_856_is_read_and_written_again_from_its_json() {
    let home = Home::new();
    let words = home.feed(&["edi", "read", "-"], SAMPLE).good();
    assert!(words.starts_with("856 SHP0007712 of 2026-03-02\n"), "{words}");
    let line = "  1 09521141012345, 3 EA, lot L2603A, expires 2028-03-31, 3 serials, on 095211410000000175 > 195211410000000240";
    assert!(words.contains(line), "{words}");
    let json = home.feed(&["edi", "read", "-", "--json"], SAMPLE).json();
    assert_eq!(json["findings"], Value::Array(Vec::new()));
    let notice = json["messages"][0]["notice"].to_string();
    std::fs::write(home.path("notice.json"), &notice).unwrap();
    for (mapping, kind) in [
        ("x12-4010", "ST*856*0001~"),
        ("x12-bar", "ST|856|0001~"),
        ("eancom-d01b", "UNH+1+DESADV:"),
    ] {
        let written = home
            .run(&["edi", "write", "notice.json", "--mapping", mapping, "--control", "77"])
            .good();
        assert!(written.contains(kind), "{written}");
        let again = home
            .feed(&["edi", "read", "-", "--json", "--mapping", mapping], &written)
            .json();
        assert_eq!(again["messages"][0]["notice"].to_string(), notice, "{mapping}");
    }
}

#[test]
fn what_is_wrong_ends_with_1_and_is_answered_and_reported() {
    let home = Home::new();
    let bare = SAMPLE
        .replace("*LT*TOM-77~\nSN1", "~\nSN1")
        .replace("REF*LT*TOM-77~\n", "")
        .replace("SE*33", "SE*32");
    std::fs::write(home.path("bare.x12"), bare).unwrap();
    std::fs::write(home.path("good.edi"), DESADV).unwrap();
    std::fs::write(home.path("items.json"), r#"{"19521141012342": "lot", "*": "none"}"#).unwrap();
    home.run(&["edi", "read", "bare.x12"]).good();
    let items = ["--items", "items.json"];
    let read = home.run(&[&["edi", "read", "bare.x12"], &items[..]].concat());
    assert!(
        read.out.contains("the item is kept by lot, and the line tells none"),
        "{}",
        read.out
    );
    read.fails(1);
    let answer = home
        .run(&[&["edi", "ack", "bare.x12", "--control", "40"], &items[..]].concat())
        .good();
    assert!(answer.contains("*000000040*") && answer.contains("AK5*A~"), "{answer}");
    assert!(
        answer.contains("*000000041*") && answer.contains("TED*007*lot_missing LINE 2"),
        "{answer}"
    );
    let contrl = home.run(&["edi", "ack", "good.edi"]).good();
    assert!(contrl.contains("UCM+1+DESADV:D:01B:UN:EAN007+7'"), "{contrl}");
    let report = home
        .run(&[&["edi", "report", "bare.x12", "good.edi"], &items[..]].concat())
        .good();
    assert_eq!(report.lines().count(), 2, "{report}");
    assert!(
        report.contains("bare.x12,ORIGINDC,000000101,SHP0007712,2,19521141012342,"),
        "{report}"
    );
}

#[test]
fn a_strangers_file_and_a_wrong_mapping_are_refused_with_their_place() {
    let home = Home::new();
    let lie = SAMPLE.replacen("*ZZ*ORIGINDC ", "*ZZ*ORIGINDC", 1);
    let error = home.feed(&["edi", "read", "-"], lie).fails(2);
    assert!(
        error.contains("ISA lies about its delimiters") && error.contains("byte 50"),
        "{error}"
    );
    assert!(
        home.feed(&["edi", "ack", "-"], "hello")
            .fails(2)
            .contains("neither X12")
    );
    home.run(&["edi", "read", "nowhere.x12"]).fails(2);
    std::fs::write(home.path("wrong.toml"), "name = 'a'\nformat = 'x12'\nserials = 'REF'\n").unwrap();
    let error = home
        .feed(&["edi", "read", "-", "--mapping", "wrong.toml"], SAMPLE)
        .fails(2);
    assert!(error.contains("serials"), "{error}");
    home.feed(&["edi", "write", "-", "--mapping", "x12-4010"], "{}")
        .fails(2);
    home.run(&["edi", "mapping", "nobody"]).fails(2);
    let names = home.run(&["edi", "mapping"]).good();
    for name in names.lines() {
        std::fs::write(home.path("again.toml"), home.run(&["edi", "mapping", name]).good()).unwrap();
        home.feed(&["edi", "read", "-", "--mapping", "again.toml"], SAMPLE)
            .good();
    }
}

/// An entry as a handheld writes it, with this body; of its chain nothing is asked here.
fn entry(seq: u32, body: &Value) -> Vec<u8> {
    let hash = "0".repeat(64);
    let entry = serde_json::json!({
        "v": 1, "id": format!("e-{seq}"), "site": "S1", "device": "hand-a", "epoch": 1, "seq": seq, "prev": hash,
        "at": {"wall": "2026-03-02T08:30:00.000Z", "zone_min": 60, "mono_ms": 1, "boot": "b"}, "policy": 1,
        "core": "0.1.0", "app": "test", "cursor": 1, "verdict": {"outcome": "accept", "rules": 0}, "body": body,
    });
    serde_json::to_vec(&entry).unwrap()
}

#[test]
fn what_left_with_an_order_becomes_an_856_that_can_be_read() {
    let home = Home::new();
    home.run(&["seed", "--data", "site", "--today", "2026-03-02"]).good();
    let ledger = rusqlite::Connection::open(home.path("site").join("ledger.db")).unwrap();
    ledger.execute_batch("PRAGMA foreign_keys = off").unwrap();
    let sql =
        "SELECT owner, item, gtin FROM pack_level WHERE level = 'each' AND gtin IS NOT NULL ORDER BY item LIMIT 1";
    let text = |row: &rusqlite::Row<'_>| Ok([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?]);
    let [owner, item, gtin] = ledger.query_row(sql, [], text).unwrap();
    let partner: String = ledger
        .query_row("SELECT partner FROM partner ORDER BY partner LIMIT 1", [], |r| r.get(0))
        .unwrap();
    let goods = serde_json::json!({"goods": {"owner": owner, "item": item, "level": "each",
        "quantity": {"n": "12", "u": "EA"}, "lot": {"number": "L77"}, "expiry": "2028-03-31"}});
    let plate = "095211410000000175";
    let bodies = [
        serde_json::json!({"kind": "shipped", "load": {"plate": plate}, "from": "place:T1", "document": "O7"}),
        serde_json::json!({"kind": "shipped", "load": goods, "from": format!("plate:{plate}"), "document": "O7"}),
        serde_json::json!({"kind": "ship_confirmed", "document": "O7", "at": "T1", "outcome": "done", "partner": partner,
            "silent": []}),
    ];
    for (seq, body) in (1..).zip(&bodies) {
        let sql =
            "INSERT INTO entry (device, epoch, seq, bytes, hash, received_ms) VALUES ('hand-a', 1, ?1, ?2, ?3, 0)";
        ledger
            .execute(sql, rusqlite::params![seq, entry(seq, body), vec![0_u8; 32]])
            .unwrap();
    }
    drop(ledger);
    let ship = [
        "edi",
        "ship",
        "O7",
        "--from",
        "site",
        "--mapping",
        "x12-4010",
        "--control",
        "9",
    ];
    let written = home.run(&ship).good();
    let read = home
        .feed(&["edi", "read", "-", "--json", "--mapping", "x12-4010"], &written)
        .json();
    let notice = &read["messages"][0]["notice"];
    assert_eq!(read["findings"], Value::Array(Vec::new()), "{written}");
    assert_eq!(
        notice["shipped"],
        serde_json::json!({"day": "2026-03-02", "time": "0930"})
    );
    assert_eq!(notice["parties"][0]["role"], "ship_to");
    let line = &notice["units"][0]["lines"][0];
    assert_eq!(notice["units"][0]["sscc"], plate);
    let told = [&line["gtin"], &line["quantity"], &line["lot"], &line["order"]];
    assert_eq!(
        told,
        [
            &Value::from(format!("{gtin:0>14}")),
            &"12".into(),
            &"L77".into(),
            &"O7".into()
        ]
    );
    home.run(&["edi", "ship", "O8", "--from", "site", "--mapping", "x12-4010"])
        .fails(2);
}
