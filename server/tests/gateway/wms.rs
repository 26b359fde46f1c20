//! The third state: in the warehouse's own system. What stands in for it here can misbehave.

use crate::device::*;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use lotline_record::entry::*;
use lotline_server::ledger::{FIRST_BACK_END, Order, Terms};
use lotline_server::{BackEndConfig, Running, Server};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The back-end that one URL configures, as the ledger knows it.
pub(crate) fn first() -> Terms {
    Terms {
        name: FIRST_BACK_END.to_owned(),
        kind: "http",
        order: Order::Device,
        kinds: Vec::new(),
        from_start: false,
    }
}

#[derive(Default)]
struct StandIn {
    /// Answers to give first, one a request; then 204.
    script: Vec<(u16, &'static str)>,
    told: Vec<serde_json::Value>,
}

async fn take(
    State(stand_in): State<Arc<Mutex<StandIn>>>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> (StatusCode, &'static str) {
    let mut stand_in = stand_in.lock().unwrap();
    let movement: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        headers["idempotency-key"].to_str().unwrap(),
        movement["id"].as_str().unwrap()
    );
    stand_in.told.push(movement);
    let (status, text) = if stand_in.script.is_empty() {
        (204, "")
    } else {
        stand_in.script.remove(0)
    };
    (StatusCode::from_u16(status).unwrap(), text)
}

async fn with_stand_in(script: Vec<(u16, &'static str)>, folder: &std::path::Path) -> (Running, Arc<Mutex<StandIn>>) {
    let stand_in = Arc::new(Mutex::new(StandIn {
        script,
        ..StandIn::default()
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/movements", listener.local_addr().unwrap());
    let router = axum::Router::new()
        .route("/movements", post(take))
        .with_state(Arc::clone(&stand_in));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let mut config = config(folder);
    config.back_ends = vec![BackEndConfig::http(url)];
    (Server::start(config).await.unwrap(), stand_in)
}

async fn until(running: &Running, done: impl Fn(&lotline_server::ledger::DeviceLine) -> bool) {
    for _ in 0..600 {
        if running.ledger().devices().unwrap().iter().all(&done) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}", running.ledger().devices().unwrap());
}

#[tokio::test]
async fn movements_reach_the_wms_in_order_through_its_failures() {
    let folder = tempfile::tempdir().unwrap();
    let (running, stand_in) = with_stand_in(vec![(503, ""), (500, "oops"), (200, "{}")], folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let mut entries = vec![device.say(Body::SignedIn)];
    entries.extend((0..4).map(|_| device.say(received(goods("L1", None, None), "DOCK-1"))));
    device.push(&entries).await.unwrap();
    until(&running, |line| line.in_wms == 4).await;
    let seqs: Vec<u64> = stand_in
        .lock()
        .unwrap()
        .told
        .iter()
        .map(|movement| movement["entry"]["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(
        seqs,
        [2, 2, 2, 3, 4, 5],
        "the first is told until it is taken; nothing overtakes it"
    );
    let first = stand_in.lock().unwrap().told[0].clone();
    assert_eq!(
        (first["kind"].as_str(), first["body"]["goods"]["item"].as_str()),
        (Some("received"), Some("P500"))
    );
    let page = device.page(0, 1).await.unwrap();
    assert_eq!((page.counts.at_gateway, page.counts.in_wms), (0, 4));
    assert_eq!(device.verdict(&entries[1]).await.unwrap().3.as_deref(), Some("in_wms"));
    assert_eq!(device.verdict(&entries[0]).await.unwrap().3, None);
}

#[tokio::test]
async fn row_50_a_later_refusal_comes_back_as_an_exception() {
    let folder = tempfile::tempdir().unwrap();
    let script = vec![(204, ""), (422, r#"{"reason":"unknown delivery <80041>"}"#)];
    let (running, _) = with_stand_in(script, folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries: Vec<Sealed> = (0..3)
        .map(|_| device.say(received(goods("L1", None, None), "DOCK-1")))
        .collect();
    device.push(&entries).await.unwrap();
    until(&running, |line| line.in_wms == 2).await;
    let open = running.ledger().open_exceptions().unwrap();
    assert_eq!((open.len(), open[0].code.as_str()), (1, "wms_refused"));
    assert_eq!(open[0].exception, "srv-wms-hh-1-1-2");
    let (verdict, _, exception, wms) = device.verdict(&entries[1]).await.unwrap();
    assert_eq!(
        (verdict.as_str(), exception.as_deref(), wms.as_deref()),
        ("applied", Some("srv-wms-hh-1-1-2"), Some("refused"))
    );
    assert_eq!(stock(running.ledger(), "L1")[0].1, "3", "what happened has happened");
    let page = device.page(0, 1).await.unwrap();
    assert_eq!((page.counts.at_gateway, page.counts.in_wms), (1, 2));
}
