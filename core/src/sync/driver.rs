//! Does what the engine says, on one thread of its own.

use super::client::{self, Client, Failure, SILENCE};
use super::engine::{Command, Engine, Event, JITTER};
use super::port::{Blocked, Contact, Cursor, Link, SyncStore};
use crate::platform::Platform;
use crate::{Error, Remedy};
use lotline_record::entry::{Hash, Position};
use lotline_record::wire::proof::PublicKey;
use lotline_record::wire::{
    Code, EnrolReply, EnrolRequest, NumbersReply, NumbersRequest, Page, PushReply, Receipt, StoredThrough, TokenReply,
};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

// Scans follow each other quickly; those of a moment go up together.
const DEBOUNCE: Duration = Duration::from_millis(25);
// A call that waits gives the network this many failures in a row.
const FAILURES_MOST: u32 = 3;

/// What a call to [`Syncer::sync_now`] came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SyncReport {
    /// Entries sent, repeats counted.
    pub pushed: u64,
    /// Rows of the picture that came down.
    pub pulled_rows: u64,
    /// Entries that the server became durable for.
    pub acknowledged: u64,
    /// Whether the server answered at all.
    pub reached: bool,
    /// Whether something is left to send or fetch.
    pub more: bool,
}

enum Message {
    SyncNow {
        deadline: Duration,
        reply: Sender<Result<SyncReport, Error>>,
    },
    Enrol {
        server: String,
        code: String,
        name: String,
        reply: Sender<Result<(), Error>>,
    },
    Live(bool),
    Captured,
    Reachable,
    Suspend {
        reply: Sender<()>,
    },
    Resume,
}

struct Running {
    messages: mpsc::UnboundedSender<Message>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    running: Option<Running>,
    live: bool,
}

/// Called on the sync thread after each request, whatever came of it; no lock is held.
pub type News = Arc<dyn Fn() + Send + Sync>;

/// The sync client. One driver runs at a time, on its own thread; calls from anywhere join it.
pub struct Syncer {
    store: Arc<dyn SyncStore>,
    platform: Platform,
    news: News,
    shared: Mutex<Shared>,
    halt: watch::Sender<bool>,
}

impl std::fmt::Debug for Syncer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Syncer")
    }
}

impl Syncer {
    /// Starts nothing: the thread begins with the first call that needs it.
    pub fn new(store: Arc<dyn SyncStore>, platform: Platform) -> Self {
        Self::with_news(store, platform, Arc::new(|| {}))
    }

    /// As [`Syncer::new`]; `news` hears when status or picture may have changed.
    pub fn with_news(store: Arc<dyn SyncStore>, platform: Platform, news: News) -> Self {
        Syncer {
            store,
            platform,
            news,
            shared: Mutex::new(Shared::default()),
            halt: watch::Sender::new(false),
        }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // Sends to the thread, which is started (again, after a panic) where need be.
    fn send(&self, message: Message) -> Result<(), Error> {
        let mut shared = self.shared();
        let dead = shared
            .running
            .as_ref()
            .is_none_or(|running| running.messages.is_closed());
        if dead {
            let (messages, inbox) = mpsc::unbounded_channel();
            let (store, platform, halt) = (Arc::clone(&self.store), self.platform.clone(), self.halt.subscribe());
            let news = Arc::clone(&self.news);
            let thread = std::thread::Builder::new()
                .name("lotline-sync".into())
                .spawn(move || run(store, platform, news, inbox, halt))
                .map_err(|e| Error::bug(format!("the sync thread did not start: {e}")))?;
            if shared.live {
                let _ = messages.send(Message::Live(true));
            }
            shared.running = Some(Running { messages, thread });
        }
        match &shared.running {
            Some(running) if running.messages.send(message).is_ok() => Ok(()),
            _ => Err(stopped()),
        }
    }

    /// Enrols this device: sends its public key with the one-time code and keeps what the server gives.
    ///
    /// # Errors
    /// `bad_address`, `bad_code`, `offline`, or what the store says.
    pub fn enrol(&self, server: &str, code: &str, name: &str) -> Result<(), Error> {
        let (reply, answer) = std::sync::mpsc::channel();
        let (server, code, name) = (server.to_owned(), code.to_owned(), name.to_owned());
        self.send(Message::Enrol {
            server,
            code,
            name,
            reply,
        })?;
        answer.recv().map_err(|_| stopped())?
    }

    /// Sends until the queue is drained and fetches until the picture is up to date, or until the deadline. A network
    /// that fails three times in a row ends it early, without an error: `reached` and `more` say so.
    ///
    /// # Errors
    /// What a person must act on: not enrolled, sign in, revoked, update the app, an alarm, or what the store says.
    pub fn sync_now(&self, deadline: Duration) -> Result<SyncReport, Error> {
        let (reply, answer) = std::sync::mpsc::channel();
        self.send(Message::SyncNow { deadline, reply })?;
        answer.recv().map_err(|_| stopped())?
    }

    /// Foreground: sends what is captured at once and listens for what changes.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn start_live(&self) -> Result<(), Error> {
        self.shared().live = true;
        self.send(Message::Live(true))
    }

