//! Replenish: fill pick faces from the reserve, the empty one first, with what leaves first.
//!
//! Steps: choose the face, go to the reserve place that is suggested, scan it, scan what is lifted or enter how many, scan
//! the face. It is a lift and a drop like a move. Stops: another item, blocked or expired goods, a lot that should leave
//! later, more than fits, another place than the face.

use super::dated::ask_clock;
use super::facts::StockFacts;
use super::goods::{
    InHand, ask_blocks, ask_contradiction, ask_mandatory, ask_serial, eaches_of, identify, name_of, observed,
    quantity_of, take_from,
};
use super::load::{At, Cart, arrived, brings_goods, digits_first, digits_view, nothing_to_undo, place};
use super::pick::rotation_day;
use super::reserved::Kept;
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, ViewLine, ViewProgress, Work,
    describe, refuse, stop_goods,
};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use lotline_record::entry::{Body, Load, Refs};
use lotline_record::model::{Account, Amount, Day, Face, Goods, LotKey, Place, PlaceId, PlaceKind};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// What the entries of a replenishment refer to.
const TASK: &str = "replenish";

/// An open replenishment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Replenish {
    /// The face that is filled.
    face: Option<Face>,
    /// The face that was filled before, for taking that back.
    last: Option<Face>,
    /// The reserve place whose label was scanned.
    at: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    /// Goods of which it is asked how many.
    many: Option<Box<Goods>>,
    cart: Cart,
}

/// Where a face can be filled from.
struct Source {
    place: PlaceId,
    lot: Option<LotKey>,
    day: Option<Day>,
    walk: u32,
}

/// A face with what it holds.
struct Need {
    face: Face,
    held: Amount,
    walk: u32,
}

