//! What comes next: a state machine without I/O, clock or randomness.
//!
//! The driver asks [`Engine::next`] with one look at the queue, does what it says, and tells what came of it with
//! [`Engine::happened`]. The engine remembers nothing about single entries; it could be dropped at any point and a new
//! one would go on from the store.
//!
//! | answer | what it does |
//! |---|---|
//! | `stored_through` on the own chain | the mark has moved; the batch grows again |
//! | news of what goes ahead | fetched, and said to be here, before anything else |
//! | 401 | one new token, then [`Blocked::SignIn`] |
//! | 401 for want of a nonce | none of the engine's business: the request goes once more with it |
//! | a certificate that is not the server's | as offline, and [`Blocked::Untrusted`] says why |
//! | 403 revoked · 426 | [`Blocked::Revoked`] · [`Blocked::UpdateApp`]; the queue stays |
//! | `stored_through` beyond what was sent, not on the own chain | what was sent is common: goes on from there |
//! | 409 gap · 409 fork | goes on from there · a new epoch that names the common entry |
//! | 410 | a fresh snapshot; then the last acknowledged entry once more, in case the server forgot it |
//! | 413 | half the batch, down to one entry, and no more than that until the way changes |
//! | 429, 503 | not before `Retry-After`, whatever happens |
//! | 400, a receipt that does not verify | alarm; once more after five minutes, or when a person asks |
//! | nobody, after an answer to the last push | once more at once |
//! | anything else, nobody, too late | offline: full-jitter back-off 1 s → 5 min; too late also halves the batch |

use super::port::{Blocked, Cursor, Queue};
use lotline_record::entry::Position;
use lotline_record::wire::{BATCH_BYTES, BATCH_ENTRIES, Code, Problem, StoredThrough};

/// The back-off after the first failure is a random part of this, in milliseconds.
pub const BACKOFF_FIRST_MS: u64 = 1_000;
/// The back-off's ceiling doubles up to this, in milliseconds.
pub const BACKOFF_MOST_MS: u64 = 300_000;
/// Jitter is a number in `0..JITTER`.
pub const JITTER: u64 = 1 << 32;
/// Rows asked for in one page.
pub const PAGE_ROWS: usize = 500;

// Two tries are never closer together than this, so that a flapping link cannot make a storm of requests.
const BACKOFF_LEAST_MS: u64 = 100;
const BYTES_LEAST: usize = 4 * 1024;
const ROWS_LEAST: usize = 50;
// A longer `Retry-After` is a mistake of somebody's: a day.
const RETRY_AFTER_MOST_MS: u64 = 86_400_000;
// Pulls that wait for the server to apply what it has just received: 50 ms, doubled each time, 3.2 s in all.
const SETTLE_FIRST_MS: u64 = 50;
const SETTLES: u32 = 6;
// A pull gets its turn after so many pushes, so that a long backlog does not keep today's work away.
const PUSHES_BEFORE_A_PULL: u32 = 8;
// Answers that ask for another request at once, before there is nothing left to do; more is a loop and backs off.
const STRIKES: u32 = 32;

