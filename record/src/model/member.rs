//! Members of a genealogy: goods as runs know them, and one generation between two of them.

use super::{Goods, ItemId, LotNumber, OwnerId, RunId};
use serde::{Deserialize, Serialize};

/// Goods in a genealogy: a lot, a single serial, or an item without either.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Member {
    /// Whose.
    pub owner: OwnerId,
    /// Which item.
    pub item: ItemId,
    /// Which lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotNumber>,
    /// Which serial, as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
}

impl Member {
    /// The goods of a label.
    pub fn of(goods: &Goods) -> Self {
        Member {
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: goods.lot.as_ref().map(|lot| lot.number.clone()),
            serial: goods.serial.as_ref().map(|key| key.serial.to_string()),
        }
    }

    /// Its most precise number: serial, lot or item.
    pub fn name(&self) -> String {
        match (&self.serial, &self.lot) {
            (Some(serial), _) => serial.clone(),
            (None, Some(lot)) => lot.to_string(),
            (None, None) => self.item.to_string(),
        }
    }
}

/// One generation between goods and what they were made of: `made` came out of `run`, into which `of` went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// What came out.
    pub made: Member,
    /// Of which run.
    pub run: RunId,
    /// What went in.
    pub of: Member,
}