impl Replenish {
    /// At a face that is chosen already.
    pub(crate) fn at(face: Face) -> Self {
        Replenish {
            face: Some(face),
            ..Replenish::default()
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
        if let Some(goods) = self.many.take() {
            match event {
                Event::Enter { text } | Event::Scan(Scanned::Text(text)) => {
                    return self.quantity(*goods, &text, context);
                }
                Event::Back => return Ok(Step::to(self)),
                Event::Choose(id) if id == "undo" => return Ok(Step::to(self)),
                event => {
                    self.many = Some(goods);
                    return Ok(match event {
                        Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-quantity-first")),
                        _ => Step::to(self),
                    });
                }
            }
        }
        match event {
            Event::Scan(Scanned::Label(label)) => self.lift(&label, context),
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.place(&text, context),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) => match id.as_str() {
                "undo" => self.undo(context),
                "done" if self.face.is_none() => Ok(Step::to(Work::Home)),
                "list" if self.cart.is_empty() => {
                    self.leave_face();
                    Ok(Step::to(self))
                }
                id if self.face.is_none() => {
                    let chosen = needs(context)?.into_iter().find(|need| action(&need.face) == id);
                    self.face = chosen.map(|need| need.face);
                    Ok(Step::to(self))
                }
                _ => Ok(Step::to(self)),
            },
            Event::Back if self.checking.take().is_some() => Ok(Step::to(self)),
            Event::Back if !self.cart.is_empty() => {
                Ok(Step::to(self).say(Feedback::Warn(Message::new("still-on-cart"))))
            }
            Event::Back if self.face.is_some() => {
                self.leave_face();
                Ok(Step::to(self))
            }
            Event::Back => Ok(Step::to(Work::Home)),
            Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn leave_face(&mut self) {
        self.face = None;
        self.at = None;
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.checking = None;
        let Some((mut draft, body)) = self.cart.undo(context)? else {
            return Ok(nothing_to_undo(self));
        };
        match body {
            Body::Lifted { from, .. } => self.at = from.place().cloned().or(self.at),
            Body::Dropped { .. } => {
                self.face = self.last.clone().or(self.face);
                self.at = None;
            }
            _ => {}
        }
        draft.refs = refs();
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
    }

    /// A face to begin with, the reserve place to lift from, or the face to fill.
    fn place(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        let (found, judge) = match place(text, &mut self.checking, context)? {
            At::Here(place, judge) => (place, judge),
            At::NotYet(not_yet) => return Ok(not_yet.again(self, refs(), context)),
        };
        let Some(face) = self.face.clone() else {
            let chosen = needs(context)?.into_iter().find(|need| need.face.place == found.place);
            let Some(need) = chosen else {
                let message = Message::new("stop-no-face").with("place", Arg::text(&found.place));
                return Ok(refuse(Step::to(self), context, message));
            };
            self.face = Some(need.face);
            return Ok(arrived(self, &found.place, &judge, context));
        };
        if found.place == face.place && !self.cart.is_empty() {
            return self.drop_at(&face, &found, judge, context);
        }
        self.source(&face, &found, judge, context)
    }

    fn source(mut self, face: &Face, found: &Place, mut judge: Judge, context: &Context<'_>) -> Result<Step, Error> {
        let first = sources(face, context)?.into_iter().next().map(|s| s.place);
        let asked = if self.cart.is_empty() {
            first.unwrap_or_else(|| face.place.clone())
        } else {
            face.place.clone()
        };
        // Another place that holds the item is fine to lift from: the lot decides.
        let holds = found.place != face.place
            && context
                .facts
                .stock_of(&face.owner, &face.item)?
                .iter()
                .any(|s| s.account.place() == Some(&found.place) && s.amount.is_positive());
        if !judge.ask(Facts::RightPlace {
            asked,
            scanned: found.place.clone(),
            strict: !holds,
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, refs(), None));
        }
        self.at = Some(found.place.clone());
        Ok(arrived(self, &found.place, &judge, context))
    }

    fn lift(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let Some(face) = self.face.clone() else {
            return Ok(refuse(Step::to(self), context, Message::new("stop-face-first")));
        };
        let mut judge = Judge::new();
        let Some(hand) = identify(label, Some(&face.owner), &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, refs(), None));
        };
        let Some(at) = self.at.clone() else {
            return Ok(refuse(Step::to(self), context, Message::new("stop-scan-bin-first")));
        };
        if !ask_goods(&hand, &face, &at, &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, refs(), None));
        }
        let room = most(&face).minus(self.on_the_way(&face, context)?);
        if hand.goods.serial.is_none() && hand.goods.quantity.f > 1 && hand.amount > room && room.is_positive() {
            // The pack does not fit: it is opened.
            let goods = eaches_of(&hand);
            let mut draft = observed(goods.clone(), context);
            draft.refs = refs();
            self.many = Some(Box::new(goods));
            return Ok(Step::to(self).write(draft));
        }
        self.book(hand, &face, at, judge, context)
    }

    fn quantity(mut self, mut goods: Goods, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        match quantity_of(text, &goods) {
            Ok(quantity) => goods.quantity = quantity,
            Err(message) => {
                self.many = Some(Box::new(goods));
                return Ok(refuse(Step::to(self), context, message));
            }
        }
        let (Some(face), Some(at)) = (self.face.clone(), self.at.clone()) else {
            return Ok(Step::to(self));
        };
        let Some(hand) = InHand::of(goods, context)? else {
            return Ok(Step::to(self));
        };
        let mut judge = Judge::new();
        if !ask_goods(&hand, &face, &at, &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, refs(), None));
        }
        self.book(hand, &face, at, judge, context)
    }

    fn book(
        mut self,
        hand: InHand,
        face: &Face,
        at: PlaceId,
        mut judge: Judge,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        if !judge.ask(Facts::FaceRoom {
            place: face.place.clone(),
            most: most(face),
            held: self.on_the_way(face, context)?,
            adding: hand.amount,
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, refs(), None));
        }
        let mut goods = hand.goods;
        let named = goods.out_of.take();
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        let from = Account::Place(at);
        take_from(&mut goods, hand.amount, &from, stock, &mut judge);
        goods.out_of = goods.out_of.or(named);
        let said = describe(&hand.item.name, &goods);
        let mut draft = self.cart.lift(Load::Goods(goods), said.clone(), from, &judge, context);
        draft.refs = refs();
        let said = Message::new("lifted").with("what", Arg::Message(Box::new(said)));
        Ok(Step::to(self).write(draft).judged(&judge, said))
    }

    /// What the face holds, and what is on the cart for it.
    fn on_the_way(&self, face: &Face, context: &Context<'_>) -> Result<Amount, Error> {
        let carried = self.cart.carried.iter().filter_map(|carried| match &carried.load {
            Load::Goods(goods) => goods.quantity.base().ok(),
            Load::Plate(_) => None,
        });
        Ok(held(face, context)?.plus(carried.sum()))
    }

    fn drop_at(mut self, face: &Face, place: &Place, mut judge: Judge, context: &Context<'_>) -> Result<Step, Error> {
        let place_blocks = context.facts.blocks(None, Some(&place.place))?;
        for carried in &self.cart.carried {
            let Load::Goods(goods) = &carried.load else { continue };
            if !judge.ask(Facts::MayStand {
                subject: super::goods::subject(goods),
                blocks: context
                    .facts
                    .blocks(Some(goods), carried.from.as_ref().and_then(Account::place))?,
                place: place.place.clone(),
                cage: place.kind == PlaceKind::Cage,
                place_blocks: place_blocks.clone(),
                contents_unknown: false,
            }) {
                return Ok(stop_goods(Step::to(self), context, judge, refs(), None));
            }
        }
        let mut drafts = self.cart.drop_at(&place.place, &judge.clone().verdict(), context);
        for draft in &mut drafts {
            draft.refs = refs();
        }
        self.last = Some(face.clone());
        self.leave_face();
        let mut step = Step::to(self);
        step.drafts = drafts;
        Ok(step.judged(&judge, Message::new("moved").with("place", Arg::text(&place.place))))
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let title = Message::new("replenish-title");
        let Some(face) = &self.face else {
            return self.list(title, context);
        };
        let first = sources(face, context)?.into_iter().next();
        let (id, prompt) = match (&self.checking, &self.many, &self.at, self.cart.is_empty(), &first) {
            (Some(_), ..) => ("replenish.check", Message::new("move-from-prompt")),
            (None, Some(_), ..) => ("replenish.quantity", Message::new("adjust-quantity-prompt")),
            (None, None, Some(_), true, _) => ("replenish.lift", Message::new("move-lift-prompt")),
            (None, None, _, false, _) => (
                "replenish.drop",
                Message::new("replenish-drop-prompt").with("place", Arg::text(&face.place)),
            ),
            (None, None, None, true, Some(first)) => (
                "replenish.from",
                Message::new("pick-bin-prompt").with("place", Arg::text(&first.place)),
            ),
            (None, None, None, true, None) => ("replenish.none", Message::new("replenish-none-prompt")),
        };
        let mut view = View::new(id, title, prompt);
        view.fields.push(ViewField {
            state: Look::Current,
            ..ViewField::new("field-go-to", Arg::text(&face.place))
        });
        let name = name_of(&face.owner, &face.item, context)?;
        view.fields.push(ViewField::new("field-item", Arg::Text(name)));
        if let Some(first) = &first {
            view.fields.push(ViewField::new("field-from", Arg::text(&first.place)));
            if let Some(lot) = &first.lot {
                view.fields.push(ViewField::new("field-lot", Arg::text(lot)));
            }
        }
        view.lines.extend(self.cart.lines());
        view.progress = Some(ViewProgress {
            done: self.on_the_way(face, context)?,
            total: most(face),
            unit: context
                .facts
                .item(&face.owner, &face.item)?
                .map_or_else(String::new, |item| item.base_unit.to_string()),
        });
        if self.cart.is_empty() && self.many.is_none() {
            view.actions.push(ViewAction::other("list", "action-other-face"));
        }
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        match (&self.checking, &self.many) {
            (Some(place), _) => digits_view(&mut view, place),
            (None, Some(goods)) => {
                let said = describe(&name_of(&goods.owner, &goods.item, context)?, goods);
                view.fields
                    .push(ViewField::new("field-goods", Arg::Message(Box::new(said))));
                view.awaits = (AwaitKind::Quantity, "quantity");
            }
            (None, None) => view.awaits_scan(),
        }
        Ok(view)
    }

    fn list(&self, title: Message, context: &Context<'_>) -> Result<View, Error> {
        let needs = needs(context)?;
        let prompt = if needs.is_empty() {
            "replenish-nothing-prompt"
        } else {
            "replenish-list-prompt"
        };
        let mut view = View::new("replenish.list", title, Message::new(prompt));
        for (n, need) in needs.iter().enumerate() {
            let name = name_of(&need.face.owner, &need.face.item, context)?;
            view.lines.push(ViewLine {
                text: Message::new("stock-here").with("place", Arg::text(&need.face.place)),
                detail: Message::new("face-line")
                    .with("item", Arg::text(&name))
                    .with("held", Arg::Amount(need.held))
                    .with("min", Arg::Amount(Amount::whole(need.face.min)))
                    .with("max", Arg::Amount(most(&need.face))),
                done: false,
                state: if need.held.is_positive() {
                    Look::Plain
                } else {
                    Look::Alert
                },
            });
            let label = Message::new("face-action")
                .with("place", Arg::text(&need.face.place))
                .with("item", Arg::Text(name));
            view.actions.push(ViewAction {
                label,
                ..ViewAction::numbered(action(&need.face), "face-action", n + 1)
            });
        }
        view.actions.push(ViewAction::main("done", "action-done"));
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        match &self.checking {
            Some(place) => digits_view(&mut view, place),
            None => view.awaits_scan(),
        }
        Ok(view)
    }
}

