//! The console in a real browser.

use fantoccini::Locator;
use lotline_core::Input;
use lotline_record::model::DeviceId;
use lotline_tests::browser::Driver;
use lotline_tests::gateway::Gateway;
use lotline_tests::held::{LABEL, furnish, sign_in, sound};
use std::time::Duration;

/// How long a page may take to show what it is told; the test waits for the event, not for the time.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn browser_a_scan_on_a_handheld_shows_on_the_console_without_a_reload() {
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"));
    furnish(&gateway);
    let folder = tempfile::tempdir().unwrap();
    let handheld = sound(folder.path());
    let server = format!("http://{}", gateway.address());
    let code = gateway.code(&DeviceId::new("GUN-1").unwrap(), "CART-1");
    handheld.enrol(&server, &code, "GUN-1").unwrap();
    handheld.sync_now(60_000).unwrap();

    let driver = Driver::start();
    let profile = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let browser = driver.browser(profile.path(), (1280, 900)).await;
        browser.goto(&server).await.unwrap();
        browser
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css("[data-device='GUN-1']"))
            .await
            .unwrap();
        let mark = "window.notReloaded = true; return document.querySelectorAll('[data-entry]').length";
        let before = browser.execute(mark, Vec::new()).await.unwrap().as_u64().unwrap();

        sign_in(&handheld);
        handheld.act(Input::choose("look_up")).unwrap();
        handheld.act(Input::scan(LABEL)).unwrap();
        let seq = lotline_tests::held::audit(folder.path())
            .entries
            .last()
            .unwrap()
            .position
            .seq();
        handheld.sync_now(60_000).unwrap();

        let entry = format!("[data-entry='GUN-1/1/{seq}']");
        browser
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(&entry))
            .await
            .unwrap();
        let after = browser
            .execute(
                "return [window.notReloaded === true, document.querySelectorAll('[data-entry]').length]",
                Vec::new(),
            )
            .await
            .unwrap();
        assert_eq!(after[0], true, "the page was loaded again");
        assert!(after[1].as_u64().unwrap() > before);
        browser.close().await.unwrap();
    });
}
