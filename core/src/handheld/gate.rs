//! The gate: who may act. Badge, PIN, and the end of a session.

use super::desk::{Desk, Gate, Session};
use super::{Handheld, Moment, load};
use crate::Error;
use crate::store::Draft;
use crate::work::facts::Facts;
use crate::work::{Event, Feedback, Scanned, Stop, Work};
use lotline_record::entry::{Body, Evidence, Instant, LockedOut, SignIn, Who};
use lotline_record::model::{PersonId, SessionId};
use lotline_record::text::{Arg, Message};
use std::sync::{Arc, PoisonError};

/// Why a session ended that a person ended: with it their work.
pub(super) const SIGNED_OUT: &str = "person";

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
    pub(super) fn count_pin(&self, person: &PersonId, right: bool, moment: &Moment) -> Result<Option<Locked>, Error> {
        if let Some(until_ms) = self.locked_until(person, moment)? {
            return Ok(Some(Locked::before(until_ms, moment)));
        }
        if right {
            self.store.right_pin(person)?;
            return Ok(None);
        }
        self.wrong_pin(person, moment)
    }

    /// Until when the person is locked out, milliseconds since 1970.
    fn locked_until(&self, person: &PersonId, moment: &Moment) -> Result<Option<i64>, Error> {
        let until_ms = self.store.locked_until(person, lock_ends_ms(moment))?;
        Ok((until_ms > moment.true_ms).then_some(until_ms))
    }

    /// Counts a wrong PIN, and says what it locks.
    fn wrong_pin(&self, person: &PersonId, moment: &Moment) -> Result<Option<Locked>, Error> {
        let until_ms = lock_ends_ms(moment);
        let locked = self.store.wrong_pin(person, moment.policy.wrong_pins(), until_ms)?;
        Ok(locked.then(|| Locked {
            locks: Some(LockedOut {
                person: person.clone(),
                until: Instant::from_unix_ms(until_ms),
            }),
            ..Locked::before(until_ms, moment)
        }))
    }

    pub(super) fn lock_session(&self, desk: &mut Desk, moment: &Moment, reason: &str) -> Result<(), Error> {
        if let Gate::In(session) = &desk.gate {
            let author = self.author(moment, Some(who(session)));
            desk.park();
            if reason == SIGNED_OUT {
                // On disk as here: after a restart nobody is offered work that was ended.
                desk.parked = None;
            }
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
                let Some(until_ms) = self.locked_until(&person.person, moment)? else {
                    desk.gate = Gate::Pin(person.person);
                    // The badge is written together with what the PIN says: one entry for the sign-in.
                    desk.badge_scan = evidence;
                    return self.commit(desk, moment, Vec::new());
                };
                (LOCKED_OUT, Locked::before(until_ms, moment).message)
            }
            Some(_) => ("inactive", Message::new("stop-inactive")),
            None => ("unknown_badge", Message::new("stop-unknown-badge")),
        };
        let mut draft = Draft::new(Body::SignInRefused {
            reason: reason.into(),
            person: None,
            locks: None,
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
        // Another device may have told of a lock-out since the badge was scanned.
        let locked = match self.locked_until(person, moment)? {
            Some(until_ms) => Some(Locked::before(until_ms, moment)),
            None if right => None,
            None => self.wrong_pin(person, moment)?,
        };
        if locked.is_some() || !right {
            let (reason, message, locks) = match locked {
                Some(locked) => (LOCKED_OUT, locked.message, locked.locks),
                None => ("wrong_pin", Message::new("stop-wrong-pin"), None),
            };
            desk.gate = Gate::Badge;
            desk.stop = Some(Stop { message, aside: None });
            let mut draft = Draft::new(Body::SignInRefused {
                reason: reason.into(),
                person: Some(person.clone()),
                locks,
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

/// Why a sign-in is refused while somebody is locked out.
const LOCKED_OUT: &str = "locked_out";

/// Somebody who is locked out.
pub(super) struct Locked {
    /// What is said of it.
    pub(super) message: Message,
    /// What begins now, for the record.
    pub(super) locks: Option<LockedOut>,
}

impl Locked {
    /// It began earlier, here or on another device, and lasts until `until_ms`.
    fn before(until_ms: i64, moment: &Moment) -> Self {
        let minutes = ((until_ms - moment.true_ms).max(0) + 59_999) / 60_000;
        let (hour, minute) = Instant::from_unix_ms(until_ms).clock(moment.now.zone_min);
        let message = Message::new("stop-locked-out")
            .with("minutes", Arg::Number(minutes))
            .with("clock", Arg::Text(format!("{hour:02}:{minute:02}")));
        Locked { message, locks: None }
    }
}

/// When a lock-out that begins now ends; none lasts longer.
fn lock_ends_ms(moment: &Moment) -> i64 {
    moment.true_ms + i64::from(moment.policy.lockout_minutes) * 60_000
}
