//! The screens of an inspection.

use super::{About, Asked, At, Inspect, What};
use crate::screen::{AwaitKind, Look};
use crate::work::goods::plate_message;
use crate::work::sign::Signing;
use crate::work::{View, ViewAction, ViewField, ViewLine};
use lotline_record::entry::InspectionOutcome;
use lotline_record::rules::block_reason;
use lotline_record::text::{Arg, Message};

impl Inspect {
    pub(crate) fn view(&self) -> View {
        if let Some(asked) = &self.asked {
            return asked.view();
        }
        let Some(about) = &self.about else {
            let mut view = View::new(
                "inspect.scan",
                Message::new("inspect-title"),
                Message::new("inspect-prompt"),
            );
            view.actions = vec![ViewAction::main("done", "action-done"), ViewAction::look_up()];
            view.awaits_scan();
            return view;
        };
        let serials = matches!(&about.what, What::Goods(goods, _) if goods.serial.is_some());
        let (id, prompt) = match (about.at(), serials) {
            (At::Sample, _) => ("inspect.sample", "inspect-sample-prompt"),
            (At::Certificate, _) => ("inspect.certificate", "inspect-certificate-prompt"),
            (At::Outcome, _) => ("inspect.outcome", "inspect-outcome-prompt"),
            (At::Rejected, false) => ("inspect.rejected", "inspect-rejected-prompt"),
            (At::Rejected, true) => ("inspect.rejected", "inspect-serials-prompt"),
            (At::Sign, _) => match &about.signing {
                Some(Signing { signer: Some(_) }) => ("inspect.pin", "inspect-outcome-prompt"),
                _ => ("inspect.badge", "inspect-outcome-prompt"),
            },
        };
        let mut view = View::new(id, Message::new("inspect-title"), Message::new(prompt));
        fields(about, &mut view);
        if about.at() == At::Outcome {
            view.actions = vec![ViewAction::numbered("outcome:pass", "action-pass", 1)];
            if matches!(about.what, What::Goods(..)) {
                view.actions
                    .push(ViewAction::numbered("outcome:partial", "action-partial", 2));
            }
            view.actions
                .push(ViewAction::numbered("outcome:fail", "action-fail", 3));
        }
        if about.at() == At::Rejected && !about.rejected.is_empty() {
            view.actions.push(ViewAction::main("sign", "action-sign"));
        }
        if about.at() == At::Certificate {
            view.actions
                .push(ViewAction::main("no_certificate", "action-no-certificate"));
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        view.actions.push(ViewAction::look_up());
        match (about.at(), serials) {
            (At::Sample, _) => view.awaits = (AwaitKind::Quantity, "bad"),
            (At::Certificate, _) => view.awaits = (AwaitKind::Text, "certificate"),
            (At::Rejected, false) => view.awaits = (AwaitKind::Quantity, "quantity"),
            (At::Rejected, true) => view.awaits_scan(),
            (At::Outcome, _) => {}
            (At::Sign, _) => about.signing.clone().unwrap_or_default().draw_quality(&mut view),
        }
        view
    }
}

impl Asked {
    fn view(&self) -> View {
        let title = Message::new("inspect-title");
        let mut view = View::new("inspect.place", title, Message::new("put-away-from-prompt"));
        let said = Arg::Message(Box::new(self.said.clone()));
        view.fields.push(ViewField::new("field-goods", said));
        view.lines.extend(self.places.iter().map(|place| ViewLine {
            text: Message::new("plain").with("text", Arg::text(place)),
            detail: Message::new("plain").with("text", Arg::Text(String::new())),
            done: false,
            state: Look::Plain,
        }));
        view.actions = vec![ViewAction::other("back", "action-back"), ViewAction::look_up()];
        view.awaits_scan();
        view
    }
}

fn fields(about: &About, view: &mut View) {
    let message = |message: &Message| Arg::Message(Box::new(message.clone()));
    view.fields.push(ViewField::new("field-goods", message(&about.said)));
    let at = match &about.what {
        What::Goods(_, place) => Arg::text(place),
        What::Plate(_, account) => Arg::account(account),
    };
    view.fields.push(ViewField::new("field-at", at));
    view.fields
        .push(ViewField::new("field-waiting", Arg::amount(about.amount)));
    view.fields.push(ViewField {
        state: Look::Current,
        ..ViewField::new("field-sample", Arg::Number(i64::from(about.size)))
    });
    if let Some(bad) = about.bad {
        let make = if bad > 0 { ViewField::alert } else { ViewField::new };
        view.fields.push(make("field-bad", Arg::Number(i64::from(bad))));
    }
    if let Some(certificate) = about.certificate.as_ref().filter(|reference| !reference.is_empty()) {
        view.fields
            .push(ViewField::new("field-certificate", Arg::text(certificate)));
    }
    if let Some(outcome) = about.outcome {
        let word = match outcome {
            InspectionOutcome::Pass => "action-pass",
            InspectionOutcome::Partial => "action-partial",
            InspectionOutcome::Fail => "action-fail",
        };
        view.fields
            .push(ViewField::new("field-outcome", message(&Message::new(word))));
    }
    for block in &about.blocks {
        view.lines.push(ViewLine {
            text: Message::new("block-of")
                .with("kind", Arg::text(block.kind.as_str()))
                .with("reason", block_reason(&block.reason)),
            detail: Message::new("plain").with("text", Arg::text(&block.block)),
            done: false,
            state: Look::Alert,
        });
    }
    for bad in &about.rejected {
        let (text, detail) = match (&bad.serial, &bad.plate) {
            (Some(serial), _) => (Message::new("plain").with("text", Arg::text(serial)), String::new()),
            (None, Some(plate)) => (plate_message(plate), String::new()),
            (None, None) => (Message::new("inspect-bad"), bad.quantity.to_string()),
        };
        view.lines.push(ViewLine {
            text,
            detail: Message::new("plain").with("text", Arg::Text(detail)),
            done: false,
            state: Look::Alert,
        });
    }
}
