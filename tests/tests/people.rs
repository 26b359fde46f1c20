//! What follows a person over real devices and a real gateway: a lock-out, and their settings.

use lotline_core::{Handheld, Input, Screen};
use lotline_record::model::DeviceId;
use lotline_tests::gateway::Gateway;
use lotline_tests::held::{BADGE, check_record, furnish, sign_in, sound};
use std::path::Path;

fn sync(handheld: &Handheld) {
    assert!(!handheld.sync_now(60_000).unwrap().more);
}

/// A handheld that is enrolled and has its picture.
fn enrolled(gateway: &Gateway, name: &str, folder: &Path) -> Handheld {
    let handheld = sound(folder);
    let code = gateway.code(&DeviceId::new(name).unwrap(), name);
    let address = format!("http://{}", gateway.address());
    handheld.enrol(&address, &code, name).unwrap();
    sync(&handheld);
    handheld
}

fn wrong_pins(handheld: &Handheld, most: usize) -> Screen {
    for _ in 0..most {
        handheld.act(Input::scan(BADGE)).unwrap();
        handheld.act(Input::enter("pin", "0000")).unwrap();
        handheld.act(Input::choose("acknowledge")).unwrap();
    }
    let screen = handheld.act(Input::scan(BADGE)).unwrap();
    handheld.act(Input::choose("acknowledge")).unwrap();
    screen
}

#[test]
fn d2_wrong_pins_on_one_handheld_lock_the_person_on_the_other_once_both_have_synced() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    furnish(&gateway);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let a = enrolled(&gateway, "GUN-1", folders[0].path());
    let b = enrolled(&gateway, "GUN-2", folders[1].path());
    assert_eq!(wrong_pins(&a, 5).title, "Locked");
    assert_eq!(sign_in(&b).id, "home", "until both have synced it holds where it began");
    b.act(Input::choose("sign_out")).unwrap();
    sync(&a);
    gateway.settled();
    sync(&b);
    let locked = b.act(Input::scan(BADGE)).unwrap();
    assert_eq!(locked.title, "Locked");
    assert!(locked.message.contains("every device"), "{}", locked.message);
    b.act(Input::choose("acknowledge")).unwrap();
    assert_eq!(gateway.number("SELECT count(*) FROM lockout"), 1);
    sync(&b);
    drop((a, b));
    for folder in &folders {
        check_record(&gateway, folder.path());
    }
}

fn text_percent(screen: &Screen) -> Option<u32> {
    screen.settings.as_ref().map(|settings| settings.text_percent)
}

/// Signs in, chooses a size of text, and signs out.
fn choose_text(handheld: &Handheld, percent: u32) {
    let choose = |id: &str| handheld.act(Input::choose(id)).unwrap();
    sign_in(handheld);
    let mut screen = choose("more");
    while !screen.actions.iter().any(|action| action.id == "settings") {
        screen = choose("next");
    }
    choose("settings");
    choose("text_percent");
    let screen = choose(&format!("set:{percent}"));
    assert_eq!(text_percent(&screen), Some(percent));
    choose("back");
    choose("sign_out");
}

#[test]
fn i3_what_somebody_chose_on_one_handheld_they_find_on_the_other_and_the_same_of_two_choices_on_both() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    furnish(&gateway);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let a = enrolled(&gateway, "GUN-1", folders[0].path());
    let b = enrolled(&gateway, "GUN-2", folders[1].path());
    let everybody_syncs = |order: [&Handheld; 2]| {
        for handheld in [order, order].concat() {
            sync(handheld);
            gateway.settled();
        }
    };
    choose_text(&a, 150);
    everybody_syncs([&a, &b]);
    assert_eq!(text_percent(&sign_in(&b)), Some(150));
    b.act(Input::choose("sign_out")).unwrap();
    // Both without a network. Which of the two is later is up to their clocks, which agree to a second; it is the same on both.
    choose_text(&a, 70);
    choose_text(&b, 200);
    everybody_syncs([&b, &a]);
    assert_eq!(
        [&a, &b].map(|handheld| text_percent(&sign_in(handheld))),
        [Some(200); 2]
    );
    [&a, &b].into_iter().for_each(sync);
    drop((a, b));
    for folder in &folders {
        check_record(&gateway, folder.path());
    }
}
