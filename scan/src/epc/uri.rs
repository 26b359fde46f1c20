//! EPCs as URIs: pure identity `urn:epc:id:…` (TDS section 6.3) and tag `urn:epc:tag:…` (section 12).

use core::fmt;

use super::element::serial_of;
use super::scheme::{Family, Field, LAYOUTS, Layout, Scheme};
use super::{Epc, EpcError, Serial, Text};
use crate::code::Code;
use crate::cset;

const TAG: &str = "urn:epc:tag:";
const ID: &str = "urn:epc:id:";

/// A URI of an EPC, made while it is written.
#[derive(Clone, Copy)]
pub struct EpcUri<'e> {
    epc: &'e Epc,
    tag: bool,
}

impl EpcUri<'_> {
    /// False of schemes that came with TDS 2.0: they have no URN and are written as Digital Link.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.epc.scheme.layout().family != Family::Plus
    }
}

impl fmt::Display for EpcUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let epc = self.epc;
        let layout = epc.scheme.layout();
        if !self.exists() {
            return Ok(());
        }
        if self.tag {
            write!(f, "{TAG}{}:", layout.name)?;
            if let Some(filter) = epc.filter() {
                write!(f, "{filter}.")?;
            }
        } else {
            write!(f, "{ID}{}:", layout.family.as_str())?;
        }
        let prefix_len = usize::from(epc.prefix_len);
        let reference_len = usize::from(layout.reference_len(epc.prefix_len));
        match layout.family {
            Family::Gid => write!(f, "{}.{}", epc.prefix, epc.reference)?,
            Family::Giai => write!(f, "{:0prefix_len$}", epc.prefix)?,
            // A reference without digits leaves two dots beside each other.
            _ if reference_len == 0 => write!(f, "{:0prefix_len$}.", epc.prefix)?,
            _ => write!(f, "{:0prefix_len$}.{:0reference_len$}", epc.prefix, epc.reference)?,
        }
        match &epc.serial {
            Serial::None => Ok(()),
            Serial::Number(number) => write!(f, ".{number}"),
            Serial::Text(text) => write!(f, ".{}", Escaped(text)),
        }
    }
}

impl fmt::Debug for EpcUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Characters that a URN may not hold as they are (TDS table A-1).
const ESCAPED: &[u8] = b"\"%&/<>?";

struct Escaped<'e>(&'e Text);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use core::fmt::Write as _;
        self.0.as_bytes().iter().try_for_each(|&byte| {
            if ESCAPED.contains(&byte) {
                write!(f, "%{byte:02X}")
            } else {
                f.write_char(char::from(byte))
            }
        })
    }
}

impl Epc {
    /// The tag URI: scheme, filter value and content. Empty where [`EpcUri::exists`] says no.
    #[must_use]
    pub fn tag_uri(&self) -> EpcUri<'_> {
        EpcUri { epc: self, tag: true }
    }

    /// The pure identity URI: the content alone. Empty where [`EpcUri::exists`] says no.
    #[must_use]
    pub fn id_uri(&self) -> EpcUri<'_> {
        EpcUri { epc: self, tag: false }
    }

    /// Reads a tag URI.
    ///
    /// # Errors
    /// What is wrong with it, and at which byte.
    pub fn from_tag_uri(uri: &str) -> Result<Self, EpcError> {
        let rest = uri.strip_prefix(TAG).ok_or(EpcError::new(Code::EpcUriMalformed, 0))?;
        let (name, content) = rest
            .split_once(':')
            .ok_or(EpcError::new(Code::EpcUriMalformed, TAG.len()))?;
        let scheme: Scheme = name.parse().map_err(|error| EpcError {
            at: place(uri, rest),
            ..error
        })?;
        if scheme.layout().family == Family::Plus {
            return Err(EpcError::new(Code::EpcUnknownScheme, TAG.len()));
        }
        let mut fields = Fields {
            uri,
            rest: Some(content),
        };
        let filter = if scheme == Scheme::Gid96 {
            0
        } else {
            let at = fields.at();
            match fields.next()?.as_bytes() {
                [digit @ b'0'..=b'7'] => digit - b'0',
                _ => return Err(EpcError::new(Code::EpcInvalidFilter, at)),
            }
        };
        fields.content(scheme.layout(), filter)
    }

    /// Reads a pure identity URI; `filter` is 0 to 7. The shortest scheme that holds it is taken.
    ///
    /// # Errors
    /// What is wrong with it, and at which byte.
    pub fn from_id_uri(uri: &str, filter: u8) -> Result<Self, EpcError> {
        let rest = uri.strip_prefix(ID).ok_or(EpcError::new(Code::EpcUriMalformed, 0))?;
        let (name, content) = rest
            .split_once(':')
            .ok_or(EpcError::new(Code::EpcUriMalformed, ID.len()))?;
        let mut result = Err(EpcError::new(Code::EpcUnknownScheme, ID.len()));
        for layout in &LAYOUTS {
            if layout.family != Family::Plus && layout.family.as_str() == name {
                let mut fields = Fields {
                    uri,
                    rest: Some(content),
                };
                result = fields.content(layout, 0);
                if result.is_ok() {
                    break;
                }
            }
        }
        result?.with_filter(filter)
    }
}

