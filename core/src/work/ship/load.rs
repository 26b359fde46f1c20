//! What is scanned onto the trailer: units and pallets.

use super::view::list_age;
use super::{Order, Ship, cut};
use crate::Error;
use crate::store::Draft;
use crate::work::cargo::Cargo;
use crate::work::goods::{
    ask_blocks, ask_contradiction, ask_mandatory, ask_undisputed, identify, plate_message, stands_at, take_from,
};
use crate::work::plates::{contents_unknown, on_plate};
use crate::work::{Context, Event, LabelData, Scanned, Step, describe, refuse, refuse_with, stop_goods};
use lotline_record::entry::{Body, Load, Refs};
use lotline_record::model::{Account, DocumentKind, LineKey, PlaceId, PlateId};
use lotline_record::rules::{Facts, Judge, Purpose, Verdict};
use lotline_record::text::{Arg, Message};

impl Ship {
    pub(super) fn load(
        self,
        order: &Order,
        trailer: &PlaceId,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Label(label)) => match &label.sscc {
                Some(plate) if label.gtin.is_none() => self.load_plate(order, trailer, plate, context),
                _ => self.load_goods(order, trailer, &label, context),
            },
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                // A pallet's own name is a text; so is a place's, which is not asked for here.
                if let Ok(plate) = PlateId::new(text.trim())
                    && context.facts.plate(&plate)?.is_some()
                {
                    return self.load_plate(order, trailer, &plate, context);
                }
                let message = Message::new("stop-not-a-label").with("text", cut(text, 60));
                Ok(refuse(Step::to(self), context, message))
            }
            _ => Ok(Step::to(self)),
        }
    }

    fn load_goods(
        self,
        order: &Order,
        trailer: &PlaceId,
        label: &LabelData,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let refs = order.refs();
        let to = Account::Place(trailer.clone());
        let lines = context.facts.lines(DocumentKind::Order, &order.document)?;
        let leaving = order.leaving(&lines);
        let mut judge = Judge::new();
        if !judge.ask(self.list(self.excepted, context)) {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let Some(hand) = identify(label, Some(&order.owner), &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        };
        if !leaving.ask_listed(&hand.item, &mut judge) {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let mut goods = hand.goods.clone();
        let known = match &goods.serial {
            Some(serial) => context.facts.serial(serial)?,
            None => None,
        };
        if known.as_ref().is_some_and(|known| known.account == to) {
            let message = Message::new("stop-loaded-already").with("what", Arg::text(&label.text));
            return Ok(refuse_with(
                Step::to(self),
                context,
                message,
                judge.verdict(),
                refs,
                None,
            ));
        }
        let stage = Account::Place(order.stage.clone());
        let from = stands_at(&goods, &stage, context)?;
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        let loaded = Cargo::in_account(&to, context)?.sums();
        let loaded = loaded.get(&goods.item).copied().unwrap_or_default();
        let passed = ask_mandatory(&hand, &mut judge, context)?
            && ask_blocks(&goods, Some(&stage), Purpose::Ship, &mut judge, context)?
            && ask_contradiction(&hand, &stock, &mut judge)
            && leaving.ask_expiry(&hand.item, &goods, hand.expiry(), &mut judge, context)
            && goods.serial.as_ref().is_none_or(|serial| {
                ask_undisputed(serial, known.as_ref(), &mut judge)
                    && judge.ask(Facts::SerialStatus {
                        serial: serial.to_string(),
                        lifecycle: known.as_ref().map(|k| k.lifecycle),
                    })
            })
            && leaving.ask_quantity(&hand.item, loaded, hand.amount, &mut judge);
        if !passed {
            let goods = Some((goods, from, None::<LineKey>));
            return Ok(stop_goods(Step::to(self), context, judge, refs, goods));
        }
        // From here on only warnings: whoever carries the goods is right about where they stood.
        if let Some(serial) = &goods.serial {
            judge.ask(Facts::SerialHere {
                serial: serial.to_string(),
                from: from.clone(),
                at: known.map(|k| k.account),
            });
        }
        take_from(&mut goods, hand.amount, &from, stock, &mut judge);
        let said = describe(&hand.item.name, &goods);
        Ok(self.loaded(order, to, Load::Goods(goods), from, said, &judge, context))
    }

    fn load_plate(
        self,
        order: &Order,
        trailer: &PlaceId,
        plate: &PlateId,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let refs = Refs {
            plate: Some(plate.clone()),
            ..order.refs()
        };
        let to = Account::Place(trailer.clone());
        let known = context.facts.plate(plate)?;
        if known.as_ref().is_some_and(|known| known.account == to) {
            let message = Message::new("stop-loaded-already").with("what", Arg::text(plate));
            let verdict = Verdict::default();
            return Ok(refuse_with(Step::to(self), context, message, verdict, refs, None));
        }
        let lines = context.facts.lines(DocumentKind::Order, &order.document)?;
        let stage = Account::Place(order.stage.clone());
        let from = known.map_or_else(|| stage.clone(), |known| known.account);
        let on_it = Cargo::on_plate(plate, context)?;
        let loaded = Cargo::in_account(&to, context)?.sums();
        let mut judge = Judge::new();
        let passed = judge.ask(self.list(self.excepted, context))
            && judge.ask(Facts::KnownContents {
                subject: plate.to_string(),
                known: !on_it.is_empty() && !contents_unknown(plate, &on_plate(plate, context)?, context)?,
            })
            && on_it.ask(&order.leaving(&lines), &loaded, Some(&from), &mut judge, context)?;
        if !passed {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        if let Some(at) = from.place() {
            judge.ask(Facts::RightPlace {
                asked: order.stage.clone(),
                scanned: at.clone(),
                strict: false,
            });
        }
        let load = Load::Plate(plate.clone());
        Ok(self.loaded(order, to, load, from, plate_message(plate), &judge, context))
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "what a load is, from where to where, and what was said of it"
    )]
    fn loaded(
        mut self,
        order: &Order,
        to: Account,
        load: Load,
        from: Account,
        said: Message,
        judge: &Judge,
        context: &Context<'_>,
    ) -> Step {
        let mut draft = Draft::new(Body::Loaded {
            load,
            from,
            to,
            document: order.document.clone(),
        });
        draft.owner = Some(order.owner.clone());
        draft.place.clone_from(&self.trailer);
        draft.refs = order.refs();
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.done.push(context.position(0));
        let said = Message::new("loaded")
            .with("what", Arg::Message(Box::new(said)))
            .with("list", Arg::Message(Box::new(list_age(context))));
        Step::to(self).write(draft).judged(judge, said)
    }
}
