//! Identifiers: an EPC URN and a GS1 Digital Link URI that name the same thing are the same here.
//!
//! [`Key`] is what both say: a GS1 key and at most one qualifier, the finest. `lotline-scan` reads and writes both forms;
//! this adds classes (`urn:epc:class:lgtin:`, `urn:epc:idpat:`) and parties (`urn:epc:id:pgln:`), which no tag holds
//! (CBV 2.0 section 8; TDS 2.0 sections 6 and 7; Digital Link 1.6 section 4.12).

use lotline_scan::{Code, Epc, Form, Options, ScanError, Scheme, Scratch, read, read_with};
use std::fmt::Write as _;

/// A GS1 key as events name things: the primary key and its finest qualifier.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// AI and value of the key, such as `01` and 14 digits.
    pub primary: (&'static str, String),
    /// AI and value of the serial, lot or extension behind it.
    pub qualifier: Option<(&'static str, String)>,
}

/// A text that looks like a GS1 key and is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadKey(String);

/// Keys, and what may stand behind each, finest first (CBV 2.0 section 8.9.2, constrained canonical URIs).
const KEYS: &[(&str, &[&str])] = &[
    ("00", &[]),
    ("01", &["21", "235", "10"]),
    ("253", &[]),
    ("255", &[]),
    ("401", &[]),
    ("402", &[]),
    ("414", &["254"]),
    ("417", &[]),
    ("8003", &[]),
    ("8004", &[]),
    ("8006", &["21", "10"]),
    ("8010", &["8011"]),
    ("8017", &[]),
    ("8018", &[]),
];

/// Names that Digital Link 1.1 allowed for AIs in a path; documents still hold them.
const NAMES: &[(&str, &str)] = &[
    ("gtin", "01"),
    ("itip", "8006"),
    ("cpid", "8010"),
    ("gln", "414"),
    ("party", "417"),
    ("gsrnp", "8017"),
    ("gsrn", "8018"),
    ("gcn", "255"),
    ("sscc", "00"),
    ("gdti", "253"),
    ("ginc", "401"),
    ("gsin", "402"),
    ("grai", "8003"),
    ("giai", "8004"),
    ("cpv", "22"),
    ("lot", "10"),
    ("ser", "21"),
];

/// Schemes by key, the small one first: it holds what the other writes with fewer bits, and the URN is the same.
const SCHEMES: &[(&str, &[Scheme])] = &[
    ("00", &[Scheme::Sscc96]),
    ("01", &[Scheme::Sgtin96, Scheme::Sgtin198]),
    ("253", &[Scheme::Gdti96, Scheme::Gdti174]),
    ("255", &[Scheme::Sgcn96]),
    ("414", &[Scheme::Sgln96, Scheme::Sgln195]),
    ("8003", &[Scheme::Grai96, Scheme::Grai170]),
    ("8004", &[Scheme::Giai96, Scheme::Giai202]),
    ("8017", &[Scheme::Gsrnp96]),
    ("8018", &[Scheme::Gsrn96]),
];

impl Key {
    /// A lot of an item.
    #[must_use]
    pub fn lot(gtin: &str, lot: &str) -> Self {
        Key::new("01", gtin, Some(("10", lot)))
    }

    /// A key with at most one qualifier. Values are taken as they are: they come from good keys.
    #[must_use]
    pub fn new(ai: &'static str, value: &str, qualifier: Option<(&'static str, &str)>) -> Self {
        Key {
            primary: (ai, value.to_owned()),
            qualifier: qualifier.map(|(ai, value)| (ai, value.to_owned())),
        }
    }

    /// Reads a URI. `None` for one that is no GS1 key: events may name things by any URI.
    ///
    /// # Errors
    /// It is of a GS1 scheme, or at `id.gs1.org`, and wrong.
    pub fn parse(uri: &str) -> Result<Option<Self>, BadKey> {
        if let Some(rest) = uri.strip_prefix("urn:epc:") {
            return urn(uri, rest);
        }
        let Some((_, behind)) = uri
            .strip_prefix("https://")
            .or_else(|| uri.strip_prefix("http://"))
            .and_then(|rest| rest.split_once('/'))
        else {
            return Ok(None);
        };
        // Another address than GS1's may look alike by chance.
        let sure = ["https://id.gs1.org/", "http://id.gs1.org/"]
            .iter()
            .any(|stem| uri.starts_with(stem));
        match link(uri, behind) {
            Ok(key) => Ok(key),
            Err(error) if sure => Err(BadKey(error.to_string())),
            Err(_) => Ok(None),
        }
    }

    /// Whether it names a class of goods, not a thing: an item, or a lot of it.
    #[must_use]
    pub fn is_class(&self) -> bool {
        let bare = self.qualifier.is_none();
        match self.primary.0 {
            "01" | "8006" => self.qualifier.as_ref().is_none_or(|(ai, _)| *ai == "10"),
            "8010" => bare,
            "253" | "255" => self.primary.1.len() == 13,
            "8003" => self.primary.1.len() == 14,
            _ => false,
        }
    }

    /// The canonical Digital Link URI, at `https://id.gs1.org`.
    #[must_use]
    pub fn link(&self) -> String {
        let mut text = String::from("https://id.gs1.org");
        for (ai, value) in std::iter::once(&self.primary).chain(&self.qualifier) {
            // Writing to text cannot fail.
            let _ = write!(text, "/{ai}/");
            for byte in value.bytes() {
                // Three characters that a path may hold stay, as in the reference of the event hash.
                if byte.is_ascii_alphanumeric() || b"-._~';=".contains(&byte) {
                    text.push(char::from(byte));
                } else {
                    let _ = write!(text, "%{byte:02X}");
                }
            }
        }
        text
    }

    /// The EPC URN, given how many digits (6 to 12) the company prefix has; `None` where the key has no URN.
    #[must_use]
    pub fn urn(&self, prefix_len: u8) -> Option<String> {
        let made = |schemes: &[Scheme], elements: &[(&str, &str)]| {
            let made = schemes
                .iter()
                .find_map(|&scheme| Epc::from_elements(scheme, elements, prefix_len, 0).ok());
            made.map(|epc| epc.id_uri().to_string())
        };
        let (ai, value) = (self.primary.0, self.primary.1.as_str());
        let schemes = |ai: &str| SCHEMES.iter().find(|(key, _)| *key == ai).map(|(_, schemes)| *schemes);
        match (ai, &self.qualifier) {
            ("01", Some(("21", serial))) => made(schemes("01")?, &[("01", value), ("21", serial)]),
            ("01", Some(("10", lot))) => {
                let urn = made(schemes("01")?, &[("01", value), ("21", lot)])?;
                Some(urn.replacen("urn:epc:id:sgtin:", "urn:epc:class:lgtin:", 1))
            }
            ("01", None) => {
                let urn = made(schemes("01")?, &[("01", value), ("21", "0")])?;
                let stem = urn.strip_suffix(".0")?;
                Some(format!("{}.*", stem.replacen("urn:epc:id:", "urn:epc:idpat:", 1)))
            }
            ("417", None) => {
                let urn = made(schemes("414")?, &[("414", value)])?;
                let stem = urn.strip_suffix(".0")?;
                Some(stem.replacen("urn:epc:id:sgln:", "urn:epc:id:pgln:", 1))
            }
            ("414", Some(("254", extension))) => made(schemes("414")?, &[("414", value), ("254", extension)]),
            (_, None) => made(schemes(ai)?, &[(ai, value)]),
            _ => None,
        }
    }
}

