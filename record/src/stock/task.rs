//! What becomes of a task. Nothing here moves goods: the facts that do say themselves for which task they were done.

use super::Effect;
use crate::entry::{Reserve, TaskAct, Tasked};
use crate::model::{DeviceId, PersonId, TaskState};

pub(super) fn push(tasked: &Tasked, out: &mut Vec<Effect>) {
    let Some(state) = tasked.act.state() else { return };
    let mut effect = Assigned {
        state,
        ..Assigned::default()
    };
    match &tasked.act {
        TaskAct::Taken { until, over, reserves } => {
            effect.until_ms = Some(until.unix_ms());
            effect.over.clone_from(over);
            effect.reserves.clone_from(reserves);
        }
        TaskAct::Handed { person, device } => {
            effect.person.clone_from(person);
            effect.device.clone_from(device);
        }
        _ => {}
    }
    out.push(Effect::Task {
        task: tasked.task.clone(),
        owner: tasked.owner.clone(),
        assigned: Box::new(effect),
    });
}

/// How far a task is after an entry. Person and device are those of the entry, but for one that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assigned {
    /// How far.
    pub state: TaskState,
    /// To whom it was handed over.
    pub person: Option<PersonId>,
    /// To which device it was handed over.
    pub device: Option<DeviceId>,
    /// Until when nobody else takes it, milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// The device it was taken over from.
    pub over: Option<DeviceId>,
    /// What is kept for it.
    pub reserves: Vec<Reserve>,
}

impl Assigned {
    /// A taking that is taken back leaves the task open; anything else gives it back to whoever takes it back, kept for no
    /// time.
    pub(super) fn undone(&self) -> Self {
        Assigned {
            state: match self.state {
                TaskState::Taken => TaskState::Open,
                _ => TaskState::Taken,
            },
            ..Assigned::default()
        }
    }
}
