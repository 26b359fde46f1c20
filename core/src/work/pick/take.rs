//! From a label to what is booked: the rules, how many, what it weighs.

use super::walk::rotation_day;
use super::{Asking, Pick, cut, refs, stop_plain};
use crate::Error;
use crate::store::Draft;
use crate::work::dated::ask_clock;
use crate::work::facts::{DocumentLine, StockFacts};
use crate::work::goods::{
    InHand, ask_blocks, ask_contradiction, ask_mandatory, ask_serial_leaving, eaches_of, identify, kilogram, name_of,
    observed, out_of, quantity_of, subject,
};
use crate::work::reserved::Kept;
use crate::work::{Context, Event, Feedback, LabelData, Scanned, Step, describe, refuse, stop_goods};
use lotline_record::entry::{Body, Refs};
use lotline_record::model::{Account, Goods, Level, LotKey, Quantity};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::text::{Arg, Message};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

impl Pick {
    pub(super) fn label(
        mut self,
        label: &LabelData,
        line: &DocumentLine,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let many = self.asking.take().is_some();
        let refs = refs(&line.key.document, Some(&line.key));
        let Some(at) = self.at.clone() else {
            return Ok(stop_plain(self, Message::new("stop-scan-bin-first"), refs, context));
        };
        if line.done >= line.expected || self.short.contains(&line.key) {
            // What is in the hand goes into its tote before anything else is taken.
            let tote = self.in_hand().and_then(|order| order.tote.as_ref()).map(Arg::text);
            let message = Message::new("stop-tote-first").maybe("tote", tote);
            return Ok(stop_plain(self, message, refs, context));
        }
        let mut judge = Judge::new();
        let Some(hand) = identify(label, Some(&line.owner), &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        };
        if self.holds_serial(&hand.goods) {
            let message = Message::new("stop-already-lifted").with("what", Arg::text(subject_of(&hand.goods)));
            return Ok(stop_plain(self, message, refs, context));
        }
        let from = Account::Place(at);
        let stock = context.facts.stock_of(&hand.item.owner, &hand.item.item)?;
        if !self.ask_goods(&hand, line, &from, &stock, &mut judge, context)? {
            return Ok(self.stopped(hand.goods, line, judge, context));
        }
        let open = line.expected.minus(line.done);
        let opens = hand.amount > open;
        if hand.goods.serial.is_none() && (many || opens) {
            let goods = if opens && hand.goods.quantity.f > 1 {
                eaches_of(&hand)
            } else {
                let quantity = Quantity::one(hand.goods.quantity.u.clone(), hand.goods.quantity.f);
                Goods { quantity, ..hand.goods }
            };
            return Ok(self.ask(Asking::Quantity(Box::new(goods.clone())), goods, refs, context));
        }
        if weighs(&hand.goods, context) {
            let goods = hand.goods;
            return Ok(self.ask(Asking::Weight(Box::new(goods.clone())), goods, refs, context));
        }
        self.book(hand, line, stock, judge, Vec::new(), context)
    }

    /// Asks something of what was scanned; the scan is kept as one that moved nothing yet.
    fn ask(mut self, asking: Asking, goods: Goods, refs: Refs, context: &Context<'_>) -> Step {
        let mut draft = observed(goods, context);
        draft.refs = refs;
        self.asking = Some(asking);
        Step::to(self).write(draft)
    }

    pub(super) fn quantity(
        self,
        mut goods: Goods,
        line: &DocumentLine,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let (Event::Enter { text } | Event::Scan(Scanned::Text(text))) = event else {
            return Ok(self.not_this(Asking::Quantity(Box::new(goods)), &event, context));
        };
        match quantity_of(&text, &goods) {
            Ok(quantity) => goods.quantity = quantity,
            Err(message) => {
                let mut flow = self;
                flow.asking = Some(Asking::Quantity(Box::new(goods)));
                return Ok(refuse(Step::to(flow), context, message));
            }
        }
        self.go_on(goods, line, Vec::new(), context)
    }

    pub(super) fn weight(
        self,
        mut goods: Goods,
        line: &DocumentLine,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let (Event::Enter { text } | Event::Scan(Scanned::Text(text))) = event else {
            return Ok(self.not_this(Asking::Weight(Box::new(goods)), &event, context));
        };
        let Ok(weight) = Quantity::parse(&text, kilogram(), 1) else {
            let mut flow = self;
            flow.asking = Some(Asking::Weight(Box::new(goods)));
            let message = Message::new("stop-not-a-weight").with("text", cut(text, 40));
            return Ok(refuse(Step::to(flow), context, message));
        };
        goods.weight = Some(weight);
        self.go_on(goods, line, Vec::new(), context)
    }

