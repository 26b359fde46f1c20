//! Who does what when: events in the order of a virtual clock, drawn from the seed.

use super::clock::Time;
use super::device::{Device, Doom, Fact, Flight};
use super::door::{Answer, Ask, Door, TOKEN_MS};
use super::invariants::{at_the_end, balances, hold, shows_its_own};
use super::pipe::{Back, FOUL, Fate, Weather};
use super::{Broken, Mutation, Report};
use crate::dice::Dice;
use crate::gun::received;
use lotline_core::sync::SyncStore;
use lotline_core::sync::answer;
use lotline_core::sync::engine::{Command, Event, JITTER};
use lotline_record::entry::{Hash, Position};
use lotline_record::model::Account;
use lotline_record::wire::{Code, Problem};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
/// A request that is not answered whole by then is given up; `core`'s client has the same.
const DEADLINE: u64 = 30 * SECOND;
/// More events than any sound world has.
const MOST_EVENTS: u64 = 400_000;

#[derive(Debug, Clone)]
enum What {
    Look(usize, u64),
    Capture(usize),
    Arrives(Request),
    Answered(usize, u64, u32, Reply),
    Deadline(usize, u64),
    Apply,
    Told(usize, u64),
    Stream(usize, u64),
    Import,
    Weather(usize),
    Fault,
    SwitchedOn(usize),
    Job(usize),
}

#[derive(Debug, Clone)]
struct Request {
    device: usize,
    number: u64,
    attempt: u32,
    ask: Ask,
    token: Option<u64>,
    cut: bool,
    double: bool,
}

/// What comes back.
#[derive(Debug, Clone)]
enum Reply {
    /// The gateway's answer, in which of its lives.
    Gateway(Answer, u32),
    /// Not whole.
    Cut,
    Portal,
    Unreachable,
}

/// When the gateway fails next, in the middle of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Crash {
    BeforeCommit,
    AfterCommit,
}

/// A world.
pub struct World {
    dice: Dice,
    seed: u64,
    mutation: Option<Mutation>,
    time: Time,
    events: BTreeMap<(u64, u64), What>,
    count: u64,
    numbers: u64,
    door: Door,
    devices: Vec<Device>,
    crash: Option<Crash>,
    down_until: u64,
    busy: Option<(u64, u64)>,
    unavailable_until: u64,
    too_old_until: u64,
    applies_at: Option<u64>,
    ends: u64,
    quiet: bool,
    report: Report,
    trace: Vec<String>,
    // Removed with the world.
    _folder: tempfile::TempDir,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "World({})", self.seed)
    }
}

/// A folder in memory where there is one: what is tested here is not the disk.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

impl World {
    /// The world of that seed.
    pub fn new(seed: u64, mutation: Option<Mutation>) -> Self {
        let mut dice = Dice(seed);
        let folder = folder();
        let time = Arc::new(AtomicU64::new(0));
        let door = Door::new(folder.path().join("gateway"), mutation);
        // A world costs by its devices times what each of them is told.
        let count = match dice.below(400) {
            0 => 50,
            1..=3 => 6 + dice.below(20),
            _ => *dice.of(&[1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 5]),
        };
        let devices = (1..=count)
            .map(|n| {
                let folder = folder.path().join(format!("device-{n}"));
                let device = Device::new(n, folder, time.clone(), dice.roll(), mutation);
                let reply = door.enrol(&device.name);
                device.kept().save_link("http://localhost", &[], &reply).unwrap();
                device
            })
            .collect();
        door.back_up();
        let ends = dice.between(HOUR, 10 * HOUR);
        World {
            dice,
            seed,
            mutation,
            time,
            events: BTreeMap::new(),
            count: 0,
            numbers: 0,
            door,
            devices,
            crash: None,
            down_until: 0,
            busy: None,
            unavailable_until: 0,
            too_old_until: 0,
            applies_at: None,
            ends,
            quiet: false,
            report: Report::default(),
            trace: Vec::new(),
            _folder: folder,
        }
    }

    /// What happened, line by line.
    pub fn trace(&self) -> Vec<String> {
        self.trace.clone()
    }

    fn now(&self) -> u64 {
        self.time.load(Ordering::SeqCst)
    }

    fn note(&mut self, what: impl std::fmt::Display) {
        let now = self.now();
        let (hours, minutes, seconds) = (now / HOUR, now / MINUTE % 60, now / SECOND % 60);
        self.trace.push(format!(
            "{hours:02}:{minutes:02}:{seconds:02}.{:03} {what}",
            now % SECOND
        ));
    }

