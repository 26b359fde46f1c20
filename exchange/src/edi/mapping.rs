//! Where partners differ, as data: a TOML file for each partner.
//!
//! A key that is not known is refused. A list of codes is read in full: any of them says the same; the first is written.
//! What a file leaves out is as the [`Format`] has it by default. `docs/edi.md` names every key.

use super::syntax::{Charset, Dialect, Syntax};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The mappings that come with Lotline: name and file. Each names the document it follows.
pub const READY: &[(&str, &str)] = &[
    ("x12-4010", include_str!("../../mappings/x12-4010.toml")),
    ("x12-5010-dscsa", include_str!("../../mappings/x12-5010-dscsa.toml")),
    ("x12-bar", include_str!("../../mappings/x12-bar.toml")),
    ("eancom-d01b", include_str!("../../mappings/eancom-d01b.toml")),
];

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// It is no TOML, or a key is not known or of another kind.
    #[error("{0}")]
    Form(String),
    /// A value that the format cannot have.
    #[error("{key}: {why}")]
    Value {
        /// Which key.
        key: &'static str,
        /// Why not.
        why: String,
    },
}

/// What a partner reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// X12 856.
    X12,
    /// EANCOM DESADV.
    Edifact,
}

/// Where a lot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LotPlace {
    /// In the item's own segment: LIN of X12, PIA of EANCOM.
    Item,
    /// In a reference: REF of X12, RFF of EANCOM.
    Reference,
    /// In a sub-line: SLN of X12.
    SubLine,
    /// In the marks: PCI with GIN of EANCOM.
    Marks,
}

/// Where serials stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SerialPlace {
    /// In references of the item, one each: REF of X12.
    Reference,
    /// In sub-lines, one each: SLN of X12.
    SubLine,
    /// In marks: MAN of X12 at the pack, GIN of EANCOM at the item.
    Marks,
}

/// Who is on one side of the interchange.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Address {
    /// Identification: ISA06, ISA08 (15 characters at most); UNB S002, S003.
    pub id: String,
    /// Its qualifier: ISA05, ISA07 (`ZZ`, `01`, `14`); UNB 0007 (`14`).
    pub qualifier: String,
    /// Identification of the application: GS02, GS03. The same as `id` when empty.
    pub group: String,
}

/// What surrounds the messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Envelope {
    /// Who sends what is written here.
    pub sender: Address,
    /// Who receives it.
    pub receiver: Address,
    /// Whether it is a test: ISA15, UNB 0035.
    pub test: bool,
    /// X12: GS08, such as `004010`; the first five digits with zeros are ISA12. EDIFACT: S009, such as `D:01B:UN:EAN007`.
    pub version: String,
    /// EDIFACT: syntax identifier, `UNOA` to `UNOC`, `UNOY`.
    pub charset: String,
    /// EDIFACT: whether UNA is written.
    pub una: bool,
    /// Between elements.
    pub element: String,
    /// Between components.
    pub component: String,
    /// Behind a segment.
    pub segment: String,
    /// Between repetitions, from version 00402 on; empty: none.
    pub repetition: String,
    /// What follows the terminator when written: nothing or a line end.
    pub line_end: String,
}

/// How the 856 is built.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hierarchy {
    /// BSN05 (X12 1005), such as `0001`.
    pub structure: String,
    /// Codes of HL03 (X12 735) for the shipment.
    pub shipment: Vec<String>,
    /// For an order.
    pub order: Vec<String>,
    /// For a pallet.
    pub tare: Vec<String>,
    /// For a pack.
    pub pack: Vec<String>,
    /// For an item.
    pub item: Vec<String>,
    /// Whether HL04 tells that a level has others below it.
    pub children: bool,
    /// What CTT01 counts: `levels` or `lines`.
    pub totals: Totals,
}

/// What the notice's total of lines counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Totals {
    /// Levels: HL segments.
    #[default]
    Levels,
    /// Lines: LIN segments.
    Lines,
}

/// Codes of numbers of an item: X12 235, UN/EDIFACT 7143.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Items {
    /// GTIN of any length.
    pub gtin: Vec<String>,
    /// National Drug Code.
    pub ndc: Vec<String>,
    /// The buyer's number.
    pub buyer: Vec<String>,
    /// The vendor's number.
    pub vendor: Vec<String>,
    /// Country of origin; X12 alone, EANCOM has ALI.
    pub country: Vec<String>,
}

/// Where lots are, and how they are called there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lots {
    /// Where they are written; they are read at every place.
    pub write: Vec<LotPlace>,
    /// In LIN or PIA.
    pub item: Vec<String>,
    /// In REF or RFF.
    pub reference: Vec<String>,
    /// In SLN.
    pub sub_line: Vec<String>,
    /// In GIN.
    pub marks: Vec<String>,
    /// The supplier's own number, in REF or RFF.
    pub supplier: Vec<String>,
}

