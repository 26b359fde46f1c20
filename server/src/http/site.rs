//! The whole picture as a file, by ranges (RFC 9110, section 14): a device that was cut off goes on where it stopped.

use super::auth::authorize;
use super::{App, Failure};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use lotline_record::entry::{Hash, hex};
use std::io::SeekFrom;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::time::Instant;

/// Read and sent at once.
const PIECE: usize = 1 << 18;

/// Which part is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    /// From the first byte to the last one, both included.
    Bytes(u64, u64),
    /// There is no such part.
    None,
}

/// The part that a `Range` asks for of `length` bytes. Several ranges, other units and what cannot be read mean the whole.
fn part(range: Option<&str>, length: u64) -> Part {
    let asked = range
        .and_then(|text| text.strip_prefix("bytes="))
        .and_then(|text| text.trim().split_once('-'));
    let Some((first, last)) = asked else { return Part::Whole };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let end = length.saturating_sub(1);
    let (first, last) = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => (first, last.min(end)),
        (Some(first), None) if last.is_empty() => (first, end),
        // The last so many.
        (None, Some(0)) if first.is_empty() => return Part::None,
        (None, Some(many)) if first.is_empty() => (length.saturating_sub(many), end),
        _ => return Part::Whole,
    };
    if first >= length {
        return Part::None;
    }
    Part::Bytes(first, last)
}

/// The hash that an entity tag of ours is.
fn hash_of(tag: &str) -> Option<Hash> {
    tag.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

pub(super) async fn site(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let (range, condition) = (text(header::RANGE), text(header::IF_RANGE));
    let device = authorize(&app, method, uri, headers).await?.device;
    let known = condition.as_deref().and_then(hash_of);
    let kept = known.and_then(|hash| app.shelf.of(&hash.0, Instant::now()));
    // A part is good only of the very file that was begun. Of another one the whole is sent.
    let range = range.filter(|_| condition.is_none() || kept.is_some());
    let snapshot = if let Some(kept) = kept {
        kept
    } else {
        let whose = device.clone();
        let carried = app.run(move |app| app.ledger().carried(&whose)).await?;
        let newest = app.shelf.newest(app.ledger(), carried, Instant::now()).await;
        newest.map_err(|error| app.failed(error))?
    };
    let (included, counts) = snapshot.mark(&device);
    let length = snapshot.length;
    let sha256 = hex(&snapshot.sha256);
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, "application/vnd.sqlite3")
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, format!("\"{sha256}\""))
        .header("lotline-cursor", snapshot.cursor)
        .header("lotline-sha256", sha256)
        .header("lotline-included", format!("{}/{}", included.epoch(), included.seq()))
        .header("lotline-counts", format!("{}/{}", counts.at_gateway, counts.in_wms));
    let (first, many) = match part(range.as_deref(), length) {
        Part::Whole => (0, length),
        Part::Bytes(first, last) => {
            response = response
                .status(StatusCode::PARTIAL_CONTENT)
                .header(header::CONTENT_RANGE, format!("bytes {first}-{last}/{length}"));
            (first, last - first + 1)
        }
        Part::None => {
            response = response
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(header::CONTENT_RANGE, format!("bytes */{length}"));
            return Ok(response.body(Body::empty()).unwrap_or_else(|error| broken(&error)));
        }
    };
    let open = async {
        let mut file = tokio::fs::File::open(snapshot.path()).await?;
        file.seek(SeekFrom::Start(first)).await?;
        std::io::Result::Ok(file)
    };
    let file = open.await.map_err(crate::ledger::LedgerError::from)?;
    // The snapshot goes along: its file is there until the last byte is sent.
    let left = Some((file.take(many), snapshot));
    let pieces = futures_util::stream::unfold(left, |left| async {
        let (mut file, snapshot) = left?;
        let mut piece = vec![0; PIECE];
        match file.read(&mut piece).await {
            Ok(0) => None,
            Ok(n) => {
                piece.truncate(n);
                Some((Ok(Bytes::from(piece)), Some((file, snapshot))))
            }
            Err(error) => Some((Err(error), None)),
        }
    });
    let response = response
        .header(header::CONTENT_LENGTH, many)
        .body(Body::from_stream(pieces));
    Ok(response.unwrap_or_else(|error| broken(&error)))
}

fn broken(error: &axum::http::Error) -> Response {
    tracing::error!(%error, "a header of the picture is none");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_the_standard_says() {
        for (range, expected) in [
            ("bytes=0-", Part::Bytes(0, 99)),
            ("bytes=90-", Part::Bytes(90, 99)),
            ("bytes=10-19", Part::Bytes(10, 19)),
            ("bytes=10-1000", Part::Bytes(10, 99)),
            ("bytes=-10", Part::Bytes(90, 99)),
            ("bytes=-1000", Part::Bytes(0, 99)),
            ("bytes=100-", Part::None),
            ("bytes=-0", Part::None),
            ("bytes=99999999999999999999-", Part::None),
            ("bytes=20-10", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=+1-", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("nonsense", Part::Whole),
        ] {
            assert_eq!(part(Some(range), 100), expected, "{range}");
        }
        assert_eq!(part(None, 100), Part::Whole);
    }
}
