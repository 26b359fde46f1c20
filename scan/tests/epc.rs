//! EPCs: the examples of the Tag Data Standard, what another implementation says, and round trips.

use lotline_scan::{
    Code, Epc, EpcError, Form, Kind, Options, Scheme, Scratch, WarningCode, check_digit, read, read_with,
};
use proptest::prelude::*;
use serde_json::Value;

/// Annex E of TDS 2.3: one of every scheme.
const ANNEX_E: &str = include_str!("fixtures/epc/tds_annex_e.jsonl");

/// What epcpy 0.1.8 says; `fixtures/epc/cross_check.py` asked it.
const EPCPY: &str = include_str!("fixtures/epc/epcpy.jsonl");

fn rows(text: &str) -> impl Iterator<Item = Value> + '_ {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a fixture is JSON Lines"))
}

fn elements(epc: &Epc) -> Vec<(String, String)> {
    epc.elements().map(|e| (e.ai.to_owned(), e.value.to_string())).collect()
}

fn wanted(row: &Value) -> Vec<(String, String)> {
    let pairs = row["elements"].as_array().expect("elements");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    pairs.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

fn same_hex(ours: &str, theirs: &str) -> bool {
    ours.trim_end_matches('0') == theirs.trim_end_matches('0')
}

/// Every form of the row is made of every other one.
fn check(row: &Value) {
    let hex = row["hex"].as_str().expect("hex");
    let epc = Epc::from_hex(hex).unwrap_or_else(|error| panic!("{row}: {error}"));
    assert_eq!(epc.scheme().as_str(), row["scheme"], "{row}");
    assert_eq!(epc.filter().map(u64::from), row["filter"].as_u64(), "{row}");
    assert_eq!(elements(&epc), wanted(row), "{row}");
    assert!(same_hex(&epc.encode().to_string(), hex), "{row}: {}", epc.encode());
    let filter = epc.filter().unwrap_or(0);
    if let (Some(tag), Some(id)) = (row["tag_uri"].as_str(), row["id_uri"].as_str()) {
        assert!(epc.tag_uri().exists());
        assert_eq!(
            (epc.tag_uri().to_string(), epc.id_uri().to_string()),
            (tag.to_owned(), id.to_owned())
        );
        assert_eq!(Epc::from_tag_uri(tag), Ok(epc), "{row}");
        // The shortest scheme may be another one: then only the URI is the same.
        let again = Epc::from_id_uri(id, filter).unwrap_or_else(|error| panic!("{row}: {error}"));
        assert_eq!(again.id_uri().to_string(), id);
        assert!(again == epc || again.encode().len() < epc.encode().len(), "{row}");
    } else {
        assert!(!epc.tag_uri().exists() && epc.tag_uri().to_string().is_empty());
    }
    let pairs = wanted(row);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(ai, value)| (ai.as_str(), value.as_str())).collect();
    if !pairs.is_empty() {
        let len = epc.company_prefix_len().unwrap_or(0);
        assert_eq!(Epc::from_elements(epc.scheme(), &pairs, len, filter), Ok(epc), "{row}");
    }
}

#[test]
fn the_examples_of_the_standard_hold_in_every_direction() {
    assert_eq!(rows(ANNEX_E).inspect(check).count(), 19);
    for scheme in Scheme::ALL {
        assert!(
            rows(ANNEX_E).any(|row| row["scheme"] == scheme.as_str()),
            "{scheme} has an example"
        );
    }
}

#[test]
fn another_implementation_says_the_same_of_every_partition_and_filter() {
    assert_eq!(rows(EPCPY).inspect(check).count(), 731);
    for scheme in Scheme::ALL {
        let filters = |prefix_len| {
            rows(EPCPY)
                .filter(|row| row["scheme"] == scheme.as_str())
                .filter_map(|row| Epc::from_hex(row["hex"].as_str()?).ok())
                .filter(|epc| epc.company_prefix_len() == Some(prefix_len))
                .filter_map(|epc| epc.filter())
                .collect::<std::collections::BTreeSet<_>>()
        };
        if scheme.as_str().ends_with('+') || scheme == Scheme::Gid96 {
            continue;
        }
        for prefix_len in 6..=11 {
            assert!(filters(prefix_len).len() >= 4, "{scheme} with {prefix_len} digits");
        }
    }
}

