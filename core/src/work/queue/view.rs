//! What the queue draws.

use super::{Asking, Queue, holder, own, waiting};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::work::goods::name_of;
use crate::work::{Context, View, ViewAction, ViewField, ViewLine, Work, reason};
use lotline_record::entry::Instant;
use lotline_record::model::{Task, TaskKind};
use lotline_record::rules::Claim;
use lotline_record::text::{Arg, Message};

/// Tasks that are shown after the next one.
const SHOWN: usize = 5;

impl Queue {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        if let Some(detour) = &self.detour {
            let mut view = detour.view(context)?;
            if **detour == Work::Home {
                view.id = "queue.detour";
                view.actions
                    .push(ViewAction::numbered("return", "action-task-return", 6));
            }
            if let Some(task) = self.task(context)? {
                view.fields
                    .insert(0, ViewField::new("field-waits", words(title(&task))));
            }
            return Ok(view);
        }
        if let Some(asking) = &self.asking {
            return self.asked(asking, context);
        }
        match &self.inner {
            Some(inner) => {
                let mut view = inner.view(context)?;
                if let Some(task) = self.task(context)? {
                    view.fields.splice(..0, task_fields(&task, inner, context)?);
                    if !view.actions.iter().any(|action| action.key == "9") {
                        view.actions.push(ViewAction::numbered("task", "action-task-menu", 9));
                    }
                }
                Ok(view)
            }
            None => self.next_view(context),
        }
    }

    fn task(&self, context: &Context<'_>) -> Result<Option<Task>, Error> {
        match &self.held {
            Some(held) => context.facts.task(&held.task),
            None => Ok(None),
        }
    }

    fn next_view(&self, context: &Context<'_>) -> Result<View, Error> {
        let tasks = waiting(&self.skipped, self.at.as_ref(), context)?;
        let title = Message::new("queue-title");
        let Some(((first, claim), rest)) = tasks.split_first() else {
            return self.own_view(title, context);
        };
        let mut view = View::new("queue.next", title, Message::new("queue-next-prompt"));
        about(first, &mut view, context)?;
        match claim {
            Claim::Free => {}
            Claim::Mine => view
                .fields
                .push(ViewField::new("field-held", words(Message::new("task-yours")))),
            Claim::Handed => view
                .fields
                .push(ViewField::new("field-held", words(Message::new("task-handed-to-you")))),
            Claim::Silent => {
                let said =
                    Message::new("task-silent").with("holder", Arg::Text(holder(first, context)?.unwrap_or_default()));
                view.fields.push(ViewField::alert("field-held", words(said)));
            }
        }
        for (task, _) in rest.iter().take(SHOWN) {
            view.lines.push(ViewLine {
                text: title_of(task),
                detail: why(task, context),
                done: false,
                state: Look::Plain,
            });
        }
        let label = match claim {
            Claim::Mine => "action-task-go-on",
            Claim::Handed | Claim::Free => "action-task-take",
            Claim::Silent => "action-task-take-over",
        };
        view.actions = vec![
            ViewAction::main(format!("take:{}", first.task), label),
            ViewAction::numbered(format!("skip:{}", first.task), "action-task-skip", 1),
        ];
        self.ways_out(&mut view);
        Ok(view)
    }

    fn own_view(&self, title: Message, context: &Context<'_>) -> Result<View, Error> {
        let proposals = own::proposals(context)?;
        let prompt = if proposals.is_empty() {
            "queue-nothing-prompt"
        } else {
            "queue-own-prompt"
        };
        let mut view = View::new("queue.own", title, Message::new(prompt));
        if !proposals.is_empty() {
            view.fields
                .push(ViewField::new("field-task", words(Message::new("queue-is-empty"))));
        }
        for (n, proposal) in proposals.into_iter().enumerate() {
            view.actions.push(proposal.action(n + 1));
        }
        self.ways_out(&mut view);
        Ok(view)
    }

    fn ways_out(&self, view: &mut View) {
        view.actions.push(ViewAction::other("back", "action-back"));
        if self.last.is_some() {
            view.actions.push(ViewAction::undo());
        }
        view.actions.push(ViewAction::look_up());
        view.awaits_scan();
    }

    fn asked(&self, asking: &Asking, context: &Context<'_>) -> Result<View, Error> {
        let title = Message::new("queue-title");
        let mut view = match asking {
            Asking::Menu => {
                let mut view = View::new("queue.task", title, Message::new("queue-task-prompt"));
                self.about_held(&mut view, context)?;
                view.actions = vec![
                    ViewAction::main("go_on", "action-task-go-on"),
                    ViewAction::numbered("done", "action-task-done", 1),
                    ViewAction::numbered("park", "action-task-park", 2),
                    ViewAction::numbered("hand", "action-task-hand", 3),
                    ViewAction::numbered("detour", "action-task-detour", 4),
                ];
                view.awaits_scan();
                view
            }
            Asking::Skip(task) => {
                let mut view = View::new("queue.skip", title, Message::new("queue-skip-prompt"));
                if let Some(task) = context.facts.task(task)? {
                    about(&task, &mut view, context)?;
                }
                reason::offer(&context.policy.queue.skip_reasons, &mut view);
                view.actions.push(ViewAction::other("back", "action-back"));
                view.awaits = (AwaitKind::Text, "reason");
                view
            }
            Asking::Hand => {
                let mut view = View::new("queue.hand", title, Message::new("queue-hand-prompt"));
                self.about_held(&mut view, context)?;
                view.actions = vec![ViewAction::other("back", "action-back")];
                view.awaits_scan();
                view
            }
        };
        view.actions.push(ViewAction::look_up());
        Ok(view)
    }

    fn about_held(&self, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
        self.task(context)?.map_or(Ok(()), |task| about(&task, view, context))
    }
}

