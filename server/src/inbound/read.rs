//! Bytes to records. Nothing here knows what the ledger has.

use super::{Brought, Document, Item, Line, Lot, Partner, Record, Task};
use lotline_record::model::{DocumentKind, Quantity, Unit};
use lotline_scan::Gtin;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The longest record: a ship notice of 10,000 serials has about 300 kB.
pub const MOST_BYTES: usize = 1 << 20;
const MOST_LINES: usize = 10_000;
const MOST_SERIALS: usize = 20_000;
const MOST_FACTOR: u32 = 1_000_000;
/// Below 2^53: every JSON reader keeps it exactly.
const MOST_REVISION: i64 = 9_007_199_254_740_991;

/// The records of a body, each its own bytes: lines of JSON, or one JSON array.
///
/// # Errors
/// Where it begins as an array and is none.
pub fn split(body: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    if body.trim_ascii_start().first() == Some(&b'[') {
        let all: Vec<Box<serde_json::value::RawValue>> =
            serde_json::from_slice(body).map_err(|error| error.to_string())?;
        return Ok(all.into_iter().map(|raw| raw.get().as_bytes().to_vec()).collect());
    }
    let lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    Ok(lines.filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect())
}

/// Reads one record.
///
/// # Errors
/// What it is called, as far as that can be read, and what is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Brought, (String, String)> {
    let unnamed = |why: String| (String::new(), why);
    if bytes.len() > MOST_BYTES {
        return Err(unnamed(format!(
            "{} bytes; a record has at most {MOST_BYTES}",
            bytes.len()
        )));
    }
    let mut members: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| unnamed(error.to_string()))?;
    let Some(Value::String(kind)) = members.remove("kind") else {
        return Err(unnamed("it has no kind".into()));
    };
    let named = |members: &Map<String, Value>| {
        let key = ["document", "task", "partner", "lot", "item"]
            .iter()
            .find_map(|name| members.get(*name).and_then(Value::as_str))
            .unwrap_or_default();
        let plain: String = format!("{kind} {key}")
            .chars()
            .filter(|c| !c.is_control())
            .take(120)
            .collect();
        plain.trim().to_owned()
    };
    let name = named(&members);
    let wrong = |why: String| (name.clone(), why);
    let revision = match members.remove("revision").and_then(|value| value.as_i64()) {
        Some(revision) if (0..=MOST_REVISION).contains(&revision) => revision,
        _ => return Err(wrong("its revision is no whole number from 0 to 2^53 - 1".into())),
    };
    let record = record(&kind, members).map_err(wrong)?;
    check(&record).map_err(|why| (name.clone(), why))?;
    Ok(Brought { revision, record })
}

fn of<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, String> {
    serde_json::from_value(Value::Object(members)).map_err(|error| error.to_string())
}

fn record(kind: &str, members: Map<String, Value>) -> Result<Record, String> {
    Ok(match kind {
        "item" => Record::Item(of(members)?),
        "lot" => Record::Lot(of(members)?),
        "partner" => Record::Partner(of(members)?),
        "task" => Record::Task(of(members)?),
        "notice" | "order" | "purchase" => {
            let paper: Document = of(members)?;
            let kind = DocumentKind::from_word(kind).unwrap_or(DocumentKind::Notice);
            Record::Document(Document { kind, ..paper })
        }
        other => {
            let shown: String = other.chars().take(40).collect();
            return Err(format!("there is no kind {shown:?}"));
        }
    })
}

/// A text that a person reads.
fn printable(what: &str, text: &str, most: usize) -> Result<(), String> {
    let length = text.chars().count();
    if text.trim() != text || !(1..=most).contains(&length) || text.chars().any(char::is_control) {
        return Err(format!("{what} is not a text of 1 to {most} characters"));
    }
    Ok(())
}

fn gtin(text: Option<&str>) -> Result<(), String> {
    text.map_or(Ok(()), |text| {
        Gtin::parse(text)
            .map(drop)
            .map_err(|error| format!("GTIN {text:?}: {error}"))
    })
}

fn quantity(text: &str) -> Result<(), String> {
    let read = Quantity::parse(text, Unit::each(), 1).and_then(|quantity| quantity.base());
    read.map(drop).map_err(|error| error.to_string())
}

fn check(record: &Record) -> Result<(), String> {
    match record {
        Record::Item(item) => item_holds(item),
        Record::Lot(Lot { expiry, produced, .. }) => match (produced, expiry) {
            (Some(produced), Some(expiry)) if produced > expiry => Err("it expires before it was made".into()),
            _ => Ok(()),
        },
        Record::Partner(partner) => partner_holds(partner),
        Record::Document(paper) => document_holds(paper),
        Record::Task(task) => task_holds(task),
    }
}

fn item_holds(item: &Item) -> Result<(), String> {
    printable("its name", &item.name, 120)?;
    printable("its base unit", &item.base_unit.0, 20)?;
    if item.levels.is_empty() {
        return Err("it has no pack level".into());
    }
    let mut seen = BTreeSet::new();
    for level in &item.levels {
        printable("a unit", &level.unit.0, 20)?;
        gtin(level.gtin.as_deref())?;
        if !(1..=MOST_FACTOR).contains(&level.factor) {
            return Err(format!("{}: a factor is 1 to {MOST_FACTOR}", level.level.as_str()));
        }
        if !seen.insert((level.level, level.valid_from)) {
            return Err(format!("{} is there twice", level.level.as_str()));
        }
    }
    Ok(())
}

fn partner_holds(partner: &Partner) -> Result<(), String> {
    printable("its key", &partner.partner, 60)?;
    printable("its name", &partner.name, 120)?;
    match &partner.gln {
        Some(gln) if gln.len() != 13 || !lotline_scan::has_check_digit(gln.as_bytes()) => {
            Err("its GLN is not 13 digits with their check digit".into())
        }
        _ => Ok(()),
    }
}

