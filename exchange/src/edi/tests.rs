//! What must hold for files, notices and mappings.

use super::*;
use crate::edi::envelope::interchanges;
use lotline_record::model::{Amount, Day, LotNumber, SerialNumber, Tracking};
use lotline_scan::{Gtin, Sscc, check_digit};
use proptest::prelude::*;
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

fn keyed(digits: usize, number: u64) -> String {
    let body = format!("{number:0width$}", width = digits - 1);
    let check = check_digit(body.as_bytes()).unwrap();
    format!("{body}{}", char::from(check))
}

fn text() -> impl Strategy<Value = String> {
    "[A-Za-z0-9 .,()/+:?'-]{0,10}[A-Z0-9]".prop_map(|text| text.trim().to_owned())
}

fn day() -> impl Strategy<Value = Day> {
    (2020..2040, 1..13_u32, 1..29_u32).prop_map(|(y, m, d)| Day::from_ymd_opt(y, m, d).unwrap())
}

prop_compose! {
    fn line(serial_base: u32)(
        number in "[1-9][0-9]{0,3}", gtin in 0..9_999_999_999_999_u64, buyer in prop::option::of("[A-Z0-9]{1,8}"),
        vendor in prop::option::of("[A-Z0-9-]{1,8}"), description in prop::option::of(text()),
        serials in 0..7_u32, quantity in 1..5_000_u32, unit in prop::sample::select(vec!["EA", "CA", "ZZ"]),
        lot in prop::option::of("[A-Za-z0-9-]{1,12}"), supplier in prop::option::of("[A-Z0-9]{1,12}"),
        days in [prop::option::of(day()), prop::option::of(day()), prop::option::of(day())],
        country in prop::option::of("[A-Z]{2}"), salt in any::<u16>(),
    ) -> Line {
        let (unit, quantity) = if serials > 0 { ("EA", serials) } else { (unit, quantity) };
        let serial = |n| SerialNumber::new(format!("S{serial_base}-{salt}-{n}")).unwrap();
        Line {
            number, gtin: Some(Gtin::parse(&keyed(14, gtin)).unwrap()), buyer_item: buyer, vendor_item: vendor,
            description, quantity: Some(Amount::whole(quantity)), unit: Some(unit.into()),
            lot: lot.map(|lot| LotNumber::new(lot).unwrap()),
            supplier_lot: supplier.map(|lot| LotNumber::new(lot).unwrap()),
            expiry: days[0], best_before: days[1], made: days[2], country,
            serials: (0..serials).map(serial).collect(), ..Line::default()
        }
    }
}

fn pack(sscc: u64) -> impl Strategy<Value = Unit> {
    line(u32::try_from(sscc % 1_000).unwrap()).prop_map(move |line| Unit {
        kind: UnitKind::Pack,
        sscc: Some(Sscc::parse(&keyed(18, sscc)).unwrap()),
        units: Vec::new(),
        lines: vec![line],
        origin: Origin::default(),
    })
}

/// What the ready mappings do not do: serials at packs, lots in PIA, lines counted, delimiters of its own in EDIFACT.
const OTHERS: [&str; 2] = [
    "name = 'marks'\nformat = 'x12'\n[serial]\nwrite = 'marks'\n[lot]\nwrite = ['reference']\n[hierarchy]\ntotals = 'lines'\n[envelope]\nsegment = \"\\u001D\"",
    "name = 'items'\nformat = 'edifact'\n[lot]\nwrite = ['item']\n[envelope]\nuna = true\nelement = '*'\ncomponent = '!'\ncharset = 'UNOY'",
];

