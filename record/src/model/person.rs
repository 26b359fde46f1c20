//! People and their roles.

use super::{PersonId, PinHash, Settings};
use serde::{Deserialize, Serialize};

/// What a person may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works the floor.
    Associate,
    /// Settles exceptions.
    Supervisor,
    /// Decides on quality blocks.
    Quality,
    /// Reads everything, changes nothing.
    Auditor,
    /// Enrols devices and people.
    Administrator,
}

impl Role {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Associate => "associate",
            Role::Supervisor => "supervisor",
            Role::Quality => "quality",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }

    /// Reads the stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        use Role::{Administrator, Associate, Auditor, Quality, Supervisor};
        [Associate, Supervisor, Quality, Auditor, Administrator]
            .into_iter()
            .find(|r| r.as_str() == word)
    }
}

/// Someone who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Pseudonym, as written in entries.
    pub person: PersonId,
    /// What the badge's code says.
    pub badge: String,
    /// Printed name, for display and signatures.
    pub name: String,
    /// Which version of the printed name this is.
    pub name_version: u32,
    /// What they may decide.
    pub role: Role,
    /// Their PIN, hashed.
    pub pin: PinHash,
    /// Language tag they read, such as `de`: the one they chose, or the directory's.
    pub language: String,
    /// What they chose for themselves.
    pub settings: Settings,
    /// False once they left.
    pub active: bool,
}