    fn fault(&mut self, kind: &'static str) {
        *self.report.faults.entry(kind).or_default() += 1;
    }

    fn at(&mut self, when: u64, what: What) {
        self.count += 1;
        self.events.insert((when.max(self.now()), self.count), what);
    }

    /// Looks at the engine, now or later; an earlier appointment is void.
    fn look_at(&mut self, device: usize, when: u64) {
        self.devices[device].looks += 1;
        let look = self.devices[device].looks;
        self.at(when, What::Look(device, look));
    }

    /// Plays it to its end.
    ///
    /// # Errors
    /// The first thing that broke.
    pub fn run(&mut self) -> Result<Report, Broken> {
        self.plan();
        self.play_until(self.ends)?;
        self.quiesce()?;
        for device in &self.devices {
            at_the_end(&self.door, device, self.now())?;
        }
        balances(&self.door)?;
        let count = self.devices.len() as u64;
        self.report.worlds = 1;
        self.report.devices = count;
        self.report.device_ms = self.now() * count;
        self.report.captures = self.devices.iter().map(|device| device.facts.len() as u64).sum();
        self.report.requests = self.devices.iter().map(|device| device.tally.requests).sum();
        Ok(self.report.clone())
    }

    fn plan(&mut self) {
        let many = self.devices.len() > 5;
        let busy = self.dice.one_in(40);
        for device in 0..self.devices.len() {
            self.happened(device, Event::Foreground);
            let bursts = match (many, busy) {
                (true, _) => usize::from(self.dice.one_in(3)),
                (_, true) => 4 + self.dice.below(16),
                _ => 1 + self.dice.below(3),
            };
            for _ in 0..bursts {
                let mut at = self.dice.between(0, self.ends);
                for _ in 0..=self.dice.below(3) {
                    self.at(at, What::Capture(device));
                    at += self.dice.between(200, 20_000);
                }
            }
            let turns = if many { 1 } else { 1 + self.dice.below(5) };
            for _ in 0..turns {
                let at = self.dice.between(0, self.ends);
                self.at(at, What::Weather(device));
            }
        }
        for _ in 0..self.dice.below(4) {
            let at = self.dice.between(0, self.ends);
            self.at(at, What::Import);
        }
        for _ in 0..self.dice.below(16) {
            let at = self.dice.between(0, self.ends);
            self.at(at, What::Fault);
        }
    }

    fn play_until(&mut self, end: u64) -> Result<(), Broken> {
        while let Some(((when, _), what)) = self.events.pop_first() {
            if when > end {
                self.at(when, what);
                break;
            }
            self.time.store(when, Ordering::SeqCst);
            hold(self.count < MOST_EVENTS, || "this never comes to rest".to_owned())?;
            self.event(what)?;
        }
        self.time.store(end, Ordering::SeqCst);
        Ok(())
    }

    fn event(&mut self, what: What) -> Result<(), Broken> {
        match what {
            What::Look(device, look) if self.devices[device].looks == look => self.look(device),
            What::Look(..) => Ok(()),
            What::Capture(device) => self.capture(device),
            What::Arrives(request) => {
                self.arrives(request);
                Ok(())
            }
            What::Answered(device, number, attempt, reply) => self.answered(device, number, attempt, reply),
            What::Deadline(device, number) => {
                if self.devices[device]
                    .flight
                    .as_ref()
                    .is_some_and(|flight| flight.number == number)
                {
                    return self.failed(device, Event::Timeout);
                }
                Ok(())
            }
            What::Apply => {
                self.apply();
                Ok(())
            }
            What::Told(device, stream) => {
                if self.devices[device].stream == Some(stream) {
                    self.happened(device, Event::Changed);
                }
                Ok(())
            }
            What::Stream(device, stream) => {
                if self.devices[device].stream == Some(stream) {
                    self.close_stream(device);
                }
                Ok(())
            }
            What::Import => {
                for _ in 0..=self.dice.below(3) {
                    let (number, rows) = (self.numbers, self.dice.between(1, 15));
                    self.numbers += 1;
                    self.door.import(number, rows);
                }
                self.note("the gateway imports master data");
                self.tell();
                Ok(())
            }
            What::Weather(device) => {
                self.turn(device);
                Ok(())
            }
            What::Fault => self.befall(),
            What::SwitchedOn(device) => self.switch_on(device),
            What::Job(device) => {
                if self.devices[device].kept.is_some() {
                    self.devices[device].job_until_ms = self.now() + MINUTE;
                    self.occasion(device, Event::PersonAsked);
                }
                Ok(())
            }
        }
    }

