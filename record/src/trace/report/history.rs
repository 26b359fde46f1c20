//! What happened to a lot, serial, item or handling unit, the newest first.

use super::page::when;
use super::{Cell, Known, Report, Row};
use crate::entry::Position;
use crate::model::{Account, Amount};
use crate::text::{Arg, Message};
use crate::trace::marks::Marks;

/// A line of a history with names for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// When, milliseconds since 1970, by the device's clock.
    pub at_ms: i64,
    /// Minutes local time was ahead of UTC.
    pub zone_min: i32,
    /// Which device.
    pub device: String,
    /// Where in its chain.
    pub position: Position,
    /// Who, as printed.
    pub person: Option<String>,
    /// What: the entry's kind, with what belongs to it after a colon.
    pub kind: String,
    /// Which item.
    pub item: Option<String>,
    /// Which lot.
    pub lot: Option<String>,
    /// Which serial.
    pub serial: Option<String>,
    /// Which handling unit.
    pub plate: Option<String>,
    /// From where.
    pub from: Option<Account>,
    /// Where to.
    pub to: Option<Account>,
    /// How much, in base units.
    pub amount: Amount,
    /// For which document.
    pub document: Option<String>,
    /// To whom it went, of a shipment.
    pub partner: Option<String>,
}

impl Past {
    /// What happened, in one line.
    pub fn said(&self, when: Message) -> Message {
        // `raised:…`, `resolved:…` and `undone:…` have one message each; what the rest is called stands in `codes.ftl`.
        let (kind, rest) = self.kind.split_once(':').unwrap_or((&self.kind, ""));
        Message {
            id: format!("history-{}", kind.replace('_', "-")).into(),
            args: Vec::new(),
        }
        .with("when", Arg::Message(Box::new(when)))
        .with("what", Arg::text(rest))
        .with("amount", Arg::Amount(self.amount))
        .maybe("partner", self.partner.as_ref().map(Arg::text))
        .maybe("from", self.from.as_ref().map(Arg::account))
        .maybe("to", self.to.as_ref().map(Arg::account))
    }

    /// Who did it, and for what.
    pub fn detail(&self) -> Message {
        Message::new("history-detail")
            .with("who", Arg::Text(self.person.clone().unwrap_or_default()))
            .maybe("document", self.document.as_ref().map(Arg::text))
    }

    /// The entry's name: `DEVICE-EPOCH-SEQ`.
    pub fn entry(&self) -> String {
        format!("{}-{}-{}", self.device, self.position.epoch(), self.position.seq())
    }
}

/// The history of `subject`; of a serial with its `marks`; `cut` when there are older lines.
pub fn history(subject: &str, lines: &[Past], marks: &Marks, cut: bool, known: Known) -> Report {
    let rows = lines.iter().map(|line| {
        let time = when(line.at_ms, line.zone_min);
        let said = line.said(time);
        Row {
            depth: 0,
            detail: line.detail(),
            cells: vec![
                Cell::Time(line.at_ms, line.zone_min),
                Cell::Text(line.kind.clone()),
                Cell::Words(said.clone()),
                Cell::text(line.person.as_ref()),
                Cell::text(line.item.as_ref()),
                Cell::text(line.lot.as_ref()),
                Cell::text(line.serial.as_ref()),
                Cell::text(line.plate.as_ref()),
                Cell::account(line.from.as_ref()),
                Cell::account(line.to.as_ref()),
                Cell::Amount(line.amount),
                Cell::text(line.document.as_ref()),
                Cell::text(line.partner.as_ref()),
                Cell::Text(line.entry()),
            ],
            text: said,
            alert: false,
        }
    });
    Report {
        name: "history",
        title: Message::new("report-history-title").with("subject", Arg::text(subject)),
        summary: marks.said(),
        columns: &[
            "at", "what", "said", "who", "item", "lot", "serial", "plate", "from", "to", "amount", "document",
            "partner", "entry",
        ],
        rows: rows.collect(),
        cut,
        known,
    }
}
