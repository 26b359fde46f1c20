//! Many serials at once: what an RFID sled saw of a receipt.

use super::{Receive, choose_line};
use crate::Error;
use crate::work::goods::identify;
use crate::work::label::tag;
use crate::work::tags::keep;
use crate::work::{Context, Feedback, Scanned, Step, stop_goods};
use lotline_record::entry::{Evidence, Source};
use lotline_record::model::{Account, ContentsKnown, SerialKey, Virtual};
use lotline_record::rules::Judge;
use lotline_record::text::{Arg, Message};
use std::collections::HashSet;

impl Receive {
    /// Tags, each once. Those of the notice are received; those received before are passed over; others are kept. The
    /// first that a rule stops is the stop of the burst: the rest of it has been counted by then.
    pub(crate) fn tags(mut self, epcs: Vec<String>, context: &Context<'_>) -> Result<Step, Error> {
        let mut lines = self.lines(context)?.as_ref().clone();
        let mut step = Step::default();
        let (mut new, mut again, mut strays, mut stopped) =
            (HashSet::<SerialKey>::new(), 0_usize, Vec::new(), Vec::new());
        let mut stop = None;
        for epc in epcs {
            let mut judge = Judge::new();
            let hand = match tag(&epc, context.year()) {
                Scanned::Label(label) => identify(&label, self.owner.as_ref(), &mut judge, context)?,
                Scanned::Text(_) | Scanned::Unreadable(_) => None,
            };
            let Some((hand, serial)) = hand.and_then(|hand| hand.goods.serial.clone().map(|serial| (hand, serial)))
            else {
                strays.push(epc);
                continue;
            };
            if new.contains(&serial)
                || context
                    .facts
                    .serial(&serial)?
                    .is_some_and(|known| self.landing(&known.account, context))
            {
                again += 1;
                continue;
            }
            let Some(at) = choose_line(&lines, &hand) else {
                strays.push(epc);
                continue;
            };
            let evidence = Evidence::new(epc.as_bytes(), None, Source::Rfid);
            let key = lines[at].key.clone();
            if !self.judge(&hand, &lines, Some(&lines[at]), &mut judge, context)? {
                if stop.is_none() {
                    stop = Some((judge, hand.goods, key, evidence));
                } else {
                    stopped.push(epc);
                }
                continue;
            }
            let drafted = step.drafts.len();
            let mut drafts = self.received(hand.goods, ContentsKnown::Scanned, Some(&key), drafted, context)?;
            if let Some(draft) = drafts.first_mut() {
                draft.scan = Some(evidence);
                draft.verdict = judge.verdict();
            }
            step.drafts.append(&mut drafts);
            self.line = Some(key.line);
            lines[at].done = lines[at].done.plus(hand.amount);
            new.insert(serial);
        }
        // Nothing else has been drafted yet.
        self.done.push_whole(context.position(0), step.drafts.len());
        let strange = strays.len();
        strays.extend(stopped);
        keep(&mut step, strays);
        let said = Message::new(if strange > 0 {
            "warn-tags-strange"
        } else {
            "tags-counted"
        })
        .with("new", Arg::count(new.len()))
        .with("again", Arg::count(again))
        .with("strange", Arg::count(strange));
        let Some((judge, goods, key, evidence)) = stop else {
            step.work = self.into();
            return Ok(step.say(if strange > 0 {
                Feedback::Warn(said)
            } else {
                Feedback::Accept(said)
            }));
        };
        let refs = self.refs(Some(&key.line));
        step.work = self.into();
        let supplier = Account::Virtual(Virtual::Supplier);
        let mut step = stop_goods(step, context, judge, refs, Some((goods, supplier, Some(key))));
        if let Some(refused) = step.drafts.last_mut() {
            refused.scan = Some(evidence);
        }
        Ok(step)
    }
}
