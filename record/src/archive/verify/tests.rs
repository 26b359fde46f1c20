use super::*;
use crate::archive::Writer;
use crate::entry::{
    Body, Entry, FORMAT as ENTRY_FORMAT, Instant, Position, Refs, Sealed, Seen, Stamp, genesis, training_genesis,
};
use crate::model::{BootId, EntryId, PlaceId, SiteId};
use crate::rules::Verdict;
use crate::wire::proof::{Claims, PublicKey, Unsigned};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey;

pub(crate) fn key(n: u8) -> SigningKey {
    SigningKey::from_slice(&[n; 32]).unwrap()
}

fn spki(key: &SigningKey) -> Spki {
    Spki(key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec())
}

pub(crate) fn device(name: &str) -> DeviceId {
    DeviceId::new(name).unwrap()
}

pub(crate) fn entry(device: &DeviceId, epoch: u32, seq: u64, prev: Hash) -> Sealed {
    let body = Body::Seen(Seen::Place {
        place: PlaceId::new(format!("A-01-{seq:02}")).unwrap(),
    });
    let entry = Entry {
        v: ENTRY_FORMAT,
        id: EntryId::new(format!("e-{epoch}-{seq}")).unwrap(),
        site: SiteId::new("S1").unwrap(),
        owner: None,
        device: device.clone(),
        epoch,
        seq,
        prev,
        who: None,
        at: Stamp {
            wall: Instant::from_unix_ms(1_800_000_000_000),
            zone_min: 0,
            mono_ms: seq,
            boot: BootId::new("b").unwrap(),
            offset_ms: None,
        },
        policy: 1,
        core: "0".into(),
        app: "0".into(),
        cursor: 0,
        training: false,
        place: None,
        refs: Refs::default(),
        scan: None,
        verdict: Verdict::default(),
        body,
    };
    entry.seal().unwrap()
}

pub(crate) fn chain(device: &DeviceId, count: u64) -> Vec<Sealed> {
    let mut prev = genesis(device, 1, None);
    (1..=count)
        .map(|seq| {
            let sealed = entry(device, 1, seq, prev);
            prev = sealed.hash;
            sealed
        })
        .collect()
}

pub(crate) fn line_of(device: &DeviceId, sealed: &Sealed) -> Line {
    Line::Entry {
        device: device.clone(),
        epoch: sealed.position.epoch(),
        seq: sealed.position.seq(),
        hash: sealed.hash,
        bytes: sealed.bytes.clone(),
    }
}

pub(crate) fn proof_of(device: &DeviceId, key: &SigningKey, at: Position, head: Hash) -> Line {
    proof_after(device, key, at, head, None)
}

pub(crate) fn proof_after(
    device: &DeviceId,
    key: &SigningKey,
    at: Position,
    head: Hash,
    after: Option<StoredThrough>,
) -> Line {
    let claims = Claims {
        jti: "j".into(),
        htm: "POST".into(),
        htu: "http://x/v1/entries".into(),
        iat: 1,
        nonce: None,
        ath: None,
        epoch: Some(at.epoch()),
        seq: Some(at.seq()),
        head: Some(head),
        after,
    };
    let unsigned = Unsigned::new(&PublicKey::from_spki(&spki(key).0).unwrap(), &claims);
    let signature: Signature = key.sign(unsigned.message());
    let proof = unsigned.sign(signature.to_der().as_bytes()).unwrap();
    Line::Proof {
        device: device.clone(),
        epoch: at.epoch(),
        seq: at.seq(),
        head,
        proof,
    }
}

fn receipt_of(device: &DeviceId, site: &SigningKey, last: &Sealed) -> Line {
    let mut receipt = Receipt {
        device: device.clone(),
        epoch: last.position.epoch(),
        from: 1,
        to: last.position.seq(),
        head: last.hash,
        received_at: Instant::from_unix_ms(1_800_000_000_000),
        signature: Vec::new(),
    };
    let signature: Signature = site.sign(&receipt.message());
    receipt.signature = signature.to_bytes().to_vec();
    Line::Receipt(receipt)
}

