//! Count what lies in a place, blind: the record's figure is neither shown nor hinted at (requirement B2, domain §5).
//!
//! Steps: scan the place, scan and enter what lies there, done; an empty place is confirmed. Within the policy's tolerance
//! the count stands. Outside of it another person counts again, and that count stands. Stops: unknown place or item, lot or
//! serial missing, contradicting expiry, a serial counted twice or one that has left, one's own count counted again.

mod opening;

use super::carried::{elsewhere_in, not_carried};
use super::facts::{SerialAt, StockFacts};
use super::goods::{ask_contradiction, ask_mandatory, identify, name_of, observed, quantity_of};
use super::load::{At, arrived, brings_goods, digits_first, digits_view, nothing_to_undo, place};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, ViewLine, Work, describe, refuse,
    stop_goods, undo_last,
};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::store::Draft;
use lotline_record::entry::{Body, Position, Refs, Seen};
use lotline_record::model::{Account, Amount, ExceptionId, Goods, Level, LotKey, OwnerId, PlaceId, SerialKey};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::stock::exception_name;
use lotline_record::text::{Arg, Message};
use opening::Opening;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The code of an exception about a count outside of the tolerance, and the reason of what a count corrects.
const CODE: &str = "count";

/// An open count.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Count {
    place: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    /// Exceptions that this count settles: another person counted here before.
    recount: Vec<ExceptionId>,
    /// What was counted, one for each scan.
    counted: Vec<Counted>,
    /// What was scanned, while it is not known how many.
    open: Option<Goods>,
    /// The place was said to be empty; that is to be confirmed.
    empty: bool,
    /// The way through all places, when the site's opening balance is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opening: Option<Opening>,
}

/// One scan of a count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Counted {
    goods: Goods,
    said: Message,
    /// Its entry.
    at: Position,
}

/// Places that another person counts again.
pub(super) fn due(context: &Context<'_>) -> Result<Vec<PlaceId>, Error> {
    let mut places = Vec::new();
    for open in context.facts.exceptions()? {
        let own = open.raised_by.as_ref() == Some(&context.person.person);
        if let Some(place) = open.at.as_ref().and_then(Account::place)
            && open.code == CODE
            && !own
            && !places.contains(place)
        {
            places.push(place.clone());
        }
    }
    Ok(places)
}

/// What is counted for itself.
type Key = (OwnerId, lotline_record::model::ItemId, Option<LotKey>, Level);

