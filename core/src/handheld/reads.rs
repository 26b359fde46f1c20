//! What a read goes through before the flow sees it, and what may end a stop.

use super::desk::{Desk, Gate, habits};
use super::{Handheld, Moment, context, no_longer_known, year};
use crate::screen::{MOST_TAGS_AT_ONCE, Screen, Tag};
use crate::store::Draft;
use crate::work::facts::Facts;
use crate::work::{
    Context, Event, Feedback, Joined, Scanned, Step, Stop, Work, join, own_unit, put_aside, refuse, refuse_with,
    settle, unwanted,
};
use crate::{Error, Remedy};
use lotline_record::entry::{Body, Hash, Photo, Refs, Seen, Source, read_hex};
use lotline_record::model::PersonId;
use lotline_record::text::{Arg, Message};
use lotline_scan::profile::{self, NotLearned};
use std::collections::HashMap;

/// What is kept of a tag: the longest EPC memory there is, 496 bits.
const MOST_EPC_DIGITS: usize = 124;
/// The longest name of a photo's file.
const MOST_NAME: usize = 200;

impl Handheld {
    /// What a sled saw. Who is not signed in works with nothing, and while a stop stands nothing counts.
    pub(super) fn tags(&self, desk: &mut Desk, moment: &Moment, tags: Vec<Tag>) -> Result<Screen, Error> {
        if tags.len() > MOST_TAGS_AT_ONCE {
            return Err(Error::new(
                Remedy::Bug,
                "too_large",
                format!("{} tags at once, at most {MOST_TAGS_AT_ONCE}", tags.len()),
            ));
        }
        let Gate::In(session) = desk.gate.clone() else {
            return self.draw(desk, moment);
        };
        let mut strongest: HashMap<String, i32> = HashMap::new();
        let epcs: Vec<String> = tags
            .into_iter()
            .filter_map(|tag| {
                let epc = tag.epc.trim().chars().take(MOST_EPC_DIGITS);
                let epc = epc.collect::<String>().to_uppercase();
                if epc.is_empty() {
                    return None;
                }
                if let Some(strength) = strongest.get_mut(&epc) {
                    *strength = tag.rssi_dbm.max(*strength);
                    return None;
                }
                strongest.insert(epc.clone(), tag.rssi_dbm);
                Some(epc)
            })
            .collect();
        if epcs.is_empty() {
            return self.draw(desk, moment);
        }
        let stopped = desk.stop.is_some();
        self.beside(desk, moment, &session.person, |work, context| {
            if stopped {
                return Ok(unwanted(work, epcs));
            }
            work.tags(epcs, &strongest, context)
        })
    }

    /// A picture that was taken. Where nothing awaits one, and while a stop stands, it is nothing.
    pub(super) fn photo(&self, desk: &mut Desk, moment: &Moment, photo: Photo) -> Result<Screen, Error> {
        match desk.gate.clone() {
            Gate::In(session) if desk.stop.is_none() => self.beside(desk, moment, &session.person, |work, context| {
                work.photo(photo, context)
            }),
            _ => self.draw(desk, moment),
        }
    }

    /// An input that is neither a scan nor typed: the open work answers it.
    fn beside(
        &self,
        desk: &mut Desk,
        moment: &Moment,
        person: &PersonId,
        answer: impl FnOnce(Work, &Context<'_>) -> Result<Step, Error>,
    ) -> Result<Screen, Error> {
        let step = self.with_picture(|picture| {
            let person = picture.person(person)?.ok_or_else(no_longer_known)?;
            answer(desk.work.clone(), &context(picture, &person, moment, None))
        })?;
        desk.work = step.work;
        desk.last = None;
        desk.half = None;
        desk.feedback = step.feedback;
        desk.stop = desk.stop.take().or(step.stop);
        self.commit(desk, moment, step.drafts)?;
        let moment = self.moment(desk)?;
        self.draw(desk, &moment)
    }
}

/// One read: lost separators are settled, and a split label's codes joined, before the flow sees them.
pub(super) fn scan(desk: &mut Desk, scanned: Scanned, context: &Context<'_>, moment: &Moment) -> Result<Step, Error> {
    if let Some(step) = calibrate(desk, context) {
        return Ok(step);
    }
    let work = desk.work.clone();
    let half = desk.half.take();
    let source = context.evidence.map_or(Source::Typed, |evidence| evidence.source);
    let habits = habits(&desk.calibrations, source, year(moment));
    let (scanned, judge) = settle(scanned, half.as_ref(), work.within(), context, habits)?;
    if let Some(message) = judge.stopped().cloned() {
        let (verdict, refs) = (judge.verdict(), Refs::default());
        return Ok(refuse_with(Step::to(work), context, message, verdict, refs, None));
    }
    let scanned = own_unit(scanned, context)?;
    let mut step = match join(half, scanned, work.within(), context, &moment.now, habits)? {
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

/// A picture, as the shell names it.
pub(super) fn photo(name: String, sha256: &str, size: u64) -> Result<Photo, Error> {
    let bad = |what: &str| Err(Error::new(Remedy::Bug, "bad_photo", what.to_owned()));
    let Some(sha256) = read_hex(sha256).map(Hash) else {
        return bad("sha256: 64 lower-case hexadecimal digits are asked for");
    };
    if size == 0 || name.chars().count() > MOST_NAME {
        return bad("size: a picture has bytes; name: at most 200 characters");
    }
    Ok(Photo { sha256, size, name })
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
            desk.work.was_put_aside(&aside.code);
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
