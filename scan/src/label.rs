//! What a label says, ready to be asked.

use core::fmt;

use crate::ai::table;
use crate::carrier::AimId;
use crate::date::{Date, Moment, Time};
use crate::digital_link::{DigitalLink, IgnoredParameters};
use crate::elements::{Elements, Slot};
use crate::epc::Epc;
use crate::hibc::Hibc;
use crate::isbt128::Isbt128;
use crate::iso15434::Ppn;
use crate::key::{Gtin, Sscc};
use crate::lint::Linter;
use crate::options::Options;
use crate::warning::{Flags, Warning, WarningCode};

/// What kind of label it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// GS1 elements.
    Gs1,
    /// An EAN/UPC symbol, perhaps with a composite part.
    Ean,
    /// A HIBC supplier label.
    Hibc,
    /// An ISBT 128 label.
    Isbt128,
    /// An IFA label: ISO/IEC 15434 format 06 with a Pharmacy Product Number or a GTIN.
    Ppn,
    /// An RFID tag.
    Epc,
    /// Anything else; only the text is known.
    Plain,
}

impl Kind {
    /// The name in reports, such as `gs1`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Gs1 => "gs1",
            Kind::Ean => "ean",
            Kind::Hibc => "hibc",
            Kind::Isbt128 => "isbt128",
            Kind::Ppn => "ppn",
            Kind::Epc => "epc",
            Kind::Plain => "plain",
        }
    }
}

/// One element: an AI and its value, both as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'l> {
    /// Two to four digits.
    pub ai: &'l str,
    /// One to ninety characters.
    pub value: &'l str,
}

/// A date AI, resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated<'l> {
    /// The AI.
    pub ai: &'l str,
    /// The day, or the first one of a range.
    pub start: Moment,
    /// The last day of a range (AI 7007).
    pub end: Option<Moment>,
    /// False where the label gives month and year only: then it is the last day of that month.
    pub day_given: bool,
}

/// ISO 8601, a range with `/` between.
impl fmt::Display for Dated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.start.fmt(f)?;
        match &self.end {
            None => Ok(()),
            Some(end) => write!(f, "/{end}"),
        }
    }
}

/// A label that was read and checked. It borrows the data it was read from.
#[derive(Clone, Copy)]
pub struct Label<'a> {
    data: &'a [u8],
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) kind: Kind,
    pub(crate) symbology: Option<AimId>,
    pub(crate) elements: Elements,
    /// The digits of an EAN/UPC symbol.
    pub(crate) primary: Option<Gtin>,
    /// They count as the element (01).
    pub(crate) primary_listed: bool,
    /// Of a Digital Link URI: how many elements, from the first on, stood in its path.
    pub(crate) path_len: u8,
    /// Of a Digital Link URI: values cannot be borrowed from it as they are.
    pub(crate) to_rewrite: bool,
    pub(crate) unknown_dl_attributes: bool,
    reference_year: u16,
    pub(crate) flags: Flags,
}

/// Everything that passed a character set is ASCII.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or("")
}

impl<'a> Label<'a> {
    /// A plain label of all the data; readers fill in what they find.
    #[inline]
    pub(crate) fn new(data: &'a [u8], symbology: Option<AimId>, options: Options) -> Self {
        Self {
            data,
            from: 0,
            to: data.len(),
            kind: Kind::Plain,
            symbology,
            elements: Elements::new(),
            primary: None,
            primary_listed: false,
            path_len: 0,
            to_rewrite: false,
            unknown_dl_attributes: options.unknown_dl_attributes,
            reference_year: options.reference_year,
            flags: Flags::default(),
        }
    }

    /// Forgets what a reader found that had to give up.
    pub(crate) fn restart(&mut self) {
        self.kind = Kind::Plain;
        self.elements = Elements::new();
        self.primary = None;
        self.primary_listed = false;
    }

