//! The test vectors of `docs/protocol.md`, computed again: the page and the code cannot disagree.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lotline_record::entry::{Body, Entry, Evidence, Hash, Instant, Position, Refs, Sealed, Seen, Source, Stamp, Tip};
use lotline_record::entry::{FORMAT, genesis, link};
use lotline_record::model::{BootId, DeviceId, EntryId, PlaceId, SiteId};
use lotline_record::rules::Verdict;
use lotline_record::wire::proof::{Claims, PublicKey, Unsigned, token_hash, verify};
use lotline_record::wire::{Code, Problem, PushReply, Receipt, StoredThrough};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use serde_json::{Value, json};

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/protocol.md");
    std::fs::read_to_string(path).expect("docs/protocol.md can be read")
}

fn published() -> Value {
    let page = page();
    let start = page.find("```json vectors\n").expect("the page has a block of vectors") + "```json vectors\n".len();
    let length = page[start..].find("\n```").expect("the block ends");
    serde_json::from_str(&page[start..start + length]).expect("the block is JSON")
}

fn key(byte: u8) -> (SigningKey, PublicKey) {
    let secret = SigningKey::from_slice(&[byte; 32]).unwrap();
    let spki = secret.verifying_key().to_public_key_der().unwrap();
    (secret, PublicKey::from_spki(spki.as_bytes()).unwrap())
}

fn device() -> DeviceId {
    DeviceId::new("GUN-1").unwrap()
}

fn entry(tip: &Tip, n: u32, body: Body, scan: Option<Evidence>) -> Sealed {
    let entry = Entry {
        v: FORMAT,
        id: EntryId::new(format!("01a1b2c3-0000-7000-8000-00000000000{n}")).unwrap(),
        site: SiteId::new("DC-1").unwrap(),
        owner: None,
        device: tip.device.clone(),
        epoch: tip.epoch,
        seq: tip.seq + 1,
        prev: tip.hash,
        who: None,
        at: Stamp {
            wall: Instant::from_unix_ms(1_795_245_120_123),
            zone_min: 60,
            mono_ms: 86_400_000,
            boot: BootId::new("b-1").unwrap(),
            offset_ms: Some(-250),
        },
        policy: 3,
        core: "0.1.0".into(),
        app: "0.1.0".into(),
        cursor: 412,
        training: false,
        place: None,
        refs: Refs::default(),
        scan,
        verdict: Verdict::default(),
        body,
    };
    entry.seal().unwrap()
}

fn sign(secret: &SigningKey, message: &[u8]) -> Signature {
    secret.sign(message)
}

fn text(sealed: &Sealed) -> Value {
    json!({ "bytes": String::from_utf8(sealed.bytes.clone()).unwrap(), "hash": sealed.hash.to_string() })
}

