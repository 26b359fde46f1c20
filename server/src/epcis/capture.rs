//! Capture: a document as a job, or one event at once (EPCIS 2.0 section 12.5).

use super::refusal::Refusal;
use super::{BOUNDS, Segment, admit, first, with_headers};
use crate::edge;
use crate::http::App;
use crate::ledger::{Behaviour, Job, Kept};
use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lotline_exchange::epcis::{Incoming, read};
use lotline_record::entry::hex;
use serde_json::{Value, json};
use std::sync::Arc;

/// Jobs that are listed.
const LISTED: u32 = 100;

/// The body, if it is JSON and not too long.
async fn body_of(headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    if !["application/json", "application/ld+json"].contains(&media.to_lowercase().as_str()) {
        return Err(Refusal::media("application/json or application/ld+json is read"));
    }
    to_bytes(body, BOUNDS.bytes).await.map_err(|error| {
        // axum says so in words alone.
        if error.to_string().contains("length limit") {
            Refusal::too_large(format!("at most {} bytes", BOUNDS.bytes))
        } else {
            Refusal::parameter("the body broke off")
        }
    })
}

fn behaviour_of(headers: &HeaderMap) -> Result<Behaviour, Refusal> {
    let Some(word) = headers.get("gs1-capture-error-behaviour") else {
        return Ok(Behaviour::Rollback);
    };
    let word = word.to_str().ok().map(str::trim).and_then(Behaviour::from_word);
    word.ok_or_else(|| Refusal::parameter("GS1-Capture-Error-Behaviour is rollback or proceed"))
}

fn read_all(bytes: &[u8]) -> Result<Incoming, Refusal> {
    read(bytes, &BOUNDS).map_err(|faults| Refusal::faults(&faults))
}

pub(super) async fn capture(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let behaviour = behaviour_of(&headers)?;
    let bytes = body_of(&headers, body).await?;
    let job = app
        .run(move |app| {
            let incoming = match read_all(&bytes) {
                Ok(incoming) => incoming,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let name = hex(&edge::random::<16>());
            let job = app
                .ledger()
                .capture_events(&name, &incoming.events, behaviour, edge::now())?;
            Ok(Ok(job))
        })
        .await??;
    let at = format!("/epcis/capture/{}", job.job);
    Ok(with_headers(
        (StatusCode::ACCEPTED, [(header::LOCATION, at)], Json(told(&job))).into_response(),
    ))
}

/// A job as the standard shows it, with what is ours beside.
fn told(job: &Job) -> Value {
    json!({
        "captureID": job.job,
        "createdAt": job.created.to_string(),
        "finishedAt": job.created.to_string(),
        "running": false,
        "success": job.success,
        "captureErrorBehaviour": job.behaviour.as_str(),
        "errors": serde_json::from_str::<Value>(&job.faults).unwrap_or_default(),
        "lotline:captured": job.captured,
        "lotline:known": job.known,
    })
}

pub(super) async fn jobs(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let jobs = app.run(|app| app.ledger().capture_jobs(None, LISTED)).await?;
    let list: Vec<Value> = jobs.iter().map(told).collect();
    Ok(with_headers(Json(list).into_response()))
}

pub(super) async fn job(State(app): State<Arc<App>>, name: Segment, headers: HeaderMap) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let name = first(name)?;
    let jobs = app.run(move |app| app.ledger().capture_jobs(Some(&name), 1)).await?;
    let job = jobs.first().ok_or_else(|| Refusal::missing("no such capture job"))?;
    Ok(with_headers(Json(told(job)).into_response()))
}

pub(super) async fn event(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let bytes = body_of(&headers, body).await?;
    let kept = app
        .run(move |app| {
            let mut events = match read_all(&bytes) {
                Ok(incoming) => incoming.events,
                Err(refusal) => return Ok(Err(refusal)),
            };
            Ok(match (events.pop(), events.is_empty()) {
                (Some(Ok(event)), true) => Ok(app.ledger().capture_event(&event, edge::now())?),
                (Some(Err(faults)), true) => Err(Refusal::faults(&faults)),
                _ => Err(Refusal::parameter(
                    "one event is captured here; a document at /epcis/capture",
                )),
            })
        })
        .await??;
    match kept {
        Kept::New(id) => {
            let at = format!("/epcis/events/{}", super::browse::escaped(&id));
            Ok(with_headers(
                (StatusCode::CREATED, [(header::LOCATION, at)]).into_response(),
            ))
        }
        Kept::Known(id) | Kept::Taken(id) => Err(Refusal::exists(id)),
    }
}