    /// The same label with its elements in other data, which begins with the data of this one.
    pub(crate) fn over<'b>(&self, data: &'b [u8], elements: &Elements) -> Label<'b> {
        Label {
            data,
            elements: *elements,
            ..*self
        }
    }

    /// What kind of label it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The symbology, as the data or the caller named it.
    #[must_use]
    pub fn symbology(&self) -> Option<AimId> {
        self.symbology
    }

    /// The data without the symbology identifier and without line ends: all there is of a plain label.
    #[must_use]
    pub fn content(&self) -> &'a [u8] {
        &self.data[self.from..self.to]
    }

    /// The elements in the order read. An EAN/UPC symbol gives its digits as (01), filled up to fourteen; in strict mode
    /// only its composite part has elements, as in the reference engine.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        let primary = self.listed().map(|gtin| Element {
            ai: "01",
            value: gtin.as_str(),
        });
        primary
            .into_iter()
            .chain(self.elements.iter().map(|slot| self.element(slot)))
    }

    pub(crate) fn listed(&self) -> Option<&Gtin> {
        self.primary.as_ref().filter(|_| self.primary_listed)
    }

    pub(crate) fn element(&self, slot: Slot) -> Element<'_> {
        Element {
            ai: text(slot.ai(self.data)),
            value: text(slot.value(self.data)),
        }
    }

    /// The value of an AI, the first one if it is repeated (repeated AIs have the same value on a label that was read).
    #[must_use]
    pub fn get(&self, ai: &str) -> Option<&str> {
        self.elements()
            .find(|element| element.ai == ai)
            .map(|element| element.value)
    }

    /// The trade item: AI 01, the digits of an EAN/UPC symbol, 8P of an IFA label.
    #[must_use]
    pub fn gtin(&self) -> Option<Gtin> {
        match self.kind {
            Kind::Ppn => self.ppn()?.gtin,
            _ => self.primary.or_else(|| self.key("01")),
        }
    }

    /// The trade items inside a logistic unit: AI 02.
    #[must_use]
    pub fn content_gtin(&self) -> Option<Gtin> {
        self.key("02")
    }

    fn key(&self, ai: &str) -> Option<Gtin> {
        self.get(ai).and_then(|value| Gtin::parse(value).ok())
    }

    /// The logistic unit: AI 00.
    #[must_use]
    pub fn sscc(&self) -> Option<Sscc> {
        self.get("00").and_then(|value| Sscc::parse(value).ok())
    }

    /// The lot: AI 10, or what other agencies have for it.
    #[must_use]
    pub fn lot(&self) -> Option<&str> {
        match self.kind {
            Kind::Hibc => self.hibc()?.lot,
            Kind::Isbt128 => self.isbt128()?.lot,
            Kind::Ppn => self.ppn()?.lot,
            _ => self.get("10"),
        }
    }

    /// The serial number: AI 21, or what other agencies have for it; of ISBT 128 the division.
    #[must_use]
    pub fn serial(&self) -> Option<&str> {
        match self.kind {
            Kind::Hibc => self.hibc()?.serial,
            Kind::Isbt128 => self.isbt128()?.division,
            Kind::Ppn => self.ppn()?.serial,
            _ => self.get("21"),
        }
    }

    /// The last day of use: AI 17, or the day of AI 7003 if there is no 17.
    #[must_use]
    pub fn expiry(&self) -> Option<Date> {
        self.expiry_moment().map(|moment| moment.date)
    }

    /// As [`Label::expiry`], as precise as the label is: with the time of AI 7003, or without a day.
    #[must_use]
    pub fn expiry_moment(&self) -> Option<Moment> {
        match self.kind {
            Kind::Hibc => self.hibc()?.expiry,
            Kind::Isbt128 => self.isbt128()?.expiry,
            Kind::Ppn => self.ppn()?.expiry,
            _ => self.moment("17").or_else(|| self.moment("7003")),
        }
    }

    /// Best before: AI 15.
    #[must_use]
    pub fn best_before(&self) -> Option<Date> {
        self.moment("15").map(|moment| moment.date)
    }

    /// The day it was made: AI 11.
    #[must_use]
    pub fn production_date(&self) -> Option<Date> {
        self.production_moment().map(|moment| moment.date)
    }

    /// As [`Label::production_date`], as precise as the label is.
    #[must_use]
    pub fn production_moment(&self) -> Option<Moment> {
        match self.kind {
            Kind::Hibc => self.hibc()?.production_date,
            Kind::Isbt128 => self.isbt128()?.production_date,
            Kind::Ppn => self.ppn()?.production_date,
            _ => self.moment("11"),
        }
    }

    fn moment(&self, ai: &str) -> Option<Moment> {
        self.dates().find(|dated| dated.ai == ai).map(|dated| dated.start)
    }

    /// How many: AI 30 of a variable item, else AI 37 of the content of a logistic unit; the quantity of a HIBC or PPN.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match self.kind {
            Kind::Hibc => self.hibc()?.quantity.map(u64::from),
            Kind::Ppn => self.ppn()?.quantity,
            _ => self
                .get("30")
                .or_else(|| self.get("37"))
                .and_then(|value| value.parse().ok()),
        }
    }

    /// Net weight in kilograms, AI 3100 to 3105: the digits, and how many of them stand behind the decimal point.
    #[must_use]
    pub fn net_weight_kg(&self) -> Option<(u64, u8)> {
        self.elements().find_map(|element| {
            let scale = element.ai.strip_prefix("310")?.parse().ok()?;
            Some((element.value.parse().ok()?, scale))
        })
    }

    /// Every date on the label, resolved.
    pub fn dates(&self) -> impl Iterator<Item = Dated<'_>> {
        self.elements.iter().filter_map(|slot| self.dated(slot))
    }

    /// Walks the parts of a value and puts dates and times together as the dictionary's linters name them.
    fn dated(&self, slot: Slot) -> Option<Dated<'_>> {
        let entry = table::entry(slot.index()?);
        let value = slot.value(self.data);
        let (mut start, mut end, mut day_given) = (None, None, true);
        let (mut time_from, mut time_to) = (0, 0);
        let mut at = 0;
        for component in entry.components {
            let len = (value.len() - at).min(usize::from(component.max));
            let part = &value[at..at + len];
            at += len;
            if part.is_empty() {
                continue;
            }
            match component.linters.first() {
                Some(Linter::Yymmd0 | Linter::Yymmdd) => {
                    let (date, zero) = Date::from_short(part, self.reference_year)?;
                    day_given &= !zero;
                    *(if start.is_none() { &mut start } else { &mut end }) = Some(date);
                }
                Some(Linter::Yyyymmd0 | Linter::Yyyymmdd) => {
                    let (date, zero) = Date::from_long(part)?;
                    day_given &= !zero;
                    start = Some(date);
                }
                Some(Linter::Hhmi | Linter::Hh | Linter::Mi | Linter::Ss) if start.is_some() => {
                    if time_to == 0 {
                        time_from = at - len;
                    }
                    time_to = at;
                }
                _ => {}
            }
        }
        let time = if time_to > 0 {
            Time::from_digits(&value[time_from..time_to])
        } else {
            None
        };
        let end = end.map(Moment::day);
        Some(Dated {
            ai: entry.ai,
            start: Moment {
                time,
                ..Moment::day(start?)
            },
            end,
            day_given,
        })
    }

    /// What was read although it is not as it should be.
    pub fn warnings(&self) -> impl Iterator<Item = Warning<'_>> {
        let general = self.flags.iter().map(|code| Warning { code, ai: None });
        let days = self.dates().filter(|dated| !dated.day_given);
        let ppn = self.ppn().filter(|ppn| !ppn.day_given).map(|_| Warning {
            code: WarningCode::DayNotGiven,
            ai: None,
        });
        general.chain(ppn).chain(days.map(|dated| Warning {
            code: WarningCode::DayNotGiven,
            ai: Some(dated.ai),
        }))
    }

    /// The elements as bracketed text, made while it is written. `None` if there are none.
    #[must_use]
    pub fn bracketed(&self) -> Option<Bracketed<'_>> {
        (self.listed().is_some() || !self.elements.is_empty()).then_some(Bracketed(self))
    }

    /// The canonical GS1 Digital Link URI, at `https://id.gs1.org`, made while it is written. `None` if the label has no
    /// primary key, or an element that no URI may hold.
    #[must_use]
    pub fn digital_link(&self) -> Option<DigitalLink<'_>> {
        DigitalLink::canonical(self)
    }

    /// As [`Label::digital_link`] at another place: `https://example.com/shop` is a stem.
    #[must_use]
    pub fn digital_link_at<'l>(&'l self, stem: &'l str) -> Option<DigitalLink<'l>> {
        DigitalLink::at(self, stem)
    }

    /// What the tag holds, of a label that was read from a tag.
    #[must_use]
    pub fn epc(&self) -> Option<Epc> {
        let hex = core::str::from_utf8(self.content()).ok()?;
        (self.kind == Kind::Epc).then(|| Epc::from_hex(hex).ok())?
    }

    fn text(&self) -> &'a str {
        core::str::from_utf8(self.content()).unwrap_or("")
    }

    /// What a HIBC supplier label says. Read again each time it is asked for, so that GS1 labels need not carry it.
    #[must_use]
    pub fn hibc(&self) -> Option<Hibc<'a>> {
        (self.kind == Kind::Hibc).then(|| Hibc::parse(self.text(), self.reference_year).ok())?
    }

    /// What an ISBT 128 label says.
    #[must_use]
    pub fn isbt128(&self) -> Option<Isbt128<'a>> {
        (self.kind == Kind::Isbt128).then(|| Isbt128::parse(self.text()).ok())?
    }

    /// What an IFA label says.
    #[must_use]
    pub fn ppn(&self) -> Option<Ppn<'a>> {
        (self.kind == Kind::Ppn).then(|| Ppn::parse(self.text(), self.reference_year).ok())?
    }

    /// The query parameters of a Digital Link URI that are no elements, as they are written.
    #[must_use]
    pub fn ignored_parameters(&self) -> IgnoredParameters<'a> {
        IgnoredParameters::of(self.content())
    }
}

impl fmt::Debug for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Label")
            .field("kind", &self.kind)
            .field("symbology", &self.symbology)
            .field("bracketed", &self.bracketed())
            .finish()
    }
}

/// Bracketed text of a label: `(01)…(10)…`, `\(` for a bracket in a value, `|` before a composite part.
#[derive(Clone, Copy)]
pub struct Bracketed<'l>(&'l Label<'l>);

impl fmt::Display for Bracketed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.0;
        if let Some(gtin) = label.listed() {
            write!(f, "(01){gtin}")?;
        }
        for (number, slot) in label.elements.iter().enumerate() {
            if label.elements.composite() == Some(number) {
                f.write_str("|")?;
            }
            let element = label.element(slot);
            write!(f, "({})", element.ai)?;
            let mut pieces = element.value.split('(');
            f.write_str(pieces.next().unwrap_or(""))?;
            for piece in pieces {
                write!(f, "\\({piece}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Bracketed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
