//! Rules of the work queue: whose a task is, which one comes next, what is kept for others (domain §8). Practice, no
//! standard.

use super::Judgement;
use super::facts::Facts;
use crate::model::{DeviceId, OwnerId, PersonId, Task, TaskState};
use crate::text::{Arg, Message};

/// Who asks for work.
#[derive(Debug, Clone, Copy)]
pub struct Worker<'a> {
    /// On which device.
    pub device: &'a DeviceId,
    /// Who.
    pub person: &'a PersonId,
    /// Owners they may work for; `None`: all.
    pub owners: Option<&'a [OwnerId]>,
    /// What their cart or fork is good for.
    pub equipment: &'a [String],
    /// Zones it works in; empty: all.
    pub zones: &'a [String],
    /// Where they stand on the walk.
    pub walk: u32,
    /// Now by the trusted clock, milliseconds since 1970.
    pub now_ms: i64,
}

/// What a task is to whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// Taken on this device.
    Mine,
    /// Handed over to them.
    Handed,
    /// Nobody has it.
    Free,
    /// Another device has it and has been silent for longer than it may.
    Silent,
}

/// What a task is to `worker`; `None` where it is not for them: done, withdrawn, another's, another owner's, for other
/// equipment or in another zone. What is theirs already stays theirs wherever it lies.
pub fn claim(task: &Task, worker: &Worker<'_>) -> Option<Claim> {
    let may = worker.owners.is_none_or(|owners| owners.contains(&task.owner));
    let can = task.equipment.as_ref().is_none_or(|e| worker.equipment.contains(e));
    let near = worker.zones.is_empty() || task.zone.as_ref().is_none_or(|zone| worker.zones.contains(zone));
    let own = task.device.as_ref() == Some(worker.device);
    let claim = match task.state {
        TaskState::Done | TaskState::Withdrawn => return None,
        TaskState::Taken if own => return may.then_some(Claim::Mine),
        TaskState::Taken if is_held(task.until_ms, worker.now_ms) => return None,
        TaskState::Taken => Claim::Silent,
        TaskState::Handed => {
            let theirs = task.person.as_ref().is_none_or(|person| person == worker.person)
                && task.device.as_ref().is_none_or(|device| device == worker.device);
            return (theirs && may).then_some(Claim::Handed);
        }
        TaskState::Open | TaskState::Parked => Claim::Free,
    };
    (may && can && near).then_some(claim)
}

/// Whether what is kept until then still is. What is kept without a time is kept by nobody who works.
pub const fn is_held(until_ms: Option<i64>, now_ms: i64) -> bool {
    match until_ms {
        Some(until) => until > now_ms,
        None => false,
    }
}

/// The tasks that are for `worker`, the next one first: what they have, what was handed to them, then by priority, by when
/// it is due, by the way from where they stand, by place and number. Each task comes with where it begins on the walk.
pub fn order<'t>(tasks: &'t [(Task, u32)], worker: &Worker<'_>) -> Vec<(&'t Task, Claim)> {
    let mut found: Vec<_> = tasks
        .iter()
        .filter_map(|(task, walk)| claim(task, worker).map(|claim| (task, claim, walk.abs_diff(worker.walk))))
        .collect();
    found.sort_by_key(|(task, claim, way)| {
        (
            (*claim).min(Claim::Free),
            task.priority,
            task.due_ms.unwrap_or(i64::MAX),
            *way,
            task.place.clone(),
            task.task.clone(),
        )
    });
    found.into_iter().map(|(task, claim, _)| (task, claim)).collect()
}

