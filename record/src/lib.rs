//! lotline-record.
