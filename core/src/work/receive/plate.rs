//! A pallet that the notice told of.

use super::Receive;
use crate::Error;
use crate::store::Draft;
use crate::work::goods::{ask_blocks, plate_message};
use crate::work::inbound::ask_formats;
use crate::work::{Context, Step, refuse, stop_goods};
use lotline_record::entry::{Body, Refs};
use lotline_record::model::{Account, Amount, ContentsKnown, DocumentKind, Goods, Level, LotKey, PlateId, Quantity};
use lotline_record::rules::{Facts, Judge, Purpose};
use lotline_record::text::{Arg, Message};
use rust_decimal::Decimal;

impl Receive {
    /// A pallet the notice told of: its lines are received as inferred contents, and each unit whose serial it tells.
    pub(super) fn plate(mut self, plate: PlateId, context: &Context<'_>) -> Result<Step, Error> {
        if self.kind != DocumentKind::Notice {
            // Only a ship notice tells what is on a pallet.
            let message = Message::new("stop-pallet-unknown").with("plate", Arg::text(&plate));
            return Ok(refuse(Step::to(self), context, message));
        }
        let all = self.lines(context)?;
        let open = |l: &&super::DocumentLine| l.plate.as_ref() == Some(&plate) && l.done < l.expected;
        let lines: Vec<_> = all.iter().filter(open).collect();
        let mut judge = Judge::new();
        let known = context.facts.plate(&plate)?;
        let here = known.is_some_and(|p| p.account.is_physical());
        if !judge.ask(Facts::OnDocument {
            document: self.document.clone(),
            item: plate.to_string(),
            listed: !lines.is_empty() && !here,
        }) {
            let refs = Refs {
                plate: Some(plate),
                ..self.refs(None)
            };
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let (mut all, mut verdicts) = (Vec::new(), Vec::new());
        for line in &lines {
            let mut missing = line.expected.minus(line.done);
            for (hand, mut judge) in self.told_of(line, context)? {
                missing = missing.minus(hand.amount);
                let goods = Goods {
                    plate: Some(plate.clone()),
                    ..hand.goods
                };
                if !may_come(&goods, &mut judge, context)? {
                    let refs = self.refs(Some(&line.key.line));
                    return Ok(stop_goods(Step::to(self), context, judge, refs, None));
                }
                all.push((line.key.clone(), goods));
                verdicts.push(Some(judge.verdict()));
            }
            if missing == Amount::ZERO {
                continue;
            }
            let goods = Goods {
                owner: line.owner.clone(),
                item: line.item.clone(),
                level: if line.factor > 1 { Level::Case } else { Level::Each },
                quantity: Quantity::new(
                    missing.decimal() / Decimal::from(line.factor),
                    line.unit.clone(),
                    line.factor,
                )
                .map_err(|e| Error::bug(e.to_string()))?,
                weight: None,
                lot: line.lot.clone().map(LotKey::of),
                supplier_lot: None,
                expiry: line.expiry,
                produced: None,
                serial: None,
                plate: Some(plate.clone()),
                out_of: None,
            };
            if !may_come(&goods, &mut judge, context)? {
                let refs = self.refs(Some(&line.key.line));
                return Ok(stop_goods(Step::to(self), context, judge, refs, None));
            }
            all.push((line.key.clone(), goods));
            verdicts.push(None);
        }
        let verdict = judge.clone().verdict();
        let mut step = Step::default();
        let (at, block) = self.lands_as_plate(&plate, &all, context)?;
        for ((key, goods), own) in all.into_iter().zip(verdicts) {
            let mut draft = Draft::new(Body::Received {
                goods,
                to: Account::Place(at.clone()),
                known: ContentsKnown::Inferred,
                line: Some(key.clone()),
            });
            draft.place = Some(at.clone());
            draft.refs = Refs {
                plate: Some(plate.clone()),
                ..self.refs(Some(&key.line))
            };
            draft.verdict = own.unwrap_or_else(|| verdict.clone());
            draft.scan = context.evidence.cloned();
            self.line = Some(key.line);
            step = step.write(draft);
        }
        step.drafts.extend(block);
        self.done.push_whole(context.position(0), step.drafts.len());
        let said = Message::new("received-plate").with("plate", Arg::Message(Box::new(plate_message(&plate))));
        step.work = self.into();
        Ok(step.judged(&judge, said))
    }
}

fn may_come(goods: &Goods, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
    Ok(judge.stopped().is_none()
        && ask_formats(goods, judge, context)
        && ask_blocks(goods, None, Purpose::Receive, judge, context)?)
}
