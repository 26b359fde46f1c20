//! A camera's frame, and the codes that stand in it.
//!
//! [`read`] takes the luma plane as a camera gives it (width, height, stride) and gives raw scans: the bytes as a scanner
//! would send them, the AIM identifier (ISO/IEC 15424) and where the code lies. What the bytes mean is decided by
//! `lotline_scan`, as for every other scan.
//!
//! | room | what lives there |
//! |---|---|
//! | `plane` | grey pictures: scale, turn, blur, sharpen, and black and white |
//! | `line` | a line across the picture becomes bars and spaces; linear codes need the word of several lines |
//! | `decoder` | the one trait behind which a decoder stands, and rxing behind it |
//! | `mesh` | a Data Matrix on a bent surface, module by module |
//! | `content` | what a decoder says becomes bytes and AIM identifier |
//! | `tries` | what is tried, in which order, and when it is enough |
//!
//! **Rather nothing than something wrong.** A matrix code corrects its errors and says when it cannot. A linear code has a
//! check digit at best, so it counts when several lines agree and none contradicts.
//!
//! How long it takes is limited by counted work ([`Effort`]), not by a clock: the same frame gives the same answer on
//! every device.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    clippy::many_single_char_names,
    reason = "places in a picture: numbers below 2^24 that go between pixels and fractions of them; x, y, w, h"
)]

mod content;
mod decoder;
mod line;
mod mesh;
mod plane;
mod tries;

#[cfg(test)]
mod tests;

pub use tries::{Effort, read, read_with};

/// The most pixels a frame may have: more than any camera's preview, and room in memory for what is made of it.
pub const MOST_PIXELS: usize = 50_000_000;

/// A camera's luma plane, one byte a pixel, rows `stride` bytes apart.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    luma: &'a [u8],
    width: usize,
    height: usize,
    stride: usize,
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({} x {}, stride {})", self.width, self.height, self.stride)
    }
}

/// Why a buffer is no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No pixel at all.
    #[error("a frame of {width} by {height} pixels has nothing to read (camera frame): give width and height above 0")]
    Empty {
        /// Pixels a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// Rows overlap.
    #[error("rows of {width} pixels lie {stride} bytes apart (camera frame): the stride is at least the width")]
    StrideTooShort {
        /// Pixels a row.
        width: u32,
        /// Bytes from one row to the next.
        stride: u32,
    },
    /// Fewer bytes than the sizes say.
    #[error("{given} bytes where width, height and stride ask for {needed} (camera frame): give the whole luma plane")]
    BufferTooShort {
        /// Bytes asked for; the last row needs no padding.
        needed: u64,
        /// Bytes given.
        given: u64,
    },
    /// More than [`MOST_PIXELS`].
    #[error("{pixels} pixels are more than {MOST_PIXELS} (camera frame): take a smaller picture")]
    TooLarge {
        /// Width times height.
        pixels: u64,
    },
}

impl<'a> Frame<'a> {
    /// A frame of `width` by `height` pixels, 0 black and 255 white, whose rows lie `stride` bytes apart. Bytes after the
    /// last row are left aside.
    ///
    /// # Errors
    /// [`FrameError`] when the sizes and the buffer do not fit each other, or there is nothing or too much to look at.
    pub fn new(luma: &'a [u8], width: u32, height: u32, stride: u32) -> Result<Self, FrameError> {
        if width == 0 || height == 0 {
            return Err(FrameError::Empty { width, height });
        }
        if stride < width {
            return Err(FrameError::StrideTooShort { width, stride });
        }
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MOST_PIXELS as u64 {
            return Err(FrameError::TooLarge { pixels });
        }
        let needed = u64::from(stride) * u64::from(height - 1) + u64::from(width);
        let given = luma.len() as u64;
        if given < needed {
            return Err(FrameError::BufferTooShort { needed, given });
        }
        let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        Ok(Frame {
            luma,
            width: size(width),
            height: size(height),
            stride: size(stride),
        })
    }
}

/// A place in the frame, in pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

/// A code in a frame: what a scanner would have sent, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameScan {
    /// The data without the AIM identifier; FNC1 between elements is GS (0x1D). Characters up to U+00FF are one byte each
    /// (ISO/IEC 8859-1, the default of the symbols), a text with others is UTF-8.
    pub bytes: Vec<u8>,
    /// The AIM identifier, such as `]d2` (ISO/IEC 15424).
    pub symbology: String,
    /// The code's four corners, going round. A linear code's are the ends of the outermost lines that read it.
    pub corners: [Point; 4],
}
