//! Whole-system tests: a real gateway, real handhelds, and a network between them that fails on demand.

pub mod proxy;
