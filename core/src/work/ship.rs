//! Load an order onto a trailer and ship it (requirements B2, C2, domain §4 to §6).
//!
//! Steps: choose a picked order, scan the trailer, scan each unit or pallet from staging, scan or type the seal, ship.
//! Stops: not a trailer, another order's trailer, a recall list that is too old, an item that the order does not ask for or
//! more than it asks for, blocked, recalled, expired or too little shelf life for the item or the customer, a pallet of
//! which nobody knows what is on it, no seal, a line that is not full before it was confirmed.

mod load;
mod view;

use super::cargo::{Cargo, filled, missing};
use super::load::{At, brings_goods, digits_first, nothing_to_undo, place, seen};
use super::outbound::{self, Chosen, Order};
use super::sign::{Badge, Signing, refuse_signature};
use super::{Context, Event, Feedback, Scanned, Step, Work, cut, refuse, refuse_with, stop_goods, undo_last};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Position, Seen};
use lotline_record::model::{Account, DocumentId, DocumentKind, PersonId, Place, PlaceId, PlaceKind};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::stock::loads_on;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};
use view::list_age;

/// What a second person signs when the recall list is too old.
const ACT: &str = "recall-list";
/// Characters of a seal.
const MOST_OF_A_SEAL: usize = 30;

/// An open loading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ship {
    order: Option<Order>,
    trailer: Option<PlaceId>,
    /// The trailer whose check digits are asked for.
    checking: Option<PlaceId>,
    doing: Doing,
    seal: Option<String>,
    /// A second person signs for the age of the recall list.
    signing: Option<Signing>,
    /// A second person has signed for it.
    excepted: bool,
    /// The entry that took the trailer, if it is this device's.
    begun: Option<Position>,
    /// Entries that can be taken back, oldest first.
    done: Vec<Position>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Doing {
    #[default]
    Load,
    Seal,
    /// Something is missing: it is shown, and confirmed.
    Confirm,
}

impl Ship {
    pub(crate) fn document(&self) -> Option<&DocumentId> {
        self.order.as_ref().map(|order| &order.document)
    }

    /// Whose PIN is awaited, if it is not that of who is signed in.
    pub(crate) fn signer(&self) -> Option<&PersonId> {
        self.signing.as_ref()?.signer.as_ref()
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        if let Event::Scan(Scanned::Unreadable(message)) = event {
            return Ok(refuse(Step::to(self), context, message));
        }
        if let Some(signing) = self.signing.take() {
            return self.signature(signing, event, context);
        }
        let Some(order) = self.order.clone() else {
            return self.choose(event, context);
        };
        let Some(trailer) = self.trailer.clone() else {
            return self.at_the_dock(&order, event, context);
        };
        match event {
            Event::Back => self.back(&order, &trailer, context),
            Event::Choose(id) => match id.as_str() {
                "undo" => self.undo(&order, context),
                "close" if self.doing == Doing::Load => self.close(&trailer, context),
                "exception" if !self.excepted && self.list(false, context).judge().message.is_some() => {
                    self.signing = Some(Signing::default());
                    Ok(Step::to(self))
                }
                "ship" if self.doing != Doing::Load => self.ship(&order, &trailer, context),
                "back" => self.back(&order, &trailer, context),
                _ => Ok(Step::to(self)),
            },
            Event::Pin { .. } => Ok(Step::to(self)),
            event if self.doing == Doing::Load => self.load(&order, &trailer, event, context),
            event => self.seal(&order, event, context),
        }
    }

    fn choose(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        Ok(match outbound::choose(event, context)? {
            Chosen::Order(order, opened) => {
                self.order = Some(order);
                Step::to(self).write(*opened)
            }
            Chosen::No(message) => refuse(Step::to(self), context, message),
            Chosen::Left => Step::to(Work::Home),
            Chosen::Stay => Step::to(self),
        })
    }