fn urn(uri: &str, rest: &str) -> Result<Option<Key>, BadKey> {
    let bad = |error: &dyn std::fmt::Display| BadKey(format!("{uri}: {error}"));
    let read = |uri: &str| Epc::from_id_uri(uri, 0).map_err(|error| bad(&error));
    let key_of = |epc: &Epc| {
        let mut elements = epc.elements();
        let first = elements.next()?;
        let qualifier = elements.next().map(|e| (e.ai, e.value.as_str().to_owned()));
        Some(Key {
            primary: (first.ai, first.value.as_str().to_owned()),
            qualifier,
        })
    };
    if let Some(body) = rest.strip_prefix("class:lgtin:") {
        let mut key = key_of(&read(&format!("urn:epc:id:sgtin:{body}"))?);
        if let Some((ai, _)) = key.as_mut().and_then(|key| key.qualifier.as_mut()) {
            *ai = "10";
        }
        return Ok(key);
    }
    if let Some(body) = rest.strip_prefix("id:pgln:") {
        let mut key = key_of(&read(&format!("urn:epc:id:sgln:{body}.0"))?);
        if let Some(key) = &mut key {
            key.primary.0 = "417";
        }
        return Ok(key);
    }
    if let Some((scheme, body)) = rest.strip_prefix("idpat:").and_then(|body| body.split_once(':')) {
        let Some(stem) = body
            .strip_suffix(".*")
            .filter(|_| matches!(scheme, "sgtin" | "grai" | "gdti"))
        else {
            return Ok(None);
        };
        let mut key = key_of(&read(&format!("urn:epc:id:{scheme}:{stem}.0"))?);
        if let Some(key) = &mut key
            && key.qualifier.take().is_none()
        {
            // The serial stands within the key's own value.
            key.primary.1.pop();
        }
        return Ok(key);
    }
    let scheme = rest.strip_prefix("id:").and_then(|body| body.split_once(':'));
    let known = [
        "sgtin", "sscc", "sgln", "grai", "giai", "gdti", "gsrn", "gsrnp", "sgcn", "gid",
    ];
    match scheme {
        Some((scheme, _)) if known.contains(&scheme) => Ok(key_of(&read(uri)?)),
        // UPUI, ITIP, CPI, GINC, GSIN and others are kept as they are.
        _ => Ok(None),
    }
}

