//! Training: lessons on a site of its own, apart from the record by its folder, its flag and the root of its chain.

use crate::site::{Floor, accepted, audit, case, database, stop};
use lotline_core::audit::Audit;
use lotline_core::platform::{MemoryKey, Platform, SystemClock, system_ids};
use lotline_core::screen::Screen;
use lotline_core::sync::{SyncStore, Syncer};
use lotline_core::training::lessons;
use lotline_core::{Input, store::Store};
use lotline_record::entry::{ChainError, Position, Sealed, Tip, link};
use lotline_record::model::DeviceId;
use lotline_record::wire::{EnrolReply, StoredThrough};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A handheld at the list of lessons, with a case of the record received and its receipt still open.
fn floor() -> Floor {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    floor.receive();
    accepted(&floor.scan(&case("NEW", "280331")));
    floor.handheld().act(Input::Back).unwrap();
    enter(&floor);
    floor
}

fn enter(floor: &Floor) -> Screen {
    let mut screen = floor.choose("more");
    for _ in 0..4 {
        if screen.actions.iter().any(|a| a.id == "train") {
            break;
        }
        screen = floor.choose("next");
    }
    let screen = floor.choose("train");
    assert_eq!(screen.id, "training", "{}", screen.to_json());
    screen
}

/// Does what the lesson asks for, one input; false once it is done.
fn follow(floor: &Floor) -> bool {
    let Some(input) = floor.handheld().lesson_input().unwrap() else {
        return false;
    };
    let screen = floor.handheld().act(input).unwrap();
    assert!(screen.status.training, "{}", screen.to_json());
    true
}

/// The bytes of the record's files; the shared memory beside them is no part of it.
fn live(floor: &Floor) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(floor.path())
        .unwrap()
        .map(|file| file.unwrap())
        .filter(|file| file.file_type().unwrap().is_file())
        .map(|file| {
            (
                file.file_name().into_string().unwrap(),
                std::fs::read(file.path()).unwrap(),
            )
        })
        .filter(|(name, _)| !name.ends_with("-shm"))
        .collect()
}

fn practised(floor: &Floor) -> Audit {
    audit(&floor.path().join("training"))
}

#[test]
fn every_lesson_can_be_passed_by_doing_what_it_asks_for() {
    let floor = floor();
    for lesson in lessons() {
        let id = format!("lesson:{}", lesson.id);
        let screen = floor.choose(&id);
        assert_eq!(screen.id, "home", "{id}");
        assert_eq!(screen.fields[0].label, "Lesson");
        while follow(&floor) {
            let report = floor.handheld().lesson_report().unwrap().unwrap();
            assert!(report.done > 0, "{id}: its first step did not count");
            assert!(
                report.score.scans < 20,
                "{id}: it goes in circles at step {}",
                report.done
            );
        }
        let report = floor.handheld().lesson_report().unwrap().unwrap();
        assert!(report.passed, "{report:?}");
        let score = report.score;
        assert_eq!(
            (score.wrong_scans, score.bypassed, score.undone),
            (0, 0, 0),
            "{report:?}"
        );
        assert_eq!(score.stops, u32::from(lesson.exception), "{report:?}");
        let list = floor.choose("lesson_end");
        assert_eq!(list.id, "training");
    }
}

#[test]
fn every_screen_of_a_training_says_so_and_a_lesson_asks_for_one_thing_first() {
    let floor = floor();
    let screen = floor.choose("lesson:contradiction");
    assert_eq!(screen.fields[0].value, "A label says another expiry: 0/5");
    assert_eq!(screen.fields[1].value, "Choose Receive (F1)");
    assert!(screen.status.training);
    floor.choose("receive");
    let screen = floor.choose("document:T-100");
    assert_eq!(screen.fields[1].value, "Scan a case of lot T-LATE");
    let key = screen.actions.iter().find(|a| a.id == "lesson_scan").unwrap();
    assert_eq!(key.key, "F8", "the label is scanned by a key on every handheld");
    let screen = floor.choose("lesson_scan");
    assert_eq!((screen.id.as_str(), screen.status.training), ("stop", true));
    assert_eq!(screen.fields[1].value, "Choose Put aside (F1)");
    // To scan it again instead is told as what it is.
    floor.choose("acknowledge");
    let report = floor.handheld().lesson_report().unwrap().unwrap();
    assert_eq!((report.score.bypassed, report.passed), (1, false));
}

#[test]
fn a_double_fire_is_no_step_of_a_lesson() {
    let floor = floor();
    floor.choose("lesson:receive");
    for _ in 0..3 {
        assert!(follow(&floor));
    }
    let done = || floor.handheld().lesson_report().unwrap().unwrap().done;
    assert_eq!(done(), 3);
    // The clock of the tests goes on by a second at each look: back to where the case was scanned.
    floor.clock.0.fetch_sub(1_000 * 20, Ordering::SeqCst);
    follow(&floor);
    assert_eq!(done(), 3, "the same label within the time of a double fire");
    floor.wait_ms(60_000);
    follow(&floor);
    assert_eq!(done(), 4);
}

