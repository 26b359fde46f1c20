//! Why a document or an event is refused, and where.

use std::fmt::{self, Write as _};

/// One thing that is wrong, with the place as a JSON pointer (RFC 6901); of XML, the place it has once read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: empty for the document as a whole.
    pub pointer: String,
    /// Which rule.
    pub rule: Rule,
    /// What was found or is missing, cut to 120 characters.
    pub found: String,
}

/// A rule that a document can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// It is no JSON, or no XML, at all.
    Malformed,
    /// It has more bytes, levels, values or events than are read.
    TooLarge,
    /// A name stands twice in an object (RFC 8259 section 4 leaves it open what that means).
    TwiceNamed,
    /// XML with a document type, an entity or an instruction: none of them is read (EPCIS needs none).
    Forbidden,
    /// A value of another kind than this field has.
    WrongKind,
    /// A field that must be there is not.
    Missing,
    /// A field that this event does not have.
    Unknown,
    /// A word that the Core Business Vocabulary does not have.
    NoSuchWord,
    /// No URI (RFC 3986).
    NotUri,
    /// No time, or one without offset (RFC 3339).
    NotTime,
    /// No offset: `+hh:mm` or `-hh:mm`, up to 14 hours (EPCIS 2.0 section 7.3.1).
    NotOffset,
    /// No unit of UN/CEFACT Recommendation 20: two or three capitals or digits.
    NotUnit,
    /// The same value twice in a set.
    Twice,
    /// Nothing is said to have happened to anything.
    NoSubject,
    /// Instance or lot master data where nothing is made (EPCIS 2.0 section 7.3.6).
    IlmdNotHere,
    /// An aggregation or association is made or undone without its parent (EPCIS 2.0 sections 7.4.3 and 7.4.6).
    ParentMissing,
    /// A GS1 key with a wrong check digit, length or character (TDS 2.0; Digital Link 1.6).
    BadIdentifier,
    /// A class of goods where a single thing must stand.
    ClassAsInstance,
    /// A single thing where a class of goods must stand.
    InstanceAsClass,
    /// A unit without a quantity (EPCIS 2.0 section 7.3.3.3).
    UnitWithoutQuantity,
    /// A disposition both set and unset (EPCIS 2.0 section 7.3.5.4).
    SetAndUnset,
    /// A name with a prefix that the context does not tell.
    UndeclaredPrefix,
    /// A kind of event that is none of the five.
    UnknownEvent,
    /// A version of EPCIS that is not read.
    WrongVersion,
}

impl Rule {
    /// The word by which a program knows it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Rule::Malformed => "malformed",
            Rule::TooLarge => "too_large",
            Rule::TwiceNamed => "twice_named",
            Rule::Forbidden => "forbidden",
            Rule::WrongKind => "wrong_kind",
            Rule::Missing => "missing",
            Rule::Unknown => "unknown_field",
            Rule::NoSuchWord => "no_such_word",
            Rule::NotUri => "not_uri",
            Rule::NotTime => "not_time",
            Rule::NotOffset => "not_offset",
            Rule::NotUnit => "not_unit",
            Rule::Twice => "twice",
            Rule::NoSubject => "no_subject",
            Rule::IlmdNotHere => "ilmd_not_here",
            Rule::ParentMissing => "parent_missing",
            Rule::BadIdentifier => "bad_identifier",
            Rule::ClassAsInstance => "class_as_instance",
            Rule::InstanceAsClass => "instance_as_class",
            Rule::UnitWithoutQuantity => "unit_without_quantity",
            Rule::SetAndUnset => "set_and_unset",
            Rule::UndeclaredPrefix => "undeclared_prefix",
            Rule::UnknownEvent => "unknown_event",
            Rule::WrongVersion => "wrong_version",
        }
    }

    /// Whether it goes beyond the standard's JSON schema, formats checked.
    #[must_use]
    pub const fn is_beyond_schema(self) -> bool {
        matches!(
            self,
            Rule::TooLarge
                | Rule::TwiceNamed
                | Rule::NoSubject
                | Rule::ParentMissing
                | Rule::BadIdentifier
                | Rule::ClassAsInstance
                | Rule::InstanceAsClass
                | Rule::UnitWithoutQuantity
                | Rule::SetAndUnset
                | Rule::UndeclaredPrefix
                | Rule::UnknownEvent
                | Rule::WrongVersion
        )
    }
}

impl Fault {
    pub(super) fn new(pointer: impl Into<String>, rule: Rule, found: impl fmt::Display) -> Self {
        Fault {
            pointer: pointer.into(),
            rule,
            found: found.to_string().chars().take(120).collect(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{place}: {}: {}", self.rule.as_str(), self.found)
    }
}

impl std::error::Error for Fault {}

/// A place in a document: a chain towards its root, written out only where something is wrong there.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root(&'a str),
    Name(&'a str),
    Number(usize),
}

impl<'a> At<'a> {
    /// The place at which a JSON pointer leads.
    pub fn root(pointer: &'a str) -> Self {
        At {
            parent: None,
            step: Step::Root(pointer),
        }
    }

    pub fn name(&'a self, name: &'a str) -> At<'a> {
        At {
            parent: Some(self),
            step: Step::Name(name),
        }
    }

    pub fn number(&'a self, number: usize) -> At<'a> {
        At {
            parent: Some(self),
            step: Step::Number(number),
        }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root(pointer) => f.write_str(pointer),
            Step::Number(number) => write!(f, "/{number}"),
            Step::Name(name) => {
                f.write_char('/')?;
                name.chars().take(80).try_for_each(|c| match c {
                    '~' => f.write_str("~0"),
                    '/' => f.write_str("~1"),
                    c => f.write_char(c),
                })
            }
        }
    }
}
