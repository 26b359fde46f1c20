//! What the gateway counts of itself, as Prometheus reads it. `docs/operations.md` lists each of them; a test holds both together.

use crate::edge;
use crate::ledger::{BackEndLine, Counts, LedgerError};
use lotline_record::entry::Instant;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry};
use std::sync::atomic::{AtomicU64, Ordering};

/// Media type of [`Metrics::render`].
pub(crate) const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Seconds that begin a bucket: from a push that the page cache answers to one that waits for its limit.
const SECONDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

type Seconds = Gauge<f64, AtomicU64>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct To {
    to: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Told {
    back_end: String,
    answer: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Which {
    back_end: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Waiting {
    back_end: String,
    state: &'static str,
}

fn buckets() -> Histogram {
    Histogram::new(SECONDS)
}

/// The counts of one running gateway.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    /// Seconds from the request to its answer, of pushes that were stored.
    pub(crate) push: Histogram,
    pushes_waiting: Gauge,
    push_transactions: Counter,
    /// Entries that were new.
    pub(crate) received: Counter,
    /// Entries that got their verdict.
    pub(crate) applied: Counter,
    /// Whole pictures that were built.
    pub(crate) snapshots: Counter,
    live: Family<To, Gauge>,
    ledger_errors: Family<Kind, Counter>,
    told: Family<Told, Histogram, fn() -> Histogram>,
    has: Family<Which, Histogram, fn() -> Histogram>,
    handing: Family<Waiting, Gauge>,
    handing_behind: Family<Which, Seconds>,
    paused: Family<Which, Gauge>,
    to_apply: Gauge,
    behind: Seconds,
    kept_aside: Gauge,
    exceptions: Gauge,
    outbox: Family<State, Gauge>,
    outbox_behind: Seconds,
    devices: Family<State, Gauge>,
    memory: Gauge,
}

/// One registration; the registry keeps its own handle.
fn counted<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut all = Registry::default();
        let registry = &mut all;
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("lotline_build", "The version that runs", version);
        let started = Seconds::default();
        started.set(seconds(edge::now().unix_ms()));
        registry.register(
            "process_start_time_seconds",
            "When it started, seconds since 1970",
            started,
        );
        let metrics = Metrics {
            requests: counted(registry, "lotline_requests", "Requests answered", Family::default()),
            push: counted(registry, "lotline_push_seconds", "Pushes that were stored", buckets()),
            pushes_waiting: counted(
                registry,
                "lotline_pushes_waiting",
                "Pushes that wait to be written",
                Gauge::default(),
            ),
            push_transactions: counted(
                registry,
                "lotline_push_transactions",
                "Transactions that wrote pushes",
                Counter::default(),
            ),
            received: counted(
                registry,
                "lotline_entries_received",
                "New entries stored",
                Counter::default(),
            ),
            applied: counted(
                registry,
                "lotline_entries_applied",
                "Entries given their verdict",
                Counter::default(),
            ),
            snapshots: counted(
                registry,
                "lotline_snapshots",
                "Whole pictures built for devices",
                Counter::default(),
            ),
            live: counted(
                registry,
                "lotline_live_streams",
                "Open streams of news",
                Family::default(),
            ),
            ledger_errors: counted(
                registry,
                "lotline_ledger_errors",
                "Work that the ledger did not do",
                Family::default(),
            ),
            told: counted(
                registry,
                "lotline_back_end_seconds",
                "Movements told to a back-end, by what came of it",
                Family::new_with_constructor(buckets as fn() -> Histogram),
            ),
            has: counted(
                registry,
                "lotline_back_end_latency_seconds",
                "From when a movement happened to when a back-end accepted it",
                Family::new_with_constructor(buckets as fn() -> Histogram),
            ),
            handing: counted(
                registry,
                "lotline_back_end_movements",
                "Movements for a back-end by how far they got",
                Family::default(),
            ),
            handing_behind: counted(
                registry,
                "lotline_back_end_lag_seconds",
                "Age of the oldest movement that a back-end has not settled",
                Family::default(),
            ),
            paused: counted(
                registry,
                "lotline_back_end_paused",
                "Whether a person holds a back-end",
                Family::default(),
            ),
            to_apply: counted(
                registry,
                "lotline_apply_lag_entries",
                "Entries received and not yet applied",
                Gauge::default(),
            ),
            behind: counted(
                registry,
                "lotline_apply_lag_seconds",
                "Age of the oldest of them",
                Seconds::default(),
            ),
            kept_aside: counted(
                registry,
                "lotline_entries_kept_aside",
                "Entries that this version cannot apply",
                Gauge::default(),
            ),
            exceptions: counted(
                registry,
                "lotline_exceptions_open",
                "Exceptions that nobody settled",
                Gauge::default(),
            ),
            outbox: counted(
                registry,
                "lotline_outbox",
                "Movements by how far they got",
                Family::default(),
            ),
            outbox_behind: counted(
                registry,
                "lotline_outbox_lag_seconds",
                "Age of the oldest queued movement",
                Seconds::default(),
            ),
            devices: counted(
                registry,
                "lotline_devices",
                "Devices by when they were last heard of",
                Family::default(),
            ),
            memory: counted(
                registry,
                "process_resident_memory_bytes",
                "Memory in use, as Linux counts it",
                Gauge::default(),
            ),
            registry: all,
        };
        // There from the start, so that an alarm on one of them is not silent because nothing was counted yet.
        for to in ["device", "console"] {
            drop(metrics.live.get_or_create(&To { to }));
        }
        for kind in LedgerError::KINDS {
            drop(metrics.ledger_errors.get_or_create(&Kind { kind }));
        }
        metrics
    }

    /// Counts an answer. A method that this gateway has no route for counts as `other`: whoever asks does not choose how much
    /// is kept.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16) {
        let known = ["GET", "POST", "HEAD", "OPTIONS"];
        let method = known.into_iter().find(|known| *known == method).unwrap_or("other");
        let asked = Asked {
            method,
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&asked).inc();
    }

    /// Counts work that the ledger did not do.
    pub(crate) fn ledger_failed(&self, error: &LedgerError) {
        self.ledger_errors.get_or_create(&Kind { kind: error.kind() }).inc();
    }

    /// There from the start, so that an alarm on one of them is not silent because nothing was counted yet.
    pub(crate) fn speaks_to(&self, back_end: &str) {
        let named = || back_end.to_owned();
        for answer in ["applied", "accepted", "rejected", "dead", "not_done", "away", "unknown"] {
            let back_end = named();
            drop(self.told.get_or_create(&Told { back_end, answer }));
        }
        drop(self.has.get_or_create(&Which { back_end: named() }));
    }

    /// Counts what a back-end answered after so many seconds.
    pub(crate) fn told_back_end(&self, back_end: &str, answer: &'static str, seconds: f64) {
        let back_end = back_end.to_owned();
        self.told.get_or_create(&Told { back_end, answer }).observe(seconds);
    }

    /// Counts that a back-end accepted a movement so many seconds after it happened.
    pub(crate) fn back_end_has(&self, back_end: &str, seconds: f64) {
        let back_end = back_end.to_owned();
        self.has.get_or_create(&Which { back_end }).observe(seconds);
    }

    /// Counts a stream until the guard is dropped.
    pub(crate) fn stream(&self, to: &'static str) -> Stream {
        let gauge = self.live.get_or_create(&To { to }).clone();
        gauge.inc();
        Stream(gauge)
    }

    /// All of it, with what the ledger has at `now`.
    pub(crate) fn render(&self, counts: &Counts, back_ends: &[BackEndLine], now: Instant) -> String {
        let int = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let age = |since: Option<Instant>| since.map_or(0.0, |at| seconds((now.unix_ms() - at.unix_ms()).max(0)));
        self.pushes_waiting.set(int(counts.pushes_waiting));
        self.push_transactions
            .inner()
            .store(counts.push_transactions, Ordering::Relaxed);
        self.to_apply.set(int(counts.to_apply));
        self.behind.set(age(counts.oldest));
        self.kept_aside.set(int(counts.kept_aside));
        self.exceptions.set(int(counts.exceptions));
        for (state, count) in counts.outbox {
            self.outbox.get_or_create(&State { state }).set(int(count));
        }
        self.outbox_behind.set(age(counts.outbox_oldest));
        for line in back_ends.iter().filter(|line| line.retired.is_none()) {
            let which = Which {
                back_end: line.name.clone(),
            };
            for (state, count) in line
                .open
                .iter()
                .chain(&line.refused)
                .chain(&[("applied", line.applied)])
            {
                let back_end = line.name.clone();
                self.handing
                    .get_or_create(&Waiting { back_end, state })
                    .set(int(*count));
            }
            self.handing_behind.get_or_create(&which).set(age(line.oldest));
            self.paused.get_or_create(&which).set(i64::from(line.paused.is_some()));
        }
        for (state, count) in counts.devices {
            self.devices.get_or_create(&State { state }).set(int(count));
        }
        self.memory.set(int(edge::resident_bytes().unwrap_or_default()));
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of centuries fit a double")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// An open stream.
pub(crate) struct Stream(Gauge);

impl Drop for Stream {
    fn drop(&mut self) {
        self.0.dec();
    }
}
