//! Calendar days and times on labels, General Specifications 3.4 and 7.12.

use core::fmt;

/// A day of the Gregorian calendar. In hand it is a real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A time of day, as precise as the label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: Option<u8>,
    /// 0 to 59.
    pub second: Option<u8>,
}

/// A day, and a time of that day if the label gives one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time; labels give no zone, it is local where the goods were made.
    pub time: Option<Time>,
    /// The format of the label has no day; `date` is then the last one of the month.
    pub month_only: bool,
}

impl Moment {
    pub(crate) const fn day(date: Date) -> Self {
        Self {
            date,
            time: None,
            month_only: false,
        }
    }

    pub(crate) const fn month(date: Date) -> Self {
        Self {
            date,
            time: None,
            month_only: true,
        }
    }
}

/// The full year of a two-digit year: from 49 years before to 50 years after the reference year (General
/// Specifications 7.12).
#[must_use]
#[inline]
pub const fn full_year(two_digits: u8, reference_year: u16) -> u16 {
    let century = reference_year - reference_year % 100;
    // `as` because const functions know no From; two digits always fit.
    let year = century + two_digits as u16;
    let ahead = two_digits as i32 - (reference_year % 100) as i32;
    if ahead >= 51 {
        year.saturating_sub(100)
    } else if ahead <= -50 {
        year.saturating_add(100)
    } else {
        year
    }
}

/// How many days a month has; 0 if there is no such month.
#[must_use]
#[inline]
pub const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    }
}

impl Date {
    /// That day, if the calendar has it.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        if day == 0 || day > days_in_month(year, month) {
            None
        } else {
            Some(Self { year, month, day })
        }
    }

    /// The year in four digits.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The day that six digits YYMMDD stand for. Day 00 is the last day of the month; then the second value is true.
    #[must_use]
    pub fn from_yymmdd(text: &str, reference_year: u16) -> Option<(Self, bool)> {
        Self::from_short(text.as_bytes(), reference_year)
    }

    /// As [`Date::from_yymmdd`], from bytes.
    pub(crate) fn from_short(text: &[u8], reference_year: u16) -> Option<(Self, bool)> {
        let [yy, month, day] = pairs(text)?;
        Self::or_last_day(full_year(yy, reference_year), month, day)
    }

    /// The day that eight digits YYYYMMDD stand for, day 00 as in [`Date::from_yymmdd`].
    pub(crate) fn from_long(text: &[u8]) -> Option<(Self, bool)> {
        let [century, year, month, day] = pairs(text)?;
        Self::or_last_day(u16::from(century) * 100 + u16::from(year), month, day)
    }

    /// Day number `ordinal` of the year, 1 to 366.
    pub(crate) fn from_ordinal(year: u16, ordinal: u16) -> Option<Self> {
        let mut left = ordinal;
        for month in 1..=12 {
            let days = u16::from(days_in_month(year, month));
            if left <= days {
                return Self::new(year, month, u8::try_from(left).ok()?);
            }
            left -= days;
        }
        None
    }

    /// The last day of a month.
    pub(crate) fn end_of_month(year: u16, month: u8) -> Option<Self> {
        Self::new(year, month, days_in_month(year, month))
    }

    /// Which day of its year it is, from 1.
    #[must_use]
    pub fn ordinal(self) -> u16 {
        let before: u16 = (1..self.month)
            .map(|month| u16::from(days_in_month(self.year, month)))
            .sum();
        before + u16::from(self.day)
    }

    fn or_last_day(year: u16, month: u8, day: u8) -> Option<(Self, bool)> {
        let zero = day == 0;
        let day = if zero { days_in_month(year, month) } else { day };
        Some((Self::new(year, month, day)?, zero))
    }

    /// Days since 1 January 1970; the difference of two is the number of days between them.
    #[must_use]
    pub const fn day_number(self) -> i32 {
        // Years begin in March here, so that the leap day comes last; an era of the calendar has 146,097 days.
        let (year, month, day) = (self.year as i32, self.month as i32, self.day as i32);
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// How many days after `earlier` this is; negative if before.
    #[must_use]
    pub const fn days_since(self, earlier: Date) -> i32 {
        self.day_number() - earlier.day_number()
    }
}

/// Digits, two by two.
fn pairs<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != 2 * N || !crate::cset::all_digits(text) {
        return None;
    }
    let mut numbers = [0; N];
    for (number, pair) in numbers.iter_mut().zip(text.chunks_exact(2)) {
        *number = (pair[0] - b'0') * 10 + pair[1] - b'0';
    }
    Some(numbers)
}

impl Time {
    /// HH, HHMM or HHMMSS.
    pub(crate) fn from_digits(text: &[u8]) -> Option<Self> {
        match *text {
            [_, _] => pairs(text).map(|[hour]| Self {
                hour,
                minute: None,
                second: None,
            }),
            [_, _, _, _] => pairs(text).map(|[hour, minute]| Self {
                hour,
                minute: Some(minute),
                second: None,
            }),
            _ => pairs(text).map(|[hour, minute, second]| Self {
                hour,
                minute: Some(minute),
                second: Some(second),
            }),
        }
    }
}

/// ISO 8601: `2026-06-30`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// ISO 8601: `07`, `07:31` or `07:31:05`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.hour)?;
        for part in [self.minute, self.second].into_iter().flatten() {
            write!(f, ":{part:02}")?;
        }
        Ok(())
    }
}

