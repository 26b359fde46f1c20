//! What devices do to data: harmless spoilage is read with a warning, lost separators are never read past, and a profile
//! undoes what one device does.

use lotline_scan::profile::{self, CALIBRATION, NotLearned};
use lotline_scan::{
    AimHabit, AimId, Code, Device, Form, Kind, Label, MOST_READINGS, Options, Profile, ScanError, Scratch, WarningCode,
    check_digit, read, readings,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

type Pairs = Vec<(String, String)>;

fn scan(data: &[u8]) -> Result<Label<'_>, ScanError> {
    read(data, None, Form::Scan, &Options::new(2026))
}

fn pairs(label: &Label<'_>) -> Pairs {
    label
        .elements()
        .map(|e| (e.ai.to_owned(), e.value.to_owned()))
        .collect()
}

fn all_readings(data: &[u8], form: Form, options: Options) -> Vec<Pairs> {
    let mut scratch = Scratch::new();
    let found = readings(data, None, form, &options, &mut scratch).into_iter().flatten();
    found
        .take(MOST_READINGS)
        .map(|one| one.elements().map(|e| (e.ai.to_owned(), e.value.to_owned())).collect())
        .collect()
}

fn warnings(label: &Label<'_>) -> Vec<WarningCode> {
    label.warnings().map(|warning| warning.code).collect()
}

const GOOD: &str = "010950600013435210A1\u{1d}2177";

#[test]
fn harmless_spoilage_is_read_with_its_warning_and_strict_mode_refuses_it() {
    let wanted = pairs(&scan(b"]d2010950600013435210A1\x1d2177").expect("good"));
    for (data, warning) in [
        (format!("]d2{GOOD}\r\n"), WarningCode::TrailingLineEnd),
        (format!("]d2{GOOD}\t"), WarningCode::SurroundingBlanks),
        (format!("  ]d2{GOOD}"), WarningCode::SurroundingBlanks),
        (format!("]D2{GOOD}"), WarningCode::IdentifierCase),
        (format!("]c1{GOOD}"), WarningCode::IdentifierCase),
        (format!("]q3{GOOD}"), WarningCode::IdentifierCase),
        (format!("]E0{GOOD}"), WarningCode::IdentifierCase),
        (format!("]d2\u{1d}{GOOD}"), WarningCode::LeadingSeparator),
        (
            format!("]d2{}", GOOD.replace('\u{1d}', "\u{1d}\u{1d}")),
            WarningCode::DoubledSeparator,
        ),
        (format!("]d2{GOOD}]d2{GOOD}"), WarningCode::DoubledRead),
        (format!("]C1{GOOD}\r]C1{GOOD}\r"), WarningCode::DoubledRead),
        (
            "]C1(01)09506000134352(10)A1(21)77".to_owned(),
            WarningCode::BracketsInData,
        ),
        ("(01)09506000134352(10)A1(21)77".to_owned(), WarningCode::BracketsInData),
        (GOOD.to_owned(), WarningCode::SymbologyAssumed),
    ] {
        let label = scan(data.as_bytes()).unwrap_or_else(|error| panic!("{data:?}: {error}"));
        assert_eq!(pairs(&label), wanted, "{data:?}");
        assert!(warnings(&label).contains(&warning), "{data:?}: {:?}", warnings(&label));
        let strict = read(data.as_bytes(), None, Form::Scan, &Options::strict(2026));
        assert!(strict.is_err(), "{data:?} in strict mode");
    }
    let label = scan(b"]d2010950600013435210A1\x1d2177\x1d").expect("a separator at the end");
    assert_eq!(
        (pairs(&label), warnings(&label)),
        (wanted, vec![WarningCode::TrailingSeparator])
    );
    assert_eq!(scan(b"]d2\x1d\x1d").expect_err("nothing").code, Code::AiDataEmpty);
    // Two reads that are not the same are one damaged read.
    assert!(scan(b"]d20109506000134352]d20109506000134369").is_err());
    // Data of a plain symbol may repeat itself.
    assert_eq!(scan(b"]Q1ab]Q1ab").expect("plain").content(), b"ab]Q1ab");
}

