//! Adjust stock with a reason: found, lost, damaged, or what the site's policy names (requirement B2).
//!
//! Steps: scan the place, choose the reason, scan what it is about, enter how many (a serial is one). Above the policy's
//! limit a second person signs with badge and PIN. Stops: unknown place or item, lot or serial missing, contradicting
//! expiry, a serial that is here already or has left, not a quantity, a signature of who may not give it.

use super::goods::{
    ask_blocks, ask_contradiction, ask_mandatory, ask_serial, identify, name_of, observed, quantity_of, stands_at,
    take_from,
};
use super::inbound::ask_formats;
use super::load::{At, arrived, brings_goods, digits_first, digits_view, nothing_to_undo, place};
use super::sign::{Badge, Signing, refuse_signature};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, Work, describe, refuse,
    stop_goods, undo_last,
};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::store::Draft;
use lotline_record::entry::{Body, Position, Refs};
use lotline_record::model::{Account, AdjustReason, Amount, Goods, PersonId, PlaceId, Way};
use lotline_record::rules::{Facts, Judge, Purpose, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// What a second person signs.
const ACT: &str = "adjust";

/// An open adjustment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Adjust {
    place: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    /// The chosen reason's code.
    reason: Option<String>,
    /// What was scanned and is not booked yet.
    open: Option<Open>,
    /// Base units booked so far, of every reason: many small ones are a large one.
    total: Amount,
    /// Entries that can be taken back, oldest first.
    done: Vec<Position>,
}

/// Goods whose quantity or signature is awaited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Open {
    goods: Goods,
    from: Account,
    to: Account,
    said: Message,
    /// What was judged of the label.
    verdict: Verdict,
    /// What is to be known of it.
    warning: Option<Message>,
    /// How many is known; who signs is not.
    signing: Option<Signing>,
}

