//! Serials in a row: the first and the last one are scanned, those between are told by them (requirement B5).
//!
//! All of them count or none: a person who was told of one bad serial among hundreds must not wonder which are in.

use super::{Receive, choose_line};
use crate::Error;
use crate::screen::AwaitKind;
use crate::work::goods::{identify, observed};
use crate::work::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, refuse, stop_goods,
};
use lotline_record::model::{Account, ContentsKnown, Goods, SerialKey, SerialRange, Virtual};
use lotline_record::rules::Judge;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// How far a range is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Range {
    /// The first serial is awaited.
    First,
    /// The last one is awaited.
    Last(Box<Goods>),
    /// Both are there: how many is to be confirmed.
    Confirm(Box<Goods>, Box<Goods>),
}

impl Receive {
    /// One step of a range; `self.range` was taken out.
    pub(super) fn range_step(mut self, range: Range, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match (range, event) {
            (range @ (Range::First | Range::Last(_)), Event::Scan(Scanned::Label(label))) => {
                self.end(range, &label, context)
            }
            (Range::Confirm(first, last), Event::Choose(id)) if id == "count" => self.whole(&first, &last, context),
            (_, Event::Back) => Ok(Step::to(self)),
            (_, Event::Choose(id)) if id == "back" => Ok(Step::to(self)),
            (range, Event::Scan(scanned)) => {
                let message = match (&range, scanned) {
                    // Labels that are an end of the range are taken above.
                    (Range::Confirm(..), _) | (_, Scanned::Label(_)) => Message::new("stop-range-confirm"),
                    (_, Scanned::Unreadable(message)) => message,
                    (_, Scanned::Text(text)) => Message::new("stop-not-a-label").with("text", Arg::Text(text)),
                };
                self.range = Some(range);
                Ok(refuse(Step::to(self), context, message))
            }
            (range, _) => {
                self.range = Some(range);
                Ok(Step::to(self))
            }
        }
    }

    /// One end of the range was scanned.
    fn end(mut self, range: Range, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, self.owner.as_ref(), &mut judge, context)? else {
            let refs = self.refs(None);
            self.range = Some(range);
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        };
        let goods = hand.goods;
        let wrong = match (&range, &goods.serial) {
            (_, None) => Some(Message::new("stop-range-no-serial")),
            (Range::Last(first), Some(_)) if !is_same_but_serial(first, &goods) => {
                Some(Message::new("stop-range-other-goods"))
            }
            (Range::Last(first), Some(_)) => between(first, &goods).err(),
            (Range::First | Range::Confirm(..), Some(_)) => None,
        };
        if let Some(message) = wrong {
            self.range = Some(range);
            return Ok(refuse(Step::to(self), context, message));
        }
        let mut draft = observed(goods.clone(), context);
        draft.place = Some(self.dock.clone());
        draft.refs = self.refs(None);
        self.range = Some(match range {
            Range::Last(first) => Range::Confirm(first, Box::new(goods)),
            Range::First | Range::Confirm(..) => Range::Last(Box::new(goods)),
        });
        Ok(Step::to(self).write(draft))
    }

    /// Every serial of the range, or a stop.
    fn whole(mut self, first: &Goods, last: &Goods, context: &Context<'_>) -> Result<Step, Error> {
        let range = match between(first, last) {
            Ok(range) => range,
            Err(message) => return Ok(refuse(Step::to(self), context, message)),
        };
        let mut lines = self.lines(context)?.as_ref().clone();
        let (mut drafts, mut count) = (Vec::new(), 0_usize);
        for serial in range.iter() {
            let mut judge = Judge::new();
            // As if each had been scanned: the label of one end with this serial.
            let label = LabelData {
                serial: Some(serial.clone()),
                ..label_of(first)
            };
            let hand = identify(&label, self.owner.as_ref(), &mut judge, context)?;
            let Some(hand) = hand else {
                let refs = self.refs(None);
                return Ok(stop_goods(Step::to(self), context, judge, refs, None));
            };
            let at = choose_line(&lines, &hand);
            let key = at.map(|at| lines[at].key.clone());
            let refs = self.refs(key.as_ref().map(|k| &k.line));
            if !self.judge(&hand, &lines, at.map(|at| &lines[at]), &mut judge, context)? {
                let supplier = Account::Virtual(Virtual::Supplier);
                let aside = Some((hand.goods, supplier, key));
                return Ok(stop_goods(Step::to(self), context, judge, refs, aside));
            }
            let ends = [first, last].map(|goods| goods.serial.as_ref().map(|key| &key.serial));
            let known = if ends.contains(&Some(&serial)) {
                ContentsKnown::Scanned
            } else {
                ContentsKnown::Inferred
            };
            let mut received = self.received(hand.goods, known, key.as_ref(), drafts.len(), context)?;
            if let Some(draft) = received.first_mut() {
                draft.verdict = judge.verdict();
            }
            drafts.append(&mut received);
            count += 1;
            if let Some(at) = at {
                lines[at].done = lines[at].done.plus(hand.amount);
            }
            self.line = key.map(|key| key.line);
        }
        self.done.push_whole(context.position(0), drafts.len());
        let said = Message::new("range-counted").with("count", Arg::count(count));
        let mut step = Step::to(self).say(Feedback::Accept(said));
        step.drafts = drafts;
        Ok(step)
    }
}

/// The screen of an open range.
pub(super) fn view(range: &Range, mut view: View) -> View {
    let field = |label, goods: &Goods| ViewField::new(label, Arg::text(serial_of(goods)));
    view.actions = vec![ViewAction::other("back", "action-back")];
    view.awaits_scan();
    match range {
        Range::First => {
            view.id = "receive.range_first";
            view.prompt = Message::new("range-first-prompt");
        }
        Range::Last(first) => {
            view.id = "receive.range_last";
            view.prompt = Message::new("range-last-prompt");
            view.fields.push(field("field-first", first));
        }
        Range::Confirm(first, last) => {
            let count = between(first, last).map_or(0, |range| range.count());
            view.id = "receive.range_count";
            view.prompt = Message::new("range-count-prompt").with("count", Arg::Number(count.cast_signed()));
            view.fields.push(field("field-first", first));
            view.fields.push(field("field-last", last));
            view.actions.insert(0, ViewAction::main("count", "action-count-range"));
            view.awaits = (AwaitKind::Choice, "");
        }
    }
    view
}

fn serial_of(goods: &Goods) -> String {
    goods.serial.as_ref().map_or_else(String::new, SerialKey::to_string)
}

/// The same thing with another number.
fn is_same_but_serial(one: &Goods, other: &Goods) -> bool {
    let serial = other.serial.clone();
    Goods { serial, ..one.clone() } == *other
}

fn between(first: &Goods, last: &Goods) -> Result<SerialRange, Message> {
    let (Some(from), Some(to)) = (&first.serial, &last.serial) else {
        return Err(Message::new("stop-range-no-serial"));
    };
    SerialRange::new(&from.serial, &to.serial).map_err(|why| {
        Message::new("stop-no-range")
            .with("first", Arg::text(&from.serial))
            .with("last", Arg::text(&to.serial))
            .with("why", Arg::text(why.code()))
    })
}

/// What the label of these goods says, without its serial.
fn label_of(goods: &Goods) -> LabelData {
    LabelData {
        gtin: goods.serial.as_ref().and_then(|key| key.maker_key.parse().ok()),
        lot: goods.lot.as_ref().map(|lot| lot.number.clone()),
        expiry: goods.expiry,
        produced: goods.produced,
        ..LabelData::default()
    }
}