/// What follows from the facts of a rule of this room; accepts those of another one.
pub(super) fn judge(facts: &Facts) -> Judgement {
    match facts {
        Facts::TaskFree {
            task,
            state,
            own,
            holder,
            until_ms,
            now_ms,
        } => {
            let words = |id| {
                Message::new(id)
                    .with("task", Arg::text(task))
                    .with("holder", Arg::text(holder.as_deref().unwrap_or("-")))
            };
            match state {
                TaskState::Done => Judgement::stop(words("stop-task-done")),
                TaskState::Withdrawn => Judgement::stop(words("stop-task-withdrawn")),
                TaskState::Taken if *own => Judgement::ACCEPT,
                TaskState::Taken if is_held(*until_ms, *now_ms) => Judgement::stop(words("stop-task-taken")),
                TaskState::Taken => Judgement::warn(words("warn-task-silent")),
                TaskState::Handed if !*own => Judgement::stop(words("stop-task-taken")),
                TaskState::Open | TaskState::Parked | TaskState::Handed => Judgement::ACCEPT,
            }
        }
        Facts::HandOver { to, known, in_scope } => {
            let words = |id| Message::new(id).with("to", Arg::text(to));
            if !*known {
                Judgement::stop(words("stop-hand-unknown"))
            } else if !*in_scope {
                Judgement::stop(words("stop-hand-scope"))
            } else {
                Judgement::ACCEPT
            }
        }
        Facts::Reserved {
            subject,
            place,
            here,
            kept,
            taking,
        } => {
            if kept.is_positive() && *taking > here.minus(*kept) {
                Judgement::warn(
                    Message::new("warn-reserved")
                        .with("subject", Arg::text(subject))
                        .with("place", Arg::text(place))
                        .with("kept", Arg::amount(*kept)),
                )
            } else {
                Judgement::ACCEPT
            }
        }
        _ => Judgement::ACCEPT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TaskKind;
    use crate::rules::Outcome;

    fn task(name: &str) -> Task {
        Task {
            task: name.parse().unwrap(),
            kind: TaskKind::Move,
            owner: "ACME".parse().unwrap(),
            priority: 2,
            place: None,
            zone: None,
            to: None,
            equipment: None,
            document: None,
            item: None,
            lot: None,
            amount: None,
            due_ms: None,
            state: TaskState::Open,
            person: None,
            device: None,
            until_ms: None,
        }
    }

    fn with<T>(ask: impl FnOnce(Worker<'_>) -> T) -> T {
        let (device, person) = ("d1".parse().unwrap(), "ana".parse().unwrap());
        ask(Worker {
            device: &device,
            person: &person,
            owners: None,
            equipment: &[],
            zones: &[],
            walk: 50,
            now_ms: 1_000,
        })
    }

    #[test]
    fn a_task_is_whose_it_is_until_its_time_is_over() {
        let of = |state, device: Option<&str>, person: Option<&str>, until_ms| {
            let task = Task {
                state,
                device: device.map(|d| d.parse().unwrap()),
                person: person.map(|p| p.parse().unwrap()),
                until_ms,
                ..task("T")
            };
            with(|worker| claim(&task, &worker))
        };
        assert_eq!(of(TaskState::Open, None, None, None), Some(Claim::Free));
        assert_eq!(of(TaskState::Parked, Some("d2"), None, None), Some(Claim::Free));
        assert_eq!(of(TaskState::Taken, Some("d1"), None, Some(0)), Some(Claim::Mine));
        assert_eq!(of(TaskState::Taken, Some("d2"), None, Some(1_001)), None);
        assert_eq!(of(TaskState::Taken, Some("d2"), None, Some(1_000)), Some(Claim::Silent));
        assert_eq!(of(TaskState::Handed, None, Some("ana"), None), Some(Claim::Handed));
        assert_eq!(of(TaskState::Handed, None, Some("ola"), None), None);
        assert_eq!(of(TaskState::Handed, Some("d2"), None, None), None);
        assert_eq!(of(TaskState::Done, Some("d1"), None, None), None);
        assert_eq!(of(TaskState::Withdrawn, None, None, None), None);
        let theirs = task("T");
        let owners = ["OTHER".parse().unwrap()];
        let asked = with(|worker| {
            let worker = Worker {
                owners: Some(&owners),
                ..worker
            };
            claim(&theirs, &worker)
        });
        assert_eq!(asked, None, "goods of an owner they do not work for");
    }

    #[test]
    fn the_nearest_of_equal_tasks_comes_first_whichever_way_it_lies() {
        let at = |name: &str, walk: u32| (task(name), walk);
        let all = [at("A-FAR", 90), at("B-BEHIND", 40), at("C-AHEAD", 61)];
        let order: Vec<_> = with(|worker| {
            order(&all, &worker)
                .into_iter()
                .map(|(task, _)| task.task.to_string())
                .collect()
        });
        assert_eq!(order, ["B-BEHIND", "C-AHEAD", "A-FAR"]);
    }

    #[test]
    fn a_reservation_warns_only_whoever_takes_what_is_kept() {
        let taking = |here, kept, taking| {
            Facts::Reserved {
                subject: "L1".into(),
                place: "A-01".parse().unwrap(),
                here: crate::model::Amount::whole(here),
                kept: crate::model::Amount::whole(kept),
                taking: crate::model::Amount::whole(taking),
            }
            .judge()
            .outcome
        };
        assert_eq!(taking(5, 3, 2), Outcome::Accept, "the rest is free");
        assert_eq!(taking(5, 3, 3), Outcome::Warn);
        assert_eq!(taking(0, 0, 3), Outcome::Accept, "nothing is kept there");
    }
}
