//! What acts of authority say: how an exception is settled, who signed what, how a recall or a return goes on (domain §4).

use super::Instant;
use crate::model::{Block, Day, PersonId};
use serde::{Deserialize, Serialize};

/// How an exception was settled (D2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Resolution {
    /// What was seen is right: it counts as captured.
    Accept,
    /// The record was wrong: the lot gets the expiry that was seen.
    CorrectRecord {
        /// The right expiry.
        expiry: Day,
    },
    /// The label is wrong: the goods take the recorded expiry and are relabelled.
    Relabel,
    /// The goods stay apart under a block.
    Quarantine {
        /// The block this places.
        block: Block,
    },
    /// The goods go back or are refused.
    Reject,
}

impl Resolution {
    /// The word used in actions, permissions and messages.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Resolution::Accept => "accept",
            Resolution::CorrectRecord { .. } => "correct_record",
            Resolution::Relabel => "relabel",
            Resolution::Quarantine { .. } => "quarantine",
            Resolution::Reject => "reject",
        }
    }
}

/// An electronic signature (21 CFR 11.50, 11.70, 11.200): two components, printed name, time and meaning, bound to the
/// entry it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Who signed, as a pseudonym.
    pub person: PersonId,
    /// Which version of the printed name; the name itself is resolved at display and export.
    pub name_version: u32,
    /// What the signature means, as a message id of `text`.
    pub meaning: String,
    /// When, by the device's clock.
    pub at: Instant,
    /// The components used, always badge and PIN.
    pub components: Vec<String>,
}

/// What became of a recall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revision {
    /// It began.
    Open,
    /// It covers more.
    Widen,
    /// It covers less.
    Narrow,
    /// It covers nothing any more.
    Close,
}

impl Revision {
    /// The word used in history.
    pub const fn as_str(self) -> &'static str {
        match self {
            Revision::Open => "open",
            Revision::Widen => "widen",
            Revision::Narrow => "narrow",
            Revision::Close => "close",
        }
    }

    /// Whether it lets anything go, which takes a signature of quality.
    pub const fn frees(self) -> bool {
        matches!(self, Revision::Narrow | Revision::Close)
    }
}

/// What becomes of goods that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// Back to stock.
    Stock,
    /// Kept apart until somebody decides.
    Quarantine,
    /// Kept apart until they are disposed of.
    Dispose,
}

/// What was answered to a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationAnswer {
    /// Genuine, and may be sold.
    Active,
    /// Not to be sold: decommissioned, or not known.
    Inactive,
    /// Suspected of falsification.
    Alert,
}

impl VerificationAnswer {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            VerificationAnswer::Active => "active",
            VerificationAnswer::Inactive => "inactive",
            VerificationAnswer::Alert => "alert",
        }
    }
}
