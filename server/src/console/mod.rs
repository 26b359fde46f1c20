//! The supervisor's pages: handhelds, entries as they come, open exceptions in plain words, a look-up box, labels to print;
//! and who may open them.
//!
//! Every route stands behind its gate (`gate`). Assets are embedded; scripts and styles come from this server alone (CSP),
//! and askama escapes every value.

mod account;
mod gate;
mod label;
mod manage;
mod page;
mod provider;
mod reach;
mod sign_in;
mod verify;

pub(crate) use verify::Checks;

use crate::http::{App, Failure, events};
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use futures_util::Stream;
use gate::{Asks, Gate, Visitor, Who};
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

/// A route of the console: what is asked, who may pass, and who answers.
struct Door {
    method: &'static str,
    path: &'static str,
    who: Who,
    asks: Asks,
    /// A file comes with the form: the form's word stands in the address, and the body goes on unread.
    streams: bool,
    to: MethodRouter<Arc<App>>,
}

/// Every route of the console. None can be added without saying who may pass.
fn doors() -> Vec<Door> {
    use crate::access::May::{CutOff, Look, Manage, ReadAudit};
    use Asks::{Page, Person};
    let door = |method, path, who, asks, to| Door {
        method,
        path,
        who,
        asks,
        streams: false,
        to,
    };
    let see = |path, what, asks, to| door("GET", path, Who::May(what), asks, to);
    let act = |path, what, to| door("POST", path, Who::May(what), Person, to);
    vec![
        see("/", Look, Person, get(first)),
        see("/console/devices", Look, Page, get(devices)),
        see("/console/entries", Look, Page, get(entries)),
        see("/console/exceptions", Look, Page, get(exceptions)),
        see("/console/look", Look, Person, get(look)),
        see("/console/label", Look, Person, get(label::page)),
        see("/console/label.svg", Look, Page, get(label::svg)),
        see("/console/label.zpl", Look, Person, get(label::zpl)),
        see("/console/reach", Look, Person, get(reach::page)),
        see("/console/live", Look, Page, get(live)),
        see("/console/cut-off", CutOff, Person, get(manage::cut_off_page)),
        act("/console/cut-off", CutOff, post(manage::cut_off)),
        see("/console/enrol", Manage, Person, get(manage::enrol_page)),
        act("/console/enrol", Manage, post(manage::enrol)),
        see("/console/people", Manage, Person, get(manage::people)),
        act("/console/people", Manage, post(manage::change)),
        see("/console/audit", ReadAudit, Person, get(manage::audit)),
        see("/console/verify", ReadAudit, Person, get(verify::page)),
        act("/console/verify", ReadAudit, post(verify::start)),
        Door {
            streams: true,
            ..act(
                "/console/verify/file",
                ReadAudit,
                post(verify::file).layer(DefaultBodyLimit::disable()),
            )
        },
        see("/console/verify/export", ReadAudit, Person, get(verify::export)),
        see("/account", Look, Person, get(account::page)),
        act("/account/password", Look, post(account::password)),
        act("/account/second-factor", Look, post(account::second)),
        act("/account/second-factor/confirm", Look, post(account::confirm)),
        act("/account/sign-out-everywhere", Look, post(account::sign_out_everywhere)),
        door("GET", "/sign-in", Who::Anyone, Person, get(sign_in::page)),
        door("POST", "/sign-in", Who::Anyone, Person, post(sign_in::password)),
        door("GET", "/sign-in/oidc", Who::Anyone, Person, get(provider::begin)),
        door("GET", provider::BACK, Who::Anyone, Person, get(provider::back)),
        door("GET", "/sign-in/code", Who::Half, Person, get(sign_in::code_page)),
        door("POST", "/sign-in/code", Who::Half, Person, post(sign_in::code)),
        door("POST", "/sign-out", Who::Half, Person, post(sign_in::sign_out)),
        door(
            "GET",
            "/console/htmx.min.js",
            Who::Anyone,
            Page,
            get(async || asset("text/javascript", include_str!("../../assets/htmx.min.js"))),
        ),
        door(
            "GET",
            "/console/console.js",
            Who::Anyone,
            Page,
            get(async || asset("text/javascript", include_str!("../../assets/console.js"))),
        ),
        door(
            "GET",
            "/console/console.css",
            Who::Anyone,
            Page,
            get(async || asset("text/css", include_str!("../../assets/console.css"))),
        ),
    ]
}

/// The console's routes, each behind its gate.
pub(crate) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let routes = doors().into_iter().fold(Router::new(), |router, door| {
        let gate = Gate {
            app: Arc::clone(app),
            who: door.who,
            asks: door.asks,
            streams: door.streams,
        };
        router.route(door.path, door.to.route_layer(from_fn_with_state(gate, gate::pass)))
    });
    routes.layer(map_response(guard))
}

/// Method, path and who may pass, of every route: `anyone`, `half`, or what a role must include.
pub(crate) fn table() -> Vec<(&'static str, &'static str, Option<crate::access::May>, bool)> {
    let row = |door: Door| {
        let may = match door.who {
            Who::May(what) => Some(what),
            Who::Anyone | Who::Half => None,
        };
        (door.method, door.path, may, door.who == Who::Anyone)
    };
    doors().into_iter().map(row).collect()
}

async fn guard(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
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

async fn first(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failure> {
    let text = asked.text()?;
    html(app.run(move |app| page::first(app.ledger(), &text, &visitor)).await?)
}

async fn devices(State(app): State<Arc<App>>, Extension(visitor): Extension<Visitor>) -> Result<Html<String>, Failure> {
    html(app.run(move |app| page::devices(app.ledger(), &visitor)).await?)
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
    Sse::new(events(&app, "console")).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
