//! `lotline label`: labels out. Elements become ZPL, an image, or a drawing in the terminal.

use crate::failure::{Failure, Outcome};
use crate::{edge, out};
use clap::ValueEnum;
use lotline_scan::print::{LabelKind, Media, Message, Picture, PrintError, Resolution, Sheet, Symbol};
use lotline_scan::{Form, Label, Options, Scratch, profile, read_with};
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline label '(01)09506000134352(17)260630(10)ABC123'             a preview, or ZPL in a pipe
  lotline label '(01)09506000134352(10)ABC123' --as zpl | nc printer 9100
  lotline label '(00)095060000000000015' --caption 'Dock 4' --as png -o pallet.png
  lotline label '(01)09506000134352(10)ABC123' --as gs1-128          the symbol alone
  lotline label --calibration -o calibration.png                     to be scanned once with each scanner

A bracket in a value is written \\(. Without -o, an image is drawn in the terminal, or goes as PNG into a pipe.";

/// What to write, and how.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The elements, as (01)09506000134352(10)ABC123
    #[arg(value_name = "ELEMENTS", required_unless_present = "calibration")]
    elements: Option<String>,
    /// The calibration label: one scan of it teaches a handheld what its scanner does to separators and identifiers
    #[arg(long, conflicts_with = "elements")]
    calibration: bool,
    /// What to make of it: a whole label (zpl, png, svg), or one symbol alone
    #[arg(long = "as", value_enum, value_name = "FORM")]
    form: Option<As>,
    /// Write to this file; its ending decides where --as does not: .zpl, .png or .svg
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What the label is for; found from the elements otherwise
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// The symbol on the label; GS1-128 for an SSCC, DataMatrix otherwise
    #[arg(long, value_enum)]
    symbol: Option<Carrier>,
    /// A line on top: what people call the goods
    #[arg(long, default_value = "", hide_default_value = true)]
    caption: String,
    /// Width and height in millimetres, as 100x50; 105x148 for an SSCC, 100x50 otherwise
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<(u32, u32)>,
    /// Dots per inch of the print head
    #[arg(long, value_enum, default_value = "203")]
    dpi: Dpi,
    /// How many to print
    #[arg(long, default_value = "1")]
    copies: NonZeroU16,
    /// Print what stands on the label as JSON instead
    #[arg(long, conflicts_with_all = ["form", "output"])]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    Zpl,
    Png,
    Svg,
    #[value(name = "gs1-128")]
    Gs1128,
    #[value(name = "datamatrix")]
    DataMatrix,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Item,
    Lot,
    Serial,
    Sscc,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Carrier {
    #[value(name = "datamatrix")]
    DataMatrix,
    #[value(name = "gs1-128")]
    Gs1128,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Dpi {
    #[value(name = "203")]
    Dpi203,
    #[value(name = "300")]
    Dpi300,
    #[value(name = "600")]
    Dpi600,
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let sides = text
        .split_once(['x', '×'])
        .and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    sides.ok_or_else(|| "give width and height in millimetres, as 100x50".into())
}

impl Args {
    /// One of the two is there: clap asks for it.
    fn elements(&self) -> &str {
        match &self.elements {
            Some(elements) if !self.calibration => elements,
            _ => profile::CALIBRATION_TEXT,
        }
    }

    fn kind(&self, label: &Label<'_>) -> LabelKind {
        match self.kind {
            None => LabelKind::of(label),
            Some(Kind::Item) => LabelKind::Item,
            Some(Kind::Lot) => LabelKind::Lot,
            Some(Kind::Serial) => LabelKind::Serial,
            Some(Kind::Sscc) => LabelKind::Sscc,
        }
    }

    fn resolution(&self) -> Resolution {
        match self.dpi {
            Dpi::Dpi203 => Resolution::Dpi203,
            Dpi::Dpi300 => Resolution::Dpi300,
            Dpi::Dpi600 => Resolution::Dpi600,
        }
    }

    fn sheet(&self, label: &Label<'_>) -> Result<Sheet, PrintError> {
        let bare = match self.form {
            Some(As::Gs1128) => Some(Symbol::Gs1128),
            Some(As::DataMatrix) => Some(Symbol::DataMatrix),
            _ => None,
        };
        let resolution = self.resolution();
        if let Some(symbol) = bare {
            return Sheet::bare(&Message::of(label)?, symbol, resolution);
        }
        let kind = self.kind(label);
        let symbol = match self.symbol {
            None => kind.symbol(),
            Some(Carrier::DataMatrix) => Symbol::DataMatrix,
            Some(Carrier::Gs1128) => Symbol::Gs1128,
        };
        let media = match self.size {
            None => kind.media(resolution),
            Some((width, height)) => Media::new(width, height, resolution)?,
        };
        Sheet::new(kind, label, symbol, media, &self.caption)
    }
}

/// In what form the sheet leaves.
enum Way {
    Zpl,
    Png,
    Svg,
    Drawing,
}

fn way(form: Option<As>, output: Option<&Path>, terminal: bool) -> Outcome<Way> {
    let ending = output.and_then(Path::extension).and_then(|ending| ending.to_str());
    match (form, output) {
        (Some(As::Zpl), _) => Ok(Way::Zpl),
        (Some(As::Svg), _) => Ok(Way::Svg),
        (None, None) if !terminal => Ok(Way::Zpl),
        (_, None) if terminal => Ok(Way::Drawing),
        (Some(As::Png), Some(_)) | (Some(_), None) => Ok(Way::Png),
        (_, output) => match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("png") => Ok(Way::Png),
            Some("svg") => Ok(Way::Svg),
            Some("zpl") => Ok(Way::Zpl),
            _ => Err(Failure::usage(
                "the file's name does not say what it is to hold",
                output.unwrap_or(Path::new("-")).display(),
                "end it in .zpl, .png or .svg, or say --as",
            )),
        },
    }
}

#[derive(Serialize)]
struct Facts {
    kind: String,
    elements: Vec<(String, String)>,
    bracketed: String,
    /// What a scanner sends for either symbol; GS stands for FNC1.
    scans: Vec<String>,
    texts: Vec<String>,
    /// Width and height in dots.
    dots: (u32, u32),
    zpl: String,
}

/// Writes the label.
///
/// # Errors
/// When the elements are no label, do not fit, or the file can't be written.
pub fn run(args: &Args) -> Outcome {
    let mut scratch = Scratch::new();
    let elements = args.elements();
    let label = read_with(
        elements.as_bytes(),
        None,
        Form::Bracketed,
        &Options::new(edge::year()),
        &mut scratch,
    )
    .map_err(|error| Failure::usage(error, format_args!("{elements:?}"), "correct the elements"))?;
    let refused = |error: PrintError| {
        let remedy = match error {
            PrintError::NoElements => "give elements as (01)09506000134352(10)ABC123",
            PrintError::Composite => "leave out the part behind the bar",
            PrintError::Missing { .. } => "add it, or choose another --kind",
            PrintError::TooLong {
                symbol: Symbol::Gs1128, ..
            } => "use --as datamatrix, or a whole label, which cuts it into several",
            PrintError::TooLong { .. } => "leave out elements",
            PrintError::DoesNotFit { .. } => "choose a larger --size, another --symbol, or fewer elements",
            _ => "choose another --size",
        };
        Failure::usage(error, "label", remedy)
    };
    let sheet = args.sheet(&label).map_err(refused)?;
    if args.json {
        let message = Message::of(&label).map_err(refused)?;
        let facts = facts(args, &label, &message, &sheet);
        return out::Form { json: true }.print(&facts, |_| String::new());
    }
    let bytes = match way(args.form, args.output.as_deref(), io::stdout().is_terminal())? {
        Way::Zpl => sheet.zpl(args.copies).to_string().into_bytes(),
        Way::Svg => format!("{}\n", sheet.svg()).into_bytes(),
        Way::Drawing => sheet.terminal().to_string().into_bytes(),
        Way::Png => png(&sheet.picture(), args.resolution())?,
    };
    match &args.output {
        Some(path) => std::fs::write(path, bytes).map_err(|e| Failure::io(&e, path.display())),
        None => match io::stdout().lock().write_all(&bytes) {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Failure::io(&e, "standard output")),
            _ => Ok(()),
        },
    }
}

