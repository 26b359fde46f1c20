//! Pull: pages of changes.

use super::auth::authorize;
use super::{App, Failure};
use crate::edge;
use crate::ledger::{Ledger, LedgerError};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, Uri};
use lotline_record::entry::Instant;
use lotline_record::model::DeviceId;
use lotline_record::wire::{Code, Page};
use serde::Deserialize;
use std::sync::Arc;

const ROWS: usize = 2_000;
const MOST_ROWS: usize = 10_000;

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
) -> Result<Json<Page>, Failure> {
    asked(&app, method, uri, headers, Ledger::page).await
}

/// The same of the tables alone whose rows go ahead of everything else.
pub(super) async fn urgent(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Json<Page>, Failure> {
    asked(&app, method, uri, headers, Ledger::urgent_page).await
}

type Look = fn(&Ledger, &DeviceId, u64, usize, Instant) -> Result<Page, LedgerError>;

async fn asked(
    app: &Arc<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    look: Look,
) -> Result<Json<Page>, Failure> {
    let from = Query::<From>::try_from_uri(&uri).map_err(|error| Failure::new(Code::BadRequest, error.body_text()));
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
    page.map(Json).ok_or_else(|| {
        Failure::new(
            Code::CursorUnknown,
            "the cursor belongs to another history: fetch a snapshot",
        )
    })
}
