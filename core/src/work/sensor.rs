//! Read a temperature, and the humidity, where goods stand or of a lot. Outside of the limits that the policy sets, the
//! lots that stand there are blocked and an exception is opened.
//!
//! Steps: scan the place or the goods, enter or scan the temperature, then the humidity where the limits name one. Stops:
//! unknown place or item, not a number, a value that no place can have, outside of the limits.

use super::goods::{identify, observed};
use super::load::{At, brings_goods, digits_first, digits_view, nothing_to_undo, place, seen};
use super::plates::{under, units};
use super::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, Work, cut, describe, refuse,
    stop_goods, undo_at,
};
use crate::Error;
use crate::screen::{AwaitKind, Look};
use crate::store::Draft;
use crate::work::Stop;
use lotline_record::entry::{Body, Position, Refs};
use lotline_record::model::{Account, Block, BlockId, BlockKind, Climate, Goods, PlaceId, Scope};
use lotline_record::rules::{Facts, Judge, tenths};
use lotline_record::stock::exception_name;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// The reason that the blocks of an excursion give.
const REASON: &str = "excursion";

/// A reading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sensor {
    about: Option<About>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    /// The temperature is known, the humidity is awaited; tenths of a degree Celsius.
    celsius: Option<i32>,
    /// What each reading wrote that can be taken back, oldest first.
    done: Vec<Vec<Position>>,
}

/// What is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum About {
    Place { place: PlaceId, zone: Option<String> },
    Goods { goods: Box<Goods>, said: Message },
}

