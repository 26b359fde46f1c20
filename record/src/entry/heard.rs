//! What a device had heard of another one.

use super::Position;
use crate::model::DeviceId;
use serde::{Deserialize, Serialize};

/// Up to which entry a device had heard of another one when it counted. A cursor says the same only to the gateway that gave
/// it; this says it to whoever reads the entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The other device.
    pub device: DeviceId,
    /// Epoch of the entry.
    pub epoch: u32,
    /// The entry.
    pub seq: u64,
}

impl Heard {
    /// Where in the other device's chain that is.
    pub const fn through(&self) -> Position {
        Position::new(self.epoch, self.seq)
    }
}
