//! A picked order that has not left: what packing and loading begin with.

use super::cargo::Leaving;
use super::facts::{DocumentLine, Outbound};
use super::{Context, Event, Scanned, View, ViewAction, goods_before_document, not_a_document};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Refs};
use lotline_record::model::{DocumentId, OwnerId, PlaceId};
use lotline_record::stock::SHIPPED;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// An order that is worked on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) document: DocumentId,
    pub(super) owner: OwnerId,
    /// The key of the partner.
    pub(super) partner: Option<String>,
    /// The partner as printed.
    pub(super) name: String,
    pub(super) stage: PlaceId,
}

impl Order {
    pub(super) fn refs(&self) -> Refs {
        Refs {
            document: Some(self.document.clone()),
            ..Refs::default()
        }
    }

    pub(super) fn leaving<'a>(&'a self, lines: &'a [DocumentLine]) -> Leaving<'a> {
        Leaving {
            document: &self.document,
            owner: &self.owner,
            partner: self.partner.as_deref(),
            lines,
        }
    }
}

/// What came of choosing one.
pub(super) enum Chosen {
    /// It, and the fact that work on it began.
    Order(Order, Box<Draft>),
    /// None of these can be worked on; why.
    No(Message),
    /// The person went back.
    Left,
    /// Nothing was chosen.
    Stay,
}

/// Reads which order is meant: chosen from the list, scanned or typed.
pub(super) fn choose(event: Event, context: &Context<'_>) -> Result<Chosen, Error> {
    let name = match event {
        Event::Choose(id) => match id.split_once(':') {
            Some(("document", name)) => name.to_owned(),
            _ if id == "back" => return Ok(Chosen::Left),
            _ => return Ok(Chosen::Stay),
        },
        Event::Enter { text } | Event::Scan(Scanned::Text(text)) => text,
        Event::Scan(Scanned::Label(label)) => return Ok(Chosen::No(goods_before_document(&label.text))),
        Event::Back => return Ok(Chosen::Left),
        Event::Scan(Scanned::Unreadable(_)) | Event::Pin { .. } => return Ok(Chosen::Stay),
    };
    let found = match DocumentId::new(name.trim()) {
        Ok(document) => context.facts.outbound(Some(&document))?.pop(),
        Err(_) => None,
    };
    let Some(Outbound { order, partner, state }) = found else {
        return Ok(Chosen::No(not_a_document(&name)));
    };
    let no = match (state.as_str(), &order.place) {
        (SHIPPED, _) => "stop-order-shipped",
        ("open", _) => "stop-order-not-picked",
        (_, None) => "stop-no-staging",
        (_, Some(stage)) => {
            let order = Order {
                document: order.document.clone(),
                owner: order.owner.clone(),
                partner,
                name: order.partner.clone(),
                stage: stage.clone(),
            };
            let mut draft = Draft::new(Body::Opened {
                line: None,
                at: order.stage.clone(),
                partner: None,
            });
            draft.owner = Some(order.owner.clone());
            draft.scan = context.evidence.cloned();
            draft.refs = order.refs();
            return Ok(Chosen::Order(order, Box::new(draft)));
        }
    };
    Ok(Chosen::No(
        Message::new(no).with("document", Arg::text(&order.document)),
    ))
}

/// The list of picked orders.
pub(super) fn choose_view(id: &'static str, title: &'static str, context: &Context<'_>) -> Result<View, Error> {
    let mut view = View::new(id, Message::new(title), Message::new("choose-order-prompt"));
    for (n, Outbound { order, .. }) in context.facts.outbound(None)?.iter().enumerate() {
        let label = Message::new("document-line")
            .with("document", Arg::text(&order.document))
            .with("partner", Arg::text(&order.partner))
            .with("owner", Arg::text(&order.owner));
        view.actions.push(ViewAction {
            label,
            ..ViewAction::numbered(format!("document:{}", order.document), "document-line", n + 1)
        });
    }
    view.actions.push(ViewAction::other("back", "action-back"));
    view.awaits_scan();
    Ok(view)
}
