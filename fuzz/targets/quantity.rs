//! A quantity as a person types it.
#![no_main]

use lotline_record::model::{Quantity, Unit};

libfuzzer_sys::fuzz_target!(|given: (&str, &str, u32)| {
    let (text, unit, factor) = given;
    if let Ok(quantity) = Quantity::parse(text, Unit(unit.to_owned()), factor) {
        assert!(quantity.base().is_ok(), "{quantity:?} has no base quantity");
    }
});
