//! lotline-tests.
