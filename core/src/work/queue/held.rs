//! The task's flow is open inside: what it does is done for the task.

use super::{Asking, Held, Queue, ask_free, held_until, tasked};
use crate::Error;
use crate::store::Draft;
use crate::work::{Context, Event, Feedback, Step, Work, menu, refuse_with, undo_at};
use lotline_record::entry::{Body, Load, Seen, TaskAct};
use lotline_record::model::{Account, Amount, LotKey, PlaceId, Task, TaskKind};
use lotline_record::rules::Judge;
use lotline_record::text::{Arg, Message};

impl Queue {
    /// The flow inside steps.
    pub(super) fn work(mut self, inner: Work, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let Some(mut held) = self.held.take() else {
            // Own work: it belongs to no task.
            let mut step = inner.step(event, context)?;
            self.stand(&step);
            let work = std::mem::take(&mut step.work);
            self.inner = (work != Work::Home).then(|| Box::new(work));
            step.work = self.into();
            return Ok(step);
        };
        if matches!(&event, Event::Choose(id) if id == "task") {
            self.inner = Some(Box::new(inner));
            self.held = Some(held);
            self.asking = Some(Asking::Menu);
            return Ok(Step::to(self));
        }
        let task = context.facts.task(&held.task)?;
        let mut judge = Judge::new();
        let lost = !ask_free(&held.task, task.as_ref(), &mut judge, context)?;
        if lost && held.facts <= 0 && !inner.carries() {
            // Nothing was done for it here: there is nothing to lose.
            return Ok(elsewhere(Step::to(self), &held, judge, context));
        }
        let takes_back = matches!(&event, Event::Choose(id) if id == "undo");
        let mut step = inner.step(event, context)?;
        self.stand(&step);
        if takes_back && held.facts <= 0 && had_nothing(&step) {
            // Nothing is left to take back but the task itself.
            return self.give_back(&held, step, context);
        }
        for draft in &mut step.drafts {
            draft.refs.task = Some(held.task.to_string());
            held.note(&draft.body, task.as_ref(), context)?;
        }
        if step.stop.is_some() {
            self.open(std::mem::take(&mut step.work));
            self.held = Some(held);
            step.work = self.into();
            return Ok(step);
        }
        let rests = !step.work.carries();
        if lost && rests {
            // What was done counts; the gateway has somebody put back what was done twice.
            step.work = Work::Home;
            let mut step = elsewhere(step, &held, judge, context);
            self.end(&held, "elsewhere", &mut step, context);
            step.work = self.into();
            return Ok(step);
        }
        if rests && held.is_fulfilled(task.as_ref()) {
            self.end(&held, "done", &mut step, context);
            if matches!(step.feedback, None | Some(Feedback::Accept(_))) {
                let said = Message::new("task-done").with("task", Arg::text(&held.task));
                step.feedback = Some(Feedback::Accept(said));
            }
            step.work = self.into();
            return Ok(step);
        }
        if lost && !held.told {
            held.told = true;
            let said = Message::new("warn-task-elsewhere").with("task", Arg::text(&held.task));
            step.feedback = Some(Feedback::Warn(said));
        }
        if !lost {
            held.renew(&mut step, context);
        }
        self.open(std::mem::take(&mut step.work));
        self.held = Some(held);
        step.work = self.into();
        Ok(step)
    }

    /// The task itself is taken back: nothing was done for it.
    fn give_back(self, held: &Held, mut step: Step, context: &Context<'_>) -> Result<Step, Error> {
        step.work = self.into();
        let Some((draft, _)) = undo_at(held.taken, context)? else {
            return Ok(step);
        };
        Ok(step.write(draft).say(Feedback::Accept(Message::new("undone"))))
    }

    /// Writes that the task is done, and goes on to the next one.
    pub(super) fn end(&mut self, held: &Held, outcome: &str, step: &mut Step, context: &Context<'_>) {
        let act = TaskAct::Done {
            outcome: outcome.to_owned(),
        };
        self.last = Some(context.position(step.drafts.len()));
        let mut draft = tasked(&held.task, &held.owner, act);
        draft.place.clone_from(&self.at);
        step.drafts.push(draft);
    }

    /// Where the person stands now.
    fn stand(&mut self, step: &Step) {
        let last = step.drafts.iter().rev().find_map(|draft| draft.place.clone());
        self.at = last.or(self.at.take());
    }

