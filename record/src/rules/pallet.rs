//! What may stand on a pallet, and which label may be one.

use super::Judgement;
use super::release::block_reason;
use crate::model::{Account, Block, BlockKind, Mixing, PlaceId, PlateId, Virtual};
use crate::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// In what goods differ from those they would stand with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Differs {
    /// Whose they are.
    Owner,
    /// Which item.
    Item,
    /// Which lot of the item.
    Lot,
    /// Which expiry of the item.
    Expiry,
}

impl Differs {
    const fn may(self, mixing: Mixing) -> bool {
        match self {
            Differs::Owner => mixing.owner,
            Differs::Item => mixing.item,
            Differs::Lot => mixing.lot,
            Differs::Expiry => mixing.expiry,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Differs::Owner => "owner",
            Differs::Item => "item",
            Differs::Lot => "lot",
            Differs::Expiry => "expiry",
        }
    }
}

pub(super) fn free(plate: &PlateId, sscc: bool, at: Option<&Account>, here: &PlaceId, loaded: bool) -> Judgement {
    let words = |id| Message::new(id).with("plate", Arg::text(plate));
    match at {
        Some(Account::Virtual(Virtual::Unexplained)) | None => Judgement::ACCEPT,
        Some(Account::Virtual(_)) if sscc => Judgement::stop(words("stop-plate-used")),
        Some(Account::Place(place)) if place == here => Judgement::ACCEPT,
        Some(at) if at.is_physical() && loaded => {
            Judgement::stop(words("stop-plate-elsewhere").with("at", Arg::account(at)))
        }
        Some(at) if at.is_physical() && sscc => {
            Judgement::warn(words("warn-plate-elsewhere").with("at", Arg::account(at)))
        }
        Some(_) => Judgement::ACCEPT,
    }
}

pub(super) fn mixing(plate: &PlateId, differs: &[Differs], may: Mixing) -> Judgement {
    match differs.iter().find(|differs| !differs.may(may)) {
        None => Judgement::ACCEPT,
        Some(differs) => Judgement::stop(
            Message::new("stop-mixing")
                .with("plate", Arg::text(plate))
                .with("kind", Arg::text(differs.as_str())),
        ),
    }
}

pub(super) fn nesting(plate: &PlateId, onto: &PlateId, around: bool, (depth, most): (u32, u32)) -> Judgement {
    let words = |id| {
        Message::new(id)
            .with("plate", Arg::text(plate))
            .with("onto", Arg::text(onto))
    };
    if around {
        Judgement::stop(words("stop-plate-around"))
    } else if depth > most {
        Judgement::stop(words("stop-plate-depth").with("most", Arg::Number(i64::from(most))))
    } else {
        Judgement::ACCEPT
    }
}

pub(super) fn held(plate: &PlateId, blocks: &[Block]) -> Judgement {
    // As everywhere a recall is named before anything else.
    match blocks.iter().min_by_key(|block| block.kind != BlockKind::Recall) {
        None => Judgement::ACCEPT,
        Some(block) => Judgement::stop(
            Message::new("stop-plate-held")
                .with("plate", Arg::text(plate))
                .with("block", Arg::text(&block.block))
                .with("kind", Arg::text(block.kind.as_str()))
                .with("reason", block_reason(&block.reason)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Outcome;

    fn plate(name: &str) -> PlateId {
        PlateId::new(name).unwrap()
    }

    #[test]
    fn an_sscc_begins_a_pallet_once_and_a_tote_as_often_as_it_is_empty() {
        let here = PlaceId::new("STAGE-1").unwrap();
        let other = Account::Place(PlaceId::new("A-01").unwrap());
        let same = Account::Place(here.clone());
        let with = |sscc, at: Option<&Account>, loaded| free(&plate("P"), sscc, at, &here, loaded).outcome;
        for sscc in [true, false] {
            assert_eq!(with(sscc, None, false), Outcome::Accept);
            assert_eq!(with(sscc, Some(&same), true), Outcome::Accept, "it goes on");
            assert_eq!(with(sscc, Some(&other), true), Outcome::Stop);
            let never = Account::Virtual(Virtual::Unexplained);
            assert_eq!(with(sscc, Some(&never), false), Outcome::Accept, "taken back");
        }
        assert_eq!(with(true, Some(&other), false), Outcome::Warn);
        assert_eq!(with(false, Some(&other), false), Outcome::Accept);
        for gone in [Virtual::Customer, Virtual::Disposed, Virtual::Supplier] {
            let gone = Account::Virtual(gone);
            assert_eq!(with(true, Some(&gone), false), Outcome::Stop, "{gone}");
            assert_eq!(with(false, Some(&gone), false), Outcome::Accept, "{gone}");
        }
    }

    #[test]
    fn owners_never_mix_unless_the_site_says_so_and_what_it_forbids_is_named() {
        let on = |differs: &[Differs], may| mixing(&plate("P"), differs, may);
        let all = [Differs::Item, Differs::Lot, Differs::Expiry];
        assert_eq!(on(&all, Mixing::default()).outcome, Outcome::Accept);
        assert_eq!(on(&[Differs::Owner], Mixing::default()).outcome, Outcome::Stop);
        let pure = Mixing {
            item: false,
            lot: false,
            owner: false,
            expiry: false,
        };
        for differs in [Differs::Owner, Differs::Item, Differs::Lot, Differs::Expiry] {
            let said = on(&[differs], pure);
            assert_eq!(said.outcome, Outcome::Stop, "{differs:?}");
            assert!(format!("{said:?}").contains(differs.as_str()));
        }
        assert_eq!(on(&[], pure).outcome, Outcome::Accept);
    }

    #[test]
    fn nothing_stands_on_itself_nor_on_too_many() {
        let with = |around, depth| nesting(&plate("P"), &plate("Q"), around, (depth, 3)).outcome;
        assert_eq!(with(true, 1), Outcome::Stop);
        assert_eq!(with(false, 3), Outcome::Accept);
        assert_eq!(with(false, 4), Outcome::Stop);
    }
}
