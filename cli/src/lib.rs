//! The command line of Lotline, as a library: what `lotline` does, for its binary and for tests.
//!
//! | room | what lives there |
//! |---|---|
//! | [`cli`] | the commands as one types them |
//! | [`command`] | one file a command that asks and answers |
//! | [`terminal`] | a handheld in the terminal: drawn, plain, or on a pipe |
//! | [`web`] | a handheld in the browser, mounted into the gateway |
//! | [`demo`] | the newcomer's shift, and the process that proves it |
//! | [`stand_in`] | what the demo and the tests put where the warehouse's own system would be |
//! | [`seed`] | a site out of nothing but a seed, and its labels |
//! | [`read`] | labels in, as text or in pictures, JSON Lines out |
//! | [`traces`] | requests told to a collector of traces |
//! | [`config`], [`failure`], [`out`], [`edge`] | settings · failures and exit codes · printing · clock and folders |

pub mod cli;
pub mod command;
pub mod config;
pub mod demo;
pub mod edge;
pub mod failure;
pub mod out;
pub mod read;
pub mod seed;
pub mod stand_in;
pub mod terminal;
pub mod traces;
pub mod web;
