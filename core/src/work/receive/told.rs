//! Units that the notice tells by their serials: each that comes is one of them, and those that did not come are named
//! when the receipt is closed.

use super::Receive;
use crate::Error;
use crate::work::facts::DocumentLine;
use crate::work::goods::{InHand, identify};
use crate::work::{Context, LabelData};
use lotline_record::model::{Account, DocumentKind, Lifecycle, SerialKey, Unexpected, Virtual};
use lotline_record::rules::{Facts, Judge};

/// The most serials that a verdict names.
const MOST_NAMED: usize = 200;

impl Receive {
    /// A notice that tells the serials of an item tells each that comes.
    pub(super) fn ask_told(
        &self,
        hand: &InHand,
        lines: &[DocumentLine],
        judge: &mut Judge,
        context: &Context<'_>,
    ) -> Result<bool, Error> {
        let told = |l: &DocumentLine| l.serials && l.owner == hand.item.owner && l.item == hand.item.item;
        let Some(serial) = hand.goods.serial.as_ref().filter(|_| lines.iter().any(told)) else {
            return Ok(true);
        };
        let by = context.facts.told_serial(&self.document, serial)?;
        Ok(judge.ask(Facts::ListedSerial {
            document: self.document.clone(),
            serial: serial.to_string(),
            listed: by.here,
            elsewhere: by.elsewhere,
            strict: context.policy.receipt.unexpected_serial == Unexpected::Stop,
        }))
    }

    /// What the notice told and nobody has seen; `None` where it tells no serials.
    pub(super) fn missing(&self, context: &Context<'_>) -> Result<Option<Facts>, Error> {
        if self.kind != DocumentKind::Notice {
            return Ok(None);
        }
        let told = context.facts.told_serials(&self.document, None)?;
        let (mut missing, mut serials) = (0, Vec::new());
        for serial in &told {
            if has_come(serial, context)? {
                continue;
            }
            missing += 1;
            if serials.len() < MOST_NAMED {
                serials.push(serial.to_string());
            }
        }
        Ok((!told.is_empty()).then(|| Facts::SerialsCame {
            document: self.document.clone(),
            missing,
            serials,
        }))
    }

    /// The units of a line that the notice tells by their serials and that are not here yet, as if each were scanned, with
    /// what was judged of it: not more than the line still asks for.
    pub(super) fn told_of(&self, line: &DocumentLine, context: &Context<'_>) -> Result<Vec<(InHand, Judge)>, Error> {
        let mut missing = line.expected.minus(line.done);
        let mut units = Vec::new();
        if !line.serials {
            return Ok(units);
        }
        for serial in context.facts.told_serials(&self.document, Some(&line.key.line))? {
            let known = context.facts.serial(&serial)?;
            if known.as_ref().is_some_and(|k| k.account.is_physical()) {
                continue;
            }
            let label = LabelData {
                gtin: serial.maker_key.parse().ok(),
                lot: line.lot.clone(),
                expiry: line.expiry,
                serial: Some(serial.serial.clone()),
                ..LabelData::default()
            };
            let mut judge = Judge::new();
            let Some(hand) = identify(&label, Some(&line.owner), &mut judge, context)? else {
                // A number of something that the site has no pack level for: it counts among the rest of the line.
                continue;
            };
            if hand.item.item != line.item || hand.amount > missing {
                continue;
            }
            judge.ask(Facts::SerialUnique {
                serial: serial.to_string(),
                at: known.as_ref().map(|k| k.account.clone()),
                lifecycle: known.as_ref().map(|k| k.lifecycle),
            });
            missing = missing.minus(hand.amount);
            units.push((hand, judge));
        }
        Ok(units)
    }
}

/// Whether a unit that was told is here, or was and went on.
fn has_come(serial: &SerialKey, context: &Context<'_>) -> Result<bool, Error> {
    let known = context.facts.serial(serial)?;
    Ok(known.is_some_and(|k| k.lifecycle != Lifecycle::Expected && k.account != Account::Virtual(Virtual::Supplier)))
}
