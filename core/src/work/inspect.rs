//! Inspect what waits under a quality block, and decide with a signature (requirement B2).
//!
//! Steps: scan the goods or the pallet, and where they stand if such goods wait in several places; say how many of the sample are bad, name the certificate, choose pass, partly or
//! fail (partly: how many, or which serials, are bad), then quality signs with badge and PIN, never who received them. A
//! pass releases, a fail keeps the block, partly puts the bad ones into the cage under a block of their own.

mod decide;
mod view;

use super::goods::{blocks_wherever, identify, observed, plate_message};
use super::sign::Signing;
use super::{Context, Event, Feedback, LabelData, Scanned, Step, Work, cut, describe, refuse, refuse_with, stop_goods};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, InspectionOutcome, Refs, Seen};
use lotline_record::model::{Account, Amount, Block, BlockKind, Goods, Person, PersonId, PlaceId, PlateId, Scope};
use lotline_record::rules::{Facts, Judge};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// What the signature means.
const ACT: &str = "inspect";
/// Most characters of a certificate's reference.
const MOST_REFERENCE: usize = 80;
/// Most serials that one decision names; a whole lot of bad ones fails as a whole.
const MOST_REJECTED: usize = 100;

/// An open inspection.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Inspect {
    about: Option<Box<About>>,
    /// Goods that wait in several places: where the unit in the hand stands is asked for.
    asked: Option<Box<Asked>>,
}

/// Goods that wait in several places.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Asked {
    goods: Goods,
    said: Message,
    places: Vec<PlaceId>,
}

/// What is inspected, and how far that is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct About {
    what: What,
    said: Message,
    /// How much waits, in base units.
    amount: Amount,
    /// The quality blocks that are decided on: a decision is about what was seen.
    blocks: Vec<Block>,
    /// How many units of the label are looked at.
    size: u32,
    /// How many of them are bad.
    bad: Option<u32>,
    /// The reference of the certificate; empty: there is none.
    certificate: Option<String>,
    outcome: Option<InspectionOutcome>,
    /// The bad ones, where only some are.
    rejected: Vec<Goods>,
    /// All that is to be said is said; who signs is not.
    signing: Option<Signing>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    /// Goods in one place.
    Goods(Box<Goods>, PlaceId),
    /// A pallet, and where it stands.
    Plate(PlateId, Account),
}

/// The step that is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Sample,
    Certificate,
    Outcome,
    Rejected,
    Sign,
}

impl About {
    fn at(&self) -> At {
        match (&self.bad, &self.certificate, &self.outcome, &self.signing) {
            (None, ..) => At::Sample,
            (_, None, ..) => At::Certificate,
            (_, _, None, _) => At::Outcome,
            (_, _, Some(_), None) => At::Rejected,
            (.., Some(_)) => At::Sign,
        }
    }
}

impl Inspect {
    /// Whose PIN is awaited.
    pub(crate) fn signer(&self) -> Option<&PersonId> {
        self.about.as_ref()?.signing.as_ref()?.signer.as_ref()
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let event = match event {
            Event::Back => return Ok(Step::to(self.back())),
            Event::Choose(id) if id == "back" || id == "undo" => return Ok(Step::to(self.back())),
            Event::Scan(Scanned::Unreadable(message)) => return Ok(refuse(Step::to(self), context, message)),
            event => event,
        };
        if let Some(asked) = self.asked.take() {
            return self.stands(asked, &event, context);
        }
        let Some(about) = self.about.take() else {
            return self.scan(event, context);
        };
        match about.at() {
            At::Sample => Ok(self.sample(about, event, context)),
            At::Certificate => Ok(self.certificate(about, event, context)),
            At::Outcome => Ok(self.outcome(about, &event, context)),
            At::Rejected => self.rejected(about, event, context),
            At::Sign => self.signature(about, event, context),
        }
    }

    fn back(mut self) -> Work {
        if self.asked.take().is_some() {
            return self.into();
        }
        let Some(mut about) = self.about.take() else {
            return Work::Home;
        };
        match about.at() {
            At::Sample => return self.into(),
            At::Certificate => about.bad = None,
            At::Outcome => about.certificate = None,
            At::Rejected => match about.rejected.pop() {
                Some(_) => {}
                None => about.outcome = None,
            },
            At::Sign => {
                about.signing = None;
                about.outcome = None;
                about.rejected.clear();
            }
        }
        self.about = Some(about);
        self.into()
    }

    /// The same step again: a scan is kept and stopped, anything else changes nothing.
    fn again(mut self, about: Box<About>, event: &Event, context: &Context<'_>) -> Step {
        self.about = Some(about);
        match event {
            Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-scan-not-here")),
            _ => Step::to(self),
        }
    }

