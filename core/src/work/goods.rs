//! From a label to goods: which item of which owner, at which pack level, and the rules every flow asks.

use super::facts::{LotFacts, SerialFacts, StockFacts};
use super::inbound::ask_typed;
use super::plates::{blocks_beneath, standing};
use super::{Context, LabelData, Scanned, cut};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Seen};
use lotline_record::model::{
    Account, Amount, Block, Goods, Item, ItemId, Level, LotKey, OwnerId, PackLevel, PlateId, Quantity, Scope,
    SerialKey, SerialScheme, Unit,
};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::stock::{Effect, effects};
use lotline_record::text::{Arg, Message};
use lotline_scan::Gtin;
use rust_decimal::Decimal;

/// Goods in the hand with what is known of their item.
#[derive(Debug, Clone)]
pub(crate) struct InHand {
    pub(crate) item: Item,
    pub(crate) goods: Goods,
    pub(crate) amount: Amount,
    pub(crate) lot: Option<LotFacts>,
    /// The country of origin on the label.
    pub(crate) origin: Option<String>,
}

impl InHand {
    /// Goods of an earlier scan, with what is known of them now; `None` when their item is no longer known.
    pub(crate) fn of(goods: Goods, context: &Context<'_>) -> Result<Option<Self>, Error> {
        let Some(item) = context.facts.item(&goods.owner, &goods.item)? else {
            return Ok(None);
        };
        let lot = match &goods.lot {
            Some(lot) => context.facts.lot(&item.owner, &item.item, lot)?,
            None => None,
        };
        let amount = goods.quantity.base().map_err(|e| Error::bug(e.to_string()))?;
        Ok(Some(InHand {
            item,
            goods,
            amount,
            lot,
            origin: None,
        }))
    }

    /// Expiry on the label, else in the record.
    pub(crate) fn expiry(&self) -> Option<lotline_record::model::Day> {
        self.goods.expiry.or_else(|| self.lot.as_ref().and_then(|l| l.expiry))
    }
}

