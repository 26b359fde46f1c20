//! Pull: pages of changes.

use super::auth::authorize;
use super::{App, Failure};
use crate::edge;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, Uri};
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
    let from = Query::<From>::try_from_uri(&uri).map_err(|error| Failure::new(Code::BadRequest, error.body_text()));
    let who = authorize(&app, method, uri, headers).await?;
    let Query(From {
        cursor,
        limit,
        server_epoch,
    }) = from?;
    let limit = limit.unwrap_or(ROWS).clamp(1, MOST_ROWS);
    let (page, newest) = app
        .run(move |app| {
            Ok((
                app.ledger.page(&who.device, cursor, limit, edge::now())?,
                app.ledger.cursor()?,
            ))
        })
        .await?;
    if cursor > newest || server_epoch.is_some_and(|epoch| epoch != page.server_epoch) {
        return Err(Failure::new(
            Code::CursorUnknown,
            "the cursor belongs to another history: fetch a snapshot",
        ));
    }
    Ok(Json(page))
}
