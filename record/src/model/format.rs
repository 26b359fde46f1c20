//! What a lot or serial number must look like, as data in the policy (C5): length, characters, beginnings, date codes.
//!
//! Matching looks at each character once: a format is no regular expression, and none can make a device slow.

use super::{ItemId, OwnerId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest lot or serial number there is (GS1 General Specifications 3.4.7, 3.5.2: AI 10 and 21, 20 characters).
const LONGEST: u8 = 20;

/// A rule for the numbers of one item, of one owner, of one region, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormatRule {
    /// What the rule is called, for the words of a stop: `ACME lots`.
    pub name: String,
    /// Which revision of the rule this is.
    #[serde(default)]
    pub revision: u32,
    /// Lots or serials.
    pub of: NumberKind,
    /// Whose items; absent: every owner's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerId>,
    /// The item; absent: every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// The region whose sites it holds for, such as `EU`; absent: every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The format.
    pub format: NumberFormat,
}

/// Which number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// The lot number.
    Lot,
    /// The serial number.
    Serial,
}

impl NumberKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            NumberKind::Lot => "lot",
            NumberKind::Serial => "serial",
        }
    }
}

/// What a number must look like. What is left out is free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NumberFormat {
    /// Fewest characters, from 1.
    pub min: u8,
    /// Most characters, to 20.
    pub max: u8,
    /// Which characters.
    pub characters: Characters,
    /// Texts of which one stands at the beginning; empty: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<String>,
    /// Date codes and where they stand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<DateCode>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        NumberFormat {
            min: 1,
            max: LONGEST,
            characters: Characters::Any,
            prefixes: Vec::new(),
            dates: Vec::new(),
        }
    }
}

/// Characters of which a number is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Characters {
    /// Whatever a label may hold.
    #[default]
    Any,
    /// `0` to `9`.
    Digits,
    /// `A` to `Z`.
    Capitals,
    /// `0` to `9` and `A` to `Z`.
    DigitsAndCapitals,
    /// `0` to `9`, `A` to `Z`, `a` to `z`.
    DigitsAndLetters,
}

impl Characters {
    const fn has(self, c: char) -> bool {
        match self {
            Characters::Any => true,
            Characters::Digits => c.is_ascii_digit(),
            Characters::Capitals => c.is_ascii_uppercase(),
            Characters::DigitsAndCapitals => c.is_ascii_digit() || c.is_ascii_uppercase(),
            Characters::DigitsAndLetters => c.is_ascii_alphanumeric(),
        }
    }

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Characters::Any => "any",
            Characters::Digits => "digits",
            Characters::Capitals => "capitals",
            Characters::DigitsAndCapitals => "digits_and_capitals",
            Characters::DigitsAndLetters => "digits_and_letters",
        }
    }
}

/// A date inside a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateCode {
    /// At which character it begins, from 1, as people count.
    pub at: u8,
    /// How it is written.
    pub form: DateForm,
}

/// How a date is written inside a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateForm {
    /// Year and month.
    #[serde(rename = "YYMM")]
    YearMonth,
    /// Year, month and day.
    #[serde(rename = "YYMMDD")]
    YearMonthDay,
    /// Year with its century, month and day.
    #[serde(rename = "YYYYMMDD")]
    CenturyMonthDay,
    /// Year and week of the year, 01 to 53 (ISO 8601).
    #[serde(rename = "YYWW")]
    YearWeek,
    /// Year and day of the year, 001 to 366.
    #[serde(rename = "YYDDD")]
    YearDay,
}

impl DateForm {
    /// As it is written in a policy and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            DateForm::YearMonth => "YYMM",
            DateForm::YearMonthDay => "YYMMDD",
            DateForm::CenturyMonthDay => "YYYYMMDD",
            DateForm::YearWeek => "YYWW",
            DateForm::YearDay => "YYDDD",
        }
    }

    /// Whether digits of its length are such a date. Two digits of a year say no century: 29 February always passes there.
    fn is_date(self, digits: &str) -> bool {
        let number = |from: usize, to: usize| digits.get(from..to).and_then(|t| t.parse::<i32>().ok()).unwrap_or(0);
        let day = |year: i32, at: usize| {
            let (month, day) = (
                number(at, at + 2).cast_unsigned(),
                number(at + 2, at + 4).cast_unsigned(),
            );
            chrono::NaiveDate::from_ymd_opt(year, month, day).is_some()
        };
        match self {
            DateForm::YearMonth => (1..=12).contains(&number(2, 4)),
            DateForm::YearMonthDay => day(2000, 2),
            DateForm::CenturyMonthDay => day(number(0, 4), 4),
            DateForm::YearWeek => (1..=53).contains(&number(2, 4)),
            DateForm::YearDay => (1..=366).contains(&number(2, 5)),
        }
    }
}

