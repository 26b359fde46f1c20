//! HIBC, ISBT 128 and IFA labels: the examples of their standards, damage that must be refused, and what is written reads
//! back.

use lotline_scan::hibc::check_character;
use lotline_scan::{
    Code, Date, Form, Hibc, Isbt128, Kind, Label, Options, Ppn, ProductCode, ScanError, Scratch, WarningCode, isbt128,
    read, read_with,
};
use proptest::prelude::*;

fn scan(data: &str) -> Result<Label<'_>, ScanError> {
    read(data.as_bytes(), None, Form::Scan, &Options::new(2026))
}

/// The kind, or the code of the refusal and the byte it is about.
fn kind_or_refusal(data: &str) -> Result<Kind, (Code, usize)> {
    let at = |error: ScanError| usize::try_from(error.at).expect("a place in the data");
    scan(data)
        .map(|label| label.kind())
        .map_err(|error| (error.code, at(error)))
}

fn hibc(body: &str) -> String {
    format!("{body}{}", check_character(body).expect("characters of a HIBC"))
}

/// A secondary code behind the primary code `+A123BJC5D6E71G`.
fn secondary(body: &str) -> String {
    hibc(&format!("+{body}G"))
}

#[test]
fn a_primary_code_names_labeler_product_and_unit() {
    // The example of the standard.
    let label = scan("+A123BJC5D6E71G").expect("a primary code");
    assert_eq!(label.kind(), Kind::Hibc);
    let found = label.hibc().expect("a HIBC");
    let primary = found.primary.expect("primary data");
    assert_eq!(
        (primary.lic, primary.pcn, primary.unit_of_measure),
        ("A123", "BJC5D6E7", 1)
    );
    assert_eq!((found.link, label.lot(), label.expiry()), (None, None, None));
    for carrier in ["]A0", "]C0", "]d1", "]Q1", "]L0", "]z0"] {
        let data = format!("{carrier}+A123BJC5D6E71G\r\n");
        assert_eq!(scan(&data).expect("any symbology").kind(), Kind::Hibc, "{carrier}");
    }
}

#[test]
fn a_concatenated_code_says_all_at_once() {
    let body = "+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202";
    let whole = hibc(body);
    let label = scan(&whole).expect("the check character holds");
    let found = label.hibc().expect("a HIBC");
    assert_eq!(found.primary.map(|primary| primary.pcn), Some("PARTNO123456789012"));
    assert_eq!(
        (label.lot(), label.serial()),
        (Some("LOT123456789012345"), Some("XYZ456789012345678"))
    );
    assert_eq!(
        label.expiry_moment().map(|moment| moment.to_string()).as_deref(),
        Some("2020-02-02T16")
    );
    assert_eq!(label.production_date(), Date::new(2013, 2, 2));
}