pub(crate) struct Export {
    pub(crate) header: Header,
    pub(crate) lines: Vec<Line>,
}

/// Two devices of three entries each, everything signed.
pub(crate) fn export() -> Export {
    let (site, keys) = (key(9), [key(1), key(2)]);
    let devices = [device("a"), device("b")];
    let mut lines = Vec::new();
    let mut after = Vec::new();
    for (device, key) in devices.iter().zip(&keys) {
        let chain = chain(device, 3);
        lines.extend(chain.iter().map(|sealed| line_of(device, sealed)));
        after.push(proof_of(device, key, chain[2].position, chain[2].hash));
        after.push(receipt_of(device, &site, &chain[2]));
    }
    lines.extend(after);
    let header = Header {
        format: FORMAT.into(),
        site: SiteId::new("S1").unwrap(),
        from: Origin::Server,
        made_at: Instant::from_unix_ms(1_800_000_000_000),
        received: None,
        site_key: Some(spki(&site)),
        devices: devices.iter().cloned().zip(keys.iter().map(spki)).collect(),
    };
    Export { header, lines }
}

pub(crate) fn keys_of(export: &Export) -> Keys {
    Keys {
        site_key: export.header.site_key.clone(),
        devices: export.header.devices.clone(),
    }
}

pub(crate) fn written(export: &Export) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &export.header).unwrap();
    for line in &export.lines {
        writer.line(line).unwrap();
    }
    writer.finish().unwrap().0
}

pub(crate) fn checked(export: &Export, keys: Option<&Keys>) -> Result<Report, Fault> {
    verify(written(export).as_slice(), keys)
}

fn bad(export: &Export, keys: Option<&Keys>) -> (String, String) {
    let fault = checked(export, keys).unwrap_err();
    (fault.entry.map(|name| name.to_string()).unwrap_or_default(), fault.what)
}

