//! The console's gate: each route says who may pass, and the gate alone decides, before a handler runs.
//!
//! What changes something is a POST, and passes only from a page of our own (`Origin`) with the word of its session in
//! the form. Without any account the console is for reading, on this machine alone, under this machine's own name.

use crate::access::{By, May, Ticket, User};
use crate::http::{App, Failure};
use crate::ledger::Session;
use crate::origin;
use askama::Template;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{COOKIE, HeaderMap, HeaderValue, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use lotline_record::wire::Code;
use std::net::SocketAddr;
use std::sync::Arc;

/// Longest form.
const FORM_BYTES: usize = 16 * 1024;

/// Who may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Anyone: signing in, and what its page is made of.
    Anyone,
    /// Whoever gave their password, even where the second factor is still missing.
    Half,
    /// Whose role may do that, with all factors given.
    May(May),
}

/// Whether a person asks, or a page that looks for news on its own: only the first keeps a session alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    Person,
    Page,
}

/// Who stands before a handler.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    /// Whoever signed in; nobody where the console has no accounts.
    pub(super) user: Option<User>,
    /// Their session's ticket.
    pub(super) ticket: Option<Ticket>,
    /// Their session.
    pub(super) session: Option<Session>,
    /// For the audit trail.
    pub(super) by: By,
    /// What the browser calls itself.
    pub(super) agent: String,
}

impl Visitor {
    /// The word that their forms carry.
    pub(super) fn form_word(&self) -> String {
        self.ticket.as_ref().map(Ticket::form_word).unwrap_or_default()
    }

    /// Whether they may do that.
    pub(super) fn may(&self, what: May) -> bool {
        self.user.as_ref().is_some_and(|user| user.role.may(what))
    }

    pub(super) fn name(&self) -> String {
        self.user.as_ref().map(|user| user.user.to_string()).unwrap_or_default()
    }
}

/// Where a session is kept in the browser. With TLS under `__Host-`: this host alone, never without TLS (RFC 6265bis, 4.1.3).
pub(super) fn cookie(app: &App, ticket: Option<&Ticket>) -> (axum::http::HeaderName, HeaderValue) {
    let (name, secure) = if app.https() {
        ("__Host-lotline", "; Secure")
    } else {
        ("lotline", "")
    };
    let (value, age) = ticket.map_or(("", "; Max-Age=0"), |ticket| (ticket.as_str(), ""));
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    let value = HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""));
    (SET_COOKIE, value)
}

/// What a cookie of that name holds.
pub(super) fn held<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(named, _)| *named == name)
        .map(|(_, value)| value)
}

fn ticket(app: &App, headers: &HeaderMap) -> Option<Ticket> {
    let name = if app.https() { "__Host-lotline" } else { "lotline" };
    held(headers, name).and_then(Ticket::read)
}

/// Where the request comes from: the other end of the connection, and behind a proxy whom that names last.
fn came_from(app: &App, request: &Request) -> String {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| "unknown".to_owned(), |ConnectInfo(peer)| peer.ip().to_string());
    let told = app.origin().and_then(|_| {
        let all = request.headers().get_all("x-forwarded-for").iter().next_back()?;
        all.to_str().ok()?.rsplit(',').next().map(str::trim)
    });
    told.map_or(peer.clone(), |told| format!("{told} by {peer}"))
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    title: &'a str,
    text: &'a str,
    again: &'a str,
}

/// A page that says why nothing was done.
pub(super) fn notice(status: StatusCode, title: &str, text: &str, again: &str) -> Response {
    let page = Notice { title, text, again }.render().unwrap_or_default();
    (status, Html(page)).into_response()
}

/// On to another page of ours.
pub(super) fn on_to(path: &'static str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

/// On to another page: a part of one that fetches itself asks htmx to go there with the whole page.
fn lead(headers: &HeaderMap, method: &Method, path: &'static str) -> Response {
    if headers.contains_key("hx-request") {
        (StatusCode::UNAUTHORIZED, [("hx-redirect", path)]).into_response()
    } else if method == Method::GET {
        on_to(path)
    } else {
        notice(
            StatusCode::UNAUTHORIZED,
            "Signed out",
            "Your session has ended, so nothing was done. Sign in and do it again.",
            path,
        )
    }
}

fn no_account(app: &App, headers: &HeaderMap) -> Response {
    if app.is_near() && origin::names_loopback(headers) {
        return notice(
            StatusCode::FORBIDDEN,
            "No account yet",
            "Only somebody who has signed in can do that, and this console has no account. Make one at the command line: lotline user add NAME --role administrator",
            "/",
        );
    }
    notice(
        StatusCode::FORBIDDEN,
        "No account yet",
        "Without an account this console is shown on its own machine alone. Make one there, at the command line: lotline user add NAME --role administrator",
        "/",
    )
}

/// What the gate of one route knows.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) app: Arc<App>,
    pub(super) who: Who,
    pub(super) asks: Asks,
    pub(super) streams: bool,
}

