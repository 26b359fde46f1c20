//! Build a pallet, add to it, take off it, break it down (domain §2: handling units).
//!
//! Steps: scan the place, scan a printed label or have a new SSCC, scan units and other pallets onto it. Stops: a label that
//! left, was destroyed or stands elsewhere with goods on it, no number left, goods that may not stand together, blocked
//! goods outside of a cage, a blocked pallet, a pallet onto itself or onto what is on it.

mod put;
mod view;

pub(super) use put::{Kind, mixes};
pub(super) use view::contents;

use super::done::Done;
use super::load::{At, arrived, brings_goods, digits_first, nothing_to_undo, place};
use super::plates::{base, begin_new, blocks_beneath, contents_unknown, is_sscc, named, on_plate, standing, units};
use super::{Context, Event, Feedback, Scanned, Step, Work, cut, refuse, stop_goods, undo_at};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Load, Refs, Seen};
use lotline_record::model::{Account, ContentsKnown, Place, PlaceId, PlaceKind, PlateId};
use lotline_record::numbering::OwnRef;
use lotline_record::rules::{Facts, Judge};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// The AI of an SSCC.
pub(super) const SSCC: &str = "00";

/// An open pallet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pallet {
    place: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    plate: Option<PlateId>,
    /// What is scanned comes off.
    taking: bool,
    /// What is scanned comes from the cart, not from the place.
    from_cart: bool,
    /// Entries at this place that can be taken back.
    done: Done,
}

