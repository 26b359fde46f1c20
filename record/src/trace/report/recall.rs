//! A recall: where all of it is, what has left and for whom, and how far collecting it is (requirement F2).

use super::{Cell, Known, Report, Row};
use crate::model::{Account, Amount};
use crate::text::{Arg, Message};

/// Some of what a recall covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecallLine {
    /// In the warehouse.
    Here {
        /// Which item.
        item: String,
        /// Which lot.
        lot: Option<String>,
        /// Where.
        account: Account,
        /// How much, in base units.
        amount: Amount,
        /// In a cage, where it was to be brought.
        collected: bool,
    },
    /// It has left.
    Left {
        /// Which item.
        item: String,
        /// Which lot.
        lot: Option<String>,
        /// Which serial.
        serial: Option<String>,
        /// With which order.
        document: String,
        /// For whom, as printed.
        partner: Option<String>,
        /// How much, in base units.
        amount: Amount,
    },
}

/// The report of the recall `name`, given `reason` and what it covers.
pub fn recall(name: &str, covers: Vec<Message>, lines: &[RecallLine], cut: bool, known: Known) -> Report {
    let mut sums = [Amount::ZERO; 3];
    for line in lines {
        let (at, amount) = match line {
            RecallLine::Here { collected, amount, .. } => (usize::from(*collected), amount),
            RecallLine::Left { amount, .. } => (2, amount),
        };
        sums[at] = sums[at].plus(*amount);
    }
    let mut summary = covers;
    summary.push(
        Message::new("report-recall-sum")
            .with("togo", Arg::Amount(sums[0]))
            .with("collected", Arg::Amount(sums[1]))
            .with("left", Arg::Amount(sums[2])),
    );
    Report {
        name: "recall",
        title: Message::new("report-recall-title").with("recall", Arg::text(name)),
        summary,
        columns: &[
            "state", "item", "lot", "serial", "place", "amount", "document", "partner",
        ],
        rows: lines.iter().map(row).collect(),
        cut,
        known,
    }
}

fn row(line: &RecallLine) -> Row {
    match line {
        RecallLine::Here {
            item,
            lot,
            account,
            amount,
            collected,
        } => Row {
            depth: 0,
            text: Message::new("stock-here").with("place", Arg::account(account)),
            detail: Message::new("stock-detail")
                .with("amount", Arg::Amount(*amount))
                .maybe("lot", lot.as_ref().map(Arg::text)),
            cells: vec![
                Cell::Words(Message::new(if *collected {
                    "state-collected"
                } else {
                    "state-to-collect"
                })),
                Cell::Text(item.clone()),
                Cell::text(lot.as_ref()),
                Cell::Empty,
                Cell::Account(account.clone()),
                Cell::Amount(*amount),
                Cell::Empty,
                Cell::Empty,
            ],
            alert: !collected,
        },
        RecallLine::Left {
            item,
            lot,
            serial,
            document,
            partner,
            amount,
        } => Row {
            depth: 0,
            text: Message::new("recall-left")
                .with("document", Arg::text(document))
                .maybe("partner", partner.as_ref().map(Arg::text)),
            detail: Message::new("stock-detail")
                .with("amount", Arg::Amount(*amount))
                .maybe("lot", lot.as_ref().map(Arg::text)),
            cells: vec![
                Cell::Words(Message::new("state-left")),
                Cell::Text(item.clone()),
                Cell::text(lot.as_ref()),
                Cell::text(serial.as_ref()),
                Cell::Empty,
                Cell::Amount(*amount),
                Cell::Text(document.clone()),
                Cell::text(partner.as_ref()),
            ],
            alert: true,
        },
    }
}
