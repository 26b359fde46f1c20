//! Reports: read page by page, and saved as files.

use crate::pick::{late, refused, soon};
use crate::run::{at, comes_out, goes_in, item, kit};
use crate::site::{Floor, MONITOR, each, is_refused, keys, person, policy, row, rows, stock, text, unit_at};
use lotline_core::screen::{AwaitKind, Look, Screen, Tone};
use lotline_core::{Input, ReportFile};
use lotline_record::wire::{Cell, Included, Row};
use std::sync::{Arc, Mutex};

/// At the choice of a report.
fn reports(floor: &Floor) -> Screen {
    for _ in 0..6 {
        if floor.handheld().screen().unwrap().id == "home" {
            break;
        }
        floor.choose("back");
    }
    floor.choose("more");
    let screen = floor.choose("report");
    assert_eq!(screen.id, "report.choose", "{}", screen.to_json());
    screen
}

fn floor(more: Vec<Row>) -> Floor {
    let floor = Floor::on(rows().into_iter().chain(more).collect());
    floor.sign_in("B-1", "1111");
    reports(&floor);
    floor
}

fn shown(screen: &Screen) -> Vec<String> {
    assert_eq!(screen.id, "report.read", "{}", screen.to_json());
    screen
        .lines
        .iter()
        .map(|line| format!("{} | {}", line.text, line.detail))
        .collect()
}

fn notes(screen: &Screen) -> Vec<&str> {
    let sums = screen.fields.iter().filter(|field| field.label == "In all");
    sums.map(|field| field.value.as_str()).collect()
}

fn saved(floor: &Floor, format: &str) -> (ReportFile, String) {
    floor.choose(&format!("save:{format}"));
    let file = floor.handheld().waiting_report().unwrap().unwrap();
    let words = String::from_utf8(file.bytes.clone()).unwrap();
    floor.handheld().report_saved(Some("/downloads")).unwrap();
    (file, words)
}

/// The CSV of the report that is open: its lines without the header.
fn csv(floor: &Floor) -> Vec<String> {
    let (_, words) = saved(floor, "csv");
    words
        .split("\r\n")
        .skip(1)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn expiring(floor: &Floor, days: &str) -> Screen {
    reports(floor);
    let screen = floor.choose("report:expiring");
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("report.days", AwaitKind::Quantity)
    );
    floor.enter("days", days)
}

