//! Sealing an entry into its bytes, and checking a chain of them.

use super::{Entry, FORMAT, Hash, Position};
use crate::model::DeviceId;
use std::io::{self, Write};

/// The most bytes one entry may have. Enforced at capture, so no entry ever blocks the queue.
pub const MOST_BYTES: usize = 64 * 1024;

/// An entry as it is stored, sent and kept for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Where it stands in the device's chain.
    pub position: Position,
    /// SHA-256 over `lotline entry v1\n` and the bytes.
    pub hash: Hash,
    /// The JSON, UTF-8, no newline.
    pub bytes: Vec<u8>,
}

/// Why an entry could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// More than [`MOST_BYTES`].
    #[error("the entry would be {length} bytes, at most {MOST_BYTES} are allowed")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// A value that JSON cannot hold.
    #[error("the entry cannot be written: {0}")]
    Unwritable(#[from] serde_json::Error),
}

impl Entry {
    /// Writes the entry once and for all.
    ///
    /// # Errors
    /// [`SealError::TooLong`] over 64 KiB.
    pub fn seal(&self) -> Result<Sealed, SealError> {
        // About an entry's length: it does not grow step by step.
        let mut bytes = Vec::with_capacity(2_048);
        serde_json::to_writer(&mut bytes, self)?;
        if bytes.len() > MOST_BYTES {
            return Err(SealError::TooLong { length: bytes.len() });
        }
        Ok(Sealed {
            position: self.position(),
            hash: hash_of(&bytes),
            bytes,
        })
    }
}

fn hash_of(bytes: &[u8]) -> Hash {
    Hash::of(&[b"lotline entry v1\n", bytes])
}

/// The `prev` of the first entry of an epoch: SHA-256 over `lotline epoch v1\n`, device, `\n`, epoch, `\n` and the last
/// common hash (lower-case hex) or nothing.
pub fn genesis(device: &DeviceId, epoch: u32, last_common: Option<Hash>) -> Hash {
    root("lotline epoch v1", device, epoch, last_common)
}

/// The `prev` of the first entry written in training: as [`genesis`] with nothing in common, over
/// `lotline training epoch v1\n`. So no chain of training continues a live one, nor the other way round.
pub fn training_genesis(device: &DeviceId, epoch: u32) -> Hash {
    root("lotline training epoch v1", device, epoch, None)
}

fn root(prefix: &str, device: &DeviceId, epoch: u32, last_common: Option<Hash>) -> Hash {
    let mut text = Vec::with_capacity(160);
    // Writing to a Vec cannot fail.
    let written: io::Result<()> = write!(text, "{prefix}\n{device}\n{epoch}\n");
    debug_assert!(written.is_ok());
    if let Some(hash) = last_common {
        text.extend_from_slice(hash.to_string().as_bytes());
    }
    Hash::of(&[&text])
}

/// Where a chain stands: the last entry known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tip {
    /// Which device's chain.
    pub device: DeviceId,
    /// Which epoch.
    pub epoch: u32,
    /// The last sequence number, 0 before the first entry.
    pub seq: u64,
    /// Its hash, or the epoch's [`genesis`].
    pub hash: Hash,
    /// Whether it is a chain of training.
    pub training: bool,
}

impl Tip {
    /// The beginning of an epoch of the record.
    pub fn start(device: DeviceId, epoch: u32, last_common: Option<Hash>) -> Self {
        let hash = genesis(&device, epoch, last_common);
        Tip {
            device,
            epoch,
            seq: 0,
            hash,
            training: false,
        }
    }

    /// The beginning of a chain of training ([`training_genesis`]).
    pub fn start_training(device: DeviceId, epoch: u32) -> Self {
        let hash = training_genesis(&device, epoch);
        Tip {
            device,
            epoch,
            seq: 0,
            hash,
            training: true,
        }
    }
}

