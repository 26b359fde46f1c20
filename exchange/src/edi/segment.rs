//! Segments: a tag and elements, which are repetitions of components.

use super::finding::Place;

/// An element of a segment: repetitions, each of components. Empty when nothing stands between two separators.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element(pub(super) Vec<Vec<String>>);

impl Element {
    /// The first component of the first repetition; empty if there is none.
    pub fn text(&self) -> &str {
        self.part(1)
    }

    /// The `component`-th component of the first repetition, counted from 1; empty if there is none.
    pub fn part(&self, component: usize) -> &str {
        self.repetitions().next().map_or("", |parts| part(parts, component))
    }

    /// All repetitions, each as its components.
    pub fn repetitions(&self) -> impl Iterator<Item = &[String]> {
        self.0.iter().map(Vec::as_slice)
    }

    /// Whether nothing stands there.
    pub fn is_empty(&self) -> bool {
        self.0.iter().flatten().all(String::is_empty)
    }
}

/// The `component`-th of `parts`, counted from 1; empty if there is none.
pub fn part(parts: &[String], component: usize) -> &str {
    component
        .checked_sub(1)
        .and_then(|at| parts.get(at))
        .map_or("", String::as_str)
}

impl From<&str> for Element {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            Element::default()
        } else {
            Element(vec![vec![text.to_owned()]])
        }
    }
}

impl From<String> for Element {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl<const N: usize> From<[&str; N]> for Element {
    fn from(parts: [&str; N]) -> Self {
        Element(vec![parts.map(str::to_owned).to_vec()])
    }
}

/// A segment, with where it stood.
#[derive(Debug, Clone)]
pub struct Segment {
    pub(super) tag: String,
    pub(super) elements: Vec<Element>,
    /// Its number in the file, from 1.
    pub(super) number: usize,
    /// Its first byte in the file.
    pub(super) offset: usize,
    /// Line ends and blanks behind its terminator.
    pub(super) tail: String,
    /// How it was written, where that is not how it is written here: a release character that nobody needs.
    pub(super) spelling: Option<String>,
}

/// Two segments are one if they say the same, wherever they stand.
impl PartialEq for Segment {
    fn eq(&self, other: &Self) -> bool {
        self.tag == other.tag && self.elements == other.elements
    }
}

impl Eq for Segment {}

impl Segment {
    /// A segment to be written. Empty elements at its end are left out (X12.6 3.7.3, ISO 9735 8.7).
    pub fn new(tag: &str, elements: Vec<Element>) -> Self {
        let mut elements = elements;
        for element in &mut elements {
            for parts in &mut element.0 {
                while parts.last().is_some_and(String::is_empty) {
                    parts.pop();
                }
            }
            element.0.retain(|parts| !parts.is_empty());
        }
        while elements.last().is_some_and(Element::is_empty) {
            elements.pop();
        }
        Segment {
            tag: tag.to_owned(),
            elements,
            number: 0,
            offset: 0,
            tail: String::new(),
            spelling: None,
        }
    }

    /// Its tag, such as `HL`.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Its elements.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The `element`-th element, counted from 1 as the standards do.
    pub fn element(&self, element: usize) -> Option<&Element> {
        element.checked_sub(1).and_then(|at| self.elements.get(at))
    }

    /// The first component of an element, counted from 1; empty if there is none.
    pub fn text(&self, element: usize) -> &str {
        self.element(element).map_or("", Element::text)
    }

    /// A component of an element, both counted from 1; empty if there is none.
    pub fn part(&self, element: usize, component: usize) -> &str {
        self.element(element).map_or("", |found| found.part(component))
    }

    /// Where it stands; `first` is the number of its message's first segment in the file, 0 outside of a message.
    pub fn place(&self, first: usize) -> Place {
        Place {
            segment: self.number,
            position: if first == 0 {
                0
            } else {
                (self.number + 1).saturating_sub(first)
            },
            tag: self.tag.clone(),
            element: 0,
            component: 0,
            offset: self.offset,
        }
    }
}
