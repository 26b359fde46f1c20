//! Reports that leave the handheld as files: the core makes the bytes, a shell puts them somewhere and says where.

use super::desk::Gate;
use super::{Handheld, context, no_longer_known};
use crate::Error;
use crate::work::facts::Facts;
use crate::work::{Format, Work, saved};
use lotline_record::entry::Instant;

/// A report as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ReportFile {
    /// A name that any file system takes: `lotline-expiring-20261121-0801.csv`.
    pub name: String,
    /// What it is: `text/csv` or `text/html`, both in UTF-8.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Handheld {
    /// The report that a person asked to save and that no shell has saved yet, in the person's language.
    ///
    /// # Errors
    /// `storage`.
    pub fn waiting_report(&self) -> Result<Option<ReportFile>, Error> {
        if let Some(practice) = self.practice() {
            return practice.waiting_report();
        }
        let text = self.text();
        self.guarded(|desk| {
            let (Gate::In(session), Work::Report(flow)) = (&desk.gate, &desk.work) else {
                return Ok(None);
            };
            let moment = self.moment(desk)?;
            let waiting = self.with_picture(|picture| {
                let person = picture.person(&session.person)?.ok_or_else(no_longer_known)?;
                flow.waiting(&context(picture, &person, &moment, None))
            })?;
            Ok(waiting.map(|(report, format)| {
                let at = Instant::from_unix_ms(report.known.at_ms);
                let (hour, minute) = at.clock(report.known.zone_min);
                let day = at.day(report.known.zone_min).format("%Y%m%d");
                let (end, media_type, bytes) = match format {
                    Format::Csv => ("csv", "text/csv", report.csv(&text)),
                    Format::Page => ("html", "text/html", report.page(&text)),
                };
                ReportFile {
                    name: format!("lotline-{}-{day}-{hour:02}{minute:02}.{end}", report.name),
                    media_type: media_type.to_owned(),
                    bytes: bytes.into_bytes(),
                }
            }))
        })
    }

    /// A shell has saved it; `place` is where, in words for the person. `None`: it could not.
    ///
    /// # Errors
    /// `storage`.
    pub fn report_saved(&self, place: Option<&str>) -> Result<crate::Screen, Error> {
        if let Some(practice) = self.practice() {
            return practice.report_saved(place);
        }
        self.guarded(|desk| {
            let moment = self.moment(desk)?;
            if let Work::Report(flow) = &mut desk.work {
                flow.settle();
                desk.feedback = Some(saved(place));
                self.commit(desk, &moment, Vec::new())?;
            }
            self.draw(desk, &moment)
        })
    }
}