#[test]
fn carriers_that_the_engine_does_not_take_are_read() {
    for (data, symbology, gtin) in [
        ("]I109506000134352", None, "09506000134352"),
        ("]E39506000134352", None, ""),
        ("]E3950600013435212", None, "09506000134352"),
        ("]E3950600013435251995", None, "09506000134352"),
        ("]E002345673", None, "00023456000073"),
        ("]E0036000291452", None, "00036000291452"),
        ("02345673", Some("UPCE"), "00023456000073"),
        ("234567", Some("LABEL-TYPE-UPCE0"), "00023456000073"),
        ("2345673", Some("LABEL-TYPE-UPCE0"), "00023456000073"),
        ("09506000134352", Some("ITF14"), "09506000134352"),
        ("036000291452", Some("LABEL-TYPE-UPCA"), "00036000291452"),
        ("96385074", Some("EAN8"), "00000096385074"),
    ] {
        let symbology = symbology.map(|name| AimId::parse(name).expect(name));
        let label = read(data.as_bytes(), symbology, Form::Scan, &Options::new(2026));
        let got = label.as_ref().ok().and_then(Label::gtin).map(|gtin| gtin.to_string());
        assert_eq!(got.unwrap_or_default(), gtin, "{data}: {label:?}");
        if let Ok(label) = label {
            assert_eq!(label.kind(), Kind::Ean);
        }
    }
    assert_eq!(
        scan(b"]I109506000134353").expect_err("wrong").code,
        Code::PrimaryMessageCheckDigitIsIncorrect
    );
    assert_eq!(
        scan(b"]E0950600").expect_err("cut off").code,
        Code::PrimaryScanDataIsTooShort
    );
    for data in [
        "]C00109506000134352",
        "]A0BIN-7",
        "]I0123456",
        "]I1123456",
        "]E112",
        "]L0x",
        "]z0x",
    ] {
        let label = scan(data.as_bytes()).unwrap_or_else(|error| panic!("{data}: {error}"));
        assert_eq!((label.kind(), label.content()), (Kind::Plain, &data.as_bytes()[3..]));
    }
}

#[test]
fn what_a_label_type_does_not_tell_is_decided_by_the_data() {
    let of = |data: &'static [u8]| {
        let symbology = AimId::parse("LABEL-TYPE-DATAMATRIX").ok();
        read(data, symbology, Form::Scan, &Options::new(2026)).map(|label| label.kind())
    };
    assert_eq!(of(b"010950600013435210A1\x1d2177"), Ok(Kind::Gs1));
    assert_eq!(of(b"9506000134352"), Ok(Kind::Plain), "a number in a square is no EAN");
    assert_eq!(of(b"SHELF 7"), Ok(Kind::Plain));
    assert_eq!(of(b"]d2010950600013435210A1"), Ok(Kind::Gs1));
}

#[test]
fn gs1_data_without_an_identifier_is_read_only_beyond_doubt() {
    assert_eq!(
        scan(b"010950600013435217260630").map(|label| label.kind()),
        Ok(Kind::Gs1)
    );
    for data in [
        &b"0109506000134352"[..],
        b"010950600013435310A\x1d21B",
        b"10ABC\x1d",
        b"172606301",
    ] {
        assert_eq!(
            scan(data).expect_err("doubt").code,
            Code::MissingSymbologyIdentifier,
            "{data:?}"
        );
    }
    let never = Profile {
        aim: AimHabit::Never,
        ..Profile::default()
    };
    let label = read(
        b"0109506000134352",
        None,
        Form::Scan,
        &never.options(Options::new(2026)),
    );
    assert_eq!(label.map(|label| label.kind()), Ok(Kind::Gs1));
}

