use super::tool::{Home, text};
use serde_json::{Value, json};

fn scan(bytes: &[u8]) -> String {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    json!({ "input": "scan", "bytes": bytes }).to_string()
}

fn talk(home: &Home, folder: &str, lines: &[String]) -> Vec<Value> {
    let out = home
        .feed(&["handheld", "--pipe", "--folder", folder], lines.join("\n"))
        .good();
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect()
}

fn seeded() -> Home {
    let home = Home::new();
    home.run(&["seed", "--handheld", "hh", "--quick-pins"]).good();
    home
}

#[test]
fn from_a_clone_to_a_scanned_label_without_asking() {
    let home = Home::new();
    // No gateway, no code, no folder: a newcomer gets a site of one's own. `?7` is the first case on the list.
    let out = home
        .feed(&["handheld", "--plain"], "?1\n4711\nF1\n1\n?7\nquit\n")
        .good();
    assert!(out.contains("Signed in: A. Associate"), "{out}");
    assert!(out.contains("ACCEPT Paracetamol 500 mg, lot L2604D"), "{out}");
    assert!(out.contains("1 of 6"), "{out}");
    // The next call finds the same handheld, at the same step for the same person.
    let out = home.feed(&["handheld", "--plain"], "?1\n4711\nquit\n").good();
    assert!(out.contains("1 of 6"), "{out}");
}

#[test]
fn the_terminal_speaks_the_language_of_whoever_is_signed_in() {
    let home = seeded();
    let say = |lines: &str| home.feed(&["handheld", "--plain", "--folder", "hh"], lines).good();
    let german = say("B-1044\n4713\nnirgends\nquit\n");
    for word in ["GEZÄHLT Angemeldet: M. Mitarbeiter", "STOPP ", "[Wahl]"] {
        assert!(german.contains(word), "{word}: {german}");
    }
    let english = say("B-1042\n4711\nnowhere\nquit\n");
    for word in ["ACCEPT Signed in: A. Associate", "STOP ", "[choose]"] {
        assert!(english.contains(word), "{word}: {english}");
    }
    assert!(!english.contains("STOPP"), "{english}");
}

#[test]
fn a_handheld_on_a_pipe_survives_whatever_it_is_told() {
    let home = seeded();
    let input = |input: Value| input.to_string();
    let answers = talk(
        &home,
        "hh",
        &[
            scan(b"]C0B-1042"),
            input(json!({ "input": "enter", "field": "pin", "text": "4711" })),
            "{\"input\": \"scan\", \"bytes\":".into(),
            "not json at all".into(),
            input(json!({ "input": "scan", "bytes": "!!" })),
            input(json!({ "control": "explode" })),
            scan(&vec![b'9'; 64 * 1024]),
            scan(&[0; 4096]),
            scan(b"]d2\x1d\x1d\x1d"),
            format!("\"{}\"", "x".repeat(2 * 1024 * 1024)),
            input(json!({ "control": "suspend" })),
            input(json!({ "control": "resume" })),
            input(json!({ "control": "screen" })),
        ],
    );
    assert!(
        answers[1]["message"].as_str().unwrap().contains("A. Associate"),
        "{}",
        answers[1]
    );
    assert_eq!(
        answers.len(),
        13,
        "one answer a line, also for one that is far too long"
    );
    for at in [2, 3, 4, 5, 9] {
        assert_eq!(answers[at]["error"]["code"], "bad_request", "{at}: {}", answers[at]);
    }
    assert_eq!(
        answers.last().unwrap()["id"].as_str().map(str::is_empty),
        Some(false),
        "{:?}",
        answers.last()
    );
}

#[test]
fn a_wrong_pin_is_refused_and_locks_out_after_some() {
    let home = seeded();
    let mut lines = Vec::new();
    for n in 0..6 {
        lines.push(scan(b"]C0B-1042"));
        lines.push(json!({ "input": "enter", "field": "pin", "text": format!("999{n}") }).to_string());
        lines.push(json!({ "input": "choose", "id": "acknowledge" }).to_string());
    }
    let answers = talk(&home, "hh", &lines);
    assert!(answers.iter().all(|a| a.get("error").is_none()), "{answers:?}");
    assert_eq!(answers[1]["tone"], "stop");
    assert!(
        answers
            .iter()
            .all(|a| !a["message"].as_str().unwrap().contains("Signed in")),
        "{answers:?}"
    );
    let last = answers[answers.len() - 3]["prompt"].as_str().unwrap();
    assert!(last.contains("15"), "locked out for 15 minutes: {last}");
}

#[test]
fn a_handheld_that_was_never_enrolled_says_so() {
    let home = Home::new();
    let error = home
        .feed(&["handheld", "--plain", "--folder", "fresh"], "quit\n")
        .fails(2);
    assert!(error.contains("not enrolled") && error.contains("--demo"), "{error}");
    let error = home.feed(
        &[
            "handheld",
            "--plain",
            "--folder",
            "fresh",
            "--server",
            "http://127.0.0.1:1",
            "--code",
            "X",
        ],
        "",
    );
    assert_ne!(error.code, 0);
}

