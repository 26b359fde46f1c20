//! lotline-core.
