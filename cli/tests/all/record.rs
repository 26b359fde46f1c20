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
fn row_22_the_record_of_a_folder_that_a_newer_app_wrote_is_exported_and_verifies() {
    let home = Home::new();
    home.run(&["demo", "--brief", "--folder", "shift"]).good();
    home.run(&["export", "--from", "shift/hand-a", "-o", "before.zst"])
        .good();
    let journal = rusqlite::Connection::open(home.path("shift/hand-a/journal.db")).unwrap();
    journal.pragma_update(None, "user_version", 99).unwrap();
    drop(journal);
    let entries = |name: &str| home.run(&["verify", name, "--json"]).json()["report"]["checked"]["entries"].clone();
    home.run(&["export", "--from", "shift/hand-a", "-o", "after.zst"])
        .good();
    assert_eq!(entries("after.zst"), entries("before.zst"));
    assert!(entries("after.zst").as_u64().unwrap() > 20);
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

#[test]
fn a_history_is_written_as_csv_and_as_a_page() {
    let home = shift();
    let of = |form: &str, from: &str| home.run(&["trace", "AX41S00001", form, "--from", from]).good();
    for from in ["shift/server", "shift/hand-b"] {
        let csv = of("--csv", from);
        let lines: Vec<_> = csv.lines().collect();
        assert!(lines[0].starts_with("at,what,said,who,item,lot,serial,"), "{csv}");
        assert!(
            lines[1].contains(",dropped,") && lines[1].contains(" put down at ") && lines[1].contains(",A. Associate,"),
            "{csv}"
        );
        assert!(
            lines[2].contains(",picked,") && lines[2].contains(",A. Associate,"),
            "{csv}"
        );
    }
    let page = home
        .run(&[
            "trace",
            "AX41S00001",
            "--html",
            "--language",
            "ar",
            "--from",
            "shift/server",
        ])
        .good();
    assert!(
        page.contains("<html lang=\"ar\" dir=\"rtl\">") && page.contains("AX41S00001"),
        "{page}"
    );
    let both = home.run(&["trace", "AX41S00001", "--csv", "--html", "--from", "shift/server"]);
    assert_eq!(both.code, 2, "one form");
}

#[test]
fn d4_the_exceptions_of_a_day_are_the_same_at_the_gateway_and_on_a_handheld() {
    let home = shift();
    let of = |from: &str| home.run(&["report", "exceptions", "--from", from, "--json"]).json();
    let names = |report: &Value| -> Vec<String> {
        let rows = report["rows"].as_array().unwrap().iter();
        rows.map(|row| format!("{} {}", row["exception"], row["state"]))
            .collect()
    };
    let gateway = of("shift/server");
    assert!(!names(&gateway).is_empty(), "{gateway}");
    assert_eq!(names(&gateway), names(&of("shift/hand-a")));
    assert!(gateway["cursor"].as_u64().unwrap() > 0);
    let before = home
        .run(&[
            "report",
            "exceptions",
            "--day",
            "2020-01-01",
            "--from",
            "shift/server",
            "--csv",
        ])
        .good();
    assert_eq!(before.lines().count(), 1, "a header alone: {before}");
}

#[test]
fn c3_what_expires_is_the_same_at_the_gateway_and_on_a_handheld() {
    let home = shift();
    let of = |which: &str, from: &str| {
        home.run(&["report", which, "--days", "400", "--from", from, "--json"])
            .json()
    };
    let rows = |report: &Value| -> Vec<String> {
        let rows = report["rows"].as_array().unwrap().iter();
        rows.map(|row| format!("{} {} {} {}", row["lot"], row["expires"], row["place"], row["amount"]))
            .collect()
    };
    for which in ["expiring", "aging"] {
        let gateway = rows(&of(which, "shift/server"));
        assert_eq!(gateway, rows(&of(which, "shift/hand-a")), "{which}");
        if which == "expiring" {
            assert!(
                gateway.iter().any(|row| row.contains("L2509X")),
                "expired, and still here: {gateway:?}"
            );
            let days: Vec<&str> = gateway.iter().filter_map(|row| row.split(' ').nth(1)).collect();
            assert!(days.is_sorted(), "{days:?}");
        }
    }
    let soon = home
        .run(&["report", "expiring", "--days", "0", "--from", "shift/server", "--csv"])
        .good();
    assert!(soon.lines().skip(1).all(|line| line.contains("L2509X")), "{soon}");
    assert_eq!(home.run(&["report", "expiring", "--days", "99999"]).code, 2);
}

/// The shift's record with a recall of one of its lots.
fn recalled(home: &Home) {
    static RECALLED: OnceLock<()> = OnceLock::new();
    RECALLED.get_or_init(|| recall_made_of(home));
}

fn recall_made_of(home: &Home) {
    let folder = home.path("recalled");
    std::fs::create_dir_all(&folder).unwrap();
    let db = rusqlite::Connection::open(home.path("shift/server/ledger.db")).unwrap();
    let copy = folder.join("ledger.db");
    db.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    let copy = rusqlite::Connection::open(copy).unwrap();
    let (site, owner, item): (String, String, String) = copy
        .query_row("SELECT site, owner, item FROM lot WHERE lot = 'L2603A'", [], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })
        .unwrap();
    let scope = serde_json::json!({"of": "from_lot", "owner": owner, "item": item, "lot": "L2603A"}).to_string();
    copy.execute(
        "INSERT INTO block (site, block, kind, scope_of, scope_key, scope, reason, state, cursor)
         VALUES (?1, 'R-7', 'recall', 'from_lot', ?2, ?3, 'maker', 'open', 1)",
        rusqlite::params![site, format!("{owner}\u{1f}{item}\u{1f}L2603A"), scope],
    )
    .unwrap();
    let line = "INSERT INTO history (site, device, position, at_ms, zone_min, kind, owner, item, lot, amount, document, cursor)
                VALUES (?1, 'k-1', (1 << 40) | ?2, 0, 0, ?3, ?4, ?5, ?6, 2000000, ?7, 1)";
    for (seq, kind, lot, document) in [
        (1, "consumed", "L2603A", "k-1-1-1"),
        (2, "produced", "MADE-1", "k-1-1-1"),
        (3, "shipped", "MADE-1", "O-77"),
    ] {
        copy.execute(line, rusqlite::params![site, seq, kind, owner, item, lot, document])
            .unwrap();
    }
}

