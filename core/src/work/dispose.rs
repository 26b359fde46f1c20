//! Dispose of goods: blocked, recalled, expired or damaged ones are destroyed, and a second person signs for it.
//!
//! Steps: scan the place, choose the reason, scan what is destroyed and enter how many (a serial is one), as often as
//! needed; then the reference of the certificate, where there is one, and badge and PIN of who may sign. Nothing is booked
//! before. What quality or a recall holds back is signed by quality. Stops: unknown place or item, lot or serial missing,
//! contradicting expiry, a serial that has left, not a quantity, *expired* for what is not, a certificate that policy asks
//! for, a signature of who may not give it.

use super::dated::ask_clock;
use super::goods::{
    after, ask_blocks, ask_contradiction, ask_mandatory, ask_serial, identify, name_of, observed, quantity_of,
    stands_at, take_from,
};
use super::load::{At, arrived, brings_goods, digits_first, digits_view, nothing_to_undo, place};
use super::sign::{Badge, Signing, refuse_signature};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, ViewLine, Work, describe, reason,
    refuse, stop_goods, undo_last,
};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::store::Draft;
use lotline_record::entry::{Body, Position, Refs};
use lotline_record::model::{Account, Goods, OwnerId, PersonId, PlaceId, Reason};
use lotline_record::rules::{Facts, Judge, Purpose, Verdict, dispose_act};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// Most characters of the reference of a certificate.
const REFERENCE: usize = 60;

/// An open disposal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Dispose {
    place: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    /// The chosen reason's code.
    reason: Option<String>,
    /// Goods of which it is asked how many.
    many: Option<Box<Line>>,
    /// What is to be destroyed, and is not signed yet.
    lines: Vec<Line>,
    /// What comes after the last scan.
    ending: Option<Ending>,
    /// Entries that can be taken back, oldest first.
    done: Vec<Position>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    goods: Goods,
    from: Account,
    said: Message,
    /// What was judged of the label.
    verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ending {
    /// The reference of the certificate is awaited.
    Certificate,
    /// The signature is.
    Sign {
        certificate: Option<String>,
        signing: Signing,
    },
}

impl Dispose {
    /// Whose PIN is awaited.
    pub(crate) fn signer(&self) -> Option<&PersonId> {
        match &self.ending {
            Some(Ending::Sign { signing, .. }) => signing.signer.as_ref(),
            _ => None,
        }
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        match event {
            Event::Back => return Ok(self.back()),
            Event::Choose(id) if id == "back" => return Ok(self.back()),
            Event::Choose(id) if id == "undo" => return self.undo(context),
            Event::Scan(Scanned::Unreadable(message)) => return Ok(refuse(Step::to(self), context, message)),
            _ => {}
        }
        if let Some(line) = self.many.take() {
            return self.quantity(*line, event, context);
        }
        match self.ending.take() {
            Some(Ending::Certificate) => return Ok(self.certificate(&event, context)),
            Some(Ending::Sign { certificate, signing }) => {
                return self.signature(certificate, &signing, event, context);
            }
            None => {}
        }
        match event {
            Event::Scan(Scanned::Label(label)) => self.label(&label, context),
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.place(&text, context),
            Event::Choose(id) => {
                if let Some(code) = id.strip_prefix("reason:") {
                    if self.place.is_some() && reasons(context).iter().any(|r| r.code == code) {
                        self.reason = Some(code.to_owned());
                    }
                } else if id == "reason" && self.lines.is_empty() {
                    self.reason = None;
                } else if id == "sign" && !self.lines.is_empty() {
                    self.ending = Some(Ending::Certificate);
                } else if id == "done" && self.lines.is_empty() {
                    return Ok(Step::to(Work::Home));
                }
                Ok(Step::to(self))
            }
            _ => Ok(Step::to(self)),
        }
    }

    fn back(mut self) -> Step {
        if self.checking.take().is_some() || self.many.take().is_some() || self.ending.take().is_some() {
            return Step::to(self);
        }
        if !self.lines.is_empty() {
            return Step::to(self).say(Feedback::Warn(Message::new("dispose-unsigned")));
        }
        if self.reason.take().is_some() || self.place.take().is_some() {
            return Step::to(self);
        }
        Step::to(Work::Home)
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.ending = None;
        let said = Feedback::Accept(Message::new("undone"));
        if self.many.take().is_some() || self.lines.pop().is_some() {
            return Ok(Step::to(self).say(said));
        }
        let Some((draft, _)) = undo_last(&mut self.done, context)? else {
            return Ok(nothing_to_undo(self));
        };
        Ok(Step::to(self).write(draft).say(said))
    }

    fn place(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        match place(text, &mut self.checking, context)? {
            At::Here(place, judge) => {
                self.place = Some(place.place.clone());
                Ok(arrived(self, &place.place, &judge, context))
            }
            At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
        }
    }

