//! `lotline read-image`: the codes in pictures, each as `lotline read` would answer it, with its file and its place.

use super::ReadError;
use super::reply::{Accepted, Ambiguous, Refusal, write_line};
use crate::edge;
use crate::failure::{Failure, Outcome};
use image::{DynamicImage, GrayImage, ImageReader, Limits};
use lotline_core::frame::{Effort, Frame, FrameScan, MOST_PIXELS, read};
use lotline_scan::{AimId, Form, Options, Scratch, read_with, readings};
use serde::Serialize;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  lotline read-image pallet.jpg
  lotline read-image *.png | grep -v '\"ok\":true'

One line for each code: the answer of `lotline read`, then data and symbology as a scanner would
have sent them, the file, and position: four corners in pixels from the upper left, going round.
Codes: Data Matrix, QR, Code 128, EAN/UPC, Interleaved 2 of 5, DataBar.
A picture without a code is an answer (NO_CODE). One that cannot be opened is answered with
UNREADABLE_FILE; the others are still read, and the exit code is 2 at the end.";

/// Which pictures.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// PNG, JPEG or WebP; the content decides, not the name
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Room for a decoded picture: its most pixels, in colour with 16 bits each, and as much again for the decoder.
const MOST_BYTES: u64 = 16 * MOST_PIXELS as u64;

/// An answer and where it comes from.
#[derive(Serialize)]
struct Placed<'a, A: Serialize> {
    #[serde(flatten)]
    answer: A,
    #[serde(flatten)]
    code: Option<Code<'a>>,
    file: &'a str,
}

/// A code as a scanner would have sent it: each byte is the character of that number, as `lotline read` takes it.
#[derive(Serialize)]
struct Code<'a> {
    data: String,
    symbology: &'a str,
    /// Four corners, x and y in pixels.
    position: [[f32; 2]; 4],
}

impl<'a> Code<'a> {
    fn of(scan: &'a FrameScan) -> Self {
        // A tenth of a pixel is more than is known.
        let tenths = |pixels: f32| (pixels * 10.0).round() / 10.0;
        Code {
            data: scan.bytes.iter().map(|byte| char::from(*byte)).collect(),
            symbology: &scan.symbology,
            position: scan.corners.map(|corner| [tenths(corner.x), tenths(corner.y)]),
        }
    }
}

/// Reads pictures, in order.
///
/// # Errors
/// Output that fails; and after all else is answered, the first file that could not be opened.
pub fn run(args: &Args) -> Outcome {
    let mut output = io::BufWriter::new(io::stdout().lock());
    match answer_all(&args.files, &mut output, edge::year()) {
        Ok(None) => Ok(()),
        Ok(Some((file, reason))) => Err(Failure::usage(
            reason,
            file.display(),
            "give a PNG, JPEG or WebP that can be opened",
        )),
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::usage(
            error,
            "lotline read-image",
            "see what the system says and try again",
        )),
    }
}

/// The first file that is no picture, and why.
type Unreadable<'f> = Option<(&'f Path, String)>;

fn answer_all<'f>(files: &'f [PathBuf], output: &mut impl Write, year: u16) -> Result<Unreadable<'f>, ReadError> {
    let mut first = None;
    let mut scratch = Box::new(Scratch::new());
    for path in files {
        let file = path.to_string_lossy();
        match codes(path) {
            Ok(scans) if scans.is_empty() => {
                let message = "no code was read in this picture";
                say(output, &Refusal::plain("NO_CODE", &message), None, &file)?;
            }
            Ok(scans) => {
                for scan in &scans {
                    answer(scan, &file, year, &mut scratch, output)?;
                }
            }
            Err(reason) => {
                say(output, &Refusal::plain("UNREADABLE_FILE", &reason), None, &file)?;
                first = first.or(Some((path.as_path(), reason)));
            }
        }
        // The next picture may take a while.
        output.flush()?;
    }
    Ok(first)
}

/// What the label of a code says.
fn answer(
    scan: &FrameScan,
    file: &str,
    year: u16,
    scratch: &mut Scratch,
    output: &mut impl Write,
) -> Result<(), ReadError> {
    let code = Some(Code::of(scan));
    let id = match AimId::parse(&scan.symbology) {
        Ok(id) => Some(id),
        Err(error) => {
            return say(
                output,
                &Refusal::plain("UNSUPPORTED_SYMBOLOGY_IDENTIFIER", &error),
                code,
                file,
            );
        }
    };
    let options = Options::new(year);
    let error = match read_with(&scan.bytes, id, Form::Scan, &options, scratch) {
        Ok(label) => return say(output, &Accepted::new(&label), code, file),
        Err(error) => error,
    };
    match readings(&scan.bytes, id, Form::Scan, &options, scratch) {
        Some(readings) => say(output, &Ambiguous::new(&error, readings), code, file),
        None => say(output, &Refusal::of_label(&error), code, file),
    }
}

fn say<A: Serialize>(output: &mut impl Write, answer: &A, code: Option<Code<'_>>, file: &str) -> Result<(), ReadError> {
    write_line(output, &Placed { answer, code, file })
}

/// The codes in a file, or why it is no picture.
fn codes(path: &Path) -> Result<Vec<FrameScan>, String> {
    let luma = open(path)?;
    let (width, height) = luma.dimensions();
    let frame = Frame::new(luma.as_raw(), width, height, width).map_err(|error| error.to_string())?;
    Ok(read(&frame, Effort::PICTURE))
}

/// A file's picture in grey.
fn open(path: &Path) -> Result<GrayImage, String> {
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format);
    let mut reader = reader.map_err(|error| error.to_string())?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    reader.decode().map(grey).map_err(|error| error.to_string())
}

/// Brightness from 0 to 255. Where a picture is transparent it lies on paper.
fn grey(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let both = picture.into_luma_alpha8();
    let (width, height) = both.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let [luma, alpha] = both.get_pixel(x, y).0.map(u32::from);
        let on_paper = (luma * alpha + 255 * (255 - alpha)) / 255;
        image::Luma([u8::try_from(on_paper).unwrap_or(u8::MAX)])
    })
}
