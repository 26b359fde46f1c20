//! Sign-in, sessions, lock-out.

use crate::site::{Floor, stop};
use lotline_core::Input;
use lotline_record::entry::Body;

#[test]
fn nobody_works_without_badge_and_pin() {
    let floor = Floor::new();
    assert_eq!(floor.handheld().screen().unwrap().id, "sign_in.badge");
    assert_eq!(stop(&floor.scan("B-99")), "Unknown badge");
    floor.choose("acknowledge");
    let screen = floor.scan("B-1");
    assert_eq!(screen.id, "sign_in.pin");
    assert_eq!(
        stop(&floor.handheld().act(Input::enter("pin", "1112")).unwrap()),
        "Wrong PIN"
    );
    floor.choose("acknowledge");
    assert_eq!(floor.sign_in("B-1", "1111").id, "home");
}

#[test]
fn five_wrong_pins_lock_the_badge_and_no_pin_is_ever_written() {
    let floor = Floor::new();
    for _ in 0..5 {
        floor.scan("B-1");
        floor.handheld().act(Input::enter("pin", "987654")).unwrap();
        floor.choose("acknowledge");
    }
    assert_eq!(stop(&floor.scan("B-1")), "Locked");
    floor.choose("acknowledge");
    assert_eq!(floor.sign_in("B-3", "3333").id, "home", "another person is not locked");
    let written = floor
        .entries()
        .iter()
        .map(|e| serde_json::to_string(e).unwrap())
        .collect::<String>();
    assert!(!written.contains("987654"), "a PIN is in the record");
    let refused = floor
        .entries()
        .iter()
        .filter(|e| matches!(e.body, Body::SignInRefused { .. }))
        .count();
    assert_eq!(refused, 6, "every refused sign-in is in the record");
}

#[test]
fn a_session_ends_after_the_idle_time_at_the_next_input() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor
        .clock
        .0
        .fetch_add(16 * 60_000, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(floor.choose("receive").id, "sign_in.badge");
}

#[test]
fn authorship_is_never_inherited() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    floor.handheld().act(Input::Back).unwrap();
    floor.choose("sign_out");
    floor.sign_in("B-3", "3333");
    floor.receive();
    let people: Vec<_> = floor
        .entries()
        .iter()
        .filter(|e| matches!(e.body, Body::Opened { .. }))
        .map(|e| e.who.as_ref().unwrap().person.to_string())
        .collect();
    assert_eq!(people, ["ana", "ola"]);
}
