//! What is scanned onto a pallet and off it: units and other pallets.

use super::{Pallet, cut, refs};
use crate::Error;
use crate::store::Draft;
use crate::work::goods::{
    ask_blocks, ask_contradiction, ask_mandatory, ask_serial_at, identify, plate_message, stands_at, subject, take_from,
};
use crate::work::plates::{
    self, Under, base, blocks_beneath, blocks_of, contents_unknown, is_sscc, lowest, named, on_plate, standing,
};
use crate::work::{Context, Event, LabelData, Scanned, Step, describe, refuse, stop_goods};
use lotline_record::entry::{Body, Load};
use lotline_record::model::{Account, Day, Goods, ItemId, LotKey, Mixing, OwnerId, Place, PlaceKind, PlateId};
use lotline_record::rules::{Differs, Facts, Judge, Purpose};
use lotline_record::stock::exception_name;
use lotline_record::text::{Arg, Message};
use std::collections::BTreeSet;

/// What is about to go onto a pallet or off it.
struct Move {
    load: Load,
    from: Account,
    to: Account,
    said: Message,
    /// The pallet elsewhere that the record has it on.
    child_of: Option<PlateId>,
}

impl Pallet {
    pub(super) fn load(
        self,
        plate: &PlateId,
        here: &Place,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Label(label)) => match (&label.sscc, self.taking) {
                (Some(child), true) => self.take_plate(plate, child, here, context),
                (Some(child), false) => self.put_plate(plate, child, here, context),
                (None, true) => self.take(plate, &label, here, context),
                (None, false) => self.put(plate, &label, here, context),
            },
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => match (named(&text, context)?, self.taking) {
                (Some(child), true) => self.take_plate(plate, &child, here, context),
                (Some(child), false) => self.put_plate(plate, &child, here, context),
                (None, _) => {
                    let message = Message::new("stop-not-a-label").with("text", cut(text, 60));
                    Ok(refuse(Step::to(self), context, message))
                }
            },
            _ => Ok(Step::to(self)),
        }
    }

    fn put(self, plate: &PlateId, label: &LabelData, here: &Place, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, refs(plate), None));
        };
        let mut goods = hand.goods.clone();
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        let at = Account::Place(here.place.clone());
        let known = match &goods.serial {
            Some(serial) => context.facts.serial(serial)?,
            None => None,
        };
        if known
            .as_ref()
            .is_some_and(|known| known.account == Account::Plate(plate.clone()))
        {
            let message = Message::new("stop-on-plate-already").with("plate", Arg::text(plate));
            return Ok(refuse(Step::to(self), context, message));
        }
        let source = if self.from_cart { context.cart() } else { at };
        let (from, child_of) = origin(&goods, &source, context)?;
        let mut passed = ask_mandatory(&hand, &mut judge, context)? && ask_contradiction(&hand, &stock, &mut judge);
        if let (true, Some(key)) = (passed, &goods.serial) {
            passed = ask_serial_at(key, known, &from, &mut judge);
        }
        let kind = Kind::of(&goods, hand.expiry());
        passed = passed && ask_mixing(plate, &[kind], here, &mut judge, context)?;
        let covered = Goods {
            plate: plates::plate_of(&from),
            ..goods.clone()
        };
        let blocks = context.facts.blocks(Some(&covered), from.place())?;
        passed = passed && may_stand(plate, (subject(&goods), blocks, false), here, &mut judge, context)?;
        if !passed {
            return Ok(stop_goods(Step::to(self), context, judge, refs(plate), None));
        }
        let said = describe(&hand.item.name, &goods);
        take_from(&mut goods, hand.amount, &from, stock, &mut judge);
        let load = Move {
            load: Load::Goods(goods),
            from,
            to: Account::Plate(plate.clone()),
            said,
            child_of,
        };
        self.moved(load, plate, here, judge, context)
    }

    fn put_plate(self, plate: &PlateId, child: &PlateId, here: &Place, context: &Context<'_>) -> Result<Step, Error> {
        let at = Account::Place(here.place.clone());
        let known = context.facts.plate(child)?;
        if known
            .as_ref()
            .is_some_and(|known| known.account == Account::Plate(plate.clone()))
        {
            let message = Message::new("stop-on-plate-already").with("plate", Arg::text(plate));
            return Ok(refuse(Step::to(self), context, message));
        }
        let below = standing(plate, context)?.map_or_else(Vec::new, |below| below.on);
        let on_it = on_plate(child, context)?;
        let mut judge = Judge::new();
        let depth = below.len() + 1 + on_it.depth(child, context)?;
        let base_of = match &known {
            Some(known) => Some(base(&known.account, context)?),
            None => None,
        };
        let mut passed = judge.ask(Facts::Nesting {
            plate: child.clone(),
            onto: plate.clone(),
            around: child == plate || below.contains(child),
            depth: u32::try_from(depth).unwrap_or(u32::MAX),
            most: context.policy.plate_depth,
        });
        let from = known.map_or_else(|| at.clone(), |known| known.account);
        let elsewhere = base_of
            .as_ref()
            .is_some_and(|base| *base != at && *base != context.cart());
        let child_of = plates::plate_of(&from).filter(|_| elsewhere);
        passed = passed
            && judge.ask(Facts::Origin {
                subject: child.to_string(),
                known: base_of.is_some(),
            });
        if child_of.is_none() && base_of != Some(context.cart()) {
            passed = passed
                && judge.ask(Facts::PlateFree {
                    plate: child.clone(),
                    sscc: is_sscc(child),
                    at: base_of,
                    here: here.place.clone(),
                    loaded: false,
                });
        }
        let unknown = contents_unknown(child, &on_it, context)?;
        let blocks = blocks_of(child, &on_it, from.place(), context)?;
        passed = passed
            && ask_mixing(plate, &kinds(&on_it, context)?, here, &mut judge, context)?
            && may_stand(plate, (child.to_string(), blocks, unknown), here, &mut judge, context)?;
        if !passed {
            return Ok(stop_goods(Step::to(self), context, judge, refs(plate), None));
        }
        let load = Move {
            load: Load::Plate(child.clone()),
            from,
            to: Account::Plate(plate.clone()),
            said: plate_message(child),
            child_of,
        };
        self.moved(load, plate, here, judge, context)
    }

    fn take(self, plate: &PlateId, label: &LabelData, here: &Place, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, refs(plate), None));
        };
        let mut goods = hand.goods.clone();
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        let mut from = Account::Plate(plate.clone());
        let mut passed = ask_mandatory(&hand, &mut judge, context)? && ask_contradiction(&hand, &stock, &mut judge);
        if let (true, Some(key)) = (passed, &goods.serial) {
            let known = context.facts.serial(key)?;
            // On a pallet that stands on this one it is taken off that.
            if let Some(known) = &known
                && let Some(on) = plates::plate_of(&known.account)
                && standing(&on, context)?.is_some_and(|below| below.on.contains(plate))
            {
                from = known.account.clone();
            }
            passed = ask_serial_at(key, known, &from, &mut judge);
        }
        let held = plates::plate_of(&from).unwrap_or_else(|| plate.clone());
        passed = passed
            && judge.ask(Facts::PlateHeld {
                blocks: blocks_beneath(&held, context)?,
                plate: held,
            });
        if !passed {
            return Ok(stop_goods(Step::to(self), context, judge, refs(plate), None));
        }
        // It stays at the place it stood at: a block is told, and stops nothing.
        ask_blocks(&goods, None, Purpose::Move, &mut judge, context)?;
        let said = describe(&hand.item.name, &goods);
        take_from(&mut goods, hand.amount, &from, stock, &mut judge);
        let load = Move {
            load: Load::Goods(goods),
            from,
            to: Account::Place(here.place.clone()),
            said,
            child_of: None,
        };
        self.moved(load, plate, here, judge, context)
    }

    fn take_plate(self, plate: &PlateId, child: &PlateId, here: &Place, context: &Context<'_>) -> Result<Step, Error> {
        let below = standing(child, context)?.map_or_else(Vec::new, |below| below.on);
        let Some(from) = below.first().filter(|_| below.contains(plate)).cloned() else {
            let message = Message::new("stop-not-on-plate")
                .with("what", Arg::text(child))
                .with("plate", Arg::text(plate));
            return Ok(refuse(Step::to(self), context, message));
        };
        let mut judge = Judge::new();
        if !judge.ask(Facts::PlateHeld {
            blocks: blocks_beneath(&from, context)?,
            plate: from.clone(),
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, refs(plate), None));
        }
        for goods in on_plate(child, context)?.goods() {
            ask_blocks(&goods, None, Purpose::Move, &mut judge, context)?;
        }
        let load = Move {
            load: Load::Plate(child.clone()),
            from: Account::Plate(from),
            to: Account::Place(here.place.clone()),
            said: plate_message(child),
            child_of: None,
        };
        self.moved(load, plate, here, judge, context)
    }

    /// Books it; what was on a pallet elsewhere opens an exception about that pallet.
    fn moved(
        mut self,
        load: Move,
        plate: &PlateId,
        here: &Place,
        mut judge: Judge,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let (goods, named) = match &load.load {
            Load::Goods(goods) => (Some(goods.clone()), subject_of(goods)),
            Load::Plate(child) => (None, child.to_string()),
        };
        let raised = match &load.child_of {
            None => None,
            Some(on) => {
                let facts = Facts::ChildElsewhere {
                    subject: named,
                    on: on.clone(),
                    at: base(&load.from, context)?,
                };
                let message = facts.judge().message;
                judge.ask(facts);
                let name = exception_name(context.device, context.position(1));
                let mut draft = Draft::new(Body::Raised {
                    exception: name.ok_or_else(|| Error::bug("an exception without a name"))?,
                    code: "child_elsewhere".to_owned(),
                    message: message.unwrap_or_else(|| Message::new("stop-unexplained")),
                    goods,
                    at: Some(Account::Plate(plate.clone())),
                    line: None,
                    known_expiry: None,
                });
                draft.refs = refs(on);
                draft.place = Some(here.place.clone());
                Some(draft)
            }
        };
        let id = if self.taking { "pallet-taken" } else { "pallet-put" };
        let said = Message::new(id)
            .with("what", Arg::Message(Box::new(load.said)))
            .with("plate", Arg::text(plate));
        let mut draft = plates::put(load.load, load.from, load.to, plate);
        draft.place = Some(here.place.clone());
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.done.push(context.position(0));
        let mut step = Step::to(self).write(draft);
        step.drafts.extend(raised);
        Ok(step.judged(&judge, said))
    }
}

