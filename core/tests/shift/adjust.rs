//! Adjusting stock with a reason, and the second person's signature.

use crate::site::{
    CASE, EACH, Floor, MONITOR, accepted, bin_with_digits, case, digits_always, each, is_refused, kinds, person,
    policy, stop, text, together, unit_at,
};
use lotline_core::Input;
use lotline_core::screen::{AwaitKind, Screen, Tone};
use lotline_record::entry::{Body, Entry, Seen};
use lotline_record::model::Policy;
use lotline_record::rules;
use lotline_record::wire::{Cell, Included, Row};

fn serial(at: &str, lifecycle: &str) -> Row {
    unit_at("SN1", at, lifecycle)
}

fn floor_of(rows: Vec<Row>, badge: &str, pin: &str) -> Floor {
    let floor = Floor::new();
    if !rows.is_empty() {
        floor.page(rows, Included::default());
    }
    floor.sign_in(badge, pin);
    floor.choose("more");
    assert_eq!(floor.choose("adjust").id, "adjust.place");
    floor
}

/// At a place, with a reason.
fn at(floor: &Floor, place: &str, reason: &str) {
    assert_eq!(floor.scan(place).id, "adjust.reason");
    assert_eq!(floor.choose(reason).id, "adjust.scan");
}

fn floor(reason: &str) -> Floor {
    let floor = floor_of(vec![], "B-1", "1111");
    at(&floor, "]C0A-01", reason);
    floor
}

fn many(floor: &Floor, n: &str) -> Screen {
    floor.handheld().act(Input::enter("quantity", n)).unwrap()
}

fn pin(floor: &Floor, pin: &str) -> Screen {
    floor.handheld().act(Input::enter("pin", pin)).unwrap()
}

fn late() -> String {
    each("LATE", "280331")
}

fn adjusted(entry: &Entry) -> (&str, Option<&str>) {
    let Body::Adjusted { reason, signature, .. } = &entry.body else {
        panic!("{:?}", entry.body)
    };
    (reason, signature.as_ref().map(|s| s.person.as_str()))
}

#[test]
fn what_is_lost_leaves_the_place_and_what_is_found_comes_to_it() {
    let floor = floor("reason:lost");
    let screen = floor.scan(&late());
    assert_eq!(
        (screen.id.as_str(), screen.awaits.kind),
        ("adjust.quantity", AwaitKind::Quantity)
    );
    assert_eq!(floor.held("place:A-01"), 17, "not before it is known how many");
    let screen = many(&floor, "3");
    accepted(&screen);
    assert!(screen.message.contains("3 EA"), "{}", screen.message);
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:unexplained")), (14, 3));
    assert_eq!(adjusted(&floor.last()), ("lost", None));
    floor.choose("reason");
    floor.choose("reason:found");
    floor.scan(&late());
    accepted(&many(&floor, "5"));
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:unexplained")), (19, -2));
    assert_eq!(floor.choose("done").id, "home");
}

#[test]
fn damaged_goods_are_disposed_of_and_a_place_may_be_left_for_another() {
    let floor = floor("reason:damaged");
    floor.scan(&late());
    many(&floor, "1");
    assert_eq!(floor.held("virtual:disposed"), 1);
    assert_eq!(floor.scan("]C0A-02").id, "adjust.scan", "the reason stays");
    floor.scan(&each("SOON", "270331"));
    many(&floor, "2");
    assert_eq!((floor.held("virtual:disposed"), floor.held("place:A-02")), (3, 0));
}

#[test]
fn more_than_the_record_has_may_be_gone_and_a_case_is_opened_for_it() {
    let floor = floor("reason:lost");
    floor.scan("]C0A-02");
    floor.scan(&each("SOON", "270331"));
    let screen = many(&floor, "4");
    assert_eq!(screen.tone, Tone::Warn, "a person who looked is right");
    assert_eq!(floor.held("place:A-02"), -2);
}

