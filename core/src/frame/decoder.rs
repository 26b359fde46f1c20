//! The one trait behind which a decoder stands, and rxing behind it.

use super::Point;
use super::content::Content;
use super::mesh::Mesh;
use super::plane::Sheet;
use rxing::common::{BitArray, BitMatrix, DetectorRXingResult, LineOrientation, Result};
use rxing::datamatrix::DataMatrixReader;
use rxing::datamatrix::decoder::Decoder as Modules;
use rxing::datamatrix::detector::zxing_cpp_detector;
use rxing::multi::MultipleBarcodeReader;
use rxing::oned::rss::{RSS14Reader, expanded::RSSExpandedReader};
use rxing::oned::{Code128Reader, ITFReader, MultiFormatUPCEANReader, OneDReader};
use rxing::qrcode::QRCodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{
    BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult, RXingResultMetadataType,
    RXingResultMetadataValue, Reader,
};
use std::borrow::Cow;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A matrix code on a sheet.
pub(super) struct OnSheet {
    pub(super) content: Content,
    /// Going round, in pixels of the sheet.
    pub(super) corners: [Point; 4],
}

/// A linear code on a line.
pub(super) struct OnLine {
    pub(super) content: Content,
    /// First bar and last bar, as parts of the line (0 to 1).
    pub(super) from: f32,
    pub(super) to: f32,
}

/// Reads codes in black and white. A decoder corrects errors and checks check digits; it does not search, preprocess or
/// vote: that is done above it, the same for every decoder.
pub(super) trait Decoder {
    /// The matrix codes on a sheet, each once. What was found is wiped off the sheet.
    fn sheet(&mut self, sheet: &mut Sheet) -> Vec<OnSheet>;

    /// The code that begins with the first bar (true) on a line of bars and spaces: EAN/UPC, Code 128, Interleaved 2 of 5.
    fn beginning(&mut self, bars: &[bool]) -> Option<OnLine>;

    /// The codes anywhere on a line: DataBar, which has no quiet zone, and may go on with what earlier lines showed of it.
    fn line(&mut self, bars: &[bool]) -> Vec<OnLine>;

    /// Forgets the halves of stacked codes seen so far: the lines that follow are of another direction.
    fn turn(&mut self);
}

/// The most codes of one kind taken off one sheet or line.
const MOST: usize = 16;

/// The most symbols on one sheet whose errors are taken for a bent surface.
const MOST_BENT: usize = 3;

/// rxing's readers.
pub(super) struct Rxing {
    hints: DecodeHints,
    upc_ean: MultiFormatUPCEANReader,
    databar: RSS14Reader,
    expanded: RSSExpandedReader,
}

impl Rxing {
    pub(super) fn new() -> Self {
        let formats = [
            BarcodeFormat::DATA_MATRIX,
            BarcodeFormat::QR_CODE,
            BarcodeFormat::CODE_128,
            BarcodeFormat::EAN_13,
            BarcodeFormat::EAN_8,
            BarcodeFormat::UPC_E,
            BarcodeFormat::ITF,
            BarcodeFormat::RSS_14,
            BarcodeFormat::RSS_EXPANDED,
        ];
        let hints = DecodeHints {
            PossibleFormats: Some(HashSet::from(formats)),
            TryHarder: Some(true),
            // Without it FNC1 inside a GS1-128 is dropped. What this hint does to the text does not matter: Code 128 is
            // read from its codewords.
            AssumeGs1: Some(true),
            ..DecodeHints::default()
        };
        Rxing {
            upc_ean: MultiFormatUPCEANReader::new(&hints),
            databar: RSS14Reader::default(),
            expanded: RSSExpandedReader::default(),
            hints,
        }
    }

    /// Runs one reader. A panic in it is no code found: the frame is foreign bytes, and the reader is foreign code.
    fn safely<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Option<T> {
        catch_unwind(AssertUnwindSafe(|| f(self))).ok()?.ok()
    }