fn subject_of(goods: &Goods) -> String {
    goods
        .serial
        .as_ref()
        .map_or_else(|| subject(goods), ToString::to_string)
}

/// From where goods come that are scanned at `source`: a serial from where the record has it, if that is here or on a pallet,
/// and the pallet elsewhere that it would be missing on.
fn origin(goods: &Goods, source: &Account, context: &Context<'_>) -> Result<(Account, Option<PlateId>), Error> {
    let here = stands_at(goods, source, context)?;
    let Some(serial) = goods.serial.as_ref().filter(|_| here == *source) else {
        return Ok((here, None));
    };
    let Some(known) = context.facts.serial(serial)?.map(|known| known.account) else {
        return Ok((here, None));
    };
    let cart = context.cart();
    if known == cart {
        return Ok((cart, None));
    }
    let Some(on) = plates::plate_of(&known) else {
        return Ok((here, None));
    };
    let below = base(&known, context)?;
    let child_of = (below != *source && below != cart).then_some(on);
    Ok((known, child_of))
}

/// What is judged of goods that would stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::work) struct Kind {
    owner: OwnerId,
    item: ItemId,
    lot: Option<LotKey>,
    expiry: Option<Day>,
}

impl Kind {
    pub(in crate::work) fn of(goods: &Goods, expiry: Option<Day>) -> Self {
        Kind {
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: goods.lot.clone(),
            expiry,
        }
    }

