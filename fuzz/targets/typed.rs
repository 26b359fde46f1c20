//! Text as a person types it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lotline_fuzz::every_way(data, lotline_scan::Form::Typed));
