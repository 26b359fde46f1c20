//! Labels of own numbers (requirement A9): a number is taken on disk, then its label goes to the printer, then what came
//! of it is kept. No lock is held while the printer works, and whatever it says, the number is used up.

use super::Handheld;
use super::desk::Desk;
use crate::platform::{Printed, Printer};
use crate::work::Event;
use crate::{Error, Remedy};
use lotline_record::entry::Instant;
use lotline_record::numbering::{LeaseId, OwnNumber, OwnRef, Series};
use lotline_record::text::{Arg, Message};
use lotline_scan::print::{LabelKind, Resolution, Sheet};
use lotline_scan::{Form, Options, Scratch, read_with};
use std::num::NonZeroU16;

/// A series of own numbers that this device has leases of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct NumberSeries {
    /// Names it in [`Handheld::print_label`]: the JSON of a [`Series`].
    pub key: String,
    /// What its labels look like: `(00)39506000…`.
    pub pattern: String,
    /// Numbers left on this device.
    pub left: u64,
}

/// A label of which nobody has said whether it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct OpenLabel {
    /// The lease the number is from; with `number` it names the label.
    pub lease: u64,
    /// Its place in the series.
    pub number: u64,
    /// The elements on it, as bracketed text.
    pub label: String,
}

/// What became of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct LabelPrint {
    /// The lease the number is from; with `number` it names the label.
    pub lease: u64,
    /// Its place in the series.
    pub number: u64,
    /// The elements on it, as bracketed text.
    pub label: String,
    /// How often it was printed by now; 0 when it never came out.
    pub times: u32,
    /// What the printer said.
    pub printed: Printed,
}

impl Handheld {
    /// The series this device has leases of, with how many numbers are left here.
    ///
    /// # Errors
    /// `storage`.
    pub fn number_series(&self) -> Result<Vec<NumberSeries>, Error> {
        if let Some(practice) = self.practice() {
            return practice.number_series();
        }
        let mut series: Vec<Series> = self.store.leases()?.into_iter().map(|lease| lease.series).collect();
        series.sort_unstable();
        series.dedup();
        series
            .into_iter()
            .map(|series| {
                Ok(NumberSeries {
                    key: serde_json::to_string(&series).map_err(|e| Error::bug(e.to_string()))?,
                    pattern: series.pattern(),
                    left: self.store.numbers_left(&series)?.0,
                })
            })
            .collect()
    }

    /// Takes the next number of a series and prints its label; `caption` stands on top. A label that failed burns its
    /// number. Where the printer does not know, the number stays open until [`Handheld::settle_label`].
    ///
    /// # Errors
    /// `bad_series` when `series` is no key; `no_number_left`: sync, the gateway leases more. `label` when it cannot be drawn; its number is burnt. `storage`.
    pub fn print_label(&self, series: &str, caption: &str, printer: &dyn Printer) -> Result<LabelPrint, Error> {
        if let Some(practice) = self.practice() {
            return practice.print_label(series, caption, printer);
        }
        let series: Series = serde_json::from_str(series)
            .map_err(|e| Error::new(Remedy::Bug, "bad_series", format!("series {series:?}: {e}")))?;
        let own = self.store.take_number(&series).map_err(|error| {
            let fault = error.fault();
            if fault.code != "no_number_left" {
                return error;
            }
            let stop = Message::new("stop-no-number-left").with("series", Arg::text(series.pattern()));
            Error::new(fault.remedy, fault.code.clone(), self.text().explain(&stop))
        })?;
        let label = own.bracketed();
        let zpl = match self.zpl(&label, caption) {
            Ok(zpl) => zpl,
            Err(error) => {
                self.store.burnt(own.lease, own.number, &error.fault().message)?;
                return Err(error);
            }
        };
        let printed = printer.print_zpl(zpl);
        let times = match &printed {
            Printed::Done => self.store.printed(own.lease, own.number, self.wall_ms())?,
            Printed::Failed { reason } => {
                self.store.burnt(own.lease, own.number, reason)?;
                0
            }
            Printed::Unknown => 0,
        };
        Ok(LabelPrint {
            lease: own.lease.0,
            number: own.number,
            label,
            times,
            printed,
        })
    }

    /// Prints a label that is open: its number was taken for a pallet, say, and nobody has printed it yet. One that failed
    /// burns its number; where the printer does not know, it stays open.
    ///
    /// # Errors
    /// `not_open` when it was printed or burnt before; `label` when it cannot be drawn; `storage`.
    pub fn print_open_label(
        &self,
        lease: u64,
        number: u64,
        caption: &str,
        printer: &dyn Printer,
    ) -> Result<LabelPrint, Error> {
        if let Some(practice) = self.practice() {
            return practice.print_open_label(lease, number, caption, printer);
        }
        let open = self.store.open_numbers()?.into_iter();
        let found = open.into_iter().find(|o| o.lease.0 == lease && o.number == number);
        let label = found.map(|open| open.label).ok_or_else(|| {
            let why = format!("number {number} of lease {lease} is not waiting for a print");
            Error::new(Remedy::CallSupervisor, "not_open", why)
        })?;
        let printed = printer.print_zpl(self.zpl(&label, caption)?);
        let times = match &printed {
            Printed::Done => self.store.printed(LeaseId(lease), number, self.wall_ms())?,
            Printed::Failed { reason } => {
                self.store.burnt(LeaseId(lease), number, reason)?;
                0
            }
            Printed::Unknown => 0,
        };
        Ok(LabelPrint {
            lease,
            number,
            label,
            times,
            printed,
        })
    }

