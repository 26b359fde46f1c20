//! Look up any label, bin or pallet: what it is, where it is, what happened to it (requirement F1). Possible over every
//! step, and comes back to it.

use super::carried::elsewhere_field;
use super::facts::Subject;
use super::goods::{blocks_wherever, identify, name_of};
use super::pallet::contents;
use super::plates::{blocks_of, on_plate};
use super::recall::followed;
use super::report::{past_of, subject_of};
use super::{Context, Event, Scanned, Step, View, ViewAction, ViewField, ViewLine, Work, cut, refuse, refuse_with};
use crate::Error;
use crate::screen::Look;
use crate::store::Draft;
use lotline_record::entry::{Body, Instant, Refs, Seen};
use lotline_record::model::{Account, Block, Goods, Member, PlaceId, PlateId};
use lotline_record::rules::{Judge, block_reason};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// Lines of history on one screen.
const SHOWN: usize = 12;

/// A look-up over some other step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LookUp {
    over: Box<Work>,
    found: Option<Found>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Found {
    Goods(Box<Goods>),
    Plate(PlateId),
    Place(PlaceId),
}

impl LookUp {
    pub(crate) fn over(work: Work) -> Self {
        LookUp {
            over: Box::new(work),
            found: None,
        }
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Label(label)) => {
                let mut judge = Judge::new();
                if let Some(plate) = label.sscc.clone().filter(|_| label.gtin.is_none()) {
                    return Ok(self.show(Found::Plate(plate), context));
                }
                if let Some(hand) = identify(&label, None, &mut judge, context)? {
                    Ok(self.show(Found::Goods(Box::new(hand.goods)), context))
                } else {
                    let message = judge
                        .stopped()
                        .cloned()
                        .unwrap_or_else(|| Message::new("stop-unexplained"));
                    Ok(refuse_with(
                        Step::to(self),
                        context,
                        message,
                        judge.verdict(),
                        Refs::default(),
                        None,
                    ))
                }
            }
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => {
                let text = text.trim();
                if let Ok(place) = PlaceId::new(text)
                    && context.facts.place(&place)?.is_some()
                {
                    return Ok(self.show(Found::Place(place), context));
                }
                if let Ok(plate) = PlateId::new(text)
                    && context.facts.plate(&plate)?.is_some()
                {
                    return Ok(self.show(Found::Plate(plate), context));
                }
                let message = Message::new("stop-not-found").with("text", cut(text, 60));
                Ok(refuse(Step::to(self), context, message))
            }
            Event::Scan(Scanned::Unreadable(message)) => Ok(refuse(Step::to(self), context, message)),
            Event::Choose(id) if id == "back" => Ok(Step::to(*self.over)),
            Event::Back => Ok(Step::to(*self.over)),
            Event::Choose(_) | Event::Pin { .. } => {
                self.found = self.found.take();
                Ok(Step::to(self))
            }
        }
    }

    fn show(mut self, found: Found, context: &Context<'_>) -> Step {
        let seen = match &found {
            Found::Goods(goods) => Seen::Goods {
                goods: (**goods).clone(),
            },
            Found::Plate(plate) => Seen::Plate { plate: plate.clone() },
            Found::Place(place) => Seen::Place { place: place.clone() },
        };
        let mut draft = Draft::new(Body::Seen(seen));
        draft.scan = context.evidence.cloned();
        self.found = Some(found);
        Step::to(self).write(draft)
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let title = Message::new("look-up-title");
        let prompt = Message::new(if self.found.is_some() {
            "look-up-again-prompt"
        } else {
            "look-up-prompt"
        });
        let mut view = View::new(
            if self.found.is_some() {
                "look_up.found"
            } else {
                "look_up.scan"
            },
            title,
            prompt,
        );
        match &self.found {
            None => {}
            Some(Found::Goods(goods)) => goods_view(goods, &mut view, context)?,
            Some(Found::Plate(plate)) => plate_view(plate, &mut view, context)?,
            Some(Found::Place(place)) => {
                view.fields.push(ViewField::new("field-place", Arg::text(place)));
                block_fields(context.facts.blocks(None, Some(place))?, &mut view);
                drill_fields(None, Some(place), &mut view, context)?;
                stock_lines(&Account::Place(place.clone()), &mut view, context)?;
            }
        }
        view.actions = vec![ViewAction::main("back", "action-back")];
        view.awaits_scan();
        Ok(view)
    }
}

