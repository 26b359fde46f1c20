//! Own numbers: `POST /v1/numbers`.

use super::auth::authorize;
use super::{App, Failure};
use crate::edge;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use lotline_record::wire::{Code, LEASES_SHOWN, NumbersReply, NumbersRequest};
use std::sync::Arc;

/// A shown lease is below 500 bytes.
const BYTES: usize = 512 * LEASES_SHOWN;

pub(super) async fn exchange(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<NumbersReply>, Failure> {
    let encoding = headers.get(header::CONTENT_ENCODING).cloned();
    let who = authorize(&app, method, uri, headers).await?;
    let too_large = || {
        Failure::new(
            Code::TooLarge,
            format!("at most {LEASES_SHOWN} leases are shown at once"),
        )
    };
    let raw = to_bytes(body, BYTES).await.map_err(|_| too_large())?;
    let encoding = encoding.as_ref().and_then(|v| v.to_str().ok()).unwrap_or_default();
    let body = super::entries::expand(encoding, raw)?;
    if body.len() > BYTES {
        return Err(too_large());
    }
    let asked: NumbersRequest =
        serde_json::from_slice(&body).map_err(|error| Failure::new(Code::BadRequest, error.to_string()))?;
    if asked.held.len() > LEASES_SHOWN {
        return Err(too_large());
    }
    let reply = app
        .run(move |app| app.ledger.numbers(&who.device, &asked, edge::now()))
        .await?;
    Ok(Json(reply))
}
