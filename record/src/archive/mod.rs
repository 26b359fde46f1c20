//! The exported record: JSON Lines that prove themselves, as a file compressed with zstd.
//!
//! ```text
//! {"format":"lotline export v2","site":"S1","from":"server","made_at":"…","site_key":"…","devices":{"fork-2-ab12cd":"…"}}
//! {"type":"follows","device":"…","epoch":1,"seq":17,"hash":"…"}
//! {"type":"entry","device":"…","epoch":1,"seq":18,"hash":"…","bytes":"…"}
//! {"type":"proof","device":"…","epoch":1,"seq":40,"head":"…","proof":"…"}
//! {"type":"receipt","device":"…","epoch":1,"from":18,"to":40,"head":"…","received_at":"…","signature":"…"}
//! {"type":"end","entries":23,"proofs":1,"receipts":1}
//! ```
//!
//! Entries of one device stand in the order of its chain; devices may interleave. `bytes` are the exact bytes of the
//! entry, base64url; keys are SPKI DER, base64url. Proofs and receipts come after the entries they are about.
//!
//! A device's entries begin with its first one, or a line before them says which entry they follow: an archive of some months,
//! and what is left online, begin in mid-chain. Several files then prove each other ([`verify_all`]). Version 1 had no such line.

mod join;
mod run;
mod verify;
mod write;

pub use join::{Chain, Report};
pub use verify::{Check, Fault, Keys, Name, verify, verify_all};
pub use write::{Counts, Writer};

use crate::entry::{Hash, Instant, b64};
use crate::model::{DeviceId, SiteId};
use crate::wire::Receipt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The first word of every export of this format.
pub const FORMAT: &str = "lotline export v2";
/// The first word of exports that begin with each device's first entry: still read.
pub const FORMAT_1: &str = "lotline export v1";

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

/// A stretch of time in which entries were received, by the site's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The first instant of it.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`], or [`FORMAT_1`].
    pub format: String,
    /// Which site's record.
    pub site: SiteId,
    /// Where it was exported from.
    pub from: Origin,
    /// When.
    pub made_at: Instant,
    /// Of an archive: when its entries were received. `None` for a record as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Received>,
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
    /// The device's next entry in this file follows that one, which stands elsewhere.
    Follows {
        /// Whose.
        device: DeviceId,
        /// Epoch of the entry before.
        epoch: u32,
        /// Its sequence.
        seq: u64,
        /// Its hash.
        hash: Hash,
    },
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
