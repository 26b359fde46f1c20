//! Group commit: pushes that come while a transaction is on its way go into the next one together, each in a savepoint of
//! its own. The disk is synced once for all of them, and PostgreSQL is spoken to once.
//!
//! Who finds nobody writing leads: it writes for everybody who waits, in the order in which they came, and wakes each of them
//! with its outcome. When its own is there it hands the lead to the first that waits.

use super::intake::{self, Outcome, Push};
use super::sqlite::{Sqlite, lock};
use super::{LedgerError, Result};
use lotline_record::entry::{Hash, Instant};
use lotline_record::model::DeviceId;
use lotline_record::wire::StoredThrough;
use p256::ecdsa::SigningKey;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

/// Pushes of one transaction: applying waits for the writer no longer than these take.
const PUSHES: usize = 64;
/// Bytes of one transaction, unless the first push alone has more.
const BYTES: usize = 8 << 20;
/// Pushes that may wait. More than these come faster than they are written: they come again.
const WAITING_PUSHES: usize = 256;
/// Their bytes, which stand in memory.
const WAITING_BYTES: usize = 64 << 20;

/// How long applying lets pushes go first: about two of their transactions under load.
const GOES_FIRST: Duration = Duration::from_millis(60);

/// Pushes that wait for the writer.
#[derive(Default)]
pub(super) struct Group {
    waiting: Mutex<Waiting>,
    /// Nobody waits or writes any more.
    quiet: Condvar,
    transactions: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    asked: VecDeque<Arc<Asked>>,
    bytes: usize,
    /// Somebody leads.
    led: bool,
}

impl Waiting {
    fn is_busy(&self) -> bool {
        self.led || !self.asked.is_empty()
    }
}

/// One push; its caller waits.
struct Asked {
    caller: Thread,
    device: DeviceId,
    body: Vec<u8>,
    head: Option<(u32, u64, Hash)>,
    follows: Option<StoredThrough>,
    proof: String,
    received: Instant,
    // What is logged of it carries the name of its own request, whoever writes it.
    span: tracing::Span,
    outcome: Mutex<Option<Result<Outcome>>>,
}

impl Asked {
    fn new(push: &Push<'_>) -> Self {
        Asked {
            caller: thread::current(),
            device: push.device.clone(),
            body: push.body.to_vec(),
            head: push.head,
            follows: push.follows,
            proof: push.proof.to_owned(),
            received: push.received,
            span: tracing::Span::current(),
            outcome: Mutex::new(None),
        }
    }

    fn push(&self) -> Push<'_> {
        Push {
            device: &self.device,
            body: &self.body,
            head: self.head,
            follows: self.follows,
            proof: &self.proof,
            received: self.received,
        }
    }

    fn answer(&self, outcome: Result<Outcome>) {
        *lock(&self.outcome) = Some(outcome);
        self.caller.unpark();
    }
}

/// Those that are written together. None of them waits for ever, even where a bug ends the one that writes.
struct InHand(Vec<Arc<Asked>>);

impl Drop for InHand {
    fn drop(&mut self) {
        for asked in &self.0 {
            if lock(&asked.outcome).is_none() {
                let why = "a push that was to be written with this one met a bug in the gateway";
                asked.answer(Err(LedgerError::Damaged(why.to_owned())));
            }
        }
    }
}

/// Who writes. However that ends, the first that waits is woken to lead.
struct Lead<'a>(&'a Group);

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        let mut waiting = lock(&self.0.waiting);
        waiting.led = false;
        match waiting.asked.front() {
            Some(first) => first.caller.unpark(),
            None => self.0.quiet.notify_all(),
        }
    }
}

impl Group {
    /// Whether so much waits that another push had better come again.
    pub(super) fn is_full(&self) -> bool {
        let waiting = lock(&self.waiting);
        waiting.asked.len() >= WAITING_PUSHES || waiting.bytes >= WAITING_BYTES
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> u64 {
        lock(&self.waiting).asked.len() as u64
    }

    /// Transactions so far.
    pub(super) fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    fn join(&self, asked: &Arc<Asked>) {
        let mut waiting = lock(&self.waiting);
        waiting.bytes += asked.body.len();
        waiting.asked.push_back(Arc::clone(asked));
    }

    /// The lead, where nobody has it.
    fn lead(&self) -> Option<Lead<'_>> {
        let mut waiting = lock(&self.waiting);
        (!std::mem::replace(&mut waiting.led, true)).then(|| Lead(self))
    }

    /// Waits while pushes come or are written, but no longer than a moment. The writer's lock knows no order: who takes it
    /// again and again would otherwise keep those who wait for it out. False: they still come.
    pub(super) fn give_way(&self) -> bool {
        let waited = self
            .quiet
            .wait_timeout_while(lock(&self.waiting), GOES_FIRST, |waiting| waiting.is_busy());
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_busy()
    }

    /// Whether a push waits or is written.
    pub(super) fn is_busy(&self) -> bool {
        lock(&self.waiting).is_busy()
    }

    /// The first of those that wait.
    fn next(&self) -> InHand {
        let mut waiting = lock(&self.waiting);
        let mut together = Vec::new();
        let mut bytes = 0;
        while let Some(next) = waiting.asked.front() {
            bytes += next.body.len();
            if together.len() == PUSHES || (!together.is_empty() && bytes > BYTES) {
                break;
            }
            together.extend(waiting.asked.pop_front());
        }
        waiting.bytes -= together
            .iter()
            .map(|asked: &Arc<Asked>| asked.body.len())
            .sum::<usize>();
        InHand(together)
    }

    /// Receives `push`, with others where others wait.
    pub(super) fn receive(&self, store: &Sqlite, push: &Push<'_>, key: &SigningKey) -> Result<Outcome> {
        let asked = Arc::new(Asked::new(push));
        self.join(&asked);
        let outcome = || lock(&asked.outcome).take();
        loop {
            if let Some(outcome) = outcome() {
                return outcome;
            }
            let Some(_lead) = self.lead() else {
                // Woken with an outcome, or to lead; or for nothing.
                thread::park();
                continue;
            };
            // More may have come before it than one transaction takes.
            loop {
                if let Some(outcome) = outcome() {
                    return outcome;
                }
                let together = self.next();
                self.transactions.fetch_add(1, Ordering::Relaxed);
                write(store, together, key);
            }
        }
    }
}

fn write(store: &Sqlite, mut together: InHand, key: &SigningKey) {
    let written = store.write(|tx| {
        let mut outcomes = Vec::with_capacity(together.0.len());
        for asked in &together.0 {
            let savepoint = tx.savepoint()?;
            match asked.span.in_scope(|| intake::receive(&savepoint, &asked.push(), key)) {
                Ok(outcome) => {
                    savepoint.commit()?;
                    outcomes.push(Ok(outcome));
                }
                Err(error) if error.is_of_what_was_asked() => outcomes.push(Err(error)),
                Err(error) => return Err(error),
            }
        }
        Ok(outcomes)
    });
    match written {
        Ok(outcomes) => {
            for (asked, outcome) in together.0.drain(..).zip(outcomes) {
                asked.answer(outcome);
            }
        }
        Err(error) => {
            for asked in together.0.drain(..) {
                asked.answer(Err(error.for_another()));
            }
        }
    }
}
