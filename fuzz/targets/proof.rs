//! A device's proof of possession (RFC 9449), as a server meets it.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| drop(lotline_record::wire::proof::verify(text)));
