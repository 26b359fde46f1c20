//! EPCs and GS1 keys: TDS section 7.

use core::fmt;

use super::binary::POWERS;
use super::plus::{DATE_AIS, PriorityDate};
use super::scheme::{Family, Field, Scheme};
use super::{Epc, EpcError, Serial, Text};
use crate::check::{check_digit, has_check_digit};
use crate::code::Code;
use crate::cset::{self, Cset};

/// The value of an element: up to 30 characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EpcValue {
    bytes: [u8; EpcValue::MOST],
    len: u8,
}

impl EpcValue {
    const MOST: usize = 30;

    #[inline]
    fn empty() -> Self {
        Self {
            bytes: [0; Self::MOST],
            len: 0,
        }
    }

    /// Appends a number in so many digits.
    #[inline]
    fn number(&mut self, mut number: u64, digits: u8) {
        let end = self.len + digits;
        for byte in self.bytes[usize::from(self.len)..usize::from(end)].iter_mut().rev() {
            *byte = b'0' + (number % 10).to_be_bytes()[7];
            number /= 10;
        }
        self.len = end;
    }

    /// Appends the check digit of everything from `from` on.
    #[inline]
    fn check_digit(&mut self, from: usize) {
        let digit = check_digit(&self.bytes[from..usize::from(self.len)]).unwrap_or(b'0');
        self.bytes[usize::from(self.len)] = digit;
        self.len += 1;
    }

    #[inline]
    fn serial(&mut self, serial: &Serial) {
        match serial {
            Serial::None => {}
            Serial::Number(number) => self.number(*number, decimal_len(*number)),
            Serial::Text(text) => {
                let from = usize::from(self.len);
                self.bytes[from..from + usize::from(text.len)].copy_from_slice(text.as_bytes());
                self.len += text.len;
            }
        }
    }

    /// The characters.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        // Digits and characters of set 82 are ASCII.
        core::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or("")
    }
}

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
    pub fn elements(&self) -> impl Iterator<Item = EpcElement> + use<> {
        self.key_elements().into_iter().flatten()
    }

    #[inline]
    fn key_elements(&self) -> [Option<EpcElement>; 3] {
        let reference_len = self.scheme.layout().reference_len(self.prefix_len);
        // The key up to its check digit. Of an SGTIN and an SSCC the first digit of the reference stands in front.
        let joined = self.prefix * POWERS[usize::from(reference_len)] + self.reference;
        let turned = |digits: usize| {
            let behind = POWERS[usize::from(reference_len).saturating_sub(1)];
            let (first, rest) = (self.reference / behind, self.reference % behind);
            first * POWERS[digits - 1] + self.prefix * behind + rest
        };
        let value = |number: u64, digits: u8| {
            let mut value = EpcValue::empty();
            value.number(number, digits);
            value
        };
        let checked = |number: u64, digits: u8| {
            let mut value = value(number, digits);
            value.check_digit(0);
            value
        };
        let with_serial = |mut value: EpcValue| {
            value.serial(&self.serial);
            value
        };
        let element = |ai, value| Some(EpcElement { ai, value });
        let serial = with_serial(EpcValue::empty());
        match self.scheme.layout().family {
            Family::Sgtin => [element("01", checked(turned(13), 13)), element("21", serial), None],
            Family::Sscc => [element("00", checked(turned(17), 17)), None, None],
            Family::Sgln => {
                // The extension 0 means that there is none (TDS 7.5).
                let extension = element("254", serial).filter(|_| serial.as_str() != "0");
                [element("414", checked(joined, 12)), extension, None]
            }
            Family::Grai => {
                let mut key = value(joined, 13);
                key.check_digit(1);
                [element("8003", with_serial(key)), None, None]
            }
            Family::Giai => [
                element("8004", with_serial(value(self.prefix, self.prefix_len))),
                None,
                None,
            ],
            Family::Gdti => [element("253", with_serial(checked(joined, 12))), None, None],
            Family::Sgcn => [element("255", with_serial(checked(joined, 12))), None, None],
            Family::Gsrn => [element("8018", checked(joined, 17)), None, None],
            Family::Gsrnp => [element("8017", checked(joined, 17)), None, None],
            Family::Gid => [None; 3],
            Family::Plus if self.scheme == Scheme::SsccPlus => [element("00", value(self.reference, 18)), None, None],
            Family::Plus => {
                let date = self.date.and_then(|date| {
                    let mut value = value(date.year.into(), 2);
                    value.number(date.month.into(), 2);
                    value.number(date.day.into(), 2);
                    element(DATE_AIS[usize::from(date.kind)], value)
                });
                [element("01", value(self.reference, 14)), element("21", serial), date]
            }
        }
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
