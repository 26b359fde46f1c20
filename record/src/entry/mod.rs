//! Entries: immutable facts and claims, chained by hash.
//!
//! The bytes that are hashed are the bytes that are stored, sent and kept for ever. An [`Entry`] is written to JSON
//! once, by [`Entry::seal`]; from then on only the [`Sealed`] bytes travel.

mod about;
mod body;
mod claim;
mod drilled;
mod hash;
mod heard;
mod inspected;
mod sealed;
mod tasked;
#[cfg(test)]
mod tests;

pub use body::{Body, EntryRef, Load, LockedOut, MOST_TAGS, Missing, Photo, Seen};
pub use claim::{Disposition, Resolution, Revision, Signature, VerificationAnswer};
pub use drilled::Drilled;
pub use hash::{Hash, hex, read_hex, write_hex};
pub use heard::Heard;
pub use inspected::{Inspected, InspectionOutcome, Rejected, Sample};
pub use sealed::{ChainError, Envelope, MOST_BYTES, SealError, Sealed, Tip, genesis, link, training_genesis};
pub use tasked::{Reserve, TaskAct, Tasked};

use crate::model::{
    BootId, DeviceId, DocumentId, EntryId, LineId, OwnerId, PersonId, PlaceId, PlateId, SessionId, SiteId,
};
use crate::rules::Verdict;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// The entry format written by this version. Every format ever written stays readable.
pub const FORMAT: u32 = 1;

/// A place in a device's chain as one ordered number: epoch in the upper bits, sequence in the lower 40.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(i64);

impl Position {
    /// Before every entry.
    pub const START: Position = Position(0);

    /// Position of `seq` (1 to 2^40 − 1) in `epoch` (1 to 2^22).
    pub const fn new(epoch: u32, seq: u64) -> Self {
        Position(((epoch as i64) << 40) | (seq & 0xff_ffff_ffff).cast_signed())
    }

    /// From the stored integer.
    pub const fn from_raw(raw: i64) -> Self {
        Position(raw)
    }

    /// As stored.
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// The epoch.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a position is built from an epoch of 32 bits"
    )]
    pub const fn epoch(self) -> u32 {
        (self.0 >> 40).cast_unsigned() as u32
    }

    /// The sequence within the epoch.
    pub const fn seq(self) -> u64 {
        (self.0 & 0xff_ffff_ffff).cast_unsigned()
    }
}

/// Who did it: a pseudonym, never a printed name, because a chain can't be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The pseudonym.
    pub person: PersonId,
    /// Which version of the printed name was valid.
    pub name_version: u32,
    /// The session that began with badge + PIN.
    pub session: SessionId,
    /// How the person signed in.
    pub signed_in: SignIn,
}

/// How a person proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    /// Badge scanned and PIN entered.
    BadgePin,
}

/// When it was written, with everything needed to correct a wrong clock later. Order never comes from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Wall clock, UTC, to the millisecond.
    pub wall: Instant,
    /// Minutes local time is ahead of UTC.
    pub zone_min: i32,
    /// Milliseconds since boot, through deep sleep.
    pub mono_ms: u64,
    /// Which boot.
    pub boot: BootId,
    /// Server clock minus wall clock when last measured, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_ms: Option<i64>,
}

/// An instant in UTC to the millisecond, written as `2026-11-21T07:12:00.123Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(DateTime<Utc>);

impl Instant {
    /// From milliseconds since 1970-01-01T00:00Z; out of range (beyond the year 262000) reads as the epoch itself.
    pub fn from_unix_ms(ms: i64) -> Self {
        Instant(DateTime::from_timestamp_millis(ms).unwrap_or_default())
    }