/// The bytes of the entry on line `at` (from 0), to be changed.
fn bytes_of(export: &mut Export, at: usize) -> &mut Vec<u8> {
    match &mut export.lines[at] {
        Line::Entry { bytes, .. } => bytes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_record_is_good_and_says_how_much_is_signed() {
    let export = export();
    let report = checked(&export, Some(&keys_of(&export))).unwrap();
    assert_eq!(
        report.checked,
        Counts {
            entries: 6,
            proofs: 2,
            receipts: 2
        }
    );
    let chain = &report.chains[&device("a")];
    assert_eq!((chain.entries, chain.signed, chain.counter_signed), (3, 3, 3));
    assert!(chain.key_pinned && report.site_key_pinned);
    assert!(!checked(&export, None).unwrap().site_key_pinned);
}

#[test]
fn a_flipped_byte_names_its_entry() {
    let mut export = export();
    let bytes = bytes_of(&mut export, 1);
    let at = bytes.windows(4).position(|w| w == b"wall").unwrap() + 10;
    bytes[at] ^= 1;
    let (name, what) = bad(&export, None);
    assert_eq!(name, "entry a-1-2");
    assert!(what.contains("changed"), "{what}");
}

#[test]
fn a_changed_entry_whose_hash_was_made_to_fit_breaks_the_next_link() {
    let mut export = export();
    let bytes = bytes_of(&mut export, 1);
    let at = bytes.windows(4).position(|w| w == b"wall").unwrap() + 10;
    bytes[at] ^= 1;
    let sealed = Sealed::from_stored(Position::new(1, 2), bytes.clone());
    export.lines[1] = line_of(&device("a"), &sealed);
    let (name, what) = bad(&export, None);
    assert_eq!(name, "entry a-1-3");
    assert!(what.contains("does not continue the chain"), "{what}");
}

#[test]
fn a_last_entry_rewritten_with_its_hash_does_not_fit_the_signature() {
    let mut export = export();
    let prev = chain(&device("a"), 2)[1].hash;
    let mut forged = entry(&device("a"), 1, 3, prev);
    let at = forged.bytes.windows(4).position(|w| w == b"wall").unwrap() + 10;
    forged.bytes[at] ^= 1;
    let forged = Sealed::from_stored(forged.position, forged.bytes);
    export.lines[2] = line_of(&device("a"), &forged);
    let (name, what) = bad(&export, None);
    assert_eq!(name, "entry a-1-3");
    assert!(what.contains("the device signed"), "{what}");
}

#[test]
fn swapped_entries_and_a_hole_are_named() {
    let mut swapped = export();
    swapped.lines.swap(0, 1);
    assert_eq!(bad(&swapped, None).0, "entry a-1-2");
    let mut hole = export();
    hole.lines.remove(1);
    let (name, what) = bad(&hole, None);
    assert_eq!(
        (name.as_str(), what.as_str()),
        ("entry a-1-3", "after seq 1 comes seq 3")
    );
}

#[test]
fn another_devices_key_is_refused() {
    let mut export = export();
    let chain = chain(&device("a"), 3);
    export.lines[6] = proof_of(&device("a"), &key(2), chain[2].position, chain[2].hash);
    let (name, what) = bad(&export, None);
    assert_eq!(name, "entry a-1-3");
    assert!(what.contains("another key"), "{what}");
}

#[test]
fn a_whole_record_by_other_keys_is_refused_where_keys_are_given() {
    let real = keys_of(&export());
    // Somebody rewrites everything and signs it with keys of their own.
    let mut forged = export();
    let other = key(7);
    let chain = chain(&device("a"), 3);
    forged.lines[6] = proof_of(&device("a"), &other, chain[2].position, chain[2].hash);
    forged.header.devices.insert(device("a"), spki(&other));
    assert!(checked(&forged, None).is_ok(), "without keys it is whole");
    assert!(bad(&forged, Some(&real)).1.contains("not the one given"));
    let mut unknown = real.clone();
    unknown.devices.remove(&device("b"));
    assert!(bad(&export(), Some(&unknown)).1.contains("not among the keys"));
}

#[test]
fn a_counter_signature_by_another_key_is_refused() {
    let mut export = export();
    let chain = chain(&device("a"), 3);
    export.lines[7] = receipt_of(&device("a"), &key(8), &chain[2]);
    assert!(bad(&export, None).1.contains("counter-signature does not fit"));
}

#[test]
fn an_unsigned_end_is_named_at_the_gateway_and_fine_on_a_handheld() {
    let mut export = export();
    let chain = chain(&device("a"), 4);
    export.lines.insert(3, line_of(&device("a"), &chain[3]));
    let (name, what) = bad(&export, None);
    assert_eq!(name, "entry a-1-4");
    assert!(what.contains("not signed"), "{what}");
    export.header.from = Origin::Device;
    assert_eq!(checked(&export, None).unwrap().chains[&device("a")].signed, 3);
}

#[test]
fn a_new_epoch_continues_from_any_entry_of_the_one_before() {
    for common in [None, Some(1_usize), Some(2)] {
        let mut export = export();
        let a = device("a");
        let hash = common.map(|at| chain(&a, 3)[at].hash);
        let next = entry(&a, 2, 1, genesis(&a, 2, hash));
        export.lines.insert(3, line_of(&a, &next));
        export.lines.push(proof_of(&a, &key(1), next.position, next.hash));
        let report = checked(&export, None).unwrap();
        assert_eq!((report.chains[&a].epochs, report.chains[&a].signed), (2, 4));
    }
    let mut export = export();
    let a = device("a");
    let stray = entry(&a, 2, 1, genesis(&a, 2, Some(Hash([1; 32]))));
    export.lines.insert(3, line_of(&a, &stray));
    assert_eq!(bad(&export, None).0, "entry a-2-1");
}

#[test]
fn epochs_that_are_not_there_are_named_unless_the_device_signed_that_they_are_empty() {
    let a = device("a");
    let last = StoredThrough::from(&chain(&a, 3)[2]);
    // A handheld restored from a backup went on after its own last entry, or after a beginning.
    for common in [Some(last.hash), Some(genesis(&a, 1, None)), None] {
        let next = entry(&a, 4, 1, genesis(&a, 4, common));
        let with = |after: Option<StoredThrough>| {
            let mut export = export();
            export.lines.insert(3, line_of(&a, &next));
            export
                .lines
                .push(proof_after(&a, &key(1), next.position, next.hash, after));
            export
        };
        let (name, what) = bad(&with(None), None);
        assert_eq!(name, "entry a-4-1");
        assert!(what.contains("missing"), "{what}");
        let elsewhere = StoredThrough {
            hash: Hash([1; 32]),
            ..last
        };
        assert_eq!(bad(&with(Some(elsewhere)), None).0, "entry a-4-1");
        let report = checked(&with(Some(last)), None).unwrap();
        assert_eq!((report.chains[&a].epochs, report.chains[&a].signed), (2, 4));
        let mut on_it = with(None);
        on_it.header.from = Origin::Device;
        checked(&on_it, None).unwrap();
    }
}

#[test]
fn a_file_that_was_cut_or_spoiled_is_refused_wherever_it_ends() {
    let whole = written(&export());
    for cut in 0..whole.len() {
        assert!(verify(&whole[..cut], None).is_err(), "cut at {cut}");
    }
    let mut more = whole.clone();
    more.extend_from_slice(b"{}\n");
    assert!(verify(more.as_slice(), None).is_err());
    assert!(verify(vec![b'x'; 3_000_000].as_slice(), None).is_err());
    assert!(verify(&b"{\"format\":\"lotline export v9\"}\n"[..], None).is_err());
}

#[test]
fn a_signature_that_was_taken_out_is_missed_by_the_last_line() {
    let mut text = String::from_utf8(written(&export())).unwrap();
    assert!(verify(text.as_bytes(), None).is_ok());
    text = text.replace("\"receipts\":2", "\"receipts\":3");
    let fault = verify(text.as_bytes(), None).unwrap_err();
    assert!(fault.what.contains("counts"), "{}", fault.what);
}

proptest::proptest! {
    #[test]
    fn any_flipped_bit_of_a_signed_record_is_noticed(at in 0_usize..100_000, bit in 0_u8..8) {
        let whole = written(&export());
        let keys = keys_of(&export());
        let mut spoiled = whole.clone();
        let at = at % spoiled.len();
        spoiled[at] ^= 1 << bit;
        let header = whole.iter().position(|b| *b == b'\n').unwrap();
        // When it was made is nobody's to sign; everything else is.
        let made_at = whole.windows(7).position(|w| w == b"made_at").unwrap();
        if (at > header || !(made_at - 2..made_at + 40).contains(&at))
            && let Ok(report) = verify(spoiled.as_slice(), Some(&keys))
        {
            // A flip inside base64's unused bits or of a letter's case in JSON escapes says the same thing.
            let good = verify(whole.as_slice(), Some(&keys)).unwrap();
            proptest::prop_assert_eq!(report, good);
        }
    }
}

#[test]
fn a_training_is_refused_by_name() {
    let fork = device("fork-2");
    let written = entry(&fork, 1, 1, training_genesis(&fork, 1));
    let practised = Entry {
        training: true,
        ..written.open().unwrap()
    };
    let mut export = export();
    export.lines = vec![line_of(&fork, &practised.seal().unwrap())];
    let (name, what) = bad(&export, None);
    assert_eq!(name, "entry fork-2-1-1");
    assert!(what.contains("training"), "{what}");
}
