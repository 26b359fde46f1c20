//! Bits to EPC and back, by the coding tables: TDS sections 14.3 and 14.4.

use super::bits::{EpcBits, Reader};
use super::scheme::{Family, Field, Layout, PREFIX_BITS, Scheme};
use super::{Epc, EpcError, Serial, Text};
use crate::code::Code;
use crate::cset::{self, Cset};

/// The most digits of a numeric serial number of a GCN.
const MOST_DIGITS: usize = 12;

impl Epc {
    /// Reads a tag's memory from bit 20h of the EPC bank on. What stands behind the EPC is not looked at.
    ///
    /// # Errors
    /// Why it is no EPC that is read here, and at which bit.
    #[inline]
    pub fn decode(memory: &[u8]) -> Result<Self, EpcError> {
        let mut bits = Reader::new(memory);
        let header = bits.take(8)?.to_be_bytes()[7];
        let Some(scheme) = Scheme::of_header(header) else {
            return Err(EpcError::new(Code::EpcUnknownHeader, 0));
        };
        let layout = scheme.layout();
        if bits.len() < usize::from(layout.bits) {
            return Err(EpcError::new(Code::EpcTooShort, bits.len()));
        }
        match layout.family {
            Family::Plus => Self::decode_plus(scheme, &mut bits),
            Family::Gid => Self::decode_gid(&mut bits),
            _ => Self::decode_partitioned(layout, &mut bits),
        }
    }

    /// As [`Epc::decode`], from hexadecimal digits, large or small. An odd number of them is filled up with a zero.
    ///
    /// # Errors
    /// As [`Epc::decode`]; a character that is no such digit, by its position.
    pub fn from_hex(text: &str) -> Result<Self, EpcError> {
        Self::from_hex_bytes(text.as_bytes())
    }

    #[inline]
    pub(super) fn from_hex_bytes(text: &[u8]) -> Result<Self, EpcError> {
        let mut memory = [0; 32];
        let mut wrong = false;
        let (pairs, last) = text.as_chunks::<2>();
        for (byte, &[high, low]) in memory.iter_mut().zip(pairs) {
            let (high, low) = (NIBBLES[usize::from(high)], NIBBLES[usize::from(low)]);
            wrong |= (high | low) > 15;
            *byte = high << 4 | low & 15;
        }
        if let (&[last], Some(byte)) = (last, memory.get_mut(pairs.len())) {
            let nibble = NIBBLES[usize::from(last)];
            wrong |= nibble > 15;
            *byte = nibble << 4;
        }
        if wrong || text.len() > 64 && !text.iter().all(u8::is_ascii_hexdigit) {
            let at = text.iter().position(|byte| !byte.is_ascii_hexdigit());
            return Err(EpcError::new(Code::EpcNotHexadecimal, at.unwrap_or(0)));
        }
        Self::decode(&memory[..text.len().div_ceil(2).min(32)])
    }

    #[inline]
    fn decode_partitioned(layout: &'static Layout, bits: &mut Reader) -> Result<Self, EpcError> {
        let filter = bits.take(3)?.to_be_bytes()[7];
        let at = bits.at();
        let partition = bits.take(3)?;
        let Some((&prefix_bits, prefix_len)) = PREFIX_BITS.iter().zip((6..=12).rev()).nth(usize_of(partition)) else {
            return Err(EpcError::new(Code::EpcInvalidPartition, at));
        };
        let prefix = below(bits, prefix_bits, prefix_len)?;
        let rest = layout.key_bits - prefix_bits;
        let reference = match layout.serial {
            Field::RestInteger | Field::RestText => 0,
            _ => below(bits, rest, layout.reference_len(prefix_len))?,
        };
        let serial = match layout.serial {
            Field::Zeros(count) => {
                let at = bits.at();
                if bits.take(count)? != 0 {
                    return Err(EpcError::new(Code::EpcReservedBitsSet, at));
                }
                Serial::None
            }
            Field::Integer(count) => Serial::Number(bits.take(count)?),
            Field::RestInteger => Serial::Number(bits.take(rest)?),
            Field::Text(places) => Serial::Text(text(bits, places, places)?),
            // A GIAI has at most 30 characters, what is behind them is zero.
            Field::RestText => {
                let text = text(bits, rest / 7, 30 - prefix_len)?;
                let at = bits.at();
                if bits.take(rest % 7)? != 0 {
                    return Err(EpcError::new(Code::EpcReservedBitsSet, at));
                }
                Serial::Text(text)
            }
            Field::Digits(count) => Serial::Text(digits(bits, count)?),
            Field::Own => Serial::None,
        };
        Ok(Self {
            scheme: layout.scheme,
            filter,
            prefix_len,
            prefix,
            reference,
            serial,
            date: None,
            more_data: false,
        })
    }

