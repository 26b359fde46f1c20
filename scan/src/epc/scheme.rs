//! The schemes and how their bits are cut: TDS sections 14.2 (headers) and 14.6 (coding tables).

use core::fmt;
use core::str::FromStr;

use super::EpcError;
use crate::code::Code;

/// How an EPC is written into a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// GTIN with a serial number below 2^38.
    Sgtin96,
    /// GTIN with a serial number of up to 20 characters.
    Sgtin198,
    /// SSCC.
    Sscc96,
    /// GLN, perhaps with an extension below 2^41.
    Sgln96,
    /// GLN, perhaps with an extension of up to 20 characters.
    Sgln195,
    /// GRAI with a serial number below 2^38.
    Grai96,
    /// GRAI with a serial number of up to 16 characters.
    Grai170,
    /// GIAI that is a number.
    Giai96,
    /// GIAI of up to 30 characters.
    Giai202,
    /// GDTI with a serial number below 2^41.
    Gdti96,
    /// GDTI with a serial number of up to 17 characters.
    Gdti174,
    /// GSRN of a recipient.
    Gsrn96,
    /// GSRN of a provider.
    Gsrnp96,
    /// GCN with a serial number of up to 12 digits.
    Sgcn96,
    /// A General Identifier, which is no GS1 key.
    Gid96,
    /// GTIN and serial number as in a barcode (TDS 2.0).
    SgtinPlus,
    /// As SGTIN+, with a date in front (TDS 2.0).
    DsgtinPlus,
    /// SSCC as in a barcode (TDS 2.0).
    SsccPlus,
}

/// The kinds of keys; schemes of one kind share the pure identity URI.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Sgtin,
    Sscc,
    Sgln,
    Grai,
    Giai,
    Gdti,
    Gsrn,
    Gsrnp,
    Sgcn,
    Gid,
    /// TDS 2.0: as in a barcode; there is no URN for these.
    Plus,
}

impl Family {
    /// The name in pure identity URIs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Family::Sgtin => "sgtin",
            Family::Sscc => "sscc",
            Family::Sgln => "sgln",
            Family::Grai => "grai",
            Family::Giai => "giai",
            Family::Gdti => "gdti",
            Family::Gsrn => "gsrn",
            Family::Gsrnp => "gsrnp",
            Family::Sgcn => "sgcn",
            Family::Gid => "gid",
            Family::Plus => "",
        }
    }
}

/// How the serial number is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// There is none; so many bits are zero.
    Zeros(u8),
    /// "Integer", so many bits (TDS 14.3.1).
    Integer(u8),
    /// "String", so many places of 7 bits (14.3.2).
    Text(u8),
    /// "Numeric String", so many bits: a digit 1 stands in front (14.3.6).
    Digits(u8),
    /// What "Unpadded Partition Table" leaves (14.3.4).
    RestInteger,
    /// What "String Partition Table" leaves (14.3.5).
    RestText,
    /// By the schemes of TDS 2.0 itself.
    Own,
}

pub(super) struct Layout {
    pub scheme: Scheme,
    pub header: u8,
    /// The name in tag URIs.
    pub name: &'static str,
    pub family: Family,
    /// How long the encoding is; 0 where it varies.
    pub bits: u16,
    /// Company prefix and reference together: digits and bits. Digits are 0 where the reference is no number of its own.
    pub digits: u8,
    pub key_bits: u8,
    pub serial: Field,
}

