//! What recalls show.

use super::find::{Spot, Sums, lines, spots};
use super::report;
use super::revise::{WHY_FREED, WHY_RECALLED};
use super::{Doing, Recall};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::work::carried::part_field;
use crate::work::goods::name_of;
use crate::work::hold::{covered, reasons_view};
use crate::work::load::digits_view;
use crate::work::{Context, View, ViewAction, ViewField, ViewLine, ViewProgress};
use lotline_record::model::{Account, Amount, Block, DocumentKind};
use lotline_record::rules::block_reason;
use lotline_record::text::{Arg, Message};

impl Recall {
    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let (id, prompt) = match (&self.open, &self.doing) {
            (_, Some(Doing::Reason { .. })) => ("recall.reason", "recall-reason-prompt"),
            (None, _) => ("recall.list", "recall-list-prompt"),
            (_, None | Some(Doing::Cover { .. })) => ("recall.open", "recall-open-prompt"),
            (_, Some(Doing::Part)) => ("recall.part", "recall-part-prompt"),
            (_, Some(Doing::Narrow { .. })) => ("recall.narrow", "recall-narrow-prompt"),
            (_, Some(Doing::Free(free))) if free.reason.is_none() => ("recall.free", "hold-release-prompt"),
            (_, Some(Doing::Free(free))) if free.signing.signer.is_some() => ("recall.pin", "sign-pin-prompt"),
            (_, Some(Doing::Free(_))) => ("recall.badge", "sign-badge-prompt"),
            (_, Some(Doing::Find)) if self.checking.is_some() => ("recall.check", "recall-find-prompt"),
            (_, Some(Doing::Find)) if self.mock => ("recall.find", "recall-mock-prompt"),
            (_, Some(Doing::Find)) if !self.cart.is_empty() => ("recall.cage", "recall-cage-prompt"),
            (_, Some(Doing::Find)) if self.at.is_some() => ("recall.lift", "recall-lift-prompt"),
            (_, Some(Doing::Find)) => ("recall.find", "recall-find-prompt"),
            (_, Some(Doing::Report)) => ("recall.report", "recall-report-prompt"),
        };
        let mut view = View::new(id, self.title(), Message::new(prompt));
        if self.open.is_none() && self.doing.is_none() {
            list(&mut view, context)?;
            return Ok(view);
        }
        if let Some(recall) = &self.open {
            view.fields.push(ViewField {
                state: if self.mock { Look::Plain } else { Look::Alert },
                ..ViewField::new("field-recall", Arg::text(recall))
            });
        }
        let parts = self.parts(context)?;
        match &self.doing {
            None | Some(Doing::Cover { .. }) => self.open_view(&parts, &mut view, context)?,
            Some(Doing::Reason { scope, .. }) => {
                view.fields.push(ViewField {
                    state: Look::Current,
                    ..ViewField::new("field-covers", Arg::Message(Box::new(covered(scope))))
                });
                reasons_view(&mut view, WHY_RECALLED);
            }
            Some(Doing::Part) => {
                for (n, part) in parts.iter().enumerate() {
                    let action = ViewAction::numbered(format!("part:{}", part.block), "plain", n + 1);
                    let label = covered(&part.scope);
                    view.actions.push(ViewAction { label, ..action });
                }
            }
            Some(Doing::Narrow { part }) => {
                covers_fields(parts.iter().filter(|p| p.block == *part), &mut view);
                view.actions.push(ViewAction::numbered("less", "action-recall-less", 1));
                view.actions
                    .push(ViewAction::numbered("whole", "action-recall-whole", 2));
            }
            Some(Doing::Free(free)) => {
                covers_fields(parts.iter().filter(|p| free.drops.contains(&p.block)), &mut view);
                if let Some(stays) = &free.stays {
                    let words = Arg::Message(Box::new(covered(stays)));
                    view.fields.push(ViewField::new("field-stays", words));
                }
                match (&free.reason, &free.signing.signer) {
                    (None, _) => reasons_view(&mut view, WHY_FREED),
                    (Some(_), None) => view.awaits_scan(),
                    (Some(_), Some(_)) => view.awaits = (AwaitKind::Pin, "pin"),
                }
            }
            Some(Doing::Find) => self.find_view(&parts, &mut view, context)?,
            Some(Doing::Report) => {
                part_field(&mut view, context);
                sums_fields(&spots(&parts, context)?, &mut view);
                view.lines = report::lines(&parts, &self.seen, context)?;
            }
        }
        view.actions.push(ViewAction::other("back", "action-back"));
        if matches!(self.doing, None | Some(Doing::Find)) {
            view.actions.push(ViewAction::look_up());
        }
        Ok(view)
    }

    fn open_view(&self, parts: &[Block], view: &mut View, context: &Context<'_>) -> Result<(), Error> {
        for part in parts {
            view.lines.push(ViewLine {
                text: covered(&part.scope),
                detail: Message::new("recall-part")
                    .with("revision", Arg::Number(i64::from(part.revision())))
                    .with("reason", block_reason(&part.reason)),
                done: false,
                state: if self.mock { Look::Plain } else { Look::Alert },
            });
        }
        let found = spots(parts, context)?;
        part_field(view, context);
        sums_fields(&found, view);
        view.progress = progress(&found);
        view.actions = vec![
            ViewAction::main("find", "action-recall-find"),
            ViewAction::numbered("widen", "action-recall-widen", 1),
            ViewAction::numbered("narrow", "action-recall-narrow", 2),
            ViewAction::numbered("close", "action-recall-close", 3),
            ViewAction::numbered("report", "action-recall-report", 4),
        ];
        Ok(())
    }

    fn find_view(&self, parts: &[Block], view: &mut View, context: &Context<'_>) -> Result<(), Error> {
        let found = spots(parts, context)?;
        part_field(view, context);
        sums_fields(&found, view);
        view.progress = progress(&found);
        if let Some(at) = &self.at {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-at", Arg::text(at))
            });
        }
        let sighted = |spot: &Spot| {
            let of = |s: &super::Sighting| s.at == spot.stock.account && s.goods.lot == spot.stock.lot;
            self.seen.iter().any(|s| of(s) && s.goods.item == spot.stock.item)
        };
        let mut next = true;
        for spot in &found {
            let done = spot.is_collected() || sighted(spot);
            let mut line = spot_line(spot, context)?;
            line.done = done;
            if !done && !spot.is_carried() && std::mem::take(&mut next) {
                line.state = Look::Current;
            }
            view.lines.push(line);
        }
        for (plate, account) in context.facts.unknown_plates()? {
            view.lines.push(ViewLine {
                text: Message::new("stock-here").with("place", Arg::account(&account)),
                detail: Message::new("recall-look-into").with("plate", Arg::text(plate)),
                done: false,
                state: Look::Alert,
            });
        }
        view.lines.extend(line_lines(parts, context)?);
        view.actions = vec![ViewAction::undo()];
        match &self.checking {
            Some(place) => digits_view(view, place),
            None => view.awaits_scan(),
        }
        Ok(())
    }
}