#[test]
fn books_local_numbers_and_us_drugs_are_known_by_their_numbers() {
    let gtin = |data: &'static [u8]| scan(data).expect("good").gtin().expect("an item");
    assert_eq!(gtin(b"]E09783161484100").isbn(), Some("9783161484100"));
    assert_eq!(gtin(b"]E09506000134352").isbn(), None);
    assert_eq!(gtin(b"]d20100312345678906").ndc(), Some("1234567890"));
    for (data, restricted) in [
        (&b"]E02012345678903"[..], true),
        (b"]E00212345678909", true),
        (b"]E0212345678909", true),
        (b"]E09506000134352", false),
        (b"]E496385074", false),
        (b"]E402345673", true),
    ] {
        let label = scan(data).unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(data)));
        assert_eq!(label.gtin().expect("an item").is_restricted(), restricted, "{data:?}");
    }
}

#[test]
fn lost_separators_are_ambiguous_unless_the_data_can_mean_one_thing() {
    let ambiguous = |data: &str| match scan(data.as_bytes()) {
        Ok(_) => None,
        Err(error) => Some((
            error.code,
            all_readings(data.as_bytes(), Form::Scan, Options::new(2026)),
        )),
    };
    let reading = |text: &[(&str, &str)]| -> Pairs { text.iter().map(|(ai, v)| ((*ai).into(), (*v).into())).collect() };
    let gtin = ("01", "09506000134352");
    assert_eq!(
        ambiguous("]d2010950600013435210ABC12321SN"),
        Some((
            Code::Ambiguous,
            vec![
                reading(&[gtin, ("10", "ABC123"), ("21", "SN")]),
                reading(&[gtin, ("10", "ABC12321SN")]),
            ]
        ))
    );
    assert_eq!(ambiguous("]d2010950600013435210ABCDEF"), None);
    assert_eq!(ambiguous("]d201095060001343521726063010ABC"), None);
    // A value that no reading can end: 90 is not among the AIs that a warehouse meets.
    assert_eq!(ambiguous("]d2010950600013435210ABC90XY"), None);
    // Refused, but complete in one way: that one is offered, and still not taken.
    let (code, found) = ambiguous("]d2010950600013435230421A1").expect("a letter in a count");
    assert_eq!(
        (code, found),
        (Code::AiLinterError, vec![reading(&[gtin, ("30", "4"), ("21", "A1")])])
    );
    assert_eq!(
        all_readings(b"^010950600013435230421A1", Form::Raw, Options::new(2026)).len(),
        1
    );
    // 37 needs 02, so it is no reading here.
    assert_eq!(ambiguous("]d2010950600013435210ABC3712"), None);
    let options = Options {
        device: Device::UNKNOWN.separator_works(),
        ..Options::new(2026)
    };
    let proven = read(b"]d2010950600013435210ABC12321SN", None, Form::Scan, &options).expect("proven");
    assert_eq!(proven.lot(), Some("ABC12321SN"));
    let composite = "]E09506000134352|]e010ABC12321SN";
    let (code, found) = ambiguous(composite).expect("two");
    assert_eq!(
        (code, found.len(), &found[0][0].1[..]),
        (Code::Ambiguous, 2, "09506000134352")
    );
    let raw = read(b"^010950600013435210ABC12321SN", None, Form::Raw, &Options::new(2026));
    assert_eq!(raw.expect_err("two").code, Code::Ambiguous);
    assert_eq!(
        all_readings(b"^010950600013435210ABC12321SN", Form::Raw, Options::new(2026)).len(),
        2
    );
    assert_eq!(
        all_readings(b"0109506000134352 10ABC 12321SN", Form::Typed, Options::new(2026)).len(),
        2
    );
}

fn with_check_digit(body: &str) -> String {
    let digit = check_digit(body.as_bytes()).expect("digits");
    format!("{body}{}", char::from(digit))
}

