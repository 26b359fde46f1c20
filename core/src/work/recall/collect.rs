//! Collecting what a recall covers into a cage; in a drill, finding it where it is.

use super::find::{Spot, followed, spots};
use super::{Doing, Recall, Sighting, goes_back, supplier_lot};
use crate::Error;
use crate::store::Draft;
use crate::work::goods::{ask_mandatory, identify, plate_message, subject, take_from};
use crate::work::load::{At, arrived, brings_goods, digits_first, nothing_to_undo, place};
use crate::work::plates::{contents_unknown, on_plate};
use crate::work::{Context, Event, Feedback, LabelData, Scanned, Step, describe, refuse, stop_goods};
use lotline_record::entry::{Body, Load, Refs, Seen};
use lotline_record::model::{Account, Block, DocumentId, Goods, Place, PlaceId, PlaceKind, PlateId};
use lotline_record::rules::{Facts, Judge};
use lotline_record::text::{Arg, Message};

impl Recall {
    pub(super) fn collect(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        self.doing = Some(Doing::Find);
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
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                // A pallet's own name is a text; so is a place's.
                if let Ok(plate) = PlateId::new(text.trim())
                    && context.facts.plate(&plate)?.is_some()
                {
                    return self.lift_plate(&plate, context);
                }
                match place(&text, &mut self.checking, context)? {
                    At::Here(place, judge) => self.arrive(&place, judge, context),
                    At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
                }
            }
            event if goes_back(&event) => {
                if self.checking.take().is_some() {
                    return Ok(Step::to(self));
                }
                if !self.cart.is_empty() {
                    return Ok(Step::to(self).say(Feedback::Warn(Message::new("still-on-cart"))));
                }
                self.at = None;
                self.doing = None;
                Ok(Step::to(self))
            }
            Event::Choose(id) if id == "undo" => self.undo(context),
            _ => Ok(Step::to(self)),
        }
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.checking = None;
        let said = || Feedback::Accept(Message::new("undone"));
        if self.mock {
            return Ok(match self.seen.pop() {
                Some(_) => Step::to(self).say(said()),
                None => nothing_to_undo(self),
            });
        }
        let Some((draft, body)) = self.cart.undo(context)? else {
            return Ok(nothing_to_undo(self));
        };
        if let Body::Lifted { from, .. } = body {
            self.at = from.place().cloned().or(self.at);
        }
        Ok(Step::to(self).write(draft).say(said()))
    }

    fn refs(&self) -> Refs {
        Refs {
            document: self
                .open
                .as_ref()
                .and_then(|recall| DocumentId::new(recall.as_str()).ok()),
            ..Refs::default()
        }
    }

    /// A cage takes what is on the cart; any other place is one to collect at.
    fn arrive(mut self, place: &Place, mut judge: Judge, context: &Context<'_>) -> Result<Step, Error> {
        if place.kind == PlaceKind::Resource {
            let message = Message::new("stop-only-carries").with("place", Arg::text(&place.place));
            return Ok(refuse(Step::to(self), context, message));
        }
        if place.kind != PlaceKind::Cage || self.cart.is_empty() {
            self.at = Some(place.place.clone());
            return Ok(arrived(self, &place.place, &judge, context));
        }
        judge.ask(Facts::MayStand {
            subject: self.open.as_ref().map_or_else(String::new, ToString::to_string),
            blocks: self.parts(context)?,
            place: place.place.clone(),
            cage: true,
            place_blocks: Vec::new(),
            contents_unknown: false,
        });
        let refs = self.refs();
        let mut drafts = self.cart.drop_at(&place.place, &judge.clone().verdict(), context);
        for draft in &mut drafts {
            draft.refs.document.clone_from(&refs.document);
        }
        self.at = None;
        let mut step = Step::to(self);
        step.drafts = drafts;
        Ok(step.judged(&judge, Message::new("collected").with("place", Arg::text(&place.place))))
    }

    fn lift(self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let Some(at) = self.at.clone() else {
            return Ok(refuse(Step::to(self), context, Message::new("stop-place-first")));
        };
        let refs = self.refs();
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        };
        let mut goods = hand.goods.clone();
        let parts = self.parts(context)?;
        let here: Vec<Spot> = spots(&parts, context)?.into_iter().filter(|s| s.is_at(&at)).collect();
        let of_it = |spot: &&Spot| spot.stock.item == goods.item && spot.stock.lot == goods.lot;
        let covered = covers(&parts, &goods, &at, context)? || goods.serial.is_none() && here.iter().any(|s| of_it(&s));
        if !judge.ask(Facts::OfRecall {
            recall: self.name()?,
            subject: subject(&goods),
            covered,
        }) || !ask_mandatory(&hand, &mut judge, context)?
        {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        // The place itself before a pallet that stands there; a unit with a serial is where the record has it.
        let serial = match &goods.serial {
            Some(serial) => context.facts.serial(serial)?.map(|known| known.account),
            None => None,
        };
        let bare = Account::Place(at.clone());
        let from = match serial.filter(Account::is_physical) {
            Some(account) => account,
            None if here.iter().filter(of_it).any(|s| s.stock.account == bare) => bare,
            None => here.iter().find(of_it).map_or(bare, |spot| spot.stock.account.clone()),
        };
        let said = describe(&hand.item.name, &goods);
        if self.mock {
            return Ok(self.sighted(goods, from, said, &judge, context));
        }
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        take_from(&mut goods, hand.amount, &from, stock, &mut judge);
        Ok(self.lifted(Load::Goods(goods), said, from, &judge, context))
    }

    fn lift_plate(self, plate: &PlateId, context: &Context<'_>) -> Result<Step, Error> {
        let refs = Refs {
            plate: Some(plate.clone()),
            ..self.refs()
        };
        let known = context.facts.plate(plate)?;
        let from = match (&known, &self.at) {
            (Some(known), _) if known.account == context.cart() => {
                let message = Message::new("stop-already-lifted").with("what", Arg::text(plate));
                return Ok(refuse(Step::to(self), context, message));
            }
            (Some(known), _) => known.account.clone(),
            (None, Some(at)) => Account::Place(at.clone()),
            (None, None) => return Ok(refuse(Step::to(self), context, Message::new("stop-place-first"))),
        };
        let parts = self.parts(context)?;
        let found = spots(&parts, context)?;
        let on_it = on_plate(plate, context)?;
        // One of which nobody knows what is on it may carry some: it is collected too, and looked into.
        let unknown = contents_unknown(plate, &on_it, context)?;
        let mut judge = Judge::new();
        if !judge.ask(Facts::OfRecall {
            recall: self.name()?,
            subject: plate.to_string(),
            covered: unknown || found.iter().any(|spot| spot.plates.contains(plate)),
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        judge.ask(Facts::Origin {
            subject: plate.to_string(),
            known: known.is_some() && !unknown,
        });
        if self.mock {
            let mut draft = Draft::new(Body::Seen(Seen::Plate { plate: plate.clone() }));
            draft.refs = refs;
            draft.scan = context.evidence.cloned();
            draft.verdict = judge.clone().verdict();
            let mut flow = self;
            for row in on_it.rows {
                flow.seen.push(Sighting {
                    at: row.account.clone(),
                    goods: crate::work::goods::of_stock(&row),
                });
            }
            let said = Message::new("recall-found").with("what", Arg::Message(Box::new(plate_message(plate))));
            return Ok(Step::to(flow).write(draft).judged(&judge, said));
        }
        let mixed = on_it.rows.iter().any(|row| {
            let covered = |spot: &Spot| spot.stock.account == row.account && spot.stock.lot == row.lot;
            !found.iter().any(|spot| covered(spot) && spot.stock.item == row.item)
        });
        let step = self.lifted(Load::Plate(plate.clone()), plate_message(plate), from, &judge, context);
        let others = Message::new("warn-others-on-it").with("plate", Arg::text(plate));
        Ok(if mixed { step.say(Feedback::Warn(others)) } else { step })
    }

    fn lifted(mut self, load: Load, said: Message, from: Account, judge: &Judge, context: &Context<'_>) -> Step {
        let mut draft = self.cart.lift(load, said.clone(), from, judge, context);
        draft.refs.document = self.refs().document;
        Step::to(self)
            .write(draft)
            .judged(judge, Message::new("lifted").with("what", Arg::Message(Box::new(said))))
    }

    /// A drill leaves things where they are.
    fn sighted(mut self, goods: Goods, at: Account, said: Message, judge: &Judge, context: &Context<'_>) -> Step {
        let mut draft = Draft::new(Body::Seen(Seen::Goods { goods: goods.clone() }));
        draft.place.clone_from(&self.at);
        draft.refs = self.refs();
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.seen.push(Sighting { at, goods });
        let said = Message::new("recall-found").with("what", Arg::Message(Box::new(said)));
        Step::to(self).write(draft).judged(judge, said)
    }
}

/// Whether the recall covers these goods by their label, by what the record knows of their lot, or by where they stand.
fn covers(parts: &[Block], goods: &Goods, at: &PlaceId, context: &Context<'_>) -> Result<bool, Error> {
    let known = supplier_lot(goods, context)?;
    Ok(followed(parts, context)?
        .iter()
        .any(|part| part.scope.covers(Some(goods), known.as_ref(), Some(at))))
}
