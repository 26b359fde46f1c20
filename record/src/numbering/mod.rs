//! Own numbers: serials, SSCCs, lot numbers and unit identifiers that this site gives out (domain §2).
//!
//! A [`Pool`] at the gateway hands each device a [`Lease`]: a block of one [`Series`] that no other device has. A device
//! that is offline takes numbers from its leases alone, so two of them never give out the same one. What protects what:
//!
//! | what happens | what keeps numbers apart |
//! |---|---|
//! | a print fails, a process dies | a number is taken on disk before it is printed; taken is used up, printed or not |
//! | a lease runs out | [`NumberError::NoneLeft`]; devices ask for more while some are left ([`Held::is_low`]) |
//! | a device is lost | its leases stay leased for ever: numbers never go back to a pool |
//! | an answer with leases gets lost | they stay leased and unused; the device gets others |
//! | a device's backup is restored | a lease is bound to the epoch of the device's chain; the restored device starts a new epoch, and the old leases are void. The gateway ends them too: when the chain, or the next number, is behind what it saw before, or a lease is not shown any more |
//! | a gateway's backup is restored | [`Pool::restored`]: past every lease any device still shows, and a gap beyond |
//! | a series runs out | [`NumberError::Exhausted`]: the gateway leases what is left, then says so |
//!
//! Between its restoring and its first word with the gateway, a device that has lost the newest part of its journal can't
//! know it; what it gives out twice in that time is found by the uniqueness rule when its entries arrive.

mod lease;
mod pool;
mod series;
#[cfg(test)]
mod tests;

pub use lease::{Held, Lease, LeaseId, OwnNumber, OwnRef};
pub use pool::{Pool, RESTORE_GAP};
pub use series::{CompanyPrefix, Series};

use crate::model::DeviceId;
use lotline_scan::Gtin;

/// Why there is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// A GS1 Company Prefix has 4 to 12 digits.
    #[error("{0:?} is no GS1 Company Prefix: 4 to 12 digits")]
    Prefix(String),
    /// The GTIN belongs to another company: its serials and lots are the maker's to give out.
    #[error("GTIN {0} is not of our own company prefixes: give the unit a GIAI (8004) instead")]
    NotOurs(Gtin),
    /// The text before a lot's number leaves no room, or holds characters that AI 10 does not know.
    #[error("{0:?} can't stand before a lot's number: 0 to 12 characters of GS1 character set 82")]
    Stem(String),
    /// An SSCC's extension digit is 0 to 9.
    #[error("an SSCC's extension digit is 0 to 9, not {0}")]
    Extension(u8),
    /// Every number of the series is leased.
    #[error("all numbers of {0} are given out: begin a new series")]
    Exhausted(Series),
    /// This device has no number of the series left; the gateway leases more.
    #[error("no number of {0} is left on this device: reach the gateway, which leases more")]
    NoneLeft(Series),
    /// The lease is another device's, or of an epoch that ended (a restored backup, a fork).
    #[error("lease {lease} is of {device}, epoch {epoch}: it is void here")]
    Void {
        /// The lease.
        lease: LeaseId,
        /// Whose it is.
        device: DeviceId,
        /// Of which epoch.
        epoch: u32,
    },
    /// A lease is not one: empty, beyond its series, or over numbers that another one covers.
    #[error("lease {lease} covers {first} to {last}, which it may not: {why}")]
    BadLease {
        /// The lease.
        lease: LeaseId,
        /// Its first number.
        first: u64,
        /// Its last number.
        last: u64,
        /// What is wrong with it.
        why: &'static str,
    },
}
