//! A run: goods are used up, and others are made of them (requirement B2: consume, kit, assemble, repack).
//!
//! Steps: choose what is done, scan the place, scan what goes in and enter how many, then scan what comes out and enter
//! how many. What went in and what came out of one run is its genealogy, both ways. Stops: as for a pick, and nothing went
//! in, a new lot for the same goods (21 CFR 1.1320), another item where goods are only repacked, more out than in, an
//! expiry later than that of what it is made of.

mod view;

pub(super) use view::genealogy;

use super::dated::ask_clock;
use super::goods::{
    InHand, ask_blocks, ask_contradiction, ask_mandatory, ask_serial_leaving, identify, name_of, observed, quantity_of,
    stands_at, take_from,
};
use super::inbound::ask_formats;
use super::load::{At, arrived, brings_goods, digits_first, nothing_to_undo, place};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, Wanted, Work, describe, refuse, refuse_with, stop_goods,
    undo_last,
};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Position, Refs};
use lotline_record::model::{Account, Amount, Day, Goods, ItemId, LotKey, LotNumber, OwnerId, PlaceId, RunId};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// The AI of lot numbers.
const LOT: &str = "10";

/// What is done in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Goods are used up, and nothing comes out that is stock.
    Consume,
    /// Others are made of them: a kit, an assembly.
    Kit,
    /// The same goods in other packs.
    Repack,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Kit, Kind::Repack, Kind::Consume];

    const fn as_str(self) -> &'static str {
        match self {
            Kind::Consume => "consume",
            Kind::Kit => "kit",
            Kind::Repack => "repack",
        }
    }
}

/// An open run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    kind: Option<Kind>,
    place: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    /// Its name, once something went in.
    run: Option<RunId>,
    inputs: Vec<Member>,
    outputs: Vec<Member>,
    /// What is scanned comes out.
    making: bool,
    /// Goods of which it is asked how many.
    many: Option<Box<Goods>>,
    /// Goods that come out and whose lot is asked for.
    lot: Option<Box<Goods>>,
    /// Entries that can be taken back, oldest first.
    done: Vec<Position>,
}

/// What went in or came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Member {
    owner: OwnerId,
    item: ItemId,
    lot: Option<LotNumber>,
    expiry: Option<Day>,
    amount: Amount,
    said: Message,
}

