use super::{CompanyPrefix, Held, Lease, LeaseId, NumberError, Pool, RESTORE_GAP, Series};
use crate::model::{DeviceId, ItemId, OwnerId};
use lotline_scan::{Form, Gtin, Options, Scratch, read_with};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn owner() -> OwnerId {
    OwnerId::new("ACME").unwrap()
}

fn prefix() -> CompanyPrefix {
    CompanyPrefix::new("9506000").unwrap()
}

fn gtin() -> Gtin {
    Gtin::parse("09506000134352").unwrap()
}

fn device(name: &str) -> DeviceId {
    DeviceId::new(name).unwrap()
}

fn all() -> Vec<Series> {
    vec![
        Series::serial(owner(), prefix(), gtin()).unwrap(),
        Series::lot(owner(), ItemId::new("GAUZE").unwrap(), prefix(), gtin(), "B(6-").unwrap(),
        Series::sscc(3, prefix()).unwrap(),
        Series::asset(owner(), prefix()),
    ]
}

fn held(series: Series, first: u64, last: u64) -> Held {
    let (id, device) = (LeaseId(1), device("fork-1"));
    Held::new(Lease {
        id,
        series,
        device,
        epoch: 1,
        first,
        last,
    })
    .unwrap()
}

#[test]
fn every_number_of_every_series_is_a_label_that_reads_back() {
    for series in all() {
        for number in [1, 42, series.last()] {
            let mut held = held(series.clone(), number, number);
            let own = held.take(&device("fork-1"), 1).unwrap();
            let mut scratch = Scratch::new();
            let text = own.bracketed();
            let label = read_with(
                text.as_bytes(),
                None,
                Form::Bracketed,
                &Options::new(2026),
                &mut scratch,
            )
            .unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(label.get(&own.ai), Some(own.value.as_str()), "{text}");
            assert_eq!(label.gtin().map(|g| g.to_string()), own.gtin);
        }
    }
}

#[test]
fn numbers_look_as_the_standard_says() {
    let text = |series: &Series| {
        let mut held = held(series.clone(), 7, 7);
        held.take(&device("fork-1"), 1).unwrap().bracketed()
    };
    let texts: Vec<String> = all().iter().map(text).collect();
    assert_eq!(
        texts,
        [
            "(01)09506000134352(21)000000000007",
            "(01)09506000134352(10)B\\(6-00000007",
            "(00)395060000000000078",
            "(8004)950600000000000007",
        ]
    );
    // Own unit identifiers have 18 characters.
    assert_eq!(texts[3].len(), "(8004)".len() + 18);
    let long = CompanyPrefix::new("123456789012").unwrap();
    assert_eq!(Series::sscc(0, long.clone()).unwrap().last(), 9_999);
    assert_eq!(Series::asset(owner(), long).last(), 999_999);
}

#[test]
fn another_company_s_gtin_gets_neither_serials_nor_lots_of_ours() {
    let foreign = Gtin::parse("04012345678901").unwrap();
    assert_eq!(
        Series::serial(owner(), prefix(), foreign),
        Err(NumberError::NotOurs(foreign))
    );
    let item = ItemId::new("X").unwrap();
    assert_eq!(
        Series::lot(owner(), item, prefix(), foreign, ""),
        Err(NumberError::NotOurs(foreign))
    );
    // The indicator digit is no part of the prefix.
    let other = Gtin::parse("95060001343523").ok();
    assert!(other.is_none_or(|gtin| !prefix().owns(&gtin)));
    // Nor does a foreign GTIN come in by the wire.
    let json = serde_json::to_string(&all()[0]).unwrap();
    let forged = json.replace("09506000134352", "04012345678901");
    assert_ne!(json, forged);
    assert!(serde_json::from_str::<Series>(&forged).is_err());
    assert_eq!(serde_json::from_str::<Series>(&json).unwrap(), all()[0]);
}

#[test]
fn parts_of_a_series_are_checked() {
    assert!(CompanyPrefix::new("123").is_err());
    assert!(CompanyPrefix::new("1234567890123").is_err());
    assert!(CompanyPrefix::new("12345X").is_err());
    // A GTIN-8 is nobody's by its padding.
    assert!(CompanyPrefix::new("0000").is_err() && CompanyPrefix::new("0000012").is_err());
    assert!(CompanyPrefix::new("000012").is_ok());
    assert_eq!(Series::sscc(10, prefix()), Err(NumberError::Extension(10)));
    let item = || ItemId::new("X").unwrap();
    for stem in ["1234567890123", "a b", "Ä", "a^"] {
        assert!(Series::lot(owner(), item(), prefix(), gtin(), stem).is_err(), "{stem}");
    }
    assert!(Series::lot(owner(), item(), prefix(), gtin(), "123456789012").is_ok());
}