#[test]
fn above_the_limit_a_supervisor_signs_with_badge_and_pin() {
    let floor = floor("reason:lost");
    floor.scan(&case("LATE", "280331"));
    let screen = many(&floor, "1");
    assert_eq!((screen.id.as_str(), screen.tone), ("adjust.badge", Tone::Warn));
    assert_eq!(floor.held("place:A-01"), 17, "twelve are above the limit of ten");
    assert_eq!(stop(&floor.scan("B-99")), "Unknown badge");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("B-1")), "Another person signs");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("B-3")), "Not yours to decide");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    assert_eq!(floor.scan("B-2").id, "adjust.pin");
    assert_eq!(
        stop(&pin(&floor, "1111")),
        "Wrong PIN",
        "not the PIN of who is signed in"
    );
    floor.choose("acknowledge");
    assert_eq!(floor.handheld().screen().unwrap().id, "adjust.badge");
    floor.scan("B-2");
    let screen = pin(&floor, "2222");
    assert_ne!(screen.tone, Tone::Stop, "{}", screen.to_json());
    assert_eq!(floor.held("place:A-01"), 5);
    let entry = floor.last();
    assert_eq!(adjusted(&entry), ("lost", Some("sam")));
    assert_eq!(entry.who.as_ref().unwrap().person.as_str(), "ana");
    assert_eq!(rules::recheck(&entry.verdict), Ok(()));
    assert_ne!(
        entry.verdict.outcome,
        rules::Outcome::Stop,
        "signed is within the limit"
    );
    let asked: Vec<_> = entry.verdict.grounds.iter().map(|g| g.facts.rule()).collect();
    assert!(
        asked.contains(&"second_person") && asked.contains(&"adjust_limit"),
        "{asked:?}"
    );
    let written = serde_json::to_string(&floor.entries()).unwrap();
    assert!(!written.contains("2222"), "a PIN is in the record");
}

#[test]
fn a_supervisor_does_not_sign_their_own_adjustment() {
    let floor = floor_of(vec![person("eva", "B-9", "9999", "supervisor")], "B-2", "2222");
    at(&floor, "]C0A-01", "reason:found");
    floor.scan(&late());
    assert_eq!(many(&floor, "11").id, "adjust.badge");
    assert_eq!(stop(&floor.scan("B-2")), "Another person signs");
    floor.choose("acknowledge");
    floor.scan("B-9");
    accepted(&pin(&floor, "9999"));
    assert_eq!(adjusted(&floor.last()), ("found", Some("eva")));
}

#[test]
fn a_badge_that_is_out_of_use_or_of_another_owner_signs_nothing() {
    let mut left = person("leo", "B-7", "7777", "supervisor");
    left.r[9] = Cell::Int(0);
    let mut other = person("tom", "B-6", "6666", "supervisor");
    other.r[8] = text("OTHER");
    let floor = floor_of(vec![left, other], "B-1", "1111");
    at(&floor, "]C0A-01", "reason:found");
    floor.scan(&late());
    many(&floor, "11");
    assert_eq!(stop(&floor.scan("B-7")), "Badge not in use");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan("B-6")), "Not your owner");
    floor.choose("acknowledge");
    assert_eq!(floor.held("place:A-01"), 17);
}

#[test]
fn many_small_adjustments_are_a_large_one_and_what_is_taken_back_does_not_count() {
    let floor = floor("reason:lost");
    floor.scan(&late());
    accepted(&many(&floor, "10"));
    floor.scan(&late());
    assert_eq!(many(&floor, "1").id, "adjust.badge");
    accepted(&floor.choose("undo"));
    assert_eq!(
        floor.held("place:A-01"),
        7,
        "what was open is dropped, not what was booked"
    );
    accepted(&floor.choose("undo"));
    assert_eq!((floor.held("place:A-01"), floor.held("virtual:unexplained")), (17, 0));
    floor.scan(&late());
    accepted(&many(&floor, "10"));
    assert_eq!(floor.choose("undo").tone, Tone::Accept);
    assert_eq!(floor.choose("undo").tone, Tone::Warn, "nothing is left to take back");
}

