//! `lotline read`: labels in, one JSON line each out. No database, no network, no configuration.
//!
//! Input is JSON Lines; only `data` is required:
//!
//! ```text
//! {"data": "]d2010950600013435210ABC", "form": "scan", "options": {"strict": true}, "reference_year": 2026}
//! ```
//!
//! A label that cannot be read is an answer (`"ok": false`), not a failure; only input that is not JSON Lines ends the run.
//! One buffer is used again for every line, so that a million of them need no more memory than one.
//!
//! Characters up to U+00FF stand for the byte of that number, so that any bytes of a scanner can be written in JSON; text
//! with other characters counts as its UTF-8 bytes.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::{self, BufRead, Read, Write};

use lotline_scan::{
    AimId, Epc, EpcUri, Form, Kind, Label, LintError, Linter, Options, ScanError, Scratch, lint, read_with,
};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};

/// The longest line taken in: far more than 64 KiB of data with every byte escaped.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// Why the run ended early.
#[derive(Debug)]
pub enum ReadError {
    /// A line is not JSON. The caller exits with 2.
    NotJson {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Input or output failed.
    Io(io::Error),
}

impl Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::NotJson { line, reason } => {
                write!(f, "not JSON Lines (line {line}): give one JSON object a line; {reason}")
            }
            ReadError::Io(error) => write!(f, "input or output failed (lotline read): {error}"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ReadError::NotJson { .. } => None,
            ReadError::Io(error) => Some(error),
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        ReadError::Io(error)
    }
}

/// Reads labels from `input` and answers on `output`, line by line and in order. `default_year` decides the century of
/// two-digit years where a line has no `reference_year`.
///
/// # Errors
/// The first line that is not JSON, or what failed while reading or writing. Answers given before stay given.
pub fn run(mut input: impl BufRead, mut output: impl Write, default_year: u16) -> Result<(), ReadError> {
    let mut line = Vec::new();
    let mut bytes = Vec::new();
    let mut scratch = Box::new(Scratch::new());
    for number in 1.. {
        line.clear();
        let taken = input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if taken == 0 {
            break;
        }
        if line.len() as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
            let reason = format!("it is longer than {LONGEST_LINE} bytes");
            return Err(ReadError::NotJson { line: number, reason });
        }
        match serde_json::from_slice::<Request<'_>>(&line) {
            Ok(request) => answer(&request, default_year, &mut bytes, &mut scratch, &mut output)?,
            Err(error) if error.is_data() => write_line(&mut output, &Refusal::plain("BAD_REQUEST", &error))?,
            Err(error) => {
                return Err(ReadError::NotJson {
                    line: number,
                    reason: error.to_string(),
                });
            }
        }
    }
    output.flush()?;
    Ok(())
}

/// One line of input. What is not known is left aside: later versions may send more.
#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    data: Cow<'a, str>,
    #[serde(borrow, default)]
    form: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    symbology: Option<Cow<'a, str>>,
    #[serde(default)]
    profile: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(borrow, default)]
    options: Option<Switches<'a>>,
    #[serde(default)]
    reference_year: Option<u16>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Switches<'a> {
    strict: bool,
    unknown_ais: bool,
    unknown_dl_attributes: bool,
    zero_suppressed_gtin: bool,
    associations: Option<bool>,
    #[serde(borrow)]
    linter: Option<Cow<'a, str>>,
}

