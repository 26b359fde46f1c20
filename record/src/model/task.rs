//! Work that waits: what the warehouse's own system asks for, what became of it, and what is kept for whoever does it
//! (domain §8).

use super::{
    Amount, DeviceId, DocumentId, ItemId, LotKey, LotNumber, OwnerId, PersonId, PlaceId, Reason, TaskId, policy::codes,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Bring what came in to where it stays.
    PutAway,
    /// Pick an order.
    Pick,
    /// Fill a pick face.
    Replenish,
    /// Count a place.
    Count,
    /// Move goods.
    Move,
    /// Collect what a recall covers.
    Collect,
    /// Put back what was done twice.
    PutBack,
}

impl TaskKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            TaskKind::PutAway => "put_away",
            TaskKind::Pick => "pick",
            TaskKind::Replenish => "replenish",
            TaskKind::Count => "count",
            TaskKind::Move => "move",
            TaskKind::Collect => "collect",
            TaskKind::PutBack => "put_back",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        use TaskKind::{Collect, Count, Move, Pick, PutAway, PutBack, Replenish};
        [PutAway, Pick, Replenish, Count, Move, Collect, PutBack]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// It waits.
    #[default]
    Open,
    /// Somebody does it on a device, until a time at which it may be taken over.
    Taken,
    /// It was begun and waits.
    Parked,
    /// It waits for one person or one device.
    Handed,
    /// It is done.
    Done,
    /// The warehouse's own system took it back.
    Withdrawn,
}

impl TaskState {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            TaskState::Open => "open",
            TaskState::Taken => "taken",
            TaskState::Parked => "parked",
            TaskState::Handed => "handed",
            TaskState::Done => "done",
            TaskState::Withdrawn => "withdrawn",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        use TaskState::{Done, Handed, Open, Parked, Taken, Withdrawn};
        [Open, Taken, Parked, Handed, Done, Withdrawn]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// A task: what is asked for, by the warehouse's own system, and how far it is, by the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its number there.
    pub task: TaskId,
    /// What it asks for.
    pub kind: TaskKind,
    /// Whose goods.
    pub owner: OwnerId,
    /// What comes first: 1 before 2.
    pub priority: u32,
    /// Where it begins.
    pub place: Option<PlaceId>,
    /// The zone it lies in.
    pub zone: Option<String>,
    /// Where the goods should go.
    pub to: Option<PlaceId>,
    /// What it takes: `fork`; anybody may do what names none.
    pub equipment: Option<String>,
    /// The order that is picked, or the recall that is collected.
    pub document: Option<DocumentId>,
    /// Which item.
    pub item: Option<ItemId>,
    /// Which lot.
    pub lot: Option<LotNumber>,
    /// How much, in base units.
    pub amount: Option<Amount>,
    /// By when, milliseconds since 1970.
    pub due_ms: Option<i64>,
    /// How far it is.
    pub state: TaskState,
    /// Who has it, did it, or is to do it.
    pub person: Option<PersonId>,
    /// On which device.
    pub device: Option<DeviceId>,
    /// Until when nobody else takes it, milliseconds since 1970.
    pub until_ms: Option<i64>,
}

/// Goods that are kept for a task, until a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// For which task.
    pub task: TaskId,
    /// Which lot.
    pub lot: Option<LotKey>,
    /// Where.
    pub place: PlaceId,
    /// How much, in base units.
    pub amount: Amount,
    /// For whom.
    pub device: DeviceId,
    /// Until when, milliseconds since 1970.
    pub until_ms: i64,
}

/// What a site decided about its work queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QueuePolicy {
    /// Minutes for which a device has a task and what is reserved for it; whoever works goes on having it.
    pub hold_minutes: u32,
    /// What a cart, fork or hand is good for, by its name: tasks that ask for it are offered there.
    pub equipment: BTreeMap<String, Vec<String>>,
    /// Zones a cart, fork or hand works in, by its name; what is not named works in all.
    pub zones: BTreeMap<String, Vec<String>>,
    /// Reasons offered for skipping a task.
    pub skip_reasons: Vec<Reason>,
}

impl Default for QueuePolicy {
    fn default() -> Self {
        QueuePolicy {
            hold_minutes: 30,
            equipment: BTreeMap::new(),
            zones: BTreeMap::new(),
            skip_reasons: codes(&["way_blocked", "not_there", "too_heavy"]),
        }
    }
}