#[test]
fn wrong_pins_of_who_signs_lock_that_person_out() {
    let floor = floor("reason:lost");
    floor.scan(&late());
    many(&floor, "11");
    for n in 1..=5 {
        floor.scan("B-2");
        let screen = pin(&floor, "0000");
        assert_eq!(stop(&screen), if n < 5 { "Wrong PIN" } else { "Locked" });
        floor.choose("acknowledge");
    }
    floor.scan("B-2");
    assert_eq!(stop(&pin(&floor, "2222")), "Locked", "the right PIN too");
    floor.choose("acknowledge");
    floor.wait_ms(16 * 60_000);
    assert_eq!(floor.held("place:A-01"), 17);
    floor.choose("sign_out");
    assert_eq!(floor.sign_in("B-2", "2222").id, "home", "locked for fifteen minutes");
}

#[test]
fn a_serial_needs_no_quantity_and_has_its_own_stops() {
    let label = format!("]d201{MONITOR}21SN1");
    let with = |at_account: &str, lifecycle: &str, reason: &str| {
        let floor = floor_of(vec![serial(at_account, lifecycle)], "B-1", "1111");
        at(&floor, "]C0A-01", reason);
        floor
    };
    let floor = with("place:A-01", "here", "reason:damaged");
    assert_ne!(floor.scan(&label).tone, Tone::Stop);
    assert_eq!(adjusted(&floor.last()), ("damaged", None));
    assert_eq!(
        stop(&floor.scan(&label)),
        "No longer here",
        "destroyed once is destroyed"
    );
    let floor = with("place:A-02", "here", "reason:found");
    assert_eq!(stop(&floor.scan(&label)), "Serial already here");
    let floor = with("virtual:customer", "shipped", "reason:found");
    assert_eq!(stop(&floor.scan(&label)), "Serial was shipped");
    let floor = with("virtual:customer", "shipped", "reason:lost");
    assert_eq!(stop(&floor.scan(&label)), "Serial was shipped");
    let floor = with("place:A-02", "here", "reason:lost");
    let screen = floor.scan(&label);
    assert_eq!(screen.tone, Tone::Warn);
    assert!(screen.message.contains("recorded at A-02"), "{}", screen.message);
    // Lost, then found: the same one.
    let floor = with("place:A-01", "here", "reason:lost");
    floor.scan(&label);
    floor.choose("reason");
    floor.choose("reason:found");
    accepted(&floor.scan(&label));
    assert_eq!(stop(&floor.scan(&label)), "Serial already here");
}

#[test]
fn each_wrong_scan_has_its_stop_and_its_entry() {
    let floor = floor_of(vec![], "B-1", "1111");
    let refused = |screen: &Screen, title: &str| {
        assert_eq!(stop(screen), title);
        assert!(is_refused(&floor.last()), "{title}: {:?}", kinds(&floor.entries()));
        floor.choose("acknowledge");
    };
    refused(&floor.scan(&late()), "Place first");
    refused(&floor.scan("]C0NOWHERE"), "Unknown place");
    floor.scan("]C0A-01");
    refused(&floor.scan(&late()), "Reason first");
    floor.choose("reason:lost");
    refused(&floor.scan("]d20109506000999999"), "Unknown item");
    refused(&floor.scan(&format!("]d201{CASE}17280331")), "No lot number");
    refused(&floor.scan(&each("LATE", "270930")), "Another expiry");
    floor.scan(&late());
    refused(&floor.scan(&late()), "How many?");
    assert_eq!(floor.choose("done").id, "adjust.quantity", "what is open is not left");
    for text in ["-1", "0", "many", "99999999999999", "0.0000001"] {
        refused(&many(&floor, text), "Not a quantity");
    }
    accepted(&many(&floor, "1"));
    assert_eq!(floor.held("place:A-01"), 16);
}

#[test]
fn a_reason_nobody_offered_and_a_way_that_stays_inside_are_not_taken() {
    let mut own = Policy::default();
    own.adjust_reasons.remove(0);
    own.adjust_reasons[0].name = "Gone astray".into();
    own.adjust_reasons[1].account = "place:A-02".parse().unwrap();
    let floor = floor_of(vec![policy(&serde_json::to_string(&own).unwrap())], "B-1", "1111");
    let screen = floor.scan("]C0A-01");
    let offered: Vec<_> = screen.actions.iter().filter(|a| a.id.starts_with("reason:")).collect();
    let offered: Vec<_> = offered.iter().map(|a| (a.id.as_str(), a.label.as_str())).collect();
    assert_eq!(offered, [("reason:lost", "Gone astray"), ("reason:expired", "Expired")]);
    for id in ["reason:found", "reason:damaged", "reason:"] {
        assert_eq!(floor.choose(id).id, "adjust.reason", "{id}");
    }
}