/// What of a number is otherwise than its format asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// It has so many characters.
    Length(usize),
    /// A character that is not among those.
    Character(char),
    /// It does not begin as it should.
    Prefix,
    /// No such date stands there.
    Date(DateCode),
}

impl NumberFormat {
    /// The first thing about `number` that is otherwise: its length, a character, its beginning, a date.
    pub fn mismatch(&self, number: &str) -> Option<Mismatch> {
        let length = number.chars().count();
        if !(usize::from(self.min)..=usize::from(self.max)).contains(&length) {
            return Some(Mismatch::Length(length));
        }
        if let Some(other) = number.chars().find(|c| !self.characters.has(*c)) {
            return Some(Mismatch::Character(other));
        }
        if !self.prefixes.is_empty() && !self.prefixes.iter().any(|prefix| number.starts_with(prefix.as_str())) {
            return Some(Mismatch::Prefix);
        }
        let wrong = self.dates.iter().find(|date| {
            let code: String = number.chars().skip(date.from()).take(date.length()).collect();
            code.len() != date.length() || !code.bytes().all(|b| b.is_ascii_digit()) || !date.form.is_date(&code)
        });
        wrong.copied().map(Mismatch::Date)
    }

    /// What in the format contradicts itself, so that no number could ever fit or nobody could say which part is meant.
    fn contradiction(&self) -> Option<String> {
        if self.min == 0 || self.max > LONGEST {
            return Some(format!("numbers have 1 to {LONGEST} characters"));
        }
        if self.min > self.max {
            return Some(format!("at least {} and at most {} characters", self.min, self.max));
        }
        for prefix in &self.prefixes {
            let length = prefix.chars().count();
            if prefix.is_empty() || length > usize::from(self.max) {
                return Some(format!("the beginning {prefix:?} has no place in it"));
            }
            if let Some(c) = prefix.chars().find(|c| !self.characters.has(*c)) {
                return Some(format!(
                    "the beginning {prefix:?} has {c:?}, which is not among the characters"
                ));
            }
            let digits = |date: &DateCode| {
                prefix
                    .chars()
                    .skip(date.from())
                    .take(date.length())
                    .all(|c| c.is_ascii_digit())
            };
            if let Some(date) = self.dates.iter().find(|date| !digits(date)) {
                return Some(format!("the beginning {prefix:?} stands where the date {date} does"));
            }
        }
        for (n, date) in self.dates.iter().enumerate() {
            if date.at == 0 || date.from() + date.length() > usize::from(self.min) {
                return Some(format!("the date {date} does not fit into {} characters", self.min));
            }
            if !self.characters.has('0') {
                return Some(format!(
                    "the date {date} has digits, which are not among the characters"
                ));
            }
            let overlaps = |other: &&DateCode| {
                other.from() < date.from() + date.length() && date.from() < other.from() + other.length()
            };
            if let Some(other) = self.dates[..n].iter().find(overlaps) {
                return Some(format!("the dates {other} and {date} stand on one another"));
            }
        }
        None
    }
}

impl DateCode {
    const fn from(self) -> usize {
        (self.at as usize).saturating_sub(1)
    }

    const fn length(self) -> usize {
        self.form.as_str().len()
    }
}

impl fmt::Display for DateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.form.as_str(), self.at)
    }
}

impl FormatRule {
    /// How narrow it is, when it is about such goods at a site of `region`: the item before the region before the owner.
    fn fits(&self, of: NumberKind, owner: &OwnerId, item: &ItemId, region: Option<&str>) -> Option<u8> {
        let about = self.of == of
            && self.owner.as_ref().is_none_or(|o| o == owner)
            && self.item.as_ref().is_none_or(|i| i == item)
            && self.region.as_deref().is_none_or(|r| region == Some(r));
        about.then(|| {
            4 * u8::from(self.item.is_some()) + 2 * u8::from(self.region.is_some()) + u8::from(self.owner.is_some())
        })
    }
}

/// The rule for such numbers of an item at a site of `region`: the narrowest one.
pub(super) fn rule<'a>(
    rules: &'a [FormatRule],
    of: NumberKind,
    (owner, item): (&OwnerId, &ItemId),
    region: Option<&str>,
) -> Option<&'a FormatRule> {
    let fitting = rules
        .iter()
        .filter_map(|rule| Some((rule.fits(of, owner, item, region)?, rule)));
    fitting.max_by_key(|(narrow, _)| *narrow).map(|(_, rule)| rule)
}

