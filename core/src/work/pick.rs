//! Pick for an order by the item's rotation (requirements C1, C2).
//!
//! Steps, line by line: go to the bin, scan it, scan each unit; then scan the staging place. Stops: wrong place, wrong
//! item, expired, too little shelf life, blocked or recalled, contradicting expiry, a lot that should leave later, more
//! than asked. A bin found empty leads to the next best without a supervisor.

use super::facts::{Document, DocumentLine, StockFacts};
use super::goods::{
    InHand, ask_blocks, ask_contradiction, ask_mandatory, identify, name_of, of_stock, out_of, subject,
};
use super::receive::{line_detail, progress};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, ViewLine, Work, describe, refuse,
    refuse_with, stop_goods, undo_last,
};
use crate::Error;
use crate::screen::Look;
use crate::store::Draft;
use lotline_record::entry::{Body, Load, Position, Refs, Seen};
use lotline_record::model::{
    Account, Day, DocumentId, DocumentKind, Goods, Item, LineId, LotKey, OwnerId, PlaceId, PlaceKind, Rotation,
};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// An open pick.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pick {
    document: DocumentId,
    owner: OwnerId,
    partner: String,
    stage: PlaceId,
    /// The bin whose label was scanned.
    at: Option<PlaceId>,
    /// Bins found empty.
    empty: Vec<PlaceId>,
    /// Lines ended short.
    short: Vec<LineId>,
    /// What is on the cart for this order.
    carried: Vec<Goods>,
    /// Entries of the open line that can be taken back, oldest first.
    done: Vec<Position>,
}

/// A place where a line can be picked.
#[derive(Debug, Clone)]
struct Candidate {
    lot: Option<LotKey>,
    /// Rotation day: expiry or receipt.
    day: Option<Day>,
    expiry: Option<Day>,
    place: PlaceId,
    walk: u32,
}

impl Pick {
    pub(crate) fn document(&self) -> &DocumentId {
        &self.document
    }

    pub(crate) fn open(document: Document, context: &Context<'_>) -> Result<Step, Error> {
        let Some(stage) = document.place.clone() else {
            let message = Message::new("stop-no-staging").with("document", Arg::text(&document.document));
            return Ok(refuse(Step::to(Work::ChooseOrder), context, message));
        };
        let flow = Pick {
            document: document.document,
            owner: document.owner,
            partner: document.partner,
            stage,
            at: None,
            empty: Vec::new(),
            short: Vec::new(),
            carried: Vec::new(),
            done: Vec::new(),
        };
        let mut draft = Draft::new(Body::Opened {
            line: None,
            at: flow.stage.clone(),
        });
        draft.owner = Some(flow.owner.clone());
        draft.refs = flow.refs(None);
        draft.scan = context.evidence.cloned();
        Ok(Step::to(flow).write(draft))
    }

    fn refs(&self, line: Option<&DocumentLine>) -> Refs {
        Refs {
            document: Some(self.document.clone()),
            line: line.map(|l| l.key.line.clone()),
            ..Refs::default()
        }
    }

    fn lines(&self, context: &Context<'_>) -> Result<Vec<DocumentLine>, Error> {
        context.facts.lines(DocumentKind::Order, &self.document)
    }

