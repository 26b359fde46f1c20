//! What stops work and what takes it back: refusals, goods put aside, undo.

use super::{Context, Feedback, Step};
use crate::Error;
use crate::store::Draft;
use lotline_record::entry::{Body, Position, Refs};
use lotline_record::model::{Account, Day, ExceptionId, Goods, LineKey};
use lotline_record::rules::{self, Judge, Verdict};
use lotline_record::stock::exception_name;
use lotline_record::text::{Arg, Message};
use serde::{Deserialize, Serialize};

/// A stop that waits to be acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stop {
    pub(crate) message: Message,
    /// What can be put aside as an exception, if a person may settle it.
    pub(crate) aside: Option<Aside>,
}

/// Goods in the hand that a rule stopped and a supervisor may settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Aside {
    pub(crate) code: String,
    pub(crate) goods: Goods,
    pub(crate) from: Account,
    pub(crate) line: Option<LineKey>,
    pub(crate) known_expiry: Option<Day>,
}

/// A stop without facts: the scan is kept as a refused one.
pub(crate) fn refuse(step: Step, context: &Context<'_>, message: Message) -> Step {
    refuse_with(step, context, message, Verdict::default(), Refs::default(), None)
}

/// A stop by a rule: the scan is kept with the verdict and its facts.
pub(crate) fn refuse_with(
    mut step: Step,
    context: &Context<'_>,
    message: Message,
    mut verdict: Verdict,
    refs: Refs,
    aside: Option<Aside>,
) -> Step {
    verdict.outcome = rules::Outcome::Stop;
    let mut draft = Draft::new(Body::Refused {
        message: message.clone(),
        locks: None,
    });
    draft.owner = aside.as_ref().map(|a| a.goods.owner.clone());
    draft.scan = context.evidence.cloned();
    draft.verdict = verdict;
    draft.refs = refs;
    step.drafts.push(draft);
    step.stop = Some(Stop { message, aside });
    step
}

/// A rule's stop with its goods: whoever may settle it decides later; the work goes on.
pub(crate) fn stop_goods(
    step: Step,
    context: &Context<'_>,
    judge: Judge,
    refs: Refs,
    goods: Option<(Goods, Account, Option<LineKey>)>,
) -> Step {
    let message = judge
        .stopped()
        .cloned()
        .unwrap_or_else(|| Message::new("stop-unexplained"));
    let verdict = judge.verdict();
    let last = verdict.grounds.last().map(|ground| &ground.facts);
    let code = last.map_or("", |facts| facts.rule()).to_owned();
    let known_expiry = match last {
        Some(rules::Facts::ExpiryContradiction { known, .. }) => *known,
        _ => None,
    };
    let aside = goods
        .filter(|_| rules::can_be_resolved(&code))
        .map(|(goods, from, line)| Aside {
            code,
            goods,
            from,
            line,
            known_expiry,
        });
    refuse_with(step, context, message, verdict, refs, aside)
}

/// Puts stopped goods aside: raises the exception and books the goods into the cage, in one transaction.
pub(crate) fn put_aside(
    aside: Aside,
    message: Message,
    context: &Context<'_>,
) -> Result<(Vec<Draft>, Feedback), Error> {
    let exception: ExceptionId =
        exception_name(context.device, context.next).ok_or_else(|| Error::bug("an exception without a name"))?;
    let cage = context.facts.cage()?.unwrap_or_else(|| context.resource.clone());
    let at = Account::Place(cage.clone());
    let refs = Refs {
        document: aside.line.as_ref().map(|l| l.document.clone()),
        line: aside.line.as_ref().map(|l| l.line.clone()),
        ..Refs::default()
    };
    let mut raised = Draft::new(Body::Raised {
        exception: exception.clone(),
        code: aside.code,
        message,
        goods: Some(aside.goods.clone()),
        at: Some(at.clone()),
        line: aside.line,
        known_expiry: aside.known_expiry,
    });
    raised.refs = refs.clone();
    raised.place = Some(cage.clone());
    let mut moved = Draft::new(Body::SetAside {
        goods: aside.goods,
        from: aside.from,
        to: at,
        exception: exception.clone(),
    });
    moved.refs = refs;
    moved.place = Some(cage.clone());
    let said = Message::new("put-aside-done")
        .with("place", Arg::text(&cage))
        .with("exception", Arg::text(&exception));
    Ok((vec![raised, moved], Feedback::Warn(said)))
}

/// Takes back the last of `done`, if there is one.
pub(crate) fn undo_last(done: &mut Vec<Position>, context: &Context<'_>) -> Result<Option<(Draft, Body)>, Error> {
    match done.pop() {
        Some(position) => undo_at(position, context),
        None => Ok(None),
    }
}

/// Takes back an own entry; `None` if it is no longer here.
pub(crate) fn undo_at(position: Position, context: &Context<'_>) -> Result<Option<(Draft, Body)>, Error> {
    let Some((entry, body)) = context.facts.own_entry(position)? else {
        return Ok(None);
    };
    let mut draft = Draft::new(Body::Undone {
        entry,
        body: Box::new(body.clone()),
    });
    draft.owner = body.goods().map(|g| g.owner.clone());
    Ok(Some((draft, body)))
}

/// What a person typed or scanned, as it is quoted to them: no more than `most` characters of it.
pub(crate) fn cut(text: impl AsRef<str>, most: usize) -> Arg {
    Arg::Text(text.as_ref().chars().take(most).collect())
}