/// A company prefix of twelve digits leaves no reference to some keys: two dots beside each other (TDS 14.4.3).
#[test]
fn a_reference_without_digits_leaves_two_dots() {
    for (tag, elements) in [
        (
            "urn:epc:tag:sgln-96:3.952114112345..5678",
            vec![("414", "9521141123454"), ("254", "5678")],
        ),
        (
            "urn:epc:tag:grai-96:3.952114112345..5678",
            vec![("8003", "095211411234545678")],
        ),
        (
            "urn:epc:tag:gdti-96:3.952114112345..5678",
            vec![("253", "95211411234545678")],
        ),
        (
            "urn:epc:tag:sgcn-96:3.952114112345..04711",
            vec![("255", "952114112345404711")],
        ),
    ] {
        let epc = Epc::from_tag_uri(tag).expect(tag);
        assert_eq!(epc.tag_uri().to_string(), tag);
        assert_eq!(Epc::decode(epc.encode().as_bytes()), Ok(epc), "{tag}");
        assert_eq!(Epc::from_elements(epc.scheme(), &elements, 12, 3), Ok(epc), "{tag}");
        let ours = epc.elements().map(|e| (e.ai.to_owned(), e.value.to_string()));
        assert!(
            ours.eq(elements
                .iter()
                .map(|(ai, value)| ((*ai).to_owned(), (*value).to_owned())))
        );
    }
}

fn refused(hex: &str) -> (Code, u16) {
    let EpcError { code, at } = Epc::from_hex(hex).expect_err(hex);
    (code, at)
}

#[test]
fn a_tag_that_breaks_a_rule_is_refused_at_its_bit() {
    assert_eq!(refused(""), (Code::EpcTooShort, 0));
    assert_eq!(refused("3066C4409047E140075BCD"), (Code::EpcTooShort, 88));
    assert_eq!(refused("3066C4409047E140075BCDXX"), (Code::EpcNotHexadecimal, 22));
    assert_eq!(refused("E266C4409047E140075BCD15"), (Code::EpcUnknownHeader, 0));
    // Partition 7.
    assert_eq!(refused("307EC4409047E140075BCD15"), (Code::EpcInvalidPartition, 11));
    // A company prefix of 7 digits above 9,999,999; a reference of 6 digits above 999,999.
    assert_eq!(refused("3077FFFFFC00000000000001"), (Code::EpcFieldTooLarge, 14));
    assert_eq!(refused("3074257BF7FFFFC000000001"), (Code::EpcFieldTooLarge, 38));
    assert_eq!(refused("311BA1B300CE0A6A83000001"), (Code::EpcReservedBitsSet, 72));
    // A character behind the end, a control character, no character.
    assert_eq!(
        refused("3666C4409047E159B2C2BF100400000000000000000000000000"),
        (Code::EpcInvalidCharacter, 100)
    );
    assert_eq!(
        refused("3666C4409047E14040000000000000000000000000000000"),
        (Code::EpcTooShort, 192)
    );
    assert_eq!(
        refused("3666C4409047E140800000000000000000000000000000000000"),
        (Code::EpcInvalidCharacter, 58)
    );
    assert_eq!(
        refused("3666C4409047E140000000000000000000000000000000000000"),
        (Code::EpcInvalidSerial, 198)
    );
    assert_eq!(
        refused("3666C4409047E159B2C2BF100600000000000000000000000000"),
        (Code::EpcInvalidCharacter, 100)
    );
    assert_eq!(refused("3066C4409047E140075BCD15X"), (Code::EpcNotHexadecimal, 24));
    // A GIAI with a company prefix of 12 digits has room for 21 characters and holds 18.
    let giai = |characters: usize| {
        let bits = format!(
            "00111000011000{:040b}{}",
            952_114_112_345_u64,
            "0110001".repeat(characters)
        );
        let bits = format!("{bits:0<208}");
        let nibbles = (0..52).map(|at| u8::from_str_radix(&bits[4 * at..4 * at + 4], 2).expect("bits"));
        nibbles.map(|nibble| format!("{nibble:X}")).collect::<Vec<_>>().concat()
    };
    assert_eq!(Epc::from_hex(&giai(18)).map(|epc| elements(&epc)[0].1.len()), Ok(30));
    assert_eq!(refused(&giai(19)), (Code::EpcInvalidSerial, 54 + 18 * 7));
    // A numeric string must begin with the digit 1 and hold one more.
    assert_eq!(refused("3F76451FD612640000000001"), (Code::EpcInvalidSerial, 55));
    assert_eq!(refused("3F76451FD612640000000014"), (Code::EpcInvalidSerial, 55));
    // SGTIN+: a digit above nine, a wrong check digit, an indicator and a length that do not exist.
    assert_eq!(refused("F737952114112345A8566CB0AFC4"), (Code::EpcInvalidCharacter, 64));
    assert_eq!(refused("F73795211411234548566CB0AFC4"), (Code::IncorrectCheckDigit, 64));
    assert_eq!(refused("F737952114112345 38566CB0AFC4"), (Code::EpcNotHexadecimal, 16));
    assert_eq!(
        refused("F7379521141123453C566CB0AFC4"),
        (Code::EpcInvalidEncodingIndicator, 68)
    );
    assert_eq!(refused("F73795211411234538066CB0AFC4"), (Code::EpcInvalidSerial, 71));
    assert_eq!(refused("F73795211411234539566CB0AFC4"), (Code::EpcInvalidSerial, 71));
    // DSGTIN+: 31 June; a kind of date that does not exist.
    assert_eq!(refused("FB342CDF795211411234538566CB0AFC4"), (Code::EpcInvalidDate, 12));
    assert_eq!(refused("FB372CDE795211411234538566CB0AFC4"), (Code::EpcInvalidDate, 12));
}