    fn scan(self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Label(label)) => match &label.sscc {
                Some(plate) if label.gtin.is_none() => self.plate(plate.clone(), context),
                _ => self.label(&label, context),
            },
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                if let Ok(plate) = PlateId::new(text.trim())
                    && context.facts.plate(&plate)?.is_some()
                {
                    return self.plate(plate, context);
                }
                let message = Message::new("stop-not-found").with("text", cut(text, 60));
                Ok(refuse(Step::to(self), context, message))
            }
            Event::Choose(id) if id == "done" => Ok(Step::to(Work::Home)),
            _ => Ok(Step::to(self)),
        }
    }

    fn label(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let goods = hand.goods;
        let waiting = Waiting::of(&goods, context)?;
        let places = waiting.places(&goods, context)?;
        let Some(first) = places.first().cloned() else {
            return Ok(nothing_waits(self, &judge, context));
        };
        let said = describe(&hand.item.name, &goods);
        let mut draft = observed(goods.clone(), context);
        draft.verdict = judge.verdict();
        if places.len() > 1 {
            let heard = said.clone();
            self.asked = Some(Box::new(Asked { goods, said, places }));
            return Ok(Step::to(self).write(draft).say(Feedback::Accept(heard)));
        }
        draft.place = Some(first.clone());
        let about = waiting.at(goods, said, first, context)?;
        Ok(self.begun(about, draft))
    }

    /// Where does it stand?
    fn stands(mut self, asked: Box<Asked>, event: &Event, context: &Context<'_>) -> Result<Step, Error> {
        let text = match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => text.trim(),
            Event::Scan(_) => {
                self.asked = Some(asked);
                return Ok(refuse(Step::to(self), context, Message::new("stop-place-first")));
            }
            _ => {
                self.asked = Some(asked);
                return Ok(Step::to(self));
            }
        };
        let Some(place) = asked.places.iter().find(|place| place.as_str() == text).cloned() else {
            let message = Message::new("stop-not-waiting-there").with("text", cut(text, 60));
            self.asked = Some(asked);
            return Ok(refuse(Step::to(self), context, message));
        };
        let Asked { goods, said, .. } = *asked;
        let mut draft = Draft::new(Body::Seen(Seen::Place { place: place.clone() }));
        draft.place = Some(place.clone());
        draft.scan = context.evidence.cloned();
        let about = Waiting::of(&goods, context)?.at(goods, said, place, context)?;
        Ok(self.begun(about, draft))
    }

    fn plate(self, plate: PlateId, context: &Context<'_>) -> Result<Step, Error> {
        let mut blocks = context.facts.blocks_on_plate(&plate)?;
        blocks.retain(|block| block.kind == BlockKind::Quality);
        let known = context.facts.plate(&plate)?;
        let (Some(known), false) = (known, blocks.is_empty()) else {
            return Ok(nothing_waits(self, &Judge::new(), context));
        };
        let rows = context.facts.stock_in(&Account::Plate(plate.clone()))?;
        let amount = rows.iter().map(|row| row.amount).sum();
        let mut draft = Draft::new(Body::Seen(Seen::Plate { plate: plate.clone() }));
        draft.refs.plate = Some(plate.clone());
        draft.scan = context.evidence.cloned();
        let size = sample_size(amount, 1, context);
        let said = plate_message(&plate);
        let about = about(What::Plate(plate, known.account), said, amount, blocks, size);
        Ok(self.begun(about, draft))
    }

    fn begun(mut self, about: About, draft: Draft) -> Step {
        let said = about.said.clone();
        self.about = Some(Box::new(about));
        Step::to(self).write(draft).say(Feedback::Accept(said))
    }

    fn sample(mut self, mut about: Box<About>, event: Event, context: &Context<'_>) -> Step {
        let (Event::Enter { text } | Event::Scan(Scanned::Text(text))) = event else {
            return self.again(about, &event, context);
        };
        match text.trim().parse::<u32>() {
            Ok(bad) if bad <= about.size => {
                about.bad = Some(bad);
                self.about = Some(about);
                Step::to(self)
            }
            _ => {
                let message = Message::new("stop-not-of-sample")
                    .with("text", cut(text, 40))
                    .with("size", Arg::Number(i64::from(about.size)));
                self.about = Some(about);
                refuse(Step::to(self), context, message)
            }
        }
    }

    fn certificate(mut self, mut about: Box<About>, event: Event, context: &Context<'_>) -> Step {
        let (text, scanned) = match event {
            Event::Choose(id) if id == "no_certificate" => {
                about.certificate = Some(String::new());
                self.about = Some(about);
                return Step::to(self);
            }
            Event::Enter { text } => (text, false),
            Event::Scan(Scanned::Text(text)) => (text, true),
            Event::Scan(Scanned::Label(label)) => (label.text, true),
            event => return self.again(about, &event, context),
        };
        let text: String = text
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(MOST_REFERENCE)
            .collect();
        if text.is_empty() {
            self.about = Some(about);
            return Step::to(self);
        }
        let mut step = Step::default();
        if scanned {
            // The scan that brought it is in the record, with what it is about.
            let mut draft = match &about.what {
                What::Goods(goods, _) => observed((**goods).clone(), context),
                What::Plate(plate, _) => Draft::new(Body::Seen(Seen::Plate { plate: plate.clone() })),
            };
            draft.scan = context.evidence.cloned();
            step = step.write(draft);
        }
        about.certificate = Some(text);
        self.about = Some(about);
        step.work = self.into();
        step
    }
}

