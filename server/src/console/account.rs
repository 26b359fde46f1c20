//! One's own account: password, second factor, sessions.

use super::gate::{Visitor, notice};
use super::html;
use super::page::when;
use super::sign_in::{GivenCode, ask_code, draw, prove, set_up, signed_out};
use crate::access::{Cost, Password, User};
use crate::http::{App, Failure};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lotline_record::wire::Code;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    site: String,
    word: String,
    user: User,
    sessions: Vec<Line>,
}

struct Line {
    since: String,
    seen: String,
    came_from: String,
    agent: String,
    this: bool,
}

#[derive(Deserialize)]
pub(super) struct NewPassword {
    #[serde(default)]
    password: String,
    #[serde(default)]
    new: String,
}

#[derive(Deserialize)]
pub(super) struct Again {
    #[serde(default)]
    password: String,
}

fn signed_in(visitor: &Visitor) -> Result<User, Failure> {
    let nobody = || Failure::new(Code::NotFound, "this console has no account yet");
    visitor.user.clone().ok_or_else(nobody)
}

pub(super) async fn page(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
) -> Result<impl IntoResponse, Failure> {
    let user = signed_in(&visitor)?;
    let name = user.user.clone();
    let (site, sessions) = app
        .run(move |app| Ok((app.ledger().site()?.site.to_string(), app.ledger().sessions(&name)?)))
        .await?;
    let own = visitor.ticket.as_ref().map(crate::access::Ticket::hash);
    let sessions = sessions.into_iter().filter(|session| session.complete);
    let page = Page {
        site,
        word: visitor.form_word(),
        user,
        sessions: sessions
            .map(|session| Line {
                since: when(session.made),
                seen: when(session.seen),
                this: own.as_deref() == Some(&session.hash),
                came_from: session.came_from,
                agent: session.agent,
            })
            .collect(),
    };
    html(page.render())
}

/// Whether it is this account's password; who knows it not gets the answer.
async fn proven(app: &Arc<App>, visitor: &Visitor, user: &User, password: String) -> Result<Option<Response>, Failure> {
    let proof = prove(app, &visitor.by, user.user.as_str(), password).await?;
    Ok(proof.is_none().then(not_you))
}

fn not_you() -> Response {
    notice(
        StatusCode::UNAUTHORIZED,
        "Nothing was changed",
        "The password given is not the one of this account, or the account is locked. Only who knows it may change how the account is opened.",
        "/account",
    )
}

pub(super) async fn password(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    Form(given): Form<NewPassword>,
) -> Result<Response, Failure> {
    let user = signed_in(&visitor)?;
    if let Some(refused) = proven(&app, &visitor, &user, given.password).await? {
        return Ok(refused);
    }
    let permit = app.hashing.acquire().await;
    let set = app
        .run(move |app| {
            let site = app.ledger().site()?.site;
            let new = match Password::new(&given.new, &[user.user.as_str(), site.as_str()]) {
                Ok(new) => new,
                Err(weak) => return Ok(Some(weak)),
            };
            let hash = new.hash(Cost::FULL);
            app.ledger()
                .set_user_password(&visitor.by, &user.user, &hash, visitor.ticket.as_ref())?;
            Ok(None)
        })
        .await?;
    drop(permit);
    Ok(match set {
        Some(weak) => {
            let text = weak.to_string();
            notice(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Nothing was changed",
                &text,
                "/account",
            )
        }
        None => notice(
            StatusCode::OK,
            "Password changed",
            "From now on the new password opens your account. Your other sessions have ended.",
            "/account",
        ),
    })
}

pub(super) async fn second(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    Form(given): Form<Again>,
) -> Result<Response, Failure> {
    let user = signed_in(&visitor)?;
    if let Some(refused) = proven(&app, &visitor, &user, given.password).await? {
        return Ok(refused);
    }
    let asking = visitor.clone();
    let (site, secret) = app
        .run(move |app| {
            let site = app.ledger().site()?.site.to_string();
            Ok((site, draw(app, &asking, &user.user)?))
        })
        .await?;
    let page = ask_code(&site, &visitor, Some(&secret), "/account/second-factor/confirm", "")?;
    Ok(page.into_response())
}

pub(super) async fn confirm(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    Form(given): Form<GivenCode>,
) -> Result<Response, Failure> {
    // Only who began with the password has something to confirm.
    if visitor.session.as_ref().is_none_or(|session| session.pending.is_none()) {
        return Ok(not_you());
    }
    set_up(&app, &visitor, &given.code, "/account/second-factor/confirm").await
}

pub(super) async fn sign_out_everywhere(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let user = signed_in(&visitor)?;
    app.run(move |app| app.ledger().sign_out(&visitor.by, &user.user, None))
        .await?;
    Ok(signed_out(&app))
}
