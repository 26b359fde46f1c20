//! What back-ends bring: `POST /v1/inbound`, a record a line.

use super::metrics::digest;
use super::{App, Failure, Moved};
use crate::edge;
use crate::inbound;
use crate::ledger::Fate;
use crate::origin;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use lotline_record::wire::Code;
use serde::Serialize;
use std::sync::Arc;

/// The most bytes of a request.
const MOST_BYTES: usize = 8 << 20;
/// The most records of a request.
const MOST_RECORDS: usize = 5_000;
/// The most records that were kept aside of which the answer tells.
const MOST_TOLD: usize = 1_000;

/// What became of a request's records.
#[derive(Debug, Default, Serialize)]
struct Reply {
    taken: usize,
    same: usize,
    older: usize,
    /// How many were kept aside; `problems` tells of the first thousand.
    aside: usize,
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Problem {
    /// Which record of the request, from 1.
    record: usize,
    name: String,
    why: String,
}

/// Who shows a token that brings something.
fn source(app: &App, headers: &HeaderMap) -> Option<String> {
    let shown = origin::text(headers, &header::AUTHORIZATION)?;
    let (scheme, shown) = shown.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    // Digests are compared: how long that takes tells nothing of the token.
    let shown = digest(shown.trim());
    app.sources
        .iter()
        .find(|(_, known)| *known == shown)
        .map(|(name, _)| name.clone())
}

pub(super) async fn bring(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    let Some(source) = source(&app, &headers) else {
        let mut refused = Failure::new(
            Code::Unauthorized,
            "a token of `inbound` is needed: Authorization: Bearer …",
        )
        .into_response();
        refused
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return Err(refused);
    };
    let too_large = || {
        let why = format!("a request has at most {MOST_RECORDS} records and {MOST_BYTES} bytes");
        Failure::new(Code::TooLarge, why).into_response()
    };
    let body = to_bytes(body, MOST_BYTES).await.map_err(|_| too_large())?;
    let records = inbound::split(&body).map_err(|why| Failure::new(Code::BadRequest, why).into_response())?;
    if records.len() > MOST_RECORDS {
        return Err(too_large());
    }
    let brought = app
        .run(move |app| {
            let fates = app.ledger.bring(&source, &records, edge::now())?;
            Ok((fates, Moved::of(&app.ledger)?))
        })
        .await;
    let (fates, moved) = brought.map_err(IntoResponse::into_response)?;
    app.tell(moved);
    let mut reply = Reply::default();
    for (record, fate) in (1..).zip(fates) {
        match fate {
            Fate::Taken => reply.taken += 1,
            Fate::Same => reply.same += 1,
            Fate::Older => reply.older += 1,
            Fate::Aside { name, why } => {
                reply.aside += 1;
                if reply.problems.len() < MOST_TOLD {
                    reply.problems.push(Problem { record, name, why });
                }
            }
        }
    }
    Ok(Json(reply).into_response())
}
