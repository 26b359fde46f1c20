//! What must hold for files, notices and mappings.

mod generated;
mod replies;

use super::*;
use crate::edi::envelope::interchanges;
use lotline_record::model::{Amount, Day, OwnerId, PlaceId, Tracking};
use std::collections::BTreeMap;

const SAMPLE: &str = include_str!("../../tests/fixtures/edi/sotpi.x12");

fn ready(name: &str) -> Mapping {
    Mapping::ready(name).unwrap().unwrap()
}

fn numbers(interchange: u32, group: u32, message: u32) -> Numbers {
    let (day, time) = (Day::from_ymd_opt(2026, 3, 2).unwrap(), "0905".into());
    Numbers {
        interchange,
        group,
        message,
        day,
        time,
    }
}

fn one(bytes: &[u8], mapping: Option<&Mapping>) -> (Notice, Vec<Finding>) {
    let file = read(bytes, mapping, &Limits::default()).unwrap();
    assert_eq!(file.readings.len(), 1);
    let findings = file.findings().cloned().collect();
    (file.readings[0].notice.clone().unwrap(), findings)
}

/// The codes of what is wrong with an altered sample.
fn wrong(from: &str, to: &str) -> Vec<Code> {
    assert!(SAMPLE.contains(from), "{from}");
    let text = SAMPLE.replacen(from, to, 1);
    let file = read(text.as_bytes(), None, &Limits::default()).unwrap();
    let mut found: Vec<Code> = file.findings().map(|finding| finding.code).collect();
    for notice in file.readings.iter().filter_map(|reading| reading.notice.as_ref()) {
        let needs = Needs {
            items: BTreeMap::new(),
            otherwise: Some(Tracking::Lot),
        };
        found.extend(check(notice, &needs).iter().map(|finding| finding.code));
    }
    found
}

fn refusal(bytes: &[u8]) -> syntax::SyntaxFault {
    let error = read(bytes, None, &Limits::default()).expect_err("it is refused");
    assert!(error.place.offset <= bytes.len(), "{error}");
    error.what
}

#[test]
fn the_sample_says_what_it_says() {
    let (notice, findings) = one(SAMPLE.as_bytes(), Some(&ready("x12-4010")));
    assert_eq!(findings, []);
    assert_eq!(notice.number, "SHP0007712");
    assert_eq!(notice.orders[0].number, "PO4711");
    assert_eq!(notice.parties[1].gln.as_deref(), Some("9521141000021"));
    let tare = &notice.units[0];
    assert_eq!(
        (tare.kind, tare.sscc.unwrap().as_str()),
        (UnitKind::Tare, "095211410000000175")
    );
    assert_eq!(tare.units.len(), 2);
    let line = &tare.units[0].lines[0];
    assert_eq!(line.gtin.unwrap().as_str(), "09521141012345");
    assert_eq!(line.lot.as_ref().unwrap().as_str(), "L2603A");
    assert_eq!(line.serials.len(), 3);
    assert_eq!(line.expiry, Day::from_ymd_opt(2028, 3, 31));
    assert_eq!(
        check(
            &notice,
            &Needs {
                otherwise: Some(Tracking::Lot),
                ..Needs::default()
            }
        ),
        []
    );
}

#[test]
fn the_sample_is_written_again_byte_for_byte() {
    let held = interchanges(SAMPLE.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(held[0].bytes().unwrap(), SAMPLE.as_bytes());
    let mapping = ready("x12-4010");
    let (notice, _) = one(SAMPLE.as_bytes(), Some(&mapping));
    let written = write(&notice, &mapping, &numbers(101, 101, 1)).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), SAMPLE);
}

#[test]
fn the_sample_as_a_desadv_says_the_same() {
    let (notice, _) = one(SAMPLE.as_bytes(), None);
    let mapping = ready("eancom-d01b");
    let written = write(&notice, &mapping, &numbers(101, 101, 1)).unwrap();
    let golden = include_str!("../../tests/fixtures/edi/sotpi.desadv");
    assert_eq!(String::from_utf8(written).unwrap(), golden);
    let (again, findings) = one(golden.as_bytes(), Some(&mapping));
    assert_eq!((again, findings), (notice, Vec::new()));
}

