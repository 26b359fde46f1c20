//! GS1 `DataMatrix`: Data Matrix ECC 200 (ISO/IEC 16022) with FNC1 in the first place.
//!
//! ASCII encodation is ours, because FNC1 between elements must be the function character and not a GS byte; error
//! correction and placement are the `datamatrix` crate's.

use alloc::vec::Vec;

use datamatrix::SymbolSize;
use datamatrix::errorcode::encode_error;
use datamatrix::placement::MatrixMap;

use super::PrintError;
use super::message::{FNC1, Message, Symbol};

const FUNCTION_1: u8 = 232;
const PAD: u8 = 129;

/// Square symbols (ISO/IEC 16022 table 7): modules a side, codewords of data.
const SIZES: [(SymbolSize, u8, usize); 24] = [
    (SymbolSize::Square10, 10, 3),
    (SymbolSize::Square12, 12, 5),
    (SymbolSize::Square14, 14, 8),
    (SymbolSize::Square16, 16, 12),
    (SymbolSize::Square18, 18, 18),
    (SymbolSize::Square20, 20, 22),
    (SymbolSize::Square22, 22, 30),
    (SymbolSize::Square24, 24, 36),
    (SymbolSize::Square26, 26, 44),
    (SymbolSize::Square32, 32, 62),
    (SymbolSize::Square36, 36, 86),
    (SymbolSize::Square40, 40, 114),
    (SymbolSize::Square44, 44, 144),
    (SymbolSize::Square48, 48, 174),
    (SymbolSize::Square52, 52, 204),
    (SymbolSize::Square64, 64, 280),
    (SymbolSize::Square72, 72, 368),
    (SymbolSize::Square80, 80, 456),
    (SymbolSize::Square88, 88, 576),
    (SymbolSize::Square96, 96, 696),
    (SymbolSize::Square104, 104, 816),
    (SymbolSize::Square120, 120, 1050),
    (SymbolSize::Square132, 132, 1304),
    (SymbolSize::Square144, 144, 1558),
];

/// A GS1 `DataMatrix` symbol, square.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataMatrix {
    side: u8,
    /// Row by row, true for dark.
    modules: Vec<bool>,
    message: Message,
}

impl DataMatrix {
    /// Encodes a message in the smallest square symbol that holds it in ASCII encodation, which every printer knows.
    ///
    /// # Errors
    /// [`PrintError::TooLong`] beyond 1,558 codewords.
    pub fn encode(message: &Message) -> Result<Self, PrintError> {
        let mut codewords = codewords(&message.encoded());
        let Some(&(size, side, room)) = SIZES.iter().find(|(_, _, room)| codewords.len() <= *room) else {
            return Err(PrintError::TooLong {
                symbol: Symbol::DataMatrix,
                len: codewords.len(),
                most: SIZES[SIZES.len() - 1].2,
            });
        };
        pad(&mut codewords, room);
        let correction = encode_error(&codewords, size);
        codewords.extend_from_slice(&correction);
        let bitmap = MatrixMap::new_with_codewords(&codewords, size).bitmap();
        Ok(Self {
            side,
            modules: bitmap.bits().to_vec(),
            message: message.clone(),
        })
    }

    /// How many modules a side has, without the quiet zone (one module all around).
    #[must_use]
    pub fn side(&self) -> u32 {
        u32::from(self.side)
    }

    /// The rows from top to bottom, each from left to right, true for dark.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[bool]> {
        self.modules.chunks_exact(usize::from(self.side))
    }

    pub(super) fn message(&self) -> &Message {
        &self.message
    }
}

/// ASCII encodation: two digits in one codeword, else one character.
fn codewords(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut rest = data;
    loop {
        rest = match rest {
            [] => return out,
            [FNC1, tail @ ..] => {
                out.push(FUNCTION_1);
                tail
            }
            [a @ b'0'..=b'9', b @ b'0'..=b'9', tail @ ..] => {
                out.push(130 + (a - b'0') * 10 + (b - b'0'));
                tail
            }
            // A label's characters are below 128.
            [byte, tail @ ..] => {
                out.push(byte + 1);
                tail
            }
        };
    }
}

/// Fills up: one pad, then pads scrambled by their place (the 253-state algorithm, ISO/IEC 16022 annex B.1).
fn pad(codewords: &mut Vec<u8>, room: usize) {
    if codewords.len() < room {
        codewords.push(PAD);
    }
    while codewords.len() < room {
        let place = codewords.len() + 1;
        let scrambled = usize::from(PAD) + 149 * place % 253 + 1;
        let within = if scrambled > 254 { scrambled - 254 } else { scrambled };
        codewords.push(u8::try_from(within).unwrap_or(PAD));
    }
}

#[cfg(test)]
mod tests {
    use super::{SIZES, codewords, pad};

    #[test]
    fn the_standard_s_own_example_comes_out() {
        // ISO/IEC 16022 annex O encodes "123456".
        assert_eq!(codewords(b"123456"), [142, 164, 186]);
    }

    #[test]
    fn function_one_is_a_codeword_of_its_own_wherever_it_stands() {
        assert_eq!(codewords(b"\x1d10A1\x1d2112"), [232, 140, 66, 50, 232, 151, 142]);
    }

    #[test]
    fn pads_are_scrambled_by_their_place() {
        let mut some = codewords(b"AB");
        pad(&mut some, 8);
        assert_eq!(some[..3], [66, 67, 129]);
        // 149 × 4 mod 253 + 1 + 129 = 220; place 5: 149 × 5 mod 253 = 239, 369 − 254 = 115.
        assert_eq!(some[3..5], [220, 115]);
        assert_eq!(some.len(), 8);
    }

    #[test]
    fn sizes_grow() {
        assert!(SIZES.is_sorted_by_key(|(_, side, room)| (*side, *room)));
    }
}
