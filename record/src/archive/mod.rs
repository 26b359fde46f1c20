//! The exported record: JSON Lines that prove themselves, as a file compressed with zstd.
//!
//! ```text
//! {"format":"lotline export v1","site":"S1","from":"server","made_at":"…","site_key":"…","devices":{"fork-2-ab12cd":"…"}}
//! {"type":"entry","device":"…","epoch":1,"seq":1,"hash":"…","bytes":"…"}
//! {"type":"proof","device":"…","epoch":1,"seq":40,"head":"…","proof":"…"}
//! {"type":"receipt","device":"…","epoch":1,"from":1,"to":40,"head":"…","received_at":"…","signature":"…"}
//! {"type":"end","entries":40,"proofs":1,"receipts":1}
//! ```
//!
//! Entries of one device stand in the order of its chain; devices may interleave. `bytes` are the exact bytes of the
//! entry, base64url; keys are SPKI DER, base64url. Proofs and receipts come after the entries they are about.

mod verify;
mod write;

pub use verify::{Chain, Check, Fault, Keys, Name, Report, verify};
pub use write::{Counts, Writer};

use crate::entry::{Hash, Instant, b64};
use crate::model::{DeviceId, SiteId};
use crate::wire::Receipt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The first word of every export of this format.
pub const FORMAT: &str = "lotline export v1";

/// A public key, SPKI DER.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Spki(#[serde(with = "b64")] pub Vec<u8>);

/// Where a record was exported from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The gateway's ledger: every entry came with a push that its device signed.
    Server,
    /// A handheld's folder: the last entries may not have been sent yet.
    Device,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// Which site's record.
    pub site: SiteId,
    /// Where it was exported from.
    pub from: Origin,
    /// When.
    pub made_at: Instant,
    /// The site's public key, which counter-signs, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_key: Option<Spki>,
    /// The devices' public keys as enrolled, where they are known.
    pub devices: BTreeMap<DeviceId, Spki>,
}

/// Every line after the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Line {
    /// An entry, byte for byte.
    Entry {
        /// Whose.
        device: DeviceId,
        /// Its epoch.
        epoch: u32,
        /// Its sequence.
        seq: u64,
        /// Its hash, as stored.
        hash: Hash,
        /// Its bytes.
        #[serde(with = "b64")]
        bytes: Vec<u8>,
    },
    /// A device's signature over its head.
    Proof {
        /// Whose.
        device: DeviceId,
        /// Epoch of the head.
        epoch: u32,
        /// Its sequence.
        seq: u64,
        /// Its hash.
        head: Hash,
        /// The compact JWT as sent.
        proof: String,
    },
    /// The site's counter-signature.
    Receipt(Receipt),
    /// The last line: how many there were of each.
    End(Counts),
}
