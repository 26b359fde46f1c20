//! Documents of the warehouse's own system that the work refers to.

use super::{DocumentId, LineId};
use serde::{Deserialize, Serialize};

/// What a document asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// An advance ship notice: goods on their way in.
    Notice,
    /// A customer's order: goods to go out.
    Order,
    /// An order to a vendor: goods that are due, without lots or handling units.
    Purchase,
    /// What came without papers; the device names it.
    Blind,
}

impl DocumentKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            DocumentKind::Notice => "notice",
            DocumentKind::Order => "order",
            DocumentKind::Purchase => "purchase",
            DocumentKind::Blind => "blind",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        use DocumentKind::{Blind, Notice, Order, Purchase};
        [Notice, Order, Purchase, Blind]
            .into_iter()
            .find(|k| k.as_str() == word)
    }
}

/// A line of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineKey {
    /// Notice or order.
    pub kind: DocumentKind,
    /// Which document.
    pub document: DocumentId,
    /// Which line.
    pub line: LineId,
}