#[test]
fn after_a_training_the_live_work_goes_on_where_it_was() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    let before = floor.entries();
    enter(&floor);
    for lesson in ["receive", "recall", "offline"] {
        floor.choose(&format!("lesson:{lesson}"));
        while follow(&floor) {}
        floor.choose("lesson_end");
    }
    let more = floor.choose("leave_training");
    assert!(!more.status.training);
    assert_eq!(more.id, "more", "back on the very screen: {}", more.to_json());
    assert_eq!(floor.entries(), before);
    floor.choose("back");
    floor.receive();
    accepted(&floor.scan(&case("NEW", "280331")));
}

#[test]
fn nothing_is_written_to_the_live_files_from_entering_a_training_to_leaving_it() {
    let mut floor = floor();
    let before = live(&floor);
    floor.choose("lesson:pick");
    while follow(&floor) {}
    assert_eq!(live(&floor), before);
    floor.choose("lesson_end");
    floor.choose("leave_training");
    assert_eq!(live(&floor), before, "leaving writes nothing either");
    // Entered again, battery out and in: only the end of the live session is written, as at any restart.
    floor.choose("train");
    assert_eq!(live(&floor), before, "entering writes nothing");
    let entries = floor.entries().len();
    floor.restart();
    assert_eq!(floor.entries().len(), entries + 1);
    assert_eq!(floor.last().body.kind(), "signed_out");
}

#[test]
fn b6_a_training_killed_at_any_step_goes_on_at_that_step() {
    let mut floor = floor();
    floor.killed_at("training");
    floor.choose("lesson:recall");
    floor.killed_at("home");
    for id in ["pick.choose", "pick.bin", "pick.item"] {
        assert!(follow(&floor));
        floor.killed_at(id);
    }
    assert!(follow(&floor));
    // The recall that came in the middle of the lesson is still there.
    floor.restart();
    let stop = floor.sign_in("B-1", "1111");
    assert_eq!(
        (stop.id.as_str(), stop.status.training),
        ("stop", true),
        "{}",
        stop.to_json()
    );
    while follow(&floor) {}
    assert!(floor.handheld().lesson_report().unwrap().unwrap().passed);
}

#[test]
fn whoever_does_not_train_leaves_a_training_at_its_badge_screen() {
    let mut floor = floor();
    floor.restart();
    let screen = floor.handheld().screen().unwrap();
    assert_eq!((screen.id.as_str(), screen.status.training), ("sign_in.badge", true));
    let screen = floor.choose("leave_training");
    assert_eq!((screen.id.as_str(), screen.status.training), ("sign_in.badge", false));
    assert_eq!(floor.sign_in("B-1", "1111").id, "more", "the live work is where it was");
    floor.restart();
    assert!(!floor.handheld().screen().unwrap().status.training, "left is left");
}

/// What a training answers to a badge and a PIN.
fn answered(floor: &Floor, pin: &str) -> (String, Vec<String>, String) {
    floor.choose("sign_out");
    let asked = floor.scan("B-1");
    assert_eq!(asked.id, "sign_in.pin");
    let fields = asked.fields.iter().map(|field| field.value.clone()).collect();
    let screen = floor.enter("pin", pin);
    (screen.id, fields, screen.message)
}

#[test]
fn a_training_is_no_second_place_to_guess_a_pin() {
    let mut floor = floor();
    let right = answered(&floor, "1111");
    for wrong in ["0000", "1112", "9999", "2222", "3333", "4444"] {
        assert_eq!(answered(&floor, wrong), right, "{wrong}");
    }
    assert!(
        right.1.contains(&"Any PIN will do. Do not use your own.".to_owned()),
        "{right:?}"
    );
    // Nothing that a PIN could be checked against lies in its files: neither the hash nor the pepper.
    let hash = |folder: &Path| -> String {
        let site = database(folder, "site.db");
        site.query_row("SELECT pin FROM person WHERE person = 'ana'", [], |r| r.get(0))
            .unwrap()
    };
    let training = floor.path().join("training");
    assert_ne!(hash(&training), hash(floor.path()));
    let journal = database(&training, "journal.db");
    let pepper = |journal: &Connection| -> String {
        let of = "SELECT value FROM meta WHERE key = 'pepper'";
        journal.query_row(of, [], |r| r.get(0)).unwrap()
    };
    assert!(pepper(&journal).len() < pepper(&database(floor.path(), "journal.db")).len());
    // The record counts for itself: two wrong ones, however many a training took.
    floor.restart();
    floor.choose("leave_training");
    for _ in 0..2 {
        floor.scan("B-1");
        assert_eq!(stop(&floor.enter("pin", "0000")), "Wrong PIN");
        floor.choose("acknowledge");
    }
    assert_eq!(floor.sign_in("B-1", "1111").id, "more");
}

