//! The public door: one call a scan, `act(Input) -> Screen`.
//!
//! The order is fixed: read the label, ask the flow, write in one transaction, and only then answer. **No good tone
//! before the disk has it.** A panic below this door is caught, nothing half-written stays, and the next call works.

mod desk;
mod labels;
mod render;
mod watch;

pub use labels::{LabelPrint, NumberSeries, OpenLabel};
pub use watch::Subscription;

use crate::platform::{Listener, Platform};
use crate::screen::{Input, ScanSource, Screen};
use crate::store::{Author, Draft, Picture, Store};
use crate::sync::{SyncReport, SyncStore, Syncer};
use crate::work::facts::Facts;
use crate::work::{
    Context, Event, Feedback, Joined, Scanned, Step, Stop, Work, join, put_aside, refuse, refuse_with, settle,
};
use crate::{Error, Remedy};
use desk::{Desk, Gate, LastScan, Parked, Session, habits};
use lotline_record::entry::Seen;
use lotline_record::entry::{Body, Evidence, Instant, Position, Refs, SignIn, Source, Who};
use lotline_record::model::{DeviceId, Person, PersonId, PlaceId, Policy, SessionId, SiteId};
use lotline_record::text::{Arg, Message, Text};
use lotline_scan::profile::{self, NotLearned};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long enrolment waits for the first picture.
const FIRST_PICTURE_MS: u64 = 600_000;

/// Where and as what the handheld runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of `journal.db` and `site.db`.
    pub folder: PathBuf,
    /// Version of the app around the core, written into every entry.
    pub app: String,
    /// Language until someone signs in.
    pub language: String,
}

/// A handheld.
pub struct Handheld {
    config: Config,
    platform: Platform,
    store: Arc<Store>,
    syncer: Syncer,
    watchers: watch::Watchers,
    desk: Mutex<Option<Desk>>,
    text: Mutex<Arc<Text>>,
}

impl std::fmt::Debug for Handheld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Handheld({})", self.config.folder.display())
    }
}

/// What stays the same during one input.
struct Moment {
    now: crate::platform::Now,
    /// Wall clock corrected by the last measured offset.
    true_ms: i64,
    offset_ms: Option<i64>,
    site: SiteId,
    device: DeviceId,
    resource: PlaceId,
    next: Position,
    cursor: u64,
    policy: Arc<Policy>,
}

impl Handheld {
    /// Opens the folder, or prepares it when it is new.
    ///
    /// # Errors
    /// `newer_database`, `storage`, `wrong_key`: see [`Error`]. Nothing is deleted.
    pub fn open(config: Config, platform: Platform) -> Result<Self, Error> {
        let store = Arc::new(Store::open(&config.folder, platform.clone())?);
        let text = load(&config.language);
        let port: Arc<dyn SyncStore> = store.clone();
        let watchers = watch::Watchers::default();
        let handheld = Handheld {
            syncer: Syncer::with_news(port, platform.clone(), watchers.news()),
            watchers,
            config,
            platform,
            store,
            desk: Mutex::new(None),
            text: Mutex::new(Arc::new(text)),
        };
        handheld.end_session("restart")?;
        Ok(handheld)
    }

    /// The folder's store, for the sync client and for tools.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Enrols at a server with a one-time code and fetches the first picture. Blocking. A network that ends between the
    /// two leaves an enrolled device, whose next sync fetches it.
    ///
    /// # Errors
    /// `bad_code`, `unavailable` and the other problem codes of the wire.
    pub fn enrol(&self, server: &str, code: &str, name: &str) -> Result<(), Error> {
        self.syncer.enrol(server, code, name)?;
        self.sync_now(FIRST_PICTURE_MS).map(|_| ())
    }

    /// Makes this folder a device of a site without a server: for demonstrations and tests on a seeded picture.
    ///
    /// # Errors
    /// `other_device` when the folder holds another device's record.
    pub fn become_device(
        &self,
        device: &DeviceId,
        site: &SiteId,
        resource: &PlaceId,
        pepper: &[u8],
    ) -> Result<(), Error> {
        self.store.become_device(device, site, resource.as_str(), pepper)
    }

    /// Pushes and pulls until nothing is left or the deadline is over. Blocking; capture goes on meanwhile.
    ///
    /// # Errors
    /// What stops sync for good; being offline is not an error but [`SyncReport::reached`] = false.
    pub fn sync_now(&self, deadline_ms: u64) -> Result<SyncReport, Error> {
        let report = self.syncer.sync_now(Duration::from_millis(deadline_ms));
        self.tidy()?;
        report
    }

