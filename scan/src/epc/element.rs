//! EPCs and GS1 keys: TDS section 7.

use core::fmt;

use super::binary::{POWERS, usize_of};
use super::plus::{DATE_AIS, PriorityDate};
use super::scheme::{Family, Field, Scheme};
use super::{Epc, EpcError, Serial, Text};
use crate::check::has_check_digit;
use crate::code::Code;
use crate::cset::{self, Cset};

/// The value of an element: up to 30 characters. What is behind the last one is zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EpcValue {
    bytes: [u8; EpcValue::ROOM],
    len: u8,
}

impl EpcValue {
    /// A key of 14 digits, and a serial number's room as a whole: it is copied at once.
    const ROOM: usize = 14 + Text::MOST;

    #[inline]
    fn empty() -> Self {
        Self {
            bytes: [0; Self::ROOM],
            len: 0,
        }
    }

    /// Appends a number in so many digits.
    #[inline]
    fn number(&mut self, number: u64, digits: u8) {
        self.weighed(number, digits);
    }

    /// Appends a number in so many digits, and its check digit (General Specifications 7.9.1).
    #[inline]
    fn checked(&mut self, number: u64, digits: u8) {
        let sum = self.weighed(number, digits);
        self.weighed((1_000 - sum) % 10, 1);
    }

    /// Appends a number in so many digits; gives their sum with weight 3 on the last one, 1 before it, and so on.
    #[inline]
    fn weighed(&mut self, mut number: u64, digits: u8) -> u64 {
        let (from, end) = (usize::from(self.len), usize::from(self.len + digits));
        let mut sum = 0;
        let (single, pairs) = self.bytes[from..end].as_rchunks_mut::<2>();
        for pair in pairs.iter_mut().rev() {
            let two = usize_of(number % 100);
            number /= 100;
            *pair = PAIRS[two];
            sum += WEIGHTS[two];
        }
        if let [byte] = single {
            *byte = PAIRS[usize_of(number % 10)][1];
            sum += number % 10 * 3;
        }
        self.len += digits;
        sum
    }

    #[inline]
    fn serial(&mut self, serial: &Serial) {
        match serial {
            Serial::None => {}
            Serial::Number(number) => self.number(*number, decimal_len(*number)),
            Serial::Text(text) => {
                let from = usize::from(self.len);
                if let Some(room) = self.bytes.get_mut(from..).and_then(|rest| rest.first_chunk_mut()) {
                    *room = text.bytes;
                    self.len += text.len;
                }
            }
        }
    }

    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The characters.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        // Digits and characters of set 82 are ASCII.
        core::str::from_utf8(self.as_bytes()).unwrap_or("")
    }
}

/// The numbers 0 to 99 in two digits.
static PAIRS: [[u8; 2]; 100] = {
    let mut table = [[b'0'; 2]; 100];
    let mut at = 0;
    while at < 100 {
        // Below ten.
        #[allow(clippy::cast_possible_truncation)]
        let digits = [at as u8 / 10, at as u8 % 10];
        table[at] = [b'0' + digits[0], b'0' + digits[1]];
        at += 1;
    }
    table
};

/// Their digits with weights 1 and 3.
static WEIGHTS: [u64; 100] = {
    let mut table = [0; 100];
    let mut at = 0;
    while at < 100 {
        table[at] = (at / 10 + at % 10 * 3) as u64;
        at += 1;
    }
    table
};

/// How many digits a number has.
pub(super) fn decimal_len(number: u64) -> u8 {
    (1..20).find(|&len| number < POWERS[usize::from(len)]).unwrap_or(20)
}

impl fmt::Display for EpcValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for EpcValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A GS1 element that a tag stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpcElement {
    /// Two to four digits.
    pub ai: &'static str,
    /// As a barcode would hold it.
    pub value: EpcValue,
}

