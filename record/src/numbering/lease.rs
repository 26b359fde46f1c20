//! A block of numbers that one device has, and what is left of it.

use super::{NumberError, Series};
use crate::model::DeviceId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A lease's name: the gateway counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LeaseId(pub u64);

impl fmt::Display for LeaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A block of numbers for one device in one epoch of its chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Its name.
    pub id: LeaseId,
    /// What the numbers stand for.
    pub series: Series,
    /// Who may give them out.
    pub device: DeviceId,
    /// In which epoch of that device's chain.
    pub epoch: u32,
    /// The first number.
    pub first: u64,
    /// The last number.
    pub last: u64,
}

impl Lease {
    /// Refuses a lease that cannot be one: foreign fields are checked before they are used.
    ///
    /// # Errors
    /// [`NumberError::BadLease`].
    pub fn check(&self) -> Result<(), NumberError> {
        let why = if self.first == 0 {
            "numbers begin at 1"
        } else if self.first > self.last {
            "it is empty"
        } else if self.last > self.series.last() {
            "the series ends before"
        } else {
            return Ok(());
        };
        Err(self.bad(why))
    }

    /// Whether the other one has a number of the same series in common with it.
    pub fn overlaps(&self, other: &Lease) -> bool {
        self.series == other.series && self.first <= other.last && other.first <= self.last
    }

    pub(super) fn bad(&self, why: &'static str) -> NumberError {
        NumberError::BadLease {
            lease: self.id,
            first: self.first,
            last: self.last,
            why,
        }
    }
}

/// Names a number that a device took from a lease: a label of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OwnRef {
    /// The lease it is from.
    pub lease: LeaseId,
    /// Its place in the series.
    pub number: u64,
}

/// A number that was taken: it is used up, whatever becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnNumber {
    /// The lease it is from.
    pub lease: LeaseId,
    /// Its place in the series.
    pub number: u64,
    /// The AI that carries it.
    pub ai: String,
    /// Its text on the label.
    pub value: String,
    /// The GTIN beside it, where there is one.
    pub gtin: Option<String>,
}

impl OwnNumber {
    /// Its name.
    pub const fn reference(&self) -> OwnRef {
        OwnRef {
            lease: self.lease,
            number: self.number,
        }
    }

    /// The elements of its label as bracketed text, `(` in a value escaped.
    pub fn bracketed(&self) -> String {
        let gtin = self.gtin.as_ref().map_or(String::new(), |gtin| format!("(01){gtin}"));
        format!("{gtin}({}){}", self.ai, self.value.replace('(', "\\("))
    }
}

/// A lease on its device, and the next number that has not been taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    lease: Lease,
    next: u64,
}

impl Held {
    /// A lease as it arrives.
    ///
    /// # Errors
    /// [`NumberError::BadLease`].
    pub fn new(lease: Lease) -> Result<Self, NumberError> {
        let next = lease.first;
        Self::resume(lease, next)
    }

    /// A lease as the journal has it.
    ///
    /// # Errors
    /// [`NumberError::BadLease`], also where `next` is not in it: no number is given out on a guess.
    pub fn resume(lease: Lease, next: u64) -> Result<Self, NumberError> {
        lease.check()?;
        if next < lease.first || next > lease.last + 1 {
            return Err(lease.bad("the next number is not in it"));
        }
        Ok(Self { lease, next })
    }

    /// The lease.
    pub const fn lease(&self) -> &Lease {
        &self.lease
    }

    /// The next number that will be taken.
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// How many numbers are left.
    pub const fn left(&self) -> u64 {
        self.lease.last + 1 - self.next
    }

    /// Time to ask for another one: a quarter is left, or less.
    pub const fn is_low(&self) -> bool {
        self.left() <= (self.lease.last - self.lease.first + 1) / 4
    }

    /// Time to ask for another lease of a series: none of these has enough left. One rule for device and gateway.
    pub fn run_low<'h>(leases: impl IntoIterator<Item = &'h Held>) -> bool {
        !leases.into_iter().any(|held| held.left() > 0 && !held.is_low())
    }

    /// Takes the next number. The caller writes the lease back to disk before anything is printed.
    ///
    /// # Errors
    /// [`NumberError::Void`] on another device or in another epoch, [`NumberError::NoneLeft`].
    pub fn take(&mut self, device: &DeviceId, epoch: u32) -> Result<OwnNumber, NumberError> {
        let lease = &self.lease;
        if lease.device != *device || lease.epoch != epoch {
            return Err(NumberError::Void {
                lease: lease.id,
                device: lease.device.clone(),
                epoch: lease.epoch,
            });
        }
        if self.left() == 0 {
            return Err(NumberError::NoneLeft(lease.series.clone()));
        }
        let number = self.next;
        self.next += 1;
        let (ai, value) = lease.series.element(number);
        Ok(OwnNumber {
            lease: lease.id,
            number,
            ai: ai.to_owned(),
            value,
            gtin: lease.series.gtin().map(str::to_owned),
        })
    }
}
