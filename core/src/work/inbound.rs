//! What is asked of goods that come in, besides what every flow asks: how their numbers are written (C5) and what the
//! regulations ask for (C6).

use super::Context;
use super::goods::InHand;
use crate::Error;
use lotline_record::entry::Source;
use lotline_record::model::{Goods, Level, NumberKind, SerialScheme};
use lotline_record::rules::{Facts, Judge};

/// The numbers are written as the policy asks for, where it does.
pub(crate) fn ask_formats(goods: &Goods, judge: &mut Judge, context: &Context<'_>) -> bool {
    let numbers = [
        (NumberKind::Lot, goods.lot.as_ref().map(|lot| lot.number.as_str())),
        // The site's own numbers come out of its own series.
        (
            NumberKind::Serial,
            goods
                .serial
                .as_ref()
                .filter(|key| key.scheme != SerialScheme::Own)
                .map(|key| key.serial.as_str()),
        ),
    ];
    numbers.into_iter().all(|(of, number)| {
        let rule = context.policy.format(of, &goods.owner, &goods.item);
        let (Some(number), Some(rule)) = (number, rule) else {
            return true;
        };
        judge.ask(Facts::NumberFormat {
            of,
            number: number.to_owned(),
            by: rule.clone(),
        })
    })
}

/// A typed number that the record does not know is written as the policy asks for. What is here came in under another
/// rule, and is still found by its number.
pub(crate) fn ask_typed(hand: &InHand, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
    let typed = context.evidence.is_some_and(|scan| scan.source == Source::Typed);
    if !typed || context.policy.formats.is_empty() {
        return Ok(true);
    }
    let known = match &hand.goods.serial {
        Some(serial) => context.facts.serial(serial)?.is_some(),
        None => hand.lot.is_some(),
    };
    Ok(known || ask_formats(&hand.goods, judge, context))
}

/// The goods come with what the regulations they are under ask for. `source`: it is known who sent them.
pub(crate) fn ask_profiles(hand: &InHand, source: bool, judge: &mut Judge, context: &Context<'_>) -> bool {
    let goods = &hand.goods;
    let profiles = context.policy.profiles_of(&goods.owner, &goods.item);
    profiles.is_empty()
        || judge.ask(Facts::ProfileFields {
            profiles,
            lot: goods.lot.is_some(),
            serial: goods.serial.is_some(),
            serial_level: goods.level == Level::Each,
            expiry: hand.expiry().is_some(),
            origin: hand.origin.clone(),
            known_lot: hand.lot.is_some(),
            source,
        })
}
