//! Receive against an advance ship notice, a purchase order, or without papers (requirements B2, B3, B4).
//!
//! Steps: choose the document (or name the dock and the supplier), scan each case or pallet, done; damaged goods apart,
//! with a photo. Stops: unknown item, not on the document, a lot the notice does not list, lot, serial or expiry missing,
//! recalled, contradicting expiry, short shelf life, known serial, too many.

mod arrive;
mod damaged;
mod inspected;
mod plate;
mod range;
mod tags;
mod told;
mod view;

use super::dated::ask_clock;
use super::done::Done;
use super::facts::DocumentLine;
use super::goods::{InHand, ask_blocks, ask_contradiction, ask_mandatory, identify};
use super::inbound::{ask_formats, ask_profiles};
use super::{Context, Event, Feedback, LabelData, Scanned, Step, Work, describe, refuse, stop_goods, undo_at};
use crate::Error;
use crate::store::Draft;
pub(crate) use arrive::Arrive;
use damaged::Damaged;
use inspected::Inspecting;
pub(in crate::work) use inspected::{quality_block, stock_in};
use lotline_record::entry::{Body, Refs};
use lotline_record::model::{
    Account, Amount, ContentsKnown, DocumentId, DocumentKind, Goods, ItemId, LineId, OwnerId, PlaceId, ReceiptTerms,
    Unexpected, Virtual,
};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::text::{Arg, Message};
use range::Range;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use view::Came;
pub(super) use view::{line_words, progress};

/// The most lots of a notice that a verdict names.
const MOST_LISTED: usize = 20;

/// An open receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Receive {
    #[serde(default = "notice")]
    kind: DocumentKind,
    document: DocumentId,
    /// Whose goods; without papers, each label says.
    owner: Option<OwnerId>,
    partner: String,
    /// The key of the partner.
    #[serde(default)]
    vendor: Option<String>,
    dock: PlaceId,
    /// The line last worked on.
    line: Option<LineId>,
    /// What can be taken back.
    done: Done,
    /// An open range of serials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    /// Damaged goods that are being received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    damaged: Option<Damaged>,
    /// What was told to wait for its inspection.
    #[serde(default)]
    inspecting: Inspecting,
    /// How often something that nobody planned was put aside.
    #[serde(default)]
    unplanned: usize,
    /// What came without papers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    came: Vec<Came>,
}

fn notice() -> DocumentKind {
    DocumentKind::Notice
}

impl Receive {
    pub(crate) fn document(&self) -> (DocumentKind, &DocumentId) {
        (self.kind, &self.document)
    }

    fn refs(&self, line: Option<&LineId>) -> Refs {
        Refs {
            document: Some(self.document.clone()),
            line: line.cloned(),
            ..Refs::default()
        }
    }

