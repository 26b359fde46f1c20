//! Push: `POST /v1/entries`.

use super::auth::authorize;
use super::{App, Failure};
use crate::edge;
use crate::ledger::{Outcome, Push, lines};
use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri, header};
use lotline_record::wire::{BATCH_BYTES, BATCH_ENTRIES, Code, PushReply};
use std::io::Read;
use std::sync::Arc;

/// After how long a push that found no room comes again; devices spread it.
const FULL_SECONDS: u64 = 2;

pub(super) async fn push(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<PushReply>, Failure> {
    let encoding = headers
        .get(header::CONTENT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let who = authorize(&app, method, uri, headers).await?;
    // More would only wait in memory: a device that comes again in a moment is no worse off.
    if app.ledger.is_full() {
        return Err(Failure::new(Code::RateLimited, "too many pushes wait to be written").after(FULL_SECONDS));
    }
    let raw = to_bytes(body, BATCH_BYTES).await.map_err(|error| {
        let text = error.to_string();
        // axum says so in words alone.
        if text.contains("length limit") {
            too_large()
        } else {
            Failure::new(Code::BadRequest, "the body broke off")
        }
    })?;
    let began = tokio::time::Instant::now();
    let received = app
        .run(move |app| {
            let body = match expand(&encoding, raw) {
                Ok(body) => body,
                Err(failure) => return Ok(Err(failure)),
            };
            if lines(&body).count() > BATCH_ENTRIES {
                return Ok(Err(too_large()));
            }
            let claims = &who.claims;
            let head = match (claims.epoch, claims.seq, claims.head) {
                (Some(epoch), Some(seq), Some(head)) => Some((epoch, seq, head)),
                _ => None,
            };
            let push = Push {
                device: &who.device,
                body: &body,
                head,
                follows: claims.after,
                proof: &who.proof,
                received: edge::now(),
            };
            app.ledger.receive(&push, &app.key).map(Ok)
        })
        .await??;
    match received {
        Outcome::Stored(reply) => {
            app.received.notify_one();
            app.metrics.push.observe(began.elapsed().as_secs_f64());
            let new = reply
                .receipt
                .as_ref()
                .map_or(0, |receipt| receipt.to + 1 - receipt.from);
            app.metrics.received.inc_by(new);
            Ok(Json(reply))
        }
        Outcome::Gap(resume_from) => Err(Failure::gap(resume_from)),
        Outcome::Fork(common) => Err(Failure::fork(common)),
        Outcome::Training(why) => Err(Failure::new(Code::Training, why)),
        Outcome::BadEnvelope(why) => Err(Failure::new(Code::BadEnvelope, why)),
    }
}

fn too_large() -> Failure {
    Failure::new(
        Code::TooLarge,
        format!("a batch has at most {BATCH_ENTRIES} entries and {BATCH_BYTES} bytes"),
    )
}

/// The body as the device wrote it, never more than a batch may have.
pub(super) fn expand(encoding: &str, raw: Bytes) -> Result<Bytes, Failure> {
    let broken = |_| Failure::new(Code::BadRequest, "the body cannot be decompressed");
    let mut out = Vec::new();
    let most = BATCH_BYTES as u64 + 1;
    match encoding {
        "" | "identity" => return Ok(raw),
        "zstd" => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(&raw[..]).map_err(broken)?;
            // 8 MiB of window, as RFC 8878 recommends: a bomb costs no memory.
            decoder.window_log_max(23).map_err(broken)?;
            decoder.take(most).read_to_end(&mut out).map_err(broken)?;
        }
        "gzip" => {
            flate2::bufread::GzDecoder::new(&raw[..])
                .take(most)
                .read_to_end(&mut out)
                .map_err(broken)?;
        }
        other => {
            let shown: String = other.chars().take(40).collect();
            return Err(Failure::new(
                Code::BadRequest,
                format!("content-encoding {shown:?}: zstd or gzip expected"),
            ));
        }
    }
    if out.len() > BATCH_BYTES {
        Err(too_large())
    } else {
        Ok(out.into())
    }
}
