//! What is answered: 997 (was it readable?) and 824 (can we work with it?) to X12, CONTRL to EDIFACT.
//!
//! X12.20 (997), X12.44 (824); ISO 9735 and EANCOM part II (CONTRL, D.3). A 997 speaks of syntax alone; what only the
//! warehouse can know, such as a missing lot, goes into the 824.

use super::envelope::{Interchange, Message};
use super::finding::{Class, Finding};
use super::mapping::{Address, Format, Mapping};
use super::read::{File, Reading};
use super::segment::{Element, Segment};
use super::syntax::Dialect;
use super::write::{Numbers, WriteError, digits, edifact, plain, x12};
use std::collections::HashMap;

/// The answers to one interchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The 997 or CONTRL.
    pub received: Vec<u8>,
    /// The 824, where its messages are ship notices; X12 alone.
    pub judged: Option<Vec<u8>>,
}

/// Answers the interchange at `index` of a file. `found` are findings of [`check`](super::check()), by the reading they are
/// about. The answer goes from its receiver to its sender, with its delimiters. The second document takes the numbers
/// that follow `numbers`.
///
/// # Errors
/// [`WriteError`], when a value cannot stand in an answer.
pub fn reply(
    file: &File,
    index: usize,
    found: &[(usize, Vec<Finding>)],
    numbers: &Numbers,
) -> Result<Option<Reply>, WriteError> {
    let Some(held) = file.interchanges.get(index) else {
        return Ok(None);
    };
    let found: HashMap<usize, &Vec<Finding>> = found.iter().map(|(of, all)| (*of, all)).collect();
    let readings: Vec<Read<'_>> = file
        .of(index)
        .map(|(at, reading)| Read {
            reading,
            found: found.get(&at).map_or(&[], |all| all.as_slice()),
        })
        .collect();
    match held.syntax.dialect {
        Dialect::X12 => in_x12(held, &readings, numbers).map(Some),
        Dialect::Edifact => in_edifact(held, &readings, numbers).map(Some),
    }
}

struct Read<'a> {
    reading: &'a Reading,
    found: &'a [Finding],
}

impl Read<'_> {
    fn all(&self) -> impl Iterator<Item = &Finding> {
        self.reading.findings.iter().chain(self.found)
    }

    /// What a 997 tells: AK5 R refuses, E accepts with errors told.
    fn syntax(&self) -> impl Iterator<Item = &Finding> {
        self.reading
            .findings
            .iter()
            .filter(|finding| matches!(finding.code.class().0, Class::Set | Class::Segment | Class::Element))
    }
}

/// From the receiver back to the sender, with the interchange's delimiters and version.
fn back(held: &Interchange, format: Format) -> Mapping {
    let mut mapping = Mapping::plain(format);
    let [from, to] = held.parties().map(|(qualifier, id)| Address {
        id: id.to_owned(),
        qualifier: qualifier.to_owned(),
        group: String::new(),
    });
    let envelope = &mut mapping.envelope;
    (envelope.sender, envelope.receiver) = (to, from);
    let text = |byte: u8| char::from(byte).to_string();
    envelope.element = text(held.syntax.element);
    envelope.component = text(held.syntax.component);
    envelope.segment = text(held.syntax.segment);
    envelope.repetition = held.syntax.repetition.map(text).unwrap_or_default();
    envelope.line_end = held.segments.first().map_or(String::new(), |first| first.tail.clone());
    if !["", "\n", "\r\n"].contains(&envelope.line_end.as_str()) {
        envelope.line_end = String::new();
    }
    match format {
        Format::X12 => {
            envelope.test = held.header().text(15) == "T";
            let group = held.groups.iter().find_map(|group| group.header);
            if let Some(header) = group.and_then(|at| held.segments.get(at)) {
                header.text(3).clone_into(&mut envelope.sender.group);
                header.text(2).clone_into(&mut envelope.receiver.group);
                // GS08 may name an industry's convention behind the release: the answer is of the release.
                if let Some(release) = header
                    .text(8)
                    .get(..6)
                    .filter(|r| r.bytes().all(|c| c.is_ascii_digit()))
                {
                    release.clone_into(&mut envelope.version);
                }
            }
            if envelope.version.as_str() < "004020" {
                envelope.repetition.clear();
            }
        }
        Format::Edifact => {
            held.header().part(1, 1).clone_into(&mut envelope.charset);
            envelope.test = held.header().text(11) == "1";
            envelope.una = !held.syntax.lead.is_empty();
            envelope.repetition.clear();
        }
    }
    mapping
}

/// A value as an answer can repeat it: without delimiters of the answer, which would end it.
fn harmless(held: &Interchange, text: &str, most: usize) -> String {
    let kept = text.chars().filter(|c| {
        let splits = held.syntax.is_service(*c) && held.syntax.dialect == Dialect::X12;
        !splits && !c.is_control() && held.syntax.charset.encode(c.encode_utf8(&mut [0; 4])).is_some()
    });
    kept.take(most).collect()
}

