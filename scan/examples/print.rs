//! Composes a lot label: as ZPL on standard output, or with an argument as SVG.
//!
//! `cargo run -p lotline-scan --features print --example print`

use std::num::NonZeroU16;

use lotline_scan::print::{LabelKind, Resolution, Sheet};
use lotline_scan::{Form, Options, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = "(01)09506000134352(17)260630(10)ABC123(21)SN0000001";
    let label = read(text.as_bytes(), None, Form::Bracketed, &Options::new(2026))?;
    let kind = LabelKind::of(&label);
    let media = kind.media(Resolution::Dpi203);
    let sheet = Sheet::new(kind, &label, kind.symbol(), media, "Gauze 10 × 10 cm, sterile")?;
    if std::env::args().len() > 1 {
        println!("{}", sheet.svg());
    } else {
        print!("{}", sheet.zpl(NonZeroU16::MIN));
    }
    Ok(())
}
