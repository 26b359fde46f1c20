//! The screens of a loading.

use super::{Doing, Ship, age_min};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::work::cargo::{Cargo, filled, progress, view_lines};
use crate::work::load::digits_view;
use crate::work::outbound;
use crate::work::{Context, View, ViewAction, ViewField};
use lotline_record::model::{Account, DocumentKind};
use lotline_record::text::{Arg, Message};

impl Ship {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let Some(order) = &self.order else {
            return outbound::choose_view("ship.choose", "ship-title", context);
        };
        let (id, prompt) = match (&self.checking, &self.trailer, self.doing) {
            (Some(_), ..) => ("ship.check", "ship-trailer-prompt"),
            (None, None, _) => ("ship.trailer", "ship-trailer-prompt"),
            (None, Some(_), Doing::Load) => ("ship.load", "ship-load-prompt"),
            (None, Some(_), Doing::Seal) if self.seal.is_none() => ("ship.seal", "ship-seal-prompt"),
            (None, Some(_), Doing::Seal) => ("ship.ready", "ship-ready-prompt"),
            (None, Some(_), Doing::Confirm) => ("ship.confirm", "ship-confirm-prompt"),
        };
        let id = match &self.signing {
            Some(signing) if signing.signer.is_some() => "ship.pin",
            Some(_) => "ship.badge",
            None => id,
        };
        let title = Message::new("ship-title-of").with("document", Arg::text(&order.document));
        let mut view = View::new(id, title, Message::new(prompt));
        view.fields.push(ViewField::new("field-for", Arg::text(&order.name)));
        view.fields.push(ViewField {
            state: Look::Current,
            ..match &self.trailer {
                Some(trailer) => ViewField::new("field-trailer", Arg::text(trailer)),
                None => ViewField::new("field-from", Arg::text(&order.stage)),
            }
        });
        if let Some(seal) = &self.seal {
            view.fields.push(ViewField::new("field-seal", Arg::text(seal)));
        }
        let soon = u64::from(context.policy.recall_list_hours) * 45;
        let make = if age_min(context).is_none_or(|age| age >= soon) {
            ViewField::alert
        } else {
            ViewField::new
        };
        let age = Arg::Message(Box::new(list_age(context)));
        view.fields.push(make("field-recall-list", age));
        if let Some(trailer) = &self.trailer {
            let lines = context.facts.lines(DocumentKind::Order, &order.document)?;
            let cargo = Cargo::in_account(&Account::Place(trailer.clone()), context)?;
            let lines = filled(&lines, cargo.sums());
            view.kept = view_lines(&lines, self.doing == Doing::Confirm);
            view.progress = progress(&lines);
        }
        self.actions(&mut view, context);
        match (&self.signing, &self.checking, self.doing) {
            (Some(signing), ..) => signing.draw(&mut view),
            (None, Some(trailer), _) => digits_view(&mut view, trailer),
            (None, None, Doing::Seal) if self.seal.is_none() => view.awaits = (AwaitKind::Text, "seal"),
            (None, None, Doing::Confirm) => {}
            (None, None, _) => view.awaits_scan(),
        }
        Ok(view)
    }

    fn actions(&self, view: &mut View, context: &Context<'_>) {
        let main = match (&self.trailer, self.doing) {
            (None, _) => None,
            (Some(_), Doing::Load) => Some(ViewAction::main("close", "action-close-trailer")),
            (Some(_), Doing::Seal) => Some(ViewAction::main("ship", "action-ship-now")),
            (Some(_), Doing::Confirm) => Some(ViewAction::main("ship", "action-ship-short")),
        };
        view.actions.extend(main.filter(|_| self.signing.is_none()));
        view.actions.push(ViewAction::other("back", "action-back"));
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        let stale = self.list(self.excepted, context).judge().message.is_some() && !self.excepted;
        if stale && self.trailer.is_some() && self.signing.is_none() {
            view.actions
                .push(ViewAction::numbered("exception", "action-sign-exception", 1));
        }
    }
}

/// How old the recall list is, in words.
pub(super) fn list_age(context: &Context<'_>) -> Message {
    let number = |n: u64| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
    match age_min(context) {
        Some(age) => Message::new("list-age")
            .with("hours", number(age / 60))
            .with("minutes", number(age % 60)),
        None => Message::new("list-none"),
    }
}
