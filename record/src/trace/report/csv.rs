//! A report as CSV (RFC 4180): a header, CRLF, ISO 8601 days and times, UTF-8.

use super::{Cell, Report};
use crate::entry::Instant;
use crate::text::Text;

impl Report {
    /// The report as CSV. Words are in the language of `text`; column names, days, times, places and numbers are the same in
    /// every language. Text that a spreadsheet would run as a formula has an apostrophe in front.
    pub fn csv(&self, text: &Text) -> String {
        let mut out = self.columns.join(",");
        out.push_str("\r\n");
        for row in &self.rows {
            let cells: Vec<String> = row.cells.iter().map(|cell| field(cell, text)).collect();
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        }
        out
    }
}

fn field(cell: &Cell, text: &Text) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(n) => n.to_string(),
        Cell::Amount(amount) => amount.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Time(ms, zone_min) => iso(*ms, *zone_min),
        Cell::Account(account) => csv_cell(&account.to_string()),
        Cell::Text(words) => csv_cell(words),
        Cell::Words(message) => csv_cell(&plain(&text.say(message))),
    }
}

/// ISO 8601 with the offset of the place where it happened.
fn iso(ms: i64, zone_min: i32) -> String {
    let at = Instant::from_unix_ms(ms.saturating_add(i64::from(zone_min) * 60_000)).to_string();
    let sign = if zone_min < 0 { '-' } else { '+' };
    let minutes = zone_min.unsigned_abs();
    let local = at.trim_end_matches('Z');
    format!("{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Without the marks that keep codes in order on a screen that is written from right to left.
fn plain(words: &str) -> String {
    words.replace(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'], "")
}

/// Text as a cell of a CSV file: quoted where it must be, and with an apostrophe in front where a spreadsheet would run it
/// as a formula.
pub fn csv_cell(words: &str) -> String {
    // OWASP, CSV injection: what begins so is run by spreadsheets, blanks in front or not.
    let runs = words.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    let guarded = if runs.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%']) {
        format!("'{words}")
    } else {
        words.to_owned()
    };
    if guarded.contains([',', '"', '\r', '\n', ';']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}
