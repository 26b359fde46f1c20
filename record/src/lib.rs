//! The record of a warehouse handheld: what happened, and what is allowed.
//!
//! Everything here is pure: no clock, no disk, no network, no randomness. The handheld (`lotline-core`) and the
//! gateway (`lotline-server`) share these rooms, so a rule exists once and both sides call it.
//!
//! | room | what lives there |
//! |---|---|
//! | [`model`] | the nouns: owner, item, pack level, lot, serial, place, plate, ship notice, order, person, policy, quantity |
//! | [`archive`] | the exported record and its check |
//! | [`entry`] | entry, fact, claim, hash chain, formats |
//! | [`numbering`] | own serials, SSCCs and lots: leased in blocks, each number once |
//! | [`rules`] | verdicts with the facts they rest on |
//! | [`stock`] | transfers between accounts; what an entry does to the picture |
//! | [`trace`] | history lines of a lot, serial or plate |
//! | [`text`] | every message a person reads, in Fluent, one folder a language |
//! | [`wire`] | push, pull, the schema of `site.db`, problem types, proofs |

pub mod archive;
pub mod entry;
pub mod model;
pub mod numbering;
pub mod rules;
pub mod stock;
pub mod text;
pub mod trace;
pub mod wire;