    /// Tells the engine, and looks what it does now.
    fn happened(&mut self, device: usize, event: Event) {
        let jitter = self.dice.roll() % JITTER;
        let it = &mut self.devices[device];
        let mono = it.clock.mono_ms();
        it.engine.happened(event, mono, jitter);
        let now = self.now();
        self.look_at(device, now);
    }

    /// Something that may end a back-off.
    fn occasion(&mut self, device: usize, event: Event) {
        self.note(format_args!("D{} {event:?}", device + 1));
        self.devices[device].tally.failed = 0;
        self.happened(device, event);
    }

    fn capture(&mut self, device: usize) -> Result<(), Broken> {
        let alike = self.dice.one_in(12).then(|| self.dice.below(3));
        let it = &self.devices[device];
        if it.kept.is_none() {
            return Ok(());
        }
        let Account::Place(bin) = &it.bin else { unreachable!() };
        let body = match alike {
            None => received(None, bin.as_str()),
            Some(n) => received(Some(&format!("S{n}")), &format!("SHARED-{}", device + 1)),
        };
        // I5: in whatever state.
        let written = it.kept().store.write_down(vec![body]);
        let written = written.map_err(|error| Broken(format!("I5: {} cannot capture: {error}", it.name)))?;
        let (seq, hash) = (written[0].seq, written[0].hash);
        self.devices[device].facts.push(Fact {
            hash,
            plain: alike.is_none(),
            lost: false,
        });
        self.note(format_args!("D{} captures {}/{seq}", device + 1, written[0].epoch));
        shows_its_own(&self.devices[device])?;
        self.devices[device].tally.failed = 0;
        self.happened(device, Event::Captured);
        Ok(())
    }

    fn look(&mut self, device: usize) -> Result<(), Broken> {
        let now = self.now();
        let it = &mut self.devices[device];
        if it.kept.is_none() || it.flight.is_some() || !(it.live || it.job_until_ms > now) {
            return Ok(());
        }
        let kept = it.kept();
        let (queue, cursor) = (kept.queue().unwrap(), kept.cursor().unwrap());
        let command = it.engine.next(&queue, cursor.as_ref(), it.clock.mono_ms());
        match command {
            Command::Idle => {
                kept.tidy();
                it.job_until_ms = 0;
                if it.live && it.stream.is_none() {
                    let at = it.clock.world_ms(it.engine.stream_at());
                    if at <= now {
                        return self.send(device, Ask::Stream, 0);
                    }
                    self.look_at(device, at);
                }
                Ok(())
            }
            Command::Wait { until_mono_ms } => {
                kept.tidy();
                let at = it.clock.world_ms(until_mono_ms);
                self.look_at(device, at);
                Ok(())
            }
            Command::Stop(why) => {
                it.stream = None;
                it.job_until_ms = 0;
                self.note(format_args!("D{} stops: {why:?}", device + 1));
                Ok(())
            }
            Command::NewEpoch { common } => {
                if self.doomed(device, Doom::Before)? {
                    return Ok(());
                }
                self.note(format_args!(
                    "D{} begins a new epoch after {}",
                    device + 1,
                    place(common.as_ref())
                ));
                kept.begin_epoch(common.as_ref()).unwrap();
                if common.is_none() || self.devices[device].blind.is_some() {
                    let tip = kept.queue().unwrap().tip;
                    self.devices[device].blind = (tip.seq > 0).then(|| Position::new(tip.epoch, tip.seq));
                }
                if self.doomed(device, Doom::After)? {
                    return Ok(());
                }
                shows_its_own(&self.devices[device])?;
                self.happened(device, Event::EpochBegun);
                Ok(())
            }
            Command::Token => self.send(device, Ask::Token, 0),
            Command::Push { after, entries, bytes } => {
                let Some(batch) = answer::batch(&*kept, after, entries, bytes).unwrap() else {
                    self.happened(device, Event::NothingThere);
                    return Ok(());
                };
                let ask = Ask::Push {
                    last: batch.last().unwrap().into(),
                    sent: batch.len(),
                    follows: answer::before(&*kept, &batch).unwrap(),
                    body: batch
                        .iter()
                        .flat_map(|entry| [&entry.bytes[..], b"\n"].concat())
                        .collect(),
                };
                self.send(device, ask, 0)
            }
            Command::Urgent => {
                let have = kept.urgent().unwrap();
                self.send(device, Ask::Urgent(have), 0)
            }
            Command::Pull { cursor, limit } => self.send(device, Ask::Pull { cursor, limit }, 0),
            Command::Focus if !kept.is_blank().unwrap() => {
                self.happened(device, Event::Focused);
                Ok(())
            }
            Command::Focus => self.send(device, Ask::Focus, 0),
            Command::Snapshot => self.send(device, Ask::Snapshot, 0),
        }
    }

