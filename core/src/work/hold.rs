//! Hold goods back, by what a person scans, and let them go again with a signature (domain §6).
//!
//! Steps: scan what it is about, choose what is covered (the unit, a range, the lot, the supplier's lot, the item, the
//! place, the pallet), choose hold or quarantine, give the reason. Or choose one open block, give the reason, and let who
//! may release it sign with badge and PIN. Stops: unknown item or place, a range's end of another item or without a serial, a
//! signature of who may not give it, or of who placed the block.

mod view;

use super::goods::{blocks_wherever, identify, observed, plate_message};
use super::load::nothing_to_undo;
use super::sign::{Badge, Signing, refuse_signature};
use super::{
    Context, Event, Feedback, LabelData, Recall, Scanned, Step, Work, cut, describe, refuse, refuse_with, stop_goods,
    undo_last,
};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Position, Refs, Seen};
use lotline_record::model::{
    Block, BlockId, BlockKind, Goods, LotNumber, OwnerId, Person, PersonId, PlaceId, PlateId, Scope, SerialOrder,
};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};
pub(super) use view::{covered, reasons_view};

/// What a signature under a release means.
const ACT: &str = "release";
/// Most characters of a reason; an entry has its limit, and a screen too.
const REASON: usize = 200;
/// Reasons offered for a block; any other is typed.
const WHY_HELD: &[&str] = &["damaged", "contaminated", "paperwork", "complaint"];
/// Reasons offered for a release.
const WHY_RELEASED: &[&str] = &["inspected", "paperwork_came", "by_mistake"];

/// Holding and releasing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hold {
    /// What was scanned.
    about: Option<About>,
    /// What is done with it.
    doing: Option<Doing>,
    /// Blocks that were placed and can be taken back, oldest first.
    done: Vec<Position>,
    /// What is chosen is for this recall, and no block of its own.
    #[serde(default)]
    recall: Option<Box<Recall>>,
}

/// What a block may be placed on or released from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct About {
    what: What,
    said: Message,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Goods(Box<Goods>),
    Plate(PlateId),
    Place(PlaceId),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Doing {
    /// The other end of a range of serials is awaited.
    Range,
    /// The supplier's lot number is awaited.
    SupplierLot,
    /// The kind of block is awaited, then its reason.
    Place { scope: Scope, kind: Option<BlockKind> },
    /// The reason of a release is awaited, then its signature.
    Release {
        block: BlockId,
        reason: Option<String>,
        signing: Signing,
    },
}

impl Hold {
    /// Chooses what a recall covers.
    pub(super) fn for_recall(recall: Recall) -> Self {
        Hold {
            recall: Some(Box::new(recall)),
            ..Hold::default()
        }
    }

    /// What is to be covered is known: it is what a recall covers, or a block is placed on it.
    fn covering(mut self, scope: Scope, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(recall) = self.recall.take() {
            return recall.chosen(scope, self.goods(), context);
        }
        self.doing = Some(Doing::Place { scope, kind: None });
        Ok(Step::to(self))
    }

    /// Whose PIN is awaited.
    pub(crate) fn signer(&self) -> Option<&PersonId> {
        match &self.doing {
            Some(Doing::Release { signing, .. }) => signing.signer.as_ref(),
            _ => None,
        }
    }

    pub(crate) fn step(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let event = match event {
            Event::Back => return Ok(Step::to(self.back())),
            Event::Choose(id) if id == "back" => return Ok(Step::to(self.back())),
            Event::Choose(id) if id == "undo" => return self.undo(context),
            Event::Scan(Scanned::Unreadable(message)) => return Ok(refuse(Step::to(self), context, message)),
            event => event,
        };
        match self.doing.take() {
            None => self.choose(event, context),
            Some(Doing::Range) => self.range(&event, context),
            Some(Doing::SupplierLot) => self.supplier_lot(&event, context),
            Some(Doing::Place { scope, kind }) => self.place_block(scope, kind, &event, context),
            Some(Doing::Release {
                block,
                reason: None,
                signing,
            }) => {
                let Some(reason) = reason_in(&event, WHY_RELEASED) else {
                    self.doing = Some(Doing::Release {
                        block,
                        reason: None,
                        signing,
                    });
                    return Ok(not_here(self, &event, context));
                };
                self.doing = Some(Doing::Release {
                    block,
                    reason: Some(reason),
                    signing,
                });
                Ok(Step::to(self))
            }
            Some(Doing::Release {
                block,
                reason: Some(reason),
                signing,
            }) => self.signature(block, reason, &signing, event, context),
        }
    }

