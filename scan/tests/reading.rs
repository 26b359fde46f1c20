//! What a handheld relies on: the typed view of a label, lenient rules, precise refusals.

use lotline_scan::{AimId, Code, Date, Form, Gtin, Kind, Options, Scratch, Sscc, WarningCode, read, read_with};

const PHARMA: &[u8] = b"]d201095060001343521726063010ABC123\x1d21SN0000001";

fn scan(data: &[u8]) -> Result<lotline_scan::Label<'_>, lotline_scan::ScanError> {
    read(data, None, Form::Scan, &Options::new(2026))
}

fn refused(data: &[u8]) -> (Code, Option<String>, u32) {
    let error = scan(data).expect_err("must be refused");
    (error.reason(), error.ai.map(|ai| ai.to_string()), error.at)
}

#[test]
fn a_medicine_s_label_gives_item_lot_serial_and_expiry() {
    let label = scan(PHARMA).expect("good");
    assert_eq!(label.kind(), Kind::Gs1);
    assert_eq!(label.symbology(), AimId::parse("]d2").ok());
    assert_eq!(label.gtin(), Gtin::parse("09506000134352").ok());
    assert_eq!((label.lot(), label.serial()), (Some("ABC123"), Some("SN0000001")));
    assert_eq!(label.expiry(), Date::new(2026, 6, 30));
    assert_eq!(label.warnings().count(), 0);
    assert_eq!((label.get("17"), label.get("99")), (Some("260630"), None));
}

#[test]
fn a_pallet_s_label_gives_unit_content_count_and_weight() {
    let label = scan(b"]C10037610425002123456902095060001343523103000150\x1d3724\x1d10L1").expect("good");
    assert_eq!(label.sscc(), Sscc::parse("376104250021234569").ok());
    assert_eq!(label.content_gtin(), Gtin::parse("09506000134352").ok());
    assert_eq!(label.gtin(), None);
    assert_eq!(label.count(), Some(24));
    assert_eq!(label.net_weight_kg(), Some((150, 3)));
}

#[test]
fn every_date_is_resolved_as_precisely_as_it_is_given() {
    let data = b"]d2010950600013435211260100152512317003260630\
        0731\x1d7007260101260131\x1d8008260630073105\x1d70112612241230";
    let label = scan(data).expect("good");
    let dates: Vec<String> = label.dates().map(|dated| format!("{} {dated}", dated.ai)).collect();
    assert_eq!(
        dates,
        [
            "11 2026-01-31",
            "15 2025-12-31",
            "7003 2026-06-30T07:31",
            "7007 2026-01-01/2026-01-31",
            "8008 2026-06-30T07:31:05",
            "7011 2026-12-24T12:30",
        ]
    );
    let warnings: Vec<_> = label.warnings().map(|warning| (warning.code, warning.ai)).collect();
    assert_eq!(warnings, [(WarningCode::DayNotGiven, Some("11"))]);
    assert_eq!(label.expiry().map(|day| day.to_string()).as_deref(), Some("2026-06-30"));
    assert_eq!(label.production_date(), Date::new(2026, 1, 31));
    assert_eq!(label.best_before(), Date::new(2025, 12, 31));
}

#[test]
fn the_same_scan_means_the_same_day_whenever_it_is_replayed() {
    let data = b"]d201095060001343521776010110A";
    let in_year = |year| {
        let label = read(data, None, Form::Scan, &Options::new(year)).expect("good");
        label.expiry().map(|day| day.to_string())
    };
    assert_eq!(in_year(2026).as_deref(), Some("2076-01-01"));
    assert_eq!(in_year(2025).as_deref(), Some("1976-01-01"));
}

#[test]
fn strict_mode_judges_leap_days_by_the_engine_s_own_year() {
    let data = b"]d2010950600013435217000229";
    let code = |options: Options| {
        read(data, None, Form::Scan, &options)
            .map(|_| ())
            .map_err(|error| error.reason())
    };
    assert_eq!(code(Options::strict(2060)), Ok(()));
    assert_eq!(
        code(Options::new(2060)),
        Err(Code::IllegalDay),
        "2100 has no 29 February"
    );
    assert_eq!(code(Options::new(2026)), Ok(()));
}

#[test]
fn an_ean_is_an_item_and_its_composite_part_depends_on_it() {
    let label = scan(b"]E09506000134352|]e010LOT").expect("good");
    assert_eq!(label.kind(), Kind::Ean);
    assert_eq!(
        label.bracketed().map(|text| text.to_string()).as_deref(),
        Some("(01)09506000134352(10)LOT")
    );
    let strict = read(b"]E09506000134352|]e010LOT", None, Form::Scan, &Options::strict(2026));
    assert_eq!(
        strict.expect_err("the engine looks at the composite alone").code,
        Code::RequiredAisNotSatisfied
    );
    let strict = read(b"]E09506000134352", None, Form::Scan, &Options::strict(2026)).expect("good");
    assert_eq!(
        (strict.elements().count(), strict.gtin()),
        (0, Gtin::parse("9506000134352").ok())
    );
    assert_eq!(
        scan(b"]E0036000291452").expect("UPC-A").gtin(),
        Gtin::parse("036000291452").ok()
    );
}

