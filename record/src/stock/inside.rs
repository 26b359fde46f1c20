//! What ends inside the four walls.

use super::{Effect, learn, lifecycle_at, transfer};
use crate::model::{Account, Goods, Virtual};

/// Goods were destroyed.
pub(super) fn dispose(goods: &Goods, from: &Account, out: &mut Vec<Effect>) {
    learn(goods, out);
    let gone = Account::Virtual(Virtual::Disposed);
    transfer(goods, from.clone(), gone.clone(), lifecycle_at(&gone), out);
}
