//! What the gateway counts of itself.

use crate::device::*;
use lotline_record::entry::Body;
use lotline_record::wire::{Code, Problem};
use lotline_server::{Running, Server};
use std::collections::BTreeMap;

async fn scrape(running: &Running) -> String {
    let response = client()
        .get(format!("http://{}/metrics", running.addr()))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    response.text().await.unwrap()
}

fn value(text: &str, sample: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {sample} in\n{text}"))
        .parse()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_the_metrics_is_what_the_gateway_says() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let page = std::fs::read_to_string(page).unwrap();
    // The alerts have three columns, the metrics four.
    let rows = page
        .lines()
        .filter(|line| line.split('|').count() == 6)
        .filter(|line| line.starts_with("| `lotline_") || line.starts_with("| `process_"));
    let told: BTreeMap<String, String> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (cells[1].trim_matches('`').to_owned(), cells[2].to_owned())
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.back_ends = vec![lotline_server::BackEndConfig::http("http://127.0.0.1:9/")];
    let running = lotline_server::Server::start(config).await.unwrap();
    // Requests stand in it once there was one.
    scrape(&running).await;
    let text = scrape(&running).await;
    assert!(text.ends_with("# EOF\n"), "{text}");
    let kinds = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let said: BTreeMap<String, String> = kinds
        .map(|(name, kind)| {
            let end = match kind {
                "counter" => "_total",
                "info" => "_info",
                _ => "",
            };
            (format!("{name}{end}"), kind.to_owned())
        })
        .collect();
    assert_eq!(said, told);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_counted_once_by_its_route_and_never_by_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries: Vec<_> = (0..3).map(|_| device.say(Body::SignedIn)).collect();
    for _ in 0..2 {
        device.push(&entries).await.unwrap();
    }
    settle(running.ledger()).await;
    let live = device.get("/v1/live").await;
    client()
        .get(device.url("/v1/secret-path?code=AAAA"))
        .send()
        .await
        .unwrap();
    let text = scrape(&running).await;
    let pushes = r#"lotline_requests_total{method="POST",route="/v1/entries",status="200"}"#;
    for (sample, wanted) in [
        (pushes, 2.0),
        (r#"lotline_requests_total{method="GET",route="none",status="404"}"#, 1.0),
        ("lotline_push_seconds_count", 2.0),
        ("lotline_entries_received_total", 3.0),
        ("lotline_entries_applied_total", 3.0),
        ("lotline_apply_lag_entries", 0.0),
        ("lotline_apply_lag_seconds", 0.0),
        (r#"lotline_live_streams{to="device"}"#, 1.0),
        (r#"lotline_devices{state="10_minutes"}"#, 1.0),
        (r#"lotline_devices{state="longer"}"#, 0.0),
    ] {
        assert!((value(&text, sample) - wanted).abs() < 1e-9, "{sample}\n{text}");
    }
    assert!(value(&text, "process_resident_memory_bytes") > 1e6, "{text}");
    assert!(!text.contains("secret-path") && !text.contains("AAAA"), "{text}");
    drop(live);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_are_for_this_machine_or_for_whoever_shows_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let ask = async |running: &Running, headers: &[(&str, &str)]| {
        let mut request = client().get(format!("http://{}/metrics", running.addr()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        if response.status() == 200 {
            return true;
        }
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        let problem: Problem = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(problem.code, Code::Unauthorized);
        false
    };
    assert!(ask(&running, &[]).await);
    assert!(
        !ask(&running, &[("host", "evil.example")]).await,
        "a name that may be made to lead here"
    );
    running.stop().await;
    let mut wanted = config(folder.path());
    wanted.public_url = Some("https://gw.example".into());
    let running = Server::start(wanted.clone()).await.unwrap();
    assert!(!ask(&running, &[]).await, "a proxy stands in front");
    running.stop().await;
    wanted.metrics_token = Some("0123456789abcdef".into());
    let running = Server::start(wanted).await.unwrap();
    assert!(!ask(&running, &[]).await);
    for (shown, good) in [
        ("Bearer 0123456789abcdef", true),
        ("bearer 0123456789abcdef", true),
        ("Bearer 0123456789abcdeF", false),
        ("Basic 0123456789abcdef", false),
        ("0123456789abcdef", false),
    ] {
        assert_eq!(ask(&running, &[("authorization", shown)]).await, good, "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_fails_and_a_device_that_asks_too_much_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut wanted = config(folder.path());
    wanted.limits.device = 1;
    let running = Server::start(wanted).await.unwrap();
    let device = Device::enrolled(&running, "hh-1", 1).await;
    for _ in 0..40 {
        device.get("/v1/changes?cursor=0").await;
    }
    let told = value(
        &scrape(&running).await,
        r#"lotline_requests_total{method="GET",route="/v1/changes",status="429"}"#,
    );
    assert!(told >= 10.0, "{told}");
    rusqlite::Connection::open(running.ledger().file())
        .unwrap()
        .execute_batch("DROP TABLE token")
        .unwrap();
    assert_eq!(device.get("/v1/changes?cursor=0").await.status(), 500);
    let text = scrape(&running).await;
    assert!(
        value(&text, r#"lotline_ledger_errors_total{kind="database"}"#) >= 1.0,
        "{text}"
    );
}
