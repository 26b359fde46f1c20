//! What is printed on: a label's size, and how many dots a printer sets on it.

use super::PrintError;

/// How fine a print head is. Zebra's heads are metric: 8, 12 or 24 dots a millimetre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resolution {
    /// 203 dpi: 8 dots a millimetre.
    Dpi203,
    /// 300 dpi: 12 dots a millimetre.
    Dpi300,
    /// 600 dpi: 24 dots a millimetre.
    Dpi600,
}

impl Resolution {
    /// Dots a millimetre.
    #[must_use]
    pub const fn dots_per_mm(self) -> u32 {
        match self {
            Resolution::Dpi203 => 8,
            Resolution::Dpi300 => 12,
            Resolution::Dpi600 => 24,
        }
    }
}

/// A label's size, and the head that prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Media {
    width_mm: u32,
    height_mm: u32,
    resolution: Resolution,
}

impl Media {
    /// A label of this size.
    ///
    /// # Errors
    /// [`PrintError::Medium`] unless both sides are 10 to 1,000 mm.
    pub fn new(width_mm: u32, height_mm: u32, resolution: Resolution) -> Result<Self, PrintError> {
        let sides = 10..=1000;
        if !sides.contains(&width_mm) || !sides.contains(&height_mm) {
            return Err(PrintError::Medium);
        }
        Ok(Self {
            width_mm,
            height_mm,
            resolution,
        })
    }

    /// For items, lots and serial numbers: 100 × 50 mm.
    #[must_use]
    pub const fn unit(resolution: Resolution) -> Self {
        Self {
            width_mm: 100,
            height_mm: 50,
            resolution,
        }
    }

    /// For logistic units: A6, 105 × 148 mm, as the GS1 Logistic Label Guideline names it.
    #[must_use]
    pub const fn logistic(resolution: Resolution) -> Self {
        Self {
            width_mm: 105,
            height_mm: 148,
            resolution,
        }
    }

    /// Width in dots.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width_mm * self.resolution.dots_per_mm()
    }

    /// Height in dots.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height_mm * self.resolution.dots_per_mm()
    }

    /// The head.
    #[must_use]
    pub const fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// Hundredths of a millimetre as dots, rounded down: a symbol must not outgrow its place.
    pub(super) const fn dots(&self, hundredths: u32) -> u32 {
        hundredths * self.resolution.dots_per_mm() / 100
    }

    /// As [`Media::dots`], rounded up: a least size must not be undercut.
    pub(super) const fn dots_at_least(&self, hundredths: u32) -> u32 {
        (hundredths * self.resolution.dots_per_mm()).div_ceil(100)
    }

    /// Dots as tenths of a millimetre, rounded up.
    pub(super) const fn tenths(&self, dots: u32) -> u32 {
        (dots * 10).div_ceil(self.resolution.dots_per_mm())
    }
}
