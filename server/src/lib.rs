//! lotline-server.
