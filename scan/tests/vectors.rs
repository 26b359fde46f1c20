//! GS1's own cases: what the Barcode Syntax Engine 1.4.1 says about the input of its unit tests.
//!
//! Every row of every file runs; the number of rows is asserted, so that a file that lost some is noticed.

use lotline_scan::{Form, Linter, Options, Scratch, lint, read, read_with};
use serde_json::Value;

const AIS: &str = include_str!("fixtures/gs1/unit_ai.jsonl");
const SCANS: &str = include_str!("fixtures/gs1/unit_scandata.jsonl");
const PARSED_URIS: &str = include_str!("fixtures/gs1/unit_dl_parse.jsonl");
const WRITTEN_URIS: &str = include_str!("fixtures/gs1/unit_dl_generate.jsonl");
const LINTERS: &str = include_str!("fixtures/gs1/unit_linters.jsonl");

fn rows(text: &str) -> impl Iterator<Item = Value> + '_ {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a fixture is JSON Lines"))
}

/// The fixtures write bytes above 0x7F as the character of that number.
fn bytes(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).expect("a byte"))
        .collect()
}

/// What we say, in the words of the oracle: elements, bracketed text and canonical URI, or code, AI and the linter's code.
fn ours(row: &Value) -> Value {
    let input = bytes(row["input"].as_str().expect("input"));
    let form = match row["form"].as_str() {
        Some("scan") => Form::Scan,
        Some("bracketed") => Form::Bracketed,
        Some("raw") => Form::Raw,
        other => panic!("form {other:?}"),
    };
    let letters = row["opts"].as_str().expect("opts");
    let mut options = Options::strict(2026);
    options.unknown_ais = letters.contains('u');
    options.unknown_dl_attributes = letters.contains('a');
    options.zero_suppressed_gtin = letters.contains('z');
    options.associations = !letters.contains('r');
    let mut scratch = Scratch::new();
    match read_with(&input, None, form, &options, &mut scratch) {
        Ok(label) => {
            let ais: Vec<Value> = label.elements().map(|e| Value::from(vec![e.ai, e.value])).collect();
            let ignored: Vec<&str> = label.ignored_parameters().collect();
            let stem = row["stem"].as_str().unwrap_or("https://id.gs1.org");
            serde_json::json!({
                "ok": true,
                "ais": ais,
                "bracketed": label.bracketed().map(|text| text.to_string()),
                "dl": label.digital_link().map(|uri| uri.to_string()),
                "ignored": (!ignored.is_empty()).then_some(ignored),
                "unit_dl": label.digital_link_at(stem).map_or_else(String::new, |uri| uri.to_string()),
            })
        }
        Err(error) => serde_json::json!({
            "ok": false,
            "code": error.code.as_str(),
            "ai": error.ai.map(|ai| ai.to_string()),
            "linter": error.linter.map(|finding| finding.code.as_str()),
            "markup": error.linter.map(|_| markup(&input, &error)),
        }),
    }
}

/// The reference engine marks the wrong characters: `(01)1234567890123|4|`. Ours from the byte offset.
fn markup(input: &[u8], error: &lotline_scan::ScanError) -> String {
    let at = error.at as usize;
    let end = at + error.len as usize;
    let ai = error.ai.expect("an AI").to_string();
    let in_query = format!("{ai}=");
    let name = if input.starts_with(b"http") {
        in_query.as_bytes()
    } else {
        ai.as_bytes()
    };
    let start = input
        .windows(name.len())
        .position(|window| window == name)
        .expect("the AI")
        + name.len();
    // In the query of a URI a blank is written so.
    let input: Vec<u8> = input
        .iter()
        .map(|&byte| if byte == b'+' { b' ' } else { byte })
        .collect();
    let text = |range: &[u8]| String::from_utf8_lossy(range).into_owned();
    format!("({ai}){}|{}|", text(&input[start..at]), text(&input[at..end]))
}

fn check(text: &str) -> usize {
    let mut run = 0;
    for row in rows(text) {
        let input = row["input"].as_str().expect("input");
        let (ours, oracle) = (ours(&row), &row["oracle"]);
        let same = |key: &str| ours.get(key).unwrap_or(&Value::Null) == oracle.get(key).unwrap_or(&Value::Null);
        let keys: &[&str] = match oracle["ok"].as_bool() {
            Some(true) => &["ok", "ais", "bracketed", "dl", "ignored"],
            // The oracle names the AI of an unrecognised one in its message only.
            _ => &["ok", "code", "ai", "linter"],
        };
        for key in keys {
            assert!(same(key), "{input:?}: {key}: ours {ours}, theirs {oracle}");
        }
        if row.get("unit_dl").is_some() {
            assert_eq!(ours["unit_dl"], row["unit_dl"], "{input:?}");
        }
        if let Some(markup) = oracle["markup"].as_str() {
            let ours = ours["markup"].as_str().expect("a linter error has a place");
            assert!(markup.starts_with(ours), "{input:?}: {markup} {ours}");
        }
        run += 1;
    }
    run
}

#[test]
fn ai_rows_give_what_the_reference_engine_gives() {
    assert_eq!(check(AIS), 223);
}

#[test]
fn scan_rows_give_what_the_reference_engine_gives() {
    assert_eq!(check(SCANS), 56);
}

#[test]
fn rows_of_parsed_uris_give_what_the_reference_engine_gives() {
    assert_eq!(check(PARSED_URIS), 118);
}

#[test]
fn rows_of_written_uris_give_what_the_reference_engine_gives() {
    assert_eq!(check(WRITTEN_URIS), 22);
}

#[test]
fn every_linter_row_gives_the_code_the_place_and_the_length() {
    let mut run = 0;
    let mut linters = std::collections::BTreeSet::new();
    for row in rows(LINTERS) {
        let name = row["form"]
            .as_str()
            .and_then(|form| form.strip_prefix("lint:"))
            .expect("lint:NAME");
        let linter = Linter::from_name(name).expect("every linter has a room");
        let input = bytes(row["input"].as_str().expect("input"));
        let oracle = &row["oracle"];
        match lint(linter, &input, 2021) {
            Ok(()) => assert_eq!(oracle["ok"], true, "{name} {input:?}: theirs {oracle}"),
            Err(error) => {
                let theirs = (oracle["code"].as_str(), oracle["pos"].as_u64(), oracle["len"].as_u64());
                let ours = (
                    Some(error.code.as_str()),
                    Some(u64::from(error.at)),
                    Some(u64::from(error.len)),
                );
                assert_eq!(ours, theirs, "{name} {:?}", row["input"]);
            }
        }
        linters.insert(linter.as_str());
        run += 1;
    }
    assert_eq!(run, 5_671);
    assert_eq!(linters.len(), Linter::ALL.len(), "every linter has rows");
}

#[test]
fn escaped_text_needs_the_scratch_and_says_so() {
    let error = read(br"(10)AB\(C", None, Form::Bracketed, &Options::new(2026)).expect_err("no place to rewrite");
    assert_eq!((error.code.as_str(), error.at), ("SCRATCH_NEEDED", 6));
}