/// The first of `rules` that contradicts itself or another one: which, and why.
pub(super) fn contradiction(rules: &[FormatRule]) -> Option<(String, String)> {
    for (n, rule) in rules.iter().enumerate() {
        if let Some(why) = rule.format.contradiction() {
            return Some((rule.name.clone(), why));
        }
        let about = |r: &FormatRule| (r.of, r.owner.clone(), r.item.clone(), r.region.clone());
        if let Some(other) = rules[..n].iter().find(|other| about(other) == about(rule)) {
            return Some((rule.name.clone(), format!("{:?} is about the same numbers", other.name)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(json: &str) -> NumberFormat {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_number_is_held_against_its_length_its_characters_its_beginning_and_its_dates() {
        let rule = format(
            r#"{"min":7,"max":9,"characters":"digits_and_capitals","prefixes":["L","M2"],"dates":[{"at":3,"form":"YYMM"}]}"#,
        );
        assert_eq!(rule.mismatch("LX2612A"), None);
        assert_eq!(rule.mismatch("M22612999"), None);
        assert_eq!(rule.mismatch("L26A"), Some(Mismatch::Length(4)));
        assert_eq!(rule.mismatch("LX2612A999"), Some(Mismatch::Length(10)));
        assert_eq!(rule.mismatch("LX2612a"), Some(Mismatch::Character('a')));
        assert_eq!(rule.mismatch("KX2612A"), Some(Mismatch::Prefix));
        let date = rule.dates[0];
        assert_eq!(
            rule.mismatch("LX2613A"),
            Some(Mismatch::Date(date)),
            "there is no month 13"
        );
        assert_eq!(rule.mismatch("LX26A2A"), Some(Mismatch::Date(date)));
        assert_eq!(
            NumberFormat::default().mismatch("a/Ü-1"),
            None,
            "what is left out is free"
        );
    }

    #[test]
    fn each_way_to_write_a_date_knows_its_days() {
        let fits = |form, digits| DateForm::is_date(form, digits);
        assert!(
            fits(DateForm::YearMonthDay, "270229"),
            "no century says that 27 is no leap year"
        );
        assert!(!fits(DateForm::YearMonthDay, "270230"));
        assert!(!fits(DateForm::CenturyMonthDay, "20270229") && fits(DateForm::CenturyMonthDay, "20280229"));
        assert!(
            fits(DateForm::YearWeek, "2653") && !fits(DateForm::YearWeek, "2654") && !fits(DateForm::YearWeek, "2600")
        );
        assert!(
            fits(DateForm::YearDay, "26366") && !fits(DateForm::YearDay, "26367") && !fits(DateForm::YearDay, "26000")
        );
        assert!(!fits(DateForm::YearMonth, "2600") && fits(DateForm::YearMonth, "2612"));
    }

    #[test]
    fn a_format_that_contradicts_itself_says_where() {
        let why = |json: &str| format(json).contradiction().unwrap();
        assert!(why(r#"{"min":9,"max":4}"#).contains("at least 9 and at most 4"));
        assert!(why(r#"{"min":0}"#).contains("1 to 20"));
        assert!(why(r#"{"max":21}"#).contains("1 to 20"));
        assert!(why(r#"{"max":2,"prefixes":["LOT"]}"#).contains("LOT"));
        assert!(why(r#"{"prefixes":[""]}"#).contains("no place"));
        assert!(why(r#"{"characters":"digits","prefixes":["L"]}"#).contains("'L'"));
        assert!(why(r#"{"min":4,"dates":[{"at":2,"form":"YYMM"}]}"#).contains("YYMM at 2"));
        assert!(why(r#"{"min":4,"dates":[{"at":0,"form":"YYMM"}]}"#).contains("does not fit"));
        assert!(why(r#"{"min":9,"characters":"capitals","dates":[{"at":1,"form":"YYMM"}]}"#).contains("digits"));
        assert!(why(r#"{"min":9,"dates":[{"at":1,"form":"YYMM"},{"at":4,"form":"YYWW"}]}"#).contains("on one another"));
        assert!(why(r#"{"min":9,"prefixes":["LOT"],"dates":[{"at":2,"form":"YYMM"}]}"#).contains("stands where"));
        assert_eq!(
            format(r#"{"min":5,"prefixes":["L"],"dates":[{"at":2,"form":"YYMM"}]}"#).contradiction(),
            None
        );
        assert!(
            serde_json::from_str::<NumberFormat>(r#"{"regex":"(a+)+"}"#).is_err(),
            "what is unknown is not guessed"
        );
    }
}