#[test]
fn harmless_spoilage_is_read_with_a_warning_and_refused_in_strict_mode() {
    for (data, gtin, warning) in [
        (&b"9506000134352"[..], "9506000134352", WarningCode::SymbologyAssumed),
        (b"96385074", "96385074", WarningCode::SymbologyAssumed),
        (b"]E09506000134352\r\n", "9506000134352", WarningCode::TrailingLineEnd),
        (b"]d20109506000134352\r", "9506000134352", WarningCode::TrailingLineEnd),
    ] {
        let label = scan(data).expect("harmless");
        assert_eq!(label.gtin(), Gtin::parse(gtin).ok());
        assert_eq!(label.warnings().map(|w| w.code).collect::<Vec<_>>(), [warning]);
        assert!(read(data, None, Form::Scan, &Options::strict(2026)).is_err());
    }
}

#[test]
fn what_is_not_beyond_doubt_without_an_identifier_is_refused() {
    for data in [
        &b"9506000134353"[..],
        b"0109506000134352",
        b"",
        b"ABC",
        b"]",
        b"]d",
        b"10ABC\x1d",
        b"123456784",
        b"1234567895",
        b"12345678905",
        // An EAN-8 and, expanded, a UPC-E.
        b"02345673",
    ] {
        assert_eq!(refused(data).0, Code::MissingSymbologyIdentifier, "{data:?}");
    }
    assert_eq!(refused(b"]X109506000134352").0, Code::UnsupportedSymbologyIdentifier);
    let given = read(
        b"0109506000134352",
        Some(AimId::GS1_128),
        Form::Scan,
        &Options::new(2026),
    );
    assert_eq!(given.expect("the shell named the symbol").kind(), Kind::Gs1);
}

#[test]
fn a_refusal_names_the_ai_and_the_byte() {
    let ai = |text: &str| Some(text.to_owned());
    assert_eq!(
        refused(b"]d20109506000134353"),
        (Code::IncorrectCheckDigit, ai("01"), 18)
    );
    assert_eq!(
        refused(b"]d2010950600013435217260631"),
        (Code::IllegalDay, ai("17"), 25)
    );
    assert_eq!(
        refused(b"]d2010950600013435210AB~"),
        (Code::InvalidCset82Character, ai("10"), 23)
    );
    assert_eq!(
        refused(b"]d2010950600013435210ABCDEFGHIJKLMNOPQRSTU"),
        (Code::AiDataIsTooLong, ai("10"), 41)
    );
    assert_eq!(refused(b"]d2010950600013435289X"), (Code::NoAiForPrefix, None, 19));
    assert_eq!(
        refused(b"]d201095060001343\x1d10A"),
        (Code::AiDataHasIncorrectLength, ai("01"), 5)
    );
    assert_eq!(refused(b"]d210A\x1d21B"), (Code::RequiredAisNotSatisfied, ai("10"), 5));
    assert_eq!(
        refused(b"]d2010950600013435237\x1d"),
        (Code::AiDataIsEmpty, ai("37"), 21)
    );
    assert_eq!(
        refused(b"]d2010950600013435210A^B"),
        (Code::ScanDataContainsIllegalCarat, None, 22)
    );
    let strict = read(
        b"]d20109506000134352\x1d\x1d10A",
        None,
        Form::Scan,
        &Options::strict(2026),
    );
    let error = strict.expect_err("the engine wants one separator");
    assert_eq!((error.code, error.at), (Code::NoAiForPrefix, 20));
    let error = scan(b"]d201095060001343523712").expect_err("37 excludes 01");
    assert_eq!(
        error.to_string(),
        "AI (01): two AIs that exclude each other stand on one label (with AI (37)), at byte 5"
    );
}

#[test]
fn a_value_is_not_swallowed_where_a_separator_belongs() {
    // Without GS the lot would take the serial number in: to the reference engine that is what the data says.
    let data = b"]d2010950600013435210ABC12321SN";
    let label = read(data, None, Form::Scan, &Options::strict(2026)).expect("a lot of 10 characters");
    assert_eq!((label.lot(), label.serial()), (Some("ABC12321SN"), None));
    assert_eq!(refused(data), (Code::Ambiguous, None, 3));
    // Behind a predefined length a separator is superfluous, not wrong.
    let label = scan(b"]d20109506000134352\x1d17260630\x1d10A\x1d").expect("good");
    assert_eq!((label.lot(), label.elements().count()), (Some("A"), 3));
}

