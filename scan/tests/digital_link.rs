//! GS1 Digital Link: what the vectors leave out, and round trips.

use lotline_scan::{AimId, Code, Form, Kind, Label, Options, Scratch, WarningCode, check_digit, read, read_with};
use proptest::prelude::*;

fn refused(uri: &str, options: Options) -> (Code, u32, u32) {
    let mut scratch = Scratch::new();
    let error = read_with(uri.as_bytes(), None, Form::Raw, &options, &mut scratch).expect_err(uri);
    (error.code, error.at, error.len)
}

fn pairs(label: &Label<'_>) -> Vec<(String, String)> {
    label
        .elements()
        .map(|e| (e.ai.to_owned(), e.value.to_owned()))
        .collect()
}

#[test]
fn a_plain_carrier_gives_a_digital_link_or_what_it_holds() {
    let options = Options::new(2026);
    let data = b"]Q1https://example.com/01/09506000134352/10/ABC?17=260600\r\n";
    let label = read(data, None, Form::Scan, &options).expect("a Digital Link");
    assert_eq!((label.kind(), label.symbology()), (Kind::Gs1, AimId::parse("]Q1").ok()));
    assert_eq!(
        label.content(),
        b"https://example.com/01/09506000134352/10/ABC?17=260600"
    );
    assert_eq!(
        (label.lot(), label.expiry().map(|day| day.to_string())),
        (Some("ABC"), Some("2026-06-30".into()))
    );
    let warnings: Vec<_> = label.warnings().map(|warning| warning.code).collect();
    assert_eq!(warnings, [WarningCode::TrailingLineEnd, WarningCode::DayNotGiven]);
    let label = read(b"]Q1HtTps://example.com/01/1", None, Form::Scan, &options).expect("any text");
    assert_eq!((label.kind(), label.digital_link().is_none()), (Kind::Plain, true));
    // The address itself says what it is.
    let bare = b"https://example.com/01/09506000134352/10/A%2FC";
    let mut scratch = Scratch::new();
    let label = read_with(bare, None, Form::Scan, &options, &mut scratch).expect("beyond doubt");
    assert_eq!(label.lot(), Some("A/C"));
    assert_eq!(label.content(), bare);
    assert_eq!(
        label.warnings().next().map(|warning| warning.code),
        Some(WarningCode::SymbologyAssumed)
    );
    let error = read(bare, None, Form::Scan, &Options::strict(2026)).expect_err("no identifier");
    assert_eq!(error.code, Code::MissingSymbologyIdentifier);
}

#[test]
fn a_value_with_escapes_needs_the_scratch_and_one_without_does_not() {
    let options = Options::new(2026);
    let plain = b"https://a/01/09506000134352/10/A+B*C";
    assert_eq!(
        read(plain, None, Form::Raw, &options).expect("borrowed").lot(),
        Some("A+B*C")
    );
    for uri in [
        &b"https://a/01/09506000134352/10/A%2FB"[..],
        b"https://a/01/09506000134352?98=A+B",
    ] {
        let error = read(uri, None, Form::Raw, &options).expect_err("nowhere to write");
        assert_eq!(error.code, Code::ScratchNeeded);
        let error = read(&[b"]Q1", uri].concat(), None, Form::Scan, &options).expect_err("nowhere to write");
        assert_eq!(error.code, Code::ScratchNeeded);
    }
    // A + or % that is in no value changes nothing.
    let uri = b"https://a+b/01/09506000134352".map(|byte| if byte == b'+' { b'-' } else { byte });
    assert!(read(&uri, None, Form::Raw, &options).is_ok());
    assert!(read(b"https://a/%41+/01/09506000134352?x=%41+", None, Form::Raw, &options).is_ok());
}

