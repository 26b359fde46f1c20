//! The exceptions of a day: what was raised, what was settled, and what waits, by rule and age (requirement D4).

use super::page::when;
use super::{Cell, Known, Report, Row};
use crate::model::Day;
use crate::text::{Arg, Message};
use std::collections::BTreeMap;

/// An exception, with names for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its name.
    pub exception: String,
    /// Which rule.
    pub code: String,
    /// The explanation.
    pub message: Message,
    /// Whose goods.
    pub owner: Option<String>,
    /// Which item.
    pub item: Option<String>,
    /// Which lot.
    pub lot: Option<String>,
    /// Which serial.
    pub serial: Option<String>,
    /// Whose scan, as printed.
    pub raised_by: Option<String>,
    /// On which device.
    pub device: String,
    /// When, milliseconds since 1970.
    pub raised_ms: i64,
    /// How it ended; `None` while it waits.
    pub settled: Option<Settled>,
}

/// How an exception ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// When, milliseconds since 1970; absent where nobody signed, as for a count.
    pub at_ms: Option<i64>,
    /// Who signed, as printed.
    pub by: Option<String>,
    /// The way out.
    pub how: String,
}

/// First and last-but-one millisecond of a day at a place so many minutes ahead of UTC: from, and up to without it.
pub fn span(day: Day, zone_min: i32) -> (i64, i64) {
    let midnight = |day: Day| {
        let days = day.signed_duration_since(Day::default()).num_days();
        days * 86_400_000 - i64::from(zone_min) * 60_000
    };
    (midnight(day), midnight(day) + 86_400_000)
}

/// The exceptions of `day` by the site's zone: those raised on it, those settled on it, and those that waited through it.
/// Those that wait come first, then by rule, the oldest first. `target_minutes` is the policy's.
pub fn exceptions(mut told: Vec<Told>, day: Day, target_minutes: u32, cut: bool, known: Known) -> Report {
    let (from, to) = span(day, known.zone_min);
    told.retain(|one| {
        one.raised_ms < to
            && one
                .settled
                .as_ref()
                .is_none_or(|settled| one.raised_ms >= from || settled.at_ms.is_some_and(|at| at >= from))
    });
    told.sort_by(|a, b| {
        (a.settled.is_some(), &a.code, a.raised_ms, &a.exception).cmp(&(
            b.settled.is_some(),
            &b.code,
            b.raised_ms,
            &b.exception,
        ))
    });
    let mut sums: BTreeMap<&str, [i64; 3]> = BTreeMap::new();
    for one in &told {
        let sum = sums.entry(&one.code).or_default();
        sum[usize::from(one.settled.is_some())] += 1;
        sum[2] += i64::from(late(one, target_minutes, known));
    }
    let summary = sums.into_iter().map(|(code, [open, settled, late])| {
        Message::new("report-exceptions-sum")
            .with("what", Arg::text(code))
            .with("open", Arg::Number(open))
            .with("settled", Arg::Number(settled))
            .with("late", Arg::Number(late))
    });
    Report {
        name: "exceptions",
        title: Message::new("report-exceptions-title").with("day", Arg::Day(day)),
        summary: summary.collect(),
        columns: &[
            "exception",
            "code",
            "rule",
            "state",
            "age_minutes",
            "late",
            "raised",
            "who",
            "device",
            "owner",
            "key",
            "lot",
            "serial",
            "why",
            "settled",
            "settled_by",
            "way_out",
            "ended",
        ],
        rows: told.iter().map(|one| row(one, target_minutes, known)).collect(),
        cut,
        known,
    }
}

/// Minutes from raising to settling, or until now.
fn age(one: &Told, known: Known) -> i64 {
    let end = one.settled.as_ref().and_then(|settled| settled.at_ms);
    let end = end.unwrap_or(if one.settled.is_some() {
        one.raised_ms
    } else {
        known.at_ms
    });
    (end - one.raised_ms).max(0) / 60_000
}

fn late(one: &Told, target_minutes: u32, known: Known) -> bool {
    age(one, known) > i64::from(target_minutes)
}

/// The words of `codes.ftl` for a code. The code has a column of its own, which is the same in every language.
fn named(id: &'static str, code: &str) -> Message {
    Message::new(id).with("what", Arg::text(code))
}

fn row(one: &Told, target_minutes: u32, known: Known) -> Row {
    let age = age(one, known);
    let late = late(one, target_minutes, known);
    let (state, settled) = match &one.settled {
        None => ("state-open", None),
        Some(settled) => ("state-settled", Some(settled)),
    };
    let open = settled.is_none();
    Row {
        depth: 0,
        text: one.message.clone(),
        detail: Message::new("report-exception")
            .with("state", Arg::Message(Box::new(Message::new(state))))
            .with("age", Arg::Number(age))
            .with(
                "late",
                Arg::Message(Box::new(Message::new(if late {
                    "state-late"
                } else {
                    "state-in-time"
                }))),
            )
            .with("when", Arg::Message(Box::new(when(one.raised_ms, known.zone_min)))),
        cells: vec![
            Cell::Text(one.exception.clone()),
            Cell::Text(one.code.clone()),
            Cell::Words(named("exception-code", &one.code)),
            Cell::Words(Message::new(state)),
            Cell::Number(age),
            Cell::Words(Message::new(if late { "state-late" } else { "state-in-time" })),
            Cell::Time(one.raised_ms, known.zone_min),
            Cell::text(one.raised_by.as_ref()),
            Cell::Text(one.device.clone()),
            Cell::text(one.owner.as_ref()),
            Cell::text(one.item.as_ref()),
            Cell::text(one.lot.as_ref()),
            Cell::text(one.serial.as_ref()),
            Cell::Words(one.message.clone()),
            settled
                .and_then(|settled| settled.at_ms)
                .map_or(Cell::Empty, |ms| Cell::Time(ms, known.zone_min)),
            Cell::text(settled.and_then(|settled| settled.by.as_ref())),
            Cell::text(settled.map(|settled| &settled.how)),
            settled
                .filter(|settled| !settled.how.is_empty())
                .map_or(Cell::Empty, |settled| Cell::Words(named("way-out", &settled.how))),
        ],
        alert: open,
    }
}
