//! Events as EPCIS (ISO/IEC 19987) and its vocabulary CBV (ISO/IEC 19988) write them.
