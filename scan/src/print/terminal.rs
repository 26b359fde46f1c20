//! A sheet in a terminal: symbols in half blocks, one module half a character, and the texts in order.

use core::fmt::{self, Write};

use super::sheet::{Piece, Sheet};

/// How many rows of characters bars take.
const BARS: usize = 4;
/// Light modules around a symbol.
const QUIET: usize = 2;
const LINEAR_QUIET: usize = 10;

/// A sheet as text for a terminal. Light modules are drawn and dark ones left out, because most terminals are dark.
#[derive(Clone, Copy, Debug)]
pub struct Terminal<'s>(&'s Sheet);

impl Sheet {
    /// The sheet for a terminal.
    #[must_use]
    pub fn terminal(&self) -> Terminal<'_> {
        Terminal(self)
    }
}

impl fmt::Display for Terminal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0.pieces {
            match piece {
                Piece::Matrix { symbol, .. } => {
                    let side = symbol.rows().len();
                    let dark = |row: usize, column: usize| {
                        let within = |at: usize| at.checked_sub(QUIET);
                        let modules = within(row).and_then(|row| symbol.rows().nth(row));
                        let module = modules.zip(within(column)).and_then(|(row, at)| row.get(at));
                        module.copied().unwrap_or(false)
                    };
                    let full = side + 2 * QUIET;
                    for row in (0..full).step_by(2) {
                        for column in 0..full {
                            f.write_char(match (dark(row, column), dark(row + 1, column)) {
                                (false, false) => '█',
                                (false, true) => '▀',
                                (true, false) => '▄',
                                (true, true) => ' ',
                            })?;
                        }
                        f.write_char('\n')?;
                    }
                }
                Piece::Linear { symbol, .. } => {
                    let mut modules = symbol.modules();
                    modules.splice(0..0, [false; LINEAR_QUIET]);
                    modules.extend([false; LINEAR_QUIET]);
                    if !modules.len().is_multiple_of(2) {
                        modules.push(false);
                    }
                    for _ in 0..BARS {
                        for pair in modules.chunks_exact(2) {
                            f.write_char(match (pair[0], pair[1]) {
                                (false, false) => '█',
                                (false, true) => '▌',
                                (true, false) => '▐',
                                (true, true) => ' ',
                            })?;
                        }
                        f.write_char('\n')?;
                    }
                }
                Piece::Text { text, .. } => writeln!(f, "{text}")?,
            }
        }
        Ok(())
    }
}
