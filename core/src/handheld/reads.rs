//! What a read goes through before the flow sees it, and what may end a stop.

use super::desk::{Desk, habits};
use super::{Moment, year};
use crate::Error;
use crate::store::Draft;
use crate::work::{
    Context, Event, Feedback, Joined, Scanned, Step, Stop, join, put_aside, refuse, refuse_with, settle,
};
use lotline_record::entry::{Body, Refs, Seen, Source};
use lotline_record::text::{Arg, Message};
use lotline_scan::profile::{self, NotLearned};

/// One read: lost separators are settled, and a split label's codes joined, before the flow sees them.
pub(super) fn scan(desk: &mut Desk, scanned: Scanned, context: &Context<'_>, moment: &Moment) -> Result<Step, Error> {
    if let Some(step) = calibrate(desk, context) {
        return Ok(step);
    }
    let work = desk.work.clone();
    let half = desk.half.take();
    let source = context.evidence.map_or(Source::Typed, |evidence| evidence.source);
    let habits = habits(&desk.calibrations, source, year(moment));
    let (scanned, judge) = settle(scanned, half.as_ref(), &work, context, habits)?;
    if let Some(message) = judge.stopped().cloned() {
        let (verdict, refs) = (judge.verdict(), Refs::default());
        return Ok(refuse_with(Step::to(work), context, message, verdict, refs, None));
    }
    let mut step = match join(half, scanned, &work, context, &moment.now, habits)? {
        Joined::Alone(scanned) => work.step(Event::Scan(scanned), context)?,
        Joined::Whole(scanned, half) => {
            let mut step = work.step(Event::Scan(scanned), context)?;
            for draft in &mut step.drafts {
                draft.refs.half = Some(half);
            }
            step
        }
        Joined::Half(half, missing) => {
            desk.half = Some(half);
            let mut draft = Draft::new(Body::Seen(Seen::Half));
            draft.scan = context.evidence.cloned();
            Step::to(work).write(draft).say(Feedback::Warn(missing))
        }
        Joined::Apart(message) => refuse(Step::to(work), context, message),
    };
    if let Some(draft) = step.drafts.first_mut() {
        draft.verdict.rest_on(judge.verdict());
    }
    Ok(step)
}

/// The calibration label teaches what its source does to every read. `None` if this is another label.
fn calibrate(desk: &mut Desk, context: &Context<'_>) -> Option<Step> {
    let evidence = context.evidence?;
    let to = Step::to(desk.work.clone());
    let why = match profile::learn(&evidence.raw) {
        Ok(learned) => {
            desk.half = None;
            desk.calibrations.retain(|scan| scan.source != evidence.source);
            desk.calibrations.push(evidence.clone());
            let mut draft = Draft::new(Body::Seen(Seen::Calibration));
            draft.scan = Some(evidence.clone());
            return Some(to.write(draft).say(if learned.separator_works {
                Feedback::Accept(Message::new("calibrated"))
            } else {
                Feedback::Warn(Message::new("calibrated-without-separator"))
            }));
        }
        Err(NotLearned::OtherLabel) => return None,
        Err(NotLearned::LettersChanged) => "letters",
        Err(NotLearned::SeparatorsDiffer) => "separators",
        Err(_) => "reads",
    };
    let message = Message::new("stop-calibration").with("why", Arg::text(why));
    Some(refuse(to, context, message))
}

/// While a stop stands, only its own actions count; a scan is kept, and the stop stays.
pub(super) fn acknowledge(
    mut desk: Desk,
    stop: Stop,
    event: Event,
    context: &Context<'_>,
) -> Result<(Vec<Draft>, Desk), Error> {
    match (event, stop.aside) {
        (Event::Choose(id), Some(aside)) if id == "put_aside" => {
            let (drafts, feedback) = put_aside(aside, stop.message, context)?;
            desk.stop = None;
            desk.feedback = Some(feedback);
            Ok((drafts, desk))
        }
        (Event::Choose(id), _) if id == "acknowledge" => {
            desk.stop = None;
            desk.feedback = None;
            Ok((Vec::new(), desk))
        }
        (Event::Back, _) => {
            desk.stop = None;
            desk.feedback = None;
            Ok((Vec::new(), desk))
        }
        (Event::Scan(_), _) => {
            let Step { drafts, .. } = refuse(
                Step::to(desk.work.clone()),
                context,
                Message::new("stop-acknowledge-first"),
            );
            Ok((drafts, desk))
        }
        _ => Ok((Vec::new(), desk)),
    }
}