/// What the driver shall do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Get an access token.
    Token,
    /// Send the entries after `after`.
    Push {
        /// Where the batch begins.
        after: Position,
        /// The most entries.
        entries: usize,
        /// The most bytes before compression.
        bytes: usize,
    },
    /// Fetch what goes ahead of everything else after what of it is here, and say so that it is.
    Urgent,
    /// Fetch what changed after the cursor.
    Pull {
        /// Where the picture is.
        cursor: Cursor,
        /// The most rows.
        limit: usize,
    },
    /// Fetch today's work and what it refers to.
    Focus,
    /// Fetch the whole picture.
    Snapshot,
    /// Begin a new epoch after the last common entry.
    NewEpoch {
        /// `None`: nothing in common is known.
        common: Option<StoredThrough>,
    },
    /// Nothing before that time (milliseconds since boot), unless something happens.
    Wait {
        /// Milliseconds since boot.
        until_mono_ms: u64,
    },
    /// Nothing until something happens.
    Idle,
    /// Nothing until a person or the server's side changes it.
    Stop(Blocked),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The platform says that there is a network, or another one.
    Reachable,
    /// The app came to the foreground.
    Foreground,
    /// An entry was captured.
    Captured,
    /// A person, or a background job on the person's behalf, asked to sync.
    PersonAsked,
    /// The server says that something changed.
    Changed,
    /// The device was enrolled (anew).
    Enrolled,
    /// A token is in hand.
    TokenGiven {
        /// How long it is good for, in milliseconds.
        good_ms: u64,
    },
    /// The live stream is open.
    StreamOpened,
    /// The live stream ended or fell silent.
    StreamClosed,
    /// 200 to a push. Where it is on the own chain, the store's mark has been moved.
    Pushed {
        /// The server's answer.
        through: StoredThrough,
        /// Whether the own entry there has that hash.
        on_chain: bool,
        /// Entries sent.
        sent: usize,
    },
    /// 200 to a push, and the server has other entries after those that were sent. The mark is at the last of them.
    PushedAhead {
        /// The server's answer, not on the own chain.
        through: StoredThrough,
    },
    /// There is no entry to send where the engine asked for one.
    NothingThere,
    /// Something came, or the server says that there is something, that goes ahead of everything else.
    UrgentTold,
    /// A page of that was applied.
    UrgentPulled {
        /// It had rows, or there are more.
        more: bool,
    },
    /// A page was applied.
    Pulled {
        /// More rows wait.
        more: bool,
        /// Up to which own entry the picture counts.
        included: Position,
    },
    /// Today's work is here, or there is a picture already that has it.
    Focused,
    /// Some of the picture's file came, and the rest is still to come.
    PartFetched,
    /// A snapshot was swapped in.
    Adopted,
    /// The new epoch has begun.
    EpochBegun,
    /// One of our own error answers.
    Refused {
        /// What it says.
        problem: Problem,
        /// Whether the entry it names (`resume_from`, `common`) is on the own chain. A gap's has become the mark.
        known: bool,
        /// `Retry-After`.
        retry_after_ms: Option<u64>,
        /// Entries sent, in an answer to a push.
        sent: usize,
    },
    /// A receipt that the site's key did not sign. The mark was not moved.
    BadReceipt,
    /// A snapshot's hash was wrong twice.
    BadSnapshot,
    /// An answer that is not ours: captive portal, proxy page, unknown error.
    NotOurs,
    /// Who answers cannot show that it is the server; nothing was sent.
    Untrusted,
    /// Nobody answered.
    Unreachable,
    /// The answer did not come, or not whole, before the deadline.
    Timeout,
    /// The device's own store failed; it is tried again like a lost network.
    StoreFailed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Wanted,
    InHand,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pause {
    // Waits by itself; an occasion ends it.
    Backoff,
    // The server said when; nothing ends it early.
    Asked,
    // Something that must not happen.
    Alarm { code: String, message: String },
}

// How far the search for the common entry of two histories is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fork {
    None,
    // The epoch is sent from its start, so that the server finds the first entry that differs.
    Probing,
    // A new epoch is to begin after the common entry; `None`: nothing in common is known.
    Parted(Option<StoredThrough>),
    // A new epoch has begun; another fork before the server took one entry of it is an alarm.
    Begun,
}

/// The state machine. See the module's words.
#[derive(Debug, Clone)]
pub struct Engine {
    token: Token,
    // When the token in hand is to be replaced.
    token_until_ms: u64,
    untrusted: bool,
    refusals: u32,
    entries: usize,
    bytes: usize,
    most_entries: usize,
    rows: usize,
    failures: u32,
    // The last push was answered, and no answer was lost since: the way was good a moment ago.
    sound: bool,
    strikes: u32,
    last_try_ms: u64,
    stream_failures: u32,
    stream_at_ms: u64,
    pause: Option<(u64, Pause)>,
    stop: Option<Blocked>,
    pull: bool,
    // Something goes ahead of everything else.
    urgent: bool,
    // It was looked for since the way was last lost, or a person, the network or the foreground gave an occasion.
    looked: bool,
    // Today's work was fetched, for the time until the whole picture is here.
    focused: bool,
    pushes: u32,
    snapshot: bool,
    recheck: bool,
    proven: bool,
    included: Option<Position>,
    ahead: Option<Position>,
    settles: u32,
    settle_at: Option<u64>,
    fork: Fork,
    last: Last,
}

