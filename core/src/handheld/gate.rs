//! The gate: who may act. Badge, PIN, and the end of a session.

use super::desk::{Desk, Gate, Session};
use super::{Handheld, Moment, load};
use crate::Error;
use crate::store::Draft;
use crate::work::facts::Facts;
use crate::work::{Event, Feedback, Scanned, Stop, Work};
use lotline_record::entry::{Body, Evidence, SignIn, Who};
use lotline_record::model::{PersonId, SessionId};
use lotline_record::text::{Arg, Message};
use std::sync::{Arc, PoisonError};

impl Handheld {
    /// Ends an open session: at restart, lock or person change. The work stays for the same person.
    pub(super) fn end_session(&self, reason: &str) -> Result<(), Error> {
        let mut desk = self.load_desk()?;
        if let Gate::In(session) = &desk.gate {
            let moment = self.moment(&desk)?;
            let author = self.author(&moment, Some(who(session)));
            desk.park();
            let drafts = vec![Draft::new(Body::SignedOut {
                reason: reason.to_owned(),
            })];
            self.store.append(&author, drafts, Some(&desk.to_json()?))?;
        }
        *self.lock_desk() = Some(desk);
        Ok(())
    }

    /// Whether `pin` is the one that is asked for. A training knows nobody's PIN and takes any: it would be a second place
    /// to guess at those of the record, and the session from which it was begun vouches for the person.
    pub(super) fn check_pin(&self, pin: &str) -> Result<bool, Error> {
        if self.in_training() {
            return Ok(true);
        }
        let person = self.guarded(|desk| Ok(desk.person().cloned()))?;
        let Some(person) = person else { return Ok(false) };
        let pepper = self.store.pepper()?;
        let person = self.with_picture(|p| p.person(&person))?;
        Ok(person.is_some_and(|p| p.pin.matches(pin, &pepper).unwrap_or(false)))
    }

    /// A PIN that signs counts as one that signs in: too many wrong ones lock the person out. Says so once it is.
    pub(super) fn count_pin(&self, person: &PersonId, right: bool, moment: &Moment) -> Result<Option<Message>, Error> {
        let policy = &moment.policy;
        let locked = |minutes| Some(Message::new("stop-locked-out").with("minutes", Arg::Number(minutes)));
        let until = self.store.locked_until(person)?;
        if until > moment.true_ms {
            return Ok(locked(minutes_left(until, moment)));
        }
        if right {
            self.store.right_pin(person)?;
            return Ok(None);
        }
        let until = moment.true_ms + i64::from(policy.lockout_minutes) * 60_000;
        let now_locked = self.store.wrong_pin(person, policy.wrong_pins(), until)?;
        Ok(now_locked.then(|| locked(i64::from(policy.lockout_minutes))).flatten())
    }

    pub(super) fn lock_session(&self, desk: &mut Desk, moment: &Moment, reason: &str) -> Result<(), Error> {
        if let Gate::In(session) = &desk.gate {
            let author = self.author(moment, Some(who(session)));
            desk.park();
            let drafts = vec![Draft::new(Body::SignedOut {
                reason: reason.to_owned(),
            })];
            self.store.append(&author, drafts, Some(&desk.to_json()?))?;
        }
        Ok(())
    }

    pub(super) fn badge(
        &self,
        desk: &mut Desk,
        moment: &Moment,
        event: Event,
        evidence: Option<Evidence>,
    ) -> Result<(), Error> {
        desk.feedback = None;
        let badge = match event {
            Event::Scan(Scanned::Text(text)) | Event::Enter { text } => text,
            Event::Scan(_) => String::new(),
            Event::Choose(_) | Event::Pin { .. } | Event::Back => {
                desk.stop = None;
                return self.commit(desk, moment, Vec::new());
            }
        };
        desk.stop = None;
        let found = self.with_picture(|p| p.person_by_badge(badge.trim()))?;
        let (reason, message) = match found {
            Some(person) if person.active => {
                let until = self.store.locked_until(&person.person)?;
                if until <= moment.true_ms {
                    desk.gate = Gate::Pin(person.person);
                    // The badge is written together with what the PIN says: one entry for the sign-in.
                    desk.badge_scan = evidence;
                    return self.commit(desk, moment, Vec::new());
                }
                (
                    "locked_out",
                    Message::new("stop-locked-out").with("minutes", Arg::Number(minutes_left(until, moment))),
                )
            }
            Some(_) => ("inactive", Message::new("stop-inactive")),
            None => ("unknown_badge", Message::new("stop-unknown-badge")),
        };
        let mut draft = Draft::new(Body::SignInRefused {
            reason: reason.into(),
            person: None,
        });
        draft.scan = evidence;
        desk.stop = Some(Stop { message, aside: None });
        self.commit(desk, moment, vec![draft])
    }

    pub(super) fn pin(
        &self,
        desk: &mut Desk,
        moment: &Moment,
        event: Event,
        evidence: Option<Evidence>,
        person: &PersonId,
    ) -> Result<(), Error> {
        let right = match event {
            Event::Pin { right } => right,
            Event::Scan(_) => {
                // Another badge: start over with it.
                desk.gate = Gate::Badge;
                return self.badge(desk, moment, event, evidence);
            }
            _ => {
                desk.gate = Gate::Badge;
                desk.badge_scan = None;
                return self.commit(desk, moment, Vec::new());
            }
        };
        let scan = desk.badge_scan.take();
        if !right {
            let policy = &moment.policy;
            let until = moment.true_ms + i64::from(policy.lockout_minutes) * 60_000;
            let locked = self.store.wrong_pin(person, policy.wrong_pins(), until)?;
            let reason = if locked { "locked_out" } else { "wrong_pin" };
            desk.gate = Gate::Badge;
            desk.stop = Some(Stop {
                message: if locked {
                    Message::new("stop-locked-out").with("minutes", Arg::Number(i64::from(policy.lockout_minutes)))
                } else {
                    Message::new("stop-wrong-pin")
                },
                aside: None,
            });
            let mut draft = Draft::new(Body::SignInRefused {
                reason: reason.into(),
                person: Some(person.clone()),
            });
            draft.scan = scan;
            return self.commit(desk, moment, vec![draft]);
        }
        self.store.right_pin(person)?;
        let Some(found) = self.with_picture(|p| p.person(person))? else {
            desk.gate = Gate::Badge;
            return self.commit(desk, moment, Vec::new());
        };
        let id = self.platform.ids.entry(moment.now.wall_ms);
        let session = SessionId::new(&id).map_err(|e| Error::bug(e.to_string()))?;
        desk.gate = Gate::In(Session {
            person: person.clone(),
            name_version: found.name_version,
            session,
        });
        desk.touched(&moment.now);
        desk.feedback = Some(Feedback::Accept(
            Message::new("signed-in").with("name", Arg::text(&found.name)),
        ));
        desk.stop = None;
        desk.work = Work::Home;
        if desk.parked.as_ref().is_some_and(|p| p.person == *person)
            && let Some(parked) = desk.parked.take()
        {
            desk.work = parked.work;
            desk.stop = parked.stop;
        }
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(load(&found.language));
        let mut draft = Draft::new(Body::SignedIn);
        draft.scan = scan;
        self.commit(desk, moment, vec![draft])
    }
}

pub(super) fn who(session: &Session) -> Who {
    Who {
        person: session.person.clone(),
        name_version: session.name_version,
        session: session.session.clone(),
        signed_in: SignIn::BadgePin,
    }
}

fn minutes_left(until: i64, moment: &Moment) -> i64 {
    ((until - moment.true_ms).max(0) + 59_999) / 60_000
}
