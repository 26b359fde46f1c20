//! The handheld in the browser: to try it out without installing anything, at `/try` of a gateway that was started with
//! `lotline serve --try`.
//!
//! It is a real handheld: each session has a process, two SQLite files, an enrolment and a way to the gateway over
//! loopback TCP of its own. The network switch tears that way, and pulling the battery is SIGKILL. The page draws a
//! `Screen` and sends an `Input`; it decides nothing.
//!
//! Sessions enrol devices by themselves, so this is for a site made by `lotline seed` alone. Their number and age are
//! bounded; a session belongs to whoever holds its cookie.
//!
//! | room | what lives there |
//! |---|---|
//! | [`guard`] | cookies, and where a form came from |
//! | [`room`] | everybody's sessions |
//! | [`session`] | one session: process, folder, network |
//! | [`wall`] | labels to click |
//! | [`page`] | what is drawn |
//! | [`problem`] | what can stand in the way |

pub mod guard;
pub mod page;
pub mod problem;
pub mod room;
pub mod session;
pub mod wall;

use crate::edge;
use crate::terminal::wedge;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, SET_COOKIE};
use axum::http::header::{HeaderMap, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::http::{StatusCode, header};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use guard::{Door, Token};
use lotline_core::screen::{AwaitKind, ScanSource};
use lotline_core::{Input, Screen};
use problem::Problem;
use room::{Room, held};
use serde::Deserialize;
use session::Session;
use std::sync::Arc;
use wall::Hung;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A scan of 64 KiB, every byte written as three.
const LARGEST_FORM: usize = 200 * 1024;

/// What every request shares.
#[derive(Debug)]
pub struct Web {
    /// Everybody's sessions.
    pub room: Room,
    /// The site's name.
    pub site: String,
    /// The labels.
    pub wall: Vec<Hung>,
    /// Under which names it may be asked.
    pub door: Door,
}

type Shared = State<Arc<Web>>;
type Answer = Result<Response, Problem>;

/// The routes below `/try`.
pub fn routes(web: Arc<Web>) -> Router {
    Router::new()
        .route("/try", get(first).post(enter))
        .route("/try/held", get(look))
        .route("/try/act", post(act))
        .route("/try/network", post(network))
        .route("/try/battery", post(battery))
        .route("/try/leave", post(leave))
        .route("/try/label/{id}", get(label))
        .route(
            "/try/try.js",
            get(async || asset("text/javascript", include_str!("../../assets/try.js"))),
        )
        .route(
            "/try/try.css",
            get(async || asset("text/css", include_str!("../../assets/try.css"))),
        )
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(map_response(secure))
        .with_state(web)
}

async fn secure(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=3600")], text)
}

fn html(page: askama::Result<String>) -> Answer {
    page.map(|page| Html(page).into_response())
        .map_err(|error| Problem::Asked(error.to_string()))
}

fn see_try(cookie: &str) -> Answer {
    let cookie = HeaderValue::from_str(cookie).map_err(|e| Problem::NotStarted(e.to_string()))?;
    let headers = [(LOCATION, HeaderValue::from_static("/try")), (SET_COOKIE, cookie)];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// Runs `work` off the runtime's threads: a handheld answers when its disk has it.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(Problem::NotStarted(error.to_string())))
}

async fn first(State(web): Shared, headers: HeaderMap) -> Answer {
    web.door.named(&headers)?;
    let token = Token::of(&headers);
    let seat = match web.room.seat(token.as_ref(), edge::mono(), true) {
        Ok(seat) => seat,
        Err(problem) => {
            let note = headers.contains_key(header::COOKIE) && token.is_some();
            let page = page::start(&web.site, web.room.limits(), note.then_some(&problem));
            let mut response = html(page)?;
            if note && let Ok(gone) = HeaderValue::from_str(&Token::gone()) {
                response.headers_mut().insert(SET_COOKIE, gone);
            }
            return Ok(response);
        }
    };
    blocking(move || {
        let mut session = held(&seat);
        session.look();
        html(page::whole(&web.site, &session, &web.wall))
    })
    .await
}

async fn enter(State(web): Shared, headers: HeaderMap) -> Answer {
    web.door.same_origin(&headers)?;
    let before = Token::of(&headers);
    let entered = blocking(move || {
        // Who has one and asks for another gives the first one back.
        let _ = web.room.leave(before.as_ref());
        web.room.enter(edge::mono())
    })
    .await?;
    see_try(&entered.cookie())
}

async fn leave(State(web): Shared, headers: HeaderMap) -> Answer {
    web.door.same_origin(&headers)?;
    let token = Token::of(&headers);
    blocking(move || web.room.leave(token.as_ref())).await?;
    see_try(&Token::gone())
}

#[derive(Deserialize)]
struct Seen {
    #[serde(default)]
    seen: u64,
    #[serde(default)]
    standing: u64,
}

/// The page asks once a second. That is no use of the handheld: a page left open does not keep it.
async fn look(State(web): Shared, headers: HeaderMap, Query(seen): Query<Seen>) -> Answer {
    web.door.named(&headers)?;
    let seat = web.room.seat(Token::of(&headers).as_ref(), edge::mono(), false)?;
    blocking(move || {
        let mut session = held(&seat);
        session.look();
        if session.version != seen.seen {
            let mut whole = html(page::held(&session))?;
            let headers = whole.headers_mut();
            headers.insert("hx-retarget", HeaderValue::from_static("#held"));
            return Ok(whole);
        }
        if session.standing != seen.standing {
            return html(page::status(&session));
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    })
    .await
}

/// Does `work` with the session of a form, and shows what came of it.
async fn steer(
    web: Arc<Web>,
    headers: HeaderMap,
    work: impl FnOnce(&Web, &mut Session) -> Result<(), Problem> + Send + 'static,
) -> Answer {
    web.door.same_origin(&headers)?;
    let seat = web.room.seat(Token::of(&headers).as_ref(), edge::mono(), true)?;
    blocking(move || {
        let mut session = held(&seat);
        work(&web, &mut session)?;
        if headers.contains_key("hx-request") {
            html(page::held(&session))
        } else {
            // Without script the form leads back to the whole page.
            Ok((StatusCode::SEE_OTHER, [(LOCATION, "/try")]).into_response())
        }
    })
    .await
}

/// What a form says. One of these.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    label: Option<String>,
    choose: Option<String>,
    back: Option<String>,
    text: Option<String>,
}

impl Said {
    /// As the handheld takes it; `None` for an empty box where nothing is the main way on.
    fn input(self, web: &Web, screen: &Screen) -> Result<Option<Input>, Problem> {
        if let Some(id) = self.label {
            let hung = web.wall.iter().find(|hung| hung.id == id).ok_or(Problem::NoLabel)?;
            return Ok(Some(hung.scan()));
        }
        if let Some(id) = self.choose {
            return Ok(Some(Input::choose(id)));
        }
        if self.back.is_some() {
            return Ok(Some(Input::Back));
        }
        Ok(typed(screen, self.text.as_deref().unwrap_or_default()))
    }
}

/// What a text in the box means, as in the terminal: a key of the screen, an answer, or a scan.
fn typed(screen: &Screen, text: &str) -> Option<Input> {
    let text = text.trim_end_matches(['\r', '\n']);
    let plain = text.trim();
    if plain.is_empty() {
        return wedge::main_action(screen);
    }
    let key = screen.actions.iter().find(|action| action.key == plain);
    match (screen.awaits.kind, key) {
        (AwaitKind::Pin | AwaitKind::Quantity, _) | (AwaitKind::Text, None) => {
            Some(Input::enter(&screen.awaits.field, plain))
        }
        (_, Some(action)) => Some(Input::choose(&action.id)),
        (AwaitKind::Scan | AwaitKind::Choice | AwaitKind::None, None) => Some(Input::Scan {
            bytes: wedge::bytes(text),
            symbology: None,
            // Nobody types an AIM identifier: a scanner in keyboard mode, or a scan that was pasted.
            source: if text.starts_with(']') {
                ScanSource::Scan
            } else {
                ScanSource::Typed
            },
        }),
    }
}

async fn act(State(web): Shared, headers: HeaderMap, form: Result<Form<Said>, FormRejection>) -> Answer {
    // Who may not ask is not told what is wrong with the form.
    web.door.same_origin(&headers)?;
    let Form(said) = form.map_err(|error| Problem::Asked(error.body_text()))?;
    steer(web, headers, |web, session| {
        if let Some(input) = said.input(web, session.screen())? {
            session.act(&input);
        }
        Ok(())
    })
    .await
}

#[derive(Deserialize)]
struct Switch {
    online: bool,
}

async fn network(State(web): Shared, headers: HeaderMap, form: Result<Form<Switch>, FormRejection>) -> Answer {
    web.door.same_origin(&headers)?;
    let Form(Switch { online }) = form.map_err(|error| Problem::Asked(error.body_text()))?;
    steer(web, headers, move |_, session| {
        session.switch(online);
        Ok(())
    })
    .await
}

async fn battery(State(web): Shared, headers: HeaderMap) -> Answer {
    steer(web, headers, |_, session| {
        session.battery();
        Ok(())
    })
    .await
}

async fn label(State(web): Shared, Path(id): Path<String>) -> Answer {
    let id = id.strip_suffix(".svg").ok_or(Problem::NoLabel)?;
    let hung = web.wall.iter().find(|hung| hung.id == id).ok_or(Problem::NoLabel)?;
    let kind = (CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    Ok(([kind], hung.svg.clone()).into_response())
}
