//! What is taken in, and what is not.

use crate::device::*;
use lotline_record::entry::*;
use lotline_record::wire::proof::{Claims, PublicKey};
use lotline_record::wire::{BATCH_BYTES, BATCH_ENTRIES, Code, PushReply, StoredThrough};
use lotline_server::{LedgerError, Server, ServerError};

#[tokio::test]
async fn what_is_pushed_is_durable_and_counter_signed() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries = scans(&mut device, 5);
    let reply = device.push(&entries).await.unwrap();
    assert_eq!(
        (reply.stored_through.seq, reply.stored_through.hash),
        (5, entries[4].hash)
    );
    let receipt = reply.receipt.unwrap();
    assert_eq!((receipt.from, receipt.to, receipt.head), (1, 5, entries[4].hash));
    let site_key = PublicKey::from_spki(&device.enrolled.as_ref().unwrap().site_key).unwrap();
    assert!(site_key.verifies(&receipt.message(), &receipt.signature));

    let stored = running.ledger().entries(None, 0, 100).unwrap();
    let bytes: Vec<&[u8]> = stored.iter().map(|s| &s.bytes[..]).collect();
    assert_eq!(bytes, entries.iter().map(|s| &s.bytes[..]).collect::<Vec<_>>());
    let proofs = running.ledger().proofs(Some(&device.id)).unwrap();
    assert_eq!((proofs.len(), proofs[0].hash), (1, entries[4].hash));
    let (signer, claims) = lotline_record::wire::proof::verify(&proofs[0].proof).unwrap();
    assert_eq!(signer, PublicKey::from_spki(&proofs[0].public_key).unwrap());
    assert_eq!(claims.head, Some(entries[4].hash));
    assert_eq!(running.ledger().receipts(None).unwrap(), [receipt]);
    running.stop().await;
}

#[tokio::test]
async fn row_6_a_resent_push_is_answered_the_same_way_and_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries = scans(&mut device, 3);
    let first = device.push(&entries).await.unwrap();
    let again = device.push(&entries).await.unwrap();
    assert_eq!(first.stored_through, again.stored_through);
    assert_eq!(again.receipt, None);
    let more = scans(&mut device, 2);
    let overlapping: Vec<Sealed> = entries[1..].iter().chain(&more).cloned().collect();
    assert_eq!(device.push(&overlapping).await.unwrap().stored_through.seq, 5);
    assert_eq!(running.ledger().entries(None, 0, 100).unwrap().len(), 5);
}

#[tokio::test]
async fn compressed_pushes_are_read_within_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries = scans(&mut device, 3);
    let packed = zstd::encode_all(&ndjson(&entries)[..], 3).unwrap();
    let claims = device.head_claims(&entries[2]);
    assert_eq!(
        device
            .post(&claims, Some("zstd"), packed)
            .await
            .unwrap()
            .stored_through
            .seq,
        3
    );
    let more = scans(&mut device, 1);
    let mut gz = flate2::read::GzEncoder::new(std::io::Cursor::new(ndjson(&more)), flate2::Compression::fast());
    let mut packed = Vec::new();
    std::io::Read::read_to_end(&mut gz, &mut packed).unwrap();
    let claims = device.head_claims(&more[0]);
    assert_eq!(
        device
            .post(&claims, Some("gzip"), packed)
            .await
            .unwrap()
            .stored_through
            .seq,
        4
    );

    let bomb = zstd::encode_all(&vec![b'\n'; BATCH_BYTES * 4][..], 3).unwrap();
    assert!(bomb.len() < 10_000);
    let refused = device
        .post(&device.head_claims(&more[0]), Some("zstd"), bomb)
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::TooLarge);
    let refused = device
        .post(&device.head_claims(&more[0]), Some("zstd"), vec![1, 2, 3])
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::BadRequest);
    let refused = device
        .post(&device.head_claims(&more[0]), Some("br"), vec![1])
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::BadRequest);
}

