use super::tool::{Home, text};
use serde_json::Value;
use std::path::Path;
use std::sync::OnceLock;

/// One shift, for every look at its record.
fn shift() -> &'static Home {
    static SHIFT: OnceLock<Home> = OnceLock::new();
    SHIFT.get_or_init(|| {
        let home = Home::new();
        home.run(&["demo", "--brief", "--folder", "shift"]).good();
        home
    })
}

fn exported(home: &Home, name: &str) -> Vec<Value> {
    home.run(&[
        "export",
        "--from",
        "shift/server",
        "-o",
        name,
        "--keys",
        &format!("{name}.keys"),
    ])
    .good();
    let whole = zstd::stream::decode_all(std::fs::read(home.path(name)).unwrap().as_slice()).unwrap();
    String::from_utf8(whole)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn write(path: &Path, lines: &[Value]) {
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    std::fs::write(path, text.join("\n") + "\n").unwrap();
}

#[test]
fn an_export_of_the_gateway_verifies_and_every_way_to_spoil_it_is_named() {
    let home = shift();
    let lines = exported(home, "whole.zst");
    let report = home
        .run(&["verify", "whole.zst", "--keys", "whole.zst.keys", "--json"])
        .json();
    assert_eq!(report["ok"], true);
    assert!(report["report"]["checked"]["entries"].as_u64().unwrap() > 100);
    assert_eq!(report["report"]["chains"]["hand-a"]["key_pinned"], true);
    assert!(home.run(&["verify", "whole.zst"]).good().contains("give --keys"));

    // An export is never written over by accident.
    home.run(&["export", "--from", "shift/server", "-o", "whole.zst"])
        .fails(2);

    let entry = lines
        .iter()
        .position(|l| l["type"] == "entry" && l["seq"] == 5)
        .unwrap();
    let next = entry
        + 1
        + lines[entry + 1..]
            .iter()
            .position(|l| l["device"] == lines[entry]["device"])
            .unwrap();
    let name = |at: usize| format!("entry {}-1-{}", lines[at]["device"].as_str().unwrap(), lines[at]["seq"]);

    let mut flipped = lines.clone();
    let bytes = flipped[entry]["bytes"].as_str().unwrap().to_owned();
    let at = bytes.len() / 2;
    let other = if &bytes[at..=at] == "A" { "B" } else { "A" };
    flipped[entry]["bytes"] = format!("{}{other}{}", &bytes[..at], &bytes[at + 1..]).into();
    write(&home.path("flipped"), &flipped);
    let error = home.run(&["verify", "flipped"]).fails(1);
    assert!(error.contains(&name(entry)), "{error}");

    let mut swapped = lines.clone();
    swapped.swap(entry, next);
    write(&home.path("swapped"), &swapped);
    let error = home.run(&["verify", "swapped"]).fails(1);
    assert!(error.contains(&name(next)), "{error}");

    let mut foreign = lines.clone();
    let keys = foreign[0]["devices"].as_object().unwrap().clone();
    foreign[0]["devices"]["hand-a"] = keys["hand-b"].clone();
    write(&home.path("foreign"), &foreign);
    assert!(home.run(&["verify", "foreign"]).fails(1).contains("another key"));
    assert!(
        home.run(&["verify", "foreign", "--keys", "whole.zst.keys"])
            .fails(1)
            .contains("not the one given")
    );

    write(&home.path("cut"), &lines[..lines.len() - 1]);
    let ran = home.run(&["verify", "cut", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(ran.out.trim()).unwrap()["ok"], false);
    assert!(ran.fails(1).contains("it was cut"));
    let torn = std::fs::read(home.path("whole.zst")).unwrap();
    std::fs::write(home.path("torn.zst"), &torn[..torn.len() / 2]).unwrap();
    home.run(&["verify", "torn.zst"]).fails(1);
}

#[test]
fn an_export_of_a_handheld_verifies_by_the_gateways_keys() {
    let home = shift();
    home.run(&["export", "--from", "shift/server", "-o", "g.zst", "--keys", "g.keys"])
        .good();
    home.run(&["export", "--from", "shift/hand-a", "-o", "a.zst"]).good();
    let report = home.run(&["verify", "a.zst", "--keys", "g.keys", "--json"]).json();
    let chain = &report["report"]["chains"]["hand-a"];
    assert_eq!(chain["entries"], chain["signed"]);
    assert_eq!(chain["entries"], chain["counter_signed"]);
}

#[test]
fn the_history_of_a_serial_is_the_same_at_the_gateway_and_on_a_handheld_that_never_had_it() {
    let home = shift();
    let of = |from: &str, what: &str| home.run(&["trace", what, "--from", from, "--json"]).json();
    let (gateway, other) = (of("shift/server", "AX41S00001"), of("shift/hand-b", "AX41S00001"));
    let kinds = |found: &Value| -> Vec<String> {
        found["history"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["what"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(kinds(&gateway), ["picked", "dropped"]);
    assert_eq!(kinds(&gateway), kinds(&other));
    assert_eq!(gateway["history"][0]["by"], "A. Associate");
    let lot = of("shift/hand-a", "]C101095210000050061728033110L2603A");
    assert!(
        lot["now"]
            .as_array()
            .unwrap()
            .iter()
            .any(|here| here["account"] == "place:CAGE-1"),
        "{lot}"
    );
    home.run(&["trace", "NOBODY", "--from", "shift/server"]).fails(1);
}

#[test]
fn explain_gives_the_reason_of_a_stop_in_the_language_asked_for() {
    let home = shift();
    let db = rusqlite::Connection::open(home.path("shift/server/ledger.db")).unwrap();
    let (device, seq): (String, i64) = db
        .query_row(
            "SELECT device, seq FROM entry WHERE instr(bytes, CAST('stop-expiry-contradiction' AS BLOB)) > 0 ORDER BY arrival",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .unwrap();
    let entry = format!("{device}-1-{seq}");
    let english = home
        .run(&["explain", &entry, "--from", "shift/server", "--json"])
        .json();
    assert_eq!(
        (&english["outcome"], &english["basis"], &english["agrees"]),
        (&"stop".into(), &"recomputed".into(), &true.into())
    );
    let german = home
        .run(&["explain", &entry, "--from", "shift/hand-a", "--language", "de"])
        .good();
    let told = english["told"].as_str().unwrap();
    assert!(
        told.contains("L2603A") && german.contains("L2603A") && !german.contains(told),
        "{german}"
    );
    home.run(&["explain", &entry, "--from", "shift/server", "--language", "xx"])
        .fails(2);
    home.run(&["explain", "hand-a-9-9", "--from", "shift/server"]).fails(2);
}

#[test]
fn a_ledger_of_a_newer_version_is_left_alone() {
    let home = Home::new();
    home.run(&["seed", "--data", "server", "--quick-pins"]).good();
    let path = home.path("server/ledger.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let server = text(&home.path("server"));
    for arguments in [
        &["serve", "--data", &server][..],
        &["trace", "X", "--from", &server],
        &["seed", "--data", &server],
    ] {
        let error = home.run(arguments).fails(2);
        assert!(
            error.contains("format 99") && error.contains("update lotline"),
            "{error}"
        );
    }
    std::fs::write(&path, vec![7_u8; 10_000]).unwrap();
    let error = home.run(&["serve", "--data", &server]).fails(2);
    assert!(error.contains("not a ledger"), "{error}");
}
