//! Pick for orders by the item's rotation (requirements C1, C2).
//!
//! Steps, line by line: go to the bin, scan it, scan each unit, or scan one and enter how many; what is sold by weight is
//! weighed. Several orders are picked in one walk, each into its own tote, which is scanned. Then scan the staging place.
//! Stops: wrong place, wrong item, expired, too little shelf life, blocked or recalled, contradicting expiry, a lot that
//! should leave later, more than asked, another order's tote, a weight that cannot be. A bin found empty leads to the next
//! best without a supervisor; a lot that should leave later needs a reason and, by policy, a signature.

mod batch;
mod stage;
mod swap;
mod take;
mod view;
mod walk;

pub(super) use walk::rotation_day;

use super::facts::{Document, DocumentLine};
use super::reason;
use super::sign::Signing;
use super::{Context, Event, Feedback, Scanned, Step, Work, cut, refuse, refuse_with, stop_goods, undo_last};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Load, Position, Refs, Seen};
use lotline_record::model::{DocumentId, DocumentKind, Goods, LineKey, LotKey, OwnerId, PersonId, PlaceId};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// An open pick.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pick {
    /// What is picked in this walk.
    orders: Vec<Order>,
    /// The bin whose label was scanned.
    at: Option<PlaceId>,
    /// Bins found empty.
    empty: Vec<PlaceId>,
    /// Lines ended short.
    short: Vec<LineKey>,
    /// The line that was picked last.
    line: Option<LineKey>,
    /// Lots that may be taken although another one should leave first, and for which lines.
    allowed: Vec<(LineKey, Option<LotKey>)>,
    /// Goods that just came in go straight from this dock to the staging place, without a bin.
    dock: Option<PlaceId>,
    /// What is asked besides the next scan.
    asking: Option<Asking>,
    /// Entries of the open line that can be taken back, oldest first.
    done: Vec<Position>,
}

/// An order in the walk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Order {
    document: DocumentId,
    owner: OwnerId,
    partner: String,
    /// The key of the partner, for what the policy says of it.
    customer: Option<String>,
    stage: PlaceId,
    /// Its tote, when several orders are picked in one walk.
    tote: Option<PlaceId>,
    /// Picked, and not in the tote yet.
    hand: Vec<Goods>,
    /// In the tote; on the cart where there is none.
    carried: Vec<Goods>,
}

/// What is asked besides the next scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Asking {
    /// Orders and totes for the walk; the order whose tote is awaited.
    Gather { order: Option<Box<Order>> },
    /// The next scan is followed by how many.
    Many,
    /// How many.
    Quantity(Box<Goods>),
    /// What they weigh.
    Weight(Box<Goods>),
    /// Why the line ends short.
    Short,
    /// A lot was stopped that may be taken all the same, by this rule.
    Later { goods: Box<Goods>, rule: String },
    /// Why it is taken all the same.
    Why { goods: Box<Goods>, rule: String },
    /// The second person's signature under that.
    Sign {
        goods: Box<Goods>,
        rule: String,
        reason: String,
        signing: Signing,
    },
}

impl Pick {
    /// The order that is worked on.
    pub(crate) fn document(&self) -> Option<&DocumentId> {
        let open = self.line.as_ref().map(|line| &line.document);
        open.or_else(|| self.orders.first().map(|order| &order.document))
    }

    /// Whose PIN is awaited, if it is not that of who is signed in.
    pub(crate) fn signer(&self) -> Option<&PersonId> {
        match &self.asking {
            Some(Asking::Sign { signing, .. }) => signing.signer.as_ref(),
            _ => None,
        }
    }

    /// Whether something was picked that is not put down yet.
    pub(crate) fn carries(&self) -> bool {
        !self.orders.iter().all(Order::is_empty)
    }

    pub(crate) fn open(document: Document, context: &Context<'_>) -> Result<Step, Error> {
        let name = document.document.clone();
        let Some(order) = Order::of(document, context)? else {
            let message = Message::new("stop-no-staging").with("document", Arg::text(&name));
            return Ok(refuse(Step::to(Work::ChooseOrder), context, message));
        };
        let draft = order.opened(context);
        let flow = Pick {
            orders: vec![order],
            ..Pick::default()
        };
        Ok(Step::to(flow).write(draft))
    }

    /// The same from a dock: the lines that what came in there can fill.
    pub(crate) fn open_at_dock(document: Document, dock: PlaceId, context: &Context<'_>) -> Result<Step, Error> {
        let mut step = Pick::open(document, context)?;
        if let Work::Pick(flow) = &mut step.work {
            flow.at = Some(dock.clone());
            flow.dock = Some(dock);
        }
        Ok(step)
    }

    fn is_batch(&self) -> bool {
        self.orders.iter().any(|order| order.tote.is_some())
    }

