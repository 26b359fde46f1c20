//! Destroying goods, and who signs for it.

use crate::pick::{block, late, offers, refused, serial, soon};
use crate::site::{
    CASE, EACH, Floor, MONITOR, accepted, bin_with_digits, digits_always, each, person, policy, rows, together,
};
use lotline_core::Input;
use lotline_core::screen::{AwaitKind, Tone};
use lotline_record::entry::Body;
use lotline_record::model::Lifecycle;
use lotline_record::rules;
use lotline_record::stock::{Effect, effects};
use lotline_record::wire::Row;

fn floor_of(more: Vec<Row>) -> Floor {
    let more = more.into_iter().chain([person("quin", "B-4", "4444", "quality")]);
    let floor = Floor::on(rows().into_iter().chain(more).collect());
    floor.sign_in("B-1", "1111");
    floor.choose("more");
    assert_eq!(floor.choose("dispose").id, "dispose.place");
    floor
}

/// At A-01, with a reason.
fn at(reason: &str, more: Vec<Row>) -> Floor {
    let floor = floor_of(more);
    assert_eq!(floor.scan("]C0A-01").id, "dispose.reason");
    assert_eq!(floor.choose(reason).id, "dispose.scan");
    floor
}

fn noted(floor: &Floor, label: &str, n: &str) {
    assert_eq!(floor.scan(label).id, "dispose.quantity");
    accepted(&floor.enter("quantity", n));
}

/// From the lines to the badge, without a certificate.
fn to_sign(floor: &Floor) {
    assert_eq!(floor.choose("sign").id, "dispose.certificate");
    assert_eq!(floor.choose("none").id, "dispose.badge");
}

#[test]
fn goods_are_destroyed_once_a_second_person_has_signed() {
    let floor = at("reason:damaged", vec![]);
    let screen = floor.scan(&late());
    assert_eq!(screen.awaits.kind, AwaitKind::Quantity);
    let screen = floor.enter("quantity", "3");
    assert!(screen.message.contains("3 EA"), "{}", screen.message);
    noted(&floor, &each("OLD", "261101"), "2");
    assert_eq!(floor.held("place:A-01"), 17, "nothing is booked before it is signed");
    assert_eq!(floor.choose("done").id, "dispose.scan", "nor left");
    assert_eq!(floor.handheld().act(Input::Back).unwrap().tone, Tone::Warn);
    floor.choose("sign");
    assert_eq!(floor.enter("certificate", " C-77 ").id, "dispose.badge");
    floor.scan("B-2");
    accepted(&floor.enter("pin", "2222"));
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:disposed")), (12, 5));
    let entries: Vec<_> = floor
        .entries()
        .into_iter()
        .filter(|e| e.body.kind() == "disposed")
        .collect();
    assert_eq!(entries.len(), 2);
    for entry in &entries {
        let Body::Disposed {
            reason,
            certificate,
            signature,
            ..
        } = &entry.body
        else {
            panic!()
        };
        assert_eq!((reason.as_str(), certificate.as_deref()), ("damaged", Some("C-77")));
        assert_eq!(
            (signature.person.as_str(), signature.meaning.as_str()),
            ("sam", "meaning-dispose")
        );
        assert_eq!(rules::recheck(&entry.verdict), Ok(()));
    }
    assert_eq!(floor.choose("done").id, "home");
    floor.choose("look_up");
    let screen = floor.scan(&late());
    let lines: Vec<_> = screen.lines.iter().map(|l| l.text.as_str()).collect();
    assert!(lines.join("\n").contains("destroyed (damaged): 3"), "{lines:?}");
}

#[test]
fn who_signs_is_another_person_whose_role_may() {
    let floor = at("reason:damaged", vec![]);
    noted(&floor, &late(), "1");
    to_sign(&floor);
    refused(&floor, &floor.scan("B-99"), "Unknown badge");
    refused(&floor, &floor.scan("B-1"), "Another person signs");
    refused(&floor, &floor.scan("B-3"), "Not yours to decide");
    refused(&floor, &floor.scan(&late()), "No scan needed");
    assert_eq!(floor.scan("B-2").id, "dispose.pin");
    refused(&floor, &floor.enter("pin", "1111"), "Wrong PIN");
    assert_eq!(floor.held("virtual:disposed"), 0);
    floor.scan("B-4");
    accepted(&floor.enter("pin", "4444"));
    assert_eq!(floor.held("virtual:disposed"), 1);
}

