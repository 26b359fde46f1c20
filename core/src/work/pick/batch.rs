//! Several orders in one walk: each is scanned, then its tote.

use super::{Asking, Order, Pick, unknown_place};
use crate::Error;
use crate::store::Draft;
use crate::work::{Context, Event, Feedback, Scanned, Step, Work, goods_before_document, not_a_document};
use lotline_record::entry::{Body, Seen};
use lotline_record::model::{Account, DocumentId, DocumentKind, PlaceId, PlaceKind};
use lotline_record::text::{Arg, Message};

impl Pick {
    /// A walk whose orders are scanned first.
    pub(crate) fn batch() -> Self {
        Pick {
            asking: Some(Asking::Gather { order: None }),
            ..Pick::default()
        }
    }

    pub(super) fn gather(
        mut self,
        order: Option<Box<Order>>,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let text = match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => text,
            Event::Choose(id) => match id.split_once(':') {
                Some(("document", name)) if order.is_none() => name.to_owned(),
                None if id == "start" && order.is_none() && !self.orders.is_empty() => return Ok(Step::to(self)),
                None if id == "undo" => return self.ungather(order.is_some(), context),
                _ => {
                    self.asking = Some(Asking::Gather { order });
                    return Ok(Step::to(self));
                }
            },
            Event::Scan(scan) => {
                self.asking = Some(Asking::Gather { order });
                let message = match scan {
                    Scanned::Label(label) => goods_before_document(&label.text),
                    Scanned::Unreadable(message) => message,
                    Scanned::Text(text) => not_a_document(&text),
                };
                return Ok(self.stop_gathering(message, context));
            }
            Event::Back if order.is_some() => {
                self.asking = Some(Asking::Gather { order: None });
                return Ok(Step::to(self));
            }
            Event::Back => return Ok(Step::to(Work::ChooseOrder)),
            Event::Pin { .. } => {
                self.asking = Some(Asking::Gather { order });
                return Ok(Step::to(self));
            }
        };
        match order {
            None => self.gather_order(&text, context),
            Some(order) => self.gather_tote(*order, &text, context),
        }
    }

    /// The last order leaves the walk; nothing was booked for it.
    fn ungather(mut self, waiting: bool, _: &Context<'_>) -> Result<Step, Error> {
        let taken = waiting || self.orders.pop().is_some();
        self.asking = Some(Asking::Gather { order: None });
        let said = if taken {
            Feedback::Accept(Message::new("undone"))
        } else {
            Feedback::Warn(Message::new("nothing-to-undo"))
        };
        Ok(Step::to(self).say(said))
    }

    fn gather_order(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        self.asking = Some(Asking::Gather { order: None });
        let found = match DocumentId::new(text.trim()) {
            Ok(document) => context.facts.document(DocumentKind::Order, &document)?,
            Err(_) => None,
        };
        let Some(document) = found else {
            return Ok(self.stop_gathering(not_a_document(text), context));
        };
        if self.orders.iter().any(|order| order.document == document.document) {
            let message = Message::new("stop-order-twice").with("document", Arg::text(&document.document));
            return Ok(self.stop_gathering(message, context));
        }
        let name = document.document.clone();
        let Some(order) = Order::of(document, context)? else {
            let message = Message::new("stop-no-staging").with("document", Arg::text(&name));
            return Ok(self.stop_gathering(message, context));
        };
        let draft = order.opened(context);
        self.asking = Some(Asking::Gather {
            order: Some(Box::new(order)),
        });
        Ok(Step::to(self).write(draft))
    }

    /// An empty tote that no other order has.
    fn gather_tote(mut self, mut order: Order, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        let found = match PlaceId::new(text.trim()) {
            Ok(place) => context.facts.place(&place)?,
            Err(_) => None,
        };
        let message = match &found {
            None => Some(unknown_place(text)),
            Some(place) if place.kind != PlaceKind::Resource || place.place == *context.resource => {
                Some(Message::new("stop-not-a-tote").with("place", Arg::text(&place.place)))
            }
            Some(place) => {
                let taken = self.orders.iter().any(|o| o.tote.as_ref() == Some(&place.place));
                let account = Account::Place(place.place.clone());
                let full = context.facts.stock_in(&account)?.iter().any(|s| s.amount.is_positive());
                (taken || full).then(|| Message::new("stop-tote-taken").with("tote", Arg::text(&place.place)))
            }
        };
        let (None, Some(place)) = (&message, found) else {
            self.asking = Some(Asking::Gather {
                order: Some(Box::new(order)),
            });
            let message = message.unwrap_or_else(|| unknown_place(text));
            return Ok(self.stop_gathering(message, context));
        };
        let mut draft = Draft::new(Body::Seen(Seen::Place {
            place: place.place.clone(),
        }));
        draft.owner = Some(order.owner.clone());
        draft.place = Some(place.place.clone());
        draft.refs = super::refs(&order.document, None);
        draft.scan = context.evidence.cloned();
        let said = Message::new("tote-for")
            .with("tote", Arg::text(&place.place))
            .with("document", Arg::text(&order.document));
        order.tote = Some(place.place);
        self.orders.push(order);
        self.asking = Some(Asking::Gather { order: None });
        Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
    }
}
