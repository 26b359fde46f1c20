//! The console in a real browser: headless Chromium through `ChromeDriver`, both Debian's.

use fantoccini::{Client, ClientBuilder, Locator};
use lotline_core::Input;
use lotline_record::model::DeviceId;
use lotline_tests::gateway::Gateway;
use lotline_tests::held::{LABEL, furnish, sign_in, sound};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a page may take to show what it is told; the test waits for the event, not for the time.
const PATIENCE: Duration = Duration::from_mins(1);

/// A driver on a free port, stopped by its own pid.
struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    fn start() -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: `cargo xtask install browser`");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines
            .map_while(Result::ok)
            .find_map(|line| {
                let rest = line.split_once("started successfully on port ")?.1;
                rest.trim_end_matches('.').parse::<u16>().ok()
            })
            .expect("chromedriver says its port");
        Driver {
            child,
            url: format!("http://127.0.0.1:{port}"),
        }
    }

    async fn browser(&self, folder: &std::path::Path) -> Client {
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,900",
            &format!("--user-data-dir={}", folder.display()),
        ];
        let options = serde_json::json!({ "goog:chromeOptions": { "args": arguments, "binary": "/usr/bin/chromium" } });
        ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(options.as_object().unwrap().clone())
            .connect(&self.url)
            .await
            .unwrap()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The driver may have ended with its browser; either way it is gone afterwards.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

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
        let browser = driver.browser(profile.path()).await;
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

        if let Some(path) = std::env::var_os("LOTLINE_PICTURE") {
            std::fs::write(path, browser.screenshot().await.unwrap()).unwrap();
        }
        browser.close().await.unwrap();
    });
}
