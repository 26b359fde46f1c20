//! The auditor's page: the record checked where it is kept, a file that was sent checked, and the record handed out.

use crate::console::{Browser, Said, acts, add};
use crate::device::*;
use lotline_record::archive;
use lotline_server::Running;
use lotline_server::access::Role;
use std::path::Path;

/// Two devices that told something, and an auditor who has signed in.
async fn site(folder: &Path) -> (Running, Browser) {
    let running = start(folder).await;
    add(running.ledger(), "otto", Role::Auditor);
    for (n, name) in [(1, "hh-1"), (2, "hh-2")] {
        let mut device = Device::enrolled(&running, name, n).await;
        for _ in 0..2 {
            let told: Vec<_> = (0..20)
                .map(|_| device.say(received(goods("L1", None, None), "DOCK-1")))
                .collect();
            device.push(&told).await.unwrap();
        }
    }
    settle(running.ledger()).await;
    let mut browser = Browser::new(&running);
    browser.enter("otto", None).await;
    (running, browser)
}

impl Browser {
    /// Has the gateway's record checked, and waits for what comes of it.
    async fn check(&mut self) -> Said {
        let word = self.word().await;
        let said = self.post("/console/verify", &[("word", &word)]).await;
        assert_eq!((said.status, said.to()), (303, "/console/verify"), "{}", said.text);
        loop {
            let said = self.get("/console/verify").await;
            if !said.text.contains("data-state=\"running\"") {
                return said;
            }
            assert!(said.text.contains("http-equiv=\"refresh\""), "it looks again by itself");
            tokio::task::yield_now().await;
        }
    }

    /// Sends a file to be checked.
    async fn send_file(&mut self, bytes: &[u8]) -> Said {
        let word = self.word().await;
        let mut body =
            b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"record.ndjson.zst\"\r\n\r\n".to_vec();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = self
            .http
            .post(format!("{}/console/verify/file?word={word}", self.base))
            .header("content-type", "multipart/form-data; boundary=b")
            .header("origin", self.base.clone())
            .body(body);
        self.send(request).await
    }

    async fn export(&mut self) -> Vec<u8> {
        let request = self.http.get(format!("{}/console/verify/export", self.base));
        let response = request.header("cookie", &self.cookie).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap().to_vec()
    }
}

#[tokio::test]
async fn an_auditor_has_the_whole_record_checked_and_each_chain_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (running, mut otto) = site(folder.path()).await;
    let said = otto.check().await;
    assert!(said.text.contains("data-state=\"good\""), "{}", said.text);
    assert!(
        said.text
            .contains("80 entries, 4 signatures of devices, 4 counter-signatures: all good"),
        "{}",
        said.text
    );
    for device in ["hh-1", "hh-2"] {
        assert!(
            said.text.contains(&format!("data-device=\"{device}")),
            "{device}: {}",
            said.text
        );
    }
    assert!(
        acts(running.ledger())
            .iter()
            .any(|act| act == "otto verify: this gateway's record")
    );
    running.stop().await;
}

#[tokio::test]
async fn the_first_entry_that_is_not_what_was_signed_is_named_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let (running, mut otto) = site(folder.path()).await;
    let damage = "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"seq\":7,', '\"seq\":7 ,') AS BLOB) WHERE seq = 7 AND device LIKE 'hh-2%'";
    tamper(
        folder.path(),
        damage,
        "UPDATE entry SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '\"seq\":7,', '\"seq\":7 ,'), 'UTF8') WHERE seq = 7 AND device LIKE 'hh-2%'",
    );
    let said = otto.check().await;
    assert!(said.text.contains("data-state=\"bad\""), "{}", said.text);
    let named = said.text.contains("entry hh-2") && said.text.contains("-1-7, line ");
    assert!(named, "{}", said.text);
    running.stop().await;
}

#[tokio::test]
async fn the_record_is_handed_out_and_a_file_that_is_sent_back_is_checked_against_the_keys_known_here() {
    let folder = tempfile::tempdir().unwrap();
    let (running, mut otto) = site(folder.path()).await;
    let export = otto.export().await;
    let plain = zstd::decode_all(export.as_slice()).unwrap();
    let report = archive::verify(plain.as_slice(), None).unwrap();
    assert_eq!((report.checked.entries, report.checked.receipts), (80, 4));
    for good in [&export, &plain] {
        let said = otto.send_file(good).await;
        assert_eq!(said.status, 200);
        assert!(said.text.contains("record.ndjson.zst: Site "), "{}", said.text);
        assert!(said.text.contains("data-state=\"good\""), "{}", said.text);
    }
    let text = String::from_utf8(plain.clone()).unwrap();
    let cut = plain[..plain.len() / 2].to_vec();
    let line = text.lines().nth(30).unwrap();
    let without = text.replacen(&format!("{line}\n"), "", 1).into_bytes();
    for (case, bytes) in [
        ("cut", cut),
        ("an entry taken out", without),
        ("no export", b"nothing\n".to_vec()),
    ] {
        let said = otto.send_file(&bytes).await;
        assert!(said.text.contains("data-state=\"bad\""), "{case}: {}", said.text);
    }
    let said = otto.send_file(b"").await;
    assert!(said.text.contains("the file is empty"), "{}", said.text);

    // Another gateway's record proves itself, and is not this site's.
    let other = tempfile::tempdir().unwrap();
    let (stranger, mut there) = site(other.path()).await;
    let said = otto.send_file(&there.export().await).await;
    assert!(
        said.text.contains("data-state=\"bad\"") && said.text.contains("key"),
        "{}",
        said.text
    );
    stranger.stop().await;
    running.stop().await;
}
