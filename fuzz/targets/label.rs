//! Whatever a label says, printing it gives the printer one label and no command of the label's own.
#![no_main]

use std::num::NonZeroU16;

use lotline_fuzz::YEAR;
use lotline_scan::print::{LabelKind, Media, Resolution, Sheet, Symbol};
use lotline_scan::{Form, Options, Scratch, read_with};

libfuzzer_sys::fuzz_target!(|both: (&str, &str)| {
    let (text, caption) = both;
    let mut scratch = Scratch::new();
    let Ok(label) = read_with(
        text.as_bytes(),
        None,
        Form::Bracketed,
        &Options::new(YEAR),
        &mut scratch,
    ) else {
        return;
    };
    for symbol in [Symbol::DataMatrix, Symbol::Gs1128] {
        if let Ok(sheet) = Sheet::new(LabelKind::Any, &label, symbol, Media::unit(Resolution::Dpi203), caption) {
            let zpl = sheet.zpl(NonZeroU16::MIN).to_string();
            assert!(
                zpl.matches("^XA").count() == 1 && zpl.matches("^XZ").count() == 1,
                "{zpl}"
            );
            assert!(sheet.svg().to_string().ends_with("</svg>\n") || sheet.svg().to_string().ends_with("</svg>"));
            assert!(sheet.picture().width() > 0);
        }
    }
});
