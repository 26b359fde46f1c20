//! The flows, end to end.

use crate::site::{Floor, MONITOR, accepted, case, each, is_refused, kinds, stop};
use lotline_core::screen::Tone;
use lotline_record::entry::Body;

fn progress(screen: &lotline_core::Screen) -> String {
    screen
        .progress
        .as_ref()
        .map(|p| format!("{}/{}", p.done, p.total))
        .unwrap_or_default()
}

#[test]
fn b2_a_case_is_received_against_its_notice_and_counted_in_the_unit_of_the_line() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    let screen = floor.receive();
    assert_eq!(progress(&screen), "0/2");
    let screen = floor.scan(&case("NEW", "280331"));
    accepted(&screen);
    assert!(
        screen.message.contains("lot NEW, expires 31 Mar 2028"),
        "{}",
        screen.message
    );
    assert_eq!(progress(&screen), "1/2");
    assert_eq!(floor.held("place:DOCK-1"), 12);
    assert_eq!(floor.held("virtual:supplier"), -12);
    floor.scan(&case("NEW", "280331"));
    let screen = floor.scan(&case("NEW", "280331"));
    assert_eq!(stop(&screen), "Too many");
    assert_eq!(floor.held("place:DOCK-1"), 24, "the third case did not count");
}

#[test]
fn b3_a_label_without_its_mandatory_lot_is_stopped() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    let screen = floor.scan(&format!("]d201{}17280331", crate::site::CASE));
    assert_eq!(stop(&screen), "No lot number");
    assert!(is_refused(&floor.last()), "the refused scan is in the record");
    let screen = floor.scan(&case("NEW", "280331"));
    assert_eq!(
        stop(&screen),
        "No lot number",
        "a stop is acknowledged before the next scan counts"
    );
    floor.choose("acknowledge");
    accepted(&floor.scan(&case("NEW", "280331")));
}

#[test]
fn b4_a_serial_that_is_here_cannot_be_received_again() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    let label = format!("]d201{MONITOR}21SN1");
    accepted(&floor.scan(&label));
    let screen = floor.scan(&label);
    assert_eq!(stop(&screen), "Serial already here");
    assert!(screen.message.contains("DOCK-1"), "{}", screen.message);
}

#[test]
fn the_same_read_within_300_ms_is_one_scan_and_both_reads_are_kept() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    let label = case("NEW", "280331");
    floor.scan(&label);
    floor.clock.0.fetch_sub(2_900, std::sync::atomic::Ordering::SeqCst);
    let before = floor.entries().len();
    floor.scan(&label);
    assert_eq!(floor.held("place:DOCK-1"), 12);
    let entries = floor.entries();
    assert_eq!(entries.len(), before + 1);
    assert!(entries.last().unwrap().scan.is_some());
}

#[test]
fn c2_goods_with_too_little_shelf_life_are_stopped_at_the_dock() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    assert_eq!(stop(&floor.scan(&case("SHORT", "261231"))), "Too little shelf life");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&case("GONE", "260101"))), "Expired");
}

#[test]
fn b6_undo_of_a_scan_in_the_open_line_restores_stock_line_and_serial() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    let label = format!("]d201{MONITOR}21SN1");
    floor.scan(&case("NEW", "280331"));
    floor.scan(&label);
    accepted(&floor.choose("undo"));
    accepted(&floor.choose("undo"));
    assert_eq!(floor.held("place:DOCK-1"), 0);
    assert_eq!(floor.choose("undo").tone, Tone::Warn, "nothing is left to take back");
    accepted(&floor.scan(&label));
    assert_eq!(progress(&floor.scan(&case("NEW", "280331"))), "1/2");
}

#[test]
fn put_away_is_lift_and_drop_and_a_dead_battery_leaves_the_load_on_the_cart() {
    let mut floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&case("NEW", "280331"));
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    floor.choose("put_away");
    accepted(&floor.scan(&case("NEW", "280331")));
    assert_eq!((floor.held("place:DOCK-1"), floor.held("place:CART-1")), (0, 12));
    floor.restart();
    let screen = floor.sign_in("B-1", "1111");
    assert_eq!(
        screen.id, "put_away.drop",
        "the same person lands on the interrupted step"
    );
    let screen = floor.scan("]C0A-03");
    assert_ne!(screen.tone, Tone::Stop);
    assert_eq!((floor.held("place:CART-1"), floor.held("place:A-03")), (0, 12));
}

#[test]
fn goods_nobody_told_of_are_put_away_with_a_warning() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.choose("put_away");
    let screen = floor.scan(&case("UNTOLD", "280331"));
    assert_eq!(screen.tone, Tone::Warn);
    assert_eq!(
        (floor.held("place:DOCK-1"), floor.held("place:CART-1")),
        (-12, 12),
        "short until the fact comes"
    );
}

