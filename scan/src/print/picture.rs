//! A sheet as an image, dot by dot: what the print head would set.

use alloc::vec::Vec;

use font8x8::legacy::{BASIC_LEGACY, LATIN_LEGACY};

use super::sheet::{Piece, Sheet};

/// An image of dark and light dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    dots: Vec<bool>,
}

impl Sheet {
    /// The sheet as an image. Text is drawn in a plain font of fixed width: Latin-1, anything else as a box.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let mut picture = Picture::light(self.width, self.height);
        for piece in &self.pieces {
            match piece {
                Piece::Matrix { x, y, module, symbol } => {
                    for (row, modules) in (0..).zip(symbol.rows()) {
                        for (column, _) in (0..).zip(modules).filter(|(_, dark)| **dark) {
                            picture.fill(x + column * module, y + row * module, *module, *module);
                        }
                    }
                }
                Piece::Linear {
                    x,
                    y,
                    module,
                    height,
                    symbol,
                } => {
                    for (column, _) in (0..).zip(symbol.modules()).filter(|(_, dark)| *dark) {
                        picture.fill(x + column * module, *y, *module, *height);
                    }
                }
                Piece::Text { x, y, size, text } => {
                    let wide = size * 6 / 10;
                    for (number, c) in (0..).zip(text.chars()) {
                        picture.character(x + number * wide, *y, wide, *size, glyph(c));
                    }
                }
            }
        }
        picture
    }
}

impl Picture {
    fn light(width: u32, height: u32) -> Self {
        let area = u64::from(width) * u64::from(height);
        Self {
            width,
            height,
            dots: alloc::vec![false; usize::try_from(area).unwrap_or(0)],
        }
    }

    /// Width in dots.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in dots.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The dots, row by row from the upper left: true for dark.
    #[must_use]
    pub fn dots(&self) -> &[bool] {
        &self.dots
    }

    /// As eight-bit grey, row by row: 0 for dark, 255 for light.
    pub fn luma(&self) -> impl ExactSizeIterator<Item = u8> {
        self.dots.iter().map(|dark| if *dark { 0 } else { 255 })
    }

    fn fill(&mut self, x: u32, y: u32, width: u32, height: u32) {
        let (right, bottom) = ((x + width).min(self.width), (y + height).min(self.height));
        for row in y..bottom {
            for column in x..right {
                let at = usize::try_from(u64::from(row) * u64::from(self.width) + u64::from(column));
                if let Some(dot) = at.ok().and_then(|at| self.dots.get_mut(at)) {
                    *dot = true;
                }
            }
        }
    }

    /// One character, stretched to its place.
    fn character(&mut self, x: u32, y: u32, width: u32, height: u32, glyph: [u8; 8]) {
        for row in 0..height {
            let bits = usize::try_from(row * 8 / height).ok().and_then(|row| glyph.get(row));
            for column in 0..width {
                // The leftmost dot is the lowest bit.
                if bits.is_some_and(|bits| bits >> (column * 8 / width) & 1 == 1) {
                    self.fill(x + column, y + row, 1, 1);
                }
            }
        }
    }
}

fn glyph(c: char) -> [u8; 8] {
    let place = usize::try_from(u32::from(c)).unwrap_or(usize::MAX);
    let found = match place {
        0x20..0x7F => BASIC_LEGACY.get(place),
        0xA0..=0xFF => LATIN_LEGACY.get(place - 0xA0),
        _ => None,
    };
    found
        .copied()
        .unwrap_or([0x00, 0x7E, 0x42, 0x42, 0x42, 0x42, 0x7E, 0x00])
}
