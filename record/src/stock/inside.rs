//! What ends and what begins inside the four walls.

use super::{Effect, learn, lifecycle_at, transfer};
use crate::model::{Account, Goods, Virtual};

/// Goods were destroyed.
pub(super) fn dispose(goods: &Goods, from: &Account, out: &mut Vec<Effect>) {
    learn(goods, out);
    let gone = Account::Virtual(Virtual::Disposed);
    transfer(goods, from.clone(), gone.clone(), lifecycle_at(&gone), out);
}

/// Goods were used up.
pub(super) fn consume(goods: &Goods, from: &Account, out: &mut Vec<Effect>) {
    learn(goods, out);
    let gone = Account::Virtual(Virtual::Consumed);
    transfer(goods, from.clone(), gone.clone(), lifecycle_at(&gone), out);
}

/// Goods were made.
pub(super) fn produce(goods: &Goods, to: &Account, out: &mut Vec<Effect>) {
    learn(goods, out);
    let made = Account::Virtual(Virtual::Produced);
    transfer(goods, made, to.clone(), lifecycle_at(to), out);
}
