//! Counting a place, blind.

use crate::site::{
    EACH, Floor, accepted, bin_with_digits, case, digits_always, each, is_refused, monitor, row, stop, text, unit_at,
};
use lotline_core::Input;
use lotline_core::screen::{Screen, Tone};
use lotline_record::entry::{Body, Seen};
use lotline_record::wire::{Cell, Included, Row};

fn floor(rows: Vec<Row>) -> Floor {
    let floor = Floor::new();
    if !rows.is_empty() {
        floor.page(rows, Included::default());
    }
    begin(&floor, "B-1", "1111");
    floor
}

fn begin(floor: &Floor, badge: &str, pin: &str) {
    floor.sign_in(badge, pin);
    floor.choose("more");
    assert_eq!(floor.choose("count").id, "count.place");
}

fn many(floor: &Floor, label: &str, n: &str) -> Screen {
    assert_eq!(floor.scan(label).id, "count.quantity");
    floor.handheld().act(Input::enter("quantity", n)).unwrap()
}

fn late() -> String {
    each("LATE", "280331")
}

fn old() -> String {
    each("OLD", "261101")
}

fn confirmed(floor: &Floor) -> Vec<bool> {
    let all = floor.entries().into_iter().filter_map(|e| match e.body {
        Body::Counted { confirmed, .. } => Some(confirmed),
        _ => None,
    });
    all.collect()
}

/// A-01 holds 5 OLD and 12 LATE; two LATE are missing.
fn short(floor: &Floor) -> Screen {
    floor.scan("]C0A-01");
    many(floor, &old(), "5");
    many(floor, &late(), "10");
    floor.choose("done")
}

#[test]
fn a_count_that_agrees_stands_and_shows_nothing_of_the_record_before() {
    let floor = floor(vec![]);
    let screen = floor.scan("]C0A-01");
    assert!(screen.lines.is_empty() && screen.progress.is_none(), "blind");
    many(&floor, &old(), "5");
    many(&floor, &late(), "7");
    let screen = many(&floor, &late(), "5");
    assert_eq!(screen.lines.len(), 3);
    let screen = floor.choose("done");
    accepted(&screen);
    assert_eq!((screen.id.as_str(), floor.held("place:A-01")), ("count.place", 17));
    assert_eq!(confirmed(&floor), [true, true]);
    floor.choose("look_up");
    let history: Vec<_> = floor.scan(&late()).lines.into_iter().map(|l| l.text).collect();
    assert!(history.join("\n").contains("counted at A-01: 12"), "{history:?}");
}

#[test]
fn within_the_tolerance_the_count_corrects_the_record() {
    for policy in [r#"{"count_tolerance":2}"#, r#"{"count_tolerance_percent":17}"#] {
        let floor = floor(vec![row("policy", &[text("S1"), Cell::Int(2), text(policy)])]);
        accepted(&short(&floor));
        assert_eq!((floor.held("place:A-01"), floor.held("virtual:unexplained")), (15, 2));
    }
    for policy in [r#"{"count_tolerance":1}"#, r#"{"count_tolerance_percent":16}"#] {
        let floor = floor(vec![row("policy", &[text("S1"), Cell::Int(2), text(policy)])]);
        assert_eq!(short(&floor).tone, Tone::Warn);
        assert_eq!(floor.held("place:A-01"), 17);
    }
}

#[test]
fn outside_of_the_tolerance_another_person_counts_again_and_that_count_stands() {
    let floor = floor(vec![]);
    let screen = short(&floor);
    assert_eq!(screen.tone, Tone::Warn);
    assert!(
        !screen.message.contains("12") && !screen.message.contains("10"),
        "{}",
        screen.message
    );
    assert_eq!((floor.held("place:A-01"), confirmed(&floor)), (17, vec![false, false]));
    assert_eq!(stop(&floor.scan("]C0A-01")), "Your own count");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    floor.choose("sign_out");
    begin(&floor, "B-3", "3333");
    accepted(&short(&floor));
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:unexplained")), (15, 2));
    assert!(matches!(floor.last().body, Body::Recounted { .. }));
    assert_eq!(floor.scan("]C0A-01").id, "count.scan", "settled: anybody may count");
    floor.choose("sign_out");
    floor.sign_in("B-2", "2222");
    assert_eq!(floor.choose("exceptions").prompt, "Nothing is open");
}

