//! What a policy switches on: how numbers are written, what regulations ask for; and a policy that is refused.

use crate::site::{EACH, Floor, MONITOR, accepted, case, each, monitor, policy, row, stop, text};
use lotline_core::Input;
use lotline_core::screen::{ScanSource, Screen};
use lotline_record::entry::{Body, Entry};
use lotline_record::rules::Facts;
use lotline_record::wire::{Cell, Included, Row};

const BARE: &str = r#""receipt":{"flag_bare_notices":false}"#;

/// Ana with the small site under these settings.
fn under(settings: &str) -> Floor {
    with(vec![policy(&format!("{{{BARE},{settings}}}"))])
}

fn with(rows: Vec<Row>) -> Floor {
    let floor = Floor::new();
    floor.page(rows, Included::default());
    floor.sign_in("B-1", "1111");
    floor
}

fn typed(floor: &Floor, label: &str) -> Screen {
    let input = Input::Scan {
        bytes: label.as_bytes().to_vec(),
        symbology: None,
        source: ScanSource::Typed,
    };
    floor.handheld().act(input).unwrap()
}

fn body(screen: &Screen) -> String {
    screen
        .fields
        .iter()
        .map(|f| f.value.as_str())
        .collect::<Vec<_>>()
        .join(" ")
        + &screen.to_json()
}

fn asked_for_format(entry: &Entry) -> bool {
    entry
        .verdict
        .grounds
        .iter()
        .any(|g| matches!(g.facts, Facts::NumberFormat { .. }))
}

const LOTS: &str = r#""formats":[{"name":"Lots of P500","of":"lot","item":"P500",
    "format":{"min":5,"max":8,"characters":"digits_and_capitals","prefixes":["L"],"dates":[{"at":2,"form":"YYMM"}]}},
    {"name":"Monitors","of":"serial","item":"MON","format":{"characters":"digits"}}]"#;

#[test]
fn c5_a_number_that_is_not_written_as_its_rule_asks_is_stopped_at_the_dock_and_put_aside() {
    let floor = under(LOTS);
    floor.receive();
    accepted(&floor.scan(&case("L2612", "280331")));
    assert!(asked_for_format(&floor.last()), "what was asked stands in the entry");
    for (lot, why) in [
        ("L261", "5–8"),
        ("L26126789", "5–8"),
        ("L2612a", "0–9 A–Z"),
        ("K2612", "beginnings: L"),
        ("L2613", "YYMM"),
    ] {
        let screen = floor.scan(&case(lot, "280331"));
        assert_eq!(stop(&screen), "Number looks wrong", "{lot}");
        assert!(body(&screen).contains(why), "{lot}: {}", body(&screen));
        assert!(body(&screen).contains("Lots of P500"));
        floor.choose("acknowledge");
    }
    assert_eq!(stop(&floor.scan(&monitor("SN1"))), "Number looks wrong");
    floor.choose("put_aside");
    let Body::Raised { code, .. } = floor.last_of("raised").body else {
        panic!()
    };
    assert_eq!(code, "number_format");
    accepted(&floor.scan(&monitor("771")));
}

#[test]
fn c5_the_format_is_asked_where_goods_come_back_where_they_are_found_and_of_a_row_of_serials() {
    let floor = under(LOTS);
    floor.choose("more");
    floor.choose("adjust");
    assert_eq!(floor.scan("]C0A-01").id, "adjust.reason");
    assert_eq!(floor.choose("reason:found").id, "adjust.scan");
    assert_eq!(stop(&floor.scan(&each("K99", "280331"))), "Number looks wrong");

    let floor = under(LOTS);
    floor.receive();
    floor.choose("range");
    floor.scan(&monitor("A1"));
    floor.scan(&monitor("A2"));
    assert_eq!(stop(&floor.choose("count")), "Number looks wrong");
    assert!(floor.entries().iter().all(|e| e.body.kind() != "received"));
}

