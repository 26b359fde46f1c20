//! Put-away as two facts, lift and drop: a dead battery leaves the load on the cart, findable.
//!
//! Steps: scan what is lifted (a label or a pallet), go, scan the bin. Goods nobody told this device about are lifted
//! all the same, from where they were most likely received, with a warning (domain §8).

use super::facts::StockFacts;
use super::goods::{ask_blocks, identify, of_stock, out_of, plate_message, subject};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, ViewLine, Work, describe, refuse,
    stop_goods, undo_last,
};
use crate::Error;
use crate::screen::Look;
use crate::store::Draft;
use lotline_record::entry::{Body, Load, Position, Refs};
use lotline_record::model::{Account, Amount, Goods, Item, PlaceId, PlaceKind, PlateId};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// An open put-away.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct PutAway {
    /// What is on the cart from this put-away.
    carried: Vec<Carried>,
    /// Where it should go.
    suggested: Option<PlaceId>,
    /// Entries that can be taken back, oldest first.
    done: Vec<Position>,
}

/// A lifted load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Carried {
    load: Load,
    said: Message,
}

impl PutAway {
    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Label(label)) => match &label.sscc {
                Some(plate) if label.gtin.is_none() => self.lift_plate(plate, context),
                _ => self.lift(&label, context),
            },
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.drop_at(&text, context),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) if id == "undo" => self.undo(context),
            Event::Choose(id) if id == "done" && self.carried.is_empty() => Ok(Step::to(Work::Home)),
            Event::Back if self.carried.is_empty() => Ok(Step::to(Work::Home)),
            Event::Back => {
                self.suggested = self.suggested.take();
                Ok(Step::to(self).say(Feedback::Warn(Message::new("still-on-cart"))))
            }
            Event::Choose(_) | Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        let Some((draft, body)) = undo_last(&mut self.done, context)? else {
            return Ok(Step::to(self).say(Feedback::Warn(Message::new("nothing-to-undo"))));
        };
        match body {
            Body::Lifted { .. } => drop(self.carried.pop()),
            Body::Dropped { load, .. } => {
                let said = load_message(&load, context)?;
                self.carried.push(Carried { load, said });
            }
            _ => {}
        }
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
    }

    fn lift_plate(mut self, plate: &PlateId, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let known = context.facts.plate(plate)?;
        let contents = context.facts.stock_in(&Account::Plate(plate.clone()))?;
        judge.ask(Facts::Origin {
            subject: plate.to_string(),
            known: known.is_some(),
        });
        for row in &contents {
            let goods = Goods {
                plate: Some(plate.clone()),
                ..of_stock(row)
            };
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
        let load = Load::Plate(plate.clone());
        let refs = Refs {
            plate: Some(plate.clone()),
            ..Refs::default()
        };
        if let Some(first) = contents.first() {
            self.suggested = suggest(&first.owner, &first.item, context)?;
        } else {
            self.suggested = context.facts.empty_bin()?;
        }
        self.lifted(load, plate_message(plate), from, refs, &judge, context)
    }

    fn lift(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let mut goods = hand.goods.clone();
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        let known = source(&goods, hand.amount, &stock, &context.cart(), context)?;
        judge.ask(Facts::Origin {
            subject: subject(&goods),
            known: known.is_some(),
        });
        ask_blocks(&goods, known.as_ref(), Purpose::Move, &mut judge, context)?;
        let from = match known {
            Some(account) => account,
            None => arrival(context)?,
        };
        let held: Vec<StockFacts> = stock.into_iter().filter(|s| s.account == from).collect();
        goods.out_of = out_of(&goods, hand.amount, &held);
        self.suggested = suggest(&goods.owner, &goods.item, context)?;
        let said = describe(&hand.item.name, &goods);
        self.lifted(Load::Goods(goods), said, from, Refs::default(), &judge, context)
    }

    fn lifted(
        mut self,
        load: Load,
        said: Message,
        from: Account,
        refs: Refs,
        judge: &Judge,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let place = from.place().cloned();
        let mut draft = Draft::new(Body::Lifted {
            load: load.clone(),
            from,
            to: context.cart(),
        });
        draft.place = place;
        draft.refs = refs;
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.carried.push(Carried {
            load: on_cart(load),
            said: said.clone(),
        });
        self.done.push(context.position(0));
        Ok(Step::to(self)
            .write(draft)
            .judged(judge, Message::new("lifted").with("what", Arg::Message(Box::new(said)))))
    }

    fn drop_at(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        let found = match PlaceId::new(text.trim()) {
            Ok(place) => context.facts.place(&place)?,
            Err(_) => None,
        };
        let Some(place) = found else {
            let message =
                Message::new("stop-unknown-place").with("place", Arg::text(text.chars().take(60).collect::<String>()));
            return Ok(refuse(Step::to(self), context, message));
        };
        if self.carried.is_empty() {
            let message = Message::new("stop-nothing-lifted").with("place", Arg::text(&place.place));
            return Ok(refuse(Step::to(self), context, message));
        }
        if place.kind == PlaceKind::Resource {
            let message = Message::new("stop-not-a-bin").with("place", Arg::text(&place.place));
            return Ok(refuse(Step::to(self), context, message));
        }
        let mut judge = Judge::new();
        if let Some(asked) = &self.suggested {
            judge.ask(Facts::RightPlace {
                asked: asked.clone(),
                scanned: place.place.clone(),
                strict: false,
            });
        }
        let blocks = context.facts.blocks(None, Some(&place.place))?;
        judge.ask(Facts::Blocked {
            purpose: Purpose::Move,
            subject: place.place.to_string(),
            blocks,
        });
        let verdict = judge.clone().verdict();
        let mut step = Step::default();
        for (n, carried) in self.carried.drain(..).enumerate() {
            let mut draft = Draft::new(Body::Dropped {
                load: carried.load,
                from: context.cart(),
                to: Account::Place(place.place.clone()),
            });
            draft.place = Some(place.place.clone());
            draft.scan = context.evidence.cloned();
            draft.verdict = verdict.clone();
            self.done.push(context.position(n));
            step = step.write(draft);
        }
        self.suggested = None;
        step.work = self.into();
        Ok(step.judged(&judge, Message::new("dropped").with("place", Arg::text(&place.place))))
    }

    pub(crate) fn view(&self, _: &Context<'_>) -> Result<View, Error> {
        let carrying = !self.carried.is_empty();
        let (id, prompt) = if carrying {
            ("put_away.drop", "put-away-drop-prompt")
        } else {
            ("put_away.lift", "put-away-lift-prompt")
        };
        let mut view = View::new(id, Message::new("put-away-title"), Message::new(prompt));
        if carrying && let Some(place) = &self.suggested {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-go-to", Arg::text(place))
            });
        }
        for carried in &self.carried {
            view.lines.push(ViewLine {
                text: carried.said.clone(),
                detail: Message::new("on-the-cart"),
                done: false,
                state: Look::Plain,
            });
        }
        view.actions = vec![ViewAction::undo(), ViewAction::look_up()];
        if !carrying {
            view.actions.insert(0, ViewAction::main("done", "action-done"));
        }
        view.awaits_scan();
        Ok(view)
    }
}

