//! Goods that came in damaged: they count as come, stand in the cage under a quality block, and a photo shows why.

use super::inspected::{quality_block, stock_in};
use super::{Receive, choose_line};
use crate::Error;
use crate::screen::AwaitKind;
use crate::store::Draft;
use crate::work::goods::{identify, name_of, observed, quantity_of};
use crate::work::{
    Context, Event, Feedback, LabelData, Scanned, Step, View, ViewAction, ViewField, describe, refuse, stop_goods,
};
use lotline_record::entry::{Body, Photo};
use lotline_record::model::{Account, Goods, LineKey, Scope, Virtual};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// Damaged goods that are not received yet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Damaged {
    open: Option<Box<Open>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Open {
    goods: Goods,
    line: Option<LineKey>,
    /// What was judged of the label.
    verdict: Verdict,
    /// How many is known; the photo is not.
    counted: bool,
}

impl Receive {
    /// One step; `self.damaged` was taken out.
    pub(super) fn damaged_step(mut self, damaged: Damaged, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match (damaged.open, event) {
            (_, Event::Back) => Ok(Step::to(self)),
            (_, Event::Choose(id)) if id == "back" || id == "undo" => Ok(Step::to(self)),
            (None, Event::Scan(Scanned::Label(label))) => self.damaged_label(&label, context),
            (Some(open), Event::Enter { text } | Event::Scan(Scanned::Text(text))) if !open.counted => {
                self.damaged_quantity(*open, &text, context)
            }
            (Some(open), Event::Choose(id)) if id == "no_photo" && open.counted => {
                if context.policy.receipt.damage_needs_photo {
                    self.damaged = Some(Damaged { open: Some(open) });
                    return Ok(refuse(Step::to(self), context, Message::new("stop-photo-first")));
                }
                self.damage(*open, None, context)
            }
            (open, Event::Scan(scanned)) => {
                let message = match (&open, scanned) {
                    (_, Scanned::Unreadable(message)) => message,
                    (None, Scanned::Text(text)) => Message::new("stop-not-a-label").with("text", Arg::Text(text)),
                    (Some(open), _) if open.counted => Message::new("stop-photo-first"),
                    _ => Message::new("stop-quantity-first"),
                };
                self.damaged = Some(Damaged { open });
                Ok(refuse(Step::to(self), context, message))
            }
            (open, _) => {
                self.damaged = Some(Damaged { open });
                Ok(Step::to(self))
            }
        }
    }

    /// A picture was taken; it counts where one is awaited.
    pub(crate) fn photo(mut self, photo: Photo, context: &Context<'_>) -> Result<Step, Error> {
        match self.damaged.take().and_then(|damaged| damaged.open) {
            Some(open) if open.counted => self.damage(*open, Some(photo), context),
            open => {
                if open.is_some() {
                    self.damaged = Some(Damaged { open });
                }
                Ok(Step::to(self).say(Feedback::Warn(Message::new("warn-photo-unwanted"))))
            }
        }
    }

    fn damaged_label(mut self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        let mut judge = Judge::new();
        let Some(hand) = identify(label, self.owner.as_ref(), &mut judge, context)? else {
            let refs = self.refs(None);
            self.damaged = Some(Damaged::default());
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        };
        let lines = self.lines(context)?;
        let line = choose_line(&lines, &hand).map(|at| &lines[at]);
        let key = line.map(|l| l.key.clone());
        if !self.judge(&hand, &lines, line, &mut judge, context)? {
            let refs = self.refs(key.as_ref().map(|k| &k.line));
            let supplier = Account::Virtual(Virtual::Supplier);
            let aside = Some((hand.goods, supplier, key));
            return Ok(stop_goods(Step::to(self), context, judge, refs, aside));
        }
        let mut draft = observed(hand.goods.clone(), context);
        draft.place = Some(self.dock.clone());
        draft.refs = self.refs(key.as_ref().map(|k| &k.line));
        self.damaged = Some(Damaged {
            open: Some(Box::new(Open {
                counted: hand.goods.serial.is_some(),
                goods: hand.goods,
                line: key,
                verdict: judge.verdict(),
            })),
        });
        Ok(Step::to(self).write(draft))
    }

