//! lotline-scan.