/// Lets a request pass, or says why not.
pub(super) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match let_in(&gate, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => *refusal,
    }
}

type Refusal = Box<Response>;

async fn let_in(gate: &Gate, request: Request) -> Result<Request, Refusal> {
    let app = &gate.app;
    let came_from = came_from(app, &request);
    let (mut parts, body) = request.into_parts();
    let changes = parts.method != Method::GET && parts.method != Method::HEAD;
    if !app.is_near() && !app.https() {
        return Err(Box::new(notice(
            StatusCode::FORBIDDEN,
            "Not encrypted",
            "Passwords do not go over this address in the clear. Put TLS in front and name it with --public-url, or open the console on its own machine.",
            "/",
        )));
    }
    let (body, form) = if changes && !gate.streams {
        let form = whole(body).await?;
        (Body::from(form.clone()), form)
    } else {
        let form = parts.uri.query().unwrap_or_default().to_owned();
        (body, Bytes::from(form))
    };
    let ticket = ticket(app, &parts.headers);
    let (asked, used) = (ticket.clone(), gate.asks == Asks::Person);
    let (known, session) = app
        .run(move |app| {
            let session = asked.map(|ticket| app.ledger().session(&ticket, used)).transpose()?;
            Ok((app.ledger().has_users()?, session.flatten()))
        })
        .await
        .map_err(|failure| Box::new(failure.into_response()))?;
    let user = session.as_ref().map(|session| session.user.clone());
    let agent = origin::text(&parts.headers, &USER_AGENT).unwrap_or_default().to_owned();
    let visitor = Visitor {
        by: By {
            actor: user.as_ref().map_or("nobody".to_owned(), |user| user.user.to_string()),
            came_from,
        },
        ticket: ticket.filter(|_| session.is_some()),
        user,
        session,
        agent,
    };
    if let Some(refusal) = judge(gate, &parts.method, &parts.headers, known, &visitor) {
        let told = (visitor.by.clone(), format!("{} {}", parts.method, parts.uri.path()));
        if visitor.user.is_some() && refusal.status() == StatusCode::FORBIDDEN {
            let (by, what) = told;
            app.run(move |app| app.ledger().note(&by, "access", &what, false))
                .await
                .map_err(|failure| Box::new(failure.into_response()))?;
        }
        return Err(Box::new(refusal));
    }
    if changes && let Some(refusal) = foreign(app, &parts.headers, &form, &visitor, gate.who) {
        return Err(Box::new(refusal));
    }
    parts.extensions.insert(visitor);
    Ok(Request::from_parts(parts, body))
}

async fn whole(body: Body) -> Result<Bytes, Refusal> {
    to_bytes(body, FORM_BYTES).await.map_err(|_| {
        let why = format!("a form has at most {FORM_BYTES} bytes");
        Box::new(Failure::new(Code::TooLarge, why).into_response())
    })
}

/// Why not, by who asks.
fn judge(gate: &Gate, method: &Method, headers: &HeaderMap, known: bool, visitor: &Visitor) -> Option<Response> {
    let complete = visitor.session.as_ref().is_some_and(|session| session.complete);
    match gate.who {
        Who::Anyone => None,
        Who::Half if visitor.session.is_some() => None,
        Who::Half => Some(lead(headers, method, "/sign-in")),
        Who::May(what) if !known => {
            let here = gate.app.is_near() && gate.app.origin().is_none() && origin::names_loopback(headers);
            let reads = what == May::Look && (method == Method::GET || method == Method::HEAD);
            (!(here && reads)).then(|| no_account(&gate.app, headers))
        }
        Who::May(_) if visitor.session.is_none() => Some(lead(headers, method, "/sign-in")),
        Who::May(_) if !complete => Some(lead(headers, method, "/sign-in/code")),
        Who::May(what) if visitor.may(what) => None,
        Who::May(_) => Some(notice(
            StatusCode::FORBIDDEN,
            "Not for your role",
            "Your role does not include this, and nothing was done. Ask an administrator of this site.",
            "/",
        )),
    }
}

/// Why not, by which page the form came from.
fn foreign(app: &App, headers: &HeaderMap, form: &[u8], visitor: &Visitor, who: Who) -> Option<Response> {
    let word = || {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).ok()?;
        pairs.into_iter().find(|(name, _)| name == "word").map(|(_, word)| word)
    };
    // Signing in has no session yet, and so no word: `Origin` alone says which page asks.
    let worded = who == Who::Anyone || word().is_some_and(|word| crate::access::same(&word, &visitor.form_word()));
    // Beside TLS a page in the clear is whoever's the network wants it to be, though it names this host.
    let sealed = !app.https() || origin::text(headers, &ORIGIN).is_some_and(|from| from.starts_with("https://"));
    (!(sealed && worded && origin::is_own(headers, app.origin()))).then(|| {
        notice(
            StatusCode::FORBIDDEN,
            "Not from this console",
            "The form was not sent by a page of this session, so nothing was done. Open the page again and send it from there.",
            "/",
        )
    })
}