    /// The trailer is not known yet.
    fn at_the_dock(mut self, order: &Order, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                match place(&text, &mut self.checking, context)? {
                    At::Here(trailer, judge) => self.begin(order, trailer, judge, context),
                    At::NotYet(not_yet) => Ok(not_yet.again(self, order.refs(), context)),
                }
            }
            Event::Scan(_) => Ok(refuse(Step::to(self), context, Message::new("stop-trailer-first"))),
            Event::Back if self.checking.take().is_some() => Ok(Step::to(self)),
            Event::Back => Ok(Step::to(Ship::default())),
            Event::Choose(id) if id == "back" => Ok(Step::to(Ship::default())),
            Event::Choose(_) | Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn begin(mut self, order: &Order, trailer: Place, mut judge: Judge, context: &Context<'_>) -> Result<Step, Error> {
        let name = trailer.place;
        let refs = order.refs();
        if trailer.kind != PlaceKind::Trailer {
            let message = Message::new("stop-not-a-trailer").with("place", Arg::text(&name));
            let verdict = judge.verdict();
            return Ok(refuse_with(Step::to(self), context, message, verdict, refs, None));
        }
        let state = context.facts.outbound(Some(&order.document))?.pop().map(|o| o.state);
        let on = state.as_deref().and_then(loads_on);
        let passed = if let Some(on) = &on {
            judge.ask(Facts::RightPlace {
                asked: on.clone(),
                scanned: name.clone(),
                strict: true,
            })
        } else {
            let all = context.facts.outbound(None)?;
            let other = all
                .into_iter()
                .find(|o| o.order.document != order.document && loads_on(&o.state).as_ref() == Some(&name));
            judge.ask(Facts::TrailerFree {
                trailer: name.clone(),
                other: other.map(|o| o.order.document),
            })
        };
        if !passed {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let mut draft = if on.is_some() {
            seen(&name, context)
        } else {
            self.begun = Some(context.position(0));
            let mut draft = Draft::new(Body::LoadBegun {
                document: order.document.clone(),
                at: name.clone(),
            });
            draft.place = Some(name.clone());
            draft.scan = context.evidence.cloned();
            draft
        };
        draft.owner = Some(order.owner.clone());
        draft.refs = refs;
        draft.verdict = judge.clone().verdict();
        let said = Message::new("at-bin").with("place", Arg::text(&name));
        self.trailer = Some(name);
        Ok(Step::to(self).write(draft).judged(&judge, said))
    }

    fn back(mut self, order: &Order, trailer: &PlaceId, context: &Context<'_>) -> Result<Step, Error> {
        match self.doing {
            Doing::Confirm => self.doing = Doing::Seal,
            Doing::Seal => {
                self.doing = Doing::Load;
                self.seal = None;
            }
            Doing::Load => {
                let cargo = Cargo::in_account(&Account::Place(trailer.clone()), context)?;
                if !cargo.is_empty() {
                    let said = Message::new("loading-goes-on")
                        .with("document", Arg::text(&order.document))
                        .with("trailer", Arg::text(trailer));
                    return Ok(Step::to(Work::Home).say(Feedback::Warn(said)));
                }
                // Nothing is on it: the trailer is free again.
                let mut begun: Vec<Position> = self.begun.take().into_iter().collect();
                let mut step = Step::to(Work::Home);
                if let Some((mut draft, _)) = undo_last(&mut begun, context)? {
                    draft.owner = Some(order.owner.clone());
                    draft.refs = order.refs();
                    step = step.write(draft);
                }
                return Ok(step);
            }
        }
        Ok(Step::to(self))
    }

    fn undo(mut self, order: &Order, context: &Context<'_>) -> Result<Step, Error> {
        let said = || Feedback::Accept(Message::new("undone"));
        if self.doing != Doing::Load {
            self.doing = Doing::Seal;
            let had = self.seal.take().is_some();
            return Ok(if had {
                Step::to(self).say(said())
            } else {
                nothing_to_undo(self)
            });
        }
        let Some((mut draft, _)) = undo_last(&mut self.done, context)? else {
            return Ok(nothing_to_undo(self));
        };
        draft.refs = order.refs();
        Ok(Step::to(self).write(draft).say(said()))
    }

    /// The rule of the recall list, with its age now.
    #[allow(clippy::unused_self, reason = "a rule of this flow")]
    fn list(&self, signed: bool, context: &Context<'_>) -> Facts {
        Facts::RecallList {
            age_min: age_min(context),
            limit_min: u64::from(context.policy.recall_list_hours) * 60,
            signed,
        }
    }

    fn signature(mut self, signing: Signing, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let Some(order) = self.order.clone() else {
            return Ok(Step::to(self));
        };
        match event {
            Event::Back => Ok(Step::to(self)),
            Event::Choose(id) if id == "undo" || id == "back" => Ok(Step::to(self)),
            Event::Scan(Scanned::Text(badge)) | Event::Enter { text: badge } => {
                match Signing::badge(&badge, ACT, Some(&order.owner), context)? {
                    Badge::May(person) => {
                        self.signing = Some(Signing { signer: Some(person) });
                        Ok(Step::to(self))
                    }
                    Badge::No(message, verdict) => {
                        self.signing = Some(Signing::default());
                        Ok(refuse_signature(self, context, message, verdict))
                    }
                }
            }
            Event::Pin { right: true } => {
                let mut judge = Judge::new();
                let Some((signature, said)) = signing.sign(ACT, Some(&order.owner), &mut judge, context)? else {
                    self.signing = Some(Signing::default());
                    return Ok(stop_goods(Step::to(self), context, judge, order.refs(), None));
                };
                judge.ask(self.list(true, context));
                self.excepted = true;
                let mut draft = Draft::new(Body::StaleAccepted {
                    document: order.document.clone(),
                    owner: order.owner.clone(),
                    age_min: age_min(context),
                    signature,
                });
                draft.owner = Some(order.owner.clone());
                draft.refs = order.refs();
                draft.verdict = judge.verdict();
                Ok(Step::to(self).write(draft).say(Feedback::Warn(said)))
            }
            Event::Pin { right: false } => {
                self.signing = Some(Signing::default());
                let message = Message::new("stop-wrong-pin");
                Ok(refuse_signature(self, context, message, Verdict::default()))
            }
            event => {
                self.signing = Some(signing);
                Ok(match event {
                    Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-scan-not-here")),
                    _ => Step::to(self),
                })
            }
        }
    }

    fn close(mut self, trailer: &PlaceId, context: &Context<'_>) -> Result<Step, Error> {
        let cargo = Cargo::in_account(&Account::Place(trailer.clone()), context)?;
        if cargo.is_empty() {
            return Ok(Step::to(self).say(Feedback::Warn(Message::new("nothing-loaded"))));
        }
        self.doing = Doing::Seal;
        Ok(Step::to(self))
    }

    fn seal(mut self, order: &Order, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let (Event::Scan(Scanned::Text(text)) | Event::Enter { text }) = event else {
            return Ok(match event {
                Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-seal-first")),
                _ => Step::to(self),
            });
        };
        let seal = text.trim();
        let good = (1..=MOST_OF_A_SEAL).contains(&seal.chars().count())
            && seal.chars().all(|c| c.is_ascii_alphanumeric() || "-/. ".contains(c));
        if !good {
            let message = Message::new("stop-not-a-seal").with("text", cut(seal, 40));
            return Ok(refuse(Step::to(self), context, message));
        }
        let mut draft = Draft::new(Body::Seen(Seen::Seal { seal: seal.to_owned() }));
        draft.owner = Some(order.owner.clone());
        draft.place.clone_from(&self.trailer);
        draft.refs = order.refs();
        draft.scan = context.evidence.cloned();
        let said = Message::new("sealed").with("seal", Arg::text(seal));
        self.seal = Some(seal.to_owned());
        self.doing = Doing::Seal;
        Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
    }

    /// Judges everything that is on the trailer as this device knows it now, and lets it leave.
    fn ship(mut self, order: &Order, trailer: &PlaceId, context: &Context<'_>) -> Result<Step, Error> {
        let refs = order.refs();
        let at = Account::Place(trailer.clone());
        let lines = context.facts.lines(DocumentKind::Order, &order.document)?;
        let leaving = order.leaving(&lines);
        let cargo = Cargo::in_account(&at, context)?;
        let mut judge = Judge::new();
        let mut passed = judge.ask(self.list(self.excepted, context))
            && judge.ask(Facts::Sealed {
                seal: self.seal.clone(),
                required: context.policy.seal_required,
            });
        for plate in cargo.unknown(context)? {
            passed = passed
                && judge.ask(Facts::KnownContents {
                    subject: plate.to_string(),
                    known: false,
                });
        }
        let none = std::collections::BTreeMap::new();
        if !passed || !cargo.ask(&leaving, &none, Some(&at), &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let (short, missing) = missing(&filled(&lines, cargo.sums()));
        let confirmed = self.doing == Doing::Confirm;
        if !judge.ask(Facts::ShipShort {
            lines: short,
            missing,
            confirmed,
        }) {
            self.doing = Doing::Confirm;
            let said = Message::new("ship-short").with("missing", Arg::amount(missing));
            return Ok(Step::to(self).say(Feedback::Warn(said)));
        }
        let silent = cargo.other_devices("loaded", &order.document, context)?;
        let mut drafts = cargo.shipped(&leaving, context)?;
        let mut claim = Draft::new(Body::ShipConfirmed {
            document: order.document.clone(),
            at: trailer.clone(),
            seal: self.seal.clone(),
            outcome: if short == 0 { "done" } else { "short" }.to_owned(),
            partner: order.partner.clone(),
            silent: silent.clone(),
        });
        claim.verdict = judge.clone().verdict();
        drafts.push(claim);
        for draft in &mut drafts {
            draft.owner = Some(order.owner.clone());
            draft.place = Some(trailer.clone());
            draft.refs = refs.clone();
        }
        let mut step = Step::to(Work::Home);
        step.drafts = drafts;
        if !silent.is_empty() {
            let names: Vec<String> = silent.iter().map(ToString::to_string).collect();
            let said = Message::new("warn-others-loaded").with("devices", Arg::Text(names.join(", ")));
            return Ok(step.say(Feedback::Warn(said)));
        }
        let said = Message::new("order-shipped")
            .with("document", Arg::text(&order.document))
            .with("partner", Arg::text(&order.name))
            .with("list", Arg::Message(Box::new(list_age(context))));
        Ok(step.judged(&judge, said))
    }
}

/// Minutes since the recall list was known to be complete.
fn age_min(context: &Context<'_>) -> Option<u64> {
    let age = context.now_ms - context.recall_list_ms?;
    Some(age.max(0).cast_unsigned() / 60_000)
}