    fn back(mut self) -> Work {
        match self.doing.take() {
            Some(Doing::Place { scope, kind: Some(_) }) => self.doing = Some(Doing::Place { scope, kind: None }),
            Some(Doing::Release {
                block, reason: Some(_), ..
            }) => {
                self.doing = Some(Doing::Release {
                    block,
                    reason: None,
                    signing: Signing::default(),
                });
            }
            Some(_) => {}
            None if self.about.take().is_some() => {}
            None => return self.leave(),
        }
        self.into()
    }

    fn leave(self) -> Work {
        self.recall.map_or(Work::Home, |recall| Work::from(recall.left()))
    }

    fn undo(mut self, context: &Context<'_>) -> Result<Step, Error> {
        self.doing = None;
        let Some((draft, _)) = undo_last(&mut self.done, context)? else {
            return Ok(nothing_to_undo(self));
        };
        Ok(Step::to(self)
            .write(draft)
            .say(Feedback::Accept(Message::new("undone"))))
    }

    /// Nothing is being done yet: a scan says what it is about, a choice what to do with it.
    fn choose(mut self, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        match event {
            Event::Scan(Scanned::Label(label)) => self.label(&label, context),
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => self.text(&text, context),
            Event::Choose(id) if id == "done" && self.about.is_none() => Ok(Step::to(self.leave())),
            Event::Choose(id) => {
                let doing = match (&self.about, id.split_once(':')) {
                    (Some(about), Some(("hold", what))) => offered(about, self.recall.is_some(), context)?
                        .into_iter()
                        .find(|(name, _)| *name == what)
                        .map(|(_, doing)| doing),
                    (Some(about), Some(("release", name))) if self.recall.is_none() => blocks_on(about, context)?
                        .into_iter()
                        .find(|block| block.block.as_str() == name)
                        .map(|block| Doing::Release {
                            block: block.block,
                            reason: None,
                            signing: Signing::default(),
                        }),
                    _ => None,
                };
                match doing {
                    Some(Doing::Place { scope, kind: None }) => self.covering(scope, context),
                    doing => {
                        self.doing = doing;
                        Ok(Step::to(self))
                    }
                }
            }
            _ => Ok(Step::to(self)),
        }
    }

    fn label(self, label: &LabelData, context: &Context<'_>) -> Result<Step, Error> {
        if let Some(plate) = label.sscc.clone().filter(|_| label.gtin.is_none()) {
            return Ok(self.plate(plate, context));
        }
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let said = describe(&hand.item.name, &hand.goods);
        let mut draft = observed(hand.goods.clone(), context);
        draft.verdict = judge.verdict();
        Ok(self.scanned(What::Goods(Box::new(hand.goods)), said, draft, context))
    }

    fn plate(self, plate: PlateId, context: &Context<'_>) -> Step {
        let said = plate_message(&plate);
        let mut draft = Draft::new(Body::Seen(Seen::Plate { plate: plate.clone() }));
        draft.refs.plate = Some(plate.clone());
        self.scanned(What::Plate(plate), said, draft, context)
    }