#[test]
fn whoever_signed_out_or_went_away_in_a_training_leaves_no_open_session_behind_it() {
    let floor = floor();
    floor.choose("sign_out");
    let screen = floor.choose("leave_training");
    assert_eq!((screen.id.as_str(), screen.status.training), ("sign_in.badge", false));
    assert_eq!(floor.last().body.kind(), "signed_out");
    assert_eq!(floor.sign_in("B-1", "1111").id, "more");
    floor.choose("train");
    floor.wait_ms(16 * 60_000);
    assert_eq!(floor.choose("leave_training").id, "sign_in.badge", "nobody was there");
}

#[test]
fn whoever_trained_for_an_hour_goes_on_without_signing_in() {
    let floor = floor();
    for _ in 0..6 {
        floor.wait_ms(10 * 60_000);
        floor.choose("lesson:receive");
        floor.choose("lesson_end");
    }
    assert_eq!(floor.choose("leave_training").id, "more");
    assert_eq!(floor.choose("back").id, "home");
}

#[test]
fn no_verifier_of_the_record_takes_a_training_and_none_of_a_training_the_record() {
    let floor = floor();
    floor.choose("lesson:receive");
    while follow(&floor) {}
    let (record, training) = (audit(floor.path()), practised(&floor));
    assert_eq!((record.training, training.training), (false, true));
    let device = || DeviceId::new("d1").unwrap();
    let check = |mut tip: Tip, entries: &[Sealed]| {
        entries
            .iter()
            .try_for_each(|entry| link(&mut tip, &entry.bytes).map(drop))
    };
    assert_eq!(check(Tip::start(device(), 1, None), &record.entries), Ok(()));
    assert_eq!(check(Tip::start_training(device(), 1), &training.entries), Ok(()));
    let error = check(Tip::start(device(), 1, None), &training.entries).unwrap_err();
    assert!(matches!(error, ChainError::Training { .. }), "{error}");
    let error = check(Tip::start_training(device(), 1), &record.entries).unwrap_err();
    assert!(matches!(error, ChainError::NotTraining { .. }), "{error}");
    assert!(training.entries.iter().all(|entry| entry.open().unwrap().training));
    assert!(record.entries.iter().all(|entry| !entry.open().unwrap().training));
}

#[test]
fn nothing_written_in_training_is_ever_given_to_a_sync_client() {
    let floor = floor();
    floor.choose("lesson:receive");
    while follow(&floor) {}
    floor.choose("lesson_end");
    floor.choose("leave_training");
    let platform = Platform {
        clock: Arc::new(SystemClock::new()),
        keys: Arc::new(MemoryKey::from_bytes([7; 32]).unwrap()),
        ids: system_ids(),
        trust_roots: Vec::new(),
    };
    let store = Arc::new(Store::open(&floor.path().join("training"), platform.clone()).unwrap());
    let code = |result: Result<(), lotline_core::Error>| result.unwrap_err().fault().code.clone();
    let through = StoredThrough {
        epoch: 1,
        seq: 0,
        hash: Tip::start_training(DeviceId::new("d1").unwrap(), 1).hash,
    };
    let reply = EnrolReply {
        device: DeviceId::new("d1").unwrap(),
        site: "S1".parse().unwrap(),
        site_key: vec![1],
        pepper: vec![1],
        resource: "CART-1".parse().unwrap(),
    };
    assert_eq!(code(store.link().map(drop)), "training");
    assert_eq!(code(store.batch(Position::START, 10, 1_000).map(drop)), "training");
    assert_eq!(code(store.acknowledge(&through, None)), "training");
    assert_eq!(code(store.begin_epoch(None)), "training");
    assert_eq!(code(store.save_link("http://127.0.0.1:1", &[], &reply)), "training");
    let syncer = Syncer::new(store, platform);
    assert_eq!(code(syncer.sync_now(Duration::from_secs(5)).map(drop)), "training");
}

#[test]
fn a_training_shows_the_network_that_its_lesson_says_there_is() {
    let floor = floor();
    floor.choose("lesson:offline");
    let status = || floor.handheld().screen().unwrap().status;
    assert_eq!((status().offline_since, status().queued), (None, 0));
    follow(&floor);
    follow(&floor);
    assert!(status().offline_since.is_some());
    follow(&floor);
    assert_eq!(status().queued, 1, "what is scanned offline waits");
    follow(&floor);
    assert_eq!(
        (status().offline_since, status().queued),
        (None, 0),
        "and is sent when the network is back"
    );
}
