//! Why a label cannot be written.

use core::fmt;

use super::{LabelKind, Symbol};

/// Why a label cannot be written. Data that is no label at all is refused before, by [`crate::read`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrintError {
    /// The label has no elements: there is nothing that a GS1 symbol could carry.
    NoElements,
    /// The label has a composite part, which neither symbol carries.
    Composite,
    /// An element that this kind of label is about is missing.
    Missing {
        /// The kind asked for.
        kind: LabelKind,
        /// The AIs of which one is needed, such as `10`.
        ai: &'static str,
    },
    /// The message is longer than the symbol may be.
    TooLong {
        /// The symbol.
        symbol: Symbol,
        /// How long the message is: characters of a GS1-128, codewords of a GS1 `DataMatrix`.
        len: usize,
        /// The most there may be.
        most: usize,
    },
    /// The label is larger than the medium.
    DoesNotFit {
        /// What does not fit.
        what: &'static str,
        /// What it needs at its smallest size, in tenths of a millimetre.
        needs: u32,
        /// What there is, in tenths of a millimetre.
        has: u32,
    },
    /// A character that the symbol has not.
    Character {
        /// Its offset in bytes.
        at: usize,
    },
    /// No such medium: sides are 10 to 1,000 mm.
    Medium,
}

impl fmt::Display for PrintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            PrintError::NoElements => f.write_str("there are no elements to write"),
            PrintError::Composite => f.write_str("a composite part can't be written"),
            PrintError::Missing { kind, ai } => write!(f, "a {kind} label needs AI {ai}"),
            PrintError::TooLong { symbol, len, most } => {
                let unit = match symbol {
                    Symbol::DataMatrix => "codewords",
                    Symbol::Gs1128 => "characters",
                };
                write!(f, "{len} {unit} are too long for a {symbol}, which holds {most}")
            }
            PrintError::DoesNotFit { what, needs, has } => write!(
                f,
                "the {what} does not fit: {}.{} mm needed, {}.{} mm there",
                needs / 10,
                needs % 10,
                has / 10,
                has % 10
            ),
            PrintError::Character { at } => write!(f, "the character at byte {at} is not in Code 128's sets B and C"),
            PrintError::Medium => f.write_str("a label's sides are 10 to 1000 mm"),
        }
    }
}

impl core::error::Error for PrintError {}