/// Notices as any of the mappings can say them: one line in each pack, packs on pallets or not, one order or several.
fn notice() -> impl Strategy<Value = Notice> {
    let packs = prop::collection::vec(any::<u32>(), 1..6)
        .prop_flat_map(|seeds| seeds.iter().map(|seed| pack(u64::from(*seed) + 7)).collect::<Vec<_>>());
    let head = (
        text(),
        day(),
        prop::option::of(day()),
        prop::option::of(text()),
        prop::option::of(0..999_999_u64),
    );
    let orders = prop::collection::vec(("[A-Z0-9]{3,9}", prop::option::of(day())), 0..3);
    (head, packs, orders, any::<bool>()).prop_map(|((number, created, due, name, gln), packs, orders, tares)| {
        let orders: BTreeMap<String, Option<Day>> = orders.into_iter().collect();
        let orders: Vec<Order> = orders
            .into_iter()
            .map(|(number, date)| Order { number, date })
            .collect();
        let mut units = Vec::new();
        let count = packs.len();
        for (at, mut pack) in packs.into_iter().enumerate() {
            // Orders come in sequence: a form that has them above units writes them so.
            let order = orders.get(at * orders.len() / count).map(|order| order.number.clone());
            pack.lines[0].order = order;
            units.push(if tares {
                Unit {
                    kind: UnitKind::Tare,
                    sscc: Some(Sscc::parse(&keyed(18, 900_000 + at as u64)).unwrap()),
                    units: vec![pack],
                    lines: Vec::new(),
                    origin: Origin::default(),
                }
            } else {
                pack
            });
        }
        Notice {
            number,
            purpose: Purpose::Original,
            created: Moment {
                day: created,
                time: Some("0830".into()),
                zone: None,
            },
            shipped: Some(Moment {
                day: created,
                time: Some("0900".into()),
                zone: Some("UT".into()),
            }),
            due: due.map(Moment::day),
            packages: vec![Packages {
                kind: "carton".into(),
                count: u32::try_from(count).unwrap(),
                weight: Some(Amount::from_micros(412_500_000)),
                weight_unit: Some("KG".into()),
            }],
            carrier: Some(Carrier {
                scac: Some("ABCD".into()),
                name,
                mode: Some("M".into()),
            }),
            references: vec![Reference {
                kind: "bill".into(),
                value: "BOL1".into(),
            }],
            parties: vec![Party {
                role: "ship_from".into(),
                gln: gln.map(|n| keyed(13, n)),
                name: Some("A".into()),
                city: Some("Ghent".into()),
                postcode: Some("9000".into()),
                country: Some("BE".into()),
                street: vec!["Quay 1".into()],
                ..Party::default()
            }],
            statement: None,
            orders,
            units,
            lines: Vec::new(),
        }
    })
}

/// The answers to an altered sample, checked with every item kept by lot.
fn answered(text: &str) -> (String, String) {
    let file = read(text.as_bytes(), None, &Limits::default()).unwrap();
    let needs = Needs {
        otherwise: Some(Tracking::Lot),
        ..Needs::default()
    };
    let found: Vec<(usize, Vec<Finding>)> = file
        .readings
        .iter()
        .enumerate()
        .filter_map(|(at, reading)| Some((at, check(reading.notice.as_ref()?, &needs))))
        .collect();
    let reply = reply::reply(&file, 0, &found, &numbers(501, 502, 1)).unwrap().unwrap();
    for document in [Some(&reply.received), reply.judged.as_ref()].into_iter().flatten() {
        let held = interchanges(document, &Limits::default()).unwrap();
        assert_eq!(held[0].findings, [], "an answer is sound itself");
    }
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(reply.received), reply.judged.map(text).unwrap_or_default())
}

#[test]
fn a_good_notice_is_accepted_and_the_answer_goes_back_where_it_came_from() {
    let (received, judged) = answered(SAMPLE);
    for part in [
        "*ZZ*CUSTOMERDC     *ZZ*ORIGINDC       *",
        "GS*FA*CUSTOMERDC*ORIGINDC*20260302*0905*502*X*004010~",
        "AK1*SH*101~\nAK2*856*0001~\nAK5*A~\nAK9*A*1*1*1~\nSE*6*0001~",
    ] {
        assert!(received.contains(part), "{part} in {received}");
    }
    assert!(
        judged.contains("GS*AG*CUSTOMERDC*ORIGINDC*20260302*0905*503*"),
        "{judged}"
    );
    assert!(
        judged.contains("OTI*TA*SI*SHP0007712*ORIGINDC*CUSTOMERDC***101*0001*856~\nSE*"),
        "{judged}"
    );
}

#[test]
fn what_is_wrong_is_answered_by_segment_element_and_code() {
    for (from, to, told) in [
        ("SE*33*", "SE*34*", "AK5*R*4~\nAK9*R*1*1*0~"),
        ("SE*33*0001~\n", "", "AK5*R*2~\nAK9*R*1*1*0~"),
        ("ST*856*", "ST*850*", "AK2*850*0001~\nAK5*R*1~"),
        ("GE*1*101", "GE*1*102", "AK5*A~\nAK9*R*1*1*0*4~"),
        ("HL*3*2*T", "HL*3*9*T", "AK3*HL*13**8~\nAK4*2**7*9~\nAK5*R*5~"),
        (
            "DTM*036*20280331",
            "DTM*036*20280231",
            "AK3*DTM*24**8~\nAK4*2**8*20280231~\nAK5*R*5~",
        ),
        ("PRF*PO4711***20260225~\n", "", "AK3*PRF*11**3~"),
    ] {
        let (received, _) = answered(&SAMPLE.replacen(from, to, 1));
        assert!(received.contains(told), "{from} {to}: {received}");
    }
}

