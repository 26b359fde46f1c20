//! Requests as traces, told to a collector: OTLP over HTTP in its JSON form (OpenTelemetry Protocol 1.x, "OTLP/HTTP"; field
//! names as in `opentelemetry/proto/trace/v1/trace.proto`). Written by hand on what the tree has: the whole of it is one kind of
//! span and one request, and the project's own crates would bring a second model of spans and metrics along.
//!
//! Each request is a span, with the warnings that were said while it was answered. Nothing waits for the collector: what it does
//! not take in time is dropped, and the log says so.

use crate::edge;
use crate::failure::{Failure, Outcome};
use lotline_record::entry::hex;
use lotline_server::origin;
use serde_json::{Value, json};
use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// The span of `lotline_server`'s requests.
const REQUEST: &str = "request";
const OF: &str = "lotline_server";
/// Spans that wait for the collector at most; what comes beyond is dropped.
const WAITING: usize = 4_096;
/// Spans in one request to it at most.
const BATCH: usize = 512;
/// A batch goes when nothing came for so long.
const QUIET: Duration = Duration::from_millis(500);
/// The collector has so long for an answer, and a gateway that stops waits so long for the last batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// Warnings kept of one request.
const EVENTS: usize = 32;

/// What goes to the thread that sends.
enum Job {
    Span(Box<Value>),
    /// All before it goes out now; then say so.
    Flush(Sender<()>),
}

/// What the subscriber is given: makes spans of requests.
#[derive(Debug)]
pub struct Traces {
    jobs: SyncSender<Job>,
}

/// Sends what waits when it is dropped.
#[derive(Debug)]
pub struct Sending {
    jobs: SyncSender<Job>,
}

/// Begins to send to the collector at `endpoint`, as `http://127.0.0.1:4318`; `site` names the service's instance.
///
/// # Errors
/// An address that is none, or in the clear beyond this machine.
pub fn begin(endpoint: &str, site: &str) -> Outcome<(Traces, Sending)> {
    let bad = |why: &str| {
        Failure::usage(
            format_args!("{endpoint:?}: {why}"),
            "otlp_endpoint",
            "name the collector's OTLP/HTTP address, as http://127.0.0.1:4318",
        )
    };
    let url = reqwest::Url::parse(endpoint).map_err(|error| bad(&error.to_string()))?;
    let host = url.host_str().ok_or_else(|| bad("it names no host"))?;
    if url.scheme() != "https" && !(url.scheme() == "http" && origin::is_loopback(host)) {
        return Err(bad("it is not https, and not this machine"));
    }
    let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
    // Another room of this process may have chosen already; either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| bad(&error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io(&error, "otlp_endpoint"))?;
    let resource = json!({ "attributes": [
        text("service.name", "lotline"),
        text("service.version", env!("CARGO_PKG_VERSION")),
        text("service.instance.id", site),
    ]});
    let (jobs, asked) = sync_channel(WAITING);
    std::thread::Builder::new()
        .name("traces".to_owned())
        .spawn(move || send_all(&asked, &resource, |body| runtime.block_on(post(&client, &url, body))))
        .map_err(|error| Failure::io(&error, "otlp_endpoint"))?;
    Ok((Traces { jobs: jobs.clone() }, Sending { jobs }))
}

async fn post(client: &reqwest::Client, url: &str, body: String) -> Result<(), String> {
    let asked = client.post(url).header("content-type", "application/json").body(body);
    match asked.send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("it answers {}", answer.status())),
        Err(error) => Err(error.to_string()),
    }
}

