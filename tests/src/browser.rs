//! Headless Chromium through `ChromeDriver`, both Debian's.

use fantoccini::{Client, ClientBuilder};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A driver on a free port, stopped by its own pid.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    /// Starts one, and waits until it says its port.
    pub fn start() -> Self {
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

    /// A browser of `width` by `height` pixels that keeps what it keeps in `folder`.
    pub async fn browser(&self, folder: &std::path::Path, (width, height): (u32, u32)) -> Client {
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
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            &format!("--window-size={width},{height}"),
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

/// What a telephone's clock shows: the codes of a second factor go by it.
///
/// # Panics
/// When this machine's clock stands before 1970.
#[allow(clippy::disallowed_methods, reason = "the authenticator's own clock")]
pub fn now() -> lotline_record::entry::Instant {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    lotline_record::entry::Instant::from_unix_ms(i64::try_from(since.as_millis()).unwrap())
}
