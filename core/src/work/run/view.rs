//! The screens of a run, and the genealogy that look-up shows.

use super::{Kind, Member, Run, called};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::work::load::digits_view;
use crate::work::{Context, View, ViewAction, ViewField, ViewLine};
use lotline_record::model::Goods;
use lotline_record::text::{Arg, Message};
use lotline_record::trace::kin;

/// So many lines of a genealogy are shown.
const SHOWN: usize = 20;

impl Run {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let (id, prompt) = match (self.kind, &self.checking, &self.place, &self.many, &self.lot) {
            (None, ..) => ("run.kind", "run-kind-prompt"),
            (_, Some(_), ..) => ("run.check", "adjust-place-prompt"),
            (_, None, None, ..) => ("run.place", "adjust-place-prompt"),
            (.., Some(_)) => ("run.lot", "run-lot-prompt"),
            (_, _, _, Some(_), _) => ("run.quantity", "adjust-quantity-prompt"),
            _ if self.making => ("run.output", "run-output-prompt"),
            _ => ("run.input", "run-input-prompt"),
        };
        let mut view = View::new(id, Message::new(self.title()), Message::new(prompt));
        if let Some(place) = &self.place {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-place", Arg::text(place))
            });
        }
        if let Some(goods) = self.many.as_ref().or(self.lot.as_ref()) {
            let said = called(goods, context)?;
            view.fields
                .push(ViewField::new("field-goods", Arg::Message(Box::new(said))));
        }
        view.lines.extend(self.inputs.iter().map(|m| line(m, "run-in")));
        view.lines.extend(self.outputs.iter().map(|m| line(m, "run-out")));
        match id {
            "run.kind" => {
                for (n, kind) in Kind::ALL.into_iter().enumerate() {
                    let label = match kind {
                        Kind::Kit => "action-run-kit",
                        Kind::Repack => "action-run-repack",
                        Kind::Consume => "action-run-consume",
                    };
                    view.actions
                        .push(ViewAction::numbered(format!("kind:{}", kind.as_str()), label, n + 1));
                }
            }
            "run.input" if self.kind != Some(Kind::Consume) && !self.inputs.is_empty() => {
                view.actions.push(ViewAction::other("outputs", "action-run-outputs"));
            }
            "run.output" => view.actions.push(ViewAction::other("inputs", "action-run-inputs")),
            "run.lot" => view.actions.push(ViewAction::numbered("new_lot", "action-new-lot", 1)),
            _ => {}
        }
        if self.many.is_none() && self.lot.is_none() {
            view.actions.push(ViewAction::main("done", "action-done"));
        }
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        match (&self.checking, &self.many, &self.lot) {
            (Some(place), ..) => digits_view(&mut view, place),
            (None, Some(_), _) => view.awaits = (AwaitKind::Quantity, "quantity"),
            (None, None, Some(_)) => view.awaits = (AwaitKind::Text, "lot"),
            (None, None, None) => view.awaits_scan(),
        }
        Ok(view)
    }

    fn title(&self) -> &'static str {
        match self.kind {
            None => "run-title",
            Some(Kind::Consume) => "run-consume-title",
            Some(Kind::Kit) => "run-kit-title",
            Some(Kind::Repack) => "run-repack-title",
        }
    }
}

fn line(member: &Member, id: &'static str) -> ViewLine {
    ViewLine {
        text: member.said.clone(),
        detail: Message::new(id),
        done: id == "run-out",
        state: Look::Plain,
    }
}

/// What it was made of and what was made of it, the first lines of its tree.
pub(in crate::work) fn genealogy(goods: &Goods, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
    let tree = crate::work::report::tree(&kin::Member::of(goods), context)?;
    view.lines
        .extend(tree.rows.into_iter().take(SHOWN).map(crate::work::report::line));
    Ok(())
}
