//! Labels that lost a separator (A3): they can be read in more than one way, and the wrong one is a wrong lot.
//!
//! What the record knows may leave one of them: an item in this person's scope, and a lot or serial of it that is in the
//! record or on the open document. That one is taken, and the entry keeps every reading as a ground. Otherwise the scan
//! does not count.

use super::label::{Habits, possible};
use super::{Context, Half, LabelData, Scanned, Work};
use crate::Error;
use lotline_record::model::{Day, Item, Level, LotKey, PackLevel, SerialKey, SerialScheme};
use lotline_record::rules::{Facts, Judge};
use lotline_scan::Gtin;

/// The label that is meant, with what that rests on; or the judge's stop. Without any doubt, `scanned` and a judge that was
/// asked nothing.
pub(crate) fn settle(
    scanned: Scanned,
    half: Option<&Half>,
    work: &Work,
    context: &Context<'_>,
    habits: Habits<'_>,
) -> Result<(Scanned, Judge), Error> {
    let mut judge = Judge::new();
    let (Scanned::Unreadable(_), Some(evidence)) = (&scanned, context.evidence) else {
        return Ok((scanned, judge));
    };
    let found = possible(&evidence.raw, evidence.symbology.as_deref(), habits);
    let item = half.and_then(|half| half.item(habits)).and_then(|first| first.gtin);
    let mut fitting = Vec::new();
    for reading in &found {
        if fits(reading, item, work, context)? {
            fitting.push(reading.clone());
        }
    }
    // One reading that does not fit is no doubt but damage, which has its own words.
    if found.is_empty() || found.len() == 1 && fitting.is_empty() {
        return Ok((scanned, judge));
    }
    let one = if fitting.len() == 1 { fitting.pop() } else { None };
    judge.ask(Facts::OneReading {
        readings: found.into_iter().map(|reading| reading.text).collect(),
        fitting: fitting.len() + usize::from(one.is_some()),
        taken: one.as_ref().map(|reading| reading.text.clone()),
    });
    Ok((one.map_or(scanned, |reading| Scanned::Label(Box::new(reading))), judge))
}

/// Does the record know what this reading names? `item` is that of the code before it, for the second code of a split label.
fn fits(label: &LabelData, item: Option<Gtin>, work: &Work, context: &Context<'_>) -> Result<bool, Error> {
    let Some(gtin) = label.gtin.or(item) else {
        return Ok(false);
    };
    let scope = context.facts.scope_of(&context.person.person)?;
    let mut found = context.facts.items_by_gtin(&gtin, context.today)?;
    found.retain(|(item, _)| scope.as_ref().is_none_or(|scope| scope.contains(&item.owner)));
    let [(item, level)] = found.as_slice() else {
        return Ok(false);
    };
    let serial_level = level.level == Level::Each && item.tracking.needs_serial();
    if serial_level && label.serial.is_none() {
        return Ok(false);
    }
    if item.tracking.needs_lot() {
        return lot_is_known(label, item, work, context);
    }
    Ok(serial_level && serial_is_known(label, level, context)?)
}

fn lot_is_known(label: &LabelData, item: &Item, work: &Work, context: &Context<'_>) -> Result<bool, Error> {
    let Some(lot) = &label.lot else {
        return Ok(false);
    };
    let same = |known: Option<Day>| label.expiry.is_none_or(|day| known == Some(day) || known.is_none());
    if let Some(facts) = context.facts.lot(&item.owner, &item.item, &LotKey::of(lot.clone()))? {
        return Ok(same(facts.expiry));
    }
    let Some((kind, document)) = work.document() else {
        return Ok(false);
    };
    let lines = context.facts.lines(kind, document)?;
    Ok(lines
        .iter()
        .any(|line| line.item == item.item && line.lot.as_ref() == Some(lot) && same(line.expiry)))
}

fn serial_is_known(label: &LabelData, level: &PackLevel, context: &Context<'_>) -> Result<bool, Error> {
    let Some(serial) = label.serial.clone() else {
        return Ok(false);
    };
    let key = SerialKey {
        scheme: SerialScheme::Gtin,
        maker_key: level.gtin.map_or_else(String::new, |gtin| gtin.to_string()),
        serial,
    };
    Ok(context.facts.serial(&key)?.is_some())
}
