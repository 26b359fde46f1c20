//! What holds for any input: no panic, offsets inside the data, and what is written reads back the same.

use lotline_scan::{AimId, Form, Label, Options, Scratch, check_digit, read, read_with};
use proptest::prelude::*;

fn options() -> impl Strategy<Value = Options> {
    (any::<bool>(), any::<bool>(), any::<bool>(), any::<u16>()).prop_map(
        |(strict, unknown_ais, associations, reference_year)| {
            let mut options = Options::new(reference_year);
            (options.strict, options.unknown_ais, options.associations) = (strict, unknown_ais, associations);
            options
        },
    )
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![
        Just(Form::Scan),
        Just(Form::Bracketed),
        Just(Form::Raw),
        Just(Form::Epc)
    ]
}

/// Bytes that look a little like labels, so that the readers get far.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..12),
        "[0-9]{0,20}".prop_map(String::into_bytes),
        "\\([0-9]{1,4}\\)[!-z]{0,10}".prop_map(String::into_bytes),
        "(01)?09506000134352|17260[0-9]{3}|10[A-Z]{1,5}\u{1d}|21[a-z]{0,9}".prop_map(String::into_bytes),
        prop_oneof![
            "]d2", "]E0", "]E4", "]e0", "]Q1", "\\^", "\\|", "\\|]e0", "\u{1d}", "\r\n", "\\\\\\("
        ]
        .prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn ask_everything(label: &Label<'_>) -> usize {
    let text = label.bracketed().map_or(0, |text| text.to_string().len());
    let known = format!(
        "{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}{:?}",
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
        label
    );
    text + known.len() + label.elements().count() + label.dates().count() + label.warnings().count()
}

/// A value for an AI of the warehouse.
fn element() -> impl Strategy<Value = (&'static str, String)> {
    let set_82 = "[!\"%&'()*+,./0-9:;<=>?A-Z_a-z-]{1,20}";
    prop_oneof![
        "[0-9]{17}".prop_map(|body| ("00", with_check_digit(body))),
        "[0-9]{13}".prop_map(|body| ("02", with_check_digit(body))),
        set_82.prop_map(|value| ("10", value)),
        set_82.prop_map(|value| ("21", value)),
        set_82.prop_map(|value| ("400", value)),
        "[0-9]{2}(0[1-9]|1[0-2])(0[0-9]|1[0-9]|2[0-8])".prop_map(|value| ("17", value)),
        "[0-9]{1,8}".prop_map(|value| ("37", value)),
        "[0-9]{6}".prop_map(|value| ("3103", value)),
    ]
}

fn with_check_digit(body: String) -> String {
    let digit = check_digit(body.as_bytes()).expect("digits");
    body + char::from(digit).to_string().as_str()
}

fn pairs(label: &Label<'_>) -> Vec<(String, String)> {
    label
        .elements()
        .map(|e| (e.ai.to_owned(), e.value.to_owned()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_make_it_panic_and_errors_point_into_the_data(data in bytes(), form in form(), options in options()) {
        let mut scratch = Scratch::new();
        for symbology in [None, Some(AimId::GS1_DATAMATRIX), Some(AimId::EAN13), AimId::parse("]C0").ok()] {
            match read_with(&data, symbology, form, &options, &mut scratch) {
                Ok(label) => prop_assert!(ask_everything(&label) < 200_000),
                Err(error) => {
                    prop_assert!(error.at as usize <= data.len(), "{error:?}");
                    prop_assert!(!error.to_string().is_empty());
                }
            }
        }
    }

    #[test]
    fn what_is_written_in_brackets_reads_the_same(elements in proptest::collection::vec(element(), 1..9)) {
        let mut options = Options::strict(2026);
        options.associations = false;
        let mut seen = std::collections::BTreeSet::new();
        let elements: Vec<_> = elements.into_iter().filter(|(ai, _)| seen.insert(*ai)).collect();
        let pieces: Vec<String> = elements.iter().map(|(ai, value)| format!("{ai}{value}\u{1d}")).collect();
        let scan = pieces.concat();
        let label = read(scan.as_bytes(), Some(AimId::GS1_DATAMATRIX), Form::Scan, &options)
            .map_err(|error| TestCaseError::fail(format!("{scan}: {error}")))?;
        let written = label.bracketed().expect("elements").to_string();
        let mut scratch = Scratch::new();
        let again = read_with(written.as_bytes(), None, Form::Bracketed, &options, &mut scratch)
            .map_err(|error| TestCaseError::fail(format!("{written}: {error}")))?;
        prop_assert_eq!(pairs(&again), pairs(&label));
        let wanted: Vec<_> = elements.iter().map(|(ai, value)| ((*ai).to_owned(), value.clone())).collect();
        prop_assert_eq!(pairs(&label), wanted);
        prop_assert_eq!(again.bracketed().expect("elements").to_string(), written);
    }
}

#[test]
fn sixty_four_kibibytes_of_anything_get_a_typed_answer() {
    let mut scratch = Scratch::new();
    for byte in [0_u8, 0xFF, b'(', b'0', b'^', 0x1D, b'\\', b'|'] {
        for start in ["", "]d2", "]Q1", "]d210", "]E0", "(10)", "\\(", "^10"] {
            let mut data = start.as_bytes().to_vec();
            data.resize(65_536, byte);
            for form in [Form::Scan, Form::Bracketed, Form::Raw, Form::Epc] {
                for options in [Options::new(2026), Options::strict(2026)] {
                    let error = read_with(&data, None, form, &options, &mut scratch).expect_err("far too long");
                    assert!(error.at as usize <= data.len());
                }
            }
        }
    }
}
