//! Application Identifiers: the table, how data is matched to it, and which AIs may stand together.

pub(crate) mod associations;
pub(crate) mod table;

use core::fmt;

/// The data title of an AI, such as `BATCH/LOT` for 10 (General Specifications 3.2). `None` if there is no such AI.
#[must_use]
pub fn title(ai: &str) -> Option<&'static str> {
    match table::exact(ai.as_bytes(), false) {
        Some(table::Found::Known(index)) => Some(table::entry(index).title),
        _ => None,
    }
}

/// An AI as text: two to four digits on a good label, the first four bytes of what stood in its place otherwise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AiText {
    bytes: [u8; 4],
    len: u8,
}

impl AiText {
    /// Keeps the first four bytes; anything that is not printable ASCII becomes `?`.
    pub(crate) fn new(text: &[u8]) -> Self {
        let mut bytes = [0; 4];
        let mut len = 0;
        for (to, from) in bytes.iter_mut().zip(text) {
            *to = if from.is_ascii_graphic() { *from } else { b'?' };
            len += 1;
        }
        Self { bytes, len }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or("")
    }
}

impl fmt::Display for AiText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AiText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
