//! Several files as one record.

use crate::archive::verify::tests::{
    chain, checked, device, entry, export, key, keys_of, line_of, proof_after, proof_of, written,
};
use crate::archive::{FORMAT_1, Fault, Header, Line, Report, verify_all};
use crate::entry::{Hash, Sealed, genesis};
use crate::model::DeviceId;
use crate::wire::StoredThrough;

fn header() -> Header {
    export().header
}

fn follows(device: &DeviceId, before: &Sealed) -> Line {
    Line::Follows {
        device: device.clone(),
        epoch: before.position.epoch(),
        seq: before.position.seq(),
        hash: before.hash,
    }
}

/// A file with some entries of device `a`, the last one signed.
fn file(entries: &[Sealed], before: Option<&Sealed>) -> Vec<u8> {
    let a = device("a");
    let mut lines: Vec<Line> = before.map(|before| follows(&a, before)).into_iter().collect();
    lines.extend(entries.iter().map(|sealed| line_of(&a, sealed)));
    let last = entries.last().unwrap();
    lines.push(proof_of(&a, &key(1), last.position, last.hash));
    of(lines)
}

fn of(lines: Vec<Line>) -> Vec<u8> {
    written(&crate::archive::verify::tests::Export {
        header: header(),
        lines,
    })
}

fn all(files: &[&Vec<u8>]) -> Result<Report, Fault> {
    verify_all(files.iter().map(|file| file.as_slice()), Some(&keys_of(&export())))
}

fn bad(files: &[&Vec<u8>]) -> (usize, String, String) {
    let fault = all(files).unwrap_err();
    (fault.file, fault.entry.unwrap().to_string(), fault.what)
}

#[test]
fn files_in_any_order_prove_one_chain_and_one_alone_says_what_it_follows() {
    let c = chain(&device("a"), 9);
    let (one, two, three) = (
        file(&c[..3], None),
        file(&c[3..6], Some(&c[2])),
        file(&c[6..], Some(&c[5])),
    );
    for files in [[&one, &two, &three], [&three, &one, &two], [&two, &three, &one]] {
        let report = all(&files).unwrap();
        let chain = &report.chains[&device("a")];
        assert_eq!((chain.entries, chain.signed, chain.epochs), (9, 9, 1));
        assert!(report.is_whole() && chain.key_pinned);
    }
    let report = all(&[&three, &two]).unwrap();
    assert!(!report.is_whole());
    let begin = report.chains[&device("a")].follows.clone().unwrap();
    assert_eq!((begin.epoch, begin.seq), (1, 3));
    assert_eq!(report.chains[&device("a")].entries, 6);
}

#[test]
fn a_gap_between_files_names_the_first_entry_that_is_missing() {
    let c = chain(&device("a"), 9);
    let (one, three) = (file(&c[..3], None), file(&c[6..], Some(&c[5])));
    let (at, entry, what) = bad(&[&three, &one]);
    assert_eq!((at, entry.as_str()), (0, "entry a-1-4"));
    assert!(what.contains("missing"), "{what}");
}

#[test]
fn what_two_files_have_is_the_same_in_both_or_is_named() {
    let a = device("a");
    let c = chain(&a, 6);
    let one = file(&c[..4], None);
    let report = all(&[&one, &file(&c, None)]).unwrap();
    assert_eq!((report.chains[&a].entries, report.checked.entries), (6, 10));
    assert_eq!(all(&[&one, &file(&c[2..], Some(&c[1]))]).unwrap().chains[&a].entries, 6);
    // Somebody with the device's key wrote the third entry and what follows it another time.
    let mut other = c[..2].to_vec();
    for seq in 3..=6 {
        let prev = other.last().unwrap().hash;
        let mut forged = entry(&a, 1, seq, prev).open().unwrap();
        forged.cursor = 7;
        other.push(forged.seal().unwrap());
    }
    let (at, entry, what) = bad(&[&one, &file(&other[2..], Some(&other[1]))]);
    assert_eq!((at, entry.as_str()), (1, "entry a-1-3"));
    assert!(what.contains("another one"), "{what}");
    // Also where only the entry it follows stands in both.
    let (_, entry, _) = bad(&[&one, &file(&other[4..], Some(&other[3]))]);
    assert_eq!(entry, "entry a-1-4");
}

