//! A device of the load: its own key, its own chain, its own connection. It says what the sync client says (one push at a time, the
//! head in the proof, compressed, `Retry-After` obeyed), and keeps its queue in memory.

use super::entries::{Shift, is_contested, units};
use super::http::{Answer, Http};
use super::{now, pause, wall};
use lotline_record::entry::{Hash, Instant, Sealed, Tip};
use lotline_record::model::DeviceId;
use lotline_record::wire::proof::{Claims, PublicKey, Unsigned, token_hash};
use lotline_record::wire::{BATCH_BYTES, EnrolReply, EnrolRequest, Page, Problem, PushReply, TokenReply};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

/// Bodies from this length on are compressed, as the sync client does.
const COMPRESS_FROM: usize = 1024;

/// Why a device stopped.
#[derive(Debug)]
pub enum Stopped {
    /// Nobody answered.
    Away(std::io::Error),
    /// An answer that ends this device's work: status and detail.
    Refused(u16, String),
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Stopped::Away(error) => write!(f, "nobody answered: {error}"),
            Stopped::Refused(status, detail) => write!(f, "refused with {status}: {detail}"),
        }
    }
}

/// A device.
#[derive(Debug)]
pub struct Device {
    number: usize,
    key: SigningKey,
    public: PublicKey,
    http: Http,
    url: String,
    nonce: Option<String>,
    token: Option<String>,
    proofs: u64,
    /// Where its chain ends.
    pub(super) tip: Tip,
    queue: VecDeque<Sealed>,
    /// What the gateway has said is durable.
    pub(super) acknowledged: (u64, Hash),
    /// Bytes of its entries.
    pub(super) bytes: u64,
    /// How long each push took that was stored.
    pub(super) took: Vec<Duration>,
    /// Requests of any kind.
    pub(super) requests: u64,
    /// Answers 429 and 503, each of them obeyed.
    pub(super) held_back: u64,
}

impl Device {
    /// A device that is not enrolled yet.
    pub(super) fn new(number: usize, gateway: SocketAddr) -> Self {
        let mut seed = [1; 32];
        seed[..8].copy_from_slice(&(number as u64 + 1).to_be_bytes());
        let key = SigningKey::from_slice(&seed).unwrap();
        let spki = key.verifying_key().to_public_key_der().unwrap();
        let tip = Tip::start(DeviceId::new(format!("load-{number}")).unwrap(), 1, None);
        Device {
            number,
            public: PublicKey::from_spki(spki.as_bytes()).unwrap(),
            key,
            http: Http::new(gateway),
            url: format!("http://{gateway}"),
            nonce: None,
            token: None,
            proofs: 0,
            acknowledged: (0, tip.hash),
            tip,
            queue: VecDeque::new(),
            bytes: 0,
            took: Vec::new(),
            requests: 0,
            held_back: 0,
        }
    }

    /// Its number, from 0.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// Its public key.
    pub(super) fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Entries that are not acknowledged.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Entries of its chain that claim a serial which its neighbour claims as well.
    pub(super) fn contested(&self) -> impl Iterator<Item = u64> + use<> {
        (1..=self.tip.seq).filter(|seq| is_contested(*seq))
    }

    /// Units that its chain brings into the house.
    pub(super) fn units(&self) -> u64 {
        (1..=self.tip.seq).map(units).sum()
    }

    /// Writes the next entry of its chain.
    pub(super) fn capture(&mut self, shift: &Shift, at: Instant) {
        let sealed = shift.entry(self.number, &self.tip, at).seal().unwrap();
        (self.tip.seq, self.tip.hash) = (sealed.position.seq(), sealed.hash);
        self.bytes += sealed.bytes.len() as u64;
        self.queue.push_back(sealed);
    }

