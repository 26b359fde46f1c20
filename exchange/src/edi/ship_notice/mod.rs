//! X12 856, Ship Notice/Manifest: read and written.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;