#[test]
fn a_refusal_points_into_the_uri_that_was_given() {
    let options = Options::new(2026);
    // In an escaped value, at its escape; the length counts what is written in the URI.
    assert_eq!(
        refused("https://a/01/09506000134352/10/A%2FB%20C", options),
        (Code::AiLinterError, 36, 3)
    );
    assert_eq!(
        refused("https://a/01/09506000134352?98=AB+C", options),
        (Code::AiLinterError, 33, 1)
    );
    assert_eq!(
        refused("https://a/01/0950600013435%33", options),
        (Code::AiLinterError, 26, 3)
    );
    let mut short = options;
    short.zero_suppressed_gtin = true;
    assert_eq!(
        refused("https://a/01/9506000134353", short),
        (Code::AiLinterError, 25, 1)
    );
    assert_eq!(
        refused("https://a/01/9506000134352?98=%5E", short),
        (Code::AiContainsIllegalCaratCharacter, 30, 0)
    );
    assert_eq!(
        refused("https://a/01/09506000134352/21/%00", options),
        (Code::DecodedAiFromDlPathInfoContainsIllegalNull, 31, 0)
    );
    assert_eq!(
        refused("https://a/01/09506000134352?10=%41", options),
        (Code::AiShouldBeInPathInfo, 31, 0)
    );
    assert_eq!(
        refused("https://a/01/09506000134352?17=260630&17=%32", options),
        (Code::AiValueIsTooShort, 41, 0)
    );
    assert_eq!(
        refused("https://a/01/09506000134352?98=%41&98=%41", options),
        (Code::DuplicateAi, 38, 0)
    );
    assert_eq!(
        refused("https://a/00/376104250021234569?21=X", options),
        (Code::AiIsNotValidDataAttribute, 35, 0)
    );
    assert_eq!(
        refused("https://a/01/09506000134352/10/A/22/B", options),
        (Code::InvalidKeyQualifierSequence, 9, 0)
    );
    // Of several wrong AIs the lowest is named.
    let mut scratch = Scratch::new();
    let uri = b"https://a/00/376104250021234569?99=A&99=A&21=X&13=260630&13=260630";
    let error = read_with(uri, None, Form::Raw, &options, &mut scratch).expect_err("twice");
    assert_eq!(
        (error.code, error.ai.map(|ai| ai.to_string())),
        (Code::DuplicateAi, Some("13".into()))
    );
    let uri = b"https://a/01/09506000134352/21/X?254=A&22=A&10=A";
    let error = read_with(uri, None, Form::Raw, &options, &mut scratch).expect_err("misplaced");
    assert_eq!(
        (error.code, error.ai.map(|ai| ai.to_string())),
        (Code::AiShouldBeInPathInfo, Some("10".into()))
    );
    assert!(error.to_string().contains("path"));
}

#[test]
fn parameters_that_are_no_elements_take_places_and_are_listed() {
    let options = Options::new(2026);
    let many = |count: usize| format!("https://a/01/09506000134352?{}", vec!["x=%41"; count].join("&"));
    let uri = many(63);
    let label = read(uri.as_bytes(), None, Form::Raw, &options).expect("64 places");
    assert_eq!(label.ignored_parameters().count(), 63);
    assert!(label.ignored_parameters().all(|parameter| parameter == "x=%41"));
    assert_eq!(refused(&many(64), options).0, Code::TooManyAis);
    let label = read(b"]d2010950600013435210A", None, Form::Scan, &options).expect("no URI");
    assert_eq!(label.ignored_parameters().count(), 0);
}

#[test]
fn a_uri_of_8191_characters_is_read_and_a_longer_one_is_not() {
    let options = Options::new(2026);
    let uri = |length: usize| format!("{:x<length$}", "https://a/01/09506000134352/10/A%2FB?x=");
    let mut scratch = Scratch::new();
    let longest = uri(8191);
    let label = read_with(longest.as_bytes(), None, Form::Raw, &options, &mut scratch).expect("as long as can be");
    assert_eq!(label.lot(), Some("A/B"));
    assert_eq!(refused(&uri(8192), options).0, Code::DataTooLong);
    // 64 values, each written behind the URI.
    let mut options = options;
    options.unknown_ais = true;
    options.unknown_dl_attributes = true;
    let values: Vec<String> = (1000..1063)
        .map(|ai| format!("{}=%41{:A<89}", 8200 + ai - 1000 + 500, ""))
        .collect();
    let uri = format!("https://a/01/09506000134352?{}", values.join("&"));
    let read = read_with(uri.as_bytes(), None, Form::Raw, &options, &mut scratch);
    match read {
        Ok(label) => assert!(label.elements().skip(1).all(|element| element.value.len() == 90)),
        Err(error) => assert_ne!(error.code, Code::ScratchNeeded),
    }
}

#[test]
fn a_label_without_a_uri_says_so() {
    let options = Options::new(2026);
    let uri = |data: &[u8]| {
        let label = read(data, None, Form::Scan, &options).expect("good");
        label.digital_link().map(|uri| uri.to_string())
    };
    assert_eq!(
        uri(b"9506000134352").as_deref(),
        Some("https://id.gs1.org/01/09506000134352")
    );
    let composite = uri(b"]E09506000134352|]e0103ABC\x1d17260630");
    assert_eq!(
        composite.as_deref(),
        Some("https://id.gs1.org/01/09506000134352/10/3ABC?17=260630")
    );
    assert_eq!(uri(b"]C199ABC"), None);
    // A key, but a proprietary number that is no attribute.
    assert_eq!(uri(b"]C10109506000134352235A\x1d22B"), None);
    assert_eq!(uri(b"]Q1any text"), None);
    let label = read(b"]C100376104250021234569", None, Form::Scan, &options).expect("good");
    let at = |stem| label.digital_link_at(stem).map(|uri| uri.to_string());
    assert_eq!(
        at("https://example.com/x/").as_deref(),
        Some("https://example.com/x/00/376104250021234569")
    );
}

fn with_check_digit(body: String) -> String {
    let digit = check_digit(body.as_bytes()).expect("digits");
    body + char::from(digit).to_string().as_str()
}

const SET_82: &str = "[!\"%&'()*+,./0-9:;<=>?A-Z_a-z-]{1,20}";

