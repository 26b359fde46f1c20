//! A Digital Link URI, plain data, or a caret for FNC1.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lotline_fuzz::every_way(data, lotline_scan::Form::Raw));