fn ask_goods(
    hand: &InHand,
    face: &Face,
    at: &PlaceId,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let (item, goods) = (&hand.item, &hand.goods);
    let stock = context.facts.stock_of(&item.owner, &item.item)?;
    if !judge.ask(Facts::RightItem {
        asked: name_of(&face.owner, &face.item, context)?,
        scanned: item.name.clone(),
        same: item.item == face.item,
    }) || !ask_mandatory(hand, judge, context)?
        || !ask_blocks(goods, Some(&Account::Place(at.clone())), Purpose::Pick, judge, context)?
        || !ask_contradiction(hand, &stock, judge)
    {
        return Ok(false);
    }
    let lot = goods.lot.as_ref().map(|l| l.number.clone());
    if !ask_clock(hand.expiry(), judge, context) {
        return Ok(false);
    }
    if let Some(expiry) = hand.expiry()
        && !judge.ask(Facts::Expiry {
            lot: lot.clone(),
            expiry,
            today: context.latest,
            min_days: item.shelf_out_days.unwrap_or(0),
            purpose: Purpose::Pick,
            alert_days: context.policy.expiry_alert_days,
        })
    {
        return Ok(false);
    }
    let first = sources(face, context)?.into_iter().next();
    if !judge.ask(Facts::Rotation {
        method: item.rotation,
        lot,
        day: rotation_day(item, hand.expiry(), hand.lot.as_ref().and_then(|l| l.received_on)),
        first: first.as_ref().and_then(|s| s.lot.as_ref()).map(|l| l.number.clone()),
        first_day: first.as_ref().and_then(|s| s.day),
        first_place: first.map(|s| s.place),
        allocated: false,
    }) {
        return Ok(false);
    }
    ask_serial(goods, &Account::Place(at.clone()), judge, context)
}