#[test]
fn two_series_meet_where_a_label_of_one_can_be_a_label_of_the_other() {
    let other = || OwnerId::new("OTHER").unwrap();
    let item = |name: &str| ItemId::new(name).unwrap();
    let short = || CompanyPrefix::new("950600").unwrap();
    let long = || CompanyPrefix::new("95060000").unwrap();
    let lot = |owner, name, stem| Series::lot(owner, item(name), prefix(), gtin(), stem).unwrap();
    // The first of these numbers of each pair carry the same label.
    let meeting = [
        (
            Series::serial(owner(), prefix(), gtin()),
            Series::serial(other(), short(), gtin()),
            7,
            7,
        ),
        (Ok(lot(owner(), "GAUZE", "B")), Ok(lot(other(), "X", "B")), 7, 7),
        (Series::sscc(3, prefix()), Series::sscc(3, long()), 7, 7),
        (Series::sscc(3, prefix()), Series::sscc(3, short()), 7, 7),
        (
            Ok(Series::asset(owner(), prefix())),
            Ok(Series::asset(other(), long())),
            7,
            7,
        ),
    ];
    for (a, b, m, n) in meeting {
        let (a, b) = (a.unwrap(), b.unwrap());
        assert_eq!(a.element(m).1, b.element(n).1, "{a} and {b}");
        assert!(a.meets(&b) && b.meets(&a), "{a} and {b}");
        assert!(a.meets(&a));
    }
    let foreign = CompanyPrefix::new("9506001").unwrap();
    let apart = [
        lot(owner(), "GAUZE", "B"),
        lot(owner(), "GAUZE", "B1"),
        Series::serial(owner(), prefix(), gtin()).unwrap(),
        Series::serial(owner(), prefix(), Gtin::parse("19506000134359").unwrap()).unwrap(),
        Series::sscc(3, prefix()).unwrap(),
        Series::sscc(4, prefix()).unwrap(),
        Series::sscc(3, foreign.clone()).unwrap(),
        Series::asset(owner(), prefix()),
        Series::asset(owner(), foreign),
    ];
    for (at, a) in apart.iter().enumerate() {
        for b in &apart[at + 1..] {
            assert!(!a.meets(b) && !b.meets(a), "{a} and {b}");
        }
    }
}

#[test]
fn a_lease_is_used_up_once_and_says_when_it_runs_low() {
    let mut held = held(all().remove(2), 1, 8);
    let mut seen = Vec::new();
    for left in (0..8).rev() {
        seen.push(held.take(&device("fork-1"), 1).unwrap().number);
        assert_eq!((held.left(), held.is_low()), (left, left <= 2));
    }
    assert_eq!(seen, (1..=8).collect::<Vec<_>>());
    let series = held.lease().series.clone();
    assert_eq!(held.take(&device("fork-1"), 1), Err(NumberError::NoneLeft(series)));
    assert_eq!(held.next(), 9);
}

#[test]
fn a_lease_is_void_on_another_device_and_in_another_epoch() {
    let mut held = held(all().remove(2), 1, 8);
    for (name, epoch) in [("fork-2", 1), ("fork-1", 2), ("fork-1", 0)] {
        assert!(matches!(
            held.take(&device(name), epoch),
            Err(NumberError::Void { epoch: 1, .. })
        ));
    }
    assert_eq!(held.left(), 8);
}

#[test]
fn a_lease_that_is_none_is_refused() {
    let lease = |first, last| Lease {
        id: LeaseId(1),
        series: all().remove(2),
        device: device("fork-1"),
        epoch: 1,
        first,
        last,
    };
    let end = lease(1, 1).series.last();
    for (first, last) in [(0, 5), (6, 5), (1, end + 1), (u64::MAX, u64::MAX)] {
        assert!(
            matches!(Held::new(lease(first, last)), Err(NumberError::BadLease { .. })),
            "{first}-{last}"
        );
    }
    for next in [0, 10, 21 + 1] {
        assert!(Held::resume(lease(11, 20), next).is_err(), "{next}");
    }
    assert!(Held::resume(lease(11, 20), 21).is_ok_and(|held| held.left() == 0));
    assert!(lease(1, 5).overlaps(&lease(5, 9)) && !lease(1, 5).overlaps(&lease(6, 9)));
}