    /// A place, or a pallet with a number of the site's own.
    fn text(self, text: &str, context: &Context<'_>) -> Result<Step, Error> {
        let text = text.trim();
        if let Ok(place) = PlaceId::new(text)
            && context.facts.place(&place)?.is_some()
        {
            let said = Message::new("plain").with("text", Arg::text(&place));
            let mut draft = Draft::new(Body::Seen(Seen::Place { place: place.clone() }));
            draft.place = Some(place.clone());
            return Ok(self.scanned(What::Place(place), said, draft, context));
        }
        if let Ok(plate) = PlateId::new(text)
            && context.facts.plate(&plate)?.is_some()
        {
            return Ok(self.plate(plate, context));
        }
        let message = Message::new("stop-not-found").with("text", cut(text, 60));
        Ok(refuse(Step::to(self), context, message))
    }

    fn scanned(mut self, what: What, said: Message, mut draft: Draft, context: &Context<'_>) -> Step {
        draft.scan = context.evidence.cloned();
        self.about = Some(About {
            what,
            said: said.clone(),
        });
        Step::to(self).write(draft).say(Feedback::Accept(said))
    }

    fn range(mut self, event: &Event, context: &Context<'_>) -> Result<Step, Error> {
        let (Some(first), Event::Scan(Scanned::Label(label))) = (self.serial().cloned(), event) else {
            self.doing = Some(Doing::Range);
            return Ok(not_here(self, event, context));
        };
        let mut judge = Judge::new();
        let Some(hand) = identify(label, None, &mut judge, context)? else {
            self.doing = Some(Doing::Range);
            return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
        };
        let Some(last) = hand.goods.serial.clone().filter(|key| key.maker_key == first.maker_key) else {
            self.doing = Some(Doing::Range);
            return Ok(refuse(Step::to(self), context, Message::new("stop-other-range")));
        };
        let (order, first, last) = SerialOrder::of(first.serial, last.serial);
        let mut draft = observed(hand.goods, context);
        draft.verdict = judge.verdict();
        let scope = Scope::SerialRange {
            maker_key: first_key(&self).unwrap_or_default(),
            first,
            last,
            order,
        };
        let said = covered(&scope);
        let mut step = self.covering(scope, context)?;
        step.drafts.insert(0, draft);
        Ok(if step.stop.is_some() {
            step
        } else {
            step.say(Feedback::Accept(said))
        })
    }

    fn supplier_lot(mut self, event: &Event, context: &Context<'_>) -> Result<Step, Error> {
        let (Event::Enter { text } | Event::Scan(Scanned::Text(text))) = event else {
            self.doing = Some(Doing::SupplierLot);
            return Ok(not_here(self, event, context));
        };
        let goods = self.goods().cloned();
        let (Some(mut goods), Ok(lot)) = (goods, LotNumber::new(text.trim())) else {
            self.doing = Some(Doing::SupplierLot);
            let message = Message::new("stop-not-a-lot").with("text", cut(text, 60));
            return Ok(refuse(Step::to(self), context, message));
        };
        let scope = Scope::SupplierLot {
            owner: goods.owner.clone(),
            item: goods.item.clone(),
            lot: lot.clone(),
        };
        goods.supplier_lot = Some(lot);
        let mut step = self.covering(scope, context)?;
        step.drafts.insert(0, observed(goods, context));
        Ok(step)
    }

    fn place_block(
        mut self,
        scope: Scope,
        kind: Option<BlockKind>,
        event: &Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let chosen = match (&kind, event) {
            (None, Event::Choose(id)) if id == "kind:hold" => Some(BlockKind::Hold),
            (None, Event::Choose(id)) if id == "kind:quarantine" => Some(BlockKind::Quarantine),
            _ => None,
        };
        let (kind, reason) = match (kind.or(chosen), reason_in(event, WHY_HELD)) {
            (Some(kind), Some(reason)) if chosen.is_none() => (kind, reason),
            (kind, _) => {
                self.doing = Some(Doing::Place { scope, kind });
                return Ok(not_here(self, event, context));
            }
        };
        let at = context.position(0);
        let name = format!("B-{}-{}-{}", context.device, at.epoch(), at.seq());
        let block = Block {
            through: Vec::new(),
            block: BlockId::new(name).map_err(|e| Error::bug(e.to_string()))?,
            kind,
            reason,
            placed_by: None,
            part: None,
            scope: scope.clone(),
        };
        let said = Message::new(if kind == BlockKind::Hold { "held" } else { "quarantined" })
            .with("what", Arg::Message(Box::new(covered(&scope))))
            .with("block", Arg::text(&block.block));
        let mut draft = Draft::new(Body::Blocked { block });
        draft.owner = scope.owner().cloned().or(self.goods().map(|goods| goods.owner.clone()));
        match &scope {
            Scope::Place { place } => draft.place = Some(place.clone()),
            Scope::Plate { plate } => draft.refs.plate = Some(plate.clone()),
            _ => {}
        }
        draft.scan = context.evidence.cloned();
        self.done.push(at);
        self.about = None;
        Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
    }