fn refs() -> Refs {
    Refs {
        task: Some(TASK.to_owned()),
        ..Refs::default()
    }
}

fn action(face: &Face) -> String {
    format!("face:{}/{}/{}", face.place, face.owner, face.item)
}

/// To how much it is filled; a policy whose most is below its least means its least.
fn most(face: &Face) -> Amount {
    Amount::whole(face.max.max(face.min))
}

fn held(face: &Face, context: &Context<'_>) -> Result<Amount, Error> {
    let stock = context.facts.stock_of(&face.owner, &face.item)?;
    let here = |s: &&StockFacts| s.account.place() == Some(&face.place);
    Ok(stock.iter().filter(here).map(|s| s.amount).sum())
}

/// Faces that want filling, in that order.
pub(super) fn needed(context: &Context<'_>) -> Result<Vec<Face>, Error> {
    Ok(needs(context)?.into_iter().map(|need| need.face).collect())
}

/// Faces below their least, the empty ones first, then those that are nearest to it, then by the walk.
fn needs(context: &Context<'_>) -> Result<Vec<Need>, Error> {
    let scope = context.facts.scope_of(&context.person.person)?;
    let mut found = Vec::new();
    for face in &context.policy.faces {
        if scope.as_ref().is_some_and(|owners| !owners.contains(&face.owner)) {
            continue;
        }
        let held = held(face, context)?;
        if held >= Amount::whole(face.min) {
            continue;
        }
        let Some(place) = context.facts.place(&face.place)? else {
            continue;
        };
        found.push(Need {
            face: face.clone(),
            held,
            walk: place.walk,
        });
    }
    let share = |need: &Need| need.held.micros().max(0) / i64::from(need.face.min.max(1));
    found.sort_by_key(|need| (share(need), need.walk));
    Ok(found)
}

