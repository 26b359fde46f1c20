use super::*;
use crate::platform::{Clock, KeyError, KeyStore, MemoryKey, Now, system_ids};
use crate::sync::{Cursor, Fetched, OwnMark, Queue, Syncer};
use lotline_record::entry::{Hash, Instant as WallTime, Position, Sealed, Tip, genesis, link};
use lotline_record::model::{DeviceId, PlaceId, SiteId};
use lotline_record::wire::{
    EnrolReply, EnrolRequest, Included, Page, Pin, Problem, PushReply, Receipt, Row, StoredThrough, TokenReply,
    WmsCounts, proof,
};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard};

pub(super) fn device() -> DeviceId {
    DeviceId::new("d1").unwrap()
}

pub(super) fn site_key() -> SigningKey {
    SigningKey::from_slice(&[9; 32]).unwrap()
}

// A clock that stands still, as a scenario's does.
struct Still;

impl Clock for Still {
    fn now(&self) -> Now {
        Now {
            wall_ms: 1_800_000_000_000,
            zone_min: 0,
            mono_ms: 5_000,
            boot: "b".into(),
        }
    }
}

// A key store that panics once it is told to, like a host's callback may.
struct Keys(MemoryKey, Mutex<bool>);

impl KeyStore for Keys {
    fn public_key(&self) -> Result<Vec<u8>, KeyError> {
        self.0.public_key()
    }
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        let panics = std::mem::take(&mut *self.1.lock().unwrap());
        assert!(!panics, "the host's callback failed");
        self.0.sign(message)
    }
    fn wrap(&self, secret: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        Ok(secret)
    }
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        Ok(wrapped)
    }
}

fn keys() -> Arc<Keys> {
    Arc::new(Keys(MemoryKey::from_bytes([7; 32]).unwrap(), Mutex::new(false)))
}

pub(super) struct Inner {
    link: Option<Link>,
    entries: Vec<Sealed>,
    tip: Tip,
    acknowledged: StoredThrough,
    receipts: usize,
    cursor: Option<Cursor>,
    pages: usize,
    adopted: Vec<u8>,
    own: Option<OwnMark>,
    urgent: Option<Cursor>,
    ahead: Vec<Row>,
    fetched: Vec<Fetched>,
    // Positions read for a push, in order.
    read: Vec<Position>,
    pub(super) contacts: Vec<Contact>,
}

pub(super) struct MemoryStore {
    inner: Mutex<Inner>,
    folder: tempfile::TempDir,
}