// Which request the next event answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Push,
    Pull,
    Other,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// At the start nothing is known: it pulls once, and pushes what the queue holds.
    pub const fn new() -> Self {
        Engine {
            token: Token::Wanted,
            token_until_ms: 0,
            untrusted: false,
            refusals: 0,
            entries: BATCH_ENTRIES,
            bytes: BATCH_BYTES,
            most_entries: BATCH_ENTRIES,
            rows: PAGE_ROWS,
            failures: 0,
            sound: false,
            strikes: 0,
            last_try_ms: 0,
            stream_failures: 0,
            stream_at_ms: 0,
            pause: None,
            stop: None,
            pull: true,
            urgent: false,
            looked: false,
            focused: false,
            pushes: 0,
            snapshot: false,
            recheck: false,
            proven: false,
            included: None,
            ahead: None,
            // Only after a push is there something to settle.
            settles: SETTLES,
            settle_at: None,
            fork: Fork::None,
            last: Last::Other,
        }
    }

    /// Why nothing is sent although the server answers, if that is so.
    pub fn blocked(&self) -> Option<Blocked> {
        if let Some(stop) = &self.stop {
            return Some(stop.clone());
        }
        match &self.pause {
            Some((until, Pause::Asked)) => Some(Blocked::Busy { until_mono_ms: *until }),
            Some((_, Pause::Alarm { code, message })) => Some(Blocked::Alarm {
                code: code.clone(),
                message: message.clone(),
            }),
            Some((_, Pause::Backoff)) if self.untrusted => Some(Blocked::Untrusted),
            _ => None,
        }
    }

    /// Failures in a row, 0 after an answer of the server.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// When the live stream may be opened (milliseconds since boot); it paces itself apart from the requests, so that
    /// a server without it takes pushes all the same.
    pub const fn stream_at(&self) -> u64 {
        self.stream_at_ms
    }

    /// Says what to do now. `cursor` is `None` before first use; `now_ms` is milliseconds since boot.
    pub fn next(&mut self, queue: &Queue, cursor: Option<&Cursor>, now_ms: u64) -> Command {
        if let Some(stop) = &self.stop {
            return Command::Stop(stop.clone());
        }
        if let Some((until, _)) = &self.pause {
            if now_ms < *until {
                return Command::Wait { until_mono_ms: *until };
            }
            self.pause = None;
        }
        self.look_for_lost_entries(queue);
        if let Fork::Parted(common) = self.fork {
            return Command::NewEpoch { common };
        }
        let acknowledged = queue.acknowledged;
        let mark = Position::new(acknowledged.epoch, acknowledged.seq);
        let behind = self.fork == Fork::Probing || self.recheck || queue.pending > 0;
        let pull = self.pull || self.snapshot;
        // What must stop work at once does not wait behind a long queue, nor for the whole picture.
        let long = self.is_long(queue, cursor);
        let urgent = !self.snapshot && (self.urgent || (pull && long && !self.looked));
        if !behind && !pull && !urgent {
            match self.settle(mark, now_ms) {
                Some(0) => {}
                Some(until_mono_ms) => return Command::Wait { until_mono_ms },
                None if self.must_prove(mark) => {
                    self.recheck = true;
                    self.proven = true;
                }
                None => {
                    self.strikes = 0;
                    return Command::Idle;
                }
            }
        }
        let push = (behind || self.recheck) && !(pull && self.pushes >= PUSHES_BEFORE_A_PULL);
        self.last_try_ms = now_ms;
        if self.token == Token::InHand && now_ms >= self.token_until_ms {
            self.token = Token::Wanted;
        }
        if self.token == Token::Wanted {
            self.last = Last::Other;
            return Command::Token;
        }
        if urgent {
            self.last = Last::Other;
            return Command::Urgent;
        }
        if cursor.is_none() && !self.focused && !self.snapshot {
            self.last = Last::Other;
            return Command::Focus;
        }
        if push {
            self.last = Last::Push;
            let (after, entries) = match self.fork {
                Fork::Probing => (Position::new(acknowledged.epoch, 0), self.entries),
                // Of an epoch that has just begun nothing is acknowledged, but of those before it.
                _ if self.recheck && acknowledged.seq == 0 => (Position::new(1, 0), 1),
                _ if self.recheck => (Position::new(acknowledged.epoch, acknowledged.seq - 1), 1),
                _ => (mark, self.entries),
            };
            return Command::Push {
                after,
                entries,
                bytes: self.bytes,
            };
        }
        match cursor {
            Some(cursor) if !self.snapshot => {
                self.last = Last::Pull;
                Command::Pull {
                    cursor: cursor.clone(),
                    limit: self.rows,
                }
            }
            _ => {
                self.last = Last::Other;
                Command::Snapshot
            }
        }
    }

    /// Whether what is to be done first takes long: more than one push, or the whole picture.
    pub fn is_long(&self, queue: &Queue, cursor: Option<&Cursor>) -> bool {
        cursor.is_none() || queue.pending > self.entries as u64
    }

    // The server has entries that are not on the device: its files were restored from a backup. What is captured next would
    // take their numbers, and the picture would not show it, so it begins a new epoch.
    fn look_for_lost_entries(&mut self, queue: &Queue) {
        let tip = Position::new(queue.tip.epoch, queue.tip.seq);
        if queue.pending == 0
            && matches!(self.fork, Fork::None | Fork::Begun)
            && self.included.max(self.ahead).is_some_and(|theirs| theirs > tip)
        {
            // All of it is acknowledged, so the last one is in common.
            self.fork = Fork::Parted((tip.seq() > 0).then_some(queue.tip));
        }
    }

    // The server does not count what it acknowledged to an engine before this one: it is slow, or it was restored from its
    // backup and the engine that was told so died before it looked. The last acknowledged entry tells.
    fn must_prove(&self, mark: Position) -> bool {
        !self.proven && mark > Position::new(1, 0) && self.included.is_some_and(|included| included < mark)
    }

    // What was received is applied a moment later: looks again a few times before it counts as idle. `Some(0)`: pull now.
    fn settle(&mut self, mark: Position, now_ms: u64) -> Option<u64> {
        if mark.seq() == 0 || self.included.is_none_or(|included| included >= mark) || self.settles >= SETTLES {
            return None;
        }
        let at = *self.settle_at.get_or_insert(now_ms + (SETTLE_FIRST_MS << self.settles));
        if now_ms < at {
            return Some(at);
        }
        self.settle_at = None;
        self.settles += 1;
        self.pull = true;
        Some(0)
    }

    /// Takes note of what happened. `jitter` is a random number in `0..`[`JITTER`].
    pub fn happened(&mut self, event: Event, now_ms: u64, jitter: u64) {
        match event {
            Event::Reachable | Event::Foreground => {
                self.most_entries = BATCH_ENTRIES;
                if self.stop != Some(Blocked::Revoked) {
                    self.stop = None;
                }
                self.occasion();
            }
            Event::PersonAsked | Event::Enrolled => {
                self.stop = None;
                if event == Event::Enrolled {
                    self.token = Token::Wanted;
                }
                self.occasion();
            }
            Event::Changed => self.pull = true,
            Event::Captured => {
                self.failures = 0;
                if let Some((until, Pause::Backoff)) = &mut self.pause {
                    *until = (*until).min(self.last_try_ms + BACKOFF_FIRST_MS);
                }
            }
            Event::TokenGiven { good_ms } => {
                self.answered();
                self.token = Token::InHand;
                self.token_until_ms = now_ms.saturating_add(good_ms / 5 * 4);
            }
            Event::StreamOpened => {
                self.answered();
                self.refusals = 0;
                self.stream_failures = 0;
            }
            Event::StreamClosed => {
                self.stream_at_ms = now_ms + backoff(self.stream_failures, jitter);
                self.stream_failures += 1;
            }
            Event::Pushed {
                on_chain: true, sent, ..
            } => {
                self.answered();
                self.sound = true;
                self.refusals = 0;
                self.fork = Fork::None;
                self.ahead = None;
                self.recheck = false;
                self.proven = true;
                self.settles = 0;
                self.settle_at = None;
                self.pushes += 1;
                if sent >= self.entries {
                    self.entries = (self.entries * 2).min(self.most_entries);
                }
                self.bytes = (self.bytes * 2).min(BATCH_BYTES);
            }
            Event::Pushed { .. } => self.parted(None, now_ms, jitter),
            Event::PushedAhead { through } => {
                self.answered();
                self.refusals = 0;
                self.fork = Fork::None;
                self.recheck = false;
                self.proven = true;
                self.ahead = Some(Position::new(through.epoch, through.seq));
                self.strike(now_ms, jitter);
            }
            Event::NothingThere => match self.fork {
                Fork::Probing => self.fork = Fork::Parted(None),
                _ if self.recheck => self.recheck = false,
                _ => self.alarm(
                    "queue_hole",
                    "the first entry after the mark is not on the device",
                    now_ms,
                    jitter,
                ),
            },
            Event::UrgentTold => self.urgent = true,
            Event::UrgentPulled { more } => {
                self.answered();
                self.refusals = 0;
                self.looked = true;
                self.urgent = more;
            }
            Event::Pulled { more, included } => {
                self.answered();
                self.refusals = 0;
                self.pull = more;
                // With the last page everything is here.
                self.looked |= !more;
                self.pushes = 0;
                self.included = Some(included);
                self.rows = (self.rows * 2).min(PAGE_ROWS);
            }
            Event::Focused => {
                self.answered();
                self.refusals = 0;
                self.focused = true;
            }
            Event::PartFetched => {
                self.answered();
                self.refusals = 0;
                self.pushes = 0;
            }
            Event::Adopted => {
                self.answered();
                self.refusals = 0;
                // A server with another history may have forgotten what it had acknowledged.
                self.recheck = self.snapshot;
                self.snapshot = false;
                self.pull = true;
                self.pushes = 0;
            }
            Event::EpochBegun => {
                self.recheck = false;
                self.proven = true;
                self.fork = Fork::Begun;
            }
            Event::Refused {
                problem,
                known,
                retry_after_ms,
                sent,
            } => {
                self.refused(&problem, known, retry_after_ms, sent, now_ms, jitter);
            }
            Event::BadReceipt => self.alarm(
                "bad_receipt",
                "the receipt is not signed by the site's key",
                now_ms,
                jitter,
            ),
            Event::BadSnapshot => self.alarm("bad_snapshot", "the snapshot does not match its hash", now_ms, jitter),
            Event::Timeout => {
                self.untrusted = false;
                match self.last {
                    Last::Push => self.shrink(self.entries),
                    Last::Pull => self.rows = (self.rows / 2).max(ROWS_LEAST),
                    Last::Other => {}
                }
                self.back_off(now_ms, jitter);
            }
            Event::Untrusted => {
                self.untrusted = true;
                self.back_off(now_ms, jitter);
            }
            Event::Unreachable if self.sound => {
                self.untrusted = false;
                self.again(now_ms);
            }
            Event::NotOurs | Event::Unreachable | Event::StoreFailed => {
                self.untrusted = false;
                self.back_off(now_ms, jitter);
            }
        }
    }

    fn refused(
        &mut self,
        problem: &Problem,
        known: bool,
        retry_after_ms: Option<u64>,
        sent: usize,
        now_ms: u64,
        jitter: u64,
    ) {
        self.untrusted = false;
        match problem.code {
            Code::Unauthorized => {
                self.failures = 0;
                self.token = Token::Wanted;
                self.refusals += 1;
                if self.refusals > 1 {
                    self.stop = Some(Blocked::SignIn);
                }
            }
            Code::UnknownDevice => self.stop = Some(Blocked::SignIn),
            Code::Revoked => self.stop = Some(Blocked::Revoked),
            Code::UpgradeRequired => self.stop = Some(Blocked::UpdateApp),
            Code::Gap if known => {
                self.answered();
                self.ahead = None;
                self.recheck = false;
                self.proven = true;
                self.strike(now_ms, jitter);
            }
            Code::Gap => self.parted(None, now_ms, jitter),
            Code::Fork => {
                self.parted(problem.common.filter(|_| known), now_ms, jitter);
            }
            Code::CursorUnknown => {
                self.answered();
                self.snapshot = true;
                self.urgent = false;
                self.strike(now_ms, jitter);
            }
            // Not ours then, whatever it says: a single entry is always under the limit.
            Code::TooLarge if self.last != Last::Push || sent <= 1 => self.back_off(now_ms, jitter),
            Code::TooLarge => {
                self.shrink(sent);
                self.most_entries = self.entries;
                self.strike(now_ms, jitter);
            }
            Code::RateLimited | Code::Unavailable => match retry_after_ms {
                // Spread beyond the time asked for: a hundred devices heard the same number.
                Some(after) => {
                    self.failures = 0;
                    let after = after.min(RETRY_AFTER_MOST_MS);
                    let spread = part(after / 4 + BACKOFF_FIRST_MS, jitter);
                    self.pause = Some((now_ms.saturating_add(after).saturating_add(spread), Pause::Asked));
                }
                None => self.back_off(now_ms, jitter),
            },
            Code::BadRequest | Code::BadEnvelope | Code::Training => {
                self.alarm(problem.code.as_str(), &problem.detail, now_ms, jitter);
            }
            // The driver has repeated it with the nonce already.
            Code::UseDpopNonce | Code::BadCode | Code::NotFound | Code::Internal => self.back_off(now_ms, jitter),
        }
    }

    // The server's history is another one than ours.
    fn parted(&mut self, common: Option<StoredThrough>, now_ms: u64, jitter: u64) {
        match (self.fork, common) {
            // The epoch's number is taken: by one that began before the device was restored from a backup.
            (Fork::Begun, Some(common)) if common.seq == 0 => self.fork = Fork::Parted(None),
            (Fork::Begun, _) => self.alarm("fork", "the new epoch forked at once", now_ms, jitter),
            (Fork::None, None) => self.fork = Fork::Probing,
            (_, common) => self.fork = Fork::Parted(common),
        }
        self.strike(now_ms, jitter);
    }

    fn occasion(&mut self) {
        self.failures = 0;
        self.strikes = 0;
        self.refusals = 0;
        self.stream_failures = 0;
        self.stream_at_ms = 0;
        self.pull = true;
        self.looked = false;
        if !matches!(self.pause, Some((_, Pause::Asked))) {
            self.pause = None;
        }
    }

    fn answered(&mut self) {
        self.untrusted = false;
        if self.strikes <= STRIKES {
            self.failures = 0;
        }
        if matches!(self.pause, Some((_, Pause::Backoff))) {
            self.pause = None;
        }
    }

    fn shrink(&mut self, from: usize) {
        self.entries = (from.min(self.entries) / 2).max(1);
        self.bytes = (self.bytes / 2).max(BYTES_LEAST);
    }

    fn strike(&mut self, now_ms: u64, jitter: u64) {
        self.strikes += 1;
        if self.strikes > STRIKES {
            self.back_off(now_ms, jitter);
        }
    }

    // One answer was lost on a way that was good a moment ago: asked for again at once, and only once (ADR 22).
    fn again(&mut self, now_ms: u64) {
        self.pause_until(now_ms, now_ms.max(self.last_try_ms + BACKOFF_LEAST_MS));
    }

    fn back_off(&mut self, now_ms: u64, jitter: u64) {
        let wait = backoff(self.failures, jitter);
        if self.pause_until(now_ms, now_ms + wait) {
            self.failures = self.failures.saturating_add(1);
        }
    }

    // False: a pause that the server asked for, or an alarm, is never shortened by a lost network.
    fn pause_until(&mut self, now_ms: u64, until_ms: u64) -> bool {
        let held = |(until, why): &(u64, Pause)| *why != Pause::Backoff && *until > now_ms;
        if self.pause.as_ref().is_some_and(held) {
            return false;
        }
        self.looked = false;
        self.sound = false;
        self.pause = Some((until_ms, Pause::Backoff));
        true
    }

    fn alarm(&mut self, code: &str, message: &str, now_ms: u64, jitter: u64) {
        let after = BACKOFF_MOST_MS / 2 + part(BACKOFF_MOST_MS / 2, jitter);
        self.pause = Some((
            now_ms + after,
            Pause::Alarm {
                code: code.to_owned(),
                message: message.to_owned(),
            },
        ));
    }
}

// The back-off after so many failures before this one.
fn backoff(failures: u32, jitter: u64) -> u64 {
    let most = BACKOFF_FIRST_MS
        .saturating_mul(1 << failures.min(16))
        .min(BACKOFF_MOST_MS);
    part(most, jitter).max(BACKOFF_LEAST_MS)
}

// The part of `most` that the jitter picks, below `most`. A day in milliseconds times 2^32 fits.
const fn part(most: u64, jitter: u64) -> u64 {
    most.saturating_mul(jitter % JITTER) / JITTER
}

#[cfg(test)]
mod tests;
