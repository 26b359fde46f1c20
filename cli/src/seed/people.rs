//! The site's directory. Printed names are made of roles: nobody real is meant.

use super::numbers;
use lotline_record::model::{PinCost, PinError, PinHash, Role};

/// Someone who may sign in.
pub struct Person {
    /// Pseudonym, as written in entries.
    pub person: &'static str,
    /// What the badge's code says.
    pub badge: &'static str,
    /// Printed name.
    pub name: &'static str,
    /// What they may decide.
    pub role: Role,
    /// Their PIN, in the clear: this site is for learning and tests.
    pub pin: &'static str,
    /// Language they read.
    pub language: &'static str,
    /// Owners they work for; `None`: all.
    pub owners: Option<&'static str>,
}

const fn person(
    person: &'static str,
    badge: &'static str,
    name: &'static str,
    role: Role,
    pin: &'static str,
    language: &'static str,
) -> Person {
    Person {
        person,
        badge,
        name,
        role,
        pin,
        language,
        owners: None,
    }
}

/// Everybody.
pub const PEOPLE: &[Person] = &[
    person("p-1042", "B-1042", "A. Associate", Role::Associate, "4711", "en"),
    person("p-1043", "B-1043", "B. Associate", Role::Associate, "4712", "en"),
    person("p-1044", "B-1044", "M. Mitarbeiter", Role::Associate, "4713", "de"),
    person("p-2001", "B-2001", "S. Supervisor", Role::Supervisor, "2580", "en"),
    person("p-3001", "B-3001", "Q. Quality", Role::Quality, "3690", "en"),
    person(
        "p-9001",
        "B-9001",
        "A. Administrator",
        Role::Administrator,
        "9090",
        "en",
    ),
];

/// A person by the badge's code.
pub fn by_badge(badge: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|p| p.badge == badge)
}

impl Person {
    /// The PIN as the site stores it.
    ///
    /// # Errors
    /// [`PinError`] when the cost is out of argon2's range.
    pub fn pin_hash(&self, seed: u64, pepper: &[u8], cost: PinCost) -> Result<PinHash, PinError> {
        PinHash::new(self.pin, numbers::salt(seed, self.person), pepper, cost)
    }
}
