//! Receive against an advance ship notice (requirements B2, B3, B4).
//!
//! Steps: choose the notice, scan each case or pallet, done. Stops: unknown item, not on the notice, lot, serial or
//! expiry missing, recalled, contradicting expiry, short shelf life, known serial, too many.

mod range;
mod tags;

use super::done::Done;
use super::facts::{Document, DocumentLine};
use super::goods::{InHand, ask_blocks, ask_contradiction, ask_mandatory, identify, plate_message};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, ViewLine, ViewProgress, Work,
    describe, refuse, stop_goods, undo_at,
};
use crate::Error;
use crate::screen::Look;
use crate::store::Draft;
use lotline_record::entry::{Body, Refs};
use lotline_record::model::{
    Account, Amount, ContentsKnown, DocumentId, DocumentKind, Goods, Level, LineId, LotKey, OwnerId, PlaceId, PlateId,
    Quantity, Virtual,
};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::text::{Arg, Message};
use range::Range;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An open receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Receive {
    document: DocumentId,
    owner: OwnerId,
    partner: String,
    dock: PlaceId,
    /// The line last worked on.
    line: Option<LineId>,
    /// What can be taken back.
    done: Done,
    /// An open range of serials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

impl Receive {
    pub(crate) fn document(&self) -> &DocumentId {
        &self.document
    }

    pub(crate) fn open(document: Document, context: &Context<'_>) -> Result<Step, Error> {
        let Some(dock) = document.place.clone() else {
            let message = Message::new("stop-no-dock").with("document", Arg::text(&document.document));
            return Ok(refuse(Step::to(Work::ChooseNotice), context, message));
        };
        let flow = Receive {
            document: document.document,
            owner: document.owner,
            partner: document.partner,
            dock,
            line: None,
            done: Done::default(),
            range: None,
        };
        let mut draft = Draft::new(Body::Opened {
            line: None,
            at: flow.dock.clone(),
        });
        draft.owner = Some(flow.owner.clone());
        draft.place = Some(flow.dock.clone());
        draft.refs = flow.refs(None);
        draft.scan = context.evidence.cloned();
        Ok(Step::to(flow).write(draft))
    }

    fn refs(&self, line: Option<&LineId>) -> Refs {
        Refs {
            document: Some(self.document.clone()),
            line: line.cloned(),
            ..Refs::default()
        }
    }

    fn lines(&self, context: &Context<'_>) -> Result<Vec<DocumentLine>, Error> {
        context.facts.lines(DocumentKind::Notice, &self.document)
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(range) = self.range.take() {
            return self.range_step(range, event, context);
        }
        match event {
            Event::Scan(Scanned::Label(label)) => match &label.sscc {
                Some(plate) if label.gtin.is_none() => self.plate(plate.clone(), context),
                _ => self.label(&label, context),
            },
            Event::Scan(Scanned::Text(text)) => {
                let message = Message::new("stop-not-a-label").with("text", Arg::Text(text));
                Ok(refuse(Step::to(self), context, message))
            }
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) => match id.as_str() {
                "undo" => self.undo(context),
                "range" => {
                    self.range = Some(Range::First);
                    Ok(Step::to(self))
                }
                "done" | "short" => self.close(context),
                "back" => Ok(Step::to(Work::Home)),
                _ => Ok(Step::to(self)),
            },
            Event::Back => Ok(Step::to(Work::Home)),
            Event::Enter { .. } | Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        let mut drafts = Vec::new();
        for position in self.done.pop() {
            if let Some((mut draft, _)) = undo_at(position, context)? {
                draft.refs = self.refs(self.line.as_ref());
                drafts.push(draft);
            }
        }
        let said = if drafts.is_empty() {
            Feedback::Warn(Message::new("nothing-to-undo"))
        } else {
            Feedback::Accept(Message::new("undone"))
        };
        let mut step = Step::to(self).say(said);
        step.drafts = drafts;
        Ok(step)
    }

    /// A pallet the notice told of: its lines are received as inferred contents.
    fn plate(mut self, plate: PlateId, context: &Context<'_>) -> Result<Step, Error> {
        let lines: Vec<_> = self
            .lines(context)?
            .into_iter()
            .filter(|l| l.plate.as_ref() == Some(&plate) && l.done < l.expected)
            .collect();
        let mut judge = Judge::new();
        let known = context.facts.plate(&plate)?;
        let here = known.is_some_and(|p| p.account.is_physical());
        if !judge.ask(Facts::OnDocument {
            document: self.document.clone(),
            item: plate.to_string(),
            listed: !lines.is_empty() && !here,
        }) {
            let refs = Refs {
                plate: Some(plate),
                ..self.refs(None)
            };
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let mut all = Vec::new();
        for line in &lines {
            let missing = line.expected.minus(line.done);
            let goods = Goods {
                owner: line.owner.clone(),
                item: line.item.clone(),
                level: if line.factor > 1 { Level::Case } else { Level::Each },
                quantity: Quantity::new(
                    missing.decimal() / Decimal::from(line.factor),
                    line.unit.clone(),
                    line.factor,
                )
                .map_err(|e| Error::bug(e.to_string()))?,
                weight: None,
                lot: line.lot.clone().map(LotKey::of),
                supplier_lot: None,
                expiry: line.expiry,
                produced: None,
                serial: None,
                plate: Some(plate.clone()),
                out_of: None,
            };
            if !ask_blocks(&goods, None, Purpose::Receive, &mut judge, context)? {
                let refs = self.refs(Some(&line.key.line));
                return Ok(stop_goods(Step::to(self), context, judge, refs, None));
            }
            all.push((line.key.clone(), goods));
        }
        let verdict = judge.clone().verdict();
        let mut step = Step::default();
        for (n, (key, goods)) in all.into_iter().enumerate() {
            let mut draft = Draft::new(Body::Received {
                goods,
                to: Account::Place(self.dock.clone()),
                known: ContentsKnown::Inferred,
                line: Some(key.clone()),
            });
            draft.place = Some(self.dock.clone());
            draft.refs = Refs {
                plate: Some(plate.clone()),
                ..self.refs(Some(&key.line))
            };
            draft.verdict = verdict.clone();
            draft.scan = context.evidence.cloned();
            self.done.push(context.position(n));
            self.line = Some(key.line);
            step = step.write(draft);
        }
        let said = Message::new("received-plate").with("plate", Arg::Message(Box::new(plate_message(&plate))));
        step.work = self.into();
        Ok(step.judged(&judge, said))
    }

    fn label(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let supplier = Account::Virtual(Virtual::Supplier);
        let Some(hand) = identify(label, Some(&self.owner), &mut judge, context)? else {
            let refs = self.refs(None);
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        };
        let lines = self.lines(context)?;
        let line = choose_line(&lines, &hand).map(|at| &lines[at]);
        let goods = hand.goods.clone();
        let passed = self.judge(&hand, line, &mut judge, context)?;
        let key = line.map(|l| l.key.clone());
        let refs = self.refs(key.as_ref().map(|k| &k.line));
        if !passed {
            return Ok(stop_goods(
                Step::to(self),
                context,
                judge,
                refs,
                Some((goods, supplier, key)),
            ));
        }
        let said = describe(&hand.item.name, &goods);
        let mut draft = Draft::new(Body::Received {
            goods,
            to: Account::Place(self.dock.clone()),
            known: ContentsKnown::Scanned,
            line: key.clone(),
        });
        draft.place = Some(self.dock.clone());
        draft.refs = refs;
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.done.push(context.position(0));
        self.line = key.map(|k| k.line);
        Ok(Step::to(self).write(draft).judged(&judge, said))
    }

    fn judge(
        &self,
        hand: &InHand,
        line: Option<&DocumentLine>,
        judge: &mut Judge,
        context: &Context<'_>,
    ) -> Result<bool, Error> {
        let (item, goods) = (&hand.item, &hand.goods);
        if !judge.ask(Facts::OnDocument {
            document: self.document.clone(),
            item: item.name.clone(),
            listed: line.is_some(),
        }) || !ask_mandatory(hand, judge, context)?
            || !ask_blocks(goods, None, Purpose::Receive, judge, context)?
            || !ask_contradiction(hand, &context.facts.stock_of(&item.owner, &item.item)?, judge)
        {
            return Ok(false);
        }
        if let Some(expiry) = hand.expiry()
            && !judge.ask(Facts::ShelfLife {
                expiry,
                today: context.today,
                min_days: item.shelf_in_days.unwrap_or(0),
                lot: goods.lot.as_ref().map(|l| l.number.clone()),
            })
        {
            return Ok(false);
        }
        if let Some(serial) = &goods.serial {
            let known = context.facts.serial(serial)?;
            if !judge.ask(Facts::SerialUnique {
                serial: serial.to_string(),
                at: known.as_ref().map(|s| s.account.clone()),
                lifecycle: known.as_ref().map(|s| s.lifecycle),
            }) {
                return Ok(false);
            }
        }
        Ok(line.is_none_or(|line| {
            judge.ask(Facts::Tolerance {
                expected: line.expected,
                done: line.done,
                adding: hand.amount,
                over_percent: context.policy.over_receipt_percent,
                shown: goods.quantity.clone(),
            })
        }))
    }

    fn close(self, context: &Context<'_>) -> Result<Step, Error> {
        let lines = self.lines(context)?;
        let complete = lines.iter().all(|l| l.done >= l.expected);
        let outcome = if complete { "done" } else { "short" };
        let mut draft = Draft::new(Body::Closed {
            of: DocumentKind::Notice,
            document: self.document.clone(),
            outcome: outcome.into(),
            silent: Vec::new(),
        });
        draft.owner = Some(self.owner.clone());
        draft.place = Some(self.dock.clone());
        draft.refs = self.refs(None);
        let said = Message::new(if complete { "receipt-done" } else { "receipt-short" })
            .with("document", Arg::text(&self.document));
        let said = if complete {
            Feedback::Accept(said)
        } else {
            Feedback::Warn(said)
        };
        Ok(Step::to(Work::Home).write(draft).say(said))
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let lines = self.lines(context)?;
        let title = Message::new("receive-title-of")
            .with("document", Arg::text(&self.document))
            .with("owner", Arg::text(&self.owner));
        let mut view = View::new("receive.scan", title, Message::new("receive-prompt"));
        view.fields.push(ViewField::new("field-from", Arg::text(&self.partner)));
        view.fields.push(ViewField::new("field-dock", Arg::text(&self.dock)));
        let (mut all_done, mut serials) = (true, false);
        for line in &lines {
            let item = context.facts.item(&line.owner, &line.item)?;
            serials |= item.as_ref().is_some_and(|item| item.tracking.needs_serial());
            let name = item.map_or_else(|| line.item.to_string(), |i| i.name);
            let done = line.done >= line.expected;
            all_done &= done;
            view.lines.push(ViewLine {
                text: Message::new("plain").with("text", Arg::Text(name)),
                detail: line_detail(line),
                done,
                state: if self.line.as_ref() == Some(&line.key.line) {
                    Look::Current
                } else {
                    Look::Plain
                },
            });
        }
        let shown = lines
            .iter()
            .find(|l| self.line.as_ref() == Some(&l.key.line))
            .or_else(|| lines.first());
        view.progress = shown.map(progress);
        view.actions = vec![
            if all_done {
                ViewAction::main("done", "action-done")
            } else {
                ViewAction::other("short", "action-short")
            },
            ViewAction::undo(),
            ViewAction::look_up(),
        ];
        if serials {
            view.actions.push(ViewAction::numbered("range", "action-range", 1));
        }
        view.awaits_scan();
        Ok(match &self.range {
            Some(range) => range::view(range, view),
            None => view,
        })
    }
}

/// The line a scan fills, by its place in `lines`: of its item, with its lot if one asks for it, an open one first.
fn choose_line(lines: &[DocumentLine], hand: &InHand) -> Option<usize> {
    let number = hand.goods.lot.as_ref().map(|l| &l.number);
    let fits = |l: &DocumentLine| l.owner == hand.item.owner && l.item == hand.item.item;
    (0..lines.len()).filter(|&at| fits(&lines[at])).min_by_key(|&at| {
        let l = &lines[at];
        (
            l.lot.as_ref() != number && l.lot.is_some(),
            l.done.plus(hand.amount) > l.expected,
        )
    })
}

/// What a line asks for, in the unit it was ordered in.
pub(super) fn line_detail(line: &DocumentLine) -> Message {
    Message::new("line-of")
        .with("done", Arg::text(in_units(line.done, line.factor)))
        .with("total", Arg::text(in_units(line.expected, line.factor)))
        .with("unit", Arg::text(&line.unit))
        .maybe("lot", line.lot.as_ref().map(Arg::text))
}

pub(super) fn progress(line: &DocumentLine) -> ViewProgress {
    let scale = |amount: Amount| Amount::from_micros(amount.micros() / i64::from(line.factor.max(1)));
    ViewProgress {
        done: scale(line.done),
        total: scale(line.expected),
        unit: line.unit.to_string(),
    }
}

fn in_units(amount: Amount, factor: u32) -> Decimal {
    (amount.decimal() / Decimal::from(factor.max(1)))
        .round_dp(3)
        .normalize()
}