impl Adjust {
    /// Whose PIN is awaited, if it is not that of who is signed in.
    pub(crate) fn signer(&self) -> Option<&PersonId> {
        self.open.as_ref()?.signing.as_ref()?.signer.as_ref()
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        match event {
            Event::Back => Ok(Step::to(self.back())),
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) => match id.split_once(':') {
                Some(("reason", code)) if self.place.is_some() && self.open.is_none() => {
                    if reasons(context).any(|r| r.code == code) {
                        self.reason = Some(code.to_owned());
                    }
                    Ok(Step::to(self))
                }
                _ => match id.as_str() {
                    "undo" if self.open.is_some() => {
                        self.open = None;
                        Ok(Step::to(self).say(Feedback::Accept(Message::new("undone"))))
                    }
                    "undo" => self.undo(context),
                    "reason" if self.open.is_none() => {
                        self.reason = None;
                        Ok(Step::to(self))
                    }
                    "done" if self.open.is_none() => Ok(Step::to(Work::Home)),
                    _ => Ok(Step::to(self)),
                },
            },
            event => match self.open.take() {
                Some(open) if open.signing.is_some() => self.signature(open, event, context),
                Some(open) => self.quantity(open, event, context),
                None => match event {
                    Event::Scan(Scanned::Label(label)) => self.label(&label, context),
                    Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.place(&text, context),
                    _ => Ok(Step::to(self)),
                },
            },
        }
    }

    fn back(mut self) -> Work {
        if self.checking.take().is_some() || self.open.take().is_some() || self.reason.take().is_some() {
            return self.into();
        }
        if self.place.take().is_some() {
            return self.into();
        }
        Work::Home
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        let Some((draft, body)) = undo_last(&mut self.done, context)? else {
            return Ok(nothing_to_undo(self));
        };
        self.total = self.total.minus(amount(body.goods())?);
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
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
        let Some(reason) = self.reason(context) else {
            return Ok(refuse(Step::to(self), context, Message::new("stop-reason-first")));
        };
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let goods = hand.goods.clone();
        let here = stands_at(&goods, &Account::Place(at), context)?;
        let (from, to) = match reason.way {
            Way::In => (reason.account.clone(), here.clone()),
            Way::Out => (here.clone(), reason.account.clone()),
        };
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        if !ask_mandatory(&hand, &mut judge, context)?
            || reason.way == Way::In && !ask_formats(&goods, &mut judge, context)
            || !ask_contradiction(&hand, &stock, &mut judge)
            || !ask_way(&goods, &from, reason.way, &mut judge, context)?
        {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        ask_blocks(&goods, Some(&here), Purpose::Move, &mut judge, context)?;
        let open = Open {
            said: describe(&hand.item.name, &goods),
            goods,
            from,
            to,
            warning: judge.warnings().first().cloned(),
            verdict: judge.verdict(),
            signing: None,
        };
        if open.goods.serial.is_some() {
            return self.counted(open, context);
        }
        let draft = observed(open.goods.clone(), context);
        let warning = open.warning.clone().map(Feedback::Warn);
        self.open = Some(open);
        let mut step = Step::to(self).write(draft);
        step.feedback = warning;
        Ok(step)
    }

    fn quantity(mut self, mut open: Open, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let (Event::Enter { text } | Event::Scan(Scanned::Text(text))) = event else {
            self.open = Some(open);
            return Ok(match event {
                Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-quantity-first")),
                _ => Step::to(self),
            });
        };
        match quantity_of(&text, &open.goods) {
            Ok(quantity) => open.goods.quantity = quantity,
            Err(message) => {
                self.open = Some(open);
                return Ok(refuse(Step::to(self), context, message));
            }
        }
        let name = name_of(&open.goods.owner, &open.goods.item, context)?;
        open.said = describe(&name, &open.goods);
        self.counted(open, context)
    }

    /// How many is known: booked, or signed first.
    fn counted(mut self, mut open: Open, context: &Context<'_>) -> Result<Step, Error> {
        if self.limit(&open, false, context)?.judge().outcome == lotline_record::rules::Outcome::Stop {
            let draft = observed(open.goods.clone(), context);
            open.signing = Some(Signing::default());
            self.open = Some(open);
            return Ok(Step::to(self)
                .write(draft)
                .say(Feedback::Warn(Message::new("signature-needed"))));
        }
        self.book(open, None, Judge::new(), context)
    }

    fn limit(&self, open: &Open, signed: bool, context: &Context<'_>) -> Result<Facts, Error> {
        Ok(Facts::AdjustLimit {
            booked: self.total,
            adding: amount(Some(&open.goods))?,
            limit: Amount::whole(context.policy.adjust_limit),
            signed,
        })
    }

    fn signature(mut self, mut open: Open, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let owner = open.goods.owner.clone();
        let signing = open.signing.take().unwrap_or_default();
        match event {
            Event::Scan(Scanned::Text(badge)) | Event::Enter { text: badge } => {
                let read = Signing::badge(&badge, ACT, Some(&owner), context)?;
                let signer = if let Badge::May(person) = &read {
                    Some(person.clone())
                } else {
                    None
                };
                open.signing = Some(Signing { signer });
                self.open = Some(open);
                Ok(match read {
                    Badge::May(_) => Step::to(self),
                    Badge::No(message, verdict) => refuse_signature(self, context, message, verdict),
                })
            }
            Event::Pin { right: true } => {
                let mut judge = Judge::new();
                if let Some(signed) = signing.sign(ACT, Some(&owner), &mut judge, context)? {
                    return self.book(open, Some(signed), judge, context);
                }
                open.signing = Some(Signing::default());
                self.open = Some(open);
                Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None))
            }
            Event::Pin { right: false } => {
                open.signing = Some(Signing::default());
                self.open = Some(open);
                let message = Message::new("stop-wrong-pin");
                Ok(refuse_signature(self, context, message, Verdict::default()))
            }
            event => {
                open.signing = Some(signing);
                self.open = Some(open);
                Ok(match event {
                    Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-scan-not-here")),
                    _ => Step::to(self),
                })
            }
        }
    }

    fn book(
        mut self,
        mut open: Open,
        signed: Option<(lotline_record::entry::Signature, Message)>,
        mut judge: Judge,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        judge.ask(self.limit(&open, signed.is_some(), context)?);
        let taking = amount(Some(&open.goods))?;
        if open.from.is_physical() {
            let stock = context.facts.stock_of(&open.goods.owner, &open.goods.item)?;
            take_from(&mut open.goods, taking, &open.from, stock, &mut judge);
        }
        let mut draft = Draft::new(Body::Adjusted {
            goods: open.goods.clone(),
            from: open.from,
            to: open.to,
            reason: self.reason.clone().unwrap_or_default(),
            signature: signed.as_ref().map(|(signature, _)| signature.clone()),
        });
        draft.place.clone_from(&self.place);
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        draft.verdict.rest_on(open.verdict);
        self.total = self.total.plus(taking);
        self.done.push(context.position(0));
        let said = Message::new("adjusted").with("what", Arg::Message(Box::new(open.said)));
        let warning = open.warning.or_else(|| judge.warnings().first().cloned());
        let said = signed.map_or(said, |(_, signed)| signed);
        Ok(Step::to(self).write(draft).say(match warning {
            Some(warning) => Feedback::Warn(warning),
            None => Feedback::Accept(said),
        }))
    }

    fn reason<'p>(&self, context: &'p Context<'_>) -> Option<&'p AdjustReason> {
        reasons(context).find(|r| Some(&r.code) == self.reason.as_ref())
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let reason = self.reason(context);
        let (id, prompt) = match (&self.checking, &self.place, reason, &self.open) {
            (Some(_), ..) => ("adjust.check", "adjust-place-prompt"),
            (None, None, ..) => ("adjust.place", "adjust-place-prompt"),
            (None, Some(_), None, _) => ("adjust.reason", "adjust-reason-prompt"),
            (None, Some(_), Some(_), None) => ("adjust.scan", "adjust-scan-prompt"),
            (None, Some(_), Some(_), Some(open)) => match &open.signing {
                None => ("adjust.quantity", "adjust-quantity-prompt"),
                Some(Signing { signer: None }) => ("adjust.badge", "adjust-scan-prompt"),
                Some(Signing { signer: Some(_) }) => ("adjust.pin", "adjust-scan-prompt"),
            },
        };
        let mut view = View::new(id, Message::new("adjust-title"), Message::new(prompt));
        if let Some(place) = &self.place {
            view.fields.push(ViewField {
                state: Look::Current,
                ..ViewField::new("field-place", Arg::text(place))
            });
        }
        if let Some(reason) = reason {
            let name = Arg::Message(Box::new(name(reason)));
            view.fields.push(ViewField::new("field-reason", name));
        }
        if let Some(open) = &self.open {
            let said = Arg::Message(Box::new(open.said.clone()));
            view.fields.push(ViewField::new("field-goods", said));
        }
        if id == "adjust.reason" {
            for (n, reason) in reasons(context).enumerate() {
                view.actions.push(ViewAction {
                    label: name(reason),
                    ..ViewAction::numbered(format!("reason:{}", reason.code), "plain", n + 1)
                });
            }
        }
        if self.open.is_none() {
            view.actions.push(ViewAction::main("done", "action-done"));
        }
        if id == "adjust.scan" {
            view.actions.push(ViewAction::other("reason", "action-other-reason"));
        }
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        match (&self.checking, &self.open) {
            (Some(place), _) => digits_view(&mut view, place),
            (None, Some(open)) => match &open.signing {
                Some(signing) => signing.draw(&mut view),
                None => view.awaits = (AwaitKind::Quantity, "quantity"),
            },
            (None, None) => view.awaits_scan(),
        }
        Ok(view)
    }
}

