//! What the gateway says of people: who is locked out, on whatever device it began, and how devices are to be for whom.

use crate::device::*;
use lotline_record::entry::*;
use lotline_record::model::Setting;
use lotline_record::wire::Cell;
use lotline_server::Running;

fn locks(person: &str, until_ms: i64) -> LockedOut {
    LockedOut {
        person: person.parse().unwrap(),
        until: Instant::from_unix_ms(until_ms),
    }
}

fn at_sign_in(person: &str, until_ms: i64) -> Body {
    Body::SignInRefused {
        reason: "locked_out".into(),
        person: Some(person.parse().unwrap()),
        locks: Some(locks(person, until_ms)),
    }
}

async fn says(running: &Running, device: &mut Device, body: Body) {
    let sealed = device.say(body);
    device.push(&[sealed]).await.unwrap();
    settle(running.ledger()).await;
}

/// Until when whom, as a device is told.
async fn locked(device: &Device) -> Vec<(String, i64)> {
    let page = device.page(0, 10_000).await.unwrap();
    let rows = page.rows.iter().filter(|row| row.t == "lockout");
    rows.map(|row| match &row.r[1..] {
        [Cell::Text(person), Cell::Int(until)] => (person.clone(), *until),
        other => panic!("{other:?}"),
    })
    .collect()
}

/// The gateway's clock.
async fn now(device: &Device) -> i64 {
    device.page(0, 1).await.unwrap().now.unix_ms()
}

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn d2_who_is_locked_out_on_one_device_is_told_to_all_and_the_latest_end_holds_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-1", 1).await;
    let mut b = Device::enrolled(&running, "hh-2", 2).await;
    let (sooner, later) = (now(&a).await + 5 * MINUTE, now(&a).await + 10 * MINUTE);
    says(&running, &mut a, at_sign_in("p-1", later)).await;
    says(&running, &mut b, at_sign_in("p-1", sooner)).await;
    says(&running, &mut b, at_sign_in("p-2", sooner)).await;
    // A signature's wrong PIN counts as one of a sign-in.
    let at_signature = Body::Refused {
        message: lotline_record::text::Message::new("stop-locked-out"),
        locks: Some(locks("p-2", later)),
    };
    says(&running, &mut a, at_signature).await;
    let told = [("p-1".to_owned(), later), ("p-2".to_owned(), later)];
    assert_eq!(locked(&a).await, told);
    assert_eq!(locked(&b).await, told);
    let snapshot = running
        .ledger()
        .snapshot(&lotline_server::ledger::Carried::default())
        .unwrap();
    let rows: i64 = rusqlite::Connection::open(snapshot.path())
        .unwrap()
        .query_row("SELECT count(*) FROM lockout", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 2, "a device that begins with the whole picture knows too");
}

#[tokio::test]
async fn d2_no_clock_locks_anybody_out_for_longer_than_the_policy_says_after_it_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-1", 1).await;
    let before = now(&a).await;
    says(&running, &mut a, at_sign_in("p-1", before + 1_000_000 * MINUTE)).await;
    says(&running, &mut a, at_sign_in("p-2", before - MINUTE)).await;
    let told = locked(&a).await;
    let after = now(&a).await;
    assert_eq!(told.len(), 1, "what was over when it came locks nobody: {told:?}");
    assert!(
        (before + 15 * MINUTE..=after + 15 * MINUTE).contains(&told[0].1),
        "{told:?}"
    );
    // The newest policy that reads says how long.
    let policy = |version: i64, json: &str| row("policy", &[("version", Cell::Int(version)), ("policy", text(json))]);
    running
        .ledger()
        .put_rows(&[
            policy(1, r#"{"lockout_minutes":30}"#),
            policy(2, r#"{"lockout_minutes":60}"#),
        ])
        .unwrap();
    says(&running, &mut a, at_sign_in("p-1", before + 1_000_000 * MINUTE)).await;
    let until = locked(&a).await[0].1;
    assert!(until >= before + 60 * MINUTE && until <= now(&a).await + 60 * MINUTE);
}

fn text_of(percent: u32, at_ms: i64) -> Body {
    Body::Preferred {
        setting: Setting::TextPercent(percent),
        at: Instant::from_unix_ms(at_ms),
    }
}

/// What people chose, as a device is told: person, name, value, when, on which device.
async fn chosen(device: &Device) -> Vec<String> {
    let page = device.page(0, 10_000).await.unwrap();
    let rows = page.rows.iter().filter(|row| row.t == "setting");
    rows.map(|row| match &row.r[1..] {
        [
            Cell::Text(person),
            Cell::Text(name),
            Cell::Text(value),
            Cell::Int(_),
            Cell::Text(on),
        ] => {
            format!("{person} {name} {value} {on}")
        }
        other => panic!("{other:?}"),
    })
    .collect()
}

#[tokio::test]
async fn i3_of_two_choices_the_later_holds_in_whatever_order_they_are_told() {
    let early = 1_700_000_000_000;
    // By when they were made, and at the same time by the device.
    for (a_ms, b_ms, holds) in [
        (early, early + 1, "p-1 text_percent 150 hh-2"),
        (early + 1, early, "p-1 text_percent 130 hh-1"),
        (early, early, "p-1 text_percent 150 hh-2"),
    ] {
        for a_first in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let running = start(folder.path()).await;
            let mut a = Device::enrolled(&running, "hh-1", 1).await;
            let mut b = Device::enrolled(&running, "hh-2", 2).await;
            if a_first {
                says(&running, &mut a, text_of(130, a_ms)).await;
            }
            says(&running, &mut b, text_of(150, b_ms)).await;
            if !a_first {
                says(&running, &mut a, text_of(130, a_ms)).await;
            }
            assert_eq!(chosen(&a).await, [holds], "{a_ms} {b_ms} {a_first}");
            assert_eq!(chosen(&b).await, [holds]);
            // Another setting of theirs stands beside it.
            let voice = Body::Preferred {
                setting: Setting::Voice(true),
                at: Instant::from_unix_ms(early),
            };
            says(&running, &mut a, voice).await;
            assert_eq!(chosen(&b).await.len(), 2);
        }
    }
}

#[tokio::test]
async fn i3_a_clock_that_is_ahead_does_not_win_for_ever_and_nonsense_is_not_handed_down() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut a = Device::enrolled(&running, "hh-1", 1).await;
    let mut b = Device::enrolled(&running, "hh-2", 2).await;
    let ahead = now(&a).await + 1_000_000 * MINUTE;
    says(&running, &mut a, text_of(130, ahead)).await;
    says(&running, &mut a, text_of(7_000, ahead + 1)).await;
    assert_eq!(chosen(&b).await, ["p-1 text_percent 130 hh-1"]);
    let later = now(&b).await;
    says(&running, &mut b, text_of(85, later)).await;
    assert_eq!(chosen(&a).await, ["p-1 text_percent 85 hh-2"]);
}