    fn label(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let Some(at) = self.place.clone() else {
            return Ok(refuse(Step::to(self), context, Message::new("stop-place-first")));
        };
        let Some(reason) = self.reason.clone() else {
            return Ok(refuse(Step::to(self), context, Message::new("stop-reason-first")));
        };
        if label.sscc.is_some() && label.gtin.is_none() {
            return Ok(refuse(Step::to(self), context, Message::new("stop-dispose-pallet")));
        }
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let goods = hand.goods.clone();
        if goods.serial.is_some() && self.lines.iter().any(|line| line.goods.serial == goods.serial) {
            let serial = goods.serial.as_ref().map(Arg::text);
            let message = Message::new("stop-counted-twice").maybe("serial", serial);
            return Ok(refuse(Step::to(self), context, message));
        }
        let from = stands_at(&goods, &Account::Place(at), context)?;
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        let expired = Facts::DisposeExpired {
            reason,
            expiry: hand.expiry(),
            today: context.today,
        };
        if !ask_mandatory(&hand, &mut judge, context)?
            || !ask_contradiction(&hand, &stock, &mut judge)
            || !ask_serial(&goods, &from, &mut judge, context)?
            || !ask_clock(hand.expiry(), &mut judge, context)
            || !judge.ask(expired)
        {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        ask_blocks(&goods, Some(&from), Purpose::Dispose, &mut judge, context)?;
        let draft = observed(goods.clone(), context);
        let line = Line {
            said: describe(&hand.item.name, &goods),
            verdict: judge.clone().verdict(),
            goods,
            from,
        };
        let said = Message::new("dispose-noted").with("what", Arg::Message(Box::new(line.said.clone())));
        let step = if line.goods.serial.is_some() {
            self.lines.push(line);
            Step::to(self).judged(&judge, said)
        } else {
            self.many = Some(Box::new(line));
            Step::to(self)
        };
        Ok(step.write(draft))
    }

    fn quantity(mut self, mut line: Line, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let (Event::Enter { text } | Event::Scan(Scanned::Text(text))) = event else {
            self.many = Some(Box::new(line));
            return Ok(match event {
                Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-quantity-first")),
                _ => Step::to(self),
            });
        };
        match quantity_of(&text, &line.goods) {
            Ok(quantity) => line.goods.quantity = quantity,
            Err(message) => {
                self.many = Some(Box::new(line));
                return Ok(refuse(Step::to(self), context, message));
            }
        }
        let name = name_of(&line.goods.owner, &line.goods.item, context)?;
        line.said = describe(&name, &line.goods);
        let said = Message::new("dispose-noted").with("what", Arg::Message(Box::new(line.said.clone())));
        self.lines.push(line);
        Ok(Step::to(self).say(Feedback::Accept(said)))
    }

    fn certificate(mut self, event: &Event, context: &Context<'_>) -> Step {
        let sign = |certificate| Ending::Sign {
            certificate,
            signing: Signing::default(),
        };
        self.ending = match event {
            Event::Enter { text } | Event::Scan(Scanned::Text(text)) if !text.trim().is_empty() => {
                let text = text.trim().chars().filter(|c| !c.is_control()).take(REFERENCE);
                Some(sign(Some(text.collect())))
            }
            Event::Choose(id) if id == "none" && !context.policy.dispose_certificate => Some(sign(None)),
            _ => Some(Ending::Certificate),
        };
        match event {
            Event::Scan(Scanned::Label(_)) => refuse(Step::to(self), context, Message::new("stop-scan-not-here")),
            _ => Step::to(self),
        }
    }

    /// What is signed: the strictest of what the lines ask for.
    fn act(&self) -> &'static str {
        let acts = self.lines.iter().map(|line| dispose_act(&line.verdict));
        acts.max().unwrap_or("dispose")
    }

    fn owners(&self) -> Vec<OwnerId> {
        let mut owners: Vec<OwnerId> = self.lines.iter().map(|line| line.goods.owner.clone()).collect();
        owners.sort();
        owners.dedup();
        owners
    }

    fn signature(
        mut self,
        certificate: Option<String>,
        signing: &Signing,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let wait = |signer| {
            Some(Ending::Sign {
                certificate: certificate.clone(),
                signing: Signing { signer },
            })
        };
        match event {
            Event::Scan(Scanned::Text(badge)) | Event::Enter { text: badge } => {
                let mut signer = None;
                for owner in self.owners() {
                    match Signing::badge(&badge, self.act(), Some(&owner), context)? {
                        Badge::May(person) => signer = Some(person),
                        Badge::No(message, verdict) => {
                            self.ending = wait(None);
                            return Ok(refuse_signature(self, context, message, verdict));
                        }
                    }
                }
                self.ending = wait(signer);
                Ok(Step::to(self))
            }
            Event::Pin { right: true } => self.book(certificate, signing, context),
            Event::Pin { right: false } => {
                self.ending = wait(None);
                let message = Message::new("stop-wrong-pin");
                Ok(refuse_signature(self, context, message, Verdict::default()))
            }
            event => {
                self.ending = wait(signing.signer.clone());
                Ok(match event {
                    Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-scan-not-here")),
                    _ => Step::to(self),
                })
            }
        }
    }

