//! From a label to a URI.

use core::fmt;

use super::cut::is_unreserved;
use crate::ai::table;
use crate::label::Label;

/// The longest path: a primary key and the qualifiers of the longest sequence, with room to spare.
const PATH: usize = 8;

/// Where the canonical URIs live.
const CANONICAL: &str = "https://id.gs1.org";

/// A label as a GS1 Digital Link URI, made while it is written.
#[derive(Clone, Copy)]
pub struct DigitalLink<'l> {
    label: &'l Label<'l>,
    stem: &'l str,
    /// The elements of the path, by number.
    path: [u8; PATH],
    path_len: usize,
}

/// An element as writing needs it.
struct Part<'l> {
    index: Option<u16>,
    ai: &'l str,
    value: &'l str,
}

impl Part<'_> {
    /// Attributes of predefined length come first.
    fn is_fixed(&self) -> bool {
        match self.index {
            Some(index) => table::entry(index).fixed,
            None => match table::exact(self.ai.as_bytes(), true) {
                Some(table::Found::Unknown(_, entry)) => entry.fixed,
                _ => false,
            },
        }
    }
}

fn parts<'l>(label: &'l Label<'l>) -> impl Iterator<Item = Part<'l>> + Clone {
    let has_listed = label.listed().is_some();
    (0..usize::from(has_listed) + label.elements.len()).filter_map(move |number| {
        if has_listed && number == 0 {
            return label.listed().map(|gtin| Part {
                index: Some(table::GTIN),
                ai: "01",
                value: gtin.as_str(),
            });
        }
        let slot = label.elements.get(number - usize::from(has_listed))?;
        let element = label.element(slot);
        Some(Part {
            index: slot.index(),
            ai: element.ai,
            value: element.value,
        })
    })
}

impl<'l> DigitalLink<'l> {
    /// The canonical URI of a label.
    pub(crate) fn canonical(label: &'l Label<'l>) -> Option<Self> {
        Self::at(label, CANONICAL)
    }

    /// `None` if the label has no primary key, or something that no URI may hold.
    pub(crate) fn at(label: &'l Label<'l>, stem: &'l str) -> Option<Self> {
        let mut link = Self {
            label,
            stem: stem.strip_suffix('/').unwrap_or(stem),
            path: [0; PATH],
            path_len: 0,
        };
        if label.path_len > 0 {
            // It was a URI: what stood in its path stays there.
            (0..label.path_len).try_for_each(|number| link.push(number))?;
        } else {
            link.find_path()?;
        }
        let permitted = |part: Part<'_>| match part.index {
            Some(index) => table::entry(index).attribute,
            None => label.unknown_dl_attributes,
        };
        link.attributes().all(permitted).then_some(link)
    }

    fn push(&mut self, number: u8) -> Option<()> {
        *self.path.get_mut(self.path_len)? = number;
        self.path_len += 1;
        Some(())
    }

    /// The first primary key, and as many of its qualifiers as one sequence takes.
    fn find_path(&mut self) -> Option<()> {
        let label = self.label;
        let place = |ai: u16| parts(label).position(|part| part.index == Some(ai));
        let (number, sequences) = parts(label).enumerate().find_map(|(number, part)| {
            let sequences = table::entry(part.index?).qualifiers?;
            Some((number, sequences))
        })?;
        self.push(u8::try_from(number).ok()?)?;
        let there = |sequence: &&[u16]| sequence.iter().filter(|&&ai| place(ai).is_some()).count();
        // Of two that take as many the first one counts.
        let mut best: &[u16] = &[];
        for sequence in sequences {
            if there(sequence) > there(&best) {
                best = sequence;
            }
        }
        for number in best.iter().filter_map(|&ai| place(ai)) {
            self.push(u8::try_from(number).ok()?)?;
        }
        Some(())
    }

    fn path(&self) -> impl Iterator<Item = Part<'l>> {
        let label = self.label;
        self.path[..self.path_len]
            .iter()
            .filter_map(move |&number| parts(label).nth(usize::from(number)))
    }

    /// What is not in the path, each AI once, those of predefined length first.
    fn attributes(&self) -> impl Iterator<Item = Part<'l>> {
        let all = parts(self.label);
        let once = move |number: usize, part: &Part<'_>| {
            self.path().all(|other| other.ai != part.ai)
                && parts(self.label).take(number).all(|other| other.ai != part.ai)
        };
        [true, false].into_iter().flat_map(move |fixed| {
            all.clone()
                .enumerate()
                .filter(move |(number, part)| part.is_fixed() == fixed && once(*number, part))
                .map(|(_, part)| part)
        })
    }
}

impl fmt::Display for DigitalLink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stem)?;
        for part in self.path() {
            write!(f, "/{}/{}", part.ai, Escaped(part.value))?;
        }
        for (number, part) in self.attributes().enumerate() {
            let mark = if number == 0 { '?' } else { '&' };
            write!(f, "{mark}{}={}", part.ai, Escaped(part.value))?;
        }
        Ok(())
    }
}

impl fmt::Debug for DigitalLink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Percent-encoded text, RFC 3986 section 2.1.
struct Escaped<'l>(&'l str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.bytes().position(|byte| !is_unreserved(byte)) {
            // Values are ASCII.
            let (plain, tail) = rest.split_at(at);
            f.write_str(plain)?;
            for byte in tail.bytes().take(1) {
                write!(f, "%{byte:02X}")?;
            }
            rest = tail.get(1..).unwrap_or("");
        }
        f.write_str(rest)
    }
}
