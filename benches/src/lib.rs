//! lotline-benches.
