//! Notices as documents, in a partner's mapping.

use super::mapping::{Address, Format, Mapping, MappingError};
use super::notice::Notice;
use super::segment::{Element, Segment};
use super::syntax::{Dialect, Syntax};
use super::{desadv, ship_notice};
use lotline_record::model::Day;

/// Why a document cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The form has no place for something the notice says; nothing is left out in silence.
    #[error("the partner's form has no place for {0}")]
    NoPlace(&'static str),
    /// A unit holds lines of several orders, and the form has orders above units.
    #[error("unit {0} holds lines of several orders, and the form has units below orders")]
    SeveralOrders(String),
    /// A line names an order that the notice does not list.
    #[error("a line names order {0:?}, which the notice does not list")]
    UnknownOrder(String),
    /// A value holds a delimiter or a control character.
    #[error("{value:?} holds {found:?}, which the partner's form uses or forbids")]
    Character {
        /// The value.
        value: String,
        /// The character.
        found: char,
    },
    /// A value is too long for its element.
    #[error("{value:?} is longer than the {most} characters that {what} has")]
    TooLong {
        /// What it is.
        what: &'static str,
        /// The value.
        value: String,
        /// Characters that fit.
        most: usize,
    },
    /// The mapping cannot be used.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

/// What names an outgoing document. Whoever sends keeps the counters; a number that was used is never used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// The interchange's, at most nine digits.
    pub interchange: u32,
    /// The group's, at most nine digits.
    pub group: u32,
    /// The message's, at most nine digits.
    pub message: u32,
    /// The day of writing.
    pub day: Day,
    /// The time of writing: hours and minutes, four digits.
    pub time: String,
}

/// Writes a notice as the mapping says: an 856 or a DESADV, alone in its interchange.
///
/// # Errors
/// [`WriteError`] when the form has no place for what the notice says.
pub fn write(notice: &Notice, mapping: &Mapping, numbers: &Numbers) -> Result<Vec<u8>, WriteError> {
    let syntax = mapping.syntax()?;
    let parties = [&mapping.envelope.sender, &mapping.envelope.receiver];
    match mapping.format {
        Format::X12 => {
            let body = ship_notice::write(notice, mapping)?;
            let messages = vec![("856", body)];
            x12(mapping, &syntax, parties, "SH", messages, numbers)
        }
        Format::Edifact => {
            let body = desadv::write(notice, mapping)?;
            edifact(mapping, &syntax, parties, "DESADV", body, numbers)
        }
    }
}

/// A segment of plain elements.
pub(super) fn plain(tag: &str, elements: &[&str]) -> Segment {
    Segment::new(tag, elements.iter().map(|text| Element::from(*text)).collect())
}

/// A day in eight digits.
pub(super) fn digits(day: Day) -> String {
    day.format("%Y%m%d").to_string()
}

fn fits(what: &'static str, value: &str, most: usize) -> Result<(), WriteError> {
    if value.chars().count() <= most {
        return Ok(());
    }
    let value = value.to_owned();
    Err(WriteError::TooLong { what, value, most })
}

/// Wraps messages in ST, GS and ISA.
pub(super) fn x12(
    mapping: &Mapping,
    syntax: &Syntax,
    [from, to]: [&Address; 2],
    functional: &str,
    messages: Vec<(&str, Vec<Segment>)>,
    numbers: &Numbers,
) -> Result<Vec<u8>, WriteError> {
    let envelope = &mapping.envelope;
    for address in [from, to] {
        fits("ISA06", &address.id, 15)?;
        fits("ISA05", &address.qualifier, 2)?;
    }
    let day = digits(numbers.day);
    let control = format!("{:09}", numbers.interchange);
    let version = format!("00{}", envelope.version.get(2..5).unwrap_or("401"));
    let repetition = syntax.repetition.map_or('U', char::from).to_string();
    let component = char::from(syntax.component).to_string();
    let [from_id, to_id] = [from, to].map(|address| format!("{:15}", address.id));
    let [from_code, to_code] = [from, to].map(|address| format!("{:2}", address.qualifier));
    let usage = if envelope.test { "T" } else { "P" };
    let (blank, six) = (" ".repeat(10), day.get(2..).unwrap_or_default());
    let isa = [
        "00",
        &blank,
        "00",
        &blank,
        &from_code,
        &from_id,
        &to_code,
        &to_id,
        six,
        &numbers.time,
        &repetition,
        &version,
        &control,
        "0",
        usage,
        &component,
    ];
    let group = numbers.group.to_string();
    let [from_group, to_group] = [from, to].map(|address| {
        if address.group.is_empty() {
            &address.id
        } else {
            &address.group
        }
    });
    let mut all = vec![
        plain("ISA", &isa),
        plain(
            "GS",
            &[
                functional,
                from_group,
                to_group,
                &day,
                &numbers.time,
                &group,
                "X",
                &envelope.version,
            ],
        ),
    ];
    let count = messages.len().to_string();
    for (number, (kind, body)) in (numbers.message..).zip(messages) {
        let (number, length) = (format!("{number:04}"), (body.len() + 2).to_string());
        all.push(plain("ST", &[kind, &number]));
        all.extend(body);
        all.push(plain("SE", &[&length, &number]));
    }
    all.push(plain("GE", &[&count, &group]));
    all.push(plain("IEA", &["1", &control]));
    finish(syntax, all, &envelope.line_end)
}

