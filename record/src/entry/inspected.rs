//! What an inspection found and decided.

use super::{Load, Signature};
use crate::model::{Account, Amount, Block, Goods};
use serde::{Deserialize, Serialize};

/// An inspection: what was looked at, what was found, and what quality decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspected {
    /// What waited: goods of a lot in a place, one unit, or a handling unit.
    pub load: Load,
    /// Where it waited.
    pub at: Account,
    /// How much waited, in base units, as the inspecting device knew it.
    pub amount: Amount,
    /// The quality blocks that were decided on, as they were seen.
    pub blocks: Vec<Block>,
    /// What was looked at.
    pub sample: Sample,
    /// The reference of a certificate, in the person's words or as scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// What follows.
    pub outcome: InspectionOutcome,
    /// The bad part, where only a part is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Rejected>,
    /// The signature of quality.
    pub signature: Signature,
}

/// A sample, in units of the label that was scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// How many were asked to be looked at.
    pub size: u32,
    /// How many of them were bad.
    pub bad: u32,
}

/// What an inspection decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InspectionOutcome {
    /// All is released.
    Pass,
    /// A part is released, the other one is kept apart.
    Partial,
    /// All stays blocked.
    Fail,
}

impl InspectionOutcome {
    /// The word on the wire and in the history.
    pub const fn as_str(self) -> &'static str {
        match self {
            InspectionOutcome::Pass => "pass",
            InspectionOutcome::Partial => "partial",
            InspectionOutcome::Fail => "fail",
        }
    }
}

/// Goods that an inspection kept apart from those it released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Which; several where each has a serial.
    pub goods: Vec<Goods>,
    /// Where they stand now: a cage, as a rule.
    pub to: Account,
    /// What keeps them there.
    pub block: Block,
}