    fn differs(&self, other: &Kind) -> Vec<Differs> {
        let item = self.item == other.item;
        [
            (self.owner != other.owner, Differs::Owner),
            (!item, Differs::Item),
            (item && self.lot != other.lot, Differs::Lot),
            (
                item && matches!((self.expiry, other.expiry), (Some(a), Some(b)) if a != b),
                Differs::Expiry,
            ),
        ]
        .into_iter()
        .filter_map(|(differs, how)| differs.then_some(how))
        .collect()
    }
}

/// What of each kind is there.
fn kinds(on_it: &Under, context: &Context<'_>) -> Result<Vec<Kind>, Error> {
    let mut all: Vec<Kind> = Vec::new();
    for goods in on_it.goods() {
        let lot = match &goods.lot {
            Some(lot) => context.facts.lot(&goods.owner, &goods.item, lot)?,
            None => None,
        };
        let kind = Kind::of(&goods, lot.and_then(|lot| lot.expiry));
        if !all.contains(&kind) {
            all.push(kind);
        }
    }
    Ok(all)
}

/// What comes may stand with all that is on the lowest pallet beneath, by the rule of the customer it is staged for.
fn ask_mixing(
    plate: &PlateId,
    coming: &[Kind],
    here: &Place,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let customer = customer_at(here, context)?;
    mixes(plate, coming, customer, judge, context)
}

