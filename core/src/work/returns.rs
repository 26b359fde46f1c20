//! Take goods back from a customer (requirements B2, B4; DSCSA saleable returns).
//!
//! Steps: scan the place, name the order or the customer, scan the goods, say how many, choose back to stock, quarantine or
//! to be disposed of. Stops: never shipped by us, shipped to somebody else, here already, used up or destroyed, recalled or
//! expired goods back to stock. Where policy asks for it a unit is unpickable until its maker's system verified it.

use super::facts::Subject;
use super::goods::{ask_blocks, identify, name_of, observed, quantity_of};
use super::inbound::{ask_formats, ask_profiles};
use super::load::{At, arrived, brings_goods, digits_first, digits_view, nothing_to_undo, place};
use super::receive::stock_in;
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, Work, describe, refuse,
    stop_goods, undo_last,
};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::store::Draft;
use lotline_record::entry::{Body, Disposition, Position, Refs};
use lotline_record::model::{Account, Block, BlockId, BlockKind, DocumentId, Goods, PlaceId, Scope, Virtual};
use lotline_record::rules::{Facts, Judge, Purpose, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// How far back in the history a shipment is looked for.
const MOST_LINES: usize = 200;
/// The longest name of a customer that is kept.
const MOST_NAME: usize = 60;

/// Open returns of one customer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Returns {
    place: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    from: Option<Sender>,
    open: Option<Box<Open>>,
    /// Entries that can be taken back, oldest first.
    done: Vec<Position>,
}

/// Who sends goods back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sender {
    /// The order they left with, where it is named.
    order: Option<DocumentId>,
    /// Key or name of the customer.
    customer: String,
}

/// Goods in the hand that are not taken back yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Open {
    goods: Goods,
    said: Message,
    verdict: Verdict,
    warning: Option<Message>,
    /// The order they left with, as far as the record knows.
    order: Option<DocumentId>,
    recalled: bool,
    expired: bool,
    /// How many is known; what becomes of them is not.
    counted: bool,
}

