//! Goods of which the picture has only a part: handhelds that carry a working set (domain §8).

use super::{Context, View, ViewField};
use crate::Error;
use lotline_record::model::{Account, OwnerId};
use lotline_record::text::{Arg, Message};

/// An owner whose goods lie there and are not carried.
pub(super) fn elsewhere_in(account: &Account, context: &Context<'_>) -> Result<Option<OwnerId>, Error> {
    if context.working_set.is_none() {
        return Ok(None);
    }
    let mut owners = context.facts.stock_in(account)?.into_iter().map(|row| row.owner);
    Ok(owners.find(|owner| !context.carries(owner)))
}

/// Why a question that only histories and single units answer is not asked here: nothing found would be taken for nothing there.
pub(super) fn not_carried(owner: &OwnerId) -> Message {
    Message::new("stop-not-carried").with("owner", Arg::text(owner))
}

/// Says where the rest is known, where goods of `owner` are looked at and not carried.
pub(super) fn elsewhere_field(owner: &OwnerId, view: &mut View, context: &Context<'_>) {
    if !context.carries(owner) {
        push(Message::new("carried-elsewhere").with("owner", Arg::text(owner)), view);
    }
}

/// Says of whom the histories and units are that a list is made of, where that is not of all.
pub(super) fn part_field(view: &mut View, context: &Context<'_>) {
    let owners = context.working_set.map_or(&[][..], |set| &set.owners);
    if !owners.is_empty() {
        let names: Vec<&str> = owners.iter().map(OwnerId::as_str).collect();
        push(
            Message::new("carried-part").with("owners", Arg::Text(names.join(", "))),
            view,
        );
    }
}

fn push(words: Message, view: &mut View) {
    view.fields
        .push(ViewField::alert("field-carried", Arg::Message(Box::new(words))));
}
