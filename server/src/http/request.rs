//! Each request by its name: what the log, the answer and a problem call it, from the device to the ledger.
//!
//! A device names its requests in `lotline-request`; whoever names none, or none that can be one, is given a name. All that
//! is logged while the request is answered stands in its span, the ledger's words too. Only the route as it is written in the
//! code is logged, never a path, a query or a header: codes, tokens and proofs travel in those.

use super::App;
use axum::body::HttpBody;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use lotline_record::entry::hex;
use lotline_record::model::DeviceId;
use std::cell::RefCell;
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

/// The header with the request's name, both ways.
const NAME: HeaderName = HeaderName::from_static("lotline-request");
/// Longest name: a UUID as text. An access token or a proof is longer, so neither is ever taken for a name and logged.
const MOST: usize = 36;

tokio::task_local! {
    static CURRENT: RefCell<String>;
}

/// The name of the request that is being answered here.
pub(super) fn current() -> Option<String> {
    CURRENT.try_with(|name| name.borrow().clone()).ok()
}

/// Notes in the request's span who asks; on the request's own task or one that entered its span.
pub(super) fn asked_by(device: &DeviceId) {
    tracing::Span::current().record("device", device.as_str());
}

fn given(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(NAME).iter();
    let (Some(name), None) = (all.next(), all.next()) else {
        return None;
    };
    let named = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let name = name.to_str().ok()?;
    ((8..=MOST).contains(&name.len()) && name.bytes().all(named)).then_some(name)
}

/// Names a request, answers it in its span and logs what became of it.
pub(super) async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let name = given(request.headers()).map_or_else(|| hex(&crate::edge::random::<16>()), str::to_owned);
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let came = announced(request.headers());
    // Of the level of errors, so that an error names its request however little is logged.
    let span = tracing::error_span!("request", request = name, %method, route, device = Empty);
    let began = Instant::now();
    let answered = CURRENT.scope(RefCell::new(name.clone()), next.run(request));
    let mut response = answered.instrument(span.clone()).await;
    let seconds = began.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    app.metrics.answered(method.as_str(), &route, status);
    let went = response
        .body()
        .size_hint()
        .exact()
        .or_else(|| announced(response.headers()));
    span.in_scope(|| {
        if response.status().is_server_error() {
            tracing::warn!(status, seconds, bytes_in = came, bytes_out = went, "answered");
        } else {
            tracing::info!(status, seconds, bytes_in = came, bytes_out = went, "answered");
        }
    });
    if let Ok(name) = HeaderValue::try_from(name) {
        response.headers_mut().insert(NAME, name);
    }
    response
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_where_it_can_be_one_and_no_secret() {
        let of = |names: &[&str]| {
            let mut headers = HeaderMap::new();
            for name in names {
                headers.append(NAME, HeaderValue::from_str(name).unwrap());
            }
            given(&headers).map(str::to_owned)
        };
        let uuid = "01a1b2c3-0000-7000-8000-0000000000aa";
        assert_eq!(of(&[uuid]).as_deref(), Some(uuid));
        let token = hex(&[7; 22]);
        for bad in [
            &["short"][..],
            &[uuid, uuid],
            &[],
            &["line\tbreak"],
            &["a b c d e f"],
            &[&token],
        ] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }
}