/// An element of those that a warehouse meets, with a good value; lots and serial numbers most often.
fn element() -> impl Strategy<Value = (&'static str, String)> {
    let date = || "[2-3][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])";
    let text = || "[0-9A-Z]{1,20}|[A-Z]{1,3}[0-9]{3,10}|[0-9]{4,12}|[0-9A-Za-z./-]{4,12}";
    let of = |ai: &'static str| move |value: String| (ai, value);
    let place = || "[0-9]{12}".prop_map(|body| with_check_digit(&body));
    prop_oneof![
        8 => text().prop_map(of("10")),
        8 => text().prop_map(of("21")),
        5 => date().prop_map(of("17")),
        6 => (prop_oneof![Just("11"), Just("12"), Just("13"), Just("15"), Just("16")], date()),
        2 => "[0-9]{1,6}".prop_map(of("30")),
        2 => (prop_oneof![Just("3100"), Just("3101"), Just("3102"), Just("3103"), Just("3104"), Just("3105")], "[0-9]{6}"),
        6 => (prop_oneof![Just("240"), Just("241"), Just("250"), Just("400"), Just("22")], "[0-9A-Z]{3,12}"),
        2 => "[0-9]{2}".prop_map(of("20")),
        3 => (prop_oneof![Just("410"), Just("413"), Just("414")], place()),
        2 => "[0-9]{5}|[A-Z][0-9]{2}[A-Z]{2}".prop_map(of("420")),
        1 => "(276|840|040|756)[0-9]{4,6}".prop_map(of("421")),
        1 => (date(), "(0[0-9]|1[0-9]|2[0-3])[0-5][0-9]").prop_map(|(day, time)| ("7003", format!("{day}{time}"))),
    ]
}

/// The item with what follows, or a logistic unit with its content.
fn start() -> impl Strategy<Value = Pairs> {
    let item = || "[0-8][0-9]{12}".prop_map(|body| with_check_digit(&body));
    let unit = "[0-9]{17}".prop_map(|body| with_check_digit(&body));
    let pair = |ai: &str, value: String| (ai.to_owned(), value);
    prop_oneof![
        4 => item().prop_map(move |item| vec![pair("01", item)]),
        1 => (unit, item(), "[0-9]{1,4}").prop_map(move |(unit, item, count)| {
            vec![pair("00", unit), pair("02", item), pair("37", count)]
        }),
    ]
}

/// What a label says, and its data without any separator.
fn stripped() -> impl Strategy<Value = (Pairs, String)> {
    (start(), proptest::collection::vec(element(), 1..5)).prop_map(|(mut all, more)| {
        for (ai, value) in more {
            if all.iter().all(|(other, _)| other != ai) {
                all.push((ai.to_owned(), value));
            }
        }
        let data = all
            .iter()
            .map(|(ai, value)| format!("{ai}{value}"))
            .collect::<Vec<_>>()
            .concat();
        (all, format!("]d2{data}"))
    })
}

/// The AIs that readings are made of, and whether their length varies. AI 12 is one of them, but a label with it needs
/// others that are not.
const LISTED: [(&str, bool); 28] = [
    ("00", false),
    ("01", false),
    ("02", false),
    ("10", true),
    ("11", false),
    ("13", false),
    ("15", false),
    ("16", false),
    ("17", false),
    ("20", false),
    ("21", true),
    ("22", true),
    ("240", true),
    ("241", true),
    ("250", true),
    ("30", true),
    ("3100", false),
    ("3101", false),
    ("3102", false),
    ("3103", false),
    ("37", true),
    ("400", true),
    ("410", false),
    ("413", false),
    ("414", false),
    ("420", true),
    ("421", true),
    ("7003", true),
];

