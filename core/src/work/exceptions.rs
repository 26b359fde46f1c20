//! Settle an exception on the spot, offline, with a signature of two components (requirements D1, D2).
//!
//! Steps: choose one, see both sides, choose a way out, scan the badge, enter the PIN. Only roles that may, never over
//! one's own scan.

use super::facts::ExceptionFacts;
use super::goods::name_of;
use super::sign::signature;
use super::{Context, Event, Feedback, Scanned, Step, View, ViewAction, ViewField, ViewLine, Work, refuse, stop_goods};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::store::Draft;
use lotline_record::entry::{Body, Refs, Resolution};
use lotline_record::model::{Account, Block, BlockId, BlockKind, ExceptionId, Goods, PlaceId, Scope};
use lotline_record::rules::{Facts, Judge, ways_out};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// The exceptions screen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Exceptions {
    chosen: Option<ExceptionId>,
    way: Option<String>,
    /// The badge was scanned; the PIN comes next.
    badge: bool,
}

impl Exceptions {
    fn facts(&self, context: &Context<'_>) -> Result<Option<ExceptionFacts>, Error> {
        let Some(chosen) = &self.chosen else { return Ok(None) };
        Ok(context.facts.exceptions()?.into_iter().find(|e| e.exception == *chosen))
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Back => Ok(Step::to(self.back())),
            Event::Choose(id) if id == "back" => Ok(Step::to(self.back())),
            Event::Choose(id) => match id.split_once(':') {
                Some(("exception", name)) => {
                    self.chosen = ExceptionId::new(name).ok();
                    Ok(Step::to(self))
                }
                Some(("resolve", way)) => self.choose(way.to_owned(), context),
                _ => Ok(Step::to(self)),
            },
            Event::Scan(Scanned::Text(badge)) if self.way.is_some() => {
                if badge.trim() == context.person.badge {
                    self.badge = true;
                    Ok(Step::to(self))
                } else {
                    Ok(refuse(Step::to(self), context, Message::new("stop-other-badge")))
                }
            }
            Event::Pin { right } if self.badge => self.sign(right, context),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Scan(_) => Ok(refuse(Step::to(self), context, Message::new("stop-scan-not-here"))),
            Event::Enter { .. } | Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    /// Whether the PIN of who signs comes next.
    pub(crate) const fn awaits_pin(&self) -> bool {
        self.badge
    }

    fn back(mut self) -> Work {
        if self.badge || self.way.is_some() {
            self.badge = false;
            self.way = None;
        } else if self.chosen.is_some() {
            self.chosen = None;
        } else {
            return Work::Home;
        }
        self.into()
    }

    /// Asks at once whether this person may, before badge and PIN are asked for.
    fn choose(mut self, way: String, context: &Context<'_>) -> Result<Step, Error> {
        let Some(facts) = self.facts(context)? else {
            return Ok(Step::to(Exceptions::default()));
        };
        let mut judge = Judge::new();
        if !ask_authority(&facts, &way, &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        self.way = Some(way);
        Ok(Step::to(self))
    }

    fn sign(mut self, right: bool, context: &Context<'_>) -> Result<Step, Error> {
        self.badge = false;
        if !right {
            return Ok(refuse(Step::to(self), context, Message::new("stop-wrong-pin")));
        }
        let (Some(facts), Some(way)) = (self.facts(context)?, self.way.take()) else {
            return Ok(Step::to(Exceptions::default()));
        };
        let mut judge = Judge::new();
        if !ask_authority(&facts, &way, &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        let Some(resolution) = resolution(&way, &facts, context) else {
            return Ok(Step::to(self));
        };
        let (signature, said) = signature(context.person, &way, context);
        let mut draft = Draft::new(Body::Resolved {
            exception: facts.exception.clone(),
            resolution,
            reason: String::new(),
            goods: facts.goods.clone(),
            at: facts.at.clone(),
            line: facts.line.clone(),
            signature,
        });
        draft.verdict = judge.verdict();
        draft.refs = Refs {
            document: facts.line.as_ref().map(|l| l.document.clone()),
            line: facts.line.as_ref().map(|l| l.line.clone()),
            ..Refs::default()
        };
        Ok(Step::to(Exceptions::default()).write(draft).say(Feedback::Accept(said)))
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let Some(facts) = self.facts(context)? else {
            return list_view(context);
        };
        let age = minutes_since(facts.raised_ms, context.now_ms);
        let title = Message::new("exception-title").with("age", Arg::Number(age)).with(
            "target",
            Arg::Number(i64::from(context.policy.exception_target_minutes / 60)),
        );
        let (id, prompt) = match (&self.way, self.badge) {
            (None, _) => ("exception.choose", Message::new("exception-prompt")),
            (Some(_), false) => ("exception.badge", Message::new("sign-badge-prompt")),
            (Some(_), true) => ("exception.pin", Message::new("sign-pin-prompt")),
        };
        let mut view = View::new(id, title, prompt);
        view.fields.push(ViewField::new(
            "field-what",
            Arg::Message(Box::new(facts.message.clone())),
        ));
        if let Some(goods) = &facts.goods {
            let name = name_of(&goods.owner, &goods.item, context)?;
            view.fields.push(ViewField::new(
                "field-goods",
                Arg::Message(Box::new(super::describe(&name, goods))),
            ));
            if let (Some(label), Some(known)) = (goods.expiry, facts.known_expiry) {
                view.fields.push(ViewField::alert("field-on-label", Arg::Day(label)));
                view.fields.push(ViewField::new("field-in-record", Arg::Day(known)));
            }
        }
        if let Some(at) = facts.at {
            view.fields.push(ViewField::new("field-at", Arg::Account(at)));
        }
        if let Some(person) = &facts.raised_by {
            let name = context.facts.called(person)?;
            view.fields.push(ViewField::new("field-seen-by", Arg::Text(name)));
        }
        match (&self.way, self.badge) {
            (None, _) => {
                for (n, way) in ways_out(&facts.code, context.person.role).enumerate() {
                    let label = match way {
                        "accept" => "action-accept",
                        "correct_record" => "action-correct-record",
                        "relabel" => "action-relabel",
                        "quarantine" => "action-quarantine",
                        _ => "action-reject",
                    };
                    view.actions
                        .push(ViewAction::numbered(format!("resolve:{way}"), label, n + 1));
                }
                if view.actions.is_empty() {
                    view.fields.push(ViewField::alert(
                        "field-who-may",
                        Arg::Message(Box::new(Message::new("call-a-supervisor"))),
                    ));
                }
            }
            (Some(_), false) => view.awaits_scan(),
            (Some(_), true) => view.awaits = (AwaitKind::Pin, "pin"),
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        Ok(view)
    }
}

fn minutes_since(then_ms: i64, now_ms: i64) -> i64 {
    (now_ms - then_ms).max(0) / 60_000
}

/// What tells an exception from others of its kind in a list: its goods, and how old it is.
pub(super) fn about(facts: &ExceptionFacts, context: &Context<'_>) -> Result<Message, Error> {
    let age = Arg::Number(minutes_since(facts.raised_ms, context.now_ms));
    let told = match &facts.goods {
        Some(goods) => {
            let name = name_of(&goods.owner, &goods.item, context)?;
            let goods = Arg::Message(Box::new(super::describe(&name, goods)));
            Message::new("exception-about").with("goods", goods)
        }
        None => Message::new("exception-age"),
    };
    Ok(told.with("age", age))
}

fn list_view(context: &Context<'_>) -> Result<View, Error> {
    let open = context.facts.exceptions()?;
    let prompt = if open.is_empty() {
        "exceptions-none-prompt"
    } else {
        "exceptions-prompt"
    };
    let mut view = View::new("exceptions", Message::new("exceptions-title"), Message::new(prompt));
    for (n, facts) in open.iter().enumerate() {
        view.lines.push(ViewLine {
            text: facts.message.clone(),
            detail: about(facts, context)?,
            done: false,
            state: Look::Alert,
        });
        view.actions.push(ViewAction {
            label: Message::new("action-open-exception").with("n", Arg::count(n + 1)),
            ..ViewAction::numbered(format!("exception:{}", facts.exception), "action-open-exception", n + 1)
        });
    }
    view.actions.push(ViewAction::other("back", "action-back"));
    Ok(view)
}

fn ask_authority(facts: &ExceptionFacts, way: &str, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
    let scope = context.facts.scope_of(&context.person.person)?;
    let owner = facts.goods.as_ref().map(|g| &g.owner);
    Ok(judge.ask(Facts::Authority {
        exception: facts.code.clone(),
        resolution: way.to_owned(),
        role: context.person.role,
        own_scan: facts.raised_by.as_ref() == Some(&context.person.person),
        in_scope: match (scope, owner) {
            (Some(scope), Some(owner)) => scope.contains(owner),
            _ => true,
        },
    }))
}

fn resolution(way: &str, facts: &ExceptionFacts, context: &Context<'_>) -> Option<Resolution> {
    let expiry = facts.goods.as_ref().and_then(|g| g.expiry);
    Some(match way {
        "accept" => Resolution::Accept,
        "correct_record" => Resolution::CorrectRecord { expiry: expiry? },
        "relabel" => Resolution::Relabel,
        "quarantine" => Resolution::Quarantine {
            block: Block {
                through: Vec::new(),
                block: BlockId::new(format!("Q-{}", facts.exception)).ok()?,
                kind: BlockKind::Quarantine,
                scope: scope(facts.goods.as_ref()?, facts.at.as_ref(), context),
                reason: facts.code.clone(),
                placed_by: None,
                part: None,
            },
        },
        "reject" => Resolution::Reject,
        _ => return None,
    })
}

/// What a quarantine covers: the unit, the handling unit, or the place where the goods were put aside. Never the whole
/// lot for one wrong label.
fn scope(goods: &Goods, at: Option<&Account>, context: &Context<'_>) -> Scope {
    let place = |place: &PlaceId| Scope::Place { place: place.clone() };
    match (&goods.serial, &goods.plate, at) {
        (Some(serial), _, _) => Scope::Serial {
            maker_key: serial.maker_key.clone(),
            serial: serial.serial.to_string(),
        },
        (None, Some(plate), _) => Scope::Plate { plate: plate.clone() },
        (None, None, Some(Account::Place(at))) => place(at),
        (None, None, _) => place(context.resource),
    }
}