    /// Something else is done first.
    pub(super) fn aside(mut self, detour: Work, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let returns = detour == Work::Home
            && (matches!(&event, Event::Choose(id) if id == "return") || matches!(event, Event::Back));
        let mut step = if returns {
            Step::to(Work::from(Queue::default()))
        } else if detour == Work::Home {
            menu::home(event, context)?
        } else {
            detour.step(event, context)?
        };
        self.stand(&step);
        let work = std::mem::take(&mut step.work);
        if let Some(held) = &mut self.held {
            if matches!(work, Work::Queue(_)) {
                let act = TaskAct::DetourEnded;
                step.drafts.push(tasked(&held.task, &held.owner, act));
                step.feedback = Some(Feedback::Accept(
                    Message::new("task-back").with("task", Arg::text(&held.task)),
                ));
            } else {
                held.renew(&mut step, context);
            }
        }
        self.detour = (!matches!(work, Work::Queue(_))).then(|| Box::new(work));
        step.work = self.into();
        Ok(step)
    }
}

/// The flow had nothing to take back.
fn had_nothing(step: &Step) -> bool {
    matches!(&step.feedback, Some(Feedback::Warn(said)) if said.id == "nothing-to-undo")
}

/// Another device did the task or has it, or it was withdrawn: the stop that says so.
fn elsewhere(step: Step, held: &Held, judge: Judge, context: &Context<'_>) -> Step {
    let message = judge
        .stopped()
        .cloned()
        .unwrap_or_else(|| Message::new("stop-unexplained"));
    let scanned = step.drafts.is_empty();
    let mut step = refuse_with(step, context, message, judge.verdict(), super::refs(&held.task), None);
    if !scanned && let Some(draft) = step.drafts.last_mut() {
        // The scan stands with the fact it made.
        draft.scan = None;
    }
    step
}

impl Held {
    /// What an entry of its flow means for it.
    fn note(&mut self, body: &Body, task: Option<&Task>, context: &Context<'_>) -> Result<(), Error> {
        let (body, sign) = match body {
            Body::Undone { body, .. } => (&**body, -1),
            body => (body, 1),
        };
        if body.is_movement() {
            self.facts += sign;
        }
        match body {
            Body::Dropped { load, .. } => {
                let amount = of_task(load, task, context)?;
                self.did = if sign < 0 {
                    self.did.minus(amount)
                } else {
                    self.did.plus(amount)
                };
            }
            body if task.is_some_and(|task| completes(body, task)) => self.complete = sign > 0,
            _ => {}
        }
        Ok(())
    }

    /// Whether what it asks for was done.
    pub(super) fn is_fulfilled(&self, task: Option<&Task>) -> bool {
        let asked = task.and_then(|task| task.amount).filter(|amount| amount.is_positive());
        self.complete || asked.is_some_and(|asked| self.did >= asked)
    }

    /// Whoever works goes on having the task and what is kept for it.
    fn renew(&mut self, step: &mut Step, context: &Context<'_>) {
        let until = held_until(context);
        let half = i64::from(context.policy.queue.hold_minutes) * 30_000;
        if self.until_ms.saturating_sub(context.now_ms) >= half {
            return;
        }
        self.until_ms = until.unix_ms();
        step.drafts.push(tasked(
            &self.task,
            &self.owner,
            TaskAct::Taken {
                until,
                over: None,
                reserves: self.reserves.clone(),
            },
        ));
    }
}

/// Whether an entry says that a count or a pick was done: the place was counted or is empty, the order is closed.
fn completes(body: &Body, task: &Task) -> bool {
    let here = |place: Option<&PlaceId>| task.place.is_none() || place == task.place.as_ref();
    match (task.kind, body) {
        (TaskKind::Count, Body::Counted { at, .. }) => here(at.place()),
        (TaskKind::Count, Body::Seen(Seen::BinEmpty { place })) => here(Some(place)),
        (TaskKind::Pick, Body::Closed { document, .. }) => task.document.as_ref() == Some(document),
        _ => false,
    }
}

/// How much of what the task asks for a load is.
fn of_task(load: &Load, task: Option<&Task>, context: &Context<'_>) -> Result<Amount, Error> {
    let Some(item) = task.and_then(|task| task.item.as_ref()) else {
        return Ok(Amount::ZERO);
    };
    let asked = task.and_then(|task| task.lot.as_ref());
    let is_lot = |lot: Option<&LotKey>| asked.is_none() || lot.map(|lot| &lot.number) == asked;
    Ok(match load {
        Load::Goods(goods) if goods.item == *item && is_lot(goods.lot.as_ref()) => {
            goods.quantity.base().unwrap_or_default()
        }
        Load::Goods(_) => Amount::ZERO,
        Load::Plate(plate) => {
            let on_it = context.facts.stock_in(&Account::Plate(plate.clone()))?;
            on_it
                .iter()
                .filter(|row| row.item == *item && is_lot(row.lot.as_ref()))
                .map(|row| row.amount)
                .sum()
        }
    })
}

/// The draft of an act on the task that is held.
pub(super) fn act(held: &Held, act: TaskAct, context: &Context<'_>) -> Draft {
    let mut draft = tasked(&held.task, &held.owner, act);
    draft.scan = context.evidence.cloned();
    draft
}