/// Tasks that are shown beside a step.
const BESIDE: usize = 20;

/// What waits for the person, whatever they do now, the next one first; and how many more there are.
pub(crate) fn beside(work: &Work, context: &Context<'_>) -> Result<(Vec<ViewLine>, u64), Error> {
    let tasks = match work {
        Work::Queue(queue) => waiting(&queue.skipped, queue.at.as_ref(), context)?,
        _ => waiting(&[], None, context)?,
    };
    let lines = tasks.iter().take(BESIDE).map(|(task, claim)| ViewLine {
        text: title_of(task),
        detail: why(task, context),
        done: false,
        state: match claim {
            Claim::Mine => Look::Current,
            _ if is_late(task, context) => Look::Alert,
            _ => Look::Plain,
        },
    });
    Ok((lines.collect(), tasks.len().saturating_sub(BESIDE) as u64))
}

fn is_late(task: &Task, context: &Context<'_>) -> bool {
    task.due_ms.is_some_and(|due| due < context.now_ms)
}

/// What, where and why.
fn about(task: &Task, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
    view.fields.push(ViewField {
        state: Look::Current,
        ..ViewField::new("field-task", words(title(task)))
    });
    if let Some(place) = &task.place {
        view.fields.push(ViewField::new("field-go-to", Arg::text(place)));
    }
    view.fields.extend(goods(task, context)?);
    if let Some(to) = &task.to {
        view.fields.push(ViewField::new("field-to", Arg::text(to)));
    }
    let make = if is_late(task, context) {
        ViewField::alert
    } else {
        ViewField::new
    };
    view.fields.push(make("field-why", words(why(task, context))));
    Ok(())
}

/// Which goods, how many, and the lot.
fn goods(task: &Task, context: &Context<'_>) -> Result<Vec<ViewField>, Error> {
    let mut fields = Vec::new();
    if let Some(item) = &task.item {
        let name = name_of(&task.owner, item, context)?;
        let goods = match task.amount {
            Some(amount) => Message::new("task-goods")
                .with("item", Arg::Text(name))
                .with("amount", Arg::Amount(amount)),
            None => Message::new("plain").with("text", Arg::Text(name)),
        };
        fields.push(ViewField::new("field-goods", words(goods)));
    }
    if let Some(lot) = &task.lot {
        fields.push(ViewField::new("field-lot", Arg::text(lot)));
    }
    Ok(fields)
}

/// For which task a flow is open, and what of it that flow does not say itself: what, and where it goes now.
fn task_fields(task: &Task, inner: &Work, context: &Context<'_>) -> Result<Vec<ViewField>, Error> {
    let mut fields = vec![ViewField::new("field-task", words(title(task)))];
    if matches!(inner, Work::Pick(_) | Work::Replenish(_) | Work::Recall(_)) {
        return Ok(fields);
    }
    fields.extend(goods(task, context)?);
    let (label, place) = match &task.to {
        // Put-away says itself where it goes.
        Some(_) if inner.carries() && matches!(inner, Work::PutAway(_)) => return Ok(fields),
        Some(to) if inner.carries() => ("field-to", Some(to)),
        _ => ("field-go-to", task.place.as_ref()),
    };
    if let Some(place) = place {
        fields.push(ViewField {
            state: Look::Current,
            ..ViewField::new(label, Arg::text(place))
        });
    }
    Ok(fields)
}

fn words(message: Message) -> Arg {
    Arg::Message(Box::new(message))
}

fn kind(task: &Task) -> Message {
    Message::new(match task.kind {
        TaskKind::PutAway => "action-put-away",
        TaskKind::Pick => "action-pick",
        TaskKind::Replenish => "action-replenish",
        TaskKind::Count => "action-count",
        TaskKind::Move => "action-move",
        TaskKind::Collect => "task-collect",
        TaskKind::PutBack => "task-put-back",
    })
}

/// `Pick (T-17)`.
fn title(task: &Task) -> Message {
    Message::new("task-named")
        .with("kind", words(kind(task)))
        .with("task", Arg::text(&task.task))
}

/// The same with where it begins.
fn title_of(task: &Task) -> Message {
    match &task.place {
        Some(place) => Message::new("task-named-at")
            .with("kind", words(kind(task)))
            .with("task", Arg::text(&task.task))
            .with("place", Arg::text(place)),
        None => title(task),
    }
}

/// Its priority, and by when it is due where it says so.
fn why(task: &Task, context: &Context<'_>) -> Message {
    let Some(due) = task.due_ms else {
        return Message::new("task-priority").with("priority", Arg::Number(i64::from(task.priority)));
    };
    let zone = context.zone_min;
    let at = Instant::from_unix_ms(due);
    let (hour, minute) = at.clock(zone);
    let day = at.day(zone);
    let when = Message::new(if day == context.today { "when-today" } else { "when-day" })
        .with("day", Arg::Day(day))
        .with("clock", Arg::Text(format!("{hour:02}:{minute:02}")));
    let id = if is_late(task, context) {
        "task-overdue"
    } else {
        "task-due"
    };
    Message::new(id)
        .with("priority", Arg::Number(i64::from(task.priority)))
        .with("due", words(when))
}