#[test]
fn of_strings_that_lost_their_separators_none_is_accepted_wrongly_and_the_truth_is_offered() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = stripped();
    let (mut total, mut wrong, mut offered, mut accepted, mut engine_wrong) = (0, 0, 0, 0, 0);
    let options = Options::new(2026);
    let mut met = std::collections::BTreeSet::new();
    while total < 5_000 {
        let (truth, data) = strategy.new_tree(&mut runner).expect("a strategy").current();
        let with_separators = format!(
            "]d2{}",
            truth
                .iter()
                .map(|(ai, value)| format!("{ai}{value}\u{1d}"))
                .collect::<Vec<_>>()
                .concat()
        );
        // Only good labels, and only those that lost something: a variable length that is not the last one.
        let variable = |ai: &str| LISTED.contains(&(ai, true));
        if !truth[..truth.len() - 1].iter().any(|(ai, _)| variable(ai))
            || read(with_separators.as_bytes(), None, Form::Scan, &Options::strict(2026)).is_err()
        {
            continue;
        }
        total += 1;
        met.extend(truth.iter().map(|(ai, _)| ai.clone()));
        if let Ok(label) = read(data.as_bytes(), None, Form::Scan, &Options::strict(2026)) {
            engine_wrong += usize::from(pairs(&label) != truth);
        }
        match read(data.as_bytes(), None, Form::Scan, &options) {
            Ok(label) if pairs(&label) == truth => {
                accepted += 1;
                offered += 1;
            }
            Ok(label) => {
                wrong += 1;
                eprintln!("{data}: {:?} for {truth:?}", pairs(&label));
            }
            Err(error) => {
                let found = all_readings(data.as_bytes(), Form::Scan, options);
                let least = if error.code == Code::Ambiguous { 2 } else { 0 };
                assert!(
                    (least..=MOST_READINGS).contains(&found.len()),
                    "{data}: {error}: {}",
                    found.len()
                );
                assert!(found.is_sorted(), "{data}: {found:?}");
                offered += usize::from(found.contains(&truth));
            }
        }
    }
    println!(
        "{total} strings without separators: {wrong} accepted wrongly (the reference engine's rules: {engine_wrong}), \
         {accepted} accepted rightly, the truth offered for {offered}"
    );
    for (ai, _) in LISTED {
        assert!(met.contains(ai), "no string with AI {ai}");
    }
    assert_eq!(wrong, 0);
    assert!(offered * 100 >= total * 80, "{offered} of {total}");
    assert!(
        engine_wrong * 4 > total,
        "the strings are hard: {engine_wrong} of {total}"
    );
}

/// What a device with these habits sends for a symbol with that identifier.
fn spoilt(symbol: &str, identifier: &str, habits: &Profile<'_>) -> Vec<u8> {
    let separator: &[u8] = if habits.separator.is_empty() {
        b"\x1d"
    } else {
        habits.separator
    };
    let identifier = match habits.aim {
        AimHabit::AsIs => identifier.to_owned(),
        AimHabit::Never => String::new(),
        AimHabit::Lower => identifier.to_lowercase(),
        AimHabit::Upper => identifier.to_uppercase(),
    };
    let mut once = [habits.prefix, identifier.as_bytes()].concat();
    if habits.leading_fnc1 {
        once.extend(separator);
    }
    for byte in symbol.bytes() {
        match byte {
            0x1D => once.extend(separator),
            byte => once.push(byte),
        }
    }
    once.extend(habits.suffix);
    once.repeat(usize::from(habits.count.max(1)))
}

const SEPARATORS: [&[u8]; 10] = [b"", b"{GS}", b"<GS>", b"|", b"~", b"#", b"^", b"]", b"\x1f", b"\\F"];
const HABITS: [AimHabit; 4] = [AimHabit::AsIs, AimHabit::Never, AimHabit::Lower, AimHabit::Upper];
const AROUND: [(&[u8], &[u8]); 4] = [(b"", b""), (b"", b"\r\n"), (b"*S*", b"*E*"), (b"Z1 ", b";\t")];