#[test]
fn every_date_and_quantity_flag_of_a_secondary_code_is_read() {
    for (body, lot, serial, expiry, quantity) in [
        ("$LOT1", "LOT1", "", "", ""),
        ("$+SER1", "", "SER1", "", ""),
        ("$$1232LOT1", "LOT1", "", "2032-12", ""),
        ("$$0930", "", "", "2030-09", ""),
        ("$$2063026LOT1", "LOT1", "", "2026-06-30", ""),
        ("$$3260630LOT1", "LOT1", "", "2026-06-30", ""),
        ("$$431041613LOT1", "LOT1", "", "2031-04-16T13", ""),
        ("$$524060LOT1", "LOT1", "", "2024-02-29", ""),
        ("$$62406023LOT1", "LOT1", "", "2024-02-29T23", ""),
        ("$$7LOT1", "LOT1", "", "", ""),
        ("$$824", "", "", "", "24"),
        ("$$8243260630LOT1", "LOT1", "", "2026-06-30", "24"),
        ("$$8241232LOT1", "LOT1", "", "2032-12", "24"),
        ("$$824LOT1", "LOT1", "", "", "24"),
        ("$$8247LOT1", "LOT1", "", "", "24"),
        ("$$90050052406023LOT1", "LOT1", "", "2024-02-29", "500"),
        ("$$9005007123", "123", "", "", "500"),
        ("$$+7SER1", "", "SER1", "", ""),
        ("$$+1232SER1", "", "SER1", "2032-12", ""),
        ("$$+3260630SER1", "", "SER1", "2026-06-30", ""),
        ("$$+431041613SER1", "", "SER1", "2031-04-16T13", ""),
        ("$$+8053260630SER1", "", "SER1", "2026-06-30", "5"),
        ("24060LOT1", "LOT1", "", "2024-02-29", ""),
        ("$$3260630LOT1/S77/Q12", "LOT1", "77", "2026-06-30", "12"),
    ] {
        let data = secondary(body);
        let (lot, expiry) = match body {
            // Flag 5 has no hour, so that the digits behind the day belong to the lot.
            "$$90050052406023LOT1" => ("23LOT1", "2024-02-29"),
            _ => (lot, expiry),
        };
        let label = scan(&data).unwrap_or_else(|error| panic!("{data}: {error}"));
        let got = (
            label.lot().unwrap_or_default(),
            label.serial().unwrap_or_default(),
            label
                .expiry_moment()
                .map_or_else(String::new, |moment| moment.to_string()),
            label.count().map_or_else(String::new, |count| count.to_string()),
        );
        assert_eq!(got, (lot, serial, expiry.to_owned(), quantity.to_owned()), "{data}");
        assert_eq!(label.hibc().and_then(|found| found.link), Some('G'));
        // The same behind a primary part has no link character.
        let whole = hibc(&format!("+A123BJC5D6E71/{body}"));
        let label = scan(&whole).unwrap_or_else(|error| panic!("{whole}: {error}"));
        assert_eq!(
            (label.lot().unwrap_or_default(), label.serial().unwrap_or_default()),
            (lot, serial)
        );
        assert!(
            label
                .hibc()
                .is_some_and(|found| found.link.is_none() && found.primary.is_some())
        );
    }
}

#[test]
fn additional_data_behind_a_primary_part_is_read_without_a_secondary_one() {
    let data = hibc("+A99912345/$10X3/16D20111231/14D20200131/Q500");
    let label = scan(&data).expect("good");
    assert_eq!((label.lot(), label.count()), (Some("10X3"), Some(500)));
    assert_eq!(
        (label.expiry(), label.production_date()),
        (Date::new(2020, 1, 31), Date::new(2011, 12, 31))
    );
    let data = hibc("+A99912345/14D20300131/S1");
    let label = scan(&data).expect("good");
    assert_eq!((label.serial(), label.expiry()), (Some("1"), Date::new(2030, 1, 31)));
}

#[test]
fn a_damaged_hibc_is_refused_and_never_plain() {
    let code = |data: &str| kind_or_refusal(data);
    assert_eq!(code("+A123BJC5D6E71H"), Err((Code::HibcIncorrectCheckCharacter, 14)));
    assert_eq!(code("]C0+A123BJC5D6E81G"), Err((Code::HibcIncorrectCheckCharacter, 17)));
    assert_eq!(code("+A123BJC5D6e71G"), Err((Code::HibcInvalidCharacter, 11)));
    assert_eq!(code("+A"), Err((Code::HibcTooShort, 2)));
    assert_eq!(code(&hibc("+A123X")), Err((Code::HibcInvalidStructure, 1)));
    assert_eq!(code(&hibc("+A123BJC5D6E71/X")), Err((Code::HibcInvalidStructure, 15)));
    assert_eq!(code(&hibc("+/A1")), Err((Code::HibcInvalidStructure, 1)));
    assert_eq!(code(&secondary("$$1332L")), Err((Code::HibcInvalidDate, 3)));
    assert_eq!(code(&secondary("$$3260631L")), Err((Code::HibcInvalidDate, 4)));
    assert_eq!(code(&secondary("$$426063024L")), Err((Code::HibcInvalidDate, 4)));
    assert_eq!(code(&secondary("$$523366L")), Err((Code::HibcInvalidDate, 4)));
    assert_eq!(code(&secondary("$$LOT")), Err((Code::HibcInvalidStructure, 3)));
    assert_eq!(code(&secondary("$$326063")), Err((Code::HibcInvalidStructure, 8)));
    assert_eq!(
        code(&secondary("$1234567890123456789")),
        Err((Code::HibcInvalidStructure, 20))
    );
    assert_eq!(
        code(&hibc("+A123BJC5D6E71/$$3260630L/14D20260701")),
        Err((Code::HibcInvalidDate, 37))
    );
    // In strict mode the engine's rules hold: to it, this is plain data.
    let strict = read(b"]Q1+A123BJC5D6E71H", None, Form::Scan, &Options::strict(2026)).expect("plain");
    assert_eq!(strict.kind(), Kind::Plain);
}