#[test]
fn what_expires_is_told_by_lot_and_place_with_own_work_in_it() {
    let floor = floor(vec![policy(r#"{"expiry_alert_days":200}"#)]);
    let screen = expiring(&floor, "0");
    assert_eq!(
        shown(&screen),
        ["Paracetamol 500 mg OLD at A-01: 5 | Expired 1 Nov 2026, here for days: 51"]
    );
    assert_eq!(screen.lines[0].state, Look::Alert);
    assert_eq!(notes(&screen), ["Expired: 5"]);
    reports(&floor);
    floor.choose("report:expiring");
    let screen = floor.choose("policy_days");
    assert_eq!(screen.title, "What expires (days: 200)");
    assert_eq!(notes(&screen), ["Expired: 5", "Within days: 200: 2"]);
    // Two of SOON stand at A-02; one goes to A-03, and the handheld has told nobody yet.
    for _ in 0..3 {
        floor.choose("back");
    }
    floor.choose("more");
    floor.choose("move");
    floor.scan("]C0A-02");
    floor.scan(&soon());
    floor.scan("]C0A-03");
    floor.choose("done");
    expiring(&floor, "200");
    let told = csv(&floor);
    assert!(
        told.iter()
            .any(|line| line.contains(",SOON,place:A-02,1,2027-03-31,130,")),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.contains(",SOON,place:A-03,1,2027-03-31,130,")),
        "{told:?}"
    );
    assert!(
        !told
            .iter()
            .any(|line| line.contains("virtual:") || line.contains("LATE")),
        "{told:?}"
    );
    // What was received here and nobody else knows of expires, too.
    floor.choose("back");
    floor.choose("back");
    floor.choose("back");
    floor.receive();
    floor.scan(&crate::site::case("FRESH", "270310"));
    floor.choose("back");
    expiring(&floor, "200");
    assert!(
        csv(&floor)
            .iter()
            .any(|line| line.contains(",FRESH,place:DOCK-1,12,2027-03-10,"))
    );
}

#[test]
fn c3_lots_are_listed_by_how_long_they_have_been_here() {
    let floor = floor(vec![]);
    floor.choose("report:aging");
    let screen = floor.enter("days", "51");
    assert_eq!(screen.title, "What is here longest (days: 51)");
    assert_eq!(shown(&screen).len(), 3, "all came on the first of October");
    assert!(shown(&screen)[0].ends_with("here for days: 51"), "{:?}", shown(&screen));
    floor.choose("back");
    assert_eq!(notes(&floor.enter("days", "52")), ["Nothing to show"]);
}

#[test]
fn reports_are_turned_page_by_page_with_keys() {
    let lots: Vec<Row> = (0..20).map(|n| stock("OLD", &format!("place:B-{n:02}"), 1)).collect();
    let floor = floor(lots);
    let first = expiring(&floor, "0");
    let page = |screen: &Screen| screen.fields.iter().find(|f| f.label == "Page").unwrap().value.clone();
    assert_eq!((shown(&first).len(), page(&first)), (8, "1 of 3".to_owned()));
    assert!(first.actions.iter().any(|a| a.id == "next" && a.key == "9"));
    let second = floor.choose("next");
    assert_ne!(shown(&first)[0], shown(&second)[0]);
    assert_eq!(
        (shown(&floor.choose("next")).len(), csv(&floor).len()),
        (5, 21),
        "a file has all of them"
    );
    assert_eq!(page(&floor.choose("next")), "1 of 3", "and round again");
}

#[test]
fn a_history_is_read_and_saved_in_the_persons_language() {
    let floor = floor(vec![]);
    floor.choose("back");
    floor.receive();
    floor.scan(&crate::site::case("<NEW>", "280331"));
    reports(&floor);
    assert_eq!(floor.choose("report:history").id, "report.scan");
    let screen = floor.scan(&each("<NEW>", "280331"));
    let told = shown(&screen);
    assert!(told[1].contains("received at DOCK-1: 12 | ana  80041"), "{told:?}");
    assert_eq!(screen.title, "History of <NEW>");
    let known = screen.fields.iter().find(|field| field.label == "Known").unwrap();
    assert!(known.value.starts_with("What we know as of 21 Nov 2026 08:") && known.value.ends_with("cursor 1"));
    let (file, page) = saved(&floor, "page");
    assert!(file.name.starts_with("lotline-history-20261121-08"));
    assert_eq!(
        (file.media_type.as_str(), file.name.rsplit_once('.').unwrap().1),
        ("text/html", "html")
    );
    assert!(page.contains("&lt;NEW&gt;") && !page.contains("<NEW>"), "{page}");
    assert!(page.contains("received") && page.contains("d1-1-"), "{page}");
    let line = csv(&floor)
        .into_iter()
        .find(|line| line.contains(",received,"))
        .unwrap();
    assert!(
        line.contains(",ana,P500,<NEW>,,,,place:DOCK-1,12,80041,,d1-1-"),
        "{line}"
    );
    floor.scan(&late());
    assert_eq!(
        floor.handheld().screen().unwrap().title,
        "History of LATE",
        "another lot, from here"
    );
}

#[test]
fn what_is_saved_waits_for_the_shell_and_is_dropped_at_the_next_step() {
    let floor = floor(vec![]);
    expiring(&floor, "0");
    assert!(floor.handheld().waiting_report().unwrap().is_none());
    floor.choose("save:csv");
    let file = floor.handheld().waiting_report().unwrap().unwrap();
    assert_eq!(file.media_type, "text/csv");
    let again = floor.handheld().waiting_report().unwrap().unwrap();
    assert_eq!(file.bytes, again.bytes, "until it is saved");
    let screen = floor.handheld().report_saved(Some("/tmp/x.csv")).unwrap();
    assert_eq!(
        (screen.tone, screen.message.as_str()),
        (Tone::Accept, "Saved: /tmp/x.csv")
    );
    assert!(floor.handheld().waiting_report().unwrap().is_none());
    floor.choose("save:page");
    assert_eq!(floor.handheld().report_saved(None).unwrap().tone, Tone::Warn);
    floor.choose("save:page");
    floor.choose("back");
    assert!(floor.handheld().waiting_report().unwrap().is_none(), "somebody went on");
    floor.choose("back");
    floor.choose("back");
    assert_eq!(
        floor.handheld().report_saved(Some("x")).unwrap().id,
        "home",
        "nothing was asked for"
    );
}

#[test]
fn a_genealogy_is_a_tree_both_ways() {
    let floor = at("kind:kit", item("BOX", "Ambulance box", "09521000000025").to_vec());
    goes_in(&floor, &late(), "2");
    goes_in(&floor, &soon(), "1");
    comes_out(&floor, &kit("K1", "270331"), "2");
    floor.choose("done");
    floor.choose("more");
    floor.choose("run");
    floor.choose("kind:kit");
    floor.scan("]C0A-01");
    goes_in(&floor, &kit("K1", "270331"), "1");
    comes_out(&floor, "]d20109521000000025172703311\u{30}BX9", "1");
    floor.choose("done");
    reports(&floor);
    floor.choose("report:genealogy");
    let down = shown(&floor.scan(&late()));
    assert!(
        down[0].starts_with("Used for First-aid kit K1: 2 | Generation 1"),
        "{down:?}"
    );
    assert!(
        down[1].starts_with("· Used for Ambulance box BX9: 1 | Generation 2"),
        "{down:?}"
    );
    let up = shown(&floor.scan("]d20109521000000025172703311\u{30}BX9"));
    assert!(up[0].starts_with("Made of First-aid kit K1: 1"), "{up:?}");
    assert!(up[1].starts_with("· Made of Paracetamol 500 mg LATE: 2"), "{up:?}");
    assert!(up[2].starts_with("· Made of Paracetamol 500 mg SOON: 1"), "{up:?}");
    let (_, page) = saved(&floor, "page");
    assert_eq!(page.matches("padding-inline-start:2em").count(), 2, "{page}");
    let lines = csv(&floor);
    assert!(
        lines[1].starts_with("Paracetamol 500 mg,Made of,2,ACME,P500,LATE,,2,d1-1-"),
        "{lines:?}"
    );
    let both = shown(&floor.scan(&kit("K1", "270331")));
    assert_eq!(both.len(), 3, "up and down: {both:?}");
}

#[test]
fn d4_the_exceptions_of_a_day_are_told_open_ones_first_and_a_notice_without_lots_is_among_them() {
    let mut told = [
        "S1",
        "X-1",
        "expiry_contradiction",
        "open",
        "ACME",
        "P500",
        "OLD",
        "",
        r#"{"id":"stop-scan-not-here"}"#,
    ]
    .map(text)
    .to_vec();
    told[7] = Cell::Null;
    told.extend([Cell::Null, Cell::Null, Cell::Null, Cell::Null, text("sam"), text("d2")]);
    // The day before, and settled on this day.
    told.push(Cell::Int(1_795_248_000_000 - 86_400_000));
    let settled = |mut cells: Vec<Cell>, at: i64| {
        cells[1] = text(&format!("X-{at}"));
        cells[3] = text("settled");
        cells.extend([text("accept"), text(""), text("sam"), Cell::Int(at), Cell::Null]);
        row("exception", &cells)
    };
    let done = settled(told.clone(), 1_795_248_000_000);
    let before = settled(told.clone(), 1_795_248_000_000 - 86_400_000);
    told.extend([Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null]);
    let floor = floor(vec![policy("{}"), row("exception", &told), done, before]);
    floor.choose("back");
    floor.receive();
    reports(&floor);
    let screen = floor.choose("report:exceptions");
    assert_eq!(screen.title, "Exceptions of 21 Nov 2026");
    assert_eq!(
        notes(&screen),
        [
            "another expiry: open 1, settled 1, late 2",
            "notice without details: open 1, settled 0, late 0"
        ]
    );
    let lines = csv(&floor);
    let codes: Vec<_> = lines
        .iter()
        .map(|line| line.split(',').take(4).collect::<Vec<_>>().join(","))
        .collect();
    assert_eq!(codes[0], "X-1,expiry_contradiction,another expiry,Open");
    assert!(
        codes[1].ends_with(",notice_details,notice without details,Open"),
        "{codes:?}"
    );
    assert_eq!(codes[2], "X-1795248000000,expiry_contradiction,another expiry,Settled");
    assert_eq!(codes.len(), 3, "what was settled the day before is not of this day");
    let screen = floor.choose("day_before");
    assert_eq!(screen.title, "Exceptions of 20 Nov 2026");
    assert_eq!(csv(&floor).len(), 3, "three were raised on it");
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry() {
    let floor = floor(vec![]);
    refused(&floor, &floor.scan("]C0A-01"), "No scan needed");
    floor.choose("report:history");
    refused(&floor, &floor.scan("]d20109506000999999"), "Unknown item");
    refused(&floor, &floor.scan("]C0NOWHERE"), "Nothing found");
    let before = floor.entries().len();
    floor.scan(&late());
    assert_eq!(floor.entries().len(), before + 1, "a scan that counts is kept, too");
    assert!(!is_refused(&floor.last()));
    reports(&floor);
    floor.choose("report:expiring");
    for wrong in ["many", "-1", "3651", "1.5", ""] {
        refused(&floor, &floor.enter("days", wrong), "Not a number of days");
    }
    refused(&floor, &floor.scan(&late()), "No scan needed");
}

#[test]
fn b6_a_report_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor(vec![]);
    floor.killed_at("report.choose");
    floor.choose("report:history");
    floor.killed_at("report.scan");
    floor.scan(&late());
    let title = floor.handheld().screen().unwrap().title;
    floor.restart();
    assert_eq!(floor.sign_in("B-1", "1111").title, title);
    reports(&floor);
    floor.choose("report:aging");
    floor.killed_at("report.days");
}

#[test]
fn reports_are_offered_to_who_works_and_who_audits() {
    let floor = Floor::on(
        [
            rows(),
            vec![
                person("aud", "B-8", "8888", "auditor"),
                person("adm", "B-9", "9999", "administrator"),
            ],
        ]
        .concat(),
    );
    floor.sign_in("B-8", "8888");
    assert_eq!(floor.further(), ["report", "settings"]);
    for _ in 0..3 {
        floor.choose("back");
    }
    floor.choose("sign_out");
    floor.sign_in("B-9", "9999");
    assert_eq!(floor.further(), ["settings"]);
}

#[test]
fn another_devices_work_is_in_a_report_once_it_was_told() {
    let floor = floor(vec![]);
    assert_eq!(shown(&expiring(&floor, "0")).len(), 1);
    floor.page(
        vec![stock("OLD", "place:A-03", 3), stock("OLD", "place:A-01", 2)],
        Included::default(),
    );
    let told = shown(&floor.handheld().screen().unwrap());
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].contains("at A-03: 3"), "{told:?}");
}

