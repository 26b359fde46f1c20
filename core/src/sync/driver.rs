//! Does what the engine says, on one thread of its own.

mod ahead;
mod jobs;
mod requests;
mod snapshot;
mod stream;

use super::answer;
use super::client::{Client, Failure};
use super::engine::{Command, Engine, Event, JITTER};
use super::port::{Blocked, Contact, Link, SyncStore};
use super::syncer::{Message, News, SyncReport};
use crate::platform::Platform;
use crate::{Error, Remedy};
use ahead::Ahead;
use jobs::{Job, Jobs};
use lotline_record::wire::{Code, NumbersRequest};
use requests::offline;
use snapshot::Incoming;
use std::sync::Arc;
use std::time::Duration;
use stream::{Stream, Told};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

// Scans follow each other quickly; those of a moment go up together.
const DEBOUNCE: Duration = Duration::from_millis(25);
// A call that waits gives the network this many failures in a row.
const FAILURES_MOST: u32 = 3;

/// The thread: ends when the inbox is closed.
pub(super) fn run(
    store: Arc<dyn SyncStore>,
    platform: Platform,
    news: News,
    inbox: mpsc::UnboundedReceiver<Message>,
    halt: watch::Receiver<bool>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "the sync thread has no runtime");
            return;
        }
    };
    let driver = Driver {
        store,
        platform,
        news,
        engine: Engine::new(),
        halt,
        link: None,
        client: None,
        token: None,
        stream: None,
        way_lost: false,
        ahead: None,
        incoming: None,
        wrong_files: 0,
        jobs: Jobs::default(),
        live: false,
        suspended: false,
        numbers: None,
        floor_ms: 0,
    };
    runtime.block_on(driver.run(inbox));
}

struct Driver {
    store: Arc<dyn SyncStore>,
    platform: Platform,
    news: News,
    engine: Engine,
    halt: watch::Receiver<bool>,
    link: Option<Link>,
    client: Option<Client>,
    token: Option<String>,
    stream: Option<Stream>,
    // Whether the last request lost the way.
    way_lost: bool,
    // What the next push will most likely carry; set by a push that arrived, taken by the one after it.
    ahead: Option<Ahead>,
    // The picture's file, while it comes.
    incoming: Option<Incoming>,
    // Files in a row whose hash was wrong.
    wrong_files: u32,
    jobs: Jobs,
    live: bool,
    suspended: bool,
    // What the gateway was last told of own numbers; `None` after an occasion.
    numbers: Option<NumbersRequest>,
    // A timer that ran out has reached its time, whatever the clock says.
    floor_ms: u64,
}

// What ends a wait.
enum Woken {
    Message(Option<Message>),
    Stream(Option<Told>),
    Timer,
}

impl Driver {
    fn now_ms(&self) -> u64 {
        self.platform.clock.now().mono_ms.max(self.floor_ms)
    }

