//! Requests and their answers: proofs, tokens, compression, and telling the server's own answers from anybody else's.

use super::download::Whole;
use super::port::{Cursor, OwnMark};
use super::trust::{self, AcceptedBy};
use crate::Error;
use crate::platform::Platform;
use lotline_record::entry::{Hash, Position, Sealed};
use lotline_record::wire::proof::{Claims, ProofError, PublicKey, Unsigned, token_hash};
use lotline_record::wire::{Code, Included, NDJSON, PROBLEM_JSON, Pin, Problem, StoredThrough, WmsCounts};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG, IF_RANGE, RANGE,
    RETRY_AFTER,
};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// A connection is given up after this.
const CONNECT: Duration = Duration::from_secs(5);
/// A request that is not answered whole by then is given up.
const REQUEST: Duration = Duration::from_secs(30);
/// A download or stream that brings nothing for so long is given up. The server writes to a stream every 20 s.
pub(super) const SILENCE: Duration = Duration::from_mins(1);
// The largest answer that is read, after decompression.
const REPLY_BYTES: usize = 32 * 1024 * 1024;
// Below this compression saves nothing.
const COMPRESS_FROM: usize = 1024;
const EVENT_STREAM: &str = "text/event-stream";
const NONCE: &str = "dpop-nonce";
// Names the request in the gateway's log as in ours: the proof's `jti`.
const REQUEST_ID: &str = "lotline-request";
// A longer nonce is a mistake of somebody's.
const NONCE_BYTES: usize = 256;

/// Why there is no answer of the kind asked for.
#[derive(Debug)]
pub(super) enum Failure {
    /// One of our own error answers.
    Refused {
        /// What it says.
        problem: Box<Problem>,
        /// `Retry-After`.
        retry_after_ms: Option<u64>,
    },
    /// Somebody else answered.
    NotOurs,
    /// The other side cannot show that it is the gateway; nothing was sent to it.
    Untrusted,
    /// Nobody did.
    Unreachable,
    /// Not in time.
    Timeout,
    /// The device itself failed: its key store, its disk.
    Local(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Local(error)
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        if trust::is_mistrust(&error) {
            Failure::Untrusted
        } else if error.is_timeout() {
            Failure::Timeout
        } else {
            Failure::Unreachable
        }
    }
}

/// An answer of the kind asked for.
pub(super) struct Answer<T> {
    /// What it says.
    pub value: T,
    /// Milliseconds the request took.
    pub took_ms: u64,
}

/// The beginning of a file, or of the rest of one.
pub(super) struct FileHead {
    /// Where its bytes come from.
    pub response: Response,
    /// What is said of the whole.
    pub whole: Whole,
    /// Which byte is the first one.
    pub from: u64,
}

