//! What an inspection decides, and who signs it.

use super::{ACT, About, Inspect, MOST_REJECTED, What, ask_release};
use crate::Error;
use crate::store::Draft;
use crate::work::goods::{identify, observed, out_of, quantity_of};
use crate::work::receive::{quality_block, stock_in};
use crate::work::sign::{Badge, Signing, refuse_signature};
use crate::work::{Context, Event, Feedback, LabelData, Scanned, Step, refuse, stop_goods};
use lotline_record::entry::{Body, Inspected, InspectionOutcome, Load, Refs, Rejected, Sample, Signature};
use lotline_record::model::{Account, Amount, Goods, Person, PlaceId};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};

impl Inspect {
    pub(super) fn outcome(mut self, mut about: Box<About>, event: &Event, context: &Context<'_>) -> Step {
        let chosen = match event {
            Event::Choose(id) => match id.strip_prefix("outcome:") {
                Some("pass") => Some(InspectionOutcome::Pass),
                // A pallet is one thing; what is on it is inspected once it is broken down.
                Some("partial") if matches!(about.what, What::Goods(..)) => Some(InspectionOutcome::Partial),
                Some("fail") => Some(InspectionOutcome::Fail),
                _ => None,
            },
            _ => None,
        };
        let Some(chosen) = chosen else {
            return self.again(about, event, context);
        };
        let mut judge = Judge::new();
        if !judge.ask(sampled(&about, chosen, context)) {
            self.about = Some(about);
            return stop_goods(Step::to(self), context, judge, Refs::default(), None);
        }
        about.outcome = Some(chosen);
        if chosen != InspectionOutcome::Partial {
            about.signing = Some(Signing::default());
        }
        self.about = Some(about);
        Step::to(self)
    }

    /// Which are bad: so many, or each by its serial.
    pub(super) fn rejected(
        mut self,
        mut about: Box<About>,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let What::Goods(goods, place) = about.what.clone() else {
            return Ok(self.again(about, &event, context));
        };
        match event {
            Event::Scan(Scanned::Label(label)) if goods.serial.is_some() => {
                self.rejected_serial(about, &label, &goods, &place, context)
            }
            Event::Choose(id) if id == "sign" && !about.rejected.is_empty() => {
                about.signing = Some(Signing::default());
                self.about = Some(about);
                Ok(Step::to(self))
            }
            Event::Enter { text } | Event::Scan(Scanned::Text(text)) if goods.serial.is_none() => {
                let quantity = match quantity_of(&text, &goods) {
                    Ok(quantity) => quantity,
                    Err(message) => {
                        self.about = Some(about);
                        return Ok(refuse(Step::to(self), context, message));
                    }
                };
                let amount = quantity.base().map_err(|e| Error::bug(e.to_string()))?;
                if amount >= about.amount {
                    let message = Message::new("stop-not-a-part").with("amount", Arg::amount(about.amount));
                    self.about = Some(about);
                    return Ok(refuse(Step::to(self), context, message));
                }
                let mut bad = Goods { quantity, ..*goods };
                let stock = context.facts.stock_of(&bad.owner, &bad.item)?;
                let here: Vec<_> = stock
                    .into_iter()
                    .filter(|row| row.account.place() == Some(&place))
                    .collect();
                bad.out_of = out_of(&bad, amount, &here);
                let draft = observed(bad.clone(), context);
                about.rejected = vec![bad];
                about.signing = Some(Signing::default());
                self.about = Some(about);
                Ok(Step::to(self).write(draft))
            }
            event => Ok(self.again(about, &event, context)),
        }
    }

