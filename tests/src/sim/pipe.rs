//! The way between a device and the gateway: what becomes of a request and of its answer.

use crate::dice::Dice;

/// What the way is like just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// As it should be.
    Fair,
    /// Loses, doubles and cuts.
    Lossy,
    /// Seconds, and now and then longer than anybody waits.
    Slow,
    /// Nobody is there, and it is known at once.
    Cut,
    /// Nobody answers, and it is known when the time is up.
    BlackHole,
    /// Somebody else answers.
    Portal,
    /// A proxy that lets no large body through.
    Narrow,
}

/// Every weather but fair.
pub const FOUL: [Weather; 6] = [
    Weather::Lossy,
    Weather::Slow,
    Weather::Cut,
    Weather::BlackHole,
    Weather::Portal,
    Weather::Narrow,
];

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Comes after so many milliseconds; and once more, if it is doubled.
    Comes {
        /// When.
        after_ms: u64,
        /// The double.
        again_ms: Option<u64>,
        /// Cut in the middle.
        cut: bool,
    },
    /// Never comes.
    Lost,
    /// Nobody is there, which is known after so long.
    Unreachable(u64),
    /// Somebody else answers after so long.
    Portal(u64),
    /// A proxy's 413 after so long.
    TooLarge(u64),
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// Comes after so many milliseconds.
    Comes(u64),
    /// Comes, but not whole.
    Cut(u64),
    /// Never comes.
    Lost,
}

/// The most bytes a narrow way lets through.
pub const NARROW_BYTES: usize = 2_500;

impl Weather {
    fn way_ms(self, dice: &mut Dice) -> u64 {
        match self {
            Weather::Slow if dice.one_in(5) => dice.between(20_000, 90_000),
            Weather::Slow => dice.between(500, 12_000),
            _ => dice.between(5, 300),
        }
    }

    /// What becomes of a request of `bytes` sent now.
    pub fn there(self, bytes: usize, dice: &mut Dice) -> Fate {
        let after_ms = self.way_ms(dice);
        let (lost, doubled, cut) = match self {
            Weather::Cut => return Fate::Unreachable(dice.between(1, 50)),
            Weather::BlackHole => return Fate::Lost,
            Weather::Portal => return Fate::Portal(after_ms),
            Weather::Narrow if bytes > NARROW_BYTES => return Fate::TooLarge(after_ms),
            Weather::Fair | Weather::Narrow => (2, 5, 0),
            Weather::Lossy => (200, 150, 30),
            Weather::Slow => (50, 50, 5),
        };
        if dice.per_mille(lost) {
            return Fate::Lost;
        }
        let again_ms = dice.per_mille(doubled).then(|| after_ms + dice.between(1, 60_000));
        Fate::Comes {
            after_ms,
            again_ms,
            cut: dice.per_mille(cut),
        }
    }

    /// What becomes of an answer given now.
    pub fn back(self, dice: &mut Dice) -> Back {
        let after_ms = self.way_ms(dice);
        let (lost, cut) = match self {
            Weather::Fair | Weather::Narrow => (2, 1),
            Weather::Lossy => (200, 50),
            Weather::Slow => (50, 10),
            Weather::Cut | Weather::BlackHole | Weather::Portal => return Back::Lost,
        };
        if dice.per_mille(lost) {
            Back::Lost
        } else if dice.per_mille(cut) {
            Back::Cut(after_ms)
        } else {
            Back::Comes(after_ms)
        }
    }
}
