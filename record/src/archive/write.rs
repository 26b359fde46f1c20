//! Writing an exported record.

use super::{Header, Line};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// How many lines of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Entries.
    pub entries: u64,
    /// Devices' signatures.
    pub proofs: u64,
    /// Counter-signatures.
    pub receipts: u64,
}

/// Writes line after line. Whoever gives `out` decides whether it is compressed.
pub struct Writer<W: Write> {
    out: W,
    counts: Counts,
}

impl<W: Write> Writer<W> {
    /// Begins with the header.
    ///
    /// # Errors
    /// The disk's.
    pub fn new(out: W, header: &Header) -> io::Result<Self> {
        let mut writer = Writer {
            out,
            counts: Counts::default(),
        };
        writer.json(header)?;
        Ok(writer)
    }

    fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"\n")
    }

    /// Adds a line.
    ///
    /// # Errors
    /// The disk's.
    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        match line {
            Line::Entry { .. } => self.counts.entries += 1,
            Line::Proof { .. } => self.counts.proofs += 1,
            Line::Receipt(_) => self.counts.receipts += 1,
            Line::Follows { .. } | Line::End(_) => {}
        }
        self.json(line)
    }

    /// Ends the file. Gives what it was written to, and what it holds.
    ///
    /// # Errors
    /// The disk's.
    pub fn finish(mut self) -> io::Result<(W, Counts)> {
        let counts = self.counts;
        self.json(&Line::End(counts))?;
        Ok((self.out, counts))
    }
}
