//! Where picked goods are put down: into the tote of their order, and at the staging place.

use super::{Order, Pick, refs, stop_plain, unknown_place};
use crate::Error;
use crate::store::Draft;
use crate::work::facts::DocumentLine;
use crate::work::{Context, Step, Work, refuse, stop_goods};
use lotline_record::entry::{Body, Load};
use lotline_record::model::{Account, DocumentId, DocumentKind, PlaceId};
use lotline_record::rules::{Facts, Judge};
use lotline_record::text::{Arg, Message};

impl Pick {
    /// What was picked goes into the tote of its order.
    pub(super) fn tote(mut self, text: &str, line: &DocumentLine, context: &Context<'_>) -> Result<Step, Error> {
        let line_refs = refs(&line.key.document, Some(&line.key));
        let (Some(order), cart) = (self.order_mut(&line.key), context.cart()) else {
            return Ok(Step::to(self));
        };
        let Some(tote) = order.tote.clone() else {
            return Ok(Step::to(self));
        };
        let mut judge = Judge::new();
        if !judge.ask(Facts::RightTote {
            document: order.document.clone(),
            asked: tote.clone(),
            scanned: text.trim().chars().take(60).collect(),
        }) {
            return Ok(stop_goods(Step::to(self), context, judge, line_refs, None));
        }
        let goods = std::mem::take(&mut order.hand);
        order.carried.extend(goods.iter().cloned());
        let verdict = judge.clone().verdict();
        let mut drafts = Vec::new();
        for goods in goods {
            let mut draft = Draft::new(Body::Dropped {
                load: Load::Goods(goods),
                from: cart.clone(),
                to: Account::Place(tote.clone()),
            });
            draft.place = Some(tote.clone());
            draft.refs = line_refs.clone();
            draft.scan = context.evidence.cloned();
            draft.verdict = verdict.clone();
            self.done.push(context.position(drafts.len()));
            drafts.push(draft);
        }
        if line.done >= line.expected || self.short.contains(&line.key) {
            self.keep_standing(context)?;
        }
        let mut step = Step::to(self);
        step.drafts = drafts;
        let said = Message::new("in-tote")
            .with("tote", Arg::text(&tote))
            .with("document", Arg::text(&line.key.document));
        Ok(step.judged(&judge, said))
    }

    /// The next line begins. Whoever stands at its bin already need not scan it once more.
    fn keep_standing(&mut self, context: &Context<'_>) -> Result<(), Error> {
        let lines = self.lines(context)?;
        let next = match self.open_line(&lines, context)? {
            Some(next) => self.candidates(next, context)?.into_iter().next(),
            None => None,
        };
        if next.map(|c| c.place) != self.at {
            self.at = None;
        }
        Ok(())
    }

    /// Where the next goods are put down.
    pub(super) fn next_stage(&self) -> Option<&PlaceId> {
        self.orders.first().map(|order| &order.stage)
    }

    /// All lines are done: what was picked goes down at its staging place, and the orders that go there are closed.
    pub(super) fn put_down(mut self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        let found = match PlaceId::new(text.trim()) {
            Ok(place) => context.facts.place(&place)?,
            Err(_) => None,
        };
        let Some(place) = found.map(|p| p.place) else {
            return Ok(refuse(Step::to(self), context, unknown_place(text)));
        };
        let Some(first) = self.orders.first() else {
            return Ok(Step::to(Work::Home));
        };
        let goes_here = self.orders.iter().any(|order| order.stage == place);
        let mut judge = Judge::new();
        let asked = if goes_here { &place } else { &first.stage }.clone();
        if !judge.ask(Facts::RightPlace {
            asked,
            scanned: place.clone(),
            strict: true,
        }) {
            let refs = refs(&first.document, None);
            return Ok(stop_goods(Step::to(self), context, judge, refs, None));
        }
        let lines = self.lines(context)?;
        let open = lines
            .iter()
            .filter(|l| l.done < l.expected && !self.short.contains(&l.key));
        let open: Vec<DocumentId> = open.map(|l| l.key.document.clone()).collect();
        let verdict = judge.clone().verdict();
        let (here, rest): (Vec<Order>, Vec<Order>) = self.orders.into_iter().partition(|order| order.stage == place);
        let mut drafts = Vec::new();
        let mut said = Message::new("order-staged").with("place", Arg::text(&place));
        let names: Vec<String> = here.iter().map(|order| order.document.to_string()).collect();
        said = said.with("document", Arg::Text(names.join(", ")));
        for order in here {
            let refs = refs(&order.document, None);
            let from = order.tote.map_or_else(|| context.cart(), Account::Place);
            for goods in order.carried {
                let mut draft = Draft::new(Body::Dropped {
                    load: Load::Goods(goods),
                    from: from.clone(),
                    to: Account::Place(place.clone()),
                });
                draft.place = Some(place.clone());
                draft.refs = refs.clone();
                draft.scan = context.evidence.cloned();
                draft.verdict = verdict.clone();
                drafts.push(draft);
            }
            if self.dock.is_some() && open.contains(&order.document) {
                // The rest of the order is picked from the bins.
                continue;
            }
            let short = self.short.iter().any(|line| line.document == order.document);
            let mut closed = Draft::new(Body::Closed {
                of: DocumentKind::Order,
                document: order.document,
                outcome: if short { "short" } else { "done" }.to_owned(),
                silent: Vec::new(),
            });
            closed.owner = Some(order.owner);
            closed.place = Some(place.clone());
            closed.refs = refs;
            if drafts.is_empty() {
                closed.scan = context.evidence.cloned();
            }
            drafts.push(closed);
        }
        let mut step = if rest.is_empty() {
            Step::to(Work::Home)
        } else {
            self.orders = rest;
            self.done.clear();
            self.line = None;
            Step::to(self)
        };
        step.drafts = drafts;
        Ok(step.judged(&judge, said))
    }

    /// A stop while the walk is put together.
    pub(super) fn stop_gathering(self, message: Message, context: &Context<'_>) -> Step {
        stop_plain(self, message, lotline_record::entry::Refs::default(), context)
    }
}
