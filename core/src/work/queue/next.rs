//! Which task comes next, and how it begins.

use super::{Asking, Held, Queue, ask_free, held_until, own, refs, tasked, waiting, worker};
use crate::Error;
use crate::work::load::nothing_to_undo;
use crate::work::{
    Context, Count, Event, Feedback, LookUp, Move, Pick, PutAway, Recall, Replenish, Scanned, Step, Work, cut, refuse,
    stop_goods, undo_at,
};
use lotline_record::entry::{Reserve, TaskAct};
use lotline_record::model::{
    Amount, BlockId, DocumentKind, LotKey, PlaceId, PlateId, Role, Task, TaskId, TaskKind, TaskState,
};
use lotline_record::rules::{self, Judge};
use lotline_record::text::{Arg, Message};

impl Queue {
    /// Nothing is open: a task or own work is chosen.
    pub(super) fn next(self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Choose(id) => match id.split_once(':') {
                Some(("take", name)) => self.named(name, context),
                Some(("skip", name)) => self.skip(name, context),
                Some(("own", what)) => own::begin(self, what, context),
                _ if id == "undo" => self.undo(context),
                _ if id == "back" => Ok(Step::to(Work::Home)),
                _ => Ok(Step::to(self)),
            },
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                let text = text.trim().to_owned();
                let place = PlaceId::new(&text).ok().map(|p| context.facts.place(&p)).transpose()?;
                let plate = PlateId::new(&text).ok().map(|p| context.facts.plate(&p)).transpose()?;
                if place.flatten().is_some() || plate.flatten().is_some() {
                    let scan = Event::Scan(Scanned::Text(text));
                    return LookUp::over(self.into()).step(scan, context);
                }
                self.named(&text, context)
            }
            // A label asks here, as at rest: what is this?
            scan @ Event::Scan(Scanned::Label(_)) => LookUp::over(self.into()).step(scan, context),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Back => Ok(Step::to(Work::Home)),
            Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn named(self, name: &str, context: &Context<'_>) -> Result<Step, Error> {
        let task = match TaskId::new(name) {
            Ok(name) => context.facts.task(&name)?,
            Err(_) => None,
        };
        let Some(task) = task else {
            let message = Message::new("stop-unknown-task").with("task", cut(name, 60));
            return Ok(refuse(Step::to(self), context, message));
        };
        self.take(&task, context)
    }

    fn skip(mut self, name: &str, context: &Context<'_>) -> Result<Step, Error> {
        let shown = waiting(&self.skipped, self.at.as_ref(), context)?;
        self.asking = shown
            .into_iter()
            .find(|(task, _)| task.task.as_str() == name)
            .map(|(task, _)| Asking::Skip(task.task));
        Ok(Step::to(self))
    }

