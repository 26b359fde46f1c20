//! Ship notices as X12 and EANCOM write them.
