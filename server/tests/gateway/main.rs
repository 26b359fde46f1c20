//! The gateway over real TCP.

mod apply;
mod device;
mod intake;
mod pull;
mod wms;
