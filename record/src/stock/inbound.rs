//! What returns and inspections change.

use super::{Effect, learn, lifecycle_at, transfer};
use crate::entry::{Inspected, InspectionOutcome};
use crate::model::{Account, Block, Goods, Lifecycle, Virtual};

/// Goods come back from the customer; what keeps them from leaving again holds from then on.
pub(super) fn returned(goods: &Goods, to: &Account, blocks: &[Block], out: &mut Vec<Effect>) {
    learn(goods, out);
    let customer = Account::Virtual(Virtual::Customer);
    transfer(goods, customer, to.clone(), Lifecycle::Returned, out);
    out.extend(blocks.iter().cloned().map(Effect::Block));
}

/// What was decided on is released, but for what is bad; a fail leaves everything as it is.
pub(super) fn inspected(inspected: &Inspected, out: &mut Vec<Effect>) {
    if inspected.outcome == InspectionOutcome::Fail {
        return;
    }
    if let Some(rejected) = &inspected.rejected {
        for goods in &rejected.goods {
            let to = rejected.to.clone();
            let lifecycle = lifecycle_at(&to);
            transfer(goods, inspected.at.clone(), to, lifecycle, out);
        }
        out.push(Effect::Block(rejected.block.clone()));
    }
    for block in &inspected.blocks {
        out.push(Effect::Unblock(block.block.clone()));
    }
}
