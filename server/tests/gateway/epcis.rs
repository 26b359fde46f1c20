//! EPCIS over HTTP: partners capture and ask; entries appear by themselves.

use crate::device::*;
use lotline_exchange::epcis::{Bounds, read};
use lotline_server::{Running, Server};
use serde_json::{Value, json};
use std::path::Path;

const TOKEN: &str = "0123456789abcdef";

async fn open(folder: &Path) -> Running {
    let mut wanted = config(folder);
    wanted.epcis_token = Some(TOKEN.into());
    wanted.gln = Some("9521141000014".into());
    Server::start(wanted).await.unwrap()
}

async fn ask(running: &Running, path: &str) -> reqwest::Response {
    let url = format!("http://{}{path}", running.addr());
    client().get(url).bearer_auth(TOKEN).send().await.unwrap()
}

async fn body(response: reqwest::Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

async fn send(running: &Running, path: &str, body: &Value, behaviour: &str) -> reqwest::Response {
    client()
        .post(format!("http://{}{path}", running.addr()))
        .bearer_auth(TOKEN)
        .header("content-type", "application/ld+json")
        .header("gs1-capture-error-behaviour", behaviour)
        .body(body.to_string())
        .send()
        .await
        .unwrap()
}

/// The fixtures' events: of every kind, of which one has a name of its own.
fn document() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../exchange/fixtures/epcis/events.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The events of an answer, which is a good document.
async fn events(response: reqwest::Response) -> Vec<Value> {
    assert_eq!(response.status(), 200);
    let answer = body(response).await;
    let all = read(answer.to_string().as_bytes(), &Bounds::default()).unwrap().all();
    assert!(all.is_ok(), "{all:?}");
    let list = &answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
    list.as_array().unwrap().clone()
}

async fn job_of(running: &Running, response: reqwest::Response) -> Value {
    assert_eq!(response.status(), 202);
    let at = response.headers()["location"].to_str().unwrap().to_owned();
    body(ask(running, &at).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_without_the_token_and_no_door_is_open_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    assert_eq!(ask(&running, "/epcis/events").await.status(), 401);
    running.stop().await;
    let running = open(folder.path()).await;
    let response = ask(&running, "/epcis/events").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["gs1-epcis-version"], "2.0.0");
    let url = format!("http://{}/epcis/events", running.addr());
    let response = client().get(url).bearer_auth("0123456789abcdeF").send().await.unwrap();
    assert_eq!(response.status(), 401);
    let problem = body(response).await;
    assert_eq!(problem["type"], "epcisException:SecurityException");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captured_document_is_there_after_a_restart_and_once_however_often_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let running = open(folder.path()).await;
    let sent = send(&running, "/epcis/capture", &document(), "rollback").await;
    let job = job_of(&running, sent).await;
    assert_eq!((&job["success"], &job["running"]), (&json!(true), &json!(false)));
    assert_eq!(job["lotline:captured"], 15);
    running.stop().await;
    let running = open(folder.path()).await;
    let sent = send(&running, "/epcis/capture", &document(), "rollback").await;
    let job = job_of(&running, sent).await;
    assert_eq!(
        (&job["lotline:captured"], &job["lotline:known"]),
        (&json!(0), &json!(15))
    );
    let all = events(ask(&running, "/epcis/events?perPage=100").await).await;
    assert_eq!(all.len(), 15);
    // What it said of its own recording counts for nothing.
    assert!(all.iter().all(|event| event["recordTime"] != "2026-03-02T10:00:00Z"));
    assert!(all.iter().all(|event| event["eventID"].is_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_batch_with_a_bad_event_none_or_the_good_ones_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let running = open(folder.path()).await;
    let mut bad = document();
    bad["epcisBody"]["eventList"][3]["bizStep"] = json!("shiping");
    let sent = send(&running, "/epcis/capture", &bad, "rollback").await;
    let job = job_of(&running, sent).await;
    assert_eq!((&job["success"], &job["lotline:captured"]), (&json!(false), &json!(0)));
    assert_eq!(job["errors"][0]["title"], "no_such_word");
    assert_eq!(job["errors"][0]["pointer"], "/epcisBody/eventList/3/bizStep");
    assert!(events(ask(&running, "/epcis/events").await).await.is_empty());
    let sent = send(&running, "/epcis/capture", &bad, "proceed").await;
    let job = job_of(&running, sent).await;
    assert_eq!((&job["success"], &job["lotline:captured"]), (&json!(false), &json!(14)));
    assert_eq!(events(ask(&running, "/epcis/events?perPage=100").await).await.len(), 14);
    let sent = send(&running, "/epcis/capture", &bad, "sometimes").await;
    assert_eq!(sent.status(), 400);
    let sent = send(
        &running,
        "/epcis/capture",
        &json!({"type": "EPCISDocument"}),
        "rollback",
    )
    .await;
    assert_eq!(sent.status(), 400);
    let url = format!("http://{}/epcis/capture", running.addr());
    let xml = client()
        .post(url)
        .bearer_auth(TOKEN)
        .header("content-type", "text/plain")
        .body("<a/>");
    assert_eq!(xml.send().await.unwrap().status(), 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_captured_once_and_another_one_cannot_take_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let running = open(folder.path()).await;
    let mut event = document()["epcisBody"]["eventList"][0].clone();
    event["@context"] = document()["@context"].clone();
    event["eventID"] = json!("urn:uuid:0199f1a0-0000-7000-8000-0000000000aa");
    let made = send(&running, "/epcis/events", &event, "rollback").await;
    assert_eq!(made.status(), 201);
    let at = made.headers()["location"].to_str().unwrap().to_owned();
    let there = body(ask(&running, &at).await).await;
    assert_eq!(there["epcList"], event["epcList"]);
    assert_eq!(send(&running, "/epcis/events", &event, "rollback").await.status(), 409);
    event["bizStep"] = json!("shipping");
    assert_eq!(send(&running, "/epcis/events", &event, "rollback").await.status(), 409);
    // A correction repeats the event and stands beside it.
    event["bizStep"] = json!("receiving");
    event["errorDeclaration"] = json!({"declarationTime": "2026-03-03T00:00:00Z", "reason": "did_not_occur"});
    assert_eq!(send(&running, "/epcis/events", &event, "rollback").await.status(), 201);
    assert_eq!(events(ask(&running, "/epcis/events").await).await.len(), 2);
    assert_eq!(
        events(ask(&running, "/epcis/events?EXISTS_errorDeclaration=").await)
            .await
            .len(),
        1
    );
    assert_eq!(ask(&running, "/epcis/events/urn%3Auuid%3Anone").await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_every_event_once_in_the_order_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let running = open(folder.path()).await;
    send(&running, "/epcis/capture", &document(), "rollback").await;
    for order in [
        "orderBy=eventTime&orderDirection=ASC",
        "orderBy=recordTime&orderDirection=DESC",
    ] {
        let mut path = format!("/epcis/events?perPage=4&{order}");
        let mut seen = Vec::new();
        loop {
            let response = ask(&running, &path).await;
            let next = response
                .headers()
                .get("link")
                .map(|link| link.to_str().unwrap().to_owned());
            seen.extend(events(response).await);
            let Some(link) = next else { break };
            path = link.split(['<', '>']).nth(1).unwrap().to_owned();
        }
        assert_eq!(seen.len(), 15, "{order}");
        let mut names: Vec<_> = seen.iter().map(|event| event["eventID"].to_string()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 15, "{order}");
    }
    let cut = events(ask(&running, "/epcis/events?eventCountLimit=3").await).await;
    assert_eq!(cut.len(), 3);
    assert_eq!(ask(&running, "/epcis/events?maxEventCount=3").await.status(), 413);
    assert_eq!(ask(&running, "/epcis/events?EQ_nothing=3").await.status(), 400);
    let by_link = "/epcis/epcs/https%3A%2F%2Fid.gs1.org%2F01%2F09521141123454%2F21%2F2/events";
    assert_eq!(events(ask(&running, by_link).await).await.len(), 3);
    let by_class = "/epcis/events?MATCH_anyEPCClass=urn:epc:class:lgtin:9521141.012345.L7";
    assert_eq!(events(ask(&running, by_class).await).await.len(), 3);
    let set = body(ask(&running, "/epcis/id/01/09521141123454/10/L7").await).await;
    let href = set["linkset"][0]["https://ref.gs1.org/voc/epcis"][0]["href"]
        .as_str()
        .unwrap();
    assert_eq!(events(ask(&running, href).await).await.len(), 3);
    assert_eq!(ask(&running, "/epcis/id/01/09521141123454/10/L99").await.status(), 404);
    assert_eq!(ask(&running, "/epcis/id/01/09521141123455/10/L7").await.status(), 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applied_entry_is_an_event_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let running = open(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let body: lotline_record::entry::Body = serde_json::from_value(json!({
        "kind": "received", "to": "place:DOCK-1", "known": "scanned",
        "goods": { "owner": "ACME", "item": "P500", "level": "each", "quantity": { "n": "3", "u": "EA" }, "lot": { "number": "L1" } },
    }))
    .unwrap();
    let entry = device.say(body);
    device.push(&[entry]).await.unwrap();
    settle(running.ledger()).await;
    running
        .ledger()
        .tell_events(
            Some("9521141000014"),
            100,
            lotline_record::entry::Instant::from_unix_ms(1_800_000_000_000),
        )
        .unwrap();
    let told = events(ask(&running, "/epcis/events?EQ_bizStep=receiving").await).await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0]["readPoint"]["id"],
        "https://id.gs1.org/414/9521141000014/254/DOCK-1"
    );
    assert!(told[0]["eventID"].as_str().unwrap().starts_with("ni:///sha-256;"));
}