/// Where the reserve of a face lies, what leaves first in front: bins that are no face of the item, without what is
/// blocked or too old to leave.
fn sources(face: &Face, context: &Context<'_>) -> Result<Vec<Source>, Error> {
    let Some(item) = context.facts.item(&face.owner, &face.item)? else {
        return Ok(Vec::new());
    };
    let good_until = context.today + chrono::TimeDelta::days(i64::from(item.shelf_out_days.unwrap_or(0)));
    let is_face = |place: &PlaceId| {
        let faces = &context.policy.faces;
        faces
            .iter()
            .any(|f| f.place == *place && f.owner == face.owner && f.item == face.item)
    };
    let mut found = Vec::new();
    let all = context.facts.stock_of(&face.owner, &face.item)?;
    let kept = Kept::of(&face.owner, &face.item, context)?;
    for row in all.iter().cloned() {
        let Some(name) = row.account.place().filter(|p| row.amount.is_positive() && !is_face(p)) else {
            continue;
        };
        let Some(bin) = context.facts.place(name)?.filter(|p| p.kind == PlaceKind::Bin) else {
            continue;
        };
        let known = match &row.lot {
            Some(lot) => context.facts.lot(&face.owner, &face.item, lot)?.unwrap_or_default(),
            None => super::facts::LotFacts::default(),
        };
        let goods = super::goods::of_stock(&row);
        if known.expiry.is_some_and(|expiry| expiry < good_until)
            || !kept.free(&row, &all).is_positive()
            || !context.facts.blocks(Some(&goods), Some(name))?.is_empty()
        {
            continue;
        }
        found.push(Source {
            day: rotation_day(&item, known.expiry, known.received_on),
            place: name.clone(),
            lot: row.lot,
            walk: bin.walk,
        });
    }
    found.sort_by(|a, b| {
        let days = item.rotation.order(a.day, b.day);
        days.then_with(|| (a.walk, &a.lot).cmp(&(b.walk, &b.lot)))
    });
    Ok(found)
}
