//! The top-level resources, and the events behind each (EPCIS 2.0 section 12.7).

use super::ask::{answered, asked, ld, parameters};
use super::refusal::Refusal;
use super::{Segment, Segments, admit, all, first, with_headers};
use crate::http::App;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use lotline_exchange::epcis::{CONTEXT, Kind};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;

/// Identifiers a page.
const LISTED: u32 = 1_000;

/// The resources by which events are browsed, and the parameter that each stands for.
const RESOURCES: &[(&str, &str)] = &[
    ("eventTypes", "eventType"),
    ("epcs", "MATCH_anyEPC"),
    ("bizSteps", "EQ_bizStep"),
    ("bizLocations", "EQ_bizLocation"),
    ("readPoints", "EQ_readPoint"),
    ("dispositions", "EQ_disposition"),
];

/// A part of a path, escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn collection(members: &[String]) -> Response {
    with_headers(ld(
        &json!({ "@context": CONTEXT, "type": "Collection", "member": members }),
    ))
}

pub(super) async fn top(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let names = RESOURCES.iter().map(|(name, _)| (*name).to_owned());
    let names: Vec<String> = names.chain(["events".to_owned(), "capture".to_owned()]).collect();
    Ok(collection(&names))
}

pub(super) async fn options(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    Ok(with_headers(StatusCode::NO_CONTENT.into_response()))
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    resource: Segment,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let resource = first(resource)?;
    match resource.as_str() {
        "eventTypes" => {
            let names: Vec<String> = Kind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect();
            Ok(collection(&names))
        }
        "epcs" => {
            let given = parameters(raw.as_deref())?;
            let after = given.iter().find(|(name, _)| name == "nextPageToken");
            let after = after.map(|(_, value)| value.clone()).unwrap_or_default();
            let keys = app.run(move |app| app.ledger().event_keys(&after, LISTED)).await?;
            let mut response = collection(&keys);
            if let Some(last) = keys.last().filter(|_| keys.len() == LISTED as usize) {
                let link = format!("</epcis/epcs?nextPageToken={}>; rel=\"next\"", escaped(last));
                if let Ok(link) = link.parse() {
                    response.headers_mut().insert(axum::http::header::LINK, link);
                }
            }
            Ok(response)
        }
        // What stands in events is found by asking for events; no list of all of it is kept.
        _ if RESOURCES.iter().any(|(name, _)| *name == resource) => Err(Refusal::parameter(
            "it is not listed as a whole: ask for the events of one of its members",
        )),
        _ => Err(Refusal::missing("no such resource")),
    }
}

pub(super) async fn within(
    State(app): State<Arc<App>>,
    path: Segments,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let path = all(path)?;
    let (resource, id) = (&path[0], &path[1]);
    let (_, parameter) = RESOURCES
        .iter()
        .find(|(name, _)| name == resource)
        .ok_or_else(|| Refusal::missing("no such resource"))?;
    let mut given = parameters(raw.as_deref())?;
    given.push(((*parameter).to_owned(), id.clone()));
    let (events, next) = asked(&app, given).await?;
    let path = format!("/epcis/{resource}/{}/events", escaped(id));
    Ok(answered(&path, raw.as_deref(), &events, next.as_deref()))
}

/// What is behind a member of a resource: its events.
pub(super) async fn member(
    State(app): State<Arc<App>>,
    path: Segments,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let path = all(path)?;
    if RESOURCES.iter().any(|(name, _)| *name == path[0]) {
        Ok(collection(&["events".to_owned()]))
    } else {
        Err(Refusal::missing("no such resource"))
    }
}

/// Goods by their Digital Link (Digital Link 1.6 section 4; a resolver's links as RFC 9264 writes them): where the events of
/// a lot, a unit or a handling unit are.
pub(super) async fn resolve(
    State(app): State<Arc<App>>,
    path: Segments,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let parts: Vec<String> = all(path)?.iter().map(|part| escaped(part)).collect();
    let link = format!("https://id.gs1.org/{}", parts.join("/"));
    let key = match lotline_exchange::epcis::ident::Key::parse(&link) {
        Ok(Some(key)) => key,
        Ok(None) => return Err(Refusal::missing("no GS1 key")),
        Err(error) => return Err(Refusal::parameter(error.to_string())),
    };
    let parameter = if key.is_class() {
        "MATCH_anyEPCClass"
    } else {
        "MATCH_anyEPC"
    };
    let canonical = key.link();
    let query = vec![
        (parameter.to_owned(), canonical.clone()),
        ("perPage".to_owned(), "1".to_owned()),
    ];
    let (events, _) = asked(&app, query).await?;
    if events.is_empty() {
        return Err(Refusal::missing("nothing is known of it here"));
    }
    let href = format!("/epcis/events?{parameter}={}", escaped(&canonical));
    let set: Value = json!({ "linkset": [{
        "anchor": canonical,
        "https://ref.gs1.org/voc/epcis": [{ "href": href, "type": "application/ld+json", "title": "Events" }],
    }] });
    let mut response = ld(&set);
    let media = axum::http::HeaderValue::from_static("application/linkset+json");
    response.headers_mut().insert(axum::http::header::CONTENT_TYPE, media);
    Ok(with_headers(response))
}
