//! Own numbers: leases over HTTP, and what ends them.

use super::device::*;
use lotline_record::entry::Body;
use lotline_record::model::{DeviceId, OwnerId};
use lotline_record::numbering::{CompanyPrefix, Lease, RESTORE_GAP, Series};
use lotline_record::wire::{Code, NumbersReply, NumbersRequest, ShownLease, StoredThrough};
use lotline_server::ledger::{Ledger, LedgerError};

fn series() -> Series {
    Series::sscc(3, CompanyPrefix::new("9506000").unwrap()).unwrap()
}

fn head(device: &Device) -> StoredThrough {
    (&device.tip).into()
}

fn shown(lease: &Lease, taken: u64) -> ShownLease {
    ShownLease {
        lease: lease.clone(),
        next: lease.first + taken,
    }
}

impl Device {
    async fn numbers(&self, asked: &NumbersRequest) -> Answer<NumbersReply> {
        let url = self.url("/v1/numbers");
        let request = self
            .http
            .post(&url)
            .header("dpop", sign(&self.key, &claims("POST", &url, Some(&self.token))))
            .header("authorization", format!("DPoP {}", self.token))
            .header("content-type", "application/json")
            .body(serde_json::to_vec(asked).unwrap());
        answer(request.send().await.unwrap()).await
    }

    /// Asks with everything sent.
    async fn ask(&self, held: Vec<ShownLease>) -> NumbersReply {
        let (tip, mark) = (head(self), head(self));
        self.numbers(&NumbersRequest { tip, mark, held }).await.unwrap()
    }

    async fn says_something(&mut self) {
        let sealed = self.say(Body::SignedIn);
        self.push(&[sealed]).await.unwrap();
    }
}

#[tokio::test]
async fn two_devices_lease_different_numbers_and_more_when_they_run_low() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let (a, b) = (
        Device::enrolled(&running, "a", 1).await,
        Device::enrolled(&running, "b", 2).await,
    );
    assert_eq!(
        a.ask(Vec::new()).await,
        NumbersReply::default(),
        "there is no series yet"
    );
    running.ledger().open_series(&series(), 8).unwrap();
    let (first, other) = (a.ask(Vec::new()).await.leases, b.ask(Vec::new()).await.leases);
    assert_eq!((first.len(), other.len()), (1, 1));
    assert_eq!((first[0].first, first[0].last, &first[0].device), (1, 8, &a.id));
    assert!(!first[0].overlaps(&other[0]));
    // Five of eight taken: enough. Six: two are left, which is a quarter.
    assert!(a.ask(vec![shown(&first[0], 5)]).await.leases.is_empty());
    let more = a.ask(vec![shown(&first[0], 6)]).await.leases;
    assert_eq!((more.len(), more[0].first), (1, 17));
    // With both in hand there is no third.
    let held = vec![shown(&first[0], 8), shown(&more[0], 0)];
    assert_eq!(a.ask(held).await, NumbersReply::default());
    let line = &running.ledger().series().unwrap()[0];
    assert_eq!((line.open_leases, line.left), (2, series().last() - 24));
}

#[tokio::test]
async fn what_is_in_doubt_is_never_given_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().open_series(&series(), 10).unwrap();
    let mut a = Device::enrolled(&running, "a", 1).await;
    let lost = a.ask(Vec::new()).await.leases.remove(0);
    // The answer was lost: the device asks again with nothing in hand, and gets others.
    let lease = a.ask(Vec::new()).await.leases.remove(0);
    assert_eq!((lost.last, lease.first), (10, 11));
    let answer = a.ask(vec![shown(&lost, 0), shown(&lease, 0)]).await;
    assert_eq!((answer.void, answer.leases.len()), (vec![lost.id], 0));
    // A journal that was restored shows a number that it had passed.
    assert!(a.ask(vec![shown(&lease, 5)]).await.void.is_empty());
    let answer = a.ask(vec![shown(&lease, 3)]).await;
    assert_eq!((answer.void, answer.leases[0].first), (vec![lease.id], 21));
    let lease = answer.leases[0].clone();
    // A chain that is behind what was received: nothing more, until it has begun a new epoch.
    let before = head(&a);
    a.says_something().await;
    let held = vec![shown(&lease, 1)];
    let restored = NumbersRequest {
        tip: before,
        mark: before,
        held,
    };
    let answer = a.numbers(&restored).await.unwrap();
    assert_eq!((answer.void, answer.leases.len()), (vec![lease.id], 0));
    // A push not yet answered: nothing ends, and nothing is given.
    let lease = a.ask(Vec::new()).await.leases.remove(0);
    let waiting = NumbersRequest {
        tip: head(&a),
        mark: before,
        held: vec![shown(&lease, 9)],
    };
    assert_eq!(a.numbers(&waiting).await.unwrap(), NumbersReply::default());
    let alarms = running.ledger().alarms(10).unwrap();
    assert_eq!(
        alarms.iter().filter(|alarm| alarm.code == "numbers_restored").count(),
        2
    );
}

#[tokio::test]
async fn the_numbers_of_a_lost_device_are_void_and_never_leased_again() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().open_series(&series(), 10).unwrap();
    let a = Device::enrolled(&running, "a", 1).await;
    let lease = a.ask(Vec::new()).await.leases.remove(0);
    running.ledger().revoke(&a.id).unwrap();
    let asked = NumbersRequest {
        tip: head(&a),
        mark: head(&a),
        held: vec![shown(&lease, 0)],
    };
    let refused = a.numbers(&asked).await.unwrap_err();
    assert!(
        matches!(refused.code, Code::Revoked | Code::Unauthorized),
        "{refused:?}"
    );
    let b = Device::enrolled(&running, "b", 2).await;
    let next = b.ask(vec![shown(&lease, 0)]).await;
    // Another device's lease is nobody else's, shown or not.
    assert_eq!((next.void, next.leases[0].first), (vec![lease.id], 11));
    assert_eq!(running.ledger().series().unwrap()[0].open_leases, 1);
}

