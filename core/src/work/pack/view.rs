//! The screens of a packing.

use super::{Doing, Pack};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::work::cargo::{Cargo, filled, progress, view_lines};
use crate::work::{Context, View, ViewAction, ViewField, outbound};
use lotline_record::model::DocumentKind;
use lotline_record::text::{Arg, Message};

impl Pack {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let Some(order) = &self.order else {
            return outbound::choose_view("pack.choose", "pack-title", context);
        };
        let (id, prompt) = match (&self.carton, self.doing) {
            (None, Doing::Confirm) => ("pack.confirm", "pack-confirm-prompt"),
            (None, _) => ("pack.carton", "pack-carton-prompt"),
            (Some(_), Doing::Weigh) => ("pack.weigh", "pack-weigh-prompt"),
            (Some(_), _) => ("pack.scan", "pack-scan-prompt"),
        };
        let mut prompt = Message::new(prompt);
        if self.doing == Doing::Weigh {
            prompt = prompt.with("unit", Arg::text(&context.policy.weight_unit));
        }
        let title = Message::new("pack-title-of").with("document", Arg::text(&order.document));
        let mut view = View::new(id, title, prompt);
        view.fields.push(ViewField::new("field-for", Arg::text(&order.name)));
        view.fields.push(match &self.carton {
            Some(carton) => ViewField {
                state: Look::Current,
                ..ViewField::new("field-carton", Arg::text(carton))
            },
            None => ViewField::new("field-from", Arg::text(&order.stage)),
        });
        let lines = context.facts.lines(DocumentKind::Order, &order.document)?;
        let cargo = Cargo::on_plates(&self.all_cartons(order, context)?, context)?;
        let lines = filled(&lines, cargo.sums());
        view.kept = view_lines(&lines, self.doing == Doing::Confirm);
        view.progress = progress(&lines);
        self.actions(&mut view);
        match (self.doing, &self.carton) {
            (Doing::Weigh, _) => view.awaits = (AwaitKind::Text, "weight"),
            (Doing::Confirm, None) => {}
            _ => view.awaits_scan(),
        }
        Ok(view)
    }

    fn actions(&self, view: &mut View) {
        match (&self.carton, self.doing) {
            (None, Doing::Confirm) => view.actions.push(ViewAction::main("verify", "action-pack-short")),
            (None, _) => view.actions.push(ViewAction::main("new", "action-new-pallet")),
            (Some(_), Doing::Weigh) => {}
            (Some(_), _) => view.actions.push(ViewAction::main("close", "action-close-carton")),
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        if self.carton.is_none() && self.doing != Doing::Confirm {
            view.actions.push(ViewAction::numbered("verify", "action-verify", 1));
        }
    }
}