    fn proof(&mut self, method: &str, path: &str, head: Option<&Sealed>, by: Option<&SigningKey>) -> String {
        self.proofs += 1;
        let claims = Claims {
            jti: format!("{}-{}", self.number, self.proofs),
            htm: method.to_owned(),
            htu: format!("{}{path}", self.url),
            iat: wall().unix_ms() / 1_000,
            nonce: self.nonce.clone(),
            ath: self.token.as_deref().map(token_hash),
            epoch: head.map(|head| head.position.epoch()),
            seq: head.map(|head| head.position.seq()),
            head: head.map(|head| head.hash),
            after: None,
        };
        let unsigned = Unsigned::new(&self.public, &claims);
        let signature: Signature = by.unwrap_or(&self.key).sign(unsigned.message());
        unsigned.sign(signature.to_der().as_bytes()).unwrap()
    }

    fn headers(&mut self, method: &str, path: &str, head: Option<&Sealed>, by: Option<&SigningKey>) -> String {
        let proof = self.proof(method, path, head, by);
        let token = self
            .token
            .iter()
            .map(|token| format!("authorization: DPoP {token}\r\n"));
        format!("dpop: {proof}\r\n{}", token.collect::<String>())
    }

    /// Bytes that went up and came down, headers included.
    pub(super) fn carried(&self) -> (u64, u64) {
        self.http.carried
    }

    /// What changed after `cursor`, compressed on the way as the sync client asks for it.
    pub(super) fn pull(&mut self, cursor: u64, server_epoch: &str) -> Result<Page, Stopped> {
        let query = format!("?cursor={cursor}&limit=500&server_epoch={server_epoch}");
        let body = self.get("/v1/changes", &query, "accept-encoding: zstd\r\n")?;
        Ok(serde_json::from_slice(&zstd_or_plain(&body)).unwrap())
    }

    /// Fetches a file; it is not kept.
    pub(super) fn fetch(&mut self, path: &str) -> Result<(), Stopped> {
        self.get(path, "", "").map(drop)
    }

    fn get(&mut self, path: &str, query: &str, more: &str) -> Result<Vec<u8>, Stopped> {
        let mut signed_in = false;
        loop {
            let headers = self.headers("GET", path, None, None) + more;
            self.requests += 1;
            let answer = self
                .http
                .ask("GET", &format!("{path}{query}"), &headers, &[])
                .map_err(Stopped::Away)?;
            if answer.nonce.is_some() {
                self.nonce.clone_from(&answer.nonce);
            }
            match answer.status {
                200 => return Ok(answer.body),
                401 if !signed_in => {
                    signed_in = true;
                    self.sign_in()?;
                }
                _ => self.wait_or_stop(&answer)?,
            }
        }
    }

    fn ask(
        &mut self,
        path: &str,
        kind: &str,
        body: &[u8],
        head: Option<&Sealed>,
        by: Option<&SigningKey>,
    ) -> Result<Answer, Stopped> {
        let mut headers = format!("{}content-type: {kind}\r\n", self.headers("POST", path, head, by));
        let small = (body.len() > COMPRESS_FROM).then(|| zstd::bulk::compress(body, 1).unwrap());
        if small.is_some() {
            headers.push_str("content-encoding: zstd\r\n");
        }
        self.requests += 1;
        let answer = self.http.ask("POST", path, &headers, small.as_deref().unwrap_or(body));
        let answer = answer.map_err(Stopped::Away)?;
        if answer.nonce.is_some() {
            self.nonce.clone_from(&answer.nonce);
        }
        Ok(answer)
    }

    /// What an answer says that asks to wait; anything else ends the device's work.
    fn wait_or_stop(&mut self, answer: &Answer) -> Result<(), Stopped> {
        match (answer.status, answer.retry_after) {
            (429 | 503, Some(seconds)) => {
                self.held_back += 1;
                pause(Duration::from_secs(seconds));
                Ok(())
            }
            _ => Err(refused(answer)),
        }
    }

    /// Asks without a token for what is bought with a proof: again with the nonce, and after `Retry-After`.
    fn buy(&mut self, path: &str, body: &[u8]) -> Result<Vec<u8>, Stopped> {
        self.token = None;
        let mut nonce_asked = false;
        loop {
            let answer = self.ask(path, "application/json", body, None, None)?;
            match answer.status {
                200 => return Ok(answer.body),
                401 if answer.nonce.is_some() && !nonce_asked => nonce_asked = true,
                _ => self.wait_or_stop(&answer)?,
            }
        }
    }

