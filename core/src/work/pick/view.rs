//! The screens of a pick.

use super::{Asking, Order, Pick};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::work::facts::DocumentLine;
use crate::work::goods::name_of;
use crate::work::receive::{line_words, progress};
use crate::work::{Context, KeptLine, View, ViewAction, ViewField, ViewLine, describe, reason};
use lotline_record::model::{DocumentKind, Goods, Item};
use lotline_record::text::{Arg, Message};

impl Pick {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        if let Some(Asking::Gather { order }) = &self.asking {
            return self.gather_view(order.as_deref(), context);
        }
        let lines = self.lines(context)?;
        let Some(line) = self.open_line(&lines, context)? else {
            return Ok(self.stage_view(&lines));
        };
        let own: Vec<&DocumentLine> = lines.iter().filter(|l| l.key.document == line.key.document).collect();
        let at = own.iter().position(|l| l.key == line.key).map_or(0, |n| n + 1);
        let title = Message::new("pick-title-of")
            .with("document", Arg::text(&line.key.document))
            .with("line", Arg::count(at))
            .with("lines", Arg::count(own.len()));
        let view = match &self.asking {
            Some(asking @ (Asking::Quantity(goods) | Asking::Weight(goods))) => {
                let (id, prompt, field) = if matches!(asking, Asking::Quantity(_)) {
                    ("pick.quantity", "adjust-quantity-prompt", "quantity")
                } else {
                    ("pick.weight", "pick-weight-prompt", "weight")
                };
                let mut view = View::new(id, title, Message::new(prompt));
                goods_field(goods, &mut view, context)?;
                view.progress = Some(progress(line));
                view.actions = vec![ViewAction::undo(), ViewAction::look_up()];
                view.awaits = (AwaitKind::Quantity, field);
                view
            }
            Some(Asking::Short) => {
                let mut view = View::new("pick.short", title, Message::new("pick-short-prompt"));
                reason::offer(&context.policy.short_reasons, &mut view);
                asks_reason(view, line)
            }
            Some(Asking::Why { goods, .. }) => {
                let mut view = View::new("pick.why", title, Message::new("pick-why-prompt"));
                goods_field(goods, &mut view, context)?;
                reason::offer(&context.policy.override_reasons, &mut view);
                asks_reason(view, line)
            }
            Some(Asking::Sign { goods, signing, .. }) => {
                let id = if signing.signer.is_some() {
                    "pick.pin"
                } else {
                    "pick.badge"
                };
                let mut view = View::new(id, title, Message::new("plain"));
                goods_field(goods, &mut view, context)?;
                view.actions = vec![ViewAction::other("back", "action-back"), ViewAction::look_up()];
                signing.draw(&mut view);
                view
            }
            _ => return self.line_view(line, &lines, title, context),
        };
        Ok(view)
    }

    fn line_view(
        &self,
        line: &DocumentLine,
        lines: &[DocumentLine],
        title: Message,
        context: &Context<'_>,
    ) -> Result<View, Error> {
        let item: Option<Item> = context.facts.item(&line.owner, &line.item)?;
        let best = self.candidates(line, context)?.into_iter().next();
        let tote = self.order(&line.key).and_then(|order| order.tote.as_ref());
        let full = line.done >= line.expected || self.short.contains(&line.key);
        let (id, prompt) = match (&self.at, &best, self.in_hand(), tote) {
            (_, _, Some(_), Some(tote)) if full => (
                "pick.tote",
                Message::new("pick-tote-prompt").with("tote", Arg::text(tote)),
            ),
            (Some(_), ..) if matches!(self.asking, Some(Asking::Many)) => {
                ("pick.item", Message::new("pick-many-prompt"))
            }
            (Some(_), ..) => ("pick.item", Message::new("pick-item-prompt")),
            (None, Some(best), ..) => (
                "pick.bin",
                Message::new("pick-bin-prompt").with("place", Arg::text(&best.place)),
            ),
            (None, None, ..) => ("pick.none", Message::new("pick-none-prompt")),
        };
        let mut view = View::new(id, title, prompt);
        if let Some(best) = &best {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-go-to", Arg::text(&best.place))
            });
        }
        if let Some(at) = &self.at {
            view.fields.push(ViewField::new("field-at", Arg::text(at)));
        }
        if let Some(tote) = tote {
            view.fields.push(ViewField::new("field-tote", Arg::text(tote)));
        }
        let name = item.map_or_else(|| line.item.to_string(), |i| i.name);
        view.fields.push(ViewField::new("field-item", Arg::Text(name)));
        if let Some(best) = &best {
            if let Some(lot) = &best.lot {
                view.fields.push(ViewField::new("field-lot", Arg::text(lot)));
            }
            if let Some(expiry) = best.expiry {
                view.fields.push(ViewField::new("field-expires", Arg::Day(expiry)));
            }
        }
        self.list(lines, Some(line), &mut view);
        view.progress = Some(progress(line));
        view.actions = vec![
            ViewAction::other("empty", "action-bin-empty"),
            ViewAction::undo(),
            ViewAction::look_up(),
            ViewAction::numbered("short", "action-short", 1),
        ];
        if id == "pick.item" {
            view.actions.push(ViewAction::numbered("many", "action-many", 2));
        }
        if matches!(self.asking, Some(Asking::Later { .. })) {
            view.actions
                .push(ViewAction::numbered("override", "action-override", 3));
        }
        view.awaits_scan();
        Ok(view)
    }

    fn stage_view(&self, lines: &[DocumentLine]) -> View {
        let Some(order) = self.orders.first() else {
            return View::new(
                "pick.stage",
                Message::new("pick-title"),
                Message::new("pick-none-prompt"),
            );
        };
        let own = lines.iter().filter(|l| l.key.document == order.document).count();
        let title = Message::new("pick-title-of")
            .with("document", Arg::text(&order.document))
            .with("line", Arg::count(own))
            .with("lines", Arg::count(own));
        let prompt = Message::new("pick-stage-prompt").with("place", Arg::text(&order.stage));
        let mut view = View::new("pick.stage", title, prompt);
        view.fields.push(ViewField {
            state: Look::Current,
            ..ViewField::new("field-go-to", Arg::text(&order.stage))
        });
        view.fields.push(ViewField::new("field-for", Arg::text(&order.partner)));
        for order in &self.orders {
            if let Some(tote) = &order.tote
                && order.stage == self.orders[0].stage
            {
                view.fields.push(ViewField::new("field-tote", Arg::text(tote)));
            }
        }
        self.list(lines, None, &mut view);
        view.actions = vec![ViewAction::look_up()];
        if !self.done.is_empty() {
            view.actions.insert(0, ViewAction::undo());
        }
        view.awaits_scan();
        view
    }

    fn gather_view(&self, waiting: Option<&Order>, context: &Context<'_>) -> Result<View, Error> {
        let (id, prompt) = match waiting {
            None => ("pick.gather", Message::new("pick-gather-prompt")),
            Some(order) => (
                "pick.gather_tote",
                Message::new("pick-gather-tote-prompt").with("document", Arg::text(&order.document)),
            ),
        };
        let mut view = View::new(id, Message::new("pick-title"), prompt);
        for order in &self.orders {
            view.lines.push(ViewLine {
                text: Message::new("plain").with("text", Arg::text(&order.document)),
                detail: Message::new("plain").with(
                    "text",
                    Arg::text(order.tote.as_ref().map_or_else(String::new, ToString::to_string)),
                ),
                done: true,
                state: Look::Plain,
            });
        }
        if waiting.is_none() {
            let open = context.facts.documents(DocumentKind::Order)?;
            let open = open
                .iter()
                .filter(|d| self.orders.iter().all(|o| o.document != d.document));
            for (n, document) in open.enumerate() {
                let label = Message::new("document-line")
                    .with("document", Arg::text(&document.document))
                    .with("partner", Arg::text(&document.partner))
                    .with("owner", Arg::text(&document.owner));
                view.actions.push(ViewAction {
                    label,
                    ..ViewAction::numbered(format!("document:{}", document.document), "document-line", n + 1)
                });
            }
            if !self.orders.is_empty() {
                view.actions.push(ViewAction::main("start", "action-start-walk"));
            }
        }
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        view.awaits_scan();
        Ok(view)
    }

    fn list(&self, lines: &[DocumentLine], current: Option<&DocumentLine>, view: &mut View) {
        for line in lines {
            let short = self.short.contains(&line.key);
            view.kept.push(KeptLine {
                words: line_words(line),
                done: line.done >= line.expected,
                state: match current {
                    Some(current) if current.key == line.key => Look::Current,
                    _ if short => Look::Alert,
                    _ => Look::Plain,
                },
            });
        }
    }
}

fn asks_reason(mut view: View, line: &DocumentLine) -> View {
    view.progress = Some(progress(line));
    view.actions.push(ViewAction::other("back", "action-back"));
    view.actions.push(ViewAction::look_up());
    view.awaits = (AwaitKind::Text, "reason");
    view
}

fn goods_field(goods: &Goods, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
    let said = describe(&name_of(&goods.owner, &goods.item, context)?, goods);
    view.fields
        .push(ViewField::new("field-goods", Arg::Message(Box::new(said))));
    Ok(())
}