    fn send(&mut self, device: usize, ask: Ask, attempt: u32) -> Result<(), Broken> {
        let now = self.now();
        self.numbers += 1;
        let number = self.numbers;
        let it = &mut self.devices[device];
        it.tally.requests += 1;
        let minute = now / MINUTE;
        it.tally.minute = match it.tally.minute {
            (of, n) if of == minute => (of, n + 1),
            _ => (minute, 1),
        };
        let many = it.tally.minute.1;
        hold(many < 600, || format!("D{} asks {many} times in a minute", device + 1))?;
        it.flight = Some(Flight {
            number,
            ask: ask.clone(),
            attempt,
        });
        let bytes = match &ask {
            Ask::Push { body, .. } => body.len(),
            _ => 0,
        };
        let (token, weather) = (it.token, it.weather);
        let fate = weather.there(bytes, &mut self.dice);
        self.note(format_args!("D{} asks {}, which {fate:?}", device + 1, said(&ask)));
        self.at(now + DEADLINE, What::Deadline(device, number));
        match fate {
            Fate::Lost => self.fault("request lost"),
            Fate::Unreachable(after) => {
                self.at(now + after, What::Answered(device, number, attempt, Reply::Unreachable));
            }
            Fate::Portal(after) => {
                self.fault("captive portal");
                self.at(now + after, What::Answered(device, number, attempt, Reply::Portal));
            }
            Fate::TooLarge(after) => {
                self.fault("body too large for a proxy");
                let answer = Answer::Refused(Problem::new(Code::TooLarge, "answered on the way"), None);
                let reply = Reply::Gateway(answer, self.door.life);
                self.at(now + after, What::Answered(device, number, attempt, reply));
            }
            Fate::Comes {
                after_ms,
                again_ms,
                cut,
            } => {
                if cut {
                    self.fault("request cut");
                }
                if after_ms > DEADLINE {
                    self.fault("request late");
                }
                let request = Request {
                    device,
                    number,
                    attempt,
                    ask,
                    token,
                    cut,
                    double: false,
                };
                if let Some(again) = again_ms {
                    self.fault("request doubled");
                    let double = Request {
                        double: true,
                        ..request.clone()
                    };
                    self.at(now + again, What::Arrives(double));
                }
                self.at(now + after_ms, What::Arrives(request));
            }
        }
        Ok(())
    }

