//! EDIFACT of a stranger: read, judged, answered, and written again byte for byte.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lotline_fuzz::edi(bytes, "eancom-d01b"));
