//! Whole-system tests, one binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod ahead;
mod backlog;
mod backup;
mod browser;
mod capture;
mod carried;
mod crash;
mod damage;
mod disk;
mod first_use;
mod handhelds;
mod network;
mod numbers;
mod people;
mod postgres;
mod postgres_archive;
mod postgres_schema;
mod postgres_tls;
mod protocol;
mod rows;
mod scenarios;
mod sim;
mod try_site;
mod versions;
mod world;
