//! My settings: what follows a person to every device.

use crate::site::{Floor, accepted, is_refused, kinds, row, stop, text};
use lotline_core::screen::{Screen, Settings};
use lotline_core::sync::SyncStore;
use lotline_core::{Handheld, Input};
use lotline_record::entry::Body;
use lotline_record::model::Setting;
use lotline_record::wire::{Cell, Included, Row};

/// When these tests begin, milliseconds since 1970.
const EIGHT: i64 = 1_795_248_000_000;

fn to_settings(floor: &Floor) -> Screen {
    let mut screen = floor.choose("more");
    while !screen.actions.iter().any(|action| action.id == "settings") {
        screen = floor.choose("next");
    }
    floor.choose("settings")
}

fn choose(floor: &Floor, name: &str, value: &str) -> Screen {
    floor.choose(name);
    floor.choose(&format!("set:{value}"))
}

/// What another device told, `after_ms` after these tests began.
fn told(name: &str, value: &str, after_ms: i64, device: &str) -> Row {
    let cells = ["S1", "ana", name, value].map(text);
    row(
        "setting",
        &[&cells[..], &[Cell::Int(EIGHT + after_ms), text(device)]].concat(),
    )
}

fn wanted(screen: &Screen) -> &Settings {
    screen.settings.as_ref().unwrap()
}

fn now(handheld: &Handheld) -> Screen {
    handheld.screen().unwrap()
}

#[test]
fn i3_each_choice_is_made_by_keys_is_an_entry_and_is_on_every_screen_from_then_on() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    let screen = to_settings(&floor);
    assert_eq!((screen.id.as_str(), screen.settings.as_ref()), ("settings", None));
    let keys: Vec<_> = screen.actions.iter().map(|a| a.key.as_str()).collect();
    assert_eq!(keys, ["1", "2", "3", "4", "5", "6", "7", "F2", "F4"]);
    for (name, value) in [
        ("text_percent", "150"),
        ("left_handed", "true"),
        ("sunlight", "true"),
        ("volume_percent", "25"),
        ("vibration", "false"),
        ("voice", "true"),
        ("language", "de"),
    ] {
        let screen = floor.choose(name);
        assert_eq!(screen.id, "settings.choose");
        let keys = screen.actions.iter().filter(|a| a.id.starts_with("set:"));
        assert!(keys.clone().all(|a| a.key.len() == 1), "{name}");
        assert!(keys.count() > 1, "{name}");
        let screen = floor.choose(&format!("set:{value}"));
        assert_eq!(screen.id, "settings");
        accepted(&screen);
        let Body::Preferred { setting, .. } = floor.last().body else {
            panic!("{:?}", floor.last().body)
        };
        assert_eq!((setting.name(), setting.value().as_str()), (name, value));
    }
    let screen = floor.choose("back");
    let all = Settings {
        language: "de".into(),
        text_percent: 150,
        left_handed: true,
        sunlight: true,
        volume_percent: 25,
        vibration: false,
        voice: true,
    };
    assert_eq!((screen.id.as_str(), wanted(&screen)), ("home", &all));
    assert_eq!(screen.prompt, "Wählen oder etwas scannen", "in the language, too");
    // Nobody signed in: as the device comes. Signed in again: as chosen.
    assert_eq!(floor.choose("sign_out").settings, None);
    assert_eq!(wanted(&floor.sign_in("B-1", "1111")), &all);
    floor.choose("sign_out");
    assert_eq!(
        floor.sign_in("B-3", "3333").settings,
        None,
        "another person's are their own"
    );
}

#[test]
fn i3_what_was_chosen_on_another_device_is_there_at_sign_in_and_the_later_choice_holds() {
    let floor = Floor::new();
    let minute = 60_000;
    let page = |rows| floor.page(rows, Included::default());
    page(vec![
        told("text_percent", "200", minute, "d9"),
        told("language", "fr", minute, "d9"),
        // Of a newer version, and of no shell: passed over.
        told("glove_mode", "thick", minute, "d9"),
        told("volume_percent", "900", minute, "d9"),
    ]);
    let screen = floor.sign_in("B-1", "1111");
    assert_eq!(
        (wanted(&screen).text_percent, wanted(&screen).volume_percent),
        (200, 100)
    );
    assert_eq!(wanted(&screen).language, "fr");
    // Chosen here, later than that, and not sent yet.
    floor.wait_ms(2 * minute.unsigned_abs());
    to_settings(&floor);
    assert_eq!(wanted(&choose(&floor, "text_percent", "130")).text_percent, 130);
    // The other device told something earlier, and then something later.
    page(vec![told("text_percent", "85", 2 * minute, "d9")]);
    assert_eq!(wanted(&now(floor.handheld())).text_percent, 130);
    page(vec![told("text_percent", "70", 60 * minute, "d9")]);
    assert_eq!(wanted(&now(floor.handheld())).text_percent, 70, "on the next screen");
    // Whoever sees that and chooses anew means it, whatever the clocks say.
    assert_eq!(wanted(&choose(&floor, "text_percent", "115")).text_percent, 115);
    // Once the gateway has counted it, its row says so.
    let at = floor.last().position();
    let rows = vec![told("text_percent", "115", 60 * minute + 1, "d1")];
    let included = Included {
        epoch: at.epoch(),
        seq: at.seq(),
    };
    floor.page(rows, included);
    assert_eq!(wanted(&now(floor.handheld())).text_percent, 115);
    // A choice that the gateway counted and that did not hold there: its row stays as it was.
    assert!(wanted(&choose(&floor, "sunlight", "true")).sunlight);
    let at = floor.last().position();
    let included = Included {
        epoch: at.epoch(),
        seq: at.seq(),
    };
    floor.page(Vec::new(), included);
    assert!(!wanted(&now(floor.handheld())).sunlight);
}