#[test]
fn sixty_four_elements_are_read_and_one_more_is_not() {
    let mut data = b"]d2".to_vec();
    for _ in 0..64 {
        data.extend_from_slice(b"90A\x1d");
    }
    assert_eq!(scan(&data).expect("64").elements().count(), 64);
    data.extend_from_slice(b"90A");
    assert_eq!(refused(&data).0, Code::TooManyAis);
}

#[test]
fn the_mark_of_a_composite_part_takes_the_place_of_an_element() {
    let options = Options::new(2026);
    let parts = |linear: usize, composite: usize| format!("{}|{}", "^90A".repeat(linear), "^90A".repeat(composite));
    let code = |data: String| {
        read(data.as_bytes(), None, Form::Raw, &options)
            .map(|_| ())
            .map_err(|error| error.code)
    };
    assert_eq!(code(parts(62, 1)), Ok(()));
    assert_eq!(code(parts(63, 1)), Err(Code::TooManyAis));
    assert_eq!(code(parts(63, 0)), Err(Code::MissingFnc1InFirstPosition));
    assert_eq!(code(parts(64, 0)), Err(Code::TooManyAis));
}

#[test]
fn of_several_repeated_ais_the_lowest_is_named() {
    let error = read(b"^99A^99B^90A^90B^91A", None, Form::Raw, &Options::new(2026)).expect_err("two of each");
    assert_eq!(error.code, Code::InstancesOfAiHaveDifferentValues);
    assert_eq!(
        (error.ai.map(|ai| ai.to_string()).as_deref(), error.at),
        (Some("90"), 15)
    );
}

#[test]
fn an_unallocated_ai_shares_its_ninety_places_with_its_value_in_brackets() {
    let mut options = Options::strict(2026);
    options.unknown_ais = true;
    let code = |len: usize| {
        let text = format!("(89){}", "A".repeat(len));
        read(text.as_bytes(), None, Form::Bracketed, &options)
            .map(|_| ())
            .map_err(|error| error.code)
    };
    assert_eq!((code(88), code(89)), (Ok(()), Err(Code::AiDataIsTooLong)));
}

#[test]
fn what_is_too_long_is_named_with_its_length() {
    let error =
        read(b"]d2301234567890\x1d10A1", None, Form::Scan, &Options::strict(2026)).expect_err("ten digits of eight");
    assert_eq!((error.reason(), error.at, error.len), (Code::AiDataIsTooLong, 13, 2));
}

#[test]
fn a_control_byte_is_no_bracket() {
    let mut scratch = Scratch::new();
    let text = b"(99)A\\(B\x01C";
    let error = read_with(text, None, Form::Bracketed, &Options::new(2026), &mut scratch).expect_err("a control byte");
    assert_eq!((error.reason(), error.at), (Code::InvalidCset82Character, 8));
}

#[test]
fn a_message_of_8190_characters_is_read_and_a_longer_one_is_not() {
    let plain = |len: usize| [b"]Q1".as_slice(), &vec![b'A'; len]].concat();
    assert_eq!(scan(&plain(8190)).expect("long").content().len(), 8190);
    assert_eq!(refused(&plain(8191)), (Code::DataTooLong, None, 8193));
}

#[test]
fn plain_data_stays_what_it_is() {
    let label = scan(b"]Q1Lotline\n").expect("plain");
    assert_eq!((label.kind(), label.content()), (Kind::Plain, &b"Lotline"[..]));
    assert!(label.bracketed().is_none() && label.elements().next().is_none());
}

#[test]
fn an_escaped_bracket_is_read_before_a_composite_part_and_in_it() {
    let mut scratch = Scratch::new();
    for text in [
        r"(01)09506000134352(10)A\(1|(99)B",
        r"(01)09506000134352|(10)A(99)\(B\(",
    ] {
        let label = read_with(
            text.as_bytes(),
            None,
            Form::Bracketed,
            &Options::strict(2026),
            &mut scratch,
        );
        let label = label.unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(label.bracketed().map(|b| b.to_string()).as_deref(), Some(text));
    }
    // A wrong value before the bar is still named before one behind it, and where it stands in the text.
    let error = read_with(
        br"(10)\(\(a^|(17)1",
        None,
        Form::Bracketed,
        &Options::strict(2026),
        &mut scratch,
    )
    .map(|_| ())
    .unwrap_err();
    assert_eq!(
        (error.ai.map(|ai| ai.to_string()).as_deref(), error.at),
        (Some("10"), 9)
    );
}
