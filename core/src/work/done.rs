//! What an open work can take back.

use lotline_record::entry::Position;
use serde::{Deserialize, Serialize};

/// Entries that can be taken back, oldest first. Entries that follow each other are one row, so that ten thousand scans
/// into one line do not make the state of the work, which is written with each of them, longer and longer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Done(Vec<Row>);

/// Where it begins, how many entries, and whether they are taken back as one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Row(Position, u64, bool);

impl Row {
    fn at(self, n: u64) -> Position {
        Position::new(self.0.epoch(), self.0.seq() + n)
    }
}

impl Done {
    /// One more entry.
    pub(crate) fn push(&mut self, position: Position) {
        match self.0.last_mut() {
            Some(row) if !row.2 && row.at(row.1) == position => row.1 += 1,
            _ => self.0.push(Row(position, 1, false)),
        }
    }

    /// Entries of one input, taken back as one.
    pub(crate) fn push_whole(&mut self, first: Position, len: usize) {
        if len > 0 {
            self.0.push(Row(first, len as u64, true));
        }
    }

    /// What the next undo takes back, newest first; empty when nothing is left.
    pub(crate) fn pop(&mut self) -> Vec<Position> {
        let Some(row) = self.0.last_mut() else {
            return Vec::new();
        };
        let taken = if row.2 { row.1 } else { 1 };
        row.1 -= taken;
        let row = *row;
        if row.1 == 0 {
            self.0.pop();
        }
        (row.1..row.1 + taken).rev().map(|n| row.at(n)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seq: u64) -> Position {
        Position::new(3, seq)
    }

    #[test]
    fn entries_come_back_newest_first_and_wholes_as_one() {
        let mut done = Done::default();
        done.push(at(1));
        done.push(at(2));
        done.push_whole(at(3), 3);
        done.push(at(6));
        done.push(at(9));
        assert_eq!(done.pop(), [at(9)]);
        assert_eq!(done.pop(), [at(6)]);
        assert_eq!(done.pop(), [at(5), at(4), at(3)]);
        assert_eq!(done.pop(), [at(2)]);
        done.push(at(20));
        assert_eq!(done.pop(), [at(20)]);
        assert_eq!(done.pop(), [at(1)]);
        assert!(done.pop().is_empty());
    }

    #[test]
    fn ten_thousand_scans_in_a_row_are_written_as_few_bytes() {
        let mut done = Done::default();
        (1..=10_000).for_each(|seq| done.push(at(seq)));
        done.push_whole(at(10_001), 0);
        assert_eq!(serde_json::to_string(&done).unwrap(), "[[3298534883329,10000,false]]");
    }
}