    fn signature(
        mut self,
        block: BlockId,
        reason: String,
        signing: &Signing,
        event: Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let open = match &self.about {
            Some(about) => blocks_on(about, context)?.into_iter().find(|open| open.block == block),
            None => None,
        };
        let Some(open) = open else {
            // Somebody else released it meanwhile: nothing is left to sign.
            let said = Message::new("block-gone").with("block", Arg::text(&block));
            let step = Step::to(self).say(Feedback::Warn(said));
            return Ok(match &event {
                Event::Scan(_) => {
                    let mut draft = Draft::new(Body::Refused {
                        message: Message::new("stop-scan-not-here"),
                        locks: None,
                    });
                    draft.scan = context.evidence.cloned();
                    step.write(draft)
                }
                _ => step,
            });
        };
        let wait = |signer| {
            Some(Doing::Release {
                block: block.clone(),
                reason: Some(reason.clone()),
                signing: Signing { signer },
            })
        };
        let may = |person: &Person, judge: &mut Judge| {
            ask_release(&open, self.goods().map(|goods| &goods.owner), person, judge, context)
        };
        match event {
            Event::Scan(Scanned::Text(badge)) | Event::Enter { text: badge } => {
                match Signing::badge_if(&badge, context, may)? {
                    Badge::May(person) => {
                        self.doing = wait(Some(person));
                        Ok(Step::to(self))
                    }
                    Badge::No(message, verdict) => {
                        self.doing = wait(None);
                        Ok(refuse_signature(self, context, message, verdict))
                    }
                }
            }
            Event::Pin { right: true } => {
                let mut judge = Judge::new();
                let Some((signature, said)) = signing.sign_if(ACT, &mut judge, context, may)? else {
                    self.doing = wait(None);
                    return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
                };
                let goods = self.goods().cloned();
                let mut draft = Draft::new(Body::Released {
                    lot: goods.as_ref().and_then(|goods| goods.lot.clone()),
                    scope: Some(open.scope.clone()),
                    block,
                    reason,
                    signature,
                });
                draft.owner = open.scope.owner().cloned().or(goods.map(|goods| goods.owner));
                draft.verdict = judge.verdict();
                Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
            }
            Event::Pin { right: false } => {
                self.doing = wait(None);
                let message = Message::new("stop-wrong-pin");
                Ok(refuse_signature(self, context, message, Verdict::default()))
            }
            event => {
                self.doing = wait(signing.signer.clone());
                Ok(not_here(self, &event, context))
            }
        }
    }

    fn goods(&self) -> Option<&Goods> {
        match &self.about.as_ref()?.what {
            What::Goods(goods) => Some(goods),
            What::Plate(_) | What::Place(_) => None,
        }
    }

    fn serial(&self) -> Option<&lotline_record::model::SerialKey> {
        self.goods()?.serial.as_ref()
    }
}

