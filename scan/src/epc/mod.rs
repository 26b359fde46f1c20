//! Electronic Product Codes: what an RFID tag holds, as bits, as tag URI, as pure identity URI and as GS1 elements.
//!
//! GS1 EPC Tag Data Standard (TDS), release 2.3. [`scheme`] holds the coding tables of section 14.6, [`binary`] the methods
//! of 14.3 and 14.4, [`plus`] those of 14.5 for the schemes that came with TDS 2.0, [`uri`] the URIs of sections 6.3 and
//! 12, [`element`] how EPCs and GS1 keys correspond (section 7). Annex E.3 has an example of every scheme; they are among
//! the tests.
//!
//! A reader gives memory as bytes or hexadecimal digits from bit 20h of the EPC bank on. What stands behind the EPC, filled
//! up to whole words or as additional data (section 15.3), is left alone; [`Epc::has_more_data`] says if a tag announces it.
//!
//! ```
//! use lotline_scan::{Epc, Scheme};
//!
//! let epc = Epc::from_hex("3066C4409047E140075BCD15")?;
//! assert_eq!((epc.scheme(), epc.filter()), (Scheme::Sgtin96, Some(3)));
//! assert_eq!(epc.tag_uri().to_string(), "urn:epc:tag:sgtin-96:3.95060001343.05.123456789");
//! assert_eq!(epc.id_uri().to_string(), "urn:epc:id:sgtin:95060001343.05.123456789");
//! let elements: Vec<_> = epc.elements().map(|e| format!("({}){}", e.ai, e.value)).collect();
//! assert_eq!(elements, ["(01)09506000134352", "(21)123456789"]);
//! assert_eq!(Epc::from_tag_uri(&epc.tag_uri().to_string())?.encode(), epc.encode());
//! # Ok::<(), lotline_scan::EpcError>(())
//! ```

mod binary;
mod bits;
mod element;
mod label;
mod plus;
mod scheme;
mod uri;

use core::fmt;

pub use bits::EpcBits;
pub use element::{EpcElement, EpcValue};
pub(crate) use label::read;
pub use scheme::Scheme;
pub use uri::EpcUri;

use crate::code::Code;
use plus::PriorityDate;
use scheme::Family;

/// The content of one tag. Made by reading one of its forms; every other form is made of it on demand.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epc {
    scheme: Scheme,
    filter: u8,
    /// Digits of the GS1 Company Prefix; 0 in schemes that do not tell it.
    prefix_len: u8,
    /// The company prefix; of a GID the manager number.
    prefix: u64,
    /// What follows the prefix in the key; the whole key where no prefix is told; of a GID the object class.
    reference: u64,
    serial: Serial,
    date: Option<PriorityDate>,
    more_data: bool,
}

/// What tells one thing from the next of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Serial {
    None,
    Number(u64),
    Text(Text),
}

/// Up to 24 characters of GS1 character set 82. What is behind the last one is zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Text {
    bytes: [u8; Text::MOST],
    len: u8,
}

impl Text {
    const MOST: usize = 24;
    const EMPTY: Text = Text {
        bytes: [0; Text::MOST],
        len: 0,
    };

    /// `None` if it is full.
    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(usize::from(self.len))? = byte;
        self.len += 1;
        Some(())
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

/// Why something is no EPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpcError {
    /// The reason.
    pub code: Code,
    /// Where: the bit of a tag's memory, the byte of a text; 0 of elements.
    pub at: u16,
}

impl EpcError {
    #[cold]
    fn new(code: Code, at: usize) -> Self {
        Self {
            code,
            at: u16::try_from(at).unwrap_or(u16::MAX),
        }
    }
}

impl fmt::Display for EpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at {}", self.code.message(), self.at)
    }
}

impl core::error::Error for EpcError {}

impl Epc {
    /// How it is encoded.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The filter value, 0 to 7 (TDS section 10): what kind of thing the tag is on. A GID has none.
    #[must_use]
    pub fn filter(&self) -> Option<u8> {
        (self.scheme.layout().family != Family::Gid).then_some(self.filter)
    }

    /// How many digits the GS1 Company Prefix has, 6 to 12, where the tag tells it.
    #[must_use]
    pub fn company_prefix_len(&self) -> Option<u8> {
        (self.prefix_len > 0).then_some(self.prefix_len)
    }

    /// Additional data stands behind the EPC (TDS section 14.5.1); only schemes of TDS 2.0 on can announce it.
    #[must_use]
    pub fn has_more_data(&self) -> bool {
        self.more_data
    }

    /// The same content with another filter value; GID has none and stays as it is.
    ///
    /// # Errors
    /// The value is above 7.
    pub fn with_filter(self, filter: u8) -> Result<Self, EpcError> {
        if filter > 7 {
            return Err(EpcError::new(Code::EpcInvalidFilter, 0));
        }
        if self.filter().is_none() {
            return Ok(self);
        }
        Ok(Self { filter, ..self })
    }
}

impl fmt::Debug for Epc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Epc({} {})", self.scheme, self.encode())
    }
}