#[test]
fn a_uri_that_breaks_a_rule_is_refused_at_its_byte() {
    let tag = |uri| Epc::from_tag_uri(uri).map_err(|error| (error.code, error.at));
    assert!(tag("urn:epc:tag:sgtin-96:3.0614141.812345.6789").is_ok());
    for (uri, error) in [
        ("urn:epc:id:sgtin:0614141.812345.6789", (Code::EpcUriMalformed, 0)),
        ("urn:epc:tag:sgtin-96", (Code::EpcUriMalformed, 12)),
        (
            "urn:epc:tag:sgtin-64:3.0614141.812345.6789",
            (Code::EpcUnknownScheme, 12),
        ),
        ("urn:epc:tag:sgtin+:3.0614141.812345.6789", (Code::EpcUnknownScheme, 12)),
        (
            "urn:epc:tag:sgtin-96:8.0614141.812345.6789",
            (Code::EpcInvalidFilter, 21),
        ),
        (
            "urn:epc:tag:sgtin-96:3.06141.8123450.6789",
            (Code::EpcInvalidPrefixLength, 23),
        ),
        ("urn:epc:tag:sgtin-96:3.0614141.81234.6789", (Code::EpcUriMalformed, 31)),
        ("urn:epc:tag:sgtin-96:3.0614141.812345", (Code::EpcUriMalformed, 37)),
        ("urn:epc:tag:sgtin-96:3.0614141.812345.", (Code::EpcInvalidSerial, 38)),
        (
            "urn:epc:tag:sgtin-96:3.0614141.812345.06789",
            (Code::EpcInvalidSerial, 38),
        ),
        (
            "urn:epc:tag:sgtin-96:3.0614141.812345.274877906944",
            (Code::EpcInvalidSerial, 38),
        ),
        (
            "urn:epc:tag:sgtin-198:3.0614141.812345.a/b",
            (Code::EpcInvalidCharacter, 39),
        ),
        (
            "urn:epc:tag:sgtin-198:3.0614141.812345.a%41",
            (Code::EpcInvalidCharacter, 39),
        ),
        (
            "urn:epc:tag:sscc-96:3.0614141.1234567890.1",
            (Code::EpcUriMalformed, 41),
        ),
        ("urn:epc:tag:gid-96:268435456.1.1", (Code::EpcFieldTooLarge, 19)),
        ("urn:epc:tag:gid-96:1.1.1.1", (Code::EpcUriMalformed, 25)),
    ] {
        assert_eq!(tag(uri).expect_err(uri), error, "{uri}");
    }
    // The shortest scheme that holds the serial number.
    let scheme = |uri| Epc::from_id_uri(uri, 1).map(|epc| epc.scheme());
    assert_eq!(
        scheme("urn:epc:id:sgtin:0614141.812345.274877906943"),
        Ok(Scheme::Sgtin96)
    );
    assert_eq!(
        scheme("urn:epc:id:sgtin:0614141.812345.274877906944"),
        Ok(Scheme::Sgtin198)
    );
    assert_eq!(scheme("urn:epc:id:sgtin:0614141.812345.007"), Ok(Scheme::Sgtin198));
    assert!(Epc::from_id_uri("urn:epc:id:sgtin:0614141.812345.1", 8).is_err());
    assert!(Epc::from_id_uri("urn:epc:id:upui:0614141.812345.1", 1).is_err());
}