#[test]
fn a_count_of_another_device_is_counted_again_here() {
    let other = row("exception", &wire_exception("d9-1-7", "ana"));
    let floor = floor(vec![other]);
    assert_eq!(stop(&floor.scan("]C0A-01")), "Your own count", "on whichever device");
    floor.choose("acknowledge");
    assert_eq!(floor.scan("]C0A-02").id, "count.scan", "another place is free");
    floor.handheld().act(Input::Back).unwrap();
    floor.choose("sign_out");
    begin(&floor, "B-3", "3333");
    accepted(&short(&floor));
    let Body::Recounted { exception, .. } = floor.last().body else {
        panic!("{:?}", floor.last().body)
    };
    assert_eq!(exception.as_str(), "d9-1-7");
}

fn wire_exception(name: &str, by: &str) -> Vec<Cell> {
    let columns = lotline_record::wire::table("exception").unwrap().columns;
    let cell = |column: &str| match column {
        "site" => text("S1"),
        "exception" => text(name),
        "code" => text("count"),
        "state" => text("open"),
        "message" => text(r#"{"id":"count-differs"}"#),
        "account" => text("place:A-01"),
        "raised_by" => text(by),
        "device" => text("d9"),
        "raised_ms" => Cell::Int(1_795_248_000_000),
        _ => Cell::Null,
    };
    columns.iter().map(|c| cell(c)).collect()
}

#[test]
fn what_was_not_counted_is_gone_and_what_nobody_knew_of_is_here_once_counted_again() {
    let floor = floor(vec![]);
    for (badge, pin) in [("", ""), ("B-3", "3333")] {
        if !badge.is_empty() {
            floor.choose("sign_out");
            begin(&floor, badge, pin);
        }
        floor.scan("]C0A-02");
        many(&floor, &case("LATE", "280331"), "1");
        floor.choose("done");
    }
    assert_eq!(
        floor.held("place:A-02"),
        12,
        "two SOON are gone, a case of LATE is here"
    );
}

#[test]
fn an_empty_place_is_confirmed() {
    let floor = floor(vec![]);
    floor.scan("]C0A-03");
    assert_eq!(floor.choose("done").id, "count.empty");
    assert_eq!(floor.choose("back").id, "count.scan");
    floor.choose("done");
    accepted(&floor.choose("empty"));
    assert!(matches!(floor.last().body, Body::Seen(Seen::BinEmpty { .. })));
    floor.scan("]C0A-02");
    floor.choose("done");
    assert_eq!(floor.choose("empty").tone, Tone::Warn, "the record has two");
    assert_eq!(floor.held("place:A-02"), 2);
}

#[test]
fn serials_are_counted_one_by_one_and_each_is_put_where_it_is() {
    let rows = vec![
        unit_at("SN1", "place:A-03", "here"),
        unit_at("SN2", "place:A-03", "here"),
        unit_at("SN3", "place:A-01", "here"),
        unit_at("SN9", "virtual:customer", "shipped"),
    ];
    let floor = floor(rows);
    let count = |floor: &Floor| {
        floor.scan("]C0A-03");
        for name in ["SN1", "SN3", "SN4"] {
            accepted(&floor.scan(&monitor(name)));
        }
        floor.choose("done")
    };
    floor.scan("]C0A-03");
    accepted(&floor.scan(&monitor("SN1")));
    assert_eq!(stop(&floor.scan(&monitor("SN1"))), "Counted already");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&monitor("SN9"))), "Serial was shipped");
    floor.choose("acknowledge");
    floor.choose("undo");
    assert_eq!(floor.handheld().act(Input::Back).unwrap().id, "count.place");
    assert_eq!(count(&floor).tone, Tone::Warn);
    floor.choose("sign_out");
    begin(&floor, "B-3", "3333");
    accepted(&count(&floor));
    let mut moves: Vec<_> = floor
        .entries()
        .into_iter()
        .filter_map(|e| match e.body {
            Body::Adjusted { goods, from, to, .. } => Some(format!("{} {from} {to}", goods.serial.unwrap())),
            _ => None,
        })
        .collect();
    moves.sort();
    let wanted = [
        "SN2 place:A-03 virtual:unexplained",
        "SN3 place:A-01 place:A-03",
        "SN4 virtual:unexplained place:A-03",
    ];
    assert_eq!(moves, wanted);
    assert_eq!(count(&floor).tone, Tone::Accept, "now the record agrees");
}

