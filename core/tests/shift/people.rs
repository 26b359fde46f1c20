//! Sign-in, sessions, lock-out.

use crate::site::{Floor, case, is_refused, kinds, row, stop, text};
use lotline_core::{Input, Screen};
use lotline_record::entry::{Body, LockedOut};
use lotline_record::wire::{Cell, Included};

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

/// What another device's wrong PINs lock, as the gateway hands it down: until `minutes` after the tests' day began.
fn locked_elsewhere(floor: &Floor, person: &str, minutes: i64) {
    let until = Cell::Int(1_795_248_000_000 + minutes * 60_000);
    let row = row("lockout", &[text("S1"), text(person), until]);
    floor.page(vec![row], Included::default());
}

fn stopped_with(screen: &Screen, words: &str) {
    assert_eq!(stop(screen), "Locked");
    assert!(screen.message.contains(words), "{}", screen.message);
}

#[test]
fn d2_wrong_pins_on_another_device_lock_the_badge_here_until_their_time_is_over() {
    let floor = Floor::new();
    locked_elsewhere(&floor, "ana", 15);
    let screen = floor.scan("B-1");
    stopped_with(&screen, "locked until 08:15, here and on every device");
    floor.choose("acknowledge");
    assert_eq!(floor.sign_in("B-3", "3333").id, "home", "another person is not locked");
    floor.choose("sign_out");
    floor.wait_ms(14 * 60_000);
    assert_eq!(floor.sign_in("B-1", "1111").id, "home", "it is over by itself");
}

#[test]
fn d2_a_lock_out_that_comes_between_badge_and_pin_counts_and_so_it_does_at_a_signature() {
    let floor = Floor::new();
    floor.scan("B-1");
    locked_elsewhere(&floor, "ana", 15);
    stopped_with(&floor.enter("pin", "1111"), "until 08:15");
    let Body::SignInRefused { reason, locks, .. } = floor.last().body else {
        panic!("{:?}", floor.last().body)
    };
    assert_eq!((reason.as_str(), locks), ("locked_out", None), "it does not begin here");
    floor.choose("acknowledge");

    floor.sign_in("B-3", "3333");
    floor.receive();
    floor.scan(&case("LATE", "270930"));
    floor.choose("put_aside");
    floor.handheld().act(Input::Back).unwrap();
    floor.choose("sign_out");
    floor.sign_in("B-2", "2222");
    let name = floor.choose("exceptions").actions[0].id.clone();
    floor.choose(&name);
    floor.choose("resolve:reject");
    locked_elsewhere(&floor, "sam", 20);
    floor.scan("]C0B-2");
    stopped_with(&floor.enter("pin", "2222"), "until 08:20");
    assert!(is_refused(&floor.last()), "nothing is signed");
    assert!(!kinds(&floor.entries()).contains(&"resolved"));
}

#[test]
fn d2_the_wrong_pin_that_locks_somebody_out_says_whom_and_until_when_for_all_devices() {
    let floor = Floor::new();
    let begun = |n: usize| -> Vec<LockedOut> {
        let entries = floor.entries();
        let locks: Vec<_> = entries.iter().filter_map(|e| e.body.locks().cloned()).collect();
        assert_eq!(locks.len(), n);
        locks
    };
    for n in 1..=5 {
        begun(0);
        floor.scan("B-1");
        let screen = floor.enter("pin", "0000");
        assert_eq!(stop(&screen), if n < 5 { "Wrong PIN" } else { "Locked" });
        floor.choose("acknowledge");
    }
    let at = floor.last_of("sign_in_refused").at.wall.unix_ms();
    floor.scan("B-1");
    floor.choose("acknowledge");
    let locks = begun(1).remove(0);
    assert_eq!(
        (locks.person.as_str(), locks.until.unix_ms() - at),
        ("ana", 15 * 60_000)
    );

    floor.sign_in("B-3", "3333");
    floor.receive();
    floor.scan(&case("LATE", "270930"));
    floor.choose("put_aside");
    floor.handheld().act(Input::Back).unwrap();
    floor.choose("sign_out");
    floor.sign_in("B-2", "2222");
    let name = floor.choose("exceptions").actions[0].id.clone();
    floor.choose(&name);
    floor.choose("resolve:reject");
    for _ in 0..5 {
        floor.scan("]C0B-2");
        floor.enter("pin", "9999");
        floor.choose("acknowledge");
    }
    assert_eq!(begun(2)[1].person.as_str(), "sam", "at a signature too");
}

#[test]
fn d2_a_clock_that_was_ahead_when_somebody_was_locked_out_locks_nobody_longer_than_the_policy_says() {
    const YEAR_MS: i64 = 31_536_000_000;
    let floor = Floor::new();
    floor.set_clock(YEAR_MS);
    for _ in 0..5 {
        floor.sign_in("B-1", "0000");
        floor.choose("acknowledge");
    }
    floor.set_clock(0);
    floor.told_the_time();
    stopped_with(&floor.scan("B-1"), "until 08:");
    floor.choose("acknowledge");
    floor.wait_ms(15 * 60_000);
    assert_eq!(floor.sign_in("B-1", "1111").id, "home");
}