#[tokio::test]
async fn a_batch_over_the_limit_is_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries = scans(&mut device, BATCH_ENTRIES + 1);
    assert_eq!(device.push(&entries).await.unwrap_err().code, Code::TooLarge);
    assert_eq!(
        device.push(&entries[..BATCH_ENTRIES]).await.unwrap().stored_through.seq,
        BATCH_ENTRIES as u64
    );
    let big = vec![b'x'; BATCH_BYTES + 1];
    assert_eq!(
        device
            .post(&device.head_claims(&entries[0]), None, big)
            .await
            .unwrap_err()
            .code,
        Code::TooLarge
    );
}

#[tokio::test]
async fn a_gap_says_where_to_resume() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let start = device.tip.hash;
    let entries = scans(&mut device, 6);
    let gap = device.push(&entries[2..]).await.unwrap_err();
    assert_eq!(gap.code, Code::Gap);
    let from = gap.resume_from.unwrap();
    assert_eq!((from.epoch, from.seq, from.hash), (1, 0, start));
    device.push(&entries[..2]).await.unwrap();
    let gap = device.push(&entries[4..]).await.unwrap_err();
    assert_eq!(gap.resume_from.unwrap().seq, 2);
    assert_eq!(device.push(&entries[2..]).await.unwrap().stored_through.seq, 6);
}

#[tokio::test]
async fn a_fork_is_refused_and_a_new_epoch_from_the_common_entry_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let mut entries = scans(&mut device, 3);
    let common = device.tip.clone();
    entries.extend(scans(&mut device, 3));
    device.push(&entries).await.unwrap();

    device.tip = common.clone();
    let other = scans(&mut device, 2);
    let fork = device.push(&other).await.unwrap_err();
    assert_eq!(fork.code, Code::Fork);
    assert_eq!((fork.common.unwrap().seq, fork.common.unwrap().hash), (3, common.hash));
    assert_eq!(running.ledger().alarms(10).unwrap()[0].code, "fork");
    let whole: Vec<Sealed> = entries[..3].iter().chain(&other).cloned().collect();
    assert_eq!(device.push(&whole).await.unwrap_err().common.unwrap().seq, 3);

    device.tip = Tip::start(device.id.clone(), 2, Some(Hash::of(&[b"never stored"])));
    let wrong = scans(&mut device, 1);
    let nowhere = device.push(&wrong).await.unwrap_err();
    assert_eq!((nowhere.code, nowhere.resume_from.unwrap().seq), (Code::Gap, 6));
    assert_eq!(running.ledger().alarms(10).unwrap()[0].code, "bad_envelope");
    device.tip = Tip::start(device.id.clone(), 2, Some(common.hash));
    let fresh = scans(&mut device, 2);
    let reply = device.push(&fresh).await.unwrap();
    assert_eq!((reply.stored_through.epoch, reply.stored_through.seq), (2, 2));
}

#[tokio::test]
async fn row_40_an_epoch_that_begins_at_an_entry_the_gateway_lost_is_taken_after_the_entries_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let first = scans(&mut device, 3);
    device.tip = Tip::start(device.id.clone(), 2, Some(device.tip.hash));
    let second = scans(&mut device, 2);
    let gap = device.push(&second).await.unwrap_err();
    let from = gap.resume_from.unwrap();
    assert_eq!((gap.code, from.epoch, from.seq), (Code::Gap, 1, 0));
    device.push(&first).await.unwrap();
    let reply = device.push(&second).await.unwrap();
    assert_eq!((reply.stored_through.epoch, reply.stored_through.seq), (2, 2));
}