#[tokio::test]
async fn a_gateway_from_its_backup_goes_on_behind_every_lease_it_forgot() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().open_series(&series(), 10).unwrap();
    let a = Device::enrolled(&running, "a", 1).await;
    let forgotten = a.ask(Vec::new()).await.leases.remove(0);
    // As the backup of before has it, under a new history.
    let before = "DELETE FROM number_lease; UPDATE numbering SET next_lease = 1; UPDATE number_series SET next = 1;
                  UPDATE site SET server_epoch = 'restored'";
    let counts_again = "UPDATE ledger SET version = version - 1, stamp = 'restored';
                        DELETE FROM change_log WHERE version >= (SELECT version FROM ledger)";
    tamper(folder.path(), before, &format!("{before}; {counts_again}"));
    let b = Device::enrolled(&running, "b", 2).await;
    let lease = b.ask(Vec::new()).await.leases.remove(0);
    assert_eq!(lease.first, 1 + RESTORE_GAP);
    assert!(!lease.overlaps(&forgotten) && lease.id != forgotten.id);
    // The device that has it may use it up, and its series goes on behind all of it.
    let answer = a.ask(vec![shown(&forgotten, 2)]).await;
    assert_eq!(answer, NumbersReply::default());
    let far = Lease {
        id: lotline_record::numbering::LeaseId(forgotten.id.0 + 1),
        first: 5_000_000,
        last: 5_000_009,
        ..forgotten.clone()
    };
    assert!(a.ask(vec![shown(&forgotten, 10), shown(&far, 8)]).await.leases[0].first > far.last);
    // What covers numbers of another device's lease is void.
    let over = Lease {
        id: lotline_record::numbering::LeaseId(forgotten.id.0 + 2),
        first: lease.first + 3,
        last: lease.last,
        ..forgotten
    };
    for _ in 0..2 {
        assert!(a.ask(vec![shown(&over, 0)]).await.void.contains(&over.id));
    }
}

#[tokio::test]
async fn an_exhausted_series_is_said_and_series_that_meet_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let ledger: &Ledger = running.ledger();
    let short = Series::sscc(0, CompanyPrefix::new("123456789012").unwrap()).unwrap();
    ledger.open_series(&short, 9_000).unwrap();
    let within = Series::sscc(0, CompanyPrefix::new("12345678901").unwrap()).unwrap();
    assert!(matches!(
        ledger.open_series(&within, 5),
        Err(LedgerError::SeriesMeet(_))
    ));
    let owner = |name: &str| OwnerId::new(name).unwrap();
    let prefix = || CompanyPrefix::new("9506000").unwrap();
    ledger.open_series(&Series::asset(owner("A"), prefix()), 5).unwrap();
    assert!(ledger.open_series(&Series::asset(owner("B"), prefix()), 5).is_err());
    assert!(ledger.close_series(&Series::asset(owner("A"), prefix())).unwrap());
    let (a, b, c) = (
        Device::enrolled(&running, "a", 1).await,
        Device::enrolled(&running, "b", 2).await,
        Device::enrolled(&running, "c", 3).await,
    );
    assert_eq!(a.ask(Vec::new()).await.leases[0].last, 9_000);
    let rest = b.ask(Vec::new()).await;
    assert_eq!((rest.leases[0].first, rest.leases[0].last), (9_001, 9_999));
    let none = c.ask(Vec::new()).await;
    assert_eq!((none.leases.len(), none.exhausted), (0, vec![short]));
}

#[tokio::test]
async fn leases_that_are_none_and_requests_that_are_too_large_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    running.ledger().open_series(&series(), 10).unwrap();
    let a = Device::enrolled(&running, "a", 1).await;
    let lease = a.ask(Vec::new()).await.leases.remove(0);
    let bad = [
        Lease {
            first: 0,
            ..lease.clone()
        },
        Lease {
            last: u64::MAX,
            ..lease.clone()
        },
        Lease {
            last: lease.last + 5,
            ..lease.clone()
        },
        Lease {
            device: DeviceId::new("b").unwrap(),
            ..lease.clone()
        },
    ];
    for lease in bad {
        let next = lease.first;
        assert_eq!(
            a.ask(vec![ShownLease {
                lease: lease.clone(),
                next
            }])
            .await
            .void,
            vec![lease.id],
            "{lease:?}"
        );
    }
    // Another device's lease, and one of it that the gateway does not know: neither is taken note of.
    let (b, lease) = (
        Device::enrolled(&running, "b", 2).await,
        a.ask(Vec::new()).await.leases.remove(0),
    );
    let unknown = Lease {
        id: lotline_record::numbering::LeaseId(77),
        ..lease.clone()
    };
    let answer = b.ask(vec![shown(&lease, 9), shown(&unknown, 9)]).await;
    assert_eq!(answer.void, vec![lease.id, unknown.id]);
    assert!(a.ask(vec![shown(&lease, 2)]).await.void.is_empty());
    let many = vec![shown(&lease, 0); lotline_record::wire::LEASES_SHOWN + 1];
    let (tip, mark) = (head(&a), head(&a));
    let refused = a.numbers(&NumbersRequest { tip, mark, held: many }).await.unwrap_err();
    assert_eq!(refused.code, Code::TooLarge);
}