    fn open_line<'l>(&self, lines: &'l [DocumentLine]) -> Option<&'l DocumentLine> {
        lines
            .iter()
            .find(|l| l.done < l.expected && !self.short.contains(&l.key.line))
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let lines = self.lines(context)?;
        let line = self.open_line(&lines).cloned();
        match event {
            Event::Scan(Scanned::Label(label)) => {
                if let Some(line) = line {
                    self.pick(&label, &line, context)
                } else {
                    let message = Message::new("stop-scan-staging").with("place", Arg::text(&self.stage));
                    Ok(refuse(Step::to(self), context, message))
                }
            }
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => match line {
                Some(line) => self.bin(&text, &line, context),
                None => self.put_down(&text, context),
            },
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) => match (id.as_str(), line) {
                ("undo", line) => self.undo(line.as_ref(), context),
                ("empty", Some(line)) => self.bin_empty(&line, context),
                ("short", Some(line)) => {
                    self.short.push(line.key.line);
                    self.next_line();
                    Ok(Step::to(self).say(Feedback::Warn(Message::new("line-short"))))
                }
                _ => Ok(Step::to(self)),
            },
            Event::Back if self.carried.is_empty() => Ok(Step::to(Work::Home)),
            Event::Back => Ok(Step::to(self).say(Feedback::Warn(Message::new("still-on-cart")))),
            Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn next_line(&mut self) {
        self.at = None;
        self.done.clear();
    }

    fn undo(mut self, line: Option<&DocumentLine>, context: &Context<'_>) -> Result<Step, Error> {
        let Some((mut draft, body)) = undo_last(&mut self.done, context)? else {
            return Ok(Step::to(self).say(Feedback::Warn(Message::new("nothing-to-undo"))));
        };
        if let Body::Picked { goods, .. } = body {
            let moved = Goods { out_of: None, ..goods };
            if let Some(at) = self.carried.iter().rposition(|g| *g == moved) {
                self.carried.remove(at);
            }
        }
        draft.refs = self.refs(line);
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
    }

    fn bin_empty(mut self, line: &DocumentLine, context: &Context<'_>) -> Result<Step, Error> {
        let place = match &self.at {
            Some(place) => Some(place.clone()),
            None => self.candidates(line, context)?.first().map(|c| c.place.clone()),
        };
        let Some(place) = place else { return Ok(Step::to(self)) };
        let mut draft = Draft::new(Body::Seen(Seen::BinEmpty { place: place.clone() }));
        draft.owner = Some(self.owner.clone());
        draft.place = Some(place.clone());
        draft.refs = self.refs(Some(line));
        self.at = None;
        self.empty.push(place);
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Warn(Message::new("bin-empty-noted"))))
    }

    fn bin(mut self, text: &str, line: &DocumentLine, context: &Context<'_>) -> Result<Step, Error> {
        let found = match PlaceId::new(text.trim()) {
            Ok(place) => context.facts.place(&place)?,
            Err(_) => None,
        };
        let refs = self.refs(Some(line));
        let Some(place) = found else {
            let message =
                Message::new("stop-unknown-place").with("place", Arg::text(text.chars().take(60).collect::<String>()));
            return Ok(refuse_with(
                Step::to(self),
                context,
                message,
                Judge::new().verdict(),
                refs,
                None,
            ));
        };
        let mut judge = Judge::new();
        let candidates = self.candidates(line, context)?;
        let asked = candidates
            .first()
            .map_or_else(|| place.place.clone(), |c| c.place.clone());
        // Another bin that holds the item too is fine to stand at: the lot decides.
        let holds = context
            .facts
            .stock_of(&line.owner, &line.item)?
            .iter()
            .any(|s| s.account.place() == Some(&place.place) && s.amount.is_positive());
        if !judge.ask(Facts::RightPlace {
            asked,
            scanned: place.place.clone(),
            strict: !holds,
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let mut draft = Draft::new(Body::Seen(Seen::Place {
            place: place.place.clone(),
        }));
        draft.owner = Some(self.owner.clone());
        draft.place = Some(place.place.clone());
        draft.refs = refs;
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.at = Some(place.place.clone());
        Ok(Step::to(self)
            .write(draft)
            .judged(&judge, Message::new("at-bin").with("place", Arg::text(&place.place))))
    }

    fn pick(mut self, label: &LabelData, line: &DocumentLine, context: &Context<'_>) -> Result<Step, Error> {
        let refs = self.refs(Some(line));
        let Some(at) = self.at.clone() else {
            let message = Message::new("stop-scan-bin-first");
            return Ok(refuse_with(
                Step::to(self),
                context,
                message,
                Judge::new().verdict(),
                refs,
                None,
            ));
        };
        let mut judge = Judge::new();
        let Some(mut hand) = identify(label, Some(&self.owner), &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        };
        let from = Account::Place(at);
        let stock = context.facts.stock_of(&hand.item.owner, &hand.item.item)?;
        let passed = self.judge(&hand, line, &from, &stock, &mut judge, context)?;
        if !passed {
            let goods = Some((hand.goods, from, None));
            return Ok(stop_goods(Step::to(self), context, judge, refs, goods));
        }
        let held: Vec<StockFacts> = stock.into_iter().filter(|s| s.account == from).collect();
        self.carried.push(hand.goods.clone());
        hand.goods.out_of = out_of(&hand.goods, hand.amount, &held);
        let said = describe(&hand.item.name, &hand.goods);
        let mut draft = Draft::new(Body::Picked {
            goods: hand.goods,
            from: from.clone(),
            to: context.cart(),
            line: line.key.clone(),
        });
        draft.place = from.place().cloned();
        draft.refs = refs;
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.done.push(context.position(0));
        if line.done.plus(hand.amount) >= line.expected {
            self.next_line();
        }
        Ok(Step::to(self).write(draft).judged(&judge, said))
    }

    fn judge(
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
        if let Some(expiry) = hand.expiry()
            && !judge.ask(Facts::Expiry {
                lot: lot.clone(),
                expiry,
                today: context.today,
                min_days: item.shelf_out_days.unwrap_or(0),
                purpose: Purpose::Pick,
                alert_days: context.policy.expiry_alert_days,
            })
        {
            return Ok(false);
        }
        let first = self.candidates(line, context)?.into_iter().next();
        if !judge.ask(Facts::Rotation {
            method: item.rotation,
            lot,
            day: rotation_day(item, hand.expiry(), hand.lot.as_ref().and_then(|l| l.received_on)),
            first: first.as_ref().and_then(|c| c.lot.as_ref()).map(|l| l.number.clone()),
            first_day: first.as_ref().and_then(|c| c.day),
            first_place: first.map(|c| c.place),
            allocated: line.allocated,
        }) {
            return Ok(false);
        }
        if let Some(serial) = &goods.serial {
            let known = context.facts.serial(serial)?.map(|s| s.account);
            judge.ask(Facts::SerialHere {
                serial: serial.to_string(),
                from: from.clone(),
                at: known,
            });
        }
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
        Ok(judge.ask(Facts::OpenQuantity {
            asked: line.expected,
            done: line.done,
            adding: hand.amount,
        }))
    }

    /// Where the line can be picked on this device's picture, the first to leave first.
    fn candidates(&self, line: &DocumentLine, context: &Context<'_>) -> Result<Vec<Candidate>, Error> {
        let Some(item) = context.facts.item(&line.owner, &line.item)? else {
            return Ok(Vec::new());
        };
        let good_until = context.today + chrono::TimeDelta::days(i64::from(item.shelf_out_days.unwrap_or(0)));
        let mut found = Vec::new();
        for row in context.facts.stock_of(&line.owner, &line.item)? {
            let Some(place) = row
                .account
                .place()
                .filter(|p| row.amount.is_positive() && !self.empty.contains(p))
            else {
                continue;
            };
            let lot_number = row.lot.as_ref().map(|l| &l.number);
            if line.lot.as_ref().is_some_and(|asked| Some(asked) != lot_number) {
                continue;
            }
            let Some(bin) = context.facts.place(place)?.filter(|p| p.kind == PlaceKind::Bin) else {
                continue;
            };
            let known = match &row.lot {
                Some(lot) => context.facts.lot(&line.owner, &line.item, lot)?.unwrap_or_default(),
                None => super::facts::LotFacts::default(),
            };
            if known.expiry.is_some_and(|expiry| expiry < good_until) || Self::is_blocked(&row, place, context)? {
                continue;
            }
            found.push(Candidate {
                day: rotation_day(&item, known.expiry, known.received_on),
                expiry: known.expiry,
                lot: row.lot,
                place: place.clone(),
                walk: bin.walk,
            });
        }
        found.sort_by(|a, b| {
            (a.day.unwrap_or(Day::MAX), a.walk, &a.lot).cmp(&(b.day.unwrap_or(Day::MAX), b.walk, &b.lot))
        });
        Ok(found)
    }

    fn is_blocked(row: &StockFacts, place: &PlaceId, context: &Context<'_>) -> Result<bool, Error> {
        let goods = of_stock(row);
        Ok(!context.facts.blocks(Some(&goods), Some(place))?.is_empty())
    }

    /// All lines are done: what is on the cart goes down at the staging place.
    fn put_down(self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        let found = match PlaceId::new(text.trim()) {
            Ok(place) => context.facts.place(&place)?,
            Err(_) => None,
        };
        let Some(place) = found else {
            let message =
                Message::new("stop-unknown-place").with("place", Arg::text(text.chars().take(60).collect::<String>()));
            return Ok(refuse(Step::to(self), context, message));
        };
        let mut judge = Judge::new();
        let refs = self.refs(None);
        if !judge.ask(Facts::RightPlace {
            asked: self.stage.clone(),
            scanned: place.place.clone(),
            strict: true,
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let verdict = judge.clone().verdict();
        let outcome = if self.short.is_empty() { "done" } else { "short" };
        let mut step = Step::to(Work::Home);
        for goods in self.carried {
            let mut draft = Draft::new(Body::Dropped {
                load: Load::Goods(goods),
                from: context.cart(),
                to: Account::Place(place.place.clone()),
            });
            draft.place = Some(place.place.clone());
            draft.refs = refs.clone();
            draft.scan = context.evidence.cloned();
            draft.verdict = verdict.clone();
            step = step.write(draft);
        }
        let mut closed = Draft::new(Body::Closed {
            of: DocumentKind::Order,
            document: self.document.clone(),
            outcome: outcome.into(),
            silent: Vec::new(),
        });
        closed.owner = Some(self.owner);
        closed.place = Some(place.place);
        closed.refs = refs;
        if step.drafts.is_empty() {
            closed.scan = context.evidence.cloned();
        }
        let said = Message::new("order-staged")
            .with("document", Arg::text(&self.document))
            .with("place", Arg::text(&self.stage));
        Ok(step.write(closed).judged(&judge, said))
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let lines = self.lines(context)?;
        let line = self.open_line(&lines);
        let at = line.map_or(lines.len(), |l| {
            lines.iter().position(|m| m.key == l.key).map_or(0, |n| n + 1)
        });
        let title = Message::new("pick-title-of")
            .with("document", Arg::text(&self.document))
            .with("line", Arg::count(at))
            .with("lines", Arg::count(lines.len()));
        let Some(line) = line else {
            let mut view = View::new(
                "pick.stage",
                title,
                Message::new("pick-stage-prompt").with("place", Arg::text(&self.stage)),
            );
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-go-to", Arg::text(&self.stage))
            });
            view.fields.push(ViewField::new("field-for", Arg::text(&self.partner)));
            self.list(&lines, None, &mut view, context)?;
            view.actions = vec![ViewAction::look_up()];
            view.awaits_scan();
            return Ok(view);
        };
        let item: Option<Item> = context.facts.item(&line.owner, &line.item)?;
        let best = self.candidates(line, context)?.into_iter().next();
        let (id, prompt) = match (&self.at, &best) {
            (Some(_), _) => ("pick.item", Message::new("pick-item-prompt")),
            (None, Some(best)) => (
                "pick.bin",
                Message::new("pick-bin-prompt").with("place", Arg::text(&best.place)),
            ),
            (None, None) => ("pick.none", Message::new("pick-none-prompt")),
        };
        let mut view = View::new(id, title, prompt);
        if let Some(best) = &best {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-go-to", Arg::text(&best.place))
            });
        }
        if let Some(at) = &self.at {
            view.fields.push(ViewField::new("field-at", Arg::text(at)));
        }
        let name = item.map_or_else(|| line.item.to_string(), |i| i.name);
        view.fields.push(ViewField::new("field-item", Arg::Text(name)));
        if let Some(best) = &best {
            if let Some(lot) = &best.lot {
                view.fields.push(ViewField::new("field-lot", Arg::text(lot)));
            }
            if let Some(expiry) = best.expiry {
                view.fields.push(ViewField::new("field-expires", Arg::Day(expiry)));
            }
        }
        self.list(&lines, Some(line), &mut view, context)?;
        view.progress = Some(progress(line));
        view.actions = vec![
            ViewAction::other("empty", "action-bin-empty"),
            ViewAction::undo(),
            ViewAction::look_up(),
            ViewAction::numbered("short", "action-short", 1),
        ];
        view.awaits_scan();
        Ok(view)
    }

    fn list(
        &self,
        lines: &[DocumentLine],
        current: Option<&DocumentLine>,
        view: &mut View,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        for line in lines {
            let name = name_of(&line.owner, &line.item, context)?;
            let short = self.short.contains(&line.key.line);
            view.lines.push(ViewLine {
                text: Message::new("plain").with("text", Arg::Text(name)),
                detail: line_detail(line),
                done: line.done >= line.expected,
                state: match current {
                    Some(current) if current.key == line.key => Look::Current,
                    _ if short => Look::Alert,
                    _ => Look::Plain,
                },
            });
        }
        Ok(())
    }
}

fn rotation_day(item: &Item, expiry: Option<Day>, received: Option<Day>) -> Option<Day> {
    match item.rotation {
        Rotation::Fefo => expiry,
        Rotation::Fifo => received,
        Rotation::None => None,
    }
}
