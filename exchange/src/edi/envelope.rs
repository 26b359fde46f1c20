//! Envelopes: which segments are a message, and whether the envelopes around it tell the truth about it.
//!
//! X12.5 and X12.6 (ISA/IEA, GS/GE, ST/SE), ISO 9735 (UNB/UNZ, UNG/UNE, UNH/UNT). Segments at a place where none can be
//! are a [`SyntaxError`]; counts and control numbers that lie are [`Finding`]s, because the answer has to name them.

use super::finding::{Code, Finding, Place};
use super::segment::Segment;
use super::syntax::{Dialect, Limits, Syntax, SyntaxError, SyntaxFault};
use std::collections::HashSet;

/// The most findings about the envelopes of an interchange, which a stranger's can have for each message: with more it is
/// refused whole.
const MOST_FINDINGS: usize = 1_000;

/// A message within an interchange: ST to SE, or UNH to UNT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Index of its first segment.
    pub first: usize,
    /// Index of its last segment.
    pub last: usize,
    /// Whether its trailer is there.
    pub closed: bool,
}

/// A group within an interchange: GS to GE, or UNG to UNE. EDIFACT mostly has none: then header and trailer are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Index of its header.
    pub header: Option<usize>,
    /// Index of its trailer.
    pub trailer: Option<usize>,
    /// Its messages.
    pub messages: Vec<Message>,
}

/// An interchange: everything between ISA and IEA, or UNB and UNZ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interchange {
    /// How it separates.
    pub syntax: Syntax,
    /// Its segments.
    pub segments: Vec<Segment>,
    /// Its groups.
    pub groups: Vec<Group>,
    /// What its envelopes say that is not so.
    pub findings: Vec<Finding>,
}

