//! The screens of a pallet.

use super::Pallet;
use crate::Error;
use crate::screen::Look;
use crate::work::goods::{name_of, plate_message};
use crate::work::load::digits_view;
use crate::work::plates::{on_plate, standing};
use crate::work::{Context, View, ViewAction, ViewField, ViewLine};
use lotline_record::model::{Account, Amount, PlateId};
use lotline_record::text::{Arg, Message};

impl Pallet {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let (id, prompt) = match (&self.checking, &self.place, &self.plate, self.taking) {
            (Some(_), ..) => ("pallet.check", "pallet-place-prompt"),
            (None, None, ..) => ("pallet.place", "pallet-place-prompt"),
            (None, Some(_), None, _) => ("pallet.plate", "pallet-plate-prompt"),
            (None, Some(_), Some(_), false) => ("pallet.put", "pallet-put-prompt"),
            (None, Some(_), Some(_), true) => ("pallet.take", "pallet-take-prompt"),
        };
        let mut view = View::new(id, Message::new("pallet-title"), Message::new(prompt));
        if let Some(place) = &self.place {
            view.fields.push(ViewField {
                state: if self.plate.is_none() {
                    Look::Current
                } else {
                    Look::Plain
                },
                ..ViewField::new("field-at", Arg::text(place))
            });
        }
        if let Some(plate) = &self.plate {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-plate", Arg::text(plate))
            });
            if let Some(below) = standing(plate, context)?.and_then(|below| below.on.into_iter().next()) {
                view.fields.push(ViewField::new("field-on", Arg::text(below)));
            }
            if self.from_cart && !self.taking {
                view.fields
                    .push(ViewField::new("field-from", Arg::text(context.resource)));
            }
            view.lines = contents(plate, context)?;
        }
        self.actions(&mut view);
        match &self.checking {
            Some(place) => digits_view(&mut view, place),
            None => view.awaits_scan(),
        }
        Ok(view)
    }

    fn actions(&self, view: &mut View) {
        match (&self.place, &self.plate) {
            (None, _) => view.actions.push(ViewAction::main("done", "action-done")),
            (Some(_), None) => view.actions.push(ViewAction::main("new", "action-new-pallet")),
            (Some(_), Some(_)) => view.actions.push(ViewAction::main("close", "action-close-pallet")),
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        if self.plate.is_some() {
            let take = if self.taking {
                "action-put-on"
            } else {
                "action-take-off"
            };
            view.actions.push(ViewAction::numbered("take", take, 1));
            if !self.taking {
                let cart = if self.from_cart {
                    "action-from-place"
                } else {
                    "action-from-cart"
                };
                view.actions.push(ViewAction::numbered("cart", cart, 2));
            }
            view.actions.push(ViewAction::numbered("break", "action-break-down", 3));
        }
    }
}

/// A line for each pallet and each lot on it, however deep.
pub(in crate::work) fn contents(plate: &PlateId, context: &Context<'_>) -> Result<Vec<ViewLine>, Error> {
    let on_it = on_plate(plate, context)?;
    let mut lines = Vec::new();
    for child in &on_it.plates {
        let account = Account::Plate(child.clone());
        let amount: Amount = on_it
            .rows
            .iter()
            .filter(|r| r.account == account)
            .map(|r| r.amount)
            .sum();
        lines.push(ViewLine {
            text: plate_message(child),
            detail: Message::new("stock-detail")
                .with("amount", Arg::Amount(amount))
                .maybe("lot", None),
            done: false,
            state: Look::Plain,
        });
    }
    for row in &on_it.rows {
        let name = name_of(&row.owner, &row.item, context)?;
        let on = match &row.account {
            Account::Plate(on) if on != plate => Some(on),
            _ => None,
        };
        let mut detail = Message::new("stock-detail")
            .with("amount", Arg::Amount(row.amount))
            .maybe("lot", row.lot.as_ref().map(Arg::text));
        if let Some(on) = on {
            detail = Message::new("stock-detail-on")
                .with("detail", Arg::Message(Box::new(detail)))
                .with("plate", Arg::text(on));
        }
        lines.push(ViewLine {
            text: Message::new("plain").with("text", Arg::Text(name)),
            detail,
            done: false,
            state: Look::Plain,
        });
    }
    Ok(lines)
}
