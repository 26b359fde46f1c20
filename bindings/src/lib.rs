//! The door to Kotlin and Swift. It decides nothing: every call goes to [`lotline_core`], and what crosses is
//! `lotline_core::screen`'s own records.
//!
//! - Three objects: [`Handheld`], the [`Subscription`] it gives, and [`Words`]. All else is records.
//! - Every export blocks until it is done; a shell calls from a thread that may wait.
//! - A panic below is caught here and thrown as an error with the code `panic`; the next call works.

mod frame;
mod handheld;
mod labels;
#[cfg(feature = "scenario")]
mod scenario;
mod words;

pub use frame::{FrameCode, read_frame};
pub use handheld::{Handheld, Setup, Subscription, encrypts, set_aside};
#[cfg(feature = "scenario")]
pub use scenario::Scenario;
pub use words::{Word, Words};

uniffi::setup_scaffolding!();