    fn data_matrix(&mut self, sheet: &Sheet) -> Option<OnSheet> {
        let mut image = Bits::bitmap(sheet).ok()?;
        let flat = self.safely(|me| DataMatrixReader.decode_with_hints(&mut image, &me.hints));
        if let Some(result) = flat {
            return on_sheet(&result, |p| p.first_chunk().copied());
        }
        // Where the reader sees a symbol but cannot correct its errors, its surface may be bent.
        let seen = self.safely(|_| zxing_cpp_detector::detect(image.get_black_matrix(), true, true))?;
        seen.iter().take(MOST_BENT).find_map(|symbol| {
            let corners: Vec<Point> = symbol.getPoints().iter().map(|p| Point { x: p.x, y: p.y }).collect();
            let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
            let (columns, rows) = (size(symbol.getBits().width()), size(symbol.getBits().height()));
            let mut mesh = Mesh::new(*corners.first_chunk()?, columns, rows)?;
            mesh.fit(sheet);
            let result = self.safely(|_| Modules::new().decode_bools(&mesh.modules(sheet)))?;
            let identifier = format!("]d{}", result.getSymbologyModifier());
            Some(OnSheet {
                content: Content::of_matrix(&identifier, result.getText()),
                corners: mesh.corners(),
            })
        })
    }

    fn code(&mut self, kind: BarcodeFormat, row: &BitArray) -> Option<OnLine> {
        let result = self.safely(|me| match kind {
            BarcodeFormat::EAN_13 => me.upc_ean.decode_row(0, row, &me.hints),
            BarcodeFormat::CODE_128 => Code128Reader.decode_row(0, row, &me.hints),
            BarcodeFormat::RSS_14 => me.databar.decode_row(0, row, &me.hints),
            BarcodeFormat::RSS_EXPANDED => me.expanded.decode_row(0, row, &me.hints),
            _ => ITFReader::default().decode_row(0, row, &me.hints),
        })?;
        let text = result.getText();
        let content = match result.getBarcodeFormat() {
            BarcodeFormat::CODE_128 => Content::of_code128(result.getRawBytes()),
            BarcodeFormat::UPC_E => Content::of_upc_e(text),
            BarcodeFormat::EAN_8 | BarcodeFormat::EAN_13 | BarcodeFormat::UPC_A => Content::of_ean(text),
            BarcodeFormat::RSS_14 => Content::of_databar(text),
            BarcodeFormat::RSS_EXPANDED => Content::of_databar_expanded(text),
            BarcodeFormat::ITF => Content::of_itf(text),
            _ => None,
        }?;
        let count = row.get_size() as f32;
        let xs = || result.getPoints().iter().map(|point| point.x / count);
        let (from, to) = (xs().fold(1.0, f32::min), xs().fold(0.0, f32::max));
        (from < to).then_some(OnLine { content, from, to })
    }
}

impl Decoder for Rxing {
    fn sheet(&mut self, sheet: &mut Sheet) -> Vec<OnSheet> {
        let mut found: Vec<OnSheet> = Vec::new();
        let all = self.safely(|me| QrReader.decode_multiple_with_hints(&mut Bits::bitmap(sheet)?, &me.hints));
        for result in all.unwrap_or_default().iter().take(MOST) {
            // Upper left, upper right, below left, below right.
            found.extend(on_sheet(result, |p| {
                Some([*p.first()?, *p.get(1)?, *p.get(3)?, *p.get(2)?])
            }));
        }
        if found.is_empty() {
            let one = self.safely(|me| QRCodeReader.decode_with_hints(&mut Bits::bitmap(sheet)?, &me.hints));
            // The middles of the three finder patterns: below left, upper left, upper right.
            found.extend(one.and_then(|result| {
                on_sheet(&result, |p| {
                    let (a, b, c) = (p.first()?, p.get(1)?, p.get(2)?);
                    let fourth = Point {
                        x: a.x + c.x - b.x,
                        y: a.y + c.y - b.y,
                    };
                    Some([*b, *c, fourth, *a])
                })
            }));
        }
        for code in &found {
            sheet.wipe(&code.corners);
        }
        for _ in 0..MOST {
            let Some(code) = self.data_matrix(sheet) else {
                break;
            };
            sheet.wipe(&code.corners);
            found.push(code);
        }
        found
    }