impl MemoryStore {
    pub(super) fn new(server: Option<&str>) -> Arc<Self> {
        let tip = Tip::start(device(), 1, None);
        let acknowledged = StoredThrough {
            epoch: 1,
            seq: 0,
            hash: tip.hash,
        };
        let link = server.map(|server| Link {
            server: server.to_owned(),
            device: device(),
            site: SiteId::new("s").unwrap(),
            site_key: site_key()
                .verifying_key()
                .to_public_key_der()
                .unwrap()
                .as_bytes()
                .to_vec(),
            pins: Vec::new(),
        });
        let cursor = Some(Cursor {
            server_epoch: "one".into(),
            at: 0,
        });
        let inner = Inner {
            link,
            entries: Vec::new(),
            tip,
            acknowledged,
            receipts: 0,
            cursor,
            pages: 0,
            adopted: Vec::new(),
            own: None,
            urgent: None,
            ahead: Vec::new(),
            fetched: Vec::new(),
            read: Vec::new(),
            contacts: Vec::new(),
        };
        Arc::new(MemoryStore {
            inner: Mutex::new(inner),
            folder: tempfile::tempdir().unwrap(),
        })
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(super) fn capture(&self, count: usize) {
        let mut inner = self.inner();
        for _ in 0..count {
            let (seq, prev) = (inner.tip.seq + 1, inner.tip.hash);
            let bytes = envelope(inner.tip.epoch, seq, prev, "said");
            let sealed = link(&mut inner.tip, &bytes).unwrap();
            inner.entries.push(sealed);
        }
    }

    pub(super) fn pending(&self) -> u64 {
        self.queue().unwrap().pending
    }
}

fn envelope(epoch: u32, seq: u64, prev: Hash, body: &str) -> Vec<u8> {
    let long = "x".repeat(200);
    format!(r#"{{"v":1,"site":"s","device":"d1","epoch":{epoch},"seq":{seq},"prev":"{prev}","body":"{body} {long}"}}"#)
        .into_bytes()
}

impl SyncStore for MemoryStore {
    fn link(&self) -> Result<Option<Link>, Error> {
        Ok(self.inner().link.clone())
    }
    fn save_link(&self, server: &str, pins: &[Pin], reply: &EnrolReply) -> Result<(), Error> {
        let (device, site, site_key) = (reply.device.clone(), reply.site.clone(), reply.site_key.clone());
        self.inner().link = Some(Link {
            server: server.to_owned(),
            device,
            site,
            site_key,
            pins: pins.to_vec(),
        });
        Ok(())
    }
    fn save_pins(&self, pins: &[Pin]) -> Result<(), Error> {
        self.inner().link.as_mut().unwrap().pins = pins.to_vec();
        Ok(())
    }
    fn queue(&self) -> Result<Queue, Error> {
        let inner = self.inner();
        let tip = StoredThrough {
            epoch: inner.tip.epoch,
            seq: inner.tip.seq,
            hash: inner.tip.hash,
        };
        let mark = Position::new(inner.acknowledged.epoch, inner.acknowledged.seq);
        let pending = inner.entries.iter().filter(|e| e.position > mark).count() as u64;
        Ok(Queue {
            tip,
            acknowledged: inner.acknowledged,
            pending,
        })
    }
    fn batch(&self, after: Position, entries: usize, _: usize) -> Result<Vec<Sealed>, Error> {
        let mut inner = self.inner();
        let found: Vec<Sealed> = inner
            .entries
            .iter()
            .filter(|e| e.position > after)
            .take(entries)
            .cloned()
            .collect();
        inner.read.extend(found.iter().map(|entry| entry.position));
        Ok(found)
    }
    fn before(&self, first: Position) -> Result<StoredThrough, Error> {
        let inner = self.inner();
        let last = inner.entries.iter().rfind(|e| e.position < first);
        Ok(last.map(StoredThrough::from).unwrap())
    }
    fn hash_at(&self, position: Position) -> Result<Option<Hash>, Error> {
        if position.seq() == 0 {
            return Ok(Some(genesis(&device(), position.epoch(), None)));
        }
        Ok(self
            .inner()
            .entries
            .iter()
            .find(|e| e.position == position)
            .map(|e| e.hash))
    }
    fn acknowledge(&self, through: &StoredThrough, receipt: Option<&Receipt>) -> Result<(), Error> {
        let mut inner = self.inner();
        inner.acknowledged = *through;
        inner.receipts += usize::from(receipt.is_some());
        Ok(())
    }
    fn begin_epoch(&self, common: Option<&StoredThrough>) -> Result<(), Error> {
        let mut inner = self.inner();
        let keep = common.map_or(0, |c| c.seq);
        let lost: Vec<Sealed> = inner
            .entries
            .iter()
            .filter(|e| e.position.seq() > keep)
            .cloned()
            .collect();
        inner.entries.retain(|e| e.position.seq() <= keep);
        inner.tip = Tip::start(device(), inner.tip.epoch + 1, common.map(|c| c.hash));
        inner.acknowledged = StoredThrough {
            epoch: inner.tip.epoch,
            seq: 0,
            hash: inner.tip.hash,
        };
        for entry in lost {
            let bytes = envelope(
                inner.tip.epoch,
                inner.tip.seq + 1,
                inner.tip.hash,
                &entry.hash.to_string(),
            );
            let sealed = link(&mut inner.tip, &bytes).unwrap();
            inner.entries.push(sealed);
        }
        Ok(())
    }
    fn cursor(&self) -> Result<Option<Cursor>, Error> {
        Ok(self.inner().cursor.clone())
    }
    fn apply_page(&self, page: &Page) -> Result<(), Error> {
        let mut inner = self.inner();
        inner.cursor = Some(Cursor {
            server_epoch: page.server_epoch.clone(),
            at: page.to,
        });
        inner.pages += 1;
        Ok(())
    }
    fn urgent(&self) -> Result<Option<Cursor>, Error> {
        let inner = self.inner();
        Ok(inner.urgent.clone().or_else(|| inner.cursor.clone()))
    }
    fn apply_urgent(&self, page: &Page) -> Result<(), Error> {
        let mut inner = self.inner();
        inner.urgent = Some(Cursor {
            server_epoch: page.server_epoch.clone(),
            at: page.to,
        });
        inner.ahead.extend(page.rows.clone());
        Ok(())
    }
    fn download_path(&self) -> PathBuf {
        self.folder.path().join("site.part")
    }
    fn adopt_site(&self, file: &Path, own: Option<&OwnMark>) -> Result<(), Error> {
        let mut inner = self.inner();
        inner.adopted = std::fs::read(file).unwrap();
        inner.own = own.copied();
        inner.cursor = Some(Cursor {
            server_epoch: "two".into(),
            at: 0,
        });
        Ok(())
    }
    fn fetching(&self, so_far: Option<Fetched>) {
        self.inner().fetched.extend(so_far);
    }
    fn contact(&self, contact: Contact) {
        self.inner().contacts.push(contact);
    }
}

pub(super) struct Request {
    pub(super) target: String,
    pub(super) headers: HashMap<String, String>,
    body: Vec<u8>,
}

pub(super) enum Reply {
    Json(u16, &'static str, Vec<u8>),
    Raw(u16, Vec<(&'static str, String)>, Vec<u8>),
    // Reads the request and never answers.
    Silence,
    // Sends half an answer and closes.
    Cut(Vec<u8>),
    // Sends the head of a file and nothing more, and stays.
    Slow(Vec<(&'static str, String)>),
    // Sends so many bytes of a file and closes.
    Part(u16, Vec<(&'static str, String)>, Vec<u8>, usize),
    Stream(Receiver<&'static str>),
}

pub(super) fn ok<T: serde::Serialize>(value: &T) -> Reply {
    Reply::Json(200, "application/json", serde_json::to_vec(value).unwrap())
}

pub(super) fn problem(problem: &Problem) -> Reply {
    Reply::Json(
        problem.status,
        "application/problem+json",
        serde_json::to_vec(problem).unwrap(),
    )
}

// An HTTP server on loopback whose answers a test writes.
fn serve(answer: impl FnMut(Request) -> Reply + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(Mutex::new(answer));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, answer) = (stream.unwrap(), Arc::clone(&answer));
            std::thread::spawn(move || {
                if let Some(request) = read(&stream) {
                    let reply = (answer.lock().unwrap())(request);
                    write(stream, reply);
                }
            });
        }
    });
    address
}

// A request that came whole. A client that opens a connection and leaves, or goes in the middle, has asked for nothing.
pub(super) fn read(stream: impl Read) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut next = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        line.strip_suffix("\r\n").map(str::to_owned)
    };
    let target = next()?.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let mut headers = HashMap::new();
    loop {
        let line = next()?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    if headers.get("content-encoding").is_some_and(|e| e == "zstd") {
        body = zstd::bulk::decompress(&body, 8 << 20).unwrap();
    }
    Some(Request { target, headers, body })
}

pub(super) fn write(mut stream: impl Read + Write, reply: Reply) {
    let head = |status: u16, headers: &str, length: usize| {
        format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n").into_bytes()
    };
    // A client that has gone is part of some tests.
    let _ = match reply {
        Reply::Json(status, kind, body) => {
            let head = head(status, &format!("content-type: {kind}\r\n"), body.len());
            stream.write_all(&[head, body].concat())
        }
        Reply::Raw(status, headers, body) => {
            let lines = headers
                .iter()
                .fold(String::new(), |all, (name, value)| all + name + ": " + value + "\r\n");
            stream.write_all(&[head(status, &lines, body.len()), body].concat())
        }
        Reply::Part(status, headers, body, sent) => {
            let lines = headers
                .iter()
                .fold(String::new(), |all, (name, value)| all + name + ": " + value + "\r\n");
            stream.write_all(&[head(status, &lines, body.len()), body[..sent].to_vec()].concat())
        }
        Reply::Slow(headers) => {
            let lines = headers
                .iter()
                .fold(String::new(), |all, (name, value)| all + name + ": " + value + "\r\n");
            let head = format!("HTTP/1.1 200 X\r\n{lines}\r\n");
            stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.read(&mut [0; 1]).map(|_| ()))
        }
        Reply::Silence => stream.read(&mut [0; 1]).map(|_| ()),
        Reply::Cut(body) => {
            let head = head(200, "content-type: application/json\r\n", body.len());
            stream.write_all(&[head, body[..body.len() / 2].to_vec()].concat())
        }
        Reply::Stream(lines) => {
            let head = b"HTTP/1.1 200 X\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
            stream
                .write_all(head)
                .and_then(|()| lines.iter().try_for_each(|line| stream.write_all(line.as_bytes())))
        }
    };
}

// The server's side of the protocol, as far as these tests need it.
pub(super) struct Gateway {
    tip: Tip,
    stored: Vec<Sealed>,
    pushes: usize,
}

impl Gateway {
    pub(super) fn new() -> Self {
        Gateway {
            tip: Tip::start(device(), 1, None),
            stored: Vec::new(),
            pushes: 0,
        }
    }

    fn through(&self) -> StoredThrough {
        StoredThrough {
            epoch: self.tip.epoch,
            seq: self.tip.seq,
            hash: self.tip.hash,
        }
    }

    pub(super) fn answer(&mut self, request: &Request) -> Reply {
        let (_, claims) = proof::verify(&request.headers["dpop"]).unwrap();
        let path = request.target.split_once(' ').unwrap().1.split('?').next().unwrap();
        assert!(claims.htu.ends_with(path), "{} {path}", claims.htu);
        assert_eq!(
            request.headers["lotline-request"], claims.jti,
            "each request has its own name"
        );
        if path != "/v1/token" {
            assert_eq!(request.headers["authorization"], "DPoP t");
            assert_eq!(claims.ath, Some(proof::token_hash("t")));
        }
        match path {
            "/v1/token" => ok(&TokenReply {
                access_token: "t".into(),
                token_type: "DPoP".into(),
                expires_in: 60,
                pins: Vec::new(),
            }),
            "/v1/entries" => self.push(request, &claims),
            "/v1/changes" | "/v1/urgent" => {
                let query = request.target.split_once("cursor=").unwrap().1;
                let from = query.split('&').next().unwrap().parse().unwrap();
                let epoch = query.split_once("server_epoch=");
                let server_epoch = epoch.map_or("two", |(_, epoch)| epoch).to_owned();
                ok(&Page {
                    server_epoch,
                    from,
                    to: from,
                    more: false,
                    included: Included {
                        epoch: self.tip.epoch,
                        seq: self.tip.seq,
                    },
                    counts: WmsCounts::default(),
                    now: WallTime::from_unix_ms(1_800_000_007_000),
                    rows: Vec::new(),
                })
            }
            other => panic!("{other}"),
        }
    }

    fn push(&mut self, request: &Request, claims: &proof::Claims) -> Reply {
        self.pushes += 1;
        let from = self.tip.seq + 1;
        let lines = request.body.strip_suffix(b"\n").unwrap().split(|b| *b == b'\n');
        for bytes in lines {
            let seq: u64 = serde_json::from_slice::<serde_json::Value>(bytes).unwrap()["seq"]
                .as_u64()
                .unwrap();
            let epoch = serde_json::from_slice::<serde_json::Value>(bytes).unwrap()["epoch"]
                .as_u64()
                .unwrap();
            if epoch > u64::from(self.tip.epoch) {
                self.tip = Tip::start(device(), 2, Some(self.stored[4].hash));
            }
            if seq <= self.tip.seq {
                let known = &self.stored[usize::try_from(seq).unwrap() - 1];
                if known.bytes != bytes {
                    let before = &self.stored[usize::try_from(seq).unwrap() - 2];
                    let common = StoredThrough {
                        epoch: 1,
                        seq: seq - 1,
                        hash: before.hash,
                    };
                    return problem(&Problem {
                        common: Some(common),
                        ..Problem::new(Code::Fork, "fork")
                    });
                }
                continue;
            }
            if seq > self.tip.seq + 1 {
                return problem(&Problem {
                    resume_from: Some(self.through()),
                    ..Problem::new(Code::Gap, "gap")
                });
            }
            self.stored.push(link(&mut self.tip, bytes).unwrap());
        }
        assert_eq!((claims.epoch, claims.seq), (Some(self.tip.epoch), claims.seq));
        let through = self.through();
        let mut receipt = Receipt {
            device: device(),
            epoch: through.epoch,
            from,
            to: through.seq,
            head: through.hash,
            received_at: WallTime::from_unix_ms(1_800_000_003_000),
            signature: Vec::new(),
        };
        let signature: Signature = site_key().sign(&receipt.message());
        receipt.signature = signature.to_bytes().to_vec();
        ok(&PushReply {
            stored_through: through,
            receipt: (from <= through.seq).then_some(receipt),
        })
    }
}

pub(super) fn platform() -> Platform {
    Platform {
        clock: Arc::new(Still),
        keys: keys(),
        ids: system_ids(),
        trust_roots: Vec::new(),
    }
}

const LONG: Duration = Duration::from_mins(1);

// A gateway behind a test's faults: `None` lets the request through.
fn world(
    captured: usize,
    mut fault: impl FnMut(&Request, &mut Gateway) -> Option<Reply> + Send + 'static,
) -> (Arc<MemoryStore>, Syncer, Arc<Mutex<Gateway>>) {
    let gateway = Arc::new(Mutex::new(Gateway::new()));
    let shared = Arc::clone(&gateway);
    let server = serve(move |request| {
        let mut gateway = shared.lock().unwrap();
        fault(&request, &mut gateway).unwrap_or_else(|| gateway.answer(&request))
    });
    let store = MemoryStore::new(Some(&server));
    store.capture(captured);
    let syncer = Syncer::new(store.clone(), platform());
    (store, syncer, gateway)
}

fn is_push(request: &Request) -> bool {
    request.target == "POST /v1/entries"
}

fn assert_all_arrived(store: &MemoryStore, gateway: &Mutex<Gateway>) {
    assert_eq!(store.inner().entries, gateway.lock().unwrap().stored);
    assert_eq!(store.pending(), 0);
}

#[test]
fn the_queue_is_drained_and_the_picture_fetched_in_one_call() {
    let (store, syncer, gateway) = world(2_500, |_, _| None);
    let report = syncer.sync_now(LONG).unwrap();
    assert_eq!(
        report,
        SyncReport {
            pushed: 2_500,
            pulled_rows: 0,
            acknowledged: 2_500,
            reached: true,
            more: false
        }
    );
    assert_all_arrived(&store, &gateway);
    assert_eq!(gateway.lock().unwrap().pushes, 3);
    assert_eq!(store.inner().receipts, 3);
    let last = store.inner().contacts.iter().rev().find_map(|contact| match contact {
        Contact::Reached {
            offset_ms: Some(offset),
        } => Some(*offset),
        _ => None,
    });
    assert_eq!(last, Some(7_000));
}

// The device's side, where a test's gateway looks at it; there once the world is made.
fn seen(world: &std::sync::OnceLock<Arc<MemoryStore>>) -> usize {
    world.get().map_or(0, |store| store.inner().read.len())
}

#[test]
fn while_a_batch_is_on_its_way_the_next_one_is_read_and_nothing_is_read_twice() {
    let device = Arc::new(std::sync::OnceLock::new());
    let looked = Arc::clone(&device);
    let mut pushes = 0;
    let (store, syncer, gateway) = world(2_500, move |request, _| {
        pushes += usize::from(is_push(request));
        // The answer to the first waits until the second is in the device's memory.
        for _ in 0..600 {
            if pushes != 1 || seen(&looked) == 2_000 {
                break;
            }
            std::thread::park_timeout(Duration::from_millis(100));
        }
        assert!(pushes != 1 || seen(&looked) == 2_000, "{} read", seen(&looked));
        None
    });
    assert!(device.set(Arc::clone(&store)).is_ok());
    assert!(!syncer.sync_now(LONG).unwrap().more);
    assert_all_arrived(&store, &gateway);
    assert_eq!(gateway.lock().unwrap().pushes, 3);
    let every: Vec<Position> = (1..=2_500).map(|seq| Position::new(1, seq)).collect();
    assert_eq!(store.inner().read, every);
}

#[test]
fn what_was_read_ahead_is_not_sent_where_the_gateway_took_only_a_part_of_what_came_before_it() {
    let mut parted = false;
    let (store, syncer, gateway) = world(2_500, move |request, gateway| {
        if !is_push(request) || parted {
            return None;
        }
        parted = true;
        let lines: Vec<&[u8]> = request.body.split_inclusive(|byte| *byte == b'\n').collect();
        let part = Request {
            target: request.target.clone(),
            headers: request.headers.clone(),
            body: lines[..600].concat(),
        };
        Some(gateway.answer(&part))
    });
    assert!(!syncer.sync_now(LONG).unwrap().more);
    assert_all_arrived(&store, &gateway);
    assert_eq!(
        gateway.lock().unwrap().pushes,
        3,
        "600, 1,000 and 900: no batch begins in the wrong place"
    );
}

#[test]
fn a_connection_that_asks_for_nothing_is_no_request() {
    for left in [
        "",
        "POST /v1/tok",
        "POST /v1/token HTTP/1.1\r\ncontent-length: 0\r\n",
        "GET /v1/live HTTP/1.1\r\n",
    ] {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = TcpStream::connect(server.local_addr().unwrap()).unwrap();
        client.write_all(left.as_bytes()).unwrap();
        drop(client);
        assert!(read(&server.accept().unwrap().0).is_none(), "{left:?}");
    }
}

#[test]
fn a_device_that_was_never_enrolled_is_told_so() {
    let syncer = Syncer::new(MemoryStore::new(None), platform());
    assert_eq!(syncer.sync_now(LONG).unwrap_err().fault().code, "unknown_device");
}

#[test]
fn row_8_a_lost_or_truncated_reply_is_answered_the_same_way_when_sent_again() {
    let mut cuts = 0;
    let (store, syncer, gateway) = world(30, move |request, gateway| {
        if !is_push(request) || cuts == 2 {
            return None;
        }
        cuts += 1;
        let Reply::Json(.., body) = gateway.answer(request) else {
            panic!()
        };
        Some(Reply::Cut(body))
    });
    let report = syncer.sync_now(LONG).unwrap();
    assert_eq!((report.acknowledged, report.pushed, report.more), (30, 90, false));
    assert_all_arrived(&store, &gateway);
}

#[test]
fn row_17_a_token_refused_in_mid_drain_is_replaced_and_the_same_batch_goes_again() {
    let refusals = Arc::new(Mutex::new(0));
    let count = Arc::clone(&refusals);
    let (store, syncer, gateway) = world(1_500, move |request, gateway| {
        let mut refusals = count.lock().unwrap();
        (is_push(request) && gateway.tip.seq == 1_000 && *refusals == 0).then(|| {
            *refusals += 1;
            problem(&Problem::new(Code::Unauthorized, "expired"))
        })
    });
    let report = syncer.sync_now(LONG).unwrap();
    assert_eq!((report.pushed, report.acknowledged, report.more), (2_000, 1_500, false));
    assert_eq!(*refusals.lock().unwrap(), 1);
    assert_all_arrived(&store, &gateway);
}

#[test]
fn row_27_a_captive_portal_is_offline_and_changes_nothing() {
    for reply in [
        || Reply::Json(200, "text/html", b"<html>Welcome to the free network</html>".to_vec()),
        || Reply::Json(520, "text/html", b"<html>".to_vec()),
        || Reply::Raw(302, vec![("location", "http://portal.example/".into())], Vec::new()),
        || Reply::Json(200, "application/json", b"{\"hello\":1}".to_vec()),
        || Reply::Json(418, "application/problem+json", b"{\"type\":\"about:blank\"}".to_vec()),
    ] {
        let (store, syncer, gateway) = world(3, move |_, _| Some(reply()));
        let report = syncer.sync_now(LONG).unwrap();
        assert_eq!(
            report,
            SyncReport {
                more: true,
                ..SyncReport::default()
            }
        );
        assert_eq!((store.pending(), gateway.lock().unwrap().stored.len()), (3, 0));
        assert_eq!(store.inner().contacts.last(), Some(&Contact::Lost));
    }
}

#[test]
fn row_28_a_server_that_never_answers_costs_no_more_than_the_deadline() {
    let (store, syncer, _) = world(3, |request, _| is_push(request).then_some(Reply::Silence));
    let report = syncer.sync_now(Duration::from_millis(300)).unwrap();
    assert!(report.more && report.reached);
    assert_eq!(store.pending(), 3);
}

#[test]
fn row_25_a_proxys_own_body_limit_halves_the_batch() {
    let (store, syncer, gateway) = world(100, |request, _| {
        let lines = request.body.split(|b| *b == b'\n').count() - 1;
        (is_push(request) && lines > 30).then(|| Reply::Json(413, "text/html", b"<html>".to_vec()))
    });
    assert!(!syncer.sync_now(LONG).unwrap().more);
    assert_all_arrived(&store, &gateway);
}

#[test]
fn row_26_the_server_that_asks_to_wait_is_not_asked_again_before() {
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let (_, syncer, _) = world(3, move |request, _| {
        is_push(request).then(|| {
            *count.lock().unwrap() += 1;
            let body = serde_json::to_vec(&Problem::new(Code::RateLimited, "slow down")).unwrap();
            let kind = ("content-type", "application/problem+json".to_owned());
            Reply::Raw(429, vec![kind, ("retry-after", "120".into())], body)
        })
    });
    for _ in 0..3 {
        let report = syncer.sync_now(LONG).unwrap();
        assert!(report.reached && report.more);
    }
    assert_eq!(*asked.lock().unwrap(), 1);
}

#[test]
fn a_receipt_that_the_sites_key_did_not_sign_moves_no_mark_and_alarms() {
    let (store, syncer, _) = world(3, |request, gateway| {
        is_push(request).then(|| {
            let Reply::Json(.., body) = gateway.answer(request) else {
                panic!()
            };
            let mut reply: PushReply = serde_json::from_slice(&body).unwrap();
            if let Some(receipt) = &mut reply.receipt {
                receipt.received_at = WallTime::from_unix_ms(1);
            }
            ok(&reply)
        })
    });
    assert_eq!(syncer.sync_now(LONG).unwrap_err().fault().code, "bad_receipt");
    assert_eq!(store.pending(), 3);
    let last = store.inner().contacts.last().cloned();
    assert!(matches!(last, Some(Contact::Blocked(Blocked::Alarm { .. }))));
}

#[test]
fn a_gap_is_filled_from_where_the_server_stands() {
    let (store, syncer, gateway) = world(9, |_, _| None);
    let (seventh, hash) = (
        Position::new(1, 7),
        store.hash_at(Position::new(1, 7)).unwrap().unwrap(),
    );
    store
        .acknowledge(
            &StoredThrough {
                epoch: 1,
                seq: seventh.seq(),
                hash,
            },
            None,
        )
        .unwrap();
    syncer.sync_now(LONG).unwrap();
    assert_all_arrived(&store, &gateway);
}

#[test]
fn row_39_a_fork_goes_on_in_a_new_epoch_with_nothing_lost() {
    let (store, syncer, gateway) = world(8, |_, _| None);
    {
        // The server knows 1 to 5 of this chain and another 6.
        let mut gateway = gateway.lock().unwrap();
        for entry in &store.inner().entries[..5] {
            link(&mut gateway.tip, &entry.bytes).unwrap();
            gateway.stored.push(entry.clone());
        }
        let other = envelope(1, 6, gateway.tip.hash, "another");
        let other = link(&mut gateway.tip, &other).unwrap();
        gateway.stored.push(other);
    }
    let before: Vec<Hash> = store.inner().entries[5..].iter().map(|e| e.hash).collect();
    let report = syncer.sync_now(LONG).unwrap();
    assert!(!report.more);
    assert_eq!(store.pending(), 0);
    let gateway = gateway.lock().unwrap();
    assert_eq!((gateway.tip.epoch, gateway.tip.seq), (2, 3));
    for (hash, carried) in before.iter().zip(&gateway.stored[6..]) {
        assert!(String::from_utf8_lossy(&carried.bytes).contains(&hash.to_string()));
    }
}

#[test]
fn row_41_an_unknown_cursor_fetches_a_snapshot_and_checks_its_hash() {
    let mut tries = 0;
    let (store, syncer, gateway) = world(3, move |request, _| {
        let file = b"a picture of the site".to_vec();
        if request.target.contains("server_epoch=one") {
            return Some(problem(&Problem::new(Code::CursorUnknown, "another history")));
        }
        (request.target == "GET /v1/site").then(|| {
            tries += 1;
            let hash = if tries == 1 { Hash::default() } else { sha256(&file) };
            let headers = vec![("lotline-cursor", "0".to_owned()), ("lotline-sha256", hash.to_string())];
            Reply::Raw(200, headers, file)
        })
    });
    syncer.sync_now(LONG).unwrap();
    assert_eq!(store.inner().adopted, b"a picture of the site");
    assert_all_arrived(&store, &gateway);
}

fn sha256(bytes: &[u8]) -> Hash {
    Hash::from_slice(&Sha256::digest(bytes)).unwrap()
}

#[test]
fn a_snapshot_whose_hash_is_wrong_twice_is_an_error_and_not_adopted() {
    let (store, syncer, _) = world(0, |request, _| {
        (request.target == "GET /v1/site").then(|| {
            let headers = vec![
                ("lotline-cursor", "0".to_owned()),
                ("lotline-sha256", Hash::default().to_string()),
            ];
            Reply::Raw(200, headers, b"damaged".to_vec())
        })
    });
    store.inner().cursor = None;
    assert_eq!(syncer.sync_now(LONG).unwrap_err().fault().code, "bad_snapshot");
    assert!(store.inner().adopted.is_empty());
}

// A gateway that serves `file` by ranges and cuts each answer off after `at_once` bytes. The tag is its hash.
fn by_ranges(file: &Mutex<Vec<u8>>, asked: &Mutex<Vec<u64>>, at_once: usize, request: &Request) -> Option<Reply> {
    if request.target != "GET /v1/site" {
        return None;
    }
    let file = file.lock().unwrap().clone();
    let tag = format!("\"{}\"", sha256(&file));
    let from = request.headers.get("range").map(|range| {
        let from = range.strip_prefix("bytes=").unwrap().strip_suffix('-').unwrap();
        from.parse::<usize>().unwrap()
    });
    let from = from.filter(|_| request.headers["if-range"] == tag);
    asked.lock().unwrap().push(from.unwrap_or(0) as u64);
    let mut headers = vec![
        ("etag", tag),
        ("lotline-sha256", sha256(&file).to_string()),
        ("lotline-included", "1/2".into()),
        ("lotline-counts", "3/4".into()),
    ];
    let status = from.map_or(200, |from| {
        let range = format!("bytes {from}-{}/{}", file.len() - 1, file.len());
        headers.push(("content-range", range));
        206
    });
    let rest = file[from.unwrap_or(0)..].to_vec();
    let sent = rest.len().min(at_once);
    Some(Reply::Part(status, headers, rest, sent))
}

#[test]
fn row_42_a_snapshot_that_is_cut_off_goes_on_where_it_stopped_also_after_a_restart() {
    let picture: Vec<u8> = (0..1_000_u32).flat_map(u32::to_le_bytes).collect();
    let (file, asked) = (Arc::new(Mutex::new(picture.clone())), Arc::new(Mutex::new(Vec::new())));
    let (served, noted) = (Arc::clone(&file), Arc::clone(&asked));
    let (store, syncer, _) = world(0, move |request, _| by_ranges(&served, &noted, 1_500, request));
    store.inner().cursor = None;
    // It is cut off again and again; between two tries the process starts anew.
    drop(syncer.sync_now(Duration::from_millis(150)));
    drop(syncer);
    assert!(store.inner().adopted.is_empty());
    let syncer = Syncer::new(store.clone(), platform());
    assert!(!syncer.sync_now(LONG).unwrap().more);
    assert_eq!(store.inner().adopted, picture);
    let own = store.inner().own.unwrap();
    assert_eq!((own.included.epoch, own.included.seq), (1, 2));
    assert_eq!((own.counts.at_gateway, own.counts.in_wms), (3, 4));
    assert_eq!(*asked.lock().unwrap(), [0, 1_500, 3_000], "no byte comes twice");
    let fetched = store.inner().fetched.clone();
    assert!(fetched.iter().all(|so_far| so_far.of == 4_000));
    assert_eq!(fetched.last().unwrap().bytes, 3_000);
}

#[test]
fn row_42_a_picture_that_was_made_anew_is_begun_anew() {
    let file = Arc::new(Mutex::new(b"the picture of yesterday".to_vec()));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (served, noted) = (Arc::clone(&file), Arc::clone(&asked));
    let (store, syncer, _) = world(0, move |request, _| {
        let cut = noted.lock().unwrap().is_empty();
        let reply = by_ranges(&served, &noted, if cut { 10 } else { 1_000 }, request);
        if reply.is_some() && cut {
            *served.lock().unwrap() = b"the picture of today".to_vec();
        }
        reply
    });
    store.inner().cursor = None;
    assert!(!syncer.sync_now(LONG).unwrap().more);
    assert_eq!(store.inner().adopted, b"the picture of today");
    assert_eq!(*asked.lock().unwrap(), [0, 0]);
}

#[test]
fn row_42_what_was_captured_goes_up_between_two_parts_of_the_file() {
    let (order, told) = channel();
    let (_open, quiet) = channel();
    let (mut first, mut quiet) = (true, Some(quiet));
    let (store, syncer, gateway) = world(0, move |request, _| {
        order.send(request.target.clone()).unwrap();
        if request.target.contains("/v1/live") {
            return quiet.take().map(Reply::Stream);
        }
        (request.target == "GET /v1/site" && std::mem::take(&mut first)).then(|| {
            let headers = vec![
                ("etag", "\"x\"".to_owned()),
                ("lotline-sha256", sha256(b"slow").to_string()),
                ("content-length", "4".to_owned()),
            ];
            Reply::Slow(headers)
        })
    });
    store.inner().cursor = None;
    syncer.start_live().unwrap();
    until_asked(&told, "GET /v1/site");
    // The file comes, and comes, and does not end.
    store.capture(3);
    syncer.captured();
    until_asked(&told, "POST /v1/entries");
    while store.pending() > 0 {
        std::thread::yield_now();
    }
    assert_all_arrived(&store, &gateway);
    assert!(store.inner().adopted.is_empty());
}

fn until_asked(asked: &Receiver<String>, target: &str) {
    while !asked
        .recv_timeout(Duration::from_secs(20))
        .unwrap_or_else(|_| panic!("never: {target}"))
        .starts_with(target)
    {}
}

#[test]
fn row_10_calls_from_several_threads_share_one_driver() {
    let (store, syncer, gateway) = world(1_000, |_, _| None);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| syncer.sync_now(LONG).unwrap());
        }
    });
    assert_all_arrived(&store, &gateway);
    assert_eq!(gateway.lock().unwrap().pushes, 1);
}

