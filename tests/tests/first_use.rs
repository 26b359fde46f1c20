//! First use: today's work before the whole picture, and a pull of several pages.

use lotline::command::seed::{Site, fill};
use lotline::seed;
use lotline_core::screen::Tone;
use lotline_core::sync::SyncStore;
use lotline_core::{Handheld, Input, Screen};
use lotline_record::model::DeviceId;
use lotline_tests::gateway::{Gateway, site};
use lotline_tests::held;
use lotline_tests::proxy::{Fault, FaultProxy};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const PICTURE: &str = "GET /v1/site";

fn sign_in(handheld: &Handheld, badge: &str) -> Screen {
    let person = seed::by_badge(badge).unwrap();
    handheld.act(Input::scan(badge)).unwrap();
    handheld.act(Input::enter("pin", person.pin)).unwrap()
}

fn number(folder: &Path, sql: &str) -> i64 {
    let site = Connection::open(folder.join("site.db")).unwrap();
    site.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_new_device_receives_todays_goods_while_the_whole_picture_does_not_come() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    let made = Site::new(site()).quick();
    fill(&gateway.ledger(), &made, gateway.data()).unwrap();
    held::furnish_items(&gateway, 3_000);
    let proxy = FaultProxy::start(gateway.address());
    // The file is cut off at its beginning, for ever.
    for _ in 0..500 {
        proxy.fail_next(PICTURE, Fault::CloseDown(1_000));
    }
    let folder = tempfile::tempdir().unwrap();
    let handheld = Arc::new(held::sound(folder.path()));
    let device = DeviceId::new("HH-1").unwrap();
    let code = gateway.code(&device, "CART-1");
    std::thread::scope(|scope| {
        // Blocking until the picture is here, which it will not be.
        let enrolling = scope.spawn(|| drop(handheld.enrol(&proxy.url(), &code, "HH-1")));
        proxy.wait_for(PICTURE, 2);
        sign_in(&handheld, "B-1042");
        handheld.act(Input::choose("receive")).unwrap();
        handheld.act(Input::choose("document:80041")).unwrap();
        let labels = seed::labels(&made.options(Vec::new()));
        for name in ["amox-in-1", "amox-in-2", "amox-in-3"] {
            let label = labels.iter().find(|label| label.id == name).unwrap();
            let screen = handheld.act(Input::scan(label.data.as_bytes())).unwrap();
            assert_eq!(screen.tone, Tone::Accept, "{name}: {}", screen.message);
        }
        // It is at the gateway before the picture is here.
        while handheld.store().queue().unwrap().pending > 0 {
            std::thread::yield_now();
        }
        assert!(handheld.store().cursor().unwrap().is_none());
        let status = handheld.screen().unwrap().status;
        assert_eq!(status.queued, 0);
        handheld.suspend();
        enrolling.join().unwrap();
    });
    let small = number(folder.path(), "SELECT count(*) FROM item");
    assert!(small > 0 && small < 3_000, "{small}: what today's work refers to");
    // The way is good again, and so is the picture.
    drop(handheld);
    proxy.cut();
    proxy.restore();
    let handheld = held::sound(folder.path());
    proxy.disarm();
    assert!(!handheld.sync_now(60_000).unwrap().more);
    assert!(number(folder.path(), "SELECT count(*) FROM item") > 3_000);
    drop(handheld);
    held::check_record(&gateway, folder.path());
}

#[test]
fn a_pull_of_several_pages_goes_in_whole_and_is_gone_on_from_after_a_cut() {
    const PULL: &str = "GET /v1/changes";
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    held::furnish(&gateway);
    let proxy = FaultProxy::start(gateway.address());
    let folder = tempfile::tempdir().unwrap();
    let device = DeviceId::new("GUN-1").unwrap();
    let handheld = held::sound(folder.path());
    handheld
        .enrol(&proxy.url(), &gateway.code(&device, "CART-1"), "MC33")
        .unwrap();
    let items = || number(folder.path(), "SELECT count(*) FROM item");
    assert_eq!(items(), 1);
    // Four pages, of which the third does not come.
    for n in 0..4 {
        held::furnish_more(&gateway, n, 500);
    }
    let before = proxy.requests(PULL);
    for _ in 0..2 {
        proxy.fail_next(PULL, Fault::Delay(Duration::ZERO));
    }
    proxy.fail_next(PULL, Fault::Delay(Duration::from_mins(10)));
    std::thread::scope(|scope| {
        let sync = scope.spawn(|| handheld.sync_now(60_000).unwrap());
        proxy.wait_for(PULL, before + 3);
        assert_eq!(items(), 1, "a part of a pull is not in the picture");
        proxy.cut();
        proxy.restore();
        sync.join().unwrap();
    });
    drop(handheld);
    let handheld = held::sound(folder.path());
    assert!(!handheld.sync_now(60_000).unwrap().more);
    assert_eq!(items(), 2_001);
    // Two pages that came before the cut were not asked for again.
    let pulls = proxy.requests(PULL) - before;
    assert!(pulls <= 7, "{pulls} pulls");
    held::sign_in(&handheld);
    assert!(!handheld.sync_now(60_000).unwrap().more);
    drop(handheld);
    held::check_record(&gateway, folder.path());
}