/// A primary key, qualifiers of it, and attributes, each AI once.
fn link() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let key = prop_oneof![
        "[0-9]{13}".prop_map(|body| ("01", with_check_digit(body))),
        "[0-9]{17}".prop_map(|body| ("00", with_check_digit(body))),
        "[0-9]{12}".prop_map(|body| ("414", with_check_digit(body))),
        "[0-9]{12}".prop_map(|body| ("8003", format!("0{}X/1", with_check_digit(body)))),
        ("[0-9]{4}", SET_82).prop_map(|(prefix, rest)| ("8004", prefix + &rest)),
    ];
    let qualifier = prop_oneof![
        SET_82.prop_map(|value| ("22", value)),
        SET_82.prop_map(|value| ("10", value)),
        SET_82.prop_map(|value| ("21", value)),
        SET_82.prop_map(|value| ("254", value)),
    ];
    let attribute = prop_oneof![
        "[0-9]{2}(0[1-9]|1[0-2])(0[0-9]|1[0-9]|2[0-8])".prop_map(|value| ("17", value)),
        "[0-9]{6}".prop_map(|value| ("3103", value)),
        SET_82.prop_map(|value| ("240", value)),
        SET_82.prop_map(|value| ("400", value)),
        SET_82.prop_map(|value| ("99", value)),
    ];
    let rest = proptest::collection::vec(prop_oneof![qualifier, attribute], 0..7);
    (key, rest, any::<prop::sample::Index>()).prop_map(|(key, mut rest, at)| {
        let mut seen = std::collections::BTreeSet::new();
        rest.retain(|(ai, _)| seen.insert(*ai));
        rest.insert(at.index(rest.len() + 1), key);
        rest
    })
}

/// In the order of the AIs, which a URI need not keep.
fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.sort();
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn what_is_written_as_a_uri_reads_the_same(elements in link()) {
        let mut options = Options::strict(2026);
        options.associations = false;
        let scan: Vec<String> = elements.iter().map(|(ai, value)| format!("{ai}{value}\u{1d}")).collect();
        let scan = scan.concat();
        let Ok(label) = read(scan.as_bytes(), Some(AimId::GS1_DATAMATRIX), Form::Scan, &options) else {
            // 414 and 8004 go with few others.
            return Ok(());
        };
        let Some(uri) = label.digital_link().map(|uri| uri.to_string()) else {
            // 21, 22 and 254 belong to one key each and may not be attributes of another.
            prop_assert!(elements.iter().any(|(ai, _)| ["21", "22", "254"].contains(ai)));
            return Ok(());
        };
        prop_assert!(uri.starts_with("https://id.gs1.org/"));
        let mut scratch = Scratch::new();
        let again = read_with(uri.as_bytes(), None, Form::Raw, &options, &mut scratch)
            .map_err(|error| TestCaseError::fail(format!("{uri}: {error}")))?;
        prop_assert_eq!(sorted(pairs(&again)), sorted(pairs(&label)));
        prop_assert_eq!(again.digital_link().map(|uri| uri.to_string()), Some(uri.clone()));
        prop_assert_eq!(again.ignored_parameters().count(), 0);
        // Elsewhere, with more behind it, it is the same label.
        let elsewhere = again.digital_link_at("http://a.example/b").expect("a key").to_string();
        let mark = if elsewhere.contains('?') { '&' } else { '?' };
        let elsewhere = format!("{elsewhere}{mark}utm=%25#here");
        let mut scratch = Scratch::new();
        let third = read_with(elsewhere.as_bytes(), None, Form::Raw, &options, &mut scratch)
            .map_err(|error| TestCaseError::fail(format!("{elsewhere}: {error}")))?;
        prop_assert_eq!(pairs(&third), pairs(&again));
        prop_assert_eq!(third.ignored_parameters().collect::<Vec<_>>(), ["utm=%25"]);
    }

    #[test]
    fn no_uri_makes_it_panic_and_errors_point_into_it(
        pieces in proptest::collection::vec(
            prop_oneof![
                "(/(01|00|10|21|22|414|8004|89|x)){1,2}",
                "/01/(09506000134352|9506000134352|0950600013435%32)",
                "[?&](17|98|10|89|01|x)=[0-9A-Z%+]{0,12}",
                "(%[0-9A-Fa-f]{0,2}|[#?&=/+]){1,3}",
                "[ -~]{0,5}",
            ],
            0..8,
        ),
        short in any::<bool>(),
        unknown in any::<bool>(),
    ) {
        let mut options = Options::new(2026);
        (options.zero_suppressed_gtin, options.unknown_ais, options.unknown_dl_attributes) = (short, unknown, unknown);
        let uri = format!("https://a{}", pieces.concat());
        let mut scratch = Scratch::new();
        match read_with(uri.as_bytes(), None, Form::Raw, &options, &mut scratch) {
            Ok(label) => {
                prop_assert!(label.elements().count() + label.ignored_parameters().count() <= 64);
                prop_assert!(label.digital_link().is_some());
            }
            Err(error) => prop_assert!((error.at + error.len) as usize <= uri.len(), "{uri} {error:?}"),
        }
    }
}