    /// Background: no connection, no timer.
    pub fn stop_live(&self) {
        self.shared().live = false;
        self.tell(Message::Live(false));
    }

    /// An entry was captured. Cheap; does nothing while nobody listens.
    pub fn captured(&self) {
        self.tell(Message::Captured);
    }

    /// The platform says that there is a network, or another one.
    pub fn reachable(&self) {
        self.tell(Message::Reachable);
    }

    fn tell(&self, message: Message) {
        if let Some(running) = &self.shared().running {
            // A thread that is gone has nothing to be told.
            let _ = running.messages.send(message);
        }
    }

    /// Gives up the running request and stream and returns when nothing touches store or network any more. What the
    /// server stored meanwhile is answered the same way when it is sent again.
    pub fn suspend(&self) {
        self.halt.send_replace(true);
        let (reply, done) = std::sync::mpsc::channel();
        self.tell(Message::Suspend { reply });
        // A thread that is gone drops the sender: done as well.
        let _ = done.recv();
    }

    /// Goes on after [`Syncer::suspend`].
    pub fn resume(&self) {
        self.halt.send_replace(false);
        self.tell(Message::Resume);
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        self.halt.send_replace(true);
        if let Some(Running { messages, thread }) = self.shared().running.take() {
            drop(messages);
            // A panic there has been answered already.
            let _ = thread.join();
        }
    }
}

fn stopped() -> Error {
    Error::new(
        Remedy::Bug,
        "panic",
        "the sync thread stopped; the next call starts it again",
    )
}

fn run(
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
        jobs: Jobs::default(),
        live: false,
        suspended: false,
        numbers: None,
        floor_ms: 0,
    };
    runtime.block_on(driver.run(inbox));
}

// Somebody who waits in `sync_now`.
struct Job {
    deadline: Instant,
    report: SyncReport,
    reply: Sender<Result<SyncReport, Error>>,
}

// All who wait. Shared with the deadline's timer while a request runs.
#[derive(Clone, Default)]
struct Jobs(Rc<RefCell<Vec<Job>>>);

impl Jobs {
    fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    fn first_deadline(&self) -> Option<Instant> {
        self.0.borrow().iter().map(|job| job.deadline).min()
    }

    fn note(&self, note: impl Fn(&mut SyncReport)) {
        self.0.borrow_mut().iter_mut().for_each(|job| note(&mut job.report));
    }

    // Answers every job that `outcome` has an answer for.
    fn finish(&self, outcome: impl Fn(&Job) -> Option<Result<SyncReport, Error>>) {
        self.0.borrow_mut().retain(|job| match outcome(job) {
            Some(answer) => {
                // Who asked may be gone.
                let _ = job.reply.send(answer);
                false
            }
            None => true,
        });
    }

    // Whatever is left to do, they get what there is by now.
    fn finish_with_more(&self) {
        self.finish(|job| {
            Some(Ok(SyncReport {
                more: true,
                ..job.report
            }))
        });
    }

    fn finish_late(&self) {
        let now = Instant::now();
        self.finish(|job| {
            (job.deadline <= now).then_some(Ok(SyncReport {
                more: true,
                ..job.report
            }))
        });
    }

    fn fail(&self, error: &Error) {
        self.finish(|_| Some(Err(error.clone())));
    }
}

struct Stream {
    response: reqwest::Response,
    line: Vec<u8>,
}

