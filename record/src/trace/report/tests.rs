use super::*;
use crate::entry::Position;
use crate::text::{Arg, LANGUAGES, Text};

fn known() -> Known {
    Known {
        at_ms: 1_795_248_000_000,
        zone_min: 60,
        cursor: 42,
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn dated(lot: &str, expiry: &str, received: &str, n: u32) -> Dated {
    Dated {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        name: "Paracetamol <b>500</b> mg, \"forte\"".into(),
        lot: lot.parse().unwrap(),
        expiry: expiry.parse().ok(),
        received_on: received.parse().ok(),
        account: "place:A-01".parse().unwrap(),
        amount: Amount::whole(n),
    }
}

fn words(report: &Report) -> Vec<String> {
    let text = Text::load("en").unwrap();
    report.rows.iter().map(|row| text.say(&row.text)).collect()
}

fn sums(report: &Report) -> Vec<String> {
    let text = Text::load("en").unwrap();
    report.summary.iter().map(|line| text.say(line)).collect()
}

fn told(name: &str, code: &str, raised_ms: i64, settled_ms: Option<i64>) -> Told {
    Told {
        exception: name.into(),
        code: code.into(),
        message: Message::new("stop-scan-not-here"),
        owner: None,
        item: None,
        lot: None,
        serial: None,
        raised_by: Some("ana".into()),
        device: "d1".into(),
        raised_ms,
        settled: settled_ms.map(|at| Settled {
            at_ms: Some(at),
            by: Some("sam".into()),
            how: "accept".into(),
        }),
    }
}

#[test]
fn what_expires_is_told_by_how_soon_the_first_to_expire_first() {
    let today = day("2026-11-21");
    let stock = vec![
        dated("FAR", "2027-12-01", "2026-10-01", 5),
        dated("MONTH", "2026-12-20", "2026-10-01", 4),
        dated("GONE", "2026-11-20", "2026-10-01", 1),
        dated("TODAY", "2026-11-21", "2026-10-01", 2),
        dated("WEEK", "2026-11-28", "2026-10-01", 3),
        dated("POLICY", "2027-01-10", "2026-10-01", 6),
    ];
    let report = expiring(stock, 90, 60, today, false, known());
    let lots: Vec<_> = report.rows.iter().map(|row| row.cells[3].clone()).collect();
    let wanted = ["GONE", "TODAY", "WEEK", "MONTH", "POLICY"].map(|lot| Cell::Text(lot.into()));
    assert_eq!(lots, wanted);
    assert_eq!(
        sums(&report),
        [
            "Expired: 1",
            "Within days: 7: 5",
            "Within days: 30: 4",
            "Within days: 60: 6"
        ]
    );
    assert_eq!(report.rows.iter().filter(|row| row.alert).count(), 3, "at most a week");
}

#[test]
fn what_is_here_longest_stands_first() {
    let stock = vec![
        dated("NEW", "2027-12-01", "2026-11-20", 1),
        dated("OLD", "2027-12-01", "2026-01-01", 1),
        dated("MID", "2027-12-01", "2026-10-22", 1),
        dated("NEVER", "2027-12-01", "", 1),
    ];
    let report = aging(stock, 30, 30, day("2026-11-21"), false, known());
    let found: Vec<_> = report.rows.iter().map(|row| (&row.cells[3], &row.cells[9])).collect();
    let (old, mid) = (Cell::Text("OLD".into()), Cell::Text("MID".into()));
    assert_eq!(found, [(&old, &Cell::Number(324)), (&mid, &Cell::Number(30))]);
}

#[test]
fn a_day_begins_and_ends_by_the_zone_of_the_site() {
    let (from, to) = span(day("2026-11-21"), 60);
    assert_eq!(
        crate::entry::Instant::from_unix_ms(from).to_string(),
        "2026-11-20T23:00:00.000Z"
    );
    assert_eq!(to - from, 86_400_000);
    let told = vec![
        told("last-of-before", "expiry", from - 1, Some(from - 1)),
        told("first", "expiry", from, None),
        told("last", "expiry", to - 1, None),
        told("next", "expiry", to, None),
    ];
    let report = exceptions(told, day("2026-11-21"), 360, false, known());
    let names: Vec<_> = report.rows.iter().map(|row| row.cells[0].clone()).collect();
    assert_eq!(names, [Cell::Text("first".into()), Cell::Text("last".into())]);
}

#[test]
fn exceptions_of_a_day_are_those_raised_settled_or_waiting_open_ones_first_by_rule_and_age() {
    let (from, _) = span(day("2026-11-21"), 60);
    let hour = 3_600_000;
    let told = vec![
        told("b-young", "b", from + 7 * hour, None),
        told("a-late", "a", from - 24 * hour, None),
        told("b-old", "b", from, None),
        told("a-done", "a", from - 24 * hour, Some(from + hour)),
        told("a-before", "a", from - 48 * hour, Some(from - hour)),
    ];
    let report = exceptions(told, day("2026-11-21"), 360, false, known());
    let names: Vec<_> = report.rows.iter().map(|row| row.cells[0].clone()).collect();
    assert_eq!(
        names,
        ["a-late", "b-old", "b-young", "a-done"].map(|n| Cell::Text(n.into()))
    );
    assert_eq!(
        sums(&report),
        ["a: open 1, settled 1, late 2", "b: open 2, settled 0, late 1"]
    );
    assert_eq!(words(&report)[0], "No scan needed");
}

#[test]
fn a_csv_file_has_a_header_iso_days_and_nothing_a_spreadsheet_would_run() {
    let mut rows = vec![
        dated("=1+2", "2026-11-28", "2026-10-01", 3),
        dated("A\u{2019}1", "", "2026-10-01", 1),
    ];
    rows[1].expiry = Some(day("2026-11-29"));
    rows[1].name = "@SUM(A1), or\n-2".into();
    let csv = expiring(rows, 30, 30, day("2026-11-21"), false, known()).csv(&Text::load("en").unwrap());
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "item,owner,key,lot,place,amount,expires,days_left,received,age,bucket"
    );
    assert_eq!(
        lines[1],
        "\"Paracetamol <b>500</b> mg, \"\"forte\"\"\",ACME,P500,'=1+2,place:A-01,3,2026-11-28,7,2026-10-01,51,Within days: 7"
    );
    assert!(lines[2].starts_with("\"'@SUM(A1), or\n-2\",ACME"), "{}", lines[2]);
    assert_eq!(lines[3..], [""], "a line break ends the last line");
    let past = Past {
        at_ms: 1_795_248_000_000,
        zone_min: -330,
        device: "d1".into(),
        position: Position::new(1, 7),
        person: None,
        kind: "dropped".into(),
        item: None,
        lot: None,
        serial: None,
        plate: None,
        from: None,
        to: "place:A-01".parse().ok(),
        amount: Amount::ZERO.minus(Amount::whole(2)),
        document: None,
        partner: None,
    };
    let arabic =
        history("L1", &[past], &crate::trace::marks::Marks::default(), false, known()).csv(&Text::load("ar").unwrap());
    let line = arabic.split("\r\n").nth(1).unwrap();
    assert!(line.starts_with("2026-11-21T02:30:00.000-05:30,dropped,"), "{line}");
    assert!(line.contains("وُضع في"), "the code, and its words: {line}");
    assert!(line.ends_with(",,,,,,,place:A-01,-2,,,d1-1-7"), "{line}");
    assert!(!arabic.contains('\u{2068}'), "no marks of a screen");
}

#[test]
fn each_code_has_its_words_beside_it_in_the_language_of_the_person() {
    let (from, _) = span(day("2026-11-21"), 60);
    let mut one = told("X-1", "expiry_contradiction", from, Some(from));
    one.settled.as_mut().unwrap().how = "recounted".into();
    let waits = told("X-2", "expiry_contradiction", from, None);
    let report = exceptions(vec![one, waits], day("2026-11-21"), 360, false, known());
    for row in &report.rows {
        assert_eq!(row.cells.len(), report.columns.len());
    }
    for (tag, _) in LANGUAGES {
        let text = Text::load(tag).unwrap();
        let said = |id, code| text.say(&Message::new(id).with("what", Arg::text(code)));
        let rule = said("exception-code", "expiry_contradiction");
        let ended = said("way-out", "recounted");
        assert!(!rule.contains('_') && ended != "recounted", "{tag}: {rule}, {ended}");
        let csv = report.csv(&text);
        let settled = csv.split("\r\n").nth(2).unwrap();
        assert!(
            settled.contains(&format!("X-1,expiry_contradiction,{rule},")),
            "{tag}: {csv}"
        );
        assert!(settled.ends_with(&format!(",recounted,{ended}")), "{tag}: {csv}");
        assert!(csv.split("\r\n").nth(1).unwrap().ends_with(",,,,"), "{tag}: {csv}");
        let page = report.page(&text);
        for words in ["expiry_contradiction", &rule, "recounted", &ended] {
            assert!(page.contains(&format!("<bdi>{words}</bdi>")), "{tag}: {words}: {page}");
        }
        assert!(!page.contains("column-"), "{tag}: a column without a word");
    }
}

#[test]
fn a_page_stands_alone_escapes_what_was_scanned_and_runs_as_the_language_does() {
    let report = expiring(
        vec![dated("\"><script>x", "2026-11-28", "2026-10-01", 3)],
        30,
        30,
        day("2026-11-21"),
        true,
        known(),
    );
    for (tag, _) in LANGUAGES {
        let text = Text::load(tag).unwrap();
        let page = report.page(&text);
        let direction = if *tag == "ar" { "rtl" } else { "ltr" };
        assert!(
            page.contains(&format!("<html lang=\"{tag}\" dir=\"{direction}\">")),
            "{page}"
        );
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        for outside in ["http://", "https://", "src=", "url(", "@import"] {
            assert!(!page.contains(outside), "{tag}: {outside}");
        }
        assert!(
            page.contains("@media print") && page.contains("&quot;&gt;&lt;script&gt;x"),
            "{page}"
        );
        let known = text.say(&known().said());
        assert!(known.contains("42") && page.contains(&known), "{known}");
        assert!(page.contains(&text.word("report-cut")), "it says that there is more");
        assert!(!page.contains("column-"), "{tag}: a column without a word");
        assert_eq!(page.matches("<th ").count(), report.columns.len());
        assert_eq!(page.matches("<td").count(), report.columns.len());
    }
}
