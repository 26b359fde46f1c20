//! Own work, where no task waits: what the picture says is left to do.

use super::Queue;
use crate::Error;
use crate::work::{Context, Count, PutAway, Replenish, Step, ViewAction, Work, count, replenish};
use lotline_record::model::{Account, PlaceId};
use lotline_record::text::{Arg, Message};

/// Most proposals on a screen: each has a digit.
const MOST: usize = 9;

/// Something that is left to do.
pub(super) struct Proposal {
    id: String,
    label: Message,
}

impl Proposal {
    pub(super) fn action(self, n: usize) -> ViewAction {
        ViewAction {
            label: self.label,
            ..ViewAction::numbered(format!("own:{}", self.id), "own-count", n)
        }
    }
}

/// Goods that stand on docks, faces below their least, counts that another person ends: in that order, since what blocks a
/// dock blocks the next truck.
pub(super) fn proposals(context: &Context<'_>) -> Result<Vec<Proposal>, Error> {
    let mut found = Vec::new();
    let propose = |id: String, words: &'static str, place: &PlaceId| Proposal {
        id,
        label: Message::new(words).with("place", Arg::text(place)),
    };
    let scope = context.facts.scope_of(&context.person.person)?;
    for dock in context.facts.docks()? {
        let account = Account::Place(dock.clone());
        let stock = context.facts.stock_in(&account)?;
        let in_scope = |owner| scope.as_ref().is_none_or(|owners| owners.contains(owner));
        if stock.iter().any(|row| row.amount.is_positive() && in_scope(&row.owner))
            || !context.facts.plates_in(&account)?.is_empty()
        {
            found.push(propose(format!("put_away:{dock}"), "own-put-away", &dock));
        }
    }
    for face in replenish::needed(context)? {
        let id = format!("replenish:{}/{}/{}", face.place, face.owner, face.item);
        found.push(propose(id, "own-replenish", &face.place));
    }
    for place in count::due(context)? {
        found.push(propose(format!("count:{place}"), "own-count", &place));
    }
    found.truncate(MOST);
    Ok(found)
}

/// Opens the flow of a proposal, if it still stands.
pub(super) fn begin(mut queue: Queue, what: &str, context: &Context<'_>) -> Result<Step, Error> {
    if !proposals(context)?.iter().any(|proposal| proposal.id == what) {
        return Ok(Step::to(queue));
    }
    let work = match what.split_once(':') {
        Some(("put_away", _)) => Work::from(PutAway::default()),
        Some(("replenish", face)) => {
            let named = |f: &lotline_record::model::Face| format!("{}/{}/{}", f.place, f.owner, f.item) == face;
            let face = replenish::needed(context)?.into_iter().find(named);
            Work::from(face.map_or_else(Replenish::default, Replenish::at))
        }
        _ => Work::from(Count::default()),
    };
    queue.inner = Some(Box::new(work));
    Ok(Step::to(queue))
}
