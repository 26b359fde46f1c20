//! What follows a person over real devices and a real gateway: a lock-out, and their settings.

use lotline_core::{Handheld, Input, Screen};
use lotline_record::model::DeviceId;
use lotline_tests::gateway::Gateway;
use lotline_tests::held::{BADGE, Stepped, check_record, furnish, sign_in, sound, with_clock};
use std::path::Path;
use std::sync::Arc;

fn sync(handheld: &Handheld) {
    assert!(!handheld.sync_now(60_000).unwrap().more);
}

/// A handheld that is enrolled and has its picture.
fn enrolled(gateway: &Gateway, name: &str, folder: &Path) -> Handheld {
    enrol(gateway, name, sound(folder))
}

fn enrol(gateway: &Gateway, name: &str, handheld: Handheld) -> Handheld {
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
fn i3_what_somebody_chose_on_one_handheld_they_find_on_the_other_and_the_later_of_two_choices_on_both() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    furnish(&gateway);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    // One clock for both: the gateway's time comes in whole seconds, so two handhelds agree on it to a second and no better.
    let clock = Arc::new(Stepped::default());
    let on_the_clock =
        |name, folder: &tempfile::TempDir| enrol(&gateway, name, with_clock(folder.path(), clock.clone()));
    let a = on_the_clock("GUN-1", &folders[0]);
    let b = on_the_clock("GUN-2", &folders[1]);
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
    // Both without a network, ten seconds apart; who syncs first does not matter.
    for (ahead, [(earlier, first), (later, last)]) in [(10, [(&a, 70), (&b, 200)]), (20, [(&b, 130), (&a, 85)])] {
        choose_text(earlier, first);
        clock.set_ahead(ahead);
        choose_text(later, last);
        everybody_syncs([later, earlier]);
        for handheld in [&a, &b] {
            assert_eq!(
                text_percent(&sign_in(handheld)),
                Some(last),
                "{first} was chosen earlier"
            );
            handheld.act(Input::choose("sign_out")).unwrap();
        }
    }
    [&a, &b].into_iter().for_each(sync);
    drop((a, b));
    for folder in &folders {
        check_record(&gateway, folder.path());
    }
}
