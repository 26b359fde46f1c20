//! What is done at the console: handhelds cut off and enrolled, accounts switched off; and the trail of it all.

use super::gate::{Visitor, notice};
use super::html;
use super::page::when;
use crate::access::{User, UserName};
use crate::http::{App, Failure};
use crate::ledger::{Audited, LedgerError};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use lotline_record::model::{DeviceId, PlaceId};
use serde::Deserialize;
use std::sync::Arc;

/// Rows of the trail on the page; `lotline audit` has them all.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "cut_off.html")]
struct CutOff {
    word: String,
    device: String,
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct Enrol {
    word: String,
    code: String,
    name: String,
    resource: String,
}

#[derive(Template)]
#[template(path = "people.html")]
struct People {
    word: String,
    me: String,
    users: Vec<(User, String)>,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Trail {
    rows: Vec<(Audited, String)>,
    whole: String,
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    device: String,
}

#[derive(Deserialize)]
pub(super) struct NewDevice {
    #[serde(default)]
    name: String,
    #[serde(default)]
    resource: String,
}

#[derive(Deserialize)]
pub(super) struct Switch {
    #[serde(default)]
    user: String,
    #[serde(default)]
    active: String,
}

fn wrong(why: &str, again: &str) -> Response {
    notice(StatusCode::UNPROCESSABLE_ENTITY, "Nothing was changed", why, again)
}

pub(super) async fn cut_off_page(
    Extension(visitor): Extension<Visitor>,
    Query(which): Query<Which>,
) -> Result<Html<String>, Failure> {
    html(
        CutOff {
            word: visitor.form_word(),
            device: which.device,
        }
        .render(),
    )
}

pub(super) async fn cut_off(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    Form(which): Form<Which>,
) -> Result<Response, Failure> {
    let Ok(device) = which.device.parse::<DeviceId>() else {
        return Ok(wrong("That is no name of a handheld.", "/"));
    };
    let done = app
        .run(move |app| match app.ledger().revoke_by(&visitor.by, &device) {
            Err(LedgerError::UnknownDevice(_)) => Ok(false),
            other => other.map(|()| true),
        })
        .await?;
    Ok(if done {
        let text = "The handheld gets nothing from here any more. What it has not sent yet is on it alone.";
        notice(StatusCode::OK, "Cut off", text, "/")
    } else {
        wrong("No handheld of this site has that name.", "/")
    })
}

pub(super) async fn enrol_page(Extension(visitor): Extension<Visitor>) -> Result<Html<String>, Failure> {
    let page = Enrol {
        word: visitor.form_word(),
        code: String::new(),
        name: String::new(),
        resource: String::new(),
    };
    html(page.render())
}

pub(super) async fn enrol(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    Form(asked): Form<NewDevice>,
) -> Result<Response, Failure> {
    let name = asked.name.trim().to_owned();
    let fine = (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    let (true, Ok(resource)) = (fine, asked.resource.trim().parse::<PlaceId>()) else {
        let why = "A handheld has a name of at most 60 characters and stands for a cart, fork or hand as CART-2.";
        return Ok(wrong(why, "/console/enrol"));
    };
    let word = visitor.form_word();
    let (called, cart) = (name.clone(), resource.clone());
    let code = app
        .run(move |app| app.ledger().issue_code_by(&visitor.by, None, &called, &cart))
        .await?;
    let page = Enrol {
        word,
        code,
        name,
        resource: resource.to_string(),
    };
    Ok(html(page.render())?.into_response())
}

pub(super) async fn people(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Html<String>, Failure> {
    let users = app.run(|app| app.ledger().users()).await?;
    let now = crate::edge::now();
    let locked = |user: &User| {
        let until = user.locked_until.filter(|until| *until > now);
        until.map(when).unwrap_or_default()
    };
    let page = People {
        word: visitor.form_word(),
        me: visitor.name(),
        users: users.into_iter().map(|user| (user.clone(), locked(&user))).collect(),
    };
    html(page.render())
}

pub(super) async fn change(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    Form(asked): Form<Switch>,
) -> Result<Response, Failure> {
    let Ok(name) = asked.user.parse::<UserName>() else {
        return Ok(wrong("That is no name of a user.", "/console/people"));
    };
    if name.as_str() == visitor.name() {
        let why = "Nobody switches themselves off: a console without an administrator helps nobody.";
        return Ok(wrong(why, "/console/people"));
    }
    let active = asked.active == "yes";
    let done = app
        .run(
            move |app| match app.ledger().set_user_active(&visitor.by, &name, active) {
                Err(LedgerError::UnknownUser(_)) => Ok(false),
                other => other.map(|()| true),
            },
        )
        .await?;
    Ok(if done {
        super::gate::on_to("/console/people")
    } else {
        wrong("No account has that name.", "/console/people")
    })
}

pub(super) async fn audit(State(app): State<Arc<App>>) -> Result<Html<String>, Failure> {
    let (rows, checked) = app
        .run(|app| Ok((app.ledger().audit(SHOWN)?, app.ledger().check_audit())))
        .await?;
    let whole = match checked {
        Ok(n) => format!("{n} rows, each bound to the one before: the trail is whole."),
        Err(error) => error.to_string(),
    };
    let rows = rows.into_iter().map(|row| (row.clone(), when(row.at))).collect();
    html(Trail { rows, whole }.render())
}