/// Where serials are, and how they are called there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serials {
    /// Where they are written; they are read at every place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write: Option<SerialPlace>,
    /// In REF.
    pub reference: Vec<String>,
    /// In SLN.
    pub sub_line: Vec<String>,
    /// In MAN or GIN.
    pub marks: Vec<String>,
}

/// Codes of dates: X12 374, UN/EDIFACT 2005.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dates {
    /// The goods left.
    pub shipped: Vec<String>,
    /// They are due.
    pub due: Vec<String>,
    /// Expiry.
    pub expiry: Vec<String>,
    /// Best before.
    pub best_before: Vec<String>,
    /// Made.
    pub made: Vec<String>,
}

/// The transaction statement of the Drug Supply Chain Security Act, in YNQ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Statement {
    /// YNQ08, the code list.
    pub list: String,
    /// YNQ09, the code.
    pub code: String,
}

/// What is agreed with a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Its name.
    pub name: String,
    /// The document it follows.
    #[serde(default)]
    pub source: String,
    /// What the partner reads and writes.
    pub format: Format,
    /// What surrounds the messages.
    #[serde(default)]
    pub envelope: Envelope,
    /// How the 856 is built.
    #[serde(default)]
    pub hierarchy: Hierarchy,
    /// Codes of items.
    #[serde(default)]
    pub item: Items,
    /// Lots.
    #[serde(default)]
    pub lot: Lots,
    /// Serials.
    #[serde(default)]
    pub serial: Serials,
    /// Codes of an SSCC in MAN or GIN.
    #[serde(default)]
    pub sscc: Vec<String>,
    /// Codes of dates.
    #[serde(default)]
    pub date: Dates,
    /// The transaction statement.
    #[serde(default)]
    pub statement: Statement,
    /// Codes of references: `bill`, `carrier` and others, each a list.
    #[serde(default)]
    pub reference: BTreeMap<String, Vec<String>>,
    /// Codes of roles: `ship_from`, `ship_to`, `buyer`, `seller` and others, each a list.
    #[serde(default)]
    pub party: BTreeMap<String, Vec<String>>,
    /// Codes that say a party's number is a GLN (N103; X12 66).
    #[serde(default)]
    pub gln: Vec<String>,
    /// Codes of packages: `pallet`, `carton` and others, each a list.
    #[serde(default)]
    pub package: BTreeMap<String, Vec<String>>,
    /// Codes of units: ours, such as `EA`, each a list of theirs.
    #[serde(default)]
    pub unit: BTreeMap<String, Vec<String>>,
}

fn list(into: &mut Vec<String>, codes: &[&str]) {
    if into.is_empty() {
        *into = codes.iter().map(|code| (*code).to_owned()).collect();
    }
}

fn word(into: &mut String, text: &str) {
    if into.is_empty() {
        text.clone_into(into);
    }
}

fn table(into: &mut BTreeMap<String, Vec<String>>, entries: &[(&str, &[&str])]) {
    for (name, codes) in entries {
        list(into.entry((*name).to_owned()).or_default(), codes);
    }
}

impl Mapping {
    /// A mapping as the format has it by default.
    pub fn plain(format: Format) -> Self {
        let mut mapping = Mapping {
            name: "plain".into(),
            source: String::new(),
            format,
            envelope: Envelope::default(),
            hierarchy: Hierarchy::default(),
            item: Items::default(),
            lot: Lots::default(),
            serial: Serials::default(),
            sscc: Vec::new(),
            date: Dates::default(),
            statement: Statement::default(),
            reference: BTreeMap::new(),
            party: BTreeMap::new(),
            gln: Vec::new(),
            package: BTreeMap::new(),
            unit: BTreeMap::new(),
        };
        mapping.fill();
        mapping
    }

    /// Reads a mapping's file.
    ///
    /// # Errors
    /// [`MappingError`] says which key is not known or cannot be so.
    pub fn from_toml(text: &str) -> Result<Self, MappingError> {
        let mut mapping: Mapping = toml::from_str(text).map_err(|e| {
            let before = e.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            MappingError::Form(format!("line {line}: {}", e.message().replace('\n', ", ")))
        })?;
        mapping.fill();
        mapping.syntax()?;
        mapping.places()?;
        Ok(mapping)
    }

    /// One of the mappings that come with Lotline.
    pub fn ready(name: &str) -> Option<Result<Self, MappingError>> {
        let (_, text) = READY.iter().find(|(known, _)| *known == name)?;
        Some(Self::from_toml(text))
    }

