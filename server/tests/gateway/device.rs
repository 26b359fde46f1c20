//! A device of these tests: a key, a chain, and an HTTP client that signs.

use lotline_record::entry::*;
use lotline_record::model::*;
use lotline_record::rules::Verdict;
use lotline_record::wire::proof::{Claims, PublicKey, Unsigned, token_hash};
use lotline_record::wire::{
    Cell, EnrolReply, EnrolRequest, Page, Problem, PushReply, Row, StoredThrough, TABLES, TokenReply,
};
use lotline_server::ledger::Ledger;
use lotline_server::{Config, Running, Server};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub const SITE: &str = "DC1";
static NAMES: AtomicU64 = AtomicU64::new(1);

pub fn unique() -> u64 {
    NAMES.fetch_add(1, Ordering::Relaxed)
}

pub fn config(folder: &Path) -> Config {
    let mut config = Config::new(
        "127.0.0.1:0".parse().unwrap(),
        folder.into(),
        SITE.parse().unwrap(),
        "Europe/Berlin",
    );
    config.postgres = database(folder);
    config
}

/// The database that belongs to `folder`, in the cluster that `LOTLINE_TEST_POSTGRES` names; without it the ledger stands in the
/// folder. The same suite holds for both.
pub fn database(folder: &Path) -> Option<String> {
    let cluster = std::env::var("LOTLINE_TEST_POSTGRES").ok()?;
    let name: String = folder
        .file_name()?
        .to_str()?
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let name = format!("t_{}", name.to_lowercase());
    let (asked, created, of) = (cluster.clone(), name.clone(), folder.display().to_string());
    // On a thread of its own: the driver does not block inside a runtime.
    std::thread::spawn(move || {
        let mut client = postgres::Client::connect(&asked, postgres::NoTls).unwrap();
        let there = client
            .query("SELECT 1 FROM pg_database WHERE datname = $1", &[&created])
            .unwrap();
        if there.is_empty() {
            drop_those_whose_folder_is_gone(&mut client);
            client.batch_execute(&format!("CREATE DATABASE {created}")).unwrap();
            client
                .batch_execute(&format!("COMMENT ON DATABASE {created} IS '{of}'"))
                .unwrap();
        }
    })
    .join()
    .unwrap();
    Some(format!("{cluster} dbname={name}"))
}

