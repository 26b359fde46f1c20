//! The screen of a receipt.

use super::{Receive, damaged, range};
use crate::Error;
use crate::screen::Look;
use crate::work::facts::DocumentLine;
use crate::work::goods::name_of;
use crate::work::{Context, KeptLine, View, ViewAction, ViewField, ViewLine, ViewProgress};
use lotline_record::model::{Amount, DocumentKind, Goods, ItemId, LotKey, OwnerId};
use lotline_record::text::{Arg, Message, Phrase};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What came without papers: every lot of an item is a line, as it comes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Came {
    owner: OwnerId,
    item: ItemId,
    lot: Option<LotKey>,
    amount: Amount,
}

impl Came {
    fn is_of(&self, goods: &Goods) -> bool {
        (&self.owner, &self.item, &self.lot) == (&goods.owner, &goods.item, &goods.lot)
    }
}

impl Receive {
    /// Without papers, what came is the list.
    pub(super) fn count_in(&mut self, goods: &Goods) -> Result<(), Error> {
        if self.kind != DocumentKind::Blind {
            return Ok(());
        }
        let amount = goods.quantity.base().map_err(|e| Error::bug(e.to_string()))?;
        match self.came.iter_mut().find(|came| came.is_of(goods)) {
            Some(came) => came.amount = came.amount.plus(amount),
            None => self.came.push(Came {
                owner: goods.owner.clone(),
                item: goods.item.clone(),
                lot: goods.lot.clone(),
                amount,
            }),
        }
        Ok(())
    }

    /// The reverse.
    pub(super) fn count_out(&mut self, goods: &Goods) {
        let amount = goods.quantity.base().unwrap_or_default();
        for came in self.came.iter_mut().filter(|came| came.is_of(goods)) {
            came.amount = came.amount.minus(amount);
        }
        self.came.retain(|came| came.amount != Amount::ZERO);
    }

    fn came_lines(&self, view: &mut View, context: &Context<'_>) -> Result<(), Error> {
        for came in &self.came {
            let unit = context.facts.item(&came.owner, &came.item)?;
            let unit = unit.map_or_else(String::new, |item| item.base_unit.to_string());
            let name = name_of(&came.owner, &came.item, context)?;
            view.lines.push(ViewLine {
                text: Message::new("plain").with("text", Arg::Text(name)),
                detail: Message::new("line-came")
                    .with("amount", Arg::amount(came.amount))
                    .with("unit", Arg::Text(unit))
                    .maybe("lot", came.lot.as_ref().map(Arg::text)),
                done: false,
                state: Look::Plain,
            });
        }
        Ok(())
    }

    /// What came over, or that the document does not ask for: it waits in the cage, unplanned, for who may decide.
    fn unplanned_field(&self, view: &mut View) {
        if self.unplanned > 0 {
            let count = Message::new("unplanned-waiting").with("count", Arg::count(self.unplanned));
            view.fields
                .push(ViewField::alert("field-unplanned", Arg::Message(Box::new(count))));
        }
    }

    pub(crate) fn view(&self, context: &Context<'_>) -> Result<View, Error> {
        let lines = self.lines(context)?;
        let title = match &self.owner {
            Some(owner) => Message::new("receive-title-of").with("owner", Arg::text(owner)),
            None => Message::new("receive-title-blind"),
        };
        let title = title.with("document", Arg::text(&self.document));
        let mut view = View::new("receive.scan", title, Message::new("receive-prompt"));
        view.fields.push(ViewField::new("field-from", Arg::text(&self.partner)));
        view.fields.push(ViewField::new("field-dock", Arg::text(&self.dock)));
        let (mut all_done, mut serials) = (true, false);
        view.kept.reserve(lines.len());
        for line in lines.iter() {
            serials |= line.by_serial;
            let done = line.done >= line.expected;
            all_done &= done;
            view.kept.push(KeptLine {
                words: line_words(line),
                done,
                state: if self.line.as_ref() == Some(&line.key.line) {
                    Look::Current
                } else {
                    Look::Plain
                },
            });
        }
        self.came_lines(&mut view, context)?;
        self.unplanned_field(&mut view);
        let shown = lines
            .iter()
            .find(|l| self.line.as_ref() == Some(&l.key.line))
            .or_else(|| lines.first());
        view.progress = shown.map(progress);
        view.actions = vec![
            if all_done || self.kind == DocumentKind::Blind {
                ViewAction::main("done", "action-done")
            } else {
                ViewAction::other("short", "action-short")
            },
            ViewAction::undo(),
            ViewAction::look_up(),
        ];
        if serials {
            view.actions.push(ViewAction::numbered("range", "action-range", 1));
        }
        view.actions.push(ViewAction::numbered("damaged", "action-damaged", 2));
        view.awaits_scan();
        match (&self.range, &self.damaged) {
            (Some(range), _) => Ok(range::view(range, view)),
            (None, Some(damaged)) => damaged::view(damaged, view, context),
            (None, None) => Ok(view),
        }
    }
}

/// How a list shows a line: what it is called, and what it asks for.
pub(in crate::work) fn line_words(line: &DocumentLine) -> [Phrase; 2] {
    line.words.of(line.done, || {
        let name = Message::new("plain").with("text", Arg::Text(line.name.clone()));
        [name, line_detail(line)]
    })
}

/// What a line asks for, in the unit it was ordered in.
pub(in crate::work) fn line_detail(line: &DocumentLine) -> Message {
    Message::new("line-of")
        .with("done", Arg::Text(in_units(line.done, line.factor)))
        .with("total", Arg::Text(in_units(line.expected, line.factor)))
        .with("unit", Arg::Text(line.unit.0.clone()))
        .maybe("lot", line.lot.as_ref().map(|lot| Arg::Text(lot.as_str().to_owned())))
}

pub(in crate::work) fn progress(line: &DocumentLine) -> ViewProgress {
    let scale = |amount: Amount| Amount::from_micros(amount.micros() / i64::from(line.factor.max(1)));
    ViewProgress {
        done: scale(line.done),
        total: scale(line.expected),
        unit: line.unit.to_string(),
    }
}

fn in_units(amount: Amount, factor: u32) -> String {
    let unit = Amount::whole(factor.max(1)).micros();
    // Nearly always; a notice shows it twice for each of its lines, after each scan.
    if amount.micros() % unit == 0 {
        return (amount.micros() / unit).to_string();
    }
    (amount.decimal() / Decimal::from(factor.max(1)))
        .round_dp(3)
        .normalize()
        .to_string()
}
