//! Messages as notices, by a partner's mapping.

use super::envelope::{Interchange, Message, interchanges};
use super::finding::{Code, Finding, Place};
use super::mapping::{Format, Mapping, has};
use super::notice::{Moment, Notice, amount};
use super::segment::Segment;
use super::syntax::{Dialect, Limits, SyntaxError};
use super::{desadv, ship_notice};
use lotline_record::model::{Amount, Day, LotNumber, SerialNumber};
use lotline_scan::{Gtin, Sscc};
use std::collections::HashSet;

/// What one message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Index of its interchange in the file.
    pub interchange: usize,
    /// Index of its group in that.
    pub group: usize,
    /// Index of the message in that.
    pub message: usize,
    /// What kind it says it is: `856`, `DESADV`.
    pub kind: String,
    /// The notice; absent where the message is of another kind or lacks its beginning.
    pub notice: Option<Notice>,
    /// What is wrong with it, its envelope included.
    pub findings: Vec<Finding>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its interchanges.
    pub interchanges: Vec<Interchange>,
    /// Its messages, in order.
    pub readings: Vec<Reading>,
}

impl File {
    /// The messages of the interchange at `index`, each with its index in `readings`.
    pub fn of(&self, index: usize) -> impl Iterator<Item = (usize, &Reading)> {
        // They stand in the order of the file.
        let from = self.readings.partition_point(|reading| reading.interchange < index);
        let to = self.readings.partition_point(|reading| reading.interchange <= index);
        self.readings.iter().enumerate().take(to).skip(from)
    }

    /// Everything that is wrong: with envelopes around messages, and with messages.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        let outside = self.interchanges.iter().flat_map(|held| &held.findings);
        // What is about a message is told with it.
        let outside = outside.filter(|finding| finding.place.position == 0);
        outside.chain(self.readings.iter().flat_map(|reading| &reading.findings))
    }
}

/// Reads a file of X12 or EDIFACT; which, its header says. Without a mapping of that format its defaults hold.
///
/// # Errors
/// [`SyntaxError`] when it cannot be taken apart: then nothing of it is believed.
pub fn read(bytes: &[u8], mapping: Option<&Mapping>, limits: &Limits) -> Result<File, SyntaxError> {
    let interchanges = interchanges(bytes, limits)?;
    let (mut readings, mut room) = (Vec::new(), MOST_IN_RANGES);
    let plain = [Format::X12, Format::Edifact].map(Mapping::plain);
    for (interchange, held) in interchanges.iter().enumerate() {
        let (format, default) = match held.syntax.dialect {
            Dialect::X12 => (Format::X12, &plain[0]),
            Dialect::Edifact => (Format::Edifact, &plain[1]),
        };
        let mapping = mapping.filter(|m| m.format == format).unwrap_or(default);
        for (group, of) in held.groups.iter().enumerate() {
            for (message, one) in of.messages.iter().enumerate() {
                let (kind, notice, findings) = one_message(held, one, mapping, &mut room);
                readings.push(Reading {
                    interchange,
                    group,
                    message,
                    kind,
                    notice,
                    findings,
                });
            }
        }
    }
    Ok(File { interchanges, readings })
}

fn one_message(
    held: &Interchange,
    one: &Message,
    mapping: &Mapping,
    room: &mut usize,
) -> (String, Option<Notice>, Vec<Finding>) {
    let segments = held.message(one);
    let Some(header) = segments.first() else {
        return (String::new(), None, Vec::new());
    };
    let mut reader = Reader {
        mapping,
        first: header.number,
        decimal: char::from(held.syntax.decimal),
        findings: held.about(one).cloned().collect(),
        room,
        orders: HashSet::new(),
    };
    let end = if one.closed { segments.len() - 1 } else { segments.len() };
    let body = &segments[1..end.max(1)];
    let (kind, notice) = match held.syntax.dialect {
        Dialect::X12 if header.text(1) == "856" => ("856", ship_notice::read(&mut reader, body)),
        Dialect::Edifact if header.part(2, 1) == "DESADV" => ("DESADV", desadv::read(&mut reader, body)),
        Dialect::X12 => {
            reader.say(Code::SetUnknown, header.text(1), header, 1);
            (header.text(1), None)
        }
        Dialect::Edifact => {
            reader.say(Code::SetUnknown, header.part(2, 1), header, 2);
            (header.part(2, 1), None)
        }
    };
    (kind.to_owned(), notice, reader.findings)
}

/// What both readers have: the mapping, and what they found wrong so far.
pub(super) struct Reader<'a> {
    pub mapping: &'a Mapping,
    /// The number of the message's first segment.
    pub first: usize,
    pub decimal: char,
    pub findings: Vec<Finding>,
    /// How many serials ranges may still come to: a stranger's file can name a billion in a few bytes.
    pub room: &'a mut usize,
    /// The numbers of the orders so far.
    pub orders: HashSet<String>,
}

/// The most serials that all ranges of a file come to.
const MOST_IN_RANGES: usize = 1_000_000;

/// The most findings kept of a message: a stranger's file can make one of each segment.
const MOST_FINDINGS: usize = 1_000;

