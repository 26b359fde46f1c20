//! What the targets hold every answer to.

use lotline_exchange::edi;
use lotline_record::model::{Day, Tracking};
use lotline_scan::{AimId, Code, Form, Label, Options, Scratch, read_with, readings};

/// The year the century of two-digit years is decided by.
pub const YEAR: u16 = 2026;

const LABEL_TYPES: [&str; 8] = ["]d2", "]C1", "]Q1", "]E0", "]I1", "]C0", "]Q3", "LABEL-TYPE-DATAMATRIX"];

/// Every way to read `data` in this form: strict or not, with or without a symbology, with GS1's rules on and off.
pub fn every_way(data: &[u8], form: Form) {
    let mut loose = Options::new(YEAR);
    (
        loose.unknown_ais,
        loose.unknown_dl_attributes,
        loose.zero_suppressed_gtin,
    ) = (true, true, true);
    loose.associations = false;
    let mut scratch = Scratch::new();
    for options in [Options::new(YEAR), Options::strict(YEAR), loose] {
        for symbology in std::iter::once(None).chain(LABEL_TYPES.iter().map(|name| AimId::parse(name).ok())) {
            match read_with(data, symbology, form, &options, &mut scratch) {
                Ok(label) => whole(&label),
                Err(error) => {
                    assert!(
                        error.at as usize <= data.len(),
                        "{error:?} points behind {} bytes",
                        data.len()
                    );
                    assert!(!error.to_string().is_empty());
                    if let Some(found) = readings(data, symbology, form, &options, &mut scratch) {
                        // A search that was given up is ambiguous, whatever it found until then.
                        assert!(found.count() > 0 || error.code == Code::Ambiguous);
                    }
                }
            }
        }
    }
}

/// Asks a label everything, and reads back what it writes of itself.
pub fn whole(label: &Label<'_>) {
    let known = format!(
        "{label:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}",
        label.gtin(),
        label.content_gtin(),
        label.sscc(),
        label.lot(),
        label.serial(),
        label.expiry_moment(),
        label.best_before(),
        label.production_date(),
        label.count(),
        label.net_weight_kg(),
        label.epc(),
        label.eu_fmd(),
        label.dscsa(),
    );
    assert!(known.len() + label.dates().count() + label.warnings().count() < 1 << 20);
    let mut options = Options::strict(YEAR);
    (options.associations, options.unknown_ais, options.unknown_dl_attributes) = (false, true, true);
    let mut scratch = Scratch::new();
    if let Some(text) = label.bracketed() {
        // A composite part alone begins with its mark, which text in brackets cannot.
        let text = text.to_string().trim_start_matches('|').to_owned();
        let again = read_with(text.as_bytes(), None, Form::Bracketed, &options, &mut scratch);
        let again = again.unwrap_or_else(|error| panic!("wrote {text}, which is refused: {error}"));
        assert!(pairs(&again) == pairs(label), "wrote {text}, which is read otherwise");
    }
    if let Some(uri) = label.digital_link() {
        let uri = uri.to_string();
        let again = read_with(uri.as_bytes(), None, Form::Raw, &options, &mut scratch);
        let again = again.unwrap_or_else(|error| panic!("wrote {uri}, which is refused: {error}"));
        let (mut one, mut other) = (pairs(&again), pairs(label));
        one.sort();
        other.sort();
        other.dedup();
        assert!(one == other, "wrote {uri}, which is read otherwise: {one:?}, {other:?}");
    }
    if let Some(hibc) = label.hibc()
        && let Some(text) = hibc
            .concatenated_code()
            .or(hibc.primary_code())
            .or(hibc.secondary_code())
    {
        let text = text.to_string();
        let again = read_with(text.as_bytes(), None, Form::Scan, &Options::new(YEAR), &mut scratch);
        let again = again.unwrap_or_else(|error| panic!("wrote {text}, which is refused: {error}"));
        assert!(again.lot() == label.lot() && again.serial() == label.serial(), "{text}");
    }
}

fn pairs(label: &Label<'_>) -> Vec<(String, String)> {
    label
        .elements()
        .map(|e| (e.ai.to_owned(), e.value.to_owned()))
        .collect()
}

/// Reads a file of X12 or EDIFACT, judges and answers it; what it says is read again as it was written.
pub fn edi(bytes: &[u8], mapping: &str) {
    let mapping = edi::Mapping::ready(mapping).and_then(Result::ok).expect("it comes with Lotline");
    let Ok(file) = edi::read(bytes, Some(&mapping), &edi::Limits::default()) else {
        return;
    };
    let again: Vec<u8> = file
        .interchanges
        .iter()
        .flat_map(|held| held.bytes().expect("what was read is of its set of characters"))
        .collect();
    assert!(again == bytes, "what was read is written otherwise");
    let needs = edi::Needs {
        otherwise: Some(Tracking::LotAndSerial),
        ..edi::Needs::default()
    };
    let mut found = Vec::new();
    for (at, reading) in file.readings.iter().enumerate() {
        if let Some(notice) = &reading.notice {
            found.push((at, edi::check(notice, &needs)));
        }
    }
    let numbers = edi::Numbers {
        interchange: 1,
        group: 1,
        message: 1,
        day: Day::from_ymd_opt(2026, 3, 2).expect("a day"),
        time: "0905".into(),
    };
    for index in 0..file.interchanges.len() {
        if let Ok(Some(reply)) = edi::reply::reply(&file, index, &found, &numbers) {
            for answer in std::iter::once(reply.received).chain(reply.judged) {
                let answer = edi::read(&answer, None, &edi::Limits::default());
                assert!(answer.is_ok(), "an answer that nobody can read: {answer:?}");
            }
        }
    }
    let _ = edi::report::csv(&edi::report::exceptions("f", &file, &found));
    for notice in file.readings.iter().filter_map(|reading| reading.notice.as_ref()) {
        if let Ok(written) = edi::write(notice, &mapping, &numbers) {
            let back = edi::read(&written, Some(&mapping), &edi::Limits::default());
            let back = back.unwrap_or_else(|error| panic!("wrote what is refused: {error}"));
            assert!(back.readings.len() == 1, "one notice becomes {}", back.readings.len());
        }
    }
}
