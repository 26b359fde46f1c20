//! Training: the same handheld once more, in a folder of its own, on a small site of its own.
//!
//! While somebody trains, every input goes to that one and none to the record: live work stays as it is, to the byte,
//! and what waits to be sent is sent on. A training has no sync client, its store gives nothing to one, its chain begins
//! otherwise than a live one, and its entries say that they are of a training. Whoever is in it when the battery dies is
//! in it again afterwards, and signs in as anywhere.

use super::desk::{Desk, Gate, Session};
use super::render::StatusFacts;
use super::{Config, Handheld, Moment, load, no_longer_known, today, watch};
use crate::Error;
use crate::platform::{Clock, Now, Platform};
use crate::screen::{Action, AwaitKind, Field, Input, Look, Screen, Style};
use crate::store::{Draft, JOURNAL, Store};
use crate::sync::Syncer;
use crate::training::course::Course;
use crate::training::{Event, FOLDER, LessonReport, lesson, site};
use crate::work::facts::Facts;
use crate::work::{Train, View, ViewAction, ViewField, Work};
use lotline_record::entry::Body;
use lotline_record::model::{PersonId, SessionId};
use lotline_record::text::{Arg, Message, Text};
use lotline_record::wire::Included;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The action that ends a training.
const LEAVE: &str = "leave_training";
/// The action that scans the label a lesson asks for.
const SCAN: &str = "lesson_scan";
/// The action that ends a lesson.
const END: &str = "lesson_end";

/// The platform's clock, set ahead by the lesson.
pub(super) struct AheadClock {
    clock: Arc<dyn Clock>,
    ms: AtomicI64,
}

impl Clock for AheadClock {
    fn now(&self) -> Now {
        let mut now = self.clock.now();
        now.wall_ms += self.ms.load(Ordering::SeqCst);
        now
    }
}

