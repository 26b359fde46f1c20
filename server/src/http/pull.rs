//! Pull: pages of changes.

use super::auth::authorize;
use super::{App, Failure};
use crate::edge;
use crate::ledger::{Ledger, LedgerError};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use lotline_record::entry::Instant;
use lotline_record::model::DeviceId;
use lotline_record::wire::{Code, Page};
use serde::Deserialize;
use std::sync::Arc;

const ROWS: usize = 2_000;
const MOST_ROWS: usize = 10_000;
/// Below this compression saves nothing.
const COMPRESS_FROM: usize = 1_024;
/// Fast, and a tenth of the bytes.
const LEVEL: i32 = 3;

#[derive(Deserialize)]
pub(super) struct From {
    cursor: u64,
    limit: Option<usize>,
    server_epoch: Option<String>,
}

pub(super) async fn changes(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    asked(&app, method, uri, headers, Ledger::page).await
}

/// The same of the tables alone whose rows go ahead of everything else.
pub(super) async fn urgent(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    asked(&app, method, uri, headers, Ledger::urgent_page).await
}

type Look = fn(&Ledger, &DeviceId, u64, usize, Instant) -> Result<Page, LedgerError>;

async fn asked(app: &Arc<App>, method: Method, uri: Uri, headers: HeaderMap, look: Look) -> Result<Response, Failure> {
    let from = Query::<From>::try_from_uri(&uri).map_err(|error| Failure::new(Code::BadRequest, error.body_text()));
    let small = reads_zstd(&headers);
    let device = authorize(app, method, uri, headers).await?.device;
    let Query(From {
        cursor,
        limit,
        server_epoch,
    }) = from?;
    let limit = limit.unwrap_or(ROWS).clamp(1, MOST_ROWS);
    let page = app
        .run(move |app| {
            let (page, newest) = (
                look(&app.ledger, &device, cursor, limit, edge::now())?,
                app.ledger.cursor()?,
            );
            let unknown = cursor > newest || server_epoch.is_some_and(|epoch| epoch != page.server_epoch);
            if !unknown {
                // Who asks from there has what came before.
                app.ledger.told(&device, cursor, edge::now())?;
            }
            Ok((!unknown).then_some(page))
        })
        .await?;
    let page = page.ok_or_else(|| {
        Failure::new(
            Code::CursorUnknown,
            "the cursor belongs to another history: fetch a snapshot",
        )
    })?;
    Ok(json(&page, small))
}

/// Today's work and what it refers to.
pub(super) async fn focus(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let small = reads_zstd(&headers);
    let device = authorize(&app, method, uri, headers).await?.device;
    let page = app.run(move |app| app.ledger.focus(&device, edge::now())).await?;
    Ok(json(&page, small))
}

fn reads_zstd(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|text| {
        text.split(',')
            .any(|way| way.split(';').next().unwrap_or_default().trim() == "zstd")
    })
}

/// A page, compressed where that saves something and is understood. Rows repeat themselves: it is a tenth then.
fn json(page: &Page, small: bool) -> Response {
    let kind = (header::CONTENT_TYPE, "application/json");
    match serde_json::to_vec(page) {
        Ok(body) if small && body.len() > COMPRESS_FROM => match zstd::bulk::compress(&body, LEVEL) {
            Ok(body) => ([kind, (header::CONTENT_ENCODING, "zstd")], body).into_response(),
            Err(_) => ([kind], body).into_response(),
        },
        Ok(body) => ([kind], body).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            Failure::new(Code::Internal, "a bug in the gateway; it is logged").into_response()
        }
    }
}
