//! A month of receipt, by UTC.

use chrono::{Datelike, Months, NaiveDate};
use lotline_record::entry::Instant;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A month of receipt, by UTC: `2019-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

/// Not a month as `2019-03`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no month: write it as 2019-03")]
pub struct NotAMonth(String);

impl Month {
    fn of_day(day: NaiveDate) -> Self {
        Month(NaiveDate::from_ymd_opt(day.year(), day.month(), 1).unwrap_or(NaiveDate::MIN))
    }

    /// The month of an instant.
    pub fn of(at: Instant) -> Self {
        Month::of_day(at.day(0))
    }

    /// That many months before.
    #[must_use]
    pub fn before(self, months: u32) -> Self {
        Month(self.0.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN))
    }

    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        Month(self.0.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX))
    }

    /// Its first instant.
    pub fn begins(self) -> Instant {
        Instant::from_unix_ms(self.0.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
    }

    /// As a table's name has it: `2019_03`.
    pub(in crate::ledger) fn of_table(name: &str) -> Option<Self> {
        name.replace('_', "-").parse().ok()
    }

    /// As a table's name has it: `2019_03`.
    pub(in crate::ledger) fn table(self) -> String {
        self.0.format("%Y_%m").to_string()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = NotAMonth;
    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let wrong = || NotAMonth(text.to_owned());
        if text.len() != 7 {
            return Err(wrong());
        }
        NaiveDate::from_str(&format!("{text}-01"))
            .map(Month)
            .map_err(|_| wrong())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_reads_begins_and_ends_by_utc() {
        let month: Month = "2019-12".parse().unwrap();
        assert_eq!(month.begins().to_string(), "2019-12-01T00:00:00.000Z");
        assert_eq!(month.next().to_string(), "2020-01");
        assert_eq!(month.next().before(84).to_string(), "2013-01");
        assert_eq!(Month::of_table(&month.table()), Some(month));
        assert_eq!(Month::of("2019-12-31T23:59:59.999Z".parse().unwrap()), month);
        for wrong in ["2019-13", "2019-1", "2019", "2019-12-01", ""] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
