//! Recalls: open one, widen, narrow and close it, find everything it covers and collect it into a cage (requirement F2,
//! domain §6). A drill ("mock recall") is found and counted the same way; it stops nothing and moves nothing.
//!
//! Steps: choose a recall or begin one; say what it covers by scanning it; see where it lies, in walk order; go there,
//! lift it, put it down in a cage. Stops: unknown place or item, something the recall does not cover, what stays of a part
//! is not narrower, a signature of who may not release it or of who placed it.

mod collect;
mod find;
mod report;
mod revise;
mod view;

pub(super) use find::followed;

use super::load::Cart;
use super::sign::Signing;
use super::{Context, Event, Hold, Scanned, Step, Work, refuse};
use crate::Error;
use lotline_record::entry::Revision;
use lotline_record::model::{Account, Block, BlockId, Goods, PersonId, PlaceId, Scope};
use lotline_record::rules::{Facts, Judge};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// Recalls and what is being done for one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Recall {
    /// The recall that is open on the screen.
    open: Option<BlockId>,
    /// Whether that is a drill.
    mock: bool,
    doing: Option<Doing>,
    /// Where things are collected.
    at: Option<PlaceId>,
    /// The place whose check digits are asked for.
    checking: Option<PlaceId>,
    cart: Cart,
    /// What a drill has found, on this device.
    seen: Vec<Sighting>,
}

/// Something a drill found where the record has it, or elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sighting {
    at: Account,
    goods: Goods,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Doing {
    /// What is covered is being chosen, for a beginning or a widening; or what stays of a part.
    Cover { change: Revision, part: Option<BlockId> },
    /// It is known; the reason is awaited.
    Reason { change: Revision, scope: Scope },
    /// Which part is narrowed.
    Part,
    /// Whether the part is let go whole, or something of it stays.
    Narrow { part: BlockId },
    /// Something is let go: its reason is awaited, then the signature.
    Free(Free),
    /// Where it lies, and collecting it.
    Find,
    /// All of it, with what has left.
    Report,
}

/// What is let go of a recall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Free {
    change: Revision,
    drops: Vec<BlockId>,
    stays: Option<Scope>,
    reason: Option<String>,
    signing: Signing,
}

impl Recall {
    /// Whose PIN is awaited.
    pub(crate) fn signer(&self) -> Option<&PersonId> {
        match &self.doing {
            Some(Doing::Free(free)) => free.signing.signer.as_ref(),
            _ => None,
        }
    }

    /// A drill says so on each of its screens.
    /// At the list of what one recall covers.
    pub(crate) fn finding(part: &Block) -> Self {
        Recall {
            open: Some(part.recall().clone()),
            mock: part.is_mock(),
            doing: Some(Doing::Find),
            ..Recall::default()
        }
    }

    pub(super) fn title(&self) -> Message {
        Message::new(if self.mock { "recall-title-mock" } else { "recall-title" })
    }

    /// Nothing was chosen after all.
    pub(super) fn left(mut self) -> Self {
        self.doing = None;
        self.mock &= self.open.is_some();
        self
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        if let Event::Scan(Scanned::Unreadable(message)) = event {
            return Ok(refuse(Step::to(self), context, message));
        }
        match self.doing.take() {
            None => self.choose(event, context),
            Some(Doing::Find) => self.collect(event, context),
            Some(Doing::Report) => {
                if !goes_back(&event) {
                    self.doing = Some(Doing::Report);
                }
                Ok(self.only_choices(&event, context))
            }
            Some(_) if goes_back(&event) => Ok(Step::to(self.left())),
            Some(Doing::Reason { change, scope }) => self.begin(change, scope, &event, context),
            Some(Doing::Part) => Ok(self.which_part(&event, context)),
            Some(Doing::Narrow { part }) => Ok(self.how_much(part, &event, context)),
            Some(Doing::Free(free)) => self.free(free, event, context),
            // Chosen in the flow that holds goods; this is never drawn.
            Some(Doing::Cover { .. }) => Ok(Step::to(self.left())),
        }
    }

