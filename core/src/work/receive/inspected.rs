//! Goods that wait for an inspection: they are received under a quality block.

use super::Receive;
use crate::Error;
use crate::store::Draft;
use crate::work::Context;
use lotline_record::entry::Body;
use lotline_record::model::{
    Account, Block, BlockId, BlockKind, Goods, ItemId, LineKey, LotKey, OwnerId, PlaceId, PlateId, Scope,
};
use serde::{Deserialize, Serialize};

/// Why they are blocked: one of the reasons that has words in every language.
pub(in crate::work) const REASON: &str = "inspection";

/// What this receipt told to wait: each item and lot once, however many units of it come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Inspecting(Vec<(OwnerId, ItemId, Option<LotKey>)>);

impl Receive {
    /// Where the goods go, and the block that keeps them there, when it is not there yet. The block would be the `n`-th
    /// entry of this input.
    pub(super) fn lands(
        &mut self,
        goods: &Goods,
        n: usize,
        context: &Context<'_>,
    ) -> Result<(PlaceId, Option<Draft>), Error> {
        if !self.terms(&goods.owner, &goods.item, context).inspect {
            return Ok((self.dock.clone(), None));
        }
        let place = self.inspection(context);
        let key = (goods.owner.clone(), goods.item.clone(), goods.lot.clone());
        if self.inspecting.0.contains(&key) {
            return Ok((place, None));
        }
        let scope = stock_in(goods, &place);
        let draft = self.block(scope, &goods.owner, &place, n, context)?;
        self.inspecting.0.push(key);
        Ok((place, Some(draft)))
    }

    /// The same for a pallet: one of its lines that waits keeps all of it.
    pub(super) fn lands_as_plate(
        &mut self,
        plate: &PlateId,
        lines: &[(LineKey, Goods)],
        context: &Context<'_>,
    ) -> Result<(PlaceId, Option<Draft>), Error> {
        let waits = |goods: &Goods| self.terms(&goods.owner, &goods.item, context).inspect;
        let Some((_, first)) = lines.iter().find(|(_, goods)| waits(goods)) else {
            return Ok((self.dock.clone(), None));
        };
        let place = self.inspection(context);
        let scope = Scope::Plate { plate: plate.clone() };
        let draft = self.block(scope, &first.owner, &place, lines.len(), context)?;
        Ok((place, Some(draft)))
    }

    /// Whether goods of this receipt are put down there.
    pub(super) fn landing(&self, account: &Account, context: &Context<'_>) -> bool {
        let place = account.place();
        place == Some(&self.dock) || place == Some(&self.inspection(context))
    }

    /// What an undo takes back was not told.
    pub(super) fn forget(&mut self, body: &Body) {
        match body {
            Body::Blocked { block } => {
                if let Scope::Stock { owner, item, lot, .. } = &block.scope {
                    self.inspecting
                        .0
                        .retain(|(o, i, l)| (o, i, l.as_ref().map(|l| &l.number)) != (owner, item, lot.as_ref()));
                }
            }
            Body::Received { goods, .. } | Body::Damaged { goods, .. } => self.count_out(goods),
            _ => {}
        }
    }

    fn inspection(&self, context: &Context<'_>) -> PlaceId {
        let asked = context.policy.receipt.inspection_place.as_ref();
        asked.unwrap_or(&self.dock).clone()
    }

    fn block(
        &self,
        scope: Scope,
        owner: &OwnerId,
        place: &PlaceId,
        n: usize,
        context: &Context<'_>,
    ) -> Result<Draft, Error> {
        let block = quality_block(scope, REASON, n, context)?;
        let mut draft = Draft::new(Body::Blocked { block });
        draft.owner = Some(owner.clone());
        draft.place = Some(place.clone());
        draft.refs = self.refs(None);
        Ok(draft)
    }
}

/// A quality block, named after the `n`-th entry of this input.
pub(in crate::work) fn quality_block(
    scope: Scope,
    reason: &str,
    n: usize,
    context: &Context<'_>,
) -> Result<Block, Error> {
    let at = context.position(n);
    let name = format!("B-{}-{}-{}", context.device, at.epoch(), at.seq());
    Ok(Block {
        through: Vec::new(),
        block: BlockId::new(name).map_err(|e| Error::bug(e.to_string()))?,
        kind: BlockKind::Quality,
        scope,
        reason: reason.to_owned(),
        placed_by: None,
        part: None,
    })
}

/// Goods of that lot, as long as they are in that place.
pub(in crate::work) fn stock_in(goods: &Goods, place: &PlaceId) -> Scope {
    Scope::Stock {
        owner: goods.owner.clone(),
        item: goods.item.clone(),
        lot: goods.lot.as_ref().map(|lot| lot.number.clone()),
        place: place.clone(),
    }
}
