//! How a task goes on: park it, hand it over, leave it for something else, skip it.

use super::held::act;
use super::next::begin;
use super::{Asking, Queue, refs, tasked};
use crate::Error;
use crate::work::{Context, Event, Feedback, Scanned, Step, Work, cut, reason, refuse, stop_goods};
use lotline_record::entry::TaskAct;
use lotline_record::model::{DeviceId, TaskId};
use lotline_record::rules::{Facts, Judge};
use lotline_record::text::{Arg, Message};

impl Queue {
    /// What was asked is answered, or left.
    pub(super) fn answer(self, asking: Asking, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match asking {
            Asking::Menu => self.menu(event, context),
            Asking::Skip(task) => self.why(task, &event, context),
            Asking::Hand => self.hand(event, context),
        }
    }

    fn menu(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let Some(held) = self.held.clone() else {
            return Ok(Step::to(self));
        };
        let id = match event {
            Event::Choose(id) => id,
            Event::Back => "go_on".to_owned(),
            scan @ Event::Scan(_) => {
                if let Some(inner) = self.inner.take() {
                    // A scan goes on with the work.
                    return self.work(*inner, scan, context);
                }
                self.asking = Some(Asking::Menu);
                return Ok(refuse(Step::to(self), context, Message::new("stop-scan-not-here")));
            }
            Event::Enter { .. } | Event::Pin { .. } => {
                self.asking = Some(Asking::Menu);
                return Ok(Step::to(self));
            }
        };
        if matches!(id.as_str(), "done" | "hand") && self.inner.as_deref().is_some_and(Work::carries) {
            self.asking = Some(Asking::Menu);
            return Ok(Step::to(self).say(Feedback::Warn(Message::new("still-on-cart"))));
        }
        match id.as_str() {
            "go_on" if self.inner.is_some() => Ok(Step::to(self)),
            "go_on" => {
                let Some(task) = context.facts.task(&held.task)? else {
                    return Ok(Step::to(self));
                };
                let mut step = begin(&task, context)?;
                for draft in &mut step.drafts {
                    draft.refs.task = Some(held.task.to_string());
                }
                if step.stop.is_some() {
                    self.asking = Some(Asking::Menu);
                } else {
                    self.open(std::mem::take(&mut step.work));
                }
                step.work = self.into();
                Ok(step)
            }
            "done" => {
                let task = context.facts.task(&held.task)?;
                let outcome = if held.is_fulfilled(task.as_ref()) {
                    "done"
                } else {
                    "short"
                };
                self.held = None;
                self.inner = None;
                let mut step = Step::default();
                self.end(&held, outcome, &mut step, context);
                step.work = self.into();
                Ok(step.say(said("task-done", &held.task)))
            }
            "park" => {
                let draft = act(&held, TaskAct::Parked, context);
                self.last = Some(context.position(0));
                self.held = None;
                let inner = self.inner.take().map(|inner| *inner);
                let name = held.task.clone();
                self.parked.push((held, inner));
                Ok(Step::to(self).write(draft).say(said("task-parked", &name)))
            }
            "hand" => {
                self.asking = Some(Asking::Hand);
                Ok(Step::to(self))
            }
            "detour" => {
                self.detour = Some(Box::new(Work::Home));
                Ok(Step::to(self).write(act(&held, TaskAct::DetourBegun, context)))
            }
            _ => {
                self.asking = Some(Asking::Menu);
                Ok(Step::to(self))
            }
        }
    }

    /// The task waits for whoever is named: a badge, or else a device.
    fn hand(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let Some(held) = self.held.clone() else {
            return Ok(Step::to(self));
        };
        let text = match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => text,
            Event::Scan(Scanned::Label(label)) => label.text,
            Event::Scan(Scanned::Unreadable(message)) => {
                self.asking = Some(Asking::Hand);
                return Ok(refuse(Step::to(self), context, message));
            }
            Event::Back | Event::Choose(_) => {
                self.asking = Some(Asking::Menu);
                return Ok(Step::to(self));
            }
            Event::Pin { .. } => {
                self.asking = Some(Asking::Hand);
                return Ok(Step::to(self));
            }
        };
        let text = text.trim();
        let person = context.facts.person_by_badge(text)?.filter(|person| person.active);
        let device = match DeviceId::new(text) {
            Ok(device) if person.is_none() && context.facts.is_device(&device)? => Some(device),
            _ => None,
        };
        let in_scope = match &person {
            Some(person) => context
                .facts
                .scope_of(&person.person)?
                .is_none_or(|owners| owners.contains(&held.owner)),
            None => true,
        };
        let mut judge = Judge::new();
        if !judge.ask(Facts::HandOver {
            to: person
                .as_ref()
                .map_or_else(|| text.chars().take(60).collect(), |person| person.name.clone()),
            known: person.is_some() || device.is_some(),
            in_scope,
        }) {
            self.asking = Some(Asking::Hand);
            return Ok(stop_goods(Step::to(self), context, judge, refs(&held.task), None));
        }
        let name = person.as_ref().map(|person| person.name.clone());
        let name = name
            .or_else(|| device.as_ref().map(ToString::to_string))
            .unwrap_or_default();
        let mut draft = act(
            &held,
            TaskAct::Handed {
                person: person.map(|person| person.person),
                device,
            },
            context,
        );
        draft.verdict = judge.verdict();
        self.last = Some(context.position(0));
        self.held = None;
        self.inner = None;
        let said = Message::new("task-handed-over")
            .with("task", Arg::text(&held.task))
            .with("to", Arg::Text(name));
        Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
    }

    fn why(mut self, name: TaskId, event: &Event, context: &Context<'_>) -> Result<Step, Error> {
        if matches!(event, Event::Back) || matches!(event, Event::Choose(id) if id == "back") {
            return Ok(Step::to(self));
        }
        let Some(reason) = reason::chosen(event, &context.policy.queue.skip_reasons) else {
            self.asking = Some(Asking::Skip(name));
            return Ok(match event {
                Event::Scan(Scanned::Text(text)) => {
                    let message = Message::new("stop-skip-reason").with("text", cut(text, 60));
                    refuse(Step::to(self), context, message)
                }
                Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-scan-not-here")),
                _ => Step::to(self),
            });
        };
        let Some(task) = context.facts.task(&name)? else {
            return Ok(Step::to(self));
        };
        let draft = tasked(&name, &task.owner, TaskAct::Skipped { reason });
        self.skipped.retain(|skipped| *skipped != name);
        self.skipped.push(name.clone());
        self.last = None;
        Ok(Step::to(self).write(draft).say(said("task-skipped", &name)))
    }
}

fn said(id: &'static str, task: &TaskId) -> Feedback {
    Feedback::Accept(Message::new(id).with("task", Arg::text(task)))
}