fn in_x12(held: &Interchange, readings: &[Read<'_>], numbers: &Numbers) -> Result<Reply, WriteError> {
    let mapping = back(held, Format::X12);
    let syntax = mapping.syntax()?;
    let parties = [&mapping.envelope.sender, &mapping.envelope.receiver];
    let (mut received, mut judged) = (Vec::new(), Vec::new());
    for (at, group) in held.groups.iter().enumerate() {
        // Messages stand in the order of their groups.
        let of = &readings[readings.partition_point(|read| read.reading.group < at)
            ..readings.partition_point(|read| read.reading.group <= at)];
        let Some(header) = group.header.and_then(|at| held.segments.get(at)) else {
            continue;
        };
        let mut body = vec![plain("AK1", &[header.text(1), header.text(6)])];
        let mut accepted = 0;
        for read in of {
            let Some(message) = group.messages.get(read.reading.message) else {
                continue;
            };
            accepted += usize::from(one_set(held, message, read, &mut body));
            if read.reading.kind == "856" {
                judged.push(("824", judgement(held, header, message, read, numbers)));
            }
        }
        body.push(group_end(held, header, group.trailer, of.len(), accepted));
        received.push(("997", body));
    }
    let received = x12(&mapping, &syntax, parties, "FA", received, numbers)?;
    let next = Numbers {
        interchange: numbers.interchange + 1,
        group: numbers.group + 1,
        ..numbers.clone()
    };
    let judged = match judged.as_slice() {
        [] => None,
        _ => Some(x12(&mapping, &syntax, parties, "AG", judged, &next)?),
    };
    Ok(Reply { received, judged })
}

/// AK2 to AK5 of a transaction set; says whether it is accepted.
fn one_set(held: &Interchange, message: &Message, read: &Read<'_>, body: &mut Vec<Segment>) -> bool {
    let header = &held.segments[message.first];
    let control = harmless(held, header.text(2), 9);
    body.push(plain("AK2", &[&harmless(held, header.text(1), 3), &control]));
    let mut in_segments = false;
    let mut last = 0;
    let mut codes: Vec<&str> = Vec::new();
    for finding in read.syntax() {
        let (class, code) = finding.code.class();
        let place = &finding.place;
        match class {
            Class::Segment | Class::Element => {
                in_segments = true;
                let position = place.position.to_string();
                let whole = class == Class::Segment || place.element == 0;
                if whole || last != place.position {
                    let code = if class == Class::Segment { code } else { "8" };
                    body.push(plain("AK3", &[&harmless(held, &place.tag, 3), &position, "", code]));
                    last = if whole { 0 } else { place.position };
                }
                if !whole {
                    let at: Element = if place.component > 0 {
                        [place.element.to_string().as_str(), &place.component.to_string()].into()
                    } else {
                        place.element.to_string().into()
                    };
                    let found = harmless(held, &finding.found, 60);
                    let elements = vec![at, "".into(), code.into(), found.trim().into()];
                    body.push(Segment::new("AK4", elements));
                }
            }
            _ => {
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
        }
    }
    if in_segments {
        codes.push("5");
    }
    let refused = !codes.is_empty();
    let mut elements = vec![if refused { "R" } else { "A" }];
    // AK5 has room for five codes.
    elements.extend(codes.into_iter().take(5));
    body.push(plain("AK5", &elements));
    !refused
}

fn group_end(held: &Interchange, header: &Segment, trailer: Option<usize>, received: usize, good: usize) -> Segment {
    let trailer = trailer.and_then(|at| held.segments.get(at));
    let numbers = header.number..=trailer.map_or(header.number, |trailer| trailer.number);
    let about = held.findings.iter().filter(|f| numbers.contains(&f.place.segment));
    let mut codes: Vec<&str> = Vec::new();
    for finding in about {
        let (class, code) = finding.code.class();
        if class == Class::Group || class == Class::Set && finding.place.position == 0 {
            codes.push(code);
        }
    }
    let included = trailer.map(|trailer| harmless(held, trailer.text(1), 6));
    let included = included.filter(|text| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit()));
    let word = match (codes.is_empty(), good) {
        (true, good) if good == received => "A",
        (false, _) | (_, 0) => "R",
        _ => "P",
    };
    let good = if codes.is_empty() { good } else { 0 };
    let [received, good] = [received, good].map(|count| count.to_string());
    let included = included.unwrap_or_else(|| received.clone());
    let mut elements = vec![word, &included, &received, &good];
    elements.extend(codes.into_iter().take(5));
    plain("AK9", &elements)
}

/// The 824 to one ship notice: TA accepts, TE accepts with what is wrong, TR refuses; a TED for each finding.
fn judgement(
    held: &Interchange,
    group: &Segment,
    message: &Message,
    read: &Read<'_>,
    numbers: &Numbers,
) -> Vec<Segment> {
    let notice = read.reading.notice.as_ref();
    let number = notice.map_or("", |notice| notice.number.as_str());
    let number = Some(harmless(held, number, 30)).filter(|number| !number.trim().is_empty());
    let number = number.unwrap_or_else(|| "UNKNOWN".into());
    let refused = read.all().any(|finding| finding.code.refuses());
    let any = read.all().next().is_some();
    let word = match (refused, any) {
        (true, _) => "TR",
        (false, true) => "TE",
        (false, false) => "TA",
    };
    let day = digits(numbers.day);
    // BGN02 names the answer: the number of the notice that it is about, and of the answer's group.
    let own = harmless(held, &format!("{}-{}", numbers.group + 1, message.first), 30);
    let header = &held.segments[message.first];
    let mut body = vec![
        plain("BGN", &["11", &own, &day, &numbers.time]),
        plain(
            "OTI",
            &[
                word,
                "SI",
                &number,
                &harmless(held, group.text(2), 15),
                &harmless(held, group.text(3), 15),
                "",
                "",
                &harmless(held, group.text(6), 9),
                &harmless(held, header.text(2), 9),
                &harmless(held, header.text(1), 3),
            ],
        ),
    ];
    for finding in read.all() {
        let code = match finding.code.class() {
            (Class::Advice | Class::Note, code) => code,
            _ => "848",
        };
        let mut words = finding.code.word().to_owned();
        // TED02 has 60 characters: one word for the line, none for its item and unit.
        for (name, value) in [(" LINE ", &finding.line), (" ", &finding.item), (" ", &finding.plate)] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                words.extend([name, value]);
            }
        }
        let (position, element) = (finding.place.position, finding.place.element);
        let [position, element] = [position, element].map(|n| if n > 0 { n.to_string() } else { String::new() });
        let tag = harmless(held, &finding.place.tag, 3);
        let words = harmless(held, &words, 60);
        let found = harmless(held, finding.found.trim(), 60);
        body.push(plain(
            "TED",
            &[code, words.trim(), &tag, &position, &element, "", &found],
        ));
    }
    body
}