    fn order(&self, line: &LineKey) -> Option<&Order> {
        self.orders.iter().find(|order| order.document == line.document)
    }

    fn order_mut(&mut self, line: &LineKey) -> Option<&mut Order> {
        self.orders.iter_mut().find(|order| order.document == line.document)
    }

    fn lines(&self, context: &Context<'_>) -> Result<Vec<DocumentLine>, Error> {
        let mut all = Vec::new();
        for order in &self.orders {
            all.extend(
                context
                    .facts
                    .lines(DocumentKind::Order, &order.document)?
                    .iter()
                    .cloned(),
            );
        }
        Ok(all)
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(asking) = self.asking.take() {
            match asking {
                Asking::Gather { order } => return self.gather(order, event, context),
                Asking::Many | Asking::Later { .. } if matches!(event, Event::Back) => return Ok(Step::to(self)),
                Asking::Many if matches!(event, Event::Scan(_)) => self.asking = Some(Asking::Many),
                Asking::Later { goods, rule } if matches!(&event, Event::Choose(id) if id == "override") => {
                    self.asking = Some(Asking::Why { goods, rule });
                    return Ok(Step::to(self));
                }
                Asking::Many | Asking::Later { .. } => {}
                asked => return self.answer(asked, event, context),
            }
        }
        let lines = self.lines(context)?;
        let line = self.open_line(&lines, context)?.cloned();
        match event {
            Event::Scan(Scanned::Label(label)) => {
                if let Some(line) = line {
                    return self.label(&label, &line, context);
                }
                let place = self.next_stage().map(Arg::text);
                let message = Message::new("stop-scan-staging").maybe("place", place);
                Ok(refuse(Step::to(self), context, message))
            }
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => match line {
                Some(line) if self.in_hand().is_some() => self.tote(&text, &line, context),
                Some(line) => self.bin(&text, &line, context),
                None => self.put_down(&text, context),
            },
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) => match (id.as_str(), line) {
                ("undo", _) => self.undo(context),
                ("empty", Some(line)) => self.bin_empty(&line, context),
                ("short", Some(_)) => {
                    self.asking = Some(Asking::Short);
                    Ok(Step::to(self))
                }
                ("many", Some(_)) if self.at.is_some() => {
                    self.asking = Some(Asking::Many);
                    Ok(Step::to(self))
                }
                _ => Ok(Step::to(self)),
            },
            Event::Back if self.orders.iter().all(Order::is_empty) => Ok(Step::to(Work::Home)),
            Event::Back => Ok(Step::to(self).say(Feedback::Warn(Message::new("still-on-cart")))),
            Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    /// What was asked is answered, or left.
    fn answer(mut self, asked: Asking, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match &event {
            Event::Back => return Ok(Step::to(self)),
            Event::Choose(id) if id == "undo" || id == "back" => return Ok(Step::to(self)),
            Event::Scan(Scanned::Unreadable(message)) => {
                let message = message.clone();
                self.asking = Some(asked);
                return Ok(refuse(Step::to(self), context, message));
            }
            _ => {}
        }
        let lines = self.lines(context)?;
        let Some(line) = self.open_line(&lines, context)?.cloned() else {
            return Ok(Step::to(self));
        };
        match asked {
            Asking::Quantity(goods) => self.quantity(*goods, &line, event, context),
            Asking::Weight(goods) => self.weight(*goods, &line, event, context),
            Asking::Short => self.short(&line, &event, context),
            Asking::Why { goods, rule } => self.why(goods, rule, &line, &event, context),
            Asking::Sign {
                goods,
                rule,
                reason,
                signing,
            } => self.signature((goods, rule, reason), &signing, &line, event, context),
            other @ (Asking::Gather { .. } | Asking::Many | Asking::Later { .. }) => {
                self.asking = Some(other);
                Ok(Step::to(self))
            }
        }
    }

    /// What came is not what is asked: a scan is kept and stopped, anything else changes nothing.
    fn not_this(mut self, asked: Asking, event: &Event, context: &Context<'_>) -> Step {
        let id = match asked {
            Asking::Quantity(_) | Asking::Weight(_) => "stop-quantity-first",
            _ => "stop-scan-not-here",
        };
        self.asking = Some(asked);
        match event {
            Event::Scan(_) => refuse(Step::to(self), context, Message::new(id)),
            _ => Step::to(self),
        }
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        let Some((mut draft, body)) = undo_last(&mut self.done, context)? else {
            return Ok(Step::to(self).say(Feedback::Warn(Message::new("nothing-to-undo"))));
        };
        let line = match &body {
            Body::Picked { line, .. } | Body::Shorted { line, .. } => Some(line.clone()),
            _ => self.line.clone(),
        };
        if let Some(line) = line {
            draft.refs = refs(&line.document, Some(&line));
            match body {
                Body::Picked { goods, from, .. } => {
                    self.at = from.place().cloned();
                    let moved = Goods { out_of: None, ..goods };
                    if let Some(order) = self.order_mut(&line) {
                        let among = if order.tote.is_some() {
                            &mut order.hand
                        } else {
                            &mut order.carried
                        };
                        take_out(among, &moved);
                    }
                    self.line = Some(line);
                }
                Body::Dropped {
                    load: Load::Goods(goods),
                    ..
                } => {
                    if let Some(order) = self.order_mut(&line)
                        && take_out(&mut order.carried, &goods)
                    {
                        order.hand.push(goods);
                    }
                }
                Body::Shorted { .. } => self.short.retain(|short| *short != line),
                _ => {}
            }
        }
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
        draft.owner = Some(line.owner.clone());
        draft.place = Some(place.clone());
        draft.refs = refs(&line.key.document, Some(&line.key));
        self.at = None;
        self.empty.push(place);
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Warn(Message::new("bin-empty-noted"))))
    }

    /// The line ends with less than it asks for, and it is known why.
    fn short(mut self, line: &DocumentLine, event: &Event, context: &Context<'_>) -> Result<Step, Error> {
        let Some(reason) = reason::chosen(event, &context.policy.short_reasons) else {
            return Ok(self.not_this(Asking::Short, event, context));
        };
        let mut draft = Draft::new(Body::Shorted {
            line: line.key.clone(),
            owner: line.owner.clone(),
            missing: line.expected.minus(line.done),
            reason,
        });
        draft.owner = Some(line.owner.clone());
        draft.place.clone_from(&self.at);
        draft.scan = context.evidence.cloned();
        draft.refs = refs(&line.key.document, Some(&line.key));
        self.short.push(line.key.clone());
        if self.in_hand().is_none() {
            self.next_line();
        }
        self.done.push(context.position(0));
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Warn(Message::new("line-short"))))
    }

    fn bin(mut self, text: &str, line: &DocumentLine, context: &Context<'_>) -> Result<Step, Error> {
        let found = match PlaceId::new(text.trim()) {
            Ok(place) => context.facts.place(&place)?,
            Err(_) => None,
        };
        let refs = refs(&line.key.document, Some(&line.key));
        let Some(place) = found else {
            let verdict = Judge::new().verdict();
            let message = unknown_place(text);
            return Ok(refuse_with(Step::to(self), context, message, verdict, refs, None));
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
        draft.owner = Some(line.owner.clone());
        draft.place = Some(place.place.clone());
        draft.refs = refs;
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.at = Some(place.place.clone());
        Ok(Step::to(self)
            .write(draft)
            .judged(&judge, Message::new("at-bin").with("place", Arg::text(&place.place))))
    }

    /// The line is left. What it booked can be taken back until something is picked for the next one.
    fn next_line(&mut self) {
        self.at.clone_from(&self.dock);
    }
}

