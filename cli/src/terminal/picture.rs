//! A drawn terminal as an SVG: each cell where the terminal has it, colours as a dark terminal shows them.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;

/// A cell in pixels: 40 × 33 of them and a margin are a handheld's 480 × 800.
const WIDE: u16 = 12;
const HIGH: u16 = 24;
const MARGIN: u16 = 4;
const FONT: u16 = 20;
const FONTS: &str = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace";

const GROUND: &str = "#10151b";
const INK: &str = "#e8eef4";
const FAINT: &str = "#93a1ae";
const SHADE: &str = "#2a333d";

/// The cells as a picture; `words` say what it shows to whoever cannot see it.
pub fn svg(cells: &Buffer, words: &str) -> String {
    let area = cells.area;
    let (width, height) = (area.width * WIDE, area.height * HIGH + 2 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\">\n<title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" rx=\"10\" fill=\"{GROUND}\"/>\n\
         <g font-family=\"{FONTS}\" font-size=\"{FONT}\" xml:space=\"preserve\">\n",
        escape(words)
    );
    for y in 0..area.height {
        let row: Vec<&Cell> = (0..area.width).map(|x| &cells[(area.x + x, area.y + y)]).collect();
        grounds(&mut out, &row, y);
        inks(&mut out, &row, y);
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// Runs of cells that look alike, as (first, past the last).
fn runs(row: &[&Cell], alike: impl Fn(&Cell, &Cell) -> bool) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for at in 0..row.len() {
        match out.last_mut() {
            Some((first, end)) if alike(row[*first], row[at]) => *end = at + 1,
            _ => out.push((at, at + 1)),
        }
    }
    out
}

const fn top(y: u16) -> u16 {
    MARGIN + y * HIGH
}

fn grounds(out: &mut String, row: &[&Cell], y: u16) {
    let look = |cell: &Cell| match cell.symbol() {
        "█" => ink(cell),
        "░" => SHADE,
        _ => ground(cell),
    };
    for (first, end) in runs(row, |a, b| look(a) == look(b)) {
        let fill = look(row[first]);
        if fill != GROUND {
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{HIGH}\" fill=\"{fill}\" shape-rendering=\"crispEdges\"/>",
                first * usize::from(WIDE),
                top(y),
                (end - first) * usize::from(WIDE)
            );
        }
    }
}

fn inks(out: &mut String, row: &[&Cell], y: u16) {
    let look = |cell: &Cell| (ink(cell), cell.modifier.contains(Modifier::BOLD));
    for (first, end) in runs(row, |a, b| look(a) == look(b)) {
        let text: String = row[first..end]
            .iter()
            .map(|cell| match cell.symbol() {
                "█" | "░" => " ",
                symbol => symbol,
            })
            .collect();
        // Words apart are texts apart: each begins in its own cell whatever the font measures.
        let mut column = first;
        for piece in text.split_inclusive(' ') {
            let word = piece.trim_end();
            let length = word.chars().count();
            if length > 0 {
                let (fill, bold) = look(row[first]);
                let weight = if bold { " font-weight=\"bold\"" } else { "" };
                let _ = writeln!(
                    out,
                    "<text x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{fill}\"{weight}>{}</text>",
                    column * usize::from(WIDE),
                    top(y) + 18,
                    length * usize::from(WIDE),
                    escape(word)
                );
            }
            column += piece.chars().count();
        }
    }
}

fn ink(cell: &Cell) -> &'static str {
    if cell.modifier.contains(Modifier::REVERSED) {
        return plain_ground(cell.bg);
    }
    plain_ink(cell)
}

fn ground(cell: &Cell) -> &'static str {
    if cell.modifier.contains(Modifier::REVERSED) {
        return plain_ink(cell);
    }
    plain_ground(cell.bg)
}

fn plain_ink(cell: &Cell) -> &'static str {
    match cell.fg {
        Color::Reset if cell.modifier.contains(Modifier::DIM) => FAINT,
        Color::Reset => INK,
        other => colour(other),
    }
}

fn plain_ground(color: Color) -> &'static str {
    match color {
        Color::Reset => GROUND,
        other => colour(other),
    }
}

const fn colour(color: Color) -> &'static str {
    match color {
        Color::Black => "#06090c",
        Color::Green => "#4cc26a",
        Color::Yellow => "#f2c14e",
        Color::Red => "#c8323c",
        Color::Cyan => "#5cc8e8",
        Color::Magenta => "#d57be0",
        Color::White => "#ffffff",
        _ => INK,
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::face::Face;
    use super::super::words::Words;
    use super::*;
    use lotline_core::Screen;
    use lotline_core::screen::Tone;

    fn drawn(tone: Tone, message: &str) -> String {
        let screen = Screen {
            title: "RECEIVE  80041".into(),
            message: message.into(),
            tone,
            ..Screen::default()
        };
        svg(&Face::new(screen, Words::new("en"), true).cells(40, 33), "a <receipt>")
    }

    #[test]
    fn a_picture_has_a_handhelds_size_and_every_word_of_the_screen() {
        let svg = drawn(Tone::Accept, "Oats & milk");
        assert!(
            svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"480\" height=\"800\""),
            "{svg}"
        );
        assert!(svg.contains("<title>a &lt;receipt&gt;</title>"), "{svg}");
        for word in [">RECEIVE<", ">80041<", ">ACCEPT<", ">Oats<", ">&amp;<", ">milk<"] {
            assert!(svg.contains(word), "{word}: {svg}");
        }
    }

    #[test]
    fn each_tone_has_its_colour() {
        for (tone, fill) in [
            (Tone::Accept, "#4cc26a"),
            (Tone::Warn, "#f2c14e"),
            (Tone::Stop, "#c8323c"),
        ] {
            assert!(
                drawn(tone, "x").contains(&format!("height=\"{HIGH}\" fill=\"{fill}\"")),
                "{tone:?}"
            );
        }
    }
}