    /// The task becomes this device's, and its flow opens.
    fn take(mut self, task: &Task, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        if !ask_free(&task.task, Some(task), &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, refs(&task.task), None));
        }
        let owners = context.facts.scope_of(&context.person.person)?;
        if rules::claim(task, &worker(owners.as_deref(), None, context)).is_none() {
            let message = Message::new("stop-task-not-here").with("task", Arg::text(&task.task));
            return Ok(refuse(Step::to(self), context, message));
        }
        let left = self.parked.iter().position(|(held, _)| held.task == task.task);
        let left = left.map(|at| self.parked.remove(at));
        let mut step = match &left {
            Some((_, Some(work))) => Step::to(work.clone()),
            _ => begin(task, context)?,
        };
        if step.stop.is_some() {
            step.work = self.into();
            return Ok(step);
        }
        let reserves = reserves(task, &step.work, context)?;
        let until = held_until(context);
        let mut draft = tasked(
            &task.task,
            &task.owner,
            TaskAct::Taken {
                until,
                over: task
                    .device
                    .clone()
                    .filter(|device| task.state == TaskState::Taken && device != context.device),
                reserves: reserves.clone(),
            },
        );
        draft.verdict = judge.clone().verdict();
        draft.scan = context.evidence.cloned();
        draft.place.clone_from(&task.place);
        for draft in &mut step.drafts {
            draft.refs.task = Some(task.task.to_string());
        }
        let taken = context.position(step.drafts.len());
        step.drafts.push(draft);
        self.held = Some(match left {
            Some((held, _)) => Held {
                until_ms: until.unix_ms(),
                taken,
                reserves,
                ..held
            },
            None => Held {
                task: task.task.clone(),
                owner: task.owner.clone(),
                until_ms: until.unix_ms(),
                taken,
                reserves,
                did: Amount::ZERO,
                facts: 0,
                complete: false,
                told: false,
            },
        });
        self.last = None;
        self.open(std::mem::take(&mut step.work));
        step.work = self.into();
        let said = Message::new("task-taken").with("task", Arg::text(&task.task));
        Ok(step.judged(&judge, said))
    }

    /// The flow in which the task is done is open; where it has nothing left to do, a person says how it goes on.
    pub(super) fn open(&mut self, work: Work) {
        if work == Work::Home {
            self.asking = Some(Asking::Menu);
        } else {
            self.inner = Some(Box::new(work));
        }
    }

    /// Takes back what became of a task last.
    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        let last = self.last.take().map(|last| undo_at(last, context)).transpose()?;
        let Some((draft, _)) = last.flatten() else {
            return Ok(nothing_to_undo(self));
        };
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
    }
}

/// The flow a task is done in, at the step where it begins. `Home` where that flow has nothing left to do.
pub(super) fn begin(task: &Task, context: &Context<'_>) -> Result<Step, Error> {
    Ok(match task.kind {
        TaskKind::PutAway => Step::to(PutAway::towards(task.to.clone())),
        TaskKind::Pick => {
            let order = match &task.document {
                Some(document) => context.facts.document(DocumentKind::Order, document)?,
                None => None,
            };
            match order {
                Some(order) => return Pick::open(order, context),
                None => Step::to(Work::Home),
            }
        }
        TaskKind::Replenish => {
            let filled = |place: &PlaceId| Some(place) == task.to.as_ref().or(task.place.as_ref());
            let face =
                context.policy.faces.iter().find(|face| {
                    filled(&face.place) && face.owner == task.owner && Some(&face.item) == task.item.as_ref()
                });
            Step::to(face.map_or_else(Replenish::default, |face| Replenish::at(face.clone())))
        }
        TaskKind::Count => Step::to(Count::default()),
        TaskKind::Move | TaskKind::PutBack => Step::to(Move::default()),
        TaskKind::Collect => {
            let may = matches!(context.person.role, Role::Supervisor | Role::Quality);
            let recall = task.document.as_ref().and_then(|name| BlockId::new(name.as_str()).ok());
            let known = match recall.filter(|_| may) {
                Some(recall) => context
                    .facts
                    .recalls()?
                    .into_iter()
                    .find(|part| *part.recall() == recall),
                None => None,
            };
            // Who may not open a recall brings to a cage what it covers, which a move allows.
            Step::to(known.map_or_else(|| Work::from(Move::default()), |part| Recall::finding(&part).into()))
        }
    })
}

/// What is kept for the task while it is held: what the pick is led to, else what the task itself names.
fn reserves(task: &Task, work: &Work, context: &Context<'_>) -> Result<Vec<Reserve>, Error> {
    if let Work::Pick(pick) = work {
        return pick.reserves(context);
    }
    let moves = matches!(task.kind, TaskKind::Move | TaskKind::PutBack | TaskKind::Replenish);
    Ok(match (&task.item, &task.place, task.amount) {
        (Some(item), Some(place), Some(amount)) if moves && amount.is_positive() => vec![Reserve {
            item: item.clone(),
            lot: task.lot.clone().map(|number| LotKey { number, maker: None }),
            place: place.clone(),
            amount,
        }],
        _ => Vec::new(),
    })
}
