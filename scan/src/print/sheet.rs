//! A label laid out: symbols and texts at their places, in printer dots.
//!
//! Sizes follow the symbol specification tables of the General Specifications (5.12.3): modules of a `DataMatrix` 0.25 mm
//! or more, of a GS1-128 on trade items 0.25 mm or more, of the SSCC on a logistic unit 0.50 mm; bars 12.7 mm or higher,
//! 31.75 mm where there is room. The largest size that fits is taken.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::ai::title;
use crate::label::Label;

use super::media::{Media, Resolution};
use super::message::{Message, Symbol};
use super::{Code128, DataMatrix, PrintError, text};

// Hundredths of a millimetre.
const MARGIN: u32 = 300;
const GAP: u32 = 200;
const CAPTION: u32 = 400;
const TEXT: u32 = 300;
const SMALLEST_TEXT: u32 = 200;
const MATRIX_MODULE: core::ops::RangeInclusive<u32> = 25..=65;
const LINEAR_MODULE: core::ops::RangeInclusive<u32> = 25..=50;
const SSCC_MODULE: u32 = 50;
const BARS: core::ops::RangeInclusive<u32> = 1270..=3175;

/// Quiet zones in modules: one is asked for around a `DataMatrix`, ten on either side of a GS1-128.
const MATRIX_QUIET: u32 = 2;
const LINEAR_QUIET: u32 = 10;

/// What a label is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LabelKind {
    /// A trade item: AI 01.
    Item,
    /// A lot: AI 10.
    Lot,
    /// One piece: AI 21, or the asset's own key, 8003 or 8004.
    Serial,
    /// A logistic unit: AI 00.
    Sscc,
    /// Any elements.
    Any,
}

impl LabelKind {
    /// What a label with these elements is for.
    #[must_use]
    pub fn of(label: &Label<'_>) -> Self {
        [LabelKind::Sscc, LabelKind::Serial, LabelKind::Lot, LabelKind::Item]
            .into_iter()
            .find(|kind| kind.is_met(label))
            .unwrap_or(LabelKind::Any)
    }

    /// The symbol that is usual on it.
    #[must_use]
    pub const fn symbol(self) -> Symbol {
        match self {
            LabelKind::Sscc => Symbol::Gs1128,
            _ => Symbol::DataMatrix,
        }
    }

    /// The medium that is usual for it.
    #[must_use]
    pub const fn media(self, resolution: Resolution) -> Media {
        match self {
            LabelKind::Sscc => Media::logistic(resolution),
            _ => Media::unit(resolution),
        }
    }

    const fn needs(self) -> &'static [&'static str] {
        match self {
            LabelKind::Item => &["01"],
            LabelKind::Lot => &["10"],
            LabelKind::Serial => &["21", "8003", "8004"],
            LabelKind::Sscc => &["00"],
            LabelKind::Any => &[],
        }
    }

    fn is_met(self, label: &Label<'_>) -> bool {
        let needs = self.needs();
        needs.is_empty() || label.elements().any(|element| needs.contains(&element.ai))
    }
}

impl fmt::Display for LabelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LabelKind::Item => "item",
            LabelKind::Lot => "lot",
            LabelKind::Serial => "serial",
            LabelKind::Sscc => "SSCC",
            LabelKind::Any => "GS1",
        })
    }
}

/// Something at its place; `x` and `y` are the upper left corner, in dots.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Matrix {
        x: u32,
        y: u32,
        module: u32,
        symbol: DataMatrix,
    },
    Linear {
        x: u32,
        y: u32,
        module: u32,
        height: u32,
        symbol: Code128,
    },
    Text {
        x: u32,
        y: u32,
        size: u32,
        text: String,
    },
}

/// A label laid out.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) resolution: Resolution,
    pub(super) pieces: Vec<Piece>,
}

impl Sheet {
    /// Lays out a label: `caption` on top (what people call the goods; one line, may be empty), the elements as a symbol,
    /// their human readable interpretation, and every date once more with its data title, in ISO 8601.
    ///
    /// A GS1-128 that would be too wide is cut at elements into several, one above the other; an SSCC stands alone in the
    /// lowest.
    ///
    /// # Errors
    /// [`PrintError`]: what is missing on this kind of label, or what does not fit.
    pub fn new(
        kind: LabelKind,
        label: &Label<'_>,
        symbol: Symbol,
        media: Media,
        caption: &str,
    ) -> Result<Self, PrintError> {
        let message = Message::of(label)?;
        if !kind.is_met(label) {
            let ai = kind.needs().first().copied().unwrap_or("");
            return Err(PrintError::Missing { kind, ai });
        }
        let mut desk = Desk::new(media, caption);
        match symbol {
            Symbol::DataMatrix => desk.matrix(&message, &dates(label))?,
            Symbol::Gs1128 => desk.linear(&message, &dates(label))?,
        }
        Ok(desk.sheet)
    }