impl Reader<'_> {
    pub fn tell(&mut self, finding: Finding) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else if finding.code.refuses()
            && let Some(last) = self.findings.last_mut()
        {
            // However much is only worth telling: what refuses the document is kept.
            *last = finding;
        }
    }

    /// Something is wrong with an element of a segment; 0: with the segment.
    pub fn say(&mut self, code: Code, found: &str, segment: &Segment, element: usize) {
        let place = segment.place(self.first).at(element);
        self.tell(Finding::new(code, found, place));
    }

    /// A segment that must be there is not; `after` is where it was looked for.
    pub fn lacks(&mut self, tag: &str, after: Option<&Segment>) {
        let mut place = after.map_or_else(Place::default, |segment| segment.place(self.first));
        tag.clone_into(&mut place.tag);
        self.tell(Finding::new(Code::SegmentMissing, tag, place));
    }

    /// The text of an element that must be there.
    pub fn needed<'s>(&mut self, segment: &'s Segment, element: usize) -> &'s str {
        let text = segment.text(element);
        if text.is_empty() {
            self.say(Code::ElementMissing, "", segment, element);
        }
        text
    }

    /// A day of eight digits.
    pub fn day(&mut self, text: &str, segment: &Segment, element: usize) -> Option<Day> {
        let day = day(text);
        if day.is_none() && !text.is_empty() {
            self.say(Code::BadDate, text, segment, element);
        }
        day
    }

    /// Hours and minutes; seconds are left out, and an absent time is none.
    pub fn time(&mut self, text: &str, segment: &Segment, element: usize) -> Option<String> {
        let time = time(text);
        if time.is_none() && !text.is_empty() {
            self.say(Code::BadTime, text, segment, element);
        }
        time
    }

    pub fn moment(&mut self, segment: &Segment, at: usize) -> Option<Moment> {
        let day = self.day(segment.text(at), segment, at)?;
        let time = self.time(segment.text(at + 1), segment, at + 1);
        let zone = Some(segment.text(at + 2)).filter(|zone| !zone.is_empty() && time.is_some());
        let zone = zone.map(str::to_owned);
        Some(Moment { day, time, zone })
    }

    /// A number above zero or zero.
    pub fn amount(&mut self, text: &str, segment: &Segment, element: usize) -> Option<Amount> {
        let point = text.replace(self.decimal, ".");
        let amount = amount(&point);
        if amount.is_none() && !text.is_empty() {
            self.say(Code::BadNumber, text, segment, element);
        }
        amount
    }

    pub fn gtin(&mut self, text: &str, segment: &Segment, element: usize) -> Option<Gtin> {
        let gtin = Gtin::parse(text).ok();
        if gtin.is_none() {
            self.say(Code::BadGtin, text, segment, element);
        }
        gtin
    }

    pub fn sscc(&mut self, text: &str, segment: &Segment, element: usize) -> Option<Sscc> {
        // Some write the application identifier of the label in front of it.
        let digits = text.strip_prefix("00").filter(|rest| rest.len() == 18).unwrap_or(text);
        let sscc = Sscc::parse(digits).ok();
        if sscc.is_none() {
            self.say(Code::BadSscc, text, segment, element);
        }
        sscc
    }

    pub fn gln(&mut self, text: &str, segment: &Segment, element: usize) -> Option<String> {
        let good = is_gln(text);
        if !good {
            self.say(Code::BadGln, text, segment, element);
        }
        good.then(|| text.to_owned())
    }

    pub fn lot(&mut self, text: &str, segment: &Segment, element: usize) -> Option<LotNumber> {
        let lot = LotNumber::new(text).ok();
        if lot.is_none() {
            self.say(Code::BadText, text, segment, element);
        }
        lot
    }

    pub fn serial(&mut self, text: &str, segment: &Segment, element: usize) -> Option<SerialNumber> {
        let serial = SerialNumber::new(text).ok();
        if serial.is_none() {
            self.say(Code::BadText, text, segment, element);
        }
        serial
    }

    /// Our word for a partner's unit.
    pub fn unit(&self, code: &str) -> Option<String> {
        (!code.is_empty()).then(|| Mapping::ours(&self.mapping.unit, code))
    }

    /// Our word for a code of the mapping's lists of dates.
    pub fn date_of(&self, code: &str) -> Option<Dated> {
        let dates = &self.mapping.date;
        [
            (&dates.shipped, Dated::Shipped),
            (&dates.due, Dated::Due),
            (&dates.expiry, Dated::Expiry),
            (&dates.best_before, Dated::BestBefore),
            (&dates.made, Dated::Made),
        ]
        .into_iter()
        .find_map(|(codes, dated)| has(codes, code).then_some(dated))
    }
}

/// What a date is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dated {
    Shipped,
    Due,
    Expiry,
    BestBefore,
    Made,
}

/// Thirteen digits with a good check digit (General Specifications 7.9).
pub fn is_gln(text: &str) -> bool {
    text.len() == 13 && Gtin::parse(text).is_ok()
}

/// A day of eight digits (CCYYMMDD).
pub fn day(text: &str) -> Option<Day> {
    if text.len() != 8 || !text.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    Day::from_ymd_opt(text.get(..4)?.parse().ok()?, part(4..6)?, part(6..8)?)
}

/// Hours and minutes of four digits or more (HHMM, HHMMSS and finer).
pub fn time(text: &str) -> Option<String> {
    if !(4..=8).contains(&text.len()) || !text.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let head = &text[..4];
    (&head[..2] < "24" && &head[2..] < "60").then(|| head.to_owned())
}
