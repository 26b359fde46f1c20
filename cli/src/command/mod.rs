//! One file a command that asks and answers.

pub mod archive;
pub mod audit;
pub mod back_end;
pub mod backup;
pub mod config;
pub mod doctor;
pub mod drill;
pub mod edi;
pub mod enrol;
pub mod explain;
pub mod export;
pub mod import;
pub mod label;
pub mod numbers;
mod oidc;
pub mod picture;
pub mod recall;
pub mod report;
pub mod restore;
pub mod seed;
pub mod serve;
pub mod source;
mod tls;
pub mod trace;
pub mod train;
pub mod user;
pub mod verify;