#[tokio::test]
async fn row_40_an_epoch_after_empty_ones_that_the_gateway_lost_is_taken_once_the_device_signs_what_it_follows() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let first = scans(&mut device, 2);
    let last = first.last().unwrap();
    let before = StoredThrough::from(last);
    device.tip = Tip::start(device.id.clone(), 4, None);
    let later = scans(&mut device, 1);
    let refused = |answer: Answer<PushReply>| {
        let gap = answer.unwrap_err();
        assert_eq!(gap.code, Code::Gap);
        gap.resume_from.map(|from| (from.epoch, from.seq))
    };
    // What it follows is not here yet; and that of another is not what it follows.
    assert_eq!(refused(device.push_after(&later, Some(before)).await), Some((1, 0)));
    device.push(&first).await.unwrap();
    let other = StoredThrough {
        hash: genesis(&device.id, 9, None),
        ..before
    };
    for follows in [None, Some(other)] {
        assert_eq!(refused(device.push_after(&later, follows).await), Some((1, 2)));
    }
    let reply = device.push_after(&later, Some(before)).await.unwrap();
    assert_eq!((reply.stored_through.epoch, reply.stored_through.seq), (4, 1));
    running.stop().await;
}

#[tokio::test]
async fn chains_that_part_far_below_find_their_common_entry() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let mut entries = scans(&mut device, 5);
    let common = device.tip.clone();
    let stem = entries.clone();
    entries.extend(scans(&mut device, 60));
    device.push(&entries).await.unwrap();
    device.tip = common.clone();
    let other: Vec<Sealed> = stem.into_iter().chain(scans(&mut device, 50)).collect();
    let mut from = 40;
    for round in 0.. {
        assert!(round < 10, "it is found in a few rounds");
        let problem = device.push(&other[from..]).await.unwrap_err();
        match problem.code {
            Code::Gap => from = usize::try_from(problem.resume_from.unwrap().seq).unwrap(),
            Code::Fork => {
                assert_eq!(
                    (problem.common.unwrap().seq, problem.common.unwrap().hash),
                    (5, common.hash)
                );
                break;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_forged_swapped_or_foreign_entry_is_refused_kept_and_alarmed() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let mut other = Device::enrolled(&running, "hh-2", 2).await;
    let entries = scans(&mut device, 3);
    let last = entries[2].clone();

    let mut changed = entries.clone();
    changed[1].bytes = String::from_utf8(changed[1].bytes.clone())
        .unwrap()
        .replace("p-1", "p-2")
        .into_bytes();
    let swapped = vec![entries[1].clone(), entries[0].clone(), entries[2].clone()];
    let foreign = scans(&mut other, 3);
    let cut = ndjson(&entries)[..ndjson(&entries).len() - 20].to_vec();
    let long = vec![b'x'; MOST_BYTES + 1];
    let far = String::from_utf8(entries[0].bytes.clone())
        .unwrap()
        .replace(SITE, "DC9")
        .into_bytes();
    let unsigned = Claims {
        head: None,
        ..device.head_claims(&last)
    };
    let forged = Claims {
        head: Some(entries[1].hash),
        ..device.head_claims(&last)
    };
    let cases = [
        (device.head_claims(&last), ndjson(&changed)),
        (device.head_claims(&last), ndjson(&swapped)),
        (device.head_claims(&foreign[2]), ndjson(&foreign)),
        (device.head_claims(&last), cut),
        (device.head_claims(&last), long),
        (device.head_claims(&last), far),
        (device.head_claims(&last), b"\0\0\n[]\n".to_vec()),
        (device.head_claims(&last), Vec::new()),
        (unsigned, ndjson(&entries)),
        (forged, ndjson(&entries)),
    ];
    let n = cases.len();
    for (at, (claims, body)) in cases.into_iter().enumerate() {
        let refused = device.post(&claims, None, body).await.unwrap_err();
        assert_eq!(refused.code, Code::BadEnvelope, "case {at}: {}", refused.detail);
    }
    assert_eq!(running.ledger().alarms(100).unwrap().len(), n);
    // The same bytes, signed otherwise, are kept once.
    assert_eq!(running.ledger().refused().unwrap(), n as u64 - 1);
    assert!(running.ledger().entries(None, 0, 10).unwrap().is_empty());
    assert_eq!(
        device.push(&entries).await.unwrap().stored_through.seq,
        3,
        "the device itself goes on"
    );
}

#[tokio::test]
async fn only_the_enrolled_key_with_its_own_token_may_send() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let other = Device::enrolled(&running, "hh-2", 2).await;
    let entries = scans(&mut device, 1);
    let refusal = |thief: Device| {
        let entries = entries.clone();
        async move { thief.push(&entries).await.unwrap_err().code }
    };
    let mut thief = Device::stranger(&running, key(2));
    thief.token = device.token.clone();
    assert_eq!(
        refusal(thief).await,
        Code::Unauthorized,
        "another device's key with this token"
    );
    let mut thief = Device::stranger(&running, key(9));
    thief.token = device.token.clone();
    assert_eq!(
        refusal(thief).await,
        Code::UnknownDevice,
        "a key that was never enrolled"
    );
    let mut thief = Device::stranger(&running, key(1));
    thief.token = other.token.clone();
    assert_eq!(
        refusal(thief).await,
        Code::Unauthorized,
        "this key with another's token"
    );
    assert_eq!(
        Device::stranger(&running, key(9)).refresh().await.unwrap_err().code,
        Code::UnknownDevice
    );

    let claims = device.head_claims(&entries[0]);
    device.post(&claims, None, ndjson(&entries)).await.unwrap();
    let again = device.post(&claims, None, ndjson(&entries)).await.unwrap_err();
    assert_eq!(again.code, Code::Unauthorized, "a proof is good once");
    let elsewhere = Claims {
        htu: "http://other.example/v1/entries".into(),
        ..device.head_claims(&entries[0])
    };
    assert_eq!(
        device.post(&elsewhere, None, ndjson(&entries)).await.unwrap_err().code,
        Code::Unauthorized
    );
    let method = Claims {
        htm: "GET".into(),
        ..device.head_claims(&entries[0])
    };
    assert_eq!(
        device.post(&method, None, ndjson(&entries)).await.unwrap_err().code,
        Code::Unauthorized
    );
    let bare = Claims {
        ath: None,
        ..device.head_claims(&entries[0])
    };
    assert_eq!(
        device.post(&bare, None, ndjson(&entries)).await.unwrap_err().code,
        Code::Unauthorized
    );
    let bare: Answer<lotline_record::wire::PushReply> =
        answer(device.http.post(device.url("/v1/entries")).send().await.unwrap()).await;
    assert_eq!(bare.unwrap_err().code, Code::Unauthorized);

    running.ledger().revoke(&device.id).unwrap();
    assert_eq!(device.push(&entries).await.unwrap_err().code, Code::Revoked);
    assert_eq!(device.refresh().await.unwrap_err().code, Code::Revoked);
}

#[tokio::test]
async fn a_code_enrols_one_key_and_a_lost_reply_can_be_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let cart = "CART-7".parse().unwrap();
    let code = running.ledger().issue_code("MC33 Dock 7", &cart).unwrap();
    let first = Device::stranger(&running, key(3));
    let reply = first.enrol(&code).await.unwrap();
    assert!(reply.device.as_str().starts_with("mc33-dock-7-"), "{}", reply.device);
    assert_eq!((reply.resource.as_str(), reply.pepper.len()), ("CART-7", 32));
    assert_eq!(reply.pepper, running.ledger().pepper().unwrap());
    assert_eq!(
        first
            .enrol(&code.to_lowercase().replace('-', " "))
            .await
            .unwrap()
            .device,
        reply.device
    );
    assert_eq!(
        Device::stranger(&running, key(4)).enrol(&code).await.unwrap_err().code,
        Code::BadCode
    );
    assert_eq!(first.enrol("0000-0000-0000").await.unwrap_err().code, Code::BadCode);
    let mut last = Code::BadCode;
    for _ in 0..40 {
        last = first.enrol("0000-0000-0000").await.unwrap_err().code;
    }
    assert_eq!(last, Code::RateLimited);
}

