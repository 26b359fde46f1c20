//! The report of a recall: where all of it is, what has left and to whom, which lines still name it.

use super::Sighting;
use super::find::{left, spots};
use super::view::{line_lines, spot_line};
use crate::Error;
use crate::screen::Look;
use crate::work::goods::describe;
use crate::work::goods::name_of;
use crate::work::{Context, ViewLine};
use lotline_record::model::Block;
use lotline_record::text::{Arg, Message};

pub(super) fn lines(parts: &[Block], seen: &[Sighting], context: &Context<'_>) -> Result<Vec<ViewLine>, Error> {
    let mut shown = Vec::new();
    for spot in spots(parts, context)? {
        shown.push(spot_line(&spot, context)?);
    }
    for Sighting { at, goods } in seen {
        let name = name_of(&goods.owner, &goods.item, context)?;
        shown.push(ViewLine {
            text: Message::new("stock-here").with("place", Arg::account(at)),
            detail: Message::new("recall-found").with("what", Arg::Message(Box::new(describe(&name, goods)))),
            done: true,
            state: Look::Plain,
        });
    }
    for ((document, partner), amount) in left(parts, context)? {
        shown.push(ViewLine {
            text: Message::new("recall-left")
                .with("document", Arg::Text(document))
                .with("partner", Arg::Text(partner)),
            detail: Message::new("stock-detail")
                .with("amount", Arg::Amount(amount))
                .with("lot", Arg::Text(String::new())),
            done: false,
            state: Look::Alert,
        });
    }
    shown.extend(line_lines(parts, context)?);
    Ok(shown)
}