#[test]
fn an_epoch_may_begin_after_an_entry_of_another_file_and_of_no_other() {
    let a = device("a");
    let c = chain(&a, 3);
    let one = file(&c, None);
    // The device forked at its second entry.
    let next = entry(&a, 2, 1, genesis(&a, 2, Some(c[1].hash)));
    let two = file(std::slice::from_ref(&next), Some(&c[2]));
    assert_eq!(all(&[&two, &one]).unwrap().chains[&a].epochs, 2);
    assert!(!all(&[&two]).unwrap().is_whole());
    let stray = entry(&a, 2, 1, genesis(&a, 2, Some(Hash([1; 32]))));
    let (at, name, _) = bad(&[&one, &file(std::slice::from_ref(&stray), Some(&c[2]))]);
    assert_eq!((at, name.as_str()), (1, "entry a-2-1"));
    // A file that leaves out the end of an epoch which another one has.
    let (_, name, _) = bad(&[&one, &file(std::slice::from_ref(&next), Some(&c[1]))]);
    assert_eq!(name, "entry a-1-3");
}

#[test]
fn epochs_that_the_device_signed_as_empty_after_an_entry_of_another_file_are_no_gap() {
    let a = device("a");
    let c = chain(&a, 3);
    let next = entry(&a, 4, 1, genesis(&a, 4, Some(c[2].hash)));
    let with = |after: Option<StoredThrough>| {
        let signed = proof_after(&a, &key(1), next.position, next.hash, after);
        of(vec![follows(&a, &c[2]), line_of(&a, &next), signed])
    };
    let one = file(&c, None);
    all(&[&one, &with(Some((&c[1]).into()))]).unwrap();
    let (at, name, what) = bad(&[&one, &with(None)]);
    assert_eq!((at, name.as_str()), (1, "entry a-4-1"));
    assert!(what.contains("missing"), "{what}");
}

#[test]
fn files_of_two_sites_or_keys_are_no_one_record() {
    let one = written(&export());
    let mut elsewhere = export();
    elsewhere.lines.clear();
    elsewhere.header.site = crate::model::SiteId::new("S2").unwrap();
    let fault = verify_all([one.as_slice(), written(&elsewhere).as_slice()], None).unwrap_err();
    assert_eq!(fault.file, 1);
    assert!(fault.what.contains("S2"), "{}", fault.what);
    let mut other = export();
    other.lines.clear();
    other
        .header
        .devices
        .insert(device("a"), other.header.devices[&device("b")].clone());
    let fault = verify_all([one.as_slice(), written(&other).as_slice()], None).unwrap_err();
    assert!(fault.what.contains("another key of device a"), "{}", fault.what);
}

#[test]
fn a_file_of_version_1_is_read_and_begins_with_the_first_entry() {
    let mut old = export();
    old.header.format = FORMAT_1.into();
    let report = checked(&old, Some(&keys_of(&old))).unwrap();
    assert!(report.is_whole());
    let c = chain(&device("a"), 5);
    let newer = file(&c[3..], Some(&c[2]));
    let both = verify_all([newer.as_slice(), written(&old).as_slice()], None).unwrap();
    assert_eq!(both.chains[&device("a")].entries, 5);
    old.lines.remove(0);
    old.lines.insert(0, follows(&device("a"), &c[0]));
    assert!(checked(&old, None).unwrap_err().what.contains("version 1"));
}

#[test]
fn a_chain_cut_into_runs_within_one_file_is_one_where_the_rest_is_there() {
    // The site's clock went back for a while: a month has the entries before and after those of the next one.
    let a = device("a");
    let c = chain(&a, 6);
    let signed = |at: usize| proof_of(&a, &key(1), c[at].position, c[at].hash);
    let month = of(vec![
        line_of(&a, &c[0]),
        line_of(&a, &c[1]),
        follows(&a, &c[3]),
        line_of(&a, &c[4]),
        line_of(&a, &c[5]),
        signed(1),
        signed(5),
    ]);
    let next = file(&c[2..4], Some(&c[1]));
    assert_eq!(all(&[&month, &next]).unwrap().chains[&a].entries, 6);
    assert_eq!(bad(&[&month]).1, "entry a-1-3");
}