    fn rejected_serial(
        mut self,
        mut about: Box<About>,
        label: &LabelData,
        goods: &Goods,
        place: &PlaceId,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let hand = identify(label, Some(&goods.owner), &mut judge, context)?;
        let Some(bad) = hand.map(|hand| hand.goods) else {
            self.about = Some(about);
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let here = match &bad.serial {
            Some(serial) => context
                .facts
                .serial(serial)?
                .is_some_and(|known| known.account.place() == Some(place)),
            None => false,
        };
        let wrong = if bad.item != goods.item || bad.lot != goods.lot || !here {
            Some(Message::new("stop-not-inspected"))
        } else if about.rejected.iter().any(|other| other.serial == bad.serial) {
            Some(Message::new("stop-counted-twice").with("serial", Arg::text(serial_of(&bad))))
        } else if about.rejected.len() >= MOST_REJECTED
            || Amount::whole(count(about.rejected.len() + 1)) >= about.amount
        {
            Some(Message::new("stop-not-a-part").with("amount", Arg::amount(about.amount)))
        } else {
            None
        };
        if let Some(message) = wrong {
            self.about = Some(about);
            return Ok(refuse(Step::to(self), context, message));
        }
        let draft = observed(bad.clone(), context);
        about.rejected.push(bad);
        self.about = Some(about);
        Ok(Step::to(self).write(draft))
    }

    pub(super) fn signature(
        mut self,
        mut about: Box<About>,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let signing = about.signing.take().unwrap_or_default();
        match event {
            Event::Scan(Scanned::Text(badge)) | Event::Enter { text: badge } => {
                let may = |person: &Person, judge: &mut Judge| ask_release(&about, person, judge, context);
                let read = Signing::badge_if(&badge, context, may)?;
                let (signer, refused) = match read {
                    Badge::May(person) => (Some(person), None),
                    Badge::No(message, verdict) => (None, Some((message, verdict))),
                };
                about.signing = Some(Signing { signer });
                self.about = Some(about);
                Ok(match refused {
                    None => Step::to(self),
                    Some((message, verdict)) => refuse_signature(self, context, message, verdict),
                })
            }
            Event::Pin { right: true } => {
                let mut judge = Judge::new();
                if let Some(outcome) = about.outcome {
                    judge.ask(sampled(&about, outcome, context));
                }
                let may = |person: &Person, judge: &mut Judge| ask_release(&about, person, judge, context);
                if let Some(signed) = signing.sign_if(ACT, &mut judge, context, may)? {
                    return Self::decided(*about, signed, &judge, context);
                }
                about.signing = Some(Signing::default());
                self.about = Some(about);
                Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None))
            }
            Event::Pin { right: false } => {
                about.signing = Some(Signing::default());
                self.about = Some(about);
                let message = Message::new("stop-wrong-pin");
                Ok(refuse_signature(self, context, message, Verdict::default()))
            }
            event => {
                about.signing = Some(signing);
                Ok(self.again(about, &event, context))
            }
        }
    }

    /// One entry says all of it; nothing is half decided.
    fn decided(
        about: About,
        (signature, said): (Signature, Message),
        judge: &Judge,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let outcome = about.outcome.unwrap_or(InspectionOutcome::Fail);
        let (load, at) = match &about.what {
            What::Goods(goods, place) => (Load::Goods((**goods).clone()), Account::Place(place.clone())),
            What::Plate(plate, at) => (Load::Plate(plate.clone()), at.clone()),
        };
        let rejected = match (about.rejected.first(), outcome) {
            (Some(first), InspectionOutcome::Partial) => {
                let cage = context.facts.cage()?.unwrap_or_else(|| context.resource.clone());
                let scope = stock_in(first, &cage);
                Some(Rejected {
                    block: quality_block(scope, "failed", 0, context)?,
                    goods: about.rejected.clone(),
                    to: Account::Place(cage),
                })
            }
            _ => None,
        };
        let owner = match &load {
            Load::Goods(goods) => Some(goods.owner.clone()),
            Load::Plate(_) => None,
        };
        let mut draft = Draft::new(Body::Inspected(Box::new(Inspected {
            load,
            at: at.clone(),
            amount: about.amount,
            blocks: about.blocks,
            sample: Sample {
                size: about.size,
                bad: about.bad.unwrap_or(0),
            },
            certificate: about.certificate.filter(|reference| !reference.is_empty()),
            outcome,
            rejected,
            signature,
        })));
        draft.owner = owner;
        draft.place = at.place().cloned();
        draft.verdict = judge.clone().verdict();
        Ok(Step::to(Inspect::default()).write(draft).say(Feedback::Accept(said)))
    }
}

fn sampled(about: &About, outcome: InspectionOutcome, context: &Context<'_>) -> Facts {
    Facts::Sampled {
        size: about.size,
        bad: about.bad.unwrap_or(0),
        allowed: context.policy.receipt.sample_may_be_bad,
        pass: outcome == InspectionOutcome::Pass,
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn serial_of(goods: &Goods) -> String {
    goods.serial.as_ref().map_or_else(String::new, ToString::to_string)
}
