//! Signing in: a password, then a code of the second factor; and out again.

use super::gate::{Visitor, cookie, notice, on_to};
use super::html;
use crate::access::{By, Secret, Ticket, User, UserName, verify};
use crate::edge;
use crate::http::{App, Failure};
use crate::ledger::LedgerError;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use lotline_record::wire::Code;
use serde::Deserialize;
use std::sync::Arc;

/// One answer to every wrong sign-in: who is asked for, and what of it was wrong, is nobody's business.
const WRONG: &str = "That did not fit, or the account is locked or switched off. After five wrong tries in a row an account is locked for a quarter of an hour.";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    site: String,
    known: bool,
    /// The identity provider, as people know it; empty without one.
    provider: String,
    problem: &'static str,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    site: String,
    word: String,
    /// Where the form goes.
    to: &'static str,
    /// The QR code of a factor that is being set up, as SVG; else empty.
    picture: String,
    typed: String,
    problem: &'static str,
}

#[derive(Template)]
#[template(path = "codes.html")]
struct Codes {
    codes: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
}

#[derive(Deserialize)]
pub(super) struct GivenCode {
    #[serde(default)]
    pub(super) code: String,
}

async fn form(app: &Arc<App>, problem: &'static str) -> Result<Html<String>, Failure> {
    let (site, known) = app
        .run(|app| Ok((app.ledger().site()?.site.to_string(), app.ledger().has_users()?)))
        .await?;
    let provider = app.oidc().map(|oidc| oidc.shown().to_owned()).unwrap_or_default();
    let page = Page {
        site,
        known,
        provider,
        problem,
    };
    html(page.render())
}

pub(super) async fn page(State(app): State<Arc<App>>) -> Result<Html<String>, Failure> {
    form(&app, "").await
}

/// Whether `password` is that of the user behind `name`, with the account open. A failure is written down.
pub(super) async fn prove(app: &Arc<App>, by: &By, name: &str, password: String) -> Result<Option<User>, Failure> {
    let name: Option<UserName> = name.parse().ok();
    let busy = || Failure::new(Code::Unavailable, "stopping");
    let permit = app.hashing.acquire().await.map_err(|_| busy())?;
    let by = by.clone();
    let proved = app
        .run(move |app| {
            let ledger = app.ledger();
            let found = name
                .as_ref()
                .map(|name| ledger.credentials(name))
                .transpose()?
                .flatten();
            let hash = found.as_ref().map(|found| found.password.as_str());
            let right = verify(&password, hash);
            match &found {
                Some(found) if right && found.open(edge::now()) => return Ok(Some(found.user.clone())),
                Some(found) => ledger.sign_in_failed(&by, found.user.user.as_str(), "sign_in")?,
                // What was typed there may be a password: it is not for the trail.
                None => ledger.sign_in_failed(&by, "an unknown name", "sign_in")?,
            }
            Ok(None)
        })
        .await?;
    drop(permit);
    Ok(proved)
}

pub(super) async fn password(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    Form(given): Form<Given>,
) -> Result<Response, Failure> {
    let Some(user) = prove(&app, &visitor.by, &given.user, given.password).await? else {
        return Ok((StatusCode::UNAUTHORIZED, form(&app, WRONG).await?).into_response());
    };
    enter(&app, &visitor, user).await
}

/// Opens a session for somebody who has given a first factor, and leads on.
pub(super) async fn enter(app: &Arc<App>, visitor: &Visitor, user: User) -> Result<Response, Failure> {
    let complete = !(user.second || user.role.needs_second());
    let ticket = open(app, visitor, &user, complete).await?;
    let next = on_to(if complete { "/" } else { "/sign-in/code" });
    Ok(with_cookie(app, &ticket, next))
}

pub(super) async fn open(app: &Arc<App>, visitor: &Visitor, user: &User, complete: bool) -> Result<Ticket, Failure> {
    let (visitor, name) = (visitor.clone(), user.user.clone());
    app.run(move |app| {
        let by = By {
            actor: name.to_string(),
            ..visitor.by
        };
        app.ledger()
            .open_session(&by, &name, complete, &visitor.agent, visitor.ticket.as_ref())
    })
    .await
}

pub(super) fn with_cookie(app: &App, ticket: &Ticket, response: impl IntoResponse) -> Response {
    let mut headers = HeaderMap::new();
    let (name, value) = cookie(app, Some(ticket));
    headers.insert(name, value);
    (headers, response).into_response()
}

/// The secret that this session is setting up; drawn where there is none.
fn pending(app: &App, visitor: &Visitor, user: &UserName) -> Result<Secret, LedgerError> {
    let held = visitor.session.as_ref().and_then(|session| session.pending.as_deref());
    if let Some(secret) = held.and_then(|sealed| Secret::open(app.sealing(), user.as_str(), sealed)) {
        return Ok(secret);
    }
    draw(app, visitor, user)
}

pub(super) fn draw(app: &App, visitor: &Visitor, user: &UserName) -> Result<Secret, LedgerError> {
    let secret = Secret::draw();
    if let Some(ticket) = &visitor.ticket {
        app.ledger()
            .set_pending(ticket, &secret.seal(app.sealing(), user.as_str()))?;
    }
    Ok(secret)
}