/// Where a part of the text begins.
fn place(text: &str, part: &str) -> u16 {
    u16::try_from(text.len() - part.len()).unwrap_or(u16::MAX)
}

/// The fields behind the last colon, with dots between.
struct Fields<'u> {
    uri: &'u str,
    /// `None` when nothing is left, not even an empty field.
    rest: Option<&'u str>,
}

impl<'u> Fields<'u> {
    fn at(&self) -> usize {
        self.uri.len() - self.rest.map_or(0, str::len)
    }

    fn wrong(&self, code: Code) -> EpcError {
        EpcError::new(code, self.at())
    }

    fn next(&mut self) -> Result<&'u str, EpcError> {
        let Some(rest) = self.rest else {
            return Err(self.wrong(Code::EpcUriMalformed));
        };
        let (field, rest) = rest
            .split_once('.')
            .map_or((rest, None), |(field, rest)| (field, Some(rest)));
        self.rest = rest;
        Ok(field)
    }

    /// A number of exactly so many digits, perhaps none.
    fn padded(&mut self, len: u8) -> Result<u64, EpcError> {
        let at = self.at();
        let field = self.next()?;
        if field.len() != usize::from(len) || !cset::all_digits(field.as_bytes()) {
            return Err(EpcError::new(Code::EpcUriMalformed, at));
        }
        Ok(field
            .bytes()
            .fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
    }

    /// A number without leading zeros below 2 to the power of `bits`.
    fn integer(&mut self, bits: u32) -> Result<u64, EpcError> {
        let at = self.at();
        let field = self.next()?;
        let plain = cset::all_digits(field.as_bytes()) && (field == "0" || !field.starts_with('0'));
        let number = field.parse::<u64>().ok().filter(|_| plain);
        number
            .filter(|number| number >> bits == 0)
            .ok_or(EpcError::new(Code::EpcFieldTooLarge, at))
    }

    /// Everything behind the filter value.
    fn content(&mut self, layout: &Layout, filter: u8) -> Result<Epc, EpcError> {
        let mut epc = Epc {
            scheme: layout.scheme,
            filter,
            prefix_len: 0,
            prefix: 0,
            reference: 0,
            serial: Serial::None,
            date: None,
            more_data: false,
        };
        if layout.family == Family::Gid {
            (epc.prefix, epc.reference) = (self.integer(28)?, self.integer(24)?);
            epc.serial = Serial::Number(self.integer(36)?);
            return if self.rest.is_none() {
                Ok(epc)
            } else {
                Err(self.wrong(Code::EpcUriMalformed))
            };
        }
        let prefix = self.rest.and_then(|rest| rest.split('.').next()).unwrap_or("");
        let Some(prefix_len) = u8::try_from(prefix.len()).ok().filter(|len| (6..=12).contains(len)) else {
            return Err(self.wrong(Code::EpcInvalidPrefixLength));
        };
        epc.prefix_len = prefix_len;
        epc.prefix = self.padded(prefix_len)?;
        if layout.family != Family::Giai {
            epc.reference = self.padded(layout.reference_len(prefix_len))?;
        }
        if let Field::Zeros(_) = layout.serial {
            return if self.rest.is_none() {
                Ok(epc)
            } else {
                Err(self.wrong(Code::EpcUriMalformed))
            };
        }
        // A serial number may hold dots.
        let at = self.at();
        let serial = unescaped(self.rest.ok_or(self.wrong(Code::EpcUriMalformed))?)
            .ok_or(self.wrong(Code::EpcInvalidCharacter))?;
        let serial = core::str::from_utf8(serial.as_bytes()).unwrap_or("");
        epc.serial = serial_of(layout.scheme, serial, prefix_len).ok_or(EpcError::new(Code::EpcInvalidSerial, at))?;
        Ok(epc)
    }
}

/// A serial number with its escapes resolved. What must be escaped must be, nothing else may.
fn unescaped(field: &str) -> Option<Text> {
    let mut text = Text::EMPTY;
    let mut rest = field.as_bytes();
    while let [byte, tail @ ..] = rest {
        let (byte, tail) = match (byte, tail) {
            (b'%', [high, low, tail @ ..]) => {
                let digits = [*high, *low];
                let digits = core::str::from_utf8(&digits).ok()?;
                let byte = u8::from_str_radix(digits, 16)
                    .ok()
                    .filter(|byte| ESCAPED.contains(byte))?;
                (byte, tail)
            }
            (b'%', _) => return None,
            (byte, tail) => (*byte, tail),
        };
        if rest[0] != b'%' && ESCAPED.contains(&byte) || !cset::contains(cset::Cset::X, byte) {
            return None;
        }
        text.push(byte)?;
        rest = tail;
    }
    Some(text)
}
