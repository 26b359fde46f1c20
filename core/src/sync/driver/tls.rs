//! The driver against servers that speak TLS: whom it takes for the gateway, and what it then says.

use super::tests::{Gateway, MemoryStore, Reply, Request, device, ok, platform, read, site_key, write};
use super::*;
use crate::sync::{SyncStore, Syncer};
use lotline_record::model::{PlaceId, SiteId};
use lotline_record::wire::{EnrolReply, Invitation, Pin, Problem, TokenReply, proof};
use p256::pkcs8::EncodePublicKey;
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, PublicKeyData};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const MINUTE: Duration = Duration::from_mins(1);

/// A key with a certificate for this machine.
struct Identity {
    key: KeyPair,
    certificate: Certificate,
}

fn params(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap()
}

impl Identity {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params(&["localhost", "127.0.0.1"]).self_signed(&key).unwrap();
        Identity { key, certificate }
    }

    fn pin(&self) -> Pin {
        Pin::of_spki(&self.key.subject_public_key_info())
    }

    fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.der().clone()]
    }

    fn secret(&self) -> PrivateKeyDer<'static> {
        self.key.serialize_der().try_into().unwrap()
    }
}

/// What a server showed, and whether anything was said to it.
struct Server {
    address: String,
    shown: Arc<Mutex<rustls::ServerConfig>>,
    /// Requests that began to arrive.
    heard: Arc<AtomicUsize>,
    /// Connections.
    met: Arc<AtomicUsize>,
}

fn shows(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> rustls::ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

impl Server {
    fn new(config: rustls::ServerConfig, answer: impl FnMut(Request) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server {
            address: format!("https://{}", listener.local_addr().unwrap()),
            shown: Arc::new(Mutex::new(config)),
            heard: Arc::default(),
            met: Arc::default(),
        };
        let (shown, heard, met) = (
            Arc::clone(&server.shown),
            Arc::clone(&server.heard),
            Arc::clone(&server.met),
        );
        let answer = Arc::new(Mutex::new(answer));
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                met.fetch_add(1, Ordering::SeqCst);
                let config = Arc::new(shown.lock().unwrap().clone());
                let (heard, answer) = (Arc::clone(&heard), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let connection = rustls::ServerConnection::new(config).unwrap();
                    let mut stream = rustls::StreamOwned::new(connection, socket.unwrap());
                    let mut first = [0];
                    // A handshake that fails ends here, before anything was said.
                    if stream.read_exact(&mut first).is_err() {
                        return;
                    }
                    heard.fetch_add(1, Ordering::SeqCst);
                    if let Some(request) = read(first.as_slice().chain(&mut stream)) {
                        let reply = (answer.lock().unwrap())(request);
                        write(&mut stream, reply);
                        stream.conn.send_close_notify();
                        // A client that has gone is part of some tests.
                        let _ = stream.flush();
                    }
                });
            }
        });
        server
    }

    fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }

    fn met(&self) -> usize {
        self.met.load(Ordering::SeqCst)
    }

    fn show(&self, config: rustls::ServerConfig) {
        *self.shown.lock().unwrap() = config;
    }
}

/// A gateway that gives tokens with `pins`.
fn gateway(pins: Arc<Mutex<Vec<Pin>>>) -> impl FnMut(Request) -> Reply + Send {
    let mut gateway = Gateway::new();
    move |request| match request.target.as_str() {
        "POST /v1/token" => ok(&TokenReply {
            access_token: "t".into(),
            token_type: "DPoP".into(),
            expires_in: 900,
            pins: pins.lock().unwrap().clone(),
        }),
        _ => gateway.answer(&request),
    }
}

fn enrolled(server: &Server, pins: &[Pin]) -> (Arc<MemoryStore>, Syncer) {
    let store = MemoryStore::new(Some(&server.address));
    store.save_pins(pins).unwrap();
    store.capture(3);
    let syncer = Syncer::new(store.clone(), platform());
    (store, syncer)
}

fn kept(store: &MemoryStore) -> Vec<Pin> {
    store.link().unwrap().unwrap().pins
}

fn refused(syncer: &Syncer) -> String {
    syncer.sync_now(MINUTE).unwrap_err().fault().code.clone()
}

fn none() -> Arc<Mutex<Vec<Pin>>> {
    Arc::default()
}

#[test]
fn a_server_with_the_pinned_key_is_spoken_to_whatever_its_certificate_says() {
    let me = Identity::new();
    let mut stale = params(&["elsewhere.example"]);
    stale.not_after = rcgen::date_time_ymd(2001, 1, 1);
    let renewed = stale.self_signed(&me.key).unwrap();
    for chain in [me.chain(), vec![renewed.der().clone()]] {
        let server = Server::new(shows(chain, me.secret()), gateway(none()));
        let (store, syncer) = enrolled(&server, &[Identity::new().pin(), me.pin()]);
        assert!(!syncer.sync_now(MINUTE).unwrap().more);
        assert_eq!(store.pending(), 0);
    }
}

