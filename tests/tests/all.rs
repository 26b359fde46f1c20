//! Whole-system tests, one binary.

mod protocol;
