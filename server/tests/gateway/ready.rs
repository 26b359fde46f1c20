//! What health and readiness say.

use crate::device::*;
use lotline_record::entry::Body;
use lotline_record::wire::Problem;
use lotline_server::{Running, Server};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

/// Status, and what is not ready.
async fn ready(running: &Running) -> (u16, String) {
    let asked = client().get(format!("http://{}/v1/ready", running.addr()));
    let response = asked.send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.bytes().await.unwrap();
    let problem = serde_json::from_slice::<Problem>(&body).map(|problem| problem.detail);
    (status, problem.unwrap_or_default())
}

async fn becomes(running: &Running, status: u16) -> String {
    for _ in 0..600 {
        let (found, detail) = ready(running).await;
        if found == status {
            return detail;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never answered {status}");
}

async fn lives(running: &Running) {
    let asked = client().get(format!("http://{}/v1/health", running.addr()));
    assert_eq!(asked.send().await.unwrap().status(), 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_takes_no_transaction_is_not_ready_and_the_process_lives() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    assert_eq!(ready(&running).await.0, 204);
    // Another hand holds the ledger, or the replica that it is judged on.
    let other = rusqlite::Connection::open(running.ledger().file()).unwrap();
    other
        .execute_batch("BEGIN IMMEDIATE; UPDATE site SET change = change")
        .unwrap();
    if database(folder.path()).is_none() {
        let detail = becomes(&running, 503).await;
        assert!(detail.contains("the ledger takes no transaction"), "{detail}");
        lives(&running).await;
    }
    other.execute_batch("ROLLBACK").unwrap();
    becomes(&running, 204).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applier_that_stands_still_is_not_ready_until_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let mut wanted = config(folder.path());
    wanted.apply_silence = Duration::from_secs(3);
    wanted.apply_hook = Some(Arc::new(move |_| {
        // Until the test lets go, and from then on at once.
        let _ = wait.lock().unwrap().recv();
    }));
    let running = Server::start(wanted).await.unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    assert_eq!(ready(&running).await.0, 204);
    let entry = device.say(Body::SignedIn);
    device.push(&[entry]).await.unwrap();
    let detail = becomes(&running, 503).await;
    lives(&running).await;
    let told = async || {
        for _ in 0..600 {
            let (_, detail) = ready(&running).await;
            if detail.contains("applying stands still") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it never said so");
    };
    if !detail.contains("applying stands still") {
        told().await;
    }
    drop(go);
    becomes(&running, 204).await;
}
