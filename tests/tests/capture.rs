//! Rows of the failure matrix about capture: the real handheld, killed where it hurts, and then synced.

use lotline_core::{Handheld, Input};
use lotline_record::model::DeviceId;
use lotline_tests::gateway::Gateway;
use lotline_tests::held::{BADGE, LABEL, PIN, Process, audit, check_record, furnish, sign_in, sound};
use lotline_tests::proxy::FaultProxy;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

const SIGKILL: i32 = 9;

// A furnished gateway, a network, and a folder enrolled there that has its picture.
fn world() -> (Gateway, FaultProxy, tempfile::TempDir) {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    furnish(&gateway);
    let proxy = FaultProxy::start(gateway.address());
    let folder = tempfile::tempdir().unwrap();
    let handheld = sound(folder.path());
    let code = gateway.code(&DeviceId::new("GUN-1").unwrap(), "CART-1");
    handheld.enrol(&proxy.url(), &code, "GUN-1").unwrap();
    assert!(!sync(&handheld).more);
    (gateway, proxy, folder)
}

fn sync(handheld: &Handheld) -> lotline_core::SyncReport {
    handheld.sync_now(60_000).unwrap()
}

fn signed_in(folder: &Path) -> Process {
    let mut process = Process::start(env!("CARGO_BIN_EXE_handheld"), folder);
    process.say(&format!("scan {BADGE}")).unwrap();
    assert_eq!(process.say(&format!("enter pin {PIN}")).as_deref(), Some("Accept"));
    process.say("choose look_up").unwrap();
    process
}

#[test]
fn row_1_a_handheld_killed_before_its_commit_gave_no_tone_and_stored_nothing_and_a_rescan_works() {
    let (gateway, _proxy, folder) = world();
    let mut process = signed_in(folder.path());
    let before = audit(folder.path()).entries;
    assert_eq!(process.say("doom").as_deref(), Some("doomed"));
    assert_eq!(process.say(&format!("scan {LABEL}")), None, "no tone");
    assert_eq!(process.ended().signal(), Some(SIGKILL));
    assert_eq!(audit(folder.path()).entries, before, "nothing stored");

    let handheld = sound(folder.path());
    let signed_out = audit(folder.path()).entries.len();
    sign_in(&handheld);
    handheld.act(Input::choose("look_up")).unwrap();
    handheld.act(Input::scan(LABEL)).unwrap();
    let after = audit(folder.path()).entries;
    assert!(after.len() > signed_out, "the rescan is there");
    assert_eq!(after[..before.len()], before[..]);
    assert!(!sync(&handheld).more);
    check_record(&gateway, folder.path());
}

#[test]
fn row_2_a_handheld_killed_after_its_tone_has_the_entry_and_sends_it() {
    let (gateway, _proxy, folder) = world();
    let mut process = signed_in(folder.path());
    for _ in 0..3 {
        let before = audit(folder.path()).entries.len();
        assert!(process.say(&format!("scan {LABEL}")).is_some());
        process.kill();
        let kept = audit(folder.path());
        assert!(kept.entries.len() > before, "there after the kill");
        assert!(kept.acknowledged.seq() < kept.entries.len() as u64, "and pending");
        process = signed_in(folder.path());
    }
    process.kill();
    let handheld = sound(folder.path());
    assert!(!sync(&handheld).more);
    check_record(&gateway, folder.path());
    // I5: capture goes on.
    sign_in(&handheld);
    assert!(!sync(&handheld).more);
    check_record(&gateway, folder.path());
}

#[test]
fn row_27_behind_a_captive_portal_capture_goes_on_and_the_screen_says_offline() {
    let (gateway, proxy, folder) = world();
    let handheld = sound(folder.path());
    proxy.portal(true);
    assert!(!sync(&handheld).reached);
    sign_in(&handheld);
    let status = handheld.screen().unwrap().status;
    assert!(status.offline_since.is_some() && status.queued > 0, "{status:?}");
    assert!(sync(&handheld).more);
    proxy.portal(false);
    assert!(!sync(&handheld).more);
    let status = handheld.screen().unwrap().status;
    assert!(status.offline_since.is_none() && status.queued == 0, "{status:?}");
    check_record(&gateway, folder.path());
}