#[test]
fn one_scan_of_the_calibration_label_teaches_what_a_device_does() {
    let mut room = Scratch::new();
    let mut tried = 0;
    for separator in SEPARATORS {
        for aim in HABITS {
            for (prefix, suffix) in AROUND {
                for (leading_fnc1, count) in [(false, 1), (true, 1), (false, 2), (true, 3)] {
                    let habits = Profile {
                        separator,
                        aim,
                        leading_fnc1,
                        prefix,
                        suffix,
                        count,
                        separator_works: true,
                    };
                    for identifier in ["]d2", "]C1", "]Q3", "]e0"] {
                        // `]e0` in small letters is what it is.
                        let sent = spoilt(CALIBRATION, identifier, &habits);
                        let learned = profile::learn(&sent).unwrap_or_else(|error| panic!("{habits:?}: {error}"));
                        let same_letter = match aim {
                            AimHabit::Lower => identifier == "]d2" || identifier == "]e0",
                            AimHabit::Upper => identifier == "]C1" || identifier == "]Q3",
                            AimHabit::AsIs | AimHabit::Never => false,
                        };
                        if !same_letter {
                            assert_eq!(learned, habits, "{identifier} {:?}", String::from_utf8_lossy(&sent));
                        }
                        let sent = spoilt(GOOD, identifier, &habits);
                        let restored = habits.restore(&sent, &mut room).expect("its own device").to_vec();
                        let wanted = match aim {
                            AimHabit::Never => GOOD.to_owned(),
                            _ => format!("{identifier}{GOOD}"),
                        };
                        let wanted = if leading_fnc1 {
                            wanted.replacen("0109", "\u{1d}0109", 1)
                        } else {
                            wanted
                        };
                        assert_eq!(String::from_utf8(restored.clone()).expect("text"), wanted, "{habits:?}");
                        let label = read(&restored, None, Form::Scan, &habits.options(Options::new(2026)));
                        let label = label.unwrap_or_else(|error| panic!("{habits:?}: {error}"));
                        assert_eq!((label.lot(), label.serial()), (Some("A1"), Some("77")));
                        tried += 1;
                    }
                }
            }
        }
    }
    println!("{tried} devices learned");
}

#[test]
fn a_calibration_that_proves_nothing_says_why() {
    let learn = |data: &str| profile::learn(data.as_bytes()).map(|profile| profile.separator_works);
    assert_eq!(learn("]d2010950600013435210A1"), Err(NotLearned::OtherLabel));
    assert_eq!(learn(""), Err(NotLearned::OtherLabel));
    assert_eq!(learn("LOTLINE-7"), Err(NotLearned::OtherLabel), "a badge");
    assert_eq!(learn(&CALIBRATION.to_uppercase()), Err(NotLearned::LettersChanged));
    assert_eq!(
        learn(&CALIBRATION.replacen('\u{1d}', "|", 1)),
        Err(NotLearned::SeparatorsDiffer)
    );
    assert_eq!(
        learn(&format!("{CALIBRATION}\r{CALIBRATION}")),
        Err(NotLearned::ReadsDiffer)
    );
    assert_eq!(
        learn(&CALIBRATION.replace('\u{1d}', "")),
        Ok(false),
        "separators do not come through"
    );
    assert_eq!(learn("91Lotline"), Err(NotLearned::OtherLabel), "cut off");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_data_makes_a_profile_panic(data in proptest::collection::vec(any::<u8>(), 0..60), at in 0..80_usize, count in 0..5_u8, twice in any::<bool>()) {
        let text = if twice { [data.clone(), data.clone()].concat() } else { data.clone() };
        let text = [&text[..], CALIBRATION.as_bytes(), &data[..]].concat();
        let cut = &text[..at.min(text.len())];
        let learned = profile::learn(&text).or_else(|_| profile::learn(cut)).unwrap_or_default();
        let profile = Profile { count, prefix: &data[..data.len() / 2], ..learned };
        let mut room = Scratch::new();
        if let Ok(restored) = profile.restore(&text, &mut room) {
            prop_assert!(profile.position(&text, restored.len()) <= text.len());
        }
    }
}