#[test]
fn what_a_recall_or_quality_holds_back_is_destroyed_and_quality_signs_for_it() {
    for kind in ["recall", "quality"] {
        let floor = at("reason:recalled", vec![block(kind, "LATE")]);
        noted(&floor, &late(), "12");
        to_sign(&floor);
        refused(&floor, &floor.scan("B-2"), "Not yours to decide");
        floor.scan("B-4");
        accepted(&floor.enter("pin", "4444"));
        assert_eq!(floor.held("virtual:disposed"), 12, "{kind}");
        let entry = floor.last();
        assert_eq!(
            rules::dispose_act(&entry.verdict),
            "dispose-held",
            "{kind}: the gateway finds the same"
        );
    }
    let floor = at("reason:contaminated", vec![block("hold", "LATE")]);
    noted(&floor, &late(), "1");
    to_sign(&floor);
    floor.scan("B-2");
    accepted(&floor.enter("pin", "2222"));
    assert_eq!(
        floor.held("virtual:disposed"),
        1,
        "what is on hold a supervisor signs, too"
    );
}

#[test]
fn only_what_has_expired_is_destroyed_as_expired() {
    let floor = at("reason:expired", vec![]);
    refused(&floor, &floor.scan(&late()), "Not expired");
    noted(&floor, &each("OLD", "261101"), "5");
    to_sign(&floor);
    floor.scan("B-2");
    accepted(&floor.enter("pin", "2222"));
    assert_eq!(floor.held("virtual:disposed"), 5);
}

