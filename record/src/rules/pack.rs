//! What may go into a carton of an order, and when an order is packed.

use super::Judgement;
use crate::model::{Amount, DocumentId, PlateId};
use crate::text::{Arg, Message};

/// Names in a message; the rest is counted in the record.
const NAMED: usize = 3;

pub(super) fn picked_for(subject: &str, document: &DocumentId, picked: &[String]) -> Judgement {
    if picked.is_empty() || picked.iter().any(|one| one == subject) {
        return Judgement::ACCEPT;
    }
    let named: Vec<&str> = picked.iter().take(NAMED).map(String::as_str).collect();
    Judgement::stop(
        Message::new("stop-not-picked-for")
            .with("subject", Arg::text(subject))
            .with("document", Arg::text(document))
            .with("picked", Arg::Text(named.join(", "))),
    )
}

pub(super) fn carton_free(plate: &PlateId, taken: bool) -> Judgement {
    if taken {
        Judgement::stop(Message::new("stop-carton-taken").with("plate", Arg::text(plate)))
    } else {
        Judgement::ACCEPT
    }
}

pub(super) fn short(lines: usize, missing: Amount, confirmed: bool) -> Judgement {
    let words = |id| Message::new(id).with("missing", Arg::amount(missing));
    match (lines, confirmed) {
        (0, _) => Judgement::ACCEPT,
        (_, true) => Judgement::warn(words("warn-packed-short")),
        (_, false) => Judgement::stop(words("stop-pack-short")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Outcome;

    #[test]
    fn what_was_picked_is_packed_and_where_nobody_knows_what_that_was_anything_is() {
        let document = DocumentId::new("5512").unwrap();
        let with = |picked: &[&str]| {
            let picked: Vec<String> = picked.iter().map(ToString::to_string).collect();
            picked_for("OLD", &document, &picked).outcome
        };
        assert_eq!(with(&[]), Outcome::Accept);
        assert_eq!(with(&["SOON", "OLD"]), Outcome::Accept);
        assert_eq!(with(&["SOON"]), Outcome::Stop);
    }

    #[test]
    fn short_is_asked_for_once_and_then_told() {
        let with = |lines, confirmed| short(lines, Amount::whole(2), confirmed).outcome;
        assert_eq!(with(0, false), Outcome::Accept);
        assert_eq!(with(1, false), Outcome::Stop);
        assert_eq!(with(1, true), Outcome::Warn);
    }
}