    /// The own number that this input takes, on disk before the input does anything else; `None` where it takes none, or
    /// none is left here.
    pub(super) fn number_for(&self, desk: &Desk, event: &Event) -> Result<Option<OwnNumber>, Error> {
        let Some(wanted) = desk.work.wants(event).filter(|_| desk.stop.is_none()) else {
            return Ok(None);
        };
        let fits = |series: &&Series| {
            series.ai() == wanted.ai
                && (wanted.owner.is_none() || series.owner().is_none() || series.owner() == wanted.owner)
        };
        for series in self.series()?.iter().filter(fits) {
            match self.store.take_number(series) {
                Err(error) if error.fault().code == "no_number_left" => {}
                taken => return taken.map(Some),
            }
        }
        Ok(None)
    }

    /// The series this device has leases of.
    pub(super) fn series(&self) -> Result<Vec<Series>, Error> {
        let mut series: Vec<Series> = self.store.leases()?.into_iter().map(|lease| lease.series).collect();
        series.sort_unstable();
        series.dedup();
        Ok(series)
    }

    /// Labels that a person asked for again and that nobody has printed yet, as bracketed text, oldest first.
    ///
    /// # Errors
    /// `storage`.
    pub fn waiting_copies(&self) -> Result<Vec<String>, Error> {
        if let Some(practice) = self.practice() {
            return practice.waiting_copies();
        }
        self.guarded(|desk| Ok(desk.print.clone()))
    }

    /// Prints the oldest of them. It goes on waiting when the printer says that it failed.
    ///
    /// # Errors
    /// `not_open` when none waits; `label` when it cannot be drawn; `storage`.
    pub fn print_copy(&self, caption: &str, printer: &dyn Printer) -> Result<Printed, Error> {
        if let Some(practice) = self.practice() {
            return practice.print_copy(caption, printer);
        }
        let Some(label) = self.waiting_copies()?.into_iter().next() else {
            let why = "no label waits to be printed again";
            return Err(Error::new(Remedy::CallSupervisor, "not_open", why));
        };
        let printed = printer.print_zpl(self.zpl(&label, caption)?);
        if !matches!(printed, Printed::Failed { .. }) {
            self.guarded(|desk| {
                if let Some(at) = desk.print.iter().position(|waiting| *waiting == label) {
                    desk.print.remove(at);
                }
                self.commit(desk, &self.moment(desk)?, Vec::new())
            })?;
        }
        Ok(printed)
    }

    /// Numbers that nothing carries are never given out again. One whose label came out before stays printed: it is used up
    /// just the same.
    pub(super) fn burn(&self, unused: &[OwnRef]) -> Result<(), Error> {
        for own in unused {
            match self.store.burnt(own.lease, own.number, "taken back") {
                Err(error) if error.fault().code == "number_settled" => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// The same label once more, with the reason; a copy counts unless the printer says that it failed.
    ///
    /// # Errors
    /// `reason_needed`, `not_printed`, `label`, `storage`.
    pub fn reprint_label(
        &self,
        lease: u64,
        number: u64,
        reason: &str,
        caption: &str,
        printer: &dyn Printer,
    ) -> Result<LabelPrint, Error> {
        if let Some(practice) = self.practice() {
            return practice.reprint_label(lease, number, reason, caption, printer);
        }
        let (label, before) = self.store.may_reprint(LeaseId(lease), number, reason)?;
        let printed = printer.print_zpl(self.zpl(&label, caption)?);
        let times = match &printed {
            // One too many in the count is harmless; a copy that nobody counted is not.
            Printed::Done | Printed::Unknown => self.store.reprinted(LeaseId(lease), number, self.wall_ms(), reason)?,
            Printed::Failed { .. } => before,
        };
        Ok(LabelPrint {
            lease,
            number,
            label,
            times,
            printed,
        })
    }

    /// Numbers of which nobody has said whether their label came out: the printer did not know, or the process died.
    ///
    /// # Errors
    /// `storage`.
    pub fn open_labels(&self) -> Result<Vec<OpenLabel>, Error> {
        if let Some(practice) = self.practice() {
            return practice.open_labels();
        }
        let open = self.store.open_numbers()?.into_iter();
        Ok(open
            .map(|open| OpenLabel {
                lease: open.lease.0,
                number: open.number,
                label: open.label,
            })
            .collect())
    }

    /// A person looked: the label came out, or it did not. The number is used up either way.
    ///
    /// # Errors
    /// `number_settled` when that was said before; `storage`.
    pub fn settle_label(&self, lease: u64, number: u64, came_out: bool) -> Result<(), Error> {
        if let Some(practice) = self.practice() {
            return practice.settle_label(lease, number, came_out);
        }
        if came_out {
            self.store.printed(LeaseId(lease), number, self.wall_ms()).map(drop)
        } else {
            self.store.burnt(LeaseId(lease), number, "no label came out")
        }
    }

    fn wall_ms(&self) -> i64 {
        self.platform.clock.now().wall_ms
    }

    fn zpl(&self, label: &str, caption: &str) -> Result<Vec<u8>, Error> {
        use chrono::Datelike;
        let bad = |error: &dyn std::fmt::Display| {
            Error::new(Remedy::CallSupervisor, "label", format!("label {label}: {error}"))
        };
        let now = self.platform.clock.now();
        let year = Instant::from_unix_ms(now.wall_ms).day(now.zone_min).year();
        let options = Options::new(u16::try_from(year).unwrap_or(2026));
        let mut scratch = Scratch::new();
        let read = read_with(label.as_bytes(), None, Form::Bracketed, &options, &mut scratch).map_err(|e| bad(&e))?;
        let kind = LabelKind::of(&read);
        let media = kind.media(Resolution::Dpi203);
        let sheet = Sheet::new(kind, &read, kind.symbol(), media, caption).map_err(|e| bad(&e))?;
        Ok(sheet.zpl(NonZeroU16::MIN).to_string().into_bytes())
    }
}