    /// TDS section 14.6.9: manager number, object class and serial number.
    fn decode_gid(bits: &mut Reader) -> Result<Self, EpcError> {
        Ok(Self {
            scheme: Scheme::Gid96,
            filter: 0,
            prefix_len: 0,
            prefix: bits.take(28)?,
            reference: bits.take(24)?,
            serial: Serial::Number(bits.take(36)?),
            date: None,
            more_data: false,
        })
    }

    /// The bits for a tag.
    #[must_use]
    pub fn encode(&self) -> EpcBits {
        let layout = self.scheme.layout();
        let mut bits = EpcBits::new();
        bits.push(layout.header.into(), 8);
        match layout.family {
            Family::Plus => {
                self.encode_plus(&mut bits);
                return bits;
            }
            Family::Gid => {
                bits.push(self.prefix.into(), 28);
                bits.push(self.reference.into(), 24);
            }
            _ => {
                let partition = 12 - self.prefix_len;
                let prefix_bits = PREFIX_BITS[usize::from(partition)];
                bits.push(self.filter.into(), 3);
                bits.push(partition.into(), 3);
                bits.push(self.prefix.into(), prefix_bits);
                let rest = layout.key_bits - prefix_bits;
                match (layout.serial, &self.serial) {
                    (Field::RestInteger, Serial::Number(number)) => bits.push((*number).into(), rest),
                    (Field::RestText, _) => {}
                    _ => bits.push(self.reference.into(), rest),
                }
            }
        }
        match (layout.serial, &self.serial) {
            (Field::Integer(count), Serial::Number(number)) => bits.push((*number).into(), count),
            (Field::Digits(count), Serial::Text(text)) => {
                let number = text
                    .as_bytes()
                    .iter()
                    .fold(1, |n, digit| n * 10 + u128::from(digit - b'0'));
                bits.push(number, count);
            }
            (Field::Text(_) | Field::RestText, Serial::Text(text)) => {
                text.as_bytes().iter().for_each(|&byte| bits.push(byte.into(), 7));
            }
            _ => {}
        }
        let missing = layout.bits.saturating_sub(bits.len());
        (0..missing).for_each(|_| bits.push(0, 1));
        bits
    }
}

/// The value of a hexadecimal digit, or 255.
static NIBBLES: [u8; 256] = {
    let mut table = [255; 256];
    let digits = b"0123456789ABCDEFabcdef";
    let mut at = 0;
    while at < digits.len() {
        // `at` is below 22.
        #[allow(clippy::cast_possible_truncation)]
        let value = if at < 16 { at as u8 } else { at as u8 - 6 };
        table[digits[at] as usize] = value;
        at += 1;
    }
    table
};

pub(super) fn usize_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// 10 to the power of 0 to 19.
pub(super) static POWERS: [u64; 20] = {
    let mut table = [1; 20];
    let mut at = 1;
    while at < 20 {
        table[at] = table[at - 1] * 10;
        at += 1;
    }
    table
};

/// A number that has at most so many decimal digits.
#[inline]
fn below(bits: &mut Reader, count: u8, decimal_digits: u8) -> Result<u64, EpcError> {
    let at = bits.at();
    let number = bits.take(count)?;
    if number >= POWERS[usize::from(decimal_digits)] {
        return Err(EpcError::new(Code::EpcFieldTooLarge, at));
    }
    Ok(number)
}

/// Seven bits a character up to the first that is zero; then all must be (TDS 14.4.2).
#[inline]
fn text(bits: &mut Reader, places: u8, most: u8) -> Result<Text, EpcError> {
    let mut text = Text::EMPTY;
    let mut ended = false;
    for _ in 0..places {
        let at = bits.at();
        let byte = bits.take(7)?.to_be_bytes()[7];
        if byte == 0 {
            ended = true;
        } else if ended || !cset::contains(Cset::X, byte) {
            return Err(EpcError::new(Code::EpcInvalidCharacter, at));
        } else if text.len == most || text.push(byte).is_none() {
            return Err(EpcError::new(Code::EpcInvalidSerial, at));
        }
    }
    if text.len == 0 {
        return Err(EpcError::new(Code::EpcInvalidSerial, bits.at()));
    }
    Ok(text)
}

/// Digits behind a digit 1, which keeps leading zeros (TDS 14.4.6).
fn digits(bits: &mut Reader, count: u8) -> Result<Text, EpcError> {
    let at = bits.at();
    let number = bits.take(count)?;
    let len = (1..=MOST_DIGITS).find(|&len| number / POWERS[len] == 1);
    let Some(len) = len else {
        return Err(EpcError::new(Code::EpcInvalidSerial, at));
    };
    let mut text = Text::EMPTY;
    for place in (0..len).rev() {
        let digit = (number / POWERS[place] % 10).to_be_bytes()[7];
        if text.push(b'0' + digit).is_none() {
            return Err(EpcError::new(Code::EpcInvalidSerial, at));
        }
    }
    Ok(text)
}