#[test]
fn a_man_in_the_middle_with_a_certificate_of_his_own_hears_not_one_byte_and_the_person_is_told() {
    let (me, man) = (Identity::new(), Identity::new());
    let server = Server::new(shows(man.chain(), man.secret()), gateway(none()));
    let (store, syncer) = enrolled(&server, &[me.pin()]);
    assert_eq!(refused(&syncer), "wrong_certificate");
    assert!(server.met() > 0);
    assert_eq!(server.heard(), 0, "not even a request line");
    assert_eq!(store.pending(), 3);
    let told = store.inner().contacts.last().cloned();
    assert_eq!(told, Some(Contact::Blocked(Blocked::Untrusted)));
    // The right one again: nothing has to be done on the device.
    server.show(shows(me.chain(), me.secret()));
    assert!(!syncer.sync_now(MINUTE).unwrap().more);
    assert_eq!(store.pending(), 0);
}

#[test]
fn the_gateways_certificate_without_its_key_is_worth_nothing() {
    // Anybody has the certificate: it is sent in every handshake. The signature over the handshake shows who has the key.
    let (me, man) = (Identity::new(), Identity::new());
    let provider = rustls::crypto::ring::default_provider();
    let signer = provider.key_provider.load_private_key(man.secret()).unwrap();
    let stolen = Arc::new(rustls::sign::CertifiedKey::new(me.chain(), signer));
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(provider.clone()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(Arc::clone(&stolen))));
        let server = Server::new(config, gateway(none()));
        let (store, syncer) = enrolled(&server, &[me.pin()]);
        assert_eq!(refused(&syncer), "wrong_certificate", "{version:?}");
        assert_eq!(server.heard(), 0);
        assert_eq!(store.pending(), 3);
    }
}

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
    pin: Pin,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = params(&[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "authority");
        let (certificate, pin) = (
            params.self_signed(&key).unwrap(),
            Pin::of_spki(&key.subject_public_key_info()),
        );
        Authority {
            issuer: Issuer::new(params, key),
            certificate,
            pin,
        }
    }

    fn certify(&self, names: &[&str], key: &KeyPair) -> Vec<CertificateDer<'static>> {
        let leaf = params(names).signed_by(key, &self.issuer).unwrap();
        vec![leaf.der().clone(), self.certificate.der().clone()]
    }
}

#[test]
fn a_pinned_authority_vouches_for_this_name_alone_and_only_for_what_it_signed() {
    let authority = Authority::new();
    let me = Identity::new();
    let good = authority.certify(&["127.0.0.1"], &me.key);
    let elsewhere = authority.certify(&["elsewhere.example"], &me.key);
    // The authority's certificate is public: beside a leaf that it did not sign it says nothing.
    let beside = vec![me.chain().remove(0), good[1].clone()];
    for (chain, taken) in [(good, true), (elsewhere, false), (beside, false)] {
        let server = Server::new(shows(chain, me.secret()), gateway(none()));
        let (store, syncer) = enrolled(&server, &[authority.pin]);
        if taken {
            assert!(!syncer.sync_now(MINUTE).unwrap().more);
        } else {
            assert_eq!(refused(&syncer), "wrong_certificate");
            assert_eq!(server.heard(), 0);
        }
        assert_eq!(store.pending(), if taken { 0 } else { 3 });
    }
}

#[test]
fn without_pins_the_trusted_roots_decide_and_with_pins_they_do_not() {
    let authority = Authority::new();
    let me = Identity::new();
    let server = Server::new(
        shows(authority.certify(&["127.0.0.1"], &me.key), me.secret()),
        gateway(none()),
    );
    let trusting = Platform {
        trust_roots: vec![authority.certificate.pem().into_bytes()],
        ..platform()
    };
    let sync = |platform: Platform, pins: &[Pin]| {
        let (store, _) = enrolled(&server, pins);
        Syncer::new(store, platform).sync_now(MINUTE).map(|report| report.more)
    };
    assert!(!sync(trusting.clone(), &[]).unwrap());
    let heard = server.heard();
    assert_eq!(sync(platform(), &[]).unwrap_err().fault().code, "wrong_certificate");
    let other = sync(trusting, &[Identity::new().pin()]);
    assert_eq!(other.unwrap_err().fault().code, "wrong_certificate");
    assert_eq!(server.heard(), heard);
}