#[test]
fn c5_what_is_here_is_picked_by_its_number_whatever_the_rule_says_now_and_a_typed_number_is_asked_like_a_scan() {
    let floor = under(LOTS);
    floor.pick();
    floor.scan("]C0A-02");
    accepted(&typed(&floor, &format!("(01){EACH}(17)270331(10)SOON")));
    let screen = typed(&floor, &format!("(01){EACH}(17)270331(10)SOONER"));
    assert_eq!(
        stop(&screen),
        "Number looks wrong",
        "nobody knows that lot: it is a slip of the finger"
    );
}

#[test]
fn c5_a_policy_that_contradicts_itself_is_refused_by_name_and_the_last_good_one_stays() {
    let good = policy(&format!(r#"{{"version":2,{BARE},{LOTS}}}"#));
    let bad = r#"{"version":3,"formats":[{"name":"Lots of B","of":"lot","format":{"min":9,"max":4}}]}"#;
    let bad = row("policy", &[text("S1"), Cell::Int(3), text(bad)]);
    let floor = with(vec![good, bad.clone()]);
    let screen = floor.handheld().screen().unwrap();
    assert_eq!(stop(&screen), "Policy refused");
    let said = body(&screen);
    assert!(said.contains("Policy 3 does not take effect; policy 2 stays"), "{said}");
    assert!(
        said.contains("Lots of B: at least 9 and at most 4 characters"),
        "{said}"
    );
    let Body::Raised { code, .. } = floor.last_of("raised").body else {
        panic!()
    };
    assert_eq!((code.as_str(), floor.last().policy), ("policy_refused", 2));
    floor.choose("acknowledge");
    floor.receive();
    assert_eq!(
        stop(&floor.scan(&case("K2612", "280331"))),
        "Number looks wrong",
        "the last good one holds"
    );
    floor.choose("acknowledge");
    floor.choose("back");
    let raised = || floor.entries().iter().filter(|e| e.body.kind() == "raised").count();
    assert_eq!(raised(), 1, "it is told once");
    let unreadable = row("policy", &[text("S1"), Cell::Int(4), text(r#"{"profiles":"all"}"#)]);
    floor.page(vec![unreadable], Included::default());
    let screen = floor.choose("look_up");
    assert_eq!((stop(&screen), raised()), ("Policy refused", 2));
    assert!(body(&screen).contains("cannot read it"), "{}", body(&screen));
}

/// Under one profile: whether a label comes in, and what is missing where it does not.
fn comes_in(profile: &str, label: &str, item: &str) -> Option<String> {
    let floor = under(&format!(r#""profiles":[{{"profile":"{profile}","item":"{item}"}}]"#));
    floor.receive();
    let screen = floor.scan(label);
    if floor.last().body.kind() == "received" {
        return None;
    }
    assert_eq!(stop(&screen), "Missing by regulation");
    let said = body(&screen);
    let field = [
        "lot number",
        "serial number",
        "expiry date",
        "country of origin",
        "neither lot",
    ];
    field.iter().find(|f| said.contains(**f)).map(|f| (*f).to_owned())
}

#[test]
fn c6_each_profile_asks_for_its_own_fields_names_itself_and_asks_nothing_of_other_items() {
    let unit = format!("]d201{MONITOR}17280331211{}10L1", "\u{1d}");
    let bare = format!("]d201{MONITOR}211");
    let missing = |profile: &str, label: &str| comes_in(profile, label, "MON");
    for profile in ["dscsa", "eu_fmd"] {
        assert_eq!(missing(profile, &unit), None);
        assert_eq!(missing(profile, &bare).as_deref(), Some("lot number"), "{profile}");
        let undated = format!("{bare}\u{1d}10L1");
        assert_eq!(missing(profile, &undated).as_deref(), Some("expiry date"), "{profile}");
        let lot_alone = each("NEW", "280331");
        assert_eq!(
            comes_in(profile, &lot_alone, "P500").as_deref(),
            Some("serial number"),
            "{profile}"
        );
    }
    assert_eq!(missing("fsma_204", &bare).as_deref(), Some("lot number"));
    assert_eq!(missing("udi", &bare), None, "a serial is a production identifier");
    assert_eq!(missing("part_11", &bare), None);
    let lot = format!("{bare}\u{1d}10L1");
    assert_eq!(missing("conflict_minerals", &lot).as_deref(), Some("country of origin"));
    assert_eq!(missing("conflict_minerals", &format!("{lot}\u{1d}422180")), None);
    assert_eq!(comes_in("dscsa", &bare, "P500"), None, "another item is under it");

    let floor = under(r#""profiles":[{"profile":"dscsa"}]"#);
    floor.receive();
    let screen = floor.scan(&bare);
    assert_eq!(stop(&screen), "Missing by regulation");
    let said = body(&screen);
    assert!(said.contains("DSCSA asks for it (21 USC 360eee(14))"), "{said}");
}

#[test]
fn c6_goods_whose_sender_nobody_told_do_not_come_in_under_food_traceability() {
    let sender = |profiles: &str| {
        let mut notice = ["S1", "notice", "80041", "ACME"].map(text).to_vec();
        notice.extend([Cell::Null, text("DOCK-1"), text("open")]);
        let floor = with(vec![
            policy(&format!(r#"{{{BARE},"profiles":[{profiles}]}}"#)),
            row("document", &notice),
        ]);
        floor.receive();
        floor.scan(&case("NEW", "280331"))
    };
    let screen = sender(r#"{"profile":"fsma_204"}"#);
    assert_eq!(stop(&screen), "Missing by regulation");
    assert!(body(&screen).contains("who sent the goods"));
    accepted(&sender(""));
}

#[test]
fn c6_a_lot_larger_than_its_profile_names_is_pointed_out() {
    let asked = |settings: &str| {
        let floor = under(settings);
        floor.receive();
        floor.scan(&format!("]d201{MONITOR}2177\u{1d}10L\u{1d}422180"));
        let limit = |e: &Entry| {
            e.verdict.grounds.iter().find_map(|g| match &g.facts {
                Facts::LotSize { limit, .. } => Some(limit.micros() / 1_000_000),
                _ => None,
            })
        };
        floor.entries().iter().find_map(limit)
    };
    assert_eq!(
        asked(r#""profiles":[{"profile":"conflict_minerals","item":"MON"}]"#),
        Some(2_000)
    );
    assert_eq!(
        asked(r#""profiles":[{"profile":"conflict_minerals","item":"P500"}]"#),
        None
    );
    let both = r#""profiles":[{"profile":"conflict_minerals"}]"#;
    let said = format!("{{{BARE},{both}}}").replace("false}", r#"false,"max_lot_size":70}"#);
    let floor = with(vec![policy(&said)]);
    floor.receive();
    floor.scan(&format!("]d201{MONITOR}2177\u{1d}10L\u{1d}422180"));
    let sizes = |e: &Entry| {
        e.verdict
            .grounds
            .iter()
            .any(|g| matches!(&g.facts, Facts::LotSize { limit, .. } if limit.micros() == 70_000_000))
    };
    assert!(
        floor.entries().iter().any(sizes),
        "what the site says itself comes first"
    );
}

#[test]
fn c6_under_part_11_an_override_is_signed_and_wrong_pins_lock_out_whatever_the_policy_says() {
    let overriding = |profiles: &str| {
        let floor = under(&format!(
            r#""rotation_override_signed":false,"lockout_after":9,"profiles":[{profiles}]"#
        ));
        floor.pick();
        floor.scan("]C0A-01");
        floor.scan(&each("LATE", "280331"));
        floor.choose("acknowledge");
        floor.choose("override");
        let screen = floor.choose("reason:buried");
        (floor, screen.id)
    };
    let locked_at = |floor: &Floor| {
        floor.choose("back");
        floor.choose("back");
        floor.choose("sign_out");
        (0..9)
            .map(|_| floor.sign_in("B-1", "0000").title)
            .position(|title| title == "Locked")
    };
    let (floor, next) = overriding(r#"{"profile":"part_11"}"#);
    assert_eq!((next.as_str(), locked_at(&floor)), ("pick.badge", Some(4)));
    let (floor, next) = overriding("");
    assert_eq!((next.as_str(), locked_at(&floor)), ("pick.item", Some(8)));
}