    fn happened(&mut self, event: Event) {
        if matches!(
            event,
            Event::PersonAsked | Event::Foreground | Event::Reachable | Event::Enrolled
        ) {
            self.numbers = None;
        }
        let jitter = self.platform.ids.below(JITTER);
        self.engine.happened(event, self.now_ms(), jitter);
    }

    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Message>) {
        loop {
            loop {
                match inbox.try_recv() {
                    Ok(message) => self.message(message).await,
                    Err(mpsc::error::TryRecvError::Empty) => break,
                    Err(mpsc::error::TryRecvError::Disconnected) => return,
                }
            }
            if self.suspended || (self.jobs.is_empty() && !self.live) {
                // No connection, no timer.
                self.stream = None;
                self.ahead = None;
                self.incoming = None;
                self.client = None;
                match inbox.recv().await {
                    Some(message) => self.message(message).await,
                    None => return,
                }
                continue;
            }
            self.jobs.finish_late();
            if !self.jobs.is_empty() || self.live {
                self.step(&mut inbox).await;
            }
        }
    }

    async fn message(&mut self, message: Message) {
        match message {
            Message::SyncNow { deadline, reply } => {
                let deadline = Instant::now() + deadline.min(Duration::from_hours(24));
                self.jobs.0.borrow_mut().push(Job {
                    deadline,
                    report: SyncReport::default(),
                    reply,
                });
                if self.suspended {
                    return self.jobs.finish_with_more();
                }
                self.happened(Event::PersonAsked);
            }
            Message::Enrol {
                invitation,
                name,
                reply,
            } => {
                let mut halt = self.halt.clone();
                let done = tokio::select! {
                    biased;
                    _ = halt.wait_for(|halt| *halt) => Err(offline("suspended")),
                    done = self.enrol(&invitation, &name) => done,
                };
                // Who asked may be gone.
                let _ = reply.send(done);
            }
            Message::Live(live) => {
                if live && !self.live {
                    self.happened(Event::Foreground);
                }
                self.live = live;
                if !live {
                    self.stream = None;
                }
            }
            Message::Captured => {
                self.happened(Event::Captured);
                if self.live {
                    tokio::time::sleep(DEBOUNCE).await;
                }
            }
            Message::Reachable => self.happened(Event::Reachable),
            Message::Suspend { reply } => {
                self.suspended = true;
                self.stream = None;
                self.incoming = None;
                self.client = None;
                self.jobs.finish_with_more();
                let _ = reply.send(());
            }
            Message::Resume => {
                self.suspended = false;
                self.happened(Event::Foreground);
            }
        }
    }

    async fn step(&mut self, inbox: &mut mpsc::UnboundedReceiver<Message>) {
        let (command, long) = match self.look() {
            Ok(Some(found)) => found,
            Ok(None) => {
                self.jobs
                    .fail(&Error::wire(Code::UnknownDevice, "this device is not enrolled"));
                return self.wait(inbox, None).await;
            }
            Err(error) => {
                tracing::error!(%error, "sync cannot read the store");
                self.jobs.fail(&error);
                self.happened(Event::StoreFailed);
                let until = self.now_ms() + super::engine::BACKOFF_FIRST_MS;
                return self.wait(inbox, Some(until)).await;
            }
        };
        match command {
            Command::Idle => {
                self.jobs.finish(|job| {
                    Some(Ok(SyncReport {
                        more: false,
                        ..job.report
                    }))
                });
                if self.live && self.stream.is_none() && self.now_ms() >= self.engine.stream_at() {
                    return self.open_stream().await;
                }
                self.store.tidy();
                let until = (self.live && self.stream.is_none()).then(|| self.engine.stream_at());
                self.wait(inbox, until).await;
            }
            Command::Wait { until_mono_ms } => {
                if let Some(blocked) = self.engine.blocked() {
                    self.store.contact(Contact::Blocked(blocked.clone()));
                    match blocked {
                        Blocked::Busy { .. } => {
                            self.jobs.note(|report| report.reached = true);
                            self.jobs.finish_with_more();
                        }
                        other => self.jobs.fail(&blocked_error(&other)),
                    }
                } else if self.engine.failures() >= FAILURES_MOST {
                    self.jobs.finish_with_more();
                }
                // Out of reach, too, an input finds what the last one left tidied.
                self.store.tidy();
                self.wait(inbox, Some(until_mono_ms)).await;
            }
            Command::Stop(blocked) => {
                self.stream = None;
                self.store.contact(Contact::Blocked(blocked.clone()));
                self.jobs.fail(&blocked_error(&blocked));
                self.wait(inbox, None).await;
            }
            // While something takes long, what goes ahead of it is listened for.
            _ if long && self.live && self.stream.is_none() && self.token.is_some() && self.may_open() => {
                self.open_stream().await;
            }
            command => self.perform(command).await,
        }
    }

    fn may_open(&self) -> bool {
        self.now_ms() >= self.engine.stream_at()
    }

    // What to do next, and whether it takes long.
    fn look(&mut self) -> Result<Option<(Command, bool)>, Error> {
        if self.link.is_none() {
            self.link = self.store.link()?;
        }
        if self.link.is_none() {
            return Ok(None);
        }
        let queue = self.store.queue()?;
        let cursor = self.store.cursor()?;
        let now = self.now_ms();
        let command = self.engine.next(&queue, cursor.as_ref(), now);
        let carries = matches!(command, Command::Push { .. } | Command::Snapshot);
        let long = carries && self.engine.is_long(&queue, cursor.as_ref());
        Ok(Some((command, long)))
    }

    async fn wait(&mut self, inbox: &mut mpsc::UnboundedReceiver<Message>, until_ms: Option<u64>) {
        if self.jobs.is_empty() && !self.live {
            return;
        }
        let now = self.now_ms();
        let engine = until_ms.map(|until| Instant::now() + Duration::from_millis(until.saturating_sub(now)));
        let job = self.jobs.first_deadline();
        let first = match (engine, job) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let woken = {
            let stream = &mut self.stream;
            let timer = async {
                match first {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let changed = async {
                match stream {
                    Some(stream) => stream.told().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                message = inbox.recv() => Woken::Message(message),
                changed = changed => Woken::Stream(changed),
                () = timer => Woken::Timer,
            }
        };
        match woken {
            // A closed inbox is seen by the loop.
            Woken::Message(None) => {}
            Woken::Message(Some(message)) => self.message(message).await,
            Woken::Stream(Some(told)) => {
                let event = hear(&*self.store, &told);
                if event == Event::UrgentTold {
                    (self.news)();
                }
                self.happened(event);
            }
            Woken::Stream(None) => {
                self.stream = None;
                self.happened(Event::StreamClosed);
            }
            Woken::Timer => {
                if let (Some(until), Some(engine)) = (until_ms, engine)
                    && first == Some(engine)
                {
                    self.floor_ms = self.floor_ms.max(until);
                }
            }
        }
    }

    // Does one request, unless suspended meanwhile, or nobody waits for it any more. What goes ahead of everything else is
    // heard, and is in the picture, while the request is on its way.
    async fn perform(&mut self, command: Command) {
        if !matches!(command, Command::Push { .. }) {
            // What takes long would keep it in memory.
            self.ahead = None;
        }
        let (jobs, live) = (self.jobs.clone(), self.live);
        let mut halt = self.halt.clone();
        let (store, news) = (Arc::clone(&self.store), Arc::clone(&self.news));
        let (mut stream, mut heard) = (self.stream.take(), Vec::new());
        self.way_lost = false;
        let outcome = {
            let listen = async {
                while let Some(open) = &mut stream {
                    let Some(told) = open.told().await else {
                        stream = None;
                        heard.push(Event::StreamClosed);
                        break;
                    };
                    let event = hear(&*store, &told);
                    if event == Event::UrgentTold {
                        news();
                    }
                    heard.push(event);
                }
                std::future::pending::<()>().await;
            };
            let late = async {
                while let Some(at) = jobs.first_deadline() {
                    tokio::time::sleep_until(at).await;
                    jobs.finish_late();
                }
                if live {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                biased;
                outcome = self.request(command) => Some(outcome),
                // The sender lives as long as the thread is wanted.
                _ = halt.wait_for(|halt| *halt) => None,
                () = late => Some(Err(Failure::Timeout)),
                () = listen => None,
            }
        };
        let Some(outcome) = outcome else {
            // Suspended: the message that says so is in the inbox.
            return tokio::task::yield_now().await;
        };
        let event = match outcome {
            Ok(event) => event,
            Err(failure) => self.failed(failure, 0),
        };
        // A way that was lost took the stream with it.
        if !self.way_lost {
            self.stream = stream;
        }
        self.happened(event);
        // After the answer: what was asked for before the news may not have them.
        for event in heard {
            self.happened(event);
        }
        (self.news)();
    }

    // Notes what a failure says about the way to the server, and makes an event of it.
    fn failed(&mut self, failure: Failure, sent: usize) -> Event {
        match failure {
            Failure::Refused {
                problem,
                retry_after_ms,
            } => {
                self.reached(None);
                if matches!(problem.code, Code::Unauthorized | Code::UnknownDevice) {
                    self.token = None;
                }
                tracing::warn!(
                    code = problem.code.as_str(),
                    detail = problem.detail,
                    request = problem.request,
                    "the server refused a request"
                );
                Event::Refused {
                    problem: *problem,
                    known: false,
                    retry_after_ms,
                    sent,
                }
            }
            Failure::NotOurs => self.lost(Event::NotOurs),
            Failure::Untrusted => {
                tracing::warn!("who answers at the server's address cannot show the server's key");
                self.lost(Event::Untrusted)
            }
            Failure::Unreachable => self.lost(Event::Unreachable),
            Failure::Timeout => self.lost(Event::Timeout),
            Failure::Local(error) => {
                tracing::error!(%error, "sync failed on the device");
                self.jobs.fail(&error);
                Event::StoreFailed
            }
        }
    }

    fn reached(&mut self, offset_ms: Option<i64>) {
        self.jobs.note(|report| report.reached = true);
        self.store.contact(Contact::Reached { offset_ms });
    }

    fn lost(&mut self, event: Event) -> Event {
        // A way that failed may hold a connection that is half open.
        self.way_lost = true;
        self.client = None;
        self.stream = None;
        self.incoming = None;
        self.store.contact(Contact::Lost);
        event
    }
}

// What was heard: rows that came with it are in the picture when this returns. Rows that do not fit are asked for.
fn hear(store: &dyn SyncStore, told: &Told) -> Event {
    let Told::Urgent(page) = told else {
        return Event::Changed;
    };
    if let Some(page) = page {
        let applied = store.urgent().and_then(|have| {
            let follows = answer::urgent_follows(page, have.as_ref());
            if follows { store.apply_urgent(page) } else { Ok(()) }
        });
        if let Err(error) = applied {
            tracing::error!(%error, "what must stop work at once could not be kept, and is asked for again");
        }
    }
    Event::UrgentTold
}

fn blocked_error(blocked: &Blocked) -> Error {
    match blocked {
        Blocked::SignIn => Error::wire(Code::Unauthorized, "the server does not know this device"),
        Blocked::Revoked => Error::wire(Code::Revoked, "the device was cut off; what it recorded is kept"),
        Blocked::Untrusted => requests::untrusted(),
        Blocked::UpdateApp => Error::wire(Code::UpgradeRequired, "the app is too old for this server"),
        Blocked::Busy { .. } => Error::wire(Code::Unavailable, "the server asked to wait"),
        Blocked::Alarm { code, message } => Error::new(Remedy::CallSupervisor, code.clone(), message.clone()),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls;
