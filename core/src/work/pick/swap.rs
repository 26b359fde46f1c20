//! A lot that should leave later is taken all the same: with a reason and, by policy, a second person's signature (C1).

use super::take::warned;
use super::{Asking, Pick, refs};
use crate::Error;
use crate::store::Draft;
use crate::work::facts::DocumentLine;
use crate::work::sign::{Badge, Signing, refuse_signature};
use crate::work::{Context, Event, Scanned, Step, reason, stop_goods};
use lotline_record::entry::{Body, Signature};
use lotline_record::model::Goods;
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::Message;

/// What a second person signs.
const ACT: &str = "rotation";

impl Pick {
    pub(super) fn why(
        mut self,
        goods: Box<Goods>,
        rule: String,
        line: &DocumentLine,
        event: &Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let Some(reason) = reason::chosen(event, &context.policy.override_reasons) else {
            return Ok(self.not_this(Asking::Why { goods, rule }, event, context));
        };
        if context.policy.signs_overrides(&goods.owner, &goods.item) {
            self.asking = Some(Asking::Sign {
                goods,
                rule,
                reason,
                signing: Signing::default(),
            });
            return Ok(Step::to(self));
        }
        self.overridden((goods, rule, reason), None, Judge::new(), line, context)
    }

    pub(super) fn signature(
        mut self,
        about: (Box<Goods>, String, String),
        signing: &Signing,
        line: &DocumentLine,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let owner = about.0.owner.clone();
        let wait = |signer| {
            let (goods, rule, reason) = about.clone();
            Asking::Sign {
                goods,
                rule,
                reason,
                signing: Signing { signer },
            }
        };
        match event {
            Event::Scan(Scanned::Text(badge)) | Event::Enter { text: badge } => {
                match Signing::badge(&badge, ACT, Some(&owner), context)? {
                    Badge::May(person) => {
                        self.asking = Some(wait(Some(person)));
                        Ok(Step::to(self))
                    }
                    Badge::No(message, verdict) => {
                        self.asking = Some(wait(None));
                        Ok(refuse_signature(self, context, message, verdict))
                    }
                }
            }
            Event::Pin { right: true } => {
                let mut judge = Judge::new();
                if let Some((signature, _)) = signing.sign(ACT, Some(&owner), &mut judge, context)? {
                    return self.overridden(about, Some(signature), judge, line, context);
                }
                self.asking = Some(wait(None));
                let refs = refs(&line.key.document, Some(&line.key));
                Ok(stop_goods(Step::to(self), context, judge, refs, None))
            }
            Event::Pin { right: false } => {
                self.asking = Some(wait(None));
                let message = Message::new("stop-wrong-pin");
                Ok(refuse_signature(self, context, message, Verdict::default()))
            }
            event => Ok(self.not_this(wait(signing.signer.clone()), &event, context)),
        }
    }

    /// It may be taken, for this line: the claim is written, and the work goes on where it was stopped.
    fn overridden(
        mut self,
        (goods, rule, reason): (Box<Goods>, String, String),
        signature: Option<Signature>,
        mut judge: Judge,
        line: &DocumentLine,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let refs = refs(&line.key.document, Some(&line.key));
        if !judge.ask(Facts::Overridden {
            over: rule.clone(),
            lot: goods.lot.as_ref().map(|lot| lot.number.clone()),
            reason: reason.clone(),
            needs_signature: context.policy.signs_overrides(&goods.owner, &goods.item),
            signed: signature.is_some(),
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let mut draft = Draft::new(Body::Overridden {
            rule,
            document: line.key.document.clone(),
            goods: (*goods).clone(),
            reason,
            signature,
        });
        draft.place.clone_from(&self.at);
        draft.refs = refs;
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        self.allowed.push((line.key.clone(), goods.lot.clone()));
        let mut step = self.go_on(*goods, line, vec![draft], context)?;
        if step.stop.is_none() {
            step.feedback = warned(&judge);
        }
        Ok(step)
    }
}
