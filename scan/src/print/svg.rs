//! A sheet as SVG 1.1, for a page: no script, no reference to anything outside.

use core::fmt::{self, Write};

use super::sheet::{Piece, Sheet};

/// A sheet as SVG, made while it is written; its size is the label's, in millimetres.
#[derive(Clone, Copy, Debug)]
pub struct Svg<'s>(&'s Sheet);

impl Sheet {
    /// The sheet as SVG.
    #[must_use]
    pub fn svg(&self) -> Svg<'_> {
        Svg(self)
    }
}

impl fmt::Display for Svg<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sheet {
            width,
            height,
            resolution,
            pieces,
        } = self.0;
        let dots = resolution.dots_per_mm();
        write!(
            f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" shape-rendering=\"crispEdges\"><rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>",
            width.div_ceil(dots),
            height.div_ceil(dots)
        )?;
        for piece in pieces {
            match piece {
                Piece::Matrix { x, y, module, symbol } => {
                    f.write_str("<path d=\"")?;
                    for (row, modules) in (0..).zip(symbol.rows()) {
                        runs(f, modules, *x, y + row * module, *module, *module)?;
                    }
                    f.write_str("\"/>")?;
                }
                Piece::Linear {
                    x,
                    y,
                    module,
                    height,
                    symbol,
                } => {
                    f.write_str("<path d=\"")?;
                    runs(f, &symbol.modules(), *x, *y, *module, *height)?;
                    f.write_str("\"/>")?;
                }
                Piece::Text { x, y, size, text } => {
                    // A line's box begins at `y`; its letters stand on four fifths of it.
                    let base = y + size * 4 / 5;
                    write!(
                        f,
                        "<text x=\"{x}\" y=\"{base}\" font-family=\"monospace\" font-size=\"{size}\" \
                         xml:space=\"preserve\">"
                    )?;
                    text.chars().try_for_each(|c| character(f, c))?;
                    f.write_str("</text>")?;
                }
            }
        }
        f.write_str("</svg>")
    }
}

/// A row of modules as rectangles, one for each run of dark ones.
fn runs(f: &mut fmt::Formatter<'_>, modules: &[bool], x: u32, y: u32, module: u32, height: u32) -> fmt::Result {
    let mut at = 0;
    for run in modules.chunk_by(|a, b| a == b) {
        let wide = u32::try_from(run.len()).unwrap_or(0) * module;
        if run[0] {
            write!(f, "M{} {y}h{wide}v{height}h-{wide}z", x + at)?;
        }
        at += wide;
    }
    Ok(())
}

fn character(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '<' => f.write_str("&lt;"),
        '>' => f.write_str("&gt;"),
        '&' => f.write_str("&amp;"),
        '"' => f.write_str("&quot;"),
        // XML 1.0 knows no other control characters, not even escaped, and neither of these two.
        '\0'..='\x1f' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => f.write_char(' '),
        c => f.write_char(c),
    }
}