    /// At the gateway.
    fn arrives(&mut self, mut request: Request) {
        let now = self.now();
        let Request {
            device,
            number,
            attempt,
            ..
        } = request;
        if now < self.down_until {
            if !request.double {
                self.at(now + 20, What::Answered(device, number, attempt, Reply::Unreachable));
            }
            return;
        }
        let problem = if let Some((_, after)) = self.busy.filter(|(until, _)| now < *until) {
            Some((Problem::new(Code::RateLimited, "busy"), Some(after)))
        } else if now < self.unavailable_until {
            Some((Problem::new(Code::Unavailable, "starting"), None))
        } else if now < self.too_old_until {
            Some((Problem::new(Code::UpgradeRequired, "too old"), None))
        } else {
            None
        };
        let answer = if let Some((problem, after)) = problem {
            Answer::Refused(problem, after)
        } else {
            if let (Ask::Push { body, .. }, true) = (&mut request.ask, request.cut) {
                body.truncate(body.len() * 2 / 3);
            }
            let push = matches!(request.ask, Ask::Push { .. });
            let crash = if push { self.crash.take() } else { None };
            if crash == Some(Crash::BeforeCommit) {
                self.note("the gateway dies before its commit");
                self.fault("gateway dies before its commit");
                if self.mutation != Some(Mutation::AckBeforeCommit) {
                    return self.go_down();
                }
                self.door.dies_early = true;
            }
            let name = self.devices[device].name.clone();
            let answer = self.door.answer(&name, &request.ask, request.token, now);
            self.note(format_args!("the gateway answers D{}: {}", device + 1, told(&answer)));
            if matches!(answer, Answer::Pushed(_)) && self.applies_at.is_none() {
                let after = if self.dice.one_in(10) {
                    30 * SECOND
                } else {
                    self.dice.between(5, 2 * SECOND)
                };
                self.applies_at = Some(now + after);
                self.at(now + after, What::Apply);
            }
            if crash == Some(Crash::AfterCommit) {
                self.note("the gateway dies before its reply");
                self.fault("gateway dies before its reply");
                return self.go_down();
            }
            answer
        };
        if request.double {
            return;
        }
        let weather = self.devices[device].weather;
        let reply = Reply::Gateway(answer, self.door.life);
        match weather.back(&mut self.dice) {
            Back::Lost => self.fault("answer lost"),
            Back::Cut(after) => {
                self.fault("answer cut");
                // A file that is cut is a file whose hash is wrong.
                let cut = match reply {
                    Reply::Gateway(Answer::Site(mut file, hash, own), life) => {
                        file.truncate(file.len() * 9 / 10);
                        Reply::Gateway(Answer::Site(file, hash, own), life)
                    }
                    _ => Reply::Cut,
                };
                self.at(now + after, What::Answered(device, number, attempt, cut));
            }
            Back::Comes(after) => self.at(now + after, What::Answered(device, number, attempt, reply)),
        }
    }

    fn go_down(&mut self) {
        let now = self.now();
        self.down_until = now + self.dice.between(SECOND, 10 * MINUTE);
        self.door.restart();
        for device in 0..self.devices.len() {
            self.end_stream_soon(device);
        }
    }

    /// Whatever hangs on the stream notices within its time.
    fn end_stream_soon(&mut self, device: usize) {
        if let Some(stream) = self.devices[device].stream {
            let at = self.now() + self.dice.between(10, MINUTE);
            self.at(at, What::Stream(device, stream));
        }
    }

    fn close_stream(&mut self, device: usize) {
        self.devices[device].stream = None;
        self.happened(device, Event::StreamClosed);
    }

    fn apply(&mut self) {
        self.applies_at = None;
        if self.now() < self.down_until {
            let at = self.down_until;
            self.applies_at = Some(at);
            self.at(at, What::Apply);
            return;
        }
        let cursor = self.door.apply();
        self.note(format_args!("the gateway applies up to change {cursor}"));
        self.tell();
    }

    /// Whoever listens hears that something changed.
    fn tell(&mut self) {
        for device in 0..self.devices.len() {
            let Some(stream) = self.devices[device].stream else {
                continue;
            };
            if self.devices[device].weather == Weather::Fair || self.dice.one_in(2) {
                let at = self.now() + self.dice.between(5, 500);
                self.at(at, What::Told(device, stream));
            } else {
                self.fault("news lost");
            }
        }
    }

    /// What did not come back, or not from the gateway.
    fn failed(&mut self, device: usize, event: Event) -> Result<(), Broken> {
        let now = self.now();
        let it = &mut self.devices[device];
        let stream = it.flight.take().is_some_and(|flight| matches!(flight.ask, Ask::Stream));
        if it.tally.failed == 0 {
            it.tally.since_ms = now;
        }
        it.tally.failed += 1;
        let (failed, since) = (it.tally.failed, it.tally.since_ms);
        let most = 14 + 60 * (now - since) / HOUR;
        hold(failed <= most, || {
            let for_s = (now - since) / SECOND;
            format!(
                "D{} failed {failed} times within {for_s} s: its back-off does not hold",
                device + 1
            )
        })?;
        let event = if stream { Event::StreamClosed } else { event };
        self.note(format_args!("D{} {event:?}", device + 1));
        if !stream {
            // A way that failed takes the stream with it.
            self.devices[device].stream = None;
        }
        self.happened(device, event);
        if self.mutation == Some(Mutation::ResetBackoff) {
            self.happened(device, Event::Reachable);
        }
        Ok(())
    }

