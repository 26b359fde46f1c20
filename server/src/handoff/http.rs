//! The connector `http`: one movement a request, the entry's id as reference, so that a repeat is one movement there.

use super::{Answer, Away, Connector, HttpConfig, Limits, Movement, Standing, words};
use crate::ledger::Order;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lotline_record::entry::EntryRef;
use reqwest::{Client, Response, Url};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::time::Duration;

#[derive(Debug, Clone)]
pub(super) struct Http {
    client: Client,
    url: Url,
}

/// Parts of the stored bytes that go out as they stand.
#[derive(Deserialize)]
struct Kept<'a> {
    id: String,
    #[serde(borrow)]
    at: &'a RawValue,
    #[serde(borrow, default)]
    refs: Option<&'a RawValue>,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[derive(Deserialize)]
struct Kind {
    kind: String,
}

#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    entry: &'a EntryRef,
    kind: &'a str,
    at: &'a RawValue,
    refs: Option<&'a RawValue>,
    body: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    legs: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Refusal {
    reason: String,
}

/// The longest answer that is read.
const MOST_ANSWER: usize = 64 * 1024;

/// A client for back-ends: it follows no redirects, and no request takes longer than 20 seconds.
pub(super) fn client() -> Result<Client, String> {
    // Another room of this process may have chosen already; either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(20))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| error.to_string())
}

/// An address as the configuration gives it.
pub(super) fn url(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error| format!("{text:?}: {error}"))?;
    if url.host_str().is_none() || !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{text:?}: an address begins with http:// or https://"));
    }
    Ok(url)
}

/// What a request that failed means: one that never left certainly did nothing.
pub(super) fn lost(error: &reqwest::Error) -> Answer {
    let mut why = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        why = format!("{why}: {inner}");
        cause = inner.source();
    }
    let why = words(&why);
    if error.is_connect() || error.is_builder() {
        let away = Some(Away::Soon);
        return Answer::NotDone { why, away };
    }
    Answer::Unknown(why)
}

/// What a back-end asks for that is full: seconds alone are read, a date means soon (RFC 9110 §10.2.3).
pub(super) fn retry_after(response: &Response) -> Away {
    let header = response.headers().get(reqwest::header::RETRY_AFTER);
    let seconds = header
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse().ok());
    seconds.map_or(Away::Soon, |seconds| Away::For(Duration::from_secs(seconds)))
}

/// The body, as far as it is not too long.
pub(super) async fn text(mut response: Response) -> Result<String, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST_ANSWER {
            bytes.truncate(MOST_ANSWER);
            break;
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The movement as JSON, its parts as they were first written.
pub(super) fn json(movement: &Movement) -> Result<Vec<u8>, String> {
    let kept: Kept<'_> =
        serde_json::from_slice(&movement.due.bytes).map_err(|error| format!("the entry cannot be told: {error}"))?;
    let kind = serde_json::from_str::<Kind>(kept.body.get())
        .map(|k| k.kind)
        .unwrap_or_default();
    let told = Told {
        id: &kept.id,
        entry: &movement.due.entry,
        kind: &kind,
        at: kept.at,
        refs: kept.refs,
        body: kept.body,
        legs: movement
            .due
            .legs
            .as_deref()
            .and_then(|legs| serde_json::from_str(legs).ok()),
    };
    serde_json::to_vec(&told).map_err(|error| format!("the entry cannot be written: {error}"))
}

/// What a plain HTTP answer to one movement means.
pub(super) async fn judge(response: Response) -> Answer {
    match response.status().as_u16() {
        // Accepted is not done (RFC 9110 §15.3.3): it is asked for again, by the same reference, until it is.
        202 => Answer::Accepted(None),
        200..=299 => Answer::Applied(None),
        409 | 422 => {
            let said = text(response).await.unwrap_or_default();
            let said = serde_json::from_str::<Refusal>(&said).map_or(said, |refusal| refusal.reason);
            Answer::Rejected(words(&said))
        }
        status @ (429 | 503) => {
            let away = Some(retry_after(&response));
            let why = format!("status {status}");
            Answer::NotDone { why, away }
        }
        // What was asked wrongly, or by whom it may not: a person looks at the configuration, and nothing is lost meanwhile.
        status @ (401 | 403 | 404 | 405 | 407) => {
            let (why, away) = (format!("status {status}"), Some(Away::Soon));
            Answer::NotDone { why, away }
        }
        status @ 400..=499 => {
            let why = words(&format!("status {status} {}", text(response).await.unwrap_or_default()));
            Answer::NotDone { why, away: None }
        }
        status => Answer::Unknown(format!("status {status}")),
    }
}

impl Http {
    pub(super) fn open(config: &HttpConfig) -> Result<Self, String> {
        let (url, client) = (url(&config.url)?, client()?);
        Ok(Http { client, url })
    }

    async fn post(&self, movement: &Movement) -> Answer {
        let json = match json(movement) {
            Ok(json) => json,
            Err(why) => return Answer::Rejected(why),
        };
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("idempotency-key", movement.reference())
            .body(json);
        match request.send().await {
            Ok(response) => judge(response).await,
            Err(error) => lost(&error),
        }
    }
}

impl Connector for Http {
    fn kind(&self) -> &'static str {
        "http"
    }

    /// A back-end of one's own making: many devices' movements at once, each device's in order.
    fn limits(&self) -> Limits {
        Limits {
            parallel: 32,
            order: Order::Device,
        }
    }

    fn tell<'a>(&'a self, movement: &'a Movement) -> BoxFuture<'a, Answer> {
        self.post(movement).boxed()
    }

    /// The same reference twice is one movement there: telling it again is asking for it.
    fn ask<'a>(&'a self, _: &'a Movement) -> BoxFuture<'a, Standing> {
        std::future::ready(Standing::Absent).boxed()
    }
}
