//! Birth number and ship number of a serial: the entries that made it and that shipped it (requirement B7). Both are names of
//! entries, `DEVICE-EPOCH-SEQ`, read from its history; nothing keeps them twice.

use crate::entry::{Instant, Position};
use crate::text::{Arg, Message};
use std::fmt;

/// Kinds of history that make a serial, ship it, or take that back.
pub const KINDS: [&str; 8] = [
    "received",
    "damaged",
    "produced",
    "shipped",
    "undone:received",
    "undone:damaged",
    "undone:produced",
    "undone:shipped",
];

/// One line of a serial's history, as far as it makes or ships it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Which device wrote the entry.
    pub device: String,
    /// Where in that device's chain.
    pub position: Position,
    /// The entry's kind.
    pub kind: String,
    /// When, milliseconds since 1970, by the device's clock.
    pub at_ms: i64,
    /// Minutes local time was ahead of UTC.
    pub zone_min: i32,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.device, self.position.epoch(), self.position.seq())
    }
}

impl Mark {
    /// The entry, what it did and on which day.
    pub fn said(&self) -> Message {
        let did = Message::new(match self.kind.as_str() {
            "produced" => "mark-produced",
            "shipped" => "mark-shipped",
            _ => "mark-received",
        });
        Message::new("birth-said")
            .with("entry", Arg::text(self))
            .with("what", Arg::Message(Box::new(did)))
            .with("day", Arg::Day(Instant::from_unix_ms(self.at_ms).day(self.zone_min)))
    }
}

/// What is known of a serial's beginning and leaving.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// The entry that made it, or brought it into the warehouse the first time.
    pub birth: Option<Mark>,
    /// The entry that shipped it last; kept when it comes back.
    pub ship: Option<Mark>,
}

impl Marks {
    /// The two numbers in words, those that there are.
    pub fn said(&self) -> Vec<Message> {
        let number = |id, mark: &Mark| Message::new(id).with("entry", Arg::Message(Box::new(mark.said())));
        let birth = self.birth.as_ref().map(|mark| number("mark-number", mark));
        let ship = self.ship.as_ref().map(|mark| number("mark-ship-number", mark));
        birth.into_iter().chain(ship).collect()
    }
}

/// The marks of a serial, by the lines of its history of [`KINDS`] in order of time. What was taken back does not count.
pub fn marks(lines: impl IntoIterator<Item = Mark>) -> Marks {
    let (mut births, mut ships): (Vec<Mark>, Vec<Mark>) = (Vec::new(), Vec::new());
    for line in lines {
        let (kind, undone) = line
            .kind
            .strip_prefix("undone:")
            .map_or((line.kind.as_str(), false), |kind| (kind, true));
        let stack = match kind {
            "shipped" => &mut ships,
            "received" | "damaged" | "produced" => &mut births,
            _ => continue,
        };
        if !undone {
            stack.push(line);
        } else if let Some(at) = stack.iter().rposition(|one| one.kind == kind) {
            stack.remove(at);
        }
    }
    Marks {
        birth: births.into_iter().next(),
        ship: ships.pop(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kinds: &[&str]) -> (Option<u64>, Option<u64>) {
        let lines = kinds.iter().zip(1..).map(|(kind, seq)| Mark {
            device: "d1".into(),
            position: Position::new(1, seq),
            kind: (*kind).into(),
            at_ms: 0,
            zone_min: 0,
        });
        let found = marks(lines);
        let seq = |mark: Option<Mark>| mark.map(|mark| mark.position.seq());
        (seq(found.birth), seq(found.ship))
    }

    #[test]
    fn a_serial_is_born_once_and_its_last_shipment_counts() {
        assert_eq!(of(&["received", "shipped", "returned", "shipped"]), (Some(1), Some(4)));
        assert_eq!(of(&["produced"]), (Some(1), None));
        assert_eq!(of(&[]), (None, None));
    }

    #[test]
    fn what_was_taken_back_is_no_mark() {
        assert_eq!(of(&["received", "undone:received", "received"]), (Some(3), None));
        assert_eq!(of(&["received", "shipped", "undone:shipped"]), (Some(1), None));
        assert_eq!(
            of(&["received", "shipped", "shipped", "undone:shipped"]),
            (Some(1), Some(2))
        );
    }
}