fn computed() -> Value {
    let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (device_secret, device_key) = key(7);
    let (site_secret, site_key) = key(9);

    let begin = Tip::start(device(), 1, None);
    let mut tip = begin.clone();
    let place = PlaceId::new("A-01-02").unwrap();
    let scan = Evidence::new(b"]C14140000000000017", Some("]C1"), Source::Scan);
    let first = entry(&tip, 1, Body::Seen(Seen::Place { place }), Some(scan));
    assert_eq!(link(&mut tip, &first.bytes).unwrap(), first);
    let second = entry(
        &tip,
        2,
        Body::SignedOut {
            reason: "person".into(),
        },
        None,
    );
    assert_eq!(link(&mut tip, &second.bytes).unwrap(), second);
    // The server has another entry 2: a new epoch begins after entry 1 and carries the one that was not taken.
    let second_epoch = Tip::start(device(), 2, Some(first.hash));
    let carried = Body::Carried {
        epoch: 1,
        seq: 2,
        hash: second.hash,
        bytes: second.bytes.clone(),
    };
    let third = entry(&second_epoch, 3, carried, None);

    let token = "an-opaque-token";
    let claims = Claims {
        jti: "01a1b2c3-0000-7000-8000-0000000000aa".into(),
        htm: "POST".into(),
        htu: "https://gateway.example/v1/entries".into(),
        iat: 1_795_245_121,
        nonce: None,
        ath: Some(token_hash(token)),
        epoch: Some(1),
        seq: Some(2),
        head: Some(second.hash),
        after: None,
    };
    let unsigned = Unsigned::new(&device_key, &claims);
    let signature = sign(&device_secret, unsigned.message());
    let proof = unsigned.sign(signature.to_der().as_bytes()).unwrap();
    assert_eq!(verify(&proof).unwrap(), (device_key.clone(), claims.clone()));

    let mut receipt = Receipt {
        device: device(),
        epoch: 1,
        from: 1,
        to: 2,
        head: second.hash,
        received_at: Instant::from_unix_ms(1_795_245_122_000),
        signature: Vec::new(),
    };
    let message = receipt.message();
    receipt.signature = sign(&site_secret, &message).to_bytes().to_vec();
    assert!(site_key.verifies(&message, &receipt.signature));
    let through = StoredThrough {
        epoch: 1,
        seq: 2,
        hash: second.hash,
    };
    let reply = PushReply {
        stored_through: through,
        receipt: Some(receipt.clone()),
    };
    let resume = StoredThrough {
        epoch: 1,
        seq: 1,
        hash: first.hash,
    };
    let gap = Problem {
        resume_from: Some(resume),
        ..Problem::new(Code::Gap, "entry 1/3 after 1/1")
    };

    json!({
        "device": "GUN-1",
        "genesis": { "epoch": 1, "common": null, "hash": genesis(&device(), 1, None).to_string() },
        "entry 1": text(&first),
        "entry 2": text(&second),
        "position of entry 2": Position::new(1, 2).raw(),
        "genesis of epoch 2": {
            "epoch": 2,
            "common": first.hash.to_string(),
            "hash": genesis(&device(), 2, Some(first.hash)).to_string(),
        },
        "carried": text(&third),
        "device key": {
            "secret": Hash([7; 32]).to_string(),
            "spki": b64(&device_key.to_spki()),
            "thumbprint": device_key.thumbprint(),
        },
        "site key": { "secret": Hash([9; 32]).to_string(), "spki": b64(&site_key.to_spki()) },
        "token": { "access_token": token, "ath": token_hash(token) },
        "proof": { "claims": serde_json::to_value(&claims).unwrap(), "dpop": proof },
        "receipt": {
            "message": String::from_utf8(message).unwrap(),
            "signature": b64(&receipt.signature),
        },
        "push reply": serde_json::to_value(&reply).unwrap(),
        "gap": serde_json::to_value(&gap).unwrap(),
    })
}

#[test]
fn the_vectors_of_the_protocol_page_are_what_the_code_computes() {
    let computed = computed();
    let now = serde_json::to_string_pretty(&computed).unwrap();
    assert!(
        published() == computed,
        "docs/protocol.md says something else than the code:\n{now}"
    );
}

#[test]
fn the_entries_of_the_protocol_page_read_and_write_back_to_the_same_bytes() {
    let published = published();
    for name in ["entry 1", "entry 2", "carried"] {
        let bytes = published[name]["bytes"].as_str().unwrap().as_bytes().to_vec();
        let sealed = Sealed::from_stored(Position::START, bytes.clone());
        assert_eq!(
            sealed.hash.to_string(),
            published[name]["hash"].as_str().unwrap(),
            "{name}"
        );
        assert_eq!(sealed.open().unwrap().seal().unwrap().bytes, bytes, "{name}");
    }
}

#[test]
fn every_code_of_the_wire_stands_in_the_table_of_the_page_with_its_status() {
    let page = page();
    for code in [
        Code::BadRequest,
        Code::BadEnvelope,
        Code::Training,
        Code::Gap,
        Code::Fork,
        Code::BadCode,
        Code::Unauthorized,
        Code::UnknownDevice,
        Code::Revoked,
        Code::TooLarge,
        Code::UpgradeRequired,
        Code::RateLimited,
        Code::CursorUnknown,
        Code::NotFound,
        Code::Unavailable,
        Code::Internal,
    ] {
        let row = format!("| {} | `{}` |", code.status(), code.as_str());
        assert!(page.contains(&row), "the page has no row {row:?}");
    }
}