impl Epc {
    /// The GS1 elements: the key first, then its serial number, then a date. A GID has none.
    #[inline]
    pub fn elements(&self) -> impl Iterator<Item = EpcElement> + use<'_> {
        (0..3).map_while(|number| self.element(number))
    }

    /// Element number 0 to 2, if there is one.
    #[inline]
    pub(super) fn element(&self, number: u8) -> Option<EpcElement> {
        let family = self.scheme.layout().family;
        let element = |ai, value| Some(EpcElement { ai, value });
        match number {
            0 => {
                let (ai, value) = self.key(family)?;
                element(ai, value)
            }
            1 => {
                let ai = match family {
                    Family::Sgtin => "21",
                    Family::Plus if self.scheme != Scheme::SsccPlus => "21",
                    // The extension 0 means that there is none (TDS 7.5).
                    Family::Sgln if !self.serial_is_zero() => "254",
                    _ => return None,
                };
                let mut value = EpcValue::empty();
                value.serial(&self.serial);
                element(ai, value)
            }
            _ => {
                let date = self.date?;
                let mut value = EpcValue::empty();
                for pair in [date.year, date.month, date.day] {
                    value.number(pair.into(), 2);
                }
                element(DATE_AIS[usize::from(date.kind)], value)
            }
        }
    }

    fn serial_is_zero(&self) -> bool {
        match &self.serial {
            Serial::None => false,
            Serial::Number(number) => *number == 0,
            Serial::Text(text) => text.as_bytes() == b"0",
        }
    }

    /// The AI of the key and its value, with the serial number where that is a part of it.
    #[inline]
    fn key(&self, family: Family) -> Option<(&'static str, EpcValue)> {
        let mut value = EpcValue::empty();
        let reference_len = self.scheme.layout().reference_len(self.prefix_len);
        let joined = || self.prefix * POWERS[usize::from(reference_len)] + self.reference;
        // Of an SGTIN and an SSCC the first digit of the reference stands in front.
        let turned = |digits: usize| {
            let behind = POWERS[usize::from(reference_len).saturating_sub(1)];
            let (first, rest) = (self.reference / behind, self.reference % behind);
            first * POWERS[digits - 1] + self.prefix * behind + rest
        };
        let ai = match family {
            Family::Sgtin => {
                value.checked(turned(13), 13);
                "01"
            }
            Family::Sscc => {
                value.checked(turned(17), 17);
                "00"
            }
            Family::Sgln => {
                value.checked(joined(), 12);
                "414"
            }
            Family::Grai => {
                // A zero stands in front; it weighs nothing.
                value.checked(joined(), 13);
                value.serial(&self.serial);
                "8003"
            }
            Family::Giai => {
                value.number(self.prefix, self.prefix_len);
                value.serial(&self.serial);
                "8004"
            }
            Family::Gdti | Family::Sgcn => {
                value.checked(joined(), 12);
                value.serial(&self.serial);
                if family == Family::Gdti { "253" } else { "255" }
            }
            Family::Gsrn | Family::Gsrnp => {
                value.checked(joined(), 17);
                if family == Family::Gsrn { "8018" } else { "8017" }
            }
            Family::Gid => return None,
            Family::Plus if self.scheme == Scheme::SsccPlus => {
                value.number(self.reference, 18);
                "00"
            }
            Family::Plus => {
                value.number(self.reference, 14);
                "01"
            }
        };
        Some((ai, value))
    }

    /// An EPC of GS1 elements, each an AI and its value. `company_prefix_len` (6 to 12) must be known from elsewhere;
    /// schemes of TDS 2.0 do not need it. `filter` is 0 to 7.
    ///
    /// # Errors
    /// The elements are not those of the scheme, or what the scheme cannot hold.
    pub fn from_elements(
        scheme: Scheme,
        elements: &[(&str, &str)],
        company_prefix_len: u8,
        filter: u8,
    ) -> Result<Self, EpcError> {
        let wrong = |code| EpcError::new(code, 0);
        if filter > 7 {
            return Err(wrong(Code::EpcInvalidFilter));
        }
        let family = scheme.layout().family;
        if family != Family::Plus && !(6..=12).contains(&company_prefix_len) {
            return Err(wrong(Code::EpcInvalidPrefixLength));
        }
        let get = |ai: &str| elements.iter().find(|element| element.0 == ai).map(|element| element.1);
        let missing = wrong(Code::EpcElementsDoNotFit);
        let need = |ai: &str| get(ai).ok_or(missing);
        let extension = get("254");
        let (key, serial) = match scheme {
            Scheme::SsccPlus => (need("00")?, None),
            _ => match family {
                Family::Sgtin | Family::Plus => (need("01")?, Some(need("21")?)),
                Family::Sscc => (need("00")?, None),
                // An extension 0 would read as none.
                Family::Sgln if extension == Some("0") => return Err(wrong(Code::EpcInvalidSerial)),
                Family::Sgln => (need("414")?, Some(extension.unwrap_or("0"))),
                Family::Grai => cut(need("8003")?, 14)?,
                Family::Giai => cut(need("8004")?, usize::from(company_prefix_len))?,
                Family::Gdti => cut(need("253")?, 13)?,
                Family::Sgcn => cut(need("255")?, 13)?,
                Family::Gsrn => (need("8018")?, None),
                Family::Gsrnp => (need("8017")?, None),
                Family::Gid => return Err(missing),
            },
        };
        // What the scheme does not hold would be lost.
        let taken = match scheme {
            Scheme::DsgtinPlus => 3,
            Scheme::Sgtin96 | Scheme::Sgtin198 | Scheme::SgtinPlus => 2,
            _ => 1 + usize::from(extension.is_some()),
        };
        if elements.len() != taken {
            return Err(missing);
        }
        let mut epc = Self {
            scheme,
            filter,
            prefix_len: if family == Family::Plus { 0 } else { company_prefix_len },
            prefix: 0,
            reference: 0,
            serial: Serial::None,
            date: None,
            more_data: false,
        };
        epc.take_key(key)?;
        if let Some(serial) = serial {
            epc.serial = serial_of(scheme, serial, company_prefix_len).ok_or(wrong(Code::EpcInvalidSerial))?;
        }
        if scheme == Scheme::DsgtinPlus {
            let date = elements.iter().find_map(|(ai, value)| PriorityDate::parse(ai, value));
            epc.date = Some(date.ok_or(wrong(Code::EpcInvalidDate))?);
        }
        Ok(epc)
    }

    /// Cuts a key into prefix and reference; the check digit must be right.
    fn take_key(&mut self, key: &str) -> Result<(), EpcError> {
        let layout = self.scheme.layout();
        let family = layout.family;
        let wrong = |code| EpcError::new(code, 0);
        let digits = match family {
            // Its first digit says nothing.
            Family::Grai => key.strip_prefix('0').ok_or(wrong(Code::EpcElementsDoNotFit))?,
            _ => key,
        };
        let number = |text: &str| text.parse::<u64>().map_err(|_| wrong(Code::EpcElementsDoNotFit));
        if family == Family::Giai {
            self.prefix = number(digits)?;
            return Ok(());
        }
        let plus_len = if self.scheme == Scheme::SsccPlus { 18 } else { 14 };
        let len = if family == Family::Plus {
            plus_len
        } else {
            usize::from(layout.digits) + 1
        };
        if digits.len() != len || !cset::all_digits(digits.as_bytes()) {
            return Err(wrong(Code::EpcElementsDoNotFit));
        }
        if !has_check_digit(digits.as_bytes()) {
            return Err(wrong(Code::IncorrectCheckDigit));
        }
        if family == Family::Plus {
            self.reference = number(digits)?;
            return Ok(());
        }
        let body = number(&digits[..len - 1])?;
        let all = usize::from(layout.digits);
        let reference_len = all - usize::from(self.prefix_len);
        if matches!(family, Family::Sgtin | Family::Sscc) {
            let (first, rest) = (body / POWERS[all - 1], body % POWERS[all - 1]);
            let behind = POWERS[reference_len - 1];
            (self.prefix, self.reference) = (rest / behind, first * behind + rest % behind);
        } else {
            let behind = POWERS[reference_len];
            (self.prefix, self.reference) = (body / behind, body % behind);
        }
        Ok(())
    }
}