#[test]
fn a_blank_may_be_the_check_character() {
    let primary = ('A'..='Z')
        .map(|letter| format!("+A123{letter}71"))
        .find(|body| check_character(body) == Some(' '))
        .expect("one in 43");
    let label = scan(&primary).map(|label| label.kind());
    assert!(label.is_err());
    let whole = format!("{primary} \r\n");
    let label = scan(&whole).expect("a blank, then a line end");
    assert_eq!(label.content().last(), Some(&b' '));
    assert!(label.hibc().is_some());
    let mut scratch = Scratch::new();
    let typed = format!("{primary} ");
    let label = read_with(typed.as_bytes(), None, Form::Typed, &Options::new(2026), &mut scratch);
    assert_eq!(label.map(|label| label.kind()), Ok(Kind::Hibc));
}

const UDI: &str = "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123";

#[test]
fn iccbba_s_device_identifier_is_read_as_a_chain_and_as_a_compound_message() {
    for data in [
        UDI.to_owned(),
        format!("=+06000{UDI}"),
        format!("]d1{UDI}"),
        format!("]C0{UDI}\r"),
    ] {
        let label = scan(&data).unwrap_or_else(|error| panic!("{data}: {error}"));
        assert_eq!(label.kind(), Kind::Isbt128);
        assert_eq!(
            (label.serial(), label.lot()),
            (Some("000025"), Some("000000000000XYZ123"))
        );
        assert_eq!(
            (label.expiry(), label.production_date()),
            (Date::new(2014, 2, 1), Date::new(2013, 2, 1))
        );
        let found = label.isbt128().expect("ISBT 128");
        assert_eq!(found.processor_product, Some("A9999XYZ100T0944"));
        assert_eq!((found.din, found.flags), (Some("A999713123456"), Some("00")));
        assert_eq!(found.check, isbt128::check_character("A999713123456"));
        assert_eq!(found.structures().filter(|one| one.identifier != "=+").count(), 6);
    }
}

#[test]
fn codes_of_a_blood_bag_are_read() {
    let label = scan("=<E0791V00").expect("a product code");
    assert_eq!(label.isbt128().and_then(|found| found.product), Some("E0791V00"));
    let label = scan("&>0310602359").expect("an expiry");
    assert_eq!(
        label.expiry_moment().map(|moment| moment.to_string()).as_deref(),
        Some("2031-03-01T23:59")
    );
    let label = scan("=]203212").expect("a month");
    assert_eq!(
        label.expiry_moment().map(|moment| moment.to_string()).as_deref(),
        Some("2032-12")
    );
    let label = scan("=)1TE123456A&)RZ12345678").expect("container and lot");
    assert_eq!(
        (label.lot(), label.isbt128().and_then(|found| found.container)),
        (Some("RZ12345678"), Some("1TE123456A"))
    );
    let label = scan("=A999713123456").expect_err("cut off");
    assert_eq!(label.code, Code::IsbtTooShort);
}

