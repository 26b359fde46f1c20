//! `GET /metrics`: what the gateway counts of itself, for whoever watches it.

use super::{App, Failure};
use crate::edge;
use crate::metrics::OPENMETRICS;
use crate::origin;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use lotline_record::wire::Code;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;

/// What is kept of the token. Digests are compared, so that how long it takes tells nothing of the token.
pub(super) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// With a token configured it alone decides: behind a proxy everybody comes from this machine.
fn may_read(app: &App, peer: SocketAddr, headers: &HeaderMap) -> bool {
    let Some(token) = &app.metrics_token else {
        return peer.ip().to_canonical().is_loopback() && app.origin().is_none() && origin::names_loopback(headers);
    };
    origin::text(headers, &header::AUTHORIZATION)
        .and_then(|value| value.split_once(' '))
        .is_some_and(|(scheme, shown)| scheme.eq_ignore_ascii_case("bearer") && digest(shown.trim()) == *token)
}

pub(super) async fn metrics(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    if !may_read(&app, peer, &headers) {
        let why = if app.metrics_token.is_some() {
            "the token of metrics_token is needed: Authorization: Bearer …"
        } else {
            "the metrics are read on this machine, unless metrics_token is set"
        };
        let mut refused = Failure::new(Code::Unauthorized, why).into_response();
        let challenge = HeaderValue::from_static("Bearer");
        refused.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        return Err(refused);
    }
    let now = edge::now();
    let counted = app
        .run(move |app| Ok((app.ledger.counts(now)?, app.ledger.back_ends()?)))
        .await;
    let (counts, back_ends) = counted.map_err(IntoResponse::into_response)?;
    let text = app.metrics.render(&counts, &back_ends, now);
    Ok(([(header::CONTENT_TYPE, OPENMETRICS)], text).into_response())
}
