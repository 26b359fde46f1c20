//! Linters about dates and times of day, General Specifications 3.4 to 3.5 and 7.12.

use super::{LintResult, digits, refuse, refuse_all};
use crate::code::Code;
use crate::date::{days_in_month, full_year};

#[inline]
fn two(value: &[u8], at: usize) -> u8 {
    (value[at] - b'0') * 10 + (value[at + 1] - b'0')
}

/// Month and day at `at`; the year is known. Day 00 passes only where `day_zero` says so.
#[inline]
fn month_and_day(value: &[u8], at: usize, year: impl Fn() -> u16, day_zero: bool) -> LintResult {
    let (month, day) = (two(value, at), two(value, at + 2));
    if !matches!(month, 1..=12) {
        return refuse(Code::IllegalMonth, at, 2);
    }
    // Every month has 28 days, whatever the year.
    if (day >= 29 && day > days_in_month(year(), month)) || (day == 0 && !day_zero) {
        return refuse(Code::IllegalDay, at + 2, 2);
    }
    Ok(())
}

#[inline]
fn length(value: &[u8], wanted: usize, too_short: Code, too_long: Code) -> LintResult {
    if value.len() == wanted {
        Ok(())
    } else {
        refuse_all(if value.len() < wanted { too_short } else { too_long }, value)
    }
}

#[inline]
fn short_date(value: &[u8], reference_year: u16, day_zero: bool) -> LintResult {
    length(value, 6, Code::DateTooShort, Code::DateTooLong)?;
    digits(value)?;
    month_and_day(value, 2, || full_year(two(value, 0), reference_year), day_zero)
}

fn long_date(value: &[u8], day_zero: bool) -> LintResult {
    length(value, 8, Code::DateTooShort, Code::DateTooLong)?;
    digits(value)?;
    month_and_day(
        value,
        4,
        || u16::from(two(value, 0)) * 100 + u16::from(two(value, 2)),
        day_zero,
    )
}

/// Are six digits a date, day 00 allowed? They are known to be digits.
#[inline]
pub(super) fn six_digits_are_yymmd0(digits: &[u8], reference_year: u16) -> bool {
    month_and_day(digits, 2, || full_year(two(digits, 0), reference_year), true).is_ok()
}

/// YYMMDD, day 00 allowed.
#[inline]
pub(super) fn yymmd0(value: &[u8], reference_year: u16) -> LintResult {
    short_date(value, reference_year, true)
}

/// YYMMDD.
pub(super) fn yymmdd(value: &[u8], reference_year: u16) -> LintResult {
    short_date(value, reference_year, false)
}

/// YYYYMMDD, day 00 allowed.
pub(super) fn yyyymmd0(value: &[u8]) -> LintResult {
    long_date(value, true)
}

/// YYYYMMDD.
pub(super) fn yyyymmdd(value: &[u8]) -> LintResult {
    long_date(value, false)
}

fn up_to(value: &[u8], last: u8, code: Code) -> LintResult {
    digits(value)?;
    if two(value, 0) > last {
        refuse(code, 0, 2)
    } else {
        Ok(())
    }
}

/// An hour, 00 to 23.
pub(super) fn hh(value: &[u8]) -> LintResult {
    length(value, 2, Code::HourTooShort, Code::HourTooLong)?;
    up_to(value, 23, Code::IllegalHour)
}

/// A minute, 00 to 59.
pub(super) fn mi(value: &[u8]) -> LintResult {
    length(value, 2, Code::MinuteTooShort, Code::MinuteTooLong)?;
    up_to(value, 59, Code::IllegalMinute)
}

/// A second, 00 to 59.
pub(super) fn ss(value: &[u8]) -> LintResult {
    length(value, 2, Code::SecondTooShort, Code::SecondTooLong)?;
    up_to(value, 59, Code::IllegalSecond)
}

/// An hour and a minute.
pub(super) fn hhmi(value: &[u8]) -> LintResult {
    length(value, 4, Code::HourWithMinuteTooShort, Code::HourWithMinuteTooLong)?;
    hh(&value[..2])?;
    mi(&value[2..]).map_err(|mut error| {
        error.at += 2;
        error
    })
}
