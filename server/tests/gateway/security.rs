//! Who may ask, how often, and over what.

use crate::device::*;
use lotline_record::wire::proof::Claims;
use lotline_record::wire::{Code, EnrolRequest, Pin, TokenReply};
use lotline_server::{Limits, Running, Server, ServerError, Tls, TlsError};
use std::path::Path;

fn own() -> Option<Tls> {
    Some(Tls::Own {
        names: vec!["localhost".into(), "127.0.0.1".into()],
    })
}

async fn encrypted(folder: &Path) -> Running {
    let mut config = config(folder);
    config.tls = own();
    Server::start(config).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_a_device_enrols_and_pushes_and_is_told_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let running = encrypted(folder.path()).await;
    let mut device = Device::stranger(&running, key(1));
    device.base = format!("https://127.0.0.1:{}", running.addr().port());
    device.http = trusting(folder.path());
    let code = running.ledger().issue_code("d", &"CART-1".parse().unwrap()).unwrap();
    device.enrol(&code).await.unwrap();
    let url = device.url("/v1/token");
    let reply: TokenReply = device.buy(&url, claims("POST", &url, None), Vec::new()).await.unwrap();
    assert_eq!(reply.pins, running.pins());
    assert_eq!(reply.pins, lotline_server::pins(folder.path()).unwrap());
    assert_eq!(reply.pins.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_that_is_never_finished_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let running = encrypted(folder.path()).await;
    let dawdlers: Vec<_> = (0..20)
        .map(|_| std::net::TcpStream::connect(running.addr()).unwrap())
        .collect();
    let url = format!("https://127.0.0.1:{}/v1/health", running.addr().port());
    assert_eq!(trusting(folder.path()).get(url).send().await.unwrap().status(), 204);
    drop(dawdlers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_replaced_is_shown_to_new_connections_without_a_restart() {
    let [folder, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let running = encrypted(folder.path()).await;
    let before = running.pins();
    drop(encrypted(other.path()).await);
    let next = lotline_server::pins(other.path()).unwrap();
    for file in ["tls/cert.pem", "tls/key.pem"] {
        std::fs::copy(other.path().join(file), folder.path().join(file)).unwrap();
        let whole = running.reload_tls();
        assert_eq!(whole.is_ok(), file == "tls/key.pem", "half a pair is no pair");
        assert_eq!(
            running.pins(),
            if whole.is_ok() { next.clone() } else { before.clone() }
        );
    }
    let url = format!("https://127.0.0.1:{}/v1/health", running.addr().port());
    assert_eq!(trusting(other.path()).get(url).send().await.unwrap().status(), 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_with_another_key_stops_the_start_and_is_named() {
    let [folder, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    for folder in [&folder, &other] {
        drop(encrypted(folder.path()).await);
    }
    let mut config = config(folder.path());
    let wrong = other.path().join("tls/key.pem");
    config.tls = Some(Tls::Files {
        certificate: folder.path().join("tls/cert.pem"),
        key: wrong.clone(),
    });
    let error = Server::start(config).await.unwrap_err();
    assert!(
        matches!(&error, ServerError::Tls(TlsError::Mismatch { key, .. }) if *key == wrong),
        "{error}"
    );
    assert!(error.to_string().contains(wrong.to_str().unwrap()), "{error}");
}

fn with(claims: &Claims, nonce: &str) -> Claims {
    Claims {
        jti: format!("jti-{}", unique()),
        nonce: Some(nonce.into()),
        ..claims.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_without_the_gateways_nonce_or_with_an_old_one_buys_no_token_and_is_told_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let device = Device::enrolled(&running, "d1", 1).await;
    let url = device.url("/v1/token");
    let plain = claims("POST", &url, None);
    let earlier = {
        let other = tempfile::tempdir().unwrap();
        let elsewhere = start(other.path()).await;
        let stranger = Device::stranger(&elsewhere, key(1));
        let url = stranger.url("/v1/token");
        let proof = sign(&stranger.key, &claims("POST", &url, None));
        nonce(&stranger.say_to(&url, &proof, Vec::new()).await).unwrap()
    };
    for claims in [plain.clone(), with(&plain, &earlier)] {
        let refused = device.say_to(&url, &sign(&device.key, &claims), Vec::new()).await;
        let challenge = refused.headers()["www-authenticate"].to_str().unwrap().to_owned();
        assert!(challenge.contains("use_dpop_nonce"), "{challenge}");
        let given = nonce(&refused).unwrap();
        let code = answer::<TokenReply>(refused).await.unwrap_err().code;
        assert_eq!(code, Code::UseDpopNonce);
        let taken = device
            .say_to(&url, &sign(&device.key, &with(&plain, &given)), Vec::new())
            .await;
        assert!(nonce(&taken).is_some(), "the next one comes with the token");
        answer::<TokenReply>(taken).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_overheard_buys_neither_a_token_nor_the_pepper() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let device = Device::stranger(&running, key(1));
    let code = running.ledger().issue_code("d", &"CART-1".parse().unwrap()).unwrap();
    let url = device.url("/v1/enrol");
    let request = EnrolRequest {
        code,
        public_key: spki(&device.key),
        name: "MC33".into(),
    };
    let body = serde_json::to_vec(&request).unwrap();
    let plain = claims("POST", &url, None);
    let given = nonce(&device.say_to(&url, &sign(&device.key, &plain), body.clone()).await).unwrap();
    let proof = sign(&device.key, &with(&plain, &given));
    assert_eq!(device.say_to(&url, &proof, body.clone()).await.status(), 200);
    let replayed = device.say_to(&url, &proof, body).await;
    assert_eq!(
        answer::<TokenReply>(replayed).await.unwrap_err().code,
        Code::Unauthorized
    );

    let url = device.url("/v1/token");
    let proof = sign(&device.key, &with(&claims("POST", &url, None), &given));
    assert_eq!(device.say_to(&url, &proof, Vec::new()).await.status(), 200);
    let replayed = device.say_to(&url, &proof, Vec::new()).await;
    assert_eq!(
        answer::<TokenReply>(replayed).await.unwrap_err().code,
        Code::Unauthorized
    );
    running.stop().await;
    // After a restart no proof is remembered, and no nonce is good.
    let mut config = config(folder.path());
    config.listen = url
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let again = Server::start(config).await.unwrap();
    let replayed = device.say_to(&url, &proof, Vec::new()).await;
    assert_eq!(
        answer::<TokenReply>(replayed).await.unwrap_err().code,
        Code::UseDpopNonce
    );
    drop(again);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_device_that_asks_without_end_is_told_to_wait_and_another_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.limits = Limits { device: 1, address: 50 };
    let running = Server::start(config).await.unwrap();
    let greedy = Device::enrolled(&running, "d1", 1).await;
    let modest = Device::enrolled(&running, "d2", 2).await;
    let mut taken = 0;
    let refused = loop {
        let response = greedy.get("/v1/changes?cursor=0&limit=1").await;
        if response.status() != 200 {
            break response;
        }
        taken += 1;
        assert!(taken < 1_000, "never refused");
    };
    let after: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=3).contains(&after), "{after}");
    assert_eq!(answer::<TokenReply>(refused).await.unwrap_err().code, Code::RateLimited);
    assert!(taken >= 19, "20 seconds' worth less the token: {taken}");
    assert_eq!(modest.get("/v1/changes?cursor=0&limit=1").await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_that_guesses_codes_is_told_to_wait_before_its_proofs_are_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(folder.path());
    config.limits = Limits { device: 50, address: 1 };
    let running = Server::start(config).await.unwrap();
    let stranger = Device::stranger(&running, key(1));
    let url = stranger.url("/v1/enrol");
    let mut codes = Vec::new();
    for _ in 0..60 {
        codes.push(
            answer::<TokenReply>(stranger.say_to(&url, "no proof", Vec::new()).await)
                .await
                .unwrap_err()
                .code,
        );
    }
    let taken = codes.iter().filter(|code| **code == Code::Unauthorized).count();
    assert!((20..60).contains(&taken), "{taken}");
    assert_eq!(codes.last(), Some(&Code::RateLimited));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_stream_ends_when_its_device_is_cut_off_and_no_token_is_given_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "d1", 1).await;
    let other = Device::enrolled(&running, "d2", 2).await;
    let (mut live, mut others) = (device.get("/v1/live").await, other.get("/v1/live").await);
    assert!(live.chunk().await.unwrap().is_some() && others.chunk().await.unwrap().is_some());
    running.ledger().revoke(&device.id).unwrap();
    ends_at_once(&mut live).await;
    assert_eq!(device.refresh().await.unwrap_err().code, Code::Revoked);
    assert_eq!(device.get("/v1/live").await.status(), 403);
    assert_eq!(other.get("/v1/changes?cursor=0&limit=1").await.status(), 200);
    drop(others);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_certificate_is_announced_beside_the_own_one() {
    let [folder, next] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    drop(encrypted(next.path()).await);
    let coming: Vec<Pin> = lotline_server::pins(next.path()).unwrap();
    let mut config = config(folder.path());
    config.tls = own();
    config.pin_certificates = vec![next.path().join("tls/cert.pem")];
    let running = Server::start(config).await.unwrap();
    assert_eq!(running.pins().len(), 2);
    assert_eq!(running.pins()[1..], coming);
}
