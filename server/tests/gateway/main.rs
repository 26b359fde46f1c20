//! The gateway over real TCP.
#![allow(clippy::unwrap_used, reason = "helpers of tests stand outside test functions")]
#![allow(clippy::wildcard_imports, reason = "the nouns of the record, all of them")]

mod ahead;
mod apply;
mod auditor;
mod carried;
mod claims;
mod console;
mod device;
mod epcis;
mod group;
mod inbound;
mod intake;
mod label;
mod metrics;
mod numbers;
#[path = "../../../tests/src/oidc.rs"]
mod oidc;
mod people;
mod plates;
mod pull;
mod ready;
mod real;
mod recall;
mod request;
mod security;
mod stand_in;
mod tasks;
mod told;
mod vouched;
mod webhook;
mod wms;
