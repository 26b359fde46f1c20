//! lotline-ffi.