fn document_holds(paper: &Document) -> Result<(), String> {
    if let Some(partner) = &paper.partner {
        printable("its partner", partner, 60)?;
    }
    if !(1..=MOST_LINES).contains(&paper.lines.len()) {
        return Err(format!(
            "it has {} lines; 1 to {MOST_LINES} are taken",
            paper.lines.len()
        ));
    }
    let serials: usize = paper.lines.iter().map(|line| line.serials.len()).sum();
    if serials > MOST_SERIALS {
        return Err(format!("it has {serials} serials; at most {MOST_SERIALS} are taken"));
    }
    let mut seen = BTreeSet::new();
    for line in &paper.lines {
        let Line { line: number, .. } = line;
        let of_line = |why: String| format!("line {number}: {why}");
        if !seen.insert(number.as_str()) {
            return Err(of_line("it is there twice".into()));
        }
        gtin(line.gtin.as_deref()).map_err(of_line)?;
        quantity(&line.quantity).map_err(of_line)?;
        if line.item.is_none() && line.gtin.is_none() {
            return Err(of_line("neither its item nor its GTIN is told".into()));
        }
        if !line.serials.is_empty() && paper.kind != DocumentKind::Notice {
            return Err(of_line("only a ship notice tells serials".into()));
        }
    }
    Ok(())
}

fn task_holds(task: &Task) -> Result<(), String> {
    if let Some(equipment) = &task.equipment {
        printable("its equipment", equipment, 40)?;
    }
    task.quantity.as_deref().map_or(Ok(()), quantity)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(json: &str) -> (String, String) {
        read(json.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_notice_is_read_with_its_lots_serials_and_handling_units() {
        let text = r#"{"kind":"notice","revision":3,"document":"80050","owner":"ACME","partner":"SUP-ACME","place":"DOCK-1","lines":[
            {"line":"1","gtin":"09521141000014","quantity":"2","lot":"L1","expiry":"2028-03-31","plate":"095211410000000175","serials":["A1","A2"]},
            {"line":"2","item":"P500","quantity":"2.5"}]}"#;
        let brought = read(text.as_bytes()).unwrap();
        assert_eq!(
            (brought.revision, brought.record.name()),
            (3, ("notice", "80050".to_owned()))
        );
        let Record::Document(paper) = brought.record else {
            panic!("it is a document")
        };
        assert_eq!(
            (paper.kind, paper.lines.len(), paper.lines[0].serials.len()),
            (DocumentKind::Notice, 2, 2)
        );
    }

    #[test]
    fn a_body_is_lines_or_an_array() {
        assert_eq!(
            split(b"{\"a\":1}\r\n\n {\"b\":2}\n").unwrap(),
            [b"{\"a\":1}".to_vec(), b"{\"b\":2}".to_vec()]
        );
        assert_eq!(
            split(b" [{\"a\":1}, 7]").unwrap(),
            [b"{\"a\":1}".to_vec(), b"7".to_vec()]
        );
        assert!(split(b"[{").is_err());
        assert!(split(b"").unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_with_the_record() {
        let line = r#"{"line":"1","item":"P500","quantity":"1"}"#;
        for (json, name, says) in [
            ("[]", "", "invalid type"),
            ("{\"revision\":1}", "", "no kind"),
            (r#"{"kind":"moon","revision":1,"item":"X"}"#, "moon X", "no kind"),
            (
                r#"{"kind":"notice","document":"N1","lines":[]}"#,
                "notice N1",
                "revision",
            ),
            (
                r#"{"kind":"notice","revision":-1,"document":"N1"}"#,
                "notice N1",
                "revision",
            ),
            (
                r#"{"kind":"notice","revision":1,"document":"N1","owner":"A","lines":[]}"#,
                "notice N1",
                "0 lines",
            ),
            (
                &format!(r#"{{"kind":"notice","revision":1,"document":"N1","owner":"A","lines":[{line},{line}]}}"#),
                "notice N1",
                "twice",
            ),
            (
                r#"{"kind":"order","revision":1,"document":"N1","owner":"A","lines":[{"line":"1","item":"X","quantity":"1","serials":["A"]}]}"#,
                "order N1",
                "only a ship notice",
            ),
            (
                r#"{"kind":"order","revision":1,"document":"N1","owner":"A","lines":[{"line":"1","item":"X","quantity":"-1"}]}"#,
                "order N1",
                "line 1",
            ),
            (
                r#"{"kind":"order","revision":1,"document":"N1","owner":"A","lines":[{"line":"1","gtin":"09521141000015","quantity":"1"}]}"#,
                "order N1",
                "check digit",
            ),
            (
                r#"{"kind":"order","revision":1,"document":"N1","owner":"A","lines":[{"line":"1","item":"X","quantity":"1","lott":"L"}]}"#,
                "order N1",
                "lott",
            ),
            (
                r#"{"kind":"partner","revision":1,"partner":"P","name":"x","gln":"9521141000015"}"#,
                "partner P",
                "GLN",
            ),
        ] {
            let (found, why) = why(json);
            assert!(found == name && why.contains(says), "{json}: {found:?} {why:?}");
        }
        let deep = format!(
            "{{\"kind\":\"item\",\"revision\":1,\"item\":{}{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert!(read(deep.as_bytes()).is_err(), "a hostile depth is refused");
        let long = format!("{{\"kind\":\"item\",\"name\":\"{}\"}}", "x".repeat(MOST_BYTES));
        assert!(why(&long).1.contains("at most"));
    }
}
