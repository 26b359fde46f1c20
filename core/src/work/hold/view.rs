//! What holding and releasing shows.

use super::{About, Doing, Hold, WHY_HELD, WHY_RELEASED, blocks_on, offered};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::work::goods::plate_message;
use crate::work::{Context, View, ViewAction, ViewField, ViewLine};
use lotline_record::model::{Scope, SerialOrder};
use lotline_record::rules::block_reason;
use lotline_record::text::{Arg, Message};

impl Hold {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let (id, prompt) = match (&self.about, &self.doing) {
            (None, _) => ("hold.scan", "hold-scan-prompt"),
            (Some(_), None) => ("hold.choose", "hold-choose-prompt"),
            (_, Some(Doing::Range)) => ("hold.range", "hold-range-prompt"),
            (_, Some(Doing::SupplierLot)) => ("hold.number", "hold-number-prompt"),
            (_, Some(Doing::Place { kind: None, .. })) => ("hold.kind", "hold-kind-prompt"),
            (_, Some(Doing::Place { kind: Some(_), .. })) => ("hold.reason", "hold-reason-prompt"),
            (_, Some(Doing::Release { reason: None, .. })) => ("hold.release", "hold-release-prompt"),
            (_, Some(Doing::Release { signing, .. })) if signing.signer.is_some() => ("hold.pin", "sign-pin-prompt"),
            (_, Some(Doing::Release { .. })) => ("hold.badge", "sign-badge-prompt"),
        };
        let (id, title, prompt) = match (&self.recall, id) {
            (None, id) => (id, Message::new("hold-title"), prompt),
            (Some(recall), "hold.scan") => ("recall.scan", recall.title(), prompt),
            (Some(recall), "hold.range") => ("recall.range", recall.title(), prompt),
            (Some(recall), "hold.number") => ("recall.number", recall.title(), prompt),
            (Some(recall), _) => ("recall.choose", recall.title(), "recall-choose-prompt"),
        };
        let mut view = View::new(id, title, Message::new(prompt));
        if let Some(about) = &self.about {
            view.fields
                .push(ViewField::new("field-what", Arg::Message(Box::new(about.said.clone()))));
            self.blocks_view(about, &mut view, context)?;
        }
        match &self.doing {
            None | Some(Doing::Range) => view.awaits_scan(),
            Some(Doing::SupplierLot) => view.awaits = (AwaitKind::Text, "supplier_lot"),
            Some(Doing::Place { scope, kind }) => {
                let words = Arg::Message(Box::new(covered(scope)));
                view.fields.push(ViewField {
                    state: Look::Current,
                    ..ViewField::new("field-covers", words)
                });
                if kind.is_none() {
                    view.actions
                        .push(ViewAction::numbered("kind:hold", "action-kind-hold", 1));
                    view.actions
                        .push(ViewAction::numbered("kind:quarantine", "action-kind-quarantine", 2));
                } else {
                    reasons_view(&mut view, WHY_HELD);
                }
            }
            Some(Doing::Release { block, reason, signing }) => {
                view.fields.push(ViewField {
                    state: Look::Current,
                    ..ViewField::new("field-block", Arg::text(block))
                });
                match (reason, &signing.signer) {
                    (None, _) => reasons_view(&mut view, WHY_RELEASED),
                    (Some(_), None) => view.awaits_scan(),
                    (Some(_), Some(_)) => view.awaits = (AwaitKind::Pin, "pin"),
                }
            }
        }
        let leave = if self.about.is_none() {
            ViewAction::main("done", "action-done")
        } else {
            ViewAction::other("back", "action-back")
        };
        view.actions.push(leave);
        if self.doing.is_none() {
            view.actions.push(ViewAction::undo());
            view.actions.push(ViewAction::look_up());
        }
        Ok(view)
    }

    /// What holds it already, and until something is chosen what can be done.
    fn blocks_view(&self, about: &About, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
        let open = blocks_on(about, context)?;
        for block in &open {
            view.lines.push(ViewLine {
                text: Message::new("block-of")
                    .with("kind", Arg::text(block.kind.as_str()))
                    .with("reason", block_reason(&block.reason)),
                detail: Message::new("block-covers")
                    .with("block", Arg::text(&block.block))
                    .with("covers", Arg::Message(Box::new(covered(&block.scope)))),
                done: false,
                state: Look::Alert,
            });
        }
        if self.doing.is_some() {
            return Ok(());
        }
        let mut n = 0;
        for (name, doing) in offered(about, self.recall.is_some(), context)? {
            n += 1;
            let mut action = ViewAction::numbered(format!("hold:{name}"), label_of(name), n);
            if self.recall.is_some() {
                action.label = match doing {
                    Doing::Place { scope, .. } => covered(&scope),
                    Doing::Range => Message::new("action-cover-range"),
                    _ => Message::new("action-cover-supplier-lot"),
                };
            }
            view.actions.push(action);
        }
        if self.recall.is_some() {
            return Ok(());
        }
        for block in open {
            n += 1;
            let label = Message::new("action-release").with("block", Arg::text(&block.block));
            view.actions.push(ViewAction {
                label,
                ..ViewAction::numbered(format!("release:{}", block.block), "action-release", n)
            });
        }
        Ok(())
    }
}

fn label_of(name: &str) -> &'static str {
    match name {
        "serial" => "action-hold-serial",
        "range" => "action-hold-range",
        "lot" => "action-hold-lot",
        "supplier_lot" => "action-hold-supplier-lot",
        "place" => "action-hold-place",
        "plate" => "action-hold-plate",
        _ => "action-hold-item",
    }
}

pub(in crate::work) fn reasons_view(view: &mut View, offered: &[&str]) {
    for (n, code) in offered.iter().enumerate() {
        let label = match block_reason(code) {
            Arg::Message(words) => *words,
            _ => Message::new("plain").with("text", Arg::text(code)),
        };
        view.actions.push(ViewAction {
            label,
            ..ViewAction::numbered(format!("reason:{code}"), "plain", n + 1)
        });
    }
    view.awaits = (AwaitKind::Text, "reason");
}

/// A scope in words.
pub(in crate::work) fn covered(scope: &Scope) -> Message {
    match scope {
        Scope::Item { item, .. } => Message::new("covers-item").with("item", Arg::text(item)),
        Scope::Lot { lot, .. } => Message::new("covers-lot").with("lot", Arg::text(lot)),
        Scope::SupplierLot { lot, .. } => Message::new("covers-supplier-lot").with("lot", Arg::text(lot)),
        Scope::Serial { serial, .. } => Message::new("covers-serial").with("serial", Arg::text(serial)),
        Scope::SerialRange { first, last, order, .. } => Message::new(match order {
            SerialOrder::Numeric => "covers-numbers",
            SerialOrder::Lexical => "covers-letters",
        })
        .with("first", Arg::text(first))
        .with("last", Arg::text(last)),
        Scope::Stock { item, lot, place, .. } => Message::new("covers-stock")
            .with(
                "what",
                Arg::Text(lot.as_ref().map_or_else(|| item.to_string(), ToString::to_string)),
            )
            .with("place", Arg::text(place)),
        Scope::Place { place } => Message::new("covers-place").with("place", Arg::text(place)),
        Scope::Plate { plate } => plate_message(plate),
        Scope::FromLot { lot, .. } => Message::new("covers-made-of").with("of", Arg::text(lot)),
        Scope::FromSerial { serial, .. } => Message::new("covers-made-of").with("of", Arg::text(serial)),
    }
}
