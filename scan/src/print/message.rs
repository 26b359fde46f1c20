//! The elements of a symbol in the order in which they are encoded.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::ai::table::{self, Found};
use crate::label::{Element, Label};

use super::PrintError;

/// Stands for FNC1 in a message, as scanners send it.
pub(super) const FNC1: u8 = 0x1D;

/// The symbols that labels are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Symbol {
    /// GS1 `DataMatrix` (General Specifications 5.6), symbology identifier `]d2`.
    DataMatrix,
    /// GS1-128 (General Specifications 5.4), symbology identifier `]C1`.
    Gs1128,
}

impl Symbol {
    /// The AIM symbology identifier that a scanner sends in front.
    #[must_use]
    pub const fn aim(self) -> &'static str {
        match self {
            Symbol::DataMatrix => "]d2",
            Symbol::Gs1128 => "]C1",
        }
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Symbol::DataMatrix => "GS1 DataMatrix",
            Symbol::Gs1128 => "GS1-128",
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    ai: String,
    value: String,
    /// Predefined length: no separator follows.
    fixed: bool,
}

/// The elements of one symbol: those of predefined length first, so that as few separators as possible are needed
/// (General Specifications 7.8.5), otherwise in the order of the label; each AI once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    parts: Vec<Part>,
}

impl Message {
    /// Takes the elements of a label that was read, and so checked.
    ///
    /// # Errors
    /// [`PrintError::NoElements`] or [`PrintError::Composite`].
    pub fn of(label: &Label<'_>) -> Result<Self, PrintError> {
        if label.elements.composite().is_some() {
            return Err(PrintError::Composite);
        }
        let mut parts: Vec<Part> = Vec::new();
        for Element { ai, value } in label.elements() {
            if parts.iter().any(|part| part.ai == ai) {
                continue;
            }
            parts.push(Part {
                ai: ai.to_owned(),
                value: value.to_owned(),
                fixed: is_fixed(ai),
            });
        }
        if parts.is_empty() {
            return Err(PrintError::NoElements);
        }
        parts.sort_by_key(|part| !part.fixed);
        Ok(Self { parts })
    }

    /// The elements as they are encoded.
    pub fn elements(&self) -> impl ExactSizeIterator<Item = Element<'_>> {
        self.parts.iter().map(|part| Element {
            ai: &part.ai,
            value: &part.value,
        })
    }

    /// Only the elements that are wanted; `None` if those are none.
    pub(super) fn only(&self, wanted: impl Fn(&str) -> bool) -> Option<Self> {
        let parts: Vec<Part> = self.parts.iter().filter(|part| wanted(&part.ai)).cloned().collect();
        (!parts.is_empty()).then_some(Self { parts })
    }

    /// Cuts the message into as few as possible that `fits` takes, in order. `None` if one element alone does not fit.
    pub(super) fn cut(&self, fits: impl Fn(&Self) -> bool) -> Option<Vec<Self>> {
        let mut out: Vec<Self> = Vec::new();
        for part in &self.parts {
            if let Some(last) = out.last_mut() {
                last.parts.push(part.clone());
                if fits(last) {
                    continue;
                }
                last.parts.pop();
            }
            let alone = Self {
                parts: [part.clone()].into(),
            };
            if !fits(&alone) {
                return None;
            }
            out.push(alone);
        }
        Some(out)
    }

    /// What stands in the symbol, GS for FNC1: one in front, which makes it a GS1 symbol, and one behind each element of
    /// variable length but the last.
    #[must_use]
    pub fn encoded(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        let mut open = true;
        for part in &self.parts {
            if open {
                out.push(FNC1);
            }
            out.extend_from_slice(part.ai.as_bytes());
            out.extend_from_slice(part.value.as_bytes());
            open = !part.fixed;
        }
        out
    }

    /// What a scanner sends for it: the symbology identifier instead of the FNC1 in front.
    #[must_use]
    pub fn scanned(&self, symbol: Symbol) -> Vec<u8> {
        let mut out = symbol.aim().as_bytes().to_vec();
        out.extend(self.encoded().into_iter().skip(1));
        out
    }

    /// The human readable interpretation, one text an element: the AI in brackets, which are not encoded, and the whole
    /// value (General Specifications 4.14).
    pub fn interpretation(&self) -> impl ExactSizeIterator<Item = String> {
        self.parts
            .iter()
            .map(|part| alloc::format!("({}){}", part.ai, part.value))
    }
}

/// Bracketed text that [`crate::Form::Bracketed`] reads: `\(` for a bracket in a value.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts
            .iter()
            .try_for_each(|part| write!(f, "({}){}", part.ai, part.value.replace('(', "\\(")))
    }
}

fn is_fixed(ai: &str) -> bool {
    match table::exact(ai.as_bytes(), true) {
        Some(Found::Known(index)) => table::entry(index).fixed,
        Some(Found::Unknown(_, entry)) => entry.fixed,
        None => false,
    }
}
