//! A sheet as ZPL II, the language of Zebra's printers (ZPL II Programming Guide).
//!
//! Every field is written with `^FH\`, so that its data can hold no command: the two prefixes, the indicator itself and
//! control characters go as hexadecimal. The printer undoes that before it looks for the escapes of `^BX` and `^BC`.

use alloc::string::String;
use core::fmt::{self, Write};
use core::num::NonZeroU16;

use super::message::{FNC1, Message};
use super::sheet::{Piece, Sheet};

/// The largest symbol whose rows and columns `^BX` takes; larger ones the printer sizes itself.
const LARGEST_FORCED: u32 = 49;

/// A sheet as ZPL, made while it is written.
#[derive(Clone, Copy, Debug)]
pub struct Zpl<'s> {
    sheet: &'s Sheet,
    copies: NonZeroU16,
}

impl Sheet {
    /// The sheet for a Zebra printer, `copies` times.
    #[must_use]
    pub fn zpl(&self, copies: NonZeroU16) -> Zpl<'_> {
        Zpl { sheet: self, copies }
    }
}

impl fmt::Display for Zpl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sheet { width, height, .. } = self.sheet;
        // Units, origin and orientation are set anew: the label before may have left others. UTF-8 is ^CI28.
        writeln!(f, "^XA\n^MUD^CI28^FWN^LH0,0^PW{width}^LL{height}")?;
        for piece in &self.sheet.pieces {
            match piece {
                Piece::Matrix { x, y, module, symbol } => {
                    let side = symbol.side();
                    write!(f, "^FO{x},{y}^BXN,{module},200,")?;
                    if side <= LARGEST_FORCED {
                        write!(f, "{side},{side}")?;
                    } else {
                        f.write_char(',')?;
                    }
                    writeln!(f, ",,_^FH\\^FD{}^FS", matrix_data(symbol.message()))?;
                }
                Piece::Linear {
                    x,
                    y,
                    module,
                    height,
                    symbol,
                } => writeln!(
                    f,
                    "^FO{x},{y}^BY{module}^BCN,{height},N,N,N,N^FH\\^FD{}^FS",
                    symbol.field_data()
                )?,
                Piece::Text { x, y, size, text } => {
                    writeln!(f, "^FO{x},{y}^A0N,{size},{size}^FH\\^FD{}^FS", escaped(text))?;
                }
            }
        }
        writeln!(f, "^PQ{}\n^XZ", self.copies)
    }
}

/// A message as the field data of `^BX`: `_1` for FNC1, `__` for an underscore.
fn matrix_data(message: &Message) -> String {
    let mut out = String::new();
    for byte in message.encoded() {
        match byte {
            FNC1 => out.push_str("_1"),
            b'_' => out.push_str("__"),
            byte => out.push(char::from(byte)),
        }
    }
    escaped(&out)
}

/// Text as field data behind `^FH\`.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '^' | '~' | '\\' | '\0'..='\x1f' | '\x7f' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\{:02X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use core::num::NonZeroU16;
    use proptest::prelude::*;

    use crate::print::{LabelKind, Media, Resolution, Sheet, Symbol};
    use crate::{Form, Options, Scratch, read_with};

    fn zpl(text: &str, symbol: Symbol, caption: &str) -> std::string::String {
        let mut scratch = Scratch::new();
        let label = read_with(
            text.as_bytes(),
            None,
            Form::Bracketed,
            &Options::new(2026),
            &mut scratch,
        )
        .expect(text);
        let sheet = Sheet::new(LabelKind::Any, &label, symbol, Media::unit(Resolution::Dpi203), caption).expect(text);
        sheet.zpl(NonZeroU16::MIN).to_string()
    }

    #[test]
    fn function_one_stands_in_front_and_behind_what_has_no_predefined_length() {
        let out = zpl("(01)09506000134352(10)A_1(21)S1(17)260630", Symbol::DataMatrix, "");
        assert!(
            out.contains("^BXN,5,200,20,20,,_^FH\\^FD_101095060001343521726063010A__1_121S1^FS"),
            "{out}"
        );
        let out = zpl("(01)09506000134352(10)A_1(21)S1", Symbol::Gs1128, "");
        assert!(
            out.contains("^BY2^BCN,254,N,N,N,N^FH\\^FD>;>8010950600013435210>6A_1>821S1^FS"),
            "{out}"
        );
    }

    #[test]
    fn a_label_is_framed_in_dots_and_utf_8() {
        let out = zpl("(01)09506000134352", Symbol::DataMatrix, "Größe");
        assert!(out.starts_with("^XA\n^MUD^CI28^FWN^LH0,0^PW800^LL400\n"), "{out}");
        assert!(out.contains("^FDGröße^FS") && out.ends_with("^PQ1\n^XZ\n"), "{out}");
    }

    proptest! {
        #[test]
        fn no_data_can_hold_a_command(
            caption in prop_oneof![".{0,60}", "[\\^~A-Z\\\\_0-9]{0,60}"],
            lot in "[!\"%&'(*+,./:;<=>?_A-Za-z0-9-]{1,20}",
        ) {
            let text = std::format!("(10){}", lot.replace('(', "\\("));
            let out = zpl(&std::format!("(01)09506000134352{text}"), Symbol::DataMatrix, &caption);
            prop_assert!(!out.contains('~'));
            let mut commands = 0;
            for line in out.lines() {
                if let Some((before, rest)) = line.split_once("^FD") {
                    let data = rest.strip_suffix("^FS");
                    prop_assert!(data.is_some_and(|data| !data.contains('^')), "{}", line);
                    prop_assert!(before.starts_with("^FO") && before.ends_with("^FH\\"), "{}", line);
                    commands += 1;
                } else {
                    prop_assert!(line == "^XA" || line == "^XZ" || line == "^PQ1" || line.starts_with("^MUD^CI28^FWN^LH0,0^PW"));
                }
            }
            prop_assert!(commands >= 2);
        }
    }
}