    fn book(mut self, certificate: Option<String>, signing: &Signing, context: &Context<'_>) -> Result<Step, Error> {
        let mut drafts = Vec::new();
        let mut warnings = Vec::new();
        let mut said = Message::new("undone");
        for line in &self.lines {
            let mut judge = Judge::new();
            let Some((signature, signed)) = signing.sign(self.act(), Some(&line.goods.owner), &mut judge, context)?
            else {
                self.ending = Some(Ending::Sign {
                    certificate,
                    signing: Signing::default(),
                });
                return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
            };
            said = signed;
            let mut goods = line.goods.clone();
            let stock = after(context.facts.stock_of(&goods.owner, &goods.item)?, &drafts, &goods);
            let taking = goods.quantity.base().map_err(|e| Error::bug(e.to_string()))?;
            take_from(&mut goods, taking, &line.from, stock, &mut judge);
            warnings.extend(judge.warnings().first().cloned());
            let mut draft = Draft::new(Body::Disposed {
                goods,
                from: line.from.clone(),
                reason: self.reason.clone().unwrap_or_default(),
                certificate: certificate.clone(),
                signature,
            });
            draft.place = line.from.place().cloned();
            draft.verdict = judge.verdict();
            draft.verdict.rest_on(line.verdict.clone());
            self.done.push(context.position(drafts.len()));
            drafts.push(draft);
        }
        self.lines.clear();
        let mut step = Step::to(self);
        step.drafts = drafts;
        Ok(step.say(match warnings.pop() {
            Some(warning) => Feedback::Warn(warning),
            None => Feedback::Accept(said),
        }))
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let reason = reasons(context).iter().find(|r| Some(&r.code) == self.reason.as_ref());
        let (id, prompt) = match (&self.checking, &self.place, reason, &self.many, &self.ending) {
            (Some(_), ..) => ("dispose.check", "adjust-place-prompt"),
            (None, None, ..) => ("dispose.place", "adjust-place-prompt"),
            (None, Some(_), None, ..) => ("dispose.reason", "adjust-reason-prompt"),
            (None, Some(_), Some(_), Some(_), _) => ("dispose.quantity", "adjust-quantity-prompt"),
            (None, Some(_), Some(_), None, None) => ("dispose.scan", "dispose-scan-prompt"),
            (.., Some(Ending::Certificate)) => ("dispose.certificate", "dispose-certificate-prompt"),
            (.., Some(Ending::Sign { signing, .. })) if signing.signer.is_none() => {
                ("dispose.badge", "dispose-scan-prompt")
            }
            (.., Some(Ending::Sign { .. })) => ("dispose.pin", "dispose-scan-prompt"),
        };
        let mut view = View::new(id, Message::new("dispose-title"), Message::new(prompt));
        if let Some(place) = &self.place {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-place", Arg::text(place))
            });
        }
        if let Some(reason) = reason {
            let name = Arg::Message(Box::new(reason::name(reason)));
            view.fields.push(ViewField::new("field-reason", name));
        }
        if let Some(line) = &self.many {
            let said = Arg::Message(Box::new(line.said.clone()));
            view.fields.push(ViewField::new("field-goods", said));
        }
        for line in &self.lines {
            view.lines.push(ViewLine {
                text: line.said.clone(),
                detail: Message::new("plain").with("text", Arg::Account(line.from.clone())),
                done: false,
                state: Look::Plain,
            });
        }
        match id {
            "dispose.reason" => reason::offer(reasons(context), &mut view),
            "dispose.scan" if self.lines.is_empty() => {
                view.actions.push(ViewAction::other("reason", "action-other-reason"));
            }
            "dispose.scan" => view.actions.push(ViewAction::main("sign", "action-dispose-sign")),
            "dispose.certificate" if !context.policy.dispose_certificate => {
                view.actions.push(ViewAction::other("none", "action-no-certificate"));
            }
            _ => {}
        }
        if self.lines.is_empty() && self.many.is_none() {
            view.actions.push(ViewAction::main("done", "action-done"));
        }
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        match (&self.checking, &self.many, &self.ending) {
            (Some(place), ..) => digits_view(&mut view, place),
            (None, Some(_), _) => view.awaits = (AwaitKind::Quantity, "quantity"),
            (None, None, Some(Ending::Certificate)) => view.awaits = (AwaitKind::Text, "certificate"),
            (None, None, Some(Ending::Sign { signing, .. })) if self.act() == "dispose" => signing.draw(&mut view),
            (None, None, Some(Ending::Sign { signing, .. })) => signing.draw_quality(&mut view),
            (None, None, None) => view.awaits_scan(),
        }
        Ok(view)
    }
}

fn reasons<'p>(context: &'p Context<'_>) -> &'p [Reason] {
    &context.policy.dispose_reasons
}
