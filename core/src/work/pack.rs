//! Pack a picked order into cartons and compare it with the order, line by line (requirement B2).
//!
//! Steps: choose the order, scan a carton or have a new SSCC, scan each unit into it, close it, weigh it where the policy asks
//! for that; then say that the order is packed. Stops: an item that the order does not ask for or more than it asks for,
//! another lot or serial than was picked for it, blocked, recalled, expired, another order's carton, a line that is not full
//! before it was confirmed.

mod scan;
mod view;

use super::cargo::{Cargo, filled, missing};
use super::done::Done;
use super::facts::Subject;
use super::load::nothing_to_undo;
use super::outbound::{self, Chosen, Order};
use super::pallet::SSCC;
use super::plates::{base, begin_new, is_sscc, named, on_plate, under};
use super::{Context, Event, Feedback, Scanned, Step, Work, cut, refuse, refuse_with, stop_goods, undo_at};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Missing, Refs, Seen};
use lotline_record::model::{Account, DocumentId, DocumentKind, PlaceKind, PlateId, Quantity, Unit};
use lotline_record::numbering::OwnRef;
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// Lines of a carton's history in which the order it was packed for is looked for.
const LOOKED_AT: usize = 50;

/// An open packing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pack {
    order: Option<Order>,
    carton: Option<PlateId>,
    doing: Doing,
    /// Cartons of this order that were packed here.
    cartons: Vec<PlateId>,
    /// Entries that can be taken back.
    done: Done,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Doing {
    #[default]
    Scan,
    /// The carton is closed; its weight is awaited.
    Weigh,
    /// Something is missing: it is shown, and confirmed.
    Confirm,
}

impl Pack {
    pub(crate) fn document(&self) -> Option<&DocumentId> {
        self.order.as_ref().map(|order| &order.document)
    }

