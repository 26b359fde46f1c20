//! The hand-off: movements go to the site's back-ends (its WMS, its ERP) once applied, each in the order it must keep, until a
//! back-end has them or says that it will not (failure matrix, rows 50 and 51). `docs/wms.md` says what goes over the wire.
//!
//! The ledger knows how far each movement is (`ledger::hand_off`); here is who speaks. A connector says what one back-end's
//! answers mean; the worker decides when it is spoken to.
//!
//! | from the connector | means | the worker |
//! |---|---|---|
//! | `Answer::Applied` | the back-end has it | goes on |
//! | `Answer::Accepted` | it decides later | asks, later |
//! | `Answer::Rejected` | it will not have it | goes on; a person decides |
//! | `Answer::NotDone` | it is certainly not there | tells it again, later; gives up after so many of its own failures |
//! | `Answer::Unknown` | nobody knows | **asks** before it tells it again |

mod http;
mod webhook;
mod worker;

use crate::edge;
use crate::ledger::{Due, Order, Terms};
use futures_util::future::BoxFuture;
use lotline_record::entry::{Entry, Instant, Position, Sealed, hex};
use std::path::Path;
use std::time::Duration;
pub(crate) use worker::run;

/// A back-end: which connector speaks to it, and what it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackEndConfig {
    /// Its name: in the ledger, the console, the metrics. Small letters, digits, `-` and `_`; at most 32.
    pub name: String,
    /// How it is spoken to.
    pub connector: ConnectorConfig,
    /// Requests at once at most; else what the connector allows.
    pub parallel: Option<usize>,
    /// What keeps its order; else what the connector asks for.
    pub order: Option<Order>,
    /// Kinds of movements it gets (`received`, `picked`, …); empty: all.
    pub kinds: Vec<String>,
    /// Whether it is told of all that the ledger has, also where it is not the site's first.
    pub from_start: bool,
    /// How often a movement may fail by its own fault before a person must look.
    pub most_failures: u32,
}

/// How a back-end is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectorConfig {
    /// One movement a request, as JSON.
    Http(HttpConfig),
    /// The same, signed.
    Webhook(WebhookConfig),
}

/// The connector `http`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// Takes a `POST` of one movement.
    pub url: String,
}

/// The connector `webhook`.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookConfig {
    /// Takes a `POST` of one movement.
    pub url: String,
    /// What it is signed with: `whsec_` and 24 to 64 bytes in base64.
    pub secret: String,
}

impl std::fmt::Debug for WebhookConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookConfig")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl BackEndConfig {
    /// With the connector's own limits, for all movements.
    pub fn new(name: impl Into<String>, connector: ConnectorConfig) -> Self {
        BackEndConfig {
            name: name.into(),
            connector,
            parallel: None,
            order: None,
            kinds: Vec::new(),
            from_start: false,
            most_failures: 12,
        }
    }

    /// The back-end that one URL configures: `wms`, by the connector `http`.
    pub fn http(url: impl Into<String>) -> Self {
        BackEndConfig::new(
            crate::ledger::FIRST_BACK_END,
            ConnectorConfig::Http(HttpConfig { url: url.into() }),
        )
    }
}

/// What one attempt to tell brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It has it, and calls it so.
    Applied(Option<String>),
    /// It decides later, and calls it so.
    Accepted(Option<String>),
    /// It will not have it, in its own words.
    Rejected(String),
    /// It is certainly not there, and why.
    NotDone {
        why: String,
        /// The back-end's fault, not the movement's: it is away, or full. It is left alone for a while, for so long if it said.
        away: Option<Away>,
    },
    /// The request left, and nobody knows what became of it.
    Unknown(String),
}

/// How long a back-end is to be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Away {
    /// It did not say.
    Soon,
    /// It said (RFC 9110 §10.2.3).
    For(Duration),
}

/// What asking for a movement by its reference brought.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "the connector `http` asks by telling: a repeat is one movement there"
)]
pub(crate) enum Standing {
    /// It has it, and calls it so.
    Applied(Option<String>),
    /// It has not decided.
    Pending,
    /// It will not have it, in its own words.
    Rejected(String),
    /// It is not there: it is told.
    Absent,
    /// It could not be found out, and why.
    Unclear(String),
}

/// What a connector allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Requests at once at most.
    pub parallel: usize,
    /// What keeps its order unless the site says otherwise.
    pub order: Order,
}