    /// Writes back what the write-ahead logs hold: for the time after a screen, never inside [`Handheld::act`].
    ///
    /// # Errors
    /// `storage`.
    pub fn tidy(&self) -> Result<(), Error> {
        self.store.checkpoint()
    }

    /// Starts to sync by itself after each capture, and to listen for news.
    ///
    /// # Errors
    /// When the sync thread cannot start.
    pub fn start_live(&self) -> Result<(), Error> {
        self.syncer.start_live()
    }

    /// Stops what [`Handheld::start_live`] started.
    pub fn stop_live(&self) {
        self.syncer.stop_live();
    }

    /// The platform says that there is a network again, or another one: what waits for a later try is tried now.
    pub fn network_changed(&self) {
        self.syncer.reachable();
    }

    /// Has `listener` told when sync may have changed the screen, until the subscription is cancelled or dropped.
    pub fn subscribe(&self, listener: Arc<dyn Listener>) -> Subscription {
        self.watchers.add(listener)
    }

    /// Closes both files before the app is frozen: after it nobody holds a lock.
    pub fn suspend(&self) {
        self.syncer.suspend();
        *self.lock_desk() = None;
        self.store.suspend();
    }

    /// Opens them again.
    ///
    /// # Errors
    /// As [`Handheld::open`].
    pub fn resume(&self) -> Result<(), Error> {
        self.store.resume()?;
        self.syncer.resume();
        Ok(())
    }

    /// The screen as it is.
    ///
    /// # Errors
    /// `storage`.
    pub fn screen(&self) -> Result<Screen, Error> {
        self.guarded(|desk| {
            let moment = self.moment()?;
            self.draw(desk, &moment)
        })
    }

    /// One input, one answer; what it means is on disk when this returns.
    ///
    /// # Errors
    /// See [`Error`]; the state before the input is kept.
    pub fn act(&self, input: Input) -> Result<Screen, Error> {
        // Hashing a PIN takes long by design: done before the desk is locked for writing.
        let pin = match &input {
            Input::Enter { field, text } if field == "pin" => Some(self.check_pin(text)?),
            _ => None,
        };
        let screen = self.guarded(|desk| self.act_locked(desk, input, pin))?;
        self.syncer.captured();
        Ok(screen)
    }

    fn lock_desk(&self) -> MutexGuard<'_, Option<Desk>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `f` on the desk; an error or panic drops the cached desk, so that the next call reads the stored one.
    fn guarded<T>(&self, f: impl FnOnce(&mut Desk) -> Result<T, Error>) -> Result<T, Error> {
        let mut cached = self.lock_desk();
        let mut desk = match cached.take() {
            Some(desk) => desk,
            None => self.load_desk()?,
        };
        match catch_unwind(AssertUnwindSafe(|| f(&mut desk))) {
            Ok(Ok(value)) => {
                *cached = Some(desk);
                Ok(value)
            }
            Ok(Err(error)) => Err(error),
            Err(panic) => Err(Error::caught(panic.as_ref())),
        }
    }

    fn load_desk(&self) -> Result<Desk, Error> {
        match self.store.desk()? {
            // A state of another version cannot be continued; the entries are all there, only the open step is not.
            Some(text) => Ok(serde_json::from_str(&text).unwrap_or_default()),
            None => Ok(Desk::default()),
        }
    }

    fn moment(&self) -> Result<Moment, Error> {
        let now = self.platform.clock.now();
        let name = |e: lotline_record::model::NameError| Error::bug(e.to_string());
        let standing = self.store.standing()?;
        let tip = &standing.tip;
        Ok(Moment {
            true_ms: now.wall_ms + standing.offset_ms.unwrap_or(0),
            offset_ms: standing.offset_ms,
            site: SiteId::new(standing.site.as_deref().unwrap_or("-")).map_err(name)?,
            resource: PlaceId::new(standing.resource.as_deref().unwrap_or("CART")).map_err(name)?,
            next: Position::new(tip.epoch, tip.seq + 1),
            device: standing.device.clone(),
            cursor: standing.cursor,
            policy: standing.policy.clone(),
            now,
        })
    }

    fn author(&self, moment: &Moment, who: Option<Who>) -> Author {
        Author {
            site: moment.site.clone(),
            device: moment.device.clone(),
            who,
            now: moment.now.clone(),
            offset_ms: moment.offset_ms,
            policy: moment.policy.version,
            app: self.config.app.clone(),
            cursor: moment.cursor,
        }
    }