#[test]
fn elements_that_are_not_the_scheme_s_own_are_refused() {
    let make =
        |scheme, elements: &[(&str, &str)]| Epc::from_elements(scheme, elements, 7, 1).map_err(|error| error.code);
    let gtin = ("01", "80614141123458");
    assert!(make(Scheme::Sgtin96, &[gtin, ("21", "6789")]).is_ok());
    assert_eq!(make(Scheme::Sgtin96, &[gtin]), Err(Code::EpcElementsDoNotFit));
    assert_eq!(
        make(Scheme::Sgtin96, &[gtin, ("21", "1"), ("10", "L")]),
        Err(Code::EpcElementsDoNotFit)
    );
    assert_eq!(
        make(Scheme::Sgtin96, &[("01", "80614141123457"), ("21", "1")]),
        Err(Code::IncorrectCheckDigit)
    );
    assert_eq!(
        make(Scheme::Sgtin96, &[gtin, ("21", "007")]),
        Err(Code::EpcInvalidSerial)
    );
    assert_eq!(
        make(Scheme::Sgtin198, &[gtin, ("21", "007")]).map(|epc| epc.scheme()),
        Ok(Scheme::Sgtin198)
    );
    assert_eq!(
        make(Scheme::Sgln96, &[("414", "9521141123454"), ("254", "0")]),
        Err(Code::EpcInvalidSerial)
    );
    assert!(make(Scheme::Sgln96, &[("414", "9521141123454")]).is_ok());
    assert_eq!(
        make(Scheme::Grai96, &[("8003", "09521141123454")]),
        Err(Code::EpcElementsDoNotFit)
    );
    assert_eq!(
        make(Scheme::Grai96, &[("8003", "195211411234541")]),
        Err(Code::EpcElementsDoNotFit)
    );
    assert_eq!(
        make(Scheme::DsgtinPlus, &[gtin, ("21", "1"), ("17", "260631")]),
        Err(Code::EpcInvalidDate)
    );
    assert_eq!(
        make(Scheme::DsgtinPlus, &[gtin, ("21", "1"), ("12", "260630")]),
        Err(Code::EpcInvalidDate)
    );
    assert!(make(Scheme::DsgtinPlus, &[gtin, ("21", "1"), ("17", "260600")]).is_ok());
    assert_eq!(
        make(Scheme::DsgtinPlus, &[gtin, ("21", "1"), ("7006", "260600")]),
        Err(Code::EpcInvalidDate)
    );
    let at = |len, filter| Epc::from_elements(Scheme::Sgtin96, &[gtin, ("21", "1")], len, filter).map_err(|e| e.code);
    assert_eq!(at(5, 1), Err(Code::EpcInvalidPrefixLength));
    assert_eq!(at(13, 1), Err(Code::EpcInvalidPrefixLength));
    assert_eq!(at(7, 8), Err(Code::EpcInvalidFilter));
}

