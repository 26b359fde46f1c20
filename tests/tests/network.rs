//! Rows of the failure matrix about the way to the gateway: the real sync client, the real gateway, and a network that fails.

use lotline_core::sync::Contact;
use lotline_record::entry::Body;
use lotline_tests::gateway::Gateway;
use lotline_tests::gun::{Folder, Gun, LONG, check_invariants, received};
use lotline_tests::proxy::{Fault, FaultProxy};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const PUSH: &str = "POST /v1/entries";

fn units(count: usize) -> impl Iterator<Item = Body> {
    (0..count).map(|n| received(None, ["A-01", "A-02"][n % 2]))
}

fn world() -> (Gateway, FaultProxy, Gun) {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    let proxy = FaultProxy::start(gateway.address());
    let gun = Gun::enrolled("GUN-1", &gateway, &proxy.url());
    assert!(!gun.syncer.sync_now(LONG).unwrap().more);
    (gateway, proxy, gun)
}

#[test]
fn row_9_two_requests_of_one_device_that_overlap_have_one_effect() {
    let (gateway, _proxy, gun) = world();
    // The same queue, driven by a second client as after a time-out whose request still runs.
    let second = Gun::open(gun.device(), Folder::Of(gun.store.path().to_owned()));
    for _ in 0..10 {
        gun.capture(units(30));
        std::thread::scope(|scope| {
            for one in [&gun, &second] {
                scope.spawn(|| {
                    while one.pending() > 0 {
                        // One of them may find its mark moved by the other.
                        let _ = one.syncer.sync_now(LONG);
                    }
                });
            }
        });
    }
    assert_eq!(gateway.arrived(gun.device()).len(), 300);
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn row_28_a_gateway_that_never_answers_costs_the_deadline_and_capture_goes_on_meanwhile() {
    let (gateway, proxy, gun) = world();
    gun.capture(units(20));
    proxy.fail_next(PUSH, Fault::Delay(Duration::from_mins(10)));
    std::thread::scope(|scope| {
        let sync = scope.spawn(|| gun.syncer.sync_now(Duration::from_secs(3)).unwrap());
        proxy.wait_for(PUSH, 1);
        // It hangs; what is captured now is durable at once.
        let before = gun.store.entries().len();
        gun.capture(units(5));
        assert_eq!(gun.store.entries().len(), before + 5);
        let report = sync.join().unwrap();
        assert!(report.more, "{report:?}");
    });
    assert_eq!(gun.pending(), 25, "I4: nothing was acknowledged");
    proxy.cut();
    proxy.restore();
    assert!(!gun.syncer.sync_now(LONG).unwrap().more);
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn row_30_a_link_that_flaps_drains_with_bounded_requests_and_one_effect_each() {
    let (gateway, proxy, gun) = world();
    let flapping = AtomicBool::new(true);
    let mut tries = 0;
    std::thread::scope(|scope| {
        let (proxy, flapping) = (&proxy, &flapping);
        scope.spawn(move || {
            while flapping.load(Ordering::SeqCst) {
                proxy.cut();
                std::thread::park_timeout(Duration::from_millis(60));
                proxy.restore();
                std::thread::park_timeout(Duration::from_millis(60));
            }
        });
        for _ in 0..12 {
            gun.capture(units(40));
            for _ in 0..200 {
                tries += 1;
                if gun
                    .syncer
                    .sync_now(Duration::from_secs(5))
                    .is_ok_and(|report| !report.more)
                {
                    break;
                }
                std::thread::park_timeout(Duration::from_millis(20));
            }
        }
        flapping.store(false, Ordering::SeqCst);
    });
    assert!(!gun.syncer.sync_now(LONG).unwrap().more);
    let requests = proxy.requests(PUSH);
    assert!(
        (12..=2 * tries + 12).contains(&requests),
        "{requests} requests in {tries} tries"
    );
    check_invariants(&gateway, &[&gun]);
}

#[test]
fn row_32_a_device_that_restarts_while_it_backs_off_resumes() {
    let (gateway, proxy, gun) = world();
    gun.capture(units(40));
    proxy.cut();
    assert!(!gun.syncer.sync_now(LONG).unwrap().reached);
    assert_eq!(gun.store.contact(), Some(Contact::Lost));
    let (device, folder) = (gun.device().clone(), gun.close());
    proxy.restore();
    let gun = Gun::open(&device, folder);
    assert_eq!(gun.pending(), 40);
    assert!(!gun.syncer.sync_now(LONG).unwrap().more);
    check_invariants(&gateway, &[&gun]);
}
