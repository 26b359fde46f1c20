//! The schemes of TDS 2.0 that hold GTIN and SSCC as barcodes do: methods of TDS section 14.5, layouts of table 14-1.
//!
//! Header, announcement of additional data (1 bit), filter (3), a date where it is DSGTIN+ (4 + 16), the key at 4 bits a
//! digit, then the serial number: how it is written (3), its length (5), and its characters.

use super::binary::{POWERS, usize_of};
use super::bits::{EpcBits, Reader};
use super::scheme::Scheme;
use super::{Epc, EpcError, Serial, Text};
use crate::check::ends_in_check_digit;
use crate::code::Code;
use crate::cset::{self, Cset};
use crate::date::days_in_month;

/// The longest serial number, AI 21.
const LONGEST: u8 = 20;
/// A length takes so many bits (TDS table F, AI 21).
const LENGTH_BITS: u8 = 5;

/// The date in front of a DSGTIN+.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct PriorityDate {
    /// Position in [`DATE_AIS`].
    pub kind: u8,
    pub year: u8,
    pub month: u8,
    pub day: u8,
}

/// What the date means, by its indicator (TDS 14.5.3).
pub(super) const DATE_AIS: [&str; 7] = ["11", "13", "15", "16", "17", "7006", "7007"];

impl PriorityDate {
    /// `None` if there is no such day. 00 is the last day of the month where the AI permits it.
    pub fn new(kind: u8, year: u8, month: u8, day: u8) -> Option<Self> {
        // Like all six-digit dates: of the years within reach only multiples of four are leap years.
        let most = days_in_month(2000 + u16::from(year), month);
        let may_be_zero = kind < 5;
        let good =
            usize::from(kind) < DATE_AIS.len() && year < 100 && most > 0 && day <= most && (day > 0 || may_be_zero);
        good.then_some(Self { kind, year, month, day })
    }

    /// Six digits of an AI.
    pub fn parse(ai: &str, value: &str) -> Option<Self> {
        let kind = DATE_AIS.iter().position(|&known| known == ai)?;
        let digits: &[u8; 6] = value.as_bytes().try_into().ok()?;
        if !cset::all_digits(digits) {
            return None;
        }
        let pair = |at: usize| (digits[at] - b'0') * 10 + digits[at + 1] - b'0';
        Self::new(u8::try_from(kind).ok()?, pair(0), pair(2), pair(4))
    }
}

/// How a serial number is written (TDS table E).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Number,
    UpperHex,
    LowerHex,
    Base64,
    Ascii,
    UrnCode40,
}

impl Way {
    const ALL: [Way; 6] = [
        Way::Number,
        Way::UpperHex,
        Way::LowerHex,
        Way::Base64,
        Way::Ascii,
        Way::UrnCode40,
    ];

    /// The characters it knows, in the order of their values. ASCII is its own value.
    const fn alphabet(self) -> &'static [u8] {
        match self {
            Way::Number => b"0123456789",
            Way::UpperHex => b"0123456789ABCDEF",
            Way::LowerHex => b"0123456789abcdef",
            Way::Base64 => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
            Way::Ascii => b"",
            // The first one fills up groups of three.
            Way::UrnCode40 => b"\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789",
        }
    }

    fn value(self, byte: u8) -> Option<u8> {
        if self == Way::Ascii {
            return cset::contains(Cset::X, byte).then_some(byte);
        }
        let at = self.alphabet().iter().position(|&known| known == byte)?;
        u8::try_from(at).ok()
    }

    fn character(self, value: u64) -> Option<u8> {
        if self == Way::Ascii {
            return u8::try_from(value).ok().filter(|&byte| cset::contains(Cset::X, byte));
        }
        self.alphabet().get(usize_of(value)).copied()
    }

    /// Bits for so many characters.
    fn bits(self, len: u8) -> u8 {
        match self {
            Way::Number => NUMBER_BITS[usize::from(len.min(LONGEST))],
            Way::UpperHex | Way::LowerHex => 4 * len,
            Way::Base64 => 6 * len,
            Way::Ascii => 7 * len,
            Way::UrnCode40 => 16 * len.div_ceil(3),
        }
    }

    /// The shortest way that knows all characters; of two the first one of [`Way::ALL`].
    fn shortest(text: &[u8]) -> Self {
        let len = u8::try_from(text.len()).unwrap_or(u8::MAX);
        let able = |way: &Way| text.iter().all(|&byte| byte != 0 && way.value(byte).is_some());
        let ways = Way::ALL.into_iter().filter(able);
        ways.min_by_key(|way| way.bits(len)).unwrap_or(Way::Ascii)
    }
}

/// Bits for a number of 0 to 20 digits: digits times the logarithm of 10 to the base 2, rounded up (TDS table B).
const NUMBER_BITS: [u8; 21] = [
    0, 4, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40, 44, 47, 50, 54, 57, 60, 64, 67,
];

impl Epc {
    pub(super) fn decode_plus(scheme: Scheme, bits: &mut Reader) -> Result<Self, EpcError> {
        let more_data = bits.take(1)? == 1;
        let filter = bits.take(3)?.to_be_bytes()[7];
        let date = if scheme == Scheme::DsgtinPlus {
            Some(date(bits)?)
        } else {
            None
        };
        let reference = key(bits, if scheme == Scheme::SsccPlus { 18 } else { 14 })?;
        let serial = if scheme == Scheme::SsccPlus {
            Serial::None
        } else {
            Serial::Text(serial(bits)?)
        };
        Ok(Self {
            scheme,
            filter,
            prefix_len: 0,
            prefix: 0,
            reference,
            serial,
            date,
            more_data,
        })
    }

