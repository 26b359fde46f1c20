//! EANCOM DESADV, Despatch Advice (D.01B): read and written.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;
