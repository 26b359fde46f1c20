//! Traces of the gateway's requests, as a collector gets them: a small receiver that takes OTLP's JSON and nothing besides.

use super::operations::Gateway;
use super::tool::Home;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

// `ExportTraceServiceRequest` and what is in it, by protobuf's JSON form; what is not named here is no field that is sent.

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Export {
    resource_spans: Vec<ResourceSpans>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResourceSpans {
    resource: Resource,
    scope_spans: Vec<ScopeSpans>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resource {
    attributes: Vec<KeyValue>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeSpans {
    scope: Scope,
    spans: Vec<Span>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Span {
    trace_id: String,
    span_id: String,
    name: String,
    kind: u8,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    attributes: Vec<KeyValue>,
    events: Vec<Said>,
    status: Status,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Said {
    time_unix_nano: String,
    name: String,
    attributes: Vec<KeyValue>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Status {
    #[serde(default)]
    code: u8,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyValue {
    key: String,
    value: AnyValue,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum AnyValue {
    StringValue(String),
    IntValue(String),
}

fn table(attributes: &[KeyValue]) -> BTreeMap<&str, &str> {
    attributes
        .iter()
        .map(|pair| {
            let (AnyValue::StringValue(text) | AnyValue::IntValue(text)) = &pair.value;
            (pair.key.as_str(), text.as_str())
        })
        .collect()
}

fn hex(text: &str, bytes: usize) -> bool {
    text.len() == 2 * bytes
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte != b'0')
}

/// One request on the wire: its first line, its headers, its body.
fn read(wire: &TcpStream) -> Option<(String, String, Vec<u8>)> {
    let mut lines = BufReader::new(wire);
    let mut first = String::new();
    lines.read_line(&mut first).ok().filter(|count| *count > 0)?;
    let mut headers = String::new();
    while lines.read_line(&mut headers).ok()? > 2 {}
    let headers = headers.to_lowercase();
    let length = headers
        .split("content-length: ")
        .nth(1)?
        .lines()
        .next()?
        .trim()
        .parse()
        .ok()?;
    let mut body = vec![0; length];
    lines.read_exact(&mut body).ok()?;
    Some((first, headers, body))
}

/// A collector on loopback, and what it was sent.
fn collector() -> (String, Receiver<Export>) {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", door.local_addr().unwrap());
    let (sender, sent) = channel();
    std::thread::spawn(move || {
        for wire in door.incoming() {
            let mut wire = wire.unwrap();
            while let Some((first, headers, body)) = read(&wire) {
                assert_eq!(first.trim(), "POST /v1/traces HTTP/1.1");
                assert!(headers.contains("content-type: application/json"), "{headers}");
                let export = serde_json::from_slice(&body)
                    .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&body)));
                let _ = sender.send(export);
                wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")
                    .unwrap();
            }
        }
    });
    (url, sent)
}

/// Asks `path` under that name; gives the answer's first line.
fn ask(gateway: &Gateway, path: &str, name: &str) -> String {
    let address = gateway.url.trim_start_matches("http://");
    let mut wire = TcpStream::connect(address).unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nlotline-request: {name}\r\nconnection: close\r\n\r\n");
    wire.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap().to_owned()
}

#[test]
fn every_request_is_a_span_that_carries_its_name_and_a_stop_sends_the_last() {
    let home = Home::new();
    let (url, sent) = collector();
    let gateway = Gateway::start(&home, &["--otlp-endpoint", &url]);
    let name = "01a1b2c3-0000-7000-8000-0000000000aa";
    assert!(ask(&gateway, "/v1/health", name).contains("204"));
    // A ledger that lost its tables: the warning and the failure stand in the span.
    rusqlite::Connection::open(home.path("gw/ledger.db"))
        .unwrap()
        .execute_batch("DROP TABLE entry")
        .unwrap();
    let broken = "01a1b2c3-0000-7000-8000-0000000000bb";
    assert!(ask(&gateway, "/metrics", broken).contains(" 5"));
    assert!(ask(&gateway, "/secret?token=hunter2", "a-stranger-asks").contains("404"));
    gateway.stop();

    let exports: Vec<Export> = sent.try_iter().collect();
    let spans = exports.iter().flat_map(|export| &export.resource_spans);
    let mut seen = BTreeMap::new();
    for of in spans {
        let resource = table(&of.resource.attributes);
        assert_eq!(resource["service.name"], "lotline");
        assert!(!resource["service.instance.id"].is_empty());
        for scope in &of.scope_spans {
            assert_eq!(scope.scope.name, "lotline_server");
            for span in &scope.spans {
                assert!(hex(&span.trace_id, 16) && hex(&span.span_id, 8), "{span:?}");
                assert_eq!(span.kind, 2, "a server's");
                let at = |text: &str| text.parse::<u128>().unwrap();
                assert!(
                    at(&span.start_time_unix_nano) <= at(&span.end_time_unix_nano),
                    "{span:?}"
                );
                seen.insert(table(&span.attributes)["lotline.request"], span);
            }
        }
    }
    let span = seen[name];
    assert_eq!(
        span.trace_id,
        name.replace('-', ""),
        "the request's name is the trace's"
    );
    assert_eq!(span.name, "GET /v1/health");
    let facts = table(&span.attributes);
    assert_eq!(
        (facts["http.route"], facts["http.response.status_code"]),
        ("/v1/health", "204")
    );
    assert_eq!((span.status.code, span.events.len()), (0, 0));
    let span = seen[broken];
    assert_eq!(span.status.code, 2, "{span:?}");
    assert!(
        span.events.iter().any(|said| !said.name.is_empty()
            && said.time_unix_nano.len() > 18
            && matches!(table(&said.attributes)["level"], "WARN" | "ERROR")),
        "{span:?}"
    );
    // Never a path or a query.
    assert!(!format!("{exports:?}").contains("hunter2"));
    assert_eq!(table(&seen["a-stranger-asks"].attributes)["http.route"], "none");
}

#[test]
fn without_its_collector_a_gateway_works_and_says_so_once() {
    let home = Home::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let gateway = Gateway::start(&home, &["--otlp-endpoint", &url]);
    let log = || std::fs::read_to_string(home.path("gateway.log")).unwrap();
    let takes_none = "the collector of traces takes none";
    assert!(ask(&gateway, "/v1/health", "somebody-asks").contains("204"));
    // The first batch has failed before the next begins.
    for _ in 0..600 {
        if log().contains(takes_none) {
            break;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(50));
    }
    assert!(ask(&gateway, "/v1/health", "somebody-asks").contains("204"));
    gateway.stop();
    assert_eq!(log().matches(takes_none).count(), 1, "{}", log());
}
