//! Signing in by the identity provider: there, and back with its answer.

use super::gate::{Visitor, held, notice};
use super::html;
use super::sign_in::{open, with_cookie};
use crate::access::By;
use crate::http::{App, Failure};
use crate::ledger::Shut;
use crate::oidc::{Answer, MINUTES, Oidc, Refusal};
use crate::origin;
use askama::Template;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{HOST, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Where the provider sends the browser back to; the provider must know it.
pub(super) const BACK: &str = "/sign-in/oidc/back";

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    to: &'static str,
}

fn name(app: &App) -> &'static str {
    if app.https() {
        "__Host-lotline-oidc"
    } else {
        "lotline-oidc"
    }
}

/// What the browser keeps meanwhile; nothing once it is back. `Lax`: the way back comes from the provider's page.
fn cookie(app: &App, journey: Option<&str>) -> HeaderValue {
    let secure = if app.https() { "; Secure" } else { "" };
    let age = journey.map_or(0, |_| MINUTES * 60);
    let (name, value) = (name(app), journey.unwrap_or_default());
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn none() -> Response {
    notice(
        StatusCode::NOT_FOUND,
        "No identity provider",
        "This console has no identity provider. Sign in with your name and password.",
        "/sign-in",
    )
}

/// The page that says why, and the log's line, which carries the request's name.
fn refuse(app: &App, refusal: &Refusal) -> Response {
    tracing::warn!(%refusal, "sign-in by the identity provider");
    let mut page = notice(refusal.status(), "Not signed in", refusal.text(), "/sign-in");
    page.headers_mut().append(SET_COOKIE, cookie(app, None));
    page
}

pub(super) async fn begin(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(oidc) = app.oidc() else {
        return none();
    };
    let own = app.origin().map(|own| own.trim_end_matches('/').to_owned());
    let scheme = if app.https() { "https" } else { "http" };
    // The provider takes no address but those it was told: a `Host` that somebody made up leads nowhere.
    let asked = || origin::text(&headers, &HOST).map(|host| format!("{scheme}://{host}"));
    let Some(origin) = own.or_else(asked) else {
        return refuse(&app, &Refusal::NoJourney);
    };
    match oidc.begin(format!("{origin}{BACK}")).await {
        Ok((url, journey)) => match HeaderValue::from_str(&url) {
            Ok(to) => (
                StatusCode::SEE_OTHER,
                [(LOCATION, to), (SET_COOKIE, cookie(&app, Some(&journey)))],
            )
                .into_response(),
            Err(error) => refuse(&app, &Refusal::Nonsense(error.to_string())),
        },
        Err(refusal) => refuse(&app, &refusal),
    }
}

fn answer(query: &str) -> Answer {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let of = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    Answer {
        code: of("code"),
        state: of("state").unwrap_or_default(),
        issuer: of("iss"),
        error: of("error"),
    }
}

pub(super) async fn back(
    State(app): State<Arc<App>>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let Some(oidc) = app.oidc() else {
        return Ok(none());
    };
    let journey = held(&headers, name(&app));
    match come_back(&app, oidc, &visitor, journey, answer(&query.unwrap_or_default())).await? {
        Ok(response) => Ok(response),
        Err(refusal) => {
            if refusal.is_told() {
                let by = By {
                    actor: "nobody".into(),
                    came_from: visitor.by.came_from,
                };
                let what = format!("by {}: {refusal}", oidc.issuer());
                app.run(move |app| app.ledger().note(&by, "sign_in_oidc", &what, false))
                    .await?;
            }
            Ok(refuse(&app, &refusal))
        }
    }
}

async fn come_back(
    app: &Arc<App>,
    oidc: &Oidc,
    visitor: &Visitor,
    journey: Option<&str>,
    answer: Answer,
) -> Result<Result<Response, Refusal>, Failure> {
    let proven = match oidc.end(journey, answer).await {
        Ok(proven) => proven,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (by, second) = (visitor.by.clone(), proven.second);
    let entered: Result<_, Shut> = app
        .run(move |app| {
            let name = proven.name.as_ref();
            app.ledger().enter(&by, &proven.identity, name, proven.role)
        })
        .await?;
    let user = match entered {
        Ok(user) => user,
        Err(shut) => return Ok(Err(shut.into())),
    };
    let complete = second || !(user.second || user.role.needs_second());
    let ticket = open(app, visitor, &user, complete).await?;
    // The session's cookie is for our own pages' requests alone (`Strict`), and this request is the provider's doing: a page of
    // ours leads on, not a redirect.
    let to = if complete { "/" } else { "/sign-in/code" };
    let mut page = with_cookie(app, &ticket, html(Welcome { to }.render())?);
    page.headers_mut().append(SET_COOKIE, cookie(app, None));
    Ok(Ok(page))
}