/// The same for a customer that is known.
pub(in crate::work) fn mixes(
    plate: &PlateId,
    coming: &[Kind],
    customer: Option<String>,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let there = kinds(&on_plate(&lowest(plate, context)?, context)?, context)?;
    let differs: BTreeSet<Differs> = coming
        .iter()
        .flat_map(|kind| there.iter().flat_map(|other| kind.differs(other)))
        .collect();
    let (may, customer) = rule_of(customer, context);
    Ok(judge.ask(Facts::Mixing {
        plate: plate.clone(),
        differs: differs.into_iter().collect(),
        may,
        customer,
    }))
}

fn rule_of(customer: Option<String>, context: &Context<'_>) -> (Mixing, Option<String>) {
    match customer.and_then(|key| Some((*context.policy.customer_mixing.get(&key)?, key))) {
        Some((may, key)) => (may, Some(key)),
        None => (context.policy.plate_mixing, None),
    }
}

/// Whose goods are staged at the place, if they are one customer's.
fn customer_at(here: &Place, context: &Context<'_>) -> Result<Option<String>, Error> {
    if here.kind != PlaceKind::Staging {
        return Ok(None);
    }
    let mut partners: BTreeSet<String> = BTreeSet::new();
    for outbound in context.facts.outbound(None)? {
        if outbound.order.place.as_ref() == Some(&here.place) {
            partners.extend(outbound.partner);
        }
    }
    let only = partners.pop_first();
    Ok(only.filter(|_| partners.is_empty()))
}

/// Blocked goods stand in a cage only, and nothing goes onto a blocked pallet or to a blocked place but there.
fn may_stand(
    plate: &PlateId,
    (subject, blocks, contents_unknown): (String, Vec<lotline_record::model::Block>, bool),
    here: &Place,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let cage = here.kind == PlaceKind::Cage;
    let held = if cage {
        Vec::new()
    } else {
        blocks_beneath(plate, context)?
    };
    Ok(judge.ask(Facts::PlateHeld {
        plate: plate.clone(),
        blocks: held,
    }) && judge.ask(Facts::MayStand {
        subject,
        blocks,
        place: here.place.clone(),
        cage,
        place_blocks: context.facts.blocks(None, Some(&here.place))?,
        contents_unknown,
    }))
}