#[test]
fn a_policy_without_reasons_takes_the_usual_ones_and_one_that_says_so_has_none() {
    let floor = floor_of(vec![policy(r#"{"adjust_limit":0}"#)], "B-1", "1111");
    at(&floor, "]C0A-01", "reason:lost");
    floor.scan(&late());
    assert_eq!(many(&floor, "1").id, "adjust.badge", "nothing without a second person");
    let floor = floor_of(vec![policy(r#"{"adjust_reasons":[]}"#)], "B-1", "1111");
    let screen = floor.scan("]C0A-01");
    assert!(screen.actions.iter().all(|a| !a.id.starts_with("reason:")));
}

#[test]
fn b6_an_adjustment_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor_of(vec![], "B-1", "1111");
    let steps: [(&str, Input); 6] = [
        ("adjust.reason", Input::scan("]C0A-01")),
        ("adjust.scan", Input::choose("reason:lost")),
        ("adjust.quantity", Input::scan(late())),
        ("adjust.badge", Input::enter("quantity", "11")),
        ("adjust.pin", Input::scan("B-2")),
        ("adjust.scan", Input::enter("pin", "2222")),
    ];
    for (id, input) in steps {
        floor.handheld().act(input).unwrap();
        floor.killed_at(id);
    }
    assert_eq!(floor.held("place:A-01"), 6);
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held("place:A-01"), 17);
}

#[test]
fn a_place_with_check_digits_is_confirmed_by_them_before_anything_is_scanned() {
    let floor = floor_of(vec![bin_with_digits(), digits_always()], "B-1", "1111");
    assert_eq!(floor.scan("]C0A-03").id, "adjust.check");
    assert_eq!(stop(&floor.scan(&late())), "Digits first");
    floor.choose("acknowledge");
    let screen = floor.handheld().act(Input::enter("check", "417")).unwrap();
    assert_eq!(screen.id, "adjust.reason");
}

#[test]
fn back_leads_out_step_by_step_and_books_nothing() {
    let floor = floor("reason:lost");
    floor.scan(&late());
    many(&floor, "11");
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(floor.handheld().act(Input::Back).unwrap().id);
    }
    assert_eq!(ids, ["adjust.scan", "adjust.reason", "adjust.place", "home"]);
    assert_eq!(floor.held("place:A-01"), 17);
}

#[test]
fn two_devices_that_adjust_the_same_lot_have_both_adjusted_it() {
    let (here, there) = (floor("reason:lost"), floor("reason:damaged"));
    for floor in [&here, &there] {
        floor.scan(&late());
        accepted(&many(floor, "2"));
    }
    let sums: Vec<_> = together(&[&here, &there]).into_iter().collect();
    let wanted = [("place:A-01", -4), ("virtual:disposed", 2), ("virtual:unexplained", 2)];
    assert_eq!(sums, wanted.map(|(account, n)| (account.to_owned(), n)));
}

#[test]
fn a_split_label_is_joined_and_an_unfinished_adjustment_moves_nothing() {
    let floor = floor("reason:found");
    assert_eq!(floor.scan(&format!("]C101{EACH}")).tone, Tone::Warn);
    assert_eq!(floor.scan("]C11728033110LATE").id, "adjust.quantity");
    assert!(matches!(floor.last().body, Body::Seen(Seen::Goods { .. })));
    assert_eq!(floor.held("place:A-01"), 17);
    let history = floor.choose("look_up");
    assert_eq!(history.id, "look_up.scan");
    floor.choose("back");
    many(&floor, "1");
    floor.choose("look_up");
    let screen = floor.scan(&late());
    let lines: Vec<_> = screen.lines.iter().map(|l| l.text.as_str()).collect();
    assert!(lines.join("\n").contains("adjusted (found): 1"), "{lines:?}");
}
