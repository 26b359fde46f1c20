//! Put-away as two facts, lift and drop: a dead battery leaves the load on the cart, findable.
//!
//! Steps: scan what is lifted (a label or a pallet), go, scan the bin, enter its check digits where it has some. Goods
//! nobody told this device about are lifted all the same, from where they were most likely received, with a warning
//! (domain §8). Where the record has the lot in staging or at several docks, it cannot tell which of them is in the hand: what
//! another device received may not be told yet. Then the person scans where it stands, once for all that goes onto the cart.

use super::facts::StockFacts;
use super::goods::{ask_blocks, identify, out_of, plate_message, subject};
use super::load::{At, Cart, NotYet, brings_goods, digits_first, digits_view, nothing_to_undo, place};
use super::move_goods::blocks_on;
use super::plates::on_plate;
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, Work, describe, refuse, stop_goods,
};
use crate::Error;
use crate::screen::Look;
use crate::store::Draft;
use lotline_record::entry::{Body, Load, Refs, Seen};
use lotline_record::model::{Account, Amount, BlockKind, Goods, Place, PlaceId, PlaceKind, PlateId, Scope};
use lotline_record::rules::{Facts, Judge, Outcome, Purpose};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// An open put-away.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct PutAway {
    #[serde(flatten)]
    cart: Cart,
    /// Where it should go.
    suggested: Option<PlaceId>,
    /// Where a task says that it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<PlaceId>,
    /// The place whose check digits are asked for.
    #[serde(default)]
    checking: Option<PlaceId>,
    /// What was scanned, while it is asked where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Box<Asked>>,
    /// Where the load stood, as the person said: it holds until all is put down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stood: Option<PlaceId>,
}

/// Goods that the record has in several places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Asked {
    goods: Goods,
    amount: Amount,
    /// What the item is called.
    name: String,
}

/// Where goods come from, by the record.
enum Source {
    /// There.
    Known(Account),
    /// It has them nowhere that put-away begins.
    Unknown,
    /// A person must say.
    Unsure,
}

impl PutAway {
    /// For a task that says where it goes.
    pub(crate) fn towards(target: Option<PlaceId>) -> Self {
        PutAway {
            target,
            ..PutAway::default()
        }
    }

    /// Whether something is on the cart.
    pub(crate) fn carries(&self) -> bool {
        !self.cart.is_empty()
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        if let Some(asked) = self.asked.take() {
            return self.stands(asked, event, context);
        }
        match event {
            Event::Scan(Scanned::Label(label)) => match &label.sscc {
                Some(plate) if label.gtin.is_none() => self.lift_plate(plate, context),
                _ => self.lift(&label, context),
            },
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.bin(&text, context),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) if id == "undo" => self.undo(context),
            Event::Choose(id) if id == "done" && self.cart.is_empty() => Ok(Step::to(Work::Home)),
            Event::Back if self.checking.is_some() => {
                self.checking = None;
                Ok(Step::to(self))
            }
            Event::Back if self.cart.is_empty() => Ok(Step::to(Work::Home)),
            Event::Back => Ok(Step::to(self).say(Feedback::Warn(Message::new("still-on-cart")))),
            Event::Choose(_) | Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.checking = None;
        let Some((draft, _)) = self.cart.undo(context)? else {
            return Ok(nothing_to_undo(self));
        };
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
    }

    fn lift_plate(mut self, plate: &PlateId, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let known = context.facts.plate(plate)?;
        let contents = on_plate(plate, context)?;
        judge.ask(Facts::Origin {
            subject: plate.to_string(),
            known: known.is_some(),
        });
        for goods in contents.goods() {
            ask_blocks(&goods, None, Purpose::Move, &mut judge, context)?;
        }
        let from = match known {
            Some(known) if known.account == context.cart() => {
                let message = Message::new("stop-already-lifted").with("what", Arg::text(plate));
                return Ok(refuse(Step::to(self), context, message));
            }
            Some(known) => known.account,
            None => arrival(context)?,
        };
        if self.target.is_some() {
            self.suggested.clone_from(&self.target);
        } else if let Some(first) = contents.rows.first() {
            self.suggested = suggest(&first.owner, &first.item, context)?;
        } else {
            self.suggested = context.facts.empty_bin()?;
        }
        Ok(self.lifted(Load::Plate(plate.clone()), plate_message(plate), from, &judge, context))
    }

    fn lift(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let asked = Asked {
            goods: hand.goods.clone(),
            amount: hand.amount,
            name: hand.item.name.clone(),
        };
        let stock = context.facts.stock_of(&asked.goods.owner, &asked.goods.item)?;
        let from = match (source(&asked, &stock, &context.cart(), context)?, &self.stood) {
            (Source::Known(account), _) => Some(account),
            (Source::Unknown, _) => None,
            (Source::Unsure, Some(stood)) => Some(Account::Place(stood.clone())),
            (Source::Unsure, None) => {
                let mut draft = Draft::new(Body::Seen(Seen::Goods { goods: hand.goods }));
                draft.scan = context.evidence.cloned();
                draft.verdict = judge.clone().verdict();
                let said = describe(&asked.name, &asked.goods);
                self.asked = Some(Box::new(asked));
                return Ok(Step::to(self).write(draft).judged(&judge, said));
            }
        };
        self.lift_from(asked, from, judge, context)
    }

