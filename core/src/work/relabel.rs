//! Print a label again, or give goods a new one (domain §2, own identifiers).
//!
//! Steps: scan or type what the label is on, or scan the place and choose what cannot be scanned; say why. A label of the
//! site's own is printed again, as a copy. Any other goods get a unit identifier of the site's own (8004): never a serial under
//! the maker's GTIN, and never a new lot. Stops: nothing known of it, another company's pallet label, a lot the record does not
//! have, a unit blocked by its serial, no number left.

mod view;

use super::done::Done;
use super::facts::{SerialAt, StockFacts};
use super::goods::{ask_contradiction, ask_mandatory, identify, known_unit, name_of, of_stock, plate_message, subject};
use super::load::{At, arrived, nothing_to_undo, place};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, Wanted, Work, cut, describe, refuse, refuse_with, stop_goods,
    undo_at,
};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Refs};
use lotline_record::model::{
    Account, Goods, Level, PlaceId, PlateId, Quantity, Scope, SerialKey, SerialNumber, SerialScheme, Unit,
};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// The AI of a unit identifier.
const GIAI: &str = "8004";
/// Most characters of a reason; an entry has its limit, and a screen too.
const REASON: usize = 200;
/// Reasons offered; any other is typed.
const WHY: &[&str] = &["unreadable", "damaged", "wrong", "lost"];

/// Printing labels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Relabel {
    /// Where what cannot be scanned stands.
    place: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    what: Option<What>,
    /// New labels that can be taken back.
    done: Done,
}

/// What gets a label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    /// The same label again.
    Copy {
        label: String,
        goods: Option<Box<Goods>>,
        plate: Option<PlateId>,
        said: Message,
    },
    /// A new one; where it stands is asked for when it is not known.
    New {
        goods: Box<Goods>,
        at: Option<Account>,
        said: Message,
    },
}

