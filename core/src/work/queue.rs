//! The work queue: the next task by priority, time and way, done in the flow that is for it (domain §8).
//!
//! Steps: what comes next, and why; take it, or skip it with a reason. The task's flow opens inside; when it is done, the
//! next one is shown. Meanwhile it can be parked, handed over to a person or a device, or left for something else and come
//! back to at the same step. Where nothing waits, own work is proposed. A task never stands in the way of a fact: what was
//! done for a task that another device did too counts, and is put back (domain §4).

mod ask;
mod held;
mod next;
mod own;
mod view;

pub(crate) use view::beside;

use super::{Context, Event, Step, Work};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Instant, Position, Refs, Reserve, TaskAct, Tasked};
use lotline_record::model::{Amount, OwnerId, PlaceId, Task, TaskId, TaskState};
use lotline_record::rules::{self, Claim, Facts, Judge, Worker};
use serde::{Deserialize, Serialize};

/// The open queue.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Queue {
    /// The task that is done now.
    held: Option<Held>,
    /// The flow it is done in; own work where there is no task.
    inner: Option<Box<Work>>,
    /// What is done first: the menu, while it is chosen.
    detour: Option<Box<Work>>,
    /// What is asked besides.
    asking: Option<Asking>,
    /// Tasks that were parked here, each with the step it was left at.
    parked: Vec<(Held, Option<Work>)>,
    /// Tasks that were skipped here: they come last.
    skipped: Vec<TaskId>,
    /// The place that was scanned last.
    at: Option<PlaceId>,
    /// What became of a task last, to take it back.
    last: Option<Position>,
}

/// A task that this device has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Held {
    task: TaskId,
    owner: OwnerId,
    /// Until when, milliseconds since 1970.
    until_ms: i64,
    /// The entry that took it.
    taken: Position,
    /// What is kept for it.
    reserves: Vec<Reserve>,
    /// What was brought to where it goes, in base units.
    did: Amount,
    /// Facts that were written for it, less those taken back.
    facts: i64,
    /// What it asks for beside an amount was done: the order is closed, the place counted.
    complete: bool,
    /// It was said that another device did it.
    told: bool,
}

/// What is asked besides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Asking {
    /// How to go on with the task.
    Menu,
    /// Why this one is skipped.
    Skip(TaskId),
    /// To whom the task is handed over.
    Hand,
}

impl Queue {
    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(detour) = self.detour.take() {
            return self.aside(*detour, event, context);
        }
        if let Some(asking) = self.asking.take() {
            return self.answer(asking, event, context);
        }
        match self.inner.take() {
            Some(inner) => self.work(*inner, event, context),
            None => self.next(event, context),
        }
    }

    /// The flow that is open inside, as deep as it goes.
    pub(super) fn within(&self) -> Option<&Work> {
        self.detour.as_deref().or(match self.asking {
            None => self.inner.as_deref(),
            Some(_) => None,
        })
    }

    /// The same, to be told something.
    pub(super) fn within_mut(&mut self) -> Option<&mut Work> {
        match (&mut self.detour, &self.asking) {
            (Some(detour), _) => Some(detour),
            (None, None) => self.inner.as_deref_mut(),
            (None, Some(_)) => None,
        }
    }
}

/// Who asks for work, as the rules want to know it.
fn worker<'a>(owners: Option<&'a [OwnerId]>, at: Option<u32>, context: &'a Context<'_>) -> Worker<'a> {
    let resource = context.resource.as_str();
    let queue = &context.policy.queue;
    Worker {
        device: context.device,
        person: &context.person.person,
        owners,
        equipment: queue.equipment.get(resource).map_or(&[], Vec::as_slice),
        zones: queue.zones.get(resource).map_or(&[], Vec::as_slice),
        walk: at.unwrap_or(0),
        now_ms: context.now_ms,
    }
}

/// Asks whether the task may be done here. A task that the picture lost was withdrawn.
fn ask_free(name: &TaskId, task: Option<&Task>, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
    let own = task.is_some_and(|task| is_own(task, context));
    let holder = task.map(|task| holder(task, context)).transpose()?.flatten();
    Ok(judge.ask(Facts::TaskFree {
        task: name.clone(),
        state: task.map_or(TaskState::Withdrawn, |task| task.state),
        own,
        holder,
        until_ms: task.and_then(|task| task.until_ms),
        now_ms: context.now_ms,
    }))
}

fn is_own(task: &Task, context: &Context<'_>) -> bool {
    let device = task.device.as_ref().is_none_or(|device| device == context.device);
    match task.state {
        TaskState::Handed => device && task.person.as_ref().is_none_or(|p| *p == context.person.person),
        _ => task.device.is_some() && device,
    }
}

/// Who has a task or did it: the person's name and the device.
fn holder(task: &Task, context: &Context<'_>) -> Result<Option<String>, Error> {
    let person = task
        .person
        .as_ref()
        .map(|person| context.facts.called(person))
        .transpose()?;
    let device = task.device.as_ref().map(ToString::to_string);
    Ok(match (person, device) {
        (Some(person), Some(device)) => Some(format!("{person}, {device}")),
        (person, device) => person.or(device),
    })
}

/// What `person` on this device may see of the queue, the next one first; those skipped here come last.
fn waiting(skipped: &[TaskId], at: Option<&PlaceId>, context: &Context<'_>) -> Result<Vec<(Task, Claim)>, Error> {
    let owners = context.facts.scope_of(&context.person.person)?;
    let walk_of = |place: Option<&PlaceId>| -> Result<Option<u32>, Error> {
        match place {
            Some(place) => Ok(context.facts.place(place)?.map(|place| place.walk)),
            None => Ok(None),
        }
    };
    let mut tasks = Vec::new();
    for task in context.facts.tasks()? {
        let walk = walk_of(task.place.as_ref())?.unwrap_or(u32::MAX);
        tasks.push((task, walk));
    }
    let worker = worker(owners.as_deref(), walk_of(at)?, context);
    let (later, mut first): (Vec<_>, Vec<_>) = rules::order(&tasks, &worker)
        .into_iter()
        .map(|(task, claim)| (task.clone(), claim))
        .partition(|(task, claim)| *claim > Claim::Handed && skipped.contains(&task.task));
    first.extend(later);
    Ok(first)
}

/// An entry about a task.
fn tasked(task: &TaskId, owner: &OwnerId, act: TaskAct) -> Draft {
    let mut draft = Draft::new(Body::Task(Box::new(Tasked {
        task: task.clone(),
        owner: owner.clone(),
        act,
    })));
    draft.owner = Some(owner.clone());
    draft.refs = refs(task);
    draft
}

fn refs(task: &TaskId) -> Refs {
    Refs {
        task: Some(task.to_string()),
        ..Refs::default()
    }
}

/// Until when a device has what it takes now.
fn held_until(context: &Context<'_>) -> Instant {
    let minutes = i64::from(context.policy.queue.hold_minutes);
    Instant::from_unix_ms(context.now_ms.saturating_add(minutes.saturating_mul(60_000)))
}