    fn lines(&self, context: &Context<'_>) -> Result<Arc<Vec<DocumentLine>>, Error> {
        context.facts.lines(self.kind, &self.document)
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(range) = self.range.take() {
            return self.range_step(range, event, context);
        }
        if let Some(damaged) = self.damaged.take() {
            return self.damaged_step(damaged, event, context);
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
                "damaged" => {
                    self.damaged = Some(Damaged::default());
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
            if let Some((mut draft, body)) = undo_at(position, context)? {
                self.forget(&body);
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

    fn label(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let supplier = Account::Virtual(Virtual::Supplier);
        let Some(hand) = identify(label, self.owner.as_ref(), &mut judge, context)? else {
            let refs = self.refs(None);
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        };
        let lines = self.lines(context)?;
        let line = choose_line(&lines, &hand).map(|at| &lines[at]);
        let goods = hand.goods.clone();
        let passed = self.judge(&hand, &lines, line, &mut judge, context)?;
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
        let mut drafts = self.received(goods, ContentsKnown::Scanned, key.as_ref(), 0, context)?;
        if let Some(draft) = drafts.first_mut() {
            draft.scan = context.evidence.cloned();
            draft.verdict = judge.clone().verdict();
        }
        if drafts.len() > 1 {
            self.done.push_whole(context.position(0), drafts.len());
        } else {
            self.done.push(context.position(0));
        }
        self.line = key.map(|k| k.line);
        let mut step = Step::to(self).judged(&judge, said);
        step.drafts = drafts;
        Ok(step)
    }

    /// Goods go to the dock, or to where they wait for their inspection. `n`: how many entries of this input come before.
    fn received(
        &mut self,
        goods: Goods,
        known: ContentsKnown,
        line: Option<&lotline_record::model::LineKey>,
        n: usize,
        context: &Context<'_>,
    ) -> Result<Vec<Draft>, Error> {
        let (at, block) = self.lands(&goods, n + 1, context)?;
        self.count_in(&goods)?;
        let mut draft = Draft::new(Body::Received {
            goods,
            to: Account::Place(at.clone()),
            known,
            line: line.cloned(),
        });
        draft.place = Some(at);
        draft.refs = self.refs(line.map(|l| &l.line));
        Ok([Some(draft), block].into_iter().flatten().collect())
    }

    /// Goods were put aside. Those of which too many came, or that the document does not ask for, came unplanned.
    pub(crate) fn was_put_aside(&mut self, code: &str) {
        self.unplanned += usize::from(matches!(
            code,
            "tolerance" | "on_document" | "listed_lot" | "listed_serial"
        ));
    }

    fn terms(&self, owner: &OwnerId, item: &ItemId, context: &Context<'_>) -> ReceiptTerms {
        let policy = context.policy;
        let mut terms = policy
            .receipt
            .terms(self.vendor.as_deref(), owner, item, policy.over_receipt_percent);
        terms.max_lot_size = terms.max_lot_size.or_else(|| policy.lot_size(owner, item));
        terms
    }

    fn judge(
        &self,
        hand: &InHand,
        lines: &[DocumentLine],
        line: Option<&DocumentLine>,
        judge: &mut Judge,
        context: &Context<'_>,
    ) -> Result<bool, Error> {
        let (item, goods) = (&hand.item, &hand.goods);
        if self.kind != DocumentKind::Blind
            && !judge.ask(Facts::OnDocument {
                document: self.document.clone(),
                item: item.name.clone(),
                listed: line.is_some(),
            })
            || !ask_mandatory(hand, judge, context)?
            || !ask_formats(goods, judge, context)
            || !ask_profiles(hand, !self.partner.is_empty(), judge, context)
            || !ask_blocks(goods, None, Purpose::Receive, judge, context)?
            || !ask_contradiction(hand, &context.facts.stock_of(&item.owner, &item.item)?, judge)
        {
            return Ok(false);
        }
        if !ask_clock(hand.expiry(), judge, context) {
            return Ok(false);
        }
        if let Some(expiry) = hand.expiry()
            && !judge.ask(Facts::ShelfLife {
                expiry,
                today: context.latest,
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
        if !self.ask_listed(hand, lines, judge, context) || !self.ask_told(hand, lines, judge, context)? {
            return Ok(false);
        }
        let terms = self.terms(&item.owner, &item.item, context);
        if let (Some(limit), Some(lot)) = (terms.max_lot_size, &goods.lot) {
            let stock = context.facts.stock_of(&item.owner, &item.item)?;
            judge.ask(Facts::LotSize {
                lot: lot.number.clone(),
                held: stock
                    .iter()
                    .filter(|s| s.lot.as_ref() == Some(lot))
                    .map(|s| s.amount)
                    .sum(),
                adding: hand.amount,
                limit: Amount::whole(limit),
            });
        }
        Ok(line.is_none_or(|line| {
            judge.ask(Facts::Tolerance {
                expected: line.expected,
                done: line.done,
                adding: hand.amount,
                over_percent: terms.over_percent,
                shown: goods.quantity.clone(),
            })
        }))
    }

    /// A notice that lists the lots of an item lists each that comes.
    fn ask_listed(&self, hand: &InHand, lines: &[DocumentLine], judge: &mut Judge, context: &Context<'_>) -> bool {
        let own: Vec<_> = lines
            .iter()
            .filter(|l| l.owner == hand.item.owner && l.item == hand.item.item)
            .collect();
        if self.kind != DocumentKind::Notice || own.is_empty() || own.iter().any(|l| l.lot.is_none()) {
            return true;
        }
        let lot = hand.goods.lot.as_ref().map(|l| l.number.clone());
        let mut listed: Vec<_> = own.iter().filter_map(|l| l.lot.clone()).collect();
        match &lot {
            Some(lot) if listed.contains(lot) => listed = vec![lot.clone()],
            _ => {
                listed.dedup();
                listed.truncate(MOST_LISTED);
            }
        }
        judge.ask(Facts::ListedLot {
            document: self.document.clone(),
            lot,
            listed,
            strict: context.policy.receipt.unexpected_lot == Unexpected::Stop,
        })
    }

    fn close(self, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        for line in self.lines(context)?.iter() {
            judge.ask(Facts::UnderTolerance {
                line: line.key.line.clone(),
                expected: line.expected,
                done: line.done,
                under_percent: self.terms(&line.owner, &line.item, context).under_percent,
            });
        }
        let missing = self.missing(context)?;
        let said = missing.as_ref().and_then(|missing| missing.judge().message);
        if let Some(missing) = missing {
            judge.ask(missing);
        }
        let complete = judge.warnings().is_empty();
        let mut draft = Draft::new(Body::Closed {
            of: self.kind,
            document: self.document.clone(),
            outcome: if complete { "done" } else { "short" }.into(),
            silent: Vec::new(),
        });
        draft.owner.clone_from(&self.owner);
        draft.place = Some(self.dock.clone());
        draft.refs = self.refs(None);
        draft.verdict = judge.verdict();
        let said = said.unwrap_or_else(|| {
            Message::new(if complete { "receipt-done" } else { "receipt-short" })
                .with("document", Arg::text(&self.document))
        });
        let said = if complete {
            Feedback::Accept(said)
        } else {
            Feedback::Warn(said)
        };
        Ok(Step::to(Work::Home).write(draft).say(said))
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
