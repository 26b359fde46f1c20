//! A report as one HTML file that needs nothing else: to read in a browser and to print.

use super::{Cell, Known, Report, Row};
use crate::entry::Instant;
use crate::text::{Arg, Message, Text};
use std::fmt::Write;

/// On paper the head of the table comes again on each sheet, and no row is torn. Logical properties only: right to left, all
/// of it is mirrored.
const STYLE: &str = "\
body{font:14px/1.4 system-ui,sans-serif;margin:1.5em;color:#111;background:#fff}
h1{font-size:1.4em;margin:0 0 .2em}p{margin:.2em 0}.known{color:#444}
table{border-collapse:collapse;width:100%;margin-block-start:1em}
th,td{text-align:start;vertical-align:top;padding:.25em .5em;border-block-end:1px solid #bbb}
th{border-block-end:2px solid #111}.n{text-align:end;font-variant-numeric:tabular-nums}
.alert td:first-child{border-inline-start:.3em solid #b00}.alert td{font-weight:600}
@media print{body{margin:0;font-size:10pt}thead{display:table-header-group}tr{break-inside:avoid}@page{margin:15mm}}";

impl Report {
    /// The report as a page in the language of `text`. Nothing that was scanned or typed can be more than text on it.
    pub fn page(&self, text: &Text) -> String {
        let title = escaped(&text.say(&self.title));
        let mut out = format!(
            "<!doctype html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\n\
             <body><h1>{title}</h1>\n<p class=\"known\">{}</p>\n",
            text.language(),
            text.direction().as_str(),
            escaped(&text.say(&self.known.said())),
        );
        for line in self.notes() {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "<p>{}</p>", escaped(&text.say(&line)));
        }
        out.push_str("<table><thead><tr>");
        for column in self.columns {
            let words = text.say(&Message {
                id: format!("column-{}", column.replace('_', "-")).into(),
                args: Vec::new(),
            });
            let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(&words));
        }
        out.push_str("</tr></thead><tbody>\n");
        for row in &self.rows {
            push_row(&mut out, row, text);
        }
        out.push_str("</tbody></table></body></html>\n");
        out
    }

    /// What stands above the rows: what they come to, that there is more, or that there are none.
    pub fn notes(&self) -> Vec<Message> {
        let mut notes = self.summary.clone();
        if self.rows.is_empty() {
            notes.push(Message::new("report-none"));
        }
        if self.cut {
            notes.push(Message::new("report-cut"));
        }
        notes
    }
}

impl Known {
    /// "What we know as of …".
    pub fn said(&self) -> Message {
        Message::new("report-known")
            .with("when", Arg::Message(Box::new(when(self.at_ms, self.zone_min))))
            .with("cursor", Arg::text(self.cursor))
    }
}

/// Day and clock at the site.
pub(super) fn when(at_ms: i64, zone_min: i32) -> Message {
    let at = Instant::from_unix_ms(at_ms);
    let (hour, minute) = at.clock(zone_min);
    Message::new("when-day")
        .with("day", Arg::Day(at.day(zone_min)))
        .with("clock", Arg::Text(format!("{hour:02}:{minute:02}")))
}

fn push_row(out: &mut String, row: &Row, text: &Text) {
    out.push_str(if row.alert { "<tr class=\"alert\">" } else { "<tr>" });
    for (n, cell) in row.cells.iter().enumerate() {
        let number = matches!(cell, Cell::Number(_) | Cell::Amount(_));
        let words = match cell {
            Cell::Empty => String::new(),
            Cell::Text(words) => words.clone(),
            Cell::Number(n) => n.to_string(),
            Cell::Amount(amount) => amount.to_string(),
            Cell::Day(day) => text.day(*day),
            Cell::Time(ms, zone_min) => text.say(&when(*ms, *zone_min)),
            Cell::Account(account) => text.account(account),
            Cell::Words(message) => text.say(message),
        };
        let class = if number { " class=\"n\"" } else { "" };
        // A tree is drawn by where its first column begins, from whichever side the language does.
        let indent = if n == 0 && row.depth > 1 {
            format!(" style=\"padding-inline-start:{}em\"", row.depth)
        } else {
            String::new()
        };
        let _ = write!(out, "<td{class}{indent}><bdi>{}</bdi></td>", escaped(&words));
    }
    out.push_str("</tr>\n");
}

fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
