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
}

impl DocumentKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            DocumentKind::Notice => "notice",
            DocumentKind::Order => "order",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [DocumentKind::Notice, DocumentKind::Order]
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
