//! Whole-system tests: a real gateway, real handhelds, and a network between them that fails on demand.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on stops"
)]

pub mod browser;
pub mod dice;
pub mod disk;
pub mod first;
pub mod gateway;
pub mod gun;
pub mod held;
pub mod link;
pub mod live;
pub mod oidc;
pub mod postgres;
pub mod proxy;
pub mod scenario;
pub mod sim;
pub mod try_site;
pub mod wms;
