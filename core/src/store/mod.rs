//! Two SQLite files: `journal.db`, small and sacred, and `site.db`, the server's picture (design §4). A third,
//! `effects.db`, has what the journal's entries change in the picture, and follows from them.
//!
//! **The picture = site + own effects above `included`.** No transaction writes two files: `act` writes the journal
//! (one fsync) and, behind it, own effects (none), pulls write only the site. The journal's connection has the other two
//! attached, the site read-only, so a read sees all.
//!
//! The failure story: a corrupt or missing `site.db` costs a download; a corrupt or missing `effects.db` is made anew; a
//! corrupt `journal.db` is moved aside, never deleted; a database of a newer version is refused and left alone.

mod ahead;
mod aside;
mod behind;
mod cipher;
mod effects;
mod epoch;
mod journal;
mod known;
mod open;
mod pages;
mod people;
mod picture;
mod pull;
mod queue;
mod reserve;
mod salvage;
#[cfg(feature = "scenario")]
mod scenario;
mod standing;
mod training;

pub use behind::attach_own_effects;
pub(crate) use cipher::Cipher;
pub use cipher::{ENCRYPTED, KEY_FILE, set_aside};
pub(crate) use journal::{Author, Draft};
pub(crate) use known::RefusedPolicy;
pub(crate) use open::{EFFECTS, read_only};
pub use open::{JOURNAL, SITE, Store, attach_site};
pub(crate) use picture::Picture;

use crate::{Error, Remedy};

/// Turns SQLite's error into ours: what can the person do?
pub(crate) fn storage(what: &str) -> impl FnOnce(rusqlite::Error) -> Error + '_ {
    move |error| {
        use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseCorrupt, DiskFull, NotADatabase, SystemIoFailure};
        if let Some(DatabaseCorrupt | NotADatabase) = error.sqlite_error_code() {
            return salvage::damaged(format!("{what}: {error}"));
        }
        let remedy = match error.sqlite_error_code() {
            Some(DiskFull) => Remedy::FreeSpace,
            Some(DatabaseBusy) => Remedy::Retry,
            // The disk itself fails: no fault of ours, and scanning again may well work.
            Some(SystemIoFailure | CannotOpen) => Remedy::CallSupervisor,
            _ => Remedy::Bug,
        };
        Error::new(remedy, "storage", format!("{what}: {error}"))
    }
}
