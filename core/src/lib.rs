//! The handheld: flows, screens, SQLite, people, sync client.
//!
//! Rooms in the order in which data flows: [`handheld`] (the public door) → `work` (one file a flow, pure state
//! machines) → [`screen`] → `store` (SQLite) → `sync`. The ports to the platform stand in [`platform`].

pub mod audit;
mod error;
pub mod handheld;
pub mod platform;
pub mod screen;
pub mod store;
pub mod sync;
mod work;

pub use error::{Error, Fault, Remedy};
pub use handheld::{Config, Handheld};
pub use screen::{Input, Screen};
pub use sync::SyncReport;

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();