/// Why some bytes do not continue a chain. Each names the first entry that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Not JSON, or not an entry's envelope.
    #[error("entry after seq {after}: its envelope cannot be read: {why}")]
    Unreadable {
        /// Last good sequence number.
        after: u64,
        /// The parser's words.
        why: String,
    },
    /// Another device's entry.
    #[error("seq {seq} says it is of device {found}, expected {expected}")]
    OtherDevice {
        /// Which entry.
        seq: u64,
        /// Device expected.
        expected: DeviceId,
        /// Device found.
        found: DeviceId,
    },
    /// Another epoch.
    #[error("seq {seq} is of epoch {found}, expected {expected}")]
    OtherEpoch {
        /// Which entry.
        seq: u64,
        /// Epoch expected.
        expected: u32,
        /// Epoch found.
        found: u32,
    },
    /// Written in training: no part of any record.
    #[error("seq {seq} of device {device} was written in training, which is no part of the record")]
    Training {
        /// Which device's.
        device: DeviceId,
        /// Which entry.
        seq: u64,
    },
    /// Part of the record, where a chain of training is expected.
    #[error("seq {seq} of device {device} is part of the record, not of a training")]
    NotTraining {
        /// Which device's.
        device: DeviceId,
        /// Which entry.
        seq: u64,
    },
    /// A hole, a repeat or a step back.
    #[error("after seq {after} comes seq {found}")]
    OutOfOrder {
        /// Last good sequence number.
        after: u64,
        /// Number found.
        found: u64,
    },
    /// The entry does not name its predecessor's hash: it, or the one before, was changed.
    #[error("seq {seq} does not continue the chain: it names {named} as the hash before it, but that is {actual}")]
    Broken {
        /// Which entry.
        seq: u64,
        /// What it names.
        named: Hash,
        /// What the entry before really hashes to.
        actual: Hash,
    },
}

/// What every format of an entry has: enough to store it, whatever its body says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Envelope {
    /// Format.
    pub v: u32,
    /// Site.
    pub site: crate::model::SiteId,
    /// Device.
    pub device: DeviceId,
    /// Epoch.
    pub epoch: u32,
    /// Sequence.
    pub seq: u64,
    /// Hash before it.
    pub prev: Hash,
    /// Whether it was written in training.
    #[serde(default)]
    pub training: bool,
}

/// Checks that `bytes` continue the chain at `tip` and advances it. What the entry *says* is not looked at: a
/// well-formed envelope is never refused for that (decision 2 of the protocol).
///
/// # Errors
/// [`ChainError`] names what is wrong; `tip` is then unchanged.
pub fn link(tip: &mut Tip, bytes: &[u8]) -> Result<Sealed, ChainError> {
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|e| ChainError::Unreadable {
        after: tip.seq,
        why: e.to_string(),
    })?;
    let sealed = Sealed::from_stored(Position::new(envelope.epoch, envelope.seq), bytes.to_vec());
    tip.follow(&envelope, sealed.hash)?;
    Ok(sealed)
}

impl Tip {
    /// As [`link`], for an entry whose envelope was read and whose bytes were hashed already.
    ///
    /// # Errors
    /// [`ChainError`] names what is wrong; it is then unchanged.
    pub fn follow(&mut self, envelope: &Envelope, hash: Hash) -> Result<(), ChainError> {
        match (envelope.training, self.training) {
            (true, false) => {
                return Err(ChainError::Training {
                    device: envelope.device.clone(),
                    seq: envelope.seq,
                });
            }
            (false, true) => {
                return Err(ChainError::NotTraining {
                    device: envelope.device.clone(),
                    seq: envelope.seq,
                });
            }
            _ => {}
        }
        if envelope.device != self.device {
            return Err(ChainError::OtherDevice {
                seq: envelope.seq,
                expected: self.device.clone(),
                found: envelope.device.clone(),
            });
        }
        if envelope.epoch != self.epoch {
            return Err(ChainError::OtherEpoch {
                seq: envelope.seq,
                expected: self.epoch,
                found: envelope.epoch,
            });
        }
        if envelope.seq != self.seq + 1 {
            return Err(ChainError::OutOfOrder {
                after: self.seq,
                found: envelope.seq,
            });
        }
        if envelope.prev != self.hash {
            return Err(ChainError::Broken {
                seq: envelope.seq,
                named: envelope.prev,
                actual: self.hash,
            });
        }
        self.seq = envelope.seq;
        self.hash = hash;
        Ok(())
    }
}

impl Sealed {
    /// Rebuilds from stored bytes, without a chain to check against.
    pub fn from_stored(position: Position, bytes: Vec<u8>) -> Self {
        let hash = hash_of(&bytes);
        Sealed { position, hash, bytes }
    }

    /// Reads the whole entry.
    ///
    /// # Errors
    /// The JSON error when the body is of a format this version does not know.
    pub fn open(&self) -> Result<Entry, serde_json::Error> {
        let entry: Entry = serde_json::from_slice(&self.bytes)?;
        if entry.v > FORMAT {
            return Err(serde::de::Error::custom(format!(
                "format {} is newer than {FORMAT}",
                entry.v
            )));
        }
        Ok(entry)
    }
}