impl Returns {
    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        match event {
            Event::Back => Ok(Step::to(self.back())),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) if id == "undo" => self.undo(context),
            Event::Choose(id) if id == "back" => Ok(Step::to(self.back())),
            Event::Choose(id) if id == "done" && self.open.is_none() => Ok(Step::to(Work::Home)),
            event => match (self.place.clone(), self.from.clone(), self.open.take()) {
                (None, ..) => self.at_place(event, context),
                (Some(_), None, _) => self.sender(event, context),
                (Some(_), Some(sender), None) => self.scan(event, &sender, context),
                (Some(_), Some(_), Some(open)) if !open.counted => self.quantity(open, event, context),
                (Some(at), Some(sender), Some(open)) => self.decide(open, &at, &sender, &event, context),
            },
        }
    }

    fn back(mut self) -> Work {
        if self.checking.take().is_some() || self.open.take().is_some() || self.from.take().is_some() {
            return self.into();
        }
        match self.place.take() {
            Some(_) => self.into(),
            None => Work::Home,
        }
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        if self.open.take().is_some() {
            return Ok(Step::to(self).say(Feedback::Accept(Message::new("undone"))));
        }
        let Some((draft, _)) = undo_last(&mut self.done, context)? else {
            return Ok(nothing_to_undo(self));
        };
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
    }

    fn at_place(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                match place(&text, &mut self.checking, context)? {
                    At::Here(at, judge) => {
                        self.place = Some(at.place.clone());
                        Ok(arrived(self, &at.place, &judge, context))
                    }
                    At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
                }
            }
            Event::Scan(_) => Ok(refuse(Step::to(self), context, Message::new("stop-place-first"))),
            _ => Ok(Step::to(self)),
        }
    }

    fn sender(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let (Event::Scan(Scanned::Text(text)) | Event::Enter { text }) = event else {
            return Ok(match event {
                Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-sender-first")),
                _ => Step::to(self),
            });
        };
        let text: String = text
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(MOST_NAME)
            .collect();
        if text.is_empty() {
            return Ok(Step::to(self));
        }
        let order = match DocumentId::new(&text) {
            Ok(order) => context.facts.outbound(Some(&order))?.pop(),
            Err(_) => None,
        };
        let sender = match order {
            Some(found) => Sender {
                customer: found.order.partner.clone(),
                order: Some(found.order.document),
            },
            None => Sender {
                customer: text,
                order: None,
            },
        };
        let mut draft = Draft::new(Body::Opened {
            line: None,
            at: self.place.clone().unwrap_or_else(|| context.resource.clone()),
            partner: Some(sender.customer.clone()),
        });
        draft.place.clone_from(&self.place);
        draft.refs.document.clone_from(&sender.order);
        draft.scan = context.evidence.cloned();
        let said = Message::new("plain").with("text", Arg::text(&sender.customer));
        self.from = Some(sender);
        Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
    }

    fn scan(self, event: Event, sender: &Sender, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Label(label)) => self.label(&label, sender, context),
            Event::Scan(Scanned::Text(text)) => {
                let message = Message::new("stop-not-a-label").with("text", Arg::Text(text));
                Ok(refuse(Step::to(self), context, message))
            }
            _ => Ok(Step::to(self)),
        }
    }

    fn label(mut self, label: &LabelData, sender: &Sender, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let goods = hand.goods.clone();
        let refs = Refs {
            document: sender.order.clone(),
            ..Refs::default()
        };
        let (facts, order) = shipment(&goods, sender, context)?;
        let lifecycle = match &goods.serial {
            Some(serial) => context.facts.serial(serial)?,
            None => None,
        };
        let passed = match (&goods.serial, &lifecycle) {
            (Some(serial), Some(known)) if known.account.is_physical() => judge.ask(Facts::SerialUnique {
                serial: serial.to_string(),
                at: Some(known.account.clone()),
                lifecycle: Some(known.lifecycle),
            }),
            _ => true,
        } && super::goods::ask_mandatory(&hand, &mut judge, context)?
            && ask_formats(&goods, &mut judge, context)
            && ask_profiles(&hand, true, &mut judge, context)
            && judge.ask(facts);
        if !passed {
            let customer = Account::Virtual(Virtual::Customer);
            return Ok(stop_goods(
                Step::to(self),
                context,
                judge,
                refs,
                Some((goods, customer, None)),
            ));
        }
        ask_blocks(&goods, None, Purpose::Move, &mut judge, context)?;
        let blocks = context.facts.blocks(Some(&goods), None)?;
        let expired = hand.expiry().is_some_and(|day| day < context.today);
        let mut draft = observed(goods.clone(), context);
        draft.place.clone_from(&self.place);
        draft.refs = refs;
        let warning = judge.warnings().first().cloned();
        self.open = Some(Box::new(Open {
            said: describe(&hand.item.name, &goods),
            counted: goods.serial.is_some(),
            goods,
            verdict: judge.verdict(),
            warning: warning.clone(),
            order,
            recalled: blocks.iter().any(|block| block.kind == BlockKind::Recall),
            expired,
        }));
        let mut step = Step::to(self).write(draft);
        step.feedback = warning.map(Feedback::Warn);
        Ok(step)
    }

    fn quantity(mut self, mut open: Box<Open>, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let (Event::Enter { text } | Event::Scan(Scanned::Text(text))) = event else {
            self.open = Some(open);
            return Ok(match event {
                Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-quantity-first")),
                _ => Step::to(self),
            });
        };
        match quantity_of(&text, &open.goods) {
            Ok(quantity) => open.goods.quantity = quantity,
            Err(message) => {
                self.open = Some(open);
                return Ok(refuse(Step::to(self), context, message));
            }
        }
        let name = name_of(&open.goods.owner, &open.goods.item, context)?;
        open.said = describe(&name, &open.goods);
        open.counted = true;
        let draft = observed(open.goods.clone(), context);
        self.open = Some(open);
        Ok(Step::to(self).write(draft))
    }

    fn decide(
        mut self,
        open: Box<Open>,
        at: &PlaceId,
        sender: &Sender,
        event: &Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let chosen = match event {
            Event::Choose(id) => match id.as_str() {
                "stock" => Some(Disposition::Stock),
                "quarantine" => Some(Disposition::Quarantine),
                "dispose" => Some(Disposition::Dispose),
                _ => None,
            },
            _ => None,
        };
        let Some(chosen) = chosen else {
            self.open = Some(open);
            return Ok(match event {
                Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-decide-first")),
                _ => Step::to(self),
            });
        };
        let mut judge = Judge::new();
        let passed = judge.ask(Facts::BackToStock {
            subject: super::goods::subject(&open.goods),
            recalled: open.recalled,
            expired: open.expired,
            stock: chosen == Disposition::Stock,
        });
        if !passed {
            self.open = Some(open);
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        let open = *open;
        let to = match chosen {
            Disposition::Stock => at.clone(),
            Disposition::Quarantine | Disposition::Dispose => {
                context.facts.cage()?.unwrap_or_else(|| context.resource.clone())
            }
        };
        let blocks = blocks(&open.goods, chosen, &to, context)?;
        let waits = blocks.iter().any(|block| block.kind == BlockKind::Verification);
        let said = Message::new(if waits { "returned-unverified" } else { "returned" })
            .with("what", Arg::Message(Box::new(open.said)))
            .with("place", Arg::text(&to));
        let mut draft = Draft::new(Body::Returned {
            goods: open.goods,
            to: Account::Place(to.clone()),
            customer: sender.customer.clone(),
            disposition: chosen,
            blocks,
        });
        draft.place = Some(to);
        draft.refs.document = open.order.or_else(|| sender.order.clone());
        draft.verdict = judge.verdict();
        draft.verdict.rest_on(open.verdict);
        self.done.push(context.position(0));
        let plain = !waits && chosen == Disposition::Stock;
        Ok(Step::to(self).write(draft).say(match open.warning {
            Some(warning) if plain => Feedback::Warn(warning),
            _ if plain => Feedback::Accept(said),
            _ => Feedback::Warn(said),
        }))
    }

    pub(crate) fn view(&self) -> View {
        let (id, prompt) = match (&self.checking, &self.place, &self.from, &self.open) {
            (Some(_), ..) => ("returns.check", "returns-place-prompt"),
            (None, None, ..) => ("returns.place", "returns-place-prompt"),
            (None, Some(_), None, _) => ("returns.sender", "returns-sender-prompt"),
            (None, Some(_), Some(_), None) => ("returns.scan", "returns-scan-prompt"),
            (None, Some(_), Some(_), Some(open)) if !open.counted => ("returns.quantity", "returns-quantity-prompt"),
            (None, Some(_), Some(_), Some(_)) => ("returns.decide", "returns-decide-prompt"),
        };
        let mut view = View::new(id, Message::new("returns-title"), Message::new(prompt));
        if let Some(place) = &self.place {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-place", Arg::text(place))
            });
        }
        if let Some(from) = &self.from {
            view.fields
                .push(ViewField::new("field-from", Arg::text(&from.customer)));
        }
        if let Some(open) = &self.open {
            let said = Arg::Message(Box::new(open.said.clone()));
            view.fields.push(ViewField::new("field-goods", said));
            if let Some(warning) = &open.warning {
                let warning = Arg::Message(Box::new(warning.clone()));
                view.fields.push(ViewField::alert("field-open-work", warning));
            }
        }
        match id {
            "returns.decide" => {
                view.actions = vec![
                    ViewAction::numbered("stock", "action-to-stock", 1),
                    ViewAction::numbered("quarantine", "action-quarantine", 2),
                    ViewAction::numbered("dispose", "action-to-dispose", 3),
                ];
            }
            "returns.scan" => view.actions.push(ViewAction::main("done", "action-done")),
            _ => {}
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        match (id, &self.checking) {
            (_, Some(place)) => digits_view(&mut view, place),
            ("returns.sender", _) => view.awaits = (AwaitKind::Text, "sender"),
            ("returns.quantity", _) => view.awaits = (AwaitKind::Quantity, "quantity"),
            ("returns.decide", _) => {}
            _ => view.awaits_scan(),
        }
        view
    }
}