#[test]
fn envelopes_that_lie_are_named() {
    for (from, to, code) in [
        ("SE*33*", "SE*34*", Code::SegmentCount),
        ("SE*33*0001", "SE*33*0002", Code::SetControl),
        ("SE*33*0001~\n", "", Code::SetTrailer),
        ("GE*1*101", "GE*2*101", Code::SetCount),
        ("GE*1*101", "GE*1*102", Code::GroupControl),
        ("GE*1*101~\n", "", Code::GroupTrailer),
        ("IEA*1*", "IEA*2*", Code::GroupCount),
        ("IEA*1*000000101", "IEA*1*000000102", Code::InterchangeControl),
        ("ST*856*", "ST*850*", Code::SetUnknown),
        ("ST*856*0001", "ST*856*", Code::SetControlBad),
        ("CTT*7*", "CTT*6*", Code::TotalLines),
        ("CTT*7*23", "CTT*7*24", Code::TotalQuantity),
    ] {
        assert!(wrong(from, to).contains(&code), "{from} {to}: {:?}", wrong(from, to));
    }
    let set = &SAMPLE[SAMPLE.find("ST*").unwrap()..SAMPLE.find("GE*").unwrap()];
    let twice = SAMPLE.replace("GE*1*", &format!("{set}GE*2*"));
    let file = read(twice.as_bytes(), None, &Limits::default()).unwrap();
    let codes: Vec<Code> = file.findings().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::SetControlTwice]);
}

#[test]
fn a_hierarchy_that_is_none_is_named_and_nothing_turns_in_circles() {
    for (from, to, code) in [
        ("HL*3*2*T", "HL*3*9*T", Code::ParentUnknown),
        ("HL*3*2*T", "HL*3*3*T", Code::ParentLater),
        ("HL*3*2*T", "HL*3*4*T", Code::ParentLater),
        ("HL*6*3*P", "HL*4*3*P", Code::LevelTwice),
        ("HL*3*2*T", "HL*3**T", Code::ElementMissing),
        ("HL*3*2*T", "HL*3*2*Q", Code::BadCode),
        ("HL*6*3*P", "HL*6*2*P", Code::PackOutside),
        ("00195211410000000318", "00195211410000000240", Code::SsccTwice),
        ("00195211410000000318", "00095211410000000175", Code::SsccInside),
        ("00195211410000000318", "00195211410000000319", Code::BadSscc),
        ("UK*09521141012345", "UK*09521141012346", Code::BadGtin),
        ("UL*9521141000014", "UL*9521141000015", Code::BadGln),
        ("BSN*00*SHP0007712*20260302*0900*0001~\n", "", Code::SegmentMissing),
        ("LIN*1*UK*09521141012345*LT*L2603A~\n", "", Code::SegmentMissing),
        ("SN1*1*3*EA~\n", "", Code::QuantityMissing),
        ("SN1*1*3*EA", "SN1*1*4*EA", Code::SerialCount),
        ("SN1*1*3*EA", "SN1*1*3e9*EA", Code::BadNumber),
        ("REF*SE*A2", "REF*SE*A1", Code::SerialTwice),
        ("REF*LT*L2603A", "REF*LT*L2603B", Code::LotTwice),
        ("DTM*036*20280331", "DTM*036*20280231", Code::BadDate),
        ("*0900*UT", "*2560*UT", Code::BadTime),
    ] {
        assert!(wrong(from, to).contains(&code), "{from} {to}: {:?}", wrong(from, to));
    }
    let bare = SAMPLE
        .replace("*LT*TOM-77~\nSN1", "~\nSN1")
        .replace("REF*LT*TOM-77~\n", "");
    let (notice, _) = one(bare.as_bytes(), None);
    let needs = Needs {
        otherwise: Some(Tracking::LotAndSerial),
        ..Needs::default()
    };
    let codes: Vec<Code> = check(&notice, &needs).iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::LotMissing, Code::SerialMissing]);
}

#[test]
fn a_hierarchy_deeper_than_any_warehouse_is_refused() {
    let head = &SAMPLE[..SAMPLE.find("HL*2*").unwrap()];
    let deep: Vec<String> = (2..40)
        .map(|at| {
            format!(
                "HL*{at}*{}*P~
",
                at - 1
            )
        })
        .collect();
    let deep = deep.concat();
    let tail = &SAMPLE[SAMPLE.find("CTT*").unwrap()..];
    let file = read(format!("{head}{deep}{tail}").as_bytes(), None, &Limits::default()).unwrap();
    assert!(file.findings().any(|finding| finding.code == Code::TooDeep));
}

