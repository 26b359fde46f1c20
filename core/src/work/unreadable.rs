//! What is wrong with a label that cannot be read, as a person would say it: which part of it, and from where on.

use lotline_record::text::{Arg, Message};
use lotline_scan::ScanError;

/// Of a label that breaks its standard. The reason in the standard's words stays with the entry and is not shown.
pub(super) fn unreadable(error: &ScanError) -> Message {
    let ai = error.ai.map(|ai| ai.to_string());
    let part = match ai.as_deref() {
        None => Message::new("label-part-code"),
        Some("00") => Message::new("label-part-pallet"),
        Some("01" | "02") => Message::new("label-part-item"),
        Some("10") => Message::new("label-part-lot"),
        Some("21") => Message::new("label-part-serial"),
        Some("11" | "12" | "13" | "15" | "16" | "17") => Message::new("label-part-date"),
        Some(ai) => Message::new("label-part-field").with("ai", Arg::text(ai)),
    };
    told(part, error.at, error.to_string(), error.code.as_str())
}

/// Of bytes that are neither a label nor text.
pub(super) fn not_text(bytes: usize) -> Message {
    let why = format!("{bytes} bytes that are not text");
    told(Message::new("label-part-code"), 0, why, "NOT_TEXT")
}

/// `at`: the first byte that is wrong, from 0.
fn told(part: Message, at: u32, why: String, code: &str) -> Message {
    Message::new("stop-unreadable-label")
        .with("part", Arg::Message(Box::new(part)))
        .with("at", Arg::Number(i64::from(at) + 1))
        .with("why", Arg::Text(why))
        .with("code", Arg::text(code))
}
