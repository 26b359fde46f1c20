//! Bytes as segments and segments as bytes, for both syntaxes: X12.5/X12.6 and EDIFACT (ISO 9735).
//!
//! What was read can be written again byte for byte ([`Syntax::bytes`]). Nothing is guessed: a file that contradicts its
//! own header is refused, with the byte where it does.

use super::finding::Place;
use super::segment::{Element, Segment};
use std::borrow::Cow;

/// How much of a stranger's file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: usize,
    /// Segments of a file.
    pub segments: usize,
    /// Bytes of a segment.
    pub segment: usize,
    /// Elements of a segment, and components with repetitions of an element.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes: 16 << 20,
            segments: 500_000,
            segment: 8_192,
            elements: 256,
        }
    }
}

/// Which standard a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// ASC X12.
    X12,
    /// UN/EDIFACT.
    Edifact,
}

/// Why bytes are no segments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}, {place}")]
pub struct SyntaxError {
    /// What is wrong.
    pub what: SyntaxFault,
    /// Where.
    pub place: Place,
}

/// What makes bytes no segments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxFault {
    /// Neither ISA nor UNA nor UNB is at the beginning.
    #[error("this is neither X12 (ISA) nor EDIFACT (UNA, UNB)")]
    NotEdi,
    /// More bytes than are read.
    #[error("the file has {bytes} bytes, at most {most} are read")]
    TooLarge {
        /// How many.
        bytes: usize,
        /// How many are read.
        most: usize,
    },
    /// More segments than are read.
    #[error("the file has more than {most} segments")]
    TooManySegments {
        /// How many are read.
        most: usize,
    },
    /// A segment is longer than is read.
    #[error("a segment has no end within {most} bytes")]
    SegmentTooLong {
        /// How many bytes are read.
        most: usize,
    },
    /// A segment has more elements, or an element more components, than is read.
    #[error("a segment has more than {most} elements, or an element more components")]
    TooManyElements {
        /// How many are read.
        most: usize,
    },
    /// ISA has fixed lengths (X12.5 B.1.1); at this byte another character must stand.
    #[error(
        "ISA lies about its delimiters: at byte {at} of it {found:?} stands, not the element separator {expected:?}"
    )]
    IsaLayout {
        /// Byte within the segment, from 0.
        at: usize,
        /// What stands there.
        found: char,
        /// What must.
        expected: char,
    },
    /// A delimiter that data is made of, or one that is used for two things.
    #[error("{delimiter:?} cannot be the {role}: {why}")]
    Delimiter {
        /// Which.
        delimiter: char,
        /// What it is said to be.
        role: &'static str,
        /// Why it cannot.
        why: &'static str,
    },
    /// The characters are none of the declared set.
    #[error("these bytes are no text in {charset}")]
    NotText {
        /// The set.
        charset: &'static str,
    },
    /// The set of characters is not one that is read.
    #[error("the character set {identifier:?} is not read; UNOA, UNOB, UNOC, UNOW and UNOY are")]
    Charset {
        /// As UNB names it.
        identifier: String,
    },
    /// A control character in a value.
    #[error("the control character U+{0:04X} stands in a value")]
    Control(u32),
    /// The file ends too early.
    #[error("the file ends where {missing} should follow")]
    Truncated {
        /// What is missing.
        missing: &'static str,
    },
    /// The envelopes of an interchange lie too often.
    #[error("the envelopes of the interchange contradict themselves more than {most} times")]
    Untrue {
        /// How many findings are kept.
        most: usize,
    },
    /// A tag that is none.
    #[error("{0:?} is no segment's tag")]
    Tag(String),
    /// A segment of the envelope at the wrong place.
    #[error("{found} stands where {expected} should")]
    Misplaced {
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
}

/// The set of characters of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// ASCII alone (UNOA, UNOB).
    Ascii,
    /// ISO 8859-1 (UNOC).
    Latin1,
    /// UTF-8 (X12 by agreement, UNOW, UNOY).
    Utf8,
}

impl Charset {
    const fn name(self) -> &'static str {
        match self {
            Charset::Ascii => "ASCII",
            Charset::Latin1 => "ISO 8859-1",
            Charset::Utf8 => "UTF-8",
        }
    }

    fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Charset::Latin1 if !bytes.is_ascii() => {
                Some(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()))
            }
            Charset::Ascii if !bytes.is_ascii() => None,
            _ => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        }
    }

    /// The bytes of `text`, if the set has all its characters.
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Charset::Utf8 => Some(text.as_bytes().to_vec()),
            Charset::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
            Charset::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
        }
    }
}