/// CONTRL: UCI for the interchange, UCM for each message, UCS and UCD for what is wrong in it.
fn in_edifact(held: &Interchange, readings: &[Read<'_>], numbers: &Numbers) -> Result<Reply, WriteError> {
    let mapping = back(held, Format::Edifact);
    let syntax = mapping.syntax()?;
    let parties = [&mapping.envelope.sender, &mapping.envelope.receiver];
    let [from, to] = held.parties();
    let envelope = held.findings.iter().find(|f| f.place.position == 0);
    // Action 4 refuses with all below, 7 acknowledges, 8 says only that it came (UN/EDIFACT 0083).
    let mut uci: Vec<Element> = vec![
        held.control().into(),
        [from.1, from.0].into(),
        [to.1, to.0].into(),
        if envelope.is_some() { "4" } else { "8" }.into(),
    ];
    if let Some(finding) = envelope {
        uci.extend([error(finding).into(), finding.place.tag.as_str().into()]);
    }
    let mut body = vec![Segment::new("UCI", uci)];
    for read in readings.iter().filter(|_| envelope.is_none()) {
        let message = held
            .groups
            .get(read.reading.group)
            .and_then(|g| g.messages.get(read.reading.message));
        let Some(header) = message.and_then(|message| held.segments.get(message.first)) else {
            continue;
        };
        let kind = header.element(2).cloned().unwrap_or_default();
        let found: Vec<&Finding> = read.syntax().collect();
        let of_message = found.iter().find(|finding| finding.code.class().0 == Class::Set);
        let action = if found.is_empty() { "7" } else { "4" };
        let mut ucm: Vec<Element> = vec![header.text(1).into(), kind, action.into()];
        if let Some(finding) = of_message {
            ucm.push(error(finding).into());
        }
        body.push(Segment::new("UCM", ucm));
        for finding in found {
            let (class, _) = finding.code.class();
            let position = finding.place.position.to_string();
            match class {
                Class::Segment => body.push(plain("UCS", &[&position, error(finding)])),
                Class::Element => {
                    body.push(plain("UCS", &[&position]));
                    // UCD counts the tag as the first element of a segment (UN/EDIFACT 0098).
                    let element = (finding.place.element + 1).to_string();
                    body.push(plain("UCD", &[error(finding), &element]));
                }
                _ => {}
            }
        }
    }
    let received = edifact(&mapping, &syntax, parties, "CONTRL", body, numbers)?;
    Ok(Reply { received, judged: None })
}

/// UN/EDIFACT 0085: 12 invalid value, 13 missing, 14 not supported here, 26 duplicate, 28 references, 29 counts.
fn error(finding: &Finding) -> &'static str {
    use super::finding::Code;
    match finding.code {
        Code::SegmentMissing | Code::ElementMissing | Code::SetTrailer | Code::GroupTrailer => "13",
        Code::SetUnknown | Code::SegmentUnexpected | Code::TooDeep => "14",
        Code::SetControlTwice | Code::LevelTwice => "26",
        Code::SetControl | Code::GroupControl | Code::InterchangeControl => "28",
        Code::SegmentCount | Code::SetCount | Code::GroupCount => "29",
        _ => "12",
    }
}
