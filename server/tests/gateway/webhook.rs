//! Two back-ends side by side: one by the port, one that takes signed webhooks and few kinds.

use crate::device::*;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use lotline_record::entry::*;
use lotline_server::{BackEndConfig, ConnectorConfig, Server, WebhookConfig};
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const KEY: [u8; 32] = [7; 32];

#[derive(Default)]
struct Book {
    /// Answers to give first, one a request: status and `Retry-After`.
    script: Vec<(u16, &'static str)>,
    /// Ids of movements whose signature held, in the order of the requests.
    told: Vec<String>,
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers[name].to_str().unwrap()
}

async fn take(
    State(book): State<Arc<Mutex<Book>>>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    let mut mac = Hmac::<Sha256>::new_from_slice(&KEY).unwrap();
    let id = text(&headers, "webhook-id");
    mac.update(format!("{id}.{}.", text(&headers, "webhook-timestamp")).as_bytes());
    mac.update(&body);
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(text(&headers, "webhook-signature"), expected);
    let movement: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (movement["id"].as_str(), movement["kind"].as_str()),
        (Some(id), Some("received"))
    );
    let mut book = book.lock().unwrap();
    book.told.push(id.to_owned());
    let (status, wait) = if book.script.is_empty() {
        (204, "0")
    } else {
        book.script.remove(0)
    };
    (StatusCode::from_u16(status).unwrap(), [("retry-after", wait)])
}

async fn listen(path: &str, to: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}{path}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, to).await.unwrap() });
    url
}

#[tokio::test]
async fn a_movement_is_in_the_wms_once_the_signed_webhook_took_it_as_well_and_each_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let book = Arc::new(Mutex::new(Book {
        script: vec![(429, "0"), (503, "0")],
        ..Book::default()
    }));
    let hook = listen(
        "/hook",
        axum::Router::new()
            .route("/hook", post(take))
            .with_state(Arc::clone(&book)),
    )
    .await;
    let port = listen(
        "/in",
        axum::Router::new().route("/in", post(async || StatusCode::NO_CONTENT)),
    )
    .await;
    let mut config = config(folder.path());
    let secret = format!("whsec_{}", STANDARD.encode(KEY));
    let mut erp = BackEndConfig::new("erp", ConnectorConfig::Webhook(WebhookConfig { url: hook, secret }));
    erp.kinds = vec!["received".into()];
    // One at a time, so that the order of the requests can be told.
    erp.parallel = Some(1);
    config.back_ends = vec![BackEndConfig::http(port), erp];
    let running = Server::start(config).await.unwrap();
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries: Vec<Sealed> = [
        received(goods("L1", None, None), "DOCK-1"),
        moved(goods("L1", None, None), "DOCK-1", "A-01"),
        received(goods("L1", None, None), "DOCK-1"),
    ]
    .into_iter()
    .map(|body| device.say(body))
    .collect();
    device.push(&entries).await.unwrap();
    for _ in 0..1_000 {
        if running.ledger().devices().unwrap()[0].in_wms == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(running.ledger().devices().unwrap()[0].in_wms, 3);
    let lines = running.ledger().back_ends().unwrap();
    let told: Vec<_> = lines.iter().map(|line| (line.name.as_str(), line.applied)).collect();
    assert_eq!(told, [("erp", 2), ("wms", 3)]);
    let mut told = book.lock().unwrap().told.clone();
    assert_eq!(told.len(), 4, "twice it was full, and took nothing");
    assert_eq!(
        (&told[0], &told[1]),
        (&told[1], &told[2]),
        "the first is told until it is taken"
    );
    told.dedup();
    assert_eq!(told.len(), 2);
}

#[tokio::test]
async fn a_back_end_that_cannot_be_spoken_to_as_configured_is_named_at_the_start() {
    for (name, url, secret, says) in [
        (
            "ERP",
            "http://127.0.0.1:9/",
            "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "small letters",
        ),
        (
            "erp",
            "ftp://127.0.0.1/",
            "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "http://",
        ),
        ("erp", "http://127.0.0.1:9/", "hunter2", "whsec_"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        let (url, secret) = (url.to_owned(), secret.to_owned());
        config.back_ends = vec![BackEndConfig::new(
            name,
            ConnectorConfig::Webhook(WebhookConfig { url, secret }),
        )];
        let refused = Server::start(config).await.unwrap_err().to_string();
        assert!(
            refused.contains(name) && refused.contains(says) && !refused.contains("hunter2"),
            "{refused}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.back_ends = vec![
        BackEndConfig::http("http://127.0.0.1:9/"),
        BackEndConfig::http("http://127.0.0.1:9/"),
    ];
    assert!(
        Server::start(config)
            .await
            .unwrap_err()
            .to_string()
            .contains("two are called so")
    );
}