fn send_all(asked: &Receiver<Job>, resource: &Value, mut post: impl FnMut(String) -> Result<(), String>) {
    let mut dropped = 0;
    while let Ok(first) = asked.recv() {
        let (mut batch, mut told) = (Vec::new(), None);
        let mut next = Ok(first);
        loop {
            match next {
                Ok(Job::Span(span)) => batch.push(*span),
                Ok(Job::Flush(done)) => {
                    told = Some(done);
                    break;
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
            if batch.len() == BATCH {
                break;
            }
            next = asked.recv_timeout(QUIET);
        }
        let count = batch.len();
        if count > 0 {
            let scope = json!({ "scope": { "name": OF }, "spans": batch });
            let body = json!({ "resourceSpans": [{ "resource": resource, "scopeSpans": [scope] }] });
            match post(body.to_string()) {
                Ok(()) if dropped > 0 => {
                    tracing::warn!(dropped, "the collector of traces answers again");
                    dropped = 0;
                }
                Ok(()) => {}
                Err(why) => {
                    if dropped == 0 {
                        tracing::warn!(%why, "the collector of traces takes none: they are dropped");
                    }
                    dropped += count;
                }
            }
        }
        if let Some(done) = told {
            // Nobody may wait any more.
            let _ = done.send(());
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let (done, sent) = channel();
        if self.jobs.try_send(Job::Flush(done)).is_ok() {
            // Past its time the last batch is lost; a gateway that stops does not hang.
            let _ = sent.recv_timeout(PATIENCE);
        }
    }
}

/// What is known of a request while it is answered.
struct Open {
    began_ms: i64,
    facts: Facts,
    events: Vec<Value>,
}

/// Fields, as they are recorded.
#[derive(Default)]
struct Facts(Vec<(&'static str, Value)>);

impl Facts {
    fn of(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .rev()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    fn text(&self, name: &str) -> &str {
        self.of(name).and_then(Value::as_str).unwrap_or_default()
    }
}

impl Visit for Facts {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push((field.name(), format!("{value:?}").into()));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.into()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.push((field.name(), value.into()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.push((field.name(), value.into()));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.push((field.name(), value.into()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.push((field.name(), value.into()));
    }
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

/// In protobuf's JSON, numbers of 64 bits are strings.
fn int(key: &str, value: u64) -> Value {
    json!({ "key": key, "value": { "intValue": value.to_string() } })
}

fn nanos(ms: i64) -> u128 {
    u128::from(ms.unsigned_abs()) * 1_000_000
}

/// The trace of a request: its own name where that is 16 bytes in hex (a UUID, or what the gateway gives), so that one who knows the
/// name finds the trace. Another name, and none, draw one.
fn trace_id(request: &str) -> Option<String> {
    let bare = request.replace('-', "").to_ascii_lowercase();
    let fits =
        bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit()) && bare.bytes().any(|byte| byte != b'0');
    if fits { Some(bare) } else { drawn::<16>() }
}

fn drawn<const N: usize>() -> Option<String> {
    edge::random::<N>().ok().map(|bytes| hex(&bytes))
}

impl Traces {
    /// What of the log concerns it, whatever else is written to standard error.
    pub fn wants(about: &Metadata<'_>) -> bool {
        about.target().starts_with(OF)
            && if about.is_span() {
                about.name() == REQUEST
            } else {
                *about.level() <= Level::INFO
            }
    }

    fn close(&self, open: &Open) -> Option<()> {
        let Open {
            began_ms,
            facts,
            events,
        } = open;
        let began = nanos(*began_ms);
        let seconds = facts.of("seconds").and_then(Value::as_f64);
        let lasted = seconds.map_or(Duration::ZERO, |seconds| {
            Duration::try_from_secs_f64(seconds).unwrap_or_default()
        });
        let status = facts.of("status").and_then(Value::as_u64);
        let (method, route, request) = (facts.text("method"), facts.text("route"), facts.text("request"));
        // Names as in OpenTelemetry's semantic conventions for HTTP servers.
        let mut attributes = vec![
            text("http.request.method", method),
            text("http.route", route),
            text("lotline.request", request),
        ];
        attributes.extend(status.map(|status| int("http.response.status_code", status)));
        for (field, key) in [
            ("bytes_in", "http.request.body.size"),
            ("bytes_out", "http.response.body.size"),
        ] {
            attributes.extend(facts.of(field).and_then(Value::as_u64).map(|bytes| int(key, bytes)));
        }
        if !facts.text("device").is_empty() {
            attributes.push(text("lotline.device", facts.text("device")));
        }
        let failed = status.is_some_and(|status| status >= 500);
        let span = json!({
            "traceId": trace_id(request)?,
            "spanId": drawn::<8>()?,
            "name": format!("{method} {route}"),
            "kind": 2, // SPAN_KIND_SERVER
            "startTimeUnixNano": began.to_string(),
            "endTimeUnixNano": (began + lasted.as_nanos()).to_string(),
            "attributes": attributes,
            "events": events,
            "status": if failed { json!({ "code": 2 }) } else { json!({}) },
        });
        // A full queue drops it: no request waits for a collector.
        let _ = self.jobs.try_send(Job::Span(Box::new(span)));
        Some(())
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> tracing_subscriber::Layer<S> for Traces {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut facts = Facts::default();
        attributes.record(&mut facts);
        span.extensions_mut().insert(Open {
            began_ms: edge::now().unix_ms(),
            facts,
            events: Vec::new(),
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            values.record(&mut open.facts);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(span) = context.event_span(event) else { return };
        let mut extensions = span.extensions_mut();
        let Some(open) = extensions.get_mut::<Open>() else {
            return;
        };
        let mut said = Facts::default();
        event.record(&mut said);
        if said.text("message") == "answered" {
            open.facts.0.append(&mut said.0);
        } else if *event.metadata().level() <= Level::WARN && open.events.len() < EVENTS {
            open.events.push(json!({
                "timeUnixNano": nanos(edge::now().unix_ms()).to_string(),
                "name": said.text("message"),
                "attributes": [text("level", event.metadata().level().as_str())],
            }));
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(open) = span.extensions_mut().remove::<Open>() {
            self.close(&open);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_named_by_16_bytes_is_its_own_trace_and_any_other_gets_one() {
        let uuid = "01A1b2c3-0000-7000-8000-0000000000aa";
        assert_eq!(trace_id(uuid).unwrap(), "01a1b2c30000700080000000000000aa");
        for other in [
            "",
            "short",
            "00000000-0000-0000-0000-000000000000",
            "01a1b2c3-0000-7000-8000-0000000000zz",
        ] {
            let drawn = trace_id(other).unwrap();
            assert!(
                drawn.len() == 32 && drawn.bytes().all(|byte| byte.is_ascii_hexdigit()),
                "{other}: {drawn}"
            );
            assert_ne!(drawn, trace_id(other).unwrap());
        }
    }

    #[test]
    fn a_collector_in_the_clear_beyond_this_machine_is_refused() {
        for bad in ["http://collector.example:4318", "collector", "ftp://127.0.0.1"] {
            assert!(begin(bad, "DC1").is_err(), "{bad}");
        }
        assert!(begin("https://collector.example", "DC1").is_ok());
        assert!(begin("http://[::1]:4318/", "DC1").is_ok());
    }

    #[test]
    fn batches_are_bounded_and_what_a_collector_does_not_take_is_counted_once() {
        let (jobs, asked) = sync_channel(WAITING);
        for n in 0..=BATCH {
            jobs.send(Job::Span(Box::new(json!(n)))).unwrap();
        }
        let (done, sent) = channel();
        jobs.send(Job::Flush(done)).unwrap();
        drop(jobs);
        let mut sizes = Vec::new();
        send_all(&asked, &json!({}), |body| {
            let body: Value = serde_json::from_str(&body).unwrap();
            sizes.push(
                body["resourceSpans"][0]["scopeSpans"][0]["spans"]
                    .as_array()
                    .unwrap()
                    .len(),
            );
            Err("it is away".to_owned())
        });
        sent.recv().unwrap();
        assert_eq!(sizes, [BATCH, 1]);
    }
}