#[test]
fn f2_a_recall_tells_where_all_of_it_is_and_who_received_what_was_made_of_it() {
    let home = shift();
    recalled(home);
    let open = home.run(&["recall", "--from", "recalled"]).good();
    assert!(open.lines().any(|line| line == "R-7  maker"), "{open}");
    let report = home.run(&["recall", "R-7", "--from", "recalled", "--json"]).json();
    let rows = report["rows"].as_array().unwrap();
    assert!(
        rows.iter()
            .any(|row| row["place"] == "place:CAGE-1" && row["lot"] == "L2603A" && row["state"] == "In a cage"),
        "{report}"
    );
    let left = rows
        .iter()
        .find(|row| row["state"] == "Left" && row["lot"] == "MADE-1")
        .unwrap();
    assert_eq!((&left["document"], &left["amount"]), (&"O-77".into(), &"2".into()));
    assert!(
        rows.iter().all(|row| row["lot"] == "L2603A" || row["lot"] == "MADE-1"),
        "{report}"
    );
    let csv = home.run(&["recall", "R-7", "--from", "recalled", "--csv"]).good();
    assert_eq!(csv.lines().count(), rows.len() + 1, "{csv}");
    let page = home
        .run(&["recall", "R-7", "--from", "recalled", "--html", "--language", "de"])
        .good();
    assert!(page.contains("R-7") && page.contains("MADE-1"), "{page}");
    home.run(&["recall", "R-0", "--from", "recalled"]).fails(1);
}

#[test]
fn a_genealogy_is_drawn_as_a_tree() {
    let home = shift();
    recalled(home);
    let tree = home.run(&["trace", "L2603A", "--tree", "--from", "recalled"]).good();
    assert!(tree.contains("MADE-1: 2  |  Generation 1, run k-1-1-1"), "{tree}");
    home.run(&["trace", "NOBODY", "--tree", "--from", "recalled"]).fails(1);
}