/// How a file separates what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syntax {
    /// Which standard.
    pub dialect: Dialect,
    /// Between elements.
    pub element: u8,
    /// Between components.
    pub component: u8,
    /// Behind a segment.
    pub segment: u8,
    /// Between repetitions, where the version has them.
    pub repetition: Option<u8>,
    /// Before a character that is meant as itself; EDIFACT alone.
    pub release: Option<u8>,
    /// The decimal mark; EDIFACT alone declares it.
    pub decimal: u8,
    /// The characters.
    pub charset: Charset,
    /// What stands before the first segment: UNA and line ends.
    pub lead: String,
}

/// What may follow a terminator: it is kept, and says nothing.
const FILLING: [u8; 4] = [b'\r', b'\n', b' ', b'\t'];

fn fault(what: SyntaxFault, offset: usize) -> SyntaxError {
    SyntaxError {
        what,
        place: Place {
            offset,
            ..Place::default()
        },
    }
}

fn at(bytes: &[u8], offset: usize) -> char {
    bytes.get(offset).map_or('\0', |byte| char::from(*byte))
}

impl Syntax {
    /// What the header at `start` declares.
    ///
    /// # Errors
    /// [`SyntaxError`] when there is no header, or it contradicts itself.
    pub fn declared(bytes: &[u8], start: usize) -> Result<Self, SyntaxError> {
        let rest = bytes.get(start..).unwrap_or_default();
        let syntax = if rest.starts_with(b"ISA") {
            Self::x12(rest, start)?
        } else if rest.starts_with(b"UNA") || rest.starts_with(b"UNB") {
            Self::edifact(rest, start)?
        } else {
            return Err(fault(SyntaxFault::NotEdi, start));
        };
        syntax.distinct().map_err(|what| fault(what, start))?;
        Ok(syntax)
    }

    /// X12.5 B.1.1: ISA is 106 bytes, each element of a fixed length; what stands behind the lengths are the delimiters.
    fn x12(rest: &[u8], start: usize) -> Result<Self, SyntaxError> {
        if rest.len() < 106 {
            return Err(fault(SyntaxFault::Truncated { missing: "ISA" }, start + rest.len()));
        }
        let element = rest[3];
        let mut place = 3;
        for length in [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1] {
            place += length + 1;
            if rest[place] != element {
                let what = SyntaxFault::IsaLayout {
                    at: place,
                    found: char::from(rest[place]),
                    expected: char::from(element),
                };
                return Err(fault(what, start + place));
            }
        }
        // Before version 00402 the place of the repetition separator holds the standard's identifier, `U`.
        let modern = &rest[84..89] >= b"00402".as_slice();
        Ok(Syntax {
            dialect: Dialect::X12,
            element,
            component: rest[104],
            segment: rest[105],
            repetition: (modern && !rest[82].is_ascii_alphanumeric()).then_some(rest[82]),
            release: None,
            decimal: b'.',
            charset: Charset::Utf8,
            lead: String::new(),
        })
    }

    /// ISO 9735 6.1 and 8: UNA, if there, is nine bytes that declare; without it the defaults of level A hold.
    fn edifact(rest: &[u8], start: usize) -> Result<Self, SyntaxError> {
        let (service, lead) = if rest.starts_with(b"UNA") {
            if rest.len() < 9 {
                return Err(fault(SyntaxFault::Truncated { missing: "UNA" }, start + rest.len()));
            }
            let filling = rest[9..].iter().take_while(|byte| FILLING.contains(byte)).count();
            let lead = &rest[..9 + filling];
            let lead = std::str::from_utf8(lead)
                .map_err(|_| fault(SyntaxFault::NotText { charset: "ASCII" }, start))?
                .to_owned();
            (rest.get(3..9).unwrap_or_default().to_vec(), lead)
        } else {
            (b":+.? '".to_vec(), String::new())
        };
        let header = &rest[lead.len()..];
        if !header.starts_with(b"UNB") {
            return Err(fault(SyntaxFault::Truncated { missing: "UNB" }, start + lead.len()));
        }
        let identifier = header.get(4..8).unwrap_or_default();
        let charset = match identifier {
            b"UNOA" | b"UNOB" => Charset::Ascii,
            b"UNOC" => Charset::Latin1,
            b"UNOW" | b"UNOY" => Charset::Utf8,
            _ => {
                let identifier = String::from_utf8_lossy(identifier).into_owned();
                return Err(fault(SyntaxFault::Charset { identifier }, start + lead.len() + 4));
            }
        };
        let fourth = at(header, 9) >= '4';
        let repetition = match service[4] {
            b' ' if fourth && lead.is_empty() => Some(b'*'),
            b' ' => None,
            _ if !fourth => None,
            other => Some(other),
        };
        Ok(Syntax {
            dialect: Dialect::Edifact,
            component: service[0],
            element: service[1],
            decimal: service[2],
            release: (service[3] != b' ').then_some(service[3]),
            repetition,
            segment: service[5],
            charset,
            lead,
        })
    }