    /// Where does it stand?
    fn stands(mut self, asked: Box<Asked>, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let text = match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => text,
            Event::Scan(scan) => {
                self.asked = Some(asked);
                let message = match scan {
                    Scanned::Unreadable(message) => message,
                    _ => Message::new("stop-place-first"),
                };
                return Ok(refuse(Step::to(self), context, message));
            }
            Event::Back if self.checking.take().is_some() => {
                self.asked = Some(asked);
                return Ok(Step::to(self));
            }
            Event::Back => return Ok(Step::to(self)),
            Event::Choose(id) if id == "undo" || id == "back" => {
                self.checking = None;
                return Ok(Step::to(self).say(Feedback::Accept(Message::new("undone"))));
            }
            Event::Choose(_) | Event::Pin { .. } => {
                self.asked = Some(asked);
                return Ok(Step::to(self));
            }
        };
        match place(&text, &mut self.checking, context)? {
            At::Here(place, judge) => {
                self.stood = Some(place.place.clone());
                self.lift_from(*asked, Some(Account::Place(place.place)), judge, context)
            }
            At::NotYet(not_yet) => {
                self.asked = Some(asked);
                Ok(not_yet.again(self, Refs::default(), context))
            }
        }
    }

    /// Onto the cart, from there; from where such goods arrive if nobody knows.
    fn lift_from(
        mut self,
        asked: Asked,
        from: Option<Account>,
        mut judge: Judge,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let Asked {
            mut goods,
            amount,
            name,
        } = asked;
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        let has = |account: &Account| has(&stock, &goods, amount, account);
        let known = from.as_ref().is_some_and(|from| goods.serial.is_some() || has(from));
        judge.ask(Facts::Origin {
            subject: subject(&goods),
            known,
        });
        ask_blocks(
            &goods,
            from.as_ref().filter(|_| known),
            Purpose::Move,
            &mut judge,
            context,
        )?;
        let from = match from {
            Some(account) => account,
            None => arrival(context)?,
        };
        let held: Vec<StockFacts> = stock.into_iter().filter(|s| s.account == from).collect();
        goods.out_of = out_of(&goods, amount, &held);
        self.suggested = match &self.target {
            Some(target) => Some(target.clone()),
            None => suggest(&goods.owner, &goods.item, context)?,
        };
        let said = describe(&name, &goods);
        Ok(self.lifted(Load::Goods(goods), said, from, &judge, context))
    }

    fn lifted(mut self, load: Load, said: Message, from: Account, judge: &Judge, context: &Context<'_>) -> Step {
        let draft = self.cart.lift(load, said.clone(), from, judge, context);
        Step::to(self)
            .write(draft)
            .judged(judge, Message::new("lifted").with("what", Arg::Message(Box::new(said))))
    }

    fn bin(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        match place(text, &mut self.checking, context)? {
            At::Here(place, judge) => self.drop_at(&place, judge, context),
            At::NotYet(NotYet::Digits(place, _)) if self.cart.is_empty() => {
                self.checking = None;
                Ok(self.nothing_lifted(&place, context))
            }
            At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
        }
    }

    fn nothing_lifted(self, place: &PlaceId, context: &Context<'_>) -> Step {
        let message = Message::new("stop-nothing-lifted").with("place", Arg::text(place));
        refuse(Step::to(self), context, message)
    }

    fn drop_at(mut self, place: &Place, mut judge: Judge, context: &Context<'_>) -> Result<Step, Error> {
        if self.cart.is_empty() {
            return Ok(self.nothing_lifted(&place.place, context));
        }
        if place.kind == PlaceKind::Resource {
            let message = Message::new("stop-not-a-bin").with("place", Arg::text(&place.place));
            return Ok(refuse(Step::to(self), context, message));
        }
        if let Some(asked) = &self.suggested {
            judge.ask(Facts::RightPlace {
                asked: asked.clone(),
                scanned: place.place.clone(),
                strict: false,
            });
        }
        for carried in &self.cart.carried {
            let (Load::Goods(goods), Some(from)) = (&carried.load, carried.from.as_ref()) else {
                continue;
            };
            let mut blocks = context.facts.blocks(Some(goods), from.place())?;
            blocks.retain(|block| matches!(block.scope, Scope::Stock { .. }));
            // What must stay where it is does not get away through here; other blocks do not forbid a bin.
            let stays = Facts::MayStand {
                subject: subject(goods),
                blocks,
                place: place.place.clone(),
                cage: place.kind == PlaceKind::Cage,
                place_blocks: Vec::new(),
                contents_unknown: false,
            };
            if stays.judge().outcome == Outcome::Stop {
                judge.ask(stays);
                return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
            }
        }
        let blocks = context.facts.blocks(None, Some(&place.place))?;
        judge.ask(Facts::Blocked {
            purpose: Purpose::Move,
            subject: place.place.to_string(),
            blocks,
        });
        // What is recalled goes to a cage and nowhere else, whoever received it before it was.
        for carried in &self.cart.carried {
            let (subject, mut blocks, _) = blocks_on(&carried.load, carried.from.as_ref(), context)?;
            blocks.retain(|block| block.kind == BlockKind::Recall);
            if !blocks.is_empty()
                && !judge.ask(Facts::MayStand {
                    subject,
                    blocks,
                    place: place.place.clone(),
                    cage: place.kind == PlaceKind::Cage,
                    place_blocks: Vec::new(),
                    contents_unknown: false,
                })
            {
                return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
            }
        }
        let drafts = self.cart.drop_at(&place.place, &judge.clone().verdict(), context);
        (self.suggested, self.stood) = (None, None);
        let mut step = Step::to(self);
        step.drafts = drafts;
        Ok(step.judged(&judge, Message::new("dropped").with("place", Arg::text(&place.place))))
    }

    pub(crate) fn view(&self, _: &Context<'_>) -> Result<View, Error> {
        let carrying = !self.cart.is_empty();
        let (id, prompt) = match (&self.checking, &self.asked, carrying) {
            (Some(_), ..) => ("put_away.check", "put-away-drop-prompt"),
            (None, Some(_), _) => ("put_away.from", "put-away-from-prompt"),
            (None, None, true) => ("put_away.drop", "put-away-drop-prompt"),
            (None, None, false) => ("put_away.lift", "put-away-lift-prompt"),
        };
        let mut view = View::new(id, Message::new("put-away-title"), Message::new(prompt));
        if let Some(asked) = &self.asked {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new(
                    "field-what",
                    Arg::Message(Box::new(describe(&asked.name, &asked.goods))),
                )
            });
            view.actions.push(ViewAction::other("back", "action-back"));
        } else if carrying && let Some(place) = &self.suggested {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-go-to", Arg::text(place))
            });
        }
        view.lines.extend(self.cart.lines());
        view.actions.extend([ViewAction::undo(), ViewAction::look_up()]);
        if !carrying && self.asked.is_none() {
            view.actions.insert(0, ViewAction::main("done", "action-done"));
        }
        match &self.checking {
            Some(place) => digits_view(&mut view, place),
            None => view.awaits_scan(),
        }
        Ok(view)
    }
}