/// The tags of an envelope: header and trailer of interchange, group and message.
struct Tags {
    interchange: [&'static str; 2],
    group: [&'static str; 2],
    message: [&'static str; 2],
}

const X12: Tags = Tags {
    interchange: ["ISA", "IEA"],
    group: ["GS", "GE"],
    message: ["ST", "SE"],
};

const EDIFACT: Tags = Tags {
    interchange: ["UNB", "UNZ"],
    group: ["UNG", "UNE"],
    message: ["UNH", "UNT"],
};

impl Dialect {
    const fn tags(self) -> &'static Tags {
        match self {
            Dialect::X12 => &X12,
            Dialect::Edifact => &EDIFACT,
        }
    }
}

/// All interchanges of a file, which may hold several one after another, each with delimiters of its own.
///
/// # Errors
/// [`SyntaxError`], with the byte: a file of which a part cannot be read is refused whole.
pub fn interchanges(bytes: &[u8], limits: &Limits) -> Result<Vec<Interchange>, SyntaxError> {
    if bytes.len() > limits.bytes {
        let what = SyntaxFault::TooLarge {
            bytes: bytes.len(),
            most: limits.bytes,
        };
        let place = Place::default();
        return Err(SyntaxError { what, place });
    }
    let (mut all, mut from, mut numbered) = (Vec::new(), 0, 0);
    while from < bytes.len() || all.is_empty() {
        let syntax = Syntax::declared(bytes, from)?;
        let last = syntax.dialect.tags().interchange[1];
        let (segments, next) = syntax.segments(bytes, from, numbered, limits, last)?;
        from = next;
        numbered += segments.len();
        all.push(Interchange::of(syntax, segments)?);
    }
    Ok(all)
}

impl Interchange {
    /// Takes segments apart into groups and messages, and compares what the envelopes say.
    ///
    /// # Errors
    /// [`SyntaxError`] when a segment stands where none of its kind can, or hardly anything is as it says.
    pub fn of(syntax: Syntax, segments: Vec<Segment>) -> Result<Self, SyntaxError> {
        let tags = syntax.dialect.tags();
        let mut groups: Vec<Group> = Vec::new();
        let (mut in_group, mut in_message) = (false, false);
        let last = segments.len().saturating_sub(1);
        for (at, segment) in segments.iter().enumerate() {
            let misplaced = |expected| {
                let found = segment.tag.clone();
                let place = segment.place(0);
                let what = SyntaxFault::Misplaced { found, expected };
                Err(SyntaxError { what, place })
            };
            let tag = segment.tag.as_str();
            let is = |pair: [&str; 2]| pair.iter().position(|one| *one == tag);
            match (is(tags.interchange), is(tags.group), is(tags.message)) {
                (Some(0), ..) if at == 0 => {}
                (Some(1), ..) if at == last => (in_group, in_message) = (false, false),
                (Some(_), ..) => return misplaced("a segment within the interchange"),
                (_, Some(0), _) => {
                    // A group that begins where another has not ended: that one has no trailer.
                    groups.push(Group {
                        header: Some(at),
                        ..Group::default()
                    });
                    (in_group, in_message) = (true, false);
                }
                (_, Some(_), _) => match groups.last_mut() {
                    Some(group) if in_group => {
                        group.trailer = Some(at);
                        (in_group, in_message) = (false, false);
                    }
                    _ => return misplaced(tags.group[0]),
                },
                (.., Some(0)) => {
                    let grouped = in_group || syntax.dialect == Dialect::Edifact;
                    if groups.is_empty() && syntax.dialect == Dialect::Edifact {
                        groups.push(Group::default());
                    }
                    match groups.last_mut() {
                        Some(group) if grouped => group.messages.push(Message {
                            first: at,
                            last: at,
                            closed: false,
                        }),
                        _ => return misplaced(tags.group[0]),
                    }
                    in_message = true;
                }
                // Between header and groups X12.56 allows an answer to an earlier interchange.
                (.., None) if tag == "TA1" && groups.is_empty() => {}
                (.., ends) => match groups.last_mut().and_then(|group| group.messages.last_mut()) {
                    Some(message) if in_message => {
                        message.last = at;
                        message.closed = ends.is_some();
                        in_message = ends.is_none();
                    }
                    _ if ends.is_some() => return misplaced(tags.message[0]),
                    _ => return misplaced("a header or trailer of the envelope"),
                },
            }
        }
        let mut interchange = Interchange {
            syntax,
            segments,
            groups,
            findings: Vec::new(),
        };
        interchange.findings = interchange.lies();
        if interchange.findings.len() >= MOST_FINDINGS {
            let what = SyntaxFault::Untrue { most: MOST_FINDINGS };
            let place = interchange.header().place(0);
            return Err(SyntaxError { what, place });
        }
        Ok(interchange)
    }

    /// The interchange as bytes; `None` when a character is none of its set, which what was read cannot have.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        self.syntax.bytes(&self.segments)
    }

    /// The header: ISA or UNB.
    pub fn header(&self) -> &Segment {
        // `of` is given what `segments` found: at least the trailer.
        &self.segments[0]
    }

    /// The control number of the interchange: ISA13 or UNB 0020.
    pub fn control(&self) -> &str {
        match self.syntax.dialect {
            Dialect::X12 => self.header().text(13).trim(),
            Dialect::Edifact => self.header().text(5),
        }
    }

    /// Who sent it and to whom: qualifier and identification of each (ISA05 to ISA08; UNB S002, S003).
    pub fn parties(&self) -> [(&str, &str); 2] {
        let header = self.header();
        match self.syntax.dialect {
            Dialect::X12 => [5, 7].map(|at| (header.text(at).trim(), header.text(at + 1).trim_end())),
            Dialect::Edifact => [2, 3].map(|at| (header.part(at, 2), header.part(at, 1))),
        }
    }

    /// What names this interchange among all of its sender: a second one with it is a repetition (X12.5 ISA13, ISO 9735
    /// 0020). Whoever keeps what came compares it.
    pub fn key(&self) -> String {
        let [from, to] = self.parties();
        format!("{}/{}/{}/{}/{}", from.0, from.1, to.0, to.1, self.control())
    }

    /// The segments of a message, header and trailer among them.
    pub fn message(&self, message: &Message) -> &[Segment] {
        self.segments.get(message.first..=message.last).unwrap_or_default()
    }

    /// The findings about a message.
    pub fn about<'a>(&'a self, message: &'a Message) -> impl Iterator<Item = &'a Finding> {
        let numbers = self.segments[message.first].number..=self.segments[message.last].number;
        self.findings
            .iter()
            .filter(move |finding| numbers.contains(&finding.place.segment))
    }

    fn lies(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let x12 = self.syntax.dialect == Dialect::X12;
        let trailer = &self.segments[self.segments.len() - 1];
        let messages: usize = self.groups.iter().map(|group| group.messages.len()).sum();
        let grouped = self.groups.iter().any(|group| group.header.is_some());
        let held = if x12 || grouped { self.groups.len() } else { messages };
        if number(trailer.text(1)) != Some(held) {
            found.push(Finding::new(Code::GroupCount, trailer.text(1), trailer.place(0).at(1)));
        }
        if self.control() != trailer.text(2).trim() {
            let place = trailer.place(0).at(2);
            found.push(Finding::new(Code::InterchangeControl, trailer.text(2), place));
        }
        for group in &self.groups {
            if found.len() >= MOST_FINDINGS {
                break;
            }
            self.group_lies(group, &mut found);
            let mut seen: HashSet<&str> = HashSet::new();
            for message in &group.messages {
                self.message_lies(message, &mut seen, &mut found);
                if found.len() >= MOST_FINDINGS {
                    break;
                }
            }
        }
        found
    }

    fn group_lies(&self, group: &Group, found: &mut Vec<Finding>) {
        let Some(header) = group.header.map(|at| &self.segments[at]) else {
            return;
        };
        let Some(trailer) = group.trailer.map(|at| &self.segments[at]) else {
            found.push(Finding::new(Code::GroupTrailer, "", header.place(0)));
            return;
        };
        if number(trailer.text(1)) != Some(group.messages.len()) {
            found.push(Finding::new(Code::SetCount, trailer.text(1), trailer.place(0).at(1)));
        }
        let control = if self.syntax.dialect == Dialect::X12 { 6 } else { 5 };
        if header.text(control) != trailer.text(2) {
            let place = trailer.place(0).at(2);
            found.push(Finding::new(Code::GroupControl, trailer.text(2), place));
        }
    }

    fn message_lies<'a>(&'a self, message: &Message, seen: &mut HashSet<&'a str>, found: &mut Vec<Finding>) {
        let segments = self.segments.get(message.first..=message.last).unwrap_or_default();
        let [header, .., trailer] = segments else {
            if let [header] = segments {
                found.push(Finding::new(Code::SetTrailer, "", header.place(header.number)));
            }
            return;
        };
        let first = header.number;
        let control = match self.syntax.dialect {
            Dialect::X12 => 2,
            Dialect::Edifact => 1,
        };
        let name = header.text(control);
        if name.is_empty() || name.len() > 14 {
            found.push(Finding::new(Code::SetControlBad, name, header.place(first).at(control)));
        } else if !seen.insert(name) {
            found.push(Finding::new(
                Code::SetControlTwice,
                name,
                header.place(first).at(control),
            ));
        }
        if !message.closed {
            found.push(Finding::new(Code::SetTrailer, "", trailer.place(first)));
            return;
        }
        if number(trailer.text(1)) != Some(segments.len()) {
            let place = trailer.place(first).at(1);
            found.push(Finding::new(Code::SegmentCount, trailer.text(1), place));
        }
        if trailer.text(2) != name {
            let place = trailer.place(first).at(2);
            found.push(Finding::new(Code::SetControl, trailer.text(2), place));
        }
    }
}

/// A count: digits alone, leading zeros allowed.
fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.len() <= 10 && text.bytes().all(|c| c.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