#[test]
fn what_only_the_warehouse_can_know_is_answered_by_the_824() {
    let bare = SAMPLE
        .replace("*LT*TOM-77~\nSN1", "~\nSN1")
        .replace("REF*LT*TOM-77~\n", "")
        .replace("SE*33", "SE*32");
    let (received, judged) = answered(&bare);
    assert!(received.contains("AK5*A~"), "{received}");
    assert!(judged.contains("OTI*TR*SI*SHP0007712*"), "{judged}");
    let told = "TED*007*lot_missing LINE 2 19521141012342 195211410000000318*LIN*28~";
    assert!(judged.contains(told), "{judged}");
    let (_, judged) = answered(&SAMPLE.replace("UL*9521141000014", "UL*9521141000015"));
    assert!(
        judged.contains("OTI*TE*") && judged.contains("TED*848*bad_gln*N1*9*4**9521141000015~"),
        "{judged}"
    );
}

#[test]
fn a_desadv_is_answered_by_a_contrl() {
    let golden = include_str!("../../tests/fixtures/edi/sotpi.desadv");
    let (good, _) = answered(golden);
    assert!(
        good.contains("UCI+101+9521141000014:14+9521141000021:14+8'\nUCM+1+DESADV:D:01B:UN:EAN007+7'"),
        "{good}"
    );
    assert!(good.contains("UNB+UNOC:3+9521141000021:14+9521141000014:14+"), "{good}");
    let (bad, _) = answered(
        &golden
            .replace("DTM+36:20280331", "DTM+36:20280231")
            .replace("UNT+39", "UNT+38"),
    );
    assert!(bad.contains("+4+29'\nUCS+26'\nUCD+12+2'"), "{bad}");
    let (lie, _) = answered(&golden.replace("UNZ+1+101", "UNZ+1+102"));
    assert!(lie.contains("+4+28+UNZ'\nUNT"), "{lie}");
}

#[test]
fn the_days_exceptions_are_lines_that_no_spreadsheet_runs() {
    let text = SAMPLE
        .replace("REF*SE*A2", "REF*SE*=cmd|x")
        .replace("REF*SE*A3", "REF*SE*=cmd|x");
    let file = read(text.as_bytes(), None, &Limits::default()).unwrap();
    let needs = Needs {
        otherwise: Some(Tracking::Lot),
        ..Needs::default()
    };
    let found = vec![(0, check(file.readings[0].notice.as_ref().unwrap(), &needs))];
    let rows = report::exceptions("in/1.x12", &file, &found);
    let csv = report::csv(&rows);
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2, "{csv}");
    assert!(
        lines[1]
            .starts_with("in/1.x12,ORIGINDC,000000101,SHP0007712,1,09521141012345,195211410000000240,serial_twice,")
    );
    assert!(lines[1].contains(",'=cmd|x,"), "{csv}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_notice_is_read_as_it_was_written_in_every_mapping(notice in notice()) {
        let others = OTHERS.iter().map(|text| Mapping::from_toml(text).unwrap());
        for mapping in READY.iter().map(|(name, _)| ready(name)).chain(others) {
            let name = &mapping.name;
            let written = write(&notice, &mapping, &numbers(7, 8, 9));
            let written = match written {
                // A form without a release character has no place for its own delimiters.
                Err(WriteError::Character { .. }) if mapping.format == Format::X12 => continue,
                other => other.unwrap(),
            };
            let (again, findings) = one(&written, Some(&mapping));
            prop_assert_eq!(&findings, &[], "{}", name);
            prop_assert_eq!(&again, &notice, "{}:\n{}", name, String::from_utf8_lossy(&written));
            let twice = write(&again, &mapping, &numbers(7, 8, 9)).unwrap();
            prop_assert_eq!(written, twice, "{}", name);
        }
    }

    #[test]
    fn a_notice_is_its_json(notice in notice()) {
        let json = serde_json::to_string(&notice).unwrap();
        prop_assert_eq!(serde_json::from_str::<Notice>(&json).unwrap(), notice);
    }

    #[test]
    fn what_can_be_read_is_written_byte_for_byte(at in 0..3_000_usize, byte in any::<u8>(), cut in 0..3_000_usize) {
        for sample in [SAMPLE, include_str!("../../tests/fixtures/edi/sotpi.desadv")] {
            let mut bytes = sample.as_bytes().to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(if cut % 3 == 0 { cut } else { usize::MAX });
            if let Ok(held) = interchanges(&bytes, &Limits::default()) {
                let again: Vec<u8> = held.iter().flat_map(|held| held.bytes().unwrap()).collect();
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