impl Count {
    /// Whether something was counted that is not written down as a count yet.
    pub(crate) fn carries(&self) -> bool {
        self.open.is_some() || !self.counted.is_empty()
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        match event {
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Back => Ok(self.back()),
            Event::Choose(id) => match id.as_str() {
                "undo" => self.undo(context),
                "done" if self.place.is_none() => Ok(self.leave()),
                "skip" if self.place.is_none() => {
                    if let Some(opening) = &mut self.opening {
                        opening.skip(context)?;
                    }
                    Ok(Step::to(self))
                }
                "done" if self.open.is_none() && self.counted.is_empty() => {
                    self.empty = true;
                    Ok(Step::to(self))
                }
                "done" if self.open.is_none() => self.finish(context),
                "empty" if self.empty => self.finish(context),
                "back" => Ok(self.back()),
                _ => Ok(Step::to(self)),
            },
            Event::Scan(Scanned::Label(label)) => self.label(&label, context),
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => match self.open.take() {
                Some(open) => self.quantity(open, &text, context),
                None if self.place.is_none() => self.place(&text, context),
                None => Ok(refuse(Step::to(self), context, Message::new("stop-count-open"))),
            },
            Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn back(mut self) -> Step {
        if self.checking.take().is_some() || self.open.take().is_some() || std::mem::take(&mut self.empty) {
            return Step::to(self);
        }
        if !self.counted.is_empty() {
            return Step::to(self).say(Feedback::Warn(Message::new("count-is-open")));
        }
        if self.place.take().is_some() {
            self.recount.clear();
            return Step::to(self);
        }
        self.leave()
    }

    fn leave(self) -> Step {
        match self.opening {
            Some(opening) => Step::to(Work::Home).say(Feedback::Accept(opening.told())),
            None => Step::to(Work::Home),
        }
    }

    /// Takes back the last scan; its entry stays, with one that says so.
    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.empty = false;
        if self.open.take().is_some() {
            return Ok(Step::to(self).say(Feedback::Accept(Message::new("undone"))));
        }
        let mut last: Vec<_> = self.counted.pop().map(|c| c.at).into_iter().collect();
        let Some((draft, _)) = undo_last(&mut last, context)? else {
            return Ok(nothing_to_undo(self));
        };
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
    }

    fn place(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        match place(text, &mut self.checking, context)? {
            At::Here(place, mut judge) => {
                if self.opening.is_some()
                    && !judge.ask(Facts::SiteOpening {
                        open: context.policy.opening,
                    })
                {
                    return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
                }
                let account = Account::Place(place.place.clone());
                if let Some(owner) = elsewhere_in(&account, context)? {
                    return Ok(refuse(Step::to(self), context, not_carried(&owner)));
                }
                let open: Vec<_> = context
                    .facts
                    .exceptions()?
                    .into_iter()
                    .filter(|e| e.code == CODE && e.at.as_ref() == Some(&account))
                    .collect();
                let own = open
                    .iter()
                    .any(|e| e.raised_by.as_ref() == Some(&context.person.person));
                if !open.is_empty() && !judge.ask(Facts::OtherCounter { same: own }) {
                    return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
                }
                self.recount = open.into_iter().map(|e| e.exception).collect();
                self.place = Some(place.place.clone());
                Ok(arrived(self, &place.place, &judge, context))
            }
            At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
        }
    }

    fn label(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let no = |flow: Count, id| Ok(refuse(Step::to(flow), context, Message::new(id)));
        if self.place.is_none() {
            return no(self, "stop-place-first");
        }
        if self.open.is_some() {
            return no(self, "stop-quantity-first");
        }
        if label.sscc.is_some() && label.gtin.is_none() {
            return no(self, "stop-count-loose");
        }
        self.empty = false;
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        if !context.carries(&hand.item.owner) {
            return Ok(refuse(Step::to(self), context, not_carried(&hand.item.owner)));
        }
        let stock = context.facts.stock_of(&hand.item.owner, &hand.item.item)?;
        let mut passed = ask_mandatory(&hand, &mut judge, context)? && ask_contradiction(&hand, &stock, &mut judge);
        if let (true, Some(serial)) = (passed, &hand.goods.serial) {
            let known = context.facts.serial(serial)?;
            passed = judge.ask(Facts::SerialStatus {
                serial: serial.to_string(),
                lifecycle: known.map(|s| s.lifecycle),
            });
            if passed && self.serials().any(|s| s == serial) {
                let message = Message::new("stop-counted-twice").with("serial", Arg::text(serial));
                return Ok(refuse(Step::to(self), context, message));
            }
        }
        if !passed {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        let draft = self.observed(&hand.goods, judge.verdict(), context);
        if hand.goods.serial.is_some() {
            let said = describe(&hand.item.name, &hand.goods);
            return Ok(self.add(hand.goods, said, context).write(draft));
        }
        self.open = Some(hand.goods);
        Ok(Step::to(self).write(draft))
    }

    fn quantity(mut self, mut goods: Goods, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        match quantity_of(text, &goods) {
            Ok(quantity) => goods.quantity = quantity,
            Err(message) => {
                self.open = Some(goods);
                return Ok(refuse(Step::to(self), context, message));
            }
        }
        let name = name_of(&goods.owner, &goods.item, context)?;
        let said = describe(&name, &goods);
        let draft = self.observed(&goods, Verdict::default(), context);
        Ok(self.add(goods, said, context).write(draft))
    }

    fn observed(&self, goods: &Goods, verdict: Verdict, context: &Context<'_>) -> Draft {
        let mut draft = observed(goods.clone(), context);
        draft.place.clone_from(&self.place);
        draft.verdict = verdict;
        draft
    }

    fn add(mut self, goods: Goods, said: Message, context: &Context<'_>) -> Step {
        let at = context.position(0);
        self.counted.push(Counted {
            goods,
            said: said.clone(),
            at,
        });
        Step::to(self).say(Feedback::Accept(said))
    }

    fn serials(&self) -> impl Iterator<Item = &SerialKey> {
        self.counted.iter().filter_map(|c| c.goods.serial.as_ref())
    }

    /// Judges the count against the record as this device has it now, and writes it down.
    fn finish(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.empty = false;
        let Some(place) = self.place.clone() else {
            return Ok(Step::to(self));
        };
        let at = Account::Place(place.clone());
        let recorded = context.facts.stock_in(&at)?;
        let counts = self.compare(&recorded)?;
        let origin = self.origin();
        let serials = self.serial_moves(&at, &recorded, context)?;
        let mut judge = Judge::new();
        // What carries serials is judged and corrected serial by serial.
        let mut by_serial = BTreeSet::new();
        for key in counts.keys().filter(|key| key.3 == Level::Each) {
            let item = context.facts.item(&key.0, &key.1)?;
            if item.is_some_and(|i| i.tracking.needs_serial()) {
                by_serial.insert(key.clone());
            }
        }
        // What the record knows nothing of cannot differ from it: it opens it.
        let opens = |expected: Amount| self.opening.is_some() && expected == Amount::ZERO;
        let mut loose = counts
            .iter()
            .filter(|(key, (_, expected))| !by_serial.contains(*key) && !opens(*expected));
        let passed = loose.all(|(key, (counted, expected))| {
            judge.ask(Facts::CountTolerance {
                item: key.1.clone(),
                counted: *counted,
                expected: *expected,
                units: Amount::whole(context.policy.count_tolerance),
                percent: context.policy.count_tolerance_percent,
                recount: !self.recount.is_empty(),
            })
        }) && judge.ask(Facts::CountSerials {
            differing: serials
                .iter()
                .filter(|(_, from, _)| self.opening.is_none() || *from != origin)
                .count(),
            recount: !self.recount.is_empty(),
        });
        let verdict = judge.verdict();
        let mut drafts = Vec::new();
        if self.counted.is_empty() {
            drafts.push(Draft::new(Body::Seen(Seen::BinEmpty { place: place.clone() })));
        }
        for (key, (counted, expected)) in counts {
            let by_serial = by_serial.contains(&key);
            let (owner, item, lot, level) = key;
            let heard = context.facts.heard(&owner, &item, lot.as_ref(), &at)?;
            let mut draft = Draft::new(Body::Counted {
                owner: owner.clone(),
                item,
                lot,
                level,
                at: at.clone(),
                counted,
                expected,
                by_serial,
                confirmed: passed,
                opening: self.opening.is_some(),
                heard: Some(heard),
            });
            draft.owner = Some(owner);
            drafts.push(draft);
        }
        if passed {
            drafts.extend(serials.into_iter().map(|(goods, from, to)| {
                Draft::new(Body::Adjusted {
                    goods,
                    from,
                    to,
                    reason: CODE.to_owned(),
                    signature: None,
                })
            }));
            drafts.extend(self.recount.drain(..).map(|exception| {
                Draft::new(Body::Recounted {
                    exception,
                    at: at.clone(),
                })
            }));
        } else {
            drafts.push(Self::differs(&at, drafts.len(), context)?);
        }
        for draft in &mut drafts {
            draft.place = Some(place.clone());
            draft.verdict = verdict.clone();
        }
        let said = Message::new(if passed { "count-stands" } else { "count-again" }).with("place", Arg::text(&place));
        if let Some(opening) = &mut self.opening {
            opening.counted(&place, context)?;
        }
        let mut step = Step::to(self.further());
        step.drafts = drafts;
        Ok(step.say(if passed {
            Feedback::Accept(said)
        } else {
            Feedback::Warn(said)
        }))
    }

    /// The exception that has another person count again. It says nothing of how the count differs.
    fn differs(at: &Account, n: usize, context: &Context<'_>) -> Result<Draft, Error> {
        let exception = exception_name(context.device, context.position(n))
            .ok_or_else(|| Error::bug("an exception without a name"))?;
        Ok(Draft::new(Body::Raised {
            exception,
            code: CODE.to_owned(),
            message: Message::new("count-differs").with("place", Arg::account(at)),
            goods: None,
            at: Some(at.clone()),
            line: None,
            known_expiry: None,
        }))
    }

    /// Counted and recorded base units, of everything that was counted or is recorded.
    fn compare(&self, recorded: &[StockFacts]) -> Result<BTreeMap<Key, (Amount, Amount)>, Error> {
        let mut all: BTreeMap<Key, (Amount, Amount)> = BTreeMap::new();
        for Counted { goods, .. } in &self.counted {
            let key = (goods.owner.clone(), goods.item.clone(), goods.lot.clone(), goods.level);
            let amount = goods.quantity.base().map_err(|e| Error::bug(e.to_string()))?;
            let sums = all.entry(key).or_default();
            sums.0 = sums.0.plus(amount);
        }
        for row in recorded {
            let key = (row.owner.clone(), row.item.clone(), row.lot.clone(), row.level);
            let sums = all.entry(key).or_default();
            sums.1 = sums.1.plus(row.amount);
        }
        Ok(all)
    }

    /// Serials that are not where the record has them: here and not counted, or counted and not here.
    fn serial_moves(
        &self,
        at: &Account,
        recorded: &[StockFacts],
        context: &Context<'_>,
    ) -> Result<Vec<(Goods, Account, Account)>, Error> {
        let nowhere = self.origin();
        let mut by_serial = self.serials().next().is_some();
        for row in recorded {
            let item = context.facts.item(&row.owner, &row.item)?;
            by_serial |= item.is_some_and(|i| i.tracking.needs_serial());
        }
        if !by_serial {
            return Ok(Vec::new());
        }
        let here: Vec<SerialAt> = context.facts.serials_in(at)?;
        let counted: BTreeSet<_> = self.serials().collect();
        let mut moves = Vec::new();
        for known in &here {
            if !counted.contains(&known.serial) {
                moves.push((known.goods(), at.clone(), nowhere.clone()));
            }
        }
        for Counted { goods, .. } in &self.counted {
            let Some(serial) = &goods.serial else { continue };
            if !here.iter().any(|known| known.serial == *serial) {
                let from = context.facts.serial(serial)?.map(|s| s.account);
                let from = from.filter(Account::is_physical).unwrap_or_else(|| nowhere.clone());
                moves.push((goods.clone(), from, at.clone()));
            }
        }
        Ok(moves)
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let (id, prompt) = match (&self.checking, &self.place, &self.open, self.empty) {
            (Some(_), ..) => ("count.check", "count-place-prompt"),
            (None, None, ..) => ("count.place", "count-place-prompt"),
            (None, Some(_), Some(_), _) => ("count.quantity", "adjust-quantity-prompt"),
            (None, Some(_), None, true) => ("count.empty", "count-empty-prompt"),
            (None, Some(_), None, false) => ("count.scan", "count-scan-prompt"),
        };
        let mut view = View::new(id, Message::new("count-title"), Message::new(prompt));
        if let Some(place) = &self.place {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-place", Arg::text(place))
            });
        }
        if let Some(goods) = &self.open {
            let name = name_of(&goods.owner, &goods.item, context)?;
            let said = Arg::Message(Box::new(describe(&name, goods)));
            view.fields.push(ViewField::new("field-goods", said));
        }
        view.lines.extend(self.counted.iter().rev().map(|counted| ViewLine {
            text: counted.said.clone(),
            detail: Message::new("count-line"),
            done: false,
            state: Look::Plain,
        }));
        view.actions = match id {
            "count.empty" => vec![
                ViewAction::main("empty", "action-count-empty"),
                ViewAction::other("back", "action-back"),
            ],
            "count.quantity" | "count.check" => Vec::new(),
            _ => vec![ViewAction::main("done", "action-done")],
        };
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        self.way(&mut view, context)?;
        match (&self.checking, &self.open) {
            (Some(place), _) => digits_view(&mut view, place),
            (None, Some(_)) => view.awaits = (AwaitKind::Quantity, "quantity"),
            (None, None) => view.awaits_scan(),
        }
        Ok(view)
    }
}