#[test]
fn a_tag_is_a_label_like_any_other() {
    let options = Options::new(2026);
    let mut scratch = Scratch::new();
    let hex = b"fb342cde795211411234538566cb0afc4\r\n";
    let label = read_with(hex, None, Form::Epc, &options, &mut scratch).expect("an EPC");
    assert_eq!((label.kind(), label.kind().as_str()), (Kind::Epc, "epc"));
    assert_eq!(label.content(), b"fb342cde795211411234538566cb0afc4");
    assert_eq!(
        label.gtin().map(|gtin| gtin.to_string()).as_deref(),
        Some("79521141123453")
    );
    assert_eq!(label.serial(), Some("32a/b"));
    assert_eq!(label.expiry().map(|day| day.to_string()).as_deref(), Some("2022-06-30"));
    let uri = "https://id.gs1.org/01/79521141123453/21/32a%2Fb?17=220630";
    assert_eq!(label.digital_link().map(|uri| uri.to_string()).as_deref(), Some(uri));
    let epc = label.epc().expect("an EPC");
    assert_eq!(
        (epc.scheme(), epc.filter(), epc.has_more_data()),
        (Scheme::DsgtinPlus, Some(3), false)
    );
    let warnings: Vec<_> = label.warnings().map(|warning| warning.code).collect();
    assert_eq!(warnings, [WarningCode::TrailingLineEnd]);

    // Additional data behind the EPC is announced, not read.
    let label = read_with(b"F98095201234567891235FF", None, Form::Epc, &options, &mut scratch).expect("an EPC");
    assert_eq!(
        label.sscc().map(|sscc| sscc.to_string()).as_deref(),
        Some("095201234567891235")
    );
    let warnings: Vec<_> = label.warnings().map(|warning| warning.code).collect();
    assert_eq!(warnings, [WarningCode::MoreDataOnTag]);

    let refused = |data: &[u8]| {
        let error = read_with(data, None, Form::Epc, &options, &mut Scratch::new()).expect_err("no EPC");
        (error.code, error.at)
    };
    assert_eq!(refused(b"307EC4409047E140075BCD15"), (Code::EpcInvalidPartition, 2));
    assert_eq!(refused(b"3066C4409047E140075BCDX5"), (Code::EpcNotHexadecimal, 22));
    assert_eq!(refused(&[0xFF, 0xFE]), (Code::EpcNotHexadecimal, 0));
    let error = read(b"3066C4409047E140075BCD15", None, Form::Epc, &options).expect_err("no place to write");
    assert_eq!(error.code, Code::ScratchNeeded);
    assert!(
        read(b"]d201095060001343521", None, Form::Scan, &Options::new(2026))
            .map_or(true, |label| label.epc().is_none())
    );
}

fn serial() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,20}",
        "[0-9A-F]{1,20}",
        "[0-9a-f]{1,20}",
        "[0-9A-Z.:-]{1,20}",
        "[0-9A-Za-z_-]{1,20}",
        "[!\"%&'()*+,./0-9:;<=>?A-Z_a-z-]{1,20}",
    ]
}

fn with_check_digit(body: &str) -> String {
    let digit = check_digit(body.as_bytes()).expect("digits");
    format!("{body}{}", char::from(digit))
}

