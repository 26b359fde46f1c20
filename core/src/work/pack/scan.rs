//! What is scanned into a carton: units, and handling units that were picked as they are.

use super::{Order, Pack, cut, fact, refs};
use crate::Error;
use crate::work::cargo::Cargo;
use crate::work::facts::Subject;
use crate::work::goods::{
    ask_blocks, ask_contradiction, ask_mandatory, ask_serial_at, identify, plate_message, stands_at, subject, take_from,
};
use crate::work::pallet::{Kind, mixes};
use crate::work::plates::{contents_unknown, named, on_plate, standing};
use crate::work::{Context, Event, LabelData, Scanned, Step, describe, refuse, refuse_with, stop_goods};
use lotline_record::entry::{Body, Load};
use lotline_record::model::{Account, DocumentKind, Goods, PlateId};
use lotline_record::rules::{Facts, Judge, Purpose, Verdict};
use lotline_record::text::{Arg, Message};
use std::collections::BTreeMap;

/// Lines of an item's history in which what was picked for the order is looked for.
const LOOKED_AT: usize = 500;

impl Pack {
    pub(super) fn scan(
        self,
        order: &Order,
        carton: &PlateId,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Label(label)) => match &label.sscc {
                Some(plate) if label.gtin.is_none() => self.pack_plate(order, carton, plate, context),
                _ => self.pack(order, carton, &label, context),
            },
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                if let Some(plate) = named(&text, context)? {
                    return self.pack_plate(order, carton, &plate, context);
                }
                let message = Message::new("stop-not-a-label").with("text", cut(text, 60));
                Ok(refuse(Step::to(self), context, message))
            }
            _ => Ok(Step::to(self)),
        }
    }

    fn pack(self, order: &Order, carton: &PlateId, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let refs = refs(order, carton);
        let stage = Account::Place(order.stage.clone());
        let into = Account::Plate(carton.clone());
        let lines = context.facts.lines(DocumentKind::Order, &order.document)?;
        let leaving = order.leaving(&lines);
        let mut judge = Judge::new();
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
        if known.as_ref().is_some_and(|known| known.account == into) {
            let message = Message::new("stop-on-plate-already").with("plate", Arg::text(carton));
            return Ok(refuse_with(
                Step::to(self),
                context,
                message,
                Verdict::default(),
                refs,
                None,
            ));
        }
        let from = stands_at(&goods, &stage, context)?;
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        let packed = Cargo::on_plates(&self.all_cartons(order, context)?, context)?.sums();
        let mut passed = ask_mandatory(&hand, &mut judge, context)? && ask_contradiction(&hand, &stock, &mut judge);
        if let (true, Some(serial)) = (passed, &goods.serial) {
            passed = ask_serial_at(serial, known, &from, &mut judge);
        }
        passed = passed
            && ask_picked(&goods, order, &stage, &mut judge, context)?
            && ask_blocks(&goods, Some(&from), Purpose::Ship, &mut judge, context)?
            && leaving.ask_expiry(&hand.item, &goods, hand.expiry(), &mut judge, context)
            && leaving.ask_quantity(
                &hand.item,
                packed.get(&goods.item).copied().unwrap_or_default(),
                hand.amount,
                &mut judge,
            )
            && mixes(
                carton,
                &[Kind::of(&goods, hand.expiry())],
                order.partner.clone(),
                &mut judge,
                context,
            )?;
        if !passed {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let said = describe(&hand.item.name, &goods);
        take_from(&mut goods, hand.amount, &from, stock, &mut judge);
        goods.plate = Some(carton.clone());
        Ok(self.packed(order, carton, (Load::Goods(goods), from), said, &judge, context))
    }

    fn pack_plate(
        self,
        order: &Order,
        carton: &PlateId,
        plate: &PlateId,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let refs = refs(order, carton);
        let lines = context.facts.lines(DocumentKind::Order, &order.document)?;
        let known = context.facts.plate(plate)?;
        let below = standing(carton, context)?.map_or_else(Vec::new, |below| below.on);
        let on_it = on_plate(plate, context)?;
        let depth = below.len() + 1 + on_it.depth(plate, context)?;
        let packed = Cargo::on_plates(&self.all_cartons(order, context)?, context)?.sums();
        let from = known.map_or_else(|| Account::Place(order.stage.clone()), |known| known.account);
        let mut judge = Judge::new();
        let passed = judge.ask(Facts::Nesting {
            plate: plate.clone(),
            onto: carton.clone(),
            around: plate == carton || below.contains(plate) || from == Account::Plate(carton.clone()),
            depth: u32::try_from(depth).unwrap_or(u32::MAX),
            most: context.policy.plate_depth,
        }) && judge.ask(Facts::KnownContents {
            subject: plate.to_string(),
            known: !on_it.rows.is_empty() && !contents_unknown(plate, &on_it, context)?,
        }) && Cargo::on_plate(plate, context)?.ask(
            &order.leaving(&lines),
            &packed,
            Some(&from),
            &mut judge,
            context,
        )?;
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
        let said = plate_message(plate);
        Ok(self.packed(order, carton, (Load::Plate(plate.clone()), from), said, &judge, context))
    }

    fn packed(
        mut self,
        order: &Order,
        carton: &PlateId,
        (load, from): (Load, Account),
        said: Message,
        judge: &Judge,
        context: &Context<'_>,
    ) -> Step {
        if let Load::Plate(plate) = &load
            && !self.cartons.contains(plate)
        {
            self.cartons.push(plate.clone());
        }
        let body = Body::Packed {
            load,
            from,
            to: Account::Plate(carton.clone()),
            document: order.document.clone(),
        };
        self.done.push(context.position(0));
        let draft = fact(body, order, carton, judge, context);
        Step::to(self)
            .write(draft)
            .judged(judge, Message::new("packed").with("what", Arg::Message(Box::new(said))))
    }
}

