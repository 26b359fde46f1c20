//! The public door: one call a scan, `act(Input) -> Screen`.
//!
//! The order is fixed: read the label, ask the flow, write in one transaction, and only then answer. **No good tone
//! before the disk has it.** A panic below this door is caught, nothing half-written stays, and the next call works.

mod desk;
mod gate;
mod labels;
mod policy;
mod queue;
mod reads;
mod render;
mod report;
mod salvaged;
mod time;
mod training;
mod verify;
mod watch;
mod words;

pub(crate) use time::{Anchor, Bounds};

pub use labels::{LabelPrint, NumberSeries, OpenLabel};
pub use queue::WorkQueue;
pub use report::ReportFile;
pub use verify::Verified;
pub use watch::Subscription;

use crate::platform::{Listener, Platform};
use crate::screen::{Input, ScanSource, Screen};
use crate::store::{Author, Draft, Picture, RefusedPolicy, Store};
use crate::sync::{SyncReport, SyncStore, Syncer};
use crate::work::facts::Facts;
use crate::work::{Context, Event, Scanned, Step, Stop, Work, refuse};
use crate::{Error, Remedy};
use desk::{Desk, Gate, LastScan, Parked, habits};
use gate::who;
use lotline_record::entry::Seen;
use lotline_record::entry::{Body, Evidence, Instant, Position, Source, Who};
use lotline_record::model::{DeviceId, Person, PersonId, PlaceId, Policy, SiteId, WorkingSet};
use lotline_record::text::Text;
use lotline_record::wire::Invitation;
use reads::{acknowledge, scan};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// None in training: what is written there is never sent.
    syncer: Option<Syncer>,
    /// During the offline part of a drill nothing is sent.
    held: AtomicBool,
    /// The clock of a training, which a lesson may set ahead.
    ahead: Option<Arc<training::AheadClock>>,
    /// The training that somebody is in.
    practice: Mutex<Option<Arc<Handheld>>>,
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
    /// The time as far as it is known.
    true_ms: i64,
    time: time::Time,
    /// What the next look at the clocks goes on from.
    look: Option<time::Look>,
    offset_ms: Option<i64>,
    site: SiteId,
    device: DeviceId,
    resource: PlaceId,
    next: Position,
    cursor: u64,
    recall_list_ms: Option<i64>,
    working_set: Option<Arc<WorkingSet>>,
    policy: Arc<Policy>,
    refused: Option<RefusedPolicy>,
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
            syncer: Some(Syncer::with_news(port, platform.clone(), watchers.news())),
            held: AtomicBool::new(false),
            ahead: None,
            practice: Mutex::new(None),
            watchers,
            config,
            platform,
            store,
            desk: Mutex::new(None),
            text: Mutex::new(Arc::new(text)),
        };
        handheld.end_session("restart")?;
        handheld.guarded(|desk| handheld.tell_salvaged(desk, handheld.moment(desk)?).map(|_| ()))?;
        handheld.back_to_training()?;
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
        self.syncer()?.enrol(server, code, name)?;
        self.sync_now(FIRST_PICTURE_MS).map(|_| ())
    }

    /// As [`Handheld::enrol`], by what the QR code of the gateway's invitation says: `lotline://enrol?…`. It also says
    /// which keys the gateway may show, and from then on this device speaks with nobody else.
    ///
    /// # Errors
    /// As there; `bad_invitation` when something else was scanned, `wrong_certificate`, `bad_site_key`.
    pub fn join(&self, invitation: &str, name: &str) -> Result<(), Error> {
        let invitation = invitation
            .parse::<Invitation>()
            .map_err(|error| Error::new(Remedy::Rescan, "bad_invitation", error.to_string()))?;
        self.syncer()?.join(invitation, name)?;
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
        if self.held.load(Ordering::SeqCst) {
            return Ok(SyncReport {
                more: true,
                ..SyncReport::default()
            });
        }
        let report = self.syncer()?.sync_now(Duration::from_millis(deadline_ms));
        self.tidy()?;
        report
    }

    /// Writes back what the write-ahead logs hold: for the time after a screen, never inside [`Handheld::act`].
    ///
    /// # Errors
    /// `storage`.
    pub fn tidy(&self) -> Result<(), Error> {
        self.store.checkpoint()?;
        self.practice().map_or(Ok(()), |practice| practice.store.checkpoint())
    }

    /// Starts to sync by itself after each capture, and to listen for news.
    ///
    /// # Errors
    /// When the sync thread cannot start.
    pub fn start_live(&self) -> Result<(), Error> {
        self.syncer()?.start_live()
    }

    /// Stops what [`Handheld::start_live`] started.
    pub fn stop_live(&self) {
        if let Some(syncer) = &self.syncer {
            syncer.stop_live();
        }
    }

    /// The platform says that there is a network again, or another one: what waits for a later try is tried now.
    pub fn network_changed(&self) {
        if let Some(syncer) = &self.syncer {
            syncer.reachable();
        }
    }

    /// Has `listener` told when sync may have changed the screen, until the subscription is cancelled or dropped.
    pub fn subscribe(&self, listener: Arc<dyn Listener>) -> Subscription {
        self.watchers.add(listener)
    }

    /// Closes both files before the app is frozen: after it nobody holds a lock.
    pub fn suspend(&self) {
        if let Some(practice) = self.practice() {
            practice.suspend();
        }
        if let Some(syncer) = &self.syncer {
            syncer.suspend();
        }
        *self.lock_desk() = None;
        self.store.suspend();
    }

    /// Opens them again.
    ///
    /// # Errors
    /// As [`Handheld::open`].
    pub fn resume(&self) -> Result<(), Error> {
        self.store.resume()?;
        if let Some(syncer) = &self.syncer
            && !self.held.load(Ordering::SeqCst)
        {
            syncer.resume();
        }
        self.practice().map_or(Ok(()), |practice| practice.resume())
    }

    /// The screen as it is.
    ///
    /// # Errors
    /// `storage`.
    pub fn screen(&self) -> Result<Screen, Error> {
        if let Some(practice) = self.practice() {
            return practice.screen();
        }
        self.guarded(|desk| {
            let moment = self.moment(desk)?;
            self.draw(desk, &moment)
        })
    }

    /// One input, one answer; what it means is on disk when this returns.
    ///
    /// # Errors
    /// See [`Error`]; the state before the input is kept.
    pub fn act(&self, input: Input) -> Result<Screen, Error> {
        if let Some(practice) = self.practice() {
            return self.act_in_training(&practice, input);
        }
        // Hashing a PIN takes long by design: done before the desk is locked for writing.
        let pin = match &input {
            Input::Enter { field, text } if field == "pin" => Some(self.check_pin(text)?),
            _ => None,
        };
        let (screen, trainee, drilling) = self.guarded(|desk| {
            let screen = self.act_locked(desk, input, pin)?;
            let drilling = matches!(&desk.work, Work::Drill(drill) if drill.is_offline());
            Ok((screen, desk.trainee.take(), drilling))
        })?;
        self.captured(drilling);
        trainee.map_or(Ok(screen), |trainee| self.enter_training(&trainee))
    }

    /// Has sync know of what was captured; during the offline part of a drill it is to touch nothing.
    fn captured(&self, drilling: bool) {
        let Some(syncer) = &self.syncer else { return };
        match (self.held.swap(drilling, Ordering::SeqCst), drilling) {
            (false, true) => return syncer.suspend(),
            (true, true) => return,
            (true, false) => {
                syncer.resume();
                syncer.reachable();
            }
            (false, false) => {}
        }
        syncer.captured();
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

    fn moment(&self, desk: &Desk) -> Result<Moment, Error> {
        let now = self.platform.clock.now();
        let name = |e: lotline_record::model::NameError| Error::bug(e.to_string());
        let standing = self.store.standing()?;
        let tip = &standing.tip;
        let (time, look) = time::read(
            &now,
            now.wall_ms.saturating_add(standing.offset_ms.unwrap_or(0)),
            standing.anchor.as_ref(),
            desk.look.as_ref(),
            standing.policy.policy.clock_jump_hours,
        );
        Ok(Moment {
            true_ms: time.ms,
            time,
            look,
            offset_ms: standing.offset_ms,
            site: SiteId::new(standing.site.as_deref().unwrap_or("-")).map_err(name)?,
            resource: PlaceId::new(standing.resource.as_deref().unwrap_or("CART")).map_err(name)?,
            next: Position::new(tip.epoch, tip.seq + 1),
            device: standing.device.clone(),
            cursor: standing.cursor,
            recall_list_ms: standing.recall_list_ms,
            working_set: standing.working_set.clone(),
            policy: standing.policy.policy.clone(),
            refused: standing.policy.refused.clone(),
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

    fn with_picture<T>(&self, f: impl FnOnce(&Picture<'_>) -> Result<T, Error>) -> Result<T, Error> {
        self.store.picture(f)
    }

    fn act_locked(&self, desk: &mut Desk, input: Input, pin: Option<bool>) -> Result<Screen, Error> {
        let moment = self.moment(desk)?;
        desk.look.clone_from(&moment.look);
        if desk.is_idle(&moment.now, moment.policy.idle_minutes()) && !matches!(input, Input::Tick) {
            self.lock_session(desk, &moment, "idle")?;
        }
        if !matches!(input, Input::Tick) {
            desk.touched(&moment.now);
        }
        desk.was_stopped = desk.stop.is_some();
        desk.said = desk.course.is_some().then(|| input.clone());
        if let Input::Tags { tags } = input {
            return self.tags(desk, &moment, tags);
        }
        if let Input::Photo { name, sha256, size } = input {
            return self.photo(desk, &moment, reads::photo(name, &sha256, size)?);
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
            // What does not count for the work does not count in a lesson.
            desk.said = None;
            let mut draft = Draft::new(Body::Seen(Seen::Repeat));
            draft.scan = Some(evidence.clone());
            self.commit(desk, &moment, vec![draft])?;
            return self.draw(desk, &moment);
        }
        let scanned = evidence.is_some();
        let before = desk.last.take();
        desk.last = evidence.as_ref().map(|e| LastScan::after(before, e, &moment.now));
        let event = match input {
            // Tags and photos are answered above.
            Input::Tick | Input::Tags { .. } | Input::Photo { .. } => {
                let moment = self.tell_salvaged(desk, moment)?;
                return self.draw(desk, &moment);
            }
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
        let mut moment = self.moment(desk)?;
        // What a scan was answered stays to be read.
        if !scanned && moment.refused.is_some() {
            self.tell_refused_policy(desk, &moment)?;
            moment = self.moment(desk)?;
        }
        let moment = self.tell_salvaged(desk, moment)?;
        self.draw(desk, &moment)
    }

    fn commit(&self, desk: &mut Desk, moment: &Moment, drafts: Vec<Draft>) -> Result<(), Error> {
        desk.learn(&drafts);
        let who = if let Gate::In(session) = &desk.gate {
            Some(who(session))
        } else {
            None
        };
        self.store
            .append(&self.author(moment, who), drafts, Some(&desk.to_json()?))
            .map(|_| ())?;
        self.play(desk)
    }

    fn work(&self, desk: &mut Desk, moment: &Moment, event: Event, evidence: Option<&Evidence>) -> Result<(), Error> {
        let Gate::In(session) = desk.gate.clone() else {
            return Ok(());
        };
        match &event {
            Event::Choose(id) if id == "sign_out" => {
                return self.lock_session(desk, moment, gate::SIGNED_OUT);
            }
            Event::Choose(id) if id == "take_over" => {
                if let Some(parked) = desk.parked.take() {
                    desk.work = parked.work;
                    desk.stop = parked.stop;
                }
                desk.feedback = None;
                return self.commit(desk, moment, Vec::new());
            }
            Event::Choose(id) if self.in_training() && desk.stop.is_none() => {
                if let Some(done) = self.classroom(desk, moment, &session.person, id) {
                    return done;
                }
            }
            _ => {}
        }
        let locked = match (&event, desk.work.signer(&session.person)) {
            (Event::Pin { right }, Some(signer)) if desk.stop.is_none() => self.count_pin(signer, *right, moment)?,
            _ => None,
        };
        let number = self.number_for(desk, &event)?;
        let series = match desk.work.within() {
            Work::Relabel(_) => self.series()?,
            _ => Vec::new(),
        };
        let (drafts, next, unused) = self.with_picture(|picture| {
            let person = picture.person(&session.person)?.ok_or_else(no_longer_known)?;
            let context = Context {
                number: number.as_ref(),
                series: &series,
                ..context(picture, &person, moment, evidence)
            };
            if let Some(stop) = desk.stop.clone() {
                let (drafts, next) = acknowledge(desk.clone(), stop, event, &context)?;
                return Ok((drafts, next, Vec::new()));
            }
            let mut next = desk.clone();
            let step = match event {
                Event::Scan(scanned) => scan(&mut next, scanned, &context, moment)?,
                event => {
                    next.half = None;
                    match locked {
                        Some(locked) => {
                            let step = refuse(Step::to(desk.work.clone()), &context, locked.message);
                            step.locking(locked.locks.as_ref())
                        }
                        None => desk.work.clone().step(event, &context)?,
                    }
                }
            };
            next.work = step.work;
            next.feedback = step.feedback;
            next.stop = step.stop;
            next.print.extend(step.print);
            Ok((step.drafts, next, step.unused))
        })?;
        if matches!(next.work, Work::Train(_)) && !self.in_training() {
            // Nothing of it is the record's: the desk stays as it is until the training is over.
            desk.trainee = Some(session.person);
            return Ok(());
        }
        *desk = next;
        let chose = drafts.iter().any(|draft| matches!(draft.body, Body::Preferred { .. }));
        self.commit(desk, moment, drafts)?;
        if chose {
            self.speak_to(&session.person)?;
        }
        self.burn(&unused)
    }

    /// From now on in the language of `person`.
    fn speak_to(&self, person: &PersonId) -> Result<(), Error> {
        if let Some(person) = self.with_picture(|p| p.person(person))? {
            *self.text.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(load(&person.language));
        }
        Ok(())
    }

    fn draw(&self, desk: &Desk, moment: &Moment) -> Result<Screen, Error> {
        let text = self.text();
        let status = self.status(desk, moment, &text)?;
        let mut suits = None;
        let mut view = match &desk.gate {
            Gate::Badge => desk::badge_view(desk.parked.as_ref()),
            Gate::Pin(person) => {
                let name = self.with_picture(|p| p.called(person))?;
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
                suits = Some(person);
                Ok(view)
            })?,
        };
        if self.in_training() {
            training::ways(desk, &mut view);
        }
        let mut screen = render::screen(
            &text,
            &view,
            desk.feedback.as_ref(),
            desk.stop.as_ref(),
            desk.equal_reads(),
            status,
        );
        if screen.progress.is_none() && desk.stop.is_none() && !self.in_training() {
            screen.progress = self.store.reach().fetching.map(|so_far| render::fetched(&text, so_far));
        }
        if let Some(person) = &suits {
            render::suit(&mut screen, person);
        }
        if let Some(course) = &desk.course {
            training::tell(&text, course, &mut screen);
        }
        Ok(screen)
    }

    fn status(&self, desk: &Desk, moment: &Moment, text: &Text) -> Result<crate::screen::Status, Error> {
        let standing = self.store.standing()?;
        let reach = self.store.reach();
        let age = standing
            .recall_list_ms
            .map(|ms| (moment.true_ms - ms).max(0).cast_unsigned() / 60_000);
        let facts = render::StatusFacts {
            enrolled: standing.enrolled,
            training: self.in_training(),
            lost_since_ms: reach.lost_since_ms,
            blocked: reach.blocked(),
            queued: standing.pending,
            at_gateway: standing.at_gateway,
            in_wms: standing.in_wms,
            recall_list_age: age,
            now_ms: moment.now.wall_ms,
            fetching: reach.fetching,
        };
        Ok(render::status(text, &self.pretend(desk, moment, facts)))
    }
}

fn no_longer_known() -> Error {
    Error::new(
        Remedy::SignIn,
        "unauthorized",
        "the person is no longer in the directory",
    )
}

fn load(language: &str) -> Text {
    // English is among the languages for certain: a test loads them all.
    Text::load(language)
        .or_else(|_| Text::load("en"))
        .expect("invariant: the built-in English texts load")
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
        latest: Instant::from_unix_ms(moment.time.latest_ms()).day(moment.now.zone_min),
        bounds: moment.time.bounds,
        now_ms: moment.true_ms,
        zone_min: moment.now.zone_min,
        cursor: moment.cursor,
        recall_list_ms: moment.recall_list_ms,
        working_set: moment.working_set.as_deref(),
        next: moment.next,
        evidence,
        number: None,
        series: &[],
    }
}

impl Parked {
    pub(super) fn of(person: PersonId, work: Work, stop: Option<Stop>) -> Self {
        Parked { person, work, stop }
    }
}
