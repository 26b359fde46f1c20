//! What a new label does to the picture: the unit is known by another name. No stock moves.

use super::Effect;
use crate::entry::Body;
use crate::model::{Account, Goods, Lifecycle, SerialKey, Virtual};

/// A number that was taken back is burnt: its label is gone for good.
pub(super) fn burn(body: &Body, out: &mut Vec<Effect>) {
    if let Body::Relabelled { goods, at, unit, .. } = body {
        out.push(Effect::Serial {
            serial: unit.clone(),
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: goods.lot.clone(),
            from: at.clone(),
            account: Account::Virtual(Virtual::Disposed),
            lifecycle: Lifecycle::Disposed,
        });
    }
}

pub(super) fn push(goods: &Goods, at: &Account, unit: &SerialKey, out: &mut Vec<Effect>) {
    let mut known = |serial: &SerialKey, from: Account, account: Account, lifecycle| {
        out.push(Effect::Serial {
            serial: serial.clone(),
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: goods.lot.clone(),
            from,
            account,
            lifecycle,
        });
    };
    if let Some(old) = &goods.serial {
        known(
            old,
            at.clone(),
            Account::Virtual(Virtual::Consumed),
            Lifecycle::Consumed,
        );
    }
    known(unit, Account::Virtual(Virtual::Produced), at.clone(), Lifecycle::Here);
}