    /// Uses a one-time code; gives the key by which the gateway counter-signs.
    pub(super) fn enrol(&mut self, code: &str) -> Result<PublicKey, Stopped> {
        let request = EnrolRequest {
            code: code.to_owned(),
            public_key: self.public.to_spki(),
            name: self.tip.device.to_string(),
        };
        let bought = self.buy("/v1/enrol", &serde_json::to_vec(&request).unwrap())?;
        let reply: EnrolReply = serde_json::from_slice(&bought).unwrap();
        assert_eq!(reply.device, self.tip.device);
        Ok(PublicKey::from_spki(&reply.site_key).unwrap())
    }

    /// Gets a token.
    pub(super) fn sign_in(&mut self) -> Result<(), Stopped> {
        let bought = self.buy("/v1/token", b"")?;
        let reply: TokenReply = serde_json::from_slice(&bought).unwrap();
        self.token = Some(reply.access_token);
        Ok(())
    }

    /// Pushes all that waits, `most` entries at a time.
    pub(super) fn drain(&mut self, most: usize) -> Result<(), Stopped> {
        while !self.queue.is_empty() {
            self.push(most)?;
        }
        Ok(())
    }

    /// One push of what waits, once it is stored.
    pub(super) fn push(&mut self, most: usize) -> Result<(), Stopped> {
        let mut body = Vec::new();
        let mut sent = 0_usize;
        for sealed in self.queue.iter().take(most) {
            if sent > 0 && body.len() + sealed.bytes.len() + 1 > BATCH_BYTES {
                break;
            }
            body.extend_from_slice(&sealed.bytes);
            body.push(b'\n');
            sent += 1;
        }
        let Some(head) = sent.checked_sub(1).and_then(|last| self.queue.get(last)).cloned() else {
            return Ok(());
        };
        let mut signed_in = false;
        loop {
            if self.token.is_none() {
                self.sign_in()?;
            }
            let began = now();
            let answer = self.ask("/v1/entries", "application/x-ndjson", &body, Some(&head), None)?;
            match answer.status {
                200 => {
                    let reply: PushReply = serde_json::from_slice(&answer.body).unwrap();
                    assert_eq!(
                        (reply.stored_through.seq, reply.stored_through.hash),
                        (head.position.seq(), head.hash),
                        "{} is told how far it is stored",
                        self.tip.device
                    );
                    self.took.push(now() - began);
                    self.acknowledged = (head.position.seq(), head.hash);
                    self.queue.drain(..sent);
                    return Ok(());
                }
                // Tokens end after 15 minutes, and with the gateway's process.
                401 if !signed_in => {
                    signed_in = true;
                    self.token = None;
                }
                _ => self.wait_or_stop(&answer)?,
            }
        }
    }

    /// Sends an entry that is not of its chain, and one whose proof another key signed; gives both answers' statuses. Its own
    /// chain and queue stay as they are.
    pub(super) fn forge(&mut self, shift: &Shift, other: &SigningKey) -> Result<[u16; 2], Stopped> {
        self.drain(1)?;
        let mut elsewhere = self.tip.clone();
        elsewhere.hash = Hash::of(&[b"another chain"]);
        let unlinked = shift.entry(self.number, &elsewhere, wall()).seal().unwrap();
        let linked = shift.entry(self.number, &self.tip, wall()).seal().unwrap();
        let first = self.ask(
            "/v1/entries",
            "application/x-ndjson",
            &unlinked.bytes,
            Some(&unlinked),
            None,
        )?;
        let second = self.ask(
            "/v1/entries",
            "application/x-ndjson",
            &linked.bytes,
            Some(&linked),
            Some(other),
        )?;
        Ok([first.status, second.status])
    }
}

/// A body that may be compressed: JSON never begins as a zstd frame does.
fn zstd_or_plain(body: &[u8]) -> Vec<u8> {
    const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    if body.starts_with(&MAGIC) {
        zstd::stream::decode_all(body).unwrap()
    } else {
        body.to_vec()
    }
}

fn refused(answer: &Answer) -> Stopped {
    let said = serde_json::from_slice::<Problem>(&answer.body);
    Stopped::Refused(answer.status, said.map(|problem| problem.detail).unwrap_or_default())
}