#[test]
fn a_choice_is_kept_by_a_restart_and_a_killed_handheld_goes_on_choosing() {
    let mut floor = Floor::new();
    floor.sign_in("B-1", "1111");
    to_settings(&floor);
    choose(&floor, "sunlight", "true");
    floor.killed_at("settings");
    floor.choose("left_handed");
    floor.killed_at("settings.choose");
    assert!(wanted(&floor.choose("set:true")).left_handed);
    floor.handheld().store().rebuild_effects().unwrap();
    let screen = now(floor.handheld());
    assert!(wanted(&screen).left_handed && wanted(&screen).sunlight, "{screen:?}");
    // A fork carries it into the next epoch.
    floor.handheld().store().begin_epoch(None).unwrap();
    let screen = now(floor.handheld());
    assert!(wanted(&screen).left_handed && wanted(&screen).sunlight, "{screen:?}");
}

#[test]
fn a_training_is_as_the_person_wants_it() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    to_settings(&floor);
    choose(&floor, "text_percent", "150");
    let live = floor.entries().len();
    floor.choose("back");
    let mut screen = floor.choose("more");
    while !screen.actions.iter().any(|action| action.id == "train") {
        screen = floor.choose("next");
    }
    let screen = floor.choose("train");
    assert!(screen.status.training);
    assert_eq!(wanted(&screen).text_percent, 150);
    assert_eq!(floor.entries().len(), live);
}

#[test]
fn what_is_chosen_already_is_no_entry_and_what_is_not_offered_changes_nothing() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    to_settings(&floor);
    let before = kinds(&floor.entries());
    accepted(&choose(&floor, "text_percent", "100"));
    for value in ["1000", "69", "red"] {
        assert_eq!(choose(&floor, "text_percent", value).id, "settings.choose");
        floor.handheld().act(Input::Back).unwrap();
    }
    assert_eq!(floor.choose("glove_mode").id, "settings");
    assert_eq!(kinds(&floor.entries()), before);
}

#[test]
fn a_scan_where_something_has_to_be_chosen_is_stopped_and_a_stop_is_always_heard_or_felt() {
    let floor = Floor::new();
    floor.sign_in("B-1", "1111");
    to_settings(&floor);
    let played = |screen: &Screen| (screen.cue.sound.clone(), screen.cue.vibration.clone());
    let screen = choose(&floor, "vibration", "false");
    assert_eq!(played(&screen), ("accept".into(), String::new()));
    assert_eq!(played(&floor.scan("]C0A-01")), ("stop".into(), String::new()));
    floor.choose("acknowledge");
    let screen = choose(&floor, "volume_percent", "0");
    assert_eq!(played(&screen), (String::new(), String::new()));
    let screen = floor.scan("]C0A-01");
    assert_eq!(stop(&screen), "No scan needed");
    assert!(is_refused(&floor.last()));
    assert_eq!(played(&screen), (String::new(), "stop".into()));
    floor.choose("acknowledge");
    let screen = choose(&floor, "vibration", "true");
    assert_eq!(played(&screen), (String::new(), "accept".into()));
}

#[test]
fn a_setting_that_no_shell_can_do_is_never_read() {
    for (name, value) in [
        ("text_percent", "69"),
        ("text_percent", "201"),
        ("volume_percent", "101"),
    ] {
        assert_eq!(Setting::read(name, value), None, "{name} {value}");
    }
    for (name, value) in [
        ("voice", "yes"),
        ("language", ""),
        ("taste", "true"),
        ("text_percent", ""),
    ] {
        assert_eq!(Setting::read(name, value), None, "{name} {value}");
    }
    assert_eq!(Setting::read("text_percent", "70"), Some(Setting::TextPercent(70)));
}
