//! A stretch of one device's chain without a hole, and what of it needs entries that stand elsewhere.

use super::Name;
use crate::entry::{Envelope, Hash, Tip, genesis};
use crate::model::DeviceId;
use crate::wire::StoredThrough;
use std::collections::BTreeMap;

/// Where something stands: which of the files, from 0, and its line, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub(super) file: usize,
    pub(super) line: u64,
}

/// An epoch's entries in a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Epoch {
    /// Sequence of the first of them.
    pub(super) from: u64,
    /// Their hashes.
    pub(super) hashes: Vec<Hash>,
}

/// An epoch that begins after an entry which none of the file's entries is.
#[derive(Debug, Clone)]
pub(super) struct Loose {
    pub(super) at: At,
    pub(super) first: Name,
    pub(super) named: Hash,
}

/// An epoch that comes after epochs that are not there, which the device's signature says are empty.
#[derive(Debug, Clone)]
pub(super) struct Jump {
    pub(super) at: At,
    pub(super) first: Name,
    /// The entries that the device names as its last before it.
    pub(super) after: Vec<StoredThrough>,
}

/// Entries that follow each other, each link checked.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Where it begins.
    pub(super) at: At,
    /// The entry it follows; `None`: it begins with the device's first.
    pub(super) follows: Option<StoredThrough>,
    /// Where it stands.
    pub(super) tip: Tip,
    pub(super) epochs: BTreeMap<u32, Epoch>,
    /// What the first entry of each epoch names as the one before it.
    pub(super) begins: Vec<Hash>,
    pub(super) loose: Vec<Loose>,
    pub(super) jumps: Vec<Jump>,
    /// The last head the device signed.
    pub(super) signed: Option<(u32, u64)>,
}

impl Run {
    /// From the device's first entry, which is `first`.
    pub(super) fn whole(at: At, first: &Name) -> Self {
        Run {
            at,
            follows: None,
            tip: Tip::start(first.device.clone(), first.epoch, None),
            epochs: BTreeMap::new(),
            begins: vec![genesis(&first.device, 1, None)],
            loose: Vec::new(),
            jumps: Vec::new(),
            signed: None,
        }
        // The chain of a device begins in epoch 1.
        .jumping(at, first, 0)
    }

    fn jumping(mut self, at: At, first: &Name, before: u32) -> Self {
        self.jump(at, first, before);
        self
    }

    /// `first` begins its epoch after an entry of epoch `before`.
    fn jump(&mut self, at: At, first: &Name, before: u32) {
        if first.epoch > before + 1 {
            self.jumps.push(Jump {
                at,
                first: first.clone(),
                after: Vec::new(),
            });
        }
    }

    /// After an entry that stands elsewhere.
    pub(super) fn after(at: At, device: &DeviceId, follows: StoredThrough) -> Self {
        Run {
            at,
            follows: Some(follows),
            tip: Tip {
                device: device.clone(),
                epoch: follows.epoch,
                seq: follows.seq,
                hash: follows.hash,
                training: false,
            },
            epochs: BTreeMap::new(),
            begins: Vec::new(),
            loose: Vec::new(),
            jumps: Vec::new(),
            signed: None,
        }
    }

    pub(super) fn push(&mut self, seq: u64, hash: Hash) {
        let epoch = self.epochs.entry(self.tip.epoch).or_default();
        if epoch.hashes.is_empty() {
            epoch.from = seq;
        }
        epoch.hashes.push(hash);
    }

    /// The hash of one of its entries.
    pub(super) fn hash(&self, epoch: u32, seq: u64) -> Option<Hash> {
        let epoch = self.epochs.get(&epoch)?;
        let at = seq.checked_sub(epoch.from)?;
        epoch.hashes.get(usize::try_from(at).ok()?).copied()
    }

    /// Whether an entry is here, or the one it follows; the beginning of epoch 1 always is.
    pub(super) fn has(&self, at: &StoredThrough) -> bool {
        match at.seq {
            0 => at.epoch == 1,
            seq => self.follows == Some(*at) || self.hash(at.epoch, seq) == Some(at.hash),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.epochs.is_empty()
    }

    pub(super) fn entries(&self) -> u64 {
        self.epochs.values().map(|epoch| epoch.hashes.len() as u64).sum()
    }

    /// Entries up to that one.
    pub(super) fn through(&self, (epoch, seq): (u32, u64)) -> u64 {
        let before: u64 = self.epochs.range(..epoch).map(|(_, e)| e.hashes.len() as u64).sum();
        let within = self
            .epochs
            .get(&epoch)
            .map_or(0, |e| (seq + 1).saturating_sub(e.from).min(e.hashes.len() as u64));
        before + within
    }

    /// Its entries in the order of the chain.
    pub(super) fn each(&self) -> impl Iterator<Item = StoredThrough> + '_ {
        self.epochs.iter().flat_map(|(epoch, e)| {
            (e.from..).zip(&e.hashes).map(|(seq, hash)| StoredThrough {
                epoch: *epoch,
                seq,
                hash: *hash,
            })
        })
    }

    /// Whether `named` is the beginning of `epoch` after one of its entries, after the entry it follows, after the beginning of
    /// an epoch, or after none.
    pub(super) fn begins_after(&self, epoch: u32, named: Hash) -> bool {
        let earlier = self.epochs.range(..epoch).rev();
        let earlier = earlier.flat_map(|(_, e)| e.hashes.iter().rev());
        let follows = self.follows.iter().map(|follows| &follows.hash);
        // The few beginnings are tried before the many entries.
        std::iter::once(None)
            .chain(self.begins.iter().chain(follows).chain(earlier).copied().map(Some))
            .any(|common| named == genesis(&self.tip.device, epoch, common))
    }

    /// A new epoch names the last entry that both sides had, the beginning of one of the epochs before, or none.
    pub(super) fn next_epoch(&mut self, at: At, name: &Name, bytes: &[u8]) {
        self.jump(at, name, self.tip.epoch);
        let named = serde_json::from_slice::<Envelope>(bytes).map(|e| e.prev).ok();
        let known = named.filter(|named| self.begins_after(name.epoch, *named));
        let loose = named.filter(|_| known.is_none() && self.follows.is_some());
        self.tip = Tip::start(name.device.clone(), name.epoch, None);
        if let Some(named) = known.or(loose) {
            self.tip.hash = named;
        }
        if let Some(named) = loose {
            self.loose.push(Loose {
                at,
                first: name.clone(),
                named,
            });
        }
        self.begins.push(self.tip.hash);
    }
}
