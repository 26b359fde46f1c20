//! What `lotline read` answers, line by line: the JSON of its contract, written as it goes.

use std::fmt::Display;
use std::io::{self, Write};

use lotline_scan::{
    Epc, EpcUri, Hibc, Isbt128, Kind, Label, LintError, Linter, MOST_READINGS, Ppn, Reading, Readings, ScanError,
};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::ReadError;

pub(super) fn write_line(output: &mut impl Write, answer: &impl Serialize) -> Result<(), ReadError> {
    serde_json::to_writer(&mut *output, answer).map_err(io::Error::from)?;
    output.write_all(b"\n")?;
    Ok(())
}

/// Writes anything that can be shown as a JSON string, without making a string of it first.
pub(super) struct Shown<T>(T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A linter found nothing.
#[derive(Serialize)]
pub(super) struct Passed {
    pub ok: bool,
}

#[derive(Serialize)]
pub(super) struct Refusal<M: Serialize> {
    ok: bool,
    error: Problem<M>,
}

#[derive(Serialize)]
pub(super) struct Problem<M: Serialize> {
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
    pub(super) fn plain(code: &'static str, message: &'m M) -> Self {
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

impl<'e> Problem<Shown<&'e ScanError>> {
    fn of_label(error: &'e ScanError) -> Self {
        Self {
            code: error.code.as_str(),
            message: Shown(error),
            ai: error.ai.map(Shown),
            at: Some(error.at),
            len: (error.len > 0).then_some(error.len),
            linter: error.linter.map(|finding| finding.linter.as_str()),
            linter_code: error.linter.map(|finding| finding.code.as_str()),
        }
    }
}

impl<'e> Refusal<Shown<&'e ScanError>> {
    pub(super) fn of_label(error: &'e ScanError) -> Self {
        Self {
            ok: false,
            error: Problem::of_label(error),
        }
    }
}

impl Refusal<&'static str> {
    pub(super) fn of_linter(linter: Linter, error: LintError) -> Self {
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

/// Data that may have lost a separator, and the ways in which it is complete: two or more if the code is `AMBIGUOUS`.
#[derive(Serialize)]
pub(super) struct Ambiguous<'e> {
    ok: bool,
    error: Problem<Shown<&'e ScanError>>,
    readings: Ways<'e>,
}

impl<'e> Ambiguous<'e> {
    pub(super) fn new(error: &'e ScanError, readings: Readings<'e>) -> Self {
        Self {
            ok: false,
            error: Problem::of_label(error),
            readings: Ways(readings),
        }
    }
}

/// `[[["01", "09506000134352"], …], …]`, the first twelve in their order.
struct Ways<'e>(Readings<'e>);

impl Serialize for Ways<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for reading in self.0.clone().take(MOST_READINGS) {
            list.serialize_element(&Way(&reading))?;
        }
        list.end()
    }
}

struct Way<'e>(&'e Reading<'e>);

impl Serialize for Way<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.elements().map(|element| [element.ai, element.value]))
    }
}

/// A label that was read. Fields that don't apply are absent.
#[derive(Serialize)]
pub(super) struct Accepted<'l> {
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
    hibc: Option<HibcParts<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    isbt128: Option<Donation<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ppn: Option<Product<'l>>,
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
    pub(super) fn new(label: &'l Label<'l>) -> Self {
        Self {
            ok: true,
            kind: label.kind().as_str(),
            // Another agency's label has none, and a tag may be no GS1 key's.
            elements: (matches!(label.kind(), Kind::Gs1 | Kind::Ean) || label.elements().next().is_some())
                .then_some(Elements(label)),
            bracketed: label.bracketed().map(Shown),
            digital_link: label.digital_link().map(Shown),
            hibc: label.hibc().map(HibcParts::of),
            isbt128: label.isbt128().map(Donation::of),
            ppn: label.ppn().map(Product::of),
            epc: label.epc().as_ref().map(Tag::of),
            label: Fields::of(label),
            dates: label.dates().next().map(|_| Dates(label)),
            warnings: label.warnings().next().map(|_| Warnings(label)),
        }
    }
}

/// What a HIBC says apart from the common fields. A secondary code names no item, but the check character of its primary.
#[derive(Serialize)]
struct HibcParts<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    lic: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pcn: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_of_measure: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<char>,
}

impl<'l> HibcParts<'l> {
    fn of(hibc: Hibc<'l>) -> Self {
        Self {
            lic: hibc.primary.map(|primary| primary.lic),
            pcn: hibc.primary.map(|primary| primary.pcn),
            unit_of_measure: hibc.primary.map(|primary| primary.unit_of_measure),
            link: hibc.link,
        }
    }
}

/// What an ISBT 128 label says apart from the common fields.
#[derive(Serialize)]
struct Donation<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    din: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<char>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<&'l str>,
}

impl<'l> Donation<'l> {
    fn of(label: Isbt128<'l>) -> Self {
        Self {
            din: label.din,
            flags: label.flags,
            check: label.check,
            product: label.product.or(label.processor_product),
        }
    }
}

/// What an IFA label says apart from the common fields.
#[derive(Serialize)]
struct Product<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ppn: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pzn: Option<&'l str>,
}

impl<'l> Product<'l> {
    fn of(label: Ppn<'l>) -> Self {
        Self {
            ppn: label.ppn,
            pzn: label.pzn,
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
    /// The number means something inside one company only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    restricted_circulation: bool,
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
            production_date: label.production_moment().map(|moment| moment.to_string()),
            quantity: label.count().map(|count| count.to_string()),
            net_weight_kg: label.net_weight_kg().map(|(digits, scale)| decimal(digits, scale)),
            restricted_circulation: gtin.is_some_and(|gtin| gtin.is_restricted()),
        };
        (fields != Self::default()).then_some(fields)
    }
}

/// `150` with three places is `0.150`.
pub(super) fn decimal(digits: u64, scale: u8) -> String {
    let places = usize::from(scale);
    let text = format!("{digits:0width$}", width = places + 1);
    let (whole, fraction) = text.split_at(text.len() - places);
    if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    }
}
