//! What goes over the wire, and the schema of `site.db`: text and versions, no I/O. Normative: `docs/protocol.md`.

mod enrol;
mod numbers;
mod pin;
mod problem;
pub mod proof;
mod pull;
mod push;
mod site;

pub use enrol::{EnrolReply, EnrolRequest, TokenReply};
pub use numbers::{LEASES_SHOWN, NumbersReply, NumbersRequest, ShownLease};
pub use pin::{BadPin, Invitation, InvitationError, Pin};
pub use problem::{Code, Problem};
pub use pull::{Cell, Included, Page, Row, WmsCounts};
pub use push::{BATCH_BYTES, BATCH_ENTRIES, PushReply, Receipt, StoredThrough};
pub use site::{SITE_FORMAT, SITE_INDEXES, SITE_PAGE, SITE_RESERVED, SITE_SCHEMA, TABLES, Table, WORKING_SET, table};

/// Media type of a batch of entries: one line an entry, its exact stored bytes.
pub const NDJSON: &str = "application/x-ndjson";
/// Media type of an error.
pub const PROBLEM_JSON: &str = "application/problem+json";