#[test]
fn a_series_that_runs_out_leases_the_rest_and_then_says_so() {
    let series = Series::sscc(0, CompanyPrefix::new("123456789012").unwrap()).unwrap();
    let mut pool = Pool::resume(series.clone(), 9_990, LeaseId(4));
    let lease = pool.lease(device("fork-1"), 1, 100).unwrap();
    assert_eq!((lease.first, lease.last, lease.id), (9_990, 9_999, LeaseId(4)));
    assert_eq!(pool.left(), 0);
    assert_eq!(
        pool.lease(device("fork-2"), 1, 1),
        Err(NumberError::Exhausted(series.clone()))
    );
    // A gap beyond the end leaves none, and no overflow.
    let restored = Pool::resume(series, 9_000, LeaseId(4)).restored(u64::MAX, []);
    assert_eq!(restored.left(), 0);
}

#[derive(Debug, Clone)]
enum Step {
    /// Device n asks the gateway for more.
    Lease(usize, u64),
    /// Device n takes a number; whether its print succeeds makes no difference.
    Take(usize),
    /// Device n's process dies and comes back from its journal.
    Restart(usize),
    /// Device n is restored from its backup, and learns of it at the gateway: a new epoch.
    RestoreDevice(usize),
    /// Device n's backup is made.
    BackUpDevice(usize),
    BackUpGateway,
    RestoreGateway,
}

fn step() -> impl Strategy<Value = Step> {
    let n = 0..3_usize;
    prop_oneof![
        2 => (n.clone(), 1..20_u64).prop_map(|(n, count)| Step::Lease(n, count)),
        8 => n.clone().prop_map(Step::Take),
        1 => n.clone().prop_map(Step::Restart),
        1 => n.clone().prop_map(Step::RestoreDevice),
        1 => n.prop_map(Step::BackUpDevice),
        1 => Just(Step::BackUpGateway),
        1 => Just(Step::RestoreGateway),
    ]
}

#[derive(Clone)]
struct Handheld {
    epoch: u32,
    leases: Vec<Held>,
}

proptest! {
    #[test]
    fn no_number_is_taken_twice_whatever_fails(steps in proptest::collection::vec(step(), 0..200)) {
        let names = ["fork-1", "fork-2", "fork-3"].map(device);
        let mut pool = Pool::new(Series::sscc(1, prefix()).unwrap(), LeaseId(1));
        let mut gateway_backup = pool.clone();
        let mut handhelds: Vec<Handheld> = vec![Handheld { epoch: 1, leases: Vec::new() }; 3];
        let mut backups = handhelds.clone();
        let mut taken = BTreeSet::new();
        for step in steps {
            match step {
                Step::Lease(n, count) => {
                    let lease = pool.lease(names[n].clone(), handhelds[n].epoch, count).unwrap();
                    handhelds[n].leases.push(Held::new(lease).unwrap());
                }
                Step::Take(n) => {
                    let Handheld { epoch, leases } = &mut handhelds[n];
                    if let Some(own) = leases.iter_mut().find_map(|held| held.take(&names[n], *epoch).ok()) {
                        prop_assert!(taken.insert(own.value.clone()), "{} twice", own.value);
                    }
                }
                Step::Restart(n) => {
                    for held in &mut handhelds[n].leases {
                        *held = Held::resume(held.lease().clone(), held.next()).unwrap();
                    }
                }
                Step::BackUpDevice(n) => backups[n] = handhelds[n].clone(),
                Step::RestoreDevice(n) => {
                    let epoch = handhelds[n].epoch + 1;
                    handhelds[n] = Handheld { epoch, ..backups[n].clone() };
                }
                Step::BackUpGateway => gateway_backup = pool.clone(),
                Step::RestoreGateway => {
                    // Only the first handheld has spoken since; the gap covers the others.
                    let shown = handhelds[0].leases.iter().map(Held::lease);
                    pool = gateway_backup.clone().restored(RESTORE_GAP, shown);
                    gateway_backup = pool.clone();
                }
            }
        }
    }
}
