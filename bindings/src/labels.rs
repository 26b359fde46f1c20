//! Labels of own numbers, as Kotlin and Swift see them: the shell brings a printer, the core brings the bytes.

use crate::Handheld;
use crate::handheld::caught;
use lotline_core::platform::{Printed, Printer};
use lotline_core::{Error, LabelPrint, NumberSeries, OpenLabel};
use std::sync::Arc;

#[allow(clippy::needless_pass_by_value, reason = "UniFFI hands a port over as its own Arc")]
#[uniffi::export]
impl Handheld {
    /// The series this device can number from.
    pub fn number_series(&self) -> Result<Vec<NumberSeries>, Error> {
        caught(|| self.core().number_series())
    }

    /// Takes the next number of a series and prints its label. The number is used up, whatever the printer says; where
    /// it does not know, or throws, the label is open until `settle_label`.
    pub fn print_label(&self, series: &str, caption: &str, printer: Arc<dyn Printer>) -> Result<LabelPrint, Error> {
        caught(|| self.core().print_label(series, caption, &*printer))
    }

    /// The same label once more, with the reason.
    pub fn reprint_label(
        &self,
        lease: u64,
        number: u64,
        reason: &str,
        caption: &str,
        printer: Arc<dyn Printer>,
    ) -> Result<LabelPrint, Error> {
        caught(|| self.core().reprint_label(lease, number, reason, caption, &*printer))
    }

    /// Prints a label that is open: its number was taken for a pallet or a unit, and nobody has printed it yet.
    pub fn print_open_label(
        &self,
        lease: u64,
        number: u64,
        caption: &str,
        printer: Arc<dyn Printer>,
    ) -> Result<LabelPrint, Error> {
        caught(|| self.core().print_open_label(lease, number, caption, &*printer))
    }

    /// Labels that a person asked for again and that nobody has printed yet, as bracketed text, oldest first.
    pub fn waiting_copies(&self) -> Result<Vec<String>, Error> {
        caught(|| self.core().waiting_copies())
    }

    /// Prints the oldest of them; it goes on waiting when the printer says that it failed.
    pub fn print_copy(&self, caption: &str, printer: Arc<dyn Printer>) -> Result<Printed, Error> {
        caught(|| self.core().print_copy(caption, &*printer))
    }

    /// Labels of which nobody has said whether they came out.
    pub fn open_labels(&self) -> Result<Vec<OpenLabel>, Error> {
        caught(|| self.core().open_labels())
    }

    /// A person looked: it came out, or it did not.
    pub fn settle_label(&self, lease: u64, number: u64, came_out: bool) -> Result<(), Error> {
        caught(|| self.core().settle_label(lease, number, came_out))
    }
}
