//! Events by a query, page by page (EPCIS 2.0 sections 8.2 and 12.7).

use super::refusal::Refusal;
use super::{Segment, admit, first, with_headers};
use crate::edge;
use crate::http::App;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use lotline_exchange::epcis::query::Query;
use lotline_exchange::epcis::{Event, answer};
use std::sync::Arc;

/// Events a page, where nothing is asked for (the standard's OpenAPI: 30).
const PAGE: usize = 30;
/// Events a page at most.
const MOST: usize = 1_000;

const LD: &str = "application/ld+json";

pub(super) fn ld(value: &serde_json::Value) -> Response {
    ([(header::CONTENT_TYPE, LD)], Bytes::from(value.to_string())).into_response()
}

/// Names and values of a query: values may be repeated or stand behind commas; a comma within a value is escaped.
pub(super) fn parameters(raw: Option<&str>) -> Result<Vec<(String, String)>, Refusal> {
    let mut out = Vec::new();
    for pair in raw.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, values) = pair.split_once('=').unwrap_or((pair, ""));
        for value in values.split(',') {
            let text = format!("{name}={value}");
            let one: Vec<(String, String)> =
                serde_urlencoded::from_str(&text).map_err(|_| Refusal::parameter("the query cannot be read"))?;
            out.extend(one);
        }
    }
    Ok(out)
}

/// Where a page ended: the order's value and the event's number. It belongs to the query it came with.
fn place(token: &str) -> Option<(i64, i64)> {
    let (value, number) = token.split_once('.')?;
    Some((value.parse().ok()?, number.parse().ok()?))
}

/// The events of a query, and where the next page begins.
pub(super) async fn asked(
    app: &Arc<App>,
    mut parameters: Vec<(String, String)>,
) -> Result<(Vec<Event>, Option<String>), Refusal> {
    let mut after = None;
    for (name, value) in &parameters {
        if name == "nextPageToken" {
            after = Some(place(value).ok_or_else(|| Refusal::parameter("nextPageToken is none of ours"))?);
        }
    }
    parameters.retain(|(name, _)| name != "nextPageToken");
    let query = Query::of(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .map_err(|error| Refusal::parameter(error.to_string()))?;
    let most = query.per_page.unwrap_or(PAGE).min(MOST);
    let page = app.run(move |app| app.ledger().events(&query, after, most)).await?;
    if page.too_many {
        return Err(Refusal::too_many());
    }
    let next = page.next.map(|(value, number)| format!("{value}.{number}"));
    Ok((page.events, next))
}

/// The answer of a page, with the link to the next one (RFC 8288).
pub(super) fn answered(path: &str, raw: Option<&str>, events: &[Event], next: Option<&str>) -> Response {
    let mut response = ld(&answer("SimpleEventQuery", None, events, edge::now()));
    if let Some(token) = next {
        let rest: Vec<&str> = raw
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("nextPageToken="))
            .collect();
        let sign = if rest.is_empty() { "" } else { "&" };
        let link = format!("<{path}?{}{sign}nextPageToken={token}>; rel=\"next\"", rest.join("&"));
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    with_headers(response)
}

pub(super) async fn events(
    State(app): State<Arc<App>>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let (events, next) = asked(&app, parameters(raw.as_deref())?).await?;
    Ok(answered("/epcis/events", raw.as_deref(), &events, next.as_deref()))
}

pub(super) async fn event(State(app): State<Arc<App>>, id: Segment, headers: HeaderMap) -> Result<Response, Refusal> {
    admit(&app, &headers)?;
    let id = first(id)?;
    let event = app.run(move |app| app.ledger().event(&id)).await?;
    let event = event.ok_or_else(|| Refusal::missing("no such event"))?;
    Ok(with_headers(ld(&event.to_json_alone())))
}