/// What keeps returned goods from leaving again.
fn blocks(goods: &Goods, chosen: Disposition, at: &PlaceId, context: &Context<'_>) -> Result<Vec<Block>, Error> {
    let scope = match &goods.serial {
        Some(serial) => Scope::Serial {
            maker_key: serial.maker_key.clone(),
            serial: serial.serial.to_string(),
        },
        None => stock_in(goods, at),
    };
    let mut kinds = Vec::new();
    if context.policy.verifies_returns(&goods.owner, &goods.item) && goods.serial.is_some() {
        kinds.push((BlockKind::Verification, "V", "unverified"));
    }
    match chosen {
        Disposition::Stock => {}
        Disposition::Quarantine => kinds.push((BlockKind::Quarantine, "B", "returned")),
        Disposition::Dispose => kinds.push((BlockKind::Quarantine, "B", "to_dispose")),
    }
    let position = context.position(0);
    kinds
        .into_iter()
        .map(|(kind, letter, reason)| {
            let name = format!("{letter}-{}-{}-{}", context.device, position.epoch(), position.seq());
            Ok(Block {
                through: Vec::new(),
                block: BlockId::new(name).map_err(|e| Error::bug(e.to_string()))?,
                kind,
                scope: scope.clone(),
                reason: reason.to_owned(),
                placed_by: None,
                part: None,
            })
        })
        .collect()
}