impl Sensor {
    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(waiting) = self.checking.clone()
            && brings_goods(&event)
        {
            return Ok(digits_first(self, &waiting, context));
        }
        match event {
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) if id == "undo" => self.undo(context),
            Event::Choose(id) if id == "done" && self.about.is_none() => Ok(Step::to(Work::Home)),
            Event::Choose(id) if id == "none" && self.celsius.is_some() => {
                let celsius = self.celsius.take().unwrap_or_default();
                self.book(celsius, None, context)
            }
            Event::Choose(id) if id == "back" => Ok(Step::to(self.back())),
            Event::Back => Ok(Step::to(self.back())),
            Event::Scan(Scanned::Label(label)) => self.goods(&label, context),
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => match (&self.about, self.celsius) {
                (None, _) => self.at(&text, context),
                (Some(_), celsius) => self.value(&text, celsius, context),
            },
            Event::Choose(_) | Event::Pin { .. } => Ok(Step::to(self)),
        }
    }

    fn back(mut self) -> Work {
        if self.checking.take().is_some() || self.celsius.take().is_some() || self.about.take().is_some() {
            return self.into();
        }
        Work::Home
    }

    fn at(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        match place(text, &mut self.checking, context)? {
            At::Here(found, judge) => {
                self.about = Some(About::Place {
                    place: found.place.clone(),
                    zone: found.zone,
                });
                let mut draft = seen(&found.place, context);
                draft.verdict = judge.verdict();
                let said = Message::new("at-bin").with("place", Arg::text(&found.place));
                Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
            }
            At::NotYet(not_yet) => Ok(not_yet.again(self, Refs::default(), context)),
        }
    }

    /// A label says of which lot the next reading is.
    fn goods(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let said = describe(&hand.item.name, &hand.goods);
        let mut draft = observed(hand.goods.clone(), context);
        draft.verdict = judge.verdict();
        self.celsius = None;
        self.about = Some(About::Goods {
            goods: Box::new(hand.goods),
            said: said.clone(),
        });
        Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
    }

    fn climate(&self, context: &Context<'_>) -> Option<Climate> {
        let all = &context.policy.climates;
        let found = match self.about.as_ref()? {
            About::Place { place, zone } => all.iter().find(|c| c.is_of(place.as_str(), zone.as_deref())),
            About::Goods { goods, .. } => all.iter().find(|c| c.items.contains(&goods.item)),
        };
        found.cloned()
    }

    fn value(mut self, text: &str, celsius: Option<i32>, context: &Context<'_>) -> Result<Step, Error> {
        let Some(value) = read(text) else {
            let message = Message::new("stop-not-a-reading").with("text", cut(text, 40));
            return Ok(refuse(Step::to(self), context, message));
        };
        let mut judge = Judge::new();
        if !judge.ask(Facts::Plausible {
            celsius: celsius.unwrap_or(value),
            humidity: celsius.map(|_| value),
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        }
        match celsius {
            None if self.climate(context).is_some_and(|c| c.humidity.is_some()) => {
                self.celsius = Some(value);
                Ok(Step::to(self))
            }
            None => self.book(value, None, context),
            Some(celsius) => {
                self.celsius = None;
                self.book(celsius, Some(value), context)
            }
        }
    }

    fn book(mut self, celsius: i32, humidity: Option<i32>, context: &Context<'_>) -> Result<Step, Error> {
        let Some(about) = self.about.take() else {
            return Ok(Step::to(self));
        };
        self.about = Some(about.clone());
        let climate = self.climate(context);
        self.about = None;
        let (at, goods, subject) = match &about {
            About::Place { place, .. } => (Some(place.clone()), None, place.to_string()),
            About::Goods { goods, .. } => (None, Some((**goods).clone()), super::goods::subject(goods)),
        };
        let mut judge = Judge::new();
        let passed = judge.ask(Facts::Plausible { celsius, humidity })
            && judge.ask(Facts::InClimate {
                subject,
                climate: climate.clone(),
                celsius,
                humidity,
            });
        let mut draft = Draft::new(Body::Measured {
            at: at.clone(),
            goods: goods.clone(),
            celsius,
            humidity,
            class: climate.map(|climate| climate.class),
        });
        draft.place.clone_from(&at);
        draft.scan = context.evidence.cloned();
        draft.verdict = judge.clone().verdict();
        let words = Message::new("measured").with("value", tenths(celsius));
        self.done.push(vec![context.position(0)]);
        let Some(message) = judge.stopped().cloned().filter(|_| !passed) else {
            return Ok(Step::to(self).write(draft).say(Feedback::Accept(words)));
        };
        let account = at.clone().map(Account::Place);
        let exception = exception_name(context.device, context.position(1))
            .ok_or_else(|| Error::bug("an exception without a name"))?;
        let mut raised = Draft::new(Body::Raised {
            exception,
            code: REASON.to_owned(),
            message: message.clone(),
            goods: goods.clone(),
            at: account.clone(),
            line: None,
            known_expiry: None,
        });
        raised.place.clone_from(&at);
        let mut step = Step::default().write(draft).write(raised);
        for scope in scopes(account.as_ref(), goods, context)? {
            let position = context.position(step.drafts.len());
            let name = format!("T-{}-{}-{}", context.device, position.epoch(), position.seq());
            let block = Block {
                through: Vec::new(),
                block: BlockId::new(name).map_err(|e| Error::bug(e.to_string()))?,
                kind: BlockKind::Temperature,
                reason: REASON.to_owned(),
                placed_by: None,
                part: None,
                scope: scope.clone(),
            };
            let mut draft = Draft::new(Body::Blocked { block });
            draft.owner = scope.owner().cloned();
            draft.place.clone_from(&at);
            if let Some(group) = self.done.last_mut() {
                group.push(position);
            }
            step.drafts.push(draft);
        }
        step.work = self.into();
        step.stop = Some(Stop { message, aside: None });
        Ok(step)
    }

    /// Takes back a reading with the blocks it placed. Its exception stays: somebody else settles it.
    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        (self.checking, self.celsius) = (None, None);
        let Some(group) = self.done.pop() else {
            return Ok(nothing_to_undo(self));
        };
        let mut step = Step::to(self).say(Feedback::Accept(Message::new("undone")));
        for position in group.into_iter().rev() {
            if let Some((draft, _)) = undo_at(position, context)? {
                step.drafts.push(draft);
            }
        }
        Ok(step)
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> View {
        let (id, prompt) = match (&self.about, self.celsius) {
            _ if self.checking.is_some() => ("sensor.check", "sensor-scan-prompt"),
            (None, _) => ("sensor.scan", "sensor-scan-prompt"),
            (Some(_), None) => ("sensor.celsius", "sensor-celsius-prompt"),
            (Some(_), Some(_)) => ("sensor.humidity", "sensor-humidity-prompt"),
        };
        let mut view = View::new(id, Message::new("sensor-title"), Message::new(prompt));
        let what = match &self.about {
            None => None,
            Some(About::Place { place, .. }) => Some(Arg::text(place)),
            Some(About::Goods { said, .. }) => Some(Arg::Message(Box::new(said.clone()))),
        };
        view.fields.extend(what.map(|what| ViewField {
            state: Look::Current,
            ..ViewField::new("field-what", what)
        }));
        if let Some(climate) = self.climate(context) {
            let limits = |id, (low, high)| {
                let words = Message::new(id).with("low", tenths(low)).with("high", tenths(high));
                Arg::Message(Box::new(words.with("class", Arg::text(&climate.class))))
            };
            view.fields.push(ViewField::new(
                "field-limits",
                limits("limits-celsius", climate.celsius),
            ));
            if let Some(humidity) = climate.humidity {
                view.fields
                    .push(ViewField::new("field-limits", limits("limits-humidity", humidity)));
            }
        }
        if let Some(celsius) = self.celsius {
            view.fields.push(ViewField::new("field-celsius", tenths(celsius)));
            view.actions.push(ViewAction::main("none", "action-no-humidity"));
        }
        view.actions.push(if self.about.is_none() && self.checking.is_none() {
            ViewAction::main("done", "action-done")
        } else {
            ViewAction::other("back", "action-back")
        });
        view.actions.push(ViewAction::undo());
        view.actions.push(ViewAction::look_up());
        match (&self.checking, &self.about, self.celsius) {
            (Some(place), _, _) => digits_view(&mut view, place),
            (None, None, _) => view.awaits_scan(),
            (None, Some(_), None) => view.awaits = (AwaitKind::Text, "celsius"),
            (None, Some(_), Some(_)) => view.awaits = (AwaitKind::Text, "humidity"),
        }
        view
    }
}