    /// At the device.
    fn answered(&mut self, device: usize, number: u64, attempt: u32, reply: Reply) -> Result<(), Broken> {
        let it = &mut self.devices[device];
        let Some(flight) = it.flight.as_ref().filter(|flight| flight.number == number) else {
            return Ok(());
        };
        let ask = flight.ask.clone();
        let (answer, life) = match reply {
            Reply::Gateway(answer, life) => (answer, life),
            Reply::Cut | Reply::Portal => return self.failed(device, Event::NotOurs),
            Reply::Unreachable => return self.failed(device, Event::Unreachable),
        };
        if let (Ask::Pull { cursor, .. }, Answer::Page(page)) = (&ask, &answer)
            && !answer::follows(page, cursor)
        {
            return self.failed(device, Event::NotOurs);
        }
        if let (Ask::Urgent(have), Answer::Page(page)) = (&ask, &answer)
            && !answer::urgent_follows(page, have.as_ref())
        {
            return self.failed(device, Event::NotOurs);
        }
        it.flight = None;
        it.tally.failed = 0;
        let kept = it.kept();
        let changes = matches!(answer, Answer::Pushed(_) | Answer::Page(_) | Answer::Site(..));
        if changes && self.doomed(device, Doom::Before)? {
            return Ok(());
        }
        let event = match (ask, answer) {
            (_, Answer::Token(token)) => {
                self.devices[device].token = Some(token);
                Event::TokenGiven { good_ms: TOKEN_MS }
            }
            (Ask::Push { last, sent, .. }, Answer::Pushed(reply)) => {
                let link = kept.link().unwrap().unwrap();
                let event = answer::pushed(&*kept, &link, &reply, &last, sent).unwrap();
                let through = reply.stored_through;
                if life == self.door.life && matches!(event, Event::Pushed { on_chain: true, .. }) && through.seq > 0 {
                    let name = &self.devices[device].name;
                    let has = self
                        .door
                        .has(name, Position::new(through.epoch, through.seq), &through.hash);
                    let at = || {
                        format!(
                            "I4: {name} takes {}/{} for durable, and it is not",
                            through.epoch, through.seq
                        )
                    };
                    hold(has, at)?;
                }
                event
            }
            (Ask::Focus, Answer::Page(page)) => {
                if !page.rows.is_empty() {
                    kept.apply_focus(&page).unwrap();
                }
                Event::Focused
            }
            (Ask::Urgent(_), Answer::Page(page)) => answer::urgent(&*kept, &page).unwrap(),
            (_, Answer::Page(page)) => {
                if answer::brings_urgent(&page) {
                    self.happened(device, Event::UrgentTold);
                }
                let from = self.devices[device].page_from.take();
                if let Some((epoch, at)) = &from
                    && *epoch == page.server_epoch
                {
                    hold(*at == page.from, || {
                        format!(
                            "D{} gets the page from {} after the one to {at}: not once",
                            device + 1,
                            page.from
                        )
                    })?;
                }
                self.devices[device].page_from = Some((page.server_epoch.clone(), page.to));
                if self.devices[device].doom == Some(Doom::Between) {
                    kept.apply_page_and_die(&page);
                    self.doomed(device, Doom::Between)?;
                    return Ok(());
                }
                answer::paged(&*kept, &page).unwrap()
            }
            (_, Answer::Site(file, hash, own)) => {
                if Hash::from_slice(&Sha256::digest(&file)) == Some(hash) {
                    let path = kept.download_path();
                    std::fs::write(&path, &file).unwrap();
                    kept.adopt_site(&path, Some(&own)).unwrap();
                    self.devices[device].adopted = kept.cursor().unwrap().map_or(0, |cursor| cursor.at);
                    self.devices[device].page_from = None;
                    Event::Adopted
                } else if attempt == 0 {
                    return self.send(device, Ask::Snapshot, 1);
                } else {
                    Event::BadSnapshot
                }
            }
            (_, Answer::Stream | Answer::Pushed(_)) => {
                self.numbers += 1;
                self.devices[device].stream = Some(self.numbers);
                Event::StreamOpened
            }
            (ask, Answer::Refused(problem, after)) => {
                if matches!(problem.code, Code::Unauthorized | Code::UnknownDevice) {
                    self.devices[device].token = None;
                }
                let after_ms = after.map(|seconds| seconds * SECOND);
                let event = if let Ask::Push { sent, .. } = ask {
                    answer::refused(&*kept, problem, after_ms, sent).unwrap()
                } else {
                    Event::Refused {
                        problem,
                        known: false,
                        retry_after_ms: after_ms,
                        sent: 0,
                    }
                };
                if matches!(ask, Ask::Stream) {
                    self.happened(device, event);
                    self.close_stream(device);
                    return Ok(());
                }
                event
            }
        };
        if changes && self.doomed(device, Doom::After)? {
            return Ok(());
        }
        if changes {
            shows_its_own(&self.devices[device])?;
        }
        self.happened(device, event);
        Ok(())
    }