fn link(uri: &str, behind: &str) -> Result<Option<Key>, ScanError> {
    let path_end = behind.find(['?', '#']).unwrap_or(behind.len());
    let mut path: Vec<&str> = behind[..path_end].split('/').collect();
    // Names become numbers where a key or its qualifier stands; a value is never one of them behind a number.
    let mut at = 0;
    while at + 1 < path.len() {
        if let Some((_, ai)) = NAMES.iter().find(|(name, _)| *name == path[at]) {
            path[at] = ai;
        }
        let is_ai = KEYS.iter().any(|(ai, q)| *ai == path[at] || q.contains(&path[at])) || path[at] == "22";
        at += 1 + usize::from(is_ai);
    }
    if !path.iter().any(|part| KEYS.iter().any(|(ai, _)| ai == part)) {
        return Ok(None);
    }
    let text = format!("{}{}", &uri[..uri.len() - behind.len()], path.join("/"));
    let options = Options {
        zero_suppressed_gtin: true,
        associations: false,
        ..Options::new(2026)
    };
    let take = |label: &lotline_scan::Label<'_>| {
        KEYS.iter().find_map(|(ai, qualifiers)| {
            let value = label.get(ai)?;
            let qualifier = qualifiers.iter().find_map(|q| Some((*q, label.get(q)?)));
            Some(Key::new(ai, value, qualifier))
        })
    };
    match read(text.as_bytes(), None, Form::Raw, &options) {
        Err(error) if error.code == Code::ScratchNeeded => {
            let mut scratch = Box::new(Scratch::new());
            read_with(text.as_bytes(), None, Form::Raw, &options, &mut scratch).map(|label| take(&label))
        }
        label => label.map(|label| take(&label)),
    }
}