/// Elements that any tag of that scheme could stand for; some do not fit.
fn elements_of(scheme: Scheme, digits: &str, serial: &str) -> Vec<(&'static str, String)> {
    let key = |len: usize| with_check_digit(&digits[..len]);
    let serial = serial.to_owned();
    match scheme {
        Scheme::Sgtin96 | Scheme::Sgtin198 | Scheme::SgtinPlus => vec![("01", key(13)), ("21", serial)],
        Scheme::DsgtinPlus => vec![("01", key(13)), ("21", serial), ("17", "260630".to_owned())],
        Scheme::Sscc96 | Scheme::SsccPlus => vec![("00", key(17))],
        Scheme::Sgln96 | Scheme::Sgln195 => vec![("414", key(12)), ("254", serial)],
        Scheme::Grai96 | Scheme::Grai170 => vec![("8003", format!("0{}{serial}", key(12)))],
        Scheme::Giai96 | Scheme::Giai202 => vec![("8004", format!("{}{serial}", &digits[..12]))],
        Scheme::Gdti96 | Scheme::Gdti174 => vec![("253", format!("{}{serial}", key(12)))],
        Scheme::Gsrn96 => vec![("8018", key(17))],
        Scheme::Gsrnp96 => vec![("8017", key(17))],
        Scheme::Sgcn96 => vec![("255", format!("{}{serial}", key(12)))],
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn what_is_written_to_a_tag_reads_the_same(
        scheme in prop::sample::select(Scheme::ALL.to_vec()),
        digits in "[0-9]{17}",
        serial in serial(),
        prefix_len in 6..=12_u8,
        filter in 0..8_u8,
    ) {
        let elements = elements_of(scheme, &digits, &serial);
        let pairs: Vec<(&str, &str)> = elements.iter().map(|(ai, value)| (*ai, value.as_str())).collect();
        let Ok(epc) = Epc::from_elements(scheme, &pairs, prefix_len, filter) else {
            return Ok(());
        };
        let read: Vec<_> = epc.elements().map(|e| (e.ai, e.value.to_string())).collect();
        prop_assert_eq!(&read, &elements);
        let bits = epc.encode();
        prop_assert_eq!(Epc::decode(bits.as_bytes()), Ok(epc));
        prop_assert_eq!(Epc::from_hex(&bits.to_string()), Ok(epc));
        prop_assert_eq!(Epc::from_hex(&bits.to_string().to_lowercase()), Ok(epc));
        if epc.tag_uri().exists() {
            prop_assert_eq!(Epc::from_tag_uri(&epc.tag_uri().to_string()), Ok(epc));
            let again = Epc::from_id_uri(&epc.id_uri().to_string(), filter);
            prop_assert_eq!(again.map(|epc| epc.id_uri().to_string()), Ok(epc.id_uri().to_string()));
        }
        let mut scratch = Scratch::new();
        let hex = bits.to_string();
        let label = read_with(hex.as_bytes(), None, Form::Epc, &Options::strict(2026), &mut scratch);
        let label = label.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let found: Vec<_> = label.elements().map(|e| (e.ai.to_owned(), e.value.to_owned())).collect();
        let wanted: Vec<_> = elements.iter().map(|(ai, value)| ((*ai).to_owned(), value.clone())).collect();
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn any_memory_gets_a_typed_answer_and_what_is_read_is_what_was_there(
        header in prop::sample::select(vec![
            0x30_u8, 0x36, 0x31, 0x32, 0x39, 0x33, 0x37, 0x34, 0x38, 0x2C, 0x3E, 0x2D, 0x2E, 0x3F, 0x35, 0xF7, 0xFB, 0xF9, 0,
        ]),
        partition in 0..64_u8,
        rest in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            prop::collection::vec(0..16_u8, 0..40),
            prop::collection::vec(prop_oneof![Just(0_u8), 0x10..0x70_u8], 10..40),
        ],
    ) {
        let mut memory = vec![header, partition << 2];
        memory.extend(rest);
        if let Ok(epc) = Epc::decode(&memory) {
            let bits = epc.encode();
            // A less dense way to write a serial number is read, and written in the densest.
            prop_assert_eq!(Epc::decode(bits.as_bytes()), Ok(epc));
            if !epc.scheme().as_str().ends_with('+') {
                let whole = usize::from(bits.len() / 8);
                prop_assert_eq!(&bits.as_bytes()[..whole], &memory[..whole]);
                prop_assert_eq!(Epc::from_tag_uri(&epc.tag_uri().to_string()), Ok(epc));
            }
        }
    }
}

#[test]
fn a_gid_has_no_filter_to_keep() {
    let uri = "urn:epc:id:gid:952056.2718.1414";
    let epc = Epc::from_id_uri(uri, 7).expect(uri);
    assert_eq!(epc.filter(), None);
    assert_eq!(Epc::decode(epc.encode().as_bytes()), Ok(epc));
}

#[test]
fn an_escape_that_is_cut_off_is_refused_where_it_stands() {
    for uri in ["urn:epc:id:giai:423995.zai%3FkTg%", "urn:epc:id:giai:423995.zai%3"] {
        assert_eq!(
            Epc::from_id_uri(uri, 0).map_err(|error| error.code.as_str()),
            Err("EPC_INVALID_CHARACTER"),
            "{uri}"
        );
    }
}