    /// Every delimiter is one character that no tag and number is made of, and is used for one thing.
    ///
    /// # Errors
    /// Which one is not.
    pub fn distinct(&self) -> Result<(), SyntaxFault> {
        let named = [
            (Some(self.element), "element separator"),
            (Some(self.component), "component separator"),
            (Some(self.segment), "segment terminator"),
            (self.repetition, "repetition separator"),
            (self.release, "release character"),
        ];
        let mut seen: Vec<u8> = Vec::new();
        for (delimiter, role) in named {
            let Some(byte) = delimiter else { continue };
            let why = if !byte.is_ascii() || byte.is_ascii_alphanumeric() {
                "data is made of it"
            } else if byte == b' ' || byte == 0 {
                "it cannot be told from filling"
            } else if seen.contains(&byte) {
                "it is another delimiter, too"
            } else {
                seen.push(byte);
                continue;
            };
            let delimiter = char::from(byte);
            return Err(SyntaxFault::Delimiter { delimiter, role, why });
        }
        Ok(())
    }

    /// The segments from `start` up to and with the one that `last` names, and the byte behind them.
    ///
    /// # Errors
    /// [`SyntaxError`], with the byte.
    pub fn segments(
        &self,
        bytes: &[u8],
        start: usize,
        numbered: usize,
        limits: &Limits,
        last: &'static str,
    ) -> Result<(Vec<Segment>, usize), SyntaxError> {
        let mut segments: Vec<Segment> = Vec::new();
        let mut from = start + self.lead.len();
        loop {
            if numbered + segments.len() >= limits.segments {
                let most = limits.segments;
                return Err(fault(SyntaxFault::TooManySegments { most }, from));
            }
            if from >= bytes.len() {
                return Err(fault(SyntaxFault::Truncated { missing: last }, bytes.len()));
            }
            let (mut segment, next) = self.segment(bytes, from, limits, last)?;
            segment.number = numbered + segments.len() + 1;
            from = next;
            let done = segment.tag == last;
            segments.push(segment);
            if done {
                return Ok((segments, from));
            }
        }
    }

    fn segment(
        &self,
        bytes: &[u8],
        from: usize,
        limits: &Limits,
        last: &'static str,
    ) -> Result<(Segment, usize), SyntaxError> {
        let rest = &bytes[from..];
        let within = &rest[..rest.len().min(limits.segment)];
        let mut released = false;
        let end = within.iter().position(|byte| {
            let ends = !released && *byte == self.segment;
            released = !released && Some(*byte) == self.release;
            ends
        });
        let Some(end) = end else {
            let what = if within.len() < rest.len() {
                SyntaxFault::SegmentTooLong { most: limits.segment }
            } else {
                SyntaxFault::Truncated { missing: last }
            };
            return Err(fault(what, from));
        };
        let text = self.charset.decode(&within[..end]).ok_or_else(|| {
            let charset = self.charset.name();
            fault(SyntaxFault::NotText { charset }, from)
        })?;
        let filling = rest[end + 1..].iter().take_while(|byte| FILLING.contains(byte)).count();
        let tail = rest[end + 1..=end + filling]
            .iter()
            .map(|byte| char::from(*byte))
            .collect();
        let mut segment = self.split(&text, from, limits)?;
        segment.offset = from;
        segment.tail = tail;
        let mut written = String::with_capacity(text.len());
        self.put(&segment, &mut written);
        if written != text {
            segment.spelling = Some(text.into_owned());
        }
        Ok((segment, from + end + 1 + filling))
    }

