//! The sync client: [`engine`] decides what comes next and does no I/O, [`Syncer`] does what it says, [`answer`] is what an
//! answer means for the store.
//!
//! Normative: `docs/protocol.md`. The failure story in short: entries go up in order, and only the server's
//! `stored_through` moves the mark; a request that fails as a whole changes no entry; whatever is not the server's own
//! answer counts as being offline; nothing here ever deletes an entry.

pub mod answer;
mod client;
mod download;
mod driver;
pub mod engine;
mod port;
mod syncer;
mod trust;

pub use port::{Blocked, Contact, Cursor, Fetched, Keeping, Link, OwnMark, PAGE, Queue, SyncStore};
pub use syncer::{News, SyncReport, Syncer};
