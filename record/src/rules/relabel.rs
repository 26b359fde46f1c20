//! Which label may be printed, and on what.

use super::Judgement;
use super::release::block_reason;
use crate::model::Block;
use crate::text::{Arg, Message};

pub(super) fn own(label: &str, ours: bool) -> Judgement {
    if ours {
        Judgement::ACCEPT
    } else {
        Judgement::stop(Message::new("stop-not-our-label").with("label", Arg::text(label)))
    }
}

pub(super) fn known_lot(subject: &str, known: bool) -> Judgement {
    if known {
        Judgement::ACCEPT
    } else {
        Judgement::stop(Message::new("stop-new-lot").with("subject", Arg::text(subject)))
    }
}

pub(super) fn held(subject: &str, blocks: &[Block]) -> Judgement {
    match blocks.first() {
        None => Judgement::ACCEPT,
        Some(block) => Judgement::stop(
            Message::new("stop-unit-held")
                .with("subject", Arg::text(subject))
                .with("block", Arg::text(&block.block))
                .with("kind", Arg::text(block.kind.as_str()))
                .with("reason", block_reason(&block.reason)),
        ),
    }
}