/// A movement to be told.
pub(crate) struct Movement {
    /// As the ledger has it.
    pub due: Due,
    /// What its bytes say.
    pub entry: Entry,
}

impl Movement {
    /// Reads the stored bytes.
    fn of(due: Due) -> Result<Self, Box<(Due, String)>> {
        let position = Position::new(due.entry.epoch, due.entry.seq);
        match Sealed::from_stored(position, due.bytes.clone()).open() {
            Ok(entry) => Ok(Movement { due, entry }),
            Err(error) => Err(Box::new((due, format!("the entry cannot be told: {error}")))),
        }
    }

    /// Its name at every back-end: the entry's id.
    pub(crate) fn reference(&self) -> String {
        self.entry.id.to_string()
    }

    /// When it happened, by the device's clock set right by what was last known of it.
    fn happened(&self) -> Instant {
        let at = &self.entry.at;
        Instant::from_unix_ms(at.wall.unix_ms().saturating_add(at.offset_ms.unwrap_or_default()))
    }
}

/// A way to speak to a back-end. Every call ends within 30 seconds.
pub(crate) trait Connector: Send + Sync {
    /// Its name in the configuration.
    fn kind(&self) -> &'static str;

    /// What it allows.
    fn limits(&self) -> Limits;

    /// Tells it of a movement. The ledger has written down before that the request may leave.
    fn tell<'a>(&'a self, movement: &'a Movement) -> BoxFuture<'a, Answer>;

    /// Asks for a movement that may be there. A back-end that takes a repeat for one movement says [`Standing::Absent`].
    fn ask<'a>(&'a self, movement: &'a Movement) -> BoxFuture<'a, Standing>;
}

/// A back-end that the gateway was started with.
pub(crate) struct BackEnd {
    pub name: String,
    pub connector: Box<dyn Connector>,
    pub parallel: usize,
    pub order: Order,
    pub kinds: Vec<String>,
    pub from_start: bool,
    pub most_failures: u32,
}

impl BackEnd {
    /// Makes ready to speak; nothing is sent yet.
    pub(crate) fn open(config: BackEndConfig) -> Result<Self, String> {
        let named = |why: String| format!("{}: {why}", config.name);
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if !(1..=32).contains(&config.name.len()) || !config.name.chars().all(good) {
            return Err(named("a name has 1 to 32 small letters, digits, - or _".into()));
        }
        let connector: Box<dyn Connector> = match &config.connector {
            ConnectorConfig::Http(http) => Box::new(http::Http::open(http).map_err(named)?),
            ConnectorConfig::Webhook(webhook) => Box::new(webhook::Webhook::open(webhook).map_err(named)?),
        };
        let limits = connector.limits();
        let parallel = config.parallel.unwrap_or(limits.parallel);
        if !(1..=limits.parallel).contains(&parallel) {
            return Err(named(format!(
                "{parallel} requests at once: {} takes 1 to {}",
                connector.kind(),
                limits.parallel
            )));
        }
        Ok(BackEnd {
            parallel,
            order: config.order.unwrap_or(limits.order),
            name: config.name,
            connector,
            kinds: config.kinds,
            from_start: config.from_start,
            most_failures: config.most_failures.max(1),
        })
    }

    /// As the ledger must know it.
    pub(crate) fn terms(&self) -> Terms {
        Terms {
            name: self.name.clone(),
            kind: self.connector.kind(),
            order: self.order,
            kinds: self.kinds.clone(),
            from_start: self.from_start,
        }
    }
}

/// Names the gateway of this data folder among those that share a ledger; drawn once, so that one that was killed goes on
/// where it stopped instead of waiting for itself.
pub(crate) fn holder(data: &Path) -> std::io::Result<String> {
    let path = data.join("gateway_id");
    match std::fs::read_to_string(&path) {
        Ok(id) if !id.trim().is_empty() => return Ok(id.trim().to_owned()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let id = hex(&edge::random::<8>());
    std::fs::write(&path, &id)?;
    Ok(id)
}

/// The longest words of a back-end that are kept.
const MOST_WORDS: usize = 400;

/// A back-end's own words, fit to be kept and shown: one line, not too long, never empty.
fn words(said: &str) -> String {
    let plain: String = said
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MOST_WORDS)
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if plain.is_empty() {
        "no reason given".into()
    } else {
        plain
    }
}