#[test]
fn a_journal_of_a_newer_version_is_refused_and_left_alone() {
    let home = seeded();
    let path = home.path("hh/journal.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let before = std::fs::read(&path).unwrap();
    let error = home
        .feed(&["handheld", "--plain", "--folder", &text(&home.path("hh"))], "quit\n")
        .fails(2);
    assert!(error.contains("update lotline"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn no_terminal_is_told_to_use_lines() {
    let home = seeded();
    let error = home.feed(&["handheld", "--folder", "hh"], "").fails(2);
    assert!(error.contains("--plain"), "{error}");
}

#[test]
fn an_offline_drill_against_a_real_gateway_is_clean_and_its_report_is_found_in_both_records() {
    let home = seeded();
    let choose = |id: &str| json!({ "input": "choose", "id": id }).to_string();
    let control = |what: &str| json!({ "control": what }).to_string();
    let pin = || json!({ "input": "enter", "field": "pin", "text": "4711" }).to_string();
    let mut lines = vec![
        scan(b"]C0B-1042"),
        pin(),
        choose("more"),
        choose("next"),
        choose("next"),
    ];
    lines.extend([choose("drill"), choose("begin"), control("sync")]);
    lines.extend((1..=6).map(|n| scan(format!("]C0DRILL-{n}").as_bytes())));
    lines.push(choose("online"));
    // What was sent is applied meanwhile, and comes back with a later page.
    for _ in 0..20 {
        lines.extend([control("sync"), choose("look")]);
    }
    lines.extend([choose("sign"), scan(b"]C0B-1042"), pin(), control("sync")]);
    let answers = talk(&home, "hh", &lines);
    assert!(answers.iter().all(|a| a.get("error").is_none()), "{answers:?}");
    assert_eq!(answers[6]["id"], "drill.scan", "{}", answers[6]);
    let signed = &answers[answers.len() - 2];
    assert_eq!(signed["tone"], "accept", "{signed}");
    for from in ["hh", "hh/gateway"] {
        let out = home.run(&["drill", "--json", "--from", from]).good();
        let found: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(found.as_array().unwrap().len(), 1, "{from}: {out}");
        let report = &found[0];
        let counts =
            ["entries", "scans", "waited", "received", "lost", "twice"].map(|key| report[key].as_u64().unwrap());
        assert_eq!(counts, [6, 6, 6, 6, 0, 0], "{from}: {out}");
        assert_eq!(
            (&report["clean"], &report["chain"]),
            (&json!(true), &json!(true)),
            "{out}"
        );
        assert!(report["seconds"].as_u64().is_some(), "{out}");
        let out = home.run(&["drill", "--from", from]).good();
        assert!(out.contains("clean") && out.contains("0 lost, 0 twice"), "{out}");
    }
}

#[test]
fn a_training_is_no_record_that_could_be_exported() {
    let home = seeded();
    let choose = |id: &str| json!({ "input": "choose", "id": id }).to_string();
    let answers = talk(
        &home,
        "hh",
        &[
            scan(b"]C0B-1042"),
            json!({ "input": "enter", "field": "pin", "text": "4711" }).to_string(),
            choose("more"),
            choose("train"),
            choose("lesson:look-up"),
            choose("look_up"),
            choose("lesson_scan"),
            choose("back"),
        ],
    );
    let last = answers.last().unwrap();
    assert_eq!(last["status"]["training"], true, "{last}");
    assert!(
        last["fields"][1]["value"].as_str().unwrap().starts_with("Passed."),
        "{last}"
    );
    let error = home.run(&["export", "--from", "hh/training", "-o", "t.zst"]).fails(2);
    assert!(error.contains("training"), "{error}");
}

#[test]
fn a_label_that_is_asked_for_in_a_terminal_goes_to_its_printer_and_a_copy_of_it_too() {
    let home = Home::new();
    home.feed(&["handheld", "--demo", "--plain", "--folder", "hh"], "quit\n")
        .good();
    let unit = ["--open", "unit", "--prefix", "9521000", "--owner", "ACME"];
    home.run(&[&["numbers", "--data", "hh/gateway"][..], &unit[..]].concat())
        .good();
    let printing = ["handheld", "--plain", "--folder", "hh", "--printer", "file:labels.zpl"];
    let keys = "sync\n]C0B-1042\n4711\n5\n9\n8\n]d2010952100000250021AX41S00001<GS>10AX41\n1\n";
    let own = "952100000000000001";
    let out = home.feed(&printing, format!("{keys}]C18004{own}\n4\nquit\n")).good();
    assert_eq!(out.matches(&format!("Label printed: (8004){own}")).count(), 2, "{out}");
    let printed = std::fs::read_to_string(home.path("labels.zpl")).unwrap();
    assert_eq!(
        (printed.matches("^XA").count(), printed.matches(own).count() >= 2),
        (2, true),
        "{printed}"
    );
    // Nothing of it is printed once more by whoever opens the handheld next.
    home.feed(&printing, "]C0B-1042\n4711\nsync\nquit\n").good();
    assert_eq!(std::fs::read_to_string(home.path("labels.zpl")).unwrap(), printed);
    let wrong = home.feed(&["handheld", "--plain", "--folder", "hh", "--printer", "lp0"], "quit\n");
    assert_eq!(wrong.code, 2, "{}", wrong.err);
}
