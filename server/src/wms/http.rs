//! The connector `http`: one movement a request, the entry's id as reference, so that a repeat is one movement there.

use super::Answer;
use crate::ledger::Due;
use lotline_record::entry::EntryRef;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::time::Duration;

#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: reqwest::Client,
    url: reqwest::Url,
}

/// Parts of the stored bytes that go out as they stand.
#[derive(Deserialize)]
struct Told<'a> {
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
struct Movement<'a> {
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

const MOST_REASON: usize = 400;

impl Http {
    pub(super) fn open(url: &str) -> Result<Self, String> {
        let url: reqwest::Url = url.parse().map_err(|error| format!("{url:?}: {error}"))?;
        // Another room of this process may have chosen already; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Http { client, url })
    }

    pub(super) async fn tell(&self, due: &Due) -> Answer {
        let told: Told<'_> = match serde_json::from_slice(&due.bytes) {
            Ok(told) => told,
            Err(error) => return Answer::Refused(format!("the entry cannot be told: {error}")),
        };
        let kind = serde_json::from_str::<Kind>(told.body.get())
            .map(|k| k.kind)
            .unwrap_or_default();
        let movement = Movement {
            id: &told.id,
            entry: &due.entry,
            kind: &kind,
            at: told.at,
            refs: told.refs,
            body: told.body,
            legs: due.legs.as_deref().and_then(|legs| serde_json::from_str(legs).ok()),
        };
        let Ok(json) = serde_json::to_vec(&movement) else {
            return Answer::Refused("the entry cannot be written".into());
        };
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("idempotency-key", &told.id)
            .body(json);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Answer::Unreachable(error.to_string()),
        };
        match response.status().as_u16() {
            // Accepted is not done (RFC 9110 §15.3.3): it is asked for again, by the same reference, until it is.
            202 => Answer::Pending,
            200..=299 => Answer::Taken,
            409 | 422 => {
                let text = response.text().await.unwrap_or_default();
                let reason = serde_json::from_str::<Refusal>(&text).map_or(text, |refusal| refusal.reason);
                let reason: String = reason.chars().filter(|c| !c.is_control()).take(MOST_REASON).collect();
                Answer::Refused(if reason.is_empty() {
                    "no reason given".into()
                } else {
                    reason
                })
            }
            other => Answer::Unreachable(format!("status {other}")),
        }
    }
}