#[test]
fn a_damaged_isbt_128_is_refused_and_never_plain() {
    let code = |data: &str| kind_or_refusal(data);
    // Flags 60 to 96 hold the check of the number in front.
    let check = isbt128::check_character("A999713123456").expect("a number");
    let value = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*".find(check).expect("a value");
    assert_eq!(code(&format!("=A999713123456{}", 60 + value)), Ok(Kind::Isbt128));
    assert_eq!(
        code(&format!("=A999713123457{}", 60 + value)),
        Err((Code::IsbtIncorrectCheck, 14))
    );
    assert_eq!(code("=A99971312345X00"), Err((Code::IsbtInvalidCharacter, 13)));
    assert_eq!(code("=O99971312345600"), Err((Code::IsbtUnknownStructure, 0)));
    assert_eq!(code("]C0=?1234"), Err((Code::IsbtUnknownStructure, 3)));
    assert_eq!(code("=>014032="), Err((Code::IsbtUnknownStructure, 8)));
    assert_eq!(code("=>014367"), Err((Code::IsbtInvalidDate, 2)));
    assert_eq!(code("&>0140322460"), Err((Code::IsbtInvalidDate, 2)));
    assert_eq!(code("=+02000=,000025"), Err((Code::IsbtIncompleteMessage, 2)));
    assert_eq!(code(&UDI[..UDI.len() - 1]), Err((Code::IsbtTooShort, UDI.len() - 1)));
    assert_eq!(code("=<E0791V0\u{1d}0"), Err((Code::IsbtInvalidCharacter, 9)));
}

#[test]
fn a_typed_donation_number_must_have_its_check_character() {
    let mut scratch = Scratch::new();
    // ST-001, appendix A.
    let label = read_with(
        b"G1234 98 654321 H",
        None,
        Form::Typed,
        &Options::new(2026),
        &mut scratch,
    )
    .expect("as printed");
    let found = label.isbt128().expect("ISBT 128");
    assert_eq!((found.din, found.check), (Some("G123498654321"), Some('H')));
    assert_eq!(found.structures().count(), 0, "a number alone is no chain");
    assert_eq!(
        label.warnings().map(|warning| warning.code).collect::<Vec<_>>(),
        [WarningCode::BlanksLeftOut]
    );
    let mut scratch = Scratch::new();
    let wrong = read_with(
        b"G1234 98 654321 K",
        None,
        Form::Typed,
        &Options::new(2026),
        &mut scratch,
    );
    assert_eq!(wrong.expect_err("another check").code, Code::MissingSymbologyIdentifier);
}

const PPN: &str = "[)>\u{1e}06\u{1d}9N110375286414\u{1d}1T12345ABCD\u{1d}D260630\u{1d}S12345ABCDEF98765\u{1e}\u{4}";

#[test]
fn a_pharmacy_product_number_is_read_with_lot_serial_and_expiry() {
    for data in [PPN.to_owned(), format!("]d1{PPN}\r\n")] {
        let label = scan(&data).expect("good");
        assert_eq!(label.kind(), Kind::Ppn);
        let found = label.ppn().expect("a PPN");
        assert_eq!((found.ppn, found.pzn), (Some("110375286414"), Some("03752864")));
        assert_eq!(
            (label.lot(), label.serial()),
            (Some("12345ABCD"), Some("12345ABCDEF98765"))
        );
        assert_eq!((label.expiry(), label.gtin()), (Date::new(2026, 6, 30), None));
    }
    let no_day = PPN.replace("D260630", "D260600");
    let label = scan(&no_day).expect("without a day");
    assert_eq!(label.expiry(), Date::new(2026, 6, 30));
    assert_eq!(
        label.warnings().map(|warning| warning.code).collect::<Vec<_>>(),
        [WarningCode::DayNotGiven]
    );
    let gtin = PPN.replace("9N110375286414", "8P09506000134352\u{1d}16D20250101\u{1d}Q12");
    let label = scan(&gtin).expect("a GTIN in format 06");
    assert_eq!(
        label.gtin().map(|gtin| gtin.to_string()).as_deref(),
        Some("09506000134352")
    );
    assert_eq!(
        (label.production_date(), label.count()),
        (Date::new(2025, 1, 1), Some(12))
    );
    let gs1 = "[)>\u{1e}05\u{1d}010950600013435210A1\u{1d}2177\u{1e}\u{4}";
    let label = scan(gs1).expect("format 05");
    assert_eq!(
        (label.kind(), label.lot(), label.serial()),
        (Kind::Gs1, Some("A1"), Some("77"))
    );
}

