//! Ship notices as X12 and EANCOM write them.
//!
//! A file goes through rooms, each of which says what it found wrong and where:
//!
//! | room | takes | gives | what is wrong there is |
//! |---|---|---|---|
//! | [`syntax`] | bytes | segments | a [`SyntaxError`]: nothing behind it can be trusted |
//! | [`envelope`] | segments | interchanges, groups, messages | a [`Finding`]: counts and control numbers that lie |
//! | [`read()`] | a message and the partner's [`Mapping`] | a [`Notice`] | a [`Finding`]: what is missing, malformed, contradictory |
//! | [`check`] | a notice and what items must carry | | a [`Finding`]: what receiving cannot work with |
//! | [`reply`] | findings | 997 and 824, CONTRL | |
//! | [`report`] | findings | the day's exceptions as CSV (requirement B3) | |
//! | [`brought`] | a notice | a record that the ledger takes | |
//! | [`shipped`] | what left with an order | a [`Notice`] | |
//! | [`write`](mod@write) | a notice and a mapping | an 856 or a DESADV | a [`WriteError`]: what the partner's form has no place for |
//!
//! Where partners differ is data, not code: [`Mapping`].

pub mod brought;
mod check;
mod desadv;
pub mod envelope;
mod finding;
mod mapping;
mod notice;
pub mod read;
pub mod reply;
pub mod report;
mod segment;
mod ship_notice;
pub mod shipped;
pub mod syntax;
pub mod write;

pub use check::{Needs, check};
pub use finding::{Code, Finding, Place};
pub use mapping::{Address, Format, LotPlace, Mapping, MappingError, READY, SerialPlace, Totals};
pub use notice::*;
pub use read::{File, Reading, read};
pub use segment::{Element, Segment};
pub use syntax::{Limits, SyntaxError};
pub use write::{Numbers, WriteError, write};

#[cfg(test)]
mod tests;
