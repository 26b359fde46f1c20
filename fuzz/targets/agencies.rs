//! HIBC, ISBT 128 and IFA's PPN, asked directly.
#![no_main]

use lotline_fuzz::YEAR;
use lotline_scan::{Hibc, Isbt128, Ppn};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(hibc) = Hibc::parse(text, YEAR) {
        for written in [hibc.primary_code(), hibc.secondary_code(), hibc.concatenated_code()]
            .into_iter()
            .flatten()
        {
            let written = written.to_string();
            Hibc::parse(&written, YEAR).unwrap_or_else(|error| panic!("{text} writes {written}: {error}"));
        }
    }
    if let Ok(blood) = Isbt128::parse(text) {
        // A typed donation number is no chain of structures.
        let typed = blood.din.is_some() && blood.check.is_some();
        assert!(typed || blood.structures().count() > 0);
    }
    drop(Ppn::parse(text, YEAR));
});