const fn layout(
    (scheme, header, name): (Scheme, u8, &'static str),
    family: Family,
    bits: u16,
    (digits, key_bits): (u8, u8),
    serial: Field,
) -> Layout {
    Layout {
        scheme,
        header,
        name,
        family,
        bits,
        digits,
        key_bits,
        serial,
    }
}

/// In the order of [`Scheme`]; of one family the shorter one comes first.
pub(super) static LAYOUTS: [Layout; 18] = [
    layout(
        (Scheme::Sgtin96, 0x30, "sgtin-96"),
        Family::Sgtin,
        96,
        (13, 44),
        Field::Integer(38),
    ),
    layout(
        (Scheme::Sgtin198, 0x36, "sgtin-198"),
        Family::Sgtin,
        198,
        (13, 44),
        Field::Text(20),
    ),
    layout(
        (Scheme::Sscc96, 0x31, "sscc-96"),
        Family::Sscc,
        96,
        (17, 58),
        Field::Zeros(24),
    ),
    layout(
        (Scheme::Sgln96, 0x32, "sgln-96"),
        Family::Sgln,
        96,
        (12, 41),
        Field::Integer(41),
    ),
    layout(
        (Scheme::Sgln195, 0x39, "sgln-195"),
        Family::Sgln,
        195,
        (12, 41),
        Field::Text(20),
    ),
    layout(
        (Scheme::Grai96, 0x33, "grai-96"),
        Family::Grai,
        96,
        (12, 44),
        Field::Integer(38),
    ),
    layout(
        (Scheme::Grai170, 0x37, "grai-170"),
        Family::Grai,
        170,
        (12, 44),
        Field::Text(16),
    ),
    layout(
        (Scheme::Giai96, 0x34, "giai-96"),
        Family::Giai,
        96,
        (0, 82),
        Field::RestInteger,
    ),
    layout(
        (Scheme::Giai202, 0x38, "giai-202"),
        Family::Giai,
        202,
        (0, 188),
        Field::RestText,
    ),
    layout(
        (Scheme::Gdti96, 0x2C, "gdti-96"),
        Family::Gdti,
        96,
        (12, 41),
        Field::Integer(41),
    ),
    layout(
        (Scheme::Gdti174, 0x3E, "gdti-174"),
        Family::Gdti,
        174,
        (12, 41),
        Field::Text(17),
    ),
    layout(
        (Scheme::Gsrn96, 0x2D, "gsrn-96"),
        Family::Gsrn,
        96,
        (17, 58),
        Field::Zeros(24),
    ),
    layout(
        (Scheme::Gsrnp96, 0x2E, "gsrnp-96"),
        Family::Gsrnp,
        96,
        (17, 58),
        Field::Zeros(24),
    ),
    layout(
        (Scheme::Sgcn96, 0x3F, "sgcn-96"),
        Family::Sgcn,
        96,
        (12, 41),
        Field::Digits(41),
    ),
    layout(
        (Scheme::Gid96, 0x35, "gid-96"),
        Family::Gid,
        96,
        (0, 52),
        Field::Integer(36),
    ),
    layout(
        (Scheme::SgtinPlus, 0xF7, "sgtin+"),
        Family::Plus,
        0,
        (0, 56),
        Field::Own,
    ),
    layout(
        (Scheme::DsgtinPlus, 0xFB, "dsgtin+"),
        Family::Plus,
        0,
        (0, 56),
        Field::Own,
    ),
    layout((Scheme::SsccPlus, 0xF9, "sscc+"), Family::Plus, 0, (0, 72), Field::Own),
];

/// Bits of a company prefix by partition value; it has 12 digits less the partition value.
pub(super) const PREFIX_BITS: [u8; 7] = [40, 37, 34, 30, 27, 24, 20];

impl Layout {
    /// Digits of the reference behind a company prefix of that length.
    pub fn reference_len(&self, prefix_len: u8) -> u8 {
        self.digits.saturating_sub(prefix_len)
    }
}

impl Scheme {
    /// Every scheme that is read and written here.
    pub const ALL: [Scheme; 18] = [
        Scheme::Sgtin96,
        Scheme::Sgtin198,
        Scheme::Sscc96,
        Scheme::Sgln96,
        Scheme::Sgln195,
        Scheme::Grai96,
        Scheme::Grai170,
        Scheme::Giai96,
        Scheme::Giai202,
        Scheme::Gdti96,
        Scheme::Gdti174,
        Scheme::Gsrn96,
        Scheme::Gsrnp96,
        Scheme::Sgcn96,
        Scheme::Gid96,
        Scheme::SgtinPlus,
        Scheme::DsgtinPlus,
        Scheme::SsccPlus,
    ];

    #[inline]
    pub(super) fn layout(self) -> &'static Layout {
        &LAYOUTS[self as usize]
    }

    /// The scheme of a header, TDS table 14-1.
    #[inline]
    pub(super) fn of_header(header: u8) -> Option<Self> {
        BY_HEADER[usize::from(header)]
    }

    /// The name: as in tag URIs (`sgtin-96`), or `sgtin+` where there is no such URI.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.layout().name
    }
}

static BY_HEADER: [Option<Scheme>; 256] = {
    let mut table = [None; 256];
    let mut at = 0;
    while at < LAYOUTS.len() {
        table[LAYOUTS[at].header as usize] = Some(LAYOUTS[at].scheme);
        at += 1;
    }
    table
};

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scheme {
    type Err = EpcError;

    fn from_str(name: &str) -> Result<Self, EpcError> {
        let found = LAYOUTS.iter().find(|layout| layout.name == name);
        found.map_or(
            Err(EpcError::new(Code::EpcUnknownScheme, 0)),
            |layout| Ok(layout.scheme),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, LAYOUTS, PREFIX_BITS, Scheme};

    #[test]
    fn every_table_fills_its_bits() {
        for (scheme, layout) in Scheme::ALL.into_iter().zip(&LAYOUTS) {
            assert!(scheme == layout.scheme && scheme.layout().name == layout.name);
            assert_eq!(Scheme::of_header(layout.header), Some(scheme));
            assert_eq!(layout.name.parse(), Ok(scheme));
            let serial = match layout.serial {
                Field::Zeros(bits) | Field::Integer(bits) | Field::Digits(bits) => u16::from(bits),
                Field::Text(places) => u16::from(places) * 7,
                Field::RestInteger | Field::RestText => 0,
                Field::Own => continue,
            };
            let front = if scheme == Scheme::Gid96 { 8 } else { 8 + 3 + 3 };
            assert_eq!(front + u16::from(layout.key_bits) + serial, layout.bits, "{scheme}");
        }
        for (partition, bits) in (0..).zip(PREFIX_BITS) {
            let most = 10_u64.pow(12 - partition) - 1;
            assert_eq!(u32::from(bits), u64::BITS - most.leading_zeros());
        }
    }
}
