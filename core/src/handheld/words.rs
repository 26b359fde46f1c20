//! The words that a shell puts around a screen.

use super::Handheld;
use lotline_record::text::Text;
use std::sync::{Arc, PoisonError};

impl Handheld {
    /// The words in the language of the last screen.
    pub fn words(&self) -> Arc<Text> {
        if let Some(practice) = self.practice() {
            return practice.words();
        }
        self.text()
    }

    /// Those of this desk, whoever practises at another.
    pub(super) fn text(&self) -> Arc<Text> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