/// Once on the cart, what was opened is opened: the drop moves what the lift brought.
fn on_cart(load: Load) -> Load {
    match load {
        Load::Goods(goods) => Load::Goods(Goods { out_of: None, ..goods }),
        plate @ Load::Plate(_) => plate,
    }
}

fn load_message(load: &Load, context: &Context<'_>) -> Result<Message, Error> {
    Ok(match load {
        Load::Plate(plate) => plate_message(plate),
        Load::Goods(goods) => {
            let item: Option<Item> = context.facts.item(&goods.owner, &goods.item)?;
            describe(&item.map_or_else(|| goods.item.to_string(), |i| i.name), goods)
        }
    })
}

/// Where the goods in the hand most likely come from: a dock first, then staging, then any bin that has enough.
fn source(
    goods: &Goods,
    amount: Amount,
    stock: &[StockFacts],
    cart: &Account,
    context: &Context<'_>,
) -> Result<Option<Account>, Error> {
    if let Some(serial) = &goods.serial
        && let Some(known) = context.facts.serial(serial)?
        && known.account.is_physical()
        && known.account != *cart
    {
        return Ok(Some(known.account));
    }
    let mut best: Option<(u8, Account)> = None;
    for row in stock
        .iter()
        .filter(|s| s.lot == goods.lot && s.amount >= amount && s.account != *cart)
    {
        let Some(place) = row.account.place() else { continue };
        let rank = match context.facts.place(place)?.map(|p| p.kind) {
            Some(PlaceKind::Dock) => 0,
            Some(PlaceKind::Staging) => 1,
            Some(PlaceKind::Bin) => 2,
            _ => continue,
        };
        if best.as_ref().is_none_or(|(r, _)| rank < *r) {
            best = Some((rank, row.account.clone()));
        }
    }
    Ok(best.map(|(_, account)| account))
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