#[test]
fn a_site_may_ask_for_a_certificate() {
    let floor = at("reason:damaged", vec![policy(r#"{"dispose_certificate":true}"#)]);
    noted(&floor, &late(), "1");
    let screen = floor.choose("sign");
    assert!(!offers(&screen, "none"));
    assert_eq!(floor.choose("none").id, "dispose.certificate");
    assert_eq!(floor.enter("certificate", "  ").id, "dispose.certificate");
    refused(&floor, &floor.scan(&late()), "No scan needed");
    assert_eq!(floor.scan("CERT-9").id, "dispose.badge");
}

#[test]
fn more_than_the_record_has_may_be_destroyed() {
    let floor = at("reason:damaged", vec![]);
    noted(&floor, &late(), "20");
    to_sign(&floor);
    floor.scan("B-2");
    assert_eq!(floor.enter("pin", "2222").tone, Tone::Warn);
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:disposed")), (-3, 20));
}

#[test]
fn of_two_lines_of_one_lot_the_second_is_taken_from_what_the_first_left() {
    let floor = at("reason:damaged", vec![]);
    noted(&floor, &late(), "8");
    noted(&floor, &late(), "5");
    to_sign(&floor);
    floor.scan("B-2");
    assert_eq!(floor.enter("pin", "2222").tone, Tone::Warn, "thirteen of twelve");
    let held = |entry: &lotline_record::entry::Entry| {
        let facts = entry.verdict.grounds.iter().map(|ground| ground.facts.clone());
        facts.into_iter().find_map(|facts| match facts {
            rules::Facts::InStock { held, .. } => Some(held),
            _ => None,
        })
    };
    let entries = floor.entries();
    let disposed = entries.iter().filter(|e| e.body.kind() == "disposed");
    let held: Vec<_> = disposed.filter_map(held).collect();
    assert_eq!(held, [12, 4].map(lotline_record::model::Amount::whole));
}

#[test]
fn a_destroyed_serial_is_destroyed_and_not_once_more() {
    let label = format!("]d201{MONITOR}21SN1");
    let floor = at("reason:damaged", vec![serial("place:A-01", "here")]);
    accepted(&floor.scan(&label));
    refused(&floor, &floor.scan(&label), "Counted already");
    to_sign(&floor);
    floor.scan("B-2");
    floor.enter("pin", "2222");
    let all = effects(&floor.last().body);
    let lifecycle = all.iter().find_map(|effect| match effect {
        Effect::Serial { lifecycle, .. } => Some(*lifecycle),
        _ => None,
    });
    assert_eq!(lifecycle, Some(Lifecycle::Disposed));
    refused(&floor, &floor.scan(&label), "No longer here");
    accepted(&floor.choose("undo"));
    accepted(&floor.scan(&label));
    let floor = at("reason:damaged", vec![serial("virtual:customer", "shipped")]);
    refused(&floor, &floor.scan(&label), "Serial was shipped");
    let floor = at("reason:damaged", vec![serial("place:A-02", "here")]);
    assert_eq!(floor.scan(&label).tone, Tone::Warn, "whoever holds it is right");
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry() {
    let floor = floor_of(vec![]);
    refused(&floor, &floor.scan(&late()), "Place first");
    refused(&floor, &floor.scan("]C0NOWHERE"), "Unknown place");
    floor.scan("]C0A-01");
    refused(&floor, &floor.scan(&late()), "Reason first");
    assert_eq!(floor.choose("reason:nonsense").id, "dispose.reason");
    floor.choose("reason:damaged");
    refused(&floor, &floor.scan("]d20109506000999999"), "Unknown item");
    refused(&floor, &floor.scan(&format!("]d201{CASE}17280331")), "No lot number");
    refused(&floor, &floor.scan(&format!("]d201{MONITOR}10X")), "No serial number");
    refused(&floor, &floor.scan(&format!("]d201{EACH}10NEW")), "No expiry date");
    refused(&floor, &floor.scan(&each("LATE", "270930")), "Another expiry");
    refused(&floor, &floor.scan("]C100003456789012345670"), "Not a whole pallet");
    floor.scan(&late());
    refused(&floor, &floor.scan(&soon()), "How many?");
    for text in ["-1", "0", "many", "99999999999999"] {
        refused(&floor, &floor.enter("quantity", text), "Not a quantity");
    }
}

#[test]
fn a_line_is_taken_back_before_it_is_signed_and_one_by_one_after() {
    let floor = at("reason:damaged", vec![]);
    noted(&floor, &late(), "1");
    noted(&floor, &each("OLD", "261101"), "2");
    floor.scan(&late());
    accepted(&floor.choose("undo"));
    accepted(&floor.choose("undo"));
    assert_eq!(
        floor.handheld().screen().unwrap().lines.len(),
        1,
        "the line before it stays"
    );
    noted(&floor, &each("OLD", "261101"), "3");
    to_sign(&floor);
    floor.scan("B-2");
    floor.enter("pin", "2222");
    assert_eq!(floor.held("place:A-01"), 13);
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:disposed")), (16, 1));
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:disposed")), (17, 0));
    assert_eq!(floor.choose("undo").tone, Tone::Warn);
}

#[test]
fn b6_a_disposal_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor_of(vec![bin_with_digits(), digits_always()]);
    let steps: [(&str, Input); 9] = [
        ("dispose.check", Input::scan("]C0A-03")),
        ("dispose.reason", Input::enter("check", "417")),
        ("dispose.scan", Input::choose("reason:damaged")),
        ("dispose.quantity", Input::scan(late())),
        ("dispose.scan", Input::enter("quantity", "2")),
        ("dispose.certificate", Input::choose("sign")),
        ("dispose.badge", Input::enter("certificate", "C-1")),
        ("dispose.pin", Input::scan("B-2")),
        ("dispose.scan", Input::enter("pin", "2222")),
    ];
    for (id, input) in steps {
        floor.handheld().act(input).unwrap();
        floor.killed_at(id);
    }
    assert_eq!(floor.held("virtual:disposed"), 2);
}

#[test]
fn the_digits_of_a_place_come_before_the_goods() {
    let floor = floor_of(vec![bin_with_digits(), digits_always()]);
    floor.scan("]C0A-03");
    refused(&floor, &floor.scan(&late()), "Digits first");
    refused(&floor, &floor.enter("check", "000"), "Other digits");
}

#[test]
fn two_devices_that_destroy_the_same_lot_have_both_destroyed_it() {
    let (here, there) = (at("reason:damaged", vec![]), at("reason:damaged", vec![]));
    for floor in [&here, &there] {
        noted(floor, &late(), "2");
        to_sign(floor);
        floor.scan("B-2");
        accepted(&floor.enter("pin", "2222"));
    }
    let sums: Vec<_> = together(&[&here, &there]).into_iter().collect();
    let wanted = [("place:A-01", -4), ("virtual:disposed", 4)];
    assert_eq!(sums, wanted.map(|(account, n)| (account.to_owned(), n)));
}