fn goods_view(goods: &Goods, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
    let name = name_of(&goods.owner, &goods.item, context)?;
    view.fields.push(ViewField::new("field-item", Arg::Text(name)));
    view.fields.push(ViewField::new("field-owner", Arg::text(&goods.owner)));
    if let Some(lot) = &goods.lot {
        view.fields.push(ViewField::new("field-lot", Arg::text(lot)));
        let known = context.facts.lot(&goods.owner, &goods.item, lot)?.unwrap_or_default();
        if let Some(expiry) = known.expiry.or(goods.expiry) {
            let late = expiry < context.today;
            let make = if late { ViewField::alert } else { ViewField::new };
            view.fields.push(make("field-expires", Arg::Day(expiry)));
        }
    }
    if let Some(serial) = &goods.serial {
        view.fields.push(ViewField::new("field-serial", Arg::text(serial)));
        if let Some(known) = context.facts.serial(serial)? {
            view.fields
                .push(ViewField::new("field-at", Arg::Account(known.account)));
        }
        let marks = context.facts.marks(&Member::of(goods))?;
        for (label, mark) in [("field-birth", marks.birth), ("field-ship-number", marks.ship)] {
            if let Some(mark) = mark {
                view.fields
                    .push(ViewField::new(label, Arg::Message(Box::new(mark.said()))));
            }
        }
    }
    block_fields(blocks_wherever(goods, context)?, view);
    drill_fields(Some(goods), None, view, context)?;
    if goods.serial.is_none() {
        for row in context.facts.stock_of(&goods.owner, &goods.item)? {
            if goods.lot.is_none() || row.lot == goods.lot {
                view.lines.push(stock_line(
                    &row.account,
                    row.amount,
                    row.lot.as_ref().map(ToString::to_string),
                ));
            }
        }
    }
    super::run::genealogy(goods, view, context)?;
    elsewhere_field(&goods.owner, view, context);
    history_lines(&subject_of(goods), view, context)
}

/// What holds it back, each once.
fn block_fields(blocks: Vec<Block>, view: &mut View) {
    for block in blocks {
        let words = Message::new("block-of")
            .with("kind", Arg::text(block.kind.as_str()))
            .with("reason", block_reason(&block.reason));
        let field = ViewField::alert("field-blocked", Arg::Message(Box::new(words)));
        if !view.fields.iter().any(|known| known.value == field.value) {
            view.fields.push(field);
        }
    }
}

/// Drills that cover it: they stop nothing, and are said to be drills.
fn drill_fields(
    goods: Option<&Goods>,
    place: Option<&PlaceId>,
    view: &mut View,
    context: &Context<'_>,
) -> Result<(), Error> {
    let drills: Vec<Block> = context.facts.recalls()?.into_iter().filter(Block::is_mock).collect();
    for part in followed(&drills, context)? {
        if part.scope.covers(goods, None, place) {
            let words = Message::new("recall-named-mock")
                .with("recall", Arg::text(part.recall()))
                .with("reason", block_reason(&part.reason));
            view.fields
                .push(ViewField::new("field-recall", Arg::Message(Box::new(words))));
        }
    }
    Ok(())
}

fn plate_view(plate: &PlateId, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
    view.fields.push(ViewField::new("field-plate", Arg::text(plate)));
    match context.facts.plate(plate)? {
        None => view.fields.push(ViewField::alert(
            "field-at",
            Arg::Message(Box::new(Message::new("place-unknown"))),
        )),
        Some(known) => {
            if let Some(owner) = &known.owner {
                elsewhere_field(owner, view, context);
            }
            view.fields
                .push(ViewField::new("field-at", Arg::Account(known.account)));
            let id = format!("contents-{}", known.known.as_str());
            let words = Message {
                id: id.into(),
                args: Vec::new(),
            };
            view.fields
                .push(ViewField::new("field-contents", Arg::Message(Box::new(words))));
        }
    }
    block_fields(blocks_of(plate, &on_plate(plate, context)?, None, context)?, view);
    view.lines.extend(contents(plate, context)?);
    history_lines(&Subject::Plate(plate.clone()), view, context)
}

fn stock_lines(account: &Account, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
    for row in context.facts.stock_in(account)? {
        let name = name_of(&row.owner, &row.item, context)?;
        view.lines.push(ViewLine {
            text: Message::new("plain").with("text", Arg::Text(name)),
            detail: Message::new("stock-detail")
                .with("amount", Arg::Amount(row.amount))
                .maybe("lot", row.lot.as_ref().map(Arg::text)),
            done: false,
            state: Look::Plain,
        });
    }
    Ok(())
}

fn stock_line(account: &Account, amount: lotline_record::model::Amount, lot: Option<String>) -> ViewLine {
    ViewLine {
        text: Message::new("stock-here").with("place", Arg::account(account)),
        detail: Message::new("stock-detail")
            .with("amount", Arg::Amount(amount))
            .maybe("lot", lot.map(Arg::Text)),
        done: false,
        state: Look::Plain,
    }
}

fn history_lines(subject: &Subject, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
    for line in context.facts.history(subject, SHOWN)? {
        let at = Instant::from_unix_ms(line.at_ms);
        let (hour, minute) = at.clock(line.zone_min);
        let day = at.day(line.zone_min);
        let when = Message::new(if day == context.today { "when-today" } else { "when-day" })
            .with("day", Arg::Day(day))
            .with("clock", Arg::Text(format!("{hour:02}:{minute:02}")));
        let past = past_of(line, context)?;
        view.lines.push(ViewLine {
            text: past.said(when),
            detail: past.detail(),
            done: true,
            state: Look::Plain,
        });
    }
    Ok(())
}