    fn damaged_quantity(mut self, mut open: Open, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        let quantity = match quantity_of(text, &open.goods) {
            Ok(quantity) => quantity,
            Err(message) => {
                self.damaged = Some(Damaged {
                    open: Some(Box::new(open)),
                });
                return Ok(refuse(Step::to(self), context, message));
            }
        };
        open.goods.quantity = quantity;
        let adding = open.goods.quantity.base().map_err(|e| Error::bug(e.to_string()))?;
        let lines = self.lines(context)?;
        if let Some(line) = lines.iter().find(|l| Some(&l.key) == open.line.as_ref()) {
            let mut judge = Judge::new();
            let passed = judge.ask(Facts::Tolerance {
                expected: line.expected,
                done: line.done,
                adding,
                over_percent: self.terms(&line.owner, &line.item, context).over_percent,
                shown: open.goods.quantity.clone(),
            });
            if !passed {
                let refs = self.refs(Some(&line.key.line));
                let aside = Some((open.goods, Account::Virtual(Virtual::Supplier), open.line));
                return Ok(stop_goods(Step::to(self), context, judge, refs, aside));
            }
        }
        let mut draft = observed(open.goods.clone(), context);
        draft.refs = self.refs(open.line.as_ref().map(|k| &k.line));
        open.counted = true;
        self.damaged = Some(Damaged {
            open: Some(Box::new(open)),
        });
        Ok(Step::to(self).write(draft))
    }

    fn damage(mut self, open: Open, photo: Option<Photo>, context: &Context<'_>) -> Result<Step, Error> {
        let Open {
            goods, line, verdict, ..
        } = open;
        let cage = context.facts.cage()?.unwrap_or_else(|| context.resource.clone());
        let scope = match &goods.serial {
            Some(serial) => Scope::Serial {
                maker_key: serial.maker_key.clone(),
                serial: serial.serial.to_string(),
            },
            None => stock_in(&goods, &cage),
        };
        let block = quality_block(scope, "damaged", 0, context)?;
        let said = Message::new("damaged-received")
            .with("quantity", Arg::text(&goods.quantity))
            .with("place", Arg::text(&cage))
            .with("block", Arg::text(&block.block));
        self.count_in(&goods)?;
        let mut draft = Draft::new(Body::Damaged {
            goods,
            to: Account::Place(cage.clone()),
            line: line.clone(),
            photo,
            block,
        });
        draft.place = Some(cage);
        draft.refs = self.refs(line.as_ref().map(|k| &k.line));
        draft.verdict = verdict;
        self.done.push(context.position(0));
        self.line = line.map(|k| k.line).or(self.line);
        Ok(Step::to(self).write(draft).say(Feedback::Warn(said)))
    }
}

/// The screen of damaged goods.
pub(super) fn view(damaged: &Damaged, mut view: View, context: &Context<'_>) -> Result<View, Error> {
    view.actions = vec![ViewAction::other("back", "action-back"), ViewAction::look_up()];
    let Some(open) = &damaged.open else {
        view.id = "receive.damaged";
        view.prompt = Message::new("damaged-scan-prompt");
        view.awaits_scan();
        return Ok(view);
    };
    let name = name_of(&open.goods.owner, &open.goods.item, context)?;
    let said = Arg::Message(Box::new(describe(&name, &open.goods)));
    view.fields.push(ViewField::new("field-goods", said));
    if open.counted {
        view.id = "receive.damaged_photo";
        view.prompt = Message::new("damaged-photo-prompt");
        view.awaits = (AwaitKind::Choice, "photo");
        if !context.policy.receipt.damage_needs_photo {
            view.actions.insert(0, ViewAction::main("no_photo", "action-no-photo"));
        }
    } else {
        view.id = "receive.damaged_quantity";
        view.prompt = Message::new("damaged-quantity-prompt");
        view.awaits = (AwaitKind::Quantity, "quantity");
    }
    Ok(view)
}
