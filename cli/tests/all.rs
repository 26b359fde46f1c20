//! The command line as people and programs meet it: the real binary, its output and its exit codes.

#![allow(missing_docs, clippy::unwrap_used)]

mod all {
    pub mod config;
    pub mod demo;
    pub mod doctor;
    pub mod edi;
    pub mod handheld;
    pub mod help;
    pub mod label;
    pub mod numbers;
    pub mod operations;
    pub mod read_image;
    pub mod record;
    pub mod regulation;
    pub mod security;
    pub mod seed;
    pub mod tool;
    pub mod traces;
    pub mod train;
    pub mod user;
}
