//! Move anything from any place to any other, as two facts: lift and drop (domain §3).
//!
//! Steps: scan the place, scan what is lifted (units or a pallet; a pallet needs no place), scan where it goes. A place
//! with check digits may ask for them. Stops: unknown place or item, lot or serial missing, contradicting expiry, a serial
//! that has left, already on the cart, blocked goods anywhere but in a cage, a blocked place, a place that only carries.

use super::goods::{
    ask_blocks, ask_contradiction, ask_mandatory, ask_serial, identify, plate_message, stands_at, subject, take_from,
};
use super::load::{At, Cart, arrived, brings_goods, digits_first, digits_view, nothing_to_undo, place};
use super::plates::{blocks_of, contents_unknown, on_plate};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, Work, describe, refuse, stop_goods,
};
use crate::Error;
use crate::screen::Look;
use lotline_record::entry::{Body, Load, Refs};
use lotline_record::model::{Account, Block, Place, PlaceId, PlaceKind, PlateId};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// An open move.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Move {
    /// Where units are lifted.
    from: Option<PlaceId>,
    /// The next place scanned is one to lift from, though something is on the cart.
    another: bool,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    cart: Cart,
}

impl Move {
    /// Whether something is on the cart.
    pub(crate) fn carries(&self) -> bool {
        !self.cart.is_empty()
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        match event {
            Event::Scan(Scanned::Label(label)) => match &label.sscc {
                Some(plate) if label.gtin.is_none() => self.lift_plate(plate, context),
                _ => self.lift(&label, context),
            },
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.place(&text, context),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) => match id.as_str() {
                "undo" => self.undo(context),
                "another" if !self.cart.is_empty() => {
                    self.another = true;
                    self.checking = None;
                    Ok(Step::to(self))
                }
                "done" if self.cart.is_empty() => Ok(Step::to(Work::Home)),
                _ => Ok(Step::to(self)),
            },
            Event::Back if self.checking.is_some() || self.another => {
                self.checking = None;
                self.another = false;
                Ok(Step::to(self))
            }
            Event::Back if self.cart.is_empty() => Ok(Step::to(Work::Home)),
            Event::Back => Ok(Step::to(self).say(Feedback::Warn(Message::new("still-on-cart")))),
            Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.checking = None;
        self.another = false;
        let Some((draft, body)) = self.cart.undo(context)? else {
            return Ok(nothing_to_undo(self));
        };
        if let Body::Lifted { from, .. } = body {
            self.from = from.place().cloned();
        }
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
    }

    /// Whether the next place is where the load goes, not where it comes from.
    fn is_going(&self) -> bool {
        !self.cart.is_empty() && !self.another
    }

    fn place(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        match place(text, &mut self.checking, context)? {
            At::Here(place, _) if place.kind == PlaceKind::Resource => {
                let message = Message::new("stop-only-carries").with("place", Arg::text(&place.place));
                Ok(refuse(Step::to(self), context, message))
            }
            At::Here(place, judge) if self.is_going() => self.drop_at(&place, judge, context),
            At::Here(place, judge) => {
                self.from = Some(place.place.clone());
                self.another = false;
                Ok(arrived(self, &place.place, &judge, context))
            }
            At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
        }
    }

    fn lift_plate(self, plate: &PlateId, context: &Context<'_>) -> Result<Step, Error> {
        let known = context.facts.plate(plate)?;
        let from = match (&known, &self.from) {
            (Some(known), _) if known.account == context.cart() => {
                let message = Message::new("stop-already-lifted").with("what", Arg::text(plate));
                return Ok(refuse(Step::to(self), context, message));
            }
            (Some(known), _) => known.account.clone(),
            (None, Some(place)) => Account::Place(place.clone()),
            (None, None) => {
                return Ok(place_first(self, context));
            }
        };
        let mut judge = Judge::new();
        judge.ask(Facts::Origin {
            subject: plate.to_string(),
            known: known.is_some(),
        });
        for goods in on_plate(plate, context)?.goods() {
            ask_blocks(&goods, from.place().map(|_| &from), Purpose::Move, &mut judge, context)?;
        }
        let load = Load::Plate(plate.clone());
        Ok(self.lifted(load, plate_message(plate), from, &judge, context))
    }