    fn fill(&mut self) {
        match self.format {
            Format::X12 => self.fill_x12(),
            Format::Edifact => self.fill_edifact(),
        }
    }

    fn fill_x12(&mut self) {
        let envelope = &mut self.envelope;
        for address in [&mut envelope.sender, &mut envelope.receiver] {
            word(&mut address.qualifier, "ZZ");
        }
        word(&mut envelope.version, "004010");
        word(&mut envelope.element, "*");
        word(&mut envelope.component, ">");
        word(&mut envelope.segment, "~");
        let levels = &mut self.hierarchy;
        word(&mut levels.structure, "0001");
        list(&mut levels.shipment, &["S"]);
        list(&mut levels.order, &["O"]);
        list(&mut levels.tare, &["T"]);
        list(&mut levels.pack, &["P"]);
        list(&mut levels.item, &["I"]);
        list(&mut self.item.gtin, &["UK", "EN", "UP", "UI", "UA"]);
        list(&mut self.item.ndc, &["N4"]);
        list(&mut self.item.buyer, &["BP", "IN"]);
        list(&mut self.item.vendor, &["VN", "VP"]);
        list(&mut self.item.country, &["CH"]);
        if self.lot.write.is_empty() {
            self.lot.write = vec![LotPlace::Reference];
        }
        list(&mut self.lot.item, &["LT"]);
        list(&mut self.lot.reference, &["LT"]);
        list(&mut self.lot.sub_line, &["LT"]);
        list(&mut self.lot.supplier, &["BT"]);
        self.serial.write = self.serial.write.or(Some(SerialPlace::Reference));
        list(&mut self.serial.reference, &["SE"]);
        list(&mut self.serial.sub_line, &["SN"]);
        list(&mut self.serial.marks, &["SN"]);
        list(&mut self.sscc, &["GM", "AA"]);
        list(&mut self.date.shipped, &["011"]);
        list(&mut self.date.due, &["017"]);
        list(&mut self.date.expiry, &["036"]);
        list(&mut self.date.best_before, &["ZZZ"]);
        list(&mut self.date.made, &["094"]);
        word(&mut self.statement.list, "99");
        word(&mut self.statement.code, "TS");
        table(&mut self.reference, &[("bill", &["BM"]), ("carrier", &["CN"])]);
        let roles: &[(&str, &[&str])] = &[
            ("ship_from", &["SF"]),
            ("ship_to", &["ST"]),
            ("buyer", &["BY"]),
            ("seller", &["SE"]),
        ];
        table(&mut self.party, roles);
        list(&mut self.gln, &["UL"]);
        table(&mut self.package, &[("pallet", &["PLT94"]), ("carton", &["CTN25"])]);
    }

    fn fill_edifact(&mut self) {
        let envelope = &mut self.envelope;
        for address in [&mut envelope.sender, &mut envelope.receiver] {
            word(&mut address.qualifier, "14");
        }
        word(&mut envelope.version, "D:01B:UN:EAN007");
        word(&mut envelope.charset, "UNOC");
        word(&mut envelope.element, "+");
        word(&mut envelope.component, ":");
        word(&mut envelope.segment, "'");
        list(&mut self.item.gtin, &["SRV", "EN"]);
        list(&mut self.item.buyer, &["IN"]);
        list(&mut self.item.vendor, &["SA"]);
        if self.lot.write.is_empty() {
            self.lot.write = vec![LotPlace::Marks];
        }
        list(&mut self.lot.item, &["NB"]);
        list(&mut self.lot.marks, &["BX"]);
        list(&mut self.lot.supplier, &["BT"]);
        self.serial.write = self.serial.write.or(Some(SerialPlace::Marks));
        list(&mut self.serial.marks, &["BN"]);
        list(&mut self.sscc, &["BJ", "AW"]);
        list(&mut self.date.shipped, &["11"]);
        list(&mut self.date.due, &["17"]);
        list(&mut self.date.expiry, &["36"]);
        list(&mut self.date.best_before, &["361"]);
        list(&mut self.date.made, &["94"]);
        table(&mut self.reference, &[("bill", &["BM"]), ("carrier", &["CN"])]);
        let roles: &[(&str, &[&str])] = &[
            ("ship_from", &["SH", "SF"]),
            ("ship_to", &["DP", "ST"]),
            ("buyer", &["BY"]),
            ("seller", &["SU", "SE"]),
        ];
        table(&mut self.party, roles);
        list(&mut self.gln, &["9"]);
        table(&mut self.package, &[("pallet", &["201"]), ("carton", &["CT"])]);
        table(
            &mut self.unit,
            &[("EA", &["PCE", "EA"]), ("CA", &["CT"]), ("KG", &["KGM"])],
        );
    }