    /// What was asked of the goods is known: the next question, or they are booked. Everything is judged again, by what
    /// is known now.
    pub(super) fn go_on(
        mut self,
        goods: Goods,
        line: &DocumentLine,
        before: Vec<Draft>,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let Some(from) = self.at.clone().map(Account::Place) else {
            return Ok(Step::to(self));
        };
        let Some(hand) = InHand::of(goods, context)? else {
            return Ok(Step::to(self));
        };
        let stock = context.facts.stock_of(&hand.item.owner, &hand.item.item)?;
        let mut judge = Judge::new();
        if !self.ask_goods(&hand, line, &from, &stock, &mut judge, context)? {
            let mut step = self.stopped(hand.goods, line, judge, context);
            step.drafts.splice(..0, before);
            return Ok(step);
        }
        if weighs(&hand.goods, context) {
            self.asking = Some(Asking::Weight(Box::new(hand.goods)));
            let mut step = Step::to(self);
            step.drafts = before;
            return Ok(step);
        }
        self.book(hand, line, stock, judge, before, context)
    }

    fn book(
        mut self,
        mut hand: InHand,
        line: &DocumentLine,
        stock: Vec<StockFacts>,
        mut judge: Judge,
        before: Vec<Draft>,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let Some(from) = self.at.clone().map(Account::Place) else {
            return Ok(Step::to(self));
        };
        if !ask_amount(&hand, line, &from, &stock, &mut judge, context)? {
            let mut step = self.stopped(hand.goods, line, judge, context);
            step.drafts.splice(..0, before);
            return Ok(step);
        }
        let held: Vec<StockFacts> = stock.into_iter().filter(|s| s.account == from).collect();
        // A pack that was named is opened, as long as the record has it there; else whatever the record has.
        let named = hand.goods.out_of.take();
        let there = |level: Level| {
            held.iter()
                .any(|s| s.lot == hand.goods.lot && s.level == level && s.amount.is_positive())
        };
        let moved = hand.goods.clone();
        hand.goods.out_of = named
            .filter(|level| there(*level))
            .or_else(|| out_of(&hand.goods, hand.amount, &held));
        let said = describe(&hand.item.name, &hand.goods);
        let mut draft = Draft::new(Body::Picked {
            goods: hand.goods,
            from: from.clone(),
            to: context.cart(),
            line: line.key.clone(),
        });
        draft.place = from.place().cloned();
        draft.refs = refs(&line.key.document, Some(&line.key));
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        if self.line.as_ref() != Some(&line.key) {
            self.done.clear();
        }
        self.done.push(context.position(before.len()));
        self.line = Some(line.key.clone());
        let batch = match self.order_mut(&line.key) {
            Some(order) if order.tote.is_some() => {
                order.hand.push(moved);
                true
            }
            Some(order) => {
                order.carried.push(moved);
                false
            }
            None => false,
        };
        if !batch && line.done.plus(hand.amount) >= line.expected {
            self.next_line();
        }
        let mut step = Step::to(self);
        step.drafts = before;
        Ok(step.write(draft).judged(&judge, said))
    }

    /// A rule stopped the goods. What a person may overrule is kept, in case they do.
    fn stopped(mut self, goods: Goods, line: &DocumentLine, judge: Judge, context: &Context<'_>) -> Step {
        let rule = judge.clone().verdict().grounds.pop().map(|ground| ground.facts.rule());
        if let Some(rule @ ("rotation" | "lot_swap")) = rule {
            self.asking = Some(Asking::Later {
                goods: Box::new(goods.clone()),
                rule: rule.to_owned(),
            });
        }
        let from = self.at.clone().map(Account::Place);
        let refs = refs(&line.key.document, Some(&line.key));
        stop_goods(
            Step::to(self),
            context,
            judge,
            refs,
            from.map(|from| (goods, from, None)),
        )
    }

    fn holds_serial(&self, goods: &Goods) -> bool {
        let held = |g: &Goods| goods.serial.is_some() && g.serial == goods.serial;
        self.orders.iter().any(|o| o.hand.iter().chain(&o.carried).any(held))
    }

    fn ask_goods(
        &self,
        hand: &InHand,
        line: &DocumentLine,
        from: &Account,
        stock: &[StockFacts],
        judge: &mut Judge,
        context: &Context<'_>,
    ) -> Result<bool, Error> {
        let (item, goods) = (&hand.item, &hand.goods);
        let asked = name_of(&line.owner, &line.item, context)?;
        if !judge.ask(Facts::RightItem {
            asked,
            scanned: item.name.clone(),
            same: item.item == line.item,
        }) || !ask_mandatory(hand, judge, context)?
            || !ask_blocks(goods, Some(from), Purpose::Pick, judge, context)?
            || !ask_contradiction(hand, stock, judge)
        {
            return Ok(false);
        }
        let lot = goods.lot.as_ref().map(|l| l.number.clone());
        if !ask_clock(hand.expiry(), judge, context) {
            return Ok(false);
        }
        if let Some(expiry) = hand.expiry()
            && !judge.ask(Facts::Expiry {
                lot,
                expiry,
                today: context.latest,
                min_days: self.shelf_days(line, item, context),
                purpose: Purpose::Pick,
                alert_days: context.policy.expiry_alert_days,
            })
        {
            return Ok(false);
        }
        if !self.ask_lot(hand, line, judge, context)? {
            return Ok(false);
        }
        ask_serial_leaving(goods, from, judge, context)
    }