/// The page on which a code is given: with `secret`, the first one of a factor that is being set up.
pub(super) fn ask_code(
    site: &str,
    visitor: &Visitor,
    secret: Option<&Secret>,
    to: &'static str,
    problem: &'static str,
) -> Result<Html<String>, Failure> {
    let picture = secret
        .map(|secret| qr(&secret.uri(&visitor.name(), site)))
        .unwrap_or_default();
    html(
        CodePage {
            site: site.to_owned(),
            word: visitor.form_word(),
            to,
            picture,
            typed: secret.map(Secret::typed).unwrap_or_default(),
            problem,
        }
        .render(),
    )
}

fn qr(text: &str) -> String {
    use qrcode::render::svg;
    let code = qrcode::QrCode::new(text).map(|code| {
        let picture = code.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
        // The declaration of an XML file has no place inside a page.
        picture
            .split_once("?>")
            .map_or(picture.clone(), |(_, svg)| svg.to_owned())
    });
    code.unwrap_or_default()
}

fn somebody(visitor: &Visitor) -> Result<User, Failure> {
    let nobody = || Failure::new(Code::Unauthorized, "nobody has signed in");
    visitor.user.clone().ok_or_else(nobody)
}

pub(super) async fn code_page(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    if visitor.session.as_ref().is_some_and(|session| session.complete) {
        return Ok(on_to("/"));
    }
    Ok(code_form(&app, &visitor, "").await?.into_response())
}

async fn code_form(app: &Arc<App>, visitor: &Visitor, problem: &'static str) -> Result<Html<String>, Failure> {
    let (user, asking) = (somebody(visitor)?, visitor.clone());
    let (site, secret) = app
        .run(move |app| {
            let site = app.ledger().site()?.site.to_string();
            let secret = (!user.second).then(|| pending(app, &asking, &user.user)).transpose()?;
            Ok((site, secret))
        })
        .await?;
    ask_code(&site, visitor, secret.as_ref(), "/sign-in/code", problem)
}

pub(super) async fn code(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    Form(given): Form<GivenCode>,
) -> Result<Response, Failure> {
    let user = somebody(&visitor)?;
    if visitor.session.as_ref().is_some_and(|session| session.complete) {
        return Ok(on_to("/"));
    }
    if !user.second {
        return set_up(&app, &visitor, &given.code, "/sign-in/code").await;
    }
    let (by, name) = (visitor.by.clone(), user.user.clone());
    let fits = app.run(move |app| second_fits(app, &by, &name, &given.code)).await?;
    if !fits {
        let form = code_form(&app, &visitor, WRONG).await?;
        return Ok((StatusCode::UNAUTHORIZED, form).into_response());
    }
    let ticket = open(&app, &visitor, &user, true).await?;
    Ok(with_cookie(&app, &ticket, on_to("/")))
}

/// Whether `code` is the telephone's now, or one from the paper; either is taken by this. A failure is written down.
fn second_fits(app: &App, by: &By, name: &UserName, code: &str) -> Result<bool, LedgerError> {
    let ledger = app.ledger();
    let Some(found) = ledger.credentials(name)? else {
        return Ok(false);
    };
    let now = edge::now();
    if found.open(now) {
        let sealed = found.secret.as_deref();
        let secret = sealed.and_then(|sealed| Secret::open(app.sealing(), name.as_str(), sealed));
        let step = secret.and_then(|secret| secret.step(code, now, found.step));
        let taken = match step {
            Some(step) => ledger.take_step(name, step)?,
            None => ledger.take_recovery(by, name, code)?,
        };
        if taken {
            return Ok(true);
        }
    }
    ledger.sign_in_failed(by, name.as_str(), "second_factor")?;
    Ok(false)
}

/// Confirms the factor that this session is setting up with its first code, and shows the recovery codes, once.
pub(super) async fn set_up(
    app: &Arc<App>,
    visitor: &Visitor,
    code: &str,
    to: &'static str,
) -> Result<Response, Failure> {
    let user = somebody(visitor)?;
    let (asking, name, code) = (visitor.clone(), user.user.clone(), code.to_owned());
    let (site, done, secret) = app
        .run(move |app| {
            let site = app.ledger().site()?.site.to_string();
            let secret = pending(app, &asking, &name)?;
            let Some(step) = secret.step(&code, edge::now(), 0) else {
                app.ledger()
                    .sign_in_failed(&asking.by, name.as_str(), "second_factor")?;
                return Ok((site, None, secret));
            };
            let codes = crate::access::recovery_codes();
            let sealed = secret.seal(app.sealing(), name.as_str());
            app.ledger()
                .set_second_factor(&asking.by, &name, Some((&sealed, &codes)), step)?;
            Ok((site, Some(codes), secret))
        })
        .await?;
    let Some(codes) = done else {
        let problem =
            "That is not the code of now. Look at the clock of the telephone, and give the code that it shows.";
        let page = ask_code(&site, visitor, Some(&secret), to, problem)?;
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    let ticket = open(app, visitor, &user, true).await?;
    Ok(with_cookie(app, &ticket, html(Codes { codes }.render())?))
}

pub(super) async fn sign_out(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let user = somebody(&visitor)?;
    app.run(move |app| app.ledger().sign_out(&visitor.by, &user.user, visitor.ticket.as_ref()))
        .await?;
    Ok(signed_out(&app))
}

/// Takes the cookie back, and asks the browser to forget what it kept.
pub(super) fn signed_out(app: &App) -> Response {
    let (name, value) = cookie(app, None);
    let mut response = notice(StatusCode::OK, "Signed out", "You are signed out.", "/sign-in");
    response.headers_mut().insert(name, value);
    response.headers_mut().insert(
        header::HeaderName::from_static("clear-site-data"),
        header::HeaderValue::from_static("\"cache\""),
    );
    response
}