    fn split(&self, text: &str, offset: usize, limits: &Limits) -> Result<Segment, SyntaxError> {
        let [element, component] = [self.element, self.component].map(char::from);
        let [repetition, release] = [self.repetition, self.release].map(|c| c.map(char::from));
        let too_many = || fault(SyntaxFault::TooManyElements { most: limits.elements }, offset);
        let tag_end = text.find(element).unwrap_or(text.len());
        let tag = &text[..tag_end];
        let lengths = if self.dialect == Dialect::X12 { 2..=3 } else { 3..=3 };
        let good = lengths.contains(&tag.len())
            && tag.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            && tag.as_bytes()[0].is_ascii_uppercase();
        if !good {
            let tag = tag.chars().take(20).collect();
            return Err(fault(SyntaxFault::Tag(tag), offset));
        }
        // ISA declares the delimiters: there they are values.
        let plain = self.dialect == Dialect::X12 && tag == "ISA";
        let mut elements: Vec<Element> = Vec::new();
        let mut parts: Vec<Vec<String>> = vec![vec![String::new()]];
        let mut count = 1;
        let mut flush = |parts: &mut Vec<Vec<String>>| {
            let blank = parts.len() == 1 && parts[0].len() == 1 && parts[0][0].is_empty();
            elements.push(if blank {
                Element::default()
            } else {
                Element(std::mem::take(parts))
            });
            *parts = vec![vec![String::new()]];
            elements.len()
        };
        if tag_end == text.len() {
            parts.clear();
        }
        let mut characters = text.char_indices().skip_while(|(at, _)| *at <= tag_end);
        while let Some((place, c)) = characters.next() {
            let mut literal = None;
            if Some(c) == release {
                literal = characters.next().map(|(_, c)| c);
            } else if c == element {
                count = 1;
                if flush(&mut parts) >= limits.elements {
                    return Err(too_many());
                }
            } else if c == component && !plain {
                count += 1;
                if let Some(last) = parts.last_mut() {
                    last.push(String::new());
                }
            } else if Some(c) == repetition && !plain {
                count += 1;
                parts.push(vec![String::new()]);
            } else {
                literal = Some(c);
            }
            if count > limits.elements {
                return Err(too_many());
            }
            let Some(c) = literal else { continue };
            if c.is_control() {
                return Err(fault(SyntaxFault::Control(c.into()), offset + place));
            }
            if let Some(value) = parts.last_mut().and_then(|last| last.last_mut()) {
                value.push(c);
            }
        }
        if !parts.is_empty() {
            flush(&mut parts);
        }
        Ok(Segment {
            tag: tag.to_owned(),
            elements,
            number: 0,
            offset,
            tail: String::new(),
            spelling: None,
        })
    }

    /// Appends a segment without its terminator.
    pub fn put(&self, segment: &Segment, out: &mut String) {
        out.push_str(&segment.tag);
        let plain = self.dialect == Dialect::X12 && segment.tag == "ISA";
        for element in &segment.elements {
            out.push(char::from(self.element));
            for (at, parts) in element.0.iter().enumerate() {
                if at > 0 {
                    out.push(char::from(self.repetition.unwrap_or(self.component)));
                }
                for (at, value) in parts.iter().enumerate() {
                    if at > 0 {
                        out.push(char::from(self.component));
                    }
                    for c in value.chars() {
                        if let Some(release) = self.release
                            && !plain
                            && self.is_service(c)
                        {
                            out.push(char::from(release));
                        }
                        out.push(c);
                    }
                }
            }
        }
    }

    /// Whether `c` separates, ends or releases.
    pub fn is_service(&self, c: char) -> bool {
        u8::try_from(u32::from(c)).is_ok_and(|byte| {
            [self.element, self.component, self.segment].contains(&byte)
                || self.repetition == Some(byte)
                || self.release == Some(byte)
        })
    }

    /// Segments as bytes: those that were read become what they were, those that were made end without a line.
    /// `None` when a character is none of the set.
    pub fn bytes(&self, segments: &[Segment]) -> Option<Vec<u8>> {
        let mut out = self.lead.clone();
        for segment in segments {
            match &segment.spelling {
                Some(spelling) => out.push_str(spelling),
                None => self.put(segment, &mut out),
            }
            out.push(char::from(self.segment));
            out.push_str(&segment.tail);
        }
        self.charset.encode(&out)
    }
}
