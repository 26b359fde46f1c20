//! The handheld: flows, screens, SQLite, people, sync client.
//!
//! Rooms in the order in which data flows: [`handheld`] (the public door) → `work` (one file a flow, pure state
//! machines) → [`screen`] → `store` (SQLite) → `sync`. [`frame`] reads the codes a camera sees. The ports to
//! the platform stand in [`platform`].

pub mod audit;
mod error;
pub mod frame;
pub mod handheld;
pub mod numbering;
pub mod platform;
#[cfg(feature = "scenario")]
pub mod points;
#[cfg(not(feature = "scenario"))]
mod points;
#[cfg(feature = "scenario")]
pub mod scenario;
pub mod screen;
pub mod store;
pub mod sync;
pub mod training;
mod work;

pub use error::{Fault, HandheldError, HandheldError as Error, Remedy};
pub use handheld::{
    Config, Handheld, LabelPrint, NumberSeries, OpenLabel, ReportFile, Subscription, Verified, WorkQueue,
};
pub use screen::{Input, Screen, Tag};
pub use sync::SyncReport;

#[cfg(all(feature = "scenario", not(debug_assertions)))]
compile_error!("the feature `scenario` fixes clock, ids and key: it has no place in a release build");

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();
