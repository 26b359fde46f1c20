//! The field's exchange formats: what a partner's document says, and what ours says to a partner.
//!
//! Everything here is pure, as in `lotline-record`: bytes and facts in, documents or typed refusals out. The gateway
//! fetches, stores and sends; nothing here knows that it does. A document from outside is hostile until it is read:
//! each reader has a bound on size and depth, says what is wrong and where, and never panics.
//!
//! | room | what lives there |
//! |---|---|
//! | [`edi`] | X12 856, 997 and 824, EANCOM DESADV: segments, envelopes, ship notices by a partner's mapping |
//! | [`epcis`] | EPCIS 2.0 and 1.2: events, entries as events, the validator, event hashes, queries |
//! | [`regulation`] | what an authority may ask of the record |

pub mod edi;
pub mod epcis;
pub mod regulation;