    /// Ends an open session: at restart, lock or person change. The work stays for the same person.
    fn end_session(&self, reason: &str) -> Result<(), Error> {
        let mut desk = self.load_desk()?;
        if let Gate::In(session) = &desk.gate {
            let moment = self.moment()?;
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

    fn check_pin(&self, pin: &str) -> Result<bool, Error> {
        let person = self.guarded(|desk| Ok(desk.person().cloned()))?;
        let Some(person) = person else { return Ok(false) };
        let pepper = self.store.pepper()?;
        let person = self.with_picture(|p| p.person(&person))?;
        Ok(person.is_some_and(|p| p.pin.matches(pin, &pepper).unwrap_or(false)))
    }

    fn with_picture<T>(&self, f: impl FnOnce(&Picture<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.store.picture(f)
    }

    fn act_locked(&self, desk: &mut Desk, input: Input, pin: Option<bool>) -> Result<Screen, Error> {
        let moment = self.moment()?;
        if desk.is_idle(&moment.now, moment.policy.idle_lock_minutes) && !matches!(input, Input::Tick) {
            self.lock_session(desk, &moment, "idle")?;
        }
        if !matches!(input, Input::Tick) {
            desk.touched(&moment.now);
        }
        let evidence = match &input {
            Input::Scan {
                bytes,
                symbology,
                source,
            } => Some(Evidence::new(bytes, symbology.as_deref(), source_of(*source))),
            _ => None,
        };
        if let Some(evidence) = &evidence
            && desk.is_repeat(evidence, &moment.now, moment.policy.double_fire_ms)
        {
            let mut draft = Draft::new(Body::Seen(Seen::Repeat));
            draft.scan = Some(evidence.clone());
            self.commit(desk, &moment, vec![draft])?;
            return self.draw(desk, &moment);
        }
        desk.last = evidence.as_ref().map(|e| LastScan::new(e, &moment.now));
        let event = match input {
            Input::Tick => return self.draw(desk, &moment),
            Input::Scan {
                bytes,
                symbology,
                source,
            } => {
                let habits = habits(&desk.calibrations, source_of(source), year(&moment));
                Event::Scan(Scanned::read(&bytes, symbology.as_deref(), habits))
            }
            Input::Choose { id } => Event::Choose(id),
            Input::Enter { text, .. } => match pin {
                Some(right) => Event::Pin { right },
                None => Event::Enter { text },
            },
            Input::Back => Event::Back,
        };
        match desk.gate.clone() {
            Gate::In(_) => self.work(desk, &moment, event, evidence.as_ref())?,
            Gate::Badge => self.badge(desk, &moment, event, evidence)?,
            Gate::Pin(person) => self.pin(desk, &moment, event, evidence, &person)?,
        }
        // What was written moved the chain on: the status line is drawn from a fresh look.
        let moment = self.moment()?;
        self.draw(desk, &moment)
    }

    fn commit(&self, desk: &Desk, moment: &Moment, drafts: Vec<Draft>) -> Result<(), Error> {
        let who = if let Gate::In(session) = &desk.gate {
            Some(who(session))
        } else {
            None
        };
        self.store
            .append(&self.author(moment, who), drafts, Some(&desk.to_json()?))
            .map(|_| ())
    }

    fn lock_session(&self, desk: &mut Desk, moment: &Moment, reason: &str) -> Result<(), Error> {
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

    fn work(&self, desk: &mut Desk, moment: &Moment, event: Event, evidence: Option<&Evidence>) -> Result<(), Error> {
        let Gate::In(session) = desk.gate.clone() else {
            return Ok(());
        };
        match &event {
            Event::Choose(id) if id == "sign_out" => {
                self.lock_session(desk, moment, "person")?;
                desk.parked = None;
                return Ok(());
            }
            Event::Choose(id) if id == "take_over" => {
                if let Some(parked) = desk.parked.take() {
                    desk.work = parked.work;
                    desk.stop = parked.stop;
                }
                desk.feedback = None;
                return self.commit(desk, moment, Vec::new());
            }
            _ => {}
        }
        let (drafts, next) = self.with_picture(|picture| {
            let person = picture.person(&session.person)?.ok_or_else(|| {
                Error::new(
                    Remedy::SignIn,
                    "unauthorized",
                    "the person is no longer in the directory",
                )
            })?;
            let context = context(picture, &person, moment, evidence);
            if let Some(stop) = desk.stop.clone() {
                return acknowledge(desk.clone(), stop, event, &context);
            }
            let mut next = desk.clone();
            let step = match event {
                Event::Scan(scanned) => scan(&mut next, scanned, &context, moment)?,
                event => {
                    next.half = None;
                    desk.work.clone().step(event, &context)?
                }
            };
            next.work = step.work;
            next.feedback = step.feedback;
            next.stop = step.stop;
            Ok((step.drafts, next))
        })?;
        *desk = next;
        self.commit(desk, moment, drafts)
    }

    fn badge(&self, desk: &mut Desk, moment: &Moment, event: Event, evidence: Option<Evidence>) -> Result<(), Error> {
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

    fn pin(
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
            let locked = self.store.wrong_pin(person, policy.lockout_after, until)?;
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

    fn draw(&self, desk: &Desk, moment: &Moment) -> Result<Screen, Error> {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let status = self.status(moment, &text)?;
        let view = match &desk.gate {
            Gate::Badge => desk::badge_view(desk.parked.as_ref()),
            Gate::Pin(person) => {
                let name = self
                    .with_picture(|p| p.person(person))?
                    .map_or_else(|| person.to_string(), |p| p.name);
                desk::pin_view(&name)
            }
            Gate::In(session) => self.with_picture(|picture| {
                let Some(person) = picture.person(&session.person)? else {
                    return Ok(desk::badge_view(None));
                };
                let mut view = desk.work.view(&context(picture, &person, moment, None))?;
                if desk.work == Work::Home && desk.parked.is_some() {
                    view.actions
                        .push(crate::work::ViewAction::numbered("take_over", "action-take-over", 4));
                }
                Ok(view)
            })?,
        };
        Ok(render::screen(
            &text,
            &view,
            desk.feedback.as_ref(),
            desk.stop.as_ref(),
            status,
        ))
    }

    fn status(&self, moment: &Moment, text: &Text) -> Result<crate::screen::Status, Error> {
        let standing = self.store.standing()?;
        let reach = self.store.reach();
        let age = standing
            .recall_list_ms
            .map(|ms| (moment.true_ms - ms).max(0).cast_unsigned() / 60_000);
        let facts = render::StatusFacts {
            enrolled: standing.enrolled,
            lost_since_ms: reach.lost_since_ms,
            blocked: reach.blocked(),
            queued: standing.pending,
            at_gateway: standing.at_gateway,
            in_wms: standing.in_wms,
            recall_list_age: age,
            now_ms: moment.now.wall_ms,
        };
        Ok(render::status(text, &facts))
    }
}

fn load(language: &str) -> Text {
    // English is among the languages for certain: a test loads them all.
    Text::load(language)
        .or_else(|_| Text::load("en"))
        .expect("invariant: the built-in English texts load")
}

fn who(session: &Session) -> Who {
    Who {
        person: session.person.clone(),
        name_version: session.name_version,
        session: session.session.clone(),
        signed_in: SignIn::BadgePin,
    }
}

fn source_of(source: ScanSource) -> Source {
    match source {
        ScanSource::Scan => Source::Scan,
        ScanSource::Camera => Source::Camera,
        ScanSource::Rfid => Source::Rfid,
        ScanSource::Typed => Source::Typed,
    }
}

fn year(moment: &Moment) -> u16 {
    use chrono::Datelike;
    u16::try_from(today(moment).year()).unwrap_or(2026)
}

fn today(moment: &Moment) -> lotline_record::model::Day {
    Instant::from_unix_ms(moment.true_ms).day(moment.now.zone_min)
}

fn minutes_left(until: i64, moment: &Moment) -> i64 {
    ((until - moment.true_ms).max(0) + 59_999) / 60_000
}

fn context<'a>(
    picture: &'a Picture<'_>,
    person: &'a Person,
    moment: &'a Moment,
    evidence: Option<&'a Evidence>,
) -> Context<'a> {
    Context {
        facts: picture,
        person,
        device: &moment.device,
        resource: &moment.resource,
        policy: &moment.policy,
        today: today(moment),
        now_ms: moment.true_ms,
        next: moment.next,
        evidence,
    }
}

/// One read: lost separators are settled, and a split label's codes joined, before the flow sees them.
fn scan(desk: &mut Desk, scanned: Scanned, context: &Context<'_>, moment: &Moment) -> Result<Step, Error> {
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
fn acknowledge(mut desk: Desk, stop: Stop, event: Event, context: &Context<'_>) -> Result<(Vec<Draft>, Desk), Error> {
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

impl Parked {
    pub(super) fn of(person: PersonId, work: Work, stop: Option<Stop>) -> Self {
        Parked { person, work, stop }
    }
}