    /// One symbol with its quiet zones and nothing else.
    ///
    /// # Errors
    /// [`PrintError::TooLong`] where one symbol cannot hold the message.
    pub fn bare(message: &Message, symbol: Symbol, resolution: Resolution) -> Result<Self, PrintError> {
        Ok(match symbol {
            Symbol::DataMatrix => {
                let symbol = DataMatrix::encode(message)?;
                let module = (resolution.dots_per_mm() / 2).max(1);
                let side = (symbol.side() + 2 * MATRIX_QUIET) * module;
                let (x, y) = (MATRIX_QUIET * module, MATRIX_QUIET * module);
                Sheet {
                    width: side,
                    height: side,
                    resolution,
                    pieces: [Piece::Matrix { x, y, module, symbol }].into(),
                }
            }
            Symbol::Gs1128 => Self::linear_alone(Code128::encode(message)?, resolution),
        })
    }

    /// A Code 128 that is no GS1-128, with its quiet zones and nothing else: a badge, a place.
    ///
    /// # Errors
    /// As [`Code128::plain`].
    pub fn plain(text: &str, resolution: Resolution) -> Result<Self, PrintError> {
        let symbol = Code128::plain(text)?;
        Ok(Self::linear_alone(symbol, resolution))
    }

    fn linear_alone(symbol: Code128, resolution: Resolution) -> Self {
        let dots = resolution.dots_per_mm();
        let module = (dots * 3 / 8).max(1);
        let height = BARS.start() * dots / 100;
        Sheet {
            width: (symbol.width() + 2 * LINEAR_QUIET) * module,
            height: height + 4 * module,
            resolution,
            pieces: [Piece::Linear {
                x: LINEAR_QUIET * module,
                y: 2 * module,
                module,
                height,
                symbol,
            }]
            .into(),
        }
    }

    /// Width and height in dots.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Every text on it, from top to bottom.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }
}

/// The dates with their data titles: six digits in brackets are misread too easily.
fn dates(label: &Label<'_>) -> Vec<String> {
    label
        .dates()
        .map(|dated| alloc::format!("{}: {dated}", title(dated.ai).unwrap_or(dated.ai)))
        .collect()
}

/// A sheet while it is laid out.
struct Desk {
    media: Media,
    margin: u32,
    gap: u32,
    /// Where the next piece may begin.
    y: u32,
    sheet: Sheet,
}

impl Desk {
    fn new(media: Media, caption: &str) -> Self {
        let mut desk = Self {
            media,
            margin: media.dots(MARGIN),
            gap: media.dots(GAP),
            y: media.dots(MARGIN),
            sheet: Sheet {
                width: media.width(),
                height: media.height(),
                resolution: media.resolution(),
                pieces: Vec::new(),
            },
        };
        let size = media.dots(CAPTION);
        let caption = text::one_line(caption, text::room(desk.room().0, size));
        if !caption.is_empty() {
            desk.lines(desk.margin, &[caption], size);
            desk.y += desk.gap;
        }
        desk
    }

    /// Width and height that are left.
    fn room(&self) -> (u32, u32) {
        let right = self.media.width().saturating_sub(2 * self.margin);
        (right, self.media.height().saturating_sub(self.y + self.margin))
    }

    fn lines(&mut self, x: u32, lines: &[String], size: u32) {
        for line in lines {
            self.sheet.pieces.push(Piece::Text {
                x,
                y: self.y,
                size,
                text: line.clone(),
            });
            self.y += leading(size);
        }
    }

    fn does_not_fit(&self, what: &'static str, needs: u32, has: u32) -> PrintError {
        PrintError::DoesNotFit {
            what,
            needs: self.media.tenths(needs),
            has: self.media.tenths(has),
        }
    }

    /// Sizes in dots from the largest to the smallest that the hundredths allow; never none.
    fn sizes(&self, hundredths: &core::ops::RangeInclusive<u32>) -> impl Iterator<Item = u32> + Clone + use<> {
        let least = self.media.dots_at_least(*hundredths.start());
        let most = self.media.dots(*hundredths.end()).max(least);
        (least..=most).rev()
    }