fn answer(
    request: &Request<'_>,
    default_year: u16,
    bytes: &mut Vec<u8>,
    scratch: &mut Scratch,
    output: &mut impl Write,
) -> Result<(), ReadError> {
    let none = Switches::default();
    let switches = request.options.as_ref().unwrap_or(&none);
    let year = request.reference_year.unwrap_or(default_year);
    let data = data_bytes(&request.data, bytes);
    if let Some(name) = &switches.linter {
        return match Linter::from_name(name) {
            None => write_line(
                output,
                &Refusal::plain("UNKNOWN_LINTER", &format_args!("no linter is named {name}")),
            ),
            Some(linter) => match lint(linter, data, year) {
                Ok(()) => write_line(output, &Passed { ok: true }),
                Err(error) => write_line(output, &Refusal::of_linter(linter, error)),
            },
        };
    }
    if request.profile.as_ref().is_some_and(|profile| !profile.is_empty()) {
        let message = "profiles of spoiled data are not read yet: send what the symbol holds";
        return write_line(output, &Refusal::plain("UNSUPPORTED_PROFILE", &message));
    }
    let form = match request.form.as_deref() {
        None | Some("scan") => Form::Scan,
        Some("bracketed") => Form::Bracketed,
        Some("raw") => Form::Raw,
        Some("epc") => Form::Epc,
        Some(other) => {
            let message = format_args!("form {other} is not read: scan, bracketed, raw and epc are");
            return write_line(output, &Refusal::plain("UNSUPPORTED_FORM", &message));
        }
    };
    let symbology = match request.symbology.as_deref().map(AimId::parse) {
        None => None,
        Some(Ok(id)) => Some(id),
        // What the data itself says counts first.
        Some(Err(_)) if form == Form::Scan && AimId::at_start(data).is_some() => None,
        Some(Err(error)) => {
            return write_line(output, &Refusal::plain("UNSUPPORTED_SYMBOLOGY_IDENTIFIER", &error));
        }
    };
    let mut options = if switches.strict {
        Options::strict(year)
    } else {
        Options::new(year)
    };
    options.unknown_ais = switches.unknown_ais;
    options.unknown_dl_attributes = switches.unknown_dl_attributes;
    options.zero_suppressed_gtin = switches.zero_suppressed_gtin;
    options.associations = switches.associations.unwrap_or(true);
    match read_with(data, symbology, form, &options, scratch) {
        Ok(label) => write_line(output, &Accepted::new(&label)),
        Err(error) => write_line(output, &Refusal::of_label(&error)),
    }
}

/// The bytes that the text stands for.
fn data_bytes<'a>(text: &'a str, buffer: &'a mut Vec<u8>) -> &'a [u8] {
    if text.is_ascii() {
        return text.as_bytes();
    }
    buffer.clear();
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            Ok(byte) => buffer.push(byte),
            Err(_) => return text.as_bytes(),
        }
    }
    buffer
}

fn write_line(output: &mut impl Write, answer: &impl Serialize) -> Result<(), ReadError> {
    serde_json::to_writer(&mut *output, answer).map_err(io::Error::from)?;
    output.write_all(b"\n")?;
    Ok(())
}

/// Writes anything that can be shown as a JSON string, without making a string of it first.
struct Shown<T>(T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A linter found nothing.
#[derive(Serialize)]
struct Passed {
    ok: bool,
}

#[derive(Serialize)]
struct Refusal<M: Serialize> {
    ok: bool,
    error: Problem<M>,
}

#[derive(Serialize)]
struct Problem<M: Serialize> {
    code: &'static str,
    message: M,
    #[serde(skip_serializing_if = "Option::is_none")]
    ai: Option<Shown<lotline_scan::AiText>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    len: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    linter: Option<&'static str>,
    /// What the linter says; `code` is then `AI_LINTER_ERROR`.
    #[serde(skip_serializing_if = "Option::is_none")]
    linter_code: Option<&'static str>,
}

impl<'m, M: Display> Refusal<Shown<&'m M>> {
    /// A refusal that is about the request or the label as a whole.
    fn plain(code: &'static str, message: &'m M) -> Self {
        let error = Problem {
            code,
            message: Shown(message),
            ai: None,
            at: None,
            len: None,
            linter: None,
            linter_code: None,
        };
        Self { ok: false, error }
    }
}

impl<'e> Refusal<Shown<&'e ScanError>> {
    fn of_label(error: &'e ScanError) -> Self {
        Self {
            ok: false,
            error: Problem {
                code: error.code.as_str(),
                message: Shown(error),
                ai: error.ai.map(Shown),
                at: Some(error.at),
                len: (error.len > 0).then_some(error.len),
                linter: error.linter.map(|finding| finding.linter.as_str()),
                linter_code: error.linter.map(|finding| finding.code.as_str()),
            },
        }
    }
}

impl Refusal<&'static str> {
    fn of_linter(linter: Linter, error: LintError) -> Self {
        Self {
            ok: false,
            error: Problem {
                code: error.code.as_str(),
                message: error.code.message(),
                ai: None,
                at: Some(u32::from(error.at)),
                len: Some(u32::from(error.len)),
                linter: Some(linter.as_str()),
                linter_code: None,
            },
        }
    }
}

/// A label that was read. Fields that don't apply are absent.
#[derive(Serialize)]
struct Accepted<'l> {
    ok: bool,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    elements: Option<Elements<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bracketed: Option<Shown<lotline_scan::Bracketed<'l>>>,
    /// The canonical URI, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    digital_link: Option<Shown<lotline_scan::DigitalLink<'l>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epc: Option<Tag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Fields<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<Dates<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warnings: Option<Warnings<'l>>,
}