impl Stream {
    // The next `changed`; `None` when the stream is over or silent for too long.
    async fn changed(&mut self) -> Option<()> {
        loop {
            let chunk = tokio::time::timeout(SILENCE, self.response.chunk())
                .await
                .ok()?
                .ok()??;
            let mut changed = false;
            for &byte in &chunk {
                if byte == b'\n' {
                    let line = String::from_utf8_lossy(&self.line);
                    changed |= line.strip_prefix("event:").is_some_and(|name| name.trim() == "changed");
                    self.line.clear();
                } else if self.line.len() < 1_024 {
                    self.line.push(byte);
                }
            }
            if changed {
                return Some(());
            }
        }
    }
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
    Stream(Option<()>),
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
                server,
                code,
                name,
                reply,
            } => {
                let mut halt = self.halt.clone();
                let done = tokio::select! {
                    biased;
                    _ = halt.wait_for(|halt| *halt) => Err(offline("suspended")),
                    done = self.enrol(&server, &code, &name) => done,
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
        let command = match self.look() {
            Ok(Some(command)) => command,
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
                self.wait(inbox, Some(until_mono_ms)).await;
            }
            Command::Stop(blocked) => {
                self.stream = None;
                self.store.contact(Contact::Blocked(blocked.clone()));
                self.jobs.fail(&blocked_error(&blocked));
                self.wait(inbox, None).await;
            }
            command => self.perform(command).await,
        }
    }

    fn look(&mut self) -> Result<Option<Command>, Error> {
        if self.link.is_none() {
            self.link = self.store.link()?;
        }
        if self.link.is_none() {
            return Ok(None);
        }
        let queue = self.store.queue()?;
        let cursor = self.store.cursor()?;
        let now = self.now_ms();
        Ok(Some(self.engine.next(&queue, cursor.as_ref(), now)))
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
                    Some(stream) => stream.changed().await,
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
            Woken::Stream(Some(())) => self.happened(Event::Changed),
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

    // Does one request, unless suspended meanwhile, or nobody waits for it any more.
    async fn perform(&mut self, command: Command) {
        let (jobs, live) = (self.jobs.clone(), self.live);
        let mut halt = self.halt.clone();
        let outcome = {
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
        self.happened(event);
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
        self.client = None;
        self.stream = None;
        self.store.contact(Contact::Lost);
        event
    }

    fn client(&mut self) -> Result<(&mut Client, &str, &Link), Failure> {
        let Some(link) = &self.link else {
            return Err(Failure::Local(Error::bug("not enrolled")));
        };
        if self.client.is_none() {
            let server = client::address(&link.server)?;
            self.client = Some(Client::new(
                self.platform.clone(),
                client::tls(&self.platform)?,
                server,
            )?);
        }
        match &mut self.client {
            Some(client) => Ok((client, self.token.as_deref().unwrap_or_default(), link)),
            None => Err(Failure::Local(Error::bug("no client"))),
        }
    }

    async fn request(&mut self, command: Command) -> Result<Event, Failure> {
        match command {
            Command::Token => {
                let (client, ..) = self.client()?;
                let reply = client.post::<TokenReply>("/v1/token", b"{}".to_vec()).await?;
                self.token = Some(reply.value.access_token);
                self.reached(None);
                Ok(Event::TokenGiven)
            }
            Command::Push { after, entries, bytes } => self.push(after, entries, bytes).await,
            Command::Pull { cursor, limit } => self.pull(&cursor, limit).await,
            Command::Snapshot => self.snapshot().await,
            Command::NewEpoch { common } => {
                tracing::warn!(?common, "the chain forked: a new epoch begins");
                self.store.begin_epoch(common.as_ref())?;
                Ok(Event::EpochBegun)
            }
            Command::Wait { .. } | Command::Idle | Command::Stop(_) => Ok(Event::Changed),
        }
    }

    async fn push(&mut self, after: Position, entries: usize, bytes: usize) -> Result<Event, Failure> {
        let batch = self.store.batch(after, entries, bytes)?;
        let sent = batch.len();
        if batch
            .first()
            .is_none_or(|first| first.position.epoch() == after.epoch() && first.position.seq() != after.seq() + 1)
        {
            return Ok(Event::NothingThere);
        }
        let (client, token, _) = self.client()?;
        let token = token.to_owned();
        let outcome = client.push::<PushReply>(&token, &batch).await;
        self.jobs.note(|report| report.pushed += sent as u64);
        let reply = match outcome {
            Ok(reply) => reply,
            Err(failure) => {
                let mut event = self.failed(failure, sent);
                if let Event::Refused { problem, known, .. } = &mut event {
                    *known = match (problem.code, problem.resume_from, problem.common) {
                        (Code::Gap, Some(from), _) if self.on_chain(&from)? => {
                            self.store.acknowledge(&from, None)?;
                            true
                        }
                        (Code::Fork, _, Some(common)) => self.on_chain(&common)?,
                        _ => false,
                    };
                }
                return Ok(event);
            }
        };
        let took_ms = reply.took_ms;
        let PushReply {
            stored_through: through,
            receipt,
        } = reply.value;
        if let Some(receipt) = &receipt
            && !self.is_good(receipt, &through)
        {
            self.reached(None);
            return Ok(Event::BadReceipt);
        }
        let on_chain = self.on_chain(&through)?;
        if on_chain {
            let before = self.store.queue()?.pending;
            self.store.acknowledge(&through, receipt.as_ref())?;
            let less = before.saturating_sub(self.store.queue()?.pending);
            self.jobs.note(|report| report.acknowledged += less);
        }
        let offset = receipt.map(|receipt| self.offset_ms(receipt.received_at.unix_ms(), took_ms));
        self.reached(offset);
        Ok(Event::Pushed {
            through,
            on_chain,
            sent,
        })
    }

    fn is_good(&self, receipt: &Receipt, through: &StoredThrough) -> bool {
        let Some(link) = &self.link else { return false };
        receipt.device == link.device
            && (receipt.epoch, receipt.to, receipt.head) == (through.epoch, through.seq, through.hash)
            && PublicKey::from_spki(&link.site_key)
                .is_ok_and(|key| key.verifies(&receipt.message(), &receipt.signature))
    }

    fn on_chain(&self, through: &StoredThrough) -> Result<bool, Error> {
        let queue = self.store.queue()?;
        if queue.acknowledged == *through || queue.tip == *through {
            return Ok(true);
        }
        let here = self.store.hash_at(Position::new(through.epoch, through.seq))?;
        Ok(here == Some(through.hash))
    }

    // Server clock minus wall clock, taking half of the request's time for the way back.
    fn offset_ms(&self, server_ms: i64, took_ms: u64) -> i64 {
        let back = i64::try_from(took_ms / 2).unwrap_or(0);
        server_ms
            .saturating_add(back)
            .saturating_sub(self.platform.clock.now().wall_ms)
    }

    async fn pull(&mut self, cursor: &Cursor, limit: usize) -> Result<Event, Failure> {
        let (client, token, _) = self.client()?;
        let token = token.to_owned();
        let (at, limit) = (cursor.at.to_string(), limit.to_string());
        let query = [
            ("cursor", at.as_str()),
            ("limit", limit.as_str()),
            ("server_epoch", &cursor.server_epoch),
        ];
        let reply = client.get::<Page>(&token, "/v1/changes", &query).await?;
        let page = reply.value;
        let goes_on = page.from == cursor.at && page.to >= page.from && (page.to > page.from || !page.more);
        if page.server_epoch != cursor.server_epoch || !goes_on {
            return Err(Failure::NotOurs);
        }
        let offset = self.offset_ms(page.now.unix_ms(), reply.took_ms);
        self.reached(Some(offset));
        self.store.apply_page(&page)?;
        self.jobs.note(|report| report.pulled_rows += page.rows.len() as u64);
        if !page.more {
            self.numbers().await;
        }
        Ok(Event::Pulled {
            more: page.more,
            included: Position::new(page.included.epoch, page.included.seq),
        })
    }

    // Own numbers come after the last page: on every occasion once, and then while a series runs low and something has
    // changed. They never stand in the way of the record: what fails here is tried again after another pull.
    async fn numbers(&mut self) {
        if let Err(failure) = self.exchange_numbers().await {
            tracing::warn!(?failure, "own numbers were not leased");
        }
    }

    async fn exchange_numbers(&mut self) -> Result<(), Failure> {
        let Some((asked, low)) = self.store.numbers()? else {
            return Ok(());
        };
        if self.numbers.as_ref().is_some_and(|before| !low || *before == asked) {
            return Ok(());
        }
        let body = serde_json::to_vec(&asked).map_err(|e| Error::bug(e.to_string()))?;
        let (client, token, _) = self.client()?;
        let token = token.to_owned();
        match client.post_with::<NumbersReply>(&token, "/v1/numbers", body).await {
            Ok(reply) => self.store.keep_numbers(&reply.value)?,
            // A gateway from before numbers leases none.
            Err(Failure::Refused { problem, .. }) if problem.code == Code::NotFound => {}
            Err(failure) => return Err(failure),
        }
        self.numbers = Some(asked);
        Ok(())
    }

    // A wrong hash is tried once more, then it is an error.
    async fn snapshot(&mut self) -> Result<Event, Failure> {
        let path = self.store.download_path();
        for _ in 0..2 {
            let (client, token, _) = self.client()?;
            let token = token.to_owned();
            let (expected, mut response) = client.file(&token, "/v1/site").await?;
            let mut file = std::fs::File::create(&path).map_err(|e| disk(&e))?;
            let mut sha = Sha256::new();
            while let Some(chunk) = response.chunk().await? {
                sha.update(&chunk);
                file.write_all(&chunk).map_err(|e| disk(&e))?;
            }
            file.sync_all().map_err(|e| disk(&e))?;
            drop(file);
            self.reached(None);
            if Hash::from_slice(&sha.finalize()) == Some(expected) {
                self.store.adopt_site(&path)?;
                return Ok(Event::Adopted);
            }
            tracing::warn!("a snapshot does not match its hash");
        }
        Ok(Event::BadSnapshot)
    }

    async fn open_stream(&mut self) {
        if self.token.is_none() {
            // A pull gets one first, and says whether the server is there.
            self.happened(Event::Changed);
            return;
        }
        let mut halt = self.halt.clone();
        let outcome = {
            let open = async {
                let (client, token, _) = self.client()?;
                let token = token.to_owned();
                client.stream(&token).await
            };
            tokio::select! {
                outcome = open => outcome,
                _ = halt.wait_for(|halt| *halt) => return,
            }
        };
        match outcome {
            Ok(response) => {
                self.stream = Some(Stream {
                    response,
                    line: Vec::new(),
                });
                self.reached(None);
                self.happened(Event::StreamOpened);
            }
            Err(failure) => {
                let event = self.failed(failure, 0);
                if matches!(event, Event::Refused { .. }) {
                    self.happened(event);
                }
                self.happened(Event::StreamClosed);
            }
        }
    }

    async fn enrol(&mut self, server: &str, code: &str, name: &str) -> Result<(), Error> {
        let url = client::address(server)?;
        let mut client = Client::new(self.platform.clone(), client::tls(&self.platform)?, url)?;
        let request = EnrolRequest {
            code: code.to_owned(),
            public_key: client.public_key(),
            name: name.to_owned(),
        };
        let body = serde_json::to_vec(&request).map_err(|e| Error::bug(e.to_string()))?;
        let reply = client
            .post::<EnrolReply>("/v1/enrol", body)
            .await
            .map_err(|failure| match failure {
                Failure::Refused { problem, .. } => Error::wire(problem.code, problem.detail),
                Failure::Local(error) => error,
                _ => offline(server),
            })?;
        PublicKey::from_spki(&reply.value.site_key)
            .map_err(|e| Error::new(Remedy::CallSupervisor, "bad_site_key", format!("the site's key: {e}")))?;
        self.store.save_link(server.trim_end_matches('/'), &reply.value)?;
        self.client = Some(client);
        self.link = None;
        self.token = None;
        self.stream = None;
        self.reached(None);
        self.happened(Event::Enrolled);
        Ok(())
    }
}

fn offline(what: &str) -> Error {
    Error::new(
        Remedy::Retry,
        "offline",
        format!("{what}: the server cannot be reached"),
    )
}

fn disk(error: &std::io::Error) -> Failure {
    let full = error.kind() == std::io::ErrorKind::StorageFull;
    let remedy = if full { Remedy::FreeSpace } else { Remedy::Retry };
    Failure::Local(Error::new(
        remedy,
        "storage",
        format!("the snapshot cannot be written: {error}"),
    ))
}

fn blocked_error(blocked: &Blocked) -> Error {
    match blocked {
        Blocked::SignIn => Error::wire(Code::Unauthorized, "the server does not know this device"),
        Blocked::Revoked => Error::wire(Code::Revoked, "the device was cut off; what it recorded is kept"),
        Blocked::UpdateApp => Error::wire(Code::UpgradeRequired, "the app is too old for this server"),
        Blocked::Busy { .. } => Error::wire(Code::Unavailable, "the server asked to wait"),
        Blocked::Alarm { code, message } => Error::new(Remedy::CallSupervisor, code.clone(), message.clone()),
    }
}

#[cfg(test)]
mod tests;
