//! Many serials into one receipt line: one scan each, in bursts of tags, and as a row told by the first and the last.

use super::shift::{Kind, Shift};
use crate::site::Size;
use std::path::Path;
use std::time::Duration;

/// Serials of one line.
pub const SERIALS: usize = 10_000;
/// Tags that a sled delivers at once: a tenth of a second's.
pub const BURST: usize = 100;
/// All of them, each durable before its tone, against as many bare commits.
pub const RATIO: f64 = 1.3;

/// What it took.
pub struct Serials {
    /// Scan by scan, all together.
    pub one_by_one: Duration,
    /// The bare commits between them.
    pub bare: Duration,
    /// Burst by burst, all together; each tag is an entry, durable before its burst is answered.
    pub in_bursts: Duration,
    /// First, last and the confirmation, which writes them all.
    pub as_a_row: Duration,
}

impl Serials {
    /// Scan by scan, against the bare commits.
    pub fn ratio(&self) -> f64 {
        self.one_by_one.as_secs_f64() / self.bare.as_secs_f64().max(1e-9)
    }

    /// Burst by burst, against the same.
    pub fn burst_ratio(&self) -> f64 {
        self.in_bursts.as_secs_f64() / self.bare.as_secs_f64().max(1e-9)
    }

    /// As a row, against the same.
    pub fn row_ratio(&self) -> f64 {
        self.as_a_row.as_secs_f64() / self.bare.as_secs_f64().max(1e-9)
    }
}

/// A new device on the picture at `site`.
///
/// # Errors
/// Those of the disk and the core, as text.
pub fn measure(parent: &Path, site: &Path, size: &Size) -> Result<Serials, String> {
    let folder = tempfile::tempdir_in(parent).map_err(|e| e.to_string())?;
    let mut shift = Shift::begin(folder.path(), site, false)?;
    shift.line(SERIALS)?;
    let samples: Vec<_> = shift.samples.iter().filter(|s| s.kind == Kind::Each).collect();
    let (one_by_one, bare) = (
        samples.iter().map(|s| s.act).sum(),
        samples.iter().map(|s| s.bare).sum(),
    );
    let in_bursts = shift.bursts(size, SERIALS, BURST)?;
    let as_a_row = shift.row(SERIALS)?;
    Ok(Serials {
        one_by_one,
        bare,
        in_bursts,
        as_a_row,
    })
}