    pub(super) fn encode_plus(&self, bits: &mut EpcBits) {
        bits.push(u128::from(self.more_data), 1);
        bits.push(self.filter.into(), 3);
        if let Some(date) = self.date {
            for (number, count) in [(date.kind, 4), (date.year, 7), (date.month, 4), (date.day, 5)] {
                bits.push(number.into(), count);
            }
        }
        let key_len = if self.scheme == Scheme::SsccPlus { 18 } else { 14 };
        for place in (0..key_len).rev() {
            bits.push((self.reference / POWERS[place] % 10).into(), 4);
        }
        if let Serial::Text(text) = &self.serial {
            write_serial(bits, text);
        }
    }
}

/// TDS 14.5.3.
fn date(bits: &mut Reader) -> Result<PriorityDate, EpcError> {
    let at = bits.at();
    let mut next = |count| bits.take(count).map(|number| number.to_be_bytes()[7]);
    let date = PriorityDate::new(next(4)?, next(7)?, next(4)?, next(5)?);
    date.ok_or(EpcError::new(Code::EpcInvalidDate, at))
}

/// Four bits a digit (TDS 14.5.4), the last one being the check digit.
fn key(bits: &mut Reader, len: usize) -> Result<u64, EpcError> {
    let mut digits = [0; 18];
    let mut number = 0;
    for digit in &mut digits[..len] {
        let at = bits.at();
        let value = bits.take(4)?;
        if value > 9 {
            return Err(EpcError::new(Code::EpcInvalidCharacter, at));
        }
        number = number * 10 + value;
        *digit = b'0' + value.to_be_bytes()[7];
    }
    if !ends_in_check_digit(&digits[..len]) {
        return Err(EpcError::new(Code::IncorrectCheckDigit, bits.at() - 4));
    }
    Ok(number)
}

/// TDS 14.5.6.
fn serial(bits: &mut Reader) -> Result<Text, EpcError> {
    let at = bits.at();
    let Some(&way) = Way::ALL.get(usize_of(bits.take(3)?)) else {
        return Err(EpcError::new(Code::EpcInvalidEncodingIndicator, at));
    };
    let at = bits.at();
    let len = bits.take(LENGTH_BITS)?.to_be_bytes()[7];
    if len == 0 || len > LONGEST {
        return Err(EpcError::new(Code::EpcInvalidSerial, at));
    }
    let mut text = Text::EMPTY;
    match way {
        Way::Number => {
            let at = bits.at();
            let count = way.bits(len);
            let high = bits.take(count.saturating_sub(60))?;
            let number = u128::from(high) << 60 | u128::from(bits.take(count.min(60))?);
            if number >= 10_u128.pow(len.into()) {
                return Err(EpcError::new(Code::EpcFieldTooLarge, at));
            }
            for place in (0..u32::from(len)).rev() {
                // Below ten.
                #[allow(clippy::cast_possible_truncation)]
                let digit = (number / 10_u128.pow(place) % 10) as u64;
                push(&mut text, way, digit, at)?;
            }
        }
        Way::UrnCode40 => {
            for first in (0..len).step_by(3) {
                let at = bits.at();
                // Three values below 40 and 1, so that no group is zero.
                let Some(group) = bits.take(16)?.checked_sub(1).filter(|&group| group < 64_000) else {
                    return Err(EpcError::new(Code::EpcInvalidCharacter, at));
                };
                for (place, value) in (first..).zip([group / 1_600, group / 40 % 40, group % 40]) {
                    if (place < len) != (value > 0) {
                        return Err(EpcError::new(Code::EpcInvalidCharacter, at));
                    }
                    if place < len {
                        push(&mut text, way, value, at)?;
                    }
                }
            }
        }
        _ => {
            for _ in 0..len {
                let at = bits.at();
                let value = bits.take(way.bits(1))?;
                push(&mut text, way, value, at)?;
            }
        }
    }
    Ok(text)
}

fn push(text: &mut Text, way: Way, value: u64, at: usize) -> Result<(), EpcError> {
    way.character(value)
        .and_then(|byte| text.push(byte))
        .ok_or(EpcError::new(Code::EpcInvalidCharacter, at))
}

fn write_serial(bits: &mut EpcBits, text: &Text) {
    let way = Way::shortest(text.as_bytes());
    bits.push(way as u128, 3);
    bits.push(text.len.into(), LENGTH_BITS);
    let values = text
        .as_bytes()
        .iter()
        .map(|&byte| u128::from(way.value(byte).unwrap_or(0)));
    match way {
        Way::Number => bits.push(values.fold(0, |number, digit| number * 10 + digit), way.bits(text.len)),
        Way::UrnCode40 => {
            let mut values = values;
            for _ in 0..text.len.div_ceil(3) {
                let group = (0..3).fold(0, |group, _| group * 40 + values.next().unwrap_or(0));
                bits.push(group + 1, 16);
            }
        }
        _ => values.for_each(|value| bits.push(value, way.bits(1))),
    }
}

#[cfg(test)]
mod tests {
    use super::{NUMBER_BITS, Way};

    #[test]
    fn numbers_take_the_bits_they_need() {
        for (len, bits) in (0..).zip(NUMBER_BITS) {
            let most = 10_u128.pow(len) - 1;
            assert_eq!(u32::from(bits), u128::BITS - most.leading_zeros(), "{len} digits");
        }
    }

    #[test]
    fn the_shortest_way_is_taken() {
        for (text, way) in [
            (&b"0012"[..], Way::Number),
            (b"00F2", Way::UpperHex),
            (b"00f2", Way::LowerHex),
            (b"0f2F", Way::Base64),
            (b"ABX", Way::UrnCode40),
            (b"AX", Way::Base64),
            (b"AB.", Way::UrnCode40),
            (b"32a/b", Way::Ascii),
        ] {
            assert!(Way::shortest(text) == way, "{text:?}");
        }
    }
}
