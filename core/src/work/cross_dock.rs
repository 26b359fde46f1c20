//! Cross-dock: goods that just came in and that an open order waits for go straight to its staging place.
//!
//! Steps: scan what came in, choose the order that waits for it. From there on it is a [pick](super::pick) at the dock, by
//! the rules of picking: rotation, blocks, shelf life for the item and the customer. Stops: unknown item, not at a dock,
//! no order waits for it.

use super::facts::Document;
use super::goods::{identify, observed};
use super::{
    Context, Event, LabelData, Pick, Scanned, Step, View, ViewAction, ViewField, Work, describe, refuse, refuse_with,
    stop_goods,
};
use crate::Error;
use lotline_record::entry::Refs;
use lotline_record::model::{DocumentKind, Goods, ItemId, OwnerId, PlaceId, PlaceKind};
use lotline_record::rules::Judge;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// Goods at a dock, and the order that is chosen for them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CrossDock {
    found: Option<Found>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Found {
    goods: Goods,
    dock: PlaceId,
    said: Message,
}

impl CrossDock {
    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Label(label)) => self.label(&label, context),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.order(text.trim(), context),
            Event::Choose(id) => match id.split_once(':') {
                Some(("order", name)) => self.order(name, context),
                _ if id == "done" => Ok(Step::to(Work::Home)),
                _ => Ok(Step::to(self)),
            },
            Event::Back if self.found.take().is_some() => Ok(Step::to(self)),
            Event::Back => Ok(Step::to(Work::Home)),
            Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn label(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let said = describe(&hand.item.name, &hand.goods);
        let stop = |flow: CrossDock, id: &'static str, verdict| {
            let message = Message::new(id).with("item", Arg::text(&hand.item.name));
            refuse_with(Step::to(flow), context, message, verdict, Refs::default(), None)
        };
        let Some(dock) = dock_of(&hand.goods, context)? else {
            return Ok(stop(self, "stop-not-at-dock", judge.verdict()));
        };
        if waiting(&hand.item.owner, &hand.item.item, context)?.is_empty() {
            return Ok(stop(self, "stop-nobody-waits", judge.verdict()));
        }
        let mut draft = observed(hand.goods.clone(), context);
        draft.place = Some(dock.clone());
        draft.verdict = judge.verdict();
        self.found = Some(Found {
            goods: hand.goods,
            dock,
            said,
        });
        Ok(Step::to(self).write(draft))
    }

    fn order(self, name: &str, context: &Context<'_>) -> Result<Step, Error> {
        let Some(found) = &self.found else {
            return Ok(refuse(Step::to(self), context, Message::new("stop-goods-first")));
        };
        let waiting = waiting(&found.goods.owner, &found.goods.item, context)?;
        let Some(order) = waiting.into_iter().find(|order| order.document.as_str() == name) else {
            return Ok(refuse(Step::to(self), context, super::not_a_document(name)));
        };
        Pick::open_at_dock(order, found.dock.clone(), context)
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let title = Message::new("cross-dock-title");
        let Some(found) = &self.found else {
            let mut view = View::new("cross_dock.scan", title, Message::new("cross-dock-scan-prompt"));
            view.actions = vec![ViewAction::main("done", "action-done"), ViewAction::look_up()];
            view.awaits_scan();
            return Ok(view);
        };
        let mut view = View::new("cross_dock.order", title, Message::new("choose-order-prompt"));
        let said = Arg::Message(Box::new(found.said.clone()));
        view.fields.push(ViewField::new("field-goods", said));
        view.fields.push(ViewField::new("field-at", Arg::text(&found.dock)));
        let orders = waiting(&found.goods.owner, &found.goods.item, context)?;
        for (n, order) in orders.iter().enumerate() {
            let label = Message::new("document-line")
                .with("document", Arg::text(&order.document))
                .with("partner", Arg::text(&order.partner))
                .with("owner", Arg::text(&order.owner));
            view.actions.push(ViewAction {
                label,
                ..ViewAction::numbered(format!("order:{}", order.document), "document-line", n + 1)
            });
        }
        view.actions.push(ViewAction::look_up());
        view.awaits_scan();
        Ok(view)
    }
}

/// The dock at which the record has these goods.
fn dock_of(goods: &Goods, context: &Context<'_>) -> Result<Option<PlaceId>, Error> {
    for row in context.facts.stock_of(&goods.owner, &goods.item)? {
        if let Some(place) = row.account.place()
            && row.lot == goods.lot
            && row.amount.is_positive()
            && context.facts.place(place)?.is_some_and(|p| p.kind == PlaceKind::Dock)
        {
            return Ok(Some(place.clone()));
        }
    }
    Ok(None)
}

/// Open orders that still ask for the item.
fn waiting(owner: &OwnerId, item: &ItemId, context: &Context<'_>) -> Result<Vec<Document>, Error> {
    let mut found = Vec::new();
    for order in context.facts.documents(DocumentKind::Order)? {
        let lines = context.facts.lines(DocumentKind::Order, &order.document)?;
        if order.owner == *owner && lines.iter().any(|l| l.item == *item && l.done < l.expected) {
            found.push(order);
        }
    }
    Ok(found)
}