impl Relabel {
    /// The own number that this input takes: the reason of a new label is said.
    pub(crate) fn wants(&self, event: &Event) -> Option<Wanted<'_>> {
        match &self.what {
            Some(What::New { goods, at: Some(_), .. }) => reason_in(event).map(|_| Wanted {
                ai: GIAI,
                owner: Some(&goods.owner),
            }),
            _ => None,
        }
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Unreadable(message)) => return Ok(refuse(Step::to(self), context, message)),
            Event::Back => return Ok(Step::to(self.back())),
            Event::Choose(id) if id == "back" => return Ok(Step::to(self.back())),
            Event::Choose(id) if id == "undo" => return self.undo(context),
            Event::Pin { .. } => return Ok(Step::to(self)),
            _ => {}
        }
        match self.what.take() {
            None => self.about(event, context),
            Some(What::New { goods, at: None, said }) => self.stands(&goods, &said, event, context),
            Some(what) => self.reason(what, &event, context),
        }
    }

    fn back(mut self) -> Work {
        if self.checking.take().is_some() || self.what.take().is_some() || self.place.take().is_some() {
            return self.into();
        }
        Work::Home
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.what = None;
        let mut drafts = Vec::new();
        let mut unused = Vec::new();
        for position in self.done.pop() {
            let Some((draft, body)) = undo_at(position, context)? else {
                continue;
            };
            if let Body::Relabelled { own, .. } = body {
                unused.push(own);
            }
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

    /// What is it on? A label, a name typed, or a place where it is chosen from.
    fn about(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let text = match event {
            Event::Scan(Scanned::Label(label)) => {
                return match label.sscc.clone().filter(|_| label.gtin.is_none()) {
                    Some(plate) => self.plate(plate, context),
                    None => self.goods(&label, context),
                };
            }
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => text,
            Event::Choose(id) => {
                let (Some(name), Some(here)) = (id.strip_prefix("goods:"), self.place.clone()) else {
                    return Ok(match id.as_str() {
                        "done" if self.place.is_none() => Step::to(Work::Home),
                        _ => Step::to(self),
                    });
                };
                let at = Account::Place(here);
                let found = choices(&at, context)?.into_iter().find(|choice| choice.name == name);
                let Some(choice) = found else {
                    return Ok(Step::to(self));
                };
                return self.new_label(choice.goods, Some(choice.at), Judge::new(), context);
            }
            _ => return Ok(Step::to(self)),
        };
        let name = text.trim();
        if let Ok(plate) = PlateId::new(name)
            && self.checking.is_none()
            && context.facts.plate(&plate)?.is_some()
        {
            return self.plate(plate, context);
        }
        if let Some(label) = known_unit(name, context)? {
            return self.goods(&label, context);
        }
        match place(&text, &mut self.checking, context)? {
            At::Here(place, judge) => {
                self.place = Some(place.place.clone());
                Ok(arrived(self, &place.place, &judge, context))
            }
            At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
        }
    }

    fn plate(mut self, plate: PlateId, context: &Context<'_>) -> Result<Step, Error> {
        if context.facts.plate(&plate)?.is_none() {
            let message = Message::new("stop-not-found").with("text", cut(plate.as_str(), 60));
            return Ok(refuse(Step::to(self), context, message));
        }
        let label = format!("(00){plate}");
        let mut judge = Judge::new();
        if !judge.ask(Facts::OwnLabel {
            ours: context
                .series
                .iter()
                .any(|series| series.covers(None, "00", plate.as_str())),
            label: label.clone(),
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        let said = plate_message(&plate);
        let seen = Body::Seen(lotline_record::entry::Seen::Plate { plate: plate.clone() });
        self.what = Some(What::Copy {
            label,
            goods: None,
            plate: Some(plate),
            said: said.clone(),
        });
        Ok(self.asked(seen, &judge, said, context))
    }

    fn goods(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let goods = hand.goods.clone();
        let known = match &goods.serial {
            Some(serial) => context.facts.serial(serial)?,
            None => None,
        };
        let stock = context.facts.stock_of(&goods.owner, &goods.item)?;
        if !ask_mandatory(&hand, &mut judge, context)? || !ask_contradiction(&hand, &stock, &mut judge) {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        if let Some(known) = &known
            && !judge.ask(Facts::SerialStatus {
                serial: goods.serial.as_ref().map_or_else(String::new, ToString::to_string),
                lifecycle: Some(known.lifecycle),
            })
        {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        if is_ours(label, &goods, context) && (known.is_some() || goods.serial.is_none() && hand.lot.is_some()) {
            let said = describe(&hand.item.name, &goods);
            let seen = Body::Seen(lotline_record::entry::Seen::Goods { goods: goods.clone() });
            self.what = Some(What::Copy {
                label: label.text.clone(),
                goods: Some(Box::new(goods)),
                plate: None,
                said: said.clone(),
            });
            return Ok(self.asked(seen, &judge, said, context));
        }
        let at = known.map(|known| known.account).filter(Account::is_physical);
        let here = at.or_else(|| self.place.clone().map(Account::Place));
        self.new_label(goods, here, judge, context)
    }

    /// Judges goods that are to get a label of the site's own.
    fn new_label(
        mut self,
        goods: Goods,
        at: Option<Account>,
        mut judge: Judge,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let lot = match &goods.lot {
            Some(lot) => context.facts.lot(&goods.owner, &goods.item, lot)?.is_some(),
            None => true,
        };
        let held = context.facts.blocks(Some(&goods), None)?.into_iter();
        let name = goods
            .serial
            .as_ref()
            .map_or_else(|| subject(&goods), ToString::to_string);
        if !judge.ask(Facts::KnownLot {
            subject: subject(&goods),
            known: lot,
        }) || !judge.ask(Facts::UnitHeld {
            subject: name,
            blocks: held
                .filter(|block| matches!(block.scope, Scope::Serial { .. } | Scope::SerialRange { .. }))
                .collect(),
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        let said = describe(&name_of(&goods.owner, &goods.item, context)?, &goods);
        let seen = Body::Seen(lotline_record::entry::Seen::Goods { goods: goods.clone() });
        self.what = Some(What::New {
            goods: Box::new(goods),
            at,
            said: said.clone(),
        });
        Ok(self.asked(seen, &judge, said, context))
    }

    fn asked(self, seen: Body, judge: &Judge, said: Message, context: &Context<'_>) -> Step {
        let mut draft = Draft::new(seen);
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        draft.place.clone_from(&self.place);
        Step::to(self).write(draft).judged(judge, said)
    }

    /// Where do the goods stand that were scanned?
    fn stands(mut self, goods: &Goods, said: &Message, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let what = |at| {
            Some(What::New {
                goods: Box::new(goods.clone()),
                at,
                said: said.clone(),
            })
        };
        let (Event::Scan(Scanned::Text(text)) | Event::Enter { text }) = event else {
            self.what = what(None);
            return Ok(match event {
                Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-place-first")),
                _ => Step::to(self),
            });
        };
        match place(&text, &mut self.checking, context)? {
            At::Here(place, judge) => {
                self.place = Some(place.place.clone());
                self.what = what(Some(Account::Place(place.place.clone())));
                Ok(arrived(self, &place.place, &judge, context))
            }
            At::NotYet(not_yet) => {
                self.what = what(None);
                Ok(not_yet.again(self, Refs::default(), context))
            }
        }
    }

    fn reason(mut self, what: What, event: &Event, context: &Context<'_>) -> Result<Step, Error> {
        let Some(reason) = reason_in(event) else {
            self.what = Some(what);
            return Ok(match event {
                Event::Scan(_) => {
                    let message = Message::new("stop-reason-first");
                    let verdict = Verdict::default();
                    refuse_with(Step::to(self), context, message, verdict, Refs::default(), None)
                }
                _ => Step::to(self),
            });
        };
        match what {
            What::Copy {
                label,
                goods,
                plate,
                said,
            } => {
                let mut draft = Draft::new(Body::Printed {
                    label: label.clone(),
                    plate: plate.clone(),
                    copy: true,
                    of: None,
                    reason,
                    goods: goods.map(|goods| *goods),
                });
                draft.refs.plate = plate;
                draft.scan = context.evidence.cloned();
                let said = Message::new("label-again").with("what", Arg::Message(Box::new(said)));
                let mut step = Step::to(self).write(draft).say(Feedback::Accept(said));
                step.print.push(label);
                Ok(step)
            }
            What::New { goods, at, said } => self.label_anew(*goods, at, said, reason, context),
        }
    }

    fn label_anew(
        mut self,
        goods: Goods,
        at: Option<Account>,
        said: Message,
        reason: String,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let (Some(number), Some(at)) = (context.number, at.clone()) else {
            let message = Message::new("stop-no-number-left").with("series", Arg::text("(8004)…"));
            let goods = Box::new(goods);
            self.what = Some(What::New { goods, at, said });
            return Ok(refuse(Step::to(self), context, message));
        };
        let unit = SerialKey {
            scheme: SerialScheme::Own,
            maker_key: gtin_of(&goods, context)?,
            serial: SerialNumber::new(&number.value).map_err(|e| Error::bug(e.to_string()))?,
        };
        let of = goods
            .serial
            .as_ref()
            .map(ToString::to_string)
            .or_else(|| goods.lot.as_ref().map(ToString::to_string))
            .unwrap_or_else(|| goods.item.to_string());
        let relabelled = Goods {
            serial: Some(unit.clone()),
            ..goods.clone()
        };
        let mut linked = Draft::new(Body::Relabelled {
            goods,
            at: at.clone(),
            unit,
            own: number.reference(),
            reason: reason.clone(),
        });
        linked.place = at.place().cloned();
        linked.scan = context.evidence.cloned();
        let mut printed = Draft::new(Body::Printed {
            label: number.bracketed(),
            goods: Some(relabelled),
            plate: None,
            copy: false,
            of: Some(of),
            reason,
        });
        printed.place = at.place().cloned();
        self.done.push_whole(context.position(0), 2);
        let said = Message::new("label-new")
            .with("unit", Arg::text(&number.value))
            .with("what", Arg::Message(Box::new(said)));
        Ok(Step::to(self).write(linked).write(printed).say(Feedback::Accept(said)))
    }
}

/// Whether the label is one that this site gives out.
fn is_ours(label: &LabelData, goods: &Goods, context: &Context<'_>) -> bool {
    let gtin = label.gtin.map(|gtin| gtin.to_string());
    let covers = |ai, value: &str| {
        context
            .series
            .iter()
            .any(|series| series.covers(gtin.as_deref(), ai, value))
    };
    match (&label.own, &label.giai, &goods.serial, &goods.lot) {
        (Some(_), Some(unit), ..) => covers(GIAI, unit),
        (_, _, Some(serial), _) => covers("21", serial.serial.as_str()),
        (_, _, None, Some(lot)) => covers("10", lot.number.as_str()),
        (_, _, None, None) => false,
    }
}

/// The GTIN that names the item at the pack level of the goods; empty where it has none.
fn gtin_of(goods: &Goods, context: &Context<'_>) -> Result<String, Error> {
    if let Some(serial) = goods.serial.as_ref().filter(|key| key.scheme != SerialScheme::Hibc) {
        return Ok(serial.maker_key.clone());
    }
    let levels = context.facts.levels_of(&goods.owner, &goods.item, context.today)?;
    let level = levels.into_iter().find(|level| level.level == goods.level);
    Ok(level
        .and_then(|level| level.gtin)
        .map_or_else(String::new, |gtin| gtin.to_string()))
}

/// Goods at a place that can be chosen where nothing can be scanned.
struct Choice {
    /// Names it among the others, whatever else comes or goes.
    name: String,
    goods: Goods,
    at: Account,
}

fn choices(at: &Account, context: &Context<'_>) -> Result<Vec<Choice>, Error> {
    let mut all = Vec::new();
    for row in super::plates::under(at, context)?.rows {
        let item = context.facts.item(&row.owner, &row.item)?;
        let one = unit_of(&row, context)?;
        if item.is_some_and(|item| item.tracking.needs_serial()) && row.level == Level::Each {
            let known = context.facts.serials_in(&row.account)?.into_iter();
            for unit in known.filter(|at| at.owner == row.owner && at.item == row.item && at.lot == row.lot) {
                all.push(Choice {
                    name: name_in(&row, Some(&unit)),
                    goods: Goods {
                        serial: Some(unit.serial.clone()),
                        ..one.clone()
                    },
                    at: row.account.clone(),
                });
            }
        } else {
            all.push(Choice {
                name: name_in(&row, None),
                goods: one,
                at: row.account.clone(),
            });
        }
    }
    Ok(all)
}

/// One of what a row of stock stands for, at its pack level.
fn unit_of(row: &StockFacts, context: &Context<'_>) -> Result<Goods, Error> {
    let levels = context.facts.levels_of(&row.owner, &row.item, context.today)?;
    let level = levels.into_iter().find(|level| level.level == row.level);
    let (unit, factor) = level.map_or((Unit::each(), 1), |level| (level.unit, level.factor));
    let expiry = match &row.lot {
        Some(lot) => context
            .facts
            .lot(&row.owner, &row.item, lot)?
            .and_then(|lot| lot.expiry),
        None => None,
    };
    Ok(Goods {
        quantity: Quantity::one(unit, factor),
        expiry,
        ..of_stock(row)
    })
}

fn name_in(row: &StockFacts, unit: Option<&SerialAt>) -> String {
    let lot = row.lot.as_ref().map_or_else(String::new, ToString::to_string);
    let serial = unit.map_or_else(String::new, |unit| unit.serial.to_string());
    [
        row.owner.as_str(),
        row.item.as_str(),
        &lot,
        row.level.as_str(),
        &serial,
        &row.account.to_string(),
    ]
    .join("/")
}

/// A reason chosen among those offered, or typed.
fn reason_in(event: &Event) -> Option<String> {
    match event {
        Event::Choose(id) => {
            let code = id.strip_prefix("reason:")?;
            WHY.contains(&code).then(|| code.to_owned())
        }
        Event::Enter { text } => {
            let text: String = text.trim().chars().filter(|c| !c.is_control()).take(REASON).collect();
            (!text.is_empty()).then_some(text)
        }
        _ => None,
    }
}