/// The one way to write a URI that events are compared and hashed by: the canonical Digital Link of a GS1 key, anything
/// else as it is.
#[must_use]
pub fn canonical(uri: &str) -> String {
    match Key::parse(uri) {
        Ok(Some(key)) => key.link(),
        _ => uri.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, canonical};

    #[test]
    fn a_urn_and_a_digital_link_of_one_thing_are_one_key() {
        for (urn, link, prefix_len) in [
            (
                "urn:epc:id:sgtin:9521141.012345.400",
                "https://id.gs1.org/01/09521141123454/21/400",
                7,
            ),
            (
                "urn:epc:id:sgtin:9521141.012345.A%2FB",
                "https://id.gs1.org/01/09521141123454/21/A%2FB",
                7,
            ),
            (
                "urn:epc:class:lgtin:9521141.012345.L-7a",
                "https://id.gs1.org/01/09521141123454/10/L-7a",
                7,
            ),
            (
                "urn:epc:class:lgtin:9521141.012345.a(b)",
                "https://id.gs1.org/01/09521141123454/10/a%28b%29",
                7,
            ),
            (
                "urn:epc:idpat:sgtin:9521141.012345.*",
                "https://id.gs1.org/01/09521141123454",
                7,
            ),
            (
                "urn:epc:id:sscc:4012345.0000000111",
                "https://id.gs1.org/00/040123450000001112",
                7,
            ),
            (
                "urn:epc:id:sgln:4012345.00001.0",
                "https://id.gs1.org/414/4012345000016",
                7,
            ),
            (
                "urn:epc:id:sgln:4012345.00001.A14",
                "https://id.gs1.org/414/4012345000016/254/A14",
                7,
            ),
            (
                "urn:epc:id:pgln:4012345.00000",
                "https://id.gs1.org/417/4012345000009",
                7,
            ),
            ("urn:epc:id:giai:4000001.111", "https://id.gs1.org/8004/4000001111", 7),
            (
                "urn:epc:id:gdti:0614141.00001.1618034",
                "https://id.gs1.org/253/06141410000121618034",
                7,
            ),
            (
                "urn:epc:id:grai:4012345.55555.987",
                "https://id.gs1.org/8003/04012345555554987",
                7,
            ),
        ] {
            assert_eq!(canonical(urn), link);
            assert_eq!(canonical(link), link);
            let key = Key::parse(link).expect(link).expect(link);
            if !link.contains("/8003/") && !link.contains("/253/") {
                assert_eq!(key.urn(prefix_len).as_deref(), Some(urn));
            }
        }
    }

    #[test]
    fn the_finest_level_stands_and_the_address_does_not_count() {
        for (uri, link) in [
            (
                "https://example.com/some/01/09521141123454/10/L1/21/7?17=300101",
                "https://id.gs1.org/01/09521141123454/21/7",
            ),
            (
                "https://example.com/gtin/9521141123454/ser/400",
                "https://id.gs1.org/01/09521141123454/21/400",
            ),
            (
                "http://id.gs1.org/01/09521141123454/22/2A",
                "https://id.gs1.org/01/09521141123454",
            ),
            ("https://example.com/bin/14", "https://example.com/bin/14"),
            ("urn:uuid:0199", "urn:uuid:0199"),
        ] {
            assert_eq!(canonical(uri), link, "{uri}");
        }
    }

    #[test]
    fn a_wrong_key_is_refused_and_not_taken_for_something_else() {
        for uri in [
            "https://id.gs1.org/01/09521141123455/21/400",
            "urn:epc:id:sgtin:9521141.01234.400",
            "urn:epc:id:sscc:4012345.000000011",
            "urn:epc:class:lgtin:9521141.012345.",
            "urn:epc:id:sgtin:9521141.012345.a b",
        ] {
            assert!(Key::parse(uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn an_item_and_its_lot_are_classes_and_a_serial_is_not() {
        for (uri, class) in [
            ("urn:epc:id:sgtin:9521141.012345.400", false),
            ("https://id.gs1.org/01/09521141123454/10/L", true),
            ("https://id.gs1.org/01/09521141123454", true),
            ("urn:epc:id:sscc:4012345.0000000111", false),
        ] {
            assert_eq!(Key::parse(uri).expect(uri).expect(uri).is_class(), class, "{uri}");
        }
    }
}
