//! The supervisor's first page: handhelds, entries as they come, open exceptions in plain words, a look-up box; and labels to
//! print.
//!
//! There is no sign-in yet, so the server mounts it on loopback only unless `Config::console_open` says otherwise. It
//! reads and changes nothing. Assets are embedded; scripts and styles come from this server alone (CSP), and askama
//! escapes every value.

mod label;
mod page;

use crate::http::{App, Failure, events};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::map_response;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use futures_util::Stream;
use lotline_record::text::Text;
use lotline_record::wire::Code;
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    lang: String,
}

impl Asked {
    /// English unless another language is asked for that Lotline speaks.
    fn text(&self) -> Result<Text, Failure> {
        Text::load(if self.lang.is_empty() { "en" } else { &self.lang })
            .or_else(|_| Text::load("en"))
            .map_err(|error| Failure::new(Code::Internal, error.to_string()))
    }
}

/// The console's routes.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(first))
        .route("/console/devices", get(devices))
        .route("/console/entries", get(entries))
        .route("/console/exceptions", get(exceptions))
        .route("/console/look", get(look))
        .route("/console/label", get(label::page))
        .route("/console/label.svg", get(label::svg))
        .route("/console/label.zpl", get(label::zpl))
        .route("/console/live", get(live))
        .route(
            "/console/htmx.min.js",
            get(async || asset("text/javascript", include_str!("../../assets/htmx.min.js"))),
        )
        .route(
            "/console/console.js",
            get(async || asset("text/javascript", include_str!("../../assets/console.js"))),
        )
        .route(
            "/console/console.css",
            get(async || asset("text/css", include_str!("../../assets/console.css"))),
        )
        .layer(map_response(guard))
}

async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "public, max-age=3600"),
        ],
        text,
    )
}

fn html(page: Result<String, askama::Error>) -> Result<Html<String>, Failure> {
    page.map(Html)
        .map_err(|error| Failure::new(Code::Internal, error.to_string()))
}

async fn first(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Result<Html<String>, Failure> {
    let text = asked.text()?;
    html(app.run(move |app| page::first(app.ledger(), &text)).await?)
}

async fn devices(State(app): State<Arc<App>>) -> Result<Html<String>, Failure> {
    html(app.run(|app| page::devices(app.ledger())).await?)
}

async fn entries(State(app): State<Arc<App>>) -> Result<Html<String>, Failure> {
    html(app.run(|app| page::entries(app.ledger())).await?)
}

async fn exceptions(State(app): State<Arc<App>>, Query(asked): Query<Asked>) -> Result<Html<String>, Failure> {
    let text = asked.text()?;
    html(app.run(move |app| page::exceptions(app.ledger(), &text)).await?)
}

async fn look(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    let text = asked.text()?;
    let found = app
        .run(move |app| page::look(app.ledger(), &text, asked.q.trim()))
        .await?;
    // Without script the form leads here: still a page.
    let bare = !headers.contains_key("hx-request");
    html(found.map(|part| {
        if bare {
            format!(
                "<!doctype html><meta charset=utf-8><link rel=stylesheet href=/console/console.css>\
                 <main><section class=wide><p><a href=\"/\">Lotline</a></p>{part}</section></main>"
            )
        } else {
            part
        }
    }))
}

async fn live(State(app): State<Arc<App>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(events(&app)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