/// Tenths of what a person or a sensor wrote: `4.6`, `-18`, `4,6 °C`, `55 %`. More digits than a tenth are rounded away.
fn read(text: &str) -> Option<i32> {
    let text = text
        .trim()
        .trim_end_matches(['%', 'C', 'c', '°', ' '])
        .replace(',', ".");
    let text = text.replace('\u{2212}', "-");
    let value: rust_decimal::Decimal = text.parse().ok()?;
    let tenths = (value * rust_decimal::Decimal::TEN).round();
    i32::try_from(tenths).ok()
}

/// What stands there, lot by lot: what has no lot by its serials, and if it has neither by its place.
fn scopes(at: Option<&Account>, goods: Option<Goods>, context: &Context<'_>) -> Result<Vec<Scope>, Error> {
    let mut all: Vec<Goods> = goods.into_iter().collect();
    if let Some(at) = at {
        for row in under(at, context)?.rows {
            all.extend(units(&row, context)?);
        }
    }
    let mut found = Vec::new();
    for goods in all {
        let scope = match (goods.lot, goods.serial, at) {
            (Some(lot), ..) => Scope::Lot {
                owner: goods.owner,
                item: goods.item,
                lot: lot.number,
            },
            (None, Some(serial), _) => Scope::Serial {
                maker_key: serial.maker_key,
                serial: serial.serial.to_string(),
            },
            (None, None, Some(Account::Place(place))) => Scope::Place { place: place.clone() },
            (None, None, _) => Scope::Item {
                owner: goods.owner,
                item: goods.item,
            },
        };
        if !found.contains(&scope) {
            found.push(scope);
        }
    }
    Ok(found)
}