    fn lift(self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let Some(at) = self.from.clone().filter(|_| !self.another) else {
            return Ok(place_first(self, context));
        };
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let mut goods = hand.goods.clone();
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        let from = stands_at(&goods, &Account::Place(at.clone()), context)?;
        if !ask_mandatory(&hand, &mut judge, context)?
            || !ask_contradiction(&hand, &stock, &mut judge)
            || !ask_serial(&goods, &from, &mut judge, context)?
        {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        ask_blocks(&goods, Some(&Account::Place(at)), Purpose::Move, &mut judge, context)?;
        take_from(&mut goods, hand.amount, &from, stock, &mut judge);
        let said = describe(&hand.item.name, &goods);
        Ok(self.lifted(Load::Goods(goods), said, from, &judge, context))
    }

    fn lifted(mut self, load: Load, said: Message, from: Account, judge: &Judge, context: &Context<'_>) -> Step {
        let draft = self.cart.lift(load, said.clone(), from, judge, context);
        Step::to(self)
            .write(draft)
            .judged(judge, Message::new("lifted").with("what", Arg::Message(Box::new(said))))
    }

    fn drop_at(mut self, place: &Place, mut judge: Judge, context: &Context<'_>) -> Result<Step, Error> {
        let place_blocks = context.facts.blocks(None, Some(&place.place))?;
        for carried in &self.cart.carried {
            let (subject, blocks, contents_unknown) = blocks_on(&carried.load, carried.from.as_ref(), context)?;
            if !judge.ask(Facts::MayStand {
                subject,
                blocks,
                place: place.place.clone(),
                cage: place.kind == PlaceKind::Cage,
                place_blocks: place_blocks.clone(),
                contents_unknown,
            }) {
                return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
            }
        }
        let drafts = self.cart.drop_at(&place.place, &judge.clone().verdict(), context);
        self.from = None;
        let mut step = Step::to(self);
        step.drafts = drafts;
        Ok(step.judged(&judge, Message::new("moved").with("place", Arg::text(&place.place))))
    }

    pub(crate) fn view(&self, _: &Context<'_>) -> Result<View, Error> {
        let (id, prompt) = match (&self.checking, &self.from, self.is_going()) {
            (Some(_), _, _) => ("move.check", "move-from-prompt"),
            (None, _, true) => ("move.drop", "move-drop-prompt"),
            (None, Some(_), false) if !self.another => ("move.lift", "move-lift-prompt"),
            (None, _, false) => ("move.from", "move-from-prompt"),
        };
        let mut view = View::new(id, Message::new("move-title"), Message::new(prompt));
        if let Some(place) = &self.from {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-from", Arg::text(place))
            });
        }
        view.lines.extend(self.cart.lines());
        view.actions = vec![
            if self.cart.is_empty() {
                ViewAction::main("done", "action-done")
            } else {
                ViewAction::other("another", "action-another-place")
            },
            ViewAction::undo(),
            ViewAction::look_up(),
        ];
        match &self.checking {
            Some(place) => digits_view(&mut view, place),
            None => view.awaits_scan(),
        }
        Ok(view)
    }
}

fn place_first(flow: Move, context: &Context<'_>) -> Step {
    refuse(Step::to(flow), context, Message::new("stop-place-first"))
}

/// What the load is called, the blocks on it and on the place it was taken from, and whether it is a pallet of which
/// nobody knows what is on it.
pub(super) fn blocks_on(
    load: &Load,
    from: Option<&Account>,
    context: &Context<'_>,
) -> Result<(String, Vec<Block>, bool), Error> {
    let from = from.and_then(Account::place);
    match load {
        Load::Goods(goods) => Ok((subject(goods), context.facts.blocks(Some(goods), from)?, false)),
        Load::Plate(plate) => {
            let on_it = on_plate(plate, context)?;
            let all = blocks_of(plate, &on_it, from, context)?;
            // That a pallet with nothing on it is meant to be empty nobody can tell from here.
            let unknown = on_it.rows.is_empty() || contents_unknown(plate, &on_it, context)?;
            Ok((plate.to_string(), all, unknown))
        }
    }
}
