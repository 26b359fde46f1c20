//! A block reaches a device ahead of what the device has to send.

use lotline_core::Input;
use lotline_core::sync::SyncStore;
use lotline_record::model::DeviceId;
use lotline_tests::gateway::Gateway;
use lotline_tests::gun::LONG;
use lotline_tests::held;
use lotline_tests::proxy::{Fault, FaultProxy};
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

const PUSH: &str = "POST /v1/entries";

fn knows(folder: &Path) -> bool {
    let site = Connection::open(folder.join("site.db")).unwrap();
    site.query_row("SELECT EXISTS (SELECT 1 FROM block)", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn a_recall_is_on_a_device_before_its_long_queue_is_sent_and_the_console_knows() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    held::furnish(&gateway);
    let proxy = FaultProxy::start(gateway.address());
    let folder = tempfile::tempdir().unwrap();
    let device = DeviceId::new("GUN-1").unwrap();
    let handheld = held::sound(folder.path());
    let code = gateway.code(&device, "CART-1");
    handheld.enrol(&proxy.url(), &code, "MC33").unwrap();
    held::sign_in(&handheld);
    assert!(!handheld.sync_now(60_000).unwrap().more);
    // Out of reach it fills its queue: more than goes up at once.
    proxy.cut();
    for _ in 0..1_050 {
        // A trigger that fires again and again: each scan is an entry.
        handheld.act(Input::scan(held::LABEL)).unwrap();
    }
    let pending = handheld.store().queue().unwrap().pending;
    assert!(pending > 1_000, "{pending}");
    let change = held::recall(&gateway);
    // Its first push never comes to an end.
    proxy.fail_next(PUSH, Fault::Delay(Duration::from_mins(10)));
    proxy.restore();
    handheld.start_live().unwrap();
    handheld.network_changed();
    proxy.wait_for(PUSH, 2);
    assert!(knows(folder.path()), "it came before the push");
    assert_eq!(handheld.store().queue().unwrap().pending, pending);
    assert!(
        handheld.store().cursor().unwrap().unwrap().at < change,
        "the picture is where it was"
    );
    let reached = |gateway: &Gateway| gateway.ledger().reach(1).unwrap()[0].has;
    assert_eq!(reached(&gateway), 1, "and the gateway knows that it is here");
    handheld.stop_live();
    proxy.cut();
    proxy.restore();
    assert!(
        !handheld
            .sync_now(u64::try_from(LONG.as_millis()).unwrap())
            .unwrap()
            .more
    );
    drop(handheld);
    held::check_record(&gateway, folder.path());
}
