//! What follows a person over real devices and a real gateway: a lock-out.

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
