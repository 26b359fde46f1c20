//! The report of an offline drill.

use super::Signature;
use serde::{Deserialize, Serialize};

/// What an offline drill proved: captured while nothing was sent, received once there was a network again, reconciled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drilled {
    /// Epoch of the entries it is about.
    pub epoch: u32,
    /// The first of them.
    pub from: u64,
    /// The last.
    pub to: u64,
    /// How many scans were made.
    pub scans: u32,
    /// How many of the entries were still on the device alone when the network was back.
    pub waited: u64,
    /// How many the gateway has counter-signed.
    pub received: u64,
    /// How many of them it has counter-signed more than once.
    pub twice: u64,
    /// Whether they continue the chain, and hash to what was stored.
    pub chain: bool,
    /// Whether the picture came back with all of them in it.
    pub included: bool,
    /// Seconds from the network being back to the last of them being received, by the gateway's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Of who looked.
    pub signature: Signature,
}

impl Drilled {
    /// How many entries it is about.
    pub const fn entries(&self) -> u64 {
        (self.to + 1).saturating_sub(self.from)
    }

    /// How many of them the gateway does not have.
    pub const fn lost(&self) -> u64 {
        self.entries().saturating_sub(self.received)
    }

    /// Whether everything waited, arrived once and came back.
    pub const fn is_clean(&self) -> bool {
        self.lost() == 0 && self.twice == 0 && self.waited >= self.entries() && self.chain && self.included
    }
}