#[test]
fn a_damaged_ifa_label_is_refused_and_never_plain() {
    let code = |data: &str| kind_or_refusal(data);
    assert_eq!(
        code(&PPN.replace("9N1103752864", "9N1103752865")),
        Err((Code::PpnIncorrectCheck, 19))
    );
    // Check digits that fit a number which is no PZN.
    let body = "1103752865";
    let sum: u32 = body
        .bytes()
        .zip(2..)
        .map(|(byte, weight)| u32::from(byte) * weight)
        .sum();
    let no_pzn = PPN.replace("110375286414", &format!("{body}{:02}", sum % 97));
    assert_eq!(code(&no_pzn), Err((Code::PpnIncorrectCheck, 11)));
    assert_eq!(
        code(&PPN[..PPN.len() - 1]),
        Err((Code::Iso15434Incomplete, PPN.len() - 1))
    );
    assert_eq!(code(&PPN.replace('\u{1d}', "")), Err((Code::Iso15434UnknownFormat, 4)));
    assert_eq!(code("[)>06"), Err((Code::Iso15434Incomplete, 3)));
    assert_eq!(
        code(&PPN.replace("9N110375286414\u{1d}", "")),
        Err((Code::PpnMissing, 4))
    );
    assert_eq!(
        code(&PPN.replace("D260630", "D260631")),
        Err((Code::PpnInvalidDate, 35))
    );
    assert_eq!(
        code(&PPN.replace("1T12345ABCD", "1T123456789012345678901")),
        Err((Code::PpnInvalidField, 22))
    );
    assert_eq!(code(&PPN.replace("9N", "!N")), Err((Code::PpnInvalidField, 7)));
    assert_eq!(
        code(&PPN.replace("S12345ABCDEF98765", "1TOTHER")),
        Err((Code::PpnInvalidField, 42))
    );
}

#[test]
fn a_pack_is_seen_by_eu_and_us_law() {
    let label = scan("]d2010415037528641017260630102A\u{1d}21S1\u{1d}71003752864").expect("a German pack");
    let fmd = label.eu_fmd().expect("a product");
    assert_eq!(fmd.product_code.to_string(), "04150375286410");
    assert_eq!(
        (fmd.serial, fmd.lot, fmd.national_number),
        (Some("S1"), Some("2A"), Some("03752864"))
    );
    assert_eq!(
        (
            fmd.missing().count(),
            label.dscsa().expect("an item").missing().collect::<Vec<_>>()
        ),
        (0, vec!["ndc"])
    );
    let label = scan(PPN).expect("a PPN");
    let fmd = label.eu_fmd().expect("a product");
    assert_eq!(
        (fmd.product_code, fmd.national_number),
        (ProductCode::Ppn("110375286414"), Some("03752864"))
    );
    assert!(label.dscsa().is_none());
    let label = scan("]d2010031234567890617260630").expect("a US package");
    let dscsa = label.dscsa().expect("an item");
    assert_eq!(
        (dscsa.gtin.ndc(), dscsa.missing().collect::<Vec<_>>()),
        (Some("1234567890"), vec!["serial", "lot"])
    );
    assert!(scan("+A123BJC5D6E71G").expect("HIBC").eu_fmd().is_none());
}