/// A test's database goes once its folder has: 150 of them side by side were three gigabytes, and a full disk ends the whole cluster.
fn drop_those_whose_folder_is_gone(client: &mut postgres::Client) {
    let those = client
        .query(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database
             WHERE shobj_description(oid, 'pg_database') LIKE '/%'",
            &[],
        )
        .unwrap();
    for row in those {
        let (name, of): (String, String) = (row.get(0), row.get(1));
        if !Path::new(&of).exists() {
            // Another test may do the same at this moment.
            let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Another hand in the ledger that belongs to `folder`: `file` where it stands in SQLite, `postgres` where it stands there.
pub fn tamper(folder: &Path, file: &str, postgres: &str) {
    let Some(url) = database(folder) else {
        rusqlite::Connection::open(folder.join("ledger.db"))
            .and_then(|db| db.execute_batch(file))
            .unwrap();
        return;
    };
    let sql = format!("SET search_path = lotline; {postgres}");
    std::thread::spawn(move || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        client.batch_execute(&sql).unwrap();
    })
    .join()
    .unwrap();
}

pub async fn start(folder: &Path) -> Running {
    Server::start(config(folder)).await.unwrap()
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// Trusts the certificate in `folder` alone, by name and date.
pub fn trusting(folder: &Path) -> reqwest::Client {
    drop(client());
    let pem = std::fs::read(folder.join("tls/cert.pem")).unwrap();
    reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()])
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

/// Reads a live stream to its end, which comes before the sign of life that any open stream gives.
pub async fn ends_at_once(live: &mut reqwest::Response) {
    while let Some(part) = live.chunk().await.unwrap() {
        assert!(!part.starts_with(b":"), "it lives on");
    }
}

/// A refusal, or the answer.
pub type Answer<T> = Result<T, Problem>;

pub struct Device {
    pub base: String,
    pub key: SigningKey,
    pub http: reqwest::Client,
    pub id: DeviceId,
    pub token: String,
    pub tip: Tip,
    pub enrolled: Option<EnrolReply>,
}

pub fn key(n: u8) -> SigningKey {
    SigningKey::from_slice(&[n; 32]).unwrap()
}

pub fn spki(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec()
}

pub fn sign(key: &SigningKey, claims: &Claims) -> String {
    let public = PublicKey::from_spki(&spki(key)).unwrap();
    let unsigned = Unsigned::new(&public, claims);
    let signature: Signature = key.sign(unsigned.message());
    unsigned.sign(signature.to_der().as_bytes()).unwrap()
}

pub fn claims(method: &str, url: &str, token: Option<&str>) -> Claims {
    Claims {
        jti: format!("jti-{}", unique()),
        htm: method.into(),
        htu: url.into(),
        // A clock that stands in 1970: order and acceptance never depend on it.
        iat: 60,
        nonce: None,
        ath: token.map(token_hash),
        epoch: None,
        seq: None,
        head: None,
        after: None,
    }
}

/// So many small entries.
pub fn scans(device: &mut Device, n: usize) -> Vec<Sealed> {
    (0..n).map(|_| device.say(Body::SignedIn)).collect()
}

pub async fn answer<T: serde::de::DeserializeOwned>(response: reqwest::Response) -> Answer<T> {
    let status = response.status();
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    let body = response.bytes().await.unwrap();
    if status.is_success() {
        return Ok(serde_json::from_slice(&body).unwrap());
    }
    assert_eq!(kind, "application/problem+json");
    let problem: Problem = serde_json::from_slice(&body).unwrap();
    assert_eq!(problem.status, status.as_u16());
    assert_eq!(problem.code.status(), status.as_u16());
    Err(problem)
}

impl Device {
    /// Not enrolled yet.
    pub fn stranger(running: &Running, key: SigningKey) -> Self {
        let id = DeviceId::new("nobody").unwrap();
        Device {
            base: format!("http://{}", running.addr()),
            key,
            http: client(),
            tip: Tip::start(id.clone(), 1, None),
            id,
            token: String::new(),
            enrolled: None,
        }
    }

    /// Enrolled and with a token.
    pub async fn enrolled(running: &Running, name: &str, n: u8) -> Self {
        let mut device = Device::stranger(running, key(n));
        let cart = PlaceId::new(format!("CART-{n}")).unwrap();
        let code = running
            .ledger()
            .issue_code_for(&DeviceId::new(name).unwrap(), name, &cart)
            .unwrap();
        let reply = device.enrol(&code).await.unwrap();
        device.id = reply.device.clone();
        device.tip = Tip::start(device.id.clone(), 1, None);
        device.enrolled = Some(reply);
        device.refresh().await.unwrap();
        device
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub async fn enrol(&self, code: &str) -> Answer<EnrolReply> {
        let url = self.url("/v1/enrol");
        let request = EnrolRequest {
            code: code.into(),
            public_key: spki(&self.key),
            name: "MC33".into(),
        };
        let claims = claims("POST", &url, None);
        self.buy(&url, claims, serde_json::to_vec(&request).unwrap()).await
    }

    /// One `POST` without a token, as it stands.
    pub async fn say_to(&self, url: &str, proof: &str, body: Vec<u8>) -> reqwest::Response {
        let request = self.http.post(url).header("dpop", proof).body(body);
        request.send().await.unwrap()
    }

    /// Enrolment or token: once to learn the nonce, once with it.
    pub async fn buy<T: serde::de::DeserializeOwned>(&self, url: &str, claims: Claims, body: Vec<u8>) -> Answer<T> {
        let refused = self.say_to(url, &sign(&self.key, &claims), body.clone()).await;
        let Some(nonce) = nonce(&refused) else {
            return answer(refused).await;
        };
        let again = Claims {
            jti: format!("jti-{}", unique()),
            nonce: Some(nonce),
            ..claims
        };
        answer(self.say_to(url, &sign(&self.key, &again), body).await).await
    }

    pub async fn refresh(&mut self) -> Answer<()> {
        let url = self.url("/v1/token");
        let claims = claims("POST", &url, None);
        let reply: TokenReply = self.buy(&url, claims, Vec::new()).await?;
        assert_eq!((reply.token_type.as_str(), reply.expires_in), ("DPoP", 900));
        self.token = reply.access_token;
        Ok(())
    }

    /// The next entry of the chain.
    pub fn entry(&mut self, who: Option<&str>, body: Body) -> Entry {
        Entry {
            v: FORMAT,
            id: EntryId::new(format!("{}-{}", self.id, unique())).unwrap(),
            site: SITE.parse().unwrap(),
            owner: None,
            device: self.id.clone(),
            epoch: self.tip.epoch,
            seq: self.tip.seq + 1,
            prev: self.tip.hash,
            who: who.map(|person| Who {
                person: person.parse().unwrap(),
                name_version: 1,
                session: "s1".parse().unwrap(),
                signed_in: SignIn::BadgePin,
            }),
            at: Stamp {
                wall: "2026-11-21T07:12:00.000Z".parse().unwrap(),
                zone_min: 60,
                mono_ms: 1,
                boot: "b".parse().unwrap(),
                offset_ms: None,
            },
            policy: 1,
            core: "0.1.0".into(),
            app: "test".into(),
            cursor: 0,
            training: false,
            place: None,
            refs: Refs::default(),
            scan: None,
            verdict: Verdict::default(),
            body,
        }
    }

    pub fn append(&mut self, entry: &Entry) -> Sealed {
        let sealed = entry.seal().unwrap();
        link(&mut self.tip, &sealed.bytes).unwrap();
        sealed
    }

    pub fn say(&mut self, body: Body) -> Sealed {
        let entry = self.entry(Some("p-1"), body);
        self.append(&entry)
    }

    pub fn head_claims(&self, last: &Sealed) -> Claims {
        Claims {
            epoch: Some(last.position.epoch()),
            seq: Some(last.position.seq()),
            head: Some(last.hash),
            ..claims("POST", &self.url("/v1/entries"), Some(&self.token))
        }
    }

    pub async fn post(&self, claims: &Claims, encoding: Option<&str>, body: Vec<u8>) -> Answer<PushReply> {
        let mut request = self
            .http
            .post(self.url("/v1/entries"))
            .header("dpop", sign(&self.key, claims))
            .header("authorization", format!("DPoP {}", self.token));
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        answer(request.body(body).send().await.unwrap()).await
    }

    pub async fn push(&self, entries: &[Sealed]) -> Answer<PushReply> {
        self.push_after(entries, None).await
    }

    /// With what the entries follow in the proof.
    pub async fn push_after(&self, entries: &[Sealed], after: Option<StoredThrough>) -> Answer<PushReply> {
        let claims = Claims {
            after,
            ..self.head_claims(entries.last().unwrap())
        };
        self.post(&claims, None, ndjson(entries)).await
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        let url = self.url(path);
        let proof = sign(
            &self.key,
            &claims("GET", url.split('?').next().unwrap(), Some(&self.token)),
        );
        let request = self
            .http
            .get(&url)
            .header("dpop", proof)
            .header("authorization", format!("DPoP {}", self.token));
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await.unwrap()
    }

    pub async fn page(&self, cursor: u64, limit: usize) -> Answer<Page> {
        answer(self.get(&format!("/v1/changes?cursor={cursor}&limit={limit}")).await).await
    }

    /// The newest own verdict of `sealed`: (verdict, reason, exception, wms).
    pub async fn verdict(&self, sealed: &Sealed) -> Option<(String, Option<String>, Option<String>, Option<String>)> {
        let page = self.page(0, 10_000).await.unwrap();
        let row = page
            .rows
            .into_iter()
            .rev()
            .find(|row| row.t == "verdict" && row.r[2] == Cell::Int(sealed.position.raw()))?;
        let text = |at: usize| {
            if let Cell::Text(t) = &row.r[at] {
                Some(t.clone())
            } else {
                None
            }
        };
        Some((text(3).unwrap(), text(4), text(5), text(6)))
    }
}

/// The nonce that an answer gives.
pub fn nonce(response: &reqwest::Response) -> Option<String> {
    Some(response.headers().get("dpop-nonce")?.to_str().unwrap().to_owned())
}

pub fn ndjson(entries: &[Sealed]) -> Vec<u8> {
    let mut body = Vec::new();
    for sealed in entries {
        body.extend_from_slice(&sealed.bytes);
        body.push(b'\n');
    }
    body
}

/// Waits until everything received is applied.
pub async fn settle(ledger: &Ledger) {
    for _ in 0..400 {
        if ledger.devices().unwrap().iter().all(|device| device.to_apply == 0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("entries are still waiting to be applied");
}

/// A row of `table` from text cells (`None`: NULL); digits alone become integers where the column is one.
pub fn row(table: &str, cells: &[(&str, Cell)]) -> Row {
    let table = TABLES.iter().find(|t| t.name == table).unwrap();
    let value = |column: &str| {
        if column == "site" {
            return Cell::Text(SITE.into());
        }
        cells
            .iter()
            .find(|(name, _)| *name == column)
            .map_or(Cell::Null, |(_, cell)| cell.clone())
    };
    Row {
        t: table.name.into(),
        c: 0,
        gone: false,
        r: table.columns.iter().map(|c| value(c)).collect(),
    }
}

pub fn text(value: &str) -> Cell {
    Cell::Text(value.into())
}

pub fn place(name: &str) -> Account {
    Account::Place(PlaceId::new(name).unwrap())
}

pub fn goods(lot: &str, expiry: Option<&str>, serial: Option<&str>) -> Goods {
    Goods {
        owner: "ACME".parse().unwrap(),
        item: "P500".parse().unwrap(),
        level: Level::Each,
        quantity: Quantity::one(Unit::each(), 1),
        weight: None,
        lot: Some(LotKey::of(lot.parse().unwrap())),
        supplier_lot: None,
        expiry: expiry.map(|day| day.parse().unwrap()),
        produced: None,
        serial: serial.map(|serial| SerialKey {
            scheme: SerialScheme::Gtin,
            maker_key: "09506000134352".into(),
            serial: serial.parse().unwrap(),
        }),
        plate: None,
        out_of: None,
    }
}

pub fn received(goods: Goods, at: &str) -> Body {
    Body::Received {
        goods,
        to: place(at),
        known: ContentsKnown::Scanned,
        line: None,
    }
}

pub fn moved(goods: Goods, from: &str, to: &str) -> Body {
    Body::Dropped {
        load: Load::Goods(goods),
        from: place(from),
        to: place(to),
    }
}

/// Stock by account, whole base units, zero rows left out.
pub fn stock(ledger: &Ledger, asked: &str) -> Vec<(String, String)> {
    ledger
        .stock(asked, 100)
        .unwrap()
        .into_iter()
        .map(|line| (line.account, line.amount.to_string()))
        .collect()
}