#[test]
fn pins_roll_over_with_a_token_and_never_to_a_set_without_the_key_in_use() {
    let (old, next) = (Identity::new(), Identity::new());
    let pins = Arc::new(Mutex::new(vec![old.pin(), next.pin()]));
    let server = Server::new(shows(old.chain(), old.secret()), gateway(Arc::clone(&pins)));
    let (store, syncer) = enrolled(&server, &[old.pin()]);
    syncer.sync_now(MINUTE).unwrap();
    assert_eq!(kept(&store), [old.pin(), next.pin()]);
    let again = |store: &Arc<MemoryStore>| Syncer::new(store.clone(), platform()).sync_now(MINUTE);
    // A mistake: announced are keys of which none is shown.
    *pins.lock().unwrap() = vec![Identity::new().pin()];
    again(&store).unwrap();
    assert_eq!(kept(&store), [old.pin(), next.pin()]);
    // The next key is in use; the old one is announced no more.
    server.show(shows(next.chain(), next.secret()));
    *pins.lock().unwrap() = vec![next.pin()];
    again(&store).unwrap();
    assert_eq!(kept(&store), [next.pin()]);
    server.show(shows(old.chain(), old.secret()));
    assert_eq!(again(&store).unwrap_err().fault().code, "wrong_certificate");
    // Who was enrolled without pins goes on without.
    let plain = MemoryStore::new(Some(&server.address));
    assert!(again(&plain).is_err());
    assert!(kept(&plain).is_empty());
}

#[test]
fn an_invitation_binds_address_key_and_site_together() {
    let (me, man) = (Identity::new(), Identity::new());
    let spki = |key: &p256::ecdsa::SigningKey| key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec();
    let reply = EnrolReply {
        device: device(),
        site: SiteId::new("s").unwrap(),
        resource: PlaceId::new("CART-1").unwrap(),
        pepper: vec![1; 32],
        site_key: spki(&site_key()),
    };
    let server = Server::new(shows(me.chain(), me.secret()), move |_| ok(&reply));
    let invitation = Invitation {
        server: server.address.clone(),
        code: "right".into(),
        site_key: Some(spki(&site_key())),
        pins: vec![me.pin()],
    };
    let store = MemoryStore::new(None);
    let syncer = Syncer::new(store.clone(), platform());
    let code = |invitation: Invitation| syncer.join(invitation, "Cart 1").unwrap_err().fault().code.clone();
    let wrong_pin = Invitation {
        pins: vec![man.pin()],
        ..invitation.clone()
    };
    assert_eq!(code(wrong_pin), "wrong_certificate");
    assert_eq!(server.heard(), 0, "the one-time code was not said");
    let plain = Invitation {
        server: server.address.replace("https", "http"),
        ..invitation.clone()
    };
    assert_eq!(code(plain), "bad_address");
    let other_site = Invitation {
        site_key: Some(vec![1]),
        ..invitation.clone()
    };
    assert_eq!(code(other_site), "bad_site_key");
    assert!(store.link().unwrap().is_none());
    syncer.join(invitation, "Cart 1").unwrap();
    assert_eq!(kept(&store), [me.pin()]);
}

#[test]
fn a_server_that_wants_a_nonce_gets_the_same_request_once_more_with_it_and_nobody_notices() {
    let me = Identity::new();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (mut gateway, seen) = (Gateway::new(), Arc::clone(&asked));
    let server = Server::new(shows(me.chain(), me.secret()), move |request| {
        let (_, claims) = proof::verify(&request.headers["dpop"]).unwrap();
        seen.lock()
            .unwrap()
            .push((request.target.clone(), claims.nonce.clone(), claims.jti));
        if claims.nonce.as_deref() == Some("n") || !request.target.ends_with("/v1/token") {
            return gateway.answer(&request);
        }
        let body = serde_json::to_vec(&Problem::new(Code::UseDpopNonce, "the nonce is missing")).unwrap();
        let headers = vec![
            ("content-type", "application/problem+json".to_owned()),
            ("dpop-nonce", "n".to_owned()),
        ];
        Reply::Raw(401, headers, body)
    });
    let (store, syncer) = enrolled(&server, &[me.pin()]);
    assert!(!syncer.sync_now(MINUTE).unwrap().more);
    assert_eq!(store.pending(), 0);
    let asked = asked.lock().unwrap();
    let tokens: Vec<_> = asked
        .iter()
        .filter(|(target, ..)| target.ends_with("/v1/token"))
        .collect();
    assert_eq!(
        tokens.iter().map(|(_, nonce, _)| nonce.as_deref()).collect::<Vec<_>>(),
        [None, Some("n")]
    );
    assert_ne!(tokens[0].2, tokens[1].2, "a proof of its own");
    assert!(!store.inner().contacts.contains(&Contact::Lost));
}

#[test]
fn a_server_that_wants_another_nonce_for_ever_is_asked_twice_and_then_counts_as_offline() {
    let me = Identity::new();
    let mut given = 0;
    let server = Server::new(shows(me.chain(), me.secret()), move |_| {
        given += 1;
        let body = serde_json::to_vec(&Problem::new(Code::UseDpopNonce, "another")).unwrap();
        let headers = vec![
            ("content-type", "application/problem+json".to_owned()),
            ("dpop-nonce", given.to_string()),
        ];
        Reply::Raw(401, headers, body)
    });
    let (store, syncer) = enrolled(&server, &[me.pin()]);
    let report = syncer.sync_now(MINUTE).unwrap();
    assert!(report.more);
    assert_eq!(store.pending(), 3);
    assert_eq!(server.heard(), 6, "three failures, each asked twice");
}