/// The policy's reasons that can be booked: those whose other side is outside the four walls.
fn reasons<'p>(context: &'p Context<'_>) -> impl Iterator<Item = &'p AdjustReason> {
    context
        .policy
        .adjust_reasons
        .iter()
        .filter(|r| !r.account.is_physical())
}

/// What a reason is called: the site's words, else Lotline's for the codes it knows, else the code.
fn name(reason: &AdjustReason) -> Message {
    match (reason.name.as_str(), reason.code.as_str()) {
        ("", "found") => Message::new("reason-found"),
        ("", "lost") => Message::new("reason-lost"),
        ("", "damaged") => Message::new("reason-damaged"),
        ("", "expired") => Message::new("reason-expired"),
        ("", code) => Message::new("plain").with("text", Arg::text(code)),
        (name, _) => Message::new("plain").with("text", Arg::text(name)),
    }
}

fn amount(goods: Option<&Goods>) -> Result<Amount, Error> {
    goods.map_or(Ok(Amount::ZERO), |g| {
        g.quantity.base().map_err(|e| Error::bug(e.to_string()))
    })
}

/// A found serial is not one that is here or was shipped; one that goes has not gone yet.
fn ask_way(goods: &Goods, from: &Account, way: Way, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
    let (Way::In, Some(serial)) = (way, &goods.serial) else {
        return ask_serial(goods, from, judge, context);
    };
    let (at, lifecycle) = context.facts.serial(serial)?.map(|s| (s.account, s.lifecycle)).unzip();
    Ok(judge.ask(Facts::SerialUnique {
        serial: serial.to_string(),
        at,
        lifecycle,
    }))
}