/// Each recall once.
fn list(view: &mut View, context: &Context<'_>) -> Result<(), Error> {
    let all = context.facts.recalls()?;
    let mut shown: Vec<&Block> = Vec::new();
    for part in &all {
        if !shown.iter().any(|known| known.recall() == part.recall()) {
            shown.push(part);
        }
    }
    for (n, part) in shown.iter().enumerate() {
        let id = if part.is_mock() {
            "recall-named-mock"
        } else {
            "recall-named"
        };
        let label = Message::new(id)
            .with("recall", Arg::text(part.recall()))
            .with("reason", block_reason(&part.reason));
        let action = ViewAction::numbered(format!("recall:{}", part.recall()), "plain", n + 1);
        view.actions.push(ViewAction { label, ..action });
    }
    let n = shown.len();
    view.actions
        .push(ViewAction::numbered("new:recall", "action-recall-new", n + 1));
    view.actions
        .push(ViewAction::numbered("new:mock", "action-recall-mock", n + 2));
    view.actions.push(ViewAction::other("back", "action-back"));
    Ok(())
}

fn covers_fields<'a>(parts: impl Iterator<Item = &'a Block>, view: &mut View) {
    for part in parts {
        view.fields.push(ViewField {
            state: Look::Current,
            ..ViewField::new("field-covers", Arg::Message(Box::new(covered(&part.scope))))
        });
    }
}

fn sums_fields(found: &[Spot], view: &mut View) {
    let sums = Sums::of(found);
    for (label, amount) in [
        ("field-recall-found", sums.all),
        ("field-recall-collected", sums.collected),
        ("field-on-cart", sums.carried),
        ("field-recall-to-go", sums.to_go()),
    ] {
        view.fields.push(ViewField::new(label, Arg::Amount(amount)));
    }
}

fn progress(found: &[Spot]) -> Option<ViewProgress> {
    let sums = Sums::of(found);
    (sums.all != Amount::ZERO).then(|| ViewProgress {
        done: sums.collected,
        total: sums.all,
        unit: String::new(),
    })
}

/// Where some of it is, and how much: `A-01  pallet 0034… › 0035…`.
pub(super) fn spot_line(spot: &Spot, context: &Context<'_>) -> Result<ViewLine, Error> {
    let account = spot.place.as_ref().map_or_else(
        || spot.stock.account.clone(),
        |place| Account::Place(place.place.clone()),
    );
    let text = if spot.plates.is_empty() {
        Message::new("stock-here").with("place", Arg::account(&account))
    } else {
        let plates: Vec<String> = spot.plates.iter().map(ToString::to_string).collect();
        Message::new("recall-on-plates")
            .with("place", Arg::account(&account))
            .with("plates", Arg::Text(plates.join(" › ")))
    };
    Ok(ViewLine {
        text,
        detail: Message::new("recall-stock")
            .with(
                "name",
                Arg::Text(name_of(&spot.stock.owner, &spot.stock.item, context)?),
            )
            .with("amount", Arg::Amount(spot.stock.amount))
            .with(
                "lot",
                Arg::Text(spot.stock.lot.as_ref().map_or_else(String::new, ToString::to_string)),
            ),
        done: spot.is_collected(),
        state: Look::Plain,
    })
}

/// Open lines of notices and orders that name it.
pub(super) fn line_lines(parts: &[Block], context: &Context<'_>) -> Result<Vec<ViewLine>, Error> {
    let mut shown = Vec::new();
    for (kind, line) in lines(parts, context)? {
        let id = match kind {
            DocumentKind::Notice | DocumentKind::Purchase | DocumentKind::Blind => "recall-line-notice",
            DocumentKind::Order => "recall-line-order",
        };
        shown.push(ViewLine {
            text: Message::new(id).with("document", Arg::text(&line.key.document)),
            detail: Message::new("recall-stock")
                .with("name", Arg::Text(name_of(&line.owner, &line.item, context)?))
                .with("amount", Arg::Amount(line.expected.minus(line.done)))
                .with(
                    "lot",
                    Arg::Text(line.lot.as_ref().map_or_else(String::new, ToString::to_string)),
                ),
            done: false,
            state: Look::Alert,
        });
    }
    Ok(shown)
}
