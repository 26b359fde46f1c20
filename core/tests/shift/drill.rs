//! The offline drill: captured with nothing being sent, received once, reconciled, signed.

use crate::site::{Floor, accepted, case, each, is_refused, stop};
use lotline_core::Input;
use lotline_core::screen::{Look, Screen, Tone};
use lotline_core::sync::SyncStore;
use lotline_record::entry::{Body, Drilled, Instant, Seen};
use lotline_record::wire::{Included, Receipt, StoredThrough};

fn begun(floor: &Floor) -> Screen {
    let mut screen = floor.choose("more");
    for _ in 0..4 {
        if screen.actions.iter().any(|a| a.id == "drill") {
            break;
        }
        screen = floor.choose("next");
    }
    assert_eq!(floor.choose("drill").id, "drill.begin");
    floor.choose("begin")
}

fn floor() -> Floor {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    assert_eq!(begun(&floor).id, "drill.scan");
    floor
}

/// Labels of all kinds, an unreadable one and one of nobody among them.
fn scans(floor: &Floor) {
    let labels = [
        case("LATE", "280331"),
        each("OLD", "261101"),
        "]C0A-01".to_owned(),
        "]C1\u{1d}".to_owned(),
        "]d20109506000099996".to_owned(),
    ];
    for (n, label) in (1..).zip(labels) {
        let screen = floor.scan(&label);
        accepted(&screen);
        assert_eq!(screen.message, format!("Captured: {n}. Nothing is sent."));
    }
}

/// The gateway counter-signs own entries `from` to `to`.
fn receive(floor: &Floor, from: u64, to: u64) {
    let entry = &floor.entries()[usize::try_from(to).unwrap() - 1];
    let head = entry.seal().unwrap().hash;
    let receipt = Receipt {
        device: entry.device.clone(),
        epoch: 1,
        from,
        to,
        head,
        received_at: Instant::from_unix_ms(entry.at.wall.unix_ms() + 4_000),
        signature: vec![1; 64],
    };
    let through = StoredThrough {
        epoch: 1,
        seq: to,
        hash: head,
    };
    floor.handheld().store().acknowledge(&through, Some(&receipt)).unwrap();
}

fn included(floor: &Floor, seq: u64) {
    floor.page(Vec::new(), Included { epoch: 1, seq });
}

fn report(floor: &Floor) -> Drilled {
    match floor.last_of("drilled").body {
        Body::Drilled(report) => *report,
        other => panic!("{other:?}"),
    }
}

fn values(screen: &Screen) -> Vec<&str> {
    screen.fields.iter().map(|field| field.value.as_str()).collect()
}

#[test]
fn what_is_captured_offline_arrives_once_and_the_signed_report_says_so() {
    let floor = floor();
    let before = floor.held("place:A-01");
    scans(&floor);
    let entries = floor.entries();
    let drilled: Vec<_> = entries.iter().filter(|e| e.body == Body::Seen(Seen::Drill)).collect();
    assert_eq!(drilled.len(), 5, "every scan makes an entry");
    assert!(drilled.iter().all(|e| e.scan.is_some()));
    assert_eq!(floor.held("place:A-01"), before, "no stock moves");
    let (from, to) = (drilled[0].seq, drilled[4].seq);
    let screen = floor.choose("online");
    assert_eq!(screen.id, "drill.back");
    assert_eq!(values(&screen), ["5", "5", "0", "0", "yes", "not yet"]);
    assert_eq!(floor.choose("sign").id, "drill.back", "not before all is there");
    receive(&floor, 1, to);
    assert_eq!(values(&floor.choose("look")), ["5", "5", "5", "0", "yes", "not yet"]);
    included(&floor, to);
    let screen = floor.choose("look");
    assert_eq!(screen.prompt, "Sign the report");
    floor.choose("sign");
    floor.scan("B-2");
    let screen = floor.enter("pin", "2222");
    accepted(&screen);
    assert_eq!(screen.message, "The drill is signed. Entries: 5. Lost: 0. Twice: 0.");
    let report = report(&floor);
    assert_eq!((report.from, report.to, report.scans, report.waited), (from, to, 5, 5));
    assert!(report.is_clean() && report.seconds.is_some());
    assert_eq!(report.signature.person.as_str(), "sam");
}

#[test]
fn while_a_drill_is_offline_nothing_is_sent_and_afterwards_it_is() {
    let floor = floor();
    // This device has no gateway: a sync that is tried says so, one that is held back is no error.
    let held = floor.handheld().sync_now(1_000).unwrap();
    assert_eq!((held.reached, held.more, held.pushed), (false, true, 0));
    scans(&floor);
    floor.choose("online");
    assert!(floor.handheld().sync_now(1_000).is_err(), "it is tried again");
}

#[test]
fn what_is_missing_or_came_twice_is_told_and_can_only_be_signed_as_a_difference() {
    let floor = floor();
    scans(&floor);
    let last = floor.last().seq;
    floor.choose("online");
    receive(&floor, 1, last - 2);
    receive(&floor, last - 4, last - 3);
    included(&floor, last);
    let screen = floor.choose("look");
    assert_eq!(values(&screen), ["5", "5", "3", "2", "yes", "yes"]);
    assert_eq!(screen.fields[2].state, Look::Alert);
    floor.choose("sign_differences");
    floor.scan("B-1");
    let screen = floor.enter("pin", "1111");
    assert_eq!(screen.tone, Tone::Warn, "{}", screen.to_json());
    let report = report(&floor);
    assert_eq!((report.lost(), report.twice, report.is_clean()), (2, 2, false));
}

#[test]
fn what_was_sent_before_the_network_was_said_to_be_back_is_no_offline_drill() {
    let floor = floor();
    scans(&floor);
    let last = floor.last().seq;
    receive(&floor, 1, last);
    included(&floor, last);
    let screen = floor.choose("online");
    assert_eq!(values(&screen)[1], "0", "nothing waited");
    floor.choose("sign");
    floor.scan("B-1");
    assert_eq!(floor.enter("pin", "1111").tone, Tone::Warn);
    assert!(!report(&floor).is_clean());
}

#[test]
fn b6_a_drill_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor();
    floor.killed_at("drill.scan");
    scans(&floor);
    floor.choose("online");
    floor.killed_at("drill.back");
    floor.choose("sign_differences");
    floor.killed_at("drill.badge");
    floor.scan("B-2");
    floor.killed_at("drill.pin");
    floor.enter("pin", "2222");
    assert_eq!(report(&floor).scans, 5);
}

#[test]
fn an_unknown_badge_and_a_wrong_pin_sign_nothing() {
    let floor = floor();
    scans(&floor);
    floor.choose("online");
    floor.choose("sign_differences");
    assert_eq!(stop(&floor.scan("B-99")), "Unknown badge");
    assert!(is_refused(&floor.last()));
    floor.choose("acknowledge");
    floor.scan("B-2");
    assert_eq!(stop(&floor.enter("pin", "9999")), "Wrong PIN");
    floor.choose("acknowledge");
    assert_eq!(floor.handheld().act(Input::Back).unwrap().id, "drill.back");
    assert!(floor.entries().iter().all(|e| e.body.kind() != "drilled"));
}