#[test]
fn row_52_a_panic_in_a_host_callback_is_an_error_and_the_next_call_works() {
    let (store, _, gateway) = world(3, |_, _| None);
    let keys = keys();
    *keys.1.lock().unwrap() = true;
    let syncer = Syncer::new(store.clone(), Platform { keys, ..platform() });
    assert_eq!(syncer.sync_now(LONG).unwrap_err().fault().code, "panic");
    assert!(!syncer.sync_now(LONG).unwrap().more);
    assert_all_arrived(&store, &gateway);
}

// Waits for a condition without a clock: each look comes after the server was asked something.
fn until(asked: &Receiver<String>, what: &str, mut holds: impl FnMut() -> bool) {
    while !holds() {
        asked
            .recv_timeout(Duration::from_secs(20))
            .unwrap_or_else(|_| panic!("never: {what}"));
        std::thread::yield_now();
    }
}

#[test]
fn live_sends_what_is_captured_and_fetches_what_changed_and_suspend_ends_it() {
    let (lines, stream) = channel();
    let (ask, asked) = channel();
    let mut stream = Some(stream);
    let (store, syncer, gateway) = world(1, move |request, _| {
        // The look of a test comes after the answer was worked on: every request is told twice.
        let _ = ask.send(request.target.clone());
        let _ = ask.send(request.target.clone());
        request
            .target
            .contains("/v1/live")
            .then(|| stream.take().map_or(Reply::Silence, Reply::Stream))
    });
    syncer.start_live().unwrap();
    until_requests(&asked, "GET /v1/live");
    assert_all_arrived(&store, &gateway);
    store.capture(2);
    syncer.captured();
    until_requests(&asked, "POST /v1/entries");
    until_requests(&asked, "GET /v1/changes");
    lines.send("event: changed\ndata: 7\n\n").unwrap();
    until_requests(&asked, "GET /v1/changes");
    syncer.suspend();
    assert_all_arrived(&store, &gateway);
    assert!(syncer.sync_now(LONG).unwrap().more, "suspended: nothing is tried");
    syncer.resume();
    until(&asked, "live again", || {
        asked.try_iter().any(|target| target.contains("/v1/live"))
    });
}