#[test]
fn no_report_reads_all_of_a_table() {
    let floor = floor(vec![unit_at("SN1", "place:A-01", "here")]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watched = seen.clone();
    let watch = move |sql: &str| watched.lock().unwrap().push(sql.to_owned());
    floor.handheld().store().watch_statements(watch).unwrap();
    expiring(&floor, "100");
    reports(&floor);
    floor.choose("report:aging");
    floor.enter("days", "1");
    reports(&floor);
    floor.choose("report:exceptions");
    for (report, label) in [
        ("history", late()),
        ("genealogy", late()),
        ("history", format!("]d201{MONITOR}21SN1")),
    ] {
        reports(&floor);
        floor.choose(&format!("report:{report}"));
        floor.scan(&label);
    }
    let journal = lotline_core::audit::databases(floor.path(), keys().as_ref()).unwrap();
    let seen = seen.lock().unwrap();
    let mut asked = 0;
    for sql in seen.iter().filter(|sql| sql.trim_start().starts_with("SELECT")) {
        let mut plan = journal.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps: Vec<String> = plan.raw_query().mapped(|r| r.get(3)).map(Result::unwrap).collect();
        for big in ["lot", "stock", "serial", "history", "exception", "item"] {
            let all = format!("SCAN {big}");
            assert!(
                !steps
                    .iter()
                    .any(|step| *step == all || step.starts_with(&format!("{all} "))),
                "{sql}\n{steps:#?}"
            );
            // An index of which only the site is used reads every row of it.
            let site_alone = format!("SEARCH {big} USING ");
            let loose =
                |step: &String| step.starts_with(&site_alone) && step.ends_with("(site=?)") && big != "exception";
            let known = |step: &String| step.contains("exception_open");
            assert!(
                !steps.iter().any(|step| loose(step) && !known(step)),
                "{sql}\n{steps:#?}"
            );
        }
        asked += usize::from(steps.iter().any(|step| {
            step.contains("lot_expiry") || step.contains("lot_received") || step.contains("exception_signed")
        }));
    }
    assert_eq!(asked, 6, "each of the three was asked and drawn");
}

#[test]
fn a_scan_counts_once_however_often_it_is_read() {
    let floor = floor(vec![]);
    floor.choose("report:history");
    floor.handheld().act(Input::scan(late())).unwrap();
    let stands = floor.held("place:A-01");
    floor.choose("save:csv");
    assert_eq!(floor.held("place:A-01"), stands, "nothing moves");
}