impl Run {
    /// The own number that this input takes: a lot.
    pub(crate) fn wants(&self, event: &Event) -> Option<Wanted<'_>> {
        let goods = self.lot.as_ref()?;
        matches!(event, Event::Choose(id) if id == "new_lot").then_some(Wanted {
            ai: LOT,
            owner: Some(&goods.owner),
        })
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        match event {
            Event::Back => return Ok(self.back()),
            Event::Choose(id) if id == "undo" => return self.undo(context),
            Event::Scan(Scanned::Unreadable(message)) => return Ok(refuse(Step::to(self), context, message)),
            _ => {}
        }
        if let Some(goods) = self.lot.take() {
            return self.number(*goods, &event, context);
        }
        if let Some(goods) = self.many.take() {
            return self.quantity(*goods, event, context);
        }
        match event {
            Event::Scan(Scanned::Label(label)) if self.making => self.output(&label, context),
            Event::Scan(Scanned::Label(label)) => self.input(&label, context),
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.place(&text, context),
            Event::Choose(id) => {
                if let Some(kind) = id.strip_prefix("kind:") {
                    if self.run.is_none() {
                        self.kind = Kind::ALL.into_iter().find(|k| k.as_str() == kind);
                    }
                } else if id == "outputs" && self.kind != Some(Kind::Consume) {
                    self.making = true;
                } else if id == "inputs" {
                    self.making = false;
                } else if id == "done" {
                    let nothing =
                        self.kind != Some(Kind::Consume) && !self.inputs.is_empty() && self.outputs.is_empty();
                    let step = Step::to(Work::Home);
                    return Ok(if nothing {
                        step.say(Feedback::Warn(Message::new("run-nothing-out")))
                    } else {
                        step
                    });
                }
                Ok(Step::to(self))
            }
            _ => Ok(Step::to(self)),
        }
    }

    fn back(mut self) -> Step {
        if self.checking.take().is_some() || self.many.take().is_some() || self.lot.take().is_some() {
            return Step::to(self);
        }
        if self.making {
            self.making = false;
            return Step::to(self);
        }
        if !self.inputs.is_empty() {
            return Step::to(self).say(Feedback::Warn(Message::new("run-is-open")));
        }
        if self.place.take().is_some() || self.kind.take().is_some() {
            return Step::to(self);
        }
        Step::to(Work::Home)
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        let said = Feedback::Accept(Message::new("undone"));
        if self.many.take().is_some() || self.lot.take().is_some() {
            return Ok(Step::to(self).say(said));
        }
        let Some((draft, body)) = undo_last(&mut self.done, context)? else {
            return Ok(nothing_to_undo(self));
        };
        match body {
            Body::Consumed { .. } => {
                self.inputs.pop();
                self.making = false;
            }
            Body::Produced { .. } => {
                self.outputs.pop();
                self.making = true;
            }
            _ => {}
        }
        Ok(Step::to(self).write(draft).say(said))
    }

    fn place(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        if self.kind.is_none() {
            return Ok(refuse(Step::to(self), context, Message::new("stop-kind-first")));
        }
        match place(text, &mut self.checking, context)? {
            At::Here(place, judge) => {
                self.place = Some(place.place.clone());
                Ok(arrived(self, &place.place, &judge, context))
            }
            At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
        }
    }

    fn input(self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let Some(at) = self.place.clone() else {
            return Ok(refuse(Step::to(self), context, Message::new("stop-place-first")));
        };
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let from = stands_at(&hand.goods, &Account::Place(at), context)?;
        if !ask_input(&hand, &from, &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        if hand.goods.serial.is_some() {
            return self.consume(hand, from, judge, context);
        }
        Ok(self.ask_many(hand.goods, context))
    }

    fn ask_many(mut self, goods: Goods, context: &Context<'_>) -> Step {
        let draft = observed(goods.clone(), context);
        self.many = Some(Box::new(goods));
        Step::to(self).write(draft)
    }

    fn quantity(mut self, mut goods: Goods, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let (Event::Enter { text } | Event::Scan(Scanned::Text(text))) = event else {
            self.many = Some(Box::new(goods));
            return Ok(match event {
                Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-quantity-first")),
                _ => Step::to(self),
            });
        };
        match quantity_of(&text, &goods) {
            Ok(quantity) => goods.quantity = quantity,
            Err(message) => {
                self.many = Some(Box::new(goods));
                return Ok(refuse(Step::to(self), context, message));
            }
        }
        let (Some(at), Some(hand)) = (self.place.clone(), InHand::of(goods, context)?) else {
            return Ok(Step::to(self));
        };
        if self.making {
            return self.produce(hand, context);
        }
        let from = Account::Place(at);
        let mut judge = Judge::new();
        if !ask_input(&hand, &from, &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        self.consume(hand, from, judge, context)
    }

    fn consume(mut self, hand: InHand, from: Account, mut judge: Judge, context: &Context<'_>) -> Result<Step, Error> {
        let at = context.position(0);
        let run = match &self.run {
            Some(run) => run.clone(),
            None => RunId::new(format!("{}-{}-{}", context.device, at.epoch(), at.seq()))
                .map_err(|e| Error::bug(e.to_string()))?,
        };
        let member = Member::of(&hand);
        let mut goods = hand.goods;
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        take_from(&mut goods, hand.amount, &from, stock, &mut judge);
        let said = Message::new("run-used").with("what", Arg::Message(Box::new(member.said.clone())));
        let mut draft = Draft::new(Body::Consumed {
            run: run.clone(),
            work: self.work().to_owned(),
            goods,
            from,
        });
        draft.place.clone_from(&self.place);
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.run = Some(run);
        self.inputs.push(member);
        self.done.push(at);
        Ok(Step::to(self).write(draft).judged(&judge, said))
    }

    fn output(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        if hand.item.tracking.needs_lot() && hand.goods.lot.is_none() {
            // A lot of the own convention, or the one that stays.
            let draft = observed(hand.goods.clone(), context);
            self.lot = Some(Box::new(hand.goods));
            return Ok(Step::to(self).write(draft));
        }
        self.with_lot(hand, context)
    }

    /// The lot of what comes out: a new own number, or typed.
    fn number(mut self, mut goods: Goods, event: &Event, context: &Context<'_>) -> Result<Step, Error> {
        let lot = match event {
            Event::Choose(id) if id == "new_lot" => {
                let Some(number) = context.number else {
                    self.lot = Some(Box::new(goods));
                    let message = Message::new("stop-no-number-left").with("series", Arg::text("(10)…"));
                    return Ok(refuse(Step::to(self), context, message));
                };
                let own = number.reference();
                let fits = match number.gtin.as_deref().map(lotline_scan::Gtin::parse) {
                    Some(Ok(gtin)) => context.facts.items_by_gtin(&gtin, context.today)?,
                    _ => Vec::new(),
                };
                let fits = fits
                    .iter()
                    .any(|(item, _)| item.owner == goods.owner && item.item == goods.item);
                // The same goods keep their lot, and no number is spent on asking.
                if !fits || self.is_same(&goods) {
                    let id = if fits { "stop-lot-stays" } else { "stop-no-number-left" };
                    self.lot = Some(Box::new(goods));
                    let message = Message::new(id).with("series", Arg::text("(10)…"));
                    let mut step = refuse(Step::to(self), context, message);
                    step.unused.push(own);
                    return Ok(step);
                }
                LotNumber::new(&number.value).ok()
            }
            Event::Enter { text } => LotNumber::new(text.trim()).ok(),
            Event::Scan(_) => {
                self.lot = Some(Box::new(goods));
                return Ok(refuse(Step::to(self), context, Message::new("stop-lot-first")));
            }
            _ => {
                self.lot = Some(Box::new(goods));
                return Ok(Step::to(self));
            }
        };
        let Some(lot) = lot else {
            self.lot = Some(Box::new(goods));
            let message = Message::new("stop-not-a-lot").with("text", Arg::text("-"));
            return Ok(refuse(Step::to(self), context, message));
        };
        goods.lot = Some(LotKey::of(lot));
        if goods.expiry.is_none() {
            goods.expiry = self.first_expiry();
        }
        let Some(hand) = InHand::of(goods, context)? else {
            return Ok(Step::to(self));
        };
        self.with_lot(hand, context)
    }

    fn with_lot(self, hand: InHand, context: &Context<'_>) -> Result<Step, Error> {
        if hand.goods.serial.is_some() {
            return self.produce(hand, context);
        }
        let mut judge = Judge::new();
        if !self.ask_output(&hand, &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        Ok(self.ask_many(hand.goods, context))
    }

    fn produce(mut self, hand: InHand, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let passed = self.ask_output(&hand, &mut judge, context)?
            && judge.ask(Facts::RunBalance {
                work: self.work().to_owned(),
                inputs: self.inputs.len(),
                consumed: self.inputs.iter().map(|m| m.amount).sum(),
                produced: self.outputs.iter().map(|m| m.amount).sum(),
                adding: hand.amount,
            });
        if !passed {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        let (Some(run), Some(place)) = (self.run.clone(), self.place.clone()) else {
            let message = Message::new("stop-no-inputs");
            let verdict = judge.verdict();
            return Ok(refuse_with(
                Step::to(self),
                context,
                message,
                verdict,
                Refs::default(),
                None,
            ));
        };
        let member = Member::of(&hand);
        let said = Message::new("run-made").with("what", Arg::Message(Box::new(member.said.clone())));
        let mut draft = Draft::new(Body::Produced {
            run,
            work: self.work().to_owned(),
            goods: hand.goods,
            to: Account::Place(place),
        });
        draft.place.clone_from(&self.place);
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.outputs.push(member);
        self.done.push(context.position(0));
        Ok(Step::to(self).write(draft).judged(&judge, said))
    }

    fn ask_output(&self, hand: &InHand, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
        let stock = context.facts.stock_of(&hand.item.owner, &hand.item.item)?;
        if self.inputs.is_empty() {
            return Ok(judge.ask(Facts::RunBalance {
                work: self.work().to_owned(),
                inputs: 0,
                consumed: Amount::ZERO,
                produced: Amount::ZERO,
                adding: hand.amount,
            }));
        }
        if !ask_mandatory(hand, judge, context)?
            || !ask_formats(&hand.goods, judge, context)
            || !ask_contradiction(hand, &stock, judge)
        {
            return Ok(false);
        }
        let mut lots: Vec<LotNumber> = self.inputs.iter().filter_map(|m| m.lot.clone()).collect();
        lots.sort();
        lots.dedup();
        if !judge.ask(Facts::TlcGuard {
            work: self.work().to_owned(),
            same_item: self.is_same(&hand.goods),
            lot: hand.goods.lot.as_ref().map(|l| l.number.clone()),
            inputs: lots,
        }) || !judge.ask(Facts::OutputExpiry {
            expiry: hand.expiry(),
            first: self.first_expiry(),
            stops: context.policy.output_expiry_stops,
        }) {
            return Ok(false);
        }
        let Some(serial) = &hand.goods.serial else {
            return Ok(true);
        };
        let (at, lifecycle) = context.facts.serial(serial)?.map(|s| (s.account, s.lifecycle)).unzip();
        Ok(judge.ask(Facts::SerialUnique {
            serial: serial.to_string(),
            at,
            lifecycle,
        }))
    }

    /// Whether these are the goods that went in, and no others did.
    fn is_same(&self, goods: &Goods) -> bool {
        self.inputs
            .iter()
            .all(|m| m.owner == goods.owner && m.item == goods.item)
    }

    fn first_expiry(&self) -> Option<Day> {
        self.inputs.iter().filter_map(|m| m.expiry).min()
    }

    fn work(&self) -> &'static str {
        self.kind.map_or("consume", Kind::as_str)
    }
}

impl Member {
    fn of(hand: &InHand) -> Self {
        Member {
            owner: hand.goods.owner.clone(),
            item: hand.goods.item.clone(),
            lot: hand.goods.lot.as_ref().map(|l| l.number.clone()),
            expiry: hand.expiry(),
            amount: hand.amount,
            said: describe(&hand.item.name, &hand.goods),
        }
    }
}

/// What goes in is neither blocked nor expired, and is here.
fn ask_input(hand: &InHand, from: &Account, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
    let goods = &hand.goods;
    let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
    if !ask_mandatory(hand, judge, context)?
        || !ask_blocks(goods, Some(from), Purpose::Consume, judge, context)?
        || !ask_contradiction(hand, &stock, judge)
    {
        return Ok(false);
    }
    if !ask_clock(hand.expiry(), judge, context) {
        return Ok(false);
    }
    if let Some(expiry) = hand.expiry()
        && !judge.ask(Facts::Expiry {
            lot: goods.lot.as_ref().map(|l| l.number.clone()),
            expiry,
            today: context.latest,
            min_days: 0,
            purpose: Purpose::Consume,
            alert_days: context.policy.expiry_alert_days,
        })
    {
        return Ok(false);
    }
    ask_serial_leaving(goods, from, judge, context)
}

/// What goods are called, with their lot.
fn called(goods: &Goods, context: &Context<'_>) -> Result<Message, Error> {
    Ok(describe(&name_of(&goods.owner, &goods.item, context)?, goods))
}
