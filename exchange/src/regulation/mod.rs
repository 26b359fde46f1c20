//! What an authority may ask of the record, in the form that it asks for.
//!
//! | room | who asks, and for what |
//! |---|---|
//! | [`fsma`] | FDA, food traceability: 21 CFR 1 Subpart S |
//! | [`part11`] | FDA, electronic records and signatures: 21 CFR Part 11 |

pub mod fsma;
pub mod part11;

use lotline_record::entry::EntryRef;

/// `DEVICE-EPOCH-SEQ` of the entry that a reference names.
#[must_use]
pub fn name_of(of: &EntryRef) -> String {
    format!("{}-{}-{}", of.device, of.epoch, of.seq)
}
