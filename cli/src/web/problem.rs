//! What can stand in the way, as a page a person understands.

use super::page;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// Why a page or a handheld is not to be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nobody's cookie, or one whose session has ended.
    #[error("There is no handheld of yours here. It was put away, or the gateway was started again.")]
    NoSession,
    /// As many sessions as there may be.
    #[error(
        "All {most} handhelds are in somebody's hands. One that is not used for {idle_minutes} minutes is put away and is \
         free again."
    )]
    Full {
        /// How many there may be.
        most: usize,
        /// After how long an unused one ends.
        idle_minutes: u64,
    },
    /// Another page, or a foreign name for this machine.
    #[error("This was asked for by another page, or under a name that is not this gateway's. Nothing was done.")]
    Elsewhere,
    /// The form is not one of ours.
    #[error("That cannot be taken in: {0}. Nothing was done.")]
    Asked(String),
    /// No label of that name hangs on the wall.
    #[error("There is no such label here.")]
    NoLabel,
    /// The gateway is being started or stopped.
    #[error("The gateway is not ready, or about to stop.")]
    NotReady,
    /// The handheld did not start, or not so that it can be used.
    #[error("The handheld could not be started: {0}")]
    NotStarted(String),
}

impl Problem {
    /// As HTTP says it.
    pub const fn status(&self) -> StatusCode {
        match self {
            Problem::NoSession => StatusCode::UNAUTHORIZED,
            Problem::Full { .. } | Problem::NotReady => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Elsewhere => StatusCode::FORBIDDEN,
            Problem::Asked(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::NoLabel => StatusCode::NOT_FOUND,
            Problem::NotStarted(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What to do about it.
    pub const fn way_out(&self) -> &'static str {
        match self {
            Problem::NoSession => "Take another one.",
            Problem::Full { .. } | Problem::NotReady => "Try again in a while.",
            Problem::Elsewhere => "Open the page at the address that the gateway names when it starts.",
            Problem::Asked(_) => "Go back and try something shorter.",
            Problem::NoLabel => "Choose one that hangs on the wall.",
            Problem::NotStarted(_) => "Try again; what the gateway says on standard error tells more.",
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = match page::problem(&self) {
            Ok(page) => (self.status(), Html(page)).into_response(),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        };
        if self == Problem::NoSession {
            // A part of the page cannot show this: the whole is loaded again, and begins anew.
            let headers = response.headers_mut();
            headers.insert("hx-refresh", HeaderValue::from_static("true"));
        }
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