fn about(what: What, said: Message, amount: Amount, blocks: Vec<Block>, size: u32) -> About {
    About {
        what,
        said,
        amount,
        blocks,
        size,
        bad: None,
        certificate: None,
        outcome: None,
        rejected: Vec::new(),
        signing: None,
    }
}

/// What holds goods for quality.
struct Waiting {
    blocks: Vec<Block>,
    /// The blocks are on the unit itself, not on what stands in a place.
    of_unit: bool,
}

impl Waiting {
    fn of(goods: &Goods, context: &Context<'_>) -> Result<Self, Error> {
        let mut blocks = blocks_wherever(goods, context)?;
        blocks.retain(|block| block.kind == BlockKind::Quality);
        let is_unit = |block: &Block| matches!(&block.scope, Scope::Serial { .. } | Scope::SerialRange { .. });
        let of_unit = goods.serial.is_some() && blocks.iter().any(is_unit);
        if of_unit {
            blocks.retain(is_unit);
        }
        Ok(Waiting { blocks, of_unit })
    }

    /// Where they wait: a unit where it is, others wherever a block holds some.
    fn places(&self, goods: &Goods, context: &Context<'_>) -> Result<Vec<PlaceId>, Error> {
        let unit = match &goods.serial {
            Some(serial) => context.facts.serial(serial)?.and_then(|s| s.account.place().cloned()),
            None => None,
        };
        if self.of_unit {
            return Ok(unit.into_iter().collect());
        }
        let mut places = Vec::new();
        for block in &self.blocks {
            if let Scope::Stock { place, .. } = &block.scope
                && !places.contains(place)
            {
                places.push(place.clone());
            }
        }
        // The record knows where a unit with a serial is: nobody need be asked.
        if let Some(unit) = unit.filter(|unit| places.contains(unit)) {
            return Ok(vec![unit]);
        }
        Ok(places)
    }

    /// What waits in one place: how much, and under which blocks.
    fn at(mut self, goods: Goods, said: Message, place: PlaceId, context: &Context<'_>) -> Result<About, Error> {
        let amount = if self.of_unit {
            Amount::whole(1)
        } else {
            self.blocks
                .retain(|block| matches!(&block.scope, Scope::Stock { place: at, .. } if *at == place));
            let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
            let here = stock
                .iter()
                .filter(|row| row.lot == goods.lot && row.account.place() == Some(&place));
            here.map(|row| row.amount).sum()
        };
        let size = sample_size(amount, goods.quantity.f, context);
        let what = What::Goods(Box::new(goods), place);
        Ok(about(what, said, amount, self.blocks, size))
    }
}

fn nothing_waits(flow: Inspect, judge: &Judge, context: &Context<'_>) -> Step {
    let message = Message::new("stop-nothing-to-inspect");
    let verdict = judge.clone().verdict();
    refuse_with(Step::to(flow), context, message, verdict, Refs::default(), None)
}

/// How many of so many base units, in units of `factor`, are looked at.
fn sample_size(amount: Amount, factor: u32, context: &Context<'_>) -> u32 {
    let whole = amount.micros().max(0).cast_unsigned().div_ceil(1_000_000);
    let units = u32::try_from(whole.div_ceil(u64::from(factor.max(1)))).unwrap_or(u32::MAX);
    context.policy.receipt.sample.size(units)
}

fn ask_release(about: &About, person: &Person, judge: &mut Judge, context: &Context<'_>) -> Result<bool, Error> {
    let scope = context.facts.scope_of(&person.person)?;
    let owner = match &about.what {
        What::Goods(goods, _) => Some(&goods.owner),
        What::Plate(..) => None,
    };
    let in_scope = match (&scope, owner) {
        (Some(scope), Some(owner)) => scope.contains(owner),
        _ => true,
    };
    Ok(about.blocks.iter().all(|block| {
        judge.ask(Facts::Release {
            block: block.block.clone(),
            kind: block.kind,
            role: person.role,
            own: block.placed_by.as_ref() == Some(&person.person),
            in_scope,
        })
    }))
}
