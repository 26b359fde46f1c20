//! Rows of the failure matrix between the real sync client and the real gateway in its own process, over TCP. Here a test
//! writes the entries; rows about capture use the real handheld.

use lotline::command::seed::{Site, fill};
use lotline::seed;
use lotline::stand_in::Said;
use lotline_core::sync::Contact;
use lotline_core::{Handheld, Input, Screen};
use lotline_record::entry::Body;
use lotline_record::model::DeviceId;
use lotline_tests::gateway::{Gateway, site};
use lotline_tests::gun::{Gun, LONG, check_invariants, received};
use lotline_tests::held::{self, Process};
use lotline_tests::proxy::{Fault, FaultProxy};
use lotline_tests::wms::Wms;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::time::Duration;

const PUSH: &str = "POST /v1/entries";
const SIGKILL: i32 = 9;

fn gateway() -> Gateway {
    Gateway::start(env!("CARGO_BIN_EXE_gateway"))
}

fn units(count: usize) -> impl Iterator<Item = Body> {
    (0..count).map(|n| received(None, ["A-01", "A-02"][n % 2]))
}

// A gateway, a network and a device that has its picture and nothing in its queue.
fn world() -> (Gateway, FaultProxy, Gun) {
    let gateway = gateway();
    let proxy = FaultProxy::start(gateway.address());
    let gun = Gun::enrolled("GUN-1", &gateway, &proxy.url());
    assert!(!gun.syncer.sync_now(LONG).unwrap().more);
    (gateway, proxy, gun)
}

