//! What a person did with a task of the work queue (domain §8). A claim: it never stands in the way of what was done.

use super::Instant;
use crate::model::Amount;
use crate::model::{DeviceId, ItemId, LotKey, OwnerId, PersonId, PlaceId, TaskId, TaskState};
use serde::{Deserialize, Serialize};

/// Something became of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tasked {
    /// Which one.
    pub task: TaskId,
    /// Whose goods it is about.
    pub owner: OwnerId,
    /// What.
    pub act: TaskAct,
}

/// Goods that are kept for a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserve {
    /// Which item.
    pub item: ItemId,
    /// Which lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotKey>,
    /// Where.
    pub place: PlaceId,
    /// How much, in base units.
    pub amount: Amount,
}

/// What became of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum TaskAct {
    /// A device has it, or has it for longer.
    Taken {
        /// Until when nobody else takes it.
        until: Instant,
        /// The device it was taken over from, of which nobody knows what it did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        over: Option<DeviceId>,
        /// What is kept for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reserves: Vec<Reserve>,
    },
    /// It was begun and waits.
    Parked,
    /// It waits for another person or device.
    Handed {
        /// For whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        /// For which device.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device: Option<DeviceId>,
    },
    /// It was left to others.
    Skipped {
        /// The policy's code of the reason, or the person's words.
        reason: String,
    },
    /// It is done.
    Done {
        /// `done`, `short` when a person ended it with less, `elsewhere` when another device had done it, too.
        outcome: String,
    },
    /// Something else is done first.
    DetourBegun,
    /// Back to it.
    DetourEnded,
}

impl TaskAct {
    /// How far the task is after it; `None` where that does not change.
    pub const fn state(&self) -> Option<TaskState> {
        match self {
            TaskAct::Taken { .. } => Some(TaskState::Taken),
            TaskAct::Parked => Some(TaskState::Parked),
            TaskAct::Handed { .. } => Some(TaskState::Handed),
            TaskAct::Done { .. } => Some(TaskState::Done),
            TaskAct::Skipped { .. } | TaskAct::DetourBegun | TaskAct::DetourEnded => None,
        }
    }
}