    /// How what is written separates.
    ///
    /// # Errors
    /// [`MappingError`] when delimiters are not one character each, or the character set is none that is written.
    pub fn syntax(&self) -> Result<Syntax, MappingError> {
        let envelope = &self.envelope;
        let one = |key, text: &str| match text.as_bytes() {
            [byte] => Ok(*byte),
            _ => Err(MappingError::Value {
                key,
                why: format!("{text:?} is not one character"),
            }),
        };
        let charset = match (self.format, envelope.charset.as_str()) {
            (Format::X12, _) | (Format::Edifact, "UNOY" | "UNOW") => Charset::Utf8,
            (Format::Edifact, "UNOA" | "UNOB") => Charset::Ascii,
            (Format::Edifact, "UNOC") => Charset::Latin1,
            (Format::Edifact, other) => {
                let why = format!("{other:?} is none of UNOA, UNOB, UNOC, UNOW, UNOY");
                return Err(MappingError::Value {
                    key: "envelope.charset",
                    why,
                });
            }
        };
        if !["", "\n", "\r\n"].contains(&envelope.line_end.as_str()) {
            let why = "it is nothing, \"\\n\" or \"\\r\\n\"".to_owned();
            return Err(MappingError::Value {
                key: "envelope.line_end",
                why,
            });
        }
        let repetition = match envelope.repetition.as_str() {
            "" => None,
            text => Some(one("envelope.repetition", text)?),
        };
        let edifact = self.format == Format::Edifact;
        let syntax = Syntax {
            dialect: if edifact { Dialect::Edifact } else { Dialect::X12 },
            element: one("envelope.element", &envelope.element)?,
            component: one("envelope.component", &envelope.component)?,
            segment: one("envelope.segment", &envelope.segment)?,
            repetition,
            release: edifact.then_some(b'?'),
            decimal: b'.',
            charset,
            lead: String::new(),
        };
        syntax.distinct().map_err(|fault| MappingError::Value {
            key: "envelope",
            why: fault.to_string(),
        })?;
        let usual = [b'+', b':', b'\''];
        if edifact && !envelope.una && [syntax.element, syntax.component, syntax.segment] != usual {
            let why = "delimiters that are not the usual ones need it".to_owned();
            return Err(MappingError::Value {
                key: "envelope.una",
                why,
            });
        }
        if edifact && repetition.is_some() {
            let why = "DESADV has no repetitions; they came with syntax 4".to_owned();
            return Err(MappingError::Value {
                key: "envelope.repetition",
                why,
            });
        }
        let old = envelope.version.as_str() < "004020";
        if !edifact && (envelope.version.len() != 6 || repetition.is_some() && old) {
            let why = "it has six digits, and repetitions are known from 004020 on".to_owned();
            return Err(MappingError::Value {
                key: "envelope.version",
                why,
            });
        }
        Ok(syntax)
    }

    fn places(&self) -> Result<(), MappingError> {
        let (lots, serials): (&[LotPlace], &[SerialPlace]) = match self.format {
            Format::X12 => (
                &[LotPlace::Item, LotPlace::Reference, LotPlace::SubLine],
                &[SerialPlace::Reference, SerialPlace::SubLine, SerialPlace::Marks],
            ),
            Format::Edifact => (&[LotPlace::Item, LotPlace::Marks], &[SerialPlace::Marks]),
        };
        if let Some(place) = self.lot.write.iter().find(|place| !lots.contains(place)) {
            let why = format!("the format has no {place:?}");
            return Err(MappingError::Value { key: "lot.write", why });
        }
        if let Some(place) = self.serial.write.filter(|place| !serials.contains(place)) {
            let why = format!("the format has no {place:?}");
            return Err(MappingError::Value {
                key: "serial.write",
                why,
            });
        }
        Ok(())
    }

    /// Our word for a partner's code; the code itself where the table has none.
    pub(super) fn ours(table: &BTreeMap<String, Vec<String>>, code: &str) -> String {
        let found = table.iter().find(|(_, codes)| codes.iter().any(|known| known == code));
        found.map_or_else(|| code.to_owned(), |(word, _)| word.clone())
    }

    /// The partner's code for our word; the word itself where the table has none.
    pub(super) fn theirs<'a>(table: &'a BTreeMap<String, Vec<String>>, word: &'a str) -> &'a str {
        table
            .get(word)
            .and_then(|codes| codes.first())
            .map_or(word, String::as_str)
    }
}

/// Whether one of `codes` is `code`.
pub(super) fn has(codes: &[String], code: &str) -> bool {
    codes.iter().any(|known| known == code)
}

/// The code that is written.
pub(super) fn first(codes: &[String]) -> &str {
    codes.first().map_or("", String::as_str)
}