impl Order {
    /// `None` for an order without a staging place.
    fn of(document: Document, context: &Context<'_>) -> Result<Option<Self>, Error> {
        let customer = context
            .facts
            .outbound(Some(&document.document))?
            .pop()
            .and_then(|o| o.partner);
        Ok(document.place.map(|stage| Order {
            document: document.document,
            owner: document.owner,
            partner: document.partner,
            customer,
            stage,
            tote: None,
            hand: Vec::new(),
            carried: Vec::new(),
        }))
    }

    fn opened(&self, context: &Context<'_>) -> Draft {
        let mut draft = Draft::new(Body::Opened {
            line: None,
            at: self.stage.clone(),
            partner: None,
        });
        draft.owner = Some(self.owner.clone());
        draft.refs = refs(&self.document, None);
        draft.scan = context.evidence.cloned();
        draft
    }

    fn is_empty(&self) -> bool {
        self.hand.is_empty() && self.carried.is_empty()
    }
}

fn take_out(among: &mut Vec<Goods>, goods: &Goods) -> bool {
    let at = among.iter().rposition(|g| g == goods);
    at.map(|at| among.remove(at)).is_some()
}

fn refs(document: &DocumentId, line: Option<&LineKey>) -> Refs {
    Refs {
        document: Some(document.clone()),
        line: line.map(|l| l.line.clone()),
        ..Refs::default()
    }
}

fn unknown_place(text: &str) -> Message {
    Message::new("stop-unknown-place").with("place", cut(text, 60))
}

/// A stop of goods that asks no rule.
fn stop_plain(flow: Pick, message: Message, refs: Refs, context: &Context<'_>) -> Step {
    refuse_with(Step::to(flow), context, message, Verdict::default(), refs, None)
}