/// Any HIBC that its writer can hold, as its parts: year, month, day, hour as the expiry.
fn parts() -> impl Strategy<Value = (String, String, u8, Option<String>, Option<String>, String, Option<u32>)> {
    (
        "[A-Z][A-Z0-9]{3}",
        "[A-Z0-9]{1,18}",
        0..10_u8,
        proptest::option::of("[A-Z0-9]{1,18}"),
        proptest::option::of("[A-Z0-9]{1,18}"),
        prop_oneof![
            Just(String::new()),
            "(0[1-9]|1[0-2])[0-9]{2}",
            "3[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])",
            "4[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])(0[0-9]|1[0-9]|2[0-3])",
        ],
        proptest::option::of(0..10_000_000_u32),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_hibc_that_is_written_reads_the_same((lic, pcn, unit, lot, serial, expiry, quantity) in parts(), made in any::<bool>()) {
        // The expiry comes from reading one, so that every precision is met.
        let dated = secondary(&format!("$${}", if expiry.is_empty() { "7" } else { &expiry }));
        let dated = Hibc::parse(&dated, 2026).expect("a date");
        let production = Hibc::parse("+A999123450/16D20240229", 2026);
        prop_assert!(production.is_err(), "without its check character");
        let production = hibc("+A999123450/16D20240229");
        let production = Hibc::parse(&production, 2026).expect("a date").production_date;
        let written = Hibc {
            primary: Some(lotline_scan::HibcPrimary { lic: &lic, pcn: &pcn, unit_of_measure: unit }),
            lot: lot.as_deref(),
            serial: serial.as_deref(),
            expiry: dated.expiry,
            production_date: production.filter(|_| made),
            quantity,
            link: None,
        };
        let whole = written.concatenated_code().expect("primary data").to_string();
        prop_assert_eq!(Hibc::parse(&whole, 2026), Ok(written), "{}", whole);
        let first = written.primary_code().expect("primary data").to_string();
        let second = written.secondary_code().expect("a link").to_string();
        let one = Hibc::parse(&first, 2026).map_err(|error| TestCaseError::fail(format!("{first}: {error}")))?;
        let two = Hibc::parse(&second, 2026).map_err(|error| TestCaseError::fail(format!("{second}: {error}")))?;
        prop_assert_eq!(two.link, first.chars().last());
        prop_assert_eq!(Hibc { primary: one.primary, link: None, ..two }, written);
        // A secondary code alone is written again as it was.
        prop_assert_eq!(two.secondary_code().map(|text| text.to_string()), Some(second));
    }

    #[test]
    fn one_wrong_character_in_a_hibc_is_noticed((lic, pcn, unit, ..) in parts(), at in 1..40_usize, by in "[A-Z0-9]") {
        let good = hibc(&format!("+{lic}{pcn}{unit}/$$3260630LOT1"));
        let mut bad = good.clone();
        let at = at % good.len();
        bad.replace_range(at..=at, &by);
        if at > 0 && bad != good {
            prop_assert!(Hibc::parse(&bad, 2026).is_err(), "{} {}", good, bad);
        }
    }

    #[test]
    fn no_text_makes_the_readers_of_other_agencies_panic(start in "[+=&]|\\[\\)>\u{1e}06\u{1d}", text in "[ -~\u{1d}\u{1e}\u{4}é]{0,60}") {
        let data = format!("{start}{text}");
        for body in [data.clone(), check_character(&data).map_or(data.clone(), |check| format!("{data}{check}"))] {
            let results = [
                Hibc::parse(&body, 2026).err(),
                Isbt128::parse(&body).err(),
                Ppn::parse(&body, 2026).err(),
                scan(&body).err(),
            ];
            for error in results.into_iter().flatten() {
                prop_assert!(error.at as usize <= body.len(), "{body:?}: {error:?}");
            }
        }
    }
}

#[test]
fn nothing_at_all_is_no_blood_label() {
    let error = lotline_scan::Isbt128::parse("").expect_err("no data structure");
    assert_eq!((error.code.as_str(), error.at), ("ISBT_TOO_SHORT", 0));
}

#[test]
fn a_primary_code_without_a_unit_of_measure_is_refused() {
    for body in ["+A99912345$", "+A99912345$/$$52001510X3"] {
        let data = format!("{body}{}", check_character(body).expect(body));
        assert_eq!(
            Hibc::parse(&data, 2026).map_err(|error| error.code),
            Err(Code::HibcInvalidStructure),
            "{data}"
        );
    }
}
