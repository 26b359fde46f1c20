//! Rules of using goods up and making others: the traceability lot code, the expiry, how much of it.

use super::Judgement;
use super::facts::Facts;
use crate::model::LotNumber;
use crate::text::{Arg, Message};

/// The work that puts the same goods into other packs.
pub(super) const REPACK: &str = "repack";

/// What follows from the facts of a rule of this room; accepts those of another one.
pub(super) fn judge(facts: &Facts) -> Judgement {
    match facts {
        Facts::TlcGuard {
            work,
            same_item,
            lot,
            inputs,
        } => {
            if !same_item {
                // Another item comes out: a transformation, which repacking is not.
                return if work == REPACK {
                    Judgement::stop(Message::new("stop-not-repack"))
                } else {
                    Judgement::ACCEPT
                };
            }
            let kept = inputs.iter().all(|input| Some(input) == lot.as_ref());
            if kept {
                Judgement::ACCEPT
            } else {
                let other = inputs.iter().find(|input| Some(*input) != lot.as_ref());
                Judgement::stop(
                    Message::new("stop-run-lot")
                        .with("lot", Arg::text(lot.as_ref().map_or("-", LotNumber::as_str)))
                        .with("input", Arg::text(other.map_or("-", LotNumber::as_str))),
                )
            }
        }
        Facts::OutputExpiry { expiry, first, stops } => match (expiry, first) {
            (Some(expiry), Some(first)) if expiry > first => {
                let words = |id| {
                    Message::new(id)
                        .with("expiry", Arg::Day(*expiry))
                        .with("first", Arg::Day(*first))
                };
                if *stops {
                    Judgement::stop(words("stop-output-expiry"))
                } else {
                    Judgement::warn(words("warn-output-expiry"))
                }
            }
            _ => Judgement::ACCEPT,
        },
        Facts::RunBalance {
            work,
            inputs,
            consumed,
            produced,
            adding,
        } => {
            if *inputs == 0 {
                Judgement::stop(Message::new("stop-no-inputs"))
            } else if work == REPACK && produced.plus(*adding) > *consumed {
                Judgement::stop(
                    Message::new("stop-more-out")
                        .with("consumed", Arg::amount(*consumed))
                        .with("total", Arg::amount(produced.plus(*adding))),
                )
            } else {
                Judgement::ACCEPT
            }
        }
        _ => Judgement::ACCEPT,
    }
}