#[test]
fn a_block_that_comes_with_the_news_is_in_the_picture_while_a_push_of_a_long_queue_hangs() {
    let (lines, stream) = channel();
    let (ask, asked) = channel();
    let mut stream = Some(stream);
    let (store, syncer, _) = world(1_200, move |request, _| {
        ask.send(request.target.clone()).unwrap();
        match request.target.as_str() {
            "POST /v1/entries" => Some(Reply::Silence),
            target if target.starts_with("GET /v1/live") => stream.take().map(Reply::Stream),
            _ => None,
        }
    });
    syncer.start_live().unwrap();
    let mut order = Vec::new();
    while order.last().is_none_or(|target: &String| target != "POST /v1/entries") {
        order.push(asked.recv_timeout(Duration::from_secs(20)).unwrap());
    }
    let kinds: Vec<&str> = order.iter().map(|target| target.split('?').next().unwrap()).collect();
    assert_eq!(
        kinds,
        ["POST /v1/token", "GET /v1/urgent", "GET /v1/live", "POST /v1/entries"]
    );
    assert!(order[2].ends_with("?urgent=0&server_epoch=one"), "{order:?}");
    let page = Page {
        server_epoch: "one".into(),
        from: 0,
        to: 8,
        more: false,
        included: Included::default(),
        counts: WmsCounts::default(),
        now: WallTime::from_unix_ms(1_800_000_007_000),
        rows: vec![Row {
            t: "block".into(),
            c: 8,
            gone: false,
            r: Vec::new(),
        }],
    };
    let event = format!("event: urgent\ndata: {}\n\n", serde_json::to_string(&page).unwrap());
    lines.send(Box::leak(event.into_boxed_str())).unwrap();
    while store.inner().ahead.is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(store.pending(), 1_200, "the push still hangs");
    assert_eq!(
        store.inner().cursor.as_ref().unwrap().at,
        0,
        "and the picture is where it was"
    );
}

