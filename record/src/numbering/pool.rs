//! The gateway's side: which numbers of a series were never leased.

use super::{Lease, LeaseId, NumberError, Series};
use crate::model::DeviceId;

/// How far a restored pool jumps: more numbers than a site leases between two backups.
pub const RESTORE_GAP: u64 = 100_000;

/// One series at the gateway. Numbers leave it in order and never come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    series: Series,
    /// The lowest number that was never leased.
    next: u64,
    next_lease: LeaseId,
}

impl Pool {
    /// A series of which nothing is leased.
    pub const fn new(series: Series, first_lease: LeaseId) -> Self {
        Self {
            series,
            next: 1,
            next_lease: first_lease,
        }
    }

    /// A series as the ledger has it.
    pub const fn resume(series: Series, next: u64, next_lease: LeaseId) -> Self {
        Self {
            series,
            next,
            next_lease,
        }
    }

    /// After a backup was restored: the pool goes on behind every lease that a device still shows, and a gap further, for
    /// leases of devices that have not spoken yet.
    #[must_use]
    pub fn restored<'l>(mut self, gap: u64, shown: impl IntoIterator<Item = &'l Lease>) -> Self {
        for lease in shown {
            self.observe(lease);
        }
        self.next = self.next.saturating_add(gap);
        self.next_lease = LeaseId(self.next_lease.0.saturating_add(gap));
        self
    }

    /// A device shows a lease: nothing of it is leased again, whether or not this pool knew it.
    pub fn observe(&mut self, lease: &Lease) {
        if lease.series == self.series {
            self.next = self.next.max(lease.last.saturating_add(1));
        }
        self.next_lease = self.next_lease.max(LeaseId(lease.id.0.saturating_add(1)));
    }

    /// What is leased here.
    pub const fn series(&self) -> &Series {
        &self.series
    }

    /// The lowest number never leased, and the name of the next lease: what the ledger keeps.
    pub const fn state(&self) -> (u64, LeaseId) {
        (self.next, self.next_lease)
    }

    /// How many numbers were never leased.
    pub fn left(&self) -> u64 {
        (self.series.last() + 1).saturating_sub(self.next)
    }

    /// Leases `count` numbers, or as many as are left. The caller writes the pool to disk before the lease goes out.
    ///
    /// # Errors
    /// [`NumberError::Exhausted`] when none is left.
    pub fn lease(&mut self, device: DeviceId, epoch: u32, count: u64) -> Result<Lease, NumberError> {
        let count = count.max(1).min(self.left());
        if count == 0 {
            return Err(NumberError::Exhausted(self.series.clone()));
        }
        let lease = Lease {
            id: self.next_lease,
            series: self.series.clone(),
            device,
            epoch,
            first: self.next,
            last: self.next + count - 1,
        };
        self.next += count;
        self.next_lease = LeaseId(self.next_lease.0 + 1);
        Ok(lease)
    }
}
