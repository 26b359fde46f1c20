//! The sync client from outside: calls from any thread, one driver on a thread of its own.

use super::driver::run;
use super::port::SyncStore;
use crate::platform::Platform;
use crate::{Error, Remedy};
use lotline_record::wire::Invitation;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

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

/// What the thread is asked to do.
pub(super) enum Message {
    SyncNow {
        deadline: Duration,
        reply: Sender<Result<SyncReport, Error>>,
    },
    Enrol {
        invitation: Box<Invitation>,
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

    /// Enrols this device: sends its public key with the one-time code and keeps what the server gives. Whom it speaks to
    /// is decided by the trusted roots.
    ///
    /// # Errors
    /// `bad_address`, `bad_code`, `offline`, `wrong_certificate`, or what the store says.
    pub fn enrol(&self, server: &str, code: &str, name: &str) -> Result<(), Error> {
        let invitation = Invitation {
            server: server.to_owned(),
            code: code.to_owned(),
            site_key: None,
            pins: Vec::new(),
        };
        self.join(invitation, name)
    }

    /// As [`Syncer::enrol`], by an invitation, which also says whom to trust.
    ///
    /// # Errors
    /// As there, and `bad_site_key`.
    pub fn join(&self, invitation: Invitation, name: &str) -> Result<(), Error> {
        let (reply, answer) = std::sync::mpsc::channel();
        self.send(Message::Enrol {
            invitation: Box::new(invitation),
            name: name.to_owned(),
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