    fn choose(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let id = match event {
            Event::Choose(id) => id,
            Event::Back => "back".to_owned(),
            event => return Ok(self.only_choices(&event, context)),
        };
        let parts = self.parts(context)?;
        let Some(recall) = &self.open else {
            return Ok(match id.split_once(':') {
                Some(("new", what @ ("recall" | "mock"))) => {
                    self.mock = what == "mock";
                    self.covers(Revision::Open, None)
                }
                Some(("recall", name)) => match context.facts.recalls()?.iter().find(|b| b.recall().as_str() == name) {
                    Some(part) => Step::to(Recall {
                        open: Some(part.recall().clone()),
                        mock: part.is_mock(),
                        ..Recall::default()
                    }),
                    None => Step::to(self),
                },
                _ if id == "back" => Step::to(Work::Home),
                _ => Step::to(self),
            });
        };
        if parts.is_empty() && id != "back" && id != "report" {
            let said = Message::new("block-gone").with("block", Arg::text(recall));
            return Ok(Step::to(Recall::default()).say(super::Feedback::Warn(said)));
        }
        match id.as_str() {
            "find" => self.doing = Some(Doing::Find),
            "report" => self.doing = Some(Doing::Report),
            "widen" => return Ok(self.covers(Revision::Widen, None)),
            "narrow" => self.doing = Some(Doing::Part),
            "close" => {
                self.doing = Some(Doing::Free(Free {
                    change: Revision::Close,
                    drops: parts.into_iter().map(|part| part.block).collect(),
                    stays: None,
                    reason: None,
                    signing: Signing::default(),
                }));
            }
            "back" => return Ok(Step::to(Recall::default())),
            _ => {}
        }
        Ok(Step::to(self))
    }

    /// What is covered is scanned and chosen as it is for a hold.
    fn covers(mut self, change: Revision, part: Option<BlockId>) -> Step {
        self.doing = Some(Doing::Cover { change, part });
        Step::to(Hold::for_recall(self))
    }

    /// What is covered has been chosen; `goods` are the ones it was chosen of.
    pub(super) fn chosen(mut self, scope: Scope, goods: Option<&Goods>, context: &Context<'_>) -> Result<Step, Error> {
        match self.doing.take() {
            Some(Doing::Cover {
                change: Revision::Narrow,
                part: Some(part),
            }) => {
                let parts = self.parts(context)?;
                let Some(wider) = parts.iter().find(|block| block.block == part) else {
                    return Ok(Step::to(self));
                };
                let known = match goods {
                    Some(goods) => supplier_lot(goods, context)?,
                    None => None,
                };
                let place = match &scope {
                    Scope::Place { place } => Some(place),
                    _ => None,
                };
                let mut judge = Judge::new();
                let within = find::followed(std::slice::from_ref(wider), context)?
                    .iter()
                    .any(|one| one.scope.covers(goods, known.as_ref(), place));
                if !judge.ask(Facts::Narrower {
                    block: part.clone(),
                    narrower: scope.narrows(&wider.scope) && within,
                }) {
                    self.doing = Some(Doing::Narrow { part });
                    let refs = lotline_record::entry::Refs::default();
                    return Ok(super::stop_goods(Step::to(self), context, judge, refs, None));
                }
                self.doing = Some(Doing::Free(Free {
                    change: Revision::Narrow,
                    drops: vec![part],
                    stays: Some(scope),
                    reason: None,
                    signing: Signing::default(),
                }));
            }
            Some(Doing::Cover { change, .. }) => self.doing = Some(Doing::Reason { change, scope }),
            _ => {}
        }
        Ok(Step::to(self))
    }

    /// The recall that is open.
    fn name(&self) -> Result<BlockId, Error> {
        self.open.clone().ok_or_else(|| Error::bug("no recall is open"))
    }

    /// What the recall covers now, part by part.
    fn parts(&self, context: &Context<'_>) -> Result<Vec<Block>, Error> {
        let mut parts = context.facts.recalls()?;
        parts.retain(|part| Some(part.recall()) == self.open.as_ref());
        Ok(parts)
    }

    /// A scan where something is chosen is kept and stopped.
    fn only_choices(self, event: &Event, context: &Context<'_>) -> Step {
        match event {
            Event::Scan(_) => refuse(Step::to(self), context, Message::new("stop-scan-not-here")),
            _ => Step::to(self),
        }
    }
}

fn goes_back(event: &Event) -> bool {
    matches!(event, Event::Back) || matches!(event, Event::Choose(id) if id == "back")
}

/// The supplier's number that the record knows of the goods' lot.
fn supplier_lot(goods: &Goods, context: &Context<'_>) -> Result<Option<lotline_record::model::LotNumber>, Error> {
    let Some(lot) = &goods.lot else { return Ok(None) };
    let known = context.facts.lot(&goods.owner, &goods.item, lot)?;
    Ok(known.and_then(|lot| lot.supplier_lot))
}
