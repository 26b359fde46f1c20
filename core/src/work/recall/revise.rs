//! Beginning, widening, narrowing and closing a recall.

use super::{Doing, Free, Recall};
use crate::Error;
use crate::store::Draft;
use crate::work::hold::{ask_release, covered, reason_in};
use crate::work::sign::{Badge, Signing, refuse_signature};
use crate::work::{Context, Event, Feedback, Scanned, Step, stop_goods};
use lotline_record::entry::{Body, Refs, Revision};
use lotline_record::model::{Block, BlockId, BlockKind, Person, RecallPart, Scope};
use lotline_record::rules::{Facts, Judge, Verdict};
use lotline_record::text::{Arg, Message};

/// What a signature under a narrowing or closing means.
const ACT: &str = "release";
/// Reasons offered for a recall; any other, such as its reference, is typed.
pub(super) const WHY_RECALLED: &[&str] = &["maker", "authority", "complaint"];
/// Reasons offered for letting go.
pub(super) const WHY_FREED: &[&str] = &["inspected", "by_mistake", "collected"];

impl Recall {
    /// The reason of a beginning or a widening is awaited.
    pub(super) fn begin(
        mut self,
        change: Revision,
        scope: Scope,
        event: &Event,
        context: &Context<'_>,
    ) -> Result<Step, Error> {
        let Some(reason) = reason_in(event, WHY_RECALLED) else {
            self.doing = Some(Doing::Reason { change, scope });
            return Ok(self.only_choices(event, context));
        };
        let owners = context.facts.scope_of(&context.person.person)?;
        let mut judge = Judge::new();
        if !judge.ask(Facts::MayRecall {
            role: context.person.role,
            in_scope: match (owners, scope.owner()) {
                (Some(owners), Some(owner)) => owners.contains(owner),
                _ => true,
            },
        }) {
            return Ok(stop_goods(Step::to(self.left()), context, judge, Refs::default(), None));
        }
        let earlier = self.parts(context)?;
        let revision = earlier.iter().map(Block::revision).max().unwrap_or(0) + 1;
        let name = part_name(context)?;
        let recall = self.open.clone().unwrap_or_else(|| name.clone());
        let part = part(&recall, name, revision, self.mock, scope.clone(), reason.clone());
        let id = match (change, self.mock) {
            (Revision::Open, false) => "recall-opened",
            (Revision::Open, true) => "recall-opened-mock",
            _ => "recall-widened",
        };
        let said = Message::new(id)
            .with("recall", Arg::text(&recall))
            .with("what", Arg::Message(Box::new(covered(&scope))));
        let mut draft = Draft::new(Body::Recalled {
            recall: recall.clone(),
            revision,
            change,
            adds: vec![part],
            drops: Vec::new(),
            reason,
            signature: None,
        });
        draft.owner = scope.owner().cloned();
        draft.verdict = judge.verdict();
        self.open = Some(recall);
        Ok(Step::to(self).write(draft).say(Feedback::Accept(said)))
    }

    /// Which part is narrowed is awaited.
    pub(super) fn which_part(mut self, event: &Event, context: &Context<'_>) -> Step {
        let chosen = match event {
            Event::Choose(id) => id.strip_prefix("part:").and_then(|name| BlockId::new(name).ok()),
            _ => None,
        };
        self.doing = Some(chosen.map_or(Doing::Part, |part| Doing::Narrow { part }));
        self.only_choices(event, context)
    }

    /// Whether something of the part stays is awaited.
    pub(super) fn how_much(mut self, part: BlockId, event: &Event, context: &Context<'_>) -> Step {
        match event {
            Event::Choose(id) if id == "less" => self.covers(Revision::Narrow, Some(part)),
            Event::Choose(id) if id == "whole" => {
                self.doing = Some(Doing::Free(Free {
                    change: Revision::Narrow,
                    drops: vec![part],
                    stays: None,
                    reason: None,
                    signing: Signing::default(),
                }));
                Step::to(self)
            }
            event => {
                self.doing = Some(Doing::Narrow { part });
                self.only_choices(event, context)
            }
        }
    }