/// The lot and the serial must be among those that were picked for the order. Where no pick is known here, what stands in its
/// staging place is taken for it.
fn ask_picked(
    goods: &Goods,
    order: &Order,
    stage: &Account,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let history = context.facts.history(
        &Subject::Lot {
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: None,
        },
        LOOKED_AT,
    )?;
    let of_order = |kind: &'static str| {
        history
            .iter()
            .filter(move |line| line.kind == kind && line.document.as_deref() == Some(order.document.as_str()))
    };
    // What was taken back as often as it was picked was not picked.
    let mut lots: BTreeMap<String, i64> = BTreeMap::new();
    let mut serials: BTreeMap<String, i64> = BTreeMap::new();
    for (kind, way) in [("picked", 1), ("undone:picked", -1)] {
        for line in of_order(kind) {
            let micros = line.amount.micros() * way;
            if let Some(lot) = &line.lot {
                *lots.entry(lot.clone()).or_default() += micros;
            }
            if let Some(serial) = &line.serial {
                *serials.entry(serial.clone()).or_default() += micros;
            }
        }
    }
    let left = |sums: BTreeMap<String, i64>| -> Vec<String> {
        sums.into_iter().filter(|(_, n)| *n > 0).map(|(name, _)| name).collect()
    };
    let (mut lots, serials) = (left(lots), left(serials));
    if lots.is_empty() {
        let rows = context.facts.stock_in(stage)?.into_iter();
        lots = rows
            .filter(|row| row.owner == goods.owner && row.item == goods.item && row.amount.is_positive())
            .filter_map(|row| row.lot.map(|lot| lot.to_string()))
            .collect();
        lots.dedup();
    }
    let by_serial = match &goods.serial {
        Some(serial) if !serials.is_empty() => judge.ask(Facts::PickedFor {
            subject: serial.to_string(),
            document: order.document.clone(),
            picked: serials,
        }),
        _ => true,
    };
    let Some(_) = goods.lot.as_ref().filter(|_| by_serial) else {
        return Ok(by_serial);
    };
    Ok(judge.ask(Facts::PickedFor {
        subject: subject(goods),
        document: order.document.clone(),
        picked: lots,
    }))
}
