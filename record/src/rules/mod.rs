//! Pure verdicts with the facts they rest on.
//!
//! A rule is a variant of [`Facts`]: the facts it needs, and [`Facts::judge`], which says accept, warn or stop and in
//! which words. The facts are stored in the entry, so the server (and `lotline explain`) recompute the verdict from the
//! entry alone and must agree.

mod authority;
mod climate;
mod facts;
mod inbound;
mod judge;
mod pack;
mod pallet;
mod picking;
mod queue;
mod recall;
mod regulated;
mod relabel;
mod release;
mod run;
#[cfg(test)]
mod tests;

pub use climate::tenths;
pub use facts::{Facts, Purpose};
pub use pallet::Differs;
pub use queue::{Claim, Worker, claim, is_held, order};
pub use release::block_reason;

use crate::model::{BlockKind, Role};
use crate::text::Message;
use serde::{Deserialize, Serialize};

/// Version of the rule code. An entry says under which it was judged; `explain` recomputes only for the same one.
pub const VERSION: u32 = 1;

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Go on.
    #[default]
    Accept,
    /// Go on, and know this.
    Warn,
    /// Do not go on.
    Stop,
}

/// A rule's word on some facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Accept, warn or stop.
    pub outcome: Outcome,
    /// Why, in words; absent on accept.
    pub message: Option<Message>,
}

impl Judgement {
    /// Go on.
    pub const ACCEPT: Judgement = Judgement {
        outcome: Outcome::Accept,
        message: None,
    };

    /// Go on, and know this.
    pub const fn warn(message: Message) -> Self {
        Judgement {
            outcome: Outcome::Warn,
            message: Some(message),
        }
    }

    /// Do not go on.
    pub const fn stop(message: Message) -> Self {
        Judgement {
            outcome: Outcome::Stop,
            message: Some(message),
        }
    }
}

/// One rule's facts and what it said of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// What it said.
    pub outcome: Outcome,
    /// The facts.
    #[serde(flatten)]
    pub facts: Facts,
}

/// All rules' word on an entry: the most severe outcome and every ground.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Verdict {
    /// The most severe outcome.
    pub outcome: Outcome,
    /// Version of the rule code ([`VERSION`]).
    pub rules: u32,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<Ground>,
}

impl Verdict {
    /// Puts another verdict's grounds, of rules that were asked earlier, in front of its own.
    pub fn rest_on(&mut self, earlier: Verdict) {
        if earlier.grounds.is_empty() {
            return;
        }
        self.outcome = self.outcome.max(earlier.outcome);
        self.rules = earlier.rules;
        self.grounds.splice(..0, earlier.grounds);
    }
}

/// A running judgement: rules are asked in order, the first stop ends it.
#[derive(Debug, Clone, Default)]
pub struct Judge {
    verdict: Verdict,
    stop: Option<Message>,
    warnings: Vec<Message>,
}

impl Judge {
    /// Nothing asked yet.
    pub fn new() -> Self {
        Judge {
            verdict: Verdict {
                rules: VERSION,
                ..Verdict::default()
            },
            ..Judge::default()
        }
    }

    /// Asks one rule, unless another has stopped already. Returns true while nothing has stopped.
    pub fn ask(&mut self, facts: Facts) -> bool {
        if self.stop.is_some() {
            return false;
        }
        let Judgement { outcome, message } = facts.judge();
        self.verdict.outcome = self.verdict.outcome.max(outcome);
        self.verdict.grounds.push(Ground { outcome, facts });
        match (outcome, message) {
            (Outcome::Stop, message) => self.stop = Some(message.unwrap_or_else(|| Message::new("stop-unexplained"))),
            (Outcome::Warn, Some(message)) => self.warnings.push(message),
            _ => {}
        }
        self.stop.is_none()
    }

    /// The words of the stop, if one stopped.
    pub const fn stopped(&self) -> Option<&Message> {
        self.stop.as_ref()
    }

    /// The words of the warnings.
    pub fn warnings(&self) -> &[Message] {
        &self.warnings
    }

    /// The verdict for the entry.
    pub fn verdict(self) -> Verdict {
        self.verdict
    }
}

/// Recomputes a stored verdict from its own facts. `Ok` when every ground agrees; else the first that does not.
///
/// # Errors
/// The index of the first ground whose stored outcome differs, and what the rule says today. A verdict of another rule
/// version is not judged and is `Ok`.
pub fn recheck(verdict: &Verdict) -> Result<(), (usize, Judgement)> {
    if verdict.rules != VERSION {
        return Ok(());
    }
    for (at, ground) in verdict.grounds.iter().enumerate() {
        let judgement = ground.facts.judge();
        if judgement.outcome != ground.outcome {
            return Err((at, judgement));
        }
    }
    Ok(())
}

/// The ways out of an exception that `role` may choose, the safe one first (domain §7). Empty when the role may not
/// decide on it.
pub fn ways_out(exception: &str, role: Role) -> impl Iterator<Item = &'static str> {
    authority::ways_out(exception, role)
}

/// What is signed when goods are destroyed that were judged so: `dispose`, or `dispose-held` where quality or a recall
/// holds them back. The same on the device and at the gateway.
pub fn dispose_act(verdict: &Verdict) -> &'static str {
    let held = verdict.grounds.iter().any(|ground| match &ground.facts {
        Facts::Blocked { blocks, .. } => blocks
            .iter()
            .any(|block| matches!(block.kind, BlockKind::Recall | BlockKind::Quality)),
        _ => false,
    });
    if held { "dispose-held" } else { "dispose" }
}

/// Whether a stop by this rule leaves a way out that a person may sign; if so, it becomes an exception.
pub fn can_be_resolved(rule: &str) -> bool {
    authority::MAY_RESOLVE.iter().any(|(code, _, _)| *code == rule)
}

/// The rules whose stops can be resolved, each with the ways out that somebody may choose.
#[cfg(test)]
pub(crate) fn resolvable() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    authority::MAY_RESOLVE.iter().map(|(code, ways, _)| (*code, *ways))
}

/// Whether a way out of an exception forbids more than another one: of two contradicting decisions the more restrictive
/// holds, whichever came first (domain §4).
pub fn is_more_restrictive(way: &str, than: &str) -> bool {
    authority::is_more_restrictive(way, than)
}
