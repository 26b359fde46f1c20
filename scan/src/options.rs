//! How a label is to be read.

/// The horizon that the reference engine is built with.
const ENGINE_YEAR: u16 = 2021;

/// How a label is to be read. Nothing here comes from a clock or a configuration: a stored scan reads the same for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Exactly what GS1's Barcode Syntax Engine 1.4.1 accepts and refuses. Otherwise harmless spoilage is read with a
    /// warning.
    pub strict: bool,
    /// AIs that are not allocated are read where their length is known.
    pub unknown_ais: bool,
    /// With `unknown_ais`: they are permitted in the query of a Digital Link URI.
    pub unknown_dl_attributes: bool,
    /// A GTIN in a Digital Link URI may lack its leading zeros: 8, 12 or 13 digits.
    pub zero_suppressed_gtin: bool,
    /// AIs that need others must have them. Other rules between AIs cannot be switched off.
    pub associations: bool,
    /// What is known of the device.
    pub device: Device,
    /// The year that decides the century of two-digit years (General Specifications 7.12).
    pub reference_year: u16,
}

/// What is known of the device that read. One byte, so that options travel in a register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device(u8);

impl Device {
    /// Nothing.
    pub const UNKNOWN: Device = Device(0);

    /// Separators reach us from it: a calibration label has proven that. From other devices, data without any is read only if
    /// it can mean one thing.
    #[must_use]
    pub const fn separator_works(self) -> Self {
        Self(self.0 | 1)
    }

    /// It never sends symbology identifiers, so that data without one may be GS1 data.
    #[must_use]
    pub const fn sends_no_identifier(self) -> Self {
        Self(self.0 | 2)
    }

    /// It sends the FNC1 at the start of a GS1 symbol, too, so that one there is no spoilage.
    #[must_use]
    pub const fn sends_leading_fnc1(self) -> Self {
        Self(self.0 | 4)
    }

    pub(crate) const fn is_with_leading_fnc1(self) -> bool {
        self.0 & 4 != 0
    }

    pub(crate) const fn is_separator_working(self) -> bool {
        self.0 & 1 != 0
    }

    pub(crate) const fn is_without_identifier(self) -> bool {
        self.0 & 2 != 0
    }
}

impl Options {
    /// The rules of the handheld.
    #[must_use]
    pub const fn new(reference_year: u16) -> Self {
        Self {
            strict: false,
            unknown_ais: false,
            unknown_dl_attributes: false,
            zero_suppressed_gtin: false,
            associations: true,
            device: Device::UNKNOWN,
            reference_year,
        }
    }

    /// The rules of the reference engine.
    #[must_use]
    pub const fn strict(reference_year: u16) -> Self {
        Self {
            strict: true,
            ..Self::new(reference_year)
        }
    }

    /// The year by which 29 February is judged while reading.
    pub(crate) const fn lint_year(self) -> u16 {
        if self.strict { ENGINE_YEAR } else { self.reference_year }
    }
}