/// What goes with a request besides its target.
#[derive(Default)]
struct Ask<'a> {
    token: Option<&'a str>,
    head: Option<(Position, Hash)>,
    follows: Option<StoredThrough>,
    query: &'a [(&'a str, &'a str)],
    body: Option<(&'static str, Vec<u8>)>,
    accept: Option<&'static str>,
    // As it is: of what is compressed on the way no part can be asked for.
    plain: bool,
    // Only what follows these bytes, if the whole still has that tag.
    after: Option<(&'a str, u64)>,
}

/// The HTTP side of one server.
pub(super) struct Client {
    http: reqwest::Client,
    platform: Platform,
    key: PublicKey,
    server: Url,
    // Server clock minus wall clock by the last `Date`, so that a wrong clock does not spoil the proofs.
    offset_ms: i64,
    // The newest that the gateway gave.
    nonce: Option<String>,
    accepted: AcceptedBy,
}

/// Reads and checks a server's address: https, or http to this very machine.
pub(super) fn address(server: &str) -> Result<Url, Error> {
    let bad = |why: &str| {
        Error::new(
            crate::Remedy::Rescan,
            "bad_address",
            format!("server address {server:?}: {why}"),
        )
    };
    let url = Url::parse(server.trim_end_matches('/')).map_err(|e| bad(&e.to_string()))?;
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match url.scheme() {
        _ if host.is_empty() => Err(bad("no host")),
        _ if url.query().is_some()
            || url.fragment().is_some()
            || url.password().is_some()
            || !url.username().is_empty() =>
        {
            Err(bad("only scheme, host, port and path are allowed"))
        }
        "https" => Ok(url),
        "http" if here => Ok(url),
        "http" => Err(bad("https is required unless the server is this machine")),
        other => Err(bad(&format!("scheme {other:?} is not https"))),
    }
}

impl Client {
    /// For `server`, which [`address`] has checked and which must show one of `pins`, if there are any.
    pub fn new(platform: Platform, server: Url, pins: &[Pin]) -> Result<Self, Error> {
        let (tls, accepted) = trust::tls(&platform, pins)?;
        let spki = platform.keys.public_key().map_err(|e| lost_key(&e))?;
        let key = PublicKey::from_spki(&spki).map_err(|e| Error::bug(e.to_string()))?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .user_agent(concat!("lotline/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| Error::bug(format!("HTTP client: {e}")))?;
        Ok(Client {
            http,
            platform,
            key,
            server,
            offset_ms: 0,
            nonce: None,
            accepted,
        })
    }

    /// The device's public key, SPKI DER.
    pub fn public_key(&self) -> Vec<u8> {
        self.key.to_spki()
    }

    /// The pin by which the gateway was accepted.
    pub fn accepted_by(&self) -> Option<Pin> {
        self.accepted.pin()
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.server.clone();
        let whole = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&whole);
        url
    }

    // The proof, and its `jti`.
    fn proof(&self, method: &Method, url: &Url, ask: &Ask<'_>) -> Result<(String, String), Failure> {
        let wall_ms = self.platform.clock.now().wall_ms;
        let claims = Claims {
            jti: self.platform.ids.entry(wall_ms),
            htm: method.as_str().to_owned(),
            htu: url.as_str().to_owned(),
            iat: wall_ms.saturating_add(self.offset_ms).div_euclid(1_000),
            nonce: self.nonce.clone(),
            ath: ask.token.map(token_hash),
            epoch: ask.head.map(|(at, _)| at.epoch()),
            seq: ask.head.map(|(at, _)| at.seq()),
            head: ask.head.map(|(_, hash)| hash),
            after: ask.follows,
        };
        let unsigned = Unsigned::new(&self.key, &claims);
        let der = self
            .platform
            .keys
            .sign(unsigned.message().to_vec())
            .map_err(|e| lost_key(&e))?;
        let proof = unsigned
            .sign(&der)
            .map_err(|e: ProofError| Failure::Local(Error::bug(e.to_string())))?;
        Ok((proof, claims.jti))
    }

    fn request(&self, method: Method, path: &str, ask: &Ask<'_>) -> Result<RequestBuilder, Failure> {
        let mut url = self.url(path);
        let (proof, id) = self.proof(&method, &url, ask)?;
        tracing::debug!(request = id, %method, path, "asked");
        if !ask.query.is_empty() {
            url.query_pairs_mut().extend_pairs(ask.query);
        }
        let mut request = self
            .http
            .request(method, url)
            .header("DPoP", proof)
            .header(REQUEST_ID, id);
        if let Some(token) = ask.token {
            request = request.header(AUTHORIZATION, format!("DPoP {token}"));
        }
        if let Some(accept) = ask.accept {
            request = request.header(ACCEPT, accept);
        }
        if ask.plain {
            request = request.header(ACCEPT_ENCODING, "identity");
        }
        if let Some((etag, bytes)) = ask.after {
            request = request.header(RANGE, format!("bytes={bytes}-")).header(IF_RANGE, etag);
        }
        if let Some((kind, body)) = &ask.body {
            request = request.header(CONTENT_TYPE, *kind);
            request = match zstd::bulk::compress(body, 1) {
                Ok(small) if body.len() > COMPRESS_FROM => request.header(CONTENT_ENCODING, "zstd").body(small),
                _ => request.body(body.clone()),
            };
        }
        Ok(request)
    }

    fn mono_ms(&self) -> u64 {
        self.platform.clock.now().mono_ms
    }

    async fn json<T: DeserializeOwned>(
        &mut self,
        method: Method,
        path: &str,
        ask: Ask<'_>,
    ) -> Result<Answer<T>, Failure> {
        let asked = self.mono_ms();
        let response = self.answered(method, path, &ask, Some(REQUEST)).await?;
        if !is(&response, "application/json") {
            return Err(Failure::NotOurs);
        }
        let body = whole(response).await?;
        let value = serde_json::from_slice(&body).map_err(|_| Failure::NotOurs)?;
        Ok(Answer {
            value,
            took_ms: self.mono_ms().saturating_sub(asked),
        })
    }

    /// `POST` of a JSON body without a token.
    pub async fn post<T: DeserializeOwned>(&mut self, path: &str, body: Vec<u8>) -> Result<Answer<T>, Failure> {
        self.json(
            Method::POST,
            path,
            Ask {
                body: Some(("application/json", body)),
                ..Ask::default()
            },
        )
        .await
    }

    /// `POST` of a JSON body.
    pub async fn post_with<T: DeserializeOwned>(
        &mut self,
        token: &str,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Answer<T>, Failure> {
        let ask = Ask {
            token: Some(token),
            body: Some(("application/json", body)),
            ..Ask::default()
        };
        self.json(Method::POST, path, ask).await
    }

    /// `POST` of a batch: one line an entry, its exact stored bytes. The proof carries the head and, where an epoch begins,
    /// which entry it `follows`.
    pub async fn push<T: DeserializeOwned>(
        &mut self,
        token: &str,
        batch: &[Sealed],
        follows: Option<StoredThrough>,
    ) -> Result<Answer<T>, Failure> {
        let mut body = Vec::with_capacity(batch.iter().map(|e| e.bytes.len() + 1).sum());
        for entry in batch {
            body.extend_from_slice(&entry.bytes);
            body.push(b'\n');
        }
        let head = batch.last().map(|last| (last.position, last.hash));
        let ask = Ask {
            token: Some(token),
            head,
            follows,
            body: Some((NDJSON, body)),
            ..Ask::default()
        };
        self.json(Method::POST, "/v1/entries", ask).await
    }

    /// `GET` of JSON.
    pub async fn get<T: DeserializeOwned>(
        &mut self,
        token: &str,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer<T>, Failure> {
        self.json(
            Method::GET,
            path,
            Ask {
                token: Some(token),
                query,
                ..Ask::default()
            },
        )
        .await
    }

    /// `GET` of a file that says its SHA-256; of one that was begun, the part `after` so many bytes of that entity tag. Who
    /// has another one by now sends that, whole.
    pub async fn file(&mut self, token: &str, path: &str, after: Option<(&str, u64)>) -> Result<FileHead, Failure> {
        let ask = Ask {
            token: Some(token),
            plain: true,
            after,
            ..Ask::default()
        };
        let response = self.answered(Method::GET, path, &ask, None).await?;
        let text = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok());
        let sha256 = text("lotline-sha256").and_then(|v| v.parse().ok());
        let etag = text(ETAG.as_str()).map(str::to_owned);
        let included = text("lotline-included").and_then(pair);
        let counts = text("lotline-counts").and_then(pair);
        let own = included
            .zip(counts)
            .map(|((epoch, seq), (at_gateway, in_wms))| OwnMark {
                included: Included {
                    epoch: u32::try_from(epoch).unwrap_or(u32::MAX),
                    seq,
                },
                counts: WmsCounts { at_gateway, in_wms },
            });
        let (from, length) = match text(CONTENT_RANGE.as_str()) {
            None => (0, response.content_length().unwrap_or(0)),
            Some(range) => content_range(range).ok_or(Failure::NotOurs)?,
        };
        // A part that begins elsewhere than it was asked for, or of another whole, is of no use.
        if response.status() == StatusCode::PARTIAL_CONTENT && after != etag.as_deref().map(|etag| (etag, from)) {
            return Err(Failure::NotOurs);
        }
        let whole = Whole {
            etag,
            length,
            sha256: sha256.ok_or(Failure::NotOurs)?,
            own,
        };
        Ok(FileHead { response, whole, from })
    }

    /// Opens the live stream. What goes ahead and came after `have` comes with it.
    pub async fn stream(&mut self, token: &str, have: Option<&Cursor>) -> Result<Response, Failure> {
        let at = have.map(|have| have.at.to_string());
        let query: Vec<_> = at
            .as_deref()
            .zip(have)
            .into_iter()
            .flat_map(|(at, have)| [("urgent", at), ("server_epoch", have.server_epoch.as_str())])
            .collect();
        let ask = Ask {
            token: Some(token),
            query: &query,
            accept: Some(EVENT_STREAM),
            ..Ask::default()
        };
        let response = self.answered(Method::GET, "/v1/live", &ask, None).await?;
        if is(&response, EVENT_STREAM) {
            Ok(response)
        } else {
            Err(Failure::NotOurs)
        }
    }

    // The gateway's own answer. Where it wants a nonce, which is no failure, the same goes once more with the one it gave.
    async fn answered(
        &mut self,
        method: Method,
        path: &str,
        ask: &Ask<'_>,
        within: Option<Duration>,
    ) -> Result<Response, Failure> {
        let mut again = true;
        loop {
            let mut request = self.request(method.clone(), path, ask)?;
            if let Some(within) = within {
                request = request.timeout(within);
            }
            let response = request.send().await?;
            let before = self.nonce.clone();
            match self.ours(response, ask.after.is_some()).await {
                Err(Failure::Refused { problem, .. })
                    if problem.code == Code::UseDpopNonce && again && self.nonce != before =>
                {
                    again = false;
                }
                answer => return answer,
            }
        }
    }

    // 200 passes, and a part where one was asked for; our own problems are read; the rest is somebody else's.
    async fn ours(&mut self, response: Response, part: bool) -> Result<Response, Failure> {
        if response.status() == StatusCode::OK || (part && response.status() == StatusCode::PARTIAL_CONTENT) {
            self.note(&response);
            return Ok(response);
        }
        let status = response.status().as_u16();
        let retry_after_ms = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.trim().parse::<u64>().ok())
            .map(|seconds| seconds.saturating_mul(1_000));
        if is(&response, PROBLEM_JSON) {
            self.note(&response);
            let body = whole(response).await?;
            if let Ok(problem) = serde_json::from_slice::<Problem>(&body)
                && problem.kind == format!("urn:lotline:problem:{}", problem.code.as_str())
            {
                return Err(Failure::Refused {
                    problem: Box::new(problem),
                    retry_after_ms,
                });
            }
            return Err(Failure::NotOurs);
        }
        // A proxy's own body limit and its own "later" mean the same as ours.
        let code = match status {
            413 => Code::TooLarge,
            429 if retry_after_ms.is_some() => Code::RateLimited,
            503 if retry_after_ms.is_some() => Code::Unavailable,
            _ => return Err(Failure::NotOurs),
        };
        Err(Failure::Refused {
            problem: Box::new(Problem::new(code, "answered on the way")),
            retry_after_ms,
        })
    }

    fn note(&mut self, response: &Response) {
        let nonce = response.headers().get(NONCE).and_then(|v| v.to_str().ok());
        if let Some(nonce) = nonce.filter(|nonce| nonce.len() <= NONCE_BYTES) {
            self.nonce = Some(nonce.to_owned());
        }
        let date = response.headers().get(DATE).and_then(|v| v.to_str().ok());
        if let Some(date) = date.and_then(|d| chrono::DateTime::parse_from_rfc2822(d).ok()) {
            let off = date
                .timestamp_millis()
                .saturating_sub(self.platform.clock.now().wall_ms);
            // `Date` has whole seconds; a small difference is not worth a jump.
            if off.abs_diff(self.offset_ms) > 2_000 {
                self.offset_ms = off;
            }
        }
    }
}

fn lost_key(error: &crate::platform::KeyError) -> Error {
    Error::new(crate::Remedy::CallSupervisor, "key", error.to_string())
}

fn is(response: &Response, kind: &str) -> bool {
    let found = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    found
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case(kind)
}

// `A/B`.
fn pair(text: &str) -> Option<(u64, u64)> {
    let (a, b) = text.split_once('/')?;
    Some((a.parse().ok()?, b.parse().ok()?))
}

// The first byte and the length of the whole: `bytes 10-99/100`.
fn content_range(text: &str) -> Option<(u64, u64)> {
    let (range, length) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.parse().ok()?, length.parse().ok()?))
}

async fn whole(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > REPLY_BYTES {
            return Err(Failure::NotOurs);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine_is_a_server() {
        for good in [
            "https://gw.example",
            "https://gw.example:7400/lotline/",
            "http://127.0.0.1:7400",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "http://gw.example",
            "ftp://x",
            "gw.example",
            "",
            "https://u:p@x",
            "https://x?a=b",
            "http://127.0.0.1.evil.example",
        ] {
            let error = address(bad).unwrap_err();
            assert_eq!(error.fault().code, "bad_address", "{bad}");
        }
    }
}
