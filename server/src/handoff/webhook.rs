//! The connector `webhook`: one movement a request, signed as the Standard Webhooks specification 1.0 says
//! (`webhook-id`, `webhook-timestamp`, `webhook-signature`), so that whoever takes it can tell that it comes from here.
//!
//! The message's id is the entry's: a repeat carries the same id, and the receiver takes it once ("Idempotency").

use super::http::{client, json, judge, lost, url};
use super::{Answer, Connector, Limits, Movement, Standing, WebhookConfig};
use crate::edge;
use crate::ledger::Order;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Url};
use sha2::Sha256;

pub(super) struct Webhook {
    client: Client,
    url: Url,
    key: Vec<u8>,
}

/// What a secret begins with ("Signature scheme": symmetric keys are serialised with this prefix).
const PREFIX: &str = "whsec_";

/// The key of a secret: `whsec_` and 24 to 64 bytes in base64.
fn key(secret: &str) -> Result<Vec<u8>, String> {
    let shape = || "a secret is whsec_ and 24 to 64 bytes in base64".to_owned();
    let text = secret.trim().strip_prefix(PREFIX).ok_or_else(shape)?;
    let key = STANDARD.decode(text).map_err(|_| shape())?;
    if (24..=64).contains(&key.len()) {
        Ok(key)
    } else {
        Err(shape())
    }
}

/// `v1,` and the HMAC-SHA-256 of id, timestamp (seconds since 1970) and body with dots between, in base64.
fn sign(key: &[u8], id: &str, timestamp: i64, body: &[u8]) -> Result<String, String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|error| error.to_string())?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

impl Webhook {
    pub(super) fn open(config: &WebhookConfig) -> Result<Self, String> {
        Ok(Webhook {
            client: client()?,
            url: url(&config.url)?,
            key: key(&config.secret)?,
        })
    }

    async fn post(&self, movement: &Movement) -> Answer {
        let (id, timestamp) = (movement.reference(), edge::now().unix_ms().div_euclid(1_000));
        let signed = json(movement).and_then(|body| Ok((sign(&self.key, &id, timestamp, &body)?, body)));
        let (signature, body) = match signed {
            Ok(signed) => signed,
            Err(why) => return Answer::Rejected(why),
        };
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(body);
        match request.send().await {
            Ok(response) => judge(response).await,
            Err(error) => lost(&error),
        }
    }
}

impl Connector for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn limits(&self) -> Limits {
        Limits {
            parallel: 32,
            order: Order::Unit,
        }
    }

    fn tell<'a>(&'a self, movement: &'a Movement) -> BoxFuture<'a, Answer> {
        self.post(movement).boxed()
    }

    /// The same id twice is one message there: telling it again is asking for it.
    fn ask<'a>(&'a self, _: &'a Movement) -> BoxFuture<'a, Standing> {
        std::future::ready(Standing::Absent).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against Python's `hmac` and `base64` over the same bytes.
    #[test]
    fn a_signature_is_that_of_another_implementation() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).unwrap();
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let other = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_331, body).unwrap();
        assert_ne!(signature, other, "an overheard message is of no use later");
    }

    #[test]
    fn a_secret_that_is_none_or_too_short_is_refused_and_not_repeated() {
        for secret in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA", "whsec_%%%"] {
            let why = key(secret).unwrap_err();
            assert!(secret.is_empty() || !why.contains(&secret[4..]), "{why}");
        }
    }
}