    /// Dies, where it is to die here.
    fn doomed(&mut self, device: usize, here: Doom) -> Result<bool, Broken> {
        if self.devices[device].doom != Some(here) {
            return Ok(false);
        }
        self.devices[device].doom = None;
        self.note(format_args!("D{} dies: {here:?}", device + 1));
        self.fault(match here {
            Doom::Before => "device dies before it keeps an answer",
            Doom::Between => "device dies between page and pruning",
            Doom::After => "device dies after it kept an answer",
        });
        self.devices[device].kill();
        self.switch_on(device)?;
        Ok(true)
    }

    fn switch_on(&mut self, device: usize) -> Result<(), Broken> {
        if self.devices[device].kept.is_none() {
            self.devices[device].start();
            self.note(format_args!("D{} starts", device + 1));
            shows_its_own(&self.devices[device])?;
            self.occasion(device, Event::Foreground);
        }
        Ok(())
    }

    /// The weather turns.
    fn turn(&mut self, device: usize) {
        let before = self.devices[device].weather;
        let next = if before == Weather::Fair {
            *self.dice.of(&FOUL)
        } else {
            Weather::Fair
        };
        self.note(format_args!("D{}'s way is {next:?}", device + 1));
        self.devices[device].weather = next;
        if next == Weather::Fair {
            if self.dice.below(4) > 0 && self.devices[device].kept.is_some() {
                self.occasion(device, Event::Reachable);
            }
        } else {
            self.fault(match next {
                Weather::Cut => "network cut",
                Weather::BlackHole => "black hole",
                Weather::Slow => "slow network",
                Weather::Lossy => "lossy network",
                Weather::Narrow => "proxy with a limit",
                _ => "behind a portal",
            });
            if matches!(next, Weather::Cut | Weather::BlackHole | Weather::Portal) {
                self.end_stream_soon(device);
            }
            let most = if self.dice.one_in(4) { 2 * HOUR } else { 10 * MINUTE };
            let at = self.now() + self.dice.between(5 * SECOND, most);
            if !self.quiet {
                self.at(at, What::Weather(device));
            }
        }
    }

    /// Something befalls the gateway or a device.
    fn befall(&mut self) -> Result<(), Broken> {
        let now = self.now();
        let device = self.dice.below(self.devices.len());
        let kind = self.dice.below(20);
        if matches!(kind, 8..=11 | 13 | 16 | 17) && self.devices[device].kept.is_none() {
            return Ok(());
        }
        match kind {
            0 | 1 => self.crash = Some(Crash::BeforeCommit),
            2 | 3 => self.crash = Some(Crash::AfterCommit),
            4 => {
                let after = self.dice.between(5, 180);
                self.busy = Some((now + self.dice.between(10 * SECOND, 10 * MINUTE), after));
                self.note(format_args!("the gateway is busy: again after {after} s"));
                self.fault("gateway busy");
            }
            5 => {
                self.unavailable_until = now + self.dice.between(10 * SECOND, 5 * MINUTE);
                self.fault("gateway unavailable");
            }
            6 => {
                self.door.back_up();
                self.note("the gateway's files are copied");
            }
            7 | 18 => {
                self.note("the gateway is restored from its backup");
                self.fault("gateway restored from its backup");
                self.door.restore();
                self.go_down();
            }
            8 | 9 => {
                let doom = *self.dice.of(&[Doom::Before, Doom::Between, Doom::After]);
                self.devices[device].doom = Some(doom);
            }
            10 => {
                self.note(format_args!("D{} is killed", device + 1));
                self.fault("device killed");
                self.devices[device].kill();
                self.switch_on(device)?;
            }
            11 => {
                self.note(format_args!("D{} reboots", device + 1));
                self.fault("device reboots");
                self.devices[device].kill();
                self.devices[device].clock.reboot();
                let at = now + self.dice.between(20 * SECOND, HOUR);
                self.at(at, What::SwitchedOn(device));
            }
            12 | 13 => {
                self.devices[device].back_up();
                self.note(format_args!("D{}'s files are copied", device + 1));
            }
            14 | 15 => {
                if self.devices[device].restore() {
                    self.note(format_args!("D{} is restored from its backup", device + 1));
                    self.fault("device restored from its backup");
                    self.switch_on(device)?;
                    // Somebody works on with it at once, before it heard of the gateway.
                    if self.dice.one_in(2) {
                        self.capture(device)?;
                    }
                } else {
                    self.devices[device].back_up();
                }
            }
            16 => {
                let off = *self
                    .dice
                    .of(&[86_400_000, -86_400_000, -super::clock::BEGINS_MS, 0, 1_500]);
                let zone = *self.dice.of(&[60, 120, 0, -300]);
                self.note(format_args!("D{}'s clock is {off} ms off, in zone {zone}", device + 1));
                self.fault("clock set");
                self.devices[device].clock.set(off, zone);
            }
            17 => {
                self.fault("device in the background");
                self.note(format_args!("D{} goes into the background", device + 1));
                let it = &mut self.devices[device];
                (it.live, it.stream) = (false, None);
                let mut at = now;
                for _ in 0..4 {
                    at += 15 * MINUTE;
                    self.at(at, What::Job(device));
                }
            }
            _ => {
                self.too_old_until = now + self.dice.between(MINUTE, 30 * MINUTE);
                self.fault("app too old");
            }
        }
        Ok(())
    }