/// Whether the record has that much of the lot there.
fn has(stock: &[StockFacts], goods: &Goods, amount: Amount, account: &Account) -> bool {
    let mut here = stock.iter().filter(|s| s.lot == goods.lot && s.account == *account);
    here.any(|s| s.amount >= amount)
}

/// Where the goods in the hand come from: where the serial is, or the one dock that has enough. Never a bin: put-away begins
/// where goods arrive, and a record that lacks them there only lacks what another device has not told yet. So where staging
/// has enough of the lot, it is not said whether that is what is in the hand.
fn source(asked: &Asked, stock: &[StockFacts], cart: &Account, context: &Context<'_>) -> Result<Source, Error> {
    let Asked { goods, amount, .. } = asked;
    if let Some(serial) = &goods.serial
        && let Some(known) = context.facts.serial(serial)?
        && known.account.is_physical()
        && known.account != *cart
    {
        return Ok(Source::Known(known.account));
    }
    let mut docks = Vec::new();
    let mut staged = false;
    for row in stock
        .iter()
        .filter(|s| s.lot == goods.lot && s.amount >= *amount && s.account != *cart)
    {
        let Some(place) = row.account.place() else { continue };
        match context.facts.place(place)?.map(|p| p.kind) {
            Some(PlaceKind::Dock) if !docks.contains(&row.account) => docks.push(row.account.clone()),
            Some(PlaceKind::Staging) => staged = true,
            _ => {}
        }
    }
    Ok(match (docks.pop(), docks.is_empty()) {
        (Some(dock), true) => Source::Known(dock),
        (None, _) if !staged => Source::Unknown,
        _ => Source::Unsure,
    })
}

/// Where goods nobody told of have most likely been received: the dock of the first open notice, else the cart itself
/// stays short until the fact comes.
fn arrival(context: &Context<'_>) -> Result<Account, Error> {
    let notices = context.facts.documents(lotline_record::model::DocumentKind::Notice)?;
    Ok(notices
        .into_iter()
        .find_map(|n| n.place)
        .map_or_else(|| context.cart(), Account::Place))
}

/// Where to put it: beside the same item, else the next empty bin.
fn suggest(
    owner: &lotline_record::model::OwnerId,
    item: &lotline_record::model::ItemId,
    context: &Context<'_>,
) -> Result<Option<PlaceId>, Error> {
    for row in context.facts.stock_of(owner, item)? {
        let place = match &row.account {
            Account::Place(place) => Some(place.clone()),
            Account::Plate(plate) => context.facts.plate(plate)?.and_then(|p| p.account.place().cloned()),
            Account::Virtual(_) => None,
        };
        if row.amount.is_positive()
            && let Some(place) = place
            && context.facts.place(&place)?.is_some_and(|p| p.kind == PlaceKind::Bin)
        {
            return Ok(Some(place));
        }
    }
    context.facts.empty_bin()
}