#[tokio::test]
async fn row_15_a_ledger_opened_again_after_a_kill_keeps_all_and_applies_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let entries: Vec<Sealed> = (0..20)
        .map(|_| device.say(received(goods("L1", None, None), "DOCK-1")))
        .collect();
    let reply = device.push(&entries).await.unwrap();
    drop(running);

    let running = start(folder.path()).await;
    device.base = format!("http://{}", running.addr());
    assert_eq!(
        device.push(&entries).await.unwrap_err().code,
        Code::Unauthorized,
        "tokens are void after a start"
    );
    device.refresh().await.unwrap();
    assert_eq!(
        device.push(&entries).await.unwrap().stored_through,
        reply.stored_through
    );
    settle(running.ledger()).await;
    assert_eq!(
        stock(running.ledger(), "L1"),
        [("place:DOCK-1".to_owned(), "20".to_owned())]
    );
}

#[tokio::test]
async fn a_ledger_of_a_newer_version_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await.stop().await;
    tamper(
        folder.path(),
        "PRAGMA user_version = 99",
        "UPDATE lotline.ledger SET format = 99",
    );
    let refused = Server::start(config(folder.path())).await.unwrap_err();
    assert!(matches!(
        refused,
        ServerError::Ledger(LedgerError::Newer { found: 99, .. })
    ));
}