    /// All is mended; everybody syncs until silent, and once more, for what the others sent.
    fn quiesce(&mut self) -> Result<(), Broken> {
        self.quiet = true;
        self.note("all is mended");
        let now = self.now();
        (self.crash, self.busy) = (None, None);
        self.down_until = self.down_until.min(now);
        (self.unavailable_until, self.too_old_until) = (0, 0);
        self.events.retain(|_, what| {
            !matches!(
                what,
                What::Weather(_) | What::Fault | What::Capture(_) | What::Import | What::SwitchedOn(_)
            )
        });
        if self.devices.len() > 1 && self.dice.one_in(10) {
            self.cut_off();
        }
        for _ in 0..2 {
            for device in 0..self.devices.len() {
                self.devices[device].weather = Weather::Fair;
                (self.devices[device].doom, self.devices[device].live) = (None, true);
                self.switch_on(device)?;
                self.occasion(device, Event::PersonAsked);
            }
            let until = self.now() + HOUR;
            self.play_until(until)?;
        }
        Ok(())
    }

    /// One device is cut off: it keeps what it has.
    fn cut_off(&mut self) {
        let device = self.dice.below(self.devices.len());
        let name = self.devices[device].name.clone();
        self.note(format_args!("{name} is cut off"));
        self.fault("device cut off");
        self.door.revoke(&name);
        let stored = self.door.ledger().entries(Some(&name), 0, usize::MAX >> 1).unwrap();
        self.devices[device].revoked = Some(stored.len());
    }
}

fn place(at: Option<&lotline_record::wire::StoredThrough>) -> String {
    at.map_or_else(|| "nothing".to_owned(), |at| format!("{}/{}", at.epoch, at.seq))
}

fn said(ask: &Ask) -> String {
    match ask {
        Ask::Token => "for a token".to_owned(),
        Ask::Push { last, sent, .. } => format!("to take {sent} up to {}/{}", last.epoch, last.seq),
        Ask::Pull { cursor, limit } => format!("for {limit} rows after {}", cursor.at),
        Ask::Urgent(have) => format!("for what goes ahead after {}", have.as_ref().map_or(0, |have| have.at)),
        Ask::Focus => "for today's work".to_owned(),
        Ask::Snapshot => "for the whole picture".to_owned(),
        Ask::Stream => "to be told".to_owned(),
    }
}

fn told(answer: &Answer) -> String {
    match answer {
        Answer::Token(_) => "a token".to_owned(),
        Answer::Pushed(reply) => format!("stored through {}", place(Some(&reply.stored_through))),
        Answer::Page(page) => format!(
            "{} rows up to {}, includes {}/{}",
            page.rows.len(),
            page.to,
            page.included.epoch,
            page.included.seq
        ),
        Answer::Site(..) => "the whole picture".to_owned(),
        Answer::Stream => "the stream".to_owned(),
        Answer::Refused(problem, _) => format!(
            "{}, {}",
            problem.code.as_str(),
            place(problem.resume_from.as_ref().or(problem.common.as_ref()))
        ),
    }
}