    fn beginning(&mut self, bars: &[bool]) -> Option<OnLine> {
        let row = row_of(bars);
        [BarcodeFormat::EAN_13, BarcodeFormat::CODE_128, BarcodeFormat::ITF]
            .into_iter()
            .find_map(|kind| self.code(kind, &row))
    }

    fn line(&mut self, bars: &[bool]) -> Vec<OnLine> {
        let row = row_of(bars);
        [BarcodeFormat::RSS_14, BarcodeFormat::RSS_EXPANDED]
            .into_iter()
            .filter_map(|kind| {
                let found = self.code(kind, &row)?;
                // What it gathered for this code is not for the next.
                self.turn();
                Some(found)
            })
            .collect()
    }

    fn turn(&mut self) {
        Reader::reset(&mut self.databar);
        Reader::reset(&mut self.expanded);
    }
}

fn row_of(bars: &[bool]) -> BitArray {
    let mut row = BitArray::with_size(bars.len());
    for (at, _) in bars.iter().enumerate().filter(|(_, bar)| **bar) {
        row.set(at);
    }
    row
}

fn on_sheet(result: &RXingResult, corners: impl Fn(&[Point]) -> Option<[Point; 4]>) -> Option<OnSheet> {
    let identifier = result
        .getRXingResultMetadata()
        .get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER)?;
    let RXingResultMetadataValue::SymbologyIdentifier(identifier) = identifier else {
        return None;
    };
    let points: Vec<Point> = result.getPoints().iter().map(|p| Point { x: p.x, y: p.y }).collect();
    (!result.getText().is_empty()).then(|| OnSheet {
        content: Content::of_matrix(identifier, result.getText()),
        // Where a reader takes the whole sheet for the code it gives no points.
        corners: corners(&points).unwrap_or_default(),
    })
}

/// A sheet that is black and white already, as rxing wants to be given it.
struct Bits {
    source: Luma8LuminanceSource,
    matrix: BitMatrix,
}

impl Bits {
    fn bitmap(sheet: &Sheet) -> Result<BinaryBitmap<Bits>> {
        let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut matrix = BitMatrix::new(size(sheet.width), size(sheet.height))?;
        for (row, y) in sheet.dark.chunks(sheet.width).zip(0..) {
            for (_, x) in row.iter().zip(0..).filter(|(dark, _)| **dark) {
                matrix.set(x, y);
            }
        }
        let source = Luma8LuminanceSource::with_empty_image(1, 1);
        Ok(BinaryBitmap::new(Bits { source, matrix }))
    }
}

impl Binarizer for Bits {
    type Source = Luma8LuminanceSource;

    fn get_luminance_source(&self) -> &Self::Source {
        &self.source
    }

    fn get_black_row(&self, y: usize) -> Result<Cow<'_, BitArray>> {
        self.get_black_line(y, LineOrientation::Row)
    }

    fn get_black_row_from_matrix(&self, y: usize) -> Result<Cow<'_, BitArray>> {
        self.get_black_line(y, LineOrientation::Row)
    }

    fn get_black_matrix(&self) -> Result<&BitMatrix> {
        Ok(&self.matrix)
    }

    fn get_black_line(&self, l: usize, lt: LineOrientation) -> Result<Cow<'_, BitArray>> {
        let l = u32::try_from(l).unwrap_or(u32::MAX);
        Ok(Cow::Owned(match lt {
            LineOrientation::Row => self.matrix.getRow(l),
            LineOrientation::Column => self.matrix.getCol(l),
        }))
    }

    fn create_binarizer(&self, source: Self::Source) -> Self {
        Bits {
            source,
            matrix: self.matrix.clone(),
        }
    }

    fn get_width(&self) -> usize {
        self.matrix.width() as usize
    }

    fn get_height(&self) -> usize {
        self.matrix.height() as usize
    }
}