/// Wraps a message in UNH and UNB, and UNA where the mapping wants it.
pub(super) fn edifact(
    mapping: &Mapping,
    syntax: &Syntax,
    [from, to]: [&Address; 2],
    kind: &str,
    body: Vec<Segment>,
    numbers: &Numbers,
) -> Result<Vec<u8>, WriteError> {
    let envelope = &mapping.envelope;
    for address in [from, to] {
        fits("UNB 0004", &address.id, 35)?;
    }
    let control = numbers.interchange.to_string();
    let message = numbers.message.to_string();
    let day = digits(numbers.day);
    let mut header: Vec<Element> = vec![
        [envelope.charset.as_str(), "3"].into(),
        [from.id.as_str(), &from.qualifier].into(),
        [to.id.as_str(), &to.qualifier].into(),
        [day.get(2..).unwrap_or_default(), &numbers.time].into(),
        control.as_str().into(),
    ];
    if envelope.test {
        header.extend(["", "", "", "", "", "1"].map(Element::from));
    }
    let mut identifier = vec![kind.to_owned()];
    identifier.extend(envelope.version.split(':').map(str::to_owned));
    let identifier = if kind == "CONTRL" {
        // ISO 9735 annex: the syntax's own message, versioned with it.
        ["CONTRL", "D", "3", "UN", "EAN002"].map(str::to_owned).to_vec()
    } else {
        identifier
    };
    let length = (body.len() + 2).to_string();
    let mut all = vec![
        Segment::new("UNB", header),
        Segment::new("UNH", vec![message.as_str().into(), Element(vec![identifier])]),
    ];
    all.extend(body);
    all.push(plain("UNT", &[&length, &message]));
    all.push(plain("UNZ", &["1", &control]));
    let mut syntax = syntax.clone();
    if envelope.una {
        let service = [syntax.component, syntax.element, syntax.decimal];
        let service: String = service.map(char::from).iter().collect();
        let release = syntax.release.map_or(' ', char::from);
        syntax.lead = format!(
            "UNA{service}{release} {}{}",
            char::from(syntax.segment),
            envelope.line_end
        );
    }
    finish(&syntax, all, &envelope.line_end)
}

/// Bytes, once no value can be taken for a delimiter.
fn finish(syntax: &Syntax, mut segments: Vec<Segment>, line_end: &str) -> Result<Vec<u8>, WriteError> {
    for segment in &mut segments {
        line_end.clone_into(&mut segment.tail);
        // The header of X12 declares its delimiters as values.
        let header = segment.tag() == "ISA";
        for (at, element) in segment.elements().iter().enumerate() {
            for value in element.repetitions().flatten() {
                let wrong = value.chars().find(|c| {
                    let declared = header && (at == 10 || at == 15);
                    let splits = syntax.dialect == Dialect::X12 && syntax.is_service(*c) && !declared;
                    let unknown = syntax.charset.encode(c.encode_utf8(&mut [0; 4])).is_none();
                    c.is_control() || splits || unknown
                });
                if let Some(found) = wrong {
                    let value = value.clone();
                    return Err(WriteError::Character { value, found });
                }
            }
        }
    }
    // Every character was just seen to be of the set.
    Ok(syntax.bytes(&segments).unwrap_or_default())
}
