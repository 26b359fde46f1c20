//! Events as EPCIS 2.0 (ISO/IEC 19987) and its vocabulary CBV 2.0 (ISO/IEC 19988) write them.
//!
//! An [`Event`] in hand is a good one: it passed what the standard's JSON schema asks and what the standard says beyond it
//! (`check`). It keeps everything it came with, extensions too, in the standard's own shape; only its words are brought to
//! one form. Nothing here fetches: a context at an address is not read, prefixes count where a document tells them.
//!
//! | room | what lives there |
//! |---|---|
//! | `event`, `document` | one event; a document or an answer around many |
//! | `check`, `fields`, `words`, `uri` | the validator, what fields there are, the vocabulary, formats |
//! | [`entry`] | entries as events |
//! | [`ident`] | EPC URN and GS1 Digital Link as one key |
//! | [`older`] | events as XML of EPCIS 1.2 |
//! | [`query`] | the parameters of a query, judged on events |
//! | [`hash`] | the name that follows from what an event says |

mod check;
mod document;
pub mod entry;
mod event;
mod fault;
mod fields;
pub mod hash;
pub mod ident;
mod json;
pub mod older;
pub mod query;
mod uri;
mod words;

pub use document::{Incoming, answer, read, write};
pub use event::{CONTEXT, Context, Event, Kind};
pub use fault::{Fault, Rule};
pub use json::Bounds;