/// Matches a label to an item of `owner` (or of any owner in the person's scope). `None` when the judge stopped.
pub(crate) fn identify(
    label: &LabelData,
    owner: Option<&OwnerId>,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<Option<InHand>, Error> {
    let Some(gtin) = label.gtin else {
        judge.ask(Facts::KnownItem {
            key: label.text.clone(),
            owners: Vec::new(),
        });
        return Ok(None);
    };
    let scope = context.facts.scope_of(&context.person.person)?;
    let mut found = context.facts.items_by_gtin(&gtin, context.today)?;
    let owner = owner.or(label.own.as_ref());
    found.retain(|(item, _)| {
        owner.is_none_or(|o| *o == item.owner) && scope.as_ref().is_none_or(|s| s.contains(&item.owner))
    });
    let owners = found.iter().map(|(item, _)| item.owner.clone()).collect();
    if !judge.ask(Facts::KnownItem {
        key: gtin.to_string(),
        owners,
    }) {
        return Ok(None);
    }
    let Some((item, level)) = found.pop() else {
        return Ok(None);
    };
    let goods = goods(label, &item, &level)?;
    let lot = match &goods.lot {
        Some(lot) => context.facts.lot(&item.owner, &item.item, lot)?,
        None => None,
    };
    let amount = goods.quantity.base().map_err(|e| Error::bug(e.to_string()))?;
    Ok(Some(InHand {
        item,
        goods,
        amount,
        lot,
        origin: label.origin.clone(),
    }))
}

fn goods(label: &LabelData, item: &Item, level: &PackLevel) -> Result<Goods, Error> {
    let count = if label.serial.is_some() {
        1
    } else {
        label.count.unwrap_or(1).max(1)
    };
    let quantity = Quantity::new(Decimal::from(count), level.unit.clone(), level.factor)
        .map_err(|e| Error::new(crate::Remedy::Rescan, "bad_quantity", e.to_string()))?;
    Ok(Goods {
        owner: item.owner.clone(),
        item: item.item.clone(),
        level: level.level,
        quantity,
        weight: label.weight.and_then(|kg| Quantity::new(kg, kilogram(), 1).ok()),
        lot: label.lot.clone().map(LotKey::of),
        supplier_lot: None,
        expiry: label.expiry,
        produced: label.produced,
        serial: label.serial.clone().map(|serial| SerialKey {
            scheme: if label.own.is_some() {
                SerialScheme::Own
            } else {
                SerialScheme::Gtin
            },
            maker_key: level.gtin.map_or_else(String::new, |g| g.to_string()),
            serial,
        }),
        plate: None,
        out_of: None,
    })
}

/// The unit of weights.
pub(crate) fn kilogram() -> Unit {
    Unit("KG".to_owned())
}

/// What the tracking mode asks a label for, given what the record knows of the lot; and of a typed one, that its numbers
/// are written as they should.
pub(crate) fn ask_mandatory(hand: &InHand, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
    Ok(ask_tracking(hand, judge, context)? && ask_typed(hand, judge, context)?)
}

/// What the tracking mode asks a label for.
pub(crate) fn ask_tracking(hand: &InHand, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
    Ok(judge.ask(Facts::Mandatory {
        tracking: hand.item.tracking,
        serial_level: hand.goods.level == Level::Each,
        expires: context.facts.expires(&hand.item.owner, &hand.item.item)?,
        lot: hand.goods.lot.is_some(),
        serial: hand.goods.serial.is_some(),
        expiry: hand.expiry().is_some(),
    }))
}

/// A known lot has one expiry.
pub(crate) fn ask_contradiction(hand: &InHand, stock: &[StockFacts], judge: &mut Judge) -> bool {
    let (Some(lot), Some(label)) = (&hand.goods.lot, hand.goods.expiry) else {
        return true;
    };
    let units = stock
        .iter()
        .filter(|s| s.lot.as_ref() == Some(lot))
        .map(|s| s.amount)
        .sum();
    let known = hand.lot.as_ref().and_then(|l| l.expiry);
    judge.ask(Facts::ExpiryContradiction {
        lot: lot.number.clone(),
        label,
        known,
        units,
    })
}

/// Blocks on the goods or the place they come from.
pub(crate) fn ask_blocks(
    goods: &Goods,
    from: Option<&Account>,
    purpose: Purpose,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let mut blocks = context.facts.blocks(Some(goods), from.and_then(Account::place))?;
    if let Some(plate) = &goods.plate {
        for block in blocks_beneath(plate, context)? {
            if !blocks.contains(&block) {
                blocks.push(block);
            }
        }
    }
    if blocks.is_empty() {
        // Kept as a fact too: an auditor sees that it was asked.
        return Ok(judge.ask(Facts::Blocked {
            purpose,
            subject: String::new(),
            blocks,
        }));
    }
    Ok(judge.ask(Facts::Blocked {
        purpose,
        subject: subject(goods),
        blocks,
    }))
}

/// Blocks on these goods, wherever they are: those that hold only in one place, too.
pub(crate) fn blocks_wherever(goods: &Goods, context: &Context<'_>) -> Result<Vec<Block>, Error> {
    let mut blocks = context.facts.blocks(Some(goods), None)?;
    for row in context.facts.stock_of(&goods.owner, &goods.item)? {
        if row.lot != goods.lot || row.account.place().is_none() {
            continue;
        }
        let there = context.facts.blocks(Some(goods), row.account.place())?;
        blocks.extend(
            there
                .into_iter()
                .filter(|block| matches!(block.scope, Scope::Stock { .. })),
        );
    }
    blocks.sort_by(|a, b| a.block.cmp(&b.block));
    blocks.dedup();
    Ok(blocks)
}

/// Goods in a few words for a message: `lot L2603A`, or the item's key.
pub(crate) fn subject(goods: &Goods) -> String {
    goods
        .lot
        .as_ref()
        .map_or_else(|| goods.item.to_string(), ToString::to_string)
}

/// Goods as feedback: name, lot, expiry, pack.
pub(crate) fn describe(name: &str, goods: &Goods) -> Message {
    let lot = goods.lot.as_ref().map_or_else(String::new, ToString::to_string);
    let id = match (goods.lot.is_some(), goods.expiry.is_some(), goods.serial.is_some()) {
        (true, true, true) => "goods-lot-expiry-serial",
        (true, true, false) => "goods-lot-expiry",
        (true, false, _) => "goods-lot",
        (false, _, true) => "goods-serial",
        (false, _, false) => "goods",
    };
    Message::new(id)
        .with("name", Arg::text(name))
        .with("lot", Arg::Text(lot))
        .maybe("expiry", goods.expiry.map(Arg::Day))
        .maybe("serial", goods.serial.as_ref().map(Arg::text))
        .with("quantity", Arg::text(&goods.quantity))
}

/// Where goods at `at` stand: a unit whose serial is on a pallet that stands there is on the pallet.
pub(crate) fn stands_at(goods: &Goods, at: &Account, context: &Context<'_>) -> Result<Account, Error> {
    if let Some(serial) = &goods.serial
        && let Some(Account::Plate(plate)) = context.facts.serial(serial)?.map(|s| s.account)
        && standing(&plate, context)?.is_some_and(|below| below.base == *at)
    {
        return Ok(Account::Plate(plate));
    }
    Ok(at.clone())
}

/// From which pack level goods are taken out of an account: their own if there is enough, else one that is opened.
pub(crate) fn out_of(goods: &Goods, amount: Amount, held: &[StockFacts]) -> Option<Level> {
    let of = |level: Level| -> Amount {
        held.iter()
            .filter(|s| s.lot == goods.lot && s.level == level)
            .map(|s| s.amount)
            .sum()
    };
    if of(goods.level) >= amount {
        return None;
    }
    Level::ALL
        .into_iter()
        .find(|level| *level != goods.level && of(*level) >= amount)
}

/// Whether the record has as much in `from`, which only warns, and from which pack level it is taken.
pub(crate) fn take_from(goods: &mut Goods, amount: Amount, from: &Account, stock: Vec<StockFacts>, judge: &mut Judge) {
    let held: Vec<StockFacts> = stock.into_iter().filter(|s| s.account == *from).collect();
    judge.ask(Facts::InStock {
        subject: subject(goods),
        from: from.clone(),
        held: held.iter().filter(|s| s.lot == goods.lot).map(|s| s.amount).sum(),
        taking: amount,
    });
    goods.out_of = out_of(goods, amount, &held);
}

/// What lies where once these are written, too: lines of one step are taken one after the other.
pub(crate) fn after(mut stock: Vec<StockFacts>, written: &[Draft], goods: &Goods) -> Vec<StockFacts> {
    for effect in written.iter().flat_map(|draft| effects(&draft.body)) {
        let Effect::Stock { key, account, delta } = effect else {
            continue;
        };
        if (&key.owner, &key.item) != (&goods.owner, &goods.item) {
            continue;
        }
        let same = |s: &&mut StockFacts| (&s.lot, s.level, &s.account) == (&key.lot, key.level, &account);
        match stock.iter_mut().find(same) {
            Some(row) => row.amount = row.amount.plus(delta),
            None => stock.push(StockFacts {
                owner: key.owner,
                item: key.item,
                lot: key.lot,
                level: key.level,
                account,
                amount: delta,
            }),
        }
    }
    stock
}

/// The base units in a pack that is opened for them.
pub(crate) fn eaches_of(hand: &InHand) -> Goods {
    Goods {
        level: Level::Each,
        quantity: Quantity::one(hand.item.base_unit.clone(), 1),
        weight: None,
        out_of: Some(hand.goods.level),
        ..hand.goods.clone()
    }
}

/// A serial that is taken from somewhere has not left, and is where it is taken from. Goods without one pass.
pub(crate) fn ask_serial(
    goods: &Goods,
    from: &Account,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let Some(serial) = &goods.serial else { return Ok(true) };
    Ok(ask_serial_at(serial, context.facts.serial(serial)?, from, judge))
}

/// The same of a serial that is to leave for somebody: two places that claim it are one too many.
pub(crate) fn ask_serial_leaving(
    goods: &Goods,
    from: &Account,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let Some(serial) = &goods.serial else { return Ok(true) };
    let known = context.facts.serial(serial)?;
    Ok(ask_undisputed(serial, known.as_ref(), judge) && ask_serial_at(serial, known, from, judge))
}

/// Whether no second place claims the serial. Asked only where one does.
pub(crate) fn ask_undisputed(serial: &SerialKey, known: Option<&SerialFacts>, judge: &mut Judge) -> bool {
    let Some(SerialFacts { account, claimed, .. }) = known else {
        return true;
    };
    claimed.is_none()
        || judge.ask(Facts::Undisputed {
            serial: serial.to_string(),
            at: account.clone(),
            claimed: claimed.clone(),
        })
}

/// Whether a serial that was looked up has not left, and is where it is taken from.
pub(crate) fn ask_serial_at(serial: &SerialKey, known: Option<SerialFacts>, from: &Account, judge: &mut Judge) -> bool {
    let (at, lifecycle) = known.map(|known| (known.account, known.lifecycle)).unzip();
    judge.ask(Facts::SerialStatus {
        serial: serial.to_string(),
        lifecycle,
    }) && judge.ask(Facts::SerialHere {
        serial: serial.to_string(),
        from: from.clone(),
        at,
    })
}

/// What people call an item; its key where the record does not know it.
pub(crate) fn name_of(owner: &OwnerId, item: &ItemId, context: &Context<'_>) -> Result<String, Error> {
    let known = context.facts.item(owner, item)?;
    Ok(known.map_or_else(|| item.to_string(), |known| known.name))
}

/// So many of these goods, as a person typed it; or what to say of the text.
pub(crate) fn quantity_of(text: &str, goods: &Goods) -> Result<Quantity, Message> {
    Quantity::parse(text, goods.quantity.u.clone(), goods.quantity.f)
        .map_err(|_| Message::new("stop-not-a-quantity").with("text", cut(text, 40)))
}

/// A label with nothing but an identifier of the site's own, as what the record knows it is on. Any other stays as it is.
pub(crate) fn own_unit(scanned: Scanned, context: &Context<'_>) -> Result<Scanned, Error> {
    let label = match scanned {
        Scanned::Label(label) if label.gtin.is_none() && label.sscc.is_none() => label,
        other => return Ok(other),
    };
    let Some(unit) = label.giai.as_deref() else {
        return Ok(Scanned::Label(label));
    };
    Ok(Scanned::Label(match known_unit(unit, context)? {
        Some(known) => Box::new(known),
        None => label,
    }))
}

/// What the record knows an identifier of the site's own to be on, as its label would say it.
pub(crate) fn known_unit(unit: &str, context: &Context<'_>) -> Result<Option<LabelData>, Error> {
    let Some(known) = context.facts.own_unit(unit)? else {
        return Ok(None);
    };
    let lot = match &known.lot {
        Some(lot) => context.facts.lot(&known.owner, &known.item, lot)?,
        None => None,
    };
    Ok(Some(LabelData {
        gtin: Gtin::parse(&known.serial.maker_key).ok(),
        lot: known.lot.map(|lot| lot.number),
        serial: Some(known.serial.serial),
        expiry: lot.and_then(|lot| lot.expiry),
        giai: Some(unit.to_owned()),
        own: Some(known.owner),
        text: format!("(8004){}", unit.replace('(', "\\(")),
        ..LabelData::default()
    }))
}

/// Goods were seen, and nothing moved.
pub(crate) fn observed(goods: Goods, context: &Context<'_>) -> Draft {
    let mut draft = Draft::new(Body::Seen(Seen::Goods { goods }));
    draft.scan = context.evidence.cloned();
    draft
}

/// Goods as a row of stock stands for them: for asking rules about what lies somewhere.
pub(crate) fn of_stock(row: &StockFacts) -> Goods {
    Goods {
        owner: row.owner.clone(),
        item: row.item.clone(),
        level: row.level,
        quantity: Quantity::one(Unit::each(), 1),
        weight: None,
        lot: row.lot.clone(),
        supplier_lot: None,
        expiry: None,
        produced: None,
        serial: None,
        plate: None,
        out_of: None,
    }
}

/// A handling unit on its own.
pub(crate) fn plate_message(plate: &PlateId) -> Message {
    Message::new("plate-name").with("plate", Arg::text(plate))
}