fn facts(args: &Args, label: &Label<'_>, message: &Message, sheet: &Sheet) -> Facts {
    Facts {
        kind: args.kind(label).to_string().to_ascii_lowercase(),
        elements: message
            .elements()
            .map(|element| (element.ai.to_owned(), element.value.to_owned()))
            .collect(),
        bracketed: message.to_string(),
        scans: [Symbol::DataMatrix, Symbol::Gs1128]
            .map(|symbol| String::from_utf8_lossy(&message.scanned(symbol)).into_owned())
            .into(),
        texts: sheet.texts().map(str::to_owned).collect(),
        dots: sheet.size(),
        zpl: sheet.zpl(args.copies).to_string(),
    }
}

/// A picture as PNG: one bit a dot, and how many dots a metre has.
fn png(picture: &Picture, resolution: Resolution) -> Outcome<Vec<u8>> {
    let broken = |e: png::EncodingError| Failure::usage(e, "image", "report it");
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let metre = resolution.dots_per_mm() * 1000;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: metre,
        yppu: metre,
        unit: png::Unit::Meter,
    }));
    let rows = usize::try_from(picture.width()).unwrap_or(0).max(1);
    let data: Vec<u8> = picture
        .dots()
        .chunks(rows)
        .flat_map(|row| {
            // The leftmost dot is the highest bit; a set bit is light.
            row.chunks(8).map(|eight| {
                let dark = (0..).zip(eight).filter(|(_, dark)| **dark);
                dark.fold(0xFF_u8, |byte, (place, _)| byte & !(0x80 >> place))
            })
        })
        .collect();
    let mut writer = encoder.write_header().map_err(broken)?;
    writer.write_image_data(&data).map_err(broken)?;
    writer.finish().map_err(broken)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calibration_label_holds_what_a_handheld_learns_from() {
        let mut scratch = Scratch::new();
        let text = profile::CALIBRATION_TEXT.as_bytes();
        let label = read_with(text, None, Form::Bracketed, &Options::new(2026), &mut scratch).expect("a label");
        let message = Message::of(&label).expect("elements");
        for symbol in [Symbol::DataMatrix, Symbol::Gs1128] {
            let learned = profile::learn(&message.scanned(symbol)).map(|profile| profile.separator_works);
            assert_eq!(learned, Ok(true));
        }
    }

    #[test]
    fn a_size_is_two_numbers() {
        assert_eq!(size("100x50"), Ok((100, 50)));
        assert_eq!(size("105×148"), Ok((105, 148)));
        assert!(size("100").is_err() && size("x5").is_err() && size("-1x5").is_err());
    }

    #[test]
    fn an_image_never_lands_in_a_terminal_and_a_file_is_what_its_name_says() {
        assert!(matches!(way(Some(As::Png), None, true), Ok(Way::Drawing)));
        assert!(matches!(way(Some(As::Gs1128), None, true), Ok(Way::Drawing)));
        assert!(matches!(way(None, None, true), Ok(Way::Drawing)));
        assert!(matches!(way(None, None, false), Ok(Way::Zpl)));
        assert!(matches!(way(Some(As::DataMatrix), None, false), Ok(Way::Png)));
        assert!(matches!(
            way(Some(As::DataMatrix), Some(Path::new("a.svg")), true),
            Ok(Way::Svg)
        ));
        assert!(matches!(way(None, Some(Path::new("a.PNG")), true), Ok(Way::Png)));
        assert!(way(None, Some(Path::new("a.pdf")), true).is_err());
    }
}
