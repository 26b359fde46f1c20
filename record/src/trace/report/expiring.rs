//! What expires when, and how long stock has been here: by lot and place (requirement C3).

use super::{Cell, Known, Report, Row};
use crate::model::{Account, Amount, Day, ItemId, LotNumber, OwnerId};
use crate::text::{Arg, Message};
use std::collections::BTreeMap;

/// Some stock of a lot, with its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// Whose.
    pub owner: OwnerId,
    /// Which item.
    pub item: ItemId,
    /// What people call it.
    pub name: String,
    /// Which lot.
    pub lot: LotNumber,
    /// When it expires.
    pub expiry: Option<Day>,
    /// The day it first came in.
    pub received_on: Option<Day>,
    /// Where.
    pub account: Account,
    /// How much, in base units.
    pub amount: Amount,
}

const COLUMNS: &[&str] = &[
    "item",
    "owner",
    "key",
    "lot",
    "place",
    "amount",
    "expires",
    "days_left",
    "received",
    "age",
    "bucket",
];

/// How soon: the first word that fits.
fn bucket(left: Option<i64>, alert_days: i64) -> Message {
    match left {
        None => Message::new("bucket-none"),
        Some(left) if left < 0 => Message::new("bucket-expired"),
        Some(0..=7) => Message::new("bucket-within").with("days", Arg::Number(7)),
        Some(8..=30) => Message::new("bucket-within").with("days", Arg::Number(30)),
        Some(left) if left <= alert_days => Message::new("bucket-within").with("days", Arg::Number(alert_days)),
        Some(_) => Message::new("bucket-later"),
    }
}

/// Stock that expires within `days` of `today`, the first to expire first. `alert_days` are the policy's.
pub fn expiring(mut stock: Vec<Dated>, days: u32, alert_days: u32, today: Day, cut: bool, known: Known) -> Report {
    stock.retain(|row| {
        row.expiry
            .is_some_and(|day| (day - today).num_days() <= i64::from(days))
    });
    stock.sort_by(|a, b| (a.expiry, &a.item, &a.lot, &a.account).cmp(&(b.expiry, &b.item, &b.lot, &b.account)));
    let alert = i64::from(alert_days);
    let mut sums: BTreeMap<i64, (Message, Amount)> = BTreeMap::new();
    for row in &stock {
        let left = row.expiry.map(|day| (day - today).num_days());
        let rank = match left {
            Some(left) if left < 0 => -1,
            Some(0..=7) => 7,
            Some(8..=30) => 30,
            Some(left) if left <= alert => alert,
            _ => i64::MAX,
        };
        let sum = sums.entry(rank).or_insert_with(|| (bucket(left, alert), Amount::ZERO));
        sum.1 = sum.1.plus(row.amount);
    }
    let summary = sums.into_values().map(|(words, amount)| {
        Message::new("report-sum")
            .with("what", Arg::Message(Box::new(words)))
            .with("amount", Arg::Amount(amount))
    });
    Report {
        name: "expiring",
        title: Message::new("report-expiring-title").with("days", Arg::Number(i64::from(days))),
        summary: summary.collect(),
        columns: COLUMNS,
        rows: stock.iter().map(|row| of(row, alert, today)).collect(),
        cut,
        known,
    }
}

/// Stock that came in `days` before `today` or earlier, the oldest first.
pub fn aging(mut stock: Vec<Dated>, days: u32, alert_days: u32, today: Day, cut: bool, known: Known) -> Report {
    stock.retain(|row| {
        row.received_on
            .is_some_and(|day| (today - day).num_days() >= i64::from(days))
    });
    stock.sort_by(|a, b| {
        (a.received_on, &a.item, &a.lot, &a.account).cmp(&(b.received_on, &b.item, &b.lot, &b.account))
    });
    Report {
        name: "aging",
        title: Message::new("report-aging-title").with("days", Arg::Number(i64::from(days))),
        summary: Vec::new(),
        columns: COLUMNS,
        rows: stock.iter().map(|row| of(row, i64::from(alert_days), today)).collect(),
        cut,
        known,
    }
}

fn of(row: &Dated, alert_days: i64, today: Day) -> Row {
    let left = row.expiry.map(|day| (day - today).num_days());
    let age = row.received_on.map(|day| (today - day).num_days());
    let words = bucket(left, alert_days);
    let detail = match row.expiry {
        Some(day) => Message::new("report-lot-days").with("expiry", Arg::Day(day)),
        None => Message::new("report-lot-days-none"),
    };
    Row {
        depth: 0,
        text: Message::new("report-lot")
            .with("item", Arg::text(&row.name))
            .with("lot", Arg::text(&row.lot))
            .with("place", Arg::account(&row.account))
            .with("amount", Arg::Amount(row.amount)),
        detail: detail.with("bucket", Arg::Message(Box::new(words.clone()))).with(
            "age",
            Arg::text(age.map_or_else(|| "-".to_owned(), |age| age.to_string())),
        ),
        cells: vec![
            Cell::Text(row.name.clone()),
            Cell::text(Some(&row.owner)),
            Cell::text(Some(&row.item)),
            Cell::text(Some(&row.lot)),
            Cell::Account(row.account.clone()),
            Cell::Amount(row.amount),
            Cell::day(row.expiry),
            left.map_or(Cell::Empty, Cell::Number),
            Cell::day(row.received_on),
            age.map_or(Cell::Empty, Cell::Number),
            Cell::Words(words),
        ],
        alert: left.is_some_and(|left| left <= 7),
    }
}