    /// The symbol on the left, the texts on its right.
    fn matrix(&mut self, message: &Message, dates: &[String]) -> Result<(), PrintError> {
        let symbol = DataMatrix::encode(message)?;
        let (width, height) = self.room();
        let full = symbol.side() + 2 * MATRIX_QUIET;
        // The larger symbol goes before the larger text, and both before breaking an element.
        for may_break in [false, true] {
            for module in self.sizes(&MATRIX_MODULE) {
                let side = full * module;
                let Some(beside) = width.checked_sub(side + self.gap).filter(|_| side <= height) else {
                    continue;
                };
                for size in self.sizes(&(SMALLEST_TEXT..=TEXT)) {
                    let room = text::room(beside, size);
                    let all = || message.interpretation().chain(dates.iter().cloned());
                    if room < 4 || (!may_break && all().any(|piece| piece.chars().count() > room)) {
                        continue;
                    }
                    let mut lines = text::lines(message.interpretation(), room);
                    lines.extend(text::lines(dates.iter().cloned(), room));
                    if block(lines.len(), size) > height {
                        continue;
                    }
                    self.sheet.pieces.push(Piece::Matrix {
                        x: self.margin + MATRIX_QUIET * module,
                        y: self.y + MATRIX_QUIET * module,
                        module,
                        symbol,
                    });
                    self.lines(self.margin + side + self.gap, &lines, size);
                    return Ok(());
                }
            }
        }
        let least = full * self.media.dots_at_least(*MATRIX_MODULE.start());
        if least > height {
            return Err(self.does_not_fit("symbol", least, height));
        }
        let size = self.media.dots_at_least(SMALLEST_TEXT);
        let beside = width.saturating_sub(least + self.gap);
        let lines = text::lines(
            message.interpretation().chain(dates.iter().cloned()),
            text::room(beside, size).max(4),
        );
        Err(if beside < text::width(4, size) {
            self.does_not_fit("text beside the symbol", text::width(4, size), beside)
        } else {
            self.does_not_fit("text beside the symbol", block(lines.len(), size), height)
        })
    }

    /// Symbols one above the other, each with its interpretation below.
    fn linear(&mut self, message: &Message, dates: &[String]) -> Result<(), PrintError> {
        let (width, _) = self.room();
        let size = self.media.dots(TEXT);
        let room = text::room(width, size);
        self.lines(self.margin, &text::lines(dates.iter().cloned(), room), size);
        if !dates.is_empty() {
            self.y += self.gap / 2;
        }
        let (_, height) = self.room();

        let sscc = message.only(|ai| ai == "00");
        let rest = message.only(|ai| ai != "00");
        let logistic = self.media.dots_at_least(SSCC_MODULE);
        let wide = |message: &Message, module: u32| {
            Code128::encode(message).map(|symbol| (symbol.width() + 2 * LINEAR_QUIET) * module)
        };
        if let Some(sscc) = &sscc {
            let needs = wide(sscc, logistic)?;
            if needs > width {
                return Err(self.does_not_fit("SSCC symbol", needs, width));
            }
        }
        let mut ways: Vec<(Vec<Message>, u32)> = Vec::new();
        for module in self.sizes(&LINEAR_MODULE) {
            let fits = |part: &Message| wide(part, module).is_ok_and(|wide| wide <= width);
            match &rest {
                None => ways.push((Vec::new(), module)),
                Some(rest) => ways.extend(rest.cut(fits).map(|parts| (parts, module))),
            }
        }
        if sscc.is_none() {
            // On trade items one symbol is better than large modules; pallets are read from afar.
            ways.sort_by_key(|(parts, _)| parts.len());
        }
        let least = self.media.dots_at_least(*BARS.start());
        let mut needed = 0;
        for (parts, module) in ways {
            let mut parts: Vec<(Message, u32)> = parts.into_iter().map(|part| (part, module)).collect();
            parts.extend(sscc.clone().map(|sscc| (sscc, logistic)));
            let texts: Vec<Vec<String>> = parts
                .iter()
                .map(|(part, _)| text::lines(part.interpretation(), room))
                .collect();
            let around: u32 = texts.iter().map(|lines| block(lines.len(), size) + self.gap).sum();
            let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
            needed = around.saturating_add(least.saturating_mul(count));
            if needed > height {
                continue;
            }
            let bars = ((height - around) / count.max(1)).min(self.media.dots(*BARS.end()));
            for ((part, module), lines) in parts.into_iter().zip(texts) {
                self.sheet.pieces.push(Piece::Linear {
                    x: self.margin + LINEAR_QUIET * module,
                    y: self.y,
                    module,
                    height: bars,
                    symbol: Code128::encode(&part)?,
                });
                self.y += bars + self.gap / 2;
                self.lines(self.margin + LINEAR_QUIET * module, &lines, size);
                self.y += self.gap / 2;
            }
            return Ok(());
        }
        if needed > 0 {
            return Err(self.does_not_fit("label", needed, height));
        }
        // Not even one element alone: say which length, or which width.
        let module = self.media.dots_at_least(*LINEAR_MODULE.start());
        let mut widest = 0;
        for element in message.elements().map(|element| element.ai) {
            if let Some(alone) = message.only(|ai| ai == element) {
                widest = widest.max(wide(&alone, module)?);
            }
        }
        Err(self.does_not_fit("symbol", widest, width))
    }
}

/// From one line's top to the next one's.
const fn leading(size: u32) -> u32 {
    size * 5 / 4
}

fn block(lines: usize, size: u32) -> u32 {
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_mul(leading(size))
}
