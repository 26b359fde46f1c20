//! The end of a shift: what is unsent, on the cart, half done or waits for a decision, on one screen (domain §8).
//!
//! It writes nothing and stops nothing: whoever goes knows what they leave, and signs out from here.

use super::exceptions::about;
use super::goods::{name_of, plate_message};
use super::{Context, Event, Exceptions, LookUp, Step, View, ViewAction, ViewField, ViewLine, Work, refuse};
use crate::Error;
use crate::screen::Look;
use lotline_record::model::{Amount, DocumentKind};
use lotline_record::text::{Arg, Message};

pub(crate) fn step(event: Event, context: &Context<'_>) -> Result<Step, Error> {
    match event {
        Event::Choose(id) => Ok(Step::to(match id.as_str() {
            "exceptions" => Work::from(Exceptions::default()),
            "back" => Work::Home,
            _ => Work::ShiftEnd,
        })),
        Event::Back => Ok(Step::to(Work::Home)),
        // A scan asks here, as at rest: what is this?
        scan @ Event::Scan(super::Scanned::Label(_) | super::Scanned::Text(_)) => {
            LookUp::over(Work::ShiftEnd).step(scan, context)
        }
        Event::Scan(super::Scanned::Unreadable(message)) => Ok(refuse(Step::to(Work::ShiftEnd), context, message)),
        Event::Enter { .. } | Event::Pin { .. } => Ok(Step::to(Work::ShiftEnd)),
    }
}

pub(crate) fn view(context: &Context<'_>) -> Result<View, Error> {
    let cart = cart_lines(context)?;
    let open = document_lines(context)?;
    let raised = exception_lines(context)?;
    let unsent = context.facts.unsent()?;
    let clear = unsent == 0 && cart.is_empty() && open.is_empty() && raised.is_empty();
    let prompt = if clear { "shift-clear-prompt" } else { "shift-prompt" };
    let mut view = View::new("shift_end", Message::new("shift-title"), Message::new(prompt));
    let left = [
        ("field-unsent", usize::try_from(unsent).unwrap_or(usize::MAX)),
        ("field-on-cart", cart.len()),
        ("field-half-done", open.len()),
        ("field-own-exceptions", raised.len()),
    ];
    for (label, n) in left {
        view.fields.push(if n == 0 {
            ViewField::new(label, Arg::count(n))
        } else {
            ViewField::alert(label, Arg::count(n))
        });
    }
    view.lines = [cart, open, raised].concat();
    view.actions = vec![
        ViewAction::main("sign_out", "action-sign-out"),
        ViewAction::other("back", "action-back"),
        ViewAction::look_up(),
        ViewAction {
            label: Message::new("action-exceptions").with("count", Arg::count(context.facts.exceptions()?.len())),
            ..ViewAction::numbered("exceptions", "action-exceptions", 1)
        },
    ];
    view.awaits_scan();
    Ok(view)
}

/// What this device's cart carries, from whatever flow and whoever lifted it.
fn cart_lines(context: &Context<'_>) -> Result<Vec<ViewLine>, Error> {
    let mut lines = Vec::new();
    for plate in context.facts.plates_in(&context.cart())? {
        lines.push(line(plate_message(&plate), Message::new("on-the-cart")));
    }
    for row in context.facts.stock_in(&context.cart())? {
        let name = name_of(&row.owner, &row.item, context)?;
        let detail = Message::new("stock-detail")
            .with("amount", Arg::Amount(row.amount))
            .maybe("lot", row.lot.as_ref().map(Arg::text));
        lines.push(line(Message::new("plain").with("text", Arg::Text(name)), detail));
    }
    Ok(lines)
}

/// Documents that somebody began and nobody ended.
fn document_lines(context: &Context<'_>) -> Result<Vec<ViewLine>, Error> {
    let mut found = Vec::new();
    for kind in [DocumentKind::Notice, DocumentKind::Order] {
        for document in context.facts.documents(kind)? {
            let lines = context.facts.lines(kind, &document.document)?;
            if lines.iter().all(|line| line.done == Amount::ZERO) {
                continue;
            }
            let open = lines.iter().filter(|line| line.done < line.expected).count();
            let text = Message::new("document-line")
                .with("document", Arg::text(&document.document))
                .with("partner", Arg::text(&document.partner))
                .with("owner", Arg::text(&document.owner));
            let detail = Message::new("shift-lines-open")
                .with("open", Arg::count(open))
                .with("lines", Arg::count(lines.len()));
            found.push(line(text, detail));
        }
    }
    Ok(found)
}

/// Open exceptions that were raised on this device or by this person.
fn exception_lines(context: &Context<'_>) -> Result<Vec<ViewLine>, Error> {
    let all = context.facts.exceptions()?.into_iter();
    all.filter(|facts| facts.device == *context.device || facts.raised_by.as_ref() == Some(&context.person.person))
        .map(|facts| Ok(line(facts.message.clone(), about(&facts, context)?)))
        .collect()
}

fn line(text: Message, detail: Message) -> ViewLine {
    ViewLine {
        text,
        detail,
        done: false,
        state: Look::Alert,
    }
}