#[test]
fn c1_a_pick_goes_to_the_lot_that_expires_first_and_stops_a_later_one() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    let screen = floor.pick();
    assert_eq!(
        screen.prompt, "Go to A-02, scan the bin",
        "lot SOON leaves first; OLD is expired"
    );
    accepted(&floor.scan("]C0A-02"));
    assert_eq!(stop(&floor.scan(&each("LATE", "280331"))), "Another lot goes first");
    floor.choose("acknowledge");
    accepted(&floor.scan(&each("SOON", "270331")));
    accepted(&floor.scan(&each("SOON", "270331")));
    let screen = floor.handheld().screen().unwrap();
    assert_eq!(progress(&screen), "2/3");
    assert!(
        screen.fields.iter().any(|f| f.value == "A-01"),
        "the next best lies at A-01: {}",
        screen.to_json()
    );
    floor.scan("]C0A-01");
    let screen = floor.scan(&each("LATE", "280331"));
    accepted(&screen);
    assert_eq!(screen.id, "pick.stage");
    floor.scan("]C0STAGE-1");
    assert_eq!((floor.held("place:STAGE-1"), floor.held("place:CART-1")), (3, 0));
}

#[test]
fn c2_an_expired_lot_cannot_be_picked() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.pick();
    floor.scan("]C0A-01");
    let screen = floor.scan(&each("OLD", "261101"));
    assert_eq!(stop(&screen), "Expired");
    assert!(screen.prompt.contains("another lot"), "{}", screen.prompt);
    assert_eq!(floor.held("place:A-01"), 17);
}

#[test]
fn a_bin_found_empty_leads_to_the_next_best_without_a_supervisor() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.pick();
    let screen = floor.choose("empty");
    assert_eq!(screen.prompt, "Go to A-01, scan the bin");
}

#[test]
fn b6_a_killed_process_resumes_at_the_same_line_and_quantity() {
    let mut floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.pick();
    floor.scan("]C0A-02");
    let before = floor.scan(&each("SOON", "270331"));
    floor.restart();
    assert_eq!(
        floor.handheld().screen().unwrap().id,
        "sign_in.badge",
        "a session ends at a restart"
    );
    let after = floor.sign_in("B-1", "1111");
    assert_eq!(
        (&after.id, &after.title, &after.progress),
        (&before.id, &before.title, &before.progress)
    );
    assert_eq!(progress(&floor.scan(&each("SOON", "270331"))), "2/3");
}

#[test]
fn another_person_is_offered_to_take_the_work_over() {
    let mut floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.pick();
    floor.scan("]C0A-02");
    floor.restart();
    let screen = floor.sign_in("B-3", "3333");
    assert_eq!(screen.id, "home");
    assert_eq!(floor.choose("take_over").id, "pick.item");
}

#[test]
fn d2_a_contradicting_expiry_is_put_aside_and_settled_by_a_signature_of_two_components() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    let screen = floor.scan(&case("LATE", "270930"));
    assert_eq!(stop(&screen), "Another expiry");
    assert!(
        screen.message.contains("30 Sep 2027") && screen.message.contains("31 Mar 2028"),
        "{}",
        screen.message
    );
    let screen = floor.choose("put_aside");
    assert!(screen.message.contains("CAGE-1"), "{}", screen.message);
    assert_eq!(floor.held("place:CAGE-1"), 12);
    assert_eq!(
        floor.handheld().screen().unwrap().id,
        "receive.scan",
        "the associate goes on with other work"
    );
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    // The associate may look, not decide.
    let screen = floor.choose("exceptions");
    let name = screen.actions[0].id.clone();
    let screen = floor.choose(&name);
    assert!(
        !screen.actions.iter().any(|a| a.id.starts_with("resolve:")),
        "{}",
        screen.to_json()
    );
    floor.choose("back");
    floor.choose("back");
    floor.choose("sign_out");
    floor.sign_in("B-2", "2222");
    floor.choose("exceptions");
    floor.choose(&name);
    assert_eq!(floor.choose("resolve:quarantine").id, "exception.badge");
    assert_eq!(stop(&floor.scan("]C0B-1")), "Another badge");
    floor.choose("acknowledge");
    assert_eq!(floor.scan("]C0B-2").id, "exception.pin");
    let wrong = floor.handheld().act(lotline_core::Input::enter("pin", "9999")).unwrap();
    assert_eq!(stop(&wrong), "Wrong PIN");
    floor.choose("acknowledge");
    floor.scan("]C0B-2");
    let screen = floor.handheld().act(lotline_core::Input::enter("pin", "2222")).unwrap();
    accepted(&screen);
    let Body::Resolved { signature, .. } = floor.last().body else {
        panic!("{:?}", kinds(&floor.entries()))
    };
    assert_eq!((signature.person.as_str(), signature.components.len()), ("sam", 2));
    assert_eq!(floor.choose("exceptions").prompt, "Nothing is open");
}