fn until_requests(asked: &Receiver<String>, target: &str) {
    loop {
        let found = asked
            .recv_timeout(Duration::from_secs(20))
            .unwrap_or_else(|_| panic!("never: {target}"));
        if found.starts_with(target) {
            asked.recv_timeout(Duration::from_secs(20)).unwrap();
            return;
        }
    }
}

#[test]
fn enrolment_keeps_what_the_server_gives_and_says_why_not() {
    let server = serve(move |request| {
        assert_eq!(request.target, "POST /v1/enrol");
        let asked: EnrolRequest = serde_json::from_slice(&request.body).unwrap();
        let (key, _) = proof::verify(&request.headers["dpop"]).unwrap();
        assert_eq!(key.to_spki(), asked.public_key);
        if asked.code != "right" {
            return problem(&Problem::new(Code::BadCode, "no such code"));
        }
        ok(&EnrolReply {
            device: device(),
            site: SiteId::new("s").unwrap(),
            resource: PlaceId::new("CART-1").unwrap(),
            pepper: vec![1; 32],
            site_key: site_key()
                .verifying_key()
                .to_public_key_der()
                .unwrap()
                .as_bytes()
                .to_vec(),
        })
    });
    let store = MemoryStore::new(None);
    let syncer = Syncer::new(store.clone(), platform());
    assert_eq!(
        syncer.enrol(&server, "wrong", "Cart 1").unwrap_err().fault().code,
        "bad_code"
    );
    assert_eq!(
        syncer
            .enrol("http://gw.example", "right", "Cart 1")
            .unwrap_err()
            .fault()
            .code,
        "bad_address"
    );
    assert_eq!(
        syncer
            .enrol("http://127.0.0.1:1", "right", "Cart 1")
            .unwrap_err()
            .fault()
            .code,
        "offline"
    );
    assert!(store.link().unwrap().is_none());
    syncer.enrol(&format!("{server}/"), "right", "Cart 1").unwrap();
    assert_eq!(store.link().unwrap().unwrap().server, server);
}
