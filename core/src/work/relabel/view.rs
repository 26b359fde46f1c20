//! The screens of printing labels.

use super::{Relabel, WHY, What, choices};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::work::goods::name_of;
use crate::work::load::digits_view;
use crate::work::{Context, View, ViewAction, ViewField, describe};
use lotline_record::model::Account;
use lotline_record::text::{Arg, Message};

/// What can be chosen at one place, on the keys of one screen.
const OFFERED: usize = 9;

impl Relabel {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let (id, prompt) = match (&self.checking, &self.what, &self.place) {
            (Some(_), ..) => ("relabel.check", "relabel-place-prompt"),
            (None, Some(What::New { at: None, .. }), _) => ("relabel.place", "relabel-place-prompt"),
            (None, Some(_), _) => ("relabel.reason", "relabel-reason-prompt"),
            (None, None, Some(_)) => ("relabel.choose", "relabel-choose-prompt"),
            (None, None, None) => ("relabel.scan", "relabel-scan-prompt"),
        };
        let mut view = View::new(id, Message::new("relabel-title"), Message::new(prompt));
        if let Some(place) = &self.place {
            view.fields.push(ViewField::new("field-at", Arg::text(place)));
        }
        if let Some(what) = &self.what {
            let (said, way) = match what {
                What::Copy { said, .. } => (said, "label-is-copied"),
                What::New { said, .. } => (said, "label-is-new"),
            };
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-what", Arg::Message(Box::new(said.clone())))
            });
            view.fields
                .push(ViewField::new("field-label", Arg::Message(Box::new(Message::new(way)))));
        }
        self.actions(&mut view, context)?;
        match (&self.checking, &self.what) {
            (Some(place), _) => digits_view(&mut view, place),
            (None, None | Some(What::New { at: None, .. })) => view.awaits_scan(),
            (None, Some(_)) => view.awaits = (AwaitKind::Text, "reason"),
        }
        Ok(view)
    }

    fn actions(&self, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
        match (&self.what, &self.place) {
            (None, None) => view.actions.push(ViewAction::main("done", "action-done")),
            (None, Some(place)) => {
                for (n, choice) in choices(&Account::Place(place.clone()), context)?
                    .into_iter()
                    .take(OFFERED)
                    .enumerate()
                {
                    let name = name_of(&choice.goods.owner, &choice.goods.item, context)?;
                    view.actions.push(ViewAction {
                        label: describe(&name, &choice.goods),
                        ..ViewAction::numbered(format!("goods:{}", choice.name), "goods", n + 1)
                    });
                }
            }
            (Some(What::New { at: None, .. }), _) => {}
            (Some(_), _) => {
                for (n, code) in WHY.iter().enumerate() {
                    view.actions.push(ViewAction {
                        label: Message {
                            id: format!("label-reason-{code}").into(),
                            args: Vec::new(),
                        },
                        ..ViewAction::numbered(format!("reason:{code}"), "goods", n + 1)
                    });
                }
            }
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        Ok(())
    }
}