#[test]
fn bytes_that_are_no_edi_are_refused_by_name_and_place() {
    use syntax::SyntaxFault as Fault;
    let cut = |text: &str| refusal(text.as_bytes());
    assert_eq!(cut(""), Fault::NotEdi);
    assert_eq!(cut("GIF89a"), Fault::NotEdi);
    assert_eq!(cut(&format!("\u{feff}{SAMPLE}")), Fault::NotEdi);
    assert_eq!(cut("ISA*00*"), Fault::Truncated { missing: "ISA" });
    assert_eq!(cut(&SAMPLE[..400]), Fault::Truncated { missing: "IEA" });
    assert_eq!(cut(&SAMPLE[..SAMPLE.len() - 4]), Fault::Truncated { missing: "IEA" });
    assert!(matches!(
        cut(&SAMPLE.replacen("*ZZ*ORIGINDC ", "*ZZ*ORIGINDC", 1)),
        Fault::IsaLayout { .. }
    ));
    assert!(matches!(
        cut(&SAMPLE.replacen("*T*>~", "*T**~", 1)),
        Fault::Delimiter { .. }
    ));
    assert!(matches!(
        cut(&SAMPLE.replacen("*T*>~", "*T*A~", 1)),
        Fault::Delimiter { .. }
    ));
    assert_eq!(cut(&SAMPLE.replacen("LIN*1*", "LIN*\0*", 1)), Fault::Control(0));
    assert_eq!(cut(&SAMPLE.replacen("LIN*1", "L\nN*1", 1)), Fault::Tag("L\nN".into()));
    assert!(matches!(
        cut(&SAMPLE.replacen("GS*SH", "ST*SH", 1)),
        Fault::Misplaced { .. }
    ));
    assert!(matches!(cut(&format!("{SAMPLE}rest")), Fault::NotEdi));
    assert!(matches!(
        cut(&SAMPLE.replacen("LIN*1", &format!("LIN*{}", "9".repeat(9_000)), 1)),
        Fault::SegmentTooLong { .. }
    ));
    assert!(matches!(
        cut(&SAMPLE.replacen("LIN*1", &format!("LIN{}", "*".repeat(300)), 1)),
        Fault::TooManyElements { .. }
    ));
    let mut latin = SAMPLE.replacen("ORIGIN DC", "ORIGIN D?", 1).into_bytes();
    let at = latin.iter().position(|byte| *byte == b'?').unwrap();
    latin[at] = 0xe9;
    assert_eq!(refusal(&latin), Fault::NotText { charset: "UTF-8" });
    let small = Limits {
        bytes: 100,
        ..Limits::default()
    };
    assert!(read(SAMPLE.as_bytes(), None, &small).is_err());
    let few = Limits {
        segments: 10,
        ..Limits::default()
    };
    assert!(read(SAMPLE.as_bytes(), None, &few).is_err());
    assert_eq!(
        cut("UNB+UNOD:3+A+B+260302:0905+1'UNZ+0+1'"),
        Fault::Charset {
            identifier: "UNOD".into()
        }
    );
    assert!(matches!(cut("UNA:::? 'UNB+UNOC:3'UNZ'"), Fault::Delimiter { .. }));
    assert_eq!(cut("UNA:+.? '"), Fault::Truncated { missing: "UNB" });
    assert_eq!(
        cut("UNB+UNOC:3+A+B+260302:0905+1'UNZ+0+1?'"),
        Fault::Truncated { missing: "UNZ" }
    );
}

#[test]
fn an_interchange_of_lies_alone_is_refused_whole() {
    let head = &SAMPLE[..SAMPLE.find("ST*").unwrap()];
    let lies = "ST*856*0001~SE*9*0002~".repeat(600);
    let text = format!("{head}{lies}GE*600*101~IEA*1*000000101~");
    assert_eq!(refusal(text.as_bytes()), syntax::SyntaxFault::Untrue { most: 1_000 });
    let notes = "N1*ST*A*UL*1~\n".repeat(1_200);
    let many = SAMPLE
        .replace("N1*ST*", &format!("{notes}N1*ST*"))
        .replace("SE*33*", "SE*1233*")
        .replace("HL*6*3*P", "HL*6*9*P");
    assert!(
        one(many.as_bytes(), None)
            .1
            .iter()
            .any(|finding| finding.code == Code::ParentUnknown)
    );
}