/// A key of so many characters, and its serial number, which must be there.
fn cut(value: &str, at: usize) -> Result<(&str, Option<&str>), EpcError> {
    match value.split_at_checked(at) {
        Some((key, serial)) if !serial.is_empty() && cset::all_digits(key.as_bytes()) => Ok((key, Some(serial))),
        _ => Err(EpcError::new(Code::EpcElementsDoNotFit, 0)),
    }
}

/// A serial number as the scheme writes it, if it can.
pub(super) fn serial_of(scheme: Scheme, value: &str, prefix_len: u8) -> Option<Serial> {
    let layout = scheme.layout();
    let integer = |bits: u8| {
        let plain = cset::all_digits(value.as_bytes()) && (value == "0" || !value.starts_with('0'));
        let number = value.parse::<u64>().ok().filter(|_| plain && !value.is_empty())?;
        (bits >= 64 || number >> bits == 0).then_some(Serial::Number(number))
    };
    let text = |most: u8, set: Cset| {
        let mut text = Text::EMPTY;
        for &byte in value.as_bytes() {
            if text.len == most || !cset::contains(set, byte) {
                return None;
            }
            text.push(byte)?;
        }
        (text.len > 0).then_some(Serial::Text(text))
    };
    match layout.serial {
        Field::Zeros(_) => None,
        Field::Integer(bits) => integer(bits),
        Field::RestInteger => {
            let prefix_bits = super::scheme::PREFIX_BITS.get(usize::from(12 - prefix_len))?;
            integer(layout.key_bits - prefix_bits)
        }
        Field::Text(places) => text(places, Cset::X),
        Field::RestText => text(30 - prefix_len, Cset::X),
        Field::Digits(_) => text(12, Cset::N),
        Field::Own => text(20, Cset::X),
    }
}