impl Handheld {
    pub(super) fn practice(&self) -> Option<Arc<Handheld>> {
        self.practice.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_practice(&self, practice: Option<Arc<Handheld>>) {
        *self.practice.lock().unwrap_or_else(PoisonError::into_inner) = practice;
    }

    /// The sync client; a training has none.
    pub(super) fn syncer(&self) -> Result<&Syncer, Error> {
        self.syncer
            .as_ref()
            .ok_or_else(|| Error::training("training is never sent"))
    }

    pub(super) fn in_training(&self) -> bool {
        self.syncer.is_none()
    }

    /// The training in this handheld's folder, without anybody in it.
    fn open_training(&self) -> Result<Handheld, Error> {
        let config = Config {
            folder: self.config.folder.join(FOLDER),
            ..self.config.clone()
        };
        let ahead = Arc::new(AheadClock {
            clock: self.platform.clock.clone(),
            ms: AtomicI64::new(0),
        });
        let platform = Platform {
            clock: ahead.clone(),
            ..self.platform.clone()
        };
        Ok(Handheld {
            store: Arc::new(Store::open(&config.folder, platform.clone())?),
            text: Mutex::new(Arc::new(load(&config.language))),
            syncer: None,
            held: AtomicBool::new(false),
            ahead: Some(ahead),
            practice: Mutex::new(None),
            watchers: watch::Watchers::default(),
            desk: Mutex::new(None),
            config,
            platform,
        })
    }

    /// After a restart: whoever was in a training is in it again, and must sign in. A training that cannot be opened is
    /// over; it must not keep anybody from work.
    pub(super) fn back_to_training(&self) -> Result<(), Error> {
        if !self.config.folder.join(FOLDER).join(JOURNAL).is_file() {
            return Ok(());
        }
        let opened = self.open_training().and_then(|practice| {
            if !practice.store.training_is_open()? {
                return Ok(None);
            }
            practice.end_session("restart")?;
            practice.guarded(|desk| practice.play(desk))?;
            Ok(Some(Arc::new(practice)))
        });
        match opened {
            Ok(practice) => self.set_practice(practice),
            Err(error) => tracing::warn!(%error, "the training cannot be opened"),
        }
        Ok(())
    }

    /// Begins a training for somebody who is signed in. The record hears nothing of it.
    pub(super) fn enter_training(&self, person: &PersonId) -> Result<Screen, Error> {
        let moment = self.moment(&Desk::default())?;
        let person = self.with_picture(|p| p.person(person))?.ok_or_else(no_longer_known)?;
        let practice = self.open_training()?;
        let store = &practice.store;
        store.become_training(&moment.device, &moment.site, moment.resource.as_str())?;
        let rows = site::rows(
            moment.site.as_str(),
            moment.resource.as_str(),
            std::slice::from_ref(&person),
            today(&moment),
        );
        store.begin_picture(rows, moment.now.wall_ms)?;
        practice.guarded(|desk| {
            let moment = practice.moment(desk)?;
            let id = practice.platform.ids.entry(moment.now.wall_ms);
            let lessons = std::mem::take(&mut desk.lessons);
            *desk = Desk::default();
            desk.lessons = lessons;
            desk.work = Work::from(Train::default());
            desk.gate = Gate::In(Session {
                person: person.person.clone(),
                name_version: person.name_version,
                session: SessionId::new(&id).map_err(|e| Error::bug(e.to_string()))?,
            });
            desk.touched(&moment.now);
            practice.commit(desk, &moment, vec![Draft::new(Body::SignedIn)])
        })?;
        *practice.text.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(load(&person.language));
        store.keep_training_open(true)?;
        let practice = Arc::new(practice);
        self.set_practice(Some(practice.clone()));
        practice.screen()
    }

    /// An input while somebody trains: leaving is the one that the record's handheld answers.
    pub(super) fn act_in_training(&self, practice: &Handheld, input: Input) -> Result<Screen, Error> {
        if input == Input::choose(LEAVE) && practice.screen()?.actions.iter().any(|action| action.id == LEAVE) {
            let vouched = practice.somebody_trains()?;
            practice.end_session("training_over")?;
            practice.store.keep_training_open(false)?;
            self.set_practice(None);
            return self.after_training(vouched);
        }
        practice.act(practice.meant(input)?)
    }

    /// Whether a session is open that is not idle.
    fn somebody_trains(&self) -> Result<bool, Error> {
        self.guarded(|desk| {
            let moment = self.moment(desk)?;
            Ok(matches!(desk.gate, Gate::In(_)) && !desk.is_idle(&moment.now, moment.policy.idle_minutes()))
        })
    }

    /// Whoever trained up to now goes on with their session; behind somebody who signed out or went away it is closed, as
    /// the next person is another.
    fn after_training(&self, vouched: bool) -> Result<Screen, Error> {
        self.guarded(|desk| {
            let moment = self.moment(desk)?;
            if vouched {
                desk.touched(&moment.now);
            } else {
                self.lock_session(desk, &moment, "training_over")?;
            }
            self.draw(desk, &moment)
        })
    }

    /// The key that scans what the lesson asks for stands for that scan.
    fn meant(&self, input: Input) -> Result<Input, Error> {
        if input != Input::choose(SCAN) {
            return Ok(input);
        }
        Ok(self.lesson_input()?.unwrap_or(input))
    }

    /// In a training: the input that the open lesson asks for. `None` outside of one, and once it is done.
    ///
    /// # Errors
    /// `storage`.
    pub fn lesson_input(&self) -> Result<Option<Input>, Error> {
        if let Some(practice) = self.practice() {
            return practice.lesson_input();
        }
        self.guarded(|desk| Ok(desk.course.as_ref().and_then(Course::next_input)))
    }

    /// In a training: how the open lesson stands. `None` outside of one.
    ///
    /// # Errors
    /// `storage`.
    pub fn lesson_report(&self) -> Result<Option<LessonReport>, Error> {
        if let Some(practice) = self.practice() {
            return practice.lesson_report();
        }
        self.guarded(|desk| Ok(desk.course.as_ref().map(Course::report)))
    }

    /// Whether the lesson of that name was ever passed in this training. False outside of one.
    ///
    /// # Errors
    /// `storage`.
    pub fn lesson_passed(&self, id: &str) -> Result<bool, Error> {
        if let Some(practice) = self.practice() {
            return practice.lesson_passed(id);
        }
        self.guarded(|desk| {
            let now = desk.course.as_ref().map(Course::report);
            let open = now.is_some_and(|report| report.lesson == id && report.passed);
            Ok(open || desk.lessons.get(id) == Some(&true))
        })
    }

    /// What a choice in a training is besides work: a lesson begun or ended. `None`: it is work.
    pub(super) fn classroom(
        &self,
        desk: &mut Desk,
        moment: &Moment,
        person: &PersonId,
        id: &str,
    ) -> Option<Result<(), Error>> {
        let begun = id.strip_prefix("lesson:").and_then(lesson);
        if let (Work::Train(_), Some(lesson)) = (&desk.work, begun) {
            return Some(self.begin_lesson(desk, moment, person, &lesson.id));
        }
        if id != END || desk.course.is_none() {
            return None;
        }
        if let Some(report) = desk.course.take().map(|course| course.report()) {
            let passed = desk.lessons.entry(report.lesson).or_default();
            *passed = *passed || report.passed;
        }
        desk.said = None;
        desk.work = Work::from(Train::default());
        desk.feedback = None;
        Some(self.commit(desk, moment, Vec::new()))
    }

    /// The site is as it was before any lesson, and nothing is open.
    fn begin_lesson(&self, desk: &mut Desk, moment: &Moment, person: &PersonId, id: &str) -> Result<(), Error> {
        desk.course = None;
        self.set_ahead(0);
        let moment_now = self.moment(desk)?;
        let person = self.with_picture(|p| p.person(person))?.ok_or_else(no_longer_known)?;
        let began = today(&moment_now);
        let people = std::slice::from_ref(&person);
        let rows = site::rows(moment.site.as_str(), moment.resource.as_str(), people, began);
        self.store.begin_picture(rows, moment_now.now.wall_ms)?;
        desk.work = Work::Home;
        desk.half = None;
        desk.parked = None;
        desk.feedback = None;
        desk.said = None;
        desk.course = Some(Course::of(id, began));
        self.commit(desk, &moment_now, Vec::new())
    }

    fn set_ahead(&self, ms: i64) {
        if let Some(ahead) = &self.ahead {
            ahead.ms.store(ms, Ordering::SeqCst);
        }
    }

    /// Has happen what the lesson has happen up to now. Once more changes nothing.
    pub(super) fn play(&self, desk: &Desk) -> Result<(), Error> {
        let Some(course) = &desk.course else { return Ok(()) };
        self.set_ahead(course.ahead_ms());
        let moment = self.moment(desk)?;
        for event in course.events() {
            if let Event::Recall(lot) = event {
                let row = site::recall(moment.site.as_str(), lot).map_err(|e| Error::bug(e.to_string()))?;
                let at = self.store.included()?;
                let included = Included {
                    epoch: at.epoch(),
                    seq: at.seq(),
                };
                self.store.add_to_picture(vec![row], included, moment.now.wall_ms)?;
            }
        }
        Ok(())
    }

    /// In a training the way to the gateway is what the lesson says it is.
    pub(super) fn pretend(&self, desk: &Desk, moment: &Moment, facts: StatusFacts) -> StatusFacts {
        if !self.in_training() {
            return facts;
        }
        let cut = desk.course.as_ref().and_then(Course::cut_with);
        StatusFacts {
            enrolled: true,
            lost_since_ms: cut.map(|_| moment.now.wall_ms),
            queued: cut.unwrap_or(0),
            fetching: None,
            ..facts
        }
    }
}

/// The ways on that only a training has.
pub(super) fn ways(desk: &Desk, view: &mut View) {
    let out = match &desk.gate {
        Gate::In(_) => matches!(desk.work, Work::Train(_)),
        Gate::Badge | Gate::Pin(_) => true,
    };
    if view.awaits.0 == AwaitKind::Pin {
        let any = Message::new("training-any-pin");
        view.fields
            .push(ViewField::new("action-train", Arg::Message(Box::new(any))));
    }
    if out {
        view.actions.push(ViewAction {
            key: "F9".to_owned(),
            ..ViewAction::other(LEAVE, "action-leave-training")
        });
    }
    if let Work::Train(_) = desk.work
        && matches!(desk.gate, Gate::In(_))
    {
        for action in &mut view.actions {
            let done = action.id.strip_prefix("lesson:").and_then(|id| desk.lessons.get(id));
            if done == Some(&true) {
                action.label =
                    Message::new("lesson-passed").with("lesson", Arg::Message(Box::new(action.label.clone())));
            }
        }
    }
}

/// What the lesson asks for, before everything else on the screen.
pub(super) fn tell(text: &Text, course: &Course, screen: &mut Screen) {
    let ask = text.say(&course.ask(screen));
    let field = |label: &'static str, value: String| Field {
        label: text.word(label),
        value,
        state: Look::Current,
    };
    screen
        .fields
        .insert(0, field("field-lesson", text.say(&course.title())));
    screen.fields.insert(1, field("field-lesson-now", ask));
    let action = |id: &str, label: &'static str, key: &str| Action {
        id: id.to_owned(),
        label: text.word(label),
        key: key.to_owned(),
        style: Style::Other,
    };
    if course.asks_scan() {
        screen.actions.push(action(SCAN, "action-lesson-scan", "F8"));
    }
    // Where somebody signs in, the key leaves the training, and the lesson with it.
    if screen.actions.iter().all(|other| other.key != "F9") {
        screen.actions.push(action(END, "action-lesson-end", "F9"));
    }
}