    /// Milliseconds since 1970-01-01T00:00Z.
    pub fn unix_ms(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// The calendar day at `zone_min` minutes ahead of UTC.
    pub fn day(self, zone_min: i32) -> crate::model::Day {
        (self.0 + chrono::TimeDelta::minutes(i64::from(zone_min))).date_naive()
    }

    /// To the minute, in UTC, as ISO 8601 writes it but for the `T`: `2026-11-21 08:05Z`.
    pub fn minute(self) -> String {
        self.0.format("%Y-%m-%d %H:%MZ").to_string()
    }

    /// Hour and minute at `zone_min` minutes ahead of UTC.
    pub fn clock(self, zone_min: i32) -> (u32, u32) {
        use chrono::Timelike;
        let local = self.0 + chrono::TimeDelta::minutes(i64::from(zone_min));
        (local.hour(), local.minute())
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl std::str::FromStr for Instant {
    type Err = chrono::ParseError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DateTime::parse_from_rfc3339(text).map(|t| Instant(t.to_utc()))
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// References of the warehouse's own system that the work carries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Refs {
    /// Document: ship notice, order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentId>,
    /// Line of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineId>,
    /// Handling unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plate: Option<PlateId>,
    /// Task of the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The entry of the same chain that holds the other code of a split label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half: Option<Position>,
}

/// Where the raw bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The scan engine.
    Scan,
    /// The camera.
    Camera,
    /// An RFID reader.
    Rfid,
    /// Typed by a person.
    Typed,
}

/// The evidence: what the scanner delivered, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The raw bytes, base64url without padding; over 8 KiB only the first 4 KiB.
    #[serde(with = "b64")]
    pub raw: Vec<u8>,
    /// AIM identifier or label type, as delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbology: Option<String>,
    /// Where it came from.
    pub source: Source,
    /// Length of the whole read, where `raw` was cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// SHA-256 of the whole read, where `raw` was cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Hash>,
}

impl Evidence {
    /// Longest read kept whole.
    pub const WHOLE: usize = 8 * 1024;
    /// What is kept of a longer one.
    pub const KEPT: usize = 4 * 1024;

    /// Keeps `raw` whole up to 8 KiB, else its first 4 KiB with length and SHA-256 (failure matrix row 53).
    pub fn new(raw: &[u8], symbology: Option<&str>, source: Source) -> Self {
        let symbology = symbology.map(|s| s.chars().take(40).collect());
        if raw.len() <= Self::WHOLE {
            return Evidence {
                raw: raw.to_vec(),
                symbology,
                source,
                length: None,
                sha256: None,
            };
        }
        Evidence {
            raw: raw[..Self::KEPT].to_vec(),
            symbology,
            source,
            length: Some(raw.len() as u64),
            sha256: Some(Hash::of(&[raw])),
        }
    }
}

/// Bytes in JSON: base64url without padding.
pub mod b64 {
    use super::{Engine, URL_SAFE_NO_PAD};
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes bytes as base64url.
    pub fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads base64url.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        URL_SAFE_NO_PAD
            .decode(text.as_bytes())
            .map_err(serde::de::Error::custom)
    }
}

/// An immutable fact or claim. Fields stand in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Format: [`FORMAT`].
    pub v: u32,
    /// Its name (UUID version 7).
    pub id: EntryId,
    /// Where.
    pub site: SiteId,
    /// Whose goods, where goods are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerId>,
    /// Which handheld.
    pub device: DeviceId,
    /// Its epoch: a new one begins after a fork or a restored backup.
    pub epoch: u32,
    /// Gapless number within the epoch, from 1.
    pub seq: u64,
    /// Hash of the entry before, or of the epoch's beginning ([`genesis`]).
    pub prev: Hash,
    /// Who did it; absent when nobody was signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Who>,
    /// When.
    pub at: Stamp,
    /// Policy version it was judged under.
    pub policy: u64,
    /// Version of the core that wrote it.
    pub core: String,
    /// Version of the app around it.
    pub app: String,
    /// Cursor of the picture it was judged on.
    pub cursor: u64,
    /// Written in training mode; training has a chain of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub training: bool,
    /// Where the person stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceId>,
    /// What the work refers to.
    #[serde(default)]
    pub refs: Refs,
    /// What was scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan: Option<Evidence>,
    /// What the rules said, with the facts they rested on.
    #[serde(default)]
    pub verdict: Verdict,
    /// What happened.
    pub body: Body,
}

impl Entry {
    /// Its place in the device's chain.
    pub const fn position(&self) -> Position {
        Position::new(self.epoch, self.seq)
    }

    /// Whose scan the block is that this entry places: they do not release it. Nobody's for one that settles an exception,
    /// which somebody else raised.
    pub fn placed_by(&self) -> Option<&PersonId> {
        match (&self.body, &self.who) {
            (
                Body::Blocked { .. }
                | Body::Recalled { .. }
                | Body::Damaged { .. }
                | Body::Inspected(_)
                | Body::Returned { .. },
                Some(who),
            ) => Some(&who.person),
            _ => None,
        }
    }

    /// Reference to it, for a later entry.
    pub fn reference(&self, hash: Hash) -> EntryRef {
        EntryRef {
            device: self.device.clone(),
            epoch: self.epoch,
            seq: self.seq,
            hash,
        }
    }
}