impl Pallet {
    /// The AI of the own number that this input takes.
    pub(crate) fn wants(&self, event: &Event) -> Option<&'static str> {
        let new = matches!(event, Event::Choose(id) if id == "new");
        (new && self.place.is_some() && self.plate.is_none() && self.checking.is_none()).then_some(SSCC)
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        match event {
            Event::Scan(Scanned::Unreadable(message)) => return Ok(refuse(Step::to(self), context, message)),
            Event::Back => return Ok(Step::to(self.back())),
            Event::Choose(id) if id == "back" => return Ok(Step::to(self.back())),
            Event::Choose(id) if id == "undo" => return self.undo(context),
            Event::Pin { .. } => return Ok(Step::to(self)),
            _ => {}
        }
        let here = match &self.place {
            Some(place) => context.facts.place(place)?,
            None => None,
        };
        match (here, self.plate.clone()) {
            (None, _) => self.at_no_place(event, context),
            (Some(here), None) => self.choose_plate(&here, event, context),
            (Some(here), Some(plate)) => match event {
                Event::Choose(id) => match id.as_str() {
                    "take" => {
                        self.taking = !self.taking;
                        Ok(Step::to(self))
                    }
                    "cart" if !self.taking => {
                        self.from_cart = !self.from_cart;
                        Ok(Step::to(self))
                    }
                    "close" => Ok(self.close(&plate)),
                    "break" => self.break_down(&plate, &here, context),
                    _ => Ok(Step::to(self)),
                },
                event => self.load(&plate, &here, event, context),
            },
        }
    }

    fn back(mut self) -> Work {
        if self.checking.take().is_some() || std::mem::take(&mut self.taking) || self.plate.take().is_some() {
            return self.into();
        }
        self.done = Done::default();
        if self.place.take().is_some() {
            return self.into();
        }
        Work::Home
    }

    fn close(mut self, plate: &PlateId) -> Step {
        self.plate = None;
        self.taking = false;
        let said = Message::new("pallet-closed").with("plate", Arg::text(plate));
        Step::to(self).say(Feedback::Accept(said))
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.checking = None;
        let mut drafts = Vec::new();
        let mut unused = Vec::new();
        for position in self.done.pop() {
            let Some((mut draft, body)) = undo_at(position, context)? else {
                continue;
            };
            match &body {
                Body::PlateBuilt { own, .. } => {
                    self.plate = None;
                    self.taking = false;
                    unused.extend(*own);
                }
                Body::PlateBroken { plate, .. } => self.plate = Some(plate.clone()),
                Body::Dropped { from, to, .. } => {
                    self.plate = [to, from].into_iter().find_map(super::plates::plate_of);
                }
                _ => {}
            }
            draft.place.clone_from(&self.place);
            draft.refs.plate = body.plate().cloned();
            drafts.push(draft);
        }
        if drafts.is_empty() {
            return Ok(nothing_to_undo(self));
        }
        let mut step = Step::to(self).say(Feedback::Accept(Message::new("undone")));
        step.drafts = drafts;
        step.unused = unused;
        Ok(step)
    }

    fn at_no_place(self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.arrive(&text, context),
            Event::Scan(_) => Ok(refuse(Step::to(self), context, Message::new("stop-place-first"))),
            Event::Choose(id) if id == "done" => Ok(Step::to(Work::Home)),
            _ => Ok(Step::to(self)),
        }
    }

    fn arrive(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        match place(text, &mut self.checking, context)? {
            At::Here(place, _) if place.kind == PlaceKind::Resource => {
                let message = Message::new("stop-only-carries").with("place", Arg::text(&place.place));
                Ok(refuse(Step::to(self), context, message))
            }
            At::Here(place, judge) => {
                self.place = Some(place.place.clone());
                self.done = Done::default();
                Ok(arrived(self, &place.place, &judge, context))
            }
            At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
        }
    }

    fn choose_plate(self, here: &Place, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Choose(id) if id == "new" => begin_new(self, context, |work, plate, own| {
                work.begin(plate, Some(own), here, context)
            }),
            Event::Choose(id) if id == "done" => Ok(Step::to(Work::Home)),
            Event::Scan(Scanned::Label(label)) => match label.sscc {
                Some(plate) => self.begin(plate, None, here, context),
                None => Ok(refuse(Step::to(self), context, Message::new("stop-plate-first"))),
            },
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                let place = PlaceId::new(text.trim()).ok();
                let is_place = match &place {
                    Some(place) => context.facts.place(place)?.is_some(),
                    None => false,
                };
                if is_place || self.checking.is_some() {
                    return self.arrive(&text, context);
                }
                if let Some(plate) = named(&text, context)? {
                    return self.begin(plate, None, here, context);
                }
                let message = Message::new("stop-not-a-plate").with("text", cut(text, 60));
                Ok(refuse(Step::to(self), context, message))
            }
            _ => Ok(Step::to(self)),
        }
    }

    /// Opens a pallet: one that stands here goes on, any other begins here.
    fn begin(
        mut self,
        plate: PlateId,
        own: Option<OwnRef>,
        here: &Place,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let at = Account::Place(here.place.clone());
        let known = context.facts.plate(&plate)?;
        let below = standing(&plate, context)?;
        let on_it = on_plate(&plate, context)?;
        let mut judge = Judge::new();
        if !judge.ask(Facts::PlateFree {
            plate: plate.clone(),
            sscc: is_sscc(&plate),
            at: below.map(|below| below.base),
            here: here.place.clone(),
            loaded: !on_it.rows.is_empty() || !on_it.plates.is_empty(),
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, refs(&plate), None));
        }
        let goes_on = match &known {
            Some(known) => base(&known.account, context)? == at,
            None => false,
        };
        let stands = judge.ask(Facts::MayStand {
            subject: plate.to_string(),
            blocks: if goes_on {
                Vec::new()
            } else {
                context.facts.blocks_on_plate(&plate)?
            },
            place: here.place.clone(),
            cage: here.kind == PlaceKind::Cage,
            place_blocks: if goes_on {
                Vec::new()
            } else {
                context.facts.blocks(None, Some(&here.place))?
            },
            contents_unknown: goes_on && contents_unknown(&plate, &on_it, context)?,
        });
        if !stands {
            return Ok(stop_goods(Step::to(self), context, judge, refs(&plate), None));
        }
        let (body, said) = if goes_on {
            (Body::Seen(Seen::Plate { plate: plate.clone() }), "pallet-opened")
        } else {
            let was = known.map(|known| known.account).filter(Account::is_physical);
            let body = Body::PlateBuilt {
                plate: plate.clone(),
                at,
                own,
                was,
            };
            self.done.push(context.position(0));
            (body, "pallet-begun")
        };
        let said = Message::new(said).with("plate", Arg::text(&plate));
        let draft = self.fact(body, &plate, &judge, context);
        self.plate = Some(plate);
        self.taking = false;
        Ok(Step::to(self).write(draft).judged(&judge, said))
    }

    /// Everything comes off, to the place: units, and pallets with what is on them.
    fn break_down(mut self, plate: &PlateId, here: &Place, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        if !judge.ask(Facts::PlateHeld {
            plate: plate.clone(),
            blocks: blocks_beneath(plate, context)?,
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, refs(plate), None));
        }
        let on_it = on_plate(plate, context)?;
        judge.ask(Facts::MayStand {
            subject: plate.to_string(),
            blocks: Vec::new(),
            place: here.place.clone(),
            cage: here.kind == PlaceKind::Cage,
            place_blocks: Vec::new(),
            contents_unknown: contents_unknown(plate, &on_it, context)?,
        });
        let account = Account::Plate(plate.clone());
        let to = Account::Place(here.place.clone());
        let mut loads: Vec<Load> = Vec::new();
        for row in on_it.rows.iter().filter(|row| row.account == account) {
            loads.extend(units(row, context)?.into_iter().map(Load::Goods));
        }
        let children = context.facts.plates_in(&account)?;
        loads.extend(children.into_iter().map(Load::Plate));
        let mut drafts: Vec<Draft> = Vec::new();
        for load in loads {
            let mut draft = super::plates::put(load, account.clone(), to.clone(), plate);
            draft.place = Some(here.place.clone());
            draft.verdict = judge.clone().verdict();
            drafts.push(draft);
        }
        let body = Body::PlateBroken {
            plate: plate.clone(),
            at: match context.facts.plate(plate)? {
                Some(known) => known.account,
                None => to,
            },
            was: context
                .facts
                .plate(plate)?
                .map_or(ContentsKnown::Unknown, |known| known.known),
        };
        drafts.push(self.fact(body, plate, &judge, context));
        self.done.push_whole(context.position(0), drafts.len());
        self.plate = None;
        self.taking = false;
        let said = Message::new("pallet-broken")
            .with("plate", Arg::text(plate))
            .with("place", Arg::text(&here.place));
        let mut step = Step::to(self);
        step.drafts = drafts;
        Ok(step.judged(&judge, said))
    }

    fn fact(&self, body: Body, plate: &PlateId, judge: &Judge, context: &Context<'_>) -> Draft {
        let mut draft = Draft::new(body);
        draft.place.clone_from(&self.place);
        draft.refs = refs(plate);
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        draft
    }
}

fn refs(plate: &PlateId) -> Refs {
    Refs {
        plate: Some(plate.clone()),
        ..Refs::default()
    }
}
