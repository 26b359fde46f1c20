//! Reports: what a person asks the record, as a table. A screen, a CSV file and a printable page are drawn from the same
//! rows, on the device and at the gateway.

mod csv;
mod exceptions;
mod expiring;
mod genealogy;
mod history;
mod page;
mod recall;

pub use csv::csv_cell;
pub use exceptions::{Settled, Told, exceptions, span};
pub use expiring::{Dated, aging, expiring};
pub use genealogy::genealogy;
pub use history::{Past, history};
pub use recall::{RecallLine, recall};

use crate::model::{Account, Amount, Day};
use crate::text::Message;

/// What is written beside the rows: how old the knowledge is that they rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// When the report was made, milliseconds since 1970.
    pub at_ms: i64,
    /// Minutes the site is ahead of UTC.
    pub zone_min: i32,
    /// The picture's cursor; the number of the last change at the gateway.
    pub cursor: u64,
}

/// A value of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text as it is.
    Text(String),
    /// A whole number.
    Number(i64),
    /// An amount, in base units.
    Amount(Amount),
    /// A day.
    Day(Day),
    /// Milliseconds since 1970, at so many minutes ahead of UTC.
    Time(i64, i32),
    /// Where.
    Account(Account),
    /// Words.
    Words(Message),
}

impl Cell {
    /// Text of anything printable, or nothing.
    pub fn text(text: Option<impl ToString>) -> Self {
        text.map_or(Cell::Empty, |text| Cell::Text(text.to_string()))
    }

    /// A day, or nothing.
    pub fn day(day: Option<Day>) -> Self {
        day.map_or(Cell::Empty, Cell::Day)
    }

    /// A place, or nothing.
    pub fn account(account: Option<&Account>) -> Self {
        account.map_or(Cell::Empty, |account| Cell::Account(account.clone()))
    }
}

/// A row of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Generations below the root of a tree; 0 elsewhere.
    pub depth: usize,
    /// What a screen says of it.
    pub text: Message,
    /// What it says beside that.
    pub detail: Message,
    /// Its values, one for each column.
    pub cells: Vec<Cell>,
    /// Somebody has to do something about it.
    pub alert: bool,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which: `history`, `genealogy`, `expiring`, `aging`, `exceptions`, `recall`.
    pub name: &'static str,
    /// Its title.
    pub title: Message,
    /// What it comes to, line by line.
    pub summary: Vec<Message>,
    /// Names of its columns, as a CSV file writes them; `column-…` is what a person reads.
    pub columns: &'static [&'static str],
    /// Its rows.
    pub rows: Vec<Row>,
    /// There is more than was looked at.
    pub cut: bool,
    /// What it rests on.
    pub known: Known,
}

#[cfg(test)]
mod tests;