    /// The reason of letting go is awaited, then badge and PIN of quality.
    pub(super) fn free(mut self, mut free: Free, event: Event, context: &Context<'_>) -> Result<Step, Error> {
        let Some(reason) = free.reason.clone() else {
            free.reason = reason_in(&event, WHY_FREED);
            self.doing = Some(Doing::Free(free));
            return Ok(self.only_choices(&event, context));
        };
        let parts = self.parts(context)?;
        let dropped: Vec<Block> = parts
            .iter()
            .filter(|p| free.drops.contains(&p.block))
            .cloned()
            .collect();
        let Some(first) = dropped.first().cloned() else {
            // Somebody else let it go meanwhile: nothing is left to sign.
            let gone = free.drops.first().map_or_else(String::new, ToString::to_string);
            let said = Message::new("block-gone").with("block", Arg::text(gone));
            let step = self.only_choices(&event, context);
            return Ok(if step.stop.is_some() {
                step
            } else {
                step.say(Feedback::Warn(said))
            });
        };
        let may = |person: &Person, judge: &mut Judge| -> Result<bool, Error> {
            for block in &dropped {
                if !ask_release(block, None, person, judge, context)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        match event {
            Event::Scan(Scanned::Text(badge)) | Event::Enter { text: badge } => {
                match Signing::badge_if(&badge, context, may)? {
                    Badge::May(person) => {
                        free.signing.signer = Some(person);
                        self.doing = Some(Doing::Free(free));
                        Ok(Step::to(self))
                    }
                    Badge::No(message, verdict) => {
                        free.signing.signer = None;
                        self.doing = Some(Doing::Free(free));
                        Ok(refuse_signature(self, context, message, verdict))
                    }
                }
            }
            Event::Pin { right: true } => {
                let mut judge = Judge::new();
                let Some((signature, said)) = free.signing.sign_if(ACT, &mut judge, context, may)? else {
                    free.signing.signer = None;
                    self.doing = Some(Doing::Free(free));
                    return Ok(stop_goods(Step::to(self), context, judge, Refs::default(), None));
                };
                let revision = parts.iter().map(Block::revision).max().unwrap_or(0) + 1;
                let recall = first.recall().clone();
                let adds = match free.stays {
                    None => Vec::new(),
                    // It is still the part of whoever placed it.
                    Some(scope) => vec![Block {
                        placed_by: first.placed_by.clone(),
                        ..part(
                            &recall,
                            part_name(context)?,
                            revision,
                            self.mock,
                            scope,
                            first.reason.clone(),
                        )
                    }],
                };
                let mut draft = Draft::new(Body::Recalled {
                    recall,
                    revision,
                    change: free.change,
                    adds,
                    drops: dropped.clone(),
                    reason,
                    signature: Some(signature),
                });
                draft.owner = first.scope.owner().cloned();
                draft.verdict = judge.verdict();
                let closed = free.change == Revision::Close || parts.len() == dropped.len() && !has_adds(&draft.body);
                let next = if closed { Recall::default() } else { self };
                Ok(Step::to(next).write(draft).say(Feedback::Accept(said)))
            }
            Event::Pin { right: false } => {
                free.signing.signer = None;
                self.doing = Some(Doing::Free(free));
                let message = Message::new("stop-wrong-pin");
                Ok(refuse_signature(self, context, message, Verdict::default()))
            }
            event => {
                self.doing = Some(Doing::Free(free));
                Ok(self.only_choices(&event, context))
            }
        }
    }
}

fn has_adds(body: &Body) -> bool {
    matches!(body, Body::Recalled { adds, .. } if !adds.is_empty())
}

/// A part is named after the entry that adds it.
fn part_name(context: &Context<'_>) -> Result<BlockId, Error> {
    let at = context.position(0);
    BlockId::new(format!("R-{}-{}-{}", context.device, at.epoch(), at.seq())).map_err(|e| Error::bug(e.to_string()))
}

fn part(recall: &BlockId, block: BlockId, revision: u32, mock: bool, scope: Scope, reason: String) -> Block {
    Block {
        through: Vec::new(),
        block,
        kind: BlockKind::Recall,
        scope,
        reason,
        placed_by: None,
        part: Some(RecallPart {
            recall: recall.clone(),
            revision,
            mock,
        }),
    }
}
