//! A tag's memory as bits, most significant first.

use core::fmt;

use super::EpcError;
use crate::code::Code;

/// The longest encoding, GIAI-202 to DSGTIN+ with 236 bits, in bytes.
const LONGEST: usize = 32;
/// So that sixteen bytes can be taken from anywhere in it.
const PADDED: usize = LONGEST + 16;

/// Reads fields from left to right.
pub(super) struct Reader {
    bytes: [u8; PADDED],
    len: usize,
    at: usize,
}

impl Reader {
    /// Of what is behind the longest encoding nothing is kept.
    #[inline]
    pub fn new(memory: &[u8]) -> Self {
        let mut bytes = [0; PADDED];
        let len = memory.len().min(LONGEST);
        bytes[..len].copy_from_slice(&memory[..len]);
        Self {
            bytes,
            len: len * 8,
            at: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The next bit to be read.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next `count` bits, at most 64, as a number.
    #[inline]
    pub fn take(&mut self, count: u8) -> Result<u64, EpcError> {
        let end = self.at + usize::from(count);
        let window = self.bytes.get(self.at / 8..).and_then(|rest| rest.first_chunk::<16>());
        let Some(window) = window.filter(|_| end <= self.len) else {
            return Err(EpcError::new(Code::EpcTooShort, self.len));
        };
        let shifted = u128::from_be_bytes(*window) << (self.at % 8);
        self.at = end;
        // At most 64 bits are left; a shift by all of them must give none.
        #[allow(clippy::cast_possible_truncation)]
        Ok(shifted.checked_shr(128 - u32::from(count)).unwrap_or(0) as u64)
    }
}

/// The bits to be written into a tag's EPC bank, from bit 20h on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EpcBits {
    bytes: [u8; LONGEST],
    len: u16,
}

impl EpcBits {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; LONGEST],
            len: 0,
        }
    }

    /// Appends the lowest `count` bits of a number, at most 128. What does not fit any more is left out; encodings do.
    pub(super) fn push(&mut self, number: u128, count: u8) {
        for bit in (0..count).rev() {
            let at = usize::from(self.len);
            if number >> bit & 1 == 1
                && let Some(byte) = self.bytes.get_mut(at / 8)
            {
                *byte |= 0x80 >> (at % 8);
            }
            self.len += 1;
        }
    }

    /// How many bits the encoding has.
    #[must_use]
    pub fn len(&self) -> u16 {
        self.len
    }

    /// Never true: every encoding has a header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bits in whole words of 16, filled up with zeros, as tags are written (TDS section 15.1.1).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        let words = usize::from(self.len).div_ceil(16);
        &self.bytes[..(words * 2).min(LONGEST)]
    }
}

/// [`EpcBits::as_bytes`] in hexadecimal digits.
impl fmt::Display for EpcBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for EpcBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EpcBits({self})")
    }
}