#[test]
fn row_6_a_gateway_killed_after_its_commit_answers_a_resend_the_same_way() {
    let (mut gateway, proxy, gun) = world();
    gun.capture(units(50));
    proxy.fail_next(PUSH, Fault::Delay(Duration::from_mins(1)));
    std::thread::scope(|scope| {
        let sync = scope.spawn(|| gun.syncer.sync_now(LONG).unwrap());
        proxy.wait_for(PUSH, 1);
        // Its commit is in its database; its reply is held back on the way.
        while gateway.arrived(gun.device()).len() < 50 {
            std::thread::yield_now();
        }
        gateway.kill();
        assert_eq!(gun.pending(), 50, "I4: nothing was acknowledged");
        proxy.cut();
        gateway.restart();
        proxy.restore();
        sync.join().unwrap();
    });
    assert!(!gun.syncer.sync_now(LONG).unwrap().more);
    assert!(proxy.requests(PUSH) >= 2, "it was sent again");
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn row_7_a_device_killed_before_it_moved_its_mark_sends_again_to_one_effect() {
    let (gateway, _proxy, gun) = world();
    gun.capture(units(20));
    let (device, folder) = (gun.device().clone(), gun.close());
    let died = Command::new(env!("CARGO_BIN_EXE_gun"))
        .arg(folder.path())
        .arg(device.as_str())
        .status()
        .unwrap();
    assert_eq!(
        died.signal(),
        Some(SIGKILL),
        "{died}: it dies with the reply in its hand"
    );
    let gun = Gun::open(&device, folder);
    assert_eq!(
        (gun.pending(), gateway.arrived(&device).len()),
        (20, 20),
        "stored, and not known to be"
    );
    assert!(!gun.syncer.sync_now(LONG).unwrap().more);
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn row_8_a_reply_lost_truncated_or_reset_is_asked_for_again() {
    let (gateway, proxy, gun) = world();
    let faults = [
        Fault::SwallowReply,
        Fault::CloseDown(1),
        Fault::CloseDown(200),
        Fault::CloseUp(400),
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        gun.capture(units(30 + n));
        proxy.fail_next(PUSH, fault);
        let report = gun.syncer.sync_now(LONG).unwrap();
        assert_eq!(
            (report.more, report.acknowledged, proxy.armed()),
            (false, 30 + n as u64, 0),
            "{fault:?}"
        );
    }
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn row_11_entry_250_of_500_contradicts_and_the_others_are_applied() {
    let (gateway, proxy, gun) = world();
    let other = Gun::enrolled("GUN-2", &gateway, &proxy.url());
    other.capture([received(Some("S-1"), "B-01")]);
    other.syncer.sync_now(LONG).unwrap();
    gun.capture((1..=500).map(|n| received((n == 250).then_some("S-1"), "A-01")));
    let report = gun.syncer.sync_now(LONG).unwrap();
    assert_eq!((report.acknowledged, report.more), (500, false));
    gateway.settled();
    let arrived = gateway.arrived(gun.device());
    assert_eq!(arrived.len(), 500);
    for entry in &arrived {
        let expected = if entry.position.seq() == 250 {
            "exception"
        } else {
            "applied"
        };
        assert_eq!(entry.verdict.as_deref(), Some(expected), "{}", entry.position.seq());
    }
    assert_eq!(gateway.number("SELECT count(*) FROM exception WHERE state = 'open'"), 1);
    check_invariants(&gateway, &[&gun, &other]);
}

#[test]
fn row_15_a_gateway_killed_in_mid_batch_has_a_prefix_or_nothing_and_a_retry_converges() {
    let (mut gateway, proxy, gun) = world();
    for bytes in [1, 2_000, 8_000] {
        let before = (proxy.requests(PUSH), gateway.arrived(gun.device()).len());
        gun.capture(units(400));
        // One request breaks off on its way; the process dies while the next one comes in.
        proxy.fail_next(PUSH, Fault::CloseUp(bytes));
        std::thread::scope(|scope| {
            let sync = scope.spawn(|| gun.syncer.sync_now(LONG).unwrap());
            proxy.wait_for(PUSH, before.0 + 2);
            gateway.kill();
            let arrived = gateway.arrived(gun.device());
            assert!(arrived.len() >= before.1);
            for (arrived, captured) in arrived.iter().zip(gun.store.entries()) {
                assert_eq!(arrived.bytes, captured.bytes, "a prefix without a hole");
            }
            gateway.restart();
            sync.join().unwrap();
        });
        assert!(!gun.syncer.sync_now(LONG).unwrap().more);
    }
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn row_27_a_captive_portal_changes_nothing_and_is_shown_as_offline() {
    let (gateway, proxy, gun) = world();
    gun.capture(units(5));
    proxy.portal(true);
    let report = gun.syncer.sync_now(LONG).unwrap();
    assert!(!report.reached && report.more);
    assert_eq!((gun.pending(), gateway.arrived(gun.device()).len()), (5, 0));
    assert_eq!(gun.store.contact(), Some(Contact::Lost));
    proxy.portal(false);
    assert!(!gun.syncer.sync_now(LONG).unwrap().more);
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn row_44_one_serial_on_two_offline_devices_is_one_exception_with_both() {
    let (gateway, proxy, first) = world();
    let second = Gun::enrolled("GUN-2", &gateway, &proxy.url());
    proxy.cut();
    first.capture([received(Some("S-7"), "A-01")]);
    second.capture([received(Some("S-7"), "B-01")]);
    assert!(!first.syncer.sync_now(LONG).unwrap().reached);
    proxy.restore();
    // The one that captured later reports first.
    second.syncer.sync_now(LONG).unwrap();
    first.syncer.sync_now(LONG).unwrap();
    gateway.settled();
    let exceptions = gateway.ledger().open_exceptions().unwrap();
    assert_eq!(exceptions.len(), 1, "{exceptions:?}");
    let evidence: String = gateway
        .database()
        .query_row("SELECT evidence FROM exception", [], |row| row.get(0))
        .unwrap();
    for gun in [&first, &second] {
        assert!(evidence.contains(gun.device().as_str()), "{evidence}");
    }
    check_invariants(&gateway, &[&first, &second]);
}

fn sign_in(handheld: &Handheld, badge: &str) -> Screen {
    let person = seed::by_badge(badge).unwrap();
    handheld.act(Input::scan(badge)).unwrap();
    handheld.act(Input::enter("pin", person.pin)).unwrap()
}

// Sends and fetches until the screen says so.
fn synced(handheld: &Handheld, until: impl Fn(&Screen) -> bool) -> Screen {
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    for _ in 0..1_000 {
        handheld.sync_now(60_000).unwrap();
        let screen = handheld.screen().unwrap();
        if until(&screen) {
            return screen;
        }
        // Nothing is ever sent: this waits.
        let _ = never.recv_timeout(Duration::from_millis(20));
    }
    panic!("it never came to that: {:?}", handheld.screen().unwrap().status);
}

#[test]
fn row_50_a_wms_that_is_down_and_refuses_later_comes_back_as_an_exception() {
    let mut wms = Wms::start(env!("CARGO_BIN_EXE_wms"));
    wms.order(r#"{"do":"down","times":1000000}"#);
    let gateway = Gateway::telling(env!("CARGO_BIN_EXE_gateway"), Some(&wms.url));
    let made = Site::new(site()).quick();
    fill(&gateway.ledger(), &made, gateway.data()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let handheld = held::sound(folder.path());
    let device = "HH-1".parse().unwrap();
    let server = format!("http://{}", gateway.address());
    handheld
        .enrol(&server, &gateway.code(&device, "CART-1"), "HH-1")
        .unwrap();
    sign_in(&handheld, "B-1042");
    handheld.act(Input::choose("receive")).unwrap();
    handheld.act(Input::choose("document:80041")).unwrap();
    let labels = seed::labels(&made.options(Vec::new()));
    for name in ["amox-in-1", "amox-in-2", "amox-in-3"] {
        let label = labels.iter().find(|label| label.id == name).unwrap();
        handheld.act(Input::scan(label.data.as_bytes())).unwrap();
    }

    // Down: the device sees that the gateway has it, and that the WMS has not.
    let screen = synced(&handheld, |screen| screen.status.at_gateway == 3);
    assert_eq!((screen.status.queued, screen.status.in_wms), (0, 0));
    assert!(wms.book().is_empty());

    // Up again: it looks at the second, and then will not have it. The third does not wait for ever.
    let moved: Vec<u64> = gateway
        .arrived(&device)
        .iter()
        .filter(|entry| String::from_utf8_lossy(&entry.bytes).contains(r#""kind":"received""#))
        .map(|entry| entry.position.seq())
        .collect();
    wms.order(r#"{"do":"up"}"#);
    wms.order(r#"{"do":"delay","ms":1}"#);
    wms.order(r#"{"do":"later","reason":"delivery 80041 is closed"}"#);
    let screen = synced(&handheld, |screen| screen.status.in_wms == 2);
    assert_eq!(screen.status.at_gateway, 1, "the refused one is not there");
    let book: Vec<(u64, Said)> = wms.book().iter().map(|b| (b.entry.seq, b.said)).collect();
    assert_eq!(
        book,
        [
            (moved[0], Said::Taken),
            (moved[1], Said::Refused),
            (moved[2], Said::Taken)
        ],
        "each once, in the device's order"
    );

    // Whoever may decide finds it on the handheld, in the WMS's words.
    handheld.act(Input::choose("short")).unwrap();
    handheld.act(Input::choose("sign_out")).unwrap();
    sign_in(&handheld, "B-2001");
    let screen = handheld.act(Input::choose("exceptions")).unwrap();
    let said = |screen: &Screen| {
        screen
            .lines
            .iter()
            .any(|line| line.text.contains("delivery 80041 is closed"))
    };
    assert!(said(&screen), "{screen:?}");
    let name = format!("exception:srv-wms-HH-1-1-{}", moved[1]);
    assert!(screen.actions.iter().any(|action| action.id == name), "{screen:?}");

    // What happened has happened: the stock counts all three, and the record is whole.
    handheld.sync_now(60_000).unwrap();
    held::check_record(&gateway, folder.path());
    let sql = "SELECT sum(amount) FROM stock WHERE lot = 'AX44' AND account = 'place:DOCK-1'";
    assert_eq!(gateway.number(sql), 3_000_000);
}

#[test]
fn row_42_a_picture_that_is_cut_off_at_nine_tenths_and_a_device_that_is_killed_go_on_where_they_stopped() {
    const PICTURE: &str = "GET /v1/site";
    let (gateway, folder) = (gateway(), tempfile::tempdir().unwrap());
    held::furnish(&gateway);
    held::furnish_items(&gateway, 20_000);
    let proxy = FaultProxy::start(gateway.address());
    let device = DeviceId::new("GUN-1").unwrap();
    let handheld = held::sound(folder.path());
    handheld
        .enrol(&proxy.url(), &gateway.code(&device, "CART-1"), "MC33")
        .unwrap();
    drop(handheld);
    // A device that has no picture yet.
    std::fs::remove_file(folder.path().join("site.db")).unwrap();
    let whole = proxy.replies(PICTURE)[0];
    assert!(whole > 1_000_000, "{whole}");
    proxy.fail_next(PICTURE, Fault::CloseDown(whole / 10 * 9));
    proxy.fail_next(PICTURE, Fault::Delay(Duration::from_mins(10)));
    let binary = env!("CARGO_BIN_EXE_handheld");
    let mut process = Process::start(binary, folder.path());
    process.tell("sync");
    // It was cut off, and asks for the rest: then it dies.
    proxy.wait_for(PICTURE, 3);
    process.kill();
    proxy.cut();
    proxy.restore();
    let mut process = Process::start(binary, folder.path());
    assert_eq!(process.say("sync").as_deref(), Some("synced true"));
    let replies = proxy.replies(PICTURE);
    assert_eq!((replies.len(), replies[1]), (4, whole / 10 * 9));
    let rest = whole / 10 + 2_000;
    assert!(replies[3] > 0 && replies[3] < rest, "{replies:?}: no byte twice");
    for line in [format!("scan {}", held::BADGE), format!("enter pin {}", held::PIN)] {
        assert!(process.say(&line).is_some(), "capture goes on");
    }
    assert_eq!(process.say("sync").as_deref(), Some("synced true"));
    process.kill();
    let names = std::fs::read_dir(folder.path()).unwrap();
    let left: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert!(
        !left.iter().any(|name| name.to_string_lossy().contains("download")),
        "{left:?}"
    );
    held::check_record(&gateway, folder.path());
}
