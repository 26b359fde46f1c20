//! Sweep a place with an RFID reader: what is there by the record, what was read, what is missing and what is a stray; and
//! find one missing unit by the strength of its tag.
//!
//! Steps: scan the place, pull the trigger as often as it takes, bring strays here if they are to stay, close. Or choose one
//! missing unit and walk: the screen says warmer or colder. Stops: unknown place, a label of no unit with a serial, a
//! blocked stray anywhere but in a cage.

mod find;
mod view;

use super::goods::{describe, identify, name_of, observed, subject};
use super::label::tag;
use super::load::{At, brings_goods, digits_first, nothing_to_undo, place, seen};
use super::plates::under;
use super::{Context, Event, Feedback, LabelData, Scanned, Step, Work, refuse, refuse_with, stop_goods, undo_at};
use crate::Error;
use crate::store::Draft;
use find::Finding;
use lotline_record::entry::{Body, Load, MOST_TAGS, Position, Refs, Seen};
use lotline_record::model::{
    Account, Goods, ItemId, Level, LotKey, OwnerId, PlaceId, PlaceKind, Quantity, SerialKey, Unit,
};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// A sweep of one place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sweep {
    place: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    /// What the record had here when the sweep began, and whether it was read.
    expected: Vec<Expected>,
    /// What was read and is not expected here.
    strays: Vec<One>,
    /// Tags that name no unit the record could know.
    strange: usize,
    /// One missing unit is chosen, or looked for.
    find: Option<Find>,
    /// What brought strays here, each lift and drop, oldest first.
    done: Vec<[Position; 2]>,
}