/// What can be held of it, the narrowest first, and what comes next; for a recall, what was made of it, too.
fn offered(about: &About, recall: bool, context: &Context<'_>) -> Result<Vec<(&'static str, Doing)>, Error> {
    let next = |scope| Doing::Place { scope, kind: None };
    let goods = match &about.what {
        What::Place(place) => return Ok(vec![("place", next(Scope::Place { place: place.clone() }))]),
        What::Plate(plate) => return Ok(vec![("plate", next(Scope::Plate { plate: plate.clone() }))]),
        What::Goods(goods) => goods,
    };
    let (owner, item) = (goods.owner.clone(), goods.item.clone());
    let mut all = Vec::new();
    if let Some(serial) = &goods.serial {
        let scope = Scope::Serial {
            maker_key: serial.maker_key.clone(),
            serial: serial.serial.to_string(),
        };
        all.push(("serial", next(scope)));
        all.push(("range", Doing::Range));
    }
    if let Some(lot) = &goods.lot {
        let scope = Scope::Lot {
            owner: owner.clone(),
            item: item.clone(),
            lot: lot.number.clone(),
        };
        all.push(("lot", next(scope)));
        let known = context.facts.lot(&owner, &item, lot)?;
        let doing = match known.and_then(|lot| lot.supplier_lot) {
            Some(lot) => next(Scope::SupplierLot {
                owner: owner.clone(),
                item: item.clone(),
                lot,
            }),
            None => Doing::SupplierLot,
        };
        all.push(("supplier_lot", doing));
    }
    all.push((
        "item",
        next(Scope::Item {
            owner: owner.clone(),
            item: item.clone(),
        }),
    ));
    // A recall may follow what was made of it.
    let scope = match (&goods.serial, &goods.lot) {
        _ if !recall => return Ok(all),
        (Some(serial), _) => Scope::FromSerial {
            owner,
            item,
            maker_key: serial.maker_key.clone(),
            serial: serial.serial.to_string(),
        },
        (None, Some(lot)) => Scope::FromLot {
            owner,
            item,
            lot: lot.number.clone(),
        },
        (None, None) => return Ok(all),
    };
    all.push(("made_of", next(scope)));
    Ok(all)
}

/// Open blocks that cover what was scanned.
fn blocks_on(about: &About, context: &Context<'_>) -> Result<Vec<Block>, Error> {
    match &about.what {
        What::Goods(goods) => blocks_wherever(goods, context),
        What::Plate(plate) => context.facts.blocks_on_plate(plate),
        What::Place(place) => context.facts.blocks(None, Some(place)),
    }
}

/// Whether that person may release the block; `owner` is whose goods it is about, where the block does not say it.
pub(super) fn ask_release(
    block: &Block,
    of_goods: Option<&OwnerId>,
    person: &Person,
    judge: &mut Judge,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let owners = context.facts.scope_of(&person.person)?;
    Ok(judge.ask(Facts::Release {
        block: block.block.clone(),
        kind: block.kind,
        role: person.role,
        own: block.placed_by.as_ref() == Some(&person.person),
        in_scope: match (owners, block.scope.owner().or(of_goods)) {
            (Some(owners), Some(owner)) => owners.contains(owner),
            _ => true,
        },
    }))
}

/// A reason chosen among those offered, or typed.
pub(super) fn reason_in(event: &Event, offered: &[&str]) -> Option<String> {
    match event {
        Event::Choose(id) => {
            let code = id.strip_prefix("reason:")?;
            offered.contains(&code).then(|| code.to_owned())
        }
        Event::Enter { text } => {
            let text: String = text.trim().chars().filter(|c| !c.is_control()).take(REASON).collect();
            (!text.is_empty()).then_some(text)
        }
        _ => None,
    }
}

fn first_key(flow: &Hold) -> Option<String> {
    flow.serial().map(|key| key.maker_key.clone())
}

/// What came is not what is awaited: a scan is kept and stopped, anything else changes nothing.
fn not_here(flow: Hold, event: &Event, context: &Context<'_>) -> Step {
    match event {
        Event::Scan(_) => {
            let message = Message::new("stop-scan-not-here");
            refuse_with(
                Step::to(flow),
                context,
                message,
                Verdict::default(),
                Refs::default(),
                None,
            )
        }
        _ => Step::to(flow),
    }
}