#[test]
fn d2_wrong_pins_at_a_signature_lock_the_supervisor_out_of_signing() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&case("LATE", "270930"));
    floor.choose("put_aside");
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    floor.choose("sign_out");
    floor.sign_in("B-2", "2222");
    let name = floor.choose("exceptions").actions[0].id.clone();
    floor.choose(&name);
    floor.choose("resolve:reject");
    let pin = |pin: &str| floor.handheld().act(lotline_core::Input::enter("pin", pin)).unwrap();
    for n in 1..=5 {
        floor.scan("]C0B-2");
        assert_eq!(stop(&pin("9999")), if n < 5 { "Wrong PIN" } else { "Locked" });
        floor.choose("acknowledge");
    }
    floor.scan("]C0B-2");
    assert_eq!(stop(&pin("2222")), "Locked", "the right PIN too");
    assert!(is_refused(&floor.last()));
}

#[test]
fn f1_a_lot_shows_its_whole_local_history() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&case("NEW", "280331"));
    floor.handheld().act(lotline_core::Input::Back).unwrap();
    floor.choose("put_away");
    floor.scan(&case("NEW", "280331"));
    floor.scan("]C0A-03");
    let screen = floor.choose("look_up");
    assert_eq!(screen.id, "look_up.scan");
    let screen = floor.scan(&case("NEW", "280331"));
    let all: Vec<_> = screen.lines.iter().map(|l| l.text.as_str()).collect();
    let text = all.join("\n");
    for part in ["received at DOCK-1", "lifted from DOCK-1", "put down at A-03", "A-03"] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    assert_eq!(floor.choose("back").id, "put_away.lift", "back to the same step");
}

#[test]
fn a_closed_notice_is_not_offered_again_although_the_picture_still_has_it_open() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&case("NEW", "280331"));
    floor.choose("short");
    let offered = |screen: &lotline_core::Screen| screen.actions.iter().any(|a| a.id == "document:80041");
    assert!(!offered(&floor.choose("receive")));
    floor.handheld().store().rebuild_effects().unwrap();
    floor.choose("back");
    assert!(!offered(&floor.choose("receive")), "nor after the effects are rebuilt");
}

fn item_code(gtin: &str) -> String {
    format!("]C101{gtin}")
}

fn rest_code(lot: &str, expiry: &str) -> String {
    format!("]C117{expiry}10{lot}")
}

#[test]
fn a4_item_and_lot_on_two_codes_are_one_label_and_both_reads_are_in_the_record() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    let screen = floor.scan(&item_code(crate::site::CASE));
    assert_eq!(screen.tone, Tone::Warn);
    assert!(
        screen.message.contains("still missing: lot and expiry date"),
        "{}",
        screen.message
    );
    assert_eq!(floor.held("place:DOCK-1"), 0, "half a label is nothing yet");
    let half = floor.last();
    let screen = floor.scan(&rest_code("NEW", "280331"));
    accepted(&screen);
    assert!(
        screen.message.contains("lot NEW, expires 31 Mar 2028"),
        "{}",
        screen.message
    );
    assert_eq!(floor.held("place:DOCK-1"), 12);
    assert_eq!(floor.last().refs.half, Some(half.position()));
    assert!(half.scan.is_some() && floor.last().scan.is_some());
}

#[test]
fn a4_codes_of_two_items_that_arrive_in_turns_are_never_joined_across() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&item_code(crate::site::CASE));
    assert_eq!(stop(&floor.scan(&item_code(crate::site::EACH))), "Two items are open");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&rest_code("NEW", "280331"))), "Item code first");
    floor.choose("acknowledge");
    assert_eq!(stop(&floor.scan(&rest_code("OLD", "280331"))), "Item code first");
    assert_eq!(floor.held("place:DOCK-1"), 0);
}

#[test]
fn a4_a_half_waits_only_as_long_as_the_policy_says_and_only_for_the_next_read() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&item_code(crate::site::CASE));
    floor.wait_ms(10_001);
    assert_eq!(stop(&floor.scan(&rest_code("NEW", "280331"))), "Item code first");
    floor.choose("acknowledge");
    floor.scan(&item_code(crate::site::CASE));
    accepted(&floor.scan(&case("NEW", "280331")));
    assert_eq!(stop(&floor.scan(&rest_code("NEW", "280331"))), "Item code first");
    assert_eq!(floor.held("place:DOCK-1"), 12);
}

#[test]
fn a4_the_same_item_code_twice_says_what_the_label_lacks() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.scan(&item_code(crate::site::CASE));
    assert_eq!(stop(&floor.scan(&item_code(crate::site::CASE))), "No lot number");
}

#[test]
fn i2_each_page_of_the_further_work_has_a_digit_for_each_choice_and_nine_turns_it() {
    let floor = Floor::new();
    floor.sign_in("B-2", "2222");
    let mut screen = floor.choose("more");
    for _ in 0..3 {
        let keys: std::collections::BTreeSet<_> = screen.actions.iter().map(|a| a.key.clone()).collect();
        assert_eq!(keys.len(), screen.actions.len(), "each has a key of its own");
        assert!(
            keys.iter().all(|key| key.len() == 1 || key.starts_with('F')),
            "{keys:?}"
        );
        screen = floor.choose("next");
    }
    let offered = floor.further();
    assert!(
        offered.len() > 9 && offered.contains(&"recall".to_owned()),
        "{offered:?}"
    );
    assert_eq!(floor.choose("recall").id, "recall.list");
}