#[test]
fn several_interchanges_with_delimiters_of_their_own_are_one_file() {
    let other = SAMPLE.replace('*', "|").replace("~\n", "\u{1d}");
    let desadv = include_str!("../../tests/fixtures/edi/sotpi.desadv");
    let all = format!("{SAMPLE}{other}{desadv}");
    let file = read(all.as_bytes(), None, &Limits::default()).unwrap();
    assert_eq!(file.interchanges.len(), 3);
    let notices: Vec<_> = file
        .readings
        .iter()
        .map(|reading| reading.notice.clone().unwrap())
        .collect();
    assert!(notices.iter().all(|notice| *notice == notices[0]));
    assert_eq!(file.findings().count(), 0);
    let again: Vec<u8> = file
        .interchanges
        .iter()
        .flat_map(|held| held.bytes().unwrap())
        .collect();
    assert_eq!(again, all.as_bytes());
}

#[test]
fn ranges_partial_lots_and_needless_releases_are_read() {
    let golden = include_str!("../../tests/fixtures/edi/sotpi.desadv");
    let range = golden
        .replace("GIN+BN+A1+A2+A3'", "GIN+BN+A1:A3'")
        .replace("ORIGIN DC", "ORI?GIN DC");
    let (notice, findings) = one(range.as_bytes(), None);
    let held = interchanges(range.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(held[0].bytes().unwrap(), range.as_bytes());
    assert_eq!(findings, []);
    assert_eq!(notice, one(SAMPLE.as_bytes(), None).0);
    let wide = golden.replace("GIN+BN+A1+A2+A3'", "GIN+BN+1:99999'");
    assert_eq!(one(wide.as_bytes(), None).1[0].code, Code::RangeBad);
    let lots = SAMPLE
        .replace("*LT*TOM-77~\nSN1", "~\nSN1")
        .replace(
            "REF*LT*TOM-77~\n",
            "SLN*1**I*8*CA****LT*T1~\nSLN*2**I*12*CA****LT*T2~\n",
        )
        .replace("SE*33*", "SE*34*");
    let (notice, findings) = one(lots.as_bytes(), None);
    assert_eq!(findings, []);
    let lines = &notice.units[0].units[1].lines;
    let told: Vec<_> = lines
        .iter()
        .map(|l| (l.lot.clone().unwrap().to_string(), l.quantity.unwrap()))
        .collect();
    assert_eq!(
        told,
        [("T1".into(), Amount::whole(8)), ("T2".into(), Amount::whole(12))]
    );
    let less = lots.replace("I*12*CA", "I*11*CA");
    assert!(
        one(less.as_bytes(), None)
            .1
            .iter()
            .any(|finding| finding.code == Code::PartsQuantity)
    );
}

#[test]
fn a_mapping_with_an_unknown_key_or_a_place_its_format_lacks_is_refused() {
    for (text, why) in [
        ("name = 'a'\nformat = 'x12'\nlots = 1", "lots"),
        ("name = 'a'\nformat = 'csv'", "csv"),
        ("name = 'a'\nformat = 'x12'\n[lot]\nwrite = ['marks']", "lot.write"),
        (
            "name = 'a'\nformat = 'edifact'\n[serial]\nwrite = 'sub_line'",
            "serial.write",
        ),
        ("name = 'a'\nformat = 'x12'\n[envelope]\nelement = '~'", "envelope"),
        (
            "name = 'a'\nformat = 'x12'\n[envelope]\nelement = '**'",
            "envelope.element",
        ),
        (
            "name = 'a'\nformat = 'x12'\n[envelope]\nrepetition = '^'",
            "envelope.version",
        ),
        (
            "name = 'a'\nformat = 'edifact'\n[envelope]\ncharset = 'KOI8'",
            "envelope.charset",
        ),
        (
            "name = 'a'\nformat = 'edifact'\n[envelope]\nelement = '|'",
            "envelope.una",
        ),
    ] {
        let error = Mapping::from_toml(text).expect_err(text).to_string();
        assert!(error.contains(why), "{error}");
    }
    for (name, _) in READY {
        assert!(!ready(name).source.is_empty(), "{name} names its document");
    }
}

/// The sample as medicines are told in the United States: a National Drug Code, who bought and sold, the statement.
const MEDICINE: &str = "YNQ**Y***Seller has complied with each applicable subsection of FDCA Sec. 581(27).***99*TS~\n";

#[test]
fn the_transaction_statement_and_the_drug_code_are_read_and_written() {
    let text = SAMPLE
        .replace(
            "HL*2*1*O",
            &format!("N1*SE*SELLER*92*4711~\nN3*DOCK ROAD 1*GATE 2~\nN4*BOSTON*MA*02101*US~\n{MEDICINE}HL*2*1*O"),
        )
        .replace("UK*09521141012345*LT", "UK*09521141012345*N4*12345678901*LT")
        .replace("SE*33*", "SE*37*");
    let mapping = ready("x12-5010-dscsa");
    let (notice, findings) = one(text.as_bytes(), Some(&mapping));
    assert_eq!(findings, []);
    assert!(notice.statement.as_deref().unwrap().starts_with("Seller has complied"));
    let seller = &notice.parties[2];
    assert_eq!(
        (seller.role.as_str(), seller.street.len(), seller.number.as_deref()),
        ("seller", 2, Some("4711"))
    );
    assert_eq!(notice.units[0].units[0].lines[0].ndc.as_deref(), Some("12345678901"));
    let written = write(&notice, &mapping, &numbers(1, 1, 1)).unwrap();
    assert_eq!(one(&written, Some(&mapping)), (notice.clone(), Vec::new()));
    let text = String::from_utf8(written).unwrap();
    assert!(
        text.contains("*^*00501*") && text.contains(MEDICINE.trim_end()) && text.contains("HL*1**S*1~"),
        "{text}"
    );
    let error = write(&notice, &ready("eancom-d01b"), &numbers(1, 1, 1)).expect_err("no place for it");
    assert_eq!(error, WriteError::NoPlace("a transaction statement of the DSCSA"));
}

#[test]
fn a_form_without_a_place_for_something_refuses_to_write_it() {
    let (mut notice, _) = one(SAMPLE.as_bytes(), None);
    notice.orders.push(Order {
        number: "PO2".into(),
        date: None,
    });
    notice.units[0].units[1].lines[0].order = Some("PO2".into());
    let mapping = ready("x12-4010");
    let error = write(&notice, &mapping, &numbers(1, 1, 1)).expect_err("two orders on one pallet");
    assert_eq!(error, WriteError::SeveralOrders("095211410000000175".into()));
    let written = write(&notice, &ready("eancom-d01b"), &numbers(1, 1, 1)).unwrap();
    assert_eq!(one(&written, None).0, notice, "a DESADV says the order at the line");
    notice.units[0].units[1].lines[0].order = Some("PO3".into());
    let error = write(&notice, &ready("eancom-d01b"), &numbers(1, 1, 1)).expect_err("no such order");
    assert_eq!(error, WriteError::UnknownOrder("PO3".into()));
    let (mut notice, _) = one(SAMPLE.as_bytes(), None);
    notice.number = "A*B".into();
    let error = write(&notice, &mapping, &numbers(1, 1, 1)).expect_err("a delimiter");
    assert!(matches!(error, WriteError::Character { found: '*', .. }));
    let (notice, _) = one(SAMPLE.replace("*ORIGIN DC*", "*ORIGIN \u{20ac}*").as_bytes(), None);
    let error = write(&notice, &ready("eancom-d01b"), &numbers(1, 1, 1)).expect_err("not in ISO 8859-1");
    assert!(matches!(error, WriteError::Character { found: '\u{20ac}', .. }));
}

#[test]
fn a_notice_becomes_a_record_of_what_back_ends_bring() {
    let (mut notice, _) = one(SAMPLE.as_bytes(), None);
    notice.units[0].units[1].lines[0].number = "1".into();
    let (owner, place) = (OwnerId::new("ACME").unwrap(), PlaceId::new("DOCK-1").unwrap());
    let record = brought::brought(&notice, &owner, Some(&place), 3);
    let want = serde_json::json!({"kind": "notice", "revision": 3, "document": "SHP0007712", "owner": "ACME",
        "place": "DOCK-1", "lines": [
            {"line": "1", "gtin": "09521141012345", "quantity": "3", "lot": "L2603A", "expiry": "2028-03-31",
             "plate": "095211410000000175", "serials": ["A1", "A2", "A3"]},
            {"line": "1/2", "gtin": "19521141012342", "quantity": "20", "lot": "TOM-77", "expiry": "2026-09-15",
             "plate": "095211410000000175"}]});
    assert_eq!(record, want);
    notice.purpose = Purpose::Cancel;
    assert_eq!(brought::brought(&notice, &owner, None, 4)["closed"], true);
}