    /// Whether this lot may be taken now: by what the line names, else by rotation; unless it was overridden.
    fn ask_lot(
        &self,
        hand: &InHand,
        line: &DocumentLine,
        judge: &mut Judge,
        context: &Context<'_>,
    ) -> Result<bool, Error> {
        let (item, lot) = (&hand.item, &hand.goods.lot);
        if self
            .allowed
            .iter()
            .any(|(key, allowed)| *key == line.key && allowed == lot)
        {
            return Ok(true);
        }
        let number = lot.as_ref().map(|l| l.number.clone());
        let day = rotation_day(item, hand.expiry(), hand.lot.as_ref().and_then(|l| l.received_on));
        let mut among = self.candidates(line, context)?;
        if self.dock.is_some() {
            // What lies in a bin and should leave first is not passed by at the dock.
            among = self.all_candidates(line, context)?;
        }
        if let Some(asked) = &line.lot {
            if number.as_ref() == Some(asked) {
                among = self.all_candidates(line, context)?;
            } else {
                let known = context
                    .facts
                    .lot(&line.owner, &line.item, &LotKey::of(asked.clone()))?
                    .unwrap_or_default();
                return Ok(judge.ask(Facts::LotSwap {
                    asked: asked.clone(),
                    asked_day: rotation_day(item, known.expiry, known.received_on),
                    lot: number,
                    day,
                    allocated: line.allocated,
                    method: Some(item.rotation),
                }));
            }
        }
        let first = among.into_iter().next();
        Ok(judge.ask(Facts::Rotation {
            method: item.rotation,
            lot: number,
            day,
            first: first.as_ref().and_then(|c| c.lot.as_ref()).map(|l| l.number.clone()),
            first_day: first.as_ref().and_then(|c| c.day),
            first_place: first.map(|c| c.place),
            // A lot that the line names was chosen, by the office or by the customer.
            allocated: line.allocated || line.lot.is_some(),
        }))
    }
}

/// How many may be taken, and what they weigh.
fn ask_amount(
    hand: &InHand,
    line: &DocumentLine,
    from: &Account,
    stock: &[StockFacts],
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let goods = &hand.goods;
    let held = stock
        .iter()
        .filter(|s| s.account == *from && s.lot == goods.lot)
        .map(|s| s.amount)
        .sum();
    judge.ask(Facts::InStock {
        subject: subject(goods),
        from: from.clone(),
        held,
        taking: hand.amount,
    });
    if !judge.ask(Facts::OpenQuantity {
        asked: line.expected,
        done: line.done,
        adding: hand.amount,
    }) {
        return Ok(false);
    }
    if let Some(place) = from.place() {
        let kept = Kept::of(&goods.owner, &goods.item, context)?;
        if let Some(facts) = kept.taking(subject(goods), goods.lot.as_ref(), place, held, hand.amount) {
            judge.ask(facts);
        }
    }
    let (Some(weight), Some(catch)) = (&goods.weight, catch_weight(goods, context)) else {
        return Ok(true);
    };
    Ok(judge.ask(Facts::CatchWeight {
        subject: subject(goods),
        grams: (weight.n * Decimal::from(1_000)).round().to_u64().unwrap_or(u64::MAX),
        count: hand.amount,
        nominal_g: catch.nominal_g,
        tolerance_percent: catch.tolerance_percent,
    }))
}

/// Whether what is sold by weight is not weighed yet.
fn weighs(goods: &Goods, context: &Context<'_>) -> bool {
    goods.weight.is_none() && catch_weight(goods, context).is_some()
}

fn catch_weight(goods: &Goods, context: &Context<'_>) -> Option<lotline_record::model::CatchWeight> {
    if context.policy.catch_weight.is_empty() {
        return None;
    }
    let key = format!("{}/{}", goods.owner, goods.item);
    context.policy.catch_weight.get(&key).copied()
}

fn subject_of(goods: &Goods) -> String {
    goods
        .serial
        .as_ref()
        .map_or_else(|| subject(goods), ToString::to_string)
}

/// What is said of a lot that was let go first.
pub(super) fn warned(judge: &Judge) -> Option<Feedback> {
    judge.warnings().first().cloned().map(Feedback::Warn)
}
