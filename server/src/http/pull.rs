//! Pull: pages of changes, and the whole `site.db`.

use super::auth::authorize;
use super::{App, Failure};
use crate::edge;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use lotline_record::wire::{Code, Page};
use serde::Deserialize;
use std::sync::Arc;
use tokio::io::AsyncReadExt;

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

pub(super) async fn site(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let who = authorize(&app, method, uri, headers).await?;
    // A first use of many devices at once waits its turn: each one reads the whole picture.
    let turn = app.snapshots.acquire().await;
    let snapshot = app.run(move |app| app.ledger.snapshot(&who.device)).await?;
    drop(turn);
    let headers = [
        (header::CONTENT_TYPE.as_str(), "application/vnd.sqlite3".to_owned()),
        (header::CONTENT_LENGTH.as_str(), snapshot.length.to_string()),
        ("lotline-cursor", snapshot.cursor.to_string()),
        ("lotline-sha256", edge::hex(&snapshot.sha256)),
    ];
    let file = tokio::fs::File::from_std(snapshot.file);
    let pieces = futures_util::stream::unfold(Some(file), |file| async {
        let mut file = file?;
        let mut piece = vec![0; 1 << 16];
        match file.read(&mut piece).await {
            Ok(0) => None,
            Ok(n) => {
                piece.truncate(n);
                Some((Ok(Bytes::from(piece)), Some(file)))
            }
            Err(error) => Some((Err(error), None)),
        }
    });
    Ok((headers, Body::from_stream(pieces)).into_response())
}
