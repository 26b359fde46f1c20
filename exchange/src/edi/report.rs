//! The day's exceptions (requirement B3): which notice, which line, what it lacks.

use super::finding::Finding;
use super::read::File;
use lotline_record::trace::report::csv_cell;
use serde::Serialize;
use std::collections::HashMap;

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// Which file, as whoever keeps it calls it.
    pub file: String,
    /// Who sent it.
    pub sender: String,
    /// The interchange's control number.
    pub interchange: String,
    /// The notice; absent where it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// What is wrong.
    #[serde(flatten)]
    pub finding: Finding,
    /// Whether the document is refused for it.
    pub refused: bool,
}

const COLUMNS: [&str; 12] = [
    "file",
    "sender",
    "interchange",
    "notice",
    "line",
    "item",
    "plate",
    "code",
    "what",
    "found",
    "where",
    "refused",
];

/// The exceptions of a file; `found` are findings of [`check`](super::check()), by the reading they are about.
pub fn exceptions(name: &str, file: &File, found: &[(usize, Vec<Finding>)]) -> Vec<Exception> {
    let found: HashMap<usize, &Vec<Finding>> = found.iter().map(|(of, all)| (*of, all)).collect();
    let mut all = Vec::new();
    let row = |interchange: usize, notice: Option<&str>, finding: &Finding| {
        let held = file.interchanges.get(interchange)?;
        Some(Exception {
            file: name.to_owned(),
            sender: held.parties()[0].1.to_owned(),
            interchange: held.control().to_owned(),
            notice: notice.map(str::to_owned),
            finding: finding.clone(),
            refused: finding.code.refuses(),
        })
    };
    for (at, held) in file.interchanges.iter().enumerate() {
        let outside = held.findings.iter().filter(|finding| finding.place.position == 0);
        all.extend(outside.filter_map(|finding| row(at, None, finding)));
    }
    for (at, reading) in file.readings.iter().enumerate() {
        let notice = reading.notice.as_ref().map(|notice| notice.number.as_str());
        let checked = found.get(&at).copied().into_iter().flatten();
        let every = reading.findings.iter().chain(checked);
        all.extend(every.filter_map(|finding| row(reading.interchange, notice, finding)));
    }
    all
}

/// The exceptions as CSV (RFC 4180): a header, CRLF. What a spreadsheet would run as a formula has an apostrophe in front.
pub fn csv(exceptions: &[Exception]) -> String {
    let mut out = COLUMNS.join(",");
    out.push_str("\r\n");
    for row in exceptions {
        let finding = &row.finding;
        let cells = [
            row.file.as_str(),
            &row.sender,
            &row.interchange,
            row.notice.as_deref().unwrap_or_default(),
            finding.line.as_deref().unwrap_or_default(),
            finding.item.as_deref().unwrap_or_default(),
            finding.plate.as_deref().unwrap_or_default(),
            finding.code.word(),
            finding.code.text(),
            &finding.found,
            &finding.place.to_string(),
            if row.refused { "yes" } else { "no" },
        ];
        out.push_str(&cells.map(csv_cell).join(","));
        out.push_str("\r\n");
    }
    out
}
