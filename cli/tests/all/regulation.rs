use super::tool::Home;

fn lines(home: &Home, file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(home.path(file)).unwrap();
    text.split_terminator("\r\n").map(str::to_owned).collect()
}

#[test]
fn food_traceability_of_a_shift_is_a_spreadsheet_with_what_is_not_known() {
    let home = Home::new();
    home.run(&["demo", "--brief", "--folder", "shift"]).good();
    let export = |more: &[&str]| {
        let asked = [
            "regulation",
            "fsma",
            "--from",
            "shift/server",
            "--force",
            "-o",
            "trace.csv",
        ];
        home.run(&[&asked[..], more].concat())
    };
    let said = export(&[]).good();
    let all = lines(&home, "trace.csv");
    assert!(
        all[0].starts_with("event,section,date,time,traceability_lot_code,"),
        "{}",
        all[0]
    );
    assert!(said.contains(&format!("{} rows", all.len() - 1)), "{said}");
    assert!(all[1..].iter().any(|line| line.starts_with("receiving,1.1345(a),")));

    // The day's rows alone, and none of the day before.
    let day = all[1].split(',').nth(2).unwrap();
    export(&["--since", day, "--until", day]).good();
    assert_eq!(lines(&home, "trace.csv").len(), all.len());
    export(&["--until", "2020-01-01"]).good();
    assert_eq!(lines(&home, "trace.csv").len(), 1);

    // One traceability lot code.
    let code = all[1..]
        .iter()
        .map(|line| line.split(',').nth(4).unwrap())
        .find(|code| !code.is_empty())
        .unwrap();
    export(&["--lot", code]).good();
    let of_it = lines(&home, "trace.csv");
    assert!(of_it.len() > 1 && of_it.len() < all.len());
    assert!(of_it[1..].iter().all(|line| line.split(',').nth(4) == Some(code)));
}

#[test]
fn what_cannot_be_written_says_why_before_anything_is_read() {
    let home = Home::new();
    std::fs::write(home.path("trace.csv"), "kept").unwrap();
    std::fs::write(home.path("places.toml"), "[places]\nDC1 = \"x\"\n").unwrap();
    let there = home.run(&["regulation", "fsma", "-o", "trace.csv"]).fails(2);
    assert!(
        there.contains("the file is there already") && there.contains("--force"),
        "{there}"
    );
    assert_eq!(std::fs::read_to_string(home.path("trace.csv")).unwrap(), "kept");
    let places = home
        .run(&["regulation", "fsma", "-o", "new.csv", "--locations", "places.toml"])
        .fails(2);
    assert!(
        places.contains("places.toml") && places.contains("[locations]"),
        "{places}"
    );
    let period = home
        .run(&[
            "regulation",
            "fsma",
            "-o",
            "new.csv",
            "--since",
            "2026-11-02",
            "--until",
            "2026-11-01",
        ])
        .fails(2);
    assert!(period.contains("the period ends before it begins"), "{period}");
}

#[test]
fn the_trail_of_a_shift_has_every_entry_and_every_signature_with_its_meaning() {
    let home = Home::new();
    home.run(&["demo", "--brief", "--folder", "shift"]).good();
    let trail = |more: &[&str]| {
        let asked = [
            "regulation",
            "part11",
            "--from",
            "shift/server",
            "--force",
            "-o",
            "trail.csv",
        ];
        home.run(&[&asked[..], more].concat()).good();
        lines(&home, "trail.csv")
    };
    let all = trail(&[]);
    home.run(&["export", "--from", "shift/server", "-o", "whole.zst"])
        .good();
    let whole = zstd::stream::decode_all(std::fs::read(home.path("whole.zst")).unwrap().as_slice()).unwrap();
    let entries = String::from_utf8(whole).unwrap();
    let entries = entries
        .lines()
        .filter(|line| line.contains("\"type\":\"entry\""))
        .count();
    assert_eq!(all.len() - 1, entries);
    let column = |name: &str| all[0].split(',').position(|column| column == name).unwrap();
    let signed: Vec<&String> = all[1..]
        .iter()
        .filter(|line| !line.split(',').nth(column("signed_at_utc")).unwrap().is_empty())
        .collect();
    assert!(!signed.is_empty());
    for line in signed {
        let meaning = line.split(',').nth(column("meaning")).unwrap();
        assert!(!meaning.is_empty() && !meaning.starts_with("meaning-"), "{line}");
        assert!(!line.contains("is not known"), "{line}");
    }
    assert_eq!(trail(&["--until", "2020-01-01"]).len(), 1);
}