    /// The AI of the own number that this input takes.
    pub(crate) fn wants(&self, event: &Event) -> Option<&'static str> {
        let new = matches!(event, Event::Choose(id) if id == "new");
        (new && self.order.is_some() && self.carton.is_none() && self.doing == Doing::Scan).then_some(SSCC)
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Event::Scan(Scanned::Unreadable(message)) = event {
            return Ok(refuse(Step::to(self), context, message));
        }
        let Some(order) = self.order.clone() else {
            return self.choose(event, context);
        };
        match event {
            Event::Back => return Ok(Step::to(self.back())),
            Event::Choose(id) if id == "back" => return Ok(Step::to(self.back())),
            Event::Choose(id) if id == "undo" => return self.undo(&order, context),
            Event::Pin { .. } => return Ok(Step::to(self)),
            _ => {}
        }
        match (self.carton.clone(), self.doing) {
            (None, doing) => match event {
                Event::Choose(id) => match id.as_str() {
                    "new" if doing == Doing::Scan => begin_new(self, context, |work, plate, own| {
                        work.begin(plate, Some(own), &order, context)
                    }),
                    "verify" => self.verify(&order, context),
                    _ => Ok(Step::to(self)),
                },
                event => {
                    self.doing = Doing::Scan;
                    self.choose_carton(&order, event, context)
                }
            },
            (Some(carton), Doing::Weigh) => self.weigh(&order, &carton, event, context),
            (Some(carton), _) => match event {
                Event::Choose(id) if id == "close" => self.close(&order, &carton, context),
                Event::Choose(_) => Ok(Step::to(self)),
                event => self.scan(&order, &carton, event, context),
            },
        }
    }

    fn back(mut self) -> Work {
        if self.doing != Doing::Scan {
            self.doing = Doing::Scan;
            return self.into();
        }
        if self.carton.take().is_some() {
            return self.into();
        }
        Pack::default().into()
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

    fn undo(mut self, order: &Order, context: &Context<'_>) -> Result<Step, Error> {
        if self.doing != Doing::Scan {
            self.doing = Doing::Scan;
            return Ok(Step::to(self).say(Feedback::Accept(Message::new("undone"))));
        }
        let mut drafts = Vec::new();
        let mut unused = Vec::new();
        for position in self.done.pop() {
            let Some((mut draft, body)) = undo_at(position, context)? else {
                continue;
            };
            match &body {
                Body::PlateBuilt { own, plate, .. } => {
                    self.carton = None;
                    self.cartons.retain(|carton| carton != plate);
                    unused.extend(*own);
                }
                Body::CartonClosed { plate, .. } => self.carton = Some(plate.clone()),
                Body::Packed { to, .. } => self.carton = super::plates::plate_of(to),
                _ => {}
            }
            draft.owner = Some(order.owner.clone());
            draft.place = Some(order.stage.clone());
            draft.refs = order.refs();
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

    fn choose_carton(self, order: &Order, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let text = match event {
            Event::Scan(Scanned::Label(label)) => {
                return match label.sscc {
                    Some(plate) => self.begin(plate, None, order, context),
                    None => Ok(refuse(Step::to(self), context, Message::new("stop-carton-first"))),
                };
            }
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => text,
            _ => return Ok(Step::to(self)),
        };
        if let Some(plate) = named(&text, context)? {
            return self.begin(plate, None, order, context);
        }
        let message = Message::new("stop-not-a-plate").with("text", cut(text, 60));
        Ok(refuse(Step::to(self), context, message))
    }

    /// Opens a carton: one of this order goes on, an empty one begins.
    fn begin(
        mut self,
        plate: PlateId,
        own: Option<OwnRef>,
        order: &Order,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let stage = Account::Place(order.stage.clone());
        let known = context.facts.plate(&plate)?;
        let on_it = on_plate(&plate, context)?;
        let loaded = !on_it.rows.is_empty() || !on_it.plates.is_empty();
        let at = match &known {
            Some(known) => Some(base(&known.account, context)?),
            None => None,
        };
        let goes_on = at.as_ref() == Some(&stage);
        let mut judge = Judge::new();
        let passed = judge.ask(Facts::PlateFree {
            plate: plate.clone(),
            sscc: is_sscc(&plate),
            at,
            here: order.stage.clone(),
            loaded,
        }) && judge.ask(Facts::CartonFree {
            plate: plate.clone(),
            taken: loaded && packed_for(&plate, context)?.as_deref() != Some(order.document.as_str()),
        }) && judge.ask(Facts::MayStand {
            subject: plate.to_string(),
            blocks: super::plates::blocks_beneath(&plate, context)?,
            place: order.stage.clone(),
            cage: context
                .facts
                .place(&order.stage)?
                .is_some_and(|place| place.kind == PlaceKind::Cage),
            place_blocks: context.facts.blocks(None, Some(&order.stage))?,
            contents_unknown: false,
        });
        if !passed {
            return Ok(stop_goods(Step::to(self), context, judge, refs(order, &plate), None));
        }
        let body = if goes_on {
            Body::Seen(Seen::Plate { plate: plate.clone() })
        } else {
            self.done.push(context.position(0));
            Body::PlateBuilt {
                plate: plate.clone(),
                at: stage,
                own,
                was: known.map(|known| known.account).filter(Account::is_physical),
            }
        };
        let said = Message::new("carton-begun").with("plate", Arg::text(&plate));
        let draft = fact(body, order, &plate, &judge, context);
        if !self.cartons.contains(&plate) {
            self.cartons.push(plate.clone());
        }
        self.carton = Some(plate);
        Ok(Step::to(self).write(draft).judged(&judge, said))
    }

    fn close(mut self, order: &Order, carton: &PlateId, context: &Context<'_>) -> Result<Step, Error> {
        if on_plate(carton, context)?.rows.is_empty() {
            return Ok(Step::to(self).say(Feedback::Warn(Message::new("nothing-in-carton"))));
        }
        if context.policy.pack_weight {
            self.doing = Doing::Weigh;
            return Ok(Step::to(self));
        }
        Ok(self.closed(order, carton, None, context))
    }

    fn weigh(mut self, order: &Order, carton: &PlateId, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let text = match event {
            Event::Enter { text } | Event::Scan(Scanned::Text(text)) => text,
            Event::Scan(_) => {
                let message = Message::new("stop-weight-first");
                let verdict = Verdict::default();
                return Ok(refuse_with(
                    Step::to(self),
                    context,
                    message,
                    verdict,
                    order.refs(),
                    None,
                ));
            }
            _ => return Ok(Step::to(self)),
        };
        let Ok(weight) = Quantity::parse(&text, Unit(context.policy.weight_unit.clone()), 1) else {
            let message = Message::new("stop-not-a-weight").with("text", cut(text, 40));
            return Ok(refuse(Step::to(self), context, message));
        };
        self.doing = Doing::Scan;
        Ok(self.closed(order, carton, Some(weight), context))
    }

    fn closed(mut self, order: &Order, carton: &PlateId, weight: Option<Quantity>, context: &Context<'_>) -> Step {
        let body = Body::CartonClosed {
            plate: carton.clone(),
            document: order.document.clone(),
            weight,
        };
        self.done.push(context.position(0));
        self.carton = None;
        let draft = fact(body, order, carton, &Judge::new(), context);
        let said = Message::new("carton-closed").with("plate", Arg::text(carton));
        Step::to(self).write(draft).say(Feedback::Accept(said))
    }

    /// Compares all cartons of the order with it, as this device knows both now.
    fn verify(mut self, order: &Order, context: &Context<'_>) -> Result<Step, Error> {
        let lines = context.facts.lines(DocumentKind::Order, &order.document)?;
        let leaving = order.leaving(&lines);
        let cartons = self.all_cartons(order, context)?;
        let cargo = Cargo::on_plates(&cartons, context)?;
        let mut judge = Judge::new();
        let none = std::collections::BTreeMap::new();
        if !cargo.ask(&leaving, &none, None, &mut judge, context)? {
            return Ok(stop_goods(Step::to(self), context, judge, order.refs(), None));
        }
        let filled = filled(&lines, cargo.sums());
        let (short, amount) = missing(&filled);
        if !judge.ask(Facts::PackShort {
            lines: short,
            missing: amount,
            confirmed: self.doing == Doing::Confirm,
        }) {
            self.doing = Doing::Confirm;
            let said = Message::new("pack-short").with("missing", Arg::amount(amount));
            return Ok(Step::to(self).say(Feedback::Warn(said)));
        }
        let silent = cargo.other_devices("packed", &order.document, context)?;
        let mut draft = Draft::new(Body::PackVerified {
            document: order.document.clone(),
            cartons,
            outcome: if short == 0 { "done" } else { "short" }.to_owned(),
            missing: filled
                .iter()
                .filter(|line| line.done < line.expected)
                .map(|line| Missing {
                    line: line.key.clone(),
                    amount: line.expected.minus(line.done),
                })
                .collect(),
            silent: silent.clone(),
        });
        draft.owner = Some(order.owner.clone());
        draft.place = Some(order.stage.clone());
        draft.refs = order.refs();
        draft.verdict = judge.clone().verdict();
        let step = Step::to(Work::Home).write(draft);
        if !silent.is_empty() {
            let names: Vec<String> = silent.iter().map(ToString::to_string).collect();
            let said = Message::new("warn-others-packed").with("devices", Arg::Text(names.join(", ")));
            return Ok(step.say(Feedback::Warn(said)));
        }
        let said = Message::new("order-packed").with("document", Arg::text(&order.document));
        Ok(step.judged(&judge, said))
    }

    /// Cartons of the order: those at its staging place that were packed for it, by whichever device, and those packed here.
    fn all_cartons(&self, order: &Order, context: &Context<'_>) -> Result<Vec<PlateId>, Error> {
        let mut all = Vec::new();
        let there = under(&Account::Place(order.stage.clone()), context)?.plates;
        for plate in there.into_iter().chain(self.cartons.iter().cloned()) {
            if !all.contains(&plate) && packed_for(&plate, context)?.as_deref() == Some(order.document.as_str()) {
                all.push(plate);
            }
        }
        Ok(all)
    }
}

/// The order for which something was last packed into a handling unit, or the handling unit itself.
fn packed_for(plate: &PlateId, context: &Context<'_>) -> Result<Option<String>, Error> {
    let history = context.facts.history(&Subject::Plate(plate.clone()), LOOKED_AT)?;
    Ok(history
        .into_iter()
        .find(|line| line.kind == "packed")
        .and_then(|line| line.document))
}

fn refs(order: &Order, plate: &PlateId) -> Refs {
    Refs {
        plate: Some(plate.clone()),
        ..order.refs()
    }
}

fn fact(body: Body, order: &Order, plate: &PlateId, judge: &Judge, context: &Context<'_>) -> Draft {
    let mut draft = Draft::new(body);
    draft.owner = Some(order.owner.clone());
    draft.place = Some(order.stage.clone());
    draft.refs = refs(order, plate);
    draft.scan = context.evidence.cloned();
    draft.verdict = judge.clone().verdict();
    draft
}
