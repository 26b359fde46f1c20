//! What inspections change.

use super::{Effect, lifecycle_at, transfer};
use crate::entry::{Inspected, InspectionOutcome};

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