#[test]
fn undo_takes_back_the_last_scan_and_no_count_is_left_behind() {
    let floor = floor(vec![]);
    floor.scan("]C0A-01");
    many(&floor, &old(), "5");
    many(&floor, &late(), "99");
    floor.scan(&late());
    assert_eq!(floor.choose("done").id, "count.quantity", "how many is open");
    accepted(&floor.choose("undo"));
    let screen = floor.choose("undo");
    accepted(&screen);
    assert_eq!(screen.lines.len(), 1);
    assert!(matches!(floor.last().body, Body::Undone { .. }));
    let screen = floor.handheld().act(Input::Back).unwrap();
    assert_eq!((screen.id.as_str(), screen.tone), ("count.scan", Tone::Warn));
    many(&floor, &late(), "12");
    accepted(&floor.choose("done"));
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
    assert_eq!(floor.held("place:A-01"), 17);
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry() {
    let floor = floor(vec![]);
    let refused = |screen: &Screen, title: &str| {
        assert_eq!(stop(screen), title);
        assert!(is_refused(&floor.last()), "{title}");
        floor.choose("acknowledge");
    };
    refused(&floor.scan(&late()), "Place first");
    refused(&floor.scan("]C0NOWHERE"), "Unknown place");
    floor.scan("]C0A-01");
    refused(&floor.scan("]C0A-02"), "Count is open");
    refused(&floor.scan("]C100003456789012345670"), "Loose goods only");
    refused(&floor.scan("]d20109506000999999"), "Unknown item");
    refused(&floor.scan(&each("LATE", "270930")), "Another expiry");
    floor.scan(&format!("]C101{EACH}"));
    refused(&floor.scan(&format!("]C101{EACH}")), "No lot number");
    floor.scan(&late());
    refused(&floor.scan(&late()), "How many?");
    refused(
        &floor.handheld().act(Input::enter("quantity", "0")).unwrap(),
        "Not a quantity",
    );
}

#[test]
fn b6_a_count_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor(vec![bin_with_digits(), digits_always()]);
    let steps: [(&str, Input); 8] = [
        ("count.check", Input::scan("]C0A-03")),
        ("count.scan", Input::enter("check", "417")),
        ("count.empty", Input::choose("done")),
        ("count.quantity", Input::scan(late())),
        ("count.scan", Input::enter("quantity", "3")),
        ("count.quantity", Input::scan(late())),
        ("count.scan", Input::enter("quantity", "4")),
        ("count.place", Input::choose("done")),
    ];
    for (id, input) in steps {
        floor.handheld().act(input).unwrap();
        floor.killed_at(id);
    }
    let last = floor.entries().into_iter().find_map(|e| match e.body {
        Body::Counted { counted, .. } => Some(counted.to_string()),
        _ => None,
    });
    assert_eq!(last.as_deref(), Some("7"));
}
