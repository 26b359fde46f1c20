use super::reply::decimal;
use super::{ReadError, run};

/// The answers to these lines.
fn answers(lines: &str) -> Result<Vec<serde_json::Value>, ReadError> {
    let mut output = Vec::new();
    run(lines.as_bytes(), &mut output, 2026)?;
    let text = String::from_utf8(output).expect("JSON is UTF-8");
    Ok(text
        .lines()
        .map(|line| serde_json::from_str(line).expect("one JSON value a line"))
        .collect())
}

fn answer(line: &str) -> serde_json::Value {
    let mut all = answers(line).expect("JSON Lines");
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn a_medicine_gives_every_field_that_applies_and_no_other() {
    let line = r#"{"data": "]d201003123456789061726063010ABC123\u001d21SN0000001"}"#;
    let wanted = serde_json::json!({
        "ok": true,
        "kind": "gs1",
        "elements": [["01", "00312345678906"], ["17", "260630"], ["10", "ABC123"], ["21", "SN0000001"]],
        "bracketed": "(01)00312345678906(17)260630(10)ABC123(21)SN0000001",
        "digital_link": "https://id.gs1.org/01/00312345678906/10/ABC123/21/SN0000001?17=260630",
        "label": {"gtin": "00312345678906", "ndc": "1234567890", "lot": "ABC123", "serial": "SN0000001", "expiry": "2026-06-30"},
        "dates": {"17": "2026-06-30"},
    });
    assert_eq!(answer(line), wanted);
}

#[test]
fn a_day_that_is_not_given_is_resolved_and_warned_of() {
    let got = answer(r#"{"data": "(01)09506000134352(17)270200(7003)2606300731", "form": "bracketed"}"#);
    assert_eq!(
        got["dates"],
        serde_json::json!({"17": "2027-02-28", "7003": "2026-06-30T07:31"})
    );
    assert_eq!(
        got["warnings"],
        serde_json::json!([{"code": "DAY_NOT_GIVEN", "ai": "17"}])
    );
}

#[test]
fn a_pallet_gives_unit_quantity_and_weight_as_decimal_strings() {
    let got =
        answer(r#"{"data": "0037610425002123456902095060001343523103000150370024", "symbology": "LABEL-TYPE-EAN128"}"#);
    let label = serde_json::json!({"sscc": "376104250021234569", "quantity": "24", "net_weight_kg": "0.150"});
    assert_eq!(got["label"], label);
    assert_eq!(
        (decimal(1, 0), decimal(0, 5), decimal(123_456, 2)),
        ("1".into(), "0.00000".into(), "1234.56".into())
    );
}

#[test]
fn a_digital_link_is_read_by_its_options_and_given_in_canonical_form() {
    let line = r#"{"data": "https://shop.example/x/01/9506000134352/10/A%2FB?17=270630&89=Q&lang=de", "form": "raw",
        "options": {"zero_suppressed_gtin": true, "unknown_ais": true, "unknown_dl_attributes": true}}"#;
    let got = answer(&line.replace('\n', ""));
    let elements = serde_json::json!([["01", "09506000134352"], ["10", "A/B"], ["17", "270630"], ["89", "Q"]]);
    assert_eq!((&got["kind"], &got["elements"]), (&"gs1".into(), &elements));
    assert_eq!(
        got["digital_link"],
        "https://id.gs1.org/01/09506000134352/10/A%2FB?17=270630&89=Q"
    );
    assert_eq!(got["label"]["expiry"], "2027-06-30");
    let refused = answer(r#"{"data": "https://a/01/9506000134352", "form": "raw"}"#);
    assert_eq!(refused["error"]["code"], "AI_VALUE_IS_TOO_SHORT");
}

#[test]
fn a_tag_gives_its_elements_and_its_uris() {
    let got = answer(r#"{"data": "3066C4409047E140075BCD15", "form": "epc"}"#);
    let wanted = serde_json::json!({
        "ok": true,
        "kind": "epc",
        "elements": [["01", "09506000134352"], ["21", "123456789"]],
        "bracketed": "(01)09506000134352(21)123456789",
        "digital_link": "https://id.gs1.org/01/09506000134352/21/123456789",
        "epc": {
            "scheme": "sgtin-96",
            "tag_uri": "urn:epc:tag:sgtin-96:3.95060001343.05.123456789",
            "id_uri": "urn:epc:id:sgtin:95060001343.05.123456789",
            "filter": 3,
        },
        "label": {"gtin": "09506000134352", "serial": "123456789"},
    });
    assert_eq!(got, wanted);
    let got = answer(r#"{"data": "3500E86F8000A9E000000586", "form": "epc"}"#);
    let epc = serde_json::json!({"scheme": "gid-96", "tag_uri": "urn:epc:tag:gid-96:952056.2718.1414",
        "id_uri": "urn:epc:id:gid:952056.2718.1414"});
    assert_eq!(got, serde_json::json!({"ok": true, "kind": "epc", "epc": epc}));
    let got = answer(r#"{"data": "F90095201234567891235", "form": "epc"}"#);
    assert_eq!(got["epc"], serde_json::json!({"scheme": "sscc+", "filter": 0}));
    let refused = answer(r#"{"data": "307EC4409047E140075BCD15", "form": "epc"}"#);
    let error = serde_json::json!({"code": "EPC_INVALID_PARTITION", "at": 2,
        "message": "the partition value is 0 to 6, at byte 2"});
    assert_eq!(refused["error"], error);
}

#[test]
fn a_refusal_names_code_ai_place_and_linter() {
    let got = answer(r#"{"data": "]d20109506000134353"}"#);
    let wanted = serde_json::json!({"ok": false, "error": {
        "code": "AI_LINTER_ERROR", "message": "AI (01): the check digit is wrong, at byte 18",
        "ai": "01", "at": 18, "len": 1, "linter": "csum", "linter_code": "INCORRECT_CHECK_DIGIT"}});
    assert_eq!(got, wanted);
}

#[test]
fn a_linter_checks_one_component_byte_by_byte() {
    let got = answer(r#"{"data": "12345678901232", "options": {"linter": "csum"}}"#);
    assert_eq!(
        (&got["error"]["code"], &got["error"]["at"]),
        (&"INCORRECT_CHECK_DIGIT".into(), &13.into())
    );
    assert_eq!(
        answer(r#"{"data": "12345678901231", "options": {"linter": "csum"}}"#),
        serde_json::json!({"ok": true})
    );
    // U+0080 is one byte here, as a scanner would send it.
    let got = answer(r#"{"data": "\u0080", "options": {"linter": "importeridx"}}"#);
    assert_eq!(got["error"]["code"], "INVALID_IMPORT_IDX_CHARACTER");
    assert_eq!(
        answer(r#"{"data": "1", "options": {"linter": "nix"}}"#)["error"]["code"],
        "UNKNOWN_LINTER"
    );
}

#[test]
fn forms_options_and_symbologies_are_those_of_the_contract() {
    let code = |line: &str| answer(line)["error"]["code"].as_str().map(str::to_owned);
    assert_eq!(
        code(r#"{"data": "x", "form": "smell"}"#).as_deref(),
        Some("UNSUPPORTED_FORM")
    );
    assert_eq!(
        code(r#"{"data": "x", "profile": {"aim": "sometimes"}}"#).as_deref(),
        Some("BAD_REQUEST")
    );
    assert_eq!(
        code(r#"{"data": "x", "symbology": "LABEL-TYPE-NEW"}"#).as_deref(),
        Some("UNSUPPORTED_SYMBOLOGY_IDENTIFIER")
    );
    assert_eq!(code(r#"{"data": "9506000134352"}"#), None);
    let strict = r#"{"data": "9506000134352", "options": {"strict": true}}"#;
    assert_eq!(code(strict).as_deref(), Some("MISSING_SYMBOLOGY_IDENTIFIER"));
    assert_eq!(
        code(r#"{"data": "^10A", "form": "raw"}"#).as_deref(),
        Some("REQUIRED_AIS_NOT_SATISFIED")
    );
    assert_eq!(
        code(r#"{"data": "^10A", "form": "raw", "options": {"associations": false}}"#),
        None
    );
    assert_eq!(
        code(r#"{"data": "^236A", "form": "raw", "options": {"unknown_ais": true}}"#),
        None
    );
    assert_eq!(
        answer(r#"{"data": "hello", "form": "raw"}"#),
        serde_json::json!({"ok": true, "kind": "plain"})
    );
    let escaped = answer(r#"{"data": "(99)A\\(B", "form": "bracketed", "symbology": null}"#);
    assert_eq!(escaped["elements"], serde_json::json!([["99", "A(B"]]));
    let ean = answer(r#"{"data": "036000291452", "symbology": "UPCA"}"#);
    assert_eq!(ean["elements"], serde_json::json!([["01", "00036000291452"]]));
}

#[test]
fn the_reference_year_of_the_line_counts_before_the_default() {
    let data = "]d20109506000134352177701011099";
    let line = |year: &str| format!(r#"{{"data": "{data}"{year}}}"#);
    assert_eq!(answer(&line(""))["dates"]["17"], "1977-01-01");
    assert_eq!(
        answer(&line(r#", "reference_year": 2027"#))["dates"]["17"],
        "2077-01-01"
    );
}

#[test]
fn wrong_requests_get_an_answer_and_what_is_not_json_ends_the_run_with_its_line() {
    let got = answers("{\"data\": \"a\"}\n{}\n5\n{\"data\": 5}\n").expect("all of it is JSON");
    let codes: Vec<_> = got
        .iter()
        .map(|one| one["error"]["code"].as_str().unwrap_or(""))
        .collect();
    assert_eq!(
        codes,
        [
            "MISSING_SYMBOLOGY_IDENTIFIER",
            "BAD_REQUEST",
            "BAD_REQUEST",
            "BAD_REQUEST"
        ]
    );
    for broken in ["{\"data\": ", "hello", "{\"data\": \"a\"} x", ""] {
        let lines = format!("{{\"data\": \"a\"}}\n{broken}\n{{\"data\": \"a\"}}\n");
        match answers(&lines) {
            Err(ReadError::NotJson { line: 2, .. }) => {}
            other => panic!("{broken:?}: {other:?}"),
        }
    }
}

#[test]
fn sixty_four_kibibytes_of_nul_get_an_answer() {
    let line = format!(r#"{{"data": "]d2{}"}}"#, "\\u0000".repeat(65_536));
    assert_eq!(answer(&line)["error"]["code"], "DATA_TOO_LONG");
}

const GTIN: &str = "09506000134352";

#[test]
fn every_kind_of_label_is_named_and_gives_the_same_fields() {
    for (line, kind, wanted) in [
        (
            serde_json::json!({"data": "9506000134352", "symbology": "EAN13"}),
            "ean",
            serde_json::json!({"elements": [["01", GTIN]], "bracketed": format!("(01){GTIN}"),
                "digital_link": format!("https://id.gs1.org/01/{GTIN}"), "label": {"gtin": GTIN}}),
        ),
        (
            serde_json::json!({"data": "]E02012345678903"}),
            "ean",
            serde_json::json!({"elements": [["01", "02012345678903"]], "bracketed": "(01)02012345678903",
                "digital_link": "https://id.gs1.org/01/02012345678903",
                "label": {"gtin": "02012345678903", "restricted_circulation": true}}),
        ),
        (
            serde_json::json!({"data": "]C0+A123BJC5D6E71/$$820431041613LOT1/S77/16D20250403D"}),
            "hibc",
            serde_json::json!({"hibc": {"lic": "A123", "pcn": "BJC5D6E7", "unit_of_measure": 1},
                "label": {"lot": "LOT1", "serial": "77", "expiry": "2031-04-16T13", "production_date": "2025-04-03",
                "quantity": "20"}}),
        ),
        (
            serde_json::json!({"data": "+$$1232LOT1G3"}),
            "hibc",
            serde_json::json!({"hibc": {"link": "G"}, "label": {"lot": "LOT1", "expiry": "2032-12"}}),
        ),
        (
            serde_json::json!({"data": "=A99971312345600&>0140322359"}),
            "isbt128",
            serde_json::json!({"isbt128": {"din": "A999713123456", "flags": "00", "check": "S"},
                "label": {"expiry": "2014-02-01T23:59"}}),
        ),
        (
            serde_json::json!({"data": "[)>\u{1e}06\u{1d}9N110375286414\u{1d}1T12345ABCD\u{1d}D260600\u{1d}S77\u{1e}\u{4}"}),
            "ppn",
            serde_json::json!({"ppn": {"ppn": "110375286414", "pzn": "03752864"},
                "label": {"lot": "12345ABCD", "serial": "77", "expiry": "2026-06-30"},
                "warnings": [{"code": "DAY_NOT_GIVEN"}]}),
        ),
        (
            serde_json::json!({"data": "]C0A-01-02"}),
            "plain",
            serde_json::json!({}),
        ),
    ] {
        let mut got = answer(&line.to_string());
        let object = got.as_object_mut().expect("an object");
        assert_eq!(object.remove("ok"), Some(true.into()), "{line}: {object:?}");
        assert_eq!(object.remove("kind"), Some(kind.into()), "{line}");
        assert_eq!(got, wanted, "{line}");
    }
}

#[test]
fn data_that_may_have_lost_a_separator_is_answered_with_its_readings_in_order() {
    let got = answer(r#"{"data": "]d2010950600013435210ABC12321SN"}"#);
    let wanted = serde_json::json!({"ok": false, "error": {"code": "AMBIGUOUS", "at": 3, "len": 28,
        "message": "a separator may be lost: the data can be read in more than one way, at byte 3"},
        "readings": [[["01", GTIN], ["10", "ABC123"], ["21", "SN"]], [["01", GTIN], ["10", "ABC12321SN"]]]});
    assert_eq!(got, wanted);
    let many = answer(r#"{"data": "]d2010950600013435210A21B240C241D22E"}"#);
    let readings = many["readings"].as_array().expect("a list");
    assert_eq!((&many["error"]["code"], readings.len()), (&"AMBIGUOUS".into(), 12));
    let proven = answer(r#"{"data": "]d2010950600013435210ABC12321SN", "profile": {"separator_works": true}}"#);
    assert_eq!(proven["label"]["lot"], "ABC12321SN");
    let strict = answer(r#"{"data": "]d2010950600013435210ABC12321SN", "options": {"strict": true}}"#);
    assert_eq!(strict["label"]["lot"], "ABC12321SN");
    let seen = answer(r#"{"data": "]d2010950600013435210ABC\u001d21SN"}"#);
    assert_eq!(
        (&seen["label"]["lot"], &seen["warnings"]),
        (&"ABC".into(), &serde_json::Value::Null)
    );
}

#[test]
fn a_profile_undoes_what_its_device_does() {
    for (data, profile) in [
        ("]d2010950600013435210A1{GS}2177", r#"{"separator": "{GS}"}"#),
        ("]d2010950600013435210A1|2177", r#"{"separator": "|"}"#),
        ("]d2010950600013435210A1^2177", r#"{"separator": "^", "aim": true}"#),
        ("]D2010950600013435210A1~2177", r#"{"separator": "~", "aim": "upper"}"#),
        (
            "]c1010950600013435210A1#2177",
            r##"{"separator": "#", "aim": "lower"}"##,
        ),
        ("010950600013435210A1<GS>2177", r#"{"separator": "<GS>", "aim": false}"#),
        (
            "]d2{GS}010950600013435210A1{GS}2177",
            r#"{"separator": "{GS}", "leading_fnc1": true}"#,
        ),
        (
            "*S*]d2010950600013435210A1\\u001d2177*E*\\r",
            r#"{"prefix": "*S*", "suffix": "*E*"}"#,
        ),
        (
            "]d2010950600013435210A1|2177;]d2010950600013435210A1|2177;",
            r#"{"separator": "|", "suffix": ";", "count": 2}"#,
        ),
    ] {
        let got = answer(&format!(r#"{{"data": "{data}", "profile": {profile}}}"#));
        let elements = serde_json::json!([["01", GTIN], ["10", "A1"], ["21", "77"]]);
        assert_eq!(
            (&got["ok"], &got["elements"]),
            (&true.into(), &elements),
            "{data}: {got}"
        );
        // What a profile tells of is no surprise.
        let codes: Vec<_> = got["warnings"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| &one["code"])
            .collect();
        let known = ["SYMBOLOGY_ASSUMED", "TRAILING_LINE_END"];
        assert!(
            codes.iter().all(|code| known.iter().any(|one| *code == one)),
            "{data}: {got}"
        );
    }
    let twice = answer(r#"{"data": "]C1109A]C1109B", "profile": {"count": 2}}"#);
    assert_eq!(twice["error"]["code"], "READS_DIFFER");
    // Places are those in what was sent, not in what it was restored to.
    let got = answer(r#"{"data": "*]d210A{GS}0109506000134353", "profile": {"separator": "{GS}", "prefix": "*"}}"#);
    assert_eq!((&got["error"]["ai"], &got["error"]["at"]), (&"01".into(), &26.into()));
}

#[test]
fn harmless_spoilage_is_read_with_a_warning_and_refused_in_strict_mode() {
    for (data, warning) in [
        ("]D20109506000134352", "IDENTIFIER_CASE"),
        ("]d20109506000134352\\r\\n", "TRAILING_LINE_END"),
        ("]d20109506000134352\\u001d", "TRAILING_SEPARATOR"),
        ("]d2010950600013435210A\\u001d\\u001d2177", "DOUBLED_SEPARATOR"),
        (" ]d20109506000134352 ", "SURROUNDING_BLANKS"),
    ] {
        let got = answer(&format!(r#"{{"data": "{data}"}}"#));
        assert_eq!(got["warnings"], serde_json::json!([{"code": warning}]), "{data}");
        assert_eq!(got["label"]["gtin"], GTIN);
        let strict = answer(&format!(r#"{{"data": "{data}", "options": {{"strict": true}}}}"#));
        // A separator at the end is one that the reference engine takes.
        assert_eq!(strict["ok"], warning == "TRAILING_SEPARATOR", "{data}: {strict}");
    }
}

#[test]
fn a_composite_gives_its_item_too_but_alone_in_strict_mode() {
    let line = |options: &str| format!(r#"{{"data": "]E09506000134352|]e017260600\u001d21A"{options}}}"#);
    let got = answer(&line(""));
    assert_eq!(
        got["elements"],
        serde_json::json!([["01", GTIN], ["17", "260600"], ["21", "A"]])
    );
    assert_eq!(got["dates"], serde_json::json!({"17": "2026-06-30"}));
    let got = answer(&line(r#", "options": {"strict": true, "associations": false}"#));
    assert_eq!(got["elements"], serde_json::json!([["17", "260600"], ["21", "A"]]));
}

#[test]
fn what_a_person_types_may_hold_blanks() {
    let got = answer(r#"{"data": " (01) 0950 6000 1343 52 (10) A1 ", "form": "typed"}"#);
    assert_eq!(got["elements"], serde_json::json!([["01", GTIN], ["10", "A1"]]));
    assert_eq!(got["warnings"], serde_json::json!([{"code": "BLANKS_LEFT_OUT"}]));
    assert_eq!(
        answer(r#"{"data": "9506 0001 3435 2", "form": "typed"}"#)["label"]["gtin"],
        GTIN
    );
}

#[test]
fn damaged_labels_of_other_agencies_are_refused_and_never_plain() {
    for (data, code) in [
        ("+A123BJC5D6E71H", "HIBC_INCORRECT_CHECK_CHARACTER"),
        ("]C0+A123BJC5D6E71H", "HIBC_INCORRECT_CHECK_CHARACTER"),
        ("=A9997131234", "ISBT_TOO_SHORT"),
        ("=A99971312345600=>0140322359", "ISBT_UNKNOWN_STRUCTURE"),
        (
            "]d1[)>\\u001e06\\u001d9N110375286415\\u001e\\u0004",
            "PPN_INCORRECT_CHECK",
        ),
        ("[)>06", "ISO15434_INCOMPLETE"),
    ] {
        assert_eq!(
            answer(&format!(r#"{{"data": "{data}"}}"#))["error"]["code"],
            code,
            "{data}"
        );
    }
}