/// A unit with a serial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct One {
    serial: SerialKey,
    owner: OwnerId,
    item: ItemId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lot: Option<LotKey>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Expected {
    one: One,
    read: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Find {
    Choose,
    Walk(Finding),
}

impl One {
    fn of(goods: &Goods) -> Option<Self> {
        Some(One {
            serial: goods.serial.clone()?,
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: goods.lot.clone(),
        })
    }

    fn goods(&self) -> Goods {
        Goods {
            owner: self.owner.clone(),
            item: self.item.clone(),
            level: Level::Each,
            quantity: Quantity::one(Unit::each(), 1),
            weight: None,
            lot: self.lot.clone(),
            supplier_lot: None,
            expiry: None,
            produced: None,
            serial: Some(self.serial.clone()),
            plate: None,
            out_of: None,
        }
    }
}

impl Sweep {
    fn missing(&self) -> impl Iterator<Item = &One> {
        self.expected.iter().filter(|e| !e.read).map(|e| &e.one)
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        let Some(here) = self.place.clone() else {
            return self.begin(event, context);
        };
        match event {
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Scan(Scanned::Label(label)) => self.label(&label, context),
            Event::Scan(Scanned::Text(_)) => {
                let message = Message::new("stop-scan-not-here");
                Ok(refuse_with(
                    Step::to(self),
                    context,
                    message,
                    Verdict::default(),
                    Refs::default(),
                    None,
                ))
            }
            Event::Choose(id) if id == "back" => Ok(Step::to(self.back())),
            Event::Back => Ok(Step::to(self.back())),
            Event::Choose(id) => match id.as_str() {
                "find" if self.missing().next().is_some() => {
                    self.find = Some(Find::Choose);
                    Ok(Step::to(self))
                }
                "bring" => self.bring(&here, context),
                "undo" => self.undo(context),
                "close" if self.find.is_none() => Ok(self.close(&here)),
                id => {
                    let chosen = id.strip_prefix("missing:");
                    let found = self
                        .missing()
                        .find(|one| Some(one.serial.serial.as_str()) == chosen)
                        .cloned();
                    if let Some(one) = found {
                        self.find = Some(Find::Walk(Finding::of(one)));
                    }
                    Ok(Step::to(self))
                }
            },
            Event::Enter { .. } | Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn back(mut self) -> Work {
        match self.find.take() {
            Some(Find::Walk(_)) => self.find = Some(Find::Choose),
            Some(Find::Choose) => {}
            // Nothing was written that would have to be taken back: strays that were brought here stand here.
            None => self = Sweep::default(),
        }
        self.into()
    }

    fn begin(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                match place(&text, &mut self.checking, context)? {
                    At::Here(found, judge) => {
                        self.expected = expected(&found.place, context)?;
                        let mut draft = seen(&found.place, context);
                        draft.verdict = judge.verdict();
                        self.place = Some(found.place);
                        let said = Message::new("sweep-expects").with("count", Arg::count(self.expected.len()));
                        Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
                    }
                    At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
                }
            }
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Scan(_) => Ok(refuse(Step::to(self), context, Message::new("stop-place-first"))),
            Event::Back => Ok(Step::to(if self.checking.take().is_some() {
                self.into()
            } else {
                Work::Home
            })),
            Event::Choose(id) if id == "done" => Ok(Step::to(Work::Home)),
            Event::Choose(_) | Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    /// What a trigger pull read, each tag once, with the strongest signal of each.
    pub(crate) fn tags(
        mut self,
        epcs: Vec<String>,
        strongest: &HashMap<String, i32>,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let Some(here) = self.place.clone() else {
            return Ok(super::unwanted(self.into(), epcs));
        };
        if let Some(Find::Walk(finding)) = self.find.take() {
            return self.walked(finding, &epcs, strongest, context);
        }
        self.find = None;
        let (mut new, mut again) = (Vec::new(), 0_usize);
        for epc in epcs {
            let hand = match tag(&epc, context.year()) {
                Scanned::Label(label) => identify(&label, None, &mut Judge::new(), context)?,
                Scanned::Text(_) | Scanned::Unreadable(_) => None,
            };
            let Some(one) = hand.and_then(|hand| One::of(&hand.goods)) else {
                self.strange += 1;
                new.push(epc);
                continue;
            };
            if self.read(one) {
                new.push(epc);
            } else {
                again += 1;
            }
        }
        let said = Message::new("sweep-read")
            .with("new", Arg::count(new.len()))
            .with("again", Arg::count(again))
            .with("missing", Arg::count(self.missing().count()));
        let strays = !self.strays.is_empty();
        let mut step = Step::to(self).say(if strays {
            Feedback::Warn(said)
        } else {
            Feedback::Accept(said)
        });
        for epcs in new.chunks(MOST_TAGS) {
            let mut draft = Draft::new(Body::Seen(Seen::Sweep {
                place: here.clone(),
                epcs: epcs.to_vec(),
            }));
            draft.place = Some(here.clone());
            step.drafts.push(draft);
        }
        Ok(step)
    }

    /// Counts a unit as read; false when it was before.
    fn read(&mut self, one: One) -> bool {
        if let Some(expected) = self.expected.iter_mut().find(|e| e.one.serial == one.serial) {
            return !std::mem::replace(&mut expected.read, true);
        }
        let new = !self.strays.iter().any(|known| known.serial == one.serial);
        if new {
            self.strays.push(one);
        }
        new
    }

    /// A unit whose label is scanned was read too; one that is looked for is found.
    fn label(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let Some(one) = One::of(&hand.goods) else {
            let message = Message::new("stop-serial-missing");
            return Ok(refuse(Step::to(self), context, message));
        };
        let said = describe(&hand.item.name, &hand.goods);
        let mut draft = observed(hand.goods, context);
        draft.place.clone_from(&self.place);
        draft.verdict = judge.verdict();
        if matches!(&self.find, Some(Find::Walk(finding)) if finding.is(&one)) {
            self.find = None;
        }
        self.read(one);
        Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
    }

    /// Strays that the record has elsewhere in the warehouse are moved here, as a lift and a drop each. Others stay named:
    /// what left, or was never here, is no matter of moving.
    fn bring(mut self, here: &PlaceId, context: &Context<'_>) -> Result<Step, Error> {
        let to = Account::Place(here.clone());
        let cage = context.facts.place(here)?.is_some_and(|p| p.kind == PlaceKind::Cage);
        let place_blocks = context.facts.blocks(None, Some(here))?;
        let mut step = Step::default();
        let (mut left, mut stop) = (Vec::new(), None);
        for one in std::mem::take(&mut self.strays) {
            let goods = one.goods();
            let from = context.facts.serial(&one.serial)?.map(|known| known.account);
            let Some(from) = from.filter(|from| from.is_physical() && *from != to) else {
                left.push(one);
                continue;
            };
            let mut judge = Judge::new();
            if !judge.ask(Facts::MayStand {
                subject: subject(&goods),
                blocks: context.facts.blocks(Some(&goods), from.place())?,
                place: here.clone(),
                cage,
                place_blocks: place_blocks.clone(),
                contents_unknown: false,
            }) {
                stop.get_or_insert(judge);
                left.push(one);
                continue;
            }
            let at = step.drafts.len();
            self.done.push([context.position(at), context.position(at + 1)]);
            for (n, (from, to)) in [(from, context.cart()), (context.cart(), to.clone())]
                .into_iter()
                .enumerate()
            {
                let load = Load::Goods(goods.clone());
                let mut draft = Draft::new(if n == 0 {
                    Body::Lifted { load, from, to }
                } else {
                    Body::Dropped { load, from, to }
                });
                draft.place = Some(here.clone());
                draft.verdict = judge.clone().verdict();
                step.drafts.push(draft);
            }
            self.expected.push(Expected { one, read: true });
        }
        self.strays = left;
        let said = Message::new("sweep-brought").with("count", Arg::count(step.drafts.len() / 2));
        step.work = self.into();
        Ok(match stop {
            Some(judge) => stop_goods(step, context, judge, Refs::default(), None),
            None => step.say(Feedback::Accept(said)),
        })
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        let Some([lift, drop]) = self.done.pop() else {
            return Ok(nothing_to_undo(self));
        };
        let mut drafts = Vec::new();
        for position in [drop, lift] {
            let Some((draft, body)) = undo_at(position, context)? else {
                continue;
            };
            if let Some(one) = body.goods().and_then(One::of)
                && let Some(n) = self.expected.iter().position(|e| e.one.serial == one.serial)
            {
                self.expected.remove(n);
                self.strays.push(one);
            }
            drafts.push(draft);
        }
        let mut step = Step::to(self).say(Feedback::Accept(Message::new("undone")));
        step.drafts = drafts;
        Ok(step)
    }

    fn close(self, here: &PlaceId) -> Step {
        let some = |all: &mut dyn Iterator<Item = &One>| -> Vec<SerialKey> {
            all.take(MOST_TAGS).map(|one| one.serial.clone()).collect()
        };
        let (missing, strays) = (self.missing().count(), self.strays.len());
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut draft = Draft::new(Body::Swept {
            at: here.clone(),
            expected: number(self.expected.len()),
            missing: number(missing),
            strays: number(strays),
            missing_serials: some(&mut self.missing()),
            stray_serials: some(&mut self.strays.iter()),
        });
        draft.place = Some(here.clone());
        let said = Message::new("swept")
            .with("place", Arg::text(here))
            .with("read", Arg::count(self.expected.len() - missing))
            .with("missing", Arg::count(missing))
            .with("strays", Arg::count(strays));
        let step = Step::to(Sweep::default()).write(draft);
        step.say(if missing + strays == 0 {
            Feedback::Accept(said)
        } else {
            Feedback::Warn(said)
        })
    }
}

/// Units with serials that the record has at a place, on pallets on pallets too.
fn expected(place: &PlaceId, context: &Context<'_>) -> Result<Vec<Expected>, Error> {
    let mut accounts = BTreeSet::new();
    for row in under(&Account::Place(place.clone()), context)?.rows {
        let item = context.facts.item(&row.owner, &row.item)?;
        if item.is_some_and(|item| item.tracking.needs_serial()) {
            accounts.insert(row.account);
        }
    }
    let mut found = Vec::new();
    for account in accounts {
        for at in context.facts.serials_in(&account)? {
            let one = One {
                serial: at.serial,
                owner: at.owner,
                item: at.item,
                lot: at.lot,
            };
            found.push(Expected { one, read: false });
        }
    }
    Ok(found)
}

/// A unit as people read it: its item and its serial.
fn named(one: &One, context: &Context<'_>) -> Result<Message, Error> {
    Ok(Message::new("sweep-unit")
        .with("name", Arg::Text(name_of(&one.owner, &one.item, context)?))
        .with("serial", Arg::text(&one.serial)))
}