#[tokio::test]
async fn unknown_addresses_are_problems_and_health_answers() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let base = format!("http://{}", running.addr());
    for path in ["/v1/health", "/v1/ready"] {
        assert_eq!(
            client().get(format!("{base}{path}")).send().await.unwrap().status(),
            204
        );
    }
    let problem: Answer<()> = answer(client().get(format!("{base}/v1/nothing")).send().await.unwrap()).await;
    assert_eq!(problem.unwrap_err().code, Code::NotFound);
    let problem: Answer<()> = answer(client().get(format!("{base}/v1/entries")).send().await.unwrap()).await;
    assert_eq!(problem.unwrap_err().code, Code::NotFound);
}

#[tokio::test]
async fn what_was_written_in_training_is_refused_by_name_wherever_it_stands_and_kept_apart() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    let good = device.say(Body::SignedIn);
    let practised = |entry: Entry| {
        Entry {
            training: true,
            ..entry
        }
        .seal()
        .unwrap()
    };
    // On the live chain with the flag, alone and after a good entry; and on its own chain.
    let flagged = practised(device.entry(Some("p-1"), Body::SignedIn));
    device.tip = Tip::start_training(device.id.clone(), 1);
    let own = practised(device.entry(Some("p-1"), Body::SignedIn));
    for batch in [vec![flagged.clone()], vec![good.clone(), flagged], vec![own]] {
        let refused = device.push(&batch).await.unwrap_err();
        assert_eq!(refused.code, Code::Training, "{}", refused.detail);
        assert!(refused.detail.contains("written in training"), "{}", refused.detail);
    }
    assert!(running.ledger().entries(None, 0, 10).unwrap().is_empty());
    assert_eq!(running.ledger().refused().unwrap(), 3);
    assert!(
        running
            .ledger()
            .alarms(10)
            .unwrap()
            .iter()
            .all(|alarm| alarm.code == "training")
    );
    // The device goes on with its record as if nothing had been.
    assert_eq!(device.push(&[good]).await.unwrap().stored_through.seq, 1);
}

#[tokio::test]
async fn a_chain_that_began_as_a_training_is_not_taken_even_where_the_flag_was_rubbed_out() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let mut device = Device::enrolled(&running, "hh-1", 1).await;
    device.tip = Tip::start_training(device.id.clone(), 1);
    let unflagged = device.entry(Some("p-1"), Body::SignedIn).seal().unwrap();
    assert_eq!(device.push(&[unflagged]).await.unwrap_err().code, Code::BadEnvelope);
}