/// Whether these goods left with an order of that customer, and with which.
fn shipment(goods: &Goods, sender: &Sender, context: &Context<'_>) -> Result<(Facts, Option<DocumentId>), Error> {
    let subject = match &goods.serial {
        Some(serial) => Subject::Serial(serial.clone()),
        None => Subject::Lot {
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: goods.lot.as_ref().map(|lot| lot.number.clone()),
        },
    };
    let mut to = None;
    let mut found = None;
    let mut shipped = match &goods.serial {
        Some(serial) => context
            .facts
            .serial(serial)?
            .is_some_and(|known| known.lifecycle == lotline_record::model::Lifecycle::Shipped),
        None => false,
    };
    for line in context.facts.history(&subject, MOST_LINES)? {
        let (Some(document), "shipped") = (&line.document, line.kind.as_str()) else {
            continue;
        };
        shipped = true;
        let Ok(order) = DocumentId::new(document) else { continue };
        let Some(known) = context.facts.outbound(Some(&order))?.pop() else {
            continue;
        };
        let is_sender = match &sender.order {
            Some(asked) => *asked == order,
            None => [Some(&known.order.partner), known.partner.as_ref()]
                .into_iter()
                .flatten()
                .any(|name| name.eq_ignore_ascii_case(&sender.customer)),
        };
        if to.is_none() || is_sender {
            to = Some(known.order.partner.clone());
        }
        if is_sender {
            found = Some(order);
            break;
        }
        // A serial left last with one order; a lot may have left with many.
        if goods.serial.is_some() {
            break;
        }
    }
    let facts = Facts::Returned {
        subject: goods
            .serial
            .as_ref()
            .map_or_else(|| super::goods::subject(goods), ToString::to_string),
        customer: sender.customer.clone(),
        shipped,
        same: to.is_some().then_some(found.is_some()),
        to,
    };
    Ok((facts, found))
}