impl<'l> Accepted<'l> {
    fn new(label: &'l Label<'l>) -> Self {
        Self {
            ok: true,
            kind: label.kind().as_str(),
            // A tag may be no GS1 key's.
            elements: (label.kind() != Kind::Plain && (label.kind() != Kind::Epc || label.elements().next().is_some()))
                .then_some(Elements(label)),
            bracketed: label.bracketed().map(Shown),
            digital_link: label.digital_link().map(Shown),
            epc: label.epc().as_ref().map(Tag::of),
            label: Fields::of(label),
            dates: label.dates().next().map(|_| Dates(label)),
            warnings: label.warnings().next().map(|_| Warnings(label)),
        }
    }
}

/// What a tag says apart from its GS1 elements. Schemes of TDS 2.0 have no URN.
#[derive(Serialize)]
struct Tag {
    scheme: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<u8>,
}

impl Tag {
    fn of(epc: &Epc) -> Self {
        let text = |uri: EpcUri<'_>| uri.exists().then(|| uri.to_string());
        Self {
            scheme: epc.scheme().as_str(),
            tag_uri: text(epc.tag_uri()),
            id_uri: text(epc.id_uri()),
            filter: epc.filter(),
        }
    }
}

/// `[["01", "09506000134352"], …]` in the order read.
struct Elements<'l>(&'l Label<'l>);

impl Serialize for Elements<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for element in self.0.elements() {
            list.serialize_element(&[element.ai, element.value])?;
        }
        list.end()
    }
}

/// `{"17": "2026-06-30"}`; a repeated AI has one value and stands once.
struct Dates<'l>(&'l Label<'l>);

impl Serialize for Dates<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (number, dated) in self.0.dates().enumerate() {
            if self.0.dates().take(number).all(|earlier| earlier.ai != dated.ai) {
                map.serialize_entry(dated.ai, &Shown(dated))?;
            }
        }
        map.end()
    }
}

/// `[{"code": "DAY_NOT_GIVEN", "ai": "17"}]`.
struct Warnings<'l>(&'l Label<'l>);

impl Serialize for Warnings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Entry<'l> {
            code: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            ai: Option<&'l str>,
        }
        let mut list = serializer.serialize_seq(None)?;
        for warning in self.0.warnings() {
            list.serialize_element(&Entry {
                code: warning.code.as_str(),
                ai: warning.ai,
            })?;
        }
        list.end()
    }
}

/// The same for every kind of label.
#[derive(Serialize, Default, PartialEq)]
struct Fields<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    gtin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sscc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ndc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lot: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    best_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    production_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    net_weight_kg: Option<String>,
}

impl<'l> Fields<'l> {
    fn of(label: &'l Label<'l>) -> Option<Self> {
        let gtin = label.gtin();
        let fields = Self {
            gtin: gtin.map(|gtin| gtin.to_string()),
            sscc: label.sscc().map(|sscc| sscc.to_string()),
            ndc: gtin.and_then(|gtin| gtin.ndc().map(str::to_owned)),
            lot: label.lot(),
            serial: label.serial(),
            expiry: label.expiry_moment().map(|moment| moment.to_string()),
            best_before: label.best_before().map(|date| date.to_string()),
            production_date: label.production_date().map(|date| date.to_string()),
            quantity: label.count().map(|count| count.to_string()),
            net_weight_kg: label.net_weight_kg().map(|(digits, scale)| decimal(digits, scale)),
        };
        (fields != Self::default()).then_some(fields)
    }
}

/// `150` with three places is `0.150`.
fn decimal(digits: u64, scale: u8) -> String {
    let places = usize::from(scale);
    let text = format!("{digits:0width$}", width = places + 1);
    let (whole, fraction) = text.split_at(text.len() - places);
    if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::{ReadError, decimal, run};

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
        let got = answer(
            r#"{"data": "0037610425002123456902095060001343523103000150370024", "symbology": "LABEL-TYPE-EAN128"}"#,
        );
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
            code(r#"{"data": "x", "profile": {"aim": false}}"#).as_deref(),
            Some("UNSUPPORTED_PROFILE")
        );
        assert_eq!(
            code(r#"{"data": "x", "symbology": "ITF14"}"#).as_deref(),
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
}
