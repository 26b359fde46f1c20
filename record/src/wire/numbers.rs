//! Own numbers: `POST /v1/numbers` (domain §2). What keeps them apart: [`crate::numbering`].

use super::StoredThrough;
use crate::numbering::{Lease, LeaseId, Series};
use serde::{Deserialize, Serialize};

/// Leases shown in one request, at most.
pub const LEASES_SHOWN: usize = 1_000;

/// A lease as its device has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownLease {
    /// The lease.
    pub lease: Lease,
    /// The next number that was not taken; one past the last when all are.
    pub next: u64,
}

/// What a device has, and where its chain stands. The gateway decides what it gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumbersRequest {
    /// The last own entry.
    pub tip: StoredThrough,
    /// How far the gateway was durable, as the device knows it. Where this is not the gateway's own word, the device
    /// is behind with its pushes, or was restored, and gets nothing.
    pub mark: StoredThrough,
    /// Leases of this epoch with numbers left, and of each series the one that reaches furthest.
    pub held: Vec<ShownLease>,
}

/// New leases, and those that are over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NumbersReply {
    /// New ones. An answer that gets lost is not repeated: what it leased stays unused.
    pub leases: Vec<Lease>,
    /// Of those shown: nothing of them may be given out any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub void: Vec<LeaseId>,
    /// Series that have no number left for anybody: begin a new one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exhausted: Vec<Series>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Hash;
    use crate::model::DeviceId;
    use crate::numbering::CompanyPrefix;

    /// The bytes on the wire, for ever.
    #[test]
    fn request_and_reply_are_written_as_they_were_first_written() {
        let series = Series::sscc(3, CompanyPrefix::new("9506000").unwrap()).unwrap();
        let lease = Lease {
            id: LeaseId(4),
            series: series.clone(),
            device: DeviceId::new("GUN-1").unwrap(),
            epoch: 2,
            first: 11,
            last: 20,
        };
        let through = |seq| StoredThrough {
            epoch: 2,
            seq,
            hash: Hash([7; 32]),
        };
        let hash = "07".repeat(32);
        let request = NumbersRequest {
            tip: through(9),
            mark: through(8),
            held: vec![ShownLease {
                lease: lease.clone(),
                next: 13,
            }],
        };
        let written = r#"{"id":4,"series":{"of":"sscc","extension":3,"prefix":"9506000"},"device":"GUN-1","epoch":2,"first":11,"last":20}"#;
        let expected = format!(
            r#"{{"tip":{{"epoch":2,"seq":9,"hash":"{hash}"}},"mark":{{"epoch":2,"seq":8,"hash":"{hash}"}},"held":[{{"lease":{written},"next":13}}]}}"#
        );
        assert_eq!(serde_json::to_string(&request).unwrap(), expected);
        assert_eq!(serde_json::from_str::<NumbersRequest>(&expected).unwrap(), request);
        let reply = NumbersReply {
            leases: vec![lease],
            void: vec![LeaseId(2)],
            exhausted: vec![series],
        };
        let expected = format!(
            r#"{{"leases":[{written}],"void":[2],"exhausted":[{{"of":"sscc","extension":3,"prefix":"9506000"}}]}}"#
        );
        assert_eq!(serde_json::to_string(&reply).unwrap(), expected);
        assert_eq!(serde_json::from_str::<NumbersReply>(&expected).unwrap(), reply);
        assert_eq!(
            serde_json::to_string(&NumbersReply::default()).unwrap(),
            r#"{"leases":[]}"#
        );
    }
}