/// ISO 8601: `2026-06-30`, `2026-06-30T07:31` or `2026-06`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.month_only {
            return write!(f, "{:04}-{:02}", self.date.year, self.date.month);
        }
        self.date.fmt(f)?;
        match &self.time {
            None => Ok(()),
            Some(time) => write!(f, "T{time}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::{Date, Moment, Time, days_in_month, full_year};

    #[test]
    fn the_century_window_is_49_years_back_and_50_ahead() {
        for reference in [1951_u16, 1999, 2000, 2021, 2026, 2049, 2050, 2051, 2099] {
            for yy in 0..100_u8 {
                let year = i32::from(full_year(yy, reference));
                assert_eq!(year % 100, i32::from(yy));
                assert!(
                    (-49..=50).contains(&(year - i32::from(reference))),
                    "{yy} seen from {reference} is {year}"
                );
            }
        }
        assert_eq!(full_year(76, 2026), 2076);
        assert_eq!(full_year(77, 2026), 1977);
        assert_eq!(full_year(0, 2050), 2100);
        assert_eq!(full_year(1, 2050), 2001);
        assert_eq!(full_year(99, 0), 0, "a reference year before all labels does not panic");
        assert_eq!(full_year(0, u16::MAX), 65_500);
    }

    #[test]
    fn leap_years_follow_the_gregorian_rule() {
        assert_eq!(
            [1900, 2000, 2023, 2024, 2100].map(|year| days_in_month(year, 2)),
            [28, 29, 28, 29, 28]
        );
        assert_eq!(Date::from_yymmdd("230229", 2026), None);
        assert_eq!(
            Date::from_yymmdd("240229", 2026),
            Date::new(2024, 2, 29).map(|date| (date, false))
        );
        assert_eq!(Date::from_yymmdd("241301", 2026), None);
        assert_eq!(Date::from_yymmdd("24-1-1", 2026), None);
        assert_eq!(Date::from_yymmdd("2401011", 2026), None);
    }

    #[test]
    fn day_00_is_the_last_day_of_its_own_month() {
        assert_eq!(
            Date::from_yymmdd("130200", 2026),
            Date::new(2013, 2, 28).map(|date| (date, true))
        );
        assert_eq!(
            Date::from_yymmdd("240200", 2026),
            Date::new(2024, 2, 29).map(|date| (date, true))
        );
        assert_eq!(
            Date::from_yymmdd("261200", 2026),
            Date::new(2026, 12, 31).map(|date| (date, true))
        );
        assert_eq!(Date::from_yymmdd("260000", 2026), None);
    }

    #[test]
    fn day_numbers_count_every_day_once() {
        assert_eq!(Date::new(1970, 1, 1).map(Date::day_number), Some(0));
        assert_eq!(Date::new(2000, 3, 1).map(Date::day_number), Some(11_017));
        let mut before = Date::new(1895, 12, 31).expect("a day").day_number();
        for year in 1896..=2105 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    let number = Date::new(year, month, day).expect("a day").day_number();
                    assert_eq!(number, before + 1);
                    before = number;
                }
            }
        }
    }

    #[test]
    fn a_day_tells_its_parts_and_its_number_in_the_year() {
        let date = Date::new(2024, 12, 30).expect("a day");
        assert_eq!((date.year(), date.month(), date.day()), (2024, 12, 30));
        for (year, days) in [(2023, 365), (2024, 366)] {
            let mut number = 0;
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    number += 1;
                    let date = Date::new(year, month, day).expect("a day");
                    assert_eq!(date.ordinal(), number);
                    assert_eq!(Date::from_ordinal(year, number), Some(date));
                }
            }
            assert_eq!(number, days);
            assert_eq!(Date::from_ordinal(year, 0), None);
            assert_eq!(Date::from_ordinal(year, days + 1), None);
        }
    }

    #[test]
    fn a_year_in_four_digits_is_taken_as_it_stands() {
        let day = |digits| Date::from_long(digits).map(|(date, zero)| (date.to_string(), zero));
        assert_eq!(day(b"19991231"), Some(("1999-12-31".to_string(), false)));
        assert_eq!(day(b"20280200"), Some(("2028-02-29".to_string(), true)));
        assert_eq!(
            (day(b"20270229"), day(b"2028022"), day(b"2028-2-1")),
            (None, None, None)
        );
    }

    #[test]
    fn days_between_two_dates_are_negative_the_other_way_round() {
        let date = |month, day| Date::new(2024, month, day).expect("a day");
        assert_eq!(date(3, 1).days_since(date(2, 28)), 2);
        assert_eq!(date(2, 28).days_since(date(3, 1)), -2);
        assert_eq!(date(2, 28).days_since(date(2, 28)), 0);
    }

    #[test]
    fn moments_are_written_as_precisely_as_they_are_known() {
        let date = Date::new(2026, 6, 30).expect("a day");
        let at = |digits: &[u8]| Moment {
            time: Time::from_digits(digits),
            ..Moment::day(date)
        };
        assert_eq!(Moment::month(date).to_string(), "2026-06");
        assert_eq!(Moment::day(date).to_string(), "2026-06-30");
        assert_eq!(at(b"07").to_string(), "2026-06-30T07");
        assert_eq!(at(b"0731").to_string(), "2026-06-30T07:31");
        assert_eq!(at(b"073105").to_string(), "2026-06-30T07:31:05");
        assert_eq!(Time::from_digits(b"073"), None);
    }
}
