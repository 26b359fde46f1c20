//! Push: `POST /v1/entries`, one line an entry, its exact stored bytes.

use crate::entry::{Hash, Instant, Sealed, Tip, b64};
use crate::model::DeviceId;
use serde::{Deserialize, Serialize};

/// Entries in a batch, unless the server says less.
pub const BATCH_ENTRIES: usize = 1_000;
/// Bytes in a batch after decompression, unless the server says less.
pub const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// The server is durable up to here: the one thing that moves the device's mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredThrough {
    /// Epoch.
    pub epoch: u32,
    /// Last stored sequence; 0 when none.
    pub seq: u64,
    /// Hash of that entry, or the epoch's genesis.
    pub hash: Hash,
}

/// The place and hash of an entry.
impl From<&Sealed> for StoredThrough {
    fn from(entry: &Sealed) -> Self {
        StoredThrough {
            epoch: entry.position.epoch(),
            seq: entry.position.seq(),
            hash: entry.hash,
        }
    }
}

/// Where a chain ends.
impl From<&Tip> for StoredThrough {
    fn from(tip: &Tip) -> Self {
        StoredThrough {
            epoch: tip.epoch,
            seq: tip.seq,
            hash: tip.hash,
        }
    }
}

/// The server's counter-signature over what it received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Whose entries.
    pub device: DeviceId,
    /// Epoch.
    pub epoch: u32,
    /// First sequence of the push.
    pub from: u64,
    /// Last sequence of the push.
    pub to: u64,
    /// Hash of the last entry.
    pub head: Hash,
    /// When they were durable.
    pub received_at: Instant,
    /// ES256 (r ‖ s, 64 bytes) of the site key over [`Receipt::message`].
    #[serde(with = "b64")]
    pub signature: Vec<u8>,
}

impl Receipt {
    /// The bytes the site key signs.
    pub fn message(&self) -> Vec<u8> {
        let Receipt {
            device,
            epoch,
            from,
            to,
            head,
            received_at,
            ..
        } = self;
        format!("lotline receipt v1\n{device}\n{epoch}\n{from}\n{to}\n{head}\n{received_at}").into_bytes()
    }
}

/// The answer to a push that was stored, or had been before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushReply {
    /// Durable up to here.
    pub stored_through: StoredThrough,
    /// The counter-signature; absent when nothing new was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}
