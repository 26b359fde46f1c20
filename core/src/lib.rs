//! The handheld: flows, screens, SQLite, people, sync client.
//!
//! Rooms in the order in which data flows: [`handheld`] (the public door) → `work` (one file a flow, pure state
//! machines) → [`screen`] → `store` (SQLite) → `sync`. The ports to the platform stand in [`platform`].

mod error;
pub mod platform;
pub mod screen;
pub mod sync;

pub use error::{Error, Fault, Remedy};
pub use screen::{Input, Screen};

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();
